//! From seed to numbers: the seed, the keys of the pools, tickets and lots (rules C6, D1, D3).
//!
//! The only module that imports `rand_chacha`, and `chacha20` (feature `wide`), and of them nothing
//! but the keystream.

use crate::ceremony::{Ceremony, Disclosure, Numbers};
use crate::hash::{self, Hash};
use crate::number::place;
use crate::plan::Roll;
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
        self.0.set_word_pos(u128::from(number) * 16);
        self.0.fill_bytes(&mut block);
        block
    }

    /// The numbers of households 0 to `count` - 1 of the pool, in plan order.
    pub fn drawn(self, count: u32) -> impl Iterator<Item = Drawn> {
        // Several blocks at a time, which is faster. A test compares them with single blocks.
        const AT_A_TIME: usize = 64;
        let mut blocks = [[0; 64]; AT_A_TIME];
        let mut source = self.in_a_row();
        (0..place(count)).map(move |n| {
            if n.is_multiple_of(AT_A_TIME) {
                // Not more than are asked for: many pools have few households.
                let due = place(count).saturating_sub(n).min(AT_A_TIME);
                source.fill(blocks.get_mut(..due).unwrap_or_default());
            }
            numbers_in(blocks.get(n % AT_A_TIME).unwrap_or(&[0; 64]))
        })
    }

    #[cfg(feature = "wide")]
    fn in_a_row(self) -> InARow {
        use chacha20::{ChaCha20LegacyCore, KeyIvInit};
        // D3: the same key, counter and stream id as above.
        InARow(ChaCha20LegacyCore::new(&self.0.get_seed().into(), &[0; 8].into()))
    }

    #[cfg(not(feature = "wide"))]
    fn in_a_row(mut self) -> InARow {
        self.0.set_word_pos(0);
        InARow(self.0)
    }
}

/// The keystream from block 0 on: by `chacha20`, which makes sixteen blocks at once where the
/// processor has AVX-512.
#[cfg(feature = "wide")]
struct InARow(chacha20::ChaCha20LegacyCore);

#[cfg(feature = "wide")]
impl InARow {
    fn fill(&mut self, blocks: &mut [[u8; 64]]) {
        use chacha20::cipher::{StreamCipherCore, array::Array};
        self.0.write_keystream_blocks(Array::cast_slice_from_core_mut(blocks));
    }
}

/// The keystream from block 0 on.
#[cfg(not(feature = "wide"))]
struct InARow(ChaCha20Rng);

#[cfg(not(feature = "wide"))]
impl InARow {
    fn fill(&mut self, blocks: &mut [[u8; 64]]) {
        self.0.fill_bytes(blocks.as_flattened_mut());
    }
}

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
    use super::{Keystream, numbers_in};
    use crate::hash::Hash;

    #[test]
    fn blocks_in_a_row_are_those_read_alone() {
        let key = Hash([7; 32]);
        let mut single = Keystream::new(key);
        for (n, drawn) in (0..).zip(Keystream::new(key).drawn(1_000)) {
            assert_eq!(drawn, numbers_in(&single.block(n)), "block {n}");
        }
    }
}
