//! Draws that count for nothing: one pool drawn by the rules with any key, as often as one likes
//! (rules D2 to D11).
//!
//! For odds before the draw (the same pool with many keys) and for comparisons after it (the same
//! key, but one household [without its priority](Roll::without_priority)). The draw is that of the
//! live session and of the verifier; whoever chooses is asked through a closure. Nothing is
//! written, and nothing here enters a transcript.
//!
//! ```
//! use floorlot::plan::Plan;
//! use floorlot::primitives::seed::pool_key;
//! use floorlot::trial::{Does, Trial};
//! use floorlot::Hash;
//! // Ten households that choose among 18 flats; here each takes the last one on offer.
//! let file = include_bytes!("../examples/data/block/plan.jsonl");
//! let plan = Plan::read_lines(file.trim_ascii_end().split(|b| *b == b'\n'))?;
//! let trial = Trial::new(plan.roll(), plan.roll().find_pool("B07-T2").unwrap()).unwrap();
//! let key = pool_key(Hash([7; 32]), "B07-T2");
//! let served = trial.draw(key, |turn| turn.offered().last().map_or(Does::Misses, |unit| Does::Takes(*unit)))?;
//! assert_eq!(served.len(), 10);
//! assert_eq!(served[0].holding.unit().map(|unit| plan.roll().unit_id(unit)), Some("B07-2002"));
//! assert_eq!(trial.order(key)[0], served[0].household);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::draw::{Outcome, PoolDraw, outcome};
use crate::hash::Hash;
use crate::holding::Holding;
use crate::lines::PickRule;
use crate::number::place;
use crate::order::in_call_order;
use crate::picks::Units;
use crate::plan::{HouseholdNumber, PoolInfo, PoolNumber, Roll, UnitNumber};
use crate::rules::Phrase;
use crate::seed::{Drawn, Keystream};
use std::collections::{BTreeMap, BTreeSet};

/// A pool that can be drawn again and again.
#[derive(Debug)]
pub struct Trial<'a> {
    roll: &'a Roll,
    index: PoolNumber,
    info: &'a PoolInfo,
    /// All free. Each draw begins with a copy.
    units: Units,
    entrants: Vec<Fixed>,
}

/// What no draw changes of a household, so that it is looked up once.
#[derive(Debug)]
struct Fixed {
    household: HouseholdNumber,
    tier: u16,
    /// The first of its group, counted in the pool from 0.
    head: u32,
    /// The class of its needs.
    needs: Option<usize>,
}

/// A household that is called and may choose.
#[derive(Debug)]
pub struct Turn {
    /// The household that was called.
    pub household: HouseholdNumber,
    /// Whether it missed a call before and was deferred (rule D8).
    pub again: bool,
    first: UnitNumber,
    offered: Vec<UnitNumber>,
}

impl Turn {
    /// The turn of the household just called; `None` if it is offered nothing.
    fn of(pool: &PoolDraw, household: HouseholdNumber, again: bool) -> Option<Turn> {
        let offer = pool.offer();
        let offered = if offer.count > 0 { pool.listed(offer) } else { Vec::new() };
        Some(Turn { household, again, first: *offered.first()?, offered })
    }

    /// The units that it is offered (rule D4), in plan order. Never
    /// empty.
    pub fn offered(&self) -> &[UnitNumber] {
        &self.offered
    }

    /// The first of them.
    pub fn first(&self) -> UnitNumber {
        self.first
    }
}

/// What a household does that is called and may choose (rule D8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    /// It takes this unit, which is on offer.
    Takes(UnitNumber),
    /// It does not answer: it is deferred, or its lot decides, as the plan says.
    Misses,
}

/// What became of a household.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Served {
    /// The household that was served.
    pub household: HouseholdNumber,
    /// What it got: a unit, or a place on the standby list.
    pub holding: Holding,
}

/// One course that a pool can take.
#[derive(Debug)]
pub struct Course<'c> {
    /// All households of the pool, in the order in which they were served.
    pub served: &'c [Served],
    /// How likely it is: a fraction, numerator and denominator. Those of all courses add up to 1.
    pub weight: (u128, u128),
}

