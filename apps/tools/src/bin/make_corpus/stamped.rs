//! Draws with time tokens over their checkpoints (rule S8). The tokens are synthetic.

use crate::forge::Draft;
use crate::hall::{self, Act, Script, keyed, log_key};
use crate::plans::*;
use crate::signing::{around_the_round, beacon_plan, beacon_script};
use crate::tampered::{Tampered, tampered as case};
use crate::time_token::{SHA_256, TimeToken, element};
use crate::valid::Shape;
use floorlot::plan::{Absence, Mode, Plan};
use floorlot::session::Awaits;

fn plan(name: &str) -> Plan {
    keyed(panel(name, Mode::Official).pool(choice_pool(Absence::Last)).pool(lot_pool()))
}

/// A day of four stages: plan, reveals, an evening, the result, and a batch after it. Under the
/// plan there are tokens of two authorities, of which one writes fractions.
fn stamps() -> Vec<(u64, &'static str, bool)> {
    vec![
        (0, "20261014080001Z", false),
        (0, "20261014080007.25Z", true),
        (1, "20261014090000Z", false),
        (2, "20261014180000Z", true),
        (3, "20261015110000.9Z", false),
        (4, "20261020110000Z", true),
    ]
}

fn script() -> Script {
    Script {
        acts: vec![Act::Choose(1), Act::Night],
        signed: true,
        clock: Some(1_795_392_000),
        stamps: stamps(),
        after: vec![vec![crate::later::objects as hall::After]],
        ..Script::default()
    }
}

/// The plan a minute before the round of drand (15:59:24), the reveals a second before it, the
/// result a second after it.
fn around() -> Vec<(u64, &'static str, bool)> {
    vec![
        (0, "20230823155824Z", false),
        (1, "20230823155923.999Z", false),
        (2, "20230823155925Z", false),
    ]
}

pub(crate) fn shapes() -> Vec<Shape> {
    let shape = |name, about, plan, script| Shape { name, about, plan, script };
    let mut logged = plan("stamped-logged");
    logged = logged.log(&log_key("corpus.example/stamped-logged").verifier().to_string());
    let mut unsigned = stamps();
    unsigned.iter_mut().for_each(|(_, _, late)| *late = false);
    vec![
        shape(
            "stamped",
            "time tokens over every checkpoint: two over the plan, before and behind the sign-off",
            plan("stamped"),
            script(),
        ),
        shape("stamped-logged", "the same, behind the signature of the log", logged, script()),
        shape(
            "stamped-that-nobody-signed",
            "time tokens, and nobody signs",
            plan("stamped-that-nobody-signed"),
            Script { signed: false, stamps: unsigned, ..script() },
        ),
        shape(
            "stamped-void",
            "the draw is broken off in the roll call; plan and batch have time tokens",
            plan("stamped-void"),
            Script {
                void_at: Some(|stage| *stage == Awaits::Reveals),
                stamps: vec![(0, "20261014080001Z", false), (1, "20261014080001Z", false)],
                after: Vec::new(),
                ..script()
            },
        ),
        shape(
            "stamped-drand",
            "time tokens before and after the round of drand",
            beacon_plan("stamped-drand"),
            Script { stamps: around(), ..beacon_script(around_the_round) },
        ),
    ]
}

/// The checkpoints with whose fingerprints they are verified, beside none.
pub(crate) fn evidence(name: &str) -> &'static [(&'static str, &'static [usize])] {
    match name {
        "stamped" => &[
            ("the same, with the fingerprint of the plan", &[0]),
            ("the same, with the fingerprint of the result", &[3]),
        ],
        "stamped-that-nobody-signed" => &[
            ("the same, with the fingerprint of the first day", &[2]),
            ("the same, with the fingerprint of the result", &[3]),
        ],
        _ => &[],
    }
}

fn honest(name: &str) -> Draft {
    let shape = shapes().into_iter().find(|shape| shape.name == name).expect("it is a valid one");
    Draft(hall::draw(&shape.plan, &shape.script))
}

const TOKEN: &str = "{\"kind\":\"token\"";
const RESULT: usize = 4;

