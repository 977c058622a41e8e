//! Worked lines that were left in the tables of `template`: as they were they are left out and told,
//! and one in which anything was changed is a fault. Neither goes silently into a plan.

use super::cells::tidy;
use super::columns::{Columns, Field, Sheet};
use super::fault::{At, Fault};
use super::filled::{changed, is_worked};
use super::notes::Notes;
use super::sheet::{Cell, Row, Table};
use super::template;
use floorlot::rules::Phrase;

/// Leaves the worked lines out.
pub(super) fn leave_out(sheets: &mut [Sheet], notes: &mut Notes) {
    for (number, Sheet { table, columns }) in sheets.iter_mut().enumerate() {
        let Some(id) = columns.get(Field::Id) else { continue };
        let heads = columns.header;
        let marked = |at: usize, row: &Row| at > heads && is_worked(&text(row.cell(id)));
        for (_, row) in table.rows.iter().enumerate().filter(|(at, row)| marked(*at, row)) {
            let texts: Vec<String> = row.cells.iter().map(text).collect();
            let place = columns.place(table, Some(row.number), Some(Field::Id));
            if template::is_as_it_was(&texts) {
                let words = Phrase::new(
                    format!("{}: the worked line of the template is left out", place.en),
                    format!("{}：模板的示例行，未采用", place.zh),
                );
                notes.hint(Vec::new(), words);
            } else {
                let at = At { role: columns.role, sheet: number, row: row.number };
                let fault: Fault = changed(place);
                notes.aside.push(fault.at(at));
            }
        }
        let mut at = 0;
        table.rows.retain(|row| {
            at += 1;
            !marked(at - 1, row)
        });
    }
}

/// How many rows of data there are, without the worked ones.
pub(super) fn count(table: &Table, columns: &Columns) -> usize {
    let worked =
        |row: &&Row| columns.get(Field::Id).is_some_and(|id| is_worked(&text(row.cell(id))));
    columns.rows(table).iter().filter(|row| !worked(row)).count()
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) | Cell::Number(text) => tidy(text),
        _ => String::new(),
    }
}
