//! What the hall notes beside the transcript, in `transcript.hall.jsonl`: pauses with their reasons, and calls that nobody answered.
//!
//! It decides nothing, so it is no part of the transcript; the board, the clock of a household and the minutes show it.

use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// A pause, its end, or a call that nobody answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Note {
    /// Seconds since 1970.
    pub(crate) at: u64,
    /// Why a pause begins; `None` when it is over.
    #[serde(default)]
    pub(crate) reason: Option<String>,
    /// A call that nobody answered: the number of lines of the transcript then, which tells the turn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) unanswered: Option<u64>,
}

/// The notes of a transcript.
pub(crate) fn beside(transcript: &Path) -> PathBuf {
    let mut name = transcript.with_extension("").into_os_string();
    name.push(".hall.jsonl");
    PathBuf::from(name)
}

/// All notes, none where there is no file. A torn last line is a note that was never shown.
pub(crate) fn read(path: &Path) -> io::Result<Vec<Note>> {
    let text = match File::open(path) {
        Ok(file) => io::read_to_string(file)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
}

/// Adds a note; it is on disk when this returns. A torn line before it gets its end first, so that it swallows nothing.
pub(crate) fn append(path: &Path, note: &Note) -> io::Result<()> {
    let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
    let mut line = serde_json::to_string(note)? + "\n";
    if file.seek(SeekFrom::End(0))? > 0 {
        let mut last = [0];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        if last != *b"\n" {
            line.insert(0, '\n');
        }
    }
    file.write_all(line.as_bytes())?;
    file.sync_all()
}

/// The pause that lasts now.
pub(crate) fn pause(notes: &[Note]) -> Option<&Note> {
    notes.iter().rfind(|note| note.unanswered.is_none()).filter(|note| note.reason.is_some())
}

/// Each pause with its end.
pub(crate) fn pauses(notes: &[Note]) -> Vec<(&Note, Option<u64>)> {
    let mut all: Vec<(&Note, Option<u64>)> = Vec::new();
    for note in notes.iter().filter(|note| note.unanswered.is_none()) {
        match (&note.reason, all.last_mut()) {
            (Some(_), _) => all.push((note, None)),
            (None, Some((_, end @ None))) => *end = Some(note.at),
            (None, _) => {}
        }
    }
    all
}

/// How many seconds of pauses that are over lie after a time.
pub(crate) fn paused_since(notes: &[Note], since: u64) -> u64 {
    pauses(notes).into_iter().filter_map(|(begun, end)| Some(end?.saturating_sub(begun.at.max(since)))).sum()
}

/// How many calls of the turn that began at this line were not answered.
pub(crate) fn unanswered(notes: &[Note], lines: u64) -> usize {
    notes.iter().filter(|note| note.unanswered == Some(lines)).count()
}
