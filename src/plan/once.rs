//! Every flat and every person is listed once (rule P13).

use super::draft::{Draft, section};
use super::ids::common;
use super::model::Excluded;
use super::roll::Roll;
use crate::number::{UnitNumber, place};
use crate::rules::{Checks, Phrase, Rule};
use crate::text::most;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher};

/// P13: A text is folded by making each character from U+FF01 to U+FF5E the one 0xFEE0 below it,
/// taking out U+0020 and U+3000, and making A-Z lower-case.
fn folded(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().filter(|c| !matches!(c, ' ' | '\u{3000}')).map(|c| {
        let wide = u32::from(c).checked_sub(0xfee0).filter(|_| matches!(c, '！'..='～'));
        wide.and_then(char::from_u32).unwrap_or(c).to_ascii_lowercase()
    })
}

/// Letters of other scripts, and what they look like.
const LOOK_ALIKE: [(&str, &str); 4] = [
    ("АВЕЅІЈКМНОРСТУХБЗ", "abesijkmhopctyxb3"),
    ("авеѕіјкмнорстухбз", "abesijkmhopctyxb3"),
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "abezhikmnoptyx"),
    ("αβεζηικμνορτυχ", "abezhikmvoptux"),
];

/// The small Latin letter or the digit that a Cyrillic or Greek letter looks like; any other
/// character as it is.
///
/// ```
/// use floorlot::plan::look;
/// assert_eq!(["Р", "ο", "p", "楼"].map(|c| look(c.chars().next().unwrap())), ['p', 'o', 'p', '楼']);
/// ```
pub fn look(c: char) -> char {
    if !matches!(c, '\u{370}'..='\u{52f}') {
        return c;
    }
    let mut pairs = LOOK_ALIKE.iter().flat_map(|(from, to)| from.chars().zip(to.chars()));
    pairs.find(|(other, _)| *other == c).map_or(c, |(_, latin)| latin)
}

/// What a label looks like: folded, with letters of other scripts as Latin ones, and letters that
/// look like a digit as that.
fn looks(label: &str) -> impl Iterator<Item = char> + '_ {
    folded(label).map(|c| match look(c) {
        'o' => '0',
        'i' | 'l' | '|' => '1',
        other => other,
    })
}

impl Draft {
    /// P13: No two units or flats kept out have the same folded building, folded label and storey,
    /// and no two households or families the same person.
    pub(super) fn check_once(&self, checks: &mut Checks) {
        checks.examine_many(Rule::P13, self.roll.units.len().into());
        let families = self.roll.families.iter().filter(|family| family.person.is_some()).count();
        let persons = self.roll.persons.len().saturating_add(families);
        checks.examine_many(Rule::P13, crate::number::count(persons));
        checks.examine_many(Rule::P13, crate::number::count(self.roll.excluded.len()));
        let (excluded, units) = self
            .roll
            .repeated_flats()
            .into_iter()
            .partition::<Vec<_>, _>(|(again, _)| self.roll.excluded_flat(*again).is_some());
        let ids = |index| (self.roll.flat_id(index), index);
        self.tell(section::UNIT, "unit", units.into_iter().map(|(a, b)| (ids(a), ids(b))), checks);
        // A flat that is kept out has its number behind those of the units.
        let own = |index: u32| index.saturating_sub(self.roll.units.len());
        let pairs = excluded.into_iter().map(|(a, b)| ((self.roll.flat_id(a), own(a)), ids(b)));
        self.tell(section::EXCLUDED, "excluded", pairs, checks);
        let (households, families) = (&self.roll.households, &self.roll.family_ids);
        for (again, first) in self.roll.repeated_persons() {
            let id = |who: Bearer| match who {
                Bearer::Family(at) => (families.get(at), at),
                Bearer::Household(at) => (households.get(at), at),
            };
            let (section, kind) = match again {
                Bearer::Family(_) => (section::FAMILY, "family"),
                Bearer::Household(_) => (section::HOUSEHOLD, "household"),
            };
            self.tell(section, kind, std::iter::once((id(again), id(first))), checks);
        }
    }

