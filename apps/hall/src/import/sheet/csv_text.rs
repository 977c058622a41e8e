//! Tables as text: .csv in UTF-8, UTF-16 or GB18030, and .txt with tabs, as spreadsheet programs
//! write and read them.

use super::super::fault::Fault;
use super::foreign;
use super::grid::{Grid, of_text};
use super::source::{Limit, Source};
use super::table::{Cell, Table};
use floorlot::rules::Phrase;
use std::collections::BTreeMap;

/// Marks of spreadsheet programs around a value, which are no part of it.
#[derive(Debug, Default)]
struct Stripped {
    /// `="0102"`: how many, and the first row.
    equals: Option<(u64, u32)>,
    /// `'0102`: how many, and the first row.
    apostrophes: Option<(u64, u32)>,
}

/// The kind of a text with tabs between its cells.
pub(super) const WITH_TABS: &str = "text with tabs (.txt)";

/// The table of a file of text, and what kind of text it is.
pub(super) fn table(source: &Source<'_>, bytes: &[u8]) -> Result<(Table, &'static str), Fault> {
    let (text, note) = decode(source, bytes)?;
    foreign::known_text(source, &text)?;
    // Programs of old end a file with a sign of its own.
    let text = text.trim_end_matches('\u{1A}').replace("\r\n", "\n").replace('\r', "\n");
    let (separator, text) = separator(&text);
    let text = checked_rows(source, text, separator)?;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes());
    let (mut grid, mut stripped, mut widths) = (Grid::new(source), Stripped::default(), Vec::new());
    for (row, record) in (1..).zip(reader.records()) {
        let record = record.map_err(|_| source.broken(".csv"))?;
        let mut width = 0;
        for (column, field) in record.iter().enumerate() {
            let cell = stripped.cell(row, field);
            width = if cell == Cell::Empty { width } else { column + 1 };
            grid.put((row, column), cell)?;
        }
        if width > 0 {
            widths.push((row, width));
        }
    }
    overlong(source, &widths)?;
    let notes = note.into_iter().chain(stripped.notes()).collect();
    Ok((grid.table(None, notes), if separator == b'\t' { WITH_TABS } else { ".csv" }))
}

impl Stripped {
    fn cell(&mut self, row: u32, field: &str) -> Cell {
        let trimmed = field.trim();
        let add = |counted: &mut Option<(u64, u32)>| {
            let (count, first) = counted.unwrap_or((0, row));
            *counted = Some((count + 1, first));
        };
        if let Some(inside) = trimmed
            .strip_prefix("=\"")
            .and_then(|rest| rest.strip_suffix('"'))
            .filter(|i| !i.replace("\"\"", "").contains('"'))
        {
            add(&mut self.equals);
            return of_text(&inside.replace("\"\"", "\""));
        }
        // Any other formula has no value in a file of text.
        if let Some(formula) = trimmed.strip_prefix('=').filter(|formula| !formula.is_empty()) {
            return Cell::Unevaluated(formula.to_owned());
        }
        match trimmed.strip_prefix('\'') {
            Some(value) if !value.contains('\'') => {
                add(&mut self.apostrophes);
                of_text(value)
            }
            _ => of_text(field),
        }
    }

    fn notes(&self) -> impl Iterator<Item = Phrase> {
        let note = |counted: Option<(u64, u32)>, en: &str, zh: &str| {
            let (count, row) = counted?;
            Some(Phrase::new(
                format!("values in {en}, taken without it: {count}, first in row {row}"),
                format!("{zh}，只取其中的值：{count} 处，最先在第 {row} 行"),
            ))
        };
        let equals = note(self.equals, "=\"…\"", "=\"…\" 形式的内容");
        equals.into_iter().chain(note(
            self.apostrophes,
            "text with an apostrophe in front",
            "前面有撇号的内容",
        ))
    }
}

