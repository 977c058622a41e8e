//! What each household is entitled to: a column of the office's table, for the settlement sheet.

use super::cells::{Reader, Tally};
use super::choose::described;
use super::columns::{self, Columns, Field, Input, Inputs, MapRule, Sheet};
use super::fault::{At, Fault, Place, Role, quoted};
use super::footers::not_data;
use super::notes::Notes;
use super::sheet::{self, Row, Table};
use super::{question, report, unseen};
use floorlot::rules::{Lang, Phrase};
use std::collections::BTreeMap;
use std::path::Path;

/// The table, and how it is read.
pub(crate) struct Source<'a> {
    pub(crate) file: &'a Path,
    /// The sheets; all that have the columns if none is named.
    pub(crate) sheets: &'a [String],
    /// `HEAD=FIELD`, as with `--map`.
    pub(crate) map: &'a [String],
    /// What the office has confirmed, by the words of `--accept`.
    pub(crate) accept: &'a [String],
}

/// What was read.
pub(crate) struct Entitled {
    /// The amount of each household in fen, by its id.
    pub(crate) amounts: BTreeMap<String, u64>,
    /// How the table was understood, line by line.
    pub(crate) told: Vec<String>,
}

/// Something else that is in the way: place, what was found, what was expected, what to do.
pub(crate) type Other = [Phrase; 4];

/// Whose amounts are expected.
pub(crate) struct Codes<'a> {
    /// Households that are in no family.
    pub(crate) alone: Vec<&'a str>,
    /// Families with the codes of their claims: an amount for the family, or for each claim.
    pub(crate) families: Vec<(&'a str, Vec<&'a str>)>,
}

impl<'a> Codes<'a> {
    /// All codes that there can be, sorted.
    fn sorted(&self) -> Vec<&'a str> {
        let families = self.families.iter();
        let of = families.flat_map(|(family, claims)| claims.iter().chain([family]));
        let mut all: Vec<&str> = self.alone.iter().chain(of).copied().collect();
        all.sort_unstable();
        all
    }
}

/// An amount for each of the households and families of a draw and for nobody else, or everything
/// that is wrong, with what is in the way besides.
pub(crate) fn entitled(
    source: &Source<'_>,
    codes: &Codes<'_>,
    others: Vec<Other>,
    lang: Lang,
) -> Result<Entitled, String> {
    let mut notes = Notes::default();
    let other =
        |[place, found, expected, advice]: Other| Fault::new(place, found, expected, advice);
    notes.faults.extend(others.into_iter().map(other));
    let accept = question::kinds(source.accept, &mut notes.faults);
    let amounts = amounts(source, codes, lang, &mut notes);
    let open = notes.questions.iter().any(|question| !accept.contains(&question.kind));
    match amounts.filter(|_| notes.faults.is_empty() && !open) {
        Some(amounts) => Ok(Entitled { amounts, told: notes.lines() }),
        None => {
            let nothing = Phrase::new("nothing was written", "没有写出任何文件");
            Err(report::refused(&notes.refusal(&accept, lang), &nothing, lang))
        }
    }
}

fn amounts(
    source: &Source<'_>,
    codes: &Codes<'_>,
    lang: Lang,
    notes: &mut Notes,
) -> Option<BTreeMap<String, u64>> {
    let named = columns::map_rules(source.map, &mut notes.faults);
    let read = sheet::load(source.file).and_then(|(name, bytes)| sheet::read(&name, &bytes));
    let tables = read.map_err(|fault| notes.faults.push(fault)).ok()?;
    let rules = columns::rules_of_entitled(&named, &tables);
    let sheets = sheets(source, &tables, &rules, notes)?;
    let all: Vec<&Columns> = sheets.iter().map(|sheet| &sheet.columns).collect();
    columns::unused_rules(&named, &all, &mut notes.faults);
    for Sheet { table, columns } in &sheets {
        let number = table.rows.get(columns.header).map(|row| row.number);
        let place = columns.place(table, number, None);
        notes.faults.extend(columns.double_of(Field::Entitled, &rules, &place));
        notes.faults.extend(columns.other_amount(Field::Entitled, &place));
    }
    let families = !codes.families.is_empty();
    let (mut found, known) = (Found { families, ..Found::default() }, codes.sorted());
    for (number, Sheet { table, columns }) in sheets.iter().enumerate() {
        let mut tally = Tally::default();
        let mut reader = Reader {
            sheet: number,
            table,
            columns,
            notes: &mut *notes,
            tally: &mut tally,
            any_bad: false,
            rounded: false,
        };
        reader.lost_zeros(Field::Id);
        found.table(&mut reader, &known);
    }
    let roll = Input { role: Role::Roll, sheets: &sheets };
    let inputs = Inputs { roll, units: Input { role: Role::Units, sheets: &[] } };
    unseen::check(&found.left_out, inputs, notes);
    found.doubles(inputs, notes);
    found.both(codes, inputs, notes);
    found.missing(codes, &sheets, notes);
    notes.told += &sheets.iter().map(|sheet| told(sheet, lang)).collect::<String>();
    notes.told += &report::left_out(&found.left_out, inputs, lang);
    let amounts = found.rows.into_iter().filter_map(|(id, (_, amount))| Some((id, amount?)));
    Some(amounts.collect())
}

