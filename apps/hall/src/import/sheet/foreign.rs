//! Files that are no tables that import reads, told by what they are.

use super::source::Source;
use crate::import::fault::Fault;
use floorlot::rules::Phrase;

/// Save as: for what a spreadsheet program opens, or its contents can be copied into one.
pub(super) fn document(source: &Source<'_>, found: Phrase) -> Fault {
    let advice = Phrase::new(
        "open it in its program, and save the table as .xlsx or copy it into a new workbook",
        "请用相应软件打开，将表格另存为 .xlsx，或复制到新工作簿",
    );
    source.other(found, advice)
}

pub(super) fn archive(source: &Source<'_>, kind: &str) -> Fault {
    let found = Phrase::new(format!("an archive ({kind})"), format!("压缩包（{kind}）"));
    source.other(
        found,
        Phrase::new("take the table out of it and import that", "请先解压，再导入其中的表格"),
    )
}

/// Files of other programs that are known by their first bytes.
pub(super) fn known_bytes(source: &Source<'_>, bytes: &[u8]) -> Result<(), Fault> {
    if bytes.iter().all(|b| b.is_ascii_whitespace() || *b == 0)
        || bytes == b"\xEF\xBB\xBF"
        || bytes == b"\xFF\xFE"
    {
        let found = if bytes.contains(&0) {
            Phrase::new(
                "a file with nothing but zeros in it, as a power cut leaves it",
                "内容全为零的文件（断电后常见）",
            )
        } else {
            Phrase::new("an empty file", "空文件")
        };
        return Err(source.other(
            found,
            Phrase::new(
                "look for the file with the table in it, or a copy of it",
                "请找出有内容的文件或其备份",
            ),
        ));
    }
    let starts = |starts: &[&[u8]]| starts.iter().any(|start| bytes.starts_with(start));
    let picture = [&b"\x89PNG"[..], b"\xFF\xD8\xFF", b"GIF8", b"BM6", b"II*\0", b"MM\0*"];
    if starts(&[b"%PDF"]) {
        return Err(document(source, Phrase::new("a PDF", "PDF 文件")));
    }
    if starts(&picture) {
        let advice = Phrase::new(
            "type the table into a spreadsheet program, and have it checked by a second person",
            "请录入表格软件，并由第二人核对",
        );
        return Err(source.other(Phrase::new("a picture", "图片"), advice));
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
        return Err(too_old(source));
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
        Phrase::new("a workbook as XML of the year 2003", "2003 版 XML 表格")
    } else if head.starts_with('<') && head.contains("urn:oasis:names:tc:opendocument") {
        Phrase::new(
            "an OpenDocument table as one XML file (.fods)",
            "单一 XML 文件形式的 OpenDocument 表格（.fods）",
        )
    } else if head.starts_with("<?xml") && !head.contains("<html") {
        Phrase::new("an XML file", "XML 文件")
    } else if head.starts_with('<')
        && ["<html", "<!doctype", "<head", "<body", "<table", "<meta", "<style", "<div"]
            .iter()
            .any(|t| head.contains(t))
    {
        Phrase::new(
            "a web page (HTML), as some systems export tables",
            "网页（HTML），有些系统导出的表格就是这样",
        )
    } else if head.starts_with("mime-version:")
        || (head.starts_with("from:") && head.contains("mime-version:"))
    {
        Phrase::new("a web page saved as one file (.mht)", "单一文件网页（.mht）")
    } else if head.starts_with("{\\rtf") {
        Phrase::new("a text document (.rtf)", "文字文档（.rtf）")
    } else if head.starts_with("id;p") {
        Phrase::new("a table of the kind SYLK (.slk)", "SYLK 表格（.slk）")
    } else if head.starts_with('{')
        || head.starts_with("[{")
        || head.starts_with("[[") && head.contains('"')
    {
        Phrase::new("a JSON file", "JSON 文件")
    } else {
        return Ok(());
    };
    let advice = Phrase::new(
        "open it in the spreadsheet program and save it as .xlsx",
        "请用表格软件打开后另存为 .xlsx",
    );
    Err(source.other(found, advice))
}

/// A workbook from before the container of .xls as it is read here.
pub(super) fn too_old(source: &Source<'_>) -> Fault {
    let advice = Phrase::new(
        "open it in the spreadsheet program and save it as .xlsx",
        "请用表格软件打开后另存为 .xlsx",
    );
    source.other(Phrase::new("a workbook of Excel 95 or older", "Excel 95 或更早的工作簿"), advice)
}
