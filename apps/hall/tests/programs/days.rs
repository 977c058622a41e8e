//! A draw over three days, by script, a command more each morning: the same file, the same command;
//! what is said, what is printed, and what a fingerprint of the first evening finds out.

use crate::chinese::no_english;
use crate::program;
use floorlot::lines::{Line, Stage};
use floorlot::transcript::{Evidence, Level, Verdict, verify};
use floorlot::{Fingerprint, Noted};
use floorlot_testing::{Run, repository};
use std::collections::BTreeMap;
use std::fs;
use tempfile::TempDir;

const ROLL_CALL: &str = "envelope r1\nenvelope r2\nabsent r3\nenvelope o1\nenvelope o2\nenvelope o3\nclose\n\
     reveal r1 11\nreveal r2 22\nreveal o1 33\nreveal o2 44\nreveal o3 55\nclose\ndice 00416293857710359265\n";
/// Two miss their call: one comes when it is called again, the other gets a flat by lot.
const FIRST: &str =
    "call\nmissed\ncall\nchoose 1802\ncall\nmissed\nlate\nchoose 1702\nlate\nmissed\nday\n";
const SECOND: &str = "call\nchoose 1002\nundo wrong flat typed\nchoose 202\nday\n";
/// In Chinese, as it is typed at the desk.
const THIRD: &str = "叫号\n未到\n叫号\n选 902\n补叫\n选 1102\n今日结束\n";
const REST: &str = "call\nchoose 502\ncall\nchoose 602\ncall\nchoose 102\ncall\nchoose 802\n";

/// Everybody is away but those who are named, who sign on paper or refuse.
fn signed(present: &[&str]) -> String {
    let member = |id: &str| match present.contains(&id) {
        true if id == "o1" => "dissent o1 it is late\n".to_owned(),
        true => format!("paper {id} {}\n", "ab".repeat(32)),
        false => format!("unsigned {id}\n"),
    };
    ["r1", "r2", "r3", "o1", "o2", "o3"].map(member).concat() + "next\n"
}

struct Hall {
    folder: TempDir,
}

impl Hall {
    fn new() -> Hall {
        let folder = TempDir::new().unwrap();
        let plan = fs::read_to_string(repository("examples/data/block/plan.jsonl")).unwrap();
        let plan = plan.replace("\"absence\":\"last\"", "\"absence\":\"day\"");
        fs::write(folder.path().join("plan.jsonl"), plan).unwrap();
        Hall { folder }
    }

    #[track_caller]
    fn run(&self, line: &str, code: i32) -> (String, String) {
        let run = Run::of(program("draw_session")).args(line.split(' ')).within(&self.folder);
        run.env("TZ", "CST-8").ends(code)
    }

    /// Goes on with the whole script so far.
    #[track_caller]
    fn script(&self, lang: &str, script: &str, code: i32) -> (String, String) {
        fs::write(self.folder.path().join("script"), script).unwrap();
        let line = format!(
            "--lang {lang} run --plan plan.jsonl --out draw.jsonl --script script --no-clock"
        );
        self.run(&line, code)
    }

    fn bytes(&self) -> Vec<u8> {
        fs::read(self.folder.path().join("draw.jsonl")).unwrap()
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap()
    }
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = Line<'_>> {
    bytes.trim_ascii_end().split(|b| *b == b'\n').map(|line| Line::decode(line).unwrap())
}

/// The fingerprints of the days.
fn prints(bytes: &[u8]) -> Vec<String> {
    let day = |line| match line {
        Line::Checkpoint { stage: Stage::Day, body, .. } => {
            Some(Fingerprint::of_body(&body).to_string())
        }
        _ => None,
    };
    lines(bytes).filter_map(day).collect()
}

fn noted(print: &str) -> Evidence {
    Evidence::default().with_noted(vec![print.parse::<Noted>().unwrap()])
}

