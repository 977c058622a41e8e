//! Draws that take several days (rules T2, D2 and D9).

use crate::forge::Draft;
use crate::hall::{self, Act, Say, Script, keyed, log_key};
use crate::manifest::Evidence;
use crate::plans::*;
use crate::tampered::{Tampered, tampered as case};
use crate::valid::Shape;
use floorlot::plan::{Absence, Mode, Plan};

/// Two who are late on the first day; the second day ends within a pool, the third between two.
const ACTS: [Act; 12] = [
    Act::Choose(1),
    Act::Miss,
    Act::Miss,
    Act::Late,
    Act::Choose(1),
    Act::Late,
    Act::Miss,
    Act::Night,
    Act::Choose(0),
    Act::NightBetween,
    Act::Night,
    Act::Night,
];

fn plan(name: &str) -> Plan {
    let chosen = choice_pool(Absence::Day).unit("B-1801", "1801", 18, &[]);
    panel(name, Mode::Official).pool(chosen).pool(lot_pool())
}

fn signed() -> Script {
    let away = |id| (1, id, Say::Away);
    let says = vec![away("r2"), away("o1"), (2, "o2", Say::Paper), (3, "r1", Say::Away)];
    Script {
        acts: ACTS.to_vec(),
        signed: true,
        clock: Some(1_795_392_000),
        says,
        ..Script::default()
    }
}

fn plain(name: &str, absence: Absence, acts: &[Act]) -> (Plan, Script) {
    let plan = panel(name, Mode::Official).pool(choice_pool(absence)).pool(lot_pool());
    (plan, Script { acts: acts.to_vec(), ..Script::default() })
}

pub(crate) fn shapes() -> Vec<Shape> {
    let shape = |name, about, (plan, script)| Shape { name, about, plan, script };
    let mut logged = keyed(plan("days-logged"));
    let log = log_key(&logged.origin).verifier().to_string();
    logged = logged.log(&log);
    vec![
        shape(
            "days",
            "a draw over several days; two miss their call and are called again in the evening; other members are away each day",
            (keyed(plan("days")), signed()),
        ),
        shape(
            "days-unsigned",
            "the same, and nobody signs",
            (plan("days-unsigned"), Script { acts: ACTS.to_vec(), ..Script::default() }),
        ),
        shape(
            "days-logged",
            "the same, and the log signs each day, before the panel does",
            (logged, signed()),
        ),
        shape(
            "days-absent-last",
            "who misses a call is called again at the end of the pool, days later",
            plain(
                "days-absent-last",
                Absence::Last,
                &[
                    Act::Miss,
                    Act::Night,
                    Act::Choose(0),
                    Act::Night,
                    Act::Choose(0),
                    Act::Choose(0),
                    Act::Night,
                ],
            ),
        ),
        shape(
            "days-last-household-late",
            "all are called, and the last one is called again on the same day without a word",
            plain(
                "days-last-household-late",
                Absence::Day,
                &[Act::Choose(0), Act::Choose(0), Act::Choose(0), Act::Miss, Act::Choose(0)],
            ),
        ),
        shape(
            "days-undone-on-the-day",
            "choices are withdrawn before the day is closed, one of them in the evening",
            plain(
                "days-undone-on-the-day",
                Absence::Day,
                &[
                    Act::Choose(0),
                    Act::Undo("mistyped"),
                    Act::Miss,
                    Act::Late,
                    Act::Choose(1),
                    Act::Undo("mistyped"),
                    Act::Miss,
                    Act::Night,
                ],
            ),
        ),
    ]
}

/// The checkpoints with whose fingerprints they are verified, beside none.
pub(crate) fn evidence(name: &str) -> &'static [(&'static str, &'static [usize])] {
    match name {
        "days" => &[
            ("the same, with the fingerprint of the first day", &[1]),
            ("the same, with the fingerprints of the plan and of the second day", &[0, 2]),
            ("the same, with the fingerprint of the last day", &[5]),
        ],
        "days-unsigned" => &[("the same, with the fingerprint of the second day", &[2])],
        _ => &[],
    }
}

