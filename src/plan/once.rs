//! Every flat and every person is listed once (rule P13).

use super::draft::{Draft, section};
use super::roll::Roll;
use crate::number::place;
use crate::rules::{Checks, Phrase, Rule};
use crate::text::most;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// P13: A text is folded by making each character from U+FF01 to U+FF5E the one 0xFEE0 below it,
/// taking out U+0020 and U+3000, and making A-Z lower-case.
fn folded(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().filter(|c| !matches!(c, ' ' | '\u{3000}')).map(|c| {
        let wide = u32::from(c).checked_sub(0xfee0).filter(|_| matches!(c, '！'..='～'));
        wide.and_then(char::from_u32).unwrap_or(c).to_ascii_lowercase()
    })
}

impl Draft {
    /// P13: No two units have the same folded building, folded label and storey, and no two
    /// households the same person.
    pub(super) fn check_once(&self, checks: &mut Checks) {
        checks.examine_many(Rule::P13, self.roll.units.len().into());
        checks.examine_many(Rule::P13, crate::number::count(self.roll.persons.len()));
        let units = self.roll.repeated_units();
        let ids = |index| (self.roll.units.get(index), index);
        self.tell(section::UNIT, "unit", units.into_iter().map(|(a, b)| (ids(a), ids(b))), checks);
        let households = self.roll.repeated_persons();
        let ids = |index| (self.roll.households.get(index), index);
        let pairs = households.into_iter().map(|(a, b)| (ids(a), ids(b)));
        self.tell(section::HOUSEHOLD, "household", pairs, checks);
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
            let (found, expected) = if section == section::UNIT {
                (
                    Phrase::new(
                        format!("the flat of unit {first}"),
                        format!("与房源 {first} 是同一套房"),
                    ),
                    Phrase::new("each flat once", "每套房只列一次"),
                )
            } else {
                (
                    Phrase::new(
                        format!("the person of household {first}"),
                        format!("与住户 {first} 是同一个人"),
                    ),
                    Phrase::new("each person once", "每个人只列一次"),
                )
            };
            checks.fail(Rule::P13, lines.get(at), format!("{kind} {again}"), found, expected);
        }
    }
}

impl Roll {
    /// Each unit that is the flat of one before it, with the first such, in plan order.
    fn repeated_units(&self) -> Vec<(u32, u32)> {
        let (mut numbers, mut units) = (BTreeMap::new(), Vec::new());
        for pool in &self.pools {
            let next = numbers.len();
            let building: String = folded(&pool.building).collect();
            let building = *numbers.entry(building).or_insert(next);
            for unit in pool.units.clone() {
                let storey = self.storeys.get(place(unit)).copied().unwrap_or(0);
                // P13: one with a label or a storey beyond the limits is not compared.
                if (1..=999).contains(&storey) && self.labels.get(unit).len() <= most::LABEL {
                    units.push((building, storey, unit));
                }
            }
        }
        let label = |unit| folded(self.labels.get(unit));
        repeated(units, |a, b| (a.0, a.1).cmp(&(b.0, b.1)).then_with(|| label(a.2).cmp(label(b.2))))
            .into_iter()
            .map(|(again, first)| (again.2, first.2))
            .collect()
    }

    /// Each household with the person of one before it, with the first such, in plan order.
    fn repeated_persons(&self) -> Vec<(u32, u32)> {
        let persons: Vec<_> =
            self.persons.iter().map(|(own, person)| (person, own.get())).collect();
        repeated(persons, |a, b| a.0.cmp(b.0))
            .into_iter()
            .map(|(again, first)| (again.1, first.1))
            .collect()
    }
}

/// Those that are equal to one before them, each with the first such, in their order: `all` comes in
/// that of the plan.
fn repeated<T: Copy>(all: Vec<T>, by: impl Fn(&T, &T) -> Ordering) -> Vec<(T, T)> {
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
