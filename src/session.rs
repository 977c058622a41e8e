//! A live draw, step by step. Every step makes exactly one line of the transcript.
//!
//! The caller writes each line to disk (with LF) before the next step. Steps that need a decision
//! are methods of their own; all others are made by [`Session::advance`]. A step out of order is a
//! typed error and changes nothing. After a power cut, [`Session::resume`] replays the lines that
//! reached the disk.
//!
//! ```
//! use floorlot::ceremony::Numbers;
//! use floorlot::plan::Plan;
//! use floorlot::session::{Session, Stage, StepError};
//! // Ten households that choose live.
//! let file = include_bytes!("../examples/data/block/plan.jsonl");
//! let plan = Plan::read_lines(file.trim_ascii_end().split(|b| *b == b'\n'))?;
//! let mut session = Session::new(plan.clone());
//! let mut disk = Vec::new();
//! while let Some(line) = session.advance(None) { disk.push(line) }
//! assert_eq!(session.stage(), Stage::RollCall);
//! for member in ["r1", "r2", "r3", "o1", "o2"] { disk.push(session.envelope(member, None)?) }
//! assert!(session.close_commits(None).is_err()); // o3 has not been called
//! disk.push(session.absent("o3", None)?);
//! disk.push(session.close_commits(None)?);
//! for member in ["r1", "r2", "r3", "o1"] { disk.push(session.reveal(member, "8842", None)?) }
//! disk.push(session.withhold("o2", None)?);
//! let error = session.close_reveals(None).unwrap_err();
//! assert_eq!(error.to_string(), "bench officials has 1 of the 2 members that its quorum needs (reveals)");
//!
//! // A power cut just before that last line, and then another answer.
//! disk.pop();
//! let mut session = Session::resume(plan, disk.iter().map(Vec::as_slice))?;
//! session.reveal("o2", "2718", None)?;
//! session.close_reveals(None)?;
//! session.numbers(Numbers::Dice("00416293857710359264".into()), None)?;
//! while session.advance(None).is_some() {} // seed, opening of the pool
//! session.call(None)?;
//! let Stage::Choice { offered, .. } = session.stage() else { panic!() };
//! let units = session.offered();
//! assert_eq!(offered as usize, units.len());
//! let unit = session.roll().unit_id(units[0]).to_owned();
//! session.choose(&unit, Some("proxy 李*"), None)?;
//! session.undo("wrong flat typed", None)?;
//! session.miss(None)?;
//! assert!(matches!(session.stage(), Stage::Call { .. })); // absence `last`: called again at the end
//! assert!(matches!(session.choose(&unit, None, None), Err(StepError::OutOfOrder { .. })));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::aftermath::{self, Aftermath};
use crate::ceremony::{Answer, Ceremony, CeremonyError, Numbers, Promise};
use crate::draw::{Last, Next, Outcome, PoolDraw, call_line, outcome_line};
use crate::hash::Hash;
use crate::holding::Holding;
use crate::lines::{By, Closed, Line, PickRule, Stage as Sealed};
use crate::plan::{PoolInfo, Roll, Source, ValidPlan, text_fault};
use crate::profile::{MAX_INTEGER, MAX_LINE, ProfileError};
use crate::rules::{Fault, Lang, Words};
use crate::seed::{seed, seed_text};
use crate::sign_off::{BenchSignatures, SignOff, Statement};
use crate::tree::{Tree, checkpoint_body};
use std::borrow::Cow;

/// What the session waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stage {
    /// Nothing: [`Session::advance`] makes the next line.
    Automatic,
    /// Commitments, envelopes and absences, then [`Session::close_commits`].
    RollCall,
    /// Reveals, then [`Session::close_reveals`].
    Reveals,
    /// Public numbers of this source.
    Numbers {
        /// The number of the source, from 1.
        number: u64,
        /// What it makes.
        source: Source,
    },
    /// In a pool with rule `choice`: [`Session::call`] the next household (or [`Session::undo`] the
    /// last step).
    Call {
        /// The household that is due.
        household: u32,
    },
    /// The household just called chooses, or misses its call.
    Choice {
        /// The household.
        household: u32,
        /// How many units it is offered.
        offered: u32,
    },
    /// The panel signs the checkpoint just made: [`Session::cosign`], [`Session::paper`],
    /// [`Session::dissent`] or [`Session::unsigned`] for every member, or for none; then
    /// [`Session::advance`]. (Under the plan's checkpoint the session waits for the
    /// [`Stage::RollCall`], and the panel can sign before it begins.)
    SignOff,
    /// A batch of the aftermath is open: more of it, then [`Session::close_batch`].
    Aftermath,
    /// The transcript is complete, unless something comes after the result: see
    /// [`Session::aftermath`].
    Done,
}

/// Why a unit cannot be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotOffered {
    /// There is no such unit in the pool.
    Unknown,
    /// It is taken.
    Taken,
    /// It lacks what the household needs.
    Needs,
    /// It is held back for a household with needs (rule D4).
    HeldBack,
}

