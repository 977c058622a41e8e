//! The roll: a plan in compact form, built line by line while every rule of section 4 is checked.
//!
//! The live session and the verifier both work on it. One household and one unit take some 40 bytes
//! together.

use super::ids::Ids;
use super::text::{foreign_character, is_id, is_origin};
use super::usual::{HOUSEHOLD, Seen, Shape, UNIT};
use super::{Absence, Device, Mode, PickRule, Source, Unranked};
use crate::drand::MAX_ROUND;
use crate::hash::Hash;
use crate::lines::{Line, Prior, Relation, Text};
use crate::matching::{ClassSet, Matching};
use crate::note::{COSIGNATURE, VerifierKey};
use crate::profile::Value;
use crate::rules::{Checks, Lang, Rule, Words, need_words};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
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
    pub(crate) bench: Option<usize>,
    /// The key for cosignatures, if there is one that keeps rule P12.
    pub(crate) key: Option<VerifierKey>,
}

/// A pool in the roll.
#[derive(Debug, Clone)]
pub struct PoolInfo {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its building.
    pub building: String,
    /// How it is drawn.
    pub rule: PickRule,
    /// For `choice`.
    pub absence: Option<Absence>,
    /// For `choice`: the time for a choice, in seconds.
    pub seconds: Option<u64>,
    /// For `ranking`.
    pub unranked: Option<Unranked>,
    line: u64,
    announced: (u64, u64),
    /// How many units and households name this pool, wherever they stand.
    naming: (u64, u64),
    pub(crate) units: Range<u32>,
    pub(crate) households: Range<u32>,
}

impl PoolInfo {
    /// A unit or a household names this pool.
    fn name(&mut self, kind: &str) {
        match kind {
            "unit" => self.naming.0 += 1,
            _ => self.naming.1 += 1,
        }
    }

    /// The numbers of its units in the plan.
    pub fn unit_numbers(&self) -> Range<u32> {
        self.units.clone()
    }

    /// The numbers of its households in the plan.
    pub fn household_numbers(&self) -> Range<u32> {
        self.households.clone()
    }

    /// Number of units.
    pub fn unit_count(&self) -> u32 {
        self.units.end - self.units.start
    }

    /// Number of households.
    pub fn household_count(&self) -> u32 {
        self.households.end - self.households.start
    }
}

/// What V7 compares of the units and households of a plan.
#[derive(Debug, Clone, Default)]
struct Described {
    units: Vec<String>,
    households: Vec<String>,
}

/// Something that is allowed but should be known before the seal.
///
/// ```
/// use floorlot::plan::{Mode, Plan, Pool, Source};
/// let pool = Pool::lot("A", "A", "7").unit("A-1", "101", 1, &[]).household("H1", "张*", 1, &[]).household("H2", "李*", 1, &[]);
/// let plan = Plan::new("draw.example/1", "Block 7", Mode::Official)
///     .bench("residents", "居民代表", 1, &[("r1", "王*")])
///     .bench("officials", "工作人员", 1, &[("o1", "李*")])
///     .source(Source::TWENTY_DICE)
///     .pool(pool)
///     .validate()?;
/// assert_eq!(plan.warnings()[0].to_string(), "pool A: 2 households for 1 unit; 1 will be on standby");
/// # Ok::<(), floorlot::plan::Faults>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// More households than units in a pool: some will be on standby.
    Standby {
        /// The pool.
        pool: String,
        /// Its households.
        households: u32,
        /// Its units.
        units: u32,
    },
}

impl Warning {
    /// The warning as a sentence.
    pub fn sentence(&self, lang: Lang) -> String {
        let Warning::Standby { pool, households, units } = self;
        let standby = households - units;
        match lang {
            Lang::En => {
                let of = (
                    plural((*households).into(), "household", "households"),
                    plural((*units).into(), "unit", "units"),
                );
                format!("pool {pool}: {} for {}; {standby} will be on standby", of.0, of.1)
            }
            Lang::Zh => {
                format!("批次 {pool}：{households} 户，{units} 套房；将有 {standby} 户候补")
            }
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence(Lang::En))
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
/// assert_eq!(roll.pools()[roll.pool_of(household).unwrap()].id, "B07-T2");
/// # Ok::<(), floorlot::plan::Faults>(())
/// ```
#[derive(Debug, Clone)]
pub struct Roll {
    pub(crate) origin: String,
    pub(crate) title: String,
    pub(crate) mode: Mode,
    pub(crate) attempt: u64,
    pub(crate) prior: Option<super::Prior>,
    /// The line of the header.
    pub(crate) line: u64,
    pub(crate) benches: Vec<BenchInfo>,
    pub(crate) members: Vec<MemberInfo>,
    pub(crate) sources: Vec<Source>,
    pub(crate) pools: Vec<PoolInfo>,
    pool_ids: Ids,
    pub(crate) units: Ids,
    unit_sets: Vec<u16>,
    pub(crate) households: Ids,
    household_sets: Vec<u16>,
    pub(crate) tiers: Vec<u8>,
    /// For each household, the first of its group: its own index if it has none (rule D2).
    pub(crate) heads: Vec<u32>,
    rankings: BTreeMap<u32, Vec<u32>>,
    /// What V7 compares of each unit and household, of a plan that goes on from another one.
    described: Option<Described>,
    /// The different combinations of features and needs; number 0 is the empty one.
    sets: Vec<Vec<String>>,
    /// Whether the classes of some pool are beyond the limits of rule P7, so that it cannot be
    /// drawn in bounded time.
    pub(crate) beyond_limits: bool,
}

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
    /// The name of this attempt.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The title.
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
    pub fn prior(&self) -> Option<&super::Prior> {
        self.prior.as_ref()
    }

    /// The pools, in the order in which they are drawn.
    pub fn pools(&self) -> &[PoolInfo] {
        &self.pools
    }

    /// The sources of public numbers, in order.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// The ids of the members, in plan order.
    pub fn members(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|m| m.id.as_str())
    }

    /// The key with which a member cosigns, if the plan gives one.
    pub fn member_key(&self, member: &str) -> Option<&VerifierKey> {
        self.members.iter().find(|m| m.id == member)?.key.as_ref()
    }

    /// The benches with their quorums, in plan order.
    pub fn benches(&self) -> impl Iterator<Item = (&str, u64)> {
        self.benches.iter().map(|b| (b.id.as_str(), b.quorum))
    }

    /// A bench in words: in Chinese its title, with the id behind it.
    pub(crate) fn bench_words(&self, id: &str) -> Words {
        let title =
            self.benches.iter().find(|bench| bench.id == id).map(|bench| bench.title.as_str());
        Words::new(
            id,
            title
                .filter(|title| *title != id)
                .map_or_else(|| id.to_owned(), |title| format!("{title}（{id}）")),
        )
    }

    /// The id of the bench of a member.
    pub fn bench_of(&self, member: &str) -> Option<&str> {
        let bench = self.members.iter().find(|m| m.id == member)?.bench?;
        self.benches.get(bench).map(|b| b.id.as_str())
    }

    /// The id of a household by its number in the plan, from 0.
    pub fn household_id(&self, index: u32) -> &str {
        self.households.get(index)
    }

    /// The id of a unit by its number in the plan, from 0.
    pub fn unit_id(&self, index: u32) -> &str {
        self.units.get(index)
    }

    /// The number of a household in the plan, from 0.
    pub fn find_household(&self, id: &str) -> Option<u32> {
        self.households.find(id)
    }

    /// The number of a pool in the plan, from 0.
    pub fn find_pool(&self, id: &str) -> Option<usize> {
        self.pool_ids.find(id).map(|n| n as usize).filter(|n| *n < self.pools.len())
    }

    /// The number of a unit in the plan, from 0.
    pub fn find_unit(&self, id: &str) -> Option<u32> {
        self.units.find(id)
    }

    /// Number of households in the plan.
    pub fn household_count(&self) -> u32 {
        self.households.len()
    }

    /// Number of units in the plan.
    pub fn unit_count(&self) -> u32 {
        self.units.len()
    }

    /// The number of the pool that a household is in.
    pub fn pool_of(&self, household: u32) -> Option<usize> {
        let pool = self.pools.partition_point(|p| p.households.end <= household);
        self.pools.get(pool).filter(|p| p.households.contains(&household)).map(|_| pool)
    }

    /// The tier of a household.
    pub fn tier(&self, household: u32) -> u8 {
        self.tiers.get(household as usize).copied().unwrap_or(0)
    }

