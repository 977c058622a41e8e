//! Reading a transcript, replaying it, verifying it, and the report.
//!
//! This is what the panel and every observer use. [`verify`] reads a transcript once from beginning
//! to end, recomputes every derived value, and gives a [`Report`] of numbered checks. Only a report
//! without a failed check gives a [`Verified`], and only a [`Verified`] gives the allocation.
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

mod chain;
mod changed;
mod check_after;
mod check_ceremony;
mod check_draw;
mod check_person;
mod foreseen;
mod reader;
mod replay;
mod report;
mod same;
mod unfinished;
mod verification;
mod writer;

pub use chain::{Earlier, NextRound, RoundError, RoundPool};
pub use changed::{Change, Changed};
pub use reader::{Head, RawLine, Reader};
pub use replay::{ReplayError, replay};
pub(crate) use report::visible;
pub use report::{
    CheckReport, Checkpoint, Later, Level, Moment, OutcomeKind, Report, Settled, Totals, Verdict,
    Verified, Why,
};
pub use unfinished::Unfinished;
pub use verification::{Evidence, ReadError, verify};
pub use writer::Writer;
