//! A draw on its way: the session, its transcript on disk, and what is said about each line.

use crate::ceremony::aloud;
use crate::ceremony::command::{Command, known_hash, not_read, told};
use crate::ceremony::draw::Draw;
use crate::disk::scribe::OnDisk;
use crate::words::say::{Stop, held, say, tr};
use floorlot::Fingerprint;
use floorlot::Hash;
use floorlot::ceremony::{CeremonyError, Numbers};
use floorlot::lines::{Line, Stage as Sealed};
use floorlot::note::{Cosignature, SignedNote};
use floorlot::rules::{Lang, Phrase};
use floorlot::session::{Awaits, Prepared, Step, StepError};
use std::path::Path;

/// Why a command was not carried out.
pub(crate) enum Refused {
    /// The rules do not allow it now; nothing was changed.
    Step(String),
    /// It could not be written.
    Stop(Stop),
}

/// What came of a signed note.
#[derive(Default)]
pub(crate) struct Noted {
    /// Whether any of its signatures was recorded.
    pub(crate) taken: bool,
    /// Why others were not.
    pub(crate) faults: Vec<String>,
}

impl From<Stop> for Refused {
    fn from(stop: Stop) -> Refused {
        Refused::Stop(stop)
    }
}

impl Draw {
    /// Takes a line into account that is on disk, or just written.
    pub(crate) fn observe(&mut self, bytes: &[u8]) {
        if let Ok(line) = Line::decode(bytes) {
            if matches!(line, Line::Result { .. }) {
                let (size, root) = (self.session.lines(), self.session.root());
                self.prints.result = Some(Fingerprint::of(self.roll().origin(), size, root));
            }
            if let Line::Checkpoint { stage, body, .. } = &line {
                let print = Some(Fingerprint::of_body(body));
                match stage {
                    Sealed::Plan => self.prints.plan = print,
                    Sealed::Reveals => self.prints.reveals = print,
                    Sealed::Day => (self.prints.day, self.prints.head) = (print, print),
                    Sealed::Result | Sealed::Aftermath => self.prints.head = print,
                }
            }
            self.progress.observe(&line, &self.book, self.session.roll());
            if let (Some(en), Some(zh)) =
                (aloud::later(self, &line, Lang::En), aloud::later(self, &line, Lang::Zh))
            {
                self.progress.events.push(Phrase::new(en, zh));
            }
        }
    }

    /// Writes the line of a step, and then takes the step in. A line that somebody decided is on
    /// the disk before the session goes on; one that follows from those before it may be gathered
    /// with others. A checkpoint is made over what is on disk: that is compared before.
    fn write(&mut self, step: Prepared, decided: bool) -> Result<(), Stop> {
        if matches!(Line::decode(step.line()), Ok(Line::Checkpoint { .. })) {
            self.record()?;
            self.scribe.compare()?;
        }
        let gathered = self.scribe.write(step.line())?;
        let recorded = if decided { Some(self.scribe.sync()?) } else { gathered };
        let lang = self.lang;
        let bytes = self.session.record(step);
        let bytes = bytes.map_err(|stale| Stop::Failed(stale.words().get(lang).to_owned()))?;
        self.observe(&bytes);
        let line = Line::decode(&bytes).ok();
        line.iter().for_each(|line| self.hold(line));
        match (recorded, line) {
            (Some(proof), _) if !decided => self.tell(proof),
            (None, Some(Line::End { .. })) => drop(self.record()?),
            _ => {}
        }
        self.sign_as_log()
    }

    /// S7: the log signs the checkpoint that is the last line. The file may have ended there.
    fn sign_as_log(&mut self) -> Result<(), Stop> {
        if self.session.awaits() != Awaits::Log {
            return Ok(());
        }
        let lang = self.lang;
        let body = self.session.checkpoint_body().unwrap_or_default();
        let signature = self.how.log.as_ref().map(|key| key.sign(body).to_string());
        let signature = signature.unwrap_or_default();
        let step = self.session.prepare(Step::Log { signature: &signature }, self.now());
        let step = step.map_err(|error| Stop::Failed(error.words().get(lang).to_owned()))?;
        self.write(step, true)
    }

