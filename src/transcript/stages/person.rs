//! A household's opening against its commitment in the plan (check V8).

use crate::hash::Hash;
use crate::lines::Line;
use crate::person::Opening;
use crate::rules::{Checks, Phrase, Rule};
use crate::transcript::reader::RawLine;

/// The line of the household that the opening names, and the commitment there. It is kept of no
/// other household: the roll has none.
pub(crate) struct Bound<'e> {
    opening: Option<&'e Opening>,
    found: Option<(u64, Option<Hash>)>,
}

impl<'e> Bound<'e> {
    pub(crate) fn new(opening: Option<&'e Opening>) -> Bound<'e> {
        Bound { opening, found: None }
    }

    /// A line of the plan. The bytes are looked at first, so that it is decoded only if it has the
    /// id in it.
    #[inline]
    pub(crate) fn look_at(&mut self, raw: RawLine<'_>) {
        // V8: if the id occurs twice, its first line.
        if let (Some(opening), None) = (self.opening, self.found) {
            self.found = commitment_in(raw, &opening.household);
        }
    }

    /// V8. `in_plan` says that the file ends in the plan, `no_header` that no line of it could be
    /// read as the first of a plan.
    pub(crate) fn check(&self, in_plan: bool, no_header: bool, checks: &mut Checks) {
        let Some(opening) = self.opening else {
            let why = Phrase::new("no opening of a household was given", "没有给出住户的密封件");
            return checks.not_run(Rule::V8, why);
        };
        let id = opening.household.as_str();
        let commitment = match (opening.commitment(), self.found.filter(|_| !no_header)) {
            (Ok(commitment), Some((line, Some(found)))) => {
                return compare(id, line, (found, commitment), checks);
            }
            (Ok(_), Some((_, None))) => {
                let why = Phrase::new(
                    format!("household {id} has no commitment to a person in this plan"),
                    format!("本方案中住户 {id} 没有身份承诺"),
                );
                return checks.not_run(Rule::V8, why);
            }
            (Ok(_), None) if in_plan => {
                let why = Phrase::new(
                    "the file ends in the plan, before this household",
                    "文件在方案中结束，还没有到该户",
                );
                return checks.not_run(Rule::V8, why);
            }
            (commitment, _) => commitment,
        };
        checks.examine(Rule::V8);
        let (found, expected) = match commitment {
            Err(error) => {
                (error.words(), Phrase::new("an opening as on the slip", "与密封件一致的内容"))
            }
            Ok(_) => (
                Phrase::new(
                    format!("an opening for `{id}`, which is not in the plan"),
                    format!("`{id}` 的密封件，但方案中没有该户"),
                ),
                Phrase::new("the id of a household of this plan", "本方案中的住户编号"),
            ),
        };
        checks.fail(Rule::V8, 0, "household, id", found, expected);
    }
}

/// The commitment of this household or family, if this is its line.
fn commitment_in(raw: RawLine<'_>, household: &str) -> Option<(u64, Option<Hash>)> {
    let id = household.as_bytes();
    let has_id = !id.is_empty() && raw.bytes.windows(id.len()).any(|part| part == id);
    let kinds: [&[u8]; 2] = [b"{\"kind\":\"household\",", b"{\"kind\":\"family\","];
    if !has_id || !kinds.iter().any(|kind| raw.bytes.starts_with(kind)) {
        return None;
    }
    match Line::decode(raw.bytes) {
        Ok(Line::Household { id, person, .. } | Line::Family { id, person, .. })
            if id == household =>
        {
            Some((raw.number, person))
        }
        _ => None,
    }
}

/// V8: the commitment in the plan is the hash of the opening.
fn compare(id: &str, line: u64, (found, commitment): (Hash, Hash), checks: &mut Checks) {
    checks.examine(Rule::V8);
    // V8: the `person` of the household is the hash of the opening.
    if found == commitment {
        return;
    }
    let expected = Phrase::new(
        format!(
            "{commitment}, the hash of the opening: the name, the number or the salt is not the one committed to"
        ),
        format!("{commitment}（密封件的哈希）：姓名、证件号或盐值与承诺的不符"),
    );
    let place = format_args!("household {id}, person");
    checks.fail(Rule::V8, line, place, Phrase::same(found), expected);
}

#[cfg(test)]
mod tests {
    use crate::hash::Hash;
    use crate::lines::Line;
    use crate::person::Opening;
    use crate::rules::Rule;
    use crate::transcript::{CheckReport, Evidence, OutcomeKind, verify};

