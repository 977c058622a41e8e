//! Sign-off: what each member of the panel says about a checkpoint (rules S1 to S5, and the quorum
//! of V3).
//!
//! The live session and the verifier both fold the lines of a sign-off into one and the same state.

use crate::hash::Hash;
use crate::lines::{Line, Stage};
use crate::note::{Cosignature, VerifierKey};
use crate::number::count;
use crate::plan::{BenchInfo, MemberInfo, Roll};
use crate::rules::{Fault, Phrase, Rule};

/// What a member said about a checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statement {
    /// Signed with the key in the plan, and the signature is right.
    Key,
    /// Signed on paper.
    Paper,
    /// Refused to sign.
    Dissent,
    /// Was away.
    Unsigned,
    /// A cosignature that does not count, or that this build cannot verify.
    Uncounted,
}

/// One checkpoint and what was said about it so far.
#[derive(Debug, Clone)]
pub(crate) struct SignOff {
    pub(crate) stage: Stage,
    pub(crate) size: u64,
    body: String,
    said: Vec<Option<Statement>>,
}

/// How many members of a bench signed a checkpoint, and how many its quorum needs.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct BenchSignatures {
    /// The id of the bench in the plan.
    pub bench: String,
    /// Its members.
    pub members: u64,
    /// Members who signed with a key.
    pub keys: u64,
    /// Members who signed on paper.
    pub paper: u64,
    /// Members who refused.
    pub dissent: u64,
    /// Members who were away.
    pub unsigned: u64,
    /// How many of its members must sign.
    pub quorum: u64,
    /// The names of those who signed with a key or on paper, in plan order.
    pub signers: Vec<String>,
    /// Whether so many refused that the others are fewer than the quorum.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unreachable: bool,
}

/// A member who refused to sign, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Refusal {
    /// The member.
    pub member: String,
    /// The reason given.
    pub reason: String,
}

/// Whether a signature is right, if this build can tell.
fn verifies(key: &VerifierKey, body: &str, signature: &Cosignature) -> Option<bool> {
    #[cfg(test)]
    tests::note_verification();
    #[cfg(feature = "signatures")]
    return Some(crate::sign::verify(key, body, signature).is_ok());
    #[cfg(not(feature = "signatures"))]
    {
        let _ = (key, body, signature);
        None
    }
}

fn fault(rule: Rule, member: &str, found: Phrase, expected: Phrase) -> Box<Fault> {
    let place = format!("cosignature of member {member}");
    Box::new(Fault { rule, line: 0, place, found, expected })
}

fn over_a_checkpoint_of(lines: impl std::fmt::Display) -> Phrase {
    Phrase::new(
        format!("a signature over the checkpoint of {lines} lines"),
        format!("对 {lines} 行的检查点的签名"),
    )
}

/// The key of a member, if the signature names it.
fn key_of<'r>(
    roll: &Roll,
    own: &'r MemberInfo,
    signature: &Cosignature,
) -> Result<&'r VerifierKey, Box<Fault>> {
    let by = |key: &Option<VerifierKey>| key.as_ref().is_some_and(|key| signature.is_by(key));
    // S3: the key is one of the sealed plan.
    let Some(signer) = roll.members.iter().find(|m| by(&m.key)) else {
        let (name, id) = (&signature.name, hex::encode(signature.key_id));
        let found = Phrase::new(format!("key {name} {id}"), format!("公钥 {name} {id}"));
        let expected = Phrase::new("a key of the sealed plan", "封存方案中的公钥");
        return Err(fault(Rule::S3, &own.id, found, expected));
    };
    // S4: it is that of the member who is named, and so of its bench.
    own.key.as_ref().filter(|key| signature.is_by(key)).ok_or_else(|| {
        let of = |member: &MemberInfo| {
            let bench = member.bench.and_then(|b| roll.benches.get(b)).map_or("", |b| &b.id);
            let id = &member.id;
            Phrase::new(
                format!("the key of member {id} (bench {bench})"),
                format!("监督员 {id}（席位 {bench}）的公钥"),
            )
        };
        fault(Rule::S4, &own.id, of(signer), of(own))
    })
}

