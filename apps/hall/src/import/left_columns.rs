//! Columns that are not taken though they may decide something: batches, groups, needs, who takes
//! part.

use super::cells::tidy;
use super::columns::{Columns, Field, Input, Inputs, Sheet};
use super::fault::{At, Fault, Place, Role};
use super::footers::not_data;
use super::notes::Notes;
use super::question::Kind;
use super::sheet::{Cell, letters};
use floorlot::rules::Phrase;
use std::collections::BTreeSet;

/// Words in the heads of columns that decide something, with the field that they may be. English
/// words may have an end.
const GROUP: &[&str] = &[
    "结伴",
    "同层",
    "组",
    "捆绑",
    "邻",
    "group",
    "together",
    "companion",
    "neighbour",
    "neighbor",
    "adjacent",
];
const TIER: &[&str] = &["顺", "优先", "tier", "priorit", "rank"];
/// They may be tiers where no column says that it is.
const CLASS: &[&str] = &["类别", "等级", "级别", "档", "次序", "序位", "class", "level"];
const NEED: &[&str] =
    &["照顾", "需", "残", "障", "轮椅", "need", "disab", "wheelchair", "accessib"];
const BATCH: &[&str] = &["批", "轮", "batch", "round", "turn"];
const TAKING_PART: &[&str] = &["状态", "参加", "参与", "资格", "status", "participat", "eligib"];

/// What says that a household or a flat is out.
const OUT: &[&str] = &[
    "作废",
    "放弃",
    "弃权",
    "不参加",
    "不参与",
    "未参加",
    "退出",
    "退房",
    "已售",
    "已选",
    "保留",
    "预留",
    "暂停",
    "暂缓",
    "取消",
    "注销",
    "冻结",
    "查封",
    "void",
    "withdrawn",
    "withdrew",
    "cancel",
    "sold",
    "reserved",
    "hold",
    "suspended",
    "excluded",
];

/// Asks about the columns of both tables that are left out.
pub(super) fn check(inputs: Inputs<'_>, notes: &mut Notes) {
    for role in Role::ALL {
        for (number, sheet) in inputs.of(role).sheets.iter().enumerate() {
            let width = sheet.table.rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
            for column in (0..width).filter(|column| !is_settled(sheet, *column, inputs)) {
                Left::of(sheet, column, number).ask(notes);
            }
            // A pool in one table alone is used for nothing.
            if let Some(column) = sheet
                .columns
                .get(Field::Pool)
                .filter(|_| !(inputs.roll.has(Field::Pool) && inputs.units.has(Field::Pool)))
            {
                let left = Left::of(sheet, column, number);
                if !left.values.is_empty() {
                    left.ask_batch(notes);
                }
            }
        }
    }
    batches_of_sheets(inputs.roll, notes);
}

/// Whether the column is settled for this table, or for the other one that stands in the same
/// sheet.
fn is_settled(sheet: &Sheet, column: usize, inputs: Inputs<'_>) -> bool {
    let same = |other: &&Sheet| {
        other.table.file == sheet.table.file && other.table.sheet == sheet.table.sheet
    };
    let sheets = [inputs.roll, inputs.units].into_iter().flat_map(|input| input.sheets);
    sheets.filter(same).any(|sheet| sheet.columns.is_settled(column))
}

/// A column that is left out, with what stands in it.
struct Left<'a> {
    sheet: &'a Sheet,
    column: usize,
    head: &'a str,
    /// How many rows of data there are.
    rows: usize,
    values: Vec<(At, String)>,
}

