//! The board, the operator's page and the prompt mark the flats next to those of the same group.

use crate::hall::{Server, command_at, program};
use floorlot::plan::{Mode, PickRule, Plan, Pool, Source};
use floorlot_testing::Run;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// Two of a group before a third household; the first has chosen 1801, and the second is called.
fn called(folder: &Path) {
    let mut pool = Pool::new("A", "1号楼 两室", "1号楼", PickRule::Choice);
    for (label, storey) in [("1801", 18), ("1802", 18), ("1701", 17), ("1702", 17), ("1601", 16)] {
        pool = pool.unit(&format!("A-{label}"), label, storey, &[]);
    }
    for (id, name, tier) in [("H1", "陆*明", 1), ("H2", "张*", 1), ("H3", "李*", 2)] {
        pool = pool.household(id, name, tier, &[]);
    }
    for household in &mut pool.households[..2] {
        household.group = Some("J1".into());
    }
    let plan = Plan::new("sample.example/neighbours", "合成示例 synthetic", Mode::Rehearsal)
        .bench("residents", "居民代表", 1, &[("r1", "王*")])
        .bench("officials", "工作人员", 1, &[("o1", "李*")])
        .source(Source::TWENTY_DICE)
        .pool(pool);
    let lines = plan.validate().unwrap().lines().join(&b'\n');
    fs::write(folder.join("plan.jsonl"), [lines, vec![b'\n']].concat()).unwrap();
    let script = "envelope r1\nenvelope o1\nclose\nreveal r1 11\nreveal o1 22\nclose\n\
                  dice 00416293857710359265\ncall\nchoose 1801\ncall\n";
    fs::write(folder.join("script.txt"), script).unwrap();
    run(folder, "--script script.txt", "en");
}

fn run(folder: &Path, more: &str, lang: &str) -> String {
    let line = format!("--lang {lang} run --plan plan.jsonl --out t.jsonl --no-clock {more}");
    let run = Run::of(program()).args(line.split_whitespace()).within(folder);
    let (out, err) = run.ends(3);
    out + &err
}

#[test]
fn flats_next_to_those_of_the_group_are_marked() {
    let folder = tempfile::tempdir().unwrap();
    called(folder.path());
    for (lang, storeys, group) in [
        (
            "en",
            ["storey 18:  ◆1802\n", "storey 17:  ◆1701  1702\n", "storey 16:  1601\n"],
            "a hint, no rule. Its group has:  H1 陆*明 1801 (storey 18)",
        ),
        (
            "zh",
            ["18层：  ◆1802\n", "17层：  ◆1701  1702\n", "16层：  1601\n"],
            "仅供参考，不是规则。同组已选：  H1 陆*明 1801（18层）",
        ),
    ] {
        let told = run(folder.path(), "", lang);
        for said in storeys.iter().chain([&group]) {
            assert!(told.contains(said), "{said}: {told}");
        }
    }
    let mut server = Server::spawn(command_at(folder.path(), "t.jsonl", &["--no-clock"]));
    server.enter();
    let view = server.view();
    let units = view["building"]["units"].as_array().unwrap();
    let marked: Vec<&Value> =
        units.iter().filter(|unit| unit["beside"] == true).map(|unit| &unit["label"]).collect();
    assert_eq!(marked, ["1802", "1701"]);
    let companions = view["call"]["companions"].as_array().unwrap();
    assert_eq!(companions.len(), 1);
    assert_eq!(
        (&companions[0]["household"]["id"], &companions[0]["unit"]["label"]),
        (&json!("H1"), &json!("1801"))
    );
    // It is no rule: another flat is taken, and for a household of no group nothing is marked.
    for act in [
        json!({"do": "command", "command": {"choose": {"unit": "A-1601", "proxy": null}}}),
        json!({"do": "command", "command": "call"}),
    ] {
        let version = server.view()["version"].as_u64().unwrap();
        let (status, answer) = server.act_at(version, &act);
        assert_eq!(status, 200, "{act}: {answer}");
    }
    let view = server.view();
    assert_eq!(view["call"]["id"], "H3");
    assert_eq!(view["call"]["companions"], json!([]));
    let units = view["building"]["units"].as_array().unwrap();
    assert!(units.iter().all(|unit| unit.get("beside").is_none()), "{units:?}");
}
