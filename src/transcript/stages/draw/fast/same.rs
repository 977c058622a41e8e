//! Whether a line is the expected one, compared in place: without making the line, and without
//! reading it field by field.
//!
//! These are the two kinds of line of which a pool by lot consists, a million times each. They say
//! what encoding the expected [`Line`](crate::lines::Line) and comparing bytes would say (a test
//! does both) but only as long as no id has a character in it that is written with an escape, that
//! is, as long as rule P2 is kept.

use crate::profile::{Cursor, Field, MAX_INTEGER, are_digits, leading_decimal, long_decimal};
use crate::text::same;

/// Whether a line is the expected one, but for the time that it may have.
pub(super) fn same_but_time(line: &[u8], expected: &[u8]) -> bool {
    if line == expected {
        return true;
    }
    let Some((b'}', start)) = expected.split_last() else { return false };
    let Some(rest) = line.strip_prefix(start) else { return false };
    let Ok(mut cursor) = Cursor::new(rest) else { return false };
    let time = <u64 as Field>::read(&mut cursor, ",\"at\":");
    time.is_ok() && cursor.literal("}").is_ok() && cursor.end().is_ok()
}

/// What is left of a line.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    /// This key comes next, with what stands around it: of a length that is known beforehand, so
    /// that comparing is a few instructions.
    #[inline]
    fn key<const N: usize>(&mut self, key: &[u8; N]) -> bool {
        let rest = self.0.split_first_chunk::<N>().filter(|(found, _)| *found == key);
        self.0 = rest.map_or(self.0, |(_, rest)| rest);
        rest.is_some()
    }

    /// This id comes next.
    #[inline]
    fn text(&mut self, text: &[u8]) -> bool {
        let found = self.0.split_at_checked(text.len()).filter(|(found, _)| same(found, text));
        self.0 = found.map_or(self.0, |(_, rest)| rest);
        found.is_some()
    }

    /// This number comes next, in its only spelling.
    #[inline]
    fn number(&mut self, number: u128) -> bool {
        let found =
            if number < 100_000_000 { leading_decimal(self.0) } else { long_decimal(self.0) };
        let Some((found, rest)) = found else { return false };
        self.0 = rest;
        found == number
    }

    /// The line ends, with or without a time.
    #[inline]
    fn end(&mut self) -> bool {
        let Some(rest) = self.0.strip_suffix(b"}") else { return false };
        let Some(time) = rest.strip_prefix(b",\"at\":") else { return rest.is_empty() };
        match time {
            // A time of this age has ten digits. Any number of up to 15 is within the limit; it
            // need not be known. All of 8 to 15 are among the first or the last 8.
            [b'1'..=b'9', ..] if (8..=15).contains(&time.len()) => {
                [time.first_chunk(), time.last_chunk()].into_iter().flatten().all(are_digits)
            }
            _ => matches!(leading_decimal(time), Some((value, [])) if value <= MAX_INTEGER.into()),
        }
    }
}

/// A call, as the rules lead to it.
pub(super) struct ExpectedCall<'a> {
    pub(super) pool: &'a str,
    pub(super) place: u64,
    pub(super) household: &'a str,
    pub(super) ticket: u64,
}

impl ExpectedCall<'_> {
    pub(super) fn is(&self, line: &[u8]) -> bool {
        let mut rest = Rest(line);
        rest.key(b"{\"kind\":\"call\",\"pool\":\"")
            && rest.text(self.pool.as_bytes())
            && rest.key(b"\",\"place\":")
            && rest.number(self.place.into())
            && rest.key(b",\"household\":\"")
            && rest.text(self.household.as_bytes())
            && rest.key(b"\",\"ticket\":\"")
            && rest.number(self.ticket.into())
            && rest.key(b"\"")
            && rest.end()
    }
}

/// A pick by lot, as the rules lead to it.
pub(super) struct ExpectedLot<'a> {
    pub(super) household: &'a str,
    pub(super) offered: u32,
    pub(super) lot: u128,
    pub(super) number: u32,
    pub(super) unit: &'a str,
}

