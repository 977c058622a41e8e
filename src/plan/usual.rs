//! The usual line of a unit or a household, taken apart in place.
//!
//! Nearly all lines of a large plan look like the line before: the same pool, an id, a text, a
//! number, and perhaps a list of features or needs that was seen already. Such a line is checked
//! here in a fraction of the time of decoding it. Whatever is not quite usual, or breaks a rule, is
//! left to [`Line::decode`](crate::lines::Line::decode) and the general checks; a test of the
//! [validator](super::Validator) compares the two.

use super::ids::common;
use super::model::Unit;
use super::narrow::{Name, Names};
use crate::hash::Hash;
use crate::profile::leading_decimal;
use crate::text::{IN_ID, most, text_fault};

/// The keys of a kind of line, with what stands around their values.
pub(super) struct Shape {
    of_households: bool,
    /// Up to the id of the pool.
    pub(super) start: &'static str,
    text: &'static [u8],
    number: &'static [u8],
    list: &'static [u8],
    /// The longest text (rule P3) and the largest number (rule P7).
    most: (usize, u64),
}

pub(super) const UNIT: Shape = Shape {
    of_households: false,
    start: "{\"kind\":\"unit\",\"pool\":\"",
    text: b"\",\"label\":\"",
    number: b"\",\"storey\":",
    list: b",\"features\":",
    most: (most::LABEL, 999),
};

pub(super) const HOUSEHOLD: Shape = Shape {
    of_households: true,
    start: "{\"kind\":\"household\",\"pool\":\"",
    text: b"\",\"name\":\"",
    number: b"\",\"tier\":",
    list: b",\"needs\":",
    most: (most::NAME, 999),
};

/// A line that keeps the rules P2, P3 and P7 as far as they concern it alone.
pub(super) struct Usual<'a> {
    pub(super) id: &'a str,
    pub(super) text: Name<'a>,
    pub(super) number: u64,
    pub(super) more: More<'a>,
}

/// What may follow the number.
#[derive(Default)]
pub(super) struct More<'a> {
    /// Of a unit.
    pub(super) area: Option<u64>,
    pub(super) price: Option<u64>,
    /// The list with its brackets; empty if there is none.
    pub(super) list: &'a [u8],
    /// The commitment to a person that ends the line.
    pub(super) person: Option<Hash>,
}

/// The last usual line up to the end of its id. What a line has in common with it need not be looked
/// at again.
#[derive(Debug, Clone, Default)]
pub(super) struct Before {
    /// In ASCII (P2).
    start: String,
    /// Where the id begins.
    id_at: usize,
    /// The length of its label or name.
    text: usize,
}

impl Before {
    pub(super) fn is_empty(&self) -> bool {
        self.start.is_empty()
    }

    /// As if a line of this shape in this pool had come, whose id is empty.
    pub(super) fn first_of(shape: &Shape, pool: &str) -> Before {
        let start = format!("{}{pool}\",\"id\":\"", shape.start);
        Before { id_at: start.len(), start, text: 0 }
    }

    /// A line has come, with this id behind what it has in common with the last one. Byte by byte:
    /// of most ids only the last digits are others, which takes less than a look for UTF-8.
    fn becomes(&mut self, same: usize, id: &[u8], text: usize) -> &str {
        let changed = id.get(same.saturating_sub(self.id_at)..).unwrap_or_default();
        self.start.truncate(same);
        self.start.extend(changed.iter().copied().map(char::from));
        self.text = text;
        self.start.get(self.id_at..).unwrap_or_default()
    }
}

