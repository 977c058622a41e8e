//! What a household holds: one answer for the live draw, the verifier and what comes after the
//! result.

use crate::number::place;

/// What a household holds by the draw.
///
/// ```
/// use floorlot::holding::Holding;
/// let drawn = [Holding::Unit(7), Holding::Standby, Holding::NotServed];
/// assert_eq!(drawn.map(Holding::unit), [Some(7), None, None]);
/// assert_eq!(size_of::<Holding>(), 8); // ten million households fit into 80 MB
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Holding {
    /// Nothing yet: the draw has not come to it (rule D2), or its choice was withdrawn (rule D9).
    #[default]
    NotServed,
    /// A place on the standby list (rule D10).
    Standby,
    /// A unit, by its number in the plan.
    Unit(u32),
    /// Nothing any more: it withdrew (rule A2), or the draw is void (rule A7).
    Nothing,
}

impl Holding {
    /// The unit, by its number in the plan; `None` if it holds none.
    pub fn unit(self) -> Option<u32> {
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
    pub(crate) fn of(holdings: &[Holding], household: u32) -> Holding {
        holdings.get(place(household)).copied().unwrap_or_default()
    }

    /// Enters what the household of this number holds from now on. A number that is not in the
    /// list is a bug of the caller, who looked the household up in the plan.
    pub(crate) fn enter(holdings: &mut [Holding], household: u32, holding: Holding) {
        let slot = holdings.get_mut(place(household));
        debug_assert!(slot.is_some(), "household {household} is not in the plan");
        slot.into_iter().for_each(|slot| *slot = holding);
    }
}
