//! Offers and picks in one pool (rules D4 to D7).

use crate::free_units::{Blocks, Sums, block_of, nth_in};
use crate::matching::{ClassSet, Matching};
use crate::number::place;
use crate::plan::{Classes, HouseholdNumber, PoolInfo, Roll, UnitNumber};

/// What a household may take now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Offer {
    /// The loose classes that it accepts.
    classes: ClassSet,
    /// How many free units they have.
    pub(crate) count: u32,
}

/// The units of a pool while it is drawn. Units are counted in the pool from 0; `waiting` are the
/// households with needs that are not yet served and not the one just called (rule D4).
#[derive(Debug, Clone)]
pub(crate) struct Units {
    classes: Classes,
    size: u32,
    blocks: Blocks,
    /// All free units: enough as long as nothing is held back from a household without needs.
    all: Sums,
    /// The free units of each class, from the first time on that something is held back: most pools
    /// never need them.
    by_class: Vec<OfClass>,
    matching: Matching,
}

/// The free units of one class, which few offers look at.
#[derive(Debug, Clone, Default)]
struct OfClass {
    /// From the first offer on that looks at them.
    sums: Option<Sums>,
    /// The blocks of units that were taken since the last one.
    behind: Vec<u32>,
}

impl Offer {
    /// What nobody who is called is offered.
    pub(crate) const NOTHING: Offer = Offer { classes: ClassSet::NONE, count: 0 };
}

impl Units {
    pub(crate) fn new(roll: &Roll, pool: &PoolInfo) -> Units {
        let (classes, matching) = roll.classes(pool);
        let size = pool.unit_count();
        let numbers = pool.unit_numbers();
        let class = |unit| numbers.at(unit).map_or(0, |unit| roll.unit_class(&classes, unit));
        let blocks = Blocks::new(size, classes.count, class);
        let all = Sums::new(blocks.free());
        Units { size, blocks, all, by_class: Vec::new(), classes, matching }
    }

    /// Brings the sums of these classes up to date.
    fn catch_up(&mut self, classes: ClassSet) {
        self.by_class.resize(self.classes.count, OfClass::default());
        for class in classes.iter() {
            let Some(own) = self.by_class.get_mut(class) else { return };
            match &mut own.sums {
                Some(sums) => own.behind.iter().for_each(|block| sums.count(place(*block), false)),
                None => own.sums = Some(Sums::new(self.blocks.free_of_class(class))),
            }
            own.behind.clear();
        }
    }

    /// A unit of this class is no longer free.
    #[inline(always)]
    fn took(&mut self, unit: u32, class: usize) {
        self.blocks.flip(unit);
        self.matching.take_unit(class);
        if let Some(own) = self.by_class.get_mut(class).filter(|own| own.sums.is_some()) {
            own.behind.push(block_of(unit));
            // To make the sums anew, should anybody look at them, is less than to count so many.
            if own.behind.len() > self.blocks.count() {
                *own = OfClass::default();
            }
        }
    }

    /// The class of a free unit.
    fn free_class(&self, unit: u32) -> Option<usize> {
        self.is_free(unit).then(|| self.blocks.class(unit))
    }

    /// Whether any household of the pool has needs.
    pub(crate) fn has_needs(&self) -> bool {
        self.classes.has_needs()
    }

    pub(crate) fn is_free(&self, unit: u32) -> bool {
        self.blocks.is_free(unit)
    }

    /// How many units are free.
    pub(crate) fn free_count(&self) -> u32 {
        self.matching.all_free()
    }

    /// The class of a household with needs; `None` for one without.
    pub(crate) fn need_class(&self, roll: &Roll, household: HouseholdNumber) -> Option<usize> {
        roll.need_class(&self.classes, household)
    }

    /// A household of this class is called: it waits no longer.
    #[inline(always)]
    pub(crate) fn call(&mut self, class: Option<usize>) {
        class.into_iter().for_each(|class| self.matching.remove_waiting(class));
    }

    /// A household of this class is deferred: it waits again.
    pub(crate) fn defer(&mut self, class: Option<usize>) {
        class.into_iter().for_each(|class| self.matching.add_waiting(class, 1));
    }

    /// D4: what the household just called, of this class, is offered; `limit` is the area that D14
    /// leaves to it, if that limits it.
    #[inline(always)]
    pub(crate) fn offer(&mut self, class: Option<usize>, limit: Option<u64>) -> Offer {
        let loose = self.matching.loose();
        // D4: Offered are the free units in loose classes that the household just called accepts
        // and D14 allows. A household without needs accepts every unit.
        let classes = class.map_or(loose, |class| self.classes.accepts(class).and(loose));
        // D14: only units with an area of at most what is left of the budget.
        let classes = limit.map_or(classes, |area| self.classes.within(classes, area));
        let count = self.matching.free_in(classes);
        let held_back = (1..self.matching.all_free()).contains(&count);
        if held_back {
            self.catch_up(classes);
        }
        Offer { classes, count }
    }

