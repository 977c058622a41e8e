//! The classes of units and households in a pool (rule D4, step 1).

use super::roll::{PoolInfo, Roll};
use crate::matching::{ClassSet, Matching};
use crate::number::{HouseholdNumber, UnitNumber};
use std::collections::{BTreeMap, BTreeSet};

/// Within the plan, at most so many different combinations occur in `features` and `needs` together
/// (rule P7).
pub(super) const MAX_SETS: usize = 4_096;

/// The classes of units and households in one pool (rule D4, step 1).
#[derive(Debug, Clone)]
pub(crate) struct Classes {
    /// Unit class by number of the feature set, where areas do not count.
    by_features: Vec<u8>,
    /// Unit class by number of the feature set and area, where areas count (D14).
    by_area: BTreeMap<(u16, u64), u8>,
    /// The area of each unit class, where areas count; else empty.
    areas: Vec<u64>,
    /// Household class by number of the need set; `None` for one that nobody here has.
    by_needs: Vec<Option<u8>>,
    /// For each household class the unit classes that it accepts.
    accepts: Vec<ClassSet>,
    /// Number of unit classes.
    pub(crate) count: usize,
}

/// Combinations of features and areas (0 where areas do not count), each with how many units have
/// it.
type Kinds = BTreeMap<(u16, u64), u32>;

impl Roll {
    /// D4, step 1: the classes of a pool, with how many units and households each has.
    pub(crate) fn classes(&self, pool: &PoolInfo) -> (Classes, Matching) {
        self.classes_by(pool, pool.measured)
    }

    /// P10: the same by needs alone, whether areas count in the pool or not.
    pub(crate) fn classes_of_needs(&self, pool: &PoolInfo) -> (Classes, Matching) {
        self.classes_by(pool, false)
    }

    /// P15: how many classes of units a pool has.
    pub(super) fn class_count(&self, pool: &PoolInfo) -> usize {
        let needs: BTreeSet<&String> =
            self.need_counts(pool).keys().flat_map(|set| self.set(Some(*set))).collect();
        let kinds = self.unit_kinds(pool, pool.measured);
        let class = |(set, area): &(u16, u64)| (mask_of(self.set(Some(*set)), &needs), *area);
        kinds.keys().map(class).collect::<BTreeSet<_>>().len()
    }

    // Combination 0 is the empty one: who needs nothing never waits (D4).
    fn need_counts(&self, pool: &PoolInfo) -> BTreeMap<u16, u32> {
        count_each(self.household_sets.of(&pool.households).filter(|set| *set > 0))
    }

    fn unit_kinds(&self, pool: &PoolInfo, by_area: bool) -> Kinds {
        if !by_area {
            let sets = count_each(self.unit_sets.of(&pool.units));
            return sets.into_iter().map(|(set, count)| ((set, 0), count)).collect();
        }
        let mut kinds = Kinds::new();
        for unit in pool.unit_numbers() {
            let kind = (self.feature_set(unit), self.area(unit).unwrap_or(0));
            let count = kinds.entry(kind).or_default();
            *count = count.saturating_add(1);
        }
        kinds
    }

    fn classes_by(&self, pool: &PoolInfo, by_area: bool) -> (Classes, Matching) {
        let need_sets = self.need_counts(pool);
        let kinds = self.unit_kinds(pool, by_area);
        let needs: BTreeSet<&String> = need_sets.keys().flat_map(|n| self.set(Some(*n))).collect();
        let mask = |set: u16| mask_of(self.set(Some(set)), &needs);
        // D4: Two units are of one class when the same members of N are among their features, and
        // their areas are the same where they count. The mask of each combination once: to look it
        // up for every class would be 256 times the work.
        let keys: Vec<(u64, u64)> = kinds.keys().map(|(set, area)| (mask(*set), *area)).collect();
        let masks: BTreeSet<(u64, u64)> = keys.iter().copied().collect();
        let class_of: BTreeMap<(u64, u64), usize> = masks.iter().copied().zip(0..).collect();
        let (mut by_features, mut by_areas) = (vec![0; self.sets.len()], BTreeMap::new());
        let mut free = vec![0; masks.len()];
        for ((kind, count), key) in kinds.iter().zip(&keys) {
            let class = class_of.get(key).copied().unwrap_or(0);
            // P7, P15: 256 classes of units at most, so that each has its number in a byte.
            let number = u8::try_from(class).unwrap_or(u8::MAX);
            if by_area {
                by_areas.insert(*kind, number);
            }
            let slot = by_features.get_mut(usize::from(kind.0));
            slot.into_iter().for_each(|c| *c = number);
            free.get_mut(class).into_iter().for_each(|f: &mut u32| *f = f.saturating_add(*count));
        }
        // D4: Two households with needs are of one class when their needs are the same.
        let waiting: Vec<(ClassSet, u32)> =
            need_sets.iter().map(|(&set, &count)| (accepting(&masks, mask(set)), count)).collect();
        let mut by_needs = vec![None; self.sets.len()];
        // P7: 8 needs in a pool make 255 classes of households with needs.
        for (set, class) in need_sets.keys().zip(0..=u8::MAX) {
            let slot = by_needs.get_mut(usize::from(*set));
            slot.into_iter().for_each(|slot| *slot = Some(class));
        }
        let classes = Classes {
            by_features,
            by_area: by_areas,
            areas: masks.iter().filter(|_| by_area).map(|(_, area)| *area).collect(),
            by_needs,
            accepts: waiting.iter().map(|w| w.0).collect(),
            count: masks.len(),
        };
        (classes, Matching::new(free, &waiting))
    }

