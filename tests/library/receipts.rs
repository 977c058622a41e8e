//! The receipts in `tests/vectors/receipts`: the checks find in every file what `receipts.json`
//! says, and nothing that is changed by a bit, a line or an end passes for the original.

use floorlot::receipt::{BenchKeys, ReceiptCheck, ReceiptEvidence, ReceiptReport, Saved};
use floorlot::transcript::{Level, OutcomeKind, Verdict};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/receipts")
}

fn read(path: &str) -> Vec<u8> {
    let path = folder().join(path);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn manifest() -> Vec<Value> {
    serde_json::from_slice(&read("receipts.json")).unwrap()
}

fn text<'a>(entry: &'a Value, key: &str) -> &'a str {
    entry[key].as_str().unwrap_or_default()
}

fn evidence(entry: &Value) -> ReceiptEvidence {
    let (given, word) = (&entry["evidence"], |value: &Value| value.as_str().unwrap().to_owned());
    let list = |value: &Value| value.as_array().unwrap().clone();
    let noted =
        list(&given["fingerprints"]).iter().map(|digits| word(digits).parse().unwrap()).collect();
    let bench = |bench: &Value| BenchKeys {
        bench: word(&bench["bench"]),
        quorum: bench["quorum"].as_u64().unwrap(),
        keys: list(&bench["keys"]).iter().map(|key| word(key).parse().unwrap()).collect(),
    };
    let panel = list(&given["panel"]).iter().map(bench).collect();
    let mut evidence = ReceiptEvidence { noted, panel, ..ReceiptEvidence::default() };
    if let Some(plan) = given["plan"].as_str() {
        evidence.take_panel(read(plan).trim_ascii_end().split(|byte| *byte == b'\n'));
    }
    evidence
}

/// What the library says of these bytes; `None` if they are no receipt.
fn report(bytes: &[u8], evidence: &ReceiptEvidence) -> Option<ReceiptReport> {
    Saved::read(bytes).ok().map(|saved| saved.verify(evidence))
}

/// The report as the manifest has it.
fn listed(report: &ReceiptReport) -> Value {
    let checks: BTreeMap<&str, Value> = report
        .checks
        .iter()
        .map(|check| (check.id.id(), json!([check.outcome, check.examined, check.faults.len()])))
        .collect();
    let (anchored, signed, facts) = (report.anchored, report.signed, report.claims());
    let mut listed =
        json!({"anchored": anchored, "signed": signed, "checks": checks, "facts": facts});
    report.note.iter().for_each(|note| listed["note"] = json!(note));
    listed
}

#[test]
fn every_receipt_is_judged_as_the_manifest_says() {
    for entry in manifest() {
        let name = format!("{} ({})", text(&entry, "file"), text(&entry, "about"));
        let Some(report) = report(&read(text(&entry, "file")), &evidence(&entry)) else {
            assert_eq!(text(&entry, "verdict"), "unreadable", "{name}");
            assert_eq!((text(&entry, "level"), &entry["report"]), ("none", &Value::Null), "{name}");
            continue;
        };
        assert_eq!(json!(report.verdict), entry["verdict"], "{name}");
        let first = report.first_failed().map(|check| check.id.id());
        assert_eq!(json!(first), entry["first_failed"], "{name}");
        assert_eq!(listed(&report), entry["report"], "{name}");
        let level = report.proven().map_or(Level::None, |proven| proven.level());
        assert_eq!(json!(level), entry["level"], "{name}");
    }
}

/// The file of an unreadable one is told as it was changed.
#[test]
fn what_is_no_receipt_is_told() {
    let mut told = BTreeSet::new();
    for entry in manifest().iter().filter(|entry| text(entry, "verdict") == "unreadable") {
        let error = Saved::read(&read(text(entry, "file"))).unwrap_err();
        assert_eq!(json!(error.changed), entry["changed"], "{}", text(entry, "file"));
        let (en, zh) = (error.words().en, error.words().zh);
        assert!(en.contains("not a receipt") && zh.contains("不是收据"), "{en} {zh}");
        told.insert(entry["changed"]["what"].to_string());
    }
    assert!(told.len() >= 7, "{told:?}");
}