impl Shape {
    /// Takes a line apart that begins as the one before.
    #[inline(always)] // once for each shape, so that its keys are known to the compiler
    pub(super) fn read<'a>(
        &self,
        line: &'a [u8],
        before: &'a mut Before,
        names: &Names,
    ) -> Option<Usual<'a>> {
        let same = common(line, before.start.as_bytes());
        let known = same.checked_sub(before.id_at)?;
        let rest = line.get(before.id_at..)?;
        let more = rest.get(known..)?.iter();
        let end = more.take_while(|b| IN_ID.get(usize::from(**b)) == Some(&true)).count();
        let (id, rest) = rest.split_at_checked(known.saturating_add(end))?;
        // P2: at most 64 characters, the first a letter or digit.
        if id.len() > 64 || !id.first()?.is_ascii_alphanumeric() {
            return None;
        }
        let with_text = rest.strip_prefix(self.text)?;
        let (other_text, rest) = match self.behind_label(id, with_text, before.text) {
            Some(rest) => (None, rest),
            None => self.right_text(with_text, names).map(|(text, rest)| (Some(text), rest))?,
        };
        let length = with_text.len().saturating_sub(rest.len());
        let (number, rest) = leading_decimal(rest.strip_prefix(self.number)?)?;
        let number = u64::try_from(number).ok().filter(|n| (1..=self.most.1).contains(n))?;
        let rest = rest.strip_suffix(b"}")?;
        // Most lines end with the number.
        let more = if rest.is_empty() { More::default() } else { self.more(rest)? };
        let id = before.becomes(same, id, length);
        let label = || id.len().checked_sub(length).and_then(|start| id.get(start..));
        let text = other_text.unwrap_or_else(|| Name::Right(label().unwrap_or_default()));
        Some(Usual { id, text, number, more })
    }

    /// What follows the number.
    fn more<'a>(&self, rest: &'a [u8]) -> Option<More<'a>> {
        let bound = rest.last() == Some(&b'"') && self.of_households;
        let person = if bound { person_at_the_end(rest) } else { None };
        let length = rest.len().saturating_sub(if person.is_some() { BOUND } else { 0 });
        let rest = rest.get(..length)?;
        let (area, rest) = self.own_number(rest, b",\"area\":", Unit::MOST_AREA)?;
        let (price, rest) = self.own_number(rest, b",\"price\":", Unit::MOST_PRICE)?;
        let list = if rest.is_empty() { rest } else { rest.strip_prefix(self.list)? };
        Some(More { area, price, list, person })
    }

    /// What follows a label that ends the id and is as long as the one before, as most are. What ends
    /// an id keeps P3 (P2).
    #[inline(always)]
    fn behind_label<'a>(&self, id: &[u8], rest: &'a [u8], length: usize) -> Option<&'a [u8]> {
        let fits = !self.of_households && (1..=self.most.0).contains(&length);
        let label = id.get(id.len().checked_sub(length).filter(|_| fits)?..)?;
        (rest.get(length) == Some(&b'"') && common(rest, label) == length)
            .then(|| rest.get(length..))?
    }

    /// The label of a unit or the name of a household, if it keeps rule P3, and what follows it.
    #[inline(always)]
    fn right_text<'a>(&self, rest: &'a [u8], names: &Names) -> Option<(Name<'a>, &'a [u8])> {
        // At a backslash the next key is not found, so that what has an escape is decoded.
        let end = rest.iter().position(|b| matches!(b, b'"' | b'\\'))?;
        let (text, rest) = rest.split_at_checked(end)?;
        // A household without a name is right, and left to the general checks.
        if text.is_empty() || text.len() > self.most.0 {
            return None;
        }
        // What was seen already keeps P3.
        if self.of_households
            && let Some(known) = names.known(text)
        {
            return Some((Name::Known(known), rest));
        }
        let text = std::str::from_utf8(text).ok()?;
        text_fault(text, self.most.0).is_none().then_some((Name::Right(text), rest))
    }

    /// The number behind an optional key of a unit, and what follows it.
    fn own_number<'a>(
        &self,
        rest: &'a [u8],
        key: &[u8],
        most: u64,
    ) -> Option<(Option<u64>, &'a [u8])> {
        let behind = rest.strip_prefix(key).filter(|_| !self.of_households);
        let Some(behind) = behind else { return Some((None, rest)) };
        let (number, rest) = leading_decimal(behind)?;
        // P7: what is beyond the limit is for the general checks.
        let number = u64::try_from(number).ok().filter(|n| (1..=most).contains(n))?;
        Some((Some(number), rest))
    }
}

/// The commitment of a household, if the line ends with one.
fn person_at_the_end(rest: &[u8]) -> Option<Hash> {
    let person = rest.get(rest.len().checked_sub(BOUND)?..)?;
    let hex = person.strip_prefix(PERSON)?.strip_suffix(b"\"")?;
    Hash::from_hex(std::str::from_utf8(hex).ok()?)
}

const PERSON: &[u8] = b",\"person\":\"";

/// The bytes of a commitment with its key: 64 digits and a quotation mark behind it.
const BOUND: usize = PERSON.len() + 65;

/// A list that was seen and breaks no rule: its bytes, its number among the combinations, how many
/// entries it has.
#[derive(Debug, Clone, Default)]
pub(super) struct RightList {
    pub(super) bytes: Vec<u8>,
    pub(super) set: u16,
    pub(super) entries: u64,
}
