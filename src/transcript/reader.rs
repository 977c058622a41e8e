//! Reading a transcript line by line, never as a whole.

use crate::number::count;
use crate::profile::MAX_LINE;
use crate::wide::lines::find_ends;
use std::io::{self, BufRead, Read};

/// One line of a file, as it stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawLine<'a> {
    /// Its number, from 1.
    pub number: u64,
    /// Its bytes without LF; cut off after [`MAX_LINE`] + 1 bytes.
    pub bytes: &'a [u8],
    /// Whether it ended with LF. Only the last line of a file may lack it, when it was torn.
    pub complete: bool,
}

impl<'a> RawLine<'a> {
    /// The line without a CR at its end (section 7), and whether it had one.
    #[inline]
    pub(super) fn split_cr(self) -> (RawLine<'a>, bool) {
        match self.bytes.split_last() {
            Some((b'\r', bytes)) if self.complete && self.bytes.len() <= MAX_LINE => {
                (RawLine { bytes, ..self }, true)
            }
            _ => (self, false),
        }
    }
}

/// Reads lines from any buffered source and holds one at a time.
///
/// ```
/// use floorlot::transcript::Reader;
/// let mut reader = Reader::new(&b"one\ntw"[..]);
/// let line = reader.next_line()?.unwrap();
/// assert_eq!((line.number, line.bytes, line.complete), (1, &b"one"[..], true));
/// let torn = reader.next_line()?.unwrap();
/// assert_eq!((torn.bytes, torn.complete), (&b"tw"[..], false));
/// assert!(reader.next_line()?.is_none());
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Reader<R> {
    source: R,
    /// Where the next lines end in the buffer of the source, and how many of these ends are passed.
    ends: Vec<usize>,
    passed: usize,
    /// Where the next line begins in the buffer, and how far it was looked through.
    start: usize,
    seen: usize,
    /// A line that does not lie in the buffer as a whole.
    line: Vec<u8>,
    number: u64,
}

/// The most bytes that are read of a line: one too many, and an LF.
const MOST: usize = MAX_LINE + 2;

/// How many bytes are looked through together: so few that they are still near the processor when
/// their lines are read.
const TOGETHER: usize = 1 << 12;

impl<R: BufRead> Reader<R> {
    /// A reader at the first line.
    pub fn new(source: R) -> Reader<R> {
        let (ends, line) = (Vec::new(), Vec::new());
        Reader { source, ends, passed: 0, start: 0, seen: 0, line, number: 0 }
    }

