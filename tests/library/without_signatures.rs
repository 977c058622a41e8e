//! The core without the feature `signatures` verifies everything else, and says that signatures
//! were not looked at. `cargo test --no-default-features --lib --test library without_signatures`

use crate::support::pairings::as_with_pairings;
use floorlot::rules::Rule;
use floorlot::transcript::{Evidence, Level, OutcomeKind, verify};
use serde_json::{Value, json};
use std::path::Path;

/// What needs a signature to be verified, or a point of the curve to be computed.
const NOT_LOOKED_AT: [Rule; 6] = [Rule::P12, Rule::S2, Rule::S5, Rule::S6, Rule::S7, Rule::V3];

fn read(path: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/corpus").join(path))
        .unwrap()
}

#[test]
fn everything_but_signatures_is_verified() {
    let manifest: Vec<Value> = serde_json::from_slice(&read("corpus.json")).unwrap();
    let (mut compared, mut signed) = (0, 0);
    for entry in manifest.iter().filter(|e| e["verdict"] != "unreadable") {
        let file = entry["file"].as_str().unwrap();
        let given = &entry["evidence"];
        let only_fingerprints = given
            .as_object()
            .unwrap()
            .iter()
            .all(|(key, value)| key == "fingerprints" || value.is_null());
        if !only_fingerprints {
            continue;
        }
        let fingerprints = given["fingerprints"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| f.as_str().unwrap().parse().unwrap())
            .collect();
        let report =
            verify(&read(file)[..], &Evidence::default().with_noted(fingerprints)).unwrap();
        // A fault of a check that is not looked at is not found, or another behind it.
        let first = &entry["first"];
        let unseen = |rule: &Rule| first["check"] == rule.id();
        if !first.is_null() && !NOT_LOOKED_AT.iter().chain(&[Rule::C7]).any(unseen) {
            assert_eq!(json!(report.first), *first, "{file}");
        }
        for check in report.checks.iter().filter(|_| first.is_null()) {
            let expected = &entry["checks"][check.id.id()];
            if NOT_LOOKED_AT.contains(&check.id) {
                let counted = expected[1].as_u64() > Some(0);
                assert!(
                    !(counted && check.outcome == OutcomeKind::Passed),
                    "{file}: {} cannot have passed",
                    check.id
                );
                signed += u32::from(counted && check.id == Rule::S2);
            } else {
                let found = as_with_pairings(check, expected);
                assert_eq!(found, *expected, "{file}: {}", check.id);
            }
        }
        assert!(report.level < Level::Certified, "{file}");
        compared += 1;
    }
    assert!(compared > 250 && signed > 20, "{compared} files, {signed} of them signed");
}
