//! A chain of rounds and attempts: what an earlier transcript hands on, and the plan of the round after it (rule P11, check V7).

use super::report::Verified;
use super::verification::Verifier;
use crate::hash::Hash;
use crate::lines::{Line, Relation};
use crate::plan::{Absence, Household, Mode, PickRule, Plan, Pool, Prior, Roll, Unit, Unranked};
use crate::rules::{Rule, Words};
use std::collections::BTreeMap;

/// What a verified transcript hands on to the round or attempt after it.
///
/// ```
/// use floorlot::transcript::{Earlier, Evidence, OutcomeKind, verify};
/// let file = include_bytes!("../../tests/vectors/worked/transcript.jsonl");
/// let earlier = verify(&file[..], &Evidence::default())?.into_verified().unwrap().earlier();
/// // The same transcript does not go on from itself.
/// let report = verify(&file[..], &Evidence { earlier: Some(earlier), ..Evidence::default() })?;
/// assert_eq!(report.first_failed().unwrap().id.id(), "V7");
/// # Ok::<(), floorlot::transcript::ReadError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Earlier {
    origin: String,
    attempt: u64,
    /// Size and root of the last checkpoint.
    head: Option<(u64, Hash)>,
    void: bool,
    /// The free units with their features, by id.
    free: BTreeMap<String, Vec<String>>,
    /// The households on standby with their needs, by id.
    standby: BTreeMap<String, Vec<String>>,
}

impl Verified {
    /// What the round or attempt after this one must go on from.
    pub fn earlier(&self) -> Earlier {
        let roll = self.roll();
        let needs = |id: &str| roll.find_household(id).map(|h| roll.needs(h).to_vec()).unwrap_or_default();
        let features = |id: &str| roll.find_unit(id).map(|u| roll.features(u).to_vec()).unwrap_or_default();
        Earlier {
            origin: roll.origin().into(),
            attempt: roll.attempt(),
            head: self.head(),
            void: self.is_void(),
            free: self.free().map(|id| (id.to_owned(), features(id))).collect(),
            standby: self.standby().map(|id| (id.to_owned(), needs(id))).collect(),
        }
    }
}

impl Verifier<'_> {
    /// V7: the plan names the head of the earlier transcript; a round gives out what that left, to those that it left without.
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
        let mut faults: Vec<(String, Words, Words)> = Vec::new();
        let mut fail = |place: String, found: Words, expected: Words| faults.push((place, found, expected));
        let Some(prior) = roll.prior() else {
            let expected = Words::new(format!("a prior with origin {}", earlier.origin), format!("prior 的 origin 为 {}", earlier.origin));
            return self.checks.fail(Rule::V7, 1, "prior", Words::new("none", "没有"), expected);
        };
        let (size, root) = earlier.head.unwrap_or((0, Hash([0; 32])));
        for (field, found, expected) in [
            ("origin", prior.origin.clone(), earlier.origin.clone()),
            ("size", prior.size.to_string(), size.to_string()),
            ("root", prior.root.to_string(), root.to_string()),
        ] {
            if found != expected {
                fail(format!("prior {field}"), Words::same(found), Words::same(expected));
            }
        }
        let state = |void| {
            if void {
                Words::new("a draw that is void", "已作废的抽签")
            } else {
                Words::new("a draw that is not void", "未作废的抽签")
            }
        };
        if earlier.void != (prior.relation == Relation::Void) {
            fail("prior relation".into(), state(earlier.void), state(!earlier.void));
        }
        match prior.relation {
            Relation::Void if roll.attempt() != earlier.attempt + 1 => {
                fail("plan, attempt".into(), Words::same(roll.attempt()), Words::same(earlier.attempt + 1));
            }
            Relation::Round => {
                self.checks.examine_many(Rule::V7, u64::from(roll.household_count()) + u64::from(roll.unit_count()));
                let ids = (0..roll.household_count()).map(|h| ("household", roll.household_id(h), roll.needs(h), &earlier.standby));
                let units = (0..roll.unit_count()).map(|u| ("unit", roll.unit_id(u), roll.features(u), &earlier.free));
                for (what, id, has, left) in ids.chain(units) {
                    let list = |words: &[String]| Words::same(format_args!("[{}]", words.join(",")));
                    match left.get(id) {
                        Some(had) if had == has => {}
                        Some(had) => fail(format!("{what} {id}"), list(has), list(had)),
                        None if what == "unit" => fail(
                            format!("unit {id}"),
                            Words::new("taken, or not there", "已分配或不存在"),
                            Words::new("a unit that the round before left over", "上一轮剩余的房"),
                        ),
                        None => fail(
                            format!("household {id}"),
                            Words::new("not on standby", "不在候补名单"),
                            Words::new("a household that the round before left on standby", "上一轮的候补户"),
                        ),
                    }
                }
            }
            Relation::Void => {}
        }
        faults.into_iter().for_each(|(place, found, expected)| self.checks.fail(Rule::V7, 1, place, found, expected));
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

