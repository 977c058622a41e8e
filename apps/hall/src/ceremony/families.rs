//! What the hall is told of a family: which of its flats is chosen now, what it has already, and
//! what is left of its area budget (D14).

use crate::ceremony::draw::Draw;
use crate::words::say::{counted, tr};
use floorlot::plan::{FamilyInfo, FamilyNumber, HouseholdNumber, UnitNumber};
use floorlot::rules::Lang;
use floorlot::session::Awaits;
use floorlot_verify::common::amount;
use std::collections::BTreeSet;

/// `H1 张*明`
pub(crate) fn named(draw: &Draw, household: HouseholdNumber) -> Option<String> {
    let (number, info) = of(draw, household)?;
    Some(format!("{} {}", draw.roll().family_id(number), info.name).trim_end().to_owned())
}

fn of(draw: &Draw, household: HouseholdNumber) -> Option<(FamilyNumber, &FamilyInfo)> {
    let number = draw.roll().family_of(household)?;
    Some((number, draw.roll().family(number)?))
}

/// What the family has, in the order of the plan.
fn held(draw: &Draw, info: &FamilyInfo) -> Vec<UnitNumber> {
    info.claims.iter().filter_map(|claim| draw.session.holding(*claim).unit()).collect()
}

/// What is left of the budget when that is taken off which the family has.
fn left(draw: &Draw, family: FamilyNumber) -> Option<u64> {
    draw.roll().budget_left(family, |claim| draw.session.holding(claim).unit())
}

/// `flat 2 of 3`: of a claim that is called, or is the next.
pub(crate) fn turn(draw: &Draw, household: HouseholdNumber, lang: Lang) -> Option<String> {
    let (_, info) = of(draw, household)?;
    let served = |claim: &&HouseholdNumber| {
        let served = &draw.progress.record.course(**claim).drawn;
        **claim != household && served.line > 0
    };
    let (number, count) = (info.claims.iter().filter(served).count() + 1, info.claims.len());
    Some(tr!(lang, "flat {number} of {count}", "第 {number} 套，共 {count} 套"))
}

/// `Family H1 张*明, flat 2 of 3; has: 1801 (storey 18); 70.00 m² of its 160.00 m² are left`.
pub(crate) fn told(draw: &Draw, household: HouseholdNumber, lang: Lang) -> Option<String> {
    let (_, info) = of(draw, household)?;
    let (name, turn) = (named(draw, household)?, turn(draw, household, lang)?);
    let mut told = tr!(lang, "Family {name}, {turn}", "家庭 {name}，{turn}");
    let has: Vec<String> =
        held(draw, info).into_iter().map(|unit| draw.book.unit(unit, lang)).collect();
    if !has.is_empty() {
        let has = has.join(if lang == Lang::En { ", " } else { "、" });
        told += &tr!(lang, "; has {has}", "；已有 {has}");
    }
    if let Some(rest) = rest(draw, household, lang) {
        told += &tr!(lang, "; {rest}", "；{rest}");
        told += &to_come(draw, household, lang).unwrap_or_default();
    }
    Some(told)
}

/// The same for the board, where there is little room: `Family H1, flat 2 of 3 · has 1801 · 70.00
/// of 160.00 m² left`.
pub(crate) fn short(draw: &Draw, household: HouseholdNumber, lang: Lang) -> Option<String> {
    let (number, info) = of(draw, household)?;
    let (id, turn) = (draw.roll().family_id(number), turn(draw, household, lang)?);
    let mut told = tr!(lang, "Family {id}, {turn}", "家庭 {id}，{turn}");
    let label = |unit: UnitNumber| draw.book.units.get(unit.index()).map(|u| u.label.as_str());
    let has: Vec<&str> = held(draw, info).into_iter().filter_map(label).collect();
    if !has.is_empty() {
        let has = has.join(if lang == Lang::En { ", " } else { "、" });
        told += &tr!(lang, " · has {has}", " · 已有 {has}");
    }
    if let (Some(budget), Some(left)) = (info.budget, left(draw, number)) {
        let (budget, left) = (amount::decimal(budget.into()), amount::decimal(left.into()));
        told += &tr!(lang, " · {left} of {budget} m² left", " · 面积额度 {budget} 还剩 {left} ㎡");
    }
    Some(told)
}

/// The least that the other flats of a family will take, so that nobody spends it unawares.
fn to_come(draw: &Draw, household: HouseholdNumber, lang: Lang) -> Option<String> {
    let (roll, (_, info)) = (draw.roll(), of(draw, household)?);
    let taken = taken(draw);
    let smallest = |claim: HouseholdNumber| {
        let units = roll.pool(roll.pool_of(claim)?)?.unit_numbers();
        let free = units.filter(|unit| !taken.contains(unit) && roll.meets(*unit, claim));
        free.filter_map(|unit| roll.area(unit)).min()
    };
    let waits = |claim: &HouseholdNumber| {
        *claim != household && draw.progress.record.course(*claim).drawn.line == 0
    };
    let areas: Option<Vec<u64>> = info.claims.iter().copied().filter(waits).map(smallest).collect();
    let areas = areas.filter(|areas| !areas.is_empty())?;
    let (count, least) = (areas.len(), amount::area(areas.iter().map(|a| u128::from(*a)).sum()));
    let least = least.get(lang);
    let flats = counted(count, "flat");
    Some(tr!(
        lang,
        "; {flats} to come after it, of {least} at least",
        "；其后还有 {count} 套，至少需 {least}"
    ))
}

