//! Answers known from elsewhere: ChaCha20, SHA-256, the RFC 6962 tree with its proofs, and the
//! texts of the specification.

use floorlot::Hash;
use floorlot::ceremony::{commit_text, commitment};
use floorlot::primitives::picks::lot_number;
use floorlot::primitives::seed::{Drawn, Keystream, numbers_in, pool_key};
use floorlot::primitives::tree::{
    Fingerprint, Tree, checkpoint_body, consistency_proof, inclusion_proof, leaf_hash, root_of,
    verify_consistency, verify_inclusion,
};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::error::Error;

fn bytes(hex: &str) -> Vec<u8> {
    hex::decode(hex).expect("hex in this file")
}

fn hash(hex: &str) -> Hash {
    Hash::from_hex(hex).expect("64 hex digits in this file")
}

#[track_caller]
fn refused<T, E: Error>(result: Result<T, E>, message: &str) {
    assert_eq!(result.err().expect("it must be refused").to_string(), message);
}

mod chacha20 {
    use super::*;

    /// The first `n` bytes of the keystream for this key, block counter and stream id.
    fn keystream(key: &str, counter: u64, stream: u64, n: usize) -> String {
        let mut rng = ChaCha20Rng::from_seed(hash(key).0);
        rng.set_stream(stream);
        rng.set_word_pos(u128::from(counter) * 16);
        let mut out = vec![0; n];
        rng.fill_bytes(&mut out);
        hex::encode(out)
    }

    const TC1_BLOCK_0: &str = "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7\
                               da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586";
    const TC1_BLOCK_1: &str = "9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed\
                               29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f";

    /// draft-strombergson-chacha-test-vectors, TC1, 256-bit key, 20 rounds: key and IV of zeros.
    #[test]
    fn tc1_through_the_keystream_of_a_pool() {
        let mut stream = Keystream::new(Hash([0; 32]));
        assert_eq!(hex::encode(stream.block(1)), TC1_BLOCK_1);
        assert_eq!(hex::encode(stream.block(0)), TC1_BLOCK_0);
        assert_eq!(keystream(&"00".repeat(32), 0, 0, 128), format!("{TC1_BLOCK_0}{TC1_BLOCK_1}"));
    }

    /// Ticket and lot of the first two households in the pool with that key, from the published
    /// bytes by hand.
    #[test]
    fn tc1_as_tickets_and_lots() {
        let expected = [
            Drawn { ticket: 0x903d_f1a0_ade0_b876, lot: 0x1aed_8da0_b819_d2bd_28bd_8653_e56a_5d40 },
            Drawn { ticket: 0x7a38_5155_bee7_079f, lot: 0x6965_e348_a029_0fcb_0d08_2d73_7c97_ba98 },
        ];
        let drawn: Vec<Drawn> = Keystream::new(Hash([0; 32])).drawn(2).collect();
        assert_eq!(drawn, expected);
        assert_eq!(numbers_in(&Keystream::new(Hash([0; 32])).block(1)), expected[1]);
    }

    /// TC8 has an IV, which here is the stream id: its bytes are the last two state words, each
    /// little-endian, low word first.
    #[test]
    fn tc8_has_the_iv_in_the_last_two_words() {
        let key = "c46ec1b18ce8a878725a37e780dfb7351f68ed2e194c79fbc6aebee1a667975d";
        let stream = u64::from_le_bytes([0x1a, 0xda, 0x31, 0xd5, 0xcf, 0x68, 0x82, 0x21]);
        assert_eq!(
            keystream(key, 0, stream, 32),
            "f63a89b75c2271f9368816542ba52f06ed49241792302b00b5e8f80ae9a473af"
        );
        assert_ne!(keystream(key, 0, stream.swap_bytes(), 32), keystream(key, 0, stream, 32));
    }

