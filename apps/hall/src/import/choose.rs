//! Which sheets are the table of households and which that of units: all that have the columns for
//! it.

use super::cells::tidy;
use super::columns::{self, Columns, Field, MapRule, Sheet};
use super::fault::{Fault, Role, both};
use super::notes::Notes;
use super::question::Kind;
use super::sheet::{Cell, Table};
use super::{alike, characters, spelling};
use crate::words::say::counted;
use floorlot::rules::{Lang, Phrase};
use std::collections::BTreeSet;

/// The tables of one file, for one role or for both.
pub(super) struct Source<'a> {
    pub(super) file: &'a str,
    /// Whether it is the file of the households, in which the units are looked for because no other
    /// was given.
    pub(super) shared: bool,
    pub(super) tables: &'a [Table],
}

/// The sheets for a role: those that were named, or all with the same columns for it.
pub(super) fn choose(
    source: &Source<'_>,
    named: &[String],
    role: Role,
    rules: &[MapRule],
    notes: &mut Notes,
) -> Option<Vec<Sheet>> {
    let Source { file, tables, .. } = source;
    if !named.is_empty() {
        return by_name(source, named, role, rules, notes);
    }
    let found = |table: &Table| {
        columns::find(table, role, rules).map(|columns| Sheet { table: table.clone(), columns })
    };
    if let [only] = tables {
        if source.shared && is_roll(only, rules) {
            return none(
                source,
                role,
                Phrase::new(
                    "only the table of the households, no table of units",
                    "没有房源表，只有住户表",
                ),
                notes,
            );
        }
        return found(only)
            .map(|sheet| vec![sheet])
            .or_else(|| none(source, role, nothing(tables, role, rules), notes));
    }
    let suited = tables.iter().filter_map(found).filter(|sheet| suits(&sheet.columns));
    let (hidden, visible): (Vec<Sheet>, Vec<Sheet>) =
        suited.partition(|sheet| is_hidden(&sheet.table));
    if !visible.is_empty() {
        for Sheet { table, .. } in &hidden {
            notes.hint(Vec::new(), hidden_sheet(table, role));
        }
    }
    let sheets = if visible.is_empty() { hidden } else { visible };
    match sheets.as_slice() {
        [] => without_code(source, role, rules, notes),
        [_] => Some(sheets),
        _ => several(file, sheets, role, notes),
    }
}

/// No sheet has all that a table for the role needs: one that lacks its code alone is named with
/// it.
fn without_code(
    source: &Source<'_>,
    role: Role,
    rules: &[MapRule],
    notes: &mut Notes,
) -> Option<Vec<Sheet>> {
    let found = source
        .tables
        .iter()
        .filter_map(|table| looks_like(table, role, rules).map(|columns| (table, columns)));
    let lacking: Vec<(&Table, Columns)> =
        found.filter(|(_, columns)| !columns.has(Field::Id)).collect();
    if lacking.is_empty() {
        return none(source, role, nothing(source.tables, role, rules), notes);
    }
    for (table, columns) in lacking {
        let place =
            columns.place(table, table.rows.get(columns.header).map(|row| row.number), None);
        notes.faults.push(columns::missing(place, &columns.heads, &[Field::Id], role));
    }
    None
}

/// Whether the only table of a file is that of the households.
fn is_roll(table: &Table, rules: &[MapRule]) -> bool {
    let [roll, units] = [Role::Roll, Role::Units].map(|role| columns::find(table, role, rules));
    let Some(roll) = roll.filter(|columns| columns.has(Field::Id)) else { return false };
    // Both tables may stand side by side in one sheet: then the units have a code of their own.
    let both = units.as_ref().is_some_and(|units| {
        units.has(Field::Storey)
            && units.get(Field::Id).is_some_and(|id| Some(id) != roll.get(Field::Id))
    });
    !both && (roll.has(Field::Name) || units.is_none_or(|units| !units.has(Field::Storey)))
}

fn is_hidden(table: &Table) -> bool {
    table.marks.iter().any(|mark| mark.kind == Kind::HiddenSheet)
}

