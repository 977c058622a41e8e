//! `confirm`: a sheet for each household that has a flat, or for a family with all its claims, to
//! be signed as soon as the flat is chosen (选房确认单).

use super::amounts::Amounts;
use super::data::{Data, State};
use super::families;
use super::result::Outcome;
use super::sheet::{Anchor, Page, cell, needs, table};
use super::tables;
use crate::words::say::tr;
use floorlot::Fingerprint;
use floorlot::lines::{FiledKind, Line};
use floorlot::plan::{HouseholdNumber, UnitNumber};
use floorlot::primitives::tree::{Tree, leaf_hash};
use floorlot::rules::{Lang, Phrase};
use floorlot_verify::common::amount::decimal;
use floorlot_verify::common::html::escaped;
use std::collections::{BTreeMap, BTreeSet};

/// Who signs a sheet: a household, or a family by all its claims.
struct Who {
    id: String,
    name: String,
    claims: Vec<HouseholdNumber>,
}

/// Why there is none to print.
pub(crate) fn missing(data: &Data) -> Option<Phrase> {
    match &data.state {
        State::Plan => {
            return Some(Phrase::new("nobody has a flat yet", "还没有人得房"));
        }
        State::Refuted(_) => {
            return Some(Phrase::new(
                "the transcript is refuted, so nobody confirms what stands in it",
                "记录不成立，不打印确认单",
            ));
        }
        State::Underway | State::Finished(_) => {}
    }
    if data.void.is_some() {
        return Some(Phrase::new(
            "the draw is void: nobody has a flat by it",
            "本次抽签已作废，无人因此得房",
        ));
    }
    let outcome = Outcome::so_far(data);
    match &data.only {
        Some(id) if named(data, id).is_none() => Some(Phrase::new(
            format!(
                "`{id}` is no household or family of the plan; give its code as the plan has it"
            ),
            format!("方案中没有户号或家庭编号“{id}”；请按方案填写"),
        )),
        Some(id) if sheets(data, &outcome).is_empty() => {
            Some(Phrase::new(format!("{id} has no flat yet"), format!("{id} 还没有选定房源")))
        }
        None if sheets(data, &outcome).is_empty() => {
            Some(Phrase::new("nobody has a flat yet", "还没有人得房"))
        }
        _ => None,
    }
}

/// The sheets, in the order of the plan.
pub(crate) fn confirm(data: &Data, lang: Lang) -> String {
    let what = tr!(lang, "Confirmation of the choice", "选房确认单");
    let mut page = Page::new(data, lang, what, Anchor::Head);
    let outcome = Outcome::so_far(data);
    let units = families::units(&outcome);
    let all = sheets(data, &outcome);
    let lines = all.iter().map(|who| last_line(&outcome, who)).collect();
    let prints = fingerprints(data, &lines);
    for who in all {
        let body = [
            who_is(data, &who, lang),
            flats(data, (&outcome, &units), &who, lang),
            authorities(data, &who, lang),
            where_it_stands(last_line(&outcome, &who), &prints, lang),
            signatures(data, lang),
        ];
        page.sheet(&who.id, &body.concat());
    }
    page.end()
}

/// The household or family with this code.
fn named(data: &Data, id: &str) -> Option<Who> {
    let roll = data.roll();
    if let Some(number) = roll.find_family(id) {
        let family = roll.family(number)?;
        let (id, name) = (roll.family_id(number).to_owned(), family.name.clone());
        return Some(Who { id, name, claims: family.claims.clone() });
    }
    let household = roll.find_household(id)?;
    match families::of(data, household) {
        // A family has one sheet, whichever of its claims is asked for.
        Some((number, _)) => named(data, roll.family_id(number)),
        None => Some(Who {
            id: roll.household_id(household).to_owned(),
            name: data.name(household).to_owned(),
            claims: vec![household],
        }),
    }
}

