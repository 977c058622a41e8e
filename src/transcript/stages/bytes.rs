//! The bytes of each line (rule T1), and what a program on the way did to them.

use super::at::At;
use crate::lines::Line;
use crate::number::count;
use crate::plan::unreadable;
use crate::profile::MAX_LINE;
use crate::rules::{Checks, Phrase, Rule};
use crate::transcript::changed::{Change, Changed, is_torn};
use crate::transcript::reader::RawLine;

/// What is at fault in the bytes so far.
#[derive(Default)]
pub(crate) struct Bytes {
    /// How many bytes a torn last line has; 0 if there is none.
    torn: u64,
    /// The first line that ends in CR, and how many do.
    ends_in_cr: Option<(u64, u64)>,
    /// The first other line that is not in the profile, and what made it so if that can be told.
    first_unreadable: Option<(u64, Option<Change>)>,
}

impl Bytes {
    /// T4: whether this is what a power cut leaves of a line. It is no line of the file.
    #[inline]
    pub(crate) fn is_torn(&mut self, raw: RawLine<'_>) -> bool {
        if raw.complete || !is_torn(raw.bytes) {
            return false;
        }
        self.torn = count(raw.bytes.len());
        true
    }

    /// How many bytes a torn last line has; 0 if there is none.
    pub(crate) fn torn(&self) -> u64 {
        self.torn
    }

    /// The line without a CR at its end, which is a fault (section 7), and noted here.
    #[inline]
    pub(crate) fn without_cr<'a>(&mut self, raw: RawLine<'a>) -> RawLine<'a> {
        let (line, had_cr) = raw.split_cr();
        if had_cr {
            let (_, lines) = self.ends_in_cr.get_or_insert((raw.number, 0));
            *lines = lines.saturating_add(1);
        }
        line
    }

    /// T1: the line, if its bytes are those of a line in the profile.
    pub(crate) fn decode<'a>(&mut self, raw: RawLine<'a>, at: &mut At<'_>) -> Option<Line<'a>> {
        let line = readable(raw, at);
        if line.is_none() {
            self.first_unreadable.get_or_insert_with(|| (raw.number, Change::of_line(raw.bytes)));
        }
        line
    }

    /// T1: one fault for all lines that end in CR.
    pub(crate) fn end(&self, checks: &mut Checks) {
        let Some((first, lines)) = self.ends_in_cr else { return };
        let found = Phrase::new(
            format!("CR LF at the end of {lines} lines"),
            format!("{lines} 行的行尾是 CR LF"),
        );
        checks.fail(Rule::T1, first, "line end", found, Phrase::new("LF alone", "只有 LF"));
    }

    /// What a program on the way did to the file of so many lines: to the first line that is at
    /// fault.
    pub(crate) fn changed(&self, lines: u64) -> Option<Changed> {
        match (self.ends_in_cr, self.first_unreadable) {
            // Of two changes the one that comes first in the file is told.
            (Some((first, changed)), other) if other.is_none_or(|(line, _)| line >= first) => {
                Some(Change::line_ends(changed, lines))
            }
            (_, Some((_, change))) => change.map(Change::told),
            _ => None,
        }
    }
}

fn readable<'a>(raw: RawLine<'a>, at: &mut At<'_>) -> Option<Line<'a>> {
    // T1: a line has at most 65,535 bytes. The reader cuts a longer one off, so what stands in it
    // is not known, even if what is left looks like a line.
    if raw.bytes.len() > MAX_LINE {
        let limit =
            Phrase::new(format!("at most {MAX_LINE} bytes"), format!("至多 {MAX_LINE} 字节"));
        at.fail(Rule::T1, "line", Phrase::new("a longer line", "更长的行"), limit);
        return None;
    }
    // T1: every line ends with LF. A torn line was told from this before.
    if !raw.complete {
        let found =
            Phrase::new("a last line without LF: it was edited", "最后一行没有换行符：被改动过");
        at.fail(Rule::T1, "line", found, Phrase::new("LF after every line", "每行以换行符结束"));
        return None;
    }
    Line::decode(raw.bytes).map_err(|error| unreadable(at.checks, at.number, &error)).ok()
}
