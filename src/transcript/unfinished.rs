//! A file that does not end with a closing line: how far it goes, and what is missing (rule T4).

use crate::rules::Phrase;
use serde::Serialize;

/// How far a file goes that is not finished.
///
/// ```
/// use floorlot::transcript::{Evidence, Verdict, verify};
/// let file = include_bytes!("../../tests/vectors/worked/transcript.jsonl");
/// let lines: Vec<&[u8]> = file.split_inclusive(|byte| *byte == b'\n').take(20).collect();
/// let report = verify(&lines.concat()[..], &Evidence::default())?; // copied after the reveals
/// assert_eq!(report.verdict, Verdict::Unfinished);
/// assert_eq!(report.unfinished.unwrap().lines, 20);
/// # Ok::<(), floorlot::transcript::ReadError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Unfinished {
    /// The number of whole lines.
    pub lines: u64,
    /// The phase in which the file ends.
    pub phase: &'static str,
    /// The line of the last closing line; 0 if there is none.
    pub closed: u64,
    /// The number of lines under the last checkpoint; 0 if there is none. What stands behind them
    /// nothing protects.
    pub sealed: u64,
    /// How many bytes stand behind the last LF: a line that was torn.
    pub torn: u64,
}

/// A day of the draw with which a file ends, so that its checkpoints have levels although it is not
/// finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Day {
    /// Which day it is, from 1.
    pub number: u64,
    /// How many households have a unit or a place on standby so far.
    pub served: u64,
}

impl Day {
    /// How far the draw is.
    pub(crate) fn sentence(&self, households: u32, lines: u64) -> Phrase {
        let Day { number, served } = self;
        Phrase::new(
            format!(
                "Day {number} of the draw is closed; {served} of {households} households are served, and the draw is NOT FINISHED. It keeps the rules to line {lines}."
            ),
            format!(
                "抽签第 {number} 天已结束：{households} 户中的 {served} 户已办理，抽签【尚未完成】。到第 {lines} 行为止符合规则。"
            ),
        )
    }
}

impl Unfinished {
    /// What is missing.
    pub(crate) fn missing(&self) -> Phrase {
        let (en, zh) = match self.phase {
            "plan" => ("the plan is not sealed yet", "方案尚未封存"),
            "roll call" => ("the roll call is not closed yet", "点名尚未截止"),
            "answers" => ("the reveals are not closed yet", "密语公开尚未截止"),
            "reveals" => ("the reveals are not sealed yet", "密语公开尚未封存"),
            "numbers" => ("there is no seed yet", "尚未得出种子"),
            "pools" => ("there is no result yet", "尚未得出结果"),
            "result" => ("the result is not sealed yet", "结果尚未封存"),
            "signed" => ("the closing line is missing", "缺少结束行"),
            "day" => ("the closing line of the day is missing", "缺少当日的结束行"),
            "batch" => ("the checkpoint over the last events is missing", "最后的事项还没有检查点"),
            _ => ("the last line is not whole", "最后一行不完整"),
        };
        Phrase::new(en, zh)
    }

    /// That bytes stand behind the last whole line; empty if none do.
    pub(crate) fn torn_line(&self) -> Phrase {
        let Unfinished { lines, torn, .. } = self;
        match torn {
            0 => Phrase::new("", ""),
            _ => Phrase::new(
                format!(
                    "After line {lines} there are {torn} bytes without a line end: a line that was torn (by a power cut, say) or cut off; they are not examined. "
                ),
                format!(
                    "第 {lines} 行之后还有 {torn} 字节没有换行符，是写入时中断（如停电）或复制时截断的一行，未作检查。"
                ),
            ),
        }
    }

