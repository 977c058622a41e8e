//! Checkpoints and their sign-off, and what comes after the result (rules T3, S1 to S8, A1 to A8).

use super::error::{StepError, check_text};
use super::state::Session;
use super::step::{Change, Prepared};
use crate::aftermath::texts;
use crate::hash::Hash;
use crate::lines::{Line, Stage};
use crate::log_line;
use crate::phase::{Phase, Role};
use crate::profile::MAX_LINE;
use crate::rules::Phrase;
use crate::sign_off::{SignOff, Statement};
use crate::text::most;
use crate::tree::checkpoint_body;

type Ready = Result<Prepared, StepError>;

impl Session {
    /// T3: a checkpoint over all lines so far.
    pub(super) fn checkpoint(&self, stage: Stage, at: Option<u64>) -> Option<Prepared> {
        // T3: origin, number and root of all lines before it.
        let body = checkpoint_body(&self.roll.origin, self.tree.size(), self.tree.root());
        let line = Line::Checkpoint { stage, body: body.as_str().into(), at };
        self.automatic(&line, Change::Checkpoint { stage, body: body.clone() })
    }

    /// The `closing` line, if the sign-off before it allows it.
    pub(super) fn closing(&self) -> Option<Prepared> {
        // S1: nothing, or one line of each member, before the checkpoint can be signed no more. S5.
        self.check_closing().ok()?;
        let (lines, root) = (self.tree.size(), self.tree.root());
        self.automatic(&Line::Closing { lines, root }, Change::Closing)
    }

    pub(super) fn prepare_log(&self, signature: &str, at: Option<u64>) -> Ready {
        let step = "the signature of the log";
        // T2: directly under a checkpoint, and nowhere else.
        let body = self.bodies.last().filter(|_| self.log_due);
        let body = body.ok_or_else(|| self.out_of_order(step))?;
        let phase = self.phase_after(Role::Log, step)?;
        log_line::check(&self.roll, body, signature)?;
        let line = Line::Log { signature: signature.into(), at };
        Ok(self.prepared(phase, &line, Change::Log(signature.into())))
    }

    pub(super) fn prepare_token(&self, token: &str, at: Option<u64>) -> Ready {
        let step = "time token";
        let phase = self.phase_after(Role::Token, step)?;
        // T2: only until the sign-off ends, or the public numbers begin.
        if !self.stamps.is_open() {
            return Err(self.out_of_order(step));
        }
        let time = self.stamps.check(&self.roll, token)?.time;
        let line = Line::Token { token: token.into(), at };
        // T1: a line has at most 65,535 bytes.
        check_line(&line)?;
        Ok(self.prepared(phase, &line, Change::Token(token.into(), time)))
    }

    pub(super) fn prepare_cosignature(&self, id: &str, signature: &str, at: Option<u64>) -> Ready {
        let (phase, sign_off, member) = self.signer(id)?;
        // The last body is that of the checkpoint which is signed.
        let others = self.bodies.iter().rev().skip(1).map(String::as_str);
        // S2 to S4: a signature that this build cannot verify stands, and does not count.
        let right = sign_off.check_signature(&self.roll, member, signature, others)?;
        let change = match right {
            None => Change::Statement(member, Statement::Uncounted),
            Some(time) => {
                self.times.check(&self.roll, (sign_off.stage, member), time)?;
                Change::Signature(member, time)
            }
        };
        let line = Line::Cosignature { member: id.into(), signature: signature.into(), at };
        Ok(self.prepared(phase, &line, change))
    }

    pub(super) fn prepare_paper(&self, id: &str, scan: Hash, at: Option<u64>) -> Ready {
        let (phase, sign_off, member) = self.signer(id)?;
        SignOff::check_scan(id, scan)?;
        self.check_spared(sign_off, member)?;
        let line = Line::Paper { member: id.into(), scan, at };
        Ok(self.prepared(phase, &line, Change::Statement(member, Statement::Paper)))
    }

