//! `result`: who has which flat in the end, building by building.

use super::amounts::Amounts;
use super::data::{Data, State};
use super::families;
use super::imprint::{needs_head, verifier, wall_needs};
use super::papers;
use super::sheet::{Anchor, BODY, Page, SMALLEST, cell, filling, name, side_by_side, table};
use crate::words::say::{counted, tr};
use floorlot::plan::{HouseholdNumber, PoolNumber, UnitNumber};
use floorlot::record::{How, Record};
use floorlot::rules::{Lang, Phrase};
use floorlot::transcript::Verified;
use floorlot_verify::common::html::escaped;
use std::collections::BTreeMap;

/// Why there is no result, if there is none.
pub(crate) fn missing(data: &Data) -> Option<Phrase> {
    match &data.state {
        State::Finished(_) => None,
        State::Plan => Some(Phrase::new(
            "the plan is not sealed yet, and nothing is drawn",
            "方案尚未封存，还没有抽签",
        )),
        State::Underway => Some(Phrase::new(
            "the draw is not finished: a result is printed only from a transcript that ends with its closing line and in which no check fails",
            "抽签尚未完成：只有记录以结束行收尾、且各项检查全部通过之后，才能打印结果",
        )),
        State::Refuted(_) => Some(Phrase::new(
            "the transcript is refuted, so no result is printed",
            "记录不成立，不打印结果",
        )),
    }
}

/// The notice of the result.
pub(crate) fn result(data: &Data, lang: Lang) -> String {
    let mut page =
        Page::new(data, lang, tr!(lang, "Notice of the result", "摇号选层结果公告"), Anchor::Head);
    match data.verified() {
        None => page.sheet("", &super::sheet::not_yet(missing(data), lang)),
        Some(verified) if verified.is_void() => page.sheet("", &summary(data, verified, lang)),
        Some(verified) => {
            page.sheet("", &summary(data, verified, lang));
            let outcome = Outcome::of(data, verified);
            for (building, pools) in data.buildings() {
                page.sheet(building, &flats(data, &outcome, &pools, lang));
            }
            if families::any(data) {
                page.sheet(
                    &tr!(lang, "families", "家庭"),
                    &families::with_flats(data, &outcome, lang),
                );
            }
            page.sheet(
                &tr!(lang, "without a flat, and left over", "候补与剩余"),
                &(others(data, verified, &outcome, lang)
                    + &papers::not_drawn(data, lang)
                    + &papers::filed(data, lang)),
            );
        }
    }
    page.hangs()
}

/// Who has what, from the verified transcript alone, by numbers of the plan.
pub(crate) struct Outcome {
    pub(crate) household_of: BTreeMap<UnitNumber, HouseholdNumber>,
    record: Record,
}

impl Outcome {
    pub(crate) fn of(data: &Data, verified: &Verified) -> Outcome {
        let numbers = |(household, unit): (&str, Option<&str>)| {
            Some((data.roll().find_unit(unit?)?, data.roll().find_household(household)?))
        };
        Outcome {
            household_of: verified.allocation().filter_map(numbers).collect(),
            record: data.record(),
        }
    }

    /// The same of a draw that need not be finished: who has what by the lines that are there, and
    /// nobody anything if it is void.
    pub(super) fn so_far(data: &Data) -> Outcome {
        if let Some(verified) = data.verified() {
            return Outcome::of(data, verified);
        }
        let record = data.record();
        let unit = |h: HouseholdNumber| Some((record.course(h).now.unit()?, h));
        let void = record.void().is_some();
        let household_of =
            data.roll().household_numbers().filter(|_| !void).filter_map(unit).collect();
        Outcome { household_of, record }
    }

    pub(crate) fn how_of(&self, household: HouseholdNumber) -> &How {
        &self.record.course(household).now.how
    }

    /// The line by which a household has what it has.
    pub(super) fn line_of(&self, household: HouseholdNumber) -> u64 {
        self.record.course(household).now.line
    }

    /// Whether the draw is void: then nobody has anything by it.
    pub(crate) fn is_void(&self) -> bool {
        self.record.void().is_some()
    }
}

