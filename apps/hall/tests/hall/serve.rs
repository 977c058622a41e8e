//! The pages of the hall as a program asks them: who may write, what a stale or repeated request
//! does, what is on disk, and what survives `kill -9`.

use crate::hall::{PLAN, Server, agent, command, lines, program, typed};
use floorlot::Fingerprint;
use floorlot::lines::Stage;
use floorlot::primitives::tree::Tree;
use floorlot::rules::Lang;
use floorlot::transcript::{Evidence, Verdict, verify};
use floorlot_testing::Run;
use serde_json::{Value, json};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

#[test]
fn only_the_page_that_was_let_in_writes() {
    let folder = TempDir::new().unwrap();
    let mut server = Server::start(folder.path(), &["--plan", PLAN]);
    let (own, seal) = (server.origin(), json!({"version": 1, "act": {"do": "seal"}}));
    let refused = |server: &Server, headers: &[(&str, &str)], expected: u16| {
        let (status, body) = server.post("api/act", headers, &seal);
        assert_eq!(status, expected, "{headers:?}: {body}");
        assert!(body["error"].as_str().is_some_and(|why| !why.is_empty()));
        assert_eq!(lines(folder.path()), 0);
    };
    refused(&server, &[], 403); // no origin: not from a page
    refused(&server, &[("origin", &own)], 401); // no key
    refused(&server, &[("origin", &own), ("x-floorlot-key", &"0".repeat(64))], 401);
    let wrong = server.post("api/enter", &[("origin", &own)], &json!({"token": "0".repeat(64)})).0;
    let elsewhere = server
        .post("api/enter", &[("origin", "http://evil.example")], &json!({"token": server.token}))
        .0;
    assert_eq!((wrong, elsewhere), (401, 403));
    server.enter();
    // The token works once.
    let again = |server: &Server, key: &str| {
        server.post("api/enter", &[("origin", &own)], &json!({"key": key}))
    };
    assert_eq!(
        server.post("api/enter", &[("origin", &own)], &json!({"token": server.token})).0,
        401
    );
    // A page that is loaded again enters with its key, also twice in a row; once the new key was
    // used, the old one is worth nothing.
    let first = server.key.clone();
    assert_eq!(again(&server, &"0".repeat(64)).0, 401);
    assert_eq!(again(&server, &first).0, 200, "its answer is lost");
    let (status, body) = again(&server, &first);
    server.key = body["key"].as_str().unwrap().to_owned();
    assert_eq!((status, server.view()["version"].as_u64()), (200, Some(1)));
    assert_eq!(again(&server, &first).0, 401, "a copy of the key comes too late");
    refused(&server, &[("origin", &own), ("x-floorlot-key", &first)], 401);
    let key = server.key.clone();
    refused(&server, &[("origin", "http://evil.example"), ("x-floorlot-key", &key)], 403);
    refused(&server, &[("x-floorlot-key", &key)], 403);
    // By another name that points here.
    let agent = agent();
    let rebound =
        agent.get(&server.base).header("host", "evil.example").call().unwrap().status().as_u16();
    assert_eq!(rebound, 403);
    // The board is for everybody, and says so in its headers.
    let board = agent.get(&server.base).call().unwrap();
    assert_eq!(board.status().as_u16(), 200);
    let policy = board.headers().get("content-security-policy").unwrap().to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    // Another page takes over with a new token; the one before is out.
    server.child.stdin.as_mut().unwrap().write_all(b"\n").unwrap();
    server.read_token();
    server.enter();
    refused(&server, &[("origin", &own), ("x-floorlot-key", &key)], 401);
    server.act(&json!({"do": "seal"}));
    assert_eq!(lines(folder.path()), 40);
}

