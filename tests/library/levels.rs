//! How far trust goes in each checkpoint, what is not told as a fact, and what a session refuses
//! for it (rules S5 and S6).

use crate::corpus::read;
use floorlot::Hash;
use floorlot::lines::Line;
use floorlot::rules::Lang;
use floorlot::session::{Awaits, ResumeError, Session, StepError};
use floorlot::sign::SigningKey;
use floorlot::transcript::{Evidence, Level, Report, Verdict, verify};

/// A file of the corpus with the fingerprints of these checkpoints.
fn noted(name: &str, checkpoints: &[usize]) -> Report {
    let file = read(&format!("valid/{name}.jsonl"));
    let plain = verify(&file[..], &Evidence::default()).unwrap();
    let prints = checkpoints.iter().map(|n| plain.checkpoints[*n].fingerprint.parse().unwrap());
    verify(&file[..], &Evidence::default().with_noted(prints.collect())).unwrap()
}

fn levels(report: &Report) -> Vec<Level> {
    report.checkpoints.iter().map(|checkpoint| checkpoint.level).collect()
}

use Level::{Anchored, Certified, Consistent};

#[test]
fn the_level_of_a_file_is_that_of_its_last_checkpoint() {
    for (name, given, expected) in [
        ("lot", &[][..], &[Consistent, Consistent][..]),
        ("lot", &[0], &[Anchored, Consistent]),
        ("lot", &[1], &[Anchored, Anchored]),
        ("signed", &[], &[Consistent, Consistent]),
        ("signed", &[0], &[Certified, Certified]),
        // One bench has not signed the result by key.
        ("signed-without-quorum", &[0], &[Certified, Consistent]),
        ("signed-without-quorum", &[1], &[Certified, Anchored]),
        ("result-on-paper-and-void", &[0], &[Certified, Consistent, Consistent]),
        ("result-on-paper-and-void", &[1], &[Certified, Anchored, Consistent]),
        ("result-on-paper-and-void", &[2], &[Certified, Anchored, Anchored]),
        // What a bench refused is not certified by what all signed later.
        ("result-refused-and-signed-later", &[0], &[Certified, Anchored, Certified]),
        ("batch-signed-by-a-quorum", &[0], &[Certified, Certified, Certified]),
    ] {
        let report = noted(name, given);
        assert_eq!(levels(&report), expected, "{name} {given:?}");
        assert_eq!(Some(&report.level), expected.last(), "{name} {given:?}");
        let open = expected.last() == Some(&Consistent) && expected[0] > Consistent;
        assert_eq!(report.not_compared.is_some(), open, "{name} {given:?}");
        assert_eq!(report.certified().is_some(), report.level == Certified);
    }
}

#[test]
fn an_older_copy_reaches_the_checkpoints_in_it() {
    let file = read("valid/signed-without-quorum.jsonl");
    let lines: Vec<&[u8]> = file.split_inclusive(|b| *b == b'\n').collect();
    let mut seen = Vec::new();
    for n in 1..=lines.len() {
        let copy = floorlot::transcript::TreeHead::of(&lines[..n].concat()[..]).unwrap();
        let report = verify(&file[..], &Evidence::default().with_older(copy)).unwrap();
        seen.push(report.level);
        assert_eq!(report.checkpoints[0].level > Consistent, n > 19, "{n}");
    }
    assert!(seen.is_sorted() && seen.first() < seen.last(), "{seen:?}");
}

#[test]
fn what_was_not_compared_is_said_first_and_told_as_no_fact() {
    let report = noted("result-on-paper-and-void", &[1]);
    let open = report.not_compared.as_ref().unwrap();
    let (from, to) = (open.from, open.to);
    assert_eq!(to, report.totals.lines);
    assert_eq!((open.events.len(), open.events[0].line, &*open.events[0].kind), (1, from, "void"));
    for (lang, first) in [
        (Lang::En, format!("NOT COMPARED: lines {from} to {to}: void.")),
        (Lang::Zh, format!("【未核对】：第 {from} 至 {to} 行：作废。")),
    ] {
        assert!(report.text(lang).starts_with(&first), "{}", report.text(lang));
        assert!(report.sentence().get(lang).starts_with(&first));
        assert!(!report.sentence().get(lang).contains("VOID"));
        assert!(!report.sentence().get(lang).contains("【作废】"));
    }
    assert!(report.void.is_none() && report.settled.is_none() && report.leaves_out());
    let of_the_plan = noted("result-on-paper-and-void", &[0]);
    assert!(of_the_plan.leaves_out_the_draw() && !report.leaves_out_the_draw());
    assert!(!of_the_plan.text(Lang::En).contains(" picked, "));
    let all = noted("result-on-paper-and-void", &[2]);
    assert!(all.void.is_some() && all.settled.is_some() && all.sentence().en.contains("VOID"));
}

#[test]
fn nothing_is_told_of_a_household_in_a_draw_that_was_not_compared() {
    let file = read("valid/void-that-nobody-signed.jsonl");
    let plan = verify(&file[..], &Evidence::default()).unwrap().checkpoints[0].fingerprint.parse();
    let evidence =
        Evidence::default().with_noted(vec![plan.unwrap()]).with_household("H101".to_owned());
    let report = verify(&file[..], &evidence).unwrap();
    assert_eq!((report.verdict, report.level), (Verdict::Verified, Consistent));
    assert!(report.why.is_none() && report.void.is_none());
    let asked = verify(&file[..], &evidence.with_not_compared(true)).unwrap();
    assert!(asked.void.is_some() && asked.not_compared.is_some());
}

