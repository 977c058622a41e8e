//! What must hold for every draw: random plans and halls, a second reading of the rules, tampering,
//! and garbage.
//!
//! The seeds are fixed, so that every run tries the same cases.

use crate::support::follow::{Followed, follow, leaf, recursive_root, root, untimed};
use crate::support::{Conduct, Draw, People, Tape, cases, draw, file, people, plans};
use floorlot::Hash;
use floorlot::ceremony::{CeremonyError, Numbers, commitment};
use floorlot::lines::{By, Line, PickRule};
use floorlot::plan::{Device, HouseholdNumber, Mode, Plan, Pool, Source, UnitNumber, Unranked};
use floorlot::primitives::tree;
use floorlot::primitives::tree::{
    ProofError, Tree, consistency_proof, inclusion_proof, root_of, verify_consistency,
    verify_inclusion,
};
use floorlot::record::{How, Record};
use floorlot::session::{Awaits, NotOffered, ResumeError, Session, StepError};
use floorlot::transcript::{Evidence, OutcomeKind, Verdict, verify};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The plan, the draw, and what the second reading makes of it.
fn drawn(plan: &Plan, people: &People) -> (Draw, Followed) {
    let draw = draw(plan, people, |_| {});
    let followed = follow(plan, &draw.lines).unwrap();
    (draw, followed)
}

proptest! {
    #![proptest_config(cases(100, 0xD4))]

    /// D1 to D12, T3, T4, C6: every line is what the second reading of the rules makes, and every
    /// offer is that of the definition.
    #[test]
    fn a_draw_follows_the_rules_word_by_word(plan in plans(), people in people()) {
        let (draw, followed) = drawn(&plan, &people);
        prop_assert_eq!(draw.seen.len(), followed.turns.len());
        for (seen, turn) in draw.seen.iter().zip(&followed.turns) {
            prop_assert_eq!(&seen.household, &turn.household);
            prop_assert_eq!((seen.ticket, seen.lot), (turn.ticket, turn.lot));
            prop_assert_eq!(&seen.offered, &turn.offered, "offer of {}", seen.household);
            prop_assert!(turn.waiting > 0 || turn.held_back.is_empty(), "held back for nobody: {:?}", turn.held_back);
        }
        let allocated: Vec<(String, String)> = draw.allocation().into_iter().filter_map(|(h, u)| Some((h, u?))).collect();
        let expected: BTreeSet<(String, String)> = followed.units.clone().into_iter().collect();
        prop_assert_eq!(allocated.into_iter().collect::<BTreeSet<_>>(), expected);
        prop_assert_eq!(draw.session.seed().map(|s| s.to_hex()), Some(followed.seed));
    }

    /// D12, D13 and 'nobody left out': read from the allocation and the lines alone.
    #[test]
    fn everybody_is_served_once_and_nobody_with_needs_is_left_out(plan in plans(), people in people()) {
        let draw = draw(&plan, &people, |_| {});
        let allocation = draw.allocation();
        let mut taken = BTreeSet::new();
        let standing_by: Vec<String> = draw.lines.iter().filter_map(|l| match Line::decode(l).unwrap() {
            Line::Standby { household, .. } => Some(household.into_owned()),
            _ => None,
        }).collect();
        prop_assert_eq!(standing_by.iter().collect::<BTreeSet<_>>().len(), standing_by.len(), "on standby twice");
        let households = plan.pools.iter().flat_map(|p| p.households.iter().map(move |h| (p, h)));
        for ((pool, household), (id, unit)) in households.zip(&allocation) {
            prop_assert_eq!(&household.id, id);
            prop_assert_eq!(unit.is_some(), !standing_by.contains(id), "{} must be served exactly once", id);
            let Some(unit) = unit else {
                let may_be_left = household.needs.is_empty() || pool.unranked == Some(Unranked::Standby);
                prop_assert!(may_be_left, "{} has needs and is left out", id);
                continue;
            };
            prop_assert!(taken.insert(unit.clone()), "{} is picked twice", unit);
            let unit = pool.units.iter().find(|u| u.id == *unit).expect("a unit of its own pool");
            prop_assert!(crate::support::accepts(household, unit), "{} got {} without its needs", id, unit.id);
        }
        let calls = |l: &&Vec<u8>| matches!(Line::decode(l).unwrap(), Line::Call { .. });
        let misses = plan.pools.iter().filter(|p| p.rule == PickRule::Choice).map(|p| p.households.len()).sum::<usize>();
        let households = allocation.len();
        prop_assert!((households..=households + misses).contains(&draw.lines.iter().filter(calls).count()));
    }

    /// verify(run(x)) passes with the session's allocation, whatever people do.
    #[test]
    fn what_a_session_makes_is_verified(plan in plans(), people in people()) {
        let draw = draw(&plan, &people, |_| {});
        let report = verify(draw.file().as_slice(), &Evidence::default()).unwrap();
        prop_assert_eq!(report.verdict, Verdict::Verified, "{}", report.text(floorlot::rules::Lang::En));
        prop_assert_eq!(report.totals.lines, draw.lines.len() as u64);
        let (picked, standby) = (report.totals.picked, report.totals.standby);
        prop_assert_eq!(picked + standby, u64::from(report.totals.households));
        prop_assert_eq!(picked + report.totals.leftover, u64::from(report.totals.units));
        let verified = report.into_verified().unwrap();
        let allocation: Vec<_> = verified.allocation().map(|(h, u)| (h.to_owned(), u.map(str::to_owned))).collect();
        prop_assert_eq!(allocation, draw.allocation());
        let followed = follow(&plan, &draw.lines).unwrap();
        prop_assert_eq!(verified.standby().collect::<Vec<_>>(), followed.standby);
    }
}

proptest! {
    #![proptest_config(cases(30, 0xE1))]

    /// The explanation of each household says what the session said to it when it was served.
    #[test]
    fn the_explanation_is_what_happened(plan in plans(), people in people()) {
        let (draw, followed) = drawn(&plan, &people);
        let file = draw.file();
        for (household, unit) in draw.allocation() {
            let evidence = Evidence::default().with_household(household.clone());
            let report = verify(file.as_slice(), &evidence).unwrap();
            let why = report.why.expect("every household is explained");
            let turn = followed.turns.iter().rev().find(|t| t.household == household).unwrap();
            prop_assert_eq!(&why.household, &household);
            prop_assert_eq!(&why.unit, &unit);
            prop_assert_eq!(&why.offered, &turn.offered);
            prop_assert_eq!(why.ticket, turn.ticket.to_string());
            prop_assert_eq!(why.lot, turn.lot.to_string());
            let line = Line::decode(&draw.lines[why.line as usize - 1]).unwrap();
            let (who, by) = match &line {
                Line::Pick { household, by, .. } => (household, by.word()),
                Line::Standby { household, .. } => (household, "standby"),
                other => panic!("line {} is a {}", why.line, other.kind()),
            };
            prop_assert_eq!((who.as_ref(), why.by.as_deref()), (household.as_str(), Some(by)));
            if let Line::Pick { number, rank, proxy, .. } = &line {
                prop_assert_eq!((why.number, why.rank, why.proxy.as_deref()), (*number, *rank, proxy.as_deref()));
            }
            prop_assert_eq!(why.missed, misses(&draw.lines, &household));
            prop_assert_eq!(why.place, place(&draw.lines, &household));
        }
    }
}

