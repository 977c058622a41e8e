//! What can only be said of a whole plan: counts, quorums, entropy, needs (rules P1, P5 to P7,
//! P10).

use super::draft::{Draft, OPTIONAL, SECTIONS, is_optional, section};
use super::field::{Place, plural};
use super::panel::MAX_COUNT;
use super::roll::{PoolInfo, Roll};
use crate::lines::Device;
use crate::matching::Shortage;
use crate::number::count;
use crate::rules::{Checks, Phrase, Rule, need_words};
use std::collections::BTreeSet;

/// P7: Within a pool, at most 8 different needs occur, and at most 32 different combinations.
const MAX_NEEDS: usize = 8;
const MAX_NEED_SETS: usize = 32;

impl Draft {
    /// A pool without units or households has its place among the others all the same, so that each
    /// is found by where it ends.
    pub(super) fn place_empty_pools(&mut self) {
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

    /// P1: The counts are the numbers of lines of each kind that follow, and `units` and
    /// `households` of each pool are the numbers of its lines.
    pub(super) fn check_counts(&self, checks: &mut Checks) {
        let lines = |n: u64| {
            Phrase::new(
                format!("{n}, for so many lines follow"),
                format!("{n}，因为后面有这么多行"),
            )
        };
        let mut check = |line: u64, place: String, announced: u64, seen: u64| {
            checks.examine(Rule::P1);
            // P1: the counts are the numbers of lines that follow.
            if announced != seen {
                checks.fail(Rule::P1, line, place, Phrase::same(announced), lines(seen));
            }
        };
        let header = self.header.iter().flatten().copied();
        let sections = (0..).zip(SECTIONS).zip(self.seen).skip(1);
        let sections = sections.filter(|((section, _), _)| !is_optional(*section));
        for (((_, kind), seen), announced) in sections.zip(header) {
            check(self.roll.line, format!("plan, number of {kind} lines"), announced, seen);
        }
        for p in &self.roll.pools {
            for (what, announced, seen) in [
                ("units", p.announced.0, count(p.units.len())),
                ("households", p.announced.1, count(p.households.len())),
            ] {
                check(p.line, format!("pool {}, {what}", p.id), announced, seen);
            }
        }
        self.check_optional_counts(checks);
    }

    /// P1: The count of documents, of flats kept out, or of families, is there if and only if there
    /// are such lines.
    fn check_optional_counts(&self, checks: &mut Checks) {
        for ((section, field), announced) in OPTIONAL.into_iter().zip(self.optional) {
            let seen = self.seen.get(section).copied().filter(|lines| *lines > 0);
            if announced.is_none() && seen.is_none() {
                continue;
            }
            checks.examine(Rule::P1);
            // P1: there if and only if there are such lines, and their number.
            if announced != seen {
                let words =
                    |n: Option<u64>| n.map_or_else(|| Phrase::new("nothing", "没有"), Phrase::same);
                let place = format!("plan, {field}");
                checks.fail(Rule::P1, self.roll.line, place, words(announced), words(seen));
            }
        }
    }

    /// P5: the panel.
    pub(super) fn check_panel(&self, checks: &mut Checks) {
        let benches = self.roll.benches.len();
        // P5: At least two benches.
        if benches < 2 {
            let found = Phrase::new(format!("{benches} bench(es)"), format!("{benches} 个席位"));
            checks.fail(Rule::P5, 0, "bench", found, Phrase::new("at least 2", "至少 2 个"));
        }
        let lines = self.lines_of.get(section::BENCH).cloned().unwrap_or_default();
        checks.examine_many(Rule::P5, count(benches));
        for (i, (bench, index)) in (0..).zip(self.roll.benches.iter().zip(0..)) {
            let members = self.roll.members.iter().filter(|m| m.bench == Some(index)).count();
            let members = count(members);
            // P5: In each, 1 ≤ `quorum` ≤ number of its members.
            if !(1..=members).contains(&bench.quorum) {
                let place = Place { line: lines.get(i), kind: "bench", id: &bench.id };
                let found = Phrase::same(bench.quorum);
                place.fail(checks, Rule::P5, "quorum", found, reachable(members));
            }
        }
    }

    /// P6: The numbers of outcomes multiplied over all sources MUST be at least 2^64; one source of
    /// `drand` is enough by itself.
    pub(super) fn check_entropy(&self, checks: &mut Checks) {
        // What a source out of its limits is worth cannot be said; one that is missing breaks T2.
        if checks.failed(Rule::P6) > 0 || self.roll.sources.is_empty() {
            return;
        }
        const ENOUGH: u128 = 1 << 64;
        let mut outcomes = 1_u128;
        for source in &self.roll.sources {
            let factor = |drawn: u64| match source.device {
                // P6: `range`^`count` for dice.
                Device::Dice => source.range,
                // P6: `range`·(`range`-1)·… for balls.
                Device::Balls | Device::Drand => source.range.saturating_sub(drawn),
            };
            for drawn in 0..source.count.min(MAX_COUNT) {
                // P6 holds here, so that no factor is 0.
                let factor = u128::from(factor(drawn).max(1));
                // No more than enough: 16 sources of 200 dice are beyond 128 bits.
                outcomes = outcomes.saturating_mul(factor).min(ENOUGH);
            }
            // P6: one source of `drand` is enough by itself.
            if source.device == Device::Drand {
                outcomes = ENOUGH;
            }
        }
        // P6: the numbers of outcomes multiplied over all sources MUST be at least 2^64.
        if outcomes < ENOUGH {
            let bits = outcomes.ilog2();
            let found = Phrase::new(
                format!("{outcomes} outcomes, {bits} bits"),
                format!("{outcomes} 种结果，{bits} 比特"),
            );
            let expected = Phrase::new(
                "at least 2^64 outcomes, such as 20 ten-sided dice",
                "至少 2^64 种结果，例如 20 颗十面骰子",
            );
            checks.fail(Rule::P6, 0, "source", found, expected);
        }
    }

    /// P7: the needs of each pool are of few kinds. The fault is in the line that is one too many.
    /// Gives the combinations that occur in each pool.
    pub(super) fn check_kinds_of_needs(&mut self, checks: &mut Checks) -> Vec<BTreeSet<u16>> {
        let lines = self.lines_of.get(section::HOUSEHOLD);
        let needs: Vec<_> =
            self.roll.pools.iter().map(|pool| need_sets(&self.roll, pool)).collect();
        let mut beyond = false;
        for (pool, sets) in self.roll.pools.iter().zip(&needs) {
            // P7: at most 8 different needs, and at most 32 different combinations of needs.
            let Some(found) = too_many_needs(&self.roll, sets) else { continue };
            beyond = true;
            let expected = Phrase::new(
                "at most 8 different needs in 32 combinations",
                "至多 8 种需求、32 种组合",
            );
            let line = lines.map_or(0, |lines| lines.get(one_too_many(&self.roll, pool)));
            let place = Place { line, kind: "pool", id: &pool.id };
            place.fail(checks, Rule::P7, "needs", found, expected);
        }
        self.roll.beyond_limits |= beyond;
        needs
    }

    /// P10: the needs of each pool, these combinations, can be met at once.
    pub(super) fn check_needs(&self, needs: &[BTreeSet<u16>], checks: &mut Checks) {
        for (pool, sets) in self.roll.pools.iter().zip(needs) {
            // P10 is about pools with needs, and counts them alone.
            if sets.is_empty() {
                continue;
            }
            checks.examine(Rule::P10);
            // Combinations beyond the limits of P7 were not kept, so that nobody knows what those
            // households need.
            if !self.roll.beyond_limits {
                check_met(&self.roll, pool, sets, checks);
            }
        }
    }
}

/// The first household with which the needs of its pool are too many.
fn one_too_many(roll: &Roll, pool: &PoolInfo) -> u32 {
    let mut seen = BTreeSet::new();
    let sets = roll.household_sets.of(&pool.households);
    let before = sets.take_while(|set| {
        // Only what is new can be too many.
        *set == 0 || !seen.insert(*set) || too_many_needs(roll, &seen).is_none()
    });
    let before = u32::try_from(before.count()).unwrap_or(u32::MAX);
    pool.households.start.saturating_add(before)
}

fn reachable(members: u64) -> Phrase {
    if members == 0 {
        return Phrase::new("a bench with members", "席位至少有一名监督员");
    }
    Phrase::new(
        format!("a quorum from 1 to {members}, the number of its members"),
        format!("法定人数为 1 至 {members}（监督员人数）"),
    )
}

/// The numbers of the combinations that households of a pool need.
fn need_sets(roll: &Roll, pool: &PoolInfo) -> BTreeSet<u16> {
    let sets = roll.household_sets.of(&pool.households);
    sets.filter(|set| *set > 0).collect()
}

fn too_many_needs(roll: &Roll, sets: &BTreeSet<u16>) -> Option<Phrase> {
    let kinds = sets.iter().flat_map(|s| roll.set(Some(*s))).collect::<BTreeSet<_>>().len();
    (kinds > MAX_NEEDS || sets.len() > MAX_NEED_SETS).then(|| {
        Phrase::new(
            format!("{kinds} different needs in {} combinations", sets.len()),
            format!("{kinds} 种需求，{} 种组合", sets.len()),
        )
    })
}

/// P10: In each pool, all households that have needs can be given different units that they accept,
/// all at the same time.
fn check_met(roll: &Roll, pool: &PoolInfo, sets: &BTreeSet<u16>, checks: &mut Checks) {
    let (_, mut matching) = roll.classes_of_needs(pool);
    // P10: in each pool, all households that have needs can be given different units that they
    // accept, all at the same time.
    let Some(short) = matching.shortage() else { return };
    let expected = Phrase::new(
        "a unit for each of them: add units or correct the needs",
        "每户都有一套：增加房源或更正需求",
    );
    let place = Place { line: pool.line, kind: "pool", id: &pool.id };
    place.fail(checks, Rule::P10, "needs", found_short(roll, sets, &short), expected);
}

/// Which needs are more than the units that meet them.
fn found_short(roll: &Roll, sets: &BTreeSet<u16>, short: &Shortage) -> Phrase {
    let sets: Vec<u16> = sets.iter().copied().collect();
    let sets = short.household_classes.iter().filter_map(|class| sets.get(*class));
    let sets: Vec<&[String]> = sets.map(|set| roll.set(Some(*set))).collect();
    let names: Vec<String> = sets.iter().map(|set| set.join("+")).collect();
    let in_zh =
        |set: &&[String]| set.iter().map(|need| need_words(need).zh).collect::<Vec<_>>().join("＋");
    let names_zh: Vec<String> = sets.iter().map(in_zh).collect();
    let (n, m) = (short.households, short.units);
    Phrase::new(
        format!(
            "{} {}, {}",
            plural(n, "household needs", "households need"),
            names.join(" or "),
            plural(m, "such unit exists", "such units exist")
        ),
        format!("{n} 户需要 {}，这样的房只有 {m} 套", names_zh.join(" 或 ")),
    )
}
