//! The keys of the sample panels. Everybody can compute them: they are for rehearsals with invented
//! people, and for nothing else.

use floorlot::plan::Roll;
use floorlot::primitives::tree::leaf_hash;
use floorlot::sign::{LogKey, SigningKey};

/// The key of a member of a sample panel; its name begins with `sample.example/`.
pub fn key(member: &str) -> Option<SigningKey> {
    let seed = leaf_hash(
        format!("floorlot synthetic sample key, known to everybody\n{member}\n").as_bytes(),
    );
    SigningKey::from_seed(&format!("sample.example/{member}"), &seed.0).ok()
}

/// The key of a member of a plan, if it is that of a sample.
pub(crate) fn key_in(roll: &Roll, member: &str) -> Option<SigningKey> {
    key(member).filter(|key| roll.member_key(member) == Some(&key.verifier()))
}

/// The key of the log of a sample.
pub fn log_key(origin: &str) -> Option<LogKey> {
    let seed = leaf_hash(b"floorlot synthetic sample key, known to everybody\nlog\n");
    LogKey::from_seed(origin, &seed.0).ok()
}

/// The key of the log of a plan, if it is that of a sample.
pub(crate) fn log_key_in(roll: &Roll) -> Option<LogKey> {
    log_key(roll.origin()).filter(|key| roll.log_key() == Some(&key.verifier()))
}
