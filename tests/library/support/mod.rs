//! Random plans, random halls, and a reader that follows the specification word by word.

pub(crate) mod follow;
pub(crate) mod offers;
pub(crate) mod pairings;

use floorlot::ceremony::{Numbers, commitment};
use floorlot::holding::Holding;
use floorlot::plan::{
    Absence, Device, Household, Mode, PickRule, Plan, Pool, Source, Unit, Unranked, ValidPlan,
};
use floorlot::session::{Awaits, Session};
use floorlot_testing::other_cases;
use offers::can_all_be_matched;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// How many times as many cases are tried when they are others than usual.
const LONGER: u32 = 5;

/// The same cases on every machine and in every run, unless others are asked for.
pub(crate) fn cases(cases: u32, seed: u64) -> ProptestConfig {
    let (other, times) = match other_cases() {
        0 => (0, 1),
        other => (other, LONGER),
    };
    ProptestConfig {
        cases: cases * times,
        rng_seed: RngSeed::Fixed(seed ^ other),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// A small generator (SplitMix64) for decisions: what is decided depends on its seed alone.
#[derive(Debug, Clone)]
pub(crate) struct Tape(u64);

impl Tape {
    /// The tape for one decision out of many.
    pub(crate) fn new(seed: u64, decision: u64) -> Tape {
        let mut tape = Tape(seed ^ decision.wrapping_mul(0xD134_2543_DE82_EF95));
        tape.next();
        tape
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ z >> 31
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n as u64).unwrap()
    }

    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn one_of<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// What a household may need. Units may have one feature more, which nobody needs.
const NEEDS: [&str; 3] = ["quiet", "step-free", "wide-door"];
const FEATURES: [&str; 4] = ["quiet", "step-free", "wide-door", "balcony"];

fn words(of: &[&str], mask: u8) -> Vec<String> {
    let mut words: Vec<String> = of
        .iter()
        .enumerate()
        .filter(|(i, _)| mask >> i & 1 == 1)
        .map(|(_, w)| (*w).into())
        .collect();
    words.sort();
    words
}

/// Whether a unit has all that a household needs.
pub(crate) fn accepts(household: &Household, unit: &Unit) -> bool {
    household.needs.iter().all(|need| unit.features.contains(need))
}

/// For each household of a pool, for each unit, whether it accepts it.
pub(crate) fn acceptance(pool: &Pool) -> Vec<Vec<bool>> {
    pool.households.iter().map(|h| pool.units.iter().map(|u| accepts(h, u)).collect()).collect()
}

/// Households give up their needs where not all needs can be met at once (rule P10).
fn keep_what_can_be_met(pool: &mut Pool) {
    let mut kept = Vec::new();
    for h in 0..pool.households.len() {
        kept.push(h);
        if !can_all_be_matched(&kept, &vec![true; pool.units.len()], &acceptance(pool))
            || pool.households[h].needs.is_empty()
        {
            pool.households[h].needs.clear();
            kept.pop();
        }
    }
}

type HouseholdSeed = (u8, u64, Option<u8>, Vec<u8>);

fn household() -> impl Strategy<Value = HouseholdSeed> {
    let needs =
        prop_oneof![3 => Just(0_u8), 3 => (0_usize..3).prop_map(|bit| 1 << bit), 2 => 1_u8..8];
    let ranking = prop_oneof![1 => Just(Vec::new()), 4 => prop::collection::vec(any::<u8>(), 1..5)];
    (
        needs,
        prop_oneof![3 => Just(2_u64), 2 => 1_u64..=3],
        prop::option::weighted(0.3, 0_u8..2),
        ranking,
    )
}

fn pool() -> impl Strategy<Value = (u8, Vec<u8>, Vec<HouseholdSeed>)> {
    let features =
        prop_oneof![2 => Just(0_u8), 3 => (0_usize..4).prop_map(|bit| 1 << bit), 3 => 0_u8..16];
    (0_u8..5, prop::collection::vec(features, 1..9), prop::collection::vec(household(), 1..10))
}

fn build_pool(p: usize, (rule, units, households): (u8, Vec<u8>, Vec<HouseholdSeed>)) -> Pool {
    let rule_of =
        [PickRule::Choice, PickRule::Choice, PickRule::Lot, PickRule::Ranking, PickRule::Ranking]
            [usize::from(rule)];
    let id = ["A", "B", "C"][p];
    let mut pool = Pool::new(id, "两室", &format!("{}号楼", p + 1), rule_of);
    pool.absence = pool.absence.map(|_| if rule == 0 { Absence::Last } else { Absence::Lot });
    pool.seconds = pool.absence.and((units.len() % 2 == 0).then_some(60 + p as u64));
    pool.unranked =
        pool.unranked.map(|_| if rule == 3 { Unranked::Lot } else { Unranked::Standby });
    for (i, mask) in units.iter().enumerate() {
        let (id, storey) = (format!("{id}-{:02}01", i + 1), i as u64 + 1);
        pool.units.push(Unit {
            id,
            building: None,
            label: format!("{storey}01 室"),
            storey,
            area: (i % 2 == 0).then_some(8_925 + storey),
            price: (i % 3 == 0).then_some(123_456_789),
            features: words(&FEATURES, *mask),
        });
    }
    for (i, (needs, tier, group, ranking)) in households.iter().enumerate() {
        let group = group.map(|g| format!("group-{id}-{tier}-{g}"));
        let mut ranked: Vec<String> = Vec::new();
        for n in ranking.iter().filter(|_| rule_of == PickRule::Ranking) {
            let unit = pool.units[usize::from(*n) % units.len()].id.clone();
            if !ranked.contains(&unit) {
                ranked.push(unit);
            }
        }
        let (id, needs) = (format!("H{id}{i:02}"), words(&NEEDS, *needs));
        pool.households.push(Household {
            id,
            name: "张*明".into(),
            tier: *tier,
            needs,
            group,
            family: None,
            ranking: ranked,
            person: None,
        });
    }
    keep_what_can_be_met(&mut pool);
    pool
}

fn sources(which: u8) -> Vec<Source> {
    let dice = |count, range| Source::dice(count, range);
    let balls = |count, range| Source::balls(count, range);
    match which {
        0 => vec![Source::TWENTY_DICE],
        1 => vec![dice(25, 6)],
        2 => vec![balls(6, 9_999)],
        _ => vec![balls(7, 35), dice(10, 10), dice(12, 2)],
    }
}

/// A plan that keeps every rule: one to three pools with every pick rule, tiers, groups, crossing
/// needs, rankings, too many or too few units.
pub(crate) fn plans() -> impl Strategy<Value = Plan> {
    let benches = prop::collection::vec((1_usize..4, 0_u64..3), 2..4);
    (benches, 0_u8..4, prop::collection::vec(pool(), 1..4)).prop_map(|(benches, which, pools)| {
        let mut plan = Plan::new("draw.example/2026-001", "安置房选层", Mode::Rehearsal);
        for (b, (size, quorum)) in benches.into_iter().enumerate() {
            let ids: Vec<String> = (0..size).map(|m| format!("m{b}{m}")).collect();
            let members: Vec<(&str, &str)> = ids.iter().map(|id| (id.as_str(), "王*")).collect();
            plan =
                plan.bench(&format!("bench{b}"), "居民代表", (quorum % size as u64) + 1, &members);
        }
        plan.sources = sources(which);
        plan.pools = pools.into_iter().enumerate().map(|(p, seed)| build_pool(p, seed)).collect();
        plan
    })
}

/// Everything that people do in the hall. Each decision depends on these seeds and on the number of
/// lines so far, so that a draw can be gone on with from any line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct People {
    /// Who is there, secrets, public numbers.
    pub(crate) panel: u64,
    /// Who misses a call, what is chosen, proxies, undos.
    pub(crate) households: u64,
    /// The operator's clock, if the lines have a time.
    pub(crate) clock: Option<u64>,
}

pub(crate) fn people() -> impl Strategy<Value = People> {
    (any::<u64>(), any::<u64>(), any::<Option<u64>>())
        .prop_map(|(panel, households, clock)| People { panel, households, clock })
}

/// What a member of the panel does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Conduct {
    Absent,
    CommitAndReveal,
    CommitAndWithhold,
    EnvelopeAndReveal,
    EnvelopeAndWithhold,
}

