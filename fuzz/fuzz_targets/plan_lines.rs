//! A plan as lines: reader and verifier find the same faults, and a plan that is taken is the same
//! as JSON, is sealed as it stands, and can be drawn.
#![no_main]

use floorlot::lines::{Line, Stage};
use floorlot::plan::{Plan, ValidPlan};
use floorlot::rules::{Lang, Rule};
use floorlot::session::{Awaits, Session};
use floorlot::transcript::{CheckReport, Evidence, OutcomeKind, Verdict, verify};
use floorlot_fuzz::{file, lines, mutate, plan_of, resealed};
use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use std::collections::BTreeSet;

fuzz_target!(|data: &[u8]| {
    let given = lines(data);
    match Plan::read_lines(given.iter().copied()) {
        Ok(valid) => taken(&valid, &given),
        Err(faults) => {
            assert!(!faults.0.is_empty());
            for fault in &faults.0 {
                let (en, zh) = (fault.sentence(Lang::En), fault.sentence(Lang::Zh));
                assert!(!en.is_empty() && !zh.is_empty() && !en.contains('\n'), "{en:?}");
            }
            let named: BTreeSet<String> =
                faults.0.iter().map(|fault| format!("{:?}", fault.rule)).collect();
            same_faults(&given, &named);
        }
    }
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate::of_lines(data, size, max_size, seed)
});

/// The verifier fails the checks of the rules that the reader of plans names.
fn same_faults(given: &[&[u8]], named: &BTreeSet<String>) {
    let sealed = Line::Checkpoint { stage: Stage::Plan, body: "".into(), at: None }.to_bytes();
    let whole = resealed(&[file(given), sealed].concat());
    let Ok(report) = verify(&whole[..], &Evidence::default()) else { return };
    assert_eq!(report.verdict, Verdict::Refuted);
    let kept = |check: &CheckReport| check.outcome == OutcomeKind::Passed;
    let mut form = report.checks.iter().filter(|check| matches!(check.id, Rule::T1 | Rule::T2));
    if !form.all(kept) {
        return; // what cannot be read, or stands elsewhere, may hide what else is wrong
    }
    let failed: BTreeSet<String> = report
        .checks
        .iter()
        .filter(|check| check.outcome == OutcomeKind::Failed)
        .map(|check| format!("{:?}", check.id))
        .collect();
    let missing: Vec<_> = named.difference(&failed).filter(|id| id.starts_with('P')).collect();
    assert!(
        missing.is_empty(),
        "the verifier does not find {missing:?}: {}",
        report.text(Lang::En)
    );
}

fn taken(valid: &ValidPlan, given: &[&[u8]]) {
    assert_eq!(valid.lines(), given);
    let plan = plan_of(given).expect("a valid plan");
    let made: Vec<Vec<u8>> = plan.to_lines().map(|line| line.to_bytes()).collect();
    assert_eq!(made, given, "the plan as JSON is another");
    let mut session = Session::new(valid.clone());
    let mut written = Vec::new();
    while let Some(line) = session.advance(None) {
        written.push(line);
    }
    assert_eq!(&written[..given.len()], given);
    assert_eq!(written.len(), given.len() + 1, "the plan and its checkpoint");
    assert_eq!(session.plan_root(), Some(valid.root()));
    assert_eq!(session.awaits(), Awaits::RollCall);
    for warning in valid.warnings() {
        assert!(!warning.sentence(Lang::En).is_empty() && !warning.sentence(Lang::Zh).is_empty());
    }
    let report = verify(&file(&written)[..], &Evidence::default()).expect("a transcript");
    assert_eq!(report.verdict, Verdict::Unfinished, "{}", report.text(Lang::En));
}