    /// Brings all lines to the disk, and says then what they mean.
    fn record(&mut self) -> Result<OnDisk, Stop> {
        let proof = self.scribe.sync()?;
        self.tell(proof);
        Ok(proof)
    }

    /// Says what was held back: only what is recorded is told.
    fn tell(&mut self, _: OnDisk) {
        let unsaid = std::mem::take(&mut self.unsaid);
        let tell = || unsaid.iter().for_each(say);
        if self.bar.position() == 0 { tell() } else { self.bar.suspend(tell) }
    }

    /// What is to be said of a line, as things stand after it.
    fn hold(&mut self, line: &Line<'_>) {
        let every = self.how.every_pick;
        if !every && matches!(line, Line::Pick { .. } | Line::Standby { .. }) {
            self.bar.inc(1);
        }
        let quiet = matches!(
            line,
            Line::Pick { .. } | Line::Standby { .. } | Line::Call { .. } | Line::Leftover { .. }
        );
        if every || !quiet {
            let told = held(|| aloud::line(self, line, every));
            self.unsaid.extend(told);
        }
    }

    /// Makes every line that needs no decision, and brings all lines to the disk. Stops where
    /// something can still be undone, and for the night.
    pub(crate) fn automatic(&mut self) -> Result<OnDisk, Stop> {
        self.sign_as_log()?;
        while self.goes_on_by_itself() {
            self.advance()?;
        }
        self.rest()
    }

    pub(super) fn goes_on_by_itself(&self) -> bool {
        self.session.awaits() == Awaits::Automatic
            && !self.session.can_undo()
            && !self.progress.days.is_night()
    }

    /// The same, but stops after each turn in a pool in which nobody decides, so that the hall sees
    /// it.
    pub(crate) fn settle(&mut self) -> Result<OnDisk, Stop> {
        self.sign_as_log()?;
        while self.goes_on_by_itself() && !self.progress.rests {
            self.advance()?;
        }
        self.rest()
    }

    /// Where people decide everything is on disk; where the draw or its day ends the whole file is
    /// compared once more.
    fn rest(&mut self) -> Result<OnDisk, Stop> {
        let proof = self.record()?;
        if self.session.awaits() == Awaits::Done || self.progress.days.is_night() {
            self.scribe.compare()?;
        }
        Ok(proof)
    }

    /// Makes the next turn of a pool in which nobody decides.
    pub(crate) fn turn(&mut self) -> Result<(), Stop> {
        self.advance()?;
        self.settle().map(drop)
    }

    /// Makes one line that needs no decision.
    pub(crate) fn advance(&mut self) -> Result<(), Stop> {
        if self.session.awaits() == Awaits::SignOff {
            self.unsaid.extend(aloud::signatures(self));
        }
        match self.session.prepare_next(self.now()) {
            Some(step) => self.write(step, false),
            None => self.not_closed().map_or(Ok(()), |why| Err(Stop::Failed(why))),
        }
    }

    /// Carries out a command: the line that it makes is written, or the draw goes on.
    /// The files that it names are hashed before.
    pub(crate) fn apply(&mut self, command: &Command) -> Result<(), Refused> {
        if let Some(why) = command.names_files().then(|| self.refuses(command)).flatten() {
            return Err(Refused::Step(why));
        }
        if let Command::Until { households } = command {
            return self.draw_until(*households);
        }
        match self.step(command).map_err(Refused::Step)? {
            Some(step) => Ok(self.write(step, true)?),
            None => Ok(self.advance()?),
        }
    }

    /// The same with the files that a command names, which are read first: where nobody waits.
    pub(crate) fn read_and_apply(&mut self, command: &Command) -> Result<(), Refused> {
        let hashed = self.hashed(command.clone()).map_err(Refused::Step)?;
        self.apply(&hashed)
    }

