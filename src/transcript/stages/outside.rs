//! The file against what is known from outside of it (checks V1, V2, V4, V5, V6, V9).

use super::seals::Checkpoint;
use crate::aftermath::{Filed, Recording};
use crate::hash::Hash;
use crate::leaves::Leaves;
use crate::lines::Mode;
use crate::noted::Noted;
use crate::plan::{Document, Roll};
use crate::rules::{Checks, Phrase, Rule};
use crate::transcript::head::TreeHead;

/// V1: each fingerprint, root or note that was noted outside is that of a checkpoint here. Gives the
/// places of those that are.
pub(crate) fn check_noted(
    noted: &[Noted],
    checkpoints: &[Checkpoint],
    checks: &mut Checks,
) -> Vec<usize> {
    if noted.is_empty() {
        let why = Phrase::new("no fingerprint noted outside was given", "没有给出在外记下的指纹");
        checks.not_run(Rule::V1, why);
    }
    let mut reached = Vec::new();
    for one in noted {
        checks.examine(Rule::V1);
        // V1: the fingerprint is that of a recomputed checkpoint root, whatever the body says. Of
        // several the last, which reaches furthest.
        match checkpoints.iter().rposition(|c| c.is_noted(one)) {
            Some(place) => reached.push(place),
            None => {
                let here = |c: &Checkpoint| match one {
                    Noted::Fingerprint(_) => c.fingerprint.clone(),
                    Noted::Root(_) => c.root.to_hex(),
                    Noted::Body(_) => c.body.trim_end().replace('\n', " / "),
                };
                let place = match one {
                    Noted::Fingerprint(_) => "fingerprint",
                    Noted::Root(_) => "root",
                    Noted::Body(_) => "note",
                };
                let here: Vec<String> = checkpoints.iter().map(here).collect();
                let found = Phrase::same(here.join(" / "));
                checks.fail(Rule::V1, 0, place, found, Phrase::same(one));
            }
        }
    }
    reached
}

/// An older copy, compared as the file is read.
pub(crate) struct OlderCopy {
    head: Option<TreeHead>,
    /// The root here over as many lines as the copy has.
    root: Option<Hash>,
}

impl OlderCopy {
    pub(crate) fn new(head: Option<TreeHead>) -> OlderCopy {
        OlderCopy { head, root: None }
    }

    /// The file has so many lines.
    #[inline]
    pub(crate) fn grow_to(&mut self, leaves: &mut Leaves) {
        if self.head.is_some_and(|older| older.size == leaves.size()) {
            self.root = Some(leaves.tree().root());
        }
    }

    /// V2: the older copy is the beginning of this file. Gives the place of the last checkpoint in
    /// it.
    pub(crate) fn check(
        &self,
        lines: u64,
        checkpoints: &[Checkpoint],
        checks: &mut Checks,
    ) -> Option<usize> {
        let Some(older) = self.head else {
            checks.not_run(Rule::V2, Phrase::new("no older copy was given", "没有给出较早的副本"));
            return None;
        };
        checks.examine_many(Rule::V2, older.size);
        // V2: a copy has one line at least; of none everything would be the beginning.
        let fault = if older.size == 0 {
            Some((
                Phrase::new("no line in it", "其中没有一行"),
                Phrase::new("at least one line", "至少一行"),
            ))
        } else if self.root != Some(older.root) {
            // V2: the root over the first n lines here is the root over the n lines of the copy.
            let few = || Phrase::new(format!("{lines} lines"), format!("{lines} 行"));
            let expected = Phrase::new(
                format!("root {} over the first {} lines", older.root, older.size),
                format!("前 {} 行的根为 {}", older.size, older.root),
            );
            Some((self.root.map_or_else(few, Phrase::same), expected))
        } else {
            None
        };
        match fault {
            Some((found, expected)) => {
                checks.fail(Rule::V2, 0, "older copy", found, expected);
                None
            }
            // The copy holds the line of the checkpoint itself, not only the lines before it
            None => checkpoints.iter().rposition(|c| c.size < older.size),
        }
    }
}

