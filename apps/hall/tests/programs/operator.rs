//! The operator at the prompt and with scripts: what is asked before a step that cannot be taken
//! back, what is refused at once, what is said.

use crate::program;
use floorlot::lines::Line;
use floorlot::plan::{Mode, PickRule, Plan, Pool, Source};
use floorlot_hall::sample;
use floorlot_testing::{Run, text};
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

const MEMBERS: [&str; 4] = ["r1", "r2", "o1", "o2"];

/// Exit code 0 or 3.
const EITHER: i32 = -1;

/// Roll call, reveals and dice, with everything that is asked about answered.
const ROLL_CALL: &str = "envelope r1\nenvelope r2\nenvelope o1\nenvelope o2\nclose\ny\n";
const REVEALS: &str =
    "reveal r1 11\ny\nreveal r2 22\ny\nreveal o1 33\ny\nreveal o2 44\ny\nclose\ny\n";
const DICE: &str = "dice 00416293857710359265\n00416293857710359265\ny\n";

/// The same in a script.
const SCRIPT: &str = "envelope r1\nenvelope r2\nenvelope o1\nenvelope o2\nclose\nreveal r1 11\nreveal r2 22\nreveal o1 33\nreveal o2 44\n\
                      close\ndice 00416293857710359265\n";

/// Four households for two flats, drawn by lot; two benches of two members, the quorum of each
/// is 2.
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
        let run = Run::of(program("draw_session")).args(line.split(' ')).within(&self.folder);
        let output = run.env("TZ", "CST-8").typed(input).output();
        let [out, err] = [output.stdout, output.stderr].map(text);
        let ends = output.status.code();
        assert!(
            ends == Some(code) || code == EITHER && matches!(ends, Some(0 | 3)),
            "{ends:?}: {line}\nstdout:\n{out}\nstderr:\n{err}"
        );
        (out, err)
    }

    /// The draw at the prompt, gone on with.
    #[track_caller]
    fn prompt(&self, lang: &str, input: &str, code: i32) -> (String, String) {
        self.run(
            &format!("--lang {lang} run --plan plan.jsonl --out t.jsonl --no-clock"),
            input,
            code,
        )
    }

    /// What comes after the result; a batch may stay open.
    #[track_caller]
    fn after(&self, lang: &str, input: &str) -> (String, String) {
        self.run(
            &format!("--lang {lang} run --plan plan.jsonl --out t.jsonl --no-clock --after"),
            input,
            EITHER,
        )
    }

    #[track_caller]
    fn script(&self, lang: &str, script: &str, code: i32) -> (String, String) {
        fs::write(self.file("script.txt"), script).unwrap();
        self.run(
            &format!(
                "--lang {lang} run --plan plan.jsonl --out t.jsonl --no-clock --script script.txt"
            ),
            "",
            code,
        )
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
        let mut bodies =
            transcript.lines().filter_map(|line| match Line::decode(line.as_bytes()) {
                Ok(Line::Checkpoint { body, .. }) => Some(body.into_owned()),
                _ => None,
            });
        let signature =
            sample::key(member).unwrap().cosign(&bodies.next_back().unwrap(), 1_700_000_000);
        format!("cosign {signature}\n")
    }

    fn all_cosign(&self) -> String {
        MEMBERS.map(|member| self.cosign(member)).concat()
    }

    /// The ids of those who have a flat, with its label, and of those on standby, as the transcript
    /// was drawn.
    fn drawn(&self) -> (Vec<(String, String)>, Vec<String>) {
        let (mut picks, mut standby) = (Vec::new(), Vec::new());
        for line in self.transcript().lines() {
            match Line::decode(line.as_bytes()) {
                Ok(Line::Pick { household, unit, .. }) => {
                    picks.push((household.into_owned(), unit.into_owned()))
                }
                Ok(Line::Standby { household, .. }) => standby.push(household.into_owned()),
                _ => {}
            }
        }
        (picks, standby)
    }
}

/// Each of these words stands in what was told.
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
    for (lang, asks) in
        [("en", "Begin the roll call without signatures?"), ("zh", "确定不签名就开始点名吗？")]
    {
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
    assert_eq!(
        err.matches("missing: r2 彭*, o1 李*, o2 冯*. Let each of them sign").count(),
        2,
        "{err}"
    );
    says(&hall.prompt("zh", "信封 r1\n", 3).1, &["尚未表态：r2 彭*、o1 李*、o2 冯*"]);
    // All have spoken, but not enough with a key.
    let rest = format!("{}{}unsigned o2\nyes\n", hall.cosign("r2"), hall.cosign("o1"));
    let (out, _) = hall.prompt("en", &format!("{rest}envelope r1\nno\n"), 3);
    says(
        &out,
        &[
            "Not enough signatures by key (工作人员: 1 signed by key, quorum 2)",
            "Begin the roll call?",
        ],
    );
    assert_eq!(hall.count("envelope"), 0);
}

