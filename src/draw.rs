//! The draw of one pool: who is due, who was called, what was picked (rules D2 to D11).
//!
//! The live session and the verifier both walk through a pool with this. It computes; it does not
//! judge: the session lets through only what the rules allow, and the verifier writes down what
//! they do not allow and then follows the file.

use crate::budgets::{Budgets, Claims};
use crate::hash::Hash;
use crate::lines::{Absence, By, Line, PickRule, Unranked};
use crate::number::place as at;
use crate::order::in_call_order_as;
use crate::picks::{Offer, Units, lot_number};
use crate::plan::{HouseholdNumber, Ids, PoolInfo, PoolNumber, Roll, UnitNumber};
use crate::profile::Decimal;
use crate::seed::{Drawn, Keystream, numbers_in, pool_key};
use crate::threads::Threads;
use std::borrow::Cow;
use std::sync::Arc;

/// What was done last, as far as it can be withdrawn (rule D9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Last {
    /// Nothing that can be withdrawn.
    Other,
    /// A household chose a unit; `None` if it was not free, which only a refuted file has.
    Choice { household: HouseholdNumber, unit: Option<UnitNumber> },
    /// A household missed its call; whether it was deferred.
    Missed { household: HouseholdNumber, deferred: bool },
}

/// What comes next in a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// This household is called.
    Call(HouseholdNumber),
    /// The household just called chooses, or misses its call.
    Choose { household: HouseholdNumber, offered: u32 },
    /// The household just called gets what the rules give it.
    Serve(HouseholdNumber, Outcome),
    /// Those who were deferred to the end of the day were called; the others are called tomorrow.
    Tomorrow,
    /// The pool ends.
    End,
}

/// How often a household was called (rules D2 and D8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Calls {
    None,
    Once,
    /// It missed its call, and is called once more after all others.
    Deferred,
    Twice,
}

/// How often each household was called, and who has a pick or a place on standby, by place in the
/// queue: in a byte for each.
#[derive(Debug, Clone)]
struct Marks(Vec<u8>);

impl Marks {
    const SERVED: u8 = 0x80;

    fn new(households: usize) -> Marks {
        Marks(vec![0; households])
    }

    fn calls(&self, place: usize) -> Option<Calls> {
        Some(match self.0.get(place)? & !Marks::SERVED {
            0 => Calls::None,
            1 => Calls::Once,
            2 => Calls::Deferred,
            _ => Calls::Twice,
        })
    }

    fn set_calls(&mut self, place: usize, calls: Calls) {
        let number = match calls {
            Calls::None => 0,
            Calls::Once => 1,
            Calls::Deferred => 2,
            Calls::Twice => 3,
        };
        let mark = self.0.get_mut(place);
        mark.into_iter().for_each(|mark| *mark = *mark & Marks::SERVED | number);
    }

    fn is_served(&self, place: usize) -> bool {
        self.0.get(place).is_some_and(|mark| mark & Marks::SERVED != 0)
    }

    fn set_served(&mut self, place: usize, served: bool) {
        let served = if served { Marks::SERVED } else { 0 };
        let mark = self.0.get_mut(place);
        mark.into_iter().for_each(|mark| *mark = *mark & !Marks::SERVED | served);
    }

    /// The first place from this one on whose household was not called yet.
    fn next_not_called(&self, from: usize) -> Option<usize> {
        let not_called = |mark: &u8| mark & !Marks::SERVED == 0;
        Some(from.saturating_add(self.0.get(from..)?.iter().position(not_called)?))
    }
}

/// How many households are served together at most.
const SERVED_TOGETHER: usize = 64;

/// What a draw needs of each household: 4 bytes, and 1 more where anybody has needs. Its numbers are
/// made anew whenever they are asked for: that takes less time than to fetch them from a memory of
/// that size.
#[derive(Debug, Clone)]
struct Queue {
    /// In call order.
    order: Vec<HouseholdNumber>,
    /// The class of the needs of each in call order, plus 1; 0 for none. Empty if nobody has needs.
    needs: Vec<u8>,
}

impl Queue {
    fn new(
        roll: &Roll,
        info: &PoolInfo,
        tickets: &[u64],
        units: &Units,
        threads: &Threads,
    ) -> Queue {
        let first = info.first_household();
        let in_plan = |own: u32| HouseholdNumber::new(first.saturating_add(own));
        let head = |own: u32| roll.group_head(in_plan(own)).get().saturating_sub(first);
        let tier = |own: u32| roll.tier(in_plan(own));
        let order = in_call_order_as(tickets, tier, head, in_plan, threads);
        // P7: 8 needs in a pool make 255 classes of households with needs.
        let class = |h: HouseholdNumber| {
            let class = units.need_class(roll, h).map_or(0, |class| class.saturating_add(1));
            debug_assert!(u8::try_from(class).is_ok(), "more classes of needs than P7 allows");
            u8::try_from(class).unwrap_or(u8::MAX)
        };
        let waiting = if units.has_needs() { &order[..] } else { &[] };
        let needs = waiting.iter().map(|h| class(*h)).collect();
        Queue { order, needs }
    }

