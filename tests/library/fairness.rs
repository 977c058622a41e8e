//! Equal households have equal chances: exactly in small pools, and by a chi-square test over 10^5
//! seeded draws.
//!
//! # Exactly
//!
//! The *law* is a tree of exact fractions: every order of the balls within a tier is equally
//! likely, and every offered unit is equally likely. The *procedure* is the crate's: [`call_order`]
//! on every order of the tickets, [`lot_number`] on every combination of lots. Both must give each
//! household each unit equally often.
//!
//! # By experiment
//!
//! Keys are the hashes of 0, 1, 2, … so that the test is the same in every run (of other numbers
//! with `FLOORLOT_SEED`). All thresholds below are for p = 10^-6, that is, a fair procedure would
//! fail each of these tests once in a million choices of seeds. Biased procedures must fail the
//! same tests.

use crate::support::offers::{Hall, can_all_be_matched};
use floorlot::Hash;
use floorlot::ceremony::Numbers;
use floorlot::plan::{Household, Mode, Plan, Pool, Source};
use floorlot::primitives::order::{Entrant, call_order};
use floorlot::primitives::picks::lot_number;
use floorlot::primitives::seed::{Drawn, Keystream, pool_key};
use floorlot::primitives::tree;
use floorlot::session::{Awaits, Session};
use floorlot_testing::other_cases;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// A pool with rule `lot`, as far as chances depend on it.
#[derive(Debug, Clone)]
struct Small {
    households: Vec<Kind>,
    /// What each unit has, as bits.
    units: Vec<u8>,
}

/// What makes a household equal to another: its tier, its needs, its group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    tier: u8,
    needs: u8,
    group: Option<u8>,
}

const fn kind(tier: u8, needs: u8) -> Kind {
    Kind { tier, needs, group: None }
}

const fn grouped(tier: u8, group: u8) -> Kind {
    Kind { tier, needs: 0, group: Some(group) }
}

/// An exact fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Chance(u128, u128);

impl Chance {
    const NEVER: Chance = Chance(0, 1);

    fn new(n: u128, d: u128) -> Chance {
        let (mut a, mut b) = (n, d);
        while b != 0 {
            (a, b) = (b, a % b);
        }
        Chance(n / a, d / a)
    }

    fn plus(self, other: Chance) -> Chance {
        Chance::new(self.0 * other.1 + other.0 * self.1, self.1 * other.1)
    }

    fn divided(self, by: usize) -> Chance {
        Chance::new(self.0, self.1 * by as u128)
    }
}

/// For each household the chance of each unit.
type Chances = Vec<Vec<Chance>>;

impl Small {
    fn accepts(&self) -> Vec<Vec<bool>> {
        self.households
            .iter()
            .map(|h| self.units.iter().map(|u| h.needs & !u == 0).collect())
            .collect()
    }

    /// The first household of each household's group.
    fn head(&self, h: usize) -> usize {
        let group = self.households[h].group;
        if group.is_none() {
            h
        } else {
            self.households.iter().position(|k| k.group == group).unwrap()
        }
    }

    fn entrants(&self, tickets: &[u64]) -> Vec<Entrant> {
        let entrant = |(h, kind): (usize, &Kind)| Entrant {
            tier: kind.tier.into(),
            ticket: tickets[h],
            head: self.head(h) as u32,
        };
        self.households.iter().enumerate().map(entrant).collect()
    }

    /// The crate's procedure for these numbers.
    fn procedure(&self, offers: &mut Offers, drawn: &[Drawn]) -> Vec<Option<usize>> {
        let tickets: Vec<u64> = drawn.iter().map(|d| d.ticket).collect();
        let (mut served, mut free) = (vec![false; drawn.len()], vec![true; self.units.len()]);
        let mut got = vec![None; drawn.len()];
        for h in call_order(&self.entrants(&tickets)).into_iter().map(|h| h as usize) {
            let offered = offers.offered(&served, &free, h);
            if let Some(number) = lot_number(drawn[h].lot, offered.len() as u32) {
                let unit = offered[number as usize];
                (got[h], free[unit]) = (Some(unit), false);
            }
            served[h] = true;
        }
        got
    }

