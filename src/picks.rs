//! Offers and picks in one pool (rules D4 to D7).

use crate::matching::{ClassSet, Matching};
use crate::number::place;
use crate::plan::{Classes, HouseholdNumber, PoolInfo, Roll, UnitNumber};

/// Words in a block: 512 units, and as many bytes as a processor fetches at once.
const BLOCK: usize = 8;

/// How many blocks, or knots, a knot counts: as many sums as a processor compares in a few steps.
const FAN: usize = 64;

/// For each of some blocks or knots: how many units are free in it and in those before it in this
/// knot.
type Knot = [u32; FAN];

/// Which units of one class are free, so that the n-th free one is found in logarithmic time.
#[derive(Debug, Clone)]
struct FreeUnits {
    /// One bit for each unit of the pool.
    words: Vec<u64>,
    /// The knots over the blocks, those over these knots, and so on up to a single one.
    levels: Vec<Vec<Knot>>,
}

impl FreeUnits {
    fn new(units: usize) -> FreeUnits {
        let blocks = units.div_ceil(64 * BLOCK);
        let words = vec![0; blocks.saturating_mul(BLOCK)];
        let mut levels: Vec<Vec<Knot>> = Vec::new();
        let mut below = blocks;
        while levels.is_empty() || below > 1 {
            below = below.div_ceil(FAN).max(1);
            levels.push(vec![[0; FAN]; below]);
        }
        FreeUnits { words, levels }
    }

    /// Marks a unit as free; the sums are still to be [counted](FreeUnits::count).
    fn mark(&mut self, unit: u32) {
        let word = self.words.get_mut(place(unit) / 64);
        word.into_iter().for_each(|word| *word |= 1 << (unit % 64));
    }

    /// The words of a block.
    fn block(&self, block: usize) -> &[u64; BLOCK] {
        self.words.as_chunks().0.get(block).unwrap_or(&[0; BLOCK])
    }

    /// Builds the sums from the words, each level from the one below it.
    fn count(&mut self) {
        let of_block = |block: &[u64; BLOCK]| block.iter().map(|word| word.count_ones()).sum();
        let mut below: Vec<u32> = self.words.as_chunks().0.iter().map(of_block).collect();
        for level in &mut self.levels {
            for (knot, below) in level.iter_mut().zip(below.chunks(FAN)) {
                let mut so_far = 0_u32;
                let below = below.iter().chain(std::iter::repeat(&0));
                for (sum, own) in knot.iter_mut().zip(below) {
                    so_far = so_far.saturating_add(*own);
                    *sum = so_far;
                }
            }
            below = level.iter().map(|[.., all]| *all).collect();
        }
    }

    fn contains(&self, unit: u32) -> bool {
        self.words.get(place(unit) / 64).is_some_and(|word| word >> (unit % 64) & 1 == 1)
    }

    /// Flips a unit between free and taken.
    fn flip(&mut self, unit: u32) {
        let Some(bits) = self.words.get_mut(place(unit) / 64) else { return };
        *bits ^= 1 << (unit % 64);
        // One more, or one less.
        let more = if *bits >> (unit % 64) & 1 == 1 { 1 } else { u32::MAX };
        let mut at = place(unit) / 64 / BLOCK;
        for level in &mut self.levels {
            let Some(knot) = level.get_mut(at / FAN) else { return };
            let own = u32::try_from(at % FAN).unwrap_or(0);
            // None is skipped: that a processor does for many at once.
            for (sum, place) in knot.iter_mut().zip(0_u32..) {
                *sum = sum.wrapping_add(if place >= own { more } else { 0 });
            }
            at /= FAN;
        }
    }

    /// Takes the `n`-th free unit (from 0): as [`nth_free`] and [`FreeUnits::flip`], but each sum is
    /// lowered on the way down, so that the processor begins with the next unit before it is at the
    /// end with this one.
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "a plan has 10,000,000 units at most (P7), and a sum is taken from rest only if rest has it; run for each pick"
    )]
    #[inline(always)]
    fn take_nth(&mut self, n: u32) -> Option<u32> {
        let (mut at, mut rest) = (0_usize, n);
        if self.levels.last()?.first()?.last()? <= &n {
            return None;
        }
        for level in self.levels.iter_mut().rev() {
            let knot = level.get_mut(at)?;
            let (own, before) = beyond(knot, rest);
            knot.iter_mut().for_each(|sum| *sum -= u32::from(*sum > rest));
            rest -= before;
            at = at * FAN + own;
        }
        let words = self.words.as_chunks_mut::<BLOCK>().0.get_mut(at)?;
        let (own, bit) = nth_in_block(words, rest)?;
        *words.get_mut(own)? ^= 1 << bit;
        u32::try_from((at * BLOCK + own) * 64).ok().map(|start| start + bit)
    }
}

