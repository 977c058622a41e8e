//! SHA-256 of many messages side by side, and the tree over them: a lane of the processor's vectors
//! for each message.
//!
//! The plain form is [`Padded::hashes`] and [`nodes`](crate::hash::nodes), one message after the
//! other with the processor's SHA instructions; a test compares the two. Sixteen lanes of AVX-512
//! take less than half the time of these instructions, eight of AVX2 a fraction of the time without
//! them.
//!
//! What is done with vectors stands in `for` loops rather than in closures: a closure that the compiler
//! leaves by itself has no vectors.

use crate::hash::{Hash, INITIAL, OfOneLength, Padded, compress, top};
use crate::number::place;
use fearless_simd::x86::{Avx2, Avx512};
use fearless_simd::{Level, Simd, prelude::*, u32x8, u32x16};

/// The constants of the rounds (FIPS 180-4, section 4.2.2).
#[rustfmt::skip]
const K: [u32; 64] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
];

/// The most lanes there are.
const MOST: usize = 16;

/// How many vectors take turns: in each of them a round has to wait for the one before. With more,
/// their states have no room in the registers.
const AT_ONCE: usize = 3;

/// The root of the tree over these messages, of which there are 2^k; `None` where the processor does
/// this no faster than one message after the other.
pub(crate) fn root(messages: &Padded) -> Option<Hash> {
    let level = Level::new();
    let has_sha = || std::arch::is_x86_feature_detected!("sha");
    match (level.as_avx512(), level.as_avx2()) {
        (Some(avx512), _) => Some(on_sixteen(avx512, messages)),
        (None, Some(avx2)) if !has_sha() => Some(on_eight(avx2, messages)),
        _ => None,
    }
}

fn on_sixteen(avx512: Avx512, messages: &Padded) -> Hash {
    avx512.vectorize(
        #[inline(always)]
        || root_on::<_, u32x16<_>>(avx512, messages),
    )
}

fn on_eight(avx2: Avx2, messages: &Padded) -> Hash {
    avx2.vectorize(
        #[inline(always)]
        || root_on::<_, u32x8<_>>(avx2, messages),
    )
}

#[inline(always)]
fn root_on<S: Simd, V: SimdInt<S, Element = u32>>(simd: S, messages: &Padded) -> Hash {
    let mut level = leaves::<S, V>(simd, messages);
    while level.len() > V::LEN {
        level = nodes::<S, V>(simd, &level);
    }
    top(level.into_iter().map(Hash).collect())
}

/// The hashes of one level of the tree stand one behind the other, so that two of them are 64 bytes.
type Bytes = [u8; 32];

#[inline(always)]
fn leaves<S: Simd, V: SimdInt<S, Element = u32>>(simd: S, messages: &Padded) -> Vec<Bytes> {
    let mut hashes = vec![[0; 32]; messages.len()];
    for some in messages.of_one_length() {
        let vectors = some.places.chunks(AT_ONCE * V::LEN);
        for (places, blocks) in vectors.zip(some.blocks.chunks(AT_ONCE * V::LEN * some.length)) {
            let now = OfOneLength { places, blocks, ..some };
            match places.len() / V::LEN {
                0 => {}
                1 => hash_some::<S, V, 1>(simd, now, &mut hashes),
                2 => hash_some::<S, V, 2>(simd, now, &mut hashes),
                _ => hash_some::<S, V, AT_ONCE>(simd, now, &mut hashes),
            }
            let rest = places.len() % V::LEN;
            for (place, message) in now.messages().rev().take(rest) {
                set(&mut hashes, place, compress(message).0);
            }
        }
    }
    for (place, message) in messages.longer() {
        set(&mut hashes, place, compress(message).0);
    }
    hashes
}

#[inline(always)]
fn set(hashes: &mut [Bytes], at: u32, hash: Bytes) {
    hashes.get_mut(place(at)).into_iter().for_each(|to| *to = hash);
}

/// Hashes the first of these messages: as many as `N` vectors have lanes.
#[inline(always)]
fn hash_some<S: Simd, V: SimdInt<S, Element = u32>, const N: usize>(
    simd: S,
    some: OfOneLength<'_>,
    hashes: &mut [Bytes],
) {
    let mut states = [INITIAL.map(|word| V::splat(simd, word)); N];
    for block in 0..some.length {
        let mut words = [[V::splat(simd, 0); 16]; N];
        for (vector, words) in words.iter_mut().enumerate() {
            let first = vector * V::LEN * some.length + block;
            let blocks = some.blocks.get(first..).unwrap_or_default();
            *words = words_of(simd, &blocks.iter().step_by(some.length).take(V::LEN));
        }
        compress_lanes(simd, &mut states, &words);
    }
    for (state, places) in states.iter().zip(some.places.chunks_exact(V::LEN)) {
        for (place, hash) in places.iter().zip(hashes_of(simd, state)) {
            set(hashes, *place, hash);
        }
    }
}

