//! Which draw of a folder is opened.

use super::draws::{Draw, Step};

/// What is opened.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Choice {
    /// This one goes on.
    GoOn(usize),
    /// There is none.
    New,
    /// The clerk says it; what is usual, or a new one.
    Ask(Option<usize>),
}

/// One that is not finished goes on, and without any a new one begins. All else is asked: what is
/// usual then is the one that is open already, or the newest that is not finished.
pub(super) fn choose(draws: &[Draw]) -> Choice {
    match draws {
        [] => Choice::New,
        [one] if one.goes_on() => Choice::GoOn(0),
        _ => {
            let goes_on = draws.iter().enumerate().filter(|(_, draw)| draw.goes_on());
            let newest = goes_on.max_by_key(|(_, draw)| (draw.step == Step::Held, draw.changed));
            Choice::Ask(newest.map(|(at, _)| at))
        }
    }
}

/// The number that was typed, from 1 to the `last`; `None` if it is none of them.
pub(super) fn answer(line: &str, usual: usize, last: usize) -> Option<usize> {
    // An input method may type full-width digits.
    let wide = |c: char| match c {
        '\u{ff10}'..='\u{ff19}' => {
            char::from_digit(u32::from(c).saturating_sub(0xff10), 10).unwrap_or(c)
        }
        c => c,
    };
    let text: String = line.trim().chars().map(wide).collect();
    if text.is_empty() {
        return Some(usual);
    }
    text.parse().ok().filter(|number| (1..=last).contains(number))
}

#[cfg(test)]
mod tests {
    use super::{Choice, Draw, Step, answer, choose};
    use std::time::{Duration, SystemTime};

    fn draw(step: Step, second: u64) -> Draw {
        let changed = SystemTime::UNIX_EPOCH + Duration::from_secs(second);
        Draw { transcript: "x".into(), title: None, step, changed }
    }

    #[test]
    fn what_is_plain_is_not_asked() {
        let lines = |lines| Step::Underway { lines };
        assert_eq!(choose(&[]), Choice::New);
        for step in [Step::Empty, Step::Plan, lines(57), Step::Held] {
            assert_eq!(choose(&[draw(step, 1)]), Choice::GoOn(0));
        }
        assert_eq!(choose(&[draw(Step::Finished, 1)]), Choice::Ask(None));
        assert_eq!(choose(&[draw(Step::Faulty, 1)]), Choice::Ask(None));
        let finished_then_newer = [draw(lines(5), 3), draw(Step::Finished, 9), draw(Step::Plan, 4)];
        assert_eq!(choose(&finished_then_newer), Choice::Ask(Some(2)));
        let open = [draw(Step::Held, 1), draw(lines(5), 3)];
        assert_eq!(choose(&open), Choice::Ask(Some(0)));
    }

    #[test]
    fn a_number_is_one_of_those_shown() {
        for (line, expected) in [
            ("\n", Some(2)),
            ("1\r\n", Some(1)),
            (" 3 \n", Some(3)),
            ("３\n", Some(3)),
            ("4\n", None),
            ("0\n", None),
            ("-1\n", None),
            ("new\n", None),
            ("99999999999999999999\n", None),
        ] {
            assert_eq!(answer(line, 2, 3), expected, "{line:?}");
        }
    }
}
