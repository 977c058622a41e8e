//! Offers and picks in one pool (rules D4 to D7).

use crate::matching::{ClassSet, Matching};
use crate::plan::Classes;
use crate::plan::{PoolInfo, Roll};

/// Which units of one class are free, so that the n-th free one is found in logarithmic time.
#[derive(Debug, Clone)]
struct FreeUnits {
    /// One bit for each unit of the pool.
    words: Vec<u64>,
    /// Fenwick tree over the number of bits in each word.
    sums: Vec<u32>,
}

impl FreeUnits {
    fn new(units: usize) -> FreeUnits {
        let words = units.div_ceil(64);
        FreeUnits { words: vec![0; words], sums: vec![0; words + 1] }
    }

    fn contains(&self, unit: u32) -> bool {
        self.words.get(unit as usize / 64).is_some_and(|word| word >> (unit % 64) & 1 == 1)
    }

    /// Flips a unit between free and taken.
    fn flip(&mut self, unit: u32) {
        let word = unit as usize / 64;
        let Some(bits) = self.words.get_mut(word) else { return };
        *bits ^= 1 << (unit % 64);
        let now_free = *bits >> (unit % 64) & 1 == 1;
        let mut at = word + 1;
        while let Some(sum) = self.sums.get_mut(at) {
            *sum = if now_free { *sum + 1 } else { *sum - 1 };
            at += at & at.wrapping_neg();
        }
    }
}

/// The position of the `n`-th (from 0) set bit.
fn nth_bit(mut word: u64, n: u32) -> u32 {
    for _ in 0..n {
        word &= word.wrapping_sub(1);
    }
    word.trailing_zeros()
}

/// What a household may take now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Offer {
    /// The loose classes that it accepts.
    classes: ClassSet,
    /// How many free units they have.
    pub(crate) count: u32,
}

/// The units of a pool while it is drawn. Units are counted in the pool from 0; `waiting` are the households with needs that are not
/// yet served and not the one just called (rule D4).
#[derive(Debug, Clone)]
pub(crate) struct Units {
    classes: Classes,
    class_of: Vec<u8>,
    free: Vec<FreeUnits>,
    matching: Matching,
}

impl Units {
    pub(crate) fn new(roll: &Roll, pool: &PoolInfo) -> Units {
        let (classes, matching) = roll.classes(pool);
        let size = pool.unit_count() as usize;
        let mut free = vec![FreeUnits::new(size); classes.count];
        let class = |unit| u8::try_from(roll.unit_class(&classes, unit)).unwrap_or(u8::MAX);
        let class_of: Vec<u8> = pool.units.clone().map(class).collect();
        for (unit, class) in (0..).zip(&class_of) {
            free.get_mut(usize::from(*class)).into_iter().for_each(|f: &mut FreeUnits| f.flip(unit));
        }
        Units { classes, class_of, free, matching }
    }

    fn class(&self, unit: u32) -> usize {
        self.class_of.get(unit as usize).copied().map_or(usize::MAX, usize::from)
    }

    pub(crate) fn is_free(&self, unit: u32) -> bool {
        self.free.get(self.class(unit)).is_some_and(|f| f.contains(unit))
    }

    /// The household is called: it waits no longer.
    pub(crate) fn call(&mut self, roll: &Roll, household: u32) {
        if let Some((class, _)) = roll.need_class(&self.classes, household) {
            self.matching.remove_waiting(class);
        }
    }

    /// The household is deferred: it waits again.
    pub(crate) fn defer(&mut self, roll: &Roll, household: u32) {
        if let Some((class, _)) = roll.need_class(&self.classes, household) {
            self.matching.add_waiting(class, 1);
        }
    }

    /// D4: what the household just called is offered.
    pub(crate) fn offer(&mut self, roll: &Roll, household: u32) -> Offer {
        let loose = self.matching.loose();
        let classes = roll.need_class(&self.classes, household).map_or(loose, |(_, accepts)| accepts.and(loose));
        Offer { classes, count: classes.iter().map(|c| self.matching.free(c)).sum() }
    }

    /// Whether a unit is on offer.
    pub(crate) fn offers(&self, offer: Offer, unit: u32) -> bool {
        self.is_free(unit) && offer.classes.contains(self.class(unit))
    }

    /// The `n`-th unit on offer, from 0, in plan order.
    pub(crate) fn nth(&self, offer: Offer, n: u32) -> Option<u32> {
        let trees: Vec<&FreeUnits> = offer.classes.iter().filter_map(|c| self.free.get(c)).collect();
        let words = trees.first()?.words.len();
        let (mut at, mut rest) = (0_usize, n);
        let mut step = words.checked_ilog2().map_or(0, |log| 1_usize << log);
        while step > 0 {
            let next = at + step;
            if next <= words {
                let sum: u32 = trees.iter().filter_map(|t| t.sums.get(next)).sum();
                if sum <= rest {
                    (at, rest) = (next, rest - sum);
                }
            }
            step /= 2;
        }
        let word = trees.iter().filter_map(|t| t.words.get(at)).fold(0, |all, w| all | w);
        (rest < word.count_ones()).then(|| u32::try_from(at * 64).unwrap_or(u32::MAX) + nth_bit(word, rest))
    }

    /// The units on offer, in plan order.
    pub(crate) fn listed(&self, offer: Offer) -> impl Iterator<Item = u32> {
        (0..u32::try_from(self.class_of.len()).unwrap_or(u32::MAX)).filter(move |&unit| self.offers(offer, unit))
    }

    /// The free units, in plan order.
    pub(crate) fn left(&self) -> impl Iterator<Item = u32> {
        (0..u32::try_from(self.class_of.len()).unwrap_or(u32::MAX)).filter(|&unit| self.is_free(unit))
    }

    /// A unit is picked. It must be free.
    pub(crate) fn take(&mut self, unit: u32) {
        let class = self.class(unit);
        if let Some(free) = self.free.get_mut(class) {
            free.flip(unit);
            self.matching.take_unit(class);
        }
    }

    /// A pick is withdrawn.
    pub(crate) fn put_back(&mut self, unit: u32) {
        let class = self.class(unit);
        if let Some(free) = self.free.get_mut(class) {
            free.flip(unit);
            self.matching.return_unit(class);
        }
    }
}

/// D6: which of the offered units a lot takes, counted from 0.
///
/// ```
/// assert_eq!(floorlot::picks::lot_number(340282366920938463463374607431768211455, 7), Some(3));
/// assert_eq!(floorlot::picks::lot_number(5, 0), None);
/// ```
pub fn lot_number(lot: u128, offered: u32) -> Option<u32> {
    lot.checked_rem(u128::from(offered)).and_then(|n| u32::try_from(n).ok())
}
