//! The call order of a pool (rule D2).

use crate::number::place;
use crate::threads::Threads;
use crate::wide::buckets::{ranges, sort_buckets};
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
pub(crate) fn in_call_order_as<T: Send>(
    tickets: &[u64],
    tier: impl Fn(u32) -> u16 + Sync,
    head: impl Fn(u32) -> u32 + Sync,
    number: impl Fn(u32) -> T + Sync,
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
    // The first bits of a slot: the tier, and half of what makes small buckets of its ticket. They
    // come in two steps, because where a slot goes is random, and what is written to a few places
    // stays near the processor.
    let bits = bits_for(tickets.len().checked_div(usize::from(last_tier)).unwrap_or(0)) / 2;
    let below = (TICKET_BITS + OWN_BITS).saturating_sub(bits);
    let (mut ends, mut slots) = (Vec::new(), vec![0; tickets.len()]);
    let all = (0..count).map(|own| slot(keys.of(own)));
    let tiers = usize::from(last_tier).saturating_add(1);
    put_in_buckets(all, |slot| slot >> below, tiers << bits, &mut ends, &mut slots);
    // On two threads half of them each.
    let half = if threads.any() { count / 2 } else { count };
    let (ends, ends_there) = ends.split_at(ends.partition_point(|end| *end <= half));
    let middle = ends.last().copied().unwrap_or(0);
    let (mut order, mut order_there) = (Vec::with_capacity(tickets.len()), Vec::new());
    threads.both(
        || each_sorted(&slots, ranges(middle, ends_there), below, &keys, &number, &mut order_there),
        || each_sorted(&slots, ranges(0, ends), below, &keys, &number, &mut order),
    );
    // Or all three lists of millions would be there at once.
    drop(slots);
    order.append(&mut order_there);
    order
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

/// Sorts the buckets that stand there, each by itself, and adds what `number` makes of the own
/// numbers. In time that grows with their number alone: tickets are random, so the bits
/// `below` those that a bucket shares put some six of it into each of its own buckets, and only
/// these are sorted.
fn each_sorted<T>(
    slots: &[u64],
    buckets: impl Iterator<Item = Range<usize>>,
    below: u32,
    keys: &Keys<'_, impl Fn(u32) -> u16, impl Fn(u32) -> u32>,
    number: impl Fn(u32) -> T,
    order: &mut Vec<T>,
) {
    let (mut own, mut own_ends) = (Vec::new(), Vec::new());
    for bucket in buckets {
        let bucket = slots.get(bucket).unwrap_or_default();
        own.resize(bucket.len(), 0);
        let bits = bits_for(bucket.len()).min(below);
        let of = |slot: u64| slot >> below.saturating_sub(bits) & !(u64::MAX << bits);
        put_in_buckets(bucket.iter().copied(), of, 1 << bits, &mut own_ends, &mut own);
        sort_buckets(&own_ends, &mut own);
        sort_alike(&mut own, keys);
        order.extend(own.iter().map(|slot| number(own_number(*slot))));
    }
}

/// Sorts those of sorted slots that are alike by their whole keys: a few among millions, and groups.
fn sort_alike(mut slots: &mut [u64], keys: &Keys<'_, impl Fn(u32) -> u16, impl Fn(u32) -> u32>) {
    let first_alike =
        |slots: &[u64]| slots.iter().zip(slots.iter().skip(1)).position(|(a, b)| alike(*a, *b));
    while let Some(at) = first_alike(slots) {
        let _ = slots.split_off_mut(..at);
        let Some(first) = slots.first().copied() else { return };
        let size = slots.iter().take_while(|slot| alike(**slot, first)).count();
        let run = slots.split_off_mut(..size).unwrap_or_default();
        run.sort_unstable_by_key(|slot| keys.of(own_number(*slot)));
    }
}

/// How many bits put some six of so many slots into each bucket, if they are random.
fn bits_for(slots: usize) -> u32 {
    (slots / 4).checked_ilog2().unwrap_or(0)
}

/// Puts slots into buckets, of which there are so many, and says where each of these ends.
#[inline(always)]
fn put_in_buckets(
    slots: impl Iterator<Item = u64> + Clone,
    bucket: impl Fn(u64) -> u64,
    buckets: usize,
    ends: &mut Vec<u32>,
    into: &mut [u64],
) {
    let bucket = |slot| usize::try_from(bucket(slot)).unwrap_or(0);
    // How many fall into each bucket, then where each begins; while they are filled, where the next
    // one goes, and so in the end where each ends.
    ends.clear();
    ends.resize(buckets, 0);
    for slot in slots.clone() {
        ends.get_mut(bucket(slot)).into_iter().for_each(|n| *n = n.wrapping_add(1));
    }
    let mut next = 0_u32;
    for end in ends.iter_mut() {
        next = next.saturating_add(std::mem::replace(end, next));
    }
    for slot in slots {
        let Some(end) = ends.get_mut(bucket(slot)) else { continue };
        let at = place(*end);
        *end = end.wrapping_add(1);
        into.get_mut(at).into_iter().for_each(|place| *place = slot);
    }
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
