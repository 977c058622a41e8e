//! Area budgets of families while a draw goes on (rule D14).

use crate::plan::{FamilyNumber, HouseholdNumber, PoolInfo, Roll};
use std::collections::BTreeMap;

/// What every family with a budget has left: budget - spent - reserved, in 1/100 m². Only a refuted
/// file makes it less than nothing.
///
/// The draw as a whole keeps it, and lends it to the pool that is drawn if areas count there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Budgets(BTreeMap<FamilyNumber, i64>);

/// A claim of a family with a budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Claim {
    family: FamilyNumber,
    /// What is reserved for it as long as it waits; `None` if it has no needs.
    reserve: Option<i64>,
}

/// The claims of families with a budget in one pool.
#[derive(Debug, Clone, Default)]
pub(crate) struct Claims(BTreeMap<HouseholdNumber, Claim>);

/// P7, P15: areas and budgets have far fewer than 63 bits.
fn signed(area: u64) -> i64 {
    i64::try_from(area).unwrap_or(i64::MAX)
}

impl Budgets {
    /// Before the first call: nothing is spent.
    pub(crate) fn new(roll: &Roll) -> Budgets {
        let left = roll.family_numbers().filter_map(|number| {
            let family = roll.family(number)?;
            let reserved: u64 = family.claims.iter().map(|h| roll.reserve(*h)).sum();
            Some((number, signed(family.budget?).saturating_sub(signed(reserved))))
        });
        Budgets(left.collect())
    }

    /// D14: the area that a household which was just called may have; `None` if no budget limits
    /// it, because it has needs, or its family none.
    pub(crate) fn limit(&self, claims: &Claims, household: HouseholdNumber) -> Option<u64> {
        let claim = claims.0.get(&household).filter(|claim| claim.reserve.is_none())?;
        let left = self.0.get(&claim.family).copied().unwrap_or(0);
        Some(u64::try_from(left).unwrap_or(0))
    }

    fn add(&mut self, family: FamilyNumber, area: i64) {
        let left = self.0.get_mut(&family);
        left.into_iter().for_each(|left| *left = left.saturating_add(area));
    }

    /// D14: a household is called: nothing is reserved for it any more.
    pub(crate) fn release(&mut self, claims: &Claims, household: HouseholdNumber) {
        if let Some(claim) = claims.0.get(&household) {
            self.add(claim.family, claim.reserve.unwrap_or(0));
        }
    }

    /// D14: a household that was called waits again.
    pub(crate) fn reserve(&mut self, claims: &Claims, household: HouseholdNumber) {
        if let Some(claim) = claims.0.get(&household) {
            self.add(claim.family, claim.reserve.unwrap_or(0).saturating_neg());
        }
    }

    /// D14: a household picks a unit of this area.
    pub(crate) fn spend(&mut self, claims: &Claims, household: HouseholdNumber, area: u64) {
        if let Some(claim) = claims.0.get(&household) {
            self.add(claim.family, signed(area).saturating_neg());
        }
    }

    /// D14: its pick is withdrawn.
    pub(crate) fn return_spent(&mut self, claims: &Claims, household: HouseholdNumber, area: u64) {
        if let Some(claim) = claims.0.get(&household) {
            self.add(claim.family, signed(area));
        }
    }
}

impl Claims {
    /// Those of a pool; none where areas do not count.
    pub(crate) fn of(roll: &Roll, pool: &PoolInfo) -> Claims {
        if !pool.measured {
            return Claims::default();
        }
        let claim = |household: HouseholdNumber| {
            let family = roll.family_of(household)?;
            roll.family(family)?.budget?;
            let needs = !roll.needs(household).is_empty();
            let reserve = needs.then(|| signed(roll.reserve(household)));
            Some((household, Claim { family, reserve }))
        };
        Claims(pool.household_numbers().filter_map(claim).collect())
    }
}
