//! The rows as they would be taken, each with what somebody should look at.

use super::built::Built;
use super::columns::Inputs;
use super::fault::At;
use super::notes::Notes;
use super::preview::{Preview, Shown};
use floorlot::plan::Household;
use floorlot::rules::Lang;
use std::collections::{BTreeMap, BTreeSet};

/// All rows, in the order of the table.
pub(super) fn preview(built: &Built, inputs: Inputs<'_>, notes: &Notes, lang: Lang) -> Preview {
    let mut remarks: BTreeMap<At, BTreeSet<String>> = BTreeMap::new();
    for question in &notes.questions {
        for at in &question.rows {
            remarks.entry(*at).or_default().insert(question.kind.words().get(lang).to_owned());
        }
    }
    let (fault, hint) =
        if lang == Lang::En { ("fault", "see above") } else { ("有问题", "见上") };
    for at in notes.faults.iter().filter_map(|fault| fault.order) {
        remarks.entry(at).or_default().insert(fault.to_owned());
    }
    for at in notes.hints.iter().flat_map(|hint| &hint.rows) {
        remarks.entry(*at).or_default().insert(hint.to_owned());
    }
    let all = built.plan.pools.iter().flat_map(|pool| {
        pool.households.iter().map(move |household| (pool.id.as_str(), household))
    });
    let count = built.plan.pools.iter().map(|pool| pool.households.len()).sum::<usize>();
    let rows = built.rows.iter().skip(built.rows.len().saturating_sub(count));
    let mut rows: Vec<(At, Shown)> = all
        .zip(rows)
        .map(|((pool, household), at)| (*at, shown(at.row, pool, household)))
        .collect();
    let bound = built.plan.families.iter().filter(|family| family.person.is_some());
    let bound: BTreeSet<&str> = bound.map(|family| family.id.as_str()).collect();
    for (at, shown) in &mut rows {
        let sheet = inputs.roll.sheets.get(at.sheet).filter(|_| inputs.roll.sheets.len() > 1);
        shown.sheet = sheet.and_then(|sheet| sheet.table.sheet.clone());
        shown.remarks = remarks.get(at).into_iter().flatten().cloned().collect();
        shown.bound |= shown.family.as_deref().is_some_and(|family| bound.contains(family));
        shown.group =
            shown.group.take().map(|id| built.made_groups.get(&id).cloned().unwrap_or(id));
        shown.without_numbers();
    }
    rows.sort_by_key(|(at, _)| *at);
    let families = !built.plan.families.is_empty();
    Preview { rows: rows.into_iter().map(|(_, shown)| shown).collect(), families }
}

fn shown(row: u32, pool: &str, household: &Household) -> Shown {
    let Household { id, name, tier, needs, group, family, person, .. } = household.clone();
    Shown {
        sheet: None,
        row,
        id,
        name,
        pool: pool.to_owned(),
        tier,
        needs,
        group,
        family,
        bound: person.is_some(),
        remarks: Vec::new(),
    }
}
