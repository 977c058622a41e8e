//! A table while it is read: the rules that are the same for every kind of file.

use super::super::fault::Fault;
use super::format::{self, Look};
use super::source::Source;
use super::table::{Cell, Mark, Row, Shown, Stored, Table, Why, letters};
use floorlot::rules::Phrase;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// The largest sheet of any program: 1,048,576 rows and 16,384 columns.
const ROWS: u32 = 1 << 20;
const COLUMNS: usize = 1 << 14;

/// Cells from one corner to the other, rows counted from 1, columns from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) rows: RangeInclusive<u32>,
    pub(super) columns: RangeInclusive<usize>,
}

/// A row or a column that a clerk does not see, up to which one, and why.
type Hidden<T> = BTreeMap<T, (T, Why)>;

/// A table that grows cell by cell.
pub(super) struct Grid<'a> {
    source: &'a Source<'a>,
    rows: BTreeMap<u32, Vec<Cell>>,
    filled: u64,
    shown: Vec<Shown>,
    marks: Vec<Mark>,
    hidden_rows: Hidden<u32>,
    hidden_columns: Hidden<usize>,
    /// The rows under a filter.
    filtered: Option<RangeInclusive<u32>>,
    /// Columns that rules of appearance may hide: one more at the first, one less behind the last.
    ruled: BTreeMap<usize, i64>,
}

