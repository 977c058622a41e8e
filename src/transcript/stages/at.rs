//! The line at hand, and where the faults of it are written down.

use crate::lines::Line;
use crate::plan::text_fault;
use crate::rules::{Checks, Fault, Phrase, Rule};
use std::fmt::Display;

/// What every stage is given beside a line: the checks, and the number of the line.
pub(crate) struct At<'a> {
    pub(crate) checks: &'a mut Checks,
    pub(crate) number: u64,
}

impl<'a> At<'a> {
    pub(crate) fn new(checks: &'a mut Checks, number: u64) -> At<'a> {
        At { checks, number }
    }

    pub(super) fn examine(&mut self, rule: Rule) {
        self.checks.examine(rule);
    }

    /// Something in this line breaks a rule.
    pub(crate) fn fail(
        &mut self,
        rule: Rule,
        place: impl Display,
        found: Phrase,
        expected: Phrase,
    ) {
        self.checks.fail(rule, self.number, place, found, expected);
    }

    /// A fault that was found without regard to the line.
    pub(super) fn fault(&mut self, fault: Fault) {
        self.fail(fault.rule, fault.place, fault.found, fault.expected);
    }

    /// T2: the line may not stand here.
    pub(crate) fn misplaced(&mut self, line: &Line<'_>, expected: Phrase) {
        let kind = line.kind();
        let found = Phrase::new(format!("a `{kind}` line"), format!("`{kind}` 行"));
        self.fail(Rule::T2, kind, found, expected);
    }

    /// P3: one text.
    pub(super) fn text(&mut self, field: &str, text: &str, most: usize) {
        self.examine(Rule::P3);
        if let Some((found, expected)) = text_fault(text, most) {
            self.fail(Rule::P3, field, found, expected);
        }
    }
}
