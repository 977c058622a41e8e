//! What a spreadsheet program made of codes and rooms, and what is written in two ways.

use super::{Office, ROLL, UNITS};
use floorlot::rules::Lang;

#[test]
fn rooms_that_became_dates_are_refused() {
    let days = [
        "2月3日",
        "3月2号",
        "2025/1/2",
        "2025/01/02",
        "1/2/2025",
        "2025年1月2日",
        "2-Mar",
        "02-Mar-25",
        "Mar-02",
        "mar-2",
        "March 2",
        "2 Mar 2025",
        "2025/1/2 0:00",
        "2025-01-02",
        "2025.1.2",
        "2025年3月",
        "２月３日",
    ];
    for day in days {
        let found = |shown: &str| {
            format!(
                "发现 `{shown}`，是日期（表格软件把 3-2 之类的输入变成了日期）；应为 文本或数字；请将该列设为文本格式并重新输入"
            )
        };
        // A room, a code of a unit, a code of a household, a group.
        for (roll, units, place) in [
            (
                ROLL.to_owned(),
                UNITS.replace("A-501,501", &format!("A-501,{day}")),
                "units.csv，第 3 行，B 列（室号）",
            ),
            (ROLL.to_owned(), UNITS.replace("A-501", day), "units.csv，第 3 行，A 列（房源编号）"),
            (ROLL.replace("H2", day), UNITS.to_owned(), "roll.csv，第 3 行，A 列（户号）"),
            (
                ROLL.replace("无障碍,\n", &format!("无障碍,{day}\n")).replace("1,,\n", "1,,g\n"),
                UNITS.to_owned(),
                "roll.csv，第 3 行，G 列（结伴组）",
            ),
        ] {
            let faults = Office::new(&roll, &units).refusal(Lang::Zh).faults;
            let narrow = day.replace('２', "2").replace('３', "3");
            assert!(
                faults.contains(&format!("{place}：{}", found(&narrow))),
                "{place} {day} {faults:?}"
            );
        }
    }
    // These are no dates.
    for room in [
        "3-2",
        "3/2",
        "7-1-2",
        "2025-13",
        "2025-1301",
        "1月",
        "Mar",
        "Mar-101",
        "13月2日",
        "2025/13/2",
        "2.3",
        "2-303",
        "A/1/2",
    ] {
        Office::new(ROLL, UNITS.replace("A-501,501", &format!("A-501,{room}"))).plan();
    }
    // A column of codes with a year in each.
    Office::new(ROLL.replace("H1", "2025-01-01").replace("H2", "2025-01-02"), UNITS).plan();
}

#[test]
fn codes_in_scientific_notation_are_refused() {
    for code in ["1E+05", "1.2e+05", "１Ｅ＋０５"] {
        for (roll, units) in [
            (ROLL.replace("H2", code), UNITS.to_owned()),
            (ROLL.to_owned(), UNITS.replace("A-501", code)),
            (ROLL.replace("无障碍,\n", &format!("无障碍,{code}\n")), UNITS.to_owned()),
            (
                ROLL.replace(",T1,", &format!(",{code},")),
                UNITS.replace(",T1,", &format!(",{code},")),
            ),
        ] {
            let faults = Office::new(&roll, &units).refusal(Lang::En).faults;
            assert!(
                faults
                    .iter()
                    .any(|fault| fault.contains("in scientific notation; expected a code")),
                "{faults:?}"
            );
        }
    }
}

/// Two pools that differ in this column alone, in both tables.
fn two(column: &str, one: &str, other: &str) -> Office {
    let cells = |value: &str| {
        if column == "户型" { format!("7号楼,{value}") } else { format!("{value},T1") }
    };
    let (one, other) = (cells(one), cells(other));
    Office::new(
        format!("户号,户主,楼栋,户型\nH1,张小明,{one}\nH2,李红,{other}\n"),
        format!("房源编号,室号,所在层,楼栋,户型\nU1,301,3,{one}\nU2,501,5,{other}\n"),
    )
}

#[test]
fn buildings_and_flat_types_in_two_ways_are_asked() {
    let alike = [
        ("户型", "A", "A型"),
        ("户型", "A型", "A户型"),
        ("户型", "a", "A套型"),
        ("户型", "A", "Type A"),
        ("户型", "85㎡", "85平米"),
        ("户型", "85 m2", "85平方米"),
        ("户型", "85m²", "85平米"),
        ("户型", "两室（85㎡）", "2室(85平方米)"),
        ("户型", "两居室", "两室"),
        ("楼栋", "7号楼", "和平苑7号楼"),
        ("楼栋", "七幢", "和平苑七号楼"),
        ("楼栋", "7-1", "7号楼1单元"),
        ("楼栋", "7#1单元", "7幢-1单元"),
        ("楼栋", "七号楼一单元", "7-1"),
    ];
    for (column, one, other) in alike {
        let asked = two(column, one, other).refusal(Lang::Zh);
        let said: Vec<&str> = asked
            .questions
            .iter()
            .flat_map(|a| a.sentences.iter().map(|_| a.kind.word()))
            .collect();
        assert_eq!(
            (asked.faults.as_slice(), said.as_slice()),
            (&[][..], &["buildings-alike"][..]),
            "{one} {other} {asked:?}"
        );
        let sentence = &asked.questions[0].sentences[0];
        assert!(sentence.contains(other) && sentence.contains("应为 同一种写法"), "{sentence}");
        two(column, one, other).accept("buildings-alike").plan();
    }
    let different = [
        ("户型", "A", "B型"),
        ("户型", "85㎡", "86平米"),
        ("户型", "两室", "两室两厅"),
        ("楼栋", "7号楼", "17号楼"),
        ("楼栋", "7号楼", "A7号楼"),
        ("楼栋", "和平苑7号楼", "康乐苑7号楼"),
        ("楼栋", "和平苑7号楼", "8号楼"),
        ("楼栋", "7-1", "7号楼2单元"),
        ("楼栋", "7号楼11单元", "71号楼1单元"),
    ];
    for (column, one, other) in different {
        two(column, one, other).plan();
    }
}

#[test]
fn labels_in_chinese_digits_are_asked() {
    for (label, code) in
        [("三〇一", " [〇 (U+3007)]"), ("三零一", ""), ("三○一室", " [○ (U+25CB)]")]
    {
        Office::new(ROLL, UNITS.replace("A-501,501", &format!("A-501,{label}"))).asks(
            Lang::Zh,
            "alike-labels",
            &[&format!(
                "units.csv，第 3 行，B 列（室号）：发现 房号 `{label}`{code}，与第 2 行的 `301` 读来相同；应为 不会与其他房源混淆的房号；如有误请更正"
            )],
        );
    }
    Office::new(ROLL, UNITS.replace("A-501,501", "A-501,三〇二")).plan();
}

#[test]
fn flats_without_a_label_are_said() {
    let office = Office::new(ROLL, UNITS.replace("A-501,501", "A-501,"));
    let told = office.told(Lang::Zh);
    assert!(told.contains("请留意：没有房号、以编号代替的房源：1 套（房源表第 3 行）\n"), "{told}");
    assert!(!Office::new(ROLL, UNITS).told(Lang::Zh).contains("以编号代替"));
}
