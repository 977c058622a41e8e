//! Checkpoints, what the panel says of them, and closing lines (rules T3, T4, S1 to S8, V3).

use super::at::At;
use crate::aftermath;
use crate::hash::Hash;
use crate::lines::{Line, Stage};
use crate::log_line;
use crate::noted::Noted;
use crate::plan::Roll;
use crate::rules::{Checks, Fault, Phrase, Rule};
use crate::sign_off::{self, BenchSignatures, Refusal, SignOff, Statement};
use crate::sign_times::{OddTime, SignTimes, moment};
use crate::stamped::{Stamp, Stamps};
use crate::transcript::level::{Behind, Level};
use crate::tree::{Fingerprint, Tree, checkpoint_body};
use serde::Serialize;

/// A checkpoint of the transcript.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Checkpoint {
    /// What it closes.
    pub stage: Stage,
    /// How far trust goes in what it covers.
    pub level: Level,
    /// How many lines stand before it.
    pub size: u64,
    /// The root over them, recomputed.
    pub root: Hash,
    /// Its body, recomputed, as it is read aloud.
    pub fingerprint: String,
    /// Its body: origin, size and root, recomputed.
    #[serde(skip)]
    pub body: String,
    /// What each bench said about it; `None` if nobody said anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signatures: Option<Vec<BenchSignatures>>,
    /// Who refused to sign it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub refusals: Vec<Refusal>,
    /// The time tokens over it that count. The signature of their authority is not looked at.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tokens: Vec<Stamp>,
    #[serde(skip)]
    behind: Behind,
}

/// Something odd that breaks no rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Note {
    /// The line, from 1.
    pub line: u64,
    /// What is odd.
    pub what: OddTime,
    /// In words.
    #[serde(flatten)]
    pub words: Phrase,
}

/// How many notes are kept.
const NOTES: usize = 10;

impl Checkpoint {
    fn new(stage: Stage, size: u64, root: Hash, body: String) -> Checkpoint {
        let fingerprint = Fingerprint::of_body(&body).to_string();
        Checkpoint {
            stage,
            level: Level::None,
            size,
            root,
            fingerprint,
            body,
            signatures: None,
            refusals: Vec::new(),
            tokens: Vec::new(),
            behind: Behind::default(),
        }
    }

    /// Whether the quorum of each bench signed it by key.
    pub fn is_signed(&self) -> bool {
        self.signatures.as_deref().is_some_and(sign_off::quorums)
    }

    /// The benches of which so many refused that their quorum cannot be reached.
    pub fn refused_by(&self) -> impl Iterator<Item = &BenchSignatures> {
        self.signatures.iter().flatten().filter(|bench| bench.unreachable)
    }

    /// What stands behind it, up to the next one.
    pub(in crate::transcript) fn behind(&self) -> &Behind {
        &self.behind
    }

    /// V1: whether this was noted of it.
    pub fn is_noted(&self, noted: &Noted) -> bool {
        noted.is_of(&self.body, self.root)
    }
}

/// V7: size and root of those with stage `result` or `aftermath`: what is appended later may not
/// take back what is drawn by then.
pub(in crate::transcript) fn results(checkpoints: &[Checkpoint]) -> Vec<(u64, Hash)> {
    let ends = |stage| matches!(stage, Stage::Result | Stage::Aftermath);
    checkpoints.iter().filter(|c| ends(c.stage)).map(|c| (c.size, c.root)).collect()
}

/// What seals the file so far.
#[derive(Default)]
pub(crate) struct Seals {
    checkpoints: Vec<Checkpoint>,
    /// S7: the body of the checkpoint directly above, which the log signs.
    log_due: Option<String>,
    /// What the panel says about the last checkpoint, as long as it can. The first part is its
    /// place in the list.
    sign_off: Option<(usize, SignOff)>,
    /// The bodies of the plan's and the result's checkpoint and of the last two, to name where a
    /// signature was moved from.
    bodies: Vec<String>,
    /// Scans of paper signatures.
    scans: Vec<Hash>,
    /// The line of the last closing line; 0 if there is none.
    closed: u64,
    /// The closing lines of days.
    days: u64,
    /// The last of them.
    day_closed: u64,
    /// S6: when the panel signed.
    times: SignTimes,
    /// S8: the time tokens.
    stamps: Stamps,
    /// S5: whether the quorum of each bench signed the result by key.
    result_signed: bool,
    notes: Vec<Note>,
}

impl Seals {
    pub(crate) fn checkpoints(&self) -> &[Checkpoint] {
        &self.checkpoints
    }

    /// Size and root of the checkpoints from that of the result on.
    pub(crate) fn results(&self) -> Vec<(u64, Hash)> {
        results(&self.checkpoints)
    }

