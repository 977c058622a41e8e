//! Words in two languages, the width of Chinese on a screen, and where they go: the report to
//! standard output, the rest to standard error.

pub(crate) use crate::common::io::Told;
pub(crate) use crate::common::lang::{in_file, shown, system_lang, tr, warn};
use std::io::{self, ErrorKind, Write};

/// Writes the report. A reader who went away (`| head`) is no error; a full disk is.
pub(crate) fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}

/// How many columns a text takes on a terminal: Chinese characters take two.
pub(crate) fn width(text: &str) -> usize {
    let wide = |c| matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff01}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}' | '\u{20000}'..='\u{3fffd}');
    text.chars().map(|c| if wide(c) { 2 } else { 1 }).sum()
}

/// The text with spaces after it up to this many columns.
pub(crate) fn padded(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}
