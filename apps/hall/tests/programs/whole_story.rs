//! From the rehearsal to the certified transcript, the slip in somebody's hand, and the round for
//! what was left over, by the programs alone.

use crate::program;
use floorlot_testing::Run;
use serde_json::Value;
use std::fs;
use tempfile::TempDir;

/// Runs a command line in a folder, with these lines typed, and demands an exit code; gives what it
/// printed.
#[track_caller]
fn typed(folder: &TempDir, line: &str, input: &str, code: i32) -> (String, String) {
    let mut words = line.split(' ');
    let run = Run::of(program(words.next().unwrap())).args(words);
    run.within(folder).typed(input).ends(code)
}

#[track_caller]
fn run(folder: &TempDir, line: &str) -> String {
    typed(folder, line, "", 0).0
}

#[track_caller]
fn json(folder: &TempDir, line: &str) -> Value {
    serde_json::from_str(&run(folder, line)).unwrap()
}

/// The ids of the checks with this outcome.
fn with_outcome<'r>(report: &'r Value, outcome: &str) -> Vec<&'r str> {
    let checks = report["checks"].as_array().unwrap();
    checks
        .iter()
        .filter(|check| check["outcome"] == outcome)
        .map(|check| check["id"].as_str().unwrap())
        .collect()
}

