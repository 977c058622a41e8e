//! What the hall does not take: files that are none, reasons that are not for everybody, requests
//! that say what nobody knows. It is told in words, and the hall goes on.

use crate::hall::{agent, typed};
use crate::harm::pipe;
use crate::server::{PLAN, Server};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Is refused, soon, with this said; and nothing is recorded.
#[track_caller]
fn refused(server: &Server, act: &Value, told: &str) {
    let lines = |server: &Server| server.view()["operator"]["files"]["lines"].clone();
    let (before, begun) = (lines(server), Instant::now());
    let (status, body) = server.try_act(act);
    assert_eq!(status, 422, "{act}: {body}");
    assert!(begun.elapsed() < Duration::from_secs(20), "{act}");
    let why = body["error"].as_str().unwrap();
    assert!(why.contains(told), "{act}: {why}\nexpected {told}");
    assert_eq!(lines(server), before, "{act}");
    // What is no act at all leaves everything as it is.
    let recorded = &server.view()["operator"]["recorded"];
    assert!(recorded.is_null() || told.starts_with("the hall does not know"), "{act}: {recorded}");
}

fn recording(file: &Path) -> Value {
    json!({"do": "recording", "file": file, "start": "2026-11-22T09:00:00+08:00"})
}

#[test]
fn a_pipe_or_a_device_is_no_recording_no_scan_and_no_consent() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path(), &["--plan", PLAN]);
    let fifo = folder.path().join("film.mp4");
    pipe(&fifo);
    let zero = Path::new("/dev/zero");
    // a plan is signed before the roll call
    server.act(&json!({"do": "seal"}));
    for file in [&fifo, zero] {
        let paper = json!({"paper": {"member": "r1", "scan": file}});
        refused(&server, &json!({"do": "command", "command": paper}), "a pipe, a device");
    }
    server.draw_to("done");
    for file in [&fifo, zero] {
        refused(&server, &recording(file), "a pipe, a device");
        let swap = json!({"swap": {"households": ["H0001", "H0002"], "consents": [file, file]}});
        refused(&server, &json!({"do": "command", "command": swap}), "a pipe, a device");
    }
    refused(&server, &recording(&folder.path().join("none.mp4")), "none.mp4");
    let swap = json!({"swap": {"households": ["H0001", "H0001"], "consents": [zero, zero]}});
    let told = "two households or more"; // the rules are asked before a file is read
    refused(&server, &json!({"do": "command", "command": swap}), told);
    let far = json!({"do": "recording", "file": zero, "start": "99999999999999999"});
    refused(&server, &far, "found `99999999999999999`");
    // A document: its file, and what a notice needs.
    let document = |what: &str, file: &Path, from: &str, to: &str| json!({"do": "file", "what": what, "file": file, "title": "合成 synthetic", "from": from, "to": to});
    refused(&server, &document("list", &fifo, "", ""), "a pipe, a device");
    refused(&server, &document("notice", zero, "2026-11-02", ""), "a notice needs the days");
    refused(&server, &document("notice", zero, "2026-11-03", "2026-11-02"), "is later");
    refused(&server, &document("notice", zero, "soon", "2026-11-02"), "found `soon`");
    fs::write(folder.path().join("board.jpg"), "synthetic").unwrap();
    let notice = document("notice", &folder.path().join("board.jpg"), "2026-11-02", "2026-11-02");
    server.act(&notice);
    refused(&server, &notice, "again");
    // The page makes the hash of a file that it was given; the file is not looked for here.
    let hash = "ab".repeat(32);
    let paper = json!({"do": "file", "what": "authority", "file": "scan.pdf", "title": "T", "household": "H0001", "sha256": hash});
    server.act(&paper);
    let filed = fs::read_to_string(folder.path().join("draw.jsonl")).unwrap();
    let filed: Vec<&str> =
        filed.lines().filter(|line| line.starts_with("{\"kind\":\"filed\"")).collect();
    assert!(filed[0].contains("\"name\":\"board.jpg\"") && filed[0].contains("\"to\":"));
    assert!(filed[1].contains(&hash) && filed[1].contains("\"household\":\"H0001\""));
    // A file is registered with its hash, and the hall was never locked.
    fs::write(folder.path().join("film.txt"), "sample").unwrap();
    server.act(&recording(&folder.path().join("film.txt")));
    let transcript = fs::read_to_string(folder.path().join("draw.jsonl")).unwrap();
    let sha256 = "af2bdbe1aa9b6ec1e2ade1d694f41fc71a831d0268e9891562113d8a62add1bf";
    assert!(transcript.contains(sha256), "{transcript}");
}

