//! The chances in one pool: exact where symmetry or all courses of a small pool give them,
//! otherwise from many draws by the real rules.
//!
//! **Kinds.** Households of one kind are alike in everything that the draw looks at: tier, needs,
//! size of the group and place in it (a group is called in the order of the plan), what the group's
//! others need, and ranking. So they have the same chances.
//!
//! **Exact.** Nobody in the pool has needs, so nothing is held back, and who is served depends on
//! the place in the call order alone: the first as many as there are units. In a tier every order
//! of the balls (groups, and households without one) is equally likely, so before a ball stand k
//! others with the chance 1/B for each k from 0 to B-1, and any k of them are equally likely.
//! Whoever is served gets by lot any unit with the same chance; by choice the one at its place
//! among the units from the highest down, if everybody takes the highest on offer. (Left out is
//! what weighs less than one in a billion: tickets that are equal, and that 2^128 lots are not a
//! multiple of the number of units.)
//!
//! **Exact, by all courses.** With needs or rankings, where the pool is small: every order of the
//! balls, and every lot, is followed by the real rules ([`Trial::courses`]).
//!
//! **Simulated.** All others. A draw has a seed as the real one has, and the pool is drawn with the
//! key that rule D1 makes of it. The share of a kind is taken over all its households, but its
//! interval counts each draw once: households of one draw are not independent of each other, and so
//! the interval is rather too wide than too narrow.

use floorlot::Hash;
use floorlot::plan::{HouseholdNumber, PickRule, PoolInfo, PoolNumber, Roll, UnitNumber, Unranked};
use floorlot::primitives::seed::{Keystream, pool_key};
use floorlot::trial::{Does, Trial, Turn};
use num_bigint::{BigInt, BigUint};
use num_rational::BigRational;
use num_traits::{One, ToPrimitive, Zero};
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Range;

/// Beyond this many steps with long numbers a pool is simulated instead.
const MANY: usize = 3_000_000;
/// Beyond this many courses a pool is simulated instead: following them takes about a second.
const COURSES: u64 = 50_000;
/// So many draws of every pool are simulated by one thread at a time.
const AT_A_TIME: u32 = 32;

/// What the draw looks at in a household.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kind {
    pub tier: u16,
    pub needs: Vec<String>,
    /// How many are called together; 1 without a group.
    pub group: usize,
    /// The place in the group, from 1.
    pub nth: usize,
    /// What each in the group needs, and its ranking; empty if the others have neither.
    pub companions: Vec<Wants>,
    pub ranking: Vec<UnitNumber>,
}

/// Needs and ranking.
pub type Wants = (Vec<String>, Vec<UnitNumber>);

/// A chance.
#[derive(Debug, Clone, PartialEq)]
pub enum Chance {
    Exact(BigRational),
    /// `hits` in `draws` draws with `of` households each.
    Simulated {
        hits: u64,
        draws: u64,
        of: u64,
    },
}

impl Chance {
    /// From 0 to 1.
    pub fn value(&self) -> f64 {
        match self {
            Chance::Exact(chance) => chance.to_f64().unwrap_or(f64::NAN),
            Chance::Simulated { hits, draws, of } => *hits as f64 / (draws * of) as f64,
        }
    }

    /// Whether it cannot be, or was never seen.
    pub fn is_zero(&self) -> bool {
        match self {
            Chance::Exact(chance) => chance.is_zero(),
            Chance::Simulated { hits, .. } => *hits == 0,
        }
    }

    /// The 95% interval of Wilson; `None` if the chance is exact.
    pub fn interval(&self) -> Option<(f64, f64)> {
        let Chance::Simulated { draws, .. } = self else { return None };
        const Z: f64 = 1.959_964;
        let (p, n) = (self.value(), *draws as f64);
        let middle = p + Z * Z / (2.0 * n);
        let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        let scale = 1.0 + Z * Z / n;
        Some((((middle - half) / scale).max(0.0), ((middle + half) / scale).min(1.0)))
    }

    fn plus(&self, other: &Chance) -> Chance {
        match (self, other) {
            (Chance::Exact(a), Chance::Exact(b)) => Chance::Exact(a + b),
            (Chance::Simulated { hits, draws, of }, Chance::Simulated { hits: more, .. }) => {
                Chance::Simulated { hits: hits + more, draws: *draws, of: *of }
            }
            _ => self.clone(),
        }
    }
}

/// The chances of the households of some kinds, which are the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    pub kinds: Vec<Kind>,
    /// In plan order.
    pub households: Vec<HouseholdNumber>,
    /// For each storey of [`Odds::storeys`].
    pub at: Vec<Chance>,
    /// This storey or a higher one.
    pub or_higher: Vec<Chance>,
    pub standby: Chance,
}