impl People {
    /// What each member does: as many reveal as the quorum needs, the others do as they like.
    pub(crate) fn conduct(&self, plan: &Plan, member: &str) -> Conduct {
        use Conduct::*;
        let place = plan.members.iter().position(|m| m.id == member).unwrap();
        let bench = plan.benches.iter().find(|b| b.id == plan.members[place].bench).unwrap();
        let on_bench: Vec<&str> =
            plan.members.iter().filter(|m| m.bench == bench.id).map(|m| m.id.as_str()).collect();
        let turn = Tape::new(self.panel, 1).below(on_bench.len());
        let rank = (on_bench.iter().position(|m| *m == member).unwrap() + turn) % on_bench.len();
        let mut tape = Tape::new(self.panel, 100 + place as u64);
        match (rank as u64) < bench.quorum {
            true => *tape.one_of(&[CommitAndReveal, EnvelopeAndReveal]),
            false => *tape.one_of(&[
                Absent,
                CommitAndReveal,
                CommitAndWithhold,
                EnvelopeAndReveal,
                EnvelopeAndWithhold,
            ]),
        }
    }

    pub(crate) fn secret(&self, plan: &Plan, member: &str) -> String {
        let place = plan.members.iter().position(|m| m.id == member).unwrap();
        let mut tape = Tape::new(self.panel, 200 + place as u64);
        match self.conduct(plan, member) {
            Conduct::EnvelopeAndReveal => format!("{:04}", tape.below(10_000)),
            _ => format!("{:016x}{:016X}", tape.next(), tape.next()),
        }
    }