#[test]
fn a_stale_or_repeated_request_changes_nothing() {
    let folder = TempDir::new().unwrap();
    let mut server = Server::start(folder.path(), &["--plan", PLAN]);
    server.enter();
    let version = server.view()["version"].as_u64().unwrap();
    let seal = json!({"do": "seal"});
    assert_eq!(server.act_at(version, &seal).0, 200);
    let before = lines(folder.path());
    let envelope = typed("envelope r1");
    for version in [version, version - 1, version + 7] {
        assert_eq!(server.act_at(version, &envelope).0, 409);
    }
    assert_eq!(lines(folder.path()), before);
    assert_eq!(server.act_at(version + 1, &envelope).0, 200);
    assert_eq!(server.act_at(version + 1, &envelope).0, 409, "the same request again");
    assert_eq!(lines(folder.path()), before + 1);
    // What the rules do not allow is refused in words.
    let (status, body) = server.act_at(version + 2, &typed("close"));
    assert_eq!((status, lines(folder.path())), (422, before + 1));
    assert!(body["error"].as_str().unwrap().contains("not called"), "{body}");
}

/// Every act of the draw, one after the other, each in a program of its own that is killed without
/// warning afterwards.
#[test]
fn a_draw_goes_on_after_a_kill_in_every_stage() {
    let folder = TempDir::new().unwrap();
    let stick = TempDir::new().unwrap();
    let copy = stick.path().to_str().unwrap();
    let mut acts = vec![json!({"do": "seal"})];
    let say = typed;
    for member in ["r1", "r2", "r3", "o1", "o2", "o3"] {
        acts.push(say(&format!("envelope {member}")));
    }
    acts.extend([say("close"), json!({"do": "pause", "reason": "tea"}), json!({"do": "resume"})]);
    for member in ["r1", "r2", "r3", "o1", "o2", "o3"] {
        acts.push(say(&format!("reveal {member} 4711")));
    }
    acts.extend([
        say("close"),
        say("dice 00416293857710359265"),
        say("call"),
        say("missed"),
        say("undo wrong button"),
        say("missed"),
    ]);
    let mut bytes = Vec::new();
    for (number, act) in acts.iter().enumerate() {
        let mut server = Server::start(folder.path(), &["--copy", copy]);
        if number == 0 {
            drop(server);
            server = Server::start(folder.path(), &["--plan", PLAN, "--copy", copy]);
        }
        server.enter();
        if act["do"] == "resume" {
            assert_eq!(server.view()["pause"]["reason"], "tea", "the pause is still there");
        }
        server.act(act);
        drop(server); // kill -9
        let now = fs::read(folder.path().join("draw.jsonl")).unwrap();
        assert!(now.starts_with(&bytes), "{act}");
        let grows = !matches!(act["do"].as_str(), Some("pause" | "resume"));
        assert_eq!(now.len() > bytes.len(), grows, "{act}");
        assert_eq!(
            fs::read(stick.path().join("draw.jsonl")).unwrap(),
            now,
            "{act}: the second copy"
        );
        bytes = now;
    }
    // The terminal goes on with the same files.
    let run =
        ["--lang", "en", "run", "--plan", "draw.plan.jsonl", "--out", "draw.jsonl", "--no-clock"];
    Run::of(program()).args(run).within(folder.path()).ends(3);
    assert_eq!(fs::read(folder.path().join("draw.jsonl")).unwrap(), bytes);
}

/// Nothing can be taken back after the first die that is not on the board before it.
#[cfg(unix)]
#[test]
fn the_board_shows_the_reveals_before_the_dice_and_the_head_at_each_stage() {
    let folder = TempDir::new().unwrap();
    let server = crate::server::Server::start(folder.path(), &["--plan", PLAN]);
    let head = || {
        let file = fs::read(folder.path().join("draw.jsonl")).unwrap();
        let mut tree = Tree::new();
        file.split_inclusive(|b| *b == b'\n')
            .for_each(|line| tree.push_line(&line[..line.len() - 1]));
        let board = server.board();
        let print = Fingerprint::of(board["origin"].as_str().unwrap(), tree.size(), tree.root());
        let shown = (board["head"]["lines"].as_u64(), board["head"]["fingerprint"].as_str());
        assert_eq!(shown, (Some(tree.size()), Some(&*print.to_string())), "{}", board["stage"]);
        (board, file)
    };
    assert!(server.board()["head"].is_null(), "nothing is recorded yet");
    for stage in ["roll_call", "reveals", "numbers", "call", "choice"] {
        server.draw_to(stage);
        let (board, file) = head();
        let print = board["fingerprints"][3].as_str();
        assert_eq!(print.is_some(), !["roll_call", "reveals"].contains(&stage), "{stage}");
        let Some(print) = print else { continue };
        let evidence = Evidence::default().with_noted(vec![print.parse().unwrap()]);
        let report = verify(&file[..], &evidence).unwrap();
        assert_eq!(report.verdict, Verdict::Unfinished, "{stage}: {}", report.text(Lang::En));
        assert_eq!(report.checkpoints[1].stage, Stage::Reveals);
        if stage == "numbers" {
            assert_eq!(report.checkpoints[1].size + 1, report.totals.lines, "no die is rolled");
        }
    }
}