#[test]
fn a_draw_over_three_days_goes_on_in_the_same_file() {
    let hall = Hall::new();
    let mut script = ROLL_CALL.to_owned() + FIRST;
    // Nobody has signed: the script says so, or the day is not over.
    let (_, err) = hall.script("en", &script, 3);
    assert!(err.contains("no more commands") || err.contains("the panel has not signed"), "{err}");
    script += &signed(&["r1", "r2", "o2"]);
    let (out, _) = hall.script("en", &script, 0);
    let first = hall.bytes();
    let print = prints(&first)[0].clone();
    for told in [
        "Day 1 of the draw is sealed: 3 of 10 households are served",
        &print,
        "Day 1 is closed, and all",
        "Day 2 goes on in the same file, with the same command:",
        "run --plan plan.jsonl --out draw.jsonl --script script --no-clock",
    ] {
        assert!(out.contains(told), "{told}\n{out}");
    }
    // The same command without more commands changes nothing, and says the same.
    let (again, _) = hall.script("zh", &script, 0);
    assert!(again.contains("第 1 天已结束") && hall.bytes() == first, "{again}");
    // Nothing of the evening before is withdrawn in the morning.
    let (_, err) = hall.script("en", &(script.clone() + "undo wrong flat\n"), 2);
    assert!(err.contains("line 33") && hall.bytes() == first, "{err}");
    script += &(SECOND.to_owned() + &signed(&["r2", "r3", "o1", "o3"]));
    let (out, _) = hall.script("en", &script, 0);
    assert!(out.contains("Day 2 of the draw begins: 3 of 10 households are served."), "{out}");
    assert!(hall.bytes().starts_with(&first));
    verified_so_far(&hall, &print);
    script += &(THIRD.to_owned() + &signed(&["r1"]));
    let (out, _) = hall.script("zh", &script, 0);
    assert!(out.contains("抽签第 3 天开始：10 户中已办理 4 户。"), "{out}");
    assert!(out.contains("抽签第 3 天已封存：10 户中已办理 6 户"), "{out}");
    out.lines().filter(|line| !line.starts_with("    ")).for_each(|line| no_english(line, "day 3"));
    timetable(&hall);
    script += &(REST.to_owned() + &signed(&[]));
    let (out, _) = hall.script("en", &script, 0);
    assert!(out.contains("the draw is complete"), "{out}");
    let whole = hall.bytes();
    let report = verify(&whole[..], &noted(&print)).unwrap();
    assert_eq!((report.verdict, report.day), (Verdict::Verified, None));
    let calls: Vec<_> = lines(&whole).filter(|line| matches!(line, Line::Call { .. })).collect();
    assert_eq!(calls.len(), 10 + 3);
    printed(&hall, &prints(&whole));
    notes(&hall, &prints(&whole));
    // One flat of the first day is another, and all that follows is computed anew: the fingerprint of
    // that evening finds it out.
    let other = Hall::new();
    let script = script.replacen("choose 1802", "choose 2002", 1);
    other.script("en", &script, 0);
    let forged = other.bytes();
    assert_eq!(verify(&forged[..], &Evidence::default()).unwrap().verdict, Verdict::Verified);
    assert_eq!(verify(&forged[..], &noted(&print)).unwrap().verdict, Verdict::Refuted);
}

/// What `verify_transcript` says of a file that ends with a day.
fn verified_so_far(hall: &Hall, first: &str) {
    let last = prints(&hall.bytes())[1].clone();
    for (lang, told, print) in [
        (
            "en",
            "Day 2 of the draw is closed; 4 of 10 households are served, and the draw is NOT FINISHED",
            &last,
        ),
        ("zh", "抽签第 2 天已结束：10 户中的 4 户已办理，抽签【尚未完成】", &last),
    ] {
        let arguments = ["--lang", lang, "draw.jsonl", "--fingerprint", print];
        let run = Run::of(program("verify_transcript")).args(arguments).within(&hall.folder);
        let (out, _) = run.ends(3);
        assert!(out.contains(told) && out.contains(print.as_str()), "{out}");
    }
    let report = verify(&hall.bytes()[..], &noted(&last)).unwrap();
    assert_eq!((report.verdict, report.level), (Verdict::Unfinished, Level::Anchored));
    assert!(report.sentence().en.contains("the day is the one that was noted outside"));
    // That of the day before says nothing of this one.
    let report = verify(&hall.bytes()[..], &noted(first)).unwrap();
    assert_eq!((report.level, report.anchored), (Level::Consistent, Some(Stage::Day)));
    assert!(report.not_compared.is_some());
}

/// The signed note of each day, and of the last one.
fn notes(hall: &Hall, prints: &[String]) {
    for (day, print) in [("day1", 0), ("day2", 1), ("day3", 2), ("day", 2)] {
        let (note, _) = hall.run(&format!("note draw.jsonl --checkpoint {day}"), 0);
        let body = note.split("\n\n").next().unwrap().to_owned() + "\n";
        assert_eq!(Fingerprint::of_body(&body).to_string(), prints[print], "{day}");
    }
    let (_, err) = hall.run("--lang en note draw.jsonl --checkpoint day4", 2);
    assert!(err.contains("no such checkpoint"), "{err}");
}

