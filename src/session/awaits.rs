//! What a live draw waits for.

use crate::plan::{HouseholdNumber, Source};
use crate::rules::Phrase;

/// What the session waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Awaits {
    /// No decision: [`Session::advance`](super::Session::advance) makes the next line.
    Automatic,
    /// Commitments, envelopes and absences, then [`Step::CloseCommits`](super::Step::CloseCommits).
    RollCall,
    /// Reveals, then [`Step::CloseReveals`](super::Step::CloseReveals). The checkpoint after it is
    /// automatic, and its fingerprint is read aloud before the first public number.
    Reveals,
    /// Public numbers of this source.
    Numbers {
        /// The number of the source, from 1.
        number: u64,
        /// What it makes.
        source: Source,
    },
    /// In a pool with rule `choice`: [`Step::Call`](super::Step::Call) of the next household (or
    /// [`Step::Undo`](super::Step::Undo) of the last step).
    Call {
        /// The household that is called next.
        household: HouseholdNumber,
    },
    /// The household just called chooses, or misses its call.
    Choice {
        /// The household that was called and not yet served.
        household: HouseholdNumber,
        /// How many units it is offered.
        offered: u32,
    },
    /// T2: the day is closed, since those who were deferred to its end were called:
    /// [`Step::CloseDay`](super::Step::CloseDay).
    DayEnd,
    /// S7: the log signs the checkpoint just made: [`Step::Log`](super::Step::Log).
    Log,
    /// The panel signs the checkpoint just made: a [`Step`](super::Step) `Cosign`, `Paper`,
    /// `Dissent` or `Unsigned` for every member, or for none; then
    /// [`Session::advance`](super::Session::advance). (Under the plan's checkpoint the session
    /// waits for the roll call, and the panel can sign before it begins.)
    SignOff,
    /// A batch of the aftermath is open: more of it, then
    /// [`Step::CloseBatch`](super::Step::CloseBatch).
    Aftermath,
    /// Nothing: the transcript is complete, unless something comes after the result
    /// ([`Step::Event`](super::Step::Event)).
    Done,
}

impl Awaits {
    /// In both languages.
    pub fn words(&self) -> Phrase {
        match self {
            Awaits::Automatic => Phrase::new("the next automatic line", "下一自动步骤"),
            Awaits::RollCall => Phrase::new("the roll call", "点名与承诺"),
            Awaits::Reveals => Phrase::new("the reveals", "公开密语"),
            Awaits::Numbers { number, .. } => Phrase::new(
                format!("the public numbers of source {number}"),
                format!("第 {number} 个公开随机数来源"),
            ),
            Awaits::Call { .. } => Phrase::new("the next household to be called", "叫下一户"),
            Awaits::Choice { .. } => {
                Phrase::new("the choice of the household just called", "刚叫到的住户选房")
            }
            Awaits::DayEnd => Phrase::new("the end of the day", "当日结束"),
            Awaits::Log => Phrase::new("the signature of the log", "日志的签名"),
            Awaits::SignOff => Phrase::new("the signatures of the panel", "监督员签名"),
            Awaits::Aftermath => {
                Phrase::new("the end of the batch of the aftermath", "本批后续事项的结束")
            }
            Awaits::Done => Phrase::new("nothing, the transcript is complete", "无（记录已完成）"),
        }
    }
}
