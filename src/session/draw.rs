//! Steps of the draw: pools, calls, choices, leftovers, the result (rules D1 to D12).

use super::awaits::Awaits;
use super::error::{NotOffered, StepError, check_text};
use super::state::Session;
use super::step::{Change, Prepared};
use crate::draw::{Last, Next, Outcome, PoolDraw, call_line, outcome_line};
use crate::holding::Holding;
use crate::lines::{By, Line};
use crate::phase::{Phase, Role};
use crate::plan::{HouseholdNumber, PoolNumber, UnitNumber};
use crate::text::most;
use crate::threads::Threads;
use std::borrow::Cow;

type Ready = Result<Prepared, StepError>;

impl Session {
    /// The next line of the pools that needs no decision.
    pub(super) fn next_of_pools(&self, at: Option<u64>) -> Option<Prepared> {
        match (self.open_pool(), self.left.as_ref().and_then(|left| left.last())) {
            (Some(pool), _) => self.next_in(pool, at),
            (None, Some(unit)) => self.leftover(*unit, at),
            (None, None) => {
                // D1: every pool is drawn, one after the other, in plan order.
                let after = |pool: &PoolDraw| pool.index.index().saturating_add(1);
                match self.roll.pool_numbers().nth(self.pool.as_ref().map_or(0, after)) {
                    Some(next) => self.open(next, at),
                    None => self.result(at),
                }
            }
        }
    }

    fn next_in(&self, pool: &PoolDraw, at: Option<u64>) -> Option<Prepared> {
        match pool.next(&self.roll) {
            Next::Choose { .. } | Next::Tomorrow => None,
            // The hall decides when the next household is called.
            Next::Call(_) if self.in_choice() => None,
            Next::Call(household) => self.called(pool, household, at),
            Next::Serve(household, outcome) => {
                let line = outcome_line(&self.roll, pool, household, &outcome, at);
                self.automatic(&line, Change::Serve(household, outcome))
            }
            Next::End => self.end(pool, at),
        }
    }

    fn called(
        &self,
        pool: &PoolDraw,
        household: HouseholdNumber,
        at: Option<u64>,
    ) -> Option<Prepared> {
        self.automatic(&call_line(&self.roll, pool, household, at), Change::Call(household))
    }

    /// D1: opens a pool.
    fn open(&self, index: PoolNumber, at: Option<u64>) -> Option<Prepared> {
        let pool = PoolDraw::new(&self.roll, index, self.seed?, &Threads::default())?;
        let phase = self.phase.after(Role::Draw)?;
        let line = Line::Open { pool: Cow::Borrowed(&pool.info.id), key: pool.key, at }.to_bytes();
        Some(Prepared { after: self.place, line, phase, change: Change::Open(Box::new(pool)) })
    }

    /// D1: a pool is opened.
    pub(super) fn enter_pool(&mut self, mut pool: PoolDraw) {
        // D14: in all pools so far.
        self.pool.iter_mut().for_each(|before| before.give_back(&mut self.budgets));
        pool.borrow(&mut self.budgets);
        (self.pool, self.left) = (Some(pool), None);
    }

    /// D11: ends a pool.
    fn end(&self, pool: &PoolDraw, at: Option<u64>) -> Option<Prepared> {
        // D11: the numbers of its picks, standby lines and units that are free.
        let (picked, standby, leftover) = (pool.picked, pool.standby, pool.left_count());
        let id = Cow::Borrowed(pool.info.id.as_str());
        self.automatic(&Line::End { pool: id, picked, standby, leftover, at }, Change::End)
    }

    /// D11: a unit that nobody got.
    fn leftover(&self, unit: UnitNumber, at: Option<u64>) -> Option<Prepared> {
        // D11: one line for each free unit, in plan order.
        let (pool, unit) = (self.pool()?.id.as_str(), self.roll.unit_id(unit));
        self.automatic(
            &Line::Leftover { pool: pool.into(), unit: unit.into(), at },
            Change::Leftover,
        )
    }

    /// D12: the sums over all pools.
    fn result(&self, at: Option<u64>) -> Option<Prepared> {
        // D12: the sums over all pools.
        let super::state::Sums { picked, standby, leftover } = self.sums;
        self.automatic(&Line::Result { picked, standby, leftover, at }, Change::Result)
    }

    pub(super) fn prepare_call(&self, at: Option<u64>) -> Ready {
        match (self.awaits(), self.open_pool()) {
            // D2: the household that is due, and no other.
            (Awaits::Call { household }, Some(pool)) => {
                self.called(pool, household, at).ok_or_else(|| self.out_of_order("call"))
            }
            _ => Err(self.out_of_order("call")),
        }
    }