/// A step that cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StepError {
    /// The step does not belong to this stage.
    #[error("`{step}` is not possible now; the session waits for: {waits}", waits = waits.en)]
    OutOfOrder {
        /// The step.
        step: &'static str,
        /// What the session waits for.
        waits: Words,
    },
    /// A rule of the ceremony.
    #[error(transparent)]
    Ceremony(#[from] CeremonyError),
    /// The unit cannot be chosen.
    #[error("unit {unit} cannot be chosen: {}", why(*reason).en)]
    Unit {
        /// The unit.
        unit: String,
        /// Why.
        reason: NotOffered,
    },
    /// A reason or the name of a proxy is not a text by rule P3.
    #[error("{field}: found {}; expected {}", found.en, expected.en)]
    Text {
        /// Which text.
        field: &'static str,
        /// What was found.
        found: Words,
        /// What was expected.
        expected: Words,
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
        "close batch" => "结束后续事项",
        "aftermath" => "后续事项",
        "void" => "宣布作废",
        other => other,
    }
}

fn why(reason: NotOffered) -> Words {
    match reason {
        NotOffered::Unknown => Words::new("there is no such unit in this pool", "本批次没有这套房"),
        NotOffered::Taken => Words::new("it is taken", "已被选走"),
        NotOffered::Needs => {
            Words::new("it does not have what the household needs", "不符合该户的照顾需求")
        }
        NotOffered::HeldBack => {
            Words::new("it is held back for a household with needs", "须留给有照顾需求的住户")
        }
    }
}

impl StepError {
    /// The error in both languages.
    pub fn words(&self) -> Words {
        let zh = match self {
            StepError::OutOfOrder { step, waits } => {
                format!("现在不能进行“{}”；正在等待：{}", step_in_chinese(step), waits.zh)
            }
            StepError::Ceremony(error) => return error.words(),
            StepError::Rule(fault) => fault.sentence(Lang::Zh),
            StepError::Unit { unit, reason } => format!("不能选 {unit}：{}", why(*reason).zh),
            StepError::Text { field, found, expected } => {
                format!("{field}：发现 {}；应为 {}", found.zh, expected.zh)
            }
            StepError::NothingToUndo => "没有可撤回的步骤：上一行不是选房，也不是未到".into(),
        };
        Words::new(self.to_string(), zh)
    }
}

/// A transcript that cannot be gone on with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResumeError {
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
        /// What it should be.
        expected: String,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Plan(usize),
    Seal,
    RollCall,
    Reveals,
    Numbers,
    Seed,
    Pools(usize),
    Drawing,
    Leftovers,
    Result,
    Sign,
    Closing,
    Done,
    Batch,
}

/// A live draw.
#[derive(Debug, Clone)]
pub struct Session {
    roll: Roll,
    plan: Vec<Vec<u8>>,
    tree: Tree,
    phase: Phase,
    ceremony: Ceremony,
    seed: Option<Hash>,
    pool: Option<PoolDraw>,
    left: Vec<u32>,
    /// What each household holds, until the result; from then on the aftermath knows.
    holdings: Vec<Holding>,
    /// Picks, standby places and leftovers over all pools so far.
    totals: (u64, u64, u64),
    /// Who went to the standby list, pool after pool, in order.
    standby: Vec<u32>,
    /// What the panel says about the last checkpoint, as long as it can.
    sign_off: Option<SignOff>,
    /// The bodies of all checkpoints.
    bodies: Vec<String>,
    /// What came after the result.
    after: Option<Aftermath>,
}

impl Session {
    /// Begins the draw of a plan. The first lines that [`Session::advance`] makes are those of the
    /// plan.
    pub fn new(plan: ValidPlan) -> Session {
        let (roll, plan) = plan.into_parts();
        Session {
            ceremony: Ceremony::new(&roll, Tree::new().root()),
            holdings: vec![Holding::NotServed; roll.household_count() as usize],
            roll,
            plan,
            tree: Tree::new(),
            phase: Phase::Plan(0),
            seed: None,
            pool: None,
            left: Vec::new(),
            totals: (0, 0, 0),
            standby: Vec::new(),
            sign_off: None,
            bodies: Vec::new(),
            after: None,
        }
    }

    /// Goes on with a draw whose first lines are on disk, each without LF.
    pub fn resume<'a>(
        plan: ValidPlan,
        lines: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Session, ResumeError> {
        let mut session = Session::new(plan);
        lines.into_iter().try_for_each(|line| session.replay(line))?;
        Ok(session)
    }

    /// Makes the step that this line records.
    ///
    /// After [`ResumeError::Differs`] the session has made another step than the file: do not go on
    /// with it. After the other errors it is unchanged.
    pub fn replay(&mut self, bytes: &[u8]) -> Result<(), ResumeError> {
        let number = self.tree.size() + 1;
        let line =
            Line::decode(bytes).map_err(|error| ResumeError::Profile { line: number, error })?;
        let made = self.step(&line).map_err(|error| ResumeError::Step { line: number, error })?;
        let made = made.unwrap_or_default();
        if made == bytes {
            return Ok(());
        }
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Err(ResumeError::Differs { line: number, found: text(bytes), expected: text(&made) })
    }