/// The chances in a pool.
#[derive(Debug, Clone, PartialEq)]
pub struct Odds {
    /// The storeys, the highest first, each with its number of units.
    pub storeys: Vec<(u64, u32)>,
    pub columns: Vec<Column>,
    /// `None` if the chances are exact.
    pub draws: Option<u64>,
}

/// What a pool is, as far as chances depend on it.
pub struct Facts<'a> {
    roll: &'a Roll,
    index: PoolNumber,
    info: &'a PoolInfo,
    /// The storey of every unit of the plan.
    storeys: &'a [u64],
    kinds: BTreeMap<Kind, Vec<HouseholdNumber>>,
}

impl<'a> Facts<'a> {
    pub fn new(roll: &'a Roll, index: PoolNumber, storeys: &'a [u64]) -> Option<Facts<'a>> {
        // D14: what a family with a budget is offered depends on other pools.
        let info = roll.pool(index).filter(|pool| !pool.has_budgets())?;
        Some(Facts { roll, index, info, storeys, kinds: kinds(roll, info) })
    }

    fn storey(&self, unit: UnitNumber) -> u64 {
        self.storeys.get(unit.index()).copied().unwrap_or(0)
    }

    /// The highest first, each with its number of units.
    fn counted(&self) -> BTreeMap<Reverse<u64>, u32> {
        let mut counted = BTreeMap::new();
        self.info
            .unit_numbers()
            .for_each(|unit| *counted.entry(Reverse(self.storey(unit))).or_default() += 1);
        counted
    }

    fn odds(&self, columns: Vec<Column>, draws: Option<u64>) -> Odds {
        Odds {
            storeys: self
                .counted()
                .into_iter()
                .map(|(Reverse(storey), units)| (storey, units))
                .collect(),
            columns,
            draws,
        }
    }

    /// The exact chances; `None` if they are too much work.
    pub fn exact(&self) -> Option<Odds> {
        self.symmetric().or_else(|| self.by_all_courses())
    }

    /// The number of courses, where those of kinds that are the same count once.
    fn courses(&self) -> f64 {
        let mut balls: BTreeMap<u16, BTreeMap<&Kind, usize>> = BTreeMap::new();
        for (kind, households) in self.kinds.iter().filter(|(kind, _)| kind.nth == 1) {
            *balls.entry(kind.tier).or_default().entry(kind).or_default() += households.len();
        }
        let factorial = |n: usize| (1..=n).map(|i| i as f64).product::<f64>();
        let orders = |counts: &BTreeMap<&Kind, usize>| {
            factorial(counts.values().sum())
                / counts.values().map(|n| factorial(*n)).product::<f64>()
        };
        let lots = self.info.rule == PickRule::Lot || self.info.unranked == Some(Unranked::Lot);
        let units = self.info.unit_count() as usize;
        let lots = if lots {
            factorial(units) / factorial(units.saturating_sub(self.info.household_count() as usize))
        } else {
            1.0
        };
        balls.values().map(orders).product::<f64>() * lots
    }

    /// The exact chances from every course that the pool can take; `None` if there are too many.
    fn by_all_courses(&self) -> Option<Odds> {
        if self.courses() > COURSES as f64 {
            return None;
        }
        let hits = self.hits();
        let mut sums: Vec<Vec<BTreeMap<u128, u128>>> =
            vec![vec![BTreeMap::new(); hits.rows + 1]; self.kinds.len()];
        let kind = |household: HouseholdNumber| hits.column_of[household.index() - hits.first];
        let highest = |turn: &Turn| self.highest_on_offer(turn);
        let all =
            Trial::new(self.roll, self.index)?.courses(COURSES * 64, kind, highest, |course| {
                for served in course.served {
                    let (column, row) = hits.place(served.household, served.holding.unit());
                    *sums[column][row].entry(course.weight.1).or_default() += course.weight.0;
                }
            });
        if !all.ok()? {
            return None;
        }
        let mut columns: Vec<Column> = Vec::new();
        for ((kind, households), sums) in self.kinds.iter().zip(&sums) {
            let of = BigRational::from(BigInt::from(households.len()));
            let chance = |parts: &BTreeMap<u128, u128>| {
                let part = |(all, some): (&u128, &u128)| {
                    BigRational::new(BigInt::from(*some), BigInt::from(*all))
                };
                parts.iter().map(part).sum::<BigRational>() / &of
            };
            enter(
                &mut columns,
                column(kind, households, sums.iter().take(hits.rows).map(chance).collect()),
            );
        }
        Some(self.odds(columns, None))
    }

    /// The exact chances where symmetry gives them; `None` if it does not, or only with too much
    /// work.
    fn symmetric(&self) -> Option<Odds> {
        let lot_for_all = self.info.unranked == Some(Unranked::Lot)
            && self.kinds.keys().all(|kind| kind.ranking.is_empty());
        let by_lot =
            self.info.rule == PickRule::Lot || (self.info.rule == PickRule::Ranking && lot_for_all);
        let simple = by_lot || self.info.rule == PickRule::Choice;
        if !simple || self.kinds.keys().any(|kind| !kind.needs.is_empty()) {
            return None;
        }
        let units = self.info.unit_count() as usize;
        let all_served = by_lot && self.info.household_count() as usize <= units;
        let tiers = if all_served { BTreeMap::new() } else { self.tiers() };
        let mut columns: Vec<Column> = Vec::new();
        let mut known: BTreeMap<(u16, usize), Vec<BigRational>> = BTreeMap::new();
        for (kind, households) in &self.kinds {
            let at = if all_served {
                self.shared(&BigRational::one())
            } else {
                let tier = tiers.get(&kind.tier)?;
                let before = match known.entry((kind.tier, kind.group)) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(new) => new.insert(tier.before(kind.group)?),
                };
                let place = |place: usize| {
                    place.checked_sub(tier.first + kind.nth - 1).and_then(|n| before.get(n))
                };
                match by_lot {
                    true => self.shared(&(0..units).filter_map(place).sum()),
                    false => self.highest(place),
                }
            };
            enter(&mut columns, column(kind, households, at));
        }
        Some(self.odds(columns, None))
    }

    /// The chance to be served, shared out over the storeys: every unit is as likely as any other.
    fn shared(&self, served: &BigRational) -> Vec<BigRational> {
        let all = BigInt::from(self.info.unit_count());
        self.counted()
            .values()
            .map(|units| served * BigRational::new(BigInt::from(*units), all.clone()))
            .collect()
    }

    /// Place n gets the n-th unit from the highest down.
    fn highest<'b>(&self, place: impl Fn(usize) -> Option<&'b BigRational>) -> Vec<BigRational> {
        let mut next = 0;
        let mut sum = |units: &u32| {
            next += *units as usize;
            (next - *units as usize..next).filter_map(&place).sum()
        };
        self.counted().values().map(&mut sum).collect()
    }

    /// The balls of each tier.
    fn tiers(&self) -> BTreeMap<u16, Balls> {
        let mut tiers: BTreeMap<u16, Balls> = BTreeMap::new();
        for (kind, households) in &self.kinds {
            let tier = tiers.entry(kind.tier).or_default();
            if kind.nth == 1 {
                *tier.sizes.entry(kind.group).or_default() += households.len();
            }
        }
        let mut first = 0;
        for balls in tiers.values_mut() {
            balls.first = first;
            first += balls.sizes.iter().map(|(size, count)| size * count).sum::<usize>();
        }
        tiers
    }

    /// Draws the pool with each of these seeds, and counts who got what.
    fn count(&self, trial: &Trial<'_>, seeds: &[Hash], hits: &mut Hits) -> Result<(), String> {
        for seed in seeds {
            let takes = |turn: &Turn| Does::Takes(self.highest_on_offer(turn));
            let served = trial
                .draw(pool_key(*seed, &self.info.id), takes)
                .map_err(|error| error.to_string())?;
            for one in served {
                let (column, row) = hits.place(one.household, one.holding.unit());
                hits.counts[column][row] += 1;
            }
        }
        Ok(())
    }

    /// The chances that so many draws show.
    fn shown_by(&self, hits: &Hits, draws: u64) -> Odds {
        let rows = hits.rows;
        let mut columns = Vec::new();
        for ((kind, households), hits) in self.kinds.iter().zip(&hits.counts) {
            let chance =
                |hits: &u64| Chance::Simulated { hits: *hits, draws, of: households.len() as u64 };
            let at: Vec<Chance> = hits.iter().take(rows).map(chance).collect();
            let standby = chance(&hits[rows]);
            let or_higher = summed(&at);
            columns.push(Column {
                kinds: vec![kind.clone()],
                households: households.clone(),
                at,
                or_higher,
                standby,
            });
        }
        self.odds(columns, Some(draws))
    }

    /// The assumption for rule `choice`: the highest storey on offer; of several units there, the
    /// first in plan order.
    fn highest_on_offer(&self, turn: &Turn) -> UnitNumber {
        let highest = |unit: &UnitNumber| (self.storey(*unit), Reverse(*unit));
        turn.offered().iter().copied().max_by_key(highest).unwrap_or(turn.first())
    }

    /// A table with a column for each kind and a row for each storey.
    fn hits(&self) -> Hits {
        let counted = self.counted();
        let rows = counted.len();
        let row = |unit: UnitNumber| counted.range(..Reverse(self.storey(unit))).count();
        let first_unit = self.info.unit_numbers().next().map_or(0, UnitNumber::index);
        let first = self.info.household_numbers().next().map_or(0, HouseholdNumber::index);
        let mut column_of = vec![0; self.info.household_count() as usize];
        for (n, households) in self.kinds.values().enumerate() {
            households.iter().for_each(|h| column_of[h.index() - first] = n);
        }
        let rows_of = self.info.unit_numbers().map(row).collect();
        Hits {
            rows,
            rows_of,
            column_of,
            first_unit,
            first,
            counts: vec![vec![0; rows + 1]; self.kinds.len()],
        }
    }
}

