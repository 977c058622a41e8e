//! What is known from outside of the file, for the checks V1 to V9.

use super::earlier::Earlier;
use super::head::TreeHead;
use crate::hash::Hash;
use crate::lines::Mode;
use crate::noted::Noted;
use crate::person::Opening;

/// What is known from outside of the file. Nothing at first; what is added makes a check of its own
/// run.
///
/// ```
/// use floorlot::lines::Mode;
/// use floorlot::transcript::{Evidence, TreeHead};
/// let older = TreeHead::of(&include_bytes!("../../tests/vectors/worked/transcript.jsonl")[..])?;
/// let evidence = Evidence::default().with_mode(Mode::Official).with_older(older);
/// assert_eq!((evidence.mode, evidence.household), (Some(Mode::Official), None));
/// # Ok::<(), floorlot::transcript::ReadError>(())
/// ```
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Evidence {
    /// Fingerprints, roots and notes, noted from the notice board or the recording (check V1).
    pub noted: Vec<Noted>,
    /// The head of an older copy (check V2).
    pub older: Option<TreeHead>,
    /// What the draw is expected to be (check V4).
    pub mode: Option<Mode>,
    /// The household whose result is to be explained.
    pub household: Option<String>,
    /// The files in the folder of recordings, with their SHA-256 (check V5).
    pub recordings: Option<Vec<(String, Hash)>>,
    /// The files in the folder of documents, with their SHA-256 (check V9).
    pub documents: Option<Vec<(String, Hash)>>,
    /// The files in the folder of scans of what was signed on paper, with their SHA-256 (check V6).
    pub scans: Option<Vec<(String, Hash)>>,
    /// The transcripts given before this one, in their order; `None` for one that is not verified
    /// (check V7).
    pub earlier: Vec<Option<Earlier>>,
    /// What a household was given on its slip (check V8).
    pub person: Option<Opening>,
    /// Whether lines that were [not compared](super::NotCompared) are told as facts all the same.
    pub include_not_compared: bool,
}

/// Each takes what is known, or `None`.
impl Evidence {
    /// With what was [`noted`](Evidence::noted).
    #[must_use]
    pub fn with_noted(self, noted: Vec<Noted>) -> Evidence {
        Evidence { noted, ..self }
    }

    /// With this [`older`](Evidence::older) copy.
    #[must_use]
    pub fn with_older(self, older: impl Into<Option<TreeHead>>) -> Evidence {
        Evidence { older: older.into(), ..self }
    }

    /// With this [`mode`](Evidence::mode).
    #[must_use]
    pub fn with_mode(self, mode: impl Into<Option<Mode>>) -> Evidence {
        Evidence { mode: mode.into(), ..self }
    }

    /// With this [`household`](Evidence::household).
    #[must_use]
    pub fn with_household(self, household: impl Into<Option<String>>) -> Evidence {
        Evidence { household: household.into(), ..self }
    }

    /// With these [`recordings`](Evidence::recordings).
    #[must_use]
    pub fn with_recordings(self, files: impl Into<Option<Vec<(String, Hash)>>>) -> Evidence {
        Evidence { recordings: files.into(), ..self }
    }

    /// With these [`documents`](Evidence::documents).
    #[must_use]
    pub fn with_documents(self, files: impl Into<Option<Vec<(String, Hash)>>>) -> Evidence {
        Evidence { documents: files.into(), ..self }
    }

    /// With these [`scans`](Evidence::scans).
    #[must_use]
    pub fn with_scans(self, files: impl Into<Option<Vec<(String, Hash)>>>) -> Evidence {
        Evidence { scans: files.into(), ..self }
    }

    /// With these [`earlier`](Evidence::earlier) rounds and attempts.
    #[must_use]
    pub fn with_earlier(
        self,
        earlier: impl IntoIterator<Item = impl Into<Option<Earlier>>>,
    ) -> Evidence {
        Evidence { earlier: earlier.into_iter().map(Into::into).collect(), ..self }
    }

    /// With this [`person`](Evidence::person).
    #[must_use]
    pub fn with_person(self, person: impl Into<Option<Opening>>) -> Evidence {
        Evidence { person: person.into(), ..self }
    }

    /// With [what was not compared](Evidence::include_not_compared) told as facts.
    #[must_use]
    pub fn with_not_compared(self, include: bool) -> Evidence {
        Evidence { include_not_compared: include, ..self }
    }
}