/// The text of a file, with a note if it is not in UTF-8.
pub(super) fn decode(source: &Source<'_>, bytes: &[u8]) -> Result<(String, Option<Phrase>), Fault> {
    let note = |name: &str| {
        Some(Phrase::new(format!("the file is in {name}"), format!("文件编码为 {name}")))
    };
    if let Some((encoding, name)) = utf_16(bytes) {
        let (text, _, bad) = encoding.decode(bytes);
        if bad || text.contains('\0') {
            return Err(not_text(
                source,
                Phrase::new(
                    format!("bytes that are not {name}"),
                    format!("不是 {name} 编码的字节"),
                ),
            ));
        }
        return Ok((text.trim_start_matches('\u{FEFF}').to_owned(), note(name)));
    }
    let (marked, bytes) =
        bytes.strip_prefix(b"\xEF\xBB\xBF").map_or((false, bytes), |rest| (true, rest));
    if let Some(zero) = bytes.iter().position(|b| *b == 0) {
        let line = 1 + bytes.iter().take(zero).filter(|b| **b == b'\n').count();
        let found = Phrase::new(
            format!("a zero byte in line {line}, which no text has"),
            format!("第 {line} 行有零字节，文本中不应有"),
        );
        return Err(not_text(source, found));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => return Ok((text.into(), None)),
        // GB18030 would make wrong characters of it and not notice.
        Err(error) if marked || mostly_utf_8(bytes) => {
            let line = 1 + bytes.iter().take(error.valid_up_to()).filter(|b| **b == b'\n').count();
            let found = Phrase::new(
                format!("bytes that are not UTF-8 in line {line}"),
                format!("第 {line} 行有不是 UTF-8 编码的字节"),
            );
            return Err(not_text(source, found));
        }
        Err(_) => {}
    }
    let (text, _, bad) = encoding_rs::GB18030.decode(bytes);
    if bad {
        return Err(not_text(
            source,
            Phrase::new("bytes that are none of these", "无法按这些编码读取的内容"),
        ));
    }
    Ok((text.into_owned(), note("GB18030")))
}

fn not_text(source: &Source<'_>, found: Phrase) -> Fault {
    let advice = Phrase::new(
        "save it again as .xlsx, or as `CSV UTF-8`, in the spreadsheet program",
        "请在表格软件中另存为 .xlsx 或“CSV UTF-8”",
    );
    let expected =
        Phrase::new("text in UTF-8, UTF-16 or GB18030", "UTF-8、UTF-16 或 GB18030 编码的文字");
    Fault::new(Phrase::same(source.file), found, expected, advice)
}

/// UTF-16 by its mark, or by the zero bytes that separators, digits and line ends have in it on one
/// side alone.
fn utf_16(bytes: &[u8]) -> Option<(&'static encoding_rs::Encoding, &'static str)> {
    let (little, big) =
        ((encoding_rs::UTF_16LE, "UTF-16"), (encoding_rs::UTF_16BE, "UTF-16 (big-endian)"));
    match bytes.get(..2) {
        Some(b"\xFF\xFE") => return Some(little),
        Some(b"\xFE\xFF") => return Some(big),
        _ => {}
    }
    let zeros = |odd: usize| bytes.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    // Of a text that passes for UTF-8 most characters are of one byte: then there are many zeros.
    let few = if std::str::from_utf8(bytes).is_ok() { bytes.len() / 5 } else { bytes.len() / 100 };
    match (zeros(0), zeros(1)) {
        (0, ones) if ones > few => Some(little),
        (evens, 0) if evens > few => Some(big),
        _ => None,
    }
}

/// Whether bytes are UTF-8 but for a few: GB18030 has hardly any three bytes that pass for UTF-8.
fn mostly_utf_8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| c.len_utf8() > 2).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > bad * 4
}

/// Comma, semicolon or tab: the one that the first line names (`sep=;`, which spreadsheet programs
/// do not show), or that which occurs most in the first lines.
fn separator(text: &str) -> (u8, &str) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let named = first.trim_matches('"').to_ascii_lowercase();
    if let Some(&[separator @ (b',' | b';' | b'\t' | b'|')]) =
        named.strip_prefix("sep=").map(str::as_bytes)
    {
        return (separator, rest);
    }
    let head: String = text.lines().take(10).collect();
    let count = |c: &u8| head.bytes().filter(|b| b == c).count();
    ([b';', b'\t', b','].into_iter().max_by_key(count).unwrap_or(b','), text)
}

