//! The pages say whether the program that runs is the one in the plan; with another one an official
//! plan is sealed only when somebody confirms it.

use crate::hall::{PLAN, Server, lines, program};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::fs;
use tempfile::TempDir;

fn own() -> String {
    let bytes = fs::read(program()).unwrap();
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A hall with the sample plan, which names this program.
fn hall(mode: &str, sha256: &str) -> (TempDir, Server) {
    let folder = TempDir::new().unwrap();
    let mut plan =
        fs::read_to_string(PLAN).unwrap().replace("\"rehearsal\"", &format!("\"{mode}\""));
    plan = plan.replacen("\"households\":10}\n", "\"households\":10,\"documents\":1}\n", 1);
    let document = format!(
        "{{\"kind\":\"document\",\"what\":\"program\",\"name\":\"program\",\"title\":\"示例程序\",\"sha256\":\"{sha256}\"}}\n"
    );
    plan.insert_str(plan.find("{\"kind\":\"pool\"").unwrap(), &document);
    fs::write(folder.path().join("plan.jsonl"), plan).unwrap();
    let mut server = Server::start(folder.path(), &["--plan", "plan.jsonl"]);
    server.enter();
    (folder, server)
}

#[test]
fn the_board_says_that_it_is_the_one_in_the_plan() {
    let (_folder, server) = hall("official", &own());
    let shown = |server: &Server| {
        let program = server.view()["program"].clone();
        assert_eq!(program["zh"], "程序与公示的一致");
        assert_eq!((&program["is"], &program["asks"]), (&json!("same"), &json!(false)));
        assert_eq!(program["sha256"].as_str().unwrap().replace(' ', ""), own());
    };
    shown(&server);
    server.act(&json!({"do": "seal"}));
    shown(&server);
}

#[test]
fn another_one_is_confirmed_before_an_official_plan_is_sealed() {
    let (folder, server) = hall("official", &"ab".repeat(32));
    let view = server.view();
    assert_eq!((&view["program"]["is"], &view["program"]["asks"]), (&json!("other"), &json!(true)));
    let (status, body) =
        server.act_at(view["version"].as_u64().unwrap(), &json!({"do": "seal", "anyway": true}));
    assert_eq!(status, 422, "{body}");
    assert!(body["error"].as_str().unwrap().contains("not the one in the plan"), "{body}");
    assert_eq!(lines(folder.path()), 0);
    server.act(&json!({"do": "seal", "other_program": true}));
    assert_eq!(server.view()["program"]["is"], "other");
    let notes = || fs::read_to_string(folder.path().join("draw.hall.jsonl")).unwrap();
    assert_eq!(notes().matches(&own()).count(), 1, "{}", notes());
    // The same program once more is not noted once more.
    drop(server);
    let mut server = Server::start(folder.path(), &[]);
    server.enter();
    assert_eq!(server.view()["program"]["asks"], false);
    assert_eq!(notes().matches(&own()).count(), 1, "{}", notes());
}

#[test]
fn a_rehearsal_does_not_wait() {
    let (_folder, server) = hall("rehearsal", &"ab".repeat(32));
    assert_eq!(server.view()["program"]["asks"], false);
    server.act(&json!({"do": "seal"}));
    assert_eq!(server.view()["program"]["is"], "other");
}
