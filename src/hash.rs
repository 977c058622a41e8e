//! Every use of SHA-256, one function for each purpose. No other module imports `sha2`.

use crate::number::count;
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
    let mut message = Short::default();
    match message.set(parts) {
        Some(()) => message.hash(),
        None => {
            let mut hasher = Sha256::new();
            parts.iter().for_each(|part| hasher.update(part));
            Hash(hasher.finalize().into())
        }
    }
}

/// The initial hash value of SHA-256 (FIPS 180-4, section 5.3.3).
const INITIAL: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// A message of at most 247 bytes with its padding (0x80, zeros, the length in bits).
///
/// Nearly all messages are: the lines and the 65 bytes of each node. Writing the padding here and
/// compressing all blocks at once takes half the time of feeding a hasher. A test compares it with
/// the hasher at every length.
#[derive(Debug, Clone)]
pub(crate) struct Short {
    blocks: [u8; 256],
    used: usize,
}

impl Default for Short {
    fn default() -> Short {
        Short { blocks: [0; 256], used: 0 }
    }
}

impl Short {
    /// Makes this the message of these parts; `None` if they are longer, and then there is no
    /// message.
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "hot; `at` is a place in the 256 bytes, and a part is as long as memory at most"
    )]
    fn set(&mut self, parts: &[&[u8]]) -> Option<()> {
        let mut at = 0;
        for part in parts {
            self.blocks.get_mut(at..at + part.len())?.copy_from_slice(part);
            at += part.len();
        }
        // Behind the message stand 0x80 and eight bytes of length, in blocks of 64.
        self.used = (at + 1 + 8).div_ceil(64) * 64;
        let (length, zeros) = self
            .blocks
            .get_mut(at..self.used)?
            .split_last_chunk_mut::<8>()
            .map(|(zeros, length)| (length, zeros))?;
        // The bytes of the message before may still be there.
        zeros.fill(0);
        zeros.first_mut().into_iter().for_each(|first| *first = 0x80);
        *length = (count(at) * 8).to_be_bytes();
        Some(())
    }

    /// Makes this the message of a [`leaf`]; `false` if the line is too long for that.
    pub(crate) fn set_leaf(&mut self, line: &[u8]) -> bool {
        self.set(&[&[0x00], line]).is_some()
    }

    fn padded(&self) -> &[u8] {
        self.blocks.get(..self.used).unwrap_or_default()
    }

    /// The hash of the message.
    fn hash(&self) -> Hash {
        compress(self.padded())
    }
}

/// The hash of a message that is padded already.
fn compress(blocks: &[u8]) -> Hash {
    let mut state = INITIAL;
    compress256(&mut state, blocks.as_chunks().0);
    output(state)
}

/// The hashes of two messages that are padded already, a block of one and a block of the other in
/// turn: each block has to wait for the one before it in the same message, so the processor can
/// work on two messages in little more than the time for one.
fn compress_two(a: &[u8], b: &[u8]) -> [Hash; 2] {
    let (a, b): (&[[u8; 64]], &[[u8; 64]]) = (a.as_chunks().0, b.as_chunks().0);
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

/// The hashes of messages, which are faster together. Of four in a row those are paired that are
/// more likely of one length, because in a draw calls and picks take turns.
pub(crate) fn hash_all(messages: &[Short]) -> Vec<Hash> {
    let (fours, rest) = messages.as_chunks::<4>();
    let mut hashes = Vec::with_capacity(messages.len());
    for [a, b, c, d] in fours {
        let [a, c] = compress_two(a.padded(), c.padded());
        let [b, d] = compress_two(b.padded(), d.padded());
        hashes.extend([a, b, c, d]);
    }
    hashes.extend(rest.iter().map(Short::hash));
    hashes
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

/// RFC 6962 leaf hash of a line: `SHA-256(0x00 || line)` (rule T3).
pub(crate) fn leaf(line: &[u8]) -> Hash {
    sha256(&[&[0x00], line])
}

/// RFC 6962 inner node: `SHA-256(0x01 || left || right)` (rule T3).
pub(crate) fn node(left: &Hash, right: &Hash) -> Hash {
    compress(&node_blocks(left, right))
}

/// The padded message of a node. As [`Short`] does it, but with every place known beforehand: there
/// is a node for each line.
fn node_blocks(left: &Hash, right: &Hash) -> [u8; 128] {
    /// `0x01`, room for two hashes, `0x80`, and the length of 65 bytes in bits.
    const NODE: [u8; 128] = {
        let mut blocks = [0; 128];
        (blocks[0], blocks[65]) = (0x01, 0x80);
        [blocks[126], blocks[127]] = (65_u16 * 8).to_be_bytes();
        blocks
    };
    let mut blocks = NODE;
    if let Some(children) = blocks.get_mut(1..65) {
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
    use super::{Hash, Short, hash_all, node, nodes, sha256};
    use sha2::{Digest, Sha256};

    #[test]
    fn short_messages_hash_as_the_hasher_does() {
        let bytes: Vec<u8> = (0..=255).collect();
        let mut message = Short::default();
        // Up and down again, for the bytes of the message before may still be there.
        for length in (0..=255).chain((0..=255).rev()) {
            let (a, b) = bytes[..length].split_at(length / 3);
            let expected = Hash(Sha256::digest(&bytes[..length]).into());
            assert_eq!(
                message.set(&[a, b]).map(|()| message.hash()),
                (length <= 247).then_some(expected),
                "{length} bytes"
            );
            assert_eq!(sha256(&[a, b]), expected, "{length} bytes");
        }
    }

    #[test]
    fn nodes_hash_as_any_message_does() {
        for n in 0..=255 {
            let (left, right) = (Hash([n; 32]), Hash([255 - n; 32]));
            assert_eq!(node(&left, &right), sha256(&[&[0x01], &left.0, &right.0]));
            assert_eq!(
                node(&left, &right).0,
                *Sha256::digest([&[0x01], &left.0[..], &right.0].concat())
            );
        }
    }

    #[test]
    fn many_at_once_hash_as_one_by_one() {
        let messages: Vec<Short> = (0..=246)
            .chain([3, 200, 7])
            .map(|length| {
                let mut message = Short::default();
                assert!(message.set_leaf(&vec![length as u8; length]));
                message
            })
            .collect();
        for count in [0, 1, 2, 3, 4, 5, 30, messages.len()] {
            let messages = &messages[..count];
            let hashes = hash_all(messages);
            assert_eq!(hashes, messages.iter().map(Short::hash).collect::<Vec<_>>());
            assert_eq!(
                nodes(&hashes),
                hashes.chunks_exact(2).map(|pair| node(&pair[0], &pair[1])).collect::<Vec<_>>()
            );
        }
    }
}
