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
            format!("发现 `{shown}`，是日期（表格软件把 3-2 之类的输入变成了日期）；应为 文本或数字；请将该列设为文本格式并重新输入")
        };
        // A room, a code of a unit, a code of a household, a group.
        for (roll, units, place) in [
            (ROLL.to_owned(), UNITS.replace("A-501,501", &format!("A-501,{day}")), "units.csv，第 3 行，B 列（室号）"),
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
            assert!(faults.contains(&format!("{place}：{}", found(&narrow))), "{place} {day} {faults:?}");
        }
    }
    // These are no dates.
    for room in ["3-2", "3/2", "7-1-2", "2025-13", "2025-1301", "1月", "Mar", "Mar-101", "13月2日", "2025/13/2", "2.3", "2-303", "A/1/2"]
    {
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
            (ROLL.replace(",T1,", &format!(",{code},")), UNITS.replace(",T1,", &format!(",{code},"))),
        ] {
            let faults = Office::new(&roll, &units).refusal(Lang::En).faults;
            assert!(faults.iter().any(|fault| fault.contains("in scientific notation; expected a code")), "{faults:?}");
        }
    }
}