impl ExpectedLot<'_> {
    pub(super) fn is(&self, line: &[u8]) -> bool {
        let mut rest = Rest(line);
        rest.key(b"{\"kind\":\"pick\",\"household\":\"")
            && rest.text(self.household.as_bytes())
            && rest.key(b"\",\"by\":\"lot\",\"offered\":")
            && rest.number(self.offered.into())
            && rest.key(b",\"lot\":\"")
            && rest.number(self.lot)
            && rest.key(b"\",\"number\":")
            && rest.number(self.number.into())
            && rest.key(b",\"unit\":\"")
            && rest.text(self.unit.as_bytes())
            && rest.key(b"\"")
            && rest.end()
    }
}

#[cfg(test)]
mod tests {
    use super::{ExpectedCall, ExpectedLot, same_but_time};
    use crate::lines::{By, Line};
    use crate::profile::Decimal;

    /// Every line that comes from this one by changing, leaving out or doubling one byte or by a zero
    /// more, and the line itself with other ends.
    fn near(line: &str) -> Vec<Vec<u8>> {
        let line = line.as_bytes();
        let (start, _) = line.split_at(line.len() - 1);
        let ends = [
            "}",
            "",
            "}}",
            ",\"at\":0}",
            ",\"at\":1767225600}",
            ",\"at\":01}",
            ",\"at\":9007199254740991}",
            ",\"at\":9007199254740992}",
            ",\"at\":1234567}",
            ",\"at\":12345678}",
            ",\"at\":176722560012345}",
        ];
        let more = [
            ",\"at\":}",
            ",\"at\":-1}",
            ",\"at\":1",
            ",\"at\":1} ",
            ",\"at\":1234567x}",
            ",\"at\":x234567890}",
            ",\"at\":1234x67890}",
            ",\"at\":12345678x0}",
            ",\"at\":123456789/}",
            ",\"at\":12345678901234:}",
            ",\"at\":\"1\"}",
            ",\"at\":1,\"at\":1}",
            ",\"proxy\":\"x\"}",
        ];
        let mut lines: Vec<Vec<u8>> =
            ends.iter().chain(&more).map(|end| [start, end.as_bytes()].concat()).collect();
        for place in 0..line.len() {
            let (before, after) = (&line[..place], &line[place + 1..]);
            for byte in [b'0', b'1', b'9', b'x', b'"', b' ', 0xff] {
                lines.push([before, &[byte], after].concat());
            }
            lines.push([before, after].concat());
            lines.push([before, &line[place..=place], &line[place..=place], after].concat());
            lines.push([before, b"0", &line[place..]].concat());
        }
        lines
    }

    fn compare(expected: &Line<'_>, is: impl Fn(&[u8]) -> bool) {
        let bytes = expected.to_bytes();
        assert!(is(&bytes));
        for line in near(std::str::from_utf8(&bytes).unwrap()) {
            assert_eq!(
                is(&line),
                same_but_time(&line, &bytes),
                "{}",
                String::from_utf8_lossy(&line)
            );
        }
    }

    #[test]
    fn calls_and_lots_are_told_as_by_encoding() {
        for bits in [0, 1, 7, 26, 27, 32, 53, 54, 63, 64, 65, 107, 120, 127, 128] {
            let number = 1_u128.checked_shl(bits).unwrap_or(0).wrapping_sub(1);
            let (long, short) = (number as u64, number as u32);
            let (pool, household, unit) = ("B07-T2".into(), "H0000001".into(), "B07-1203".into());
            let call =
                Line::Call { pool, place: long, household, ticket: Decimal(long.into()), at: None };
            compare(&call, |line| {
                ExpectedCall { pool: "B07-T2", place: long, household: "H0000001", ticket: long }
                    .is(line)
            });
            let (offered, lot) = (short.into(), Some(Decimal(number)));
            let household = "H0000001".into();
            let (rank, proxy) = (None, None);
            let pick = Line::Pick {
                household,
                by: By::Lot,
                offered,
                lot,
                number: Some(offered),
                rank,
                unit,
                proxy,
                at: None,
            };
            let expected = ExpectedLot {
                household: "H0000001",
                offered: short,
                lot: number,
                number: short,
                unit: "B07-1203",
            };
            compare(&pick, |line| expected.is(line));
        }
    }
}
