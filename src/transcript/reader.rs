//! Reading a transcript line by line, never as a whole.

use crate::number::count;
use crate::profile::MAX_LINE;
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
    /// A line that does not lie in the buffer of the source as a whole.
    line: Vec<u8>,
    /// How many bytes of the buffer were handed out with the last line.
    used: usize,
    number: u64,
}

/// The most bytes that are read of a line: one too many, and an LF.
const MOST: usize = MAX_LINE + 2;

/// The place of the first LF: the first 32 bytes that have one, and the place in these of the first
/// without a step that depends on it, because a processor cannot foresee where a line ends.
#[expect(clippy::arithmetic_side_effects, reason = "hot; all are places within `bytes`")]
fn find_lf(bytes: &[u8]) -> Option<usize> {
    // Compilers turn this into a few instructions for each chunk.
    let has_lf = |chunk: &[u8; 32]| chunk.iter().fold(false, |found, b| found | (*b == b'\n'));
    let (chunks, rest) = bytes.as_chunks();
    match chunks.iter().enumerate().find(|(_, chunk)| has_lf(chunk)) {
        Some((n, chunk)) => Some(n * 32 + first_lf(chunk)),
        None => rest.iter().position(|b| *b == b'\n').map(|n| chunks.len() * 32 + n),
    }
}

/// The place of the first LF in a chunk that has one. A byte that is LF is 0 after the XOR, and of the
/// bytes in a word from which 1 is taken away, the first 0 is the first to get its highest bit without
/// having had it. The multiplication brings the highest bits of a word together in one byte.
fn first_lf(chunk: &[u8; 32]) -> usize {
    const LF: u64 = u64::from_le_bytes([b'\n'; 8]);
    const ONES: u64 = u64::from_le_bytes([0x01; 8]);
    const HIGHEST: u64 = u64::from_le_bytes([0x80; 8]);
    const TOGETHER: u64 = 0x0002_0408_1020_4081;
    let mut found = [0; 4];
    for (found, word) in found.iter_mut().zip(chunk.as_chunks().0) {
        let word = u64::from_le_bytes(*word) ^ LF;
        let highest = word.wrapping_sub(ONES) & !word & HIGHEST;
        let [.., together] = highest.wrapping_mul(TOGETHER).to_le_bytes();
        *found = together;
    }
    usize::try_from(u32::from_le_bytes(found).trailing_zeros()).unwrap_or(0)
}

impl<R: BufRead> Reader<R> {
    /// A reader at the first line.
    pub fn new(source: R) -> Reader<R> {
        Reader { source, line: Vec::new(), used: 0, number: 0 }
    }

    /// The next line; `None` at the end of the file.
    #[inline(always)] // so that the result is not copied through the memory
    pub fn next_line(&mut self) -> io::Result<Option<RawLine<'_>>> {
        // What was lent with the last line is given back only now.
        self.source.consume(self.used);
        self.used = 0;
        let end = find_lf(self.source.fill_buf()?).filter(|n| *n <= MAX_LINE);
        let (bytes, complete) = match end {
            Some(end) => {
                self.used = end.saturating_add(1);
                (self.source.fill_buf()?.get(..end).unwrap_or_default(), true)
            }
            None => match self.long_line()? {
                Some(complete) => (&self.line[..], complete),
                None => return Ok(None),
            },
        };
        self.number = self.number.saturating_add(1);
        Ok(Some(RawLine { number: self.number, bytes, complete }))
    }

    /// Reads the next line into `line`, if it does not lie in the buffer as a whole, and says whether
    /// it ended with LF.
    #[inline(never)]
    fn long_line(&mut self) -> io::Result<Option<bool>> {
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
            let (size, end) = (buffer.len(), find_lf(buffer));
            self.source.consume(end.map_or(size, |n| n.saturating_add(1)));
            if end.is_some() || size == 0 {
                return Ok(end.is_some());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_LINE, Reader, find_lf};
    use std::io::BufReader;

    #[test]
    fn finds_the_first_lf() {
        for length in 0..100 {
            for other in [0, 0x09, 0x0b, 0x0a ^ 0x80, 0xff] {
                let mut bytes = vec![other; length];
                assert_eq!(find_lf(&bytes), None);
                for place in (0..length).rev() {
                    bytes[place] = b'\n';
                    assert_eq!(find_lf(&bytes), Some(place), "{bytes:?}");
                }
            }
        }
    }

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
        // A buffer that is smaller than a word, and sources that give a byte at a time.
        let whole = [line(b'a', MAX_LINE + 2), line(b'b', MAX_LINE + 1), line(b'c', 7)].concat();
        for buffer in [1, 3, 4_096] {
            let source = BufReader::with_capacity(buffer, &whole[..]);
            assert!(read(Reader::new(source)) == plain(&whole), "buffer {buffer}");
        }
    }
}
