//! What a verification found, as data.

use crate::aftermath::{Aftermath, AftermathTotals, Filed, Recording};
use crate::lines::{Mode, Stage};
use crate::plan::{Document, Roll};
use crate::rules::{Checks, Count, Fault, FirstFault, Phrase, Rule};
use crate::transcript::chain::Chain;
use crate::transcript::changed::Changed;
use crate::transcript::earlier::Base;
use crate::transcript::level::{Level, NotCompared, Trust, levels, not_compared};
use crate::transcript::stages::seals::{Checkpoint, Note, results};
use crate::transcript::unfinished::{Day, Unfinished};
use crate::transcript::verified::{Certified, Drawn, Settled, Verified};
use crate::transcript::why::Why;
use serde::Serialize;

/// The verdict over a transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// No check failed, and the file is finished.
    Verified,
    /// No check failed, but the file does not end with a closing line (T4 was not run). It is no
    /// result.
    Unfinished,
    /// A check failed.
    Refuted,
    /// It is not a transcript. ([`verify`](crate::transcript::verify) gives this as an error; the
    /// word is for programs that print it.)
    Unreadable,
}

/// What became of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeKind {
    /// Examined, and nothing found.
    Passed,
    /// A fault was found.
    Failed,
    /// Not examined; the reason is given. Never counts as passed.
    NotRun,
}

/// One check of the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CheckReport {
    /// The rule that is checked.
    pub id: Rule,
    /// The question it answers.
    pub title: Phrase,
    /// What became of it.
    pub outcome: OutcomeKind,
    /// How many things were examined.
    pub examined: u64,
    /// How many faults there were.
    pub failed: u64,
    /// Why it was not run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Phrase>,
    /// The first faults (ten at most).
    pub faults: Vec<Fault>,
}

impl CheckReport {
    fn new((id, count): (Rule, Count)) -> CheckReport {
        let outcome = match (count.failed, &count.not_run) {
            // A fault counts, whatever else was not run; and what was not run never counts as
            // passed.
            (1.., _) => OutcomeKind::Failed,
            (0, Some(_)) => OutcomeKind::NotRun,
            (0, None) => OutcomeKind::Passed,
        };
        let reason = count.not_run.filter(|_| outcome == OutcomeKind::NotRun);
        CheckReport {
            id,
            title: id.title(),
            outcome,
            examined: count.examined,
            failed: count.failed,
            reason,
            faults: count.faults,
        }
    }
}

/// How many of everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct Totals {
    /// Lines of the file.
    pub lines: u64,
    /// Households in the plan.
    pub households: u32,
    /// Units in the plan.
    pub units: u32,
    /// Households that got a unit.
    pub picked: u64,
    /// Households on standby.
    pub standby: u64,
    /// Units that nobody got.
    pub leftover: u64,
}

/// What a verification found.
///
/// ```
/// use floorlot::transcript::{Evidence, OutcomeKind, verify};
/// let mut file = include_bytes!("../../../tests/vectors/worked/transcript.jsonl").to_vec();
/// file.truncate(file.len() - 1); // the last LF replaced by an end of line of another kind
/// file.extend(b"\r\n");
/// let report = verify(&file[..], &Evidence::default())?;
/// let check = report.first_failed().unwrap();
/// assert_eq!((check.id.id(), check.outcome), ("T1", OutcomeKind::Failed));
/// assert!(report.sentence().en.contains("REFUTED"));
/// # Ok::<(), floorlot::transcript::ReadError>(())
/// ```
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// What all checks come to.
    pub verdict: Verdict,
    /// How far trust goes: the level of the last checkpoint.
    pub level: Level,
    /// The stage of the last checkpoint that evidence reaches.
    pub anchored: Option<Stage>,
    /// The first fault, if the file is refuted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<FirstFault>,
    /// The lines at the end that nothing known outside covers, though it covers some before them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_compared: Option<NotCompared>,
    /// The origin in the plan.
    pub origin: String,
    /// The title in the plan.
    pub title: String,
    /// Official or rehearsal; not known (`unknown` as JSON) when no line can be read as that of the
    /// plan.
    #[serde(serialize_with = "mode_or_unknown")]
    pub mode: Option<Mode>,
    /// Every check, in the order of the specification.
    pub checks: Vec<CheckReport>,
    /// The checkpoints found, recomputed.
    pub checkpoints: Vec<Checkpoint>,
    /// How many of everything.
    pub totals: Totals,
    /// Whether the quorum of each bench signed every checkpoint with keys of the plan (check V3).
    pub signed: bool,
    /// What came after the result.
    pub aftermath: AftermathTotals,
    /// Who has what in the end; only where something came after the result, and no check failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settled: Option<Settled>,
    /// The recordings that are registered.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub recordings: Vec<Recording>,
    /// The documents of the plan.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<Document>,
    /// The documents that were filed later.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub filed: Vec<Filed>,
    /// Why the draw is void, if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub void: Option<String>,
    /// What is odd and breaks no rule, the first ten.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    /// Why the household asked for got its unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<Why>,
    /// What a program on the way did to the file, if that can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed: Option<Changed>,
    /// How far the file goes, if it is not finished.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unfinished: Option<Unfinished>,
    /// The day with whose closing line the file ends; then its checkpoints have levels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day: Option<Day>,
    /// What changed from the one before to this plan, if that was given and nothing but V7 failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chain: Option<Chain>,
    #[serde(skip)]
    verified: Option<Verified>,
    /// Whether what was not compared is told all the same.
    #[serde(skip)]
    pub(super) tells_all: bool,
    /// The benches of the plan in words, for the text.
    #[serde(skip)]
    pub(super) benches: Vec<(String, Phrase)>,
}

