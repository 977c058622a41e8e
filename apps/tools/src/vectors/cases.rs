//! The draws whose derivation is written down: from the simplest to 500 households with needs and
//! groups.

use floorlot::ceremony::Numbers;
use floorlot::plan::{Mode, Plan, Pool, Source};

/// What a member of the panel does.
#[derive(Debug, Clone, Copy)]
pub enum Part {
    /// Commits and reveals.
    Commit,
    /// Commits, then withholds.
    CommitThenWithhold,
    /// Hands in this in an envelope, and reveals it.
    Envelope(&'static str),
    /// Hands in an envelope, then withholds.
    EnvelopeThenWithhold,
    /// Is not there.
    Absent,
}

/// A draw.
#[derive(Debug)]
pub struct Case {
    /// Its name in the file.
    pub name: &'static str,
    /// What is special about it.
    pub about: &'static str,
    /// The plan.
    pub plan: Plan,
    /// What each member does, in plan order.
    pub parts: Vec<Part>,
    /// The public numbers of each source, in plan order.
    pub numbers: Vec<Numbers>,
}

/// SplitMix64: makes up tiers, needs and the like, always the same. No part of floorlot.
#[derive(Debug)]
pub struct Mix(pub u64);

impl Mix {
    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.next_u64().is_multiple_of(n)
    }
}

/// A secret of 32 hex digits.
pub fn secret(mix: &mut Mix) -> String {
    format!("{:016x}{:016x}", mix.next_u64(), mix.next_u64())
}

const DICE: &str = "00416293857710359264";

fn dice(digits: &str) -> Numbers {
    Numbers::Dice(digits.into())
}

/// A case with the usual panel: r1 commits, o1 hands in an envelope, twenty ten-sided dice.
fn case(name: &'static str, about: &'static str, pools: Vec<Pool>) -> Case {
    let plan = Plan::new(&format!("vectors.example/{name}"), "Test vectors", Mode::Rehearsal)
        .bench("residents", "居民代表", 1, &[("r1", "王*")])
        .bench("officials", "工作人员", 1, &[("o1", "李*")])
        .source(Source::TWENTY_DICE);
    let plan = pools.into_iter().fold(plan, Plan::pool);
    Case {
        name,
        about,
        plan,
        parts: vec![Part::Commit, Part::Envelope("8842")],
        numbers: vec![dice(DICE)],
    }
}

/// A case with a panel of its own, six members on two benches, and with these sources.
fn with_panel(mut case: Case, parts: [Part; 6], sources: &[(Source, Numbers)]) -> Case {
    let origin = case.plan.origin.clone();
    let plan = Plan::new(&origin, "Test vectors", Mode::Rehearsal)
        .bench("residents", "居民代表", 1, &[("r1", "王*"), ("r2", "赵*"), ("r3", "钱*")])
        .bench("officials", "工作人员", 1, &[("o1", "李*"), ("o2", "孙*"), ("o3", "周*")]);
    let plan = sources.iter().fold(plan, |plan, (source, _)| plan.source(*source));
    case.plan = case.plan.pools.into_iter().fold(plan, Plan::pool);
    case.parts = parts.to_vec();
    case.numbers = sources.iter().map(|(_, numbers)| numbers.clone()).collect();
    case
}

fn household_id(n: usize) -> String {
    format!("H{:03}", n + 1)
}

fn unit_id(n: usize) -> String {
    format!("U{:03}", n + 1)
}

/// A pool in which unit i has features `units[i]` and household i has needs `households[i]`, words
/// parted by spaces.
fn pool(id: &str, units: &[&str], households: &[&str]) -> Pool {
    let mut pool = Pool::lot(id, "两室", &format!("{id}号楼"));
    for (n, features) in units.iter().enumerate() {
        let storey = u64::try_from(n).unwrap_or(0) / 2 + 1;
        let features: Vec<&str> = features.split_whitespace().collect();
        pool = pool.unit(&format!("{id}-{}", unit_id(n)), &(n + 1).to_string(), storey, &features);
    }
    for (n, needs) in households.iter().enumerate() {
        let needs: Vec<&str> = needs.split_whitespace().collect();
        pool = pool.household(&format!("{id}-{}", household_id(n)), "", 1, &needs);
    }
    pool
}

