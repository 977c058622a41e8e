//! Families and their claims (rule P15).

use super::draft::{Draft, section};
use super::field::Place;
use super::model::Family;
use super::roll::{PoolInfo, Roll};
use crate::hash::Hash;
use crate::lines::{Line, Unranked};
use crate::matching::MOST_CLASSES;
use crate::number::{FamilyNumber, FamilyNumbers, HouseholdNumber, PoolNumber, UnitNumber, count};
use crate::rules::{Checks, Phrase, Rule};
use std::collections::{BTreeMap, BTreeSet};

/// A family in the roll.
#[derive(Debug, Clone)]
pub struct FamilyInfo {
    /// A masked name to show; may be empty.
    pub name: String,
    /// The area that its units may have together, in 1/100 m² (rule D14); `None` for no limit.
    pub budget: Option<u64>,
    /// The commitment that binds it to a person.
    pub person: Option<Hash>,
    /// The households that are its claims, in plan order.
    pub claims: Vec<HouseholdNumber>,
    /// How many its line says that they are.
    told: u64,
}

impl Draft {
    pub(super) fn family(&mut self, number: u64, line: &Line<'_>, checks: &mut Checks) {
        let Line::Family { id, name, claims, budget, person } = line else { return };
        let place = Place { line: number, kind: "family", id };
        place.check_id(checks, "id", id);
        place.check_name(checks, name);
        checks.examine(Rule::P15);
        // P15: 1 to 64 claims.
        let limits = (1, Family::MOST_CLAIMS);
        place.check_number(checks, Rule::P15, "claims", *claims, limits);
        // P15: 0 ≤ `budget` ≤ 10^9.
        let limits = (0, Family::MOST_BUDGET);
        budget.iter().for_each(|n| place.check_number(checks, Rule::P15, "budget", *n, limits));
        self.roll.family_ids.push(id);
        let (name, budget, person) = (name.to_string(), *budget, *person);
        let info = FamilyInfo { name, budget, person, claims: Vec::new(), told: *claims };
        self.roll.families.push(info);
    }

    /// P15: the next household is a claim of this family.
    pub(super) fn claim(
        &mut self,
        place: Place<'_>,
        family: &str,
        person: Option<Hash>,
        checks: &mut Checks,
    ) {
        checks.examine(Rule::P15);
        let own = self.next_household();
        // P15: A claim has no `person`.
        if person.is_some() {
            let expected =
                Phrase::new("none: that of the family stands for it", "无：以家庭的身份承诺为准");
            place.fail(
                checks,
                Rule::P15,
                "person",
                Phrase::new("one of its own", "另有"),
                expected,
            );
        }
        // P15: Every family has a line.
        let Some(number) = self.roll.find_family(family) else {
            let expected = Phrase::new("the id of a family of this plan", "本方案中的家庭编号");
            place.fail(checks, Rule::P15, "family", Phrase::same(family), expected);
            return;
        };
        self.roll.claims.push((own, number));
        let info = self.roll.families.get_mut(number.index());
        info.into_iter().for_each(|info| info.claims.push(own));
    }

    /// D4, D14: the pools in which a family with a budget has a claim.
    pub(super) fn place_families(&mut self) {
        let roll = &self.roll;
        let budgets = roll.families.iter().filter(|family| family.budget.is_some());
        let claims = budgets.flat_map(|family| &family.claims);
        let pools: BTreeSet<PoolNumber> = claims.filter_map(|h| roll.pool_of(*h)).collect();
        for pool in pools {
            self.roll.pools.get_mut(pool.index()).into_iter().for_each(|p| p.measured = true);
        }
    }

