//! A pool by lot, drawn some turns ahead of the file.
//!
//! In such a pool nothing is left to anybody's choice once its key is known. So the verifier draws
//! a thousand turns in one go, and then only compares line by line. That is faster than drawing
//! along with the file, because what is read one right after the other comes out of the memory
//! together. As soon as a line is not the foreseen one, the draw [goes back](Foreseen::go_back) to
//! where the file is and goes on with it step by step; a test compares the two ways.

use super::ahead::{Ahead, Elsewhere};
use super::same::{ExpectedCall, ExpectedLot};
use crate::draw::{Lot, PoolDraw, Turns};
use crate::holding::Holding;
use crate::number::place;
use crate::plan::{HouseholdNumber, Roll, UnitNumber};

/// The next turns of a pool by lot.
pub(super) struct Foreseen {
    /// The id of the pool.
    pool: String,
    ahead: Ahead,
    /// Those of the turns that the file is at.
    turns: Option<Turns>,
    /// How many of these turns the file had, and whether the call of the next one.
    had: u32,
    called: bool,
    /// The place of the next call in the pool.
    place: u64,
}

/// What a foreseen line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ForeseenLine {
    Call,
    Pick { household: HouseholdNumber, unit: UnitNumber, needs: bool },
}

impl Foreseen {
    /// A pool that was just opened and is all by lot, up to the turn of the household to be
    /// explained if there is one.
    pub(super) fn new(
        pool: PoolDraw,
        until: Option<HouseholdNumber>,
        elsewhere: Option<Elsewhere>,
    ) -> Foreseen {
        debug_assert!(pool.is_all_by_lot() && pool.calls == 0);
        Foreseen {
            pool: pool.info.id.clone(),
            ahead: Ahead::new(pool, until, elsewhere),
            turns: None,
            had: 0,
            called: false,
            place: 1,
        }
    }

    /// Whether the next line is the foreseen one.
    pub(super) fn next(&mut self, roll: &Roll, line: &[u8]) -> Option<ForeseenLine> {
        let turn = match self.turn() {
            Some(turn) => turn,
            None => {
                (self.turns, self.had) = (self.ahead.next(roll), 0);
                self.turn()?
            }
        };
        let turns = self.turns.as_ref()?;
        let household = turns.households.get(self.had);
        if !self.called {
            let (pool, place, ticket) = (&self.pool, self.place, turn.drawn.ticket);
            self.called = (ExpectedCall { pool, place, household, ticket }).is(line);
            return self.called.then_some(ForeseenLine::Call);
        }
        let Lot { household: number_of, drawn, needs, offered, number, unit } = turn;
        let lot = ExpectedLot {
            household,
            offered,
            lot: drawn.lot,
            number,
            unit: turns.units.get(self.had),
        };
        if !lot.is(line) {
            return None;
        }
        (self.had, self.called) = (self.had.saturating_add(1), false);
        self.place = self.place.saturating_add(1);
        Some(ForeseenLine::Pick { household: number_of, unit, needs })
    }

    fn turn(&self) -> Option<Lot> {
        self.turns.as_ref()?.lots.get(place(self.had)).copied()
    }

    /// The pool, where the file is. `holdings` has all picks of the file so far.
    pub(super) fn go_back(self, roll: &Roll, holdings: &[Holding]) -> PoolDraw {
        let here = self.turns.as_ref().map_or(0, |turns| turns.lots.len());
        let (mut pool, not_taken) = self.ahead.end();
        if here > place(self.had) || not_taken > 0 {
            // A pick cannot be taken back when others were drawn behind it, so from the beginning;
            // that happens once in a pool.
            let had = usize::try_from(self.place.saturating_sub(1)).unwrap_or(usize::MAX);
            pool = pool.afresh(roll);
            for household in pool.order().iter().take(had).copied().collect::<Vec<_>>() {
                pool.call(roll, household);
                let unit = Holding::of(holdings, household).unit();
                debug_assert!(unit.is_some(), "household {household} got a unit");
                unit.into_iter().for_each(|unit| pool.pick(household, unit, false));
            }
        }
        let called = pool.next_to_call().filter(|_| self.called);
        called.into_iter().for_each(|household| pool.call(roll, household));
        pool
    }
}

#[cfg(test)]
mod tests {
    use super::{Foreseen, ForeseenLine};
    use crate::draw::{Outcome, PoolDraw, call_line, outcome, outcome_line};
    use crate::hash::Hash;
    use crate::holding::Holding;
    use crate::lines::{Line, PickRule};
    use crate::number::place;
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

