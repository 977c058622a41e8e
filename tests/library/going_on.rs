//! How the verifier goes on after a failure (section 7): files of the corpus with some lines
//! changed, and what is then counted.

use floorlot::primitives::tree::{Tree, checkpoint_body};
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

/// The draw itself is right.
fn draw_holds(report: &Report) {
    use Rule::*;
    [P1, P4, P9, D1, D2, D3, D4, D5, D6, D7, D10, D11, D12, D13]
        .into_iter()
        .for_each(|rule| assert_eq!(counts(report, rule).1, 0, "{rule}"));
}

#[test]
fn a_misplaced_pool_is_found() {
    let mut file = lines("corpus/valid/estate.jsonl");
    let pool = file.remove(at(&file, r#""kind":"pool","id":"C""#));
    let unit = at(&file, r#""id":"A-0601""#);
    file.insert(unit, pool);
    let found = report(&file, None);
    assert_eq!((counts(&found, Rule::T2).1, counts(&found, Rule::P4)), (1, (29, 0)));
    draw_holds(&found);
    // The same with an id that sorts before the others.
    [r#""pool":"C""#, r#""id":"C""#]
        .into_iter()
        .for_each(|part| replace(&mut file, part, &part.replace('C', "0")));
    let found = report(&file, None);
    assert_eq!(
        (counts(&found, Rule::P4), counts(&found, Rule::P1).1, counts(&found, Rule::D12).1),
        ((29, 0), 0, 0)
    );
}

#[test]
fn units_and_households_have_an_order_each() {
    let mut file = lines("corpus/valid/estate.jsonl");
    let (unit, household) = (at(&file, r#""id":"C-1601""#), at(&file, r#""id":"H001""#));
    assert_eq!(unit + 1, household);
    file.swap(unit, household);
    let report = report(&file, None);
    assert_eq!((counts(&report, Rule::T2).1, counts(&report, Rule::P4)), (1, (29, 0)));
    draw_holds(&report);
}

#[test]
fn those_before_every_pool_are_of_the_first() {
    let mut file = lines("corpus/valid/ranking.jsonl");
    let pool = file.remove(at(&file, r#""kind":"pool""#));
    file.insert(at(&file, r#""kind":"checkpoint""#), pool);
    let found = report(&file, None);
    let (units, ranked) = (found.totals.units, counts(&found, Rule::P9).0);
    assert!(units > 0 && ranked > 0 && counts(&found, Rule::D7).0 > 0);
    assert_eq!(
        (counts(&found, Rule::P9).1, counts(&found, Rule::D7).1, counts(&found, Rule::D12).1),
        (0, 0, 0)
    );
    // In a pool that is not drawn by ranking each ranking is a fault.
    replace(&mut file, r#""rule":"ranking","unranked":"lot""#, r#""rule":"lot""#);
    replace(&mut file, r#""rule":"ranking","unranked":"standby""#, r#""rule":"lot""#);
    assert_eq!(counts(&report(&file, None), Rule::P9), (ranked, ranked));
    // Without any pool there are no rankings to examine.
    file.remove(at(&file, r#""kind":"pool""#));
    assert_eq!(counts(&report(&file, None), Rule::P9), (0, 0));
}

#[test]
fn who_was_called_and_not_served_still_waits() {
    let mut file = lines("worked/transcript.jsonl");
    let call = at(&file, r#""kind":"call""#);
    let early = file[at(&file, r#""place":2"#)].clone();
    file.insert(call, early);
    let report = report(&file, None);
    assert_eq!((counts(&report, Rule::T2).1, counts(&report, Rule::D4)), (1, (2, 0)));
    assert_eq!((counts(&report, Rule::D5), counts(&report, Rule::D6)), ((2, 0), (2, 0)));
}

#[test]
fn an_empty_pool_does_not_take_the_households_of_others() {
    let file = lines("corpus/valid/first-round-and-later.jsonl");
    let standby = file[at(&file, r#""kind":"standby""#)].clone();
    let household = standby.split('"').nth(7).unwrap();
    let pool = r#"{"kind":"pool","id":"Z","title":"t","building":"b","rule":"lot","units":1,"households":1}"#;
    for place in [r#""kind":"pool","id":"A""#, r#""kind":"pool","id":"B""#, r#""kind":"unit""#] {
        let mut file = file.clone();
        let at = at(&file, place);
        insert(&mut file, at, &[pool]);
        let sheet = "7".repeat(64);
        file.push(format!(
            r#"{{"kind":"withdrawal","household":"{household}","reason":"x","sheet":"{sheet}"}}"#
        ));
        let report = report(&file, None);
        assert_eq!(
            (counts(&report, Rule::A2), report.aftermath.withdrawals),
            ((1, 0), 1),
            "before {place}"
        );
    }
}

#[test]
fn without_a_plan_line_there_is_no_panel_and_no_draw() {
    let mut file = lines("corpus/valid/signed.jsonl");
    replace(&mut file, r#""floorlot":1"#, r#""florlot":1"#);
    let report = report(&file, None);
    use Rule::*;
    [C1, C2, C3, C4, C5, C6, S1, S2, S3, S4, D1, D12, V7]
        .into_iter()
        .for_each(|rule| assert!(not_run(&report, rule), "{rule}"));
    assert_eq!((report.totals.households, report.totals.units, counts(&report, P4).0), (0, 0, 14));
    // Each line of a sign-off stands where none has begun.
    assert_eq!(counts(&report, T2).1, 1 + 10);
}

#[test]
fn a_checkpoint_in_the_plan_has_its_origin() {
    let mut file = lines("corpus/valid/choice.jsonl");
    let mut tree = Tree::new();
    tree.push_line(file[0].as_bytes());
    let body = checkpoint_body("corpus.example/choice", 1, tree.root()).replace('\n', "\\n");
    insert(
        &mut file,
        1,
        &[&format!(r#"{{"kind":"checkpoint","stage":"aftermath","body":"{body}"}}"#)],
    );
    let report = report(&file, None);
    assert_eq!(counts(&report, Rule::T3), (4, 3)); // the three others count one line less
}

#[test]
fn of_two_members_with_one_id_the_key_of_the_first_counts() {
    let mut file = lines("corpus/valid/signed.jsonl");
    file.retain(|line| !line.starts_with(r#"{"kind":"cosignature","member":"r1""#));
    replace(&mut file, r#""kind":"member","id":"r2""#, r#""kind":"member","id":"r1""#);
    replace(
        &mut file,
        r#""kind":"cosignature","member":"r2""#,
        r#""kind":"cosignature","member":"r1""#,
    );
    assert_eq!(counts(&report(&file, None), Rule::S4), (8, 2));
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
fn benches_and_members_beyond_the_limit_are_checked() {
    let mut file = lines("corpus/valid/signed.jsonl");
    let more: Vec<String> = (0..16)
        .map(|n| format!(r#"{{"kind":"bench","id":"x{n}","title":"t","quorum":1}}"#))
        .collect();
    let place = at(&file, r#""kind":"member""#);
    insert(&mut file, place, &more);
    assert_eq!(counts(&report(&file, None), Rule::P5), (18, 16));
    let mut file = lines("corpus/valid/signed.jsonl");
    let more: Vec<String> = (0..256)
        .map(|n| format!(r#"{{"kind":"member","id":"x{n}","bench":"officials","name":"t"}}"#))
        .collect();
    let place = at(&file, r#""kind":"member""#);
    insert(&mut file, place, &more);
    assert_eq!(counts(&report(&file, None), Rule::P12), (5, 0));
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