    /// The class of a unit.
    pub(crate) fn unit_class(&self, classes: &Classes, unit: UnitNumber) -> usize {
        let set = self.feature_set(unit);
        let class = if classes.by_area.is_empty() {
            classes.by_features.get(usize::from(set))
        } else {
            classes.by_area.get(&(set, self.area(unit).unwrap_or(0)))
        };
        class.copied().map_or(0, usize::from)
    }

    /// The class of a household with needs; `None` for one without.
    pub(crate) fn need_class(
        &self,
        classes: &Classes,
        household: HouseholdNumber,
    ) -> Option<usize> {
        let class = classes.by_needs.get(usize::from(self.need_set(household)))?;
        class.map(usize::from)
    }
}

impl Classes {
    /// Whether any household has needs.
    pub(crate) fn has_needs(&self) -> bool {
        !self.accepts.is_empty()
    }

    /// The unit classes that a class of households accepts.
    pub(crate) fn accepts(&self, class: usize) -> ClassSet {
        self.accepts.get(class).copied().unwrap_or_default()
    }

    /// D14: of these unit classes those whose units have at most this area.
    pub(crate) fn within(&self, classes: ClassSet, area: u64) -> ClassSet {
        let mut within = ClassSet::default();
        let fits = |class: &usize| self.area(*class) <= area;
        classes.iter().filter(fits).for_each(|class| within.insert(class));
        within
    }

    /// The area of the units of a class; 0 where areas do not count.
    pub(crate) fn area(&self, class: usize) -> u64 {
        self.areas.get(class).copied().unwrap_or(0)
    }
}

/// Which of the needs of a pool are among some features or needs. P7: at most 8 needs; a pool with
/// more is not drawn, so nothing is cut off at 64.
fn mask_of(has: &[String], needs: &BTreeSet<&String>) -> u64 {
    (0..64)
        .zip(needs)
        .filter(|(_, need)| has.contains(need))
        .fold(0, |mask, (bit, _)| mask | 1_u64.wrapping_shl(bit))
}

fn count_each(sets: impl Iterator<Item = u16>) -> BTreeMap<u16, u32> {
    let mut counts = vec![0_u32; MAX_SETS + 1];
    let mut sets = sets.peekable();
    // Many that follow one another are the same, and to count one anew has to wait for the last time.
    while let Some(set) = sets.next() {
        let run =
            std::iter::from_fn(|| sets.next_if_eq(&set)).fold(1_u32, |n, _| n.saturating_add(1));
        let count = counts.get_mut(usize::from(set));
        count.into_iter().for_each(|count| *count = count.saturating_add(run));
    }
    (0..).zip(counts).filter(|(_, count)| *count > 0).collect()
}

/// The unit classes (by their masks) that have everything in `need`.
fn accepting(masks: &BTreeSet<(u64, u64)>, need: u64) -> ClassSet {
    let mut set = ClassSet::default();
    masks
        .iter()
        .enumerate()
        // P10: a household accepts the units whose features include all its needs.
        .filter(|(_, (mask, _))| *mask & need == need)
        .for_each(|(c, _)| set.insert(c));
    set
}