    /// What a household needs.
    pub fn needs(&self, household: u32) -> &[String] {
        self.set(self.household_sets.get(household as usize))
    }

    /// What a unit has.
    pub fn features(&self, unit: u32) -> &[String] {
        self.set(self.unit_sets.get(unit as usize))
    }

    /// V7: what a unit of a plan with `prior` is.
    pub(crate) fn described_unit(&self, unit: u32) -> &str {
        self.described
            .as_ref()
            .and_then(|all| all.units.get(unit as usize))
            .map_or("", String::as_str)
    }

    /// V7: what a household of a plan with `prior` is.
    pub(crate) fn described_household(&self, household: u32) -> &str {
        self.described
            .as_ref()
            .and_then(|all| all.households.get(household as usize))
            .map_or("", String::as_str)
    }

    /// The ranking of a household, as numbers of units; empty if it handed in none.
    pub fn ranking(&self, household: u32) -> &[u32] {
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
    pub fn without_priority(&self, household: u32) -> Roll {
        let mut roll = self.clone();
        let Some(pool) = self.pool_of(household).and_then(|n| self.pools.get(n)) else {
            return roll;
        };
        let last = Roll::slice(&self.tiers, &pool.households).iter().copied().max().unwrap_or(0);
        for companion in self.group(household) {
            roll.tiers.get_mut(companion as usize).into_iter().for_each(|tier| *tier = last);
        }
        roll.household_sets.get_mut(household as usize).into_iter().for_each(|set| *set = 0);
        roll
    }

    /// The households that are called together with a household, in plan order, itself among them:
    /// its group, or itself alone.
    pub fn group(&self, household: u32) -> Vec<u32> {
        let (pool, head) =
            (self.pool_of(household).and_then(|n| self.pools.get(n)), self.head(household));
        pool.map(|pool| pool.households.clone().filter(|h| self.head(*h) == head).collect())
            .unwrap_or_default()
    }

    /// The first household of the group of a household, whose ticket gives the group its place
    /// (rule D2); itself if it has no group.
    pub fn head(&self, household: u32) -> u32 {
        self.heads.get(household as usize).copied().unwrap_or(household)
    }

    /// The number of the combination that a household needs.
    pub(crate) fn need_set(&self, household: u32) -> u16 {
        self.household_sets.get(household as usize).copied().unwrap_or(0)
    }

    /// The number of the combination that a unit has.
    pub(crate) fn feature_set(&self, unit: u32) -> u16 {
        self.unit_sets.get(unit as usize).copied().unwrap_or(0)
    }

    /// Whether a combination of features has all that a combination of needs asks for.
    pub(crate) fn set_meets(&self, features: u16, needs: u16) -> bool {
        let features = self.set(Some(&features));
        self.set(Some(&needs)).iter().all(|need| features.contains(need))
    }

    fn set(&self, number: Option<&u16>) -> &[String] {
        number.and_then(|&n| self.sets.get(usize::from(n))).map(Vec::as_slice).unwrap_or_default()
    }

    fn slice<'a, T>(of: &'a [T], range: &Range<u32>) -> &'a [T] {
        of.get(range.start as usize..range.end as usize).unwrap_or_default()
    }

    /// D4, step 1: the classes of a pool, with how many units and households each has.
    pub(crate) fn classes(&self, pool: &PoolInfo) -> (Classes, Matching) {
        let need_sets = count_each(
            Roll::slice(&self.household_sets, &pool.households).iter().filter(|s| **s > 0),
        );
        let unit_sets = count_each(Roll::slice(&self.unit_sets, &pool.units).iter());
        let needs: BTreeSet<&String> = need_sets.keys().flat_map(|n| self.set(Some(n))).collect();
        let mask = |set: u16| -> u64 {
            let has = self.set(Some(&set));
            (0..64)
                .zip(&needs)
                .filter(|(_, need)| has.contains(need))
                .map(|(bit, _)| 1 << bit)
                .sum()
        };
        // The mask of each combination once: to look it up for every class would be 256 times the
        // work.
        let unit_masks: Vec<u64> = unit_sets.keys().map(|&s| mask(s)).collect();
        let masks: BTreeSet<u64> = unit_masks.iter().copied().collect();
        let class_of: BTreeMap<u64, usize> = masks.iter().copied().zip(0..).collect();
        let mut by_features = vec![0; self.sets.len()];
        let mut free = vec![0; masks.len()];
        for ((set, count), mask) in unit_sets.iter().zip(&unit_masks) {
            let class = class_of.get(mask).copied().unwrap_or(0);
            by_features
                .get_mut(usize::from(*set))
                .into_iter()
                .for_each(|c| *c = u8::try_from(class).unwrap_or(u8::MAX));
            free.get_mut(class).into_iter().for_each(|f| *f += count);
        }
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
    pub(crate) fn unit_class(&self, classes: &Classes, unit: u32) -> usize {
        let set = self.unit_sets.get(unit as usize).copied().unwrap_or(0);
        classes.by_features.get(usize::from(set)).copied().map_or(0, usize::from)
    }

    /// The class of a household with needs; `None` for one without.
    pub(crate) fn need_class(&self, classes: &Classes, household: u32) -> Option<usize> {
        let set = self.household_sets.get(household as usize).filter(|s| **s > 0)?;
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
    sets.for_each(|&s| counts.get_mut(usize::from(s)).into_iter().for_each(|c| *c += 1));
    (0..).zip(counts).filter(|(_, count)| *count > 0).collect()
}

/// The unit classes (by their masks) that have everything in `need`.
fn accepting(masks: &BTreeSet<u64>, need: u64) -> ClassSet {
    let mut set = ClassSet::default();
    masks
        .iter()
        .enumerate()
        .filter(|(_, mask)| **mask & need == need)
        .for_each(|(c, _)| set.insert(c));
    set
}

const MAX_BENCHES: usize = 16;
const MAX_MEMBERS: usize = 256;
const MAX_SOURCES: usize = 16;
const MAX_SETS: usize = 4_096;
const MAX_PEOPLE: u64 = 10_000_000;
const MAX_POOLS: u64 = 65_535;
const SECTIONS: [&str; 7] = ["plan", "bench", "member", "source", "pool", "unit", "household"];

/// Where the ids of one kind stand in the file: the line of the first, and of each that does not
/// follow its forerunner.
#[derive(Debug, Clone, Default)]
struct LineOf(Vec<(u32, u64)>);

impl LineOf {
    fn note(&mut self, index: u32, line: u64) {
        if self.get(index) != line {
            self.0.push((index, line));
        }
    }

    fn get(&self, index: u32) -> u64 {
        let last = self.0.partition_point(|&(first, _)| first <= index);
        last.checked_sub(1)
            .and_then(|i| self.0.get(i))
            .map_or(0, |&(first, line)| line + u64::from(index - first))
    }
}

/// Builds a [`Roll`] line by line and writes every fault down.
#[derive(Debug)]
pub(crate) struct Validator {
    roll: Roll,
    header: Option<[u64; 6]>,
    /// How many lines of each section there were.
    seen: [u64; 7],
    section: usize,
    bench_ids: Ids,
    member_ids: Ids,
    lines_of: [LineOf; 7],
    /// Whether a section got lines after it had ended, so that its ids are to be sorted anew.
    late: [bool; 7],
    /// The ids in each section that occur again, each with the first such.
    again: [Vec<(u32, u32)>; 7],
    /// The keys of members that are sound by themselves.
    keys: Vec<(String, VerifierKey)>,
    /// The pools that the last unit and the last household were in.
    at: [usize; 2],
    /// What is known of groups and rankings before there is a pool. It counts as soon as there is
    /// one.
    apart: Option<Checks>,
    groups: BTreeMap<String, (usize, u64, u32)>,
    /// How the usual lines of the pool at hand begin: the section and pool that this is for, and
    /// the bytes.
    start: (usize, usize, Vec<u8>),
    /// The last list of features or needs that breaks no rule.
    list: Seen,
    set_numbers: BTreeMap<Vec<String>, u16>,
}

/// Where a fault is.
#[derive(Clone, Copy)]
struct Place<'a> {
    line: u64,
    kind: &'static str,
    id: &'a str,
}

impl Place<'_> {
    fn of(self, field: &str) -> String {
        let id = if self.id.is_empty() { String::new() } else { format!(" {}", self.id) };
        if field.is_empty() {
            format!("{}{id}", self.kind)
        } else {
            format!("{}{id}, {field}", self.kind)
        }
    }
}

