//! Who is called, misses, goes to the standby list, and what is withdrawn (rules D2, D3, D8 to D10).

use super::state::Drawing;
use crate::draw::{Last, Outcome, outcome};
use crate::holding::Holding;
use crate::lines::{Line, PickRule};
use crate::plan::{HouseholdNumber, Roll};
use crate::rules::{Phrase, Rule};
use crate::transcript::stages::at::At;

impl Drawing {
    /// D2 and D3: a call that is not the expected one.
    pub(super) fn call(&mut self, roll: &Roll, line: &Line<'_>, at: &mut At<'_>) {
        let (Line::Call { pool: of, place, household: id, ticket, at: clock }, Some(pool)) =
            (line, self.pool.as_mut())
        else {
            return;
        };
        at.examine(Rule::D2);
        at.examine(Rule::D3);
        let due = pool.next_to_call();
        // D2: or the first of those that are called again at the end of the day.
        let mut may = due.into_iter().chain(pool.late());
        let found = may.find(|household| roll.household_id(*household) == id.as_ref());
        // D2: the first in the order that was not called, then the first that was deferred.
        let Some(household) = found else {
            let nobody = || Phrase::new("nobody: all were called", "没有：都已叫到");
            let expected = due.map_or_else(nobody, |h| Phrase::same(roll.household_id(h)));
            self.lost = true;
            return at.fail(Rule::D2, "call, household", Phrase::same(id), expected);
        };
        if *of != pool.info.id {
            at.fail(Rule::D2, "call, pool", Phrase::same(of), Phrase::same(&pool.info.id));
        }
        let expected = pool.calls.saturating_add(1);
        // D2: `place` counts the calls of the pool from 1; a call that was deferred has counted.
        if *place != expected {
            at.fail(Rule::D2, "call, place", Phrase::same(place), Phrase::same(expected));
        }
        let expected = u128::from(pool.drawn(household).ticket);
        // D3: `ticket` is the ticket of the household itself, in decimal.
        if ticket.0 != expected {
            let place = format_args!("household {id}, ticket");
            at.fail(Rule::D3, place, Phrase::same(ticket.0), Phrase::same(expected));
        }
        pool.call(roll, household);
        self.explain.called(roll, pool, household, *clock);
    }

    /// D10: a household goes to the standby list.
    pub(super) fn stand_by(
        &mut self,
        roll: &Roll,
        household: HouseholdNumber,
        line: &Line<'_>,
        at: &mut At<'_>,
    ) {
        let (Line::Standby { place, .. }, Some(pool)) = (line, self.pool.as_mut()) else { return };
        at.examine(Rule::D10);
        let expected = outcome(roll, pool, household);
        let offer = pool.offer();
        let (id, count) = (roll.household_id(household), offer.count);
        // D10: only where nothing is on offer, or nothing of the ranking and the plan says so.
        if expected != Outcome::Standby {
            let expected = Phrase::new(
                format!("a pick: {count} units are on offer"),
                format!("应得房：有 {count} 套可选"),
            );
            let place = format_args!("household {id}");
            at.fail(Rule::D10, place, Phrase::new("standby", "候补"), expected);
        }
        let next = pool.standby.saturating_add(1);
        // D10: `place` counts the standby lines of the pool from 1.
        if *place != next {
            at.fail(Rule::D10, "standby, place", Phrase::same(place), Phrase::same(next));
        }
        pool.stand_by();
        Holding::enter(&mut self.holdings, household, Holding::Standby);
        self.standby.push(household);
        self.explain.served((roll, pool, household), offer, (line, at.number));
    }

    /// D8: a household missed its call.
    pub(super) fn miss(&mut self, roll: &Roll, household: HouseholdNumber, at: &mut At<'_>) {
        let Some(pool) = self.pool.as_mut() else { return };
        at.examine(Rule::D8);
        // D8: only in a pool where households choose.
        if !pool.rule_is(PickRule::Choice) {
            let rule = pool.info.rule.word();
            let expected = Phrase::new(
                format!("nobody misses in a pool drawn by {rule}"),
                format!("规则 {rule} 不需要到场"),
            );
            at.fail(Rule::D8, "missed", Phrase::same(roll.household_id(household)), expected);
        }
        // D10: where nothing is on offer, there is nothing to miss.
        if pool.offer().count == 0 {
            let found = Phrase::new("missed, with nothing on offer", "无房可选而记为未到");
            at.fail(Rule::D10, "missed", found, Phrase::new("standby", "候补"));
        }
        pool.miss(roll, household);
        self.explain.missed(roll, pool, household);
    }

    /// D9: the line before is withdrawn.
    pub(super) fn undo(&mut self, roll: &Roll, at: &mut At<'_>) {
        at.examine(Rule::D9);
        let Some(pool) = self.pool.as_mut() else { return };
        match pool.undo(roll) {
            // D9: only a pick by choice or a missed call, and only from the line right before.
            Last::Other => {
                let found = Phrase::new("nothing that can be withdrawn", "没有可撤回的步骤");
                let expected = Phrase::new(
                    "a pick by choice or a missed call on the line before",
                    "上一行应为选房或未到",
                );
                at.fail(Rule::D9, "undo", found, expected);
            }
            // D9: the household is not served, and the unit free if that pick took it.
            Last::Choice { household, .. } => {
                Holding::enter(&mut self.holdings, household, Holding::NotServed);
                self.explain.pick_withdrawn(household);
            }
            Last::Missed { household, .. } => self.explain.missed_withdrawn(household),
        }
    }
}
