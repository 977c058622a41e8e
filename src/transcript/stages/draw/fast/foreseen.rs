//! A pool by lot, drawn ahead of the file.
//!
//! In such a pool nothing is left to anybody's choice once its key is known. So the verifier draws
//! it to its end in one go when it is opened, and then only compares line by line. That is faster
//! than drawing along with the file, because ids of units that are read one right after the other
//! come out of the memory together. As soon as a line is not the foreseen one, the draw [catches
//! up](Foreseen::catch_up) with the lines seen so far and goes on with them step by step; a test
//! compares the two ways.

use super::same::{ExpectedCall, ExpectedLot};
use crate::draw::{Outcome, PoolDraw, outcome};
use crate::lines::PickRule;
use crate::number::place;
use crate::plan::{HouseholdNumber, Ids, Roll, UnitNumber};

/// A pick by lot to come.
#[derive(Debug, Clone, Copy)]
struct Pick {
    offered: u32,
    number: u32,
    unit: UnitNumber,
}

/// The calls and picks of a pool by lot, up to its end or to the first household that is served in
/// another way.
pub(super) struct Foreseen {
    /// In call order.
    picks: Vec<Pick>,
    /// The ids of their units.
    units: Ids,
    /// How many of the picks the file had, and whether the call of the next one.
    picked: u32,
    called: bool,
    /// The draw after the last of the picks; `None` if that is not the end of the pool.
    end: Option<Box<PoolDraw>>,
}

/// What a foreseen line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ForeseenLine {
    Call,
    Pick { household: HouseholdNumber, unit: UnitNumber, needs: bool },
}

impl Foreseen {
    /// Draws a pool that was just opened, up to the household to be explained if there is one.
    pub(super) fn new(
        roll: &Roll,
        pool: &PoolDraw,
        explain: Option<HouseholdNumber>,
    ) -> Option<Foreseen> {
        if !pool.rule_is(PickRule::Lot) {
            return None;
        }
        let mut ahead = pool.clone();
        let mut picks = Vec::with_capacity(pool.order().len());
        while let Some(household) = ahead.next_to_call().filter(|h| Some(*h) != explain) {
            ahead.call(roll, household);
            // Nothing is on offer to this household: from here on the draw goes along with the
            // file.
            let Outcome::Lot { offered, number, unit } = outcome(roll, &ahead, household) else {
                break;
            };
            ahead.pick(household, unit, false);
            picks.push(Pick { offered, number, unit });
        }
        let units = roll.units.listed(picks.iter().map(|pick| pick.unit.get()));
        // Whoever is explained, or gets a place on standby, is not in it.
        let end = (picks.len() == pool.order().len()).then(|| Box::new(ahead));
        Some(Foreseen { picks, units, picked: 0, called: false, end })
    }

    /// Whether the next line is the foreseen one. `pool` is as it was when it was opened.
    pub(super) fn next(&mut self, pool: &PoolDraw, line: &[u8]) -> Option<ForeseenLine> {
        let pick = self.picks.get(place(self.picked))?;
        let queued = pool.queued(place(self.picked))?;
        if !self.called {
            let call = ExpectedCall {
                pool: &pool.info.id,
                place: u64::from(self.picked).saturating_add(1),
                household: queued.id,
                ticket: queued.drawn.ticket,
            };
            self.called = call.is(line);
            return self.called.then_some(ForeseenLine::Call);
        }
        let unit = self.units.get(self.picked);
        let lot = ExpectedLot {
            household: queued.id,
            offered: pick.offered,
            lot: queued.drawn.lot,
            number: pick.number,
            unit,
        };
        if !lot.is(line) {
            return None;
        }
        (self.picked, self.called) = (self.picked.saturating_add(1), false);
        Some(ForeseenLine::Pick {
            household: queued.household,
            unit: pick.unit,
            needs: queued.needs,
        })
    }