/// The minutes of each day: who was there, what happened, the fingerprint; nothing of another day.
fn printed(hall: &Hall, prints: &[String]) {
    hall.run("--lang en print draw.jsonl --out en", 0);
    hall.run("--lang zh print draw.jsonl --out zh --only days", 0);
    let html = hall.read("en/days.html");
    let sheets: Vec<&str> = html.split("<table class=\"sheet\">").skip(1).collect();
    assert_eq!(
        (sheets.len(), prints.len()),
        (8, 3),
        "a sheet and its signatures, and the last day"
    );
    for (n, sheet) in sheets.chunks(2).take(3).enumerate() {
        let [story, signs] = sheet else { unreachable!() };
        assert!(story.contains(&format!("day {}", n + 1)) && signs.contains("<td class=\"sign\">"));
        for (other, print) in prints.iter().enumerate() {
            assert_eq!(
                (story.contains(print), signs.contains(print)),
                (other == n, other == n),
                "{n} {other}"
            );
        }
    }
    let has = |sheet: usize, told: &[&str]| {
        told.iter()
            .for_each(|told| assert!(sheets[sheet].contains(told), "{told}\n{}", sheets[sheet]))
    };
    has(
        0,
        &[
            "5 calls, 3 flats given, 0 to the standby list, 3 missed, 0 withdrawn",
            "by lot",
            "2 of 3 present, 0 signed by key",
            "quorum NOT reached",
        ],
    );
    has(
        2,
        &[
            "1 call, 1 flat given, 0 to the standby list, 0 missed, 1 withdrawn",
            "wrong flat typed",
            "o1 李* (REFUSED to sign)",
            "2 of 3 present",
        ],
    );
    has(
        4,
        &[
            "3 calls, 2 flats given, 0 to the standby list, 1 missed, 0 withdrawn",
            "6 of 10 households are served",
        ],
    );
    has(6, &["4 calls, 4 flats given", "10 of 10 households are served", "The draw is complete."]);
    let zh = hall.read("zh/days.html");
    assert!(zh.contains("叫号 3 次，选定 2 套，列入候补 0 户，未到 1 次，撤回 0 次"));
    let minutes = hall.read("en/minutes.html");
    assert!(minutes.contains("Checkpoint over day 2 (lines 1 to"), "the minutes know the day");
    // A draw that takes one day has no such sheet, and says so only if it is asked for.
    let one = Hall::new();
    one.run("--lang en run --plan plan.jsonl --out draw.jsonl", 3);
    let (_, err) = one.run("--lang en print draw.jsonl --out p", 0);
    assert!(!err.contains("days.html") && !one.folder.path().join("p/days.html").exists(), "{err}");
    let (_, err) = one.run("--lang en print draw.jsonl --out q --only days", 2);
    assert!(err.contains("days.html: not printed: no day of the draw was closed"), "{err}");
}

/// Four households are left after three days.
fn timetable(hall: &Hall) {
    let line = "--lang zh timetable draw.jsonl --out t --per-day 3 --from 2026-12-04 --no-weekends --skip 2026-12-07 \
                --start 11:30 --minutes 20 --rest 12:00-13:30";
    let (out, _) = hall.run(line, 0);
    assert!(out.contains("4 户，2 天，2026-12-04 星期五 至 2026-12-08 星期二"), "{out}");
    let csv = hall.read("t/timetable.csv");
    let rows: Vec<Vec<&str>> = csv
        .trim_start_matches('\u{feff}')
        .lines()
        .skip(1)
        .map(|row| row.split(',').collect())
        .collect();
    let when: Vec<[&str; 3]> = rows.iter().map(|row| [row[0], row[1], row[3]]).collect();
    let expected = [
        ["4", "2026-12-04", "11:30"],
        ["4", "2026-12-04", "13:30"], // it would not be done before the rest
        ["4", "2026-12-04", "13:50"],
        ["5", "2026-12-08", "11:30"],
    ];
    assert_eq!(when, expected);
    // Each with its place in the call order, and its slip.
    let bytes = hall.bytes();
    let mut names = BTreeMap::new();
    for line in lines(&bytes) {
        if let Line::Household { id, name, .. } = line {
            names.insert(id.into_owned(), name.into_owned());
        }
    }
    let slips = hall.read("t/slips.html");
    assert_eq!(slips.matches("class=\"who\"").count(), 4);
    for (place, row) in (7..).zip(&rows) {
        assert_eq!((row[6], names[row[7]].as_str()), (place.to_string().as_str(), row[8]));
        assert!(slips.contains(&format!("class=\"who\">{} {}<", row[7], row[8])));
    }
    assert!(slips.contains("迟到的，当日结束前再叫一次") && slips.contains("演练 REHEARSAL · "));
    hall.run(&line.replace("zh", "en"), 2); // an older one stays
    hall.run(&(line.replace("zh", "en") + " --replace"), 0);
    assert!(
        hall.read("t/slips.html").contains("Who is late is called again before the day is closed")
    );
    for (wrong, told) in [
        ("--per-day 100 --from 2026-12-01", "after midnight"),
        ("--per-day 2 --from tomorrow", "a date such as"),
        ("--per-day 2 --from 2026-12-01 --rest 14:00-13:00", "a time such as"),
    ] {
        let (_, err) = hall.run(&format!("--lang en timetable draw.jsonl --out u {wrong}"), 2);
        assert!(err.contains(told), "{err}");
    }
    let (_, err) =
        hall.run("--lang en timetable plan.jsonl --out u --per-day 2 --from 2026-12-01", 2);
    assert!(err.contains("there is no seed"), "{err}");
}
