//! Keys, signatures and signed notes: known answers of the standards, and what a strict verifier
//! must refuse.

use floorlot::Hash;
use floorlot::note::{
    COSIGNATURE, Cosignature, MAX_SIGNATURES, NoteError, SignedNote, VerifierKey,
    cosignature_message, parse_checkpoint,
};
use floorlot::primitives::tree::{checkpoint_body, leaf_hash, root_of};
use floorlot::rules::Lang;
use floorlot::sign::{SignatureError, SigningKey, verify, verify_bytes};

fn bytes(hex: &str) -> Vec<u8> {
    hex::decode(hex).unwrap()
}

fn array<const N: usize>(hex: &str) -> [u8; N] {
    bytes(hex).try_into().unwrap()
}

fn key(public: &str) -> VerifierKey {
    VerifierKey::new("test.example/key", COSIGNATURE, array(public)).unwrap()
}

/// RFC 8032, section 7.1: secret key, public key, message, signature.
const RFC_8032: [[&str; 4]; 3] = [
    [
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ],
    [
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ],
    [
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ],
];

#[test]
fn rfc_8032() {
    for [secret, public, message, signature] in RFC_8032 {
        assert_eq!(
            *SigningKey::from_seed("x", &array(secret)).unwrap().verifier().public(),
            array(public)
        );
        let (message, signature) = (bytes(message), array(signature));
        assert_eq!(verify_bytes(&key(public), &message, &signature), Ok(()));
        for bit in 0..512 {
            let mut other: [u8; 64] = signature;
            other[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(
                verify_bytes(&key(public), &message, &other),
                Err(SignatureError::Invalid),
                "bit {bit}"
            );
        }
        assert_eq!(
            verify_bytes(&key(public), &[&message[..], b"x"].concat(), &signature),
            Err(SignatureError::Invalid)
        );
    }
}

/// Signatures on which verifiers differ: case, public key, signature, message in hex. The first is
/// honest. Made with the secret scalars SHA-256("floorlot test a") and SHA-256("floorlot test r")
/// mod L, and the point of order 8 whose encoding begins with 26e8, after the cases of Chalkias,
/// Garillot, Nikolaenko, "Taming the many EdDSAs" (2020).
const CASES: [(&str, &str, &str, &str); 11] = [
    (
        "honest: accepted",
        "85bc03a8db012630bfe5d8481262f99ce016fbda39bb6ccf051642533a155a13",
        "fe22acb1b8d11b487fa31ef254be53975939a4a3c8b73350871d737354aec317bdf3c377aa4a0a1e29ca3564d308591c34572340970a374f640fc765520a980d",
        "686f6e657374",
    ),
    (
        "S + L",
        "85bc03a8db012630bfe5d8481262f99ce016fbda39bb6ccf051642533a155a13",
        "fe22acb1b8d11b487fa31ef254be53975939a4a3c8b73350871d737354aec317aac7b9d4c4ad1c76ff662d07b202383134572340970a374f640fc765520a981d",
        "686f6e657374",
    ),
    (
        "A and R are the identity, S is 0",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "01000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
        "686f6e657374",
    ),
    (
        "A of order 8, R honest",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "fe22acb1b8d11b487fa31ef254be53975939a4a3c8b73350871d737354aec317cb01eb661a573d62a5f14de5744277e50124d769a52a6c3f005462af8877250e",
        "31",
    ),
    (
        "R is the identity, A honest",
        "85bc03a8db012630bfe5d8481262f99ce016fbda39bb6ccf051642533a155a13",
        "01000000000000000000000000000000000000000000000000000000000000007833112bf414b982835c490083095b9e15ba0c43b6fc46ac2656b77aec36460e",
        "686f6e657374",
    ),
    (
        "R of order 8, A honest: only with the cofactor",
        "85bc03a8db012630bfe5d8481262f99ce016fbda39bb6ccf051642533a155a13",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc0522a26383e678eccc706580e3ec9cea1fd8e06780c6384dc924f535b7fc4eee09",
        "686f6e657374",
    ),
    (
        "A of mixed order, the equation holds without the cofactor",
        "016c5b67786af86fdaebecce2cfce255d232da19a4c092166b1d1c8d0f7fd215",
        "fe22acb1b8d11b487fa31ef254be53975939a4a3c8b73350871d737354aec317120f88654525c29045a91749ccbfbea678e823d7e222334778037c8041709d0e",
        "31",
    ),
    (
        "A of mixed order, the equation holds with the cofactor alone",
        "016c5b67786af86fdaebecce2cfce255d232da19a4c092166b1d1c8d0f7fd215",
        "fe22acb1b8d11b487fa31ef254be53975939a4a3c8b73350871d737354aec317b4d48df31428c85fd29ecf43bb03eb960a077cb6fafc09e9f5bf1607c7c19002",
        "30",
    ),
    (
        "R of mixed order, the equation holds with the cofactor alone",
        "85bc03a8db012630bfe5d8481262f99ce016fbda39bb6ccf051642533a155a13",
        "f89b4e5e23cd8a114f0f1aa38d424388fcfea8a084dc57c980415aefd17d4096b68c2475811f01c6edf3b455534ec0cec07cf5f4d5c9a95de26277cc9711de0a",
        "686f6e657374",
    ),
    (
        "R is the identity, not canonically encoded",
        "85bc03a8db012630bfe5d8481262f99ce016fbda39bb6ccf051642533a155a13",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f976790aa1f393fc607a3fb25141ee166f59330ddb32a6465885b1ed7e0969807",
        "686f6e657374",
    ),
    (
        "R is the identity with the sign of x set",
        "85bc03a8db012630bfe5d8481262f99ce016fbda39bb6ccf051642533a155a13",
        "0100000000000000000000000000000000000000000000000000000000000080f203bd9cb13de85b4738c7c8fc71e35811301caa0c2ffef5ffb718368cbe9f06",
        "686f6e657374",
    ),
];

#[test]
fn what_strict_verifiers_refuse() {
    for (name, public, signature, message) in CASES {
        let found = verify_bytes(&key(public), &bytes(message), &array(signature));
        let expected = match name {
            "honest: accepted" => Ok(()),
            // P12: of prime order, which is stricter than the equation.
            _ if ["A and R", "A of order 8", "A of mixed order"]
                .iter()
                .any(|a| name.starts_with(a)) =>
            {
                Err(SignatureError::WeakKey)
            }
            _ => Err(SignatureError::Invalid),
        };
        assert_eq!(found, expected, "{name}");
    }
}

/// The points whose order divides 8: in their canonical encodings, and in all others.
#[test]
fn weak_keys_are_refused() {
    let canonical = [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    ];
    let others = [
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ];
    for public in canonical.into_iter().chain(others) {
        assert!(!key(public).is_sound(), "{public}");
        assert_eq!(
            verify_bytes(&key(public), b"", &[0; 64]),
            Err(SignatureError::WeakKey),
            "{public}"
        );
    }
    // Not canonical, though not of low order, and no point of the curve at all.
    assert!(!key("f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f").is_sound());
    let no_point = key("0200000000000000000000000000000000000000000000000000000000000000");
    assert_eq!(verify_bytes(&no_point, b"", &[0; 64]), Err(SignatureError::WeakKey));
    assert!(key(RFC_8032[0][1]).is_sound());
}

/// The cosignature of a known seed over a known checkpoint, made by another program.
#[test]
fn a_known_cosignature() {
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
    let leaves: Vec<Hash> = inputs.map(|hex| leaf_hash(&bytes(hex))).to_vec();
    let body = checkpoint_body("draw.example/2026-001", 8, root_of(&leaves));
    let seed: [u8; 32] = std::array::from_fn(|n| u8::try_from(n).unwrap());
    let key = SigningKey::from_seed("panel.example/resident-1", &seed).unwrap();
    assert_eq!(hex::encode(key.verifier().id()), "81980b90");
    let line = "— panel.example/resident-1 gZgLkAAAAABlU/EAtbitXbxIA4qwcc0gg0eZZqCPBSUr8R/TKsY4FIYx2quJ2tDmuokInX9WBWkoidPgob0Y0BMTzwU2oaZ64oidCQ==";
    assert_eq!(key.cosign(&body, 1_700_000_000).to_string(), line);
    let read: Cosignature = line.parse().unwrap();
    assert_eq!(verify(&key.verifier(), &body, &read), Ok(()));
    assert_eq!(
        verify(&key.verifier(), &body.replace("\n8\n", "\n9\n"), &read),
        Err(SignatureError::Invalid)
    );
    let later = Cosignature { time: read.time + 1, ..read.clone() };
    assert_eq!(verify(&key.verifier(), &body, &later), Err(SignatureError::Invalid));
    let other = SigningKey::from_seed("panel.example/resident-2", &seed).unwrap();
    assert_eq!(verify(&other.verifier(), &body, &read), Err(SignatureError::OtherKey));
    assert!(
        cosignature_message(1_700_000_000, &body)
            .starts_with("cosignature/v1\ntime 1700000000\ndraw.example/2026-001\n8\n")
    );
}

fn refused<T: std::str::FromStr<Err = NoteError> + std::fmt::Debug>(text: &str, en: &str) {
    let error = text.parse::<T>().expect_err(text);
    assert!(error.to_string().contains(en), "{text}: {error}");
    assert_eq!(error.words().get(Lang::En), error.to_string());
    assert!(error.words().zh.chars().any(|c| c > '\u{3000}'), "{error}");
}

#[test]
fn keys_with_a_fault_are_refused() {
    let right = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    assert_eq!(right.parse::<VerifierKey>().unwrap().to_string(), right);
    refused::<VerifierKey>("", "a key is");
    refused::<VerifierKey>("example.com/foo", "a key is");
    refused::<VerifierKey>(
        &right.replace("530d903a", "530D903A"),
        "the key id of example.com/foo is 530d903a, found 530D903A",
    );
    refused::<VerifierKey>(
        &right.replace("530d903a", "00000000"),
        "the key id of example.com/foo is 530d903a",
    );
    refused::<VerifierKey>(
        &right.replace("example", "ex ample"),
        "1 to 200 visible ASCII characters",
    );
    refused::<VerifierKey>(&right.replace("example", "例"), "1 to 200 visible ASCII characters");
    refused::<VerifierKey>(
        &right.replace("example.com/foo", ""),
        "1 to 200 visible ASCII characters",
    );
    refused::<VerifierKey>(
        &right.replace("example", &"x".repeat(200)),
        "1 to 200 visible ASCII characters",
    );
    refused::<VerifierKey>(&right.replace("U2k", "U2l="), "a key is");
    refused::<VerifierKey>(&right.replace("U2k", "U2"), "a key is");
    refused::<VerifierKey>(&(right.to_owned() + "\n"), "a key is");
    refused::<Cosignature>("— x", "a signature line");
    refused::<Cosignature>("- x AAAA", "a signature line");
    refused::<Cosignature>("— x AAAA", "a signature line");
    let beyond =
        Cosignature { name: "x".into(), key_id: [0; 4], time: 1 << 63, signature: [0; 64] };
    refused::<Cosignature>(&beyond.to_string(), "a signature line");
}

#[test]
fn forty_signatures_stand_on_one_note() {
    let body = checkpoint_body("draw.example/1", 5, root_of(&[]));
    let keys: Vec<SigningKey> = (0..40)
        .map(|n| SigningKey::from_seed(&format!("panel.example/{n}"), &[n; 32]).unwrap())
        .collect();
    let signatures: Vec<Cosignature> =
        keys.iter().map(|key| key.cosign(&body, 1_700_000_000)).collect();
    let note = SignedNote { body: body.clone(), signatures, others: Vec::new() };
    let text = note.to_string();
    assert_eq!((text.lines().count(), text.parse::<SignedNote>()), (44, Ok(note.clone())));
    assert_eq!(note.checkpoint().unwrap(), ("draw.example/1", 5, root_of(&[])));
    for (key, signature) in keys.iter().zip(&text.parse::<SignedNote>().unwrap().signatures) {
        assert_eq!(verify(&key.verifier(), &body, signature), Ok(()));
    }
    // A signature of another type is somebody else's; it is kept as it is, and where it is.
    let foreign = text.replacen("\n\n", "\n\n— log.example AAAAAAAB\n", 1);
    let tenth = format!("{}\n", note.signatures[9]);
    let foreign = foreign.replacen(&tenth, &format!("{tenth}— middle.example AAAAAAAC\n"), 1)
        + "— witness.example/pq AAAAAAAA\n";
    let mut kept = foreign.parse::<SignedNote>().unwrap();
    let places: Vec<usize> = kept.others.iter().map(|other| other.after).collect();
    assert_eq!((&kept.signatures, places), (&note.signatures, vec![0, 10, 40]));
    assert_eq!(kept.to_string(), foreign);
    // Who signs again signs at the end, and the others stay between those between which they were.
    kept.put(note.signatures[9].clone()).unwrap();
    assert_eq!(kept.to_string(), foreign.replacen(&tenth, "", 1) + &tenth);
    let mut full = kept.clone();
    let last = full.others[2].clone();
    full.others.resize(MAX_SIGNATURES - 40, last);
    full.put(note.signatures[0].clone()).unwrap();
    let one_more = SigningKey::from_seed("panel.example/40", &[40; 32]).unwrap();
    assert!(full.put(one_more.cosign(&body, 1)).is_err());
    assert!(full.to_string().parse::<SignedNote>().is_ok());
    for damaged in ["— r1 AAAA", "— r1 not base64", "— r+1 AAAAAAAA"] {
        refused::<SignedNote>(&format!("{text}{damaged}\n"), "a signature line");
    }
    refused::<SignedNote>(text.trim_end(), "no LF at the end");
    refused::<SignedNote>(&text.replace("\n\n", "\n"), "no empty line");
    refused::<SignedNote>(&text.replace('\n', "\r\n"), "a control character");
    refused::<SignedNote>(&(text + "signed by all\n"), "a signature line");
    let line = format!("{}\n", note.signatures[0]);
    assert!(format!("{body}\n{}", line.repeat(256)).parse::<SignedNote>().is_ok());
    refused::<SignedNote>(&format!("{body}\n{}", line.repeat(257)), "more than 256 signatures");
}

#[test]
fn a_checkpoint_has_exactly_three_lines() {
    let body = checkpoint_body("draw.example/1", 5, root_of(&[]));
    assert!(parse_checkpoint(&body).is_ok());
    for wrong in [
        body.trim_end().to_owned(),
        body.clone() + "extra\n",
        body.replace("\n5\n", "\n05\n"),
        body.replace("\n5\n", "\n-5\n"),
        body.replace("\n5\n", "\n99999999999999999999\n"),
        body.replace('=', ""),
        body.replace('\n', "\r\n"),
    ] {
        assert_eq!(parse_checkpoint(&wrong), Err(NoteError::Checkpoint), "{wrong}");
    }
    // What a terminal would obey, or nobody would see, is named and shown as its number.
    for (origin, shown) in [
        ("", ""),
        ("a\u{1b}[2J", "a<U+001B>[2J"),
        ("a\u{202e}b", "a<U+202E>b"),
        ("a\u{200b}", "a<U+200B>"),
        ("\u{9b}1m", "<U+009B>1m"),
    ] {
        let found = shown.to_owned();
        assert_eq!(
            parse_checkpoint(&body.replace("draw.example/1", origin)),
            Err(NoteError::Origin { found }),
            "{origin:?}"
        );
    }
}

/// No line of a note can carry a later time than 2^63 - 1, so no signature over one counts.
#[test]
fn a_time_beyond_the_standard_verifies_nowhere() {
    use ed25519_dalek::Signer;
    let (body, seed) = (checkpoint_body("draw.example/1", 5, root_of(&[])), [9; 32]);
    let key = SigningKey::from_seed("panel.example/r1", &seed).unwrap().verifier();
    for (time, right) in [(0, true), ((1 << 63) - 1, true), (1 << 63, false), (u64::MAX, false)] {
        let signature = ed25519_dalek::SigningKey::from_bytes(&seed)
            .sign(cosignature_message(time, &body).as_bytes())
            .to_bytes();
        let made = Cosignature { name: key.name().into(), key_id: key.id(), time, signature };
        assert_eq!(verify(&key, &body, &made).is_ok(), right, "{time}");
    }
}

/// Nothing that may be a secret key is shown by an error, in either language.
#[test]
fn an_error_about_a_public_key_shows_no_secret() {
    let base64 = "c3ludGhldGljIHNlZWQgb2YgdGhlc2UgdGVzdHMhISE=";
    for text in [
        "a5".repeat(32),
        base64.into(),
        base64.replacen('h', "+", 1),
        "AGE-SECRET-KEY-1QQQQ".into(),
        "-----BEGIN PRIVATE KEY-----".into(),
    ] {
        let error = text.parse::<floorlot::note::VerifierKey>().unwrap_err();
        let words = error.words();
        assert!(
            words.en.contains("SECRET key, not shown") && words.zh.contains("不予显示"),
            "{words:?}"
        );
        assert!(
            !words.en.contains(&text[..8])
                && !words.zh.contains(&text[..8])
                && !words.zh.contains("whoever"),
            "{words:?}"
        );
    }
    let words = "panel.example/r1+00000000+BAAA"
        .parse::<floorlot::note::VerifierKey>()
        .unwrap_err()
        .words();
    assert!(
        words.en.contains("panel.example/r1+00000000+BAAA"),
        "what is public is shown: {words:?}"
    );
}

#[test]
fn the_text_of_a_secret_key_is_read_strictly() {
    let key = SigningKey::from_seed("panel.example/r1", &[5; 32]).unwrap();
    let text = key.to_text();
    assert!(text.starts_with("PRIVATE+KEY+panel.example/r1+"));
    assert_eq!(SigningKey::from_text(&text).unwrap().verifier(), key.verifier());
    let public = key.verifier().to_string();
    for wrong in [
        String::new(),
        public,
        text.replace("r1", "r2"),
        text.replace("PRIVATE", "private"),
        format!("{}A", text.as_str()),
    ] {
        let error = SigningKey::from_text(&wrong).expect_err(&wrong);
        assert!(!error.to_string().contains("BQUF"), "an error never shows a key");
    }
    assert_eq!(format!("{key:?}"), "SigningKey(panel.example/r1)");
}
