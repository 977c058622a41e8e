//! Every use of SHA-256, one function for each purpose. No other module imports `sha2`.

use crate::number::{count, place};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256, block_api::compress256};
use std::fmt;

/// A SHA-256 value: a leaf, node or root of the tree, a commitment, the seed, or the key of a pool.
/// Written in hex.
///
/// ```
/// use floorlot::Hash;
/// let hash = Hash::from_hex("00000000000000000000000000000000000000000000000000000000000000ff").unwrap();
/// assert_eq!(hash.0[31], 0xff);
/// assert_eq!(Hash::from_hex(&hash.to_hex()), Some(hash));
/// assert_eq!(Hash::from_hex("FF"), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// The value as 64 lower-case hex digits.
    pub fn to_hex(self) -> String {
        hex::encode(self.0)
    }

    /// Reads exactly 64 lower-case hex digits.
    pub fn from_hex(text: &str) -> Option<Hash> {
        // One spelling: the decoder takes capitals as well.
        if text.bytes().any(|b| b.is_ascii_uppercase()) {
            return None;
        }
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).ok()?;
        Some(Hash(bytes))
    }

    /// Whether it is 64 zeros, which is the hash of no file (rules A2, A4, A5, S1).
    pub(crate) fn is_zeros(self) -> bool {
        self.0 == [0; 32]
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_hex())
    }
}

impl Serialize for Hash {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.to_hex())
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Hash, D::Error> {
        let text = String::deserialize(d)?;
        Hash::from_hex(&text)
            .ok_or_else(|| serde::de::Error::custom("expected 64 lower-case hex digits"))
    }
}

/// SHA-256 of the parts, one after the other.
fn sha256(parts: &[&[u8]]) -> Hash {
    let mut hasher = Sha256::new();
    parts.iter().for_each(|part| hasher.update(part));
    Hash(hasher.finalize().into())
}

/// The initial hash value of SHA-256 (FIPS 180-4, section 5.3.3).
pub(crate) const INITIAL: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// Messages with their padding (0x80, zeros, the length in bits), those of one length one behind the
/// other in blocks: such are hashed together.
///
/// Writing the padding here and compressing all blocks at once takes half the time of feeding a
/// hasher. A test compares it with the hasher at every length.
#[derive(Debug, Clone, Default)]
pub(crate) struct Padded {
    /// Those of 1, 2, 3 and 4 blocks, each with its place among all messages.
    short: [(Vec<u32>, Vec<u8>); 4],
    longer: Vec<(u32, Vec<u8>)>,
    count: u32,
}

/// Messages of one length, in blocks, with their places among all messages.
#[derive(Clone, Copy)]
pub(crate) struct OfOneLength<'a> {
    pub(crate) length: usize,
    pub(crate) places: &'a [u32],
    pub(crate) blocks: &'a [[u8; 64]],
}

impl<'a> OfOneLength<'a> {
    pub(crate) fn messages(self) -> impl DoubleEndedIterator<Item = (u32, &'a [[u8; 64]])> {
        self.places.iter().copied().zip(self.blocks.chunks_exact(self.length))
    }
}

impl Padded {
    /// Adds the message of a [`leaf`].
    pub(crate) fn push_leaf(&mut self, line: &[u8]) {
        // Behind 0x00 and the line stand 0x80 and eight bytes of length: so many full blocks, and
        // one more.
        let full = line.len().saturating_add(9) / 64;
        match self.short.get_mut(full) {
            Some((places, bytes)) => {
                places.push(self.count);
                pad_leaf(bytes, line);
            }
            None => self.longer.push((self.count, padded_leaf(line))),
        }
        self.count = self.count.saturating_add(1);
    }

    /// Number of messages.
    pub(crate) fn len(&self) -> usize {
        place(self.count)
    }

    pub(crate) fn clear(&mut self) {
        for (places, bytes) in &mut self.short {
            places.clear();
            bytes.clear();
        }
        self.longer.clear();
        self.count = 0;
    }

