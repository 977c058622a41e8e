//! The whole report as one sentence for a resident.

use super::data::{OutcomeKind, Report, Verdict, beacon_unchecked};
use crate::lines::{Mode, Stage};
use crate::number::count;
use crate::rules::{Lang, Phrase, Rule};
use crate::text::visible;
use crate::transcript::changed::Change;
use crate::transcript::level::{Level, NotCompared};
use crate::transcript::stages::seals::Checkpoint;

/// How many reasons of those who refuse are told.
const REASONS: usize = 5;

/// A stage in a sentence.
pub(super) fn stage_words(stage: Stage) -> Phrase {
    Phrase::new(
        stage.word(),
        match stage {
            Stage::Plan => "方案",
            Stage::Reveals => "密语公开",
            Stage::Day => "当日",
            Stage::Result => "结果",
            Stage::Aftermath => "后续",
        },
    )
}

/// How far a file was compared, of which the end was not.
fn compared(open: &NotCompared) -> Phrase {
    let (line, stage) = (open.from.saturating_sub(1), stage_words(open.after));
    Phrase::new(
        format!(
            "Every step follows from the sealed plan and the public numbers. As far as line {line} (the {}) it is what was noted outside, or signed by the panel. What stands behind, this report does not tell as a fact: compare the fingerprint of the last checkpoint, too.",
            stage.en
        ),
        format!(
            "每一步都由封存的方案和公开随机数推出。到第 {line} 行（{}）为止，与在外记下的一致，或经监督小组签名。其后的内容，本报告不作为事实陈述：请再比对最后一个检查点的指纹。",
            stage.zh
        ),
    )
}

/// One after the other, in each language.
fn joined(parts: impl IntoIterator<Item = Phrase>) -> Phrase {
    let empty = Phrase::new("", "");
    parts.into_iter().fold(empty, |all, one| Phrase::new(all.en + &one.en, all.zh + &one.zh))
}

impl Report {
    /// The whole report as one sentence for a resident.
    pub fn sentence(&self) -> Phrase {
        let changed = self
            .changed
            .as_ref()
            .map(|changed| Phrase::new(format!("{} ", changed.words.en), changed.words.zh.clone()));
        let [before, after] = self.taken_away();
        let said = [self.kind(), self.day_closed(), before, self.trust(), after];
        joined(changed.into_iter().chain(said))
    }

    /// What takes something away from a file that is not refuted: lines that were compared with
    /// nothing, a panel that refuses, a void draw, a drand round or draws before it that were not
    /// looked at. Empty if nothing does.
    pub fn reservations(&self) -> Phrase {
        joined(self.taken_away())
    }

    /// The same in two parts: what is said before how far trust goes, and after it.
    fn taken_away(&self) -> [Phrase; 2] {
        [
            joined([self.open_lines(), self.refused(), self.voided()]),
            joined([self.beacon_open(), self.prior_open()]),
        ]
    }

    /// Whether it is a draw that counts.
    fn kind(&self) -> Phrase {
        match self.mode {
            None => Phrase::new(
                "Whether this is an official draw or a rehearsal is NOT KNOWN: its first line cannot be read. ",
                "这是正式抽签还是演练，【性质不明】：首行无法读取。",
            ),
            Some(Mode::Official) => Phrase::new("", ""),
            Some(Mode::Rehearsal) => Phrase::new(
                "This is a REHEARSAL, not a draw that counts. ",
                "这是【演练】，不是正式抽签。",
            ),
        }
    }

    /// How far the draw is, where the file ends with a day and is rated.
    fn day_closed(&self) -> Phrase {
        let rated = (self.level > Level::None).then_some(()).and(self.day.as_ref());
        rated.map_or(Phrase::new("", ""), |day| {
            let words = day.sentence(self.totals.households, self.totals.lines);
            Phrase::new(words.en + " ", words.zh)
        })
    }

    /// That lines at the end were compared with nothing.
    fn open_lines(&self) -> Phrase {
        self.not_compared.as_ref().map_or(Phrase::new("", ""), |open| {
            let words = open.words();
            Phrase::new(words.en + " ", words.zh)
        })
    }

    /// That a bench refuses, so that its quorum cannot be reached, and why; empty if none does.
    pub fn refused(&self) -> Phrase {
        let told = self.checkpoints.iter().filter(|_| self.verdict != Verdict::Refuted);
        joined(told.map(|checkpoint| self.refusal(checkpoint)))
    }