    fn step(&mut self, line: &Line<'_>) -> Result<Option<Vec<u8>>, StepError> {
        match line {
            Line::Commit { member, commit, at } => self.commit(member, *commit, *at).map(Some),
            Line::Envelope { member, at } => self.envelope(member, *at).map(Some),
            Line::Absent { member, at } => self.absent(member, *at).map(Some),
            Line::Close { what: Closed::Commits, at } => self.close_commits(*at).map(Some),
            Line::Close { what: Closed::Reveals, at } => self.close_reveals(*at).map(Some),
            Line::Reveal { member, secret, at } => self.reveal(member, secret, *at).map(Some),
            Line::Withheld { member, at } => self.withhold(member, *at).map(Some),
            Line::Dice { digits, at, .. } => {
                self.numbers(Numbers::Dice(digits.to_string()), *at).map(Some)
            }
            Line::Balls { numbers, at, .. } => {
                self.numbers(Numbers::Balls(numbers.clone()), *at).map(Some)
            }
            Line::Drand { round, signature, randomness, at, .. } => self
                .numbers(
                    Numbers::Drand {
                        round: *round,
                        signature: signature.to_string(),
                        randomness: *randomness,
                    },
                    *at,
                )
                .map(Some),
            Line::Call { at, .. } if self.in_choice() => self.call(*at).map(Some),
            Line::Pick { by: By::Choice, unit, proxy, at, .. } => {
                self.choose(unit, proxy.as_deref(), *at).map(Some)
            }
            Line::Missed { at, .. } => self.miss(*at).map(Some),
            Line::Undo { reason, at } => self.undo(reason, *at).map(Some),
            Line::Cosignature { member, signature, at } => {
                self.cosign(member, signature, *at).map(Some)
            }
            Line::Paper { member, scan, at } => self.paper(member, *scan, *at).map(Some),
            Line::Dissent { member, reason, at } => self.dissent(member, reason, *at).map(Some),
            Line::Unsigned { member, at } => self.unsigned(member, *at).map(Some),
            Line::Void { reason, at } => self.void(reason, *at).map(Some),
            Line::Checkpoint { stage: Sealed::Aftermath, at, .. } => {
                self.close_batch(*at).map(Some)
            }
            line if is_aftermath(line) => self.aftermath(line).map(Some),
            Line::Checkpoint { at, .. }
            | Line::Seed { at, .. }
            | Line::Open { at, .. }
            | Line::Call { at, .. } => Ok(self.advance(*at)),
            Line::Pick { at, .. }
            | Line::Standby { at, .. }
            | Line::End { at, .. }
            | Line::Leftover { at, .. } => Ok(self.advance(*at)),
            Line::Result { at, .. } => Ok(self.advance(*at)),
            _ => Ok(self.advance(None)),
        }
    }

    /// The households, units and rules.
    pub fn roll(&self) -> &Roll {
        &self.roll
    }

    /// Number of lines so far.
    pub fn lines(&self) -> u64 {
        self.tree.size()
    }

    /// The root over all lines so far.
    pub fn root(&self) -> Hash {
        self.tree.root()
    }

    /// The root of the sealed plan; `None` before the seal.
    pub fn plan_root(&self) -> Option<Hash> {
        let sealed = !matches!(self.phase, Phase::Plan(_) | Phase::Seal);
        sealed.then(|| self.ceremony.plan_root())
    }

    /// How far the ceremony is.
    pub fn ceremony(&self) -> &Ceremony {
        &self.ceremony
    }

    /// The text whose hash is the seed; `None` before the seed.
    pub fn seed_text(&self) -> Option<String> {
        self.seed.map(|_| seed_text(&self.roll, &self.ceremony))
    }

    /// The seed; `None` before it is there.
    pub fn seed(&self) -> Option<Hash> {
        self.seed
    }

    /// The pool that is being drawn.
    pub fn pool(&self) -> Option<&PoolInfo> {
        self.pool.as_ref().map(|p| &p.info)
    }

    /// The call order of the pool that is being drawn, before anybody is deferred.
    pub fn call_order(&self) -> &[u32] {
        self.pool.as_ref().map(PoolDraw::order).unwrap_or_default()
    }

    /// Ticket and lot of a household of the pool that is being drawn.
    pub fn drawn(&self, household: u32) -> Option<crate::seed::Drawn> {
        let pool = self.pool.as_ref().filter(|p| p.info.households.contains(&household))?;
        Some(pool.drawn(household))
    }

    /// What each household holds so far, by its number in the plan; after the result what came of
    /// the aftermath.
    pub fn holdings(&self) -> &[Holding] {
        self.after.as_ref().map_or(&self.holdings, Aftermath::holdings)
    }

    /// What a household holds so far, by its number in the plan.
    pub fn holding(&self, household: u32) -> Holding {
        Holding::of(self.holdings(), household)
    }

    /// Who is on standby so far, pool after pool, in order; after the result what came of the
    /// aftermath.
    pub fn standby(&self) -> Vec<u32> {
        self.after.as_ref().map_or_else(|| self.standby.clone(), Aftermath::standby)
    }

    /// The body of the last checkpoint: what a member signs.
    pub fn checkpoint_body(&self) -> Option<&str> {
        self.bodies.last().map(String::as_str)
    }

    /// What the benches said about the last checkpoint; empty when it cannot be signed any more.
    pub fn signatures(&self) -> Vec<BenchSignatures> {
        self.sign_off.as_ref().map(|s| s.tally(&self.roll)).unwrap_or_default()
    }

    /// The members who can still sign the last checkpoint, or say why not.
    pub fn silent(&self) -> Vec<String> {
        self.sign_off.as_ref().map(|s| s.silent(&self.roll)).unwrap_or_default()
    }

    /// A3: the unit that is to be offered next in a pool (by its number in the plan), and the
    /// household whose turn it is.
    pub fn due_offer(&mut self, pool: usize) -> Option<(u32, u32)> {
        self.after.as_mut()?.due(&self.roll, pool)
    }

    /// The offer of a pool that waits for an answer: unit and household.
    pub fn open_offer(&self, pool: usize) -> Option<(u32, u32)> {
        self.after.as_ref()?.open_offer(pool)
    }

