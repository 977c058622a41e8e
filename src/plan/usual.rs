//! The usual line of a unit or a household, taken apart in place.
//!
//! Nearly all lines of a large plan look like the line before: the same pool, an id, a text, a
//! number, and perhaps a list of features or needs that was seen already. Such a line is checked
//! here in a fraction of the time of decoding it. Whatever is not quite usual, or breaks a rule, is
//! left to [`Line::decode`](crate::lines::Line::decode) and the general checks; a test of the
//! [validator](super::Validator) compares the two.

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
    /// Of a unit.
    pub(super) area: Option<u64>,
    pub(super) price: Option<u64>,
    /// The list with its brackets; empty if there is none.
    pub(super) list: &'a [u8],
    /// The commitment to a person that ends the line.
    pub(super) person: Option<Hash>,
}

impl Shape {
    /// The beginning of the lines of this shape in a pool, up to their id.
    pub(super) fn start_in(&self, pool: &str) -> Vec<u8> {
        format!("{}{pool}\",\"id\":\"", self.start).into_bytes()
    }

    /// Takes a line apart that begins like this.
    pub(super) fn read<'a>(
        &self,
        line: &'a [u8],
        start: &[u8],
        names: &Names,
    ) -> Option<Usual<'a>> {
        let rest = line.strip_prefix(start)?;
        let end = rest.iter().position(|b| IN_ID.get(usize::from(*b)) != Some(&true))?;
        let (id, rest) = rest.split_at_checked(end)?;
        // P2: at most 64 characters, the first a letter or digit.
        if id.len() > 64 || !id.first()?.is_ascii_alphanumeric() {
            return None;
        }
        let id = std::str::from_utf8(id).ok()?;
        let rest = rest.strip_prefix(self.text)?;
        // At a backslash the next key is not found, so that what has an escape is decoded.
        let end = rest.iter().position(|b| matches!(b, b'"' | b'\\'))?;
        let (text, rest) = rest.split_at_checked(end)?;
        let text = self.right_text(id, text, names)?;
        let (number, rest) = leading_decimal(rest.strip_prefix(self.number)?)?;
        let number = u64::try_from(number).ok().filter(|n| (1..=self.most.1).contains(n))?;
        let rest = rest.strip_suffix(b"}")?;
        // Most lines end with a number or a list.
        let bound = rest.last() == Some(&b'"') && self.of_households;
        let person = if bound { person_at_the_end(rest) } else { None };
        let before =
            rest.get(..rest.len().saturating_sub(if person.is_some() { BOUND } else { 0 }))?;
        let (area, before) = self.own_number(before, b",\"area\":", Unit::MOST_AREA)?;
        let (price, before) = self.own_number(before, b",\"price\":", Unit::MOST_PRICE)?;
        let list = if before.is_empty() { before } else { before.strip_prefix(self.list)? };
        Some(Usual { id, text, number, area, price, list, person })
    }

    /// The label of a unit or the name of a household, if it keeps rule P3.
    fn right_text<'a>(&self, id: &'a str, text: &'a [u8], names: &Names) -> Option<Name<'a>> {
        // A household without a name is right, and left to the general checks.
        if text.is_empty() || text.len() > self.most.0 {
            return None;
        }
        // What was seen already, or ends an id (P2), keeps P3.
        if self.of_households
            && let Some(known) = names.known(text)
        {
            return Some(Name::Known(known));
        }
        if id.as_bytes().ends_with(text) {
            return id.get(id.len().checked_sub(text.len())?..).map(Name::Right);
        }
        let text = std::str::from_utf8(text).ok()?;
        text_fault(text, self.most.0).is_none().then_some(Name::Right(text))
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