    /// How many lines nothing seals, and what that means.
    fn open_lines(&self) -> Phrase {
        let Unfinished { lines, closed, sealed, .. } = self;
        let open = lines.saturating_sub(*sealed.max(closed));
        let (count, count_zh) = (
            if open == 1 { "1 line".into() } else { format!("{open} lines") },
            format!("{open} 行"),
        );
        match (open, sealed, closed) {
            (0, _, _) => Phrase::new("", ""),
            (_, 0, _) => Phrase::new(
                format!(
                    "No checkpoint seals it yet: anybody could have changed or added its {count}. "
                ),
                format!("尚无检查点封存：这 {count_zh}任何人都可能改动或添加过。"),
            ),
            (_, _, 0) => Phrase::new(
                format!(
                    "It is sealed by a checkpoint to line {sealed}; nothing seals the {count} after it, and anybody could have changed or added them. "
                ),
                format!(
                    "检查点封存到第 {sealed} 行；其后 {count_zh}没有任何封存，任何人都可能改动或添加过。"
                ),
            ),
            _ => {
                let from = sealed.max(closed);
                Phrase::new(
                    format!(
                        "Nothing seals the {count} after line {from}, and anybody could have changed or added them; a checkpoint seals the file to line {sealed}. "
                    ),
                    format!(
                        "第 {from} 行之后的 {count_zh}没有任何封存，任何人都可能改动或添加过；检查点封存到第 {sealed} 行。"
                    ),
                )
            }
        }
    }

    /// The whole as sentences for a resident.
    pub(super) fn sentence(&self) -> Phrase {
        let Unfinished { lines, closed, .. } = self;
        let (missing, torn, open) = (self.missing(), self.torn_line(), self.open_lines());
        let so_far = match (lines, closed) {
            (0, _) => Phrase::new(
                "This transcript is UNFINISHED: not even its first line is whole. ",
                "本记录【尚未完成】：连第一行都不完整。",
            ),
            (_, 0) => Phrase::new(
                format!(
                    "This transcript is UNFINISHED: {}. It keeps the rules to line {lines}. {}",
                    missing.en, open.en
                ),
                format!(
                    "本记录【尚未完成】：{}。到第 {lines} 行为止符合规则。{}",
                    missing.zh, open.zh
                ),
            ),
            _ => Phrase::new(
                format!(
                    "{}This transcript is finished to line {closed}, and UNFINISHED after it: {}. It keeps the rules to line {lines}. ",
                    open.en, missing.en
                ),
                format!(
                    "{}本记录到第 {closed} 行为止已结束，之后增加的内容【尚未完成】：{}。到第 {lines} 行为止符合规则。",
                    open.zh, missing.zh
                ),
            ),
        };
        let result = self.no_result();
        Phrase::new(
            so_far.en
                + &torn.en
                + &result.en
                + " If it was published as a finished draw, its end is missing: ask for the whole file.",
            so_far.zh
                + &torn.zh
                + &result.zh
                + "如果公布时称抽签已完成，则末尾缺失：请索取完整文件。",
        )
    }

    /// That it is not verified, and what of it can be.
    fn no_result(&self) -> Phrase {
        let Unfinished { closed, .. } = self;
        match closed {
            0 => Phrase::new(
                "It is not verified, and nothing in it is a final result.",
                "它没有通过核验，其中的内容都不是最终结果。",
            ),
            _ => Phrase::new(
                format!(
                    "As a whole it is not verified; its first {closed} lines are a finished transcript, and can be verified by themselves."
                ),
                format!("整份没有通过核验；它的前 {closed} 行是一份已结束的记录，可以单独核验。"),
            ),
        }
    }

    /// Why T4 is not run.
    pub(super) fn reason(&self) -> Phrase {
        let (missing, torn) = (self.missing(), self.torn_line());
        let Unfinished { lines, .. } = self;
        let en = format!(
            "the file ends after line {lines} without a closing line: {}. {}",
            missing.en, torn.en
        );
        let zh = format!("文件到第 {lines} 行为止，没有结束行：{}。{}", missing.zh, torn.zh);
        Phrase::new(en.trim_end(), zh)
    }
}
