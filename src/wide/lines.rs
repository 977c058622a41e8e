//! Where lines end, a vector of bytes at a time.

use fearless_simd::{Level, Simd, dispatch, prelude::*};

/// Adds the places of all LF in these bytes, of which the first has the place `start`.
pub(crate) fn find_ends(bytes: &[u8], start: usize, ends: &mut Vec<usize>) {
    dispatch!(Level::new(), simd => ends_on(simd, bytes, start, ends));
}

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
    ends.extend((start..).zip(rest).filter(|(_, byte)| **byte == b'\n').map(|(place, _)| place));
}
