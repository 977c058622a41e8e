//! The transcripts in `tests/vectors/published`: they verify, with their fingerprints as evidence, and
//! so do their receipts, in this version and in every later one.

use crate::support::pairings::as_with_pairings;
use floorlot::receipt::{BenchKeys, ReceiptEvidence, Saved};
use floorlot::rules::Rule;
use floorlot::transcript::{Evidence, OutcomeKind, Report, Verdict, Verified, verify};
use floorlot::{Fingerprint, Noted};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const KINDS: [&str; 9] =
    ["area", "attempts", "choice", "days", "drand", "families", "lot", "ranking", "rounds"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/published")
}

struct Kind {
    folder: PathBuf,
    expected: Value,
}

impl Kind {
    fn read(name: &str) -> Kind {
        let folder = folder().join(name);
        let expected = serde_json::from_slice(&fs::read(folder.join("report.json")).unwrap());
        Kind { expected: expected.unwrap(), folder }
    }

    fn file(&self, name: &str) -> Vec<u8> {
        fs::read(self.folder.join(name)).unwrap()
    }

    fn noted(&self) -> Vec<Noted> {
        let text = String::from_utf8(self.file("fingerprints.txt")).unwrap();
        text.lines().map(|line| line.parse().unwrap()).collect()
    }

    /// With these fingerprints, and the transcript before it if there is one.
    fn verify(&self, noted: Vec<Noted>) -> Report {
        let prior = fs::read(self.folder.join("prior.jsonl")).ok();
        let earlier = prior.map(|file| {
            let report = verify(file.as_slice(), &Evidence::default()).unwrap();
            verified(report).earlier()
        });
        let evidence = Evidence::default().with_noted(noted).with_earlier(Vec::from_iter(earlier));
        verify(self.file("transcript.jsonl").as_slice(), &evidence).unwrap()
    }
}

fn verified(report: Report) -> Verified {
    report.into_verified().unwrap_or_else(|report| panic!("{:?}", report.first))
}

#[test]
fn the_kinds_are_there_and_no_others() {
    let found = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap());
    let folders = found.filter(|entry| entry.path().is_dir());
    let found: BTreeSet<_> =
        folders.map(|entry| entry.file_name().into_string().unwrap()).collect();
    assert_eq!(found, KINDS.map(String::from).into());
}

#[test]
fn every_published_transcript_verifies_with_its_fingerprints() {
    for name in KINDS {
        let kind = Kind::read(name);
        let report = kind.verify(kind.noted());
        let expected = &kind.expected;
        assert_eq!(json!(report.verdict), expected["verdict"], "{name}: {:?}", report.first);
        // A build without pairings does not certify what a round of drand went into.
        let c7 = report.checks.iter().find(|check| check.id == Rule::C7).unwrap();
        let open = c7.outcome == OutcomeKind::NotRun && c7.examined > 0;
        let capped = |level: &Value| match level.as_str() {
            Some("certified") if open => json!("anchored"),
            _ => level.clone(),
        };
        assert_eq!(json!(report.level), capped(&expected["level"]), "{name}");
        let levels: Vec<Value> =
            expected["levels"].as_array().unwrap().iter().map(capped).collect();
        let found: Vec<Value> = report.checkpoints.iter().map(|c| json!(c.level)).collect();
        assert_eq!(found, levels, "{name}");
        // A later version may check more.
        for (id, expected) in expected["checks"].as_object().unwrap() {
            let check = report.checks.iter().find(|check| check.id.id() == id);
            let check = check.unwrap_or_else(|| panic!("{name}: {id} is not checked any more"));
            assert_eq!(as_with_pairings(check, expected), *expected, "{name}: {id}");
        }
        let allocation: Value = verified(report)
            .allocation()
            .map(|(household, unit)| (household.to_owned(), json!(unit)))
            .collect::<serde_json::Map<_, _>>()
            .into();
        assert_eq!(allocation, expected["allocation"], "{name}");
    }
}

#[test]
fn the_fingerprints_are_those_of_the_checkpoints_and_no_other_fits() {
    for name in KINDS {
        let kind = Kind::read(name);
        let report = kind.verify(Vec::new());
        let found: Vec<Noted> =
            report.checkpoints.iter().map(|c| c.fingerprint.parse().unwrap()).collect();
        assert_eq!(found, kind.noted(), "{name}");
        let other = Fingerprint::of_body("another\n").to_string().parse().unwrap();
        assert_eq!(kind.verify(vec![other]).verdict, Verdict::Refuted, "{name}");
    }
}

#[test]
fn every_published_receipt_is_right() {
    for name in KINDS {
        let kind = Kind::read(name);
        let verified = verified(kind.verify(Vec::new()));
        let evidence = ReceiptEvidence {
            noted: kind.noted().pop().into_iter().collect(),
            panel: BenchKeys::of(verified.roll()),
            ..ReceiptEvidence::default()
        };
        let report = Saved::read(&kind.file("receipt.txt")).unwrap().verify(&evidence);
        let expected = &kind.expected["receipt"];
        assert_eq!(json!(report.verdict), expected["verdict"], "{name}");
        for (id, expected) in expected["checks"].as_object().unwrap() {
            let check = report.checks.iter().find(|check| check.id.id() == id).unwrap();
            assert_eq!(json!([check.outcome, check.examined]), *expected, "{name}: {id}");
        }
        let facts = json!(report.claims());
        for (key, expected) in expected["facts"].as_object().unwrap() {
            assert_eq!(facts[key], *expected, "{name}: {key}");
        }
    }
}
