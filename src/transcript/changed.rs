//! What a program on the way did to a file: section 11 of the [specification](crate::spec), 'A file
//! that was changed on its way'.
//!
//! Only what people are told depends on it. A line that is not in the profile stays at fault,
//! whatever changed it.

use crate::profile::MAX_LINE;
use crate::rules::Phrase;
use serde::Serialize;

/// How a transcript begins.
pub(super) const BEGINNING: &[u8] = b"{\"kind\":\"plan\",";

/// How every line begins.
const LINE: &[u8] = b"{\"kind\":\"";

/// What to do, in both languages.
const AGAIN: (&str, &str) = (
    " Get the file again, packed in a zip or from the stick.",
    "请重新取得原文件（压缩成 zip 传送，或用 U 盘拷贝）。",
);

/// What happened to a file that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// The kind of change.
    pub what: Change,
    /// What is said of it, and what to do.
    #[serde(flatten)]
    pub words: Phrase,
}

impl Changed {
    /// What these bytes are that should have been a text file, as far as the table of section 11
    /// tells it by how they begin: packed, a document, a web page and the like.
    pub fn of_file(bytes: &[u8]) -> Option<Changed> {
        let page = bytes.trim_ascii_start().starts_with(b"<").then_some(Change::WebPage);
        Change::of_bytes(bytes).or(page).map(Change::told)
    }
}

