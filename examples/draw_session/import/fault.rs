//! What is wrong with the office's files, and where: file, sheet, row and column as a spreadsheet program shows them.

use super::columns::Role;
use floorlot::rules::{Lang, Words};

/// The place of a fault, as words.
pub(super) type Place = Words;

/// One fault.
#[derive(Debug, Clone)]
pub(super) struct Fault {
    /// Place, what was found, what was expected, and what to do, which may be empty.
    words: Box<[Words; 4]>,
    /// Where it stands in the list: table and row.
    pub(super) order: (u8, u32),
}

impl Fault {
    pub(super) fn new(place: Place, found: Words, expected: Words, advice: Words) -> Fault {
        Fault { words: Box::new([place, found, expected, advice]), order: (0, 0) }
    }

    /// The same fault, listed with those of this table and row.
    pub(super) fn at(self, (role, row): (Role, u32)) -> Fault {
        Fault { order: (if role == Role::Roll { 1 } else { 2 }, row), ..self }
    }

    /// The whole fault as a sentence.
    pub(super) fn sentence(&self, lang: Lang) -> String {
        let [place, found, expected, advice] = self.words.each_ref().map(|words| words.get(lang));
        match lang {
            Lang::En if advice.is_empty() => format!("{place}: found {found}; expected {expected}"),
            Lang::En => format!("{place}: found {found}; expected {expected}; {advice}"),
            Lang::Zh if advice.is_empty() => format!("{place}：发现 {found}；应为 {expected}"),
            Lang::Zh => format!("{place}：发现 {found}；应为 {expected}；{advice}"),
        }
    }
}

/// The same words with both languages made by one closure.
pub(super) fn both(words: impl Fn(Lang) -> String) -> Words {
    Words::new(words(Lang::En), words(Lang::Zh))
}

/// `found` in back quotes: what stands in the file, shortened, and without the digits of what looks like a document number.
pub(super) fn quoted(text: &str) -> Words {
    let long = text.chars().count() > 40;
    let shown: String = text.chars().take(40).map(|c| if is_document_number(text) && c.is_ascii_digit() { '*' } else { c }).collect();
    Words::same(format_args!("`{shown}{}`", if long { "…" } else { "" }))
}

/// Whether a text looks like the number of an identity document or a telephone, or has the former in it.
pub(super) fn is_document_number(text: &str) -> bool {
    let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let mobile = digits.len() == 11 && matches!(digits.as_bytes(), [b'1', b'3'..=b'9', ..]);
    let all = digits.bytes().all(|b| b.is_ascii_digit());
    // Eighteen digits, the last of which may be X, with a year of birth in them; fifteen on the cards of the first kind.
    let born = |run: &str| matches!(run.len(), 17 | 18) && matches!(run.get(6..8), Some("19" | "20"));
    (all && (mobile || digits.len() == 15)) || digits.split(|c: char| !c.is_ascii_digit()).any(born)
}