/// The body of the n-th checkpoint.
fn body(draft: &Draft, n: usize) -> String {
    let line = draft.nth("{\"kind\":\"checkpoint\"", n);
    let value: serde_json::Value = serde_json::from_str(&line).unwrap();
    value["body"].as_str().unwrap().to_owned()
}

fn line(text: &str) -> String {
    format!("{TOKEN},\"token\":\"{text}\"}}")
}

/// The same with this text in the n-th token line.
fn instead(mut draft: Draft, n: usize, text: &str) -> Draft {
    let at = draft.find(&draft.nth(TOKEN, n));
    draft.0[at] = line(text).into_bytes();
    draft.resealed_but(&[at])
}

/// A draw in which the token over the result is changed.
fn changed(
    name: &'static str,
    about: &'static str,
    change: impl FnOnce(&mut TimeToken),
) -> Tampered {
    let draft = honest("stamped");
    let mut token = TimeToken::over(&body(&draft, 3), "20261015110000Z");
    change(&mut token);
    case(name, about, &instead(draft, RESULT, &token.text()))
}

/// One in which an element has a length, or a place, that DER does not have.
fn formed(
    name: &'static str,
    about: &'static str,
    element: crate::time_token::Element,
) -> Tampered {
    changed(name, about, |token| token.element = element)
}

/// One in which its bytes are changed.
fn bytes(name: &'static str, about: &'static str, change: impl FnOnce(&mut Vec<u8>)) -> Tampered {
    let draft = honest("stamped");
    let mut der = TimeToken::over(&body(&draft, 3), "20261015110000Z").der();
    change(&mut der);
    case(name, about, &instead(draft, RESULT, &floorlot::token::encode(&der)))
}

/// One with another `genTime` over the result.
fn timed(name: &'static str, about: &'static str, time: &'static str) -> Tampered {
    changed(name, about, |token| token.time = time.into())
}

/// A draw of these tokens.
fn drawn(name: &str, n: usize, checkpoint: usize, time: &str) -> Draft {
    let draft = honest(name);
    let token = TimeToken::over(&body(&draft, checkpoint), time).text();
    instead(draft, n, &token)
}

pub(crate) fn tampered() -> Vec<Tampered> {
    [contents(), forms(), times(), numbers(), places()].into_iter().flatten().collect()
}

fn contents() -> Vec<Tampered> {
    let draw = || honest("stamped");
    let of_the_plan = draw().nth(TOKEN, 0);
    let value: serde_json::Value = serde_json::from_str(&of_the_plan).unwrap();
    let of_the_plan = value["token"].as_str().unwrap().to_owned();
    let right = TimeToken::over(&body(&draw(), 3), "20261015110000Z").text();
    let padded = right.trim_end_matches('=').to_owned();
    let padded = if padded == right { format!("{right}=") } else { padded };
    let with_body = |change: fn(String) -> String| {
        let draft = draw();
        let token = TimeToken::over(&change(body(&draft, 3)), "20261015110000Z");
        instead(draft, RESULT, &token.text())
    };
    vec![
        case(
            "s8-token-of-another-checkpoint",
            "under the result stands a token over the plan",
            &instead(draw(), RESULT, &of_the_plan),
        ),
        case(
            "s8-token-of-another-draw",
            "under the result stands a token over the result of another draw",
            &with_body(|body| body.replace("/stamped", "/another")),
        ),
        case(
            "s8-token-over-the-body-and-an-empty-line",
            "the token is over the body and the empty line behind it",
            &with_body(|body| body + "\n"),
        ),
        case("s8-empty", "the token has no byte", &instead(draw(), RESULT, "")),
        case(
            "s8-base64-padding",
            "the base64 of the token has another padding",
            &instead(draw(), RESULT, &padded),
        ),
        case(
            "s8-base64-url",
            "a character of base64 that is none of the standard",
            &instead(draw(), RESULT, &format!("{}-_==", &right[..right.len() - 4])),
        ),
        changed("s8-no-signed-data", "the content is said to be data", |token| {
            *token.content_type.last_mut().unwrap() = 1;
        }),
        changed("s8-no-time-stamp-inside", "what is signed is said to be data", |token| {
            token.inner_type = token.content_type[..8].to_vec();
            token.inner_type.push(1);
        }),
        changed("s8-version-2", "the TSTInfo has version 2", |token| token.version = vec![2]),
        changed("s8-sha-512", "the algorithm of the imprint is said to be SHA-512", |token| {
            token.algorithm[10] = 3;
        }),
        changed("s8-sha-256-with-a-parameter", "SHA-256 has a parameter", |token| {
            token.algorithm = [&SHA_256[..], &[0x02, 0x00]].concat();
        }),
        changed("s8-imprint-of-31-bytes", "the imprint lacks its last byte", |token| {
            token.hashed.pop();
        }),
        changed("s8-serial-number-empty", "the serial number has no byte", |token| {
            token.serial.clear();
        }),
        changed("s8-serial-number-of-33-bytes", "the serial number is too long", |token| {
            token.serial = vec![1; 33];
        }),
    ]
}

