//! `settle`: what each household's flat costs, what the household is entitled to, and who pays the
//! difference (找补差价). All is reckoned in fen, whole numbers.

use super::data::{Data, State};
use super::families;
use super::result::Outcome;
use super::tables::{self, Table, Value};
use super::{compared, notes, unreadable};
use crate::disk::on_disk;
use crate::disk::recognize::What;
use crate::disk::whole::{self, may_be_written};
use crate::import::entitled::{self, Codes, Other, Source};
use crate::words::say::{Stop, counted, say, tr, warn};
use clap::Args;
use floorlot::Noted;
use floorlot::plan::{HouseholdNumber, PoolNumber, UnitNumber};
use floorlot::rules::{Lang, Phrase};
use floorlot_verify::common::amount;
use rust_xlsxwriter::{Workbook, XlsxError};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// What `settle` is given.
#[derive(Args)]
pub(crate) struct SettleArgs {
    /// A transcript; it need not be finished · 抽签记录（不必完成）
    transcript: PathBuf,
    /// The table that says what each household is entitled to, in yuan: .xlsx, .xls, .ods or .csv ·
    /// 各户应得金额（元）的表
    #[arg(long, value_name = "FILE")]
    entitled: PathBuf,
    /// The sheet to write, .xlsx or .csv · 写出的找补差价表
    #[arg(long, value_name = "FILE", default_value = "settlement.xlsx")]
    out: PathBuf,
    /// A sheet of the table, if not all are meant that have the columns; may be repeated · 工作表的名称，可多次
    #[arg(long, value_name = "NAME")]
    entitled_sheet: Vec<String>,
    /// What a column holds: HEAD=id for the codes of the households, HEAD=entitled for the amounts;
    /// may be repeated · 指定户号列（表头=id）、应得金额列（表头=entitled）
    #[arg(long, value_name = "HEAD=FIELD")]
    map: Vec<String>,
    /// What the office has looked at and confirms, by the word that it is asked with; may be
    /// repeated · 确认所询问的事项
    #[arg(long, value_name = "KIND")]
    accept: Vec<String>,
    /// Replace the sheet if it is there already · 覆盖已有的表
    #[arg(long)]
    force: bool,
    /// A fingerprint noted outside: of a file with lines behind it that nothing covers, nothing is
    /// settled; can be given several times · 在外记下的指纹：其后若有未核对的内容，则不出表
    #[arg(long, value_name = "DIGITS")]
    fingerprint: Vec<Noted>,
    /// Settles also by what was not compared · 未核对的内容也计入
    #[arg(long)]
    include_not_compared: bool,
}

/// Verifies the transcript, reads the table, and writes the sheet.
pub(crate) fn settle(args: &SettleArgs, lang: Lang) -> Result<(), Stop> {
    let csv = as_csv(&args.out, lang)?;
    may_be_written(&args.out, args.force, lang)?;
    refuse_inputs(args, lang)?;
    let data = data(args, lang)?;
    let so_far = Outcome::so_far(&data);
    let codes = codes(&data);
    let source = Source {
        file: &args.entitled,
        sheets: &args.entitled_sheet,
        map: &args.map,
        accept: &args.accept,
    };
    let others = without_price(&data, &so_far, &args.transcript);
    let entitled = entitled::entitled(&source, &codes, others, lang).map_err(Stop::Failed)?;
    let rows = rows(&data, &so_far, &entitled.amounts);
    let bytes = if csv {
        table_text(&data, &so_far, &rows, lang)
    } else {
        workbook(&data, &so_far, &rows, lang).map_err(|error| error.to_string())
    };
    let bytes = bytes.map_err(Stop::Failed)?;
    whole::write(&args.out, &bytes, args.force)
        .map_err(|error| Stop::file(lang, &args.out, error))?;
    entitled.told.iter().for_each(say);
    told(&args.out, &data, &rows, lang);
    Ok(())
}

/// Whether the sheet is text; by the ending of its name.
fn as_csv(out: &Path, lang: Lang) -> Result<bool, Stop> {
    let ending = out.extension().and_then(OsStr::to_str).unwrap_or_default().to_lowercase();
    match ending.as_str() {
        "xlsx" => Ok(false),
        "csv" => Ok(true),
        _ => Err(Stop::file(
            lang,
            out,
            tr!(
                lang,
                "expected a name that ends in .xlsx or .csv; name it so with --out",
                "文件名应以 .xlsx 或 .csv 结尾；请用 --out 指定"
            ),
        )),
    }
}

