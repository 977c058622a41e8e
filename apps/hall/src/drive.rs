//! A draw on its way: the session, its transcript on disk, and what is said about each line.

use crate::aloud;
use crate::book::{Book, Found};
use crate::clock::Clock;
use crate::command::Command;
use crate::later::hash_of;
use crate::progress::Progress;
use crate::run;
use crate::say::{Stop, held, in_file, say, tr};
use crate::scribe::{OnDisk, Scribe};
use floorlot::Hash;
use floorlot::ceremony::{CeremonyError, Numbers};
use floorlot::lines::{Line, Stage as Sealed};
use floorlot::note::{Cosignature, SignedNote, parse_checkpoint};
use floorlot::plan::{Roll, ValidPlan};
use floorlot::rules::{Lang, Words};
use floorlot::session::{Session, Stage, StepError};
use indicatif::ProgressBar;
use std::path::Path;

/// A draw that is being held.
pub(crate) struct Draw {
    pub(crate) session: Session,
    pub(crate) book: Book,
    pub(crate) progress: Progress,
    pub(crate) lang: Lang,
    /// The root in the checkpoint over the result.
    pub(crate) result_root: Option<Hash>,
    /// The root in the last checkpoint over the result or the aftermath.
    pub(crate) head_root: Option<Hash>,
    /// How many households are served; nothing is shown where there is no terminal.
    pub(crate) bar: ProgressBar,
    begun: Option<u64>,
    scribe: Scribe,
    /// What is said of the lines that are not recorded yet.
    unsaid: Vec<String>,
    how: How,
}

