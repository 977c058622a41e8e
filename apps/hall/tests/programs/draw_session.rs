//! `draw_session` as an operator runs it: rehearsal, script, prompt, resuming,
//! refusals, exit codes.

use crate::program;
use floorlot::Fingerprint;
use floorlot::lines::{By, Line, Stage};
use floorlot::rules::Lang;
use floorlot::transcript::{Evidence, Verdict, verify};
use floorlot_testing::{Run, text};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

const BLOCK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/data/block/plan.jsonl");

/// The program with these arguments.
fn program_with(arguments: &[&str]) -> Run {
    Run::of(program("draw_session")).args(arguments)
}

/// Runs it and demands an exit code; gives standard output and standard error.
#[track_caller]
fn run(arguments: &[&str], code: i32) -> (String, String) {
    program_with(arguments).ends(code)
}

/// Runs it with these lines typed.
#[track_caller]
fn typed(arguments: &[&str], lines: &str, code: i32) -> (String, String) {
    program_with(arguments).typed(lines).ends(code)
}

fn path(folder: &TempDir, name: &str) -> String {
    folder.path().join(name).to_str().unwrap().to_owned()
}

/// The small rehearsal with numbers from `chance`: its transcript.
fn rehearsal(chance: &str) -> Vec<u8> {
    let folder = TempDir::new().unwrap();
    run(
        &[
            "--lang",
            "en",
            "demo",
            "--small",
            "--no-clock",
            "--seed-text",
            chance,
            "--out",
            &path(&folder, ""),
        ],
        0,
    );
    fs::read(folder.path().join("transcript.jsonl")).unwrap()
}

/// The commands that make a transcript in whose pools households choose.
fn script(transcript: &[u8]) -> String {
    "# the sample\n\n".to_owned()
        + &commands(transcript, false).iter().map(|c| format!("{c}\n")).collect::<String>()
}

