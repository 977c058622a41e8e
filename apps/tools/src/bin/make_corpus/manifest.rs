//! The manifest: what a verifier says of each file.

use crate::forge::Draft;
use floorlot::Hash;
use floorlot::Noted;
use floorlot::lines::Stage;
use floorlot::person::Opening;
use floorlot::plan::Mode;
use floorlot::rules::FirstFault;
use floorlot::transcript::{self, Changed, CheckReport, Checkpoint, Report, TreeHead, verify};
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::collections::BTreeMap;

/// What is known from outside of a file.
#[derive(Clone, Default)]
pub(crate) struct Evidence {
    /// Fingerprints, and roots in hex.
    pub(crate) fingerprints: Vec<String>,
    /// Signed notes.
    pub(crate) notes: Vec<String>,
    pub(crate) older: Option<Vec<u8>>,
    pub(crate) expect: Option<Mode>,
    /// The transcripts of the rounds or attempts before, from the first on.
    pub(crate) earlier: Vec<Vec<u8>>,
    /// The files in the folder of recordings.
    pub(crate) recordings: Option<Vec<(String, Hash)>>,
    /// The files in the folder of documents.
    pub(crate) documents: Option<Vec<(String, Hash)>>,
    /// The files in the folder of scans.
    pub(crate) scans: Option<Vec<(String, Hash)>>,
    /// The opening of a household's commitment to a person.
    pub(crate) person: Option<Opening>,
}

impl Evidence {
    /// The fingerprint of a checkpoint that can be signed: 0 for the plan, 1 for the result.
    pub(crate) fn fingerprint(draft: &Draft, checkpoint: usize) -> Evidence {
        let fingerprints = vec![sealed(draft, checkpoint).fingerprint];
        Evidence { fingerprints, ..Evidence::default() }
    }

    /// The fingerprint of the reveals of this transcript.
    pub(crate) fn reveals(draft: &Draft) -> Evidence {
        let fingerprints = vec![Evidence::sealed_reveals(draft).fingerprint];
        Evidence { fingerprints, ..Evidence::default() }
    }

    /// The checkpoint of the reveals of this transcript.
    pub(crate) fn sealed_reveals(draft: &Draft) -> Checkpoint {
        let mut all = checkpoints(draft).into_iter().filter(|c| c.stage == Stage::Reveals);
        all.next().expect("it has one")
    }

    /// The root of a checkpoint of this transcript, in hex.
    pub(crate) fn root(draft: &Draft, checkpoint: usize) -> Evidence {
        let fingerprints = vec![sealed(draft, checkpoint).root.to_hex()];
        Evidence { fingerprints, ..Evidence::default() }
    }

    /// A signed note of a checkpoint of this transcript, with a signature that nobody looks at.
    pub(crate) fn note(draft: &Draft, checkpoint: usize) -> Evidence {
        let body = sealed(draft, checkpoint).body;
        let line = "\u{2014} log.example AAAAAAAA";
        Evidence { notes: vec![format!("{body}\n{line}\n")], ..Evidence::default() }
    }

    /// Both pieces of evidence.
    pub(crate) fn and(&self, other: &Evidence) -> Evidence {
        Evidence {
            fingerprints: [self.fingerprints.clone(), other.fingerprints.clone()].concat(),
            notes: [self.notes.clone(), other.notes.clone()].concat(),
            ..Evidence::default()
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        let outside = self.person.is_none()
            && self.older.is_none()
            && self.expect.is_none()
            && self.earlier.is_empty();
        let noted = !self.fingerprints.is_empty() || !self.notes.is_empty();
        let files = [&self.recordings, &self.documents, &self.scans];
        outside && !noted && files.iter().all(|files| files.is_none())
    }

    fn read(&self) -> transcript::Evidence {
        let fingerprints = self.fingerprints.iter().map(|f| f.parse::<Noted>().unwrap());
        let notes = self.notes.iter().map(|note| Noted::of_note(note).unwrap());
        let older = self.older.as_deref().map(|file| TreeHead::of(file).unwrap());
        let mut earlier = Vec::new();
        for file in &self.earlier {
            let evidence = transcript::Evidence::default().with_earlier(earlier.clone());
            let verified = verify(file.as_slice(), &evidence)
                .unwrap()
                .into_verified()
                .expect("the earlier one is verified");
            earlier.push(verified.earlier());
        }
        let (recordings, scans) = (self.recordings.clone(), self.scans.clone());
        let person = self.person.clone();
        transcript::Evidence::default()
            .with_noted(fingerprints.chain(notes).collect())
            .with_older(older)
            .with_mode(self.expect)
            .with_earlier(earlier)
            .with_recordings(recordings)
            .with_documents(self.documents.clone())
            .with_scans(scans)
            .with_person(person)
    }
}

fn checkpoints(draft: &Draft) -> Vec<Checkpoint> {
    verify(draft.file().as_slice(), &transcript::Evidence::default()).unwrap().checkpoints
}

/// The n-th checkpoint that can be signed.
fn sealed(draft: &Draft, n: usize) -> Checkpoint {
    let mut all = checkpoints(draft).into_iter().filter(|c| c.stage != Stage::Reveals);
    all.nth(n).expect("it has so many")
}

#[derive(serde::Serialize)]
struct EvidenceEntry {
    fingerprints: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
    older: Option<String>,
    expect: Option<Mode>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    earlier: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recordings: Option<BTreeMap<String, Hash>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    documents: Option<BTreeMap<String, Hash>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scans: Option<BTreeMap<String, Hash>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<String>,
}

/// The paths of the files that are evidence.
#[derive(Default)]
pub(crate) struct Paths {
    pub(crate) older: Option<String>,
    pub(crate) earlier: Vec<String>,
}

/// One entry of `corpus.json`.
#[derive(serde::Serialize)]
pub(crate) struct Entry {
    file: String,
    about: String,
    verdict: String,
    level: String,
    /// That of each checkpoint.
    levels: Vec<String>,
    /// The first line that was not compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_compared: Option<u64>,
    /// The first fault.
    first: Option<FirstFault>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<Changed>,
    evidence: EvidenceEntry,
    #[serde(skip_serializing_if = "Option::is_none")]
    checks: Option<Checks>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allocation: Option<Allocation>,
}

/// Each check by its id: outcome, examined. Of a refuted file nobody counts them.
struct Checks(Vec<CheckReport>);

impl Serialize for Checks {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut map = s.serialize_map(Some(self.0.len()))?;
        for check in &self.0 {
            map.serialize_entry(check.id.id(), &(check.outcome, check.examined))?;
        }
        map.end()
    }
}