/// Whether a key is a canonical point of the curve and not of low order. A build without signatures
/// cannot tell whether it is a point.
fn is_sound(key: &VerifierKey) -> bool {
    #[cfg(feature = "signatures")]
    return crate::sign::sound(key).is_some();
    #[cfg(not(feature = "signatures"))]
    return key.is_sound();
}

fn within(low: u64, high: u64) -> Words {
    Words::new(format!("a number from {low} to {high}"), format!("{low} 至 {high} 的整数"))
}

impl Validator {
    pub(crate) fn new() -> Validator {
        let roll = Roll {
            origin: String::new(),
            title: String::new(),
            mode: Mode::Rehearsal,
            attempt: 1,
            prior: None,
            line: 0,
            benches: Vec::new(),
            members: Vec::new(),
            sources: Vec::new(),
            pools: Vec::new(),
            pool_ids: Ids::new(),
            units: Ids::new(),
            unit_sets: Vec::new(),
            households: Ids::new(),
            household_sets: Vec::new(),
            tiers: Vec::new(),
            heads: Vec::new(),
            rankings: BTreeMap::new(),
            // until the header says that there is no plan before
            described: Some(Described::default()),
            sets: vec![Vec::new()],
            beyond_limits: false,
        };
        Validator {
            roll,
            header: None,
            seen: [0; 7],
            section: 0,
            bench_ids: Ids::new(),
            member_ids: Ids::new(),
            lines_of: Default::default(),
            late: [false; 7],
            again: Default::default(),
            keys: Vec::new(),
            at: [0; 2],
            apart: None,
            groups: BTreeMap::new(),
            start: (0, 0, Vec::new()),
            list: Seen::default(),
            set_numbers: BTreeMap::new(),
        }
    }

    /// The roll as far as it is known, if there is a header.
    pub(crate) fn roll(&self) -> Option<&Roll> {
        self.header.map(|_| &self.roll)
    }

    /// A roll with nothing in it.
    pub(crate) fn nothing() -> Roll {
        Validator::new().roll
    }

    /// One line of the plan.
    pub(crate) fn line(&mut self, number: u64, line: &Line<'_>, checks: &mut Checks) {
        let Some(section) = SECTIONS.iter().position(|s| *s == line.kind()) else {
            let expected = Words::new("a line of the plan", "方案中的行");
            checks.fail(Rule::T2, number, line.kind(), Words::same(line.kind()), expected);
            return;
        };
        self.enter(section, number, checks);
        match line {
            Line::Unit { pool, id, label, storey, features } => {
                self.unit(number, pool, id, label, *storey, features.as_deref(), checks)
            }
            Line::Household { .. } => self.household(number, line, checks),
            Line::Plan { .. } => self.header(number, line, checks),
            Line::Bench { id, title, quorum } => {
                let place = Place { line: number, kind: "bench", id };
                check_id(place, "id", id, checks);
                check_text(place, "title", title, 120, checks);
                self.bench_ids.push(id);
                if self.roll.benches.len() < MAX_BENCHES {
                    self.roll.benches.push(BenchInfo {
                        id: id.as_ref().into(),
                        title: title.as_ref().into(),
                        quorum: *quorum,
                    });
                }
            }
            Line::Member { id, bench, name, key } => {
                self.member(
                    Place { line: number, kind: "member", id },
                    bench,
                    name,
                    key.as_deref(),
                    checks,
                );
            }
            Line::Source { device, count, range, round } => {
                let source = Source {
                    device: *device,
                    count: count.unwrap_or(0),
                    range: range.unwrap_or(0),
                    round: round.unwrap_or(0),
                };
                let needless = if *device == Device::Drand {
                    count.or(*range).is_some()
                } else {
                    round.is_some()
                };
                self.source(number, source, needless, checks);
            }
            Line::Pool { .. } => self.pool(number, line, checks),
            _ => {}
        }
    }

    /// T2: the sections of the plan come in their order, and none is left out.
    fn enter(&mut self, section: usize, number: u64, checks: &mut Checks) {
        let twice = section == 0 && self.seen.first().is_some_and(|n| *n > 0);
        if section < self.section || twice {
            let found = SECTIONS.get(section).copied().unwrap_or_default();
            let after = SECTIONS.get(self.section).copied().unwrap_or_default();
            let expected = Words::new(
                format!("no {found} line after a {after} line"),
                format!("{after} 行之后不应再有 {found} 行"),
            );
            checks.fail(Rule::T2, number, found, Words::same(found), expected);
            self.late.get_mut(section).into_iter().for_each(|late| *late = section < self.section);
        }
        while self.section < section {
            self.leave(number, checks);
        }
        self.count(section, number);
    }

    fn count(&mut self, section: usize, number: u64) {
        let index = self.seen.get(section).copied().unwrap_or(0);
        if let Some(lines) = self.lines_of.get_mut(section) {
            lines.note(u32::try_from(index).unwrap_or(u32::MAX), number);
        }
        self.seen.get_mut(section).into_iter().for_each(|n| *n += 1);
    }

    /// One line of the plan, if it is a [usual](super::usual) one of a unit or household and breaks
    /// no rule; otherwise `false`, and nothing is done. Does what [`Validator::line`] would do with
    /// it.
    pub(crate) fn usual_line(&mut self, number: u64, line: &[u8], checks: &mut Checks) -> bool {
        let (shape, at) = match (self.section, self.at) {
            (5, [at, _]) => (UNIT, at),
            (6, [_, at]) => (HOUSEHOLD, at),
            _ => return false,
        };
        if self.roll.described.is_some() {
            return false;
        }
        if (self.start.0, self.start.1) != (self.section, at) || self.start.2.is_empty() {
            // The id of a pool that breaks rule P2 might need escapes.
            let Some(pool) = self.roll.pools.get(at).filter(|pool| is_id(&pool.id)) else {
                return false;
            };
            self.start = (self.section, at, shape.start_in(&pool.id));
            self.list = Seen::default();
        }
        self.usual(number, &shape, line, checks).is_some()
    }

    fn usual(
        &mut self,
        number: u64,
        shape: &Shape,
        line: &[u8],
        checks: &mut Checks,
    ) -> Option<()> {
        let usual = shape.read(line, &self.start.2)?;
        if !usual.list.is_empty() && usual.list != self.list.bytes {
            return None;
        }
        let (set, entries) =
            if usual.list.is_empty() { (0, 0) } else { (self.list.set, self.list.entries) };
        let pool = self.roll.pools.get_mut(self.start.1)?;
        checks.examine_many(Rule::P2, 1 + entries);
        [Rule::P3, Rule::P4, Rule::P7].into_iter().for_each(|rule| checks.examine(rule));
        if self.section == 5 {
            pool.name("unit");
            extend(Some(&mut pool.units), self.roll.units.len());
            self.roll.units.push(usual.id);
            self.roll.unit_sets.push(set);
        } else {
            let index = self.roll.households.len();
            pool.name("household");
            extend(Some(&mut pool.households), index);
            self.roll.households.push(usual.id);
            self.roll.household_sets.push(set);
            self.roll.tiers.push(u8::try_from(usual.number).unwrap_or(u8::MAX));
            self.roll.heads.push(index);
        }
        self.count(self.section, number);
        Some(())
    }

    /// Ends the section: at least one line in it. From now on its ids can be found.
    fn leave(&mut self, number: u64, checks: &mut Checks) {
        let section = self.section;
        let kind = SECTIONS.get(section).copied().unwrap_or_default();
        if self.seen.get(section) == Some(&0) {
            let expected = Words::new(
                format!("at least one {kind} line before this one"),
                format!("此行之前至少有一个 {kind} 行"),
            );
            checks.fail(Rule::T2, number, kind, Words::new("none", "没有"), expected);
        }
        self.index(section);
        self.section += 1;
    }

    fn ids(&self, section: usize) -> Option<&Ids> {
        match section {
            1 => Some(&self.bench_ids),
            2 => Some(&self.member_ids),
            4 => Some(&self.roll.pool_ids),
            5 => Some(&self.roll.units),
            6 => Some(&self.roll.households),
            _ => None,
        }
    }

