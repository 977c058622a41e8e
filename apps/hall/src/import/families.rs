//! Families with several flats: a row for each flat with a column of the family, or a row for each
//! family with the number of its flats. Each flat becomes a claim (P15).

use super::built::{Built, Person};
use super::cells::{Name, Reader};
use super::columns::{Field, Input, Inputs};
use super::config::{Config, Serve};
use super::document;
use super::fault::{At, Fault, quoted};
use super::notes::Notes;
use crate::words::say::counted;
use floorlot::person::Opening;
use floorlot::plan::{Family, Household, Pool, Unit, is_id};
use floorlot::rules::{Lang, Phrase};
use floorlot_verify::common::amount;
use std::collections::{BTreeMap, BTreeSet};

/// A family as its rows say it.
pub(super) struct Draft {
    pub(super) at: At,
    /// As it stands in the table.
    pub(super) key: String,
    /// Masked.
    shown: String,
    name: Option<(At, String)>,
    document: Option<(At, String)>,
    budget: Option<(At, u64)>,
    /// What binds it to a person, with the key for the id.
    pub(super) opening: Option<(At, Opening)>,
    /// Why nothing is bound to it, by the first row.
    pub(super) unbound: Option<(&'static str, At)>,
    /// How many claims there are so far.
    pub(super) claims: u64,
}

/// All families, in the order of the table.
#[derive(Default)]
pub(super) struct Families {
    pub(super) all: Vec<Draft>,
    index: BTreeMap<String, usize>,
}

/// What one row says of a family.
pub(super) struct Said<'a> {
    pub(super) name: &'a Name,
    pub(super) document: Option<&'a document::Person>,
    pub(super) budget: Option<u64>,
}

impl Families {
    pub(super) fn get(&mut self, key: &str, at: At) -> &mut Draft {
        let next = self.all.len();
        let known = *self.index.entry(key.to_owned()).or_insert(next);
        if known == next {
            self.all.push(Draft {
                at,
                key: key.to_owned(),
                shown: String::new(),
                name: None,
                document: None,
                budget: None,
                opening: None,
                unbound: None,
                claims: 0,
            });
        }
        #[expect(clippy::indexing_slicing, reason = "the index has places of `all` alone")]
        &mut self.all[known]
    }

    /// The rows of a family say one name, one number and one budget.
    pub(super) fn say(&mut self, reader: &mut Reader<'_>, (at, key): (At, &str), said: &Said<'_>) {
        let family = self.get(key, at);
        if family.shown.is_empty() {
            family.shown.clone_from(&said.name.shown);
        }
        let name = said.name.whole.clone().unwrap_or_else(|| said.name.shown.clone());
        let name = Some(name).filter(|name| !name.is_empty());
        let number = said.document.map(|person| person.key.clone());
        let other_name = differs(&mut family.name, at, name);
        let other_number = differs(&mut family.document, at, number);
        let other_budget = differs(&mut family.budget, at, said.budget);
        let told = [
            (other_name, Field::Name, ("another name", "另一姓名")),
            (other_number, Field::Document, ("another document number", "另一证件号")),
        ];
        for (before, field, (en, zh)) in told {
            let Some(before) = before else { continue };
            let found = Phrase::new(
                format!("{en} than in row {} of the family {}", before.row, quoted(key).en),
                format!("{zh}，与家庭 {} 的第 {} 行不同", quoted(key).zh, before.row),
            );
            disagree(reader, at.row, field, found);
        }
        if let (Some(before), Some(area)) = (other_budget, said.budget) {
            let area = amount::area(area.into());
            let found = Phrase::new(
                format!("{}, unlike row {} of the family {}", area.en, before.row, quoted(key).en),
                format!("{}，与家庭 {} 的第 {} 行不同", area.zh, quoted(key).zh, before.row),
            );
            disagree(reader, at.row, Field::Budget, found);
        }
    }
}

