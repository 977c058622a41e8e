//! The draw behind the pages: what is on disk, what the operator may do next, and pauses.
//!
//! Every line is on disk before a page shows it. When one cannot be written, or something happens
//! to the file, the draw is put aside with all that is recorded; [`Hall::reopen`] goes on when the
//! file is whole, and [`Hall::anew`] writes it anew.

use super::act::{Act, BoardLang, Far};
use super::bring;
use super::files::Files;
use super::pace::Pace;
use super::turn::Turn;
use crate::ceremony::book::Book;
use crate::ceremony::command::{self, Command};
use crate::ceremony::draw::Draw;
use crate::ceremony::draw::How;
use crate::ceremony::drive::Refused;
use crate::ceremony::filing::Filing;
use crate::ceremony::progress::{Did, Said};
use crate::ceremony::{later, resume, run};
use crate::disk::copy::Copy;
use crate::disk::grown::Trouble;
use crate::disk::hall_log::{self, Note, Recorded, What};
use crate::disk::harm::Harm;
use crate::disk::on_disk;
use crate::disk::plan_file;
use crate::disk::scribe::{Found, OnDisk, Scribe};
use crate::keys::log;
use crate::next::again::{self, Void};
use crate::notary;
use crate::publish::{self, PublishArgs};
use crate::sample;
use crate::words::clock::{Clock, JUMP, Jumps};
use crate::words::say::{Stop, in_file, say, tr, warn};
use floorlot::lines::Mode;
use floorlot::plan::ValidPlan;
use floorlot::rules::Lang;
use floorlot::session::Awaits;
use floorlot::sign::{LogKey, SigningKey};
use floorlot_verify::common::running::Running;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// For how long a clock that jumped is a warning at the top of the operator's page.
const WARNS: Duration = Duration::from_secs(600);

/// For how many seconds the board shows the flat that was given last alone, at first; and as long
/// as the operator may set it.
const MOMENT: u64 = 8;
const LONGEST_MOMENT: u64 = 600;

/// The paces at which the hall draws by itself, in seconds.
const PACES: [u64; 4] = [0, 2, 5, 10];

/// What the board shows, as the operator sets it. Nothing of it is recorded.
pub(crate) struct Board {
    pub(crate) lang: BoardLang,
    pub(crate) moment: u64,
}

/// The hall draws by itself.
pub(crate) struct Auto {
    pub(crate) pace: Pace,
    pub(crate) to: Far,
    /// Not beyond so many households served.
    pub(crate) until: Option<u64>,
    /// The pool in which it began.
    opened: usize,
}

/// How far the operator has gone on between the seal and the roll call. Nothing of it is recorded:
/// after a restart the fingerprint is shown once more, unless somebody signed or was called.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sealed {
    /// The fingerprint stands alone on the board.
    Looked,
    /// The panel signs the plan.
    Signing,
    /// The roll call may begin.
    Over,
}

/// How far the draw is.
pub(crate) enum State {
    /// There is no plan yet.
    Empty,
    /// A plan that can still be replaced.
    Plan(Box<ValidPlan>),
    /// From the seal on.
    Draw(Box<Draw>),
    /// Something could not be written or read, or happened to the file.
    Broken(Box<Broken>),
}

/// A draw that stands still.
pub(crate) struct Broken {
    /// Why, for the operator.
    pub(crate) why: String,
    /// The transcript with all that is recorded; `None` if it could not be opened.
    scribe: Option<Scribe>,
}

impl Broken {
    /// What happened to the file, if it was that.
    pub(crate) fn harm(&self) -> Option<&Harm> {
        self.scribe.as_ref().and_then(Scribe::harm)
    }

    /// Whether there are lines that can be written anew.
    pub(crate) fn has_lines(&self) -> bool {
        self.scribe.as_ref().is_some_and(|scribe| !scribe.is_empty())
    }
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
    /// What the last act recorded, if it did.
    pub(crate) recorded: Option<OnDisk>,
    /// That the notes could not be written, or were written anew.
    pub(crate) log_warning: Option<String>,
    pub(crate) board: Board,
    pub(crate) auto: Option<Auto>,
    sealed: Sealed,
    /// The time of the household that was called.
    turn: Option<Turn>,
    /// At which line it is asked whether the time of the household is given once more: the program
    /// was off, and by the clock it is up, or that went back.
    time_asked: Option<u64>,
    jumps: Jumps,
    /// When the last jump was found, by the steady clock.
    jumped: Option<Duration>,
    /// Whether it is noted which program was started.
    start_noted: bool,
    /// What was there to see at the last look.
    looked: Looks,
    /// The transcript, locked, as long as the plan is not sealed: nobody else begins a draw with
    /// it.
    locked: Option<(Scribe, Found)>,
    clock: Clock,
    /// Whether lines carry the time.
    stamps: bool,
    /// The file of the key of the log, and the key once it was read.
    log_key: (Option<PathBuf>, Option<Arc<LogKey>>),
}

/// What the pages show without a step: why the draw stands still, what is wrong with the copy, how
/// often something happened from outside.
type Looks = (Option<String>, Option<Trouble>, usize);

/// What a hall is opened with.
pub(crate) struct Opening<'a> {
    pub(crate) transcript: &'a Path,
    /// The folder of the second copy.
    pub(crate) copy: Option<&'a Path>,
    /// Whether the transcript is brought back from there first.
    pub(crate) from_copy: bool,
    pub(crate) stamps: bool,
    pub(crate) clock: Clock,
    /// The file of the key of the log.
    pub(crate) log_key: Option<&'a Path>,
    /// The language of the board; that of the program if it is not named.
    pub(crate) board_lang: Option<BoardLang>,
}

fn of_program(lang: Lang) -> BoardLang {
    match lang {
        Lang::Zh => BoardLang::Zh,
        Lang::En => BoardLang::En,
    }
}

pub(super) fn words(stop: Stop) -> String {
    match stop {
        Stop::Failed(why) | Stop::Unfinished(why) | Stop::Refuted(why) => why,
    }
}

