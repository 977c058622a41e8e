//! The blank workbook of `template`: filled in, it gives the plan that tables and `draw.toml` give.
//! All is synthetic.

use super::import::template::workbook;
use super::{Office, read, values};
use floorlot::rules::Lang;
use std::io::{Cursor, Read, Write};
use std::path::PathBuf;

/// Cells of a workbook: sheet, row and column, as a spreadsheet shows them, and the text.
type Cells = Vec<(usize, u32, char, String)>;

/// The template with texts typed into cells, saved as a spreadsheet program saves it.
fn filled(lang: Lang, cells: &Cells) -> Vec<u8> {
    let mut old = zip::ZipArchive::new(Cursor::new(workbook(lang).unwrap())).unwrap();
    let mut new = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for n in 0..old.len() {
        let mut part = old.by_index(n).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        if let Some(sheet) = name.strip_prefix("xl/worksheets/sheet") {
            let sheet: usize = sheet.trim_end_matches(".xml").parse().unwrap();
            let mut xml = String::from_utf8(bytes).unwrap();
            for (_, row, column, text) in cells.iter().filter(|cell| cell.0 == sheet) {
                xml = typed(&xml, *row, *column, text);
            }
            bytes = xml.into_bytes();
        }
        new.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        new.write_all(&bytes).unwrap();
    }
    new.finish().unwrap().into_inner()
}

/// One sheet with a text in a cell, in place of what is there.
fn typed(xml: &str, row: u32, column: char, text: &str) -> String {
    let cell = if text.is_empty() {
        String::new()
    } else {
        format!("<c r=\"{column}{row}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
    };
    let start = format!("<c r=\"{column}{row}\"");
    if let Some(at) = xml.find(&start) {
        let rest = &xml[at..];
        let whole = rest.find('>').unwrap();
        let end =
            if rest[..whole].ends_with('/') { whole + 1 } else { rest.find("</c>").unwrap() + 4 };
        return format!("{}{cell}{}", &xml[..at], &rest[end..]);
    }
    let rows = format!("<row r=\"{row}\"");
    match xml.find(&rows) {
        Some(at) => {
            let end = at + xml[at..].find("</row>").unwrap();
            format!("{}{cell}{}", &xml[..end], &xml[end..])
        }
        None => {
            let end = xml.find("</sheetData>").unwrap();
            format!("{}{rows}>{cell}</row>{}", &xml[..end], &xml[end..])
        }
    }
}

/// Rows from the third on: what a clerk types below the worked line.
fn rows(sheet: usize, rows: &[Vec<String>]) -> Cells {
    let mut cells = Cells::new();
    for (row, texts) in (3..).zip(rows) {
        for (column, text) in ('A'..).zip(texts).filter(|(_, text)| !text.is_empty()) {
            cells.push((sheet, row, column, text.clone()));
        }
    }
    cells
}

/// The rows of a table of the sample, with these of its columns.
fn sample_rows(file: &str, columns: &[&str]) -> Vec<Vec<String>> {
    let text = read(file);
    let mut lines = text.lines().map(|line| line.trim_start_matches('\u{feff}').split(',')).skip(2);
    let heads: Vec<&str> = lines.next().unwrap().collect();
    let at: Vec<Option<usize>> =
        columns.iter().map(|name| heads.iter().position(|head| head == name)).collect();
    let row = |row: std::str::Split<'_, char>| {
        let cells: Vec<&str> = row.collect();
        at.iter().map(|at| at.map_or("", |at| cells[at]).to_owned()).collect::<Vec<_>>()
    };
    lines.map(row).filter(|row| !row[0].is_empty()).collect()
}