fn taken(draw: &Draw) -> BTreeSet<UnitNumber> {
    draw.session.holdings().iter().filter_map(|holding| holding.unit()).collect()
}

/// What is left of the budget, and how much of it is kept for the claims of the family that have
/// needs and wait.
pub(crate) fn rest(draw: &Draw, household: HouseholdNumber, lang: Lang) -> Option<String> {
    let (number, info) = of(draw, household)?;
    let (budget, left) = (info.budget?, left(draw, number)?);
    let area = |area: u64| amount::area(area.into()).get(lang).to_owned();
    let (of, rest) = (area(budget), area(left));
    let mut told = tr!(lang, "{rest} left of its budget of {of}", "面积额度 {of}，还剩 {rest}");
    let called =
        matches!(draw.session.awaits(), Awaits::Choice { household: h, .. } if h == household);
    if let Some(limit) = draw.session.area_left().filter(|limit| called && *limit < left) {
        let kept = area(left - limit);
        told += &tr!(
            lang,
            ", of which {kept} are kept for its claims with needs",
            "，其中 {kept} 留给本家庭有照顾需求的名额"
        );
    }
    Some(told)
}

/// A3: free flats that are not offered: to those on standby whose budget is too small for them, one
/// sentence for each of these, as far as there are few; and those that were passed over, which would
/// be within it now.
pub(crate) fn not_due(draw: &Draw, lang: Lang) -> Vec<String> {
    let roll = draw.roll();
    if draw.session.is_void() || roll.family_numbers().next().is_none() {
        return Vec::new();
    }
    let taken = taken(draw);
    let one = |household: HouseholdNumber| {
        let left = left(draw, of(draw, household)?.0)?;
        let pool = roll.pool(roll.pool_of(household)?)?;
        let mut free = pool
            .unit_numbers()
            .filter(|unit| !taken.contains(unit) && roll.meets(*unit, household))
            .filter(|unit| roll.area(*unit).is_some_and(|area| area > left));
        let unit = free.next()?;
        let more = free.count();
        let (name, flat) = (draw.book.household(roll, household), draw.book.unit(unit, lang));
        let (rest, all) = (rest(draw, household, lang)?, more + 1);
        Some(match more {
            0 => tr!(
                lang,
                "{flat} is not offered to {name}: its family has {rest}",
                "{flat} 不递补给 {name}：所属家庭{rest}"
            ),
            _ => tr!(
                lang,
                "{flat} and {more} more are not offered to {name}: its family has {rest}",
                "{flat} 等 {all} 套不递补给 {name}：所属家庭{rest}"
            ),
        })
    };
    let standby = draw.session.standby();
    let mut told: Vec<String> = standby.iter().copied().filter_map(one).take(5).collect();
    told.extend(passed_over(draw, &standby, lang));
    told
}

/// A3: a flat that nobody accepted when it was first in the queue is offered to nobody any more,
/// also when a budget leaves more since.
fn passed_over(draw: &Draw, standby: &[HouseholdNumber], lang: Lang) -> Option<String> {
    let roll = draw.roll();
    let affords = |household: &HouseholdNumber, unit: UnitNumber| {
        let left = of(draw, *household).and_then(|(number, _)| left(draw, number));
        let area = roll.area(unit);
        left.zip(area).is_some_and(|(left, area)| area <= left) && roll.meets(unit, *household)
    };
    let all = |pool| {
        let here = move |h: &&HouseholdNumber| roll.pool_of(**h) == Some(pool);
        let units = draw.session.passed_over(pool).into_iter();
        units.filter(move |unit| standby.iter().filter(here).any(|h| affords(h, *unit)))
    };
    let mut units = roll.pool_numbers().flat_map(all);
    let flat = draw.book.unit(units.next()?, lang);
    let more = units.count();
    let count = more + 1;
    Some(match more {
        0 => tr!(
            lang,
            "{flat} is not offered any more: when it was first, nobody on standby could take it. It is for a later round",
            "{flat} 轮到递补时无人可以接受，不再递补，留待下一轮"
        ),
        _ => tr!(
            lang,
            "{flat} and {more} more are not offered any more: when they were first, nobody on standby could take them. They are for a later round",
            "{flat} 等 {count} 套轮到递补时无人可以接受，不再递补，留待下一轮"
        ),
    })
}
