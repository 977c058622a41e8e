//! Rows of a table that are no data: sums, signatures, remarks, the heads again on the next printed
//! page.

use super::cells::tidy;
use super::columns::{Columns, Field};
use super::sheet::{Cell, Row};
use floorlot::plan::is_id;
use floorlot::rules::Phrase;
use unicode_normalization::UnicodeNormalization;

/// How a row with a sum begins.
const SUMS: &[&str] = &[
    "合计",
    "总计",
    "小计",
    "共计",
    "累计",
    "本页合计",
    "本页小计",
    "本页共",
    "总数",
    "总户数",
    "总套数",
    "户数合计",
    "套数合计",
    "平均",
    "本栋合计",
    "本幢合计",
];
const SUMS_EN: &[&str] = &["total", "totals", "subtotal", "sum", "grandtotal", "count", "average"];

/// How a row below the table begins: who made it, when, and remarks.
const FOOTERS: &[&str] = &[
    "制表",
    "填表",
    "审核",
    "审批",
    "复核",
    "经办",
    "校对",
    "核对",
    "负责人",
    "单位负责人",
    "领导签字",
    "签字",
    "签名",
    "盖章",
    "日期",
    "打印日期",
    "打印时间",
    "联系人",
    "备注:",
    "注:",
    "说明:",
    "附注",
    "以下空白",
    "以上",
    "preparedby",
    "checkedby",
    "approvedby",
    "signature",
    "date:",
    "note:",
    "notes:",
    "remark",
    "printed",
];

/// The fields that a row of data has something in.
const TELLING: &[Field] = &[
    Field::Name,
    Field::Document,
    Field::Label,
    Field::Pool,
    Field::BuildingCode,
    Field::Building,
    Field::TypeCode,
    Field::FlatType,
];

/// Those that say where a household or a flat belongs.
const PLACES: &[Field] =
    &[Field::Pool, Field::BuildingCode, Field::Building, Field::TypeCode, Field::FlatType];

/// Why a row is no row of data.
pub(super) fn not_data(row: &Row, columns: &Columns) -> Option<Phrase> {
    let filled: Vec<(usize, String)> = row
        .cells
        .iter()
        .enumerate()
        .filter(|(_, c)| **c != Cell::Empty)
        .map(|(n, c)| (n, text(c)))
        .collect();
    let empty = |fields: &[Field], but: usize| {
        fields
            .iter()
            .filter_map(|field| columns.get(*field))
            .all(|c| c == but || *row.cell(c) == Cell::Empty)
    };
    let id =
        |but: usize| columns.get(Field::Id).is_some_and(|id| id != but && is_code(row.cell(id)));
    for (column, word) in &filled {
        if is_sum(word)
            && (empty(&[Field::Id], *column) || empty(TELLING, *column))
            && (empty(TELLING, *column) || empty(PLACES, *column))
        {
            return Some(Phrase::new("a sum", "合计行"));
        }
        // Who made the table may stand in the column of names.
        if is_footer(word) && empty(PLACES, *column) && !id(*column) {
            return Some(Phrase::new("a line below the table", "表尾说明行"));
        }
    }
    let used = |field: &Field| columns.get(*field).filter(|c| *row.cell(*c) != Cell::Empty);
    if Field::ALL.iter().filter_map(used).next().is_none() {
        return Some(Phrase::new("nothing in the columns used", "所用各列均为空白"));
    }
    let bare = |c: usize| text(row.cell(c));
    let again = Field::ALL
        .iter()
        .filter_map(used)
        .all(|c| columns.heads.get(c).is_some_and(|h| bare(c) == h.replace(' ', "")));
    if again {
        return Some(Phrase::new("the heads again", "重复的表头"));
    }
    let number = |cell: &Cell| {
        matches!(cell, Cell::Number(_))
            || !text(cell).is_empty() && text(cell).bytes().all(|b| b.is_ascii_digit())
    };
    if columns.get(Field::Id).is_some_and(|id| *row.cell(id) == Cell::Empty)
        && filled.iter().all(|(c, _)| number(row.cell(*c)))
    {
        return Some(Phrase::new("numbers alone, as in a row of sums", "只有数字，像是合计行"));
    }
    match filled.as_slice() {
        [(c, only)]
            if is_remark(only) || (columns.get(Field::Id) == Some(*c) && !only.is_ascii()) =>
        {
            Some(Phrase::new("a remark in one cell", "只有一格的说明文字"))
        }
        _ => None,
    }
}

/// The text of a cell without spaces, half-width.
fn text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => tidy(text).nfkc().filter(|c| !c.is_whitespace()).collect(),
        _ => String::new(),
    }
}

fn is_code(cell: &Cell) -> bool {
    matches!(cell, Cell::Number(_)) || is_id(&text(cell))
}

/// `合计`, `小计：2户`, `共 10 户`, `Total`.
fn is_sum(word: &str) -> bool {
    let lower = word.to_lowercase();
    let english = SUMS_EN.contains(&lower.trim_end_matches([':', '.']));
    let counted = word
        .strip_prefix(['共', '计'])
        .map(|rest| rest.trim_start_matches(['计', '有', ':']))
        .is_some_and(|rest| {
            let number = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            number.len() < rest.len()
                && (number.is_empty()
                    || number
                        .starts_with(['户', '套', '人', '页', '行', '条', '个', '间', '栋', '幢']))
        });
    english || counted || SUMS.iter().any(|sum| word.starts_with(sum))
}

fn is_footer(word: &str) -> bool {
    let lower = word.to_lowercase();
    let page = word.starts_with('第') && word.contains('页')
        || lower.starts_with("page") && lower.contains(|c: char| c.is_ascii_digit());
    let (has_colon, begins) =
        (word.contains(':'), FOOTERS.iter().any(|footer| lower.starts_with(footer)));
    page || (begins && (has_colon || word.chars().count() > 1))
}

/// A sentence, and no name.
fn is_remark(text: &str) -> bool {
    let han = text.chars().filter(|c| matches!(u32::from(*c), 0x3400..=0x9FFF)).count();
    han >= 5 || (han > 0 && text.contains(['。', ':', ';', ',']))
}
