//! Who signs what, and when: levels of checkpoints, rules S5 and S6, and a panel that refuses.

use crate::forge::Draft;
use crate::hall::{self, Act, DRAND, Say, Script, key, keyed};
use crate::manifest::Evidence;
use crate::plans::*;
use crate::tampered::{Tampered, tampered as case};
use crate::valid::Shape;
use floorlot::lines::{Line, Stage};
use floorlot::note::Cosignature;
use floorlot::plan::{Absence, Mode, Plan, Source};

/// The times under plan, result and batches.
type Times = fn(u64) -> u64;

fn keyed_plan(name: &str) -> Plan {
    keyed(panel(name, Mode::Official).pool(lot_pool()))
}

pub(crate) fn beacon_plan(name: &str) -> Plan {
    let mut plan = keyed_plan(name);
    plan.sources = vec![Source::drand(DRAND.0)];
    plan
}

/// The plan is signed a minute before the round of drand, the result a minute after it.
pub(crate) fn around_the_round(checkpoint: u64) -> u64 {
    floorlot::drand::time_of(DRAND.0) + 120 * checkpoint - 60
}

pub(crate) fn beacon_script(times: Times) -> Script {
    Script { signed: true, signs_at: Some(times), clock: Some(1_692_806_000), ..Script::default() }
}

fn refused(checkpoint: u64) -> Vec<(u64, &'static str, Say)> {
    ["r1", "r2", "r3"].map(|id| (checkpoint, id, Say::Dissent("the dice were rolled twice"))).into()
}

fn objected(batches: usize) -> Vec<Vec<hall::After>> {
    vec![vec![crate::later::objects as hall::After]; batches]
}

fn shape(name: &'static str, about: &'static str, script: Script) -> Shape {
    Shape { name, about, plan: keyed_plan(name), script }
}

/// Paper under the result of one bench: nothing after it must be signed.
fn on_paper() -> Vec<(u64, &'static str, Say)> {
    vec![(1, "o1", Say::Paper), (1, "o2", Say::Paper)]
}

pub(crate) fn shapes() -> Vec<Shape> {
    let signed = || Script { signed: true, ..Script::default() };
    vec![
        shape(
            "result-on-paper-and-void",
            "one bench signs the result on paper; a void that nobody signs stands behind it",
            Script {
                says: [
                    on_paper(),
                    ["r1", "r2", "r3", "o1", "o2"].map(|id| (2, id, Say::Away)).into(),
                ]
                .concat(),
                after: vec![vec![crate::later::void]],
                ..signed()
            },
        ),
        Shape {
            name: "void-that-nobody-signed",
            about: "the draw is broken off, and nobody signs that",
            plan: keyed(
                panel("void-that-nobody-signed", Mode::Official).pool(choice_pool(Absence::Last)),
            ),
            script: Script {
                acts: vec![Act::Choose(0)],
                says: ["r1", "r2", "r3", "o1", "o2"].map(|id| (1, id, Say::Away)).into(),
                void_at: Some(|s| matches!(s, floorlot::session::Awaits::Choice { .. })),
                ..signed()
            },
        },
        shape(
            "result-refused",
            "all residents refuse to sign the result, and say why",
            Script { says: refused(1), ..signed() },
        ),
        shape(
            "result-refused-and-signed-later",
            "all residents refuse the result; after an objection everybody signs",
            Script { says: refused(1), after: objected(1), ..signed() },
        ),
        shape(
            "batch-signed-by-a-quorum",
            "the result is signed by all, and the batch after it by just the quorums",
            Script {
                says: vec![(2, "r3", Say::Dissent("too late")), (2, "o2", Say::Paper)],
                after: objected(1),
                ..signed()
            },
        ),
        shape(
            "signed-at-odd-times",
            "the plan is signed in 1970, the result in 2100",
            Script { signs_at: Some(|n| n * 4_102_444_800), ..signed() },
        ),
        shape(
            "signed-after-500-days",
            "the result is signed 500 days after the plan",
            Script { signs_at: Some(|n| 1_792_000_000 + n * 43_200_000), ..signed() },
        ),
        Shape {
            name: "drand-signed",
            about: "a round of drand; the plan is signed before it is made, the result after it",
            plan: beacon_plan("drand-signed"),
            script: beacon_script(around_the_round),
        },
    ]
}

/// The evidence with which some of them are verified, beside none.
pub(crate) fn evidence(name: &str) -> &'static [(&'static str, &'static [usize])] {
    const PLAN: (&str, &[usize]) = ("the same, with the fingerprint of the plan", &[0]);
    const RESULT: (&str, &[usize]) = ("the same, with the fingerprint of the result", &[1]);
    const BATCH: (&str, &[usize]) = ("the same, with the fingerprint of the last batch", &[2]);
    match name {
        "result-on-paper-and-void" => &[PLAN, RESULT, BATCH],
        "result-refused-and-signed-later" => &[PLAN, RESULT, BATCH],
        "void-that-nobody-signed" | "result-refused" => &[PLAN, RESULT],
        "batch-signed-by-a-quorum" | "drand-signed" | "signed-at-odd-times" => &[PLAN],
        "signed-without-quorum" => &[PLAN, RESULT],
        _ => &[],
    }
}

