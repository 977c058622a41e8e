//! What changed from the round or attempt before to this plan, by name (check V7).

use super::before::{Asks, Rules, asks};
use super::earlier::Earlier;
use crate::lines::Relation;
use crate::number::count;
use crate::plan::Roll;
use crate::rules::{Lang, Phrase};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// How many entries of a list are told.
const LISTED: usize = 100;

/// A list: how many there are, and the first hundred of them, by their ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Listed<T> {
    /// How many there are.
    pub count: u64,
    /// The first of them.
    pub first: Vec<T>,
}

impl<T> Default for Listed<T> {
    fn default() -> Listed<T> {
        Listed { count: 0, first: Vec::new() }
    }
}

impl<T> Listed<T> {
    fn of(all: impl IntoIterator<Item = T>) -> Listed<T> {
        let mut listed = Listed::default();
        for one in all {
            listed.count = listed.count.saturating_add(1);
            if listed.first.len() < LISTED {
                listed.first.push(one);
            }
        }
        listed
    }

    fn is_empty(&self) -> bool {
        self.count == 0
    }
}

/// Of a household something is another than before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct HouseholdChange<T> {
    /// The id of the household.
    pub household: String,
    /// What it was.
    pub from: T,
    /// What it is.
    pub to: T,
}

/// A pool is drawn otherwise than before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RuleChange {
    /// The id of the pool.
    pub pool: String,
    /// Its rule, absence, seconds and unranked as they were.
    pub from: String,
    /// As they are.
    pub to: String,
}

/// A bench has another quorum than before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct QuorumChange {
    /// The id of the bench.
    pub bench: String,
    /// Its quorum before; 0 if there was no such bench.
    pub from: u64,
    /// Its quorum; 0 if there is no such bench.
    pub to: u64,
}

/// What changed from the one before to this plan. Households and units are compared with those that
/// a plan must take over: with `round` what the one before leaves, with `void` all of a void one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Chain {
    /// The origin of the one before.
    pub before: String,
    /// Households that are not taken over.
    #[serde(skip_serializing_if = "Listed::is_empty")]
    pub left_out: Listed<String>,
    /// Households that were not handed on.
    #[serde(skip_serializing_if = "Listed::is_empty")]
    pub added: Listed<String>,
    /// Units that are not taken over.
    #[serde(skip_serializing_if = "Listed::is_empty")]
    pub units_left_out: Listed<String>,
    /// Units that were not handed on.
    #[serde(skip_serializing_if = "Listed::is_empty")]
    pub units_added: Listed<String>,
    /// Households of another tier.
    #[serde(skip_serializing_if = "Listed::is_empty")]
    pub tiers: Listed<HouseholdChange<u16>>,
    /// Households with other needs.
    #[serde(skip_serializing_if = "Listed::is_empty")]
    pub needs: Listed<HouseholdChange<Vec<String>>>,
    /// Pools that are drawn otherwise.
    #[serde(skip_serializing_if = "Listed::is_empty")]
    pub rules: Listed<RuleChange>,
    /// Benches with another quorum.
    #[serde(skip_serializing_if = "Listed::is_empty")]
    pub quorums: Listed<QuorumChange>,
    /// Members who are not of the panel any more.
    #[serde(skip_serializing_if = "Listed::is_empty")]
    pub members_left_out: Listed<String>,
    /// Members who were not of the panel before.
    #[serde(skip_serializing_if = "Listed::is_empty")]
    pub members_added: Listed<String>,
    /// Members with another bench, name or key.
    #[serde(skip_serializing_if = "Listed::is_empty")]
    pub members_changed: Listed<String>,
}

fn lacking<'a, T, U>(
    of: &'a BTreeMap<String, T>,
    there: &'a BTreeMap<String, U>,
) -> impl Iterator<Item = String> + 'a {
    of.keys().filter(|id| !there.contains_key(*id)).cloned()
}

impl Chain {
    /// What changed from the one before, which the plan names.
    pub(super) fn between(before: &Earlier, roll: &Roll) -> Option<Chain> {
        let left = match roll.prior()?.relation {
            Relation::Round => &before.left,
            Relation::Void => &before.voided,
        };
        let household = |id: &String| roll.find_household(id);
        let known = left.asks.iter().filter_map(|(id, was)| Some((id, was, household(id)?)));
        let pairs: Vec<(&String, &Asks, Asks)> =
            known.map(|(id, was, number)| (id, was, asks(roll, number))).collect();
        let tiers = pairs.iter().filter(|(_, was, is)| was.0 != is.0);
        let needs = pairs.iter().filter(|(_, was, is)| was.1 != is.1);
        let ids = |all: BTreeSet<&str>, known: &dyn Fn(&str) -> bool| {
            Listed::of(all.into_iter().filter(|id| !known(id)).map(str::to_owned))
        };
        let households = roll.household_numbers().map(|h| roll.household_id(h)).collect();
        let units = roll.unit_numbers().map(|unit| roll.unit_id(unit)).collect();
        let gone = |id: &&String| roll.find_household(id).is_none();
        let gone_unit = |id: &&String| roll.find_unit(id).is_none();
        let (old, new) = (&before.rules, Rules::of(roll));
        Some(Chain {
            before: before.origin.clone(),
            left_out: Listed::of(left.standby.keys().filter(gone).cloned()),
            added: ids(households, &|id| left.standby.contains_key(id)),
            units_left_out: Listed::of(left.free.keys().filter(gone_unit).cloned()),
            units_added: ids(units, &|id| left.free.contains_key(id)),
            tiers: Listed::of(tiers.map(|(id, was, is)| HouseholdChange {
                household: (*id).clone(),
                from: was.0,
                to: is.0,
            })),
            needs: Listed::of(needs.map(|(id, was, is)| HouseholdChange {
                household: (*id).clone(),
                from: was.1.clone(),
                to: is.1.clone(),
            })),
            rules: old.other_rules(&new),
            quorums: old.other_quorums(&new),
            members_left_out: Listed::of(lacking(&old.members, &new.members)),
            members_added: Listed::of(lacking(&new.members, &old.members)),
            members_changed: Listed::of(old.members.iter().filter_map(|(id, was)| {
                new.members.get(id).filter(|is| *is != was).map(|_| id.clone())
            })),
        })
    }

