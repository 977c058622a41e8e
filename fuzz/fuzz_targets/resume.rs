//! A session from lines: what people did is taken from the file, what follows from it is made by
//! the session. Whatever such a session writes is verified, replayed and receipted.
#![no_main]

use floorlot::lines::Line;
use floorlot::plan::Plan;
use floorlot::receipt::{Receipt, ReceiptEvidence, receipts};
use floorlot::session::{Awaits, ResumeError, Session};
use floorlot::transcript::{Verdict, Verified};
use floorlot_fuzz::{check, file, lines, mutate, signed_anew};
use libfuzzer_sys::{fuzz_mutator, fuzz_target};

/// More than any file of the corpus has.
const MOST_LINES: usize = 2_000;

fuzz_target!(|data: &[u8]| {
    let given = lines(data);
    let is_checkpoint = |line: &&[u8]| matches!(Line::decode(line), Ok(Line::Checkpoint { .. }));
    let plan_lines = given.iter().position(is_checkpoint).unwrap_or(given.len());
    let Ok(plan) = Plan::read_lines(given[..plan_lines].iter().copied()) else {
        return;
    };
    let mut session = Session::new(plan.clone());
    let mut written = Vec::new();
    for line in &given[plan_lines..] {
        step(&mut session, line, &mut written);
    }
    let transcript = file(&written);
    if transcript.is_empty() {
        return;
    }
    let resumed = Session::resume(plan, written.iter().map(Vec::as_slice)).expect("just made");
    assert_eq!((resumed.root(), resumed.lines()), (session.root(), session.lines()));
    let report = check(&transcript).expect("a transcript");
    assert_ne!(report.verdict, Verdict::Refuted, "{}", report.sentence().en);
    assert_eq!(report.verdict == Verdict::Verified, session.awaits() == Awaits::Done);
    if let Some(verified) = report.verified() {
        agrees(verified, &session);
        makes_receipts(verified, &written);
    }
    // The beginning of it, as a power cut leaves it, is not refuted either.
    let cut = usize::try_from(session.lines() % 97).unwrap_or(0) * transcript.len() / 97;
    if let Some(report) = check(&transcript[..cut]) {
        assert_ne!(report.verdict, Verdict::Refuted, "{}", report.sentence().en);
    }
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate::of_lines(data, size, max_size, seed)
});

/// Takes a line of the file, or what the session makes in its place, or leaves it out.
fn step(session: &mut Session, line: &[u8], written: &mut Vec<Vec<u8>>) {
    while written.len() < MOST_LINES {
        let before = (session.root(), session.lines());
        match session.replay(line) {
            Ok(()) => return written.push(line.to_vec()),
            Err(ResumeError::Differs { expected, .. }) if !expected.is_empty() => {
                let made = expected.into_bytes();
                session.replay(&made).expect("what the session itself expects");
                return written.push(made);
            }
            Err(_) => assert_eq!((session.root(), session.lines()), before, "a step not made"),
        }
        if cosigns(session, line, written) {
            return;
        }
        match session.advance(None) {
            Some(made) => written.push(made),
            None => return,
        }
    }
}

/// The panel of the corpus signs the checkpoint that the session made, not that of the file.
fn cosigns(session: &mut Session, line: &[u8], written: &mut Vec<Vec<u8>>) -> bool {
    let Ok(Line::Cosignature { member, signature, at }) = Line::decode(line) else { return false };
    let body = session.checkpoint_body().map(str::to_owned);
    let Some(anew) = body.and_then(|body| signed_anew(&member, &signature, &body)) else {
        return false;
    };
    let made = session.cosign(&member, &anew, at);
    made.map(|line| written.push(line)).is_ok()
}

/// Session and verifier give the same flats in the end; nobody has one by a void draw.
fn agrees(verified: &Verified, session: &Session) {
    for (household, holding) in session.roll().household_numbers().zip(session.holdings()) {
        let id = session.roll().household_id(household);
        let unit = holding.unit().map(|unit| session.roll().unit_id(unit));
        assert_eq!(verified.unit_of(id), unit.filter(|_| !verified.is_void()), "{id}");
    }
}

/// Every household's receipt is read back as it was written, holds, and says what it has.
fn makes_receipts(verified: &Verified, written: &[Vec<u8>]) {
    let made = receipts(verified, written).expect("the lines that were verified");
    for (household, receipt) in made.iter().take(6) {
        let text = receipt.to_string();
        assert_eq!(text.parse::<Receipt>().expect("written by the library"), receipt);
        let (_, size, root) = receipt.note().checkpoint().expect("that of a transcript");
        assert_eq!(Some((size, root)), verified.head());
        let report = receipt.verify(&ReceiptEvidence::default());
        assert!(report.first_failed().is_none(), "{household}: {}", report.sentence().en);
        if let Some(short) = receipt.short(usize::MAX) {
            let short: Receipt = short.parse().expect("a short receipt is a receipt");
            assert!(short.verify(&ReceiptEvidence::default()).first_failed().is_none());
        }
    }
}