#[test]
fn what_a_member_did_is_asked_about_by_name() {
    let hall = Hall::new(&keyed(&["r1", "r2"]));
    let (out, _) =
        hall.prompt("en", "unsigned o1\nno\npaper o2 plan.jsonl\nno\ndissent r1 too fast\nno\n", 3);
    says(
        &out,
        &[
            "o1 李* is away",
            "o2 冯* signed on paper (plan.jsonl)",
            "r1 王* refuses to sign: too fast",
        ],
    );
    let (out, _) = hall.prompt("zh", "未签 o1\n否\n纸签 o2 plan.jsonl\n否\n缺席 o2\n是\n否\n", 3);
    says(&out, &["o1 李* 不在场", "o2 冯* 已纸面签名", "记 o2 冯* 缺席"]);
    assert_eq!(["unsigned", "paper", "dissent", "absent"].map(|kind| hall.count(kind)), [0; 4]);
    // A step that is refused is not asked about.
    let (out, err) = hall.prompt(
        "en",
        "unsigned o9\npaper o2 nowhere.pdf\ndissent x9 no\nabsent x9\nwithhold r1\n",
        3,
    );
    says_not(&out, &["Is that right?"]);
    says(&err, &["nowhere.pdf", "o9", "`x9`", "`withhold` is not possible now"]);
}

#[test]
fn a_quorum_that_cannot_be_reached_leaves_void_alone() {
    let hall = Hall::new(&plan());
    let calls = "envelope r1\nenvelope r2\nenvelope o1\nabsent o2\ny\n";
    let (out, err) = hall.prompt("en", &format!("{calls}status\nclose\n"), 3);
    let told = "The quorum of 工作人员 cannot be reached any more (1 of 2).";
    says(
        &out,
        &[
            told,
            "Only this is left: void REASON. Then `",
            "again TRANSCRIPT` makes plan and settings of attempt 2.",
        ],
    );
    says(&err, &[told]);
    says_not(&out, &["Type: close", "Close the roll call?"]);
    says(
        &hall.prompt("zh", "截止\n", 3).1,
        &["工作人员 已不可能达到法定人数", "作废 理由", "生成第 2 次的方案与设置"],
    );

    let hall = Hall::new(&plan());
    let answers = "reveal r1 11\ny\nreveal r2 22\ny\nreveal o1 33\ny\nwithhold o2\ny\n";
    let (out, err) = hall.prompt("en", &format!("{ROLL_CALL}{answers}status\nclose\n"), 3);
    says(&(out.clone() + &err), &[told, "void REASON"]);
    says_not(&out, &["Close the reveals?"]);
    // As long as it can be reached, it is closed.
    says(
        &Hall::new(&plan()).prompt("en", &ROLL_CALL.replace("close\ny\n", ""), 3).0,
        &["Type: close"],
    );
}

/// Before somebody is noted as absent, as refusing or as not signing, it is told how many more may,
/// or what is lost.
#[test]
fn what_a_quorum_loses_is_told_before_it_is_recorded() {
    let hall = Hall::new(&plan());
    let calls = "envelope r1\nenvelope r2\nenvelope o1\nabsent o2\nn\n";
    let (out, _) = hall.prompt("en", calls, 3);
    says(
        &out,
        &[
            "With this absence 工作人员 has 1 of the 2 that it needs: the draw cannot go on, and can only be declared void. Is that right?",
        ],
    );
    assert!(
        !fs::read_to_string(hall.file("t.jsonl")).unwrap().contains("\"absent\""),
        "No records nothing"
    );
    let (out, _) = hall.prompt("zh", "缺席 o2\n否\n", 3);
    says(
        &out,
        &["若记此人缺席，工作人员最多只有 1 人，法定 2 人：抽签不能继续，只能宣布作废。对吗？"],
    );

    let mut roomy = plan();
    roomy.benches[0].quorum = 1;
    let hall = Hall::new(&roomy);
    let (out, _) = hall.prompt("en", &format!("{ROLL_CALL}withhold r1\ny\nwithhold r2\nn\n"), 3);
    says(
        &out,
        &[
            "After this, 1 of 居民代表 can still reveal (quorum 1): 0 more may refuse. Is that right?",
            "With this refusal 居民代表 has 0 of the 1 that it needs: the draw cannot go on, and can only be declared void.",
        ],
    );
    says(
        &hall.prompt("zh", "拒绝 o1\n否\n", 3).0,
        &["若记此次拒绝，工作人员最多只有 1 人公开，法定 2 人"],
    );

    let hall = Hall::new(&keyed(&MEMBERS));
    let (out, _) = hall.prompt("en", "unsigned r1\nn\ndissent o2 no\nn\n", 3);
    says(
        &out,
        &[
            "Without this signature 居民代表 has at most 1 by key, and the quorum is 2: the transcript can never be certified.",
            "o2 冯* refuses to sign: no. Without this signature 工作人员 has at most 1 by key",
        ],
    );
}

