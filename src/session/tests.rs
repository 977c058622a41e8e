use super::{Awaits, NotOffered, Prepared, ResumeError, Session, Stale, Step};
use crate::ceremony::Numbers;
use crate::lines::Line;
use crate::plan::{Plan, UnitNumber, ValidPlan};

const WORKED: &str = include_str!("../../tests/vectors/worked/transcript.jsonl");

/// Ten households that choose live.
fn block() -> ValidPlan {
    let file = include_bytes!("../../examples/data/block/plan.jsonl");
    Plan::read_lines(file.trim_ascii_end().split(|b| *b == b'\n')).unwrap()
}

/// A draw up to the first call.
fn before_the_first_call() -> Session {
    let mut session = Session::new(block());
    while session.advance(None).is_some() {}
    for member in ["r1", "r2", "r3", "o1", "o2", "o3"] {
        session.envelope(member, None).unwrap();
    }
    session.close_commits(None).unwrap();
    for member in ["r1", "r2", "r3", "o1", "o2", "o3"] {
        session.reveal(member, "1", None).unwrap();
    }
    session.close_reveals(None).unwrap();
    session.advance(None).unwrap();
    session.numbers(Numbers::Dice("00416293857710359264".into()), None).unwrap();
    while session.advance(None).is_some() {}
    session
}

fn state(session: &Session) -> String {
    format!("{session:?}")
}

#[test]
fn what_is_prepared_changes_nothing_and_is_recorded_once() {
    let mut session = before_the_first_call();
    let before = state(&session);
    let call = session.prepare(Step::Call, Some(7)).unwrap();
    let void = session.prepare(Step::Void { reason: "x" }, None).unwrap();
    assert!(session.prepare(Step::Miss, None).is_err());
    assert_eq!(state(&session), before);

    let (again, lines) = (call.clone(), session.lines());
    let line = call.line().to_vec();
    assert_eq!(session.record(call), Ok(line.clone()));
    assert!(line.ends_with(b",\"at\":7}"));
    assert_eq!(session.lines(), lines + 1);
    // Neither the same step again nor another one that was prepared before it.
    let after = state(&session);
    let stale = Stale { prepared: lines, found: lines + 1 };
    assert_eq!(session.record(again), Err(stale));
    assert_eq!(session.record(void), Err(stale));
    assert_eq!(state(&session), after);
    assert!(stale.to_string().starts_with(&format!("the step was prepared after line {lines},")));
    assert!(stale.words().zh.contains(&format!("第 {lines} 行")));
}

#[test]
fn what_was_prepared_for_other_lines_is_stale_though_there_are_as_many() {
    let mut one = before_the_first_call();
    one.call(None).unwrap();
    let mut other = one.clone();
    let units = one.offered();
    let unit = |n: usize| one.roll().unit_id(units[n]).to_owned();
    let (first, second) = (unit(0), unit(1));
    other.choose(&second, None, None).unwrap();
    one.choose(&first, None, None).unwrap();
    let undo = one.prepare(Step::Undo { reason: "x" }, None).unwrap();
    assert_eq!(one.lines(), other.lines());
    let found = other.lines();
    assert_eq!(other.record(undo.clone()), Err(Stale { prepared: found, found }));
    assert!(one.record(undo).is_ok());
}

/// Every line of the corpus's draws is one that was prepared before it was recorded.
#[test]
fn the_next_line_is_prepared_as_advance_makes_it() {
    let mut session = Session::new(block());
    loop {
        let prepared =
            session.prepare_next(Some(5)).as_ref().map(Prepared::line).map(<[u8]>::to_vec);
        let made = session.advance(Some(5));
        assert_eq!(prepared, made);
        if made.is_none() {
            break;
        }
    }
    assert_eq!(session.awaits(), Awaits::RollCall);
}

