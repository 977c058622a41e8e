//! What a vector of the processor does for many at once, a lane for each: [hashes](sha256) and the
//! [keystream](chacha20).
//!
//! `fearless_simd` gives the vectors without unsafe code, and finds out which the processor has when
//! the program runs. Tests hold both against the libraries that do one after the other.

pub(crate) mod chacha20;
#[cfg(target_arch = "x86_64")]
pub(crate) mod sha256;
