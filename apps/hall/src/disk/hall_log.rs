//! What the hall notes beside the transcript, in `transcript.hall.jsonl`: pauses with their
//! reasons, calls that nobody answered, how far the transcript was, a clock that jumped, a file
//! that was written anew, when the draw goes on after a day, which program was started.
//!
//! It decides nothing, so it is no part of the transcript; the board, the clock of a household and
//! the minutes show it. What it says of the transcript's length keeps a shorter file from being
//! taken for the whole.

use crate::disk::on_disk;
use crate::words::say::{Stop, tr};
use floorlot::Hash;
use floorlot::rules::Lang;
use floorlot_verify::common::own;
use serde::{Deserialize, Serialize};
use std::fs::OpenOptions;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// One thing that the hall notes. Without any of the others, `reason` begins a pause, and a note
/// without a reason ends it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Note {
    /// Seconds since 1970.
    pub(crate) at: u64,
    /// Why a pause begins; `None` when it is over.
    #[serde(default)]
    pub(crate) reason: Option<String>,
    /// A call that nobody answered: the number of lines of the transcript then, which tells the
    /// turn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) unanswered: Option<u64>,
    /// How far the transcript was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) recorded: Option<Recorded>,
    /// What happened from outside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) trouble: Option<Trouble>,
    /// When the draw goes on whose day is closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) goes_on: Option<GoesOn>,
    /// The program that was started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) started: Option<Started>,
}

/// The program that was started, when the transcript had so many lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Started {
    pub(crate) after: u64,
    pub(crate) program: String,
    pub(crate) version: String,
    /// A build of its own says none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) commit: Option<String>,
    /// In hex; none if its file could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sha256: Option<String>,
}

impl Started {
    /// The program that runs.
    pub(crate) fn now(after: u64) -> Started {
        Started {
            after,
            program: own::name(),
            version: own::VERSION.to_owned(),
            commit: own::COMMIT.map(str::to_owned),
            sha256: own::sha256().as_ref().ok().map(|own| own.to_hex()),
        }
    }

    /// Whether it is the same program, whenever it was started.
    pub(crate) fn is_same(&self, other: &Started) -> bool {
        *self == Started { after: self.after, ..other.clone() }
    }
}

/// When the draw goes on, as the office says it, after a day that ended with this line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct GoesOn {
    pub(crate) after: u64,
    pub(crate) when: String,
}

/// How far a transcript was: so many lines, and the root over them in hex.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Recorded {
    pub(crate) lines: u64,
    root: String,
}

impl Recorded {
    /// For the lines of a session.
    pub(crate) fn of(lines: u64, root: Hash) -> Recorded {
        Recorded { lines, root: root.to_hex() }
    }
}

/// What happened from outside, after which line of the transcript.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Trouble {
    pub(crate) after: u64,
    pub(crate) what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum What {
    /// The clock was set, or the computer slept: by so many seconds it is ahead of the time that
    /// passed, or behind it.
    Clock(i64),
    /// The transcript was written anew, because its file was so.
    Anew(String),
    /// The program was started again while a household had the turn, and its time was up by the
    /// clock: the operator gave it the whole time once more, or let it be.
    Time { whole: bool },
    /// The program that ran was none that the plan names: its SHA-256 in hex.
    Program(String),
}

impl Trouble {
    /// In words.
    pub(crate) fn told(&self, lang: Lang) -> String {
        match &self.what {
            What::Clock(by) => {
                let span = crate::words::clock::duration(
                    by.unsigned_abs().saturating_add(30) / 60 * 60,
                    lang,
                );
                match *by > 0 {
                    true => tr!(
                        lang,
                        "the clock of this computer jumped forward by {span} (it was set, or the computer slept); the time for a choice does not follow it",
                        "本机时钟向前跳了 {span}（被改动，或电脑曾休眠）；选房限时不受影响"
                    ),
                    false => tr!(
                        lang,
                        "the clock of this computer jumped back by {span} (it was set); the time for a choice does not follow it",
                        "本机时钟向后跳了 {span}（被改动）；选房限时不受影响"
                    ),
                }
            }
            What::Time { whole: true } => tr!(
                lang,
                "after the program was started again, the household that was called was given its whole time once more",
                "程序重新启动后，为所叫住户重新计满选房限时"
            ),
            What::Time { whole: false } => tr!(
                lang,
                "after the program was started again, the time of the household that was called ran on by the clock",
                "程序重新启动后，所叫住户的选房限时按时钟接着计算"
            ),
            What::Program(sha256) => tr!(
                lang,
                "the program that ran is not the one in the plan; its SHA-256 is {sha256}",
                "所用程序与方案公示的不一致；其 SHA-256 为 {sha256}"
            ),
            What::Anew(word) => {
                let why = happened(word, lang);
                tr!(
                    lang,
                    "the file of the transcript {why}; all lines recorded were written again from memory",
                    "记录文件{why}；已记录的各行已由内存全部重新写出"
                )
            }
        }
    }
}

