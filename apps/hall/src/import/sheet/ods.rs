//! Tables as .ods (OpenDocument): the file has the text that each cell shows beside the value that
//! it stores.

use super::super::fault::Fault;
use super::grid::{Area, Grid, of_text};
use super::package::Package;
use super::source::Source;
use super::styles::{Font, Style, WHITE, rgb};
use super::table::{Cell, FLAT, NARROW, Stored, Table, Why};
use super::xml::{Item, Tag, Xml};
use std::collections::BTreeMap;

/// The width of a digit in the usual letters of 11 points, in points.
const CHARACTER: f64 = 5.25;

/// A style of the file.
#[derive(Debug, Default)]
struct Named {
    look: Style,
    /// Whether it names a number format, which may show nothing.
    formatted: bool,
    /// A sheet that is not shown.
    hidden: bool,
    /// A row or a column that has no height or no width.
    flat: bool,
    /// Styles that rules put in its place.
    rules: Vec<String>,
}

type Styles = BTreeMap<String, Named>;

/// Reads all sheets of a file.
pub(super) fn tables(mut package: Package<'_>) -> Result<Vec<Table>, Fault> {
    let source = package.source;
    if package
        .part("META-INF/manifest.xml")?
        .is_some_and(|manifest| manifest.contains("encryption-data"))
    {
        return Err(source.password());
    }
    let mut styles = Styles::new();
    if let Some(text) = package.part("styles.xml")? {
        let mut xml = Xml::new(source, "styles.xml", &text);
        while let Some(item) = xml.next()? {
            if let Item::Open(tag) = item {
                style(&mut xml, &tag, &mut styles)?;
            }
        }
    }
    let text = package.needed("content.xml")?;
    let mut xml = Xml::new(source, "content.xml", &text);
    let mut tables = Vec::new();
    while let Some(item) = xml.next()? {
        let Item::Open(tag) = item else { continue };
        match tag.name() {
            // What was changed before, and what programs keep of other files.
            "tracked-changes" | "dde-links" | "forms" => xml.skip()?,
            "table" => tables.extend(Sheet::new(source, &styles, &mut xml).read(&tag)?),
            _ => style(&mut xml, &tag, &mut styles)?,
        }
    }
    Ok(tables)
}

/// Takes in a style if the element is one. It begins as the style that it is made from.
fn style(xml: &mut Xml<'_>, tag: &Tag<'_>, styles: &mut Styles) -> Result<(), Fault> {
    let Some(name) = tag.get("name") else { return Ok(()) };
    if !matches!(tag.name(), "style" | "default-style") {
        return Ok(());
    }
    let parent = tag.get("parent-style-name").and_then(|parent| styles.get(&parent));
    let mut named = parent.map_or_else(Named::default, |parent| Named {
        look: parent.look.clone(),
        formatted: parent.formatted,
        ..Named::default()
    });
    named.formatted |= tag.get("data-style-name").is_some();
    let depth = xml.depth();
    while let Some(item) = xml.within(depth)? {
        let Item::Open(tag) = item else { continue };
        match tag.name() {
            "text-properties" => font(&tag, &mut named.look.font),
            "table-cell-properties" => {
                if let Some(color) = tag.get("background-color") {
                    named.look.ground = (color != "transparent").then(|| hexadecimal(&color));
                }
            }
            "table-properties" => named.hidden = tag.get("display").as_deref() == Some("false"),
            "table-row-properties" => {
                named.flat = tag.get("row-height").is_some_and(|height| below(&height, FLAT))
            }
            "table-column-properties" => {
                named.flat =
                    tag.get("column-width").is_some_and(|width| below(&width, NARROW * CHARACTER))
            }
            "map" => named.rules.extend(tag.get("apply-style-name")),
            _ => {}
        }
    }
    styles.insert(name, named);
    Ok(())
}

fn font(tag: &Tag<'_>, font: &mut Font) {
    for name in ["text-line-through-style", "text-line-through-type"] {
        if let Some(line) = tag.get(name) {
            font.strike = line != "none";
        }
    }
    if let Some(color) = tag.get("color") {
        font.color = Some(hexadecimal(&color));
    }
    if let Some(size) = tag.get("font-size") {
        font.size = size.strip_suffix("pt").and_then(|points| points.parse().ok());
    }
}

fn hexadecimal(color: &str) -> String {
    rgb(color.trim_start_matches('#'))
}

/// Whether a length such as `0.45cm` is less than this many points.
fn below(length: &str, limit: f64) -> bool {
    let unit = length.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let points = match unit {
        "cm" => 72.0 / 2.54,
        "mm" => 7.2 / 2.54,
        "in" => 72.0,
        "pc" => 12.0,
        "px" => 0.75,
        _ => 1.0,
    };
    length
        .strip_suffix(unit)
        .and_then(|number| number.parse::<f64>().ok())
        .is_some_and(|number| number * points < limit)
}