    /// How many households without needs follow one another from this place on, at most
    /// [`SERVED_TOGETHER`].
    fn without_needs(&self, place: usize) -> usize {
        if self.needs.is_empty() {
            return SERVED_TOGETHER;
        }
        let from = self.needs.get(place..).unwrap_or_default();
        from.iter().take(SERVED_TOGETHER).take_while(|class| **class == 0).count()
    }

    /// The class of the needs of the household at a place in the order; `None` for none.
    fn need_class(&self, place: usize) -> Option<usize> {
        usize::from(*self.needs.get(place)?).checked_sub(1)
    }
}

/// A household that was called and got a unit by lot.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lot {
    pub(crate) household: HouseholdNumber,
    pub(crate) drawn: Drawn,
    pub(crate) needs: bool,
    /// How many units it was offered.
    pub(crate) offered: u32,
    /// D6: which of them it got.
    pub(crate) number: u32,
    pub(crate) unit: UnitNumber,
}

/// Turns that follow one another, with the ids of their households and units.
#[derive(Debug)]
pub(crate) struct Turns {
    pub(crate) lots: Vec<Lot>,
    pub(crate) households: Ids,
    pub(crate) units: Ids,
}

/// A pool while it is drawn. Households and units are numbered as in the whole plan.
#[derive(Debug, Clone)]
pub(crate) struct PoolDraw {
    pub(crate) index: PoolNumber,
    pub(crate) info: PoolInfo,
    pub(crate) key: Hash,
    /// Shared with copies of this draw, because it never changes.
    queue: Arc<Queue>,
    /// The place in the queue of each household; empty until somebody asks.
    places: Vec<u32>,
    /// The first place in the queue whose household was not called yet.
    next: usize,
    /// The place in the queue of the household that is called next, or was called last.
    at_hand: usize,
    marks: Marks,
    /// Places in the queue, in the order in which they were deferred.
    deferred: Vec<usize>,
    next_deferred: usize,
    /// D2: one that was deferred to the end of the day was called, so that only such are due.
    evening: bool,
    units: Units,
    /// D14: the claims of families with a budget in this pool, and what these families have left.
    claims: Arc<Claims>,
    budgets: Budgets,
    /// The household just called, until it is served or deferred.
    pub(crate) called: Option<HouseholdNumber>,
    /// What it is offered; nothing when nobody is called.
    offer: Offer,
    /// Whether the household just called missed its call and a pick by lot is due.
    pub(crate) lot_due: bool,
    pub(crate) last: Last,
    pub(crate) calls: u64,
    pub(crate) picked: u64,
    pub(crate) standby: u64,
}

impl PoolDraw {
    /// The draw of a pool with this seed.
    pub(crate) fn new(
        roll: &Roll,
        index: PoolNumber,
        seed: Hash,
        threads: &Threads,
    ) -> Option<PoolDraw> {
        let info = roll.pool(index)?;
        let key = pool_key(seed, &info.id);
        let (mut units, mut tickets) = (None, Vec::new());
        threads.both(
            || units = Some(Units::new(roll, info)),
            || tickets = Keystream::new(key).tickets(info.household_count()),
        );
        let units = units?;
        let queue = Queue::new(roll, info, &tickets, &units, threads);
        Some(PoolDraw::with(roll, index, info, key, units, queue))
    }

    /// The draw of a pool of which all units are free, with this key.
    pub(crate) fn of_free_units(
        roll: &Roll,
        index: PoolNumber,
        info: &PoolInfo,
        key: Hash,
        units: Units,
    ) -> PoolDraw {
        let tickets = Keystream::new(key).tickets(info.household_count());
        let queue = Queue::new(roll, info, &tickets, &units, &Threads::default());
        PoolDraw::with(roll, index, info, key, units, queue)
    }

    fn with(
        roll: &Roll,
        index: PoolNumber,
        info: &PoolInfo,
        key: Hash,
        units: Units,
        queue: Queue,
    ) -> PoolDraw {
        PoolDraw {
            queue: Arc::new(queue),
            places: Vec::new(),
            marks: Marks::new(at(info.household_count())),
            units,
            claims: Arc::new(Claims::of(roll, info)),
            budgets: Budgets::default(),
            index,
            info: info.clone(),
            key,
            next: 0,
            at_hand: 0,
            deferred: Vec::new(),
            next_deferred: 0,
            evening: false,
            called: None,
            offer: Offer::NOTHING,
            lot_due: false,
            last: Last::Other,
            calls: 0,
            picked: 0,
            standby: 0,
        }
    }

    /// D14: the pool before this one is over, and what families have left is for this one.
    pub(crate) fn borrow(&mut self, budgets: &mut Budgets) {
        if self.info.measured {
            std::mem::swap(&mut self.budgets, budgets);
        }
    }

    /// D14: the pool is over: gives back what families have left.
    pub(crate) fn give_back(&mut self, budgets: &mut Budgets) {
        self.borrow(budgets);
    }

    /// D4, D14: what a household of this class that was just called is offered.
    fn offer_to(&mut self, household: HouseholdNumber, class: Option<usize>) -> Offer {
        let limit = self.area_left(household);
        self.units.offer(class, limit)
    }

