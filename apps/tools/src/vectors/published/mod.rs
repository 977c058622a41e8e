//! What `tests/vectors/published/` holds: a small transcript of each kind, with its fingerprints, a
//! receipt, and what every verifier says of them.

mod kinds;

use crate::made::Files;
use floorlot::receipt::{BenchKeys, ReceiptEvidence, Saved, receipts};
use floorlot::transcript::{Evidence, Report, Verified, verify};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// A kind of draw, played.
struct Kind {
    /// The name of its folder.
    name: &'static str,
    about: &'static str,
    /// Its lines, without LF.
    lines: Vec<Vec<u8>>,
    /// Those of the round or attempt before.
    prior: Option<Vec<Vec<u8>>>,
    /// The household whose receipt is made.
    household: &'static str,
}

/// The files, by their path in the folder.
///
/// # Panics
///
/// If a draw is not what it is meant to be.
pub fn files() -> Files {
    let mut files = Files::new();
    files.insert("README.md".into(), include_bytes!("README.md").to_vec());
    for kind in kinds::all() {
        let mut add = |name: &str, bytes: Vec<u8>| {
            files.insert(format!("{}/{name}", kind.name), bytes);
        };
        let judged = || judged(&kind.lines, kind.prior.as_deref());
        // A report that was taken apart says nothing any more.
        let (said, verified) = (judged(), verified(judged()));
        add("transcript.jsonl", joined(&kind.lines));
        kind.prior.iter().for_each(|lines| add("prior.jsonl", joined(lines)));
        let prints = fingerprints(&said).map(|print| format!("{print}\n"));
        add("fingerprints.txt", prints.collect::<String>().into_bytes());
        let receipts = receipts(&verified, &kind.lines).expect("they are the lines just verified");
        let receipt = receipts.of(kind.household).expect("it is in the plan").to_string();
        add("receipt.txt", receipt.clone().into_bytes());
        let report = pretty(&report(&kind, &said, &verified, receipt.as_bytes()));
        add("report.json", report.into_bytes());
    }
    files
}

fn joined(lines: &[Vec<u8>]) -> Vec<u8> {
    lines.iter().flat_map(|line| line.iter().copied().chain([b'\n'])).collect()
}

/// What a verifier says, with the fingerprint of each checkpoint and the transcript before.
fn judged(lines: &[Vec<u8>], prior: Option<&[Vec<u8>]>) -> Report {
    let file = joined(lines);
    let earlier = prior.map(|lines| verified(judged(lines, None)).earlier());
    let bare = Evidence::default().with_earlier(Vec::from_iter(earlier));
    let report = verify(file.as_slice(), &bare).expect("it is a transcript");
    let noted = fingerprints(&report).map(|print| print.parse().expect("it was printed"));
    verify(file.as_slice(), &bare.with_noted(noted.collect())).expect("it is a transcript")
}

fn verified(report: Report) -> Verified {
    report.into_verified().unwrap_or_else(|report| panic!("{:?}", report.first))
}

fn fingerprints(report: &Report) -> impl Iterator<Item = &str> {
    report.checkpoints.iter().map(|checkpoint| checkpoint.fingerprint.as_str())
}

/// A word of a report, as JSON has it.
fn word(value: impl Serialize) -> Value {
    serde_json::to_value(value).expect("it is a word")
}

/// What must be found: no words for people, which may change.
fn report(kind: &Kind, report: &Report, verified: &Verified, receipt: &[u8]) -> Value {
    let checks = report
        .checks
        .iter()
        .map(|check| (check.id.id().to_owned(), json!([word(check.outcome), check.examined])));
    let levels: Vec<Value> = report.checkpoints.iter().map(|c| word(c.level)).collect();
    let allocation = verified.allocation().map(|(household, unit)| (household.into(), json!(unit)));
    json!({
        "about": kind.about,
        "verdict": word(report.verdict),
        "level": word(report.level),
        "levels": levels,
        "checks": checks.collect::<Map<_, _>>(),
        "allocation": allocation.collect::<Map<_, _>>(),
        "receipt": of_receipt(kind, report, verified, receipt),
    })
}

/// The receipt, with the fingerprint of the last checkpoint and the panel of the plan.
fn of_receipt(kind: &Kind, report: &Report, verified: &Verified, receipt: &[u8]) -> Value {
    let last = fingerprints(report).last().expect("it has a checkpoint");
    let evidence = ReceiptEvidence {
        noted: vec![last.parse().expect("it was printed")],
        panel: BenchKeys::of(verified.roll()),
        ..ReceiptEvidence::default()
    };
    let report = Saved::read(receipt).expect("it is a receipt").verify(&evidence);
    let checks = report
        .checks
        .iter()
        .map(|check| (check.id.id().to_owned(), json!([word(check.outcome), check.examined])));
    let mut facts = word(report.claims());
    // It is told in words.
    facts.as_object_mut().expect("it has fields").remove("later");
    json!({
        "household": kind.household,
        "verdict": word(report.verdict),
        "checks": checks.collect::<Map<_, _>>(),
        "facts": facts,
    })
}

/// One check or household a line.
fn pretty(report: &Value) -> String {
    let deep = |value: &Value| match value {
        Value::Object(entries) if entries.len() > 1 => {
            let entry = |(key, value): (&String, &Value)| format!("    {}: {value}", json!(key));
            format!("{{\n{}\n  }}", entries.iter().map(entry).collect::<Vec<_>>().join(",\n"))
        }
        value => value.to_string(),
    };
    let top = report.as_object().into_iter().flatten();
    let lines: Vec<String> =
        top.map(|(key, value)| format!("  {}: {}", json!(key), deep(value))).collect();
    format!("{{\n{}\n}}\n", lines.join(",\n"))
}
