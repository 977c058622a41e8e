//! What comes together while the tables are read: faults, questions, hints and the report.

use super::fault::{At, Fault, sentences, without_numbers};
use super::preview::Preview;
use super::question::{Kind, Question};
use super::refusal::{Asked, Refusal};
use floorlot::rules::{Lang, Phrase};
use std::collections::{BTreeMap, BTreeSet};

/// Something that somebody should look at, though nothing has to be confirmed.
pub(super) struct Hint {
    pub(super) rows: Vec<At>,
    pub(super) words: Phrase,
}

/// Everything that is noted on the way.
#[derive(Default)]
pub(super) struct Notes {
    pub(super) told: String,
    pub(super) faults: Vec<Fault>,
    /// Faults with which the rows are looked through all the same: of settings that were filled in,
    /// of worked lines.
    pub(super) aside: Vec<Fault>,
    pub(super) questions: Vec<Question>,
    pub(super) hints: Vec<Hint>,
    pub(super) preview: Option<Preview>,
}

impl Notes {
    pub(super) fn ask(&mut self, kind: Kind, rows: Vec<At>, fault: Fault) {
        let fault = match rows.first() {
            Some(first) => fault.at(*first),
            None => fault,
        };
        self.questions.push(Question { kind, rows, fault });
    }

    pub(super) fn hint(&mut self, rows: Vec<At>, words: Phrase) {
        self.hints.push(Hint { rows, words });
    }

    /// The report, line by line.
    pub(super) fn lines(&self) -> Vec<String> {
        self.told.lines().map(without_numbers).collect()
    }

    /// The questions of the kinds that are wanted.
    pub(super) fn asked(&self, lang: Lang, wanted: impl Fn(Kind) -> bool) -> Vec<Asked> {
        let mut by_kind: BTreeMap<Kind, Vec<Fault>> = BTreeMap::new();
        for question in self.questions.iter().filter(|question| wanted(question.kind)) {
            by_kind.entry(question.kind).or_default().push(question.fault.clone());
        }
        let words = |kind: Kind| kind.words().get(lang).to_owned();
        let asked = |(kind, faults): (Kind, Vec<Fault>)| Asked {
            kind,
            words: words(kind),
            count: faults.len(),
            sentences: sentences(&faults, lang),
        };
        by_kind.into_iter().map(asked).collect()
    }

    /// Everything that is in the way of a plan.
    pub(super) fn refusal(self, accept: &BTreeSet<Kind>, lang: Lang) -> Box<Refusal> {
        let all: Vec<Fault> = self.aside.iter().chain(&self.faults).cloned().collect();
        let faults = sentences(&all, lang);
        let questions = self.asked(lang, |kind| !accept.contains(&kind));
        Box::new(Refusal { told: self.lines(), faults, questions, preview: self.preview })
    }
}