    /// Records every signature of a signed note that is not recorded yet, each as a step of its own.
    pub(crate) fn note(&mut self, note: &str) -> Result<Noted, Refused> {
        let mut noted = Noted::default();
        for signature in self.signatures_of(note).map_err(Refused::Step)? {
            match self.apply(&Command::Cosign { signature }) {
                Ok(()) => noted.taken = true,
                // the same of another signature
                Err(Refused::Step(why)) if noted.faults.contains(&why) => {}
                Err(Refused::Step(why)) => noted.faults.push(why),
                Err(stop) => return Err(stop),
            }
        }
        Ok(noted)
    }

    /// Why a command would be refused now, whatever is in the files that it names; `None` if it
    /// would be carried out.
    pub(crate) fn refuses(&self, command: &Command) -> Option<String> {
        let mut number = 0_u8;
        let known = command.clone().with_hashes(&mut |_| {
            // each another one: what is refused is not that two files are the same
            number = number.wrapping_add(1);
            Ok(Hash([number; 32]))
        });
        known.and_then(|command| self.step(&command)).err()
    }

    /// The same command with the hashes of the files that it names, so that a long film is read
    /// once, and only if the rules allow the step.
    pub(crate) fn hashed(&self, command: Command) -> Result<Command, String> {
        match command.names_files().then(|| self.refuses(&command)).flatten() {
            Some(why) => Err(why),
            None => command.hashed(self.lang),
        }
    }

    /// The step that a command makes; `None` for the command that goes on and decides nothing.
    fn step(&self, command: &Command) -> Result<Option<Prepared>, String> {
        self.begun_signatures(command)?;
        let revealing = self.session.awaits() == Awaits::Reveals;
        self.prepare(match command {
            Command::Commit { member, commit } => Step::Commit { member, commit: *commit },
            Command::Envelope { member } => Step::Envelope { member },
            Command::Absent { member } => Step::Absent { member },
            Command::Close if revealing => Step::CloseReveals,
            Command::Close => Step::CloseCommits,
            Command::Reveal { member, secret } => Step::Reveal { member, secret },
            Command::Withhold { member } => Step::Withhold { member },
            Command::Dice { digits } => Step::Numbers(Numbers::Dice(digits.clone())),
            Command::Balls { numbers } => Step::Numbers(Numbers::Balls(numbers.clone())),
            Command::Drand { signature } => Step::Numbers(self.drand(signature)),
            Command::Call => Step::Call,
            Command::Late => match self.nobody_late() {
                Some(why) => return Err(why),
                None => Step::CallLate,
            },
            Command::Day => match self.day_not_over() {
                Some(why) => return Err(why),
                None => Step::CloseDay,
            },
            Command::Choose { unit, proxy } => {
                let unit = self.unit_id(unit)?;
                return self.prepare(Step::Choose { unit: &unit, proxy: proxy.as_deref() });
            }
            Command::Until { households } => {
                return self.not_until(*households).map_or(Ok(None), Err);
            }
            Command::Missed => Step::Miss,
            Command::Undo { reason } => Step::Undo { reason },
            Command::Void { reason } => Step::Void { reason },
            Command::Seal => Step::CloseBatch,
            Command::Next if self.session.awaits() == Awaits::SignOff => {
                return self.not_closed().map_or(Ok(None), Err);
            }
            Command::Next if self.session.awaits() != Awaits::Automatic => {
                return Err(self.nothing_to_go_on_from());
            }
            Command::Next => return Ok(None),
            command => return self.sign_or_note(command),
        })
    }

    /// What is said to `next` where somebody has to decide.
    pub(crate) fn nothing_to_go_on_from(&self) -> String {
        tr!(
            self.lang,
            "there is nothing to go on from; `status` says what is needed",
            "现在不需要“继续”；输入“状态”查看等待什么"
        )
    }

    /// What the rules say to a step.
    fn prepare(&self, step: Step<'_>) -> Result<Option<Prepared>, String> {
        self.session.prepare(step, self.now()).map(Some).map_err(|error| self.refusal(&error))
    }

