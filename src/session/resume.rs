//! Going on with a draw from the lines that are on disk.

use super::error::{ResumeError, StepError};
use super::state::Session;
use super::step::{Prepared, Step, time};
use crate::draw::PoolDraw;
use crate::lines::Line;
use crate::plan::{Faults, Plan, ValidPlan};

impl Session {
    /// The session of a transcript, finished or not, from its lines without LF: plan and draw.
    ///
    /// ```
    /// use floorlot::session::{Awaits, ResumeError, Session};
    /// let file = include_str!("../../tests/vectors/worked/transcript.jsonl");
    /// let session = Session::from_lines(file.lines().map(str::as_bytes))?;
    /// assert_eq!(session.awaits(), Awaits::Done);
    /// assert_eq!(session.roll().household_count(), 2);
    /// let cut = Session::from_lines(file.lines().map(str::as_bytes).take(3));
    /// assert!(matches!(cut, Err(ResumeError::Plan(_)))); // a part of a plan is no plan
    /// # Ok::<(), ResumeError>(())
    /// ```
    pub fn from_lines<'a>(
        lines: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Session, ResumeError> {
        let mut resuming = Resuming::default();
        for line in lines {
            resuming.line(line)?;
        }
        resuming.finish()
    }

    /// Goes on with a draw whose plan is read already and whose first lines (those of the plan
    /// among them) are on disk, each without LF.
    pub fn resume<'a>(
        plan: ValidPlan,
        lines: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Session, ResumeError> {
        let mut session = Session::new(plan);
        lines.into_iter().try_for_each(|line| session.replay(line))?;
        Ok(session)
    }

    /// Makes the step that this line records. After an error nothing is changed.
    pub fn replay(&mut self, bytes: &[u8]) -> Result<(), ResumeError> {
        let number = self.lines().saturating_add(1);
        let line =
            Line::decode(bytes).map_err(|error| ResumeError::Profile { line: number, error })?;
        let prepared =
            self.prepare_line(&line).map_err(|error| ResumeError::Step { line: number, error })?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        match prepared {
            // Byte for byte: what the rules lead to is on disk, and nothing else.
            Some(prepared) if prepared.line() == bytes => {
                self.enter(prepared);
                Ok(())
            }
            other => {
                let expected = other.map(|prepared| text(prepared.line())).unwrap_or_default();
                Err(ResumeError::Differs { line: number, found: text(bytes), expected })
            }
        }
    }

    /// The step that leads to such a line, if any does.
    fn prepare_line(&self, line: &Line<'_>) -> Result<Option<Prepared>, StepError> {
        match Step::of(line) {
            // Where nobody chooses, a call follows from the rules like any other line.
            Some(Step::Call) if !self.in_choice() => Ok(self.prepare_next(time(line))),
            Some(Step::Call) if self.is_late(line) => {
                self.prepare(Step::CallLate, time(line)).map(Some)
            }
            Some(step) => self.prepare(step, time(line)).map(Some),
            None => Ok(self.prepare_next(time(line))),
        }
    }

    /// D2: whether the line calls the first of those that are called again at the end of the day.
    fn is_late(&self, line: &Line<'_>) -> bool {
        let late = self.open_pool().and_then(PoolDraw::late);
        let late = late.map(|household| self.roll.household_id(household));
        matches!(line, Line::Call { household, .. } if Some(household.as_ref()) == late)
    }
}

/// A session that is made from the lines of one file, line by line.
#[derive(Default)]
pub(crate) struct Resuming {
    /// The lines of the plan, until it is sealed.
    plan: Vec<Vec<u8>>,
    session: Option<Session>,
}

impl Resuming {
    /// Takes in the next line, without LF. Gives the session after a line that follows the plan's
    /// checkpoint.
    pub(crate) fn line(&mut self, bytes: &[u8]) -> Result<Option<&mut Session>, ResumeError> {
        if let Some(session) = &mut self.session {
            session.replay(bytes)?;
            return Ok(self.session.as_mut());
        }
        // T2: the first checkpoint seals the plan.
        if matches!(Line::decode(bytes), Ok(Line::Checkpoint { .. })) {
            let sealed = self.plan.iter().map(Vec::as_slice).chain([bytes]);
            self.session = Some(Session::resume(read(&self.plan)?, sealed)?);
            self.plan.clear();
        } else {
            self.plan.push(bytes.to_vec());
        }
        Ok(None)
    }

    /// The session after the last line; of a plan alone, that is not sealed yet, one at its
    /// beginning.
    pub(crate) fn finish(self) -> Result<Session, ResumeError> {
        match self.session {
            Some(session) => Ok(session),
            None => Ok(Session::new(read(&self.plan)?)),
        }
    }
}

fn read(plan: &[Vec<u8>]) -> Result<ValidPlan, Faults> {
    Plan::read_lines(plan.iter().map(Vec::as_slice))
}