/// The sheets that have both columns, or those that were named.
fn sheets(
    source: &Source<'_>,
    tables: &[Table],
    rules: &[MapRule],
    notes: &mut Notes,
) -> Option<Vec<Sheet>> {
    let mut taken = Vec::new();
    let wanted = |table: &&Table| {
        let name = table.sheet.as_deref().unwrap_or_default();
        source.sheets.is_empty() || source.sheets.iter().any(|sheet| sheet.trim() == name)
    };
    let names: Vec<&str> = tables.iter().filter_map(|table| table.sheet.as_deref()).collect();
    for sheet in source.sheets.iter().filter(|sheet| !names.contains(&sheet.trim())) {
        let expected = Phrase::new(names.join(", "), names.join("、"));
        notes.faults.push(Fault::new(
            Phrase::same("--entitled-sheet"),
            quoted(sheet),
            expected,
            Phrase::same(""),
        ));
    }
    for table in tables.iter().filter(wanted) {
        let Some(columns) = columns::find(table, Role::Roll, rules) else { continue };
        match [Field::Id, Field::Entitled].map(|field| columns.has(field)) {
            [true, true] => taken.push(Sheet { table: table.clone(), columns }),
            [false, true] => {
                let number = table.rows.get(columns.header).map(|row| row.number);
                let place = columns.place(table, number, None);
                notes.faults.push(columns::missing(
                    place,
                    &columns.heads,
                    &[Field::Id],
                    Role::Roll,
                ));
            }
            _ => {}
        }
    }
    if taken.is_empty() && notes.faults.is_empty() {
        notes.faults.push(no_table(source, tables, rules));
    }
    (!taken.is_empty()).then_some(taken)
}

fn no_table(source: &Source<'_>, tables: &[Table], rules: &[MapRule]) -> Fault {
    let file = source.file.file_name().unwrap_or_default().to_string_lossy();
    let heads = tables.iter().map(|table| described(table, Role::Roll, rules));
    let heads = heads.collect::<Vec<_>>().join("; ");
    Fault::new(
        Phrase::same(file),
        Phrase::new(format!("the heads {heads}"), format!("表头 {heads}")),
        Phrase::new(
            "a table with a column for the codes of the households (such as 户号/household id) and one for what each is entitled to, in yuan (such as 应得金额/entitled amount)",
            "一张表，有户号列，以及各户应得金额列（元；例如 应得金额、补偿总额）",
        ),
        Phrase::new(
            "name the column with --map 'HEAD=entitled', and that of the codes with --map 'HEAD=id'",
            "请用 --map '表头=entitled' 指明金额列，用 --map '表头=id' 指明户号列",
        ),
    )
}

/// Which head was taken for what.
fn told(Sheet { table, columns }: &Sheet, lang: Lang) -> String {
    let place = table.place();
    let place = place.get(lang);
    let heads: String = [Field::Id, Field::Entitled]
        .map(|field| format!("{} -> {}", columns.column(field).get(lang), field.words().get(lang)))
        .concat();
    format!("{place}{heads}\n")
}

/// What stands in the rows.
#[derive(Default)]
struct Found {
    /// Of each household the first row, and the amount, if it can be read.
    rows: BTreeMap<String, (At, Option<u64>)>,
    /// Rows of a household that has one already, with the first.
    twice: Vec<(At, String, At)>,
    left_out: Vec<(At, Phrase)>,
    /// Rows without a code that can be read: whose they are cannot be said.
    nameless: bool,
    /// Whether there are families, whose codes may stand in the table too.
    families: bool,
}

impl Found {
    fn table(&mut self, reader: &mut Reader<'_>, households: &[&str]) {
        for row in reader.columns.rows(reader.table) {
            let at = reader.at(row.number);
            if let Some(why) = not_data(row, reader.columns) {
                self.left_out.push((at, why));
                continue;
            }
            let amount = needed(reader, row);
            let Some(id) = reader.id(row, Field::Id).ok().flatten() else {
                self.no_code(reader, row);
                continue;
            };
            if households.binary_search(&id.as_str()).is_err() {
                let expected = match self.families {
                    true => Phrase::new(
                        "a household or family of the draw",
                        "本次抽签中的户号或家庭编号",
                    ),
                    false => Phrase::new("a household of the draw", "本次抽签中的户号"),
                };
                let advice = Phrase::new(
                    "write the code as in the roll, or take the row out",
                    "请按住户表填写户号，或删去此行",
                );
                reader.fault(row.number, Field::Id, quoted(&id), expected, advice);
                continue;
            }
            match self.rows.get(&id) {
                Some((first, _)) => self.twice.push((at, id, *first)),
                None => drop(self.rows.insert(id, (at, amount))),
            }
        }
    }

