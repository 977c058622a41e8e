//! What a verification found, as data and as a sentence.

use super::chain::Base;
use super::changed::{Change, Changed};
use super::check_after::free_units;
use super::unfinished::Unfinished;
use crate::aftermath::{Aftermath, AftermathTotals, Recording};
use crate::hash::Hash;
use crate::lines::{Mode, Stage};
use crate::plan::{Roll, foreign_character};
use crate::rules::{Checks, Count, Fault, Lang, Rule, Words};
use crate::sign_off::BenchSignatures;
use crate::tree::Fingerprint;
use serde::Serialize;

/// How many checkpoints the text of the report tells.
const TOLD: usize = 16;

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
    /// It is not a transcript. ([`verify`](super::verify) gives this as an error; the word is for
    /// programs that print it.)
    Unreadable,
}

/// How far trust in a verified transcript goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// A check failed, or the file is not finished.
    None,
    /// It replays: every derived value is right.
    Consistent,
    /// It replays, and it is the one whose fingerprint or head was noted outside.
    Anchored,
    /// It replays, it is anchored (so that the keys in the plan were known beforehand), and the
    /// quorum of each bench signed every checkpoint with them.
    Certified,
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
pub struct CheckReport {
    /// The rule.
    pub id: Rule,
    /// The question it answers.
    pub title: Words,
    /// What became of it.
    pub outcome: OutcomeKind,
    /// How many things were examined.
    pub examined: u64,
    /// How many faults there were.
    pub failed: u64,
    /// Why it was not run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Words>,
    /// The first faults (ten at most).
    pub faults: Vec<Fault>,
}

impl CheckReport {
    fn new((id, count): (Rule, Count)) -> CheckReport {
        let outcome = match (count.failed, &count.not_run) {
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

/// A checkpoint of the transcript.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checkpoint {
    /// What it closes.
    pub stage: Stage,
    /// How many lines stand before it.
    pub size: u64,
    /// The root over them, recomputed.
    pub root: Hash,
    /// The root in decimal groups.
    pub fingerprint: String,
    /// What each bench said about it; `None` if nobody said anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signatures: Option<Vec<BenchSignatures>>,
}

impl Checkpoint {
    pub(super) fn new(stage: Stage, size: u64, root: Hash) -> Checkpoint {
        Checkpoint {
            stage,
            size,
            root,
            fingerprint: Fingerprint::of(root).to_string(),
            signatures: None,
        }
    }
}

/// How many of everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
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

/// Who has what in the end, after whatever came after the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Settled {
    /// Households that have a unit.
    pub housed: u64,
    /// Households on standby.
    pub standby: u64,
    /// Units that nobody has; none when the draw is void.
    pub free: u64,
}

/// Why one household got this unit.
///
/// ```
/// use floorlot::transcript::{Evidence, verify};
/// let file = include_bytes!("../../tests/vectors/worked/transcript.jsonl");
/// let asked = Evidence { household: Some("H002".into()), ..Evidence::default() };
/// let why = verify(&file[..], &asked)?.why.unwrap();
/// assert_eq!((why.unit.as_deref(), why.offered), (Some("A-0301"), vec!["A-0301".to_owned()]));
/// # Ok::<(), floorlot::transcript::ReadError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Why {
    /// The household.
    pub household: String,
    /// Its pool.
    pub pool: String,
    /// Its tier.
    pub tier: u8,
    /// What it needs.
    pub needs: Vec<String>,
    /// The first household of its group, if it is not itself.
    pub called_with: Option<String>,
    /// Its ticket, in decimal.
    pub ticket: String,
    /// Its place in the order of the pool, from 1.
    pub place: u64,
    /// How many households are in the pool.
    pub of: u32,
    /// How often it missed its call.
    pub missed: u64,
    /// Its lot, in decimal.
    pub lot: String,
    /// The units it was offered, in plan order.
    pub offered: Vec<String>,
    /// `choice`, `lot`, `ranking` or `standby`; `None` if it was not served.
    pub by: Option<String>,
    /// The number that the lot gave (lot mod number of units offered), from 0.
    pub number: Option<u64>,
    /// The place of the unit in its ranking, from 1.
    pub rank: Option<u64>,
    /// Who chose for it.
    pub proxy: Option<String>,
    /// The unit it got.
    pub unit: Option<String>,
    /// The line of its pick or standby.
    pub line: u64,
    /// When it was called (the last time), in seconds since 1970-01-01T00:00:00Z, if the line says.
    pub called_at: Option<u64>,
    /// Where that is in the recordings, if they are registered.
    pub recording: Option<Moment>,
    /// What came after the result and concerns it.
    pub later: Vec<Later>,
}

