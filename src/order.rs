//! The call order of a pool (rule D2).

use crate::number::place;
use crate::threads::Threads;
use std::ops::Range;

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
    let tickets: Vec<u64> = entrants.iter().map(|entrant| entrant.ticket).collect();
    let entrant = |own: u32| entrants.get(place(own));
    let tier = |own| entrant(own).map_or(0, |entrant| entrant.tier);
    in_call_order(&tickets, tier, |own| entrant(own).map_or(own, |entrant| entrant.head))
}

/// The same of the tickets, in plan order, and of two functions that know the tier of a household
/// and the first of its group, by its number.
///
/// ```
/// use floorlot::primitives::order::in_call_order;
/// assert_eq!(in_call_order(&[50, 40, 90], |_| 1, |own| own), [1, 0, 2]);
/// assert_eq!(in_call_order(&[50, 40, 90], |_| 1, |own| if own == 2 { 0 } else { own }), [1, 0, 2]);
/// ```
pub fn in_call_order(
    tickets: &[u64],
    tier: impl Fn(u32) -> u16 + Sync,
    head: impl Fn(u32) -> u32 + Sync,
) -> Vec<u32> {
    in_call_order_as(tickets, tier, head, |own| own, &Threads::default())
}

/// The same, with what `number` makes of the number of each: so that a list of millions is not
/// there twice.
pub(crate) fn in_call_order_as<T>(
    tickets: &[u64],
    tier: impl Fn(u32) -> u16 + Sync,
    head: impl Fn(u32) -> u32 + Sync,
    number: impl Fn(u32) -> T,
    threads: &Threads,
) -> Vec<T> {
    // D2: sorted by tier, then by the ticket (D3) of the head, then by the plan number of the head,
    // then by the household's own plan number. So a group is called together, where the ticket of
    // its head puts it.
    let keys = Keys { tickets, tier, head };
    let count = u32::try_from(tickets.len()).unwrap_or(u32::MAX);
    let last_tier = (0..count).map(&keys.tier).max().unwrap_or(0);
    if tickets.len() < MANY || count >> OWN_BITS > 0 || last_tier > MOST_TIERS {
        return sorted((0..count).map(|own| keys.of(own))).map(number).collect();
    }
    // On two threads two halves of the households, each sorted by itself.
    let middle = if threads.any() { count / 2 } else { count };
    let (mut first, mut second) = (Vec::new(), Vec::new());
    threads.both(
        || second = sorted_in_buckets(middle..count, last_tier, &keys),
        || first = sorted_in_buckets(0..middle, last_tier, &keys),
    );
    merged((&first, &second), &keys, |slot| number(own_number(slot)))
}

/// A tier, and what orders the households in it: the ticket and the number of the head, and the
/// own number.
type Key = (u16, (u64, u32, u32));

/// What makes the keys of households, by their own numbers.
struct Keys<'a, Tier, Head> {
    tickets: &'a [u64],
    tier: Tier,
    head: Head,
}

impl<Tier: Fn(u32) -> u16, Head: Fn(u32) -> u32> Keys<'_, Tier, Head> {
    #[inline(always)]
    fn of(&self, own: u32) -> Key {
        let head = (self.head)(own);
        let ticket = self.tickets.get(place(head)).or_else(|| self.tickets.get(place(own)));
        ((self.tier)(own), (ticket.copied().unwrap_or(0), head, own))
    }
}

/// From so many households on it is worth while to put them into buckets first.
const MANY: usize = 512;

/// P8: the last tier that a plan can have.
const MOST_TIERS: u16 = 999;

/// The plain form, which is the rule's: the own numbers, sorted by the keys.
fn sorted(keys: impl Iterator<Item = Key>) -> impl Iterator<Item = u32> {
    let mut keys: Vec<Key> = keys.collect();
    keys.sort_unstable();
    keys.into_iter().map(|(_, (.., own))| own)
}

/// The lower bits of a slot, which have the own number.
const OWN_BITS: u32 = 24;

/// The bits above these with the beginning of the ticket; the upper ones have the tier.
const TICKET_BITS: u32 = 30;

/// What stands for a household while its like are sorted: the beginning of its key, and its number.
#[inline(always)]
fn slot((tier, (ticket, _, own)): Key) -> u64 {
    let ticket = ticket >> (64 - TICKET_BITS) << OWN_BITS;
    u64::from(tier) << (TICKET_BITS + OWN_BITS) | ticket | u64::from(own)
}

fn own_number(slot: u64) -> u32 {
    u32::try_from(slot & ((1 << OWN_BITS) - 1)).unwrap_or(0)
}

/// Whether two slots do not tell which household comes first: only their whole keys do.
fn alike(a: u64, b: u64) -> bool {
    a >> OWN_BITS == b >> OWN_BITS
}

