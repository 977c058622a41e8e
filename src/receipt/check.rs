//! Checking a receipt (R1 to R5), and the report.

use super::facts::{household_of, pool_of};
use super::{Entry, Facts, Holds, Receipt, ReceiptError};
use crate::lines::{Line, Mode};
use crate::note::{Cosignature, VerifierKey, parse_checkpoint};
use crate::plan::Roll;
use crate::rules::{Lang, Words};
use crate::transcript::{OutcomeKind, Verdict, visible};
use crate::tree::{Fingerprint, leaf_hash, verify_inclusion};
use serde::Serialize;

/// A check of a receipt. The order is that of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum ReceiptCheck {
    /// The text has the form of a receipt.
    R1,
    /// Every line is in the profile, and its proof leads to the root of the checkpoint.
    R2,
    /// The lines belong together: one household, its pool and its unit, and the draw of the
    /// checkpoint.
    R3,
    /// The checkpoint has a fingerprint that was noted outside.
    R4,
    /// The signatures are over the checkpoint, and the quorum of each bench signed.
    R5,
}

impl ReceiptCheck {
    /// All checks.
    pub const ALL: [ReceiptCheck; 5] =
        [ReceiptCheck::R1, ReceiptCheck::R2, ReceiptCheck::R3, ReceiptCheck::R4, ReceiptCheck::R5];

    /// The stable id, such as `"R2"`.
    pub fn id(self) -> &'static str {
        match self {
            ReceiptCheck::R1 => "R1",
            ReceiptCheck::R2 => "R2",
            ReceiptCheck::R3 => "R3",
            ReceiptCheck::R4 => "R4",
            ReceiptCheck::R5 => "R5",
        }
    }

    /// The question that the check answers.
    pub fn title(self) -> Words {
        match self {
            ReceiptCheck::R1 => {
                Words::new("Does the text have the form of a receipt?", "文字符合收据的格式吗？")
            }
            ReceiptCheck::R2 => Words::new(
                "Does every line stand in the transcript of the checkpoint?",
                "每一行都在检查点所指的记录中吗？",
            ),
            ReceiptCheck::R3 => {
                Words::new("Do the lines belong together?", "各行属于同一住户、同一次抽签吗？")
            }
            ReceiptCheck::R4 => Words::new(
                "Is the fingerprint that was noted outside that of the checkpoint?",
                "在外记下的指纹与检查点相符吗？",
            ),
            ReceiptCheck::R5 => Words::new(
                "Are the signatures right, and did the quorum of each bench sign?",
                "签名正确，且各席位达到法定人数吗？",
            ),
        }
    }
}

/// The keys of a bench, known from outside of the receipt: from the published plan, say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BenchKeys {
    /// The bench.
    pub bench: String,
    /// How many of the keys must have signed.
    pub quorum: u64,
    /// The keys of its members.
    pub keys: Vec<VerifierKey>,
}

impl BenchKeys {
    /// The benches of a plan with their keys.
    pub fn of(roll: &Roll) -> Vec<BenchKeys> {
        let keys = |bench: &str| {
            roll.members()
                .filter(|m| roll.bench_of(m) == Some(bench))
                .filter_map(|m| roll.member_key(m).cloned())
                .collect()
        };
        roll.benches()
            .map(|(bench, quorum)| BenchKeys { bench: bench.into(), quorum, keys: keys(bench) })
            .collect()
    }
}

/// What is known from outside of the receipt.
#[derive(Debug, Clone, Default)]
pub struct ReceiptEvidence {
    /// Fingerprints noted from the notice board or the recording, one of which must be that of the
    /// checkpoint (check R4).
    pub fingerprints: Vec<Fingerprint>,
    /// The panel (check R5).
    pub panel: Vec<BenchKeys>,
}

/// One check of the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReceiptCheckReport {
    /// The check.
    pub id: ReceiptCheck,
    /// The question it answers.
    pub title: Words,
    /// What became of it.
    pub outcome: OutcomeKind,
    /// How many things were examined: lines of the receipt (R1), entries (R2, R3), fingerprints
    /// (R4), signatures (R5).
    pub examined: u64,
    /// Why it was not run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Words>,
    /// The faults.
    pub faults: Vec<Words>,
}

