//! The operator at the prompt and with scripts: what is asked before a step that cannot be taken back, what is refused at once, what is said.

#![cfg(feature = "signatures")]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "../examples/draw_session/sample.rs"]
mod sample;

use floorlot::lines::Line;
use floorlot::plan::{Mode, Plan, Pool, Source};
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use tempfile::TempDir;

const MEMBERS: [&str; 4] = ["r1", "r2", "o1", "o2"];

/// Roll call, reveals and dice, with everything that is asked about answered.
const ROLL_CALL: &str = "envelope r1\nenvelope r2\nenvelope o1\nenvelope o2\nclose\ny\n";
const REVEALS: &str = "reveal r1 11\ny\nreveal r2 22\ny\nreveal o1 33\ny\nreveal o2 44\ny\nclose\ny\n";
const DICE: &str = "dice 00416293857710359265\n00416293857710359265\ny\n";

/// The same in a script.
const SCRIPT: &str = "envelope r1\nenvelope r2\nenvelope o1\nenvelope o2\nclose\nreveal r1 11\nreveal r2 22\nreveal o1 33\nreveal o2 44\n\
                      close\ndice 00416293857710359265\n";

fn example() -> PathBuf {
    // target/<profile>/deps/operator-… → target/<profile>/examples/draw_session; cargo test builds the examples.
    let folder = std::env::current_exe().unwrap().parent().unwrap().parent().unwrap().join("examples");
    folder.join("draw_session").with_extension(std::env::consts::EXE_EXTENSION)
}

/// Four households for two flats, drawn by lot; two benches of two members, the quorum of each is 2.
fn plan() -> Plan {
    let mut pool = Pool::lot("A", "A", "7");
    for (unit, label, storey) in [("A-1", "1801", 18), ("A-2", "301", 3)] {
        pool = pool.unit(unit, label, storey, &[]);
    }
    for (household, name) in [("H1", "陆*明"), ("H2", "张*"), ("H3", "李*"), ("H4", "王*")] {
        pool = pool.household(household, name, 1, &[]);
    }
    Plan::new("sample.example/operator", "合成示例 synthetic", Mode::Rehearsal)
        .bench("residents", "居民代表", 2, &[("r1", "王*"), ("r2", "彭*")])
        .bench("officials", "工作人员", 2, &[("o1", "李*"), ("o2", "冯*")])
        .source(Source::TWENTY_DICE)
        .pool(pool)
}

/// The same plan with a key for each of these members.
fn keyed(members: &[&str]) -> Plan {
    let mut plan = plan();
    for member in plan.members.iter_mut().filter(|m| members.contains(&m.id.as_str())) {
        member.key = Some(sample::key(&member.id).unwrap().verifier().to_string());
    }
    plan
}

/// A folder with a plan in it.
struct Hall {
    folder: TempDir,
}