fn sheets(data: &Data, outcome: &Outcome) -> Vec<Who> {
    let (roll, units) = (data.roll(), families::units(outcome));
    let first = |household: &HouseholdNumber| {
        families::of(data, *household)
            .is_none_or(|(_, family)| family.claims.first() == Some(household))
    };
    let all = || roll.household_numbers().filter(first).map(|h| roll.household_id(h));
    let ids: Vec<&str> = match &data.only {
        Some(id) => vec![id],
        None => all().collect(),
    };
    let has = |who: &Who| who.claims.iter().any(|claim| units.contains_key(claim));
    ids.into_iter().filter_map(|id| named(data, id)).filter(has).collect()
}

fn who_is(data: &Data, who: &Who, lang: Lang) -> String {
    let several = who.claims.len() > 1
        || who.claims.first().is_some_and(|h| families::of(data, *h).is_some());
    let kind = match several {
        true => tr!(lang, "Family", "家庭"),
        false => tr!(lang, "Household", "户号"),
    };
    let (id, name) = (escaped(&who.id), escaped(&who.name));
    format!("<p class=\"big\">{kind} <b>{id}</b> {name}</p>\n")
}

/// The flats, one below the other, and what they come to for a family.
fn flats(
    data: &Data,
    (outcome, units): (&Outcome, &BTreeMap<HouseholdNumber, UnitNumber>),
    who: &Who,
    lang: Lang,
) -> String {
    let (roll, amounts) = (data.roll(), Amounts::of(data));
    let mut head = vec![
        tr!(lang, "Code", "编号"),
        tr!(lang, "Building", "楼栋"),
        tr!(lang, "Flat", "房号"),
        tr!(lang, "Storey", "楼层"),
        tr!(lang, "Features", "特征"),
    ];
    head.extend(amounts.heads(lang));
    head.extend([tr!(lang, "How", "方式"), tr!(lang, "Line", "记录行")]);
    let row = |claim: &HouseholdNumber| {
        let how = tables::how(outcome, *claim, roll.mode(), lang);
        let Some(unit) = units.get(claim) else {
            let nothing = cell("", "").repeat(amounts.count() + 4);
            return cell("id", roll.household_id(*claim))
                + &nothing
                + &cell("", how)
                + &cell("", "");
        };
        let (label, storey) = data.unit(*unit);
        let building = roll.building(*unit);
        let label = label.strip_prefix(building).unwrap_or(label).trim_start();
        [
            cell("id", roll.household_id(*claim)),
            cell("", building),
            cell("id", label),
            cell("num", storey),
            cell("words", needs(roll.features(*unit), lang)),
            amounts.cells(data, *unit),
            cell("", how),
            cell("num", outcome.line_of(*claim)),
        ]
        .concat()
    };
    let rows: Vec<String> = who.claims.iter().map(row).collect();
    table("", &head, &rows) + &sums(data, units, who, lang)
}

/// What the flats of a family come to, and what is left of its budget.
fn sums(
    data: &Data,
    units: &BTreeMap<HouseholdNumber, UnitNumber>,
    who: &Who,
    lang: Lang,
) -> String {
    let roll = data.roll();
    let Some((_, family)) = who.claims.first().and_then(|h| families::of(data, *h)) else {
        return String::new();
    };
    let held: Vec<UnitNumber> =
        family.claims.iter().filter_map(|h| units.get(h)).copied().collect();
    let (count, of) = (held.len(), family.claims.len());
    let mut told = tr!(lang, "{count} of {of} flats", "共 {of} 套，已选 {count} 套");
    let spent = families::spent(data, family, units);
    if held.iter().all(|unit| roll.area(*unit).is_some()) {
        let area = decimal(spent.into());
        told += &tr!(lang, ", {area} m² in all", "，面积合计 {area} ㎡");
    }
    let prices: Option<Vec<u64>> = held.iter().map(|unit| roll.price(*unit)).collect();
    if let Some(prices) = prices {
        let sum = decimal(prices.into_iter().map(u128::from).sum());
        told += &tr!(lang, ", {sum} yuan in all", "，价格合计 {sum} 元");
    }
    if let Some(budget) = family.budget {
        let (left, budget) = (decimal(budget.saturating_sub(spent).into()), decimal(budget.into()));
        told += &tr!(
            lang,
            "; area budget {budget} m², of which {left} m² are left",
            "；面积额度 {budget} ㎡，剩余 {left} ㎡"
        );
    }
    format!("<p class=\"note\">{}</p>\n", escaped(&told))
}