impl ReceiptCheckReport {
    fn new(id: ReceiptCheck, examined: usize, faults: Vec<Words>) -> ReceiptCheckReport {
        let outcome = if faults.is_empty() { OutcomeKind::Passed } else { OutcomeKind::Failed };
        ReceiptCheckReport {
            id,
            title: id.title(),
            outcome,
            examined: examined as u64,
            reason: None,
            faults,
        }
    }

    fn not_run(id: ReceiptCheck, examined: usize, reason: Words) -> ReceiptCheckReport {
        ReceiptCheckReport {
            outcome: OutcomeKind::NotRun,
            reason: Some(reason),
            ..ReceiptCheckReport::new(id, examined, Vec::new())
        }
    }

    fn text(&self, lang: Lang) -> String {
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
        for words in self.reason.iter().chain(&self.faults) {
            out += &format!("{:23}{}\n", "", visible(words.get(lang)));
        }
        out
    }
}

/// What the checks of a receipt found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReceiptReport {
    /// `verified` or `refuted`.
    pub verdict: Verdict,
    /// Whether the checkpoint is one that was noted outside (check R4).
    pub anchored: bool,
    /// Whether the quorum of each bench signed it (check R5).
    pub signed: bool,
    /// Every check.
    pub checks: Vec<ReceiptCheckReport>,
    /// What the lines say.
    pub facts: Facts,
    /// What of the text around the lines was passed over ([`Saved`](super::Saved)).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<Words>,
}

impl Receipt {
    /// Runs every check.
    pub fn verify(&self, evidence: &ReceiptEvidence) -> ReceiptReport {
        let facts = self.facts();
        let checks = vec![
            ReceiptCheckReport::new(ReceiptCheck::R1, self.to_string().lines().count(), Vec::new()),
            ReceiptCheckReport::new(ReceiptCheck::R2, self.entries.len(), self.check_proofs()),
            ReceiptCheckReport::new(
                ReceiptCheck::R3,
                self.entries.len(),
                self.check_together(&facts),
            ),
            self.check_fingerprint(evidence),
            self.check_signatures(evidence),
        ];
        ReceiptReport::new(checks, facts)
    }

    /// R2.
    fn check_proofs(&self) -> Vec<Words> {
        self.entries.iter().filter_map(|entry| self.check_proof(entry)).collect()
    }

    /// R2 for one entry.
    fn check_proof(&self, entry: &Entry) -> Option<Words> {
        let (_, size, root) = parse_checkpoint(&self.note.body).ok()?;
        let number = entry.index.saturating_add(1);
        if let Err(error) = Line::decode(entry.line.as_bytes()) {
            let (column, found, expected) =
                (error.column, error.found_words().zh, &error.expected.zh);
            let zh = format!("第 {number} 行第 {column} 字节不合规：发现 {found}；应为 {expected}");
            return Some(Words::new(format!("line {number}: {error}"), zh));
        }
        let error = verify_inclusion(
            leaf_hash(entry.line.as_bytes()),
            entry.index,
            size,
            &entry.proof,
            root,
        )
        .err()?;
        Some(Words::new(
            format!(
                "line {number} is not shown to be in the transcript of the checkpoint: {error}"
            ),
            format!("不能证明第 {number} 行在检查点所指的记录中（{}）", error.words().zh),
        ))
    }

    /// R3: one fault for each entry, but none for those that R2 refuses; they still tell what the
    /// household had.
    fn check_together(&self, facts: &Facts) -> Vec<Words> {
        let mut together = Together::default();
        for entry in &self.entries {
            let before = together.faults.len();
            let refused = self.check_proof(entry).is_some();
            match entry.decoded() {
                Some(Line::Unit { .. }) if refused => {}
                Some(line) if refused => together.holds(entry.index, &line, facts),
                Some(line) => together.line(entry.index, &line, facts),
                None => {}
            }
            together.faults.truncate(before + usize::from(!refused));
        }
        together.end(facts);
        together.faults
    }