/// The closure named a unit that is not on offer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("household {household} was to take unit {unit}, which is not on offer")]
pub struct NotOnOffer {
    /// The id of the household in the plan.
    pub household: String,
    /// The unit, or its number if there is no such unit.
    pub unit: String,
}

impl NotOnOffer {
    /// The error in both languages.
    pub fn words(&self) -> Phrase {
        let NotOnOffer { household, unit } = self;
        Phrase::new(self.to_string(), format!("住户 {household} 要选 {unit}，但该房不可选"))
    }
}

impl<'a> Trial<'a> {
    /// A pool of the plan; `None` if there is none, if its needs are beyond the limits of rule P7,
    /// or if a family with a budget has a claim in it: what that is offered depends on the other
    /// pools (rule D14).
    pub fn new(roll: &'a Roll, pool: PoolNumber) -> Option<Trial<'a>> {
        let info = roll.pool(pool).filter(|pool| !roll.beyond_limits && !pool.measured)?;
        let (units, households) = (Units::new(roll, info), info.household_numbers());
        let fixed = |household| Fixed {
            household,
            tier: roll.tier(household),
            head: households.place_of(roll.group_head(household)).unwrap_or(0),
            needs: units.need_class(roll, household),
        };
        let entrants = households.clone().map(fixed).collect();
        Some(Trial { roll, index: pool, info, units, entrants })
    }

    fn start(&self, key: Hash) -> PoolDraw {
        PoolDraw::of_free_units(self.roll, self.index, self.info, key, self.units.clone())
    }

    /// The call order that this key gives (rule D2), before anybody is deferred.
    pub fn order(&self, key: Hash) -> Vec<HouseholdNumber> {
        self.start(key).order().to_vec()
    }

    /// Draws the pool with this key (rule D1 says which one a seed gives). In a pool with rule
    /// `choice` the closure says what a household does that is offered something; in other pools it
    /// is not asked. All households of the pool, in the order in which they were served.
    pub fn draw(
        &self,
        key: Hash,
        chooser: impl FnMut(&Turn) -> Does,
    ) -> Result<Vec<Served>, NotOnOffer> {
        match self.info.rule {
            PickRule::Lot => Ok(self.by_lot(key)),
            _ => self.walk(key, chooser),
        }
    }

    /// The draw of a pool in which nobody is asked, and so nobody is deferred: [`Trial::walk`]
    /// without what only that needs, in a third of its time. A test compares them.
    fn by_lot(&self, key: Hash) -> Vec<Served> {
        let drawn: Vec<Drawn> = Keystream::new(key).drawn(self.info.household_count()).collect();
        let tickets: Vec<u64> = drawn.iter().map(|drawn| drawn.ticket).collect();
        let of = |own: u32| self.entrants.get(place(own));
        let tier = |own| of(own).map_or(0, |of| of.tier);
        let order = in_call_order(&tickets, tier, |own| of(own).map_or(own, |of| of.head));
        let mut units = self.units.clone();
        let mut served = Vec::with_capacity(order.len());
        crate::wide::with_vectors(
            #[inline(always)]
            || {
                for own in order.into_iter().map(place) {
                    let (Some(of), Some(drawn)) = (self.entrants.get(own), drawn.get(own)) else {
                        continue;
                    };
                    let unit = units.serve_by_lot(of.needs, drawn.lot);
                    let unit = unit.and_then(|(.., unit)| self.info.unit_numbers().at(unit));
                    // D10: on standby if nothing is offered.
                    let holding = unit.map_or(Holding::Standby, Holding::Unit);
                    served.push(Served { household: of.household, holding });
                }
            },
        );
        served
    }

    /// The draw as the live session walks through it.
    fn walk(
        &self,
        key: Hash,
        mut chooser: impl FnMut(&Turn) -> Does,
    ) -> Result<Vec<Served>, NotOnOffer> {
        let mut pool = self.start(key);
        let mut served = Vec::with_capacity(pool.order().len());
        let mut deferred = BTreeSet::new();
        while let Some(household) = pool.next_to_call() {
            pool.call(self.roll, household);
            if self.info.rule == PickRule::Choice
                && let Some(turn) = Turn::of(&pool, household, deferred.contains(&household))
            {
                match chooser(&turn) {
                    Does::Takes(unit) if pool.offers(pool.offer(), unit) => {
                        pool.pick(household, unit, true);
                        served.push(Served { household, holding: Holding::Unit(unit) });
                        continue;
                    }
                    Does::Takes(unit) => return Err(self.not_on_offer(household, unit)),
                    Does::Misses => pool.miss(self.roll, household),
                }
                // D8: deferred. Otherwise its lot decides at once, below.
                if pool.called.is_none() {
                    deferred.insert(household);
                    continue;
                }
            }
            served.push(Served { household, holding: self.serve(&mut pool, household) });
        }
        Ok(served)
    }

    /// What the rules give to the household just called.
    fn serve(&self, pool: &mut PoolDraw, household: HouseholdNumber) -> Holding {
        match outcome(self.roll, pool, household) {
            Outcome::Ranking { unit, .. } | Outcome::Lot { unit, .. } => {
                pool.pick(household, unit, false);
                Holding::Unit(unit)
            }
            Outcome::Standby => {
                pool.stand_by();
                Holding::Standby
            }
        }
    }

    /// Every course that the pool can take, each with its chance: in a tier every order of the
    /// balls (groups, and households without one) is equally likely, and by lot every unit on
    /// offer. (Left out is what weighs less than one in a billion: equal tickets, and that 2^128
    /// lots are no multiple of the number of units.) Of balls whose households are of the same
    /// `kind`, one after the other, only the first is followed, for all of them. In a pool with
    /// rule `choice` the closure says which unit a household takes.
    ///
    /// `Ok(false)` if there are more than 64 households or more than `most` turns to follow; what
    /// was visited until then is not all.
    pub fn courses(
        &self,
        most: u64,
        kind: impl Fn(HouseholdNumber) -> usize,
        mut chooser: impl FnMut(&Turn) -> UnitNumber,
        mut visit: impl FnMut(&Course<'_>),
    ) -> Result<bool, NotOnOffer> {
        // More cannot be followed to an end, whatever `most` says.
        if self.info.household_count() > 64 {
            return Ok(false);
        }
        let mut balls: BTreeMap<(u16, HouseholdNumber), Ball> = BTreeMap::new();
        for household in self.info.household_numbers() {
            let ball = balls
                .entry((self.roll.tier(household), self.roll.group_head(household)))
                .or_default();
            ball.members.push(household);
            ball.like.push(kind(household));
        }
        let balls: Vec<(u16, Ball)> =
            balls.into_iter().map(|((tier, _), ball)| (tier, ball)).collect();
        let taken = vec![false; balls.len()];
        let mut walk = Walk {
            trial: self,
            balls,
            taken,
            served: Vec::new(),
            left: most,
            chooser: &mut chooser,
            visit: &mut visit,
        };
        // The walk calls each ball itself, so it does not matter which order the key gives.
        walk.ball(&self.start(Hash([0; 32])), (1, 1))
    }

    #[cold]
    fn not_on_offer(&self, household: HouseholdNumber, unit: UnitNumber) -> NotOnOffer {
        let name = if unit.get() < self.roll.unit_count() {
            self.roll.unit_id(unit).to_owned()
        } else {
            unit.to_string()
        };
        NotOnOffer { household: self.roll.household_id(household).to_owned(), unit: name }
    }
}

/// Households that are called together.
#[derive(Debug, Clone, Default)]
struct Ball {
    members: Vec<HouseholdNumber>,
    /// The kinds of the members: balls with the same ones are alike.
    like: Vec<usize>,
}

/// A walk through all courses of a pool, the balls in the order of their tiers.
struct Walk<'w> {
    trial: &'w Trial<'w>,
    balls: Vec<(u16, Ball)>,
    taken: Vec<bool>,
    served: Vec<Served>,
    /// How many turns may still be followed.
    left: u64,
    chooser: &'w mut dyn FnMut(&Turn) -> UnitNumber,
    visit: &'w mut dyn FnMut(&Course<'_>),
}

