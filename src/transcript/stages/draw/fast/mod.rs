//! The fast path of the draw: whether a line is the one that the rules lead to, byte for byte.
//!
//! Behind its doors stand a pool by lot that is drawn [ahead](foreseen) of the file, and [comparing](same) without making the line. Each says what the plain form says, which
//! is to read the line field by field and to ask the rules; tests compare them.

mod ahead;
mod foreseen;
mod same;

use crate::draw::{Outcome, PoolDraw, call_line, outcome, outcome_line};
use crate::holding::Holding;
use crate::lines::PickRule;
use crate::plan::{HouseholdNumber, Roll, UnitNumber};
use crate::rules::Rule;
use foreseen::{Foreseen, ForeseenLine};

pub(crate) use ahead::Elsewhere;
use same::{ExpectedCall, ExpectedLot, same_but_time};

/// What a line is that was the expected one.
pub(super) enum Taken {
    /// The call of the household that is due.
    Call,
    /// What the rules give to the household just called. `by` is the rule that gave it.
    Pick { household: HouseholdNumber, unit: UnitNumber, by: Rule, needs: bool },
}

/// What is known of the lines to come in a pool.
#[derive(Default)]
pub(super) struct Fast {
    /// As long as this is there, the pool is ahead of the file.
    foreseen: Option<Foreseen>,
    scratch: Vec<u8>,
}

impl Fast {
    /// Takes a pool that was just opened, if it is drawn ahead of the file; else gives it back.
    /// Nobody in it needs an escape, and nobody can turn up a second time.
    pub(super) fn foresee(
        &mut self,
        pool: PoolDraw,
        explained: Option<HouseholdNumber>,
        elsewhere: Option<Elsewhere>,
    ) -> Option<PoolDraw> {
        if !pool.is_all_by_lot() {
            return Some(pool);
        }
        self.foreseen = Some(Foreseen::new(pool, explained, elsewhere));
        None
    }

    /// A pool that is left as it is: nothing is known of it any more.
    pub(super) fn forget(&mut self) {
        self.foreseen = None;
    }

    /// Whether the pool is ahead of the file.
    pub(super) fn is_ahead(&self) -> bool {
        self.foreseen.is_some()
    }

    /// A line is not the foreseen one: gives the pool back, where the file is, whose picks are in
    /// `holdings`. From here on it is drawn along with the file.
    pub(super) fn go_back(&mut self, roll: &Roll, holdings: &[Holding]) -> Option<PoolDraw> {
        Some(self.foreseen.take()?.go_back(roll, holdings))
    }

    /// Takes a line of a pool that is ahead of the file, if it is the foreseen one.
    #[inline]
    pub(super) fn take_foreseen(&mut self, roll: &Roll, line: &[u8]) -> Option<Taken> {
        Some(match self.foreseen.as_mut()?.next(roll, line)? {
            ForeseenLine::Call => Taken::Call,
            ForeseenLine::Pick { household, unit, needs } => {
                Taken::Pick { household, unit, by: Rule::D6, needs }
            }
        })
    }

    /// Takes a line of a pool that is drawn along with the file, if it is the expected one, and goes
    /// on with the pool. `None` leaves the pool
    /// where the file is, and the line to be read field by field; so does the household that is
    /// explained.
    #[inline]
    pub(super) fn take(
        &mut self,
        roll: &Roll,
        pool: &mut PoolDraw,
        explained: Option<HouseholdNumber>,
        line: &[u8],
    ) -> Option<Taken> {
        match pool.called {
            None => self.take_call(roll, pool, explained, line),
            // What a household chooses follows from nothing.
            Some(_) if pool.rule_is(PickRule::Choice) && !pool.lot_due => None,
            // The explanation is written in the plain form alone.
            Some(household) if Some(household) == explained => None,
            Some(household) => self.take_outcome(roll, pool, household, line),
        }
    }

    fn take_call(
        &mut self,
        roll: &Roll,
        pool: &mut PoolDraw,
        explained: Option<HouseholdNumber>,
        line: &[u8],
    ) -> Option<Taken> {
        let household = pool.next_to_call().filter(|household| Some(*household) != explained)?;
        if !self.is_call(roll, pool, household, line) {
            return None;
        }
        pool.call(roll, household);
        Some(Taken::Call)
    }

    fn take_outcome(
        &mut self,
        roll: &Roll,
        pool: &mut PoolDraw,
        household: HouseholdNumber,
        line: &[u8],
    ) -> Option<Taken> {
        let outcome = outcome(roll, pool, household);
        let (unit, by) = match outcome {
            Outcome::Lot { unit, .. } => (unit, Rule::D6),
            Outcome::Ranking { unit, .. } => (unit, Rule::D7),
            // Few of all lines, and each has a place on a list to be compared: for the plain form.
            Outcome::Standby => return None,
        };
        if !self.is_outcome(roll, pool, (household, &outcome), line) {
            return None;
        }
        let needs = pool.has_needs(roll, household);
        pool.pick(household, unit, false);
        Some(Taken::Pick { household, unit, by, needs })
    }

    /// Whether the line is the call of this household. No id needs an escape.
    fn is_call(
        &mut self,
        roll: &Roll,
        pool: &PoolDraw,
        household: HouseholdNumber,
        line: &[u8],
    ) -> bool {
        let (id, ticket) = (roll.household_id(household), pool.drawn(household).ticket);
        let place = pool.calls.saturating_add(1);
        if (ExpectedCall { pool: &pool.info.id, place, household: id, ticket }).is(line) {
            return true;
        }
        self.scratch.clear();
        call_line(roll, pool, household, None).encode(&mut self.scratch);
        same_but_time(line, &self.scratch)
    }

    /// Whether the line is that of this outcome. No id needs an escape.
    fn is_outcome(
        &mut self,
        roll: &Roll,
        pool: &PoolDraw,
        (household, outcome): (HouseholdNumber, &Outcome),
        line: &[u8],
    ) -> bool {
        if let Outcome::Lot { offered, number, unit } = *outcome {
            let (id, lot, unit) =
                (roll.household_id(household), pool.drawn(household).lot, roll.unit_id(unit));
            if (ExpectedLot { household: id, offered, lot, number, unit }).is(line) {
                return true;
            }
        }
        self.scratch.clear();
        outcome_line(roll, pool, household, outcome, None).encode(&mut self.scratch);
        same_but_time(line, &self.scratch)
    }
}
