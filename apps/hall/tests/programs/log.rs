//! The log that signs every checkpoint by itself: its key, the draw that needs it, and the notes.

use crate::program;
use floorlot::lines::Line;
use floorlot::note::{ED25519, LogSignature, SignedNote, VerifierKey};
use floorlot::plan::{Mode, Plan, Pool, Source};
use floorlot::rules::Rule;
use floorlot::sign::verify_log;
use floorlot::transcript::{Evidence, OutcomeKind, Verdict, verify};
use floorlot_testing::Run;
use std::fs;
use tempfile::TempDir;

const ORIGIN: &str = "draw.example/2026-001";

/// Runs the program in a folder, and demands an exit code.
#[track_caller]
fn run(folder: &TempDir, arguments: &[&str], code: i32) -> (String, String) {
    let lang = ["--lang", "en"];
    Run::of(program("draw_session")).args(lang).args(arguments).within(folder).ends(code)
}

fn read(folder: &TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).unwrap()
}

/// A folder with the key of a log, a plan that names it, and a script.
fn prepared() -> (TempDir, VerifierKey) {
    let folder = TempDir::new().unwrap();
    let (told, _) = run(&folder, &["key", "log", "--origin", ORIGIN, "--out", "log.key"], 0);
    assert!(told.contains("run --log-key log.key") && told.contains("for `log` in draw.toml"));
    let key: VerifierKey = told.lines().find_map(|line| line.trim().parse().ok()).unwrap();
    let plan = Plan::new(ORIGIN, "七号楼（合成数据）", Mode::Rehearsal)
        .log(&key.to_string())
        .bench("residents", "居民代表", 1, &[("r1", "王*")])
        .bench("officials", "工作人员", 1, &[("o1", "李*")])
        .source(Source::TWENTY_DICE)
        .pool(Pool::lot("A", "A 型", "7号楼").unit("A-1", "101", 1, &[]).household(
            "H1",
            "张*",
            1,
            &[],
        ));
    let lines = plan.validate().unwrap().lines().concat_lines();
    fs::write(folder.path().join("plan.jsonl"), lines).unwrap();
    let script = "envelope r1\nenvelope o1\nclose\nreveal r1 8842\nreveal o1 8842\nclose\ndice 00416 29385 77108 59365\n";
    fs::write(folder.path().join("script.txt"), script).unwrap();
    (folder, key)
}

trait Lines {
    fn concat_lines(&self) -> Vec<u8>;
}

impl Lines for [Vec<u8>] {
    fn concat_lines(&self) -> Vec<u8> {
        self.iter().flat_map(|line| line.iter().copied().chain(*b"\n")).collect()
    }
}

const DRAW: [&str; 8] =
    ["run", "--plan", "plan.jsonl", "--out", "draw.jsonl", "--script", "script.txt", "--no-clock"];

fn with_key(file: &str) -> Vec<&str> {
    [&DRAW[..], &["--log-key", file]].concat()
}

#[test]
fn a_key_of_a_log_is_its_owners_alone_and_replaces_nothing() {
    let (folder, key) = prepared();
    assert_eq!((key.name(), key.kind()), (ORIGIN, ED25519));
    let path = folder.path().join("log.key");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let secret = read(&folder, "log.key");
    assert!(secret.starts_with("PRIVATE+KEY+draw.example/2026-001+"));
    let (_, err) = run(&folder, &["key", "log", "--origin", ORIGIN, "--out", "log.key"], 2);
    assert!(err.contains("it stays as it is"), "{err}");
    assert_eq!(read(&folder, "log.key"), secret);
    let (told, _) = run(&folder, &["key", "show", "log.key"], 0);
    assert!(told.contains(&key.to_string()) && told.contains("for `log` in draw.toml"), "{told}");
    let (_, err) = run(&folder, &["key", "log", "--origin", "no origin", "--out", "x"], 2);
    assert!(err.contains("found `no origin`") && !folder.path().join("x").exists(), "{err}");
    // It signs no note of a member.
    fs::write(folder.path().join("note"), format!("{ORIGIN}\n1\n{}=\n\n", "A".repeat(43))).unwrap();
    let (_, err) = run(&folder, &["sign", "--key", "log.key", "note"], 2);
    assert!(err.contains("not a whole key") && !err.contains(&secret[40..60]), "{err}");
}

