//! The draw of one pool: who is due, who was called, what was picked (rules D2 to D11).
//!
//! The live session and the verifier both walk through a pool with this. It computes; it does not judge: the session lets
//! through only what the rules allow, and the verifier writes down what they do not allow and then follows the file.

use crate::hash::Hash;
use crate::lines::{Absence, PickRule};
use crate::order::{Entrant, call_order};
use crate::picks::{Offer, Units, lot_number};
use crate::plan::{PoolInfo, Roll};
use crate::seed::{Keystream, pool_key};

/// What was done last, as far as it can be withdrawn (rule D9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Last {
    /// Nothing that can be withdrawn.
    Other,
    /// A household chose a unit.
    Choice { household: u32, unit: u32 },
    /// A household missed its call; whether it was deferred.
    Missed { household: u32, deferred: bool },
}

/// Where a household is in the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    NotCalled,
    Called,
    Deferred,
    CalledAgain,
}

/// A pool while it is drawn. Households and units are numbered as in the whole plan.
#[derive(Debug, Clone)]
pub(crate) struct PoolDraw {
    pub(crate) index: usize,
    pub(crate) info: PoolInfo,
    pub(crate) key: Hash,
    tickets: Vec<u64>,
    lots: Vec<u128>,
    order: Vec<u32>,
    next: usize,
    turns: Vec<Turn>,
    deferred: Vec<u32>,
    next_deferred: usize,
    units: Units,
    /// The household just called, until it is served or deferred.
    pub(crate) called: Option<u32>,
    /// Whether the household just called missed its call and a pick by lot is due.
    pub(crate) lot_due: bool,
    pub(crate) last: Last,
    pub(crate) calls: u64,
    pub(crate) picked: u64,
    pub(crate) standby: u64,
}

impl PoolDraw {
    pub(crate) fn new(roll: &Roll, index: usize, seed: Hash) -> Option<PoolDraw> {
        let info = roll.pools.get(index)?.clone();
        let key = pool_key(seed, &info.id);
        let count = info.household_count();
        let (mut tickets, mut lots) = (Vec::with_capacity(count as usize), Vec::with_capacity(count as usize));
        for drawn in Keystream::new(key).drawn(count) {
            tickets.push(drawn.ticket);
            lots.push(drawn.lot);
        }
        let first = info.households.start;
        let head = |h: u32| roll.heads.get(h as usize).map_or(h, |head| *head).saturating_sub(first);
        let entrant = |(h, ticket): (u32, &u64)| Entrant { tier: roll.tier(h), ticket: *ticket, head: head(h) };
        let entrants: Vec<Entrant> = info.households.clone().zip(&tickets).map(entrant).collect();
        let order = call_order(&entrants).into_iter().map(|own| first + own).collect();
        Some(PoolDraw {
            units: Units::new(roll, &info),
            turns: vec![Turn::NotCalled; count as usize],
            index,
            info,
            key,
            tickets,
            lots,
            order,
            next: 0,
            deferred: Vec::new(),
            next_deferred: 0,
            called: None,
            lot_due: false,
            last: Last::Other,
            calls: 0,
            picked: 0,
            standby: 0,
        })
    }

    fn local(&self, household: u32) -> usize {
        household.wrapping_sub(self.info.households.start) as usize
    }

    /// The ticket of a household of the pool.
    pub(crate) fn ticket(&self, household: u32) -> u64 {
        self.tickets.get(self.local(household)).copied().unwrap_or(0)
    }

    /// The lot of a household of the pool.
    pub(crate) fn lot(&self, household: u32) -> u128 {
        self.lots.get(self.local(household)).copied().unwrap_or(0)
    }

    /// The call order, before anybody is deferred.
    pub(crate) fn order(&self) -> &[u32] {
        &self.order
    }

    fn turn(&self, household: u32) -> Turn {
        self.turns.get(self.local(household)).copied().unwrap_or(Turn::CalledAgain)
    }

    fn set_turn(&mut self, household: u32, turn: Turn) {
        let local = self.local(household);
        self.turns.get_mut(local).into_iter().for_each(|t| *t = turn);
    }

    /// D2: the household that is to be called next: the first in the order that was not called, then the first deferred.
    pub(crate) fn due(&mut self) -> Option<u32> {
        while let Some(&household) = self.order.get(self.next) {
            if self.turn(household) == Turn::NotCalled {
                return Some(household);
            }
            self.next += 1;
        }
        while let Some(&household) = self.deferred.get(self.next_deferred) {
            if self.turn(household) == Turn::Deferred {
                return Some(household);
            }
            self.next_deferred += 1;
        }
        None
    }