#[test]
fn signatures_that_reach_no_quorum_are_asked_about() {
    for (lang, asks) in [
        (
            "en",
            "Not enough signatures by key (工作人员: 1 signed by key, quorum 2): the transcript will not be certified. Go on?",
        ),
        (
            "zh",
            "密钥签名不足（工作人员：密钥签名 1 人，法定人数 2）：记录将不能达到“认证”。确定继续吗？",
        ),
    ] {
        let hall = Hall::new(&keyed(&MEMBERS));
        hall.prompt(
            lang,
            &format!(
                "envelope r1\ny\n{}{REVEALS}{DICE}",
                ROLL_CALL.replacen("envelope r1\n", "", 1)
            ),
            3,
        );
        let signed = ["r1", "r2", "o1"].map(|member| hall.cosign(member)).concat();
        let (out, _) =
            hall.prompt(lang, &format!("{signed}paper o2 plan.jsonl\nyes\nnext\nno\n"), 3);
        says(&out, &[asks]);
        assert_eq!(hall.count("closing"), 0);
        hall.prompt(lang, "next\nyes\n", 0);
        assert_eq!(hall.count("closing"), 1);
    }
    // With the quorum in each bench nothing is asked.
    let hall = Hall::new(&keyed(&MEMBERS));
    hall.prompt(
        "en",
        &format!("envelope r1\ny\n{}{REVEALS}{DICE}", ROLL_CALL.replacen("envelope r1\n", "", 1)),
        3,
    );
    hall.prompt("en", &format!("{}next\n", hall.all_cosign()), 0);
    assert_eq!(hall.count("closing"), 1);
}

#[test]
fn a_script_does_not_close_unsigned_without_saying_so() {
    for (lang, told) in [
        ("en", "the panel has not signed; add the signatures, or `next` to go on without"),
        ("zh", "监督员尚未签名"),
    ] {
        let hall = Hall::new(&keyed(&MEMBERS));
        says(&hall.script(lang, SCRIPT, 3).1, &[told, "script.txt"]);
        assert_eq!(
            (hall.count("checkpoint"), hall.count("closing")),
            (3, 0),
            "the result is sealed, and not closed"
        );
        // Neither is a batch, and what comes after is not the word of the panel.
        says(&hall.script(lang, &format!("{SCRIPT}seal\n"), 3).1, &[told, "12"]);
        hall.script(lang, &format!("{SCRIPT}next\n"), 0);
        let once = hall.transcript();
        says(
            &hall.script(lang, &format!("{SCRIPT}next\nobjection E1 too loud\nseal\n"), 3).1,
            &[told],
        );
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
            // it notes how far the time before came
            let _ = fs::remove_file(hall.file("t.hall.jsonl"));
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
    let script =
        format!("next\n{}{signatures}next\n", SCRIPT.replace("close\n", "close\nnext\nnext\n"));
    hall.script("en", &script, 0);
    hall.script("en", &script, 0);
    assert_eq!((hall.count("cosignature"), hall.count("closing")), (4, 1));
    // All have spoken: `next` is not needed. Some have: it does not go on.
    let hall = Hall::new(&keyed(&MEMBERS));
    let signatures = signed(&hall);
    let some = signatures.lines().take(1).collect::<String>();
    says(
        &hall.script("en", &format!("{SCRIPT}{some}\nnext\n"), 2).1,
        &["missing: r2 彭*, o1 李*, o2 冯*"],
    );
    hall.script("en", &format!("{SCRIPT}{signatures}"), 0);
    // Where nobody has a key, nothing is to be added.
    let hall = Hall::new(&plan());
    hall.script("en", SCRIPT, 0);
    assert_eq!(hall.count("closing"), 1);
}

#[test]
fn the_plan_is_not_the_transcript() {
    let hall = Hall::new(&plan());
    fs::create_dir(hall.file("sub")).unwrap();
    let before = fs::read(hall.file("plan.jsonl")).unwrap();
    let mut same = vec!["plan.jsonl", "./sub/../plan.jsonl"];
    if cfg!(unix) {
        #[cfg(unix)]
        std::os::unix::fs::symlink("plan.jsonl", hall.file("link.jsonl")).unwrap();
        same.push("link.jsonl");
    }
    for out in same {
        let (_, err) =
            hall.run(&format!("--lang en run --plan plan.jsonl --out {out} --no-clock"), "", 2);
        says(&err, &["--plan and --out are the same file", "Name another file with --out"]);
        says(
            &hall.run(&format!("--lang zh run --plan {out} --out plan.jsonl"), "", 2).1,
            &["是同一个文件"],
        );
        assert!(fs::read(hall.file("plan.jsonl")).unwrap() == before);
    }
    // A transcript in place of the plan: one line, and what to do.
    hall.script("en", SCRIPT, 0);
    for (lang, told) in [
        ("en", "t.jsonl: this is a transcript, not a plan: line 16 seals the plan"),
        ("zh", "这是记录，不是方案：第 16 行"),
    ] {
        let (_, err) =
            hall.run(&format!("--lang {lang} run --plan t.jsonl --out other.jsonl"), "", 2);
        says(&err, &[told, "--out"]);
        assert_eq!(err.lines().count(), 1, "{err}");
        assert!(!hall.file("other.jsonl").exists());
    }
}

/// A drawn hall without keys: two households have a flat, two are on standby.
fn drawn() -> (Hall, Vec<(String, String)>, Vec<String>) {
    let hall = Hall::new(&plan());
    hall.script("en", SCRIPT, 0);
    let (picks, standby) = hall.drawn();
    assert_eq!((picks.len(), standby.len()), (2, 2));
    (hall, picks, standby)
}

/// `H1 陆*明`
fn name(id: &str) -> String {
    let name = [("H1", "陆*明"), ("H2", "张*"), ("H3", "李*"), ("H4", "王*")]
        .iter()
        .find(|(h, _)| *h == id)
        .unwrap()
        .1;
    format!("{id} {name}")
}

fn flat(unit: &str, zh: bool) -> &'static str {
    match (unit, zh) {
        ("A-1", false) => "1801 (storey 18)",
        ("A-1", true) => "1801（18层）",
        (_, false) => "301 (storey 3)",
        (_, true) => "301（3层）",
    }
}