#[test]
fn a_second_operator_is_locked_out() {
    let folder = TempDir::new().unwrap();
    let mut server = Server::start(folder.path(), &["--plan", PLAN]);
    server.enter();
    server.act(&json!({"do": "seal"}));
    locked_out(folder.path());
    server.say("envelope r1");
}

#[track_caller]
fn locked_out(folder: &Path) {
    let second = command(folder, &["--plan", PLAN]).stdin(Stdio::null()).output().unwrap();
    assert_eq!(second.status.code(), Some(2));
    assert!(
        String::from_utf8_lossy(&second.stderr).contains("another program is writing"),
        "{}",
        String::from_utf8_lossy(&second.stderr)
    );
}

/// What is sealed is what the page showed: nobody else has the transcript before the seal either,
/// and a plan file that was changed is shown first.
#[test]
fn another_plan_than_the_page_showed_is_not_sealed() {
    let folder = TempDir::new().unwrap();
    let mut server = Server::start(folder.path(), &["--plan", PLAN]);
    server.enter();
    locked_out(folder.path());
    let file = folder.path().join("draw.plan.jsonl");
    let changed = fs::read_to_string(&file).unwrap().replace("\"tier\":2", "\"tier\":1");
    fs::write(&file, changed).unwrap();
    let (before, version) =
        (server.view()["fingerprints"][0].clone(), server.view()["version"].as_u64().unwrap());
    let (status, body) = server.act_at(version, &json!({"do": "seal"}));
    assert_eq!((status, lines(folder.path())), (422, 0), "{body}");
    assert!(body["error"].as_str().unwrap().contains("another plan now"), "{body}");
    let shown = server.view()["fingerprints"][0].clone();
    assert_ne!(shown, before);
    server.act(&json!({"do": "seal"}));
    assert_eq!(
        server.view()["fingerprints"][0],
        shown,
        "the fingerprint that was shown before the seal"
    );
}

#[test]
fn the_copy_is_in_another_folder_and_one_goes_on_from_it() {
    let folder = TempDir::new().unwrap();
    let same = command(folder.path(), &["--copy", "."]).stdin(Stdio::null()).output().unwrap();
    assert_eq!(same.status.code(), Some(2));
    assert!(
        String::from_utf8_lossy(&same.stderr).contains("the folder of the transcript itself"),
        "{}",
        String::from_utf8_lossy(&same.stderr)
    );
    let stick = TempDir::new().unwrap();
    let mut server =
        Server::start(folder.path(), &["--plan", PLAN, "--copy", stick.path().to_str().unwrap()]);
    server.enter();
    server.act(&json!({"do": "seal"}));
    server.say("envelope r1");
    server.act(&json!({"do": "pause", "reason": "fire alarm"}));
    drop(server);
    let before = lines(folder.path());
    drop(folder); // the disk is lost
    let mut server = Server::start(stick.path(), &[]);
    server.enter();
    assert_eq!(server.view()["pause"]["reason"], "fire alarm");
    server.act(&json!({"do": "resume"}));
    server.say("envelope r2");
    assert_eq!(lines(stick.path()), before + 1);
}

