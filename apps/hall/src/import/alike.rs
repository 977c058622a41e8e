//! Rows like those of a table that was taken, in a sheet without its heads: a second page that
//! somebody forgot to head.

use super::columns::{Field, Sheet};
use super::fault::{Role, is_document_number};
use super::footers::not_data;
use super::sheet::{Cell, Row, Table};
use std::collections::{BTreeMap, BTreeSet};
use unicode_normalization::UnicodeNormalization;

/// What the cells of a taken sheet look like, column by column: those that most of its rows fill.
struct Pattern {
    role: Role,
    columns: BTreeMap<usize, BTreeSet<String>>,
}

/// The role of the taken sheet that rows of this table are most like, and how many such rows there
/// are.
pub(super) fn rows(table: &Table, taken: &[&Sheet]) -> Option<(Role, usize)> {
    let counted = taken.iter().map(|sheet| Pattern::of(sheet)).map(|pattern| {
        let alike: Vec<usize> = table.rows.iter().filter_map(|row| pattern.alike(row)).collect();
        (alike.len(), alike.iter().sum::<usize>(), pattern.role)
    });
    counted
        .max_by_key(|(n, cells, _)| (*n, *cells))
        .filter(|(n, ..)| *n > 0)
        .map(|(n, _, role)| (role, n))
}

impl Pattern {
    fn of(Sheet { table, columns }: &Sheet) -> Pattern {
        let rows: Vec<&Row> =
            columns.rows(table).iter().filter(|row| not_data(row, columns).is_none()).collect();
        let used = columns
            .fields()
            .filter(|field| !matches!(field, Field::Skip | Field::Personal))
            .filter_map(|field| columns.get(field));
        let shapes_of = |column: usize| {
            rows.iter().filter_map(move |row| shape(row.cell(column))).collect::<Vec<String>>()
        };
        let full = used
            .map(|column| (column, shapes_of(column)))
            .filter(|(_, shapes)| shapes.len() * 2 > rows.len());
        Pattern {
            role: columns.role,
            columns: full.map(|(column, shapes)| (column, shapes.into_iter().collect())).collect(),
        }
    }

    /// Most cells are like those of the same columns; or nearly all are, in any order. Gives how
    /// many.
    fn alike(&self, row: &Row) -> Option<usize> {
        let all = self.columns.len();
        let same = self
            .columns
            .iter()
            .filter(|(column, shapes)| {
                shape(row.cell(**column)).is_some_and(|own| shapes.contains(&own))
            })
            .count();
        let mut own: Vec<String> = row.cells.iter().filter_map(shape).collect();
        let anywhere = self.columns.values().filter(|shapes| {
            own.iter().position(|own| shapes.contains(own)).map(|n| own.swap_remove(n)).is_some()
        });
        let anywhere = anywhere.count();
        (all > 2 && (same * 5 >= all * 3 || anywhere * 5 > all * 4)).then(|| same.max(anywhere))
    }
}

/// `A0` for H0012, `0字` for 7号楼: what kind of characters follow each other.
fn shape(cell: &Cell) -> Option<String> {
    let text = match cell {
        Cell::Text(text) | Cell::Number(text) => text,
        Cell::Rounded(_) => return Some("document".into()),
        _ => return None,
    };
    if is_document_number(text.trim()) {
        return Some("document".into());
    }
    let mut shape: Vec<char> = text.nfkc().filter(|c| !c.is_whitespace()).map(kind).collect();
    shape.dedup();
    (!shape.is_empty()).then(|| shape.into_iter().collect())
}

fn kind(c: char) -> char {
    match c {
        '0'..='9' => '0',
        c if c.is_ascii_alphabetic() => 'A',
        c if c.is_alphabetic() => '字',
        c => c,
    }
}
