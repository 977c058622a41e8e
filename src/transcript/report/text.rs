//! The report as text: one line for each check, then who signed and who has what.

use super::data::{CheckReport, OutcomeKind, Report, Totals};
use super::words::stage_words;
use crate::aftermath::AftermathTotals;
use crate::lines::Stage;
use crate::number::count;
use crate::rules::{Lang, Phrase};
use crate::sign_off::BenchSignatures;
use crate::sign_times::moment;
use crate::text::visible;
use crate::transcript::stages::seals::Checkpoint;
use crate::transcript::verified::Settled;

/// How many checkpoints the text of the report tells.
const TOLD: usize = 16;

impl Report {
    /// The report as text, one line for each check, faults below it.
    pub fn text(&self, lang: Lang) -> String {
        let open =
            self.not_compared.as_ref().map(|open| open.words().get(lang).to_owned() + "\n\n");
        let mut out = open.unwrap_or_default();
        out.push_str(&format!("{}\n{}\n\n", visible(&self.title), visible(&self.origin)));
        for check in &self.checks {
            out.push_str(&check.line(lang));
        }
        let (passed, failed, not_run) = self.counts();
        out.push_str(&match lang {
            Lang::En => format!("\n{passed} checks passed, {failed} failed, {not_run} not run.\n"),
            Lang::Zh => format!("\n{passed} 项通过，{failed} 项未通过，{not_run} 项未执行。\n"),
        });
        for (checkpoint, name) in self.told() {
            let the = if checkpoint.stage == Stage::Day { "" } else { "the " };
            let (en, zh) = (format!("{the}{}", name.en), name.zh);
            let print = &checkpoint.fingerprint;
            out.push_str(&match lang {
                Lang::En => format!("Fingerprint of {en:13}  {print}\n"),
                Lang::Zh => format!("{zh}指纹  {print}\n"),
            });
        }
        let more = self.checkpoints.len().saturating_sub(TOLD);
        if more > 0 {
            out.push_str(&match lang {
                Lang::En => format!("({more} other checkpoints are in the report as JSON)\n"),
                Lang::Zh => format!("（另有 {more} 个检查点，见 JSON 报告）\n"),
            });
        }
        out.push_str(&self.totals_line(lang));
        self.signature_lines(lang).iter().for_each(|line| out.push_str(&format!("{line}\n")));
        self.token_lines(lang).iter().for_each(|line| out.push_str(&format!("{line}\n")));
        self.notes.iter().for_each(|note| out.push_str(&format!("{}\n", note.words.get(lang))));
        let chain = self.chain.iter().flat_map(|chain| chain.lines(lang));
        chain.for_each(|line| out.push_str(&format!("{}\n", visible(&line))));
        self.aftermath_lines(lang).iter().for_each(|line| out.push_str(&format!("{line}\n")));
        out + "\n" + self.sentence().get(lang) + "\n"
    }

    /// The numbers of the plan, and of the draw.
    fn totals_line(&self, lang: Lang) -> String {
        let Totals { households, units, picked, standby, leftover, .. } = self.totals;
        match (lang, self.leaves_out_the_draw()) {
            (Lang::En, true) => format!("{households} households, {units} units.\n"),
            (Lang::Zh, true) => format!("{households} 户，{units} 套房。\n"),
            (Lang::En, false) => format!(
                "{households} households, {units} units: {picked} picked, {standby} on standby, {leftover} left over.\n"
            ),
            (Lang::Zh, false) => format!(
                "{households} 户，{units} 套房：{picked} 户得房，{standby} 户候补，剩余 {leftover} 套。\n"
            ),
        }
    }

    /// Who signed which checkpoint.
    fn signature_lines(&self, lang: Lang) -> Vec<String> {
        let bench = |b: &BenchSignatures| {
            let BenchSignatures { keys, paper, dissent, unsigned, quorum, .. } = b;
            let id = self.bench(&b.bench, lang);
            match lang {
                Lang::En => format!(
                    "{id} {keys} by key, {paper} on paper, {dissent} refused, {unsigned} away (quorum {quorum})"
                ),
                Lang::Zh => format!(
                    "{id} 密钥 {keys} 人、纸面 {paper} 人、拒签 {dissent} 人、未签 {unsigned} 人（法定 {quorum} 人）"
                ),
            }
        };
        let told = |(c, name): (&Checkpoint, Phrase)| {
            let benches: Vec<String> = c.signatures.as_ref()?.iter().map(bench).collect();
            Some(match lang {
                Lang::En => format!("Signed, {}: {}.", name.en, benches.join("; ")),
                Lang::Zh => format!("{}签名：{}。", name.zh, benches.join("；")),
            })
        };
        self.told().filter_map(told).collect()
    }