    /// R4.
    fn check_fingerprint(&self, evidence: &ReceiptEvidence) -> ReceiptCheckReport {
        let given = &evidence.fingerprints;
        if given.is_empty() {
            let reason =
                Words::new("no fingerprint noted outside was given", "没有给出在外记下的指纹");
            return ReceiptCheckReport::not_run(ReceiptCheck::R4, 0, reason);
        }
        let own = parse_checkpoint(&self.note.body).ok().map(|(_, _, root)| Fingerprint::of(root));
        let faults = match own {
            Some(own) if !given.contains(&own) => vec![Words::new(
                format!(
                    "the fingerprint of the checkpoint is {own}, and that is none of those noted outside"
                ),
                format!("检查点的指纹是 {own}，与在外记下的都不相同"),
            )],
            _ => Vec::new(),
        };
        ReceiptCheckReport::new(ReceiptCheck::R4, given.len(), faults)
    }

    /// R5.
    fn check_signatures(&self, evidence: &ReceiptEvidence) -> ReceiptCheckReport {
        let not_run = |examined, en: &str, zh: &str| {
            ReceiptCheckReport::not_run(ReceiptCheck::R5, examined, Words::new(en, zh))
        };
        if !cfg!(feature = "signatures") {
            return not_run(0, "this build cannot verify signatures", "此程序未包含签名核验功能");
        }
        if evidence.panel.iter().all(|bench| bench.keys.is_empty()) {
            return not_run(0, "no keys of the panel were given", "没有给出监督员的公钥");
        }
        if self.note.signatures.is_empty() {
            return not_run(0, "there are no signatures on this receipt", "此收据上没有签名");
        }
        let (mut faults, mut lacking, mut examined) = (Vec::new(), Vec::new(), 0);
        for bench in &evidence.panel {
            let (mut signed, mut seen): (u64, Vec<&VerifierKey>) = (0, Vec::new());
            for key in &bench.keys {
                if seen.contains(&key) {
                    continue;
                }
                seen.push(key);
                let by_key: Vec<&Cosignature> =
                    self.note.signatures.iter().filter(|signature| signature.is_by(key)).collect();
                examined += by_key.len();
                let wrong = by_key
                    .iter()
                    .filter(|signature| !is_right(key, &self.note.body, signature))
                    .count();
                if wrong > 0 {
                    faults.push(Words::new(
                        format!("{}: not a signature over this checkpoint", key.name()),
                        format!("{}：不是对此检查点的签名", key.name()),
                    ));
                }
                signed += u64::from(!by_key.is_empty() && wrong == 0);
            }
            if signed < bench.quorum || bench.quorum == 0 {
                lacking.push(Words::new(
                    format!(
                        "bench {}: {signed} of its keys signed, and its quorum is {}",
                        bench.bench, bench.quorum
                    ),
                    format!(
                        "席位 {}：{signed} 个公钥签了名，法定人数为 {}",
                        bench.bench, bench.quorum
                    ),
                ));
            }
        }
        match (faults.is_empty(), lacking.into_iter().next()) {
            (true, Some(reason)) => ReceiptCheckReport::not_run(ReceiptCheck::R5, examined, reason),
            _ => ReceiptCheckReport::new(ReceiptCheck::R5, examined, faults),
        }
    }
}

/// Whether the signature is right; `false` if this build cannot tell.
fn is_right(key: &VerifierKey, body: &str, signature: &Cosignature) -> bool {
    #[cfg(feature = "signatures")]
    return crate::sign::verify(key, body, signature).is_ok();
    #[cfg(not(feature = "signatures"))]
    {
        let _ = (key, body, signature);
        false
    }
}

/// R3, line by line.
#[derive(Default)]
struct Together {
    faults: Vec<Words>,
    /// How far in the order of [`Together::STAGES`].
    stage: usize,
    held: Option<Held>,
    /// The unit of the `unit` line.
    unit: Option<String>,
    objections: Vec<String>,
    void: bool,
}

/// What the household has so far.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Held {
    Unit(String),
    Exchanged,
    Standby,
    Nothing,
}