/// What the hall notes beside the transcript survives a torn line, decides nothing, and stands in
/// the minutes.
#[test]
fn pauses_and_calls_are_kept_on_disk() {
    let folder = TempDir::new().unwrap();
    let mut server = Server::start(folder.path(), &["--plan", PLAN]);
    server.enter();
    server.act(&json!({"do": "seal"}));
    for member in ["r1", "r2", "r3", "o1", "o2", "o3"] {
        server.say(&format!("envelope {member}"));
    }
    server.say("close");
    for member in ["r1", "r2", "r3", "o1", "o2", "o3"] {
        server.say(&format!("reveal {member} 4711"));
    }
    server.say("close");
    server.say("dice 00416293857710359265");
    let given = server.view()["numbers"]["given"].clone();
    assert_eq!(given, json!(["00416293857710359265"]), "the board shows what was typed");
    let version = server.view()["version"].as_u64().unwrap();
    assert_eq!(server.act_at(version, &json!({"do": "no_answer"})).0, 422, "nobody is called yet");
    server.say("call");
    let before = lines(folder.path());
    for n in 1..=3 {
        server.act(&json!({"do": "no_answer"}));
        assert_eq!(server.view()["unanswered"], n);
    }
    let version = server.view()["version"].as_u64().unwrap();
    assert_eq!(
        server.act_at(version, &json!({"do": "no_answer"})).0,
        422,
        "three calls are enough"
    );
    assert_eq!(lines(folder.path()), before, "it is no line of the transcript");
    drop(server);
    // A power cut in the middle of a note.
    let log = folder.path().join("draw.hall.jsonl");
    let mut torn = fs::read(&log).unwrap();
    torn.extend(br#"{"at":1,"rea"#);
    fs::write(&log, torn).unwrap();
    let mut server = Server::start(folder.path(), &[]);
    server.enter();
    assert_eq!(server.view()["unanswered"], 3);
    server.act(&json!({"do": "pause", "reason": "fire alarm <b>"}));
    drop(server);
    let mut server = Server::start(folder.path(), &[]);
    server.enter();
    assert_eq!(server.view()["pause"]["reason"], "fire alarm <b>");
    server.act(&json!({"do": "resume"}));
    server.say("missed");
    assert_eq!(server.view()["unanswered"], 0);
    assert_eq!(server.view()["recent"][0]["what"], "deferred");
    server.say("undo wrong button");
    let view = server.view();
    assert_eq!(
        (&view["recent"][0]["what"], &view["recent"][0]["reason"]),
        (&json!("undone"), &json!("wrong button"))
    );
    let agent = agent();
    let minutes = agent
        .get(format!("{}print/minutes?lang=en", server.base))
        .call()
        .unwrap()
        .body_mut()
        .read_to_string()
        .unwrap();
    assert!(
        minutes.contains("Pause until") && minutes.contains("fire alarm &lt;b&gt;"),
        "{minutes}"
    );
}

/// Opens the stream of the board (or whatever `request` asks) on a connection of its own.
fn connect(server: &Server, request: &str) -> TcpStream {
    let host = server.origin().replace("http://", "");
    let mut stream = TcpStream::connect(&host).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let _ = stream.write_all(request.replace("HOST", &host).as_bytes());
    stream
}

/// The first line of the answer and the beginning of its body.
fn answered(stream: &mut TcpStream) -> String {
    let mut start = [0; 2000];
    let length = stream.read(&mut start).unwrap_or(0);
    String::from_utf8_lossy(start.get(..length).unwrap()).into_owned()
}

const STREAM: &str = "GET /api/events HTTP/1.1\r\nhost: HOST\r\n\r\n";

/// So many boards, and no more; the operator's page neither waits for them nor counts among them.
#[test]
fn a_thousand_streams_do_not_starve_the_operator() {
    let folder = TempDir::new().unwrap();
    let mut server = Server::start(folder.path(), &["--plan", PLAN]);
    server.enter();
    let mut streams: Vec<TcpStream> = (0..1100).map(|_| connect(&server, STREAM)).collect();
    let begun = Instant::now();
    server.act(&json!({"do": "seal"}));
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    let answers: Vec<String> = streams.iter_mut().map(answered).collect();
    let open = answers.iter().filter(|answer| answer.starts_with("HTTP/1.1 200")).count();
    assert_eq!(open, 64);
    let full =
        answers.iter().filter(|answer| answer.starts_with("HTTP/1.1 503")).collect::<Vec<_>>();
    // Those that got no answer at all gave way to the operator; how many depends on the machine.
    assert!(
        !full.is_empty() && full.iter().all(|answer| answer.contains("64 boards are open")),
        "{} {:?}",
        full.len(),
        full.first()
    );
    // The operator's own stream does not count, and a pass that is none does.
    let with = |pass: &str| STREAM.replace("events", &format!("events?pass={pass}"));
    let (_, body) =
        server.post("api/enter", &[("origin", &server.origin())], &json!({"key": server.key}));
    server.key = body["key"].as_str().unwrap().to_owned();
    assert!(
        answered(&mut connect(&server, &with(body["pass"].as_str().unwrap())))
            .starts_with("HTTP/1.1 200")
    );
    assert!(answered(&mut connect(&server, &with(&"0".repeat(64)))).starts_with("HTTP/1.1 503"));
    // Boards that are closed give their places back.
    drop(streams);
    let soon = (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(50));
        answered(&mut connect(&server, STREAM)).starts_with("HTTP/1.1 200")
    });
    assert!(soon, "no place is free again");
}

