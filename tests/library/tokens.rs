//! Time tokens (rule S8): the live draw takes those over its checkpoint, where one may stand, and
//! nothing else changes with them.

use crate::corpus::read;
use floorlot::Noted;
use floorlot::plan::Plan;
use floorlot::receipt::{ReceiptEvidence, enrolment_receipts, receipts};
use floorlot::rules::Rule;
use floorlot::session::{Awaits, Session, StepError};
use floorlot::token::{TimeToken, decode, encode, imprint};
use floorlot::transcript::{Evidence, Level, Verdict, verify};

fn stamped() -> Vec<String> {
    let file = String::from_utf8(read("valid/stamped.jsonl")).unwrap();
    file.lines().map(str::to_owned).collect()
}

fn is_token(line: &str) -> bool {
    line.starts_with("{\"kind\":\"token\"")
}

fn token_of(line: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(line).unwrap();
    value["token"].as_str().unwrap().to_owned()
}

fn session(lines: &[String]) -> Session {
    Session::from_lines(lines.iter().map(|line| line.as_bytes())).unwrap()
}

/// The same token over another checkpoint.
fn over(token: &str, body: &str) -> String {
    let mut der = decode(token).unwrap();
    let old = TimeToken::from_base64(token).unwrap().imprint.0;
    let at = der.windows(32).position(|bytes| bytes == old).unwrap();
    der[at..at + 32].copy_from_slice(&imprint(body).0);
    encode(&der)
}

/// With a token one may go on from every line, as without it.
#[test]
fn a_token_stands_under_a_checkpoint_until_its_sign_off_ends_and_nowhere_else() {
    let lines = stamped();
    let any = token_of(lines.iter().find(|line| is_token(line)).unwrap());
    let (mut open, mut may, mut places) = (false, 0, Vec::new());
    let sealed =
        lines.iter().position(|line| line.starts_with("{\"kind\":\"checkpoint\"")).unwrap();
    for end in sealed + 1..=lines.len() {
        let line = &lines[end - 1];
        let kind = line.split('"').nth(3).unwrap();
        open = match kind {
            "checkpoint" => true,
            "token" | "cosignature" | "close" => open && kind != "close",
            _ => false,
        };
        let mut session = session(&lines[..end]);
        assert_eq!(session.time_tokens().is_some(), open, "behind line {end}: {line}");
        let Some(body) = session.checkpoint_body().map(str::to_owned) else { continue };
        let mut late = over(&any, &body);
        // As late as those before it: the last of them all.
        let der = decode(&late).unwrap();
        let at = der.windows(8).position(|bytes| bytes == b"20261014").unwrap();
        let mut later = der.clone();
        later[at..at + 8].copy_from_slice(b"20261130");
        late = encode(&later);
        let (awaits, written) = (session.awaits(), session.token(&late, None));
        assert_eq!(written.is_ok(), open, "behind line {end}: {written:?}");
        assert_eq!(session.awaits(), awaits);
        if let Ok(written) = written {
            may += 1;
            places.push(awaits.words().en);
            let text = String::from_utf8(written).unwrap();
            assert_eq!(token_of(&text), late);
            // Resumed from the lines, it is the same session.
            let with = [&lines[..end], &[text]].concat();
            assert_eq!(root_of(&with), session.root());
            assert!(session.token(&late, None).unwrap_err().to_string().contains("again"));
        } else {
            let error = session.token(&late, None).unwrap_err();
            assert!(matches!(error, StepError::OutOfOrder { .. }), "{error}");
        }
    }
    places.dedup();
    assert!(may > 20 && places.len() == 3, "{may} {places:?}");
}

fn root_of(lines: &[String]) -> floorlot::Hash {
    session(lines).root()
}

#[test]
fn a_token_over_another_checkpoint_is_refused_and_says_over_which() {
    let lines = stamped();
    let tokens: Vec<usize> = (0..lines.len()).filter(|n| is_token(&lines[*n])).collect();
    let first = token_of(&lines[tokens[0]]);
    let mut session = session(&lines[..*tokens.last().unwrap()]);
    let error = session.token(&first, None).unwrap_err();
    assert!(matches!(&error, StepError::Rule(fault) if fault.rule == Rule::S8), "{error}");
    assert!(error.to_string().contains("over another checkpoint, that of 28 lines"), "{error}");
    // Earlier than a token under a checkpoint before.
    let body = session.checkpoint_body().unwrap().to_owned();
    let error = session.token(&over(&first, &body), None).unwrap_err();
    assert!(error.to_string().contains("not before 2026-10-15 11:00:00 UTC"), "{error}");
    // Nothing was recorded.
    assert_eq!((session.awaits(), session.time_tokens()), (Awaits::SignOff, Some(0)));
}

/// Tokens are no signatures: they say nothing for a member, and reach no level.
#[test]
fn tokens_are_no_signatures() {
    let file = read("valid/stamped-that-nobody-signed.jsonl");
    let report = verify(&file[..], &Evidence::default()).unwrap();
    assert_eq!((report.verdict, report.level), (Verdict::Verified, Level::Consistent));
    assert!(!report.signed && report.checkpoints.iter().all(|c| c.signatures.is_none()));
    assert!(report.checkpoints.iter().all(|c| !c.tokens.is_empty()));
    // Those behind a checkpoint that was compared are not told as lines that nobody compared.
    let last = report.checkpoints.last().unwrap().fingerprint.parse::<Noted>().unwrap();
    let report = verify(&file[..], &Evidence::default().with_noted(vec![last])).unwrap();
    assert_eq!((report.level, report.not_compared), (Level::Anchored, None));
}

#[test]
fn receipts_are_those_of_a_draw_without_tokens() {
    let (lines, file) = (stamped(), read("valid/stamped.jsonl"));
    let verified = verify(&file[..], &Evidence::default()).unwrap().into_verified().unwrap();
    let all = receipts(&verified, lines.iter().map(String::as_bytes)).unwrap();
    let receipt = all.of("H101").unwrap();
    assert!(!receipt.to_string().contains("\"token\"") && receipt.to_string().contains("— "));
    assert!(receipt.verify(&ReceiptEvidence::default()).proven().is_some());
    // Before the draw: tokens stand among the signatures under the plan, and end nothing.
    let plan: Vec<&[u8]> = lines.iter().map(|line| line.as_bytes()).take(28).collect();
    let plan = Plan::read_lines(plan).unwrap();
    let text = enrolment_receipts(&plan, lines.iter().map(String::as_bytes)).unwrap();
    let text = text.of("H101").unwrap().to_string();
    assert_eq!(text.matches("\n— ").count(), 5, "{text}");
}
