//! What a household holds, and what events after the result make of it: one answer for the live
//! draw, the verifier and receipts.

use crate::lines::Line;
use crate::number::{HouseholdNumber, UnitNumber};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What a household holds by the draw.
///
/// ```
/// use floorlot::holding::Holding;
/// use floorlot::plan::Plan;
/// let file = include_bytes!("../examples/data/block/plan.jsonl");
/// let plan = Plan::read_lines(file.trim_ascii_end().split(|b| *b == b'\n'))?;
/// let unit = plan.roll().find_unit("B07-1602").unwrap();
/// let drawn = [Holding::Unit(unit), Holding::Standby, Holding::NotServed];
/// assert_eq!(drawn.map(Holding::unit), [Some(unit), None, None]);
/// assert_eq!(size_of::<Holding>(), 4); // ten million households fit into 40 MB
/// # Ok::<(), floorlot::plan::Faults>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Holding<U = UnitNumber> {
    /// Nothing yet: the draw has not come to it (rule D2), or its choice was withdrawn (rule D9).
    #[default]
    NotServed,
    /// A place on the standby list (rule D10).
    Standby,
    /// The unit that it picked (rules D5 to D7), accepted (A4) or got in exchange (A5).
    Unit(U),
    /// Nothing any more: it withdrew (rule A2), or the draw is void (rule A7).
    Nothing,
}

impl Holding {
    /// The unit; `None` if it holds none.
    pub fn unit(self) -> Option<UnitNumber> {
        match self {
            Holding::Unit(unit) => Some(unit),
            Holding::NotServed | Holding::Standby | Holding::Nothing => None,
        }
    }

    /// Whether it holds a unit.
    pub fn is_unit(self) -> bool {
        matches!(self, Holding::Unit(_))
    }

    /// What the household of this number holds. One that is not in the list was not served.
    pub(crate) fn of(holdings: &[Holding], household: HouseholdNumber) -> Holding {
        holdings.get(household.index()).copied().unwrap_or_default()
    }

    /// Enters what the household of this number holds from now on. A number that is not in the
    /// list is a bug of the caller, who looked the household up in the plan.
    pub(crate) fn enter(holdings: &mut [Holding], household: HouseholdNumber, holding: Holding) {
        let slot = holdings.get_mut(household.index());
        debug_assert!(slot.is_some(), "household {household} is not in the plan");
        slot.into_iter().for_each(|slot| *slot = holding);
    }
}

/// What one household has after the result, by the ids of units. The replay knows all of it; a
/// receipt, what its lines show.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Standing {
    pub(crate) holding: Holding<String>,
    pub(crate) offer: Offer,
}

/// The offer that waits for the answer of a household.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Offer {
    /// No line shows whether there is one.
    #[default]
    NotShown,
    /// There is none.
    Nothing,
    /// Of this unit.
    Open(String),
}

