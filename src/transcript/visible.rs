//! Text of a file, shown to people.

use crate::plan::foreign_character;

/// A text of the file as one line of the report: what rule P3 does not allow, and could begin a
/// line of its own, move the cursor or turn the direction of a terminal, is shown as its number.
pub(crate) fn visible(text: &str) -> String {
    let visible = |c: char| match foreign_character(c.encode_utf8(&mut [0; 4])) {
        Some(c) => format!("<U+{:04X}>", u32::from(c)),
        None => c.to_string(),
    };
    text.chars().map(visible).collect()
}