fn hidden_sheet(table: &Table, role: Role) -> Phrase {
    let (place, role) = (table.place(), role.words());
    Phrase::new(
        format!(
            "{}: the sheet is hidden, and is not taken, though it looks like a table of {}",
            place.en, role.en
        ),
        format!("{}：隐藏的工作表，看似{}表，没有导入", place.zh, role.zh),
    )
}

/// The sheets that were named, also if columns are missing in them: then they are named.
fn by_name(
    source: &Source<'_>,
    named: &[String],
    role: Role,
    rules: &[MapRule],
    notes: &mut Notes,
) -> Option<Vec<Sheet>> {
    let same = |table: &&Table, name: &str| {
        table.sheet.as_deref().is_some_and(|sheet| sheet == name || tidy(sheet) == tidy(name))
    };
    let mut sheets = Vec::new();
    for name in named {
        let Some(table) = source.tables.iter().find(|table| same(table, name)) else {
            let names: Vec<&str> =
                source.tables.iter().filter_map(|table| table.sheet.as_deref()).collect();
            let found = Phrase::new(
                format!("no sheet {name}, but {}", names.join(", ")),
                format!("没有工作表 {name}，有 {}", names.join("、")),
            );
            none(source, role, found, notes);
            continue;
        };
        match columns::find(table, role, rules) {
            Some(columns) => sheets.push(Sheet { table: table.clone(), columns }),
            None => {
                drop(none(source, role, nothing(std::slice::from_ref(table), role, rules), notes))
            }
        }
    }
    (sheets.len() == named.len()).then_some(sheets)
}

/// Several sheets are one table if they have the same columns and other rows.
fn several(file: &str, sheets: Vec<Sheet>, role: Role, notes: &mut Notes) -> Option<Vec<Sheet>> {
    let names: Vec<&str> = sheets.iter().filter_map(|sheet| sheet.table.sheet.as_deref()).collect();
    let option = option(role);
    let place = Phrase::new(
        format!("{file}, table of {}", role.words().en),
        format!("{file}，{}表", role.words().zh),
    );
    let advice = Phrase::new(
        format!("name the sheets that are meant with {option}, which may be repeated"),
        format!("请用 {option} 指明工作表，可多次"),
    );
    let all: BTreeSet<Field> = sheets.iter().flat_map(fields).collect();
    if sheets.iter().any(|sheet| fields(sheet) != all) {
        let found = lacking_columns(&sheets, &all);
        let odd: Vec<&Sheet> = sheets.iter().filter(|sheet| fields(sheet) != all).collect();
        let advice = odd_sheets(&odd, &sheets, option).unwrap_or(advice);
        notes.faults.push(Fault::new(
            place,
            found,
            Phrase::new("sheets with the same columns", "各列相同的工作表"),
            advice,
        ));
        return None;
    }
    let Some((one, other, shared)) = versions(&sheets) else { return Some(sheets) };
    if let Some(fault) = two_lists(&sheets, (one, other, shared), place.clone()) {
        notes.faults.push(fault);
        return None;
    }
    let name = |n: usize| names.get(n).copied().unwrap_or_default();
    let found = Phrase::new(
        format!(
            "the sheets {} and {}, with {shared} codes in both, as two versions of one table have",
            name(one),
            name(other)
        ),
        format!(
            "工作表 {} 与 {} 有 {shared} 个相同编号，像是同一张表的两个版本",
            name(one),
            name(other)
        ),
    );
    notes.faults.push(Fault::new(
        place,
        found,
        Phrase::new("each code in one sheet", "每个编号只在一张工作表中"),
        advice,
    ));
    None
}

/// What a sheet has for the plan.
fn fields(sheet: &Sheet) -> BTreeSet<Field> {
    let taken = |field: &Field| !matches!(field, Field::Personal | Field::Skip);
    sheet.columns.fields().filter(taken).collect()
}

