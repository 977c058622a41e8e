//! The ceremony: roll call, commitments, reveals, public numbers (rules C1 to C5).

use crate::drand;
use crate::hash::{self, Hash};
use crate::lines::{Closed, Device};
use crate::number::count;
use crate::plan::{Roll, Source};
use crate::rules::{Phrase, Rule};
use std::collections::BTreeSet;

/// What a member brought to the roll call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RollCall {
    /// The hash of a secret.
    Commit(Hash),
    /// A sealed envelope.
    Envelope,
    /// The member is not there.
    Absent,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Disclosure {
    /// The secret was revealed.
    Revealed(String),
    /// The secret was withheld.
    Withheld,
}

/// Public numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Numbers {
    /// One digit for each die.
    Dice(String),
    /// The numbers on the balls, in the order drawn.
    Balls(Vec<u64>),
    /// A round of the drand beacon.
    Drand {
        /// Which round of the chain, from 1.
        round: u64,
        /// Its signature: 96 hex digits.
        signature: String,
        /// The SHA-256 of the signature.
        randomness: Hash,
    },
}

/// A step of the ceremony that the rules do not allow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CeremonyError {
    /// There is no such member.
    #[error("`{member}` is not a member of the panel")]
    UnknownMember {
        /// The id given.
        member: String,
    },
    /// The member has been called already.
    #[error("member {member} has been called already, as {as_what}")]
    CalledTwice {
        /// The id of the member in the plan.
        member: String,
        /// `commit`, `envelope` or `absent`.
        as_what: &'static str,
    },
    /// Members have not been called.
    #[error("not called yet: {}", members.join(", "))]
    NotCalled {
        /// Their ids in the plan, in plan order.
        members: Vec<String>,
    },
    /// A bench has too few members with a commitment, or with a reveal.
    #[error("bench {bench} has {found} of the {quorum} members that its quorum needs ({})", closes.word())]
    NoQuorum {
        /// The id of the bench in the plan.
        bench: String,
        /// How many it has.
        found: u64,
        /// How many it needs.
        quorum: u64,
        /// Commits or reveals.
        closes: Closed,
    },
    /// The secret has a wrong length or other characters than letters and digits.
    #[error("the secret of {member} must be {least} to 128 ASCII letters and digits, found {found} characters{}", if *other { ", some of them others" } else { "" })]
    SecretShape {
        /// The id of the member in the plan.
        member: String,
        /// The least number of characters.
        least: usize,
        /// How many there are.
        found: usize,
        /// Whether there are other characters.
        other: bool,
    },
    /// The secret is not the one committed to.
    #[error("the secret of {member} hashes to {found}, the commitment is {expected}")]
    Mismatch {
        /// The id of the member in the plan.
        member: String,
        /// The hash that was published in the roll call.
        expected: Hash,
        /// The hash of what was revealed.
        found: Hash,
    },
    /// The member made no commitment, so there is nothing to reveal or withhold.
    #[error("member {member} has no commitment to reveal")]
    NothingToReveal {
        /// The id of the member in the plan.
        member: String,
    },
    /// The member has answered already.
    #[error("member {member} has answered already")]
    AnsweredTwice {
        /// The id of the member in the plan.
        member: String,
    },
    /// Commitments are without an answer.
    #[error("neither revealed nor withheld: {}", members.join(", "))]
    Unanswered {
        /// Their ids in the plan, in plan order.
        members: Vec<String>,
    },
    /// These numbers are not due.
    #[error("source {found} is not due, {}", expected.map(|n| format!("source {n} is")).unwrap_or_else(|| "all numbers are there".into()))]
    NotDue {
        /// The number of the source given, from 1.
        found: u64,
        /// The one that is due.
        expected: Option<u64>,
    },
    /// The numbers are not such as the source makes.
    #[error("source {source_number} makes {}; found {}", expected.en, found.en)]
    NumbersShape {
        /// The number of the source, from 1.
        source_number: u64,
        /// What it makes.
        expected: Phrase,
        /// What was given.
        found: Phrase,
    },
    /// The round of the beacon does not count (rule C7).
    #[error("drand: found {}; expected {}", found.en, expected.en)]
    Beacon {
        /// What was found.
        found: Phrase,
        /// What was expected.
        expected: Phrase,
    },
}

