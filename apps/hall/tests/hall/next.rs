//! The next attempt after a void draw, prepared by the button of the page.

use crate::server::{PLAN, Server, command_at};
use serde_json::json;
use std::fs;
use tempfile::TempDir;

#[test]
fn the_button_prepares_what_the_next_hall_seals() {
    let folder = TempDir::new().unwrap();
    let again = json!({"do": "again"});
    let server = Server::start(folder.path(), &["--plan", PLAN, "--copy", "a stick"]);
    server.draw_to("reveals");
    server.say("void the hall is on fire");
    let (status, body) = server.try_act(&again);
    assert_eq!(status, 422, "the void draw is not sealed: {body}");
    assert!(!folder.path().join("draw-2.plan.jsonl").exists());
    server.say("seal");
    assert_eq!(server.try_act(&again).0, 422, "nor signed");
    server.draw_to("done");
    server.act(&again);
    let told = || server.view()["operator"]["told"].to_string().replace("\\\"", "\"");
    let here = folder.path().display();
    assert!(
        told()
            .contains(&format!("serve --out {here}/draw-2.jsonl --copy '{here}/a stick' --port 0")),
        "{}",
        told()
    );
    let plan = fs::read(folder.path().join("draw-2.plan.jsonl")).unwrap();
    server.act(&again);
    assert!(told().contains("up to date") && told().contains("--port 0"), "{}", told());
    // Something more is sealed after the void: the plan in the next hall is out of date, which is
    // told before anything is sealed.
    let next = Server::spawn(command_at(folder.path(), "draw-2.jsonl", &["--copy", "a stick"]));
    server.say("objection E1 the fire was small");
    server.say("seal");
    let (status, body) = next.try_act(&json!({"do": "seal"}));
    assert_eq!(status, 422, "{body}");
    assert!(
        body.to_string().contains("Nothing was sealed") && next.view()["stage"] == "plan",
        "{body}"
    );
    server.draw_to("done");
    server.act(&again);
    assert!(told().contains("is renewed"), "{}", told());
    assert_ne!(fs::read(folder.path().join("draw-2.plan.jsonl")).unwrap(), plan);
    assert_eq!(next.try_act(&json!({"do": "seal"})).0, 422, "it shows the other plan first");
    next.act(&json!({"do": "seal"}));
    assert_ne!(next.view()["stage"], "plan");
}
