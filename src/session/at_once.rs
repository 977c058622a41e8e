//! Every step in one call: prepared and recorded at once. The caller writes the line (with LF)
//! before the next step.

use super::error::StepError;
use super::state::Session;
use super::step::Step;
use crate::ceremony::Numbers;
use crate::hash::Hash;
use crate::lines::Line;

impl Session {
    fn make(&mut self, step: Step<'_>, at: Option<u64>) -> Result<Vec<u8>, StepError> {
        let prepared = self.prepare(step, at)?;
        Ok(self.enter(prepared))
    }

    /// Makes the next line if it needs no decision; `None` if one is needed, or all is done.
    #[must_use = "the line must be written"]
    pub fn advance(&mut self, at: Option<u64>) -> Option<Vec<u8>> {
        let prepared = self.prepare_next(at)?;
        Some(self.enter(prepared))
    }

    /// C1: a member commits to a secret.
    #[must_use = "the line must be written"]
    pub fn commit(
        &mut self,
        member: &str,
        commit: Hash,
        at: Option<u64>,
    ) -> Result<Vec<u8>, StepError> {
        self.make(Step::Commit { member, commit }, at)
    }

    /// C1: a member hands in a sealed envelope.
    #[must_use = "the line must be written"]
    pub fn envelope(&mut self, member: &str, at: Option<u64>) -> Result<Vec<u8>, StepError> {
        self.make(Step::Envelope { member }, at)
    }

    /// C1: a member is not there.
    #[must_use = "the line must be written"]
    pub fn absent(&mut self, member: &str, at: Option<u64>) -> Result<Vec<u8>, StepError> {
        self.make(Step::Absent { member }, at)
    }

    /// C2: closes the roll call.
    #[must_use = "the line must be written"]
    pub fn close_commits(&mut self, at: Option<u64>) -> Result<Vec<u8>, StepError> {
        self.make(Step::CloseCommits, at)
    }

    /// C3: a member reveals the secret.
    #[must_use = "the line must be written"]
    pub fn reveal(
        &mut self,
        member: &str,
        secret: &str,
        at: Option<u64>,
    ) -> Result<Vec<u8>, StepError> {
        self.make(Step::Reveal { member, secret }, at)
    }

    /// C4: a member withholds the secret.
    #[must_use = "the line must be written"]
    pub fn withhold(&mut self, member: &str, at: Option<u64>) -> Result<Vec<u8>, StepError> {
        self.make(Step::Withhold { member }, at)
    }

    /// C4: closes the reveals; [`Session::advance`] then seals them. In a plan with a drand round it needs the time, which must be before
    /// that of the round (C7): afterwards the draw could not go on.
    #[must_use = "the line must be written"]
    pub fn close_reveals(&mut self, at: Option<u64>) -> Result<Vec<u8>, StepError> {
        self.make(Step::CloseReveals, at)
    }

    /// C5: the public numbers of the source that is due.
    #[must_use = "the line must be written"]
    pub fn numbers(&mut self, numbers: Numbers, at: Option<u64>) -> Result<Vec<u8>, StepError> {
        self.make(Step::Numbers(numbers), at)
    }

    /// D2: calls the household that is due, in a pool with rule `choice`.
    #[must_use = "the line must be written"]
    pub fn call(&mut self, at: Option<u64>) -> Result<Vec<u8>, StepError> {
        self.make(Step::Call, at)
    }

    /// D8: the household just called, or its proxy, chooses a unit.
    #[must_use = "the line must be written"]
    pub fn choose(
        &mut self,
        unit: &str,
        proxy: Option<&str>,
        at: Option<u64>,
    ) -> Result<Vec<u8>, StepError> {
        self.make(Step::Choose { unit, proxy }, at)
    }

    /// D8: the household just called did not answer three calls.
    #[must_use = "the line must be written"]
    pub fn miss(&mut self, at: Option<u64>) -> Result<Vec<u8>, StepError> {
        self.make(Step::Miss, at)
    }

    /// D9: withdraws the choice or miss that is the last line.
    #[must_use = "the line must be written"]
    pub fn undo(&mut self, reason: &str, at: Option<u64>) -> Result<Vec<u8>, StepError> {
        self.make(Step::Undo { reason }, at)
    }

    /// S7: the log signs the checkpoint just made. `signature` is a line of a signed note over
    /// [`Session::checkpoint_body`].
    #[must_use = "the line must be written"]
    pub fn log(&mut self, signature: &str, at: Option<u64>) -> Result<Vec<u8>, StepError> {
        self.make(Step::Log { signature }, at)
    }

