//! The same person twice, and documents of other kinds.

use super::built::{Built, NO_DOCUMENT, Person};
use super::characters;
use super::columns::{Field, Inputs};
use super::fault::{At, Fault};
use super::notes::Notes;
use super::question::Kind;
use floorlot::rules::Phrase;
use std::collections::{BTreeMap, BTreeSet};
use unicode_normalization::UnicodeNormalization;

/// Notes a document number that stands in two rows, names that do, and documents that are no
/// resident identity numbers.
pub(super) fn check(built: &Built, inputs: Inputs<'_>, notes: &mut Notes) {
    no_name(&built.people, inputs, notes);
    no_number(built, inputs, notes);
    same_number(&built.people, inputs, notes);
    same_name(&built.people, inputs, notes);
    let others: Vec<At> =
        firsts(&built.people).filter(|person| person.foreign).map(|person| person.at).collect();
    if !others.is_empty() {
        let (n, rows) = (others.len(), inputs.rows(&others));
        let words = Phrase::new(
            format!("documents that are not resident identity numbers: {n} ({})", rows.en),
            format!("不是居民身份证号的证件：{n} 户（{}）", rows.zh),
        );
        notes.hint(Vec::new(), words);
    }
}

/// Whoever has several claims is told once.
fn firsts(people: &[Person]) -> impl Iterator<Item = &Person> {
    people.iter().filter(|person| !person.again)
}

/// Households without a name, where others have one.
fn no_name(people: &[Person], inputs: Inputs<'_>, notes: &mut Notes) {
    let faults = notes.faults.iter().filter_map(|fault| fault.order);
    let known: BTreeSet<At> = faults.chain(asked(Kind::OddNames, notes)).collect();
    if people.iter().all(|person| person.shown.is_empty()) {
        return;
    }
    for person in
        firsts(people).filter(|person| person.shown.is_empty() && !known.contains(&person.at))
    {
        let expected = Phrase::new("a name, as in the other rows", "与其他行一样有姓名");
        let fault = empty(
            person.at,
            Field::Name,
            expected,
            Phrase::new("fill in the name", "请补填姓名"),
            inputs,
        );
        notes.ask(Kind::OddNames, vec![person.at], fault);
    }
}

/// Cells without a document number, where others have one: like a word in place of a number.
fn no_number(built: &Built, inputs: Inputs<'_>, notes: &mut Notes) {
    let asked = asked(Kind::NoDocument, notes);
    let open = built.unbound.get(NO_DOCUMENT).filter(|_| !built.openings.is_empty());
    for at in open.into_iter().flatten().filter(|at| !asked.contains(at)) {
        let expected = Phrase::new("the number of an identity document", "身份证件的号码");
        let fault = empty(
            *at,
            Field::Document,
            expected,
            Phrase::new("fill in the number", "请补填号码"),
            inputs,
        );
        notes.ask(Kind::NoDocument, vec![*at], fault);
    }
}

/// The rows about which something of this kind is asked already.
fn asked(kind: Kind, notes: &Notes) -> BTreeSet<At> {
    notes
        .questions
        .iter()
        .filter(|question| question.kind == kind)
        .flat_map(|question| &question.rows)
        .copied()
        .collect()
}

/// A cell with nothing in it.
fn empty(at: At, field: Field, expected: Phrase, advice: Phrase, inputs: Inputs<'_>) -> Fault {
    let fault =
        Fault::new(inputs.place(at, Some(field)), Phrase::new("nothing", "空白"), expected, advice)
            .at(at);
    let sheet = inputs.of(at.role).sheets.get(at.sheet);
    sheet.map_or(fault.clone(), |sheet| {
        fault.in_cell(sheet.table.place(), sheet.columns.column(field))
    })
}