    /// RFC 8439 section 2.3.2 has a 32-bit counter of 1 and the 96-bit nonce
    /// 000000090000004a00000000. Those are the state words 1, 0x09000000, 0x4a000000, 0; here the
    /// first two are the counter (low, high) and the last two the stream id (low, high).
    #[test]
    fn rfc_8439_block() {
        let key = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
        let (counter, stream) = (0x0900_0000_0000_0001, 0x0000_0000_4a00_0000);
        let expected = "10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4e\
                        d2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e";
        assert_eq!(keystream(key, counter, stream, 64), expected);
    }

    /// The last block that a household can own, and the word order of `next_u64`.
    #[test]
    fn blocks_are_found_directly() {
        let key = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
        for number in [0, 1, 2, 3, 4, 5, 63, 64, 9_999_999, u32::MAX] {
            assert_eq!(
                hex::encode(Keystream::new(hash(key)).block(number)),
                keystream(key, number.into(), 0, 64),
                "block {number}"
            );
        }
        let mut rng = ChaCha20Rng::from_seed(hash(key).0);
        assert_eq!(rng.next_u64(), numbers_in(&Keystream::new(hash(key)).block(0)).ticket);
    }

    #[test]
    fn numbers_are_little_endian() {
        let mut block = [0xee; 64];
        block[..24].copy_from_slice(&(0..24).collect::<Vec<u8>>());
        let expected =
            Drawn { ticket: 0x0706_0504_0302_0100, lot: 0x1716_1514_1312_1110_0f0e_0d0c_0b0a_0908 };
        assert_eq!(numbers_in(&block), expected);
        let largest = Drawn { ticket: u64::MAX, lot: u128::MAX };
        assert_eq!(numbers_in(&[0xff; 64]), largest);
        assert_eq!(largest.lot.to_string(), "340282366920938463463374607431768211455");
    }
}

mod sha256 {
    use super::*;

    /// NIST's vectors of zero bytes; the leaf hash puts the first zero byte there by itself.
    #[test]
    fn of_zero_bytes() {
        let vectors = [
            (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
            (55, "02779466cdec163811d078815c633f21901413081449002f24aa3e80f0b88ef7"),
            (56, "d4817aa5497628e7c77e6b606107042bbba3130888c5f47a375e6179be789fbb"),
            (57, "65a16cb7861335d5ace3c60718b5052e44660726da4cd13bb745381b235a1785"),
            (64, "f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b"),
            (1_000, "541b3e9daa09b20bf85fa273e5cbd3e80185aa4ec298e765db87742b70138a53"),
            (1_000_000, "d29751f2649b32ff572b5e0a9f541ea660a50f94ff0beedfb0b692b924cc8025"),
        ];
        for (size, expected) in vectors {
            assert_eq!(leaf_hash(&vec![0; size - 1]).to_hex(), expected, "{size} zero bytes");
        }
    }

    #[test]
    fn of_nothing() {
        let expected = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(root_of(&[]).to_hex(), expected);
        assert_eq!(Tree::new().root().to_hex(), expected);
    }

    #[test]
    fn hex_is_lower_case_and_whole() {
        let text = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(hash(text).to_string(), text);
        for wrong in [
            text.to_uppercase().as_str(),
            &text[..62],
            &text[..63],
            "",
            &format!("{text}00"),
            &text.replace('e', "g"),
        ] {
            assert_eq!(Hash::from_hex(wrong), None, "{wrong}");
        }
    }
}

mod tree {
    use super::*;

    /// The leaves of the eight inputs that implementations of RFC 6962 share.
    fn leaves() -> Vec<Hash> {
        let inputs = [
            "",
            "00",
            "10",
            "2021",
            "3031",
            "40414243",
            "5051525354555657",
            "606162636465666768696a6b6c6d6e6f",
        ];
        inputs.iter().map(|input| leaf_hash(&bytes(input))).collect()
    }