    /// The place in the queue of a household, if it is the one at hand.
    fn at_hand(&self, household: HouseholdNumber) -> Option<usize> {
        (self.queue.order.get(self.at_hand) == Some(&household)).then_some(self.at_hand)
    }

    /// The numbers of a household of the pool.
    pub(crate) fn drawn(&self, household: HouseholdNumber) -> Drawn {
        let own = self.info.household_numbers().place_of(household);
        debug_assert!(own.is_some(), "household {household} is not in the pool");
        // A household of another pool, which would be a bug, gets the numbers that nobody has.
        numbers_in(&Keystream::new(self.key).block(own.unwrap_or(u32::MAX)))
    }

    fn need_class(&self, roll: &Roll, household: HouseholdNumber) -> Option<usize> {
        match self.at_hand(household) {
            Some(place) => self.queue.need_class(place),
            None => self.units.need_class(roll, household),
        }
    }

    /// Whether a household of the pool has needs.
    pub(crate) fn has_needs(&self, roll: &Roll, household: HouseholdNumber) -> bool {
        self.need_class(roll, household).is_some()
    }

    /// The call order, before anybody is deferred.
    pub(crate) fn order(&self) -> &[HouseholdNumber] {
        &self.queue.order
    }

    /// The place of a household of the pool in the call order. Only for those called out of turn
    /// this takes more than a look.
    fn place(&mut self, household: HouseholdNumber) -> Option<usize> {
        if let Some(place) = self.at_hand(household) {
            return Some(place);
        }
        let households = self.info.household_numbers();
        if self.places.is_empty() {
            self.places = vec![0; self.queue.order.len()];
            for (place, household) in (0..).zip(&self.queue.order) {
                let own = households.place_of(*household);
                let slot = own.and_then(|own| self.places.get_mut(at(own)));
                slot.into_iter().for_each(|slot| *slot = place);
            }
        }
        self.places.get(at(households.place_of(household)?)).map(|place| at(*place))
    }

    fn calls_of(&mut self, household: HouseholdNumber) -> Calls {
        let calls = self.place(household).and_then(|place| self.marks.calls(place));
        debug_assert!(calls.is_some(), "household {household} is not in the pool");
        // As one that is called no more.
        calls.unwrap_or(Calls::Twice)
    }

    fn set_calls(&mut self, household: HouseholdNumber, calls: Calls) {
        let place = self.place(household);
        place.into_iter().for_each(|place| self.marks.set_calls(place, calls));
    }

    fn is_served(&mut self, household: HouseholdNumber) -> bool {
        self.place(household).is_some_and(|place| self.marks.is_served(place))
    }

    fn set_served(&mut self, household: HouseholdNumber, served: bool) {
        let place = self.place(household);
        place.into_iter().for_each(|place| self.marks.set_served(place, served));
    }

    /// D4: a household is called, and waits no longer. What it is offered is computed here, once:
    /// until the call ends nothing changes it.
    fn begin_call(&mut self, roll: &Roll, household: HouseholdNumber) {
        let class = self.need_class(roll, household);
        // One that is served already, which only a refuted file calls, does not wait.
        if !self.is_served(household) {
            self.units.call(class);
            self.budgets.release(&self.claims, household);
        }
        self.called = Some(household);
        self.offer = self.offer_to(household, class);
    }

    /// D9: a household is again the one just called. It waits only if it was deferred since.
    fn call_anew(&mut self, roll: &Roll, household: HouseholdNumber, deferred: bool) {
        if deferred {
            return self.begin_call(roll, household);
        }
        self.called = Some(household);
        self.offer = self.offer_to(household, self.need_class(roll, household));
    }

    /// D4: a household that was called waits again, if it was not served.
    fn end_call(&mut self, roll: &Roll) {
        self.offer = Offer::NOTHING;
        if let Some(household) = self.called.take().filter(|household| !self.is_served(*household))
        {
            self.units.defer(self.need_class(roll, household));
            self.budgets.reserve(&self.claims, household);
        }
    }

    /// D2: the household that is to be called next: the first in the order that was not called,
    /// then the first deferred.
    pub(crate) fn next_to_call(&self) -> Option<HouseholdNumber> {
        // D2: the households in that order; after them, in the order in which they were deferred,
        // those that are called again.
        let place = self.next_of_today().or_else(|| self.next_deferred())?;
        self.queue.order.get(place).copied()
    }

    fn next_of_today(&self) -> Option<usize> {
        self.next_in_order().filter(|_| !self.evening)
    }

    /// D2: the first of those that are called again at the end of the day.
    pub(crate) fn late(&self) -> Option<HouseholdNumber> {
        let absence = self.info.absence == Some(Absence::Day);
        self.queue.order.get(self.next_deferred().filter(|_| absence)?).copied()
    }