    /// The lists in words, each with its entries.
    fn lists(&self) -> [(Phrase, Entries); 11] {
        let tiers = |c: &HouseholdChange<u16>| changed(&c.household, &c.from, &c.to);
        let needs = |c: &HouseholdChange<Vec<String>>| {
            changed(&c.household, &together(&c.from), &together(&c.to))
        };
        let rules = |c: &RuleChange| changed(&c.pool, &c.from, &c.to);
        let quorums = |c: &QuorumChange| changed(&c.bench, &c.from, &c.to);
        [
            (Phrase::new("households left out", "未再列入的住户"), ids(&self.left_out)),
            (Phrase::new("households added", "新列入的住户"), ids(&self.added)),
            (Phrase::new("units left out", "未再列入的房源"), ids(&self.units_left_out)),
            (Phrase::new("units added", "新列入的房源"), ids(&self.units_added)),
            (Phrase::new("tiers changed", "顺位变动"), entries(&self.tiers, tiers)),
            (Phrase::new("needs changed", "照顾需求变动"), entries(&self.needs, needs)),
            (Phrase::new("rules changed", "规则变动"), entries(&self.rules, rules)),
            (Phrase::new("quorums changed", "法定人数变动"), entries(&self.quorums, quorums)),
            (Phrase::new("members left out", "不再列入的监督员"), ids(&self.members_left_out)),
            (Phrase::new("members added", "新列入的监督员"), ids(&self.members_added)),
            (
                Phrase::new(
                    "members with another bench, name or key",
                    "席位、姓名或公钥有变的监督员",
                ),
                ids(&self.members_changed),
            ),
        ]
    }

    /// The same as text, a line for each list.
    pub(super) fn lines(&self, lang: Lang) -> Vec<String> {
        let (colon, comma) = if lang == Lang::Zh { ("：", "、") } else { (": ", ", ") };
        let lists = self.lists().into_iter().filter(|(_, (_, all))| !all.is_empty());
        let lists: Vec<String> = lists
            .map(|(what, (more, all))| {
                let more = match lang {
                    _ if more == 0 => String::new(),
                    Lang::En => format!(" … ({more})"),
                    Lang::Zh => format!(" …（{more}）"),
                };
                format!("  {}{colon}{}{more}", what.get(lang), all.join(comma))
            })
            .collect();
        let origin = &self.before;
        let head = match lang {
            Lang::En => format!("Compared with {origin}, which it goes on from:"),
            Lang::Zh => format!("与所衔接的 {origin} 相比："),
        };
        let same = match (lists.is_empty(), lang) {
            (false, _) => "",
            (true, Lang::En) => " nothing differs",
            (true, Lang::Zh) => "没有变动",
        };
        std::iter::once(head + same).chain(lists).collect()
    }
}

/// How many there are, if not all are told, and those that are.
type Entries = (u64, Vec<String>);

fn entries<T>(listed: &Listed<T>, told: impl Fn(&T) -> String) -> Entries {
    let all = listed.count == count(listed.first.len());
    (if all { 0 } else { listed.count }, listed.first.iter().map(told).collect())
}

fn ids(listed: &Listed<String>) -> Entries {
    entries(listed, Clone::clone)
}

fn changed(id: &str, from: &dyn std::fmt::Display, to: &dyn std::fmt::Display) -> String {
    format!("{id} {from} → {to}")
}

fn together(needs: &[String]) -> String {
    if needs.is_empty() { "–".into() } else { needs.join("+") }
}

impl Rules {
    fn other_rules(&self, new: &Rules) -> Listed<RuleChange> {
        let both = self.pools.iter().filter_map(|(id, was)| Some((id, was, new.pools.get(id)?)));
        let other = both.filter(|(_, was, is)| was != is);
        Listed::of(other.map(|(id, was, is)| RuleChange {
            pool: id.clone(),
            from: was.clone(),
            to: is.clone(),
        }))
    }

    fn other_quorums(&self, new: &Rules) -> Listed<QuorumChange> {
        let benches: BTreeSet<&String> = self.quorums.keys().chain(new.quorums.keys()).collect();
        let of = |rules: &Rules, bench| rules.quorums.get(bench).copied().unwrap_or(0);
        let changes = benches.into_iter().map(|bench| QuorumChange {
            bench: bench.clone(),
            from: of(self, bench),
            to: of(new, bench),
        });
        Listed::of(changes.filter(|change| change.from != change.to))
    }
}