    pub(crate) fn into_parts(self) -> (Vec<Checkpoint>, Vec<Note>) {
        (self.checkpoints, self.notes)
    }

    /// Whether nothing stands behind the last checkpoint yet but its signatures: the first line that
    /// does is noted, also one that the rules lead to (the call after a day).
    pub(crate) fn awaits_more(&self) -> bool {
        self.checkpoints.last().is_some_and(|last| last.behind.is_empty())
    }

    /// A line that is placed, behind the last checkpoint.
    pub(crate) fn stands_behind(&mut self, line: &Line<'_>, number: u64) {
        self.checkpoints.last_mut().into_iter().for_each(|last| last.behind.add(line, number));
    }

    /// The hashes of the scanned sheets with signatures.
    pub(crate) fn scans(&self) -> &[Hash] {
        &self.scans
    }

    /// The line of the last closing line; 0 if there is none.
    pub(crate) fn closed(&self) -> u64 {
        self.closed
    }

    /// T3: a checkpoint carries origin, size and root of all lines before it. Gives the body that
    /// it should have.
    pub(crate) fn checkpoint(
        &mut self,
        (stage, body): (Stage, &str),
        origin: &str,
        tree: &Tree,
        at: &mut At<'_>,
    ) -> String {
        at.examine(Rule::T3);
        let (size, root) = (tree.size(), tree.root());
        let expected = checkpoint_body(origin, size, root);
        // T3: the body is that of all lines before it; a root that the file gives is only compared.
        if body != expected {
            let show = |body: &str| Phrase::same(body.trim_end().replace('\n', " / "));
            at.fail(Rule::T3, "checkpoint, body", show(body), show(&expected));
        }
        self.checkpoints.push(Checkpoint::new(stage, size, root, expected.clone()));
        self.stamps.begin(stage, size, &expected);
        expected
    }

    /// T4: the closing line counts all lines before it, and has their root.
    pub(crate) fn closing(&mut self, (lines, root): (u64, Hash), tree: &Tree, at: &mut At<'_>) {
        self.closed = at.number;
        at.examine(Rule::T4);
        let (size, expected) = (tree.size(), tree.root());
        // T4: `lines` is the number of lines before it.
        if lines != size {
            at.fail(Rule::T4, "closing, lines", Phrase::same(lines), Phrase::same(size));
        }
        // T4: `root` is the root over them.
        if root != expected {
            at.fail(Rule::T4, "closing, root", Phrase::same(root), Phrase::same(expected));
        }
    }

    /// The closing line just compared is that of a day.
    pub(crate) fn end_day(&mut self) {
        self.days = self.days.saturating_add(1);
        self.day_closed = std::mem::take(&mut self.closed);
    }

    /// The day that this line closed, from 1.
    pub(crate) fn day_closed_at(&self, line: u64) -> Option<u64> {
        (self.day_closed == line && line > 0).then_some(self.days)
    }

    /// S7: the log signs the checkpoint with this body, if the plan has one.
    pub(crate) fn expect_log(&mut self, roll: &Roll, body: &str) {
        self.log_due = roll.log.is_some().then(|| body.to_owned());
    }

    /// Whether the line directly below a checkpoint is awaited.
    pub(crate) fn awaits_log(&self) -> bool {
        self.log_due.is_some()
    }

    /// S7: the line after a checkpoint is that of the log. Whether the line may stand here: a `log`
    /// line stands nowhere else (T2).
    pub(crate) fn log(&mut self, roll: Option<&Roll>, line: &Line<'_>, at: &mut At<'_>) -> bool {
        let due = roll.zip(self.log_due.take());
        if due.is_some() {
            at.examine(Rule::S7);
        }
        match (line, due) {
            (Line::Log { signature, .. }, Some((roll, body))) => {
                match log_line::check(roll, &body, signature) {
                    Ok(true) => {}
                    Ok(false) => at.checks.not_run(Rule::S7, no_signatures()),
                    Err(fault) => at.fault(*fault),
                }
                true
            }
            // T2: under a checkpoint of a plan with `log`, and nowhere else.
            (Line::Log { .. }, None) => false,
            (_, Some(_)) => {
                at.fault(*log_line::missing(line.kind()));
                true
            }
            (_, None) => true,
        }
    }

    /// S1: the last checkpoint, which stands where it may, can be signed from here on.
    pub(crate) fn begin_sign_off(&mut self, roll: &Roll, body: String) {
        let Some((place, checkpoint)) = self.checkpoints.iter().enumerate().next_back() else {
            return;
        };
        // A signature is looked for under the first two checkpoints and the one before: enough to
        // tell where it was moved from, and a file with very many costs no more.
        if self.bodies.len() > 3 {
            self.bodies.remove(2);
        }
        self.bodies.push(body.clone());
        self.times.begin();
        let sign_off = SignOff::new(roll, checkpoint.stage, checkpoint.size, body);
        self.sign_off = Some((place, sign_off));
    }