impl Together {
    /// The kinds that stand in a receipt once, in their order; those after the result come after
    /// them.
    const STAGES: [&[&str]; 7] =
        [&["plan"], &["pool"], &["unit"], &["household"], &["call"], &["pick", "standby"], &[]];

    fn fail(&mut self, index: u64, found: impl std::fmt::Display, expected: (&str, &str)) {
        let number = index.saturating_add(1);
        self.faults.push(Words::new(
            format!("line {number}: found {found}; expected {}", expected.0),
            format!("第 {number} 行：发现 {found}；应为 {}", expected.1),
        ));
    }

    fn same(&mut self, index: u64, what: &str, found: &str, expected: Option<&str>) {
        if let Some(expected) = expected.filter(|expected| *expected != found) {
            let words = (format!("{what} `{expected}`"), format!("{what} `{expected}`"));
            self.fail(index, format_args!("{what} `{found}`"), (&words.0, &words.1));
        }
    }

    fn line(&mut self, index: u64, line: &Line<'_>, facts: &Facts) {
        self.in_order(index, line.kind());
        if let (Line::Plan { origin, .. }, from) = (line, facts.origin.as_str()) {
            self.same(index, "origin", origin, Some(from));
            if index != 0 {
                self.fail(index, "plan", ("the plan in line 1", "方案在第 1 行"));
            }
        }
        let household = household_of(line).or(matches!(line, Line::Objection { .. }).then_some(""));
        let pool = pool_of(line);
        household
            .into_iter()
            .for_each(|id| self.same(index, "household", id, facts.household.as_deref()));
        pool.into_iter().for_each(|id| self.same(index, "pool", id, facts.pool.as_deref()));
        self.holds(index, line, facts);
    }

    /// Each kind once, in the order of the transcript, and none that does not belong into a
    /// receipt.
    fn in_order(&mut self, index: u64, kind: &str) {
        const LATER: [&str; 8] =
            ["objection", "ruling", "withdrawal", "offer", "accept", "decline", "swap", "void"];
        let place = Together::STAGES.iter().position(|kinds| kinds.contains(&kind));
        match place {
            Some(place) if place >= self.stage => self.stage = place + 1,
            None if LATER.contains(&kind) => self.stage = Together::STAGES.len(),
            _ => self.fail(
                index,
                format_args!("`{kind}`"),
                (
                    "plan, pool, unit, household, call, pick or standby, each once and in this order, then lines after the result",
                    "依次各一行的方案、批次、房源、住户、叫号、选房或候补，其后为结果之后的行",
                ),
            ),
        }
    }

    /// Each line follows from what the household had before it.
    fn holds(&mut self, index: u64, line: &Line<'_>, facts: &Facts) {
        let has = |held: &Option<Held>| match held {
            Some(Held::Unit(unit)) => Words::same(unit),
            Some(Held::Exchanged) => Words::new("a unit got in exchange", "换得的房"),
            Some(Held::Standby) => Words::new("a place on the standby list", "候补席位"),
            Some(Held::Nothing) | None => Words::new("nothing", "无"),
        };
        let follows = match (line, &self.held) {
            (Line::Unit { id, .. }, _) => {
                self.unit = Some(id.to_string());
                true
            }
            (Line::Pick { unit, .. }, _) => {
                self.held = Some(Held::Unit(unit.to_string()));
                true
            }
            (Line::Standby { .. }, _) => {
                self.held = Some(Held::Standby);
                true
            }
            (Line::Withdrawal { unit, .. }, held) => {
                let follows = match (held, unit) {
                    (Some(Held::Unit(held)), Some(unit)) => held == unit,
                    (Some(Held::Exchanged), Some(_)) | (Some(Held::Standby), None) => true,
                    _ => false,
                };
                self.held = Some(Held::Nothing);
                follows
            }
            (Line::Offer { .. } | Line::Decline { .. }, held) => *held == Some(Held::Standby),
            (Line::Accept { unit, .. }, held) => {
                let follows = *held == Some(Held::Standby);
                self.held = Some(Held::Unit(unit.to_string()));
                follows
            }
            (Line::Swap { households, .. }, held) => {
                let named =
                    households.iter().any(|id| Some(id.as_ref()) == facts.household.as_deref());
                let follows = named && matches!(held, Some(Held::Unit(_) | Held::Exchanged));
                self.held = Some(Held::Exchanged);
                follows
            }
            (Line::Void { .. }, _) => {
                self.void = true;
                true
            }
            (Line::Objection { id, .. }, _) => {
                self.objections.push(id.to_string());
                true
            }
            (Line::Ruling { objection, .. }, _) => self.objections.iter().any(|id| id == objection),
            _ => true,
        };
        if !follows {
            let held = has(&self.held);
            let words = (
                format!(
                    "a line of this household that follows from what it had (now: {})",
                    held.en
                ),
                format!("与该户当时所有相符的行（此后：{}）", held.zh),
            );
            self.fail(index, format_args!("`{}`", line.kind()), (&words.0, &words.1));
        }
    }

