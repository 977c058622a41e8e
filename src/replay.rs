//! Replaying a transcript: the live session again, step by step, from its file.

use crate::rules::Phrase;
use crate::session::{ResumeError, Resuming, Session};
use crate::system::io_words;
use crate::transcript::Reader;
use std::io::{self, BufRead};

/// A transcript that cannot be replayed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// Reading failed.
    #[error("cannot read: {0}")]
    Io(#[from] io::Error),
    /// The plan breaks rules, or a line is not what the lines before it lead to.
    #[error(transparent)]
    Line(#[from] ResumeError),
    /// The last line has no LF: it was torn.
    #[error("line {line} has no LF: it was torn")]
    Torn {
        /// The line, from 1.
        line: u64,
    },
}

impl ReplayError {
    /// The error in both languages.
    pub fn words(&self) -> Phrase {
        let zh = match self {
            ReplayError::Io(error) => format!("无法读取：{}", io_words(error).zh),
            ReplayError::Line(error) => return error.words(),
            ReplayError::Torn { line } => format!("第 {line} 行没有换行符：该行不完整"),
        };
        Phrase::new(self.to_string(), zh)
    }
}

/// Replays a transcript, finished or not, and hands the session over after every line that follows
/// the plan's checkpoint: to draw a board from it, say, or to look at an offer. Stops at the first
/// line that the rules do not lead to; [`verify`](crate::transcript::verify) goes on and names all
/// that is wrong.
///
/// ```
/// use floorlot::session::Awaits;
/// use floorlot::replay::replay;
/// let file = include_bytes!("../tests/vectors/worked/transcript.jsonl");
/// let mut given = Vec::new();
/// let mut session = replay(&file[..], |session| given.push(session.holdings().iter().filter(|h| h.is_unit()).count()))?;
/// assert_eq!((session.awaits(), given.last()), (Awaits::Done, Some(&2)));
/// # Ok::<(), floorlot::replay::ReplayError>(())
/// ```
pub fn replay(
    source: impl BufRead,
    mut after: impl FnMut(&mut Session),
) -> Result<Session, ReplayError> {
    let mut reader = Reader::new(source);
    let mut resuming = Resuming::default();
    while let Some(line) = reader.next_line()? {
        if !line.complete {
            return Err(ReplayError::Torn { line: line.number });
        }
        if let Some(session) = resuming.line(line.bytes)? {
            after(session);
        }
    }
    Ok(resuming.finish()?)
}