impl SignOff {
    pub(crate) fn new(roll: &Roll, stage: Stage, size: u64, body: String) -> SignOff {
        SignOff { stage, size, body, said: vec![None; roll.members.len()] }
    }

    /// The body of the checkpoint: what is signed.
    pub(crate) fn body(&self) -> &str {
        &self.body
    }

    /// Whether no member has said anything.
    pub(crate) fn is_empty(&self) -> bool {
        self.said.iter().all(Option::is_none)
    }

    /// S1: the members who have said nothing yet.
    pub(crate) fn still_to_sign(&self, roll: &Roll) -> Vec<String> {
        let to_sign = roll.members.iter().zip(&self.said).filter(|(_, said)| said.is_none());
        to_sign.map(|(member, _)| member.id.clone()).collect()
    }

    /// S1: either nobody has said anything, or everybody has.
    pub(crate) fn check_whole(&self, roll: &Roll) -> Result<(), Box<Fault>> {
        let to_sign = self.still_to_sign(roll);
        // S1: under a checkpoint stands nothing, or a line of each member.
        if self.is_empty() || to_sign.is_empty() {
            return Ok(());
        }
        let names = to_sign.join(", ");
        Err(Box::new(Fault {
            rule: Rule::S1,
            line: 0,
            place: format!("checkpoint {}", self.stage.word()),
            found: Phrase::new(format!("nothing from {names}"), format!("{names} 没有表态")),
            expected: Phrase::new(
                "a cosignature, paper, dissent or unsigned line of every member, or of none",
                "每位监督员都有签名、纸签、拒签或未签行，或者都没有",
            ),
        }))
    }

    /// S1: the member may still say something.
    pub(crate) fn check_member(&self, roll: &Roll, id: &str) -> Result<usize, Box<Fault>> {
        let refuse = |found, expected| {
            Box::new(Fault {
                rule: Rule::S1,
                line: 0,
                place: format!("member {id}"),
                found,
                expected,
            })
        };
        let Some(member) = roll.members.iter().position(|m| m.id == id) else {
            return Err(refuse(
                Phrase::new("not a member", "不是监督员"),
                Phrase::new("a member of the panel", "监督员名单中的人"),
            ));
        };
        // S1: exactly one line of each member.
        match self.said.get(member) {
            Some(None) => Ok(member),
            _ => Err(refuse(
                Phrase::new("a second line", "第二次表态"),
                Phrase::new(
                    "one line of each member under a checkpoint",
                    "每人对一个检查点只表态一次",
                ),
            )),
        }
    }

    /// S1: the scan of a sheet that a member signed is that of a file, which 64 zeros is not.
    pub(crate) fn check_scan(member: &str, scan: Hash) -> Result<(), Box<Fault>> {
        // S1: `scan` is never 64 zeros.
        if !scan.is_zeros() {
            return Ok(());
        }
        Err(Box::new(Fault {
            rule: Rule::S1,
            line: 0,
            place: format!("member {member}, scan"),
            found: Phrase::new("64 zeros", "全为零"),
            expected: Phrase::new("the hash of the scanned sheet", "扫描件的哈希"),
        }))
    }

    /// S1: the statement of a member.
    pub(crate) fn enter(&mut self, member: usize, statement: Statement) {
        self.said.get_mut(member).into_iter().for_each(|said| *said = Some(statement));
    }

