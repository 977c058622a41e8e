//! `result.xlsx` and `result.csv`: the result for the office. Who has what comes from the verified
//! transcript alone.

use super::amounts::Amounts;
use super::data::{Data, State};
use super::families;
use super::result::Outcome;
use super::sheet::{need, needs, stage};
use crate::words::say::tr;
use floorlot::lines::{Line, Mode};
use floorlot::plan::{HouseholdNumber, PoolNumber, UnitNumber};
use floorlot::record::How;
use floorlot::rules::Lang;
use floorlot::transcript::Verified;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};
use std::collections::BTreeMap;

/// A household with what it has in the end.
struct Row {
    household: HouseholdNumber,
    pool: Option<PoolNumber>,
    place: usize,
    ticket: u64,
    unit: Option<UnitNumber>,
    how: String,
}

/// Every household of the plan.
fn rows(data: &Data, verified: &Verified, lang: Lang) -> Vec<Row> {
    let outcome = Outcome::of(data, verified);
    let unit_of: BTreeMap<HouseholdNumber, UnitNumber> =
        outcome.household_of.iter().map(|(unit, household)| (*household, *unit)).collect();
    let mut placed: BTreeMap<HouseholdNumber, (usize, u64)> = BTreeMap::new();
    for pool in data.roll().pool_numbers() {
        placed.extend(
            (1..)
                .zip(data.order(pool))
                .map(|(place, called)| (called.household, (place, called.ticket))),
        );
    }
    let row = |household: HouseholdNumber| {
        let (place, ticket) = placed.get(&household).copied().unwrap_or_default();
        let how = how(&outcome, household, data.roll().mode(), lang);
        Row {
            household,
            pool: data.roll().pool_of(household),
            place,
            ticket,
            unit: unit_of.get(&household).copied(),
            how,
        }
    };
    data.roll().household_numbers().map(row).collect()
}

/// How a household came to what it has. In a rehearsal every row says so, wherever it is pasted.
pub(super) fn how(outcome: &Outcome, household: HouseholdNumber, mode: Mode, lang: Lang) -> String {
    let told = match outcome.how_of(household) {
        _ if outcome.is_void() => tr!(lang, "void", "作废"),
        How::Choice => tr!(lang, "choice", "本户选定"),
        How::Proxy(proxy) => tr!(lang, "choice by proxy {proxy}", "代理人 {proxy} 选定"),
        How::Lot => tr!(lang, "lot", "抽签"),
        How::Ranking => tr!(lang, "ranking", "志愿"),
        How::Accepted => tr!(lang, "offered to the standby list", "递补"),
        How::Swap => tr!(lang, "swap", "换房"),
        How::Standby(_) => tr!(lang, "standby", "候补"),
        How::Withdrawn => tr!(lang, "gave up", "已放弃"),
        // Nobody is so in a verified transcript.
        _ => tr!(lang, "not served yet", "尚未选房"),
    };
    match mode {
        Mode::Official => told,
        Mode::Rehearsal => tr!(lang, "{told} (REHEARSAL)", "{told}（演练）"),
    }
}

/// A text that no spreadsheet program takes for a formula: those that could begin one get an
/// apostrophe in front.
pub(super) fn harmless(text: &str) -> String {
    match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '\t' | '\r') => {
            format!("'{text}")
        }
        _ => text.to_owned(),
    }
}

/// A writer of CSV with a byte order mark, without which spreadsheet programs here take it for
/// GB18030.
pub(super) fn csv_writer() -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer("\u{feff}".as_bytes().to_vec())
}