    /// The chances by counting: the procedure for every order of the tickets and every combination
    /// of lots below `lots`, which every number of offered units divides.
    fn counted(&self, lots: u128) -> Chances {
        let (n, mut offers) = (self.households.len(), Offers::of(self));
        let mut hits = vec![vec![0_u128; self.units.len()]; n];
        let mut all = 0;
        for tickets in permutations(n) {
            for code in 0..lots.pow(n as u32) {
                let drawn: Vec<Drawn> = (0..n)
                    .map(|h| Drawn {
                        ticket: tickets[h] as u64,
                        lot: code / lots.pow(h as u32) % lots,
                    })
                    .collect();
                for (h, unit) in self.procedure(&mut offers, &drawn).into_iter().enumerate() {
                    unit.into_iter().for_each(|u| hits[h][u] += 1);
                }
                all += 1;
            }
        }
        hits.iter().map(|row| row.iter().map(|&n| Chance::new(n, all)).collect()).collect()
    }

    /// The chances by law: equally likely orders of balls, equally likely units.
    fn law(&self) -> Chances {
        let n = self.households.len();
        let mut offers = Offers::of(self);
        let mut chances = vec![vec![Chance::NEVER; self.units.len()]; n];
        let orders = self.ball_orders();
        for order in &orders {
            let start = (
                vec![false; n],
                vec![true; self.units.len()],
                Chance::new(1, orders.len() as u128),
            );
            let mut branches = vec![start];
            for &h in order {
                let mut next = Vec::new();
                for (mut served, free, chance) in branches {
                    let offered = offers.offered(&served, &free, h);
                    served[h] = true;
                    if offered.is_empty() {
                        next.push((served.clone(), free.clone(), chance));
                    }
                    for &unit in &offered {
                        let (mut left, share) = (free.clone(), chance.divided(offered.len()));
                        left[unit] = false;
                        chances[h][unit] = chances[h][unit].plus(share);
                        next.push((served.clone(), left, share));
                    }
                }
                branches = next;
            }
        }
        chances
    }

    /// Every order of the balls that keeps the tiers.
    fn ball_orders(&self) -> Vec<Vec<usize>> {
        let mut balls: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        (0..self.households.len()).for_each(|h| balls.entry(self.head(h)).or_default().push(h));
        let balls: Vec<Vec<usize>> = balls.into_values().collect();
        let tier = |ball: usize| self.households[balls[ball][0]].tier;
        let orders = permutations(balls.len())
            .into_iter()
            .filter(|order| order.windows(2).all(|w| tier(w[0]) <= tier(w[1])));
        orders
            .map(|order| order.into_iter().flat_map(|ball| balls[ball].clone()).collect())
            .collect()
    }
}

/// The offers of a pool by definition, each worked out once.
struct Offers {
    accepts: Vec<Vec<bool>>,
    needy: Vec<bool>,
    known: BTreeMap<(Vec<bool>, Vec<bool>, usize), Vec<usize>>,
}

impl Offers {
    fn of(pool: &Small) -> Offers {
        let needy = pool.households.iter().map(|k| k.needs > 0).collect();
        Offers { accepts: pool.accepts(), needy, known: BTreeMap::new() }
    }

    fn offered(&mut self, served: &[bool], free: &[bool], h: usize) -> Vec<usize> {
        let (accepts, needy) = (&self.accepts, &self.needy);
        let offer = || Hall { accepts, needy, served, free }.offered(h);
        self.known.entry((served.to_vec(), free.to_vec(), h)).or_insert_with(offer).clone()
    }
}

