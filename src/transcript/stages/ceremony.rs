//! The ceremony and the seed (rules C1 to C7).

use super::at::At;
use crate::ceremony::{Ceremony, CeremonyError, Disclosure, Numbers, RollCall};
use crate::hash::Hash;
use crate::lines::{Closed, Line};
use crate::number::count;
use crate::plan::Roll;
use crate::rules::{Phrase, Rule};
use crate::seed::seed;

/// Writes down what a rule of the ceremony has against a line.
fn fail(at: &mut At<'_>, error: &CeremonyError) {
    let place = match error {
        CeremonyError::UnknownMember { member } | CeremonyError::CalledTwice { member, .. } => {
            format!("member {member}")
        }
        CeremonyError::NoQuorum { bench, .. } => format!("bench {bench}"),
        CeremonyError::SecretShape { member, .. } | CeremonyError::Mismatch { member, .. } => {
            format!("member {member}, secret")
        }
        CeremonyError::NothingToReveal { member } | CeremonyError::AnsweredTwice { member } => {
            format!("member {member}")
        }
        CeremonyError::NotCalled { .. } | CeremonyError::Unanswered { .. } => "panel".into(),
        CeremonyError::NotDue { .. } | CeremonyError::NumbersShape { .. } => "source".into(),
        CeremonyError::Beacon { .. } => "drand".into(),
    };
    let found = match error {
        // Its words say what was expected as well.
        CeremonyError::Beacon { found, .. } => found.clone(),
        error => error.words(),
    };
    at.fail(error.rule(), place, found, instead(error));
}

/// What the rule expects instead.
fn instead(error: &CeremonyError) -> Phrase {
    match error {
        CeremonyError::UnknownMember { .. } => {
            Phrase::new("a member of the panel", "监督员名单中的人")
        }
        CeremonyError::CalledTwice { .. } => {
            Phrase::new("each member called once", "每人只点名一次")
        }
        CeremonyError::NotCalled { .. } => {
            Phrase::new("every member called before the close", "截止前每人都已点名")
        }
        CeremonyError::NoQuorum { quorum, .. } => {
            Phrase::new(format!("at least {quorum}"), format!("至少 {quorum} 人"))
        }
        CeremonyError::SecretShape { least, .. } => Phrase::new(
            format!("{least} to 128 ASCII letters and digits"),
            format!("{least} 至 128 个英文字母或数字"),
        ),
        CeremonyError::Mismatch { .. } => {
            Phrase::new("the secret that was committed to", "当初承诺的密语")
        }
        CeremonyError::NothingToReveal { .. } => {
            Phrase::new("answers of members with a commitment", "只有作出承诺的人才有交代")
        }
        CeremonyError::AnsweredTwice { .. } => {
            Phrase::new("one answer of each member", "每人只交代一次")
        }
        CeremonyError::Unanswered { .. } => {
            Phrase::new("a reveal or a withheld line for each", "每人都有 reveal 或 withheld 行")
        }
        CeremonyError::NotDue { expected: Some(n), .. } => {
            Phrase::new(format!("numbers of source {n}"), format!("第 {n} 个来源的随机数"))
        }
        CeremonyError::NotDue { expected: None, .. } => {
            Phrase::new("no more numbers", "不再有随机数")
        }
        CeremonyError::NumbersShape { expected, .. } | CeremonyError::Beacon { expected, .. } => {
            expected.clone()
        }
    }
}

/// The ceremony as far as the file has come.
pub(crate) struct CeremonyStage {
    ceremony: Ceremony,
}

impl CeremonyStage {
    /// The ceremony of a plan that was sealed with this root.
    pub(crate) fn new(roll: &Roll, plan_root: Hash) -> CeremonyStage {
        CeremonyStage { ceremony: Ceremony::new(roll, plan_root) }
    }

    /// C1: one line of the roll call.
    pub(crate) fn promise(&mut self, roll: &Roll, line: &Line<'_>, at: &mut At<'_>) {
        let (id, promise) = match line {
            Line::Commit { member, commit, .. } => (member, RollCall::Commit(*commit)),
            Line::Envelope { member, .. } => (member, RollCall::Envelope),
            Line::Absent { member, .. } => (member, RollCall::Absent),
            _ => return,
        };
        let member = Ceremony::member(roll, id)
            .and_then(|m| self.ceremony.check_not_called(roll, m).map(|()| m));
        match member {
            Ok(member) => self.ceremony.enter_roll_call(member, promise),
            // After a fault: a line that breaks C1 is passed over.
            Err(error) => fail(at, &error),
        }
    }

    /// C1 and C2, when the roll call ends.
    pub(crate) fn end_of_roll_call(&mut self, roll: &Roll, at: &mut At<'_>) {
        at.checks.examine_many(Rule::C1, count(roll.members.len()));
        at.checks.examine_many(Rule::C2, count(roll.benches.len()));
        // C2: in each bench the members with `commit` or `envelope` are at least its quorum.
        let quorum = self.ceremony.check_quorum(roll, Closed::Commits);
        // C1: every member was called, with one fault for all who were not.
        let called = self.ceremony.check_all_called(roll).err();
        called.iter().chain(&quorum).for_each(|error| fail(at, error));
    }