    /// The round of drand that the plan named, with this signature.
    fn drand(&self, signature: &str) -> Numbers {
        let bytes = floorlot::drand::signature_from_hex(signature);
        let randomness = bytes.map(|bytes| floorlot::drand::randomness(&bytes));
        Numbers::Drand {
            round: self.drand_round(),
            signature: signature.to_owned(),
            // a signature of another form is refused before anybody looks at this
            randomness: randomness.unwrap_or(Hash([0; 32])),
        }
    }

    /// Signatures under the plan that were begun are finished before the roll call.
    fn begun_signatures(&self, command: &Command) -> Result<(), String> {
        let begins = matches!(
            command,
            Command::Commit { .. }
                | Command::Envelope { .. }
                | Command::Absent { .. }
                | Command::Void { .. }
        );
        if !begins || self.session.awaits() != Awaits::RollCall || self.whole_sign_off() {
            return Ok(());
        }
        let to_sign = self.names_of(&self.session.still_to_sign());
        Err(tr!(
            self.lang,
            "the panel has begun to sign the plan; missing: {to_sign}. Let each of them sign (note, cosign, paper), or record why not (dissent, unsigned)",
            "方案的签名已经开始，尚未表态：{to_sign}。请先让他们签名（签名单、签名、纸签），或记明原因（异见、未签）"
        ))
    }

    /// A command of the sign-off or the aftermath.
    fn sign_or_note(&self, command: &Command) -> Result<Option<Prepared>, String> {
        match command {
            Command::Cosign { signature } => {
                let member = self.signer(signature)?;
                self.prepare(Step::Cosign { member: &member, signature })
            }
            Command::Token { token } => self.prepare(Step::Token { token }),
            Command::Paper { member, scan } => {
                self.prepare(Step::Paper { member, scan: known_hash(scan, self.lang)? })
            }
            Command::Dissent { member, reason } => self.prepare(Step::Dissent { member, reason }),
            Command::Unsigned { member } => self.prepare(Step::Unsigned { member }),
            other => {
                let line = self.later(other, self.now())?;
                self.prepare(Step::Event(&line))
            }
        }
    }

    /// The signature lines of a signed note over the last checkpoint.
    pub(crate) fn signatures_of(&self, text: &str) -> Result<Vec<String>, String> {
        let lang = self.lang;
        let note =
            text.parse::<SignedNote>().map_err(|error| error.words().get(lang).to_owned())?;
        if Some(note.body.as_str()) != self.session.checkpoint_body() {
            let line = |body: &str| body.trim_end().replace('\n', " / ");
            let (found, expected) =
                (line(&note.body), line(self.session.checkpoint_body().unwrap_or_default()));
            return Err(tr!(
                lang,
                "this note is over another checkpoint: found {found}; expected {expected}",
                "这张签名单签的是另一个检查点：发现 {found}；应为 {expected}"
            ));
        }
        let known = |line: &&Cosignature| {
            self.roll()
                .members()
                .any(|m| self.roll().member_key(m).is_some_and(|key| line.is_by(key)))
        };
        let lines: Vec<String> =
            note.signatures.iter().filter(known).map(ToString::to_string).collect();
        if lines.is_empty() {
            return Err(tr!(
                lang,
                "no signature in it is by a key of the sealed plan",
                "其中没有用封存方案中的公钥作出的签名"
            ));
        }
        Ok(lines)
    }

    /// The member whose key made a signature line.
    fn signer(&self, signature: &str) -> Result<String, String> {
        let lang = self.lang;
        let line =
            signature.parse::<Cosignature>().map_err(|error| error.words().get(lang).to_owned())?;
        let own = |member: &&str| self.roll().member_key(member).is_some_and(|key| line.is_by(key));
        self.roll().members().find(own).map(str::to_owned).ok_or_else(|| {
            let name = &line.name;
            tr!(
                lang,
                "no member of the sealed plan has the key `{name}` that made this signature",
                "封存的方案中没有监督员使用作出此签名的公钥“{name}”"
            )
        })
    }

