//! A file that cannot be read as a transcript, and what became of it on its way.

use super::changed::{Change, Changed};
use super::reader::Reader;
use crate::base64::may_be_secret;
use crate::rules::Phrase;
use crate::system::io_words;
use crate::text::visible;
use std::io::{self, BufRead};

/// A file that is no transcript, or could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// Reading failed.
    #[error("cannot read: {0}")]
    Io(#[from] io::Error),
    /// The file is empty.
    #[error("the file is empty")]
    Empty,
    /// The first line is no plan line.
    #[error("this is not a transcript: line 1 begins with `{start}`, expected `{{\"kind\":\"plan\",`{}", said(.changed, |words| format!(". {}", words.en)))]
    NotATranscript {
        /// How it begins.
        start: String,
        /// What a program on the way made of it, if that can be told.
        changed: Option<Changed>,
    },
}

fn said(changed: &Option<Changed>, say: impl Fn(&Phrase) -> String) -> String {
    changed.as_ref().map(|changed| say(&changed.words)).unwrap_or_default()
}

impl ReadError {
    /// The error in both languages.
    pub fn words(&self) -> Phrase {
        let zh = match self {
            ReadError::Io(error) => format!("无法读取：{}", io_words(error).zh),
            ReadError::Empty => "文件是空的".into(),
            ReadError::NotATranscript { start, changed } => {
                let after = said(changed, |words| format!("。{}", words.zh));
                format!(
                    "这不是抽签记录：第 1 行以 `{start}` 开头，应为 `{{\"kind\":\"plan\",`{after}"
                )
            }
        };
        Phrase::new(self.to_string(), zh)
    }

    /// What a program on the way made of the file, if that can be told.
    pub fn changed(&self) -> Option<&Changed> {
        match self {
            ReadError::NotATranscript { changed, .. } => changed.as_ref(),
            _ => None,
        }
    }
}

/// Why a file with this first line, and whether it is complete, is no transcript.
pub(super) fn no_transcript(
    first: (Vec<u8>, bool),
    reader: &mut Reader<impl BufRead>,
) -> ReadError {
    let start = start_of(&first.0);
    match change_of_beginning(first, reader) {
        Ok(changed) => ReadError::NotATranscript { start, changed },
        Err(error) => error.into(),
    }
}

/// How a file begins, for people. A key file that is given for a transcript by mistake is not
/// shown.
fn start_of(first: &[u8]) -> String {
    if may_be_secret(String::from_utf8_lossy(first).trim()) {
        return "…".into();
    }
    visible(&String::from_utf8_lossy(first.get(..first.len().min(40)).unwrap_or_default()))
}

/// How many blank lines before the first are passed over, to see what kind of file it is.
const BLANK_LINES: usize = 64;

/// What a program on the way made of a file that does not begin as a transcript does.
fn change_of_beginning(
    first: (Vec<u8>, bool),
    reader: &mut Reader<impl BufRead>,
) -> io::Result<Option<Changed>> {
    let (mut line, mut complete) = first;
    let mut blank = 0_usize;
    while line.trim_ascii().is_empty() && blank < BLANK_LINES {
        let Some(next) = reader.next_line()? else { break };
        (line, complete, blank) = (next.bytes.to_vec(), next.complete, blank.saturating_add(1));
    }
    Ok(Change::of_beginning(&line, blank > 0, !complete).map(Change::told))
}

#[cfg(test)]
mod tests {
    use crate::transcript::{Evidence, verify};

    #[test]
    fn a_file_that_is_no_transcript_moves_no_cursor() {
        let error =
            verify(&b"\x1b[2J\x1b[HThis transcript is verified\n"[..], &Evidence::default())
                .unwrap_err();
        assert!(
            error.to_string().contains("<U+001B>[2J") && !error.words().zh.contains('\x1b'),
            "{error}"
        );
    }
}
