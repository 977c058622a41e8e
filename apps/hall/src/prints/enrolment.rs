//! `enrolment`: a slip for each household that proves, before anything is drawn, that it is in the
//! sealed plan (入册凭证).

use super::data::{Data, State};
use super::sheet::not_yet;
use floorlot::plan::HouseholdNumber;
use floorlot::receipt::enrolment_receipts;
use floorlot::rules::{Lang, Phrase};
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

/// The slips, in the order of the plan: all, or that of a household or family.
pub(crate) fn enrolment(data: &Data, lang: Lang) -> String {
    let (roll, mut families) = (data.roll(), BTreeSet::new());
    // A family has one slip for all its claims.
    let once =
        |h: &HouseholdNumber| roll.family_of(*h).is_none_or(|family| families.insert(family));
    let wanted: Vec<HouseholdNumber> = asked_for(data).into_iter().filter(once).collect();
    match enrolment_receipts(&data.plan, data.all_lines()) {
        Ok(all) => {
            let slips = wanted.into_iter().filter_map(|h| all.of(roll.household_id(h)));
            receipts::enrolment_page(slips, (roll.title(), &data.office.verifier), lang)
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