/// The slots of these households, sorted in time that grows with their number alone: tickets are
/// random, so their first bits put some sixteen of them into each bucket, and only these are sorted.
fn sorted_in_buckets(
    households: Range<u32>,
    last_tier: u16,
    keys: &Keys<'_, impl Fn(u32) -> u16, impl Fn(u32) -> u32>,
) -> Vec<u64> {
    let tiers = usize::from(last_tier).saturating_add(1);
    let each = (households.len() / 16).checked_div(tiers);
    let bits = each.and_then(usize::checked_ilog2).unwrap_or(0).min(TICKET_BITS);
    // The first bits of a slot: the tier, and these of the ticket.
    let below = (TICKET_BITS + OWN_BITS).saturating_sub(bits);
    let bucket = |slot: u64| usize::try_from(slot >> below).unwrap_or(0);
    // How many fall into each bucket, then where each begins; while they are filled, where the next
    // one goes, and so in the end where each ends.
    let mut ends = vec![0_u32; tiers << bits];
    for slot in households.clone().map(|own| slot(keys.of(own))) {
        ends.get_mut(bucket(slot)).into_iter().for_each(|n| *n = n.saturating_add(1));
    }
    let mut next = 0_u32;
    for end in &mut ends {
        next = next.saturating_add(std::mem::replace(end, next));
    }
    let mut slots = vec![0_u64; households.len()];
    for own in households.map(|own| slot(keys.of(own))) {
        let Some(end) = ends.get_mut(bucket(own)) else { continue };
        slots.get_mut(place(*end)).into_iter().for_each(|slot| *slot = own);
        *end = end.saturating_add(1);
    }
    let mut rest = &mut slots[..];
    let starts = std::iter::once(&0).chain(&ends);
    for (start, end) in starts.zip(&ends) {
        let size = place(end.saturating_sub(*start));
        let Some((bucket, behind)) = rest.split_at_mut_checked(size) else { break };
        bucket.sort_unstable();
        rest = behind;
    }
    // A few among millions, and groups.
    for run in slots.chunk_by_mut(|a, b| alike(*a, *b)).filter(|run| run.len() > 1) {
        run.sort_unstable_by_key(|slot| keys.of(own_number(*slot)));
    }
    slots
}

/// Two sorted lists of slots as one, with what `number` makes of each.
fn merged<T>(
    (mut first, mut second): (&[u64], &[u64]),
    keys: &Keys<'_, impl Fn(u32) -> u16, impl Fn(u32) -> u32>,
    number: impl Fn(u64) -> T,
) -> Vec<T> {
    let mut all = Vec::with_capacity(first.len().saturating_add(second.len()));
    while let (Some(a), Some(b)) = (first.first(), second.first()) {
        let in_order =
            if alike(*a, *b) { keys.of(own_number(*a)) < keys.of(own_number(*b)) } else { a < b };
        all.push(number(if in_order { *a } else { *b }));
        // Without a branch, because no processor guesses which of them comes first.
        first = first.get(usize::from(in_order)..).unwrap_or_default();
        second = second.get(usize::from(!in_order)..).unwrap_or_default();
    }
    all.extend(first.iter().chain(second).map(|slot| number(*slot)));
    all
}

#[cfg(test)]
mod tests {
    use super::{Entrant, Key, MANY, call_order, in_call_order_as, sorted};
    use crate::hash::Hash;
    use crate::seed::Keystream;
    use crate::threads::Threads;

    /// Rule D2 over again, with nothing but a sort.
    fn plain(entrants: &[Entrant]) -> Vec<u32> {
        let key = |(own, e): (u32, &Entrant)| -> Key {
            (e.tier, (entrants[e.head as usize].ticket, e.head, own))
        };
        sorted((0..).zip(entrants).map(key)).collect()
    }

    #[test]
    fn buckets_give_the_order_of_the_plain_sort() {
        let threads = Threads::new(2);
        for (round, n) in [MANY - 1, MANY, MANY + 1, 5_000, 40_000].into_iter().enumerate() {
            for (tiers, mask, groups) in [
                (1, u64::MAX, false),
                (3, u64::MAX, true),
                (999, u64::MAX, true),
                // Tickets that are equal, or in one bucket.
                (2, 7, true),
                (2, 7 << 61, true),
                (2, 0xf << 60 | 0xffff, true),
                (1_200, u64::MAX, false),
            ] {
                let entrants: Vec<Entrant> = (0..)
                    .zip(numbers(round, n))
                    .map(|(own, (ticket, dice))| {
                        // Groups of two, of one tier.
                        let head = if groups && own % 5 == 4 { own - 1 } else { own };
                        let tier = 1 + (head / 7 + dice % 2 * u32::from(!groups)) % tiers;
                        Entrant { tier: tier as u16, ticket: ticket & mask, head }
                    })
                    .collect();
                let expected = plain(&entrants);
                assert!(
                    call_order(&entrants) == expected,
                    "{n} households, {tiers} tiers, {mask:x}"
                );
                let tickets: Vec<u64> = entrants.iter().map(|e| e.ticket).collect();
                let (tier, head) =
                    (|own| entrants[own as usize].tier, |own| entrants[own as usize].head);
                let halves = in_call_order_as(&tickets, tier, head, |own| own, &threads);
                assert!(halves == expected, "in halves: {n} households, {tiers} tiers, {mask:x}");
            }
        }
    }

    fn numbers(round: usize, n: usize) -> impl Iterator<Item = (u64, u32)> {
        let drawn = Keystream::new(Hash([round as u8; 32])).drawn(n as u32);
        drawn.map(|drawn| (drawn.ticket, drawn.lot as u32))
    }
}