impl Hall {
    /// Opens what is there: nothing, a plan, or a draw on its way.
    pub(crate) fn open(opening: &Opening<'_>, lang: Lang) -> Result<Hall, Stop> {
        let (files, clock) = (Files::of(opening.transcript), opening.clock);
        // First of all: the transcript that is opened next is the one that was brought.
        if let Some(folder) = opening.copy.filter(|_| opening.from_copy) {
            bring::bring(&files, folder, lang)?;
        }
        let copy = opening
            .copy
            .map(|folder| Copy::start(folder, &[&files.transcript, &files.log, &files.plan]));
        if let Some(copy) = &copy {
            copy.first_look(&files.transcript, lang)?;
        }
        let (notes, begun_anew) = begun_anew(&files, lang)?;
        let mut hall = Hall {
            files,
            lang,
            state: State::Empty,
            faults: Vec::new(),
            told: Vec::new(),
            mode: None,
            notes,
            copy,
            recorded: None,
            log_warning: begun_anew,
            board: Board { lang: opening.board_lang.unwrap_or(of_program(lang)), moment: MOMENT },
            auto: None,
            sealed: Sealed::Looked,
            turn: None,
            time_asked: None,
            jumps: Jumps::new(clock),
            jumped: None,
            start_noted: false,
            looked: Looks::default(),
            locked: None,
            clock,
            stamps: opening.stamps,
            log_key: (opening.log_key.map(Path::to_path_buf), None),
        };
        let last = hall.notes.last().map_or(0, |note| note.at);
        hall.read()?;
        hall.clock_behind(last);
        hall.looked = hall.looks();
        Ok(hall)
    }

    fn read(&mut self) -> Result<(), Stop> {
        let (scribe, found) = Scribe::open(&self.files.transcript, self.lang)?;
        let begun = found.begun();
        // A transcript on a stick may come without its plan; its first lines are the plan.
        if begun && !self.files.plan.exists() {
            self.plan_of(&found)?;
        }
        // Locked until the seal, so that no other program begins a draw with the same file.
        self.locked = Some((scribe.on_pages(), found));
        if !self.files.plan.exists() {
            self.state = State::Empty;
            return Ok(());
        }
        let plan = plan_file::read_plan(&self.files.plan, self.lang)
            .map_err(|stop| self.plan_is_in_transcript(stop))?;
        if !begun {
            // A plan whose draw was begun once, by the notes, is no plan that may begin again.
            resume::refuse_shorter(
                0,
                hall_log::recorded(&self.notes),
                &self.files.transcript,
                self.lang,
            )?;
            self.state = State::Plan(Box::new(plan));
            return Ok(());
        }
        match self.begin(plan) {
            // The page says what happened, and has the button that writes the lines anew.
            Err(_) if self.keeps_lines() => return Ok(()),
            Err(stop) => return Err(stop),
            Ok(_) => {}
        }
        self.ask_copy();
        Ok(())
    }

    /// Whether the draw stands still with lines that only this program is sure to have.
    fn keeps_lines(&self) -> bool {
        matches!(&self.state, State::Broken(broken) if broken.has_lines())
    }

    /// The plan of a sealed transcript without its plan (a copy on a stick, say) is written anew:
    /// its first lines are the plan.
    fn plan_of(&self, found: &Found) -> Result<(), Stop> {
        let plan = plan_file::sealed_plan(found).ok_or_else(|| self.without_plan())?;
        crate::import::write_plan(&self.files.plan, &plan, self.lang)
            .map_err(|error| Stop::file(self.lang, &self.files.plan, error))
    }

