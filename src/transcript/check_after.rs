//! The checks of the sign-off (S1 to S4, V3), of the aftermath (A1 to A7), and of the files that
//! belong to it (V5, V6).

use super::report::{Later, Moment, STANDBY, UNSERVED};
use super::verification::Verifier;
use crate::aftermath::{self, Aftermath, Recording};
use crate::hash::Hash;
use crate::holding::Holding;
use crate::lines::{Line, Stage};
use crate::phase::{Phase, Role};
use crate::plan::{Roll, Validator};
use crate::rules::{Checks, Fault, Rule, Words};
use crate::sign_off::{self, BenchSignatures, SignOff, Statement};

/// Writes down a fault found by the sign-off or the aftermath.
fn note(checks: &mut Checks, line: u64, fault: Fault) {
    checks.fail(fault.rule, line, fault.place, fault.found, fault.expected);
}

impl Verifier<'_> {
    /// P3 for the texts of sign-off and aftermath.
    fn check_texts(&mut self, line: &Line<'_>) {
        for (field, text, most) in aftermath::texts(line) {
            self.checks.examine(Rule::P3);
            if let Some((found, expected)) = crate::plan::text_fault(text, most) {
                self.checks.fail(Rule::P3, self.number, field, found, expected);
            }
        }
    }

    /// A checkpoint that stands where it may can be signed.
    pub(super) fn begin_sign_off(&mut self, stage: Stage, size: u64, body: String) {
        let Some(roll) = &self.roll else { return };
        // A signature is looked for under the first two checkpoints and the one before: enough to
        // tell where it was moved from.
        if self.bodies.len() > 3 {
            self.bodies.remove(2);
        }
        self.bodies.push(body.clone());
        self.sign_off = Some((self.checkpoints.len(), SignOff::new(roll, stage, size, body)));
    }

    /// S1 to S4: one line of a sign-off.
    pub(super) fn sign(&mut self, line: &Line<'_>) {
        let expected = self.expects();
        let (Some((id, statement)), Some(roll), Some((_, sign_off))) =
            (sign_off::statement(line), &self.roll, &mut self.sign_off)
        else {
            return self.misplaced(line, expected);
        };
        self.checks.examine(Rule::S1);
        let member = match sign_off.check_member(roll, id) {
            Ok(member) => member,
            Err(fault) => return note(&mut self.checks, self.number, *fault),
        };
        let mut said = statement;
        if let Line::Cosignature { signature, .. } = line {
            [Rule::S2, Rule::S3, Rule::S4].into_iter().for_each(|rule| self.checks.examine(rule));
            let others =
                self.bodies.iter().filter(|body| *body != sign_off.body()).map(String::as_str);
            match sign_off.check_signature(roll, member, signature, others) {
                Ok(Some(true)) => said = Statement::Key,
                Ok(_) => self.checks.not_run(Rule::S2, no_signatures()),
                Err(fault) => note(&mut self.checks, self.number, *fault),
            }
        }
        if let Line::Paper { scan, .. } = line {
            self.scans.push(*scan);
        }
        sign_off.say(member, said);
        self.check_texts(line);
    }

    /// S1: the checkpoint cannot be signed any more.
    pub(super) fn end_of_sign_off(&mut self) {
        let number = self.number;
        self.tell_sign_off(|checks, fault| note(checks, number, fault));
    }

    /// S1: the file ends in a sign-off, which may go on.
    pub(super) fn leave_sign_off(&mut self) {
        let why = Words::new(
            "the file ends before everybody has said something",
            "文件结束时还有监督员没有表态",
        );
        self.tell_sign_off(|checks, _| checks.not_run(Rule::S1, why));
    }

    /// Counts what was said; `lacking` is told when somebody has said nothing.
    fn tell_sign_off(&mut self, lacking: impl FnOnce(&mut Checks, Fault)) {
        let (Some(roll), Some((checkpoint, sign_off))) = (&self.roll, self.sign_off.take()) else {
            return;
        };
        if sign_off.is_empty() {
            return;
        }
        if let Err(fault) = sign_off.check_whole(roll) {
            lacking(&mut self.checks, *fault);
        }
        let tally = sign_off.tally(roll);
        let checkpoint = checkpoint.checked_sub(1).and_then(|n| self.checkpoints.get_mut(n));
        checkpoint.into_iter().for_each(|c| c.signatures = Some(tally.clone()));
    }

    /// V3: the quorum of each bench signed each checkpoint with keys of the plan. Whether it did.
    pub(super) fn check_quorums(&mut self) -> bool {
        let tallies = || self.checkpoints.iter().filter_map(|c| c.signatures.as_ref());
        let counted: u64 = tallies().flatten().map(|bench| bench.keys).sum();
        self.checks.examine_many(Rule::V3, counted);
        let missing = if !cfg!(feature = "signatures") {
            Some(no_signatures())
        } else if tallies().next().is_none() {
            Some(Words::new("the panel has signed nothing in this file", "文件中没有监督员签名"))
        } else {
            let needed =
                self.roll.as_ref().is_some_and(|roll| roll.benches().any(|(_, quorum)| quorum > 0));
            let mut asked = self.checkpoints.iter().filter(|c| needed || c.signatures.is_some());
            let lacking = asked.find_map(|c| {
                lacking(c.stage, c.size, c.signatures.as_deref(), self.roll.as_ref())
            });
            lacking.or_else(|| {
                (counted == 0)
                    .then(|| Words::new("no signature by key counts", "没有有效的密钥签名"))
            })
        };
        let certified =
            missing.is_none() && self.checks.failed(Rule::S1) + self.checks.failed(Rule::S2) == 0;
        missing.into_iter().for_each(|why| self.checks.not_run(Rule::V3, why));
        certified
    }

    /// A line of the aftermath.
    pub(super) fn batch(&mut self, line: &Line<'_>) {
        let Some(after) = self.phase.after(Role::of(line)) else {
            return self.misplaced(line, self.expects());
        };
        self.phase = after;
        self.check_texts(line);
        if self.ensure_aftermath() {
            self.apply(line);
        }
    }

    /// A7: the draw is void, before its result or after.
    pub(super) fn declare_void(&mut self, line: &Line<'_>) {
        match self.phase {
            Phase::Closed | Phase::Batch => {
                self.batch(line);
                self.void.get_or_insert_with(|| reason(line));
            }
            phase if phase.can_break_off() => {
                self.end_of_sign_off();
                self.check_texts(line);
                self.checks.examine(Rule::A7);
                self.broken_off = Some(self.phase);
                self.phase = Phase::Batch;
                self.drawing.iter_mut().for_each(super::check_draw::Drawing::break_off);
                self.after = Some(
                    self.roll
                        .as_ref()
                        .map_or_else(|| Aftermath::void(&Validator::nothing()), Aftermath::void),
                );
                self.void = Some(reason(line));
                self.tell_later(line);
            }
            _ => self.misplaced(line, self.expects()),
        }
    }

    /// The state at the result, made when the first line of the aftermath needs it; `false` if the
    /// draw could not be followed.
    fn ensure_aftermath(&mut self) -> bool {
        if let (None, Some(roll), Some(drawing)) = (&self.after, &self.roll, &mut self.drawing) {
            let holds = drawing
                .allocation()
                .iter()
                .map(|unit| match *unit {
                    UNSERVED => Holding::NotServed,
                    STANDBY => Holding::Standby,
                    unit => Holding::Unit(unit),
                })
                .collect();
            self.after = Some(Aftermath::new(roll, holds, drawing.standby()));
        }
        self.after.is_some()
    }

    fn apply(&mut self, line: &Line<'_>) {
        let rule = match line {
            Line::Objection { .. } | Line::Ruling { .. } => Rule::A1,
            Line::Withdrawal { .. } => Rule::A2,
            Line::Offer { .. } => Rule::A3,
            Line::Accept { .. } | Line::Decline { .. } => Rule::A4,
            Line::Swap { .. } => Rule::A5,
            Line::Recording { .. } => Rule::A6,
            _ => Rule::A7,
        };
        self.checks.examine(rule);
        let Some(after) = &mut self.after else { return };
        let step = match &self.roll {
            Some(roll) => after.apply(roll, line),
            None => after.apply(&Validator::nothing(), line),
        };
        match step {
            Err(fault) => note(&mut self.checks, self.number, *fault),
            Ok(()) => self.tell_later(line),
        }
    }

    /// An event that was followed, if it concerns the household that is explained.
    fn tell_later(&mut self, line: &Line<'_>) {
        if let (Some(household), Some(drawing)) = (self.explained(), &mut self.drawing)
            && let (Some(roll), Some(after)) = (&self.roll, &self.after)
            && concerns(line, roll.household_id(household))
        {
            let unit = Holding::of(after.holdings(), household).unit();
            let holds = unit.map(|unit| roll.unit_id(unit).to_owned());
            drawing.later(household, Later { line: self.number, what: line.kind().into(), holds });
        }
    }

    /// V5 and V6: the files that the aftermath and the sign-off name.
    pub(super) fn check_files(&mut self) {
        let recordings = self.after.as_ref().map(Aftermath::recordings).unwrap_or_default();
        let given = self.evidence.recordings.as_deref();
        let none = Words::new("no folder of recordings was given", "没有给出录像目录");
        let registered: Vec<(Option<&str>, Hash)> =
            recordings.iter().map(|r| (Some(r.name.as_str()), r.sha256)).collect();
        compare(&mut self.checks, Rule::V5, "recording", &registered, given, none);
        let scans: Vec<(Option<&str>, Hash)> =
            self.scans.iter().map(|scan| (None, *scan)).collect();
        let none = Words::new("no folder of scans was given", "没有给出扫描件目录");
        compare(&mut self.checks, Rule::V6, "scan", &scans, self.evidence.scans.as_deref(), none);
    }
}