    pub(crate) fn numbers(&self, number: u64, source: Source) -> Numbers {
        let mut tape = Tape::new(self.panel, 300 + number);
        let range = usize::try_from(source.range).unwrap();
        match source.device {
            Device::Drand => panic!("no plan here names a beacon"),
            Device::Dice => {
                let lowest = usize::from(source.range < 10);
                Numbers::Dice(
                    (0..source.count).map(|_| (lowest + tape.below(range)).to_string()).collect(),
                )
            }
            Device::Balls => {
                let mut urn: Vec<u64> = (1..=source.range).collect();
                Numbers::Balls(
                    (0..source.count).map(|_| urn.swap_remove(tape.below(urn.len()))).collect(),
                )
            }
        }
    }

    pub(crate) fn time(&self, lines: u64) -> Option<u64> {
        self.clock.filter(|c| Tape::new(*c, lines).chance(90)).map(|c| c % 5_000_000_000 + lines)
    }

    /// The next line of the draw; `None` when it is complete.
    pub(crate) fn step(&self, plan: &Plan, session: &mut Session) -> Option<Vec<u8>> {
        let at = self.time(session.lines());
        let mut tape = Tape::new(self.households, session.lines());
        if session.can_undo() && tape.chance(15) {
            return Some(session.undo("说错了楼层", at).unwrap());
        }
        match session.awaits() {
            Awaits::RollCall => Some(self.roll_call(plan, session, at)),
            Awaits::Reveals => Some(self.reveals(plan, session, at)),
            Awaits::Numbers { number, source } => {
                Some(session.numbers(self.numbers(number, source), at).unwrap())
            }
            Awaits::Call { .. } => Some(session.call(at).unwrap()),
            Awaits::Choice { .. } if tape.chance(30) => Some(session.miss(at).unwrap()),
            Awaits::Choice { .. } => {
                let offered = session.offered();
                let unit = session.roll().unit_id(*tape.one_of(&offered)).to_owned();
                Some(session.choose(&unit, tape.chance(20).then_some("李*（女儿）"), at).unwrap())
            }
            Awaits::Done => None,
            _ => Some(session.advance(at).expect("an automatic line")),
        }
    }