/// V4: the draw is of the kind that was expected.
pub(crate) fn check_mode(expected: Option<Mode>, roll: Option<&Roll>, checks: &mut Checks) {
    // V4: not run when no expectation was given, or no line can be read as a `plan` line.
    let Some(expected) = expected else {
        return checks.not_run(Rule::V4, Phrase::new("no expectation was given", "没有给出预期"));
    };
    let Some(roll) = roll else {
        let why = Phrase::new(
            "no line can be read as that of the plan: the kind is not known",
            "没有可读的方案首行：性质不明",
        );
        return checks.not_run(Rule::V4, why);
    };
    checks.examine(Rule::V4);
    let found = roll.mode();
    // V4: `mode` is the expected one.
    if found != expected {
        let (found, expected) = (Phrase::same(found.word()), Phrase::same(expected.word()));
        checks.fail(Rule::V4, roll.line, "plan, mode", found, expected);
    }
}

/// V5: the recordings are the files that were registered.
pub(crate) fn check_recordings(
    recordings: &[Recording],
    given: Option<&[(String, Hash)]>,
    checks: &mut Checks,
) {
    let registered: Vec<(Option<&str>, Hash)> =
        recordings.iter().map(|r| (Some(r.name.as_str()), r.sha256)).collect();
    let none = Phrase::new("no folder of recordings was given", "没有给出录像文件夹");
    compare(checks, (Rule::V5, "recording"), &registered, given, none);
}

/// V9: the documents of the plan, and those filed later, are the files that were registered.
pub(crate) fn check_documents(
    (documents, filed): (&[Document], &[Filed]),
    given: Option<&[(String, Hash)]>,
    checks: &mut Checks,
) {
    let of_plan = documents.iter().map(|d| (Some(d.name.as_str()), d.sha256));
    let later = filed.iter().map(|d| (Some(d.name.as_str()), d.sha256));
    let registered: Vec<(Option<&str>, Hash)> = of_plan.chain(later).collect();
    let none = Phrase::new("no folder of documents was given", "没有给出文件所在的文件夹");
    compare(checks, (Rule::V9, "document"), &registered, given, none);
}

/// V6: the scans of what was signed on paper are at hand.
pub(crate) fn check_scans(scans: &[Hash], given: Option<&[(String, Hash)]>, checks: &mut Checks) {
    let registered: Vec<(Option<&str>, Hash)> = scans.iter().map(|scan| (None, *scan)).collect();
    let none = Phrase::new("no folder of scans was given", "没有给出扫描件文件夹");
    compare(checks, (Rule::V6, "scan"), &registered, given, none);
}

/// How many files that are not at hand are named.
const NAMED: usize = 10;

/// Compares what is registered with the files at hand: by name where there is one, else by hash. A
/// file that is not at hand is not run.
fn compare(
    checks: &mut Checks,
    (rule, what): (Rule, &str),
    registered: &[(Option<&str>, Hash)],
    given: Option<&[(String, Hash)]>,
    none: Phrase,
) {
    // V5, V6 and V9 pass with 0 examined when nothing is registered.
    if registered.is_empty() {
        return;
    }
    let Some(given) = given else { return checks.not_run(rule, none) };
    let mut absent = Vec::new();
    for (name, hash) in registered {
        // V6: scans are found by their SHA-256; V5, V9: others by their name.
        let file =
            given.iter().find(|(file, found)| name.map_or(found == hash, |name| file == name));
        match (file, name) {
            (None, name) => absent.push(name.map_or_else(|| hash.to_string(), str::to_owned)),
            (Some((file, found)), _) => {
                checks.examine(rule);
                // V5, V9: what is registered has the SHA-256 of the file at hand.
                if found != hash {
                    checks.fail(
                        rule,
                        0,
                        format_args!("{what} {file}"),
                        Phrase::same(found),
                        Phrase::same(hash),
                    );
                }
            }
        }
    }
    // 'Not run' is not 'passed': a file that is missing is named.
    if !absent.is_empty() {
        let more =
            if absent.len() > NAMED { format!(" … ({})", absent.len()) } else { String::new() };
        let list =
            absent.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ") + &more;
        checks.not_run(
            rule,
            Phrase::new(format!("not at hand: {list}"), format!("缺少文件：{list}")),
        );
    }
}