fn same_number(people: &[Person], inputs: Inputs<'_>, notes: &mut Notes) {
    let mut first: BTreeMap<&str, &Person> = BTreeMap::new();
    for person in people {
        let Some(number) = &person.document else { continue };
        let Some(other) = first.get(number.key.as_str()) else {
            first.insert(&number.key, person);
            continue;
        };
        // One person has all claims of a family, whose rows are compared with each other (P15).
        if person.family.is_some() && person.family == other.family {
            continue;
        }
        let row = inputs.roll.row(other.at);
        let before = other.document.as_ref().map(|other| other.bare.as_str()).unwrap_or_default();
        if before != number.bare && before.len() == number.bare.len() {
            last_digit(person, other, inputs, notes);
            continue;
        }
        let (en, zh) = if before == number.bare {
            ("", "")
        } else {
            (", in its other form", "（新旧两种写法）")
        };
        let found = Phrase::new(
            format!(
                "for {} the document number of {}{en} ({})",
                named(person),
                row.en,
                named(other)
            ),
            format!("{} 的证件号与{}（{}）相同{zh}", named(person), row.zh, named(other)),
        );
        let expected = Phrase::new("each person once", "每人只出现一次");
        let advice = Phrase::new(
            "correct the number, or take one of the two rows out",
            "请更正号码，或删去其中一行",
        );
        notes.faults.push(
            Fault::new(inputs.place(person.at, Some(Field::Document)), found, expected, advice)
                .at(person.at),
        );
    }
}

/// Two numbers that differ in the check digit alone: one of them has a slip in it.
fn last_digit(person: &Person, other: &Person, inputs: Inputs<'_>, notes: &mut Notes) {
    // Not so with numbers made up for a rehearsal, which count in the last digits.
    if person.document.as_ref().is_none_or(|number| number.bare.starts_with("000000")) {
        return;
    }
    let row = inputs.roll.row(other.at);
    let found = Phrase::new(
        format!(
            "for {} the document number of {} ({}) but for the last digit",
            named(person),
            row.en,
            named(other)
        ),
        format!("{} 的证件号与{}（{}）只差末位", named(person), row.zh, named(other)),
    );
    let expected = Phrase::new("each person once", "每人只出现一次");
    let advice = Phrase::new("compare both with the documents", "请与两份证件核对");
    let fault = Fault::new(inputs.place(person.at, Some(Field::Document)), found, expected, advice);
    notes.ask(Kind::DocumentCheck, vec![person.at], fault);
}

/// `H0001 陆*明`.
pub(super) fn named(person: &Person) -> String {
    format!("{} {}", person.id, person.shown).trim_end().to_owned()
}

/// A name as two people would say it is the same.
pub(super) fn folded_name(name: &str) -> String {
    let middle = ['·', '•', '・', '‧', '∙', '⋅', '.', '．', '･'];
    let plain = characters::plain(name).text;
    plain
        .nfkc()
        .filter(|c| !c.is_whitespace() && !middle.contains(c))
        .flat_map(char::to_lowercase)
        .collect()
}

/// A name alone does not say that it is one person: the office is told, and nothing is asked.
fn same_name(people: &[Person], inputs: Inputs<'_>, notes: &mut Notes) {
    let mut by_name: BTreeMap<String, Vec<&Person>> = BTreeMap::new();
    for person in firsts(people) {
        if let Some(name) = &person.whole {
            by_name.entry(folded_name(name)).or_default().push(person);
        }
    }
    // Whoever has another number is somebody else.
    let open =
        |people: &[&Person]| people.iter().filter(|person| person.document.is_none()).count() > 0;
    let mut groups: Vec<Vec<&Person>> =
        by_name.into_values().filter(|people| people.len() > 1 && open(people)).collect();
    groups.sort_by_key(|people| people.first().map(|person| person.at));
    if groups.is_empty() {
        return;
    }
    let list = |people: &Vec<&Person>| {
        let rows: Vec<At> = people.iter().map(|person| person.at).collect();
        let names: Vec<String> = people.iter().map(|person| named(person)).collect();
        let rows = inputs.rows(&rows);
        Phrase::new(
            format!("{} ({})", names.join(" / "), rows.en),
            format!("{}（{}）", names.join(" / "), rows.zh),
        )
    };
    let shown: Vec<Phrase> = groups.iter().take(20).map(list).collect();
    let (n, more) = (groups.len(), if groups.len() > shown.len() { " …" } else { "" });
    let en: Vec<&str> = shown.iter().map(|words| words.en.as_str()).collect();
    let zh: Vec<&str> = shown.iter().map(|words| words.zh.as_str()).collect();
    let words = Phrase::new(
        format!(
            "names that stand in more than one row, without a document number that tells them apart: {n}: {}{more}",
            en.join("; ")
        ),
        format!("姓名重复、又没有证件号可区分：{n} 组：{}{more}", zh.join("；")),
    );
    notes.hint(Vec::new(), words);
}
