//! `[tiers]` of the settings: the different values of a column, such as 原楼层 or 签约时段, become
//! tiers, in the order that the settings list, or as numbers and dates ascend.

use super::cells::{Reader, Tally, tidy};
use super::columns::{Field, Input, Sheet};
use super::config::TiersConfig;
use super::fault::{At, Fault, quoted, without_numbers};
use super::footers::not_data;
use super::notes::Notes;
use super::sheet::Row;
use crate::words::say::counted;
use floorlot::rules::{Lang, Phrase};
use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization;

/// P7: the last tier that there can be.
const LAST: u64 = 999;

/// A band: the value in the column, and how many households have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Band {
    pub(super) value: String,
    pub(super) households: usize,
}

/// The bands of a column.
#[derive(Debug, Clone, Default)]
pub(super) struct Bands {
    /// The head of the column.
    pub(super) from: String,
    /// That of tier 1 first.
    pub(super) bands: Vec<Band>,
    /// Values that the settings list and no household has.
    pub(super) unused: Vec<String>,
    /// Whether a row has a fault.
    pub(super) bad: bool,
    tiers: BTreeMap<At, u64>,
}

impl Bands {
    /// The tier of a row; `None` if its value has a fault.
    pub(super) fn tier(&self, at: At) -> Option<u64> {
        self.tiers.get(&at).copied()
    }

    /// Each band with its tier and how many households it has.
    pub(super) fn told(&self, lang: Lang) -> String {
        let from = &self.from;
        let mut text = match lang {
            Lang::En => format!("tiers from the column {from}:\n"),
            Lang::Zh => format!("顺位取自“{from}”列：\n"),
        };
        for (tier, Band { value, households }) in (1..).zip(&self.bands) {
            let (value, n) = (without_numbers(value), counted(*households, "household"));
            text += &match lang {
                Lang::En => format!("  tier {tier} = {value}: {n}\n"),
                Lang::Zh => format!("  第 {tier} 顺位 = {value}：{households} 户\n"),
            };
        }
        for value in &self.unused {
            let value = without_numbers(value);
            text += &match lang {
                Lang::En => format!("  no tier: {value}, which no household has\n"),
                Lang::Zh => format!("  不设顺位：{value}（没有住户）\n"),
            };
        }
        text
    }
}

/// What is wrong with the column itself: it is in no sheet, or not in all, or there is one for the
/// tier beside it.
pub(super) fn column_fault(roll: Input<'_>, (file, config): (&str, &TiersConfig)) -> Option<Fault> {
    let from = Phrase::same(format!("{file}, [tiers] from"));
    let found = Phrase::same(format_args!("`{}`", config.from));
    if let Some(Sheet { columns, .. }) =
        roll.sheets.iter().find(|sheet| !sheet.columns.has(Field::Band))
    {
        let heads: Vec<&str> =
            columns.heads.iter().map(String::as_str).filter(|head| !head.is_empty()).collect();
        let expected = Phrase::new(
            format!("a head of the table of households: {}", heads.join(", ")),
            format!("住户表的表头之一：{}", heads.join("、")),
        );
        return Some(Fault::new(from, found, expected, Phrase::same("")));
    }
    let tier = roll.sheets.iter().find(|sheet| sheet.columns.has(Field::Tier))?;
    let column = tier.columns.column(Field::Tier);
    let found = Phrase::new(
        format!("`{}`, and a column for the tier as well{}", config.from, column.en),
        format!("`{}`，而住户表另有顺位列{}", config.from, column.zh),
    );
    let name = tier.columns.get(Field::Tier).map(|column| tier.columns.named(column))?;
    let advice = Phrase::new(
        format!("take [tiers] out, or leave that column out with --map 'roll:{}=skip'", name.en),
        format!("请删去 [tiers]，或用 --map 'roll:{}=skip' 略去该列", name.zh),
    );
    let expected = Phrase::new("one of the two", "只用其一");
    Some(Fault::new(from, found, expected, advice))
}