/// The sheets, each with the columns that others have and it lacks.
fn lacking_columns(sheets: &[Sheet], all: &BTreeSet<Field>) -> Phrase {
    both(|lang| {
        let lacking = |sheet: &Sheet| {
            let own = fields(sheet);
            let lacking: Vec<String> =
                all.difference(&own).map(|field| field.words().get(lang).to_owned()).collect();
            let name = sheet.table.sheet.as_deref().unwrap_or_default();
            match (lacking.is_empty(), lang) {
                (true, _) => name.to_owned(),
                (_, Lang::En) => format!("{name} (without {})", lacking.join(", ")),
                (_, Lang::Zh) => format!("{name}（缺 {}）", lacking.join("、")),
            }
        };
        sheets.iter().map(lacking).collect::<Vec<_>>().join(if lang == Lang::En {
            ", "
        } else {
            "、"
        })
    })
}

/// What to do with sheets that lack columns, if others have them all: those others are named.
fn odd_sheets(odd: &[&Sheet], all: &[Sheet], option: &str) -> Option<Phrase> {
    let name = |sheet: &Sheet| sheet.table.sheet.clone().unwrap_or_default();
    let odd: Vec<String> = odd.iter().map(|sheet| name(sheet)).collect();
    let whole: Vec<String> = all.iter().map(name).filter(|name| !odd.contains(name)).collect();
    if whole.is_empty() {
        return None;
    }
    let options: Vec<String> = whole.iter().map(|name| format!("{option} '{name}'")).collect();
    let options = options.join(" ");
    Some(Phrase::new(
        format!(
            "add the columns that {0} lacks; or write what counts of {0} into {1}, and take that alone with {options}",
            odd.join(", "),
            whole.join(", ")
        ),
        format!(
            "请补齐 {0} 所缺的列；或把 {0} 中需要的内容写入 {1}，再用 {options} 只导入后者",
            odd.join("、"),
            whole.join("、")
        ),
    ))
}

/// Sheets of two buildings that count their codes from 1 alike: no versions of one table, and no
/// sheet is to be left out.
fn two_lists(
    sheets: &[Sheet],
    (one, other, shared): (usize, usize, usize),
    place: Phrase,
) -> Option<Fault> {
    let (one, other) = (sheets.get(one)?, sheets.get(other)?);
    let places = |sheet: &Sheet| {
        let fields = [Field::Pool, Field::BuildingCode, Field::Building];
        let column = fields.into_iter().find_map(|field| sheet.columns.get(field));
        let text = |cell: &Cell| match cell {
            Cell::Text(text) | Cell::Number(text) => Some(spelling::folded(&tidy(text))),
            _ => None,
        };
        let rows = sheet.columns.rows(&sheet.table);
        column
            .into_iter()
            .flat_map(|column| rows.iter().filter_map(move |row| text(row.cell(column))))
            .collect::<BTreeSet<String>>()
    };
    let (here, there) = (places(one), places(other));
    if here.is_empty() || there.is_empty() || !here.is_disjoint(&there) {
        return None;
    }
    let name = |sheet: &Sheet| sheet.table.sheet.clone().unwrap_or_default();
    let (one, other) = (name(one), name(other));
    let found = Phrase::new(
        format!("the sheets {one} and {other} of different buildings, with {shared} codes in both"),
        format!("工作表 {one} 与 {other} 楼栋不同，却有 {shared} 个相同编号"),
    );
    let expected = Phrase::new("each code in one sheet", "每个编号只在一张工作表中");
    let advice = Phrase::new(
        "make the codes different in all rows, for example with the number of the building in front, such as 7-H0001",
        "请让各行编号互不相同，例如在编号前加楼号：7-H0001",
    );
    Some(Fault::new(place, found, expected, advice))
}