impl Walk<'_> {
    /// The next ball: each of those of the tier that is due, but of those that are alike only the
    /// first.
    fn ball(&mut self, pool: &PoolDraw, weight: (u128, u128)) -> Result<bool, NotOnOffer> {
        let waiting = || {
            self.balls
                .iter()
                .zip(&self.taken)
                .enumerate()
                .filter(|(_, (_, taken))| !**taken)
                .map(|(n, (ball, _))| (n, ball))
        };
        let Some(tier) = waiting().next().map(|(_, (tier, _))| *tier) else {
            (self.visit)(&Course { served: &self.served, weight });
            return Ok(true);
        };
        let due: Vec<(usize, Ball)> = waiting()
            .filter(|(_, (of, _))| *of == tier)
            .map(|(n, (_, ball))| (n, ball.clone()))
            .collect();
        let mut followed: BTreeSet<&[usize]> = BTreeSet::new();
        for (n, ball) in &due {
            // One of those that are alike stands for all of them, with their weight.
            if !followed.insert(&ball.like) {
                continue;
            }
            let alike = due.iter().filter(|(_, other)| other.like == ball.like).count();
            let Some(weight) = times(weight, alike, due.len()) else { return Ok(false) };
            self.take(*n, true);
            if !self.members(pool, &ball.members, weight)? {
                return Ok(false);
            }
            self.take(*n, false);
        }
        Ok(true)
    }

    fn take(&mut self, ball: usize, taken: bool) {
        self.taken.get_mut(ball).into_iter().for_each(|slot| *slot = taken);
    }

    /// The households of a ball, one after the other.
    fn members(
        &mut self,
        pool: &PoolDraw,
        members: &[HouseholdNumber],
        weight: (u128, u128),
    ) -> Result<bool, NotOnOffer> {
        let Some((&household, rest)) = members.split_first() else {
            return self.ball(pool, weight);
        };
        let Some(left) = self.left.checked_sub(1) else { return Ok(false) };
        self.left = left;
        let mut pool = pool.clone();
        pool.call(self.trial.roll, household);
        let all = self.can_get(&pool, household)?;
        for holding in &all {
            let Some(weight) = times(weight, 1, all.len()) else { return Ok(false) };
            let mut pool = pool.clone();
            match holding.unit() {
                Some(unit) => pool.pick(household, unit, false),
                None => pool.stand_by(),
            }
            self.served.push(Served { household, holding: *holding });
            if !self.members(&pool, rest, weight)? {
                return Ok(false);
            }
            self.served.pop();
        }
        Ok(true)
    }

    /// What the household just called can get, each with the same chance.
    fn can_get(
        &mut self,
        pool: &PoolDraw,
        household: HouseholdNumber,
    ) -> Result<Vec<Holding>, NotOnOffer> {
        let offer = pool.offer();
        if self.trial.info.rule == PickRule::Choice
            && let Some(turn) = Turn::of(pool, household, false)
        {
            let unit = (self.chooser)(&turn);
            return if pool.offers(offer, unit) {
                Ok(vec![Holding::Unit(unit)])
            } else {
                Err(self.trial.not_on_offer(household, unit))
            };
        }
        Ok(match outcome(self.trial.roll, pool, household) {
            Outcome::Ranking { unit, .. } => vec![Holding::Unit(unit)],
            Outcome::Lot { .. } => pool.listed(offer).into_iter().map(Holding::Unit).collect(),
            Outcome::Standby => vec![Holding::Standby],
        })
    }
}