/// Keeps what is said first; gives the row of that if another says something else.
fn differs<T: PartialEq>(known: &mut Option<(At, T)>, at: At, said: Option<T>) -> Option<At> {
    let said = said?;
    match known {
        None => {
            *known = Some((at, said));
            None
        }
        Some((before, first)) => (*first != said).then_some(*before),
    }
}

fn disagree(reader: &mut Reader<'_>, row: u32, field: Field, found: Phrase) {
    let expected = Phrase::new("the same in all rows of a family", "同一家庭各行一致");
    let advice = Phrase::new(
        "write what holds for the family (name and number of its head) in each of its rows, or in the first alone",
        "请在该家庭各行写同一内容（户主的姓名、证件号），或只写在首行",
    );
    reader.fault(row, field, found, expected, advice);
}

/// One household of the plan, as far as families go: its place among the pools and in its pool.
struct Claim<'a> {
    pool: usize,
    household: &'a mut Household,
    round: u64,
}

/// What was made of the families.
#[derive(Default)]
pub(super) struct Settled {
    pub(super) families: Vec<Family>,
    pub(super) rows: Vec<At>,
    /// Ids that were made, with what stands in the table.
    pub(super) made: BTreeMap<String, String>,
    /// Of each round its tiers.
    pub(super) rounds: BTreeMap<u64, (u64, u64)>,
    pub(super) openings: Vec<(At, Opening)>,
}

/// Gives families their ids, and their claims the tier or the group by which they are served.
pub(super) fn settle(
    families: Families,
    households: &mut [Vec<(At, Household)>],
    people: &[Person],
    config: &Config,
) -> Settled {
    let mut settled = Settled::default();
    let all = alone(families, households, &mut settled);
    let ids = ids(&all, households);
    let rounds: BTreeMap<&str, u64> = people.iter().map(|p| (p.id.as_str(), p.round)).collect();
    let mut claims: Vec<Claim<'_>> = Vec::new();
    for (pool, (_, household)) in
        households.iter_mut().enumerate().flat_map(|(n, all)| all.iter_mut().map(move |h| (n, h)))
    {
        let round = rounds.get(household.id.as_str()).copied().unwrap_or(1);
        household.family = household.family.take().and_then(|key| ids.get(&key).cloned());
        claims.push(Claim { pool, household, round });
    }
    match config.serve() {
        Some(Serve::Together) => together(&mut claims),
        Some(Serve::Rounds) if config.rounds_as_tiers() => settled.rounds = in_rounds(&mut claims),
        _ => {}
    }
    split_groups(&mut claims);
    for draft in all {
        let id = ids.get(&draft.key).cloned().unwrap_or_default();
        let mut person = None;
        if let Some((at, mut opening)) = draft.opening {
            opening.household.clone_from(&id);
            person = opening.commitment().ok();
            settled.openings.push((at, opening));
        }
        if id != draft.key {
            settled.made.insert(id.clone(), draft.key);
        }
        settled.rows.push(draft.at);
        let budget = draft.budget.map(|(_, area)| area);
        settled.families.push(Family { id, name: draft.shown, budget, person });
    }
    settled
}

/// Families with one flat and no budget are households like others, and bound like others. Gives
/// those that remain.
fn alone(
    families: Families,
    households: &mut [Vec<(At, Household)>],
    settled: &mut Settled,
) -> Vec<Draft> {
    let (mut alone, remain): (Vec<Draft>, Vec<Draft>) =
        families.all.into_iter().partition(|family| family.claims == 1 && family.budget.is_none());
    let mut of: BTreeMap<String, &mut Draft> =
        alone.iter_mut().map(|family| (family.key.clone(), family)).collect();
    for (_, household) in households.iter_mut().flatten() {
        let Some(family) = household.family.as_ref().and_then(|key| of.get_mut(key)) else {
            continue;
        };
        household.family = None;
        // Its code was made of that of the family, which nobody else has now.
        if household.id == format!("{}-1", family.key) {
            household.id.clone_from(&family.key);
        }
        if let Some((at, mut opening)) = family.opening.take() {
            opening.household.clone_from(&household.id);
            household.person = opening.commitment().ok();
            settled.openings.push((at, opening));
        }
    }
    remain
}