/// Two sheets of which one has half of its codes from the other.
fn versions(sheets: &[Sheet]) -> Option<(usize, usize, usize)> {
    let codes = |Sheet { table, columns }: &Sheet| -> BTreeSet<String> {
        let code = |cell: &Cell| match cell {
            Cell::Text(text) | Cell::Number(text) => Some(characters::skeleton(text)),
            _ => None,
        };
        columns
            .get(Field::Id)
            .into_iter()
            .flat_map(|id| columns.rows(table).iter().filter_map(move |row| code(row.cell(id))))
            .collect()
    };
    let codes: Vec<BTreeSet<String>> = sheets.iter().map(codes).collect();
    let pairs = codes.iter().enumerate().flat_map(|(a, one)| {
        codes.iter().enumerate().skip(a + 1).map(move |(b, other)| (a, b, one, other))
    });
    let mut shared = pairs.map(|(a, b, one, other)| {
        (a, b, one.intersection(other).count(), one.len().min(other.len()))
    });
    shared
        .find(|(_, _, shared, all)| *shared > 0 && *shared * 2 >= *all)
        .map(|(a, b, shared, _)| (a, b, shared))
}

/// Sheets that were taken for neither role are never dropped in silence: those like a table are
/// asked about, the others are told.
pub(super) fn left_out(
    tables: &[Table],
    taken: &[&Sheet],
    rules: &[MapRule],
    narrowed: bool,
    notes: &mut Notes,
) {
    let is_taken = |table: &Table| {
        taken.iter().any(|sheet| sheet.table.file == table.file && sheet.table.sheet == table.sheet)
    };
    for table in tables.iter().filter(|table| !is_taken(table) && !table.rows.is_empty()) {
        let headed =
            Role::ALL.into_iter().find_map(|role| Some((role, looks_like(table, role, rules)?)));
        let (role, n, fault) = match headed {
            Some((role, columns)) if !is_hidden(table) => {
                let n = columns.rows(table).len();
                (role, n, headed_sheet(table, &columns, n, taken))
            }
            Some(_) => continue, // hidden, and told when the sheets were chosen
            None => match alike::rows(table, taken) {
                Some((role, n)) => (role, n, rows_alone(table, role, n)),
                None => {
                    notes.hint(Vec::new(), other_sheet(table));
                    continue;
                }
            },
        };
        if narrowed {
            let (place, role) = (table.place(), role.words());
            let words = Phrase::new(
                format!(
                    "{}: not taken, though it looks like a table of {} ({})",
                    place.en,
                    role.en,
                    counted(n, "row")
                ),
                format!("{}：没有导入，看似{}表（{n} 行）", place.zh, role.zh),
            );
            notes.hint(Vec::new(), words);
            continue;
        }
        notes.ask(Kind::SheetLeftOut, Vec::new(), fault);
    }
}

/// A sheet with heads of a table, not taken.
fn headed_sheet(table: &Table, columns: &Columns, n: usize, taken: &[&Sheet]) -> Fault {
    let role = columns.role.words();
    let heads: Vec<&str> =
        columns.heads.iter().map(String::as_str).filter(|head| !head.is_empty()).collect();
    let elsewhere = taken
        .iter()
        .find(|sheet| sheet.columns.role == columns.role && sheet.table.file != table.file);
    if let Some(Sheet { table: other, .. }) = elsewhere.filter(|_| suits(columns)) {
        let found = Phrase::new(
            format!(
                "a sheet like a table of {0} ({1}) that is not taken, because the {0} are taken from {2}",
                role.en,
                counted(n, "row"),
                other.file
            ),
            format!("看似{}表的工作表（{n} 行），没有导入，因为{0}取自 {}", role.zh, other.file),
        );
        let expected =
            Phrase::new(format!("one table of {}", role.en), format!("一张{}表", role.zh));
        let advice = match columns.role {
            Role::Units => Phrase::new(
                "leave out --units if this sheet is meant, or delete the sheet",
                "如应以此表为准，请去掉 --units；否则请删去此表",
            ),
            Role::Roll => Phrase::new(
                "name the right file with --roll, or delete the sheet",
                "请用 --roll 指明正确的文件，或删去此表",
            ),
        };
        return Fault::new(table.place(), found, expected, advice);
    }
    let found = Phrase::new(
        format!(
            "a sheet like a table of {} ({}, heads {}) that is not taken",
            role.en,
            counted(n, "row"),
            heads.join(", ")
        ),
        format!("看似{}表的工作表（{n} 行，表头 {}），没有导入", role.zh, heads.join("、")),
    );
    let expected = Phrase::new(
        "a column for the code, as in the sheets that are taken",
        "与已导入的工作表一样有编号列",
    );
    let advice = Phrase::new(
        "complete its heads, or name the column with --map",
        "请补全表头，或用 --map 指明各列",
    );
    Fault::new(table.place(), found, expected, advice)
}

