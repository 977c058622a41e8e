//! How the verifier goes on after a fault (section 7): files of the corpus with some lines changed,
//! and what is still looked at.

use floorlot::rules::Rule;
use floorlot::transcript::{Evidence, OutcomeKind, Report, Verdict, verify};
use std::path::Path;

/// The lines of a valid file.
fn lines(name: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(name);
    std::fs::read_to_string(&path)
        .unwrap_or_else(|e| panic!("{}: {e}", path.display()))
        .lines()
        .map(str::to_owned)
        .collect()
}

/// Where the first line with this in it is.
fn at(lines: &[String], part: &str) -> usize {
    lines.iter().position(|line| line.contains(part)).unwrap_or_else(|| panic!("no `{part}`"))
}

fn insert(lines: &mut Vec<String>, at: usize, more: &[impl AsRef<str>]) {
    lines.splice(at..at, more.iter().map(|line| line.as_ref().to_owned()));
}

fn replace(lines: &mut [String], part: &str, with: &str) {
    lines.iter_mut().for_each(|line| *line = line.replace(part, with));
}

fn report(lines: &[String], household: Option<&str>) -> Report {
    let file = lines.join("\n") + "\n";
    verify(file.as_bytes(), &Evidence::default().with_household(household.map(str::to_owned)))
        .unwrap()
}

/// How many things a check examined, and how many faults it found.
fn counts(report: &Report, rule: Rule) -> (u64, u64) {
    let check = report.checks.iter().find(|check| check.id == rule).unwrap();
    (check.examined, check.failed)
}

fn not_run(report: &Report, rule: Rule) -> bool {
    report.checks.iter().any(|check| check.id == rule && check.outcome == OutcomeKind::NotRun)
}

/// The first fault: its check and its line.
fn first(report: &Report) -> (Rule, u64) {
    let first = report.first.unwrap();
    (first.check, first.line)
}

