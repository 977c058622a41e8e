//! Which of two transcripts is the one to go on with: whether each follows from its plan and the
//! rules, and is what the hall noted.

use crate::disk::hall_log::{self, Note, Recorded};
use crate::disk::plan_file::{count, is_sealed, sealed_plan, whole};
use crate::disk::scribe::Found;
use crate::words::say::tr;
use floorlot::rules::Lang;
use floorlot::session::Session;
use std::path::Path;

/// What is known of a transcript.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Judged {
    lines: u64,
    state: State,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    /// No plan is sealed in it.
    Unsealed,
    /// From this line on it does not follow from the plan and the rules.
    Bad(u64),
    /// It replays, and is not what the hall noted.
    Other,
    /// It replays, and the hall noted so many lines.
    Lacks(u64),
    /// It replays, and nothing is noted.
    Unknown,
    /// It replays, and has all that the hall noted.
    Whole,
}

/// With which of the two one goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pick {
    /// The one on this machine.
    Own,
    /// The copy.
    Copy,
    /// Both are whole draws: people decide.
    Either,
    /// Neither is whole.
    Neither,
}

/// Judges the complete lines of a transcript by what the hall noted.
pub(crate) fn judged(bytes: &[u8], notes: &[Note]) -> Judged {
    let bytes = whole(bytes);
    let (lines, noted) = (count(bytes), hall_log::recorded(notes));
    Judged { lines, state: state(bytes, lines, noted) }
}

fn state(bytes: &[u8], lines: u64, noted: Option<&Recorded>) -> State {
    if !is_sealed(bytes) {
        return State::Unsealed;
    }
    let found = Found::of(bytes.to_vec());
    let Some(plan) = sealed_plan(&found) else { return State::Bad(1) };
    let (mut session, mut fits) = (Session::new(plan), None);
    for (number, line) in (1..).zip(found.lines()) {
        if session.replay(line).is_err() {
            return State::Bad(number);
        }
        if let Some(noted) = noted.filter(|noted| noted.lines == number) {
            fits = Some(*noted == Recorded::of(number, session.root()));
        }
    }
    match (noted, fits) {
        (None, _) => State::Unknown,
        (Some(_), Some(true)) => State::Whole,
        (Some(noted), None) if noted.lines > lines => State::Lacks(noted.lines),
        _ => State::Other,
    }
}

/// The notes that count: those of this machine, and where it has none those of the copy.
pub(crate) fn notes_that_count(own: Vec<Note>, copy: impl FnOnce() -> Vec<Note>) -> Vec<Note> {
    if hall_log::recorded(&own).is_some() { own } else { copy() }
}

/// With which one goes on.
pub(crate) fn pick(own: &Judged, copy: &Judged) -> Pick {
    match (own.good(), copy.good()) {
        (true, true) => Pick::Either,
        (true, false) => Pick::Own,
        (false, true) => Pick::Copy,
        (false, false) => Pick::Neither,
    }
}

impl Judged {
    /// Whether one can go on with it, and nothing is missing that is known of.
    pub(crate) fn good(&self) -> bool {
        matches!(self.state, State::Whole | State::Unknown)
    }

    /// Whether one can go on with it where the notes say nothing else.
    pub(crate) fn replays(&self) -> bool {
        !matches!(self.state, State::Unsealed | State::Bad(_))
    }

    /// In words.
    pub(crate) fn told(&self, path: &Path, lang: Lang) -> String {
        let (path, lines, next) = (path.display(), self.lines, self.lines + 1);
        match self.state {
            State::Unsealed => tr!(
                lang,
                "{path}: {lines} lines; no draw is sealed in it",
                "{path}：{lines} 行；其中没有已封存的抽签"
            ),
            State::Bad(line) => tr!(
                lang,
                "{path}: {lines} lines; line {line} does not follow from the plan and the rules: it is damaged or was changed",
                "{path}：{lines} 行；第 {line} 行与方案和规则不符：文件损坏或被改动"
            ),
            State::Other => tr!(
                lang,
                "{path}: {lines} lines; it keeps the rules, but it is not what the hall noted as recorded",
                "{path}：{lines} 行；符合规则，但与现场记事写明的已记录内容不同"
            ),
            State::Lacks(noted) => tr!(
                lang,
                "{path}: {lines} lines; it keeps the rules, but the hall noted {noted} lines as recorded: the lines {next} to {noted} are missing",
                "{path}：{lines} 行；符合规则，但现场记事写明已记录 {noted} 行：缺第 {next} 至 {noted} 行"
            ),
            State::Unknown => tr!(
                lang,
                "{path}: {lines} lines; it keeps the rules; the hall noted nothing to compare it with",
                "{path}：{lines} 行；符合规则；没有现场记事可供核对"
            ),
            State::Whole => tr!(
                lang,
                "{path}: {lines} lines; it keeps the rules and has all that the hall noted",
                "{path}：{lines} 行；符合规则，并包含现场记事写明的全部内容"
            ),
        }
    }
}