/// A sheet without the heads of a table, but with rows as one that was taken has.
fn rows_alone(table: &Table, role: Role, n: usize) -> Fault {
    let words = role.words();
    let found = Phrase::new(
        format!(
            "{} like those of the table of {}, without its heads, not taken",
            counted(n, "row"),
            words.en
        ),
        format!("{n} 行与{}表的行相似，但没有相应的表头，没有导入", words.zh),
    );
    let expected = Phrase::new(
        "the same heads above the rows, as in the sheets that are taken",
        "与已导入的工作表一样，数据行上方有表头",
    );
    let advice = Phrase::new(
        "copy the heads into this sheet, or its rows below those of the other",
        "请把表头复制到此表，或把这些行并入另一张表",
    );
    Fault::new(table.place(), found, expected, advice)
}

/// A sheet that is like none of the tables.
fn other_sheet(table: &Table) -> Phrase {
    let (place, n) = (table.place(), table.rows.len());
    let (en, zh) = if is_hidden(table) {
        ("the sheet is hidden, and not taken", "隐藏的工作表，没有导入")
    } else {
        ("not taken", "没有导入")
    };
    Phrase::new(
        format!("{}: {en} ({})", place.en, counted(n, "row")),
        format!("{}：{zh}（{n} 行）", place.zh),
    )
}

/// The columns of a sheet that has a code or names, and two other fields of the role.
pub(super) fn looks_like(table: &Table, role: Role, rules: &[MapRule]) -> Option<Columns> {
    let columns =
        columns::find(table, role, rules).filter(|columns| !columns.rows(table).is_empty())?;
    let telling = match role {
        Role::Roll => columns.has(Field::Name) || suits(&columns),
        Role::Units => suits(&columns) || (columns.has(Field::Storey) && columns.has(Field::Label)),
    };
    (telling && columns.fields().count() > 2).then_some(columns)
}

/// Without a column of buildings, the sheet has the name of its building.
pub(super) fn building_of_sheets(roll: &mut [Sheet], units: &mut [Sheet], notes: &mut Notes) {
    let lacks = |sheets: &[Sheet]| {
        let any = |sheet: &Sheet| {
            [Field::Pool, Field::BuildingCode, Field::Building]
                .iter()
                .any(|field| sheet.columns.has(*field))
        };
        !sheets.iter().any(any)
    };
    let known: Vec<String> = match (lacks(roll), lacks(units)) {
        (true, true) => names_of(units).filter(|name| name.chars().any(char::is_numeric)).collect(),
        (true, false) => values(units),
        (false, true) => values(roll),
        (false, false) => return,
    };
    for sheets in [roll, units] {
        if !lacks(sheets) {
            continue;
        }
        let named: Vec<Option<String>> = names_of(sheets)
            .map(|name| known.iter().find(|known| spelling::alike(known, &name)).cloned())
            .collect();
        if named.iter().any(Option::is_none) {
            continue; // then the column is missing
        }
        for (Sheet { table, columns }, building) in
            sheets.iter_mut().zip(named.into_iter().flatten())
        {
            let found = Phrase::new(
                format!("no column for the building; the name of the sheet reads as `{building}`"),
                format!("没有楼栋列；工作表名称读作 `{building}`"),
            );
            let advice = Phrase::new(
                "add a column for the building if that is wrong",
                "如不对，请补上楼栋列",
            );
            let expected = Phrase::new("the building of every row", "每行的楼栋");
            notes.ask(
                Kind::SheetBuilding,
                Vec::new(),
                Fault::new(table.place(), found, expected, advice),
            );
            columns.fixed.insert(Field::Building, building);
        }
    }
}