    /// S2, S3 and S4 for the signature line of a member: whether it counts, as far as this build
    /// can tell, with its time. `others` are the bodies of other checkpoints, to name the one that a
    /// signature was moved from.
    pub(crate) fn check_signature<'b>(
        &self,
        roll: &Roll,
        member: usize,
        text: &str,
        others: impl Iterator<Item = &'b str>,
    ) -> Result<Option<u64>, Box<Fault>> {
        let Some(own) = roll.members.get(member) else {
            debug_assert!(false, "member {member} is not in the plan");
            return Ok(None);
        };
        // S2: a signature line of a note, with a cosignature of version 1.
        let Ok(signature) = text.parse::<Cosignature>() else {
            let expected = Phrase::new(
                "a signature line `— name base64` with a tlog-cosignature v1",
                "签名行 `— 名称 base64`（tlog-cosignature v1）",
            );
            return Err(fault(Rule::S2, &own.id, Phrase::same(format_args!("`{text}`")), expected));
        };
        let key = key_of(roll, own, &signature)?;
        let verdict = verifies(key, &self.body, &signature);
        // What this build cannot verify is not wrong: 'not run' is never 'failed'.
        if verdict != Some(false) {
            return Ok(verdict.map(|_| signature.time));
        }
        // S2: the signature is one over this checkpoint. The others are tried only to tell where a
        // wrong one was moved from.
        let moved = others.into_iter().find(|body| verifies(key, body, &signature) == Some(true));
        let found = match moved {
            None => Phrase::new("a wrong signature", "签名不对"),
            Some(body) => over_a_checkpoint_of(body.split('\n').nth(1).unwrap_or_default()),
        };
        Err(fault(Rule::S2, &own.id, found, over_a_checkpoint_of(self.size)))
    }

    /// V3: distinct members of each bench (rule P12: with distinct keys) who signed, with their
    /// names.
    pub(crate) fn tally(&self, roll: &Roll) -> Vec<BenchSignatures> {
        let mut tally = self.counts(roll);
        for (number, bench) in tally.iter_mut().enumerate() {
            bench.signers = self.signers(roll, number);
        }
        tally
    }

    /// The same without the names, which are not looked at where a rule asks how many signed.
    fn counts(&self, roll: &Roll) -> Vec<BenchSignatures> {
        let of = |bench: usize, statement: Statement| {
            // V3: in each bench the members whose `cosignature` keeps S2, S3 and S4.
            let said = roll.members.iter().zip(&self.said);
            let of_bench = said.filter(|(member, _)| member.bench == Some(bench));
            count(of_bench.filter(|(_, said)| **said == Some(statement)).count())
        };
        let tally = |(number, bench): (usize, &BenchInfo)| {
            let members = roll.members.iter().filter(|member| member.bench == Some(number));
            let (members, dissent) = (count(members.count()), of(number, Statement::Dissent));
            BenchSignatures {
                bench: bench.id.clone(),
                members,
                keys: of(number, Statement::Key),
                paper: of(number, Statement::Paper),
                dissent,
                unsigned: of(number, Statement::Unsigned),
                quorum: bench.quorum,
                signers: Vec::new(),
                unreachable: dissent > 0 && members.saturating_sub(dissent) < bench.quorum,
            }
        };
        roll.benches.iter().enumerate().map(tally).collect()
    }

    /// The names of those of a bench who signed with a key or on paper.
    fn signers(&self, roll: &Roll, bench: usize) -> Vec<String> {
        let said = roll.members.iter().zip(&self.said);
        let signed = said.filter(|(member, said)| {
            let signs = matches!(said, Some(Statement::Key | Statement::Paper));
            signs && member.bench == Some(bench)
        });
        signed.map(|(member, _)| member.name.clone()).collect()
    }

    /// Whether the quorum of each bench signed by key.
    pub(crate) fn is_signed(&self, roll: &Roll) -> bool {
        quorums(&self.counts(roll))
    }

    /// S5: the quorum of each bench signed by key, as it signed the result.
    pub(crate) fn check_signed(&self, roll: &Roll) -> Result<(), Box<Fault>> {
        let tally = self.counts(roll);
        let Some(short) = tally.iter().find(|bench| bench.keys < bench.quorum) else {
            return Ok(());
        };
        let to_sign = self.could_sign(roll, &short.bench).join(", ");
        let BenchSignatures { bench, keys, quorum, .. } = short;
        let title = roll.bench_words(bench).zh;
        let (who, who_zh) = if to_sign.is_empty() {
            (String::new(), String::new())
        } else {
            (format!(" (of {to_sign})"), format!("（{to_sign} 之中）"))
        };
        Err(Box::new(Fault {
            rule: Rule::S5,
            line: 0,
            place: format!("checkpoint {}", self.stage.word()),
            found: Phrase::new(
                format!("{keys} signatures by key of bench {bench}{who}"),
                format!("席位 {title} 密钥签名 {keys} 人{who_zh}"),
            ),
            expected: Phrase::new(
                format!(
                    "{quorum}: the result was signed by the quorum of each bench by key, and so must be what comes after it"
                ),
                format!("{quorum} 人：结果已由各席位达到法定人数者用密钥签名，其后的事项也须如此"),
            ),
        }))
    }

    /// The members of a bench who have a key and have said nothing yet.
    fn could_sign(&self, roll: &Roll, bench: &str) -> Vec<String> {
        let of_bench = |member: &MemberInfo| {
            member.bench.and_then(|b| roll.benches.get(b)).is_some_and(|b| b.id == bench)
        };
        let members = roll.members.iter().zip(&self.said);
        let open = members.filter(|(m, said)| said.is_none() && m.key.is_some() && of_bench(m));
        open.map(|(member, _)| member.id.clone()).collect()
    }

    /// S5: after this member has said something else than a signature by key, the others of its
    /// bench can still reach the quorum.
    pub(crate) fn check_spared(&self, roll: &Roll, member: usize) -> Result<(), Box<Fault>> {
        let Some(own) = roll.members.get(member) else { return Ok(()) };
        let Some(bench) = own.bench.and_then(|bench| roll.benches.get(bench)) else {
            return Ok(());
        };
        let tally = self.counts(roll);
        let keys = tally.iter().find(|tally| tally.bench == bench.id).map_or(0, |tally| tally.keys);
        let others = self.could_sign(roll, &bench.id).iter().filter(|id| **id != own.id).count();
        if keys.saturating_add(count(others)) >= bench.quorum {
            return Ok(());
        }
        Err(Box::new(Fault {
            rule: Rule::S5,
            line: 0,
            place: format!("member {}", own.id),
            found: Phrase::new("no signature by key", "没有密钥签名"),
            expected: Phrase::new(
                format!(
                    "a signature by key: without it bench {} cannot reach its quorum of {}, and the batch cannot be closed",
                    bench.id, bench.quorum
                ),
                format!(
                    "密钥签名：否则席位 {} 达不到法定的 {} 人，这一批事项无法结束",
                    roll.bench_words(&bench.id).zh,
                    bench.quorum
                ),
            ),
        }))
    }
}

