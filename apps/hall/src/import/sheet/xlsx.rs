//! Workbooks as .xlsx and .xlsm (ECMA-376): values, and what a clerk does not see of them.

use super::super::fault::Fault;
use super::grid::{Area, Grid, of_text, place};
use super::package::Package;
use super::source::Source;
use super::styles::{Font, Styles, font};
use super::table::{Cell, FLAT, NARROW, Stored, Table, Why};
use super::xml::{Item, Tag, Xml};
use std::collections::BTreeMap;

/// A text with what is said of its letters.
#[derive(Debug, Default)]
struct Rich {
    text: String,
    whys: Vec<Why>,
}

/// What all sheets of a workbook share.
struct Book<'a> {
    source: &'a Source<'a>,
    texts: Vec<Rich>,
    styles: Styles,
    /// The program that wrote it leaves all computing to the one that opens it: a 0 behind a
    /// formula is no value.
    computes_on_load: bool,
}

/// Reads all sheets of a workbook.
pub(super) fn tables(mut package: Package<'_>) -> Result<Vec<Table>, Fault> {
    let source = package.source;
    let root = related(&mut package, "")?;
    let main = root
        .values()
        .find(|(kind, _)| kind == "officeDocument")
        .map_or("xl/workbook.xml".to_owned(), |(_, target)| target.clone());
    let workbook = package.needed(&main)?;
    let parts = related(&mut package, &main)?;
    let of_kind =
        |kind: &str| parts.values().find(|(k, _)| k == kind).map(|(_, target)| target.clone());
    let (mut styles, mut texts) = (Styles::default(), Vec::new());
    if let Some(part) = of_kind("styles") {
        styles = Styles::read(source, &part, &package.needed(&part)?)?;
    }
    if let Some(part) = of_kind("sharedStrings") {
        texts = shared_texts(source, &part, &package.needed(&part)?)?;
    }
    let (sheets, computes_on_load) = sheets(source, &main, &workbook)?;
    let book = Book { source, texts, styles, computes_on_load };
    let mut tables = Vec::new();
    for (name, id, hidden) in sheets {
        let Some((_, part)) = parts.get(&id).filter(|(kind, _)| kind == "worksheet") else {
            continue;
        };
        let text = package.needed(part)?;
        tables.push(Sheet::new(&book, part, &text).read(name, hidden)?);
    }
    Ok(tables)
}

/// The parts that a part refers to, by id: their kind and path.
fn related(
    package: &mut Package<'_>,
    part: &str,
) -> Result<BTreeMap<String, (String, String)>, Fault> {
    let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
    let own = format!("{folder}{}_rels/{name}.rels", if folder.is_empty() { "" } else { "/" });
    let Some(text) = package.part(&own)? else { return Ok(BTreeMap::new()) };
    let mut xml = Xml::new(package.source, &own, &text);
    let mut parts = BTreeMap::new();
    while let Some(item) = xml.next()? {
        let Item::Open(tag) = item else { continue };
        let (Some(id), Some(kind), Some(target)) =
            (tag.get("Id"), tag.get("Type"), tag.get("Target"))
        else {
            continue;
        };
        let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
        parts.insert(id, (kind, resolved(folder, &target)));
    }
    Ok(parts)
}

/// A path as a part of this folder names it.
fn resolved(folder: &str, target: &str) -> String {
    let start = if target.starts_with('/') { "" } else { folder };
    let mut path: Vec<&str> = start.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split(['/', '\\']) {
        match step {
            "" | "." => {}
            ".." => {
                path.pop();
            }
            step => path.push(step),
        }
    }
    path.join("/")
}

/// A sheet of the list: name, id of its part, and why it does not show.
type Listed = (String, String, Option<Why>);