impl<'a> Left<'a> {
    fn of(sheet: &'a Sheet, column: usize, number: usize) -> Left<'a> {
        let Sheet { table, columns } = sheet;
        let rows: Vec<_> =
            columns.rows(table).iter().filter(|row| not_data(row, columns).is_none()).collect();
        let value = |cell: &Cell| match cell {
            Cell::Text(text) | Cell::Number(text) => {
                Some(tidy(text)).filter(|text| !text.is_empty())
            }
            Cell::Empty => None,
            _ => Some(String::new()),
        };
        let at = |row| At { role: columns.role, sheet: number, row };
        let values = rows
            .iter()
            .filter_map(|row| Some((at(row.number), value(row.cell(column))?)))
            .collect();
        let head = columns.heads.get(column).map(String::as_str).unwrap_or_default();
        Left { sheet, column, head, rows: rows.len(), values }
    }

    fn ask(&self, notes: &mut Notes) {
        if self.values.is_empty() {
            return;
        }
        let batches = self.values.iter().filter(|(_, value)| is_batch(value)).count();
        if (has(self.head, BATCH) && !self.head.contains("轮椅")) || batches * 2 > self.values.len()
        {
            return self.ask_batch(notes);
        }
        let out: Vec<(At, &str)> = self
            .values
            .iter()
            .filter_map(|(at, value)| Some((*at, word_of(value, OUT)?)))
            .collect();
        let some = !out.is_empty()
            || word_of(self.head, OUT).is_some()
            || (has(self.head, TAKING_PART) && self.differ());
        let lacks_tier = self.sheet.columns.role == Role::Roll && !has_tiers(&self.sheet.columns);
        let some = some || (lacks_tier && has(self.head, CLASS));
        if some
            || [GROUP, TIER, NEED].iter().any(|words| has(self.head, words))
            || (self.head.is_empty() && !self.counts())
        {
            self.ask_column(&out, notes);
        }
    }

    /// Whether the rows do not all say the same.
    fn differ(&self) -> bool {
        self.values.len() < self.rows
            || self.values.iter().map(|(_, value)| value).collect::<BTreeSet<_>>().len() > 1
    }

    /// Whether these are numbers, each of them once.
    fn counts(&self) -> bool {
        let different: BTreeSet<&str> =
            self.values.iter().map(|(_, value)| value.as_str()).collect();
        different.len() == self.values.len()
            && different.iter().all(|value| value.bytes().all(|b| b.is_ascii_digit()))
    }

    fn place(&self) -> Place {
        let (place, letter) = (self.sheet.table.place(), letters(self.column));
        let head = if self.head.is_empty() {
            Phrase::new("no head", "没有表头")
        } else {
            Phrase::same(self.head)
        };
        Phrase::new(
            format!("{}, column {letter} ({})", place.en, head.en),
            format!("{}，{letter} 列（{}）", place.zh, head.zh),
        )
    }

    /// What was found: only words of ours are shown, as others may be the names of persons.
    fn found(&self, example: Option<&str>) -> Phrase {
        let n = self.values.len();
        let such = example.map_or(Phrase::same(""), |word| {
            Phrase::new(format!(", such as `{word}`"), format!("，例如 `{word}`"))
        });
        Phrase::new(
            format!("a column that is not used, with values in {n} rows{}", such.en),
            format!("没有用到的列，{n} 行有内容{}", such.zh),
        )
    }

    fn ask_batch(&self, notes: &mut Notes) {
        let example =
            self.values.iter().map(|(_, value)| value.as_str()).find(|value| is_batch(value));
        let (role, name) = (self.sheet.columns.role, self.sheet.columns.named(self.column));
        let word = role.word();
        let expected = Phrase::new("the tier (顺位) or the pool (批次)", "说明它是顺位，还是批次");
        let advice = match role {
            Role::Roll => Phrase::new(
                format!(
                    "if it is the tier, say --map '{word}:{0}=tier'; if it is the pool, both tables need the column; if neither, say --map '{word}:{0}=skip'",
                    name.en
                ),
                format!(
                    "如是顺位，请用 --map '{word}:{0}=tier'；如按批次分别抽签，两张表都要有此列；都不是，请用 --map '{word}:{0}=skip'",
                    name.zh
                ),
            ),
            Role::Units => Phrase::new(
                format!(
                    "if it is the pool, both tables need the column; if not, say --map '{word}:{}=skip'",
                    name.en
                ),
                format!(
                    "如按批次分别抽签，两张表都要有此列；如不是，请用 --map '{word}:{}=skip'",
                    name.zh
                ),
            ),
        };
        notes.ask(
            Kind::Batch,
            Vec::new(),
            Fault::new(self.place(), self.found(example), expected, advice),
        );
    }

    fn ask_column(&self, out: &[(At, &str)], notes: &mut Notes) {
        let (role, name) = (self.sheet.columns.role, self.sheet.columns.named(self.column));
        let word = role.word();
        let field = match role {
            Role::Roll if has(self.head, GROUP) => Field::Group,
            Role::Roll
                if has(self.head, TIER) || (has(self.head, CLASS) && !has(self.head, NEED)) =>
            {
                Field::Tier
            }
            Role::Roll => Field::Needs,
            Role::Units => Field::Features,
        };
        let expected = Phrase::new("what the column means for the draw", "说明该列与抽签有何关系");
        let advice = match (self.sheet.columns.get(field).map(letters), out.is_empty()) {
            (_, false) => Phrase::new(
                format!(
                    "delete the rows that do not take part; if all do, say --map '{word}:{}=skip'",
                    name.en
                ),
                format!("不参加的行请删去；如都参加，请用 --map '{word}:{}=skip'", name.zh),
            ),
            (Some(other), _) => Phrase::new(
                format!(
                    "write what counts into its column, such as {other}; if it means nothing, say --map '{word}:{}=skip'",
                    name.en
                ),
                format!(
                    "与抽签有关的内容请写入相应的列，例如 {other} 列；如无关，请用 --map '{word}:{}=skip'",
                    name.zh
                ),
            ),
            (None, _) => {
                let (field, means) = (field.word(), field.words());
                Phrase::new(
                    format!(
                        "if it is the {}, say --map '{word}:{1}={field}'; if it means nothing, say --map '{word}:{1}=skip'",
                        means.en, name.en
                    ),
                    format!(
                        "如是{}，请用 --map '{word}:{1}={field}'；如无关，请用 --map '{word}:{1}=skip'",
                        means.zh, name.zh
                    ),
                )
            }
        };
        let example = out.first().map(|(_, word)| *word);
        let rows = out.iter().map(|(at, _)| *at).collect();
        notes.ask(
            Kind::ColumnLeftOut,
            rows,
            Fault::new(self.place(), self.found(example), expected, advice),
        );
    }
}

/// Whether a column says which tier a household is of.
fn has_tiers(columns: &Columns) -> bool {
    columns.has(Field::Tier) || columns.has(Field::Band)
}

/// Sheets of households that are named after batches, without a tier.
fn batches_of_sheets(roll: Input<'_>, notes: &mut Notes) {
    let names: Vec<&str> =
        roll.sheets.iter().filter_map(|sheet| sheet.table.sheet.as_deref()).collect();
    let Some(first) = roll
        .sheets
        .first()
        .filter(|_| names.len() > 1 && names.iter().any(|name| names_batch(name)))
    else {
        return;
    };
    if [Field::Tier, Field::Band, Field::Pool].iter().any(|field| roll.has(*field)) {
        return;
    }
    let found = Phrase::new(
        format!(
            "the sheets {}, and no column for the tier: all households are drawn together",
            names.join(", ")
        ),
        format!("工作表 {}，而没有顺位列：所有住户将一起抽签", names.join("、")),
    );
    let expected = Phrase::new(
        "the tier (顺位) of every row, or households that are equal",
        "每行有顺位；或各批住户不分先后",
    );
    let advice = Phrase::new(
        "add a column 顺位 with 1, 2 and so on if one batch comes before the other",
        "如各批有先后，请加“顺位”列，填 1、2 等",
    );
    notes.ask(
        Kind::Batch,
        Vec::new(),
        Fault::new(Phrase::same(&first.table.file), found, expected, advice),
    );
}

/// `第一批`, `第2轮`.
fn is_batch(value: &str) -> bool {
    value.starts_with('第') && value.chars().count() <= 6 && names_batch(value)
}

fn names_batch(name: &str) -> bool {
    let number = |c: char| c.is_numeric() || "一二三四五六七八九十".contains(c);
    name.char_indices()
        .filter(|(_, c)| matches!(c, '批' | '轮') || name.contains("顺位") && *c == '顺')
        .any(|(at, _)| {
            name.get(..at)
                .and_then(|before| before.trim_end().chars().next_back())
                .is_some_and(number)
        })
}

/// Whether a head has one of these words in it; an English one begins with it.
fn has(head: &str, words: &[&str]) -> bool {
    word_of(head, words).is_some()
}

fn word_of<'w>(text: &str, words: &[&'w str]) -> Option<&'w str> {
    let lower = text.to_lowercase();
    let begins = |word: &str| {
        lower.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| part.starts_with(word))
    };
    words
        .iter()
        .find(|word| if word.is_ascii() { begins(word) } else { lower.contains(**word) })
        .copied()
}
