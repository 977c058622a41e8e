//! What the pages show of flats and buildings: who has which flat, and why a free one can or cannot
//! be chosen now.

use crate::ceremony::draw::Draw;
use crate::ceremony::neighbours::Companions;
use floorlot::plan::{HouseholdNumber, Roll, UnitNumber};
use floorlot::rules::Lang;
use floorlot::session::{Awaits, NotOffered};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Who has each unit.
pub(super) type Holders = [Option<HouseholdNumber>];

/// Who has each unit.
pub(super) fn holders(draw: &Draw) -> Vec<Option<HouseholdNumber>> {
    let mut holders = vec![None; draw.roll().unit_count() as usize];
    for (household, holding) in draw.roll().household_numbers().zip(draw.session.holdings()) {
        let slot = holding.unit().and_then(|unit| holders.get_mut(unit.index()));
        slot.into_iter().for_each(|slot| *slot = Some(household));
    }
    holders
}

/// How full each building is.
pub(super) fn estate(roll: &Roll, holders: &Holders) -> Vec<Value> {
    let mut all: Vec<(&str, u64, u64)> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for (unit, holder) in roll.unit_numbers().zip(holders) {
        let name = roll.building(unit);
        let place = *places.entry(name).or_insert_with(|| {
            all.push((name, 0, 0));
            all.len() - 1
        });
        if let Some((_, units, taken)) = all.get_mut(place) {
            (*units, *taken) = (*units + 1, *taken + u64::from(holder.is_some()));
        }
    }
    all.into_iter()
        .map(|(name, units, taken)| json!({"name": name, "units": units, "taken": taken}))
        .collect()
}

/// A household as people call it, with its place in the order of its pool.
pub(super) fn household_of(draw: &Draw, household: HouseholdNumber) -> Value {
    let name = draw.book.households.get(household.index()).map_or("", String::as_str);
    let ticket = draw.session.drawn(household).map(|drawn| drawn.ticket.to_string());
    json!({"id": draw.roll().household_id(household), "name": name, "ticket": ticket, "tier": draw.roll().tier(household),
        "needs": words_of(draw.roll().needs(household)), "place": place(draw, household)})
}

/// Needs in the words of people.
pub(super) fn words_of(needs: &[String]) -> Option<Value> {
    let words = |lang| crate::prints::needs(needs, lang);
    (!needs.is_empty()).then(|| json!({"en": words(Lang::En), "zh": words(Lang::Zh)}))
}

/// A flat as people call it.
pub(super) fn unit_of(draw: &Draw, unit: UnitNumber) -> Value {
    let label = draw.book.units.get(unit.index()).map_or("", |u| &u.label);
    let (roll, storey) = (draw.roll(), draw.book.storey(unit));
    let mut shown = json!({"id": roll.unit_id(unit), "label": label, "storey": storey,
        "building": roll.building(unit), "door": roll.unit_label(unit)});
    let more = |lang| draw.book.amounts(unit, lang);
    if let Some(shown) = shown.as_object_mut().filter(|_| !more(Lang::En).is_empty()) {
        shown.insert("more".into(), json!({"en": more(Lang::En), "zh": more(Lang::Zh)}));
    }
    shown
}

/// The place of a household in the order of its pool, from 1: that of its first call.
fn place(draw: &Draw, household: HouseholdNumber) -> Option<u64> {
    draw.progress.record.calls(household).next().map(|call| call.place)
}

/// The pool that is drawn with its flats: every flat with who has it, or why it can or cannot be
/// chosen now.
pub(super) fn building(draw: &Draw, stage: &Awaits, holders: &Holders) -> Option<Value> {
    let name = draw.session.pool().map(|pool| pool.building.clone());
    let name = name.or_else(|| draw.roll().pools().first().map(|pool| pool.building.clone()))?;
    Some(flats(draw, &name, stage, holders))
}

