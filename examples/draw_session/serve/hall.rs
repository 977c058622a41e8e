//! The draw behind the pages: what is on disk, what the operator may do next, and pauses.
//!
//! Every line is on disk before a page shows it. A failed write puts the draw aside; [`Hall::reopen`] reads it again from the disk.

use super::copy::Copy;
use crate::book::Book;
use crate::command::Command;
use crate::drive::{Draw, How, Refused};
use crate::run;
use crate::say::{Stop, tr};
use crate::scribe::Scribe;
use floorlot::plan::ValidPlan;
use floorlot::rules::Lang;
use floorlot::session::Stage;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// Where everything is.
pub(crate) struct Files {
    /// The transcript.
    pub(crate) transcript: PathBuf,
    /// The plan, beside it: `transcript.plan.jsonl`.
    pub(crate) plan: PathBuf,
    /// Pauses and their reasons, beside it: `transcript.hall.jsonl`. They decide nothing, so they are no part of the transcript.
    pub(crate) log: PathBuf,
}

impl Files {
    /// The files of a transcript.
    pub(crate) fn of(transcript: &Path) -> Files {
        let stem = transcript.with_extension("");
        let beside = |end: &str| {
            let mut name = stem.clone().into_os_string();
            name.push(end);
            PathBuf::from(name)
        };
        Files { transcript: transcript.to_owned(), plan: beside(".plan.jsonl"), log: beside(".hall.jsonl") }
    }
}

/// How far the draw is.
pub(crate) enum State {
    /// There is no plan yet.
    Empty,
    /// A plan that can still be replaced.
    Plan(Box<ValidPlan>),
    /// From the seal on.
    Draw(Box<Draw>),
    /// Something could not be written or read; what is on disk is whole.
    Broken(String),
}

/// A pause or its end.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Pause {
    /// Seconds since 1970.
    pub(crate) at: u64,
    /// Why; `None` when it is over.
    pub(crate) reason: Option<String>,
}

/// What the operator wants.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(crate) enum Act {
    /// A command as at the prompt, in its English words.
    Command {
        /// The command.
        text: String,
    },
    /// The signatures of a signed note.
    Note {
        /// The note.
        text: String,
    },
    /// Seals the plan.
    Seal,
    /// Takes the plan away, before it is sealed.
    Discard,
    /// Draws on where nobody decides.
    Step {
        /// How far.
        to: Far,
    },
    /// Stops everything but its end.
    Pause {
        /// Why.
        reason: String,
    },
    /// The pause is over.
    Resume,
    /// Reads everything again from the disk.
    Reopen,
    /// Writes all print-outs, and the receipts if the draw is complete, beside the transcript.
    Print,
}

/// How far a step goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Far {
    /// One household.
    Turn,
    /// To the end of the pool.
    Pool,
    /// As far as nobody has to decide.
    End,
}

/// The draw, its files, and what is around it.
pub(crate) struct Hall {
    pub(crate) files: Files,
    pub(crate) lang: Lang,
    pub(crate) state: State,
    /// What is wrong with the plan that was loaded last, and what the import said of the tables.
    pub(crate) faults: Vec<String>,
    pub(crate) told: Vec<String>,
    pub(crate) pause: Option<Pause>,
    /// All pauses and their ends: the clock of a household stands still meanwhile.
    pauses: Vec<Pause>,
    pub(crate) copy: Option<Copy>,
    clock: bool,
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs())
}

fn words(stop: Stop) -> String {
    match stop {
        Stop::Failed(why) | Stop::Unfinished(why) | Stop::Refuted(why) => why,
    }
}

impl Hall {
    /// Opens what is there: nothing, a plan, or a draw on its way.
    pub(crate) fn open(transcript: &Path, copy: Option<&Path>, clock: bool, lang: Lang) -> Result<Hall, Stop> {
        let copy = copy.map(|folder| Copy::new(folder, transcript));
        let files = Files::of(transcript);
        let pauses = read_log(&files.log).map_err(|error| Stop::file(lang, &files.log, error))?;
        let pause = pauses.last().filter(|pause| pause.reason.is_some()).cloned();
        let mut hall = Hall { files, lang, state: State::Empty, faults: Vec::new(), told: Vec::new(), pause, pauses, copy, clock };
        hall.read()?;
        Ok(hall)
    }

    fn read(&mut self) -> Result<(), Stop> {
        if !self.files.plan.exists() {
            let there = std::fs::metadata(&self.files.transcript).is_ok_and(|about| about.len() > 0);
            if there {
                return Err(self.without_plan());
            }
            self.state = State::Empty;
            return Ok(());
        }
        let plan = run::read_plan(&self.files.plan, self.lang)?;
        let begun = std::fs::metadata(&self.files.transcript).is_ok_and(|about| about.len() > 0);
        self.state = if begun { State::Draw(Box::new(self.begin(plan)?)) } else { State::Plan(Box::new(plan)) };
        self.copied();
        Ok(())
    }

