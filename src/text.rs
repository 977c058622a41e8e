//! What ids (rule P2) and texts (rule P3) are made of.

use crate::rules::Phrase;

/// The most bytes that the texts of a transcript have (rule P3; section 3 of the specification says
/// which text has which).
pub(crate) mod most {
    /// The title of the draw.
    pub(crate) const HEADLINE: usize = 300;
    /// A name, another title, a building, a proxy, the name of a recording.
    pub(crate) const NAME: usize = 120;
    /// The label of a unit.
    pub(crate) const LABEL: usize = 60;
    /// A reason that a member, a household or the operator gives.
    pub(crate) const REASON: usize = 600;
    /// An objection, a ruling, why the draw is void.
    pub(crate) const STATEMENT: usize = 2_000;
}

/// The characters that a text may have: the table of rule P3. A test compares it with the
/// specification.
pub(crate) const REPERTOIRE: &[(u32, u32)] = &[
    (0x0020, 0x007E),
    (0x00A1, 0x00AC),
    (0x00AE, 0x024F),
    (0x0388, 0x038A),
    (0x038C, 0x038C),
    (0x038E, 0x03A1),
    (0x03A3, 0x03FF),
    (0x0400, 0x0482),
    (0x048A, 0x052F),
    (0x1E00, 0x1EFF),
    (0x2010, 0x2027),
    (0x2030, 0x205E),
    (0x2070, 0x2071),
    (0x2074, 0x208E),
    (0x20A0, 0x20BF),
    (0x2100, 0x2125),
    (0x2127, 0x2129),
    (0x212C, 0x218B),
    (0x2190, 0x21FF),
    (0x2200, 0x22FF),
    (0x2460, 0x27BF),
    (0x3001, 0x3029),
    (0x3030, 0x303F),
    (0x3041, 0x3096),
    (0x309B, 0x309F),
    (0x30A0, 0x30FF),
    (0x3105, 0x312F),
    (0x3131, 0x3163),
    (0x3165, 0x318E),
    (0x31A0, 0x31BF),
    (0x31C0, 0x31E3),
    (0x31F0, 0x321E),
    (0x3220, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xA000, 0xA48C),
    (0xA490, 0xA4C6),
    (0xAC00, 0xD7A3),
    (0xFF01, 0xFF9F),
    (0xFFA1, 0xFFBE),
    (0xFFE0, 0xFFE6),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2EBE0),
    (0x30000, 0x323AF),
];

/// Rule P2: 1 to 64 characters from `A-Z a-z 0-9 . _ -`, the first a letter or digit.
///
/// ```
/// use floorlot::plan::is_id;
/// assert!(is_id("B07-1203"));
/// assert!(!is_id("-x") && !is_id("7号楼") && !is_id(""));
/// ```
pub fn is_id(text: &str) -> bool {
    let inner = |b: u8| IN_ID.get(usize::from(b)) == Some(&true);
    // P2: 1 to 64 characters from `A-Z a-z 0-9 . _ -`, the first a letter or digit.
    text.len() <= 64
        && text.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric)
        && text.bytes().all(inner)
}

/// The bytes that may stand in an id, as a table, because ids are most of a large plan.
#[expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "evaluated by the compiler, which refuses an index outside of the table"
)]
pub(crate) const IN_ID: [bool; 256] = {
    let mut table = [false; 256];
    let mut b = 0_u8;
    while b < 128 {
        table[b as usize] = b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
        b += 1;
    }
    table
};

/// Rule A6: the name of a file, not a place on somebody's disk.
pub(crate) fn is_file_name(name: &str) -> bool {
    // A6: without `/` or `\\`, not beginning with `.`.
    !name.contains(['/', '\\']) && !name.starts_with('.')
}

/// Rule P1: 1 to 200 characters from `A-Z a-z 0-9 . _ - /`, the first and the last a letter or
/// digit.
///
/// ```
/// use floorlot::plan::is_origin;
/// assert!(is_origin("draw.example/2026-001"));
/// assert!(!is_origin("draw.example/") && !is_origin("7号楼") && !is_origin(""));
/// ```
pub fn is_origin(text: &str) -> bool {
    let bytes = text.as_bytes();
    let ends = [bytes.first(), bytes.last()];
    let inner = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'/');
    // P1: 1 to 200 characters, the first and the last a letter or digit.
    bytes.len() <= 200
        && ends.iter().all(|b| b.is_some_and(u8::is_ascii_alphanumeric))
        && text.bytes().all(inner)
}

