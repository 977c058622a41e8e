//! Pools that are opened and ended, and the result (rules D1, D11, D12).

use super::state::{Drawing, Sums};
use crate::draw::PoolDraw;
use crate::hash::Hash;
use crate::holding::Holding;
use crate::lines::Line;
use crate::number::count;
use crate::plan::Roll;
use crate::rules::{Phrase, Rule};
use crate::transcript::stages::at::At;

impl Drawing {
    /// D1: a pool is opened.
    pub(super) fn open(&mut self, roll: &Roll, id: &str, key: Hash, at: &mut At<'_>) {
        at.examine(Rule::D1);
        let due = roll.pools.get(self.next_pool);
        let index = roll.find_pool(id).filter(|index| index.index() == self.next_pool);
        // D1: every pool of the plan, in its order.
        let threads = self.elsewhere.as_ref().map(|(_, threads)| threads.clone());
        let threads = threads.unwrap_or_default();
        let new = |index| PoolDraw::new(roll, index, self.seed, &threads);
        let Some(mut pool) = index.and_then(new) else {
            let no_more = || Phrase::new("no more pools", "没有更多批次");
            let expected = due.map_or_else(no_more, |pool| Phrase::same(&pool.id));
            self.lost = true;
            return at.fail(Rule::D1, "open, pool", Phrase::same(id), expected);
        };
        self.next_pool = self.next_pool.saturating_add(1);
        // D1: its key is the hash of the seed and its id.
        if pool.key != key {
            let place = format_args!("pool {id}, key");
            at.fail(Rule::D1, place, Phrase::same(key), Phrase::same(pool.key));
        }
        pool.borrow(&mut self.budgets);
        let (explained, elsewhere) = (self.explain.household(), self.elsewhere.clone());
        self.pool = self.fast.foresee(pool, explained, elsewhere);
    }

    /// D11: a pool ends.
    pub(super) fn end(&mut self, roll: &Roll, line: &Line<'_>, at: &mut At<'_>) {
        let Line::End { pool: id, picked, standby, leftover, .. } = line else { return };
        let Some(pool) = self.pool.as_mut() else { return };
        at.examine(Rule::D11);
        // D11: every household was called, and every deferred one again.
        if let Some(household) = pool.not_called() {
            let id = roll.household_id(household);
            self.lost = true;
            return at.fail(
                Rule::D11,
                "end",
                Phrase::new(format!("household {id} was not called"), format!("住户 {id} 未叫到")),
                Phrase::new("all were called", "全部叫到"),
            );
        }
        if *id != pool.info.id {
            at.fail(Rule::D11, "end, pool", Phrase::same(id), Phrase::same(&pool.info.id));
        }
        let mut left = pool.left();
        // D11: the numbers of its picks, standby lines and units that are free.
        let found = Sums { picked: *picked, standby: *standby, leftover: *leftover };
        let expected =
            Sums { picked: pool.picked, standby: pool.standby, leftover: count(left.len()) };
        compare(Rule::D11, "end", found, expected, at);
        self.ended = Sums {
            picked: self.ended.picked.saturating_add(expected.picked),
            standby: self.ended.standby.saturating_add(expected.standby),
            leftover: self.ended.leftover.saturating_add(expected.leftover),
        };
        // The next one last, to be taken off the end.
        left.reverse();
        self.left = Some(left);
    }

    /// D11: a unit that nobody got.
    pub(super) fn leftover(&mut self, roll: &Roll, line: &Line<'_>, at: &mut At<'_>) {
        let (Line::Leftover { pool, unit, .. }, Some(left)) = (line, self.left.as_mut()) else {
            return;
        };
        at.examine(Rule::D11);
        let here = self.pool.as_ref().map(|pool| pool.info.id.as_str()).unwrap_or_default();
        // D11: the units that are left, one by one, in the order of the plan.
        let expected = left.pop().map(|unit| roll.unit_id(unit));
        if expected != Some(unit) || pool != here {
            let no_more = || Phrase::new("no more leftovers", "没有更多剩余房源");
            let expected =
                expected.map_or_else(no_more, |unit| Phrase::same(format_args!("{here} {unit}")));
            at.fail(Rule::D11, "leftover", Phrase::same(format_args!("{pool} {unit}")), expected);
        }
    }

