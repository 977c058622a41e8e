//! From cells to values: spaces, full-width characters, numbers stored as text and what else
//! offices' files have in them.

use super::amounts::Amount;
use super::characters::{self, with_code};
use super::columns::{Columns, Field, Inputs};
use super::config::is_nothing;
use super::dates::{self, Looks};
use super::document::{self, Document, Number, Person, is_scientific};
use super::fault::{At, Fault, is_private, quoted};
use super::notes::Notes;
use super::question::Kind;
use super::sheet::{Cell, Row, Stored, Table};
use floorlot::rules::{Lang, Phrase};
use floorlot_verify::common::mask::{STARS, mask};
use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization;

/// What was changed on the way, by number of cells.
#[derive(Debug, Default)]
pub(super) struct Tally {
    spaces: u64,
    width: u64,
    form: u64,
    decimals: u64,
    quotes: u64,
    pub(super) masked: u64,
    pub(super) already: u64,
    /// Characters that were read as what they look like, with the cells.
    read_as: BTreeMap<(char, String), Vec<(At, Field)>>,
}

impl Tally {
    /// Each character with the cells that it stands in: `⾼ (U+2FBC) read as 高 (U+9AD8)`.
    pub(super) fn characters(&self, inputs: Inputs<'_>, lang: Lang) -> String {
        let line = |((from, to), cells): (&(char, String), &Vec<(At, Field)>)| {
            let (n, more) = (cells.len(), if cells.len() > 20 { " …" } else { "" });
            let (from, to) = (with_code(&from.to_string()), with_code(to));
            let cell =
                |(at, field): &(At, Field)| inputs.place(*at, Some(*field)).get(lang).to_owned();
            let some: Vec<String> = cells.iter().take(20).map(cell).collect();
            match lang {
                Lang::En => format!("  {from} read as {to}: {n} ({}{more})\n", some.join("; ")),
                Lang::Zh => format!("  {from} 读作 {to}：{n} 处（{}{more}）\n", some.join("；")),
            }
        };
        self.read_as.iter().map(line).collect()
    }

    /// One line for each kind of change that was made.
    pub(super) fn shown(&self, lang: Lang) -> String {
        let kinds = [
            (
                self.spaces,
                "stray spaces or invisible characters removed",
                "去掉多余空格或不可见字符",
            ),
            (self.width, "full-width characters made half-width", "全角字符改为半角"),
            (
                self.form,
                "texts put into Unicode normalization form C",
                "文字改为 Unicode 规范形式 C",
            ),
            (
                self.quotes,
                "apostrophes and =\"…\" around values removed",
                "去掉单元格内容外的撇号或 =\"…\"",
            ),
            (self.decimals, "decimals such as 12.0 read as 12", "12.0 之类读作 12"),
            (self.masked, "names masked", "姓名脱敏"),
            (self.already, "names masked already, kept", "姓名原已脱敏，保留"),
        ];
        let line = |(n, en, zh): &(u64, &str, &str)| match lang {
            Lang::En => format!("  {en}: {n}\n"),
            Lang::Zh => format!("  {zh}：{n} 处\n"),
        };
        kinds.iter().filter(|(n, ..)| *n > 0).map(line).collect()
    }
}

/// A cell that holds something which cannot be taken; the fault is noted.
pub(super) struct Bad;

/// The name in a cell.
#[derive(Default)]
pub(super) struct Name {
    /// Masked, for the plan.
    pub(super) shown: String,
    /// As it stands there, unless it is masked already.
    pub(super) whole: Option<String>,
}

/// Reads the cells of one sheet and notes what is wrong with them.
pub(super) struct Reader<'a> {
    pub(super) sheet: usize,
    pub(super) table: &'a Table,
    pub(super) columns: &'a Columns,
    pub(super) notes: &'a mut Notes,
    pub(super) tally: &'a mut Tally,
    /// Whether a fault was noted.
    pub(super) any_bad: bool,
    /// Whether most document numbers end in 000.
    pub(super) rounded: bool,
}