/// How a draw is told and stamped.
#[derive(Clone, Copy)]
pub(crate) struct How {
    /// The clock whose time lines carry (`at`); none if they carry no time.
    pub(crate) clock: Option<Clock>,
    /// A made-up beginning for a demo that can be repeated: each line comes a second after the one
    /// before.
    pub(crate) from: Option<u64>,
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
        let progress = Progress::new(&book, plan.roll());
        let bar = ProgressBar::new(plan.roll().household_count().into());
        let (begun, unsaid) = (how.clock.map(|clock| (clock.wall)()), Vec::new());
        Draw {
            begun,
            session: Session::new(plan),
            book,
            progress,
            lang,
            result_root: None,
            head_root: None,
            bar,
            scribe,
            unsaid,
            how,
        }
    }

    /// Takes a line into account that is on disk, or just written.
    pub(crate) fn observe(&mut self, bytes: &[u8]) {
        if let Ok(line) = Line::decode(bytes) {
            if matches!(line, Line::Result { .. }) {
                self.result_root = Some(self.session.root());
            }
            if let Line::Checkpoint { stage: Sealed::Result | Sealed::Aftermath, body, .. } = &line
            {
                self.head_root = parse_checkpoint(body).ok().map(|(_, _, root)| root);
            }
            self.progress.observe(&line, &self.book, self.session.roll());
            if let (Some(en), Some(zh)) =
                (aloud::later(self, &line, Lang::En), aloud::later(self, &line, Lang::Zh))
            {
                self.progress.events.push(Words::new(en, zh));
            }
        }
    }

    /// The transcript.
    pub(crate) fn scribe(&mut self) -> &mut Scribe {
        &mut self.scribe
    }

    /// Forgets what was not recorded, and stands where the recorded lines end. Only a sealed plan
    /// can be gone back to.
    pub(crate) fn back_to_recorded(&mut self) -> Result<(), Stop> {
        let found = self.scribe.recorded();
        let path = self.scribe.path().to_owned();
        let Some(plan) = run::sealed_plan(&found) else {
            let again = tr!(
                self.lang,
                "the plan was not sealed yet; run the same command again",
                "方案尚未封存；请重新运行同一命令"
            );
            return Err(Stop::file(self.lang, &path, again));
        };
        self.session = Session::new(plan);
        self.progress = Progress::new(&self.book, self.session.roll());
        (self.result_root, self.head_root, self.unsaid) = (None, None, Vec::new());
        run::resume(self, &found, None, (&path, None))
    }

    /// The transcript alone. What the session took and nobody recorded is forgotten with it.
    pub(crate) fn into_scribe(self) -> Scribe {
        self.scribe
    }

    /// The roll of the plan.
    pub(crate) fn roll(&self) -> &Roll {
        self.session.roll()
    }

    /// When the program began with this draw; `None` without a clock.
    pub(crate) fn begun(&self) -> Option<u64> {
        self.how.from.or(self.begun).filter(|_| self.how.clock.is_some())
    }

    pub(crate) fn now(&self) -> Option<u64> {
        if let Some(from) = self.how.from {
            return Some(from + self.session.lines());
        }
        self.how.clock.map(|clock| (clock.wall)())
    }

    /// Writes a line that the session has taken. A checkpoint is made over what is on disk: that is
    /// compared before.
    fn written(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        let line = Line::decode(bytes).ok();
        if matches!(line, Some(Line::Checkpoint { .. })) {
            self.record()?;
            self.scribe.compare()?;
        }
        let recorded = self.scribe.write(bytes)?;
        self.observe(bytes);
        line.iter().for_each(|line| self.hold(line));
        match (recorded, line) {
            (Some(proof), _) => self.tell(proof),
            (None, Some(Line::End { .. })) => drop(self.record()?),
            (None, _) => {}
        }
        Ok(())
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
    /// something can still be undone.
    pub(crate) fn automatic(&mut self) -> Result<OnDisk, Stop> {
        while self.session.stage() == Stage::Automatic && !self.session.can_undo() {
            self.advance()?;
        }
        self.rest()
    }

    /// The same, but stops after each turn in a pool in which nobody decides, so that the hall sees
    /// it.
    pub(crate) fn settle(&mut self) -> Result<OnDisk, Stop> {
        while self.session.stage() == Stage::Automatic
            && !self.session.can_undo()
            && !self.progress.rests
        {
            self.advance()?;
        }
        self.rest()
    }

    /// Where people decide everything is on disk; where the draw ends the whole file is compared
    /// once more.
    fn rest(&mut self) -> Result<OnDisk, Stop> {
        let proof = self.record()?;
        if self.session.stage() == Stage::Done {
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
        if self.session.stage() == Stage::SignOff {
            self.unsaid.extend(aloud::signatures(self));
        }
        match self.session.advance(self.now()) {
            Some(bytes) => self.written(&bytes),
            None => Ok(()),
        }
    }

    /// Carries out a command that makes a line.
    pub(crate) fn apply(&mut self, command: &Command) -> Result<(), Refused> {
        match self.step(command).map_err(Refused::Step)? {
            Some(bytes) => Ok(self.written(&bytes)?),
            None => Ok(()),
        }
    }

    /// Why a command would be refused now; `None` if it would be carried out. Nothing is changed.
    pub(crate) fn refuses(&mut self, command: &Command) -> Option<String> {
        let kept = self.session.clone();
        let refused = self.step(command).err();
        self.session = kept;
        refused
    }

    /// The same command with the hash of a recording, so that a long film is read once.
    pub(crate) fn hashed(&self, command: Command) -> Result<Command, String> {
        let Command::Recording { file, start, sha256: None } = command else { return Ok(command) };
        let hash = floorlot_verify::common::digest::sha256(Path::new(&file));
        let hash = hash.map_err(|error| in_file(&file, &error, self.lang))?;
        Ok(Command::Recording { file, start, sha256: Some(hash) })
    }

    /// The line of a command, which the session has taken and nobody has written yet; `None` for a
    /// command that makes none.
    fn step(&mut self, command: &Command) -> Result<Option<Vec<u8>>, String> {
        self.begun_signatures(command)?;
        let at = self.now();
        let step = match command {
            Command::Commit { member, commit } => self.session.commit(member, *commit, at),
            Command::Envelope { member } => self.session.envelope(member, at),
            Command::Absent { member } => self.session.absent(member, at),
            Command::Close if self.session.stage() == Stage::Reveals => {
                self.session.close_reveals(at)
            }
            Command::Close => self.session.close_commits(at),
            Command::Reveal { member, secret } => self.session.reveal(member, secret, at),
            Command::Withhold { member } => self.session.withhold(member, at),
            Command::Dice { digits } => self.session.numbers(Numbers::Dice(digits.clone()), at),
            Command::Balls { numbers } => self.session.numbers(Numbers::Balls(numbers.clone()), at),
            Command::Drand { signature } => {
                let round = self.drand_round();
                let randomness = floorlot::drand::signature_from_hex(signature)
                    .map(|bytes| floorlot::drand::randomness(&bytes));
                let randomness = randomness.unwrap_or(Hash([0; 32]));
                self.session
                    .numbers(Numbers::Drand { round, signature: signature.clone(), randomness }, at)
            }
            Command::Call => self.session.call(at),
            Command::Choose { unit, proxy } => {
                let unit = self.unit_id(unit)?;
                self.session.choose(&unit, proxy.as_deref(), at)
            }
            Command::Missed => self.session.miss(at),
            Command::Undo { reason } => self.session.undo(reason, at),
            Command::Void { reason } => self.session.void(reason, at),
            Command::Seal => self.session.close_batch(at),
            Command::Next if self.session.stage() == Stage::SignOff && !self.whole_sign_off() => {
                return Err(self.still_silent());
            }
            Command::Next
            | Command::Status
            | Command::Help
            | Command::Quit
            | Command::Note { .. } => return Ok(None),
            command => self.say_or_note(command, at)?,
        };
        step.map(Some).map_err(|error| self.refusal(&error))
    }

    /// Signatures under the plan that were begun are finished before the roll call.
    fn begun_signatures(&mut self, command: &Command) -> Result<(), String> {
        let begins = matches!(
            command,
            Command::Commit { .. }
                | Command::Envelope { .. }
                | Command::Absent { .. }
                | Command::Void { .. }
        );
        if !begins || self.session.stage() != Stage::RollCall || self.whole_sign_off() {
            return Ok(());
        }
        let silent = crate::board::names_of(self, &self.session.silent());
        Err(tr!(
            self.lang,
            "the signatures under the plan were begun; still without a word: {silent}. First each of them signs (note, cosign, paper), or it is recorded why not (dissent, unsigned)",
            "方案的签名已经开始，尚未表态：{silent}。请先让他们签名（签名单、签名、纸签），或记明原因（异见、未签）"
        ))
    }

    /// Who has not spoken yet under a checkpoint, when others have.
    pub(crate) fn still_silent(&self) -> String {
        let silent = crate::board::names_of(self, &self.session.silent());
        tr!(
            self.lang,
            "still without a word: {silent}. Each member signs, or it is recorded why not.",
            "尚未表态：{silent}。每位监督员要么签名，要么记明原因。"
        )
    }

    /// Whether anybody on the panel has a key.
    pub(crate) fn has_keys(&self) -> bool {
        self.roll().members().any(|m| self.roll().member_key(m).is_some())
    }

    /// Whether the last checkpoint can still be signed, and nobody has said anything about it.
    pub(crate) fn nobody_signed(&self) -> bool {
        let silent = self.session.silent().len();
        silent > 0 && silent == self.roll().members().count()
    }

    /// A command of the sign-off or the aftermath. The error is one of the command itself; the
    /// inner one is of the rules.
    fn say_or_note(
        &mut self,
        command: &Command,
        at: Option<u64>,
    ) -> Result<Result<Vec<u8>, StepError>, String> {
        let lang = self.lang;
        Ok(match command {
            Command::Cosign { signature } => {
                let member = self.signer(signature)?;
                self.session.cosign(&member, signature, at)
            }
            Command::Paper { member, scan } => self.session.paper(member, hash_of(scan, lang)?, at),
            Command::Dissent { member, reason } => self.session.dissent(member, reason, at),
            Command::Unsigned { member } => self.session.unsigned(member, at),
            other => {
                let line = self.later(other, at)?;
                self.session.aftermath(&line)
            }
        })
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

    /// Whether every member has signed or said why not, or nobody has: then the draw can go on.
    pub(crate) fn whole_sign_off(&self) -> bool {
        let silent = self.session.silent().len();
        silent == 0 || silent == self.roll().members().count()
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
    fn later<'c>(&mut self, command: &'c Command, at: Option<u64>) -> Result<Line<'c>, String> {
        let lang = self.lang;
        if !matches!(self.session.stage(), Stage::Done | Stage::Aftermath) {
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
            Command::Withdraw { household, reason } => {
                let number =
                    self.roll().find_household(household).and_then(|h| usize::try_from(h).ok());
                let unit = number.and_then(|h| self.session.allocation().get(h).copied().flatten());
                let unit = unit.map(|unit| self.roll().unit_id(unit).to_owned().into());
                Line::Withdrawal { household: household.into(), unit, reason: reason.into(), at }
            }
            Command::Offer => {
                let (unit, household) = self.due_offer().ok_or_else(|| self.no_offer())?;
                let (unit, household) = (
                    self.roll().unit_id(unit).to_owned(),
                    self.roll().household_id(household).to_owned(),
                );
                Line::Offer { unit: unit.into(), household: household.into(), at }
            }
            Command::Accept { household } => Line::Accept {
                unit: self.offered_to(household)?.into(),
                household: household.into(),
                at,
            },
            Command::Decline { household, reason } => {
                let reason = reason.as_deref().map(Into::into);
                Line::Decline {
                    unit: self.offered_to(household)?.into(),
                    household: household.into(),
                    reason,
                    at,
                }
            }
            Command::Swap { households, consents } => {
                let consents =
                    consents.iter().map(|file| hash_of(file, lang)).collect::<Result<_, _>>()?;
                Line::Swap { households: households.iter().map(Into::into).collect(), consents, at }
            }
            Command::Recording { file, start, sha256 } => {
                let hashed = || {
                    floorlot_verify::common::digest::sha256(Path::new(file))
                        .map_err(|error| in_file(file, &error, lang))
                };
                let sha256 = sha256.map_or_else(hashed, Ok)?;
                let name = Path::new(file)
                    .file_name()
                    .map(|name| name.to_string_lossy().into_owned())
                    .unwrap_or_default();
                Line::Recording { name: name.into(), sha256, start: *start, at }
            }
            _ => return Err(tr!(lang, "this command makes no line", "此命令不产生记录")),
        })
    }

    /// The flat that is to be offered next: of the first pool that has one.
    pub(crate) fn due_offer(&mut self) -> Option<(u32, u32)> {
        (0..self.roll().pools().len()).find_map(|pool| self.session.due_offer(pool))
    }

    /// Why nothing can be offered.
    fn no_offer(&self) -> String {
        let lang = self.lang;
        if self.session.is_void() {
            return self.void_words();
        }
        let open: Vec<String> =
            (0..self.roll().pools().len()).filter_map(|pool| self.open_offer(pool)).collect();
        if open.is_empty() {
            return tr!(
                lang,
                "no free flat has anybody on standby to be offered to",
                "没有可以提供给候补户的空房"
            );
        }
        let open = open.join(if lang == Lang::En { "; " } else { "；" });
        tr!(
            lang,
            "{open}. That must be accepted or declined first",
            "{open}。须先答复（接受 或 不要）"
        )
    }

    /// The offer of a pool that waits for an answer, in words.
    fn open_offer(&self, pool: usize) -> Option<String> {
        let (unit, household) = self.session.open_offer(pool)?;
        let (name, flat) =
            (self.book.household(self.roll(), household), self.book.unit(unit, self.lang));
        Some(tr!(self.lang, "{flat} is offered to {name}", "{flat} 正提供给 {name}"))
    }

    fn void_words(&self) -> String {
        tr!(
            self.lang,
            "the draw is VOID: nothing is given out any more",
            "本次抽签已作废：不再分配任何房源"
        )
    }

    /// The flat for which the answer of a household is awaited.
    fn offered_to(&self, household: &str) -> Result<String, String> {
        let lang = self.lang;
        if self.session.is_void() {
            return Err(self.void_words());
        }
        let Some(number) = self.roll().find_household(household) else {
            return Err(tr!(
                lang,
                "`{household}` is not a household of the plan",
                "方案中没有住户“{household}”"
            ));
        };
        let pool = self.roll().pool_of(number).unwrap_or(0);
        match self.session.open_offer(pool) {
            Some((unit, to)) if to == number => Ok(self.roll().unit_id(unit).to_owned()),
            _ => {
                let (name, open) =
                    (self.book.household(self.roll(), number), self.open_offer(pool));
                Err(match open {
                    Some(open) => tr!(
                        lang,
                        "nothing is offered to {name}: {open}",
                        "没有房源正提供给 {name}：{open}"
                    ),
                    None => tr!(lang, "nothing is offered to {name}", "没有房源正提供给 {name}"),
                })
            }
        }
    }

    /// The flat that is offered to a household, in words.
    pub(crate) fn flat_offered(&self, household: &str) -> Option<String> {
        let unit = self.roll().find_unit(&self.offered_to(household).ok()?)?;
        Some(self.book.unit(unit, self.lang))
    }

    /// `H0001 张*明`, or what was typed if there is no such household.
    pub(crate) fn household_name(&self, id: &str) -> String {
        self.roll()
            .find_household(id)
            .map_or_else(|| id.to_owned(), |h| self.book.household(self.roll(), h))
    }

    /// What a household has now: its flat, or its place on the standby list.
    pub(crate) fn holding(&self, id: &str) -> String {
        let lang = self.lang;
        let number = self.roll().find_household(id);
        let unit =
            number.and_then(|h| self.session.allocation().get(h as usize).copied().flatten());
        if let Some(unit) = unit {
            return self.book.unit(unit, lang);
        }
        let pool = number.and_then(|h| self.roll().pool_of(h));
        let standby = self.session.standby();
        let mut own = standby.iter().filter(|h| self.roll().pool_of(**h) == pool);
        match own.position(|h| Some(*h) == number) {
            Some(before) => {
                let place = before + 1;
                tr!(lang, "its place {place} on the standby list", "候补第 {place} 位")
            }
            None => tr!(lang, "nothing", "无"),
        }
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
        let words = error.words().get(self.lang).to_owned();
        match error {
            StepError::Ceremony(CeremonyError::NoQuorum { closes, bench, .. }) => {
                let title = aloud::bench_title(self, bench);
                let words = words.replacen(&format!("席位 {bench} "), &format!("{title} "), 1);
                std::iter::once(words)
                    .chain(aloud::lost(self, *closes))
                    .collect::<Vec<_>>()
                    .join("\n")
            }
            StepError::Text { field, found, expected } if self.lang == Lang::Zh => {
                let (field, found, expected) = (text_in_chinese(field), &found.zh, &expected.zh);
                format!("{field}：发现 {found}；应为 {expected}")
            }
            _ => words,
        }
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

/// What the transcript calls a text of the operator, as a Chinese reader calls it.
fn text_in_chinese(field: &str) -> &str {
    match field.rsplit(' ').next().unwrap_or(field) {
        "reason" => "理由",
        "text" => "内容",
        "name" => "文件名",
        "proxy" => "代理人",
        _ => field,
    }
}
