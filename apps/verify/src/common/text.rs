//! Text files as they come: with a byte order mark, as UTF-16 (what `>` of PowerShell makes), or in
//! the encodings of older editors.

use encoding_rs::{Encoding, GB18030, UTF_16BE, UTF_16LE, WINDOWS_1252};
use floorlot::rules::Phrase;
use std::fs;
use std::io;
use std::path::Path;

/// A text, and how it was written if that was not plain UTF-8.
pub type Decoded = (String, Option<Phrase>);

/// Digits in groups of so many, which two people can compare.
pub fn in_groups(digits: &str, of: usize) -> String {
    let digits: Vec<char> = digits.chars().collect();
    digits.chunks(of).map(|group| group.iter().collect()).collect::<Vec<String>>().join(" ")
}

/// The text in these bytes; nothing if they are no text.
pub fn decode(bytes: &[u8]) -> Option<Decoded> {
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        let text = String::from_utf8(rest.to_vec()).ok().filter(|text| is_text(text))?;
        return Some((
            text,
            Some(Phrase::new("a byte order mark (BOM) at the beginning", "文件开头的 BOM 标记")),
        ));
    }
    let marked = |mark: &[u8]| bytes.strip_prefix(mark);
    let utf16 = match (marked(b"\xff\xfe"), marked(b"\xfe\xff")) {
        (Some(rest), _) => Some((UTF_16LE, rest)),
        (_, Some(rest)) => Some((UTF_16BE, rest)),
        _ => unmarked_utf16(bytes).map(|encoding| (encoding, bytes)),
    };
    if let Some((encoding, rest)) = utf16 {
        return in_encoding(rest, encoding)
            .map(|text| (text, Some(Phrase::new("UTF-16", "UTF-16 编码"))));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => is_text(text).then(|| (text.to_owned(), None)),
        Err(_) => [GB18030, WINDOWS_1252].into_iter().find_map(|encoding| {
            let name = if encoding == GB18030 { "GBK" } else { "Windows-1252" };
            in_encoding(bytes, encoding)
                .map(|text| (text, Some(Phrase::new(name, format!("{name} 编码")))))
        }),
    }
}

/// A text file, whole.
pub fn read(path: &Path) -> io::Result<String> {
    let (text, _) = decode(&fs::read(path)?).ok_or(io::ErrorKind::InvalidData)?;
    Ok(text)
}

/// UTF-16 without a mark: ASCII in it has a zero in each second byte.
fn unmarked_utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    let zeros = |from: usize| bytes.iter().skip(from).step_by(2).filter(|b| **b == 0).count();
    let most = bytes.len() / 4;
    match (zeros(0), zeros(1)) {
        (0, low) if low > most => Some(UTF_16LE),
        (high, 0) if high > most => Some(UTF_16BE),
        _ => None,
    }
}

fn in_encoding(bytes: &[u8], encoding: &'static Encoding) -> Option<String> {
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    is_text(&text).then(|| text.into_owned())
}

/// No control characters but tabs and the ends of lines and pages.
fn is_text(text: &str) -> bool {
    text.chars().all(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\r' | '\u{c}' | '\u{85}'))
}
