//! Where everything of a draw is.

use crate::disk::hall_log;
use crate::disk::on_disk;
use std::path::{Path, PathBuf};

/// The files of one draw.
pub(crate) struct Files {
    /// The transcript.
    pub(crate) transcript: PathBuf,
    /// The plan, beside it: `transcript.plan.jsonl`.
    pub(crate) plan: PathBuf,
    /// Pauses and unanswered calls, beside it: see [`crate::disk::hall_log`].
    pub(crate) log: PathBuf,
}

impl Files {
    /// The files of a transcript.
    pub(crate) fn of(transcript: &Path) -> Files {
        let plan = on_disk::named_after(transcript, ".plan.jsonl");
        Files { transcript: transcript.to_owned(), plan, log: hall_log::beside(transcript) }
    }
}
