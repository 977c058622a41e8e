//! A chain of rounds and attempts: what an earlier transcript hands on, and the plan of the round
//! after it (rule P11, check V7).

use super::report::Verified;
use super::verification::Verifier;
use crate::hash::Hash;
use crate::lines::{self, Line, Relation};
use crate::plan::{
    Absence, Household, Mode, PickRule, Plan, Pool, Prior, Roll, Unit, Unranked,
    describe_household, describe_unit,
};
use crate::rules::{Rule, Words};
use crate::tree::Tree;
use std::collections::{BTreeMap, BTreeSet};

/// What a verified transcript hands on to the round or attempt after it.
///
/// ```
/// use floorlot::transcript::{Earlier, Evidence, OutcomeKind, verify};
/// let file = include_bytes!("../../tests/vectors/worked/transcript.jsonl");
/// let verified = verify(&file[..], &Evidence::default())?.into_verified().unwrap();
/// let earlier = verified.earlier(file.split(|byte| *byte == b'\n')).unwrap();
/// // The same transcript does not go on from itself.
/// let report = verify(&file[..], &Evidence { earlier: Some(earlier), ..Evidence::default() })?;
/// assert_eq!(report.first_failed().unwrap().id.id(), "V7");
/// # Ok::<(), floorlot::transcript::ReadError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Earlier {
    origin: String,
    mode: Mode,
    attempt: u64,
    /// Size and root of each checkpoint after that of the plan.
    checkpoints: Vec<(u64, Hash)>,
    void: bool,
    /// What a round after it can give out, and to whom.
    left: Left,
    /// What it could give out itself.
    base: Base,
}

/// What a draw left: without units that are offered to somebody who has not answered, and without
/// those households.
#[derive(Debug, Clone, Default)]
pub(crate) struct Left {
    /// The free units, each with what it is, by id.
    free: BTreeMap<String, String>,
    /// The households on standby, each with what it is, by id.
    standby: BTreeMap<String, String>,
}

/// What a draw was allowed to give out by those before it: a void attempt hands that on, and
/// nothing of its own.
#[derive(Debug, Clone)]
pub(crate) enum Base {
    /// All that its plan names: it is the first.
    All,
    /// What the round before left.
    Left(Left),
    /// That depends on a transcript that was not given.
    Unknown,
}

impl Verified {
    /// What the round or attempt after this one must go on from. `lines` are those of this
    /// transcript, each without LF: what the units and households are is read from them again, and
    /// they are compared with the first checkpoint after that of the plan. Other lines are an
    /// error.
    pub fn earlier<L: AsRef<[u8]>>(
        &self,
        lines: impl IntoIterator<Item = L>,
    ) -> Result<Earlier, RoundError> {
        let roll = self.roll();
        let (free, standby) = self.left();
        let (mut left, mut tree, mut sealed) = (Left::default(), Tree::new(), false);
        let seal = self.checkpoints().first();
        for line in lines {
            let line = line.as_ref();
            if seal.is_some_and(|(size, _)| *size == tree.size()) {
                break;
            }
            tree.push_line(line);
            match Line::decode(line) {
                _ if sealed => {}
                Ok(Line::Checkpoint { .. }) => sealed = true,
                Ok(Line::Unit { id, label, storey, features, .. })
                    if free.contains(id.as_ref()) =>
                {
                    left.free
                        .insert(id.to_string(), describe_unit(&label, storey, &owned(features)));
                }
                Ok(Line::Household { id, name, tier, needs, person, .. })
                    if standby.contains(id.as_ref()) =>
                {
                    left.standby.insert(
                        id.to_string(),
                        describe_household(&name, tier, &owned(needs), person),
                    );
                }
                _ => {}
            }
        }
        if seal.is_some_and(|(size, root)| (*size, *root) != (tree.size(), tree.root())) {
            return Err(RoundError::OtherTranscript { origin: roll.origin().into() });
        }
        Ok(Earlier {
            origin: roll.origin().into(),
            mode: roll.mode(),
            attempt: roll.attempt(),
            checkpoints: self.checkpoints().to_vec(),
            void: self.is_void(),
            left,
            base: self.base().clone(),
        })
    }

    /// The ids of the free units and of the households on standby, without those of an offer that
    /// is open.
    fn left(&self) -> (BTreeSet<&str>, BTreeSet<&str>) {
        let (units, households): (Vec<&str>, Vec<&str>) = self.open_offers().unzip();
        let free = self.free().filter(|id| !units.contains(id)).collect();
        (free, self.standby().filter(|id| !households.contains(id)).collect())
    }
}

