//! What people call things: titles, names, labels and storeys, read from the lines of the plan.

use floorlot::lines::Line;
use floorlot::plan::{HouseholdNumber, HouseholdNumbers, Roll, UnitNumber, UnitNumbers, ValidPlan};
use floorlot::rules::Lang;
use floorlot_verify::common::amount;
use std::collections::BTreeMap;

use crate::words::say::tr;

/// A bench of the panel.
pub(crate) struct Bench {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) quorum: u64,
}

/// A member of the panel.
pub(crate) struct Member {
    pub(crate) id: String,
    pub(crate) bench: String,
    pub(crate) name: String,
}

/// A flat.
pub(crate) struct Unit {
    /// Its label, behind its building where that is another than that of its pool.
    pub(crate) label: String,
    /// How long the building before the label is, with the space.
    before: usize,
    pub(crate) storey: u64,
    /// In 1/100 m².
    area: Option<u64>,
    /// In fen.
    price: Option<u64>,
}

/// The names of everything in a plan; units and households stand at their numbers in the [`Roll`].
#[derive(Default)]
pub(crate) struct Book {
    pub(crate) benches: Vec<Bench>,
    pub(crate) members: Vec<Member>,
    pub(crate) units: Vec<Unit>,
    pub(crate) households: Vec<String>,
    pools: BTreeMap<String, (UnitNumbers, HouseholdNumbers)>,
    buildings: BTreeMap<String, String>,
}

/// What a typed flat may mean.
pub(crate) enum Found {
    /// One flat, by id or label (or nothing known, which the draw itself will refuse).
    Id(String),
    /// A label that several flats of the pool have; these are their ids.
    Several(Vec<String>),
}

impl Book {
    /// Reads the names out of a plan.
    pub(crate) fn of(plan: &ValidPlan) -> Book {
        let mut book = Book::default();
        for line in plan.lines().iter().filter_map(|bytes| Line::decode(bytes).ok()) {
            book.enter(line);
        }
        for pool in plan.roll().pools() {
            let numbers = (pool.unit_numbers(), pool.household_numbers());
            book.pools.insert(pool.id.clone(), numbers);
        }
        book
    }

    fn enter(&mut self, line: Line<'_>) {
        match line {
            Line::Bench { id, title, quorum } => {
                self.benches.push(Bench { id: id.into(), title: title.into(), quorum })
            }
            Line::Member { id, bench, name, .. } => {
                self.members.push(Member { id: id.into(), bench: bench.into(), name: name.into() })
            }
            Line::Pool { id, building, .. } => {
                self.buildings.insert(id.into(), building.into());
            }
            Line::Unit { pool, building, label, storey, area, price, .. } => {
                let building = building.filter(|own| {
                    self.buildings.get(pool.as_ref()).is_none_or(|pools| pools != own.as_ref())
                });
                let before = building.map(|building| format!("{building} ")).unwrap_or_default();
                let label = format!("{before}{label}");
                self.units.push(Unit { label, before: before.len(), storey, area, price })
            }
            Line::Household { name, .. } => self.households.push(name.into()),
            _ => {}
        }
    }

    /// The units of a pool.
    pub(crate) fn units_of(&self, pool: &str) -> UnitNumbers {
        self.pools.get(pool).map(|(units, _)| units.clone()).unwrap_or_default()
    }

    /// The households of a pool.
    pub(crate) fn households_of(&self, pool: &str) -> HouseholdNumbers {
        self.pools.get(pool).map(|(_, households)| households.clone()).unwrap_or_default()
    }

    /// A member's number in the plan.
    pub(crate) fn member(&self, id: &str) -> Option<usize> {
        self.members.iter().position(|m| m.id == id)
    }

    /// `r1 王*`
    pub(crate) fn member_name(&self, id: &str) -> String {
        let name = self.members.iter().find(|m| m.id == id).map_or("", |m| &m.name);
        format!("{id} {name}").trim_end().to_owned()
    }

    /// `H001 张*明`
    pub(crate) fn household(&self, roll: &Roll, household: HouseholdNumber) -> String {
        let name = self.households.get(household.index()).map_or("", String::as_str);
        format!("{} {name}", roll.household_id(household)).trim_end().to_owned()
    }

    /// `1801 (storey 18)`, with area and price where the plan has them.
    pub(crate) fn unit(&self, unit: UnitNumber, lang: Lang) -> String {
        let Some(Unit { label, storey, .. }) = self.units.get(unit.index()) else {
            return String::new();
        };
        let more = self.amounts(unit, lang);
        tr!(lang, "{label} (storey {storey}{more})", "{label}（{storey}层{more}）")
    }

    /// `, 89.25 m², 1,234,567.89 yuan`: what the plan says of the area and the price of a unit.
    pub(crate) fn amounts(&self, unit: UnitNumber, lang: Lang) -> String {
        let unit = self.units.get(unit.index());
        unit.map_or_else(String::new, |unit| amount::behind(unit.area, unit.price, lang))
    }

    /// The storey of a unit.
    pub(crate) fn storey(&self, unit: UnitNumber) -> u64 {
        self.units.get(unit.index()).map_or(0, |u| u.storey)
    }

    /// The label of a unit as its line has it, without a building before it.
    pub(crate) fn own_label(&self, unit: UnitNumber) -> &str {
        self.units.get(unit.index()).and_then(|u| u.label.get(u.before..)).unwrap_or_default()
    }

    /// The label of a unit, with its id when other units of the pool have the same label.
    pub(crate) fn label(&self, roll: &Roll, pool: &str, unit: UnitNumber) -> String {
        let label = self.units.get(unit.index()).map_or("", |u| &u.label);
        let one = self.labelled(pool, label).nth(1).is_none();
        if one { label.to_owned() } else { format!("{label}[{}]", roll.unit_id(unit)) }
    }

    fn labelled<'a>(&'a self, pool: &str, label: &'a str) -> impl Iterator<Item = UnitNumber> + 'a {
        self.units_of(pool)
            .filter(move |&u| self.units.get(u.index()).is_some_and(|u| u.label == label))
    }

    /// The units of a pool with this label, be it with the building before it or without.
    fn known_as<'a>(&'a self, pool: &str, typed: &'a str) -> impl Iterator<Item = UnitNumber> + 'a {
        self.units_of(pool).filter(move |&u| {
            let unit = self.units.get(u.index());
            unit.is_some_and(|u| u.label == typed || u.label.get(u.before..) == Some(typed))
        })
    }

    /// The flat of a pool that somebody typed: its id, or its label.
    pub(crate) fn find_unit(&self, roll: &Roll, pool: &str, typed: &str) -> Found {
        let by_id = roll.find_unit(typed).filter(|u| self.units_of(pool).contains(*u));
        let ids: Vec<String> =
            self.known_as(pool, typed).map(|u| roll.unit_id(u).to_owned()).collect();
        match (by_id, ids.as_slice()) {
            (None, [one]) => Found::Id(one.clone()),
            (None, [_, _, ..]) => Found::Several(ids),
            _ => Found::Id(typed.to_owned()),
        }
    }
}
