//! The file that is read: its name for faults, and how much of it may be unpacked and kept.
//!
//! A file of a few megabytes can unpack to many gigabytes. So everything is counted as it comes,
//! whatever the file says of its own size.

use super::super::fault::Fault;
use floorlot::rules::Phrase;
use std::cell::Cell;
use std::io::Read;
use std::path::Path;

/// Bytes of a file, and bytes of all that is unpacked of it. The roll of 100,000 households with 20
/// columns unpacks to about 120 MB.
pub(super) const BYTES: u64 = 256 << 20;
/// How many times its packed size a part may unpack to, if that is more than `SMALL`. Tables unpack
/// to 5 to 40 times; 1,032 is what the format can.
const RATIO: u64 = 200;
const SMALL: u64 = 16 << 20;
/// Places of cells from the first to the last that is filled in each row: 100,000 households with
/// 20 columns.
const CELLS: u64 = 2_000_000;
/// Bytes of text in all cells: one text may be shared by a million of them.
const TEXTS: u64 = 128 << 20;
/// Elements of XML: four for each cell, as texts inside a sheet have (c, is, t, and one to spare).
const ELEMENTS: u64 = 4 * CELLS;
/// Elements of XML inside one another. Spreadsheet programs write about ten.
pub(super) const DEPTH: u32 = 200;

/// A file while it is read.
pub(super) struct Source<'a> {
    pub(super) file: &'a str,
    bytes: Cell<u64>,
    cells: Cell<u64>,
    texts: Cell<u64>,
    elements: Cell<u64>,
}

/// What a file has too much of.
#[derive(Debug, Clone, Copy)]
pub(super) enum Limit {
    Bytes,
    Cells,
    Texts,
    Elements,
    Depth,
}