    /// D2: all of them, in the order in which they are called again.
    pub(crate) fn all_late(&self) -> impl Iterator<Item = HouseholdNumber> + '_ {
        let absence = self.info.absence == Some(Absence::Day);
        let waits = |place: &&usize| self.marks.calls(**place) == Some(Calls::Deferred);
        let deferred = self.deferred.get(self.next_deferred..).unwrap_or_default();
        let places = deferred.iter().filter(move |_| absence).filter(waits);
        places.filter_map(|place| self.queue.order.get(*place).copied())
    }

    /// D11: the first household that was not called, or not called again.
    pub(crate) fn not_called(&self) -> Option<HouseholdNumber> {
        let place = self.next_in_order().or_else(|| self.next_deferred())?;
        self.queue.order.get(place).copied()
    }

    /// T2: nobody is called, and nobody waits for the end of this day.
    pub(crate) fn day_may_end(&self) -> bool {
        self.called.is_none() && self.late().is_none()
    }

    /// D2: tomorrow the order goes on. D9: what was done today is withdrawn no more.
    pub(crate) fn end_day(&mut self) {
        (self.evening, self.last) = (false, Last::Other);
    }

    fn next_in_order(&self) -> Option<usize> {
        self.marks.next_not_called(self.next)
    }

    fn next_deferred(&self) -> Option<usize> {
        let waits = |place: &&usize| self.marks.calls(**place) == Some(Calls::Deferred);
        self.deferred.get(self.next_deferred..)?.iter().find(waits).copied()
    }

    /// Moves on to the household that is to be called next, so that nobody looks at those before
    /// it again.
    fn move_on(&mut self) {
        let waits = |place: &usize| self.marks.calls(*place) == Some(Calls::Deferred);
        self.next = self.next_in_order().unwrap_or(self.queue.order.len());
        let called = self.deferred.iter().skip(self.next_deferred).take_while(|p| !waits(p));
        self.next_deferred = self.next_deferred.saturating_add(called.count());
        let deferred = self.deferred.get(self.next_deferred).copied();
        let in_order = (self.next < self.queue.order.len()).then_some(self.next);
        // When nobody is left, the last one stays at hand: its choice can be withdrawn (D9).
        self.at_hand = in_order.or(deferred).unwrap_or(self.at_hand);
    }

    /// Whether nothing is left to anybody's choice, and no family's budget counts.
    pub(crate) fn is_all_by_lot(&self) -> bool {
        self.rule_is(PickRule::Lot) && !self.info.measured
    }

    /// D2, D4 to D6: calls so many households of a pool that is [all by lot](Self::is_all_by_lot),
    /// and serves them; stops before this household, and before one that is offered nothing.
    ///
    /// Does what [`PoolDraw::call`], [`outcome`] and [`PoolDraw::pick`] do for one after the other,
    /// which is the plain form (tests compare them): here nobody is deferred, waits a second time
    /// or is looked up by its number, so a million are served in a tenth of a second.
    fn by_lot_ahead(&mut self, most: usize, until: Option<HouseholdNumber>) -> Vec<Lot> {
        debug_assert!(self.is_all_by_lot() && self.called.is_none() && self.deferred.is_empty());
        let queue = Arc::clone(&self.queue);
        let due = queue.order.iter().skip(self.next).take(most);
        let households: Vec<HouseholdNumber> =
            due.copied().take_while(|h| Some(*h) != until).collect();
        let own = self.info.household_numbers();
        let own: Vec<u32> = households.iter().map_while(|h| own.place_of(*h)).collect();
        let drawn = Keystream::new(self.key).drawn_by(&own);
        let mut lots = Vec::with_capacity(drawn.len());
        crate::wide::with_vectors(
            #[inline(always)]
            || self.serve_all(&households, &drawn, &mut lots),
        );
        lots
    }

    /// Serves households that follow one another, until one is offered nothing.
    #[inline(always)]
    fn serve_all(&mut self, households: &[HouseholdNumber], drawn: &[Drawn], out: &mut Vec<Lot>) {
        let queue = Arc::clone(&self.queue);
        let units = self.info.unit_numbers();
        while let (Some(left @ [first, ..]), at) = (drawn.get(out.len()..), out.len()) {
            let class = queue.need_class(self.next);
            let alike = left.iter().take(queue.without_needs(self.next));
            let mut served = self.units.serve_many_by_lot(alike.map(|drawn| drawn.lot));
            if served.is_empty() {
                served.extend(self.units.serve_by_lot(class, first.lot));
            }
            if served.is_empty() {
                self.units.defer(class);
                return;
            }
            let turns = served.iter().zip(households.iter().zip(drawn).skip(at));
            for (&(offered, number, unit), (&household, &drawn)) in turns {
                let Some(unit) = units.at(unit) else { return };
                self.enter_lot();
                let needs = class.is_some();
                out.push(Lot { household, drawn, needs, offered, number, unit });
            }
        }
    }

    /// The next thousand turns of a pool that is [all by lot](Self::is_all_by_lot), with their ids:
    /// in one go, because what is read one right after the other comes out of the memory together.
    pub(crate) fn turns_ahead(&mut self, roll: &Roll, until: Option<HouseholdNumber>) -> Turns {
        const TURNS: usize = 1_024;
        let lots = self.by_lot_ahead(TURNS, until);
        let households = roll.households.listed(lots.iter().map(|lot| lot.household.get()));
        let units = roll.units.listed(lots.iter().map(|lot| lot.unit.get()));
        Turns { lots, households, units }
    }

    /// The household that is next in the order was called, and got a unit.
    fn enter_lot(&mut self) {
        let place = self.next;
        self.marks.set_calls(place, Calls::Once);
        self.marks.set_served(place, true);
        self.calls = self.calls.saturating_add(1);
        self.picked = self.picked.saturating_add(1);
        self.next = place.saturating_add(1);
        self.at_hand = if self.next < self.queue.order.len() { self.next } else { place };
        self.last = Last::Other;
    }

    /// Computes now what the next call would compute: for tests that compare all of two draws.
    #[cfg(test)]
    pub(crate) fn settle(&mut self) {
        self.units.settle();
    }

    /// The same pool with all units free and nobody called.
    pub(crate) fn afresh(&self, roll: &Roll) -> PoolDraw {
        PoolDraw {
            marks: Marks::new(self.queue.order.len()),
            units: Units::new(roll, &self.info),
            next: 0,
            at_hand: 0,
            called: None,
            offer: Offer::NOTHING,
            last: Last::Other,
            calls: 0,
            picked: 0,
            standby: 0,
            ..self.clone()
        }
    }

    /// D2, D6 to D8, D10: what comes next in the pool.
    pub(crate) fn next(&self, roll: &Roll) -> Next {
        let Some(household) = self.called else {
            // D11: the pool ends when no call is open and no household is due any more.
            let over = || if self.not_called().is_some() { Next::Tomorrow } else { Next::End };
            return self.next_to_call().map_or_else(over, Next::Call);
        };
        // D8: who was called chooses, as long as anything is on offer (D10) and it answers.
        if self.rule_is(PickRule::Choice) && !self.lot_due && self.offer.count > 0 {
            return Next::Choose { household, offered: self.offer.count };
        }
        Next::Serve(household, outcome(roll, self, household))
    }

    /// A household is called.
    pub(crate) fn call(&mut self, roll: &Roll, household: HouseholdNumber) {
        let calls = match self.calls_of(household) {
            Calls::None => Calls::Once,
            Calls::Deferred => Calls::Twice,
            // Called again out of turn, which only a refuted file does: it is deferred no second
            // time.
            already => already,
        };
        self.evening |= self.late() == Some(household);
        // After a fault: a call while another is open leaves that household unserved; it waits again.
        self.end_call(roll);
        self.at_hand = self.place(household).unwrap_or(self.at_hand);
        self.begin_call(roll, household);
        self.set_calls(household, calls);
        (self.lot_due, self.last) = (false, Last::Other);
        self.calls = self.calls.saturating_add(1);
    }

    /// D4: what the household just called is offered; nothing when nobody is called.
    pub(crate) fn offer(&self) -> Offer {
        self.offer
    }

    /// D14: the area that the budget leaves to a household that was just called.
    pub(crate) fn area_left(&self, household: HouseholdNumber) -> Option<u64> {
        self.budgets.limit(&self.claims, household)
    }

    /// D14: whether a unit has more area than the budget of the household just called leaves.
    pub(crate) fn is_beyond_budget(&self, household: HouseholdNumber, unit: UnitNumber) -> bool {
        let limit = self.area_left(household);
        let area = self.info.unit_numbers().place_of(unit).map(|unit| self.units.area(unit));
        limit.zip(area).is_some_and(|(limit, area)| area > limit)
    }

    pub(crate) fn is_free(&self, unit: UnitNumber) -> bool {
        self.info.unit_numbers().place_of(unit).is_some_and(|u| self.units.is_free(u))
    }

    pub(crate) fn offers(&self, offer: Offer, unit: UnitNumber) -> bool {
        self.info.unit_numbers().place_of(unit).is_some_and(|u| self.units.offers(offer, u))
    }

    /// Units of the pool, which has them from 0.
    fn in_plan(&self, places: impl Iterator<Item = u32>) -> Vec<UnitNumber> {
        let units = self.info.unit_numbers();
        places.filter_map(|place| units.at(place)).collect()
    }

    /// The offered units in plan order.
    pub(crate) fn listed(&self, offer: Offer) -> Vec<UnitNumber> {
        self.in_plan(self.units.listed(offer))
    }

    /// The free units in plan order.
    pub(crate) fn left(&self) -> Vec<UnitNumber> {
        self.in_plan(self.units.left())
    }

    /// How many units are free.
    pub(crate) fn left_count(&self) -> u64 {
        self.units.free_count().into()
    }

    /// D6: the number that the household's lot gives, and the unit.
    pub(crate) fn by_lot(
        &self,
        offer: Offer,
        household: HouseholdNumber,
    ) -> Option<(u32, UnitNumber)> {
        // D6: number (lot mod `offered`). There is none when nothing is offered.
        let number = lot_number(self.drawn(household).lot, offer.count)?;
        Some((number, self.info.unit_numbers().at(self.units.nth(offer, number)?)?))
    }

    /// D7: the first offered unit of the household's ranking, with its place from 1.
    pub(crate) fn by_ranking(
        &self,
        roll: &Roll,
        offer: Offer,
        household: HouseholdNumber,
    ) -> Option<(u64, UnitNumber)> {
        // D7: the first unit of the ranking that is offered.
        (1..)
            .zip(roll.ranking(household).iter().copied())
            .find(|&(_, unit)| self.offers(offer, unit))
    }

    /// A unit is picked; `chosen` says that it was by choice, which can be withdrawn.
    pub(crate) fn pick(&mut self, household: HouseholdNumber, unit: UnitNumber, chosen: bool) {
        debug_assert_eq!(self.called, Some(household), "who picks is called");
        // `None` if the unit was taken before: whoever withdraws this pick does not free it.
        let taken = self.info.unit_numbers().place_of(unit).filter(|u| self.units.take(*u));
        let area = taken.map_or(0, |unit| self.units.area(unit));
        self.budgets.spend(&self.claims, household, area);
        let unit = taken.map(|_| unit);
        self.serve(household);
        self.picked = self.picked.saturating_add(1);
        self.last = if chosen { Last::Choice { household, unit } } else { Last::Other };
    }

    /// The household goes to the standby list.
    pub(crate) fn stand_by(&mut self) {
        let called = self.called;
        debug_assert!(called.is_some(), "nobody is called who could go to the standby list");
        called.into_iter().for_each(|household| self.serve(household));
        self.standby = self.standby.saturating_add(1);
        self.last = Last::Other;
    }

    /// The call is over, because the household is served.
    fn serve(&mut self, household: HouseholdNumber) {
        self.set_served(household, true);
        (self.called, self.offer, self.lot_due) = (None, Offer::NOTHING, false);
        self.move_on();
    }

    /// D8: the household missed its call: it is deferred or a pick by lot is due.
    pub(crate) fn miss(&mut self, roll: &Roll, household: HouseholdNumber) {
        debug_assert_eq!(self.called, Some(household), "who misses is called");
        // D8: deferred is who missed for the first time, in a pool with `absence` `last` or `day`.
        let defers = matches!(self.info.absence, Some(Absence::Last | Absence::Day));
        let deferred = defers && self.calls_of(household) == Calls::Once;
        if let Some(place) = self.place(household).filter(|_| deferred) {
            self.set_calls(household, Calls::Deferred);
            self.deferred.push(place);
            self.end_call(roll);
            self.move_on();
        }
        self.lot_due = !deferred;
        self.last = Last::Missed { household, deferred };
    }

    /// D9: withdraws what was done last, if it can be withdrawn, and says what it was.
    pub(crate) fn undo(&mut self, roll: &Roll) -> Last {
        let undone = self.last;
        let household = match undone {
            Last::Other => return undone,
            Last::Choice { household, unit } => {
                // D9: the unit is free again if that pick took it.
                if let Some((unit, local)) =
                    unit.and_then(|u| Some((u, self.info.unit_numbers().place_of(u)?)))
                {
                    let class = self.units.class(roll, unit);
                    self.units.put_back(local, class);
                    let area = self.units.area(local);
                    self.budgets.return_spent(&self.claims, household, area);
                }
                self.picked = self.picked.saturating_sub(1);
                // Also one that was served before: what stood before an undone pick is void with
                // it. It was not waiting.
                self.set_served(household, false);
                household
            }
            Last::Missed { household, deferred } => {
                if deferred {
                    self.deferred.pop();
                    self.set_calls(household, Calls::Once);
                }
                household
            }
        };
        // D9: the household is again the one just called, and chooses anew.
        self.at_hand = self.place(household).unwrap_or(self.at_hand);
        self.call_anew(roll, household, matches!(undone, Last::Missed { deferred: true, .. }));
        (self.lot_due, self.last) = (false, Last::Other);
        undone
    }

    /// Whether the rule of the pool is this one.
    pub(crate) fn rule_is(&self, rule: PickRule) -> bool {
        self.info.rule == rule
    }
}

