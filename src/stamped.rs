//! The time tokens under checkpoints (rule S8): which count, and that their times go forward.
//!
//! The live session and the verifier both ask here.

use crate::hash::Hash;
use crate::lines::Stage;
use crate::number::count;
use crate::plan::Roll;
use crate::rules::{Fault, Phrase, Rule};
use crate::sign_times::{Side, moment};
use crate::token::{TimeToken, imprint};
use serde::{Serialize, Serializer};

/// S8: how many tokens count under one checkpoint.
const MOST: usize = 16;

/// A time token that counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Stamp {
    /// The line, from 1.
    pub line: u64,
    /// When the authority says it saw the checkpoint: seconds since 1970-01-01T00:00:00Z.
    pub time: u64,
    /// Its number for the token.
    #[serde(serialize_with = "in_hex")]
    pub serial: Vec<u8>,
}

impl Stamp {
    /// The time for people: date and time of day in UTC, and the seconds.
    #[must_use]
    pub fn moment(&self) -> String {
        moment(self.time)
    }
}

fn in_hex<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&hex::encode(bytes))
}

/// The checkpoint under which a token may stand.
#[derive(Debug, Clone)]
struct Open {
    stage: Stage,
    imprint: Hash,
    /// Those that count, as they stand in their lines.
    tokens: Vec<String>,
}

/// The tokens that count, checkpoint after checkpoint.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stamps {
    open: Option<Open>,
    /// The greatest time under the checkpoints before the last one.
    before: u64,
    /// The greatest under the last one.
    here: u64,
    /// Imprint and number of lines of each checkpoint, to name the one that a token is over.
    imprints: Vec<(Hash, u64)>,
}

impl Stamps {
    /// A checkpoint of so many lines stands where it may.
    pub(crate) fn begin(&mut self, stage: Stage, size: u64, body: &str) {
        self.before = self.before.max(self.here);
        self.here = 0;
        let imprint = imprint(body);
        self.imprints.push((imprint, size));
        self.open = Some(Open { stage, imprint, tokens: Vec::new() });
    }

    /// T2: no token may stand here any more: a sign-off has ended, or the public numbers begin.
    pub(crate) fn end(&mut self) {
        self.open = None;
    }

    /// T2: whether a token may stand here.
    pub(crate) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// How many tokens count under the last checkpoint; 0 when none may stand there any more.
    pub(crate) fn count(&self) -> u64 {
        self.open.as_ref().map_or(0, |open| count(open.tokens.len()))
    }

    /// S8: whether a token counts under the last checkpoint.
    pub(crate) fn check(&self, roll: &Roll, text: &str) -> Result<TimeToken, Box<Fault>> {
        let token = TimeToken::from_base64(text).map_err(|error| {
            let expected = Phrase::new(
                "an RFC 3161 TimeStampToken in DER and base64",
                "RFC 3161 时间戳（TimeStampToken，DER，base64）",
            );
            fault(error.words(), expected)
        })?;
        let Some(open) = &self.open else {
            debug_assert!(false, "a token stands under no checkpoint");
            return Ok(token);
        };
        // S8: the imprint is that of the checkpoint under which it stands.
        if token.imprint != open.imprint {
            return Err(self.over_another(token.imprint, open.imprint));
        }
        // S8, 2: none counts twice, and at most 16 do.
        if open.tokens.iter().any(|other| other == text) {
            let found = Phrase::new("the same token again", "同一时间戳再次出现");
            return Err(fault(found, Phrase::new("each token once", "每个时间戳只登记一次")));
        }
        if open.tokens.len() >= MOST {
            let found = Phrase::new("one token more", "又一个时间戳");
            let expected = Phrase::new(
                format!("at most {MOST} under a checkpoint"),
                format!("每个检查点至多 {MOST} 个"),
            );
            return Err(fault(found, expected));
        }
        match self.wrong_time(roll, open.stage, token.time) {
            None => Ok(token),
            Some(expected) => {
                let time = moment(token.time);
                let found = Phrase::new(format!("stamped at {time}"), format!("盖戳时间 {time}"));
                Err(fault(found, expected))
            }
        }
    }

    fn over_another(&self, found: Hash, expected: Hash) -> Box<Fault> {
        let named = |imprint: Hash| self.imprints.iter().find(|(known, _)| *known == imprint);
        let size = named(expected).map_or(0, |(_, size)| *size);
        let found = match named(found) {
            Some((_, size)) => Phrase::new(
                format!("a token over another checkpoint, that of {size} lines"),
                format!("对另一检查点（{size} 行）的时间戳"),
            ),
            None => Phrase::new(
                format!("a token over something else (SHA-256 {found})"),
                format!("对别的内容的时间戳（SHA-256 {found}）"),
            ),
        };
        let expected = Phrase::new(
            format!("one over the checkpoint of {size} lines (SHA-256 {expected})"),
            format!("对 {size} 行的检查点的时间戳（SHA-256 {expected}）"),
        );
        fault(found, expected)
    }

    /// S8, 3 and 4: what the time should be, if it is wrong.
    fn wrong_time(&self, roll: &Roll, stage: Stage, time: u64) -> Option<Phrase> {
        // S8, 3: no token is earlier than one under a checkpoint before.
        if time < self.before {
            let last = moment(self.before);
            return Some(Phrase::new(
                format!(
                    "not before {last}, the time of a token under a checkpoint before this one"
                ),
                format!("不早于 {last}（此前检查点的时间戳）"),
            ));
        }
        // S8, 4: what the seed hangs on is stamped before the round of drand is made, what hangs on
        // the seed after it.
        let side = match stage {
            Stage::Plan | Stage::Reveals => Side::Before,
            Stage::Day | Stage::Result => Side::After,
            Stage::Aftermath => return None,
        };
        side.wrong(roll, time)
    }

    /// A token that counts.
    pub(crate) fn enter(&mut self, text: &str, time: u64) {
        self.here = self.here.max(time);
        self.open.iter_mut().for_each(|open| open.tokens.push(text.to_owned()));
    }
}

fn fault(found: Phrase, expected: Phrase) -> Box<Fault> {
    Box::new(Fault { rule: Rule::S8, line: 0, place: "token".into(), found, expected })
}
