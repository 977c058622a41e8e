//! `order`: in which order the households of each pool are called.

use super::data::{Called, Data};
use super::imprint::{needs_head, wall_needs};
use super::seed;
use super::sheet::{Anchor, BODY, Page, SMALLEST, cell, filling, named, table};
use crate::words::say::{counted, tr};
use floorlot::lines::{Absence, PickRule};
use floorlot::plan::PoolNumber;
use floorlot::rules::Lang;

/// The call order, each pool on a sheet of its own.
pub(crate) fn order(data: &Data, lang: Lang) -> String {
    let mut page = Page::new(data, lang, tr!(lang, "Call order", "叫号顺序"), Anchor::Plan);
    if data.seed.is_none() {
        page.sheet("", &super::sheet::not_yet(seed::missing(data), lang));
        return page.end();
    }
    for pool in data.roll().pool_numbers() {
        let title = data.roll().pool(pool).map_or("", |pool| pool.title.as_str());
        page.sheet(title, &sheet(data, pool, lang));
    }
    page.hangs()
}

fn sheet(data: &Data, pool: PoolNumber, lang: Lang) -> String {
    let Some(info) = data.roll().pool(pool) else { return String::new() };
    let (id, households, units) = (&info.id, info.household_count(), info.unit_count());
    let again = match (info.rule, info.absence) {
        (PickRule::Choice, Some(Absence::Last)) => {
            tr!(
                lang,
                " A household that misses three calls is called once more after all others.",
                "三呼未到的，排到最后再叫一次。"
            )
        }
        (PickRule::Choice, Some(Absence::Day)) => {
            tr!(
                lang,
                " A household that misses three calls is called once more at the end of the day.",
                "三呼未到的，排到当日最后再叫一次。"
            )
        }
        _ => String::new(),
    };
    let (homes, flats) = (counted(households, "household"), counted(units, "flat"));
    let told = tr!(
        lang,
        "Pool {id}: {homes}, {flats}. By tier, then by ticket, the smaller first; a group goes by the ticket of its first household.{again}",
        "批次 {id}：{households} 户，{units} 套房。先按顺位，再按签号从小到大；结伴组以组内第一户的签号为准。{again}"
    );
    let mut head = vec![
        tr!(lang, "Place", "次序"),
        tr!(lang, "Household", "户号"),
        tr!(lang, "Name", "姓名"),
        tr!(lang, "Tier", "顺位"),
        tr!(lang, "Ticket", "签号"),
    ];
    head.extend(needs_head(data, lang));
    head.push(tr!(lang, "Done", "已办"));
    let rows: Vec<String> = (1..)
        .zip(data.order(pool))
        .map(|(place, called)| row(data, place, &called, lang))
        .collect();
    let (size, table) =
        (filling(rows.len() + 3, BODY).clamp(SMALLEST, 13.0), table("order", &head, &rows));
    format!("<p>{told}</p>\n<div style=\"font-size:{size:.1}pt\">{table}</div>\n")
}

fn row(data: &Data, place: usize, called: &Called, lang: Lang) -> String {
    let (roll, h) = (data.roll(), called.household);
    [
        cell("num", place),
        cell("id", roll.household_id(h)),
        named(data, h, lang),
        cell("num", roll.tier(h)),
        cell("num mono", called.ticket),
        wall_needs(data, h, lang).map_or_else(String::new, |needs| cell("words", needs)),
        cell("tick", ""),
    ]
    .concat()
}