/// The sheets in their order, and whether the workbook is computed when it is opened.
fn sheets(source: &Source<'_>, part: &str, text: &str) -> Result<(Vec<Listed>, bool), Fault> {
    let mut xml = Xml::new(source, part, text);
    let (mut sheets, mut computes_on_load) = (Vec::new(), false);
    while let Some(item) = xml.next()? {
        let Item::Open(tag) = item else { continue };
        match tag.name() {
            "sheet" => {
                let hidden = match tag.get("state").as_deref() {
                    Some("hidden") => Some(Why::SheetHidden),
                    Some("veryHidden") => Some(Why::SheetVeryHidden),
                    _ => None,
                };
                sheets.push((
                    tag.get("name").unwrap_or_default(),
                    tag.get("id").unwrap_or_default(),
                    hidden,
                ));
            }
            "calcPr" => computes_on_load = tag.on("fullCalcOnLoad"),
            _ => {}
        }
    }
    Ok((sheets, computes_on_load))
}

fn shared_texts(source: &Source<'_>, part: &str, text: &str) -> Result<Vec<Rich>, Fault> {
    let mut xml = Xml::new(source, part, text);
    let mut texts = Vec::new();
    while let Some(item) = xml.next()? {
        if let Item::Open(tag) = item
            && tag.name() == "si"
        {
            texts.push(rich(&mut xml)?);
        }
    }
    Ok(texts)
}

/// The text whose element was opened last: one piece, or several with fonts of their own. The
/// reading of characters (rPh) is no part of it.
fn rich(xml: &mut Xml<'_>) -> Result<Rich, Fault> {
    let (depth, mut rich, mut own) = (xml.depth(), Rich::default(), Font::default());
    let mut plain = false;
    while let Some(item) = xml.within(depth)? {
        let Item::Open(tag) = item else { continue };
        match tag.name() {
            "rPh" => xml.skip()?,
            "r" => own = Font::default(),
            "rPr" => own = font(xml)?,
            "t" => {
                let text = unescaped(&xml.text()?);
                let whys = [own.strike.then_some(Why::PartlyStruck), own.unseen(None)];
                let blank = text.trim().is_empty();
                plain |= !blank && !own.strike;
                rich.whys.extend(whys.into_iter().flatten().filter(|_| !blank));
                rich.text += &text;
            }
            _ => {}
        }
    }
    rich.whys.sort_unstable();
    rich.whys.dedup();
    if !plain {
        rich.whys
            .iter_mut()
            .filter(|why| **why == Why::PartlyStruck)
            .for_each(|why| *why = Why::Struck);
    }
    Ok(rich)
}

/// `_x000D_` stands for a character that XML does not allow.
fn unescaped(text: &str) -> String {
    let (mut plain, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find("_x") {
        let closed = rest.get(at + 6..at + 7) == Some("_");
        let code = rest
            .get(at + 2..at + 6)
            .filter(|_| closed)
            .and_then(|hex| u32::from_str_radix(hex, 16).ok());
        let (kept, next) = if code.is_some() { (at, at + 7) } else { (at + 2, at + 2) };
        plain += rest.get(..kept).unwrap_or_default();
        plain.extend(code.map(|code| char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)));
        rest = rest.get(next..).unwrap_or_default();
    }
    plain + rest
}

/// A formula in a cell.
struct Formula {
    text: String,
    /// The cells that one formula fills, in the first of them.
    over: Option<Area>,
}

/// A sheet while it is read.
struct Sheet<'a> {
    book: &'a Book<'a>,
    part: &'a str,
    xml: Xml<'a>,
    grid: Grid<'a>,
    row: u32,
    row_style: Option<usize>,
    column: usize,
    flat: bool,
    no_zeros: bool,
    /// Formulas over areas without a value.
    open: Vec<(Area, String)>,
    /// Where the rules that follow apply, until one of them is known to hide.
    ruled: Vec<Area>,
}