    fn without_plan(&self) -> Stop {
        let plan = self.files.plan.display();
        let there = tr!(
            self.lang,
            "there is a transcript already, but not its plan {plan}: put the plan there, or name another --out",
            "已有记录，但没有其方案 {plan}：请放入方案，或用 --out 另指文件"
        );
        Stop::file(self.lang, &self.files.transcript, there)
    }

    /// Seals the plan, or goes on where the transcript ends.
    fn begin(&self, plan: ValidPlan) -> Result<Draw, Stop> {
        run::beacons(&plan, (&self.files.plan, &self.files.transcript), self.clock, self.lang)?;
        let (scribe, found) = Scribe::open(&self.files.transcript, self.lang)?;
        crate::aloud::plan(&plan, &Book::of(&plan), self.lang);
        let mut draw = Draw::new(plan, scribe, self.lang, How { clock: self.clock, every_pick: true });
        run::resume(&mut draw, &found, None, &self.files.transcript)?;
        draw.scribe().mend(&found)?;
        draw.settle()?;
        Ok(draw)
    }

    fn copied(&mut self) {
        if let (Some(copy), State::Draw(_)) = (&mut self.copy, &self.state) {
            copy.update(&self.files.transcript, self.lang);
        }
    }

    /// Reads everything again from the disk, after a write failed.
    fn reopen(&mut self) -> Result<(), String> {
        self.state = State::Empty; // lets go of the transcript, and its lock, first
        self.read().map_err(|stop| {
            let why = words(stop);
            self.state = State::Broken(why.clone());
            why
        })
    }

    /// Answers in the language of the page from now on.
    pub(crate) fn speak(&mut self, lang: Option<Lang>) {
        let Some(lang) = lang else { return };
        self.lang = lang;
        if let State::Draw(draw) = &mut self.state {
            draw.lang = lang;
        }
    }

    /// A plan that was loaded, in place of the one before.
    pub(crate) fn load(&mut self, plan: &[u8]) -> Result<(), String> {
        if !matches!(self.state, State::Empty | State::Plan(_)) {
            return Err(tr!(self.lang, "the plan is sealed and cannot change any more", "方案已封存，不能再改"));
        }
        self.faults.clear();
        match run::parse_plan(plan) {
            Ok(plan) => {
                crate::import::write_plan(&self.files.plan, &plan).map_err(|error| format!("{}: {error}", self.files.plan.display()))?;
                self.state = State::Plan(Box::new(plan));
                Ok(())
            }
            Err(faults) => {
                self.faults = faults.0.iter().map(|fault| fault.sentence(self.lang)).collect();
                Err(tr!(self.lang, "this plan has faults and was not taken", "方案有错误，未采用"))
            }
        }
    }

    /// Carries out what the operator wants. The error says why not, and then nothing has changed.
    pub(crate) fn act(&mut self, act: &Act) -> Result<(), String> {
        let lang = self.lang;
        match act {
            Act::Pause { reason } => return self.log(Some(reason.trim().to_owned())),
            Act::Resume => return self.log(None),
            Act::Reopen => return self.reopen(),
            Act::Print => return self.print().map_err(words),
            _ if self.pause.is_some() => {
                return Err(tr!(lang, "the draw is paused; end the pause first", "抽签已暂停，请先结束暂停"));
            }
            Act::Seal => self.seal()?,
            Act::Discard => self.discard()?,
            _ => {}
        }
        let State::Draw(draw) = &mut self.state else { return Ok(()) };
        let done = match act {
            Act::Command { text } => command(draw, text),
            Act::Note { text } => note(draw, text),
            Act::Step { to } => step(draw, *to),
            _ => Ok(()),
        };
        let done = done.and_then(|()| draw.settle().map_err(Refused::Stop));
        self.copied();
        match done {
            Ok(()) => Ok(()),
            Err(Refused::Step(why)) => Err(why),
            Err(Refused::Stop(stop)) => {
                let why = words(stop);
                self.state = State::Broken(why.clone());
                Err(why)
            }
        }
    }

    /// The print-outs, in `transcript.print`, in place of older ones.
    fn print(&mut self) -> Result<(), Stop> {
        let (transcript, lang) = (&self.files.transcript, self.lang);
        let folder = transcript.with_extension("print");
        crate::prints::all(transcript, &folder, lang)?;
        let done = match &mut self.state {
            State::Draw(draw) => draw.session.stage() == Stage::Done,
            _ => false,
        };
        if done {
            crate::demo::print_receipts(transcript, &folder.join("receipts"), lang)?;
        }
        let folder = folder.display();
        self.told = vec![tr!(lang, "print-outs are in {folder}", "打印件在 {folder}")];
        Ok(())
    }

    /// What is to be printed: the transcript, or the plan that is not sealed yet.
    pub(crate) fn printed(&self) -> std::io::Result<Vec<u8>> {
        match self.state {
            State::Draw(_) | State::Broken(_) => std::fs::read(&self.files.transcript),
            _ => std::fs::read(&self.files.plan),
        }
    }

