//! What `run` notes beside the transcript, as the hall does: how far it is, so that nobody seals
//! anew over a draw whose file is gone; and the copy on a stick.

use crate::ceremony::draw::Draw;
use crate::disk::copy::Copy;
use crate::disk::hall_log::{self, Note, Recorded};
use crate::words::clock::Clock;
use crate::words::say::{Stop, say, tr, warn};
use floorlot::Hash;
use floorlot::rules::Lang;
use std::path::{Path, PathBuf};

/// The notes beside a transcript.
pub(crate) struct Notes {
    path: PathBuf,
    notes: Vec<Note>,
    /// Whether it was told that they cannot be written.
    warned: bool,
    /// The copy on a stick, and what was told of it last.
    copy: Option<Copy>,
    copy_told: Option<String>,
}

impl Notes {
    /// Reads the notes of a transcript.
    pub(crate) fn read(transcript: &Path, lang: Lang) -> Result<Notes, Stop> {
        let path = hall_log::beside(transcript);
        let notes = hall_log::read(&path).map_err(|error| Stop::file(lang, &path, error))?;
        Ok(Notes { path, notes, warned: false, copy: None, copy_told: None })
    }

    /// The same with a copy of transcript, notes and plan in a folder, where nothing else may be.
    pub(crate) fn with_copy(
        self,
        folder: &Path,
        (transcript, plan): (&Path, &Path),
        lang: Lang,
    ) -> Result<Notes, Stop> {
        let copy = Copy::start(folder, &[transcript, &self.path, plan]);
        copy.first_look(transcript, lang)?;
        let copy_told = copy.warning(lang);
        Ok(Notes { copy: Some(copy), copy_told, ..self })
    }

    /// Lets the copy be brought up to what is recorded. What is wrong with it is told once, and
    /// that it is whole again; no step waits for it but the `last`.
    pub(crate) fn copied(&mut self, draw: &mut Draw, last: bool) {
        let Some(copy) = &self.copy else { return };
        let lang = draw.lang;
        copy.ask(Some(draw.scribe().kept()));
        if last {
            copy.wait();
        }
        let now = copy.warning(lang);
        let target = copy.target().display();
        match (&now, &self.copy_told) {
            (Some(trouble), told) if last || told.as_ref() != Some(trouble) => warn(trouble),
            (None, Some(_)) if !last => {
                warn(tr!(lang, "The copy {target} is whole again.", "副本 {target} 已恢复完整。"));
            }
            (None, _) if last => {
                say(tr!(lang, "The copy {target} is whole.", "副本 {target} 是完整的。"));
            }
            _ => {}
        }
        self.copy_told = now;
    }

    /// How far the transcript was.
    pub(crate) fn recorded(&self) -> Option<&Recorded> {
        hall_log::recorded(&self.notes)
    }

    /// Notes how far the transcript is. No step waits for it: that it cannot be written is told
    /// once.
    pub(crate) fn promise(&mut self, draw: &mut Draw) {
        self.note(draw);
        self.copied(draw, false);
    }

    fn note(&mut self, draw: &mut Draw) {
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

    /// Notes which program was started, and that it is none that the plan names.
    pub(crate) fn program(&mut self, other: Option<Hash>, draw: &mut Draw) {
        let (after, at) = (draw.scribe().lines(), (Clock::SYSTEM.wall)());
        let started = Some(hall_log::Started::now(after));
        self.append(Note { at, started, ..Note::default() }, draw.lang);
        if let Some(sha256) = other
            && let Some(trouble) = hall_log::other_program(&self.notes, sha256, after)
        {
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

    /// Notes that there is a draw, once, where a script does not stop at each step; the copy grows.
    pub(crate) fn promise_seal(&mut self, draw: &mut Draw) {
        if self.recorded().is_none() {
            self.note(draw);
        }
        self.copied(draw, false);
    }
}