/// The same; at the prompt the last choice and the signatures are confirmed with `next`.
fn commands(transcript: &[u8], prompt: bool) -> Vec<String> {
    let words = |list: &[std::borrow::Cow<'_, str>]| list.join(" ");
    let hashes = |list: &[floorlot::Hash]| {
        list.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    };
    let lines = transcript.split(|&b| b == b'\n').filter_map(|line| Line::decode(line).ok());
    let commands = lines.filter_map(|line| match line {
        Line::Commit { member, commit, .. } => Some(format!("commit {member} {commit}")),
        Line::Envelope { member, .. } => Some(format!("信封 {member}")),
        Line::Absent { member, .. } => Some(format!("absent {member}")),
        Line::Close { .. } => Some("截止".to_owned()),
        Line::Reveal { member, secret, .. } => Some(format!("reveal {member} {secret}")),
        Line::Withheld { member, .. } => Some(format!("拒绝 {member}")),
        Line::Dice { digits, .. } => Some(format!("dice {} {}", &digits[..5], &digits[5..])),
        Line::Call { .. } => Some("叫号".to_owned()),
        Line::Missed { .. } => Some("missed".to_owned()),
        Line::Pick { by: By::Choice, unit, proxy: None, .. } => {
            Some(format!("choose {}", unit.split('-').next_back().unwrap()))
        }
        Line::Pick { by: By::Choice, unit, proxy: Some(proxy), .. } => {
            Some(format!("选 {unit} 代理 {proxy}"))
        }
        Line::Undo { reason, .. } => Some(format!("undo {reason}")),
        Line::Cosignature { signature, .. } => Some(format!("签名 {signature}")),
        Line::Recording { name, sha256, start, .. } => {
            Some(format!("recording films/{name} {start} {sha256}"))
        }
        Line::Objection { id, text, household: None, .. } => Some(format!("异议 {id} {text}")),
        Line::Ruling { objection, reason, .. } => Some(format!("ruling {objection} 驳回 {reason}")),
        Line::Withdrawal { household, reason, sheet, .. } => {
            Some(format!("withdraw {household} {reason} sheet {sheet}"))
        }
        Line::Swap { households, consents, .. } => {
            Some(format!("换房 {} consent {}", words(&households), hashes(&consents)))
        }
        Line::Paper { member, scan, .. } => Some(format!("纸签 {member} {scan}")),
        Line::Dissent { member, reason, .. } => Some(format!("dissent {member} {reason}")),
        Line::Unsigned { member, .. } => Some(format!("未签 {member}")),
        Line::Offer { .. } => Some("递补".to_owned()),
        Line::Accept { household, sheet, .. } => Some(format!("accept {household} sheet {sheet}")),
        Line::Decline { household, reason: Some(reason), sheet, .. } => {
            Some(format!("不要 {household} {reason} 签字单 {sheet}"))
        }
        Line::Checkpoint { stage: Stage::Aftermath, .. } => Some("seal".to_owned()),
        Line::End { .. } if prompt => Some("继续".to_owned()),
        Line::Closing { .. } if prompt => Some("next".to_owned()),
        _ => None,
    });
    commands.collect()
}

/// A folder with a script that makes the transcript, and the arguments to run it.
struct Scripted {
    folder: TempDir,
    whole: Vec<u8>,
}

impl Scripted {
    fn new() -> Scripted {
        let (folder, whole) = (TempDir::new().unwrap(), rehearsal("the sample"));
        fs::write(folder.path().join("script.txt"), script(&whole)).unwrap();
        Scripted { folder, whole }
    }

    fn out(&self) -> PathBuf {
        self.folder.path().join("transcript.jsonl")
    }

    #[track_caller]
    fn run(&self, code: i32) -> (String, String) {
        let (out, script) =
            (path(&self.folder, "transcript.jsonl"), path(&self.folder, "script.txt"));
        run(
            &[
                "--lang",
                "en",
                "run",
                "--plan",
                BLOCK,
                "--out",
                &out,
                "--script",
                &script,
                "--no-clock",
            ],
            code,
        )
    }

    #[track_caller]
    fn prompt(&self, lang: &str, lines: &str, code: i32) -> (String, String) {
        let out = path(&self.folder, "transcript.jsonl");
        typed(&["--lang", lang, "run", "--plan", BLOCK, "--out", &out, "--no-clock"], lines, code)
    }

    /// Runs the script over this beginning of the transcript; the transcript must become the whole
    /// one.
    #[track_caller]
    fn resumes(&self, beginning: &[u8]) -> String {
        // it notes how far the time before came
        let _ = fs::remove_file(self.folder.path().join("transcript.hall.jsonl"));
        fs::write(self.out(), beginning).unwrap();
        let (_, err) = self.run(0);
        assert!(
            fs::read(self.out()).unwrap() == self.whole,
            "another transcript after byte {}",
            beginning.len()
        );
        err
    }

    /// Where the lines end.
    fn ends(&self) -> Vec<usize> {
        (1..=self.whole.len()).filter(|&end| self.whole[end - 1] == b'\n').collect()
    }
}

fn report(transcript: &[u8]) -> floorlot::transcript::Report {
    verify(transcript, &Evidence::default()).unwrap()
}

#[test]
fn a_demo_is_the_same_for_the_same_text_and_another_for_another() {
    assert!(rehearsal("a") == rehearsal("a"));
    assert!(rehearsal("a") != rehearsal("b"));
    // With the times of its acts too.
    let timed = TempDir::new().unwrap();
    let transcript = |name: &str| {
        run(&["demo", "--small", "--seed-text", "a", "--out", &path(&timed, name)], 0);
        fs::read(timed.path().join(name).join("transcript.jsonl")).unwrap()
    };
    assert!(transcript("one") == transcript("two"));
}

#[test]
fn a_demo_says_what_it_is_and_how_it_is_verified() {
    let folder = TempDir::new().unwrap();
    let (en, _) = run(&["--lang", "en", "demo", "--out", &path(&folder, "d")], 0);
    let transcript = fs::read(folder.path().join("d/transcript.jsonl")).unwrap();
    let report = report(&transcript);
    assert_eq!(report.verdict, Verdict::Verified, "{}", report.text(Lang::En));
    assert_eq!(report.totals.households, 1988);
    let fingerprint = &report.checkpoints.last().unwrap().fingerprint;
    assert!(en.contains("REHEARSAL") && en.contains("simulated"), "{en}");
    for checkpoint in &report.checkpoints {
        assert!(en.contains(&checkpoint.fingerprint), "{en}");
    }
    let how = format!("{} --fingerprint \"{fingerprint}\"", path(&folder, "d/transcript.jsonl"));
    assert!(
        en.contains(&format!("cargo run --release --example verify_transcript -- {how}")),
        "{en}"
    );
    let (zh, _) = run(&["demo", "--small", "--lang", "zh", "--out", &path(&folder, "z")], 0);
    assert!(zh.contains("演练") && zh.contains("模拟") && zh.contains("结果指纹"), "{zh}");
}

#[test]
fn nothing_asked_for_is_a_demo_in_target_demo() {
    let folder = TempDir::new().unwrap();
    // A demo is replaced by the next.
    program_with(&["demo", "--small", "--out", "target/demo"]).within(&folder).ends(0);
    program_with(&["--lang", "en"]).within(&folder).ends(0);
    let transcript = fs::read(folder.path().join("target/demo/transcript.jsonl")).unwrap();
    assert_eq!(report(&transcript).verdict, Verdict::Verified);
}

#[test]
fn a_demo_replaces_nothing_but_a_demo() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("transcript.jsonl");
    fs::write(&file, "{\"kind\":\"plan\"}\n").unwrap();
    let (_, err) = run(&["--lang", "en", "demo", "--out", &path(&folder, "")], 2);
    assert!(err.contains("not the transcript of a demo"), "{err}");
    assert_eq!(fs::read(&file).unwrap(), b"{\"kind\":\"plan\"}\n");
}

