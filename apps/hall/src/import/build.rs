//! From the rows of the two tables to the pools of a plan.

use super::bands::Bands;
use super::built::{Built, Flat, Key, NO_DOCUMENT, NO_NAME, Person, Spellings};
use super::cells::{Bad, Name, Reader, Tally};
use super::characters::{skeleton, spelled};
use super::columns::{Field, Input, Inputs, Sheet, missing};
use super::config::{Config, is_nothing};
use super::document::Number;
use super::families::{self, Families, Said, Settled};
use super::fault::{At, Fault, Role, quoted};
use super::footers::not_data;
use super::notes::Notes;
use super::sheet::{Cell, Row};
use super::{groups, kept_out, spelling, staircases};
use crate::words::say::counted;
use floorlot::Hash;
use floorlot::person::{Opening, OpeningError};
use floorlot::plan::{Excluded, Family, Household, Pool, Unit, is_id};
use floorlot::rules::Phrase;
use std::collections::{BTreeMap, BTreeSet};

/// The pools as they come together.
struct Draft {
    key: Vec<String>,
    building: String,
    flat_type: Option<String>,
    first: At,
    units: Vec<(At, Unit)>,
    households: Vec<(At, Household)>,
}

impl Draft {
    /// What people call the pool, such as `1号楼 两室`, and the building it is in. A pool over several
    /// buildings is not called after one of them, and each of its units names its own.
    fn called(&self, id: &str) -> (String, String) {
        let own = self.units.iter().filter_map(|(_, unit)| unit.building.as_deref());
        let several = own.collect::<BTreeSet<_>>().len();
        let flat_type = self.flat_type.as_deref();
        if several < 2 {
            let parts: Vec<&str> = [self.building.as_str()].into_iter().chain(flat_type).collect();
            return (parts.join(" "), self.building.clone());
        }
        let first = &self.building;
        let building = match first.is_ascii() {
            true => format!("{first} and {} more", several.saturating_sub(1)),
            false => format!("{first}等{several}栋"),
        };
        (flat_type.unwrap_or(id).to_owned(), building)
    }
}

/// Which of the flats of a row: the number, from 0, and how many there are.
#[derive(Clone, Copy)]
struct Turn {
    number: usize,
    of: usize,
}

impl Turn {
    const ONLY: Turn = Turn { number: 0, of: 1 };

    /// What a cell says of this flat: `T1、T2` says of two flats what each is.
    fn part(self, text: &str) -> String {
        let parts: Vec<&str> = text.split(BETWEEN).map(str::trim).collect();
        let listed = self.of > 1 && parts.len() == self.of;
        let own = parts.get(self.number).filter(|part| listed && !part.is_empty());
        own.map_or(text, |part| *part).to_owned()
    }
}

/// What stands between the flat types of several flats.
const BETWEEN: [char; 8] = ['、', ',', '，', ';', '；', '+', '＋', '\n'];

/// What a row says of its family.
struct OfFamily {
    key: String,
    /// What the codes of the claims are made of, if they are made.
    made: Option<String>,
    /// Which of its flats the row is for, if it says so.
    nth: Option<u64>,
    /// How many flats the row is for.
    flats: u64,
}

/// Which columns make the pools: they are the same in both tables.
pub(super) fn pool_key(Inputs { roll, units }: Inputs<'_>) -> Result<Key, Fault> {
    // 首套户型, 二套户型 say of each flat of a row what 户型 says of one.
    let in_roll =
        |field| roll.has(field) || (field == Field::FlatType && roll.has(Field::FirstType));
    let both = |field: Field| in_roll(field) && units.has(field);
    let any = |field: Field| in_roll(field) || units.has(field);
    let lacking = |input: Input<'_>, fields: &[Field]| {
        let without =
            input.sheets.iter().find(|sheet| fields.iter().all(|field| !sheet.columns.has(*field)));
        let Some(Sheet { table, columns }) = without.or(input.sheets.first()) else {
            return Err(no_sheet(input));
        };
        let number = table.rows.get(columns.header).map(|r| r.number);
        Err(missing(columns.place(table, number, None), &columns.heads, fields, columns.role))
    };
    if both(Field::Pool) {
        return Ok(Key { parts: vec![Field::Pool] });
    }
    let first_of = |fields: [Field; 2]| fields.into_iter().find(|f| both(*f));
    let has = |input: Input<'_>, fields: [Field; 2]| fields.iter().any(|f| input.has(*f));
    let building = [Field::BuildingCode, Field::Building];
    let Some(first) = first_of(building) else {
        let poorer = if has(roll, building) { units } else { roll };
        return lacking(poorer, &[Field::Building, Field::Pool]);
    };
    let flat_type = [Field::TypeCode, Field::FlatType];
    match first_of(flat_type) {
        Some(second) => Ok(Key { parts: vec![first, second] }),
        None if flat_type.iter().any(|f| any(*f)) => {
            lacking(if has(roll, flat_type) { units } else { roll }, &[Field::FlatType])
        }
        None => Ok(Key { parts: vec![first] }),
    }
}

