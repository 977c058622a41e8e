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
struct Column {
    title: String,
    /// Whether it is called after its building, since there are several.
    several: bool,
    flats: BTreeMap<u64, Vec<UnitNumber>>,
    width: usize,
}

impl Column {
    fn is_full(&self, storey: u64) -> bool {
        self.flats.get(&storey).is_some_and(|flats| flats.len() >= ACROSS)
    }
}

/// The grids of some pools, a building each; several if it has too many flats on a storey.
pub(crate) fn grids(data: &Data, pools: &[PoolNumber], look: Look, lang: Lang) -> Vec<String> {
    let mut buildings: Vec<&str> = Vec::new();
    for pool in pools.iter().filter_map(|&pool| data.roll().pool(pool)) {
        for building in data.book.units_of(&pool.id).map(|unit| data.roll().building(unit)) {
            if !buildings.contains(&building) {
                buildings.push(building);
            }
        }
    }
    let several = buildings.len() > 1;
    let of = |building: &&str| grids_of(data, pools, (building, several), look, lang);
    buildings.iter().flat_map(of).collect()
}

/// The grids of one building; where there are `several`, they are called after it.
fn grids_of(
    data: &Data,
    pools: &[PoolNumber],
    (building, several): (&str, bool),
    look: Look,
    lang: Lang,
) -> Vec<String> {
    let columns = pools.iter().flat_map(|&pool| columns(data, pool, building, several));
    let mut sheets: Vec<Vec<Column>> = Vec::new();
    for column in columns {
        let room = |sheet: &Vec<Column>| {
            sheet.iter().map(|c| c.width).sum::<usize>() + column.width <= ACROSS
        };
        match sheets.last_mut().filter(|sheet| room(sheet)) {
            Some(sheet) => sheet.push(column),
            None => sheets.push(vec![column]),
        }
    }
    sheets.iter().map(|columns| grid(data, columns, look, lang)).collect()
}

/// The flats of a pool in a building as one column, or as several if there are too many on a storey.
fn columns(data: &Data, pool: PoolNumber, building: &str, several: bool) -> Vec<Column> {
    let roll = data.roll();
    let Some(info) = roll.pool(pool) else { return Vec::new() };
    let title = match several {
        true => format!("{building} {}", info.title),
        false => info.title.clone(),
    };
    let mut parts: Vec<Column> = Vec::new();
    for unit in data.book.units_of(&info.id).filter(|unit| roll.building(*unit) == building) {
        let storey = data.unit(unit).1;
        if parts.iter().all(|part| part.is_full(storey)) {
            let title = title.clone();
            parts.push(Column { title, several, flats: BTreeMap::new(), width: 0 });
        }
        if let Some(part) = parts.iter_mut().find(|part| !part.is_full(storey)) {
            let flats = part.flats.entry(storey).or_default();
            flats.push(unit);
            part.width = part.width.max(flats.len());
        }
    }
    parts
}

fn grid(data: &Data, columns: &[Column], look: Look, lang: Lang) -> String {
    let storeys: BTreeSet<u64> = columns.iter().flat_map(|c| c.flats.keys().copied()).collect();
    let height = (look.height / storeys.len().max(1) as f64).clamp(look.least, look.row);
    let size = if height < 7.0 { "10pt" } else { "12pt" };
    let storey_head = tr!(lang, "Storey", "楼层");
    let heads: String = columns
        .iter()
        .map(|c| format!("<th class=\"first\" colspan=\"{}\">{}</th>", c.width, escaped(&c.title)))
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

fn cells(data: &Data, column: &Column, storey: u64, look: Look) -> String {
    let flats = column.flats.get(&storey).map(Vec::as_slice).unwrap_or_default();
    let cell = |n: usize| {
        let first = if n == 0 { " first" } else { "" };
        match flats.get(n) {
            None => format!("<td class=\"none{first}\"></td>"),
            Some(&unit) => {
                // The head of the column says the building already.
                let label = match column.several {
                    true => data.roll().unit_label(unit),
                    false => data.unit(unit).0,
                };
                let (label, marks) = (escaped(label), marks(data, unit));
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