    /// P15: what only the whole plan shows.
    pub(super) fn check_families(&mut self, checks: &mut Checks) {
        let lines = self.lines_of.get(section::FAMILY).cloned().unwrap_or_default();
        for (number, family) in self.roll.family_numbers().zip(&self.roll.families) {
            let claims = count(family.claims.len());
            // P15: as many claims as its `claims` says.
            if claims != family.told {
                let found = Phrase::same(family.told);
                let expected = Phrase::new(
                    format!("{claims}, for so many households name it"),
                    format!("{claims}，即列为其名额的住户数"),
                );
                let (line, id) = (lines.get(number.get()), self.roll.family_id(number));
                let place = Place { line, kind: "family", id };
                place.fail(checks, Rule::P15, "claims", found, expected);
            }
        }
        let mut too_many = false;
        for pool in self.roll.pools.iter().filter(|pool| pool.measured) {
            too_many |= check_measured(&self.roll, pool, checks);
        }
        // Such a pool cannot be drawn in bounded time.
        self.roll.beyond_limits |= too_many;
        self.roll.reserves = self.roll.reserved();
        for (number, family) in self.roll.family_numbers().zip(&self.roll.families) {
            let Some(budget) = family.budget else { continue };
            let (line, id) = (lines.get(number.get()), self.roll.family_id(number));
            let place = Place { line, kind: "family", id };
            check_standby(&self.roll, family, place, checks);
            let reserved: u64 = family.claims.iter().map(|h| self.roll.reserve(*h)).sum();
            // P15, 2: the sum over its claims with needs is at most the budget.
            if reserved > budget {
                let expected = Phrase::new(
                    format!("at least {reserved}, so that the needs of all its claims can be met"),
                    format!("至少 {reserved}，以满足其各名额的照顾需求"),
                );
                place.fail(checks, Rule::P15, "budget", Phrase::same(budget), expected);
            }
        }
    }
}

/// P15, 3: of a family with a budget, no claim with needs is of a pool with `unranked` `standby`:
/// nobody with needs is left on standby, whose flat a spent budget could not pay in a later round.
fn check_standby(roll: &Roll, family: &FamilyInfo, place: Place<'_>, checks: &mut Checks) {
    let by_ranking = |h: &&HouseholdNumber| {
        let pool = roll.pool_of(**h).and_then(|pool| roll.pool(pool));
        pool.is_some_and(|pool| pool.unranked == Some(Unranked::Standby))
    };
    let mut claims = family.claims.iter().filter(|h| roll.need_set(**h) > 0);
    if let Some(claim) = claims.find(by_ranking) {
        let id = roll.household_id(*claim);
        let found = Phrase::new(
            format!("{id}, with needs, in a pool with unranked standby"),
            format!("{id} 有照顾需求，所在批次却是意愿落空即转候补"),
        );
        let expected = Phrase::new(
            "unranked lot there, for a family with a budget",
            "家庭有面积额度的，该批次意愿落空时应改为摇号",
        );
        place.fail(checks, Rule::P15, "", found, expected);
    }
}

/// P15, 1: every unit of a pool in which a family with a budget has a claim has an area, and they
/// are of few classes. Whether they are of too many.
fn check_measured(roll: &Roll, pool: &PoolInfo, checks: &mut Checks) -> bool {
    let place = Place { line: pool.line, kind: "pool", id: &pool.id };
    if let Some(unit) = pool.unit_numbers().find(|unit| roll.area(*unit).is_none()) {
        let id = roll.unit_id(unit);
        let found = Phrase::new(format!("unit {id} without area"), format!("房源 {id} 没有面积"));
        let expected = Phrase::new(
            "an area of each unit, for a family with a budget has a claim in this pool",
            "每套房都有面积，因为本批次有面积额度的家庭参加",
        );
        place.fail(checks, Rule::P15, "area", found, expected);
    }
    let classes = roll.class_count(pool);
    // P15, 1: of at most 256 classes.
    if classes > MOST_CLASSES {
        let found = Phrase::new(format!("{classes} classes of units"), format!("{classes} 类房源"));
        let expected = Phrase::new(
            format!("at most {MOST_CLASSES}, by area and by what is needed of them"),
            format!("至多 {MOST_CLASSES} 类（按面积与所需特征）"),
        );
        place.fail(checks, Rule::P15, "units", found, expected);
    }
    classes > MOST_CLASSES
}

impl Roll {
    /// The families, in plan order.
    pub fn family_numbers(&self) -> FamilyNumbers {
        FamilyNumbers::new(0..self.family_ids.len())
    }

