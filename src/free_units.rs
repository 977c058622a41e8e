//! Which units of a pool are free, and the n-th of them in logarithmic time.
//!
//! A million households draw one after the other, and where each of their units lies is random. So
//! what is asked of a unit lies together, and nothing here depends on what a processor would have to
//! guess.

use crate::number::place;

/// Words in a row: 256 units.
const WORDS: usize = 4;
const UNITS: u32 = 256;

/// A bit for each unit of a block.
type Row = [u64; WORDS];

/// As many rows as a processor fetches at once, from where it fetches.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Together([Row; 2]);

/// Which units are free, and the class of each (256 classes at most).
#[derive(Debug, Clone)]
pub(crate) struct Blocks {
    /// How many binary digits a class has.
    digits: usize,
    /// For each block a row of the units that are free, then one of those whose class has the first
    /// digit, and so on. Where there are digits, no two blocks share what is fetched at once.
    rows: Vec<Together>,
    /// How many rows lie from one block to the next.
    rows_of_block: usize,
    count: usize,
}

impl Blocks {
    /// So many units, all of them free. `class` is not asked where there is one class only.
    pub(crate) fn new(units: u32, classes: usize, class: impl Fn(u32) -> usize) -> Blocks {
        let digits = (0..8).take_while(|digit| classes > 1 << digit).count();
        let rows_of_block =
            if digits > 0 { digits.saturating_add(1).next_multiple_of(2) } else { 1 };
        let count = place(units).div_ceil(place(UNITS));
        let twos = count.saturating_mul(rows_of_block).div_ceil(2);
        let rows = vec![Together([[0; WORDS]; 2]); twos];
        let mut all = Blocks { digits, rows, rows_of_block, count };
        for unit in 0..units {
            all.flip(unit);
            let class = if digits > 0 { class(unit) } else { 0 };
            for digit in (0..digits).filter(|digit| class >> digit & 1 == 1) {
                let word = all.word_mut(unit, digit.saturating_add(1));
                word.into_iter().for_each(|word| *word |= 1 << (unit % 64));
            }
        }
        all
    }

    /// Where a row of a block stands: that of the free units (0), or of a digit (from 1).
    #[inline(always)]
    fn at(&self, block: usize, row: usize) -> (usize, usize) {
        let at = block.saturating_mul(self.rows_of_block).saturating_add(row);
        (at / 2, at % 2)
    }

    #[inline(always)]
    fn row(&self, block: usize, row: usize) -> &Row {
        let (two, one) = self.at(block, row);
        self.rows.get(two).and_then(|Together(two)| two.get(one)).unwrap_or(&[0; WORDS])
    }

    #[inline(always)]
    fn bit(&self, unit: u32, row: usize) -> bool {
        let word = self.row(place(unit / UNITS), row).get(place(unit % UNITS / 64));
        word.is_some_and(|word| word >> (unit % 64) & 1 == 1)
    }

    #[inline(always)]
    fn word_mut(&mut self, unit: u32, row: usize) -> Option<&mut u64> {
        let (two, one) = self.at(place(unit / UNITS), row);
        self.rows.get_mut(two)?.0.get_mut(one)?.get_mut(place(unit % UNITS / 64))
    }

    #[inline(always)]
    pub(crate) fn is_free(&self, unit: u32) -> bool {
        self.bit(unit, 0)
    }

    /// Flips a unit between free and taken.
    #[inline(always)]
    pub(crate) fn flip(&mut self, unit: u32) {
        self.word_mut(unit, 0).into_iter().for_each(|word| *word ^= 1 << (unit % 64));
    }

    /// The class of a unit.
    #[inline(always)]
    pub(crate) fn class(&self, unit: u32) -> usize {
        let digit = |digit: usize| usize::from(self.bit(unit, digit.saturating_add(1))) << digit;
        (0..self.digits).fold(0, |class, next| class | digit(next))
    }

    /// How many units are free in each block.
    pub(crate) fn free(&self) -> impl Iterator<Item = u32> {
        (0..self.count()).map(|block| ones(self.free_in(block)))
    }

    /// The same of the units of a class.
    pub(crate) fn free_of_class(&self, class: usize) -> impl Iterator<Item = u32> {
        (0..self.count()).map(move |block| ones(&self.free_of(block, std::iter::once(class))))
    }

