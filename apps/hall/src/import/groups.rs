//! Groups that cannot be meant as they stand: of one, of two who name each other, of households
//! that are not there.

use super::built::Person;
use super::characters::skeleton;
use super::columns::{Field, Inputs};
use super::fault::{Fault, quoted};
use super::group_words;
use super::notes::Notes;
use super::persons::{folded_name, named};
use super::question::Kind;
use floorlot::rules::Phrase;
use std::collections::{BTreeMap, BTreeSet};

/// Notes and asks about the groups. Gives whether there is a fault.
pub(super) fn check(people: &[Person], inputs: Inputs<'_>, notes: &mut Notes) -> bool {
    let before = notes.faults.len();
    let mut groups: BTreeMap<&str, Vec<&Person>> = BTreeMap::new();
    for person in people {
        if let Some(group) = &person.group {
            groups.entry(group).or_default().push(person);
        }
    }
    let known = Known::of(people);
    let words = group_words::check(&groups, inputs, notes);
    groups.retain(|group, _| !words.contains(*group));
    // While some rows say no name, a group may only seem to have one household.
    let unnamed = notes.faults.len() > before;
    for (group, members) in &groups {
        match (members.as_slice(), known.find(group).as_slice()) {
            ([_], []) if unnamed => {}
            ([one], []) => known.nobody(one, group, inputs, notes),
            ([one], found) => names_others(one, found, inputs, notes),
            (members, [other]) if !members.iter().any(|member| member.at == other.at) => {
                not_a_member(members, other, inputs, notes)
            }
            _ => {}
        }
    }
    alike(&groups, inputs, notes);
    notes.faults.len() > before
}

/// The households by what a clerk may write for them.
struct Known<'a> {
    by: BTreeMap<String, Vec<&'a Person>>,
    /// How many letters and digits a code has: `H0001` is (1, 4).
    shapes: BTreeSet<(String, usize)>,
}

fn shape(id: &str) -> (String, usize) {
    (
        id.chars().filter(char::is_ascii_alphabetic).collect(),
        id.chars().filter(char::is_ascii_digit).count(),
    )
}

impl<'a> Known<'a> {
    fn of(people: &'a [Person]) -> Known<'a> {
        let mut by: BTreeMap<String, Vec<&Person>> = BTreeMap::new();
        for person in people {
            let names = [Some(person.id.clone()), person.whole.clone()];
            names
                .into_iter()
                .flatten()
                .for_each(|name| by.entry(folded_name(&name)).or_default().push(person));
        }
        Known {
            by,
            shapes: people
                .iter()
                .map(|person| shape(&person.id))
                .filter(|(_, digits)| *digits > 1)
                .collect(),
        }
    }

    /// The households that the cell names, by code or by name; a name that two have says nothing.
    fn find(&self, cell: &str) -> Vec<&'a Person> {
        let parts = cell
            .split(['、', ',', '，', ';', '；', '/', '+', '&', '和', '与', '跟', '同'])
            .map(bare)
            .filter(|part| !part.is_empty());
        parts
            .filter_map(|part| self.by.get(&folded_name(part)).filter(|found| found.len() == 1))
            .flatten()
            .copied()
            .collect()
    }

    fn nobody(&self, one: &Person, group: &str, inputs: Inputs<'_>, notes: &mut Notes) {
        let place = inputs.place(one.at, Some(Field::Group));
        let own = shape(bare(group));
        if own.1 > 1 && self.shapes.contains(&own) && bare(group).is_ascii() {
            let found = Phrase::new(
                format!(
                    "{}, which looks like a household that is not in this table",
                    quoted(group).en
                ),
                format!("{}，像是户号，而本表没有此户", quoted(group).zh),
            );
            notes.faults.push(Fault::new(place, found, one_name().0, one_name().1).at(one.at));
            return;
        }
        let found = Phrase::new(
            format!("the group {} with one household, {}", quoted(group).en, named(one)),
            format!("结伴组 {} 只有一户：{}", quoted(group).zh, named(one)),
        );
        let expected = Phrase::new(
            "two households or more with the same name of the group",
            "两户或以上写同一组名",
        );
        let advice = Phrase::new(
            "write the same name in the row of the partner, or clear the cell",
            "请在同组住户的行中写同一组名，或清空此格",
        );
        notes.ask(Kind::GroupOfOne, vec![one.at], Fault::new(place, found, expected, advice));
    }
}