impl Reader<'_> {
    pub(super) fn at(&self, row: u32) -> At {
        At { role: self.columns.role, sheet: self.sheet, row }
    }

    fn made(&self, row: u32, field: Field, [found, expected, advice]: [Phrase; 3]) -> Fault {
        let place = self.columns.place(self.table, Some(row), Some(field));
        let column = self.columns.column(field);
        Fault::new(place, found, expected, advice)
            .at(self.at(row))
            .in_cell(self.table.place(), column)
    }

    pub(super) fn fault(
        &mut self,
        row: u32,
        field: Field,
        found: Phrase,
        expected: Phrase,
        advice: Phrase,
    ) {
        self.any_bad = true;
        let fault = self.made(row, field, [found, expected, advice]);
        self.notes.faults.push(fault);
    }

    /// Asks about a document number. Without names no number is bound to anybody.
    fn ask_document(&mut self, kind: Kind, row: u32, words: [Phrase; 3]) {
        let field = Field::Document;
        // Without names no number is bound to anybody, so nobody need look it up.
        if !self.columns.has(Field::Name) {
            return;
        }
        let fault = self.made(row, field, words);
        self.notes.ask(kind, vec![self.at(row)], fault);
    }

    /// The text of a cell without stray spaces, with characters for what looks like them.
    fn raw(&mut self, row: &Row, field: Field) -> Result<Option<String>, Bad> {
        let Some(column) = self.columns.get(field) else {
            return Ok(self.columns.fixed.get(&field).cloned());
        };
        match row.cell(column) {
            Cell::Empty => Ok(None),
            Cell::Number(number) => Ok(Some(number.clone())),
            Cell::Text(text) => self.tidied(row.number, field, text),
            other => {
                // What stands behind a name or a document number is not for the screen.
                let private = matches!(field, Field::Name | Field::Document);
                let (found, expected, advice) =
                    unusable(&if private { without_content(other) } else { other.clone() });
                self.fault(row.number, field, found, expected, advice);
                Err(Bad)
            }
        }
    }

    fn tidied(&mut self, row: u32, field: Field, text: &str) -> Result<Option<String>, Bad> {
        let tidy = tidy(text);
        self.tally.spaces += u64::from(tidy != *text);
        let bare = unquoted(&tidy);
        self.tally.quotes += u64::from(bare != tidy);
        let plain = characters::plain(bare);
        self.tally.width += u64::from(plain.width);
        self.tally.form += u64::from(plain.form);
        let at = self.at(row);
        plain
            .read_as
            .iter()
            .for_each(|read| self.tally.read_as.entry(read.clone()).or_default().push((at, field)));
        if plain.parts.is_empty() {
            return Ok(Some(plain.text).filter(|text| !text.is_empty()));
        }
        let parts: Vec<String> =
            plain.parts.iter().map(|part| with_code(&part.to_string())).collect();
        let found = Phrase::new(
            format!(
                "{}, a part of a character, as texts copied from a PDF have it",
                parts.join(", ")
            ),
            format!("{}，只是偏旁（常见于从 PDF 复制的文字）", parts.join("、")),
        );
        let advice = Phrase::new("type the character again", "请重新输入该字");
        self.fault(row, field, found, Phrase::new("whole characters", "完整的汉字"), advice);
        Err(Bad)
    }

    /// An id: half-width, `12.0` made 12, and never a document number.
    pub(super) fn id(&mut self, row: &Row, field: Field) -> Result<Option<String>, Bad> {
        let Some(raw) = self.raw(row, field)? else { return Ok(None) };
        let id = self.narrow(&raw);
        // Before it is judged as a code: a spoilt value may look like anything.
        self.not_scientific(row, field, &id)?;
        self.no_date(row, field, &id)?;
        if field != Field::Id {
            self.public(row, field, &id)?;
        } else if is_private(&id) {
            let found = Phrase::new(
                format!(
                    "{}, which looks like an identity-document or telephone number",
                    quoted(&id).en
                ),
                format!("{}，像是身份证件号或电话号码", quoted(&id).zh),
            );
            let advice = Phrase::new(
                "give each household a code, and keep the list of codes in the office",
                "请为每户编代码，对照表留在办公室",
            );
            self.fault(row.number, field, found, Phrase::new("a code", "代码"), advice);
            return Err(Bad);
        }
        Ok(Some(id))
    }

    /// `1.2E+05` where a code or a label belongs: the spreadsheet has made a number of it.
    fn not_scientific(&mut self, row: &Row, field: Field, text: &str) -> Result<(), Bad> {
        // `1E5` may be a code; only a spreadsheet writes the plus.
        if !is_scientific(text) || !text.contains('+') {
            return Ok(());
        }
        let found = Phrase::new(
            format!("{}, in scientific notation", quoted(text).en),
            format!("{}，科学计数法的数字", quoted(text).zh),
        );
        let advice = Phrase::new(
            "format the column as text and type the value again",
            "请将该列设为文本格式并重新输入",
        );
        self.fault(row.number, field, found, Phrase::new("a code", "代码"), advice);
        Err(Bad)
    }

    /// What goes into the plan has no number of a person in it.
    fn public(&mut self, row: &Row, field: Field, text: &str) -> Result<(), Bad> {
        if !is_private(text) {
            return Ok(());
        }
        let found = Phrase::new(
            format!(
                "{}, with what looks like an identity-document or telephone number in it",
                quoted(text).en
            ),
            format!("{}，其中像是有身份证件号或电话号码", quoted(text).zh),
        );
        let expected = Phrase::new("a text without numbers of persons", "不含个人号码的文字");
        let advice = Phrase::new(
            "take the number out: the plan is public for ever",
            "请去掉号码：方案永久公开",
        );
        self.fault(row.number, field, found, expected, advice);
        Err(Bad)
    }

    /// `2-Mar` where a code or a label belongs: the spreadsheet has made a date of it.
    fn no_date(&mut self, row: &Row, field: Field, text: &str) -> Result<(), Bad> {
        let Some(looks) = dates::looks(text) else { return Ok(()) };
        let column = self.columns.get(field);
        // A whole column of 2025-01-02 is one of codes with a year in them.
        let date = |row: &Row| match column.map(|column| row.cell(column)) {
            Some(Cell::Text(text)) => dates::looks(text).is_some(),
            cell => cell.is_none_or(|cell| *cell == Cell::Empty),
        };
        if looks == Looks::Either && self.columns.rows(self.table).iter().all(date) {
            return Ok(());
        }
        let found = Phrase::new(
            format!(
                "{}, a date, which the spreadsheet made of something typed such as 3-2",
                quoted(text).en
            ),
            format!("{}，是日期（表格软件把 3-2 之类的输入变成了日期）", quoted(text).zh),
        );
        let advice = Phrase::new(
            "format the column as text and type the value again",
            "请将该列设为文本格式并重新输入",
        );
        self.fault(row.number, field, found, Phrase::new("text or a number", "文本或数字"), advice);
        Err(Bad)
    }

    /// A text for people, in normalization form C.
    pub(super) fn text(&mut self, row: &Row, field: Field) -> Result<Option<String>, Bad> {
        let Some(text) = self.raw(row, field)? else { return Ok(None) };
        self.public(row, field, &text)?;
        self.not_scientific(row, field, &text)?;
        // What looks like a date in a column of names is a name.
        if field != Field::Name {
            self.no_date(row, field, &text)?;
        }
        Ok(Some(whole_number(&text).map_or(text, |(number, decimals)| {
            self.tally.decimals += u64::from(decimals);
            number
        })))
    }

    /// What makes a band: a text, a number or a date.
    pub(super) fn band(&mut self, row: &Row) -> Result<Option<String>, Bad> {
        let cell = self.columns.get(Field::Band).map(|column| row.cell(column));
        if let Some(Cell::Date(stored)) = cell {
            return Ok(Some(dates::day(&stored.value)));
        }
        let Some(text) = self.raw(row, Field::Band)? else { return Ok(None) };
        self.public(row, Field::Band, &text)?;
        Ok(Some(self.narrow(&text)))
    }

    /// A masked name, and the whole one if the office has it.
    pub(super) fn name(&mut self, row: &Row) -> Result<Name, Bad> {
        let Some(raw) = self.raw(row, Field::Name)? else { return Ok(Name::default()) };
        self.names_alone(row, &raw)?;
        let masked = mask(&raw);
        self.tally.already += u64::from(masked.already);
        self.tally.masked += u64::from(!masked.already);
        // A name that is masked already, or has stars in it, is not whole, and nothing can be bound
        // to it.
        let whole = !masked.already && !raw.contains(STARS);
        Ok(Name { shown: masked.name, whole: whole.then_some(raw) })
    }

    /// A name with a number behind it, or a number in its place. Neither is for the screen.
    fn names_alone(&mut self, row: &Row, raw: &str) -> Result<(), Bad> {
        let narrow: String = raw.nfkc().filter(|c| !matches!(c, ' ' | '-')).collect();
        // Seven digits are no part of a name: a telephone or a document.
        let long = narrow.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() > 6);
        if long || is_private(raw) {
            let found = Phrase::new(
                "a telephone or document number in the column of names",
                "姓名列中的电话号码或证件号",
            );
            let advice = Phrase::new(
                "write the number into a column of its own, such as 身份证号 or 电话",
                "请把号码写到单独的列，例如 身份证号、电话",
            );
            self.fault(
                row.number,
                Field::Name,
                found,
                Phrase::new("a name alone", "只有姓名"),
                advice,
            );
            return Err(Bad);
        }
        if raw.contains(is_odd) {
            let found = Phrase::new(
                "a name with a question mark, a box or a character that has no shape",
                "含问号、方框或无法显示的字符的姓名",
            );
            let advice =
                Phrase::new("type the name again, as on the document", "请按证件重新输入姓名");
            let fault =
                self.made(row.number, Field::Name, [found, Phrase::new("a name", "姓名"), advice]);
            self.notes.ask(Kind::OddNames, vec![self.at(row.number)], fault);
        }
        Ok(())
    }

    /// The number of an identity document, and what is compared of it. It is never shown.
    pub(super) fn document(&mut self, row: &Row) -> (Result<Option<Number>, Bad>, Option<Person>) {
        let raw = match self.raw(row, Field::Document) {
            Err(bad) => return (Err(bad), None),
            Ok(None) => return (Ok(None), None),
            Ok(Some(raw)) => raw,
        };
        let expected = || Phrase::new("the number of an identity document", "身份证件的号码");
        match document::read(&self.narrow(&raw), self.rounded) {
            Ok(Document::Missing) => {
                let found = Phrase::new("a word in place of a number", "不是号码的文字");
                let advice = Phrase::new("fill in the number", "请补填号码");
                self.ask_document(Kind::NoDocument, row.number, [found, expected(), advice]);
                (Ok(None), None)
            }
            Ok(Document::Number(number)) => {
                if let Some(doubt) = number.doubt.clone() {
                    let advice = Phrase::new("compare it with the document", "请与证件核对");
                    self.ask_document(Kind::DocumentCheck, row.number, [doubt, expected(), advice]);
                }
                let person = number.person.clone();
                (Ok(Some(number)), Some(person))
            }
            Err(wrong) => {
                self.fault(row.number, Field::Document, wrong.found, expected(), wrong.advice);
                (Err(Bad), wrong.person)
            }
        }
    }

    /// A number in a column of document numbers that is left out: it is compared, and nothing else.
    pub(super) fn compared(&self, row: &Row) -> Option<Person> {
        let (Cell::Text(text) | Cell::Number(text)) = row.cell(self.columns.compared?) else {
            return None;
        };
        let narrow: String = tidy(text).nfkc().collect();
        match document::read(unquoted(&narrow), self.rounded) {
            Ok(Document::Number(number)) => Some(number.person),
            Ok(Document::Missing) => None,
            Err(wrong) => wrong.person,
        }
    }

    /// Whether most of the document numbers of eighteen digits end in 000.
    pub(super) fn mostly_rounded(&self) -> bool {
        let Some(column) = self.columns.get(Field::Document).or(self.columns.compared) else {
            return false;
        };
        let digits = |row: &Row| match row.cell(column) {
            Cell::Text(text) => Some(text.chars().filter(char::is_ascii_digit).collect::<String>())
                .filter(|digits| digits.len() == 18),
            _ => None,
        };
        let numbers: Vec<String> =
            self.columns.rows(self.table).iter().filter_map(digits).collect();
        let rounded = numbers.iter().filter(|digits| document::ends_rounded(digits)).count();
        // Of two documents one may end in 000 by chance.
        rounded > 1 && rounded * 2 > numbers.len()
    }

    /// Whether there is something in the cell: 无 and `-` say that there is nothing.
    pub(super) fn filled(&self, row: &Row, field: Field) -> bool {
        match self.columns.get(field).map(|column| row.cell(column)) {
            None | Some(Cell::Empty) => false,
            // `0` is a number that somebody has typed.
            Some(Cell::Text(text)) => {
                let text = tidy(text);
                !text.is_empty() && (text == "0" || !is_nothing(&text))
            }
            Some(_) => true,
        }
    }

    /// A whole number within limits, also written as 第三顺位 or 15层.
    pub(super) fn number(
        &mut self,
        row: &Row,
        field: Field,
        (low, high): (u64, u64),
    ) -> Result<u64, Bad> {
        let raw = self.raw(row, field)?;
        let narrow = raw.as_deref().map(|raw| self.narrow(raw));
        // P7: a number outside the limits of its field is not cut to them.
        let number = narrow.as_deref().and_then(parse_number).filter(|n| (low..=high).contains(n));
        number.ok_or_else(|| {
            let found = narrow.as_deref().map_or(Phrase::new("nothing", "空白"), quoted);
            let expected = Phrase::new(
                format!("a whole number from {low} to {high}"),
                format!("{low} 至 {high} 的整数"),
            );
            self.fault(
                row.number,
                field,
                found,
                expected,
                Phrase::new("correct the cell", "请更正此单元格"),
            );
            Bad
        })
    }

    /// An amount in hundredths, if there is one.
    pub(super) fn amount(&mut self, row: &Row, field: Field) -> Result<Option<u64>, Bad> {
        // An area or a price of 0 is a slip; 无 and `-` say that there is none. What a household is
        // entitled to is always a number.
        let known = |raw: &String| raw == "0" || field == Field::Entitled || !is_nothing(raw);
        let Some(raw) = self.raw(row, field)?.filter(known) else { return Ok(None) };
        let read = Amount::of(field).read(&raw).map_err(|wrong| {
            let [found, expected, advice] = *wrong;
            self.fault(row.number, field, found, expected, advice);
            Bad
        });
        read.map(Some)
    }

    /// Words with separators between them, half-width.
    pub(super) fn list(&mut self, row: &Row, field: Field) -> Result<Vec<String>, Bad> {
        let Some(raw) = self.raw(row, field)? else { return Ok(Vec::new()) };
        let narrow = self.narrow(&raw);
        let words: Vec<&str> = narrow
            .split([',', '、', ';', '/', '|', '>'])
            .map(str::trim)
            .filter(|word| !word.is_empty())
            .collect();
        words.iter().try_for_each(|word| self.public(row, field, word))?;
        Ok(words.into_iter().map(str::to_owned).collect())
    }

    /// Compatibility form, so that ７Ａ is 7A, and 12 for 12.0.
    fn narrow(&mut self, raw: &str) -> String {
        let narrow = tidy(&raw.nfkc().collect::<String>());
        self.tally.width += u64::from(narrow != raw);
        whole_number(&narrow).map_or(narrow, |(number, decimals)| {
            self.tally.decimals += u64::from(decimals);
            number
        })
    }

    /// `0012` beside `13` in a column of ids: the spreadsheet has dropped the zeros in front.
    pub(super) fn lost_zeros(&mut self, field: Field) {
        let Some(column) = self.columns.get(field) else { return };
        let digits = |row: &Row| match row.cell(column) {
            Cell::Text(text) | Cell::Number(text) => {
                Some(tidy(text)).filter(|t| t.bytes().all(|b| b.is_ascii_digit()))
            }
            _ => None,
        };
        let rows = self.columns.rows(self.table);
        let mut widths: BTreeMap<usize, u32> = BTreeMap::new();
        rows.iter()
            .filter_map(digits)
            .filter(|d| d.starts_with('0'))
            .for_each(|d| *widths.entry(d.len()).or_default() += 1);
        // Codes of several widths with zeros in front are meant so.
        let Some((&width, _)) = widths.iter().next().filter(|_| widths.len() == 1) else { return };
        for (row, found) in rows
            .iter()
            .filter_map(|row| Some((row.number, digits(row).filter(|d| d.len() < width)?)))
        {
            let expected = Phrase::new(
                format!("{width} digits as in the other rows, such as {found:0>width$}"),
                format!("与其他行一样是 {width} 位数字，例如 {found:0>width$}"),
            );
            let advice = Phrase::new(
                "the spreadsheet has dropped the zeros: format the column as text",
                "表格软件去掉了前面的零：请将该列设为文本格式",
            );
            self.fault(row, field, quoted(&found), expected, advice);
        }
    }
}

