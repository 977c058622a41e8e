//! `notary check`, as a notary runs it: the openings and the plan of one import, and what may be
//! wrong with them.

use crate::program;
use floorlot_testing::Run;
use std::fs;
use tempfile::TempDir;

const CONFIG: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/data/block/draw.toml");

/// Numbers that are right by their rules, and made up.
const ROLL: &str = "户号,户主,身份证号,楼栋,户型,顺位\nH1,张小明,310101199001010020,A,T1,1\nH2,李红,11010519491231002X,A,T1,1\n\
                    H3,王五,E12345678,A,T1,1\nH4,赵六,,A,T1,1\n";
const UNITS: &str = "编号,室号,层,楼栋,户型\nU1,101,1,A,T1\nU2,201,2,A,T1\n";

/// A folder with the plan of these tables, and its openings.
fn imported(roll: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("roll.csv"), roll).unwrap();
    fs::write(folder.path().join("units.csv"), UNITS).unwrap();
    run(
        &folder,
        &[
            "import",
            "--roll",
            "roll.csv",
            "--units",
            "units.csv",
            "--config",
            CONFIG,
            "--accept",
            "document-check",
            "--accept",
            "no-document",
        ],
        0,
    );
    folder
}

/// Runs the program in a folder: standard output, and standard error.
#[track_caller]
fn run(folder: &TempDir, arguments: &[&str], code: i32) -> (String, String) {
    let run = Run::of(program("draw_session")).args(["--lang", "en"]).args(arguments);
    run.within(folder).ends(code)
}

const CHECK: &[&str] = &["notary", "check", "plan.openings.csv", "plan.jsonl"];

fn openings(folder: &TempDir) -> Vec<String> {
    fs::read_to_string(folder.path().join("plan.openings.csv"))
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect()
}

fn rewrite(folder: &TempDir, lines: &[String]) {
    fs::write(folder.path().join("plan.openings.csv"), lines.join("\n") + "\n").unwrap();
}

/// What the check says of changed openings, without the name of the file.
#[track_caller]
fn refuted(folder: &TempDir, change: impl Fn(&mut Vec<String>)) -> Vec<String> {
    let whole = openings(folder);
    let mut lines = whole.clone();
    change(&mut lines);
    rewrite(folder, &lines);
    let (_, err) = run(folder, CHECK, 1);
    rewrite(folder, &whole);
    for private in ["19900101", "19491231", "E1234", "张小明", "李红"] {
        assert!(!err.contains(private), "{err}");
    }
    err.lines().map(|line| line.strip_prefix("plan.openings.csv: ").unwrap().to_owned()).collect()
}

const END: &str = "1 fault: the openings are not those of this plan, or somebody is in it twice";

#[test]
fn the_openings_of_a_plan_open_it() {
    let folder = imported(ROLL);
    let (out, _) = run(&folder, CHECK, 0);
    for line in [
        "households: 4; with a commitment to a person: 3; without one: 1\n",
        "openings that open the commitment in their row: 3\n",
        "every commitment of the plan opens, none is missing or superfluous, and no document number occurs twice\n",
    ] {
        assert!(out.contains(line), "{line} is not in {out}");
    }
    // The same with the lines that the transcript goes on with.
    let mut transcript = fs::read_to_string(folder.path().join("plan.jsonl")).unwrap();
    let worked =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/worked/transcript.jsonl");
    let worked = fs::read_to_string(worked).unwrap();
    let seal = worked.find("{\"kind\":\"checkpoint\"").unwrap();
    transcript += &worked[seal..];
    fs::write(folder.path().join("t.jsonl"), transcript).unwrap();
    let (of_transcript, _) = run(&folder, &["notary", "check", "plan.openings.csv", "t.jsonl"], 0);
    assert_eq!(of_transcript, out);
}

#[test]
fn openings_that_do_not_open_the_plan_are_named_by_row() {
    let folder = imported(ROLL);
    let missing = refuted(&folder, |lines| drop(lines.remove(2)));
    assert!(
        missing[0].starts_with(
            "found no opening for household H2; expected one for its commitment in line "
        ),
        "{missing:?}"
    );
    assert_eq!(missing[1], END);
    // A digit of the number, a letter of the name, the salt: the row does not open its commitment,
    // and that of the plan is left over.
    for (from, to) in [("1990", "1991"), ("张小明", "张小名"), ("H1,", "H9,")] {
        let changed = refuted(&folder, |lines| lines[1] = lines[1].replace(from, to));
        assert!(
            changed[0]
                .starts_with("row 2: found name, number and salt that do not open the commitment"),
            "{changed:?}"
        );
        assert!(changed[1].starts_with("found no opening for household H1"), "{changed:?}");
        assert_eq!(changed.len(), 3);
    }
    let twice = refuted(&folder, |lines| lines.push(lines[1].clone()));
    assert_eq!(
        twice,
        ["row 5: found household H1 again; expected it once, as in row 2; take the row out", END]
    );
    // Those of another import of the same table have other salts.
    let other = imported(ROLL);
    let of_other = refuted(&folder, |lines| *lines = openings(&other));
    assert_eq!(of_other.len(), 4, "{of_other:?}");
    assert!(
        of_other[0].starts_with("row 2: found the opening of ")
            && of_other[0].contains(" for household H1; expected that of ")
    );
    // Of a household that has no commitment.
    let more = imported(&ROLL.replace("H4,赵六,,", "H4,赵六,310101198512120024,"));
    let superfluous = refuted(&folder, |lines| lines.push(openings(&more)[4].clone()));
    assert_eq!(
        superfluous,
        [
            "row 5: found an opening for household H4, which has no commitment in the plan; expected none",
            END
        ]
    );
}