/// A pool of a later round, made of the leftovers and the standby lists of pools of the round before.
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
    /// The lines are not those of the transcript that was verified.
    #[error("these are not the lines of transcript {origin}")]
    OtherTranscript {
        /// The origin of the one that was verified.
        origin: String,
    },
    /// A pool of the new round has no unit, or no household.
    #[error("pool {pool}: {units} units are left over and {households} households on standby; both are needed")]
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
            RoundError::OtherTranscript { origin } => format!("这些行不属于记录 {origin}"),
            RoundError::Nothing { pool, units, households } => format!("批次 {pool}：剩余 {units} 套、候补 {households} 户，两者都须有"),
        };
        Words::new(self.to_string(), zh)
    }
}

impl Verified {
    /// The plan of a later round, without panel and sources, which are for the new ceremony to name: the leftovers and the households on standby, as
    /// the lines of the earlier transcript describe them (each without LF).
    pub fn next_round<'a>(&self, lines: impl IntoIterator<Item = &'a [u8]>, next: &NextRound) -> Result<Plan, RoundError> {
        let Some((size, root)) = self.head().filter(|_| !self.is_void()) else { return Err(RoundError::Void) };
        let origin = self.roll().origin().to_owned();
        let prior = Prior { origin: origin.clone(), size, root, relation: Relation::Round, reason: next.reason.clone() };
        let mut plan = Plan { prior: Some(prior), ..Plan::new(&next.origin, &next.title, next.mode) };
        plan.pools = next.pools.iter().map(|p| Pool::new(&p.id, &p.title, &p.building, p.rule)).collect();
        let earlier = self.earlier();
        let mut seen = 0_u64;
        for line in lines {
            match Line::decode(line) {
                Ok(Line::Plan { origin: found, .. }) if *found == *origin => seen += 1,
                Ok(Line::Plan { .. }) => return Err(RoundError::OtherTranscript { origin }),
                Ok(Line::Unit { pool, id, label, storey, features }) => {
                    seen += 1;
                    if let Some(pool) = place(&mut plan, next, &pool).filter(|_| earlier.free.contains_key(id.as_ref())) {
                        let features = features.unwrap_or_default().iter().map(ToString::to_string).collect();
                        pool.units.push(Unit { id: id.into(), label: label.into(), storey, features });
                    }
                }
                Ok(Line::Household { pool, id, name, tier, needs, group, person, .. }) => {
                    seen += 1;
                    if let Some(pool) = place(&mut plan, next, &pool).filter(|_| earlier.standby.contains_key(id.as_ref())) {
                        let needs = needs.unwrap_or_default().iter().map(ToString::to_string).collect();
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
        if seen != 1 + u64::from(self.roll().unit_count()) + u64::from(self.roll().household_count()) {
            return Err(RoundError::OtherTranscript { origin });
        }
        for pool in &mut plan.pools {
            (pool.absence, pool.unranked) = match pool.rule {
                PickRule::Choice => (Some(Absence::Last), None),
                PickRule::Lot => (None, None),
                PickRule::Ranking => (None, Some(Unranked::Lot)),
            };
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