#[test]
fn what_comes_after_the_result_is_asked_about_with_names_and_flats() {
    let (hall, picks, standby) = drawn();
    let [(one, at_one), (two, at_two)] = [picks[0].clone(), picks[1].clone()];
    let [first, second] = [standby[0].clone(), standby[1].clone()];
    let (give, swap) = (
        format!("withdraw {one} moved away sheet plan.jsonl"),
        format!("swap {one} {two} consent plan.jsonl plan.jsonl"),
    );
    let asked = hall
        .after(
            "en",
            &format!("{give}\nno\nwithdraw {second} elsewhere sheet plan.jsonl\nno\n{swap}\nno\n"),
        )
        .0;
    says(
        &asked,
        &[
            &format!(
                "{} gives up {}: moved away (signed sheet plan.jsonl). Is that right?",
                name(&one),
                flat(&at_one, false)
            ),
            &format!(
                "{} gives up its place 2 on the standby list: elsewhere (signed sheet plan.jsonl). Is that right?",
                name(&second)
            ),
            &format!(
                "Swap: {} → {}; {} → {}. Is",
                name(&one),
                flat(&at_two, false),
                name(&two),
                flat(&at_one, false)
            ),
        ],
    );
    let asked =
        hall.after("zh", &format!("{give}\n否\n异议 E1 住户 {one} 看不清骰子\n否\n录像 plan.jsonl 2026-11-22T09:00:00+08:00\n否\n")).0;
    says(
        &asked,
        &[
            &format!(
                "{} 放弃 {}：moved away（签字单 plan.jsonl）。对吗？",
                name(&one),
                flat(&at_one, true)
            ),
            &format!("异议 E1，{} 提出：看不清骰子。对吗？", name(&one)),
            "2026-11-22 09:00:00 +08:00 (2026-11-22 01:00:00 UTC)",
        ],
    );
    assert_eq!(
        ["withdrawal", "swap", "objection", "recording"].map(|kind| hall.count(kind)),
        [0; 4]
    );
    // What will be refused is refused at once.
    let wrong = format!(
        "accept {first} sheet plan.jsonl\ndecline {first} sheet plan.jsonl\nwithdraw H9 x sheet plan.jsonl\nswap {one} {first} consent plan.jsonl plan.jsonl\nruling E9 upheld x\n"
    );
    let (out, err) =
        hall.after("en", &format!("{wrong}recording nowhere.mp4 5\nobjection E1 household H9 x\n"));
    says_not(&out, &["Is that right?"]);
    says(&err, &[&format!("nothing is offered to {}", name(&first)), "`H9`", "nowhere.mp4"]);
    // An offer.
    let (out, err) = hall.after(
        "en",
        &format!(
            "{give}\ny\noffer\ny\noffer\naccept {second} sheet plan.jsonl\naccept {first} sheet plan.jsonl\nno\ndecline {first} sheet plan.jsonl\nno\n"
        ),
    );
    let offered = format!("{} is offered to {}", flat(&at_one, false), name(&first));
    says(
        &out,
        &[
            &format!("{offered}. Is that right?"),
            &format!(
                "{} takes {} (signed sheet plan.jsonl). Is that right?",
                name(&first),
                flat(&at_one, false)
            ),
        ],
    );
    says(
        &out,
        &[&format!(
            "{} does not take {} and stays on standby (signed sheet plan.jsonl). Is",
            name(&first),
            flat(&at_one, false)
        )],
    );
    says(
        &err,
        &[
            &format!("{offered}. That must be accepted or declined first"),
            &format!("nothing is offered to {}: {offered}", name(&second)),
        ],
    );
    says_not(&err, &["no free flat"]);
    let (out, err) = hall.after("zh", &format!("递补\n接受 {second} 签字单 plan.jsonl\n"));
    let offered = format!("{} 轮到 {} 递补，尚未答复", flat(&at_one, true), name(&first));
    says(
        &err,
        &[
            &format!("{offered}。请先输入：接受 或 不要"),
            &format!("没有轮到 {} 递补的房源：{offered}", name(&second)),
        ],
    );
    says_not(&out, &["对吗？"]);
}

