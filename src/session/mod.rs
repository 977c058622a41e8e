//! A live draw, step by step. Every step makes exactly one line of the transcript.
//!
//! A step is *prepared* ([`Session::prepare`] for a decision, [`Session::prepare_next`] for a line
//! that needs none), its line is written to disk (with LF), and then the step is *recorded*
//! ([`Session::record`]). Until then nothing is changed, so the session never stands where the disk
//! does not; and a step that is only prepared says whether it would be possible. A step out of
//! order is a typed error. [`Session::advance`] and the methods named like the steps do both at
//! once, for who writes the line right after. After a power cut, [`Session::from_lines`] or
//! [`Session::resume`] go on from the lines that reached the disk.
//!
//! ```
//! use floorlot::ceremony::Numbers;
//! use floorlot::plan::Plan;
//! use floorlot::session::{Awaits, Session, Step, StepError};
//! // Ten households that choose live.
//! let file = include_bytes!("../../examples/data/block/plan.jsonl");
//! let plan = Plan::read_lines(file.trim_ascii_end().split(|b| *b == b'\n'))?;
//! let mut session = Session::new(plan.clone());
//! let mut disk = Vec::new();
//! while let Some(line) = session.advance(None) { disk.push(line) }
//! assert_eq!(session.awaits(), Awaits::RollCall);
//! for member in ["r1", "r2", "r3", "o1", "o2"] { disk.push(session.envelope(member, None)?) }
//! assert!(session.close_commits(None).is_err()); // o3 has not been called
//! disk.push(session.absent("o3", None)?);
//! disk.push(session.close_commits(None)?);
//! for member in ["r1", "r2", "r3", "o1"] { disk.push(session.reveal(member, "8842", None)?) }
//! disk.push(session.withhold("o2", None)?);
//! let error = session.close_reveals(None).unwrap_err();
//! assert_eq!(error.to_string(), "bench officials has 1 of the 2 members that its quorum needs (reveals)");
//!
//! // A power cut just before that last line, and then another answer.
//! disk.pop();
//! let mut session = Session::resume(plan, disk.iter().map(Vec::as_slice))?;
//! session.reveal("o2", "2718", None)?;
//! session.close_reveals(None)?;
//! while session.advance(None).is_some() {} // the checkpoint of the reveals, to be read aloud
//! session.numbers(Numbers::Dice("00416293857710359264".into()), None)?;
//! while session.advance(None).is_some() {} // seed, opening of the pool
//! session.call(None)?;
//! let Awaits::Choice { offered, .. } = session.awaits() else { panic!() };
//! let units = session.offered();
//! assert_eq!(offered as usize, units.len());
//! let unit = session.roll().unit_id(units[0]).to_owned();
//! session.choose(&unit, Some("proxy 李*"), None)?;
//! session.undo("wrong flat typed", None)?;
//!
//! // Prepared, written, recorded; what was prepared before something else came is stale.
//! let choice = session.prepare(Step::Choose { unit: &unit, proxy: None }, None)?;
//! let miss = session.prepare(Step::Miss, None)?;
//! disk.push(miss.line().to_vec());
//! session.record(miss)?;
//! assert!(session.record(choice).is_err());
//! assert!(matches!(session.awaits(), Awaits::Call { .. })); // absence `last`: called again at the end
//! assert!(matches!(session.choose(&unit, None, None), Err(StepError::OutOfOrder { .. })));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod after;
mod at_once;
mod awaits;
mod ceremony;
mod draw;
mod error;
mod prepare;
mod resume;
mod state;
mod step;
mod stream;

pub use awaits::Awaits;
pub use error::{NotOffered, ResumeError, Stale, StepError, check_reason};
pub use state::Session;
pub use step::{Prepared, Step};

pub(crate) use resume::Resuming;

#[cfg(test)]
mod tests;
