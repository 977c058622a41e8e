//! Words in two languages, and where they go: what the hall may hear to standard output, prompts and errors to standard error.

pub(crate) use crate::common::lang::{system_lang, tr, warn};
use floorlot::rules::Lang;
use std::fmt;
use std::io::Write;

/// Why the program ends before the draw is done.
#[derive(Debug)]
pub(crate) enum Stop {
    /// Bad input or a failed write: exit code 2.
    Failed(String),
    /// A check of the transcript failed: exit code 1.
    Refuted(String),
    /// No more input: the draw can be resumed. Exit code 3.
    Unfinished(String),
}

impl Stop {
    /// A file that cannot be read or written.
    pub(crate) fn file(lang: Lang, path: &std::path::Path, error: impl fmt::Display) -> Stop {
        let path = path.display();
        Stop::Failed(tr!(lang, "{path}: {error}", "{path}：{error}"))
    }
}

/// One line to standard output. A reader who went away (`| head`) does not stop a draw.
pub(crate) fn say(text: impl fmt::Display) {
    let _ = writeln!(std::io::stdout(), "{text}");
}
