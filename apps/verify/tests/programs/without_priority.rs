//! `verify_transcript --without-priority`: what a household would have got without its tier and its
//! needs, against cases computed by hand.

use crate::VERIFY;
use floorlot::ceremony::Numbers;
use floorlot::lines::Line;
use floorlot::plan::{Absence, HouseholdNumber, Mode, PickRule, Plan, Pool, Source, UnitNumber};
use floorlot::session::{Awaits, Session};
use floorlot_testing::Run;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

const WORKED: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/worked/transcript.jsonl");

#[track_caller]
fn run(arguments: &[&str], code: i32) -> (String, String) {
    Run::of(VERIFY).args(arguments).ends(code)
}

#[track_caller]
fn holds(text: &str, words: &str) {
    assert!(text.contains(words), "{words} is not in:\n{text}");
}

/// The object of the report as JSON.
#[track_caller]
fn without(file: &str, household: &str) -> Value {
    let report: Value =
        serde_json::from_str(&run(&["--json", file, "--without-priority", household], 0).0)
            .unwrap();
    report["without_priority"].clone()
}

/// A pool with this rule; what the households do that choose.
fn transcript(
    pool: Pool,
    dice: &str,
    mut does: impl FnMut(&mut Session, HouseholdNumber) -> Option<UnitNumber>,
) -> Vec<u8> {
    let plan = Plan::new("draw.example/without", "合成 synthetic", Mode::Rehearsal);
    let plan = plan
        .bench("a", "a", 1, &[("r", "r")])
        .bench("b", "b", 1, &[("o", "o")])
        .source(Source::TWENTY_DICE)
        .pool(pool);
    let mut session = Session::new(plan.validate().unwrap());
    let mut file = Vec::new();
    let mut write = |line: Vec<u8>| file.extend(line.into_iter().chain(*b"\n"));
    loop {
        match session.awaits() {
            Awaits::RollCall => {
                ["r", "o"].iter().for_each(|member| write(session.envelope(member, None).unwrap()));
                write(session.close_commits(None).unwrap());
            }
            Awaits::Reveals => {
                ["r", "o"]
                    .iter()
                    .for_each(|member| write(session.reveal(member, "1", None).unwrap()));
                write(session.close_reveals(None).unwrap());
            }
            Awaits::Numbers { .. } => {
                write(session.numbers(Numbers::Dice(dice.into()), None).unwrap())
            }
            Awaits::Call { .. } => write(session.call(None).unwrap()),
            Awaits::Choice { household, .. } => match does(&mut session, household) {
                Some(unit) => {
                    let unit = session.roll().unit_id(unit).to_owned();
                    write(session.choose(&unit, None, None).unwrap());
                }
                None => write(session.miss(None).unwrap()),
            },
            Awaits::Done => break,
            _ => match session.advance(None) {
                Some(line) => write(line),
                None => break,
            },
        }
    }
    file
}