#[test]
fn a_person_in_two_rows_is_found() {
    // The same person behind two codes, which an import refuses: put together from two imports that
    // know one of the rows each.
    let [first, second] =
        [("H5", "310101199001010020"), ("H1", "310101900101002")].map(|(id, number)| {
            let roll = format!("户号,户主,身份证号,楼栋,户型,顺位\n{id},张小明,{number},A,T1,1\n");
            imported(&roll)
        });
    let household = |folder: &TempDir| {
        let plan = fs::read_to_string(folder.path().join("plan.jsonl")).unwrap();
        plan.lines().find(|line| line.contains("\"kind\":\"household\"")).unwrap().to_owned()
    };
    let plan = fs::read_to_string(first.path().join("plan.jsonl"))
        .unwrap()
        .replace("\"households\":1", "\"households\":2");
    fs::write(first.path().join("plan.jsonl"), plan + &household(&second) + "\n").unwrap();
    let twice = refuted(&first, |lines| lines.push(openings(&second)[1].clone()));
    assert_eq!(
        twice,
        [
            "row 3: found for household H1 the document number of row 2 (household H5); expected each person once",
            END
        ]
    );
}

#[test]
fn what_cannot_be_read_is_no_refutation() {
    let folder = imported(ROLL);
    run(&folder, &["notary", "check", "nowhere.csv", "plan.jsonl"], 2);
    run(&folder, &["notary", "check", "plan.openings.csv", "nowhere.jsonl"], 2);
    run(&folder, &["notary", "check", "plan.openings.csv", "roll.csv"], 2);
    let (_, err) = run(&folder, &["notary", "check", "roll.csv", "plan.jsonl"], 2);
    assert!(
        err.contains("row 1: found 6 other heads; expected household,name,document,salt,person"),
        "{err}"
    );
}

#[test]
fn a_file_in_the_wrong_place_is_told_by_what_it_is() {
    let folder = imported(ROLL);
    let path = |name: &str| folder.path().join(name);
    // The beginning of a workbook, and a name that stands in every one.
    fs::write(path("roll.xlsx"), b"PK\x03\x04 xl/workbook.xml").unwrap();
    let table = "this is a table, not ";
    let cases: &[(&[&str], &str)] = &[
        (&["notary", "check", "roll.xlsx", "plan.jsonl"], table),
        (&["notary", "check", "plan.openings.csv", "roll.xlsx"], table),
        (&["notary", "check", "plan.openings.csv", "roll.csv"], table),
        (&["notary", "check", "roll.csv", "plan.jsonl"], "this table is not the openings"),
        (
            &["notary", "check", "plan.jsonl", "plan.openings.csv"],
            "this is a plan, not openings of commitments",
        ),
        (
            &["notary", "check", "plan.openings.csv", "plan.openings.csv"],
            "this is what opens the commitments of a plan",
        ),
        (&["slips", "roll.xlsx", "--out", "slips"], table),
        (&["slips", "plan.jsonl", "--out", "slips"], "this is a plan, not openings of commitments"),
        (&["print", "roll.xlsx", "--out", "prints"], table),
        (&["print", "roll.csv", "--out", "prints"], table),
        (&["again", "roll.xlsx"], table),
        (&["again", "roll.csv"], table),
        (
            &[
                "import",
                "--roll",
                "roll.csv",
                "--units",
                "units.csv",
                "--config",
                "roll.xlsx",
                "--out",
                "new.jsonl",
            ],
            "found a workbook",
        ),
    ];
    for (arguments, what) in cases {
        let (_, err) = run(&folder, arguments, 2);
        let said = err.lines().filter(|line| line.contains(what)).count();
        assert!(said == 1 && err.lines().count() <= 2, "{arguments:?}: {err}");
        assert!(!err.contains("310101") && !err.contains("1949"), "{err}");
    }
    assert!(!path("slips").exists() && !path("prints").exists());
}
