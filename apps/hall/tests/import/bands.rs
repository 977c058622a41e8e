//! `[tiers]`: bands of a column become tiers.

use super::{CONFIG, Office, UNITS, values};
use floorlot::rules::Lang;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

/// A roll in which households have these values in a column, and an office with these settings.
fn office(values: &[&str], tiers: &str) -> Office {
    let rows = (1..).zip(values).map(|(n, value)| format!("H{n},王一,A,T1,{value}\n"));
    let roll = format!("户号,户主,楼栋,户型,签约时段\n{}", rows.collect::<String>());
    Office::new(roll, UNITS).config(&format!("{CONFIG}[tiers]\n{tiers}\n"))
}

const FROM: &str = "from = \"签约时段\"";

#[test]
fn slots_floors_and_values_become_tiers_in_their_order() {
    let slots = [
        "3月5日下午第1号",
        "3月5日上午第12号",
        "3月12日上午第1号",
        "3月5日上午第2号",
        "３月５日上午第12号",
    ];
    let office = office(&slots, FROM);
    let told = office.told(Lang::Zh);
    for line in [
        "  E 签约时段 -> 顺位（分档）\n",
        "顺位取自“签约时段”列：\n  第 1 顺位 = 3月5日上午第2号：1 户\n  第 2 顺位 = 3月5日上午第12号：2 户\n  第 3 顺位 = 3月5日下午第1号：1 户\n  第 4 顺位 = 3月12日上午第1号：1 户\n",
    ] {
        assert!(told.contains(line), "{line} is not in {told}");
    }
    assert!(!told.contains("全部为第 1 顺位"), "{told}");
    let plan = std::fs::read_to_string(&office.args.out).unwrap();
    assert_eq!(values(&plan, "household", "tier"), ["3", "2", "4", "1", "2"]);
    let floors = ["12层", "3层", "12层", "一层"];
    let tiers = |plan: String| values(&plan, "household", "tier");
    let high = self::office(&["12", "3", "12", "1"], &format!("{FROM}\ndescending = true"));
    assert_eq!(tiers(high.plan()), ["1", "2", "1", "3"]);
    let listed = format!("{FROM}\norder = [\"3层\", \"二层\", \"一层\", \"12层\"]");
    let office = self::office(&floors, &listed);
    let told = office.told(Lang::En);
    assert!(told.contains("tiers from the column 签约时段:\n  tier 1 = 3层: 1 household\n  tier 2 = 一层: 1 household\n  tier 3 = 12层: 2 households\n  no tier: 二层, which no household has\n"), "{told}");
    assert_eq!(tiers(std::fs::read_to_string(&office.args.out).unwrap()), ["3", "1", "3", "2"]);
}

#[test]
fn nine_hundred_slots_are_nine_hundred_tiers_without_a_question() {
    let slots: Vec<String> = (1..=1000).rev().map(|n| format!("第{n}号")).collect();
    let slots: Vec<&str> = slots.iter().map(String::as_str).collect();
    let office = office(&slots[1..], FROM);
    let told = office.told(Lang::En);
    assert!(!told.contains("has one household of 999"), "{told}");
    let plan = std::fs::read_to_string(&office.args.out).unwrap();
    let tiers = values(&plan, "household", "tier");
    assert_eq!((tiers.len(), &*tiers[0], &*tiers[998]), (999, "999", "1"));
    self::office(&slots, FROM).fails(
        Lang::En,
        &["draw.toml, [tiers] from: found 1000 different values in the column 签约时段; expected 999 at most: tiers are 1 to 999; name a column of bands, or draw in pools: a column that both tables have, with --map 'HEAD=pool'"],
    );
}