    /// Whether a unit is on offer.
    pub(crate) fn offers(&self, offer: Offer, unit: u32) -> bool {
        self.free_class(unit).is_some_and(|class| offer.classes.contains(class))
    }

    /// The area of a unit, where areas count (D14).
    pub(crate) fn area(&self, unit: u32) -> u64 {
        self.classes.area(self.blocks.class(unit))
    }

    /// The `n`-th unit on offer, from 0, in plan order.
    pub(crate) fn nth(&self, offer: Offer, n: u32) -> Option<u32> {
        // Nothing is held back: one tree has all that is on offer.
        if offer.count == self.matching.all_free() {
            let (block, n) = Sums::find(&[&self.all], n)?;
            return nth_in(block, self.blocks.free_in(block), n);
        }
        let sums = |class: usize| self.by_class.get(class)?.sums.as_ref();
        let trees: Vec<&Sums> = offer.classes.iter().filter_map(sums).collect();
        let (block, n) = Sums::find(&trees, n)?;
        nth_in(block, &self.blocks.free_of(block, offer.classes.iter()), n)
    }

    /// Computes now what the next offers would compute: for tests that compare all of two draws.
    #[cfg(test)]
    pub(crate) fn settle(&mut self) {
        self.offer(None, None);
        self.by_class.clear();
    }

    /// D4 to D6: a household of this class is called, and the lot gives it a unit. How many it was
    /// offered, which of them it gets, and the unit; `None` if it is offered nothing.
    #[inline(always)]
    pub(crate) fn serve_by_lot(
        &mut self,
        class: Option<usize>,
        lot: u128,
    ) -> Option<(u32, u32, u32)> {
        // D4: who is called waits no longer.
        self.call(class);
        let offer = self.offer(class, None);
        // D6: number (lot mod `offered`).
        let number = lot_number(lot, offer.count)?;
        let unit = self.nth(offer, number)?;
        self.take(unit);
        Some((offer.count, number, unit))
    }

    /// The same for households without needs, one after the other: as many of them as certainly are
    /// offered all free units.
    ///
    /// First the block of each, which lies near the processor, then the units, which lie anywhere in
    /// the memory: so it waits for many of them at once.
    #[inline(always)]
    pub(crate) fn serve_many_by_lot(
        &mut self,
        lots: impl ExactSizeIterator<Item = u128>,
    ) -> Vec<(u32, u32, u32)> {
        // D4: as long as every class is loose, nothing is held back from them.
        let most = lots.len().min(place(self.matching.slack()));
        // D6: number (lot mod `offered`).
        let numbers = lots.take(most).zip((1..=self.matching.all_free()).rev()).map_while(
            #[inline(always)]
            |(lot, offered)| Some((offered, lot_number(lot, offered)?)),
        );
        let numbers: Vec<(u32, u32)> = numbers.collect();
        let mut found: Vec<(usize, u32)> = numbers.iter().map(|(_, number)| (0, *number)).collect();
        self.all.take(&mut found);
        self.blocks.look_at(found.iter().map(|(block, _)| *block));
        let mut served = Vec::with_capacity(found.len());
        for ((offered, number), (block, rest)) in numbers.into_iter().zip(found) {
            let Some(unit) = nth_in(block, self.blocks.free_in(block), rest) else { break };
            self.took(unit, self.blocks.class(unit));
            served.push((offered, number, unit));
        }
        served
    }

    /// The units on offer, in plan order.
    pub(crate) fn listed(&self, offer: Offer) -> impl Iterator<Item = u32> {
        (0..self.size).filter(move |&unit| self.offers(offer, unit))
    }

    /// The free units, in plan order.
    pub(crate) fn left(&self) -> impl Iterator<Item = u32> {
        (0..self.size).filter(|&unit| self.is_free(unit))
    }

    /// A unit is picked; `false` if it was not free.
    pub(crate) fn take(&mut self, unit: u32) -> bool {
        // Taken already, which only a refuted file does: nothing changes.
        let Some(class) = self.free_class(unit) else { return false };
        self.all.count(place(block_of(unit)), false);
        self.took(unit, class);
        true
    }

    /// A pick of a unit of this class is withdrawn.
    pub(crate) fn put_back(&mut self, unit: u32, class: usize) {
        let block = place(block_of(unit));
        let sums = self.by_class.get_mut(class).and_then(|own| own.sums.as_mut());
        sums.into_iter().for_each(|sums| sums.count(block, true));
        self.all.count(block, true);
        self.blocks.flip(unit);
        self.matching.return_unit(class);
    }

    /// The class of a unit, given as in the whole plan.
    pub(crate) fn class(&self, roll: &Roll, unit: UnitNumber) -> usize {
        roll.unit_class(&self.classes, unit)
    }
}