/// Each household with its unit.
struct Allocation(Vec<(String, Option<String>)>);

impl Serialize for Allocation {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut map = s.serialize_map(Some(self.0.len()))?;
        for (household, unit) in &self.0 {
            map.serialize_entry(household, unit)?;
        }
        map.end()
    }
}

fn word(value: impl Serialize) -> String {
    serde_json::to_value(value).unwrap().as_str().unwrap_or_default().to_owned()
}

/// What the verifier says of a file.
pub(crate) fn entry(
    path: &str,
    about: &str,
    file: &[u8],
    evidence: &Evidence,
    paths: Paths,
) -> Entry {
    let files = |files: &Option<Vec<(String, Hash)>>| {
        files.as_ref().map(|files| files.iter().cloned().collect())
    };
    let listed = EvidenceEntry {
        fingerprints: evidence.fingerprints.clone(),
        notes: evidence.notes.clone(),
        older: paths.older,
        expect: evidence.expect,
        earlier: paths.earlier,
        recordings: files(&evidence.recordings),
        documents: files(&evidence.documents),
        scans: files(&evidence.scans),
        person: evidence.person.as_ref().map(Opening::text),
    };
    let report = verify(file, &evidence.read());
    let (path, about) = (path.to_owned(), about.to_owned());
    let report = match report {
        Ok(report) => report,
        Err(error) => {
            let (verdict, level, changed) =
                ("unreadable".into(), "none".into(), error.changed().cloned());
            return Entry {
                file: path,
                about,
                verdict,
                level,
                levels: Vec::new(),
                not_compared: None,
                first: None,
                changed,
                evidence: listed,
                checks: None,
                allocation: None,
            };
        }
    };
    let (verdict, level) = (word(report.verdict), word(report.level));
    let told = report.checkpoints.iter().filter(|_| report.first.is_none());
    let levels = told.map(|c| word(c.level)).collect();
    let not_compared = report.not_compared.as_ref().map(|open| open.from);
    let first = report.first;
    let changed = report.changed.clone();
    let (checks, allocation) = outcome(report);
    Entry {
        file: path,
        about,
        verdict,
        level,
        levels,
        not_compared,
        first,
        changed,
        evidence: listed,
        checks: first.is_none().then_some(checks),
        allocation,
    }
}

fn outcome(report: Report) -> (Checks, Option<Allocation>) {
    let checks = Checks(report.checks.clone());
    let allocation = report.into_verified().ok().map(|verified| {
        let owned = |(household, unit): (&str, Option<&str>)| {
            (household.to_owned(), unit.map(str::to_owned))
        };
        Allocation(verified.allocation().map(owned).collect())
    });
    (checks, allocation)
}

impl Entry {
    pub(crate) fn verdict(&self) -> &str {
        &self.verdict
    }

    /// The check of the first fault in small letters, or the verdict if none failed.
    pub(crate) fn finding(&self) -> String {
        self.first
            .map_or_else(|| self.verdict.clone(), |first| first.check.id().to_ascii_lowercase())
    }
}

/// The manifest: one entry a line.
pub(crate) fn json(entries: &[Entry]) -> String {
    let lines: Vec<String> = entries.iter().map(|e| serde_json::to_string(e).unwrap()).collect();
    format!("[\n{}\n]\n", lines.join(",\n"))
}