/// The nodes over each two hashes of a level, of which there are more than lanes.
#[inline(always)]
fn nodes<S: Simd, V: SimdInt<S, Element = u32>>(simd: S, level: &[Bytes]) -> Vec<Bytes> {
    let mut nodes = vec![[0; 32]; level.len() / 2];
    let pairs = level.as_flattened().as_chunks().0;
    for (nodes, pairs) in nodes.chunks_mut(AT_ONCE * V::LEN).zip(pairs.chunks(AT_ONCE * V::LEN)) {
        match pairs.len() / V::LEN {
            1 => make_nodes::<S, V, 1>(simd, pairs, nodes),
            2 => make_nodes::<S, V, 2>(simd, pairs, nodes),
            _ => make_nodes::<S, V, AT_ONCE>(simd, pairs, nodes),
        }
    }
    nodes
}

/// As many nodes as `N` vectors have lanes. A node is the hash of `0x01`, two hashes, `0x80`, and the
/// length of 65 bytes in bits (rule T3). So every word has one byte of the word before it.
#[inline(always)]
fn make_nodes<S: Simd, V: SimdInt<S, Element = u32>, const N: usize>(
    simd: S,
    pairs: &[[u8; 64]],
    nodes: &mut [Bytes],
) {
    let mut blocks = [[[V::splat(simd, 0); 16]; N]; 2];
    let [begins, ends] = &mut blocks;
    for ((begin, end), pairs) in begins.iter_mut().zip(ends).zip(pairs.chunks_exact(V::LEN)) {
        let mut before = V::splat(simd, 0x01);
        let children: [V; 16] = words_of(simd, &pairs.iter());
        for (word, own) in begin.iter_mut().zip(children) {
            *word = (before << 24) | (own >> 8);
            before = own;
        }
        let [first, .., length] = end;
        *first = (before << 24) | V::splat(simd, 0x0080_0000);
        *length = V::splat(simd, 65 * 8);
    }
    let mut states = [INITIAL.map(|word| V::splat(simd, word)); N];
    for words in &blocks {
        compress_lanes(simd, &mut states, words);
    }
    for (state, nodes) in states.iter().zip(nodes.chunks_exact_mut(V::LEN)) {
        for (node, hash) in nodes.iter_mut().zip(hashes_of(simd, state)) {
            *node = hash;
        }
    }
}

/// The hash of each lane.
#[inline(always)]
fn hashes_of<S: Simd, V: SimdInt<S, Element = u32>>(simd: S, state: &[V; 8]) -> [Bytes; MOST] {
    let mut lanes = [V::splat(simd, 0); MOST];
    for (lane, word) in lanes.iter_mut().zip(state) {
        *lane = swapped::<S, V>(*word);
    }
    transpose::<S, V>(&mut lanes);
    let mut hashes = [[0; 32]; MOST];
    for (hash, lane) in hashes.iter_mut().zip(&lanes) {
        for (bytes, word) in hash.as_chunks_mut().0.iter_mut().zip(lane.as_slice()) {
            *bytes = word.to_le_bytes();
        }
    }
    hashes
}

/// A block of each of so many messages as there are lanes: all first words, all second words, and so
/// on.
#[inline(always)]
fn words_of<'a, S: Simd, V: SimdInt<S, Element = u32>>(
    simd: S,
    blocks: &(impl Iterator<Item = &'a [u8; 64]> + Clone),
) -> [V; 16] {
    let mut words = [V::splat(simd, 0); 16];
    let mut lanes = [V::splat(simd, 0); MOST];
    // As many words at a time as there are lanes: rows of words become rows of lanes.
    for (part, words) in words.chunks_exact_mut(V::LEN).enumerate() {
        for (lane, block) in lanes.iter_mut().zip(blocks.clone()) {
            let mut of_block = [0; 16];
            for (word, bytes) in of_block.iter_mut().zip(block.as_chunks().0) {
                *word = u32::from_le_bytes(*bytes);
            }
            let own = of_block.chunks_exact(V::LEN).nth(part).unwrap_or_default();
            *lane = V::from_slice(simd, own);
        }
        transpose::<S, V>(&mut lanes);
        for (word, lane) in words.iter_mut().zip(&lanes) {
            *word = swapped::<S, V>(*lane);
        }
    }
    words
}

/// The bytes of each word the other way round: the words of a message are big-endian.
#[inline(always)]
fn swapped<S: Simd, V: SimdInt<S, Element = u32>>(words: V) -> V {
    let odd = 0x00ff_00ff;
    let pairs = ((words >> 8) & odd) | ((words & odd) << 8);
    rotate::<S, V>(pairs, 16)
}

