//! The draw behind the pages: what is on disk, what the operator may do next, and pauses.
//!
//! Every line is on disk before a page shows it. A failed write puts the draw aside; [`Hall::reopen`] reads it again from the disk.

use super::copy::Copy;
use crate::book::Book;
use crate::command::Command;
use crate::drive::{Draw, How, Refused};
use crate::hall_log::{self, Note};
use crate::run;
use crate::sample;
use crate::say::{Stop, in_file, tr};
use crate::scribe::{Found, Scribe};
use floorlot::lines::{Line, Mode};
use floorlot::plan::{Plan, ValidPlan};
use floorlot::rules::Lang;
use floorlot::session::Stage;
use floorlot::sign::SigningKey;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// Where everything is.
pub(crate) struct Files {
    /// The transcript.
    pub(crate) transcript: PathBuf,
    /// The plan, beside it: `transcript.plan.jsonl`.
    pub(crate) plan: PathBuf,
    /// Pauses and unanswered calls, beside it: see [`hall_log`].
    pub(crate) log: PathBuf,
}

impl Files {
    /// The files of a transcript.
    pub(crate) fn of(transcript: &Path) -> Files {
        let mut plan = transcript.with_extension("").into_os_string();
        plan.push(".plan.jsonl");
        Files { transcript: transcript.to_owned(), plan: plan.into(), log: hall_log::beside(transcript) }
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
    /// Signs for the members whose keys are those of the samples.
    SignSample,
    /// The household that was called did not answer.
    NoAnswer,
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
    /// `official` or `rehearsal`, as it was shown last.
    pub(crate) mode: Option<&'static str>,
    /// What the hall noted: pauses, and calls that nobody answered.
    pub(crate) notes: Vec<Note>,
    pub(crate) copy: Option<Copy>,
    /// The transcript, locked, as long as the plan is not sealed: nobody else begins a draw with it.
    locked: Option<(Scribe, Found)>,
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
        let files = Files::of(transcript);
        let copy = copy.map(|folder| Copy::new(folder, &[&files.transcript, &files.log], lang)).transpose()?;
        let notes = hall_log::read(&files.log).map_err(|error| Stop::file(lang, &files.log, error))?;
        let (faults, told, locked) = (Vec::new(), Vec::new(), None);
        let mut hall = Hall { files, lang, state: State::Empty, faults, told, mode: None, notes, copy, locked, clock };
        hall.read()?;
        Ok(hall)
    }

    fn read(&mut self) -> Result<(), Stop> {
        let (scribe, found) = Scribe::open(&self.files.transcript, self.lang)?;
        let begun = found.begun();
        if begun && !self.files.plan.exists() {
            self.plan_of(&found)?;
        }
        self.locked = Some((scribe, found));
        if !self.files.plan.exists() {
            self.state = State::Empty;
            return Ok(());
        }
        let plan = run::read_plan(&self.files.plan, self.lang)?;
        self.state = if begun { State::Draw(Box::new(self.begin(plan)?)) } else { State::Plan(Box::new(plan)) };
        self.copied();
        Ok(())
    }