    /// Brings the pool to where the file is.
    pub(super) fn catch_up(self, roll: &Roll, pool: &mut PoolDraw) {
        match self.end {
            Some(end) if place(self.picked) == self.picks.len() => *pool = *end,
            _ => {
                // From the beginning: the draw ahead is at its end already.
                for pick in self.picks.iter().take(place(self.picked)) {
                    let Some(household) = pool.next_to_call() else { break };
                    pool.call(roll, household);
                    pool.pick(household, pick.unit, false);
                }
                let called = pool.next_to_call().filter(|_| self.called);
                called.into_iter().for_each(|household| pool.call(roll, household));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Foreseen, ForeseenLine};
    use crate::draw::{Outcome, PoolDraw, call_line, outcome, outcome_line};
    use crate::hash::Hash;
    use crate::lines::{Line, PickRule};
    use crate::plan::{HouseholdNumber, Roll, Validator};
    use crate::rules::Checks;

    /// The plan of a transcript.
    fn roll(file: &[u8]) -> Roll {
        let (mut validator, mut checks) = (Validator::new(), Checks::new(1));
        for (number, line) in (1..).zip(file.split(|b| *b == b'\n')) {
            match Line::decode(line).unwrap() {
                Line::Checkpoint { .. } => break,
                line => validator.line(number, &line, &mut checks),
            }
        }
        validator.finish(0, &mut checks).0.unwrap()
    }

    /// The lines of a pool by lot as the rules give them one by one, and the draw before each and
    /// after the last.
    fn step_by_step(
        roll: &Roll,
        mut pool: PoolDraw,
        explain: Option<HouseholdNumber>,
    ) -> (Vec<Vec<u8>>, Vec<PoolDraw>) {
        let (mut lines, mut states) = (Vec::new(), vec![pool.clone()]);
        while let Some(household) = pool.next_to_call().filter(|h| Some(*h) != explain) {
            let call = call_line(roll, &pool, household, Some(1)).to_bytes();
            pool.call(roll, household);
            let called = pool.clone();
            let outcome = outcome(roll, &pool, household);
            let Outcome::Lot { unit, .. } = outcome else { break };
            lines.extend([call, outcome_line(roll, &pool, household, &outcome, None).to_bytes()]);
            pool.pick(household, unit, false);
            states.extend([called, pool.clone()]);
        }
        (lines, states)
    }

    /// Everything about a draw.
    fn state(pool: &PoolDraw) -> String {
        format!("{pool:?}")
    }

    #[test]
    fn a_foreseen_pool_is_that_drawn_step_by_step() {
        let mut pools = 0;
        for entry in
            std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/corpus/valid"))
                .unwrap()
        {
            let roll = roll(&std::fs::read(entry.unwrap().path()).unwrap());
            for (index, seed) in roll
                .pool_numbers()
                .flat_map(|index| [(index, Hash([1; 32])), (index, Hash([2; 32]))])
            {
                let pool = PoolDraw::new(&roll, index, seed).unwrap();
                assert_eq!(
                    Foreseen::new(&roll, &pool, None).is_some(),
                    pool.rule_is(PickRule::Lot)
                );
                if !pool.rule_is(PickRule::Lot) {
                    continue;
                }
                pools += 1;
                for explain in [None, pool.order().last().copied()] {
                    let (lines, states) = step_by_step(&roll, pool.clone(), explain);
                    for (seen, expected) in states.iter().enumerate() {
                        let (mut foreseen, mut caught_up) =
                            (Foreseen::new(&roll, &pool, explain).unwrap(), pool.clone());
                        for (line, after) in lines[..seen].iter().zip(&states[1..]) {
                            let found = foreseen.next(&pool, line).unwrap();
                            assert_eq!(found == ForeseenLine::Call, after.called.is_some());
                            if let ForeseenLine::Pick { household, needs, .. } = found {
                                assert_eq!(needs, !roll.needs(household).is_empty());
                            }
                        }
                        // Neither a line seen already nor one that comes later is taken for the
                        // next one.
                        let others = lines.iter().enumerate().filter(|(n, _)| *n != seen);
                        others.for_each(|(_, line)| assert_eq!(foreseen.next(&pool, line), None));
                        foreseen.catch_up(&roll, &mut caught_up);
                        assert_eq!(state(&caught_up), state(expected), "after {seen} lines");
                    }
                }
            }
        }
        assert!(pools >= 10, "{pools} pools by lot");
    }
}