/// Settings in the third sheet by their names, panel in the fourth, as in the sample's `draw.toml`.
fn settings(zh: bool) -> Cells {
    let config: toml::Table = read("block/draw.toml").parse().unwrap();
    let of = |key: &str| config[key].as_str().unwrap().to_owned();
    let mode = if zh { "演练" } else { "Rehearsal" };
    let rule = if zh { "叫号后由住户当场选房" } else { "Households choose when called" };
    let mut cells = vec![
        (3, 2, 'B', of("title")),
        (3, 3, 'B', of("origin")),
        (3, 4, 'B', mode.to_owned()),
        (3, 6, 'B', rule.to_owned()),
    ];
    let mut panel = Vec::new();
    for bench in config["bench"].as_array().unwrap() {
        for (n, member) in bench["members"].as_array().unwrap().iter().enumerate() {
            let of = |key: &str| member[key].as_str().unwrap().to_owned();
            let first = |text: String| if n == 0 { text } else { String::new() };
            panel.push(vec![
                first(bench["title"].as_str().unwrap().to_owned()),
                first(bench["quorum"].as_integer().unwrap().to_string()),
                String::new(),
                of("name"),
                of("key"),
            ]);
        }
    }
    cells.extend(rows(4, &panel));
    cells
}

const ROLL: [&str; 8] = ["户号", "户主姓名", "", "楼栋", "户型", "签约顺位", "照顾需求", "结伴组"];
const UNITS: [&str; 6] = ["房源编号", "室号", "所在层", "楼栋", "户型", "特征"];

/// The sample in the template.
fn sample(zh: bool) -> Cells {
    let mut cells = rows(1, &sample_rows("block/roll.csv", &ROLL));
    cells.extend(rows(2, &sample_rows("block/units.csv", &UNITS)));
    cells.extend(settings(zh));
    cells
}

fn office(lang: Lang, cells: &Cells) -> Office {
    let mut office = Office::new("", "");
    let roll: PathBuf = office.folder.path().join("template.xlsx");
    std::fs::write(&roll, filled(lang, cells)).unwrap();
    (office.args.roll, office.args.units, office.args.config) = (roll, None, None);
    office
}

/// The plan of the same rows as two tables, with the `draw.toml` of the sample.
fn of_tables() -> String {
    let table = |heads: &[&str], file: &str| {
        let heads: Vec<String> = heads.iter().map(|head| (*head).to_owned()).collect();
        let rows = std::iter::once(heads.clone()).chain(sample_rows(file, &each(&heads)));
        rows.map(|row| row.join(",") + "\n").collect::<String>()
    };
    let office = Office::new(table(&ROLL, "block/roll.csv"), table(&UNITS, "block/units.csv"));
    office.config(&read("block/draw.toml")).plan()
}

fn each(heads: &[String]) -> Vec<&str> {
    heads.iter().map(String::as_str).collect()
}

#[test]
fn filled_in_it_gives_the_plan_of_tables_and_settings() {
    for lang in [Lang::Zh, Lang::En] {
        let office = office(lang, &sample(lang == Lang::Zh));
        let told = office.told(lang);
        let plan = std::fs::read_to_string(&office.args.out).unwrap();
        assert_eq!(plan, of_tables());
        let left = if lang == Lang::Zh {
            "模板的示例行，未采用"
        } else {
            "the worked line of the template is left out"
        };
        assert_eq!(told.matches(left).count(), 2, "{told}");
        let from = if lang == Lang::Zh {
            "设置取自 template.xlsx，工作表 设置\n"
        } else {
            "settings from template.xlsx, sheet Settings\n"
        };
        assert!(told.contains(from), "{told}");
    }
}