    /// The plan of a sealed transcript without its plan (a copy on a stick, say) is written anew: its first lines are the plan.
    fn plan_of(&self, found: &Found) -> Result<(), Stop> {
        let lines: Vec<&[u8]> = found.lines().collect();
        let sealed = |line: &&[u8]| matches!(Line::decode(line), Ok(Line::Checkpoint { .. }));
        let plan = lines.iter().position(sealed).and_then(|seal| Plan::read_lines(lines.get(..seal)?.iter().copied()).ok());
        let plan = plan.ok_or_else(|| self.without_plan())?;
        crate::import::write_plan(&self.files.plan, &plan).map_err(|error| Stop::file(self.lang, &self.files.plan, error))
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
    fn begin(&mut self, plan: ValidPlan) -> Result<Draw, Stop> {
        run::beacons(&plan, (&self.files.plan, &self.files.transcript), self.clock, self.lang)?;
        let locked = self.locked.take();
        let (scribe, found) = locked.map_or_else(|| Scribe::open(&self.files.transcript, self.lang), Ok)?;
        crate::aloud::plan(&plan, &Book::of(&plan), self.lang);
        let mut draw = Draw::new(plan, scribe, self.lang, How { clock: self.clock, from: None, every_pick: true });
        run::resume(&mut draw, &found, None, &self.files.transcript)?;
        draw.scribe().mend(&found)?;
        draw.settle()?;
        Ok(draw)
    }

    fn copied(&mut self) {
        if let (Some(copy), State::Draw(_)) = (&mut self.copy, &self.state) {
            copy.update(self.lang);
        }
    }

    /// Brings the second copy up to the transcript, though nothing was done: a stick may have gone or come back. Whether what it says changed.
    pub(crate) fn look_at_copy(&mut self) -> bool {
        let warning = |hall: &Hall| hall.copy.as_ref().and_then(|copy| copy.warning().map(str::to_owned));
        let before = warning(self);
        self.copied();
        warning(self) != before
    }

    /// Reads everything again from the disk, after a write failed.
    fn reopen(&mut self) -> Result<(), String> {
        (self.state, self.locked) = (State::Empty, None); // lets go of the transcript, and its lock, first
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
                crate::import::write_plan(&self.files.plan, &plan)
                    .map_err(|error| in_file(self.files.plan.display(), &error, self.lang))?;
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
            Act::Pause { reason } => return self.paused(reason.trim()),
            Act::Resume => return self.note(Note { at: now(), reason: None, unanswered: None }),
            Act::Reopen => return self.reopen(),
            Act::Print => return self.print().map_err(words),
            _ if self.pause().is_some() => {
                return Err(tr!(lang, "the draw is paused; end the pause first", "抽签已暂停，请先结束暂停"));
            }
            Act::NoAnswer => return self.no_answer(),
            Act::SignSample => self.sign_with_sample_keys()?,
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

    pub(crate) fn is_broken(&self) -> bool {
        matches!(self.state, State::Broken(_))
    }

    /// Where the print-outs are written: `transcript.print`.
    fn prints(&self) -> PathBuf {
        self.files.transcript.with_extension("print")
    }

    /// The sheets of receipts that were written, by their names without `.html`.
    pub(crate) fn receipts(&self) -> Vec<String> {
        let sheets = std::fs::read_dir(self.prints().join("receipts")).into_iter().flatten().flatten();
        let name = |name: String| name.strip_suffix(".html").filter(|name| name.starts_with("receipts")).map(str::to_owned);
        let mut names: Vec<String> = sheets.filter_map(|sheet| name(sheet.file_name().into_string().ok()?)).collect();
        names.sort_by_key(|name| (name.len(), name.clone()));
        names
    }

    /// A sheet of receipts that was written.
    pub(crate) fn receipt_sheet(&self, name: &str) -> Option<PathBuf> {
        self.receipts().into_iter().find(|sheet| sheet == name).map(|sheet| self.prints().join("receipts").join(sheet + ".html"))
    }

    /// The print-outs, in place of older ones.
    fn print(&mut self) -> Result<(), Stop> {
        let (folder, transcript, lang) = (self.prints(), &self.files.transcript, self.lang);
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
        let State::Plan(shown) = &self.state else {
            return Err(tr!(self.lang, "there is no plan that can be sealed now", "现在没有可封存的方案"));
        };
        let plan = run::read_plan(&self.files.plan, self.lang).map_err(words)?;
        if plan.root() != shown.root() {
            let file = self.files.plan.display();
            let changed = tr!(
                self.lang,
                "{file} is another plan now than this page showed; it is shown now. Look at it, then seal.",
                "{file} 已不是此页显示过的方案；现已重新显示，请核对后再封存。"
            );
            self.state = State::Plan(Box::new(plan));
            return Err(changed);
        }
        match self.begin(plan) {
            Ok(draw) => {
                (self.told, self.faults) = (Vec::new(), Vec::new());
                self.state = State::Draw(Box::new(draw));
                Ok(())
            }
            Err(stop) => {
                let why = words(stop);
                if std::fs::metadata(&self.files.transcript).is_ok_and(|about| about.len() > 0) {
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
        std::fs::remove_file(&self.files.plan).map_err(|error| in_file(self.files.plan.display(), &error, self.lang))?;
        self.state = State::Empty;
        Ok(())
    }

    /// A note beside the transcript, on disk before anybody sees it.
    fn note(&mut self, note: Note) -> Result<(), String> {
        hall_log::append(&self.files.log, &note).map_err(|error| in_file(self.files.log.display(), &error, self.lang))?;
        self.notes.push(note);
        self.copied();
        Ok(())
    }

    fn paused(&mut self, reason: &str) -> Result<(), String> {
        if reason.is_empty() {
            return Err(tr!(self.lang, "a pause needs a reason, which the board shows", "暂停须写明原因，大屏会显示"));
        }
        self.note(Note { at: now(), reason: Some(reason.to_owned()), unanswered: None })
    }

    /// The household that was called did not answer: once more, up to three times.
    fn no_answer(&mut self) -> Result<(), String> {
        let lang = self.lang;
        let State::Draw(draw) = &mut self.state else { return Ok(()) };
        if !matches!(draw.session.stage(), Stage::Choice { .. }) || self.unanswered() >= 3 {
            return Err(tr!(lang, "nobody is being called", "现在没有在叫号"));
        }
        let lines = self.lines();
        self.note(Note { at: now(), reason: None, unanswered: Some(lines) })
    }

    fn lines(&self) -> u64 {
        match &self.state {
            State::Draw(draw) => draw.session.lines(),
            _ => 0,
        }
    }

    /// How many calls of the household that was called nobody answered.
    pub(crate) fn unanswered(&self) -> usize {
        hall_log::unanswered(&self.notes, self.lines())
    }

    /// The pause that lasts now.
    pub(crate) fn pause(&self) -> Option<&Note> {
        hall_log::pause(&self.notes)
    }

    /// Until when the household that was called may choose, where the plan sets a time: from its call on, but for pauses that are over.
    pub(crate) fn until(&self) -> Option<u64> {
        let State::Draw(draw) = &self.state else { return None };
        let (since, seconds) = (draw.progress.since?, draw.session.pool()?.seconds?);
        Some(since + seconds + hall_log::paused_since(&self.notes, since))
    }

    /// Signs for all members who have a sample key, which everybody can compute: for rehearsals of the samples alone.
    fn sign_with_sample_keys(&mut self) -> Result<(), String> {
        let lang = self.lang;
        let State::Draw(draw) = &mut self.state else { return Ok(()) };
        let keys = sample_keys(draw);
        let Some(body) = draw.session.checkpoint_body().map(str::to_owned).filter(|_| !keys.is_empty()) else {
            return Err(tr!(lang, "nobody has a sample key", "没有使用示例密钥的监督员"));
        };
        let time = now();
        for key in keys {
            let signature = key.cosign(&body, time).to_string();
            match draw.apply(&Command::Cosign { signature }) {
                Ok(()) => {}
                Err(Refused::Step(why)) => return Err(why),
                Err(Refused::Stop(stop)) => {
                    let why = words(stop);
                    self.state = State::Broken(why.clone());
                    return Err(why);
                }
            }
        }
        Ok(())
    }
}

/// The keys of members who have not spoken yet, where they are those of a sample and nothing counts.
pub(crate) fn sample_keys(draw: &Draw) -> Vec<SigningKey> {
    if draw.roll().mode() != Mode::Rehearsal {
        return Vec::new();
    }
    let own = |member: &String| sample::key(member).filter(|key| draw.roll().member_key(member) == Some(&key.verifier()));
    draw.session.silent().iter().filter_map(own).collect()
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