    /// More leaves, for larger trees.
    fn many(n: u32) -> Vec<Hash> {
        (0..n).map(|i| leaf_hash(&i.to_be_bytes())).collect()
    }

    const ROOTS: [&str; 8] = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    #[test]
    fn leaf_of_a_text() {
        assert_eq!(
            leaf_hash(b"L123456").to_hex(),
            "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
        );
    }

    #[test]
    fn roots_of_all_sizes() {
        let mut tree = Tree::new();
        for (n, (leaf, root)) in leaves().into_iter().zip(ROOTS).enumerate() {
            tree.push_leaf(leaf);
            assert_eq!(tree.root().to_hex(), root, "size {}", n + 1);
            assert_eq!(tree.size(), n as u64 + 1);
            assert_eq!(root_of(&leaves()[..=n]).to_hex(), root, "size {}", n + 1);
        }
    }

    /// The recursion of RFC 6962 section 2.1, and RFC 6962's own recursions for proofs, to compare
    /// with.
    mod naive {
        use super::*;
        use sha2::{Digest, Sha256};

        fn split(n: usize) -> usize {
            (1..n).rev().find(|k| k.is_power_of_two()).expect("n is 2 or more")
        }

        pub(super) fn mth(d: &[Hash]) -> Hash {
            match d {
                [leaf] => *leaf,
                _ => {
                    let (left, right) = d.split_at(split(d.len()));
                    Hash(Sha256::digest([&[1][..], &mth(left).0, &mth(right).0].concat()).into())
                }
            }
        }

        pub(super) fn path(m: usize, d: &[Hash]) -> Vec<Hash> {
            if d.len() == 1 {
                return Vec::new();
            }
            let k = split(d.len());
            if m < k {
                [path(m, &d[..k]), vec![mth(&d[k..])]].concat()
            } else {
                [path(m - k, &d[k..]), vec![mth(&d[..k])]].concat()
            }
        }

        pub(super) fn subproof(m: usize, d: &[Hash], whole: bool) -> Vec<Hash> {
            if m == d.len() {
                return if whole { Vec::new() } else { vec![mth(d)] };
            }
            let k = split(d.len());
            if m <= k {
                [subproof(m, &d[..k], whole), vec![mth(&d[k..])]].concat()
            } else {
                [subproof(m - k, &d[k..], false), vec![mth(&d[..k])]].concat()
            }
        }
    }