proptest! {
    #![proptest_config(cases(60, 0xE3))]

    /// The record, which print-outs, receipts and board read, says of each household what the
    /// verifier says, whatever was withdrawn on the way.
    #[test]
    fn the_record_is_what_the_verifier_explains(plan in plans(), people in people()) {
        let (draw, _) = drawn(&plan, &people);
        let record = Record::of(draw.valid.roll(), &draw.lines);
        for (number, (household, unit)) in draw.valid.roll().household_numbers().zip(draw.allocation()) {
            let evidence = Evidence::default().with_household(household.clone());
            let why = verify(draw.file().as_slice(), &evidence).unwrap().why.unwrap();
            let course = record.course(number);
            prop_assert_eq!(course.now.unit().map(|unit| draw.valid.roll().unit_id(unit).to_owned()), unit);
            prop_assert_eq!(&course.now, &course.drawn);
            prop_assert_eq!(course.now.line, why.line);
            prop_assert_eq!(course.called.map(|call| call.line), last_call(&draw.lines, &household));
            let (by, proxy) = match &course.now.how {
                How::Choice => ("choice", None),
                How::Proxy(proxy) => ("choice", Some(proxy.to_string())),
                How::Lot => ("lot", None),
                How::Ranking => ("ranking", None),
                How::Standby(_) => ("standby", None),
                other => panic!("{household}: {other:?}"),
            };
            prop_assert_eq!((Some(by), proxy), (why.by.as_deref(), why.proxy));
        }
        prop_assert_eq!(record.served(), u64::from(draw.valid.roll().household_count()));
    }
}

/// The line of the last call of a household.
fn last_call(lines: &[Vec<u8>], household: &str) -> Option<u64> {
    let called = |l: &Vec<u8>| matches!(Line::decode(l).unwrap(), Line::Call { household: h, .. } if h == household);
    (1..).zip(lines).filter(|(_, line)| called(line)).map(|(number, _)| number).last()
}

/// How many missed calls of a household stand, counted in the file.
fn misses(lines: &[Vec<u8>], household: &str) -> u64 {
    let missed = |l: &Vec<u8>| matches!(Line::decode(l).unwrap(), Line::Missed { household: h, .. } if h == household);
    let undone = |l: &Vec<u8>| matches!(Line::decode(l).unwrap(), Line::Undo { .. });
    lines.windows(2).filter(|pair| missed(&pair[0]) && !undone(&pair[1])).count() as u64
}

/// The place of the first call of a household, as its line says.
fn place(lines: &[Vec<u8>], household: &str) -> u64 {
    let place = |l: &Vec<u8>| match Line::decode(l).unwrap() {
        Line::Call { household: h, place, .. } if h == household => Some(place),
        _ => None,
    };
    lines.iter().find_map(place).unwrap()
}

/// Draws on to the end.
fn finish(plan: &Plan, people: &People, mut session: Session) -> Vec<Vec<u8>> {
    std::iter::from_fn(|| people.step(plan, &mut session)).collect()
}

proptest! {
    #![proptest_config(cases(8, 0xE2))]

    /// After a power cut at any line, the draw goes on as if nothing had happened.
    #[test]
    fn a_resumed_draw_is_the_uninterrupted_one(plan in plans(), people in people()) {
        let draw = draw(&plan, &people, |_| {});
        for cut in 0..=draw.lines.len() {
            let (before, after) = draw.lines.split_at(cut);
            let session = Session::resume(draw.valid.clone(), before.iter().map(Vec::as_slice)).unwrap();
            prop_assert_eq!(session.lines(), cut as u64);
            prop_assert_eq!(session.root().0, root(before));
            prop_assert_eq!(session.awaits() == Awaits::Done, after.is_empty());
            prop_assert_eq!(finish(&plan, &people, session), after);
        }
    }
}

/// Whether the line records a decision, so that another one may stand in its place.
fn is_decision(line: &[u8]) -> bool {
    use Line::*;
    match Line::decode(line).unwrap() {
        Commit { .. }
        | Envelope { .. }
        | Absent { .. }
        | Reveal { .. }
        | Withheld { .. }
        | Close { .. } => true,
        Dice { .. } | Balls { .. } | Missed { .. } | Undo { .. } => true,
        Pick { by, .. } => by == By::Choice,
        _ => false,
    }
}

proptest! {
    #![proptest_config(cases(25, 0xE3))]

    /// A line that was changed is refused, wherever the rules leave only one line to stand there
    /// (but for its time).
    #[test]
    fn replay_refuses_a_changed_line(plan in plans(), people in people(), seed in any::<u64>()) {
        let draw = draw(&plan, &people, |_| {});
        let mut session = Session::new(draw.valid.clone());
        for (n, line) in (0..).zip(&draw.lines) {
            let mut tape = Tape::new(seed, n);
            for changed in [change_byte(line, &mut tape), change_digit(line, &mut tape), tape.one_of(&draw.lines).clone()] {
                let mut other = session.clone();
                let same_but_time = untimed(&changed) == untimed(line);
                let before = other.root();
                match other.replay(&changed) {
                    Ok(()) => {
                        prop_assert!(same_but_time || is_decision(&changed) || is_decision(line), "replayed {}", String::from_utf8_lossy(&changed));
                        let lines: Vec<Vec<u8>> = draw.lines[..n as usize].iter().cloned().chain([changed]).collect();
                        prop_assert_eq!(other.root().0, root(&lines), "the line in the tree is not the one replayed");
                    }
                    Err(error) => {
                        prop_assert!(changed != *line);
                        prop_assert!(error.to_string().starts_with(&format!("line {}: ", n + 1)), "{}", error);
                        let no_step = matches!(error, ResumeError::Step { .. });
                        prop_assert!(!no_step || other.root() == before);
                    }
                }
            }
            session.replay(line).unwrap();
        }
        prop_assert_eq!(session.awaits(), Awaits::Done);
    }
}

