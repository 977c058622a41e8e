//! The program that runs, compared with the `program` lines of the plan.

use super::lang::tr;
use super::own;
use floorlot::Hash;
use floorlot::lines::Mode;
use floorlot::plan::{DocumentKind, Roll};
use floorlot::rules::{Lang, Phrase};

/// What comes of comparing the program that runs with the `program` lines of a plan: which of them
/// everybody can look up there, and that another one runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Running {
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
    pub fn of(roll: &Roll) -> Running {
        match named(roll).next() {
            None => Running::NotNamed,
            Some(_) => own::sha256().as_ref().map_or_else(
                |why| Running::NotCompared(why.clone()),
                |own| Running::was(roll, *own),
            ),
        }
    }

    /// Compares a program that ran, by its SHA-256.
    pub fn was(roll: &Roll, ran: Hash) -> Running {
        match named(roll).next() {
            None => Running::NotNamed,
            Some(_) if named(roll).any(|sha256| sha256 == ran) => Running::Same(ran),
            Some(_) => Running::Other(ran),
        }
    }

    /// The word for a page.
    pub fn word(&self) -> &'static str {
        match self {
            Running::Same(_) => "same",
            Running::Other(_) => "other",
            Running::NotNamed => "not_named",
            Running::NotCompared(_) => "not_compared",
        }
    }

    /// For everybody in the hall.
    pub fn words(&self) -> Phrase {
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

    /// The SHA-256 of the program, for everybody who compares it: eight groups of eight hex digits.
    pub fn digits(&self) -> Option<String> {
        match self {
            Running::Same(own) | Running::Other(own) => Some(own::groups(*own)),
            Running::NotNamed | Running::NotCompared(_) => None,
        }
    }

    /// Both in one line.
    pub fn told(&self, lang: Lang) -> String {
        let (words, digits) = (self.words(), self.digits());
        let words = words.get(lang);
        digits.map_or_else(
            || words.to_owned(),
            |digits| tr!(lang, "{words}: SHA-256 {digits}", "{words}：SHA-256 {digits}"),
        )
    }

    /// Whether somebody has to confirm that the draw is held with this program. A rehearsal never
    /// waits for that.
    pub fn asks(&self, roll: &Roll) -> bool {
        matches!(self, Running::Other(_)) && roll.mode() == Mode::Official
    }

    /// The SHA-256 of a program that is not in the plan: the hall notes it, and the minutes tell.
    pub fn other(&self) -> Option<Hash> {
        match self {
            Running::Other(own) => Some(*own),
            _ => None,
        }
    }
}

/// The programs that a plan names.
fn named(roll: &Roll) -> impl Iterator<Item = Hash> + '_ {
    let documents = roll.documents().iter();
    documents.filter(|d| d.what == DocumentKind::Program).map(|d| d.sha256)
}
