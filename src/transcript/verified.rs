//! The proof that a transcript was verified, and who has what by it.

use super::earlier::Base;
use super::level::{Level, NotCompared};
use crate::aftermath::Aftermath;
use crate::hash::Hash;
use crate::holding::Holding;
use crate::number::{count, place};
use crate::plan::{HouseholdNumber, Roll, UnitNumber};
use serde::Serialize;
use std::ops::Deref;

/// Who has what in the end, after whatever came after the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Settled {
    /// Households that have a unit.
    pub housed: u64,
    /// Households on standby.
    pub standby: u64,
    /// Units that nobody has; none when the draw is void.
    pub free: u64,
}

/// What the draw gave.
#[derive(Debug, Default)]
pub(super) struct Drawn {
    /// What each household holds.
    pub(super) holdings: Vec<Holding>,
    /// Who is on standby: pool after pool, in call order.
    pub(super) standby: Vec<HouseholdNumber>,
}

/// A finished transcript in which no check failed. Only [`verify`](super::verify) makes one, and
/// whoever publishes a result asks for one.
#[derive(Debug)]
pub struct Verified {
    roll: Roll,
    level: Level,
    not_compared: Option<NotCompared>,
    /// Who has what in the end.
    end: Drawn,
    void: bool,
    /// Size and root of each checkpoint after that of the plan.
    checkpoints: Vec<(u64, Hash)>,
    /// Units that are offered, and to whom.
    offers: Vec<(UnitNumber, HouseholdNumber)>,
    base: Base,
}

/// A verified transcript that is [certified](Level::Certified): the quorum of each bench signed its
/// last checkpoint, with keys of a plan that was known beforehand. Only [`Verified::certified`]
/// makes one; a function that asks for one cannot be given less.
///
/// ```
/// use floorlot::transcript::{Certified, Evidence, Level, verify};
/// fn publish(certified: Certified<'_>) -> usize { certified.allocation().count() }
/// let file = include_bytes!("../../tests/vectors/worked/transcript.jsonl");
/// let report = verify(&file[..], &Evidence::default())?; // nothing was noted outside
/// assert_eq!(report.verified().map(|verified| verified.level()), Some(Level::Consistent));
/// assert!(report.certified().is_none());
/// let noted = report.checkpoints[2].fingerprint.parse().unwrap();
/// let evidence = Evidence::default().with_noted(vec![noted]);
/// assert_eq!(verify(&file[..], &evidence)?.certified().map(publish), Some(2));
/// # Ok::<(), floorlot::transcript::ReadError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Certified<'v>(&'v Verified);

impl Deref for Certified<'_> {
    type Target = Verified;

    fn deref(&self) -> &Verified {
        self.0
    }
}

impl Verified {
    /// `level`, `not_compared` and `checkpoints` (after that of the plan) are those of the report.
    pub(super) fn new(
        roll: Roll,
        drawn: Drawn,
        after: Option<&Aftermath>,
        (level, not_compared): (Level, Option<NotCompared>),
        checkpoints: Vec<(u64, Hash)>,
        base: Base,
    ) -> Verified {
        debug_assert!(level > Level::None, "what is not verified has no level");
        let (end, offers) = match after {
            None => (drawn, Vec::new()),
            Some(after) => {
                let end = Drawn { holdings: after.holdings().to_vec(), standby: after.standby() };
                let pools = roll.pool_numbers();
                (end, pools.filter_map(|pool| after.open_offer(pool)).collect())
            }
        };
        let void = after.is_some_and(Aftermath::is_void);
        Verified { roll, level, not_compared, end, void, checkpoints, offers, base }
    }

    /// How far trust in it goes; never [`Level::None`].
    pub fn level(&self) -> Level {
        self.level
    }

    /// The lines at the end that nothing known outside covers, though it covers some before them:
    /// what [`allocation`](Verified::allocation) and the other facts here say rests on them.
    pub fn not_compared(&self) -> Option<&NotCompared> {
        self.not_compared.as_ref()
    }

    /// The proof that it is certified; `None` if its level is another.
    pub fn certified(&self) -> Option<Certified<'_>> {
        (self.level == Level::Certified).then_some(Certified(self))
    }

    /// Size and root of each checkpoint after that of the plan.
    pub(super) fn checkpoints(&self) -> &[(u64, Hash)] {
        &self.checkpoints
    }

    pub(super) fn base(&self) -> &Base {
        &self.base
    }

    /// The units that are offered to a household on standby that has not answered, each with the
    /// household.
    pub fn open_offers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.offers
            .iter()
            .map(|(unit, household)| (self.roll.unit_id(*unit), self.roll.household_id(*household)))
    }

    pub(super) fn settled(&self) -> Settled {
        let housed = self.end.holdings.iter().filter(|holding| holding.is_unit()).count();
        Settled {
            housed: count(housed),
            standby: count(self.end.standby.len()),
            free: count(self.free().count()),
        }
    }

    /// Whether the draw was declared void: then nobody has a unit by it.
    pub fn is_void(&self) -> bool {
        self.void
    }

    /// Size and root of the last checkpoint: what a later round or attempt names as its `prior`.
    pub fn head(&self) -> Option<(u64, Hash)> {
        self.checkpoints.last().copied()
    }

    /// The units that nobody has in the end, in plan order; none when the draw is void.
    pub fn free(&self) -> impl Iterator<Item = &str> {
        // A7: after `void` nobody holds anything, and nothing is to be given out.
        let free = if self.void { Vec::new() } else { self.free_units() };
        free.into_iter().map(|unit| self.roll.unit_id(unit))
    }

    fn free_units(&self) -> Vec<UnitNumber> {
        let mut taken = vec![false; place(self.roll.unit_count())];
        for unit in self.end.holdings.iter().filter_map(|holding| holding.unit()) {
            taken.get_mut(unit.index()).into_iter().for_each(|taken| *taken = true);
        }
        self.roll
            .unit_numbers()
            .zip(taken)
            .filter(|(_, taken)| !taken)
            .map(|(unit, _)| unit)
            .collect()
    }

    /// The plan that the transcript sealed.
    pub fn roll(&self) -> &Roll {
        &self.roll
    }

    /// The final allocation, after whatever came after the result: every household in plan order,
    /// with its unit; `None` for those on standby, those who withdrew, and for all when the draw is
    /// void.
    pub fn allocation(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.roll.household_numbers().map(|h| (self.roll.household_id(h), self.unit_at(h)))
    }

    fn unit_at(&self, household: HouseholdNumber) -> Option<&str> {
        Some(self.roll.unit_id(self.unit_held(household)?))
    }

    pub(super) fn unit_held(&self, household: HouseholdNumber) -> Option<UnitNumber> {
        Holding::of(&self.end.holdings, household).unit()
    }

    /// The unit of a household in the end; `None` if it has none or is not in the plan.
    pub fn unit_of(&self, household: &str) -> Option<&str> {
        self.unit_at(self.roll.find_household(household)?)
    }

    /// Who is on standby in the end: pool after pool, in call order.
    pub fn standby(&self) -> impl Iterator<Item = &str> {
        self.end.standby.iter().map(|&h| self.roll.household_id(h))
    }
}