    /// S1 to S4: one line of a sign-off. `false` if no checkpoint can be signed here (T2).
    pub(crate) fn sign(&mut self, roll: &Roll, line: &Line<'_>, at: &mut At<'_>) -> bool {
        let (Some((id, statement)), Some((place, sign_off))) =
            (sign_off::statement(line), &mut self.sign_off)
        else {
            return false;
        };
        // S1: each member says one thing under a checkpoint. Of another line nothing more is
        // examined.
        at.examine(Rule::S1);
        let member = match sign_off.check_member(roll, id) {
            Ok(member) => member,
            Err(fault) => {
                at.fault(*fault);
                return true;
            }
        };
        let said = match line {
            Line::Cosignature { signature, .. } => {
                let others = self.bodies.iter().filter(|body| *body != sign_off.body());
                let others = others.map(String::as_str);
                let right = sign_off.check_signature(roll, member, signature, others);
                let right = cosignature(right, at);
                if let Some(time) = right {
                    let odd = sign_time(&mut self.times, roll, (sign_off.stage, member), time, at);
                    let words = |odd: OddTime| time_note(odd, id, time);
                    let note = |odd| Note { line: at.number, what: odd, words: words(odd) };
                    let room = NOTES.saturating_sub(self.notes.len());
                    self.notes.extend(odd.map(note).into_iter().take(room));
                }
                // The member has said something, even if it does not count for V3.
                right.map_or(Statement::Uncounted, |_| Statement::Key)
            }
            _ => statement,
        };
        match line {
            Line::Paper { scan, .. } => match SignOff::check_scan(id, *scan) {
                Ok(()) => self.scans.push(*scan),
                // S1: it is counted all the same.
                Err(fault) => at.fault(*fault),
            },
            Line::Dissent { reason, .. } => {
                let refusal = Refusal { member: id.into(), reason: reason.to_string() };
                let checkpoint = self.checkpoints.get_mut(*place);
                checkpoint.into_iter().for_each(|c| c.refusals.push(refusal.clone()));
            }
            _ => {}
        }
        sign_off.enter(member, said);
        for (field, text, most) in aftermath::texts(line) {
            at.text(field, text, most);
        }
        true
    }

    /// S8: a time token over the last checkpoint. `false` if none may stand here (T2).
    pub(crate) fn stamp(&mut self, roll: &Roll, line: &Line<'_>, at: &mut At<'_>) -> bool {
        let (Line::Token { token: text, .. }, true) = (line, self.stamps.is_open()) else {
            return false;
        };
        at.examine(Rule::S8);
        match self.stamps.check(roll, text) {
            Ok(token) => {
                self.stamps.enter(text, token.time);
                let stamp = Stamp { line: at.number, time: token.time, serial: token.serial };
                if let Some(checkpoint) = self.checkpoints.last_mut() {
                    checkpoint.tokens.push(stamp);
                }
            }
            Err(fault) => at.fault(*fault),
        }
        true
    }

    /// T2: no time token may stand here any more.
    pub(crate) fn end_stamps(&mut self) {
        self.stamps.end();
    }

    /// S1, S5: the checkpoint cannot be signed any more.
    pub(crate) fn end_sign_off(&mut self, roll: &Roll, at: &mut At<'_>) {
        if let Some((_, sign_off)) = &self.sign_off {
            match sign_off.stage {
                Stage::Result => self.result_signed = sign_off.is_signed(roll),
                // S5: a batch is signed as the result was.
                Stage::Aftermath if self.result_signed => {
                    at.examine(Rule::S5);
                    sign_off.check_signed(roll).err().into_iter().for_each(|f| at.fault(*f));
                }
                _ => {}
            }
        }
        if let Some(fault) = self.tell_sign_off(Some(roll)) {
            at.fault(*fault);
        }
    }

    /// S1: the file ends in a sign-off, which may go on.
    pub(crate) fn leave_sign_off(&mut self, roll: Option<&Roll>, checks: &mut Checks) {
        if self.tell_sign_off(roll).is_some() {
            let why = Phrase::new(
                "the file ends before everybody has said something",
                "文件结束时还有监督员没有表态",
            );
            checks.not_run(Rule::S1, why);
        }
    }

    /// Counts what was said; gives the fault if somebody has said nothing.
    fn tell_sign_off(&mut self, roll: Option<&Roll>) -> Option<Box<Fault>> {
        let (roll, (place, sign_off)) = (roll?, self.sign_off.take()?);
        // S1: nothing under a checkpoint is no fault.
        if sign_off.is_empty() {
            return None;
        }
        let signed = self.checkpoints.get_mut(place)?;
        signed.signatures = Some(sign_off.tally(roll));
        sign_off.check_whole(roll).err()
    }

