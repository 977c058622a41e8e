//! The checks of the ceremony: C1 to C6.

use super::check_draw::Drawing;
use super::verification::Verifier;
use crate::ceremony::{Ceremony, CeremonyError, Disclosure, Numbers, RollCall};
use crate::hash::Hash;
use crate::lines::{Closed, Line};
use crate::plan::Roll;
use crate::rules::{Checks, Rule, Words};
use crate::seed::seed;

/// Writes down what a rule of the ceremony has against a line.
fn note(checks: &mut Checks, line: u64, error: &CeremonyError) {
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
        // its words say what was expected as well
        CeremonyError::Beacon { found, .. } => found.clone(),
        error => error.words(),
    };
    checks.fail(error.rule(), line, place, found, instead(error));
}

/// What the rule expects instead.
fn instead(error: &CeremonyError) -> Words {
    match error {
        CeremonyError::UnknownMember { .. } => {
            Words::new("a member of the panel", "监督员名单中的人")
        }
        CeremonyError::CalledTwice { .. } => {
            Words::new("each member called once", "每人只点名一次")
        }
        CeremonyError::NotCalled { .. } => {
            Words::new("every member called before the close", "截止前每人都已点名")
        }
        CeremonyError::NoQuorum { quorum, .. } => {
            Words::new(format!("at least {quorum}"), format!("至少 {quorum} 人"))
        }
        CeremonyError::SecretShape { least, .. } => Words::new(
            format!("{least} to 128 ASCII letters and digits"),
            format!("{least} 至 128 个英文字母或数字"),
        ),
        CeremonyError::Mismatch { .. } => {
            Words::new("the secret that was committed to", "当初承诺的密语")
        }
        CeremonyError::NothingToReveal { .. } => {
            Words::new("answers of members with a commitment", "只有作出承诺的人才有交代")
        }
        CeremonyError::AnsweredTwice { .. } => {
            Words::new("one answer of each member", "每人只交代一次")
        }
        CeremonyError::Unanswered { .. } => {
            Words::new("a reveal or a withheld line for each", "每人都有 reveal 或 withheld 行")
        }
        CeremonyError::NotDue { expected: Some(n), .. } => {
            Words::new(format!("numbers of source {n}"), format!("第 {n} 个来源的随机数"))
        }
        CeremonyError::NotDue { expected: None, .. } => {
            Words::new("no more numbers", "不再有随机数")
        }
        CeremonyError::NumbersShape { expected, .. } | CeremonyError::Beacon { expected, .. } => {
            expected.clone()
        }
    }
}