#[test]
fn a_script_makes_the_transcript() {
    let scripted = Scripted::new();
    let (out, _) = scripted.run(0);
    let transcript = fs::read(scripted.out()).unwrap();
    assert!(transcript == scripted.whole);
    let report = report(&transcript);
    assert_eq!(report.verdict, Verdict::Verified, "{}", report.text(Lang::En));
    // Plan, reveals, result: each is read aloud, in this order.
    let said = report.checkpoints.iter().map(|c| out.find(&c.fingerprint).expect("it is said"));
    assert!(said.is_sorted() && report.checkpoints[1].stage == Stage::Reveals, "{out}");
    assert!(out.find(&report.checkpoints[1].fingerprint) < out.find("Dice:"), "{out}");
}

#[test]
fn a_draw_goes_on_after_every_line() {
    let scripted = Scripted::new();
    for end in [0].into_iter().chain(scripted.ends()) {
        scripted.resumes(&scripted.whole[..end]);
    }
    assert_eq!(fs::read_dir(scripted.folder.path()).unwrap().count(), 3, "nothing was torn");
}

#[test]
fn a_draw_by_lot_goes_on_in_the_middle_of_a_pool() {
    const PENGSAN: &str =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/data/pengsan/plan.jsonl");
    let folder = TempDir::new().unwrap();
    run(&["demo", "--no-clock", "--seed-text", "lots", "--out", &path(&folder, "")], 0);
    let (file, commands) = (path(&folder, "transcript.jsonl"), path(&folder, "script.txt"));
    let whole = fs::read(&file).unwrap();
    // In pools drawn by lot nobody types a call.
    fs::write(&commands, script(&whole).replace("叫号\n", "")).unwrap();
    for part in [3, 5, 8, 9] {
        let _ = fs::remove_file(path(&folder, "transcript.hall.jsonl"));
        fs::write(&file, &whole[..whole.len() * part / 10]).unwrap();
        run(&["run", "--plan", PENGSAN, "--out", &file, "--script", &commands, "--no-clock"], 0);
        assert!(fs::read(&file).unwrap() == whole, "after {part} tenths");
    }
}

