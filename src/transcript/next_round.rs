//! What a verified transcript hands on to the round or attempt after it, and the plan of a later
//! round (rule P11).

use super::before::Rules;
use super::earlier::{Earlier, Left};
use super::verified::Verified;
use crate::hash::Hash;
use crate::lines::{self, Line, Relation};
use crate::plan::{
    Absence, Family, Household, HouseholdNumber, Mode, PickRule, Plan, Pool, Prior, Unit, Unranked,
};
use crate::rules::Phrase;
use crate::tree::Tree;
use std::collections::BTreeSet;

/// A later round: its names, and which pools of the round before are drawn together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextRound {
    /// The origin of the new draw.
    pub origin: String,
    /// Its title, for people (rule P3).
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
    /// Its id (rule P2).
    pub id: String,
    /// Its title, for people (rule P3).
    pub title: String,
    /// The building that its units are in, as people call it (rule P3). Those that are in another one
    /// name that.
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
        /// The id of the unit in the plan.
        unit: String,
        /// The id of the household in the plan.
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
    /// A household on standby is in no pool of the new round.
    #[error(
        "household {household} is on standby in pool {pool}, and no pool of the new round takes that in: nobody is left out (V7)"
    )]
    LeftOut {
        /// The id of the household in the plan.
        household: String,
        /// The id of its pool.
        pool: String,
    },
    /// A pool of the new round has no unit, or no household.
    #[error(
        "pool {pool}: {units} units are left over and {households} households on standby; both are needed"
    )]
    Nothing {
        /// The id of the pool in the plan.
        pool: String,
        /// Units left over.
        units: usize,
        /// Households on standby.
        households: usize,
    },
}

impl RoundError {
    /// The error in both languages.
    pub fn words(&self) -> Phrase {
        let zh = match self {
            RoundError::Void => "上一轮已作废或没有检查点，无可延续".into(),
            RoundError::OpenOffer { unit, household } => {
                format!("住户 {household} 正在递补房源 {unit}，尚未答复：请先记录接受或不接受")
            }
            RoundError::OtherTranscript { origin } => format!("这些行不属于记录 {origin}"),
            RoundError::OtherMode { mode, before } => {
                let name = |mode: &Mode| if *mode == Mode::Official { "正式" } else { "演练" };
                format!("本轮为{}，上一轮为{}：两轮的性质须相同（V7）", name(mode), name(before))
            }
            RoundError::LeftOut { household, pool } => format!(
                "批次 {pool} 的候补户 {household} 不在新一轮的任何批次中：不得遗漏候补户（V7）"
            ),
            RoundError::Nothing { pool, units, households } => {
                format!("批次 {pool}：剩余 {units} 套、候补 {households} 户，两者都须有")
            }
        };
        Phrase::new(self.to_string(), zh)
    }
}

impl Verified {
    /// What the round or attempt after this one must go on from.
    pub fn earlier(&self) -> Earlier {
        let roll = self.roll();
        let (free, standby) = self.left();
        let void = self.is_void();
        Earlier {
            origin: roll.origin().into(),
            mode: roll.mode(),
            attempt: roll.attempt(),
            prior: roll.prior().map(|prior| prior.origin.clone()),
            checkpoints: self.checkpoints().to_vec(),
            void,
            left: Left::of(
                roll,
                |unit| !void && free.contains(unit),
                |household| !void && standby.contains(household),
                |household| self.unit_held(household),
            ),
            voided: Left::of(roll, |_| void, |_| void, |_| None),
            base: self.base().clone(),
            rules: Rules::of(roll),
        }
    }

