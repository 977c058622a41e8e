//! Every use of SHA-256, one function for each purpose. No other module imports `sha2`.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;

/// A SHA-256 value: a leaf, node or root of the tree, a commitment, the seed, or the key of a pool. Written in hex.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// The value as 64 lower-case hex digits.
    pub fn to_hex(self) -> String {
        hex::encode(self.0)
    }

    /// Reads exactly 64 lower-case hex digits.
    pub fn from_hex(text: &str) -> Option<Hash> {
        if text.bytes().any(|b| b.is_ascii_uppercase()) {
            return None;
        }
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).ok()?;
        Some(Hash(bytes))
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
        Hash::from_hex(&text).ok_or_else(|| serde::de::Error::custom("expected 64 lower-case hex digits"))
    }
}

fn sha256(parts: &[&[u8]]) -> Hash {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    Hash(hasher.finalize().into())
}

/// RFC 6962 leaf hash of a line: `SHA-256(0x00 || line)` (rule T3).
pub(crate) fn leaf(line: &[u8]) -> Hash {
    sha256(&[&[0x00], line])
}

/// RFC 6962 inner node: `SHA-256(0x01 || left || right)` (rule T3).
pub(crate) fn node(left: &Hash, right: &Hash) -> Hash {
    sha256(&[&[0x01], &left.0, &right.0])
}

/// RFC 6962 root of the empty tree: `SHA-256("")`.
pub(crate) fn empty() -> Hash {
    sha256(&[])
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