    fn no_code(&mut self, reader: &mut Reader<'_>, row: &Row) {
        self.nameless = true;
        let empty =
            reader.columns.get(Field::Id).is_none_or(|id| *row.cell(id) == sheet::Cell::Empty);
        // One that cannot be read has a fault already.
        if empty {
            let expected = Phrase::new("the code of a household", "户号");
            let advice = Phrase::new("fill in the code", "请补填户号");
            let nothing = Phrase::new("nothing", "空白");
            reader.fault(row.number, Field::Id, nothing, expected, advice);
        }
    }

    fn doubles(&self, inputs: Inputs<'_>, notes: &mut Notes) {
        for (at, id, first) in &self.twice {
            let row = inputs.roll.row(*first);
            let found = Phrase::new(
                format!("`{id}`, as in {}", row.en),
                format!("`{id}`，与{}相同", row.zh),
            );
            let expected = Phrase::new("each household once", "每户只出现一次");
            let advice = Phrase::new(
                "take one of the two rows out, or write their sum into one",
                "请删去其中一行，或把两行合并为一行",
            );
            let place = inputs.place(*at, Some(Field::Id));
            notes.faults.push(Fault::new(place, found, expected, advice).at(*at));
        }
    }

    /// Families with an amount of their own, and one for a claim beside it.
    fn both(&self, codes: &Codes<'_>, inputs: Inputs<'_>, notes: &mut Notes) {
        for (family, claims) in &codes.families {
            let own = self.rows.get(*family);
            let claim = claims.iter().find_map(|id| Some((id, self.rows.get(*id)?.0)));
            let (Some((at, _)), Some((id, claim))) = (own, claim) else { continue };
            let row = inputs.roll.row(claim);
            let found = Phrase::new(
                format!(
                    "an amount for the family {family}, and one for its claim {id} in {}",
                    row.en
                ),
                format!("家庭 {family} 的金额，而{}另有其名额 {id} 的金额", row.zh),
            );
            let expected = Phrase::new(
                "one amount for the family, or one for each of its claims",
                "每户家庭一个金额，或其每个名额各一个金额",
            );
            let advice = Phrase::new("take one of the two out", "请删去其中一种");
            let place = inputs.place(*at, Some(Field::Id));
            notes.faults.push(Fault::new(place, found, expected, advice).at(*at));
        }
    }

    /// The households and families of the draw that have no row: of a family without any that
    /// itself, of others the claims that lack.
    fn missing(&self, codes: &Codes<'_>, sheets: &[Sheet], notes: &mut Notes) {
        let there = |id: &&str| self.rows.contains_key(*id);
        let lacks = |(family, claims): &(&'_ str, Vec<&'_ str>)| -> Vec<String> {
            let lacking: Vec<String> =
                claims.iter().filter(|id| !there(id)).map(|id| (*id).to_owned()).collect();
            match there(family) {
                true => Vec::new(),
                false if lacking.len() == claims.len() => vec![(*family).to_owned()],
                false => lacking,
            }
        };
        let alone = codes.alone.iter().filter(|id| !there(id)).map(|id| (*id).to_owned());
        let missing: Vec<String> = alone.chain(codes.families.iter().flat_map(lacks)).collect();
        let Some(place) = sheets.first().map(|sheet| place_of(sheet, sheets.len())) else { return };
        if missing.is_empty() {
            return;
        }
        // Somebody reads them all out of this line, as long as they are not the whole roll.
        let (n, more) = (missing.len(), if missing.len() > 200 { " …" } else { "" });
        let some: Vec<&str> = missing.iter().take(200).map(String::as_str).collect();
        let households = crate::words::say::counted(n, "household");
        let found = Phrase::new(
            format!("no row for {households} of the draw: {}{more}", some.join(", ")),
            format!("缺少本次抽签中的 {n} 户：{}{more}", some.join("、")),
        );
        let expected = Phrase::new("a row for each household of the draw", "本次抽签的每户一行");
        let advice = match self.nameless {
            true => Phrase::new("fill in the codes that are missing", "请补填缺少的户号"),
            false => Phrase::new(
                "add them, with 0 if they are entitled to nothing",
                "请补上；应得金额为零的填 0",
            ),
        };
        notes.faults.push(Fault::new(place, found, expected, advice));
    }
}

/// The file, and the sheet if it is the only one.
fn place_of(first: &Sheet, sheets: usize) -> Place {
    if sheets == 1 { first.table.place() } else { Phrase::same(&first.table.file) }
}

/// The amount of a row, which is never empty: what is not known is not nothing.
fn needed(reader: &mut Reader<'_>, row: &Row) -> Option<u64> {
    let amount = reader.amount(row, Field::Entitled).ok()?;
    if amount.is_none() {
        let expected = Phrase::new("an amount in yuan", "以元为单位的金额");
        let advice = Phrase::new(
            "fill in the amount, or 0 if the household is entitled to nothing",
            "请补填金额；应得金额为零的填 0",
        );
        let nothing = Phrase::new("nothing", "空白");
        reader.fault(row.number, Field::Entitled, nothing, expected, advice);
    }
    amount
}
