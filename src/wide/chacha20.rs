//! Blocks of the ChaCha20 keystream, sixteen at once, in any order.
//!
//! A block that is made takes less time than one that lies somewhere in the memory.

use super::BLOCKS;
use fearless_simd::{Level, Simd, dispatch, prelude::*};

/// The words with which every block begins, and those of the key: "expand 32-byte k".
const CONSTANTS: [u32; 4] = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574];

/// The first words of the blocks with these numbers: of each sixteen of them all first, all second
/// words, and so on. The block counter has 64 bits, of which these are the lower 32, and the stream
/// id is 0 (rule D3).
pub(crate) fn first_words<const WORDS: usize>(
    key: &[u32; 8],
    blocks: &[[u32; BLOCKS]],
    words: &mut [[[u32; BLOCKS]; WORDS]],
) {
    dispatch!(Level::new(), simd => {
        for (blocks, words) in blocks.chunks(AT_ONCE).zip(words.chunks_mut(AT_ONCE)) {
            match (blocks.first_chunk(), words.first_chunk_mut()) {
                (Some(blocks), Some(words)) => words_on::<_, _, AT_ONCE>(simd, key, blocks, words),
                _ => for (block, words) in blocks.iter().zip(words) {
                    words_on(simd, key, std::array::from_ref(block), std::array::from_mut(words));
                }
            }
        }
    });
}

/// How many sixteens take turns: in each of them a step has to wait for the one before.
const AT_ONCE: usize = 2;

#[inline(always)]
fn words_on<S: Simd, const WORDS: usize, const N: usize>(
    simd: S,
    key: &[u32; 8],
    blocks: &[[u32; BLOCKS]; N],
    words: &mut [[[u32; BLOCKS]; WORDS]; N],
) {
    let lanes = S::u32s::LEN;
    for part in 0..BLOCKS / lanes {
        let mut begun = [[S::u32s::splat(simd, 0); 16]; N];
        for (state, blocks) in begun.iter_mut().zip(blocks) {
            for (lane, word) in state.iter_mut().zip(CONSTANTS.iter().chain(key)) {
                *lane = S::u32s::splat(simd, *word);
            }
            let [.., counter, _, _, _] = state;
            if let Some(own) = blocks.chunks_exact(lanes).nth(part) {
                *counter = S::u32s::from_slice(simd, own);
            }
        }
        let mut states = begun;
        for _ in 0..9 {
            for state in &mut states {
                *state = double_round::<S>(*state);
            }
        }
        // By itself, so that the compiler leaves out what goes into no word that is asked for.
        let states = states.map(
            #[inline(always)]
            |state| double_round::<S>(state),
        );
        for ((words, state), begun) in words.iter_mut().zip(states).zip(begun) {
            for ((words, state), begun) in words.iter_mut().zip(state).zip(begun) {
                if let Some(own) = words.chunks_exact_mut(lanes).nth(part) {
                    (state + begun).store_slice(own);
                }
            }
        }
    }
}

/// Two of the twenty rounds of a block (RFC 8439, section 2.3).
#[inline(always)]
fn double_round<S: Simd>(
    [x0, x1, x2, x3, x4, x5, x6, x7, x8, x9, x10, x11, x12, x13, x14, x15]: [S::u32s; 16],
) -> [S::u32s; 16] {
    // The columns, then the diagonals.
    let [x0, x4, x8, x12] = quarter_round::<S>([x0, x4, x8, x12]);
    let [x1, x5, x9, x13] = quarter_round::<S>([x1, x5, x9, x13]);
    let [x2, x6, x10, x14] = quarter_round::<S>([x2, x6, x10, x14]);
    let [x3, x7, x11, x15] = quarter_round::<S>([x3, x7, x11, x15]);
    let [x0, x5, x10, x15] = quarter_round::<S>([x0, x5, x10, x15]);
    let [x1, x6, x11, x12] = quarter_round::<S>([x1, x6, x11, x12]);
    let [x2, x7, x8, x13] = quarter_round::<S>([x2, x7, x8, x13]);
    let [x3, x4, x9, x14] = quarter_round::<S>([x3, x4, x9, x14]);
    [x0, x1, x2, x3, x4, x5, x6, x7, x8, x9, x10, x11, x12, x13, x14, x15]
}

/// RFC 8439, section 2.1.
#[inline(always)]
fn quarter_round<S: Simd>([mut a, mut b, mut c, mut d]: [S::u32s; 4]) -> [S::u32s; 4] {
    let turn = |word: S::u32s, left: u32| (word << left) | (word >> (32 - left));
    (a, d) = (a + b, d ^ (a + b));
    d = turn(d, 16);
    c += d;
    b = turn(b ^ c, 12);
    a += b;
    d = turn(d ^ a, 8);
    c += d;
    b = turn(b ^ c, 7);
    [a, b, c, d]
}

#[cfg(test)]
mod tests {
    use super::{BLOCKS, first_words, words_on};
    use fearless_simd::Simd;
    use rand_chacha::ChaCha20Rng;
    use rand_chacha::rand_core::{Rng, SeedableRng};

    type Words = [[u32; BLOCKS]; 16];

    #[test]
    fn blocks_are_those_of_rand_chacha_whatever_the_processor_has() {
        let key: [u32; 8] = std::array::from_fn(|n| 0x9e37_79b9_u32.wrapping_mul(n as u32 + 1));
        let bytes: Vec<u8> = key.iter().flat_map(|word| word.to_le_bytes()).collect();
        let mut plain = ChaCha20Rng::from_seed(bytes.try_into().unwrap());
        let turned: [u32; BLOCKS] = std::array::from_fn(|n| (n * n * 7_919) as u32 ^ u32::MAX);
        for blocks in [std::array::from_fn(|n| n as u32), turned] {
            let mut expected = [[0; BLOCKS]; 16];
            for (lane, block) in blocks.iter().enumerate() {
                plain.set_word_pos(u128::from(*block) * 16);
                expected.iter_mut().for_each(|words| words[lane] = plain.next_u32());
            }
            // Alone, two and three sixteens at once.
            for n in 1..4 {
                let mut found = vec![[[0; BLOCKS]; 16]; n];
                first_words(&key, &vec![blocks; n], &mut found);
                assert_eq!(found, vec![expected; n]);
            }
            #[cfg(target_arch = "x86_64")]
            {
                fn on<S: Simd>(simd: S, key: &[u32; 8], blocks: [u32; BLOCKS]) -> [Words; 2] {
                    let mut found = [[[0; BLOCKS]; 16]; 2];
                    words_on(simd, key, &[blocks; 2], &mut found);
                    found
                }
                let level = fearless_simd::Level::new();
                let all = [
                    level.as_sse2().map(|simd| on(simd, &key, blocks)),
                    level.as_sse4_2().map(|simd| on(simd, &key, blocks)),
                    level.as_avx2().map(|simd| on(simd, &key, blocks)),
                    level.as_avx512().map(|simd| on(simd, &key, blocks)),
                ];
                assert!(all.iter().flatten().all(|found| *found == [expected; 2]));
            }
        }
    }
}