/// `--force` takes the place of an older sheet, and of nothing that is read here.
fn refuse_inputs(args: &SettleArgs, lang: Lang) -> Result<(), Stop> {
    let whole = |path: &Path| std::fs::canonicalize(path).ok();
    let out = whole(&args.out);
    let inputs = [&args.transcript, &args.entitled];
    if out.is_none() || inputs.iter().all(|input| whole(input) != out) {
        return Ok(());
    }
    let taken = tr!(
        lang,
        "this file is read here, and stays as it is; name another with --out",
        "此文件是本命令要读取的，已保持原样；请用 --out 另指文件"
    );
    Err(Stop::file(lang, &args.out, taken))
}

/// The transcript, if no check of it fails as far as it goes.
fn data(args: &SettleArgs, lang: Lang) -> Result<Data, Stop> {
    let path = &args.transcript;
    let bytes = on_disk::read(path).map_err(|error| Stop::file(lang, path, error))?;
    if let Some(other) = What::of(&bytes).no_plan(lang) {
        return Err(Stop::file(lang, path, other));
    }
    compared((path, &args.fingerprint, args.include_not_compared), &bytes, lang)?;
    let data =
        Data::read(&bytes, notes(path, lang)?).map_err(|unread| unreadable(path, &unread, lang))?;
    match &data.state {
        State::Plan => Err(Stop::file(
            lang,
            path,
            tr!(
                lang,
                "found a plan; expected a transcript: nothing is drawn yet",
                "这是方案；应为抽签记录：还没有抽签"
            ),
        )),
        State::Refuted(why) => {
            let (path, why, fault) = (path.display(), why.sentence.get(lang), why.fault.get(lang));
            Err(Stop::Refuted(tr!(lang, "{path}: {why}\n{fault}", "{path}：{why}\n{fault}")))
        }
        State::Underway | State::Finished(_) => {
            if data.torn {
                let path = path.display();
                warn(tr!(
                    lang,
                    "{path}: the last line is torn and is left out",
                    "{path}：最后一行不完整，未计入"
                ));
            }
            Ok(data)
        }
    }
}

/// Flats that somebody has and that have no price: what they cost nobody can say.
fn without_price(data: &Data, so_far: &Outcome, transcript: &Path) -> Vec<Other> {
    let (roll, file) = (data.roll(), transcript.display());
    let expected = || Phrase::new("a price in the plan", "方案中的价格");
    let advice = || {
        Phrase::new(
            "prices are sealed with the plan: import takes them from a column such as 总价/price; settle this one by hand",
            "价格随方案一并封存，导入时取自“总价”一类的列；此处请人工结算",
        )
    };
    if roll.unit_numbers().all(|unit| roll.price(unit).is_none()) {
        let found = Phrase::new("no flat with a price", "所有房源都没有价格");
        return vec![[Phrase::same(&file), found, expected(), advice()]];
    }
    let lacking = so_far.household_of.iter().filter(|(unit, _)| roll.price(**unit).is_none());
    lacking
        .map(|(unit, household)| {
            let (unit, household) = (roll.unit_id(*unit), roll.household_id(*household));
            let place = Phrase::new(
                format!("{file}, flat {unit} of household {household}"),
                format!("{file}，住户 {household} 的房源 {unit}"),
            );
            [place, Phrase::new("no price", "没有价格"), expected(), advice()]
        })
        .collect()
}

/// A household, or a family by all its claims, with what it is entitled to, and what it has.
struct Row {
    id: String,
    name: String,
    /// The household, or the claims of the family.
    claims: Vec<HouseholdNumber>,
    /// Of which pool the claims are, if they are all of one.
    pool: Option<PoolNumber>,
    units: Vec<UnitNumber>,
    entitled: u64,
    /// What the flats cost; nothing is settled with a household without a flat.
    price: Option<u64>,
}

impl Row {
    /// What the household still pays; below zero, what it is paid.
    fn difference(&self) -> Option<i128> {
        self.price.map(|price| i128::from(price) - i128::from(self.entitled))
    }
}