#[test]
fn the_blank_workbook_is_refused_with_what_is_missing_in_it() {
    let refusal = office(Lang::Zh, &Cells::new()).refusal(Lang::Zh);
    let faults = refusal.faults.join("\n");
    for missing in [
        "template.xlsx，工作表 设置，单元格 B2（标题）：发现 空白；应为 文字",
        "template.xlsx，工作表 设置，单元格 B3（抽签编号）：发现 空白；应为 文字",
        "template.xlsx，工作表 设置，单元格 B4（性质）：发现 空白；应为 下列之一：正式抽签；演练",
        "template.xlsx，工作表 设置，单元格 B6（选房方式）：发现 空白；应为 下列之一：",
        "template.xlsx，工作表 监督小组：发现 没有人；应为 至少两个席位，各有监督员",
    ] {
        assert!(faults.contains(missing), "{missing} in\n{faults}");
    }
}

#[test]
fn a_worked_line_that_was_changed_is_a_fault_and_never_a_household() {
    let mut cells = sample(true);
    cells.extend([(1, 2, 'B', "王大明".to_owned()), (4, 2, 'D', "王大明".to_owned())]);
    let refusal = office(Lang::Zh, &cells).refusal(Lang::Zh);
    let expected = "发现 改动过的示例行；应为 实际数据，或原样的示例行；如是实际数据，请把“（示例）”改为实际编号；否则请删除这一行";
    assert_eq!(
        refusal.faults,
        [
            format!("template.xlsx，工作表 监督小组，单元格 A2：{expected}"),
            format!("template.xlsx，工作表 住户，第 2 行，A 列（户号）：{expected}"),
        ]
    );
    // With a code of its own it is a household like any other.
    let mut cells = sample(true);
    let own = [('A', "H0011"), ('D', "7号楼"), ('E', "两室一厅"), ('G', "")];
    cells.extend(own.map(|(column, text)| (1, 2, column, text.to_owned())));
    let plan = office(Lang::Zh, &cells).plan();
    assert_eq!(values(&plan, "household", "id").first().map(String::as_str), Some("H0011"));
}

#[test]
fn what_is_typed_wrong_in_the_settings_is_told_at_its_cell() {
    let mut cells = sample(true);
    cells.extend([
        (1, 5, 'F', "x".to_owned()),
        (3, 3, 'B', "7号楼".to_owned()),
        (3, 8, 'B', "三分钟".to_owned()),
        (3, 10, 'B', "6".to_owned()),
        (4, 3, 'B', "9".to_owned()),
        (4, 4, 'B', "2".to_owned()),
    ]);
    let faults = office(Lang::En, &cells).refusal(Lang::En).faults;
    let at = |cell: &str| format!("template.xlsx, sheet {cell}");
    let expected = [
        at(
            "Panel, cell B4: found `2`; expected 9, as above, or nothing; write the quorum of a bench once",
        ),
        at(
            "Settings, cell B8 (Seconds for a choice): found `三分钟`; expected a whole number in the digits 0 to 9",
        ),
        at(
            "Settings, cell B10 (Ten-sided dice rolled in the hall): found 1000000 outcomes, 19 bits; expected at least 2^64 outcomes, such as 20 ten-sided dice",
        ),
        at(
            "Settings, cell B3 (Name of the draw): found `7号楼`; expected 1 to 200 of A-Z a-z 0-9 . _ - /, the first and last a letter or digit, such as draw.example/2026-001",
        ),
        at("Panel, cell B3: found 9; expected a quorum from 1 to 3, the number of its members"),
        // The tables are looked through all the same.
        at(
            "Households, row 5, column F (tier): found `x`; expected a whole number from 1 to 999; correct the cell",
        ),
    ];
    assert_eq!(faults.join("\n"), expected.join("\n"));
}

#[test]
fn other_settings_go_before_those_of_the_workbook_and_that_is_told() {
    let mut office = office(Lang::Zh, &sample(true));
    office.args.config = Some(office.folder.path().join("draw.toml"));
    let told = office.told(Lang::Zh);
    assert!(told.contains("template.xlsx，工作表 设置：已另给设置，此处的设置没有采用"), "{told}");
    let plan = std::fs::read_to_string(&office.args.out).unwrap();
    assert_eq!(values(&plan, "plan", "title"), ["Test"]);
}