    /// Whether the draw was declared void.
    pub fn is_void(&self) -> bool {
        self.after.as_ref().is_some_and(Aftermath::is_void)
    }

    /// The units offered to the household just called, in plan order.
    pub fn offered(&mut self) -> Vec<u32> {
        let Some(pool) = self.pool.as_mut() else { return Vec::new() };
        let Some(household) = pool.called else { return Vec::new() };
        let offer = pool.offer(&self.roll, household);
        pool.listed(offer)
    }

    /// Why the household just called cannot choose a unit; `None` if it can.
    pub fn not_offered(&mut self, unit: u32) -> Option<NotOffered> {
        let Some(pool) = self.pool.as_mut().filter(|p| p.info.units.contains(&unit)) else {
            return Some(NotOffered::Unknown);
        };
        let household = pool.called?;
        let offer = pool.offer(&self.roll, household);
        if pool.offers(offer, unit) {
            return None;
        }
        let meets =
            self.roll.needs(household).iter().all(|need| self.roll.features(unit).contains(need));
        Some(match (pool.is_free(unit), meets) {
            (false, _) => NotOffered::Taken,
            (true, false) => NotOffered::Needs,
            (true, true) => NotOffered::HeldBack,
        })
    }

    fn in_choice(&self) -> bool {
        self.phase == Phase::Drawing
            && self.pool.as_ref().is_some_and(|p| p.rule_is(PickRule::Choice))
    }

    /// What the session waits for.
    pub fn stage(&mut self) -> Stage {
        match self.phase {
            Phase::RollCall => Stage::RollCall,
            Phase::Reveals => Stage::Reveals,
            Phase::Numbers => {
                let due = self.ceremony.due(&self.roll).unwrap_or(1);
                let source =
                    usize::try_from(due - 1).ok().and_then(|i| self.roll.sources.get(i).copied());
                Stage::Numbers { number: due, source: source.unwrap_or(Source::TWENTY_DICE) }
            }
            Phase::Drawing if self.in_choice() => self.turn(),
            Phase::Closing => Stage::SignOff,
            Phase::Batch => Stage::Aftermath,
            Phase::Done => Stage::Done,
            _ => Stage::Automatic,
        }
    }

    /// The stage in a pool with rule `choice`.
    fn turn(&mut self) -> Stage {
        match self.pool.as_mut().map(|pool| pool.next(&self.roll)) {
            Some(Next::Call(household)) => Stage::Call { household },
            Some(Next::Choose { household, offered }) => Stage::Choice { household, offered },
            Some(Next::Serve(..) | Next::End) | None => Stage::Automatic,
        }
    }

    /// Whether [`Session::undo`] is possible now.
    pub fn can_undo(&self) -> bool {
        self.phase == Phase::Drawing && self.pool.as_ref().is_some_and(|p| p.last != Last::Other)
    }

    fn out_of_order(&mut self, step: &'static str) -> StepError {
        let waits = match self.stage() {
            Stage::Automatic => Words::new("the next automatic line", "下一自动步骤"),
            Stage::RollCall => Words::new("the roll call", "点名与承诺"),
            Stage::Reveals => Words::new("the reveals", "公开密语"),
            Stage::Numbers { number, .. } => Words::new(
                format!("the public numbers of source {number}"),
                format!("第 {number} 个公开随机数来源"),
            ),
            Stage::Call { .. } => Words::new("the next household to be called", "叫下一户"),
            Stage::Choice { .. } => {
                Words::new("the choice of the household just called", "刚叫到的住户选房")
            }
            Stage::SignOff => Words::new("the signatures of the panel", "监督员签名"),
            Stage::Aftermath => {
                Words::new("the end of the batch of the aftermath", "本批后续事项的结束")
            }
            Stage::Done => Words::new("nothing, the transcript is complete", "无（记录已完成）"),
        };
        StepError::OutOfOrder { step, waits }
    }

    fn expect(&mut self, phase: Phase, step: &'static str) -> Result<(), StepError> {
        if self.phase == phase { Ok(()) } else { Err(self.out_of_order(step)) }
    }

    fn emit(&mut self, line: &Line<'_>) -> Vec<u8> {
        let bytes = line.to_bytes();
        self.tree.push_line(&bytes);
        bytes
    }

    /// C1: a member commits to a secret.
    pub fn commit(
        &mut self,
        member: &str,
        commit: Hash,
        at: Option<u64>,
    ) -> Result<Vec<u8>, StepError> {
        let at = timely(at);
        self.promise("commit", member, Promise::Commit(commit))?;
        Ok(self.emit(&Line::Commit { member: member.into(), commit, at }))
    }

    /// C1: a member hands in a sealed envelope.
    pub fn envelope(&mut self, member: &str, at: Option<u64>) -> Result<Vec<u8>, StepError> {
        let at = timely(at);
        self.promise("envelope", member, Promise::Envelope)?;
        Ok(self.emit(&Line::Envelope { member: member.into(), at }))
    }

    /// C1: a member is not there.
    pub fn absent(&mut self, member: &str, at: Option<u64>) -> Result<Vec<u8>, StepError> {
        let at = timely(at);
        self.promise("absent", member, Promise::Absent)?;
        Ok(self.emit(&Line::Absent { member: member.into(), at }))
    }