/// The first character of a text that rule P3 does not allow.
///
/// ```
/// use floorlot::plan::foreign_character;
/// assert_eq!(foreign_character("12A 室"), None);
/// assert_eq!(foreign_character("12\u{202e}A"), Some('\u{202e}')); // a direction override
/// assert_eq!(foreign_character("e\u{301}"), Some('\u{301}'));     // not in normalization form C
/// ```
pub fn foreign_character(text: &str) -> Option<char> {
    // The usual case: of ASCII everything that is seen is allowed.
    if text.bytes().all(|b| (0x20..0x7f).contains(&b)) {
        return None;
    }
    text.chars().find(|&c| {
        let c = u32::from(c);
        let next = REPERTOIRE.partition_point(|&(_, last)| last < c);
        REPERTOIRE.get(next).is_none_or(|&(first, _)| c < first)
    })
}

/// A text from outside as one line of a report: each character that rule P3 does not allow, and
/// that could begin a line of its own, move the cursor or turn the direction of a terminal, is
/// shown as its number.
///
/// ```
/// use floorlot::plan::visible;
/// assert_eq!(visible("12A 室"), "12A 室");
/// assert_eq!(visible("12\u{202e}A\n"), "12<U+202E>A<U+000A>");
/// ```
pub fn visible(text: &str) -> String {
    let visible = |c: char| match foreign_character(c.encode_utf8(&mut [0; 4])) {
        Some(c) => format!("<U+{:04X}>", u32::from(c)),
        None => c.to_string(),
    };
    text.chars().map(visible).collect()
}

/// Whether two texts are the same. Most are ids and names of 4 to 16 bytes: two looks at the first
/// and the last of them take less than a call.
#[inline]
pub(crate) fn same(a: &[u8], b: &[u8]) -> bool {
    fn ends<const N: usize>(a: &[u8], b: &[u8]) -> bool {
        a.first_chunk::<N>() == b.first_chunk() && a.last_chunk::<N>() == b.last_chunk()
    }
    a.len() == b.len()
        && match a.len() {
            8..=16 => ends::<8>(a, b),
            4..8 => ends::<4>(a, b),
            _ => a == b,
        }
}

/// What rule P3 has against a text.
pub(crate) fn text_fault(text: &str, most: usize) -> Option<(Phrase, Phrase)> {
    // P3: A text consists of these characters only.
    if let Some(c) = foreign_character(text) {
        let expected = Phrase::new(
            "a character of the repertoire in rule P3 (no control, invisible, combining or right-to-left ones)",
            "规则 P3 允许的字符（不含控制、不可见、组合或从右到左的字符）",
        );
        let number = format!("U+{:04X} ({c:?})", u32::from(c));
        let found = Phrase::new(format!("the character {number}"), format!("字符 {number}"));
        return Some((found, expected));
    }
    // P3: It is not empty, does not begin or end with a space.
    if text.is_empty() || text.starts_with(' ') || text.ends_with(' ') {
        let expected = Phrase::new(
            "a text that is not empty and has no spaces around it",
            "非空、首尾无空格的文字",
        );
        return Some((Phrase::same(format_args!("`{text}`")), expected));
    }
    // P3: It is not longer than its limit in UTF-8 bytes.
    (text.len() > most).then(|| {
        let found = Phrase::new(format!("{} bytes", text.len()), format!("{} 字节", text.len()));
        (found, Phrase::new(format!("at most {most} bytes"), format!("至多 {most} 字节")))
    })
}

#[cfg(test)]
mod tests {
    use super::{most, text_fault};
    use std::collections::BTreeSet;

    /// What section 3 of the specification says of each text.
    #[test]
    fn the_limits_are_those_of_the_specification() {
        let spec = include_str!("spec.md");
        let kinds = spec.split("## 3.").nth(1).unwrap().split("## 4.").next().unwrap();
        let limits = kinds.split("text ≤ ").skip(1).map(|rest| {
            let digits = rest.chars().take_while(|c| c.is_ascii_digit() || *c == ',');
            digits.filter(char::is_ascii_digit).collect::<String>().parse().unwrap()
        });
        let ours = [most::LABEL, most::NAME, most::HEADLINE, most::REASON, most::STATEMENT];
        assert_eq!(limits.collect::<BTreeSet<usize>>(), BTreeSet::from(ours));
    }

    #[test]
    fn a_text_has_its_limit_and_no_byte_more() {
        let text = |bytes: usize| "张".repeat(bytes / 3) + &"x".repeat(bytes % 3);
        for most in [most::LABEL, most::NAME, most::HEADLINE, most::REASON, most::STATEMENT] {
            assert_eq!(text_fault(&text(most), most), None);
            let (found, expected) = text_fault(&text(most + 1), most).unwrap();
            assert_eq!(
                (found.zh, expected.en),
                (format!("{} 字节", most + 1), format!("at most {most} bytes"))
            );
        }
    }
}
