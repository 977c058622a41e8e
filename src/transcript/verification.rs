//! The verification procedure: section 7 of the [specification](crate::spec).
//!
//! One pass. The plan builds the roll; from the seed on, the verifier makes each line that the
//! rules lead to and compares bytes. Only a line that differs is read field by field, to say what
//! is wrong with it; then the verifier goes on with what the file says.

use super::chain::Earlier;
use super::changed::{BEGINNING, Change, Changed, is_torn};
use super::check_after::moment;
use super::check_draw::Drawing;
use super::reader::{Head, RawLine, Reader};
use super::report::{Checkpoint, Findings, Report, Totals, visible};
use super::unfinished::Unfinished;
use crate::aftermath::Aftermath;
use crate::base64::may_be_secret;
use crate::ceremony::Ceremony;
use crate::hash::Hash;
use crate::lines::{Line, Mode, Stage};
use crate::person::Opening;
use crate::phase::{Phase, Role};
use crate::plan::{Roll, Validator, unreadable};
use crate::profile::MAX_LINE;
use crate::rules::{Checks, Rule, Words};
use crate::sign_off::SignOff;
use crate::system::io_words;
use crate::tree::{Fingerprint, Tree, checkpoint_body};
use std::io::{self, BufRead};

/// How many faults of each check the report keeps.
const KEEP: usize = 10;

/// What is known from outside of the file.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// Fingerprints noted from the notice board or the recording (check V1).
    pub fingerprints: Vec<Fingerprint>,
    /// The head of an older copy (check V2).
    pub older: Option<Head>,
    /// What the draw is expected to be (check V4).
    pub mode: Option<Mode>,
    /// The household whose result is to be explained.
    pub household: Option<String>,
    /// The files in the folder of recordings, with their SHA-256 (check V5).
    pub recordings: Option<Vec<(String, Hash)>>,
    /// The files in the folder of scans of paper signatures, with their SHA-256 (check V6).
    pub scans: Option<Vec<(String, Hash)>>,
    /// The round or attempt before this one (check V7).
    pub earlier: Option<Earlier>,
    /// What a household was given on its slip (check V8).
    pub person: Option<Opening>,
}

/// A file that is no transcript, or could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// Reading failed.
    #[error("cannot read: {0}")]
    Io(#[from] io::Error),
    /// The file is empty.
    #[error("the file is empty")]
    Empty,
    /// The first line is no plan line.
    #[error("this is not a transcript: line 1 begins with `{start}`, expected `{{\"kind\":\"plan\",`{}", said(.changed, |words| format!(". {}", words.en)))]
    NotATranscript {
        /// How it begins.
        start: String,
        /// What a program on the way made of it, if that can be told.
        changed: Option<Changed>,
    },
}

fn said(changed: &Option<Changed>, say: impl Fn(&Words) -> String) -> String {
    changed.as_ref().map(|changed| say(&changed.words)).unwrap_or_default()
}

impl ReadError {
    /// The error in both languages.
    pub fn words(&self) -> Words {
        let zh = match self {
            ReadError::Io(error) => format!("无法读取：{}", io_words(error).zh),
            ReadError::Empty => "文件是空的".into(),
            ReadError::NotATranscript { start, changed } => {
                let after = said(changed, |words| format!("。{}", words.zh));
                format!(
                    "这不是抽签记录：第 1 行以 `{start}` 开头，应为 `{{\"kind\":\"plan\",`{after}"
                )
            }
        };
        Words::new(self.to_string(), zh)
    }

    /// What a program on the way made of the file, if that can be told.
    pub fn changed(&self) -> Option<&Changed> {
        match self {
            ReadError::NotATranscript { changed, .. } => changed.as_ref(),
            _ => None,
        }
    }
}

/// Why a file with this first line, and whether it is complete, is no transcript.
pub(super) fn no_transcript(
    first: (Vec<u8>, bool),
    reader: &mut Reader<impl BufRead>,
) -> ReadError {
    let start = start_of(&first.0);
    match change_of_beginning(first, reader) {
        Ok(changed) => ReadError::NotATranscript { start, changed },
        Err(error) => error.into(),
    }
}