    /// How many blocks there are.
    #[inline(always)]
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// A bit for each unit of a block that is free.
    #[inline(always)]
    pub(crate) fn free_in(&self, block: usize) -> &Row {
        self.row(block, 0)
    }

    /// Looks at each of these blocks, so that the processor fetches many at once.
    #[inline(always)]
    pub(crate) fn look_at(&self, blocks: impl Iterator<Item = usize>) {
        let look = |block: usize| {
            let rows = (0..self.rows_of_block).step_by(2).map(|row| self.row(block, row));
            rows.fold(0, |all, [first, ..]| all ^ first)
        };
        std::hint::black_box(blocks.fold(0, |all, block| all ^ look(block)));
    }

    /// A bit for each unit of a block that is free and of one of these classes.
    pub(crate) fn free_of(&self, block: usize, classes: impl Iterator<Item = usize>) -> Row {
        let mut out = [0; WORDS];
        for class in classes {
            let mut units = *self.free_in(block);
            for digit in 0..self.digits {
                let without = if class >> digit & 1 == 1 { 0 } else { u64::MAX };
                let row = self.row(block, digit.saturating_add(1));
                units.iter_mut().zip(row).for_each(|(units, row)| *units &= row ^ without);
            }
            out.iter_mut().zip(units).for_each(|(out, units)| *out |= units);
        }
        out
    }
}

/// The block of a unit.
pub(crate) fn block_of(unit: u32) -> u32 {
    unit / UNITS
}

fn ones(words: &Row) -> u32 {
    words.iter().map(|word| word.count_ones()).sum()
}

/// The `n`-th bit (from 0) that is set in a block, which has more than `n`: its unit in the whole
/// pool.
#[expect(
    clippy::arithmetic_side_effects,
    reason = "a pool has 10,000,000 units at most (P7); run for each pick"
)]
#[inline(always)]
pub(crate) fn nth_in(block: usize, words: &Row, n: u32) -> Option<u32> {
    let mut sums = words.map(u64::count_ones);
    let mut so_far = 0;
    sums.iter_mut().for_each(|sum| (so_far += *sum, *sum = so_far).1);
    let (own, before) = beyond(&sums, n);
    let bit = nth_bit(*words.get(own)?, n - before);
    u32::try_from((block * WORDS + own) * 64).ok().map(|start| start + bit)
}

/// The position of the `n`-th (from 0) set bit of a word that has more than `n`: the byte that it is
/// in, by how many bits are set in each, then the bit in that byte. Without a branch: no processor
/// guesses where it lies.
#[expect(clippy::arithmetic_side_effects, reason = "no byte runs over; run for each pick")]
#[inline(always)]
fn nth_bit(word: u64, n: u32) -> u32 {
    let twos = word - (word >> 1 & 0x5555_5555_5555_5555);
    let fours = (twos & 0x3333_3333_3333_3333) + (twos >> 2 & 0x3333_3333_3333_3333);
    let eights = (fours + (fours >> 4)) & 0x0f0f_0f0f_0f0f_0f0f;
    let (start, before) = nth_of_bytes(eights, u64::from(n));
    // Each bit of that byte in a byte of its own.
    let apart = ((word >> start & 0xff) * ONES) & 0x8040_2010_0804_0201;
    let ones = (apart + 0x7f7f_7f7f_7f7f_7f7f) >> 7 & ONES;
    start + nth_of_bytes(ones, u64::from(n) - before).0 / 8
}

const ONES: u64 = u64::from_le_bytes([0x01; 8]);

/// Where the byte begins in which the `n`-th (from 0) is of what these bytes count, which are 64 at
/// most, and how many are before it.
#[expect(clippy::arithmetic_side_effects, reason = "no byte runs over; run for each pick")]
#[inline(always)]
fn nth_of_bytes(counts: u64, n: u64) -> (u32, u64) {
    const HIGHEST: u64 = u64::from_le_bytes([0x80; 8]);
    // In each byte the count up to its end.
    let up_to = counts.wrapping_mul(ONES);
    // The bytes that end before it: their highest bit stays.
    let before = (((n * ONES) | HIGHEST) - up_to) & HIGHEST;
    let start = before.count_ones() * 8;
    (start, (up_to << 8) >> start & 0xff)
}

