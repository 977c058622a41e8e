//! What was noted outside of a checkpoint: its fingerprint, its root, or the note that was signed.

use crate::hash::Hash;
use crate::note::{NoteError, parse_checkpoint};
use crate::tree::{Fingerprint, FingerprintError};
use std::fmt;
use std::str::FromStr;

/// What somebody noted of a checkpoint, outside of the file (checks V1 and R4).
///
/// ```
/// use floorlot::{Hash, Noted};
/// let root = Hash([0xab; 32]);
/// assert_eq!(root.to_hex().parse(), Ok(Noted::Root(root)));
/// assert!(matches!("01234 ".repeat(12).parse(), Ok(Noted::Fingerprint(_))));
/// assert!("01234 ".repeat(8).parse::<Noted>().is_err_and(|error| error.is_old()));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Noted {
    /// The twelve groups of the fingerprint.
    Fingerprint(Fingerprint),
    /// The root.
    Root(Hash),
    /// The body of a signed note: origin, size and root.
    Body(String),
}

impl Noted {
    /// The body of a signed note. Its signatures are not looked at: what counts is where the reader
    /// has it from.
    ///
    /// ```
    /// use floorlot::Noted;
    /// let body = "draw.example/1\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";
    /// assert_eq!(Noted::of_note(&format!("{body}\n")), Ok(Noted::Body(body.into())));
    /// assert!(Noted::of_note(body).is_err()); // no empty line behind it
    /// ```
    pub fn of_note(text: &str) -> Result<Noted, NoteError> {
        let text = text.replace("\r\n", "\n");
        let end = text.find("\n\n").ok_or(NoteError::Note { what: "no empty line" })?;
        let body = format!("{}\n", text.get(..end).unwrap_or_default());
        parse_checkpoint(&body)?;
        Ok(Noted::Body(body))
    }

    /// Whether this is of the checkpoint with this body and root.
    pub(crate) fn is_of(&self, body: &str, root: Hash) -> bool {
        match self {
            Noted::Fingerprint(fingerprint) => *fingerprint == Fingerprint::of_body(body),
            Noted::Root(noted) => *noted == root,
            Noted::Body(noted) => noted == body,
        }
    }
}

impl From<Fingerprint> for Noted {
    fn from(fingerprint: Fingerprint) -> Noted {
        Noted::Fingerprint(fingerprint)
    }
}

impl fmt::Display for Noted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Noted::Fingerprint(fingerprint) => fingerprint.fmt(f),
            Noted::Root(root) => root.fmt(f),
            Noted::Body(body) => f.write_str(&body.trim_end().replace('\n', " / ")),
        }
    }
}

impl FromStr for Noted {
    type Err = FingerprintError;

    /// Reads a fingerprint, or the 64 hex digits of a root, with whatever may stand between the
    /// digits of a [`Fingerprint`].
    fn from_str(text: &str) -> Result<Noted, FingerprintError> {
        let narrow = |c: char| match u32::from(c) {
            wide @ 0xFF01..=0xFF5E => char::from_u32(wide.wrapping_sub(0xFEE0)).unwrap_or(c),
            _ => c,
        };
        let hex: String = text
            .chars()
            .map(narrow)
            .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '·'))
            .collect();
        match Hash::from_hex(&hex.to_ascii_lowercase()) {
            Some(root) => Ok(Noted::Root(root)),
            None => text.parse().map(Noted::Fingerprint),
        }
    }
}