fn honest(name: &str) -> Draft {
    let shape = shapes().into_iter().find(|shape| shape.name == name).expect("it is a valid one");
    Draft(hall::draw(&shape.plan, &shape.script))
}

const DAY: &str = "\"stage\":\"day\"";
const SEALED: &str = "{\"kind\":\"checkpoint\",\"stage\":\"day\",\"body\":\"\"}";
const CLOSED: &str = "{\"kind\":\"closing\",\"lines\":0,\"root\":\"0000000000000000000000000000000000000000000000000000000000000000\"}";

/// The same with a day that ends behind a line.
fn ended_after(draft: Draft, line: &str) -> Draft {
    draft.after(line, &[SEALED, CLOSED]).resealed()
}

/// The same up to a line, with it.
fn up_to(mut draft: Draft, line: &str) -> Draft {
    let end = draft.find(line) + 1;
    draft.0.truncate(end);
    draft
}

/// The same without its n-th day, of which nobody signed.
fn without_day(mut draft: Draft, n: usize) -> Draft {
    let at = draft.find(&draft.nth(DAY, n));
    draft.0.drain(at..at + 2);
    draft.resealed()
}

/// The places of calls counted again.
fn recounted(mut draft: Draft) -> Draft {
    let mut place = 0;
    for line in &mut draft.0 {
        let text = String::from_utf8(line.clone()).unwrap();
        place = if text.contains("\"kind\":\"open\"") { 0 } else { place };
        if let (true, Some(at)) = (text.contains("\"kind\":\"call\""), text.find("\"place\":")) {
            place += 1;
            let (before, rest) = text.split_at(at);
            let behind = &rest[rest.find(',').unwrap()..];
            *line = format!("{before}\"place\":{place}{behind}").into_bytes();
        }
    }
    draft.resealed()
}

/// The same in which the day goes on in the order although the first of the late was called.
fn morning_in_the_evening() -> Draft {
    let draft = without_day(honest("days-unsigned"), 0);
    let late = draft.nth("\"kind\":\"call\"", 4);
    let (next, pick) = (draft.nth("\"kind\":\"call\"", 5), draft.nth("\"kind\":\"pick\"", 3));
    recounted(draft.moved(&next, &late).moved(&pick, &late))
}

/// The same in which the second of the late is called before the first.
fn late_out_of_order() -> Draft {
    let mut draft = honest("days-unsigned");
    let first = draft.find(&draft.nth("\"kind\":\"call\"", 3));
    // call and pick of the one; call, miss and pick of the other
    draft.0[first..first + 5].rotate_left(2);
    recounted(draft)
}

fn of_the_day(name: &'static str, about: &'static str, draft: &Draft, day: usize) -> Tampered {
    let evidence = Evidence::fingerprint(&honest("days"), day);
    Tampered { name, about, file: draft.file(), evidence }
}