/// The last pool that was drawn to its end, as long as the next one has had no turn: a building is
/// never shown beside a pick of another one.
pub(super) fn finished(draw: &Draw, stage: &Awaits, holders: &Holders) -> Option<Value> {
    let household = draw.progress.recent.back()?.household;
    let pool = draw.roll().pool(draw.roll().pool_of(household)?)?;
    let fresh = match draw.session.pool() {
        Some(now) => now.id != pool.id && draw.progress.pool().calls == 0,
        None => matches!(stage, Awaits::SignOff) && draw.progress.result.is_some(),
    };
    let given = pool.household_numbers().filter(|h| draw.session.holding(*h).is_unit()).count();
    let about = json!({"id": pool.id, "title": pool.title, "building": pool.building, "given": given,
        "households": pool.household_count(), "units": pool.unit_count()});
    fresh.then(|| {
        let building = flats(draw, &pool.building, stage, holders);
        json!({"pool": about, "building": building})
    })
}

/// All flats of the pools of a building.
fn flats(draw: &Draw, name: &str, stage: &Awaits, holders: &Holders) -> Value {
    let companions = match stage {
        Awaits::Choice { household, .. } => Some(Companions::of(draw, *household)),
        _ => None,
    };
    let beside =
        |unit| companions.as_ref().is_some_and(|c| c.are_beside(unit, (draw.roll(), &draw.book)));
    let pools: Vec<_> = draw.roll().pools().iter().filter(|pool| pool.building == name).collect();
    let mut units = Vec::new();
    for pool in &pools {
        for unit in draw.book.units_of(&pool.id) {
            let holder = holders.get(unit.index()).copied().flatten();
            let state = state(draw, stage, &pool.id, (unit, holder));
            let mut shown = with_holder(draw, unit, holder);
            if let Some(shown) = shown.as_object_mut() {
                shown.insert("state".into(), json!(state));
                shown.insert("pool".into(), json!(pool.id));
                shown.insert("features".into(), json!(words_of(draw.roll().features(unit))));
                if state == "offered" && beside(unit) {
                    shown.insert("beside".into(), json!(true));
                }
            }
            units.push(shown);
        }
    }
    let pools: Vec<Value> =
        pools.iter().map(|pool| json!({"id": pool.id, "title": pool.title})).collect();
    json!({"name": name, "pools": pools, "units": units})
}

/// What a flat of a pool is now to the household that chooses, or to everybody.
fn state(
    draw: &Draw,
    stage: &Awaits,
    pool: &str,
    (unit, holder): (UnitNumber, Option<HouseholdNumber>),
) -> &'static str {
    let choosing = matches!(stage, Awaits::Choice { .. });
    let own = draw.session.pool().is_some_and(|now| now.id == pool);
    match (holder, choosing) {
        (Some(_), _) => "taken",
        (None, false) => "free",
        (None, true) if !own => "elsewhere",
        (None, true) => match draw.session.not_offered(unit) {
            None => "offered",
            Some(NotOffered::HeldBack) => "held",
            Some(NotOffered::Needs) => "unfit",
            Some(NotOffered::Budget) => "beyond",
            Some(_) => "free",
        },
    }
}

fn with_holder(draw: &Draw, unit: UnitNumber, holder: Option<HouseholdNumber>) -> Value {
    let mut shown = unit_of(draw, unit);
    if let Some(shown) = shown.as_object_mut() {
        shown.insert("by".into(), json!(holder.map(|holder| household_of(draw, holder))));
    }
    shown
}

/// One building of the estate, by its place in the list of them, from 0: its name, and all its
/// flats with who has them.
pub(super) fn house(draw: &Draw, number: usize) -> Option<Value> {
    let (roll, holders) = (draw.roll(), holders(draw));
    let all = estate(roll, &holders);
    let name = all.get(number)?.get("name")?.as_str()?;
    let own = roll.unit_numbers().zip(&holders).filter(|(unit, _)| roll.building(*unit) == name);
    let shown = own.map(|(unit, holder)| {
        let mut shown = with_holder(draw, unit, *holder);
        if let Some(shown) = shown.as_object_mut() {
            shown.insert("state".into(), json!(if holder.is_some() { "taken" } else { "free" }));
        }
        shown
    });
    let units: Vec<Value> = shown.collect();
    Some(json!({"name": name, "pools": [], "units": units}))
}