/// What a cell says of itself before its text.
struct Facts {
    kind: String,
    value: Option<String>,
    formula: Option<String>,
    style: Option<String>,
    repeated: u32,
    /// Rows and columns that it is merged over.
    over: (u32, usize),
}

impl Facts {
    fn of(tag: &Tag<'_>) -> Facts {
        let value = ["value", "date-value", "time-value", "boolean-value", "string-value"];
        let kind = tag.get_whole("calcext:value-type").filter(|kind| kind == "error");
        Facts {
            kind: kind.or_else(|| tag.get_whole("office:value-type")).unwrap_or_default(),
            value: value.iter().find_map(|name| tag.get_whole(&format!("office:{name}"))),
            formula: tag.get("formula"),
            style: tag.get("style-name"),
            repeated: tag.number("number-columns-repeated").unwrap_or(1),
            over: (
                tag.number("number-rows-spanned").unwrap_or(1),
                tag.number("number-columns-spanned").unwrap_or(1),
            ),
        }
    }
}

/// The text of a cell, and what is said of its letters.
#[derive(Default)]
struct Text {
    text: String,
    /// Whether the cell has a text at all, though it may be empty.
    any: bool,
    struck: bool,
}

/// A cell of a row that stands for one or more rows.
struct Filled {
    column: usize,
    facts: Facts,
    text: Text,
}

/// A sheet while it is read.
struct Sheet<'a, 'x, 's> {
    source: &'a Source<'a>,
    styles: &'s Styles,
    xml: &'x mut Xml<'a>,
    grid: Grid<'a>,
    row: u32,
    column: usize,
    /// The styles of columns, for cells without one, each up to a column.
    column_styles: BTreeMap<usize, (usize, String)>,
    merged: Vec<Area>,
    /// The depth at which a group that is folded up began.
    folded: Option<u32>,
}