/// A hall that is started by a shell, after this command of the shell.
#[cfg(unix)]
fn behind(shell: &str, folder: &Path) -> Server {
    let mut through = Command::new("sh");
    through.arg("-c").arg(format!("{shell}; exec \"$0\" \"$@\"")).arg(program());
    through.args(["--lang", "en", "serve", "--out", "draw.jsonl", "--port", "0", "--no-clock"]);
    through.args(["--plan", PLAN]).current_dir(folder);
    Server::spawn(through)
}

/// Sockets that say nothing, half a request, or read nothing of their answer, where a program may
/// open few files.
#[cfg(unix)]
#[test]
fn idle_and_slow_sockets_do_not_starve_the_operator() {
    let folder = TempDir::new().unwrap();
    let mut server = behind("ulimit -n 256", folder.path());
    server.enter();
    let kinds = [
        "",
        "GET / HTTP/1.1\r\nhost: HO",
        "POST /api/enter HTTP/1.1\r\nhost: HOST\r\ncontent-length: 999\r\n\r\n{",
        STREAM,
    ];
    let sockets: Vec<TcpStream> =
        (0..1100).map(|n| connect(&server, kinds[n % kinds.len()])).collect();
    for act in [json!({"do": "seal"}), typed("envelope r1")] {
        let begun = Instant::now();
        server.act(&act);
        assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    }
    let files = fs::read_dir(format!("/proc/{}/fd", server.child.id())).map_or(0, Iterator::count);
    assert!(files < 200, "{files} files are open");
    drop(sockets);
}

/// The keys of the samples sign with one click, in a rehearsal alone.
#[test]
fn sample_keys_sign_in_a_rehearsal_alone() {
    let folder = TempDir::new().unwrap();
    let official = fs::read_to_string(PLAN)
        .unwrap()
        .replace("\"mode\":\"rehearsal\"", "\"mode\":\"official\"");
    fs::write(folder.path().join("official.jsonl"), official).unwrap();
    for (plan, signs) in [(PLAN, true), ("official.jsonl", false)] {
        let _ = fs::remove_file(folder.path().join("draw.jsonl"));
        let _ = fs::remove_file(folder.path().join("draw.plan.jsonl"));
        let mut server = Server::start(folder.path(), &["--plan", plan]);
        server.enter();
        server.act(&json!({"do": "seal"}));
        let offered = |server: &Server| server.view()["operator"]["draw"]["sample"].clone();
        assert_eq!(offered(&server), signs);
        let (before, version) = (lines(folder.path()), server.view()["version"].as_u64().unwrap());
        let (status, body) = server.act_at(version, &json!({"do": "sign_sample"}));
        assert_eq!(
            (status, lines(folder.path())),
            if signs { (200, before + 6) } else { (422, before) },
            "{body}"
        );
        assert_eq!(server.view()["operator"]["draw"]["quorum"], signs);
        assert_eq!(offered(&server), false);
    }
}