/// The id of each family, by what stands in the table: that itself, `F-` before it where households
/// have such codes (P2), or a number where it is no id.
fn ids(families: &[Draft], households: &[Vec<(At, Household)>]) -> BTreeMap<String, String> {
    let keys = || families.iter().map(|family| family.key.as_str());
    let codes: BTreeSet<&str> = households.iter().flatten().map(|(_, h)| h.id.as_str()).collect();
    let numbered = !keys().all(is_id);
    let clash = keys().any(|key| codes.contains(key));
    let id = |(number, key): (usize, &str)| {
        let id = match (numbered, clash) {
            (true, _) => format!("F{number:03}"),
            (_, true) => format!("F-{key}"),
            _ => key.to_owned(),
        };
        (key.to_owned(), id)
    };
    (1..).zip(keys()).map(id).collect()
}

/// All claims of a family in one pool are a group, unless the office says another.
fn together(claims: &mut [Claim<'_>]) {
    let mut count: BTreeMap<(String, usize), usize> = BTreeMap::new();
    for claim in claims.iter().filter(|claim| claim.household.group.is_none()) {
        if let Some(family) = &claim.household.family {
            *count.entry((family.clone(), claim.pool)).or_default() += 1;
        }
    }
    for claim in claims.iter_mut().filter(|claim| claim.household.group.is_none()) {
        let Some(family) = claim.household.family.clone() else { continue };
        let several = count.get(&(family.clone(), claim.pool)).is_some_and(|count| *count > 1);
        claim.household.group = several.then_some(family);
    }
}

/// The claims of the second round come after all of the first: their tiers begin behind the last.
fn in_rounds(claims: &mut [Claim<'_>]) -> BTreeMap<u64, (u64, u64)> {
    let first = || claims.iter().filter(|claim| claim.round == 1);
    let last = first().map(|claim| claim.household.tier).max().unwrap_or(0);
    let later: BTreeSet<(u64, u64)> = claims
        .iter()
        .filter(|claim| claim.round > 1)
        .map(|claim| (claim.round, claim.household.tier))
        .collect();
    let lowest = first().map(|claim| claim.household.tier).min().unwrap_or(1);
    let mut rounds = BTreeMap::new();
    if later.is_empty() {
        return rounds;
    }
    rounds.insert(1, (lowest, last));
    let tiers: BTreeMap<(u64, u64), u64> = later.into_iter().zip(last + 1..).collect();
    for ((round, _), tier) in &tiers {
        rounds.entry(*round).or_insert((*tier, *tier)).1 = *tier;
    }
    for claim in claims.iter_mut().filter(|claim| claim.round > 1) {
        let own = (claim.round, claim.household.tier);
        claim.household.tier = tiers.get(&own).copied().unwrap_or(own.1);
    }
    rounds
}

/// P8: a group is of one pool and one tier. A group that the office gives to families with several
/// flats is one for each of them: `J1`, `J1.2`.
fn split_groups(claims: &mut [Claim<'_>]) {
    let of_families: BTreeSet<String> = claims
        .iter()
        .filter(|claim| claim.household.family.is_some())
        .filter_map(|claim| claim.household.group.clone())
        .collect();
    let mut parts: BTreeMap<String, Vec<(usize, u64)>> = BTreeMap::new();
    for claim in claims {
        let part = (claim.pool, claim.household.tier);
        let Some(group) = claim.household.group.as_mut().filter(|g| of_families.contains(*g))
        else {
            continue;
        };
        let known = parts.entry(group.clone()).or_default();
        let place = known.iter().position(|other| *other == part).unwrap_or_else(|| {
            known.push(part);
            known.len() - 1
        });
        if place > 0 {
            *group = format!("{group}.{}", place + 1);
        }
    }
}

/// What the settings must say, and what is wrong with budgets in the office's words. Gives whether
/// something was told of the budgets.
pub(super) fn check(
    built: &Built,
    (file, config): (&str, &Config),
    inputs: Inputs<'_>,
    notes: &mut Notes,
) -> bool {
    let place = |key: &str| Phrase::same(format!("{file}, [families] {key}"));
    let plan = &built.plan;
    let several = plan.families.iter().filter(|family| claims_of(built, &family.id).count() > 1);
    let several = several.count();
    if several > 0 && config.serve().is_none() {
        let found = Phrase::new(
            format!("nothing, and {} with several flats", counted_families(several)),
            format!("没有，而有 {several} 户家庭有两套及以上"),
        );
        let expected = Phrase::new(
            "serve = \"rounds\" (all first flats are chosen before all second flats) or serve = \"together\" (a family chooses all its flats in one turn)",
            "serve = \"rounds\"（所有家庭选完首套再选第二套）或 serve = \"together\"（一个家庭一次选完各套）",
        );
        let advice = Phrase::new(
            format!("write [families] and below it one of the two into {file}"),
            format!("请在 {file} 中写 [families]，下一行写其中之一"),
        );
        notes.faults.push(Fault::new(place("serve"), found, expected, advice));
    }
    if config.serve() != Some(Serve::Rounds) && config.says_rounds_as_tiers() {
        let found = Phrase::new(
            "rounds_as_tiers without serve = \"rounds\"",
            "rounds_as_tiers，而没有 serve = \"rounds\"",
        );
        let expected = Phrase::new("serve = \"rounds\" beside it", "同时写有 serve = \"rounds\"");
        notes.faults.push(Fault::new(place("rounds_as_tiers"), found, expected, Phrase::same("")));
    }
    if config.says_families() && plan.families.is_empty() && !built.any_bad {
        let found = Phrase::new("[families]", "[families]");
        let expected = Phrase::new(
            "a column of families (家庭编号), of the number of flats (套数) or of budgets (面积额度) in the table of households",
            "住户表中有家庭编号列、套数列或面积额度列",
        );
        let advice = Phrase::new(
            "name the column with --map 'roll:HEAD=family' or 'roll:HEAD=flats', or take [families] out",
            "请用 --map 'roll:表头=family' 或 'roll:表头=flats' 指明，或删去 [families]",
        );
        let place = Phrase::same(file);
        notes.faults.push(Fault::new(place, found, expected, advice));
    }
    rounds_of_pools(built, notes);
    let before = notes.faults.len();
    areas(built, inputs, notes);
    budgets(built, inputs, notes);
    notes.faults.len() > before
}

fn claims_of<'a>(built: &'a Built, family: &'a str) -> impl Iterator<Item = &'a Household> {
    built
        .plan
        .pools
        .iter()
        .flat_map(|pool| &pool.households)
        .filter(move |household| household.family.as_deref() == Some(family))
}

/// P15, 1: units without an area in pools where a budget needs it.
fn areas(built: &Built, inputs: Inputs<'_>, notes: &mut Notes) {
    let plan = &built.plan;
    let limited: BTreeSet<&str> =
        plan.families.iter().filter(|f| f.budget.is_some()).map(|f| f.id.as_str()).collect();
    let measured = |pool: &Pool| {
        pool.households.iter().filter_map(|h| h.family.as_deref()).any(|f| limited.contains(f))
    };
    let mut rows = built.rows.iter().skip(plan.pools.len());
    for pool in &plan.pools {
        let own: Vec<(At, &Unit)> =
            rows.by_ref().take(pool.units.len()).copied().zip(&pool.units).collect();
        if !measured(pool) {
            continue;
        }
        let without: Vec<At> =
            own.iter().filter(|(_, unit)| unit.area.is_none()).map(|(at, _)| *at).collect();
        let Some(first) = without.first() else { continue };
        let list = inputs.rows(&without);
        let found = Phrase::new(
            format!(
                "no area for {} of {} ({})",
                counted(without.len(), "unit"),
                pool.title,
                list.en
            ),
            format!("{} 有 {} 套没有面积（{}）", pool.title, without.len(), list.zh),
        );
        let expected = Phrase::new(
            "an area of each unit, because families with an area budget choose among them [P15]",
            "每套都有面积，因为有面积额度的家庭在其中选房 [P15]",
        );
        let advice = Phrase::new(
            "fill in the areas, or take the column of budgets out with --map 'roll:HEAD=skip'",
            "请补填面积，或用 --map 'roll:表头=skip' 略去面积额度列",
        );
        let place = inputs.place(*first, Some(Field::Area));
        notes.faults.push(Fault::new(place, found, expected, advice).at(*first));
    }
}

/// P15, 2: a budget must hold the largest flat for each claim with needs.
fn budgets(built: &Built, inputs: Inputs<'_>, notes: &mut Notes) {
    let largest = |pool: &Pool, needs: &[String]| {
        let meets = |unit: &&Unit| needs.iter().all(|need| unit.features.contains(need));
        pool.units.iter().filter(meets).filter_map(|unit| unit.area).max().unwrap_or(0)
    };
    let mut needed: BTreeMap<&str, (u64, Vec<&str>)> = BTreeMap::new();
    for pool in &built.plan.pools {
        for household in pool.households.iter().filter(|household| !household.needs.is_empty()) {
            let Some(family) = household.family.as_deref() else { continue };
            let (area, claims) = needed.entry(family).or_default();
            *area = area.saturating_add(largest(pool, &household.needs));
            claims.push(&household.id);
        }
    }
    for (family, at) in built.plan.families.iter().zip(&built.family_rows) {
        let Some((area, claims)) = needed.get(family.id.as_str()) else { continue };
        let Some(budget) = family.budget.filter(|budget| budget < area) else { continue };
        let (budget, area) = (amount::area(budget.into()), amount::area((*area).into()));
        let found = Phrase::new(
            format!("a budget of {} for the family {} {}", budget.en, family.id, family.name),
            format!("家庭 {} {} 的面积额度 {}", family.id, family.name, budget.zh),
        );
        let expected = Phrase::new(
            format!(
                "{} at least: the largest flats that meet the needs of {} [P15]",
                area.en,
                claims.join(", ")
            ),
            format!("至少 {}：{} 按照顾需求可选的最大房源 [P15]", area.zh, claims.join("、")),
        );
        let advice = Phrase::new(
            "raise the budget, or take the need from one of the claims",
            "请提高额度，或取消其中一套的照顾需求",
        );
        let place = inputs.place(*at, Some(Field::Budget));
        notes.faults.push(Fault::new(place, found, expected, advice).at(*at));
    }
}

/// Rounds are tiers, and tiers hold within a pool: who looks at several pools should know.
fn rounds_of_pools(built: &Built, notes: &mut Notes) {
    let Some((_, last)) = built.rounds.get(&1) else { return };
    let has = |pool: &Pool, later: bool| pool.households.iter().any(|h| (h.tier > *last) == later);
    let mut pools = built.plan.pools.iter();
    let Some(before) = pools.find(|pool| has(pool, true)) else { return };
    let Some(after) = pools.find(|pool| has(pool, false)) else { return };
    let (before, after) = (&before.id, &after.id);
    let words = Phrase::new(
        format!(
            "each pool is drawn to its end before the next: second flats of pool {before} are chosen before first flats of pool {after}; the rounds hold within a pool"
        ),
        format!(
            "各批次依次抽完：批次 {before} 的第二套先于批次 {after} 的首套；轮次在批次之内有效"
        ),
    );
    notes.hint(Vec::new(), words);
}

/// The column that the settings name for budgets is not there.
pub(super) fn column_fault(roll: Input<'_>, (file, head): (&str, &str)) -> Option<Fault> {
    let sheet = roll.sheets.iter().find(|sheet| !sheet.columns.has_head(head))?;
    let heads = sheet.columns.heads.iter().map(String::as_str).filter(|head| !head.is_empty());
    let heads: Vec<&str> = heads.collect();
    let expected = Phrase::new(
        format!("a head of the table of households: {}", heads.join(", ")),
        format!("住户表的表头之一：{}", heads.join("、")),
    );
    let place = Phrase::same(format!("{file}, [families] budget"));
    Some(Fault::new(place, Phrase::same(format_args!("`{head}`")), expected, Phrase::same("")))
}

pub(super) fn counted_families(n: usize) -> String {
    if n == 1 { "1 family".into() } else { format!("{n} families") }
}

/// What was made on the way: ids, and which round has which tiers.
pub(super) fn changed(built: &Built, lang: Lang) -> String {
    let mut text = String::new();
    let made = &built.made_families;
    if let (Some(first), Some(last)) = (made.keys().next(), made.keys().next_back()) {
        text += &match lang {
            Lang::En => format!("  families given ids: {first} to {last}\n"),
            Lang::Zh => format!("  家庭已编号：{first} 至 {last}\n"),
        };
    }
    for (round, (first, last)) in &built.rounds {
        let tiers = if first == last { first.to_string() } else { format!("{first}–{last}") };
        let noun = if first == last { "tier" } else { "tiers" };
        text += &match lang {
            Lang::En => format!("  flat {round} of a family: {noun} {tiers}\n"),
            Lang::Zh => format!("  家庭的第 {round} 套：第 {tiers} 顺位\n"),
        };
    }
    if built.first_needs > 0 {
        text += &match lang {
            Lang::En => format!(
                "  needs of a family hold for its first flat alone: {} (for all: needs = \"all\" in [families])\n",
                counted_families(built.first_needs)
            ),
            Lang::Zh => format!(
                "  照顾需求只用于家庭的首套：{} 户（如每套都要满足，请在 [families] 中写 needs = \"all\"）\n",
                built.first_needs
            ),
        };
    }
    text
}

/// The families in numbers, to be read aloud.
pub(super) fn counts(pools: &[Pool], families: &[Family], lang: Lang) -> String {
    if families.is_empty() {
        return String::new();
    }
    let mut claims: BTreeMap<&str, usize> = BTreeMap::new();
    for family in pools.iter().flat_map(|p| &p.households).filter_map(|h| h.family.as_deref()) {
        *claims.entry(family).or_default() += 1;
    }
    let (n, flats) = (families.len(), claims.values().sum::<usize>());
    let all: usize = pools.iter().map(|pool| pool.households.len()).sum();
    let alone = all.saturating_sub(flats);
    let mut by_flats: BTreeMap<usize, usize> = BTreeMap::new();
    claims.values().for_each(|n| *by_flats.entry(*n).or_default() += 1);
    let list = |told: fn((&usize, &usize)) -> String, mark: &str| {
        by_flats.iter().map(told).collect::<Vec<_>>().join(mark)
    };
    let mut text = match lang {
        Lang::En => format!(
            "  {} with {}: {}; households without a family: {alone}\n",
            counted_families(n),
            counted(flats, "claim"),
            list(|(flats, n)| format!("{n} with {}", counted(*flats, "flat")), ", ")
        ),
        Lang::Zh => format!(
            "  家庭 {n} 户，共 {flats} 个名额：{}；另有单套住户 {alone} 户\n",
            list(|(flats, n)| format!("{flats} 套的 {n} 户"), "、")
        ),
    };
    let budgets: Vec<u64> = families.iter().filter_map(|family| family.budget).collect();
    if !budgets.is_empty() {
        let sum = amount::area(budgets.iter().map(|budget| u128::from(*budget)).sum());
        let with = budgets.len();
        text += &match lang {
            Lang::En => {
                format!("  area budgets: {with} of {}, {} in all\n", counted_families(n), sum.en)
            }
            Lang::Zh => format!("  面积额度：{n} 户家庭中的 {with} 户，合计 {}\n", sum.zh),
        };
    }
    text
}
