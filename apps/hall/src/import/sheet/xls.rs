//! Workbooks as .xls (MS-XLS, BIFF8), as Excel 97 to 2003 and WPS write them: values, and what a
//! clerk does not see of them.

use super::super::fault::Fault;
use super::biff::{Record, Records, Text, f64_at, u16_at, u32_at};
use super::foreign::too_old;
use super::grid::{Area, Grid, of_text};
use super::source::{BYTES, Source};
use super::styles::{Font, Style, format_of, palette};
use super::table::{Cell, FLAT, NARROW, Table, Why};
use floorlot::rules::Phrase;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

// Types of records, with their names in MS-XLS.
const BOF: u16 = 0x0809;
const END_OF_PART: u16 = 0x000A;
const FILE_PASS: u16 = 0x002F;
const BOUND_SHEET: u16 = 0x0085;
const SST: u16 = 0x00FC;
const FONT: u16 = 0x0031;
const FORMAT: u16 = 0x041E;
const XF: u16 = 0x00E0;
const RECALC_ID: u16 = 0x01C1;
const COL_INFO: u16 = 0x007D;
const ROW: u16 = 0x0208;
const LABEL_SST: u16 = 0x00FD;
const LABEL: u16 = 0x0204;
const R_STRING: u16 = 0x00D6;
const NUMBER: u16 = 0x0203;
const RK: u16 = 0x027E;
const MUL_RK: u16 = 0x00BD;
const BOOL_ERR: u16 = 0x0205;
const FORMULA: u16 = 0x0006;
const STRING: u16 = 0x0207;
const MERGE_CELLS: u16 = 0x00E5;
const FILTER_MODE: u16 = 0x009B;
const WINDOW_2: u16 = 0x023E;
const COND_FMT: u16 = 0x01B0;
const CF: u16 = 0x01B1;

/// Reads all sheets of a file in the container of .xls.
pub(super) fn tables(source: &Source<'_>, bytes: &[u8]) -> Result<Vec<Table>, Fault> {
    let mut container =
        cfb::CompoundFile::open(Cursor::new(bytes)).map_err(|_| source.broken(".xls"))?;
    let has = |name: &str| container.is_stream(format!("/{name}"));
    let advice = || {
        Phrase::new(
            "open it in its program, and save the table as .xlsx or copy it into a new workbook",
            "请用相应软件打开，将表格另存为 .xlsx，或复制到新工作簿",
        )
    };
    if has("EncryptedPackage") {
        return Err(source.password());
    }
    if !has("Workbook") {
        return Err(match (has("Book"), has("WordDocument"), has("PowerPoint Document")) {
            (true, ..) => too_old(source),
            (_, true, _) => source.other(
                Phrase::new("a text document (.doc or .wps)", "文字文档（.doc 或 .wps）"),
                advice(),
            ),
            (_, _, true) => source.other(
                Phrase::new("a presentation (.ppt or .dps)", "演示文稿（.ppt 或 .dps）"),
                advice(),
            ),
            _ => source.other(
                Phrase::new(
                    "a file of another program in the container of .xls",
                    "与 .xls 容器相同的其他软件文件",
                ),
                advice(),
            ),
        });
    }
    let mut stream = Vec::new();
    let opened = container.open_stream("/Workbook").map_err(|_| source.broken("Workbook"))?;
    opened.take(BYTES).read_to_end(&mut stream).map_err(|_| source.broken("Workbook"))?;
    source.spend_bytes(stream.len() as u64)?;
    let book = Book::read(source, &stream)?;
    let mut tables = Vec::new();
    for sheet in &book.sheets {
        tables.push(Sheet::new(&book).read(&stream, sheet)?);
    }
    Ok(tables)
}

/// A sheet of the list.
struct Listed {
    name: String,
    position: usize,
    hidden: Option<Why>,
}

/// What all sheets of a workbook share.
struct Book<'a> {
    source: &'a Source<'a>,
    sheets: Vec<Listed>,
    texts: Vec<Text>,
    fonts: Vec<Font>,
    styles: Vec<Style>,
    /// Nothing says which program computed it: programs compute such a workbook when they open it,
    /// because some write it without values.
    computes_on_load: bool,
}

