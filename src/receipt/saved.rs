//! The text of a receipt as programs save it: what stands around the lines is forgiven (check R1),
//! because the proofs are over what stands in them.

use super::HEADER;
use crate::rules::Phrase;
use crate::transcript::{Change, Changed};

/// The text of a receipt, with LF after every line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// What [`Receipt`](super::Receipt) reads.
    pub text: String,
    /// What was passed over.
    pub note: Option<Phrase>,
}

/// Bytes that are no receipt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is not a receipt: it does not begin with `{HEADER}`{}", .changed.as_ref().map(|changed| format!(". {}", changed.words.en)).unwrap_or_default())]
pub struct NoReceipt {
    /// What a program on the way made of it, if that can be told.
    pub changed: Option<Changed>,
}

impl NoReceipt {
    /// The error in both languages.
    pub fn words(&self) -> Phrase {
        let after = self
            .changed
            .as_ref()
            .map(|changed| format!("。{}", changed.words.zh))
            .unwrap_or_default();
        Phrase::new(self.to_string(), format!("这不是收据：应以 `{HEADER}` 开头{after}"))
    }
}

impl Saved {
    /// Passes over a byte order mark, reads CR LF as LF, passes over blank lines at the end, and puts
    /// the last LF there when it is missing.
    ///
    /// ```
    /// use floorlot::receipt::Saved;
    /// let saved = Saved::read(b"floorlot/1 receipt\r\nindex 0\r\n\r\n").unwrap();
    /// assert_eq!(saved.text, "floorlot/1 receipt\nindex 0\n");
    /// assert!(saved.note.is_some());
    /// assert!(Saved::read(b"\xff\xfef\0l\0").unwrap_err().words().en.contains("UTF-16"));
    /// ```
    pub fn read(bytes: &[u8]) -> Result<Saved, NoReceipt> {
        let whole = std::str::from_utf8(bytes).unwrap_or_default();
        let (mark, text) = match whole.strip_prefix('\u{feff}') {
            Some(text) => (true, text),
            None => (false, whole),
        };
        if !text.starts_with(HEADER) {
            return Err(NoReceipt { changed: Change::of_receipt(bytes, HEADER.as_bytes()) });
        }
        let mut read = text.to_owned();
        // Before CR LF is read, so that a CR at the very end has its LF.
        if !read.ends_with('\n') {
            read.push('\n');
        }
        let line_ends = read.contains("\r\n");
        if line_ends {
            read = read.replace("\r\n", "\n");
        }
        // Behind the last character that is not blank, the first LF ends the last line.
        let end = read.trim_end_matches([' ', '\t', '\x0c', '\r', '\n']).len();
        let rest = read.get(end..).unwrap_or_default();
        let kept =
            rest.find('\n').map_or(read.len(), |lf| end.saturating_add(lf).saturating_add(1));
        let blank = kept < read.len();
        read.truncate(kept);
        Ok(Saved { text: read, note: Saved::told(mark, line_ends, blank) })
    }

    fn told(mark: bool, line_ends: bool, blank: bool) -> Option<Phrase> {
        let mark_words = match mark {
            true => (
                "A byte order mark (BOM) at the beginning is passed over.",
                "开头的字节顺序标记（BOM）已略过。",
            ),
            false => ("", ""),
        };
        let ends = match line_ends {
            true => (
                "Lines end in CR LF, which a mail program or an editor made of LF; they are read as with LF.",
                "行尾是 CR LF（邮件程序或编辑器改动所致），已按 LF 读取。",
            ),
            false => ("", ""),
        };
        let end = match blank {
            true => ("Empty lines at the end are passed over.", "末尾的空行已略过。"),
            false => ("", ""),
        };
        let said = [mark_words, ends, end];
        let en: Vec<&str> = said.iter().map(|words| words.0).filter(|en| !en.is_empty()).collect();
        let zh = said.iter().map(|words| words.1).collect::<String>();
        (mark || line_ends || blank).then(|| Phrase::new(en.join(" "), zh))
    }
}