/// All permutations of 0, 1, … n - 1.
fn permutations(n: usize) -> Vec<Vec<usize>> {
    if n == 0 {
        return vec![Vec::new()];
    }
    let insert = |shorter: Vec<usize>| {
        (0..n).map(move |at| {
            let mut longer = shorter.clone();
            longer.insert(at, n - 1);
            longer
        })
    };
    permutations(n - 1).into_iter().flat_map(insert).collect()
}

/// Small pools of every sort. Bit 0 is one need, bit 1 another.
fn small_pools() -> Vec<Small> {
    let small = |households: &[Kind], units: &[u8]| Small {
        households: households.to_vec(),
        units: units.to_vec(),
    };
    vec![
        small(&[kind(1, 0); 3], &[0, 0, 0]),
        small(&[kind(1, 0); 4], &[0, 0, 0]),
        small(&[kind(1, 0); 3], &[0, 0]),
        small(&[kind(1, 0); 2], &[0, 0, 0]),
        small(&[kind(1, 0), kind(2, 0), kind(2, 0)], &[0, 0]),
        small(&[kind(2, 0), kind(1, 0), kind(2, 0), kind(1, 0)], &[0, 0, 0]),
        small(&[kind(1, 0), kind(1, 1), kind(1, 0)], &[1, 0]),
        small(&[kind(1, 1), kind(1, 0), kind(1, 0), kind(1, 1)], &[1, 0, 1]),
        small(&[kind(1, 0), kind(1, 1), kind(1, 2), kind(1, 0)], &[3, 1, 0]),
        small(&[kind(1, 1), kind(1, 2), kind(1, 0), kind(1, 0)], &[1, 3, 2]),
        small(&[kind(1, 3), kind(1, 1), kind(2, 1), kind(1, 0)], &[3, 1, 1]),
        small(&[grouped(1, 0), kind(1, 0), grouped(1, 0), kind(1, 0)], &[0, 0, 0]),
        small(&[grouped(1, 0), grouped(1, 1), grouped(1, 0), grouped(1, 1)], &[0, 0]),
        small(&[kind(1, 0), Kind { tier: 1, needs: 1, group: Some(0) }, grouped(1, 0)], &[0, 1, 1]),
    ]
}

/// Every order of tickets and every lot, through the crate's functions, against exact fractions;
/// and households with the same tier and the same needs have the same chance of every unit.
#[test]
fn the_procedure_gives_exactly_the_lawful_chances_and_equals_have_equal_ones() {
    for pool in small_pools() {
        let chances = pool.counted(6);
        assert_eq!(chances, pool.law(), "{pool:?}");
        for (a, b) in pairs(pool.households.len()) {
            let equal =
                pool.households[a] == pool.households[b] && pool.households[a].group.is_none();
            assert!(
                !equal || chances[a] == chances[b],
                "households {a} and {b} of {pool:?}: {:?} and {:?}",
                chances[a],
                chances[b]
            );
        }
    }
    // Four units can be on offer, so lots run over 12 values.
    let four =
        Small { households: vec![kind(1, 0), kind(1, 1), kind(1, 0)], units: vec![0, 1, 0, 0] };
    assert_eq!(four.counted(12), four.law());
}

fn pairs(n: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..n).flat_map(move |a| (0..a).map(move |b| (a, b)))
}

