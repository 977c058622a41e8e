//! The decisions that people make, and the steps that are prepared of them.

use crate::aftermath::Effect;
use crate::ceremony::{Disclosure, Numbers, RollCall};
use crate::draw::{Outcome, PoolDraw};
use crate::hash::Hash;
use crate::lines::{By, Closed, Line, Stage};
use crate::phase::{Phase, Role};
use crate::plan::{HouseholdNumber, UnitNumber};
use crate::sign_off::Statement;
use std::hash::{DefaultHasher, Hasher};

/// A decision of the hall, which makes one line. The names of members, households and units are
/// their ids in the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step<'a> {
    /// C1: a member commits to a secret.
    Commit {
        /// The id of the member in the plan.
        member: &'a str,
        /// The hash of the secret ([`commitment`](crate::ceremony::commitment)).
        commit: Hash,
    },
    /// C1: a member hands in a sealed envelope.
    Envelope {
        /// The id of the member in the plan.
        member: &'a str,
    },
    /// C1: a member is not there.
    Absent {
        /// The id of the member in the plan.
        member: &'a str,
    },
    /// C2: closes the roll call.
    CloseCommits,
    /// C3: a member reveals the secret.
    Reveal {
        /// The id of the member in the plan.
        member: &'a str,
        /// The secret: ASCII letters and digits.
        secret: &'a str,
    },
    /// C4: a member withholds the secret.
    Withhold {
        /// The id of the member in the plan.
        member: &'a str,
    },
    /// C4: closes the reveals. In a plan with a drand round it needs the time, which must be before
    /// that of the round (C7): afterwards the draw could not go on.
    CloseReveals,
    /// C5: the public numbers of the source that is due.
    Numbers(Numbers),
    /// D2: calls the next household, in a pool with rule `choice`.
    Call,
    /// D8: the household just called, or its proxy, chooses a unit.
    Choose {
        /// The id of the unit in the plan.
        unit: &'a str,
        /// Who chooses for the household, if it is not the household itself.
        proxy: Option<&'a str>,
    },
    /// D8: the household just called did not answer three calls.
    Miss,
    /// D9: withdraws the choice or miss that is the last line.
    Undo {
        /// The reason for everybody to read (rule P3, 600 bytes at most).
        reason: &'a str,
    },
    /// S7: the log signs the checkpoint just made.
    Log {
        /// A line of a signed note over
        /// [`Session::checkpoint_body`](super::Session::checkpoint_body).
        signature: &'a str,
    },
    /// S8: a time token over the last checkpoint.
    Token {
        /// The DER of an RFC 3161 TimeStampToken in base64 ([`encode`](crate::token::encode)).
        token: &'a str,
    },
    /// S1 to S4, S6: a member cosigns the last checkpoint.
    Cosign {
        /// The id of the member in the plan.
        member: &'a str,
        /// A line of a signed note over
        /// [`Session::checkpoint_body`](super::Session::checkpoint_body).
        signature: &'a str,
    },
    /// S1: a member signs the last checkpoint on paper.
    Paper {
        /// The id of the member in the plan.
        member: &'a str,
        /// The SHA-256 of the scanned sheet.
        scan: Hash,
    },
    /// S1: a member refuses to sign the last checkpoint.
    Dissent {
        /// The id of the member in the plan.
        member: &'a str,
        /// The member's words (rule P3, 600 bytes at most).
        reason: &'a str,
    },
    /// S1: a member does not sign the last checkpoint, being away.
    Unsigned {
        /// The id of the member in the plan.
        member: &'a str,
    },
    /// A1 to A6: what comes after the result, given as the line that it makes, with its time: an
    /// objection, a ruling, a withdrawal, an offer, an accept or decline, a swap, a recording, or a document.
    Event(&'a Line<'a>),
    /// D2: at the end of a day, calls the first of those that were deferred to it, in a pool with
    /// `absence` `day`. From then on only they are called, until the day is closed.
    CallLate,
    /// T2: closes a day of the draw, between two turns or two pools, with a checkpoint.
    CloseDay,
    /// T2: closes a batch of the aftermath (which may be empty, to have the last state signed) with
    /// a checkpoint.
    CloseBatch,
    /// A7: declares the draw void, between the seal and the result, or after the result.
    Void {
        /// The reason for everybody to read (rule P3, 2,000 bytes at most).
        reason: &'a str,
    },
}