impl CeremonyError {
    /// The rule that the step would break.
    pub fn rule(&self) -> Rule {
        use CeremonyError as E;
        match self {
            E::UnknownMember { .. } | E::CalledTwice { .. } | E::NotCalled { .. } => Rule::C1,
            E::NoQuorum { closes: Closed::Commits, .. } => Rule::C2,
            E::SecretShape { .. } | E::Mismatch { .. } => Rule::C3,
            E::NothingToReveal { .. }
            | E::AnsweredTwice { .. }
            | E::Unanswered { .. }
            | E::NoQuorum { .. } => Rule::C4,
            E::NotDue { .. } | E::NumbersShape { .. } => Rule::C5,
            E::Beacon { .. } => Rule::C7,
        }
    }

    /// The error in both languages.
    pub fn words(&self) -> Phrase {
        use CeremonyError as E;
        let zh = match self {
            E::UnknownMember { member } => format!("`{member}` 不是监督员"),
            E::CalledTwice { member, as_what } => {
                let done = match *as_what {
                    "commit" => "已作承诺",
                    "envelope" => "已交信封",
                    _ => "已记缺席",
                };
                format!("监督员 {member} 已点过名（{done}）")
            }
            E::NotCalled { members } => format!("尚未点名：{}", members.join("、")),
            E::NoQuorum { bench, found, quorum, .. } => {
                format!("席位 {bench} 只有 {found} 人，法定人数为 {quorum}")
            }
            E::SecretShape { member, least, found, .. } => {
                format!("{member} 的密语应为 {least} 至 128 个英文字母或数字，现有 {found} 个字符")
            }
            E::Mismatch { member, expected, found } => {
                format!("{member} 的密语哈希为 {found}，承诺为 {expected}")
            }
            E::NothingToReveal { member } => format!("监督员 {member} 没有承诺可公开"),
            E::AnsweredTwice { member } => format!("监督员 {member} 已经公开或拒绝过"),
            E::Unanswered { members } => format!("尚未公开也未拒绝：{}", members.join("、")),
            E::NotDue { found, expected: Some(n) } => {
                format!("现在应录入第 {n} 个随机数来源，而不是第 {found} 个")
            }
            E::NotDue { found, expected: None } => format!("随机数已齐，不需要第 {found} 个来源"),
            E::NumbersShape { source_number, expected, found } => {
                format!("第 {source_number} 个来源应为 {}；发现 {}", expected.zh, found.zh)
            }
            E::Beacon { found, expected } => {
                format!("drand：发现 {}；应为 {}", found.zh, expected.zh)
            }
        };
        Phrase::new(self.to_string(), zh)
    }
}

/// The hash that a member publishes before revealing the secret (rule C1).
///
/// ```
/// use floorlot::{Hash, ceremony::commitment};
/// let commit = commitment(Hash([0; 32]), "r1", "00112233445566778899aabbccddeeff");
/// assert_eq!(commit.to_hex(), "58c48f7f8e99c6655cf39c154b1646f5cb025d1bee0ede99a85838c43257b6f7");
/// ```
pub fn commitment(plan_root: Hash, member: &str, secret: &str) -> Hash {
    hash::commit(&commit_text(plan_root, member, secret))
}

/// The text that is hashed for a commitment (rule C1).
///
/// ```
/// use floorlot::{Hash, ceremony::commit_text};
/// assert!(commit_text(Hash([0; 32]), "r1", "8842").ends_with("\nmember r1\nsecret 8842\n"));
/// ```
pub fn commit_text(plan_root: Hash, member: &str, secret: &str) -> String {
    format!("floorlot/1 commit\nplan {plan_root}\nmember {member}\nsecret {secret}\n")
}