macro_rules! changes {
    ($($name:ident $again:literal $en:literal $zh:literal;)*) => {
        /// A change that programs make to text files.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
        #[serde(rename_all = "kebab-case")]
        #[non_exhaustive]
        pub enum Change { $(#[doc = $en] $name,)* }

        impl Change {
            #[cfg(test)]
            const ALL: &'static [Change] = &[$(Change::$name,)*];

            /// What is said of it in both languages, and whether to get the file again.
            fn said(self) -> (&'static str, &'static str, bool) {
                match self { $(Change::$name => ($en, $zh, $again),)* }
            }
        }
    };
}

changes! {
    CrLf true "in CR LF instead of LF: a mail program, an editor or git changed the line ends." "的行尾是 CR LF 而不是 LF：邮件程序、编辑器或 git 改动了换行符。";
    Cr true "Lines end in CR, or CR stands in a line: a program changed the line ends." "行尾是 CR，或行中有 CR：有程序改动了换行符。";
    LineSeparators true "Lines do not end in LF but in another character (such as U+2028): a program changed the line ends." "行尾不是 LF，而是别的字符（如 U+2028）：有程序改动了换行符。";
    EmptyLine true "There is an empty line: an editor or a mail program put it in." "有空行：是编辑器或邮件程序加进去的。";
    WhiteSpace true "White space stands before or after a line: an editor or a mail program put it in." "行首或行尾有空格或制表符：是编辑器或邮件程序加进去的。";
    Encoding true "The file is not UTF-8: an editor saved it in another encoding (GBK, say)." "文件不是 UTF-8：编辑器用别的编码（如 GBK）保存过。";
    Zeros true "A part is lost, and zeros stand in its place: the disk or the stick did not keep it." "有一段内容丢失，变成了零字节：硬盘或 U 盘没有存住。";
    BrokenLine true "A line is broken in two: a mail program or an editor wraps long lines." "有一行被拆成两行：邮件程序或编辑器把长行折断了。";
    Reformatted true "The JSON was written anew, with other spaces, order or escapes: a program formatted it." "JSON 被重新写过，空格、次序或转义不同：有程序把它重新排版了。";
    Bom true "A byte order mark (BOM) stands before the first line: an editor such as Notepad saved the file." "第一行之前有字节顺序标记（BOM）：记事本之类的编辑器保存过。";
    Utf16 true "The file is UTF-16 (“Unicode”): an editor or a spreadsheet program saved it anew." "文件是 UTF-16（“Unicode”）编码：编辑器或表格软件另存过。";
    Mail true "This is the file as a mail program packs it (base64): save the attachment." "这是邮件程序编码后的内容（base64）：请把附件另存为文件。";
    Beginning true "The beginning is missing: the first line is not that of a plan." "开头缺失：第一行不是方案首行。";
    Packed false "This is a packed file (zip, 7z, gzip) or an Office document: unpack it, and check the file in it." "这是压缩包（zip、7z、gzip）或 Office 文档：请先解压，再核验其中的文件。";
    Document false "This is a PDF or a document of an office program: ask for the transcript itself." "这是 PDF 或办公软件的文档：请索取抽签记录文件本身。";
    WebPage false "This is a web page, perhaps one that asks to sign in or says that something is missing: download the transcript itself." "这是网页，也许是登录页或出错页：请下载抽签记录文件本身。";
    Receipt false "This is a receipt: check it as a receipt." "这是收据：请按收据核验。";
}

impl Change {
    pub(super) fn told(self) -> Changed {
        self.of("", "")
    }

    /// With words before.
    fn of(self, en: &str, zh: &str) -> Changed {
        let (said_en, said_zh, again) = self.said();
        let (again_en, again_zh) = if again { AGAIN } else { ("", "") };
        Changed {
            what: self,
            words: Phrase::new(
                format!("{en}{said_en}{again_en}"),
                format!("{zh}{said_zh}{again_zh}"),
            ),
        }
    }

    /// So many of so many lines end in CR LF.
    pub(super) fn line_ends(changed: u64, of: u64) -> Changed {
        let (en, zh) = match changed == of {
            true => ("Every line ends ".to_owned(), "每一行".to_owned()),
            false => (format!("{changed} of {of} lines end "), format!("{of} 行中有 {changed} 行")),
        };
        Change::CrLf.of(&en, &zh)
    }

    /// What made this of a file that does not begin as a transcript does. `first` is its first line
    /// that is not blank, `blank` whether one is before it, and `torn` whether the file ends in it.
    pub(super) fn of_beginning(first: &[u8], blank: bool, torn: bool) -> Option<Change> {
        // What stands behind a byte order mark may say more than the mark.
        if first.starts_with(&[0xef, 0xbb, 0xbf]) {
            let rest = first.get(3..).unwrap_or_default();
            return if rest.starts_with(BEGINNING) {
                Some(Change::Bom)
            } else {
                Change::of_beginning(rest, blank, torn)
            };
        }
        let begins = |starts: &[&[u8]]| starts.iter().any(|start| first.starts_with(start));
        if let Some(change) = Change::of_bytes(first) {
            return Some(change);
        }
        if begins(&[b"floorlot/1 receipt"]) {
            return Some(Change::Receipt);
        }
        if begins(&[b"eyJraW5kIjoicGxhbiI"]) {
            return Some(Change::Mail);
        }
        Change::of_text(first, blank, torn)
    }

    /// The same for what is no text.
    fn of_bytes(first: &[u8]) -> Option<Change> {
        let begins = |starts: &[&[u8]]| starts.iter().any(|start| first.starts_with(start));
        if begins(&[b"\0\0"]) {
            return Some(Change::Zeros);
        }
        // Letters of ASCII have a zero in every second byte there.
        if begins(&[b"\xff\xfe", b"\xfe\xff", b"\0"]) || first.get(1) == Some(&0) {
            return Some(Change::Utf16);
        }
        if begins(&[
            b"PK\x03\x04",
            b"\x1f\x8b",
            b"7z\xbc\xaf",
            b"Rar!",
            b"BZh",
            b"\xfd7zXZ",
            b"\x28\xb5\x2f\xfd",
        ]) {
            return Some(Change::Packed);
        }
        if begins(&[b"%PDF", b"\xd0\xcf\x11\xe0", b"{\\rtf"]) {
            return Some(Change::Document);
        }
        None
    }

    /// What made this of a receipt that does not begin as one, or is not UTF-8 (check R1).
    /// `header` is how a receipt begins.
    pub(crate) fn of_receipt(bytes: &[u8], header: &[u8]) -> Option<Changed> {
        let bare = |line: &&[u8]| !line.trim_ascii().is_empty();
        let lines = || bytes.split(|byte| *byte == b'\n').take(65);
        let Some(first) = lines().find(bare) else { return Some(Change::EmptyLine.told()) };
        let unmarked = first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(first);
        let text = unmarked.trim_ascii_start();
        let change = match Change::of_bytes(unmarked) {
            Some(change) => change,
            None if text.starts_with(b"<") || text.starts_with(b"{&quot;") => Change::WebPage,
            None if text.starts_with(b"Zmxvb3Jsb3QvMSByZWNlaXB0") => Change::Mail,
            None if !text.starts_with(header) => return None,
            None if unmarked.len() < first.len() => Change::Bom,
            None if text.len() < first.len() => Change::WhiteSpace,
            None if !bytes.starts_with(header) => Change::EmptyLine,
            None => Change::Encoding,
        };
        let mut told = change.told();
        told.words.en = told.words.en.replace("the transcript itself", "the receipt itself");
        told.words.zh = told.words.zh.replace("抽签记录文件本身", "收据文件本身");
        Some(told)
    }

    /// The same for a file that begins as a text.
    fn of_text(first: &[u8], blank: bool, torn: bool) -> Option<Change> {
        let text = first.trim_ascii_start();
        match text.first() {
            None => Some(Change::EmptyLine),
            Some(b'<') => Some(Change::WebPage),
            Some(_) if text.starts_with(b"{&quot;") => Some(Change::WebPage),
            // A file that ends within its first line is cut off, and was not changed.
            Some(_) if torn && !blank && BEGINNING.starts_with(first) => None,
            Some(_) if first.starts_with(BEGINNING) => Some(Change::EmptyLine),
            Some(_) if first.starts_with(LINE) => Some(Change::Beginning),
            Some(b'{' | b'[') if text.len() < first.len() => Some(Change::WhiteSpace),
            Some(b'{' | b'[') => Some(Change::Reformatted),
            Some(_) => None,
        }
    }

    /// What made this of a line, if that can be told. The line is not in the profile.
    pub(super) fn of_line(line: &[u8]) -> Option<Change> {
        let blank = |byte: Option<&u8>| matches!(byte, Some(b' ' | b'\t'));
        // Of a line that the reader cut off, the end is not known.
        let whole = line.len() <= MAX_LINE;
        if line.is_empty() {
            return Some(Change::EmptyLine);
        }
        if line.contains(&0) {
            return Some(Change::Zeros);
        }
        if line.contains(&b'\r') {
            return Some(Change::Cr);
        }
        if whole && (blank(line.first()) || blank(line.last())) {
            return Some(Change::WhiteSpace);
        }
        if holds_another(line) {
            return Some(Change::LineSeparators);
        }
        if whole { Change::of_words(line) } else { None }
    }

    /// The same for a line that is whole and one.
    fn of_words(line: &[u8]) -> Option<Change> {
        let has = |part: &[u8]| line.windows(part.len()).any(|found| found == part);
        let text = std::str::from_utf8(line);
        if text.is_ok_and(|text| text.contains(['\u{85}', '\u{2028}', '\u{2029}', '\x0b', '\x0c']))
        {
            return Some(Change::LineSeparators);
        }
        if line.starts_with(LINE) && line.last() != Some(&b'}') {
            return Some(Change::BrokenLine);
        }
        if text.is_err() {
            return Some(Change::Encoding);
        }
        let json = matches!(line.first(), Some(b'{' | b'}' | b'[' | b']' | b'"'));
        let spelled =
            has(b"\": ") || has(b", \"") || has(b"\\u") || has(b"\\/") || !line.starts_with(LINE);
        (json && spelled).then_some(Change::Reformatted)
    }
}

/// Whether another line begins within the line. (In a string the quotes would be escaped.)
fn holds_another(line: &[u8]) -> bool {
    line.windows(LINE.len()).skip(1).any(|part| part == LINE)
}

/// Whether a last line without LF is one that was torn when it was written, or cut off when the
/// file was copied. A file system may put zeros in the place of what it had not written.
pub(super) fn is_torn(line: &[u8]) -> bool {
    let last = line.iter().rposition(|byte| *byte != 0);
    // T4: a torn line is what a power cut leaves: the beginning of one line, with no byte below
    // 0x20.
    let written = last.and_then(|last| line.get(..=last)).unwrap_or_default();
    let like_a_line = written.starts_with(LINE) || LINE.starts_with(written);
    line.len() <= MAX_LINE
        && like_a_line
        && !holds_another(written)
        && written.iter().all(|byte| *byte >= 0x20)
}

#[cfg(test)]
mod tests {
    use super::{AGAIN, Change, is_torn};

    #[test]
    fn every_change_stands_in_the_specification_with_its_words() {
        let spec = include_str!("../spec/report.md");
        for change in Change::ALL {
            let (en, zh, _) = change.said();
            let name = serde_json::to_value(change).unwrap();
            let row = format!("| `{}` |", name.as_str().unwrap());
            let row =
                spec.lines().find(|line| line.starts_with(&row)).unwrap_or_else(|| panic!("{row}"));
            assert!(row.contains(en) && row.contains(zh), "{row}");
        }
        // Prose is wrapped: a line ends where a space was.
        let prose = spec.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(prose.contains(AGAIN.0.trim()) && prose.contains(AGAIN.1));
    }

    #[test]
    fn a_torn_line_begins_like_a_line() {
        for torn in [
            "{",
            "{\"ki",
            "{\"kind\":\"",
            "{\"kind\":\"pick\",\"hou",
            "{\"kind\":\"pi\0\0\0",
            "\0\0",
        ] {
            assert!(is_torn(torn.as_bytes()), "{torn:?}");
        }
        for other in [
            "x",
            " ",
            "{ ",
            "\u{feff}",
            "{\"kind\":\"a\"}\r",
            "{\"kind\":\"a\t",
            "{\"kind\":\"a\0b",
            "{\"Kind",
            "{\"kind\":\"a\"} {\"kind\":\"b",
        ] {
            assert!(!is_torn(other.as_bytes()), "{other:?}");
        }
    }
}