    /// When all lines are there: the unit is the one that the household has.
    fn end(&mut self, facts: &Facts) {
        let held = match &self.held {
            Some(Held::Unit(unit)) if !self.void => Some(Some(unit.as_str())),
            // which one, the receipt alone does not show
            Some(Held::Exchanged) if !self.void => None,
            _ => Some(None),
        };
        let unit = self.unit.as_deref();
        let show = |unit: Option<&str>| {
            unit.map_or(Words::new("no unit", "没有房源"), |unit| {
                Words::same(format_args!("unit `{unit}`"))
            })
        };
        // The short form leaves the `unit` line out.
        if let Some(held) = held.filter(|held| unit.is_some() && unit != *held) {
            let (found, expected) = (show(unit), show(held));
            self.faults.push(Words::new(
                format!("the unit line: found {}; expected {}", found.en, expected.en),
                format!("房源行：发现 {}；应为 {}", found.zh, expected.zh),
            ));
        }
        if facts.household.is_none() {
            self.faults.push(Words::new("no line names a household", "没有一行写明住户"));
        }
    }
}

impl ReceiptReport {
    fn new(checks: Vec<ReceiptCheckReport>, facts: Facts) -> ReceiptReport {
        let is = |id, outcome| {
            checks.iter().any(|c: &ReceiptCheckReport| c.id == id && c.outcome == outcome)
        };
        let refuted = checks.iter().any(|c| c.outcome == OutcomeKind::Failed);
        let verdict = if refuted { Verdict::Refuted } else { Verdict::Verified };
        let anchored = !refuted && is(ReceiptCheck::R4, OutcomeKind::Passed);
        let signed = !refuted && is(ReceiptCheck::R5, OutcomeKind::Passed);
        ReceiptReport { verdict, anchored, signed, checks, facts, note: None }
    }

    /// The report over a text that is not a receipt: R1 failed, and nothing else was run.
    pub fn unreadable(error: &ReceiptError) -> ReceiptReport {
        let later = |id: &ReceiptCheck| {
            ReceiptCheckReport::not_run(
                *id,
                0,
                Words::new("there is no receipt to examine", "没有可检查的收据"),
            )
        };
        let first = ReceiptCheckReport::new(
            ReceiptCheck::R1,
            usize::try_from(error.line).unwrap_or(0),
            vec![error.words()],
        );
        let checks =
            std::iter::once(first).chain(ReceiptCheck::ALL.iter().skip(1).map(later)).collect();
        ReceiptReport::new(checks, Facts::default())
    }

    /// Whether no check failed.
    pub fn holds(&self) -> bool {
        self.verdict == Verdict::Verified
    }

    /// The first check that failed.
    pub fn first_failed(&self) -> Option<&ReceiptCheckReport> {
        self.checks.iter().find(|c| c.outcome == OutcomeKind::Failed)
    }

