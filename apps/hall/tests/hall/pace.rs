//! The hall draws by itself where nobody decides: at its pace, as far as it should, and not a
//! household further than somebody stops it.

use crate::server::{PLAN, Server};
use floorlot_hall::web::pace::Pace;
use serde_json::{Value, json};
use std::fs;
use std::time::Duration;
use tempfile::TempDir;

fn auto(every: u64, to: &str) -> Value {
    json!({"do": "auto", "every": every, "to": to})
}

/// A hall before the first turn of ten households that are drawn by lot.
fn by_lot(folder: &TempDir) -> Server {
    let plan = fs::read_to_string(PLAN).unwrap();
    let lot = plan
        .replace("\"rule\":\"choice\",\"absence\":\"last\",\"seconds\":180", "\"rule\":\"lot\"");
    assert_ne!(lot, plan);
    let path = folder.path().join("lot.plan.jsonl");
    fs::write(&path, lot).unwrap();
    let server = Server::start(folder.path(), &["--plan", path.to_str().unwrap()]);
    server.draw_to("draw");
    server
}

fn served(view: &Value) -> u64 {
    view["served"].as_u64().unwrap()
}

#[test]
fn the_pace_counts_on_the_clock_that_it_is_given() {
    let at = Duration::from_millis;
    let mut pace = Pace::new(2, at(1000));
    assert!(pace.is_due(at(1000)), "it begins at once");
    pace.drawn(false, at(1000));
    assert!(!pace.is_due(at(2999)) && pace.is_due(at(3000)));
    assert!(!pace.goes_on(at(3000), at(3000)), "one household at a time");
    // The end of a pool: the finished building is looked at, as long as the pace at least.
    pace.drawn(true, at(3000));
    assert!(pace.looks() && !pace.is_due(at(7999)) && pace.is_due(at(8000)));
    pace.drawn(false, at(8000));
    assert!(!pace.looks());
    // A pause: it waits once more after it, and no shorter than it would have.
    pace.holds(at(60_000));
    assert!(!pace.is_due(at(61_999)) && pace.is_due(at(62_000)));
    let mut slow = Pace::new(10, at(0));
    slow.drawn(true, at(0));
    slow.holds(at(0));
    assert!(!slow.is_due(at(9_999)) && slow.is_due(at(10_000)));
    // As fast as can be, with a breath for the pages.
    let mut fast = Pace::new(0, at(0));
    fast.drawn(false, at(10));
    assert!(fast.is_due(at(10)) && fast.goes_on(at(0), at(10)) && !fast.goes_on(at(0), at(400)));
    fast.drawn(true, at(20));
    assert!(!fast.is_due(at(1019)) && fast.is_due(at(1020)));
    fast.holds(at(1000));
    assert!(!fast.is_due(at(1019)), "a pause never makes it shorter");
}

#[test]
fn it_draws_at_its_pace_stands_still_in_a_pause_and_stops() {
    let folder = TempDir::new().unwrap();
    let server = by_lot(&folder);
    let (status, body) = server.try_act(&auto(3, "end"));
    let why = body["error"].as_str().unwrap();
    assert!(
        status == 422 && why.contains("found 3 seconds") && why.contains("2, 5 or 10"),
        "{why}"
    );
    server.act(&auto(2, "end"));
    let took = server.until(|view| served(view) == 3);
    assert!((Duration::from_millis(3500)..Duration::from_secs(9)).contains(&took), "{took:?}");
    let board = &server.board()["auto"];
    assert_eq!((&board["every"], &board["to"]), (&json!(2), &json!("end")));
    // What stops it needs no page that is up to date.
    let version = server.view()["version"].as_u64().unwrap();
    let stale = version.saturating_sub(1);
    assert_eq!(server.act_at(stale, &json!({"do": "step"})).0, 409);
    assert_eq!(server.act_at(stale, &json!({"do": "pause", "reason": "tea"})).0, 200);
    let paused = served(&server.view());
    std::thread::sleep(Duration::from_millis(2600));
    let view = server.view();
    assert!(served(&view) == paused && !view["auto"].is_null());
    server.act(&json!({"do": "resume"}));
    server.until(|view| served(view) > paused);
    assert_eq!(server.act_at(stale, &json!({"do": "halt"})).0, 200);
    let stopped = server.view();
    assert!(stopped["auto"].is_null());
    std::thread::sleep(Duration::from_millis(2600));
    assert_eq!(served(&server.view()), served(&stopped));
    // Any other act ends it; it is not there after a restart.
    server.act(&auto(10, "end"));
    server.act(&json!({"do": "step"}));
    assert!(server.view()["auto"].is_null());
    server.act(&auto(10, "end"));
    drop(server);
    let server = Server::start(folder.path(), &[]);
    assert!(server.view()["auto"].is_null());
}

#[test]
fn it_goes_as_far_as_it_should() {
    let folder = TempDir::new().unwrap();
    let server = by_lot(&folder);
    let until =
        |households: u64| json!({"do": "auto", "every": 0, "to": "end", "until": households});
    let (status, body) = server.try_act(&until(11));
    assert!(status == 422 && body["error"].as_str().unwrap().contains("1 to 10"), "{body}");
    server.act(&until(4));
    server.until(|view| view["auto"].is_null());
    assert_eq!(served(&server.view()), 4);
    server.act(&auto(0, "pool"));
    server.until(|view| view["auto"].is_null());
    assert_eq!(server.view()["stage"], "sign_off");
    let (status, body) = server.try_act(&auto(0, "end"));
    assert!(status == 422 && body["error"].as_str().unwrap().contains("nothing"), "{body}");
    server.draw_to("done");
}

/// Between the seal and the roll call: the fingerprint alone, the signatures, and no step of these
/// is recorded.
#[test]
fn what_the_board_shows_is_the_operators_to_say() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path(), &["--plan", PLAN, "--board-lang", "both"]);
    assert_eq!(server.board()["board"]["lang"], "both");
    server.act(&json!({"do": "board", "lang": "zh"}));
    server.act(&json!({"do": "board", "moment": 20}));
    assert_eq!(server.board()["board"], json!({"lang": "zh", "moment": 20}));
    let (status, body) = server.try_act(&json!({"do": "board", "moment": 601}));
    assert!(status == 422 && body["error"].as_str().unwrap().contains("1 to 600"), "{body}");
    let shows = || {
        let board = server.board();
        (board["sealed"].as_bool().unwrap(), board["signs"].as_bool().unwrap())
    };
    assert_eq!(shows(), (false, false));
    server.draw_to("roll_call");
    assert_eq!(shows(), (true, false));
    let sealed = fs::read(folder.path().join("draw.jsonl")).unwrap();
    server.act(&json!({"do": "shown"}));
    assert_eq!(shows(), (false, true));
    server.act(&json!({"do": "roll_call"}));
    assert_eq!(shows(), (false, false));
    assert_eq!(fs::read(folder.path().join("draw.jsonl")).unwrap(), sealed);
    server.say("envelope r1");
    let (status, body) = server.try_act(&json!({"do": "shown"}));
    assert!(status == 422 && body["error"].as_str().unwrap().contains("has begun"), "{body}");
}

/// The pages come in the language of the program.
#[test]
fn the_pages_come_in_the_language_of_the_program() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path(), &[]);
    for page in ["", "operator"] {
        assert!(server.page(page).contains("<html lang=\"en\""), "{page}");
    }
    assert_eq!(server.board()["board"]["lang"], "en");
}