#[test]
fn a_pipe_in_the_place_of_a_sheet_of_receipts_stops_nobody() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path(), &["--plan", PLAN]);
    server.draw_to("done");
    fs::write(folder.path().join("draw.print"), "").unwrap();
    refused(&server, &json!({"do": "print"}), "expected a folder for the print-outs");
    fs::remove_file(folder.path().join("draw.print")).unwrap();
    server.act(&json!({"do": "print"}));
    let sheet = folder.path().join("draw.print/receipts/receipts.html");
    assert!(server.page("print/receipts").contains("<html"));
    pipe(&sheet);
    let told = server.page("print/receipts");
    assert!(told.contains("a pipe, a device"), "{told}");
    assert_eq!(server.view()["stage"], "done");
}

#[test]
fn a_pause_has_a_reason_for_everybody_and_one_end() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path(), &["--plan", PLAN]);
    server.act(&json!({"do": "seal"}));
    let pause = |reason: &str| json!({"do": "pause", "reason": reason});
    refused(&server, &json!({"do": "resume"}), "the draw is not paused");
    refused(&server, &pause("call 13912345678"), "mobile phone number");
    refused(&server, &pause("tea\ncoffee"), "U+000A");
    refused(&server, &pause("tea\u{1b}[2J"), "U+001B");
    refused(&server, &pause(&"tea ".repeat(50_000)), "at most 600 bytes");
    assert!(server.view()["pause"].is_null());
    server.act(&pause("tea"));
    refused(&server, &pause("coffee"), "paused already");
    assert_eq!(server.view()["pause"]["reason"], "tea");
    server.act(&json!({"do": "resume"}));
    refused(&server, &json!({"do": "resume"}), "the draw is not paused");
}

#[test]
fn next_is_refused_where_nothing_goes_on() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path(), &["--plan", PLAN]);
    server.draw_to("call");
    refused(&server, &typed("next"), "there is nothing to go on from");
    server.say("call");
    refused(&server, &typed("next"), "there is nothing to go on from");
}

#[test]
fn an_act_says_what_is_known_and_no_more() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path(), &["--plan", PLAN]);
    server.act(&json!({"do": "seal"}));
    for act in [
        json!({"do": "sign_sample", "member": "r1"}),
        json!({"do": "pause", "reason": "tea", "minutes": 5}),
        json!({"do": "command", "command": {"envelope": {"member": "r1", "secret": "4711"}}}),
        json!({"do": "command", "command": {"balls": {"numbers": ["x"]}}}),
        json!({"do": "dance"}),
    ] {
        refused(&server, &act, "the hall does not know this step (a part is missing");
    }
    let envelope = json!({"envelope": {"member": "r1\u{1b}[2J"}});
    refused(&server, &json!({"do": "command", "command": envelope}), "found `r1<U+001B>[2J`");
    // A hash is the same in capitals, as at the prompt.
    let commit = json!({"commit": {"member": "r1", "commit": "AB".repeat(32)}});
    server.act(&json!({"do": "command", "command": commit}));
    let transcript = fs::read_to_string(folder.path().join("draw.jsonl")).unwrap();
    assert!(transcript.contains(&"ab".repeat(32)), "{transcript}");
}

#[test]
fn a_proxy_is_one_name() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path(), &["--plan", PLAN]);
    server.draw_to("choice");
    let choose = json!({"choose": {"unit": "x", "proxy": "王小明\n李大"}});
    refused(&server, &json!({"do": "command", "command": choose}), "王小明<U+000A>李大");
}

