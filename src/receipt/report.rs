//! The report on a receipt, and what a receipt proves.

use super::{Facts, ReceiptError};
use crate::lines::Mode;
use crate::number::count;
use crate::rules::{Lang, Phrase};
use crate::text::visible;
use crate::transcript::{Level, OutcomeKind, Verdict};
use serde::Serialize;

/// A check of a receipt. The order is that of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[non_exhaustive]
pub enum ReceiptCheck {
    /// The text has the form of a receipt.
    R1,
    /// Every line is in the profile, and its proof leads to the root of the checkpoint.
    R2,
    /// The lines belong together: one household, its pool and its unit, or one family with those of
    /// its claims, and the draw of the checkpoint.
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
    pub fn title(self) -> Phrase {
        match self {
            ReceiptCheck::R1 => {
                Phrase::new("Does the text have the form of a receipt?", "文字符合收据的格式吗？")
            }
            ReceiptCheck::R2 => Phrase::new(
                "Does every line stand in the transcript of the checkpoint?",
                "每一行都在检查点所指的记录中吗？",
            ),
            ReceiptCheck::R3 => Phrase::new(
                "Do the lines belong together?",
                "各行属于同一住户（或家庭）、同一次抽签吗？",
            ),
            ReceiptCheck::R4 => Phrase::new(
                "Is the fingerprint that was noted outside that of the checkpoint?",
                "在外记下的指纹与检查点相符吗？",
            ),
            ReceiptCheck::R5 => Phrase::new(
                "Are the signatures right, and did the quorum of each bench sign?",
                "签名正确，且各席位达到法定人数吗？",
            ),
        }
    }
}

/// One check of the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ReceiptCheckReport {
    /// The check, by its id.
    pub id: ReceiptCheck,
    /// The question it answers.
    pub title: Phrase,
    /// What became of it.
    pub outcome: OutcomeKind,
    /// How many things were examined: lines of the receipt (R1), entries (R2, R3), fingerprints
    /// (R4), signatures (R5).
    pub examined: u64,
    /// Why it was not run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Phrase>,
    /// What is wrong, in words; none unless it failed.
    pub faults: Vec<Phrase>,
}

impl ReceiptCheckReport {
    pub(super) fn new(
        id: ReceiptCheck,
        examined: usize,
        faults: Vec<Phrase>,
    ) -> ReceiptCheckReport {
        let outcome = if faults.is_empty() { OutcomeKind::Passed } else { OutcomeKind::Failed };
        ReceiptCheckReport {
            id,
            title: id.title(),
            outcome,
            examined: count(examined),
            reason: None,
            faults,
        }
    }

    pub(super) fn not_run(id: ReceiptCheck, examined: usize, reason: Phrase) -> ReceiptCheckReport {
        ReceiptCheckReport {
            outcome: OutcomeKind::NotRun,
            reason: Some(reason),
            ..ReceiptCheckReport::new(id, examined, Vec::new())
        }
    }

    fn text(&self, lang: Lang) -> String {
        let outcome = self.outcome.column(lang);
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
#[must_use]
pub struct ReceiptReport {
    /// `verified` or `refuted`.
    pub verdict: Verdict,
    /// Whether the checkpoint is one that was noted outside (check R4).
    pub anchored: bool,
    /// Whether the quorum of each bench signed it (check R5).
    pub signed: bool,
    /// Every check.
    pub checks: Vec<ReceiptCheckReport>,
    facts: Facts,
    /// What of the text around the lines was passed over ([`Saved`](super::Saved)).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<Phrase>,
    #[serde(skip)]
    proven: Option<ProvenReceipt>,
}

/// What a receipt proves: its lines stand in the transcript under its checkpoint, and belong
/// together. Only a receipt of which no check failed gives one. How far trust goes beyond that is
/// its level; what no receipt proves, section 10 of the [specification](crate::spec) says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvenReceipt {
    facts: Facts,
    level: Level,
}

impl ProvenReceipt {
    /// What the lines say.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// How far trust goes: consistent, anchored (R4 passed), or certified (R4 and R5 passed);
    /// never none. Signatures alone certify nothing: the fingerprint that was noted outside says
    /// that it is the draw of this panel.
    pub fn level(&self) -> Level {
        self.level
    }
}

/// A receipt whose checkpoint was noted outside, and signed by the quorum of each bench.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CertifiedReceipt<'r>(&'r ProvenReceipt);

impl<'r> CertifiedReceipt<'r> {
    /// What the lines say.
    pub fn facts(self) -> &'r Facts {
        &self.0.facts
    }
}

