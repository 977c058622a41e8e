//! The manifest: what a verifier says of each file.

use floorlot::receipt::{BenchKeys, Facts, ReceiptEvidence, ReceiptReport, Saved};
use floorlot::rules::Phrase;
use floorlot::transcript::{Changed, Level, OutcomeKind};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// A file, and what is known from outside of it.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) about: &'static str,
    pub(crate) bytes: Vec<u8>,
    pub(crate) evidence: Evidence,
}

/// What is known from outside.
#[derive(Clone, Default)]
pub(crate) struct Evidence {
    pub(crate) fingerprints: Vec<String>,
    pub(crate) panel: Vec<BenchKeys>,
    /// The plan that the panel is taken from instead: its name, and its text.
    pub(crate) plan: Option<(&'static str, String)>,
}

impl Evidence {
    fn read(&self) -> ReceiptEvidence {
        let mut read = ReceiptEvidence {
            noted: self.fingerprints.iter().map(|digits| digits.parse().unwrap()).collect(),
            panel: self.panel.clone(),
            ..ReceiptEvidence::default()
        };
        if let Some((_, plan)) = &self.plan {
            read.take_panel(plan.lines().map(str::as_bytes));
        }
        read
    }
}

/// Where a plan stands that a panel is taken from.
pub(crate) fn plan_path(name: &str) -> String {
    format!("panels/{name}.jsonl")
}

#[derive(serde::Serialize)]
struct Bench {
    bench: String,
    quorum: u64,
    keys: Vec<String>,
}

#[derive(serde::Serialize)]
struct EvidenceEntry {
    fingerprints: Vec<String>,
    panel: Vec<Bench>,
    /// The file that the panel is taken from instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<String>,
}

/// One entry of `receipts.json`.
#[derive(serde::Serialize)]
pub(crate) struct Entry {
    file: String,
    about: String,
    evidence: EvidenceEntry,
    verdict: String,
    level: String,
    first_failed: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<Changed>,
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<Report>,
}

/// What the report says, but for the words of faults, which each verifier chooses itself.
#[derive(serde::Serialize)]
struct Report {
    anchored: bool,
    signed: bool,
    checks: Checks,
    /// What around the lines was passed over.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<Phrase>,
    /// What the lines say.
    facts: Facts,
}

/// Each check by its id: outcome, examined, number of faults.
struct Checks(Vec<(&'static str, OutcomeKind, u64, usize)>);

impl Serialize for Checks {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut map = s.serialize_map(Some(self.0.len()))?;
        for (id, outcome, examined, faults) in &self.0 {
            map.serialize_entry(id, &(outcome, examined, faults))?;
        }
        map.end()
    }
}

fn word(value: impl Serialize) -> String {
    serde_json::to_value(value).unwrap().as_str().unwrap_or_default().to_owned()
}

fn report(report: &ReceiptReport) -> Report {
    let checks = report.checks.iter();
    let checks = checks.map(|c| (c.id.id(), c.outcome, c.examined, c.faults.len())).collect();
    Report {
        anchored: report.anchored,
        signed: report.signed,
        checks: Checks(checks),
        note: report.note.clone(),
        facts: report.claims().clone(),
    }
}

/// What the verifier says of a file.
pub(crate) fn entry(path: &str, about: &str, bytes: &[u8], evidence: &Evidence) -> Entry {
    let benches = evidence.panel.iter().map(|bench| Bench {
        bench: bench.bench.clone(),
        quorum: bench.quorum,
        keys: bench.keys.iter().map(ToString::to_string).collect(),
    });
    let unread = Entry {
        file: path.to_owned(),
        about: about.to_owned(),
        evidence: EvidenceEntry {
            fingerprints: evidence.fingerprints.clone(),
            panel: benches.collect(),
            plan: evidence.plan.as_ref().map(|(name, _)| plan_path(name)),
        },
        verdict: "unreadable".into(),
        level: word(Level::None),
        first_failed: None,
        changed: None,
        report: None,
    };
    match Saved::read(bytes) {
        Err(error) => Entry { changed: error.changed, ..unread },
        Ok(saved) => {
            let found = saved.verify(&evidence.read());
            Entry {
                verdict: word(found.verdict),
                level: word(found.proven().map_or(Level::None, |proven| proven.level())),
                first_failed: found.first_failed().map(|check| check.id.id()),
                report: Some(report(&found)),
                ..unread
            }
        }
    }
}

impl Entry {
    /// The id of the first failed check in small letters, or the verdict if none failed.
    pub(crate) fn finding(&self) -> String {
        self.first_failed.map_or_else(|| self.verdict.clone(), str::to_ascii_lowercase)
    }
}

/// The manifest: one entry a line.
pub(crate) fn json(entries: &[Entry]) -> String {
    let lines: Vec<String> = entries.iter().map(|e| serde_json::to_string(e).unwrap()).collect();
    format!("[\n{}\n]\n", lines.join(",\n"))
}