#[test]
fn a_draw_with_a_log_needs_its_key_and_signs_by_itself() {
    let (folder, key) = prepared();
    let out = folder.path().join("draw.jsonl");
    let (_, err) = run(&folder, &DRAW, 2);
    assert!(err.contains("--log-key FILE") && err.contains("Nothing was written"), "{err}");
    run(&folder, &["key", "log", "--origin", ORIGIN, "--out", "other.key"], 0);
    let (_, err) = run(&folder, &with_key("other.key"), 2);
    assert!(err.contains("not the key of the log of this plan"), "{err}");
    run(&folder, &["key", "new", "--name", ORIGIN, "--out", "member.key"], 0);
    let (_, err) = run(&folder, &with_key("member.key"), 2);
    assert!(err.contains("base64 of 0x01"), "{err}");
    assert!(!out.exists());

    run(&folder, &with_key("log.key"), 0);
    let whole = fs::read(&out).unwrap();
    let report = verify(&whole[..], &Evidence::default()).unwrap();
    assert_eq!(report.verdict, Verdict::Verified);
    let s7 = report.checks.iter().find(|check| check.id == Rule::S7).unwrap();
    assert_eq!((s7.outcome, s7.examined), (OutcomeKind::Passed, 3));

    // It goes on after every line, also between a checkpoint and the log.
    let ends = (0..whole.len()).filter(|n| whole[*n] == b'\n').map(|n| n + 1);
    for end in [0].into_iter().chain(ends) {
        let _ = fs::remove_file(folder.path().join("draw.hall.jsonl"));
        fs::write(&out, &whole[..end]).unwrap();
        run(&folder, &with_key("log.key"), 0);
        assert!(fs::read(&out).unwrap() == whole, "after {end} bytes");
    }

    // The line of the log is the first on a note, and stays so when a member signs.
    let (note, _) = run(&folder, &["note", "draw.jsonl"], 0);
    fs::write(folder.path().join("note"), &note).unwrap();
    let (signed, _) = run(&folder, &["sign", "--key", "member.key", "note"], 0);
    for text in [note, signed.clone()] {
        let read: SignedNote = text.parse().unwrap();
        let line: LogSignature = text.split('\n').nth(4).unwrap().parse().unwrap();
        assert!(verify_log(&key, &read.body, &line).is_ok(), "{text}");
    }
    assert_eq!(signed.matches("\u{2014} ").count(), 2, "{signed}");
}

#[test]
fn the_next_attempt_has_the_same_log_under_its_own_name() {
    let (folder, key) = prepared();
    let script = read(&folder, "script.txt");
    fs::write(folder.path().join("script.txt"), format!("{script}void x\nseal\n")).unwrap();
    run(&folder, &with_key("log.key"), 0);
    fs::write(folder.path().join("script.txt"), script).unwrap();
    run(&folder, &["again", "draw.jsonl"], 0);
    let plan = read(&folder, "draw-2.plan.jsonl");
    let Ok(Line::Plan { origin, log: Some(log), .. }) =
        Line::decode(plan.lines().next().unwrap().as_bytes())
    else {
        panic!("{plan}")
    };
    let next: VerifierKey = log.parse().unwrap();
    assert_eq!((next.name(), next.public()), (origin.as_ref(), key.public()));
    assert!(read(&folder, "draw-2.toml").contains(&format!("log = \"{next}\"")));
    // The same file signs for it.
    let again = [
        "run",
        "--plan",
        "draw-2.plan.jsonl",
        "--out",
        "draw-2.jsonl",
        "--script",
        "script.txt",
        "--no-clock",
        "--log-key",
        "log.key",
    ];
    run(&folder, &again, 0);
    let file = read(&folder, "draw-2.jsonl");
    assert_eq!(verify(file.as_bytes(), &Evidence::default()).unwrap().verdict, Verdict::Verified);
}