/// The chances that anybody can work out by hand.
#[test]
fn chances_known_by_hand() {
    let row = |chances: &[(u128, u128)]| {
        chances.iter().map(|&(n, d)| Chance::new(n, d)).collect::<Vec<_>>()
    };
    // As many units as households: one in three for everything.
    let even = Small { households: vec![kind(1, 0); 3], units: vec![0; 3] };
    assert_eq!(even.counted(6), vec![row(&[(1, 3); 3]); 3]);
    // Four households, three units: one in four for each unit, and one in four for standby.
    let short = Small { households: vec![kind(1, 0); 4], units: vec![0; 3] };
    assert_eq!(short.counted(6), vec![row(&[(1, 4); 3]); 4]);
    // The first tier takes one of two units; the two of the second tier have even chances of the
    // other.
    let tiers = Small { households: vec![kind(2, 0), kind(1, 0), kind(2, 0)], units: vec![0; 2] };
    assert_eq!(tiers.counted(6), [row(&[(1, 4); 2]), row(&[(1, 2); 2]), row(&[(1, 4); 2])]);
    // One step-free unit, one household that needs it: it gets that one whenever it is called, the
    // others share the rest.
    let held = Small { households: vec![kind(1, 0), kind(1, 1), kind(1, 0)], units: vec![1, 0] };
    assert_eq!(
        held.counted(6),
        [row(&[(0, 1), (1, 2)]), row(&[(1, 1), (0, 1)]), row(&[(0, 1), (1, 2)])]
    );
}

/// A group is one ball: it is called first as often as a single household, not twice as often.
#[test]
fn a_group_has_the_chance_of_one_ball() {
    let pool = Small {
        households: vec![grouped(1, 0), kind(1, 0), grouped(1, 0), kind(1, 0)],
        units: vec![0],
    };
    let orders: Vec<Vec<u32>> = permutations(4)
        .iter()
        .map(|tickets| {
            call_order(&pool.entrants(&tickets.iter().map(|t| *t as u64).collect::<Vec<_>>()))
        })
        .collect();
    let first = |h: u32| {
        Chance::new(orders.iter().filter(|o| o[0] == h).count() as u128, orders.len() as u128)
    };
    assert_eq!(
        [first(0), first(1), first(2), first(3)],
        [Chance(1, 3), Chance(1, 3), Chance(0, 1), Chance(1, 3)]
    );
    for order in &orders {
        let at = order.iter().position(|h| *h == 0).unwrap();
        assert_eq!(order.get(at + 1), Some(&2), "the group is called one after the other");
    }
}

/// Random small pools: all sorts of needs, tiers and groups.
fn random_pool(key: u64) -> Small {
    let block = Keystream::new(hash_of(key)).block(0);
    let (n, m) = (2 + usize::from(block[0] % 3), 2 + usize::from(block[1] % 5));
    let byte = |i: usize| block[2 + i];
    let units: Vec<u8> = (0..m).map(|u| byte(u) & byte(u + 8)).map(|b| b & 3).collect();
    let mut pool = Small { households: Vec::new(), units };
    for h in 0..n {
        let bits = byte(20 + h);
        let group = (bits % 5 == 0).then_some(0);
        pool.households.push(Kind {
            tier: if group.is_some() { 1 } else { 1 + (bits >> 3) % 2 },
            needs: (bits >> 4) % 4,
            group,
        });
        let needy: Vec<usize> =
            (0..pool.households.len()).filter(|h| pool.households[*h].needs > 0).collect();
        if !can_all_be_matched(&needy, &vec![true; m], &pool.accepts()) {
            pool.households[h].needs = 0;
        }
    }
    pool
}

fn hash_of(number: u64) -> Hash {
    static FIRST: OnceLock<u64> = OnceLock::new();
    tree::leaf_hash(&number.wrapping_add(*FIRST.get_or_init(other_cases)).to_le_bytes())
}

/// The model of offers in this file is that of the session: the same seed gives the same units, in
/// pools of every sort.
#[test]
fn the_model_is_the_session() {
    for number in 0..300 {
        let pools: Vec<Small> = (0..2)
            .map(|p| random_pool(2 * number + p))
            .chain(small_pools().into_iter().skip(number as usize % 14).take(1))
            .collect();
        let (seed, allocation) = run_session(&pools, number);
        let mut expected = Vec::new();
        let mut first_unit = 0;
        for (p, pool) in pools.iter().enumerate() {
            let drawn: Vec<Drawn> = Keystream::new(pool_key(seed, &format!("P{p}")))
                .drawn(pool.households.len() as u32)
                .collect();
            let got = pool.procedure(&mut Offers::of(pool), &drawn);
            expected.extend(got.into_iter().map(|u| u.map(|u| first_unit + u as u32)));
            first_unit += pool.units.len() as u32;
        }
        assert_eq!(allocation, expected, "{pools:?}");
    }
}