/// A moment in a recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moment {
    /// The name of the file.
    pub recording: String,
    /// The second in it, from 0.
    pub second: u64,
}

/// A line after the result that concerns the household that is explained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Later {
    /// The line, from 1.
    pub line: u64,
    /// Its kind, such as `swap`.
    pub what: String,
    /// The unit of the household after it.
    pub holds: Option<String>,
}

/// What a verification found.
///
/// ```
/// use floorlot::transcript::{Evidence, OutcomeKind, verify};
/// let mut file = include_bytes!("../../tests/vectors/worked/transcript.jsonl").to_vec();
/// file.truncate(file.len() - 1); // the last LF replaced by an end of line of another kind
/// file.extend(b"\r\n");
/// let report = verify(&file[..], &Evidence::default())?;
/// let check = report.first_failed().unwrap();
/// assert_eq!((check.id.id(), check.outcome), ("T1", OutcomeKind::Failed));
/// assert!(report.sentence().en.contains("REFUTED"));
/// # Ok::<(), floorlot::transcript::ReadError>(())
/// ```
#[derive(Debug, Serialize)]
pub struct Report {
    /// The verdict.
    pub verdict: Verdict,
    /// How far trust goes.
    pub level: Level,
    /// Up to which checkpoint the transcript is anchored.
    pub anchored: Option<Stage>,
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
    /// Why the draw is void, if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub void: Option<String>,
    /// Why the household asked for got its unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<Why>,
    /// What a program on the way did to the file, if that can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed: Option<Changed>,
    /// How far the file goes, if it is not finished.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unfinished: Option<Unfinished>,
    #[serde(skip)]
    verified: Option<Verified>,
    /// The benches of the plan in words, for the text.
    #[serde(skip)]
    benches: Vec<(String, Words)>,
}

/// What the verifier hands over when it is done.
pub(super) struct Findings {
    pub(super) checks: Checks,
    pub(super) mode: Option<Mode>,
    pub(super) roll: Roll,
    pub(super) checkpoints: Vec<Checkpoint>,
    pub(super) anchored: Option<Stage>,
    pub(super) signed: bool,
    pub(super) totals: Totals,
    pub(super) why: Option<Why>,
    pub(super) allocation: Vec<u32>,
    pub(super) standby: Vec<u32>,
    pub(super) after: Option<Aftermath>,
    pub(super) void: Option<String>,
    pub(super) base: Base,
    pub(super) changed: Option<Changed>,
    pub(super) unfinished: Option<Unfinished>,
}

fn mode_or_unknown<S: serde::Serializer>(mode: &Option<Mode>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(mode.map_or("unknown", Mode::word))
}