    /// One fault for each that repeats one before it.
    fn tell<'a>(
        &self,
        section: usize,
        kind: &str,
        repeated: impl Iterator<Item = ((&'a str, u32), (&'a str, u32))>,
        checks: &mut Checks,
    ) {
        let Some(lines) = self.lines_of.get(section) else { return };
        for ((again, at), (first, _)) in repeated {
            let (found, expected) = if section != section::HOUSEHOLD {
                (
                    Phrase::new(
                        format!("the flat of unit {first}"),
                        format!("与房源 {first} 是同一套房"),
                    ),
                    Phrase::new("each flat once", "每套房只列一次"),
                )
            } else {
                (
                    Phrase::new(format!("the person of {first}"), format!("与 {first} 是同一个人")),
                    Phrase::new("each person once", "每个人只列一次"),
                )
            };
            checks.fail(Rule::P13, lines.get(at), format!("{kind} {again}"), found, expected);
        }
    }
}

impl Roll {
    /// The flat kept out that has this number, counted on behind the units.
    fn excluded_flat(&self, flat: u32) -> Option<&Excluded> {
        self.excluded.get(place(flat.checked_sub(self.units.len())?))
    }

    fn label(&self, unit: u32) -> &str {
        self.unit_label(UnitNumber::new(unit))
    }

    fn flat_id(&self, flat: u32) -> &str {
        self.excluded_flat(flat).map_or_else(|| self.units.get(flat), |flat| &flat.id)
    }

    /// Each unit or flat kept out that is the flat of one before it, with the first such, in plan
    /// order.
    fn repeated_flats(&self) -> Vec<(u32, u32)> {
        if self.flats_ascend(|_| true) {
            return Vec::new();
        }
        // Looked up again when it is needed: a plan of millions would hold as many texts.
        let text =
            |flat| self.excluded_flat(flat).map_or_else(|| self.label(flat), |flat| &flat.label);
        let label = |flat| folded(text(flat));
        let mut flats = Vec::new();
        self.each_flat(&self.excluded, |building, storey, _, flat| {
            flats.push((building, storey, number(label(flat)), flat));
        });
        repeated(flats, |a, b| {
            (a.0, a.1, a.2).cmp(&(b.0, b.1, b.2)).then_with(|| label(a.3).cmp(label(b.3)))
        })
        .into_iter()
        .map(|(again, first)| (again.3, first.3))
        .collect()
    }

    /// Whether each flat comes after the one before by building, length of the label and label, as
    /// the flats of an office mostly do: then none can be there twice, and nothing is sorted. Only
    /// of labels that are folded already and have these bytes alone.
    fn flats_ascend(&self, takes: impl Fn(u8) -> bool) -> bool {
        let folded_already =
            |b: &u8| matches!(b, b'!'..=b'~') && !b.is_ascii_uppercase() && takes(*b);
        let (mut ascend, mut last) = (self.excluded.is_empty(), ((0, 0), &[][..]));
        self.each_flat(&[], |building, _, label, _| {
            let (group, label) = ((building, label.len()), label.as_bytes());
            // What a label has in common with the one before was looked at with that.
            let same = common(last.1, label);
            let (before, rest) = (last.1.get(same..), label.get(same..).unwrap_or_default());
            let after = (last.0, before) < (group, Some(rest));
            ascend = ascend && after && rest.iter().all(folded_already);
            last = (group, label);
        });
        ascend
    }

    /// Each unit whose label people may take for that of one before it in its building, with the
    /// first such, in plan order.
    pub(super) fn alike_units(&self) -> Vec<(UnitNumber, UnitNumber)> {
        // Of these nothing is taken for anything else.
        if self.flats_ascend(|b| !matches!(b, b'o' | b'i' | b'l' | b'|')) {
            return Vec::new();
        }
        let mut flats = Vec::new();
        self.each_flat(&[], |building, _, _, unit| flats.push((building, unit)));
        let looks = |unit| looks(self.label(unit));
        repeated(flats, |a, b| a.0.cmp(&b.0).then_with(|| looks(a.1).cmp(looks(b.1))))
            .into_iter()
            .map(|(again, first)| (UnitNumber::new(again.1), UnitNumber::new(first.1)))
            .collect()
    }