fn written(folder: &TempDir, bytes: &[u8]) -> String {
    let path = folder.path().join("transcript.jsonl");
    fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

/// The tickets, by household.
fn tickets(file: &[u8]) -> Vec<(String, u128)> {
    let lines = file.split(|b| *b == b'\n');
    let calls = lines.filter_map(|line| match Line::decode(line) {
        Ok(Line::Call { household, ticket, .. }) => Some((household.into_owned(), ticket.0)),
        _ => None,
    });
    calls.collect()
}

/// The households of the plan.
fn ids(file: &[u8]) -> Vec<String> {
    let lines = file.split(|b| *b == b'\n');
    let households = lines.filter_map(|line| match Line::decode(line) {
        Ok(Line::Household { id, .. }) => Some(id.into_owned()),
        _ => None,
    });
    households.collect()
}

#[test]
fn the_worked_example_by_hand() {
    // H001 is called first. As H002 needs the step-free A-0301, H001 was offered A-1801 alone.
    // Without that need it would be offered both, and its lot
    // 196114929942908232021793278079164511450 is even: number 0, A-0301. H002 would be left with
    // A-1801.
    let flat = |unit: &str, label: &str, storey: u64| json!({"unit": unit, "label": label, "storey": storey});
    let (low, high) = (flat("A-0301", "301", 3), flat("A-1801", "1801", 18));
    let expected = json!({
        "household": "H002", "pool": "A", "tier": 1, "last_tier": 1, "needs": ["step-free"], "priority": true, "group": [],
        "of": 2, "place": 2, "place_without": 2, "flat": low,
        "without": [{
            "assumption": "none", "flat": high, "flat_goes_to": "H001",
            "others": [{"household": "H001", "with": high, "without": low}],
        }],
        "later": false, "void": false,
    });
    assert_eq!(without(WORKED, "H002"), expected);
    let (text, _) = run(&["--lang", "en", WORKED, "--without-priority", "H002"], 0);
    holds(&text, "Household H002 欧阳* without its priority: a comparison, not a second draw");
    holds(&text, "It would not have got its storey, but one that is 15 storeys higher.");
    holds(&text, "Place      2 of 2 in the order of the pool; without its priority 2");
    holds(&text, "Its flat   goes to H001 张*明");
    holds(&text, "H001 张*明: A-1801 (1801, storey 18) -> A-0301 (301, storey 3)");
    holds(&text, "In truth the seed would have been different");
    let (text, _) = run(&["--lang", "zh", WORKED, "--without-priority", "H002"], 0);
    holds(&text, "不会得到这一层，而会高 15 层。");
    holds(&text, "原所得  归 H001 张*明");
    holds(&text, "方案不同，种子和所有签号都会不同");
}

#[test]
fn a_household_without_priority_makes_no_difference() {
    let found = without(WORKED, "H001");
    assert_eq!((&found["priority"], &found["flat"]), (&json!(false), &found["without"][0]["flat"]));
    assert_eq!(
        (&found["without"][0]["others"], &found["without"][0]["flat_goes_to"]),
        (&json!([]), &json!("H001"))
    );
    let (text, _) = run(&["--lang", "en", WORKED, "--without-priority", "H001"], 0);
    holds(&text, "No difference: it is of the last tier of its pool and needs nothing");
    assert!(!text.contains("It would"), "{text}");
    holds(
        &run(&["--lang", "zh", WORKED, "--without-priority", "H001"], 0).0,
        "没有差别：该户属于本批次最后顺位，也无照顾需求",
    );
}

#[test]
fn it_is_asked_for_or_it_is_not_there() {
    let (report, _) = run(&["--json", WORKED], 0);
    assert!(!report.contains("without_priority"));
    let (asked, _) = run(&["--json", WORKED, "--without-priority", "H001"], 0);
    // The report before it is the same, byte for byte.
    assert!(asked.starts_with(report.trim_end().strip_suffix("\n}").unwrap()));
    assert!(!run(&["--lang", "en", WORKED], 0).0.contains("without its priority"));
}

/// Three flats, one above the other; X is of tier 1, Y and Z of tier 2. Who chooses takes the
/// highest.
fn three(absence: Absence) -> Pool {
    let mut pool = Pool::new("P", "P", "x", PickRule::Choice)
        .household("Y", "", 2, &[])
        .household("X", "", 1, &[])
        .household("Z", "", 2, &[]);
    for n in 1..=3 {
        pool = pool.unit(&format!("U{n}"), &format!("{n}01"), n, &[]);
    }
    pool.absence = Some(absence);
    pool
}

#[test]
fn without_its_tier_a_household_waits_for_its_ticket() {
    let mut places = [0; 3];
    for n in 0..12 {
        let folder = TempDir::new().unwrap();
        let file = transcript(three(Absence::Last), &format!("{n:020}"), |session, _| {
            session.offered().last().copied()
        });
        let mut order = tickets(&file);
        order.sort_by_key(|(_, ticket)| *ticket);
        let place = order.iter().position(|(id, _)| id == "X").unwrap();
        places[place] += 1;
        let found = without(&written(&folder, &file), "X");
        assert_eq!((&found["place"], &found["place_without"]), (&json!(1), &json!(place + 1)));
        assert_eq!(found["flat"]["unit"], "U3");
        // Everybody takes what they took: nobody wants the flat of X.
        let (taken, higher) = (&found["without"][0], &found["without"][1]);
        assert_eq!(
            (&taken["assumption"], &taken["flat"]["unit"], &taken["flat_goes_to"]),
            (&json!("as_taken"), &json!("U3"), &json!("X"))
        );
        assert_eq!(taken["others"], json!([]));
        // Everybody would rather have had a higher one: the highest goes to the first ticket, and
        // so on.
        assert_eq!(higher["assumption"], "higher");
        assert_eq!(higher["flat"]["unit"], format!("U{}", 3 - place));
        assert_eq!(higher["flat_goes_to"], order[0].0.as_str());
        assert_eq!(higher["others"].as_array().unwrap().len(), place, "{found:#}");
    }
    assert!(places.iter().all(|times| *times > 0), "{places:?} has every place");
}

#[test]
fn what_a_household_passed_over_it_passes_over_again() {
    let mut places = [0; 3];
    for n in 0..12 {
        let folder = TempDir::new().unwrap();
        // X, called first, takes the middle one of three; the others the highest that is left.
        let file = transcript(three(Absence::Last), &format!("{n:020}"), |session, household| {
            let offered = session.offered();
            if session.roll().household_id(household) == "X" {
                offered.get(1).copied()
            } else {
                offered.last().copied()
            }
        });
        let mut order = tickets(&file);
        order.sort_by_key(|(_, ticket)| *ticket);
        let place = order.iter().position(|(id, _)| id == "X").unwrap();
        places[place] += 1;
        let found = without(&written(&folder, &file), "X");
        assert_eq!(
            (&found["flat"]["unit"], &found["without"][0]["flat"]["unit"]),
            (&json!("U2"), &json!("U2"))
        );
        // Called last, it finds the middle one taken by the household that had the lowest, for
        // which the middle one is new and higher.
        assert_eq!(
            found["without"][1]["flat"]["unit"],
            if place == 2 { "U1" } else { "U2" },
            "{found:#}"
        );
    }
    assert!(places.iter().all(|times| *times > 0), "{places:?} has every place");
}

#[test]
fn who_missed_a_call_misses_it_again() {
    // Absence `last`: X is called last either way, has the lowest either way, and nobody else
    // anything else.
    let folder = TempDir::new().unwrap();
    let mut missed = false;
    let file = transcript(three(Absence::Last), "00416293857710359264", |session, household| {
        let x =
            session.roll().household_id(household) == "X" && !std::mem::replace(&mut missed, true);
        if x { None } else { session.offered().last().copied() }
    });
    let file = written(&folder, &file);
    let found = without(&file, "X");
    assert_eq!(
        (&found["flat"]["unit"], &found["without"][1]["flat"]["unit"]),
        (&json!("U1"), &json!("U1"))
    );
    assert_eq!(found["without"][1]["others"], json!([]));
    let (text, _) = run(&["--lang", "en", &file, "--without-priority", "X"], 0);
    holds(&text, "It would have got the same flat.");
    holds(&text, "A household that missed a call misses it\n  again.");
}

#[test]
fn whose_lot_decided_after_a_miss_its_lot_decides_again() {
    let mut places = [0; 3];
    for n in 0..12 {
        let folder = TempDir::new().unwrap();
        let file = transcript(three(Absence::Lot), &format!("{n:020}"), |session, household| {
            if session.roll().household_id(household) == "X" {
                None
            } else {
                session.offered().last().copied()
            }
        });
        let lot = file.split(|b| *b == b'\n').find_map(|line| match Line::decode(line) {
            Ok(Line::Pick { lot: Some(lot), .. }) => Some(lot.0),
            _ => None,
        });
        let (lot, mut order) = (lot.unwrap(), tickets(&file));
        order.sort_by_key(|(_, ticket)| *ticket);
        let place = order.iter().position(|(id, _)| id == "X").unwrap();
        places[place] += 1;
        // Those before X take from the highest down, and X's lot takes one of the rest.
        let rest = 3 - place as u128;
        let found = without(&written(&folder, &file), "X");
        assert_eq!(found["flat"]["unit"], format!("U{}", lot % 3 + 1));
        assert_eq!(
            found["without"][1]["flat"]["unit"],
            format!("U{}", lot % rest + 1),
            "{found:#}"
        );
    }
    assert!(places.iter().all(|times| *times > 0), "{places:?} has every place");
}

#[test]
fn the_group_comes_along() {
    // X and W are a group of tier 1; as one ball of the last tier they stay next to each other.
    let mut pool =
        Pool::lot("P", "P", "x").household("X", "", 1, &["low"]).household("W", "", 1, &["low"]);
    for n in 1..=6 {
        pool = pool.unit(&format!("U{n}"), "x", n, if n < 4 { &["low"] } else { &[] });
    }
    for id in ["Y", "Z"] {
        pool = pool.household(id, "", 2, &[]);
    }
    pool.households[0].group = Some("G".into());
    pool.households[1].group = Some("G".into());
    let folder = TempDir::new().unwrap();
    for n in 0..8 {
        let file = written(&folder, &transcript(pool.clone(), &format!("{n:020}"), |_, _| None));
        let (x, w) = (without(&file, "X"), without(&file, "W"));
        assert_eq!(
            (&x["group"], &w["group"], &x["last_tier"]),
            (&json!(["W"]), &json!(["X"]), &json!(2))
        );
        assert_eq!(x["place_without"].as_u64().unwrap() + 1, w["place_without"].as_u64().unwrap());
        // W still needs a low flat when X is compared.
        let others = x["without"][0]["others"].as_array().unwrap();
        let of_w = others
            .iter()
            .find(|other| other["household"] == "W")
            .map_or(&w["flat"], |other| &other["without"]);
        assert!(of_w["storey"].as_u64().unwrap() < 4, "{x:#}");
        let (text, _) = run(&["--lang", "en", &file, "--without-priority", "X"], 0);
        holds(&text, "Its group comes along into that tier, because a group is called together: W");
    }
}

#[test]
fn a_household_that_is_short_of_a_flat_without_its_tier_is_on_standby() {
    let mut pool = Pool::lot("P", "P", "x").unit("U1", "101", 1, &[]).household("X", "", 1, &[]);
    for id in ["Y", "Z", "W"] {
        pool = pool.household(id, "", 2, &[]);
    }
    let folder = TempDir::new().unwrap();
    let bytes = transcript(pool, "00416293857710359264", |_, _| None);
    let mut order = tickets(&bytes);
    order.sort_by_key(|(_, ticket)| *ticket);
    let (file, first) = (written(&folder, &bytes), order[0].0.as_str());
    assert_ne!(first, "X", "these dice give the first ticket to another");
    let found = without(&file, "X");
    assert_eq!(
        (&found["without"][0]["flat"], &found["without"][0]["flat_goes_to"]),
        (&Value::Null, &json!(first))
    );
    let (text, _) = run(&["--lang", "en", &file, "--without-priority", "X"], 0);
    holds(&text, "It would have got no flat: it would be on standby.");
    holds(&text, &format!("{first}: standby -> U1 (101, storey 1)"));
}

#[test]
fn no_comparison_where_there_is_nothing_to_compare() {
    let corpus = |file: &str| {
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
            .join("tests/vectors/corpus")
            .join(file)
            .to_str()
            .unwrap()
            .to_owned()
    };
    let refuted = corpus("tampered/t3-label-changed-after-the-seal.jsonl");
    for json in [&["--json"][..], &[]] {
        let (out, err) =
            run(&[&["--lang", "en", &refuted, "--without-priority", "H0001"], json].concat(), 1);
        holds(&err, "no comparison was made, because the transcript is refuted");
        assert!(
            !out.contains("without_priority") && !out.contains("without its priority"),
            "{out}"
        );
    }
    holds(
        &run(&["--lang", "zh", &refuted, "--without-priority", "H0001"], 1).1,
        "记录不成立，未作比较",
    );
    let (out, err) = run(&["--lang", "en", WORKED, "--without-priority", "H02"], 0);
    holds(&err, "There is no household H02 in the plan of this file. Ids like it: H002");
    assert!(!out.contains("without its priority"));
    let void = corpus("valid/void-in-the-draw.jsonl");
    let last = ids(&fs::read(&void).unwrap()).pop().unwrap();
    let (_, err) = run(&["--lang", "en", &void, "--without-priority", &last], 0);
    holds(&err, "was not drawn to its end");
    let void = corpus("valid/void-after-the-result.jsonl");
    let id = ids(&fs::read(&void).unwrap()).remove(0);
    holds(
        &run(&["--lang", "en", &void, "--without-priority", &id], 0).0,
        "The draw was declared void: nobody has what is said here.",
    );
    run(&[WORKED, "--allocation", "--without-priority", "H002"], 2);
}

#[test]
fn every_valid_file_of_the_corpus_can_be_compared() {
    // The first and the last household of each, with all kinds of misses and undos; the program
    // itself compares its draw with the file.
    let folder =
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join("tests/vectors/corpus/valid");
    let (mut compared, mut later) = (0, 0);
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let ids = ids(&fs::read(&path).unwrap());
        let path = path.to_str().unwrap();
        for id in [ids.first().unwrap(), ids.last().unwrap()] {
            let output = Command::new(VERIFY)
                .args(["--lang", "en", "--json", path, "--without-priority", id])
                .output()
                .unwrap();
            let (out, err) = (
                String::from_utf8(output.stdout).unwrap(),
                String::from_utf8(output.stderr).unwrap(),
            );
            let report: Value = serde_json::from_str(&out).unwrap();
            let found = &report["without_priority"];
            assert!(
                output.status.code() == Some(0) && err.is_empty() != found.is_null(),
                "{path} {id}: {err}"
            );
            let told = ["of this household was not drawn", "not computed"];
            let told = path.contains("void") || told.iter().any(|why| err.contains(why));
            assert!(!found.is_null() || told, "{path} {id}: {err}");
            if !found.is_null() {
                assert_eq!(found["household"], id.as_str());
                compared += 1;
                later += u32::from(found["later"] == true);
                if found["priority"] == false {
                    assert_eq!(
                        (&found["without"][0]["flat"], &found["without"][0]["others"]),
                        (&found["flat"], &json!([])),
                        "{path} {id}"
                    );
                }
            }
        }
    }
    assert!(compared > 80 && later > 0, "{compared} {later}");
}