/// Who got which storey, and how often.
struct Hits {
    rows: usize,
    rows_of: Vec<usize>,
    column_of: Vec<usize>,
    /// The numbers of the first unit and the first household of the pool.
    first_unit: usize,
    first: usize,
    /// For each column and row; standby comes last.
    counts: Vec<Vec<u64>>,
}

impl Hits {
    /// Of these draws and of others together. They are whole numbers, so it does not matter who
    /// counted which.
    fn and(mut self, other: &Hits) -> Hits {
        let sums = self.counts.iter_mut().flatten();
        sums.zip(other.counts.iter().flatten()).for_each(|(sum, more)| *sum += more);
        self
    }

    /// Column and row of what a household got.
    fn place(&self, household: HouseholdNumber, unit: Option<UnitNumber>) -> (usize, usize) {
        let row = unit.map_or(self.rows, |unit| self.rows_of[unit.index() - self.first_unit]);
        (self.column_of[household.index() - self.first], row)
    }
}

/// The kinds of households in a pool, each with its households.
fn kinds(roll: &Roll, info: &PoolInfo) -> BTreeMap<Kind, Vec<HouseholdNumber>> {
    let mut groups: BTreeMap<HouseholdNumber, Vec<HouseholdNumber>> = BTreeMap::new();
    info.household_numbers().for_each(|h| groups.entry(roll.group_head(h)).or_default().push(h));
    let mut kinds: BTreeMap<Kind, Vec<HouseholdNumber>> = BTreeMap::new();
    for group in groups.values() {
        for (nth, &h) in (1..).zip(group) {
            let wants = |h: &HouseholdNumber| (roll.needs(*h).to_vec(), roll.ranking(*h).to_vec());
            let others_want =
                group.iter().any(|other| *other != h && wants(other) != Wants::default());
            let companions =
                if others_want { group.iter().map(wants).collect() } else { Vec::new() };
            let (tier, needs, ranking) =
                (roll.tier(h), roll.needs(h).to_vec(), roll.ranking(h).to_vec());
            kinds
                .entry(Kind { tier, needs, group: group.len(), nth, companions, ranking })
                .or_default()
                .push(h);
        }
    }
    kinds.values_mut().for_each(|households| households.sort_unstable());
    kinds
}