impl ReceiptReport {
    pub(super) fn new(checks: Vec<ReceiptCheckReport>, facts: Facts) -> ReceiptReport {
        let is = |id, outcome| {
            checks.iter().any(|c: &ReceiptCheckReport| c.id == id && c.outcome == outcome)
        };
        let refuted = checks.iter().any(|c| c.outcome == OutcomeKind::Failed);
        let verdict = if refuted { Verdict::Refuted } else { Verdict::Verified };
        // A receipt that is refuted is neither anchored nor signed.
        let anchored = !refuted && is(ReceiptCheck::R4, OutcomeKind::Passed);
        let signed = !refuted && is(ReceiptCheck::R5, OutcomeKind::Passed);
        let level = match (anchored, signed) {
            (true, true) => Level::Certified,
            (true, false) => Level::Anchored,
            // Signatures alone certify nothing: whoever makes up a draw makes up its panel with it.
            (false, _) => Level::Consistent,
        };
        let proven = (!refuted).then(|| ProvenReceipt { facts: facts.clone(), level });
        ReceiptReport { verdict, anchored, signed, checks, facts, note: None, proven }
    }

    /// What the receipt proves; `None` if a check failed.
    pub fn proven(&self) -> Option<&ProvenReceipt> {
        self.proven.as_ref()
    }

    /// What the receipt proves, to keep; the report again if a check failed.
    #[expect(clippy::result_large_err, reason = "the report is what there is to show then")]
    pub fn into_proven(mut self) -> Result<ProvenReceipt, ReceiptReport> {
        self.proven.take().ok_or(self)
    }