/// The households and families of the plan.
fn codes(data: &Data) -> Codes<'_> {
    let roll = data.roll();
    let alone = roll.household_numbers().filter(|h| roll.family_of(*h).is_none());
    let id = |household| roll.household_id(household);
    let family = |(number, family): (_, &floorlot::plan::FamilyInfo)| {
        (roll.family_id(number), family.claims.iter().copied().map(id).collect())
    };
    Codes { alone: alone.map(id).collect(), families: families::all(data).map(family).collect() }
}

/// The households in the order of the plan, and the families where their first claim stands.
fn rows(data: &Data, so_far: &Outcome, entitled: &BTreeMap<String, u64>) -> Vec<Row> {
    let roll = data.roll();
    let unit_of: BTreeMap<HouseholdNumber, UnitNumber> =
        so_far.household_of.iter().map(|(unit, household)| (*household, *unit)).collect();
    let row = |household: HouseholdNumber| {
        let family = families::of(data, household);
        let (id, name, claims) = match family {
            Some((number, family)) => {
                (roll.family_id(number), family.name.as_str(), family.claims.clone())
            }
            None => (roll.household_id(household), data.name(household), vec![household]),
        };
        if claims.first() != Some(&household) {
            return None;
        }
        let units: Vec<UnitNumber> =
            claims.iter().filter_map(|claim| unit_of.get(claim)).copied().collect();
        let of_claims = || {
            let amounts = claims.iter().map(|claim| entitled.get(roll.household_id(*claim)));
            amounts.sum::<Option<u64>>()
        };
        let prices = units.iter().map(|unit| roll.price(*unit)).sum::<Option<u64>>();
        let pool = roll.pool_of(household);
        Some(Row {
            pool: pool.filter(|pool| claims.iter().all(|h| roll.pool_of(*h) == Some(*pool))),
            price: prices.filter(|_| !units.is_empty()),
            entitled: entitled.get(id).copied().or_else(of_claims)?,
            id: id.to_owned(),
            name: name.to_owned(),
            claims,
            units,
        })
    };
    roll.household_numbers().filter_map(row).collect()
}

/// Sums over households.
#[derive(Clone, Copy, Default)]
struct Totals {
    settled: u64,
    unsettled: u64,
    price: i128,
    /// Of those that are settled.
    entitled: i128,
    /// What households pay, and what they are paid.
    to_pay: i128,
    to_get: i128,
}

impl Totals {
    fn of<'r>(rows: impl Iterator<Item = &'r Row>) -> Totals {
        rows.fold(Totals::default(), |sums, row| match (row.price, row.difference()) {
            (Some(price), Some(difference)) => Totals {
                settled: sums.settled + 1,
                price: sums.price + i128::from(price),
                entitled: sums.entitled + i128::from(row.entitled),
                to_pay: sums.to_pay + difference.max(0),
                to_get: sums.to_get + (-difference).max(0),
                ..sums
            },
            _ => Totals { unsettled: sums.unsettled + 1, ..sums },
        })
    }
}

/// Who pays whom.
fn who_pays(row: &Row, data: &Data, so_far: &Outcome, lang: Lang) -> String {
    let told = match row.difference() {
        Some(fen) if fen > 0 => tr!(lang, "the household pays", "住户补交"),
        Some(fen) if fen < 0 => tr!(lang, "the household is paid", "退给住户"),
        Some(_) => tr!(lang, "nobody pays", "两清"),
        None => tr!(lang, "not settled", "不结算"),
    };
    let mut hows: Vec<String> = Vec::new();
    for claim in &row.claims {
        let how = tables::how(so_far, *claim, data.roll().mode(), lang);
        if !hows.contains(&how) {
            hows.push(how);
        }
    }
    let how = hows.join(if lang == Lang::En { ", " } else { "、" });
    match lang {
        Lang::En => format!("{told}; {how}"),
        Lang::Zh => format!("{told}；{how}"),
    }
}

fn heads(lang: Lang) -> [(String, f64); 11] {
    [
        (tr!(lang, "pool", "批次"), 12.0),
        (tr!(lang, "building", "楼栋"), 12.0),
        (tr!(lang, "household", "户号"), 12.0),
        (tr!(lang, "name", "姓名"), 14.0),
        (tr!(lang, "unit", "房源编号"), 14.0),
        (tr!(lang, "label", "房号"), 10.0),
        (tr!(lang, "area (m²)", "面积（㎡）"), 12.0),
        (tr!(lang, "price (yuan)", "价格（元）"), 18.0),
        (tr!(lang, "entitled to (yuan)", "应得金额（元）"), 18.0),
        (
            tr!(
                lang,
                "difference (yuan): + household pays, - household is paid",
                "差价（元）：正数住户补交，负数退给住户"
            ),
            20.0,
        ),
        (tr!(lang, "who pays", "找补"), 30.0),
    ]
}

