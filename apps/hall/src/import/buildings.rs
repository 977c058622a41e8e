//! Buildings and flat types written in two ways: 7号楼, 7幢, 七号楼, 7#, B07; 两室一厅, 2室1厅.

use super::built::{Built, Key, Spellings};
use super::characters::{skeleton, spelled};
use super::columns::{Field, Inputs};
use super::fault::{At, Fault, Role, both};
use super::notes::Notes;
use super::question::Kind;
use super::spelling::{alike, folded};
use crate::words::say::counted;
use floorlot::rules::{Lang, Phrase};
use std::collections::{BTreeMap, BTreeSet};

/// Asks about what reads alike, and about codes and names that do not belong to each other one to
/// one.
pub(super) fn check(built: &Built, key: &Key, inputs: Inputs<'_>, notes: &mut Notes) {
    for field in [Field::BuildingCode, Field::Building, Field::TypeCode, Field::FlatType] {
        ways(&built.spellings, (field, key.parts.contains(&field)), inputs, notes);
    }
    sheet_names(&built.spellings, inputs, notes);
    for (code, name) in [(Field::BuildingCode, Field::Building), (Field::TypeCode, Field::FlatType)]
    {
        pairs(&built.spellings, (code, name), inputs, notes);
        pairs(&built.spellings, (name, code), inputs, notes);
    }
}

/// A sheet with the name of one building, all rows of which are of another.
fn sheet_names(spellings: &Spellings, inputs: Inputs<'_>, notes: &mut Notes) {
    for input in [inputs.roll, inputs.units].into_iter().filter(|input| input.sheets.len() > 1) {
        for (number, sheet) in input.sheets.iter().enumerate() {
            let name = sheet.table.sheet.as_deref().unwrap_or_default();
            let here = |at: &&At| at.role == input.role && at.sheet == number;
            let of_sheet = spellings.iter().filter(|((field, _), rows)| {
                *field == Field::Building && rows.iter().any(|at| here(&at))
            });
            let buildings: Vec<&str> = of_sheet.map(|((_, text), _)| text.as_str()).collect();
            let known = spellings
                .keys()
                .any(|(field, text)| *field == Field::Building && alike(text, name));
            let number =
                !folded(name).is_empty() && folded(name).bytes().all(|b| b.is_ascii_digit());
            if !(known || number)
                || buildings.is_empty()
                || buildings.iter().any(|building| alike(building, name))
            {
                continue;
            }
            let (place, list) = (sheet.table.place(), buildings.join("、"));
            let words = Phrase::new(
                format!("{}: its column of buildings says {list} in every row", place.en),
                format!("{}：各行的楼栋都是 {list}", place.zh),
            );
            notes.hint(Vec::new(), words);
        }
    }
}

/// Two ways to write one thing make two pools, if the pools are made of it; otherwise it is told.
fn ways(
    spellings: &Spellings,
    (field, makes_pools): (Field, bool),
    inputs: Inputs<'_>,
    notes: &mut Notes,
) {
    let mut ways: BTreeMap<String, Vec<Way<'_>>> = BTreeMap::new();
    for ((_, text), rows) in spellings.iter().filter(|((of, _), _)| *of == field) {
        ways.entry(folded(text)).or_default().push((text, rows));
    }
    for ways in ways.values().filter(|ways| ways.len() > 1) {
        one_way(ways, (field, makes_pools), inputs, notes);
    }
    if field == Field::Building || field == Field::BuildingCode {
        for (number, short) in &ways {
            let longer =
                ways.iter().filter(|(name, _)| has_estate(name, number)).flat_map(|(_, long)| long);
            let both: Vec<Way<'_>> = short.iter().chain(longer).copied().collect();
            if both.len() > short.len() {
                one_way(&both, (field, makes_pools), inputs, notes);
            }
        }
    }
}

/// A way to write something, and the rows that have it.
type Way<'a> = (&'a str, &'a [At]);

/// Whether a building is another one with the name of an estate before its number: 和平苑7 and 7.
fn has_estate(name: &str, number: &str) -> bool {
    let estate = name.strip_suffix(number).unwrap_or_default();
    number.starts_with(|c: char| c.is_ascii_digit())
        && !estate.is_empty()
        && estate.chars().all(|c| matches!(u32::from(c), 0x3400..=0x9FFF))
}