fn column(kind: &Kind, households: &[HouseholdNumber], at: Vec<BigRational>) -> Column {
    let standby = at.iter().fold(BigRational::one(), |rest, chance| rest - chance);
    let at: Vec<Chance> = at.into_iter().map(Chance::Exact).collect();
    let or_higher = summed(&at);
    Column {
        kinds: vec![kind.clone()],
        households: households.to_vec(),
        at,
        or_higher,
        standby: Chance::Exact(standby),
    }
}

/// Kinds with the same chances share a column.
fn enter(columns: &mut Vec<Column>, new: Column) {
    match columns.iter_mut().find(|column| column.at == new.at && column.standby == new.standby) {
        Some(column) => {
            column.kinds.extend(new.kinds);
            column.households.extend(new.households);
            column.households.sort_unstable();
        }
        None => columns.push(new),
    }
}

fn summed(at: &[Chance]) -> Vec<Chance> {
    let mut sums: Vec<Chance> = Vec::with_capacity(at.len());
    for chance in at {
        let sum = sums.last().map_or_else(|| chance.clone(), |above| above.plus(chance));
        sums.push(sum);
    }
    sums
}

/// The balls of a tier: how many there are of each size.
#[derive(Debug, Default)]
struct Balls {
    sizes: BTreeMap<usize, usize>,
    /// How many households are in the tiers before.
    first: usize,
}

