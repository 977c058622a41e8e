//! The call order of a pool (rule D2).

use crate::number::place;

/// A household as the order sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entrant {
    /// Tier 1 is called first.
    pub tier: u16,
    /// Its ticket, which orders the calls (rule D3).
    pub ticket: u64,
    /// The number of the first household of its group, its own number if it has none; counted in
    /// the pool from 0.
    pub head: u32,
}

/// The numbers of the households in the order in which they are called.
///
/// A group is one ball: it is called where the ticket of its first household puts it, in plan
/// order.
///
/// ```
/// use floorlot::primitives::order::{Entrant, call_order};
/// let entrant = |tier, ticket, head| Entrant { tier, ticket, head };
/// // Household 3 is in a group with household 0; household 2 is of the first tier.
/// let pool = [entrant(2, 50, 0), entrant(2, 40, 1), entrant(1, 90, 2), entrant(2, 10, 0)];
/// assert_eq!(call_order(&pool), [2, 1, 0, 3]);
/// ```
pub fn call_order(entrants: &[Entrant]) -> Vec<u32> {
    let ticket_of = |own: u32| entrants.get(place(own)).map(|entrant| entrant.ticket);
    in_call_order(entrants.iter().copied(), ticket_of)
}

/// The same, of entrants that need not lie in memory at once; `ticket_of` knows the ticket of any
/// of them.
pub(crate) fn in_call_order(
    entrants: impl Iterator<Item = Entrant>,
    ticket_of: impl Fn(u32) -> Option<u64>,
) -> Vec<u32> {
    // D2: sorted by tier, then by the ticket (D3) of the head, then by the plan number of the head,
    // then by the household's own plan number. So a group is called together, where the ticket of
    // its head puts it.
    let key = |(own, e): (u32, Entrant)| {
        let ticket = if e.head == own { e.ticket } else { ticket_of(e.head).unwrap_or(e.ticket) };
        (e.tier, ticket, e.head, own)
    };
    let mut keys: Vec<(u16, u64, u32, u32)> = (0..).zip(entrants).map(key).collect();
    keys.sort_unstable();
    keys.into_iter().map(|(.., own)| own).collect()
}