    /// The time tokens, and what was not looked at in them.
    fn token_lines(&self, lang: Lang) -> Vec<String> {
        let told = |(c, name): (&Checkpoint, Phrase)| {
            let times: Vec<String> = c.tokens.iter().map(|token| moment(token.time)).collect();
            (!times.is_empty()).then(|| match lang {
                Lang::En => format!("Time tokens, {}: {}.", name.en, times.join("; ")),
                Lang::Zh => format!("{}时间戳：{}。", name.zh, times.join("；")),
            })
        };
        let mut lines: Vec<String> = self.told().filter_map(told).collect();
        if !lines.is_empty() {
            lines.push(not_looked_at().get(lang).to_owned());
        }
        lines
    }

    /// The checkpoints that the text tells, with what they are called: all, or of very many the
    /// first two and the last.
    fn told(&self) -> impl Iterator<Item = (&Checkpoint, Phrase)> {
        let last = self.checkpoints.len().saturating_sub(TOLD - 2);
        let mut days = 0_u64;
        let named = self.checkpoints.iter().map(move |checkpoint| {
            if checkpoint.stage != Stage::Day {
                return (checkpoint, stage_words(checkpoint.stage));
            }
            days = days.saturating_add(1);
            (checkpoint, Phrase::new(format!("day {days}"), format!("第 {days} 天")))
        });
        named.enumerate().filter(move |(i, _)| *i < 2 || *i >= last).map(|(_, named)| named)
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
            filed,
        } = self.aftermath;
        let mut lines = Vec::new();
        if self.aftermath != AftermathTotals::default() && !self.leaves_out() {
            lines.push(match lang {
                Lang::En => format!(
                    "After the result: objections {objections} (without a ruling {open}), withdrawals {withdrawals}, offers accepted {accepted} and declined {declined}, swaps {swaps}, recordings {recordings}."
                ),
                Lang::Zh => format!(
                    "结果之后：异议 {objections} 件（未裁定 {open} 件），放弃 {withdrawals} 户，递补接受 {accepted} 户、不接受 {declined} 户，换房 {swaps} 次，录像 {recordings} 份。"
                ),
            });
        }
        if filed > 0 && !self.leaves_out() {
            lines.push(match lang {
                Lang::En => format!("Documents filed after the result: {filed}."),
                Lang::Zh => format!("结果之后登记文件 {filed} 份。"),
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

/// S8: what is for another program.
fn not_looked_at() -> Phrase {
    Phrase::new(
        "(Imprint and time compared; the signature and certificate of the time stamp authority are not checked here: `openssl ts -verify` does that, and `verify_transcript tokens` prints the commands.)",
        "（已核对时间戳的摘要和时间；时间戳机构的签名和证书未在此核验：请用 `openssl ts -verify`，`verify_transcript tokens` 会给出命令。）",
    )
}

impl OutcomeKind {
    /// The outcome in a list of checks: as wide as the others.
    pub(crate) fn column(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (OutcomeKind::Passed, Lang::En) => "passed ",
            (OutcomeKind::Failed, Lang::En) => "FAILED ",
            (OutcomeKind::NotRun, Lang::En) => "not run",
            (OutcomeKind::Passed, Lang::Zh) => "通过  ",
            (OutcomeKind::Failed, Lang::Zh) => "未通过",
            (OutcomeKind::NotRun, Lang::Zh) => "未执行",
        }
    }
}

impl CheckReport {
    fn line(&self, lang: Lang) -> String {
        let outcome = self.outcome.column(lang);
        let mut out =
            format!("{:4}{outcome} {:>9}  {}\n", self.id.id(), self.examined, self.title.get(lang));
        // The title begins there: Chinese characters are two columns wide.
        let indent = if lang == Lang::En { 23 } else { 22 };
        let mut below = |text: &str| out.push_str(&format!("{:indent$}{text}\n", ""));
        if let Some(reason) = &self.reason {
            below(reason.get(lang));
        }
        for fault in &self.faults {
            below(&visible(&fault.sentence(lang)));
        }
        let more = self.failed.saturating_sub(count(self.faults.len()));
        if more > 0 {
            below(&match lang {
                Lang::En => format!("and {more} more"),
                Lang::Zh => format!("另有 {more} 处"),
            });
        }
        out
    }
}