    /// C3 and C4: one reveal, or one withheld.
    pub(crate) fn answer(&mut self, roll: &Roll, line: &Line<'_>, at: &mut At<'_>) {
        let (id, answer) = match line {
            Line::Reveal { member, secret, .. } => {
                (member, Disclosure::Revealed(secret.to_string()))
            }
            Line::Withheld { member, .. } => (member, Disclosure::Withheld),
            _ => return,
        };
        let member = Ceremony::member(roll, id)
            .and_then(|m| self.ceremony.check_can_disclose(roll, m).map(|()| m));
        let member = match member {
            Ok(member) => member,
            // Section 7: who is no member breaks C1 in the roll call, C4 in the answers.
            Err(CeremonyError::UnknownMember { member }) => {
                return fail(at, &CeremonyError::NothingToReveal { member });
            }
            Err(error) => return fail(at, &error),
        };
        // After a fault: a secret that breaks C3 is recorded all the same.
        if let Disclosure::Revealed(secret) = &answer {
            // C3: a secret is well-formed, and after a `commit` the one committed to.
            at.examine(Rule::C3);
            let broken = self.ceremony.check_secret(roll, member, secret).err();
            broken.iter().for_each(|error| fail(at, error));
        }
        self.ceremony.enter_disclosure(member, answer);
    }

    /// C4, when the reveals end.
    pub(crate) fn end_of_answers(&mut self, roll: &Roll, at: &mut At<'_>) {
        let promised = self
            .ceremony
            .roll_call
            .iter()
            .filter(|p| matches!(p, Some(RollCall::Commit(_) | RollCall::Envelope)))
            .count();
        at.checks.examine_many(Rule::C4, count(promised));
        // C4: in each bench the members who revealed are at least its quorum.
        let quorum = self.ceremony.check_quorum(roll, Closed::Reveals);
        // C4: every commitment was answered, with one fault for all that were not.
        let answered = self.ceremony.check_all_answered(roll).err();
        answered.iter().chain(&quorum).for_each(|error| fail(at, error));
    }

    /// C7: when the reveals were closed, by the operator's clock.
    pub(crate) fn closed_at(&mut self, at: Option<u64>) {
        self.ceremony.closed_at = at;
    }

    /// C5 and C7: public numbers.
    pub(crate) fn numbers(&mut self, roll: &Roll, line: &Line<'_>, at: &mut At<'_>) {
        let (source, numbers) = match line {
            Line::Dice { source, digits, .. } => (*source, Numbers::Dice(digits.to_string())),
            Line::Balls { source, numbers, .. } => (*source, Numbers::Balls(numbers.clone())),
            Line::Drand { source, round, signature, randomness, .. } => (
                *source,
                Numbers::Drand {
                    round: *round,
                    signature: signature.to_string(),
                    randomness: *randomness,
                },
            ),
            _ => return,
        };
        at.examine(Rule::C5);
        let broken = self.ceremony.check_numbers(roll, source, &numbers).err();
        broken.iter().for_each(|error| fail(at, error));
        if matches!(numbers, Numbers::Drand { .. }) {
            self.check_beacon(roll, source, &numbers, at);
        }
        // After a fault: numbers that break C5 are recorded all the same, while a source is due.
        if self.ceremony.due_source(roll).is_some() {
            self.ceremony.numbers.push(numbers);
        }
    }

    /// C7. 'Not run' is not 'passed': a build without the beacon's curve says so.
    fn check_beacon(&self, roll: &Roll, source: u64, numbers: &Numbers, at: &mut At<'_>) {
        at.examine(Rule::C7);
        let (errors, verified) = self.ceremony.check_beacon(roll, source, numbers);
        errors.iter().for_each(|error| fail(at, error));
        // C7: a verifier that cannot compute pairings says that C7 was not run.
        if !verified {
            at.checks.not_run(
                Rule::C7,
                Phrase::new(
                    "this build cannot verify drand signatures (feature `drand`)",
                    "本程序未含 drand 签名验证",
                ),
            );
        }
    }

    /// C5, when the seed is there.
    pub(crate) fn end_of_numbers(&mut self, roll: &Roll, at: &mut At<'_>) {
        // C5: one line for each source.
        let Some((due, _)) = self.ceremony.due_source(roll) else { return };
        let found = Phrase::new(
            format!("no numbers of source {due}"),
            format!("缺第 {due} 个来源的随机数"),
        );
        let all = roll.sources.len();
        let expected = Phrase::new(
            format!("numbers of all {all} sources"),
            format!("全部 {all} 个来源的随机数"),
        );
        at.fail(Rule::C5, "source", found, expected);
    }

    /// C6: the seed. That of the file is drawn with, right or wrong.
    pub(crate) fn check_seed(&self, roll: &Roll, found: Hash, at: &mut At<'_>) {
        at.examine(Rule::C6);
        let expected = seed(roll, &self.ceremony);
        // C6: the seed is the hash of plan root, contributions and public numbers.
        if expected != found {
            at.fail(Rule::C6, "seed", Phrase::same(found), Phrase::same(expected));
        }
    }
}