/// D6: which of the offered units a lot takes, counted from 0.
///
/// ```
/// assert_eq!(floorlot::primitives::picks::lot_number(340282366920938463463374607431768211455, 7), Some(3));
/// assert_eq!(floorlot::primitives::picks::lot_number(5, 0), None);
/// ```
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "the two halves of the lot, each of 64 bits"
)]
#[inline(always)]
pub fn lot_number(lot: u128, offered: u32) -> Option<u32> {
    // D6: number (lot mod count), counting from 0.
    // (high * 2^64 + low) mod n in three steps of 64 bits: a division of 128 bits takes several
    // times as long.
    let (high, low) = ((lot >> 64) as u64, lot as u64);
    let n = u64::from(offered);
    let rest = high.checked_rem(n)?;
    let rest = (rest << 32 | low >> 32).checked_rem(n)?;
    let rest = (rest << 32 | low & 0xffff_ffff).checked_rem(n)?;
    u32::try_from(rest).ok()
}

#[cfg(test)]
mod tests {
    use super::Units;
    use crate::plan::{Mode, Plan, Pool, Source};

    #[test]
    fn a_long_ranking_of_units_held_back_offers_none_of_them() {
        // 256 classes of units; those that meet every need come last and are all held back from
        // whoever needs nothing.
        let needs: Vec<String> = (0..8).map(|n| format!("n{n}")).collect();
        let some = |n: usize| {
            (0..8)
                .filter(|bit| n >> bit & 1 == 1)
                .filter_map(|bit| needs.get(bit))
                .map(String::as_str)
                .collect::<Vec<_>>()
        };
        let mut pool = Pool::lot("P", "x", "x").household("H", "x", 1, &[]);
        for n in 0..256 {
            pool = pool.unit(&format!("U{n}"), &format!("U{n}"), 1, &some(n)).household(
                &format!("H{n}"),
                "x",
                1,
                some(255).split_at(8 * usize::from(n < 200)).0,
            );
        }
        for n in 0..4_000 {
            pool = pool.unit(&format!("V{n}"), &format!("V{n}"), 1, &some(255)).household(
                &format!("W{n}"),
                "x",
                1,
                &some(255),
            );
        }
        let plan = Plan::new("draw.example/1", "x", Mode::Rehearsal)
            .bench("a", "a", 1, &[("r", "r")])
            .bench("b", "b", 1, &[("o", "o")]);
        let plan = plan.source(Source::TWENTY_DICE).pool(pool);
        let faults = plan.validate().unwrap_err(); // 4,200 households for 4,001 units
        assert!(faults.to_string().contains("P10"));
        let lines: Vec<Vec<u8>> = plan.to_lines().map(|line| line.to_bytes()).collect();
        let (mut validator, mut checks) =
            (crate::plan::Validator::new(), crate::rules::Checks::new(1));
        for (number, line) in (1..).zip(&lines) {
            validator.line(number, &crate::lines::Line::decode(line).unwrap(), &mut checks);
        }
        let roll = validator.finish(0, &mut checks).0.unwrap();
        let mut units = Units::new(&roll, roll.pools().first().unwrap());
        let offer = units.offer(None, None);
        assert_eq!(offer.count, 255);
        for _ in 0..2 {
            assert!((256..4_256).all(|unit| !units.offers(offer, unit)));
        }
    }

    #[test]
    fn units_of_a_class_are_found_however_many_went_or_came_back_since_the_last_look() {
        let mut pool = Pool::lot("P", "x", "x");
        for n in 0..3_000 {
            let (some, id) = (["a"], format!("{n:04}"));
            let (has, needs) = (&some[..n % 2], &some[..usize::from(n % 9 == 0)]);
            pool = pool.unit(&id, &id, 1, has).household(&format!("H{id}"), "x", 1, needs);
        }
        let plan = Plan::new("draw.example/1", "x", Mode::Rehearsal)
            .bench("a", "a", 1, &[("r", "r")])
            .bench("b", "b", 1, &[("o", "o")]);
        let plan = plan.source(Source::TWENTY_DICE).pool(pool).validate().unwrap();
        let mut units = Units::new(plan.roll(), plan.roll().pools().first().unwrap());
        let look = |units: &mut Units| -> Vec<u32> {
            let offer = units.offer(Some(0), None);
            let found = (0..offer.count).map(|n| units.nth(offer, n).unwrap()).collect();
            assert_eq!(units.listed(offer).collect::<Vec<_>>(), found);
            found
        };
        // A pool of 3,000 has 12 blocks, so that the sums are made anew behind 12.
        for (go, come) in [(0, 0), (1, 1), (5, 2), (12, 12), (13, 3), (40, 0), (100, 41)] {
            let first: Vec<u32> = look(&mut units).into_iter().step_by(7).take(go).collect();
            assert!(first.iter().all(|unit| units.take(*unit) && unit % 2 == 1));
            for unit in first.into_iter().rev().take(come) {
                let class = units.blocks.class(unit);
                units.put_back(unit, class);
            }
        }
        assert_eq!(look(&mut units).len(), 1_500 - 112);
    }
}