/// Pools, buildings, household or family, name, units and labels of a row.
fn texts(row: &Row, data: &Data) -> [String; 6] {
    let roll = data.roll();
    let mut pools = Vec::new();
    for pool in row.claims.iter().filter_map(|claim| roll.pool(roll.pool_of(*claim)?)) {
        if !pools.contains(&(&pool.id, &pool.building)) {
            pools.push((&pool.id, &pool.building));
        }
    }
    let mut buildings: Vec<&str> = pools.iter().map(|(_, building)| building.as_str()).collect();
    buildings.dedup();
    let pools: Vec<&str> = pools.iter().map(|(id, _)| id.as_str()).collect();
    let units: Vec<&str> = row.units.iter().map(|unit| roll.unit_id(*unit)).collect();
    let labels: Vec<&str> = row.units.iter().map(|unit| data.unit(*unit).0).collect();
    let list = |all: Vec<&str>| all.join(" + ");
    [list(pools), list(buildings), row.id.clone(), row.name.clone(), list(units), list(labels)]
}

/// The area of the flats of a row, if it is known of all.
fn area(row: &Row, data: &Data) -> Option<u64> {
    let sum = row.units.iter().map(|unit| data.roll().area(*unit)).sum::<Option<u64>>();
    sum.filter(|_| !row.units.is_empty())
}

/// Every household, as CSV. What the sheet is of stands in each row, because nothing stands above
/// the heads.
fn table_text(data: &Data, so_far: &Outcome, rows: &[Row], lang: Lang) -> Result<Vec<u8>, String> {
    let mut writer = tables::csv_writer();
    let head = heads(lang).map(|(head, _)| head);
    let of = tr!(lang, "of", "出处");
    let told = |error: csv::Error| error.to_string();
    writer.write_record(head.iter().chain([&of])).map_err(told)?;
    let of = tables::headline(data, lang);
    for row in rows {
        let mut record = texts(row, data).map(|text| tables::harmless(&text)).to_vec();
        let area = area(row, data);
        let amounts = [area, row.price, Some(row.entitled)].map(|n| n.map(i128::from));
        let plain = |n: Option<i128>| n.map_or_else(String::new, tables::plain_decimal);
        record.extend(amounts.into_iter().chain([row.difference()]).map(plain));
        record.push(tables::harmless(&who_pays(row, data, so_far, lang)));
        record.push(tables::harmless(&of));
        writer.write_record(&record).map_err(told)?;
    }
    writer.into_inner().map_err(|error| error.to_string())
}

fn workbook(data: &Data, so_far: &Outcome, rows: &[Row], lang: Lang) -> Result<Vec<u8>, XlsxError> {
    let mut book = tables::book(data)?;
    households(&mut book, data, so_far, rows, lang)?;
    totals(&mut book, data, rows, lang)?;
    basis(&mut book, data, lang)?;
    book.save_to_buffer()
}

fn households(
    book: &mut Workbook,
    data: &Data,
    so_far: &Outcome,
    rows: &[Row],
    lang: Lang,
) -> Result<(), XlsxError> {
    let mut table = Table::new(book, data, &tr!(lang, "Settlement", "找补差价"), lang)?;
    table.head(&heads(lang))?;
    for row in rows {
        let (texts, area) = (texts(row, data), area(row, data));
        let who = who_pays(row, data, so_far, lang);
        let mut values: Vec<Value<'_>> = texts.iter().map(|text| Value::Text(text)).collect();
        values.extend([area, row.price, Some(row.entitled)].map(Value::Hundredths));
        values.extend([Value::Difference(row.difference()), Value::Text(&who)]);
        table.write(&values)?;
    }
    table.end(11)
}

