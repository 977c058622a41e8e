//! Tiers with gaps, needs that no flat has, features that nobody needs.

use super::built::{Built, Person};
use super::columns::{Field, Inputs};
use super::config::need_in_chinese;
use super::fault::{At, Fault};
use super::notes::Notes;
use super::persons::named;
use super::question::Kind;
use crate::words::say::counted;
use floorlot::plan::Pool;
use floorlot::rules::Phrase;
use std::collections::{BTreeMap, BTreeSet};

/// Notes and asks about tiers and needs. Gives whether there is a fault.
pub(super) fn check(built: &Built, inputs: Inputs<'_>, notes: &mut Notes) -> bool {
    let mut tiers: BTreeMap<u64, Vec<&Person>> = BTreeMap::new();
    built.people.iter().for_each(|person| tiers.entry(person.tier).or_default().push(person));
    gaps(&tiers, inputs, notes);
    // Where each signing slot is a tier, most have one household.
    if !built.banded {
        rare(&tiers, built.people.len(), inputs, notes);
    }
    features(built, notes);
    needs(built, inputs, notes)
}

fn gaps(tiers: &BTreeMap<u64, Vec<&Person>>, inputs: Inputs<'_>, notes: &mut Notes) {
    let mut expected = 1;
    for (tier, people) in tiers {
        if let (true, Some(first)) = (*tier > expected, people.first()) {
            let missing = if *tier - 1 == expected {
                expected.to_string()
            } else {
                format!("{expected}–{}", tier - 1)
            };
            let found = Phrase::new(
                format!(
                    "tier {tier} ({}, the first {}) and nobody in tier {missing}",
                    counted(people.len(), "household"),
                    named(first)
                ),
                format!(
                    "第 {tier} 顺位（{} 户，首户 {}），而第 {missing} 顺位没有住户",
                    people.len(),
                    named(first)
                ),
            );
            let words = (
                Phrase::new("tiers without a gap", "连续的顺位"),
                Phrase::new("correct the tier if it is a slip", "如系笔误请更正"),
            );
            let fault =
                Fault::new(inputs.place(first.at, Some(Field::Tier)), found, words.0, words.1);
            notes.ask(
                Kind::TierGap,
                people.iter().take(20).map(|person| person.at).collect(),
                fault,
            );
        }
        expected = tier + 1;
    }
}

/// One household alone in its tier, among many: a slip of the pen, perhaps.
fn rare(tiers: &BTreeMap<u64, Vec<&Person>>, all: usize, inputs: Inputs<'_>, notes: &mut Notes) {
    for (tier, people) in tiers.iter().filter(|(_, people)| people.len() == 1 && all >= 20) {
        for person in people {
            let row = inputs.roll.row(person.at);
            let words = Phrase::new(
                format!("tier {tier} has one household of {all}: {} ({})", named(person), row.en),
                format!("全部 {all} 户中第 {tier} 顺位只有一户：{}（{}）", named(person), row.zh),
            );
            notes.hint(vec![person.at], words);
        }
    }
}

/// Features that no household of the plan needs.
fn features(built: &Built, notes: &mut Notes) {
    let needed: BTreeSet<&String> =
        built.plan.pools.iter().flat_map(|p| &p.households).flat_map(|h| &h.needs).collect();
    let mut idle: BTreeMap<&String, usize> = BTreeMap::new();
    for feature in built
        .plan
        .pools
        .iter()
        .flat_map(|p| &p.units)
        .flat_map(|u| &u.features)
        .filter(|f| !needed.contains(f))
    {
        *idle.entry(feature).or_default() += 1;
    }
    if !idle.is_empty() {
        let en: Vec<String> =
            idle.iter().map(|(feature, n)| format!("{feature} ({n} flats)")).collect();
        let zh: Vec<String> = idle
            .iter()
            .map(|(feature, n)| format!("{}（{n} 套）", need_in_chinese(feature)))
            .collect();
        let words = Phrase::new(
            format!("features that no household needs: {}", en.join(", ")),
            format!("没有住户需要的特征：{}", zh.join("、")),
        );
        notes.hint(Vec::new(), words);
    }
}

/// Needs that no flat of the pool has: the plan would refuse them, without the rows.
fn needs(built: &Built, inputs: Inputs<'_>, notes: &mut Notes) -> bool {
    let mut any = false;
    let units: usize = built.plan.pools.iter().map(|pool| pool.units.len()).sum();
    let before = built.plan.pools.len() + units + built.plan.families.len();
    let mut rows = built.rows.iter().skip(before).copied();
    for pool in &built.plan.pools {
        let rows: Vec<At> = rows.by_ref().take(pool.households.len()).collect();
        let needs: BTreeSet<&String> = pool.households.iter().flat_map(|h| &h.needs).collect();
        for need in needs.into_iter().filter(|need| {
            !pool.units.is_empty() && !pool.units.iter().any(|u| u.features.contains(need))
        }) {
            let of: Vec<At> = rows
                .iter()
                .zip(&pool.households)
                .filter(|(_, h)| h.needs.contains(need))
                .map(|(at, _)| *at)
                .collect();
            any |= unmet(pool, need, &of, inputs, notes);
        }
    }
    any
}

fn unmet(pool: &Pool, need: &str, rows: &[At], inputs: Inputs<'_>, notes: &mut Notes) -> bool {
    let Some(first) = rows.first() else { return false };
    let (place, list) = (inputs.place(*first, Some(Field::Needs)), inputs.rows(rows));
    let zh = need_in_chinese(need);
    let found = Phrase::new(
        format!("the need {need}, which no flat of {} has ({})", pool.title, list.en),
        format!("照顾需求“{zh}”，而 {} 没有这样的房源（{}）", pool.title, list.zh),
    );
    let expected = Phrase::new("a flat for each of them", "每户都有合适的房源");
    let advice = Phrase::new(
        "correct the need, or add the feature to the flats that have it",
        "请更正需求，或给符合的房源补上特征",
    );
    notes.faults.push(Fault::new(place, found, expected, advice).at(*first));
    true
}