    /// A family; `None` if the number is of another plan, which has more families.
    pub fn family(&self, family: FamilyNumber) -> Option<&FamilyInfo> {
        self.families.get(family.index())
    }

    /// The id of a family.
    pub fn family_id(&self, family: FamilyNumber) -> &str {
        self.family_ids.get(family.get())
    }

    /// The family with this id.
    pub fn find_family(&self, id: &str) -> Option<FamilyNumber> {
        self.family_ids.find(id).map(FamilyNumber::new)
    }

    /// The family of which a household is a claim (rule P15).
    ///
    /// ```
    /// use floorlot::plan::{Mode, Plan, Pool, Source};
    /// let mut pool = Pool::lot("A", "A", "7").unit("A-1", "101", 1, &[]).household("H1", "张*", 1, &[]);
    /// pool.households[0].family = Some("F1".into());
    /// let plan = Plan::new("draw.example/1", "Block 7", Mode::Official)
    ///     .bench("residents", "居民代表", 1, &[("r1", "王*")])
    ///     .bench("officials", "工作人员", 1, &[("o1", "李*")])
    ///     .source(Source::TWENTY_DICE)
    ///     .family("F1", "张*", None)
    ///     .pool(pool)
    ///     .validate()?;
    /// let roll = plan.roll();
    /// let family = roll.family_of(roll.find_household("H1").unwrap()).unwrap();
    /// assert_eq!((roll.family_id(family), roll.family(family).unwrap().claims.len()), ("F1", 1));
    /// # Ok::<(), floorlot::plan::Faults>(())
    /// ```
    pub fn family_of(&self, household: HouseholdNumber) -> Option<FamilyNumber> {
        let at = self.claims.binary_search_by_key(&household, |(own, _)| *own).ok()?;
        self.claims.get(at).map(|(_, family)| *family)
    }

    /// D14: the area that is reserved for a household as long as it waits: the largest of a unit
    /// that it accepts, if it has needs and its family has a budget; else 0.
    pub(crate) fn reserve(&self, household: HouseholdNumber) -> u64 {
        let at = self.reserves.binary_search_by_key(&household, |(own, _)| *own).ok();
        at.and_then(|at| self.reserves.get(at)).map_or(0, |(_, area)| *area)
    }

    /// What is left of the budget of a family that holds these units, in 1/100 m²; `None` if it has
    /// no budget.
    pub fn budget_left(
        &self,
        family: FamilyNumber,
        holds: impl Fn(HouseholdNumber) -> Option<UnitNumber>,
    ) -> Option<u64> {
        let info = self.family(family)?;
        Some(info.budget?.saturating_sub(self.area_held(info, holds)))
    }

    /// The area of the units that a family holds together, in 1/100 m²; a unit without `area` has none.
    pub fn area_held(
        &self,
        family: &FamilyInfo,
        holds: impl Fn(HouseholdNumber) -> Option<UnitNumber>,
    ) -> u64 {
        family.claims.iter().filter_map(|h| self.area(holds(*h)?)).sum()
    }

    /// D14: each claim with needs of a family with a budget, with what is reserved for it.
    fn reserved(&self) -> Vec<(HouseholdNumber, u64)> {
        let mut largest: BTreeMap<(PoolNumber, u16), u64> = BTreeMap::new();
        let mut all = Vec::new();
        for (household, family) in &self.claims {
            let (needs, pool) = (self.need_set(*household), self.pool_of(*household));
            let budget = self.family(*family).and_then(|family| family.budget);
            let Some(pool) = pool.filter(|_| needs > 0 && budget.is_some()) else { continue };
            let area = largest.entry((pool, needs)).or_insert_with(|| {
                let units = self.pool(pool).into_iter().flat_map(PoolInfo::unit_numbers);
                let accepted = units.filter(|u| self.set_meets(self.feature_set(*u), needs));
                accepted.filter_map(|unit| self.area(unit)).max().unwrap_or(0)
            });
            all.push((*household, *area));
        }
        all
    }
}
