//! What must be true of whatever an office hands in as a table.

use floorlot::plan::Plan;
use floorlot::rules::Lang;
use floorlot_hall::import::fault::has_personal_number;
use floorlot_hall::import::sheet::{self, Cell, Table};
use floorlot_hall::import::{File, Options, Settings, Tables, prepare};

/// The other two files of an import.
const UNITS: &[u8] = include_bytes!("../../examples/data/block/units.csv");
const CONFIG: &[u8] = include_bytes!("../../examples/data/block/draw.toml");

/// Reads a file as a table, and as the roll of an import.
pub fn table(bytes: &[u8]) {
    match sheet::read("table.xlsx", bytes) {
        Ok(tables) => {
            assert!(!tables.is_empty());
            tables.iter().for_each(in_order);
            let again = sheet::read("table.csv", bytes).expect("the name decides nothing");
            let cells = |tables: &[Table]| format!("{:?}", rows(tables));
            assert_eq!(cells(&tables), cells(&again));
        }
        Err(fault) => {
            for lang in [Lang::En, Lang::Zh] {
                let sentence = fault.sentence(lang);
                assert!(sentence.contains("table.xlsx"), "{sentence}");
                assert!(!has_personal_number(&sentence), "{sentence}");
            }
        }
    }
    imported(bytes);
}

fn rows(tables: &[Table]) -> Vec<&sheet::Row> {
    tables.iter().flat_map(|table| &table.rows).collect()
}

/// Rows come in order, each once, and what is said of a row or column is said of one that is there.
fn in_order(table: &Table) {
    assert!(table.rows.is_sorted_by(|a, b| a.number < b.number));
    assert!(!table.place().en.is_empty());
    let width = table.rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let has = |number: u32| table.rows.binary_search_by_key(&number, |row| row.number).is_ok();
    for mark in &table.marks {
        assert!(mark.row.is_none_or(has) && mark.column.is_none_or(|c| c < width), "{mark:?}");
        assert_eq!(mark.why.kind(), mark.kind);
    }
    for shown in &table.shown {
        assert!(has(shown.row) && shown.column < width, "{shown:?}");
    }
    for cell in table.rows.iter().flat_map(|row| &row.cells) {
        match cell {
            Cell::Text(text) => assert!(!text.trim().is_empty(), "an empty cell that is none"),
            Cell::Number(number) | Cell::Rounded(number) => {
                assert!(number.parse::<f64>().is_ok_and(f64::is_finite), "{number}");
            }
            _ => {}
        }
    }
}

/// What import takes is a plan that keeps every rule; what it says has nobody's number in it.
fn imported(bytes: &[u8]) {
    let file = |name: &str, bytes: &[u8]| File { name: name.into(), bytes: bytes.to_vec() };
    let tables = Tables {
        roll: file("roll.xlsx", bytes),
        units: Some(file("units.csv", UNITS)),
        settings: Settings::File(file("draw.toml", CONFIG)),
    };
    match prepare(&tables, &Options::default(), Lang::Zh) {
        Ok(prepared) => {
            let lines = prepared.plan.lines().iter().map(Vec::as_slice);
            let read = Plan::read_lines(lines).expect("a valid plan");
            assert_eq!(read.root(), prepared.plan.root());
            let private = |line: &&Vec<u8>| has_personal_number(&String::from_utf8_lossy(line));
            assert_eq!(prepared.plan.lines().iter().find(private), None);
        }
        Err(refusal) => {
            assert!(!refusal.faults.is_empty() || !refusal.questions.is_empty());
            for sentence in &refusal.faults {
                assert!(!has_personal_number(sentence), "{sentence}");
            }
        }
    }
}