/// Says that these are written in several ways.
fn one_way(
    ways: &[Way<'_>],
    (field, makes_pools): (Field, bool),
    inputs: Inputs<'_>,
    notes: &mut Notes,
) {
    let Some(first) = ways.iter().filter_map(|(_, rows)| rows.first()).min() else { return };
    let same =
        ways.iter().map(|(text, _)| skeleton(text)).collect::<BTreeSet<_>>().len() < ways.len();
    let way = |text: &str| if same { spelled(text) } else { format!("`{text}`") };
    let found = both(|lang| {
        let each = ways.iter().map(|(text, rows)| match lang {
            Lang::En => format!("{} ({})", way(text), where_in(rows, inputs).en),
            Lang::Zh => format!("{}（{}）", way(text), where_in(rows, inputs).zh),
        });
        each.collect::<Vec<_>>().join(if lang == Lang::En { ", " } else { "、" })
    });
    let place = inputs.place(*first, Some(field));
    if !makes_pools {
        let words = Phrase::new(
            format!("{}: {}", place.en, found.en),
            format!("{}：{}", place.zh, found.zh),
        );
        notes.hint(Vec::new(), words);
        return;
    }
    let expected = Phrase::new("one way to write it", "同一种写法");
    let advice = Phrase::new("write it in one way in both tables", "请在两张表中统一写法");
    let rows = ways.iter().filter_map(|(_, rows)| rows.first()).copied().collect();
    notes.ask(Kind::BuildingsAlike, rows, Fault::new(place, found, expected, advice).at(*first));
}

/// How often something stands in each table, and where first.
fn where_in(rows: &[At], inputs: Inputs<'_>) -> Phrase {
    both(|lang| {
        let parts = Role::ALL.iter().filter_map(|role| {
            let of: Vec<&At> = rows.iter().filter(|at| at.role == *role).collect();
            let first = inputs.of(*role).row(**of.first()?);
            Some(match lang {
                Lang::En => format!(
                    "{} from {}",
                    counted(of.len(), role.words().en.trim_end_matches('s')),
                    first.en
                ),
                Lang::Zh => format!("{}表 {} 行，始于{}", role.words().zh, of.len(), first.zh),
            })
        });
        parts.collect::<Vec<_>>().join(if lang == Lang::En { ", " } else { "；" })
    })
}

/// One code with two names, or one name with two codes.
fn pairs(
    spellings: &Spellings,
    (one, other): (Field, Field),
    inputs: Inputs<'_>,
    notes: &mut Notes,
) {
    let of_row: BTreeMap<At, &str> = spellings
        .iter()
        .filter(|((field, _), _)| *field == other)
        .flat_map(|((_, text), rows)| rows.iter().map(move |at| (*at, text.as_str())))
        .collect();
    for ((_, text), rows) in spellings.iter().filter(|((field, _), _)| *field == one) {
        let mut others: BTreeMap<String, (&str, At)> = BTreeMap::new();
        for at in rows {
            if let Some(other) = of_row.get(at) {
                others.entry(folded(other)).or_insert((other, *at));
            }
        }
        if others.len() < 2 {
            continue;
        }
        let Some(at) = others.values().map(|(_, at)| *at).max() else { continue };
        let found = both(|lang| {
            let each = others.values().map(|(other, at)| {
                let row = inputs.of(at.role);
                let (table, row) = (row.role.words(), row.row(*at));
                match lang {
                    Lang::En => format!("`{other}` ({}, {})", table.en, row.en),
                    Lang::Zh => format!("`{other}`（{}表{}）", table.zh, row.zh),
                }
            });
            let each =
                each.collect::<Vec<_>>().join(if lang == Lang::En { " and " } else { " 和 " });
            match lang {
                Lang::En => format!("{each} for `{text}`"),
                Lang::Zh => format!("`{text}` 对应 {each}"),
            }
        });
        let (one, other) = (one.words(), other.words());
        let expected = Phrase::new(
            format!("one {} for each {}", other.en, one.en),
            format!("每个{}对应一个{}", one.zh, other.zh),
        );
        let advice = Phrase::new("correct the row that is wrong", "请更正有误的行");
        notes.ask(
            Kind::BuildingsAlike,
            vec![at],
            Fault::new(inputs.place(at, None), found, expected, advice).at(at),
        );
    }
}