    /// What is wrong with the plan; if the transcript is sealed, that it is not needed.
    fn plan_is_in_transcript(&self, stop: Stop) -> Stop {
        if self.locked.as_ref().is_none_or(|(_, found)| plan_file::sealed_plan(found).is_none()) {
            return stop;
        }
        let (why, transcript, plan) =
            (words(stop), self.files.transcript.display(), self.files.plan.display());
        Stop::Failed(tr!(
            self.lang,
            "{why}\nThe plan is sealed, and {transcript} holds it: move {plan} away and run the same command again, which writes it again.",
            "{why}\n方案已封存，{transcript} 中有完整方案：请移走 {plan}，再运行同一命令，会重新写出。"
        ))
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

    /// The key of the log for a plan. Once read it is kept: a stick may be pulled out.
    fn log_for(&mut self, plan: &ValidPlan) -> Result<Option<Arc<LogKey>>, Stop> {
        let (file, kept) = &self.log_key;
        if let Some(key) = kept.as_ref().filter(|k| plan.roll().log_key() == Some(&k.verifier())) {
            return Ok(Some(Arc::clone(key)));
        }
        let key = log::key_of(plan, file.as_deref(), self.lang)?;
        self.log_key.1.clone_from(&key);
        Ok(key)
    }

    /// Seals the plan, or goes on where the transcript ends.
    fn begin(&mut self, plan: ValidPlan) -> Result<OnDisk, Stop> {
        let clock = Some(self.clock).filter(|_| self.stamps);
        run::beacons(&plan, (&self.files.plan, &self.files.transcript), self.stamps, self.lang)?;
        let log = self.log_for(&plan)?;
        let locked = self.locked.take();
        let (scribe, found) =
            locked.map_or_else(|| Scribe::open(&self.files.transcript, self.lang), Ok)?;
        let scribe = scribe.on_pages();
        crate::ceremony::aloud::plan(&plan, &Book::of(&plan), self.lang);
        let mut draw =
            Draw::new(plan, scribe, self.lang, How { clock, from: None, every_pick: true, log });
        // The notes know how far the draw was: a shorter file was cut off.
        let promised = hall_log::recorded(&self.notes);
        resume::resume(&mut draw, &found, None, (&self.files.transcript, promised))?;
        // From here the lines may be in this program alone: no way out loses them.
        let done = draw.scribe().go_on_from(found).and_then(|()| draw.settle());
        let proof = self.stands(draw, done.map_err(Refused::Stop))?;
        self.note_program();
        // The call may be from before this program ran.
        self.keep_time(false);
        Ok(proof)
    }

    /// Whether the program is the one in the plan; `None` without a plan.
    pub(crate) fn running(&self) -> Option<Running> {
        match &self.state {
            State::Plan(plan) => Some(Running::of(plan.roll())),
            State::Draw(draw) => Some(Running::of(draw.roll())),
            State::Empty | State::Broken(_) => None,
        }
    }

    /// Notes which program was started, and that it is none that the plan names, for the minutes.
    fn note_program(&mut self) {
        if !std::mem::replace(&mut self.start_noted, true) {
            let started = Some(hall_log::Started::now(self.lines()));
            self.quietly(Note { at: self.now(), started, ..Note::default() });
        }
        let Some(sha256) = self.running().and_then(|running| running.other()) else { return };
        if let Some(trouble) = hall_log::other_program(&self.notes, sha256, self.lines()) {
            self.trouble(trouble.what);
        }
    }

    /// The draw after a step: it goes on, or it is put aside with what is recorded. A seal that
    /// failed before its first line is only not done.
    fn stands(&mut self, draw: Draw, done: Result<OnDisk, Refused>) -> Result<OnDisk, Stop> {
        match done {
            Ok(proof) => {
                self.state = State::Draw(Box::new(draw));
                Ok(proof)
            }
            Err(Refused::Step(why)) => {
                self.state = State::Draw(Box::new(draw));
                Err(Stop::Failed(why))
            }
            Err(Refused::Stop(stop)) => {
                let scribe = draw.into_scribe();
                // Nothing is on disk: the plan can still be replaced, and be sealed again.
                if scribe.is_empty()
                    && scribe.harm().is_none()
                    && matches!(self.state, State::Plan(_))
                {
                    self.locked = Some((scribe, Found::default()));
                    return Err(stop);
                }
                let why = words(stop);
                self.breaks(why.clone(), Some(scribe));
                Err(Stop::Failed(why))
            }
        }
    }

    fn breaks(&mut self, why: String, scribe: Option<Scribe>) {
        warn(&why);
        self.state = State::Broken(Box::new(Broken { why, scribe }));
    }

    /// Lets the copier bring the copy up to what is recorded, or look at the stick before the seal.
    pub(crate) fn ask_copy(&mut self) {
        let Some(copy) = &self.copy else { return };
        match &mut self.state {
            State::Draw(draw) => copy.ask(Some(draw.scribe().kept())),
            State::Empty | State::Plan(_) => copy.ask(None),
            State::Broken(_) => {} // the stick may be the last that is whole
        }
    }

    /// Looks at all that can change without a step: the transcript, the stick, the clock. Whether
    /// what the pages show has changed.
    pub(crate) fn look(&mut self) -> bool {
        self.look_at_clock();
        let _ = self.look_at_transcript();
        self.ask_copy();
        let looks = self.looks();
        // Compared with the look before: the copier answers at any time.
        std::mem::replace(&mut self.looked, looks.clone()) != looks
    }

    /// What the pages show of that.
    fn looks(&self) -> Looks {
        let broken = match &self.state {
            State::Broken(broken) => Some(broken.why.clone()),
            _ => None,
        };
        (
            broken,
            self.copy.as_ref().and_then(Copy::trouble),
            hall_log::troubles(&self.notes).count(),
        )
    }

    /// Puts the draw aside if its file is not what was written.
    fn look_at_transcript(&mut self) -> Result<(), String> {
        let looked = match (&mut self.state, &mut self.locked) {
            (State::Draw(draw), _) => draw.scribe().look(),
            (State::Broken(broken), _) => {
                // Told anew at every look: the file may be harmed in another way by now.
                if let Some(Err(stop)) = broken.scribe.as_mut().map(Scribe::look) {
                    broken.why = words(stop);
                } else if broken.scribe.is_some() && !broken.why.ends_with(back(self.lang).as_str())
                {
                    // Whole again: that it goes on is for the operator to say, by the button.
                    broken.why = format!("{}\n{}", broken.why, back(self.lang));
                }
                return Ok(());
            }
            (_, Some((scribe, _))) => scribe.look(),
            (_, None) => return Ok(()),
        };
        looked.map_err(|stop| {
            let why = words(stop);
            let scribe = match std::mem::replace(&mut self.state, State::Empty) {
                State::Draw(draw) => Some(draw.into_scribe()),
                _ => self.locked.take().map(|(scribe, _)| scribe),
            };
            self.breaks(why.clone(), scribe);
            why
        })
    }

    /// Notes that the wall clock jumped, while there is a draw.
    fn look_at_clock(&mut self) {
        if let Some(by) = self.jumps.look()
            // Before the seal no line has a time that could be wrong.
            && let State::Draw(_) | State::Broken(_) = &self.state
        {
            self.jumped = Some((self.clock.steady)());
            self.trouble(What::Clock(by));
        }
    }

    /// A clock that is behind what the hall noted last before this start was set back while the
    /// program did not run.
    fn clock_behind(&mut self, last: u64) {
        let behind = last.saturating_sub(self.now());
        // A little behind is no jump: clocks are set right by themselves.
        if behind > JUMP && matches!(self.state, State::Draw(_)) {
            self.jumped = Some((self.clock.steady)());
            self.trouble(What::Clock(0_i64.saturating_sub_unsigned(behind)));
        }
    }

    fn trouble(&mut self, what: What) {
        let after = match &mut self.state {
            State::Draw(draw) => draw.scribe().lines(),
            State::Broken(broken) => broken.scribe.as_ref().map_or(0, Scribe::lines),
            _ => 0,
        };
        let trouble = hall_log::Trouble { after, what };
        warn(trouble.told(self.lang));
        let note = Note { at: self.now(), trouble: Some(trouble), ..Note::default() };
        self.quietly(note);
    }

    /// A note that no step waits for: that it could not be written is a warning.
    fn quietly(&mut self, note: Note) {
        match hall_log::append(&self.files.log, &self.notes, &note, self.lang) {
            // A warning that nobody read yet stays, if there is no newer one.
            Ok(told) => self.log_warning = told.or(self.log_warning.take()),
            Err(stop) => self.log_warning = Some(words(stop)),
        }
        self.notes.push(note);
    }

    pub(crate) fn now(&self) -> u64 {
        (self.clock.wall)()
    }

    /// Goes on from what is recorded, if that is what the file holds.
    fn reopen(&mut self) -> Result<(), String> {
        self.with_lines(|_| Ok(()))
    }

    /// Writes all that is recorded anew, and goes on from it.
    fn anew(&mut self) -> Result<(), String> {
        let mut told = None;
        let harm = match &self.state {
            State::Broken(broken) => broken.harm().cloned(),
            _ => None,
        };
        self.with_lines(|scribe| {
            scribe.look().or_else(|_| {
                told = Some(scribe.anew()?);
                Ok(())
            })
        })?;
        // Only if it was written anew indeed: a file that is whole again needs no rescue.
        if let (Some(told), Some(harm)) = (told, harm) {
            say(&told);
            self.told = vec![told];
            self.trouble(What::Anew(harm.word().to_owned()));
            self.ask_copy();
        }
        Ok(())
    }

    /// Mends the file of a draw that stands still, and replays what is recorded.
    fn with_lines(
        &mut self,
        mend: impl FnOnce(&mut Scribe) -> Result<(), Stop>,
    ) -> Result<(), String> {
        let State::Broken(broken) = &mut self.state else { return Ok(()) };
        let Some(mut scribe) = broken.scribe.take().filter(|scribe| !scribe.is_empty()) else {
            self.state = State::Empty; // nothing was recorded: what is there is opened anew
            self.read().map_err(|stop| self.still_broken(stop, None))?;
            return match &self.state {
                State::Broken(broken) => Err(broken.why.clone()),
                _ => Ok(()),
            };
        };
        // Compared before anything is replayed: what goes on must be what is on the disk.
        if let Err(stop) =
            mend(&mut scribe).and_then(|()| scribe.look()).and_then(|()| scribe.compare())
        {
            return Err(self.still_broken(stop, Some(scribe)));
        }
        self.go_on(scribe).map_err(words)
    }

    fn still_broken(&mut self, stop: Stop, scribe: Option<Scribe>) -> String {
        let why = words(stop);
        self.breaks(why.clone(), scribe);
        why
    }

    /// Replays what is recorded, and goes on.
    fn go_on(&mut self, scribe: Scribe) -> Result<(), Stop> {
        let found = scribe.recorded();
        // What is sealed goes before the plan's file, which anybody may have edited since.
        let plan = match plan_file::sealed_plan(&found)
            .map_or_else(|| plan_file::read_plan(&self.files.plan, self.lang), Ok)
        {
            Ok(plan) => plan,
            Err(stop) => return Err(Stop::Failed(self.still_broken(stop, Some(scribe)))),
        };
        let clock = Some(self.clock).filter(|_| self.stamps);
        let log = match self.log_for(&plan) {
            Ok(log) => log,
            Err(stop) => return Err(Stop::Failed(self.still_broken(stop, Some(scribe)))),
        };
        let mut draw =
            Draw::new(plan, scribe, self.lang, How { clock, from: None, every_pick: true, log });
        let done = resume::resume(&mut draw, &found, None, (&self.files.transcript, None))
            .and_then(|()| draw.settle());
        self.recorded = Some(self.stands(draw, done.map_err(Refused::Stop))?);
        if !self.files.plan.exists() {
            self.plan_of(&found)?;
        }
        self.promise();
        self.keep_time(true);
        self.ask_copy();
        Ok(())
    }

    /// Notes how far the transcript is, so that a shorter one is never taken for it.
    fn promise(&mut self) {
        let State::Draw(draw) = &self.state else { return };
        let recorded = Recorded::of(draw.session.lines(), draw.session.root());
        // Noted once for each state, so that the notes do not grow with every look.
        if hall_log::recorded(&self.notes) != Some(&recorded) {
            self.quietly(Note { at: self.now(), recorded: Some(recorded), ..Note::default() });
        }
    }

    /// Keeps the time of the household that was called; `here` if the call came while this program
    /// ran.
    fn keep_time(&mut self, here: bool) {
        let paused = self.pause().is_some();
        let State::Draw(draw) = &mut self.state else { return };
        let choosing = matches!(draw.session.awaits(), Awaits::Choice { .. });
        let seconds = draw.session.pool().and_then(|pool| pool.seconds).filter(|_| choosing);
        let (Some(seconds), Some(since)) = (seconds, draw.progress.since) else {
            self.turn = None;
            return;
        };
        let (line, now) = (draw.session.lines(), (self.clock.steady)());
        // The same call: its time runs on.
        if self.turn.as_ref().is_none_or(|turn| turn.line() != line) {
            let wall = (self.clock.wall)();
            let spent = hall_log::spent(&self.notes, line, since, wall);
            let by_clock = spent.noted.saturating_add_signed(spent.since.max(0));
            // By the notes the time was not up, by the clock it is; or the clock went back. Only
            // people know.
            let doubtful =
                spent.since < -JUMP.cast_signed() || spent.noted < seconds && by_clock >= seconds;
            if !here && (doubtful || self.time_asked == Some(line)) {
                (self.turn, self.time_asked) = (None, Some(line));
                return;
            }
            self.turn = Some(Turn::new(
                line,
                seconds,
                Duration::from_secs(if here { 0 } else { by_clock }),
            ));
        }
        self.time_asked = None;
        self.turn.iter_mut().for_each(|turn| turn.run(!paused, now));
    }

    /// How much time the household that was called has left, where the plan sets one.
    pub(crate) fn left(&self) -> Option<Duration> {
        let State::Draw(_) = &self.state else { return None };
        self.turn.as_ref().map(|turn| turn.left((self.clock.steady)()))
    }

    /// Answers in the language of the page from now on.
    pub(crate) fn speak(&mut self, lang: Option<Lang>) {
        let Some(lang) = lang else { return };
        self.lang = lang;
        let scribe = match &mut self.state {
            State::Draw(draw) => {
                draw.lang = lang;
                Some(draw.scribe())
            }
            State::Broken(broken) => broken.scribe.as_mut(),
            State::Empty | State::Plan(_) => self.locked.as_mut().map(|(scribe, _)| scribe),
        };
        scribe.into_iter().for_each(|scribe| scribe.speak(lang));
    }

    /// A plan that was loaded, in place of the one before.
    pub(crate) fn load(&mut self, plan: &[u8]) -> Result<(), String> {
        // A sealed plan cannot be replaced.
        if !matches!(self.state, State::Empty | State::Plan(_)) {
            return Err(tr!(
                self.lang,
                "the plan is sealed and cannot change any more",
                "方案已封存，不能再改"
            ));
        }
        self.faults.clear();
        match plan_file::parse_plan(plan) {
            Ok(plan) => {
                // Without the key of its log a plan cannot be sealed.
                self.log_for(&plan).map_err(words)?;
                crate::import::write_plan(&self.files.plan, &plan, self.lang)
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

    /// A plan that is in its file already.
    pub(crate) fn show(&mut self, plan: ValidPlan) {
        self.faults.clear();
        self.state = State::Plan(Box::new(plan));
    }

    /// Carries out what the operator wants. The error says why not, and then nothing has changed.
    pub(crate) fn act(&mut self, act: &Act) -> Result<(), String> {
        // What the act before said is read by now.
        (self.recorded, self.log_warning) = (None, None);
        if !act.leaves_the_pace() {
            self.auto = None;
        }
        let lines = self.lines();
        // Before the step, so that the jump is noted before the line that carries the new time.
        self.look_at_clock();
        let done = match act {
            Act::Pause { reason } => self.paused(reason.trim()),
            Act::Resume {} => self.resumed(),
            Act::Halt {} => Ok(()),
            Act::Board { lang, moment } => self.set_board(*lang, *moment),
            Act::Reopen {} => return self.reopen(),
            Act::Anew {} => return self.anew(),
            // Before the step: no line is written to a file that is no longer the recorded one.
            _ => self.look_at_transcript().and_then(|()| self.step(act)),
        };
        // Only a call that this act recorded begins with its whole time.
        self.keep_time(self.lines() != lines);
        if self.recorded.is_some() {
            self.promise();
        }
        self.ask_copy();
        done
    }

    /// An act that is refused before it is tried.
    pub(crate) fn refuse(&mut self, why: String) -> Result<(), String> {
        (self.recorded, self.log_warning) = (None, None);
        Err(why)
    }

    /// Plan and settings of the next attempt, beside the transcript.
    fn again(&mut self) -> Result<(), Stop> {
        let (done, lang) = (self.is_done(), self.lang);
        let transcript = &self.files.transcript;
        let bytes =
            on_disk::read(transcript).map_err(|error| Stop::file(lang, transcript, error))?;
        let void = Void::read(&bytes, lang).map_err(|why| Stop::file(lang, transcript, why))?;
        if !done {
            let first = tr!(
                lang,
                "the void draw is not sealed and signed yet: do that first, the plan of the next attempt names that checkpoint",
                "作废尚未封存、签名：请先完成，下一次的方案要引用该检查点"
            );
            return Err(Stop::Failed(first));
        }
        let next = void.write(&void.beside(transcript), None, None, lang)?;
        self.told = next.told(self.copy.as_ref().map(Copy::folder), true, lang);
        Ok(())
    }

    fn step(&mut self, act: &Act) -> Result<(), String> {
        let lang = self.lang;
        match act {
            _ if self.is_broken() => Err(tr!(
                lang,
                "the draw has stopped; repair its file first",
                "抽签已停住，请先恢复记录文件"
            )),
            Act::Print {} => self.print().map_err(words),
            Act::Publish {} => self.publish().map_err(words),
            Act::Notary {} => self.notary().map_err(words),
            Act::Again {} => self.again().map_err(words),
            // Prints and a next attempt change nothing in the draw; everything else waits for the
            // end of the pause.
            _ if self.pause().is_some() => Err(tr!(
                lang,
                "the draw is paused; end the pause first",
                "抽签已暂停，请先结束暂停"
            )),
            Act::Shown {} => self.after_seal(Sealed::Signing),
            Act::RollCall {} => self.after_seal(Sealed::Over),
            Act::Auto { every, to, until } => self.begin_auto(*every, *to, *until),
            Act::NoAnswer {} => self.no_answer(),
            Act::Time { whole } => self.time(*whole),
            Act::GoesOn { when } => self.goes_on(when.trim()),
            Act::Seal { anyway, other_program } => self.seal(*anyway, *other_program),
            Act::Discard {} => self.discard(),
            act => self.draws(act),
        }
    }

    /// A step of the draw. All that the session took of it is recorded before anything is shown,
    /// also of one that was refused half-way.
    fn draws(&mut self, act: &Act) -> Result<(), String> {
        let not_sealed = tr!(self.lang, "the plan is not sealed yet", "方案尚未封存");
        if !matches!(self.state, State::Draw(_)) {
            return Err(not_sealed);
        }
        // Taken out for the step, and put back by `stands`, whatever comes of it.
        let State::Draw(mut draw) = std::mem::replace(&mut self.state, State::Empty) else {
            return Err(not_sealed);
        };
        let done = match act {
            Act::Command { command } => carry_out(&mut draw, command.clone()),
            Act::Note { text } => note(&mut draw, text),
            Act::Step {} => step(&mut draw),
            Act::SignSample {} => sign_with_sample_keys(&mut draw, self.clock),
            Act::Morning {} => morning(&mut draw),
            act => registered(act, draw.lang)
                .map_or(Ok(()), |command| carry_out(&mut draw, command.map_err(Refused::Step)?)),
        };
        let done = match done {
            Err(Refused::Stop(stop)) => Err(Refused::Stop(stop)),
            Ok(()) => draw.settle().map_err(Refused::Stop),
            // Also after a refusal: what the session took in before it is on disk before anybody
            // sees it.
            Err(Refused::Step(why)) => match draw.settle() {
                Ok(_) => Err(Refused::Step(why)),
                Err(stop) => Err(Refused::Stop(stop)),
            },
        };
        self.recorded = Some(self.stands(*draw, done).map_err(words)?);
        Ok(())
    }

    /// Begins to draw by itself.
    fn begin_auto(&mut self, every: u64, to: Far, until: Option<u64>) -> Result<(), String> {
        let lang = self.lang;
        if !PACES.contains(&every) {
            return Err(tr!(
                lang,
                "found {every} seconds from one household to the next; expected 2, 5 or 10, or 0 for as fast as can be",
                "发现每户 {every} 秒；应为 2、5 或 10，0 表示尽快"
            ));
        }
        let State::Draw(draw) = &self.state else { return Err(nothing_to_draw(lang)) };
        if !draw.stands_in_lots() {
            return Err(nothing_to_draw(lang));
        }
        if let Some(why) = until.and_then(|households| draw.not_until(households)) {
            return Err(why);
        }
        let pace = Pace::new(every, (self.clock.steady)());
        self.auto = Some(Auto { pace, to, until, opened: draw.progress.opened });
        Ok(())
    }

    /// Draws by itself what is due by now. Whether what the pages show has changed.
    pub(crate) fn draw_on(&mut self) -> bool {
        let began = (self.clock.steady)();
        if self.auto.is_none() {
            return false;
        }
        if self.pause().is_some() {
            self.auto.iter_mut().for_each(|auto| auto.pace.holds(began));
            return false;
        }
        let ended = self.auto_ended();
        if ended || self.auto.as_ref().is_none_or(|auto| !auto.pace.is_due(began)) {
            self.auto = self.auto.take().filter(|_| !ended);
            return ended;
        }
        self.look_at_clock();
        let drawn = self.look_at_transcript().and_then(|()| self.draw_due(began));
        self.keep_time(true);
        // A draw that stands still now says why by itself.
        if drawn.is_err() || self.auto_ended() {
            self.auto = None;
        }
        self.promise();
        self.ask_copy();
        true
    }

    /// One household, or those of one burst.
    fn draw_due(&mut self, began: Duration) -> Result<(), String> {
        loop {
            let opened = self.opened();
            self.draws(&Act::Step {})?;
            let (now, ended) = ((self.clock.steady)(), self.opened() != opened);
            let Some(auto) = &mut self.auto else { return Ok(()) };
            auto.pace.drawn(ended, now);
            if ended || !auto.pace.goes_on(began, now) || self.auto_ended() {
                return Ok(());
            }
        }
    }

    /// How many pools were opened.
    fn opened(&self) -> usize {
        match &self.state {
            State::Draw(draw) => draw.progress.opened,
            _ => 0,
        }
    }

    /// Whether it has drawn as far as it should, or somebody has to decide.
    fn auto_ended(&self) -> bool {
        let (State::Draw(draw), Some(auto)) = (&self.state, &self.auto) else { return true };
        let served = draw.progress.record.served();
        !draw.stands_in_lots()
            || auto.to == Far::Pool && draw.progress.opened != auto.opened
            || auto.until.is_some_and(|until| served >= until)
    }

    /// What the board shows.
    fn set_board(&mut self, lang: Option<BoardLang>, moment: Option<u64>) -> Result<(), String> {
        if let Some(moment) = moment.filter(|moment| !(1..=LONGEST_MOMENT).contains(moment)) {
            return Err(tr!(
                self.lang,
                "found {moment} seconds for the flat alone on the board; expected 1 to {LONGEST_MOMENT}",
                "发现大屏单独显示结果 {moment} 秒；应为 1 至 {LONGEST_MOMENT}"
            ));
        }
        self.board.lang = lang.unwrap_or(self.board.lang);
        self.board.moment = moment.unwrap_or(self.board.moment);
        Ok(())
    }

    /// The operator goes on after the seal.
    fn after_seal(&mut self, to: Sealed) -> Result<(), String> {
        if !self.nobody_called() {
            return Err(tr!(self.lang, "the roll call has begun", "点名已经开始"));
        }
        self.sealed = to;
        Ok(())
    }

    /// Whether the draw stands between the seal and the first answer to the roll call.
    fn nobody_called(&self) -> bool {
        let State::Draw(draw) = &self.state else { return false };
        draw.session.awaits() == Awaits::RollCall
            && draw.progress.members.iter().all(|did| *did == Did::Nothing)
    }

    /// Whether the fingerprint of the sealed plan stands alone on the board.
    pub(crate) fn just_sealed(&self) -> bool {
        let State::Draw(draw) = &self.state else { return false };
        self.sealed == Sealed::Looked
            && self.nobody_called()
            && draw.progress.said.iter().all(|said| *said == Said::Nothing)
    }

    /// Whether the panel signs the plan now.
    pub(crate) fn signs_plan(&self) -> bool {
        let State::Draw(draw) = &self.state else { return false };
        self.nobody_called()
            && !self.just_sealed()
            && self.sealed != Sealed::Over
            && !draw.session.signatures().is_empty()
    }

    pub(crate) fn is_broken(&self) -> bool {
        matches!(self.state, State::Broken(_))
    }

    /// Where the print-outs are written: `transcript.print`.
    pub(crate) fn prints(&self) -> PathBuf {
        on_disk::named_after(&self.files.transcript, ".print")
    }

    /// The sheets of receipts that were written.
    pub(crate) fn receipts(&self) -> Vec<String> {
        receipt_sheets(&self.prints())
    }

    /// Whether the result, or what came after it, is sealed and signed.
    fn is_done(&mut self) -> bool {
        match &mut self.state {
            State::Draw(draw) => draw.session.awaits() == Awaits::Done,
            _ => false,
        }
    }

    /// The print-outs, in place of older ones.
    fn print(&mut self) -> Result<(), Stop> {
        let (folder, lang) = (self.prints(), self.lang);
        let done = self.is_done();
        let transcript = &self.files.transcript;
        crate::prints::all(transcript, &folder, lang)?;
        // Receipts are of a draw that is sealed and signed: before, nothing on them could be
        // checked.
        if done {
            crate::prints::receipts::write_all(transcript, &folder.join("receipts"), lang)?;
        }
        let folder = folder.display();
        self.told = vec![tr!(lang, "print-outs are in {folder}", "打印件在 {folder}")];
        Ok(())
    }

    /// The site for everybody, in place of an older one.
    fn publish(&mut self) -> Result<(), Stop> {
        let transcript = self.files.transcript.clone();
        let out = on_disk::named_after(&transcript, ".site");
        let documents = Some(self.documents()).filter(|folder| folder.is_dir());
        let args = PublishArgs::new(transcript, out, documents);
        self.tell_written(publish::written(&args, self.lang)?);
        Ok(())
    }

    /// The notary's file, in place of an older one.
    fn notary(&mut self) -> Result<(), Stop> {
        let transcript = &self.files.transcript;
        let out = on_disk::named_after(transcript, ".notary");
        let documents = Some(self.documents()).filter(|folder| folder.is_dir());
        self.tell_written(notary::written(transcript, &out, documents, self.lang)?);
        Ok(())
    }

    /// The folder from which documents are taken, if it is there: `transcript.documents`.
    fn documents(&self) -> PathBuf {
        on_disk::named_after(&self.files.transcript, ".documents")
    }

    fn tell_written(&mut self, (said, missing): (String, Vec<String>)) {
        self.told = vec![said];
        if missing.is_empty() {
            return;
        }
        self.told.extend(missing);
        let folder = self.documents();
        let folder = folder.display();
        self.told.push(tr!(
            self.lang,
            "Documents are taken from the folder {folder} (--documents). Put them there and click again.",
            "文件取自文件夹 {folder}（即 --documents）。请放入后再点一次。"
        ));
    }

    /// All recorded lines, from memory: also while their file is gone.
    pub(crate) fn recorded_lines(&mut self) -> Option<Vec<u8>> {
        let scribe = match &mut self.state {
            State::Draw(draw) => Some(&*draw.scribe()),
            State::Broken(broken) => broken.scribe.as_ref(),
            State::Empty | State::Plan(_) => None,
        };
        scribe.filter(|scribe| !scribe.is_empty()).map(|scribe| scribe.kept().to_vec())
    }

    /// For a program that is told to end: when the file is not what was recorded, all of it is
    /// written before. Says where.
    pub(crate) fn rescue(&mut self) -> Option<String> {
        let scribe = match &mut self.state {
            State::Draw(draw) => draw.scribe(),
            State::Broken(broken) => broken.scribe.as_mut()?,
            State::Empty | State::Plan(_) => return None,
        };
        if scribe.is_empty() {
            return None;
        }
        // Only when the file is harmed: otherwise all is there already.
        let harmed = scribe.compare().err()?;
        let told = scribe.rescue().unwrap_or_else(words);
        let harmed = words(harmed);
        Some(format!("{harmed}\n{told}"))
    }

    /// What is to be printed: the transcript, or the plan that is not sealed yet.
    pub(crate) fn printed(&mut self) -> Result<Vec<u8>, String> {
        // Never printed from a file that is not the recorded one.
        self.look_at_transcript()?;
        let file = match &self.state {
            State::Broken(broken) => return Err(broken.why.clone()),
            State::Draw(_) => &self.files.transcript,
            _ => &self.files.plan,
        };
        on_disk::read(file).map_err(|error| in_file(file.display(), &error, self.lang))
    }

    /// The plan, and nothing else of the draw, for what is computed of it aside: its file, and when
    /// it is sealed the lines that are recorded.
    pub(crate) fn plan_bytes(&mut self) -> Option<Vec<u8>> {
        match &self.state {
            State::Plan(_) => on_disk::read(&self.files.plan).ok(),
            _ => self.recorded_lines(),
        }
    }

    fn seal(&mut self, anyway: bool, other_program: bool) -> Result<(), String> {
        let State::Plan(shown) = &self.state else {
            return Err(tr!(
                self.lang,
                "there is no plan that can be sealed now",
                "现在没有可封存的方案"
            ));
        };
        let plan = plan_file::read_plan(&self.files.plan, self.lang).map_err(words)?;
        // What people saw is what is sealed: the file may have been edited since the page was
        // loaded.
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
        if Running::of(plan.roll()).asks(plan.roll()) && !other_program {
            return Err(tr!(
                self.lang,
                "the program that runs is not the one in the plan: start the one that the plan names; or seal all the same, after the question on this page",
                "正在运行的程序与方案公示的不一致：请改用方案所列的程序；仍要封存的，请按此页的提问再确认一次"
            ));
        }
        // Asked before the seal, because afterwards there would be two draws of one name.
        if let Some(copy) = &self.copy
            && let Some(trouble) = copy.trouble().filter(Trouble::forbids)
        {
            return Err(copy.refusal(&trouble, &self.files.transcript, self.lang));
        }
        if self.copy.as_ref().is_some_and(Copy::is_silent) && !anyway {
            return Err(tr!(
                self.lang,
                "the stick has not answered yet: it may hold a sealed draw of the same name. Wait for it; or seal all the same, after the question on this page.",
                "U 盘还没有反应：其中可能已有一场同名的、已封存的抽签。请等它恢复；仍要封存的，请按此页的提问再确认一次。"
            ));
        }
        // A next attempt names the checkpoint of a void draw: that must be there (V7).
        again::follows_void(&plan, &self.files.transcript, self.lang).map_err(words)?;
        self.recorded = Some(self.begin(plan).map_err(words)?);
        (self.told, self.faults) = (Vec::new(), Vec::new());
        self.sealed = Sealed::Looked;
        Ok(())
    }

    fn discard(&mut self) -> Result<(), String> {
        let State::Plan(_) = &self.state else {
            return Err(tr!(
                self.lang,
                "the plan is sealed and cannot change any more",
                "方案已封存，不能再改"
            ));
        };
        std::fs::remove_file(&self.files.plan)
            .map_err(|error| in_file(self.files.plan.display(), &error, self.lang))?;
        self.state = State::Empty;
        Ok(())
    }

    /// A note beside the transcript, on disk before anybody sees it.
    fn note(&mut self, note: Note) -> Result<(), String> {
        let told =
            hall_log::append(&self.files.log, &self.notes, &note, self.lang).map_err(words)?;
        self.log_warning = told.or(self.log_warning.take());
        self.notes.push(note);
        Ok(())
    }

    fn paused(&mut self, reason: &str) -> Result<(), String> {
        if reason.is_empty() {
            return Err(tr!(
                self.lang,
                "a pause needs a reason, which the board shows",
                "暂停须写明原因，大屏会显示"
            ));
        }
        if self.pause().is_some() {
            return Err(tr!(
                self.lang,
                "the draw is paused already; end this pause first",
                "抽签已在暂停中；请先结束这次暂停"
            ));
        }
        command::free_text(reason, self.lang)?;
        self.note(Note { at: self.now(), reason: Some(reason.to_owned()), ..Note::default() })
    }

    fn resumed(&mut self) -> Result<(), String> {
        if self.pause().is_none() {
            return Err(tr!(
                self.lang,
                "the draw is not paused: there is no pause to end",
                "抽签没有暂停，无需结束暂停"
            ));
        }
        self.note(Note { at: self.now(), ..Note::default() })
    }

    /// The command of an act that names files, when their hash is still to be made and the rules
    /// allow the step: hashing a long film takes minutes, and nobody waits for that. Otherwise the
    /// act says by itself what is wrong.
    pub(crate) fn names_files(&self, act: &Act) -> Option<Command> {
        let State::Draw(draw) = &self.state else { return None };
        let command = match act {
            Act::Command { command } => command.clone(),
            act => registered(act, draw.lang)?.ok()?,
        };
        let command = command.checked(draw.lang).ok()?;
        let due = self.pause().is_none() && command.names_files();
        (due && draw.refuses(&command).is_none()).then_some(command)
    }

    /// Whether the time of the household that was called is asked about now.
    pub(crate) fn asks_time(&self) -> bool {
        self.time_asked == Some(self.lines())
    }

    /// The answer to that. It is noted before the time runs.
    fn time(&mut self, whole: bool) -> Result<(), String> {
        if !self.asks_time() {
            return Err(tr!(
                self.lang,
                "nothing is asked about the time now",
                "现在没有要确认的限时"
            ));
        }
        let trouble = hall_log::Trouble { after: self.lines(), what: What::Time { whole } };
        // On disk before the time runs, so that it is not asked again after a power cut.
        self.note(Note { at: self.now(), trouble: Some(trouble), ..Note::default() })?;
        self.time_asked = None;
        Ok(())
    }

    /// When the draw goes on whose day is closed.
    fn goes_on(&mut self, when: &str) -> Result<(), String> {
        let lang = self.lang;
        let night = matches!(&self.state, State::Draw(draw) if draw.progress.days.is_night());
        if !night || when.is_empty() {
            return Err(tr!(
                lang,
                "say when the draw goes on, after the day is closed",
                "请在当日结束之后，写明何时继续"
            ));
        }
        command::free_text(when, lang)?;
        let goes_on = hall_log::GoesOn { after: self.lines(), when: when.to_owned() };
        self.note(Note { at: self.now(), goes_on: Some(goes_on), ..Note::default() })
    }

    /// What was said of that.
    pub(crate) fn said_to_go_on(&self) -> Option<String> {
        hall_log::goes_on(&self.notes, self.lines()).map(str::to_owned)
    }

    /// The household that was called did not answer: once more, up to three times.
    fn no_answer(&mut self) -> Result<(), String> {
        let lang = self.lang;
        let State::Draw(draw) = &mut self.state else { return Ok(()) };
        // D8: a household that does not answer three calls; after the third, `missed` is for the
        // operator to record.
        if !matches!(draw.session.awaits(), Awaits::Choice { .. }) || self.unanswered() >= 3 {
            return Err(tr!(lang, "nobody is being called", "现在没有在叫号"));
        }
        let lines = self.lines();
        self.note(Note { at: self.now(), unanswered: Some(lines), ..Note::default() })
    }

    /// The name of the draw in the log, once it is sealed.
    pub(crate) fn origin(&self) -> Option<&str> {
        match &self.state {
            State::Draw(draw) => Some(draw.roll().origin()),
            _ => None,
        }
    }

    /// How many lines are recorded.
    pub(crate) fn lines(&self) -> u64 {
        match &self.state {
            State::Draw(draw) => draw.session.lines(),
            State::Broken(broken) => broken.scribe.as_ref().map_or(0, Scribe::lines),
            _ => 0,
        }
    }

    /// When the clock jumped in this draw, and how, in words.
    pub(crate) fn jumps(&self) -> Vec<(u64, String)> {
        let jumps = hall_log::troubles(&self.notes)
            .filter(|(_, trouble)| matches!(trouble.what, What::Clock(_)));
        jumps.map(|(at, trouble)| (at, trouble.told(self.lang))).collect()
    }

    /// Whether the last of these was a short time ago, so that the operator's page warns of it.
    pub(crate) fn has_just_jumped(&self) -> bool {
        self.jumped.is_some_and(|at| (self.clock.steady)().saturating_sub(at) < WARNS)
    }

    /// How many calls of the household that was called nobody answered.
    pub(crate) fn unanswered(&self) -> usize {
        hall_log::unanswered(&self.notes, self.lines())
    }

    /// The pause that lasts now.
    pub(crate) fn pause(&self) -> Option<&Note> {
        hall_log::pause(&self.notes)
    }
}

/// The sheets of receipts among the print-outs, by their names without `.html`.
fn receipt_sheets(prints: &Path) -> Vec<String> {
    let sheets = std::fs::read_dir(prints.join("receipts")).into_iter().flatten().flatten();
    let name = |name: String| {
        name.strip_suffix(".html").filter(|name| name.starts_with("receipts")).map(str::to_owned)
    };
    let mut names: Vec<String> =
        sheets.filter_map(|sheet| name(sheet.file_name().into_string().ok()?)).collect();
    // By number: receipts-10 stands behind receipts-9.
    names.sort_by_key(|name| (name.len(), name.clone()));
    names
}

/// A sheet of receipts among the print-outs.
pub(crate) fn receipt_sheet(prints: &Path, name: &str) -> Option<PathBuf> {
    receipt_sheets(prints)
        .into_iter()
        .find(|sheet| sheet == name)
        .map(|sheet| prints.join("receipts").join(sheet + ".html"))
}

/// What a program says that was put aside for its file, when the file is whole again.
fn back(lang: Lang) -> String {
    tr!(
        lang,
        "The file is there again as it was written: look at the disk again, and go on.",
        "文件已恢复原样：请点“重新从磁盘读取”继续。"
    )
}

/// The notes of a transcript. Where transcript and plan were both taken away a new draw begins, and
/// the notes of the old one are put aside.
fn begun_anew(files: &Files, lang: Lang) -> Result<(Vec<Note>, Option<String>), Stop> {
    let notes = hall_log::read(&files.log).map_err(|error| Stop::file(lang, &files.log, error))?;
    let none = |path: &Path| {
        std::fs::metadata(path).map_or(true, |about| about.is_file() && about.len() == 0)
    };
    // A file that is not there, or has nothing in it, holds no draw.
    let Some(recorded) =
        hall_log::recorded(&notes).filter(|_| none(&files.transcript) && none(&files.plan))
    else {
        return Ok((notes, None));
    };
    let aside = on_disk::put_aside(&files.log, "old", lang)?;
    let (log, lines, aside) = (files.log.display(), recorded.lines, aside.display());
    let told = tr!(
        lang,
        "{log}: a draw was sealed here ({lines} lines), and neither its transcript nor its plan is here any more. Its notes are {aside} now; a new draw begins.",
        "{log}：此处曾封存过一场抽签（{lines} 行），其记录和方案都已不在。原记事现名 {aside}；现在开始新的抽签。"
    );
    warn(&told);
    Ok((Vec::new(), Some(told)))
}

/// Signs for all members who have a sample key, which everybody can compute: for rehearsals of the
/// samples alone.
fn sign_with_sample_keys(draw: &mut Draw, clock: Clock) -> Result<(), Refused> {
    let lang = draw.lang;
    let keys = sample_keys(draw);
    let Some(body) = draw.session.checkpoint_body().map(str::to_owned).filter(|_| !keys.is_empty())
    else {
        return Err(Refused::Step(tr!(
            lang,
            "nobody has a sample key",
            "没有使用示例密钥的监督员"
        )));
    };
    // S6: the samples sign too when this clock was set back.
    let time = (clock.wall)().max(draw.session.earliest_signature());
    keys.iter().try_for_each(|key| {
        draw.apply(&Command::Cosign { signature: key.cosign(&body, time).to_string() })
    })
}

/// The keys of members who have not spoken yet, where they are those of a sample and nothing
/// counts.
pub(crate) fn sample_keys(draw: &Draw) -> Vec<SigningKey> {
    // Everybody can compute these keys, so they never sign what counts.
    if draw.roll().mode() != Mode::Rehearsal {
        return Vec::new();
    }
    let own = |member: &String| sample::key_in(draw.roll(), member);
    draw.session.still_to_sign().iter().filter_map(own).collect()
}

fn carry_out(draw: &mut Draw, command: Command) -> Result<(), Refused> {
    let command = command.checked(draw.lang).map_err(Refused::Step)?;
    draw.apply(&command)
}

/// The command that registers a recording or a document; `None` of another act.
fn registered(act: &Act, lang: Lang) -> Option<Result<Command, String>> {
    Some(match act {
        Act::Recording { file, start, sha256 } => later::start(start, lang).map(|start| {
            Command::Recording { file: file.trim().to_owned(), start, sha256: *sha256 }
        }),
        Act::File { what, file, title, household, from, to, sha256 } => {
            let (document, household) = ((*what, &**file, &**title), household.as_deref());
            Filing::of_fields(document, household, (from, to), *sha256, lang).map(Command::File)
        }
        _ => return None,
    })
}

/// The next day begins: what needs no decision goes on.
fn morning(draw: &mut Draw) -> Result<(), Refused> {
    if !draw.progress.days.is_night() {
        let lang = draw.lang;
        return Err(Refused::Step(tr!(lang, "the day is not closed", "当日尚未结束")));
    }
    draw.begin_day();
    Ok(())
}

fn note(draw: &mut Draw, text: &str) -> Result<(), Refused> {
    // A browser may have turned the line ends.
    let noted = draw.note(&text.replace("\r\n", "\n"))?;
    if noted.taken || noted.faults.is_empty() {
        return Ok(());
    }
    Err(Refused::Step(noted.faults.join("; ")))
}

fn step(draw: &mut Draw) -> Result<(), Refused> {
    if !draw.progress.rests {
        return Err(Refused::Step(nothing_to_draw(draw.lang)));
    }
    Ok(draw.turn()?)
}

fn nothing_to_draw(lang: Lang) -> String {
    tr!(lang, "nothing can be drawn on now", "现在没有可继续抽取的批次")
}
