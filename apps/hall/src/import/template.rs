//! `template`: a blank workbook for the roll, the units, the settings and the panel, which `import`
//! reads back without `draw.toml`.

use super::fields::{FIELDS, Takes};
use super::filled::{PANEL, SETTINGS, WORKED, WORKED_MEMBERS};
use crate::words::program::program;
use crate::words::say::{Stop, say, tr};
use floorlot::rules::{Lang, USUAL_NEEDS};
use floorlot::system::io_words;
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DataValidationRule, DocProperties,
    ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};
use std::io::Write;
use std::path::PathBuf;

/// What `template` is given.
#[derive(Debug, Clone, clap::Args)]
pub struct TemplateArgs {
    /// The workbook to write; a file that is there stays · 写出的空白表
    #[arg(long, value_name = "FILE", default_value = "template.xlsx")]
    out: PathBuf,
}

/// Writes the workbook, and over nothing.
pub(crate) fn template(args: &TemplateArgs, lang: Lang) -> Result<(), Stop> {
    let bytes = workbook(lang).map_err(Stop::Failed)?;
    let failed = |error: std::io::Error| Stop::Failed(file_words(args, &error, lang));
    let mut file = std::fs::File::create_new(&args.out).map_err(failed)?;
    file.write_all(&bytes).and_then(|()| file.sync_all()).map_err(failed)?;
    let (out, program) = (args.out.display(), program("draw_session"));
    say(tr!(
        lang,
        "{out} is written. Fill in its four sheets, then: {program} import --roll {out}",
        "已写出 {out}。请填写其中四张工作表，然后运行：{program} import --roll {out}"
    ));
    Ok(())
}

fn file_words(args: &TemplateArgs, error: &std::io::Error, lang: Lang) -> String {
    let (out, words) = (args.out.display(), io_words(error));
    if error.kind() == std::io::ErrorKind::AlreadyExists {
        return tr!(
            lang,
            "{out} is there already and stays as it is; name another file with --out",
            "{out} 已存在，保持原样；请用 --out 另指文件"
        );
    }
    let words = words.get(lang);
    tr!(lang, "{out}: {words}", "{out}：{words}")
}

/// A column of one of the two tables.
struct Column {
    /// English, Chinese; so everywhere below.
    head: (&'static str, &'static str),
    help: (&'static str, &'static str),
    worked: (&'static str, &'static str),
    width: f64,
    kind: Kind,
}

/// What the cells of a column are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Kept as it is typed: `0301`, `3-2`, eighteen digits.
    Text,
    /// From 1.
    Whole(i32),
    Decimal,
    /// Usual words; others may be written, and several.
    Needs,
    Other,
}

const fn column(
    head: (&'static str, &'static str),
    help: (&'static str, &'static str),
    worked: (&'static str, &'static str),
    width: f64,
    kind: Kind,
) -> Column {
    Column { head, help, worked, width, kind }
}

const ROLL: &[Column] = &[
    column(
        ("household id", "户号"),
        ("Needed. Each household once; letters and digits.", "必填，每户一个，用字母和数字。"),
        WORKED,
        16.0,
        Kind::Text,
    ),
    column(
        ("name", "户主"),
        ("It is masked in the plan.", "方案中自动遮盖。"),
        ("Zhang Xiaoming", "张小明"),
        16.0,
        Kind::Text,
    ),
    column(
        ("identity document number", "身份证号"),
        (
            "May be empty. It never enters the plan: it makes a sealed slip for the household.",
            "可不填。号码不进入方案，只用来制作密封件。",
        ),
        ("", ""),
        24.0,
        Kind::Text,
    ),
    column(
        ("building", "楼栋"),
        ("As in the table of units.", "与房源表一致。"),
        ("Block 1", "1号楼"),
        12.0,
        Kind::Text,
    ),
    column(
        ("flat type", "户型"),
        ("As in the table of units.", "与房源表一致。"),
        ("two rooms", "两室"),
        12.0,
        Kind::Text,
    ),
    column(
        ("tier", "顺位"),
        ("1 is called first. Everybody has 1 if all are equal.", "1 最先叫号；不分先后则都填 1。"),
        ("1", "1"),
        8.0,
        Kind::Whole(999),
    ),
    column(
        ("needs", "照顾需求"),
        ("May be empty. Several with a comma between.", "可不填；多项用顿号分开。"),
        ("step-free", "无障碍"),
        16.0,
        Kind::Needs,
    ),
    column(
        ("group", "结伴组"),
        (
            "May be empty. Households with the same word are called one after the other.",
            "可不填。填相同组名的各户连续叫号。",
        ),
        ("", ""),
        12.0,
        Kind::Text,
    ),
];

