//! A building as a grid: storeys from top to bottom, the flats of each pool side by side.

use super::data::Data;
use super::sheet::need;
use crate::words::say::tr;
use floorlot::plan::{PoolNumber, UnitNumber};
use floorlot::rules::Lang;
use floorlot_verify::common::html::escaped;
use std::collections::{BTreeMap, BTreeSet};

/// Flats side by side on one sheet of paper.
const ACROSS: usize = 12;

/// How a grid is drawn.
#[derive(Clone, Copy)]
pub(crate) struct Look {
    /// An empty box beside each flat.
    pub(crate) boxes: bool,
    /// The height of all storeys together, in millimetres, as far as the least height of a row
    /// allows it.
    pub(crate) height: f64,
    /// The least that a row is high, in millimetres.
    pub(crate) least: f64,
    /// The most that a row is high, in millimetres.
    pub(crate) row: f64,
}

/// A pool in a grid: the flats on each storey.
struct Column<'d> {
    title: &'d str,
    flats: BTreeMap<u64, Vec<UnitNumber>>,
    width: usize,
}

impl Column<'_> {
    fn is_full(&self, storey: u64) -> bool {
        self.flats.get(&storey).is_some_and(|flats| flats.len() >= ACROSS)
    }
}

/// The grids of some pools of one building; several if it has too many flats on a storey.
pub(crate) fn grids(data: &Data, pools: &[PoolNumber], look: Look, lang: Lang) -> Vec<String> {
    let columns: Vec<Column<'_>> = pools.iter().flat_map(|&pool| columns(data, pool)).collect();
    let mut sheets: Vec<Vec<Column<'_>>> = Vec::new();
    for column in columns {
        let room = |sheet: &Vec<Column<'_>>| {
            sheet.iter().map(|c| c.width).sum::<usize>() + column.width <= ACROSS
        };
        match sheets.last_mut().filter(|sheet| room(sheet)) {
            Some(sheet) => sheet.push(column),
            None => sheets.push(vec![column]),
        }
    }
    sheets.iter().map(|columns| grid(data, columns, look, lang)).collect()
}

/// A pool as one column, or as several if it has too many flats on a storey.
fn columns(data: &Data, pool: PoolNumber) -> Vec<Column<'_>> {
    let Some(info) = data.roll().pool(pool) else { return Vec::new() };
    let mut parts: Vec<Column<'_>> = Vec::new();
    for unit in data.book.units_of(&info.id) {
        let storey = data.unit(unit).1;
        if parts.iter().all(|part| part.is_full(storey)) {
            parts.push(Column { title: &info.title, flats: BTreeMap::new(), width: 0 });
        }
        if let Some(part) = parts.iter_mut().find(|part| !part.is_full(storey)) {
            let flats = part.flats.entry(storey).or_default();
            flats.push(unit);
            part.width = part.width.max(flats.len());
        }
    }
    parts
}

fn grid(data: &Data, columns: &[Column<'_>], look: Look, lang: Lang) -> String {
    let storeys: BTreeSet<u64> = columns.iter().flat_map(|c| c.flats.keys().copied()).collect();
    let height = (look.height / storeys.len().max(1) as f64).clamp(look.least, look.row);
    let size = if height < 7.0 { "10pt" } else { "12pt" };
    let storey_head = tr!(lang, "Storey", "楼层");
    let heads: String = columns
        .iter()
        .map(|c| format!("<th class=\"first\" colspan=\"{}\">{}</th>", c.width, escaped(c.title)))
        .collect();
    let rows: String = storeys
        .iter()
        .rev()
        .map(|storey| {
            let cells: String = columns.iter().map(|c| cells(data, c, *storey, look)).collect();
            let storey = tr!(lang, "{storey}", "{storey} 层");
            format!("<tr style=\"height:{height:.1}mm\"><th class=\"storey\">{storey}</th>{cells}</tr>\n")
        })
        .collect();
    format!(
        "<table class=\"grid block\" style=\"font-size:{size}\"><thead><tr><th class=\"storey\">{storey_head}</th>{heads}</tr></thead><tbody>\n{rows}</tbody></table>\n"
    )
}

fn cells(data: &Data, column: &Column<'_>, storey: u64, look: Look) -> String {
    let flats = column.flats.get(&storey).map(Vec::as_slice).unwrap_or_default();
    let cell = |n: usize| {
        let first = if n == 0 { " first" } else { "" };
        match flats.get(n) {
            None => format!("<td class=\"none{first}\"></td>"),
            Some(&unit) => {
                let (label, marks) = (escaped(data.unit(unit).0), marks(data, unit));
                let tick = if look.boxes { "<i class=\"box\"></i>" } else { "" };
                format!(
                    "<td class=\"flat{first}\">{tick}<b>{label}</b> <span class=\"marks\">{marks}</span></td>"
                )
            }
        }
    };
    (0..column.width).map(cell).collect()
}

/// The marks ① to ⑳; beyond them the features stand in words.
fn mark(number: usize, feature: &str) -> String {
    match u32::try_from(number).ok().filter(|n| *n < 20).and_then(|n| char::from_u32(0x2460 + n)) {
        Some(mark) => mark.to_string(),
        None => escaped(feature),
    }
}

/// The marks of a unit.
pub(crate) fn marks(data: &Data, unit: UnitNumber) -> String {
    let features = data.roll().features(unit);
    let has = |(_, feature): &(usize, &str)| features.iter().any(|f| f == feature);
    data.needed
        .iter()
        .map(String::as_str)
        .enumerate()
        .filter(has)
        .map(|(n, feature)| mark(n, feature))
        .collect()
}

/// What the marks mean, as HTML; nothing if nobody needs anything.
pub(crate) fn legend(data: &Data, lang: Lang) -> String {
    let told = |(n, feature): (usize, &String)| {
        format!(
            "<span class=\"nowrap\">{} {}</span>",
            mark(n, feature),
            escaped(&need(feature, lang))
        )
    };
    let told: Vec<String> = data.needed.iter().enumerate().map(told).collect();
    if told.is_empty() {
        return String::new();
    }
    let told = told.join(if lang == Lang::Zh { "，" } else { ", " });
    tr!(lang, "<p>What some household needs: {told}</p>\n", "<p>有住户需要的特征：{told}</p>\n")
}