    /// The whole report as a few sentences for a resident.
    pub fn sentence(&self) -> Words {
        if let Some(failed) = self.first_failed() {
            let id = failed.id.id();
            let only = self
                .checks
                .iter()
                .filter(|c| c.outcome == OutcomeKind::Failed)
                .all(|c| c.id == ReceiptCheck::R4);
            if only {
                return Words::new(
                    "This receipt is REFUTED by the fingerprint that was given (check R4). Perhaps the fingerprint was mistyped, or is that of another date: a receipt goes with the fingerprint printed on it; compare that with the notice of the same date. If it is on no notice, do not rely on the receipt, and show this report to the panel.",
                    "此收据与所给指纹不符（第 R4 项），【不成立】。可能指纹输入有误，或属于另一日期：收据应与其上所印的指纹、同一日期的公告比对。如任何公告上都没有，请勿采信，并向监督小组出示本报告。",
                );
            }
            return Words::new(
                format!(
                    "This receipt is REFUTED: check {id} failed. Do not rely on it; show this report to the panel."
                ),
                format!(
                    "此收据【不成立】：第 {id} 项检查未通过。请勿采信，并向监督小组出示本报告。"
                ),
            );
        }
        let draw = match self.facts.mode {
            Some(Mode::Official) => Words::new("", ""),
            Some(Mode::Rehearsal) => Words::new(
                "This is a REHEARSAL, not a draw that counts. ",
                "这是【演练】，不是正式抽签。",
            ),
            None => Words::new(
                "This short form does not say whether the draw was a rehearsal. ",
                "此简式收据未载明是否为演练。",
            ),
        };
        let trust = match (self.anchored, self.signed) {
            (true, true) => Words::new(
                " These lines stand in the transcript whose fingerprint was noted outside, and the quorum of every bench of the panel signed it.",
                "这些行在指纹与在外记下的一致的那份记录中，且各席位达到法定人数的监督员签了名。",
            ),
            (true, false) => Words::new(
                " These lines stand in the transcript whose fingerprint was noted outside.",
                "这些行在指纹与在外记下的一致的那份记录中。",
            ),
            (false, true) => Words::new(
                " These lines stand in a transcript that the quorum of every bench signed with the keys given.",
                "这些行在一份记录中，且各席位达到法定人数者用所给公钥签了名。",
            ),
            (false, false) => Words::new(
                " These lines stand in one transcript. Whether it is that of the hall is not yet shown: compare the fingerprint with the notice.",
                "这些行在同一份记录中。这是否就是现场的那份记录尚未证实：请与公告上的指纹比对。",
            ),
        };
        let limits = Words::new(
            " A receipt does not show that the draw was right, nor that no other line concerns this household: verify the whole transcript for that.",
            "收据不能证明抽签本身正确，也不能证明没有其他涉及该户的行：这需要核验整份记录。",
        );
        let exchanged = match self.facts.holds {
            Holds::Exchanged => Words::new(
                " Which flat an exchange gave, the whole transcript shows as well.",
                "换得哪一套房，也须以整份记录为准。",
            ),
            _ => Words::new("", ""),
        };
        let facts = |lang| self.facts.sentence(lang);
        Words::new(
            draw.en + &facts(Lang::En) + &trust.en + &limits.en + &exchanged.en,
            draw.zh + &facts(Lang::Zh) + &trust.zh + &limits.zh + &exchanged.zh,
        )
    }

    /// The report as text, one line for each check, faults below it.
    pub fn text(&self, lang: Lang) -> String {
        let title =
            self.facts.title.as_deref().map(|title| visible(title) + "\n").unwrap_or_default();
        let mut out = format!("{title}{}\n\n", visible(&self.facts.origin));
        self.checks.iter().for_each(|check| out += &check.text(lang));
        let of = |kind| self.checks.iter().filter(|c| c.outcome == kind).count();
        let (passed, failed, not_run) =
            (of(OutcomeKind::Passed), of(OutcomeKind::Failed), of(OutcomeKind::NotRun));
        let fingerprint = &self.facts.fingerprint;
        out += &match lang {
            Lang::En => {
                format!(
                    "\n{passed} checks passed, {failed} failed, {not_run} not run.\nFingerprint of the checkpoint  {fingerprint}\n\n"
                )
            }
            Lang::Zh => format!(
                "\n{passed} 项通过，{failed} 项未通过，{not_run} 项未执行。\n检查点指纹  {fingerprint}\n\n"
            ),
        };
        out += &self.note.as_ref().map(|note| format!("{}\n", note.get(lang))).unwrap_or_default();
        out + self.sentence().get(lang) + "\n"
    }
}
