//! What a file is: its first bytes and its parts tell, never its ending. What is no table is told
//! what it is, and what to do.

use super::super::fault::Fault;
use super::foreign::{archive, document, known_bytes};
use super::package::Package;
use super::source::Source;
use super::table::Table;
use super::{csv_text, ods, xls, xlsx};
use floorlot::rules::Phrase;
use std::path::Path;

/// The tables of a file. That it is not what its ending says is noted with each.
pub(super) fn tables(source: &Source<'_>, bytes: &[u8]) -> Result<Vec<Table>, Fault> {
    not_of_the_program_itself(source)?;
    let (mut tables, kind, endings) =
        if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
            zipped(source, bytes)?
        } else if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) {
            (xls::tables(source, bytes)?, ".xls", &["xls", "xlt", "et", "ett"][..])
        } else {
            known_bytes(source, bytes)?;
            let (table, kind) = csv_text::table(source, bytes)?;
            (vec![table], kind, &["csv", "txt", "tsv", "tab"][..])
        };
    if tables.is_empty() {
        return Err(document(
            source,
            Phrase::new("a workbook without a sheet of cells", "没有普通工作表的工作簿"),
        ));
    }
    let note = misnamed(source.file, kind, endings);
    tables.iter_mut().for_each(|table| table.notes.extend(note.clone()));
    Ok(tables)
}

/// That a file is not what its ending says.
fn misnamed(file: &str, kind: &str, endings: &[&str]) -> Option<Phrase> {
    let ending = Path::new(file).extension().map(|ending| ending.to_string_lossy().into_owned());
    let kind_zh =
        if kind == csv_text::WITH_TABS { "以制表符分隔的文字（.txt）" } else { kind };
    match ending {
        Some(ending) if endings.contains(&ending.to_ascii_lowercase().as_str()) => None,
        Some(ending) => Some(Phrase::new(
            format!("the file is {kind} although it is named .{ending}; it is read as what it is"),
            format!("文件实际是 {kind_zh}，却名为 .{ending}；按实际格式读取"),
        )),
        None => Some(Phrase::new(
            format!("the file is {kind}; its name has no ending"),
            format!("文件是 {kind_zh}，文件名没有扩展名"),
        )),
    }
}

/// Files that spreadsheet programs put beside an open workbook.
fn not_of_the_program_itself(source: &Source<'_>) -> Result<(), Fault> {
    let beside = ["~$", ".~lock.", ".~"].iter().find_map(|start| source.file.strip_prefix(start));
    let Some(name) = beside else { return Ok(()) };
    let found = Phrase::new(
        "the mark of a spreadsheet program that has a workbook open",
        "表格软件打开工作簿时产生的临时标记文件",
    );
    let advice = Phrase::new(
        format!("close the workbook and name {name} itself"),
        format!("请关闭该工作簿，并指明 {name} 本身"),
    );
    Err(source.other(found, advice))
}

type Zipped = (Vec<Table>, &'static str, &'static [&'static str]);

/// A zip file: a workbook of one kind or another, or something else.
fn zipped(source: &Source<'_>, bytes: &[u8]) -> Result<Zipped, Fault> {
    let mut package = Package::open(source, bytes)?;
    if let Some(kind) = package.part("mimetype").ok().flatten() {
        if kind.trim().starts_with("application/vnd.oasis.opendocument.spreadsheet") {
            return Ok((ods::tables(package)?, ".ods", &["ods", "ots"]));
        }
        return Err(document(
            source,
            Phrase::new("an OpenDocument file that is not a table", "不是表格的 OpenDocument 文档"),
        ));
    }
    let starts = |start: &str| package.names().any(|name| name.starts_with(start));
    if package.has("xl/workbook.bin") {
        return Err(document(source, Phrase::new("a workbook of the kind .xlsb", ".xlsb 工作簿")));
    }
    if package.has("[Content_Types].xml") && (starts("xl/") || !(starts("word/") || starts("ppt/")))
    {
        return Ok((xlsx::tables(package)?, ".xlsx", &["xlsx", "xlsm", "xltx", "xltm"]));
    }
    if package.has("content.xml") && package.has("META-INF/manifest.xml") {
        return Ok((ods::tables(package)?, ".ods", &["ods", "ots"]));
    }
    Err(if starts("word/") {
        document(source, Phrase::new("a text document (.docx)", "文字文档（.docx）"))
    } else if starts("ppt/") {
        document(source, Phrase::new("a presentation (.pptx)", "演示文稿（.pptx）"))
    } else if starts("index/") || package.has("index.zip") {
        document(source, Phrase::new("a document of Apple Numbers", "苹果 Numbers 表格"))
    } else {
        archive(source, "zip")
    })
}