fn fingerprint(report: &Value) -> String {
    report["checkpoints"].as_array().unwrap().last().unwrap()["fingerprint"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// One demo for both, since it takes as long as all the rest.
#[test]
fn the_whole_block_and_what_it_leaves() {
    let folder = TempDir::new().unwrap();
    let said = run(&folder, "draw_session --lang en demo --out demo --seed-text story");
    the_demo_ends_certified_and_every_receipt_is_there(&folder, &said);
    what_is_left_over_is_drawn_in_a_second_round_with_notes_signed_at_home(&folder);
}

fn the_demo_ends_certified_and_every_receipt_is_there(folder: &TempDir, said: &str) {
    for expected in [
        "gives up",
        "is offered to",
        "does not take",
        "takes",
        "Swapped by consent",
        "Recording hall-1",
        "1988 receipts in demo/receipts",
    ] {
        assert!(said.contains(expected), "{expected} is not in\n{said}");
    }
    // What is printed at the end is what people type.
    let line = said.lines().find(|line| line.contains("--example verify_transcript")).unwrap();
    let arguments = line.split_once(" -- ").unwrap().1;
    let bare = json(folder, "verify_transcript --json demo/transcript.jsonl");
    assert_eq!(
        (&bare["level"], with_outcome(&bare, "failed").len()),
        (&Value::from("consistent"), 0)
    );
    fs::write(folder.path().join("notice.txt"), fingerprint(&bare)).unwrap();
    assert!(arguments.contains(&fingerprint(&bare)), "{arguments}");
    let given = "--rehearsal --recordings demo/recordings --scans demo/scans";
    assert!(arguments.ends_with(given), "{arguments}");
    let report = json(
        folder,
        &format!(
            "verify_transcript --json demo/transcript.jsonl --fingerprint @notice.txt {given}"
        ),
    );
    assert_eq!(
        (report["verdict"].as_str(), report["level"].as_str()),
        (Some("verified"), Some("certified"))
    );
    // Nothing is left out but what nobody gave: an older copy, and a household's opening. Both are
    // named.
    assert_eq!(with_outcome(&report, "not_run"), ["V2", "V8"]);
    assert_eq!(with_outcome(&report, "failed"), [""; 0]);
    let text = run(
        folder,
        &format!(
            "verify_transcript --lang en demo/transcript.jsonl --fingerprint @notice.txt {given}"
        ),
    );
    assert!(
        text.contains("no older copy was given")
            && text.contains("no opening of a household was given"),
        "{text}"
    );
    // All sixteen signed plan and result, and nobody the reveals.
    for checkpoint in [0, 2].map(|n| &report["checkpoints"][n]) {
        let keys: Vec<u64> = checkpoint["signatures"]
            .as_array()
            .unwrap()
            .iter()
            .map(|b| b["keys"].as_u64().unwrap())
            .collect();
        assert_eq!(keys, [8, 8], "{}", checkpoint["stage"]);
    }
    assert_eq!(with_outcome(&report, "passed").len(), 62);
    let after = &report["aftermath"];
    for (key, count) in [("withdrawals", 1), ("accepted", 1), ("swaps", 1), ("recordings", 2)] {
        assert_eq!(after[key], count, "{key}");
    }
    let receipts = fs::read_dir(folder.path().join("demo/receipts"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    assert_eq!(
        receipts.filter(|name| name.to_string_lossy().ends_with(".receipt.txt")).count(),
        1_988
    );
    let receipt = "verify_transcript --lang en receipt demo/receipts/H1000.receipt.txt --panel demo/transcript.jsonl --fingerprint @notice.txt";
    assert!(run(folder, receipt).contains("5 checks passed, 0 failed, 0 not run."));
    // A recording that was cut is found out.
    fs::write(folder.path().join("demo/recordings/hall-1.txt"), "shorter").unwrap();
    let cut = typed(
        folder,
        "verify_transcript --lang en demo/transcript.jsonl --recordings demo/recordings",
        "",
        1,
    )
    .0;
    assert!(cut.contains("The first fault is one of check V5"), "{cut}");
}

const ROUND: &str = r#"
title = "Second round (synthetic)"
origin = "sample.example/story/round-2"
mode = "rehearsal"
[[bench]]
id = "residents"
title = "居民代表"
quorum = 1
members = [{ id = "r1", name = "王*", key = "KEY r1" }]
[[bench]]
id = "officials"
title = "工作人员"
quorum = 1
members = [{ id = "o1", name = "李*", key = "KEY o1" }]
[pool]
rule = "lot"
"#;

/// The pools of the demo with households on standby, and some of the same flat type with flats left
/// over.
fn standby_and_leftovers(folder: &TempDir) -> (Vec<String>, Vec<String>) {
    let text = fs::read_to_string(folder.path().join("demo/transcript.jsonl")).unwrap();
    let ends: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .filter(|line: &Value| line["kind"] == "end")
        .collect();
    let pools = |key: &str| -> Vec<String> {
        ends.iter()
            .filter(|end| end[key].as_u64() > Some(0))
            .map(|end| end["pool"].as_str().unwrap().to_owned())
            .collect()
    };
    let waiting = pools("standby");
    let flat_type = waiting[0].split('-').nth(1).unwrap().to_owned();
    assert!(
        waiting.len() > 2 && waiting.iter().all(|pool| pool.ends_with(&flat_type)),
        "{waiting:?}"
    );
    // One building: the one with the most flats left over of this type.
    let left = |end: &&Value| end["leftover"].as_u64();
    let of_type = |end: &&Value| end["pool"].as_str().is_some_and(|id| id.ends_with(&flat_type));
    let most = ends.iter().filter(of_type).max_by_key(left).unwrap();
    (waiting, vec![most["pool"].as_str().unwrap().to_owned()])
}

fn what_is_left_over_is_drawn_in_a_second_round_with_notes_signed_at_home(folder: &TempDir) {
    let file = |name: &str| folder.path().join(name);
    let mut config = ROUND.to_owned();
    for member in ["r1", "o1"] {
        let said = run(
            folder,
            &format!(
                "draw_session --lang en key new --name story.example/{member} --out {member}.key"
            ),
        );
        let key = said.lines().find_map(|line| line.trim().strip_prefix("story.example/")).unwrap();
        config = config.replace(&format!("KEY {member}"), &format!("story.example/{key}"));
    }
    // Which pools are of one flat type, the office says: several are never thrown together unasked,
    // and no household is dropped by a slip.
    fs::write(file("round.toml"), &config).unwrap();
    let round =
        "draw_session --lang en round demo/transcript.jsonl --config round.toml --out plan.jsonl";
    let refused = typed(folder, round, "", 2).1;
    assert!(
        refused.contains("round.toml, [[round]]: found nothing, but")
            && refused.contains("on standby"),
        "{refused}"
    );
    let (waiting, leftover) = standby_and_leftovers(folder);
    let from = |pools: &[String]| {
        pools.iter().map(|pool| format!("\"{pool}\"")).collect::<Vec<_>>().join(", ")
    };
    let pools = |from: &str| {
        format!(
            "{config}[[round]]\nid = \"R\"\ntitle = \"三室一厅\"\nbuilding = \"{}号楼\"\nfrom = [{from}]\n",
            &leftover[0][1..3]
        )
    };
    let all = [waiting.clone(), leftover.clone()].concat();
    fs::write(file("round.toml"), pools(&format!("{}, \"B1-T9\", \"{}\"", from(&all), all[0])))
        .unwrap();
    let refused = typed(folder, round, "", 2).1;
    let (unknown, twice) = (
        "from: found `B1-T9`, which is not a pool that left anything",
        format!("found `{}` for the second time", all[0]),
    );
    assert!(refused.contains(unknown) && refused.contains(&twice), "{refused}");
    fs::write(file("round.toml"), pools(&from(&[&waiting[1..], &leftover[..]].concat()))).unwrap();
    let refused = typed(folder, round, "", 2).1;
    assert!(refused.contains("nobody is left out"), "{refused}");
    let elsewhere = pools(&from(&all)).replace("号楼\"", "号院\"");
    fs::write(file("elsewhere.toml"), elsewhere).unwrap();
    typed(
        folder,
        "draw_session --lang en round demo/transcript.jsonl --config elsewhere.toml --out elsewhere.jsonl",
        "",
        0,
    );
    // A unit stays in its building, and its line says so.
    let plan = fs::read_to_string(file("elsewhere.jsonl")).unwrap();
    for unit in plan.lines().filter(|line| line.starts_with("{\"kind\":\"unit\"")) {
        assert!(unit.contains("\"building\":\"") && unit.contains("号楼\""), "{unit}");
    }
    let official = fs::read_to_string(file("round.toml")).unwrap().replace("rehearsal", "official");
    fs::write(file("official.toml"), official).unwrap();
    let refused = typed(folder, "draw_session --lang en round demo/transcript.jsonl --config official.toml --out official.jsonl", "", 2).1;
    assert!(refused.contains("a round is of the same mode"), "{refused}");
    fs::write(file("round.toml"), pools(&from(&all))).unwrap();
    let told = typed(folder, &format!("{round} --force"), "", 0).1;
    assert!(told.contains("Drawn together in R"), "{told}");
    let draw = "draw_session --lang en run --plan plan.jsonl --out second.jsonl";

    // Each checkpoint is signed away from the operator's machine, and comes back as one file.
    let mut signed = 0;
    let mut sign = |checkpoint: &str| {
        let mut note = run(folder, "draw_session --lang en note second.jsonl");
        for member in ["r1", "o1"] {
            note =
                typed(folder, &format!("draw_session --lang en sign --key {member}.key"), &note, 0)
                    .0;
        }
        fs::write(file(checkpoint), note).unwrap();
        signed += 1;
    };
    typed(folder, draw, "", 3);
    sign("plan.note");
    let ceremony = "note plan.note\nenvelope r1\nenvelope o1\nclose\ny\nreveal r1 12345\ny\nreveal o1 67890\ny\nclose\ny\n";
    let dice = "dice 00416293857710359265\n00416293857710359265\ny\n";
    typed(folder, draw, &format!("{ceremony}{dice}"), 3);
    sign("result.note");
    let (_, asked) = typed(folder, draw, "note plan.note\nnote result.note\nnext\n", 0);
    assert!(
        asked.contains("this note is over another checkpoint"),
        "the note of the plan is refused under the result: {asked}"
    );
    assert_eq!(signed, 2);

    let chain = "verify_transcript --json demo/transcript.jsonl second.jsonl";
    let reports = json(folder, chain);
    let (first, second) = (&reports[0], &reports[1]);
    assert_eq!(
        (first["verdict"].as_str(), second["verdict"].as_str()),
        (Some("verified"), Some("verified"))
    );
    let standby = first["settled"]["standby"].as_u64().unwrap();
    assert!(standby > 0 && second["totals"]["households"] == standby, "{standby}");
    let v7 = second["checks"].as_array().unwrap().iter().find(|check| check["id"] == "V7").unwrap();
    assert_eq!(v7["outcome"], "passed");
    assert!(v7["examined"].as_u64() > Some(standby));
    assert_eq!(second["signed"], true);
    // Alone, the second round says that the one before it was not given.
    let alone = json(folder, "verify_transcript --json second.jsonl");
    assert!(with_outcome(&alone, "not_run").contains(&"V7"));
    // The sample of a later round fits the demo, whatever the dice.
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/data/pengsan/round.toml");
    let told = typed(
        folder,
        &format!(
            "draw_session --lang en round demo/transcript.jsonl --config {sample} --out sample.jsonl"
        ),
        "",
        0,
    );
    assert!(told.0.contains("households on standby"), "{told:?}");
    // Another first round is not the one that it goes on from.
    run(folder, "draw_session demo --out other --seed-text another");
    let (out, _) =
        typed(folder, "verify_transcript --lang en other/transcript.jsonl second.jsonl", "", 1);
    assert!(out.contains("The first fault is one of check V7"), "{out}");
}
