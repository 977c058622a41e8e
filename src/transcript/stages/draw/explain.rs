//! Why one household got its unit: kept as the draw comes to it, for the household that the
//! evidence names.

use crate::draw::PoolDraw;
use crate::lines::Line;
use crate::number::count;
use crate::picks::Offer;
use crate::plan::{HouseholdNumber, PoolNumber, Roll};
use crate::transcript::why::{Later, Why};

/// How often the units on offer are listed for the household. It is called twice at most (rule
/// D8), and between a pick and its `undo` nothing changes; so a file that picks and withdraws
/// again and again does not make the verifier list a whole pool each time.
const LISTED: u8 = 3;

/// A call of the household, counted in its pool, and what it was offered then.
type Offered = (PoolNumber, u64, Offer);

/// The explanation as far as the file has come.
pub(super) struct Explain {
    household: Option<HouseholdNumber>,
    why: Option<Why>,
    /// What was listed last, and how often something was.
    listed: (Option<Offered>, u8),
    /// The offer of a pick that was withdrawn.
    withdrawn: Vec<String>,
}

impl Explain {
    pub(super) fn new(household: Option<HouseholdNumber>) -> Explain {
        Explain { household, why: None, listed: (None, 0), withdrawn: Vec::new() }
    }

    pub(super) fn household(&self) -> Option<HouseholdNumber> {
        self.household
    }

    pub(super) fn into_why(self) -> Option<Why> {
        self.why
    }

    fn is(&self, household: HouseholdNumber) -> bool {
        self.household == Some(household)
    }

    /// It was called, at this time by the operator's clock.
    pub(super) fn called(
        &mut self,
        roll: &Roll,
        pool: &PoolDraw,
        household: HouseholdNumber,
        at: Option<u64>,
    ) {
        if self.is(household) {
            self.begun(roll, pool, household).called_at = at;
        }
    }

    /// It missed its call.
    pub(super) fn missed(&mut self, roll: &Roll, pool: &PoolDraw, household: HouseholdNumber) {
        if self.is(household) {
            let why = self.begun(roll, pool, household);
            why.missed = why.missed.saturating_add(1);
        }
    }

    /// That it missed its call was withdrawn.
    pub(super) fn missed_withdrawn(&mut self, household: HouseholdNumber) {
        if let Some(why) = self.why.as_mut().filter(|_| self.household == Some(household)) {
            why.missed = why.missed.saturating_sub(1);
        }
    }

    /// Its pick was withdrawn.
    pub(super) fn pick_withdrawn(&mut self, household: HouseholdNumber) {
        if let Some(why) = self.why.as_mut().filter(|_| self.household == Some(household)) {
            (why.by, why.number, why.rank, why.proxy, why.unit) = (None, None, None, None, None);
            why.line = 0;
            self.withdrawn = std::mem::take(&mut why.offered);
        }
    }

    /// It was served with this offer: by a pick, or it went to the standby list.
    pub(super) fn served(
        &mut self,
        (roll, pool, household): (&Roll, &PoolDraw, HouseholdNumber),
        offer: Offer,
        (line, number): (&Line<'_>, u64),
    ) {
        if !self.is(household) {
            return;
        }
        let offered = self.list(roll, pool, offer);
        let withdrawn = std::mem::take(&mut self.withdrawn);
        let why = self.begun(roll, pool, household);
        // Nothing new was listed: after an `undo` it is what was on offer before.
        if let Some(offered) = offered.or((why.line == 0).then_some(withdrawn)) {
            why.offered = offered;
        }
        why.line = number;
        (why.by, why.number, why.rank, why.proxy, why.unit) = match line {
            Line::Pick { by, number, rank, proxy, unit, .. } => {
                let proxy = proxy.as_deref().map(str::to_owned);
                (Some(by.word().into()), *number, *rank, proxy, Some(unit.to_string()))
            }
            _ => (Some("standby".into()), None, None, None, None),
        };
    }

    /// Something after the result concerns it.
    pub(super) fn later(&mut self, later: Later) {
        if let Some(why) = &mut self.why {
            why.later.push(later);
        }
    }

    /// The ids of the units on offer, if they are not those listed last.
    fn list(&mut self, roll: &Roll, pool: &PoolDraw, offer: Offer) -> Option<Vec<String>> {
        let (last, listed) = self.listed;
        let now = Some((pool.index, pool.calls, offer));
        if last == now || listed >= LISTED {
            return None;
        }
        self.listed = (now, listed.saturating_add(1));
        let units = pool.listed(offer).into_iter();
        Some(units.map(|unit| roll.unit_id(unit).to_owned()).collect())
    }

    /// The explanation, begun when the household is first called.
    fn begun(&mut self, roll: &Roll, pool: &PoolDraw, household: HouseholdNumber) -> &mut Why {
        self.why.get_or_insert_with(|| {
            let head = roll.group_head(household);
            let before = pool.order().iter().position(|h| *h == household);
            Why {
                household: roll.household_id(household).into(),
                pool: pool.info.id.clone(),
                tier: roll.tier(household),
                needs: roll.needs(household).to_vec(),
                called_with: (head != household).then(|| roll.household_id(head).into()),
                ticket: pool.drawn(household).ticket.to_string(),
                place: before.map_or(0, |before| count(before).saturating_add(1)),
                of: pool.info.household_count(),
                missed: 0,
                lot: pool.drawn(household).lot.to_string(),
                offered: Vec::new(),
                by: None,
                number: None,
                rank: None,
                proxy: None,
                unit: None,
                line: 0,
                called_at: None,
                recording: None,
                later: Vec::new(),
            }
        })
    }
}