    fn seal(&mut self) -> Result<(), String> {
        let State::Plan(_) = &self.state else {
            return Err(tr!(self.lang, "there is no plan that can be sealed now", "现在没有可封存的方案"));
        };
        let plan = run::read_plan(&self.files.plan, self.lang).map_err(words)?;
        match self.begin(plan) {
            Ok(draw) => {
                self.state = State::Draw(Box::new(draw));
                Ok(())
            }
            Err(stop) => {
                let why = words(stop);
                let begun = std::fs::metadata(&self.files.transcript).is_ok_and(|about| about.len() > 0);
                if begun {
                    self.state = State::Broken(why.clone());
                }
                Err(why)
            }
        }
    }

    fn discard(&mut self) -> Result<(), String> {
        let State::Plan(_) = &self.state else {
            return Err(tr!(self.lang, "the plan is sealed and cannot change any more", "方案已封存，不能再改"));
        };
        std::fs::remove_file(&self.files.plan).map_err(|error| format!("{}: {error}", self.files.plan.display()))?;
        self.state = State::Empty;
        Ok(())
    }

    /// A pause, or its end, on disk before anybody sees it.
    fn log(&mut self, reason: Option<String>) -> Result<(), String> {
        if reason.as_deref() == Some("") {
            return Err(tr!(self.lang, "a pause needs a reason, which the board shows", "暂停须写明原因，大屏会显示"));
        }
        let pause = Pause { at: now(), reason };
        let fail = |error: &dyn std::fmt::Display| format!("{}: {error}", self.files.log.display());
        let line = serde_json::to_string(&pause).map_err(|error| fail(&error))? + "\n";
        let mut file = OpenOptions::new().append(true).create(true).open(&self.files.log).map_err(|error| fail(&error))?;
        file.write_all(line.as_bytes()).and_then(|()| file.sync_all()).map_err(|error| fail(&error))?;
        self.pause = Some(pause.clone()).filter(|pause| pause.reason.is_some());
        self.pauses.push(pause);
        Ok(())
    }

    /// Until when the household that was called may choose, where the plan sets a time: from its call on, but for pauses that are over.
    pub(crate) fn until(&self) -> Option<u64> {
        let State::Draw(draw) = &self.state else { return None };
        let (since, seconds) = (draw.progress.since?, draw.session.pool()?.seconds?);
        Some(since + seconds + paused_since(&self.pauses, since))
    }
}

/// How many seconds of pauses that are over lie after a time.
fn paused_since(pauses: &[Pause], since: u64) -> u64 {
    let mut begun = None;
    let mut sum = 0;
    for pause in pauses {
        match &pause.reason {
            Some(_) => begun = begun.or(Some(pause.at)),
            None => sum += begun.take().map_or(0, |begun: u64| pause.at.saturating_sub(begun.max(since))),
        }
    }
    sum
}

/// All pauses and their ends. A torn last line is a pause that was never shown.
fn read_log(path: &Path) -> std::io::Result<Vec<Pause>> {
    let text = match File::open(path) {
        Ok(file) => std::io::read_to_string(file)?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
}

fn command(draw: &mut Draw, text: &str) -> Result<(), Refused> {
    let lang = draw.lang;
    let text = text.replace(['\n', '\r'], " ");
    match Command::parse(&text, lang).map_err(Refused::Step)? {
        Command::Next if draw.session.stage() == Stage::SignOff && !draw.whole_sign_off() => {
            let silent = draw.session.silent().join(", ");
            Err(Refused::Step(tr!(
                lang,
                "still without a word: {silent}. Each member signs, or it is recorded why not.",
                "尚未表态：{silent}。每位监督员要么签名，要么记明原因。"
            )))
        }
        Command::Next => Ok(draw.advance()?),
        Command::Note { .. } | Command::Status | Command::Help | Command::Quit => {
            Err(Refused::Step(tr!(lang, "this is a command of the terminal", "这是终端的命令")))
        }
        command => draw.apply(&command),
    }
}

fn note(draw: &mut Draw, text: &str) -> Result<(), Refused> {
    // A browser may have turned the line ends.
    let text = text.replace("\r\n", "\n");
    let signatures = draw.signatures_of(&text).map_err(Refused::Step)?;
    let mut faults: Vec<String> = Vec::new();
    let mut taken = false;
    for signature in signatures {
        match draw.apply(&Command::Cosign { signature }) {
            Ok(()) => taken = true,
            Err(Refused::Step(why)) if faults.contains(&why) => {}
            Err(Refused::Step(why)) => faults.push(why),
            Err(stop) => return Err(stop),
        }
    }
    if taken || faults.is_empty() { Ok(()) } else { Err(Refused::Step(faults.join("; "))) }
}

fn step(draw: &mut Draw, to: Far) -> Result<(), Refused> {
    let opened = draw.progress.opened;
    if !draw.progress.rests {
        let lang = draw.lang;
        return Err(Refused::Step(tr!(lang, "nothing can be drawn on now", "现在没有可继续抽取的批次")));
    }
    draw.turn()?;
    while draw.progress.rests && (to == Far::End || (to == Far::Pool && draw.progress.opened == opened)) {
        draw.turn()?;
    }
    Ok(())
}