fn forms() -> Vec<Tampered> {
    vec![
        bytes("s8-ber-indefinite", "the whole has the indefinite length of BER", |der| {
            *der = [&[0x30, 0x80], &der[4..], &[0, 0]].concat();
        }),
        bytes("s8-bytes-behind", "two bytes stand behind the token", |der| der.extend([5, 0])),
        bytes("s8-cut", "the token lacks its last byte", |der| {
            der.pop();
        }),
        bytes("s8-octets-alone", "the first two bytes of a token", |der| der.truncate(2)),
        formed(
            "s8-length-not-the-shortest",
            "a length below 128 in two bytes",
            |name, first, content| match (name, u8::try_from(content.len())) {
                ("TSTInfo", Ok(length)) => [&[first, 0x81, length], content].concat(),
                _ => element(name, first, content),
            },
        ),
        formed(
            "s8-length-with-a-zero",
            "a length below 256 in three bytes",
            |name, first, content| match (name, u8::try_from(content.len())) {
                ("octets", Ok(length)) => [&[first, 0x82, 0, length], content].concat(),
                _ => element(name, first, content),
            },
        ),
        formed(
            "s8-length-of-three-bytes",
            "a length in four bytes",
            |name, first, content| match (name, u8::try_from(content.len())) {
                ("messageImprint", Ok(length)) => [&[first, 0x83, 0, 0, length], content].concat(),
                _ => element(name, first, content),
            },
        ),
        formed(
            "s8-element-too-long",
            "an element ends behind the one that it is in",
            |name, first, content| match (name, u8::try_from(content.len())) {
                ("genTime", Ok(length)) => [&[first, length + 1], content].concat(),
                _ => element(name, first, content),
            },
        ),
        formed(
            "s8-octets-in-pieces",
            "the TSTInfo stands in an octet string of pieces (BER)",
            |name, first, content| match name {
                "octets" => element("", 0x24, &element("", first, content)),
                _ => element(name, first, content),
            },
        ),
        formed(
            "s8-behind-the-imprint",
            "something stands behind the hash in the imprint",
            |name, first, content| match name {
                "messageImprint" => element(name, first, &[content, &[5, 0]].concat()),
                _ => element(name, first, content),
            },
        ),
        formed(
            "s8-behind-the-info",
            "something stands behind the TSTInfo",
            |name, first, content| match name {
                "octets" => element(name, first, &[content, &[5, 0]].concat()),
                _ => element(name, first, content),
            },
        ),
    ]
}

fn times() -> Vec<Tampered> {
    vec![
        timed("s8-time-with-a-zone", "the time has a zone", "20261015190000+0800"),
        timed("s8-time-without-seconds", "the time has no seconds", "202610151100Z"),
        timed("s8-time-of-two-digit-year", "the time is a UTCTime", "261015110000Z"),
        timed("s8-fraction-ends-in-zero", "the fraction ends in 0", "20261015110000.50Z"),
        timed("s8-fraction-empty", "there is no fraction behind the point", "20261015110000.Z"),
        timed("s8-fraction-too-long", "the fraction has ten digits", "20261015110000.0000000001Z"),
        timed("s8-29-february", "a day that does not exist", "20270229110000Z"),
        timed("s8-leap-second", "a second 60", "20261231235960Z"),
        timed("s8-year-2100", "a year after 2099", "21000101000000Z"),
        timed("s8-time-goes-back", "the result is stamped before the evening", "20261014175959Z"),
        case(
            "s8-time-before-the-later-of-two",
            "the reveals are stamped between the two tokens over the plan",
            &drawn("stamped", 2, 1, "20261014080006Z"),
        ),
        case(
            "s8-batch-before-the-result",
            "a batch is stamped before the result",
            &drawn("stamped", 5, 4, "20261015105959Z"),
        ),
        case(
            "s8-plan-stamped-at-the-round",
            "the plan is stamped when the round of drand is made",
            &drawn("stamped-drand", 0, 0, "20230823155924Z"),
        ),
        case(
            "s8-reveals-stamped-at-the-round",
            "the reveals are stamped when the round of drand is made",
            &drawn("stamped-drand", 1, 1, "20230823155924.5Z"),
        ),
        case(
            "s8-result-stamped-at-the-round",
            "the result is stamped when the round of drand is made",
            &drawn("stamped-drand", 2, 2, "20230823155924.5Z"),
        ),
    ]
}