#[test]
fn a_script_closes_a_day_inside_a_pool_drawn_by_lot() {
    let hall = Hall::new(&plan());
    let first = format!("{SCRIPT}until 2\nday\n");
    let (out, _) = hall.script("en", &first, 0);
    says(&out, &["Day 1 of the draw is sealed: 2 of 4 households are served", "Day 2 goes on"]);
    let evening = hall.transcript();
    // The same script changes nothing; with more commands it goes on with the next day.
    hall.script("en", &first, 0);
    assert_eq!(hall.transcript(), evening);
    let second = format!("{first}until 3\nday\n");
    let (out, _) = hall.script("zh", &second, 0);
    says(&out, &["抽签第 2 天已封存：4 户中已办理 3 户"]);
    // A power cut after a turn: the same script draws no farther than it says.
    let text = hall.transcript();
    let cut = text.rfind("{\"kind\":\"checkpoint\"").unwrap();
    fs::write(hall.file("t.jsonl"), &text[..cut]).unwrap();
    fs::remove_file(hall.file("t.hall.jsonl")).unwrap();
    hall.script("zh", &second, 0);
    assert_eq!(hall.transcript(), text);
    // What is said of a number that is too large, or of a pool that is none.
    let (_, err) = hall.script("en", &format!("{second}until 5\n"), 2);
    says(
        &err,
        &["found 5; expected how many households are served then in the whole draw: 4 to 4"],
    );
    hall.script("en", &format!("{second}until 4\n"), 0);
    assert_eq!((hall.count("call"), hall.count("result")), (4, 1));
    let hall = Hall::new(&plan());
    let (_, err) = hall.script("en", "until 2\n", 2);
    says(&err, &["nothing can be drawn on now"]);
    // Without a number the pool is drawn to its end, as ever.
    let (_, err) = hall.script("en", &format!("{SCRIPT}day\n"), 0);
    says(&err, &["not used"]);
}

#[test]
fn at_the_prompt_it_is_asked_how_far_a_pool_is_drawn_by_lot() {
    let hall = Hall::new(&plan());
    let line = |lang| {
        format!("--lang {lang} run --plan plan.jsonl --out t.jsonl --no-clock --ask-how-far")
    };
    let begins = [ROLL_CALL, REVEALS, DICE].concat();
    let input = format!(
        "{begins}day\nuntil x\nuntil 9\nuntil 2\nno\nuntil 1\ny\nnext\nno\nday\ny\nnext\ny\n"
    );
    let (out, err) = hall.run(&line("en"), &input, 0);
    says(
        &out,
        &[
            "A is drawn without choices; 0 of 4 households are served. Type: next, to the end",
            "Draw on until 2 of 4 households are served (2 more)?",
            "Draw on until 1 of 4 households are served (1 more)?",
            "Draw the pool to its end?",
            "Close day 1 of the draw? 1 call today; 1 of 4 households are served.",
            "--no-clock", // the command for tomorrow
            "--ask-how-far",
        ],
    );
    says(&err, &["found `x`", "found 9; expected how many", "the day cannot be closed"]);
    assert_eq!(hall.count("call"), 1);
    let (out, _) = hall.run(&line("zh"), "抽到 3\n是\n状态\n继续\n是\n继续\n是\n", 0);
    says(&out, &["抽签第 2 天开始：4 户中已办理 1 户。", "再抽 2 户", "抽完本批次？"]);
    assert_eq!((hall.count("call"), hall.count("result")), (4, 1));
}

