//! The pages say whether the program that runs is the one in the plan; with another one an official
//! plan is sealed only when somebody confirms it.

use crate::hall::{PLAN, Server, lines, program};
use floorlot_testing::Run;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::fs;
use tempfile::TempDir;

fn own() -> String {
    let bytes = fs::read(program()).unwrap();
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// How it is noted that this program is another one than the plan names.
fn other_noted() -> String {
    format!("\"what\":{{\"program\":\"{}\"}}", own())
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
        assert_eq!(program["fingerprint"].as_str().unwrap().split(' ').count(), 12);
        assert_eq!(
            (&program["name"], &program["version"]),
            (&json!("draw_session"), &json!(env!("CARGO_PKG_VERSION")))
        );
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
    assert_eq!(notes().matches(&other_noted()).count(), 1, "{}", notes());
    // The same program once more is not noted once more.
    drop(server);
    let mut server = Server::start(folder.path(), &[]);
    server.enter();
    assert_eq!(server.view()["program"]["asks"], false);
    assert_eq!(notes().matches(&other_noted()).count(), 1, "{}", notes());
}

#[test]
fn a_rehearsal_does_not_wait() {
    let (_folder, server) = hall("rehearsal", &"ab".repeat(32));
    assert_eq!(server.view()["program"]["asks"], false);
    server.act(&json!({"do": "seal"}));
    assert_eq!(server.view()["program"]["is"], "other");
}

/// A plan that names no program, and a hall without a plan, leave everybody to compare by hand.
#[test]
fn without_a_line_in_the_plan_it_is_shown_all_the_same() {
    let folder = TempDir::new().unwrap();
    let mut server = Server::start(folder.path(), &[]);
    server.enter();
    assert!(server.view()["program"]["is"].is_null());
    assert_eq!(server.view()["program"]["sha256"].as_str().unwrap().replace(' ', ""), own());
    drop(server);
    let mut server = Server::start(folder.path(), &["--plan", PLAN]);
    server.enter();
    assert_eq!(server.view()["program"]["is"], "not_named");
    assert_eq!(server.view()["program"]["sha256"].as_str().unwrap().replace(' ', ""), own());
}

/// Not the program that prints the minutes is in them, but those that were started with the draw.
#[cfg(target_os = "linux")]
#[test]
fn the_minutes_list_each_program_that_held_the_draw() {
    let folder = TempDir::new().unwrap();
    let mut server = Server::start(folder.path(), &["--plan", PLAN]);
    server.enter();
    server.act(&json!({"do": "seal"}));
    server.act(&json!({"do": "shown"}));
    drop(server);
    // The same program with a byte more behind its end is another file.
    let other = folder.path().join("draw_other");
    let mut bytes = fs::read(program()).unwrap();
    bytes.push(0);
    fs::write(&other, &bytes).unwrap();
    let own_other: String =
        Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(&other, mode).unwrap();
    let mut command = std::process::Command::new(&other);
    command.args(["--lang", "en", "serve", "--out", "draw.jsonl", "--port", "0", "--no-clock"]);
    command.current_dir(folder.path());
    let mut server = Server::spawn(command);
    server.enter();
    server.say("envelope r1");
    drop(server);
    for lang in ["en", "zh"] {
        let run =
            Run::of(program()).args(["--lang", lang, "print", "draw.jsonl", "--out", "print"]);
        run.args(["--only", "minutes", "--replace"]).within(&folder).ends(0);
        let minutes = fs::read_to_string(folder.path().join("print/minutes.html")).unwrap();
        let plain = minutes.replace(' ', "");
        assert!(plain.contains(&own()) && plain.contains(&own_other), "{minutes}");
        assert!(minutes.contains("draw_session ") && minutes.contains("draw_other "), "{minutes}");
        let told = ["2 different programs held the draw", "先后使用了 2 个不同的程序"];
        assert!(told.iter().any(|told| minutes.contains(told)), "{minutes}");
    }
}

/// Minutes of a draw whose hall noted no program, as halls of before, say that.
#[test]
fn minutes_without_a_note_say_that_nobody_noted_it() {
    let folder = TempDir::new().unwrap();
    let mut server = Server::start(folder.path(), &["--plan", PLAN]);
    server.enter();
    server.act(&json!({"do": "seal"}));
    drop(server);
    let log = folder.path().join("draw.hall.jsonl");
    let notes = fs::read_to_string(&log).unwrap();
    let before: String =
        notes.split_inclusive('\n').filter(|note| !note.contains("\"started\"")).collect();
    assert_ne!(before, notes);
    fs::write(&log, before).unwrap();
    let run = Run::of(program()).args(["--lang", "en", "print", "draw.jsonl", "--out", "print"]);
    run.args(["--only", "minutes"]).within(&folder).ends(0);
    let minutes = fs::read_to_string(folder.path().join("print/minutes.html")).unwrap();
    assert!(minutes.contains("Nobody noted which program held the draw"), "{minutes}");
    assert!(!minutes.replace(' ', "").contains(&own()), "not the one that prints");
}
