//! The roll: a plan in compact form, and its read-only answers.
//!
//! The live session and the verifier both work on it. One household and one unit take some 60 bytes
//! together.

use super::families::FamilyInfo;
use super::ids::{Ids, Texts};
use super::model::{Document, Excluded, Prior, Source};
use super::narrow::{Labels, Names, Narrow};
use crate::hash::Hash;
use crate::lines::{Absence, Mode, PickRule, Unranked};
use crate::note::VerifierKey;
use crate::number::{
    FamilyNumber, HouseholdNumber, HouseholdNumbers, PoolNumber, PoolNumbers, UnitNumber,
    UnitNumbers,
};
use crate::rules::Phrase;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// A bench in the roll.
#[derive(Debug, Clone)]
pub(crate) struct BenchInfo {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) quorum: u64,
}

/// A member in the roll.
#[derive(Debug, Clone)]
pub(crate) struct MemberInfo {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) bench: Option<usize>,
    /// The key for cosignatures, if there is one that keeps rule P12.
    pub(crate) key: Option<VerifierKey>,
}

/// A pool in the roll.
#[derive(Debug, Clone)]
pub struct PoolInfo {
    /// Its id (rule P2).
    pub id: String,
    /// Its title, for people (rule P3).
    pub title: String,
    /// The building that its units are in, as people call it (rule P3).
    pub building: String,
    /// How it is drawn.
    pub rule: PickRule,
    /// For `choice`: what happens to absent households (rule D8).
    pub absence: Option<Absence>,
    /// For `choice`: the time for a choice, in seconds.
    pub seconds: Option<u64>,
    /// For `ranking`: what happens to households of whose ranking nothing is offered (D7).
    pub unranked: Option<Unranked>,
    pub(super) line: u64,
    /// Whether a family with a budget has a claim in it, so that the areas of its units count (D14).
    pub(crate) measured: bool,
    /// How many units and households its line says that it has.
    pub(super) announced: (u64, u64),
    pub(super) units: Range<u32>,
    pub(super) households: Range<u32>,
}

impl PoolInfo {
    /// Its units, in plan order.
    pub fn unit_numbers(&self) -> UnitNumbers {
        UnitNumbers::new(self.units.clone())
    }

    /// The number of its first household.
    pub(crate) fn first_household(&self) -> u32 {
        self.households.start
    }

    /// Its households, in plan order.
    pub fn household_numbers(&self) -> HouseholdNumbers {
        HouseholdNumbers::new(self.households.clone())
    }

    /// Whether a family with a budget has a claim in it, so that areas count (rule D14).
    pub fn has_budgets(&self) -> bool {
        self.measured
    }

    /// Number of units.
    pub fn unit_count(&self) -> u32 {
        self.units.end.saturating_sub(self.units.start)
    }

    /// Number of households.
    pub fn household_count(&self) -> u32 {
        self.households.end.saturating_sub(self.households.start)
    }
}