    /// S8: a time token over the last checkpoint: the DER of an RFC 3161 TimeStampToken in base64.
    #[must_use = "the line must be written"]
    pub fn token(&mut self, token: &str, at: Option<u64>) -> Result<Vec<u8>, StepError> {
        self.make(Step::Token { token }, at)
    }

    /// S1 to S4: a member cosigns the last checkpoint. `signature` is a line of a signed note over
    /// [`Session::checkpoint_body`].
    #[must_use = "the line must be written"]
    pub fn cosign(
        &mut self,
        member: &str,
        signature: &str,
        at: Option<u64>,
    ) -> Result<Vec<u8>, StepError> {
        self.make(Step::Cosign { member, signature }, at)
    }

    /// S1: a member signs the last checkpoint on paper. `scan` is the SHA-256 of the scanned sheet.
    #[must_use = "the line must be written"]
    pub fn paper(
        &mut self,
        member: &str,
        scan: Hash,
        at: Option<u64>,
    ) -> Result<Vec<u8>, StepError> {
        self.make(Step::Paper { member, scan }, at)
    }

    /// S1: a member refuses to sign the last checkpoint, and says why.
    #[must_use = "the line must be written"]
    pub fn dissent(
        &mut self,
        member: &str,
        reason: &str,
        at: Option<u64>,
    ) -> Result<Vec<u8>, StepError> {
        self.make(Step::Dissent { member, reason }, at)
    }

    /// S1: a member does not sign the last checkpoint, being away.
    #[must_use = "the line must be written"]
    pub fn unsigned(&mut self, member: &str, at: Option<u64>) -> Result<Vec<u8>, StepError> {
        self.make(Step::Unsigned { member }, at)
    }

    /// D2: at the end of a day, calls the first of those that were deferred to it
    /// ([`Session::late`]). From then on only they are called, until the day is closed.
    #[must_use = "the line must be written"]
    pub fn call_late(&mut self, at: Option<u64>) -> Result<Vec<u8>, StepError> {
        self.make(Step::CallLate, at)
    }

    /// T2: closes a day of the draw with a checkpoint, where [`Session::day_may_end`]. The sign-off
    /// follows; then the draw goes on.
    #[must_use = "the line must be written"]
    pub fn close_day(&mut self, at: Option<u64>) -> Result<Vec<u8>, StepError> {
        self.make(Step::CloseDay, at)
    }

    /// T2: closes a batch of the aftermath (which may be empty, to have the last state signed) with
    /// a checkpoint.
    #[must_use = "the line must be written"]
    pub fn close_batch(&mut self, at: Option<u64>) -> Result<Vec<u8>, StepError> {
        self.make(Step::CloseBatch, at)
    }

    /// A7: declares the draw void: at any time between the seal and the result, or after the
    /// result.
    #[must_use = "the line must be written"]
    pub fn void(&mut self, reason: &str, at: Option<u64>) -> Result<Vec<u8>, StepError> {
        self.make(Step::Void { reason }, at)
    }

    /// A1 to A6: a step after the result, given as the line that it makes: an objection, a ruling,
    /// a withdrawal, an offer, an accept or decline, a swap, a recording, or a document. The first one opens a
    /// batch, [`Session::close_batch`] closes it.
    ///
    /// ```
    /// use floorlot::lines::Line;
    /// use floorlot::plan::Plan;
    /// use floorlot::session::{Awaits, Session};
    /// let plan = include_bytes!("../../examples/data/block/plan.jsonl");
    /// let file = include_bytes!("../../tests/vectors/worked/transcript.jsonl");
    /// let lines: Vec<&[u8]> = file.trim_ascii_end().split(|b| *b == b'\n').collect();
    /// let seal = lines.iter().position(|line| line.starts_with(b"{\"kind\":\"checkpoint\"")).unwrap();
    /// let mut session = Session::resume(Plan::read_lines(lines[..seal].iter().copied())?, lines.iter().copied())?;
    /// assert_eq!(session.awaits(), Awaits::Done);
    /// let text = "the flat is smaller than announced";
    /// session.aftermath(&Line::Objection { id: "O1".into(), household: Some("H002".into()), text: text.into(), at: None })?;
    /// assert!(session.aftermath(&Line::Offer { unit: "A-0301".into(), household: "H001".into(), at: None }).is_err());
    /// session.close_batch(None)?;
    /// assert_eq!(session.awaits(), Awaits::SignOff);
    /// while session.advance(None).is_some() {}
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use = "the line must be written"]
    pub fn aftermath(&mut self, line: &Line<'_>) -> Result<Vec<u8>, StepError> {
        self.make(Step::Event(line), None)
    }
}