fn no_signatures() -> Words {
    Words::new("this build cannot verify signatures (feature `signatures`)", "本程序未含签名验证")
}

fn reason(line: &Line<'_>) -> String {
    if let Line::Void { reason, .. } = line { reason.to_string() } else { String::new() }
}

/// The first bench that has no quorum of keys under a checkpoint, in words.
fn lacking(
    stage: Stage,
    size: u64,
    signatures: Option<&[BenchSignatures]>,
    roll: Option<&Roll>,
) -> Option<Words> {
    let at = Words::new(
        format!("checkpoint `{}` of {size} lines", stage.word()),
        format!("{size} 行的检查点 `{}`", stage.word()),
    );
    let Some(benches) = signatures else {
        return Some(Words::new(format!("{}: not signed", at.en), format!("{}：未签名", at.zh)));
    };
    let BenchSignatures { bench, keys, paper, dissent, quorum } =
        benches.iter().find(|b| b.keys < b.quorum)?;
    let title = roll.map_or_else(|| bench.clone(), |roll| roll.bench_words(bench).zh);
    Some(Words::new(
        format!(
            "{}: bench {bench} has {keys} of the {quorum} signatures by key that its quorum needs ({paper} on paper, {dissent} refused)",
            at.en
        ),
        format!(
            "{}：席位 {title} 密钥签名 {keys} 人，法定 {quorum} 人（纸面 {paper}，异议 {dissent}）",
            at.zh
        ),
    ))
}