/// A plan in compact form.
///
/// ```
/// use floorlot::plan::Plan;
/// let file = include_bytes!("../../examples/data/block/plan.jsonl");
/// let plan = Plan::read_lines(file.trim_ascii_end().split(|b| *b == b'\n'))?;
/// let roll = plan.roll();
/// let household = roll.find_household("H0008").unwrap();
/// assert_eq!(roll.needs(household), ["low-floor", "step-free"]);
/// assert_eq!(roll.pool(roll.pool_of(household).unwrap()).unwrap().id, "B07-T2");
/// # Ok::<(), floorlot::plan::Faults>(())
/// ```
#[derive(Debug, Clone)]
pub struct Roll {
    pub(crate) origin: String,
    pub(crate) title: String,
    pub(crate) mode: Mode,
    pub(crate) attempt: u64,
    pub(crate) prior: Option<Prior>,
    /// The key of the log, where the plan names one: `None` in it is one that breaks P12.
    pub(crate) log: Option<Option<VerifierKey>>,
    /// The line of the header.
    pub(crate) line: u64,
    pub(crate) benches: Vec<BenchInfo>,
    pub(crate) members: Vec<MemberInfo>,
    pub(crate) sources: Vec<Source>,
    pub(crate) documents: Vec<Document>,
    pub(crate) pools: Vec<PoolInfo>,
    pub(super) pool_ids: Ids,
    pub(crate) units: Ids,
    pub(super) labels: Labels,
    /// The units that name a building of their own, in their order, and these buildings.
    pub(super) own_buildings: Vec<UnitNumber>,
    pub(super) buildings: Texts,
    pub(super) storeys: Narrow<u16>,
    /// The units that have an area, in their order, each with it; and those that have a price.
    pub(super) areas: Vec<(UnitNumber, u64)>,
    pub(super) prices: Vec<(UnitNumber, u64)>,
    pub(super) unit_sets: Narrow<u16>,
    pub(crate) excluded: Vec<Excluded>,
    pub(crate) households: Ids,
    pub(super) names: Names,
    pub(super) household_sets: Narrow<u16>,
    pub(super) tiers: Narrow<u16>,
    /// The households that are not the first of their group, in their order, each with the first
    /// (rule D2).
    pub(super) heads: Vec<(HouseholdNumber, HouseholdNumber)>,
    pub(super) rankings: BTreeMap<HouseholdNumber, Vec<UnitNumber>>,
    /// The families, and of each household that is a claim its family, in the order of the
    /// households.
    pub(super) family_ids: Ids,
    pub(super) families: Vec<FamilyInfo>,
    pub(super) claims: Vec<(HouseholdNumber, FamilyNumber)>,
    /// D14: what is reserved for each claim with needs of a family with a budget.
    pub(super) reserves: Vec<(HouseholdNumber, u64)>,
    /// The commitments of the households that have one, in their order (P13, V7).
    pub(super) persons: Vec<(HouseholdNumber, Hash)>,
    /// The different combinations of features and needs; number 0 is the empty one.
    pub(super) sets: Vec<Vec<String>>,
    /// Whether the classes of some pool are beyond the limits of rule P7, so that it cannot be
    /// drawn in bounded time.
    pub(crate) beyond_limits: bool,
}

impl Roll {
    /// A roll with nothing in it.
    pub(super) fn empty() -> Roll {
        Roll {
            origin: String::new(),
            title: String::new(),
            mode: Mode::Rehearsal,
            attempt: 1,
            prior: None,
            log: None,
            line: 0,
            benches: Vec::new(),
            members: Vec::new(),
            sources: Vec::new(),
            documents: Vec::new(),
            excluded: Vec::new(),
            pools: Vec::new(),
            pool_ids: Ids::new(),
            units: Ids::new(),
            labels: Labels::default(),
            own_buildings: Vec::new(),
            buildings: Texts::default(),
            storeys: Narrow::default(),
            areas: Vec::new(),
            prices: Vec::new(),
            unit_sets: Narrow::default(),
            households: Ids::new(),
            names: Names::default(),
            household_sets: Narrow::default(),
            tiers: Narrow::default(),
            heads: Vec::new(),
            rankings: BTreeMap::new(),
            family_ids: Ids::new(),
            families: Vec::new(),
            claims: Vec::new(),
            reserves: Vec::new(),
            persons: Vec::new(),
            sets: vec![Vec::new()],
            beyond_limits: false,
        }
    }

    /// The name of this attempt.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The title of the draw, for people.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Official or rehearsal.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// 1 for the first attempt.
    pub fn attempt(&self) -> u64 {
        self.attempt
    }

    /// The link to the round or attempt before, if there is one.
    pub fn prior(&self) -> Option<&Prior> {
        self.prior.as_ref()
    }

    /// The pools, in the order in which they are drawn.
    pub fn pools(&self) -> &[PoolInfo] {
        &self.pools
    }

    /// The numbers of the pools, in the order in which they are drawn.
    pub fn pool_numbers(&self) -> PoolNumbers {
        PoolNumbers::new(0..u32::try_from(self.pools.len()).unwrap_or(u32::MAX))
    }

    /// A pool; `None` if the number is of another plan, which has more pools.
    pub fn pool(&self, pool: PoolNumber) -> Option<&PoolInfo> {
        self.pools.get(pool.index())
    }

    /// The documents that the plan names (rule P14).
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// The flats that exist and are not drawn.
    pub fn excluded(&self) -> &[Excluded] {
        &self.excluded
    }