/// Every household, as CSV.
pub(crate) fn csv(data: &Data, verified: &Verified, lang: Lang) -> Result<Vec<u8>, String> {
    let mut writer = csv_writer();
    let head = match lang {
        Lang::En => [
            "pool",
            "building",
            "household",
            "name",
            "place",
            "ticket",
            "unit",
            "label",
            "storey",
            "how",
        ],
        Lang::Zh => {
            ["批次", "楼栋", "户号", "姓名", "次序", "签号", "房源编号", "房号", "楼层", "方式"]
        }
    };
    let (mut head, measured) = (head.to_vec(), measured(data));
    if measured {
        // Behind the storey, as in the workbook.
        head.splice(9..9, amount_heads(lang));
    }
    let of_families = OfFamilies::new(data, verified);
    if of_families.any {
        head.splice(4..4, family_heads(lang));
    }
    writer.write_record(head).map_err(|error| error.to_string())?;
    for row in rows(data, verified, lang) {
        let Some(pool) = row.pool.and_then(|pool| data.roll().pool(pool)) else { continue };
        let (label, storey) = row.unit.map(|unit| data.unit(unit)).unwrap_or_default();
        let unit = row.unit.map_or("", |unit| data.roll().unit_id(unit));
        let known = |number: String| if row.place == 0 { String::new() } else { number };
        let storey = row.unit.map_or_else(String::new, |_| storey.to_string());
        let (place, ticket) = (known(row.place.to_string()), known(row.ticket.to_string()));
        let texts = [
            &pool.id,
            &pool.building,
            data.roll().household_id(row.household),
            data.name(row.household),
        ]
        .map(harmless);
        let mut more = vec![place, ticket, harmless(unit), harmless(label), storey];
        if measured {
            let plain = |n: Option<u64>| n.map_or_else(String::new, |n| plain_decimal(n.into()));
            more.extend(amounts(data, row.unit).map(plain));
        }
        more.push(harmless(&row.how));
        if of_families.any {
            let (family, amounts) = of_families.of(data, row.household);
            let plain = |n: Option<u64>| n.map_or_else(String::new, |n| plain_decimal(n.into()));
            let [budget, spent] = amounts.map(plain);
            more.splice(0..0, [harmless(family), budget, spent]);
        }
        writer.write_record(texts.iter().chain(&more)).map_err(|error| error.to_string())?;
    }
    writer.into_inner().map_err(|error| error.to_string())
}

/// Whether any flat of the plan has an area or a price.
fn measured(data: &Data) -> bool {
    Amounts::of(data).any()
}

fn amount_heads(lang: Lang) -> [&'static str; 2] {
    match lang {
        Lang::En => ["area (m²)", "price (yuan)"],
        Lang::Zh => ["面积（㎡）", "价格（元）"],
    }
}

/// Area and price of the flat of a row, in hundredths.
fn amounts(data: &Data, unit: Option<UnitNumber>) -> [Option<u64>; 2] {
    let roll = data.roll();
    [unit.and_then(|unit| roll.area(unit)), unit.and_then(|unit| roll.price(unit))]
}

fn family_heads(lang: Lang) -> [&'static str; 3] {
    match lang {
        Lang::En => ["family", "area budget of the family (m²)", "area the family has (m²)"],
        Lang::Zh => ["家庭", "家庭面积额度（㎡）", "家庭已选面积（㎡）"],
    }
}

/// What families have, if there is any family.
struct OfFamilies {
    any: bool,
    units: BTreeMap<HouseholdNumber, UnitNumber>,
}

impl OfFamilies {
    fn new(data: &Data, verified: &Verified) -> OfFamilies {
        let units = families::units(&Outcome::of(data, verified));
        OfFamilies { any: families::any(data), units }
    }

    /// The family of a household with its budget and the area that it has, in hundredths.
    fn of<'d>(&self, data: &'d Data, household: HouseholdNumber) -> (&'d str, [Option<u64>; 2]) {
        match families::of(data, household) {
            Some((number, family)) => {
                let spent = families::spent(data, family, &self.units);
                (data.roll().family_id(number), [family.budget, Some(spent)])
            }
            None => ("", [None, None]),
        }
    }
}

/// `-1234567.89`, of hundredths.
pub(super) fn plain_decimal(hundredths: i128) -> String {
    let (sign, n) = (if hundredths < 0 { "-" } else { "" }, hundredths.unsigned_abs());
    format!("{sign}{}.{:02}", n / 100, n % 100)
}

/// The workbook: allocation, standby list, what is left over, and a summary.
pub(crate) fn xlsx(data: &Data, verified: &Verified, lang: Lang) -> Result<Vec<u8>, String> {
    workbook(data, verified, lang).map_err(|error| error.to_string())
}

fn workbook(data: &Data, verified: &Verified, lang: Lang) -> Result<Vec<u8>, XlsxError> {
    let mut book = self::book(data)?;
    let rows = rows(data, verified, lang);
    let of_families = OfFamilies::new(data, verified);
    let table = Table::new(&mut book, data, &tr!(lang, "Allocation", "分配结果"), lang)?;
    allocation(table, &rows, &of_families)?;
    if of_families.any {
        let table = Table::new(&mut book, data, &tr!(lang, "Families", "家庭"), lang)?;
        self::of_families(table, &of_families)?;
    }
    standby(Table::new(&mut book, data, &tr!(lang, "Standby", "候补名单"), lang)?, verified)?;
    left_over(Table::new(&mut book, data, &tr!(lang, "Left over", "剩余房源"), lang)?, verified)?;
    summary(&mut book, data, verified, lang)?;
    book.save_to_buffer()
}