    /// The plan of a later round, without panel and sources, which are for the new ceremony to
    /// name: the leftovers and the households on standby, as the lines of this transcript describe
    /// them (each without LF). They are compared with its last checkpoint; other lines, be it by a
    /// single byte, are an error.
    pub fn next_round<L: AsRef<[u8]>>(
        &self,
        lines: impl IntoIterator<Item = L>,
        next: &NextRound,
    ) -> Result<Plan, RoundError> {
        let Some((size, root)) = self.head().filter(|_| !self.is_void()) else {
            return Err(RoundError::Void);
        };
        self.check_next(next)?;
        let (origin, reason) = (self.roll().origin().to_owned(), next.reason.clone());
        let prior = Prior { origin, size, root, relation: Relation::Round, reason };
        let mut plan =
            Plan { prior: Some(prior), ..Plan::new(&next.origin, &next.title, next.mode) };
        plan.pools = next.pools.iter().map(new_pool).collect();
        let (free, standby) = self.left();
        self.read_plan_again(lines, (size, root), |line| match line {
            Line::Unit { pool, id, label, storey, area, price, features, .. }
                if free.contains(id.as_ref()) =>
            {
                let number = self.roll().find_unit(&id);
                if let Some(pool) = place(&mut plan, next, &pool) {
                    // V7: a unit stays in its building, in whatever pool it is drawn.
                    let building = number.map(|unit| self.roll().building(unit));
                    let building = building.filter(|own| *own != pool.building).map(Into::into);
                    let (id, label, features) = (id.into(), label.into(), owned(features));
                    let unit = Unit { id, building, label, storey, area, price, features };
                    pool.units.push(unit);
                }
            }
            Line::Family { id, .. } => plan.families.extend(self.family_left(&id, &standby)),
            Line::Household { pool, id, name, tier, needs, group, family, person, .. }
                if standby.contains(id.as_ref()) =>
            {
                let (needs, group) = (owned(needs), group.map(Into::into));
                let (id, name, ranking) = (id.into(), name.into(), Vec::new());
                let family = family.map(Into::into);
                let household = Household { id, name, tier, needs, group, family, ranking, person };
                if let Some(pool) = place(&mut plan, next, &pool) {
                    pool.households.push(household);
                }
            }
            _ => {}
        })?;
        match plan.pools.iter().find(|pool| pool.units.is_empty() || pool.households.is_empty()) {
            None => Ok(plan),
            Some(pool) => Err(RoundError::Nothing {
                pool: pool.id.clone(),
                units: pool.units.len(),
                households: pool.households.len(),
            }),
        }
    }

    /// V7: a family of which a claim is left, with what is left of its budget.
    fn family_left(&self, id: &str, standby: &BTreeSet<&str>) -> Option<Family> {
        let roll = self.roll();
        let number = roll.find_family(id)?;
        let info = roll.family(number)?;
        let waits = |household: &HouseholdNumber| standby.contains(roll.household_id(*household));
        info.claims.iter().any(waits).then(|| Family {
            id: id.into(),
            name: info.name.clone(),
            budget: roll.budget_left(number, |household| self.unit_held(household)),
            person: info.person,
        })
    }

    /// V7: a round is of the same mode, and goes on from pools in which no offer waits for an
    /// answer.
    fn check_next(&self, next: &NextRound) -> Result<(), RoundError> {
        let roll = self.roll();
        if next.mode != roll.mode() {
            return Err(RoundError::OtherMode { mode: next.mode, before: roll.mode() });
        }
        let is_drawn = |household: &str| {
            let pool = roll.find_household(household).and_then(|h| roll.pool_of(h));
            let id = pool.and_then(|pool| roll.pool(pool)).map(|pool| pool.id.as_str());
            next.pools.iter().any(|pool| pool.from.iter().any(|from| Some(from.as_str()) == id))
        };
        if let Some((unit, household)) = self.open_offers().find(|(_, h)| is_drawn(h)) {
            return Err(RoundError::OpenOffer { unit: unit.into(), household: household.into() });
        }
        let (_, standby) = self.left();
        // V7: every household that this transcript leaves is in the next plan.
        if let Some(household) = standby.into_iter().find(|household| !is_drawn(household)) {
            let pool = roll.find_household(household).and_then(|h| roll.pool(roll.pool_of(h)?));
            let pool = pool.map(|pool| pool.id.clone()).unwrap_or_default();
            return Err(RoundError::LeftOut { household: household.into(), pool });
        }
        Ok(())
    }

