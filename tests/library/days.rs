//! Days of the draw (rules T2, D2 and D9): what a session offers in the evening and in the morning,
//! and what a file that ends with a day is worth.

use crate::corpus::read;
use floorlot::lines::{Line, Stage};
use floorlot::plan::HouseholdNumber;
use floorlot::session::{Awaits, Session, Step};
use floorlot::transcript::{Evidence, Level, Report, Verdict, verify};

fn lines(name: &str) -> Vec<Vec<u8>> {
    let file = read(&format!("valid/{name}.jsonl"));
    file.trim_ascii_end().split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
}

/// The place behind the n-th line (from 0) that begins so.
fn behind(lines: &[Vec<u8>], n: usize, beginning: &str) -> usize {
    let found = lines.iter().enumerate().filter(|(_, l)| l.starts_with(beginning.as_bytes()));
    found.map(|(at, _)| at + 1).nth(n).unwrap()
}

fn session(lines: &[Vec<u8>]) -> Session {
    Session::from_lines(lines.iter().map(Vec::as_slice)).unwrap()
}

fn ids(session: &Session, households: &[HouseholdNumber]) -> Vec<String> {
    households.iter().map(|h| session.roll().household_id(*h).to_owned()).collect()
}

fn kind(line: &[u8]) -> String {
    Line::decode(line).unwrap().kind().to_string()
}

const MISSED: &str = "{\"kind\":\"missed\"";
const CALL: &str = "{\"kind\":\"call\"";
const DAY: &str = "{\"kind\":\"checkpoint\",\"stage\":\"day\"";
const CLOSING: &str = "{\"kind\":\"closing\"";

#[test]
fn nobody_waits_over_the_night() {
    let all = lines("days-unsigned");
    // Two missed their calls today.
    let mut evening = session(&all[..behind(&all, 1, MISSED)]);
    let late = evening.late();
    let missed: Vec<String> = all
        .iter()
        .filter(|line| line.starts_with(MISSED.as_bytes()))
        .map(|line| {
            let Ok(Line::Missed { household, .. }) = Line::decode(line) else { panic!() };
            household.into_owned()
        })
        .collect();
    assert_eq!(ids(&evening, &late), missed[..2]);
    assert!(!evening.day_may_end());
    assert!(evening.prepare(Step::CloseDay, None).is_err());
    // The next in the order may be called as well, until the first of them is called.
    let morning = evening.prepare(Step::Call, None).unwrap();
    let called = evening.call_late(None).unwrap();
    assert_ne!(morning.line(), called);
    assert!(String::from_utf8(called).unwrap().contains(&missed[0]));
    evening.miss(None).unwrap();
    // The second miss of a household is a pick by lot.
    assert_eq!(kind(&evening.advance(None).unwrap()), "pick");
    assert!(!evening.day_may_end());
    let Awaits::Call { household, .. } = evening.awaits() else { panic!("{:?}", evening.awaits()) };
    assert_eq!(ids(&evening, &[household]), missed[1..2]);
    evening.call(None).unwrap();
    assert!(!evening.day_may_end() && evening.call_late(None).is_err());
    let unit = evening.roll().unit_id(evening.offered()[0]).to_owned();
    evening.choose(&unit, None, None).unwrap();
    // Nobody is left for today, and the others are not called today.
    assert_eq!(evening.awaits(), Awaits::DayEnd);
    assert!(evening.day_may_end() && evening.late().is_empty());
    assert!(evening.advance(None).is_none() && evening.call(None).is_err());
    assert_eq!(kind(&evening.close_day(None).unwrap()), "checkpoint");
}

#[test]
fn in_the_morning_the_draw_goes_on_and_withdraws_nothing() {
    let all = lines("days-absent-last");
    let mut night = session(&all[..behind(&all, 0, DAY)]);
    assert_eq!(night.awaits(), Awaits::SignOff);
    assert!(night.call(None).is_err() && night.undo("too late", None).is_err());
    let closing = night.advance(None).unwrap();
    assert!(closing.starts_with(CLOSING.as_bytes()));
    assert!(!night.can_undo() && night.undo("too late", None).is_err());
    // A day has a call.
    assert!(!night.day_may_end() && night.close_day(None).is_err());
    night.call(None).unwrap();
    assert!(!night.day_may_end());
    let unit = night.roll().unit_id(night.offered()[0]).to_owned();
    night.choose(&unit, None, None).unwrap();
    assert!(night.can_undo() && night.day_may_end());
}

/// The report on the file up to its n-th day, with the fingerprint of its m-th checkpoint.
fn up_to_day(name: &str, n: usize, noted: Option<usize>) -> Report {
    let all = lines(name);
    let end = all[..].iter().enumerate().skip(behind(&all, n, DAY));
    let end = end.clone().find(|(_, l)| l.starts_with(CLOSING.as_bytes())).unwrap().0 + 1;
    let file = [all[..end].join(&b'\n'), vec![b'\n']].concat();
    let plain = verify(&file[..], &Evidence::default()).unwrap();
    let prints = noted.map(|m| plain.checkpoints[m].fingerprint.parse().unwrap());
    verify(&file[..], &Evidence::default().with_noted(prints.into_iter().collect())).unwrap()
}

#[test]
fn a_file_that_ends_with_a_day_is_rated_and_not_finished() {
    // Plan, reveals, first day.
    let report = up_to_day("days-unsigned", 0, Some(3 - 1));
    let day = report.day.unwrap();
    assert_eq!((report.verdict, day.number, day.served), (Verdict::Unfinished, 1, 3));
    assert_eq!(report.level, Level::Anchored);
    assert_eq!(report.checkpoints.last().unwrap().stage, Stage::Day);
    assert_eq!(up_to_day("days-unsigned", 1, None).level, Level::Consistent);
    assert_eq!(up_to_day("days-unsigned", 1, None).day.unwrap().number, 2);
    // A line more, and nobody vouches for the end.
    let all = lines("days-unsigned");
    let more = behind(&all, 5, CALL);
    let file = [all[..more].join(&b'\n'), vec![b'\n']].concat();
    let report = verify(&file[..], &Evidence::default()).unwrap();
    assert_eq!((report.day, report.level), (None, Level::None));
}

#[cfg(feature = "signatures")]
#[test]
fn the_panel_of_each_day_certifies_it() {
    assert_eq!(up_to_day("days", 0, Some(2)).level, Level::Certified);
    // One of two officials signs the second day on paper.
    assert_eq!(up_to_day("days", 1, Some(0)).level, Level::Certified);
    assert_eq!(up_to_day("days", 1, None).level, Level::Consistent);
}
