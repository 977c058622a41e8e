//! The drand quicknet beacon (rule C7): a round that the plan names beforehand, verified offline by
//! its signature.
//!
//! The chain is pinned: other chains, and other rounds than the one named, never count. With the
//! feature `drand` signatures are verified (BLS12-381, scheme `bls-unchained-g1-rfc9380`); without
//! it that check is not run.
//!
//! ```
//! use floorlot::drand;
//! assert_eq!((drand::time_of(1), drand::time_of(1_000)), (1_692_803_367, 1_692_806_364));
//! assert_eq!(drand::first_after(1_692_806_363), 1_000);
//! ```

use crate::hash::{self, Hash};

/// The hash that names the chain.
pub(crate) const CHAIN: &str = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971";

/// The time of round 1, in seconds since 1970-01-01T00:00:00Z.
const GENESIS: u64 = 1_692_803_367;

/// Seconds between rounds.
const PERIOD: u64 = 3;

/// The largest round that a plan can name: some 95,000 years from now.
pub(crate) const MAX_ROUND: u64 = 1_000_000_000_000;

/// The public key of the chain: a point of G2, compressed.
#[cfg(feature = "drand")]
const PUBLIC_KEY: [u8; 96] = *b"\
\x83\xcf\x0f\x28\x96\xad\xee\x7e\xb8\xb5\xf0\x1f\xca\xd3\x91\x22\x12\xc4\x37\xe0\x07\x3e\x91\x1f\xb9\x00\x22\xd3\xe7\x60\x18\x3c\
\x8c\x4b\x45\x0b\x6a\x0a\x6c\x3a\xc6\xa5\x77\x6a\x2d\x10\x64\x51\x0d\x1f\xec\x75\x8c\x92\x1c\xc2\x2b\x0e\x17\xe6\x3a\xaf\x4b\xcb\
\x5e\xd6\x63\x04\xde\x9c\xf8\x09\xbd\x27\x4c\xa7\x3b\xab\x4a\xf5\xa6\xe9\xc7\x6a\x4b\xc0\x9e\x76\xea\xe8\x99\x1e\xf5\xec\xe4\x5a";

/// When a round is made, in seconds since 1970-01-01T00:00:00Z.
pub fn time_of(round: u64) -> u64 {
    // Round 0, and rounds beyond all time, break P6; they are still computed with.
    GENESIS.saturating_add(round.saturating_sub(1).saturating_mul(PERIOD))
}

/// The first round that is made after a time: the earliest that a plan can name for a draw whose
/// reveals close then.
pub fn first_after(time: u64) -> u64 {
    // Rounds are counted from 1, and the one at this very second is not after it. Before the chain
    // began, its first round is the next.
    time.checked_sub(GENESIS).map_or(1, |since| (since / PERIOD).saturating_add(2))
}

/// The randomness of a round: the SHA-256 of its signature.
pub fn randomness(signature: &[u8; 48]) -> Hash {
    hash::randomness(signature)
}

/// A signature as it stands in the transcript: 96 lower-case hex digits.
pub fn signature_from_hex(text: &str) -> Option<[u8; 48]> {
    let mut bytes = [0; 48];
    hex::decode_to_slice(text, &mut bytes).ok()?;
    // One spelling: the decoder takes capitals as well.
    (hex::encode(bytes) == text).then_some(bytes)
}

/// Whether this is the signature of the chain over the number of the round.
#[cfg(feature = "drand")]
pub fn verify(round: u64, signature: &[u8; 48]) -> bool {
    use blst::{BLST_ERROR, min_sig};
    const DST: &[u8] = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";
    let (Ok(key), Ok(signature)) =
        (min_sig::PublicKey::from_bytes(&PUBLIC_KEY), min_sig::Signature::from_bytes(signature))
    else {
        return false;
    };
    let message = hash::beacon_message(round);
    // `true` twice: signature and key are checked to be in their groups (C7).
    signature.verify(true, &message.0, DST, &[], &key, true) == BLST_ERROR::BLST_SUCCESS
}

/// Whether the signature is right, if this build can tell.
pub(crate) fn verdict(round: u64, signature: &[u8; 48]) -> Option<bool> {
    #[cfg(feature = "drand")]
    return Some(verify(round, signature));
    #[cfg(not(feature = "drand"))]
    {
        let _ = (round, signature);
        None
    }
}
