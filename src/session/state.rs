//! The state of a live draw, and what can be read of it.

use super::awaits::Awaits;
use super::error::{NotOffered, StepError};
use super::step::{Change, Place, Prepared};
use crate::aftermath::Aftermath;
use crate::budgets::Budgets;
use crate::ceremony::Ceremony;
use crate::draw::{Last, Next, PoolDraw};
use crate::hash::Hash;
use crate::holding::Holding;
use crate::lines::{Line, PickRule, Stage};
use crate::phase::{Phase, Role};
use crate::plan::{HouseholdNumber, PoolInfo, PoolNumber, Roll, UnitNumber, ValidPlan};
use crate::seed::{Drawn, seed_text};
use crate::sign_off::{BenchSignatures, SignOff};
use crate::sign_times::SignTimes;
use crate::stamped::Stamps;
use crate::tree::Tree;

/// Picks, standby places and leftovers over all pools so far.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sums {
    pub(super) picked: u64,
    pub(super) standby: u64,
    pub(super) leftover: u64,
}

/// A live draw.
#[derive(Debug, Clone)]
pub struct Session {
    pub(super) roll: Roll,
    pub(super) plan: Vec<Vec<u8>>,
    pub(super) tree: Tree,
    /// Where the next line goes.
    pub(super) place: Place,
    pub(super) phase: Phase,
    pub(super) ceremony: Ceremony,
    pub(super) seed: Option<Hash>,
    /// The pool that was opened last.
    pub(super) pool: Option<PoolDraw>,
    /// D14: what families have left, as far as it is not lent to that pool.
    pub(super) budgets: Budgets,
    /// The units left over in it, once it has its `end`; the next one last.
    pub(super) left: Option<Vec<UnitNumber>>,
    /// What each household holds, until the result; from then on the aftermath knows.
    pub(super) holdings: Vec<Holding>,
    pub(super) sums: Sums,
    /// Calls since the last day was closed.
    pub(super) calls_today: u64,
    /// Who went to the standby list, pool after pool, in order.
    pub(super) standby: Vec<HouseholdNumber>,
    /// S7: the log signs the checkpoint that is the last line.
    pub(super) log_due: bool,
    /// S7: its signature of the last checkpoint.
    pub(super) log_signature: Option<String>,
    /// What the panel says about the last checkpoint, as long as it can.
    pub(super) sign_off: Option<SignOff>,
    /// S6: when the panel signed.
    pub(super) times: SignTimes,
    /// S8: the time tokens.
    pub(super) stamps: Stamps,
    /// S5: whether the quorum of each bench signed the result by key.
    pub(super) result_signed: bool,
    /// The bodies of all checkpoints.
    pub(super) bodies: Vec<String>,
    /// What came after the result.
    pub(super) after: Option<Aftermath>,
}

impl Session {
    /// Begins the draw of a plan. The first lines that [`Session::advance`] makes are those of the
    /// plan, which it holds until then; [`Session::of_read`] does not.
    pub fn new(plan: ValidPlan) -> Session {
        let (roll, plan) = plan.into_parts();
        Session::of_roll(roll, plan)
    }

    /// A session of this roll that begins with these lines.
    pub(super) fn of_roll(roll: Roll, plan: Vec<Vec<u8>>) -> Session {
        Session {
            ceremony: Ceremony::new(&roll, Tree::new().root()),
            budgets: Budgets::new(&roll),
            holdings: (0..roll.household_count()).map(|_| Holding::NotServed).collect(),
            roll,
            plan,
            tree: Tree::new(),
            place: Place::default(),
            phase: Phase::Plan,
            seed: None,
            pool: None,
            left: None,
            sums: Sums::default(),
            calls_today: 0,
            standby: Vec::new(),
            log_due: false,
            log_signature: None,
            sign_off: None,
            times: SignTimes::default(),
            stamps: Stamps::default(),
            result_signed: false,
            bodies: Vec::new(),
            after: None,
        }
    }