/// The written authorities of its proxies that were filed, by their hashes; nothing if there are
/// none.
fn authorities(data: &Data, who: &Who, lang: Lang) -> String {
    let own: Vec<&str> = who.claims.iter().map(|claim| data.roll().household_id(*claim)).collect();
    let filed = data.lines().filter_map(|(number, line)| match line {
        Line::Filed { what: FiledKind::Authority, name, sha256, household, .. } => {
            let household = household.filter(|household| own.contains(&&**household))?;
            let (name, household) = (escaped(&name), escaped(&household));
            Some(tr!(
                lang,
                "<p>Written authority, {household}: {name} (line {number}), SHA-256 <span class=\"mono\">{sha256}</span></p>\n",
                "<p>委托书（{household}）：{name}（记录第 {number} 行），SHA-256 <span class=\"mono\">{sha256}</span></p>\n"
            ))
        }
        _ => None,
    });
    filed.collect()
}

/// The last line by which a household or family has what it has.
fn last_line(outcome: &Outcome, who: &Who) -> u64 {
    who.claims.iter().map(|claim| outcome.line_of(*claim)).max().unwrap_or(0)
}

/// The fingerprints of the transcript up to these lines.
fn fingerprints(data: &Data, lines: &BTreeSet<u64>) -> BTreeMap<u64, Fingerprint> {
    let (mut tree, origin) = (Tree::new(), data.roll().origin());
    let mut prints = BTreeMap::new();
    for (number, line) in (1..).zip(data.all_lines()) {
        tree.push_leaf(leaf_hash(line));
        if lines.contains(&number) {
            prints.insert(number, Fingerprint::of(origin, number, tree.root()));
        }
    }
    prints
}

/// The fingerprint of everything up to the line by which the sheet became true. The board showed
/// it when the line was recorded.
fn where_it_stands(line: u64, prints: &BTreeMap<u64, Fingerprint>, lang: Lang) -> String {
    let Some(groups) = prints.get(&line) else { return String::new() };
    let told = tr!(
        lang,
        "Fingerprint of lines 1 to {line} of the transcript, as the board showed it beside “All {line} lines”:",
        "记录第 1 至 {line} 行的指纹，与大屏显示“全部 {line} 行”时的指纹相同："
    );
    let later = tr!(
        lang,
        "The sheet holds as long as the transcript has nothing later about it: whoever withdraws the step, gives up the flat or swaps it signs another sheet.",
        "此单以抽签记录为准；如该步骤其后被撤回，或放弃、换房，应另签新单，此单作废。"
    );
    format!("<p>{told}</p>\n<p class=\"note mono big\">{groups}</p>\n<p>{later}</p>\n")
}

/// Places for the household, or its proxy, and for two members of the panel.
fn signatures(data: &Data, lang: Lang) -> String {
    let head = [
        tr!(lang, "Who", "签字人"),
        tr!(lang, "Name", "姓名"),
        tr!(lang, "Signature", "签字"),
        tr!(lang, "Date", "日期"),
    ];
    let mut signers = vec![tr!(lang, "Household, or its proxy", "住户本人或代理人")];
    let member = |title: &str| tr!(lang, "Member of the panel, {title}", "监督员（{title}）");
    let benches: Vec<&str> = data.book.benches.iter().map(|bench| bench.title.as_str()).collect();
    match benches.as_slice() {
        [one] => signers.extend([member(one), member(one)]),
        several => signers.extend(several.iter().take(2).map(|bench| member(bench))),
    }
    let row = |who: &String| {
        let who = escaped(who);
        format!(
            "<td style=\"height:16mm\">{who}</td><td style=\"width:38mm\"></td><td class=\"sign\"></td><td class=\"date\"></td>"
        )
    };
    let told = tr!(
        lang,
        "Who signs here has compared the flats above with the board.",
        "签字人已将以上房源与大屏核对无误。"
    );
    let rows: Vec<String> = signers.iter().map(row).collect();
    format!("<p>{told}</p>\n{}", table("signs", &head, &rows))
}
