//! From the rows of the two tables to the pools of a plan.

use super::cells::{Bad, Name, Reader, Tally};
use super::columns::{Columns, Field, Role, missing};
use super::config::Config;
use super::fault::{Fault, quoted};
use super::sheet::{Cell, Row, Table};
use floorlot::Hash;
use floorlot::person::{Opening, OpeningError};
use floorlot::plan::{Household, Plan, Unit, is_id};
use floorlot::rules::Words;
use std::collections::{BTreeMap, BTreeSet};

/// One table with the meaning of its columns.
#[derive(Clone, Copy)]
pub(super) struct Input<'a> {
    pub(super) table: &'a Table,
    pub(super) columns: &'a Columns,
}

/// A row of one of the tables.
pub(super) type At = (Role, u32);

/// The pools as they come together.
struct Draft {
    key: Vec<String>,
    building: String,
    flat_type: Option<String>,
    first: At,
    units: Vec<(u32, Unit)>,
    households: Vec<(u32, Household)>,
}

/// A plan, with the row that each of its lines comes from.
pub(super) struct Built {
    pub(super) plan: Plan,
    /// For each pool, unit and household in the order of the plan's lines.
    pub(super) rows: Vec<At>,
    /// Whether any row has a fault of its own, so that something may be missing in its pool.
    pub(super) any_bad: bool,
    /// Rows left out, with the reason.
    pub(super) left_out: Vec<(Role, u32, Words)>,
    /// Ids that were made: of pools (with building and flat type) and of groups.
    pub(super) made_pools: Vec<(String, String)>,
    pub(super) made_groups: usize,
    /// What opens the commitments of the households, in the order of the table.
    pub(super) openings: Vec<Opening>,
    /// Rows of households without a commitment, by the reason.
    pub(super) unbound: BTreeMap<&'static str, Vec<u32>>,
}

/// The fields that make the key of a pool.
pub(super) struct Key {
    parts: Vec<Field>,
}

/// Which columns make the pools: they are the same in both tables.
pub(super) fn pool_key(roll: Input<'_>, units: Input<'_>) -> Result<Key, Fault> {
    let both = |field: Field| roll.columns.has(field) && units.columns.has(field);
    let any = |field: Field| roll.columns.has(field) || units.columns.has(field);
    let lacking = |input: Input<'_>, fields: &[Field]| {
        let number = input.table.rows.get(input.columns.header).map(|r| r.number);
        Err(missing(input.columns.place(input.table, number, None), &input.columns.heads, fields, input.columns.role))
    };
    if both(Field::Pool) {
        return Ok(Key { parts: vec![Field::Pool] });
    }
    let first_of = |fields: [Field; 2]| fields.into_iter().find(|f| both(*f));
    let has = |input: Input<'_>, fields: [Field; 2]| fields.iter().any(|f| input.columns.has(*f));
    let building = [Field::BuildingCode, Field::Building];
    let Some(first) = first_of(building) else {
        let poorer = if has(roll, building) { units } else { roll };
        return lacking(poorer, &[Field::Building, Field::Pool]);
    };
    let flat_type = [Field::TypeCode, Field::FlatType];
    match first_of(flat_type) {
        Some(second) => Ok(Key { parts: vec![first, second] }),
        None if flat_type.iter().any(|f| any(*f)) => lacking(if has(roll, flat_type) { units } else { roll }, &[Field::FlatType]),
        None => Ok(Key { parts: vec![first] }),
    }
}

/// Builds the plan from all rows that can be read; notes the faults of the others.
pub(super) fn build(inputs: (Input<'_>, Input<'_>), key: &Key, config: &Config, tally: &mut Tally, faults: &mut Vec<Fault>) -> Built {
    let mut builder = Builder {
        key,
        config,
        drafts: Vec::new(),
        index: BTreeMap::new(),
        left_out: Vec::new(),
        openings: Vec::new(),
        unbound: BTreeMap::new(),
    };
    let (roll, units) = inputs;
    let mut reader = Reader { table: units.table, columns: units.columns, faults, tally, any_bad: false };
    builder.table(&mut reader);
    let bad_units = reader.any_bad;
    let mut reader = Reader { table: roll.table, columns: roll.columns, faults, tally, any_bad: bad_units };
    builder.table(&mut reader);
    let made_groups = builder.name_groups();
    builder.strangers(&mut reader);
    let any_bad = reader.any_bad;
    builder.labels_to_ids();
    builder.finish(any_bad, made_groups, faults)
}