/// Draws these pools in a session, with a panel of two and dice that depend on `number`.
fn run_session(pools: &[Small], number: u64) -> (Hash, Vec<Option<u32>>) {
    let mut plan = Plan::new("draw.example/fair", "fair", Mode::Rehearsal)
        .bench("a", "A", 1, &[("a1", "A")])
        .bench("b", "B", 1, &[("b1", "B")])
        .source(Source::TWENTY_DICE);
    let (mut unit, mut household) = (0, 0);
    for (p, small) in pools.iter().enumerate() {
        let mut pool = Pool::lot(&format!("P{p}"), "pool", "block");
        let words = |bits: u8| {
            ["lift", "step-free"]
                .into_iter()
                .enumerate()
                .filter(move |(i, _)| bits >> i & 1 == 1)
                .map(|(_, w)| w)
        };
        for bits in &small.units {
            unit += 1;
            pool = pool.unit(
                &format!("U{unit}"),
                &format!("{unit}"),
                1,
                &words(*bits).collect::<Vec<_>>(),
            );
        }
        for kind in &small.households {
            household += 1;
            let needs = words(kind.needs).map(str::to_owned).collect();
            let group = kind.group.map(|g| format!("group-{p}-{g}"));
            pool.households.push(Household {
                id: format!("H{household}"),
                name: String::new(),
                tier: kind.tier.into(),
                needs,
                group,
                family: None,
                ranking: vec![],
                person: None,
            });
        }
        plan = plan.pool(pool);
    }
    let mut session = Session::new(plan.validate().unwrap());
    loop {
        match session.awaits() {
            Awaits::RollCall => {
                ["a1", "b1"].iter().for_each(|m| drop(session.envelope(m, None).unwrap()));
                session.close_commits(None).unwrap();
            }
            Awaits::Reveals => {
                ["a1", "b1"]
                    .iter()
                    .for_each(|m| drop(session.reveal(m, &number.to_string(), None).unwrap()));
                session.close_reveals(None).unwrap();
            }
            Awaits::Numbers { .. } => {
                drop(session.numbers(Numbers::Dice(format!("{number:020}")), None).unwrap())
            }
            Awaits::Done => {
                return (
                    session.seed().unwrap(),
                    session.holdings().iter().map(|h| h.unit().map(|unit| unit.get())).collect(),
                );
            }
            _ => drop(session.advance(None).unwrap()),
        }
    }
}

/// Households and units in the experiment.
const N: usize = 6;
const DRAWS: usize = 100_000;

/// The chi-square values that are exceeded once in a million, by degrees of freedom.
const P_MILLIONTH_5: f64 = 35.89;
const P_MILLIONTH_25: f64 = 73.89;
const P_MILLIONTH_35: f64 = 89.95;

/// What is counted over all draws.
#[derive(Default)]
struct Counts {
    /// How often household h was called at place p.
    place: [[u32; N]; N],
    /// How often household h got unit u.
    unit: [[u32; N]; N],
    /// How often the household called at place p got unit u.
    unit_at_place: [[u32; N]; N],
    /// How often household 0 was called at place p with lot mod 6 = l.
    ticket_and_lot: [[u32; N]; N],
    /// How often household 0 was called at the place p, and household 1 had lot mod 6 = l.
    other_lot: [[u32; N]; N],
}

/// A procedure: the call order, and which of so many offered units a household takes.
struct Procedure {
    order: fn(&[Drawn]) -> Vec<u32>,
    number: fn(&[Drawn], usize, u32) -> u32,
}

/// The crate's own.
const LAWFUL: Procedure = Procedure { order: lawful_order, number: lawful_number };