    /// V3: the quorum of each bench signed each checkpoint with keys of the plan. Whether it did.
    pub(crate) fn check_quorums(&self, roll: Option<&Roll>, checks: &mut Checks) -> bool {
        let tallies = || self.checkpoints.iter().filter_map(|c| c.signatures.as_ref());
        let counted = tallies().flatten().fold(0, |sum: u64, bench| sum.saturating_add(bench.keys));
        checks.examine_many(Rule::V3, counted);
        // V3: it is not run, with the reason, where a quorum lacks; it never fails.
        let missing = if !cfg!(feature = "signatures") {
            Some(no_signatures())
        } else if tallies().next().is_none() {
            Some(Phrase::new("the panel has signed nothing in this file", "文件中没有监督员签名"))
        } else {
            self.lacking(roll).or_else(|| {
                (counted == 0)
                    .then(|| Phrase::new("no signature by key counts", "没有有效的密钥签名"))
            })
        };
        // A sign-off with a fault is told as not signed, whatever its quorum.
        let faultless = checks.failed(Rule::S1) == 0 && checks.failed(Rule::S2) == 0;
        let certified = missing.is_none() && faultless;
        missing.into_iter().for_each(|why| checks.not_run(Rule::V3, why));
        certified
    }

    /// The first checkpoint under which a quorum lacks, in words.
    fn lacking(&self, roll: Option<&Roll>) -> Option<Phrase> {
        let needed = roll.is_some_and(|roll| roll.benches().any(|(_, quorum)| quorum > 0));
        self.checkpoints
            .iter()
            // V3: nobody signs that of the reveals.
            .filter(|checkpoint| checkpoint.stage != Stage::Reveals)
            .filter(|checkpoint| needed || checkpoint.signatures.is_some())
            .find_map(|checkpoint| lacking(checkpoint, roll))
    }
}

/// S2 to S4: the time of a cosignature that counts. At most one of them has a fault.
fn cosignature(checked: Result<Option<u64>, Box<Fault>>, at: &mut At<'_>) -> Option<u64> {
    [Rule::S2, Rule::S3, Rule::S4].into_iter().for_each(|rule| at.examine(rule));
    match checked {
        Ok(Some(time)) => return Some(time),
        Ok(None) => {
            for rule in [Rule::S2, Rule::S5, Rule::S6] {
                at.checks.not_run(rule, no_signatures());
            }
        }
        Err(fault) => at.fault(*fault),
    }
    None
}

/// S6: the time of a signature that counts. Gives what is odd about one that breaks no rule.
fn sign_time(
    times: &mut SignTimes,
    roll: &Roll,
    (stage, member): (Stage, usize),
    time: u64,
    at: &mut At<'_>,
) -> Option<OddTime> {
    at.examine(Rule::S6);
    let odd = match times.check(roll, (stage, member), time) {
        Ok(()) => times.odd(stage, time),
        Err(fault) => {
            at.fault(*fault);
            None
        }
    };
    times.enter(stage, time);
    odd
}

fn time_note(odd: OddTime, member: &str, time: u64) -> Phrase {
    let (words, time) = (odd.words(), moment(time));
    Phrase::new(
        format!("The signature of member {member} has an odd time: {time}, {}.", words.en),
        format!("监督员 {member} 的签名时间不合常理：{time}，{}。", words.zh),
    )
}

fn no_signatures() -> Phrase {
    Phrase::new("this build cannot verify signatures (feature `signatures`)", "本程序未含签名验证")
}

/// The first bench that has no quorum of keys under a checkpoint, in words.
fn lacking(checkpoint: &Checkpoint, roll: Option<&Roll>) -> Option<Phrase> {
    let Checkpoint { stage, size, signatures, .. } = checkpoint;
    let at = Phrase::new(
        format!("checkpoint `{}` of {size} lines", stage.word()),
        format!("{size} 行的检查点 `{}`", stage.word()),
    );
    let Some(benches) = signatures else {
        return Some(Phrase::new(format!("{}: not signed", at.en), format!("{}：未签名", at.zh)));
    };
    let BenchSignatures { bench, keys, paper, dissent, quorum, .. } =
        benches.iter().find(|b| b.keys < b.quorum)?;
    let title = roll.map_or_else(|| bench.clone(), |roll| roll.bench_words(bench).zh);
    Some(Phrase::new(
        format!(
            "{}: bench {bench} has {keys} of the {quorum} signatures by key that its quorum needs ({paper} on paper, {dissent} refused)",
            at.en
        ),
        format!(
            "{}：席位 {title} 密钥签名 {keys} 人，法定 {quorum} 人（纸面 {paper}，拒签 {dissent}）",
            at.zh
        ),
    ))
}