/// How far the ceremony is.
#[derive(Debug, Clone)]
pub struct Ceremony {
    plan_root: Hash,
    pub(crate) roll_call: Vec<Option<RollCall>>,
    pub(crate) disclosures: Vec<Option<Disclosure>>,
    pub(crate) numbers: Vec<Numbers>,
    /// The time in the line that closed the reveals.
    pub(crate) closed_at: Option<u64>,
}

impl Ceremony {
    pub(crate) fn new(roll: &Roll, plan_root: Hash) -> Ceremony {
        let members = roll.members.len();
        Ceremony {
            plan_root,
            roll_call: vec![None; members],
            disclosures: vec![None; members],
            numbers: Vec::new(),
            closed_at: None,
        }
    }

    /// The root of the sealed plan.
    pub fn plan_root(&self) -> Hash {
        self.plan_root
    }

    pub(crate) fn member(roll: &Roll, id: &str) -> Result<usize, CeremonyError> {
        roll.members
            .iter()
            .position(|m| m.id == id)
            .ok_or_else(|| CeremonyError::UnknownMember { member: id.into() })
    }

    fn id(roll: &Roll, member: usize) -> String {
        debug_assert!(member < roll.members.len(), "member {member} is not in the plan");
        roll.members.get(member).map(|m| m.id.clone()).unwrap_or_default()
    }

    fn called_as(&self, member: usize) -> Option<RollCall> {
        self.roll_call.get(member).copied().flatten()
    }

    /// C1: a member is called once.
    pub(crate) fn check_not_called(&self, roll: &Roll, member: usize) -> Result<(), CeremonyError> {
        // C1: every member has exactly one of `commit`, `envelope` or `absent`.
        let as_what = match self.called_as(member) {
            None => return Ok(()),
            Some(RollCall::Commit(_)) => "commit",
            Some(RollCall::Envelope) => "envelope",
            Some(RollCall::Absent) => "absent",
        };
        Err(CeremonyError::CalledTwice { member: Ceremony::id(roll, member), as_what })
    }

    pub(crate) fn enter_roll_call(&mut self, member: usize, entry: RollCall) {
        self.roll_call.get_mut(member).into_iter().for_each(|slot| *slot = Some(entry));
    }

    fn who(
        &self,
        roll: &Roll,
        wanted: impl Fn(Option<RollCall>, Option<&Disclosure>) -> bool,
    ) -> Vec<String> {
        let of = |i: usize| (self.called_as(i), self.disclosures.get(i).and_then(Option::as_ref));
        (0..roll.members.len())
            .filter(|&i| wanted(of(i).0, of(i).1))
            .map(|i| Ceremony::id(roll, i))
            .collect()
    }

    /// The members not called yet.
    pub fn not_called(&self, roll: &Roll) -> Vec<String> {
        self.who(roll, |called_as, _| called_as.is_none())
    }

    /// The members with a commitment that is neither revealed nor withheld yet.
    pub fn unanswered(&self, roll: &Roll) -> Vec<String> {
        self.who(roll, |called_as, disclosure| {
            let committed = matches!(called_as, Some(RollCall::Commit(_) | RollCall::Envelope));
            committed && disclosure.is_none()
        })
    }

    /// C1: everybody was called.
    pub(crate) fn check_all_called(&self, roll: &Roll) -> Result<(), CeremonyError> {
        // C1: before `close` `commits` every member was called.
        let members = self.not_called(roll);
        if members.is_empty() { Ok(()) } else { Err(CeremonyError::NotCalled { members }) }
    }