/// Whether the quorum of each bench signed by key.
pub(crate) fn quorums(benches: &[BenchSignatures]) -> bool {
    benches.iter().any(|bench| bench.keys > 0) && benches.iter().all(|b| b.keys >= b.quorum)
}

/// The member that a sign-off line names, and what it says; `None` for other lines. A cosignature
/// is still to be checked.
pub(crate) fn statement<'l>(line: &'l Line<'_>) -> Option<(&'l str, Statement)> {
    match line {
        Line::Cosignature { member, .. } => Some((member, Statement::Uncounted)),
        Line::Paper { member, .. } => Some((member, Statement::Paper)),
        Line::Dissent { member, .. } => Some((member, Statement::Dissent)),
        Line::Unsigned { member, .. } => Some((member, Statement::Unsigned)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    thread_local! {
        /// How many signatures were verified.
        static VERIFIED: Cell<u64> = const { Cell::new(0) };
    }

    pub(super) fn note_verification() {
        VERIFIED.with(|verified| verified.set(verified.get() + 1));
    }

    /// Verifying is what a large sign-off costs.
    #[cfg(feature = "signatures")]
    #[test]
    fn every_good_cosignature_is_verified_once() {
        use crate::session::Session;
        use crate::transcript::{Evidence, verify};
        let file = include_str!("../tests/vectors/corpus/valid/signed.jsonl");
        let signed = file.lines().filter(|line| line.starts_with("{\"kind\":\"cosignature\""));
        let signed = signed.count() as u64;
        assert!(signed > 0);
        let count = || VERIFIED.with(|verified| verified.replace(0));
        Session::from_lines(file.lines().map(str::as_bytes)).unwrap();
        assert_eq!(count(), signed);
        verify(file.as_bytes(), &Evidence::default()).unwrap();
        assert_eq!(count(), signed);
    }
}
