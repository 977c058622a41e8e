//! What a household holds: one answer for the live draw, the verifier and what comes after the
//! result.

use crate::number::{HouseholdNumber, UnitNumber};

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
/// assert_eq!(size_of::<Holding>(), 8); // ten million households fit into 80 MB
/// # Ok::<(), floorlot::plan::Faults>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Holding {
    /// Nothing yet: the draw has not come to it (rule D2), or its choice was withdrawn (rule D9).
    #[default]
    NotServed,
    /// A place on the standby list (rule D10).
    Standby,
    /// The unit that it picked (rules D5 to D7), accepted (A4) or got in exchange (A5).
    Unit(UnitNumber),
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