impl<'a> Book<'a> {
    fn read(source: &'a Source<'a>, stream: &[u8]) -> Result<Book<'a>, Fault> {
        let (sheets, texts_of_book, fonts, styles) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut book =
            Book { source, sheets, texts: texts_of_book, fonts, styles, computes_on_load: true };
        let (mut formats, mut cells, mut ended) = (BTreeMap::new(), Vec::new(), false);
        for record in Records::from(stream, 0) {
            source.spend_elements(1)?;
            match record.kind {
                BOF if record.u16(0) != Some(0x0600) => return Err(too_old(source)),
                FILE_PASS => return Err(source.password()),
                END_OF_PART => {
                    ended = true;
                    break;
                }
                BOUND_SHEET => book.sheets.extend(listed(&record)),
                SST => book.texts = texts(source, &record)?,
                RECALC_ID => book.computes_on_load = false,
                FONT => book.fonts.push(font(record.data())),
                FORMAT => {
                    let format = record.reader(2).text().map(|text| text.text);
                    record
                        .u16(0)
                        .zip(format)
                        .into_iter()
                        .for_each(|(id, format)| drop(formats.insert(u32::from(id), format)));
                }
                XF => cells.push(record.data().to_vec()),
                _ => {}
            }
        }
        if !ended {
            return Err(source.broken("Workbook"));
        }
        book.styles = cells.iter().map(|xf| style(xf, &book.fonts, &formats)).collect();
        Ok(book)
    }

    fn broken(&self) -> Fault {
        self.source.broken("Workbook")
    }
}

/// A worksheet; none for a chart or a macro.
fn listed(record: &Record<'_>) -> Option<Listed> {
    let (position, options) = (u32_at(record.data(), 0)?, record.u16(4)?);
    let hidden = match options & 3 {
        0 => None,
        1 => Some(Why::SheetHidden),
        _ => Some(Why::SheetVeryHidden),
    };
    let name = record.reader(6).short_text()?.text;
    (options >> 8 == 0).then_some(Listed {
        name,
        position: usize::try_from(position).ok()?,
        hidden,
    })
}

fn texts(source: &Source<'_>, record: &Record<'_>) -> Result<Vec<Text>, Fault> {
    let (count, mut pieces) = (u32_at(record.data(), 4).unwrap_or(0), record.reader(8));
    let mut texts = Vec::new();
    for _ in 0..count {
        source.spend_elements(1)?;
        texts.push(pieces.text().ok_or_else(|| source.broken("SST"))?);
    }
    Ok(texts)
}

fn font(data: &[u8]) -> Font {
    let [height, options, color] = [0, 2, 4].map(|at| u16_at(data, at).unwrap_or(0));
    Font {
        strike: options & 8 != 0,
        size: Some(f64::from(height) / 20.0),
        color: Some(palette(u32::from(color))),
    }
}

/// A font by its number. Number 4 is never used.
fn font_at(fonts: &[Font], number: u16) -> Option<&Font> {
    fonts.get(usize::from(if number > 4 { number - 1 } else { number }))
}

fn style(xf: &[u8], fonts: &[Font], formats: &BTreeMap<u32, String>) -> Style {
    let at = |at: usize| u16_at(xf, at).unwrap_or(0);
    let solid = u32_at(xf, 14).unwrap_or(0) >> 26 == 1;
    Style {
        format: format_of(u32::from(at(2)), formats),
        font: font_at(fonts, at(0)).cloned().unwrap_or_default(),
        ground: solid.then(|| palette(u32::from(at(18) & 0x7F))),
    }
}

/// A sheet while it is read.
struct Sheet<'a> {
    book: &'a Book<'a>,
    grid: Grid<'a>,
    /// The cell whose formula gives the text that follows.
    awaits: Option<((u32, usize), u16)>,
    no_zeros: bool,
    /// The columns of the rules that follow.
    ruled: Vec<Area>,
}