    /// Sorts the ids of a section, and finds those that occur again.
    fn index(&mut self, section: usize) {
        let ids = match section {
            1 => &mut self.bench_ids,
            2 => &mut self.member_ids,
            4 => &mut self.roll.pool_ids,
            5 => &mut self.roll.units,
            6 => &mut self.roll.households,
            _ => return,
        };
        let found = ids.index();
        self.again.get_mut(section).into_iter().for_each(|again| *again = found.clone());
    }

    /// P2: the ids of a section that occur again.
    fn repeated(&self, section: usize, checks: &mut Checks) {
        let kind = SECTIONS.get(section).copied().unwrap_or_default();
        let (Some(ids), Some(lines), Some(again)) =
            (self.ids(section), self.lines_of.get(section), self.again.get(section))
        else {
            return;
        };
        for &(again, first) in again {
            let found = Words::same(format_args!("`{}`", ids.get(again)));
            let (en, zh) = if ids.get(again) == ids.get(first) {
                ("", "")
            } else {
                (" (they differ in capitals alone)", "（仅大小写不同）")
            };
            let expected = Words::new(
                format!("an id of its own: `{}` on line {}{en}", ids.get(first), lines.get(first)),
                format!("不重复的编号：第 {} 行已有 `{}`{zh}", lines.get(first), ids.get(first)),
            );
            checks.fail(
                Rule::P2,
                lines.get(again),
                format_args!("{kind} {}, id", ids.get(again)),
                found,
                expected,
            );
        }
    }

    fn header(&mut self, number: u64, line: &Line<'_>, checks: &mut Checks) {
        let Line::Plan {
            floorlot,
            origin,
            title,
            mode,
            attempt,
            prior,
            benches,
            members,
            sources,
            pools,
            units,
            households,
        } = line
        else {
            return;
        };
        let place = Place { line: number, kind: "plan", id: "" };
        checks.examine(Rule::P1);
        if *floorlot != 1 {
            checks.fail(
                Rule::P1,
                number,
                place.of("floorlot"),
                Words::same(floorlot),
                Words::same(1),
            );
        }
        check_origin(place, "origin", origin, Rule::P1, checks);
        check_text(place, "title", title, 300, checks);
        checks.examine(Rule::P11);
        if !(1..=999).contains(attempt) {
            checks.fail(
                Rule::P11,
                number,
                place.of("attempt"),
                Words::same(attempt),
                within(1, 999),
            );
        }
        check_prior(place, origin, *attempt, prior.as_ref(), checks);
        for (field, found, most, rule) in [
            ("benches", benches, MAX_BENCHES as u64, Rule::P5),
            ("members", members, MAX_MEMBERS as u64, Rule::P5),
            ("sources", sources, MAX_SOURCES as u64, Rule::P6),
            ("pools", pools, MAX_POOLS, Rule::P7),
            ("units", units, MAX_PEOPLE, Rule::P7),
            ("households", households, MAX_PEOPLE, Rule::P7),
        ] {
            if *found > most {
                checks.fail(
                    rule,
                    number,
                    place.of(field),
                    Words::same(found),
                    Words::new(format!("at most {most}"), format!("至多 {most}")),
                );
            }
        }
        if self.header.is_some() {
            return;
        }
        // Room for what is announced, but never more than a file of some size could hold: a header
        // is cheap to write.
        let room = |n: &u64| usize::try_from((*n).min(1 << 20)).unwrap_or(0);
        self.roll.units.reserve(room(units), 8);
        self.roll.unit_sets.reserve_exact(room(units));
        self.roll.households.reserve(room(households), 8);
        self.roll.household_sets.reserve_exact(room(households));
        self.roll.tiers.reserve_exact(room(households));
        self.roll.heads.reserve_exact(room(households));
        (self.roll.origin, self.roll.title) = (origin.to_string(), title.to_string());
        (self.roll.mode, self.roll.attempt, self.roll.line) = (*mode, *attempt, number);
        self.roll.prior = prior.as_ref().map(|p| super::Prior {
            origin: p.origin.to_string(),
            size: p.size,
            root: p.root,
            relation: p.relation,
            reason: p.reason.to_string(),
        });
        if prior.is_none() {
            self.roll.described = None;
        }
        self.header = Some([*benches, *members, *sources, *pools, *units, *households]);
    }

    fn member(
        &mut self,
        place: Place<'_>,
        bench: &str,
        name: &str,
        key: Option<&str>,
        checks: &mut Checks,
    ) {
        check_id(place, "id", place.id, checks);
        check_text(place, "name", name, 120, checks);
        checks.examine(Rule::P4);
        let found = self.roll.benches.iter().position(|b| b.id == bench);
        if found.is_none() {
            let known: Vec<&str> = self.roll.benches.iter().map(|b| b.id.as_str()).collect();
            checks.fail(
                Rule::P4,
                place.line,
                place.of("bench"),
                Words::same(bench),
                one_of(&known, "bench", "席位"),
            );
        }
        self.member_ids.push(place.id);
        let key = key.and_then(|key| self.key(place, key, checks));
        if self.roll.members.len() < MAX_MEMBERS {
            self.roll.members.push(MemberInfo { id: place.id.into(), bench: found, key });
        }
    }

    /// P12: a key is sound, and of one member alone.
    fn key(&mut self, place: Place<'_>, text: &str, checks: &mut Checks) -> Option<VerifierKey> {
        checks.examine(Rule::P12);
        if !cfg!(feature = "signatures") {
            let why = Words::new(
                "this build cannot tell whether a key is a point of the curve (feature `signatures`)",
                "本程序未含签名验证，无法判断公钥是否在曲线上",
            );
            checks.not_run(Rule::P12, why);
        }
        let mut fail = |found: Words, expected: Words| {
            checks.fail(Rule::P12, place.line, place.of("key"), found, expected);
            None
        };
        let shape = || {
            Words::new(
                "a vkey of a tlog-cosignature v1: name, key id and base64 of 0x04 with the Ed25519 public key, joined by `+`",
                "tlog-cosignature v1 的公钥：名称、公钥编号、base64（0x04 加 Ed25519 公钥），以 `+` 相连",
            )
        };
        let key = match text.parse::<VerifierKey>() {
            Err(error) => return fail(error.words(), shape()),
            Ok(key) if key.kind() != COSIGNATURE => {
                return fail(Words::same(format_args!("type 0x{:02x}", key.kind())), shape());
            }
            Ok(key) => key,
        };
        if !is_sound(&key) {
            let weak = Words::new("a weak key, or none at all", "弱公钥，或不是公钥");
            return fail(
                weak,
                Words::new(
                    "a canonical point of the curve, not of low order",
                    "曲线上的规范编码点，且阶不低",
                ),
            );
        }
        let other = self
            .keys
            .iter()
            .find(|(_, k)| k.public() == key.public() || k.name() == key.name())
            .map(|(other, _)| other.clone());
        if self.roll.members.len() < MAX_MEMBERS {
            self.keys.push((place.id.into(), key.clone()));
        }
        if let Some(other) = other {
            let found = Words::new(
                format!("key or name of member {other}"),
                format!("与监督员 {other} 的公钥或名称相同"),
            );
            return fail(
                found,
                Words::new(
                    "a key and a name of its own for each member",
                    "每人各有自己的公钥和名称",
                ),
            );
        }
        Some(key)
    }

    fn source(&mut self, number: u64, source: Source, needless: bool, checks: &mut Checks) {
        let place = Place { line: number, kind: "source", id: "" };
        checks.examine(Rule::P6);
        if needless {
            let expected = Words::new(
                "`count` and `range` for dice and balls, `round` for drand",
                "骰子和球只有 `count` 与 `range`，drand 只有 `round`",
            );
            checks.fail(
                Rule::P6,
                number,
                place.of("device"),
                Words::same(source.device.word()),
                expected,
            );
        }
        if source.device == Device::Drand {
            if !(1..=MAX_ROUND).contains(&source.round) {
                checks.fail(
                    Rule::P6,
                    number,
                    place.of("round"),
                    Words::same(source.round),
                    within(1, MAX_ROUND),
                );
            }
            if self.roll.sources.len() < MAX_SOURCES {
                self.roll.sources.push(source);
            }
            return;
        }
        let (ranges, counts) = match source.device {
            Device::Dice => ((2, 10), (1, 200)),
            Device::Balls | Device::Drand => ((1, 9_999), (1, source.range.clamp(1, 200))),
        };
        for (field, value, (low, high)) in
            [("range", source.range, ranges), ("count", source.count, counts)]
        {
            if !(low..=high).contains(&value) {
                checks.fail(
                    Rule::P6,
                    number,
                    place.of(field),
                    Words::same(value),
                    within(low, high),
                );
            }
        }
        if self.roll.sources.len() < MAX_SOURCES {
            self.roll.sources.push(source);
        }
    }

