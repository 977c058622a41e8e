//! Writing a transcript line by line.

use std::io::{self, Write};

/// Writes lines, each with its LF in one go and flushed, so that what is not torn is whole.
///
/// ```
/// use floorlot::transcript::Writer;
/// let mut writer = Writer::new(Vec::new());
/// writer.write_line(br#"{"kind":"close","what":"commits"}"#)?;
/// assert!(writer.into_inner().ends_with(b"}\n"));
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// Flushing hands the line to the system; a program that must survive a power cut also asks for it
/// to reach the disk (`File::sync_data`) before the next step is shown to anybody.
#[derive(Debug)]
pub struct Writer<W> {
    out: W,
    whole: Vec<u8>,
}

impl<W: Write> Writer<W> {
    /// Writes to `out`, which should not buffer.
    pub fn new(out: W) -> Writer<W> {
        Writer { out, whole: Vec::new() }
    }

    /// Writes a line (given without LF).
    pub fn write_line(&mut self, line: &[u8]) -> io::Result<()> {
        self.whole.clear();
        self.whole.extend_from_slice(line);
        self.whole.push(b'\n');
        self.out.write_all(&self.whole)?;
        self.out.flush()
    }

    /// What was written to.
    pub fn get_mut(&mut self) -> &mut W {
        &mut self.out
    }

    /// What was written to.
    pub fn into_inner(self) -> W {
        self.out
    }
}