/// A pool without needs.
fn plain(id: &str, units: usize, households: usize) -> Pool {
    pool(id, &vec![""; units], &vec![""; households])
}

/// Puts households (numbers from 0) into a group.
fn group(mut pool: Pool, name: &str, members: &[usize]) -> Pool {
    for &n in members {
        pool.households[n].group = Some(name.into());
    }
    pool
}

fn tiers(mut pool: Pool, tiers: &[u64]) -> Pool {
    for (household, tier) in pool.households.iter_mut().zip(tiers) {
        household.tier = *tier;
    }
    pool
}

/// A large pool: needs, tiers and groups made up, a unit for each household as long as there are
/// units.
fn large(id: &str, units: usize, households: usize, mix: &mut Mix) -> Pool {
    let features = |mix: &mut Mix, low: bool| match (low, mix.next_u64() % 8) {
        (true, 0..4) => "step-free",
        (true, 4) => "quiet step-free",
        (true, 5) => "step-free wide",
        (false, 0) => "quiet",
        (false, 1) => "quiet wide",
        (false, 2) => "step-free wide",
        _ => "",
    };
    let units: Vec<&str> = (0..units).map(|n| features(mix, n * 5 < units)).collect();
    let count =
        |mix: &mut Mix, have: usize| usize::try_from(mix.next_u64() % 3).unwrap_or(0) + have;
    let mut needs = vec![""; households];
    let how_many = [
        ("step-free", units.len() / 6),
        ("quiet", units.len() / 10),
        ("wide", units.len() / 10),
        ("step-free wide", 2),
    ];
    for (need, least) in how_many {
        for _ in 0..count(mix, least) {
            let at = usize::try_from(mix.next_u64()).unwrap_or(0) % households;
            needs[at] = need;
        }
    }
    let mut pool = pool(id, &units, &needs);
    for household in &mut pool.households {
        household.tier = if mix.one_in(10) { 1 } else { 2 };
    }
    for n in 0..households / 12 {
        let first = usize::try_from(mix.next_u64()).unwrap_or(0) % households;
        let tier = pool.households[first].tier;
        let same = |h: &floorlot::plan::Household| h.tier == tier && h.group.is_none();
        let size = 2 + usize::try_from(mix.next_u64() % 3).unwrap_or(0);
        pool.households[first..]
            .iter_mut()
            .filter(|h| same(h))
            .take(size)
            .for_each(|h| h.group = Some(format!("G{:02}", n + 1)));
    }
    pool
}

/// All cases, in the order of the file.
pub fn all() -> Vec<Case> {
    let mut cases = small();
    cases.extend(with_needs());
    cases.extend(with_needs_and_more());
    cases.extend(ceremonies());
    cases.push(case(
        "60-households",
        "60 households, 64 units, two tiers, groups, three needs and the pair of two of them; every household gets a unit",
        vec![large("A", 64, 60, &mut Mix(60))],
    ));
    cases.push(case(
        "500-households",
        "500 households for 260 units, two tiers, groups, needs of several kinds: units are held back to the last, and 240 households or so are on standby",
        vec![large("A", 260, 500, &mut Mix(500))],
    ));
    cases
}

