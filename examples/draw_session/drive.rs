//! A draw on its way: the session, its transcript on disk, and what is said about each line.

use crate::aloud;
use crate::book::{Book, Found};
use crate::command::Command;
use crate::progress::Progress;
use crate::say::{Stop, tr};
use crate::scribe::Scribe;
use floorlot::Hash;
use floorlot::ceremony::Numbers;
use floorlot::lines::Line;
use floorlot::plan::{Roll, ValidPlan};
use floorlot::rules::Lang;
use floorlot::session::{Session, Stage, StepError};
use indicatif::ProgressBar;
use std::time::{SystemTime, UNIX_EPOCH};

/// A draw that is being held.
pub(crate) struct Draw {
    pub(crate) session: Session,
    pub(crate) book: Book,
    pub(crate) progress: Progress,
    pub(crate) lang: Lang,
    /// The root in the checkpoint over the result.
    pub(crate) result_root: Option<Hash>,
    /// How many households are served; nothing is shown where there is no terminal.
    pub(crate) bar: ProgressBar,
    scribe: Scribe,
    how: How,
}

/// How a draw is told and stamped.
#[derive(Clone, Copy)]
pub(crate) struct How {
    /// Whether lines carry the time (`at`).
    pub(crate) clock: bool,
    /// Whether every pick is told, or one line for each pool drawn by lot.
    pub(crate) every_pick: bool,
}

/// Why a command was not carried out.
pub(crate) enum Refused {
    /// The rules do not allow it now; nothing was changed.
    Step(String),
    /// It could not be written.
    Stop(Stop),
}

impl From<Stop> for Refused {
    fn from(stop: Stop) -> Refused {
        Refused::Stop(stop)
    }
}

impl Draw {
    /// Begins a draw that writes to `scribe`.
    pub(crate) fn new(plan: ValidPlan, scribe: Scribe, lang: Lang, how: How) -> Draw {
        let book = Book::of(&plan);
        let progress = Progress::new(&book);
        let bar = ProgressBar::new(plan.roll().household_count().into());
        Draw { session: Session::new(plan), book, progress, lang, result_root: None, bar, scribe, how }
    }

    /// Takes a line into account that is on disk, or just written.
    pub(crate) fn observe(&mut self, bytes: &[u8]) {
        if let Ok(line) = Line::decode(bytes) {
            if matches!(line, Line::Result { .. }) {
                self.result_root = Some(self.session.root());
            }
            self.progress.observe(&line, &self.book, self.session.roll());
        }
    }

    /// The transcript.
    pub(crate) fn scribe(&mut self) -> &mut Scribe {
        &mut self.scribe
    }

    /// The roll of the plan.
    pub(crate) fn roll(&self) -> &Roll {
        self.session.roll()
    }

    fn now(&self) -> Option<u64> {
        self.how.clock.then(|| SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs()))
    }

    fn written(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        self.scribe.write(bytes)?;
        self.observe(bytes);
        if let Ok(line) = Line::decode(bytes) {
            self.told(&line);
            if matches!(line, Line::End { .. }) {
                self.scribe.sync()?;
            }
        }
        Ok(())
    }

    fn told(&self, line: &Line<'_>) {
        if self.how.every_pick {
            return aloud::line(self, line, true);
        }
        if matches!(line, Line::Pick { .. } | Line::Standby { .. }) {
            self.bar.inc(1);
        }
        match line {
            Line::Pick { .. } | Line::Standby { .. } | Line::Call { .. } | Line::Leftover { .. } => {}
            line if self.bar.position() == 0 => aloud::line(self, line, false),
            line => self.bar.suspend(|| aloud::line(self, line, false)),
        }
    }

    /// Makes every line that needs no decision, and brings all lines to the disk. Stops where something can still be undone.
    pub(crate) fn automatic(&mut self) -> Result<(), Stop> {
        while self.session.stage() == Stage::Automatic && !self.session.can_undo() {
            self.advance()?;
        }
        self.scribe.sync()
    }

    /// Makes one line that needs no decision.
    pub(crate) fn advance(&mut self) -> Result<(), Stop> {
        match self.session.advance(self.now()) {
            Some(bytes) => self.written(&bytes),
            None => Ok(()),
        }
    }

    /// Carries out a command that makes a line.
    pub(crate) fn apply(&mut self, command: &Command) -> Result<(), Refused> {
        let at = self.now();
        let step = match command {
            Command::Commit { member, commit } => self.session.commit(member, *commit, at),
            Command::Envelope { member } => self.session.envelope(member, at),
            Command::Absent { member } => self.session.absent(member, at),
            Command::Close if self.session.stage() == Stage::Reveals => self.session.close_reveals(at),
            Command::Close => self.session.close_commits(at),
            Command::Reveal { member, secret } => self.session.reveal(member, secret, at),
            Command::Withhold { member } => self.session.withhold(member, at),
            Command::Dice { digits } => self.session.numbers(Numbers::Dice(digits.clone()), at),
            Command::Balls { numbers } => self.session.numbers(Numbers::Balls(numbers.clone()), at),
            Command::Drand { signature } => {
                let round = self.drand_round();
                let randomness = floorlot::drand::signature_from_hex(signature).map(|bytes| floorlot::drand::randomness(&bytes));
                let randomness = randomness.unwrap_or(Hash([0; 32]));
                self.session.numbers(Numbers::Drand { round, signature: signature.clone(), randomness }, at)
            }
            Command::Call => self.session.call(at),
            Command::Choose { unit, proxy } => {
                let unit = self.unit_id(unit).map_err(Refused::Step)?;
                self.session.choose(&unit, proxy.as_deref(), at)
            }
            Command::Missed => self.session.miss(at),
            Command::Undo { reason } => self.session.undo(reason, at),
            Command::Next | Command::Status | Command::Help | Command::Quit => return Ok(()),
        };
        let bytes = step.map_err(|error| Refused::Step(self.refusal(&error)))?;
        Ok(self.written(&bytes)?)
    }

    /// The round of drand that is due: only the one that the plan named.
    fn drand_round(&mut self) -> u64 {
        match self.session.stage() {
            Stage::Numbers { source, .. } => source.round,
            _ => 0,
        }
    }

    /// Why a step was refused, with the words that people know.
    fn refusal(&self, error: &StepError) -> String {
        error.words().get(self.lang).to_owned()
    }

    /// The id of the flat that was typed, in the pool that is being drawn.
    pub(crate) fn unit_id(&self, typed: &str) -> Result<String, String> {
        let Some(pool) = self.session.pool() else { return Ok(typed.to_owned()) };
        match self.book.find_unit(self.roll(), &pool.id, typed) {
            Found::Id(id) => Ok(id),
            Found::Several(ids) => {
                let ids = ids.join(" ");
                Err(tr!(
                    self.lang,
                    "several flats are labelled {typed}; type the id: {ids}",
                    "有几套房的房号都是 {typed}，请输入编号：{ids}"
                ))
            }
        }
    }
}