/// Another byte at a random place.
fn change_byte(bytes: &[u8], tape: &mut Tape) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let at = tape.below(bytes.len());
    bytes[at] = bytes[at].wrapping_add(1 + u8::try_from(tape.below(255)).unwrap());
    bytes
}

/// Another digit in place of a digit, so that the line still reads well.
fn change_digit(bytes: &[u8], tape: &mut Tape) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let digits: Vec<usize> = (0..bytes.len()).filter(|i| bytes[*i].is_ascii_digit()).collect();
    if !digits.is_empty() {
        let at = *tape.one_of(&digits);
        bytes[at] = b'0' + (bytes[at] - b'0' + 1 + u8::try_from(tape.below(9)).unwrap()) % 10;
    }
    bytes
}

fn is_verified(file: &[u8]) -> bool {
    verify(file, &Evidence::default()).is_ok_and(|report| report.verdict == Verdict::Verified)
}

proptest! {
    #![proptest_config(cases(20, 0xE4))]

    /// A file with a changed byte, or with lines deleted, repeated, or swapped, is never verified.
    #[test]
    fn no_change_of_the_file_is_overlooked(plan in plans(), people in people(), seed in any::<u64>()) {
        let draw = draw(&plan, &people, |_| {});
        let whole = draw.file();
        for n in 0..16 {
            let mut tape = Tape::new(seed, n);
            let changed = change_byte(&whole, &mut tape);
            prop_assert!(!is_verified(&changed), "a changed byte");
            let cut = tape.below(whole.len());
            prop_assert!(!is_verified(&whole[..cut]), "cut off at byte {}", cut);
            let (mut lines, at, to) = (draw.lines.clone(), tape.below(draw.lines.len()), tape.below(draw.lines.len()));
            match n % 4 {
                0 => drop(lines.remove(at)),
                1 => lines.insert(to, lines[at].clone()),
                2 => lines.swap(at, to),
                _ => lines.insert(to, b"{\"kind\":\"absent\",\"member\":\"m00\"}".to_vec()),
            }
            prop_assert_eq!(is_verified(&file(&lines)), lines == draw.lines, "lines {} and {}", at, to);
        }
        prop_assert!(is_verified(&whole));
    }
}

/// A forger's work: checkpoints and closing line are made anew, so that only the rules of the draw
/// can tell.
fn reseal(origin: &str, lines: &mut [Vec<u8>]) {
    let mut sealed = Tree::new();
    for line in lines {
        let anew = match Line::decode(line) {
            Ok(Line::Checkpoint { stage, at, .. }) => {
                let body = tree::checkpoint_body(origin, sealed.size(), sealed.root()).into();
                Some(Line::Checkpoint { stage, body, at }.to_bytes())
            }
            Ok(Line::Closing { .. }) => {
                Some(Line::Closing { lines: sealed.size(), root: sealed.root() }.to_bytes())
            }
            _ => None,
        };
        if let Some(anew) = anew {
            *line = anew;
        }
        sealed.push_line(line);
    }
}

/// Another household or unit of the plan in place of one, another word, or another number.
fn forge_line(plan: &Plan, line: &[u8], tape: &mut Tape) -> Vec<u8> {
    let text = String::from_utf8(line.to_vec()).unwrap();
    let pool = tape.one_of(&plan.pools);
    let (other_unit, other_household) =
        (tape.one_of(&pool.units).id.clone(), tape.one_of(&pool.households).id.clone());
    let string_of = |key: &str| {
        text.split_once(&format!("\"{key}\":\"")).and_then(|(_, rest)| rest.split('"').next())
    };
    let replace = |key: &str, by: &str| {
        string_of(key).map(|old| {
            text.replace(&format!("\"{key}\":\"{old}\""), &format!("\"{key}\":\"{by}\""))
        })
    };
    let forged = match tape.below(7) {
        0 | 1 => replace("unit", &other_unit),
        2 => replace("household", &other_household),
        3 => replace("by", ["choice", "lot", "ranking"][tape.below(3)]),
        4 => {
            string_of("household").map(|h| format!("{{\"kind\":\"missed\",\"household\":\"{h}\"}}"))
        }
        5 => string_of("household")
            .map(|h| format!("{{\"kind\":\"standby\",\"household\":\"{h}\",\"place\":1}}")),
        _ => None,
    };
    forged.map_or_else(|| change_digit(line, tape), String::into_bytes)
}

/// A forged copy of a draw; `other` is another draw of the same plan and seed.
fn forge(plan: &Plan, draw: &Draw, other: &Draw, tape: &mut Tape) -> Vec<Vec<u8>> {
    let mut lines = draw.lines.clone();
    let seed = lines.iter().position(|l| l.starts_with(b"{\"kind\":\"seed\"")).unwrap();
    let somewhere =
        |tape: &mut Tape, lines: &[Vec<u8>]| seed + 1 + tape.below(lines.len() - seed - 2);
    let at = somewhere(tape, &lines);
    match tape.below(8) {
        0 => drop(lines.remove(at)),
        1 => {
            let to = somewhere(tape, &lines);
            lines.swap(at, to);
        }
        2 => lines.insert(at, b"{\"kind\":\"undo\",\"reason\":\"x\"}".to_vec()),
        3 => lines = lines[..at].iter().chain(other.lines.iter().skip(at)).cloned().collect(),
        _ => lines[at] = forge_line(plan, &lines[at], tape),
    }
    reseal(&plan.origin, &mut lines);
    lines
}

/// Whether the live session would have made these lines.
fn replays(draw: &Draw, lines: &[Vec<u8>]) -> bool {
    Session::resume(draw.valid.clone(), lines.iter().map(Vec::as_slice))
        .is_ok_and(|s| s.awaits() == Awaits::Done)
}

proptest! {
    #![proptest_config(cases(50, 0xE5))]

    /// A draw forged with all roots made anew is verified if and only if it is a draw that could
    /// have happened: the verifier, the live session and the second reading of the rules agree.
    #[test]
    fn verifier_session_and_second_reading_agree_about_forgeries(plan in plans(), people in people(), seed in any::<u64>()) {
        let draw = draw(&plan, &people, |_| {});
        let other = crate::support::draw(&plan, &People { households: seed, ..people }, |_| {});
        for n in 0..12 {
            let lines = forge(&plan, &draw, &other, &mut Tape::new(seed, n));
            let (verified, possible) = (is_verified(&file(&lines)), replays(&draw, &lines));
            prop_assert_eq!(verified, possible, "verifier and session differ about\n{}", String::from_utf8_lossy(&file(&lines)));
            let second = follow(&plan, &lines);
            prop_assert_eq!(verified, second.is_ok(), "{:?}\n{}", second.err(), String::from_utf8_lossy(&file(&lines)));
        }
    }
}