/// A fraction times `some` of `all`; `None` if it cannot be written any more.
fn times((numerator, denominator): (u128, u128), some: usize, all: usize) -> Option<(u128, u128)> {
    // In lowest terms, so that it can be written as long as possible.
    let (mut some, mut all) = (u128::try_from(some).ok()?, u128::try_from(all).ok()?);
    let (mut a, mut b) = (some, all);
    while let Some(rest) = a.checked_rem(b) {
        (a, b) = (b, rest);
    }
    (some, all) = (some.checked_div(a)?, all.checked_div(a)?);
    Some((numerator.checked_mul(some)?, denominator.checked_mul(all)?))
}

#[cfg(test)]
mod tests {
    use super::{Does, NotOnOffer, Served, Trial, Turn};
    use crate::ceremony::Numbers;
    use crate::hash::Hash;
    use crate::holding::Holding;
    use crate::plan::{
        HouseholdNumber, Mode, PickRule, Plan, Pool, PoolNumber, Source, UnitNumber, Unranked,
        ValidPlan,
    };
    use crate::seed::pool_key;
    use crate::session::{Awaits, Session};

    fn plan(pools: impl IntoIterator<Item = Pool>) -> ValidPlan {
        let plan = Plan::new("draw.example/1", "x", Mode::Rehearsal)
            .bench("a", "a", 1, &[("r", "r")])
            .bench("b", "b", 1, &[("o", "o")]);
        pools.into_iter().fold(plan.source(Source::TWENTY_DICE), Plan::pool).validate().unwrap()
    }