/// The position of the `n`-th (from 0) set bit of a word that has more than `n`: the byte that it is
/// in, by how many bits are set up to each byte, and then bit by bit.
#[expect(
    clippy::arithmetic_side_effects,
    reason = "each byte of the counts is 64 at most, so none runs over into the next; run for each pick"
)]
#[inline(always)]
fn nth_bit(word: u64, n: u32) -> u32 {
    const ONES: u64 = u64::from_le_bytes([0x01; 8]);
    const HIGHEST: u64 = u64::from_le_bytes([0x80; 8]);
    let twos = word - (word >> 1 & 0x5555_5555_5555_5555);
    let fours = (twos & 0x3333_3333_3333_3333) + (twos >> 2 & 0x3333_3333_3333_3333);
    let eights = (fours + (fours >> 4)) & 0x0f0f_0f0f_0f0f_0f0f;
    // In each byte the bits up to its end.
    let up_to = eights.wrapping_mul(ONES);
    // The bytes that end before the bit: their highest bit stays.
    let before = (((u64::from(n) * ONES) | HIGHEST) - up_to) & HIGHEST;
    let byte = before.count_ones() * 8;
    let counted = u32::try_from((up_to << 8) >> byte & 0xff).unwrap_or(0);
    let mut bits = word >> byte;
    for _ in counted..n {
        bits &= bits.wrapping_sub(1);
    }
    byte + bits.trailing_zeros()
}

/// The `n`-th unit (from 0) that is free in any of the trees, which share no unit.
#[expect(
    clippy::arithmetic_side_effects,
    reason = "a plan has 10,000,000 units at most (P7), and a sum is taken from rest only if rest has it; run for each pick"
)]
fn nth_free<'a>(trees: impl Iterator<Item = &'a FreeUnits> + Clone, n: u32) -> Option<u32> {
    let (mut at, mut rest) = (0_usize, n);
    for level in (0..trees.clone().next()?.levels.len()).rev() {
        let mut sums = [0; FAN];
        for tree in trees.clone() {
            let knot = tree.levels.get(level)?.get(at)?;
            sums.iter_mut().zip(knot).for_each(|(sum, own)| *sum += own);
        }
        let (own, before) = beyond(&sums, rest);
        rest -= before;
        at = at * FAN + own;
    }
    let mut words = [0; BLOCK];
    trees.for_each(|t| words.iter_mut().zip(t.block(at)).for_each(|(all, word)| *all |= word));
    let (own, bit) = nth_in_block(&words, rest)?;
    u32::try_from((at * BLOCK + own) * 64).ok().map(|start| start + bit)
}

/// In which word of a block its `n`-th free unit is, and which bit of the word.
#[expect(clippy::arithmetic_side_effects, reason = "a block has 512 units; run for each pick")]
#[inline(always)]
fn nth_in_block(words: &[u64; BLOCK], n: u32) -> Option<(usize, u32)> {
    let mut sums = words.map(u64::count_ones);
    let mut so_far = 0;
    sums.iter_mut().for_each(|sum| (so_far += *sum, *sum = so_far).1);
    let (own, before) = beyond(&sums, n);
    Some((own, nth_bit(*words.get(own)?, n - before)))
}

/// The first place whose sum is beyond `n`, and the sum before it. Without a branch: where a unit
/// lies is random, so no processor guesses it.
#[inline(always)]
fn beyond<const N: usize>(sums: &[u32; N], n: u32) -> (usize, u32) {
    let own: u32 = sums.iter().map(|sum| u32::from(*sum <= n)).sum();
    // Sums only grow, so that of the place before is the largest of them.
    let before = place(own).checked_sub(1).and_then(|before| sums.get(before));
    (place(own), before.copied().unwrap_or(0))
}

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
    /// All free units: enough as long as nothing is held back from a household without needs.
    all: FreeUnits,
    /// The free units of each class, from the first time on that something is held back: most pools
    /// never need them.
    by_class: Vec<FreeUnits>,
    /// Units that were taken and are still free in `by_class`, which few offers look at.
    behind: Vec<u32>,
    /// The class of each unit (256 at most): to ask every class for a unit would take
    /// 256 looks for each entry of a ranking. Empty if there is one class only.
    class_of: ClassOf,
    matching: Matching,
}

