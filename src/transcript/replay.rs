//! Replaying a transcript: the live session again, step by step, from its file.

use super::reader::Reader;
use crate::lines::Line;
use crate::plan::{Faults, Plan, ValidPlan};
use crate::session::{ResumeError, Session};
use std::io::{self, BufRead};

/// A transcript that cannot be replayed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// Reading failed.
    #[error("cannot read: {0}")]
    Io(#[from] io::Error),
    /// The plan breaks rules.
    #[error(transparent)]
    Plan(#[from] Faults),
    /// A line is not what the lines before it lead to.
    #[error(transparent)]
    Step(#[from] ResumeError),
    /// The last line has no LF: it was torn.
    #[error("line {line} has no LF: it was torn")]
    Torn {
        /// The line, from 1.
        line: u64,
    },
}

/// Replays a transcript, finished or not, and hands the session over after every line that follows
/// the plan's checkpoint: to draw a board from it, say, or to look at an offer. Stops at the first
/// line that the rules do not lead to; [`verify`](super::verify) goes on and names all that is
/// wrong.
///
/// ```
/// use floorlot::session::Stage;
/// use floorlot::transcript::replay;
/// let file = include_bytes!("../../tests/vectors/worked/transcript.jsonl");
/// let mut given = Vec::new();
/// let mut session = replay(&file[..], |session| given.push(session.holdings().iter().filter(|h| h.is_unit()).count()))?;
/// assert_eq!((session.stage(), given.last()), (Stage::Done, Some(&2)));
/// # Ok::<(), floorlot::transcript::ReplayError>(())
/// ```
pub fn replay(
    source: impl BufRead,
    mut after: impl FnMut(&mut Session),
) -> Result<Session, ReplayError> {
    let mut reader = Reader::new(source);
    let mut plan: Vec<Vec<u8>> = Vec::new();
    let mut session: Option<Session> = None;
    while let Some(line) = reader.next_line()? {
        if !line.complete {
            return Err(ReplayError::Torn { line: line.number });
        }
        match &mut session {
            Some(session) => {
                session.replay(line.bytes)?;
                after(session);
            }
            None => {
                if matches!(Line::decode(line.bytes), Ok(Line::Checkpoint { .. })) {
                    let sealed = plan.iter().map(Vec::as_slice).chain([line.bytes]);
                    session = Some(Session::resume(read(&plan)?, sealed)?);
                } else {
                    plan.push(line.bytes.to_vec());
                }
            }
        }
    }
    match session {
        Some(session) => Ok(session),
        None => Ok(Session::new(read(&plan)?)), // the plan alone, not sealed yet
    }
}

fn read(plan: &[Vec<u8>]) -> Result<ValidPlan, Faults> {
    Plan::read_lines(plan.iter().map(Vec::as_slice))
}
