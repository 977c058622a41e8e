//! Preparing a step, and recording it.

use super::error::{Stale, StepError};
use super::state::Session;
use super::step::{Change, Prepared, Step};
use crate::aftermath::Aftermath;
use crate::ceremony::Ceremony;
use crate::draw::PoolDraw;
use crate::lines::Stage;
use crate::phase::Phase;
use crate::profile::MAX_INTEGER;
use crate::sign_off::{SignOff, Statement};
use crate::tree::leaf_hash;

impl Session {
    /// Prepares a step: what the rules allow is ready to be written and [recorded](Session::record),
    /// what they do not allow is an error. Nothing is changed. `at` is the time of the line, in
    /// seconds since 1970-01-01T00:00:00Z; no rule asks for one, but for that of
    /// [`Step::CloseReveals`].
    pub fn prepare(&self, step: Step<'_>, at: Option<u64>) -> Result<Prepared, StepError> {
        let at = timely(at);
        // S7: nothing stands between a checkpoint and the signature of the log.
        if self.log_due && !matches!(step, Step::Log { .. }) {
            return Err(self.out_of_order("this step"));
        }
        match step {
            Step::Commit { member, commit } => self.prepare_commit(member, commit, at),
            Step::Envelope { member } => self.prepare_envelope(member, at),
            Step::Absent { member } => self.prepare_absent(member, at),
            Step::CloseCommits => self.prepare_close_commits(at),
            Step::Reveal { member, secret } => self.prepare_reveal(member, secret, at),
            Step::Withhold { member } => self.prepare_withhold(member, at),
            Step::CloseReveals => self.prepare_close_reveals(at),
            Step::Numbers(numbers) => self.prepare_numbers(numbers, at),
            Step::Call => self.prepare_call(at),
            Step::Choose { unit, proxy } => self.prepare_choice(unit, proxy, at),
            Step::Miss => self.prepare_miss(at),
            Step::Undo { reason } => self.prepare_undo(reason, at),
            Step::Log { signature } => self.prepare_log(signature, at),
            Step::Token { token } => self.prepare_token(token, at),
            Step::Cosign { member, signature } => self.prepare_cosignature(member, signature, at),
            Step::Paper { member, scan } => self.prepare_paper(member, scan, at),
            Step::Dissent { member, reason } => self.prepare_dissent(member, reason, at),
            Step::Unsigned { member } => self.prepare_unsigned(member, at),
            Step::Event(line) => self.prepare_event(line),
            Step::CallLate => self.prepare_call_late(at),
            Step::CloseDay => self.prepare_close_day(at),
            Step::CloseBatch => self.prepare_close_batch(at),
            Step::Void { reason } => self.prepare_void(reason, at),
        }
    }

    /// Prepares the next line if it needs no decision; `None` if one is needed, or all is done.
    pub fn prepare_next(&self, at: Option<u64>) -> Option<Prepared> {
        let at = timely(at);
        match self.phase {
            _ if self.log_due => None,
            Phase::Plan => {
                match usize::try_from(self.place.lines).ok().and_then(|n| self.plan.get(n)) {
                    Some(line) => Some(self.plan_line(line.clone())),
                    None => self.checkpoint(Stage::Plan, at),
                }
            }
            Phase::Reveals => self.checkpoint(Stage::Reveals, at),
            Phase::Numbers => self.next_of_numbers(at),
            Phase::Pools => self.next_of_pools(at),
            Phase::Result => self.checkpoint(Stage::Result, at),
            Phase::Signed | Phase::Day => self.closing(),
            Phase::RollCall | Phase::Answers | Phase::Closed | Phase::Batch => None,
        }
    }

    fn plan_line(&self, line: Vec<u8>) -> Prepared {
        Prepared { after: self.place, line, phase: Phase::Plan, change: Change::PlanLine }
    }

    /// Takes in a step whose line is written, and gives the line. One that was prepared when the
    /// session had other lines is refused, and changes nothing.
    pub fn record(&mut self, prepared: Prepared) -> Result<Vec<u8>, Stale> {
        if prepared.after != self.place {
            return Err(Stale { prepared: prepared.after.lines, found: self.place.lines });
        }
        Ok(self.enter(prepared))
    }