#[test]
fn a_flat_that_is_held_back_is_not_given_away() {
    let scripted = Scripted::new();
    let seed = text(scripted.whole.clone()).find("{\"kind\":\"call\"").unwrap();
    fs::write(scripted.out(), &scripted.whole[..seed]).unwrap();
    // One household needs 102 or 202 and has not been called yet.
    let (out, err) = scripted.prompt("en", "call\nchoose 102\nyes\ncall\nchoose 202\n", 3);
    assert!(
        out.contains("held back for households with needs that have not chosen yet:  202"),
        "{out}"
    );
    assert!(err.contains("unit B07-202 cannot be chosen: it is held back"), "{err}");
    let written = text(fs::read(scripted.out()).unwrap());
    assert!(
        written.contains("\"unit\":\"B07-102\"") && !written[seed..].contains("B07-202"),
        "{written}"
    );
}

#[test]
fn a_torn_line_is_kept_beside_and_the_draw_goes_on() {
    let scripted = Scripted::new();
    for (number, line) in scripted.ends().windows(2).enumerate() {
        let [before, end] = *line else { continue };
        let cut = [before + 1, (before + end) / 2, end - 1][number % 3];
        let err = scripted.resumes(&scripted.whole[..cut]);
        let kept = scripted.folder.path().join(format!("transcript.jsonl.torn-{}", number + 1));
        assert!(fs::read(&kept).unwrap() == scripted.whole[before..cut]);
        assert!(err.contains("torn"), "{err}");
    }
}

#[test]
fn a_finished_draw_stays_as_it_is() {
    let scripted = Scripted::new();
    fs::write(scripted.out(), &scripted.whole).unwrap();
    let (out, _) = scripted.prompt("en", "", 0);
    assert!(out.contains("complete"), "{out}");
    assert!(fs::read(scripted.out()).unwrap() == scripted.whole);
}

#[test]
fn an_edited_transcript_is_refused_and_left_alone() {
    let scripted = Scripted::new();
    let whole = text(scripted.whole.clone());
    let line = |kind: &str| {
        1 + whole.lines().position(|l| l.starts_with(&format!("{{\"kind\":\"{kind}\""))).unwrap()
    };
    let edits = [
        (line("household"), whole.replacen("\"tier\":1", "\"tier\":2", 1)),
        (line("seed"), whole.replacen("\"seed\":\"", "\"seed\":\"0", 1)),
        (line("call"), whole.replacen("\"place\":1,", "\"place\":2,", 1)),
        (line("checkpoint"), whole.replacen("\"stage\":\"plan\"", "\"stage\": \"plan\"", 1)),
    ];
    for (line, edited) in edits {
        // The end is torn too: even that stays when the file is refused.
        let edited = edited + "{\"kind\":";
        fs::write(scripted.out(), &edited).unwrap();
        let (_, err) = scripted.run(2);
        assert!(
            err.contains(&format!("line {line}"))
                && err.contains("found")
                && err.contains("expected"),
            "{err}"
        );
        assert_eq!(text(fs::read(scripted.out()).unwrap()), edited);
    }
    assert_eq!(fs::read_dir(scripted.folder.path()).unwrap().count(), 2);
}

#[test]
fn a_script_that_says_something_else_is_refused() {
    let scripted = Scripted::new();
    let seed = text(scripted.whole.clone()).find("{\"kind\":\"seed\"").unwrap();
    let before = &scripted.whole[..seed + 9];
    fs::write(scripted.out(), before).unwrap();
    let other = script(&scripted.whole).replacen("信封 o1", "absent o1", 1);
    fs::write(scripted.folder.path().join("script.txt"), other).unwrap();
    let (_, err) = scripted.run(2);
    assert!(
        err.contains("script.txt line")
            && err.contains("`envelope`")
            && err.contains("Nothing was changed"),
        "{err}"
    );
    assert!(fs::read(scripted.out()).unwrap() == before, "the torn line is there too");
}

