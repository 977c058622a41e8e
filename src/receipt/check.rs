//! Checking a receipt: rules R1 to R5, in this order.

use super::facts::{Facts, about_it};
use super::report::{ReceiptCheck, ReceiptCheckReport, ReceiptReport};
use super::together::{self, Examined};
use super::{Entry, Receipt, Saved};
use crate::lines::Line;
use crate::note::{Cosignature, VerifierKey, is_line_by};
use crate::noted::Noted;
use crate::phase::Role;
use crate::plan::{Plan, Roll};
use crate::rules::{Lang, Phrase};
use crate::tree::{Fingerprint, leaf_hash, verify_inclusion};

/// The keys of a bench, known from outside of the receipt: from the published plan, say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BenchKeys {
    /// The id of the bench in the plan.
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
    /// Fingerprints, roots and notes, noted from the notice board or the recording, one of which
    /// must be that of the checkpoint (check R4).
    pub noted: Vec<Noted>,
    /// The panel (check R5).
    pub panel: Vec<BenchKeys>,
    /// Why the plan that was given for the panel does not count: it breaks its own rules, so who
    /// signed and how many had to is not known.
    pub panel_refused: Option<Phrase>,
    /// The origin of the plan that the panel comes from, if it comes from one.
    pub panel_origin: Option<String>,
}

impl ReceiptEvidence {
    /// Takes the panel from the lines (each without LF) of a transcript or of a plan alone. The plan
    /// is verified first: one that breaks its own rules says nothing of who had to sign, and check
    /// R5 is not run.
    pub fn take_panel<'a>(&mut self, lines: impl IntoIterator<Item = &'a [u8]>) {
        let of_plan = |bytes: &&[u8]| {
            Line::decode(bytes).map_or(true, |line| Role::of(&line) == Role::PlanLine)
        };
        match Plan::read_lines(lines.into_iter().take_while(of_plan)) {
            Ok(plan) => {
                self.panel_origin = Some(plan.roll().origin().into());
                self.panel = BenchKeys::of(plan.roll());
            }
            Err(faults) => {
                let first = |lang| faults.text(lang).lines().next().unwrap_or_default().to_owned();
                self.panel_refused = Some(Phrase::new(
                    format!(
                        "the plan that was given for the panel breaks its rules: {}",
                        first(Lang::En)
                    ),
                    format!("所给的监督小组方案不合规：{}", first(Lang::Zh)),
                ));
            }
        }
    }
}

impl Saved {
    /// Reads the receipt and runs every check. A text that is no receipt fails R1, and nothing else
    /// is run.
    pub fn verify(&self, evidence: &ReceiptEvidence) -> ReceiptReport {
        let mut report = match self.text.parse::<Receipt>() {
            Ok(receipt) => receipt.verify(evidence),
            Err(error) => ReceiptReport::unreadable(&error),
        };
        report.note.clone_from(&self.note);
        report
    }
}

impl Receipt {
    /// Runs every check.
    pub fn verify(&self, evidence: &ReceiptEvidence) -> ReceiptReport {
        let examined: Vec<Examined<'_>> = self.entries.iter().map(|e| self.examine(e)).collect();
        let lines = examined.iter().filter_map(|e| Some((e.index, e.line.as_ref()?)));
        let facts = Facts::of(self, &about_it(lines));
        let proofs = examined.iter().filter_map(|entry| entry.fault.clone()).collect();
        let together = together::faults(&examined, &facts);
        let entries = self.entries.len();
        let checks = vec![
            // R1: this is a receipt, because text and value correspond.
            ReceiptCheckReport::new(ReceiptCheck::R1, self.to_string().lines().count(), Vec::new()),
            ReceiptCheckReport::new(ReceiptCheck::R2, entries, proofs),
            ReceiptCheckReport::new(ReceiptCheck::R3, entries, together),
            self.check_fingerprint(evidence),
            self.check_signatures(evidence),
        ];
        ReceiptReport::new(checks, facts)
    }

