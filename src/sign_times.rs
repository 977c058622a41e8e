//! When the panel signed (rule S6). Its clock is believed, and not the operator's `at`.
//!
//! The live session and the verifier both ask here.

use crate::drand;
use crate::lines::{Device, Stage};
use crate::plan::Roll;
use crate::rules::{Fault, Phrase, Rule};

/// 2020-01-01T00:00:00Z.
const EARLIEST: u64 = 1_577_836_800;
/// 2100-01-01T00:00:00Z.
const LATEST: u64 = 4_102_444_800;
/// Four hundred days, in seconds.
const FAR: u64 = 34_560_000;

/// The times of the signatures by key that count, checkpoint after checkpoint.
#[derive(Debug, Clone, Default)]
pub(crate) struct SignTimes {
    /// The greatest under the checkpoints before the last one.
    before: u64,
    /// The greatest under the last one.
    here: u64,
    /// The greatest under the plan.
    plan: Option<u64>,
}

/// What is odd about a time that breaks no rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum OddTime {
    /// It is before 2020.
    TimeEarly,
    /// It is in 2100 or later.
    TimeLate,
    /// The result was signed more than 400 days after the plan.
    TimeApart,
}

impl OddTime {
    /// What is odd, in words.
    pub fn words(self) -> Phrase {
        match self {
            OddTime::TimeEarly => Phrase::new("before 2020", "早于 2020 年"),
            OddTime::TimeLate => Phrase::new("after 2099", "晚于 2099 年"),
            OddTime::TimeApart => Phrase::new(
                "more than 400 days after the plan was signed",
                "比方案签名晚 400 天以上",
            ),
        }
    }
}

impl SignTimes {
    /// A checkpoint begins that can be signed.
    pub(crate) fn begin(&mut self) {
        self.before = self.before.max(self.here);
        self.here = 0;
    }

    /// S6: the time of a signature that counts may follow those before.
    pub(crate) fn check(
        &self,
        roll: &Roll,
        (stage, member): (Stage, usize),
        time: u64,
    ) -> Result<(), Box<Fault>> {
        let refuse = |expected| {
            let id = roll.members.get(member).map_or("", |member| &member.id);
            let place = format!("cosignature of member {id}");
            let found = Phrase::new(format!("signed at {}", moment(time)), moment(time));
            Err(Box::new(Fault { rule: Rule::S6, line: 0, place, found, expected }))
        };
        // S6: no signature is earlier than one under a checkpoint before.
        if time < self.before {
            let last = moment(self.before);
            return refuse(Phrase::new(
                format!("not before {last}, when a checkpoint before this one was signed"),
                format!("不早于 {last}（此前检查点的签名时间）"),
            ));
        }
        // S6: the plan is signed before the round of drand is made, the result after it.
        let side = match stage {
            Stage::Plan => Side::Before,
            Stage::Result => Side::After,
            _ => return Ok(()),
        };
        side.wrong(roll, time).map_or(Ok(()), refuse)
    }

    /// What is odd about a time that breaks no rule.
    pub(crate) fn odd(&self, stage: Stage, time: u64) -> Option<OddTime> {
        let apart = || self.plan.is_some_and(|plan| time.saturating_sub(plan) > FAR);
        match time {
            ..EARLIEST => Some(OddTime::TimeEarly),
            LATEST.. => Some(OddTime::TimeLate),
            _ => (stage == Stage::Result && apart()).then_some(OddTime::TimeApart),
        }
    }

    /// The earliest time at which the last checkpoint can be signed.
    pub(crate) fn earliest(&self) -> u64 {
        self.before
    }

    /// A signature that counts.
    pub(crate) fn enter(&mut self, stage: Stage, time: u64) {
        self.here = self.here.max(time);
        if stage == Stage::Plan {
            self.plan = self.plan.max(Some(time));
        }
    }
}

/// The side of the rounds of drand on which a time has to be: what the seed hangs on comes before
/// them, what hangs on the seed after (rules S6 and S8).
#[derive(Debug, Clone, Copy)]
pub(crate) enum Side {
    Before,
    After,
}

impl Side {
    /// What the time should be, if it is on the wrong side of a round that the plan names.
    pub(crate) fn wrong(self, roll: &Roll, time: u64) -> Option<Phrase> {
        let rounds = roll.sources.iter().filter(|source| source.device == Device::Drand);
        let mut rounds = rounds.map(|source| drand::time_of(source.round));
        match self {
            Side::Before => rounds.find(|round| time >= *round).map(|round| {
                let round = moment(round);
                Phrase::new(
                    format!("before {round}, when the drand round is made"),
                    format!("早于 drand 该轮产生的时间 {round}"),
                )
            }),
            Side::After => rounds.find(|round| time <= *round).map(|round| {
                let round = moment(round);
                Phrase::new(
                    format!("after {round}, when the drand round is made"),
                    format!("晚于 drand 该轮产生的时间 {round}"),
                )
            }),
        }
    }
}

/// A time for people: date and time of day in UTC, and the seconds that stand in the signature.
pub(crate) fn moment(time: u64) -> String {
    if time >= LATEST {
        return time.to_string();
    }
    let (days, second) = (time / 86_400, time % 86_400);
    let (year, month, day) = date(days);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC ({time})")
}

/// The date of a day counted from 1970-01-01, before 2100: every fourth year has 366 days.
#[expect(clippy::arithmetic_side_effects, reason = "days before 2100 are few")]
fn date(days: u64) -> (u64, usize, u64) {
    // Years are counted from 1 March 1968, so that the long day is the last of four years.
    let days = days + 671;
    let (fours, day) = (days / 1_461, days % 1_461);
    let year = (day / 365).min(3);
    let mut left = day - year * 365;
    let months = [31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 29];
    let mut month = 3;
    for length in months {
        if left < length {
            break;
        }
        left -= length;
        month += 1;
    }
    let next = u64::from(month > 12);
    let month = if month > 12 { month - 12 } else { month };
    (1968 + 4 * fours + year + next, month, left + 1)
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn times_are_told_as_dates() {
        assert_eq!(moment(0), "1970-01-01 00:00:00 UTC (0)");
        assert_eq!(moment(951_782_400), "2000-02-29 00:00:00 UTC (951782400)");
        assert_eq!(moment(1_792_000_000), "2026-10-14 17:46:40 UTC (1792000000)");
        assert_eq!(moment(4_102_444_799), "2099-12-31 23:59:59 UTC (4102444799)");
        assert_eq!(moment(4_102_444_800), "4102444800");
    }
}