#[test]
fn documents_are_filed_after_the_result() {
    let (hall, picks, _) = drawn();
    let one = &picks[0].0;
    fs::create_dir(hall.file("papers")).unwrap();
    for paper in ["board.jpg", "authority.pdf", "list.csv"] {
        fs::write(hall.file(&format!("papers/{paper}")), format!("synthetic {paper}")).unwrap();
    }
    let authority = format!("authority papers/authority.pdf title For the choice household {one}");
    let notice = "notice papers/board.jpg title The list on the board";
    // What is wrong is told, and nothing is asked about it.
    let (out, err) = hall.after(
        "en",
        &format!(
            "file\nfile {notice}\nfile {notice} from 2026-11-09 to 2026-11-02\nfile list papers/list.csv title call 13912345678\n\
             file other papers/none title T\nfile other papers/list.csv title T household H9\n"
        ),
    );
    says_not(&out, &["Is that right?"]);
    says(
        &err,
        &[
            "expected: file notice|authority|list|other FILE title TITLE",
            "a notice needs the days on which it hung",
            "the time after `from` is later",
            "mobile phone number",
            "papers/none",
            "`H9`",
        ],
    );
    let (out, _) = hall.after(
        "en",
        &format!("file {notice} from 2026-11-02 to 2026-11-08\ny\nfile {authority}\ny\n"),
    );
    let asked = "Posted notice “The list on the board”, posted from 2026-11-02 00:00:00 +08:00 (2026-11-01 16:00:00 UTC) to 2026-11-08 23:59:59 +08:00 (2026-11-08 15:59:59 UTC): papers/board.jpg, SHA-256 ";
    let about = format!("Written authority “For the choice”, about {}: authority.pdf", name(one));
    says(&out, &[asked, &about]);
    let (out, err) = hall.after(
        "zh",
        "登记 清单 papers/BOARD.jpg 标题 未纳入抽签的房\n登记 清单 papers/list.csv 标题 未纳入抽签的房\n是\n封存\n是\n继续\n是\n",
    );
    says(&err, &["再次登记 `BOARD.jpg`"]);
    says(&out, &["清单《未纳入抽签的房》：papers/list.csv，SHA-256 ", "对吗？"]);
    assert_eq!(hall.count("filed"), 3);
    // The minutes tell them, and the verifier compares the files.
    hall.run("--lang en print t.jsonl --out out --only minutes", "", 0);
    let minutes = fs::read_to_string(hall.file("out/minutes.html")).unwrap();
    let hung = "posted from 2026-11-02 00:00:00 (UTC+08:00) to 2026-11-08 23:59:59 (UTC+08:00): board.jpg, SHA-256 <span class=\"mono\">";
    says(&minutes, &[hung, "List “未纳入抽签的房”: list.csv", &about]);
    let documents = |code| {
        let verify = Run::of(program("verify_transcript")).within(&hall.folder);
        let verify = verify.args("--lang en t.jsonl --rehearsal --documents papers".split(' '));
        let output = verify.output();
        assert_eq!(output.status.code(), Some(code));
        text(output.stdout)
    };
    says(&documents(0), &["Documents filed after the result: 3."]);
    fs::write(hall.file("papers/list.csv"), "another list").unwrap();
    says(&documents(1), &["V9"]);
}

#[test]
fn a_script_files_documents_and_is_gone_on_with() {
    let calls = format!("{SCRIPT}file other paper.txt title Synthetic household H1\n");
    let hall = Hall::new(&plan());
    fs::write(hall.file("paper.txt"), "synthetic").unwrap();
    hall.script("en", &calls, 3);
    assert_eq!(hall.count("filed"), 1);
    // The same script goes on; one with another title, or another file, is another one.
    let more = calls.clone() + "seal\n";
    hall.script("en", &calls.replace("Synthetic", "Another"), 2);
    fs::write(hall.file("paper.txt"), "changed").unwrap();
    hall.script("en", &more, 2);
    fs::write(hall.file("paper.txt"), "synthetic").unwrap();
    hall.script("en", &more, 0);
}