impl Verifier<'_> {
    fn ceremony_at_hand(&mut self) -> Option<(&Roll, &mut Ceremony, &mut Checks, u64)> {
        Some((self.roll.as_ref()?, self.ceremony.as_mut()?, &mut self.checks, self.number))
    }

    /// C1: one line of the roll call.
    pub(super) fn promise(&mut self, line: &Line<'_>) {
        let Some((roll, ceremony, checks, number)) = self.ceremony_at_hand() else { return };
        let (id, promise) = match line {
            Line::Commit { member, commit, .. } => (member, RollCall::Commit(*commit)),
            Line::Envelope { member, .. } => (member, RollCall::Envelope),
            Line::Absent { member, .. } => (member, RollCall::Absent),
            _ => return,
        };
        match Ceremony::member(roll, id)
            .and_then(|m| ceremony.check_not_called(roll, m).map(|()| m))
        {
            Ok(member) => ceremony.enter_roll_call(member, promise),
            Err(error) => note(checks, number, &error),
        }
    }

    /// C1 and C2, when the roll call ends.
    pub(super) fn end_of_roll_call(&mut self) {
        let Some((roll, ceremony, checks, number)) = self.ceremony_at_hand() else { return };
        checks.examine_many(Rule::C1, roll.members.len() as u64);
        checks.examine_many(Rule::C2, roll.benches.len() as u64);
        let quorum = ceremony.check_quorum(roll, Closed::Commits);
        for error in ceremony.check_all_called(roll).err().into_iter().chain(quorum) {
            note(checks, number, &error);
        }
    }

    /// C3 and C4: one reveal, or one withheld.
    pub(super) fn answer(&mut self, line: &Line<'_>) {
        let Some((roll, ceremony, checks, number)) = self.ceremony_at_hand() else { return };
        let (id, answer) = match line {
            Line::Reveal { member, secret, .. } => {
                (member, Disclosure::Revealed(secret.to_string()))
            }
            Line::Withheld { member, .. } => (member, Disclosure::Withheld),
            _ => return,
        };
        let member = Ceremony::member(roll, id)
            .and_then(|m| ceremony.check_can_disclose(roll, m).map(|()| m));
        let member = match member {
            Ok(member) => member,
            Err(CeremonyError::UnknownMember { member }) => {
                return note(checks, number, &CeremonyError::NothingToReveal { member });
            }
            Err(error) => return note(checks, number, &error),
        };
        if let Disclosure::Revealed(secret) = &answer {
            checks.examine(Rule::C3);
            ceremony
                .check_secret(roll, member, secret)
                .err()
                .iter()
                .for_each(|e| note(checks, number, e));
        }
        ceremony.enter_disclosure(member, answer);
    }

    /// C4, when the reveals end.
    pub(super) fn end_of_reveals(&mut self) {
        let Some((roll, ceremony, checks, number)) = self.ceremony_at_hand() else { return };
        let promised = ceremony
            .roll_call
            .iter()
            .filter(|p| matches!(p, Some(RollCall::Commit(_) | RollCall::Envelope)))
            .count();
        checks.examine_many(Rule::C4, promised as u64);
        let quorum = ceremony.check_quorum(roll, Closed::Reveals);
        for error in ceremony.check_all_answered(roll).err().into_iter().chain(quorum) {
            note(checks, number, &error);
        }
    }

    /// C5: public numbers.
    pub(super) fn numbers(&mut self, line: &Line<'_>) {
        let Some((roll, ceremony, checks, number)) = self.ceremony_at_hand() else { return };
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
        checks.examine(Rule::C5);
        ceremony
            .check_numbers(roll, source, &numbers)
            .err()
            .iter()
            .for_each(|e| note(checks, number, e));
        if matches!(numbers, Numbers::Drand { .. }) {
            checks.examine(Rule::C7);
            let (errors, verified) = ceremony.check_beacon(roll, source, &numbers);
            errors.iter().for_each(|e| note(checks, number, e));
            if !verified {
                checks.not_run(
                    Rule::C7,
                    Words::new(
                        "this build cannot verify drand signatures (feature `drand`)",
                        "本程序未含 drand 签名验证",
                    ),
                );
            }
        }
        if ceremony.due_source(roll).is_some() {
            ceremony.numbers.push(numbers);
        }
    }

    /// C5, when the seed is there.
    pub(super) fn end_of_numbers(&mut self) {
        let Some((roll, ceremony, checks, number)) = self.ceremony_at_hand() else { return };
        if let Some((due, _)) = ceremony.due_source(roll) {
            let found = Words::new(
                format!("no numbers of source {due}"),
                format!("缺第 {due} 个来源的随机数"),
            );
            let all = roll.sources.len();
            checks.fail(
                Rule::C5,
                number,
                "source",
                found,
                Words::new(
                    format!("numbers of all {all} sources"),
                    format!("全部 {all} 个来源的随机数"),
                ),
            );
        }
    }

    /// C6. The draw goes on with the seed of the file.
    pub(super) fn check_seed(&mut self, found: Hash) {
        let (Some(roll), Some(ceremony)) = (&self.roll, &self.ceremony) else { return };
        self.checks.examine(Rule::C6);
        let expected = *self.expected_seed.get_or_insert_with(|| seed(roll, ceremony));
        if expected != found {
            self.checks.fail(
                Rule::C6,
                self.number,
                "seed",
                Words::same(found),
                Words::same(expected),
            );
        }
        if self.seed.is_none() {
            self.seed = Some(found);
            self.drawing = self
                .roll
                .as_ref()
                .filter(|r| !r.beyond_limits)
                .map(|roll| Drawing::new(roll, found));
            let household = self.explained();
            self.drawing.iter_mut().for_each(|d| d.explain(household));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::Rule;
    use crate::transcript::{Evidence, verify};

    #[test]
    fn many_seed_lines_cost_no_more_than_their_length() {
        // With the seed computed at each line these are 2.4 GB to be hashed.
        let file = include_str!("../../tests/vectors/worked/transcript.jsonl")
            .replace("\"8842\"", &format!("\"{}\"", "8".repeat(60_000)));
        let seed =
            file.lines().find(|line| line.starts_with("{\"kind\":\"seed\"")).unwrap().to_owned()
                + "\n";
        let file = file.replace(&seed, &seed.repeat(40_000));
        let report = verify(file.as_bytes(), &Evidence::default()).unwrap();
        let c6 = report.checks.iter().find(|c| c.id == Rule::C6).unwrap();
        assert_eq!((c6.examined, c6.failed), (40_000, 40_000));
    }
}