    /// Hands out the lines of the plan, and compares all lines up to a checkpoint of this
    /// transcript with its root.
    fn read_plan_again<L: AsRef<[u8]>>(
        &self,
        lines: impl IntoIterator<Item = L>,
        seal: (u64, Hash),
        mut each: impl FnMut(Line<'_>),
    ) -> Result<(), RoundError> {
        let (mut tree, mut in_plan) = (Tree::new(), true);
        for line in lines {
            // What stands behind that checkpoint is another matter: the copy may be longer.
            if tree.size() == seal.0 {
                break;
            }
            let line = line.as_ref();
            tree.push_line(line);
            match in_plan.then(|| Line::decode(line)) {
                // Behind the plan the lines are only hashed.
                Some(Ok(Line::Checkpoint { .. })) => in_plan = false,
                Some(Ok(line)) => each(line),
                Some(Err(_)) | None => {}
            }
        }
        match (tree.size(), tree.root()) == seal {
            true => Ok(()),
            false => Err(RoundError::OtherTranscript { origin: self.roll().origin().into() }),
        }
    }

    /// The ids of the free units and of the households on standby, without those of an offer that
    /// is open.
    fn left(&self) -> (BTreeSet<&str>, BTreeSet<&str>) {
        let (units, households): (Vec<&str>, Vec<&str>) = self.open_offers().unzip();
        let free = self.free().filter(|id| !units.contains(id)).collect();
        (free, self.standby().filter(|id| !households.contains(id)).collect())
    }
}

/// A pool of the new round, still empty.
fn new_pool(next: &RoundPool) -> Pool {
    let mut pool = Pool::new(&next.id, &next.title, &next.building, next.rule);
    (pool.absence, pool.unranked) = match pool.rule {
        PickRule::Choice => (Some(Absence::Last), None),
        PickRule::Lot => (None, None),
        PickRule::Ranking => (None, Some(Unranked::Lot)),
    };
    pool.seconds = None;
    pool
}

/// The pool of the new round that a pool of the round before goes into.
fn place<'p>(plan: &'p mut Plan, next: &NextRound, from: &str) -> Option<&'p mut Pool> {
    let number = next.pools.iter().position(|pool| pool.from.iter().any(|id| id == from))?;
    plan.pools.get_mut(number)
}
fn owned(words: Option<Vec<lines::Text<'_>>>) -> Vec<String> {
    words.unwrap_or_default().iter().map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::{NextRound, RoundError, RoundPool};
    use crate::plan::{Mode, PickRule, Plan};
    use crate::transcript::{Evidence, verify};

    const FILE: &str = include_str!("../../tests/vectors/corpus/valid/first-round.jsonl");

    fn lines(file: &str) -> impl Iterator<Item = &[u8]> {
        file.lines().map(str::as_bytes)
    }

    #[test]
    fn lines_of_another_transcript_make_no_plan() {
        let report = verify(FILE.as_bytes(), &Evidence::default()).unwrap();
        let verified = report.verified().unwrap();
        let from: Vec<String> = verified.roll().pools().iter().map(|p| p.id.clone()).collect();
        let next = NextRound {
            origin: "example/second".into(),
            title: "Second".into(),
            mode: report.mode.unwrap(),
            reason: "leftovers".into(),
            pools: vec![RoundPool {
                id: "S".into(),
                title: "S".into(),
                building: "House 2".into(),
                rule: PickRule::Lot,
                from,
            }],
        };
        let plan = verified.next_round(lines(FILE), &next).unwrap();
        let (unit, household) = (&plan.pools[0].units[0], &plan.pools[0].households[0]);
        // What a later round gives out is edited: the storey of a unit, the tier of a household;
        // or what it goes on from, at the end of the draw; or a line is missing, or comes twice.
        let edited = |part: &str, from: &str, to: &str| {
            let edit = |line: &str| match line.contains(part) {
                true => line.replace(from, to) + "\n",
                false => format!("{line}\n"),
            };
            let file: String = FILE.lines().map(edit).collect();
            assert_ne!(file, FILE, "{part}");
            file
        };
        let storey = format!("\"storey\":{}", unit.storey);
        let of_unit = format!("\"id\":\"{}\"", unit.id);
        let of_household = format!("\"id\":\"{}\"", household.id);
        let tier = format!("\"tier\":{}", household.tier);
        let result = "\"kind\":\"result\"";
        let files = [
            edited(&of_unit, &storey, "\"storey\":99"),
            edited(&of_household, &tier, "\"tier\":0"),
            edited(result, "\"leftover\":", "\"leftover\":1"),
            FILE.split_once('\n').unwrap().1.to_owned(),
            format!("{}\n{FILE}", FILE.lines().next().unwrap()),
            FILE.lines().take(FILE.lines().count() / 2).map(|line| format!("{line}\n")).collect(),
        ];
        let other = RoundError::OtherTranscript { origin: verified.roll().origin().into() };
        for file in &files {
            assert_eq!(verified.next_round(lines(file), &next), Err(other.clone()));
        }
        // Nobody is left out.
        let round = |change: fn(&mut RoundPool)| {
            let mut next = next.clone();
            change(&mut next.pools[0]);
            verified.next_round(lines(FILE), &next).unwrap_err()
        };
        let error = round(|pool| drop(pool.from.remove(0)));
        assert!(matches!(error, RoundError::LeftOut { .. }), "{error}");
        // A unit stays in its building, which it names where the pool has another.
        let mut merged = next.clone();
        merged.pools[0].building = "House 1 and 2".into();
        let merged = verified.next_round(lines(FILE), &merged).unwrap();
        let buildings = |plan: &Plan| -> Vec<Option<String>> {
            plan.pools[0].units.iter().map(|unit| unit.building.clone()).collect()
        };
        assert!(buildings(&plan).iter().all(Option::is_none), "{:?}", buildings(&plan));
        for (unit, building) in merged.pools[0].units.iter().zip(buildings(&merged)) {
            let number = verified.roll().find_unit(&unit.id).unwrap();
            assert_eq!(building.as_deref(), Some(verified.roll().building(number)));
        }
        let mode = if next.mode == Mode::Official { Mode::Rehearsal } else { Mode::Official };
        let error = verified.next_round(lines(FILE), &NextRound { mode, ..next }).unwrap_err();
        assert!(matches!(error, RoundError::OtherMode { .. }), "{error}");
    }
}
