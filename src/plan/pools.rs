//! The lines of pools, units and households (rules P4, P7 to P9).

use super::classes::MAX_SETS;
use super::draft::Draft;
use super::field::Place;
use super::model::Unit;
use super::narrow::Name;
use super::roll::PoolInfo;
use super::usual::RightList;
use crate::hash::Hash;
use crate::lines::{Line, PickRule, Text};
use crate::number::{HouseholdNumber, PoolNumber, UnitNumber, count};
use crate::profile::Value;
use crate::rules::{Checks, Phrase, Rule};
use crate::text::{is_id, most, text_fault};
use std::collections::BTreeSet;
use std::ops::Range;

/// P7: `features` and `needs` have at most 16 entries.
const MAX_LIST: usize = 16;

/// P9: a ranking has at most 4,000 entries.
const MAX_RANKING: usize = 4_000;

impl Draft {
    pub(super) fn pool(&mut self, number: u64, line: &Line<'_>, checks: &mut Checks) {
        let Line::Pool { id, title, building, rule, absence, seconds, unranked, units, households } =
            line
        else {
            return;
        };
        let place = Place { line: number, kind: "pool", id };
        place.check_id(checks, "id", id);
        place.check_text(checks, "title", title, most::NAME);
        place.check_text(checks, "building", building, most::NAME);
        checks.examine(Rule::P7);
        // P7: A pool has `absence` if and only if its rule is `choice`, `unranked` if and only if
        // its rule is `ranking`.
        check_present(place, "absence", absence.is_some(), (*rule, PickRule::Choice), checks);
        check_present(place, "unranked", unranked.is_some(), (*rule, PickRule::Ranking), checks);
        check_seconds(place, *seconds, *rule, checks);
        for (field, count) in [("units", units), ("households", households)] {
            // P7: `units` and `households` in its line are at least 1.
            if *count == 0 {
                let expected = Phrase::new("at least 1", "至少 1");
                place.fail(checks, Rule::P7, field, Phrase::same(0), expected);
            }
        }
        self.roll.pool_ids.push(id);
        self.roll.pools.push(PoolInfo {
            id: id.to_string(),
            title: title.to_string(),
            building: building.to_string(),
            rule: *rule,
            absence: *absence,
            seconds: *seconds,
            unranked: *unranked,
            line: number,
            measured: false,
            announced: (*units, *households),
            units: 0..0,
            households: 0..0,
        });
    }

