//! The faults that the plan's own validation finds, put into the words of the office's tables: row
//! and column, not line.

use super::built::Built;
use super::columns::{Field, Inputs};
use super::fault::{At, Fault, Place};
use crate::words::program::program;
use floorlot::rules::{self, Lang, Phrase, Rule};

/// Where the lines of the plan come from.
pub(super) struct Origins<'a> {
    pub(super) config_file: &'a str,
    pub(super) inputs: Inputs<'a>,
    pub(super) built: &'a Built,
}

impl Origins<'_> {
    /// All faults of the plan that do not follow from one that has been named.
    pub(super) fn translate(&self, faults: &[rules::Fault]) -> Vec<Fault> {
        faults.iter().filter(|f| !self.follows(f)).map(|f| self.fault(f)).collect()
    }

    /// What rows with faults lack may be missing in their pools.
    fn follows(&self, fault: &rules::Fault) -> bool {
        let empty = fault.rule == Rule::P7
            && [", units", ", households"].iter().any(|end| fault.place.ends_with(end));
        (self.built.unmet && fault.rule == Rule::P10)
            || (self.built.budgets_told
                && fault.rule == Rule::P15
                && ["area", "budget"].iter().any(|end| fault.place.ends_with(end)))
            || self.built.any_bad && (fault.rule == Rule::P10 || fault.rule == Rule::T2 || empty)
    }

    fn fault(&self, fault: &rules::Fault) -> Fault {
        let at = self.at(fault);
        let place = match at {
            Some(at) => self.row_place(at, fault),
            None => {
                let file = self.config_file;
                Phrase::new(
                    format!("{file}, {}", fault.place),
                    format!("{file}，{}", place_in_chinese(fault)),
                )
            }
        };
        let rule = |text: &str| format!("{text} [{}]", fault.rule);
        let expected = self.rows_for_lines(&fault.expected);
        let found = self.group_names(&fault.found);
        let advice = if fault.rule == Rule::P11 && fault.place.ends_with("prior") {
            after_a_void_draw()
        } else {
            Phrase::same("")
        };
        let fault =
            Fault::new(place, found, Phrase::new(rule(&expected.en), rule(&expected.zh)), advice);
        at.map_or(fault.clone(), |at| fault.at(at))
    }

    /// The row that a line of the plan comes from; `None` for the lines that the configuration
    /// gives.
    fn row(&self, line: u64) -> Option<At> {
        let plan = &self.built.plan;
        let configured =
            1 + plan.benches.len() + plan.members.len() + plan.sources.len() + plan.documents.len();
        let index = usize::try_from(line).ok()?.checked_sub(configured + 1)?;
        self.built.rows.get(index).copied()
    }

    fn at(&self, fault: &rules::Fault) -> Option<At> {
        // What is said of a pool is shown at the first row of the pool, whatever line it was found
        // on.
        let pool = fault.place.strip_prefix("pool ").and_then(|rest| rest.split(',').next());
        let index = pool.and_then(|id| self.built.plan.pools.iter().position(|p| p.id == id));
        index.and_then(|i| self.built.rows.get(i)).copied().or_else(|| self.row(fault.line))
    }

    fn row_place(&self, at: At, fault: &rules::Fault) -> Place {
        let subject = fault.place.as_str();
        let word = subject
            .rsplit(", ")
            .next()
            .filter(|_| !subject.starts_with("pool "))
            .unwrap_or_default();
        let field = Field::ALL.iter().copied().find(|f| f.word() == word);
        let place = self.inputs.place(at, field);
        // The column says which field it is.
        let zh = place_in_chinese(fault);
        let zh =
            if field.is_some() { zh.split('，').next().unwrap_or_default() } else { zh.as_str() };
        Phrase::new(format!("{}, {subject}", place.en), format!("{}，{zh}", place.zh))
    }

    /// A group that was given an id is told by its name.
    fn group_names(&self, words: &Phrase) -> Phrase {
        let named = |text: &str| {
            self.built
                .made_groups
                .iter()
                .fold(text.to_owned(), |text, (id, name)| text.replace(id, name))
        };
        Phrase::new(named(&words.en), named(&words.zh))
    }

    /// `on line 12` becomes `in row 7`.
    fn rows_for_lines(&self, words: &Phrase) -> Phrase {
        let row = |number: &str| {
            number
                .parse()
                .ok()
                .and_then(|line| self.row(line))
                .map(|at| self.inputs.of(at.role).row(at))
        };
        let en = replace_number(&words.en, ("on line ", ""), |n| {
            row(n).map_or(format!("in {}", self.config_file), |r| format!("in {}", r.en))
        });
        let zh = replace_number(&words.zh, ("第 ", " 行"), |n| {
            row(n).map_or(self.config_file.to_owned(), |r| r.zh)
        });
        Phrase::new(en, zh)
    }
}

/// How the settings of a second attempt are made: nobody has to type the checkpoint of the first.
pub(super) fn after_a_void_draw() -> Phrase {
    let program = program("draw_session");
    Phrase::new(
        format!(
            "make the settings from the transcript of the void draw: {program} again TRANSCRIPT"
        ),
        format!("请由已作废的记录生成设置：{program} again TRANSCRIPT（记录文件）"),
    )
}

/// The place of a fault as its sentence has it.
fn place_in_chinese(fault: &rules::Fault) -> String {
    let sentence = rules::Fault { line: 0, ..fault.clone() }.sentence(Lang::Zh);
    sentence.split("：发现 ").next().unwrap_or_default().to_owned()
}

/// Replaces the first number that stands between two texts, with the texts.
fn replace_number(
    text: &str,
    (before, after): (&str, &str),
    with: impl Fn(&str) -> String,
) -> String {
    let parts = text.split_once(before).and_then(|(head, rest)| {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, rest) = rest.split_at_checked(digits)?;
        Some((head, number, rest.strip_prefix(after)?)).filter(|_| digits > 0)
    });
    parts.map_or_else(
        || text.to_owned(),
        |(head, number, rest)| format!("{head}{}{rest}", with(number)),
    )
}