    fn pool(&mut self, number: u64, line: &Line<'_>, checks: &mut Checks) {
        let Line::Pool { id, title, building, rule, absence, seconds, unranked, units, households } =
            line
        else {
            return;
        };
        let place = Place { line: number, kind: "pool", id };
        check_id(place, "id", id, checks);
        check_text(place, "title", title, 120, checks);
        check_text(place, "building", building, 120, checks);
        checks.examine(Rule::P7);
        let mut needless = |field: &str, has: bool, wanted: PickRule| {
            if has != (*rule == wanted) {
                let (a, b) = if has { ("present", "有") } else { ("missing", "没有") };
                let expected = Words::new(
                    format!("`{field}` if and only if the rule is {}", wanted.word()),
                    format!("规则为 {} 时才有 `{field}`", wanted.word()),
                );
                checks.fail(Rule::P7, number, place.of(field), Words::new(a, b), expected);
            }
        };
        needless("absence", absence.is_some(), PickRule::Choice);
        needless("unranked", unranked.is_some(), PickRule::Ranking);
        if let Some(time) =
            seconds.filter(|time| *rule != PickRule::Choice || !(10..=3600).contains(time))
        {
            let expected = Words::new(
                "a number from 10 to 3600, and only if the rule is choice",
                "10 至 3600 的数，且规则为 choice 时才有",
            );
            checks.fail(Rule::P7, number, place.of("seconds"), Words::same(time), expected);
        }
        for (field, count) in [("units", units), ("households", households)] {
            if *count == 0 {
                checks.fail(
                    Rule::P7,
                    number,
                    place.of(field),
                    Words::same(0),
                    Words::new("at least 1", "至少 1"),
                );
            }
        }
        self.roll.pool_ids.push(id);
        if self.roll.pools.len() as u64 >= MAX_POOLS {
            return;
        }
        // Units and households that stand before every pool are of the first.
        let first = self.roll.pools.is_empty();
        let before = |ids: &Ids| if first { 0..ids.len() } else { 0..0 };
        self.roll.pools.push(PoolInfo {
            id: id.to_string(),
            title: title.to_string(),
            building: building.to_string(),
            rule: *rule,
            absence: *absence,
            seconds: *seconds,
            unranked: *unranked,
            line: number,
            announced: (*units, *households),
            naming: (0, 0),
            units: before(&self.roll.units),
            households: before(&self.roll.households),
        });
        if let Some(apart) = self.apart.take() {
            checks.add(apart);
            self.rankings_before(id, *rule, checks);
        }
    }

    /// P9: rankings that stand before the first pool, if it is drawn in another way.
    fn rankings_before(&self, pool: &str, rule: PickRule, checks: &mut Checks) {
        let Some(lines) = self.lines_of.get(6).filter(|_| rule != PickRule::Ranking) else {
            return;
        };
        for household in self.roll.rankings.keys() {
            let place = format!("household {}, ranking", self.roll.households.get(*household));
            let (found, expected) = needless_ranking(pool, rule);
            checks.fail(Rule::P9, lines.get(*household), place, found, expected);
        }
    }

    /// Checks something of a household that counts only if there is a pool.
    fn with_pool<T>(
        &mut self,
        checks: &mut Checks,
        check: impl FnOnce(&mut Self, &mut Checks) -> T,
    ) -> T {
        if !self.roll.pools.is_empty() {
            return check(self, checks);
        }
        let mut apart = self.apart.take().unwrap_or_else(|| checks.another());
        let checked = check(self, &mut apart);
        self.apart = Some(apart);
        checked
    }

    /// P4: the pool of a unit or household: that of the last one of its kind, or a later one. One
    /// that names another is counted there (P1) and otherwise taken as one of the pool of the last
    /// one. Gives the number of the pool.
    fn pool_at(&mut self, place: Place<'_>, pool: &str, checks: &mut Checks) -> usize {
        checks.examine(Rule::P4);
        let kind = usize::from(place.kind == "household");
        let at = self.at.get(kind).copied().unwrap_or(0);
        if let Some(same) = self.roll.pools.get_mut(at).filter(|p| p.id == pool) {
            same.name(place.kind);
            return at;
        }
        let named = self.roll.find_pool(pool);
        named.and_then(|n| self.roll.pools.get_mut(n)).into_iter().for_each(|p| p.name(place.kind));
        match named {
            Some(later) if later > at => {
                self.at.get_mut(kind).into_iter().for_each(|at| *at = later);
                later
            }
            _ => {
                self.misplaced(place, pool, at, named.is_some(), checks);
                at
            }
        }
    }

    fn misplaced(&self, place: Place<'_>, pool: &str, at: usize, known: bool, checks: &mut Checks) {
        let here = self.roll.pools.get(at).map(|p| p.id.as_str()).unwrap_or_default();
        let expected = if known {
            Words::new(
                format!(
                    "pool {here} or a later one: keep the lines of each pool together, in the order of the pools"
                ),
                format!("批次 {here} 或其后的批次：同一批次的行须在一起，并按批次顺序排列"),
            )
        } else {
            Words::new("the id of a pool of this plan", "本方案中的批次编号")
        };
        checks.fail(Rule::P4, place.line, place.of("pool"), Words::same(pool), expected);
    }