impl Hall {
    fn new(plan: &Plan) -> Hall {
        let hall = Hall { folder: TempDir::new().unwrap() };
        let lines = plan.validate().unwrap().lines().join(&b'\n');
        fs::write(hall.file("plan.jsonl"), [lines, vec![b'\n']].concat()).unwrap();
        hall
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs the example in the folder, with these lines typed: standard output and standard error.
    #[track_caller]
    fn run(&self, line: &str, input: &str, code: i32) -> (String, String) {
        let mut child = Command::new(example())
            .args(line.split(' '))
            .current_dir(&self.folder)
            .env("TZ", "CST-8")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        assert_eq!(output.status.code(), Some(code), "{line}\nstdout:\n{out}\nstderr:\n{err}");
        (out, err)
    }

    /// The draw at the prompt, gone on with.
    #[track_caller]
    fn prompt(&self, lang: &str, input: &str, code: i32) -> (String, String) {
        self.run(&format!("--lang {lang} run --plan plan.jsonl --out t.jsonl --no-clock"), input, code)
    }

    /// What comes after the result.
    #[track_caller]
    fn after(&self, lang: &str, input: &str) -> (String, String) {
        self.run(&format!("--lang {lang} run --plan plan.jsonl --out t.jsonl --no-clock --after"), input, 0)
    }

    #[track_caller]
    fn script(&self, lang: &str, script: &str, code: i32) -> (String, String) {
        fs::write(self.file("script.txt"), script).unwrap();
        self.run(&format!("--lang {lang} run --plan plan.jsonl --out t.jsonl --no-clock --script script.txt"), "", code)
    }

    fn transcript(&self) -> String {
        fs::read_to_string(self.file("t.jsonl")).unwrap()
    }

    /// How many lines of a kind the transcript has.
    fn count(&self, kind: &str) -> usize {
        self.transcript().matches(&format!("{{\"kind\":\"{kind}\"")).count()
    }

    /// The command with which a member signs the last checkpoint.
    fn cosign(&self, member: &str) -> String {
        let transcript = self.transcript();
        let bodies = transcript.lines().filter_map(|line| match Line::decode(line.as_bytes()) {
            Ok(Line::Checkpoint { body, .. }) => Some(body.into_owned()),
            _ => None,
        });
        let signature = sample::key(member).unwrap().cosign(&bodies.last().unwrap(), 1_700_000_000);
        format!("cosign {signature}\n")
    }

    fn all_cosign(&self) -> String {
        MEMBERS.map(|member| self.cosign(member)).concat()
    }

    /// The ids of those who have a flat, with its label, and of those on standby, as the transcript was drawn.
    fn drawn(&self) -> (Vec<(String, String)>, Vec<String>) {
        let (mut picks, mut standby) = (Vec::new(), Vec::new());
        for line in self.transcript().lines() {
            match Line::decode(line.as_bytes()) {
                Ok(Line::Pick { household, unit, .. }) => picks.push((household.into_owned(), unit.into_owned())),
                Ok(Line::Standby { household, .. }) => standby.push(household.into_owned()),
                _ => {}
            }
        }
        (picks, standby)
    }
}

/// The words of both languages, and which stands where.
#[track_caller]
fn says(told: &str, words: &[&str]) {
    for word in words {
        assert!(told.contains(word), "{word} is not in\n{told}");
    }
}

#[track_caller]
fn says_not(told: &str, words: &[&str]) {
    for word in words {
        assert!(!told.contains(word), "{word} is in\n{told}");
    }
}

#[test]
fn the_roll_call_does_not_end_the_signing_of_the_plan_silently() {
    for (lang, asks) in [("en", "Begin the roll call without signatures?"), ("zh", "确定不签名就开始点名吗？")] {
        for command in ["envelope r1", "absent r1", &format!("commit r1 {}", "0".repeat(64))] {
            let hall = Hall::new(&keyed(&MEMBERS));
            let (out, _) = hall.prompt(lang, &format!("{command}\nno\n"), 3);
            says(&out, &[asks]);
            assert_eq!(hall.count("envelope") + hall.count("absent") + hall.count("commit"), 0);
        }
        // Once for all, and not of a step that is refused.
        let hall = Hall::new(&keyed(&MEMBERS));
        let (out, err) = hall.prompt(lang, "envelope nobody\nenvelope r1\nyes\nenvelope r2\n", 3);
        assert_eq!(out.matches(asks).count(), 1, "{out}");
        says(&err, &["`nobody`"]);
        assert_eq!(hall.count("envelope"), 2);
    }
    // Nobody has a key, or everybody has signed.
    let hall = Hall::new(&plan());
    says_not(&hall.prompt("en", "envelope r1\n", 3).0, &["without signatures?"]);
    let hall = Hall::new(&keyed(&MEMBERS));
    hall.prompt("en", "", 3);
    let (out, _) = hall.prompt("en", &format!("{}envelope r1\n", hall.all_cosign()), 3);
    says_not(&out, &["Begin the roll call"]);
    assert_eq!((hall.count("cosignature"), hall.count("envelope")), (4, 1));
}

#[test]
fn signatures_that_were_begun_are_finished_first() {
    let hall = Hall::new(&keyed(&MEMBERS));
    hall.prompt("en", "", 3);
    let (_, err) = hall.prompt("en", &format!("{}envelope r1\nvoid fire\n", hall.cosign("r1")), 3);
    assert_eq!(err.matches("still without a word: r2 彭*, o1 李*, o2 冯*. First each of them signs").count(), 2, "{err}");
    says(&hall.prompt("zh", "信封 r1\n", 3).1, &["尚未表态：r2 彭*、o1 李*、o2 冯*"]);
    // All have spoken, but not enough with a key.
    let rest = format!("{}{}unsigned o2\nyes\n", hall.cosign("r2"), hall.cosign("o1"));
    let (out, _) = hall.prompt("en", &format!("{rest}envelope r1\nno\n"), 3);
    says(&out, &["Not enough signatures by key (工作人员: 1 signed by key, quorum 2)", "Begin the roll call?"]);
    assert_eq!(hall.count("envelope"), 0);
}

#[test]
fn what_a_member_did_is_asked_about_by_name() {
    let hall = Hall::new(&keyed(&["r1", "r2"]));
    let (out, _) = hall.prompt("en", "unsigned o1\nno\npaper o2 plan.jsonl\nno\ndissent r1 too fast\nno\n", 3);
    says(&out, &["o1 李* is away", "o2 冯* signed on paper (plan.jsonl)", "r1 王* refuses to sign: too fast"]);
    let (out, _) = hall.prompt("zh", "未签 o1\n否\n纸签 o2 plan.jsonl\n否\n缺席 o2\n是\n否\n", 3);
    says(&out, &["o1 李* 不在场", "o2 冯* 已纸面签名", "记 o2 冯* 缺席"]);
    assert_eq!(["unsigned", "paper", "dissent", "absent"].map(|kind| hall.count(kind)), [0; 4]);
    // A step that is refused is not asked about.
    let (out, err) = hall.prompt("en", "unsigned o9\npaper o2 nowhere.pdf\ndissent x9 no\nabsent x9\nwithhold r1\n", 3);
    says_not(&out, &["Is that right?"]);
    says(&err, &["nowhere.pdf", "o9", "`x9`", "`withhold` is not possible now"]);
}

#[test]
fn a_quorum_that_cannot_be_reached_leaves_void_alone() {
    let hall = Hall::new(&plan());
    let calls = "envelope r1\nenvelope r2\nenvelope o1\nabsent o2\ny\n";
    let (out, err) = hall.prompt("en", &format!("{calls}status\nclose\n"), 3);
    let told = "The quorum of 工作人员 cannot be reached any more (1 of 2).";
    says(&out, &[told, "Only this is left: void REASON. The next attempt needs a plan with attempt = 2."]);
    says(&err, &[told]);
    says_not(&out, &["Type: close", "Close the roll call?"]);
    says(&hall.prompt("zh", "截止\n", 3).1, &["工作人员 已不可能达到法定人数", "作废 理由", "attempt = 2"]);

    let hall = Hall::new(&plan());
    let answers = "reveal r1 11\ny\nreveal r2 22\ny\nreveal o1 33\ny\nwithhold o2\ny\n";
    let (out, err) = hall.prompt("en", &format!("{ROLL_CALL}{answers}status\nclose\n"), 3);
    says(&(out.clone() + &err), &[told, "void REASON"]);
    says_not(&out, &["Close the reveals?"]);
    // As long as it can be reached, it is closed.
    says(&Hall::new(&plan()).prompt("en", &ROLL_CALL.replace("close\ny\n", ""), 3).0, &["Type: close"]);
}

#[test]
fn signatures_that_reach_no_quorum_are_asked_about() {
    for (lang, asks) in [
        ("en", "Not enough signatures by key (工作人员: 1 signed by key, quorum 2): the transcript will not be certified. Go on?"),
        ("zh", "密钥签名不足（工作人员：密钥签名 1 人，法定人数 2）：记录将不能达到“认证”。确定继续吗？"),
    ] {
        let hall = Hall::new(&keyed(&MEMBERS));
        hall.prompt(lang, &format!("envelope r1\ny\n{}{REVEALS}{DICE}", ROLL_CALL.replacen("envelope r1\n", "", 1)), 3);
        let signed = ["r1", "r2", "o1"].map(|member| hall.cosign(member)).concat();
        let (out, _) = hall.prompt(lang, &format!("{signed}paper o2 plan.jsonl\nyes\nnext\nno\n"), 3);
        says(&out, &[asks]);
        assert_eq!(hall.count("closing"), 0);
        hall.prompt(lang, "next\nyes\n", 0);
        assert_eq!(hall.count("closing"), 1);
    }
    // With the quorum in each bench nothing is asked.
    let hall = Hall::new(&keyed(&MEMBERS));
    hall.prompt("en", &format!("envelope r1\ny\n{}{REVEALS}{DICE}", ROLL_CALL.replacen("envelope r1\n", "", 1)), 3);
    hall.prompt("en", &format!("{}next\n", hall.all_cosign()), 0);
    assert_eq!(hall.count("closing"), 1);
}

#[test]
fn a_script_does_not_close_unsigned_without_saying_so() {
    for (lang, told) in [("en", "the panel has not signed; add the signatures, or `next` to go on without"), ("zh", "监督员尚未签名")]
    {
        let hall = Hall::new(&keyed(&MEMBERS));
        says(&hall.script(lang, SCRIPT, 3).1, &[told, "script.txt"]);
        assert_eq!((hall.count("checkpoint"), hall.count("closing")), (2, 0), "the result is sealed, and not closed");
        // Neither is a batch, and what comes after is not the word of the panel.
        says(&hall.script(lang, &format!("{SCRIPT}seal\n"), 3).1, &[told, "12"]);
        hall.script(lang, &format!("{SCRIPT}next\n"), 0);
        let once = hall.transcript();
        says(&hall.script(lang, &format!("{SCRIPT}next\nobjection E1 too loud\nseal\n"), 3).1, &[told]);
        assert_eq!(hall.count("closing"), 1);
        let whole = format!("{SCRIPT}next\nobjection E1 too loud\nseal\n继续\n");
        hall.script(lang, &whole, 0);
        assert_eq!(hall.count("closing"), 2);
        assert!(hall.transcript().starts_with(&once));
        // Whatever is on disk already, the same script makes the same transcript.
        let bytes = hall.transcript();
        let ends: Vec<usize> = bytes.match_indices('\n').map(|(at, _)| at + 1).collect();
        for end in ends {
            fs::write(hall.file("t.jsonl"), &bytes[..end]).unwrap();
            let (_, err) = hall.script(lang, &whole, 0);
            assert!(hall.transcript() == bytes, "after byte {end}");
            says_not(&err, &["not used", "未用到"]);
        }
    }
}

#[test]
fn next_in_a_script_takes_nothing_from_it() {
    let signed = |hall: &Hall| {
        hall.script("en", SCRIPT, 3);
        hall.all_cosign()
    };
    let hall = Hall::new(&keyed(&MEMBERS));
    let signatures = signed(&hall);
    let script = format!("next\n{}{signatures}next\n", SCRIPT.replace("close\n", "close\nnext\nnext\n"));
    hall.script("en", &script, 0);
    hall.script("en", &script, 0);
    assert_eq!((hall.count("cosignature"), hall.count("closing")), (4, 1));
    // All have spoken: `next` is not needed. Some have: it does not go on.
    let hall = Hall::new(&keyed(&MEMBERS));
    let signatures = signed(&hall);
    let some = signatures.lines().take(1).collect::<String>();
    says(&hall.script("en", &format!("{SCRIPT}{some}\nnext\n"), 2).1, &["still without a word: r2 彭*, o1 李*, o2 冯*"]);
    hall.script("en", &format!("{SCRIPT}{signatures}"), 0);
    // Where nobody has a key, nothing is to be added.
    let hall = Hall::new(&plan());
    hall.script("en", SCRIPT, 0);
    assert_eq!(hall.count("closing"), 1);
}