pub(crate) fn tampered() -> Vec<Tampered> {
    let plain = || honest("days-unsigned");
    let end_of_day = |draft: &Draft, n| {
        let day = draft.find(&draft.nth(DAY, n));
        let closing = draft.0[day..].iter().find(|l| l.starts_with(b"{\"kind\":\"closing\""));
        String::from_utf8(closing.expect("a day is closed").clone()).unwrap()
    };
    let call = plain().nth("\"kind\":\"call\"", 0);
    let missed = plain().nth("\"kind\":\"missed\"", 0);
    let night = end_of_day(&plain(), 0);
    let mut rewritten = signed();
    rewritten.acts[0] = Act::Choose(2);
    let mut later = signed();
    later.acts[8] = Act::Choose(1);
    let rewritten = Draft(hall::draw(&keyed(plan("days")), &rewritten));
    let later = Draft(hall::draw(&keyed(plan("days")), &later));
    let cut = |draft: &Draft, n| up_to(draft.clone(), &end_of_day(draft, n));
    let undo = "{\"kind\":\"undo\",\"reason\":\"a friend came late\"}";
    let torn = {
        let mut draft = cut(&plain(), 1).file();
        draft.extend_from_slice(b"{\"kind\":\"call\",\"pool\"");
        Tampered {
            name: "unfinished-day-and-torn",
            about: "the second day is closed, and the first line of the third is torn",
            file: draft,
            evidence: Evidence::default(),
        }
    };
    let of_another = {
        let line = plain().nth(DAY, 1);
        let mut draft = plain();
        let at = draft.find(&line);
        draft.0[at] = plain().nth(DAY, 0).into_bytes();
        draft.resealed_but(&[at])
    };
    let miscounted =
        plain().change(&night, |l| l.replace("\"lines\":", "\"lines\":1").into_bytes());
    vec![
        case(
            "t2-day-within-a-call",
            "a day ends while a household chooses",
            &ended_after(plain(), &call),
        ),
        case(
            "t2-day-while-somebody-is-late",
            "a day ends although somebody was to be called again before",
            &ended_after(plain(), &missed),
        ),
        case(
            "t2-day-without-a-call",
            "a day in which nobody was called",
            &ended_after(plain(), &night),
        ),
        case(
            "t2-day-before-the-first-call",
            "a day ends before anybody was called",
            &ended_after(plain(), "\"kind\":\"seed\""),
        ),
        case(
            "t2-day-among-leftovers",
            "a day ends while a leftover flat is still to be named",
            &ended_after(plain(), "\"kind\":\"end\""),
        ),
        case(
            "t2-day-before-the-numbers",
            "a day ends before the numbers are public",
            &ended_after(plain(), "\"stage\":\"reveals\""),
        ),
        case("t2-day-after-the-result", "a day ends after the result", &{
            let draft = plain();
            let result = draft.nth("\"kind\":\"result\"", 0);
            ended_after(draft, &result)
        }),
        case("t2-day-not-closed", "the draw goes on although the day was not closed", &{
            plain().without(&night).resealed()
        }),
        case(
            "t2-day-not-closed-in-a-pool-by-lot",
            "the lots go on although the day was not closed",
            &plain().without(&end_of_day(&plain(), 3)).resealed(),
        ),
        case("d9-undo-over-the-night", "a choice of the day before is withdrawn", &{
            let draft = honest("days-absent-last");
            let night = end_of_day(&draft, 1);
            draft.after(&night, &[undo]).resealed()
        }),
        case(
            "d2-morning-in-the-evening",
            "after one of the late the next in the order is called, on the same day",
            &morning_in_the_evening(),
        ),
        case(
            "d2-late-out-of-order",
            "the second of the late is called first",
            &late_out_of_order(),
        ),
        case(
            "t3-day-with-the-root-of-another",
            "the checkpoint of a day is that of the day before",
            &of_another,
        ),
        case(
            "t4-day-miscounted",
            "the closing line of a day has another number of lines",
            &miscounted,
        ),
        of_the_day(
            "v1-day-rewritten",
            "the first day is rewritten, everything after it recomputed and signed anew",
            &rewritten,
            1,
        ),
        of_the_day(
            "v1-later-day-rewritten",
            "the second day is rewritten, everything after it recomputed and signed anew",
            &later,
            2,
        ),
        of_the_day(
            "unfinished-day-closed",
            "the file ends with its first day, and nobody noted that one",
            &cut(&honest("days"), 0),
            0,
        ),
        of_the_day(
            "unfinished-day-closed-and-noted",
            "the file ends with its second day, of which somebody noted the fingerprint",
            &cut(&honest("days"), 1),
            2,
        ),
        case(
            "unfinished-day-of-nobody",
            "the file ends with its third day, which nobody signed",
            &cut(&plain(), 2),
        ),
        case("unfinished-day-not-closed", "the file ends with the checkpoint of a day", &{
            let line = plain().nth(DAY, 0);
            up_to(plain(), &line)
        }),
        of_the_day(
            "unfinished-day-and-more",
            "the next morning somebody was called, and nothing more",
            &{
                let draft = honest("days");
                let next = draft.nth("\"kind\":\"call\"", 5);
                up_to(draft, &next)
            },
            1,
        ),
        torn,
    ]
}