    fn promise(
        &mut self,
        step: &'static str,
        member: &str,
        promise: Promise,
    ) -> Result<(), StepError> {
        self.expect(Phase::RollCall, step)?;
        let member = Ceremony::member(&self.roll, member)?;
        self.ceremony.check_promise(&self.roll, member)?;
        self.sign_off.as_ref().map_or(Ok(()), |s| s.check_whole(&self.roll))?;
        self.sign_off = None;
        self.ceremony.set_promise(member, promise);
        Ok(())
    }

    /// S1 to S4: a member cosigns the last checkpoint. `signature` is a line of a signed note over
    /// [`Session::checkpoint_body`].
    pub fn cosign(
        &mut self,
        member: &str,
        signature: &str,
        at: Option<u64>,
    ) -> Result<Vec<u8>, StepError> {
        let at = timely(at);
        let index = self.signer(member)?;
        let others = self.bodies.iter().rev().skip(1).map(String::as_str);
        let check = |s: &SignOff| s.check_signature(&self.roll, index, signature, others);
        let right = self.sign_off.as_ref().map_or(Ok(None), check)?;
        self.say(index, if right == Some(true) { Statement::Key } else { Statement::Uncounted });
        Ok(self.emit(&Line::Cosignature { member: member.into(), signature: signature.into(), at }))
    }

    /// S1: a member signs the last checkpoint on paper. `scan` is the SHA-256 of the scanned sheet.
    pub fn paper(
        &mut self,
        member: &str,
        scan: Hash,
        at: Option<u64>,
    ) -> Result<Vec<u8>, StepError> {
        let at = timely(at);
        let index = self.signer(member)?;
        self.say(index, Statement::Paper);
        Ok(self.emit(&Line::Paper { member: member.into(), scan, at }))
    }

    /// S1: a member refuses to sign the last checkpoint, and says why.
    pub fn dissent(
        &mut self,
        member: &str,
        reason: &str,
        at: Option<u64>,
    ) -> Result<Vec<u8>, StepError> {
        let at = timely(at);
        let index = self.signer(member)?;
        check_text("reason", reason, 600)?;
        self.say(index, Statement::Dissent);
        Ok(self.emit(&Line::Dissent { member: member.into(), reason: reason.into(), at }))
    }

    /// S1: a member does not sign the last checkpoint, being away.
    pub fn unsigned(&mut self, member: &str, at: Option<u64>) -> Result<Vec<u8>, StepError> {
        let at = timely(at);
        let index = self.signer(member)?;
        self.say(index, Statement::Unsigned);
        Ok(self.emit(&Line::Unsigned { member: member.into(), at }))
    }

    /// The number of a member who can still say something about the last checkpoint.
    fn signer(&mut self, member: &str) -> Result<usize, StepError> {
        match &self.sign_off {
            Some(sign_off) => Ok(sign_off.check_member(&self.roll, member)?),
            None => Err(self.out_of_order("sign")),
        }
    }

    fn say(&mut self, member: usize, statement: Statement) {
        self.sign_off.iter_mut().for_each(|s| s.say(member, statement));
    }

    /// A1 to A6: a step after the result, given as the line that it makes: an objection, a ruling,
    /// a withdrawal, an offer, an accept or decline, a swap, or a recording. The first one opens a
    /// batch, [`Session::close_batch`] closes it.
    ///
    /// ```
    /// use floorlot::lines::Line;
    /// use floorlot::plan::Plan;
    /// use floorlot::session::{Session, Stage};
    /// let plan = include_bytes!("../examples/data/block/plan.jsonl");
    /// let file = include_bytes!("../tests/vectors/worked/transcript.jsonl");
    /// let lines: Vec<&[u8]> = file.trim_ascii_end().split(|b| *b == b'\n').collect();
    /// let seal = lines.iter().position(|line| line.starts_with(b"{\"kind\":\"checkpoint\"")).unwrap();
    /// let mut session = Session::resume(Plan::read_lines(lines[..seal].iter().copied())?, lines.iter().copied())?;
    /// assert_eq!(session.stage(), Stage::Done);
    /// let text = "the flat is smaller than announced";
    /// session.aftermath(&Line::Objection { id: "O1".into(), household: Some("H002".into()), text: text.into(), at: None })?;
    /// assert!(session.aftermath(&Line::Offer { unit: "A-0301".into(), household: "H001".into(), at: None }).is_err());
    /// session.close_batch(None)?;
    /// assert_eq!(session.stage(), Stage::SignOff);
    /// while session.advance(None).is_some() {}
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn aftermath(&mut self, line: &Line<'_>) -> Result<Vec<u8>, StepError> {
        if !is_aftermath(line) || !matches!(self.phase, Phase::Done | Phase::Batch) {
            return Err(self.out_of_order("aftermath"));
        }
        for (field, text, most) in aftermath::texts(line) {
            check_text(field, text, most)?;
        }
        let bytes = line.to_bytes();
        if bytes.len() > MAX_LINE || Line::decode(&bytes).as_ref() != Ok(line) {
            let found = Words::same(bytes.len());
            let expected = Words::new(
                format!("a line of at most {MAX_LINE} bytes, and times up to 2^53 - 1"),
                format!("至多 {MAX_LINE} 字节，时间不超过 2^53 - 1"),
            );
            return Err(StepError::Text { field: line.kind(), found, expected });
        }
        let Some(after) = self.after.as_mut() else { return Err(self.out_of_order("aftermath")) };
        after.apply(&self.roll, line)?;
        self.phase = Phase::Batch;
        self.tree.push_line(&bytes);
        Ok(bytes)
    }