/// The tiers of all rows of the roll, if the settings say that a column has them; notes what is
/// wrong, row by row.
pub(super) fn bands(
    roll: Input<'_>,
    (file, config): (&str, Option<&TiersConfig>),
    notes: &mut Notes,
) -> Option<Bands> {
    let config = config?;
    let before = notes.faults.len();
    let mut values: Vec<(At, String)> = Vec::new();
    for (sheet, Sheet { table, columns }) in roll.sheets.iter().enumerate() {
        let mut tally = Tally::default();
        let notes = &mut *notes;
        let mut reader = Reader {
            sheet,
            table,
            columns,
            notes,
            tally: &mut tally,
            any_bad: false,
            rounded: false,
        };
        values.extend(columns.rows(table).iter().filter_map(|row| value(&mut reader, row)));
    }
    let order = order(&values, (file, config), roll, notes);
    let mut bands = Bands { from: config.from.clone(), ..Bands::default() };
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    values.iter().for_each(|(_, value)| *count.entry(value).or_default() += 1);
    let (used, unused): (Vec<String>, Vec<String>) =
        order.into_iter().partition(|value| count.contains_key(value.as_str()));
    if used.len() as u64 > LAST {
        notes.faults.push(too_many(used.len(), (file, config)));
    }
    let tiers: BTreeMap<&str, u64> = used.iter().map(String::as_str).zip(1..=LAST).collect();
    bands.tiers =
        values.iter().filter_map(|(at, value)| Some((*at, *tiers.get(value.as_str())?))).collect();
    let band = |value: &String| Band {
        value: value.clone(),
        households: count.get(value.as_str()).copied().unwrap_or_default(),
    };
    bands.bands = used.iter().map(band).collect();
    bands.unused = unused;
    bands.bad = notes.faults.len() > before;
    Some(bands)
}

/// What stands in the column in a row of data.
fn value(reader: &mut Reader<'_>, row: &Row) -> Option<(At, String)> {
    if not_data(row, reader.columns).is_some() {
        return None;
    }
    match reader.band(row).ok()? {
        Some(value) => Some((reader.at(row.number), folded(&value))),
        None => {
            let expected = Phrase::new("a value, as in the other rows", "与其他行一样有内容");
            let advice = Phrase::new(
                "fill in the cell: it decides who is called first",
                "请补填此单元格：它决定叫号先后",
            );
            let nothing = Phrase::new("nothing", "空白");
            reader.fault(row.number, Field::Band, nothing, expected, advice);
            None
        }
    }
}

/// A value as two people would say it is the same: half-width, without spaces.
fn folded(value: &str) -> String {
    tidy(&value.nfkc().collect::<String>()).replace(' ', "")
}

fn too_many(found: usize, (file, config): (&str, &TiersConfig)) -> Fault {
    let from = &config.from;
    Fault::new(
        Phrase::same(format!("{file}, [tiers] from")),
        Phrase::new(
            format!("{found} different values in the column {from}"),
            format!("“{from}”列有 {found} 个不同的值"),
        ),
        Phrase::new(
            format!("{LAST} at most: tiers are 1 to {LAST}"),
            format!("至多 {LAST} 个：顺位为 1 至 {LAST}"),
        ),
        Phrase::new(
            "name a column of bands, or draw in pools: a column that both tables have, with --map 'HEAD=pool'",
            "请指明分档的列；或分批抽签：两张表都有的列，用 --map '表头=pool'",
        ),
    )
}

/// The values in the order of their tiers.
fn order(
    values: &[(At, String)],
    (file, config): (&str, &TiersConfig),
    roll: Input<'_>,
    notes: &mut Notes,
) -> Vec<String> {
    match &config.order {
        Some(order) => listed(values, order, (file, config), roll, notes),
        None => sorted(values, config.descending, roll, notes),
    }
}

fn listed(
    values: &[(At, String)],
    order: &[String],
    (file, config): (&str, &TiersConfig),
    roll: Input<'_>,
    notes: &mut Notes,
) -> Vec<String> {
    let known: Vec<String> = order.iter().map(|value| folded(value)).collect();
    for (n, value) in known.iter().enumerate() {
        if known.iter().take(n).any(|before| before == value) {
            let found = quoted(value);
            let twice = Phrase::new(
                format!("{} for the second time", found.en),
                format!("{} 第二次出现", found.zh),
            );
            let expected = Phrase::new("each value once", "每个值只写一次");
            let place = Phrase::same(format!("{file}, [tiers] order"));
            notes.faults.push(Fault::new(place, twice, expected, Phrase::same("")));
        }
    }
    let some: Vec<&str> = known.iter().take(12).map(String::as_str).collect();
    let more = if known.len() > some.len() { " …" } else { "" };
    let expected = Phrase::new(
        format!("one of the values of [tiers] order: {}{more}", some.join(", ")),
        format!("[tiers] order 中的值之一：{}{more}", some.join("、")),
    );
    let advice = Phrase::new(
        format!("correct the cell, or add the value to `order` in {file}"),
        format!("请更正此单元格，或在 {file} 的 order 中加上此值"),
    );
    if config.descending {
        let place = Phrase::same(format!("{file}, [tiers] descending"));
        let found = Phrase::new("`descending` beside `order`", "descending 与 order 并存");
        let expected = Phrase::new("one of the two", "只写其一");
        notes.faults.push(Fault::new(place, found, expected, Phrase::same("")));
    }
    for (at, value) in values.iter().filter(|(_, value)| !known.contains(value)) {
        notes.faults.push(in_row(*at, value, expected.clone(), advice.clone(), roll));
    }
    known
}