impl Source<'_> {
    pub(super) fn new(file: &str) -> Source<'_> {
        Source {
            file,
            bytes: Cell::new(BYTES),
            cells: Cell::new(CELLS),
            texts: Cell::new(TEXTS),
            elements: Cell::new(ELEMENTS),
        }
    }

    /// How many bytes a part of this packed size may unpack to.
    pub(super) fn room(&self, packed: u64) -> u64 {
        packed.saturating_mul(RATIO).max(SMALL).min(self.bytes.get())
    }

    pub(super) fn spend_bytes(&self, bytes: u64) -> Result<(), Fault> {
        self.spend(&self.bytes, bytes, Limit::Bytes)
    }

    pub(super) fn spend_cells(&self, cells: usize) -> Result<(), Fault> {
        self.spend(&self.cells, cells as u64, Limit::Cells)
    }

    pub(super) fn spend_text(&self, bytes: usize) -> Result<(), Fault> {
        self.spend(&self.texts, bytes as u64, Limit::Texts)
    }

    pub(super) fn spend_elements(&self, count: u64) -> Result<(), Fault> {
        self.spend(&self.elements, count, Limit::Elements)
    }

    fn spend(&self, left: &Cell<u64>, amount: u64, limit: Limit) -> Result<(), Fault> {
        left.set(left.get().checked_sub(amount).ok_or_else(|| self.too_much(limit))?);
        Ok(())
    }

    /// The fault of a file that is beyond a limit.
    pub(super) fn too_much(&self, limit: Limit) -> Fault {
        let megabytes = BYTES >> 20;
        let (found, expected) = match limit {
            Limit::Bytes => (
                Phrase::new(
                    "a file that unpacks to more than a table can be",
                    "解压后大得不像表格的文件",
                ),
                Phrase::new(
                    format!(
                        "{megabytes} MB at most when unpacked, and {RATIO} times the packed size"
                    ),
                    format!("解压后不超过 {megabytes} MB，且不超过压缩大小的 {RATIO} 倍"),
                ),
            ),
            Limit::Cells => (
                Phrase::new(
                    "more cells than a table of households can have",
                    "单元格多得不像住户表",
                ),
                Phrase::new(
                    format!(
                        "{CELLS} cells at most in one file, counted to the last filled one of each row"
                    ),
                    format!("一个文件不超过 {CELLS} 格（每行计到最后一个有内容的单元格）"),
                ),
            ),
            Limit::Texts => (
                Phrase::new(
                    "more text in its cells than a table can have",
                    "单元格文字多得不像表格",
                ),
                Phrase::new(
                    format!("{} MB of text at most", TEXTS >> 20),
                    format!("文字总量不超过 {} MB", TEXTS >> 20),
                ),
            ),
            Limit::Elements => (
                Phrase::new(
                    "more parts inside the file than a table can have",
                    "文件内部的元素多得不像表格",
                ),
                Phrase::new(
                    format!("{ELEMENTS} XML elements at most"),
                    format!("不超过 {ELEMENTS} 个 XML 元素"),
                ),
            ),
            Limit::Depth => (
                Phrase::new(
                    "parts nested deeper than any spreadsheet program nests them",
                    "文件内部的嵌套层数超过任何表格软件",
                ),
                Phrase::new(format!("{DEPTH} levels at most"), format!("不超过 {DEPTH} 层")),
            ),
        };
        let advice = Phrase::new(
            "copy the cells of the table, values only, into a new workbook, and import that one; if somebody sent you the file, ask them what it is",
            "请把表格内容以“只粘贴数值”方式复制到新工作簿后再导入；如果文件是别人发来的，请先问清来历",
        );
        Fault::new(Phrase::same(self.file), found, expected, advice)
    }

    /// The fault of a file that is something else than a table that can be read.
    pub(super) fn other(&self, found: Phrase, advice: Phrase) -> Fault {
        let expected =
            Phrase::new("a table as .xlsx, .xls, .ods or .csv", ".xlsx、.xls、.ods 或 .csv 表格");
        Fault::new(Phrase::same(self.file), found, expected, advice)
    }

    /// The fault of a workbook that is not whole. What is broken is named by its part, which is the
    /// same in every language.
    pub(super) fn broken(&self, part: &str) -> Fault {
        let advice = Phrase::new(
            "open it in the spreadsheet program and save it again as .xlsx; if it does not open there either, ask for it again",
            "请用表格软件打开后另存为 .xlsx；如果也打不开，请向提供者重新索取",
        );
        let found = Phrase::new(
            format!("a damaged workbook (in {part})"),
            format!("已损坏的工作簿（{part}）"),
        );
        Fault::new(
            Phrase::same(self.file),
            found,
            Phrase::new("a whole workbook", "完整的工作簿"),
            advice,
        )
    }

    pub(super) fn password(&self) -> Fault {
        let advice = Phrase::new(
            "open it in the spreadsheet program, take the password off, and save it again",
            "请用表格软件打开，取消密码后再保存",
        );
        self.other(Phrase::new("a workbook with a password", "加了密码的工作簿"), advice)
    }
}

/// The bytes of a file that is not larger than any table.
pub(super) fn bytes(path: &Path, file: &str) -> Result<Vec<u8>, Fault> {
    let unreadable = |error: std::io::Error| unreadable(file, &error);
    let kind = std::fs::metadata(path).map_err(unreadable)?;
    if !kind.is_file() {
        let found = if kind.is_dir() {
            Phrase::new("a folder", "文件夹")
        } else {
            Phrase::new(
                "something that is neither a file nor a folder",
                "特殊文件（既不是普通文件，也不是文件夹）",
            )
        };
        return Err(
            Source::new(file).other(found, Phrase::new("name the file itself", "请指明文件本身"))
        );
    }
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|opened| opened.take(BYTES + 1).read_to_end(&mut bytes))
        .map_err(unreadable)?;
    if bytes.len() as u64 > BYTES {
        return Err(Source::new(file).too_much(Limit::Bytes));
    }
    Ok(bytes)
}

fn unreadable(file: &str, error: &std::io::Error) -> Fault {
    let (en, zh) = match error.kind() {
        std::io::ErrorKind::NotFound => ("no such file", "没有这个文件".to_owned()),
        std::io::ErrorKind::PermissionDenied => {
            ("a file that you may not read", "您没有读取权限的文件".to_owned())
        }
        _ => (
            "an error",
            error
                .raw_os_error()
                .map_or("读取错误".to_owned(), |code| format!("读取错误（系统错误号 {code}）")),
        ),
    };
    let found = Phrase::new(format!("{en} ({error})"), zh);
    Fault::new(
        Phrase::same(file),
        found,
        Phrase::new("a file that can be read", "可以读取的文件"),
        Phrase::same(""),
    )
}