/// Turns as many rows as there are lanes into columns: each step lays the first half and the second
/// half of the rows between each other, and after log2 of them every word is where it belongs.
#[inline(always)]
fn transpose<S: Simd, V: SimdInt<S, Element = u32>>(rows: &mut [V; MOST]) {
    for _ in 0..V::LEN.trailing_zeros() {
        let before = *rows;
        let (low, high) = before.split_at(V::LEN / 2);
        for (two, (low, high)) in rows.as_chunks_mut::<2>().0.iter_mut().zip(low.iter().zip(high)) {
            *two = [low.zip_low(*high), low.zip_high(*high)];
        }
    }
}

#[inline(always)]
fn rotate<S: Simd, V: SimdInt<S, Element = u32>>(word: V, by: u32) -> V {
    (word >> by) | (word << (32 - by))
}

/// Does this for 0 to 15, each written out: so all words stay in registers.
macro_rules! sixteen_times {
    ($step:ident) => {
        $step!(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    };
}

/// One block of each message (FIPS 180-4, section 6.2.2).
#[inline(always)]
fn compress_lanes<S: Simd, V: SimdInt<S, Element = u32>, const N: usize>(
    simd: S,
    states: &mut [[V; 8]; N],
    words: &[[V; 16]; N],
) {
    let (mut now, mut words) = (*states, *words);
    for (sixteen, constants) in K.as_chunks::<16>().0.iter().enumerate() {
        macro_rules! schedule {
            ($($n:literal),*) => {$(for words in &mut words {
                words[$n] = scheduled::<S, V>(
                    [words[$n], words[($n + 1) % 16], words[($n + 9) % 16], words[($n + 14) % 16]],
                );
            })*};
        }
        macro_rules! round {
            ($($n:literal),*) => {$(for (now, words) in now.iter_mut().zip(&words) {
                *now = round::<S, V>(*now, words[$n] + V::splat(simd, constants[$n]));
            })*};
        }
        if sixteen > 0 {
            sixteen_times!(schedule);
        }
        sixteen_times!(round);
    }
    for (states, now) in states.iter_mut().zip(now) {
        for (state, now) in states.iter_mut().zip(now) {
            *state += now;
        }
    }
}

#[inline(always)]
fn round<S: Simd, V: SimdInt<S, Element = u32>>(
    [a, b, c, d, e, f, g, h]: [V; 8],
    word: V,
) -> [V; 8] {
    let sum = rotate::<S, V>(e, 6) ^ rotate::<S, V>(e, 11) ^ rotate::<S, V>(e, 25);
    let choice = (e & f) ^ (!e & g);
    // What the next round waits for longest is added last, to both sums that need it.
    let t1 = h + word + choice;
    let (with_d, t1) = (t1 + d + sum, t1 + sum);
    let sum = rotate::<S, V>(a, 2) ^ rotate::<S, V>(a, 13) ^ rotate::<S, V>(a, 22);
    let majority = (a & b) ^ (a & c) ^ (b & c);
    [t1 + (sum + majority), a, b, c, with_d, e, f, g]
}

/// A word of the message schedule, from those that stand 16, 15, 7 and 2 before it.
#[inline(always)]
fn scheduled<S: Simd, V: SimdInt<S, Element = u32>>([sixteen, fifteen, seven, two]: [V; 4]) -> V {
    let early = rotate::<S, V>(fifteen, 7) ^ rotate::<S, V>(fifteen, 18) ^ (fifteen >> 3);
    let late = rotate::<S, V>(two, 17) ^ rotate::<S, V>(two, 19) ^ (two >> 10);
    (sixteen + seven) + early + late
}

#[cfg(test)]
mod tests {
    use super::{on_eight, on_sixteen};
    use crate::hash::Padded;
    use crate::tree::plain_subtree;
    use fearless_simd::Level;

    #[test]
    fn lanes_make_the_tree_of_one_message_after_the_other() {
        let bytes: Vec<u8> = (0..=255).chain((0..=255).rev()).collect();
        let level = Level::new();
        // Lengths in turn, one for all, and nearly all of one.
        for (height, salt) in (0..12).flat_map(|height| (0..6).map(move |salt| (height, salt))) {
            let mut messages = Padded::default();
            for n in 0..1_usize << height {
                let length = match salt {
                    0 => 70,
                    1 if n % 37 == 5 => 300,
                    1 => 120,
                    _ => (n * n * salt * 31 + n) % 320,
                };
                messages.push_leaf(&bytes[n % 97..n % 97 + length]);
            }
            let expected = plain_subtree(&messages);
            for found in [
                level.as_avx512().map(|avx512| on_sixteen(avx512, &messages)),
                level.as_avx2().map(|avx2| on_eight(avx2, &messages)),
            ] {
                assert_eq!(found.unwrap_or(expected), expected, "2^{height} messages, {salt}");
            }
        }
    }
}
