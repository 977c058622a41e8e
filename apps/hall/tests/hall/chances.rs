//! The odds before the draw, opened from the operator's page: computed aside, once for a plan.

#![cfg(feature = "odds")]

use crate::server::{PLAN, Server};
use serde_json::json;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const LARGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/data/pengsan/plan.jsonl");

#[test]
fn the_odds_are_opened_in_both_languages_and_after_the_seal() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path(), &[]);
    assert!(server.page("odds?lang=en").contains("there is no plan yet"));
    drop(server);
    let server = Server::start(folder.path(), &["--plan", PLAN]);
    let begun = Instant::now();
    let page = loop {
        let page = server.page("odds?lang=en");
        if page.contains("<svg") {
            break page;
        }
        assert!(
            page.contains("being computed") && page.contains("http-equiv=\"refresh\""),
            "{page}"
        );
        assert!(begun.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(50));
    };
    assert!(page.contains("Odds before the draw") && page.contains("REHEARSAL"));
    // The plan is the same when it is sealed: its odds are there at once.
    server.act(&json!({"do": "seal"}));
    let page = server.page("odds?lang=zh");
    assert!(page.contains("抽签前的机会") && page.contains("<svg"), "{page}");
}

/// What takes half a minute is for nobody else to wait for.
#[test]
fn the_draw_does_not_wait_for_the_odds() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path(), &["--plan", LARGE]);
    assert!(server.page("odds?lang=zh").contains("正在计算"));
    let begun = Instant::now();
    server.act(&json!({"do": "seal"}));
    server.draw_to("draw");
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    let page = server.page("odds?lang=zh");
    assert!(page.contains("正在计算") || page.contains("<svg"), "{page}");
}
