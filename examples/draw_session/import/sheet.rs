//! Tables as they stand in the office's files: .xlsx, or .csv in UTF-8 or GB18030.

use super::fault::{Fault, Place, both};
use super::question::Kind;
use calamine::{DataRef, Reader, Xlsx, XlsxError};
use floorlot::rules::{Lang, Words};
use std::io::Cursor;
use std::path::Path;

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Empty,
    Text(String),
    /// A number as its shortest decimal text: 12, not 12.0.
    Number(String),
    /// A number of 16 digits or more, the last of which a spreadsheet program has rounded.
    Rounded(String),
    Date,
    /// A formula that failed, such as `#REF!`.
    Error(String),
}

/// A row that is not empty, with its number as the spreadsheet shows it.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) number: u32,
    pub(super) cells: Vec<Cell>,
}

impl Row {
    pub(super) fn cell(&self, column: usize) -> &Cell {
        self.cells.get(column).unwrap_or(&Cell::Empty)
    }
}

/// One sheet of a workbook, or a .csv file.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) file: String,
    pub(super) sheet: Option<String>,
    pub(super) rows: Vec<Row>,
    /// Cells that got the value of the merged cell they belong to.
    pub(super) filled: u64,
    /// Whether a .csv was not in UTF-8.
    pub(super) gb18030: bool,
    /// What a clerk does not see in the cells: import asks about those that it would take in.
    pub(super) marks: Vec<Mark>,
}

/// Something about a sheet, a row, a column or a cell that does not show in its value: hidden, struck through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) kind: Kind,
    /// The row as the spreadsheet shows it; `None` for a whole column or sheet.
    pub(super) row: Option<u32>,
    /// The column; `None` for a whole row or sheet.
    pub(super) column: Option<usize>,
}

impl Table {
    /// The table as a place.
    pub(super) fn place(&self) -> Place {
        both(|lang| match (&self.sheet, lang) {
            (None, _) => self.file.clone(),
            (Some(sheet), Lang::En) => format!("{}, sheet {sheet}", self.file),
            (Some(sheet), Lang::Zh) => format!("{}，工作表 {sheet}", self.file),
        })
    }
}

/// The letters of a column: A for 0, AA for 26.
pub(super) fn letters(column: usize) -> String {
    let mut left = column;
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(b'A' + u8::try_from(left % 26).unwrap_or(0)));
        match (left / 26).checked_sub(1) {
            Some(more) => left = more,
            None => return letters.iter().rev().collect(),
        }
    }
}

/// The name of a file without its folders, and its bytes.
pub(super) fn load(path: &Path) -> Result<(String, Vec<u8>), Fault> {
    let file = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let bytes = std::fs::read(path).map_err(|error| unreadable(&file, &error))?;
    Ok((file, bytes))
}

/// All tables of a file.
pub(super) fn read(file: &str, bytes: &[u8]) -> Result<Vec<Table>, Fault> {
    match Path::new(file).extension().map(|e| e.to_string_lossy().to_ascii_lowercase()).as_deref() {
        Some("xlsx" | "xlsm") => workbook(file, bytes).map_err(|error| broken(file, &error)),
        Some("csv") => Ok(vec![csv_table(file, bytes)?]),
        other => {
            let found = other.map_or(Words::new("no ending", "没有扩展名"), |o| Words::same(format_args!(".{o}")));
            let advice = Words::new("save it as one of these in the spreadsheet program", "请在表格软件中另存为其中一种");
            Err(Fault::new(Words::same(file), found, Words::new(".xlsx or .csv", ".xlsx 或 .csv"), advice))
        }
    }
}

fn unreadable(file: &str, error: &std::io::Error) -> Fault {
    let (en, zh) =
        if error.kind() == std::io::ErrorKind::NotFound { ("no such file", "没有这个文件") } else { ("an error", "读取错误") };
    let found = Words::new(format!("{en} ({error})"), format!("{zh}（{error}）"));
    Fault::new(Words::same(file), found, Words::new("a file that can be read", "可以读取的文件"), Words::same(""))
}

fn broken(file: &str, error: &XlsxError) -> Fault {
    let found = Words::new(format!("an error ({error})"), format!("错误（{error}）"));
    let advice = Words::new(
        "open it in the spreadsheet program, remove the password if it has one, and save it again as .xlsx",
        "请用表格软件打开，如有密码先取消，再另存为 .xlsx",
    );
    Fault::new(Words::same(file), found, Words::new("a workbook", "工作簿"), advice)
}

fn workbook(file: &str, bytes: &[u8]) -> Result<Vec<Table>, XlsxError> {
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes))?;
    let mut tables = Vec::new();
    for sheet in book.sheet_names() {
        let mut rows = match cells(&mut book, &sheet) {
            Err(XlsxError::NotAWorksheet(_)) => continue,
            rows => rows?,
        };
        let filled = fill_merged(&mut rows, &book.merge_cells_by_sheet_name(&sheet)?);
        tables.push(Table { file: file.into(), sheet: Some(sheet), rows, filled, gb18030: false, marks: Vec::new() });
    }
    Ok(tables)
}

