//! Draws whose log signs every checkpoint (rules S7 and P12).

use crate::forge::{Draft, Forge};
use crate::hall::{self, Act, Script, key, keyed, log_key};
use crate::plans::*;
use crate::tampered::{Tampered, tampered as case};
use crate::valid::Shape;
use floorlot::note::{COSIGNATURE, ED25519, VerifierKey};
use floorlot::plan::{Absence, Mode, Plan};
use floorlot::session::Awaits;

fn logged(name: &str) -> Plan {
    let plan = keyed(panel(name, Mode::Official).pool(lot_pool()));
    let log = log_key(&plan.origin).verifier().to_string();
    plan.log(&log)
}

pub(crate) fn shapes() -> Vec<Shape> {
    let script = || Script { signed: true, clock: Some(1_795_392_000), ..Script::default() };
    let shape = |name: &'static str, about, script| {
        let pool = choice_pool(Absence::Last);
        let plan = if name == "logged-void" { logged(name).pool(pool) } else { logged(name) };
        Shape { name, about, plan, script }
    };
    vec![
        shape(
            "logged",
            "the log signs every checkpoint, before the panel does; one batch of the aftermath",
            Script { after: vec![vec![crate::later::objects as hall::After]], ..script() },
        ),
        shape(
            "logged-by-the-log-alone",
            "the log signs every checkpoint, and nobody else does",
            Script { signed: false, clock: None, ..script() },
        ),
        shape(
            "logged-void",
            "the log signs every checkpoint of a draw that is broken off",
            Script {
                acts: vec![Act::Choose(0)],
                void_at: Some(|s| matches!(s, Awaits::Choice { .. })),
                ..script()
            },
        ),
    ]
}

fn honest(name: &str) -> Draft {
    let shape = shapes().into_iter().find(|shape| shape.name == name).expect("it is a valid one");
    Draft(hall::draw(&shape.plan, &shape.script))
}

const LOG: &str = "{\"kind\":\"log\"";

/// The number of the n-th line of the log.
fn at(draft: &Draft, n: usize) -> usize {
    draft.find(&draft.nth(LOG, n))
}

/// The same with another line in the place of the n-th of the log.
fn instead(mut draft: Draft, n: usize, signature: &str) -> Draft {
    let at = at(&draft, n);
    draft.0[at] = format!("{LOG},\"signature\":\"{signature}\"}}").into_bytes();
    draft.resealed_but(&[at])
}

/// The same without the n-th line of the log.
fn without(draft: Draft, n: usize) -> Draft {
    let line = draft.nth(LOG, n);
    draft.without(&line).resealed()
}

/// The body of the n-th checkpoint.
fn body(draft: &Draft, n: usize) -> String {
    let line = draft.nth("\"kind\":\"checkpoint\"", n);
    let value: serde_json::Value = serde_json::from_str(&line).unwrap();
    value["body"].as_str().unwrap().to_owned()
}

/// A whole draw of a plan with another key in the place of that of the log.
fn with_key(other: &str) -> Draft {
    let plan = logged("block");
    let own = log_key(&plan.origin).verifier().to_string();
    Forge::of(&plan).edit(&own, other).draft()
}

/// The key of the log, with these changes.
fn other_key(name: &str, kind: u8, public: [u8; 32]) -> String {
    VerifierKey::new(name, kind, public).unwrap().to_string()
}

pub(crate) fn tampered() -> Vec<Tampered> {
    let draw = || honest("logged");
    let plan = logged("block");
    let public = *log_key(&plan.origin).verifier().public();
    let of_r1 = *key("r1").verifier().public();
    let torsion = "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05";
    let torsion = floorlot::Hash::from_hex(torsion).unwrap().0;
    let moved = log_key("corpus.example/logged").sign(&body(&draw(), 0)).to_string();
    let stranger = log_key("corpus.example/another").sign(&body(&draw(), 1)).to_string();
    let cosigned = key("r1").cosign(&body(&draw(), 1), 1_795_392_000).to_string();
    let long = {
        let result = body(&draw(), 1);
        log_key("corpus.example/logged").sign(&format!("{result}\n")).to_string()
    };
    let behind = {
        let (log, next) = (draw().nth(LOG, 1), draw().nth("\"kind\":\"closing\"", 0));
        draw().moved(&log, &next).resealed()
    };
    let twice = {
        let log = draw().nth(LOG, 0);
        draw().after(&log.clone(), &[&log]).resealed()
    };
    let no_log = {
        let block = Forge::of(&keyed(block())).draft();
        let checkpoint = block.nth("\"kind\":\"checkpoint\"", 0);
        let line = log_key("corpus.example/block").sign(&body(&block, 0)).to_string();
        let line = format!("{LOG},\"signature\":\"{line}\"}}");
        block.after(&checkpoint, &[&line]).resealed()
    };
    let in_the_plan = {
        let bench = draw().nth("\"kind\":\"bench\"", 0);
        let log = draw().nth(LOG, 0);
        draw().after(&bench, &[&log]).resealed()
    };
    let cut = {
        let mut draft = draw();
        let end = at(&draft, 0);
        draft.0.truncate(end);
        draft
    };
    vec![
        case(
            "s7-signature-of-another-checkpoint",
            "under the result stands the signature of the log over the plan",
            &instead(draw(), 1, &moved),
        ),
        case("s7-plan-without", "the log did not sign the plan", &without(draw(), 0)),
        case("s7-result-without", "the log did not sign the result", &without(draw(), 1)),
        case(
            "s7-batch-without",
            "the log did not sign a batch of the aftermath",
            &without(draw(), 2),
        ),
        case(
            "s7-none-in-a-draw-nobody-signed",
            "the plan names a log, which signed no result; the panel signed nothing",
            &without(honest("logged-by-the-log-alone"), 1),
        ),
        case(
            "s7-signature-of-another-log",
            "under the result stands the signature of the log of another draw",
            &instead(draw(), 1, &stranger),
        ),
        case(
            "s7-cosignature-of-a-member",
            "in the place of the signature of the log stands the cosignature of a member",
            &instead(draw(), 1, &cosigned),
        ),
        case(
            "s7-over-the-body-and-an-empty-line",
            "the log signed the body and the empty line behind it",
            &instead(draw(), 1, &long),
        ),
        case("s7-log-behind-the-sign-off", "the log signs behind the panel", &behind),
        case("t2-log-twice", "the log signs one checkpoint twice", &twice),
        case("t2-log-that-the-plan-does-not-name", "a log signs that is not in the plan", &no_log),
        case(
            "t2-log-in-the-plan",
            "a line of the log stands among those of the plan",
            &in_the_plan,
        ),
        case(
            "p12-log-of-another-name",
            "the key of the log has not the name of the draw",
            &with_key(&other_key("corpus.example/another", ED25519, public)),
        ),
        case(
            "p12-log-that-cosigns",
            "the key of the log is one of a cosigner",
            &with_key(&other_key(&plan.origin, COSIGNATURE, public)),
        ),
        case(
            "p12-log-of-low-order",
            "the key of the log has order 8, so that anybody can sign",
            &with_key(&other_key(&plan.origin, ED25519, torsion)),
        ),
        case(
            "p12-log-of-a-member",
            "a member and the log have the same key",
            &with_key(&other_key(&plan.origin, ED25519, of_r1)),
        ),
        case(
            "unfinished-logged-before-the-log",
            "the file ends directly behind a checkpoint that the log has still to sign",
            &cut,
        ),
    ]
}
