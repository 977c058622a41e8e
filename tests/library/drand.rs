//! The drand beacon (rule C7): known rounds, and everything that must not pass for the round that
//! the plan named.
//!
//! Without the feature `drand` signatures are not verified, and the check says so.

use floorlot::Hash;
use floorlot::ceremony::{CeremonyError, Numbers};
use floorlot::drand::{first_after, randomness, signature_from_hex, time_of};
use floorlot::lines::Line;
use floorlot::plan::{Mode, Plan, Pool, Source};
use floorlot::primitives::tree::{Tree, checkpoint_body};
use floorlot::rules::Rule;
use floorlot::session::{Awaits, Session, StepError};
use floorlot::transcript::{CheckReport, Evidence, OutcomeKind, verify};

/// Rounds of quicknet: number, signature, randomness.
const ROUNDS: [(u64, &str, &str); 3] = [
    (
        1,
        "b55e7cb2d5c613ee0b2e28d6750aabbb78c39dcc96bd9d38c2c2e12198df95571de8e8e402a0cc48871c7089a2b3af4b",
        "1466a6cd24e327188770752f6134001c64d6efcc590ccc26b721611ad96f165a",
    ),
    (
        123,
        "b75c69d0b72a5d906e854e808ba7e2accb1542ac355ae486d591aa9d43765482e26cd02df835d3546d23c4b13e0dfc92",
        "fb8f7bc29bf24db51871ec8c79f3a1e4bd0557bc0dfcee9ed1d924e69d1c60dc",
    ),
    (
        1000,
        "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39",
        "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd",
    ),
];

fn signature(round: usize) -> [u8; 48] {
    signature_from_hex(ROUNDS[round].1).unwrap()
}

#[test]
fn randomness_and_times_of_known_rounds() {
    for (n, (_, _, hash)) in ROUNDS.iter().enumerate() {
        assert_eq!(randomness(&signature(n)).to_hex(), *hash);
    }
    assert_eq!(
        [1, 2, 123, 1000].map(time_of),
        [1_692_803_367, 1_692_803_370, 1_692_803_733, 1_692_806_364]
    );
    for round in [1, 2, 1000] {
        assert_eq!(first_after(time_of(round) - 1), round);
        assert_eq!(first_after(time_of(round)), round + 1);
    }
    assert_eq!(first_after(0), 1);
    for wrong in ["", &ROUNDS[0].1[1..], &ROUNDS[0].1.to_uppercase(), &"g".repeat(96)] {
        assert_eq!(signature_from_hex(wrong), None, "{wrong}");
    }
}

#[cfg(feature = "drand")]
mod with_pairings {
    use super::{ROUNDS, signature};
    use floorlot::drand::verify;

    const DST: &[u8] = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";

    #[test]
    fn known_rounds_are_right_and_nothing_else() {
        for (n, (round, ..)) in ROUNDS.iter().enumerate() {
            assert!(verify(*round, &signature(n)), "round {round}");
            assert!(!verify(round + 1, &signature(n)), "another round than {round}");
            for byte in 0..48 {
                let mut other = signature(n);
                other[byte] ^= 1;
                assert!(!verify(*round, &other), "byte {byte} of round {round}");
            }
        }
        let mut infinity = [0; 48];
        infinity[0] = 0xc0;
        assert!(!verify(1, &infinity), "the point at infinity");
        // A point of the curve that is not in the subgroup: the x-coordinate 4.
        let mut outside = [0; 48];
        (outside[0], outside[47]) = (0x80, 4);
        assert!(!verify(1, &outside), "a point outside of the subgroup");
    }

    #[test]
    fn another_chain_does_not_count() {
        use blst::min_sig::SecretKey;
        let key = SecretKey::key_gen(&[7; 32], &[]).unwrap();
        let message = <sha2::Sha256 as sha2::Digest>::digest(1000_u64.to_be_bytes());
        let other = key.sign(&message, DST, &[]).compress();
        let pairs = key.sk_to_pk();
        let own = blst::min_sig::Signature::from_bytes(&other).unwrap();
        assert!(
            own.verify(true, &message, DST, &[], &pairs, true) == blst::BLST_ERROR::BLST_SUCCESS,
            "it is one of its own chain"
        );
        assert!(!verify(1000, &other));
    }
}