    /// The line of the aftermath that a command makes.
    fn later<'c>(&self, command: &'c Command, at: Option<u64>) -> Result<Line<'c>, String> {
        let lang = self.lang;
        if !matches!(self.session.awaits(), Awaits::Done | Awaits::Aftermath) {
            // It is refused, whatever it says: what the session waits for comes first.
            return Ok(Line::Offer { unit: "".into(), household: "".into(), at });
        }
        Ok(match command {
            Command::Objection { id, household, text } => {
                let household = household.as_deref().map(Into::into);
                Line::Objection { id: id.into(), household, text: text.into(), at }
            }
            Command::Ruling { objection, decision, reason } => Line::Ruling {
                objection: objection.into(),
                decision: *decision,
                reason: reason.into(),
                at,
            },
            Command::Withdraw { household, reason, sheet } => {
                let sheet = known_hash(sheet, lang)?;
                let number = self.roll().find_household(household);
                let unit = number.and_then(|h| self.session.holding(h).unit());
                let unit = unit.map(|unit| self.roll().unit_id(unit).to_owned().into());
                let (household, reason) = (household.into(), reason.into());
                Line::Withdrawal { household, unit, reason, sheet, at }
            }
            Command::Offer => {
                let (unit, household) = self.due_offer().ok_or_else(|| self.no_offer())?;
                let (unit, household) = (
                    self.roll().unit_id(unit).to_owned(),
                    self.roll().household_id(household).to_owned(),
                );
                Line::Offer { unit: unit.into(), household: household.into(), at }
            }
            Command::Accept { household, sheet } => Line::Accept {
                unit: self.offered_to(household)?.into(),
                household: household.into(),
                sheet: known_hash(sheet, lang)?,
                at,
            },
            Command::Decline { household, reason, sheet } => {
                let reason = reason.as_deref().map(Into::into);
                Line::Decline {
                    unit: self.offered_to(household)?.into(),
                    household: household.into(),
                    reason,
                    sheet: known_hash(sheet, lang)?,
                    at,
                }
            }
            Command::Swap { households, consents } => {
                let consents =
                    consents.iter().map(|file| known_hash(file, lang)).collect::<Result<_, _>>()?;
                let units = households.iter().map(|id| self.held_by(id).into()).collect();
                let households = households.iter().map(Into::into).collect();
                Line::Swap { households, units, consents, at }
            }
            Command::Recording { file, start, sha256 } => {
                let sha256 = sha256.ok_or_else(|| not_read(file, lang))?;
                let name = Path::new(file)
                    .file_name()
                    .map(|name| name.to_string_lossy().into_owned())
                    .unwrap_or_default();
                Line::Recording { name: name.into(), sha256, start: *start, at }
            }
            Command::File(filing) => {
                let sha256 = filing.sha256.ok_or_else(|| not_read(&filing.file, lang))?;
                filing.line(sha256, at)
            }
            _ => return Err(tr!(lang, "this command makes no line", "此命令不产生记录")),
        })
    }

    /// The unit that a household holds; nothing for one that has none to give, which the session
    /// refuses by name.
    fn held_by(&self, id: &str) -> String {
        let roll = self.session.roll();
        let held = roll.find_household(id).and_then(|h| self.session.holding(h).unit());
        held.map_or("", |unit| roll.unit_id(unit)).to_owned()
    }

    /// The round of drand that is due: only the one that the plan named.
    fn drand_round(&self) -> u64 {
        match self.session.awaits() {
            Awaits::Numbers { source, .. } => source.round,
            _ => 0,
        }
    }

    /// Why a step was refused, with the words that people know.
    pub(super) fn refusal(&self, error: &StepError) -> String {
        match error {
            StepError::Ceremony(CeremonyError::NoQuorum { closes, bench, .. }) => {
                let words = error.words().get(self.lang).to_owned();
                let title = aloud::bench_title(self, bench);
                let words = words.replacen(&format!("席位 {bench} "), &format!("{title} "), 1);
                std::iter::once(words)
                    .chain(aloud::lost(self, *closes))
                    .collect::<Vec<_>>()
                    .join("\n")
            }
            error => told(error, self.lang),
        }
    }
}