    /// A7: declares the draw void: at any time between the seal and the result, or after the
    /// result.
    pub fn void(&mut self, reason: &str, at: Option<u64>) -> Result<Vec<u8>, StepError> {
        let at = timely(at);
        check_text("reason", reason, 2_000)?;
        match self.phase {
            Phase::Done | Phase::Batch => {
                let line = Line::Void { reason: reason.into(), at };
                self.after.as_mut().map_or(Ok(()), |after| after.apply(&self.roll, &line))?;
            }
            Phase::Plan(_) | Phase::Seal | Phase::Result | Phase::Sign | Phase::Closing => {
                return Err(self.out_of_order("void"));
            }
            _ => {
                self.sign_off.as_ref().map_or(Ok(()), |s| s.check_whole(&self.roll))?;
                (self.after, self.pool) = (Some(Aftermath::void(&self.roll)), None);
            }
        }
        (self.phase, self.sign_off) = (Phase::Batch, None);
        Ok(self.emit(&Line::Void { reason: reason.into(), at }))
    }

    /// T2: closes a batch of the aftermath (which may be empty, to have the last state signed) with
    /// a checkpoint.
    pub fn close_batch(&mut self, at: Option<u64>) -> Result<Vec<u8>, StepError> {
        let at = timely(at);
        if !matches!(self.phase, Phase::Done | Phase::Batch) {
            return Err(self.out_of_order("close batch"));
        }
        self.phase = Phase::Closing;
        Ok(self.checkpoint(Sealed::Aftermath, at))
    }

    /// C2: closes the roll call.
    pub fn close_commits(&mut self, at: Option<u64>) -> Result<Vec<u8>, StepError> {
        let at = timely(at);
        self.expect(Phase::RollCall, "close commits")?;
        self.ceremony.check_all_called(&self.roll)?;
        self.close(Closed::Commits, Phase::Reveals, at)
    }

    /// C4: closes the reveals. In a plan with a drand round it needs the time, which must be before
    /// that of the round (C7): afterwards the draw could not go on.
    pub fn close_reveals(&mut self, at: Option<u64>) -> Result<Vec<u8>, StepError> {
        let at = timely(at);
        self.expect(Phase::Reveals, "close reveals")?;
        self.ceremony.check_all_answered(&self.roll)?;
        self.ceremony.check_before_rounds(&self.roll, at)?;
        self.close(Closed::Reveals, Phase::Numbers, at)
    }

    fn close(&mut self, what: Closed, next: Phase, at: Option<u64>) -> Result<Vec<u8>, StepError> {
        if let Some(error) = self.ceremony.check_quorum(&self.roll, what).into_iter().next() {
            return Err(error.into());
        }
        self.phase = next;
        self.ceremony.closed_at = at;
        Ok(self.emit(&Line::Close { what, at }))
    }

    /// C3: a member reveals the secret.
    pub fn reveal(
        &mut self,
        member: &str,
        secret: &str,
        at: Option<u64>,
    ) -> Result<Vec<u8>, StepError> {
        let at = timely(at);
        self.expect(Phase::Reveals, "reveal")?;
        let index = Ceremony::member(&self.roll, member)?;
        self.ceremony.check_answer(&self.roll, index)?;
        self.ceremony.check_secret(&self.roll, index, secret)?;
        self.ceremony.set_answer(index, Answer::Reveal(secret.into()));
        Ok(self.emit(&Line::Reveal { member: member.into(), secret: secret.into(), at }))
    }

    /// C4: a member withholds the secret.
    pub fn withhold(&mut self, member: &str, at: Option<u64>) -> Result<Vec<u8>, StepError> {
        let at = timely(at);
        self.expect(Phase::Reveals, "withhold")?;
        let index = Ceremony::member(&self.roll, member)?;
        self.ceremony.check_answer(&self.roll, index)?;
        self.ceremony.set_answer(index, Answer::Withheld);
        Ok(self.emit(&Line::Withheld { member: member.into(), at }))
    }

    /// C5: the public numbers of the source that is due.
    pub fn numbers(&mut self, numbers: Numbers, at: Option<u64>) -> Result<Vec<u8>, StepError> {
        let at = timely(at);
        self.expect(Phase::Numbers, "public numbers")?;
        let source = self.ceremony.due(&self.roll).unwrap_or(0);
        self.ceremony.check_numbers(&self.roll, source, &numbers)?;
        if let Some(error) =
            self.ceremony.check_beacon(&self.roll, source, &numbers).0.into_iter().next()
        {
            return Err(error.into());
        }
        let bytes = match &numbers {
            Numbers::Dice(digits) => self.emit(&Line::Dice { source, digits: digits.into(), at }),
            Numbers::Balls(balls) => self.emit(&Line::Balls { source, numbers: balls.clone(), at }),
            Numbers::Drand { round, signature, randomness } => self.emit(&Line::Drand {
                source,
                round: *round,
                signature: signature.into(),
                randomness: *randomness,
                at,
            }),
        };
        self.ceremony.numbers.push(numbers);
        if self.ceremony.due(&self.roll).is_none() {
            self.phase = Phase::Seed;
        }
        Ok(bytes)
    }