/// How many blocks, or knots, a knot counts: as many sums as some processors compare in one step.
const FAN: usize = 16;

/// For each of some blocks or knots: how many units are free in it and in those before it in this
/// knot. Begins where the processor fetches, so that no vector of it lies in two places.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(test, derive(PartialEq))]
#[repr(align(64))]
struct Knot([u32; FAN]);

/// How many units are free up to each block, as a tree.
#[derive(Debug, Clone)]
pub(crate) struct Sums {
    /// The knots over the blocks, those over these knots, and so on up to a single one. None where
    /// there is one block, as in most pools.
    levels: Vec<Vec<Knot>>,
}

impl Sums {
    /// Of blocks in which so many units are free.
    pub(crate) fn new(free: impl Iterator<Item = u32>) -> Sums {
        let (mut below, mut levels): (Vec<u32>, Vec<Vec<Knot>>) = (free.collect(), Vec::new());
        while below.len() > 1 {
            let mut level = vec![Knot([0; FAN]); below.len().div_ceil(FAN)];
            for (Knot(knot), below) in level.iter_mut().zip(below.chunks(FAN)) {
                let mut so_far = 0_u32;
                for (sum, own) in knot.iter_mut().zip(below.iter().chain(std::iter::repeat(&0))) {
                    so_far = so_far.saturating_add(*own);
                    *sum = so_far;
                }
            }
            below = level.iter().map(|Knot([.., all])| *all).collect();
            levels.push(level);
        }
        Sums { levels }
    }

    /// A unit of a block is free again, or taken.
    pub(crate) fn count(&mut self, block: usize, free: bool) {
        let (more, mut at) = (if free { 1 } else { u32::MAX }, block);
        for level in &mut self.levels {
            let Some(Knot(knot)) = level.get_mut(at / FAN) else { return };
            let own = u32::try_from(at % FAN).unwrap_or(0);
            // None is skipped: that a processor does for many at once.
            for (sum, place) in knot.iter_mut().zip(0_u32..) {
                *sum = sum.wrapping_add(if place >= own { more } else { 0 });
            }
            at /= FAN;
        }
    }

    /// In which block the `n`-th unit (from 0) is that any of these count, which share no unit, and
    /// which of those in the block it is. There must be more than `n` of them.
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "a pool has 10,000,000 units at most (P7), and a sum is taken from rest only if rest has it; run for each pick"
    )]
    pub(crate) fn find(trees: &[&Sums], n: u32) -> Option<(usize, u32)> {
        let (mut at, mut rest) = (0_usize, n);
        for level in (0..trees.first()?.levels.len()).rev() {
            let mut sums = [0; FAN];
            for tree in trees {
                let Knot(knot) = tree.levels.get(level)?.get(at)?;
                sums.iter_mut().zip(knot).for_each(|(sum, own)| *sum += own);
            }
            let (own, before) = beyond(&sums, rest);
            rest -= before;
            at = at * FAN + own;
        }
        Some((at, rest))
    }

    /// The same of one tree for many units, each of which is taken before the next is looked for: as
    /// [`Sums::find`] and [`Sums::count`] for one after the other. Each is given as (0, n), and becomes
    /// what is found.
    ///
    /// A level of the tree depends on nothing below it. So all of them go through one level before
    /// the next, and the processor begins with a unit before it is at the end with the one before.
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "a pool has 10,000,000 units at most (P7), and a sum is taken from rest only if rest has it; run for each pick"
    )]
    #[inline(always)]
    pub(crate) fn take(&mut self, wanted: &mut [(usize, u32)]) {
        for level in self.levels.iter_mut().rev() {
            for (at, rest) in wanted.iter_mut() {
                let Some(Knot(knot)) = level.get_mut(*at) else { continue };
                let (own, before) = beyond(knot, *rest);
                knot.iter_mut().for_each(|sum| *sum -= 1 - is_up_to(*sum, *rest));
                *rest -= before;
                *at = *at * FAN + own;
            }
        }
    }
}

