//! What a file is: its first bytes and its parts tell, never its ending. What is no table is told
//! what it is, and what to do.

use super::super::fault::Fault;
use super::package::Package;
use super::source::Source;
use super::{Table, csv_text, ods, xls, xlsx};
use floorlot::rules::Words;
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
            Words::new("a workbook without a sheet of cells", "没有普通工作表的工作簿"),
        ));
    }
    let note = misnamed(source.file, kind, endings);
    tables.iter_mut().for_each(|table| table.notes.extend(note.clone()));
    Ok(tables)
}

/// That a file is not what its ending says.
fn misnamed(file: &str, kind: &str, endings: &[&str]) -> Option<Words> {
    let ending = Path::new(file).extension().map(|ending| ending.to_string_lossy().into_owned());
    let kind_zh =
        if kind == csv_text::WITH_TABS { "以制表符分隔的文字（.txt）" } else { kind };
    match ending {
        Some(ending) if endings.contains(&ending.to_ascii_lowercase().as_str()) => None,
        Some(ending) => Some(Words::new(
            format!("the file is {kind} although it is named .{ending}; it is read as what it is"),
            format!("文件实际是 {kind_zh}，却名为 .{ending}；按实际格式读取"),
        )),
        None => Some(Words::new(
            format!("the file is {kind}; its name has no ending"),
            format!("文件是 {kind_zh}，文件名没有扩展名"),
        )),
    }
}

/// Files that spreadsheet programs put beside an open workbook.
fn not_of_the_program_itself(source: &Source<'_>) -> Result<(), Fault> {
    let beside = ["~$", ".~lock.", ".~"].iter().find_map(|start| source.file.strip_prefix(start));
    let Some(name) = beside else { return Ok(()) };
    let found = Words::new(
        "the mark of a spreadsheet program that has a workbook open",
        "表格软件打开工作簿时产生的临时标记文件",
    );
    let advice = Words::new(
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
            Words::new("an OpenDocument file that is no table", "不是表格的 OpenDocument 文档"),
        ));
    }
    let starts = |start: &str| package.names().any(|name| name.starts_with(start));
    if package.has("xl/workbook.bin") {
        return Err(document(source, Words::new("a workbook of the kind .xlsb", ".xlsb 工作簿")));
    }
    if package.has("[Content_Types].xml") && (starts("xl/") || !(starts("word/") || starts("ppt/")))
    {
        return Ok((xlsx::tables(package)?, ".xlsx", &["xlsx", "xlsm", "xltx", "xltm"]));
    }
    if package.has("content.xml") && package.has("META-INF/manifest.xml") {
        return Ok((ods::tables(package)?, ".ods", &["ods", "ots"]));
    }
    Err(if starts("word/") {
        document(source, Words::new("a text document (.docx)", "文字文档（.docx）"))
    } else if starts("ppt/") {
        document(source, Words::new("a presentation (.pptx)", "演示文稿（.pptx）"))
    } else if starts("index/") || package.has("index.zip") {
        document(source, Words::new("a document of Apple Numbers", "苹果 Numbers 表格"))
    } else {
        archive(source, "zip")
    })
}

/// Save as: for what a spreadsheet program opens, or its contents can be copied into one.
fn document(source: &Source<'_>, found: Words) -> Fault {
    let advice = Words::new(
        "open it in its program, and save the table as .xlsx or copy it into a new workbook",
        "请用相应软件打开，将表格另存为 .xlsx，或复制到新工作簿",
    );
    source.other(found, advice)
}

fn archive(source: &Source<'_>, kind: &str) -> Fault {
    let found = Words::new(format!("an archive ({kind})"), format!("压缩包（{kind}）"));
    source.other(
        found,
        Words::new("take the table out of it and import that", "请先解压，再导入其中的表格"),
    )
}

