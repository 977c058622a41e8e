//! From seed to numbers: the seed, the keys of the pools, tickets and lots (rules C6, D1, D3).
//!
//! The only module that imports `rand_chacha`, and of it nothing but the keystream.

use crate::ceremony::{Ceremony, Disclosure, Numbers};
use crate::hash::{self, Hash};
use crate::number::place;
use crate::plan::Roll;
use crate::wide::BLOCKS;
use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng, SeedableRng},
};

/// The text that is hashed for the seed (rule C6): what is read out, printed and repeated by
/// anybody.
pub fn seed_text(roll: &Roll, ceremony: &Ceremony) -> String {
    let mut text = format!("floorlot/1 seed\nplan {}\n", ceremony.plan_root());
    for line in contributions(roll, ceremony) {
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// The contributions in the order of the plan, one line each (rule C6).
pub fn contributions(roll: &Roll, ceremony: &Ceremony) -> Vec<String> {
    // C6: for each member in plan order `reveal`, `withheld` or `absent`; then for each source in
    // plan order its numbers.
    let answers = roll.members().zip(&ceremony.disclosures).map(|(id, answer)| match answer {
        Some(Disclosure::Revealed(secret)) => format!("reveal {id} {secret}"),
        Some(Disclosure::Withheld) => format!("withheld {id}"),
        // After a fault: a member who answered nothing is `absent`.
        None => format!("absent {id}"),
    });
    let numbers =
        roll.sources().iter().zip(&ceremony.numbers).map(|(source, numbers)| match numbers {
            Numbers::Dice(digits) => format!("dice {digits}"),
            Numbers::Drand { round, randomness, .. } => format!("drand {round} {randomness}"),
            // C6: each number padded with zeros to the number of digits of `range`, so that they
            // read in one way only.
            Numbers::Balls(balls) => {
                let width = source.range.to_string().len();
                format!(
                    "balls {}",
                    balls.iter().map(|b| format!("{b:0width$}")).collect::<Vec<_>>().join(" ")
                )
            }
        });
    answers.chain(numbers).collect()
}

/// The seed (rule C6).
pub fn seed(roll: &Roll, ceremony: &Ceremony) -> Hash {
    // C6: the seed depends on the sealed plan, the contributions and the public numbers, and on
    // nothing else.
    hash::seed(&seed_text(roll, ceremony))
}

/// The key of a pool (rule D1).
///
/// ```
/// use floorlot::{Hash, primitives::seed::pool_key};
/// assert_ne!(pool_key(Hash([7; 32]), "A"), pool_key(Hash([7; 32]), "B"));
/// ```
pub fn pool_key(seed: Hash, pool: &str) -> Hash {
    // D1: SHA-256 over the seed and the pool's id, so that pools know nothing of each other.
    hash::pool_key(&format!("floorlot/1 pool\nseed {seed}\npool {pool}\n"))
}

/// The numbers of one household (rule D3).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Drawn {
    /// Decides the call order.
    pub ticket: u64,
    /// Decides which of the offered units.
    pub lot: u128,
}

/// The keystream of a pool.
#[derive(Debug)]
pub struct Keystream(ChaCha20Rng);

impl Keystream {
    /// The keystream of this key, at block 0.
    pub fn new(key: Hash) -> Keystream {
        // D3: `key` as the 32-byte key, a 64-bit block counter from 0, a 64-bit stream id 0.
        let mut rng = ChaCha20Rng::from_seed(key.0);
        rng.set_stream(0);
        rng.set_word_pos(0);
        Keystream(rng)
    }

    /// The 64 bytes of a block.
    ///
    /// ```
    /// # use floorlot::{Hash, primitives::seed::Keystream};
    /// // draft-strombergson-chacha-test-vectors, TC1, 256-bit key, 20 rounds
    /// let block = Keystream::new(Hash([0; 32])).block(0);
    /// assert_eq!(block[..8], [0x76, 0xb8, 0xe0, 0xad, 0xa0, 0xf1, 0x3d, 0x90]);
    /// ```
    pub fn block(&mut self, number: u32) -> [u8; 64] {
        let mut block = [0; 64];
        // D3: household number i of the pool owns block i, of 16 words.
        let start = u128::from(number) * 16;
        // Whoever reads one block after the other is there already.
        if self.0.get_word_pos() != start {
            self.0.set_word_pos(start);
        }
        self.0.fill_bytes(&mut block);
        block
    }

    /// The numbers of households 0 to `count` - 1 of the pool, in plan order.
    pub fn drawn(mut self, count: u32) -> impl Iterator<Item = Drawn> {
        let mut some = Vec::new();
        (0..count).map(move |number| {
            let at = number % SOME;
            if at == 0 {
                let numbers: Vec<u32> = (number..count).take(place(SOME)).collect();
                some = self.drawn_by(&numbers);
            }
            some.get(place(at)).copied().unwrap_or_default()
        })
    }

    /// The tickets of the same.
    pub fn tickets(mut self, count: u32) -> Vec<u64> {
        let mut tickets = Vec::with_capacity(place(count).next_multiple_of(BLOCKS));
        self.words(0..count, |[low, high]| {
            let of = |(low, high): (&u32, &u32)| u64::from(*high) << 32 | u64::from(*low);
            tickets.extend(low.iter().zip(high).map(of));
        });
        tickets.truncate(place(count));
        tickets
    }

    /// The numbers of these households of the pool, in any order.
    pub(crate) fn drawn_by(&mut self, households: &[u32]) -> Vec<Drawn> {
        let mut drawn = Vec::with_capacity(households.len().next_multiple_of(BLOCKS));
        // As `numbers_in` says it, in words; a test compares them.
        self.words(households.iter().copied(), |[t0, t1, l0, l1, l2, l3]| {
            let tickets = t0.iter().zip(t1);
            let lots = l0.iter().zip(l1).zip(l2).zip(l3);
            drawn.extend(tickets.zip(lots).map(|((t0, t1), (((l0, l1), l2), l3))| {
                let [t0, t1, l0, l1, l2, l3] = [t0, t1, l0, l1, l2, l3].map(|w| u64::from(*w));
                let lot = u128::from(l3 << 32 | l2) << 64 | u128::from(l1 << 32 | l0);
                Drawn { ticket: t1 << 32 | t0, lot }
            }));
        });
        drawn.truncate(households.len());
        drawn
    }

    /// The first words of these blocks: of each sixteen of them all first, all second words, and so
    /// on. The last ones are filled up with blocks that are not asked for.
    #[cfg(feature = "wide")]
    fn words<const WORDS: usize>(
        &mut self,
        mut blocks: impl ExactSizeIterator<Item = u32>,
        mut each: impl FnMut(&[[u32; BLOCKS]; WORDS]),
    ) {
        let mut key = [0; 8];
        for (word, bytes) in key.iter_mut().zip(self.0.get_seed().as_chunks().0) {
            *word = u32::from_le_bytes(*bytes);
        }
        let mut numbers = [[0; BLOCKS]; GROUPS];
        let mut words = [[[0; BLOCKS]; WORDS]; GROUPS];
        while blocks.len() > 0 {
            let groups = blocks.len().div_ceil(BLOCKS).min(GROUPS);
            let free = numbers.as_flattened_mut().iter_mut();
            free.zip(&mut blocks).for_each(|(number, block)| *number = block);
            let some = words.get_mut(..groups).unwrap_or_default();
            crate::wide::chacha20::first_words(&key, &numbers, some);
            some.iter().for_each(&mut each);
        }
    }

    #[cfg(not(feature = "wide"))]
    fn words<const WORDS: usize>(
        &mut self,
        mut blocks: impl ExactSizeIterator<Item = u32>,
        mut each: impl FnMut(&[[u32; BLOCKS]; WORDS]),
    ) {
        while blocks.len() > 0 {
            let mut words = [[0; BLOCKS]; WORDS];
            for (n, block) in (0..BLOCKS).zip(&mut blocks) {
                let block = self.block(block);
                for (words, bytes) in words.iter_mut().zip(block.as_chunks().0) {
                    let word = words.get_mut(n);
                    word.into_iter().for_each(|word| *word = u32::from_le_bytes(*bytes));
                }
            }
            each(&words);
        }
    }
}

/// How many times so many blocks as stand side by side are made in one go.
#[cfg(feature = "wide")]
const GROUPS: usize = 16;

/// How many blocks are made at a time when one after the other is asked for.
const SOME: u32 = 64;

/// The numbers in a block (rule D3): ticket in bytes 0 to 7, lot in bytes 8 to 23, little-endian.
///
/// ```
/// use floorlot::primitives::seed::{Drawn, numbers_in};
/// let mut block = [0; 64];
/// (block[0], block[1], block[8]) = (2, 1, 5);
/// assert_eq!(numbers_in(&block), Drawn { ticket: 258, lot: 5 });
/// ```
pub fn numbers_in(block: &[u8; 64]) -> Drawn {
    // D3: the ticket is the number in bytes 0 to 7, the lot that in bytes 8 to 23, little-endian.
    let (ticket, rest) = block.split_first_chunk::<8>().unwrap_or((&[0; 8], &[]));
    let lot = rest.first_chunk::<16>().unwrap_or(&[0; 16]);
    Drawn { ticket: u64::from_le_bytes(*ticket), lot: u128::from_le_bytes(*lot) }
}

#[cfg(test)]
mod tests {
    use super::{Drawn, Keystream, numbers_in};
    use crate::hash::Hash;

    #[test]
    fn several_blocks_are_those_read_alone() {
        let key = Hash(std::array::from_fn(|n| n as u8 * 7));
        let (mut single, mut by) = (Keystream::new(key), Keystream::new(key));
        for count in [0, 1, 15, 16, 17, 1_000] {
            let drawn: Vec<Drawn> = Keystream::new(key).drawn(count).collect();
            let alone = (0..count).map(|n| numbers_in(&single.block(n)));
            assert_eq!(drawn, alone.collect::<Vec<_>>(), "{count}");
            let tickets: Vec<u64> = drawn.iter().map(|drawn| drawn.ticket).collect();
            assert_eq!(Keystream::new(key).tickets(count), tickets, "{count}");
            let turned = |n: u32| u32::MAX - n * n * 4_099;
            let households: Vec<u32> = (0..count).map(turned).collect();
            let alone = households.iter().map(|n| numbers_in(&single.block(*n)));
            assert_eq!(by.drawn_by(&households), alone.collect::<Vec<_>>(), "{count}");
        }
    }
}