fn lawful_order(drawn: &[Drawn]) -> Vec<u32> {
    call_order(
        &(0..)
            .zip(drawn)
            .map(|(head, d)| Entrant { tier: 1, ticket: d.ticket, head })
            .collect::<Vec<_>>(),
    )
}

fn lawful_number(drawn: &[Drawn], h: usize, offered: u32) -> u32 {
    lot_number(drawn[h].lot, offered).unwrap()
}

/// The numbers of all draws: keystreams of keys that are fixed.
fn numbers() -> &'static [Vec<Drawn>] {
    static NUMBERS: OnceLock<Vec<Vec<Drawn>>> = OnceLock::new();
    NUMBERS.get_or_init(|| {
        (0..DRAWS as u64)
            .map(|draw| Keystream::new(hash_of(draw)).drawn(N as u32).collect())
            .collect()
    })
}

/// Draws many times for equal households without needs, so that everything free is on offer.
fn experiment(procedure: &Procedure, draws: usize) -> Counts {
    let mut counts = Counts::default();
    for drawn in &numbers()[..draws] {
        let mut free: Vec<usize> = (0..N).collect();
        for (place, h) in (procedure.order)(drawn).into_iter().map(|h| h as usize).enumerate() {
            let unit = free.remove((procedure.number)(drawn, h, free.len() as u32) as usize);
            counts.place[h][place] += 1;
            counts.unit[h][unit] += 1;
            counts.unit_at_place[place][unit] += 1;
            if h == 0 {
                counts.ticket_and_lot[place][(drawn[0].lot % N as u128) as usize] += 1;
                counts.other_lot[place][(drawn[1].lot % N as u128) as usize] += 1;
            }
        }
    }
    counts
}

/// Pearson's statistic for a table whose cells are all equally likely.
fn chi_square(table: &[[u32; N]; N]) -> f64 {
    let all: f64 = table.iter().flatten().map(|&n| f64::from(n)).sum();
    let expected = all / (N * N) as f64;
    table.iter().flatten().map(|&n| (f64::from(n) - expected).powi(2) / expected).sum()
}

/// The same for a table that is a sum of permutation matrices: rows and columns are fixed, so (N -
/// 1)/N times Pearson's statistic has the chi-square distribution with (N - 1)^2 = 25 degrees of
/// freedom.
fn chi_square_of_permutations(table: &[[u32; N]; N]) -> f64 {
    chi_square(table) * (N - 1) as f64 / N as f64
}

/// The names of the tests that a procedure fails.
fn rejected(counts: &Counts) -> Vec<&'static str> {
    let permutations = [
        ("place", &counts.place),
        ("unit", &counts.unit),
        ("unit at place", &counts.unit_at_place),
    ];
    let independent =
        [("ticket and lot", &counts.ticket_and_lot), ("lot of another", &counts.other_lot)];
    let of_25 =
        permutations.into_iter().filter(|(_, t)| chi_square_of_permutations(t) > P_MILLIONTH_25);
    let of_35 = independent.into_iter().filter(|(_, t)| chi_square(t) > P_MILLIONTH_35);
    of_25.chain(of_35).map(|(name, _)| name).collect()
}

/// 10^5 draws of six equal households and six units pass all five tests (p = 10^-6 each).
#[test]
fn a_hundred_thousand_draws_are_even() {
    let counts = experiment(&LAWFUL, DRAWS);
    assert_eq!(rejected(&counts), Vec::<&str>::new());
}