/// Files of other programs that are known by their first bytes.
fn known_bytes(source: &Source<'_>, bytes: &[u8]) -> Result<(), Fault> {
    if bytes.iter().all(|b| b.is_ascii_whitespace() || *b == 0)
        || bytes == b"\xEF\xBB\xBF"
        || bytes == b"\xFF\xFE"
    {
        let found = if bytes.contains(&0) {
            Words::new(
                "a file with nothing but zeros in it, as a power cut leaves it",
                "内容全为零的文件（断电后常见）",
            )
        } else {
            Words::new("an empty file", "空文件")
        };
        return Err(source.other(
            found,
            Words::new(
                "look for the file with the table in it, or a copy of it",
                "请找出有内容的文件或其备份",
            ),
        ));
    }
    let starts = |starts: &[&[u8]]| starts.iter().any(|start| bytes.starts_with(start));
    let picture = [&b"\x89PNG"[..], b"\xFF\xD8\xFF", b"GIF8", b"BM6", b"II*\0", b"MM\0*"];
    if starts(&[b"%PDF"]) {
        return Err(document(source, Words::new("a PDF", "PDF 文件")));
    }
    if starts(&picture) {
        let advice = Words::new(
            "type the table into a spreadsheet program, and have it checked by a second person",
            "请录入表格软件，并由第二人核对",
        );
        return Err(source.other(Words::new("a picture", "图片"), advice));
    }
    let archives = [(&b"Rar!"[..], "rar"), (b"7z\xBC\xAF", "7z"), (b"\x1F\x8B", "gzip")];
    if let Some((_, kind)) = archives.iter().find(|(start, _)| bytes.starts_with(start)) {
        return Err(archive(source, kind));
    }
    // The first record of workbooks before they had a container.
    if starts(&[
        b"\x09\x08\x08\x00",
        b"\x09\x08\x06\x00",
        b"\x09\x04\x06\x00",
        b"\x09\x02\x06\x00",
        b"\x09\x00\x04\x00",
    ]) {
        return Err(xls::too_old(source));
    }
    if starts(&[b"PK", b"\xD0\xCF\x11\xE0"]) {
        return Err(source.broken("…"));
    }
    Ok(())
}

/// Text that is something else than rows of cells.
pub(super) fn known_text(source: &Source<'_>, text: &str) -> Result<(), Fault> {
    let head: String =
        text.trim_start().chars().take(4096).collect::<String>().to_ascii_lowercase();
    let found = if head.starts_with('<')
        && head.contains("urn:schemas-microsoft-com:office:spreadsheet")
        && !head.contains("<html")
    {
        Words::new("a workbook as XML of the year 2003", "2003 版 XML 表格")
    } else if head.starts_with('<') && head.contains("urn:oasis:names:tc:opendocument") {
        Words::new(
            "an OpenDocument table as one XML file (.fods)",
            "单一 XML 文件形式的 OpenDocument 表格（.fods）",
        )
    } else if head.starts_with("<?xml") && !head.contains("<html") {
        Words::new("an XML file", "XML 文件")
    } else if head.starts_with('<')
        && ["<html", "<!doctype", "<head", "<body", "<table", "<meta", "<style", "<div"]
            .iter()
            .any(|t| head.contains(t))
    {
        Words::new(
            "a web page (HTML), as some systems export tables",
            "网页（HTML），有些系统导出的表格就是这样",
        )
    } else if head.starts_with("mime-version:")
        || (head.starts_with("from:") && head.contains("mime-version:"))
    {
        Words::new("a web page saved as one file (.mht)", "单一文件网页（.mht）")
    } else if head.starts_with("{\\rtf") {
        Words::new("a text document (.rtf)", "文字文档（.rtf）")
    } else if head.starts_with("id;p") {
        Words::new("a table of the kind SYLK (.slk)", "SYLK 表格（.slk）")
    } else if head.starts_with('{')
        || head.starts_with("[{")
        || head.starts_with("[[") && head.contains('"')
    {
        Words::new("a JSON file", "JSON 文件")
    } else {
        return Ok(());
    };
    let advice = Words::new(
        "open it in the spreadsheet program and save it as .xlsx",
        "请用表格软件打开后另存为 .xlsx",
    );
    Err(source.other(found, advice))
}