    /// Takes in a step that was prepared right before.
    pub(super) fn enter(&mut self, prepared: Prepared) -> Vec<u8> {
        let Prepared { line, phase, change, after } = prepared;
        debug_assert_eq!(after, self.place, "a step is entered where it was prepared");
        // First, because a checkpoint is over the lines before it (T3).
        self.change(change);
        self.phase = phase;
        // Not to be hashed later: a hall shows the root behind each line.
        self.tree.push_leaf(leaf_hash(&line));
        self.place = self.place.after(&line);
        line
    }

    fn change(&mut self, change: Change) {
        match change {
            Change::PlanLine | Change::Result => {}
            Change::Checkpoint { stage, body } => self.seal(stage, body),
            Change::RollCall(member, entry) => {
                // S1: the sign-off under the plan ends with the first line of the roll call.
                self.sign_off = None;
                self.stamps.end();
                self.ceremony.enter_roll_call(member, entry);
            }
            Change::Disclosure(member, disclosure) => {
                self.ceremony.enter_disclosure(member, disclosure);
            }
            Change::Close(at) => self.ceremony.closed_at = at,
            Change::Numbers(numbers) => {
                // S8: a token over the reveals comes before the first public number.
                self.stamps.end();
                self.ceremony.numbers.push(numbers);
            }
            Change::Seed(seed) => self.seed = Some(seed),
            Change::Open(pool) => self.enter_pool(*pool),
            Change::Leftover => drop(self.left.as_mut().and_then(Vec::pop)),
            Change::Log(line) => (self.log_due, self.log_signature) = (false, Some(line)),
            Change::Token(token, time) => self.stamps.enter(&token, time),
            Change::Statement(member, said) => {
                self.sign_off.iter_mut().for_each(|sign_off| sign_off.enter(member, said));
            }
            Change::Signature(member, time) => {
                if let Some(sign_off) = &mut self.sign_off {
                    sign_off.enter(member, Statement::Key);
                    self.times.enter(sign_off.stage, time);
                }
            }
            Change::Closing => {
                let ended = self.sign_off.take().filter(|sign_off| sign_off.stage == Stage::Result);
                self.result_signed |= ended.is_some_and(|ended| ended.is_signed(&self.roll));
            }
            Change::Event(effect) => {
                // S1: what the panel says of a checkpoint, it says before anything else is added.
                self.sign_off = None;
                if let Some(after) = &mut self.after {
                    after.enter(&self.roll, effect);
                }
            }
            Change::BreakOff => {
                (self.sign_off, self.pool, self.left) = (None, None, None);
                self.after = Some(Aftermath::void(&self.roll));
            }
            change => self.enter_in_pool(change),
        }
    }

    /// T3: a checkpoint is made, which the panel can sign from now on, but for that of the reveals.
    fn seal(&mut self, stage: Stage, body: String) {
        let (size, root) = (self.tree.size(), self.tree.root());
        self.bodies.push(body.clone());
        self.stamps.begin(stage, size, &body);
        // S7: the log signs every checkpoint, that of the reveals as well.
        (self.log_due, self.log_signature) = (self.roll.log.is_some(), None);
        match stage {
            Stage::Plan => self.ceremony = Ceremony::new(&self.roll, root),
            // S1: under it stands nothing.
            Stage::Reveals => return,
            Stage::Result => {
                let holdings = std::mem::take(&mut self.holdings);
                self.after = Some(Aftermath::new(&self.roll, holdings, &self.standby));
            }
            Stage::Day => {
                self.calls_today = 0;
                self.pool.iter_mut().for_each(PoolDraw::end_day);
            }
            Stage::Aftermath => {}
        }
        self.times.begin();
        self.sign_off = Some(SignOff::new(&self.roll, stage, size, body));
    }
}

/// A time that a line can carry (rule T1). One that is larger, in nanoseconds say, would spoil the
/// transcript for good; it is left out, because no rule asks for a time.
pub(super) fn timely(at: Option<u64>) -> Option<u64> {
    at.filter(|at| *at <= MAX_INTEGER)
}
