//! The attacker's workshop: a receipt of any lines, each well proved under a checkpoint that is well
//! signed. Only what the lines say can be wrong with it.

use crate::manifest::Evidence;
use floorlot::note::SignedNote;
use floorlot::plan::Plan;
use floorlot::primitives::tree::{Fingerprint, Levels, checkpoint_body, leaf_hash};
use floorlot::receipt::{BenchKeys, Receipt, enrolment_receipts, receipts};
use floorlot::sign::SigningKey;
use floorlot::transcript::{Evidence as Outside, Verified, verify};

/// A transcript of the corpus.
pub(crate) struct Base {
    lines: Vec<String>,
    pub(crate) verified: Verified,
}

impl Base {
    pub(crate) fn read(name: &str) -> Base {
        let path = crate::vectors("corpus").join(format!("valid/{name}.jsonl"));
        let file = std::fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let report = verify(file.as_bytes(), &Outside::default()).unwrap();
        let verified = report.into_verified().expect("a valid transcript of the corpus");
        Base { lines: file.lines().map(str::to_owned).collect(), verified }
    }

    /// The checkpoint of the plan.
    pub(crate) fn plan_checkpoint(&self) -> &str {
        &self.lines[self.plan().lines().count()]
    }

    /// The receipt that the library makes.
    pub(crate) fn receipt(&self, household: &str) -> Receipt {
        let all = receipts(&self.verified, &self.lines).unwrap();
        all.of(household).unwrap_or_else(|| panic!("no household {household}"))
    }

    /// The receipt of a household in the sealed plan, before the draw.
    pub(crate) fn enrolment(&self, household: &str) -> Receipt {
        let plan = self.plan();
        let plan = Plan::read_lines(plan.lines().map(str::as_bytes)).expect("it is whole");
        let all = enrolment_receipts(&plan, &self.lines).expect("the plan is sealed");
        all.of(household).unwrap_or_else(|| panic!("no household {household}"))
    }

    /// The fingerprint of the plan, and the keys of the panel.
    pub(crate) fn sealed(&self) -> Evidence {
        let plan = self.plan();
        let plan = Plan::read_lines(plan.lines().map(str::as_bytes)).expect("it is whole");
        let fingerprints = vec![plan.fingerprint().to_string()];
        Evidence { fingerprints, panel: self.panel(), plan: None }
    }

    pub(crate) fn panel(&self) -> Vec<BenchKeys> {
        BenchKeys::of(self.verified.roll())
    }

    /// The fingerprint of the last checkpoint, and the keys of the panel.
    pub(crate) fn evidence(&self) -> Evidence {
        let (size, root) = self.verified.head().unwrap();
        let origin = self.verified.roll().origin();
        let fingerprints = vec![Fingerprint::of(origin, size, root).to_string()];
        Evidence { fingerprints, panel: self.panel(), plan: None }
    }

    /// The lines of the plan.
    pub(crate) fn plan(&self) -> String {
        let seal = |line: &&String| !line.starts_with("{\"kind\":\"checkpoint\"");
        self.lines.iter().take_while(seal).map(|line| format!("{line}\n")).collect()
    }

    /// A draft of a household's receipt.
    pub(crate) fn draft(&self, household: &str) -> Draft {
        let entries =
            self.receipt(household).entries().iter().map(|entry| entry.index as usize).collect();
        let (size, _) = self.verified.head().unwrap();
        Draft {
            origin: self.verified.roll().origin().to_owned(),
            lines: self.lines[..size as usize].to_vec(),
            entries,
            panel: self.panel(),
        }
    }
}

/// The key of a member. Everybody can compute it: it is that of the corpus.
pub(crate) fn key(member: &str) -> SigningKey {
    let seed = leaf_hash(format!("key {member}").as_bytes()).0;
    SigningKey::from_seed(&format!("corpus.example/{member}"), &seed).unwrap()
}

/// The lines of a transcript, and which of them a receipt shows.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) origin: String,
    pub(crate) lines: Vec<String>,
    pub(crate) entries: Vec<usize>,
    panel: Vec<BenchKeys>,
}

impl Draft {
    /// The place of the first line with all of these words in it.
    pub(crate) fn find(&self, words: &[&str]) -> usize {
        let found = self.lines.iter().position(|line| words.iter().all(|word| line.contains(word)));
        found.unwrap_or_else(|| panic!("no line with {words:?}"))
    }

    /// Shows this line as well.
    pub(crate) fn with(mut self, index: usize) -> Draft {
        self.entries.push(index);
        self.entries.sort_unstable();
        self.entries.dedup();
        self
    }

    /// Does not show the lines of this kind, and not the next line behind one.
    pub(crate) fn without(mut self, kind: &str) -> Draft {
        let next = ["pick", "standby"].contains(&kind);
        let kind = format!("{{\"kind\":\"{kind}\"");
        let is = |index: usize| self.lines[index].starts_with(&kind);
        let behind = |index: usize| next && index > 0 && is(index - 1);
        self.entries.retain(|index| !(is(*index) || behind(*index)));
        self
    }

    /// Does not show this line.
    pub(crate) fn but(mut self, index: usize) -> Draft {
        self.entries.retain(|own| *own != index);
        self
    }

    /// Shows another line in the place of the one of its kind.
    pub(crate) fn instead(self, kind: &str, index: usize) -> Draft {
        let next = ["pick", "standby"].contains(&kind);
        let draft = self.without(kind).with(index);
        if next { draft.with(index + 1) } else { draft }
    }

    /// Adds a line at the end of the transcript, and shows it.
    pub(crate) fn and(mut self, line: &str) -> Draft {
        self.lines.push(line.to_owned());
        let last = self.lines.len() - 1;
        self.with(last)
    }

    fn levels(&self) -> Levels {
        Levels::new(self.lines.iter().map(|line| leaf_hash(line.as_bytes())).collect())
    }

    /// The note, signed by every member with a key.
    fn note(&self) -> SignedNote {
        let levels = self.levels();
        let body = checkpoint_body(&self.origin, levels.size(), levels.root());
        let members = self.panel.iter().flat_map(|bench| &bench.keys);
        let member = |name: &str| name.rsplit('/').next().unwrap().to_owned();
        let signatures =
            members.map(|vkey| key(&member(vkey.name())).cosign(&body, 1_792_100_000)).collect();
        SignedNote { body, signatures, others: Vec::new() }
    }

    /// The receipt.
    pub(crate) fn text(&self) -> String {
        let levels = self.levels();
        let mut out = String::from("floorlot/1 receipt\n");
        for index in &self.entries {
            out += &format!("index {index}\nline {}\n", self.lines[*index]);
            // The proof as it stands in the body of a checkpoint: base64 of a hash.
            for hash in levels.inclusion_proof(*index as u64).unwrap() {
                out += checkpoint_body("x", 0, hash).lines().nth(2).unwrap();
                out.push('\n');
            }
            out.push('\n');
        }
        out + &self.note().to_string()
    }

    /// The fingerprint of its checkpoint, and the keys of the panel.
    pub(crate) fn evidence(&self) -> Evidence {
        let fingerprints = vec![Fingerprint::of_body(&self.note().body).to_string()];
        Evidence { fingerprints, panel: self.panel.clone(), plan: None }
    }
}