/// The class of each unit, in as many bits as that takes: 1, 2, 4 or 8.
#[derive(Debug, Clone)]
struct ClassOf {
    bits: u32,
    packed: Vec<u8>,
}

impl ClassOf {
    /// Of so many classes. A unit without an entry is of class 0.
    fn new(classes: usize, of: impl Iterator<Item = usize>) -> ClassOf {
        let needed = classes
            .checked_sub(1)
            .and_then(usize::checked_ilog2)
            .map_or(1, |log| log.saturating_add(1));
        let mut class_of = ClassOf { bits: needed.next_power_of_two().min(8), packed: Vec::new() };
        for (unit, class) in (0..).zip(of) {
            let (byte, shift) = class_of.place(unit);
            if byte == class_of.packed.len() {
                class_of.packed.push(0);
            }
            // P7, P15: 256 classes of units at most.
            let class = u8::try_from(class).unwrap_or(u8::MAX);
            class_of.packed.last_mut().into_iter().for_each(|last| *last |= class << shift);
        }
        class_of
    }

    /// The byte in which the class of a unit stands, and behind how many other bits.
    #[inline(always)]
    fn place(&self, unit: u32) -> (usize, u32) {
        // In shifts, because this is asked for each pick: 8, 4, 2 or 1 in a byte.
        let in_a_byte = 3_u32.saturating_sub(self.bits.trailing_zeros());
        let within = unit & !(u32::MAX << in_a_byte);
        (place(unit >> in_a_byte), within << self.bits.trailing_zeros())
    }

    #[inline(always)]
    fn get(&self, unit: u32) -> usize {
        let (byte, shift) = self.place(unit);
        let bits = self.packed.get(byte).map_or(0, |byte| usize::from(*byte) >> shift);
        bits & !(usize::MAX << self.bits)
    }
}

impl Offer {
    /// What nobody who is called is offered.
    pub(crate) const NOTHING: Offer = Offer { classes: ClassSet::NONE, count: 0 };
}

impl Units {
    pub(crate) fn new(roll: &Roll, pool: &PoolInfo) -> Units {
        let (classes, matching) = roll.classes(pool);
        let size = pool.unit_count();
        let mut all = FreeUnits::new(place(size));
        (0..size).for_each(|unit| all.mark(unit));
        all.count();
        let several = pool.unit_numbers().filter(|_| classes.count > 1);
        let class_of =
            ClassOf::new(classes.count, several.map(|unit| roll.unit_class(&classes, unit)));
        let (by_class, behind) = (Vec::new(), Vec::new());
        Units { size, all, by_class, behind, class_of, classes, matching }
    }

    /// Makes `by_class`, or brings it up to date.
    fn catch_up(&mut self) {
        if self.by_class.is_empty() {
            self.by_class = self.by_class();
        }
        for unit in std::mem::take(&mut self.behind) {
            let tree = self.by_class.get_mut(self.class_of.get(unit));
            tree.into_iter().for_each(|tree| tree.flip(unit));
        }
    }

    /// A unit of this class is no longer free.
    #[inline(always)]
    fn took(&mut self, unit: u32, class: usize) {
        const MOST_BEHIND: usize = 1 << 10;
        self.matching.take_unit(class);
        if !self.by_class.is_empty() {
            self.behind.push(unit);
            if self.behind.len() >= MOST_BEHIND {
                self.catch_up();
            }
        }
    }

    /// The free units of each class.
    fn by_class(&self) -> Vec<FreeUnits> {
        let mut trees = vec![FreeUnits::new(place(self.size)); self.classes.count];
        for unit in self.left() {
            trees.get_mut(self.class_of(unit)).into_iter().for_each(|tree| tree.mark(unit));
        }
        trees.iter_mut().for_each(FreeUnits::count);
        trees
    }

    /// The class of a free unit.
    fn free_class(&self, unit: u32) -> Option<usize> {
        self.is_free(unit).then(|| self.class_of(unit))
    }

    fn class_of(&self, unit: u32) -> usize {
        self.class_of.get(unit)
    }

    /// Whether any household of the pool has needs.
    pub(crate) fn has_needs(&self) -> bool {
        self.classes.has_needs()
    }