    /// T2: whether a day may be closed here: after a call, with nobody called or waiting for the
    /// end of the day, and no leftover missing. Where no draw is followed, nobody can say.
    pub(crate) fn day_may_end(&mut self, roll: &Roll) -> bool {
        if self.lost {
            return true;
        }
        self.go_with_the_file(roll);
        let whole = self.left.as_ref().is_none_or(Vec::is_empty);
        let between = self.pool.as_ref().is_none_or(PoolDraw::day_may_end);
        self.calls() > self.calls_before_today && whole && between
    }

    fn calls(&self) -> u64 {
        self.pool.as_ref().map_or(0, |pool| pool.calls).saturating_add(self.calls_before)
    }

    /// A day is closed.
    pub(crate) fn end_day(&mut self) {
        self.calls_before_today = self.calls();
        self.pool.iter_mut().for_each(PoolDraw::end_day);
    }

    /// Households that have a unit or a place on standby.
    pub(crate) fn served(&mut self) -> u64 {
        let served = self.holdings().iter().filter(|held| **held != Holding::NotServed);
        count(served.count())
    }

    /// D11: the pool is over, with all its leftovers.
    pub(super) fn close_pool(&mut self, roll: &Roll, at: &mut At<'_>) {
        self.calls_before = self.calls();
        let (pool, left) = (self.pool.take(), self.left.take());
        let Some(mut pool) = pool else { return };
        // D14: in all pools so far.
        pool.give_back(&mut self.budgets);
        let Some(left) = left else { return };
        let Some(unit) = left.last() else { return };
        let (more, first) = (left.len(), roll.unit_id(*unit));
        let expected = Phrase::new(
            format!("{more} more leftover lines, from {first} on"),
            format!("还有 {more} 个剩余房源行，从 {first} 起"),
        );
        let place = format_args!("pool {}", pool.info.id);
        at.fail(Rule::D11, place, Phrase::new("none", "没有"), expected);
    }

    /// D1, D11, D12: when the draw is over.
    pub(crate) fn end_of_pools(&mut self, roll: &Roll, at: &mut At<'_>) {
        if self.lost {
            return;
        }
        self.settle();
        self.close_pool(roll, at);
        // D1: every pool is drawn.
        for pool in roll.pools.iter().skip(self.next_pool) {
            let found = Phrase::new(
                format!("pool {} was not drawn", pool.id),
                format!("批次 {} 未抽", pool.id),
            );
            at.fail(Rule::D1, "result", found, Phrase::new("all pools drawn", "所有批次都已抽"));
        }
        // D12: every household has a pick or a place on standby, where every pool came to its end
        // (D11), and no unit two households, for a picked one is on offer no more (D5).
        at.checks.examine_many(Rule::D12, roll.household_count().into());
        at.checks.examine_many(Rule::D12, roll.unit_count().into());
    }

    /// D12: the sums.
    pub(crate) fn check_result(&self, line: &Line<'_>, at: &mut At<'_>) {
        if let (&Line::Result { picked, standby, leftover, .. }, false) = (line, self.lost) {
            // D12: `result` has the sums over all pools.
            compare(Rule::D12, "result", Sums { picked, standby, leftover }, self.ended, at);
        }
    }
}

fn compare(rule: Rule, line: &str, found: Sums, expected: Sums, at: &mut At<'_>) {
    for (field, found, expected) in [
        ("picked", found.picked, expected.picked),
        ("standby", found.standby, expected.standby),
        ("leftover", found.leftover, expected.leftover),
    ] {
        if found != expected {
            let place = format_args!("{line}, {field}");
            at.fail(rule, place, Phrase::same(found), Phrase::same(expected));
        }
    }
}