impl<'a> Sheet<'a> {
    fn new(book: &'a Book<'a>) -> Sheet<'a> {
        Sheet {
            book,
            grid: Grid::new(book.source),
            awaits: None,
            no_zeros: false,
            ruled: Vec::new(),
        }
    }

    fn read(mut self, stream: &[u8], listed: &Listed) -> Result<Table, Fault> {
        listed.hidden.into_iter().for_each(|why| self.grid.mark(why, None, None));
        // Charts in the sheet are parts of their own within it.
        let mut depth = 0;
        let mut merged = Vec::new();
        for record in Records::from(stream, listed.position) {
            self.book.source.spend_elements(1)?;
            match record.kind {
                BOF => depth += 1,
                END_OF_PART => depth -= 1,
                MERGE_CELLS if depth == 1 => merged.extend(areas(&record, 2)),
                _ if depth == 1 => self.record(&record)?,
                _ => {}
            }
            if depth == 0 {
                merged.iter().try_for_each(|area| self.grid.merge(area))?;
                return Ok(self.grid.table(Some(listed.name.clone()), Vec::new()));
            }
        }
        Err(self.book.broken())
    }

    fn record(&mut self, record: &Record<'_>) -> Result<(), Fault> {
        match record.kind {
            COL_INFO => self.columns(record),
            ROW => self.row(record),
            FILTER_MODE => self.grid.filter(&(1..=u32::MAX)),
            WINDOW_2 => self.no_zeros = record.u16(0).is_some_and(|options| options & 0x10 == 0),
            COND_FMT => self.ruled = areas(record, 14).collect(),
            CF if rule_hides(record.data()) => {
                self.ruled.iter().for_each(|area| self.grid.rule(&area.columns))
            }
            LABEL_SST | LABEL | R_STRING | NUMBER | RK | MUL_RK | BOOL_ERR | FORMULA | STRING => {
                return self.cell(record)?.ok_or_else(|| self.book.broken());
            }
            _ => {}
        }
        Ok(())
    }

    fn columns(&mut self, record: &Record<'_>) {
        let [first, last, width, _, options] =
            [0, 2, 4, 6, 8].map(|at| record.u16(at).unwrap_or(0));
        let why = match options {
            hidden if hidden & 1 == 1 => {
                Some(if options >> 8 & 7 > 0 { Why::ColumnGrouped } else { Why::ColumnHidden })
            }
            // In parts of 1/256 of a character.
            _ => (f64::from(width) / 256.0 < NARROW).then_some(Why::ColumnNarrow),
        };
        why.into_iter()
            .for_each(|why| self.grid.hide_columns(usize::from(first)..=usize::from(last), why));
    }

    fn row(&mut self, record: &Record<'_>) {
        let [row, height, options] = [0, 6, 12].map(|at| record.u16(at).unwrap_or(0));
        let why = match options {
            hidden if hidden & 0x20 != 0 => {
                Some(if options & 7 > 0 { Why::RowGrouped } else { Why::RowHidden })
            }
            // In parts of 1/20 of a point; the highest bit is for a height that is that of all
            // rows.
            _ => (f64::from(height) / 20.0 < FLAT).then_some(Why::RowFlat),
        };
        let row = u32::from(row) + 1;
        why.into_iter().for_each(|why| self.grid.hide_rows(row..=row, why));
    }

    /// A cell, or several numbers side by side; `None` if the record is too short.
    fn cell(&mut self, record: &Record<'_>) -> Result<Option<()>, Fault> {
        let data = record.data();
        if record.kind == STRING {
            let Some((at, style)) = self.awaits.take() else { return Ok(Some(())) };
            let Some(text) = record.reader(0).text() else { return Ok(None) };
            return self.text(at, style, &text).map(Some);
        }
        let (Some(row), Some(column), Some(style)) =
            (u16_at(data, 0), u16_at(data, 2), u16_at(data, 4))
        else {
            return Ok(None);
        };
        let at = (u32::from(row) + 1, usize::from(column));
        let done = match record.kind {
            NUMBER => f64_at(data, 6).map(|number| self.number(at, style, number)),
            RK => u32_at(data, 6).map(|rk| self.number(at, style, rk_number(rk))),
            MUL_RK => Some(self.numbers(at, data)),
            LABEL_SST => {
                let book = self.book;
                let text =
                    u32_at(data, 6).and_then(|index| book.texts.get(usize::try_from(index).ok()?));
                text.map(|text| self.text(at, style, text))
            }
            LABEL | R_STRING => record.reader(6).text().map(|text| self.text(at, style, &text)),
            BOOL_ERR => data.get(6).copied().zip(data.get(7).copied()).map(|(value, error)| {
                let cell = if error == 0 { truth(value) } else { Cell::Error(error_name(value)) };
                self.put(at, style, cell)
            }),
            _ => self.formula(at, style, data),
        };
        done.transpose()
    }

    fn numbers(&mut self, (row, first): (u32, usize), data: &[u8]) -> Result<(), Fault> {
        let cells = data.get(4..data.len().saturating_sub(2)).unwrap_or_default();
        for (column, cell) in (first..).zip(cells.chunks_exact(6)) {
            if let (Some(style), Some(rk)) = (u16_at(cell, 0), u32_at(cell, 2)) {
                self.number((row, column), style, rk_number(rk))?;
            }
        }
        Ok(())
    }

    /// A formula with its result. Programs that compute nothing leave 0 or an empty text there, and
    /// ask for it to be computed on opening.
    fn formula(&mut self, at: (u32, usize), style: u16, data: &[u8]) -> Option<Result<(), Fault>> {
        let (number, options) = (f64_at(data, 6)?, u16_at(data, 14)?);
        let to_compute = options & 3 != 0 || self.book.computes_on_load;
        let unevaluated = || Cell::Unevaluated(String::new());
        if u16_at(data, 12)? != 0xFFFF {
            let missing = to_compute && number == 0.0;
            return Some(if missing {
                self.put(at, style, unevaluated())
            } else {
                self.number(at, style, number)
            });
        }
        Some(match (data.get(6)?, data.get(8)?) {
            (0, _) => {
                self.awaits = Some((at, style));
                Ok(())
            }
            (1, truth_value) => self.put(at, style, truth(*truth_value)),
            (2, error) => self.put(at, style, Cell::Error(error_name(*error))),
            _ if to_compute => self.put(at, style, unevaluated()),
            _ => Ok(()),
        })
    }

    fn format(&self, style: u16) -> &'a str {
        let book = self.book;
        book.styles.get(usize::from(style)).map_or("General", |style| style.format.as_str())
    }

    fn number(&mut self, at: (u32, usize), style: u16, number: f64) -> Result<(), Fault> {
        self.grid.number(at, number, self.format(style))?;
        if self.no_zeros && number == 0.0 {
            self.grid.mark(Why::NoZeros, Some(at.0), Some(at.1));
        }
        self.whys(at, style);
        Ok(())
    }

    fn put(&mut self, at: (u32, usize), style: u16, cell: Cell) -> Result<(), Fault> {
        self.grid.put(at, cell)?;
        self.whys(at, style);
        Ok(())
    }

    fn text(&mut self, at: (u32, usize), style: u16, text: &Text) -> Result<(), Fault> {
        self.grid.text(at, &text.text, self.format(style))?;
        self.whys(at, style);
        let fonts = text.runs.iter().filter_map(|(_, font)| font_at(&self.book.fonts, *font));
        if of_text(&text.text) != Cell::Empty && fonts.into_iter().any(|font| font.strike) {
            self.grid.mark(Why::PartlyStruck, Some(at.0), Some(at.1));
        }
        Ok(())
    }

    fn whys(&mut self, at: (u32, usize), style: u16) {
        let book = self.book;
        if let Some(style) = book.styles.get(usize::from(style)).filter(|_| self.grid.filled(at)) {
            style.whys().for_each(|why| self.grid.mark(why, Some(at.0), Some(at.1)));
        }
    }
}