/// Without the words around a name: 与张明一起, 张明户.
fn bare(text: &str) -> &str {
    let text = text.trim();
    let text = ["一起", "一家", "结伴", "同组", "户", "家"]
        .iter()
        .find_map(|end| text.strip_suffix(end))
        .unwrap_or(text);
    text.trim()
}

fn one_name() -> (Phrase, Phrase) {
    (
        Phrase::new(
            "one name of the group in the rows of all its households, such as J001",
            "同组各户写同一组名，例如 J001",
        ),
        Phrase::new("write one group name in both rows", "请在两行写同一组名"),
    )
}

/// The cell of a household alone in its group names other households.
fn names_others(one: &Person, found: &[&Person], inputs: Inputs<'_>, notes: &mut Notes) {
    let others: Vec<&&Person> = found.iter().filter(|other| other.at != one.at).collect();
    let Some(first) = others.first() else {
        let found = Phrase::new(
            format!("a group that names {} itself and nobody else", named(one)),
            format!("结伴组写的是 {} 自己，没有别的住户", named(one)),
        );
        let fault =
            Fault::new(inputs.place(one.at, Some(Field::Group)), found, one_name().0, one_name().1);
        return notes.ask(Kind::GroupOfOne, vec![one.at], fault);
    };
    let names = others.iter().map(|other| named(other)).collect::<Vec<_>>().join(", ");
    let row = inputs.roll.row(first.at);
    let back = first.group.as_deref().map_or(
        Phrase::new("whose group is empty", "而该户的结伴组为空"),
        |group| {
            Phrase::new(
                format!("whose group is {}", quoted(group).en),
                format!("而该户的结伴组是 {}", quoted(group).zh),
            )
        },
    );
    let found = Phrase::new(
        format!("for {} the household {names} ({}), {}", named(one), row.en, back.en),
        format!("{} 写的是住户 {names}（{}），{}", named(one), row.zh, back.zh),
    );
    let (expected, advice) = one_name();
    notes.faults.push(
        Fault::new(inputs.place(one.at, Some(Field::Group)), found, expected, advice).at(one.at),
    );
}

/// Several households name one that is not of their group.
fn not_a_member(members: &[&Person], other: &Person, inputs: Inputs<'_>, notes: &mut Notes) {
    let Some(first) = members.first() else { return };
    let rows: Vec<_> = members.iter().map(|member| member.at).collect();
    let (rows, row) = (inputs.rows(&rows), inputs.roll.row(other.at));
    let found = Phrase::new(
        format!(
            "a group that is named after {} ({}) in {}, but not there",
            named(other),
            row.en,
            rows.en
        ),
        format!("{} 的结伴组写的是 {}（{}），而该户没有写此组", rows.zh, named(other), row.zh),
    );
    let (expected, advice) = one_name();
    notes.faults.push(
        Fault::new(inputs.place(first.at, Some(Field::Group)), found, expected, advice)
            .at(first.at),
    );
}

/// Two names of groups that people take for one.
fn alike(groups: &BTreeMap<&str, Vec<&Person>>, inputs: Inputs<'_>, notes: &mut Notes) {
    let mut looks: BTreeMap<String, (&str, &Person)> = BTreeMap::new();
    for (group, members) in groups {
        let Some(first) = members.first() else { continue };
        let look = skeleton(group).replace(['组', '户'], "");
        if let Some((other, before)) = looks.insert(look, (group, first)) {
            let row = inputs.roll.row(before.at);
            let found = Phrase::new(
                format!(
                    "the group {}, which looks like {} in {}",
                    quoted(group).en,
                    quoted(other).en,
                    row.en
                ),
                format!(
                    "结伴组 {}，与{}的 {} 外形相近",
                    quoted(group).zh,
                    row.zh,
                    quoted(other).zh
                ),
            );
            let (expected, advice) = one_name();
            notes.ask(
                Kind::AlikeIds,
                vec![first.at],
                Fault::new(inputs.place(first.at, Some(Field::Group)), found, expected, advice),
            );
        }
    }
}
