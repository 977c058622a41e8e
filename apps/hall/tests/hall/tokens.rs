//! Time tokens on the operator's page: the request, and the file that an authority sent.

use crate::disk::verified;
use crate::server::{PLAN, Server};
use floorlot::token::{TimeToken, decode, encode};
use serde_json::json;
use std::fs;
use tempfile::TempDir;

/// The answer of an authority (tests/vectors/tokens) as if it were to this request.
fn answer(request: &str) -> String {
    let vectors = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/tokens");
    let mut answer = fs::read(format!("{vectors}/response.tsr")).unwrap();
    let old = TimeToken::from_der(&fs::read(format!("{vectors}/token.tst")).unwrap()).unwrap();
    let at = answer.windows(32).position(|bytes| bytes == old.imprint.0).unwrap();
    // Behind the imprint of a request stands `certReq` alone, three bytes.
    let request = decode(request).unwrap();
    let imprint = &request[request.len() - 35..request.len() - 3];
    answer[at..at + 32].copy_from_slice(imprint);
    encode(&answer)
}

#[test]
fn the_page_gives_the_request_and_takes_the_answer() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path(), &["--plan", PLAN]);
    let draw = || server.view()["operator"]["draw"].clone();
    let take = |file: &str| {
        server.try_act(&json!({"do": "command", "command": {"token": {"token": file}}}))
    };
    let mut of_the_plan = String::new();
    for stage in ["roll_call", "numbers", "sign_off"] {
        server.draw_to(stage);
        let (request, stamped) = (draw()["token_request"].clone(), draw()["tokens"].clone());
        assert_eq!(stamped, 0, "{stage}");
        let file = answer(request.as_str().unwrap());
        if stage == "roll_call" {
            of_the_plan.clone_from(&file);
        } else {
            let (status, body) = take(&of_the_plan);
            let why = body["error"].as_str().unwrap();
            assert!(status == 422 && why.contains("over another checkpoint"), "{body}");
        }
        let (status, body) = take("AAAA");
        let why = body["error"].as_str().unwrap();
        assert!(status == 422 && why.contains("this is no RFC 3161 time token in DER"), "{body}");
        assert_eq!(take(&file).0, 200, "{stage}");
        assert_eq!((&draw()["tokens"], &draw()["token_request"]), (&json!(1), &request));
    }
    server.draw_to("done");
    assert_eq!((&draw()["tokens"], take(&of_the_plan).0), (&json!(null), 422));
    drop(server);
    let lines = fs::read_to_string(folder.path().join("draw.jsonl")).unwrap();
    assert_eq!(lines.matches("{\"kind\":\"token\"").count(), 3);
    verified(&folder.path().join("draw.jsonl"));
}