/// What happens to a household that does not choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Ranking { offered: u32, rank: u64, unit: UnitNumber },
    Lot { offered: u32, number: u32, unit: UnitNumber },
    Standby,
}

/// D6, D7, D10: what the rules give to the household just called when it does not choose.
pub(crate) fn outcome(roll: &Roll, pool: &PoolDraw, household: HouseholdNumber) -> Outcome {
    let offer = pool.offer();
    let offered = offer.count;
    if pool.rule_is(PickRule::Ranking) {
        // D7: the first unit of the household's ranking that is offered.
        if let Some((rank, unit)) = pool.by_ranking(roll, offer, household) {
            return Outcome::Ranking { offered, rank, unit };
        }
        // D7: when none of it is, `unranked` decides: `lot` draws by lot, `standby` puts on
        // standby.
        if pool.info.unranked == Some(Unranked::Standby) {
            return Outcome::Standby;
        }
    }
    // D10: a household for which nothing is offered, and so no lot draws, gets `standby`.
    pool.by_lot(offer, household).map_or(Outcome::Standby, |(number, unit)| Outcome::Lot {
        offered,
        number,
        unit,
    })
}

/// The `call` line of a household, before it is called.
pub(crate) fn call_line<'a>(
    roll: &'a Roll,
    pool: &'a PoolDraw,
    household: HouseholdNumber,
    at: Option<u64>,
) -> Line<'a> {
    let (place, id) = (pool.calls.saturating_add(1), roll.household_id(household));
    call_of(&pool.info.id, place, id, pool.drawn(household).ticket, at)
}