impl Report {
    pub(super) fn new(findings: Findings) -> Report {
        let Findings {
            checks,
            roll,
            checkpoints,
            anchored,
            signed,
            totals,
            why,
            allocation,
            standby,
            after,
            void,
            base,
            ..
        } = findings;
        let (changed, unfinished) = (findings.changed, findings.unfinished);
        let refuted = checks.any_failed();
        let (origin, title, mode) = (roll.origin.clone(), roll.title.clone(), findings.mode);
        let benches = roll.benches().map(|(id, _)| (id.to_owned(), roll.bench_words(id))).collect();
        let checks: Vec<CheckReport> = checks.into_counts().map(CheckReport::new).collect();
        let (verdict, level) = match (refuted, unfinished, anchored) {
            (true, ..) => (Verdict::Refuted, Level::None),
            (false, Some(_), _) => (Verdict::Unfinished, Level::None),
            (false, None, None) => (Verdict::Verified, Level::Consistent),
            (false, None, Some(_)) if signed && !beacon_unchecked(&checks) => {
                (Verdict::Verified, Level::Certified)
            }
            (false, None, Some(_)) => (Verdict::Verified, Level::Anchored),
        };
        let proven = verdict == Verdict::Verified;
        let signed = signed && proven;
        // what is refuted is anchored nowhere, and what is not finished nowhere yet
        let anchored = anchored.filter(|_| proven);
        let aftermath = after.as_ref().map(Aftermath::totals).unwrap_or_default();
        let recordings = after.as_ref().map(|a| a.recordings().to_vec()).unwrap_or_default();
        let later = checkpoints
            .iter()
            .filter(|c| c.stage != Stage::Plan)
            .map(|c| (c.size, c.root))
            .collect();
        let verified =
            proven.then(|| Verified::new(roll, allocation, standby, after.as_ref(), later, base));
        let settled = verified.as_ref().filter(|_| after.is_some()).map(Verified::settled);
        Report {
            verdict,
            level,
            anchored,
            origin,
            title,
            mode,
            checks,
            checkpoints,
            totals,
            signed,
            aftermath,
            settled,
            recordings,
            void,
            why,
            changed,
            unfinished,
            verified,
            benches,
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

    /// The first check that failed.
    pub fn first_failed(&self) -> Option<&CheckReport> {
        self.checks.iter().find(|c| c.outcome == OutcomeKind::Failed)
    }

    /// The whole report as one sentence for a resident.
    pub fn sentence(&self) -> Words {
        let draw = match self.mode {
            None => Words::new(
                "Whether this is an official draw or a rehearsal is NOT KNOWN: its first line cannot be read. ",
                "这是正式抽签还是演练，【性质不明】：首行无法读取。",
            ),
            Some(Mode::Official) => Words::new("", ""),
            Some(Mode::Rehearsal) => Words::new(
                "This is a REHEARSAL, not a draw that counts. ",
                "这是【演练】，不是正式抽签。",
            ),
        };
        let trust = match (self.level, self.anchored) {
            (Level::None, _) => self.not_verified(),
            (Level::Certified, _) => Words::new(
                "Every step follows from the sealed plan and the public numbers, and the quorum of every bench of the panel signed it with the keys of the plan, which is the one that was noted outside.",
                "每一步都由封存的方案和公开随机数推出，各席位达到法定人数的监督员都用方案中的密钥签了名，且方案与在外记下的一致。",
            ),
            (Level::Anchored, Some(Stage::Plan)) => Words::new(
                "Every step follows from the sealed plan and the public numbers, and the plan is the one that was noted outside. The result has not been compared with anything noted outside.",
                "每一步都由封存的方案和公开随机数推出，且方案与在外记下的（指纹或副本）一致。结果尚未与在外记下的比对。",
            ),
            (Level::Anchored, _) => Words::new(
                "Every step follows from the sealed plan and the public numbers, and plan and result are those that were noted outside.",
                "每一步都由封存的方案和公开随机数推出，且方案和结果与在外记下的（指纹或副本）一致。",
            ),
            (Level::Consistent, _) if self.signed => Words::new(
                "Every step follows from the sealed plan and the public numbers, and the quorum of every bench signed it with the keys of the plan. Whether these are the keys of the panel is not yet shown: compare the plan's fingerprint with the notice.",
                "每一步都由封存的方案和公开随机数推出，各席位达到法定人数者都用方案中的密钥签了名。这些密钥是否属于监督小组尚未证实：请将方案指纹与公告比对。",
            ),
            (Level::Consistent, _) => Words::new(
                "Every step follows from the sealed plan and the public numbers. Whether this is the transcript of the hall is not yet shown: compare the fingerprint with the notice.",
                "每一步都由封存的方案和公开随机数推出。这是否就是现场的那份记录尚未证实：请与公告上的指纹比对。",
            ),
        };
        let void = match (&self.void, self.level) {
            (None, _) | (_, Level::None) => Words::new("", ""),
            (Some(reason), _) => {
                let reason = visible(reason);
                Words::new(
                    format!("The draw is VOID ({reason}): nobody has a flat by it. "),
                    format!("本次抽签已宣布【作废】（{reason}），不产生任何分配。"),
                )
            }
        };
        let beacon = if beacon_unchecked(&self.checks) && self.verdict != Verdict::Refuted {
            Words::new(
                " But the drand round, one of the public numbers, was NOT verified by this program (check C7): verify the file with one that can.",
                "但其中 drand 一轮公开随机数【未经】本程序核验（第 C7 项），请用能核验的程序再核验一次。",
            )
        } else {
            Words::new("", "")
        };
        let changed = self
            .changed
            .as_ref()
            .map(|changed| (format!("{} ", changed.words.en), changed.words.zh.clone()))
            .unwrap_or_default();
        let open = self.aftermath_open();
        Words::new(
            changed.0 + &draw.en + &void.en + &trust.en + &open.en + &beacon.en,
            changed.1 + &draw.zh + &void.zh + &trust.zh + &open.zh + &beacon.zh,
        )
    }

    /// That the evidence does not reach what came after the result.
    fn aftermath_open(&self) -> Words {
        let reached = self.anchored.is_none_or(|stage| stage == Stage::Aftermath);
        match self.checkpoints.iter().any(|checkpoint| checkpoint.stage == Stage::Aftermath)
            && !reached
        {
            true => Words::new(
                " The aftermath has not been compared with anything noted outside.",
                "后续事项尚未与在外记下的比对。",
            ),
            false => Words::new("", ""),
        }
    }

    /// The sentence on a file that is not verified.
    fn not_verified(&self) -> Words {
        let id = self.first_failed().map(|c| c.id.id()).unwrap_or_default();
        if let (Verdict::Unfinished, Some(unfinished)) = (self.verdict, &self.unfinished) {
            return unfinished.sentence();
        }
        if self.only_evidence_failed() {
            let end = self.unfinished.as_ref().map_or(Words::new("", ""), |unfinished| {
                Words::new(
                    format!(
                        " The file is also UNFINISHED (to line {}): perhaps what was given belongs to the end that is missing.",
                        unfinished.lines
                    ),
                    format!("文件也【尚未完成】（到第 {} 行为止）：所给内容也许属于缺失的末尾。", unfinished.lines),
                )
            });
            return Words::new(
                format!(
                    "This file is REFUTED by what was given beside it (check {id}): the two do not belong together. Perhaps what was given was mistyped, or is that of another date or household; compare it again. If it is right, do not rely on the file, and show this report to the panel.{}",
                    end.en
                ),
                format!(
                    "本文件与另外给出的内容不符（第 {id} 项），【不成立】。可能是输入有误，或所给内容属于其他日期、其他住户，请再核对；如确认无误，请勿采信本文件，并向监督小组出示本报告。{}",
                    end.zh
                ),
            );
        }
        match &self.changed {
            Some(changed) => self.altered(changed.what),
            None => Words::new(
                format!(
                    "This transcript is REFUTED: check {id} failed. Do not rely on it; show this report to the panel."
                ),
                format!(
                    "本记录【不成立】：第 {id} 项检查未通过。请勿采信，并向监督小组出示本报告。"
                ),
            ),
        }
    }

    /// What is said of a file that a program on the way has changed, after the change. Where line
    /// ends are all that is wrong, it says so; the file stays refuted.
    fn altered(&self, what: Change) -> Words {
        let alone = self
            .checks
            .iter()
            .all(|c| c.outcome != OutcomeKind::Failed || (c.id == Rule::T1 && c.failed == 1));
        let rest = match (what, alone, &self.unfinished) {
            (Change::CrLf, true, None) => Words::new(
                " Nothing else is wrong: with LF at the end of the lines it would be verified, with the fingerprints in this report.",
                "除此之外没有发现问题：把行尾改回 LF，它就能通过核验，指纹如本报告所列。",
            ),
            (Change::CrLf, true, Some(_)) => Words::new(
                " Nothing else is wrong so far, but the file is unfinished, too.",
                "除此之外到目前为止没有发现问题，但文件也尚未完成。",
            ),
            _ => Words::new(
                " If a new copy says the same, do not rely on it, and show this report to the panel.",
                "如果重新取得的文件仍然如此，请勿采信，并向监督小组出示本报告。",
            ),
        };
        Words::new(
            format!(
                "This file is REFUTED as it is (check T1): its bytes are not those that were sealed.{}",
                rest.en
            ),
            format!(
                "本文件照现在的样子【不成立】（第 T1 项）：它的字节不是当时封存的那些。{}",
                rest.zh
            ),
        )
    }

    /// Whether nothing is wrong with the file itself: what failed compares it with what was given
    /// beside it.
    fn only_evidence_failed(&self) -> bool {
        use Rule::{V1, V2, V4, V5, V6, V7, V8};
        let mut failed =
            self.checks.iter().filter(|check| check.outcome == OutcomeKind::Failed).peekable();
        failed.peek().is_some()
            && failed.all(|check| [V1, V2, V4, V5, V6, V7, V8].contains(&check.id))
    }

    /// How many checks passed, failed, and were not run.
    pub fn counts(&self) -> (usize, usize, usize) {
        let of = |kind| self.checks.iter().filter(|c| c.outcome == kind).count();
        (of(OutcomeKind::Passed), of(OutcomeKind::Failed), of(OutcomeKind::NotRun))
    }

    /// The report as text, one line for each check, faults below it.
    pub fn text(&self, lang: Lang) -> String {
        let mut out = format!("{}\n{}\n\n", visible(&self.title), visible(&self.origin));
        for check in &self.checks {
            out.push_str(&check.line(lang));
        }
        let (passed, failed, not_run) = self.counts();
        out.push_str(&match lang {
            Lang::En => format!("\n{passed} checks passed, {failed} failed, {not_run} not run.\n"),
            Lang::Zh => format!("\n{passed} 项通过，{failed} 项未通过，{not_run} 项未执行。\n"),
        });
        for checkpoint in self.told() {
            out.push_str(&match (lang, checkpoint.stage) {
                (Lang::En, stage) => {
                    format!("Fingerprint of the {:9}  {}\n", stage.word(), checkpoint.fingerprint)
                }
                (Lang::Zh, stage) => {
                    format!("{}指纹  {}\n", stage_in_chinese(stage), checkpoint.fingerprint)
                }
            });
        }
        if self.checkpoints.len() > TOLD {
            let more = self.checkpoints.len() - TOLD;
            out.push_str(&match lang {
                Lang::En => format!("({more} other checkpoints are in the report as JSON)\n"),
                Lang::Zh => format!("（另有 {more} 个检查点，见 JSON 报告）\n"),
            });
        }
        let Totals { households, units, picked, standby, leftover, .. } = self.totals;
        out.push_str(&match lang {
            Lang::En => format!("{households} households, {units} units: {picked} picked, {standby} on standby, {leftover} left over.\n"),
            Lang::Zh => format!("{households} 户，{units} 套房：{picked} 户得房，{standby} 户候补，剩余 {leftover} 套。\n"),
        });
        self.signature_lines(lang).iter().for_each(|line| out.push_str(&format!("{line}\n")));
        self.aftermath_lines(lang).iter().for_each(|line| out.push_str(&format!("{line}\n")));
        out + "\n" + self.sentence().get(lang) + "\n"
    }

    /// Who signed which checkpoint.
    fn signature_lines(&self, lang: Lang) -> Vec<String> {
        let bench = |b: &BenchSignatures| {
            let BenchSignatures { keys, paper, dissent, quorum, .. } = b;
            let title = self
                .benches
                .iter()
                .find(|(id, _)| *id == b.bench)
                .map_or(b.bench.as_str(), |(_, words)| words.get(lang));
            let id = visible(title);
            match lang {
                Lang::En => format!(
                    "{id} {keys} by key, {paper} on paper, {dissent} refused (quorum {quorum})"
                ),
                Lang::Zh => format!(
                    "{id} 密钥 {keys} 人、纸面 {paper} 人、异议 {dissent} 人（法定 {quorum} 人）"
                ),
            }
        };
        let told = |c: &Checkpoint| {
            let benches: Vec<String> = c.signatures.as_ref()?.iter().map(bench).collect();
            Some(match lang {
                Lang::En => format!("Signed, {}: {}.", c.stage.word(), benches.join("; ")),
                Lang::Zh => format!("{}签名：{}。", stage_in_chinese(c.stage), benches.join("；")),
            })
        };
        self.told().filter_map(told).collect()
    }

    /// The checkpoints that the text tells: all, or of very many the first two and the last.
    fn told(&self) -> impl Iterator<Item = &Checkpoint> {
        let last = self.checkpoints.len().saturating_sub(TOLD - 2);
        self.checkpoints
            .iter()
            .enumerate()
            .filter(move |(i, _)| *i < 2 || *i >= last)
            .map(|(_, checkpoint)| checkpoint)
    }

    /// What came after the result, and who has what in the end.
    fn aftermath_lines(&self, lang: Lang) -> Vec<String> {
        let AftermathTotals {
            objections,
            open,
            withdrawals,
            accepted,
            declined,
            swaps,
            recordings,
        } = self.aftermath;
        let mut lines = Vec::new();
        if self.aftermath != AftermathTotals::default() {
            lines.push(match lang {
                Lang::En => format!(
                    "After the result: objections {objections} (without a ruling {open}), withdrawals {withdrawals}, offers accepted {accepted} and declined {declined}, swaps {swaps}, recordings {recordings}."
                ),
                Lang::Zh => format!(
                    "结果之后：异议 {objections} 件（未裁定 {open} 件），放弃 {withdrawals} 户，递补接受 {accepted} 户、不接受 {declined} 户，换房 {swaps} 次，录像 {recordings} 份。"
                ),
            });
        }
        if let Some(Settled { housed, standby, free }) =
            self.settled.filter(|_| self.void.is_none())
        {
            lines.push(match lang {
                Lang::En => format!("In the end {housed} households have a unit, {standby} are on standby, {free} units are free."),
                Lang::Zh => format!("最终 {housed} 户得房，{standby} 户候补，{free} 套空房。"),
            });
        }
        lines
    }
}

/// Whether there is a drand round whose signature nobody looked at.
fn beacon_unchecked(checks: &[CheckReport]) -> bool {
    checks.iter().any(|check| {
        check.id == Rule::C7 && check.outcome == OutcomeKind::NotRun && check.examined > 0
    })
}

fn stage_in_chinese(stage: Stage) -> &'static str {
    match stage {
        Stage::Plan => "方案",
        Stage::Result => "结果",
        Stage::Aftermath => "后续",
    }
}

impl CheckReport {
    fn line(&self, lang: Lang) -> String {
        let outcome = match (self.outcome, lang) {
            (OutcomeKind::Passed, Lang::En) => "passed ",
            (OutcomeKind::Failed, Lang::En) => "FAILED ",
            (OutcomeKind::NotRun, Lang::En) => "not run",
            (OutcomeKind::Passed, Lang::Zh) => "通过  ",
            (OutcomeKind::Failed, Lang::Zh) => "未通过",
            (OutcomeKind::NotRun, Lang::Zh) => "未执行",
        };
        let mut out =
            format!("{:4}{outcome} {:>9}  {}\n", self.id.id(), self.examined, self.title.get(lang));
        // the title begins there: Chinese characters are two columns wide
        let indent = if lang == Lang::En { 23 } else { 22 };
        let mut below = |text: &str| out.push_str(&format!("{:indent$}{text}\n", ""));
        if let Some(reason) = &self.reason {
            below(reason.get(lang));
        }
        for fault in &self.faults {
            below(&visible(&fault.sentence(lang)));
        }
        if self.failed > self.faults.len() as u64 {
            let more = self.failed - self.faults.len() as u64;
            below(&match lang {
                Lang::En => format!("and {more} more"),
                Lang::Zh => format!("另有 {more} 处"),
            });
        }
        out
    }
}

/// A text of the file as one line of the report: what rule P3 does not allow, and could begin a
/// line of its own, move the cursor or turn the direction of a terminal, is shown as its number.
pub(crate) fn visible(text: &str) -> String {
    let visible = |c: char| match foreign_character(c.encode_utf8(&mut [0; 4])) {
        Some(c) => format!("<U+{:04X}>", u32::from(c)),
        None => c.to_string(),
    };
    text.chars().map(visible).collect()
}

pub(super) const UNSERVED: u32 = u32::MAX;
pub(super) const STANDBY: u32 = u32::MAX - 1;

/// A finished transcript in which no check failed. Only [`verify`](super::verify) makes one, and
/// whoever publishes a result asks for one.
#[derive(Debug)]
pub struct Verified {
    roll: Roll,
    /// What the draw gave to each household.
    drawn: Vec<u32>,
    /// What each has in the end, if something came after the result.
    settled: Option<Vec<u32>>,
    standby: Vec<u32>,
    void: bool,
    /// Size and root of each checkpoint after that of the plan.
    checkpoints: Vec<(u64, Hash)>,
    /// Units that are offered, and to whom.
    offers: Vec<(u32, u32)>,
    base: Base,
}

impl Verified {
    fn new(
        roll: Roll,
        drawn: Vec<u32>,
        standby: Vec<u32>,
        after: Option<&Aftermath>,
        checkpoints: Vec<(u64, Hash)>,
        base: Base,
    ) -> Verified {
        let units = |after: &Aftermath| {
            after.holdings().iter().map(|holding| holding.unit().unwrap_or(UNSERVED)).collect()
        };
        let settled = after.map(units);
        let standby = after.map_or(standby, Aftermath::standby);
        let offers = after
            .map(|after| {
                (0..roll.pools().len()).filter_map(|pool| after.open_offer(pool)).collect()
            })
            .unwrap_or_default();
        Verified {
            roll,
            drawn,
            settled,
            standby,
            void: after.is_some_and(Aftermath::is_void),
            checkpoints,
            offers,
            base,
        }
    }