    /// Everything about a draw, with what it computes at the next call computed already.
    fn state(pool: &PoolDraw) -> String {
        let mut pool = pool.clone();
        pool.settle();
        format!("{pool:?}")
    }

    #[test]
    fn a_foreseen_pool_is_that_drawn_step_by_step() {
        let mut pools = 0;
        let threads = crate::threads::Threads::new(2);
        for entry in
            std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/corpus/valid"))
                .unwrap()
        {
            let roll = roll(&std::fs::read(entry.unwrap().path()).unwrap());
            // Here, and on another thread.
            let shared = std::sync::Arc::new(roll.clone());
            let elsewhere = |n: usize| {
                threads.others().filter(|_| n.is_multiple_of(2)).map(|o| (shared.clone(), o))
            };
            for (index, seed) in roll
                .pool_numbers()
                .flat_map(|index| [(index, Hash([1; 32])), (index, Hash([2; 32]))])
            {
                let pool = PoolDraw::new(&roll, index, seed, &threads).unwrap();
                let by_lot = pool.rule_is(PickRule::Lot) && !pool.info.has_budgets();
                if !by_lot {
                    continue;
                }
                pools += 1;
                for explain in [None, pool.order().last().copied()] {
                    let (lines, states) = step_by_step(&roll, pool.clone(), explain);
                    for (seen, expected) in states.iter().enumerate() {
                        let mut foreseen = Foreseen::new(pool.clone(), explain, elsewhere(seen));
                        let mut holdings = vec![Holding::NotServed; place(roll.household_count())];
                        for (line, after) in lines[..seen].iter().zip(&states[1..]) {
                            let found = foreseen.next(&roll, line).unwrap();
                            assert_eq!(found == ForeseenLine::Call, after.called.is_some());
                            if let ForeseenLine::Pick { household, needs, unit } = found {
                                assert_eq!(needs, !roll.needs(household).is_empty());
                                Holding::enter(&mut holdings, household, Holding::Unit(unit));
                            }
                        }
                        // Neither a line seen already nor one that comes later is taken for the
                        // next one.
                        let others = lines.iter().enumerate().filter(|(n, _)| *n != seen);
                        others.for_each(|(_, line)| assert_eq!(foreseen.next(&roll, line), None));
                        let with_file = foreseen.go_back(&roll, &holdings);
                        assert_eq!(state(&with_file), state(expected), "after {seen} lines");
                    }
                }
            }
        }
        assert!(pools >= 10, "{pools} pools by lot");
    }

    #[cfg(feature = "threads")]
    #[test]
    fn a_pool_that_is_turns_ahead_on_another_thread_goes_back_to_the_file() {
        use crate::plan::{Mode, Plan, Pool, Source};
        let mut pool = Pool::lot("P", "x", "x");
        for n in 0..2_500 {
            pool = pool.unit(&format!("U{n:04}"), &format!("{n}"), 1, &[]);
            pool = pool.household(&format!("H{n:04}"), "x", 1, &[]);
        }
        let plan = Plan::new("draw.example/1", "x", Mode::Rehearsal)
            .bench("a", "a", 1, &[("r", "r")])
            .bench("b", "b", 1, &[("o", "o")]);
        let plan = plan.source(Source::TWENTY_DICE).pool(pool).validate().unwrap();
        let roll = std::sync::Arc::new(plan.roll().clone());
        let pool = PoolDraw::new(
            &roll,
            roll.pool_numbers().next().unwrap(),
            Hash([3; 32]),
            &crate::threads::Threads::default(),
        )
        .unwrap();
        let (lines, states) = step_by_step(&roll, pool.clone(), None);
        let threads = crate::threads::Threads::new(2);
        for seen in [0, 1, 2, 2_047, 2_048, 2_049, 4_999, 5_000] {
            let elsewhere = Some((roll.clone(), threads.clone()));
            let mut foreseen = Foreseen::new(pool.clone(), None, elsewhere);
            let mut holdings = vec![Holding::NotServed; 2_500];
            for line in &lines[..seen] {
                if let Some(ForeseenLine::Pick { household, unit, .. }) = foreseen.next(&roll, line)
                {
                    Holding::enter(&mut holdings, household, Holding::Unit(unit));
                }
            }
            // The other thread draws as far as it may.
            std::thread::sleep(std::time::Duration::from_millis(30));
            let with_file = foreseen.go_back(&roll, &holdings);
            assert!(state(&with_file) == state(&states[seen]), "after {seen} lines");
        }
    }
}