/// A workbook without sheets.
pub(super) fn book(data: &Data) -> Result<Workbook, XlsxError> {
    let mut book = Workbook::new();
    book.set_properties(
        &DocProperties::new()
            .set_title(data.roll().title())
            .set_author("floorlot")
            .set_creation_datetime(&made(data)?),
    );
    Ok(book)
}

/// Rows of texts, as CSV with a byte order mark.
pub(super) fn plain_csv(head: &[String], rows: &[Vec<String>]) -> Result<Vec<u8>, String> {
    let mut writer = csv_writer();
    writer.write_record(head).map_err(|error| error.to_string())?;
    for row in rows {
        let row = row.iter().map(|text| harmless(text));
        writer.write_record(row).map_err(|error| error.to_string())?;
    }
    writer.into_inner().map_err(|error| error.to_string())
}

/// Rows of texts, as a workbook with one sheet of this name.
pub(super) fn plain_xlsx(
    data: &Data,
    name: &str,
    heads: &[(String, f64)],
    rows: &[Vec<String>],
    lang: Lang,
) -> Result<Vec<u8>, String> {
    let made = || -> Result<Vec<u8>, XlsxError> {
        let mut book = self::book(data)?;
        let mut table = Table::new(&mut book, data, name, lang)?;
        table.head(heads)?;
        for row in rows {
            let values: Vec<Value<'_>> = row.iter().map(|text| Value::Text(text)).collect();
            table.write(&values)?;
        }
        table.end(u16::try_from(heads.len()).unwrap_or(u16::MAX))?;
        book.save_to_buffer()
    };
    made().map_err(|error| error.to_string())
}

/// The last time in the transcript, so that the same transcript gives the same file.
fn made(data: &Data) -> Result<ExcelDateTime, XlsxError> {
    let at = data.lines().rev().find_map(|(_, line)| match line {
        Line::Checkpoint { at, .. } => at,
        _ => None,
    });
    let at = at
        .and_then(|at| i64::try_from(at).ok())
        .filter(|at| (946_684_800..4_102_444_800).contains(at));
    ExcelDateTime::from_timestamp(at.unwrap_or(946_684_800))
}

/// A cell: text, or a number that is one to people too.
pub(super) enum Value<'a> {
    Text(&'a str),
    Number(u64),
    /// Hundredths, with two decimals; nothing if it is not known.
    Hundredths(Option<u64>),
    /// The same, also below zero, and of sums.
    Difference(Option<i128>),
}

/// Spreadsheet programs keep 15 digits of a number, and a longer sum stays exact as a text.
const DIGITS: u128 = 1_000_000_000_000_000;

/// A worksheet with a line on top that says what it is, and the head of the table below it; both
/// stay when one scrolls.
pub(super) struct Table<'b> {
    sheet: &'b mut Worksheet,
    data: &'b Data,
    lang: Lang,
    row: u32,
}