fn owned(words: Option<Vec<lines::Text<'_>>>) -> Vec<String> {
    words.unwrap_or_default().iter().map(ToString::to_string).collect()
}

fn void_or_not(void: bool) -> Words {
    if void {
        Words::new("a draw that is void", "已作废的抽签")
    } else {
        Words::new("a draw that is not void", "未作废的抽签")
    }
}

impl Verifier<'_> {
    /// What this draw may give out, by its prior and what was given of that.
    pub(super) fn base(&self) -> Base {
        match (
            self.roll.as_ref().and_then(Roll::prior).map(|prior| prior.relation),
            &self.evidence.earlier,
        ) {
            (None, _) => Base::All,
            (Some(_), None) => Base::Unknown,
            (Some(Relation::Round), Some(earlier)) => Base::Left(earlier.left.clone()),
            (Some(Relation::Void), Some(earlier)) => earlier.base.clone(),
        }
    }

    /// V7: the plan names a checkpoint of the earlier transcript, and gives out what that leaves,
    /// to those that it leaves without.
    pub(super) fn check_earlier(&mut self) {
        let prior = self.roll.as_ref().and_then(Roll::prior);
        if self.evidence.earlier.is_none() && prior.is_none() && self.roll.is_some() {
            return; // the first round of a first attempt goes on from nothing
        }
        let (Some(earlier), Some(roll)) = (&self.evidence.earlier, &self.roll) else {
            let why = match (&self.evidence.earlier, self.roll.as_ref().and_then(Roll::prior)) {
                (None, Some(prior)) => Words::new(
                    format!("the earlier transcript {} was not given", prior.origin),
                    format!("没有给出之前的记录 {}", prior.origin),
                ),
                _ => Words::new("there is no plan", "没有方案"),
            };
            return self.checks.not_run(Rule::V7, why);
        };
        self.checks.examine(Rule::V7);
        let Some(prior) = roll.prior() else {
            let expected = Words::new(
                format!("a prior with origin {}", earlier.origin),
                format!("prior 的 origin 为 {}", earlier.origin),
            );
            let faults = [("prior".into(), Words::new("none", "没有"), expected)]
                .into_iter()
                .chain(earlier.other_mode(roll));
            return faults.for_each(|(place, found, expected)| {
                self.checks.fail(Rule::V7, roll.line, place, found, expected)
            });
        };
        let mut faults = earlier.heads(roll, prior);
        let base = self.base();
        if let Base::Left(left) = &base {
            self.checks.examine_many(
                Rule::V7,
                u64::from(roll.household_count()) + u64::from(roll.unit_count()),
            );
            faults.extend(left.compare(roll));
        }
        let line = roll.line;
        faults.into_iter().for_each(|(place, found, expected)| {
            self.checks.fail(Rule::V7, line, place, found, expected)
        });
        if let Base::Unknown = base {
            let why = Words::new(
                format!(
                    "what {} could give out depends on a transcript that was not given: give all from the first on",
                    earlier.origin
                ),
                format!(
                    "{} 可分配的房源与住户取决于未给出的记录：请从第一份起全部给出",
                    earlier.origin
                ),
            );
            self.checks.not_run(Rule::V7, why);
        }
    }
}

/// Place, found, expected.
type Faults = Vec<(String, Words, Words)>;

impl Earlier {
    /// Whether the prior of a plan is this transcript.
    fn heads(&self, roll: &Roll, prior: &Prior) -> Faults {
        let mut faults = Vec::new();
        if prior.origin != self.origin {
            faults.push((
                "prior origin".into(),
                Words::same(&prior.origin),
                Words::same(&self.origin),
            ));
        }
        if !self.checkpoints.contains(&(prior.size, prior.root)) {
            let show = |(size, root): &(u64, Hash)| format!("{size} {root}");
            let there =
                self.checkpoints.iter().rev().take(4).map(show).collect::<Vec<_>>().join(" / ");
            faults.push((
                "prior size, root".into(),
                Words::same(show(&(prior.size, prior.root))),
                Words::same(there),
            ));
        }
        if self.void != (prior.relation == Relation::Void) {
            faults.push(("prior relation".into(), void_or_not(self.void), void_or_not(!self.void)));
        }
        faults.extend(self.other_mode(roll));
        if prior.relation == Relation::Void && roll.attempt() != self.attempt + 1 {
            faults.push((
                "plan, attempt".into(),
                Words::same(roll.attempt()),
                Words::same(self.attempt + 1),
            ));
        }
        faults
    }

