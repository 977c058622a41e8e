//! What changed from one round or attempt to the next, by name (V7, `chain` of the report).

use crate::corpus::read;
use floorlot::rules::Lang;
use floorlot::transcript::{Evidence, Report, Verdict, verify};
use serde_json::{Value, json};

/// A file of the corpus behind others.
fn behind(before: &[&str], file: &[u8]) -> Report {
    let mut earlier = Vec::new();
    for name in before {
        let file = read(&format!("valid/{name}.jsonl"));
        let evidence = Evidence::default().with_earlier(earlier.clone());
        earlier.push(verify(&file[..], &evidence).unwrap().into_verified().unwrap().earlier());
    }
    verify(file, &Evidence::default().with_earlier(earlier)).unwrap()
}

fn chain(report: &Report) -> Value {
    serde_json::to_value(report).unwrap()["chain"].clone()
}

fn list(first: &Value) -> Value {
    json!({"count": first.as_array().unwrap().len(), "first": first})
}

#[test]
fn what_changed_is_told_by_name() {
    for (name, before, key, first, words) in [
        (
            "v7-household-dropped",
            "first-round",
            "left_out",
            json!(["H3"]),
            "households left out: H3",
        ),
        ("v7-newcomer", "first-round", "added", json!(["H9"]), "households added: H9"),
        ("v7-taken-unit", "first-round", "units_added", json!(["A-1"]), "units added: A-1"),
        (
            "v7-other-tier",
            "first-round",
            "tiers",
            json!([{"household": "H2", "from": 1, "to": 2}]),
            "tiers changed: H2 1 → 2",
        ),
    ] {
        let report = behind(&[before], &read(&format!("tampered/{name}.jsonl")));
        assert_eq!(report.verdict, Verdict::Refuted, "{name}");
        assert_eq!(chain(&report)[key], list(&first), "{name}");
        let text = report.text(Lang::En);
        assert!(text.contains("Compared with corpus.example/first-round"), "{text}");
        assert!(text.contains(&format!("  {words}\n")), "{text}");
    }
}

#[test]
fn rules_quorums_and_panel_are_told_between_attempts() {
    let before = "void-after-the-result";
    let all = chain(&behind(&[before], &read("valid/third-attempt.jsonl")));
    assert_eq!(all, json!({"before": format!("corpus.example/{before}")}));
    let report = behind(&[before], &read("valid/third-attempt-changed.jsonl"));
    assert_eq!(report.verdict, Verdict::Verified);
    let expected = json!({
        "before": format!("corpus.example/{before}"),
        "added": list(&json!(["H008"])),
        "units_added": list(&json!(["A-0102"])),
        "tiers": list(&json!([{"household": "H001", "from": 1, "to": 2}])),
        "needs": list(&json!([
            {"household": "H002", "from": [], "to": ["step-free"]},
            {"household": "H004", "from": ["step-free"], "to": []},
        ])),
        "rules": list(&json!([{"pool": "B", "from": "choice lot", "to": "choice last 60"}])),
        "quorums": list(&json!([{"bench": "residents", "from": 2, "to": 1}])),
        "members_left_out": list(&json!(["r3"])),
        "members_added": list(&json!(["r4"])),
        "members_changed": list(&json!(["r2"])),
    });
    assert_eq!(chain(&report), expected);
    let zh = report.text(Lang::Zh);
    assert!(zh.contains("  照顾需求变动：H002 – → step-free、H004 step-free → –\n"), "{zh}");
    assert!(zh.contains("  法定人数变动：residents 2 → 1\n"), "{zh}");
}

#[test]
fn nothing_is_told_of_a_file_that_breaks_another_rule_or_goes_on_from_nothing() {
    let good = read("valid/second-round-after.jsonl");
    let wrong = String::from_utf8(good.clone()).unwrap().replacen("\"call\"", "\"cell\"", 1);
    assert_eq!(chain(&behind(&["first-round"], &good))["before"], "corpus.example/first-round");
    assert_eq!(chain(&behind(&["first-round"], wrong.as_bytes())), Value::Null);
    assert_eq!(chain(&behind(&[], &good)), Value::Null);
    assert_eq!(chain(&behind(&["first-round"], &read("valid/lot.jsonl"))), Value::Null);
}
