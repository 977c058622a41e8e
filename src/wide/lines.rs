//! Where lines end, a vector of bytes at a time.

#[cfg(feature = "wide")]
use fearless_simd::{Level, Simd, dispatch, prelude::*};

/// Adds the places of all LF in these bytes, of which the first has the place `start`.
pub(crate) fn find_ends(bytes: &[u8], start: usize, ends: &mut Vec<usize>) {
    #[cfg(feature = "wide")]
    dispatch!(Level::new(), simd => ends_on(simd, bytes, start, ends));
    #[cfg(not(feature = "wide"))]
    ends_one_by_one(bytes, start, ends);
}

/// The plain form, a look at each byte.
fn ends_one_by_one(bytes: &[u8], start: usize, ends: &mut Vec<usize>) {
    ends.extend((start..).zip(bytes).filter(|(_, byte)| **byte == b'\n').map(|(place, _)| place));
}

#[cfg(feature = "wide")]
#[expect(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    reason = "all are places among the bytes, or numbers of lanes"
)]
#[inline(always)]
fn ends_on<S: Simd>(simd: S, bytes: &[u8], mut start: usize, ends: &mut Vec<usize>) {
    let chunks = bytes.chunks_exact(S::u8s::LEN);
    let rest = chunks.remainder();
    for chunk in chunks {
        let mut found = S::u8s::from_slice(simd, chunk).simd_eq(b'\n').to_bitmask();
        while found != 0 {
            ends.push(start + found.trailing_zeros() as usize);
            found &= found - 1;
        }
        start += S::u8s::LEN;
    }
    ends_one_by_one(rest, start, ends);
}

#[cfg(all(test, feature = "wide"))]
mod tests {
    use super::{ends_on, find_ends};
    use fearless_simd::{Level, Simd};

    #[test]
    fn ends_are_those_of_looking_at_each_byte() {
        fn on<S: Simd>(simd: S, bytes: &[u8]) -> Vec<usize> {
            let mut ends = vec![1];
            ends_on(simd, bytes, 7, &mut ends);
            ends
        }
        let mut dice = 1_u32;
        for (length, every) in (0..300).flat_map(|length| [1, 2, 40, 90].map(|n| (length, n))) {
            let byte = |_| {
                dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                // An LF, or a byte that differs from it in one bit.
                if (dice >> 8).is_multiple_of(every) {
                    b'\n'
                } else {
                    b'\n' ^ 1 << (dice >> 24 & 7)
                }
            };
            let bytes: Vec<u8> = (0..length).map(byte).collect();
            let places = (7..).zip(&bytes).filter(|(_, byte)| **byte == b'\n');
            let expected: Vec<usize> = [1].into_iter().chain(places.map(|(n, _)| n)).collect();
            let mut found = vec![1];
            find_ends(&bytes, 7, &mut found);
            assert_eq!(found, expected, "{bytes:?}");
            #[cfg(target_arch = "x86_64")]
            {
                let level = Level::new();
                let all = [
                    level.as_sse2().map(|simd| on(simd, &bytes)),
                    level.as_sse4_2().map(|simd| on(simd, &bytes)),
                    level.as_avx2().map(|simd| on(simd, &bytes)),
                    level.as_avx512().map(|simd| on(simd, &bytes)),
                ];
                assert!(all.iter().flatten().all(|found| *found == expected), "{bytes:?}");
            }
        }
    }
}
