//! Steps of the ceremony: roll call, reveals, public numbers (rules C1 to C7).

use super::error::StepError;
use super::state::Session;
use super::step::{Change, Prepared};
use crate::ceremony::{Ceremony, Disclosure, Numbers, RollCall};
use crate::hash::Hash;
use crate::lines::{Closed, Line};
use crate::phase::Role;
use crate::seed::seed;

type Ready = Result<Prepared, StepError>;

impl Session {
    pub(super) fn prepare_commit(&self, member: &str, commit: Hash, at: Option<u64>) -> Ready {
        let line = Line::Commit { member: member.into(), commit, at };
        self.prepare_roll_call("commit", member, RollCall::Commit(commit), &line)
    }

    pub(super) fn prepare_envelope(&self, member: &str, at: Option<u64>) -> Ready {
        let line = Line::Envelope { member: member.into(), at };
        self.prepare_roll_call("envelope", member, RollCall::Envelope, &line)
    }

    pub(super) fn prepare_absent(&self, member: &str, at: Option<u64>) -> Ready {
        let line = Line::Absent { member: member.into(), at };
        self.prepare_roll_call("absent", member, RollCall::Absent, &line)
    }

    fn prepare_roll_call(
        &self,
        step: &'static str,
        member: &str,
        entry: RollCall,
        line: &Line<'_>,
    ) -> Ready {
        let phase = self.phase_after(Role::RollCall, step)?;
        let member = Ceremony::member(&self.roll, member)?;
        // C1: a member is called once.
        self.ceremony.check_not_called(&self.roll, member)?;
        // S1: the sign-off under the plan ends with the first line of the roll call.
        self.check_sign_off()?;
        Ok(self.prepared(phase, line, Change::RollCall(member, entry)))
    }

    pub(super) fn prepare_close_commits(&self, at: Option<u64>) -> Ready {
        let phase = self.phase_after(Role::CloseCommits, "close commits")?;
        // C1: everybody was called.
        self.ceremony.check_all_called(&self.roll)?;
        // C2: in each bench those with `commit` or `envelope` are at least its quorum.
        self.check_quorum(Closed::Commits)?;
        let line = Line::Close { what: Closed::Commits, at };
        Ok(self.prepared(phase, &line, Change::Close(at)))
    }

    pub(super) fn prepare_close_reveals(&self, at: Option<u64>) -> Ready {
        let phase = self.phase_after(Role::CloseReveals, "close reveals")?;
        // C4: everybody with a commitment answered.
        self.ceremony.check_all_answered(&self.roll)?;
        // C7: before any drand round of the plan is made; afterwards the draw could not go on.
        self.ceremony.check_before_rounds(&self.roll, at)?;
        // C4: in each bench those who revealed are at least its quorum.
        self.check_quorum(Closed::Reveals)?;
        let line = Line::Close { what: Closed::Reveals, at };
        Ok(self.prepared(phase, &line, Change::Close(at)))
    }

    fn check_quorum(&self, closes: Closed) -> Result<(), StepError> {
        match self.ceremony.check_quorum(&self.roll, closes).into_iter().next() {
            Some(error) => Err(error.into()),
            None => Ok(()),
        }
    }

    pub(super) fn prepare_reveal(&self, member: &str, secret: &str, at: Option<u64>) -> Ready {
        let phase = self.phase_after(Role::Answer, "reveal")?;
        let index = Ceremony::member(&self.roll, member)?;
        // C4: the member has something to answer, once.
        self.ceremony.check_can_disclose(&self.roll, index)?;
        // C3: the secret is the one committed to.
        self.ceremony.check_secret(&self.roll, index, secret)?;
        let line = Line::Reveal { member: member.into(), secret: secret.into(), at };
        let revealed = Disclosure::Revealed(secret.into());
        Ok(self.prepared(phase, &line, Change::Disclosure(index, revealed)))
    }

    pub(super) fn prepare_withhold(&self, member: &str, at: Option<u64>) -> Ready {
        let phase = self.phase_after(Role::Answer, "withhold")?;
        let index = Ceremony::member(&self.roll, member)?;
        // C4: whoever has nothing to reveal has nothing to withhold.
        self.ceremony.check_can_disclose(&self.roll, index)?;
        let line = Line::Withheld { member: member.into(), at };
        Ok(self.prepared(phase, &line, Change::Disclosure(index, Disclosure::Withheld)))
    }

    pub(super) fn prepare_numbers(&self, numbers: Numbers, at: Option<u64>) -> Ready {
        let phase = self.phase_after(Role::Numbers, "public numbers")?;
        let Some((source, _)) = self.ceremony.due_source(&self.roll) else {
            return Err(self.out_of_order("public numbers"));
        };
        // C5: the numbers are such as the source makes.
        self.ceremony.check_numbers(&self.roll, source, &numbers)?;
        // C7: the round is the one that the plan named, later than the reveals, and rightly signed.
        let beacon = self.ceremony.check_beacon(&self.roll, source, &numbers).0;
        if let Some(error) = beacon.into_iter().next() {
            return Err(error.into());
        }
        let line = match &numbers {
            Numbers::Dice(digits) => Line::Dice { source, digits: digits.as_str().into(), at },
            Numbers::Balls(balls) => Line::Balls { source, numbers: balls.clone(), at },
            Numbers::Drand { round, signature, randomness } => Line::Drand {
                source,
                round: *round,
                signature: signature.as_str().into(),
                randomness: *randomness,
                at,
            },
        };
        let line = line.to_bytes();
        Ok(Prepared { after: self.place, line, phase, change: Change::Numbers(numbers) })
    }

    /// C6: the seed, once all sources gave their numbers.
    pub(super) fn next_of_numbers(&self, at: Option<u64>) -> Option<Prepared> {
        // C6: the seed is made of the numbers of all sources.
        if self.ceremony.due_source(&self.roll).is_some() {
            return None;
        }
        let seed = seed(&self.roll, &self.ceremony);
        self.automatic(&Line::Seed { seed, at }, Change::Seed(seed))
    }
}
