//! The sheets of a workbook of `template` that are no tables: the settings and the panel.

use super::cells::tidy;
use super::columns::plain;
use super::fault::{Fault, Place};
use super::fields::{FIELDS, Field};
use super::form::{BenchForm, Form, MemberForm};
use super::sheet::{Cell, Row, Table, letters};
use floorlot::rules::Phrase;
use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization;

/// The heads of the sheet of settings: English, Chinese.
pub(super) const SETTINGS: [(&str, &str); 4] =
    [("Setting", "项目"), ("Fill in here", "填写"), ("Example", "示例"), ("What it is", "说明")];

/// The heads of the sheet of the panel.
pub(super) const PANEL: [(&str, &str); 5] = [
    ("Bench", "席位"),
    ("Quorum of the bench", "本席法定人数"),
    ("Member code", "监督员编号"),
    ("Member", "监督员"),
    ("Public key", "公钥"),
];

/// What stands in the first column of a worked line, so that nobody takes it for data: English,
/// Chinese.
pub(super) const WORKED: (&str, &str) = ("(example)", "（示例）");

/// Whether this marks a worked line.
pub(super) fn is_worked(text: &str) -> bool {
    let half = |text: &str| text.nfkc().filter(|c| !c.is_whitespace()).collect::<String>();
    let text = half(text).to_lowercase();
    [WORKED.0, WORKED.1].iter().any(|mark| half(mark) == text)
}

/// Settings that stand in a workbook, and where.
#[derive(Debug, Clone)]
pub(super) struct Filled {
    pub(super) form: Form,
    /// The cell of each field.
    cells: BTreeMap<String, Place>,
    /// The sheets, for what is in no cell.
    place: Place,
    file: String,
    /// What is wrong with the sheets themselves.
    faults: Vec<Fault>,
}

impl Filled {
    /// Everything that is wrong, each at its cell.
    pub(super) fn wrong(&self) -> Vec<Fault> {
        let at = |field: &str| self.cells.get(field).unwrap_or(&self.place).clone();
        let of_form = self.form.wrong().into_iter().map(|wrong| {
            let place = at(&wrong.field);
            wrong.fault.moved(place)
        });
        self.faults.iter().cloned().chain(of_form).collect()
    }

    /// That the settings are those of the workbook.
    pub(super) fn taken(&self) -> Phrase {
        let (en, zh) = (&self.place.en, &self.place.zh);
        Phrase::new(format!("settings from {en}\n"), format!("设置取自 {zh}\n"))
    }

    /// That the settings in the workbook are not those of the draw.
    pub(super) fn not_taken(&self) -> Phrase {
        Phrase::new(
            format!(
                "{}: the settings there are not taken, because others are given",
                self.place.en
            ),
            format!("{}：已另给设置，此处的设置没有采用", self.place.zh),
        )
    }

    /// The settings as the name of a file, in both languages at once.
    pub(super) fn named(&self) -> String {
        format!("{}（设置 settings）", self.file)
    }
}

/// Takes the settings and the panel out of the tables of a workbook; `None` if there are none.
pub(super) fn take(tables: &mut Vec<Table>) -> Option<Filled> {
    let (own, others): (Vec<Table>, Vec<Table>) = std::mem::take(tables)
        .into_iter()
        .partition(|table| head(table, &SETTINGS).is_some() || head(table, &PANEL).is_some());
    *tables = others;
    let first = own.first()?;
    let (place, file, form) = (first.place(), first.file.clone(), Form::default());
    let mut filled = Filled { form, cells: BTreeMap::new(), place, file, faults: Vec::new() };
    for table in &own {
        match (head(table, &SETTINGS), head(table, &PANEL)) {
            (Some((at, columns)), _) => filled.settings(table, at, &columns),
            (None, Some((at, columns))) => filled.panel(table, at, &columns),
            _ => {}
        }
    }
    Some(filled)
}

/// The row with these heads and their columns: the first two at least.
fn head<const N: usize>(
    table: &Table,
    heads: &[(&str, &str); N],
) -> Option<(usize, [Option<usize>; N])> {
    table.rows.iter().take(5).enumerate().find_map(|(at, row)| {
        let column = |(en, zh): &(&str, &str)| {
            row.cells.iter().position(|cell| {
                let head = plain(&text(cell));
                !head.is_empty() && [en, zh].iter().any(|name| plain(name) == head)
            })
        };
        let columns = heads.each_ref().map(column);
        columns.iter().take(2).all(Option::is_some).then_some((at, columns))
    })
}

/// What stands in a cell, as text.
fn text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) | Cell::Number(text) | Cell::Rounded(text) => tidy(text),
        Cell::Date(stored) | Cell::Unshown(stored) => stored.value.clone(),
        Cell::Empty | Cell::Unevaluated(_) | Cell::Error(_) => String::new(),
    }
}

fn place(table: &Table, row: &Row, column: Option<usize>) -> Place {
    let letter = column.map_or_else(String::new, letters);
    let (sheet, number) = (table.place(), row.number);
    Phrase::new(
        format!("{}, cell {letter}{number}", sheet.en),
        format!("{}，单元格 {letter}{number}", sheet.zh),
    )
}