fn no_sheet(input: Input<'_>) -> Fault {
    Fault::new(
        input.role.words(),
        Phrase::new("no sheet", "没有工作表"),
        Phrase::new("one or more", "至少一张"),
        Phrase::same(""),
    )
}

/// Builds the plan from all rows that can be read; notes the faults of the others.
pub(super) fn build(
    inputs: Inputs<'_>,
    key: &Key,
    (config, bands): (&Config, Option<&Bands>),
    tally: &mut Tally,
    notes: &mut Notes,
) -> Built {
    let mut builder = Builder { bands, ..Builder::new(key, config) };
    let mut any_bad = bands.is_some_and(|bands| bands.bad);
    for role in [Role::Units, Role::Roll] {
        for (sheet, Sheet { table, columns }) in inputs.of(role).sheets.iter().enumerate() {
            let mut reader =
                Reader { sheet, table, columns, notes, tally, any_bad, rounded: false };
            reader.rounded = reader.mostly_rounded();
            builder.table(&mut reader);
            any_bad = reader.any_bad;
        }
    }
    any_bad |= groups::check(&builder.people, inputs, notes);
    let made_groups = builder.name_groups();
    let settled = builder.settle_families();
    any_bad |= builder.strangers(inputs, notes);
    let staired = staircases::into_labels(&mut builder.flats);
    builder.take_labels();
    builder.labels_to_ids();
    builder.finish((any_bad, made_groups, staired), settled, &mut notes.faults)
}

struct Builder<'a> {
    key: &'a Key,
    config: &'a Config,
    bands: Option<&'a Bands>,
    drafts: Vec<Draft>,
    index: BTreeMap<Vec<String>, usize>,
    left_out: Vec<(At, Phrase)>,
    openings: Vec<(At, Opening)>,
    unbound: BTreeMap<&'static str, Vec<At>>,
    people: Vec<Person>,
    families: Families,
    /// How many families have needs for their first flat alone.
    first_needs: usize,
    flats: Vec<Flat>,
    /// Flats that are not drawn.
    excluded: Vec<(At, Excluded)>,
    spellings: Spellings,
}