    /// Goes through the units, and these flats kept out behind them, that P13 compares: the number
    /// of the building, the storey, the label, the unit.
    fn each_flat<'a>(
        &'a self,
        excluded: &'a [Excluded],
        mut flat: impl FnMut(u64, u16, &'a str, u32),
    ) {
        let mut numbers = BTreeMap::new();
        let mut number_of = |building: &str| {
            let next = crate::number::count(numbers.len());
            *numbers.entry(folded(building).collect::<String>()).or_insert(next)
        };
        // The units of a building mostly follow one another.
        let mut last: Option<(&str, u64)> = None;
        for pool in &self.pools {
            let building = number_of(&pool.building);
            for unit in pool.units.clone() {
                let own = self.own_building(UnitNumber::new(unit));
                let building = match own {
                    // P13: one with a building beyond the limit is not compared.
                    Some(own) if own.len() > most::NAME => continue,
                    Some(own) => match last {
                        Some((text, number)) if text == own => number,
                        _ => last.insert((own, number_of(own))).1,
                    },
                    // P13: a unit without `building` is in that of its pool.
                    None => building,
                };
                let storey = self.storeys.get(unit).unwrap_or(0);
                // P13: one with a label or a storey beyond the limits is not compared.
                let label = self.label(unit);
                if (1..=999).contains(&storey) && label.len() <= most::LABEL {
                    flat(building, storey, label, unit);
                }
            }
        }
        for (number, kept_out) in (self.units.len()..).zip(excluded) {
            let storey = u16::try_from(kept_out.storey).unwrap_or(0);
            let fits = kept_out.building.len() <= most::NAME && kept_out.label.len() <= most::LABEL;
            // P13: one that is beyond the limits is not compared.
            if fits && (1..=999).contains(&storey) {
                flat(number_of(&kept_out.building), storey, &kept_out.label, number);
            }
        }
    }

    /// Each family or household with the person of one before it, with the first such, in plan
    /// order.
    fn repeated_persons(&self) -> Vec<(Bearer, Bearer)> {
        let families = (0..).zip(&self.families);
        let families =
            families.filter_map(|(at, family)| Some((family.person.as_ref()?, Bearer::Family(at))));
        let households =
            self.persons.iter().map(|(own, person)| (person, Bearer::Household(own.get())));
        repeated(families.chain(households), |a, b| a.0.cmp(b.0))
            .into_iter()
            .map(|(again, first)| (again.1, first.1))
            .collect()
    }
}

/// Who is bound to a person.
#[derive(Debug, Clone, Copy)]
enum Bearer {
    Family(u32),
    Household(u32),
}

/// A number for a folded text, the same for the same text: a million labels are sorted by it first,
/// and only those with the same number are read again.
fn number(folded: impl Iterator<Item = char>) -> u64 {
    let mut hasher = DefaultHasher::new();
    folded.for_each(|c| hasher.write_u32(c.into()));
    hasher.finish()
}

/// Those that are equal to one before them, each with the first such, in their order: `all` comes in
/// that of the plan.
fn repeated<T: Copy>(
    all: impl IntoIterator<Item = T>,
    by: impl Fn(&T, &T) -> Ordering,
) -> Vec<(T, T)> {
    let mut sorted: Vec<(u32, T)> = (0..).zip(all).collect();
    sorted.sort_unstable_by(|a, b| by(&a.1, &b.1).then(a.0.cmp(&b.0)));
    let mut pairs = Vec::new();
    for run in sorted.chunk_by(|a, b| by(&a.1, &b.1).is_eq()) {
        let Some((first, rest)) = run.split_first() else { continue };
        pairs.extend(rest.iter().map(|again| (again.0, (again.1, first.1))));
    }
    pairs.sort_unstable_by_key(|(at, _)| *at);
    pairs.into_iter().map(|(_, pair)| pair).collect()
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn width_spaces_and_capitals_are_folded_and_nothing_else() {
        for (text, is) in [
            ("１２０１Ａ", "1201a"),
            (" 12 01\u{3000}a ", "1201a"),
            ("～！", "~!"),
            ("Ä1号楼", "Ä1号楼"),
            ("1O1", "1o1"),
            ("", ""),
        ] {
            assert_eq!(folded(text).collect::<String>(), is, "{text}");
        }
    }
}