#[test]
fn a_draw_that_is_gone_on_with_says_how_it_stands() {
    let (hall, picks, standby) = drawn();
    says_not(&hall.after("en", "").0, &["Settled"]);
    let first = &standby[0];
    let one = &picks[0].0;
    hall.after(
        "en",
        &format!(
            "withdraw {one} x sheet plan.jsonl\ny\nwithdraw {} x sheet plan.jsonl\ny\n",
            standby[1]
        ),
    );
    says(
        &hall.after("en", "").0,
        &[
            "2 flats given",
            "Settled after withdrawals, offers and swaps: 1 flats given, 1 on standby, 1 free",
        ],
    );
    hall.after("en", &format!("offer\ny\naccept {first} sheet plan.jsonl\ny\nseal\ny\nnext\ny\n"));
    says(&hall.after("zh", "").0, &["经放弃、递补、换房之后：已定 2 套，候补 0 户，空房 0 套"]);
    // Void.
    let (out, _) = hall.after("en", "void the dice were wrong\ny\n");
    let hints = out.rsplit("The draw is VOID: the dice were wrong").next().unwrap();
    says(hints, &["Type: objection, ruling, recording, file; seal closes"]);
    says_not(hints, &["withdraw", "offer", "swap"]);
    let (out, err) = hall.after(
        "en",
        &format!("offer\naccept {first} sheet plan.jsonl\nvoid again\nwithdraw {first} x sheet plan.jsonl\nseal\ny\nnext\ny\n"),
    );
    says(&out, &["THE DRAW IS VOID, nobody keeps a flat: the dice were wrong"]);
    says_not(&out, &["the draw is complete", "flats given", "becomes VOID"]);
    assert_eq!(err.matches("the draw is VOID: nothing is given out any more").count(), 2, "{err}");
    let (out, _) = hall.prompt("zh", "", 0);
    says(&out, &["本次抽签已作废，所有分配均取消：the dice were wrong"]);
    says_not(&out, &["抽签完成"]);
}

#[test]
fn a_step_after_the_result_waits_for_the_result() {
    let hall = Hall::new(&plan());
    let (out, err) = hall.prompt(
        "en",
        "offer\naccept H1 sheet plan.jsonl\nwithdraw H1 x sheet plan.jsonl\nvoid\n",
        3,
    );
    assert_eq!(
        err.matches("is not possible now; the session waits for: the roll call").count(),
        3,
        "{err}"
    );
    says_not(&(out + &err), &["no free flat", "nothing is offered"]);
    // Void cannot be declared while the panel signs the result: it is not asked about.
    let hall = Hall::new(&keyed(&MEMBERS));
    hall.script("en", SCRIPT, 3);
    let (out, err) = hall.prompt("en", "void no reason\n", 3);
    says_not(&out, &["becomes VOID"]);
    says(&err, &["`void` is not possible now"]);
}

#[test]
fn the_words_are_chinese_in_chinese() {
    let (hall, picks, _) = drawn();
    let (out, err) = hall.after(
        "zh",
        "异议 E1 太吵\n是\n裁定 E1 成立 重新宣读\n否\n裁定 E1 驳回 录像清楚\n是\n信封\n",
    );
    says(
        &out,
        &["异议 E1 的裁定：成立；重新宣读。对吗？", "异议 E1 的裁定：驳回；录像清楚。对吗？"],
    );
    says_not(&out, &["upheld", "rejected"]);
    says(&err, &["应为：信封 监督员编号"]);
    let (_, err) =
        hall.after("zh", &format!("放弃 {} {} 签字单 plan.jsonl\n", picks[0].0, "长".repeat(400)));
    says(&err, &["理由"]);
    says_not(&err, &["reason"]);
    let mut plan = plan();
    let pool = Pool::new("A", "A", "7", PickRule::Choice).unit(
        "A-1",
        "101",
        1,
        &["near-lift", "step-free"],
    );
    plan.pools = vec![pool.household("H1", "陆*明", 1, &["near-lift", "step-free"])];
    let (out, _) = Hall::new(&plan).prompt("zh", &format!("{ROLL_CALL}{REVEALS}{DICE}叫号\n"), 3);
    says(&out, &["H1 陆*明（需要 近电梯、无障碍） 选房"]);
}

#[test]
fn a_plan_that_cannot_be_certified_says_so() {
    let (out, _) = Hall::new(&keyed(&["r1", "r2", "o1"])).prompt("en", "", 3);
    let told = "bench officials has 1 key and its quorum is 2: the transcript cannot be certified (paper signatures do not count for that)";
    says(&out, &[told]);
    says_not(&out, &["bench residents has"]);
    let (out, _) = Hall::new(&plan()).prompt("zh", "", 3);
    says(
        &out,
        &[
            "注意：席位 residents 有 0 个公钥，法定人数 2：记录不可能达到“认证”",
            "席位 officials 有 0 个公钥",
        ],
    );
    says_not(&Hall::new(&keyed(&MEMBERS)).prompt("en", "", 3).0, &["cannot be certified"]);
}

/// Numbers that belong to nobody.
const PERSONAL: [&str; 6] = [
    "310101199001011234",
    "31010119900101123X",
    "310101900101123",
    "13800001234",
    "138-0000-1234",
    "电话１３８００００１２３４",
];

