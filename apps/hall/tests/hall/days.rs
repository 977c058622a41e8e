//! A draw over several days: on the pages, and what survives when the program is killed while a day
//! is closed.

use crate::disk::verified;
use crate::server::{PLAN, Server, program};
use floorlot::lines::{Line, Stage};
use floorlot::transcript::{Evidence, Level, Verdict, verify};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// The plan of the sample; who misses a call is called again before the day is closed.
fn plan(folder: &Path) -> String {
    let plan = fs::read_to_string(PLAN).unwrap();
    let path = folder.join("days.plan.jsonl");
    fs::write(&path, plan.replace("\"absence\":\"last\"", "\"absence\":\"day\"")).unwrap();
    path.to_str().unwrap().to_owned()
}

fn command(name: &str) -> Value {
    json!({"do": "command", "command": name})
}

fn refusal(server: &Server, act: &Value) -> String {
    let (status, body) = server.try_act(act);
    assert_eq!(status, 422, "{act}: {body}");
    body["error"].as_str().unwrap().to_owned()
}

/// Calls the next household, which takes the first flat on offer.
fn turn(server: &Server, call: &str) {
    server.act(&command(call));
    let view = server.view();
    let units = view["building"]["units"].as_array().unwrap();
    let offered = units.iter().find(|unit| unit["state"] == "offered").unwrap();
    server.act(&json!({"do": "command", "command": {"choose": {"unit": offered["id"]}}}));
}

fn missed(server: &Server) {
    server.act(&command("call"));
    server.act(&command("missed"));
}

fn bytes(folder: &TempDir) -> Vec<u8> {
    fs::read(folder.path().join("draw.jsonl")).unwrap()
}

#[test]
fn a_day_is_closed_by_the_button_and_goes_on_in_the_morning() {
    let (folder, stick) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let (plan, copy) = (plan(folder.path()), stick.path().to_str().unwrap());
    let server = Server::start(folder.path(), &["--plan", &plan, "--copy", copy]);
    assert!(refusal(&server, &command("day")).contains("not sealed"));
    server.draw_to("call");
    assert!(refusal(&server, &command("day")).contains("nobody was called"));
    assert!(refusal(&server, &command("late")).contains("nobody waits"));
    missed(&server);
    turn(&server, "call");
    missed(&server);
    // Who missed a call is called again first; the page says who that is.
    let late = server.view()["day"]["late"].clone();
    let ids: Vec<&str> =
        late.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(server.board()["day"]["late"], late);
    let why = refusal(&server, &command("day"));
    assert!(ids.iter().all(|id| why.contains(id)) && why.contains("called again"), "{why}");
    server.act(&command("late"));
    assert_eq!(server.view()["call"]["id"], ids[0]);
    assert!(refusal(&server, &command("day")).contains("has not chosen"));
    server.act(&command("missed")); // for the second time: by lot, when that is sure
    assert!(refusal(&server, &command("day")).contains("comes first"));
    server.act(&command("next"));
    turn(&server, "late");
    let view = server.view();
    assert_eq!(
        (&view["stage"], &view["operator"]["draw"]["day_may_end"]),
        (&json!("day_end"), &json!(true))
    );
    assert!(refusal(&server, &command("call")).contains("day"), "the others come tomorrow");
    let question = view["operator"]["draw"]["day_question"].as_str().unwrap();
    assert!(question.contains("day 1") && question.contains("3 of 10"), "{question}");
    server.act(&command("day"));
    let view = server.view();
    assert_eq!((&view["stage"], &view["day"]["signing"]), (&json!("sign_off"), &json!(true)));
    server.act(&json!({"do": "sign_sample"}));
    server.act(&command("next"));
    // The night: on the board, on the disk, and on the stick.
    let board = server.board();
    assert_eq!((&board["stage"], &board["day"]["number"]), (&json!("night"), &json!(1)));
    let print = board["fingerprints"][4].as_str().unwrap().to_owned();
    assert!(refusal(&server, &json!({"do": "goes_on", "when": ""})).contains("when"));
    server.act(&json!({"do": "goes_on", "when": "2 December, 9:00"}));
    assert_eq!(server.board()["day"]["goes_on"], "2 December, 9:00");
    let evening = bytes(&folder);
    assert_eq!(fs::read(stick.path().join("draw.jsonl")).unwrap(), evening);
    drop(server); // kill -9
    let noted = Evidence::default().with_noted(vec![print.parse().unwrap()]);
    let report = verify(&evening[..], &noted).unwrap();
    assert_eq!((report.verdict, report.level), (Verdict::Unfinished, Level::Certified));
    let told = report.sentence();
    assert!(
        told.en.contains("Day 1 of the draw is closed; 3 of 10 households are served"),
        "{}",
        told.en
    );
    assert!(told.zh.contains("抽签第 1 天已结束：10 户中的 3 户已办理"), "{}", told.zh);
    // Next morning.
    let server = Server::start(folder.path(), &["--copy", copy]);
    let view = server.view();
    assert_eq!(
        (&view["stage"], &view["day"]["goes_on"]),
        (&json!("night"), &json!("2 December, 9:00"))
    );
    assert!(
        refusal(&server, &json!({"do": "command", "command": {"undo": {"reason": "x"}}}))
            .contains("nothing to undo")
    );
    assert_eq!(bytes(&folder), evening);
    server.act(&json!({"do": "morning"}));
    let view = server.view();
    assert_eq!((&view["stage"], &view["day"]["number"]), (&json!("call"), &json!(2)));
    assert!(refusal(&server, &json!({"do": "morning"})).contains("not closed"));
    assert!(refusal(&server, &command("day")).contains("nobody was called"));
    server.draw_to("sign_off");
    assert!(server.view()["day"].is_null(), "the last day ends with the result");
    server.draw_to("done");
    let whole = bytes(&folder);
    assert!(whole.starts_with(&evening));
    // The fingerprint of the first day still fits.
    let report = verify(&whole[..], &noted).unwrap();
    assert_eq!((report.verdict, report.level), (Verdict::Verified, Level::Certified));
    verified(&folder.path().join("draw.jsonl"));
    let days = server.page("print/days?lang=en");
    for told in [
        "day 1",
        "day 2",
        "3 of 10 households are served",
        "10 of 10 households are served",
        &print,
    ] {
        assert!(days.contains(told), "{told}");
    }
}