/// The names of sheets, without the words for what is in them.
fn names_of(sheets: &[Sheet]) -> impl Iterator<Item = String> {
    let words = [
        "住户",
        "房源",
        "名册",
        "名单",
        "清单",
        "花名册",
        "信息",
        "登记",
        "签约",
        "汇总",
        "明细",
        "户",
        "表",
    ];
    let names = sheets.iter().map(|sheet| sheet.table.sheet.clone().unwrap_or_default());
    names.map(move |name| {
        words
            .iter()
            .fold(tidy(&name), |name, word| name.replace(word, ""))
            .trim_matches(['-', '_', ' ', '（', '）'])
            .to_owned()
    })
}

/// What stands in the column of buildings.
fn values(sheets: &[Sheet]) -> Vec<String> {
    let mut values = BTreeSet::new();
    for Sheet { table, columns } in sheets {
        let Some(column) = columns.get(Field::Building) else { continue };
        for row in columns.rows(table) {
            if let Cell::Text(text) | Cell::Number(text) = row.cell(column) {
                values.insert(characters::plain(&tidy(text)).text);
            }
        }
    }
    values.into_iter().collect()
}

fn option(role: Role) -> &'static str {
    if role == Role::Roll { "--roll-sheet" } else { "--units-sheet" }
}

/// No table, but these heads.
fn nothing(tables: &[Table], role: Role, rules: &[MapRule]) -> Phrase {
    let heads = tables.iter().map(|t| described(t, role, rules)).collect::<Vec<_>>().join("; ");
    Phrase::new(format!("none, but {heads}"), format!("没有；已有 {heads}"))
}

fn none(source: &Source<'_>, role: Role, found: Phrase, notes: &mut Notes) -> Option<Vec<Sheet>> {
    let (file, role_words, option) = (source.file, role.words(), option(role));
    let (en, zh) = if source.tables.len() > 1 {
        (format!("the sheet with {option}, or "), format!("用 {option} 指明工作表，或"))
    } else {
        Default::default()
    };
    let (en, zh) = if source.shared && role == Role::Units {
        (
            format!(
                "give the table of units with --units FILE, or name {en}the columns with --map"
            ),
            format!("请用 --units 文件 给出房源表，或{zh}用 --map 指明各列"),
        )
    } else {
        (format!("name {en}the columns with --map"), format!("请{zh}用 --map 指明各列"))
    };
    let advice = Phrase::new(en, zh);
    let place = Phrase::new(
        format!("{file}, table of {}", role_words.en),
        format!("{file}，{}表", role_words.zh),
    );
    notes.faults.push(Fault::new(place, found, both(|lang| expected_heads(role, lang)), advice));
    None
}

/// Whether the columns are enough to tell that this is the table for the role.
fn suits(columns: &Columns) -> bool {
    let telling = match columns.role {
        Role::Roll => {
            [Field::Name, Field::Tier, Field::Needs, Field::Group].iter().any(|f| columns.has(*f))
        }
        Role::Units => columns.has(Field::Storey),
    };
    columns.has(Field::Id) && telling
}

/// A table with the heads in it, as far as they can be made out.
pub(super) fn described(table: &Table, role: Role, rules: &[MapRule]) -> String {
    let heads =
        columns::find(table, role, rules).map_or_else(|| columns::likely_heads(table), |c| c.heads);
    let heads: Vec<&str> = heads.iter().map(String::as_str).filter(|h| !h.is_empty()).collect();
    format!("{} [{}]", table.sheet.as_deref().unwrap_or(&table.file), heads.join(", "))
}

fn expected_heads(role: Role, lang: Lang) -> String {
    match (role, lang) {
        (Role::Roll, Lang::En) => "one table with heads such as 户号/household id, 户主/name, 楼栋/building, 户型/flat type, 顺位/tier",
        (Role::Roll, Lang::Zh) => "一张表，表头例如 户号、户主、楼栋、户型、顺位",
        (Role::Units, Lang::En) => {
            "one table with heads such as 房源编号/unit id, 室号/label, 所在层/storey, 楼栋/building, 户型/flat type"
        }
        (Role::Units, Lang::Zh) => "一张表，表头例如 房源编号、室号、所在层、楼栋、户型",
    }
    .to_owned()
}