const UNITS: &[Column] = &[
    column(
        ("unit id", "房源编号"),
        ("Needed. Each flat once; letters and digits.", "必填，每套一个，用字母和数字。"),
        WORKED,
        16.0,
        Kind::Text,
    ),
    column(
        ("room number", "室号"),
        ("As it stands on the door.", "与门牌一致。"),
        ("301", "301"),
        12.0,
        Kind::Text,
    ),
    column(
        ("storey", "所在层"),
        ("Needed. The storey counted from the ground.", "必填，从地面数起的自然层。"),
        ("3", "3"),
        8.0,
        Kind::Whole(999),
    ),
    column(
        ("building", "楼栋"),
        ("As in the table of households.", "与住户表一致。"),
        ("Block 1", "1号楼"),
        12.0,
        Kind::Text,
    ),
    column(
        ("flat type", "户型"),
        ("As in the table of households.", "与住户表一致。"),
        ("two rooms", "两室"),
        12.0,
        Kind::Text,
    ),
    column(
        ("features", "特征"),
        (
            "Which needs the flat meets. Several with a comma between.",
            "该房满足哪些照顾需求；多项用顿号分开。",
        ),
        ("step-free", "无障碍"),
        16.0,
        Kind::Needs,
    ),
    column(
        ("area (m2)", "面积（平方米）"),
        ("May be empty for all flats.", "可全部不填。"),
        ("89.25", "89.25"),
        12.0,
        Kind::Decimal,
    ),
    column(
        ("price (yuan)", "总价（元）"),
        ("May be empty for all flats.", "可全部不填。"),
        ("1234567.89", "1234567.89"),
        16.0,
        Kind::Decimal,
    ),
    column(
        ("not drawn because", "不参加抽签"),
        ("The reason, if this flat is not drawn.", "该房不参加抽签的，在此写明原因。"),
        ("", ""),
        20.0,
        Kind::Other,
    ),
];

/// How many rows have drop-downs: more than the largest estates.
const ROWS: u32 = 20_000;

/// Whether the texts of a row are those of a worked line, whatever language it is in.
pub(super) fn is_as_it_was(row: &[String]) -> bool {
    let there: Vec<&str> = row.iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
    let worked = |columns: &[Column], zh: bool| {
        let texts = columns.iter().map(|column| pick(column.worked, zh));
        texts.filter(|text| !text.is_empty()).eq(there.iter().copied())
    };
    [ROLL, UNITS].iter().any(|columns| worked(columns, true) || worked(columns, false))
}

fn pick<T>((en, zh): (T, T), is_zh: bool) -> T {
    if is_zh { zh } else { en }
}

/// The workbook as bytes.
pub fn workbook(lang: Lang) -> Result<Vec<u8>, String> {
    made(lang == Lang::Zh).map_err(|error| error.to_string())
}

fn made(zh: bool) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // Always the same, so that the same program makes the same file.
    let made = ExcelDateTime::from_timestamp(946_684_800)?;
    book.set_properties(&DocProperties::new().set_author("floorlot").set_creation_datetime(&made));
    table(book.add_worksheet().set_name(pick(("Households", "住户"), zh))?, ROLL, zh)?;
    table(book.add_worksheet().set_name(pick(("Units", "房源"), zh))?, UNITS, zh)?;
    settings(book.add_worksheet().set_name(pick(("Settings", "设置"), zh))?, zh)?;
    panel(book.add_worksheet().set_name(pick(("Panel", "监督小组"), zh))?, zh)?;
    book.save_to_buffer()
}

fn head() -> Format {
    Format::new()
        .set_bold()
        .set_background_color(Color::RGB(0xDC_E6_F2))
        .set_border(FormatBorder::Thin)
        .set_text_wrap()
        .set_align(FormatAlign::VerticalCenter)
}

/// Cells that are kept as they are typed.
fn as_typed() -> Format {
    Format::new().set_num_format("@")
}

fn worked() -> Format {
    as_typed().set_italic().set_font_color(Color::RGB(0x5A_64_72))
}

