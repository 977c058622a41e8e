//! `crossout`: the flats of each building with a box each, for those who follow the draw with a
//! pencil.

use super::data::Data;
use super::grid::{Look, grids, legend};
use super::sheet::{Anchor, Page, needs};
use crate::words::say::tr;
use floorlot::plan::PoolNumber;
use floorlot::rules::Lang;
use floorlot_verify::common::html::escaped;

/// Millimetres of a sheet that the storeys of a building can take.
const HEIGHT: f64 = 170.0;

/// Millimetres that what stands under the last sheet takes.
const IMPRINT: f64 = 42.0;

/// The cross-out sheets, each building on one of its own.
pub(crate) fn crossout(data: &Data, lang: Lang) -> String {
    let mut page = Page::new(data, lang, tr!(lang, "Cross-out sheet", "销控表"), Anchor::Plan);
    for (building, pools) in data.buildings() {
        let told = tr!(
            lang,
            "<p>Tick the box of a flat when it is given out, and write the code of the household beside it.</p>\n",
            "<p>每定出一套房，就在方框中打勾，并在旁边写下户号。</p>\n"
        );
        let (legend, who) = (legend(data, lang), with_needs(data, &pools, lang));
        let look = Look { boxes: true, height: HEIGHT - IMPRINT, least: 5.6, row: 14.0 };
        let once = data.are_spread(&pools);
        for (n, grid) in grids(data, &pools, look, lang).iter().enumerate() {
            // Those of dozens of buildings are too many for each sheet.
            let who = if once && n > 0 { "" } else { who.as_str() };
            page.sheet(building, &[told.as_str(), grid, legend.as_str(), who].concat());
        }
    }
    page.hang_apart()
}

/// The households that need something: flats are held back for them.
fn with_needs(data: &Data, pools: &[PoolNumber], lang: Lang) -> String {
    if !data.office.show_needs {
        return String::new();
    }
    let roll = data.roll();
    let mut told = Vec::new();
    for pool in pools.iter().filter_map(|&pool| roll.pool(pool)) {
        for h in data.book.households_of(&pool.id).filter(|h| !roll.needs(*h).is_empty()) {
            let (who, needs) = (data.book.household(roll, h), needs(roll.needs(h), lang));
            let told_of = tr!(lang, "{who} ({needs})", "{who}（{needs}）");
            told.push(escaped(&told_of));
        }
    }
    if told.is_empty() {
        return String::new();
    }
    let told = told.join(if lang == Lang::Zh { "，" } else { ", " });
    tr!(lang, "<p>Households with needs: {told}</p>\n", "<p>有照顾需求的住户：{told}</p>\n")
}
