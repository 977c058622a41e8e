//! What an earlier transcript hands on to the round or attempt after it (rule P11, check V7).

use super::before::{Asks, Rules, asks};
use crate::hash::Hash;
use crate::lines::Relation;
use crate::plan::{HouseholdNumber, Mode, Prior, Roll, UnitNumber};
use crate::rules::{Checks, Phrase, Rule};
use std::collections::BTreeMap;

/// What a verified transcript hands on to the round or attempt after it.
///
/// ```
/// use floorlot::transcript::{Earlier, Evidence, OutcomeKind, verify};
/// let file = include_bytes!("../../tests/vectors/worked/transcript.jsonl");
/// let verified = verify(&file[..], &Evidence::default())?.into_verified().unwrap();
/// // The same transcript does not go on from itself.
/// let report = verify(&file[..], &Evidence::default().with_earlier([verified.earlier()]))?;
/// assert_eq!(report.first_failed().unwrap().id.id(), "V7");
/// # Ok::<(), floorlot::transcript::ReadError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Earlier {
    pub(super) origin: String,
    pub(super) mode: Mode,
    pub(super) attempt: u64,
    /// The origin that its own prior names.
    pub(super) prior: Option<String>,
    /// Size and root of each checkpoint from that of the result on.
    pub(super) checkpoints: Vec<(u64, Hash)>,
    pub(super) void: bool,
    /// What a round after it can give out, and to whom; nothing if it is void.
    pub(super) left: Left,
    /// All that its plan names, if it is void: the attempt after it drops nothing of that.
    pub(super) voided: Left,
    /// What it could give out itself.
    pub(super) base: Base,
    /// The rules of its pools, and its panel.
    pub(super) rules: Rules,
}

/// What a draw left: without units that are offered to somebody who has not answered, and without
/// those households.
#[derive(Debug, Clone, Default)]
pub(crate) struct Left {
    /// The free units, each with what it is, by id.
    pub(super) free: BTreeMap<String, String>,
    /// The households on standby, each with what it is, by id.
    pub(super) standby: BTreeMap<String, String>,
    /// What these asked for.
    pub(super) asks: BTreeMap<String, Asks>,
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

impl Left {
    /// Some of the units and households of a plan.
    pub(super) fn of(
        roll: &Roll,
        free: impl Fn(&str) -> bool,
        standby: impl Fn(&str) -> bool,
        holds: impl Fn(HouseholdNumber) -> Option<UnitNumber>,
    ) -> Left {
        let units = roll.unit_numbers().filter(|unit| free(roll.unit_id(*unit)));
        let waiting = |h| standby(roll.household_id(h));
        // V7: a `budget` that is what it was less the areas of the units that the family holds.
        let budget = |family| roll.budget_left(family, &holds);
        let households = roll.described_households(waiting, budget);
        let asking = roll.household_numbers().filter(|h| waiting(*h));
        Left {
            asks: asking.map(|h| (roll.household_id(h).to_owned(), asks(roll, h))).collect(),
            free: units.map(|u| (roll.unit_id(u).to_owned(), roll.described_unit(u))).collect(),
            standby: households.map(|(id, is)| (id.to_owned(), is)).collect(),
        }
    }
}

fn void_or_not(void: bool) -> Phrase {
    if void {
        Phrase::new("a draw that is void", "已作废的抽签")
    } else {
        Phrase::new("a draw that is not void", "未作废的抽签")
    }
}

impl Base {
    /// What this draw may give out, by its prior and what was given of that.
    pub(super) fn of(roll: Option<&Roll>, earlier: Option<&Earlier>) -> Base {
        match (roll.and_then(Roll::prior).map(|prior| prior.relation), earlier) {
            (None, _) => Base::All,
            (Some(_), None) => Base::Unknown,
            // V7: a plan with `round` gives out what the transcript before left.
            (Some(Relation::Round), Some(earlier)) => Base::Left(earlier.left.clone()),
            // V7: a plan with `void` gives out what the void attempt gave out.
            (Some(Relation::Void), Some(earlier)) => earlier.base.clone(),
        }
    }
}

/// V7: of the files given before, the one before is the last that has the origin which `prior` names,
/// else the one directly before.
pub(super) fn before<'e>(roll: Option<&Roll>, given: &'e [Option<Earlier>]) -> Option<&'e Earlier> {
    let prior = roll.and_then(Roll::prior);
    let named = |earlier: &&Earlier| prior.is_some_and(|prior| prior.origin == earlier.origin);
    given.iter().rev().flatten().find(named).or_else(|| given.last()?.as_ref())
}