impl<'a> Grid<'a> {
    pub(super) fn new(source: &'a Source<'a>) -> Grid<'a> {
        Grid {
            source,
            rows: BTreeMap::new(),
            filled: 0,
            shown: Vec::new(),
            marks: Vec::new(),
            hidden_rows: BTreeMap::new(),
            hidden_columns: BTreeMap::new(),
            filtered: None,
            ruled: BTreeMap::new(),
        }
    }

    /// Puts a cell in its place. A row costs no more than its places up to the last that is filled.
    pub(super) fn put(&mut self, (row, column): (u32, usize), cell: Cell) -> Result<(), Fault> {
        if cell == Cell::Empty {
            return Ok(());
        }
        if !(1..=ROWS).contains(&row) || column >= COLUMNS {
            return Err(self.source.broken(&format!("{}{row}", letters(column))));
        }
        self.source.spend_text(weight(&cell))?;
        let cells = self.rows.entry(row).or_default();
        if cells.len() <= column {
            self.source.spend_cells(column + 1 - cells.len())?;
            cells.resize(column + 1, Cell::Empty);
        }
        if let Some(place) = cells.get_mut(column) {
            *place = cell;
        }
        Ok(())
    }

    /// A number as its format shows it.
    pub(super) fn number(
        &mut self,
        place: (u32, usize),
        value: f64,
        format: &str,
    ) -> Result<(), Fault> {
        let plain = format!("{value}");
        if !value.is_finite() {
            return self.put(place, Cell::Error("#NUM!".into()));
        }
        if value.abs() >= 1e15 {
            return self.put(place, Cell::Rounded(plain));
        }
        let stored = || Box::new(Stored { value: plain.clone(), format: format.to_owned() });
        let cell = match format::number(value, format) {
            Look::AsStored => Cell::Number(plain),
            Look::Text(text) => self.as_shown(place, plain, Some(text), format),
            Look::TooLong => self.as_shown(place, plain, None, format),
            Look::Nothing => {
                self.mark(Why::Format, Some(place.0), Some(place.1));
                Cell::Number(plain)
            }
            Look::Date => Cell::Date(stored()),
            Look::Unknown => Cell::Unshown(stored()),
        };
        self.put(place, cell)
    }

    /// The cell of what shows, noted as something else than what is stored.
    pub(super) fn as_shown(
        &mut self,
        (row, column): (u32, usize),
        stored: String,
        shown: Option<String>,
        format: &str,
    ) -> Cell {
        let cell = shown.clone().map_or_else(|| Cell::Number(stored.clone()), Cell::Text);
        self.shown.push(Shown { row, column, stored, shown, format: format.to_owned() });
        cell
    }

    /// A text as its format shows it.
    pub(super) fn text(
        &mut self,
        place: (u32, usize),
        text: &str,
        format: &str,
    ) -> Result<(), Fault> {
        let mut cell = of_text(text);
        if matches!(cell, Cell::Text(_)) {
            match format::text(text, format) {
                Look::Text(shown) => {
                    cell = self.as_shown(place, text.to_owned(), Some(shown), format)
                }
                Look::Nothing => self.mark(Why::Format, Some(place.0), Some(place.1)),
                Look::Unknown => {
                    cell = Cell::Unshown(Box::new(Stored {
                        value: text.to_owned(),
                        format: format.to_owned(),
                    }))
                }
                _ => {}
            }
        }
        self.put(place, cell)
    }

    pub(super) fn mark(&mut self, why: Why, row: Option<u32>, column: Option<usize>) {
        self.marks.push(Mark { kind: why.kind(), why, row, column });
    }

    /// Whether there is something in a cell.
    pub(super) fn filled(&self, (row, column): (u32, usize)) -> bool {
        self.rows
            .get(&row)
            .and_then(|cells| cells.get(column))
            .is_some_and(|cell| *cell != Cell::Empty)
    }

    pub(super) fn hide_rows(&mut self, rows: RangeInclusive<u32>, why: Why) {
        self.hidden_rows.insert(*rows.start(), (*rows.end(), why));
    }

    pub(super) fn hide_columns(&mut self, columns: RangeInclusive<usize>, why: Why) {
        self.hidden_columns.insert(*columns.start(), (*columns.end(), why));
    }

    /// Rows under a filter are filtered away rather than hidden.
    pub(super) fn filter(&mut self, rows: &RangeInclusive<u32>) {
        let (first, last) = (*rows.start(), *rows.end());
        let joined = self
            .filtered
            .as_ref()
            .map_or(first..=last, |had| first.min(*had.start())..=last.max(*had.end()));
        self.filtered = Some(joined);
    }

    /// A rule may strike through or hide what is in these columns.
    pub(super) fn rule(&mut self, columns: &RangeInclusive<usize>) {
        *self.ruled.entry(*columns.start()).or_default() += 1;
        *self.ruled.entry(columns.end().saturating_add(1)).or_default() -= 1;
    }

    /// A value merged over several cells stands in the first of them alone: gives it to the rows
    /// below. What another cell under it holds does not show.
    pub(super) fn merge(&mut self, area: &Area) -> Result<(), Fault> {
        let (top, left) = (*area.rows.start(), *area.columns.start());
        let value =
            self.rows.get(&top).and_then(|cells| cells.get(left)).cloned().unwrap_or(Cell::Empty);
        let mut covered = Vec::new();
        for (&number, cells) in self.rows.range_mut(area.rows.clone()) {
            let last = (*area.columns.end()).min(cells.len().saturating_sub(1));
            self.source.spend_elements((last + 1).saturating_sub(left) as u64 + 1)?;
            for (column, cell) in cells.iter().enumerate().take(last + 1).skip(left) {
                if (number, column) != (top, left) && *cell != Cell::Empty && *cell != value {
                    covered.push((number, column));
                }
            }
            if number == top || value == Cell::Empty {
                continue;
            }
            if cells.len() <= left {
                self.source.spend_cells(left + 1 - cells.len())?;
                cells.resize(left + 1, Cell::Empty);
            }
            for cell in cells.get_mut(left).into_iter().filter(|cell| **cell == Cell::Empty) {
                self.source.spend_text(weight(&value))?;
                *cell = value.clone();
                self.filled += 1;
            }
        }
        covered
            .into_iter()
            .for_each(|(row, column)| self.mark(Why::Covered, Some(row), Some(column)));
        Ok(())
    }

    /// A formula over an area that nobody has computed: none of its cells has a value.
    pub(super) fn unevaluated(&mut self, area: &Area, formula: &str) -> Result<(), Fault> {
        let rows: Vec<u32> = self.rows.range(area.rows.clone()).map(|(row, _)| *row).collect();
        for row in rows {
            for column in area.columns.clone() {
                self.source.spend_elements(1)?;
                if !self.filled((row, column)) {
                    self.put((row, column), Cell::Unevaluated(formula.to_owned()))?;
                }
            }
        }
        Ok(())
    }

    /// The table, with the marks of the rows and columns that have something in them.
    pub(super) fn table(mut self, sheet: Option<String>, notes: Vec<Phrase>) -> Table {
        let width = self.rows.values().map(Vec::len).max().unwrap_or(0);
        let filtered = |row: &u32| self.filtered.as_ref().is_some_and(|rows| rows.contains(row));
        let exactly = |row: &u32, why| {
            if why == Why::RowHidden && filtered(row) { Why::RowFiltered } else { why }
        };
        let rows: Vec<(u32, Why)> = self
            .rows
            .keys()
            .filter_map(|row| Some((*row, exactly(row, why(&self.hidden_rows, *row)?))))
            .collect();
        let columns: Vec<(usize, Why)> =
            (0..width).filter_map(|c| Some((c, why(&self.hidden_columns, c)?))).collect();
        let mut rules = 0;
        for column in 0..width {
            rules += self.ruled.get(&column).copied().unwrap_or(0);
            if rules > 0 {
                self.mark(Why::Conditional, None, Some(column));
            }
        }
        columns.into_iter().for_each(|(column, why)| self.mark(why, None, Some(column)));
        rows.into_iter().for_each(|(row, why)| self.mark(why, Some(row), None));
        let rows = self.rows.into_iter().map(|(number, cells)| Row { number, cells }).collect();
        Table {
            file: self.source.file.to_owned(),
            sheet,
            rows,
            filled: self.filled,
            notes,
            shown: self.shown,
            marks: self.marks,
        }
    }
}