    /// Makes the next line if it needs no decision; `None` if one is needed, or all is done.
    pub fn advance(&mut self, at: Option<u64>) -> Option<Vec<u8>> {
        let at = timely(at);
        match self.phase {
            Phase::Plan(n) => {
                let line = self.plan.get(n).cloned()?;
                self.tree.push_line(&line);
                self.phase = if n + 1 < self.plan.len() { Phase::Plan(n + 1) } else { Phase::Seal };
                Some(line)
            }
            Phase::Seal => {
                self.ceremony = Ceremony::new(&self.roll, self.tree.root());
                self.phase = Phase::RollCall;
                Some(self.checkpoint(Sealed::Plan, at))
            }
            Phase::RollCall | Phase::Reveals | Phase::Numbers | Phase::Done | Phase::Batch => None,
            Phase::Seed => {
                let seed = seed(&self.roll, &self.ceremony);
                (self.seed, self.phase) = (Some(seed), Phase::Pools(0));
                Some(self.emit(&Line::Seed { seed, at }))
            }
            Phase::Pools(n) => self.open(n, at),
            Phase::Drawing => self.draw(at),
            Phase::Leftovers => self.leftover(at),
            Phase::Result => {
                let (picked, standby, leftover) = self.totals;
                self.phase = Phase::Sign;
                Some(self.emit(&Line::Result { picked, standby, leftover, at }))
            }
            Phase::Sign => {
                self.phase = Phase::Closing;
                let holdings = std::mem::take(&mut self.holdings);
                self.after = Some(Aftermath::new(&self.roll, holdings, &self.standby));
                Some(self.checkpoint(Sealed::Result, at))
            }
            Phase::Closing => {
                self.sign_off.as_ref().map_or(Ok(()), |s| s.check_whole(&self.roll)).ok()?;
                (self.phase, self.sign_off) = (Phase::Done, None);
                let (lines, root) = (self.tree.size(), self.tree.root());
                Some(self.emit(&Line::Closing { lines, root }))
            }
        }
    }

    /// T3: a checkpoint over all lines so far.
    fn checkpoint(&mut self, stage: Sealed, at: Option<u64>) -> Vec<u8> {
        let body = checkpoint_body(&self.roll.origin, self.tree.size(), self.tree.root());
        self.sign_off = Some(SignOff::new(&self.roll, stage, self.tree.size(), body.clone()));
        self.bodies.push(body.clone());
        self.emit(&Line::Checkpoint { stage, body: body.into(), at })
    }

    /// D1: opens a pool.
    fn open(&mut self, index: usize, at: Option<u64>) -> Option<Vec<u8>> {
        let pool = PoolDraw::new(&self.roll, index, self.seed?)?;
        let (id, key) = (pool.info.id.clone(), pool.key);
        (self.pool, self.phase) = (Some(pool), Phase::Drawing);
        Some(self.emit(&Line::Open { pool: id.into(), key, at }))
    }

    /// The next line within a pool, if it needs no decision.
    fn draw(&mut self, at: Option<u64>) -> Option<Vec<u8>> {
        let choice = self.in_choice();
        match self.pool.as_mut()?.next(&self.roll) {
            Next::Choose { .. } => None,
            Next::Call(_) if choice => None, // the hall decides when the next household is called
            Next::Call(household) => Some(self.call_household(household, at)),
            Next::Serve(household, outcome) => self.serve(household, outcome, at),
            Next::End => self.end(at),
        }
    }

    fn call_household(&mut self, household: u32, at: Option<u64>) -> Vec<u8> {
        let Some(pool) = self.pool.as_mut() else { return Vec::new() };
        let bytes = call_line(&self.roll, pool, household, at).to_bytes();
        pool.call(&self.roll, household);
        self.tree.push_line(&bytes);
        bytes
    }

    /// Serves the household just called without a decision of its own: by ranking, by lot, or
    /// standby.
    fn serve(&mut self, household: u32, outcome: Outcome, at: Option<u64>) -> Option<Vec<u8>> {
        let pool = self.pool.as_mut()?;
        let bytes = outcome_line(&self.roll, pool, household, &outcome, at).to_bytes();
        match outcome {
            Outcome::Standby => {
                pool.stand_by();
                self.standby.push(household);
                Holding::enter(&mut self.holdings, household, Holding::Standby);
            }
            Outcome::Ranking { unit, .. } | Outcome::Lot { unit, .. } => {
                pool.pick(household, unit, false);
                Holding::enter(&mut self.holdings, household, Holding::Unit(unit));
            }
        }
        self.tree.push_line(&bytes);
        Some(bytes)
    }

    /// D11: ends a pool.
    fn end(&mut self, at: Option<u64>) -> Option<Vec<u8>> {
        let pool = self.pool.as_ref()?;
        self.left = pool.left();
        self.left.reverse();
        let leftover = self.left.len() as u64;
        let (id, picked, standby) = (pool.info.id.clone(), pool.picked, pool.standby);
        self.totals = (self.totals.0 + picked, self.totals.1 + standby, self.totals.2 + leftover);
        let bytes = self.emit(&Line::End { pool: id.into(), picked, standby, leftover, at });
        self.after_leftover();
        Some(bytes)
    }

    fn leftover(&mut self, at: Option<u64>) -> Option<Vec<u8>> {
        let unit = self.left.pop()?;
        let (pool, unit) = (self.pool()?.id.clone(), self.roll.unit_id(unit).to_owned());
        let bytes = self.emit(&Line::Leftover { pool: pool.into(), unit: unit.into(), at });
        self.after_leftover();
        Some(bytes)
    }

    fn after_leftover(&mut self) {
        let next = self.pool.as_ref().map_or(0, |p| p.index + 1);
        self.phase = match (self.left.is_empty(), next < self.roll.pools.len()) {
            (false, _) => Phase::Leftovers,
            (true, true) => Phase::Pools(next),
            (true, false) => Phase::Result,
        };
    }