    /// Size and root of each checkpoint after that of the plan.
    pub(super) fn checkpoints(&self) -> &[(u64, Hash)] {
        &self.checkpoints
    }

    pub(super) fn base(&self) -> &Base {
        &self.base
    }

    /// The units that are offered to a household on standby that has not answered, each with the
    /// household.
    pub fn open_offers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.offers
            .iter()
            .map(|(unit, household)| (self.roll.unit_id(*unit), self.roll.household_id(*household)))
    }

    fn settled(&self) -> Settled {
        Settled {
            housed: self.holds().iter().filter(|unit| **unit < STANDBY).count() as u64,
            standby: self.standby.len() as u64,
            free: self.free().count() as u64,
        }
    }

    /// Whether the draw was declared void: then nobody has a unit by it.
    pub fn is_void(&self) -> bool {
        self.void
    }

    /// Size and root of the last checkpoint: what a later round or attempt names as its `prior`.
    pub fn head(&self) -> Option<(u64, Hash)> {
        self.checkpoints.last().copied()
    }

    /// The unit that the draw gave to a household, whatever came after it.
    pub fn drawn_unit_of(&self, household: &str) -> Option<&str> {
        let unit = *self.drawn.get(self.roll.find_household(household)? as usize)?;
        (unit < STANDBY).then(|| self.roll.unit_id(unit))
    }