/// What two households do, by hand: H1 of the first tier, then H2, which needs the step-free unit
/// A; B is the other unit. Gives the checks that fail when all roots are made anew.
fn failed_checks(turns: [&str; 2], after: &[&str]) -> Vec<&'static str> {
    let mut pool = Pool::new("P", "两室", "1号楼", PickRule::Choice)
        .unit("A", "101", 1, &["step-free"])
        .unit("B", "201", 2, &[]);
    pool = pool.household("H1", "张*明", 1, &[]).household("H2", "欧阳*", 2, &["step-free"]);
    let plan = Plan::new("draw.example/2026-002", "安置房选层", Mode::Rehearsal)
        .bench("residents", "居民代表", 1, &[("r1", "王*")])
        .bench("officials", "工作人员", 1, &[("o1", "李*")])
        .source(Source::TWENTY_DICE)
        .pool(pool);
    let draw = draw(&plan, &People { panel: 1, households: 1, clock: None }, |_| {});
    let call = |place: u64| {
        let this = |l: &&Vec<u8>| matches!(Line::decode(l).unwrap(), Line::Call { place: p, .. } if p == place);
        draw.lines.iter().find(this).unwrap().clone()
    };
    let first = draw.lines.iter().position(|l| *l == call(1)).unwrap();
    let by_hand = |text: &str| text.replace('\'', "\"").into_bytes();
    let mut lines =
        [&draw.lines[..first], &[call(1), by_hand(turns[0]), call(2), by_hand(turns[1])]].concat();
    lines.extend(after.iter().map(|text| by_hand(text)));
    lines.extend_from_slice(&draw.lines[draw.lines.len() - 2..]);
    reseal(&plan.origin, &mut lines);
    let report = verify(file(&lines).as_slice(), &Evidence::default()).unwrap();
    assert_eq!(report.verdict == Verdict::Verified, replays(&draw, &lines));
    assert_eq!(report.verdict == Verdict::Verified, follow(&plan, &lines).is_ok());
    report.checks.iter().filter(|c| c.outcome == OutcomeKind::Failed).map(|c| c.id.id()).collect()
}