    /// The messages of up to four blocks.
    pub(crate) fn of_one_length(&self) -> impl Iterator<Item = OfOneLength<'_>> {
        (1..).zip(&self.short).map(|(length, (places, bytes))| {
            let blocks = bytes.as_chunks().0;
            OfOneLength { length, places, blocks }
        })
    }

    /// The others, with their places.
    pub(crate) fn longer(&self) -> impl Iterator<Item = (u32, &[[u8; 64]])> {
        self.longer.iter().map(|(place, bytes)| (*place, bytes.as_chunks().0))
    }

    /// The hashes of the messages, which are faster two at a time.
    pub(crate) fn hashes(&self) -> Vec<Hash> {
        let mut hashes = vec![Hash([0; 32]); self.len()];
        let mut set = |at: u32, hash| {
            hashes.get_mut(place(at)).into_iter().for_each(|to| *to = hash);
        };
        for some in self.of_one_length() {
            let mut messages = some.messages();
            while let Some((at, a)) = messages.next() {
                match messages.next() {
                    Some((next, b)) => {
                        let [a, b] = compress_two(a, b);
                        set(at, a);
                        set(next, b);
                    }
                    None => set(at, compress(a)),
                }
            }
        }
        self.longer().for_each(|(at, message)| set(at, compress(message)));
        hashes
    }
}

/// The message of a single [`leaf`] with its padding.
fn padded_leaf(line: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(line.len().saturating_add(128));
    pad_leaf(&mut bytes, line);
    bytes
}

/// Adds the message of a [`leaf`] with its padding.
#[expect(
    clippy::arithmetic_side_effects,
    reason = "hot; a line is as long as memory at most, and a remainder is below 64"
)]
fn pad_leaf(bytes: &mut Vec<u8>, line: &[u8]) {
    const PADDING: [u8; 64] = {
        let mut padding = [0; 64];
        padding[0] = 0x80;
        padding
    };
    let length = 1 + line.len();
    bytes.push(0x00);
    bytes.extend_from_slice(line);
    // All of the padding is copied and cut off, because to copy a part takes longer.
    let end = bytes.len() + 64 - (length + 8) % 64;
    bytes.extend_from_slice(&PADDING);
    bytes.truncate(end);
    bytes.extend_from_slice(&(count(length) * 8).to_be_bytes());
}

/// The hash of a message that is padded already.
pub(crate) fn compress(blocks: &[[u8; 64]]) -> Hash {
    let mut state = INITIAL;
    compress256(&mut state, blocks);
    output(state)
}

/// The hashes of two messages that are padded already, a block of one and a block of the other in
/// turn: each block has to wait for the one before it in the same message, so the processor can
/// work on two messages in little more than the time for one.
fn compress_two(a: &[[u8; 64]], b: &[[u8; 64]]) -> [Hash; 2] {
    let (mut state_a, mut state_b) = (INITIAL, INITIAL);
    for (block_a, block_b) in a.iter().zip(b) {
        compress256(&mut state_a, std::slice::from_ref(block_a));
        compress256(&mut state_b, std::slice::from_ref(block_b));
    }
    // What one has more than the other.
    compress256(&mut state_a, a.get(b.len()..).unwrap_or_default());
    compress256(&mut state_b, b.get(a.len()..).unwrap_or_default());
    [output(state_a), output(state_b)]
}

fn output(state: [u32; 8]) -> Hash {
    let mut out = [0; 32];
    out.as_chunks_mut().0.iter_mut().zip(state).for_each(|(to, word)| *to = word.to_be_bytes());
    Hash(out)
}

/// The nodes over each two of the hashes, as many as there are pairs.
pub(crate) fn nodes(level: &[Hash]) -> Vec<Hash> {
    let (fours, rest) = level.as_chunks::<4>();
    let mut nodes = Vec::with_capacity(level.len() / 2);
    fours.iter().for_each(|[a, b, c, d]| {
        nodes.extend(compress_two(&node_blocks(a, b), &node_blocks(c, d)))
    });
    nodes.extend(rest.as_chunks().0.iter().map(|[left, right]| node(left, right)));
    nodes
}

/// The root over a level of 2^k hashes: level by level up to the last one (rule T3).
pub(crate) fn top(mut level: Vec<Hash>) -> Hash {
    while level.len() > 1 {
        level = nodes(&level);
    }
    level.first().copied().unwrap_or_else(empty)
}

/// RFC 6962 leaf hash of a line: `SHA-256(0x00 || line)` (rule T3).
pub(crate) fn leaf(line: &[u8]) -> Hash {
    compress(padded_leaf(line).as_chunks().0)
}

/// RFC 6962 inner node: `SHA-256(0x01 || left || right)` (rule T3).
pub(crate) fn node(left: &Hash, right: &Hash) -> Hash {
    compress(&node_blocks(left, right))
}