/// The same tests reject every biased procedure, some of them with a small bias: the tests can
/// tell.
#[test]
fn biased_procedures_are_rejected() {
    fn by_plan_index(_: &[Drawn]) -> Vec<u32> {
        (0..N as u32).collect()
    }
    /// In about one draw of fifty, household 0 goes first.
    fn friend_first(drawn: &[Drawn]) -> Vec<u32> {
        let mut order = lawful_order(drawn);
        if drawn[5].lot.is_multiple_of(50) {
            order.sort_by_key(|h| *h != 0);
        }
        order
    }
    /// Tickets of five bits: ties go to those who stand first in the plan.
    fn small_tickets(drawn: &[Drawn]) -> Vec<u32> {
        lawful_order(
            &drawn.iter().map(|d| Drawn { ticket: d.ticket >> 59, lot: d.lot }).collect::<Vec<_>>(),
        )
    }
    /// The ticket decides again, in place of the lot.
    fn lot_from_ticket(drawn: &[Drawn], h: usize, offered: u32) -> u32 {
        u32::try_from(((drawn[h].ticket >> 32) * u64::from(offered)) >> 32).unwrap()
    }
    fn never_the_last(drawn: &[Drawn], h: usize, offered: u32) -> u32 {
        lot_number(drawn[h].lot, (offered - 1).max(1)).unwrap()
    }
    /// Lots of six bits: 64 is no multiple of 6 or 5.
    fn small_lots(drawn: &[Drawn], h: usize, offered: u32) -> u32 {
        lot_number(drawn[h].lot & 63, offered).unwrap()
    }
    let biased: [(&str, Procedure, &str); 6] = [
        ("order by plan index", Procedure { order: by_plan_index, ..LAWFUL }, "place"),
        (
            "a friend goes first in 2 % of draws",
            Procedure { order: friend_first, ..LAWFUL },
            "place",
        ),
        ("tickets of five bits", Procedure { order: small_tickets, ..LAWFUL }, "place"),
        ("lot from the ticket", Procedure { number: lot_from_ticket, ..LAWFUL }, "unit at place"),
        ("lot mod (count - 1)", Procedure { number: never_the_last, ..LAWFUL }, "unit at place"),
        ("lots of six bits", Procedure { number: small_lots, ..LAWFUL }, "unit at place"),
    ];
    for (name, procedure, test) in biased {
        let found = rejected(&experiment(&procedure, DRAWS / 4));
        assert!(found.contains(&test), "{name}: rejected by {found:?} only");
    }
}

/// With needs, each household's units follow the exact chances: chi-square with 5 degrees of
/// freedom for each household.
#[test]
fn draws_with_needs_follow_the_exact_chances() {
    let households = vec![kind(1, 0), kind(1, 1), kind(1, 0), kind(1, 1), kind(1, 0)];
    let pool = Small { households, units: vec![1, 0, 1, 0, 1] };
    let (chances, mut offers) = (pool.law(), Offers::of(&pool));
    let mut hits = vec![vec![0_u32; 5]; 5];
    let draws = DRAWS / 5;
    for draw in 0..draws {
        let drawn: Vec<Drawn> = Keystream::new(hash_of(1 << 40 | draw as u64)).drawn(5).collect();
        for (h, unit) in pool.procedure(&mut offers, &drawn).into_iter().enumerate() {
            unit.into_iter().for_each(|u| hits[h][u] += 1);
        }
    }
    let distance = |row: &[u32], law: &[Chance]| -> f64 {
        let cell = |(&n, c): (&u32, &Chance)| {
            let expected = draws as f64 * c.0 as f64 / c.1 as f64;
            match (expected > 0.0, n) {
                (true, _) => (f64::from(n) - expected).powi(2) / expected,
                (false, 0) => 0.0,
                (false, _) => f64::INFINITY,
            }
        };
        row.iter().zip(law).map(cell).sum()
    };
    for (h, row) in hits.iter().enumerate() {
        let found = distance(row, &chances[h]);
        assert!(
            found < P_MILLIONTH_5,
            "household {h}: chi-square {found:.1}, {row:?}, law {:?}",
            chances[h]
        );
    }
    // The test can tell: the counts of a household without needs are not those of one with needs.
    assert!(distance(&hits[0], &chances[3]) > P_MILLIONTH_5);
}