#[test]
fn a_wrong_command_names_file_and_line_and_loses_nothing() {
    let scripted = Scripted::new();
    let (file, good) = (scripted.folder.path().join("script.txt"), script(&scripted.whole));
    fs::write(&file, good.replacen("missed", "misst", 1)).unwrap();
    let (_, err) = scripted.run(2);
    let line = 1 + good.lines().position(|l| l == "missed").unwrap();
    assert!(err.contains(&format!("script.txt line {line}: `misst` is not a command")), "{err}");
    assert!(!scripted.out().exists());

    fs::write(&file, good.replacen("missed", "choose 9999", 1)).unwrap();
    let (_, err) = scripted.run(2);
    assert!(
        err.contains(&format!(
            "script.txt line {line}: unit 9999 cannot be chosen: there is no such unit"
        )),
        "{err}"
    );
    let written = fs::read(scripted.out()).unwrap();
    assert!(written.ends_with(b"\n") && scripted.whole.starts_with(&written));

    fs::write(&file, good).unwrap();
    scripted.run(0);
    assert!(fs::read(scripted.out()).unwrap() == scripted.whole);
}

#[test]
fn a_script_that_ends_early_can_be_gone_on_with() {
    let scripted = Scripted::new();
    let (file, good) = (scripted.folder.path().join("script.txt"), script(&scripted.whole));
    fs::write(&file, good.lines().take(8).map(|l| l.to_owned() + "\n").collect::<String>())
        .unwrap();
    let (_, err) = scripted.run(3);
    assert!(err.contains("has no more commands"), "{err}");
    fs::write(&file, good).unwrap();
    scripted.run(0);
    assert!(fs::read(scripted.out()).unwrap() == scripted.whole);
}

#[test]
fn the_prompt_asks_again_and_confirms() {
    let scripted = Scripted::new();
    let mut answers =
        String::from("comit r1 00\ncommit r1 00\nabsent nobody\nundo x\nhelp\nstatus\nnext\n");
    for command in commands(&scripted.whole, true) {
        answers += &command;
        answers += "\n";
        match command.split(' ').next().unwrap() {
            "截止" | "choose" | "选" | "拒绝" | "absent" => answers += "perhaps\nyes\n",
            "recording" | "异议" | "ruling" | "withdraw" | "换房" | "seal" => answers += "是\n",
            "dice" => {
                answers += &format!(
                    "dice 00000000000000000000\n{command}\n{}\n是\n",
                    command.replace("dice ", "")
                )
            }
            // The envelope of o1 is the only answer without a hash to compare with.
            "reveal" if command.starts_with("reveal o1 ") => answers += "y\n",
            _ => {}
        }
    }
    let out = path(&scripted.folder, "transcript.jsonl");
    let (out, err) = typed(
        &["--lang", "en", "run", "--plan", BLOCK, "--out", &out, "--no-clock", "--after"],
        &answers,
        0,
    );
    for told in [
        "`comit` is not a command",
        "a commitment is 64 hexadecimal digits; found 2 characters",
        "`nobody` is not a member of the panel",
        "there is nothing to undo",
        "The two do not agree",
    ] {
        assert!(err.contains(told), "{told}\n{err}");
    }
    assert!(
        out.contains("Is that right?") && out.contains("on offer") && out.contains("withdraws"),
        "{out}"
    );
    assert!(fs::read(scripted.out()).unwrap() == scripted.whole, "{err}");
}

#[test]
fn a_no_records_nothing() {
    let scripted = Scripted::new();
    let end = scripted.whole.windows(8).position(|w| w == b"\"close\",").unwrap();
    let lines = scripted.whole[..end].iter().rposition(|&b| b == b'\n').unwrap() + 1;
    fs::write(scripted.out(), &scripted.whole[..lines]).unwrap();
    let (_, err) = scripted.prompt("zh", "截止\n否\n", 3);
    assert!(err.contains("未作记录") && err.contains("抽签尚未完成"), "{err}");
    assert!(fs::read(scripted.out()).unwrap() == scripted.whole[..lines]);
}