fn honest(name: &str) -> Draft {
    let shape = shapes().into_iter().find(|shape| shape.name == name).expect("it is a valid one");
    Draft(hall::draw(&shape.plan, &shape.script))
}

/// The lines under the n-th checkpoint that can be signed, each as it is or otherwise.
fn under(draft: Draft, n: usize, change: impl Fn(&str, &str) -> Option<String>) -> Draft {
    let mut seen = 0;
    let lines = draft.0.into_iter().filter_map(|line| {
        let text = String::from_utf8(line.clone()).unwrap();
        let member = match Line::decode(&line) {
            Ok(Line::Checkpoint { stage, .. }) => {
                seen += usize::from(stage != Stage::Reveals);
                None
            }
            Ok(Line::Cosignature { member, .. })
            | Ok(Line::Paper { member, .. })
            | Ok(Line::Dissent { member, .. })
            | Ok(Line::Unsigned { member, .. }) => Some(member.to_string()),
            _ => None,
        };
        match member.filter(|_| seen == n + 1) {
            Some(member) => change(&member, &text).map(String::into_bytes),
            None => Some(line),
        }
    });
    Draft(lines.collect()).resealed()
}

/// The same with the signature of a member under the n-th checkpoint made at another time.
fn signed_at(draft: Draft, n: usize, who: &'static str, time: u64) -> Draft {
    under(draft, n, |member, line| {
        if member != who {
            return Some(line.to_owned());
        }
        let Ok(Line::Cosignature { signature, .. }) = Line::decode(line.as_bytes()) else {
            panic!("{who} signs")
        };
        let old: Cosignature = signature.parse().unwrap();
        let new = Cosignature { time, ..key(who).cosign("", time) };
        Some(line.replace(&old.to_string(), &new.to_string()))
    })
}

pub(crate) fn tampered() -> Vec<Tampered> {
    let batch = || honest("batch-signed-by-a-quorum");
    let says = |kind: &'static str| {
        move |member: &str, _: &str| {
            Some(format!("{{\"kind\":\"{kind}\",\"member\":\"{member}\"}}"))
        }
    };
    let paper = |member: &str, _: &str| {
        let scan = hall::scan(member);
        Some(format!("{{\"kind\":\"paper\",\"member\":\"{member}\",\"scan\":\"{scan}\"}}"))
    };
    let residents_away = |member: &str, line: &str| match member.starts_with('r') {
        true => says("unsigned")(member, line),
        false => Some(line.to_owned()),
    };
    let round = floorlot::drand::time_of(DRAND.0);
    let beacon = || honest("drand-signed");
    let made_up = |kind: &str| {
        let objection = batch().nth("\"objection\"", 0);
        under(batch().after(&objection, &[kind]).resealed(), 2, |_, _| None)
    };
    vec![
        case(
            "s5-batch-that-nobody-signed",
            "the panel signed the result; nobody says anything of the batch after it",
            &under(batch(), 2, |_, _| None),
        ),
        case(
            "s5-void-by-a-stranger",
            "somebody appends a void to a signed draw, and seals it as a batch",
            &made_up("{\"kind\":\"void\",\"reason\":\"x\"}"),
        ),
        case(
            "s5-batch-signed-on-paper",
            "the panel signed the result by key, and the batch after it on paper",
            &under(batch(), 2, paper),
        ),
        case(
            "s5-batch-signed-by-one-bench",
            "the residents are said to have been away when the batch was signed",
            &under(batch(), 2, residents_away),
        ),
        case(
            "s5-batch-with-everybody-away",
            "everybody is said to have been away when the batch was signed",
            &under(batch(), 2, says("unsigned")),
        ),
        case(
            "s6-result-signed-before-the-plan",
            "a member signs the result a second before the plan",
            &signed_at(batch(), 1, "r2", hall::time_of_signing(0) - 1),
        ),
        case(
            "s6-batch-signed-before-the-result",
            "a member signs a batch before the result",
            &signed_at(batch(), 2, "o1", hall::time_of_signing(1) - 1),
        ),
        case(
            "s6-plan-signed-after-the-result",
            "a member signs the plan an hour after the result",
            &signed_at(batch(), 0, "r1", hall::time_of_signing(2)),
        ),
        case(
            "s6-plan-signed-when-the-round-is-known",
            "a member signs the plan in the second in which the round of drand is made",
            &signed_at(beacon(), 0, "r1", round),
        ),
        case(
            "s6-result-signed-before-the-round",
            "a member signs the result before the round of drand is made",
            &signed_at(beacon(), 1, "o2", round),
        ),
    ]
}

/// The fingerprints of these checkpoints.
pub(crate) fn fingerprints(draft: &Draft, checkpoints: &[usize]) -> Evidence {
    let all = checkpoints.iter().map(|n| Evidence::fingerprint(draft, *n));
    all.fold(Evidence::default(), |sum, one| sum.and(&one))
}