    const FILE: &[u8] = include_bytes!("../../../tests/vectors/worked/transcript.jsonl");

    fn opening(household: &str) -> Opening {
        Opening {
            household: household.into(),
            name: "张小明".into(),
            document: "000000190001010001".into(),
            salt: [7; 32],
        }
    }

    /// The worked example with these commitments. Its checkpoints are wrong then, which is not
    /// asked about here.
    fn with(person: &[(&str, Hash)]) -> Vec<u8> {
        let lines = FILE.split_inclusive(|b| *b == b'\n').map(|line| {
            match Line::decode(line.trim_ascii_end()) {
                Ok(Line::Household { id, .. }) => {
                    let commitment = person.iter().find(|(household, _)| *household == id);
                    let field = commitment
                        .map(|(_, hash)| format!(",\"person\":\"{hash}\""))
                        .unwrap_or_default();
                    [&line[..line.len() - 2], field.as_bytes(), b"}\n"].concat()
                }
                _ => line.to_vec(),
            }
        });
        lines.collect::<Vec<_>>().concat()
    }

    /// What the check says.
    fn said(file: &[u8], opening: Option<Opening>) -> CheckReport {
        let report = verify(file, &Evidence { person: opening, ..Evidence::default() }).unwrap();
        report.checks.into_iter().find(|check| check.id == Rule::V8).unwrap()
    }

    #[test]
    fn an_opening_opens_the_commitment_of_its_household() {
        let commitment = opening("H002").commitment().unwrap();
        let file = with(&[("H001", Hash([1; 32])), ("H002", commitment)]);
        let check = said(&file, Some(opening("H002")));
        assert_eq!((check.outcome, check.examined), (OutcomeKind::Passed, 1));
        // The same hash at another household does not help: the code is in it.
        let check = said(&with(&[("H001", commitment)]), Some(opening("H001")));
        assert_eq!(check.outcome, OutcomeKind::Failed);
    }

    #[test]
    fn another_person_is_refuted_with_both_hashes() {
        let (commitment, own) = (Hash([1; 32]), opening("H001").commitment().unwrap());
        let check = said(&with(&[("H001", commitment)]), Some(opening("H001")));
        let fault = &check.faults[0];
        assert_eq!(
            (check.outcome, fault.line, fault.place.as_str()),
            (OutcomeKind::Failed, 10, "household H001, person")
        );
        assert!(
            fault.found.en == commitment.to_hex() && fault.expected.en.starts_with(&own.to_hex()),
            "{fault}"
        );
        assert!(
            !fault.to_string().contains("张小明")
                && !fault.to_string().contains("000000190001010001"),
            "{fault}"
        );
    }

    #[test]
    fn a_household_that_is_not_there_is_refuted() {
        let check = said(FILE, Some(opening("H00")));
        assert_eq!(check.outcome, OutcomeKind::Failed);
        assert_eq!(
            check.faults[0].to_string(),
            "household, id: found an opening for `H00`, which is not in the plan; expected the id of a household of this plan [V8]"
        );
        assert_eq!(said(FILE, Some(opening(""))).outcome, OutcomeKind::Failed);
    }

    #[test]
    fn without_an_opening_or_a_commitment_it_is_not_run() {
        for (given, reason) in [
            (None, "no opening of a household was given"),
            (Some(opening("H001")), "household H001 has no commitment to a person in this plan"),
        ] {
            let check = said(FILE, given);
            assert_eq!(
                (check.outcome, check.reason.unwrap().en.as_str()),
                (OutcomeKind::NotRun, reason)
            );
        }
    }
}
