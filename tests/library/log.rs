//! The log that signs every checkpoint (rules P12 and S7): known answers, the live draw, and the
//! notes that come of it.

use crate::corpus::read;
use floorlot::note::{ED25519, LogSignature, SignedNote, VerifierKey};
use floorlot::receipt::{Receipt, receipts};
use floorlot::rules::Rule;
use floorlot::session::{Awaits, Session, StepError};
use floorlot::sign::{LogKey, SigningKey, verify_log};
use floorlot::transcript::{Evidence, OutcomeKind, Verdict, verify};

/// The example of golang.org/x/mod/sumdb/note, which Go's own tests hold.
#[test]
fn a_known_signature_of_another_implementation() {
    const TEXT: &str = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    let secret = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    let public = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    let line = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=";
    let key = LogKey::from_text(secret).unwrap();
    assert_eq!((key.verifier().to_string(), key.to_text().as_str()), (public.into(), secret));
    assert_eq!(key.sign(TEXT).to_string(), line);
    let (public, read): (VerifierKey, LogSignature) =
        (public.parse().unwrap(), line.parse().unwrap());
    assert_eq!(public.kind(), ED25519);
    assert!(verify_log(&public, TEXT, &read).is_ok());
    assert!(verify_log(&public, &TEXT[1..], &read).is_err());
    assert!(verify_log(&key.named("another").unwrap().verifier(), TEXT, &read).is_err());
    // Neither is the key of a member, and no member's key is that of a log.
    assert!(SigningKey::from_text(secret).is_err());
    let member = SigningKey::from_seed("r1", &[7; 32]).unwrap();
    assert!(LogKey::from_text(&member.to_text()).is_err());
    assert!(member.cosign(TEXT, 1).to_string().parse::<LogSignature>().is_err());
}

fn log_key() -> LogKey {
    let seed = floorlot::primitives::tree::leaf_hash(b"log corpus.example/logged").0;
    LogKey::from_seed("corpus.example/logged", &seed).unwrap()
}

fn logged() -> Vec<String> {
    let file = String::from_utf8(read("valid/logged.jsonl")).unwrap();
    file.lines().map(str::to_owned).collect()
}

fn starts(line: &str, kind: &str) -> bool {
    line.starts_with(&format!("{{\"kind\":\"{kind}\""))
}

#[test]
fn nothing_stands_between_a_checkpoint_and_its_log() {
    let lines = logged();
    let mut checkpoints = 0;
    for (n, line) in lines.iter().enumerate().filter(|(_, line)| starts(line, "checkpoint")) {
        let before = || lines[..=n].iter().map(|line| line.as_bytes());
        let mut session = Session::from_lines(before()).unwrap();
        assert_eq!(session.awaits(), Awaits::Log, "{line}");
        assert_eq!((session.advance(None), session.log_signature()), (None, None));
        let out_of_order =
            |error| matches!(error, StepError::OutOfOrder { awaits: Awaits::Log, .. });
        for refused in [
            session.unsigned("r1", None),
            session.envelope("r1", None),
            session.void("x", None),
            session.close_batch(None),
        ] {
            assert!(out_of_order(refused.unwrap_err()), "{line}");
        }
        // S7: the key of the plan, over this checkpoint.
        let body = session.checkpoint_body().unwrap().to_owned();
        let other = log_key().named("corpus.example/other").unwrap().sign(&body).to_string();
        for wrong in [log_key().sign(&body[1..]).to_string(), other, "— x y".into()] {
            let Err(StepError::Rule(fault)) = session.log(&wrong, None) else { panic!("{wrong}") };
            assert_eq!(fault.rule, Rule::S7);
        }
        let right = log_key().sign(&body).to_string();
        assert!(lines[n + 1].contains(&right));
        session.log(&right, None).unwrap();
        assert_eq!(session.log_signature(), Some(right.as_str()));
        assert!(out_of_order_again(&session.log(&right, None)));
        checkpoints += 1;
    }
    assert_eq!(checkpoints, 4);
}

/// T2: the log signs a checkpoint once.
fn out_of_order_again(made: &Result<Vec<u8>, StepError>) -> bool {
    matches!(made, Err(StepError::OutOfOrder { .. }))
}

#[test]
fn a_line_in_the_place_of_the_log_is_found_whatever_it_is() {
    let lines = logged();
    for (n, _) in lines.iter().enumerate().filter(|(_, line)| starts(line, "checkpoint")) {
        let mut without = lines.clone();
        without.remove(n + 1);
        let report = verify((without.join("\n") + "\n").as_bytes(), &Evidence::default()).unwrap();
        assert_eq!(report.verdict, Verdict::Refuted);
        let check = report.checks.iter().find(|check| check.id == Rule::S7).unwrap();
        // Whatever stands behind is signed over other lines then.
        assert!(check.examined == 4 && check.failed > 0);
        // In the line that stands there.
        assert_eq!(check.faults[0].line, n as u64 + 2);
        // A line that has not come yet is not examined: nothing is said of it.
        let examined = |lines: &[String]| {
            let report =
                verify((lines.join("\n") + "\n").as_bytes(), &Evidence::default()).unwrap();
            report.checks.iter().find(|check| check.id == Rule::S7).unwrap().examined
        };
        assert_eq!(examined(&lines[..=n]) + 1, examined(&lines[..=n + 1]));
    }
    let report = verify((lines.join("\n") + "\n").as_bytes(), &Evidence::default()).unwrap();
    let check = report.checks.iter().find(|check| check.id == Rule::S7).unwrap();
    assert_eq!((check.outcome, check.examined), (OutcomeKind::Passed, 4));
    // The log's line is no part of what was not compared.
    let plan = report.checkpoints[0].fingerprint.parse().unwrap();
    let alone = read("valid/logged-by-the-log-alone.jsonl");
    let plain = verify(&alone[..], &Evidence::default()).unwrap();
    let result = plain.checkpoints[2].fingerprint.parse().unwrap();
    let noted = Evidence::default().with_noted(vec![result]);
    assert!(verify(&alone[..], &noted).unwrap().not_compared.is_none());
    let file = lines.join("\n") + "\n";
    let known = Evidence::default().with_noted(vec![plan]);
    assert!(verify(file.as_bytes(), &known).unwrap().certified().is_some());
}

#[test]
fn the_line_of_the_log_is_the_first_on_a_note() {
    let lines = logged();
    let file = lines.join("\n") + "\n";
    let verified = verify(file.as_bytes(), &Evidence::default()).unwrap().into_verified().unwrap();
    let all = receipts(&verified, &lines).unwrap();
    let text = all.of("H001").unwrap().to_string();
    let first = text.lines().find(|line| line.starts_with('\u{2014}')).unwrap();
    let log: LogSignature = first.parse().unwrap();
    let read: Receipt = text.parse().unwrap();
    assert!(verify_log(&log_key().verifier(), &read.note().body, &log).is_ok());
    assert_eq!((read.to_string(), read.note().signatures.len()), (text.clone(), 5));
    // The note at its end is one that others read.
    let at = text.find(read.note().body.as_str()).unwrap();
    let note: SignedNote = text[at..].parse().unwrap();
    assert_eq!((note.others[0].after, note.others.len()), (0, 1));
    assert!(read.verify(&floorlot::receipt::ReceiptEvidence::default()).holds());
}