/// Bytes of text in a cell.
fn weight(cell: &Cell) -> usize {
    match cell {
        Cell::Empty => 0,
        Cell::Text(text)
        | Cell::Number(text)
        | Cell::Rounded(text)
        | Cell::Unevaluated(text)
        | Cell::Error(text) => text.len(),
        Cell::Date(stored) | Cell::Unshown(stored) => stored.value.len() + stored.format.len(),
    }
}

/// Why a row or a column does not show, if it does not.
fn why<T: Ord + Copy>(hidden: &Hidden<T>, at: T) -> Option<Why> {
    hidden.range(..=at).next_back().filter(|(_, (last, _))| *last >= at).map(|(_, (_, why))| *why)
}

/// What a text is: nothing, the error of a formula, or itself.
pub(super) fn of_text(text: &str) -> Cell {
    let formula_error = [
        "#DIV/0!",
        "#N/A",
        "#NAME?",
        "#NULL!",
        "#NUM!",
        "#REF!",
        "#VALUE!",
        "#SPILL!",
        "#CALC!",
        "#GETTING_DATA",
    ];
    match text.trim() {
        "" => Cell::Empty,
        error if formula_error.contains(&error) => Cell::Error(error.into()),
        _ => Cell::Text(text.into()),
    }
}

/// The place `B7` or `$B$7`: its row and column.
pub(super) fn place(text: &str) -> Option<(u32, usize)> {
    let (mut row, mut column) = (0_u32, 0_usize);
    for byte in text.bytes() {
        match byte {
            b'$' => {}
            b'0'..=b'9' => row = row.checked_mul(10)?.checked_add(u32::from(byte - b'0'))?,
            b'A'..=b'Z' | b'a'..=b'z' if row == 0 => {
                column = column
                    .checked_mul(26)?
                    .checked_add(usize::from(byte.to_ascii_uppercase() - b'A') + 1)?;
            }
            _ => return None,
        }
    }
    let column = column.checked_sub(1).filter(|column| *column < COLUMNS)?;
    (1..=ROWS).contains(&row).then_some((row, column))
}

impl Area {
    /// `A3:B7`, or one cell.
    pub(super) fn read(text: &str) -> Option<Area> {
        let (from, to) = text.split_once(':').unwrap_or((text, text));
        let ((top, left), (bottom, right)) = (place(from)?, place(to)?);
        (top <= bottom && left <= right)
            .then_some(Area { rows: top..=bottom, columns: left..=right })
    }
}