/// The `call` line of the household with this id and ticket.
pub(crate) fn call_of<'a>(
    pool: &'a str,
    place: u64,
    household: &'a str,
    ticket: u64,
    at: Option<u64>,
) -> Line<'a> {
    let (pool, household) = (Cow::Borrowed(pool), Cow::Borrowed(household));
    Line::Call { pool, place, household, ticket: Decimal(ticket.into()), at }
}

/// The `pick` line by lot of the household and the unit with these ids: how many units were offered,
/// the lot, and which of them it gave.
pub(crate) fn lot_of<'a>(
    household: &'a str,
    (offered, lot, number): (u32, u128, u32),
    unit: &'a str,
    at: Option<u64>,
) -> Line<'a> {
    Line::Pick {
        household: Cow::Borrowed(household),
        by: By::Lot,
        offered: offered.into(),
        lot: Some(Decimal(lot)),
        number: Some(number.into()),
        rank: None,
        unit: Cow::Borrowed(unit),
        proxy: None,
        at,
    }
}

/// The line of an outcome, before it is applied.
pub(crate) fn outcome_line<'a>(
    roll: &'a Roll,
    pool: &'a PoolDraw,
    household: HouseholdNumber,
    outcome: &Outcome,
    at: Option<u64>,
) -> Line<'a> {
    let id = roll.household_id(household);
    match *outcome {
        Outcome::Standby => Line::Standby {
            household: Cow::Borrowed(id),
            place: pool.standby.saturating_add(1),
            at,
        },
        Outcome::Ranking { offered, rank, unit } => Line::Pick {
            household: Cow::Borrowed(id),
            by: By::Ranking,
            offered: offered.into(),
            lot: None,
            number: None,
            rank: Some(rank),
            unit: Cow::Borrowed(roll.unit_id(unit)),
            proxy: None,
            at,
        },
        Outcome::Lot { offered, number, unit } => {
            lot_of(id, (offered, pool.drawn(household).lot, number), roll.unit_id(unit), at)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Last, Lot as Turned, Outcome, PoolDraw, outcome};
    use crate::hash::Hash;
    use crate::plan::{
        Absence, HouseholdNumber, Mode, PickRule, Plan, Pool, PoolNumber, Roll, Source, UnitNumber,
    };
    use crate::threads::Threads;
    use std::collections::BTreeSet;

    /// Six households, four of them with needs of three kinds, and seven units.
    fn roll() -> Roll {
        let mut pool = Pool::new("P", "x", "x", PickRule::Choice);
        pool.absence = Some(Absence::Last);
        let units: [&[&str]; 7] = [&["a"], &["a", "b"], &["b"], &[], &["a"], &["b"], &[]];
        for (n, features) in (0..).zip(units) {
            pool = pool.unit(&format!("U{n}"), &format!("{n}"), 1, features);
        }
        let needs: [&[&str]; 6] = [&[], &["a"], &["b"], &[], &["a", "b"], &["a"]];
        for (n, needs) in (0..).zip(needs) {
            pool = pool.household(&format!("H{n}"), "x", 1, needs);
        }
        let plan = Plan::new("draw.example/1", "x", Mode::Rehearsal)
            .bench("a", "a", 1, &[("r", "r")])
            .bench("b", "b", 1, &[("o", "o")]);
        plan.source(Source::TWENTY_DICE).pool(pool).validate().unwrap().roll().clone()
    }

    /// Rules D2, D4, D8 and D9 as the specification tells them, with section 7 for what no draw
    /// does but a file may say.
    #[derive(Default)]
    struct Model {
        taken: BTreeSet<UnitNumber>,
        served: BTreeSet<HouseholdNumber>,
        called: Option<HouseholdNumber>,
        ever_called: BTreeSet<HouseholdNumber>,
        missed: BTreeSet<HouseholdNumber>,
        /// Who is called once more, in order.
        deferred: Vec<HouseholdNumber>,
    }

    impl Model {
        fn accepts(roll: &Roll, household: HouseholdNumber, unit: UnitNumber) -> bool {
            roll.needs(household).iter().all(|need| roll.features(unit).contains(need))
        }

        /// How many of those who wait can be housed without this unit.
        fn housed(&self, roll: &Roll, without: Option<UnitNumber>) -> usize {
            let waits = |h: &HouseholdNumber| {
                !roll.needs(*h).is_empty() && !self.served.contains(h) && self.called != Some(*h)
            };
            let free = |u: &UnitNumber| !self.taken.contains(u) && Some(*u) != without;
            let units: Vec<UnitNumber> = roll.unit_numbers().filter(free).collect();
            best(roll, &roll.household_numbers().filter(waits).collect::<Vec<_>>(), &units)
        }

        fn offered(&self, roll: &Roll) -> Vec<UnitNumber> {
            let Some(household) = self.called else { return Vec::new() };
            let offered = |u: &UnitNumber| {
                !self.taken.contains(u)
                    && Model::accepts(roll, household, *u)
                    && self.housed(roll, Some(*u)) == self.housed(roll, None)
            };
            roll.unit_numbers().filter(offered).collect()
        }
    }

    /// The size of a largest matching, by trying all.
    fn best(roll: &Roll, waiting: &[HouseholdNumber], units: &[UnitNumber]) -> usize {
        let Some((first, rest)) = waiting.split_first() else { return 0 };
        let mut most = best(roll, rest, units);
        for unit in units.iter().filter(|unit| Model::accepts(roll, *first, **unit)) {
            let others: Vec<UnitNumber> = units.iter().copied().filter(|u| u != unit).collect();
            most = most.max(1 + best(roll, rest, &others));
        }
        most
    }

    /// One step that a file may have, allowed or not: also calls of who is served already.
    fn step(roll: &Roll, pool: &mut PoolDraw, model: &mut Model, dice: u32) {
        let free: Vec<UnitNumber> =
            roll.unit_numbers().filter(|u| !model.taken.contains(u)).collect();
        match (dice % 8, model.called) {
            (0 | 1, Some(h)) if !free.is_empty() => {
                let unit = free[dice as usize / 8 % free.len()];
                pool.pick(h, unit, true);
                model.taken.insert(unit);
                model.served.insert(h);
                model.called = None;
                if (dice / 64).is_multiple_of(3) {
                    assert_eq!(pool.undo(roll), Last::Choice { household: h, unit: Some(unit) });
                    model.taken.remove(&unit);
                    model.served.remove(&h);
                    model.called = Some(h);
                }
            }
            (2, Some(h)) => {
                pool.stand_by();
                model.served.insert(h);
                model.called = None;
            }
            (3 | 4, Some(h)) => {
                pool.miss(roll, h);
                let deferred = model.missed.insert(h);
                if (dice / 64).is_multiple_of(3) {
                    assert_eq!(pool.undo(roll), Last::Missed { household: h, deferred });
                    if deferred {
                        model.missed.remove(&h);
                    }
                } else if deferred {
                    model.deferred.push(h);
                    model.called = None;
                }
            }
            _ => {
                let due = pool.next_to_call().filter(|_| (dice / 8).is_multiple_of(2));
                let any = roll.household_numbers().at(dice / 16 % roll.household_count());
                let h = due.or(any).unwrap();
                pool.call(roll, h);
                model.called = Some(h);
                model.ever_called.insert(h);
                model.deferred.retain(|deferred| *deferred != h);
            }
        }
    }

    #[test]
    fn turns_ahead_are_those_of_one_step_after_the_other() {
        for households in [1, 16, 36, 37, 38, 1_200] {
            let mut pool = Pool::lot("P", "x", "x");
            for n in 0..households {
                let needs: &[&str] = if n % 9 == 4 { &["a"] } else { &[] };
                pool = pool.unit(&format!("U{n:05}"), &format!("{n}"), 1, needs).household(
                    &format!("H{n:05}"),
                    "x",
                    1 + n as u64 % 3,
                    needs,
                );
            }
            let plan = Plan::new("draw.example/1", "x", Mode::Rehearsal)
                .bench("a", "a", 1, &[("r", "r")])
                .bench("b", "b", 1, &[("o", "o")]);
            let plan = plan.source(Source::TWENTY_DICE).pool(pool).validate().unwrap();
            let roll = plan.roll();
            let here = Threads::default();
            let mut ahead = PoolDraw::new(roll, PoolNumber::new(0), Hash([8; 32]), &here).unwrap();
            let mut plain = ahead.clone();
            let mut turns = Vec::new();
            while let Some(more) = Some(ahead.by_lot_ahead(37, None)).filter(|m| !m.is_empty()) {
                turns.extend(more);
            }
            assert_eq!(turns.len(), households);
            for turn in turns {
                let household = plain.next_to_call().unwrap();
                plain.call(roll, household);
                assert_eq!((turn.household, turn.drawn), (household, plain.drawn(household)));
                let Turned { offered, number, unit, .. } = turn;
                assert_eq!(
                    outcome(roll, &plain, household),
                    Outcome::Lot { offered, number, unit }
                );
                plain.pick(household, unit, false);
            }
            assert_eq!((ahead.calls, ahead.picked), (plain.calls, plain.picked));
            assert_eq!(ahead.next_to_call(), None);
        }
    }

    #[test]
    fn whatever_a_file_says_offers_and_order_are_those_of_the_specification() {
        let roll = roll();
        let (mut again, mut dice) = (0, 1_u32);
        for key in 0..60 {
            let mut pool =
                PoolDraw::new(&roll, PoolNumber::new(0), Hash([key; 32]), &Threads::default())
                    .unwrap();
            let mut model = Model::default();
            for _ in 0..40 {
                dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                step(&roll, &mut pool, &mut model, dice >> 8);
                again += u32::from(model.called.is_some_and(|h| model.served.contains(&h)));
                assert_eq!(pool.called, model.called);
                assert_eq!(pool.listed(pool.offer()), model.offered(&roll));
                let first = pool.order().iter().find(|h| !model.ever_called.contains(h));
                assert_eq!(pool.next_to_call(), first.or(model.deferred.first()).copied());
            }
        }
        assert!(again > 50, "{again} calls of who was served already");
    }
}