    /// D2: the first of those that are called again at the end of the day.
    pub(super) fn prepare_call_late(&self, at: Option<u64>) -> Ready {
        let step = "call late";
        let Some(pool) = self.open_pool().filter(|pool| pool.called.is_none()) else {
            return Err(self.out_of_order(step));
        };
        let household = pool.late().ok_or_else(|| self.out_of_order(step))?;
        self.called(pool, household, at).ok_or_else(|| self.out_of_order(step))
    }

    /// D2: who missed a call today and is called again before the day can be closed, in that order;
    /// only in a pool with `absence` `day`.
    pub fn late(&self) -> Vec<HouseholdNumber> {
        self.open_pool().map(|pool| pool.all_late().collect()).unwrap_or_default()
    }

    /// T2: whether the day can be closed: between two turns or two pools, after a call.
    pub fn day_may_end(&self) -> bool {
        let whole = self.left.as_ref().is_none_or(Vec::is_empty);
        let between = self.pool.as_ref().is_none_or(PoolDraw::day_may_end);
        self.phase == Phase::Pools && self.calls_today > 0 && whole && between
    }

    pub(super) fn prepare_choice(&self, unit: &str, proxy: Option<&str>, at: Option<u64>) -> Ready {
        let phase = self.phase_after(Role::Draw, "choose")?;
        let Awaits::Choice { household, offered } = self.awaits() else {
            return Err(self.out_of_order("choose"));
        };
        if let Some(proxy) = proxy {
            check_text("proxy", proxy, most::NAME)?;
        }
        let refused = |reason| StepError::Unit { unit: unit.into(), reason };
        let number = self.roll.find_unit(unit).ok_or_else(|| refused(NotOffered::Unknown))?;
        // D5: only what is on offer (D4) can be chosen.
        if let Some(reason) = self.not_offered(number) {
            return Err(refused(reason));
        }
        let line = Line::Pick {
            household: self.roll.household_id(household).into(),
            by: By::Choice,
            offered: offered.into(),
            lot: None,
            number: None,
            rank: None,
            unit: unit.into(),
            proxy: proxy.map(Cow::Borrowed),
            at,
        };
        Ok(self.prepared(phase, &line, Change::Choose { household, unit: number }))
    }

    pub(super) fn prepare_miss(&self, at: Option<u64>) -> Ready {
        let phase = self.phase_after(Role::Draw, "miss")?;
        // D8 and D10: only who is called and offered something can miss.
        let Awaits::Choice { household, .. } = self.awaits() else {
            return Err(self.out_of_order("miss"));
        };
        let line = Line::Missed { household: self.roll.household_id(household).into(), at };
        Ok(self.prepared(phase, &line, Change::Miss(household)))
    }

    pub(super) fn prepare_undo(&self, reason: &str, at: Option<u64>) -> Ready {
        // D9: only the line directly before, and only a choice or a missed call.
        if !self.can_undo() {
            return Err(StepError::NothingToUndo);
        }
        let phase = self.phase_after(Role::Draw, "undo")?;
        check_text("reason", reason, most::REASON)?;
        Ok(self.prepared(phase, &Line::Undo { reason: reason.into(), at }, Change::Undo))
    }

    /// Makes a change in the pool that is open.
    pub(super) fn enter_in_pool(&mut self, change: Change) {
        let Some(pool) = self.pool.as_mut() else {
            debug_assert!(false, "no pool is open");
            return;
        };
        let roll = &self.roll;
        match change {
            Change::Call(household) => {
                self.calls_today = self.calls_today.saturating_add(1);
                pool.call(roll, household);
            }
            Change::Serve(household, Outcome::Standby) => {
                pool.stand_by();
                self.standby.push(household);
                Holding::enter(&mut self.holdings, household, Holding::Standby);
            }
            Change::Serve(household, Outcome::Lot { unit, .. } | Outcome::Ranking { unit, .. }) => {
                pool.pick(household, unit, false);
                Holding::enter(&mut self.holdings, household, Holding::Unit(unit));
            }
            Change::Choose { household, unit } => {
                pool.pick(household, unit, true);
                Holding::enter(&mut self.holdings, household, Holding::Unit(unit));
            }
            Change::Miss(household) => pool.miss(roll, household),
            Change::Undo => {
                if let Last::Choice { household, .. } = pool.undo(roll) {
                    Holding::enter(&mut self.holdings, household, Holding::NotServed);
                }
            }
            Change::End => {
                // The next one last, to be taken off the end.
                let mut left = pool.left();
                left.reverse();
                self.left = Some(left);
                self.sums.picked = self.sums.picked.saturating_add(pool.picked);
                self.sums.standby = self.sums.standby.saturating_add(pool.standby);
                self.sums.leftover = self.sums.leftover.saturating_add(pool.left_count());
            }
            other => debug_assert!(false, "{other:?} is no change in a pool"),
        }
    }
}
