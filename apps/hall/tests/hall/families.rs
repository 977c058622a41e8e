//! At a call everybody sees which flat of its family is chosen, what the family has, and what is
//! left of its area budget.

use crate::hall::{Server, command_at, program};
use floorlot::plan::{Mode, PickRule, Plan, Pool, Source};
use floorlot_testing::Run;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

const BEGIN: &str = "envelope r1\nenvelope o1\nclose\nreveal r1 11\nreveal o1 22\nclose\n\
                     dice 00416293857710359265\ncall\n";

/// Two flats of a family in two tiers, and a household; `script` is played.
fn hall(folder: &Path, budget: u64, script: &str) {
    let mut pool = Pool::new("A", "1号楼", "1号楼", PickRule::Choice);
    for (label, storey, area) in
        [("1801", 18, 9_000), ("1802", 18, 6_000), ("1701", 17, 9_000), ("1601", 16, 5_500)]
    {
        pool = pool.unit(&format!("A-{label}"), label, storey, &[]);
        pool.units.last_mut().unwrap().area = Some(area);
    }
    for (id, name, tier) in [("H1-1", "陆*明", 1), ("H1-2", "陆*明", 2), ("H2", "李*", 3)] {
        pool = pool.household(id, name, tier, &[]);
    }
    for household in &mut pool.households[..2] {
        household.family = Some("H1".into());
    }
    let plan = Plan::new("sample.example/families", "合成示例 synthetic", Mode::Rehearsal)
        .bench("residents", "居民代表", 1, &[("r1", "王*")])
        .bench("officials", "工作人员", 1, &[("o1", "李*")])
        .source(Source::TWENTY_DICE)
        .family("H1", "陆*明", Some(budget))
        .pool(pool);
    let lines = plan.validate().unwrap().lines().join(&b'\n');
    fs::write(folder.join("plan.jsonl"), [lines, vec![b'\n']].concat()).unwrap();
    fs::write(folder.join("script.txt"), format!("{BEGIN}{script}")).unwrap();
    run(folder, "--script script.txt", "en");
}

fn run(folder: &Path, more: &str, lang: &str) -> String {
    let line = format!("--lang {lang} run --plan plan.jsonl --out t.jsonl --no-clock {more}");
    let run = Run::of(program()).args(line.split_whitespace()).within(folder);
    let (out, err) = run.ends(3);
    out + &err
}

fn page(server: &Server, path: &str) -> String {
    let mut answer = ureq::get(format!("{}{path}", server.base)).call().unwrap();
    answer.body_mut().read_to_string().unwrap()
}

#[track_caller]
fn says(told: &str, all: &[&str]) {
    all.iter().for_each(|one| assert!(told.contains(one), "{one} is not in {told}"));
}

#[test]
fn the_prompt_tells_the_family_at_a_call() {
    let folder = tempfile::tempdir().unwrap();
    hall(folder.path(), 15_000, "");
    says(
        &run(folder.path(), "", "zh"),
        &[
            "其中家庭 1 户，共 2 个名额，每个名额一套房；有面积额度的 1 户，合计 150.00 ㎡\n",
            "H1-1 陆*明 选房，可选 4 套：\n   家庭 H1 陆*明，第 1 套，共 2 套；面积额度 150.00 ㎡，还剩 150.00 ㎡；其后还有 1 套，至少需 55.00 ㎡\n",
        ],
    );
    // Each claim has a slip before the draw, which tells the others and the budget.
    let print = [
        "--lang",
        "zh",
        "print",
        "t.jsonl",
        "--out",
        "out",
        "--only",
        "enrolment",
        "--household",
        "H1",
    ];
    Run::of(program()).args(print).within(&folder).ends(0);
    let slips = fs::read_to_string(folder.path().join("out/enrolment.html")).unwrap();
    let told = "家庭 H1（陆*明），2 个名额，面积额度 150.00 ㎡";
    assert_eq!(slips.matches(told).count(), 1, "one slip for the family");
    assert!(
        slips.contains(">H1-1 ") && slips.contains(">H1-2 ") && !slips.contains(">H2 "),
        "{slips}"
    );
    let folder = tempfile::tempdir().unwrap();
    hall(folder.path(), 15_000, "choose 1801\ncall\n");
    says(
        &run(folder.path(), "", "en"),
        &[
            "   Family H1 陆*明, flat 2 of 2; has 1801 (storey 18, 90.00 m²); 60.00 m² left of its budget of 150.00 m²\n",
            "storey 18:  ◆1802, 60.00 m²\n",
            "   free, but larger than its area budget allows (60.00 m² left of its budget of 150.00 m²):  1701\n",
            "   ◆ on the same storey as a flat of its group or family, or right above or below it; a hint, no rule.\n",
        ],
    );
    says(
        &run(folder.path(), "", "zh"),
        &[
            "第 2 套，共 2 套；已有 1801（18层，90.00 ㎡）；面积额度 150.00 ㎡，还剩 60.00 ㎡\n",
            "未选走，但超出该家庭的面积额度 150.00 ㎡，还剩 60.00 ㎡：  1701\n",
        ],
    );
}