impl<'a> Step<'a> {
    /// The decision that a line records; `None` for a line that needs none. (A `call` needs one
    /// only in a pool with rule `choice`.)
    pub(super) fn of(line: &'a Line<'a>) -> Option<Step<'a>> {
        Some(match line {
            Line::Commit { member, commit, .. } => Step::Commit { member, commit: *commit },
            Line::Envelope { member, .. } => Step::Envelope { member },
            Line::Absent { member, .. } => Step::Absent { member },
            Line::Close { what: Closed::Commits, .. } => Step::CloseCommits,
            Line::Close { what: Closed::Reveals, .. } => Step::CloseReveals,
            Line::Reveal { member, secret, .. } => Step::Reveal { member, secret },
            Line::Withheld { member, .. } => Step::Withhold { member },
            Line::Dice { digits, .. } => Step::Numbers(Numbers::Dice(digits.to_string())),
            Line::Balls { numbers, .. } => Step::Numbers(Numbers::Balls(numbers.clone())),
            Line::Drand { round, signature, randomness, .. } => Step::Numbers(Numbers::Drand {
                round: *round,
                signature: signature.to_string(),
                randomness: *randomness,
            }),
            Line::Call { .. } => Step::Call,
            Line::Pick { by: By::Choice, unit, proxy, .. } => {
                Step::Choose { unit, proxy: proxy.as_deref() }
            }
            Line::Missed { .. } => Step::Miss,
            Line::Undo { reason, .. } => Step::Undo { reason },
            Line::Log { signature, .. } => Step::Log { signature },
            Line::Token { token, .. } => Step::Token { token },
            Line::Cosignature { member, signature, .. } => Step::Cosign { member, signature },
            Line::Paper { member, scan, .. } => Step::Paper { member, scan: *scan },
            Line::Dissent { member, reason, .. } => Step::Dissent { member, reason },
            Line::Unsigned { member, .. } => Step::Unsigned { member },
            Line::Checkpoint { stage: Stage::Day, .. } => Step::CloseDay,
            Line::Checkpoint { stage: Stage::Aftermath, .. } => Step::CloseBatch,
            Line::Void { reason, .. } => Step::Void { reason },
            line if Role::of(line) == Role::Event => Step::Event(line),
            _ => return None,
        })
    }
}

/// The time that a line has.
pub(super) fn time(line: &Line<'_>) -> Option<u64> {
    match line {
        Line::Plan { .. }
        | Line::Bench { .. }
        | Line::Member { .. }
        | Line::Source { .. }
        | Line::Document { .. }
        | Line::Pool { .. }
        | Line::Unit { .. }
        | Line::Excluded { .. }
        | Line::Family { .. }
        | Line::Household { .. }
        | Line::Closing { .. } => None,
        Line::Checkpoint { at, .. }
        | Line::Log { at, .. }
        | Line::Token { at, .. }
        | Line::Cosignature { at, .. }
        | Line::Paper { at, .. }
        | Line::Dissent { at, .. }
        | Line::Unsigned { at, .. }
        | Line::Commit { at, .. }
        | Line::Envelope { at, .. }
        | Line::Absent { at, .. }
        | Line::Close { at, .. }
        | Line::Reveal { at, .. }
        | Line::Withheld { at, .. }
        | Line::Dice { at, .. }
        | Line::Balls { at, .. }
        | Line::Drand { at, .. }
        | Line::Seed { at, .. }
        | Line::Open { at, .. }
        | Line::Call { at, .. }
        | Line::Missed { at, .. }
        | Line::Pick { at, .. }
        | Line::Undo { at, .. }
        | Line::Standby { at, .. }
        | Line::End { at, .. }
        | Line::Leftover { at, .. }
        | Line::Result { at, .. }
        | Line::Objection { at, .. }
        | Line::Ruling { at, .. }
        | Line::Withdrawal { at, .. }
        | Line::Offer { at, .. }
        | Line::Accept { at, .. }
        | Line::Decline { at, .. }
        | Line::Swap { at, .. }
        | Line::Recording { at, .. }
        | Line::Filed { at, .. }
        | Line::Void { at, .. } => *at,
    }
}

/// A step that the rules allow: its line, and what it will change. Nothing is changed until
/// [`Session::record`](super::Session::record) takes it in; so write the line first.
#[derive(Debug, Clone)]
#[must_use = "a step changes nothing until it is recorded"]
pub struct Prepared {
    pub(super) after: Place,
    pub(super) line: Vec<u8>,
    pub(super) phase: Phase,
    pub(super) change: Change,
}

impl Prepared {
    /// The bytes of the line, without LF.
    pub fn line(&self) -> &[u8] {
        &self.line
    }
}

/// A place in a transcript: how many lines stand before it, and a checksum over all of them. Two
/// sessions at the same place are in the same state, because all of it follows from the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Place {
    pub(super) lines: u64,
    checksum: u64,
}

impl Place {
    pub(super) fn after(self, line: &[u8]) -> Place {
        // Against mixing up, not against forging: the hashes are in the tree.
        let mut hasher = DefaultHasher::new();
        hasher.write_u64(self.checksum);
        hasher.write(line);
        Place { lines: self.lines.saturating_add(1), checksum: hasher.finish() }
    }

    /// After so many lines, told from others by these bytes: the last line, or a root over all.
    pub(super) fn after_more(self, lines: u64, bytes: &[u8]) -> Place {
        let Place { checksum, .. } = self.after(bytes);
        Place { lines: self.lines.saturating_add(lines), checksum }
    }
}

/// What a step changes.
#[derive(Debug, Clone)]
pub(super) enum Change {
    PlanLine,
    Checkpoint {
        stage: Stage,
        body: String,
    },
    /// The roll call of a member, by its number.
    RollCall(usize, RollCall),
    Disclosure(usize, Disclosure),
    /// The roll call or the reveals are closed, at this time.
    Close(Option<u64>),
    Numbers(Numbers),
    Seed(Hash),
    Open(Box<PoolDraw>),
    Call(HouseholdNumber),
    Serve(HouseholdNumber, Outcome),
    Choose {
        household: HouseholdNumber,
        unit: UnitNumber,
    },
    Miss(HouseholdNumber),
    Undo,
    End,
    Leftover,
    Result,
    /// The signature of the log.
    Log(String),
    /// A time token that counts, with its time.
    Token(String, u64),
    Statement(usize, Statement),
    /// A signature by key that counts, with its time.
    Signature(usize, u64),
    Closing,
    Event(Effect),
    /// The draw is broken off before its result.
    BreakOff,
}