    /// R2, for one entry.
    fn examine<'r>(&self, entry: &'r Entry) -> Examined<'r> {
        match Line::decode(entry.line.as_bytes()) {
            Ok(line) => {
                let fault = self.proof_fault(entry);
                Examined { index: entry.index, line: Some(line), fault }
            }
            // R2: each line keeps T1.
            Err(error) => {
                let number = entry.index.saturating_add(1);
                let (column, found, expected) =
                    (error.column, error.found_words().zh, &error.expected.zh);
                let zh =
                    format!("第 {number} 行第 {column} 字节不合规：发现 {found}；应为 {expected}");
                let fault = Some(Phrase::new(format!("line {number}: {error}"), zh));
                Examined { index: entry.index, line: None, fault }
            }
        }
    }

    /// R2: its proof leads from its leaf hash, at `index` in a tree of as many leaves as the body
    /// says, to the root in the body.
    fn proof_fault(&self, entry: &Entry) -> Option<Phrase> {
        // R2: the proof leads from the leaf hash, at `index`, to the root in the body.
        let (leaf, number) = (leaf_hash(entry.line.as_bytes()), entry.index.saturating_add(1));
        let proved = verify_inclusion(leaf, entry.index, self.size, &entry.proof, self.root);
        let error = proved.err()?;
        Some(Phrase::new(
            format!(
                "line {number} is not shown to be in the transcript of the checkpoint: {error}"
            ),
            format!("不能证明第 {number} 行在检查点所指的记录中（{}）", error.words().zh),
        ))
    }

    /// R4: the body or its fingerprint is one of those noted outside; not run when none was given.
    fn check_fingerprint(&self, evidence: &ReceiptEvidence) -> ReceiptCheckReport {
        let given = &evidence.noted;
        // R4: not run when none was given.
        if given.is_empty() {
            let reason =
                Phrase::new("no fingerprint noted outside was given", "没有给出在外记下的指纹");
            return ReceiptCheckReport::not_run(ReceiptCheck::R4, 0, reason);
        }
        let body = &self.note.body;
        let own = Fingerprint::of_body(body);
        let covers = |noted: &&Noted| noted.is_of(body, self.root);
        let (roots, rest): (Vec<&Noted>, Vec<&Noted>) =
            given.iter().filter(covers).partition(|noted| matches!(noted, Noted::Root(_)));
        // R4: origin and number of lines could be any under the root alone.
        if !roots.is_empty() && rest.is_empty() {
            let reason = Phrase::new(
                "the root alone says neither origin nor number of lines: compare the fingerprint",
                "仅凭根不能说明抽签编号和行数：请核对指纹",
            );
            return ReceiptCheckReport::not_run(ReceiptCheck::R4, given.len(), reason);
        }
        let fault = || {
            Phrase::new(
                format!(
                    "the fingerprint of the checkpoint is {own}, and that is none of those noted outside"
                ),
                format!("检查点的指纹是 {own}，与在外记下的都不相同"),
            )
        };
        // R4: the body or its fingerprint is one of those noted outside.
        let faults = rest.is_empty().then(fault).into_iter().collect();
        ReceiptCheckReport::new(ReceiptCheck::R4, given.len(), faults)
    }

    /// R5: every signature that has name and key id of a key of the panel is verified, and fails
    /// when it is wrong.
    fn check_signatures(&self, evidence: &ReceiptEvidence) -> ReceiptCheckReport {
        let not_run = |examined, en: &str, zh: &str| {
            ReceiptCheckReport::not_run(ReceiptCheck::R5, examined, Phrase::new(en, zh))
        };
        if !cfg!(feature = "signatures") {
            return not_run(0, "this build cannot verify signatures", "此程序未包含签名核验功能");
        }
        // R5: the plan that the panel comes from is verified first.
        if let Some(reason) = &evidence.panel_refused {
            return not_run(0, &reason.en, &reason.zh);
        }
        if evidence.panel.iter().all(|bench| bench.keys.is_empty()) {
            return not_run(0, "no keys of the panel were given", "没有给出监督员的公钥");
        }
        if self.lines.is_empty() {
            return not_run(0, "there are no signatures on this receipt", "此收据上没有签名");
        }
        let benches = evidence.panel.iter().map(|bench| self.signed_by(bench));
        // R5: who signs for one draw says nothing of who had to sign for another.
        let other = evidence.panel_origin.as_deref().filter(|of| *of != self.origin());
        let other = other.map(|of| {
            let en = format!("the plan that was given for the panel is that of {of}");
            Phrase::new(en, format!("所给的监督小组方案属于 {of}"))
        });
        let (mut faults, mut lacking, mut examined) = (Vec::new(), other, 0_usize);
        for bench in benches {
            faults.extend(bench.faults);
            lacking = lacking.or(bench.lacking);
            examined = examined.saturating_add(bench.examined);
        }
        match lacking {
            // R5: when the panel is of another draw, or in a bench fewer keys than its quorum
            // signed, R5 is not run.
            Some(reason) if faults.is_empty() => {
                ReceiptCheckReport::not_run(ReceiptCheck::R5, examined, reason)
            }
            _ => ReceiptCheckReport::new(ReceiptCheck::R5, examined, faults),
        }
    }

    /// R5, for one bench: a key counts once.
    fn signed_by(&self, bench: &BenchKeys) -> BenchSigned {
        let mut found = BenchSigned { examined: 0, faults: Vec::new(), lacking: None };
        let (mut signed, mut seen): (u64, Vec<&VerifierKey>) = (0, Vec::new());
        for key in &bench.keys {
            // R5: a key counts once, also when a list names it twice.
            if seen.contains(&key) {
                continue;
            }
            seen.push(key);
            let by_key: Vec<&String> =
                self.lines.iter().filter(|line| is_line_by(line, key)).collect();
            found.examined = found.examined.saturating_add(by_key.len());
            // R5: every signature by the key is verified, and fails when it is wrong, or no
            // cosignature.
            let read = by_key.iter().filter_map(|line| line.parse::<Cosignature>().ok());
            let right = read.filter(|by| verifies(key, &self.note.body, by)).count();
            let fault = Phrase::new(
                format!("{}: not a signature over this checkpoint", key.name()),
                format!("{}：不是对此检查点的签名", key.name()),
            );
            let wrong = by_key.len().saturating_sub(right);
            found.faults.extend(std::iter::repeat_n(fault, wrong));
            signed = signed.saturating_add(u64::from(right > 0));
        }
        // R5: fewer keys than the quorum signed. A quorum of 0 would be kept by nobody's signature.
        if signed < bench.quorum || bench.quorum == 0 {
            let (bench, quorum) = (&bench.bench, bench.quorum);
            found.lacking = Some(Phrase::new(
                format!("bench {bench}: {signed} of its keys signed, and its quorum is {quorum}"),
                format!("席位 {bench}：{signed} 个公钥签了名，法定人数为 {quorum}"),
            ));
        }
        found
    }
}

/// What R5 found of a bench.
struct BenchSigned {
    examined: usize,
    faults: Vec<Phrase>,
    /// That fewer keys than its quorum signed.
    lacking: Option<Phrase>,
}

/// Whether the signature is right; `false` if this build cannot tell.
fn verifies(key: &VerifierKey, body: &str, signature: &Cosignature) -> bool {
    #[cfg(feature = "signatures")]
    return crate::sign::verify(key, body, signature).is_ok();
    #[cfg(not(feature = "signatures"))]
    {
        let _ = (key, body, signature);
        false
    }
}