#[test]
fn the_board_tells_the_family_and_marks_flats_beyond_its_budget() {
    let folder = tempfile::tempdir().unwrap();
    hall(folder.path(), 15_000, "choose 1801\n");
    let mut server = Server::spawn(command_at(folder.path(), "t.jsonl", &["--no-clock"]));
    server.enter();
    let view = server.view();
    assert_eq!(
        view["counts"]["families"]["en"],
        "Families 1, with 2 of these claims, each for one flat; 1 have an area budget, 150.00 m² in all"
    );
    assert_eq!(
        view["next"]["family"]["en"],
        "Family H1 陆*明, flat 2 of 2; has 1801 (storey 18, 90.00 m²); 60.00 m² left of its budget of 150.00 m²"
    );
    let version = view["version"].as_u64().unwrap();
    server.act_at(version, &json!({"do": "command", "command": "call"}));
    let view = server.view();
    assert_eq!(
        view["call"]["family"]["zh"],
        "家庭 H1 陆*明，第 2 套，共 2 套；已有 1801（18层，90.00 ㎡）；面积额度 150.00 ㎡，还剩 60.00 ㎡"
    );
    assert_eq!(
        view["call"]["family"]["board"],
        json!({"en": "Family H1, flat 2 of 2 · has 1801 · 60.00 of 150.00 m² left", "zh": "家庭 H1，第 2 套，共 2 套 · 已有 1801 · 面积额度 150.00 还剩 60.00 ㎡"})
    );
    assert_eq!(view["call"]["companions"], json!([]), "its flats are told with the family");
    let states: Vec<(&Value, &Value)> = view["building"]["units"]
        .as_array()
        .unwrap()
        .iter()
        .map(|unit| (&unit["label"], &unit["state"]))
        .collect();
    let expected =
        [("1801", "taken"), ("1802", "offered"), ("1701", "beyond"), ("1601", "offered")];
    let expected: Vec<(Value, Value)> = expected.map(|(l, s)| (json!(l), json!(s))).into();
    assert_eq!(states, expected.iter().map(|(l, s)| (l, s)).collect::<Vec<_>>());
    // The draw refuses it as well, and says why.
    let version = view["version"].as_u64().unwrap();
    let choose = json!({"do": "command", "command": {"choose": {"unit": "A-1701", "proxy": null}}});
    let (status, answer) = server.act_at(version, &choose);
    assert!(status != 200 && answer.to_string().contains("budget"), "{status} {answer}");
}

#[test]
fn the_confirmation_sheet_can_be_printed_as_soon_as_the_flat_is_chosen() {
    let folder = tempfile::tempdir().unwrap();
    hall(folder.path(), 15_000, "choose 1801\ncall\n");
    let mut server = Server::spawn(command_at(folder.path(), "t.jsonl", &["--no-clock"]));
    server.enter();
    let sheet = page(&server, "print/confirm?household=H1-1&lang=zh");
    assert!(sheet.contains("选房确认单") && sheet.contains("1801"), "{sheet}");
    assert!(
        sheet.contains("共 2 套，已选 1 套，面积合计 90.00 ㎡；面积额度 150.00 ㎡，剩余 60.00 ㎡"),
        "{sheet}"
    );
    assert!(sheet.contains("尚未选房") && !sheet.contains("H2"), "{sheet}");
    let version = server.view()["version"].as_u64().unwrap();
    let choose =
        json!({"do": "command", "command": {"choose": {"unit": "A-1802", "proxy": "陆小明"}}});
    let (status, answer) = server.act_at(version, &choose);
    assert_eq!(status, 200, "{answer}");
    // It shows the fingerprint that is on the board now.
    let head = server.view()["head"].clone();
    let sheet = page(&server, "print/confirm?household=H1&lang=en");
    let (lines, print) = (&head["lines"], head["fingerprint"].as_str().unwrap());
    assert!(sheet.contains(&format!("lines 1 to {lines} of")) && sheet.contains(print), "{sheet}");
    assert!(sheet.contains("choice by proxy 陆*明"), "{sheet}");
}

#[test]
fn a_free_flat_beyond_the_budget_is_not_offered_and_the_office_hears_why() {
    let folder = tempfile::tempdir().unwrap();
    // 50 m² are left, and no flat is so small: the second flat is a place on standby.
    hall(
        folder.path(),
        14_000,
        "choose 1801\ncall\ncall\nchoose 1601\nnext\nobjection E1 too loud\n",
    );
    says(
        &run(folder.path(), "", "en"),
        &[
            "1802 (storey 18, 60.00 m²) and 1 more are not offered to H1-2 陆*明: its family has 50.00 m² left of its budget of 140.00 m²\n",
        ],
    );
    says(
        &run(folder.path(), "", "zh"),
        &[
            "1802（18层，60.00 ㎡） 等 2 套不递补给 H1-2 陆*明：所属家庭面积额度 140.00 ㎡，还剩 50.00 ㎡\n",
        ],
    );
    let mut server = Server::spawn(command_at(folder.path(), "t.jsonl", &["--no-clock"]));
    server.enter();
    let not_due = &server.view()["operator"]["draw"]["not_due"];
    assert!(not_due[0]["en"].as_str().unwrap().starts_with("1802"), "{not_due}");
    drop(server);
    // The first flat is given up: then it is offered for the second, but none of those that were
    // passed over (A3).
    let sheet = "ab".repeat(32);
    let script = format!(
        "{BEGIN}choose 1801\ncall\ncall\nchoose 1601\nnext\nobjection E1 too loud\nwithdraw H1-1 moves away sheet {sheet}\n"
    );
    fs::write(folder.path().join("script.txt"), script).unwrap();
    run(folder.path(), "--script script.txt", "en");
    let told = run(folder.path(), "", "en");
    says(
        &told,
        &[
            "Next to offer: 1801 (storey 18, 90.00 m²) to H1-2 陆*明; type: offer\n   Family H1 陆*明, flat 2 of 2; 140.00 m² left",
            "1802 (storey 18, 60.00 m²) and 1 more are not offered any more: when they were first, nobody on standby could take them",
        ],
    );
    assert!(!told.contains("not offered to"), "{told}");
}