#[test]
fn the_end_of_input_is_exit_code_3() {
    let scripted = Scripted::new();
    let (out, err) = scripted.prompt("en", "", 3);
    assert!(out.contains("Roll call, 6 still to be called"), "{out}");
    assert!(err.contains("The draw is not finished") && err.contains("goes on from here"), "{err}");
    assert!(scripted.whole.starts_with(&fs::read(scripted.out()).unwrap()));
}

#[test]
fn a_second_writer_is_locked_out() {
    let scripted = Scripted::new();
    fs::write(scripted.out(), b"").unwrap();
    let first = File::options().read(true).write(true).open(scripted.out()).unwrap();
    first.lock().unwrap();
    let (_, err) = scripted.run(2);
    assert!(err.contains("another program is writing this transcript"), "{err}");
    drop(first);
    scripted.run(0);
}

#[cfg(unix)]
#[test]
fn a_full_disk_leaves_whole_lines() {
    let scripted = Scripted::new();
    let (out, script) =
        (path(&scripted.folder, "transcript.jsonl"), path(&scripted.folder, "script.txt"));
    // `ulimit -f` counts blocks of 512 bytes; without the signal the write itself fails, as on a
    // full disk.
    let shell = "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\"";
    let mut limited = Command::new("sh");
    limited.args(["-c", shell]).arg(program("draw_session")).args([
        "--lang",
        "en",
        "run",
        "--no-clock",
        "--plan",
        BLOCK,
    ]);
    limited.args(["--out", &out, "--script", &script]);
    let (_, err) = Run::with(limited).ends(2);
    assert!(err.contains("cannot write") && err.contains("run the same command again"), "{err}");
    let written = fs::read(scripted.out()).unwrap();
    assert!(scripted.whole.starts_with(&written) && written.last().is_none_or(|&b| b == b'\n'));
    scripted.run(0);
    assert!(fs::read(scripted.out()).unwrap() == scripted.whole);
}

#[test]
fn every_fault_of_a_plan_is_shown_with_its_line() {
    let folder = TempDir::new().unwrap();
    let plan = fs::read_to_string(BLOCK).unwrap();
    let line = |kind: &str| {
        1 + plan.lines().position(|l| l.starts_with(&format!("{{\"kind\":\"{kind}\""))).unwrap()
    };
    let mistyped =
        plan.replacen("\"tier\":1", "\"tier\":0", 1).replacen("\"quorum\":2", "\"quorum\":9", 1);
    let file = path(&folder, "plan.jsonl");
    fs::write(&file, mistyped).unwrap();
    let out = path(&folder, "transcript.jsonl");
    let (_, err) = run(&["--lang", "en", "run", "--plan", &file, "--out", &out], 2);
    for kind in ["bench", "household"] {
        assert!(err.contains(&format!("{file}: line {}, ", line(kind))), "{err}");
    }
    let (_, err) = run(&["--lang", "zh", "run", "--plan", &file, "--out", &out], 2);
    assert!(err.contains(&format!("第 {} 行", line("household"))), "{err}");
    assert!(!Path::new(&out).exists());
}

#[test]
fn a_secret_comes_with_its_commitment() {
    let (out, _) = run(&["--lang", "en", "secret", "--plan", BLOCK, "--member", "r1"], 0);
    let root = {
        let report = report(&rehearsal("x"));
        report.checkpoints[0].root
    };
    let secret = out.lines().nth(1).unwrap().trim();
    let commit = floorlot::ceremony::commitment(root, "r1", secret);
    assert!(out.contains(&format!("commit r1 {commit}")) && secret.len() == 32, "{out}");
    let (same, _) = run(&["secret", "--plan-root", &root.to_hex(), "--member", "r1"], 0);
    assert!(same.contains(&root.to_hex()));
    assert_eq!(Fingerprint::of("x", 1, root).to_string().len(), 71);
    let (_, err) = run(&["--lang", "en", "secret", "--plan", BLOCK, "--member", "x"], 2);
    assert!(err.contains("`x` is not a member of this plan; they are: r1 "), "{err}");
}