fn small() -> Vec<Case> {
    let mixed = group(group(plain("A", 12, 12), "G1", &[1, 6, 11]), "g2", &[3, 4]);
    vec![
        case(
            "one-unit",
            "exactly one household and one unit: the lot is taken modulo 1",
            vec![plain("A", 1, 1)],
        ),
        case("one-household", "one household and 40 units", vec![plain("A", 40, 1)]),
        case(
            "single",
            "ten households without tier, group or need, ten units",
            vec![plain("A", 10, 10)],
        ),
        case(
            "two-on-one",
            "two households, one unit: the second to be called is on standby",
            vec![plain("A", 1, 2)],
        ),
        case(
            "groups",
            "two groups: one listed apart (households 2, 7 and 12), one listed together; each is one ball with the ticket of its first household",
            vec![mixed],
        ),
        case(
            "tiers",
            "tiers 1, 2, 3 and 99, listed in no order: the tier comes before the ticket",
            vec![tiers(plain("A", 12, 12), &[2, 99, 1, 3, 2, 1, 99, 2, 3, 1, 2, 3])],
        ),
        case(
            "groups-and-tiers",
            "groups within tiers; both groups have members listed before and after households of the other tier",
            vec![tiers(
                group(group(plain("A", 12, 12), "north", &[0, 4, 7]), "south", &[2, 5, 9]),
                &[2, 1, 1, 2, 2, 1, 2, 2, 1, 1, 2, 1],
            )],
        ),
        case(
            "shortage",
            "eleven households, five units: six are on standby, in call order",
            vec![plain("A", 5, 11)],
        ),
        case(
            "surplus",
            "five households, thirteen units: eight are left over",
            vec![plain("A", 13, 5)],
        ),
    ]
}

fn with_needs() -> Vec<Case> {
    vec![
        case(
            "needs-one-kind",
            "three step-free units, three households that need one: all three are held back until those are called, and a unit is free for all as soon as it is not needed any more",
            vec![pool(
                "A",
                &["step-free", "step-free", "", "", "step-free", "", "", ""],
                &["", "", "step-free", "", "step-free", "", "step-free", ""],
            )],
        ),
        case(
            "needs-to-spare",
            "three step-free units for two households that need one and are called last: nothing is held back until only as many are free as wait",
            vec![tiers(
                pool(
                    "A",
                    &["step-free", "", "step-free", "", "step-free", ""],
                    &["", "", "step-free", "", "step-free", ""],
                ),
                &[1, 1, 2, 1, 2, 1],
            )],
        ),
        case(
            "needs-nested",
            "feature sets that contain one another: a unit with lift, quiet and step-free serves everybody, one with lift alone few; a household with one need can be sent away from a unit that another with three needs must have",
            vec![pool(
                "A",
                &[
                    "lift",
                    "lift quiet",
                    "lift quiet step-free",
                    "lift",
                    "lift quiet",
                    "lift quiet step-free",
                    "",
                    "",
                ],
                &[
                    "lift",
                    "lift quiet",
                    "",
                    "lift quiet step-free",
                    "lift",
                    "",
                    "lift quiet",
                    "lift quiet step-free",
                ],
            )],
        ),
        case(
            "needs-crossing",
            "three feature sets of two features each, every need met by two of them: whether a unit can go is decided by all classes together (Hall's condition), and by no class alone",
            vec![tiers(
                pool(
                    "A",
                    &[
                        "lift quiet",
                        "lift step-free",
                        "quiet step-free",
                        "lift quiet",
                        "lift step-free",
                        "quiet step-free",
                        "",
                        "",
                        "",
                    ],
                    &["lift", "", "quiet", "", "step-free", "lift", "", "quiet", ""],
                ),
                &[2, 1, 2, 1, 2, 2, 1, 2, 1],
            )],
        ),
        case(
            "needs-all-tight",
            "every unit with a feature is needed: six households with crossing needs, six units that meet them, four others",
            vec![pool(
                "A",
                &[
                    "lift",
                    "lift quiet",
                    "quiet step-free",
                    "step-free",
                    "lift step-free",
                    "quiet",
                    "",
                    "",
                    "",
                    "",
                ],
                &["", "lift", "quiet", "", "lift", "step-free", "", "quiet", "step-free", ""],
            )],
        ),
    ]
}

