//! What `run` notes beside the transcript, as the hall does: how far it is, so that nobody seals
//! anew over a draw whose file is gone.

use crate::ceremony::draw::Draw;
use crate::disk::hall_log::{self, Note, Recorded};
use crate::words::clock::Clock;
use crate::words::say::{Stop, warn};
use floorlot::Hash;
use floorlot::rules::Lang;
use std::path::{Path, PathBuf};

/// The notes beside a transcript.
pub(crate) struct Notes {
    path: PathBuf,
    notes: Vec<Note>,
    /// Whether it was told that they cannot be written.
    warned: bool,
}

impl Notes {
    /// Reads the notes of a transcript.
    pub(crate) fn read(transcript: &Path, lang: Lang) -> Result<Notes, Stop> {
        let path = hall_log::beside(transcript);
        let notes = hall_log::read(&path).map_err(|error| Stop::file(lang, &path, error))?;
        Ok(Notes { path, notes, warned: false })
    }

    /// How far the transcript was.
    pub(crate) fn recorded(&self) -> Option<&Recorded> {
        hall_log::recorded(&self.notes)
    }

    /// Notes how far the transcript is. No step waits for it: that it cannot be written is told
    /// once.
    pub(crate) fn promise(&mut self, draw: &mut Draw) {
        let lines = draw.scribe().lines();
        if lines == 0 || lines != draw.session.lines() {
            return; // the session is ahead of the disk
        }
        let recorded = Recorded::of(lines, draw.session.root());
        if self.recorded() == Some(&recorded) {
            return;
        }
        let note = Note { at: (Clock::SYSTEM.wall)(), recorded: Some(recorded), ..Note::default() };
        self.append(note, draw.lang);
    }

    /// Notes that the program is none that the plan names.
    pub(crate) fn other_program(&mut self, sha256: Hash, draw: &mut Draw) {
        let after = draw.scribe().lines();
        if let Some(trouble) = hall_log::other_program(&self.notes, sha256, after) {
            let at = (Clock::SYSTEM.wall)();
            self.append(Note { at, trouble: Some(trouble), ..Note::default() }, draw.lang);
        }
    }

    fn append(&mut self, note: Note, lang: Lang) {
        match hall_log::append(&self.path, &self.notes, &note, lang) {
            Ok(told) => told.iter().for_each(warn),
            Err(_) if self.warned => {}
            Err(Stop::Failed(why) | Stop::Refuted(why) | Stop::Unfinished(why)) => {
                warn(why);
                self.warned = true;
            }
        }
        self.notes.push(note);
    }

    /// The same, once, where a script does not stop at each step.
    pub(crate) fn promise_seal(&mut self, draw: &mut Draw) {
        if self.recorded().is_none() {
            self.promise(draw);
        }
    }
}