    /// Two of the four flats are step-free; two households need one, so that the others are not
    /// offered all.
    fn pool(id: &str, rule: PickRule) -> Pool {
        let mut pool = Pool::new(id, id, "x", rule);
        for n in 1..=4 {
            pool = pool.unit(
                &format!("{id}-{n}"),
                &format!("{id}{n}"),
                n,
                if n <= 2 { &["step-free"] } else { &[] },
            );
        }
        for n in 1..=5 {
            pool = pool.household(
                &format!("{id}H{n}"),
                "x",
                1 + n / 4,
                if n == 3 || n == 5 { &["step-free"] } else { &[] },
            );
        }
        for n in [1, 2] {
            pool.households[n - 1].group = Some(format!("{id}G"));
        }
        if rule == PickRule::Ranking {
            pool.households[0].ranking = vec![format!("{id}-1"), format!("{id}-4")];
            pool.households[2].ranking = vec![format!("{id}-3"), format!("{id}-2")];
            pool.unranked = Some(Unranked::Lot);
        }
        pool
    }

    /// Odd households miss their first call, H3 misses every call; the others take the last unit on
    /// offer.
    fn does(id: &str, again: bool, offered: &[UnitNumber]) -> Does {
        let odd = id.ends_with(['1', '3', '5']);
        if (odd && !again) || id.ends_with('3') {
            Does::Misses
        } else {
            Does::Takes(*offered.last().unwrap())
        }
    }

    /// The draw of a session, pool after pool.
    fn session(plan: &ValidPlan, dice: &str) -> (Hash, Vec<Holding>) {
        let mut session = Session::new(plan.clone());
        while session.advance(None).is_some() {}
        for member in ["r", "o"] {
            session.envelope(member, None).unwrap();
        }
        session.close_commits(None).unwrap();
        for member in ["r", "o"] {
            session.reveal(member, "1", None).unwrap();
        }
        session.close_reveals(None).unwrap();
        session.advance(None).unwrap();
        session.numbers(Numbers::Dice(dice.into()), None).unwrap();
        let mut missed = Vec::new();
        loop {
            match session.awaits() {
                Awaits::Done => break,
                Awaits::Call { .. } => drop(session.call(None).unwrap()),
                Awaits::Choice { household, .. } => {
                    let (id, offered) =
                        (session.roll().household_id(household).to_owned(), session.offered());
                    match does(&id, missed.contains(&household), &offered) {
                        Does::Misses => {
                            missed.push(household);
                            session.miss(None).unwrap();
                        }
                        Does::Takes(unit) => {
                            let unit = session.roll().unit_id(unit).to_owned();
                            session.choose(&unit, None, None).unwrap();
                        }
                    }
                }
                _ => drop(session.advance(None)),
            }
        }
        (session.seed().unwrap(), session.holdings().to_vec())
    }