/// Who may not ask is told so, whatever was sent; and who may gets an answer that a page can show.
#[test]
fn who_asks_is_looked_at_before_what() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path(), &["--plan", PLAN]);
    let (base, key) = server.door();
    let own = base.trim_end_matches('/').to_owned();
    let send = |path: &str, headers: &[(&str, &str)]| {
        let mut request =
            agent().post(format!("{base}{path}")).header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut answer = request.send("{\"version\":").unwrap();
        let body: Value = answer.body_mut().read_json().unwrap();
        assert!(body["error"].as_str().is_some_and(|why| !why.is_empty()), "{path}: {body}");
        (answer.status().as_u16(), body["error"].as_str().unwrap().to_owned())
    };
    for path in ["api/enter", "api/act", "api/draft", "api/note", "api/plan"] {
        assert_eq!(send(path, &[]).0, 403, "{path}");
        let (status, why) =
            send(path, &[("origin", &own), ("x-floorlot-key", &key), ("x-floorlot-lang", "zh")]);
        assert_eq!(status, 422, "{path}");
        assert!(!why.chars().any(|c| c.is_ascii_lowercase()), "{path}: {why}");
    }
}

/// A long film is hashed while the draw goes on. It is registered for the page as it was shown: the
/// hall moved on, and it comes too late.
#[test]
fn nobody_waits_while_a_long_film_is_hashed() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path(), &["--plan", PLAN]);
    server.draw_to("done");
    let path = folder.path().join("film.mp4");
    let film = fs::File::create(&path).unwrap();
    film.set_len(1 << 38).unwrap(); // without content: it takes no room
    let version = server.view()["version"].as_u64().unwrap();
    std::thread::scope(|scope| {
        let late = scope.spawn(|| server.act_at(version, &recording(&path)));
        std::thread::sleep(Duration::from_millis(300));
        let begun = Instant::now();
        server.say("objection E7 too loud");
        assert!(begun.elapsed() < Duration::from_secs(20));
        assert!(!late.is_finished(), "it was hashed already");
        film.set_len(0).unwrap();
        let (status, body) = late.join().unwrap();
        assert_eq!(status, 409, "{body}");
    });
    let transcript = fs::read_to_string(folder.path().join("draw.jsonl")).unwrap();
    assert!(transcript.contains("E7") && !transcript.contains("film.mp4"), "{transcript}");
}

/// To a page in Chinese everything is said in Chinese.
#[test]
fn what_is_refused_is_told_in_chinese() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path(), &["--plan", PLAN]);
    let (base, key) = server.door();
    let told = |act: &Value| {
        let version = server.view()["version"].clone();
        let request = agent()
            .post(format!("{base}api/act"))
            .header("content-type", "application/json")
            .header("origin", base.trim_end_matches('/'))
            .header("x-floorlot-key", &key)
            .header("x-floorlot-lang", "zh");
        let mut answer = request.send(json!({"version": version, "act": act}).to_string()).unwrap();
        assert_eq!(answer.status().as_u16(), 422, "{act}");
        let body: Value = answer.body_mut().read_json().unwrap();
        body["error"].as_str().unwrap().to_owned()
    };
    server.draw_to("done");
    let swap = |consents: Value| json!({"do": "command", "command": {"swap": {"households": ["H0001", "H0002"], "consents": consents}}});
    let cases = [
        (swap(json!(["ab".repeat(32)])), "同意书（consents）"),
        (swap(json!([])), "同意 文件 文件 …；发现“H0001 H0002”"),
        (json!({"do": "resume"}), "抽签没有暂停"),
        (json!({"do": "pause", "reason": "茶\n歇"}), "理由：发现 字符 U+000A"),
        (json!({"do": "dance"}), "某项格式不对"),
        (typed("next"), "现在不需要“继续”"),
        (recording(Path::new("/dev/zero")), "此处是管道、设备之类"),
        (json!({"do": "recording", "file": "a", "start": "9007199254740992"}), "9007199254740992"),
    ];
    for (act, expected) in cases {
        let why = told(&act);
        assert!(why.contains(expected), "{act}: {why}");
    }
}