/// The first place whose sum is beyond `n`, and the sum before it. Without a branch: where a unit
/// lies is random, so no processor guesses it.
#[inline(always)]
fn beyond<const N: usize>(sums: &[u32; N], n: u32) -> (usize, u32) {
    let own: u32 = sums.iter().map(|sum| is_up_to(*sum, n)).sum();
    let before = place(own).checked_sub(1).and_then(|before| sums.get(before));
    (place(own), before.copied().unwrap_or(0))
}

/// 1 if the sum is `n` at most, else 0. Both are far below 2^31 (P7), so the highest bit of a
/// difference says it: every processor has that for many at once.
#[inline(always)]
fn is_up_to(sum: u32, n: u32) -> u32 {
    sum.wrapping_sub(n.wrapping_add(1)) >> 31
}

#[cfg(test)]
mod tests {
    use super::{Blocks, Sums, nth_in};

    /// All units that are found one after the other.
    fn listed(blocks: &Blocks, trees: &[Sums], classes: &[usize]) -> Vec<u32> {
        let found = |n| {
            let (block, rest) = Sums::find(&trees.iter().collect::<Vec<_>>(), n)?;
            nth_in(block, &blocks.free_of(block, classes.iter().copied()), rest)
        };
        (0..).map_while(found).collect()
    }

    #[test]
    fn the_nth_is_that_of_a_plain_list() {
        // Units whose number modulo 7 is 1 or 3 are of class 1, the others of class 0.
        let class = |unit: u32| usize::from(matches!(unit % 7, 1 | 3));
        for size in [0, 1, 63, 64, 65, 255, 256, 257, 5_000, 16_384, 16_385, 70_000] {
            let mut blocks = Blocks::new(size, 2, class);
            let mut trees: Vec<Sums> =
                (0..2).map(|class| Sums::new(blocks.free_of_class(class))).collect();
            // Some are taken, and some of these come back.
            for (digit, free) in [(5, false), (3, false), (3, true), (6, false)] {
                for unit in (0..size).filter(|unit| unit % 7 == digit) {
                    blocks.flip(unit);
                    trees[class(unit)].count(super::block_of(unit) as usize, free);
                }
            }
            let units = |digits: &'static [u32]| {
                (0..size).filter(|unit| digits.contains(&(unit % 7))).collect::<Vec<_>>()
            };
            assert_eq!(listed(&blocks, &trees[..1], &[0]), units(&[0, 2, 4]), "{size}");
            assert_eq!(listed(&blocks, &trees[1..], &[1]), units(&[1, 3]), "{size}");
            assert_eq!(listed(&blocks, &trees, &[0, 1]), units(&[0, 1, 2, 3, 4]), "{size}");
            assert!((0..size).all(|unit| blocks.is_free(unit) == (unit % 7 < 5)));
        }
    }

    #[test]
    fn to_take_is_to_find_and_to_count() {
        for size in [0, 1, 600, 33_000, 2_200_000] {
            let blocks = Blocks::new(size, 1, |_| 0);
            let (mut one, mut other) = (Sums::new(blocks.free()), Sums::new(blocks.free()));
            let (mut dice, mut left) = (1_u32, size);
            for many in [1, 2, 64, 500, 33] {
                let wanted = (0..many).map_while(|_| {
                    dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    let n = dice.checked_rem(left)?;
                    left -= 1;
                    Some((0, n))
                });
                let mut taken: Vec<(usize, u32)> = wanted.collect();
                let one_by_one = taken.clone().into_iter().map(|(_, n)| {
                    let found = Sums::find(&[&one], n).unwrap();
                    one.count(found.0, false);
                    found
                });
                let found: Vec<(usize, u32)> = one_by_one.collect();
                other.take(&mut taken);
                assert_eq!(found, taken, "{many} of {size}");
                assert_eq!(one.levels, other.levels);
            }
        }
    }

    #[test]
    fn classes_come_back_from_as_many_digits_as_they_take() {
        for classes in [1, 2, 3, 4, 5, 16, 17, 200, 256] {
            let class = |unit: u32| unit as usize * 7 % classes;
            let blocks = Blocks::new(1_000, classes, class);
            assert!((0..1_000).all(|unit| blocks.class(unit) == class(unit)), "{classes}");
            let free: u32 = (0..classes).flat_map(|class| blocks.free_of_class(class)).sum();
            assert_eq!((free, blocks.free().sum()), (1_000, 1_000));
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