    /// The next line; `None` at the end of the file.
    #[inline(always)] // so that the result is not copied through the memory
    pub fn next_line(&mut self) -> io::Result<Option<RawLine<'_>>> {
        if self.passed == self.ends.len() {
            self.look_ahead()?;
        }
        let end = self.ends.get(self.passed);
        let lent = end.map(|end| self.start..*end).filter(|line| line.len() <= MAX_LINE);
        let (bytes, complete) = match lent {
            Some(line) => {
                self.passed = self.passed.saturating_add(1);
                self.start = line.end.saturating_add(1);
                (self.source.fill_buf()?.get(line).unwrap_or_default(), true)
            }
            None => match self.long_line()? {
                Some(complete) => (&self.line[..], complete),
                None => return Ok(None),
            },
        };
        self.number = self.number.saturating_add(1);
        Ok(Some(RawLine { number: self.number, bytes, complete }))
    }

    /// Finds the ends of the next lines in the buffer.
    #[inline(never)]
    fn look_ahead(&mut self) -> io::Result<()> {
        self.ends.clear();
        self.passed = 0;
        if self.source.fill_buf()?.len() == self.seen {
            self.give_back();
        }
        let buffer = self.source.fill_buf()?;
        while self.ends.is_empty() && self.seen.saturating_sub(self.start) <= MAX_LINE {
            let more = buffer.get(self.seen..).unwrap_or_default();
            let more = more.get(..TOGETHER).unwrap_or(more);
            if more.is_empty() {
                break;
            }
            find_ends(more, self.seen, &mut self.ends);
            self.seen = self.seen.saturating_add(more.len());
        }
        Ok(())
    }

    /// Gives back what is before the next line.
    fn give_back(&mut self) {
        self.source.consume(std::mem::take(&mut self.start));
        self.ends.clear();
        (self.passed, self.seen) = (0, 0);
    }

    /// Reads the next line into `line`, if it does not lie in the buffer as a whole, and says whether
    /// it ended with LF.
    #[inline(never)]
    fn long_line(&mut self) -> io::Result<Option<bool>> {
        self.give_back();
        self.line.clear();
        (&mut self.source).take(count(MOST)).read_until(b'\n', &mut self.line)?;
        if self.line.is_empty() {
            return Ok(None);
        }
        let complete = self.line.last() == Some(&b'\n');
        // One byte too many is kept of it, which says that it is too long (T1).
        let too_long = !complete && self.line.len() == MOST;
        let ended = too_long && self.skip_line()?;
        if complete || too_long {
            self.line.pop();
        }
        Ok(Some(complete || ended))
    }

    /// Skips the rest of a line that is too long; whether it ended with LF.
    fn skip_line(&mut self) -> io::Result<bool> {
        loop {
            let buffer = self.source.fill_buf()?;
            let (size, end) = (buffer.len(), buffer.iter().position(|byte| *byte == b'\n'));
            self.source.consume(end.map_or(size, |n| n.saturating_add(1)));
            if end.is_some() || size == 0 {
                return Ok(end.is_some());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_LINE, Reader, TOGETHER};
    use std::io::BufReader;

    /// Number, bytes, complete.
    type Read = (u64, Vec<u8>, bool);

    fn read(mut reader: Reader<impl std::io::BufRead>) -> Vec<Read> {
        let mut lines = Vec::new();
        while let Some(line) = reader.next_line().unwrap() {
            lines.push((line.number, line.bytes.to_vec(), line.complete));
        }
        lines
    }

    /// The same from the file as a whole.
    fn plain(file: &[u8]) -> Vec<Read> {
        let lines = file.split_inclusive(|byte| *byte == b'\n');
        let read = |(number, line): (u64, &[u8])| {
            let bytes = line.strip_suffix(b"\n").unwrap_or(line);
            let shown = bytes[..bytes.len().min(MAX_LINE + 1)].to_vec();
            (number, shown, bytes.len() < line.len())
        };
        (1..).zip(lines).map(read).collect()
    }

    #[test]
    fn no_line_vanishes_or_comes_twice_however_long_it_is() {
        let lengths = [0, 3, MAX_LINE, MAX_LINE + 1, MAX_LINE + 2, MAX_LINE + 3, 2 * MAX_LINE + 9];
        // Each line has bytes of its own, so that no part of one is taken for one of another.
        let line = |byte: u8, length: usize| [vec![byte; length], b"\n".to_vec()].concat();
        for n in 0..lengths.len().pow(3) {
            let [a, b, c] = [n, n / 7, n / 49].map(|n| lengths[n % 7]);
            let whole = [line(b'a', a), line(b'b', b), line(b'c', c)].concat();
            let torn = &whole[..whole.len() - 1];
            for file in [&whole[..], torn] {
                let expected = plain(file);
                let told = format!("{a} {b} {c} {}", file.len());
                assert!(read(Reader::new(file)) == expected, "{told}");
                for buffer in [8 << 10, MAX_LINE + 2] {
                    let source = BufReader::with_capacity(buffer, file);
                    assert!(read(Reader::new(source)) == expected, "{told}, buffer {buffer}");
                }
            }
        }
        // Lines of all lengths, which end anywhere in the pieces that are looked through together.
        let whole: Vec<u8> =
            (0..3_000).flat_map(|n| line(b'a' + (n % 7) as u8, n * n % 1_009 * (n % 3))).collect();
        for buffer in [100, TOGETHER - 1, TOGETHER, 3 * TOGETHER + 5] {
            let source = BufReader::with_capacity(buffer, &whole[..]);
            assert!(read(Reader::new(source)) == plain(&whole), "buffer {buffer}");
        }
        assert!(read(Reader::new(&whole[..])) == plain(&whole));
        // A buffer that is smaller than a word, and sources that give a byte at a time.
        let whole = [line(b'a', MAX_LINE + 2), line(b'b', MAX_LINE + 1), line(b'c', 7)].concat();
        for buffer in [1, 3, 4_096] {
            let source = BufReader::with_capacity(buffer, &whole[..]);
            assert!(read(Reader::new(source)) == plain(&whole), "buffer {buffer}");
        }
    }
}
