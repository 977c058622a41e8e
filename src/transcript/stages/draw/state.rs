//! The draw as far as the file has come, and the lines that are as expected.

use super::explain::Explain;
use super::fast::{Elsewhere, Fast, Taken};
use crate::budgets::Budgets;
use crate::draw::PoolDraw;
use crate::hash::Hash;
use crate::holding::Holding;
use crate::number::{count, place};
use crate::phase::Turn;
use crate::plan::{HouseholdNumber, Roll, UnitNumber};
use crate::rules::{Checks, Rule};
use crate::transcript::why::{Later, Why};

/// How many picks are entered at once.
const RECENT: usize = 1024;

/// Picks, standby places and leftovers.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sums {
    pub(crate) picked: u64,
    pub(crate) standby: u64,
    pub(crate) leftover: u64,
}

/// The draw as far as the file has come.
pub(crate) struct Drawing {
    pub(super) seed: Hash,
    /// Where pools are drawn ahead.
    pub(super) elsewhere: Option<Elsewhere>,
    /// `None` also while it is ahead of the file.
    pub(super) pool: Option<PoolDraw>,
    /// D14: what families have left, as far as it is not lent to that pool.
    pub(super) budgets: Budgets,
    /// What is known of the lines to come in the pool.
    pub(super) fast: Fast,
    /// Number of the pool that is to be opened next.
    pub(super) next_pool: usize,
    /// The units left over in the pool that ended, the next one last.
    pub(super) left: Option<Vec<UnitNumber>>,
    /// What each household holds, but for the recent picks.
    pub(super) holdings: Vec<Holding>,
    /// Picks that are still to be entered above.
    recent: Vec<(HouseholdNumber, UnitNumber)>,
    pub(super) standby: Vec<HouseholdNumber>,
    /// Over the pools that have an `end`.
    pub(super) ended: Sums,
    /// Calls in the pools that are left, and up to the end of the last day.
    pub(super) calls_before: u64,
    pub(super) calls_before_today: u64,
    /// Behind a line that cannot be followed: the others are passed over.
    pub(super) lost: bool,
    pub(super) explain: Explain,
}

impl Drawing {
    /// A draw with this seed, of which one household is to be explained.
    pub(crate) fn new(
        roll: &Roll,
        seed: Hash,
        explained: Option<HouseholdNumber>,
        elsewhere: Option<Elsewhere>,
    ) -> Drawing {
        Drawing {
            seed,
            elsewhere,
            pool: None,
            budgets: Budgets::new(roll),
            fast: Fast::default(),
            next_pool: 0,
            left: None,
            holdings: vec![Holding::NotServed; place(roll.household_count())],
            recent: Vec::with_capacity(RECENT),
            standby: Vec::new(),
            ended: Sums::default(),
            calls_before: 0,
            calls_before_today: 0,
            lost: false,
            explain: Explain::new(explained),
        }
    }

    /// What each household holds by the draw.
    pub(crate) fn holdings(&mut self) -> &[Holding] {
        self.settle();
        &self.holdings
    }

    /// Whether a line could not be followed.
    pub(crate) fn is_lost(&self) -> bool {
        self.lost
    }

    /// Who went to the standby list, in order.
    pub(crate) fn standby(&self) -> &[HouseholdNumber] {
        &self.standby
    }

    /// The household that is explained.
    pub(crate) fn explained(&self) -> Option<HouseholdNumber> {
        self.explain.household()
    }

    /// Something after the result concerns the household that is explained.
    pub(crate) fn later(&mut self, later: Later) {
        self.explain.later(later);
    }

    /// The draw was declared void: the pool that is open is left as it is.
    pub(crate) fn break_off(&mut self) {
        self.settle();
        self.fast.forget();
        (self.pool, self.left) = (None, None);
    }

    /// What each household holds, who is on standby, and the explanation.
    pub(crate) fn into_parts(mut self) -> (Vec<Holding>, Vec<HouseholdNumber>, Option<Why>) {
        self.settle();
        (self.holdings, self.standby, self.explain.into_why())
    }

    /// Picks, standby places and units left.
    pub(crate) fn totals(&mut self) -> Sums {
        let picked = self.holdings().iter().filter(|holding| holding.is_unit()).count();
        Sums {
            picked: count(picked),
            standby: count(self.standby.len()),
            leftover: self.ended.leftover,
        }
    }

    /// The usual case: the line is the one that the rules lead to, byte for byte. Counts it and
    /// goes on; `false` if it is to be read field by field.
    #[inline]
    pub(crate) fn as_expected(&mut self, roll: &Roll, line: &[u8], checks: &mut Checks) -> bool {
        if self.left.is_some() || self.lost {
            return false;
        }
        match self.take(roll, line) {
            // Not the expected line: what is wrong with it, the plain form says.
            None => return false,
            Some(Taken::Call) => [Rule::D2, Rule::D3].into_iter().for_each(|r| checks.examine(r)),
            Some(Taken::Pick { household, unit, by, needs }) => {
                [Rule::D4, Rule::D5, by].into_iter().for_each(|r| checks.examine(r));
                checks.examine_many(Rule::D13, needs.into());
                self.note_pick(household, unit);
            }
        }
        true
    }

    fn take(&mut self, roll: &Roll, line: &[u8]) -> Option<Taken> {
        if self.fast.is_ahead() {
            let foreseen = self.fast.take_foreseen(roll, line);
            if foreseen.is_some() {
                return foreseen;
            }
            self.go_with_the_file(roll);
        }
        self.fast.take(roll, self.pool.as_mut()?, self.explain.household(), line)
    }

    /// From here on the pool is where the file is, and all picks are entered.
    pub(super) fn go_with_the_file(&mut self, roll: &Roll) {
        self.settle();
        if let Some(pool) = self.fast.go_back(roll, &self.holdings) {
            self.pool = Some(pool);
        }
    }

    fn note_pick(&mut self, household: HouseholdNumber, unit: UnitNumber) {
        self.recent.push((household, unit));
        if self.recent.len() == RECENT {
            self.settle();
        }
    }

    /// Enters the recent picks. They are scattered over the memory; many at once wait for it
    /// together.
    pub(super) fn settle(&mut self) {
        for (household, unit) in self.recent.drain(..) {
            Holding::enter(&mut self.holdings, household, Holding::Unit(unit));
        }
    }

    /// Where the file is in its pool, as far as rule T2 asks.
    pub(super) fn turn(&self) -> Turn {
        match &self.pool {
            None => Turn::NoPool,
            Some(_) if self.left.is_some() => Turn::Ended,
            Some(pool) if pool.called.is_none() => Turn::Between,
            Some(pool) if pool.lot_due => Turn::LotDue,
            Some(_) => Turn::Called,
        }
    }

    /// Whether a pool is open and has not ended.
    pub(crate) fn is_open(&self) -> bool {
        !self.lost && (self.pool.is_some() || self.fast.is_ahead()) && self.left.is_none()
    }
}
