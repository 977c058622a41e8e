//! `/api/find`, and the answers of verifiers that follow the draw: what they come to here.

use crate::server::Server;
use floorlot_testing::repository;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

fn block(more: &[&str]) -> (TempDir, Server) {
    let folder = TempDir::new().unwrap();
    fs::copy(repository("examples/data/block/plan.jsonl"), folder.path().join("draw.plan.jsonl"))
        .unwrap();
    let server = Server::start(folder.path(), more);
    (folder, server)
}

fn found(server: &Server, asked: &str) -> Value {
    let page = server.page(&format!("api/find?q={asked}"));
    serde_json::from_str(page.trim()).unwrap_or_else(|error| panic!("{asked}: {error}: {page}"))
}

#[test]
fn a_household_is_found_by_its_code_and_nothing_private_is_told() {
    let (_folder, server) = block(&[]);
    assert_eq!(found(&server, "H0001")["drawing"], false);
    server.draw_to("call");
    let hit = |asked: &str| found(&server, asked)["hits"].as_array().unwrap().len();
    assert_eq!(
        [hit("h0001"), hit("%20H0001%20"), hit("H00"), hit("H0099"), hit(""), hit("h")],
        [1, 1, 10, 0, 0, 0]
    );
    let all = found(&server, "H00").to_string();
    assert!(!all.contains("needs") && !all.contains("step-free"), "{all}");
    assert_eq!(found(&server, "1802")["hits"][0]["zh"][0], "此房目前无人选定。");

    server.act(&json!({"do": "command", "command": "call"}));
    let view = server.view();
    let household = view["call"]["id"].as_str().unwrap();
    assert_eq!(found(&server, household)["hits"][0]["zh"][0], "正在选房。");
    let units = view["building"]["units"].as_array().unwrap();
    let unit = units.iter().find(|unit| unit["state"] == "offered").unwrap();
    server
        .act(&json!({"do": "command", "command": {"choose": {"unit": unit["id"], "proxy": null}}}));
    let by_code = found(&server, household)["hits"][0].clone();
    assert_eq!(
        (&by_code["zh"][0], &by_code["unit"]["door"]),
        (&json!("本人自选。"), &unit["door"])
    );
    assert_eq!(
        found(&server, unit["door"].as_str().unwrap())["hits"][0],
        by_code,
        "the flat finds it too"
    );
}

fn answers(server: &Server) -> Value {
    server.board()["answers"].clone()
}

fn write(file: &Path, answer: &Value) {
    fs::write(file, answer.to_string()).unwrap();
}

#[test]
fn an_answer_counts_with_the_fingerprint_of_this_draw_alone() {
    let (folder, server) = block(&["--answer", "a.json", "--answer", "b.json"]);
    let file = folder.path().join("a.json");
    server.draw_to("call");
    let view = server.view();
    let (lines, fingerprint) = (&view["head"]["lines"], &view["head"]["fingerprint"]);
    let right =
        json!({"program": "other", "lines": lines, "fingerprint": fingerprint, "agrees": true});
    let is = |answer: &Value, is: &str| {
        write(&file, answer);
        server.until(|view| view["answers"][0]["is"] == is);
        assert_eq!(answers(&server)[1]["is"], "none", "nobody wrote the other one");
    };
    let with = |key: &str, value: Value| {
        let mut answer = right.clone();
        answer[key] = value;
        answer
    };
    is(&right, "agrees");
    is(&with("agrees", json!(false)), "differs");
    is(&with("fingerprint", json!("00000 ".repeat(12).trim())), "differs");
    is(&with("lines", json!(1)), "differs");
    is(&with("lines", json!(0)), "differs");
    is(&with("lines", json!(-1)), "none");
    is(&with("program", json!("x".repeat(70_000))), "none");
    is(&with("lines", json!(lines.as_u64().unwrap() + 9)), "behind");
    is(&with("over", json!(true)), "over");
    // It still agrees with what it had read when the draw goes on.
    is(&right, "agrees");
    server.act(&json!({"do": "command", "command": "call"}));
    assert_eq!(answers(&server)[0]["is"], "agrees");
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    server.until(|view| view["answers"][0]["is"] == "none");
}