/// V7: the plan names a checkpoint of the transcript before, and gives out what that leaves, to
/// those that it leaves without; `earlier` is that transcript, of those that were `given`. `sealed`
/// are size and root of the own checkpoints from that of the result on. Gives what the plan may give
/// out.
pub(super) fn check_earlier(
    roll: Option<&Roll>,
    earlier: Option<&Earlier>,
    given: &[Option<Earlier>],
    sealed: &[(u64, Hash)],
    checks: &mut Checks,
) -> Base {
    let prior = roll.and_then(Roll::prior);
    match (roll, earlier) {
        (Some(roll), Some(earlier)) => earlier.check(roll, prior, checks),
        // V7: the first round of a first attempt goes on from nothing.
        (Some(_), None) if prior.is_none() => {}
        (Some(_), None) => {
            let origin = prior.map(|prior| prior.origin.as_str()).unwrap_or_default();
            let why = Phrase::new(
                format!("the earlier transcript {origin} was not given"),
                format!("没有给出之前的记录 {origin}"),
            );
            checks.not_run(Rule::V7, why);
        }
        (None, _) => checks.not_run(Rule::V7, Phrase::new("there is no plan", "没有方案")),
    }
    if let Some((roll, prior)) = roll.zip(prior) {
        check_fork(roll, prior, (given, sealed), checks);
    }
    Base::of(roll, earlier)
}

/// V7: no transcript has two that go on from it, be it under one origin.
fn check_fork(
    roll: &Roll,
    prior: &Prior,
    (given, sealed): (&[Option<Earlier>], &[(u64, Hash)]),
    checks: &mut Checks,
) {
    let other = given.iter().flatten().find(|other| {
        if other.origin == roll.origin() {
            // V7: as far as both go, the same checkpoints.
            other.checkpoints.iter().zip(sealed).any(|(theirs, own)| theirs != own)
        } else {
            other.prior.as_ref() == Some(&prior.origin)
        }
    });
    if let Some(other) = other {
        let (own, other, from) = (roll.origin(), &other.origin, &prior.origin);
        let found = Phrase::new(
            format!("{own} and another {other} both go on from {from}"),
            format!("{own} 与另一份 {other} 都衔接 {from}"),
        );
        let expected = Phrase::new("one that goes on from it", "只有一份衔接它");
        checks.fail(Rule::V7, roll.line, "prior", found, expected);
    }
}

/// Place, found, expected.
type Faults = Vec<(String, Phrase, Phrase)>;

impl Earlier {
    fn check(&self, roll: &Roll, prior: Option<&Prior>, checks: &mut Checks) {
        checks.examine(Rule::V7);
        let mut faults = match prior {
            Some(prior) => self.prior_faults(roll, prior),
            None => self.no_prior(roll),
        };
        let base = prior.map(|_| Base::of(Some(roll), Some(self)));
        if let Some(Base::Left(left)) = &base {
            // V7: its units and households are examined where they are compared.
            checks.examine_many(Rule::V7, roll.household_count().into());
            checks.examine_many(Rule::V7, roll.unit_count().into());
            faults.extend(left.compare(roll));
        }
        if let Some(prior) = prior {
            faults.extend(self.dropped(roll, prior));
        }
        for (place, found, expected) in faults {
            checks.fail(Rule::V7, roll.line, place, found, expected);
        }
        if let Some(Base::Unknown) = base {
            let why = Phrase::new(
                format!(
                    "what {} could give out depends on a transcript that was not given: give all from the first on",
                    self.origin
                ),
                format!(
                    "{} 可分配的房源与住户取决于未给出的记录：请从第一份起全部给出",
                    self.origin
                ),
            );
            checks.not_run(Rule::V7, why);
        }
    }

    /// A plan that goes on from nothing, though an earlier transcript was given.
    fn no_prior(&self, roll: &Roll) -> Faults {
        let expected = Phrase::new(
            format!("a prior with origin {}", self.origin),
            format!("prior 的 origin 为 {}", self.origin),
        );
        let none = ("prior".into(), Phrase::new("none", "没有"), expected);
        [none].into_iter().chain(self.other_mode(roll)).collect()
    }