fn summary(data: &Data, verified: &Verified, lang: Lang) -> String {
    let mut out = String::new();
    if let Some(head) = data.head() {
        let all = head.fingerprint.to_string();
        let split: Vec<&str> = all.split(' ').collect();
        let digits = split.chunks(4).map(|row| row.join(" ")).collect::<Vec<_>>().join("<br>");
        let (stage, lines) = (super::sheet::stage(head.stage, lang), head.size);
        let told = tr!(
            lang,
            "Fingerprint of the {stage} (the first {lines} lines of the transcript). Compare it with the one that you noted, and with that of your receipt.",
            "{stage}指纹（记录的前 {lines} 行）。请与自己记下的、与收据上的比对。"
        );
        out += &format!("<p>{told}</p>\n<div class=\"huge\">{digits}</div>\n");
    }
    out += &unsealed(data, lang);
    if verified.is_void() {
        let told = tr!(
            lang,
            "The draw was declared void. Nobody has a flat by it, whatever was drawn before.",
            "本次抽签已宣布作废。无论之前抽到什么，一律不作数。"
        );
        let reason = escaped(data.void.as_deref().unwrap_or_default());
        return out + &format!("<p class=\"note big\">{told}</p>\n<p class=\"big\">{reason}</p>\n");
    }
    let housed = verified.allocation().filter(|(_, unit)| unit.is_some()).count();
    let (standby, free) = (verified.standby().count(), verified.free().count());
    let (households, units) = (data.roll().household_count(), data.roll().unit_count());
    let told = finality(data, lang);
    let of_plan = match families::counts(data, lang) {
        Some(families) => {
            tr!(lang, "Households and claims ({families})", "住户与名额（{families}）")
        }
        None => tr!(lang, "Households in the plan", "方案中的住户"),
    };
    let rows = [
        (of_plan, households as usize),
        (tr!(lang, "with a flat", "得房"), housed),
        (tr!(lang, "on standby", "候补"), standby),
        (tr!(lang, "Flats in the plan", "方案中的房源"), units as usize),
        (tr!(lang, "left over", "剩余"), free),
    ];
    let rows: String = rows
        .iter()
        .map(|(head, count)| {
            format!("<tr><th>{head}</th><td class=\"num big\">{count}</td></tr>\n")
        })
        .collect();
    let check = verifier(data, lang);
    out + &format!(
        "<p class=\"note big\">{told}</p>\n<table class=\"rows block facts counts\"><tbody>\n{rows}</tbody></table>\n<p>{check}</p>\n"
    )
}

/// Whether this is the final allocation, and what came after the draw.
fn finality(data: &Data, lang: Lang) -> String {
    let later = data.record().aftermath();
    let (withdrawals, accepted, swaps) = (later.withdrawals, later.accepted, later.swaps);
    let (gave_up, taken, swapped) =
        (counted(withdrawals, "withdrawal"), counted(accepted, "flat"), counted(swaps, "swap"));
    let size = data.size();
    match (withdrawals, accepted, swaps) {
        // What is recorded behind the last closing line counts only when it is sealed: till then
        // nothing here is final.
        _ if data.unsealed > 0 => tr!(
            lang,
            "This is the allocation up to line {size} of the transcript, and NOT the final one: what was recorded after that line is not sealed yet and not counted here.",
            "这是截至记录第 {size} 行的分配情况，【不是】最终结果：此后的记录尚未封存，未计入本页。"
        ),
        (0, 0, 0) => tr!(
            lang,
            "This is the final allocation. Nobody has given up, taken over or changed a flat since the draw.",
            "这是最终分配结果。抽签之后没有放弃、递补或换房。"
        ),
        _ => tr!(
            lang,
            "This is the final allocation, after everything that came after the draw: {gave_up}, {taken} taken by the standby list, {swapped}. What the draw itself gave stands in the transcript.",
            "这是最终分配结果，已计入抽签之后的各项变动：放弃 {withdrawals} 户，递补 {accepted} 户，换房 {swaps} 次。抽签当时的结果见记录。"
        ),
    }
}

/// That more is recorded than is sealed.
pub(crate) fn unsealed(data: &Data, lang: Lang) -> String {
    let count = data.unsealed;
    if count == 0 {
        return String::new();
    }
    let lines = counted(count, "line");
    tr!(
        lang,
        "<p class=\"note\"><b>Recorded since, not sealed yet and not on this page: {lines}.</b> Print it again when they are sealed.</p>\n",
        "<p class=\"note\"><b>此后另有 {count} 行记录尚未封存，不在本页之内。</b>封存后请重新打印。</p>\n"
    )
}

/// A short word for what is not usual.
fn how_short(how: &How, lang: Lang) -> String {
    match how {
        How::Accepted => tr!(lang, "from the standby list", "递补"),
        How::Swap => tr!(lang, "swapped", "换房"),
        _ => String::new(),
    }
}

/// In how many columns the flats of a building stand, and in which size: two if they fit on a
/// sheet.
fn layout(data: &Data, pools: &[PoolNumber]) -> (usize, f64) {
    let heights = |columns: u32| {
        let counts =
            pools.iter().filter_map(|&pool| data.roll().pool(pool)).map(|pool| pool.unit_count());
        counts.map(|count| count.div_ceil(columns) as usize + 1).sum::<usize>()
    };
    let room = BODY - 10.0 * pools.len() as f64; // a title above each pool
    match (filling(heights(2), room), filling(heights(3), room)) {
        (two, _) if two >= SMALLEST => (2, two.min(14.0)),
        (_, three) => (3, three.clamp(SMALLEST, 11.5)),
    }
}