    /// D2: calls the household that is due, in a pool with rule `choice`.
    pub fn call(&mut self, at: Option<u64>) -> Result<Vec<u8>, StepError> {
        let at = timely(at);
        match self.stage() {
            Stage::Call { household } => Ok(self.call_household(household, at)),
            _ => Err(self.out_of_order("call")),
        }
    }

    /// D8: the household just called, or its proxy, chooses a unit.
    pub fn choose(
        &mut self,
        unit: &str,
        proxy: Option<&str>,
        at: Option<u64>,
    ) -> Result<Vec<u8>, StepError> {
        let at = timely(at);
        let Stage::Choice { household, offered } = self.stage() else {
            return Err(self.out_of_order("choose"));
        };
        proxy.map_or(Ok(()), |p| check_text("proxy", p, 120))?;
        let number = self.roll.find_unit(unit);
        let reason = number.map_or(Some(NotOffered::Unknown), |unit| self.not_offered(unit));
        let (Some(number), None) = (number, reason) else {
            return Err(StepError::Unit {
                unit: unit.into(),
                reason: reason.unwrap_or(NotOffered::Unknown),
            });
        };
        self.pool.iter_mut().for_each(|p| p.pick(household, number, true));
        Holding::enter(&mut self.holdings, household, Holding::Unit(number));
        let id = self.roll.household_id(household).to_owned();
        Ok(self.emit(&Line::Pick {
            household: id.into(),
            by: By::Choice,
            offered: offered.into(),
            lot: None,
            number: None,
            rank: None,
            unit: unit.into(),
            proxy: proxy.map(Cow::Borrowed),
            at,
        }))
    }

    /// D8: the household just called did not answer three calls.
    pub fn miss(&mut self, at: Option<u64>) -> Result<Vec<u8>, StepError> {
        let at = timely(at);
        let Stage::Choice { household, .. } = self.stage() else {
            return Err(self.out_of_order("miss"));
        };
        self.pool.iter_mut().for_each(|p| p.miss(&self.roll, household));
        let id = self.roll.household_id(household).to_owned();
        Ok(self.emit(&Line::Missed { household: id.into(), at }))
    }

    /// D9: withdraws the choice or miss that is the last line.
    pub fn undo(&mut self, reason: &str, at: Option<u64>) -> Result<Vec<u8>, StepError> {
        let at = timely(at);
        if !self.can_undo() {
            return Err(StepError::NothingToUndo);
        }
        check_text("reason", reason, 600)?;
        if let Some(Last::Choice { household, .. }) = self.pool.as_mut().map(|p| p.undo(&self.roll))
        {
            Holding::enter(&mut self.holdings, household, Holding::NotServed);
        }
        Ok(self.emit(&Line::Undo { reason: reason.into(), at }))
    }
}

/// Whether a line is a step of [`Session::aftermath`].
fn is_aftermath(line: &Line<'_>) -> bool {
    let first = matches!(
        line,
        Line::Objection { .. } | Line::Ruling { .. } | Line::Withdrawal { .. } | Line::Offer { .. }
    );
    first
        || matches!(
            line,
            Line::Accept { .. } | Line::Decline { .. } | Line::Swap { .. } | Line::Recording { .. }
        )
}

/// A time that a line can carry (rule T1). One that is larger, in nanoseconds say, would spoil the
/// transcript for good; it is left out, because no rule asks for a time.
fn timely(at: Option<u64>) -> Option<u64> {
    at.filter(|at| *at <= MAX_INTEGER)
}

fn check_text(field: &'static str, text: &str, most: usize) -> Result<(), StepError> {
    match text_fault(text, most) {
        None => Ok(()),
        Some((found, expected)) => Err(StepError::Text { field, found, expected }),
    }
}

#[cfg(test)]
mod tests {
    use super::Session;
    use crate::ceremony::Numbers;
    use crate::lines::Line;
    use crate::plan::Plan;

    #[test]
    fn no_time_makes_a_line_that_cannot_be_read() {
        let file = include_bytes!("../examples/data/block/plan.jsonl");
        let plan = Plan::read_lines(file.trim_ascii_end().split(|b| *b == b'\n')).unwrap();
        for at in
            [Some(0), Some(9_007_199_254_740_991), Some(9_007_199_254_740_992), Some(u64::MAX)]
        {
            let mut session = Session::new(plan.clone());
            let mut lines = Vec::new();
            while let Some(line) = session.advance(at) {
                lines.push(line);
            }
            for member in ["r1", "r2", "r3", "o1", "o2", "o3"] {
                lines.push(session.envelope(member, at).unwrap());
            }
            lines.push(session.close_commits(at).unwrap());
            for member in ["r1", "r2", "r3", "o1", "o2", "o3"] {
                lines.push(session.reveal(member, "1", at).unwrap());
            }
            lines.push(session.close_reveals(at).unwrap());
            lines.push(session.numbers(Numbers::Dice("00416293857710359264".into()), at).unwrap());
            while let Some(line) = session.advance(at) {
                lines.push(line);
            }
            lines.push(session.call(at).unwrap());
            let unit = session.roll().unit_id(session.clone().offered()[0]).to_owned();
            lines.push(session.choose(&unit, None, at).unwrap());
            lines.push(session.undo("x", at).unwrap());
            lines.push(session.miss(at).unwrap());
            for line in lines {
                assert!(Line::decode(&line).is_ok(), "{}", String::from_utf8_lossy(&line));
            }
        }
    }
}