    fn roll_call(&self, plan: &Plan, session: &mut Session, at: Option<u64>) -> Vec<u8> {
        let waiting = session.ceremony().not_called(session.roll());
        if waiting.is_empty() {
            return session.close_commits(at).unwrap();
        }
        let member = Tape::new(self.panel, session.lines()).one_of(&waiting).clone();
        let made = match self.conduct(plan, &member) {
            Conduct::Absent => session.absent(&member, at),
            Conduct::EnvelopeAndReveal | Conduct::EnvelopeAndWithhold => {
                session.envelope(&member, at)
            }
            _ => session.commit(
                &member,
                commitment(session.plan_root().unwrap(), &member, &self.secret(plan, &member)),
                at,
            ),
        };
        made.unwrap()
    }

    fn reveals(&self, plan: &Plan, session: &mut Session, at: Option<u64>) -> Vec<u8> {
        let waiting = session.ceremony().unanswered(session.roll());
        if waiting.is_empty() {
            return session.close_reveals(at).unwrap();
        }
        let member = Tape::new(self.panel, session.lines()).one_of(&waiting).clone();
        let made = match self.conduct(plan, &member) {
            Conduct::CommitAndWithhold | Conduct::EnvelopeAndWithhold => {
                session.withhold(&member, at)
            }
            _ => session.reveal(&member, &self.secret(plan, &member), at),
        };
        made.unwrap()
    }
}

/// What the session said when a household was called, or called anew after an undo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) household: String,
    pub(crate) ticket: u64,
    pub(crate) lot: u128,
    pub(crate) offered: Vec<String>,
}

/// A draw from the first line to the last.
#[derive(Debug, Clone)]
pub(crate) struct Draw {
    pub(crate) valid: ValidPlan,
    pub(crate) lines: Vec<Vec<u8>>,
    pub(crate) seen: Vec<Seen>,
    pub(crate) session: Session,
}

/// Draws from the beginning; `visit` sees the session before every line.
pub(crate) fn draw(plan: &Plan, people: &People, mut visit: impl FnMut(&mut Session)) -> Draw {
    let valid = plan.validate().expect("the generator makes valid plans");
    let mut session = Session::new(valid.clone());
    let (mut lines, mut seen): (Vec<Vec<u8>>, Vec<Seen>) = (Vec::new(), Vec::new());
    loop {
        visit(&mut session);
        let Some(line) = people.step(plan, &mut session) else { break };
        let called =
            line.starts_with(b"{\"kind\":\"call\"") || line.starts_with(b"{\"kind\":\"undo\"");
        lines.push(line);
        if called {
            seen.push(look(&mut session, &lines));
        }
    }
    Draw { valid, lines, seen, session }
}

/// The household just called, as the session knows it. Whom an `undo` calls back stands in the line
/// that it withdraws.
fn look(session: &mut Session, lines: &[Vec<u8>]) -> Seen {
    use floorlot::lines::Line;
    let name = lines.iter().rev().find_map(|l| match Line::decode(l).unwrap() {
        Line::Call { household, .. }
        | Line::Pick { household, .. }
        | Line::Missed { household, .. } => Some(household.into_owned()),
        _ => None,
    });
    let household = name.unwrap();
    let number = session.roll().find_household(&household).unwrap();
    let drawn = session.drawn(number).unwrap();
    let offered =
        session.offered().into_iter().map(|u| session.roll().unit_id(u).to_owned()).collect();
    Seen { household, ticket: drawn.ticket, lot: drawn.lot, offered }
}

impl Draw {
    /// The transcript as a file.
    pub(crate) fn file(&self) -> Vec<u8> {
        file(&self.lines)
    }

    /// The id of the unit of each household that has one.
    pub(crate) fn allocation(&self) -> Vec<(String, Option<String>)> {
        let roll = self.session.roll();
        let unit = |h: &Holding| h.unit().map(|u| roll.unit_id(u).to_owned());
        roll.household_numbers()
            .zip(self.session.holdings())
            .map(|(h, u)| (roll.household_id(h).to_owned(), unit(u)))
            .collect()
    }
}

/// Lines as a file.
pub(crate) fn file(lines: &[Vec<u8>]) -> Vec<u8> {
    lines.iter().flat_map(|line| line.iter().copied().chain([b'\n'])).collect()
}