/// The padded message of a node. As [`Padded`] does it, but with every place known beforehand: there
/// is a node for each line.
fn node_blocks(left: &Hash, right: &Hash) -> [[u8; 64]; 2] {
    /// `0x01`, room for two hashes, `0x80`, and the length of 65 bytes in bits.
    const NODE: [[u8; 64]; 2] = {
        let mut blocks = [[0; 64]; 2];
        (blocks[0][0], blocks[1][1]) = (0x01, 0x80);
        [blocks[1][62], blocks[1][63]] = (65_u16 * 8).to_be_bytes();
        blocks
    };
    let mut blocks = NODE;
    if let Some(children) = blocks.as_flattened_mut().get_mut(1..65) {
        let (l, r) = children.split_at_mut(32);
        l.copy_from_slice(&left.0);
        r.copy_from_slice(&right.0);
    }
    blocks
}

/// RFC 6962 root of the empty tree: `SHA-256("")`.
pub(crate) fn empty() -> Hash {
    sha256(&[])
}

/// The number that a checkpoint is read aloud from, over its body.
pub(crate) fn fingerprint(body: &str) -> Hash {
    sha256(&[b"floorlot/1 fingerprint\n", body.as_bytes()])
}

/// The id of a key in a signed note: `SHA-256(name || 0x0A || type || public key)[..4]` (C2SP
/// signed-note).
pub(crate) fn key_id(name: &str, kind: u8, public: &[u8; 32]) -> [u8; 4] {
    let Hash([a, b, c, d, ..]) = sha256(&[name.as_bytes(), b"\n", &[kind], public]);
    [a, b, c, d]
}

/// S8: what a time token over a checkpoint has as its imprint.
pub(crate) fn imprint(body: &str) -> Hash {
    sha256(&[body.as_bytes()])
}

/// The randomness of a round of drand: the hash of its signature (rule C7).
pub(crate) fn randomness(signature: &[u8]) -> Hash {
    sha256(&[signature])
}

/// The message of an unchained drand round: the hash of its number in eight bytes (rule C7).
#[cfg(feature = "drand")]
pub(crate) fn beacon_message(round: u64) -> Hash {
    sha256(&[&round.to_be_bytes()])
}

/// The commitment that binds a household to a person, over its text.
pub(crate) fn person(preimage: &str) -> Hash {
    sha256(&[preimage.as_bytes()])
}

/// A commitment, over the text of rule C1.
pub(crate) fn commit(preimage: &str) -> Hash {
    sha256(&[preimage.as_bytes()])
}

/// The seed, over the text of rule C6.
pub(crate) fn seed(preimage: &str) -> Hash {
    sha256(&[preimage.as_bytes()])
}

/// The key of a pool, over the text of rule D1.
pub(crate) fn pool_key(preimage: &str) -> Hash {
    sha256(&[preimage.as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::{Hash, Padded, leaf, node, nodes, sha256};
    use sha2::{Digest, Sha256};

    #[test]
    fn padded_messages_hash_as_the_hasher_does() {
        let line: Vec<u8> = (0..400).map(|n| n as u8).collect();
        let mut messages = Padded::default();
        (0..=400).for_each(|length| messages.push_leaf(&line[..length]));
        let expected: Vec<Hash> = (0..=400)
            .map(|length| Hash(Sha256::digest([&[0x00], &line[..length]].concat()).into()))
            .collect();
        assert_eq!(messages.hashes(), expected);
        for (length, expected) in expected.iter().enumerate() {
            assert_eq!(leaf(&line[..length]), *expected);
        }
        for count in [0, 1, 2, 3, 4, 5, 30] {
            messages.clear();
            (0..count).for_each(|length| messages.push_leaf(&line[..length]));
            assert_eq!((messages.len(), messages.hashes()), (count, expected[..count].to_vec()));
        }
    }

    #[test]
    fn nodes_hash_as_any_message_does() {
        let hashes: Vec<Hash> = (0..31).map(|n| sha256(&[&[n]])).collect();
        for count in 0..hashes.len() {
            let level = nodes(&hashes[..count]);
            assert_eq!(level.len(), count / 2);
            for (found, pair) in level.iter().zip(hashes.chunks_exact(2)) {
                let [left, right] = [pair[0], pair[1]];
                let expected = Sha256::digest([&[0x01], &left.0[..], &right.0].concat());
                assert_eq!((found.0, node(&left, &right).0), (expected.into(), expected.into()));
            }
        }
    }
}