/// A fault of the value in a row.
fn in_row(at: At, value: &str, expected: Phrase, advice: Phrase, roll: Input<'_>) -> Fault {
    let place = roll.place(at, Some(Field::Band));
    let fault = Fault::new(place, quoted(value), expected, advice).at(at);
    match roll.sheets.get(at.sheet) {
        Some(sheet) => fault.in_cell(sheet.table.place(), sheet.columns.column(Field::Band)),
        None => fault,
    }
}

/// What is compared of a value: the words around its numbers, which are the same in all values, and
/// the numbers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    shape: String,
    numbers: Vec<i128>,
}

fn sorted(
    values: &[(At, String)],
    descending: bool,
    roll: Input<'_>,
    notes: &mut Notes,
) -> Vec<String> {
    let keyed: Vec<(&(At, String), Option<Key>)> =
        values.iter().map(|value| (value, key(&value.1))).collect();
    let mut shapes: BTreeMap<&str, usize> = BTreeMap::new();
    for key in keyed.iter().filter_map(|(_, key)| key.as_ref()) {
        *shapes.entry(&key.shape).or_default() += 1;
    }
    // That of most rows is what is meant.
    let usual = shapes.iter().max_by_key(|(_, n)| **n).map(|(shape, _)| (*shape).to_owned());
    let example =
        keyed.iter().find(|(_, key)| key.as_ref().map(|key| &key.shape) == usual.as_ref());
    let example = example.filter(|_| usual.is_some()).map(|((_, value), _)| quoted(value));
    let mut order: BTreeMap<Key, &str> = BTreeMap::new();
    for ((at, value), key) in &keyed {
        match key {
            Some(key) if Some(&key.shape) == usual.as_ref() => {
                let same = *order.entry(key.clone()).or_insert(value);
                // 3 and 03, or 3.0: one number, and perhaps a slip.
                if same != value {
                    let expected = Phrase::new(
                        format!("one way to write it, such as {}", quoted(same).en),
                        format!("同一写法，例如 {}", quoted(same).zh),
                    );
                    let advice = Phrase::new("write it alike in all rows", "请各行统一写法");
                    notes.faults.push(in_row(*at, value, expected, advice, roll));
                }
            }
            _ => {
                let expected = example.clone().map_or_else(
                    || Phrase::new("a number or a date", "数字或日期"),
                    |such| {
                        Phrase::new(
                            format!("a number or a date as in the other rows, such as {}", such.en),
                            format!("与其他行写法相同的数字或日期，例如 {}", such.zh),
                        )
                    },
                );
                let advice = Phrase::new(
                    "correct the cell, or list the values in their order with `order` in [tiers]",
                    "请更正此单元格，或在设置的 [tiers] 中用 order 按先后列出各值",
                );
                notes.faults.push(in_row(*at, value, expected, advice, roll));
            }
        }
    }
    let mut order: Vec<String> = order.into_values().map(str::to_owned).collect();
    if descending {
        order.reverse();
    }
    order
}

/// Parts of a day, in their order.
const PARTS: [(&str, i128); 9] = [
    ("上午", 1),
    ("中午", 2),
    ("下午", 3),
    ("晚上", 4),
    ("晚", 4),
    ("早上", 0),
    ("早", 0),
    ("am", 1),
    ("pm", 3),
];

/// Decimals that count in a number.
const DECIMALS: u32 = 6;

