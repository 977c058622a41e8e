//! `enrolment`: a slip for each household that proves, before anything is drawn, that it is in the
//! sealed plan (入册凭证).

use super::data::{Data, State};
use super::families;
use super::sheet::not_yet;
use crate::words::say::tr;
use floorlot::plan::HouseholdNumber;
use floorlot::receipt::enrolment_receipts;
use floorlot::rules::{Lang, Phrase};
use floorlot_verify::common::amount::decimal;
use floorlot_verify::common::receipts;
use std::collections::BTreeSet;

/// Why there is none to print.
pub(crate) fn missing(data: &Data) -> Option<Phrase> {
    match (&data.state, &data.only) {
        (State::Plan, _) => Some(Phrase::new(
            "the plan is not sealed yet; the slips can be printed from its seal on",
            "方案尚未封存，封存之后即可打印",
        )),
        (State::Refuted(_), _) => Some(Phrase::new(
            "the transcript is refuted, so nothing is proved by it",
            "记录不成立，不能作为凭证",
        )),
        (_, Some(id)) if asked_for(data).is_empty() => Some(Phrase::new(
            format!(
                "`{id}` is no household or family of the plan; give its code as the plan has it"
            ),
            format!("方案中没有户号或家庭编号“{id}”；请按方案填写"),
        )),
        _ => None,
    }
}

/// The slips, in the order of the plan: all, or that of a household, or those of a family.
pub(crate) fn enrolment(data: &Data, lang: Lang) -> String {
    let wanted: BTreeSet<HouseholdNumber> = asked_for(data).into_iter().collect();
    match enrolment_receipts(&data.plan, data.all_lines()) {
        Ok(all) => {
            let slips = wanted.into_iter().filter_map(|household| {
                let receipt = all.of(data.roll().household_id(household))?;
                Some((receipt, claims(data, household, lang)))
            });
            receipts::enrolment_page(slips, data.roll().title(), lang)
        }
        Err(error) => not_yet(Some(error.words()), lang),
    }
}

/// The households whose slips are wanted.
fn asked_for(data: &Data) -> Vec<HouseholdNumber> {
    let roll = data.roll();
    let Some(id) = &data.only else { return roll.household_numbers().collect() };
    let family = roll.find_family(id).and_then(|number| roll.family(number));
    family.map_or_else(
        || roll.find_household(id).into_iter().collect(),
        |family| family.claims.clone(),
    )
}

/// What the family of a household claims together; `None` for a household without one.
fn claims(data: &Data, household: HouseholdNumber, lang: Lang) -> Option<String> {
    let (number, family) = families::of(data, household)?;
    let roll = data.roll();
    let (id, count) = (roll.family_id(number), family.claims.len());
    let claims: Vec<&str> = family.claims.iter().map(|h| roll.household_id(*h)).collect();
    let claims = claims.join(if lang == Lang::Zh { "、" } else { ", " });
    let budget = family.budget.map(|budget| decimal(budget.into()));
    let budget = budget
        .map(|budget| tr!(lang, "; {budget} m² for all of them", "；面积额度合计 {budget} ㎡"));
    let budget = budget.unwrap_or_default();
    Some(tr!(
        lang,
        "Family {id}, {count} claims: {claims}{budget}",
        "家庭 {id}，{count} 个名额：{claims}{budget}"
    ))
}
