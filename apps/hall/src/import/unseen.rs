//! What a clerk does not see in the cells: hidden rows, columns and sheets, struck-through cells.

use super::columns::{Field, Inputs, Sheet};
use super::fault::{At, Fault, Place, Role, both, ranges};
use super::notes::Notes;
use super::sheet::{Why, letters};
use floorlot::rules::{Lang, Phrase};
use std::collections::{BTreeMap, BTreeSet};

/// Asks about the marks that touch a row of data and a column that is used.
pub(super) fn check(left_out: &[(At, Phrase)], inputs: Inputs<'_>, notes: &mut Notes) {
    let left_out: BTreeSet<At> = left_out.iter().map(|(at, _)| *at).collect();
    for role in Role::ALL {
        for (number, sheet) in inputs.of(role).sheets.iter().enumerate() {
            let data = sheet.columns.rows(&sheet.table).iter().map(|row| At {
                role,
                sheet: number,
                row: row.number,
            });
            let data: BTreeSet<At> = data.filter(|at| !left_out.contains(at)).collect();
            if !data.is_empty() {
                marks(sheet, &data, notes);
            }
        }
    }
}

/// The rows and the columns of one sheet that are marked for one reason.
#[derive(Default)]
struct Touched {
    rows: BTreeSet<At>,
    columns: BTreeSet<usize>,
}

fn marks(sheet: &Sheet, data: &BTreeSet<At>, notes: &mut Notes) {
    let Some(any) = data.first().copied() else { return };
    let used = |column: usize| {
        sheet
            .columns
            .field_of(column)
            .filter(|field| !matches!(field, Field::Personal | Field::Skip))
            .is_some()
    };
    let mut touched: BTreeMap<Why, Touched> = BTreeMap::new();
    for mark in &sheet.table.marks {
        let row = mark.row.map(|row| At { row, ..any });
        if row.is_some_and(|at| !data.contains(&at))
            || mark.column.is_some_and(|column| !used(column))
        {
            continue;
        }
        let touched = touched.entry(mark.why).or_default();
        touched.rows.extend(row);
        touched.columns.extend(mark.column);
    }
    for (why, touched) in touched {
        let (n, one) = (touched.rows.len(), why.words());
        let found = if n < 2 {
            one
        } else {
            Phrase::new(several(&one.en, n), format!("{}，共 {n} 行", one.zh))
        };
        let place = place(sheet, &touched);
        let expected = Phrase::new("rows and columns that everybody sees", "人人可见的行列");
        let advice = Phrase::new(
            "delete what is not meant, or make it visible",
            "不要的请删除，要的请取消隐藏或删除线",
        );
        let rows = touched.rows.iter().copied().collect();
        notes.ask(
            why.kind(),
            rows,
            Fault::new(place, found, expected, advice).at(touched
                .rows
                .first()
                .copied()
                .unwrap_or(any)),
        );
    }
}

/// `a hidden row` as `2 hidden rows`; of other things it is said in how many rows they are.
fn several(one: &str, n: usize) -> String {
    let words = one.strip_prefix("a ").unwrap_or(one);
    let (noun, rest) = match words.split_once("row") {
        Some((before, after)) if before.is_empty() || before == "hidden " => {
            (format!("{before}row"), after)
        }
        _ => return format!("in {n} rows: {one}"),
    };
    format!("{n} {noun}s{}", rest.replace(" that is ", " that are "))
}

/// `file, sheet S, rows 5–8, 12, column D (顺位)`.
fn place(sheet: &Sheet, touched: &Touched) -> Place {
    let head = |column: &usize| {
        let head = sheet.columns.heads.get(*column).map(String::as_str).unwrap_or_default();
        (letters(*column), head)
    };
    both(|lang| {
        let mut place = sheet.table.place().get(lang).to_owned();
        if !touched.rows.is_empty() {
            let rows = ranges(&touched.rows.iter().map(|at| at.row).collect());
            place += &match lang {
                Lang::En => format!(", rows {rows}"),
                Lang::Zh => format!("，第 {} 行", rows.replace(", ", "、")),
            };
        }
        for (letter, head) in touched.columns.iter().map(head) {
            place += &match lang {
                Lang::En => format!(", column {letter} ({head})"),
                Lang::Zh => format!("，{letter} 列（{head}）"),
            };
        }
        place
    })
}
