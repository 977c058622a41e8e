//! The report: its data, the sentence for a resident, and the text.

mod data;
mod text;
mod words;

pub(super) use data::Findings;
pub use data::{CheckReport, OutcomeKind, Report, Totals, Verdict};