impl<'a> Builder<'a> {
    fn new(key: &'a Key, config: &'a Config) -> Builder<'a> {
        Builder {
            key,
            config,
            bands: None,
            drafts: Vec::new(),
            index: BTreeMap::new(),
            left_out: Vec::new(),
            openings: Vec::new(),
            unbound: BTreeMap::new(),
            people: Vec::new(),
            families: Families::default(),
            first_needs: 0,
            flats: Vec::new(),
            excluded: Vec::new(),
            spellings: Spellings::new(),
        }
    }

    /// All rows of one sheet.
    fn table(&mut self, reader: &mut Reader<'_>) {
        let role = reader.columns.role;
        [Field::Id, Field::Group, Field::Family]
            .into_iter()
            .for_each(|field| reader.lost_zeros(field));
        for row in reader.columns.rows(reader.table) {
            if let Some(why) = not_data(row, reader.columns) {
                self.left_out.push((reader.at(row.number), why));
                continue;
            }
            if role == Role::Units
                && let Some(reason) = kept_out::reason(reader, row)
            {
                self.kept_out(reader, row, reason);
                continue;
            }
            // A fault in one cell does not keep the others of the row from being looked at.
            let id = needed(reader, row, Field::Id);
            let family = id.as_deref().and_then(|id| family(reader, row, id));
            let of = family.as_ref().map_or(1, |family| usize::try_from(family.flats).unwrap_or(1));
            let (pool, building) = self.pool(reader, row, Turn { of, ..Turn::ONLY });
            match role {
                Role::Units => self.unit(reader, row, id, (pool, building)),
                Role::Roll => {
                    let mut pools = vec![pool; of];
                    if of > 1 && self.key.parts.iter().any(|field| lists(reader, row, *field)) {
                        let own = |number| self.pool(reader, row, Turn { number, of }).0;
                        pools = (0..of).map(own).collect();
                    }
                    self.household(reader, row, (id, family), &pools);
                }
            }
        }
    }

    /// The pool that a row belongs to, and the building that the row names beside it.
    fn pool(
        &mut self,
        reader: &mut Reader<'_>,
        row: &Row,
        turn: Turn,
    ) -> (Option<usize>, Option<String>) {
        let own = |field: &Field, reader: &Reader<'_>| match (field, turn.number) {
            (Field::FlatType, number) if by_flat(reader) => {
                TYPES.get(number).copied().unwrap_or(Field::FlatType)
            }
            (field, _) => *field,
        };
        let parts = self.key.parts.iter().map(|field| needed(reader, row, own(field, reader)));
        let parts: Vec<Option<String>> =
            parts.map(|part| part.map(|part| turn.part(&part))).collect();
        let at = reader.at(row.number);
        let mut written: BTreeMap<Field, String> = BTreeMap::new();
        for field in [Field::BuildingCode, Field::Building, Field::TypeCode, Field::FlatType] {
            let part = self.key.parts.iter().position(|part| *part == field);
            let text = part.map_or_else(
                || reader.text(row, field).ok().flatten().map(|text| turn.part(&text)),
                |n| parts.get(n).cloned().flatten(),
            );
            if let Some(text) = text {
                self.spellings.entry((field, text.clone())).or_default().push(at);
                written.insert(field, text);
            }
        }
        let by_pool = self.key.parts.first() == Some(&Field::Pool);
        let own = written.get(&Field::Building).filter(|_| by_pool).cloned();
        let Some(key) = parts.into_iter().collect::<Option<Vec<String>>>() else {
            return (None, own);
        };
        if let Some(&known) = self.index.get(&key) {
            return (Some(known), own);
        }
        let building =
            written.remove(&Field::Building).or_else(|| key.first().cloned()).unwrap_or_default();
        let flat_type =
            written.remove(&Field::FlatType).or_else(|| key.get(1).filter(|_| !by_pool).cloned());
        self.index.insert(key.clone(), self.drafts.len());
        self.drafts.push(Draft {
            key,
            building,
            flat_type,
            first: at,
            units: Vec::new(),
            households: Vec::new(),
        });
        (Some(self.drafts.len() - 1), own)
    }

    fn unit(
        &mut self,
        reader: &mut Reader<'_>,
        row: &Row,
        id: Option<String>,
        (pool, building): (Option<usize>, Option<String>),
    ) {
        let known = id.clone().unwrap_or_default();
        let label = reader.text(row, Field::Label).ok().flatten();
        let staircase = reader.text(row, Field::Staircase).ok().flatten();
        let storey = reader.number(row, Field::Storey, (1, 999)).unwrap_or(1);
        let area = reader.amount(row, Field::Area).ok().flatten();
        let price = reader.amount(row, Field::Price).ok().flatten();
        let features = self.needs(reader, row, Field::Features);
        let (Some(draft), Some(id)) = (pool.and_then(|pool| self.drafts.get_mut(pool)), id) else {
            return;
        };
        let at = reader.at(row.number);
        if let Some(label) = label.clone() {
            self.flats.push(Flat {
                at,
                id: id.clone(),
                label,
                storey,
                building: building.as_ref().unwrap_or(&draft.building).clone(),
                staircase,
            });
        }
        let label = label.unwrap_or(known);
        draft.units.push((at, Unit { id, building, label, storey, area, price, features }));
    }

    /// A flat that exists and is not drawn: it makes no pool.
    fn kept_out(&mut self, reader: &mut Reader<'_>, row: &Row, reason: Result<String, Bad>) {
        let id = needed(reader, row, Field::Id);
        let (label, building) = (reader.text(row, Field::Label), kept_out::building(reader, row));
        if matches!(label, Ok(None)) {
            kept_out::lacks(reader, row, Field::Label);
        }
        if building.is_none() {
            kept_out::lacks(reader, row, Field::Building);
        }
        let staircase = reader.text(row, Field::Staircase).ok().flatten();
        let storey = reader.number(row, Field::Storey, (1, 999)).unwrap_or(1);
        let area = reader.amount(row, Field::Area).ok().flatten();
        let (Some(id), Ok(Some(label)), Some(building)) = (id, label, building) else { return };
        let at = reader.at(row.number);
        if reader.filled(row, Field::Building) {
            self.spellings.entry((Field::Building, building.clone())).or_default().push(at);
        }
        self.flats.push(Flat {
            at,
            id: id.clone(),
            label: label.clone(),
            storey,
            building: building.clone(),
            staircase,
        });
        let flat = |reason| (at, Excluded { id, building, label, storey, area, reason });
        self.excluded.extend(reason.ok().map(flat));
    }

    fn household(
        &mut self,
        reader: &mut Reader<'_>,
        row: &Row,
        (id, family): (Option<String>, Option<OfFamily>),
        pools: &[Option<usize>],
    ) {
        let tier = self.tier(reader, row);
        // Without its tier, whether a household is of the same tier as its group cannot be said.
        let group = reader
            .id(row, Field::Group)
            .ok()
            .flatten()
            .filter(|group| tier.is_some() && !is_nothing(group));
        let name = reader.name(row).unwrap_or_default();
        let (document, compared) = if reader.columns.has(Field::Document) {
            reader.document(row)
        } else {
            (Ok(None), reader.compared(row))
        };
        let person = match &family {
            None => self.bind(reader, row, id.as_deref().unwrap_or_default(), (&name, &document)),
            Some(family) => {
                let budget = reader.amount(row, Field::Budget).ok().flatten();
                let said = Said { name: &name, document: compared.as_ref(), budget };
                let at = reader.at(row.number);
                self.families.say(reader, (at, &family.key), &said);
                self.bind_family(reader, row, &family.key, (&name, &document));
                None
            }
        };
        let mut ranking = reader.list(row, Field::Ranking).unwrap_or_default();
        ranking.retain(|choice| !is_nothing(choice));
        let needs = self.needs(reader, row, Field::Needs);
        let Some(id) = id else { return };
        let (at, tier) = (reader.at(row.number), tier.unwrap_or(1));
        let foreign = document.ok().flatten().is_some_and(|number| !number.resident);
        let one = Person {
            at,
            id,
            shown: name.shown.clone(),
            whole: name.whole,
            document: compared,
            foreign,
            group: group.clone(),
            tier,
            family: family.as_ref().map(|family| family.key.clone()),
            round: 1,
            again: false,
        };
        let household = Household {
            id: one.id.clone(),
            name: name.shown,
            tier,
            needs,
            group,
            family: one.family.clone(),
            ranking,
            person,
        };
        self.claims(&one, &household, family.as_ref(), pools);
    }

    /// The tier of a row; `None` if it has a fault.
    fn tier(&self, reader: &mut Reader<'_>, row: &Row) -> Option<u64> {
        match self.bands {
            Some(bands) => bands.tier(reader.at(row.number)),
            None if reader.columns.has(Field::Tier) => {
                reader.number(row, Field::Tier, (1, 999)).ok()
            }
            None => Some(1),
        }
    }

    /// A household, or as many claims of a family as its row is for.
    fn claims(
        &mut self,
        one: &Person,
        household: &Household,
        family: Option<&OfFamily>,
        pools: &[Option<usize>],
    ) {
        for (number, pool) in (0..).zip(pools) {
            let (mut one, mut household) = (one.clone(), household.clone());
            if let Some(of) = family {
                let all = self.families.get(&of.key, one.at);
                all.claims += 1;
                (one.round, one.again) = (of.nth.unwrap_or(all.claims), all.claims > 1);
                if let Some(made_of) = &of.made {
                    let flat = if of.flats > 1 { number + 1 } else { one.round };
                    one.id = format!("{made_of}-{flat}");
                    household.id.clone_from(&one.id);
                }
                if number > 0 && !household.needs.is_empty() && !self.config.needs_of_all() {
                    // a wheelchair needs one flat, and the others are for those who have needs
                    self.first_needs += usize::from(number == 1);
                    household.needs.clear();
                }
            }
            let draft = pool.and_then(|pool| self.drafts.get_mut(pool));
            draft.into_iter().for_each(|draft| draft.households.push((one.at, household.clone())));
            self.people.push(one);
        }
    }

    /// The commitment of a household to a person, if the office has whole names and document
    /// numbers.
    fn bind(
        &mut self,
        reader: &mut Reader<'_>,
        row: &Row,
        id: &str,
        person: (&Name, &Result<Option<Number>, Bad>),
    ) -> Option<Hash> {
        match self.commit(reader, row, id, person) {
            Commitment::Made(opening) => {
                let commitment = opening.commitment().ok();
                self.openings.push((reader.at(row.number), opening));
                commitment
            }
            Commitment::Lacks(why) => {
                self.unbound.entry(why).or_default().push(reader.at(row.number));
                None
            }
            Commitment::Not => None,
        }
    }

    /// P15: that of a family stands on its line, from the first of its rows that has all of it. The
    /// household of the opening is what stands in the table, until the family has its id.
    fn bind_family(
        &mut self,
        reader: &mut Reader<'_>,
        row: &Row,
        key: &str,
        person: (&Name, &Result<Option<Number>, Bad>),
    ) {
        let at = reader.at(row.number);
        if self.families.get(key, at).opening.is_some() {
            return;
        }
        let made = self.commit(reader, row, key, person);
        let family = self.families.get(key, at);
        match made {
            Commitment::Made(opening) => family.opening = Some((at, opening)),
            Commitment::Lacks(why) => drop(family.unbound.get_or_insert((why, at))),
            Commitment::Not => {}
        }
    }

    fn commit(
        &mut self,
        reader: &mut Reader<'_>,
        row: &Row,
        id: &str,
        (name, document): (&Name, &Result<Option<Number>, Bad>),
    ) -> Commitment {
        let Some(document) = document.as_ref().ok().filter(|_| reader.columns.has(Field::Document))
        else {
            return Commitment::Not;
        };
        let (name, document) = match (&name.whole, document) {
            (Some(name), Some(document)) => (name.clone(), document.text.clone()),
            (name, _) => {
                return Commitment::Lacks(if name.is_some() { NO_DOCUMENT } else { NO_NAME });
            }
        };
        let mut salt = [0; 32];
        let mut fault = |field: Field, found: Phrase, expected: Phrase| {
            reader.fault(
                row.number,
                field,
                found,
                expected,
                Phrase::new("correct the cell", "请更正此单元格"),
            );
            Commitment::Not
        };
        if let Err(error) = getrandom::fill(&mut salt) {
            let expected = Phrase::new("randomness of the operating system", "操作系统的随机数");
            return fault(Field::Document, Phrase::same(error), expected);
        }
        let opening = Opening { household: id.to_owned(), name, document, salt };
        let (field, error) = match opening.commitment() {
            Ok(_) => return Commitment::Made(opening),
            Err(OpeningError::Household) => return Commitment::Not, // the id has a fault of its own
            Err(
                error @ (OpeningError::Blank { field: "name" }
                | OpeningError::Long { field: "name", .. }),
            ) => (Field::Name, error),
            Err(error) => (Field::Document, error),
        };
        fault(field, error.words(), Phrase::new("1 to 200 bytes of text", "1 至 200 字节的文字"))
    }

    /// Needs or features as ids, sorted by their bytes.
    fn needs(&self, reader: &mut Reader<'_>, row: &Row, field: Field) -> Vec<String> {
        // Words are looked up whole first: `step free` may be a configured one. Then spaces
        // separate, too.
        let words = reader.list(row, field).unwrap_or_default().into_iter().flat_map(|word| {
            match self.config.need(&word) {
                Err(()) => word.split(' ').map(str::to_owned).collect(),
                Ok(_) => vec![word],
            }
        });
        let mut ids = BTreeSet::new();
        for word in words {
            match self.config.need(&word) {
                Ok(id) => ids.extend(id),
                Err(()) => {
                    let known = self.config.need_words();
                    let expected = Phrase::new(
                        format!("an id, or one of {}", known.join(", ")),
                        format!("编号，或 {} 之一", known.join("、")),
                    );
                    let advice = Phrase::new(
                        format!(
                            "correct the word, or add \"{word}\" = \"...\" to [needs] in the settings"
                        ),
                        format!("请更正，或在设置的 [needs] 中加上 \"{word}\" = \"…\""),
                    );
                    reader.fault(row.number, field, quoted(&word), expected, advice);
                }
            }
        }
        ids.into_iter().collect()
    }

    /// Groups whose names are not ids get G001, G002 and so on. Gives the name for each.
    fn name_groups(&mut self) -> BTreeMap<String, String> {
        let households = || self.drafts.iter().flat_map(|d| &d.households);
        if households().filter_map(|(_, h)| h.group.as_deref()).all(is_id) {
            return BTreeMap::new();
        }
        let mut by_row: Vec<(At, &str)> =
            households().filter_map(|(row, h)| Some((*row, h.group.as_deref()?))).collect();
        by_row.sort_unstable();
        let mut names: BTreeMap<String, String> = BTreeMap::new();
        for (_, group) in by_row {
            let next = names.len() + 1;
            names.entry(group.to_owned()).or_insert_with(|| format!("G{next:03}"));
        }
        for (_, household) in self.drafts.iter_mut().flat_map(|d| &mut d.households) {
            household.group = household.group.as_ref().and_then(|g| names.get(g)).cloned();
        }
        names.into_iter().map(|(name, id)| (id, name)).collect()
    }

    /// The ids of families, and how their claims are served.
    fn settle_families(&mut self) -> Settled {
        let families = std::mem::take(&mut self.families);
        for (why, at) in
            families.all.iter().filter(|f| f.opening.is_none()).filter_map(|f| f.unbound)
        {
            self.unbound.entry(why).or_default().push(at);
        }
        let take = |draft: &mut Draft| std::mem::take(&mut draft.households);
        let mut households: Vec<_> = self.drafts.iter_mut().map(take).collect();
        let mut settled = families::settle(families, &mut households, &self.people, self.config);
        for (draft, households) in self.drafts.iter_mut().zip(households) {
            draft.households = households;
        }
        self.openings.append(&mut settled.openings);
        self.openings.sort_by_key(|(at, _)| *at);
        settled
    }

    /// Pools of households for which there is no unit: most often a building or flat type written
    /// in two ways.
    fn strangers(&self, inputs: Inputs<'_>, notes: &mut Notes) -> bool {
        let known: Vec<String> =
            self.drafts.iter().filter(|d| !d.units.is_empty()).map(|d| d.key.join(" ")).collect();
        let field = self.key.parts.first().copied().unwrap_or(Field::Pool);
        let strangers =
            self.drafts.iter().filter(|d| d.units.is_empty() && d.first.role == Role::Roll);
        let faults: Vec<Fault> = strangers
            .map(|draft| stranger(draft, &known, inputs.place(draft.first, Some(field))))
            .collect();
        let any = !faults.is_empty();
        notes.faults.extend(faults);
        any
    }

    /// The labels of the flats, which may have got their staircase, for the units.
    fn take_labels(&mut self) {
        let labels: BTreeMap<At, &str> =
            self.flats.iter().map(|flat| (flat.at, flat.label.as_str())).collect();
        for (at, unit) in self.drafts.iter_mut().flat_map(|draft| &mut draft.units) {
            if let Some(label) = labels.get(at) {
                unit.label = (*label).to_owned();
            }
        }
        for (at, flat) in &mut self.excluded {
            if let Some(label) = labels.get(at) {
                flat.label = (*label).to_owned();
            }
        }
    }

    /// Rankings may be written with labels (1503) in place of ids, if the label is that of one unit
    /// of the pool.
    fn labels_to_ids(&mut self) {
        for draft in &mut self.drafts {
            let mut by_label: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
            draft.units.iter().for_each(|(_, u)| by_label.entry(&u.label).or_default().push(&u.id));
            let ids: BTreeSet<&str> = draft.units.iter().map(|(_, u)| u.id.as_str()).collect();
            for choice in draft.households.iter_mut().flat_map(|(_, h)| &mut h.ranking) {
                if let (false, Some([id])) = (
                    ids.contains(choice.as_str()),
                    by_label.get(choice.as_str()).map(Vec::as_slice),
                ) {
                    *choice = (*id).to_owned();
                }
            }
        }
    }

    /// The ids of the pools: made of their keys if those are ids, or P001, P002 and so on.
    fn finish(
        mut self,
        (any_bad, made_groups, staired): (bool, BTreeMap<String, String>, Vec<String>),
        settled: Settled,
        faults: &mut Vec<Fault>,
    ) -> Built {
        let made = !self.drafts.iter().flat_map(|d| &d.key).all(|part| is_id(part));
        let mut plan = self.config.plan();
        let (mut pools, mut units, mut households) = (Vec::new(), Vec::new(), Vec::new());
        let mut made_pools = Vec::new();
        let mut taken: BTreeMap<String, String> = BTreeMap::new();
        for (number, draft) in (1..).zip(std::mem::take(&mut self.drafts)) {
            let id = if made { format!("P{number:03}") } else { draft.key.join("-") };
            let (title, building) = draft.called(&id);
            if made {
                made_pools.push((id.clone(), title.clone()));
            } else if let Some(other) = taken.insert(id.clone(), draft.key.join(" + ")) {
                let found = Phrase::new(
                    format!(
                        "`{other}` and `{}`, which both give the pool {id}",
                        draft.key.join(" + ")
                    ),
                    format!("`{other}` 和 `{}` 都得出批次 {id}", draft.key.join(" + ")),
                );
                let expected = Phrase::new("codes that give different pools", "得出不同批次的代码");
                faults.push(Fault::new(Role::Units.words(), found, expected, Phrase::same("")));
            }
            let mut pool = self.config.empty_pool(&id, &title, &building);
            pools.push(draft.first);
            units.extend(draft.units.iter().map(|(at, _)| *at));
            households.extend(draft.households.iter().map(|(at, _)| *at));
            pool.units = draft.units.into_iter().map(|(_, unit)| unit).collect();
            own_buildings(&mut pool);
            pool.households =
                draft.households.into_iter().map(|(_, household)| household).collect();
            plan.pools.push(pool);
        }
        plan.families = settled.families;
        let (kept_out, excluded): (Vec<At>, Vec<Excluded>) =
            std::mem::take(&mut self.excluded).into_iter().unzip();
        plan.excluded = excluded;
        let families = settled.rows.iter().copied();
        let lines = pools.into_iter().chain(units).chain(kept_out).chain(families);
        let rows = lines.chain(households).collect();
        self.spellings.values_mut().for_each(|rows| rows.sort_unstable());
        let banded = self.bands.is_some();
        let Builder { left_out, openings, unbound, people, flats, spellings, first_needs, .. } =
            self;
        let openings = openings.into_iter().map(|(_, opening)| opening).collect();
        Built {
            plan,
            rows,
            any_bad,
            banded,
            unmet: false,
            budgets_told: false,
            family_rows: settled.rows,
            made_families: settled.made,
            rounds: settled.rounds,
            first_needs,
            left_out,
            made_pools,
            made_groups,
            staired,
            people,
            flats,
            spellings,
            openings,
            unbound,
        }
    }
}