impl Balls {
    /// For a ball of this size the chance that n households of its tier stand before it, for n = 0,
    /// 1, …; `None` if that is too much work.
    fn before(&self, own: usize) -> Option<Vec<BigRational>> {
        let balls: usize = self.sizes.values().sum();
        if self.sizes.keys().all(|size| *size == 1) {
            return Some(vec![BigRational::new(BigInt::one(), BigInt::from(balls)); balls]);
        }
        let mut others: Vec<(usize, usize)> = self
            .sizes
            .iter()
            .map(|(size, count)| (*size, count - usize::from(*size == own)))
            .collect();
        others.retain(|(_, count)| *count > 0);
        let whole: usize = others.iter().map(|(size, count)| size * count).sum();
        // ways[k][n]: how many sets of k other balls have n households.
        let mut ways: Vec<BTreeMap<usize, BigUint>> = vec![BTreeMap::from([(0, BigUint::one())])];
        let mut work = 0;
        for (size, count) in others {
            let choose = binomials(count);
            let mut grown = vec![BTreeMap::new(); ways.len() + count];
            for (k, sums) in ways.iter().enumerate() {
                work += sums.len() * choose.len();
                if work * (balls / 64 + 1) > MANY {
                    return None;
                }
                for (n, sets) in sums {
                    for (more, chosen) in choose.iter().enumerate() {
                        *grown[k + more].entry(n + more * size).or_insert_with(BigUint::zero) +=
                            sets * chosen;
                    }
                }
            }
            ways = grown;
        }
        let factorials = factorials(balls);
        let mut chances = vec![BigUint::zero(); whole + 1];
        for (k, sums) in ways.iter().enumerate() {
            // k balls stand before it in k! orders, the others after it in (B-1-k)! orders.
            let orders = &factorials[k] * &factorials[balls - 1 - k];
            sums.iter().for_each(|(n, sets)| chances[*n] += sets * &orders);
        }
        let all = BigInt::from(factorials[balls].clone());
        Some(
            chances
                .into_iter()
                .map(|orders| BigRational::new(BigInt::from(orders), all.clone()))
                .collect(),
        )
    }
}

/// `n` over 0, 1, …, `n`.
fn binomials(n: usize) -> Vec<BigUint> {
    let mut row = vec![BigUint::one()];
    for k in 0..n {
        row.push(&row[k] * (n - k) / (k + 1));
    }
    row
}

fn factorials(up_to: usize) -> Vec<BigUint> {
    let mut all = vec![BigUint::one()];
    for n in 1..=up_to {
        all.push(&all[n - 1] * n);
    }
    all
}

/// Draws each of these pools with the same seeds, on all cores; `done` is told after some draws how
/// many more are done, those of every pool counted.
pub fn simulated(
    pools: &[&Facts<'_>],
    (key, draws): (Hash, u32),
    done: impl Fn(u64) + Sync,
) -> Result<Vec<Odds>, String> {
    let trials = pools.iter().map(|facts| Trial::new(facts.roll, facts.index));
    let trials: Vec<Trial<'_>> = trials.collect::<Option<_>>().ok_or("no such pool")?;
    let none = || pools.iter().map(|facts| facts.hits()).collect::<Vec<Hits>>();
    // What a draw has for a seed depends on its number, not on who draws it.
    let part = |mut hits: Vec<Hits>, part: u32| -> Result<_, String> {
        let first = part * AT_A_TIME;
        let seeds: Vec<Hash> = seeds(key, first..draws.min(first + AT_A_TIME)).collect();
        for ((facts, trial), hits) in pools.iter().zip(&trials).zip(&mut hits) {
            facts.count(trial, &seeds, hits)?;
            done(seeds.len() as u64);
        }
        Ok(hits)
    };
    let and = |hits: Vec<Hits>, others: Vec<Hits>| {
        Ok(hits.into_iter().zip(&others).map(|(hits, others)| hits.and(others)).collect())
    };
    let parts = (0..draws.div_ceil(AT_A_TIME)).into_par_iter();
    let hits = parts.try_fold(none, part).try_reduce(none, and)?;
    Ok(pools.iter().zip(&hits).map(|(facts, hits)| facts.shown_by(hits, draws.into())).collect())
}

/// The seeds of these draws: the first 32 bytes of block 0, 1, 2, … of the ChaCha20 keystream with
/// this key.
fn seeds(key: Hash, draws: Range<u32>) -> impl Iterator<Item = Hash> {
    let mut stream = Keystream::new(key);
    draws.map(move |n| {
        let block = stream.block(n);
        Hash(std::array::from_fn(|i| block[i]))
    })
}
