//! Reading a transcript, verifying it, and the report.
//!
//! This is what the panel and every observer use. [`verify`] reads a transcript once from beginning
//! to end, recomputes every derived value, and gives a [`Report`] of numbered checks. Only a report
//! without a failed check gives a [`Verified`], and only a [`Verified`] gives the allocation.
//! Whoever asks for more asks for a [`Certified`].
//!
//! The files, in the order in which they build on one another:
//!
//! | file | what it knows |
//! |---|---|
//! | `reader`, `changed`, `read_error`, `head` | lines of any source, and what programs do to them |
//! | `before`, `earlier`, `chain`, `evidence`, `level`, `why`, `unfinished` | what is known from outside, and what is told |
//! | `stages/` | one state per stage, with its lines and checks: T1, plan, ceremony, draw, seals, aftermath, evidence |
//! | `verified`, `report/`, `next_round` | the proof, the report, and what a later round goes on from |
//! | `unreached`, `verification` | the driver: read a line, where does it belong, hand it on, finish |
//!
//! ```
//! use floorlot::transcript::{Evidence, Verdict, verify};
//! let file = include_bytes!("../../tests/vectors/worked/transcript.jsonl");
//! let report = verify(&file[..], &Evidence::default())?;
//! assert_eq!(report.verdict, Verdict::Verified);
//! let verified = report.into_verified().expect("no check failed");
//! assert_eq!(verified.unit_of("H002"), Some("A-0301"));
//! # Ok::<(), floorlot::transcript::ReadError>(())
//! ```

mod before;
mod chain;
mod changed;
mod earlier;
mod evidence;
mod head;
mod level;
mod next_round;
mod read_error;
mod reader;
mod report;
mod stages;
mod unfinished;
mod unreached;
mod verification;
mod verified;
mod why;

pub use chain::{Chain, HouseholdChange, Listed, QuorumChange, RuleChange};
pub use changed::{Change, Changed};
pub use earlier::Earlier;
pub use evidence::Evidence;
pub use head::TreeHead;
pub use level::{LaterLine, Level, NotCompared};
pub use next_round::{NextRound, RoundError, RoundPool};
pub use read_error::ReadError;
pub use reader::{RawLine, Reader};
pub use report::{CheckReport, OutcomeKind, Report, Totals, Verdict};
pub use stages::seals::{Checkpoint, Note};
pub use unfinished::{Day, Unfinished};
pub use verification::verify;
#[cfg(feature = "threads")]
pub use verification::verify_on;
pub use verified::{Certified, Settled, Verified};
pub use why::{Later, Moment, Why};