    /// A rehearsal goes on from a rehearsal, an official draw from an official one.
    fn other_mode(&self, roll: &Roll) -> Option<(String, Words, Words)> {
        let (mode, before) = (roll.mode().word(), self.mode.word());
        (mode != before).then(|| ("plan, mode".into(), Words::same(mode), Words::same(before)))
    }
}

impl Left {
    /// Every household of a plan waits here and is the same, every unit is free here and is the
    /// same.
    fn compare(&self, roll: &Roll) -> Faults {
        let ids = (0..roll.household_count()).map(|h| {
            ("household", roll.household_id(h), roll.described_household(h), &self.standby)
        });
        let units = (0..roll.unit_count())
            .map(|u| ("unit", roll.unit_id(u), roll.described_unit(u), &self.free));
        type Known = BTreeMap<String, String>;
        let fault = |(what, id, is, left): (&str, &str, String, &Known)| match left.get(id) {
            Some(was) if *was == is => None,
            Some(was) => Some((format!("{what} {id}"), Words::same(is), Words::same(was))),
            None if what == "unit" => Some((
                format!("unit {id}"),
                Words::new(
                    "taken, offered to somebody, or not there",
                    "已分配、正提供给他人或不存在",
                ),
                Words::new("a unit that the round before left over", "上一轮剩余的房"),
            )),
            None => Some((
                format!("household {id}"),
                Words::new(
                    "not on standby, or with an offer to answer",
                    "不在候补名单，或有待答复的递补",
                ),
                Words::new("a household that the round before left on standby", "上一轮的候补户"),
            )),
        };
        ids.chain(units).filter_map(fault).collect()
    }
}

/// A later round: its names, and which pools of the round before are drawn together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextRound {
    /// The origin of the new draw.
    pub origin: String,
    /// Its title.
    pub title: String,
    /// Official or rehearsal.
    pub mode: Mode,
    /// Why there is another round.
    pub reason: String,
    /// The new pools. Those of the round before that are in none of them are not drawn.
    pub pools: Vec<RoundPool>,
}

/// A pool of a later round, made of the leftovers and the standby lists of pools of the round
/// before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundPool {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its building.
    pub building: String,
    /// How it is drawn: by choice or by lot. (Rankings were handed in for other units.)
    pub rule: PickRule,
    /// The pools of the round before.
    pub from: Vec<String>,
}

/// Why there is no plan for another round.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RoundError {
    /// A draw that is void, or has no checkpoint, hands nothing on.
    #[error("the round before is void or has no checkpoint: it hands nothing on")]
    Void,
    /// A unit is offered to a household that has not answered.
    #[error(
        "unit {unit} is offered to household {household}, which has not answered: accept or decline first"
    )]
    OpenOffer {
        /// The unit.
        unit: String,
        /// The household.
        household: String,
    },
    /// The lines are not those of the transcript that was verified.
    #[error("these are not the lines of transcript {origin}")]
    OtherTranscript {
        /// The origin of the one that was verified.
        origin: String,
    },
    /// The new round is a rehearsal and the round before was not, or the other way round.
    #[error("the mode is {mode}, but that of the round before is {before}: a round is of the same mode (V7)", mode = mode.word(), before = before.word())]
    OtherMode {
        /// Of the new round.
        mode: Mode,
        /// Of the round before.
        before: Mode,
    },
    /// A pool of the new round has no unit, or no household.
    #[error(
        "pool {pool}: {units} units are left over and {households} households on standby; both are needed"
    )]
    Nothing {
        /// The pool.
        pool: String,
        /// Units left over.
        units: usize,
        /// Households on standby.
        households: usize,
    },
}

impl RoundError {
    /// The error in both languages.
    pub fn words(&self) -> Words {
        let zh = match self {
            RoundError::Void => "上一轮已作废或没有检查点，无可延续".into(),
            RoundError::OpenOffer { unit, household } => {
                format!("房源 {unit} 正提供给住户 {household}，尚未答复：请先接受或不接受")
            }
            RoundError::OtherTranscript { origin } => format!("这些行不属于记录 {origin}"),
            RoundError::OtherMode { mode, before } => {
                let name = |mode: &Mode| if *mode == Mode::Official { "正式" } else { "演练" };
                format!("本轮为{}，上一轮为{}：两轮的性质须相同（V7）", name(mode), name(before))
            }
            RoundError::Nothing { pool, units, households } => {
                format!("批次 {pool}：剩余 {units} 套、候补 {households} 户，两者都须有")
            }
        };
        Words::new(self.to_string(), zh)
    }
}