/// What happened to the file, by its word.
fn happened(word: &str, lang: Lang) -> String {
    match word {
        "gone" => tr!(lang, "was gone", "不见了"),
        "replaced" => tr!(lang, "was replaced by another", "被另一个文件顶替"),
        "edited" => tr!(lang, "was edited", "被改动"),
        "cut" => tr!(lang, "was cut short", "被截短"),
        "longer" => tr!(lang, "was written to by somebody else", "被别的程序续写"),
        _ => tr!(lang, "could not be read", "无法读取"),
    }
}

/// The notes of a transcript.
pub(crate) fn beside(transcript: &Path) -> PathBuf {
    on_disk::named_after(transcript, ".hall.jsonl")
}

/// All notes, none where there is no file. A torn last line is a note that was never shown.
pub(crate) fn read(path: &Path) -> io::Result<Vec<Note>> {
    let text = match on_disk::open(path) {
        Ok(file) => io::read_to_string(file)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    Ok(parse(&text))
}

/// The notes in a text.
pub(crate) fn parse(text: &str) -> Vec<Note> {
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// Adds a note to these; it is on disk and read back when this returns. If the file is not what was
/// noted, it is renamed and all notes are written anew, which is told.
pub(crate) fn append(
    path: &Path,
    notes: &[Note],
    note: &Note,
    lang: Lang,
) -> Result<Option<String>, Stop> {
    let fail = |error: io::Error| Stop::file(lang, path, error);
    if read(path).is_ok_and(|there| there == notes) {
        add(path, note).map_err(fail)?;
        let there = read(path).map_err(fail)?;
        return match there.split_last() {
            Some((last, before)) if last == note && before == notes => Ok(None),
            _ => Err(fail(io::Error::other(
                "what was written is not what is read back · 写入内容与读回内容不同",
            ))),
        };
    }
    let mut bytes = Vec::new();
    for note in notes.iter().chain([note]) {
        let line = serde_json::to_string(note).map_err(|error| fail(error.into()))?;
        bytes.extend(line.bytes().chain(*b"\n"));
    }
    let placed = on_disk::in_place(path, &bytes, None, lang)?;
    let (path, aside) =
        (path.display(), placed.aside.map(|aside| aside.display().to_string()).unwrap_or_default());
    let aside = if aside.is_empty() {
        aside
    } else {
        tr!(lang, " (the file that was there is {aside} now)", "（原处的文件现名 {aside}）")
    };
    Ok(Some(tr!(
        lang,
        "{path}: the notes of the hall were removed or changed; they are written again{aside}.",
        "{path}：现场记事被删除或改动，已重新写出{aside}。"
    )))
}

/// A torn line before the note gets its end first, so that it swallows nothing.
fn add(path: &Path, note: &Note) -> io::Result<()> {
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

impl Note {
    /// Whether it begins or ends a pause.
    fn of_pause(&self) -> bool {
        self.unanswered.is_none()
            && self.recorded.is_none()
            && self.trouble.is_none()
            && self.goes_on.is_none()
            && self.started.is_none()
    }

    /// Whether it says which program was started, and nothing of what happens in the hall.
    fn of_program(&self) -> bool {
        let what = self.trouble.as_ref().map(|trouble| &trouble.what);
        self.started.is_some() || matches!(what, Some(What::Program(_)))
    }
}

/// When the draw goes on after the day that ended with this line, as it was said last.
pub(crate) fn goes_on(notes: &[Note], after: u64) -> Option<&str> {
    let said = notes.iter().rev().filter_map(|note| note.goes_on.as_ref());
    said.filter(|said| said.after == after).map(|said| said.when.as_str()).next()
}

/// How far the transcript was, as it was noted last.
pub(crate) fn recorded(notes: &[Note]) -> Option<&Recorded> {
    notes.iter().rev().find_map(|note| note.recorded.as_ref())
}

/// What happened from outside, with the time.
pub(crate) fn troubles(notes: &[Note]) -> impl Iterator<Item = (u64, &Trouble)> {
    notes.iter().filter_map(|note| Some((note.at, note.trouble.as_ref()?)))
}

/// The programs that were started, with the time.
pub(crate) fn started(notes: &[Note]) -> impl Iterator<Item = (u64, &Started)> {
    notes.iter().filter_map(|note| Some((note.at, note.started.as_ref()?)))
}

/// What is to be noted of a program that the plan does not name, after so many lines; `None` if the
/// last note of that kind is of the same program.
pub(crate) fn other_program(notes: &[Note], sha256: Hash, after: u64) -> Option<Trouble> {
    let told = troubles(notes).filter_map(|(_, trouble)| match &trouble.what {
        What::Program(sha256) => Some(sha256),
        _ => None,
    });
    let sha256 = sha256.to_hex();
    let new = told.last() != Some(&sha256);
    new.then_some(Trouble { after, what: What::Program(sha256) })
}

/// The pause that lasts now.
pub(crate) fn pause(notes: &[Note]) -> Option<&Note> {
    notes.iter().rfind(|note| note.of_pause()).filter(|note| note.reason.is_some())
}

/// Each pause with its end.
pub(crate) fn pauses(notes: &[Note]) -> Vec<(&Note, Option<u64>)> {
    let mut all: Vec<(&Note, Option<u64>)> = Vec::new();
    for note in notes.iter().filter(|note| note.of_pause()) {
        match (&note.reason, all.last_mut()) {
            (Some(_), _) => all.push((note, None)),
            (None, Some((_, end @ None))) => *end = Some(note.at),
            (None, _) => {}
        }
    }
    all
}

/// Each pause with its end, and after which line it began, as far as the notes say.
pub(crate) fn placed_pauses(notes: &[Note]) -> Vec<(u64, &Note, Option<u64>)> {
    let mut all: Vec<(u64, &Note, Option<u64>)> = Vec::new();
    let mut line = 0;
    for note in notes {
        line = note.recorded.as_ref().map_or(line, |recorded| recorded.lines);
        match (note.of_pause(), &note.reason, all.last_mut()) {
            (true, Some(_), _) => all.push((line, note, None)),
            (true, None, Some((.., end @ None))) => *end = Some(note.at),
            _ => {}
        }
    }
    all
}

/// How the time of a household went that was called, from the notes after its call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spent {
    /// How many seconds were spent up to the last note.
    pub(crate) noted: u64,
    /// How many followed from then until now: fewer than none when the clock went back meanwhile.
    pub(crate) since: i64,
}

/// The time spent since a call, at this line and time, without pauses and without the jumps of the
/// clock that were noted.
pub(crate) fn spent(notes: &[Note], line: u64, called: u64, now: u64) -> Spent {
    let promised = notes
        .iter()
        .rposition(|note| note.recorded.as_ref().is_some_and(|recorded| recorded.lines == line));
    let later = |note: &Note| {
        note.at >= called || note.trouble.as_ref().is_some_and(|trouble| trouble.after >= line)
    };
    let first =
        promised.map(|at| at + 1).or_else(|| notes.iter().position(later)).unwrap_or(notes.len());
    let span = |from: u64, to: u64| i64::try_from(i128::from(to) - i128::from(from)).unwrap_or(0);
    let (mut noted, mut at, mut runs) =
        (0_u64, called, pause(notes.get(..first).unwrap_or_default()).is_none());
    // A start is noted before it is known how long the program was off.
    for note in notes.get(first..).unwrap_or_default().iter().filter(|note| !note.of_program()) {
        let what = note.trouble.as_ref().map(|trouble| &trouble.what);
        let jumped = if let Some(What::Clock(by)) = what { *by } else { 0 };
        if runs {
            noted = noted.saturating_add_signed(span(at, note.at).saturating_sub(jumped).max(0));
        }
        if let Some(What::Time { whole: true }) = what {
            noted = 0;
        }
        if note.of_pause() {
            runs = note.reason.is_none();
        }
        at = note.at;
    }
    Spent { noted, since: if runs { span(at, now) } else { 0 } }
}

/// How many calls of the turn that began at this line were not answered.
pub(crate) fn unanswered(notes: &[Note], lines: u64) -> usize {
    notes.iter().filter(|note| note.unanswered == Some(lines)).count()
}

#[cfg(test)]
mod tests {
    use super::{Note, Spent, Started, parse, pause, spent, started};

    const OLD: &str = concat!(
        r#"{"at":100,"reason":null,"recorded":{"lines":7,"root":"00"}}"#,
        "\n",
        r#"{"at":110,"reason":"fire alarm"}"#,
        "\n",
    );

    fn start(at: u64) -> Note {
        Note { at, started: Some(Started::now(7)), ..Note::default() }
    }

    #[test]
    fn notes_of_before_are_read_and_a_start_ends_no_pause() {
        let mut notes = parse(OLD);
        assert_eq!((notes.len(), started(&notes).count()), (2, 0));
        notes.push(start(500));
        let written: Vec<String> =
            notes.iter().map(|note| serde_json::to_string(note).unwrap() + "\n").collect();
        assert_eq!(parse(&written.concat()), notes);
        assert_eq!(started(&notes).count(), 1);
        assert_eq!(pause(&notes).and_then(|note| note.reason.as_deref()), Some("fire alarm"));
    }

    /// How long the program was off is not spent by anybody before people have said so.
    #[test]
    fn a_start_spends_no_time() {
        let mut notes = parse(OLD.lines().next().unwrap());
        assert_eq!(spent(&notes, 7, 100, 700), Spent { noted: 0, since: 600 });
        notes.push(start(650));
        assert_eq!(spent(&notes, 7, 100, 700), Spent { noted: 0, since: 600 });
    }
}