/// Reads a transcript to its end and runs every check. `Err` means that it could not be read, never
/// that it was refuted.
///
/// ```
/// use floorlot::transcript::{Evidence, Level, ReadError, verify};
/// let file = include_bytes!("../../tests/vectors/worked/transcript.jsonl");
/// let noted = verify(&file[..], &Evidence::default())?.checkpoints[1].fingerprint.parse().unwrap();
/// let report = verify(&file[..], &Evidence { fingerprints: vec![noted], ..Evidence::default() })?;
/// assert_eq!(report.level, Level::Certified); // it is signed, too
/// assert!(matches!(verify(&b""[..], &Evidence::default()), Err(ReadError::Empty)));
/// # Ok::<(), ReadError>(())
/// ```
pub fn verify(source: impl BufRead, evidence: &Evidence) -> Result<Report, ReadError> {
    let mut reader = Reader::new(source);
    let mut verifier = Verifier::new(evidence);
    match reader.next_line()? {
        None => return Err(ReadError::Empty),
        Some(line) if line.bytes.starts_with(BEGINNING) => verifier.line(line),
        Some(line) => {
            let first = (line.bytes.to_vec(), line.complete);
            return Err(no_transcript(first, &mut reader));
        }
    }
    while let Some(line) = reader.next_line()? {
        verifier.line(line);
    }
    Ok(verifier.finish())
}

/// How a file begins, for people. A key file that is given for a transcript by mistake is not
/// shown.
fn start_of(first: &[u8]) -> String {
    if may_be_secret(String::from_utf8_lossy(first).trim()) {
        return "…".into();
    }
    visible(&String::from_utf8_lossy(first.get(..first.len().min(40)).unwrap_or_default()))
}

/// How many blank lines before the first are passed over, to see what kind of file it is.
const BLANK_LINES: usize = 64;

/// What a program on the way made of a file that does not begin as a transcript does.
fn change_of_beginning(
    first: (Vec<u8>, bool),
    reader: &mut Reader<impl BufRead>,
) -> io::Result<Option<Changed>> {
    let (mut line, mut complete) = first;
    let mut blank = 0;
    while line.trim_ascii().is_empty() && blank < BLANK_LINES {
        let Some(next) = reader.next_line()? else { break };
        (line, complete, blank) = (next.bytes.to_vec(), next.complete, blank + 1);
    }
    Ok(Change::of_beginning(&line, blank > 0, !complete).map(Change::told))
}

/// The state of a verification. The checks of the ceremony and of the draw are in files of their
/// own.
pub(super) struct Verifier<'e> {
    pub(super) evidence: &'e Evidence,
    pub(super) checks: Checks,
    tree: Tree,
    /// The number of the line at hand.
    pub(super) number: u64,
    pub(super) phase: Phase,
    validator: Option<Validator>,
    pub(super) roll: Option<Roll>,
    pub(super) ceremony: Option<Ceremony>,
    pub(super) seed: Option<Hash>,
    /// What rule C6 gives, computed once: when the first `seed` line comes, all contributions are
    /// there.
    pub(super) expected_seed: Option<Hash>,
    pub(super) drawing: Option<Drawing>,
    pub(super) checkpoints: Vec<Checkpoint>,
    older_root: Option<Hash>,
    /// What the panel says about the last checkpoint, as long as it can.
    /// The first part counts the checkpoints up to it.
    pub(super) sign_off: Option<(usize, SignOff)>,
    /// The bodies of the plan's and the result's checkpoint and of the last two, to name where a
    /// signature was moved from.
    pub(super) bodies: Vec<String>,
    pub(super) after: Option<Aftermath>,
    /// The phase in which the draw was declared void before its result.
    pub(super) broken_off: Option<Phase>,
    /// Why the draw is void.
    pub(super) void: Option<String>,
    /// Scans of paper signatures.
    pub(super) scans: Vec<Hash>,
    /// The line of the household that the evidence names, and the commitment there.
    pub(super) bound: Option<(u64, Option<Hash>)>,
    /// The last closing line.
    closed: u64,
    /// How many bytes a torn last line has.
    torn: Option<u64>,
    /// The first line that ends in CR, and how many do.
    ends_in_cr: Option<(u64, u64)>,
    /// The first other line that is not in the profile, and what made it so if that can be told.
    first_unreadable: Option<(u64, Option<Change>)>,
}