/// The rows that are not empty. Cell by cell, so that one stray cell far to the right costs no more than itself.
fn cells(book: &mut Xlsx<Cursor<&[u8]>>, sheet: &str) -> Result<Vec<Row>, XlsxError> {
    let mut reader = book.worksheet_cells_reader(sheet)?;
    let mut rows: Vec<Row> = Vec::new();
    while let Some(cell) = reader.next_cell()? {
        let (row, column) = (cell.get_position().0.saturating_add(1), cell.get_position().1 as usize);
        let value = of_excel(cell.get_value());
        if value == Cell::Empty {
            continue;
        }
        if rows.last().is_none_or(|r| r.number != row) {
            rows.push(Row { number: row, cells: Vec::new() });
        }
        let Some(last) = rows.last_mut() else { continue };
        if last.cells.len() <= column {
            last.cells.resize(column + 1, Cell::Empty);
        }
        last.cells.get_mut(column).into_iter().for_each(|c| *c = value.clone());
    }
    Ok(rows)
}

fn of_excel(data: &DataRef<'_>) -> Cell {
    match data {
        DataRef::Int(n) => Cell::Number(n.to_string()),
        DataRef::Float(x) if x.abs() >= 1e15 => Cell::Rounded(format!("{x}")),
        DataRef::Float(x) => Cell::Number(format!("{x}")),
        DataRef::String(s) => of_text(s),
        DataRef::SharedString(s) => of_text(s),
        DataRef::Bool(b) => Cell::Text(b.to_string()),
        DataRef::DateTime(_) | DataRef::DateTimeIso(_) | DataRef::DurationIso(_) => Cell::Date,
        DataRef::Error(error) => Cell::Error(error.to_string()),
        DataRef::Empty => Cell::Empty,
    }
}

fn of_text(text: &str) -> Cell {
    let formula_error = ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"];
    match text.trim() {
        "" => Cell::Empty,
        error if formula_error.contains(&error) => Cell::Error(error.into()),
        _ => Cell::Text(text.into()),
    }
}

/// A value merged over several rows stands in the first of them alone: gives it to the rows below.
fn fill_merged(rows: &mut [Row], merged: &[calamine::Dimensions]) -> u64 {
    let mut filled = 0;
    for area in merged.iter().filter(|area| area.end.0 > area.start.0) {
        let (first, last, column) = (area.start.0.saturating_add(1), area.end.0.saturating_add(1), area.start.1 as usize);
        let within = |row: &&mut Row| (first..=last).contains(&row.number);
        let mut rows = rows.iter_mut().filter(within);
        let Some(value) = rows.next().filter(|row| row.number == first).map(|row| row.cell(column).clone()) else { continue };
        for row in rows.filter(|row| *row.cell(column) == Cell::Empty) {
            if row.cells.len() <= column {
                row.cells.resize(column + 1, Cell::Empty);
            }
            row.cells.get_mut(column).into_iter().for_each(|c| *c = value.clone());
            filled += u64::from(value != Cell::Empty);
        }
    }
    filled
}

fn csv_table(file: &str, bytes: &[u8]) -> Result<Table, Fault> {
    let (text, gb18030) = decode(file, bytes)?;
    let text = keep_empty_rows(file, &text)?;
    let separator = separator(&text);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for (number, record) in (1..).zip(reader.records()) {
        let record = record.map_err(|error| {
            let found = Words::new(format!("an error ({error})"), format!("错误（{error}）"));
            Fault::new(Words::same(file), found, Words::new("a .csv file", ".csv 文件"), Words::same(""))
        })?;
        let cells: Vec<Cell> = record.iter().map(of_text).collect();
        if cells.iter().any(|c| *c != Cell::Empty) {
            rows.push(Row { number, cells });
        }
    }
    Ok(Table { file: file.into(), sheet: None, rows, filled: 0, gb18030, marks: Vec::new() })
}

/// The text of a .csv: UTF-8 with or without its mark, or GB18030 (which includes GBK).
fn decode(file: &str, bytes: &[u8]) -> Result<(String, bool), Fault> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok((text.into(), false));
    }
    let (text, _, bad) = encoding_rs::GB18030.decode(bytes);
    // UTF-16 may pass for GB18030, but has zero bytes in it.
    if bad || bytes.contains(&0) {
        let advice = Words::new("save it again as `CSV UTF-8` in the spreadsheet program", "请在表格软件中另存为“CSV UTF-8”");
        let found = Words::new("bytes that are neither", "两者都不是的字节");
        return Err(Fault::new(Words::same(file), found, Words::new("text in UTF-8 or GB18030", "UTF-8 或 GB18030 编码的文字"), advice));
    }
    Ok((text.into_owned(), true))
}

/// Puts `""` into empty lines, which the reader would skip, so that rows count as in a spreadsheet program. Line ends become LF.
fn keep_empty_rows(file: &str, text: &str) -> Result<String, Fault> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut kept = String::with_capacity(text.len());
    let mut open = None;
    for (number, line) in (1..).zip(text.split_terminator('\n')) {
        if line.is_empty() && open.is_none() {
            kept.push_str("\"\"");
        }
        if line.matches('"').count() % 2 == 1 {
            open = if open.is_some() { None } else { Some(number) };
        }
        kept.push_str(line);
        kept.push('\n');
    }
    let Some(number) = open else { return Ok(kept) };
    let place = Words::new(format!("{file}, line {number}"), format!("{file}，第 {number} 行"));
    let found = Words::new("a quotation mark that is never closed", "没有配对的引号");
    Err(Fault::new(place, found, Words::new("quotation marks in pairs", "成对的引号"), Words::same("")))
}

/// Comma, semicolon or tab: whichever occurs most in the first lines.
fn separator(text: &str) -> u8 {
    let head: String = text.lines().take(10).collect();
    let count = |c: &u8| head.bytes().filter(|b| b == c).count();
    [b';', b'\t', b','].into_iter().max_by_key(count).unwrap_or(b',')
}