    fn refusal(&self, checkpoint: &Checkpoint) -> Phrase {
        let benches: Vec<_> = checkpoint.refused_by().collect();
        if benches.is_empty() {
            return Phrase::new("", "");
        }
        let who = |lang: Lang, comma: &str| {
            let told = benches.iter().map(|bench| {
                let (title, no, of) =
                    (self.bench(&bench.bench, lang), bench.dissent, bench.members);
                match lang {
                    Lang::En => format!("{no} of {of} members of bench {title} refuse"),
                    Lang::Zh => format!("席位“{title}”的 {of} 人中有 {no} 人不同意"),
                }
            });
            told.collect::<Vec<_>>().join(comma)
        };
        let told = checkpoint.refusals.iter().take(REASONS);
        let told: Vec<String> =
            told.map(|r| format!("{}: {}", r.member, visible(&r.reason))).collect();
        let more = count(checkpoint.refusals.len().saturating_sub(REASONS));
        let (and, and_zh) = match more {
            0 => (String::new(), String::new()),
            _ => (format!("; and {more} more"), format!("；另有 {more} 人")),
        };
        let (stage, reasons) = (stage_words(checkpoint.stage), told.join("; "));
        let (en, zh) = (who(Lang::En, "; "), who(Lang::Zh, "；"));
        Phrase::new(
            format!("THE PANEL SAYS NO to the {}: {en} ({reasons}{and}). ", stage.en),
            format!("【监督员不同意】{}：{zh}（{reasons}{and_zh}）。", stage.zh),
        )
    }

    /// A bench in words.
    pub(super) fn bench(&self, id: &str, lang: Lang) -> String {
        let known = self.benches.iter().find(|(bench, _)| bench == id);
        visible(known.map_or(id, |(_, words)| words.get(lang)))
    }

    /// That nobody has anything by it.
    fn voided(&self) -> Phrase {
        match (&self.void, self.level) {
            (None, _) | (_, Level::None) => Phrase::new("", ""),
            (Some(reason), _) => {
                let reason = visible(reason);
                Phrase::new(
                    format!("The draw is VOID ({reason}): nobody has a flat by it. "),
                    format!("本次抽签已宣布【作废】（{reason}），不产生任何分配。"),
                )
            }
        }
    }

    /// How far trust goes.
    fn trust(&self) -> Phrase {
        let reached = self.anchored.is_some()
            && self.anchored == self.checkpoints.last().map(|checkpoint| checkpoint.stage);
        match (self.level, &self.not_compared) {
            (Level::None, _) => self.not_verified(),
            (Level::Certified, _) => Phrase::new(
                "Every step follows from the sealed plan and the public numbers, and the quorum of every bench of the panel signed it with the keys of the plan, which is the one that was noted outside.",
                "每一步都由封存的方案和公开随机数推出，各席位达到法定人数的监督员都用方案中的密钥签了名，且方案与在外记下的一致。",
            ),
            (Level::Anchored, _) if !reached => Phrase::new(
                "Every step follows from the sealed plan and the public numbers. The plan is the one that was noted outside, and the quorum of every bench signed what came after it with the keys of the plan.",
                "每一步都由封存的方案和公开随机数推出，方案与在外记下的（指纹或副本）一致，其后的内容由各席位达到法定人数的监督员用方案中的密钥签了名。",
            ),
            (Level::Anchored, _) if self.anchored == Some(Stage::Day) => Phrase::new(
                "Every step follows from the sealed plan and the public numbers, and the day is the one that was noted outside.",
                "每一步都由封存的方案和公开随机数推出，且当日内容与在外记下的（指纹或副本）一致。",
            ),
            (Level::Anchored, _) => Phrase::new(
                "Every step follows from the sealed plan and the public numbers, and plan and result are those that were noted outside.",
                "每一步都由封存的方案和公开随机数推出，且方案和结果与在外记下的（指纹或副本）一致。",
            ),
            (Level::Consistent, Some(open)) => compared(open),
            (Level::Consistent, _) if self.signed => Phrase::new(
                "Every step follows from the sealed plan and the public numbers, and the quorum of every bench signed it with the keys of the plan. Whether these are the keys of the panel is not yet shown: compare the plan's fingerprint with the notice.",
                "每一步都由封存的方案和公开随机数推出，各席位达到法定人数者都用方案中的密钥签了名。这些密钥是否属于监督小组尚未证实：请将方案指纹与公告比对。",
            ),
            (Level::Consistent, _) => Phrase::new(
                "Every step follows from the sealed plan and the public numbers. Whether this is the transcript of the hall is not yet shown: compare the fingerprint with the notice.",
                "每一步都由封存的方案和公开随机数推出。这是否就是现场的那份记录尚未证实：请与公告上的指纹比对。",
            ),
        }
    }

    /// That one of the public numbers was not looked at: 'not run' is never 'passed'.
    fn beacon_open(&self) -> Phrase {
        if beacon_unchecked(&self.checks) && self.verdict != Verdict::Refuted {
            Phrase::new(
                " But the drand round, one of the public numbers, was NOT verified by this program (check C7): verify the file with one that can.",
                "但其中 drand 一轮公开随机数【未经】本程序核验（第 C7 项），请用能核验的程序再核验一次。",
            )
        } else {
            Phrase::new("", "")
        }
    }