    pub(crate) fn is_free(&self, unit: u32) -> bool {
        self.all.contains(unit)
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
            self.catch_up();
        }
        Offer { classes, count }
    }

    /// Whether a unit is on offer.
    pub(crate) fn offers(&self, offer: Offer, unit: u32) -> bool {
        self.free_class(unit).is_some_and(|class| offer.classes.contains(class))
    }

    /// The area of a unit, where areas count (D14).
    pub(crate) fn area(&self, unit: u32) -> u64 {
        self.classes.area(self.class_of(unit))
    }

    /// The `n`-th unit on offer, from 0, in plan order.
    pub(crate) fn nth(&self, offer: Offer, n: u32) -> Option<u32> {
        // Nothing is held back: one tree has all that is on offer.
        if offer.count == self.matching.all_free() {
            return nth_free(std::iter::once(&self.all), n);
        }
        let trees: Vec<&FreeUnits> =
            offer.classes.iter().filter_map(|c| self.by_class.get(c)).collect();
        nth_free(trees.iter().copied(), n)
    }

    /// Computes now what the next offers would compute: for tests that compare all of two draws.
    #[cfg(test)]
    pub(crate) fn settle(&mut self) {
        self.offer(None, None);
        self.by_class = self.by_class();
        self.behind.clear();
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
        if offer.count < self.matching.all_free() {
            let unit = self.nth(offer, number)?;
            self.take(unit);
            return Some((offer.count, number, unit));
        }
        // The same in one go, where nothing is held back.
        let unit = self.all.take_nth(number)?;
        self.took(unit, self.class_of(unit));
        Some((offer.count, number, unit))
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
        self.all.flip(unit);
        self.took(unit, class);
        true
    }

    /// A pick of a unit of this class is withdrawn.
    pub(crate) fn put_back(&mut self, unit: u32, class: usize) {
        if !self.by_class.is_empty() {
            self.catch_up();
        }
        self.by_class.get_mut(class).into_iter().for_each(|tree| tree.flip(unit));
        self.all.flip(unit);
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
    use super::{FreeUnits, Units, nth_free};
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
    fn nth_free_counts_the_units_of_all_trees() {
        // Two classes of units: those whose number modulo 7 is 0, 2 or 5, and 1 or 3; the 5 are
        // marked and taken again, the 3 only flipped.
        for size in [0, 1, 63, 64, 65, 511, 512, 513, 5_000] {
            let mut trees = [FreeUnits::new(size), FreeUnits::new(size)];
            let units = |classes: &'static [u32]| {
                (0..size as u32).filter(|unit| classes.contains(&(unit % 7)))
            };
            units(&[0, 2, 5]).for_each(|unit| trees[0].mark(unit));
            units(&[1]).for_each(|unit| trees[1].mark(unit));
            trees.iter_mut().for_each(FreeUnits::count);
            units(&[5]).for_each(|unit| trees[0].flip(unit));
            units(&[3]).for_each(|unit| trees[1].flip(unit));
            let listed = |trees: &[FreeUnits]| {
                (0..).map_while(|n| nth_free(trees.iter(), n)).collect::<Vec<_>>()
            };
            assert_eq!(
                listed(&trees[..1]),
                units(&[0, 2]).collect::<Vec<_>>(),
                "one class of {size}"
            );
            assert_eq!(
                listed(&trees[1..]),
                units(&[1, 3]).collect::<Vec<_>>(),
                "the other class of {size}"
            );
            assert_eq!(
                listed(&trees),
                units(&[0, 1, 2, 3]).collect::<Vec<_>>(),
                "both classes of {size}"
            );
        }
    }

    #[test]
    fn classes_come_back_from_as_many_bits_as_they_take() {
        for classes in [1, 2, 3, 4, 5, 16, 17, 200, 256] {
            let class = |unit: usize| unit * 7 % classes;
            let class_of = super::ClassOf::new(classes, (0..1_000).map(class));
            assert!((0..1_000).all(|unit| class_of.get(unit as u32) == class(unit)), "{classes}");
            assert_eq!(class_of.get(5_000), 0);
        }
    }

    #[test]
    fn nth_bit_counts_set_bits() {
        for word in [1, 0b1011, 1 << 63, u64::MAX, 0x8000_0001_0000_8001, 0xaaaa_aaaa_aaaa_aaaa] {
            let set: Vec<u32> = (0..64).filter(|b| word >> b & 1 == 1).collect();
            let found: Vec<u32> = (0..word.count_ones()).map(|n| super::nth_bit(word, n)).collect();
            assert_eq!(found, set);
        }
    }
}