    /// A household is called.
    pub(crate) fn call(&mut self, roll: &Roll, household: u32) {
        let again = match self.turn(household) {
            Turn::NotCalled => Turn::Called,
            Turn::Deferred => Turn::CalledAgain,
            already => already,
        };
        if again != self.turn(household) {
            self.units.call(roll, household);
            self.set_turn(household, again);
        }
        (self.called, self.lot_due, self.last) = (Some(household), false, Last::Other);
        self.calls += 1;
    }

    /// D4: what a household just called is offered.
    pub(crate) fn offer(&mut self, roll: &Roll, household: u32) -> Offer {
        self.units.offer(roll, household)
    }

    fn unit(&self, local: u32) -> u32 {
        self.info.units.start + local
    }

    fn local_unit(&self, unit: u32) -> Option<u32> {
        self.info.units.contains(&unit).then(|| unit - self.info.units.start)
    }

    pub(crate) fn is_free(&self, unit: u32) -> bool {
        self.local_unit(unit).is_some_and(|u| self.units.is_free(u))
    }

    pub(crate) fn offers(&self, offer: Offer, unit: u32) -> bool {
        self.local_unit(unit).is_some_and(|u| self.units.offers(offer, u))
    }

    /// The offered units in plan order.
    pub(crate) fn listed(&self, offer: Offer) -> Vec<u32> {
        self.units.listed(offer).map(|u| self.unit(u)).collect()
    }

    /// The free units in plan order.
    pub(crate) fn left(&self) -> Vec<u32> {
        self.units.left().map(|u| self.unit(u)).collect()
    }

    /// D6: the number that the household's lot gives, and the unit.
    pub(crate) fn by_lot(&self, offer: Offer, household: u32) -> Option<(u32, u32)> {
        let number = lot_number(self.lot(household), offer.count)?;
        self.units.nth(offer, number).map(|u| (number, self.unit(u)))
    }

    /// D7: the first offered unit of the household's ranking, with its place from 1.
    pub(crate) fn by_ranking(&self, roll: &Roll, offer: Offer, household: u32) -> Option<(u64, u32)> {
        (1..).zip(roll.ranking(household).iter().copied()).find(|&(_, unit)| self.offers(offer, unit))
    }

    /// A unit is picked; `chosen` says that it was by choice, which can be withdrawn.
    pub(crate) fn pick(&mut self, household: u32, unit: u32, chosen: bool) {
        if let Some(local) = self.local_unit(unit).filter(|u| self.units.is_free(*u)) {
            self.units.take(local);
        }
        self.picked += 1;
        (self.called, self.lot_due) = (None, false);
        self.last = if chosen { Last::Choice { household, unit } } else { Last::Other };
    }

    /// The household goes to the standby list.
    pub(crate) fn stand_by(&mut self) {
        self.standby += 1;
        (self.called, self.lot_due, self.last) = (None, false, Last::Other);
    }

    /// D8: the household missed its call: it is deferred or a pick by lot is due.
    pub(crate) fn miss(&mut self, roll: &Roll, household: u32) {
        let deferred = self.info.absence == Some(Absence::Last) && self.turn(household) == Turn::Called;
        if deferred {
            self.set_turn(household, Turn::Deferred);
            self.deferred.push(household);
            self.units.defer(roll, household);
        }
        self.called = if deferred { None } else { Some(household) };
        self.lot_due = !deferred;
        self.last = Last::Missed { household, deferred };
    }

    /// D9: withdraws what was done last. Gives the household and the unit it gave up, if anything could be withdrawn.
    pub(crate) fn undo(&mut self, roll: &Roll) -> Option<(u32, Option<u32>)> {
        let (household, unit) = match self.last {
            Last::Other => return None,
            Last::Choice { household, unit } => {
                self.local_unit(unit).into_iter().for_each(|u| self.units.put_back(u));
                self.picked -= 1;
                (household, Some(unit))
            }
            Last::Missed { household, deferred } => {
                if deferred {
                    self.deferred.pop();
                    self.set_turn(household, Turn::Called);
                    self.units.call(roll, household);
                }
                (household, None)
            }
        };
        (self.called, self.lot_due, self.last) = (Some(household), false, Last::Other);
        Some((household, unit))
    }

    /// Whether the rule of the pool is this one.
    pub(crate) fn rule_is(&self, rule: PickRule) -> bool {
        self.info.rule == rule
    }
}