/// The sums, pool by pool, and of all.
fn totals(book: &mut Workbook, data: &Data, rows: &[Row], lang: Lang) -> Result<(), XlsxError> {
    let mut table = Table::new(book, data, &tr!(lang, "Totals", "汇总"), lang)?;
    table.head(&[
        (tr!(lang, "pool", "批次"), 14.0),
        (tr!(lang, "pool title", "批次名称"), 26.0),
        (tr!(lang, "households settled", "结算户数"), 12.0),
        (tr!(lang, "households not settled", "未结算户数"), 12.0),
        (tr!(lang, "price of their flats (yuan)", "房价合计（元）"), 20.0),
        (tr!(lang, "entitled to (yuan)", "应得合计（元）"), 20.0),
        (tr!(lang, "households pay (yuan)", "住户补交合计（元）"), 20.0),
        (tr!(lang, "households are paid (yuan)", "退给住户合计（元）"), 20.0),
        (tr!(lang, "balance (yuan)", "差额（元）"), 20.0),
    ])?;
    let mut write = |id: &str, title: &str, sums: Totals| {
        let amounts = [sums.price, sums.entitled, sums.to_pay, sums.to_get];
        let mut values = vec![
            Value::Text(id),
            Value::Text(title),
            Value::Number(sums.settled),
            Value::Number(sums.unsettled),
        ];
        let balance = sums.to_pay - sums.to_get;
        values.extend(amounts.into_iter().chain([balance]).map(Some).map(Value::Difference));
        table.write(&values)
    };
    for (number, pool) in data.roll().pool_numbers().zip(data.roll().pools()) {
        let own = rows.iter().filter(|row| row.pool == Some(number));
        write(&pool.id, &pool.title, Totals::of(own))?;
    }
    if rows.iter().any(|row| row.pool.is_none()) {
        let own = rows.iter().filter(|row| row.pool.is_none());
        let several = tr!(lang, "several", "跨批次");
        write(&several, &tr!(lang, "families of several pools", "跨批次的家庭"), Totals::of(own))?;
    }
    write(&tr!(lang, "all", "总计"), "", Totals::of(rows.iter()))
}

/// What the sheet was made of.
fn basis(book: &mut Workbook, data: &Data, lang: Lang) -> Result<(), XlsxError> {
    let mut table = Table::new(book, data, &tr!(lang, "Basis", "依据"), lang)?;
    table.head(&[(tr!(lang, "what", "项目"), 34.0), (tr!(lang, "value", "内容"), 90.0)])?;
    let mut facts = tables::facts(data, lang);
    let size = data.size();
    facts.push((
        tr!(lang, "lines of the transcript", "记录行数"),
        tr!(lang, "lines 1 to {size}", "第 1 至 {size} 行"),
    ));
    if let Some(why) = provisional(data, lang) {
        facts.push((tr!(lang, "NOT FINAL", "并非最终"), why));
    }
    for (head, text) in &facts {
        table.write(&[Value::Text(head), Value::Text(text)])?;
    }
    Ok(())
}

/// Why the settlement is not the last word, if it is not.
fn provisional(data: &Data, lang: Lang) -> Option<String> {
    let unsealed = data.unsealed;
    let lines = counted(unsealed, "line");
    if data.void.is_some() {
        return Some(tr!(
            lang,
            "the draw is void: nobody has a flat by it, and nothing is settled",
            "本次抽签已作废：无人因此得房，不作结算"
        ));
    }
    match &data.state {
        State::Underway => Some(tr!(lang, "the draw is not finished", "抽签尚未完成")),
        _ if unsealed > 0 => Some(tr!(
            lang,
            "{lines} recorded later, not sealed yet, and not counted here",
            "此后另有 {unsealed} 行记录尚未封存，未计入"
        )),
        _ => None,
    }
}

/// What was written, and the sums.
fn told(out: &Path, data: &Data, rows: &[Row], lang: Lang) {
    let sums = Totals::of(rows.iter());
    let yuan = |fen: i128| amount::price(fen.unsigned_abs());
    let (out, settled, unsettled) = (out.display(), sums.settled, sums.unsettled);
    let (pay, get) = (yuan(sums.to_pay), yuan(sums.to_get));
    let (pay, get) = (pay.get(lang), get.get(lang));
    let households = counted(settled, "household");
    say(tr!(
        lang,
        "{out}: {households} settled, {unsettled} not (no flat); households pay {pay}, and are paid {get}",
        "{out}：结算 {settled} 户，未结算 {unsettled} 户（没有房）；住户补交 {pay}，退给住户 {get}"
    ));
    if let Some(why) = provisional(data, lang) {
        say(tr!(lang, "NOT FINAL: {why}", "【并非最终】{why}"));
    }
}