    /// What the session waits for.
    pub fn awaits(&self) -> Awaits {
        match self.phase {
            _ if self.log_due => Awaits::Log,
            Phase::RollCall => Awaits::RollCall,
            Phase::Answers => Awaits::Reveals,
            Phase::Numbers => match self.ceremony.due_source(&self.roll) {
                Some((number, source)) => Awaits::Numbers { number, source },
                None => Awaits::Automatic,
            },
            Phase::Pools => match self.open_pool().filter(|_| self.in_choice()) {
                Some(pool) => awaits_in(pool.next(&self.roll)),
                None => Awaits::Automatic,
            },
            Phase::Signed | Phase::Day => Awaits::SignOff,
            Phase::Closed => Awaits::Done,
            Phase::Batch => Awaits::Aftermath,
            Phase::Plan | Phase::Reveals | Phase::Result => Awaits::Automatic,
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
        (self.phase != Phase::Plan).then(|| self.ceremony.plan_root())
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

    /// The pool that is being drawn, or was drawn last.
    pub fn pool(&self) -> Option<&PoolInfo> {
        self.pool.as_ref().map(|p| &p.info)
    }

    /// The call order of this pool, before anybody is deferred.
    pub fn call_order(&self) -> &[HouseholdNumber] {
        self.pool.as_ref().map(PoolDraw::order).unwrap_or_default()
    }

    /// Ticket and lot of a household of this pool.
    pub fn drawn(&self, household: HouseholdNumber) -> Option<Drawn> {
        let pool = self.pool.as_ref().filter(|p| p.info.household_numbers().contains(household))?;
        Some(pool.drawn(household))
    }

    /// What each household holds so far, in plan order; after the result what came of
    /// the aftermath.
    pub fn holdings(&self) -> &[Holding] {
        self.after.as_ref().map_or(&self.holdings, Aftermath::holdings)
    }

    /// What a household holds so far.
    pub fn holding(&self, household: HouseholdNumber) -> Holding {
        Holding::of(self.holdings(), household)
    }

    /// Who is on standby so far, pool after pool, in order; after the result what came of the
    /// aftermath.
    pub fn standby(&self) -> Vec<HouseholdNumber> {
        self.after.as_ref().map_or_else(|| self.standby.clone(), Aftermath::standby)
    }

    /// The body of the last checkpoint: what a member signs.
    pub fn checkpoint_body(&self) -> Option<&str> {
        self.bodies.last().map(String::as_str)
    }

    /// S7: the signature line of the log over the last checkpoint, once it is there.
    pub fn log_signature(&self) -> Option<&str> {
        self.log_signature.as_deref()
    }

    /// What the benches said about the last checkpoint; empty when it cannot be signed any more.
    pub fn signatures(&self) -> Vec<BenchSignatures> {
        self.sign_off.as_ref().map(|s| s.tally(&self.roll)).unwrap_or_default()
    }

    /// S6: the earliest time with which the last checkpoint can be signed by key.
    pub fn earliest_signature(&self) -> u64 {
        self.times.earliest()
    }

    /// S8: how many time tokens count under the last checkpoint; `None` when none may stand there
    /// any more.
    pub fn time_tokens(&self) -> Option<u64> {
        let may = self.phase.after(Role::Token).is_some() && self.stamps.is_open();
        (may && !self.log_due).then(|| self.stamps.count())
    }

    /// The members who can still sign the last checkpoint, or say why not.
    pub fn still_to_sign(&self) -> Vec<String> {
        self.sign_off.as_ref().map(|s| s.still_to_sign(&self.roll)).unwrap_or_default()
    }

    /// A3: the unit that is to be offered next in a pool, and the
    /// household whose turn it is.
    pub fn due_offer(&self, pool: PoolNumber) -> Option<(UnitNumber, HouseholdNumber)> {
        self.after.as_ref()?.due_offer(&self.roll, pool)
    }

    /// A3: the free units of a pool that nobody on standby accepted when it was their turn: they are
    /// offered to nobody any more, and are for a later round.
    pub fn passed_over(&self, pool: PoolNumber) -> Vec<UnitNumber> {
        self.after.as_ref().map(|after| after.passed_over(&self.roll, pool)).unwrap_or_default()
    }

    /// The offer of a pool that waits for an answer: unit and household.
    pub fn open_offer(&self, pool: PoolNumber) -> Option<(UnitNumber, HouseholdNumber)> {
        self.after.as_ref()?.open_offer(pool)
    }

    /// Whether the draw was declared void.
    pub fn is_void(&self) -> bool {
        self.after.as_ref().is_some_and(Aftermath::is_void)
    }

    /// The units offered to the household just called, in plan order; empty when nobody is.
    pub fn offered(&self) -> Vec<UnitNumber> {
        self.open_pool().map(|pool| pool.listed(pool.offer())).unwrap_or_default()
    }

    /// Why the household just called cannot choose a unit; `None` if it can.
    pub fn not_offered(&self, unit: UnitNumber) -> Option<NotOffered> {
        let Some((pool, household)) = self.open_pool().and_then(|p| Some((p, p.called?))) else {
            return Some(NotOffered::NobodyCalled);
        };
        if !pool.info.unit_numbers().contains(unit) {
            return Some(NotOffered::Unknown);
        }
        if pool.offers(pool.offer(), unit) {
            return None;
        }
        Some(match (pool.is_free(unit), self.roll.meets(unit, household)) {
            (false, _) => NotOffered::Taken,
            (true, false) => NotOffered::Needs,
            (true, true) if pool.is_beyond_budget(household, unit) => NotOffered::Budget,
            (true, true) => NotOffered::HeldBack,
        })
    }

    /// D14: the area, in 1/100 m², that a unit for the household just called may have; `None` if
    /// nobody is called, or no budget limits the offer.
    pub fn area_left(&self) -> Option<u64> {
        let pool = self.open_pool()?;
        pool.area_left(pool.called?)
    }

    /// Whether [`Step::Undo`](super::Step::Undo) is possible now.
    pub fn can_undo(&self) -> bool {
        // D9: the line directly before is a pick by choice or a missed call.
        self.open_pool().is_some_and(|pool| pool.last != Last::Other)
    }

    /// The pool that is opened and has no `end` yet.
    pub(super) fn open_pool(&self) -> Option<&PoolDraw> {
        self.pool.as_ref().filter(|_| self.phase == Phase::Pools && self.left.is_none())
    }

    /// Whether people choose in the pool that is open.
    pub(super) fn in_choice(&self) -> bool {
        self.open_pool().is_some_and(|pool| pool.rule_is(PickRule::Choice))
    }

    pub(super) fn out_of_order(&self, step: &'static str) -> StepError {
        StepError::OutOfOrder { step, awaits: self.awaits() }
    }

    /// T2: the phase after a line of this role, which makes `step`.
    pub(super) fn phase_after(&self, role: Role, step: &'static str) -> Result<Phase, StepError> {
        self.phase.after(role).ok_or_else(|| self.out_of_order(step))
    }

    pub(super) fn prepared(&self, phase: Phase, line: &Line<'_>, change: Change) -> Prepared {
        Prepared { after: self.place, line: line.to_bytes(), phase, change }
    }

    /// A line that needs no decision; `None` if rule T2 does not allow it, which would be a bug.
    pub(super) fn automatic(&self, line: &Line<'_>, change: Change) -> Option<Prepared> {
        let phase = self.phase.after(Role::of(line));
        debug_assert!(phase.is_some(), "{} cannot stand in {:?}", line.kind(), self.phase);
        Some(self.prepared(phase?, line, change))
    }

    /// S5: whether the checkpoint of this sign-off must be signed as the result was.
    pub(super) fn must_be_signed(&self, sign_off: &SignOff) -> bool {
        self.result_signed && sign_off.stage == Stage::Aftermath
    }

    /// Why the `closing` line cannot be written yet: who has still to say something (S1), or to
    /// sign by key, because the quorum of each bench signed the result so (S5).
    ///
    /// # Errors
    /// [`StepError::Rule`] with the rule and what lacks.
    pub fn check_closing(&self) -> Result<(), StepError> {
        self.check_sign_off()?;
        match &self.sign_off {
            Some(sign_off) if self.must_be_signed(sign_off) => {
                Ok(sign_off.check_signed(&self.roll)?)
            }
            _ => Ok(()),
        }
    }

    /// S1: the sign-off that a step ends is whole, if one has begun.
    pub(super) fn check_sign_off(&self) -> Result<(), StepError> {
        match &self.sign_off {
            Some(sign_off) => Ok(sign_off.check_whole(&self.roll)?),
            None => Ok(()),
        }
    }
}

fn awaits_in(next: Next) -> Awaits {
    match next {
        Next::Call(household) => Awaits::Call { household },
        Next::Choose { household, offered } => Awaits::Choice { household, offered },
        Next::Tomorrow => Awaits::DayEnd,
        Next::Serve(..) | Next::End => Awaits::Automatic,
    }
}