impl<'b> Table<'b> {
    pub(super) fn new(
        book: &'b mut Workbook,
        data: &'b Data,
        name: &str,
        lang: Lang,
    ) -> Result<Table<'b>, XlsxError> {
        let sheet = book.add_worksheet().set_name(name)?;
        sheet.write_string_with_format(
            0,
            0,
            headline(data, lang),
            &Format::new().set_bold().set_font_size(13),
        )?;
        sheet
            .set_landscape()
            .set_paper_size(9)
            .set_print_fit_to_pages(1, 0)
            .set_repeat_rows(0, 1)?
            .set_footer("&C&P / &N");
        Ok(Table { sheet, data, lang, row: 1 })
    }

    /// The heads of the columns with their widths.
    pub(super) fn head(&mut self, heads: &[(String, f64)]) -> Result<(), XlsxError> {
        let format = Format::new()
            .set_bold()
            .set_background_color("#DDDDDD")
            .set_border(FormatBorder::Thin)
            .set_text_wrap()
            .set_align(FormatAlign::VerticalCenter);
        for (column, (head, width)) in (0..).zip(heads) {
            self.sheet.write_string_with_format(1, column, head, &format)?;
            self.sheet.set_column_width(column, *width)?;
        }
        self.sheet.set_freeze_panes(2, 0)?;
        Ok(())
    }

    pub(super) fn write(&mut self, values: &[Value<'_>]) -> Result<(), XlsxError> {
        self.row += 1;
        let text = Format::new().set_num_format("@").set_border(FormatBorder::Hair);
        let number = Format::new().set_border(FormatBorder::Hair);
        let decimal = number.clone().set_num_format("#,##0.00");
        for (column, value) in (0..).zip(values) {
            match value {
                Value::Text(words) => {
                    self.sheet.write_string_with_format(self.row, column, *words, &text)?
                }
                Value::Number(n) => {
                    self.sheet.write_number_with_format(self.row, column, *n as f64, &number)?
                }
                Value::Hundredths(Some(n)) => {
                    let value = *n as f64 / 100.0;
                    self.sheet.write_number_with_format(self.row, column, value, &decimal)?
                }
                Value::Difference(Some(n)) if n.unsigned_abs() < DIGITS => {
                    let value = *n as f64 / 100.0;
                    self.sheet.write_number_with_format(self.row, column, value, &decimal)?
                }
                Value::Difference(Some(n)) => self.sheet.write_string_with_format(
                    self.row,
                    column,
                    plain_decimal(*n),
                    &text,
                )?,
                Value::Hundredths(None) | Value::Difference(None) => {
                    self.sheet.write_string_with_format(self.row, column, "", &text)?
                }
            };
        }
        Ok(())
    }

    /// Filters for the whole table.
    pub(super) fn end(self, columns: u16) -> Result<(), XlsxError> {
        if self.row > 1 {
            self.sheet.autofilter(1, 0, self.row, columns - 1)?;
        }
        Ok(())
    }
}

/// What every sheet is of.
pub(super) fn headline(data: &Data, lang: Lang) -> String {
    let (title, origin) = (data.roll().title(), data.roll().origin());
    let void = match &data.state {
        _ if data.void.is_some() => tr!(lang, "VOID — ", "【作废】"),
        State::Underway => tr!(lang, "NOT FINISHED — ", "【抽签未完成】"),
        _ => String::new(),
    };
    match data.roll().mode() {
        Mode::Official => tr!(lang, "{void}{title} — {origin}", "{void}{title} — {origin}"),
        Mode::Rehearsal => tr!(
            lang,
            "REHEARSAL 演练, NOTHING HERE COUNTS — {void}{title} — {origin}",
            "【演练 REHEARSAL，一律无效】{void}{title} — {origin}"
        ),
    }
}

/// Each family with its claims, budget, and what it has.
fn of_families(mut table: Table<'_>, of: &OfFamilies) -> Result<(), XlsxError> {
    let (data, lang) = (table.data, table.lang);
    table.head(&[
        (tr!(lang, "family", "家庭"), 12.0),
        (tr!(lang, "name", "姓名"), 14.0),
        (tr!(lang, "claims", "名额数"), 8.0),
        (tr!(lang, "flats", "已得套数"), 8.0),
        (tr!(lang, "what they have", "房源"), 60.0),
        (tr!(lang, "area (m²)", "面积合计（㎡）"), 16.0),
        (tr!(lang, "area budget (m²)", "面积额度（㎡）"), 16.0),
        (tr!(lang, "left of the budget (m²)", "剩余额度（㎡）"), 16.0),
    ])?;
    let roll = data.roll();
    for (number, family) in families::all(data) {
        let flats: Vec<String> = family
            .claims
            .iter()
            .filter_map(|claim| Some((roll.household_id(*claim), *of.units.get(claim)?)))
            .map(|(id, unit)| format!("{id} {}", families::in_building(data, unit, lang)))
            .collect();
        let (count, told) =
            (flats.len() as u64, flats.join(if lang == Lang::En { "; " } else { "；" }));
        let spent = families::spent(data, family, &of.units);
        let left = family.budget.map(|budget| budget.saturating_sub(spent));
        table.write(&[
            Value::Text(roll.family_id(number)),
            Value::Text(&family.name),
            Value::Number(family.claims.len() as u64),
            Value::Number(count),
            Value::Text(&told),
            Value::Hundredths(Some(spent)),
            Value::Hundredths(family.budget),
            Value::Hundredths(left),
        ])?;
    }
    table.end(8)
}