/// A plan whose public numbers are round 1000 alone.
fn plan() -> Plan {
    Plan::new("draw.example/drand", "Block 7", Mode::Official)
        .bench("residents", "Residents", 1, &[("r1", "W*")])
        .bench("officials", "Officials", 1, &[("o1", "L*")])
        .source(Source::drand(1000))
        .pool(Pool::lot("A", "A", "7").unit("u", "1", 1, &[]).household("h", "", 1, &[]))
}

/// The session and its lines when the reveals can be closed.
fn answered() -> (Session, Vec<Vec<u8>>) {
    let mut session = Session::new(plan().validate().unwrap());
    let mut lines = Vec::new();
    while let Some(line) = session.advance(None) {
        lines.push(line);
    }
    for step in
        [session.envelope("r1", None), session.envelope("o1", None), session.close_commits(None)]
    {
        lines.push(step.unwrap());
    }
    for step in [session.reveal("r1", "11", None), session.reveal("o1", "22", None)] {
        lines.push(step.unwrap());
    }
    (session, lines)
}

/// The lines up to the public numbers; the reveals close at this time.
fn before(closes: Option<u64>) -> (Session, Vec<Vec<u8>>) {
    let (mut session, mut lines) = answered();
    lines.push(session.close_reveals(closes).unwrap());
    lines.push(session.advance(closes).unwrap());
    (session, lines)
}

fn numbers(n: usize) -> Numbers {
    Numbers::Drand {
        round: ROUNDS[n].0,
        signature: ROUNDS[n].1.into(),
        randomness: randomness(&signature(n)),
    }
}

fn whole(closes: Option<u64>) -> Vec<Vec<u8>> {
    let (mut session, mut lines) = before(closes);
    lines.push(session.numbers(numbers(2), None).unwrap());
    while let Some(line) = session.advance(None) {
        lines.push(line);
    }
    lines
}

fn check(lines: &[Vec<u8>], rule: Rule) -> CheckReport {
    let file: Vec<u8> = lines.iter().flat_map(|line| line.iter().copied().chain([b'\n'])).collect();
    let report = verify(file.as_slice(), &Evidence::default()).unwrap();
    report.checks.into_iter().find(|c| c.id == rule).unwrap()
}

#[test]
fn a_draw_on_a_named_round() {
    let c7 = check(&whole(Some(time_of(1000) - 1)), Rule::C7);
    assert_eq!((c7.examined, c7.failed), (1, 0));
    if cfg!(feature = "drand") {
        assert_eq!(c7.outcome, OutcomeKind::Passed);
    } else {
        assert_eq!(c7.outcome, OutcomeKind::NotRun);
        assert!(c7.reason.unwrap().en.contains("cannot verify drand"));
    }
}

/// Whoever does not verify the round certifies nothing, and says so.
#[test]
fn a_round_that_is_not_verified_is_not_trusted() {
    let file = std::fs::read(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/vectors/corpus/valid/drand.jsonl"
    ))
    .unwrap();
    let report = verify(file.as_slice(), &Evidence::default()).unwrap();
    assert_eq!(
        report.sentence().en.contains("NOT verified by this program"),
        !cfg!(feature = "drand"),
        "{}",
        report.sentence().en
    );
    assert_eq!(report.sentence().zh.contains("未经"), !cfg!(feature = "drand"));
}

