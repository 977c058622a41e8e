//! Buckets of numbers, most of them small, sorted a vector at a time.

use crate::number::place;
#[cfg(feature = "wide")]
use fearless_simd::{Level, Simd, dispatch, prelude::*};
use std::ops::Range;

/// Where each of the buckets stands that end there, of which the first begins at `start`.
#[inline(always)]
pub(crate) fn ranges(start: u32, ends: &[u32]) -> impl Iterator<Item = Range<usize>> {
    let mut start = place(start);
    ends.iter().map(move |end| std::mem::replace(&mut start, place(*end))..place(*end))
}

/// Sorts each of the buckets that end there, so that all are sorted: whatever is in a bucket is
/// smaller than what is in the next. All numbers differ, and most buckets are small.
pub(crate) fn sort_buckets(ends: &[u32], numbers: &mut [u64]) {
    #[cfg(feature = "wide")]
    dispatch!(Level::new(), simd => sort_on(simd, ends, numbers));
    #[cfg(not(feature = "wide"))]
    for range in ranges(0, ends) {
        numbers.get_mut(range).unwrap_or_default().sort_unstable();
    }
}

/// How many numbers are compared side by side.
#[cfg(feature = "wide")]
const FEW: usize = 16;

/// Each number goes where as many are smaller than it. So there is no branch, and no processor has
/// to guess which of two numbers is the smaller one.
#[cfg(feature = "wide")]
#[inline(always)]
fn sort_on<S: Simd>(simd: S, ends: &[u32], numbers: &mut [u64]) {
    let lanes = S::u64s::LEN;
    for range in ranges(0, ends) {
        let size = range.len();
        let rest = numbers.get_mut(range.start..).unwrap_or_default();
        match rest.first_chunk_mut::<FEW>() {
            // With two lanes there are too many comparisons.
            Some(few) if size <= FEW && lanes > 2 => {
                // Those of the next buckets are there as well, but smaller than none of these.
                let all = *few;
                for number in all.iter().take(size) {
                    let own = S::u64s::splat(simd, *number);
                    let mut smaller = 0_u32;
                    for some in all.chunks_exact(lanes) {
                        let these = S::u64s::from_slice(simd, some).simd_lt(own);
                        smaller = smaller.saturating_add(these.to_bitmask().count_ones());
                    }
                    few.get_mut(place(smaller)).into_iter().for_each(|place| *place = *number);
                }
            }
            _ => rest.get_mut(..size).unwrap_or_default().sort_unstable(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::sort_buckets;

    #[test]
    fn buckets_are_sorted_whatever_their_size_and_whatever_the_processor_has() {
        let mut dice = 1_u64;
        for (buckets, most) in [(0, 0), (1, 40), (7, 1), (60, 20), (200, 9)] {
            let (mut numbers, mut ends) = (Vec::new(), Vec::new());
            for bucket in 0..buckets {
                let mut next = || {
                    dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    dice >> 32
                };
                let size = next() % (most + 1);
                // Near the largest number in the end, and some that differ in the last bits alone.
                let first = if bucket * 2 > buckets { u64::MAX << 48 } else { 0 };
                let own = (0..size).map(|n| first | bucket << 32 | (next() & 15) << 8 | n);
                numbers.extend(own);
                ends.push(numbers.len() as u32);
            }
            let mut expected = numbers.clone();
            let mut start = 0;
            for end in &ends {
                expected[start..*end as usize].sort_unstable();
                start = *end as usize;
            }
            let mut found = numbers.clone();
            sort_buckets(&ends, &mut found);
            assert_eq!(found, expected);
            #[cfg(all(feature = "wide", target_arch = "x86_64"))]
            {
                fn on<S: fearless_simd::Simd>(
                    simd: S,
                    ends: &[u32],
                    mut all: Vec<u64>,
                ) -> Vec<u64> {
                    super::sort_on(simd, ends, &mut all);
                    all
                }
                let level = fearless_simd::Level::new();
                let all = [
                    level.as_sse2().map(|simd| on(simd, &ends, numbers.clone())),
                    level.as_avx2().map(|simd| on(simd, &ends, numbers.clone())),
                    level.as_avx512().map(|simd| on(simd, &ends, numbers.clone())),
                ];
                assert!(all.iter().flatten().all(|found| *found == expected));
            }
        }
    }
}