fn allocation(mut table: Table<'_>, rows: &[Row], of: &OfFamilies) -> Result<(), XlsxError> {
    let (data, lang) = (table.data, table.lang);
    let mut heads = vec![
        (tr!(lang, "pool", "批次"), 12.0),
        (tr!(lang, "pool title", "批次名称"), 24.0),
        (tr!(lang, "building", "楼栋"), 12.0),
        (tr!(lang, "household", "户号"), 12.0),
        (tr!(lang, "name", "姓名"), 14.0),
        (tr!(lang, "tier", "顺位"), 7.0),
        (tr!(lang, "needs", "照顾需求"), 18.0),
        (tr!(lang, "place", "次序"), 7.0),
        (tr!(lang, "ticket", "签号"), 24.0),
        (tr!(lang, "unit", "房源编号"), 14.0),
        (tr!(lang, "label", "房号"), 10.0),
        (tr!(lang, "storey", "楼层"), 8.0),
        (tr!(lang, "how", "方式"), 24.0),
    ];
    let measured = measured(data);
    if measured {
        heads.splice(12..12, amount_columns(lang));
    }
    if of.any {
        heads.splice(5..5, family_heads(lang).map(|head| (head.to_owned(), 14.0)));
    }
    let columns = u16::try_from(heads.len()).unwrap_or(u16::MAX);
    table.head(&heads)?;
    for row in rows {
        let (roll, h) = (data.roll(), row.household);
        let Some(pool) = row.pool.and_then(|pool| roll.pool(pool)) else { continue };
        let (label, storey) = row.unit.map(|unit| data.unit(unit)).unwrap_or_default();
        let (ticket, needs) = (row.ticket.to_string(), needs(roll.needs(h), lang));
        let number = |n: u64, known: bool| if known { Value::Number(n) } else { Value::Text("") };
        let mut values = vec![
            Value::Text(&pool.id),
            Value::Text(&pool.title),
            Value::Text(&pool.building),
            Value::Text(roll.household_id(h)),
            Value::Text(data.name(h)),
            Value::Number(u64::from(roll.tier(h))),
            Value::Text(&needs),
            number(row.place as u64, row.place > 0),
            Value::Text(if row.place > 0 { &ticket } else { "" }),
            Value::Text(row.unit.map_or("", |unit| roll.unit_id(unit))),
            Value::Text(label),
            number(storey, row.unit.is_some()),
            Value::Text(&row.how),
        ];
        if measured {
            values.splice(12..12, amounts(data, row.unit).map(Value::Hundredths));
        }
        if of.any {
            let (family, [budget, spent]) = of.of(data, h);
            let known = [Value::Hundredths(budget), Value::Hundredths(spent)];
            values.splice(5..5, std::iter::once(Value::Text(family)).chain(known));
        }
        table.write(&values)?;
    }
    table.end(columns)
}

/// The heads of area and price, with their widths.
fn amount_columns(lang: Lang) -> [(String, f64); 2] {
    amount_heads(lang).map(|head| (head.to_owned(), 16.0))
}

fn standby(mut table: Table<'_>, verified: &Verified) -> Result<(), XlsxError> {
    let (data, lang) = (table.data, table.lang);
    table.head(&[
        (tr!(lang, "pool", "批次"), 12.0),
        (tr!(lang, "building", "楼栋"), 12.0),
        (tr!(lang, "no.", "序号"), 7.0),
        (tr!(lang, "household", "户号"), 12.0),
        (tr!(lang, "name", "姓名"), 14.0),
        (tr!(lang, "needs", "照顾需求"), 24.0),
    ])?;
    let (roll, mut last) = (data.roll(), (None, 0));
    for h in verified.standby().filter_map(|id| roll.find_household(id)) {
        let number = roll.pool_of(h);
        last = if last.0 == number { (number, last.1 + 1) } else { (number, 1) };
        let Some(pool) = number.and_then(|pool| roll.pool(pool)) else { continue };
        let needs = needs(roll.needs(h), lang);
        let (id, name) = (roll.household_id(h), data.name(h));
        table.write(&[
            Value::Text(&pool.id),
            Value::Text(&pool.building),
            Value::Number(last.1),
            Value::Text(id),
            Value::Text(name),
            Value::Text(&needs),
        ])?;
    }
    table.end(6)
}