impl Verified {
    /// The plan of a later round, without panel and sources, which are for the new ceremony to
    /// name: the leftovers and the households on standby, as the lines of the earlier transcript
    /// describe them (each without LF).
    pub fn next_round<'a>(
        &self,
        lines: impl IntoIterator<Item = &'a [u8]>,
        next: &NextRound,
    ) -> Result<Plan, RoundError> {
        let Some((size, root)) = self.head().filter(|_| !self.is_void()) else {
            return Err(RoundError::Void);
        };
        if next.mode != self.roll().mode() {
            return Err(RoundError::OtherMode { mode: next.mode, before: self.roll().mode() });
        }
        let drawn = |pool: Option<usize>| {
            let id =
                pool.and_then(|pool| self.roll().pools().get(pool)).map(|pool| pool.id.as_str());
            next.pools.iter().any(|pool| pool.from.iter().any(|from| Some(from.as_str()) == id))
        };
        let pool_of = |household: &str| {
            self.roll().find_household(household).and_then(|h| self.roll().pool_of(h))
        };
        if let Some((unit, household)) =
            self.open_offers().find(|(_, household)| drawn(pool_of(household)))
        {
            return Err(RoundError::OpenOffer { unit: unit.into(), household: household.into() });
        }
        let origin = self.roll().origin().to_owned();
        let prior = Prior {
            origin: origin.clone(),
            size,
            root,
            relation: Relation::Round,
            reason: next.reason.clone(),
        };
        let mut plan =
            Plan { prior: Some(prior), ..Plan::new(&next.origin, &next.title, next.mode) };
        plan.pools =
            next.pools.iter().map(|p| Pool::new(&p.id, &p.title, &p.building, p.rule)).collect();
        let (free, standby) = self.left();
        let mut seen = 0_u64;
        for line in lines {
            match Line::decode(line) {
                Ok(Line::Plan { origin: found, .. }) if *found == *origin => seen += 1,
                Ok(Line::Plan { .. }) => return Err(RoundError::OtherTranscript { origin }),
                Ok(Line::Unit { pool, id, label, storey, features }) => {
                    seen += 1;
                    if let Some(pool) =
                        place(&mut plan, next, &pool).filter(|_| free.contains(id.as_ref()))
                    {
                        let features = owned(features);
                        pool.units.push(Unit {
                            id: id.into(),
                            label: label.into(),
                            storey,
                            features,
                        });
                    }
                }
                Ok(Line::Household { pool, id, name, tier, needs, group, person, .. }) => {
                    seen += 1;
                    if let Some(pool) =
                        place(&mut plan, next, &pool).filter(|_| standby.contains(id.as_ref()))
                    {
                        let needs = owned(needs);
                        let group = group.map(Into::into);
                        pool.households.push(Household {
                            id: id.into(),
                            name: name.into(),
                            tier,
                            needs,
                            group,
                            ranking: Vec::new(),
                            person,
                        });
                    }
                }
                Ok(Line::Checkpoint { .. }) => break,
                _ => {}
            }
        }
        if seen
            != 1 + u64::from(self.roll().unit_count()) + u64::from(self.roll().household_count())
        {
            return Err(RoundError::OtherTranscript { origin });
        }
        for pool in &mut plan.pools {
            (pool.absence, pool.unranked) = match pool.rule {
                PickRule::Choice => (Some(Absence::Last), None),
                PickRule::Lot => (None, None),
                PickRule::Ranking => (None, Some(Unranked::Lot)),
            };
            pool.seconds = None;
            if pool.units.is_empty() || pool.households.is_empty() {
                let (units, households) = (pool.units.len(), pool.households.len());
                return Err(RoundError::Nothing { pool: pool.id.clone(), units, households });
            }
        }
        Ok(plan)
    }
}

/// The pool of the new round that a pool of the round before goes into.
fn place<'p>(plan: &'p mut Plan, next: &NextRound, from: &str) -> Option<&'p mut Pool> {
    let number = next.pools.iter().position(|pool| pool.from.iter().any(|id| id == from))?;
    plan.pools.get_mut(number)
}