struct Builder<'a> {
    key: &'a Key,
    config: &'a Config,
    drafts: Vec<Draft>,
    index: BTreeMap<Vec<String>, usize>,
    left_out: Vec<(Role, u32, Words)>,
    openings: Vec<Opening>,
    unbound: BTreeMap<&'static str, Vec<u32>>,
}

/// Why a household has no commitment.
pub(super) const NO_NAME: &str = "name";
pub(super) const NO_DOCUMENT: &str = "document";

impl Builder<'_> {
    /// All rows of one table.
    fn table(&mut self, reader: &mut Reader<'_>) {
        let role = reader.columns.role;
        [Field::Id, Field::Group].into_iter().for_each(|field| reader.lost_zeros(field));
        for row in reader.columns.rows(reader.table) {
            if let Some(why) = not_data(row, reader.columns) {
                self.left_out.push((role, row.number, why));
                continue;
            }
            // A fault in one cell does not keep the others of the row from being looked at.
            let id = needed(reader, row, Field::Id);
            let key = self.pool(reader, row);
            match role {
                Role::Units => {
                    let unit = self.unit(reader, row, id.as_deref().unwrap_or_default());
                    let draft = key.filter(|_| id.is_some()).and_then(|d| self.drafts.get_mut(d));
                    draft.into_iter().for_each(|d| d.units.push((row.number, unit.clone())));
                }
                Role::Roll => {
                    let household = self.household(reader, row, id.as_deref().unwrap_or_default());
                    let draft = key.filter(|_| id.is_some()).and_then(|d| self.drafts.get_mut(d));
                    draft.into_iter().for_each(|d| d.households.push((row.number, household.clone())));
                }
            }
        }
    }

    /// The pool that a row belongs to.
    fn pool(&mut self, reader: &mut Reader<'_>, row: &Row) -> Option<usize> {
        let parts: Vec<Option<String>> = self.key.parts.iter().map(|field| needed(reader, row, *field)).collect();
        let key: Vec<String> = parts.into_iter().collect::<Option<_>>()?;
        if let Some(&known) = self.index.get(&key) {
            return Some(known);
        }
        let mut name = |field: Field, part: usize| match reader.text(row, field) {
            Ok(Some(name)) => Some(name),
            _ => key.get(part).cloned(),
        };
        let building = name(Field::Building, 0).unwrap_or_default();
        let by_pool = self.key.parts.first() == Some(&Field::Pool);
        let flat_type = name(Field::FlatType, if by_pool { usize::MAX } else { 1 });
        let first = (reader.columns.role, row.number);
        self.index.insert(key.clone(), self.drafts.len());
        self.drafts.push(Draft { key, building, flat_type, first, units: Vec::new(), households: Vec::new() });
        Some(self.drafts.len() - 1)
    }

    fn unit(&self, reader: &mut Reader<'_>, row: &Row, id: &str) -> Unit {
        let label = reader.text(row, Field::Label).ok().flatten().unwrap_or_else(|| id.to_owned());
        let storey = reader.number(row, Field::Storey, (1, 999)).unwrap_or(1);
        Unit { id: id.to_owned(), label, storey, features: self.needs(reader, row, Field::Features) }
    }

    fn household(&mut self, reader: &mut Reader<'_>, row: &Row, id: &str) -> Household {
        let tier = if reader.columns.has(Field::Tier) { reader.number(row, Field::Tier, (1, 99)).ok() } else { Some(1) };
        // Without its tier, whether a household is of the same tier as its group cannot be said.
        let group = reader.id(row, Field::Group).ok().flatten().filter(|_| tier.is_some());
        let name = reader.name(row).unwrap_or_default();
        let person = self.bind(reader, row, id, &name);
        Household {
            id: id.to_owned(),
            name: name.shown,
            tier: tier.unwrap_or(1),
            needs: self.needs(reader, row, Field::Needs),
            group,
            ranking: reader.list(row, Field::Ranking).unwrap_or_default(),
            person,
        }
    }

    /// The commitment of a household to a person, if the office has whole names and document numbers.
    fn bind(&mut self, reader: &mut Reader<'_>, row: &Row, id: &str, name: &Name) -> Option<Hash> {
        if !reader.columns.has(Field::Document) {
            return None;
        }
        let document = reader.document(row).ok()?;
        let (name, document) = match (&name.whole, document) {
            (Some(name), Some(document)) => (name.clone(), document),
            (name, _) => {
                let why = if name.is_some() { NO_DOCUMENT } else { NO_NAME };
                self.unbound.entry(why).or_default().push(row.number);
                return None;
            }
        };
        let mut salt = [0; 32];
        let mut fault = |field: Field, found: Words, expected: Words| {
            reader.fault(row.number, field, found, expected, Words::new("correct the cell", "请更正此单元格"));
            None
        };
        if let Err(error) = getrandom::fill(&mut salt) {
            let expected = Words::new("randomness of the operating system", "操作系统的随机数");
            return fault(Field::Document, Words::same(error), expected);
        }
        let opening = Opening { household: id.to_owned(), name, document, salt };
        let commitment = opening.commitment();
        let field = match &commitment {
            Ok(_) => {
                self.openings.push(opening);
                return commitment.ok();
            }
            Err(OpeningError::Household) => return None, // the id has a fault of its own
            Err(OpeningError::Blank { field: "name" } | OpeningError::Long { field: "name", .. }) => Field::Name,
            Err(_) => Field::Document,
        };
        fault(field, commitment.err()?.words(), Words::new("1 to 200 bytes of text", "1 至 200 字节的文字"))
    }

    /// Needs or features as ids, sorted by their bytes.
    fn needs(&self, reader: &mut Reader<'_>, row: &Row, field: Field) -> Vec<String> {
        // Words are looked up whole first: `step free` may be a configured one. Then spaces separate, too.
        let words = reader.list(row, field).unwrap_or_default().into_iter().flat_map(|word| match self.config.need(&word) {
            Err(()) => word.split(' ').map(str::to_owned).collect(),
            Ok(_) => vec![word],
        });
        let mut ids = BTreeSet::new();
        for word in words {
            match self.config.need(&word) {
                Ok(id) => ids.extend(id),
                Err(()) => {
                    let known = self.config.need_words();
                    let expected =
                        Words::new(format!("an id, or one of {}", known.join(", ")), format!("编号，或 {} 之一", known.join("、")));
                    let advice = Words::new(
                        format!("correct the word, or add \"{word}\" = \"...\" to [needs] in the configuration"),
                        format!("请更正，或在配置的 [needs] 中加上 \"{word}\" = \"…\""),
                    );
                    reader.fault(row.number, field, quoted(&word), expected, advice);
                }
            }
        }
        ids.into_iter().collect()
    }

    /// Groups whose names are not ids get G001, G002 and so on. Gives how many.
    fn name_groups(&mut self) -> usize {
        let households = || self.drafts.iter().flat_map(|d| &d.households);
        if households().filter_map(|(_, h)| h.group.as_deref()).all(is_id) {
            return 0;
        }
        let mut by_row: Vec<(u32, &str)> = households().filter_map(|(row, h)| Some((*row, h.group.as_deref()?))).collect();
        by_row.sort_unstable();
        let mut names: BTreeMap<String, String> = BTreeMap::new();
        for (_, group) in by_row {
            let next = names.len() + 1;
            names.entry(group.to_owned()).or_insert_with(|| format!("G{next:03}"));
        }
        for (_, household) in self.drafts.iter_mut().flat_map(|d| &mut d.households) {
            household.group = household.group.as_ref().and_then(|g| names.get(g)).cloned();
        }
        names.len()
    }

    /// Pools of households for which there is no unit: most often a building or flat type written in two ways.
    fn strangers(&self, reader: &mut Reader<'_>) {
        let known: Vec<String> = self.drafts.iter().filter(|d| !d.units.is_empty()).map(|d| d.key.join(" ")).take(8).collect();
        let field = self.key.parts.first().copied().unwrap_or(Field::Pool);
        for draft in self.drafts.iter().filter(|d| d.units.is_empty() && d.first.0 == Role::Roll) {
            let (n, key) = (draft.households.len(), quoted(&draft.key.join(" ")).en);
            let found =
                Words::new(format!("{key}, of which there is no unit ({n} households)"), format!("{key}，没有对应的房源（{n} 户）"));
            let expected = Words::new(
                format!("what the units have, such as {}", known.join(", ")),
                format!("与房源表一致，例如 {}", known.join("、")),
            );
            let advice = Words::new("write it as in the table of units, or add the units", "请与房源表写法一致，或补上房源");
            reader.fault(draft.first.1, field, found, expected, advice);
        }
    }

    /// Rankings may be written with labels (1503) in place of ids, if the label is that of one unit of the pool.
    fn labels_to_ids(&mut self) {
        for draft in &mut self.drafts {
            let mut by_label: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
            draft.units.iter().for_each(|(_, u)| by_label.entry(&u.label).or_default().push(&u.id));
            let ids: BTreeSet<&str> = draft.units.iter().map(|(_, u)| u.id.as_str()).collect();
            for choice in draft.households.iter_mut().flat_map(|(_, h)| &mut h.ranking) {
                if let (false, Some([id])) = (ids.contains(choice.as_str()), by_label.get(choice.as_str()).map(Vec::as_slice)) {
                    *choice = (*id).to_owned();
                }
            }
        }
    }

    /// The ids of the pools: made of their keys if those are ids, or P001, P002 and so on.
    fn finish(self, any_bad: bool, made_groups: usize, faults: &mut Vec<Fault>) -> Built {
        let made = !self.drafts.iter().flat_map(|d| &d.key).all(|part| is_id(part));
        let mut plan = self.config.plan();
        let (mut pools, mut units, mut households) = (Vec::new(), Vec::new(), Vec::new());
        let mut made_pools = Vec::new();
        let mut taken: BTreeMap<String, String> = BTreeMap::new();
        for (number, draft) in (1..).zip(self.drafts) {
            let id = if made { format!("P{number:03}") } else { draft.key.join("-") };
            let title = [Some(draft.building.as_str()), draft.flat_type.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
            if made {
                made_pools.push((id.clone(), title.clone()));
            } else if let Some(other) = taken.insert(id.clone(), draft.key.join(" + ")) {
                let found = Words::new(
                    format!("`{other}` and `{}`, which both give the pool {id}", draft.key.join(" + ")),
                    format!("`{other}` 和 `{}` 都得出批次 {id}", draft.key.join(" + ")),
                );
                let expected = Words::new("codes that give different pools", "得出不同批次的代码");
                faults.push(Fault::new(Role::Units.words(), found, expected, Words::same("")));
            }
            let mut pool = self.config.empty_pool(&id, &title, &draft.building);
            pools.push(draft.first);
            units.extend(draft.units.iter().map(|(row, _)| (Role::Units, *row)));
            households.extend(draft.households.iter().map(|(row, _)| (Role::Roll, *row)));
            pool.units = draft.units.into_iter().map(|(_, unit)| unit).collect();
            pool.households = draft.households.into_iter().map(|(_, household)| household).collect();
            plan.pools.push(pool);
        }
        let rows = pools.into_iter().chain(units).chain(households).collect();
        Built { plan, rows, any_bad, left_out: self.left_out, made_pools, made_groups, openings: self.openings, unbound: self.unbound }
    }
}