impl<'e> Verifier<'e> {
    fn new(evidence: &'e Evidence) -> Verifier<'e> {
        Verifier {
            evidence,
            checks: Checks::new(KEEP),
            tree: Tree::new(),
            number: 0,
            phase: Phase::Plan,
            validator: Some(Validator::new()),
            roll: None,
            ceremony: None,
            seed: None,
            expected_seed: None,
            drawing: None,
            checkpoints: Vec::new(),
            older_root: None,
            sign_off: None,
            bodies: Vec::new(),
            after: None,
            broken_off: None,
            void: None,
            scans: Vec::new(),
            bound: None,
            closed: 0,
            torn: None,
            ends_in_cr: None,
            first_unreadable: None,
        }
    }

    /// One line.
    fn line(&mut self, raw: RawLine<'_>) {
        if !raw.complete && is_torn(raw.bytes) {
            self.torn = Some(raw.bytes.len() as u64);
            return;
        }
        self.number = raw.number;
        let raw = self.without_cr(raw);
        self.checks.examine(Rule::T1);
        self.checks.examine(Rule::T2);
        self.note_person(raw);
        if self.is_expected(raw) {
            self.tree.push_line(raw.bytes);
            self.note_older();
            return;
        }
        if let Some(line) = self.decode(raw) {
            self.place(&line);
        }
        self.tree.push_line(raw.bytes);
        self.note_older();
    }

    /// The line without a CR at its end, which is a fault (rule 1 of going on), and noted here.
    #[inline]
    fn without_cr<'a>(&mut self, raw: RawLine<'a>) -> RawLine<'a> {
        let (line, had_cr) = raw.split_cr();
        if had_cr {
            self.ends_in_cr.get_or_insert((raw.number, 0)).1 += 1;
        }
        line
    }

    /// The usual case: the line is the one that the rules lead to, or a unit or household like the
    /// one before.
    fn is_expected(&mut self, raw: RawLine<'_>) -> bool {
        match (&self.roll, &mut self.drawing) {
            (Some(roll), Some(drawing)) if raw.complete => {
                drawing.as_expected(roll, raw.bytes, &mut self.checks)
            }
            (None, None) if raw.complete && self.phase == Phase::Plan => {
                let validator = self.validator.as_mut();
                validator.is_some_and(|v| v.usual_line(raw.number, raw.bytes, &mut self.checks))
            }
            _ => false,
        }
    }

    fn note_older(&mut self) {
        if self.evidence.older.is_some_and(|older| older.size == self.tree.size()) {
            self.older_root = Some(self.tree.root());
        }
    }

    /// T1.
    fn decode<'a>(&mut self, raw: RawLine<'a>) -> Option<Line<'a>> {
        let line = if raw.bytes.len() > MAX_LINE {
            let limit =
                Words::new(format!("at most {MAX_LINE} bytes"), format!("至多 {MAX_LINE} 字节"));
            self.checks.fail(
                Rule::T1,
                raw.number,
                "line",
                Words::new("a longer line", "更长的行"),
                limit,
            );
            None
        } else if !raw.complete {
            let found =
                Words::new("a last line without LF: it was edited", "最后一行没有换行符：被改动过");
            self.checks.fail(
                Rule::T1,
                raw.number,
                "line",
                found,
                Words::new("LF after every line", "每行以换行符结束"),
            );
            None
        } else {
            Line::decode(raw.bytes)
                .map_err(|error| unreadable(&mut self.checks, raw.number, &error))
                .ok()
        };
        if line.is_none() {
            self.first_unreadable.get_or_insert_with(|| (raw.number, Change::of_line(raw.bytes)));
        }
        line
    }

    /// T1: one fault for all lines that end in CR.
    fn end_of_lines(&mut self) {
        let Some((first, lines)) = self.ends_in_cr else { return };
        let found = Words::new(
            format!("CR LF at the end of {lines} lines"),
            format!("{lines} 行的行尾是 CR LF"),
        );
        self.checks.fail(Rule::T1, first, "line end", found, Words::new("LF alone", "只有 LF"));
    }

    /// What a program on the way did to the file: to the first line that is at fault.
    fn changed(&self) -> Option<Changed> {
        match (self.ends_in_cr, self.first_unreadable) {
            (Some((first, lines)), other) if other.is_none_or(|(line, _)| line >= first) => {
                Some(Change::line_ends(lines, self.tree.size()))
            }
            (_, Some((_, change))) => change.map(Change::told),
            _ => None,
        }
    }

    /// What is missing at the end of the file, if it is not finished.
    fn unfinished(&self) -> Option<Unfinished> {
        let (lines, phase, closed, torn) =
            (self.tree.size(), self.phase.word(), self.closed, self.torn.unwrap_or_default());
        let sealed = self.checkpoints.last().map_or(0, |checkpoint| checkpoint.size);
        (self.phase != Phase::Closed || torn > 0).then_some(Unfinished {
            lines,
            phase,
            closed,
            sealed,
            torn,
        })
    }

    /// T2: the line at its place.
    fn place(&mut self, line: &Line<'_>) {
        match Role::of(line) {
            Role::PlanLine => self.plan_line(line),
            Role::PlanSeal | Role::ResultSeal | Role::BatchSeal => {
                if let Line::Checkpoint { stage, body, .. } = line {
                    self.checkpoint(*stage, body, line);
                }
            }
            Role::Statement => self.sign(line),
            Role::RollCall => self.within(line, |verifier, line| {
                verifier.end_of_sign_off();
                verifier.promise(line);
            }),
            Role::CloseCommits => self.gate(line),
            Role::Answer => self.within(line, Verifier::answer),
            Role::CloseReveals => self.close_reveals(line),
            Role::Numbers => self.within(line, Verifier::numbers),
            Role::Seed => {
                self.gate(line);
                if let (Line::Seed { seed, .. }, None) = (line, self.broken_off) {
                    self.check_seed(*seed);
                }
            }
            Role::Draw => self.within(line, Verifier::draw),
            Role::Result => self.result(line),
            Role::Void => self.declare_void(line),
            Role::Event => self.batch(line),
            Role::Closing => self.closing(line),
        }
    }

    fn close_reveals(&mut self, line: &Line<'_>) {
        let ends = self.phase <= Phase::Answers;
        self.gate(line);
        if let (Line::Close { at, .. }, Some(ceremony), true) = (line, &mut self.ceremony, ends) {
            ceremony.closed_at = *at;
        }
    }

    fn result(&mut self, line: &Line<'_>) {
        if self.broken_off.is_some() {
            return self.misplaced(line, self.phase.expects());
        }
        self.check_ended(line);
        self.gate(line);
        self.check_result(line);
    }

    /// What may stand here.
    pub(super) fn expects(&self) -> Words {
        self.phase.expects()
    }

    pub(super) fn misplaced(&mut self, line: &Line<'_>, expected: Words) {
        self.checks.fail(
            Rule::T2,
            self.number,
            line.kind(),
            Words::new(format!("a `{}` line", line.kind()), format!("`{}` 行", line.kind())),
            expected,
        );
    }

    fn plan_line(&mut self, line: &Line<'_>) {
        self.within(line, |verifier, line| {
            if let Some(validator) = &mut verifier.validator {
                validator.line(verifier.number, line, &mut verifier.checks);
            }
        });
    }

    /// A line that belongs to a phase and does not end it. Elsewhere it is passed over.
    fn within(&mut self, line: &Line<'_>, check: impl Fn(&mut Self, &Line<'_>)) {
        match self.phase.after(Role::of(line)) {
            Some(_) => check(self, line),
            None => self.misplaced(line, self.phase.expects()),
        }
    }

    /// A line that ends a phase. Coming too early it ends those before as well; coming too late it
    /// is passed over.
    fn gate(&mut self, line: &Line<'_>) {
        let role = Role::of(line);
        if self.phase.after(role).is_none() {
            self.misplaced(line, self.phase.expects());
        }
        let Some(ends) = role.ends() else { return };
        while self.phase <= ends {
            self.leave();
            self.phase = self.phase.next();
        }
    }

    /// What can be said when a phase ends.
    fn leave(&mut self) {
        match self.phase {
            Phase::Plan => self.end_of_plan(),
            Phase::RollCall => {
                self.end_of_sign_off();
                self.end_of_roll_call();
            }
            Phase::Answers => self.end_of_reveals(),
            Phase::Numbers => self.end_of_numbers(),
            Phase::Pools => self.end_of_pools(),
            Phase::Signed => self.end_of_sign_off(),
            Phase::Result | Phase::Closed | Phase::Batch => {}
        }
    }

    fn end_of_plan(&mut self) {
        let Some(validator) = self.validator.take() else { return };
        let roll = validator.finish(self.number, &mut self.checks).0;
        self.ceremony = roll.as_ref().map(|roll| Ceremony::new(roll, self.tree.root()));
        self.roll = roll;
    }

    /// T3.
    fn checkpoint(&mut self, stage: Stage, body: &str, line: &Line<'_>) {
        let before = self.phase;
        match (stage, self.phase.after(Role::of(line))) {
            (Stage::Plan | Stage::Result, _) => self.gate(line),
            (Stage::Aftermath, Some(after)) => self.phase = after,
            (Stage::Aftermath, None) => self.misplaced(line, self.phase.expects()),
        }
        self.checks.examine(Rule::T3);
        let (size, root) = (self.tree.size(), self.tree.root());
        let plan = self.roll.as_ref().or_else(|| self.validator.as_ref()?.roll());
        let origin = plan.map(|r| r.origin.as_str()).unwrap_or_default();
        let expected = checkpoint_body(origin, size, root);
        if body != expected {
            let show = |body: &str| Words::same(body.trim_end().replace('\n', " / "));
            self.checks.fail(
                Rule::T3,
                self.number,
                "checkpoint, body",
                show(body),
                show(&expected),
            );
        }
        self.checkpoints.push(Checkpoint::new(stage, size, root));
        if self.phase != before {
            self.begin_sign_off(stage, size, expected);
        }
    }

    /// T4.
    fn closing(&mut self, line: &Line<'_>) {
        let &Line::Closing { lines, root } = line else { return };
        let again = self.phase > Phase::Signed;
        self.gate(line);
        if again {
            return;
        }
        self.closed = self.number;
        self.checks.examine(Rule::T4);
        let (size, expected) = (self.tree.size(), self.tree.root());
        if lines != size {
            self.checks.fail(
                Rule::T4,
                self.number,
                "closing, lines",
                Words::same(lines),
                Words::same(size),
            );
        }
        if root != expected {
            self.checks.fail(
                Rule::T4,
                self.number,
                "closing, root",
                Words::same(root),
                Words::same(expected),
            );
        }
    }

    fn finish(mut self) -> Report {
        let lines = self.tree.size();
        self.end_of_lines();
        let (changed, unfinished) = (self.changed(), self.unfinished());
        if let Some(unfinished) = unfinished {
            self.leave_sign_off();
            self.checks.not_run(Rule::T4, unfinished.reason());
        }
        if self.torn.is_some() {
            let why =
                unfinished.map(|unfinished| unfinished.torn_line()).unwrap_or(Words::same(""));
            self.checks.not_run(Rule::T1, Words::new(why.en.trim_end(), why.zh));
        }
        if let Some(validator) = self.validator.take() {
            // the plan never ended: its name and title are still known
            self.roll = validator.roll().cloned();
        }
        self.drawing.iter_mut().for_each(Drawing::settle);
        let anchored = self.anchor();
        let signed = self.check_quorums();
        self.check_files();
        self.check_earlier();
        self.check_person();
        self.unreached();
        let totals = self.totals(lines);
        let (allocation, standby, mut why) =
            self.drawing.take().map(Drawing::into_parts).unwrap_or_default();
        let base = self.base();
        let mode = self.roll.as_ref().map(Roll::mode);
        let roll = self.roll.take().unwrap_or_else(Validator::nothing);
        let after = self.after.take();
        if let (Some(why), Some(after)) = (&mut why, &after) {
            why.recording = why.called_at.and_then(|at| moment(after.recordings(), at));
        }
        Report::new(Findings {
            checks: self.checks,
            mode,
            roll,
            checkpoints: self.checkpoints,
            anchored,
            signed,
            totals,
            why,
            allocation,
            standby,
            after,
            void: self.void,
            base,
            changed,
            unfinished,
        })
    }

    fn totals(&self, lines: u64) -> Totals {
        let (picked, standby, leftover) =
            self.drawing.as_ref().map(Drawing::totals).unwrap_or_default();
        let households = self.roll.as_ref().map_or(0, Roll::household_count);
        let units = self.roll.as_ref().map_or(0, Roll::unit_count);
        Totals { lines, households, units, picked, standby, leftover }
    }

    /// V1, V2, V4: the evidence from outside. Gives the last checkpoint that it reaches.
    fn anchor(&mut self) -> Option<Stage> {
        let given = self.evidence.fingerprints.iter();
        let mut reached: Vec<Stage> = Vec::new();
        for fingerprint in given {
            self.checks.examine(Rule::V1);
            match self.checkpoints.iter().rev().find(|c| Fingerprint::of(c.root) == *fingerprint) {
                Some(checkpoint) => reached.push(checkpoint.stage),
                None => {
                    let here: Vec<&str> =
                        self.checkpoints.iter().map(|c| c.fingerprint.as_str()).collect();
                    self.checks.fail(
                        Rule::V1,
                        0,
                        "fingerprint",
                        Words::same(here.join(" / ")),
                        Words::same(fingerprint),
                    );
                }
            }
        }
        if self.evidence.fingerprints.is_empty() {
            self.checks.not_run(
                Rule::V1,
                Words::new("no fingerprint noted outside was given", "没有给出在外记下的指纹"),
            );
        }
        reached.extend(self.check_older());
        self.check_mode();
        reached.sort_by_key(|stage| *stage as usize);
        reached.pop()
    }

    /// V2.
    fn check_older(&mut self) -> Option<Stage> {
        let Some(older) = self.evidence.older else {
            self.checks
                .not_run(Rule::V2, Words::new("no older copy was given", "没有给出较早的副本"));
            return None;
        };
        self.checks.examine_many(Rule::V2, older.size);
        if older.size == 0 {
            self.checks.fail(
                Rule::V2,
                0,
                "older copy",
                Words::new("no line in it", "其中没有一行"),
                Words::new("at least one line", "至少一行"),
            );
            return None;
        }
        if self.older_root != Some(older.root) {
            let found = self.older_root.map_or(
                Words::new(
                    format!("{} lines", self.tree.size()),
                    format!("{} 行", self.tree.size()),
                ),
                Words::same,
            );
            let expected = Words::new(
                format!("root {} over the first {} lines", older.root, older.size),
                format!("前 {} 行的根为 {}", older.size, older.root),
            );
            self.checks.fail(Rule::V2, 0, "older copy", found, expected);
            return None;
        }
        self.checkpoints.iter().rev().find(|c| c.size < older.size).map(|c| c.stage)
    }

    /// V4.
    fn check_mode(&mut self) {
        let Some(expected) = self.evidence.mode else {
            self.checks.not_run(Rule::V4, Words::new("no expectation was given", "没有给出预期"));
            return;
        };
        let Some((found, line)) = self.roll.as_ref().map(|roll| (roll.mode, roll.line)) else {
            let why = Words::new(
                "no line can be read as that of the plan: the kind is not known",
                "没有可读的方案首行：性质不明",
            );
            return self.checks.not_run(Rule::V4, why);
        };
        self.checks.examine(Rule::V4);
        if found != expected {
            self.checks.fail(
                Rule::V4,
                line,
                "plan, mode",
                Words::same(found.word()),
                Words::same(expected.word()),
            );
        }
    }

    /// Checks whose ground is missing are not run.
    fn unreached(&mut self) {
        let ends = |checks: &mut Checks, rules: &[Rule]| {
            rules.iter().for_each(|r| {
                checks.not_run(
                    *r,
                    Words::new(
                        "the file ends, or breaks off in rules, before this can be examined",
                        "文件在此之前已结束或无法继续检查",
                    ),
                )
            });
        };
        use Rule::*;
        let stages: [(Phase, &[Rule]); 5] = [
            (Phase::RollCall, &[T3, P1, P2, P3, P4, P5, P6, P7, P8, P9, P10, P11, P12]),
            (Phase::Answers, &[C1, C2]),
            (Phase::Numbers, &[C3, C4]),
            (Phase::Pools, &[C5, C6, C7]),
            (Phase::Result, &[D12]),
        ];
        for (phase, rules) in stages {
            if self.broken_off.unwrap_or(self.phase) < phase {
                ends(&mut self.checks, rules);
            }
        }
        if self.phase <= Phase::Signed || (self.drawing.is_none() && self.broken_off.is_none()) {
            ends(&mut self.checks, &[A1, A2, A3, A4, A5, A6, A7]);
        }
        if self.phase == Phase::Plan {
            ends(&mut self.checks, &[S1, S2, S3, S4]);
        }
        if self.roll.is_none() {
            let none = Words::new("there is no plan line in the profile", "没有合规的方案首行");
            [C1, C2, C3, C4, C5, C6, C7, S1, S2, S3, S4]
                .into_iter()
                .for_each(|rule| self.checks.not_run(rule, none.clone()));
        }
        if self.drawing.is_none() {
            ends(&mut self.checks, &[D1, D2, D3, D4, D5, D6, D7, D8, D9, D10, D11, D12, D13]);
        }
    }

    /// The household to be explained.
    pub(super) fn explained(&self) -> Option<u32> {
        let id = self.evidence.household.as_deref()?;
        self.roll.as_ref()?.find_household(id)
    }
}

#[cfg(test)]
mod tests {
    use super::{Evidence, verify};

    #[test]
    fn a_file_that_is_no_transcript_moves_no_cursor() {
        let error =
            verify(&b"\x1b[2J\x1b[HThis transcript is verified\n"[..], &Evidence::default())
                .unwrap_err();
        assert!(
            error.to_string().contains("<U+001B>[2J") && !error.words().zh.contains('\x1b'),
            "{error}"
        );
    }
}