/// What the verifier hands over when it is done.
pub(in crate::transcript) struct Findings {
    pub(in crate::transcript) checks: Checks,
    pub(in crate::transcript) mode: Option<Mode>,
    pub(in crate::transcript) roll: Roll,
    pub(in crate::transcript) checkpoints: Vec<Checkpoint>,
    pub(in crate::transcript) notes: Vec<Note>,
    /// The place of the last checkpoint that evidence reaches.
    pub(in crate::transcript) reached: Option<usize>,
    pub(in crate::transcript) include_not_compared: bool,
    pub(in crate::transcript) signed: bool,
    pub(in crate::transcript) totals: Totals,
    pub(in crate::transcript) why: Option<Why>,
    pub(in crate::transcript) drawn: Drawn,
    pub(in crate::transcript) after: Option<Aftermath>,
    pub(in crate::transcript) void: Option<(u64, String)>,
    pub(in crate::transcript) base: Base,
    pub(in crate::transcript) chain: Option<Chain>,
    pub(in crate::transcript) changed: Option<Changed>,
    pub(in crate::transcript) unfinished: Option<Unfinished>,
    pub(in crate::transcript) day: Option<Day>,
}

fn mode_or_unknown<S: serde::Serializer>(mode: &Option<Mode>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(mode.map_or("unknown", Mode::word))
}

/// The verdict: section 7 of the specification.
fn verdict(refuted: bool, unfinished: bool) -> Verdict {
    match (refuted, unfinished) {
        (true, _) => Verdict::Refuted,
        (false, true) => Verdict::Unfinished,
        (false, false) => Verdict::Verified,
    }
}

/// Gives each checkpoint its level.
fn rate(checkpoints: &mut [Checkpoint], reached: Option<usize>, beacon_open: bool) {
    let trust = checkpoints.iter().enumerate().map(|(place, checkpoint)| Trust {
        reached: reached.is_some_and(|last| place <= last),
        signed: checkpoint.is_signed(),
        refused: checkpoint.refused_by().next().is_some(),
    });
    let trust: Vec<Trust> = trust.collect();
    let rated = levels(&trust, beacon_open);
    checkpoints.iter_mut().zip(rated).for_each(|(checkpoint, level)| checkpoint.level = level);
}

/// Whether there is a drand round whose signature nobody looked at.
pub(super) fn beacon_unchecked(checks: &[CheckReport]) -> bool {
    checks.iter().any(|check| {
        check.id == Rule::C7 && check.outcome == OutcomeKind::NotRun && check.examined > 0
    })
}

