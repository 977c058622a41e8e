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
    /// Unit class by number of the feature set.
    by_features: Vec<u8>,
    /// Household class by number of the need set.
    by_needs: BTreeMap<u16, usize>,
    /// For each household class the unit classes that it accepts.
    accepts: Vec<ClassSet>,
    /// Number of unit classes.
    pub(crate) count: usize,
}

impl Roll {
    /// D4, step 1: the classes of a pool, with how many units and households each has.
    pub(crate) fn classes(&self, pool: &PoolInfo) -> (Classes, Matching) {
        // Combination 0 is the empty one: who needs nothing never waits (D4).
        let need_sets = count_each(
            Roll::slice(&self.household_sets, &pool.households).iter().filter(|s| **s > 0),
        );
        let unit_sets = count_each(Roll::slice(&self.unit_sets, &pool.units).iter());
        let needs: BTreeSet<&String> = need_sets.keys().flat_map(|n| self.set(Some(n))).collect();
        // P7: at most 8 needs; a pool with more is not drawn, so nothing is cut off at 64.
        let mask = |set: u16| -> u64 {
            let has = self.set(Some(&set));
            (0..64)
                .zip(&needs)
                .filter(|(_, need)| has.contains(need))
                .fold(0, |mask, (bit, _)| mask | 1_u64.wrapping_shl(bit))
        };
        // D4: Two units are of one class when the same members of N are among their features. The
        // mask of each combination once: to look it up for every class would be 256 times the
        // work.
        let unit_masks: Vec<u64> = unit_sets.keys().map(|&s| mask(s)).collect();
        let masks: BTreeSet<u64> = unit_masks.iter().copied().collect();
        let class_of: BTreeMap<u64, usize> = masks.iter().copied().zip(0..).collect();
        let mut by_features = vec![0; self.sets.len()];
        let mut free = vec![0; masks.len()];
        for ((set, count), mask) in unit_sets.iter().zip(&unit_masks) {
            let class = class_of.get(mask).copied().unwrap_or(0);
            // P7: 256 classes of units at most, so that each has its number in a byte.
            by_features
                .get_mut(usize::from(*set))
                .into_iter()
                .for_each(|c| *c = u8::try_from(class).unwrap_or(u8::MAX));
            free.get_mut(class).into_iter().for_each(|f: &mut u32| *f = f.saturating_add(*count));
        }
        // D4: Two households with needs are of one class when their needs are the same.
        let waiting: Vec<(ClassSet, u32)> =
            need_sets.iter().map(|(&set, &count)| (accepting(&masks, mask(set)), count)).collect();
        let by_needs = need_sets.keys().copied().zip(0..).collect();
        let accepts = waiting.iter().map(|w| w.0).collect();
        (
            Classes { by_features, by_needs, accepts, count: masks.len() },
            Matching::new(free, &waiting),
        )
    }

    /// The class of a unit.
    pub(crate) fn unit_class(&self, classes: &Classes, unit: UnitNumber) -> usize {
        let set = self.unit_sets.get(unit.index()).copied().unwrap_or(0);
        classes.by_features.get(usize::from(set)).copied().map_or(0, usize::from)
    }

    /// The class of a household with needs; `None` for one without.
    pub(crate) fn need_class(
        &self,
        classes: &Classes,
        household: HouseholdNumber,
    ) -> Option<usize> {
        let set = self.household_sets.get(household.index()).filter(|s| **s > 0)?;
        classes.by_needs.get(set).copied()
    }
}

impl Classes {
    /// The unit classes that a class of households accepts.
    pub(crate) fn accepts(&self, class: usize) -> ClassSet {
        self.accepts.get(class).copied().unwrap_or_default()
    }
}

fn count_each<'a>(sets: impl Iterator<Item = &'a u16>) -> BTreeMap<u16, u32> {
    let mut counts = vec![0_u32; MAX_SETS + 1];
    sets.for_each(|&s| {
        counts.get_mut(usize::from(s)).into_iter().for_each(|c| *c = c.saturating_add(1))
    });
    (0..).zip(counts).filter(|(_, count)| *count > 0).collect()
}

/// The unit classes (by their masks) that have everything in `need`.
fn accepting(masks: &BTreeSet<u64>, need: u64) -> ClassSet {
    let mut set = ClassSet::default();
    masks
        .iter()
        .enumerate()
        // P10: a household accepts the units whose features include all its needs.
        .filter(|(_, mask)| **mask & need == need)
        .for_each(|(c, _)| set.insert(c));
    set
}