#[test]
fn a_copy_that_cannot_be_written_is_a_warning_and_stops_nothing() {
    let folder = TempDir::new().unwrap();
    let stick = folder.path().join("stick");
    let mut server =
        Server::start(folder.path(), &["--plan", PLAN, "--copy", stick.to_str().unwrap()]);
    server.enter();
    server.act(&json!({"do": "seal"}));
    let warning = |server: &Server| server.view()["operator"]["files"]["copy"]["warning"].clone();
    assert!(
        warning(&server).as_str().unwrap().contains("second copy is behind"),
        "{}",
        warning(&server)
    );
    // The stick is put in: the next line brings all.
    fs::create_dir(&stick).unwrap();
    server.say("envelope r1");
    assert_eq!(warning(&server), Value::Null);
    let both = || {
        (
            fs::read(stick.join("draw.jsonl")).unwrap(),
            fs::read(folder.path().join("draw.jsonl")).unwrap(),
        )
    };
    let (copy, own) = both();
    assert_eq!(copy, own);
    // It is pulled out and put in again while nobody does anything: both are told within seconds.
    let aside = folder.path().join("aside");
    let soon = |server: &Server, behind: bool| {
        for _ in 0..100 {
            if warning(server).is_string() == behind {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        panic!("{}", warning(server));
    };
    fs::rename(&stick, &aside).unwrap();
    soon(&server, true);
    fs::rename(&aside, &stick).unwrap();
    soon(&server, false);
    // A file of something else is never written over.
    fs::write(stick.join("draw.jsonl"), "holiday\n").unwrap();
    server.say("envelope r2");
    assert!(warning(&server).as_str().unwrap().contains("stays as it is"), "{}", warning(&server));
    assert_eq!(fs::read_to_string(stick.join("draw.jsonl")).unwrap(), "holiday\n");
}

/// A disk that is full (a limit on the size of files stands for it) refuses one step, loses none,
/// and goes on when there is room.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_loses_nothing() {
    let folder = TempDir::new().unwrap();
    // The signal of a file that grows beyond the limit is left out, so that the write fails as on a
    // full disk.
    let mut server = behind("trap '' XFSZ", folder.path());
    server.enter();
    server.act(&json!({"do": "seal"}));
    let pid = server.child.id().to_string();
    let limit = |bytes: &str| {
        let set =
            Command::new("prlimit").args(["--pid", &pid, &format!("--fsize={bytes}")]).status();
        set.is_ok_and(|status| status.success())
    };
    let before = fs::read(folder.path().join("draw.jsonl")).unwrap();
    if !limit(&format!("{}:", before.len())) {
        return; // without prlimit there is no full disk to try
    }
    let version = server.view()["version"].as_u64().unwrap();
    let (status, body) = server.act_at(version, &typed("envelope r1"));
    assert_eq!(status, 422, "{body}");
    assert!(body["error"].as_str().unwrap().contains("all lines before it are safe"), "{body}");
    assert_eq!(server.view()["stage"], "broken");
    assert_eq!(fs::read(folder.path().join("draw.jsonl")).unwrap(), before);
    assert!(limit("unlimited:"));
    server.act(&json!({"do": "reopen"}));
    server.say("envelope r1");
    assert_eq!(server.view()["stage"], "roll_call");
    assert!(fs::read(folder.path().join("draw.jsonl")).unwrap().len() > before.len());
}

#[test]
fn a_plan_with_faults_is_refused_with_all_of_them() {
    let folder = TempDir::new().unwrap();
    let plan = fs::read_to_string(PLAN)
        .unwrap()
        .replace("\"tier\":1", "\"tier\":0")
        .replace("\"quorum\":2", "\"quorum\":9");
    fs::write(folder.path().join("bad.jsonl"), plan).unwrap();
    let output =
        command(folder.path(), &["--plan", "bad.jsonl"]).stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2));
    assert!(said.contains("quorum") && said.contains("tier"), "{said}");
    assert!(!folder.path().join("draw.plan.jsonl").exists() && lines(folder.path()) == 0);
}