#[test]
fn a_panel_that_refuses_is_heard() {
    for given in [&[][..], &[1][..]] {
        let report = noted("result-refused", given);
        let words = report.sentence();
        assert!(
            words.en.contains("THE PANEL SAYS NO to the result: 3 of 3 members"),
            "{}",
            words.en
        );
        assert!(words.en.contains("r3: the dice were rolled twice"), "{}", words.en);
        assert!(words.zh.contains("3 人中有 3 人不同意"), "{}", words.zh);
        let json = serde_json::to_value(&report).unwrap();
        let of = |bench: usize| json["checkpoints"][1]["signatures"][bench]["unreachable"].clone();
        assert_eq!((of(0), of(1)), (true.into(), serde_json::Value::Null));
        assert_eq!(json["checkpoints"][1]["refusals"][0]["member"], "r1");
    }
    assert!(!noted("signed-in-every-way", &[0]).sentence().en.contains("SAYS NO"));
}

#[test]
fn odd_times_are_told() {
    let report = noted("signed-at-odd-times", &[]);
    let whats: Vec<String> = report.notes.iter().map(|n| format!("{:?}", n.what)).collect();
    assert_eq!(whats, [["TimeEarly"; 5], ["TimeLate"; 5]].concat());
    assert!(report.text(Lang::En).contains("1970-01-01"));
    assert_eq!(noted("signed-after-500-days", &[]).notes.len(), 5);
    assert!(noted("signed", &[]).notes.is_empty());
}

fn key(member: &str) -> SigningKey {
    let hash = floorlot::primitives::tree::leaf_hash(format!("key {member}").as_bytes());
    SigningKey::from_seed(&format!("corpus.example/{member}"), &hash.0).unwrap()
}

/// The signed draw with an objection after it, whose checkpoint waits for signatures.
fn batch(name: &str) -> Session {
    let file = read(&format!("valid/{name}.jsonl"));
    let mut session = Session::from_lines(file.split(|b| *b == b'\n').filter(|l| !l.is_empty()))
        .unwrap_or_else(|error| panic!("{error}"));
    let objection =
        Line::Objection { id: "E9".into(), household: None, text: "x".into(), at: None };
    session.aftermath(&objection).unwrap();
    session.close_batch(None).unwrap();
    assert_eq!(session.awaits(), Awaits::SignOff);
    session
}

fn sign(session: &mut Session, member: &str, time: u64) -> Result<Vec<u8>, StepError> {
    let body = session.checkpoint_body().unwrap().to_owned();
    session.cosign(member, &key(member).cosign(&body, time).to_string(), None)
}

#[track_caller]
fn breaks(rule: &str, result: Result<Vec<u8>, StepError>) {
    match result {
        Err(StepError::Rule(fault)) => assert_eq!(fault.rule.id(), rule, "{fault}"),
        other => panic!("{other:?}"),
    }
}

const LATER: u64 = 1_793_000_000;

#[test]
fn a_session_closes_a_batch_only_as_the_result_was_signed() {
    let mut session = batch("signed");
    assert!(session.check_closing().is_err() && session.advance(None).is_none());
    // Whoever is needed for the quorum cannot be left out; one of three residents can.
    session.unsigned("r3", None).unwrap();
    breaks("S5", session.unsigned("r1", None));
    breaks("S5", session.paper("r2", Hash([7; 32]), None));
    for member in ["r1", "r2", "o1"] {
        assert!(session.check_closing().is_err());
        sign(&mut session, member, LATER).unwrap();
    }
    session.paper("o2", Hash([7; 32]), None).unwrap();
    session.check_closing().unwrap();
    session.advance(None).unwrap();
    assert_eq!(session.awaits(), Awaits::Done);
}

#[test]
fn a_panel_that_refuses_a_batch_keeps_it_open() {
    let mut session = batch("signed");
    for member in ["r1", "r2", "r3"] {
        session.dissent(member, "nobody asked us", None).unwrap();
    }
    for member in ["o1", "o2"] {
        sign(&mut session, member, LATER).unwrap();
    }
    let words = session.check_closing().unwrap_err().words();
    assert!(words.en.contains("0 signatures by key of bench residents"), "{}", words.en);
    assert!(session.advance(None).is_none());
}

#[test]
fn what_comes_after_a_result_that_is_not_signed_needs_no_signature() {
    let mut session = batch("signed-without-quorum");
    session.advance(None).unwrap();
    assert_eq!(session.awaits(), Awaits::Done);
}

#[test]
fn a_session_takes_no_signature_earlier_than_those_before() {
    let mut session = batch("signed");
    breaks("S6", sign(&mut session, "r1", 1_792_003_599));
    sign(&mut session, "r1", 1_792_003_600).unwrap();
}

#[test]
fn no_session_goes_on_from_what_s5_and_s6_refute() {
    for name in [
        "s5-void-by-a-stranger",
        "s5-batch-signed-on-paper",
        "s6-batch-signed-before-the-result",
        "s6-plan-signed-when-the-round-is-known",
    ] {
        let file = read(&format!("tampered/{name}.jsonl"));
        let session = Session::from_lines(file.split(|b| *b == b'\n').filter(|l| !l.is_empty()));
        assert!(
            matches!(session, Err(ResumeError::Step { .. } | ResumeError::Differs { .. })),
            "{name}"
        );
    }
}