/// A unit names its building where the pool has units of several: that of the pool is not named.
fn own_buildings(pool: &mut Pool) {
    let named: BTreeSet<String> = pool.units.iter().filter_map(|u| u.building.clone()).collect();
    for unit in &mut pool.units {
        unit.building = unit.building.take().filter(|own| named.len() > 1 && *own != pool.building);
    }
}

/// What became of a commitment.
enum Commitment {
    Made(Opening),
    Lacks(&'static str),
    /// There is no column for it, or the fault is noted.
    Not,
}

/// The family of a row: one that it names, or one that it is because it is for several flats or has
/// a budget, or because rows of one code say which flat each is.
fn family(reader: &mut Reader<'_>, row: &Row, id: &str) -> Option<OfFamily> {
    let has = |reader: &Reader<'_>, field| reader.columns.has(field);
    let most = Family::MOST_CLAIMS;
    let number = |reader: &mut Reader<'_>, field| {
        let one = reader.filled(row, field);
        one.then(|| reader.number(row, field, (1, most)).ok()).flatten()
    };
    let named = reader.id(row, Field::Family).ok().flatten().filter(|key| !is_nothing(key));
    let (nth, mut flats) = (number(reader, Field::Nth), number(reader, Field::Flats));
    if by_flat(reader) && !has(reader, Field::Flats) {
        flats =
            Some(TYPES.iter().filter(|field| reader.filled(row, **field)).count().max(1) as u64);
    }
    if let Some(key) = named {
        let (flats, nth) = (flats.unwrap_or(1), nth.filter(|_| flats.is_none_or(|n| n == 1)));
        return Some(OfFamily { key, made: (flats > 1).then(|| id.to_owned()), nth, flats });
    }
    let by_row = has(reader, Field::Nth) && !has(reader, Field::Family);
    let flats = flats.filter(|_| !by_row).unwrap_or(1);
    let family = flats > 1 || (by_row && nth.is_some()) || reader.filled(row, Field::Budget);
    let key = || id.to_owned();
    family.then(|| OfFamily { key: key(), made: Some(key()), nth, flats })
}

