//! The rows as they would be taken, shown before anything is written.

use super::config::need_in_chinese;
use super::fault::without_numbers;
use crate::words::say::counted;
use floorlot::rules::Lang;
use unicode_width::UnicodeWidthStr;

/// Every household, in the order of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    pub rows: Vec<Shown>,
    /// Whether any of them is a claim of a family.
    pub families: bool,
}

/// A row of the table of households, as the plan would have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The sheet, if there are several.
    pub sheet: Option<String>,
    /// The row as the spreadsheet shows it.
    pub row: u32,
    pub id: String,
    /// Masked.
    pub name: String,
    pub pool: String,
    pub tier: u64,
    pub needs: Vec<String>,
    pub group: Option<String>,
    /// The id of the family of which it is a claim.
    pub family: Option<String>,
    /// Whether the code is bound to a person by a commitment.
    pub bound: bool,
    /// What somebody should look at: the words of `Kind`, and hints.
    pub remarks: Vec<String>,
}

/// How many rows are shown although nothing is remarkable about them.
const FIRST: usize = 10;

impl Preview {
    /// The heads of `cells`. There is a column of families where there are families.
    pub fn heads(&self, lang: Lang) -> Vec<&'static str> {
        let heads = [
            ("row", "行"),
            ("code", "户号"),
            ("name", "姓名"),
            ("family", "家庭"),
            ("pool", "批次"),
            ("tier", "顺位"),
            ("needs", "照顾需求"),
            ("group", "结伴组"),
            ("person bound", "已绑定本人"),
            ("look at", "请留意"),
        ];
        let families = self.families;
        let shown = heads.iter().filter(|(en, _)| families || *en != "family");
        shown.map(|(en, zh)| if lang == Lang::En { *en } else { *zh }).collect()
    }

    /// One text for each of the heads.
    pub fn cells(&self, row: &Shown, lang: Lang) -> Vec<String> {
        let mut cells = row.cells(lang).to_vec();
        if !self.families {
            cells.remove(3);
        }
        cells
    }

    /// The first rows and those with something remarkable, or all, for the terminal.
    pub(super) fn shown(&self, all: bool, lang: Lang) -> Vec<String> {
        let rows: Vec<&Shown> = self
            .rows
            .iter()
            .enumerate()
            .filter(|(n, row)| all || *n < FIRST || !row.remarks.is_empty())
            .map(|(_, row)| row)
            .collect();
        let (shown, count) = (rows.len(), self.rows.len());
        let title = match lang {
            Lang::En if shown == count => format!("preview, all {}:", counted(count, "household")),
            Lang::En => format!(
                "preview, {shown} of {} (--preview shows all):",
                counted(count, "household")
            ),
            Lang::Zh if shown == count => format!("预览（全部 {count} 户）："),
            Lang::Zh => format!("预览（{count} 户中的 {shown} 户，用 --preview 看全部）："),
        };
        let mut table: Vec<Vec<String>> =
            vec![self.heads(lang).into_iter().map(str::to_owned).collect()];
        table.extend(rows.iter().map(|row| self.cells(row, lang)));
        std::iter::once(title).chain(aligned(&table)).collect()
    }
}

impl Shown {
    /// What is a fault in the table is not for the screen either.
    pub(super) fn without_numbers(&mut self) {
        let texts = [&mut self.id, &mut self.name, &mut self.pool]
            .into_iter()
            .chain(&mut self.sheet)
            .chain(&mut self.group)
            .chain(&mut self.family);
        texts.chain(&mut self.needs).for_each(|text| *text = without_numbers(text));
    }

    fn cells(&self, lang: Lang) -> [String; 10] {
        let row = self
            .sheet
            .as_ref()
            .map_or_else(|| self.row.to_string(), |sheet| format!("{sheet} {}", self.row));
        let bound = match (self.bound, lang) {
            (false, _) => "",
            (true, Lang::En) => "yes",
            (true, Lang::Zh) => "是",
        };
        let list = |words: &[String]| words.join(if lang == Lang::En { ", " } else { "、" });
        let needs: Vec<String> = self
            .needs
            .iter()
            .map(|need| if lang == Lang::En { need } else { need_in_chinese(need) }.to_owned())
            .collect();
        let (needs, remarks) = (list(&needs), list(&self.remarks));
        let group = self.group.clone().unwrap_or_default();
        [
            row,
            self.id.clone(),
            self.name.clone(),
            self.family.clone().unwrap_or_default(),
            self.pool.clone(),
            self.tier.to_string(),
            needs,
            group,
            bound.into(),
            remarks,
        ]
    }
}

/// The cells in columns, as a terminal shows them: a Chinese character is as wide as two letters.
fn aligned(table: &[Vec<String>]) -> Vec<String> {
    let width = |column: usize| {
        table.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..table.first().map_or(0, Vec::len)).map(width).collect();
    let padded = |(cell, width): (&String, &usize)| {
        format!("  {cell}{}", " ".repeat(width.saturating_sub(cell.width())))
    };
    table
        .iter()
        .map(|row| row.iter().zip(&widths).map(padded).collect::<String>().trim_end().to_owned())
        .collect()
}