/// Killed after each line of the closing of a day, also with a torn line at the end.
#[test]
fn a_kill_while_a_day_is_closed_loses_nothing() {
    let folder = TempDir::new().unwrap();
    let plan = plan(folder.path());
    let server = Server::start(folder.path(), &["--plan", &plan]);
    server.draw_to("call");
    turn(&server, "call");
    let unsigned =
        |member: &str| json!({"do": "command", "command": {"unsigned": {"member": member}}});
    let mut acts = vec![command("day")];
    acts.extend(["r1", "r2", "r3", "o1", "o2", "o3"].map(unsigned));
    acts.push(command("next"));
    drop(server);
    let mut before = bytes(&folder);
    for (number, act) in acts.iter().enumerate() {
        let server = Server::start(folder.path(), &[]);
        server.act(act);
        drop(server); // kill -9
        let now = bytes(&folder);
        assert!(now.starts_with(&before) && now.len() > before.len(), "{act}");
        before = now;
        if number % 2 == 0 {
            let mut file =
                fs::OpenOptions::new().append(true).open(folder.path().join("draw.jsonl")).unwrap();
            file.write_all(b"{\"kind\":\"unsi").unwrap();
        }
    }
    let server = Server::start(folder.path(), &[]);
    assert_eq!((&server.view()["stage"], bytes(&folder)), (&json!("night"), before));
    server.act(&json!({"do": "morning"}));
    server.draw_to("done");
    verified(&folder.path().join("draw.jsonl"));
}