/// Only passed checks give a proof, and only fingerprint and quorum together a certified one.
#[test]
fn what_is_proven_is_what_was_checked() {
    let mut levels = BTreeSet::new();
    for entry in manifest() {
        let name = text(&entry, "file");
        let Some(report) = report(&read(name), &evidence(&entry)) else { continue };
        let passed =
            |id| report.checks.iter().any(|c| c.id == id && c.outcome == OutcomeKind::Passed);
        let certified = passed(ReceiptCheck::R4) && passed(ReceiptCheck::R5);
        assert_eq!(report.proven().is_some(), report.verdict == Verdict::Verified, "{name}");
        assert_eq!(report.certified().is_some(), certified && report.holds(), "{name}");
        if let Some(certified) = report.certified() {
            assert_eq!(certified.facts(), report.claims(), "{name}");
        }
        let claims = report.claims().clone();
        levels.insert(match report.into_proven() {
            Ok(proven) => {
                assert_eq!(proven.facts(), &claims, "{name}");
                text(&entry, "level").to_owned()
            }
            Err(report) => {
                assert!(report.first_failed().is_some(), "{name}");
                "none".to_owned()
            }
        });
    }
    assert_eq!(levels, ["anchored", "certified", "consistent", "none"].map(str::to_owned).into());
}

#[test]
fn every_file_is_listed_and_every_check_has_several() {
    let entries = manifest();
    let listed: BTreeSet<String> =
        entries.iter().map(|entry| text(entry, "file").to_owned()).collect();
    let mut found = BTreeSet::new();
    let listed: BTreeSet<String> = entries
        .iter()
        .filter_map(|entry| Some(entry["evidence"]["plan"].as_str()?.to_owned()))
        .chain(listed)
        .collect();
    for part in ["valid", "tampered", "panels"] {
        for file in std::fs::read_dir(folder().join(part)).unwrap() {
            found.insert(format!("{part}/{}", file.unwrap().file_name().to_str().unwrap()));
        }
    }
    assert_eq!(listed, found);
    for check in ReceiptCheck::ALL {
        let fails = |entry: &&Value| text(entry, "first_failed") == check.id();
        let files = entries.iter().filter(fails).count();
        assert!(files >= 5, "{} files fail {}", files, check.id());
        // The name of a tampered file says which check finds it.
        let start = format!("tampered/{}-", check.id().to_ascii_lowercase());
        assert!(entries.iter().filter(fails).all(|e| text(e, "file").starts_with(&start)));
    }
}

/// No bit of what is shown and no end of a certified receipt can be changed. A member's signature
/// that becomes that of a stranger is passed over (R5), and the others may still be a quorum.
#[test]
fn every_bit_of_a_receipt_counts() {
    let entries = manifest();
    let entry = entries.iter().find(|entry| text(entry, "file") == "valid/exchanged.receipt.txt");
    let (bytes, evidence) = (read("valid/exchanged.receipt.txt"), evidence(entry.unwrap()));
    let original = report(&bytes, &evidence).unwrap();
    let shown = original.certified().unwrap().facts();
    let signatures = String::from_utf8_lossy(&bytes).find("\n— ").unwrap();
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let Some(report) = report(&changed, &evidence) else { continue };
        if let Some(certified) = report.certified() {
            assert!(at > signatures, "byte {at} of {}", bytes.len());
            assert_eq!(certified.facts(), shown, "byte {at}");
        }
    }
    for end in 0..bytes.len() {
        let Some(report) = report(&bytes[..end], &evidence) else { continue };
        if let Some(certified) = report.certified() {
            assert!(end > signatures, "the first {end} bytes");
            assert_eq!(certified.facts(), shown, "the first {end} bytes");
        }
    }
}