impl<'a, 'x, 's> Sheet<'a, 'x, 's> {
    fn new(source: &'a Source<'a>, styles: &'s Styles, xml: &'x mut Xml<'a>) -> Sheet<'a, 'x, 's> {
        let grid = Grid::new(source);
        Sheet {
            source,
            styles,
            xml,
            grid,
            row: 1,
            column: 0,
            column_styles: BTreeMap::new(),
            merged: Vec::new(),
            folded: None,
        }
    }

    /// The table whose element was opened last; `None` for a copy of another file's sheet that the
    /// program keeps.
    fn read(mut self, tag: &Tag<'_>) -> Result<Option<Table>, Fault> {
        let (depth, name) = (self.xml.depth(), tag.get("name").unwrap_or_default());
        let hidden = tag
            .get("style-name")
            .and_then(|style| self.styles.get(&style))
            .is_some_and(|style| style.hidden);
        hidden
            .then_some(Why::SheetHidden)
            .into_iter()
            .for_each(|why| self.grid.mark(why, None, None));
        let mut copy = name.starts_with("'file:");
        while let Some(item) = self.xml.within(depth)? {
            let Item::Open(tag) = item else {
                self.folded = self.folded.filter(|at| self.xml.depth() >= *at);
                continue;
            };
            match tag.name() {
                "table-source" => copy = true,
                "table-row-group" | "table-column-group"
                    if tag.get("display").as_deref() == Some("false") =>
                {
                    self.folded = self.folded.or(Some(self.xml.depth()));
                }
                "table-column" => self.columns(&tag),
                "table-row" => self.row(&tag)?,
                "shapes" | "forms" | "named-expressions" => self.xml.skip()?,
                "conditional-format" => self.conditional(&tag)?,
                _ => {}
            }
        }
        for area in std::mem::take(&mut self.merged) {
            self.grid.merge(&area)?;
        }
        Ok((!copy).then(|| self.grid.table(Some(name), Vec::new())))
    }

    fn columns(&mut self, tag: &Tag<'_>) {
        let count = tag.number::<usize>("number-columns-repeated").unwrap_or(1).max(1);
        let columns = self.column..=self.column.saturating_add(count - 1);
        let flat = tag
            .get("style-name")
            .and_then(|style| self.styles.get(&style))
            .is_some_and(|style| style.flat);
        let why = match tag.get("visibility").as_deref() {
            _ if self.folded.is_some() => Some(Why::ColumnGrouped),
            Some("collapse" | "filter") => Some(Why::ColumnHidden),
            _ => flat.then_some(Why::ColumnNarrow),
        };
        if let Some(style) = tag.get("default-cell-style-name") {
            self.column_styles.insert(*columns.start(), (*columns.end(), style));
        }
        self.column = columns.end().saturating_add(1);
        why.into_iter().for_each(|why| self.grid.hide_columns(columns.clone(), why));
    }

    fn row(&mut self, tag: &Tag<'_>) -> Result<(), Fault> {
        let (depth, count) =
            (self.xml.depth(), tag.number::<u32>("number-rows-repeated").unwrap_or(1).max(1));
        let (rows, row_style) =
            (self.row..=self.row.saturating_add(count - 1), tag.get("default-cell-style-name"));
        let flat = tag
            .get("style-name")
            .and_then(|style| self.styles.get(&style))
            .is_some_and(|style| style.flat);
        let why = match tag.get("visibility").as_deref() {
            _ if self.folded.is_some() => Some(Why::RowGrouped),
            Some("collapse") => Some(Why::RowHidden),
            Some("filter") => Some(Why::RowFiltered),
            _ => flat.then_some(Why::RowFlat),
        };
        why.into_iter().for_each(|why| self.grid.hide_rows(rows.clone(), why));
        let (mut column, mut cells) = (0_usize, Vec::new());
        while let Some(item) = self.xml.within(depth)? {
            let Item::Open(tag) = item else { continue };
            if !matches!(tag.name(), "table-cell" | "covered-table-cell") {
                continue;
            }
            let mut facts = Facts::of(&tag);
            let text = self.text()?;
            let next =
                column.saturating_add(usize::try_from(facts.repeated.max(1)).unwrap_or(usize::MAX));
            if text.any || facts.value.is_some() || facts.formula.is_some() {
                let column_style = || {
                    self.column_styles
                        .range(..=column)
                        .next_back()
                        .filter(|(_, (last, _))| *last >= column)
                };
                facts.style = facts
                    .style
                    .or_else(|| row_style.clone())
                    .or_else(|| column_style().map(|(_, (_, style))| style.clone()));
                cells.push(Filled { column, facts, text });
            }
            column = next;
        }
        self.row = rows.end().saturating_add(1);
        if cells.is_empty() {
            return Ok(());
        }
        for row in rows {
            cells.iter().try_for_each(|cell| self.cells(row, cell))?;
        }
        Ok(())
    }

    /// Puts a cell as often as it is repeated in a row.
    fn cells(&mut self, row: u32, cell: &Filled) -> Result<(), Fault> {
        let (rows, columns) = cell.facts.over;
        if rows > 1 || columns > 1 {
            let (last, right) = (
                row.saturating_add(rows.max(1) - 1),
                cell.column.saturating_add(columns.max(1) - 1),
            );
            self.merged.push(Area { rows: row..=last, columns: cell.column..=right });
        }
        let count = usize::try_from(cell.facts.repeated.max(1)).unwrap_or(usize::MAX);
        for column in cell.column..cell.column.saturating_add(count) {
            self.source.spend_elements(1)?;
            self.value((row, column), &cell.facts, &cell.text)?;
            let style = cell.facts.style.as_ref().and_then(|style| self.styles.get(style));
            if self.grid.filled((row, column)) {
                let hidden = style.into_iter().flat_map(|style| style.look.whys());
                let whys: Vec<Why> =
                    hidden.chain(cell.text.struck.then_some(Why::PartlyStruck)).collect();
                whys.into_iter().for_each(|why| self.grid.mark(why, Some(row), Some(column)));
                let ruled =
                    style.is_some_and(|style| style.rules.iter().any(|rule| self.hides(rule)));
                ruled
                    .then_some(column..=column)
                    .into_iter()
                    .for_each(|columns| self.grid.rule(&columns));
            }
        }
        Ok(())
    }

    fn value(&mut self, at: (u32, usize), facts: &Facts, text: &Text) -> Result<(), Fault> {
        let stored = facts.value.clone().unwrap_or_default();
        let cell = match facts.kind.as_str() {
            "error" => Cell::Error(text.text.trim().into()),
            // A program that computes writes a paragraph for an empty text too.
            "" if facts.formula.is_some() && !text.any => Cell::Unevaluated(formula(facts)),
            "date" | "time" => {
                Cell::Date(Box::new(Stored { value: stored, format: String::new() }))
            }
            "float" | "percentage" | "currency" => return self.number(at, facts, text, &stored),
            "boolean" if !text.any => Cell::Text(stored.to_uppercase()),
            "string" => return self.string(at, facts, text),
            _ => of_text(&text.text),
        };
        self.grid.put(at, cell)
    }

    /// A text. Where the format changes it, the file has it as it is stored as well.
    fn string(&mut self, at: (u32, usize), facts: &Facts, text: &Text) -> Result<(), Fault> {
        let words = |text: &str| text.split_whitespace().collect::<String>();
        let stored = facts.value.as_deref().unwrap_or(&text.text);
        let cell = match (of_text(stored), of_text(&text.text)) {
            (Cell::Text(error), _) if facts.formula.is_some() && error.starts_with("Err:") => {
                Cell::Error(error)
            }
            (Cell::Text(stored), Cell::Empty) => {
                if text.any {
                    self.grid.mark(Why::Format, Some(at.0), Some(at.1));
                }
                Cell::Text(stored)
            }
            (Cell::Text(stored), Cell::Text(shown)) if words(&stored) != words(&shown) => {
                self.grid.as_shown(at, stored, Some(shown), "")
            }
            (stored, shown) => {
                if shown == Cell::Empty {
                    stored
                } else {
                    shown
                }
            }
        };
        self.grid.put(at, cell)
    }

    /// A number: the file says what shows. Where it does not, a program wrote it that shows
    /// nothing; or the format hides it.
    fn number(
        &mut self,
        at: (u32, usize),
        facts: &Facts,
        text: &Text,
        stored: &str,
    ) -> Result<(), Fault> {
        let number: f64 = stored.trim().parse().map_err(|_| self.source.broken("content.xml"))?;
        let (plain, shown) = (format!("{number}"), text.text.trim());
        if !number.is_finite() || number.abs() >= 1e15 || shown == plain {
            return self.grid.number(at, number, "General");
        }
        let formatted = facts
            .style
            .as_ref()
            .and_then(|style| self.styles.get(style))
            .is_some_and(|style| style.formatted);
        let cell = if shown.is_empty() {
            if text.any || formatted {
                self.grid.mark(Why::Format, Some(at.0), Some(at.1));
            }
            Cell::Number(plain)
        } else if number.fract() == 0.0 && shown.contains("E+") {
            self.grid.as_shown(at, plain, None, "")
        } else {
            self.grid.as_shown(at, plain, Some(shown.to_owned()), "")
        };
        self.grid.put(at, cell)
    }

    /// The text of the cell that was opened last: paragraphs on lines of their own, without notes
    /// and pictures.
    fn text(&mut self) -> Result<Text, Fault> {
        let (depth, mut text) = (self.xml.depth(), Text::default());
        // The depth at which a piece that is struck through began.
        let mut struck_at = None;
        while let Some(item) = self.xml.within(depth)? {
            match item {
                Item::Open(tag) => match tag.name() {
                    "annotation" | "note" | "ruby-text" | "frame" | "custom-shape" | "g"
                    | "table" | "detective" => self.xml.skip()?,
                    "p" => {
                        text.text.extend(text.any.then_some('\n'));
                        text.any = true;
                    }
                    "s" => {
                        let count = tag.number::<usize>("c").unwrap_or(1).min(100);
                        text.text.extend(std::iter::repeat_n(' ', count));
                    }
                    "tab" | "line-break" => text.text.push(' '),
                    "span" => {
                        let struck = tag
                            .get("style-name")
                            .and_then(|s| self.styles.get(&s))
                            .is_some_and(|s| s.look.font.strike);
                        struck_at = struck_at.or(struck.then_some(self.xml.depth()));
                    }
                    _ => {}
                },
                Item::Text(piece) if text.any => {
                    text.struck |= struck_at.is_some() && !piece.trim().is_empty();
                    text.text += &piece;
                }
                Item::Text(_) => {}
                Item::Close => struck_at = struck_at.filter(|at| self.xml.depth() >= *at),
            }
        }
        Ok(text)
    }

    /// A rule over areas such as `住户.A2:住户.C9`.
    fn conditional(&mut self, tag: &Tag<'_>) -> Result<(), Fault> {
        let (depth, areas) =
            (self.xml.depth(), tag.get("target-range-address").unwrap_or_default());
        let mut hides = false;
        while let Some(item) = self.xml.within(depth)? {
            if let Item::Open(tag) = item {
                hides |= tag.get("apply-style-name").is_some_and(|style| self.hides(&style));
            }
        }
        let corner =
            |text: &str| text.rsplit_once('.').map_or(text, |(_, corner)| corner).to_owned();
        for area in areas.split_whitespace().filter(|_| hides) {
            let (from, to) = area.split_once(':').unwrap_or((area, area));
            let area = Area::read(&format!("{}:{}", corner(from), corner(to)));
            area.into_iter().for_each(|area| self.grid.rule(&area.columns));
        }
        Ok(())
    }

    /// Whether a style that a rule applies strikes through or makes invisible.
    fn hides(&self, style: &str) -> bool {
        // The file has the name that people see, or one in which special characters are numbers.
        self.styles.get(style).is_some_and(|style| {
            let white =
                style.look.ground.is_none() && style.look.font.color.as_deref() == Some(WHITE);
            style.look.font.strike || white
        })
    }
}

/// A formula without the mark of its language.
fn formula(facts: &Facts) -> String {
    let formula = facts.formula.as_deref().unwrap_or_default();
    formula.split_once(":=").map_or(formula.trim_start_matches('='), |(_, text)| text).to_owned()
}
