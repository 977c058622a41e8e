//! What a vector of the processor does for many at once, a lane for each: [hashes](sha256), the
//! [keystream](chacha20), the [ends of lines](lines), and the order in [small buckets](buckets).
//!
//! `fearless_simd` gives the vectors without unsafe code, and finds out which the processor has when
//! the program runs. Tests hold all against what does one after the other.

/// How many blocks of the keystream stand side by side.
pub(crate) const BLOCKS: usize = 16;

pub(crate) mod buckets;
#[cfg(feature = "wide")]
#[expect(clippy::arithmetic_side_effects, reason = "vectors wrap around, as the algorithm says")]
pub(crate) mod chacha20;
pub(crate) mod lines;
#[cfg(all(feature = "wide", target_arch = "x86_64"))]
#[expect(
    clippy::arithmetic_side_effects,
    reason = "vectors wrap around, as the algorithm says; all else are places among the messages"
)]
pub(crate) mod sha256;

/// Does this with the widest vectors that the processor has: whatever is inlined into it is compiled
/// once for each width.
#[inline]
pub(crate) fn with_vectors<R>(work: impl FnOnce() -> R) -> R {
    #[cfg(all(feature = "wide", target_arch = "x86_64"))]
    {
        use fearless_simd::Simd;
        let level = fearless_simd::Level::new();
        if let Some(avx512) = level.as_avx512() {
            return avx512.vectorize(work);
        }
        if let Some(avx2) = level.as_avx2() {
            return avx2.vectorize(work);
        }
    }
    work()
}
