//! The program that runs, compared with the `program` lines of the plan: which of them everybody
//! can look up there, and that another one runs.

use crate::words::program::own_sha256;
use crate::words::say::{Stop, tr};
use floorlot::Hash;
use floorlot::lines::Mode;
use floorlot::plan::{DocumentKind, Roll};
use floorlot::rules::{Lang, Phrase};

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Running {
    /// The program that runs is in the plan.
    Same(Hash),
    /// The plan names others.
    Other(Hash),
    /// The plan names none.
    NotNamed,
    /// The program that runs could not be read.
    NotCompared(Phrase),
}

impl Running {
    /// Compares the program that runs. Where the plan names none, nothing is read.
    pub(crate) fn of(roll: &Roll) -> Running {
        let named = || roll.documents().iter().filter(|d| d.what == DocumentKind::Program);
        if named().next().is_none() {
            return Running::NotNamed;
        }
        match own_sha256() {
            Err(why) => Running::NotCompared(why.clone()),
            Ok(own) if named().any(|document| document.sha256 == *own) => Running::Same(*own),
            Ok(own) => Running::Other(*own),
        }
    }

    /// The word for a page.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Running::Same(_) => "same",
            Running::Other(_) => "other",
            Running::NotNamed => "not_named",
            Running::NotCompared(_) => "not_compared",
        }
    }

    /// For everybody in the hall.
    pub(crate) fn words(&self) -> Phrase {
        match self {
            Running::Same(_) => {
                Phrase::new("The program is the one in the plan", "程序与公示的一致")
            }
            Running::Other(_) => {
                Phrase::new("The program is NOT the one in the plan", "程序与公示的不一致")
            }
            Running::NotNamed => Phrase::new(
                "The plan names no program: which program runs is not compared",
                "方案未列出程序：未比对所用程序",
            ),
            Running::NotCompared(why) => Phrase::new(
                format!("The program was not compared with the plan: {}", why.en),
                format!("程序未与方案比对：{}", why.zh),
            ),
        }
    }

    /// The SHA-256 of the program, for everybody who compares it.
    pub(crate) fn digits(&self) -> Option<String> {
        match self {
            Running::Same(own) | Running::Other(own) => Some(groups(own)),
            Running::NotNamed | Running::NotCompared(_) => None,
        }
    }

    /// Both in one line.
    pub(crate) fn told(&self, lang: Lang) -> String {
        let (words, digits) = (self.words(), self.digits());
        let words = words.get(lang);
        digits.map_or_else(
            || words.to_owned(),
            |digits| tr!(lang, "{words}: SHA-256 {digits}", "{words}：SHA-256 {digits}"),
        )
    }

    /// Whether somebody has to confirm that the draw is held with this program. A rehearsal never
    /// waits for that.
    pub(crate) fn asks(&self, roll: &Roll) -> bool {
        matches!(self, Running::Other(_)) && roll.mode() == Mode::Official
    }

    /// The SHA-256 of a program that is not in the plan: the hall notes it, and the minutes tell.
    pub(crate) fn other(&self) -> Option<Hash> {
        match self {
            Running::Other(own) => Some(*own),
            _ => None,
        }
    }
}

/// What is asked before another program goes on.
pub(crate) fn question(lang: Lang) -> String {
    tr!(
        lang,
        "This is an official draw, and the plan names another program. Hold it with this one all the same? The minutes will say so.",
        "这是正式抽签，而方案公示的是另一个程序。仍要用本程序进行吗？会议记录会写明。"
    )
}

/// Where nobody can be asked, the command line has to say it.
pub(crate) fn not_confirmed(lang: Lang) -> Stop {
    Stop::Failed(tr!(
        lang,
        "the program that runs is not the one in the plan, and this is an official draw. Run the program that the plan names, or confirm this one with --other-program. Nothing was written.",
        "正在运行的程序与方案公示的不一致，而这是正式抽签。请改用方案所列的程序，或加 --other-program 确认使用本程序。未写入任何内容。"
    ))
}

/// Eight groups of eight hex digits, which two people can compare.
fn groups(hash: &Hash) -> String {
    let digits: Vec<char> = hash.to_hex().chars().collect();
    digits.chunks(8).map(|group| group.iter().collect()).collect::<Vec<String>>().join(" ")
}