#[test]
fn nobody_who_is_not_called_can_choose() {
    let mut session = Session::new(block());
    assert_eq!(session.not_offered(UnitNumber::new(0)), Some(NotOffered::NobodyCalled));
    session = before_the_first_call();
    assert!(matches!(session.awaits(), Awaits::Call { .. }));
    assert_eq!(session.not_offered(UnitNumber::new(0)), Some(NotOffered::NobodyCalled));
    assert!(session.offered().is_empty());
    session.call(None).unwrap();
    let offered = session.offered();
    let can_choose = |unit: &UnitNumber| session.not_offered(*unit).is_none();
    assert!(offered.iter().all(can_choose));
    assert_eq!(session.roll().unit_numbers().filter(can_choose).count(), offered.len());
    assert_eq!(session.not_offered(UnitNumber::new(u32::MAX)), Some(NotOffered::Unknown));
}

#[test]
fn a_session_goes_on_from_any_beginning_of_its_file() {
    let lines: Vec<&[u8]> = WORKED.lines().map(str::as_bytes).collect();
    let seal = WORKED.lines().position(|l| l.starts_with("{\"kind\":\"checkpoint\"")).unwrap();
    for end in seal..=lines.len() {
        let session = Session::from_lines(lines[..end].iter().copied()).unwrap();
        // the plan alone is not begun
        assert_eq!(session.lines(), if end == seal { 0 } else { end as u64 });
    }
    let error = Session::from_lines(lines[..seal - 1].iter().copied()).unwrap_err();
    assert!(matches!(&error, ResumeError::Plan(_)) && error.words().zh.contains("P1"), "{error}");
}

#[test]
fn a_line_that_is_refused_changes_nothing() {
    let lines: Vec<&str> = WORKED.lines().collect();
    let pick = lines.iter().position(|l| l.starts_with("{\"kind\":\"pick\"")).unwrap();
    let before = || Session::from_lines(lines[..pick].iter().map(|l| l.as_bytes())).unwrap();
    let mut session = before();
    let other = lines[pick].replace("\"number\":", "\"number\":1");
    let error = session.replay(other.as_bytes()).unwrap_err();
    let expected = lines[pick].to_owned();
    let line = pick as u64 + 1;
    assert_eq!(error, ResumeError::Differs { line, found: other, expected });
    assert!(error.words().zh.starts_with(&format!("第 {line} 行：发现 ")), "{}", error.words().zh);
    assert!(matches!(session.replay(b"x"), Err(ResumeError::Profile { .. })));
    let missed = br#"{"kind":"missed","household":"H001"}"#;
    assert!(matches!(session.replay(missed), Err(ResumeError::Step { .. })));
    assert_eq!(state(&session), state(&before()));
    assert_eq!(session.replay(lines[pick].as_bytes()), Ok(()));
}

#[test]
fn no_time_makes_a_line_that_cannot_be_read() {
    let plan = block();
    for at in [Some(0), Some(9_007_199_254_740_991), Some(9_007_199_254_740_992), Some(u64::MAX)] {
        let mut session = Session::new(plan.clone());
        let mut lines = Vec::new();
        while let Some(line) = session.advance(at) {
            lines.push(line);
        }
        for member in ["r1", "r2", "r3", "o1", "o2", "o3"] {
            lines.push(session.envelope(member, at).unwrap());
        }
        lines.push(session.close_commits(at).unwrap());
        for member in ["r1", "r2", "r3", "o1", "o2", "o3"] {
            lines.push(session.reveal(member, "1", at).unwrap());
        }
        lines.push(session.close_reveals(at).unwrap());
        lines.push(session.advance(at).unwrap());
        lines.push(session.numbers(Numbers::Dice("00416293857710359264".into()), at).unwrap());
        while let Some(line) = session.advance(at) {
            lines.push(line);
        }
        lines.push(session.call(at).unwrap());
        let unit = session.roll().unit_id(session.offered()[0]).to_owned();
        lines.push(session.choose(&unit, None, at).unwrap());
        lines.push(session.undo("x", at).unwrap());
        lines.push(session.miss(at).unwrap());
        for line in lines {
            assert!(Line::decode(&line).is_ok(), "{}", String::from_utf8_lossy(&line));
        }
    }
}