impl Report {
    pub(in crate::transcript) fn new(findings: Findings) -> Report {
        let Findings { mode, roll, mut checkpoints, totals, after, .. } = findings;
        let (changed, unfinished) = (findings.changed, findings.unfinished);
        let first = findings.checks.first();
        let checks: Vec<CheckReport> =
            findings.checks.into_counts().map(CheckReport::new).collect();
        let is_whole = checks.iter().all(|check| match check.outcome {
            OutcomeKind::Failed => check.id == Rule::V7,
            OutcomeKind::NotRun => check.id != Rule::P1,
            OutcomeKind::Passed => true,
        });
        let verdict = verdict(first.is_some(), unfinished.is_some());
        let proven = verdict == Verdict::Verified;
        // Section 7: a file that ends with a day goes as far as it goes, and is rated.
        let day = findings.day.filter(|_| verdict == Verdict::Unfinished);
        let rated = proven || day.is_some();
        if rated {
            rate(&mut checkpoints, findings.reached, beacon_unchecked(&checks));
        }
        let level = checkpoints.last().map_or(Level::None, |last| last.level);
        let behind: Vec<_> = checkpoints.iter().map(|c| (c.stage, c.level, c.behind())).collect();
        let open = not_compared(&behind, totals.lines);
        // What is refuted is anchored nowhere, and what is not finished nowhere yet.
        let reached = findings.reached.filter(|_| rated);
        let anchored = reached.and_then(|place| checkpoints.get(place)).map(|c| c.stage);
        // No line that was not compared is told as a fact.
        let tells_all = findings.include_not_compared;
        let left_out = open.as_ref().filter(|_| !tells_all);
        let until = left_out.map_or(u64::MAX, |open| open.from);
        let hides_draw = left_out.is_some_and(NotCompared::before_the_result);
        let (origin, title) = (roll.origin.clone(), roll.title.clone());
        let documents = roll.documents().to_vec();
        let benches = roll.benches().map(|(id, _)| (id.to_owned(), roll.bench_words(id))).collect();
        let verified = proven.then(|| {
            let sealed = results(&checkpoints);
            let trust = (level, open.clone());
            Verified::new(roll, findings.drawn, after.as_ref(), trust, sealed, findings.base)
        });
        let settled = verified.as_ref().filter(|_| after.is_some() && until == u64::MAX);
        Report {
            verdict,
            level,
            anchored,
            first,
            not_compared: open,
            origin,
            title,
            mode,
            checks,
            totals,
            signed: findings.signed && proven,
            aftermath: after.as_ref().map(Aftermath::totals).unwrap_or_default(),
            settled: settled.map(Verified::settled),
            recordings: after.as_ref().map(|a| a.recordings().to_vec()).unwrap_or_default(),
            documents,
            filed: after.as_ref().map(|a| a.filed().to_vec()).unwrap_or_default(),
            void: findings.void.filter(|(line, _)| *line < until).map(|(_, reason)| reason),
            notes: findings.notes,
            why: findings.why.filter(|_| !hides_draw).map(|why| why.until(until)),
            changed,
            unfinished,
            day: findings.day,
            chain: findings.chain.filter(|_| is_whole),
            verified,
            tells_all,
            benches,
            checkpoints,
        }
    }

    /// The proof that no check failed and the file is finished; the report itself otherwise.
    #[expect(clippy::result_large_err, reason = "the report is the reason, and it is made once")]
    pub fn into_verified(mut self) -> Result<Verified, Report> {
        match self.verified.take() {
            Some(verified) => Ok(verified),
            None => Err(self),
        }
    }

    /// The same without giving up the report; `None` if it is not verified.
    pub fn verified(&self) -> Option<&Verified> {
        self.verified.as_ref()
    }

    /// The proof that the transcript is certified; `None` if its level is another.
    pub fn certified(&self) -> Option<Certified<'_>> {
        self.verified.as_ref()?.certified()
    }

    /// Whether lines that were [not compared](NotCompared) are left out of what it tells.
    pub fn leaves_out(&self) -> bool {
        self.not_compared.is_some() && !self.tells_all
    }

    /// Whether the draw itself is among them.
    pub fn leaves_out_the_draw(&self) -> bool {
        self.leaves_out() && self.not_compared.as_ref().is_some_and(NotCompared::before_the_result)
    }

    /// The check of the first fault.
    pub fn first_failed(&self) -> Option<&CheckReport> {
        let first = self.first?;
        self.checks.iter().find(|check| check.id == first.check)
    }

    /// How many checks passed, failed, and were not run.
    pub(crate) fn counts(&self) -> (usize, usize, usize) {
        let of = |kind| self.checks.iter().filter(|c| c.outcome == kind).count();
        (of(OutcomeKind::Passed), of(OutcomeKind::Failed), of(OutcomeKind::NotRun))
    }
}