    /// P4: The units stand in the order of their pools; so do the households. The pool is that of
    /// the last one of its kind, or a later one. One that names another is taken as one of the pool
    /// of the last one. Gives the number of the pool.
    fn pool_at(&mut self, place: Place<'_>, pool: &str, checks: &mut Checks) -> usize {
        checks.examine(Rule::P4);
        let kind = usize::from(place.kind == "household");
        let at = self.at.get(kind).copied().unwrap_or(0);
        // Nearly every line is of the pool of the line before.
        if self.roll.pools.get(at).is_some_and(|p| p.id == pool) {
            return at;
        }
        let named = self.roll.find_pool(pool).map(PoolNumber::index);
        // P4: first all of the first pool, then all of the second, and so on.
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
            Phrase::new(
                format!(
                    "pool {here} or a later one: keep the lines of each pool together, in the order of the pools"
                ),
                format!("批次 {here} 或其后的批次：同一批次的行须在一起，并按批次顺序排列"),
            )
        } else {
            Phrase::new("the id of a pool of this plan", "本方案中的批次编号")
        };
        place.fail(checks, Rule::P4, "pool", Phrase::same(pool), expected);
    }

    pub(super) fn unit(&mut self, number: u64, line: &Line<'_>, checks: &mut Checks) {
        let Line::Unit { pool, id, building, label, storey, area, price, features } = line else {
            return;
        };
        let place = Place { line: number, kind: "unit", id };
        place.check_id(checks, "id", id);
        if let Some(building) = building {
            place.check_text(checks, "building", building, most::NAME);
            self.roll.own_buildings.push(UnitNumber::new(self.roll.units.len()));
            self.roll.buildings.push(held(building, most::NAME));
        }
        place.check_text(checks, "label", label, most::LABEL);
        checks.examine(Rule::P7);
        // P7: 1 ≤ `storey` ≤ 999.
        place.check_number(checks, Rule::P7, "storey", *storey, (1, 999));
        // P7: 1 ≤ `area` ≤ 10,000,000; 1 ≤ `price` ≤ 10^15.
        for (field, value, most) in
            [("area", area, Unit::MOST_AREA), ("price", price, Unit::MOST_PRICE)]
        {
            let value = value.iter();
            value.for_each(|n| place.check_number(checks, Rule::P7, field, *n, (1, most)));
        }
        let set = self.set(place, "features", features.as_deref(), checks);
        let pool = self.pool_at(place, pool, checks);
        self.add_area_and_price(*area, *price);
        self.add_unit(pool, id, (label, *storey, set));
    }

    /// One more unit of a pool: its id, its label, its storey, the number of what it has.
    pub(super) fn add_unit(
        &mut self,
        pool: usize,
        id: &str,
        (label, storey, set): (&str, u64, u16),
    ) {
        let roll = &mut self.roll;
        extend(roll.pools.get_mut(pool).map(|p| &mut p.units), roll.units.len());
        roll.labels.push(roll.units.len(), id, held(label, most::LABEL));
        roll.units.push(id);
        // A storey beyond P7, which is a fault, stays beyond it.
        roll.storeys.push(u16::try_from(storey).unwrap_or(u16::MAX));
        roll.unit_sets.push(set);
    }

    /// The area and the price of the unit that comes next.
    pub(super) fn add_area_and_price(&mut self, area: Option<u64>, price: Option<u64>) {
        let unit = UnitNumber::new(self.roll.units.len());
        self.roll.areas.extend(area.map(|area| (unit, area)));
        self.roll.prices.extend(price.map(|price| (unit, price)));
    }

    pub(super) fn household(&mut self, number: u64, line: &Line<'_>, checks: &mut Checks) {
        let Line::Household { pool, id, name, tier, needs, group, family, ranking, person } = line
        else {
            return;
        };
        let place = Place { line: number, kind: "household", id };
        place.check_id(checks, "id", id);
        place.check_name(checks, name);
        checks.examine(Rule::P7);
        // P7: 1 ≤ `tier` ≤ 999.
        place.check_number(checks, Rule::P7, "tier", *tier, (1, 999));
        let set = self.set(place, "needs", needs.as_deref(), checks);
        let pool = self.pool_at(place, pool, checks);
        let own = self.next_household();
        ranking.iter().for_each(|ranking| self.ranking(place, pool, ranking, checks));
        let group = group.as_ref();
        let head = group.map_or(own, |group| self.group(place, group, (pool, *tier, own), checks));
        family.iter().for_each(|family| self.claim(place, family, *person, checks));
        let named = match text_fault(name, most::NAME) {
            None => Name::Right(name),
            Some(_) => Name::Any(held(name, most::NAME)),
        };
        self.add_household(pool, id, (named, *tier, set), head);
        self.add_person(own, *person);
    }

    /// The number of the household that comes next.
    pub(super) fn next_household(&self) -> HouseholdNumber {
        HouseholdNumber::new(self.roll.households.len())
    }

    /// One more household of a pool: its id, its name, its tier, the number of what it needs, the
    /// first of its group.
    pub(super) fn add_household(
        &mut self,
        pool: usize,
        id: &str,
        (name, tier, set): (Name<'_>, u64, u16),
        head: HouseholdNumber,
    ) {
        let roll = &mut self.roll;
        extend(roll.pools.get_mut(pool).map(|p| &mut p.households), roll.households.len());
        roll.names.push(name);
        roll.household_sets.push(set);
        // A tier beyond P7, which is a fault, stays beyond it.
        roll.tiers.push(u16::try_from(tier).unwrap_or(u16::MAX));
        let own = HouseholdNumber::new(roll.households.len());
        roll.heads.extend(Some((own, head)).filter(|_| own != head));
        roll.households.push(id);
    }

    pub(super) fn add_person(&mut self, household: HouseholdNumber, person: Option<Hash>) {
        self.roll.persons.extend(person.map(|person| (household, person)));
    }

    /// P8: All households with the same `group` are of the same pool and the same tier. Gives the
    /// first household of the group.
    fn group(
        &mut self,
        place: Place<'_>,
        group: &str,
        own: (usize, u64, HouseholdNumber),
        checks: &mut Checks,
    ) -> HouseholdNumber {
        place.check_id(checks, "group", group);
        checks.examine(Rule::P8);
        let (pool, tier, head) = *self.groups.entry(group.to_owned()).or_insert(own);
        // P8: all households with the same `group` are of the same pool and the same tier.
        if (pool, tier) == (own.0, own.1) {
            return head;
        }
        let name =
            |pool: usize| self.roll.pools.get(pool).map(|p| p.id.as_str()).unwrap_or_default();
        let found = Phrase::new(
            format!("group {group} in pool {}, tier {}", name(own.0), own.1),
            format!("组 {group} 在批次 {}、第 {} 顺位", name(own.0), own.1),
        );
        let first = self.roll.household_id(head);
        let expected = Phrase::new(
            format!("pool {}, tier {tier}, as household {first} of the same group", name(pool)),
            format!("批次 {}、第 {tier} 顺位，与同组住户 {first} 一致", name(pool)),
        );
        place.fail(checks, Rule::P8, "group", found, expected);
        head
    }

    /// P9: `ranking` occurs only in pools with rule `ranking`, has at most 4,000 entries, each the
    /// id of a unit of the household's pool, none twice.
    fn ranking(
        &mut self,
        place: Place<'_>,
        pool: usize,
        ranking: &[Text<'_>],
        checks: &mut Checks,
    ) {
        checks.examine(Rule::P9);
        let Some(pool) = self.roll.pools.get(pool) else { return };
        let mut bad = |(found, expected)| place.fail(checks, Rule::P9, "ranking", found, expected);
        // P9: `ranking` occurs only in pools with rule `ranking`.
        if pool.rule != PickRule::Ranking {
            bad(needless_ranking(&pool.id, pool.rule));
        }
        // P9: at most 4,000 entries.
        if ranking.len() > MAX_RANKING {
            let expected = Phrase::new("at most 4000 units", "至多 4000 套");
            bad((Phrase::same(ranking.len()), expected));
        }
        let mut units = Vec::with_capacity(ranking.len());
        let mut seen = BTreeSet::new();
        for id in ranking {
            let unit = self.roll.find_unit(id);
            let unit = unit.filter(|u| pool.unit_numbers().contains(*u));
            // P9: each the id of a unit of the household's pool, none twice.
            match unit {
                Some(unit) if seen.insert(unit) => {}
                Some(_) => bad((
                    Phrase::new(format!("unit {id} again"), format!("房源 {id} 重复")),
                    Phrase::new("each unit once", "每套只列一次"),
                )),
                None => {
                    let pool = &pool.id;
                    bad((
                        Phrase::new(format!("unit {id}"), format!("房源 {id}")),
                        Phrase::new(format!("units of pool {pool}"), format!("批次 {pool} 的房源")),
                    ));
                }
            }
            units.extend(unit);
        }
        self.roll.rankings.insert(self.next_household(), units);
    }

    /// The number of a combination of features or needs.
    fn set(
        &mut self,
        place: Place<'_>,
        field: &str,
        words: Option<&[Text<'_>]>,
        checks: &mut Checks,
    ) -> u16 {
        let Some(list) = words else { return 0 };
        list.iter().for_each(|word| place.check_id(checks, field, word));
        // P7: `features` and `needs` have at most 16 entries, sorted by their bytes, none twice.
        let sorted = list.windows(2).all(|pair| matches!(pair, [a, b] if a < b));
        if !sorted || list.len() > MAX_LIST {
            let expected =
                Phrase::new("at most 16, sorted, none twice", "至多 16 项，按字节排序，不重复");
            place.fail(checks, Rule::P7, field, Phrase::same(list.join(",")), expected);
        }
        // It counts as none. Thousands of such lists, with thousands of entries each,
        // would not fit into the memory.
        if list.len() > MAX_LIST {
            return 0;
        }
        let mut words: Vec<String> = list.iter().map(|w| w.to_string()).collect();
        // Unsorted or repeated, which is a fault, it is still the same combination.
        words.sort();
        words.dedup();
        let Some(number) = self.set_numbers.get(&words).copied() else {
            return self.new_set(place, field, words, checks);
        };
        // Only a list without a fault may be known by its bytes the next time.
        if sorted && list.iter().all(|w| is_id(w)) {
            let mut bytes = Vec::new();
            list.to_vec().write(&mut bytes);
            self.list = RightList { bytes, set: number, entries: count(list.len()) };
        }
        number
    }

    /// P7: Within the plan, at most 4,096 different combinations occur in `features` and `needs`
    /// together, not counting the empty one.
    fn new_set(
        &mut self,
        place: Place<'_>,
        field: &str,
        words: Vec<String>,
        checks: &mut Checks,
    ) -> u16 {
        let number = u16::try_from(self.roll.sets.len());
        let Some(number) = number.ok().filter(|n| usize::from(*n) <= MAX_SETS) else {
            // P7: one fault for the plan.
            if !self.roll.beyond_limits {
                self.roll.beyond_limits = true;
                let expected = Phrase::new(
                    format!("at most {MAX_SETS} different combinations"),
                    format!("至多 {MAX_SETS} 种组合"),
                );
                place.fail(checks, Rule::P7, field, Phrase::new("one more", "又一种"), expected);
            }
            return 0;
        };
        self.roll.sets.push(words.clone());
        self.set_numbers.insert(words, number);
        number
    }
}

fn check_present(
    place: Place<'_>,
    field: &str,
    has: bool,
    (rule, wanted): (PickRule, PickRule),
    checks: &mut Checks,
) {
    if has != (rule == wanted) {
        let found =
            if has { Phrase::new("present", "有") } else { Phrase::new("missing", "没有") };
        let expected = Phrase::new(
            format!("`{field}` if and only if the rule is {}", wanted.word()),
            format!("规则为 {} 时才有 `{field}`", wanted.word()),
        );
        place.fail(checks, Rule::P7, field, found, expected);
    }
}

/// P7: A pool with rule `choice`, and no other, MAY have `seconds`, from 10 to 3600.
fn check_seconds(place: Place<'_>, seconds: Option<u64>, rule: PickRule, checks: &mut Checks) {
    let fits = |time: &u64| rule == PickRule::Choice && (10..=3600).contains(time);
    // P7: `seconds` only with rule `choice`, from 10 to 3600.
    if let Some(time) = seconds.filter(|time| !fits(time)) {
        let expected = Phrase::new(
            "a number from 10 to 3600, and only if the rule is choice",
            "10 至 3600 的数，且规则为 choice 时才有",
        );
        place.fail(checks, Rule::P7, "seconds", Phrase::same(time), expected);
    }
}

/// The units and households of a pool stand together, so the newest is always its last.
fn extend(range: Option<&mut Range<u32>>, index: u32) {
    if let Some(range) = range {
        // An empty range is nowhere yet.
        let start = if range.start == range.end { index } else { range.start };
        *range = start..index.saturating_add(1);
    }
}

/// As much of a text as the roll holds: all of one that keeps its limit; of a longer one, which is a
/// fault, enough to differ from every text that keeps it (V7).
fn held(text: &str, most: usize) -> &str {
    if text.len() <= most {
        return text;
    }
    let end = (most..text.len()).skip(1).find(|end| text.is_char_boundary(*end));
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// P9: what is wrong with a ranking in a pool that is drawn in another way.
fn needless_ranking(pool: &str, rule: PickRule) -> (Phrase, Phrase) {
    let word = rule.word();
    let expected = Phrase::new(
        format!("none: pool {pool} is drawn by {word}"),
        format!("无：批次 {pool} 的规则是 {word}"),
    );
    (Phrase::new("a ranking", "志愿表"), expected)
}

#[cfg(test)]
mod tests {
    use super::held;

    #[test]
    fn of_a_text_that_is_too_long_more_is_held_than_any_may_have() {
        for (text, most, kept) in [
            ("", 4, ""),
            ("abcd", 4, "abcd"),
            ("abcde", 4, "abcde"),
            ("abcdefgh", 4, "abcde"),
            ("张张", 4, "张张"),
            ("张张张", 4, "张张"),
            ("张张张", 6, "张张张"),
        ] {
            assert_eq!(held(text, most), kept, "{text}, {most}");
        }
    }
}