    /// The units that nobody has in the end, in plan order; none when the draw is void.
    pub fn free(&self) -> impl Iterator<Item = &str> {
        let free = if self.void { Vec::new() } else { free_units(&self.roll, self.holds()) };
        free.into_iter().map(|unit| self.roll.unit_id(unit))
    }

    /// For each household its unit in the end.
    fn holds(&self) -> &[u32] {
        self.settled.as_deref().unwrap_or(&self.drawn)
    }

    /// The plan.
    pub fn roll(&self) -> &Roll {
        &self.roll
    }

    /// The final allocation, after whatever came after the result: every household in plan order,
    /// with its unit; `None` for those on standby, those who withdrew, and for all when the draw is
    /// void.
    pub fn allocation(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        (0..self.roll.household_count()).map(|h| (self.roll.household_id(h), self.unit_at(h)))
    }

    fn unit_at(&self, household: u32) -> Option<&str> {
        let unit = *self.holds().get(household as usize)?;
        (unit < STANDBY).then(|| self.roll.unit_id(unit))
    }

    /// The unit of a household in the end; `None` if it has none or is not in the plan.
    pub fn unit_of(&self, household: &str) -> Option<&str> {
        self.unit_at(self.roll.find_household(household)?)
    }

    /// Who is on standby in the end: pool after pool, in call order.
    pub fn standby(&self) -> impl Iterator<Item = &str> {
        self.standby.iter().map(|&h| self.roll.household_id(h))
    }
}

#[cfg(test)]
mod tests {
    use crate::transcript::{Evidence, Head, Level, verify};

    #[test]
    fn nothing_is_said_of_a_fingerprint_that_was_not_given() {
        let file = include_bytes!("../../tests/vectors/corpus/valid/lot.jsonl"); // not signed
        let asked = Evidence { older: Some(Head::of(&file[..]).unwrap()), ..Evidence::default() };
        let report = verify(&file[..], &asked).unwrap();
        assert_eq!(report.level, Level::Anchored);
        assert!(!report.sentence().en.contains("fingerprint"), "{}", report.sentence().en);
        let longer = [&file[..], b"x\n"].concat();
        let report = verify(&longer[..], &asked).unwrap();
        assert_eq!((report.level, report.anchored), (Level::None, None));
    }
}