/// A cheat that keeps every other rule is found by the one check that is about it.
#[test]
fn a_cheat_that_keeps_all_other_rules_is_found() {
    let choice = |h: &str, offered: u64, unit: &str| {
        format!(
            "{{'kind':'pick','household':'{h}','by':'choice','offered':{offered},'unit':'{unit}'}}"
        )
    };
    let standby = |h: &str| format!("{{'kind':'standby','household':'{h}','place':1}}");
    let end = |picked: u64, left: &[&str]| {
        let (standby, n) = (2 - picked, left.len());
        let mut lines = vec![format!(
            "{{'kind':'end','pool':'P','picked':{picked},'standby':{standby},'leftover':{n}}}"
        )];
        lines.extend(left.iter().map(|u| format!("{{'kind':'leftover','pool':'P','unit':'{u}'}}")));
        lines.push(format!(
            "{{'kind':'result','picked':{picked},'standby':{standby},'leftover':{n}}}"
        ));
        lines
    };
    let check = |first: String, second: String, after: &[String]| {
        failed_checks([&first, &second], &after.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let none: [&str; 0] = [];
    assert_eq!(
        check(choice("H1", 1, "B"), choice("H2", 1, "A"), &end(2, &[])),
        none,
        "nobody cheats"
    );
    assert_eq!(
        check(choice("H1", 2, "B"), choice("H2", 1, "A"), &end(2, &[])),
        ["D4"],
        "one offered unit more"
    );
    assert_eq!(
        check(choice("H1", 1, "A"), standby("H2"), &end(1, &["B"])),
        ["D5"],
        "a unit that was held back"
    );
    assert_eq!(
        check(standby("H1"), choice("H2", 1, "A"), &end(1, &["B"])),
        ["D10"],
        "standby with a unit on offer"
    );
    assert_eq!(
        check(choice("H1", 1, "B"), standby("H2"), &end(1, &["A"])),
        ["D10"],
        "needs left out"
    );
    assert_eq!(
        check(choice("H1", 1, "B"), choice("H2", 1, "A"), &end(1, &[])),
        ["D11", "D12"],
        "wrong sums"
    );
}

/// Every string in a line that the profile can carry, escapes and all.
fn strings() -> impl Strategy<Value = String> {
    prop_oneof!["[a-zA-Z0-9._-]{1,12}", "[ -~\n\u{a1}-\u{24f}一-龥😀]{0,12}"]
}

/// Lines of every kind with any values.
fn lines_of_any_kind() -> impl Strategy<Value = Vec<u8>> {
    let integers = prop_oneof![0_u64..100, 0..=floorlot::primitives::profile::MAX_INTEGER];
    let list = prop::option::of(prop::collection::vec(strings(), 1..4));
    let tuple = (
        0_usize..11,
        strings(),
        strings(),
        integers,
        any::<u128>(),
        any::<[u8; 32]>(),
        list,
        prop::option::of(0..=99_u64),
    );
    tuple.prop_map(|(kind, a, b, n, big, hash, list, at)| {
        use floorlot::primitives::profile::Decimal;
        let list = list.map(|l| l.into_iter().map(Into::into).collect::<Vec<_>>());
        let (a, b) = (a.into(), b.into());
        let line = match kind {
            0 => Line::Unit {
                pool: a,
                id: "U".into(),
                building: at.map(|_| "楼".into()),
                label: b,
                storey: n,
                area: at,
                price: at.map(|at| at % 7),
                features: list,
            },
            1 => Line::Household {
                pool: a,
                id: "H".into(),
                name: b,
                tier: n,
                needs: list.clone(),
                group: None,
                family: None,
                ranking: list,
                person: None,
            },
            2 => Line::Call { pool: a, place: n, household: b, ticket: Decimal(big), at },
            3 => Line::Commit { member: a, commit: Hash(hash), at },
            4 => Line::Closing { lines: n, root: Hash(hash) },
            5 => Line::Balls { source: n, numbers: vec![n, n / 2], at },
            6 => Line::Undo { reason: a, at },
            7 => Line::Dice { source: n, digits: b, at },
            8 => Line::Leftover { pool: a, unit: b, at },
            9 => Line::Reveal { member: a, secret: b, at },
            _ => Line::Pick {
                household: a,
                by: By::Lot,
                offered: n,
                lot: at.map(|_| Decimal(big)),
                number: at,
                rank: None,
                unit: "U".into(),
                proxy: Some(b),
                at,
            },
        };
        line.to_bytes()
    })
}

/// One to three wild changes: bytes, pieces cut out, repeated or moved, and characters that mean
/// something to a JSON reader.
fn mangle(bytes: &[u8], tape: &mut Tape) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..1 + tape.below(3) {
        let (a, b) = (tape.below(bytes.len() + 1), tape.below(bytes.len() + 1));
        let (from, to) = (a.min(b), a.max(b).min(a.min(b) + 12));
        match tape.below(6) {
            0 => drop(bytes.drain(from..to)),
            1 => {
                let piece = bytes[from..to].to_vec();
                bytes.splice(to..to, piece);
            }
            2 => bytes.insert(from, *tape.one_of(b"\"\\{}[],:0-9 \t\r\n\x00\x7f\xff\xc0e+.")),
            3 => {
                let word = tape.one_of(&[
                    "null",
                    "\\u0041",
                    "\\/",
                    "00",
                    "1e3",
                    "-1",
                    "9007199254740992",
                    "\"kind\":",
                    ",\"at\":5",
                ]);
                bytes.splice(from..from, word.bytes());
            }
            _ if !bytes.is_empty() => bytes = change_byte(&bytes, tape),
            _ => {}
        }
    }
    bytes
}

proptest! {
    #![proptest_config(cases(3_000, 0xE6))]

    /// T1: a line of any kind is read as it was written, and a mangled one is either refused or is
    /// its own spelling.
    #[test]
    fn what_is_decoded_encodes_to_the_same_bytes(line in lines_of_any_kind(), seed in any::<u64>(), garbage: Vec<u8>) {
        let decoded = Line::decode(&line).unwrap();
        prop_assert_eq!(decoded.to_bytes(), &line[..]);
        for n in 0..4 {
            let mangled = mangle(&line, &mut Tape::new(seed, n));
            match Line::decode(&mangled) {
                Ok(read) => prop_assert_eq!(read.to_bytes(), &mangled[..]),
                Err(error) => {
                    prop_assert!(mangled != line, "{}", error);
                    prop_assert!((1..=mangled.len() + 1).contains(&error.column), "{}", error);
                }
            }
            let as_json = serde_json::from_slice::<serde_json::Value>(&mangled);
            prop_assert!(as_json.is_ok() || Line::decode(&mangled).is_err(), "no JSON, but read as a line");
        }
        prop_assert!(Line::decode(&garbage).is_err());
    }
}

/// A sentence in both languages, or none at all.
fn says_something(words: &floorlot::rules::Phrase) -> bool {
    !words.en.trim().is_empty() && !words.zh.trim().is_empty()
}

proptest! {
    #![proptest_config(cases(40, 0xE7))]

    /// No bytes make a reader panic or run for ever; what is refuted is refuted with words.
    #[test]
    fn garbage_is_refused_in_peace(plan in plans(), people in people(), seed in any::<u64>(), garbage: Vec<u8>, text: String) {
        let draw = draw(&plan, &people, |_| {});
        let whole = draw.file();
        for n in 0..20 {
            let mut tape = Tape::new(seed, n);
            let mut lines = draw.lines.clone();
            for _ in 0..1 + tape.below(4) {
                let (at, to) = (tape.below(lines.len()), tape.below(lines.len()));
                match tape.below(4) {
                    0 => lines[at] = mangle(&lines[at], &mut tape),
                    1 => lines.swap(at, to),
                    2 => lines.insert(at, lines[to].clone()),
                    _ => drop(lines.drain(at..(at + 9).min(lines.len() - 1).max(at))),
                }
            }
            reseal(&plan.origin, &mut lines);
            let changed = lines != draw.lines;
            let file = if n % 4 == 0 { mangle(&whole, &mut tape) } else { file(&lines) };
            match verify(file.as_slice(), &Evidence::default().with_household("HA00".to_owned())) {
                Ok(report) => {
                    prop_assert!(says_something(&report.sentence()));
                    let faults = report.checks.iter().flat_map(|c| &c.faults);
                    faults.for_each(|f| assert!(says_something(&f.expected) && says_something(&f.found), "{f}"));
                    prop_assert!(changed || n % 4 == 0 || report.verdict == Verdict::Verified);
                    prop_assert_eq!(report.verdict == Verdict::Refuted, report.first_failed().is_some());
                }
                Err(error) => prop_assert!(says_something(&error.words())),
            }
            let _ = Plan::read_lines(file.split(|b| *b == b'\n'));
            let _ = Session::resume(draw.valid.clone(), file.split(|b| *b == b'\n'));
        }
        prop_assert!(verify(garbage.as_slice(), &Evidence::default()).is_err());
        prop_assert!(Plan::read_lines([garbage.as_slice()]).is_err());
        prop_assert!(text.parse::<tree::Fingerprint>().is_err());
        let _ = verify([b"{\"kind\":\"plan\",".as_slice(), &garbage].concat().as_slice(), &Evidence::default());
    }
}

/// Tries every step that is not possible now. Each must say why, and change nothing.
fn try_everything_else(plan: &Plan, people: &People, session: &mut Session) {
    let stage = session.awaits();
    let before = (session.lines(), session.root(), session.holdings().to_vec(), session.can_undo());
    let can_sign = !session.still_to_sign().is_empty();
    let mut refused = |what: &str,
                       step: &mut dyn FnMut(&mut Session) -> Result<Vec<u8>, StepError>,
                       kind: fn(&StepError) -> bool| {
        let error = step(session).expect_err(what);
        assert!(kind(&error), "{what} at {stage:?}: {error:?}");
        assert!(says_something(&error.words()), "{what}");
        assert_eq!(error.words().en, error.to_string());
        let after =
            (session.lines(), session.root(), session.holdings().to_vec(), session.can_undo());
        assert_eq!(before, after, "{what} changed something");
        assert_eq!(stage, session.awaits(), "{what} changed the stage");
    };
    let out_of_order: fn(&StepError) -> bool = |e| matches!(e, StepError::OutOfOrder { .. });
    let ceremony: fn(&StepError) -> bool = |e| matches!(e, StepError::Ceremony(_));
    let rule: fn(&StepError) -> bool = |e| matches!(e, StepError::Rule(_));
    let member = plan.members[0].id.as_str();
    if stage == Awaits::RollCall {
        refused("commit of a stranger", &mut |s| s.commit("nobody", Hash([0; 32]), None), ceremony);
    } else {
        refused("commit", &mut |s| s.commit(member, Hash([0; 32]), None), out_of_order);
        refused("envelope", &mut |s| s.envelope(member, None), out_of_order);
        refused("absent", &mut |s| s.absent(member, None), out_of_order);
        refused("close commits", &mut |s| s.close_commits(None), out_of_order);
    }
    if stage == Awaits::Reveals {
        refused("reveal of a stranger", &mut |s| s.reveal("nobody", "1234", None), ceremony);
    } else {
        refused(
            "reveal",
            &mut |s| s.reveal(member, &people.secret(plan, member), None),
            out_of_order,
        );
        refused("withhold", &mut |s| s.withhold(member, None), out_of_order);
        refused("close reveals", &mut |s| s.close_reveals(None), out_of_order);
    }
    match stage {
        Awaits::Numbers { source, .. } => {
            let (dice, balls) = (Numbers::Dice("12".into()), Numbers::Balls(vec![1, 1]));
            refused("two dice", &mut |s| s.numbers(dice.clone(), None), ceremony);
            refused("the same ball twice", &mut |s| s.numbers(balls.clone(), None), ceremony);
            let beyond = match source.device {
                Device::Dice if source.range < 10 => {
                    Numbers::Dice("0".repeat(source.count as usize))
                }
                Device::Dice => Numbers::Dice("x".repeat(source.count as usize)),
                Device::Drand => Numbers::Dice(String::new()),
                Device::Balls => {
                    Numbers::Balls((2..source.count + 1).chain([source.range + 1]).collect())
                }
            };
            refused("faces that are not there", &mut |s| s.numbers(beyond.clone(), None), ceremony);
        }
        _ => refused(
            "numbers",
            &mut |s| s.numbers(Numbers::Dice("0".repeat(20)), None),
            out_of_order,
        ),
    }
    if can_sign {
        refused("a signature of a stranger", &mut |s| s.unsigned("nobody", None), rule);
        refused("a signature that is none", &mut |s| s.cosign(member, "— x y", None), rule);
        refused("a refusal without words", &mut |s| s.dissent(member, "", None), |e| {
            matches!(e, StepError::Text { .. })
        });
    } else {
        refused("signature", &mut |s| s.cosign(member, "— x y", None), out_of_order);
        refused("paper", &mut |s| s.paper(member, Hash([0; 32]), None), out_of_order);
    }
    let objection =
        Line::Objection { id: "E1".into(), household: None, text: "no".into(), at: None };
    let withdrawal = Line::Withdrawal {
        household: "nobody".into(),
        unit: None,
        reason: "no".into(),
        sheet: Hash([7; 32]),
        at: None,
    };
    if stage == Awaits::Done {
        refused("a withdrawal of a stranger", &mut |s| s.aftermath(&withdrawal), rule);
        refused(
            "a line of another kind",
            &mut |s| s.aftermath(&Line::Envelope { member: member.into(), at: None }),
            out_of_order,
        );
    } else {
        refused("aftermath", &mut |s| s.aftermath(&objection), out_of_order);
        refused("close batch", &mut |s| s.close_batch(None), out_of_order);
    }
    if stage == Awaits::SignOff {
        refused("void", &mut |s| s.void("a die fell", None), out_of_order);
    }
    if !matches!(stage, Awaits::Call { .. }) {
        refused("call", &mut |s| s.call(None), out_of_order);
    }
    if !matches!(stage, Awaits::Choice { .. }) {
        refused("choose", &mut |s| s.choose(&plan.pools[0].units[0].id, None, None), out_of_order);
        refused("miss", &mut |s| s.miss(None), out_of_order);
    }
    let text: fn(&StepError) -> bool = |e| matches!(e, StepError::Text { .. });
    match before.3 {
        true => ["", " x", "a\u{202e}b"]
            .iter()
            .for_each(|r| refused("undo with a bad reason", &mut |s| s.undo(r, None), text)),
        false => refused("undo", &mut |s| s.undo("x", None), |e| *e == StepError::NothingToUndo),
    }
    if !matches!(stage, Awaits::Automatic | Awaits::SignOff) {
        assert_eq!(session.advance(None), None, "advance at {stage:?}");
        assert_eq!(
            (session.lines(), session.root(), session.awaits()),
            (before.0, before.1, stage)
        );
    }
}

/// The steps that are refused for what they say, not for when they come.
fn try_wrong_words(plan: &Plan, people: &People, session: &mut Session) {
    let before = (session.lines(), session.root(), session.awaits());
    let mut wrong: Vec<(Result<Vec<u8>, StepError>, String)> = Vec::new();
    match session.awaits() {
        Awaits::RollCall => {
            let waiting = session.ceremony().not_called(session.roll());
            for called in plan.members.iter().filter(|m| !waiting.contains(&m.id)) {
                wrong.push((
                    session.absent(&called.id, None),
                    format!("member {} has been called already", called.id),
                ));
            }
            if !waiting.is_empty() {
                wrong.push((
                    session.close_commits(None),
                    format!("not called yet: {}", waiting.join(", ")),
                ));
            }
        }
        Awaits::Reveals => {
            let waiting = session.ceremony().unanswered(session.roll());
            for member in &plan.members {
                let id = member.id.as_str();
                match (waiting.contains(&member.id), people.conduct(plan, id)) {
                    (true, Conduct::CommitAndReveal | Conduct::CommitAndWithhold) => {
                        wrong.push((
                            session.reveal(id, &"0".repeat(32), None),
                            format!("the secret of {id} hashes to"),
                        ));
                        wrong.push((
                            session.reveal(id, &"0".repeat(31), None),
                            format!("the secret of {id} must be 32 to 128"),
                        ));
                    }
                    (true, _) => wrong.push((
                        session.reveal(id, "12 34", None),
                        format!("the secret of {id} must be 1 to 128"),
                    )),
                    (false, Conduct::Absent) => wrong.push((
                        session.withhold(id, None),
                        format!("member {id} has no commitment"),
                    )),
                    (false, _) => wrong.push((
                        session.withhold(id, None),
                        format!("member {id} has answered already"),
                    )),
                }
            }
            if !waiting.is_empty() {
                wrong.push((
                    session.close_reveals(None),
                    format!("neither revealed nor withheld: {}", waiting.join(", ")),
                ));
            }
        }
        Awaits::Choice { household, .. } => try_other_units(plan, session, household, &mut wrong),
        _ => {}
    }
    for (result, text) in wrong {
        let error = result.expect_err(&text);
        assert!(error.to_string().starts_with(&text), "{error}, not {text}");
        assert!(says_something(&error.words()));
    }
    assert_eq!(before, (session.lines(), session.root(), session.awaits()));
}

/// Every unit of the plan that is not offered is refused with the reason.
fn try_other_units(
    plan: &Plan,
    session: &mut Session,
    household: HouseholdNumber,
    wrong: &mut Vec<(Result<Vec<u8>, StepError>, String)>,
) {
    let offered = session.offered();
    let taken: BTreeSet<UnitNumber> = session.holdings().iter().filter_map(|h| h.unit()).collect();
    let here = session.pool().unwrap().id.clone();
    let all = plan.pools.iter().flat_map(|p| p.units.iter().map(|u| (p.id.clone(), u.clone())));
    let all = session.roll().unit_numbers().zip(all);
    for (number, (pool, unit)) in all.filter(|(n, _)| !offered.contains(n)) {
        let needs = session.roll().needs(household).to_vec();
        let (reason, text) = match (
            pool == here,
            taken.contains(&number),
            needs.iter().all(|n| unit.features.contains(n)),
        ) {
            (false, ..) => (NotOffered::Unknown, "there is no such unit in this pool"),
            (true, true, _) => (NotOffered::Taken, "it is taken"),
            (true, false, false) => {
                (NotOffered::Needs, "it does not have what the household needs")
            }
            (true, false, true) => {
                (NotOffered::HeldBack, "it is held back for a household with needs")
            }
        };
        assert_eq!(session.not_offered(number), Some(reason));
        wrong.push((
            session.choose(&unit.id, None, None),
            format!("unit {} cannot be chosen: {text}", unit.id),
        ));
    }
    let (unit, roll_id) = ("no-such-unit", session.roll().unit_id(offered[0]).to_owned());
    wrong.push((
        session.choose(unit, None, None),
        "unit no-such-unit cannot be chosen: there is no such unit".into(),
    ));
    wrong.push((session.choose(&roll_id, Some(" x"), None), "proxy: found ` x`".into()));
    wrong.push((
        session.choose(&roll_id, Some(&"王".repeat(41)), None),
        "proxy: found 123 bytes; expected at most 120 bytes".into(),
    ));
}

proptest! {
    #![proptest_config(cases(40, 0xE8))]

    /// At every line of a draw, every other step is a typed error with words in both languages, and
    /// the draw goes on untouched.
    #[test]
    fn a_step_out_of_order_changes_nothing(plan in plans(), people in people()) {
        let undisturbed = draw(&plan, &people, |_| {});
        let disturbed = draw(&plan, &people, |session| {
            try_everything_else(&plan, &people, session);
            try_wrong_words(&plan, &people, session);
        });
        prop_assert_eq!(undisturbed.lines, disturbed.lines);
    }

    /// C2 and C4: without its quorum a bench closes nothing; it does as soon as it has it.
    #[test]
    fn a_bench_without_quorum_closes_nothing(plan in plans(), people in people()) {
        let mut session = Session::new(plan.validate().unwrap());
        while session.advance(None).is_some() {}
        let bench = &plan.benches[0];
        let (ours, others): (Vec<_>, Vec<_>) = plan.members.iter().partition(|m| m.bench == bench.id);
        let mut absentees = session.clone();
        for (i, member) in (0..).zip(&ours) {
            if i + 1 < bench.quorum { absentees.envelope(&member.id, None) } else { absentees.absent(&member.id, None) }.unwrap();
        }
        others.iter().for_each(|m| drop(absentees.envelope(&m.id, None).unwrap()));
        let short = |closes| CeremonyError::NoQuorum { bench: bench.id.clone(), found: bench.quorum - 1, quorum: bench.quorum, closes };
        let root = absentees.root();
        prop_assert_eq!(absentees.close_commits(None), Err(short(floorlot::lines::Closed::Commits).into()));
        prop_assert_eq!((absentees.root(), absentees.awaits()), (root, Awaits::RollCall));

        plan.members.iter().for_each(|m| drop(session.envelope(&m.id, None).unwrap()));
        session.close_commits(None).unwrap();
        let mut withholders = session.clone();
        for (i, member) in (0..).zip(&ours) {
            if i + 1 < bench.quorum { withholders.reveal(&member.id, "1", None) } else { withholders.withhold(&member.id, None) }.unwrap();
        }
        others.iter().for_each(|m| drop(withholders.reveal(&m.id, "1", None).unwrap()));
        let root = withholders.root();
        prop_assert_eq!(withholders.close_reveals(None), Err(short(floorlot::lines::Closed::Reveals).into()));
        prop_assert_eq!((withholders.root(), withholders.awaits()), (root, Awaits::Reveals));

        plan.members.iter().for_each(|m| drop(session.reveal(&m.id, &people.panel.to_string(), None).unwrap()));
        session.close_reveals(None).unwrap();
    }
}

/// The ticket and the lot of everybody, and the first call of everybody in order.
fn numbers_of(draw: &Draw) -> (BTreeMap<String, (u64, u128)>, Vec<String>) {
    let numbers = draw.seen.iter().map(|s| (s.household.clone(), (s.ticket, s.lot))).collect();
    let mut order: Vec<String> = Vec::new();
    for seen in &draw.seen {
        if !order.contains(&seen.household) {
            order.push(seen.household.clone());
        }
    }
    (numbers, order)
}

fn without_times(draw: &Draw) -> Vec<Vec<u8>> {
    let all =
        draw.lines.iter().filter(|l| !l.starts_with(b"{\"kind\":\"closing\"")).map(|l| untimed(l));
    // A checkpoint is over the times of the lines before it; the plan has none.
    let later =
        ["reveals", "result"].map(|s| format!("{{\"kind\":\"checkpoint\",\"stage\":\"{s}\""));
    let timed = |l: &[u8]| later.iter().any(|begin| l.starts_with(begin.as_bytes()));
    all.map(|l| if timed(&l) { Vec::new() } else { l }).collect()
}

proptest! {
    #![proptest_config(cases(60, 0xE9))]

    /// Each household's numbers are its own: what others choose, miss or take back changes no
    /// ticket, no lot, no place in the order.
    #[test]
    fn nobody_changes_the_numbers_of_another(plan in plans(), people in people(), other in any::<u64>()) {
        let one = draw(&plan, &people, |_| {});
        let two = draw(&plan, &People { households: other, ..people }, |_| {});
        prop_assert_eq!(numbers_of(&one), numbers_of(&two));
        prop_assert_eq!(one.session.seed(), two.session.seed());
    }

    /// A time changes neither seed nor order nor picks: without the times, the lines are the same.
    #[test]
    fn the_clock_decides_nothing(plan in plans(), people in people(), clock in any::<u64>()) {
        let silent = draw(&plan, &People { clock: None, ..people }, |_| {});
        let timed = draw(&plan, &People { clock: Some(clock), ..people }, |_| {});
        prop_assert_eq!(silent.session.seed(), timed.session.seed());
        prop_assert_eq!(without_times(&silent), without_times(&timed));
        prop_assert_eq!(silent.session.holdings(), timed.session.holdings());
        prop_assert!(silent.lines != timed.lines && is_verified(&timed.file()));
    }

    /// The seed hangs on every contribution: another secret or another roll gives another seed.
    #[test]
    fn every_contribution_enters_the_seed(plan in plans(), people in people(), which in any::<u64>()) {
        let one = draw(&plan, &people, |_| {});
        let two = draw(&plan, &People { panel: which, ..people }, |_| {});
        prop_assert_eq!(one.session.seed() == two.session.seed(), people.panel == which);
    }
}

fn leaves() -> impl Strategy<Value = Vec<Hash>> {
    (1_usize..80, any::<u64>()).prop_map(|(n, seed)| {
        (0..n as u64).map(|i| Hash(leaf(&[seed.to_le_bytes(), i.to_le_bytes()].concat()))).collect()
    })
}

fn raw(leaves: &[Hash]) -> Vec<[u8; 32]> {
    leaves.iter().map(|l| l.0).collect()
}

/// Proofs that are almost this one: a hash changed, one missing, one too many.
fn near_misses(proof: &[Hash], tape: &mut Tape) -> Vec<Vec<Hash>> {
    let mut wrong = vec![[proof, &[Hash([7; 32])]].concat()];
    if !proof.is_empty() {
        let at = tape.below(proof.len());
        let mut changed = proof.to_vec();
        changed[at].0[tape.below(32)] ^= 1 << tape.below(8);
        let mut shorter = proof.to_vec();
        shorter.remove(at);
        wrong.extend([changed, shorter, proof.iter().skip(1).copied().collect()]);
    }
    wrong
}

proptest! {
    #![proptest_config(cases(60, 0xEA))]

    /// T3: the growing tree, the root over a slice and the recursive definition agree, at every
    /// size.
    #[test]
    fn all_roots_agree(leaves in leaves()) {
        let mut growing = Tree::new();
        prop_assert_eq!(growing.root().0, recursive_root(&[]));
        for (n, leaf) in (1..).zip(&leaves) {
            growing.push_leaf(*leaf);
            prop_assert_eq!(growing.size(), n as u64);
            prop_assert_eq!(growing.root().0, recursive_root(&raw(&leaves[..n])));
            prop_assert_eq!(growing.root(), root_of(&leaves[..n]));
        }
    }

    /// Inclusion proofs convince for their leaf at its place under its root, and for nothing else.
    #[test]
    fn an_inclusion_proof_proves_one_leaf(leaves in leaves(), seed in any::<u64>()) {
        let (size, root) = (leaves.len() as u64, root_of(&leaves));
        let mut tape = Tape::new(seed, 0);
        for (i, leaf) in leaves.iter().enumerate() {
            let proof = inclusion_proof(&leaves, i).unwrap();
            prop_assert!(proof.len() <= 7);
            prop_assert_eq!(verify_inclusion(*leaf, i as u64, size, &proof, root), Ok(()));
            for wrong in near_misses(&proof, &mut tape) {
                prop_assert!(verify_inclusion(*leaf, i as u64, size, &wrong, root).is_err());
            }
            let other = tape.below(leaves.len());
            prop_assert_eq!(verify_inclusion(*leaf, other as u64, size, &proof, root).is_ok(), other == i);
            prop_assert_eq!(verify_inclusion(leaves[other], i as u64, size, &proof, root).is_ok(), other == i);
            let wrong_root = Err(ProofError::Root { expected: Hash([7; 32]), found: root });
            prop_assert_eq!(verify_inclusion(*leaf, i as u64, size, &proof, Hash([7; 32])), wrong_root);
        }
        prop_assert_eq!(inclusion_proof(&leaves, leaves.len()), None);
        prop_assert_eq!(verify_inclusion(leaves[0], size, size, &[], root), Err(ProofError::IndexOutside { index: size, size }));
    }

    /// Consistency proofs convince for a prefix, and for nothing else.
    #[test]
    fn a_consistency_proof_proves_a_prefix(leaves in leaves(), seed in any::<u64>()) {
        let (size, root) = (leaves.len() as u64, root_of(&leaves));
        let mut tape = Tape::new(seed, 0);
        for old in 1..=leaves.len() {
            let proof = consistency_proof(&leaves, old).unwrap();
            let old_root = root_of(&leaves[..old]);
            let old_size = old as u64;
            prop_assert_eq!(verify_consistency(old_size, size, old_root, root, &proof), Ok(()));
            for wrong in near_misses(&proof, &mut tape) {
                prop_assert!(verify_consistency(old_size, size, old_root, root, &wrong).is_err());
            }
            prop_assert!(verify_consistency(old_size, size, leaf_of(old_root), root, &proof).is_err(), "another old root");
            prop_assert!(verify_consistency(old_size, size, old_root, leaf_of(root), &proof).is_err(), "another new root");
            prop_assert!(verify_consistency(size + 1, size, old_root, root, &proof).is_err());
        }
        prop_assert_eq!(consistency_proof(&leaves, 0), None);
        prop_assert_eq!(consistency_proof(&leaves, leaves.len() + 1), None);
        prop_assert_eq!(verify_consistency(0, size, root_of(&[]), root, &[]), Err(ProofError::Sizes { old: 0, new: size }));
    }
}

/// Another hash.
fn leaf_of(hash: Hash) -> Hash {
    Hash(leaf(&hash.0))
}

/// C1 with the reader's own hash: what a member publishes.
#[test]
fn a_commitment_is_the_hash_that_anybody_computes() {
    use sha2::{Digest, Sha256};
    let (root, secret) = (Hash([0xab; 32]), "0123456789abcdefABCDEF9876543210");
    let text =
        format!("floorlot/1 commit\nplan {}\nmember m00\nsecret {secret}\n", "ab".repeat(32));
    let expected: [u8; 32] = Sha256::digest(text).into();
    assert_eq!(commitment(root, "m00", secret).0, expected);
}