    pub(super) fn prepare_dissent(&self, id: &str, reason: &str, at: Option<u64>) -> Ready {
        let (phase, _, member) = self.signer(id)?;
        check_text("reason", reason, most::REASON)?;
        let line = Line::Dissent { member: id.into(), reason: reason.into(), at };
        Ok(self.prepared(phase, &line, Change::Statement(member, Statement::Dissent)))
    }

    pub(super) fn prepare_unsigned(&self, id: &str, at: Option<u64>) -> Ready {
        let (phase, sign_off, member) = self.signer(id)?;
        self.check_spared(sign_off, member)?;
        let line = Line::Unsigned { member: id.into(), at };
        Ok(self.prepared(phase, &line, Change::Statement(member, Statement::Unsigned)))
    }

    /// S1: the number of a member who can still say something about the last checkpoint.
    fn signer(&self, member: &str) -> Result<(Phase, &SignOff, usize), StepError> {
        let phase = self.phase_after(Role::Statement, "sign")?;
        // Under the plan's checkpoint only until the roll call begins.
        let Some(sign_off) = &self.sign_off else { return Err(self.out_of_order("sign")) };
        Ok((phase, sign_off, sign_off.check_member(&self.roll, member)?))
    }

    /// S5: a member may not leave out a signature by key that the batch needs. (Who refuses is
    /// always heard.)
    fn check_spared(&self, sign_off: &SignOff, member: usize) -> Result<(), StepError> {
        match self.must_be_signed(sign_off) {
            true => Ok(sign_off.check_spared(&self.roll, member)?),
            false => Ok(()),
        }
    }

    pub(super) fn prepare_event(&self, line: &Line<'_>) -> Ready {
        let step = "aftermath";
        if Role::of(line) != Role::Event {
            return Err(self.out_of_order(step));
        }
        let phase = self.phase_after(Role::Event, step)?;
        for (field, text, most) in texts(line) {
            check_text(field, text, most)?;
        }
        let prepared = |change| self.prepared(phase, line, change);
        let Some(after) = &self.after else { return Err(self.out_of_order(step)) };
        // T1: what the caller made must be a line that reads back as itself.
        check_line(line)?;
        match after.check(&self.roll, line)? {
            Some(effect) => Ok(prepared(Change::Event(effect))),
            None => Err(self.out_of_order(step)),
        }
    }

    pub(super) fn prepare_void(&self, reason: &str, at: Option<u64>) -> Ready {
        check_text("reason", reason, most::STATEMENT)?;
        let phase = self.phase_after(Role::Void, "void")?;
        let line = Line::Void { reason: reason.into(), at };
        let effect = match &self.after {
            // A7: a draw is declared void once.
            Some(after) => after.check(&self.roll, &line)?.map(Change::Event),
            None => None,
        };
        // S1: breaking off ends the sign-off under the plan, which is whole or empty then.
        if effect.is_none() {
            self.check_sign_off()?;
        }
        Ok(self.prepared(phase, &line, effect.unwrap_or(Change::BreakOff)))
    }

    pub(super) fn prepare_close_day(&self, at: Option<u64>) -> Ready {
        let step = "close day";
        self.phase_after(Role::DaySeal, step)?;
        // T2: between two turns or two pools, after a call.
        if !self.day_may_end() {
            return Err(self.out_of_order(step));
        }
        self.checkpoint(Stage::Day, at).ok_or_else(|| self.out_of_order(step))
    }

    pub(super) fn prepare_close_batch(&self, at: Option<u64>) -> Ready {
        let step = "close batch";
        self.phase_after(Role::BatchSeal, step)?;
        self.checkpoint(Stage::Aftermath, at).ok_or_else(|| self.out_of_order(step))
    }
}

fn check_line(line: &Line<'_>) -> Result<(), StepError> {
    let bytes = line.to_bytes();
    if bytes.len() <= MAX_LINE && Line::decode(&bytes).as_ref() == Ok(line) {
        return Ok(());
    }
    let expected = Phrase::new(
        format!("a line of at most {MAX_LINE} bytes, and times up to 2^53 - 1"),
        format!("至多 {MAX_LINE} 字节，时间不超过 2^53 - 1"),
    );
    Err(StepError::Text { field: line.kind(), found: Phrase::same(bytes.len()), expected })
}
