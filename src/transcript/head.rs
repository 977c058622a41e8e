//! Size and root of a copy (check V2).

use super::changed::BEGINNING;
use super::read_error::{ReadError, no_transcript};
use super::reader::Reader;
use crate::hash::Hash;
use crate::tree::Tree;
use std::io::BufRead;

/// The size and the root of a transcript, or of the first lines of one.
///
/// ```
/// use floorlot::transcript::{Evidence, TreeHead, verify};
/// let file = include_bytes!("../../tests/vectors/worked/transcript.jsonl");
/// let older = TreeHead::of(&file[..1000])?; // as copied at some earlier time, its last line torn
/// let report = verify(&file[..], &Evidence::default().with_older(older))?;
/// assert!(report.into_verified().is_ok());
/// # Ok::<(), floorlot::transcript::ReadError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TreeHead {
    /// Number of lines.
    pub size: u64,
    /// Root over them.
    pub root: Hash,
}

impl TreeHead {
    /// The head of an older copy: all lines that end with LF, without a CR before it. A file that
    /// does not begin as a transcript is none; an empty one has no lines.
    pub fn of(source: impl BufRead) -> Result<TreeHead, ReadError> {
        let (mut reader, mut tree) = (Reader::new(source), Tree::new());
        while let Some(line) = reader.next_line()? {
            if line.number == 1 && !line.bytes.starts_with(BEGINNING) {
                let first = (line.bytes.to_vec(), line.complete);
                return Err(no_transcript(first, &mut reader));
            }
            // V2: a last line without LF is left out, and so is a CR before an LF.
            if line.complete {
                tree.push_line(line.split_cr().0.bytes);
            }
        }
        Ok(TreeHead { size: tree.size(), root: tree.root() })
    }
}
