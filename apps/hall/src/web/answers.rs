//! What verifiers that follow the draw say of it (`verify_transcript --follow … --answer FILE`), for
//! the board. Nobody's word is taken: an answer counts only with the fingerprint that this draw has
//! at that line.

use super::hall::Hall;
use crate::disk::on_disk;
use floorlot::Fingerprint;
use floorlot::rules::Phrase;
use floorlot::transcript::TreeHead;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::Duration;

/// An answer is short; what is longer is none.
const LONGEST: u64 = 1 << 16;

/// For how long a verifier may be behind before the board says so.
const BEHIND: Duration = Duration::from_secs(20);

/// An answer as a verifier writes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Answer {
    program: String,
    lines: u64,
    fingerprint: String,
    agrees: bool,
    #[serde(default)]
    over: bool,
    #[serde(default)]
    fault: Option<String>,
}

/// What an answer comes to here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Is {
    /// It agrees with this draw up to its line.
    Agrees,
    /// The same, to the closing line.
    Over,
    /// A check failed, or it is the answer to another file.
    Differs,
    /// It agrees with what was recorded some time ago, and not more.
    Behind,
    /// There is no answer.
    None,
}

/// The files that are looked at, and what was in them.
#[derive(Default)]
pub(crate) struct Answers(Vec<Follower>);

struct Follower {
    file: PathBuf,
    answer: Option<Answer>,
    is: Is,
    /// How many lines were recorded when it was compared.
    compared: u64,
    /// Since when it has not said anything of the newest line, by the steady clock.
    behind: Option<Duration>,
}

/// What is in a file now. Read without any lock: it may be on a stick that hangs.
pub(crate) fn read(file: &std::path::Path) -> Option<Answer> {
    let about = std::fs::metadata(file).ok()?;
    let bytes = (about.len() <= LONGEST).then(|| on_disk::read(file).ok())??;
    serde_json::from_slice(&bytes).ok()
}

impl Answers {
    pub(crate) fn new(files: &[PathBuf]) -> Answers {
        let follower = |file: &PathBuf| Follower {
            file: file.clone(),
            answer: None,
            is: Is::None,
            compared: 0,
            behind: None,
        };
        Answers(files.iter().map(follower).collect())
    }

    pub(crate) fn files(&self) -> Vec<PathBuf> {
        self.0.iter().map(|follower| follower.file.clone()).collect()
    }

    /// Whether what the pages show of them is another thing now.
    pub(crate) fn look(
        &mut self,
        hall: &mut Hall,
        read: Vec<Option<Answer>>,
        now: Duration,
    ) -> bool {
        let mut changed = false;
        for (follower, answer) in self.0.iter_mut().zip(read) {
            changed |= follower.look(hall, answer, now);
        }
        changed
    }

    /// What the pages show.
    pub(crate) fn shown(&self) -> Vec<Value> {
        self.0.iter().map(Follower::shown).collect()
    }
}

impl Follower {
    fn look(&mut self, hall: &mut Hall, answer: Option<Answer>, now: Duration) -> bool {
        let recorded = hall.lines();
        let before = self.shown();
        if answer != self.answer || (self.compared != recorded && self.is != Is::Agrees) {
            self.is = answer.as_ref().map_or(Is::None, |answer| compare(answer, hall));
            (self.answer, self.compared) = (answer, recorded);
        }
        let lines = self.answer.as_ref().map_or(0, |answer| answer.lines);
        if matches!(self.is, Is::Agrees | Is::Behind) && lines < recorded {
            let since = *self.behind.get_or_insert(now);
            self.is = if now.saturating_sub(since) > BEHIND { Is::Behind } else { Is::Agrees };
        } else {
            self.behind = None;
        }
        before != self.shown()
    }

    fn shown(&self) -> Value {
        let answer = self.answer.as_ref();
        let name = answer.map(|answer| answer.program.chars().take(40).collect::<String>());
        let file = self.file.file_name().map(|name| name.to_string_lossy().into_owned());
        let words = words(self.is);
        json!({"program": name.or(file), "is": self.is, "lines": answer.map(|answer| answer.lines),
            "fault": answer.and_then(|answer| answer.fault.as_ref()), "en": words.en, "zh": words.zh})
    }
}

/// Whether the answer is one to this draw, and what it says.
fn compare(answer: &Answer, hall: &mut Hall) -> Is {
    let own = hall.recorded_lines().and_then(|bytes| fingerprint(&bytes, answer.lines, hall));
    match own {
        // It may have read a line that is recorded and not shown yet.
        None if answer.lines > hall.lines() && answer.agrees => Is::Behind,
        Some(own) if own.to_string() == answer.fingerprint && answer.agrees => {
            if answer.over {
                Is::Over
            } else {
                Is::Agrees
            }
        }
        _ => Is::Differs,
    }
}

/// The fingerprint of the first so many lines of this draw.
fn fingerprint(bytes: &[u8], lines: u64, hall: &Hall) -> Option<Fingerprint> {
    let count = usize::try_from(lines).ok().filter(|count| *count > 0)?;
    let end = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(count - 1)?.0;
    let head = TreeHead::of(bytes.get(..=end)?).ok()?;
    Some(Fingerprint::of(hall.origin()?, head.size, head.root))
}

fn words(is: Is) -> Phrase {
    match is {
        Is::Agrees => Phrase::new("agrees up to line", "至此一致，第"),
        Is::Over => Phrase::new("agrees to the end, line", "全部一致，第"),
        Is::Differs => Phrase::new("DISAGREES", "不一致"),
        Is::Behind => Phrase::new("is behind, at line", "落后，停在第"),
        Is::None => Phrase::new("no answer", "没有结论"),
    }
}