/// The same at the prompt: it is killed when two members have spoken, and goes on there.
#[test]
fn the_prompt_is_killed_while_a_day_is_closed() {
    let folder = TempDir::new().unwrap();
    let plan = plan(folder.path());
    let server = Server::start(folder.path(), &["--plan", &plan]);
    server.draw_to("call");
    turn(&server, "call");
    drop(server);
    let start = || {
        let mut run = Command::new(program());
        run.args(["--lang", "en", "run", "--plan", &plan, "--out", "draw.jsonl"]);
        run.current_dir(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        run.spawn().unwrap()
    };
    let mut child = start();
    let said = crate::server::Said::gather(child.stdout.take().unwrap());
    let stdin = child.stdin.as_mut().unwrap();
    stdin.write_all(b"day\nyes\nunsigned r1\nyes\nunsigned r2\nyes\n").unwrap();
    said.wait(0, "r2 彭*: did not sign"); // said only of what is on the disk
    child.kill().unwrap();
    child.wait().unwrap();
    let cut = bytes(&folder);
    let mut child = start();
    let (out, err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let (out, err) = (crate::server::Said::gather(out), crate::server::Said::gather(err));
    let rest =
        "unsigned r3\nyes\nunsigned o1\nyes\nunsigned o2\nyes\nunsigned o3\nyes\nnext\nyes\n";
    child.stdin.as_mut().unwrap().write_all(rest.as_bytes()).unwrap();
    let code = child.wait().unwrap().code();
    out.closed();
    err.closed();
    assert_eq!(code, Some(0), "{}", err.all());
    assert!(
        out.all().contains("Day 1 is closed, and all") && out.all().contains("run --plan"),
        "{}",
        out.all()
    );
    let whole = bytes(&folder);
    assert!(whole.starts_with(&cut));
    let stages = |stage| {
        let lines = whole.trim_ascii_end().split(|b| *b == b'\n');
        lines.filter(|line| matches!(Line::decode(line), Ok(Line::Checkpoint { stage: s, .. }) if s == stage)).count()
    };
    assert_eq!((stages(Stage::Day), stages(Stage::Result)), (1, 0));
    let report = verify(&whole[..], &Evidence::default()).unwrap();
    assert_eq!((report.verdict, report.level), (Verdict::Unfinished, Level::Consistent));
}

/// The pages share one list of words; a name that stands there twice means something else on one of
/// them.
#[test]
fn no_word_of_the_pages_is_given_twice() {
    let mut seen = BTreeSet::new();
    for page in ["hall", "tables", "operator"] {
        let path = format!("{}/src/web/pages/{page}.js", env!("CARGO_MANIFEST_DIR"));
        let text = fs::read_to_string(path).unwrap();
        let words = text.split("WORDS").nth(1).unwrap().split("\n}").next().unwrap();
        for part in words.split(": ['").collect::<Vec<_>>().split_last().unwrap().1 {
            let word = part.rsplit([' ', '{', ',', '\n']).next().unwrap().trim_matches('\'');
            assert!(seen.insert(word.to_owned()), "{page}.js: {word}");
        }
    }
    assert!(seen.contains("bychoice") && seen.contains("closeday") && seen.contains("chosen"));
}

/// Where nobody decides, a day is closed between two turns, and the next one does not begin by
/// itself.
#[test]
fn a_day_of_a_pool_that_is_drawn_by_lot() {
    let folder = TempDir::new().unwrap();
    let plan = fs::read_to_string(PLAN).unwrap();
    let lot = plan
        .replace("\"rule\":\"choice\",\"absence\":\"last\",\"seconds\":180", "\"rule\":\"lot\"");
    assert_ne!(lot, plan);
    let path = folder.path().join("lot.plan.jsonl");
    fs::write(&path, lot).unwrap();
    let server = Server::start(folder.path(), &["--plan", path.to_str().unwrap()]);
    server.draw_to("draw");
    server.act(&json!({"do": "step"}));
    server.act(&command("day"));
    server.act(&json!({"do": "sign_sample"}));
    server.act(&command("next"));
    assert_eq!(server.view()["stage"], "night");
    let evening = bytes(&folder);
    assert!(refusal(&server, &json!({"do": "step"})).contains("nothing"));
    server.act(&json!({"do": "morning"}));
    let view = server.view();
    assert_eq!(
        (&view["stage"], &view["served"], &view["operator"]["draw"]["rests"]),
        (&json!("draw"), &json!(1), &json!(true))
    );
    assert_eq!(bytes(&folder), evening, "the day begins, and nothing is drawn by that");
    server.act(&json!({"do": "step"}));
    assert_eq!(server.view()["served"], 2);
    let until =
        |households| json!({"do": "command", "command": {"until": {"households": households}}});
    assert!(refusal(&server, &until(2)).contains("3 to 10"));
    server.act(&until(5));
    let view = server.view();
    assert_eq!((&view["served"], &view["operator"]["draw"]["rests"]), (&json!(5), &json!(true)));
    let slips = server.page("print/enrolment?lang=zh");
    assert_eq!(slips.matches("<section").count(), 10);
    assert!(slips.contains("入册凭证") && slips.contains("已列入封存方案：第 1 顺位"));
    server.act(&json!({"do": "auto", "every": 0, "to": "end"}));
    server.until(|view| view["auto"].is_null());
    server.draw_to("done");
    verified(&folder.path().join("draw.jsonl"));
}