fn with_needs_and_more() -> Vec<Case> {
    vec![
        case(
            "needs-chain",
            "a chain: a household that needs p can be moved from q to p, one that needs q from r to q, and so on; a spare unit at the end of the chain frees the units along it",
            vec![pool(
                "A",
                &["p", "p q", "q r", "r s", "s t", "t", "", ""],
                &["p", "q", "r", "s", "", "", "t", ""],
            )],
        ),
        case(
            "needs-and-shortage",
            "households without needs go on standby although units are free, because these are held back for those that are called later",
            vec![tiers(
                pool(
                    "A",
                    &["step-free", "", "step-free", ""],
                    &["", "", "", "", "step-free", "", "step-free"],
                ),
                &[1, 1, 1, 1, 2, 1, 2],
            )],
        ),
        case(
            "needs-and-groups",
            "groups with members that have needs and members that have none, in two tiers",
            vec![tiers(
                group(
                    group(
                        pool(
                            "A",
                            &[
                                "step-free",
                                "quiet",
                                "quiet step-free",
                                "",
                                "",
                                "step-free",
                                "",
                                "quiet",
                                "",
                            ],
                            &[
                                "",
                                "step-free",
                                "",
                                "quiet",
                                "",
                                "step-free",
                                "",
                                "quiet step-free",
                                "",
                            ],
                        ),
                        "G1",
                        &[0, 3, 7],
                    ),
                    "G2",
                    &[1, 4],
                ),
                &[2, 1, 2, 2, 1, 2, 1, 2, 1],
            )],
        ),
        case(
            "features-nobody-needs",
            "features that nobody in the pool needs make no difference, although units differ by them",
            vec![pool(
                "A",
                &["balcony", "balcony step-free", "", "step-free", "garden"],
                &["", "step-free", "", "", ""],
            )],
        ),
    ]
}

fn ceremonies() -> Vec<Case> {
    use Part::{Absent, Commit, CommitThenWithhold, Envelope, EnvelopeThenWithhold};
    let balls = Source::balls(7, 250);
    let few_balls = Source::balls(3, 9);
    let six_sided = Source::dice(25, 6);
    let ten = (Source::TWENTY_DICE, dice(DICE));
    let drawn = |numbers: &[u64]| Numbers::Balls(numbers.to_vec());
    let usual = [Commit, Commit, Envelope("204417"), Envelope("7"), Commit, Envelope("Lu88")];
    vec![
        case(
            "several-pools",
            "four pools in one plan: each has a key of its own, and the first household of each its own block 0; two pools are alike but for their ids",
            vec![
                plain("A", 4, 4),
                plain("B.2", 4, 4),
                pool("c_3", &["step-free", ""], &["", "step-free"]),
                plain("d-4", 2, 3),
            ],
        ),
        with_panel(
            case(
                "withheld-and-absent",
                "one member withholds after a commitment, one after an envelope, two are absent: each has a line in the seed",
                vec![plain("A", 6, 6)],
            ),
            [Commit, CommitThenWithhold, Absent, Envelope("330017"), EnvelopeThenWithhold, Absent],
            std::slice::from_ref(&ten),
        ),
        with_panel(
            case(
                "dice-of-zeros",
                "twenty dice that all show 0: leading zeros are kept, the text is twenty digits long",
                vec![plain("A", 3, 3)],
            ),
            usual,
            &[(Source::TWENTY_DICE, dice("00000000000000000000"))],
        ),
        with_panel(
            case(
                "balls-and-dice",
                "balls numbered to 250 (three digits each in the seed, in the order drawn), dice, and balls numbered to 9 (one digit each)",
                vec![plain("A", 6, 6)],
            ),
            usual,
            &[(balls, drawn(&[4, 250, 17, 99, 100, 1, 63])), ten, (few_balls, drawn(&[9, 1, 5]))],
        ),
        with_panel(
            case("six-sided-dice", "25 six-sided dice, which show 1 to 6", vec![plain("A", 6, 6)]),
            usual,
            &[(six_sided, dice("6152433214565123164625134"))],
        ),
    ]
}