/// Where a row of text is while it is checked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Start,
    Plain,
    /// Inside quotation marks, since this line.
    Quoted(u32),
    /// Behind a quotation mark that ends them, or is the first of two.
    Closed(u32),
}

/// The text with `""` in empty lines, which the reader would skip, so that rows count as in a
/// spreadsheet program. Quotation marks that are not in pairs around a cell would make several rows
/// one, and are named by their line.
fn checked_rows(source: &Source<'_>, text: &str, separator: u8) -> Result<String, Fault> {
    let mut kept = String::with_capacity(text.len());
    let (mut at, mut line, mut empty) = (At::Start, 1, true);
    for c in text.chars() {
        at = match (at, c) {
            (At::Start, '"') => At::Quoted(line),
            (At::Closed(since), '"') => At::Quoted(since),
            (At::Quoted(since), '"') => At::Closed(since),
            (At::Quoted(_), _) => at,
            (_, '\n') => {
                if empty {
                    kept.push_str("\"\"");
                }
                At::Start
            }
            (_, c) if c == char::from(separator) => {
                source.spend_elements(1).map_err(|_| source.too_much(Limit::Cells))?;
                At::Start
            }
            (At::Closed(_), ' ') => at,
            (At::Closed(since), _) => return Err(odd_quotes(source, since)),
            _ => At::Plain,
        };
        kept.push(c);
        empty = c == '\n';
        line += u32::from(c == '\n');
    }
    if let At::Quoted(since) = at {
        return Err(odd_quotes(source, since));
    }
    if !kept.is_empty() && !kept.ends_with('\n') {
        kept.push('\n');
    }
    Ok(kept)
}

fn odd_quotes(source: &Source<'_>, line: u32) -> Fault {
    let place = Phrase::new(
        format!("{}, line {line}", source.file),
        format!("{}，第 {line} 行", source.file),
    );
    let found = Phrase::new("a quotation mark that is never closed", "没有配对的引号");
    let advice = Phrase::new(
        "take it out, or save the table again in the spreadsheet program; it would swallow the rows below it",
        "请删去它，或在表格软件中重新保存；否则其后的行会被并入这一格",
    );
    Fault::new(place, found, Phrase::new("quotation marks in pairs", "成对的引号"), advice)
}

/// Rows with more cells than the table has columns: a separator inside a cell has moved the rest to
/// the right.
fn overlong(source: &Source<'_>, widths: &[(u32, usize)]) -> Result<(), Fault> {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    widths.iter().for_each(|(_, width)| *counts.entry(*width).or_default() += 1);
    let usual = counts
        .iter()
        .max_by_key(|(width, count)| (**count, **width))
        .map_or(0, |(width, _)| *width);
    let heads = widths.iter().map(|(_, width)| *width).find(|width| *width > 2).unwrap_or(usual);
    let columns = usual.max(heads);
    let rows: Vec<String> = widths
        .iter()
        .filter(|(_, width)| *width > columns)
        .map(|(row, _)| row.to_string())
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    let shown = |between: &str| {
        format!(
            "{}{}",
            rows.iter().take(20).cloned().collect::<Vec<_>>().join(between),
            if rows.len() > 20 { " …" } else { "" }
        )
    };
    let place = Phrase::new(
        format!("{}, rows {}", source.file, shown(", ")),
        format!("{}，第 {} 行", source.file, shown("、")),
    );
    let found = Phrase::new("more cells than the other rows have", "单元格比其他行多");
    let expected = Phrase::new(format!("{columns} at most"), format!("最多 {columns} 格"));
    let advice = Phrase::new(
        "put a text with the separator in it in quotation marks, or save the table again in the spreadsheet program",
        "含分隔符的文字请加英文引号，或在表格软件中重新保存",
    );
    Err(Fault::new(place, found, expected, advice))
}