/// `3月5日上午第12号`: month, day, part of the day and number.
fn key(value: &str) -> Option<Key> {
    let lower = value.to_lowercase();
    if let Some(key) = number(&lower) {
        return Some(key);
    }
    // 3.5 beside other numbers may be a day or three and a half: nobody knows which.
    if dots(&lower) == 1 {
        return None;
    }
    let (mut key, mut rest) = (Key { shape: String::new(), numbers: Vec::new() }, lower.as_str());
    while let Some(c) = rest.chars().next() {
        let part = PARTS.iter().find_map(|(word, n)| Some((rest.strip_prefix(word)?, *n)));
        let (behind, n) = match part.or_else(|| digits(rest)).or_else(|| han(rest)) {
            Some(found) => found,
            None => {
                key.shape.push(c);
                rest = rest.get(c.len_utf8()..)?;
                continue;
            }
        };
        key.shape.push('#');
        key.numbers.push(n);
        rest = behind;
    }
    (!key.numbers.is_empty()).then_some(key)
}

/// `1,234.5层`, `-1`: one number, with a word behind it or not.
fn number(value: &str) -> Option<Key> {
    let (sign, bare) = value.strip_prefix('-').map_or((1, value), |bare| (-1, bare));
    let end =
        bare.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',')).unwrap_or(bare.len());
    let (number, word) = bare.split_at_checked(end)?;
    if (word != "m2" && word.contains(|c: char| c.is_numeric())) || number.is_empty() {
        return None;
    }
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    // 2026.10 may be a month, which comes after 2026.9.
    let year = whole.len() == 4 && (whole.starts_with("19") || whole.starts_with("20"));
    if year && part.parse().is_ok_and(|month: u8| (1..=12).contains(&month)) {
        return None;
    }
    let mut groups = whole.split(',');
    let first = groups.next().filter(|first| !first.is_empty())?;
    let grouped = whole.contains(',');
    // 3,5 is no number, and 3.5.2 is a date.
    if (grouped && (first.len() > 3 || groups.any(|group| group.len() != 3)))
        || part.contains(['.', ','])
        || part.len() > DECIMALS as usize
    {
        return None;
    }
    let scaled = format!("{}{part:0<width$}", whole.replace(',', ""), width = DECIMALS as usize);
    let n: i128 = scaled.parse().ok()?;
    Some(Key { shape: format!("#{word}"), numbers: vec![n.checked_mul(sign)?] })
}

/// How many dots stand between two digits.
fn dots(value: &str) -> usize {
    let digit = |at: usize| value.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    value.match_indices('.').filter(|(at, _)| *at > 0 && digit(at - 1) && digit(at + 1)).count()
}

fn digits(rest: &str) -> Option<(&str, i128)> {
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, behind) = rest.split_at_checked(end)?;
    Some((behind, digits.parse().ok()?))
}

/// 一 to 九十九.
fn han(rest: &str) -> Option<(&str, i128)> {
    let end = rest.find(|c: char| !"一二三四五六七八九十".contains(c)).unwrap_or(rest.len());
    let (number, behind) = rest.split_at_checked(end)?;
    Some((behind, i128::from(super::cells::parse_han(number)?)))
}

#[cfg(test)]
mod tests {
    use super::{folded, key};

    /// Values in their order, all of one shape.
    #[track_caller]
    fn ascend(values: &[&str]) {
        let keys: Vec<_> = values.iter().map(|value| key(&folded(value)).unwrap()).collect();
        for pair in keys.windows(2) {
            assert_eq!(pair[0].shape, pair[1].shape);
            assert!(pair[0] < pair[1], "{pair:?}");
        }
    }

    #[test]
    fn numbers_dates_and_slots_ascend() {
        ascend(&["-1", "0", "2", "2.5", "10", "1,000", "1200.25"]);
        ascend(&["2层", "３层", "10 层"]);
        ascend(&["第一批", "第二批", "第十批", "第二十一批"]);
        ascend(&["2026-03-05", "2026-03-12", "2026-11-01"]);
        ascend(&["2026.3.5", "2026.3.12"]);
        ascend(&["3月5日上午第2号", "3月5日上午第12号", "3月5日下午第1号", "3月12日上午第1号"]);
        ascend(&["89.25㎡", "89.5㎡"]);
    }

    #[test]
    fn what_does_not_sort_has_no_key_or_another_shape() {
        // The last three may be months, days, or decimals.
        for value in ["甲", "", "优先", "2026.9", "2026.10", "3.5上午第2号"] {
            assert_eq!(key(&folded(value)), None, "{value}");
        }
        assert_ne!(key("3层").unwrap().shape, key("3楼").unwrap().shape);
        assert_eq!(key("03").unwrap(), key("3.0").unwrap());
        // No number, and no part of one: nobody knows which.
        assert_ne!(key("3,5").unwrap().shape, "#");
    }
}