/// A number in 30 bits: whole or the upper half of a floating one, and divided by 100 or not.
fn rk_number(rk: u32) -> f64 {
    let number = match rk & 2 {
        0 => f64::from_bits(u64::from(rk & !3) << 32),
        _ => f64::from(i32::from_le_bytes(rk.to_le_bytes()) >> 2),
    };
    if rk & 1 == 1 { number / 100.0 } else { number }
}

fn truth(value: u8) -> Cell {
    Cell::Text(if value == 0 { "FALSE" } else { "TRUE" }.into())
}

fn error_name(code: u8) -> String {
    let names = [
        (0x00, "#NULL!"),
        (0x07, "#DIV/0!"),
        (0x0F, "#VALUE!"),
        (0x17, "#REF!"),
        (0x1D, "#NAME?"),
        (0x24, "#NUM!"),
        (0x2A, "#N/A"),
    ];
    names.iter().find(|(number, _)| *number == code).map_or("#", |(_, name)| name).to_owned()
}

/// Areas, in eight bytes each, behind their number.
fn areas<'a>(record: &Record<'a>, at: usize) -> impl Iterator<Item = Area> + use<'a> {
    let count = usize::from(record.u16(at.saturating_sub(2)).unwrap_or(0));
    let data = record.data().get(at..).unwrap_or_default();
    data.chunks_exact(8).take(count).filter_map(|area| {
        let [top, bottom, left, right] = [0, 2, 4, 6].map(|at| u16_at(area, at).unwrap_or(0));
        let rows = u32::from(top) + 1..=u32::from(bottom) + 1;
        (top <= bottom && left <= right)
            .then_some(Area { rows, columns: usize::from(left)..=usize::from(right) })
    })
}

/// Whether a rule of appearance strikes through. Its font stands behind its number format, if it
/// has them.
fn rule_hides(data: &[u8]) -> bool {
    let (flags, more) = (u32_at(data, 6).unwrap_or(0), u16_at(data, 10).unwrap_or(0));
    let number_format = match (flags >> 25 & 1, more & 1) {
        (0, _) => 0,
        (_, 0) => 2,
        _ => usize::from(u16_at(data, 12).unwrap_or(0)),
    };
    let font = 12 + number_format;
    let bit = |at: usize| u32_at(data, font + at).is_some_and(|bits| bits & 0x80 != 0);
    // The second says that the font leaves the stroke as it is.
    flags >> 26 & 1 == 1 && bit(68) && !bit(88)
}