/// What stands in a name where a program could not show or store a character.
fn is_odd(c: char) -> bool {
    let of_fonts = matches!(u32::from(c), 0xE000..=0xF8FF | 0xF_0000..=0x10_FFFF);
    matches!(c, '?' | '？' | '□' | '■' | '▢' | '◻' | '☐' | '〓' | '\u{FFFC}' | '\u{FFFD}')
        || of_fonts
}

/// The same fault without what stands in the cell.
fn without_content(cell: &Cell) -> Cell {
    let hidden =
        |stored: &Stored| Box::new(Stored { value: "…".into(), format: stored.format.clone() });
    match cell {
        Cell::Unevaluated(_) => Cell::Unevaluated(String::new()),
        Cell::Unshown(stored) => Cell::Unshown(hidden(stored)),
        Cell::Date(stored) => Cell::Date(hidden(stored)),
        other => other.clone(),
    }
}

/// What is wrong with a cell that holds neither text nor a number.
fn unusable(cell: &Cell) -> (Phrase, Phrase, Phrase) {
    let type_again = Phrase::new(
        "format the column as text and type the value again",
        "请将该列设为文本格式并重新输入",
    );
    match cell {
        Cell::Rounded(number) => {
            let n = number.len();
            let found = Phrase::new(
                format!("a number of {n} digits, which the spreadsheet has rounded"),
                format!("{n} 位的数字，已被表格软件舍入"),
            );
            (found, Phrase::new("text", "文本"), type_again)
        }
        Cell::Error(error) => {
            let found =
                Phrase::new(format!("the formula error {error}"), format!("公式错误 {error}"));
            (
                found,
                Phrase::new("a value", "数值"),
                Phrase::new("correct the formula or type the value", "请改正公式或直接输入数值"),
            )
        }
        Cell::Unevaluated(formula) => {
            let found = if formula.is_empty() {
                Phrase::new("a formula without a value", "没有计算结果的公式")
            } else {
                let formula = quoted(&format!("={formula}"));
                Phrase::new(
                    format!("a formula without a value ({})", formula.en),
                    format!("没有计算结果的公式（{}）", formula.zh),
                )
            };
            let advice = Phrase::new(
                "open the file in the spreadsheet program and save it as .xlsx, so that values are stored",
                "请用表格软件打开该文件并另存为 .xlsx，使计算结果存入文件",
            );
            (found, Phrase::new("a value", "数值"), advice)
        }
        Cell::Unshown(stored) => {
            let (value, format) = (quoted(&stored.value), quoted(&stored.format));
            let found = Phrase::new(
                format!(
                    "{} in the number format {}: what shows in the cell is not certain",
                    value.en, format.en
                ),
                format!("数字格式 {} 下的 {}，无法确定单元格显示的内容", format.zh, value.zh),
            );
            (found, Phrase::new("text or a plain number", "文本或普通数字"), type_again)
        }
        other => {
            let stored = match other {
                Cell::Date(stored) if stored.format.is_empty() => Phrase::same(&stored.value),
                Cell::Date(stored) => Phrase::new(
                    format!("{} in the format {}", stored.value, stored.format),
                    format!("{}，格式 {}", stored.value, stored.format),
                ),
                _ => Phrase::same(""),
            };
            let found = Phrase::new(
                format!(
                    "a date (stored as {}), which the spreadsheet made of something typed such as 3-2",
                    stored.en
                ),
                format!("日期（存为 {}；表格软件把 3-2 之类的输入变成了日期）", stored.zh),
            );
            (found, Phrase::new("text or a number", "文本或数字"), type_again)
        }
    }
}