/// The flats of a building, pool after pool, from the top.
fn flats(data: &Data, outcome: &Outcome, pools: &[PoolNumber], lang: Lang) -> String {
    let mut head = vec![
        tr!(lang, "Storey", "楼层"),
        tr!(lang, "Flat", "房号"),
        tr!(lang, "Household", "户号"),
        tr!(lang, "Name", "姓名"),
    ];
    let amounts = Amounts::of(data);
    // Two more columns: less room beside each other.
    let (columns, size) = match layout(data, pools) {
        (_, size) if amounts.any() => (2, size.min(SMALLEST)),
        layout => layout,
    };
    head.splice(2..2, amounts.heads(lang));
    let class = if columns > 2 || amounts.any() { "three" } else { "" };
    let mut out = format!("<div style=\"font-size:{size:.1}pt\">\n");
    for pool in pools.iter().filter_map(|&pool| data.roll().pool(pool)) {
        let units = data.downwards(data.book.units_of(&pool.id));
        let row = |&unit: &UnitNumber| {
            let (label, storey) = data.unit(unit);
            let (id, name) = match outcome.household_of.get(&unit) {
                None => (cell("", "—"), name("", &tr!(lang, "left over", "剩余"))),
                Some(&h) => (
                    cell("id", data.roll().household_id(h)),
                    name(data.name(h), &how_short(outcome.how_of(h), lang)),
                ),
            };
            cell("num", storey) + &cell("id", label) + &amounts.cells(data, unit) + &id + &name
        };
        let rows: Vec<String> = units.iter().map(row).collect();
        out += &format!(
            "<h3>{}</h3>\n{}",
            escaped(&pool.title),
            side_by_side(columns, class, &head, &rows)
        );
    }
    out + "</div>\n"
}

/// The standby list, who gave up, and what is left over.
fn others(data: &Data, verified: &Verified, outcome: &Outcome, lang: Lang) -> String {
    let roll = data.roll();
    let pool_of = |h: HouseholdNumber| {
        roll.pool_of(h).and_then(|pool| roll.pool(pool)).map_or("", |pool| pool.title.as_str())
    };
    let mut head = vec![
        tr!(lang, "Pool", "批次"),
        tr!(lang, "No.", "序号"),
        tr!(lang, "Household", "户号"),
        tr!(lang, "Name", "姓名"),
    ];
    let households = [0, 2, 3].map(|n| head.get(n).cloned().unwrap_or_default());
    let pool_head = head.first().cloned().unwrap_or_default();
    head.extend(needs_head(data, lang));
    let mut last = (None, 0);
    let standby = verified.standby().filter_map(|id| roll.find_household(id)).map(|h| {
        let pool = roll.pool_of(h);
        last = if last.0 == Some(pool) { (last.0, last.1 + 1) } else { (Some(pool), 1) };
        [
            cell("", pool_of(h)),
            cell("num", last.1),
            cell("id", roll.household_id(h)),
            name(data.name(h), ""),
            wall_needs(data, h, lang).map_or_else(String::new, |needs| cell("words", needs)),
        ]
        .concat()
    });
    let standby: Vec<String> = standby.collect();
    let gave_up =
        roll.household_numbers().filter(|h| *outcome.how_of(*h) == How::Withdrawn).map(|h| {
            cell("", pool_of(h)) + &cell("id", roll.household_id(h)) + &name(data.name(h), "")
        });
    let gave_up: Vec<String> = gave_up.collect();
    let mut pool = roll.pools().iter();
    let mut of_pool = pool.next();
    let free = verified.free().filter_map(|id| roll.find_unit(id)).map(|unit| {
        while of_pool.is_some_and(|pool| !data.book.units_of(&pool.id).contains(unit)) {
            of_pool = pool.next();
        }
        let (label, storey) = data.unit(unit);
        cell("", of_pool.map_or("", |pool| &pool.title)) + &cell("num", storey) + &cell("id", label)
    });
    let free: Vec<String> = free.collect();
    let section = |head: String, table: String, empty: bool| {
        let none = tr!(lang, "none", "无");
        let body = if empty { format!("<p>{none}</p>\n") } else { table };
        format!("<h2>{head}</h2>\n{body}")
    };
    let units = [pool_head, tr!(lang, "Storey", "楼层"), tr!(lang, "Flat", "房号")];
    [
        section(
            tr!(lang, "Standby list, in the order of the offers", "候补名单（按递补次序）"),
            table("", &head, &standby),
            standby.is_empty(),
        ),
        section(
            tr!(lang, "Gave up what they had", "已放弃的住户"),
            table("", &households, &gave_up),
            gave_up.is_empty(),
        ),
        section(
            tr!(lang, "Flats left over", "剩余房源"),
            side_by_side(2, "", &units, &free),
            free.is_empty(),
        ),
    ]
    .concat()
}