/// The columns that say of each flat of a row its type.
const TYPES: [Field; 3] = [Field::FirstType, Field::SecondType, Field::ThirdType];

/// Whether they say it in this sheet.
fn by_flat(reader: &Reader<'_>) -> bool {
    reader.columns.has(Field::FirstType) && !reader.columns.has(Field::FlatType)
}

/// Whether a cell lists something for several flats, or each flat has a column of its own.
fn lists(reader: &Reader<'_>, row: &Row, field: Field) -> bool {
    if field == Field::FlatType && by_flat(reader) {
        return true;
    }
    let cell = reader.columns.get(field).map(|column| row.cell(column));
    matches!(cell, Some(Cell::Text(text)) if text.contains(BETWEEN))
}

/// An id that must be there.
fn needed(reader: &mut Reader<'_>, row: &Row, field: Field) -> Option<String> {
    match reader.id(row, field) {
        Ok(Some(value)) => Some(value),
        Err(Bad) => None,
        Ok(None) => {
            let advice =
                Phrase::new("fill in the cell, or clear the whole row", "请填写，或清空整行");
            reader.fault(row.number, field, Phrase::new("nothing", "空白"), field.words(), advice);
            None
        }
    }
}

/// A pool of households without a unit, with the pool that it may be.
fn stranger(draft: &Draft, known: &[String], place: Phrase) -> Fault {
    let (n, own) = (draft.households.len(), draft.key.join(" "));
    let alike = known.iter().find(|other| spelling::alike(other, &own));
    // Two words that look the same are shown with their code points.
    let shown = match alike {
        Some(other) if skeleton(other) == skeleton(&own) => spelled(&own),
        _ => quoted(&own).en,
    };
    let found = Phrase::new(
        format!("{shown}, for which there is no unit ({})", counted(n, "household")),
        format!("{shown}，没有对应的房源（{n} 户）"),
    );
    let expected = match alike {
        Some(other) => Phrase::new(
            format!("what the units have: {}, it seems", spelled(other)),
            format!("与房源表一致，看来是 {}", spelled(other)),
        ),
        None => {
            let some: Vec<&str> = known.iter().take(8).map(String::as_str).collect();
            Phrase::new(
                format!("what the units have, such as {}", some.join(", ")),
                format!("与房源表一致，例如 {}", some.join("、")),
            )
        }
    };
    let advice = Phrase::new(
        "write it as in the table of units, or add the units",
        "请与房源表写法一致，或补上房源",
    );
    Fault::new(place, found, expected, advice).at(draft.first)
}