    #[test]
    fn a_trial_with_the_seed_of_a_session_gives_its_result() {
        let rules = [("L", PickRule::Lot), ("C", PickRule::Choice), ("R", PickRule::Ranking)];
        let plan = plan(rules.map(|(id, rule)| pool(id, rule)));
        for n in 0..20 {
            let (seed, holdings) = session(&plan, &format!("{n:020}"));
            for (index, info) in plan.roll().pool_numbers().zip(plan.roll().pools()) {
                let trial = Trial::new(plan.roll(), index).unwrap();
                let roll = plan.roll();
                let served = trial.draw(pool_key(seed, &info.id), |t: &Turn| {
                    does(roll.household_id(t.household), t.again, t.offered())
                });
                let served = served.unwrap();
                assert_eq!(served.len(), 5);
                for Served { household, holding } in served {
                    assert_eq!(
                        holdings[household.index()],
                        holding,
                        "{}",
                        roll.household_id(household)
                    );
                }
            }
        }
    }

    /// The chances of all courses add up to 1, and are those that many draws show; what is beyond
    /// the limit is said.
    #[test]
    fn all_courses_weigh_one_and_agree_with_draws() {
        let rules = [("L", PickRule::Lot), ("C", PickRule::Choice), ("R", PickRule::Ranking)];
        let plan = plan(rules.map(|(id, rule)| pool(id, rule)));
        let roll = plan.roll();
        for (index, info) in roll.pool_numbers().zip(roll.pools()) {
            let trial = Trial::new(roll, index).unwrap();
            let (mut sum, mut got) = (0.0, std::collections::BTreeMap::new());
            let last = |turn: &Turn| *turn.offered().last().unwrap();
            let all = trial.courses(
                1 << 20,
                |h| h.index(),
                last,
                |course| {
                    let weight = course.weight.0 as f64 / course.weight.1 as f64;
                    assert_eq!(course.served.len(), 5);
                    sum += weight;
                    course.served.iter().for_each(|s| {
                        *got.entry((s.household, s.holding)).or_insert(0.0) += weight
                    });
                },
            );
            assert!(all.unwrap() && (sum - 1.0_f64).abs() < 1e-9, "{sum}");
            let draws = 4000_u16;
            let mut seen = std::collections::BTreeMap::new();
            for n in 0..draws {
                let key = pool_key(Hash([n.to_le_bytes()[0]; 32]), &format!("{}{n}", info.id));
                for s in trial.draw(key, |turn| Does::Takes(last(turn))).unwrap() {
                    *seen.entry((s.household, s.holding)).or_insert(0.0) += 1.0 / f64::from(draws);
                }
            }
            for (what, share) in &seen {
                assert!(
                    (got[what] - share).abs() < 0.05,
                    "{}: {what:?}: {} and {share}",
                    info.id,
                    got[what]
                );
            }
            assert!(!trial.courses(9, |h| h.index(), last, |_| ()).unwrap());
        }
    }