#[test]
fn behind_a_plan_with_a_fault_nothing_is_followed() {
    use Rule::*;
    let whole = lines("corpus/valid/signed.jsonl");
    for (from, to, found) in [
        (r#""floorlot":1"#, r#""florlot":1"#, (T1, 1)),
        (r#""floorlot":1"#, r#""floorlot":2"#, (P1, 1)),
    ] {
        let mut file = whole.clone();
        replace(&mut file, from, to);
        let report = report(&file, None);
        assert_eq!(first(&report), found);
        for rule in [C1, C2, C3, C4, C5, C6, S1, S2, S3, S4, D1, D12] {
            assert!(not_run(&report, rule) && counts(&report, rule).0 == 0, "{rule}");
        }
    }
}

#[test]
fn a_gate_out_of_its_place_is_passed_over() {
    let mut file = lines("corpus/valid/signed.jsonl");
    let place = at(&file, r#""what":"commits""#);
    file.remove(place);
    let report = report(&file, None);
    // The answers stand in the roll call.
    assert_eq!(first(&report), (Rule::T2, place as u64 + 1));
    assert!(not_run(&report, Rule::C1) && not_run(&report, Rule::D1));
}

#[test]
fn behind_what_cannot_be_followed_the_pools_are_passed_over() {
    let mut file = lines("corpus/valid/choice.jsonl");
    let place = at(&file, r#""kind":"call""#);
    let call = file[place].replace(r#""place":1,"#, r#""place":2,"#);
    let (_, id) = call.split_once(r#""household":""#).unwrap();
    let id = id.split_once('"').unwrap().0.to_owned();
    file[place] = file[place].replace(&id, "H-none");
    let report = report(&file, None);
    assert_eq!(first(&report), (Rule::D2, place as u64 + 1));
    assert_eq!((counts(&report, Rule::D2), counts(&report, Rule::D4).0), ((1, 1), 0));
    assert_eq!(counts(&report, Rule::T2).1, 0);
}

#[test]
fn why_tells_the_void_that_breaks_the_draw_off() {
    let file = lines("corpus/valid/void-in-the-draw.jsonl");
    let why = report(&file, Some("H001")).why.unwrap();
    let void = at(&file, r#""kind":"void""#) as u64 + 1;
    assert_eq!(
        why.later.iter().map(|later| (later.line, later.what.as_str())).collect::<Vec<_>>(),
        [(void, "void")]
    );
}

#[test]
fn where_no_pool_is_followed_nothing_is_examined() {
    let mut file = lines("corpus/valid/choice.jsonl");
    let plain = counts(&report(&file, None), Rule::P3);
    let stray = [
        r#"{"kind":"open","pool":"Z","key":"181cce10de6388581495cdf383e0a58a4b396ae05a4ee0720dbc4d07c1d89097"}"#,
        r#"{"kind":"undo","reason":" x"}"#,
        r#"{"kind":"pick","household":"H101","by":"choice","offered":4,"unit":"B-0201","proxy":" x"}"#,
    ];
    let place = at(&file, r#""kind":"result""#);
    insert(&mut file, place, &stray);
    let report = report(&file, None);
    assert_eq!(
        (counts(&report, Rule::P3), counts(&report, Rule::D9), counts(&report, Rule::T2).1),
        (plain, (0, 0), 0)
    );
    assert_eq!(counts(&report, Rule::D1), (2, 1));
}

#[test]
fn benches_and_members_beyond_the_limit_are_not_read() {
    let whole = lines("corpus/valid/signed.jsonl");
    let place = at(&whole, r#""kind":"member""#);
    for (kind, rest, most) in [
        ("bench", r#""title":" ","quorum":1"#, 16),
        ("member", r#""bench":"officials","name":" ""#, 256),
    ] {
        let mut file = whole.clone();
        let room =
            most - file.iter().filter(|l| l.contains(&format!(r#""kind":"{kind}""#))).count();
        let line = |n| format!(r#"{{"kind":"{kind}","id":"x{n}",{rest}}}"#);
        let more: Vec<String> = (0..most).map(line).collect();
        insert(&mut file, place, &more);
        // As many as there is room for have a text at fault; of `member` those stand first.
        let read = if kind == "member" { most } else { room };
        assert_eq!(counts(&report(&file, None), Rule::P3).1, read as u64, "{kind}");
    }
}

#[test]
fn v3_is_not_run_when_no_signature_counts() {
    let mut file = lines("corpus/valid/choice.jsonl");
    replace(&mut file, r#""quorum":1"#, r#""quorum":0"#);
    for stage in ["plan", "result"] {
        let under = at(&file, &format!(r#""stage":"{stage}""#)) + 1;
        insert(
            &mut file,
            under,
            &[r#"{"kind":"unsigned","member":"r1"}"#, r#"{"kind":"unsigned","member":"o1"}"#],
        );
    }
    let report = report(&file, None);
    assert!(not_run(&report, Rule::V3) && !report.signed);
}

#[test]
fn why_tells_only_picks_that_were_followed() {
    let mut file = lines("corpus/valid/choice.jsonl");
    let pick = at(&file, r#""unit":"B-0201""#);
    file[pick] = file[pick].replace("B-0201", "Z-1");
    let why = report(&file, Some("H101")).why.unwrap();
    assert_eq!((why.by, why.unit, why.line, why.offered.len()), (None, None, 0, 0));
}

#[test]
fn ids_that_occur_again_are_counted_when_the_plan_ends() {
    let mut file = lines("corpus/valid/choice.jsonl");
    replace(&mut file, r#""kind":"member","id":"o1""#, r#""kind":"member","id":"r1""#);
    assert_eq!(counts(&report(&file, None), Rule::P2).1, 1);
    file.truncate(at(&file, r#""kind":"household""#));
    let cut = report(&file, None);
    assert!(not_run(&cut, Rule::P2) && counts(&cut, Rule::P2).1 == 0);
}

/// Whatever line of the plan is missing, or all lines of a kind, what comes later is judged without a panic.
#[test]
fn a_plan_with_lines_missing_is_refuted_to_the_end() {
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/corpus/valid");
    let mut tried = 0;
    for entry in std::fs::read_dir(corpus).unwrap() {
        let file = std::fs::read(entry.unwrap().path()).unwrap();
        let lines: Vec<&[u8]> = file.split_inclusive(|b| *b == b'\n').collect();
        let seal = lines.iter().position(|l| l.starts_with(b"{\"kind\":\"checkpoint\"")).unwrap();
        let without = |missing: &dyn Fn(usize) -> bool| -> Vec<u8> {
            let kept = (0..lines.len()).filter(|n| *n == 0 || *n >= seal || !missing(*n));
            kept.flat_map(|n| lines[n]).copied().collect()
        };
        let one = (1..seal.min(40)).map(|line| without(&|n| n == line));
        let kinds = ["bench", "member", "source", "pool", "unit", "household"];
        let kind = |kind: &str| format!("{{\"kind\":\"{kind}\"").into_bytes();
        let all = kinds.map(|name| without(&|n| lines[n].starts_with(&kind(name))));
        for changed in one.chain(all) {
            let report = verify(&changed[..], &Evidence::default()).unwrap();
            assert_eq!(report.verdict, Verdict::Refuted);
            tried += 1;
        }
    }
    assert!(tried > 500, "{tried}");
}