impl Filled {
    fn settings(&mut self, table: &Table, head: usize, columns: &[Option<usize>; 4]) {
        let [name, value, ..] = *columns;
        let cell = |row: &Row, column: Option<usize>| {
            column.map(|column| text(row.cell(column))).unwrap_or_default()
        };
        for row in table.rows.iter().skip(head + 1) {
            let called = plain(&cell(row, name));
            if called.is_empty() {
                continue;
            }
            let same =
                |field: &&Field| [field.name.0, field.name.1].iter().any(|n| plain(n) == called);
            match FIELDS.iter().find(same) {
                Some(field) => {
                    let key = field.key.to_owned();
                    let label = place(table, row, value);
                    self.cells.insert(
                        key.clone(),
                        Phrase::new(
                            format!("{} ({})", label.en, field.name.0),
                            format!("{}（{}）", label.zh, field.name.1),
                        ),
                    );
                    self.form.fields.insert(key, field.said(&cell(row, value)));
                }
                None => self.faults.push(unknown(place(table, row, name), &cell(row, name))),
            }
        }
    }

    fn panel(&mut self, table: &Table, head: usize, columns: &[Option<usize>; 5]) {
        self.cells.insert("benches".into(), table.place());
        for row in table.rows.iter().skip(head + 1) {
            let texts =
                columns.map(|column| column.map(|at| text(row.cell(at))).unwrap_or_default());
            let [bench, quorum, id, name, key] = texts;
            if is_worked(&bench) {
                let rest = [&quorum, &id, &name, &key].map(String::as_str);
                if !WORKED_MEMBERS.contains(&rest) {
                    self.faults.push(changed(place(table, row, columns[0])));
                }
                continue;
            }
            if [&bench, &quorum, &id, &name, &key].iter().all(|text| text.is_empty()) {
                continue;
            }
            self.member(table, row, columns, (bench, quorum), MemberForm { id, name, key });
        }
    }

    /// One row of the panel. A row without a bench is of the bench above it.
    fn member(
        &mut self,
        table: &Table,
        row: &Row,
        columns: &[Option<usize>; 5],
        (title, quorum): (String, String),
        member: MemberForm,
    ) {
        let [of_bench, of_quorum, of_id, of_name, of_key] = *columns;
        let benches = &mut self.form.benches;
        let at = match benches.iter().position(|bench| bench.title == title) {
            _ if title.is_empty() && !benches.is_empty() => benches.len() - 1,
            Some(at) => at,
            None => {
                benches.push(BenchForm { title, ..BenchForm::default() });
                benches.len() - 1
            }
        };
        let Some(bench) = benches.get_mut(at) else { return };
        let mut cell = |field: String, column: Option<usize>| {
            self.cells.entry(field).or_insert_with(|| place(table, row, column));
        };
        cell(format!("bench.{at}.title"), of_bench);
        let number = bench.members.len();
        for (key, column) in [("id", of_id), ("name", of_name), ("key", of_key)] {
            cell(format!("bench.{at}.member.{number}.{key}"), column);
        }
        if bench.quorum.is_empty() {
            self.cells.insert(format!("bench.{at}.quorum"), place(table, row, of_quorum));
            bench.quorum = quorum;
        } else if !quorum.is_empty() && quorum != bench.quorum {
            self.faults.push(two_quorums(place(table, row, of_quorum), &quorum, &bench.quorum));
        }
        bench.members.push(member);
    }
}

/// The worked lines of the panel, without the mark.
pub(super) const WORKED_MEMBERS: [[&str; 4]; 2] =
    [["1", "r1", "王小明", ""], ["1", "r1", "Wang Xiaoming", ""]];

fn unknown(place: Place, found: &str) -> Fault {
    Fault::new(
        place,
        super::fault::quoted(found),
        Phrase::new("a setting of the template", "模板中的项目"),
        Phrase::new("correct its name, or delete the row", "请改正名称，或删除这一行"),
    )
}

/// A worked line in which something was written.
pub(super) fn changed(place: Place) -> Fault {
    Fault::new(
        place,
        Phrase::new("a worked line in which something was changed", "改动过的示例行"),
        Phrase::new("data, or the worked line as it was", "实际数据，或原样的示例行"),
        Phrase::new(
            "write the real code over the mark (example), or delete the row",
            "如是实际数据，请把“（示例）”改为实际编号；否则请删除这一行",
        ),
    )
}

fn two_quorums(place: Place, found: &str, first: &str) -> Fault {
    Fault::new(
        place,
        super::fault::quoted(found),
        Phrase::new(
            format!("{first}, as above, or nothing"),
            format!("与上面相同的 {first}，或留空"),
        ),
        Phrase::new("write the quorum of a bench once", "每个席位的法定人数写一次即可"),
    )
}

/// Neither a file of settings, nor sheets for them.
pub(super) fn no_settings() -> Fault {
    Fault::new(
        Phrase::new("the settings", "设置"),
        Phrase::new("none", "没有"),
        Phrase::new(
            "title, panel and rules, in draw.toml or in the sheets of `template`",
            "标题、监督小组和规则：写在 draw.toml 中，或填写 template 空白表的设置工作表",
        ),
        Phrase::new(
            "name draw.toml with --config, or fill those sheets in",
            "请用 --config 指明 draw.toml，或填写这两张表",
        ),
    )
}