/// What an event after the result does to one household.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event<'l> {
    /// It gives up this unit, or its place on standby.
    Withdrawal(Option<&'l str>),
    Offer(&'l str),
    Accept(&'l str),
    Decline(&'l str),
    /// It gives one unit and gets another; `None` if the line does not say which.
    Swap(Option<(&'l str, &'l str)>),
    Void,
}

impl<'l> Event<'l> {
    /// What the line does to the household; `None` if nothing, as long as the line is one of it.
    pub(crate) fn of(line: &'l Line<'_>, household: &str) -> Option<Event<'l>> {
        Some(match line {
            Line::Withdrawal { unit, .. } => Event::Withdrawal(unit.as_deref()),
            Line::Offer { unit, .. } => Event::Offer(unit),
            Line::Accept { unit, .. } => Event::Accept(unit),
            Line::Decline { unit, .. } => Event::Decline(unit),
            Line::Swap { households, units, .. } => {
                let named = |id: &Cow<'_, str>| id.as_ref() == household;
                // A5: two households or more, each once, and a unit of each.
                let fits = households.len() >= 2
                    && units.len() == households.len()
                    && households.iter().filter(|id| named(id)).count() == 1;
                let own = households.iter().position(named).filter(|_| fits);
                let gives = own.and_then(|own| units.get(own));
                // A5: each gets the unit of the next, the last that of the first.
                let gets = units.iter().cycle().nth(own.unwrap_or(0).saturating_add(1));
                Event::Swap(gives.zip(gets).map(|(gives, gets)| (gives.as_ref(), gets.as_ref())))
            }
            Line::Void { .. } => Event::Void,
            _ => return None,
        })
    }
}

impl Standing {
    /// A2 to A5: whether the event can follow for this household.
    pub(crate) fn allows(&self, event: Event<'_>) -> bool {
        let standby = self.holding == Holding::Standby;
        let holds = |unit: &str| matches!(&self.holding, Holding::Unit(held) if held == unit);
        let free = !matches!(self.offer, Offer::Open(_));
        match event {
            // A2: the unit that it holds, or its place on standby; who is asked answers first.
            Event::Withdrawal(unit) => free && unit.map_or(standby, holds),
            // A3: one offer at a time.
            Event::Offer(_) => standby && free,
            // A4: the answer is about the unit that was offered.
            Event::Accept(unit) | Event::Decline(unit) => {
                let asked = match &self.offer {
                    Offer::NotShown => true,
                    Offer::Nothing => false,
                    Offer::Open(offered) => offered == unit,
                };
                standby && asked
            }
            // A5: it gives the unit that it holds.
            Event::Swap(units) => units.is_some_and(|(gives, _)| holds(gives)),
            Event::Void => true,
        }
    }

    /// What the event leaves, whatever was before.
    pub(crate) fn enter(&mut self, event: Event<'_>) {
        match event {
            Event::Withdrawal(_) | Event::Void | Event::Swap(None) => {
                self.holding = Holding::Nothing;
            }
            Event::Offer(unit) => self.offer = Offer::Open(unit.into()),
            Event::Accept(unit) => {
                self.holding = Holding::Unit(unit.into());
                self.offer = Offer::Nothing;
            }
            Event::Decline(_) => self.offer = Offer::Nothing,
            Event::Swap(Some((_, gets))) => self.holding = Holding::Unit(gets.into()),
        }
    }
}

/// A7: after a declaration that the draw is void nothing is given out any more; only these lines
/// follow.
pub(crate) fn may_follow_void(line: &Line<'_>) -> bool {
    matches!(
        line,
        Line::Objection { .. } | Line::Ruling { .. } | Line::Recording { .. } | Line::Filed { .. }
    )
}

/// A1: objections by their ids in lower case: the id, and whether it waits for a ruling.
#[derive(Debug, Clone, Default)]
pub(crate) struct Objections(BTreeMap<String, (String, bool)>);

impl Objections {
    /// A1: ids of objections differ, whatever their case.
    pub(crate) fn is_new(&self, id: &str) -> bool {
        !self.0.contains_key(&id.to_ascii_lowercase())
    }

    /// A1: an objection is ruled on once, by its exact id.
    pub(crate) fn waits(&self, id: &str) -> bool {
        matches!(self.0.get(&id.to_ascii_lowercase()), Some((own, true)) if own == id)
    }

    pub(crate) fn raise(&mut self, id: String) {
        self.0.entry(id.to_ascii_lowercase()).or_insert((id, true));
    }

    pub(crate) fn rule(&mut self, id: &str) {
        let ruled = self.0.get_mut(&id.to_ascii_lowercase());
        ruled.into_iter().for_each(|(_, open)| *open = false);
    }

    /// How many wait for a ruling.
    pub(crate) fn open(&self) -> u64 {
        self.0.values().filter(|(_, open)| *open).map(|_| 1).sum()
    }
}