    /// C7: the reveals can be closed at this time only if every drand round of the plan is still to
    /// be made.
    pub(crate) fn check_before_rounds(
        &self,
        roll: &Roll,
        at: Option<u64>,
    ) -> Result<(), CeremonyError> {
        let rounds = roll.sources.iter().filter(|source| source.device == Device::Drand);
        // C7: the round's time is later than `at` of the `close` `reveals` line.
        match rounds.filter_map(|source| late(source.round, at)).next() {
            Some((found, expected)) => Err(CeremonyError::Beacon { found, expected }),
            None => Ok(()),
        }
    }

    /// C4: every commitment was answered.
    pub(crate) fn check_all_answered(&self, roll: &Roll) -> Result<(), CeremonyError> {
        // C4: each member with a commitment has exactly one `reveal` or `withheld`.
        let members = self.unanswered(roll);
        if members.is_empty() { Ok(()) } else { Err(CeremonyError::Unanswered { members }) }
    }

    /// How many members of each bench committed or revealed, with its quorum: bench id, found,
    /// quorum.
    pub fn attendance(&self, roll: &Roll, closes: Closed) -> Vec<(String, u64, u64)> {
        let counts = |i: usize| match closes {
            Closed::Commits => {
                matches!(self.called_as(i), Some(RollCall::Commit(_) | RollCall::Envelope))
            }
            Closed::Reveals => {
                matches!(self.disclosures.get(i), Some(Some(Disclosure::Revealed(_))))
            }
        };
        let on = |b: usize| {
            let members = roll.members.iter().enumerate();
            count(members.filter(|(i, m)| m.bench == Some(b) && counts(*i)).count())
        };
        roll.benches
            .iter()
            .enumerate()
            .map(|(b, bench)| (bench.id.clone(), on(b), bench.quorum))
            .collect()
    }

    /// C2 and C4: the benches without quorum.
    pub(crate) fn check_quorum(&self, roll: &Roll, closes: Closed) -> Vec<CeremonyError> {
        // C2: at `close` `commits`, in each bench those with `commit` or `envelope` are at least
        // its quorum. C4: at `close` `reveals`, so are those who revealed.
        let short = |&(_, found, quorum): &(String, u64, u64)| found < quorum;
        let error =
            |(bench, found, quorum)| CeremonyError::NoQuorum { bench, found, quorum, closes };
        self.attendance(roll, closes).into_iter().filter(short).map(error).collect()
    }

    /// C4: the member has something to answer.
    pub(crate) fn check_can_disclose(
        &self,
        roll: &Roll,
        member: usize,
    ) -> Result<(), CeremonyError> {
        let id = || Ceremony::id(roll, member);
        // C4: exactly one answer.
        if self.disclosures.get(member).is_some_and(Option::is_some) {
            return Err(CeremonyError::AnsweredTwice { member: id() });
        }
        // C4: each member with `commit` or `envelope` answers, and no other.
        match self.called_as(member) {
            Some(RollCall::Commit(_) | RollCall::Envelope) => Ok(()),
            _ => Err(CeremonyError::NothingToReveal { member: id() }),
        }
    }

    /// C3: the secret is well-formed and is the one committed to.
    pub(crate) fn check_secret(
        &self,
        roll: &Roll,
        member: usize,
        secret: &str,
    ) -> Result<(), CeremonyError> {
        let id = Ceremony::id(roll, member);
        // C3: 32 to 128 characters after a `commit`, whose hash everybody can try secrets on; 1 to
        // 128 after an `envelope`, which published nothing.
        let least =
            if matches!(self.called_as(member), Some(RollCall::Commit(_))) { 32 } else { 1 };
        let other = !secret.bytes().all(|b| b.is_ascii_alphanumeric());
        let found = secret.chars().count();
        // C3: a secret is made of ASCII letters and digits.
        if other || !(least..=128).contains(&found) {
            return Err(CeremonyError::SecretShape { member: id, least, found, other });
        }
        match self.called_as(member) {
            // C3: after a `commit`, the hash of C1 over the secret is the commit.
            Some(RollCall::Commit(expected)) => {
                let found = commitment(self.plan_root, &id, secret);
                if found == expected {
                    Ok(())
                } else {
                    Err(CeremonyError::Mismatch { member: id, expected, found })
                }
            }
            // An envelope published nothing, so there is nothing to compare.
            _ => Ok(()),
        }
    }

