//! What the pages tell of families: their claims, what they have, and what is left of their area
//! budgets.

use super::data::Data;
use super::result::Outcome;
use super::sheet::{cell, name, table};
use crate::words::say::{counted, tr};
use floorlot::plan::{FamilyInfo, FamilyNumber, HouseholdNumber, UnitNumber};
use floorlot::rules::Lang;
use floorlot_verify::common::amount::{self, decimal};
use std::collections::BTreeMap;

/// A family with its number.
pub(super) fn all(data: &Data) -> impl Iterator<Item = (FamilyNumber, &FamilyInfo)> {
    let roll = data.roll();
    roll.family_numbers().filter_map(|number| Some((number, roll.family(number)?)))
}

pub(super) fn any(data: &Data) -> bool {
    all(data).next().is_some()
}

pub(super) fn of(data: &Data, household: HouseholdNumber) -> Option<(FamilyNumber, &FamilyInfo)> {
    let number = data.roll().family_of(household)?;
    Some((number, data.roll().family(number)?))
}

/// Which unit each household has.
pub(super) fn units(outcome: &Outcome) -> BTreeMap<HouseholdNumber, UnitNumber> {
    outcome.household_of.iter().map(|(unit, household)| (*household, *unit)).collect()
}

/// The area of what a family has.
pub(super) fn spent(
    data: &Data,
    family: &FamilyInfo,
    units: &BTreeMap<HouseholdNumber, UnitNumber>,
) -> u64 {
    data.roll().area_held(family, |claim| units.get(&claim).copied())
}

/// The families of the plan, as the notice has them; nothing if there is none.
pub(super) fn listed(data: &Data, lang: Lang) -> String {
    if !any(data) {
        return String::new();
    }
    let budgets = all(data).any(|(_, family)| family.budget.is_some());
    let mut head = vec![
        tr!(lang, "Family", "家庭"),
        tr!(lang, "Name", "姓名"),
        tr!(lang, "Flats", "套数"),
        tr!(lang, "Codes of its claims", "各名额的编号"),
    ];
    head.extend(budgets.then(|| tr!(lang, "Area budget (m²)", "面积额度㎡")));
    let roll = data.roll();
    let row = |(number, family): (FamilyNumber, &FamilyInfo)| {
        let claims: Vec<&str> = family.claims.iter().map(|h| roll.household_id(*h)).collect();
        let budget = family.budget.map_or_else(String::new, |budget| decimal(budget.into()));
        let budget = if budgets { cell("num", budget) } else { String::new() };
        cell("id", roll.family_id(number))
            + &name(&family.name, "")
            + &cell("num", claims.len())
            + &cell("words", claims.join(if lang == Lang::Zh { "、" } else { ", " }))
            + &budget
    };
    let rows: Vec<String> = all(data).map(row).collect();
    let told = tr!(
        lang,
        "Each claim is for one flat, and is called like a household.",
        "每个名额可选一套，与住户一样叫号。"
    );
    let more = if budgets {
        tr!(
            lang,
            " The flats of a family with an area budget have together no more area than that: larger ones are not offered to it.",
            "有面积额度的家庭，各套面积之和不超过额度；超出的房源不列入可选。"
        )
    } else {
        String::new()
    };
    let count = rows.len();
    let title = tr!(
        lang,
        "Families, with a claim for each flat: {count}",
        "家庭 {count} 户（每套一个名额）"
    );
    format!("<h3>{title}</h3>\n<p>{told}{more}</p>\n{}", table("dense", &head, &rows))
}

fn counted_families(count: usize) -> String {
    if count == 1 { "1 family".into() } else { format!("{count} families") }
}

/// Each family with its flats, their areas, and what is left of its budget.
pub(super) fn with_flats(data: &Data, outcome: &Outcome, lang: Lang) -> String {
    let (roll, units) = (data.roll(), units(outcome));
    let head = [
        tr!(lang, "Family", "家庭"),
        tr!(lang, "Name", "姓名"),
        tr!(lang, "Flats", "房源"),
        tr!(lang, "m² in all", "合计㎡"),
        tr!(lang, "Area budget (m²)", "面积额度㎡"),
        tr!(lang, "Left (m²)", "剩余㎡"),
    ];
    let flat = |claim: &HouseholdNumber| {
        let id = roll.household_id(*claim);
        match units.get(claim) {
            Some(unit) => {
                let flat = in_building(data, *unit, lang);
                tr!(lang, "{id}: {flat}", "{id}：{flat}")
            }
            None => {
                let how =
                    super::tables::how(outcome, *claim, floorlot::lines::Mode::Official, lang);
                tr!(lang, "{id}: {how}", "{id}：{how}")
            }
        }
    };
    let row = |(number, family): (FamilyNumber, &FamilyInfo)| {
        let flats: Vec<String> = family.claims.iter().map(flat).collect();
        let flats: String = flats
            .iter()
            .map(|flat| format!("<div>{}</div>", floorlot_verify::common::html::escaped(flat)))
            .collect();
        let spent = spent(data, family, &units);
        let known = |n: Option<u64>| n.map_or_else(|| "—".to_owned(), |n| decimal(n.into()));
        let measured = family
            .claims
            .iter()
            .filter_map(|claim| units.get(claim))
            .all(|unit| roll.area(*unit).is_some());
        cell("id", roll.family_id(number))
            + &name(&family.name, "")
            + &format!("<td>{flats}</td>")
            + &cell("num", known(Some(spent).filter(|_| measured)))
            + &cell("num", known(family.budget))
            + &cell("num", known(family.budget.map(|budget| budget.saturating_sub(spent))))
    };
    let rows: Vec<String> = all(data).map(row).collect();
    table("dense", &head, &rows)
}

/// `1号楼 1801 (storey 18, 89.25 m²)`.
pub(super) fn in_building(data: &Data, unit: UnitNumber, lang: Lang) -> String {
    let roll = data.roll();
    let ((label, storey), building) = (data.unit(unit), roll.building(unit));
    let label = label.strip_prefix(building).unwrap_or(label).trim_start();
    let area = amount::behind(roll.area(unit), None, lang);
    tr!(
        lang,
        "{building} {label} (storey {storey}{area})",
        "{building} {label}（{storey}层{area}）"
    )
}

/// How many families and claims there are, for a sentence with all counts; nothing if there is
/// none.
pub(super) fn counts(data: &Data, lang: Lang) -> Option<String> {
    let (count, claims) =
        (all(data).count(), all(data).map(|(_, family)| family.claims.len()).sum::<usize>());
    let (families, all_claims) = (counted_families(count), counted(claims, "claim"));
    (count > 0).then(|| {
        tr!(
            lang,
            "of these {families} with {all_claims}",
            "其中家庭 {count} 户，共 {claims} 个名额"
        )
    })
}