    #[test]
    fn published_inclusion_proofs() {
        let published: [(usize, usize, &[&str]); 5] = [
            (0, 1, &[]),
            (
                0,
                8,
                &[
                    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
                ],
            ),
            (
                5,
                8,
                &[
                    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                ],
            ),
            (2, 3, &["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
            (
                1,
                5,
                &[
                    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                ],
            ),
        ];
        for (index, size, expected) in published {
            let proof = inclusion_proof(&leaves()[..size], index).unwrap();
            assert_eq!(
                proof.iter().map(|h| h.to_hex()).collect::<Vec<_>>(),
                expected,
                "leaf {index} of {size}"
            );
        }
    }

    #[test]
    fn published_consistency_proofs() {
        let published: [(usize, usize, &[&str]); 4] = [
            (1, 1, &[]),
            (
                1,
                8,
                &[
                    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
                ],
            ),
            (
                6,
                8,
                &[
                    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                ],
            ),
            (
                2,
                5,
                &[
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                ],
            ),
        ];
        for (old, new, expected) in published {
            let proof = consistency_proof(&leaves()[..new], old).unwrap();
            assert_eq!(
                proof.iter().map(|h| h.to_hex()).collect::<Vec<_>>(),
                expected,
                "{old} to {new}"
            );
        }
    }

    /// Every wrong variation of an inclusion proof is refused.
    fn check_inclusion(d: &[Hash], index: usize) {
        let (i, size, root) = (index as u64, d.len() as u64, naive::mth(d));
        let at = format!("leaf {index} of {size}");
        let proof = inclusion_proof(d, index).unwrap();
        assert_eq!(proof, naive::path(index, d), "{at}");
        assert_eq!(verify_inclusion(d[index], i, size, &proof, root), Ok(()), "{at}");
        for other in (0..d.len()).filter(|&o| o != index) {
            assert!(
                verify_inclusion(d[other], i, size, &proof, root).is_err(),
                "{at}: accepts leaf {other}"
            );
            assert!(
                verify_inclusion(d[index], other as u64, size, &proof, root).is_err(),
                "{at}: accepts place {other}"
            );
        }
        for n in 0..proof.len() {
            let mut wrong = proof.clone();
            wrong[n].0[31] ^= 1;
            assert!(
                verify_inclusion(d[index], i, size, &wrong, root).is_err(),
                "{at}: accepts another hash {n}"
            );
        }
        let longer = [&proof[..], &[root]].concat();
        let found = proof.len() + 1;
        refused(verify_inclusion(d[index], i, size, &longer, root), &wrong_length(found));
        if let Some((_, shorter)) = proof.split_last() {
            refused(verify_inclusion(d[index], i, size, shorter, root), &wrong_length(found - 2));
        }
        assert!(
            verify_inclusion(d[index], i, size, &proof, leaf_hash(b"other")).is_err(),
            "{at}: accepts another root"
        );
    }

    fn wrong_length(found: usize) -> String {
        format!("the proof has {found} hashes, and that is not the right number")
    }

    #[test]
    fn inclusion_of_every_leaf_in_small_trees() {
        for size in 1..=8 {
            (0..size).for_each(|index| check_inclusion(&leaves()[..size], index));
        }
        for (size, index) in [
            (9, 8),
            (13, 12),
            (16, 15),
            (17, 16),
            (31, 30),
            (33, 32),
            (57, 41),
            (200, 199),
            (200, 7),
        ] {
            check_inclusion(&many(size), index);
        }
    }

    fn check_consistency(d: &[Hash], old: usize) {
        let (m, n) = (old as u64, d.len() as u64);
        let (old_root, new_root) = (naive::mth(&d[..old]), naive::mth(d));
        let at = format!("{old} to {n}");
        let proof = consistency_proof(d, old).unwrap();
        assert_eq!(proof, naive::subproof(old, d, true), "{at}");
        assert_eq!(verify_consistency(m, n, old_root, new_root, &proof), Ok(()), "{at}");
        for k in 0..proof.len() {
            let mut wrong = proof.clone();
            wrong[k].0[0] ^= 0x80;
            assert!(
                verify_consistency(m, n, old_root, new_root, &wrong).is_err(),
                "{at}: accepts another hash {k}"
            );
        }
        let other = leaf_hash(b"other");
        assert!(
            verify_consistency(m, n, other, new_root, &proof).is_err(),
            "{at}: accepts another old root"
        );
        assert!(
            verify_consistency(m, n, old_root, other, &proof).is_err(),
            "{at}: accepts another new root"
        );
        let longer = [&proof[..], &[new_root]].concat();
        refused(
            verify_consistency(m, n, old_root, new_root, &longer),
            &wrong_length(proof.len() + 1),
        );
        if let Some((_, shorter)) = proof.split_last() {
            refused(
                verify_consistency(m, n, old_root, new_root, shorter),
                &wrong_length(proof.len() - 1),
            );
        }
    }

    #[test]
    fn consistency_of_all_small_and_some_large_sizes() {
        for new in 1..=8 {
            (1..=new).for_each(|old| check_consistency(&leaves()[..new], old));
        }
        let d = many(200);
        let mut x: u64 = 1;
        for _ in 0..300 {
            x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let new = (x >> 33) as usize % 200 + 1;
            let old = (x >> 13) as usize % new + 1;
            check_consistency(&d[..new], old);
        }
    }

    /// What is missing is not there to be proved.
    #[test]
    fn no_proof_is_made_of_nothing() {
        assert_eq!(inclusion_proof(&leaves(), 8), None);
        assert_eq!(inclusion_proof(&[], 0), None);
        assert_eq!(consistency_proof(&leaves(), 0), None);
        assert_eq!(consistency_proof(&leaves(), 9), None);
        assert_eq!(consistency_proof(&[], 0), None);
    }

    #[test]
    fn refusals_say_why() {
        let d = leaves();
        let root = root_of(&d);
        let (proof, other) = (inclusion_proof(&d, 5).unwrap(), leaf_hash(b"other"));
        refused(
            verify_inclusion(d[5], 8, 8, &proof, root),
            "leaf 8 is outside of a tree of 8 leaves",
        );
        refused(verify_inclusion(d[5], 0, 0, &[], root), "leaf 0 is outside of a tree of 0 leaves");
        refused(
            verify_inclusion(d[5], u64::MAX, u64::MAX, &[], root),
            &format!("leaf {0} is outside of a tree of {0} leaves", u64::MAX),
        );
        refused(
            verify_inclusion(d[5], 5, 8, &proof[1..], root),
            "the proof has 2 hashes, and that is not the right number",
        );
        refused(
            verify_inclusion(d[5], 5, 8, &proof, other),
            &format!("the proof leads to root {root}, expected {}", other.to_hex()),
        );
        let proof = consistency_proof(&d, 6).unwrap();
        let old = root_of(&d[..6]);
        refused(
            verify_consistency(0, 8, root_of(&[]), root, &[]),
            "no proof leads from size 0 to size 8",
        );
        refused(
            verify_consistency(0, 0, root_of(&[]), root_of(&[]), &[]),
            "no proof leads from size 0 to size 0",
        );
        refused(
            verify_consistency(9, 8, old, root, &proof),
            "no proof leads from size 9 to size 8",
        );
        refused(
            verify_consistency(6, 8, old, root, &[]),
            "the proof has 0 hashes, and that is not the right number",
        );
        refused(
            verify_consistency(8, 8, root, root, &proof),
            "the proof has 3 hashes, and that is not the right number",
        );
        refused(
            verify_consistency(8, 8, old, root, &[]),
            &format!("the proof leads to root {old}, expected {root}"),
        );
        refused(
            verify_consistency(6, 8, other, root, &proof),
            &format!("the proof leads to root {old}, expected {other}"),
        );
        refused(
            verify_consistency(6, 8, old, other, &proof),
            &format!("the proof leads to root {root}, expected {other}"),
        );
    }

    /// Sizes and places at the end of 64 bits end in a refusal, not in a panic.
    #[test]
    fn the_largest_sizes_are_refused_in_peace() {
        let (a, b) = (leaf_hash(b"a"), leaf_hash(b"b"));
        for n in [0, 1, 2, 62, 63, 64, 65, 200] {
            let proof = vec![a; n];
            assert!(verify_inclusion(a, u64::MAX - 1, u64::MAX, &proof, b).is_err(), "{n} hashes");
            assert!(verify_inclusion(a, 0, u64::MAX, &proof, b).is_err(), "{n} hashes");
            assert!(verify_inclusion(a, 1 << 63, u64::MAX, &proof, b).is_err(), "{n} hashes");
            assert!(verify_consistency(1 << 63, u64::MAX, a, b, &proof).is_err(), "{n} hashes");
            assert!(
                verify_consistency(u64::MAX - 1, u64::MAX, a, b, &proof).is_err(),
                "{n} hashes"
            );
            assert!(verify_consistency(1, u64::MAX, a, b, &proof).is_err(), "{n} hashes");
        }
    }

    #[test]
    fn body_of_a_checkpoint() {
        let body = checkpoint_body("draw.example/2026-001", 8, hash(ROOTS[7]));
        assert_eq!(
            body,
            "draw.example/2026-001\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n"
        );
        let body = checkpoint_body("a", 9_007_199_254_740_991, Hash([0xff; 32]));
        assert_eq!(body, "a\n9007199254740991\n//////////////////////////////////////////8=\n");
    }

    /// The plan of the worked example, by `printf 'floorlot/1 fingerprint\\n…' | sha256sum` and a
    /// desk calculator.
    #[test]
    fn fingerprint_by_hand() {
        let root = hash("a6b0af0ae824cda7f4da04e0809b2fc63a3eba8b83f9436b2902fbb78c538cb9");
        let expected = "03256 08137 04410 34510 81139 04554 07056 33092 64017 77558 57193 45591";
        let own = Fingerprint::of("draw.example/2026-001", 11, root);
        assert_eq!(own.to_string(), expected);
        let body = "draw.example/2026-001\n11\nprCvCugkzaf02gTggJsvxjo+uouD+UNrKQL7t4xTjLk=\n";
        assert_eq!((Fingerprint::of_body(body), expected.parse()), (own, Ok(own)));
        // origin, size and root: each changes it
        assert_ne!(Fingerprint::of("draw.example/2026-002", 11, root), own);
        assert_ne!(Fingerprint::of("draw.example/2026-001", 12, root), own);
        assert_ne!(Fingerprint::of("draw.example/2026-001", 11, Hash([0; 32])), own);
        assert_eq!(Fingerprint::of_number(Hash([0; 32])).to_string(), ["00000"; 12].join(" "));
        // 2^256 - 1 = 115792089237316195 423570985008687907853269984665640564039457584007913129639935
        assert_eq!(
            Fingerprint::of_number(Hash([0xff; 32])).to_string(),
            "42357 09850 08687 90785 32699 84665 64056 40394 57584 00791 31296 39935"
        );
    }

    #[test]
    fn fingerprints_are_read_as_people_type_them() {
        let root = hash("a6b0af0ae824cda7f4da04e0809b2fc63a3eba8b83f9436b2902fbb78c538cb9");
        let expected = Fingerprint::of("draw.example/2026-001", 11, root);
        for text in [
            "032560813704410345108113904554070563309264017775585719345591",
            "03256-08137-04410-34510-81139-04554-07056-33092-64017-77558-57193-45591",
            " 03256 08137 04410\n34510 81139 04554\t07056 33092 64017 77558 57193 45591 ",
            "０３２５６　０８１３７　０４４１０　３４５１０　８１１３９　０４５５４　０７０５６　３３０９２　６４０１７　７７５５８　５７１９３　４５５９１",
        ] {
            assert_eq!(text.parse(), Ok(expected), "{text}");
        }
        let message = |text: &str| text.parse::<Fingerprint>().unwrap_err().to_string();
        assert_eq!(
            message(""),
            "a fingerprint has 60 decimal digits in twelve groups of five, found 0 digits"
        );
        assert_eq!(
            message("03256 08137"),
            "a fingerprint has 60 decimal digits in twelve groups of five, found 10 digits"
        );
        assert_eq!(
            message("03256 08137 04410 34510 81139 04554 07056 33092 64017 77558 57193 4559x"),
            "a fingerprint has 60 decimal digits in twelve groups of five, found 59 digits and the character 'x'"
        );
        assert_eq!(
            message(&"1".repeat(61)),
            "a fingerprint has 60 decimal digits in twelve groups of five, found 61 digits"
        );
    }
}

/// The texts of rules C1, C6 and D1, letter by letter. The hashes were made with `printf '…' |
/// sha256sum`.
mod texts {
    use super::*;
    use floorlot::ceremony::Numbers;
    use floorlot::plan::{Mode, Plan, Pool, Source};
    use floorlot::primitives::seed::{contributions, seed, seed_text};
    use floorlot::session::{Awaits, Session};

    const SECRET: &str = "00112233445566778899aabbccddeeff";

    #[test]
    fn commit() {
        let text = commit_text(Hash([0; 32]), "r1", SECRET);
        let zeros = "0000000000000000000000000000000000000000000000000000000000000000";
        assert_eq!(
            text,
            format!(
                "floorlot/1 commit\nplan {zeros}\nmember r1\nsecret 00112233445566778899aabbccddeeff\n"
            )
        );
        let expected = "58c48f7f8e99c6655cf39c154b1646f5cb025d1bee0ede99a85838c43257b6f7";
        assert_eq!(commitment(Hash([0; 32]), "r1", SECRET).to_hex(), expected);
    }

    #[test]
    fn key_of_a_pool() {
        let expected = "54e7055445ec0c26c49c8fffd26985927a1308f48482de6b645318226d4d2ae4";
        assert_eq!(pool_key(Hash([0xab; 32]), "B.2_x-1").to_hex(), expected);
    }

    /// A draw up to its seed, with every kind of contribution in it.
    #[test]
    fn seed_with_every_kind_of_contribution() {
        let plan = Plan::new("a.example/1", "t", Mode::Rehearsal)
            .bench("r", "r", 1, &[("r1", "1"), ("r2", "2"), ("r3", "3")])
            .bench("o", "o", 1, &[("o1", "4")])
            .source(Source::TWENTY_DICE)
            .source(Source::balls(3, 10))
            .pool(Pool::lot("A", "A", "A").unit("u", "u", 1, &[]).household("h", "", 1, &[]));
        let mut session = Session::new(plan.validate().unwrap());
        while session.awaits() == Awaits::Automatic {
            session.advance(None).unwrap();
        }
        let root = session.plan_root().unwrap();
        // In another order than that of the plan, which decides.
        session.absent("r3", None).unwrap();
        session.envelope("o1", None).unwrap();
        session.envelope("r2", None).unwrap();
        session.commit("r1", commitment(root, "r1", SECRET), None).unwrap();
        session.close_commits(None).unwrap();
        session.reveal("o1", "0042", None).unwrap();
        session.withhold("r2", None).unwrap();
        session.reveal("r1", SECRET, None).unwrap();
        session.close_reveals(None).unwrap();
        session.advance(None).unwrap();
        session.numbers(Numbers::Dice("00000000000000000017".into()), None).unwrap();
        session.numbers(Numbers::Balls(vec![10, 1, 7]), None).unwrap();
        let expected = [
            "reveal r1 00112233445566778899aabbccddeeff",
            "withheld r2",
            "absent r3",
            "reveal o1 0042",
            "dice 00000000000000000017",
            "balls 10 01 07",
        ];
        assert_eq!(contributions(session.roll(), session.ceremony()), expected);
        let text = format!("floorlot/1 seed\nplan {root}\n{}\n", expected.join("\n"));
        assert_eq!(seed_text(session.roll(), session.ceremony()), text);
        let plain = Hash(<sha2::Sha256 as sha2::Digest>::digest(text.as_bytes()).into());
        assert_eq!(seed(session.roll(), session.ceremony()), plain);
        assert_eq!(session.seed_text(), None, "there is no seed line yet");
        session.advance(None).unwrap();
        assert_eq!((session.seed(), session.seed_text()), (Some(plain), Some(text)));
    }

    #[test]
    fn lot_modulo_the_number_of_units() {
        assert_eq!(lot_number(u128::MAX, 7), Some(3));
        assert_eq!(lot_number(u128::MAX, 10), Some(5));
        assert_eq!(lot_number(9, 10), Some(9));
        assert_eq!(lot_number(10, 10), Some(0));
        assert_eq!(lot_number(u128::MAX, 1), Some(0));
        assert_eq!(lot_number(u128::MAX, u32::MAX), Some(0), "2^32 - 1 divides 2^128 - 1");
        assert_eq!(lot_number(0, 0), None);
    }
}
