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
    tier: impl Fn(u32) -> u16,
    head: impl Fn(u32) -> u32,
) -> Vec<u32> {
    in_call_order_as(tickets, tier, head, |own| own)
}

/// The same, with what `number` makes of the number of each: so that a list of millions is not
/// there twice.
pub(crate) fn in_call_order_as<T>(
    tickets: &[u64],
    tier: impl Fn(u32) -> u16,
    head: impl Fn(u32) -> u32,
    number: impl Fn(u32) -> T,
) -> Vec<T> {
    // D2: sorted by tier, then by the ticket (D3) of the head, then by the plan number of the head,
    // then by the household's own plan number. So a group is called together, where the ticket of
    // its head puts it.
    let key = |own: u32| {
        let head = head(own);
        let ticket = tickets.get(place(head)).or_else(|| tickets.get(place(own)));
        (tier(own), (ticket.copied().unwrap_or(0), head, own))
    };
    let count = u32::try_from(tickets.len()).unwrap_or(u32::MAX);
    let last_tier = (0..count).map(&tier).max().unwrap_or(0);
    if tickets.len() < MANY || count >> OWN_BITS > 0 || last_tier > MOST_TIERS {
        return sorted((0..count).map(key)).map(number).collect();
    }
    let slots = sorted_in_buckets(count, usize::from(last_tier).saturating_add(1), key);
    slots.iter().map(|slot| number(own_number(*slot))).collect()
}

/// A tier, and what orders the households in it: the ticket and the number of the head, and the
/// own number.
type Key = (u16, (u64, u32, u32));

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

/// The bits of a ticket that are sorted by first: what is left beside a number below 2^24.
const OWN_BITS: u32 = 24;

/// The same in time that grows with their number alone: tickets are random, so their first bits put
/// some sixteen of them into each bucket, and only these are sorted. `key` knows the key of any of
/// them.
///
/// Each has 8 bytes: the first 40 bits of the ticket, and the own number. Those that have these 40
/// bits in common, as a group does, are sorted by their whole keys.
fn sorted_in_buckets(count: u32, tiers: usize, key: impl Fn(u32) -> Key) -> Vec<u64> {
    let bits = (place(count) / 16).checked_div(tiers).and_then(usize::checked_ilog2).unwrap_or(0);
    let bucket = |tier: u16, ticket: u64| {
        let first_bits = ticket.checked_shr(64_u32.saturating_sub(bits)).unwrap_or(0);
        (usize::from(tier) << bits).saturating_add(usize::try_from(first_bits).unwrap_or(0))
    };
    // How many fall into each bucket, then where each begins; while they are filled, where the next
    // one goes, and so in the end where each ends.
    let mut ends = vec![0_u32; tiers << bits];
    for (tier, (ticket, ..)) in (0..count).map(&key) {
        ends.get_mut(bucket(tier, ticket)).into_iter().for_each(|n| *n = n.saturating_add(1));
    }
    let mut next = 0_u32;
    for end in &mut ends {
        next = next.saturating_add(std::mem::replace(end, next));
    }
    let mut slots = vec![0_u64; place(count)];
    for (tier, (ticket, _, own)) in (0..count).map(&key) {
        let Some(end) = ends.get_mut(bucket(tier, ticket)) else { continue };
        let slot = slots.get_mut(place(*end));
        slot.into_iter().for_each(|slot| *slot = first_40_bits(ticket) | u64::from(own));
        *end = end.saturating_add(1);
    }
    in_each(&mut slots, &ends, <[u64]>::sort_unstable);
    let alike = |a: &u64, b: &u64| first_40_bits(*a) == first_40_bits(*b);
    // Nearly never among thousands, and at a few places among millions.
    if slots.windows(2).any(|two| matches!(two, [a, b] if alike(a, b))) {
        in_each(&mut slots, &ends, |bucket| {
            for run in bucket.chunk_by_mut(alike).filter(|run| run.len() > 1) {
                run.sort_unstable_by_key(|slot| key(own_number(*slot)));
            }
        });
    }
    slots
}

/// Does this in each bucket.
fn in_each(mut slots: &mut [u64], ends: &[u32], mut work: impl FnMut(&mut [u64])) {
    let starts = std::iter::once(&0).chain(ends);
    for (start, end) in starts.zip(ends) {
        let size = place(end.saturating_sub(*start));
        let Some((bucket, rest)) = slots.split_at_mut_checked(size) else { return };
        work(bucket);
        slots = rest;
    }
}

fn first_40_bits(ticket: u64) -> u64 {
    ticket >> OWN_BITS << OWN_BITS
}

fn own_number(slot: u64) -> u32 {
    u32::try_from(slot & ((1 << OWN_BITS) - 1)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{Entrant, Key, MANY, call_order, sorted};
    use crate::hash::Hash;
    use crate::seed::Keystream;

    /// Rule D2 over again, with nothing but a sort.
    fn plain(entrants: &[Entrant]) -> Vec<u32> {
        let key = |(own, e): (u32, &Entrant)| -> Key {
            (e.tier, (entrants[e.head as usize].ticket, e.head, own))
        };
        sorted((0..).zip(entrants).map(key)).collect()
    }

    #[test]
    fn buckets_give_the_order_of_the_plain_sort() {
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
                assert!(
                    call_order(&entrants) == plain(&entrants),
                    "{n} households, {tiers} tiers, {mask:x}"
                );
            }
        }
    }

    fn numbers(round: usize, n: usize) -> impl Iterator<Item = (u64, u32)> {
        let drawn = Keystream::new(Hash([round as u8; 32])).drawn(n as u32);
        drawn.map(|drawn| (drawn.ticket, drawn.lot as u32))
    }
}
