//! The plan (rules P1 to P15): the validator as long as it is read, what it compiled afterwards.

use super::at::At;
use crate::lines::Line;
use crate::plan::{Roll, Validator};
use crate::rules::{Checks, Rule};
use crate::transcript::reader::RawLine;
use std::sync::Arc;

/// The plan as far as the file has come.
pub(crate) struct PlanStage {
    /// Until the plan ends.
    validator: Option<Validator>,
    /// From then on.
    roll: Option<Arc<Roll>>,
    /// Whether the plan has ended and keeps all its rules.
    sound: bool,
}

impl PlanStage {
    pub(crate) fn new() -> PlanStage {
        PlanStage { validator: Some(Validator::new()), roll: None, sound: false }
    }

    /// What the plan says, once it has ended.
    #[inline]
    pub(crate) fn roll(&self) -> Option<&Roll> {
        self.roll.as_deref()
    }

    /// The same, if it keeps all its rules: of another nothing is followed (section 7).
    #[inline]
    pub(crate) fn sound(&self) -> Option<&Roll> {
        self.roll.as_deref().filter(|_| self.sound)
    }

    /// T2: whether each section has a line, so that the plan can end.
    pub(crate) fn is_whole(&self) -> bool {
        self.validator.as_ref().is_some_and(Validator::is_whole)
    }

    /// The origin, as far as it is known.
    pub(crate) fn origin(&self) -> &str {
        let read = || self.validator.as_ref()?.roll();
        self.roll.as_deref().or_else(read).map(|roll| roll.origin.as_str()).unwrap_or_default()
    }

    /// The usual case: a unit or household like the one before.
    #[inline]
    pub(crate) fn usual_line(&mut self, raw: RawLine<'_>, checks: &mut Checks) -> bool {
        match &mut self.validator {
            Some(validator) => validator.usual_line(raw.number, raw.bytes, checks),
            None => false,
        }
    }

    /// P1 to P15, T2: one line of the plan.
    pub(crate) fn line(&mut self, line: &Line<'_>, at: &mut At<'_>) {
        if let Some(validator) = &mut self.validator {
            validator.line(at.number, line, at.checks);
        }
    }

    /// The plan ends: what only the whole of it shows.
    pub(crate) fn end(&mut self, at: &mut At<'_>) {
        if let Some(validator) = self.validator.take() {
            self.roll = validator.finish(at.number, at.checks).0.map(Arc::new);
            self.sound = Rule::OF_THE_PLAN.iter().all(|rule| at.checks.failed(*rule) == 0);
        }
    }

    /// The file ends. If the plan did not, its name and title are still known.
    pub(crate) fn leave(&mut self, checks: &mut Checks) {
        if let Some(mut validator) = self.validator.take() {
            validator.leave(checks);
            self.roll = validator.roll().cloned().map(Arc::new);
        }
    }

    pub(crate) fn into_roll(self) -> Option<Roll> {
        // Whoever drew ahead on another thread may still hold it.
        self.roll.map(|roll| Arc::try_unwrap(roll).unwrap_or_else(|roll| Roll::clone(&roll)))
    }

    /// The same roll for other threads.
    pub(crate) fn shared(&self) -> Option<Arc<Roll>> {
        self.roll.clone()
    }
}