/// An id that must be there.
fn needed(reader: &mut Reader<'_>, row: &Row, field: Field) -> Option<String> {
    match reader.id(row, field) {
        Ok(Some(value)) => Some(value),
        Err(Bad) => None,
        Ok(None) => {
            let advice = Words::new("fill in the cell, or clear the whole row", "请填写，或清空整行");
            reader.fault(row.number, field, Words::new("nothing", "空白"), field.words(), advice);
            None
        }
    }
}

/// Why a row is no row of data: a sum, the heads again on the next printed page, nothing in the columns used.
fn not_data(row: &Row, columns: &Columns) -> Option<Words> {
    let text = |cell: &Cell| match cell {
        Cell::Text(text) => text.split_whitespace().collect::<String>(),
        _ => String::new(),
    };
    let first = row.cells.iter().position(|c| *c != Cell::Empty).unwrap_or(0);
    let word = text(row.cell(first)).to_lowercase();
    let sum = ["合计", "总计", "小计", "共计"].iter().any(|sum| word.starts_with(sum))
        || ["total", "totals", "subtotal", "sum"].contains(&word.as_str());
    if sum && columns.get(Field::Id).is_none_or(|id| id == first || *row.cell(id) == Cell::Empty) {
        return Some(Words::new("a sum", "合计行"));
    }
    let used = |field: &Field| columns.get(*field).filter(|c| *row.cell(*c) != Cell::Empty);
    if Field::ALL.iter().filter_map(used).next().is_none() {
        return Some(Words::new("nothing in the columns used", "所用各列均为空白"));
    }
    let again = Field::ALL.iter().filter_map(used).all(|c| columns.heads.get(c).is_some_and(|h| text(row.cell(c)) == h.replace(' ', "")));
    again.then(|| Words::new("the heads again", "重复的表头"))
}