/// One of the two tables: heads, a worked line, and rows to fill in.
fn table(sheet: &mut Worksheet, columns: &[Column], zh: bool) -> Result<(), XlsxError> {
    sheet.set_freeze_panes(1, 0)?;
    for (at, column) in (0_u16..).zip(columns) {
        sheet.set_column_width(at, column.width)?;
        if matches!(column.kind, Kind::Text | Kind::Needs | Kind::Other) {
            sheet.set_column_format(at, &as_typed())?;
        }
        sheet.write_string_with_format(0, at, pick(column.head, zh), &head())?;
        let text = pick(column.worked, zh);
        if !text.is_empty() {
            sheet.write_string_with_format(1, at, text, &worked())?;
        }
        let rule = match column.kind {
            Kind::Whole(most) => {
                DataValidation::new().allow_whole_number(DataValidationRule::Between(1, most))
            }
            Kind::Decimal => DataValidation::new()
                .allow_decimal_number(DataValidationRule::GreaterThan(0.0))
                .set_error_style(DataValidationErrorStyle::Warning),
            Kind::Needs => {
                let words = USUAL_NEEDS.map(|(id, _, name)| if zh { name } else { id });
                // Several words are no entry of the list, and right all the same.
                DataValidation::new().allow_list_strings(&words)?.show_error_message(false)
            }
            Kind::Text | Kind::Other => DataValidation::new(),
        };
        let rule = rule.set_input_message(pick(column.help, zh))?;
        sheet.add_data_validation(2, at, ROWS, at, &rule)?;
    }
    Ok(())
}

/// The settings, one a row.
fn settings(sheet: &mut Worksheet, zh: bool) -> Result<(), XlsxError> {
    heads(sheet, &SETTINGS, &[30.0, 34.0, 34.0, 60.0], zh)?;
    let fill =
        as_typed().set_border(FormatBorder::Thin).set_background_color(Color::RGB(0xFF_FB_E6));
    let grey = Format::new().set_font_color(Color::RGB(0x5A_64_72)).set_text_wrap();
    for (row, field) in (1_u32..).zip(FIELDS) {
        let needed = Format::new().set_bold();
        let name = if field.needed { needed } else { Format::new() };
        sheet.write_string_with_format(row, 0, pick(field.name, zh), &name)?;
        let usually = match field.takes {
            Takes::One(words) => words
                .iter()
                .find(|(word, ..)| *word == field.usually)
                .map_or("", |(_, en, name)| pick((*en, *name), zh)),
            _ => field.usually,
        };
        sheet.write_string_with_format(row, 1, usually, &fill)?;
        sheet.write_string_with_format(row, 2, pick(field.example, zh), &worked())?;
        sheet.write_string_with_format(row, 3, pick(field.help, zh), &grey)?;
        if let Takes::One(words) = field.takes {
            let names: Vec<&str> =
                words.iter().map(|(_, en, name)| pick((*en, *name), zh)).collect();
            let rule = DataValidation::new().allow_list_strings(&names)?;
            sheet.add_data_validation(row, 1, row, 1, &rule)?;
        }
    }
    Ok(())
}

/// The panel, one member a row.
fn panel(sheet: &mut Worksheet, zh: bool) -> Result<(), XlsxError> {
    heads(sheet, &PANEL, &[18.0, 20.0, 16.0, 18.0, 80.0], zh)?;
    let helps: [(&str, &str); 5] = [
        (
            "At least two benches, such as residents and officials.",
            "至少两个席位，如居民代表、工作人员。",
        ),
        (
            "How many of the bench must take part. Once for each bench.",
            "本席位至少须有几人到场，每个席位写一次即可。",
        ),
        ("May be empty: r1, r2 … are given.", "可不填，自动编为 r1、r2 …。"),
        ("It is masked in the plan.", "方案中自动遮盖。"),
        (
            "As `draw_session key new` prints it; empty for who signs on paper.",
            "由 draw_session key new 生成；纸面签名的不填。",
        ),
    ];
    for (at, help) in (0_u16..).zip(helps) {
        sheet.set_column_format(at, &as_typed())?;
        let rule = if at == 0 {
            let benches =
                if zh { ["居民代表", "工作人员"] } else { ["Residents", "Officials"] };
            DataValidation::new().allow_list_strings(&benches)?.show_error_message(false)
        } else {
            DataValidation::new()
        };
        let rule = rule.set_input_message(pick(help, zh))?;
        sheet.add_data_validation(2, at, 300, at, &rule)?;
    }
    let [zh_line, en_line] = WORKED_MEMBERS;
    let line = if zh { zh_line } else { en_line };
    for (at, text) in (0_u16..).zip([pick(WORKED, zh)].iter().chain(&line)) {
        if !text.is_empty() {
            sheet.write_string_with_format(1, at, *text, &worked())?;
        }
    }
    Ok(())
}

fn heads(
    sheet: &mut Worksheet,
    names: &[(&str, &str)],
    widths: &[f64],
    zh: bool,
) -> Result<(), XlsxError> {
    sheet.set_freeze_panes(1, 0)?;
    for (at, (name, width)) in (0_u16..).zip(names.iter().zip(widths)) {
        sheet.set_column_width(at, *width)?;
        sheet.write_string_with_format(0, at, pick(*name, zh), &head())?;
    }
    Ok(())
}