/// Whether a line of the aftermath concerns a household.
fn concerns(line: &Line<'_>, id: &str) -> bool {
    match line {
        Line::Objection { household: Some(household), .. } => household == id,
        Line::Withdrawal { household, .. } | Line::Offer { household, .. } => household == id,
        Line::Accept { household, .. } | Line::Decline { household, .. } => household == id,
        Line::Swap { households, .. } => households.iter().any(|household| household == id),
        Line::Void { .. } => true,
        _ => false,
    }
}

/// How many files that are not at hand are named.
const NAMED: usize = 10;

/// Compares what is registered with the files at hand: by name where there is one, else by hash. A
/// file that is not at hand is not run.
fn compare(
    checks: &mut Checks,
    rule: Rule,
    what: &str,
    registered: &[(Option<&str>, Hash)],
    given: Option<&[(String, Hash)]>,
    none: Words,
) {
    if registered.is_empty() {
        return;
    }
    let Some(given) = given else { return checks.not_run(rule, none) };
    let mut absent = Vec::new();
    for (name, hash) in registered {
        let file =
            given.iter().find(|(file, found)| name.map_or(found == hash, |name| file == name));
        match (file, name) {
            (None, name) => absent.push(name.map_or_else(|| hash.to_string(), str::to_owned)),
            (Some((file, found)), _) => {
                checks.examine(rule);
                if found != hash {
                    checks.fail(
                        rule,
                        0,
                        format_args!("{what} {file}"),
                        Words::same(found),
                        Words::same(hash),
                    );
                }
            }
        }
    }
    if !absent.is_empty() {
        let more =
            if absent.len() > NAMED { format!(" … ({})", absent.len()) } else { String::new() };
        let list =
            absent.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ") + &more;
        checks
            .not_run(rule, Words::new(format!("not at hand: {list}"), format!("缺少文件：{list}")));
    }
}

/// Where a moment is in the recordings: the file that started last before it, and the second in it.
pub(super) fn moment(recordings: &[Recording], at: u64) -> Option<Moment> {
    let recording = recordings.iter().filter(|r| r.start <= at).max_by_key(|r| r.start)?;
    Some(Moment { recording: recording.name.clone(), second: at - recording.start })
}

/// The units that nobody holds, in plan order.
pub(super) fn free_units(roll: &Roll, holds: &[u32]) -> Vec<u32> {
    let mut taken = vec![false; roll.unit_count() as usize];
    holds.iter().for_each(|unit| taken.get_mut(*unit as usize).into_iter().for_each(|t| *t = true));
    (0..).zip(taken).filter(|(_, taken)| !taken).map(|(unit, _)| unit).collect()
}
