//! A table as it stands in a file: what shows in each cell, and what does not show.

use crate::import::fault::{Place, both};
use crate::import::question::Kind;
use floorlot::rules::{Lang, Phrase};

/// Nobody reads anything in a row lower than this, in points,
pub(super) const FLAT: f64 = 3.0;
/// or in a column narrower than this, in characters.
pub(super) const NARROW: f64 = 1.0;

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Empty,
    /// Text, or a number as the spreadsheet shows it, such as 0102 for 102.
    Text(String),
    /// A number as its shortest decimal text: 12, not 12.0.
    Number(String),
    /// A number of 16 digits or more, the last of which a spreadsheet program has rounded.
    Rounded(String),
    /// A date or a time, which a spreadsheet program makes of 3-2.
    Date(Box<Stored>),
    /// A number in a format of which it is not certain what a clerk sees.
    Unshown(Box<Stored>),
    /// A formula (its text, which may be empty) that no spreadsheet program has computed: there is
    /// no value.
    Unevaluated(String),
    /// A formula that failed, such as `#REF!`.
    Error(String),
}

/// A number behind a format that import does not follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    pub value: String,
    pub format: String,
}

/// A row that is not empty, with its number as the spreadsheet shows it.
#[derive(Debug, Clone)]
pub struct Row {
    pub number: u32,
    pub cells: Vec<Cell>,
}

impl Row {
    pub fn cell(&self, column: usize) -> &Cell {
        self.cells.get(column).unwrap_or(&Cell::Empty)
    }
}

/// One sheet of a workbook, or a file of text.
#[derive(Debug, Clone)]
pub struct Table {
    pub file: String,
    pub sheet: Option<String>,
    pub rows: Vec<Row>,
    /// Cells that got the value of the merged cell they belong to.
    pub filled: u64,
    /// What is said of the file as a whole: its encoding, or that it is not what its ending says.
    pub notes: Vec<Phrase>,
    /// Cells that show something other than they store; the row has what they show.
    pub shown: Vec<Shown>,
    /// What a clerk does not see in the cells: import asks about those that it would take in. A
    /// mark without row and without column is of the sheet as a whole. Rows without any value have
    /// no marks, and hidden columns only where the table has cells.
    pub marks: Vec<Mark>,
}

/// Something about a sheet, a row, a column or a cell that does not show in its value: hidden,
/// struck through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub kind: Kind,
    /// What exactly was found, for the words of the question.
    pub why: Why,
    /// The row as the spreadsheet shows it; `None` for a whole column or sheet.
    pub row: Option<u32>,
    /// The column; `None` for a whole row or sheet.
    pub column: Option<usize>,
}

/// A number that a cell shows in another way than it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub row: u32,
    pub column: usize,
    pub stored: String,
    /// What shows, which is taken; `None` for a long number that shows as 3.1E+11: there all its
    /// digits are taken.
    pub shown: Option<String>,
    /// The number format, if the file tells it.
    pub format: String,
}

macro_rules! whys {
    ($($name:ident $kind:ident $en:literal $zh:literal)*) => {
        /// Why a clerk does not see something, or not as it is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Why { $($name,)* }

        impl Why {
            /// The kind of question that it makes.
            pub fn kind(self) -> Kind {
                match self { $(Why::$name => Kind::$kind,)* }
            }

            /// What is wrong, to stand after a place: `row 5: hidden`.
            pub fn words(self) -> Phrase {
                match self { $(Why::$name => Phrase::new($en, $zh),)* }
            }
        }
    };
}

whys! {
    SheetHidden HiddenSheet "a hidden sheet" "隐藏的工作表"
    SheetVeryHidden HiddenSheet "a sheet that is hidden so that the menu does not show it" "深度隐藏的工作表（菜单中看不到）"
    RowHidden HiddenRow "a hidden row" "隐藏的行"
    RowFiltered HiddenRow "a row that is filtered away or hidden" "被筛选掉或隐藏的行"
    RowGrouped HiddenRow "a row in a group that is folded up" "分级折叠而隐藏的行"
    RowFlat HiddenRow "a row of no height" "行高为零的行"
    ColumnHidden HiddenColumn "a hidden column" "隐藏的列"
    ColumnGrouped HiddenColumn "a column in a group that is folded up" "分级折叠而隐藏的列"
    ColumnNarrow HiddenColumn "a column of no width" "列宽为零的列"
    Struck Struck "a cell that is struck through" "带删除线的单元格"
    PartlyStruck Struck "a cell with words that are struck through" "部分文字带删除线的单元格"
    SameColor Unseen "a value in the color of its ground, such as white on white" "字色与底色相同（例如白底白字）的内容"
    Tiny Unseen "a value in letters too small to see" "字号小到看不见的内容"
    Format Unseen "a value that its number format does not show, such as ;;;" "数字格式（例如 ;;;）使其不显示的内容"
    NoZeros Unseen "a zero on a sheet that shows no zeros" "工作表设为不显示零值时的 0"
    Covered Unseen "a value under a merged cell" "被合并单元格盖住的内容"
    Conditional Conditional "a column in which a rule strikes cells through or makes them invisible" "条件格式会使单元格带删除线或看不见的列"
}

impl Table {
    /// The table as a place.
    pub fn place(&self) -> Place {
        both(|lang| match (&self.sheet, lang) {
            (None, _) => self.file.clone(),
            (Some(sheet), Lang::En) => format!("{}, sheet {sheet}", self.file),
            (Some(sheet), Lang::Zh) => format!("{}，工作表 {sheet}", self.file),
        })
    }
}

/// The letters of a column: A for 0, AA for 26.
pub fn letters(column: usize) -> String {
    let mut left = column;
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(b'A' + u8::try_from(left % 26).unwrap_or(0)));
        match (left / 26).checked_sub(1) {
            Some(more) => left = more,
            None => return letters.iter().rev().collect(),
        }
    }
}
