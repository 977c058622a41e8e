//! What can go wrong in a live draw.

use super::awaits::Awaits;
use crate::ceremony::CeremonyError;
use crate::plan::{Faults, text_fault};
use crate::profile::ProfileError;
use crate::rules::{Fault, Lang, Phrase};
use crate::text::most;

/// Why a unit cannot be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotOffered {
    /// Nobody is called who could choose.
    NobodyCalled,
    /// There is no such unit in the pool.
    Unknown,
    /// It is taken.
    Taken,
    /// It lacks what the household needs.
    Needs,
    /// It is held back for a household with needs (rule D4).
    HeldBack,
    /// It has more area than the budget of the household's family leaves (rule D14).
    Budget,
}

impl NotOffered {
    /// The reason in both languages.
    pub fn words(self) -> Phrase {
        match self {
            NotOffered::NobodyCalled => Phrase::new(
                "no household is called that could choose",
                "没有已叫到、可以选房的住户",
            ),
            NotOffered::Unknown => {
                Phrase::new("there is no such unit in this pool", "本批次没有这套房")
            }
            NotOffered::Taken => Phrase::new("it is taken", "已被选走"),
            NotOffered::Needs => {
                Phrase::new("it does not have what the household needs", "不符合该户的照顾需求")
            }
            NotOffered::HeldBack => {
                Phrase::new("it is held back for a household with needs", "须留给有照顾需求的住户")
            }
            NotOffered::Budget => Phrase::new(
                "it has more area than the budget of the family leaves",
                "面积超出该家庭剩余的面积额度",
            ),
        }
    }
}

/// A step that cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StepError {
    /// The step does not belong to what the session waits for (rule T2).
    #[error("`{step}` is not possible now; the session waits for: {}", awaits.words().en)]
    OutOfOrder {
        /// The step that was asked for, in a word or two.
        step: &'static str,
        /// What the session waits for.
        awaits: Awaits,
    },
    /// A rule of the ceremony.
    #[error(transparent)]
    Ceremony(#[from] CeremonyError),
    /// The unit cannot be chosen.
    #[error("unit {unit} cannot be chosen: {}", reason.words().en)]
    Unit {
        /// The id of the unit in the plan.
        unit: String,
        /// Why it is not on offer (rule D4).
        reason: NotOffered,
    },
    /// A reason or the name of a proxy is not a text by rule P3.
    #[error("{field}: found {}; expected {}", found.en, expected.en)]
    Text {
        /// Which text.
        field: &'static str,
        /// What was found.
        found: Phrase,
        /// What was expected.
        expected: Phrase,
    },
    /// A rule of the sign-off or of the aftermath.
    #[error(transparent)]
    Rule(#[from] Box<Fault>),
    /// The line before is neither a choice nor a missed call (rule D9).
    #[error("there is nothing to undo: the last line is neither a choice nor a missed call")]
    NothingToUndo,
}

fn step_in_chinese(step: &'static str) -> &'static str {
    match step {
        "commit" => "承诺",
        "envelope" => "交信封",
        "absent" => "记缺席",
        "close commits" => "点名截止",
        "reveal" => "公开密语",
        "withhold" => "拒绝公开",
        "close reveals" => "公开截止",
        "public numbers" => "录入随机数",
        "call" => "叫号",
        "choose" => "选房",
        "miss" => "记未到",
        "sign" => "签名或表态",
        "the signature of the log" => "日志签名",
        "time token" => "登记时间戳",
        "this step" => "此步骤",
        "close batch" => "结束后续事项",
        "aftermath" => "后续事项",
        "void" => "宣布作废",
        other => other,
    }
}

impl StepError {
    /// The error in both languages.
    pub fn words(&self) -> Phrase {
        let zh = match self {
            StepError::OutOfOrder { step, awaits } => {
                let (step, awaits) = (step_in_chinese(step), awaits.words().zh);
                format!("现在不能进行“{step}”；正在等待：{awaits}")
            }
            StepError::Ceremony(error) => return error.words(),
            StepError::Rule(fault) => fault.sentence(Lang::Zh),
            StepError::Unit { unit, reason } => format!("不能选 {unit}：{}", reason.words().zh),
            StepError::Text { field, found, expected } => {
                format!("{field}：发现 {}；应为 {}", found.zh, expected.zh)
            }
            StepError::NothingToUndo => "没有可撤回的步骤：上一行不是选房，也不是未到".into(),
        };
        Phrase::new(self.to_string(), zh)
    }
}

/// P3: a text of the operator.
pub(super) fn check_text(field: &'static str, text: &str, most: usize) -> Result<(), StepError> {
    match text_fault(text, most) {
        None => Ok(()),
        Some((found, expected)) => Err(StepError::Text { field, found, expected }),
    }
}

/// P3: whether a reason for everybody that does not enter the transcript (that of a pause in the
/// hall, say) is one that could.
///
/// # Errors
/// [`StepError::Text`] with what was found and what was expected.
pub fn check_reason(reason: &str) -> Result<(), StepError> {
    check_text("reason", reason, most::REASON)
}

/// A step that was prepared for other lines than those that the session has now: it changes
/// nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the step was prepared after line {prepared}, and the session is after line {found}, or has other lines; prepare it again"
)]
#[non_exhaustive]
pub struct Stale {
    /// How many lines the session had when the step was prepared.
    pub prepared: u64,
    /// How many it has now.
    pub found: u64,
}

impl Stale {
    /// The error in both languages.
    pub fn words(&self) -> Phrase {
        let Stale { prepared, found } = self;
        Phrase::new(
            self.to_string(),
            format!(
                "此步骤是在第 {prepared} 行之后准备的，现在已到第 {found} 行，或内容不同；请重新准备"
            ),
        )
    }
}

/// A transcript that cannot be gone on with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResumeError {
    /// The plan breaks rules.
    #[error(transparent)]
    Plan(#[from] Faults),
    /// The line is not in the profile.
    #[error("line {line}: {error}")]
    Profile {
        /// The line, from 1.
        line: u64,
        /// What is wrong.
        error: ProfileError,
    },
    /// The line is not possible at its place.
    #[error("line {line}: {error}")]
    Step {
        /// The line, from 1.
        line: u64,
        /// What is wrong.
        error: StepError,
    },
    /// The line is not what this plan and the lines before it lead to.
    #[error("line {line}: found {found}; expected {expected}")]
    Differs {
        /// The line, from 1.
        line: u64,
        /// The line of the file.
        found: String,
        /// What it should be; empty when no line can follow.
        expected: String,
    },
}

impl ResumeError {
    /// The error in both languages.
    pub fn words(&self) -> Phrase {
        let zh = match self {
            ResumeError::Plan(faults) => {
                let faults = faults.0.iter().map(|fault| fault.sentence(Lang::Zh));
                faults.collect::<Vec<_>>().join("\n")
            }
            ResumeError::Profile { line, error } => format!("第 {line} 行：{}", error.words().zh),
            ResumeError::Step { line, error } => format!("第 {line} 行：{}", error.words().zh),
            ResumeError::Differs { line, found, expected } => {
                format!("第 {line} 行：发现 {found}；应为 {expected}")
            }
        };
        Phrase::new(self.to_string(), zh)
    }
}