fn left_over(mut table: Table<'_>, verified: &Verified) -> Result<(), XlsxError> {
    let (data, lang, measured) = (table.data, table.lang, measured(table.data));
    let mut heads = vec![
        (tr!(lang, "pool", "批次"), 12.0),
        (tr!(lang, "building", "楼栋"), 12.0),
        (tr!(lang, "unit", "房源编号"), 14.0),
        (tr!(lang, "label", "房号"), 10.0),
        (tr!(lang, "storey", "楼层"), 8.0),
        (tr!(lang, "features", "特征"), 30.0),
    ];
    if measured {
        heads.splice(5..5, amount_columns(lang));
    }
    table.head(&heads)?;
    let roll = data.roll();
    let pools = roll
        .pools()
        .iter()
        .flat_map(|pool| data.book.units_of(&pool.id).map(move |unit| (unit, pool)));
    let pools: BTreeMap<UnitNumber, _> = pools.collect();
    for unit in verified.free().filter_map(|id| roll.find_unit(id)) {
        let Some(pool) = pools.get(&unit) else { continue };
        let ((label, storey), features) = (data.unit(unit), needs(roll.features(unit), lang));
        let mut values = vec![
            Value::Text(&pool.id),
            Value::Text(&pool.building),
            Value::Text(roll.unit_id(unit)),
            Value::Text(label),
            Value::Number(storey),
            Value::Text(&features),
        ];
        if measured {
            values.splice(5..5, amounts(data, Some(unit)).map(Value::Hundredths));
        }
        table.write(&values)?;
    }
    table.end(if measured { 8 } else { 6 })
}

/// Which draw it is, of what kind, and its fingerprints.
pub(super) fn facts(data: &Data, lang: Lang) -> Vec<(String, String)> {
    let roll = data.roll();
    let mode = match roll.mode() {
        Mode::Official => tr!(lang, "official draw", "正式抽签"),
        Mode::Rehearsal => tr!(lang, "REHEARSAL 演练", "演练 REHEARSAL"),
    };
    let mut texts = vec![
        (tr!(lang, "title", "标题"), roll.title().to_owned()),
        (tr!(lang, "name of this draw", "抽签编号"), roll.origin().to_owned()),
        (tr!(lang, "kind", "性质"), mode),
    ];
    texts.extend(data.void.clone().map(|reason| (tr!(lang, "VOID", "作废"), reason)));
    for checkpoint in &data.checkpoints {
        let (stage, size) = (stage(checkpoint.stage, lang), checkpoint.size);
        let head = tr!(
            lang,
            "fingerprint of the {stage} (lines 1 to {size})",
            "{stage}指纹（第 1 至 {size} 行）"
        );
        texts.push((head, checkpoint.fingerprint.to_string()));
    }
    texts
}

fn summary(
    book: &mut Workbook,
    data: &Data,
    verified: &Verified,
    lang: Lang,
) -> Result<(), XlsxError> {
    let mut table = Table::new(book, data, &tr!(lang, "Summary", "汇总"), lang)?;
    table.head(&[(tr!(lang, "what", "项目"), 34.0), (tr!(lang, "value", "内容"), 90.0)])?;
    let roll = data.roll();
    for (head, text) in &facts(data, lang) {
        table.write(&[Value::Text(head), Value::Text(text)])?;
    }
    let housed = verified.allocation().filter(|(_, unit)| unit.is_some()).count();
    let counts = [
        (tr!(lang, "attempt", "第几次"), roll.attempt()),
        (tr!(lang, "households in the plan", "方案中的住户"), u64::from(roll.household_count())),
        (tr!(lang, "households with a flat in the end", "最终得房户数"), housed as u64),
        (
            tr!(lang, "households on standby in the end", "最终候补户数"),
            verified.standby().count() as u64,
        ),
        (tr!(lang, "flats in the plan", "方案中的房源"), u64::from(roll.unit_count())),
        (tr!(lang, "flats left over in the end", "最终剩余套数"), verified.free().count() as u64),
        (
            tr!(
                lang,
                "lines recorded later, not sealed, not in this file",
                "此后尚未封存、不在本表中的行数"
            ),
            data.unsealed as u64,
        ),
    ];
    for (head, count) in &counts {
        table.write(&[Value::Text(head), Value::Number(*count)])?;
    }
    for feature in &data.needed {
        let units =
            roll.unit_numbers().filter(|unit| roll.features(*unit).contains(feature)).count();
        let feature = need(feature, lang);
        let head = tr!(lang, "flats in the plan: {feature}", "方案中的房源：{feature}");
        table.write(&[Value::Text(&head), Value::Number(units as u64)])?;
    }
    Ok(())
}