    /// V7: with `round` every household that the transcript before leaves is in the plan; with
    /// `void` every household and unit of a void attempt is.
    fn dropped(&self, roll: &Roll, prior: &Prior) -> Faults {
        let (households, units) = match prior.relation {
            Relation::Round => (&self.left.standby, None),
            Relation::Void => (&self.voided.standby, Some(&self.voided.free)),
        };
        let gone = |place| {
            let expected = Phrase::new("it is in the plan, as before", "与之前一样列入方案");
            (place, Phrase::new("not in the plan", "不在方案中"), expected)
        };
        let households = households.keys().filter(|id| roll.find_household(id).is_none());
        let units = units.into_iter().flatten().map(|(id, _)| id);
        let units = units.filter(|id| roll.find_unit(id).is_none());
        let households = households.map(|id| gone(format!("household {id}")));
        households.chain(units.map(|id| gone(format!("unit {id}")))).collect()
    }

    /// What speaks against this transcript being the prior of a plan.
    fn prior_faults(&self, roll: &Roll, prior: &Prior) -> Faults {
        let mut faults = Vec::new();
        // V7: the prior names its origin.
        if prior.origin != self.origin {
            faults.push((
                "prior origin".into(),
                Phrase::same(&prior.origin),
                Phrase::same(&self.origin),
            ));
        }
        // V7: and the size and root of one of its checkpoints with stage `result` or `aftermath`.
        if !self.checkpoints.contains(&(prior.size, prior.root)) {
            let show = |(size, root): &(u64, Hash)| format!("{size} {root}");
            // The newest few are enough to compare by eye.
            let there =
                self.checkpoints.iter().rev().take(4).map(show).collect::<Vec<_>>().join(" / ");
            faults.push((
                "prior size, root".into(),
                Phrase::same(show(&(prior.size, prior.root))),
                Phrase::same(there),
            ));
        }
        // V7: with `void` that one is void; with `round` it is not.
        if self.void != (prior.relation == Relation::Void) {
            faults.push(("prior relation".into(), void_or_not(self.void), void_or_not(!self.void)));
        }
        faults.extend(self.other_mode(roll));
        let next = self.attempt.saturating_add(1);
        // V7: with `void` the attempt is one more than its attempt.
        if prior.relation == Relation::Void && roll.attempt() != next {
            let place = "plan, attempt".into();
            faults.push((place, Phrase::same(roll.attempt()), Phrase::same(next)));
        }
        faults
    }

    /// A rehearsal goes on from a rehearsal, an official draw from an official one.
    fn other_mode(&self, roll: &Roll) -> Option<(String, Phrase, Phrase)> {
        let (mode, before) = (roll.mode().word(), self.mode.word());
        // V7: in any case `mode` is that of the transcript before.
        (mode != before).then(|| ("plan, mode".into(), Phrase::same(mode), Phrase::same(before)))
    }
}

impl Left {
    /// Every household of a plan waits here and is the same, every unit is free here and is the
    /// same.
    fn compare(&self, roll: &Roll) -> Faults {
        let budget = |family| roll.budget_left(family, |_| None);
        let households = roll.described_households(|_| true, budget).filter_map(|(id, is)| {
            let gone = || {
                let found = Phrase::new(
                    "not on standby, or with an offer to answer",
                    "不在候补名单，或正在递补尚未答复",
                );
                let who = "a household that the round before left on standby";
                (found, Phrase::new(who, "上一轮的候补户"))
            };
            differs(("household", id), is, self.standby.get(id), gone)
        });
        let units = roll.unit_numbers().filter_map(|u| {
            let id = roll.unit_id(u);
            let gone = || {
                let found = Phrase::new(
                    "taken, offered to somebody, or not there",
                    "已分配、正由他人递补或不存在",
                );
                (found, Phrase::new("a unit that the round before left over", "上一轮剩余的房"))
            };
            differs(("unit", id), roll.described_unit(u), self.free.get(id), gone)
        });
        households.chain(units).collect()
    }
}

/// What is wrong with a household or unit that `is` this and `was` that, if it was handed on.
fn differs(
    (what, id): (&str, &str),
    is: String,
    was: Option<&String>,
    gone: impl FnOnce() -> (Phrase, Phrase),
) -> Option<(String, Phrase, Phrase)> {
    let (found, expected) = match was {
        Some(was) if *was == is => return None,
        Some(was) => (Phrase::same(is), Phrase::same(was)),
        None => gone(),
    };
    Some((format!("{what} {id}"), found, expected))
}