    /// The sources of public numbers, in order.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// The ids of the members, in plan order.
    pub fn members(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|m| m.id.as_str())
    }

    /// The name of a member, to show.
    pub fn member_name(&self, member: &str) -> Option<&str> {
        self.members.iter().find(|m| m.id == member).map(|m| m.name.as_str())
    }

    /// The key with which a member cosigns, if the plan gives one.
    pub fn member_key(&self, member: &str) -> Option<&VerifierKey> {
        self.members.iter().find(|m| m.id == member)?.key.as_ref()
    }

    /// S7: the key with which the log signs every checkpoint, if the plan gives one.
    pub fn log_key(&self) -> Option<&VerifierKey> {
        self.log.as_ref()?.as_ref()
    }

    /// The benches with their quorums, in plan order.
    pub fn benches(&self) -> impl Iterator<Item = (&str, u64)> {
        self.benches.iter().map(|b| (b.id.as_str(), b.quorum))
    }

    /// The title of a bench, for people.
    pub fn bench_title(&self, bench: &str) -> Option<&str> {
        self.benches.iter().find(|b| b.id == bench).map(|b| b.title.as_str())
    }

    /// A bench in words: in Chinese its title, with the id behind it.
    pub(crate) fn bench_words(&self, id: &str) -> Phrase {
        let title = self.bench_title(id).filter(|title| *title != id);
        Phrase::new(id, title.map_or_else(|| id.to_owned(), |title| format!("{title}（{id}）")))
    }

    /// The id of the bench of a member.
    pub fn bench_of(&self, member: &str) -> Option<&str> {
        let bench = self.members.iter().find(|m| m.id == member)?.bench?;
        self.benches.get(bench).map(|b| b.id.as_str())
    }

    /// The id of a household.
    pub fn household_id(&self, household: HouseholdNumber) -> &str {
        self.households.get(household.get())
    }

    /// The id of a unit.
    pub fn unit_id(&self, unit: UnitNumber) -> &str {
        self.units.get(unit.get())
    }

    /// The masked name of a household, to show; empty if it has none.
    ///
    /// ```
    /// use floorlot::plan::Plan;
    /// let file = include_bytes!("../../examples/data/block/plan.jsonl");
    /// let plan = Plan::read_lines(file.trim_ascii_end().split(|b| *b == b'\n'))?;
    /// let roll = plan.roll();
    /// let (household, unit) = (roll.find_household("H0001").unwrap(), roll.find_unit("B07-1602").unwrap());
    /// assert_eq!(roll.household_name(household), "陆*明");
    /// assert_eq!((roll.unit_label(unit), roll.storey(unit)), ("1602", 14));
    /// assert_eq!((roll.member_name("r1"), roll.bench_title("residents")), (Some("欧阳*"), Some("居民代表")));
    /// # Ok::<(), floorlot::plan::Faults>(())
    /// ```
    pub fn household_name(&self, household: HouseholdNumber) -> &str {
        self.names.get(household.get())
    }

    /// The label of a unit that people know, such as `12A`.
    pub fn unit_label(&self, unit: UnitNumber) -> &str {
        self.labels.get(unit.get(), self.unit_id(unit))
    }

    /// The building that a unit is in, as people call it: its own, or that of its pool.
    pub fn building(&self, unit: UnitNumber) -> &str {
        self.own_building(unit).unwrap_or_else(|| {
            let pool = self.pools.partition_point(|pool| pool.units.end <= unit.get());
            self.pools.get(pool).map(|pool| pool.building.as_str()).unwrap_or_default()
        })
    }

    /// The building that the line of a unit names, if it names one.
    pub fn own_building(&self, unit: UnitNumber) -> Option<&str> {
        let at = self.own_buildings.binary_search(&unit).ok()?;
        u32::try_from(at).ok().map(|at| self.buildings.get(at))
    }

    /// The physical storey of a unit, 1 for the ground floor; 0 if there is no such unit.
    pub fn storey(&self, unit: UnitNumber) -> u16 {
        self.storeys.get(unit.get()).unwrap_or(0)
    }

    /// The area of a unit in 1/100 m², if its line has one.
    pub fn area(&self, unit: UnitNumber) -> Option<u64> {
        number_of(&self.areas, unit)
    }

    /// The price of a unit in fen, if its line has one.
    pub fn price(&self, unit: UnitNumber) -> Option<u64> {
        number_of(&self.prices, unit)
    }

    /// The household with this id.
    pub fn find_household(&self, id: &str) -> Option<HouseholdNumber> {
        self.households.find(id).map(HouseholdNumber::new)
    }

    /// All households, in plan order.
    pub fn household_numbers(&self) -> HouseholdNumbers {
        HouseholdNumbers::new(0..self.household_count())
    }

    /// The pool with this id.
    pub fn find_pool(&self, id: &str) -> Option<PoolNumber> {
        self.pool_ids.find(id).and_then(|number| self.pool_numbers().at(number))
    }

    /// The unit with this id.
    pub fn find_unit(&self, id: &str) -> Option<UnitNumber> {
        self.units.find(id).map(UnitNumber::new)
    }

    /// All units, in plan order.
    pub fn unit_numbers(&self) -> UnitNumbers {
        UnitNumbers::new(0..self.unit_count())
    }

    /// Number of households in the plan.
    pub fn household_count(&self) -> u32 {
        self.households.len()
    }

    /// Number of units in the plan.
    pub fn unit_count(&self) -> u32 {
        self.units.len()
    }

    /// The pool that a household is in.
    pub fn pool_of(&self, household: HouseholdNumber) -> Option<PoolNumber> {
        let pool = self.pools.partition_point(|p| p.households.end <= household.get());
        let pool = u32::try_from(pool).ok().map(PoolNumber::new)?;
        // The search finds the first pool that ends behind the number, also for one of another
        // plan.
        let here = self.pool(pool)?.household_numbers().contains(household);
        here.then_some(pool)
    }

    /// The tier of a household.
    pub fn tier(&self, household: HouseholdNumber) -> u16 {
        self.tiers.get(household.get()).unwrap_or(0)
    }

    /// What a household needs.
    pub fn needs(&self, household: HouseholdNumber) -> &[String] {
        self.set(Some(self.need_set(household)))
    }

    /// What a unit has.
    pub fn features(&self, unit: UnitNumber) -> &[String] {
        self.set(Some(self.feature_set(unit)))
    }

    /// Whether a unit has all that a household needs.
    ///
    /// ```
    /// use floorlot::plan::Plan;
    /// let file = include_bytes!("../../examples/data/block/plan.jsonl");
    /// let plan = Plan::read_lines(file.trim_ascii_end().split(|b| *b == b'\n'))?;
    /// let roll = plan.roll();
    /// let h8 = roll.find_household("H0008").unwrap();
    /// let mut met = roll.unit_numbers().filter(|unit| roll.meets(*unit, h8));
    /// assert!(met.all(|unit| roll.features(unit).contains(&"step-free".into())));
    /// # Ok::<(), floorlot::plan::Faults>(())
    /// ```
    pub fn meets(&self, unit: UnitNumber, household: HouseholdNumber) -> bool {
        self.set_meets(self.feature_set(unit), self.need_set(household))
    }

    /// V7: what a unit is, whatever draw it is in.
    pub(crate) fn described_unit(&self, unit: UnitNumber) -> String {
        let building = self.building(unit);
        let (label, features) = (self.unit_label(unit), self.features(unit).join(","));
        format!("{label:?}, {building:?}, {}, [{features}]", self.storey(unit))
    }

    /// V7: what some households are, whatever draw they are in, each with its id; of its group
    /// those of its members that are among them. `left` is what is left of the budget of a family.
    pub(crate) fn described_households(
        &self,
        which: impl Fn(HouseholdNumber) -> bool,
        left: impl Fn(FamilyNumber) -> Option<u64>,
    ) -> impl Iterator<Item = (&str, String)> {
        let some: Vec<HouseholdNumber> = self.household_numbers().filter(|h| which(*h)).collect();
        let mut groups: BTreeMap<HouseholdNumber, BTreeSet<&str>> = BTreeMap::new();
        for household in &some {
            groups
                .entry(self.group_head(*household))
                .or_default()
                .insert(self.household_id(*household));
        }
        some.into_iter().map(move |household| {
            let person = self.persons.binary_search_by_key(&household, |(own, _)| *own).ok();
            let person = person.and_then(|at| self.persons.get(at)).map(|(_, person)| *person);
            let person = person.map(|person| format!(", {person}")).unwrap_or_default();
            let group = groups.get(&self.group_head(household)).filter(|group| group.len() > 1);
            let group = group.map(|group| group.iter().copied().collect::<Vec<_>>().join("+"));
            let group = group.map(|group| format!(", {group}")).unwrap_or_default();
            let family =
                self.family_of(household).map(|family| self.described_family(family, &left));
            let family = family.unwrap_or_default();
            let (name, needs) = (self.household_name(household), self.needs(household).join(","));
            let is =
                format!("{name:?}, {}, [{needs}]{person}{group}{family}", self.tier(household));
            (self.household_id(household), is)
        })
    }

    /// V7: the family of a claim.
    fn described_family(
        &self,
        number: FamilyNumber,
        left: impl Fn(FamilyNumber) -> Option<u64>,
    ) -> String {
        let Some(family) = self.family(number) else { return String::new() };
        let person = family.person.map(|person| format!(" {person}")).unwrap_or_default();
        let budget = left(number).map(|left| format!(" {left}")).unwrap_or_default();
        format!(", {} {:?}{budget}{person}", self.family_id(number), family.name)
    }

    /// The ranking of a household; empty if it handed in none.
    pub fn ranking(&self, household: HouseholdNumber) -> &[UnitNumber] {
        self.rankings.get(&household).map(Vec::as_slice).unwrap_or_default()
    }

    /// The same roll, but with one household that needs nothing and is of the last tier of its
    /// pool. Its group comes along into that tier, because a group has one tier (rule P8); what the
    /// others of the group need stays as it is.
    ///
    /// For comparisons alone (see [`trial`](crate::trial)): no session begins with such a roll, and
    /// its plan has another root.
    ///
    /// ```
    /// use floorlot::plan::Plan;
    /// let file = include_bytes!("../../examples/data/block/plan.jsonl");
    /// let plan = Plan::read_lines(file.trim_ascii_end().split(|b| *b == b'\n'))?;
    /// let roll = plan.roll();
    /// // H0003 and H0005 are a group of the first of two tiers.
    /// let [h3, h5] = ["H0003", "H0005"].map(|id| roll.find_household(id).unwrap());
    /// let compared = roll.without_priority(h3);
    /// assert_eq!((roll.tier(h3), compared.tier(h3), compared.tier(h5)), (1, 2, 2));
    /// let h8 = roll.find_household("H0008").unwrap();
    /// assert!(roll.without_priority(h8).needs(h8).is_empty());
    /// # Ok::<(), floorlot::plan::Faults>(())
    /// ```
    pub fn without_priority(&self, household: HouseholdNumber) -> Roll {
        let mut roll = self.clone();
        let Some(pool) = self.pool_of(household).and_then(|n| self.pool(n)) else {
            return roll;
        };
        let last = self.tiers.of(&pool.households).max().unwrap_or(0);
        for companion in self.group(household) {
            roll.tiers.set(companion.get(), last);
        }
        roll.household_sets.set(household.get(), 0);
        roll
    }

    /// The households that are called together with a household, in plan order, itself among them:
    /// its group, or itself alone.
    pub fn group(&self, household: HouseholdNumber) -> Vec<HouseholdNumber> {
        let (pool, head) =
            (self.pool_of(household).and_then(|n| self.pool(n)), self.group_head(household));
        pool.map(|pool| pool.household_numbers().filter(|h| self.group_head(*h) == head).collect())
            .unwrap_or_default()
    }

    /// The first household of the group of a household, whose ticket gives the group its place
    /// (rule D2); itself if it has no group.
    pub fn group_head(&self, household: HouseholdNumber) -> HouseholdNumber {
        if self.heads.is_empty() {
            return household;
        }
        let at = self.heads.binary_search_by_key(&household, |(own, _)| *own).ok();
        at.and_then(|at| self.heads.get(at)).map_or(household, |(_, head)| *head)
    }

    /// The number of the combination that a household needs.
    pub(crate) fn need_set(&self, household: HouseholdNumber) -> u16 {
        self.household_sets.get(household.get()).unwrap_or(0)
    }

    /// The number of the combination that a unit has.
    pub(crate) fn feature_set(&self, unit: UnitNumber) -> u16 {
        self.unit_sets.get(unit.get()).unwrap_or(0)
    }

    /// Whether a combination of features has all that a combination of needs asks for.
    pub(crate) fn set_meets(&self, features: u16, needs: u16) -> bool {
        let features = self.set(Some(features));
        self.set(Some(needs)).iter().all(|need| features.contains(need))
    }

    pub(super) fn set(&self, number: Option<u16>) -> &[String] {
        number.and_then(|n| self.sets.get(usize::from(n))).map(Vec::as_slice).unwrap_or_default()
    }
}

/// What a list of some units, in their order, has of this one.
fn number_of(list: &[(UnitNumber, u64)], unit: UnitNumber) -> Option<u64> {
    let at = list.binary_search_by_key(&unit, |(own, _)| *own).ok()?;
    list.get(at).map(|(_, number)| *number)
}