#[test]
fn a_session_takes_no_other_round_and_no_round_that_could_be_known() {
    let refused = |closes: Option<u64>, numbers: &Numbers, words: &str| {
        let (mut session, _) = before(closes);
        let root = session.root();
        match session.numbers(numbers.clone(), None) {
            Err(StepError::Ceremony(
                error @ (CeremonyError::Beacon { .. } | CeremonyError::NumbersShape { .. }),
            )) => {
                assert!(
                    error.to_string().contains(words) || error.words().en.contains(words),
                    "{error}"
                );
            }
            other => panic!("{words}: {other:?}"),
        }
        assert_eq!(
            (session.root(), matches!(session.awaits(), Awaits::Numbers { .. })),
            (root, true)
        );
    };
    let in_time = Some(time_of(1000) - 1);
    refused(in_time, &numbers(1), "round 123");
    // The reveals are not closed when the draw could not go on afterwards.
    for (closes, words) in [
        (None, "no time in the close of reveals"),
        (Some(time_of(1000)), "reveals closed at 1692806364"),
        (Some(time_of(1000) + 100), "reveals closed at 1692806464"),
    ] {
        let (mut session, _) = answered();
        let root = session.root();
        let error = session.close_reveals(closes).unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
        assert_eq!((session.root(), session.awaits()), (root, Awaits::Reveals));
    }
    let Numbers::Drand { round, signature, .. } = numbers(2) else { panic!() };
    refused(
        in_time,
        &Numbers::Drand { round, signature: signature.clone(), randomness: Hash([0; 32]) },
        &Hash([0; 32]).to_hex(),
    );
    refused(
        in_time,
        &Numbers::Drand { round, signature: signature[2..].into(), randomness: Hash([0; 32]) },
        "",
    );
    refused(in_time, &Numbers::Dice("1".repeat(20)), "");
    if cfg!(feature = "drand") {
        let altered = signature.replacen("39", "3a", 1);
        assert_ne!(altered, signature);
        let hash = randomness(&signature_from_hex(&altered).unwrap());
        refused(
            in_time,
            &Numbers::Drand { round, signature: altered, randomness: hash },
            "a wrong signature",
        );
        // The signature of another round, under the number of the one named.
        refused(
            in_time,
            &Numbers::Drand {
                round,
                signature: ROUNDS[1].1.into(),
                randomness: randomness(&self::signature(1)),
            },
            "a wrong signature",
        );
    }
}

/// Puts another `drand` line, or another time of the close, and recomputes seed, checkpoints and
/// closing.
fn forged(change: impl Fn(Line<'_>) -> Vec<u8>) -> Vec<Vec<u8>> {
    let mut tree = Tree::new();
    let lines = whole(Some(time_of(1000) - 1));
    let seal = |bytes: &Vec<u8>| {
        let line = match Line::decode(bytes).unwrap() {
            Line::Checkpoint { stage, at, .. } => Line::Checkpoint {
                stage,
                body: checkpoint_body("draw.example/drand", tree.size(), tree.root()).into(),
                at,
            }
            .to_bytes(),
            Line::Closing { .. } => {
                Line::Closing { lines: tree.size(), root: tree.root() }.to_bytes()
            }
            line => change(line),
        };
        tree.push_line(&line);
        line
    };
    lines.iter().map(seal).collect()
}

#[test]
fn a_verifier_finds_each_fault() {
    let beacon = |change: fn(&mut u64, &mut String, &mut Hash)| {
        forged(|line| match line {
            Line::Drand { source, mut round, signature, mut randomness, at } => {
                let mut signature = signature.to_string();
                change(&mut round, &mut signature, &mut randomness);
                Line::Drand { source, round, signature: signature.into(), randomness, at }
                    .to_bytes()
            }
            line => line.to_bytes(),
        })
    };
    let failed = |lines: &[Vec<u8>]| check(lines, Rule::C7).failed;
    assert_eq!(failed(&forged(|line| line.to_bytes())), 0);
    let signed = u64::from(cfg!(feature = "drand"));
    assert_eq!(failed(&beacon(|round, _, _| *round = 1001)), 1 + signed, "another round");
    assert_eq!(
        failed(&beacon(|_, _, randomness| *randomness = Hash([1; 32]))),
        1,
        "another randomness"
    );
    assert_eq!(
        failed(&beacon(|_, signature, _| *signature = signature.replacen("39", "3a", 1))),
        1 + signed,
        "another signature"
    );
    let own_randomness = beacon(|_, signature, hash| {
        *signature = signature.replacen("39", "3a", 1);
        *hash = randomness(&signature_from_hex(signature).unwrap());
    });
    assert_eq!(failed(&own_randomness), signed, "an altered signature with its own randomness");
    let closed = |at: Option<u64>| {
        forged(move |line| match line {
            Line::Close { what: floorlot::lines::Closed::Reveals, .. } => {
                Line::Close { what: floorlot::lines::Closed::Reveals, at }.to_bytes()
            }
            line => line.to_bytes(),
        })
    };
    assert_eq!(
        [failed(&closed(None)), failed(&closed(Some(time_of(1000))))],
        [1, 1],
        "no time, or too late"
    );
    assert_eq!(check(&beacon(|_, signature, _| signature.truncate(94)), Rule::C5).failed, 1);
}