#[test]
fn numbers_of_persons_do_not_enter_the_transcript() {
    let (hall, picks, standby) = drawn();
    let (one, first) = (&picks[0].0, &standby[0]);
    let commands = |number: &str| {
        format!(
            "withdraw {one} see {number} sheet plan.jsonl\nobjection E1 {number}\nruling E1 upheld {number}\nvoid {number}\nrecording /tmp/{number}.mp4 5\n\
             decline {first} call {number} sheet plan.jsonl\n"
        )
    };
    for number in PERSONAL {
        let (out, err) = hall.after("en", &commands(number));
        assert_eq!(
            err.matches("this looks like a document number or a mobile phone number").count(),
            6,
            "{number}\n{err}"
        );
        says(&err, &["public for ever"]);
        says_not(&err, &[number]);
        says_not(&out, &["Is that right?", number]);
    }
    says(
        &hall.after("zh", &commands(PERSONAL[0])).1,
        &["这像是身份证件号或手机号码，而记录永久公开"],
    );
    // Flats, times, hashes and telephones of an office are no such numbers.
    let hash = "a13800001234bcdef310101199001011234abcdefabcdefabcdefabcdefabcdef";
    let free = format!("flat 15 on 2026-11-22 9:00, 1802, 021-62345678, {hash}");
    let (out, err) = hall.after("en", &format!("objection E1 {free}\nyes\n"));
    says(&out, &[&format!("Objection E1: {free}")]);
    says_not(&err, &["this looks like"]);
    // While the panel signs and while flats are chosen.
    let hall = Hall::new(&keyed(&MEMBERS));
    let (_, err) = hall.prompt("en", "dissent r1 13800001234\nundo 13800001234\nchoose A-1 proxy 张 13800001234\nvoid 138 0000 1234\n", 3);
    assert_eq!(err.matches("this looks like a document number").count(), 4, "{err}");
    // In a script, with the line.
    says(
        &hall.script("en", "void 13800001234\n", 2).1,
        &["script.txt line 1: this looks like a document number"],
    );
}

/// A hall whose public numbers are a round of drand.
fn beacon(round: u64) -> Hall {
    let mut plan = plan();
    plan.sources = vec![Source::drand(round)];
    Hall::new(&plan)
}

const FAR: u64 = 2_000_000_000;
const FAR_TIME: &str = "2213-10-11 09:49:24 +08:00 (2213-10-11 01:49:24 UTC)";

#[test]
fn a_plan_with_a_beacon_is_looked_at_before_the_seal() {
    let refused = |hall: &Hall, lang: &str, more: &str, words: &[&str]| {
        let (out, err) =
            hall.run(&format!("--lang {lang} run --plan plan.jsonl --out t.jsonl{more}"), "", 2);
        says(&err, words);
        assert!(!hall.file("t.jsonl").exists() && out.is_empty(), "{out}");
    };
    refused(
        &beacon(FAR),
        "en",
        " --no-clock",
        &["--no-clock: the plan names a round of drand", "Leave --no-clock out"],
    );
    refused(&beacon(FAR), "zh", " --no-clock", &["请去掉 --no-clock"]);
    let past = "2023-08-23 23:59:24 +08:00 (2023-08-23 15:59:24 UTC)";
    refused(
        &beacon(1000),
        "en",
        "",
        &["round 1000 of drand was made at", past, "Name a later round in the plan"],
    );
    refused(&beacon(1000), "zh", "", &["drand 第 1000 轮", past, "更晚的"]);
    if !cfg!(feature = "drand") {
        refused(
            &beacon(FAR),
            "en",
            "",
            &["cargo run --release --features drand --example draw_session -- run"],
        );
        refused(&beacon(FAR), "zh", "", &["--features drand"]);
        return;
    }
    let (out, _) = beacon(FAR).run(
        "--lang en run --plan plan.jsonl --out t.jsonl",
        &format!("{ROLL_CALL}{REVEALS}"),
        3,
    );
    let (_, numbers) = out.split_once("== Public numbers ==").unwrap();
    assert!(numbers.contains(FAR_TIME), "{out}");
    says_not(&out, &["Only this is left"]);
    says(
        &out,
        &[&format!(
            "Public numbers, source 1: round {FAR} of the drand quicknet beacon, made at {FAR_TIME}"
        )],
    );
    // A plan that was sealed in time, and a roll call that went on for too long.
    let hall = beacon(1000);
    let mut session = floorlot::session::Session::new(
        Plan { sources: vec![Source::drand(1000)], ..plan() }.validate().unwrap(),
    );
    let sealed = std::iter::from_fn(|| session.advance(Some(1_692_800_000)))
        .flat_map(|line| [line, vec![b'\n']].concat());
    fs::write(hall.file("t.jsonl"), sealed.collect::<Vec<u8>>()).unwrap();
    let (out, _) = hall.run("--lang en run --plan plan.jsonl --out t.jsonl", "", 3);
    says(
        &out,
        &["cannot be closed in time any more: round 1000", "Only this is left: void REASON"],
    );
}