/// Without what spreadsheet programs put around a text so that it stays a text: an apostrophe
/// before it, or `="…"`.
fn unquoted(text: &str) -> &str {
    let formula =
        text.strip_prefix('=').map(str::trim_start).and_then(|text| text.strip_prefix('"'));
    if let Some(inside) = formula.and_then(|text| text.strip_suffix('"')) {
        return inside.trim();
    }
    let mark = text
        .strip_prefix(['\'', '’', '‘', '`', '＇'])
        // An apostrophe before a sign is part of the text.
        .filter(|rest| rest.starts_with(char::is_alphanumeric));
    mark.map_or(text, |rest| rest.strip_suffix(['\'', '’']).unwrap_or(rest))
}

/// Without spaces around it, runs of white space made one space, invisible characters removed.
pub(super) fn tidy(text: &str) -> String {
    let visible: String = text
        .chars()
        .filter(|c| !matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}'))
        .collect();
    visible
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|w| !w.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// `12` for `12.0`, and whether there was something to drop. None if the text is no decimal.
fn whole_number(text: &str) -> Option<(String, bool)> {
    let (whole, zeros) = text.split_once('.')?;
    let digits = !whole.is_empty() && whole.bytes().all(|b| b.is_ascii_digit());
    (digits && !zeros.is_empty() && zeros.bytes().all(|b| b == b'0'))
        .then(|| (whole.to_owned(), true))
}

fn parse_number(text: &str) -> Option<u64> {
    let text = text.strip_prefix('第').unwrap_or(text);
    let ends = ["顺位", "套房", "套", "层", "楼", "级", "批", "梯次", "F", "f"];
    let text = ends.iter().find_map(|end| text.strip_suffix(end)).unwrap_or(text).trim();
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        text.parse().ok()
    } else {
        match text {
            "首" => Some(1),
            "两" => Some(2),
            other => parse_han(other),
        }
    }
}

/// 一 to 九十九.
pub(super) fn parse_han(text: &str) -> Option<u64> {
    let digit = |t: &str| match t.chars().collect::<Vec<_>>().as_slice() {
        [c] => "一二三四五六七八九".chars().zip(1..).find(|(d, _)| d == c).map(|(_, n)| n),
        _ => None,
    };
    match text.split_once('十') {
        None => digit(text),
        Some((tens, ones)) => {
            let tens = if tens.is_empty() { Some(1) } else { digit(tens) };
            let ones = if ones.is_empty() { Some(0) } else { digit(ones) };
            Some(tens? * 10 + ones?)
        }
    }
}
