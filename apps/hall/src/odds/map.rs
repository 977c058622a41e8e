//! A heat map as SVG: storeys from the highest down, kinds of households side by side.

use super::chances::{Chance, Column, Odds};
use super::words::{heads, letter, percent, shown};
use crate::words::say::tr;
use floorlot::rules::Lang;
use floorlot_verify::common::html::escaped;
use std::fmt::Write;

/// Kinds in one map: so many fit the width of a sheet.
const ABREAST: usize = 6;

/// Widths: the head of a row, the coloured cell, and the number beside it.
const HEAD: u32 = 84;
const CELL: u32 = 62;
const BESIDE: u32 = 42;

/// From light to dark in one hue, so that the order shows without colour too ("Blues" of
/// ColorBrewer).
const SCALE: [(u8, u8, u8); 8] = [
    (247, 251, 255),
    (222, 235, 247),
    (198, 219, 239),
    (158, 202, 225),
    (107, 174, 214),
    (66, 146, 198),
    (33, 113, 181),
    (8, 69, 148),
];

/// The place of a chance on the scale, from 0 to 1. By its square root: most chances are small.
fn strength(chance: f64) -> f64 {
    chance.clamp(0.0, 1.0).sqrt()
}

/// Colour of a cell, and whether it is dark.
fn colour(chance: f64) -> (String, bool) {
    let at = strength(chance) * (SCALE.len() - 1) as f64;
    let low = (at.floor() as usize).min(SCALE.len() - 2);
    let (a, b, part) = (SCALE[low], SCALE[low + 1], at - low as f64);
    let mix = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * part).round() as u8;
    (format!("#{:02x}{:02x}{:02x}", mix(a.0, b.0), mix(a.1, b.1), mix(a.2, b.2)), at > 4.4)
}

/// The maps of a pool: one, or several when there are many kinds; of so many kinds at most.
pub(crate) fn maps(odds: &Odds, most: usize, lang: Lang) -> Vec<String> {
    let columns: Vec<(usize, &Column)> = odds.columns.iter().enumerate().take(most).collect();
    let parts = columns.len().div_ceil(ABREAST).max(1);
    columns.chunks(columns.len().div_ceil(parts).max(1)).map(|part| map(odds, part, lang)).collect()
}

fn map(odds: &Odds, columns: &[(usize, &Column)], lang: Lang) -> String {
    let row = if odds.draws.is_some() { 28 } else { 20 };
    let lines = columns
        .iter()
        .map(|(_, column)| {
            heads(column, lang).iter().map(|head| head.split(" + ").count()).sum::<usize>()
        })
        .max();
    let top = 40 + 13 * lines.unwrap_or(0) as u32;
    let rows = odds.storeys.len() as u32;
    let (width, height) =
        (HEAD + columns.len() as u32 * (CELL + BESIDE), top + (rows + 1) * row + 10);
    let first = columns.first().map(|(n, _)| letter(*n)).unwrap_or_default();
    let last = columns.last().map(|(n, _)| letter(*n)).unwrap_or_default();
    let title = tr!(
        lang,
        "Chance of each storey, columns {first} to {last}",
        "各楼层的机会，{first} 至 {last} 列"
    );
    let mut svg = format!(
        "<svg width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{title}\">\n<title>{title}</title>\n"
    );
    for (n, (storey, units)) in (0..).zip(&odds.storeys) {
        let y = top + n * row + row / 2 + 5;
        let label = tr!(lang, "storey {storey}", "{storey} 层");
        let count = if *units == 1 {
            String::new()
        } else {
            format!("<tspan class=\"n\" dx=\"3\">×{units}</tspan>")
        };
        let _ = write!(svg, "<text class=\"r\" x=\"{}\" y=\"{y}\">{label}{count}</text>", HEAD - 8);
    }
    let (y, standby) = (top + rows * row + 8, tr!(lang, "standby", "候补"));
    let _ = writeln!(
        svg,
        "<text class=\"r\" x=\"{}\" y=\"{}\">{standby}</text>",
        HEAD - 8,
        y + row / 2 + 5
    );
    for (place, (n, column)) in (0..).zip(columns) {
        let x = HEAD + place * (CELL + BESIDE);
        head(&mut svg, x, top, *n, column, lang);
        for (n, (at, or_higher)) in (0..).zip(column.at.iter().zip(&column.or_higher)) {
            cell(&mut svg, x, top + n * row, row, at);
            beside(&mut svg, x + CELL, top + n * row, row, or_higher);
        }
        cell(&mut svg, x, y, row, &column.standby);
        svg.push('\n');
    }
    svg + "</svg>\n"
}