impl<'a> Sheet<'a> {
    fn new(book: &'a Book<'a>, part: &'a str, text: &'a str) -> Sheet<'a> {
        let (xml, grid) = (Xml::new(book.source, part, text), Grid::new(book.source));
        Sheet {
            book,
            part,
            xml,
            grid,
            row: 0,
            row_style: None,
            column: 0,
            flat: false,
            no_zeros: false,
            open: Vec::new(),
            ruled: Vec::new(),
        }
    }

    fn read(mut self, name: String, hidden: Option<Why>) -> Result<Table, Fault> {
        hidden.into_iter().for_each(|why| self.grid.mark(why, None, None));
        while let Some(item) = self.xml.next()? {
            if let Item::Open(tag) = item {
                self.element(&tag)?;
            }
        }
        for (area, formula) in std::mem::take(&mut self.open) {
            self.grid.unevaluated(&area, &formula)?;
        }
        Ok(self.grid.table(Some(name), Vec::new()))
    }

    fn element(&mut self, tag: &Tag<'a>) -> Result<(), Fault> {
        let area = |name: &str| tag.get(name).and_then(|text| Area::read(&text));
        match tag.name() {
            "c" => return self.cell(tag),
            "row" => self.begin_row(tag),
            "sheetView" => {
                self.no_zeros |= matches!(tag.get("showZeros").as_deref(), Some("0" | "false"))
            }
            "sheetFormatPr" => {
                self.flat =
                    tag.number::<f64>("defaultRowHeight").is_some_and(|height| height < FLAT)
            }
            "col" => self.hide_columns(tag),
            "mergeCell" => return area("ref").map_or(Ok(()), |area| self.grid.merge(&area)),
            "autoFilter" => area("ref").into_iter().for_each(|area| self.grid.filter(&area.rows)),
            // A list of the sheet has a filter of its own.
            "tablePart" => self.grid.filter(&(1..=u32::MAX)),
            "conditionalFormatting" => {
                self.ruled = tag
                    .get("sqref")
                    .unwrap_or_default()
                    .split_whitespace()
                    .filter_map(Area::read)
                    .collect();
            }
            "cfRule"
                if tag.number("dxfId").is_some_and(|rule| self.book.styles.rule_hides(rule)) =>
            {
                std::mem::take(&mut self.ruled)
                    .iter()
                    .for_each(|area| self.grid.rule(&area.columns));
            }
            _ => {}
        }
        Ok(())
    }

    fn begin_row(&mut self, tag: &Tag<'_>) {
        self.row = tag.number("r").unwrap_or(self.row.saturating_add(1));
        self.column = 0;
        self.row_style = tag.number("s");
        let height = tag.number::<f64>("ht");
        let why = if tag.on("hidden") {
            let grouped = tag.number("outlineLevel").is_some_and(|level: u8| level > 0);
            Some(if grouped { Why::RowGrouped } else { Why::RowHidden })
        } else {
            height.map_or(self.flat, |height| height < FLAT).then_some(Why::RowFlat)
        };
        why.into_iter().for_each(|why| self.grid.hide_rows(self.row..=self.row, why));
    }

    fn hide_columns(&mut self, tag: &Tag<'_>) {
        let why = if tag.on("hidden") {
            let grouped = tag.number("outlineLevel").is_some_and(|level: u8| level > 0);
            Some(if grouped { Why::ColumnGrouped } else { Why::ColumnHidden })
        } else {
            tag.number::<f64>("width")
                .is_some_and(|width| width < NARROW)
                .then_some(Why::ColumnNarrow)
        };
        let columns = tag.number::<usize>("min").zip(tag.number::<usize>("max"));
        if let (Some(why), Some((first, last))) = (why, columns) {
            self.grid.hide_columns(first.saturating_sub(1)..=last.saturating_sub(1), why);
        }
    }

    fn cell(&mut self, tag: &Tag<'_>) -> Result<(), Fault> {
        let named =
            tag.get("r").map(|name| place(&name).ok_or_else(|| self.book.source.broken(self.part)));
        let at = named.transpose()?.unwrap_or((self.row, self.column));
        self.column = at.1.saturating_add(1);
        let style_number = tag.number::<usize>("s");
        let (kind, depth) = (tag.get("t"), self.xml.depth());
        let (mut value, mut inline, mut formula) = (None, None, None);
        while let Some(item) = self.xml.within(depth)? {
            let Item::Open(tag) = item else { continue };
            match tag.name() {
                "v" => value = Some(self.xml.text()?),
                "is" => inline = Some(rich(&mut self.xml)?),
                "f" => {
                    let over = tag.get("ref").filter(|_| tag.get("t").as_deref() != Some("shared"));
                    formula = Some(Formula {
                        over: over.and_then(|area| Area::read(&area)),
                        text: self.xml.text()?,
                    });
                }
                _ => {}
            }
        }
        let kind = kind.as_deref().unwrap_or("n");
        if self.without_value(at, kind, value.as_deref(), inline.is_none(), formula)? {
            return Ok(());
        }
        if value.is_some() || inline.is_some() {
            self.value(at, kind, (value.as_deref().unwrap_or_default(), inline), style_number)?;
        }
        self.whys(at, style_number);
        Ok(())
    }

    /// Whether a formula has no value: then that is what the cell holds.
    fn without_value(
        &mut self,
        at: (u32, usize),
        kind: &str,
        value: Option<&str>,
        no_text: bool,
        formula: Option<Formula>,
    ) -> Result<bool, Fault> {
        let Some(formula) = formula else { return Ok(false) };
        let missing = match (kind, value.map(str::trim)) {
            ("n", Some("0")) => self.book.computes_on_load,
            // An empty text is a value.
            ("str", Some(_)) => false,
            (_, value) => no_text && value.unwrap_or_default().is_empty(),
        };
        if missing {
            self.grid.put(at, Cell::Unevaluated(formula.text.clone()))?;
            self.open.extend(formula.over.map(|area| (area, formula.text)));
        }
        Ok(missing)
    }

    fn value(
        &mut self,
        at: (u32, usize),
        kind: &str,
        (value, inline): (&str, Option<Rich>),
        style: Option<usize>,
    ) -> Result<(), Fault> {
        let book = self.book;
        let broken = || book.source.broken(self.part);
        let format =
            book.styles.cell(style.unwrap_or(0)).map_or("General", |style| style.format.as_str());
        match kind {
            "s" => {
                let shared = value
                    .trim()
                    .parse::<usize>()
                    .ok()
                    .and_then(|index| book.texts.get(index))
                    .ok_or_else(broken)?;
                self.rich(at, shared, format)
            }
            "inlineStr" => self.rich(at, &inline.unwrap_or_default(), format),
            "str" => self.grid.text(at, &unescaped(value), format),
            "b" => self
                .grid
                .put(at, Cell::Text(if value.trim() == "1" { "TRUE" } else { "FALSE" }.into())),
            "e" => self.grid.put(at, Cell::Error(value.trim().into())),
            "d" => self.grid.put(
                at,
                Cell::Date(Box::new(Stored { value: value.trim().into(), format: format.into() })),
            ),
            _ if value.trim().is_empty() => match inline {
                Some(rich) => self.rich(at, &rich, format),
                None => Ok(()),
            },
            _ => {
                let number: f64 = value.trim().parse().map_err(|_| broken())?;
                self.grid.number(at, number, format)?;
                if self.no_zeros && number == 0.0 {
                    self.grid.mark(Why::NoZeros, Some(at.0), Some(at.1));
                }
                Ok(())
            }
        }
    }

    fn rich(&mut self, at: (u32, usize), rich: &Rich, format: &str) -> Result<(), Fault> {
        self.grid.text(at, &rich.text, format)?;
        if of_text(&rich.text) != Cell::Empty {
            rich.whys.iter().for_each(|why| self.grid.mark(*why, Some(at.0), Some(at.1)));
        }
        Ok(())
    }

    /// Marks a cell whose style hides it or strikes it through. A cell without a style of its own
    /// is not struck because its row is, in the program; but whoever strikes the row means it.
    fn whys(&mut self, at: (u32, usize), style: Option<usize>) {
        let Some(style) = style.or(self.row_style).and_then(|style| self.book.styles.cell(style))
        else {
            return;
        };
        if self.grid.filled(at) {
            style.whys().for_each(|why| self.grid.mark(why, Some(at.0), Some(at.1)));
        }
    }
}