    pub(crate) fn enter_disclosure(&mut self, member: usize, disclosure: Disclosure) {
        if let Some(slot) = self.disclosures.get_mut(member) {
            *slot = Some(disclosure);
        }
    }

    /// The source whose numbers are due, with its number from 1; `None` when all are there.
    pub(crate) fn due_source(&self, roll: &Roll) -> Option<(u64, Source)> {
        (1..).zip(&roll.sources).nth(self.numbers.len()).map(|(number, source)| (number, *source))
    }

    /// C5: the numbers are those of the source that is due.
    pub(crate) fn check_numbers(
        &self,
        roll: &Roll,
        source_number: u64,
        numbers: &Numbers,
    ) -> Result<(), CeremonyError> {
        let due = self.due_source(roll);
        // C5: one line for each source in plan order; `source` counts them from 1.
        let Some((_, source)) = due.filter(|(number, _)| *number == source_number) else {
            let expected = due.map(|(number, _)| number);
            return Err(CeremonyError::NotDue { found: source_number, expected });
        };
        if well_formed(&source, numbers) {
            return Ok(());
        }
        let found = match numbers {
            Numbers::Drand { round, .. } => {
                Phrase::new(format!("round {round} of drand"), format!("drand 第 {round} 轮"))
            }
            Numbers::Dice(digits) => {
                let count = digits.chars().count();
                Phrase::new(format!("{count} digits `{digits}`"), format!("{count} 位 `{digits}`"))
            }
            Numbers::Balls(balls) => Phrase::new(
                format!("{} balls {balls:?}", balls.len()),
                format!("{} 个球 {balls:?}", balls.len()),
            ),
        };
        Err(CeremonyError::NumbersShape { source_number, expected: describe(&source), found })
    }

    /// C7: the round is the one that the plan named, its randomness and signature are right, and it
    /// was made after the reveals were closed. The last is whether this build could verify the
    /// signature.
    pub(crate) fn check_beacon(
        &self,
        roll: &Roll,
        source_number: u64,
        numbers: &Numbers,
    ) -> (Vec<CeremonyError>, bool) {
        // C7 is about `drand` lines alone: dice and balls have no signature that could be
        // unverified.
        let Numbers::Drand { round, signature, randomness } = numbers else {
            return (Vec::new(), true);
        };
        let mut errors = Vec::new();
        let mut fail = |found, expected| errors.push(CeremonyError::Beacon { found, expected });
        let source =
            source_number.checked_sub(1).and_then(|n| roll.sources.get(usize::try_from(n).ok()?));
        // C7: `round` is that of its source in the plan, and no other.
        if source.map(|s| (s.device, s.round)) != Some((Device::Drand, *round)) {
            let named = source.map_or(0, |s| s.round);
            fail(
                Phrase::new(format!("round {round}"), format!("第 {round} 轮")),
                Phrase::new(
                    format!("round {named}, which the plan named"),
                    format!("方案指定的第 {named} 轮"),
                ),
            );
        }
        // C7: the round's time is later than `at` of the `close` `reveals` line.
        if let Some((found, expected)) = late(*round, self.closed_at) {
            fail(found, expected);
        }
        // A signature that is not 96 hex digits is a fault of C5; nothing can be computed of it.
        let Some(bytes) = drand::signature_from_hex(signature) else { return (errors, true) };
        let right = drand::randomness(&bytes);
        // C7: `randomness` is the SHA-256 of the 48 bytes of the signature.
        if *randomness != right {
            fail(Phrase::same(randomness), Phrase::same(right));
        }
        let verdict = drand::verdict(*round, &bytes);
        // C7: the signature is that of the chain over the round. `None` is neither right nor wrong.
        if verdict == Some(false) {
            fail(
                Phrase::new("a wrong signature", "签名不对"),
                Phrase::new(
                    format!("the signature of chain {} over round {round}", drand::CHAIN),
                    format!("链 {} 对第 {round} 轮的签名", drand::CHAIN),
                ),
            );
        }
        (errors, verdict.is_some())
    }
}