/// Letter, number of households, what they have in common, and what the two numbers are.
fn head(svg: &mut String, x: u32, top: u32, n: usize, column: &Column, lang: Lang) {
    let (letter, count) = (letter(n), column.households.len());
    let count = format!("×{count}");
    let _ = write!(
        svg,
        "<text class=\"l\" x=\"{}\" y=\"16\">{letter}<tspan class=\"n\" dx=\"5\">{count}</tspan></text>",
        x + 2
    );
    let lines: Vec<String> = heads(column, lang)
        .iter()
        .flat_map(|head| head.split(" + ").map(str::to_owned).collect::<Vec<_>>())
        .collect();
    for (line, words) in (0..).zip(&lines) {
        let (y, words) = (30 + 13 * line, escaped(words));
        let _ = write!(svg, "<text class=\"h\" x=\"{}\" y=\"{y}\">{words}</text>", x + 2);
    }
    let (this, higher) = (tr!(lang, "this", "该层"), tr!(lang, "or higher", "或更高"));
    let _ = writeln!(
        svg,
        "<text class=\"k\" x=\"{}\" y=\"{y}\">{this}</text><text class=\"k\" x=\"{}\" y=\"{y}\">{higher}</text>",
        x + CELL / 2,
        x + CELL + BESIDE / 2,
        y = top - 5
    );
}

/// A coloured cell with the chance, and under it the interval if the chance was simulated.
fn cell(svg: &mut String, x: u32, y: u32, row: u32, chance: &Chance) {
    let (fill, dark) = colour(chance.value());
    let _ = write!(
        svg,
        "<rect x=\"{x}\" y=\"{y}\" width=\"{}\" height=\"{}\" rx=\"2\" fill=\"{fill}\"/>",
        CELL - 2,
        row - 2
    );
    let (middle, class) = (x + CELL / 2 - 1, if dark { " d" } else { "" });
    let value = shown(chance);
    match chance.interval().filter(|_| !chance.is_zero()) {
        Some((low, high)) => {
            let (value, interval) =
                (escaped(&value), escaped(&format!("{}–{}", percent(low), percent(high))));
            let _ = write!(
                svg,
                "<text class=\"c{class}\" x=\"{middle}\" y=\"{}\">{value}</text><text class=\"i{class}\" x=\"{middle}\" y=\"{}\">{interval}</text>",
                y + 14,
                y + 24
            );
        }
        None => {
            let (class, y, value) =
                (if chance.is_zero() { " z" } else { class }, y + row / 2 + 4, escaped(&value));
            let _ = write!(svg, "<text class=\"c{class}\" x=\"{middle}\" y=\"{y}\">{value}</text>");
        }
    }
}

/// The chance of this storey or a higher one.
fn beside(svg: &mut String, x: u32, y: u32, row: u32, chance: &Chance) {
    let (value, y) = (escaped(&shown(chance)), y + row / 2 + 4);
    let class = if value == "–" || value == "100" { "b z" } else { "b" };
    let _ = write!(
        svg,
        "<text class=\"{class}\" x=\"{}\" y=\"{y}\">{value}</text>",
        x + BESIDE / 2 - 2
    );
}

/// What the colours mean.
pub(crate) fn legend(lang: Lang) -> String {
    let (width, steps) = (360, 72);
    let title = tr!(lang, "Chance, in percent", "机会（百分比）");
    let mut svg = format!(
        "<svg class=\"legend\" width=\"540\" height=\"36\" viewBox=\"0 0 540 36\" role=\"img\" aria-label=\"{title}\">\n"
    );
    let _ = write!(svg, "<text class=\"h\" x=\"0\" y=\"13\">{title}</text>");
    let (left, step) = (112.0, f64::from(width) / f64::from(steps));
    for n in 0..steps {
        let at = (f64::from(n) + 0.5) / f64::from(steps);
        let (fill, x) = (colour(at * at).0, left + f64::from(n) * step);
        let _ = write!(
            svg,
            "<rect x=\"{x}\" y=\"2\" width=\"{}\" height=\"14\" fill=\"{fill}\"/>",
            step + 0.5
        );
    }
    for mark in [0, 1, 5, 10, 25, 50, 100] {
        let x = left + strength(f64::from(mark) / 100.0) * f64::from(width);
        let _ = write!(
            svg,
            "<path d=\"M{x:.1} 16v4\" stroke=\"#444\"/><text class=\"k\" x=\"{x:.1}\" y=\"31\">{mark}</text>"
        );
    }
    svg + "\n</svg>\n"
}
