//! The records of .xls (MS-XLS, BIFF8), without meaning: type and data, and the texts in them.

/// A record: its type, and the pieces of its data. Data longer than 8,224 bytes goes on in records
/// of its own.
#[derive(Debug)]
pub(super) struct Record<'a> {
    pub(super) kind: u16,
    pieces: Vec<&'a [u8]>,
}

const CONTINUE: u16 = 0x003C;

/// Records from a place in the stream on.
pub(super) struct Records<'a> {
    rest: &'a [u8],
}

impl<'a> Records<'a> {
    pub(super) fn from(stream: &'a [u8], position: usize) -> Records<'a> {
        Records { rest: stream.get(position..).unwrap_or_default() }
    }

    fn one(&mut self) -> Option<(u16, &'a [u8])> {
        let (kind, length) = (u16_at(self.rest, 0)?, usize::from(u16_at(self.rest, 2)?));
        let data = self.rest.get(4..4 + length)?;
        self.rest = self.rest.get(4 + length..)?;
        Some((kind, data))
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        let (kind, data) = self.one()?;
        let mut pieces = vec![data];
        while u16_at(self.rest, 0) == Some(CONTINUE) {
            pieces.push(self.one()?.1);
        }
        Some(Record { kind, pieces })
    }
}

pub(super) fn u16_at(data: &[u8], at: usize) -> Option<u16> {
    data.get(at..)?.first_chunk().map(|bytes| u16::from_le_bytes(*bytes))
}

pub(super) fn u32_at(data: &[u8], at: usize) -> Option<u32> {
    data.get(at..)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes))
}

pub(super) fn f64_at(data: &[u8], at: usize) -> Option<f64> {
    data.get(at..)?.first_chunk().map(|bytes| f64::from_le_bytes(*bytes))
}

impl<'a> Record<'a> {
    /// The first piece, which is all of most records.
    pub(super) fn data(&self) -> &'a [u8] {
        self.pieces.first().copied().unwrap_or_default()
    }

    pub(super) fn u16(&self, at: usize) -> Option<u16> {
        u16_at(self.data(), at)
    }

    /// Reads on from a place in the first piece.
    pub(super) fn reader(&self, at: usize) -> Pieces<'a> {
        let mut left = self.pieces.clone();
        if let Some(first) = left.first_mut() {
            *first = first.get(at..).unwrap_or_default();
        }
        left.reverse();
        Pieces { left }
    }
}

/// A place in the pieces of a record.
pub(super) struct Pieces<'a> {
    /// The last is the one that is read.
    left: Vec<&'a [u8]>,
}

/// A text, and where in it (counted in UTF-16) which fonts begin.
#[derive(Debug, Default)]
pub(super) struct Text {
    pub(super) text: String,
    pub(super) runs: Vec<(u16, u16)>,
}

impl Pieces<'_> {
    fn byte(&mut self) -> Option<u8> {
        loop {
            let piece = self.left.last_mut()?;
            if let Some((first, rest)) = piece.split_first() {
                *piece = rest;
                return Some(*first);
            }
            self.left.pop();
        }
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from(self.u16()?) | u32::from(self.u16()?) << 16)
    }

    fn skip(&mut self, count: u32) -> Option<()> {
        (0..count).try_for_each(|_| self.byte().map(drop))
    }

    /// A text whose length in characters is a number of two bytes.
    pub(super) fn text(&mut self) -> Option<Text> {
        let count = self.u16()?;
        self.text_of(count)
    }

    /// A text whose length in characters is a number of one byte.
    pub(super) fn short_text(&mut self) -> Option<Text> {
        let count = u16::from(self.byte()?);
        self.text_of(count)
    }

    fn text_of(&mut self, count: u16) -> Option<Text> {
        let flags = self.byte()?;
        let run_count = if flags & 8 == 0 { 0 } else { self.u16()? };
        let extra = if flags & 4 == 0 { 0 } else { self.u32()? };
        let units = self.units(count, flags & 1 == 1)?;
        let runs =
            (0..run_count).map(|_| Some((self.u16()?, self.u16()?))).collect::<Option<_>>()?;
        self.skip(extra)?;
        Some(Text { text: String::from_utf16_lossy(&units), runs })
    }

    /// Characters of two bytes, or of one. A piece that begins amid them says anew which.
    fn units(&mut self, count: u16, mut wide: bool) -> Option<Vec<u16>> {
        let mut units = Vec::with_capacity(usize::from(count));
        for _ in 0..count {
            if self.left.last().is_some_and(|piece| piece.is_empty()) {
                self.left.pop();
                wide = self.byte()? & 1 == 1;
            }
            units.push(if wide { self.u16()? } else { u16::from(self.byte()?) });
        }
        Some(units)
    }
}