    /// The same, if the checkpoint was noted outside and the quorum of each bench signed it.
    pub fn certified(&self) -> Option<CertifiedReceipt<'_>> {
        let certified = |proven: &&ProvenReceipt| proven.level == Level::Certified;
        self.proven().filter(certified).map(CertifiedReceipt)
    }

    /// What the lines say, proved or not; a refuted receipt says it without being believed.
    pub fn claims(&self) -> &Facts {
        &self.facts
    }

    /// The report over a text that is not a receipt: R1 failed, and nothing else was run.
    pub fn unreadable(error: &ReceiptError) -> ReceiptReport {
        let later = |id: &ReceiptCheck| {
            ReceiptCheckReport::not_run(
                *id,
                0,
                Phrase::new("there is no receipt to examine", "没有可检查的收据"),
            )
        };
        let mut first = ReceiptCheckReport::new(ReceiptCheck::R1, 0, vec![error.words()]);
        first.examined = error.examined;
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

    fn refuted_sentence(&self, first: ReceiptCheck) -> Phrase {
        let failed = |check: &&ReceiptCheckReport| check.outcome == OutcomeKind::Failed;
        if self.checks.iter().filter(failed).all(|check| check.id == ReceiptCheck::R4) {
            return Phrase::new(
                "This receipt is REFUTED by the fingerprint that was given (check R4). Perhaps the fingerprint was mistyped, or is that of another date: a receipt goes with the fingerprint printed on it; compare that with the notice of the same date. If it is on no notice, do not rely on the receipt, and show this report to the panel.",
                "此收据与所给指纹不符（第 R4 项），【不成立】。可能指纹输入有误，或属于另一日期：收据应与其上所印的指纹、同一日期的公告比对。如任何公告上都没有，请勿采信，并向监督小组出示本报告。",
            );
        }
        let id = first.id();
        Phrase::new(
            format!(
                "This receipt is REFUTED: check {id} failed. Do not rely on it; show this report to the panel."
            ),
            format!("此收据【不成立】：第 {id} 项检查未通过。请勿采信，并向监督小组出示本报告。"),
        )
    }

    /// The whole report as a few sentences for a resident.
    pub fn sentence(&self) -> Phrase {
        if let Some(failed) = self.first_failed() {
            return self.refuted_sentence(failed.id);
        }
        let draw = match self.facts.mode {
            Some(Mode::Official) => Phrase::new("", ""),
            Some(Mode::Rehearsal) => Phrase::new(
                "This is a REHEARSAL, not a draw that counts. ",
                "这是【演练】，不是正式抽签。",
            ),
            None => Phrase::new(
                "This short form does not say whether the draw was a rehearsal. ",
                "此简式收据未载明是否为演练。",
            ),
        };
        let trust = match (self.anchored, self.signed) {
            (true, true) => Phrase::new(
                " These lines stand in the transcript whose fingerprint was noted outside, and the quorum of every bench of the panel signed it.",
                "这些行所在的记录，指纹与在外记下的一致，且各席位达到法定人数的监督员签了名。",
            ),
            (true, false) => Phrase::new(
                " These lines stand in the transcript whose fingerprint was noted outside.",
                "这些行所在的记录，指纹与在外记下的一致。",
            ),
            (false, true) => Phrase::new(
                " These lines stand in a transcript that the quorum of every bench signed with the keys given.",
                "这些行在一份记录中，且各席位达到法定人数者用所给公钥签了名。",
            ),
            (false, false) => Phrase::new(
                " These lines stand in one transcript. Whether it is that of the hall is not yet shown: compare the fingerprint with the notice.",
                "这些行在同一份记录中。这是否就是现场的那份记录尚未证实：请与公告上的指纹比对。",
            ),
        };
        let of_claim = self.facts.claim_of.as_deref().map_or(Phrase::new("", ""), |family| {
            let family = visible(family);
            Phrase::new(
                format!(
                    " This household is a claim of family {family}; the receipt of the family shows all its claims."
                ),
                format!("该户是家庭 {family} 的一个名额；全部名额见该家庭的收据。"),
            )
        });
        let limits = match self.facts.family {
            None => Phrase::new(
                " A receipt does not show that the draw was right, nor that no other line concerns this household: verify the whole transcript for that.",
                "收据不能证明抽签本身正确，也不能证明没有其他涉及该户的行：这需要核验整份记录。",
            ),
            Some(_) => Phrase::new(
                " A receipt does not show that the draw was right, nor that no other line concerns this family: verify the whole transcript for that.",
                "收据不能证明抽签本身正确，也不能证明没有其他涉及该家庭的行：这需要核验整份记录。",
            ),
        };
        let facts = |lang| self.facts.sentence(lang);
        Phrase::new(
            draw.en + &facts(Lang::En) + &of_claim.en + &trust.en + &limits.en,
            draw.zh + &facts(Lang::Zh) + &of_claim.zh + &trust.zh + &limits.zh,
        )
    }

    /// The report as text, one line for each check, faults below it.
    pub fn text(&self, lang: Lang) -> String {
        let title =
            self.facts.title.as_deref().map(|title| visible(title) + "\n").unwrap_or_default();
        let shown = |fact: &Option<String>| visible(fact.as_deref().unwrap_or_default());
        let as_of = self.facts.as_of();
        let headline = match (self.facts.size, lang) {
            (None, _) => String::new(),
            (Some(_), Lang::En) => format!("Receipt {}\n", as_of.en),
            (Some(_), Lang::Zh) => format!("收据，{}\n", as_of.zh),
        };
        let mut out = format!("{title}{headline}\n");
        self.checks.iter().for_each(|check| out += &check.text(lang));
        let of = |kind| self.checks.iter().filter(|c| c.outcome == kind).count();
        let (passed, failed, not_run) =
            (of(OutcomeKind::Passed), of(OutcomeKind::Failed), of(OutcomeKind::NotRun));
        let fingerprint = shown(&self.facts.fingerprint);
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