    /// That the draws before it were not looked at, though it goes on from one.
    fn prior_open(&self) -> Phrase {
        let mut v7 = self.checks.iter().filter(|check| check.id == Rule::V7);
        let open = v7.any(|check| check.outcome == OutcomeKind::NotRun);
        if open && self.verdict == Verdict::Verified {
            Phrase::new(
                " It goes on from a draw before it, with which it was NOT compared (check V7): verify all transcripts together, from the first on.",
                "本次抽签衔接之前的抽签，但【未与】之前的记录比对（第 V7 项）：请从第一份记录起一并核验。",
            )
        } else {
            Phrase::new("", "")
        }
    }

    /// The sentence on a file that is not verified.
    fn not_verified(&self) -> Phrase {
        let (id, line) = self.first.map_or(("", 0), |first| (first.check.id(), first.line));
        if let (Verdict::Unfinished, Some(unfinished)) = (self.verdict, &self.unfinished) {
            return unfinished.sentence();
        }
        if self.only_evidence_failed() {
            let end = self.unfinished.as_ref().map_or(Phrase::new("", ""), |unfinished| {
                Phrase::new(
                    format!(
                        " The file is also UNFINISHED (to line {}): perhaps what was given belongs to the end that is missing.",
                        unfinished.lines
                    ),
                    format!("文件也【尚未完成】（到第 {} 行为止）：所给内容也许属于缺失的末尾。", unfinished.lines),
                )
            });
            return Phrase::new(
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
            None => Phrase::new(
                format!(
                    "This transcript is REFUTED: the first fault is in line {line} (check {id}). Do not rely on it; show this report to the panel."
                ),
                format!(
                    "本记录【不成立】：第 {line} 行出现第一处不符（第 {id} 项）。请勿采信，并向监督小组出示本报告。"
                ),
            ),
        }
    }

    /// What is said of a file that a program on the way has changed, after the change. Where line
    /// ends are all that is wrong, it says so; the file stays refuted.
    fn altered(&self, what: Change) -> Phrase {
        let alone = self
            .checks
            .iter()
            .all(|c| c.outcome != OutcomeKind::Failed || (c.id == Rule::T1 && c.failed == 1));
        let rest = match (what, alone, &self.unfinished) {
            (Change::CrLf, true, None) => Phrase::new(
                " Nothing else is wrong: with LF at the end of the lines it would be verified, with the fingerprints in this report.",
                "除此之外没有发现问题：把行尾改回 LF，它就能通过核验，指纹如本报告所列。",
            ),
            (Change::CrLf, true, Some(_)) => Phrase::new(
                " Nothing else is wrong so far, but the file is unfinished, too.",
                "除此之外到目前为止没有发现问题，但文件也尚未完成。",
            ),
            _ => Phrase::new(
                " If a new copy says the same, do not rely on it, and show this report to the panel.",
                "如果重新取得的文件仍然如此，请勿采信，并向监督小组出示本报告。",
            ),
        };
        Phrase::new(
            format!(
                "This file is REFUTED as it is (check T1): its bytes are not those that were sealed.{}",
                rest.en
            ),
            format!("本文件按现有内容【不成立】（第 T1 项）：字节与当时封存的不一致。{}", rest.zh),
        )
    }

    /// Whether nothing is wrong with the file itself: what failed compares it with what was given
    /// beside it.
    fn only_evidence_failed(&self) -> bool {
        use Rule::{V1, V2, V4, V5, V6, V7, V8, V9};
        let mut failed =
            self.checks.iter().filter(|check| check.outcome == OutcomeKind::Failed).peekable();
        failed.peek().is_some()
            && failed.all(|check| [V1, V2, V4, V5, V6, V7, V8, V9].contains(&check.id))
    }
}

#[cfg(test)]
mod tests {
    use crate::transcript::{Evidence, Level, TreeHead, verify};

    #[test]
    fn a_prior_that_was_not_given_is_told() {
        let read = |name: &str| std::fs::read(format!("tests/vectors/corpus/valid/{name}.jsonl"));
        let (first, second) = (read("first-round").unwrap(), read("second-round-after").unwrap());
        let alone = verify(&second[..], &Evidence::default()).unwrap().sentence();
        assert!(alone.en.contains("NOT compared (check V7)"), "{}", alone.en);
        let before = verify(&first[..], &Evidence::default()).unwrap();
        assert!(!before.sentence().en.contains("V7"));
        let earlier = before.into_verified().unwrap().earlier();
        let both = Evidence::default().with_earlier([earlier]);
        assert!(!verify(&second[..], &both).unwrap().sentence().en.contains("V7"));
    }

    #[test]
    fn nothing_is_said_of_a_fingerprint_that_was_not_given() {
        let file = include_bytes!("../../../tests/vectors/corpus/valid/lot.jsonl"); // not signed
        let asked =
            Evidence { older: Some(TreeHead::of(&file[..]).unwrap()), ..Evidence::default() };
        let report = verify(&file[..], &asked).unwrap();
        assert_eq!(report.level, Level::Anchored);
        assert!(!report.sentence().en.contains("fingerprint"), "{}", report.sentence().en);
        let longer = [&file[..], b"x\n"].concat();
        let report = verify(&longer[..], &asked).unwrap();
        assert_eq!((report.level, report.anchored), (Level::None, None));
    }
}