    #[test]
    fn by_lot_the_short_way_is_the_walk() {
        let mut pools = vec![pool("L", PickRule::Lot)];
        // Households of 3 tiers and some groups, with needs of 3 kinds, more of them than units; and
        // one pool without needs.
        for (id, needs) in [("N", true), ("O", false)] {
            let mut pool = Pool::lot(id, id, "x");
            for n in 0..150_u64 {
                let has: &[&str] = [&["a"][..], &["a", "b"], &["b"], &[]][n as usize % 4];
                if n % 6 > 0 {
                    pool = pool.unit(&format!("{id}-{n}"), &format!("{id}{n}"), 1 + n % 9, has);
                }
                let needed = if needs && n % 7 < 2 { has } else { &[] };
                pool = pool.household(&format!("{id}H{n}"), "x", 1 + n % 3, needed);
                let group = (n % 15 < 6).then(|| format!("{id}G{}", n % 3 + n / 60 * 3));
                pool.households.last_mut().unwrap().group = group;
            }
            pools.push(pool);
        }
        let plan = plan(pools);
        let (mut standby, mut held_back) = (0, 0);
        for (index, info) in plan.roll().pool_numbers().zip(plan.roll().pools()) {
            let trial = Trial::new(plan.roll(), index).unwrap();
            for n in 0..200 {
                let key = pool_key(Hash([n; 32]), &info.id);
                let served = trial.by_lot(key);
                assert_eq!(served, trial.walk(key, |_| panic!("nobody is asked")).unwrap());
                let mut free = info.unit_count();
                for one in served {
                    free -= u32::from(one.holding.unit().is_some());
                    let waits = one.holding == Holding::Standby;
                    standby += u32::from(waits);
                    held_back += u32::from(waits && free > 0);
                }
            }
        }
        assert!(standby > held_back && held_back > 0, "{standby} and {held_back}");
    }

    #[test]
    fn absence_by_lot_is_served_at_once_and_not_asked_again() {
        let mut choice = pool("C", PickRule::Choice);
        choice.absence = Some(crate::plan::Absence::Lot);
        let plan = plan([choice]);
        let trial = Trial::new(plan.roll(), PoolNumber::new(0)).unwrap();
        let mut asked = Vec::new();
        let served = trial.draw(Hash([1; 32]), |turn| {
            asked.push(turn.household);
            assert!(!turn.again);
            Does::Misses
        });
        let order: Vec<HouseholdNumber> = served.unwrap().iter().map(|s| s.household).collect();
        assert_eq!(order, trial.order(Hash([1; 32])));
        assert_eq!(asked.len(), 4, "the last one is offered nothing");
    }

    #[test]
    fn a_unit_that_is_not_on_offer_is_refused() {
        let plan = plan([pool("C", PickRule::Choice)]);
        let trial = Trial::new(plan.roll(), PoolNumber::new(0)).unwrap();
        for (unit, name) in [(0, "C-1"), (u32::MAX, "16777215")] {
            // A household without needs never gets a step-free flat before both that need one have
            // theirs.
            let error =
                trial.draw(Hash([1; 32]), |_| Does::Takes(UnitNumber::new(unit))).unwrap_err();
            assert_eq!(error.unit, name);
            assert!(
                error.words().zh.contains(name) && error.to_string().contains(&error.household),
                "{error}"
            );
        }
        assert!(Trial::new(plan.roll(), PoolNumber::new(1)).is_none());
        let _: NotOnOffer =
            trial.draw(Hash([1; 32]), |_| Does::Takes(UnitNumber::new(9))).unwrap_err();
    }

    #[test]
    fn without_priority_the_group_comes_along_and_nobody_else() {
        let plan = plan([pool("L", PickRule::Lot), pool("C", PickRule::Choice)]);
        let roll = plan.roll();
        let tiers = |roll: &crate::plan::Roll| {
            roll.household_numbers().map(|h| roll.tier(h)).collect::<Vec<_>>()
        };
        let [h0, h1, h2, h4, unknown] = [0, 1, 2, 4, 99].map(HouseholdNumber::new);
        assert_eq!(tiers(roll), [1, 1, 1, 2, 2, 1, 1, 1, 2, 2]);
        let groups = [h1, h2, unknown].map(|h| roll.group(h));
        assert_eq!(groups, [vec![h0, h1], vec![h2], vec![]]);
        assert_eq!(tiers(&roll.without_priority(h1)), [2, 2, 1, 2, 2, 1, 1, 1, 2, 2]);
        let moved = roll.without_priority(h2);
        assert_eq!((moved.tier(h2), moved.needs(h2).len(), moved.needs(h4).len()), (2, 0, 1));
        assert_eq!(tiers(&roll.without_priority(unknown)), tiers(roll));
    }
}