/// C7: found and expected, when the reveals were not closed before a round was made.
fn late(round: u64, closed: Option<u64>) -> Option<(Phrase, Phrase)> {
    let time = drand::time_of(round);
    let expected = Phrase::new(
        "a close of reveals with its time, before the round was made",
        "公开截止行带有时间，且早于该轮",
    );
    match closed {
        // C7: the `close` `reveals` line MUST have a time: without it nobody knows which came
        // first.
        None => {
            Some((Phrase::new("no time in the close of reveals", "公开截止行没有时间"), expected))
        }
        // At the very second is too late: the round could have been known.
        Some(at) if time <= at => Some((
            Phrase::new(
                format!("a round of {time}, reveals closed at {at}"),
                format!("该轮时间 {time}，公开截止于 {at}"),
            ),
            expected,
        )),
        Some(_) => None,
    }
}

/// Rule C5 for one source.
fn well_formed(source: &Source, numbers: &Numbers) -> bool {
    match (source.device, numbers) {
        (Device::Dice, Numbers::Dice(digits)) => {
            // P6: ten-sided dice show 0 to 9, all others 1 to `range`. (What is no digit may wrap
            // around; it is no face anyway.)
            let face =
                |b: u8| match (source.range, b.is_ascii_digit(), u64::from(b.wrapping_sub(b'0'))) {
                    (10, digit, _) => digit,
                    (faces, digit, n) => digit && (1..=faces).contains(&n),
                };
            count(digits.len()) == source.count && digits.bytes().all(face)
        }
        (Device::Balls, Numbers::Balls(balls)) => {
            // C5: different numbers, because balls are not put back.
            let different = || balls.iter().collect::<BTreeSet<_>>().len() == balls.len();
            count(balls.len()) == source.count
                && balls.iter().all(|b| (1..=source.range).contains(b))
                && different()
        }
        (Device::Drand, Numbers::Drand { signature, .. }) => {
            drand::signature_from_hex(signature).is_some()
        }
        // C5: the kind of line is that of the source.
        _ => false,
    }
}

fn describe(source: &Source) -> Phrase {
    let Source { count, range, .. } = source;
    match (source.device, range) {
        (Device::Drand, _) => Phrase::new(
            format!("round {} of drand quicknet with its signature of 96 hex digits", source.round),
            format!("drand quicknet 第 {} 轮及其 96 位十六进制签名", source.round),
        ),
        (Device::Dice, 10) => Phrase::new(
            format!("{count} digits from 0 to 9, one for each die"),
            format!("{count} 位 0 至 9 的数字，每颗骰子一位"),
        ),
        (Device::Dice, faces) => Phrase::new(
            format!("{count} digits from 1 to {faces}, one for each die"),
            format!("{count} 位 1 至 {faces} 的数字，每颗骰子一位"),
        ),
        (Device::Balls, range) => Phrase::new(
            format!("{count} different balls from 1 to {range}"),
            format!("{count} 个不同的球，号码 1 至 {range}"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::{Numbers, well_formed};
    use crate::plan::Source;

    #[test]
    fn many_balls_are_different_or_not() {
        let source = |count| Source::balls(count, 99_999);
        let balls: Vec<u64> = (1..=30_000).collect();
        for _ in 0..2 {
            assert!(well_formed(&source(30_000), &Numbers::Balls(balls.clone())));
            assert!(!well_formed(&source(30_001), &Numbers::Balls(balls.clone())));
        }
        assert!(!well_formed(&source(30_001), &Numbers::Balls([&balls[..], &[7]].concat())));
    }
}