fn numbers() -> Vec<Tampered> {
    let draw = || honest("stamped");
    let of_the_result = draw().nth(TOKEN, RESULT);
    let twice = draw().after(&of_the_result.clone(), &[&of_the_result]).resealed();
    let many: Vec<String> = (1..=16)
        .map(|serial| {
            let mut token = TimeToken::over(&body(&draw(), 3), "20261015110000Z");
            token.serial = vec![serial];
            line(&token.text())
        })
        .collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    vec![
        case("s8-twice", "the same token stands twice under the result", &twice),
        case(
            "s8-seventeen",
            "under the result stand seventeen tokens",
            &draw().after(&of_the_result, &many).resealed(),
        ),
    ]
}

fn places() -> Vec<Tampered> {
    let draw = || honest("stamped");
    let token = |n| draw().nth(TOKEN, n);
    let moved = |n: usize, before: &str, occurrence: usize| {
        let next = draw().nth(before, occurrence);
        draw().moved(&token(n), &next).resealed()
    };
    let in_the_plan = {
        let bench = draw().nth("{\"kind\":\"bench\"", 0);
        draw().after(&bench, &[&token(0)]).resealed()
    };
    let before_the_log = {
        let draft = honest("stamped-logged");
        let (first, log) = (draft.nth(TOKEN, 4), draft.nth("{\"kind\":\"log\"", 3));
        draft.moved(&first, &log).resealed()
    };
    let in_a_wrong_plan = {
        let household = draw().nth("{\"kind\":\"household\"", 0);
        let draft = draw().edit(&household, "\"tier\":1", "\"tier\":0");
        let next = draft.nth("{\"kind\":\"close\",\"what\":\"commits\"", 0);
        let token = draft.nth(TOKEN, 1);
        draft.moved(&token, &next).resealed()
    };
    let cut = {
        let mut draft = draw();
        let end = draft.find(&draft.nth(TOKEN, RESULT));
        draft.0.truncate(end + 1);
        draft
    };
    vec![
        case("t2-token-in-the-plan", "a token stands among the lines of the plan", &in_the_plan),
        case(
            "t2-token-behind-the-roll-call",
            "a token over the plan comes when the roll call has begun",
            &moved(1, "{\"kind\":\"commit\"", 1),
        ),
        case(
            "t2-token-among-the-answers",
            "a token over the plan comes among the answers",
            &moved(1, "{\"kind\":\"reveal\"", 1),
        ),
        case(
            "t2-token-behind-the-numbers",
            "a token over the reveals comes when the dice were rolled",
            &moved(2, "{\"kind\":\"seed\"", 0),
        ),
        case(
            "t2-token-among-the-picks",
            "a token over a day comes on the next day",
            &moved(3, "{\"kind\":\"call\"", 3),
        ),
        case(
            "t2-token-in-a-batch",
            "a token over the result comes when a batch has begun",
            &moved(4, "{\"kind\":\"checkpoint\"", 4),
        ),
        case(
            "s7-token-before-the-log",
            "a token stands between the checkpoint and the signature of the log",
            &before_the_log,
        ),
        case(
            "p7-tier-with-tokens",
            "a plan with a fault, and a token over it among the roll call",
            &in_a_wrong_plan,
        ),
        case("unfinished-stamped", "the file ends behind a token over the result", &cut),
    ]
}