    #[allow(clippy::too_many_arguments, reason = "the keys of the line, in their order")]
    fn unit(
        &mut self,
        number: u64,
        pool: &str,
        id: &str,
        label: &str,
        storey: u64,
        features: Option<&[Text<'_>]>,
        checks: &mut Checks,
    ) {
        let place = Place { line: number, kind: "unit", id };
        check_id(place, "id", id, checks);
        check_text(place, "label", label, 60, checks);
        checks.examine(Rule::P7);
        if !(1..=999).contains(&storey) {
            checks.fail(Rule::P7, number, place.of("storey"), Words::same(storey), within(1, 999));
        }
        let set = self.set(place, "features", features, checks);
        let pool = self.pool_at(place, pool, checks);
        extend(self.roll.pools.get_mut(pool).map(|p| &mut p.units), self.roll.units.len());
        self.roll.units.push(id);
        self.roll.unit_sets.push(set);
        let unit = self.roll.units.len() - 1;
        let described = self
            .roll
            .described
            .as_ref()
            .map(|_| describe_unit(label, storey, self.roll.features(unit)));
        self.roll.described.iter_mut().zip(described).for_each(|(all, own)| all.units.push(own));
    }

    fn household(&mut self, number: u64, line: &Line<'_>, checks: &mut Checks) {
        let Line::Household { pool, id, name, tier, needs, group, ranking, person } = line else {
            return;
        };
        let place = Place { line: number, kind: "household", id };
        check_id(place, "id", id, checks);
        if name.is_empty() {
            checks.examine(Rule::P3);
        } else {
            check_text(place, "name", name, 120, checks);
        }
        checks.examine(Rule::P7);
        if !(1..=99).contains(tier) {
            checks.fail(Rule::P7, number, place.of("tier"), Words::same(tier), within(1, 99));
        }
        let set = self.set(place, "needs", needs.as_deref(), checks);
        let pool = self.pool_at(place, pool, checks);
        let index = self.roll.households.len();
        extend(self.roll.pools.get_mut(pool).map(|p| &mut p.households), index);
        let head = self.with_pool(checks, |validator, checks| {
            ranking
                .iter()
                .for_each(|ranking| validator.ranking(place, pool, index, ranking, checks));
            group
                .as_ref()
                .map_or(index, |group| validator.group(place, group, (pool, *tier, index), checks))
        });
        self.roll.households.push(id);
        self.roll.household_sets.push(set);
        self.roll.tiers.push(u8::try_from(*tier).unwrap_or(u8::MAX));
        self.roll.heads.push(head);
        let described = self
            .roll
            .described
            .as_ref()
            .map(|_| describe_household(name, *tier, self.roll.needs(index), *person));
        self.roll
            .described
            .iter_mut()
            .zip(described)
            .for_each(|(all, own)| all.households.push(own));
    }

    /// P8: the first household of the group.
    fn group(
        &mut self,
        place: Place<'_>,
        group: &str,
        own: (usize, u64, u32),
        checks: &mut Checks,
    ) -> u32 {
        check_id(place, "group", group, checks);
        checks.examine(Rule::P8);
        let (pool, tier, head) = *self.groups.entry(group.to_owned()).or_insert(own);
        if (pool, tier) == (own.0, own.1) {
            return head;
        }
        let name =
            |pool: usize| self.roll.pools.get(pool).map(|p| p.id.as_str()).unwrap_or_default();
        let found = Words::new(
            format!("group {group} in pool {}, tier {}", name(own.0), own.1),
            format!("组 {group} 在批次 {}、第 {} 顺位", name(own.0), own.1),
        );
        let first = self.roll.households.get(head);
        let expected = Words::new(
            format!("pool {}, tier {tier}, as household {first} of the same group", name(pool)),
            format!("批次 {}、第 {tier} 顺位，与同组住户 {first} 一致", name(pool)),
        );
        checks.fail(Rule::P8, place.line, place.of("group"), found, expected);
        own.2
    }

    /// P9: a ranking.
    fn ranking(
        &mut self,
        place: Place<'_>,
        pool: usize,
        household: u32,
        ranking: &[Text<'_>],
        checks: &mut Checks,
    ) {
        checks.examine(Rule::P9);
        let pool = self.roll.pools.get(pool); // none yet, if this stands before every pool
        let mut bad = |found: Words, expected: Words| {
            checks.fail(Rule::P9, place.line, place.of("ranking"), found, expected)
        };
        if let Some(pool) = pool.filter(|pool| pool.rule != PickRule::Ranking) {
            let (found, expected) = needless_ranking(&pool.id, pool.rule);
            bad(found, expected);
        }
        if ranking.len() > 4_000 {
            bad(Words::same(ranking.len()), Words::new("at most 4000 units", "至多 4000 套"));
        }
        let mut units = Vec::with_capacity(ranking.len());
        let mut seen = BTreeSet::new();
        for id in ranking {
            let unit =
                self.roll.units.find(id).filter(|u| pool.is_none_or(|pool| pool.units.contains(u)));
            match unit {
                Some(unit) if seen.insert(unit) => {}
                Some(_) => {
                    bad(
                        Words::new(format!("unit {id} again"), format!("房源 {id} 重复")),
                        Words::new("each unit once", "每套只列一次"),
                    );
                }
                None => {
                    let pool = pool.map(|pool| pool.id.as_str()).unwrap_or_default();
                    let expected =
                        Words::new(format!("units of pool {pool}"), format!("批次 {pool} 的房源"));
                    bad(Words::new(format!("unit {id}"), format!("房源 {id}")), expected);
                }
            }
            // keeps its place, so that those after it keep their rank
            units.push(unit.unwrap_or(u32::MAX));
        }
        self.roll.rankings.insert(household, units);
    }

    /// The number of a combination of features or needs.
    fn set(
        &mut self,
        place: Place<'_>,
        field: &str,
        words: Option<&[Text<'_>]>,
        checks: &mut Checks,
    ) -> u16 {
        let Some(words) = words else { return 0 };
        words.iter().for_each(|word| check_id(place, field, word, checks));
        let sorted = words.windows(2).all(|pair| matches!(pair, [a, b] if a < b));
        if !sorted || words.len() > 16 {
            let expected =
                Words::new("at most 16, sorted, none twice", "至多 16 项，按字节排序，不重复");
            checks.fail(
                Rule::P7,
                place.line,
                place.of(field),
                Words::same(words.join(",")),
                expected,
            );
        }
        if words.len() > 16 {
            // thousands of such lists, with thousands of entries each, would not fit into the
            // memory
            return 0;
        }
        let sound = sorted && words.iter().all(|w| is_id(w));
        let mut bytes = Vec::new();
        words.to_vec().write(&mut bytes);
        let entries = words.len() as u64;
        let mut words: Vec<String> = words.iter().map(|w| w.to_string()).collect();
        words.sort();
        words.dedup();
        if let Some(number) = self.set_numbers.get(&words) {
            if sound {
                self.list = Seen { bytes, set: *number, entries };
            }
            return *number;
        }
        if self.roll.sets.len() > MAX_SETS {
            if self.roll.beyond_limits {
                return 0; // one fault is enough
            }
            self.roll.beyond_limits = true;
            let expected = Words::new(
                format!("at most {MAX_SETS} different combinations"),
                format!("至多 {MAX_SETS} 种组合"),
            );
            checks.fail(
                Rule::P7,
                place.line,
                place.of(field),
                Words::new("one more", "又一种"),
                expected,
            );
            return 0;
        }
        let number = u16::try_from(self.roll.sets.len()).unwrap_or(u16::MAX);
        self.roll.sets.push(words.clone());
        self.set_numbers.insert(words, number);
        number
    }

    /// Ends the plan before the line of this number: what can only be said when all lines are
    /// known. Gives no roll if there was no header.
    pub(crate) fn finish(
        mut self,
        number: u64,
        checks: &mut Checks,
    ) -> (Option<Roll>, Vec<Warning>) {
        while self.section < SECTIONS.len() {
            self.leave(number, checks);
        }
        for (section, _) in (0..).zip(self.late).filter(|(_, late)| *late) {
            self.index(section);
        }
        (0..SECTIONS.len()).for_each(|section| self.repeated(section, checks));
        self.place_empty_pools();
        self.counts(checks);
        self.panel(checks);
        self.entropy(checks);
        self.needs(checks);
        let standby = |p: &PoolInfo| Warning::Standby {
            pool: p.id.clone(),
            households: p.household_count(),
            units: p.unit_count(),
        };
        let warnings = self
            .roll
            .pools
            .iter()
            .filter(|p| p.household_count() > p.unit_count())
            .map(standby)
            .collect();
        self.roll.unit_sets.shrink_to_fit();
        (self.header.map(|_| self.roll), warnings)
    }

    /// A pool without units or households has its place among the others all the same, so that each
    /// is found by where it ends.
    fn place_empty_pools(&mut self) {
        let (mut units, mut households) = (0, 0);
        for pool in &mut self.roll.pools {
            for (range, end) in
                [(&mut pool.units, &mut units), (&mut pool.households, &mut households)]
            {
                if range.start == range.end {
                    *range = *end..*end;
                }
                *end = range.end;
            }
        }
    }

    /// P1: the counts in the header and in the pools.
    fn counts(&self, checks: &mut Checks) {
        let lines = |n: u64| {
            Words::new(format!("{n}, for so many lines follow"), format!("{n}，因为后面有这么多行"))
        };
        let header = self.header.iter().flatten().copied();
        for ((kind, announced), seen) in
            SECTIONS.iter().skip(1).zip(header).zip(self.seen.iter().copied().skip(1))
        {
            checks.examine(Rule::P1);
            if announced != seen {
                checks.fail(
                    Rule::P1,
                    self.roll.line,
                    format_args!("plan, number of {kind} lines"),
                    Words::same(announced),
                    lines(seen),
                );
            }
        }
        for p in &self.roll.pools {
            let counted =
                [("units", p.announced.0, p.naming.0), ("households", p.announced.1, p.naming.1)];
            for (field, announced, seen) in counted {
                checks.examine(Rule::P1);
                if announced != seen {
                    checks.fail(
                        Rule::P1,
                        p.line,
                        format_args!("pool {}, {field}", p.id),
                        Words::same(announced),
                        lines(seen),
                    );
                }
            }
        }
    }

    /// P5: the panel.
    fn panel(&self, checks: &mut Checks) {
        let benches = self.roll.benches.len();
        if benches < 2 {
            checks.fail(
                Rule::P5,
                0,
                "bench",
                Words::new(format!("{benches} bench(es)"), format!("{benches} 个席位")),
                Words::new("at least 2", "至少 2 个"),
            );
        }
        let lines = self.lines_of.get(1).cloned().unwrap_or_default();
        // Those beyond the limit are not used, so that nobody is of them.
        checks.examine_many(Rule::P5, u64::from(self.bench_ids.len()));
        for i in self.roll.benches.len() as u32..self.bench_ids.len() {
            let place = format!("bench {}, quorum", self.bench_ids.get(i));
            let found =
                Words::new("a bench beyond the limit, with no members", "超出上限的席位，没有成员");
            let expected = Words::new(
                format!("at most {MAX_BENCHES} benches"),
                format!("至多 {MAX_BENCHES} 个席位"),
            );
            checks.fail(Rule::P5, lines.get(i), place, found, expected);
        }
        for (i, bench) in (0..).zip(&self.roll.benches) {
            let members =
                self.roll.members.iter().filter(|m| m.bench == Some(i as usize)).count() as u64;
            if bench.quorum == 0 || bench.quorum > members {
                let expected = if members == 0 {
                    Words::new("a bench with members", "席位至少有一名成员")
                } else {
                    Words::new(
                        format!("a quorum from 1 to {members}, the number of its members"),
                        format!("法定人数为 1 至 {members}（成员数）"),
                    )
                };
                checks.fail(
                    Rule::P5,
                    lines.get(i),
                    format_args!("bench {}, quorum", bench.id),
                    Words::same(bench.quorum),
                    expected,
                );
            }
        }
    }

    /// P6: 64 bits of public numbers.
    fn entropy(&self, checks: &mut Checks) {
        if checks.failed(Rule::P6) > 0 || self.roll.sources.is_empty() {
            // what a source out of its limits is worth cannot be said; one that is missing breaks
            // T2
            return;
        }
        let mut outcomes = 1_u128;
        let mut grow = |factor: u64| outcomes = (outcomes * u128::from(factor.max(1))).min(1 << 64);
        for source in &self.roll.sources {
            if source.device == Device::Drand {
                [1 << 32; 2].into_iter().for_each(&mut grow); // 2^256, of which 2^64 are enough
            }
            for i in 0..source.count.min(200) {
                grow(match source.device {
                    Device::Dice => source.range,
                    Device::Balls | Device::Drand => source.range.saturating_sub(i),
                });
            }
        }
        if outcomes < 1 << 64 {
            let bits = outcomes.ilog2();
            let found = Words::new(
                format!("{outcomes} outcomes, {bits} bits"),
                format!("{outcomes} 种结果，{bits} 比特"),
            );
            let expected = Words::new(
                "at least 2^64 outcomes, such as 20 ten-sided dice",
                "至少 2^64 种结果，例如 20 个十面骰子",
            );
            checks.fail(Rule::P6, 0, "source", found, expected);
        }
    }

    /// P7 and P10: the needs of each pool are of few kinds, and can be met at once.
    fn needs(&mut self, checks: &mut Checks) {
        let last = self.lines_of.get(6).map_or(0, |l| l.get(0));
        let lost = self.roll.beyond_limits; // what somebody needs
        let mut beyond = false;
        for pool in &self.roll.pools {
            let sets: BTreeSet<u16> = Roll::slice(&self.roll.household_sets, &pool.households)
                .iter()
                .copied()
                .filter(|s| *s > 0)
                .collect();
            if sets.is_empty() {
                continue;
            }
            checks.examine(Rule::P10);
            let kinds =
                sets.iter().flat_map(|s| self.roll.set(Some(s))).collect::<BTreeSet<_>>().len();
            if kinds > 8 || sets.len() > 32 {
                beyond = true;
                let found = Words::new(
                    format!("{kinds} different needs in {} combinations", sets.len()),
                    format!("{kinds} 种需求，{} 种组合", sets.len()),
                );
                let expected = Words::new(
                    "at most 8 different needs in 32 combinations",
                    "至多 8 种需求、32 种组合",
                );
                checks.fail(
                    Rule::P7,
                    last,
                    format_args!("pool {}, needs", pool.id),
                    found,
                    expected,
                );
                continue;
            }
            if lost {
                continue;
            }
            let (_, mut matching) = self.roll.classes(pool);
            let Some(short) = matching.shortage() else { continue };
            let sets: Vec<u16> = sets.into_iter().collect();
            let sets: Vec<&[String]> = short
                .household_classes
                .iter()
                .filter_map(|&c| sets.get(c))
                .map(|s| self.roll.set(Some(s)))
                .collect();
            let names: Vec<String> = sets.iter().map(|set| set.join("+")).collect();
            let in_zh = |set: &&[String]| {
                set.iter().map(|need| need_words(need).zh).collect::<Vec<_>>().join("＋")
            };
            let names_zh: Vec<String> = sets.iter().map(in_zh).collect();
            let (n, m) = (short.households, short.units);
            let found = Words::new(
                format!(
                    "{} {}, {}",
                    plural(n, "household needs", "households need"),
                    names.join(" or "),
                    plural(m, "such unit exists", "such units exist")
                ),
                format!("{n} 户需要 {}，这样的房只有 {m} 套", names_zh.join(" 或 ")),
            );
            let expected = Words::new(
                "a unit for each of them: add units or correct the needs",
                "每户都有一套：增加房源或更正需求",
            );
            checks.fail(
                Rule::P10,
                pool.line,
                format_args!("pool {}, needs", pool.id),
                found,
                expected,
            );
        }
        self.roll.beyond_limits |= beyond;
    }
}

/// The units and households of a pool stand together, so the newest is always its last.
fn extend(range: Option<&mut Range<u32>>, index: u32) {
    if let Some(range) = range {
        *range = if range.start == range.end { index..index + 1 } else { range.start..index + 1 };
    }
}

/// P9: what is wrong with a ranking in a pool that is drawn in another way.
/// V7: what a unit is, whatever draw it is in.
pub(crate) fn describe_unit(label: &str, storey: u64, features: &[String]) -> String {
    format!("{label}, {storey}, [{}]", features.join(","))
}

/// V7: what a household is, whatever draw it is in.
pub(crate) fn describe_household(
    name: &str,
    tier: u64,
    needs: &[String],
    person: Option<Hash>,
) -> String {
    let person = person.map(|person| format!(", {person}")).unwrap_or_default();
    format!("{name}, {tier}, [{}]{person}", needs.join(","))
}

fn needless_ranking(pool: &str, rule: PickRule) -> (Words, Words) {
    let word = rule.word();
    let expected = Words::new(
        format!("none: pool {pool} is drawn by {word}"),
        format!("无：批次 {pool} 的规则是 {word}"),
    );
    (Words::new("a ranking", "志愿表"), expected)
}

fn plural(n: u64, one: &str, more: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { more })
}

fn one_of(known: &[&str], en: &str, zh: &str) -> Words {
    Words::new(
        format!("the id of a {en}: {}", known.join(", ")),
        format!("{zh}编号之一：{}", known.join("、")),
    )
}

#[inline]
fn check_id(place: Place<'_>, field: &str, id: &str, checks: &mut Checks) {
    checks.examine(Rule::P2);
    if !is_id(id) {
        let expected = Words::new(
            "1 to 64 of A-Z a-z 0-9 . _ -, the first a letter or digit",
            "1 至 64 个字符 A-Z a-z 0-9 . _ -，首字符为字母或数字",
        );
        checks.fail(
            Rule::P2,
            place.line,
            place.of(field),
            Words::same(format_args!("`{id}`")),
            expected,
        );
    }
}

fn check_origin(place: Place<'_>, field: &str, origin: &str, rule: Rule, checks: &mut Checks) {
    if !is_origin(origin) {
        let expected = Words::new(
            "1 to 200 of A-Z a-z 0-9 . _ - /, the first and last a letter or digit, such as draw.example/2026-001",
            "1 至 200 个字符 A-Z a-z 0-9 . _ - /，首尾为字母或数字，例如 draw.example/2026-001",
        );
        checks.fail(
            rule,
            place.line,
            place.of(field),
            Words::same(format_args!("`{origin}`")),
            expected,
        );
    }
}

/// P11: the link to the attempt or round before.
fn check_prior(
    place: Place<'_>,
    origin: &str,
    attempt: u64,
    prior: Option<&Prior<'_>>,
    checks: &mut Checks,
) {
    if attempt > 1 && prior.is_none_or(|p| p.relation != Relation::Void) {
        let expected = Words::new(
            "a prior with relation `void`, because this is not the first attempt",
            "relation 为 `void` 的 prior，因为这不是第一次",
        );
        checks.fail(
            Rule::P11,
            place.line,
            place.of("prior"),
            Words::new("none such", "没有"),
            expected,
        );
    }
    let Some(prior) = prior else { return };
    check_origin(place, "prior origin", &prior.origin, Rule::P11, checks);
    check_text(place, "prior reason", &prior.reason, 600, checks);
    if prior.origin == origin {
        let expected =
            Words::new("an origin of its own for each attempt", "每次抽签有各自的 origin");
        checks.fail(Rule::P11, place.line, place.of("prior origin"), Words::same(origin), expected);
    }
}

/// P3: a text.
#[inline]
fn check_text(place: Place<'_>, field: &str, text: &str, most: usize, checks: &mut Checks) {
    checks.examine(Rule::P3);
    if let Some((found, expected)) = text_fault(text, most) {
        checks.fail(Rule::P3, place.line, place.of(field), found, expected);
    }
}

/// What rule P3 has against a text.
pub(crate) fn text_fault(text: &str, most: usize) -> Option<(Words, Words)> {
    if let Some(c) = foreign_character(text) {
        let expected = Words::new(
            "a character of the repertoire in rule P3 (no control, invisible, combining or right-to-left ones)",
            "规则 P3 允许的字符（不含控制、不可见、组合或从右到左的字符）",
        );
        return Some((
            Words::new(
                format!("the character U+{:04X} ({:?})", u32::from(c), c),
                format!("字符 U+{:04X} ({:?})", u32::from(c), c),
            ),
            expected,
        ));
    }
    if text.is_empty() || text.starts_with(' ') || text.ends_with(' ') {
        return Some((
            Words::same(format_args!("`{text}`")),
            Words::new(
                "a text that is not empty and has no spaces around it",
                "非空、首尾无空格的文字",
            ),
        ));
    }
    (text.len() > most).then(|| {
        let found = Words::new(format!("{} bytes", text.len()), format!("{} 字节", text.len()));
        (found, Words::new(format!("at most {most} bytes"), format!("至多 {most} 字节")))
    })
}

#[cfg(test)]
mod tests {
    use super::Validator;
    use crate::lines::Line;
    use crate::rules::Checks;

    #[test]
    fn late_lines_of_the_plan_are_found_all_the_same() {
        let plan = include_bytes!("../../examples/data/block/plan.jsonl");
        let mut plan: Vec<Vec<u8>> =
            plan.trim_ascii_end().split(|b| *b == b'\n').map(<[u8]>::to_vec).collect();
        let unit = plan.iter().position(|l| l.starts_with(b"{\"kind\":\"unit\"")).unwrap();
        let (first, second) = (plan.remove(unit), plan[unit].clone());
        plan.push(first);
        plan.push(second); // and once more what is there already
        let (mut validator, mut checks) = (Validator::new(), Checks::new(100));
        for (number, bytes) in (1..).zip(&plan) {
            validator.line(number, &Line::decode(bytes).unwrap(), &mut checks);
        }
        let roll = validator.finish(0, &mut checks).0.unwrap();
        assert_eq!(
            (checks.failed(crate::rules::Rule::T2), checks.failed(crate::rules::Rule::P2)),
            (2, 1)
        );
        for index in 0..roll.unit_count() - 1 {
            assert_eq!(roll.find_unit(roll.unit_id(index)), Some(index));
        }
    }

    /// What comes of a plan: its roll and all counts and faults.
    fn read(lines: &[Vec<u8>], usual: bool) -> (String, usize) {
        let (mut validator, mut checks, mut taken) = (Validator::new(), Checks::new(100), 0);
        for (number, bytes) in (1..).zip(lines) {
            if usual && validator.usual_line(number, bytes, &mut checks) {
                taken += 1;
            } else if let Ok(line) = Line::decode(bytes) {
                validator.line(number, &line, &mut checks);
            }
        }
        validator.start = Default::default();
        validator.list = Default::default();
        let (roll, warnings) = validator.finish(0, &mut checks);
        (format!("{roll:?} {warnings:?} {checks:?}"), taken)
    }

    #[test]
    fn a_list_beyond_the_limit_is_not_kept() {
        let list: Vec<String> = (100..117).map(|n| format!("\"z{n}\"")).collect();
        let (mut validator, mut checks) = (Validator::new(), Checks::new(1));
        for n in 0..3 {
            let line = format!(
                r#"{{"kind":"unit","pool":"A","id":"U{n}","label":"1","storey":1,"features":["a{n}",{}]}}"#,
                list.join(",")
            );
            validator.line(n + 1, &Line::decode(line.as_bytes()).unwrap(), &mut checks);
        }
        assert_eq!((validator.roll.sets.len(), checks.failed(crate::rules::Rule::P7)), (1, 3));
    }

    /// Every line that comes from this one by changing, leaving out or doubling a byte.
    fn near(line: &[u8]) -> Vec<Vec<u8>> {
        let mut lines = Vec::new();
        for place in 0..line.len() {
            let (before, after) = (&line[..place], &line[place + 1..]);
            for byte in *b"019aZ-. \",\\[]{}\xff" {
                lines.push([before, &[byte], after].concat());
            }
            lines.push([before, after].concat());
            lines.push([before, &line[place..=place], &line[place..=place], after].concat());
        }
        lines
    }

    #[test]
    fn classes_of_many_combinations_cost_little() {
        use crate::plan::{Mode, Plan, Pool, Source};
        let needs: Vec<String> = (0..8).map(|n| format!("n{n}")).collect();
        let mut plan = Plan::new("draw.example/1", "x", Mode::Rehearsal)
            .bench("a", "a", 1, &[("r", "r")])
            .bench("b", "b", 1, &[("o", "o")]);
        plan = plan.source(Source::TWENTY_DICE);
        for p in 0..10 {
            let mut pool = Pool::lot(&format!("P{p}"), "x", "x");
            for n in 0..4_080_usize {
                let more = [
                    format!("z{}", n / 256),
                    "zz1".into(),
                    "zz2".into(),
                    "zz3".into(),
                    "zz4".into(),
                    "zz5".into(),
                    "zz6".into(),
                ];
                let has = (0..8)
                    .filter(|bit| n >> bit & 1 == 1)
                    .map(|bit| &needs[bit])
                    .chain(&more)
                    .map(String::as_str);
                pool = pool.unit(&format!("U{p}-{n:04}"), "x", 1, &has.collect::<Vec<_>>());
            }
            for (n, need) in needs.iter().enumerate() {
                pool = pool.household(&format!("H{p}-{n}"), "x", 1, &[need]);
            }
            plan = plan.pool(pool);
        }
        let plan = plan.validate().unwrap();
        assert!(plan.roll().pools.iter().all(|pool| plan.roll().classes(pool).0.count == 256));
    }

    #[test]
    fn usual_lines_are_taken_as_by_decoding_them() {
        let plan = include_bytes!("../../examples/data/block/plan.jsonl");
        let plan: Vec<Vec<u8>> =
            plan.trim_ascii_end().split(|b| *b == b'\n').map(<[u8]>::to_vec).collect();
        let (general, (quick, taken)) = (read(&plan, false).0, read(&plan, true));
        assert_eq!(quick, general);
        assert!(taken >= 15, "{taken} lines were usual");
        // An id of a pool that is written with an escape, but only up to the first household; the
        // others have the bytes of the id itself. The commitment to a person is the last field, and
        // of households alone.
        let bound = |line: &Vec<u8>| {
            [&line[..line.len() - 1], b",\"person\":\"", &[b'7'; 64], b"\"}"].concat()
        };
        let with_person: Vec<Vec<u8>> = plan
            .iter()
            .map(|line| {
                if line.starts_with(b"{\"kind\":\"household\"") {
                    bound(line)
                } else {
                    line.clone()
                }
            })
            .collect();
        assert_eq!(read(&with_person, true), read(&plan, true));
        assert_eq!(read(&with_person, true).0, read(&with_person, false).0);
        let with = |line: &Vec<u8>, id: &str| {
            String::from_utf8_lossy(line).replace("B07-T2", id).into_bytes()
        };
        let spelling = |n: usize| if n <= 29 { "B07\\\\T2" } else { "B07\\T2" };
        let escaped: Vec<Vec<u8>> =
            plan.iter().enumerate().map(|(n, line)| with(line, spelling(n))).collect();
        assert_eq!(read(&escaped, true).0, read(&escaped, false).0);
        for (plan, at) in [(&plan, 20), (&plan, 32), (&plan, plan.len() - 1), (&with_person, 32)] {
            for line in near(&plan[at]).into_iter().chain([bound(&plan[at])]) {
                let changed: Vec<Vec<u8>> =
                    plan[..at].iter().chain([&line]).chain(&plan[at + 1..]).cloned().collect();
                assert_eq!(
                    read(&changed, true).0,
                    read(&changed, false).0,
                    "{}",
                    String::from_utf8_lossy(&line)
                );
            }
        }
    }
}