#[test]
fn dates_of_a_spreadsheet_ascend() {
    let mut book = Workbook::new();
    let roll = book.add_worksheet().set_name("住户").unwrap();
    let day = Format::new().set_num_format("yyyy-mm-dd");
    for (c, head) in (0..).zip(["户号", "户主", "楼栋", "户型", "签约日"]) {
        roll.write_string(0, c, head).unwrap();
    }
    for (r, (month, of)) in (1..).zip([(12, 1), (3, 28), (3, 5)]) {
        for (c, text) in (0..).zip([format!("H{r}"), "王一".into(), "A".into(), "T1".into()]) {
            roll.write_string(r, c, text).unwrap();
        }
        let date = ExcelDateTime::from_ymd(2025, month, of).unwrap();
        roll.write_datetime_with_format(r, 4, &date, &day).unwrap();
    }
    let units = book.add_worksheet().set_name("房源").unwrap();
    for (r, row) in (0..).zip(UNITS.lines()) {
        for (c, cell) in (0..).zip(row.split(',')) {
            units.write_string(r, c, cell).unwrap();
        }
    }
    let office = Office::workbook(book).config(&format!("{CONFIG}[tiers]\nfrom = \"签约日\"\n"));
    let told = office.told(Lang::En);
    assert!(
        told.contains("  tier 1 = 2025-03-05: 1 household\n  tier 2 = 2025-03-28: 1 household\n  tier 3 = 2025-12-01: 1 household\n"),
        "{told}"
    );
}

#[test]
fn what_is_blank_or_does_not_sort_is_told_by_row() {
    let office = office(&["第2号", "", "甲", "第10号", "第02号", "2号"], FROM);
    let column = "column E (签约时段)";
    let usual = "expected a number or a date as in the other rows, such as `第2号`; correct the cell, or list the values in their order with `order` in [tiers]";
    office.fails(
        Lang::En,
        &[
            &format!("roll.csv, row 3, {column}: found nothing; expected a value, as in the other rows; fill in the cell: it decides who is called first"),
            &format!("roll.csv, row 4, {column}: found `甲`; {usual}"),
            &format!("roll.csv, row 6, {column}: found `第02号`; expected one way to write it, such as `第2号`; write it alike in all rows"),
            &format!("roll.csv, row 7, {column}: found `2号`; {usual}"),
        ],
    );
    self::office(&["甲", "丙"], &format!("{FROM}\norder = [\"乙\", \"甲\", \"甲\"]")).fails(
        Lang::Zh,
        &[
            "draw.toml, [tiers] order：发现 `甲` 第二次出现；应为 每个值只写一次",
            "roll.csv，第 3 行，E 列（签约时段）：发现 `丙`；应为 [tiers] order 中的值之一：乙、甲、甲；请更正此单元格，或在 draw.toml 的 order 中加上此值",
        ],
    );
}

#[test]
fn the_column_must_be_there_and_the_only_one_for_tiers() {
    let refusal = office(&["1"], "from = \"原楼层\"").refusal(Lang::En);
    let fault = "draw.toml, [tiers] from: found `原楼层`; expected a head of the table of households: 户号, 户主, 楼栋, 户型, 签约时段";
    assert_eq!(refusal.faults, [fault]);
    let roll = "户号,户主,楼栋,户型,原楼层,顺位\nH1,王一,A,T1,3,1\n";
    let both = Office::new(roll, UNITS).config(&format!("{CONFIG}[tiers]\nfrom = \"原楼层\"\n"));
    let refusal = both.refusal(Lang::Zh);
    let fault = "draw.toml, [tiers] from：发现 `原楼层`，而住户表另有顺位列，F 列（顺位）；应为 只用其一；请删去 [tiers]，或用 --map 'roll:顺位=skip' 略去该列";
    assert_eq!(refusal.faults, [fault]);
    assert!(both.map("roll:顺位=skip").plan().contains("\"tier\":1"));
    // A column is no band because `--map` says so: the settings say in which order.
    let map = office(&["1"], FROM).map("roll:户型=band").refusal(Lang::En);
    assert!(map.faults[0].starts_with("--map: found `roll:户型=band`"), "{:?}", map.faults);
}
