//! The verification procedure: section 7 of the [specification](crate::spec).
//!
//! One pass: read a line, see where it belongs (rule T2), hand it on to its stage, finish. The plan
//! builds the roll; from the seed on, each line is compared with the one that the rules lead to.
//! Only a line that differs is read field by field, to say what is wrong with it; then the verifier
//! goes on with what the file says.

use super::chain::Chain;
use super::changed::BEGINNING;
use super::earlier::{Base, before, check_earlier};
use super::evidence::Evidence;
use super::read_error::{ReadError, no_transcript};
use super::reader::{RawLine, Reader};
use super::report::{Findings, Report, Totals};
use super::stages::after::After;
use super::stages::at::At;
use super::stages::bytes::Bytes;
use super::stages::ceremony::CeremonyStage;
use super::stages::draw::Drawing;
use super::stages::outside::{
    OlderCopy, check_documents, check_mode, check_noted, check_recordings, check_scans,
};
use super::stages::person::Bound;
use super::stages::plan::PlanStage;
use super::stages::seals::Seals;
use super::unfinished::{Day, Unfinished};
use super::unreached::{Ground, unreached};
use super::verified::Drawn;
use super::why::{Moment, Why};
use crate::aftermath::Aftermath;
use crate::leaves::Leaves;
use crate::lines::{Line, Stage};
use crate::phase::{Phase, Role};
use crate::plan::{Roll, Validator};
use crate::rules::{Checks, Phrase, Rule};
use crate::threads::Threads;
use std::io::BufRead;

/// How many faults of each check the report keeps.
const KEEP: usize = 10;

/// Reads a transcript to its end and runs every check. `Err` means that it could not be read, never
/// that it was refuted.
///
/// ```
/// use floorlot::transcript::{Evidence, Level, ReadError, verify};
/// let file = include_bytes!("../../tests/vectors/worked/transcript.jsonl");
/// let noted = verify(&file[..], &Evidence::default())?.checkpoints[2].fingerprint.parse().unwrap();
/// let report = verify(&file[..], &Evidence::default().with_noted(vec![noted]))?;
/// assert_eq!(report.level, Level::Certified); // it is signed, too
/// assert!(matches!(verify(&b""[..], &Evidence::default()), Err(ReadError::Empty)));
/// # Ok::<(), ReadError>(())
/// ```
pub fn verify(source: impl BufRead, evidence: &Evidence) -> Result<Report, ReadError> {
    run(source, Verifier::new(evidence))
}

/// The same on so many threads, with this one: the report is byte for byte that of [`verify`]. The
/// other threads hash, and draw pools ahead of the file; this one reads, and judges every line.
#[cfg(feature = "threads")]
pub fn verify_on(
    threads: std::num::NonZero<usize>,
    source: impl BufRead,
    evidence: &Evidence,
) -> Result<Report, ReadError> {
    let threads = Threads::new(threads.get());
    let leaves = Leaves::on(&threads);
    run(source, Verifier { leaves, threads, ..Verifier::new(evidence) })
}

fn run(source: impl BufRead, mut verifier: Verifier<'_>) -> Result<Report, ReadError> {
    let mut reader = Reader::new(source);
    match reader.next_line()? {
        None => return Err(ReadError::Empty),
        Some(line) if line.bytes.starts_with(BEGINNING) => verifier.line(line),
        Some(line) => {
            let first = (line.bytes.to_vec(), line.complete);
            return Err(no_transcript(first, &mut reader));
        }
    }
    while let Some(line) = reader.next_line()? {
        verifier.line(line);
    }
    Ok(verifier.finish())
}

/// How far a verification is. The stages are in files of their own, and know nothing of it.
struct Verifier<'e> {
    evidence: &'e Evidence,
    checks: Checks,
    leaves: Leaves,
    /// The number of the line at hand.
    number: u64,
    phase: Phase,
    bytes: Bytes,
    older: OlderCopy,
    bound: Bound<'e>,
    plan: PlanStage,
    ceremony: Option<CeremonyStage>,
    draw: Option<Drawing>,
    seals: Seals,
    after: After,
    threads: Threads,
    /// Tests read every line field by field, to compare.
    #[cfg(test)]
    plain: bool,
}

impl<'e> Verifier<'e> {
    fn new(evidence: &'e Evidence) -> Verifier<'e> {
        Verifier {
            evidence,
            checks: Checks::new(KEEP),
            leaves: Leaves::default(),
            number: 0,
            phase: Phase::Plan,
            bytes: Bytes::default(),
            older: OlderCopy::new(evidence.older),
            bound: Bound::new(evidence.person.as_ref()),
            plan: PlanStage::new(),
            ceremony: None,
            draw: None,
            seals: Seals::default(),
            after: After::default(),
            threads: Threads::default(),
            #[cfg(test)]
            plain: false,
        }
    }

    /// One line.
    fn line(&mut self, raw: RawLine<'_>) {
        if self.bytes.is_torn(raw) {
            return;
        }
        self.number = raw.number;
        let raw = self.bytes.without_cr(raw);
        self.checks.examine(Rule::T1);
        self.checks.examine(Rule::T2);
        if self.phase == Phase::Plan {
            self.bound.look_at(raw);
        }
        if !self.is_expected(raw) {
            let at = &mut At::new(&mut self.checks, self.number);
            if let Some(line) = self.bytes.decode(raw, at) {
                self.place(&line);
            }
        }
        // After its checks, because a checkpoint or closing line is over the lines before it (T3,
        // T4).
        self.leaves.push_line(raw.bytes);
        self.older.grow_to(&mut self.leaves);
    }

    /// The usual case: the line is the one that the rules lead to, or a unit or household like the
    /// one before.
    #[inline]
    fn is_expected(&mut self, raw: RawLine<'_>) -> bool {
        #[cfg(test)]
        if self.plain {
            return false;
        }
        match (self.plan.sound(), &mut self.draw) {
            // S7: whatever stands directly under a checkpoint is looked at.
            _ if self.seals.awaits_log() => false,
            // Section 7, not compared: the first line behind a checkpoint is noted.
            _ if self.seals.awaits_more() => false,
            // T2: in no other phase the rules of the draw lead to a line.
            (Some(roll), Some(draw)) if raw.complete && self.phase == Phase::Pools => {
                draw.as_expected(roll, raw.bytes, &mut self.checks)
            }
            _ if raw.complete && self.phase == Phase::Plan => {
                self.plan.usual_line(raw, &mut self.checks)
            }
            _ => false,
        }
    }

    /// T2: the line at its place.
    fn place(&mut self, line: &Line<'_>) {
        self.seals.stands_behind(line, self.number);
        let at = &mut At::new(&mut self.checks, self.number);
        if !self.seals.log(self.plan.sound(), line, at) {
            return self.misplaced(line);
        }
        match Role::of(line) {
            Role::PlanLine
            | Role::RollCall
            | Role::Answer
            | Role::Numbers
            | Role::Draw
            | Role::Statement
            | Role::Token => self.within(line),
            Role::PlanSeal
            | Role::RevealsSeal
            | Role::ResultSeal
            | Role::BatchSeal
            | Role::DaySeal => {
                self.checkpoint(line);
            }
            // It was compared above.
            Role::Log => {}
            Role::CloseCommits => {
                self.gate(line);
            }
            Role::CloseReveals => self.close_reveals(line),
            Role::Seed => self.seed(line),
            Role::Result => self.result(line),
            Role::Event | Role::Void => self.event(line),
            Role::Closing => self.closing(line),
        }
    }

    fn misplaced(&mut self, line: &Line<'_>) {
        At::new(&mut self.checks, self.number).misplaced(line, self.phase.expects());
    }

    /// A line that belongs to a phase and does not end it.
    fn within(&mut self, line: &Line<'_>) {
        let role = Role::of(line);
        if self.phase.after(role).is_none() {
            return self.misplaced(line);
        }
        let at = &mut At::new(&mut self.checks, self.number);
        if role == Role::PlanLine {
            return self.plan.line(line, at);
        }
        // Section 7: behind a plan with a fault nothing is looked at but the lines and their tree.
        let (Some(roll), Some(ceremony)) = (self.plan.sound(), &mut self.ceremony) else { return };
        match (role, &mut self.draw) {
            (Role::Statement, _) if !self.seals.sign(roll, line, at) => {
                at.misplaced(line, self.phase.expects());
            }
            (Role::Token, _) if !self.seals.stamp(roll, line, at) => {
                at.misplaced(line, self.phase.expects());
            }
            (Role::RollCall, _) => {
                self.seals.end_stamps();
                // S1: it ends at the first line of the roll call.
                self.seals.end_sign_off(roll, at);
                ceremony.promise(roll, line, at);
            }
            (Role::Answer, _) => ceremony.answer(roll, line, at),
            (Role::Numbers, _) => {
                self.seals.end_stamps();
                ceremony.numbers(roll, line, at);
            }
            (Role::Draw, Some(draw)) => draw.line(roll, line, at),
            _ => {}
        }
    }

    /// A line that ends a phase. Whether it may stand here: else it is passed over.
    fn gate(&mut self, line: &Line<'_>) -> bool {
        let role = Role::of(line);
        let whole = role != Role::PlanSeal || self.plan.is_whole();
        // T2: every pool ends before the result.
        let open = role == Role::Result && self.draw.as_ref().is_some_and(Drawing::is_open);
        // T2: a day ends between two turns, or two pools.
        let busy = role == Role::DaySeal
            && self.plan.sound().zip(self.draw.as_mut()).is_some_and(|(r, d)| !d.day_may_end(r));
        let Some(next) = self.phase.after(role).filter(|_| whole && !open && !busy) else {
            self.misplaced(line);
            return false;
        };
        if role != Role::DaySeal {
            self.leave();
        }
        self.phase = next;
        true
    }

    /// Section 7: what can be said when a phase ends.
    fn leave(&mut self) {
        let at = &mut At::new(&mut self.checks, self.number);
        if self.phase == Phase::Plan {
            self.plan.end(at);
            // T3: the plan root is that of the lines before the line that ended the plan, whatever
            // the checkpoint says.
            let root = self.leaves.tree().root();
            self.ceremony = self.plan.sound().map(|roll| CeremonyStage::new(roll, root));
        }
        let (Some(roll), Some(ceremony)) = (self.plan.sound(), &mut self.ceremony) else { return };
        match (self.phase, &mut self.draw) {
            (Phase::RollCall, _) => {
                self.seals.end_sign_off(roll, at);
                ceremony.end_of_roll_call(roll, at);
            }
            (Phase::Answers, _) => ceremony.end_of_answers(roll, at),
            (Phase::Numbers, _) => ceremony.end_of_numbers(roll, at),
            (Phase::Pools, Some(draw)) => draw.end_of_pools(roll, at),
            (Phase::Signed | Phase::Day, _) => self.seals.end_sign_off(roll, at),
            _ => {}
        }
    }

    /// T3, and a sign-off that begins.
    fn checkpoint(&mut self, line: &Line<'_>) {
        let Line::Checkpoint { stage, body, .. } = line else { return };
        if !self.gate(line) {
            return;
        }
        let at = &mut At::new(&mut self.checks, self.number);
        let body =
            self.seals.checkpoint((*stage, body), self.plan.origin(), self.leaves.tree(), at);
        let Some(roll) = self.plan.sound() else { return };
        self.seals.expect_log(roll, &body);
        // S1: a sign-off begins at each checkpoint line, but at none with stage `reveals`.
        if *stage != Stage::Reveals {
            self.seals.begin_sign_off(roll, body);
        }
        if *stage == Stage::Day {
            self.draw.iter_mut().for_each(Drawing::end_day);
        }
    }

    /// C7: the time of the close.
    fn close_reveals(&mut self, line: &Line<'_>) {
        if let (true, Line::Close { at, .. }) = (self.gate(line), line)
            && let Some(ceremony) = &mut self.ceremony
        {
            ceremony.closed_at(*at);
        }
    }

    /// C6, and the draw that begins.
    fn seed(&mut self, line: &Line<'_>) {
        let (true, Line::Seed { seed, .. }) = (self.gate(line), line) else { return };
        let (Some(roll), Some(ceremony)) = (self.plan.sound(), &mut self.ceremony) else { return };
        ceremony.check_seed(roll, *seed, &mut At::new(&mut self.checks, self.number));
        let household = self.evidence.household.as_deref();
        let explained = household.and_then(|id| roll.find_household(id));
        let elsewhere = self.plan.shared().zip(self.threads.others());
        self.draw = Some(Drawing::new(roll, *seed, explained, elsewhere));
    }

    /// D12, and the end of the draw.
    fn result(&mut self, line: &Line<'_>) {
        if let (true, Some(draw)) = (self.gate(line), &self.draw) {
            draw.check_result(line, &mut At::new(&mut self.checks, self.number));
        }
    }

    /// A line of the aftermath; A7: a draw that is void before its result is broken off.
    fn event(&mut self, line: &Line<'_>) {
        let before = self.phase;
        let Some(next) = before.after(Role::of(line)) else { return self.misplaced(line) };
        self.phase = next;
        let at = &mut At::new(&mut self.checks, self.number);
        let Some(roll) = self.plan.sound() else { return };
        let followed = if before.can_break_off() {
            self.seals.end_sign_off(roll, at);
            self.draw.iter_mut().for_each(Drawing::break_off);
            self.after.break_off(roll, (before, line), at);
            true
        } else {
            // The first event begins with what the draw left.
            if let (None, Some(draw)) = (self.after.state(), &mut self.draw)
                && !draw.is_lost()
            {
                let holdings = draw.holdings().to_vec();
                self.after.begin(roll, holdings, draw.standby());
            }
            self.after.event(roll, line, at)
        };
        if let (true, Some(draw)) = (followed, &mut self.draw)
            && let Some(household) = draw.explained()
            && let Some(later) = self.after.later(roll, household, line, self.number)
        {
            draw.later(later);
        }
    }

    /// T4: the closing line, which ends the file as long as nothing is appended.
    fn closing(&mut self, line: &Line<'_>) {
        let of_a_day = self.phase == Phase::Day;
        if let (true, &Line::Closing { lines, root }) = (self.gate(line), line) {
            let at = &mut At::new(&mut self.checks, self.number);
            self.seals.closing((lines, root), self.leaves.tree(), at);
            if of_a_day {
                self.seals.end_day();
            }
        }
    }

    /// The end of the file: what can be said of it as a whole.
    fn finish(mut self) -> Report {
        self.bytes.end(&mut self.checks);
        let unfinished = self.unfinished();
        if let Some(unfinished) = unfinished {
            self.leave_unfinished(unfinished);
        }
        let sound = self.phase == Phase::Plan || self.plan.sound().is_some();
        self.plan.leave(&mut self.checks);
        let reached = self.check_outside();
        let signed = self.seals.check_quorums(self.plan.roll(), &mut self.checks);
        let beside = self.check_beside();
        let ground = Ground {
            phase: self.phase,
            broken_off: self.after.broken_off(),
            sound,
            draw: self.draw.as_ref().is_some_and(|draw| !draw.is_lost()),
        };
        unreached(&ground, &mut self.checks);
        self.report(unfinished, (reached, signed), beside)
    }

    /// What is missing at the end of the file, if it is not finished.
    fn unfinished(&self) -> Option<Unfinished> {
        let torn = self.bytes.torn();
        let sealed = self.seals.checkpoints().last().map_or(0, |checkpoint| checkpoint.size);
        // T4: a torn line is no end, also behind a closing line.
        (self.phase != Phase::Closed || torn > 0).then_some(Unfinished {
            lines: self.leaves.size(),
            phase: self.phase.word(),
            closed: self.seals.closed(),
            sealed,
            torn,
        })
    }

    /// The day with whose closing line the file ends.
    fn day(&mut self) -> Option<Day> {
        let ends = self.phase == Phase::Pools && self.bytes.torn() == 0;
        let number = self.seals.day_closed_at(self.leaves.size()).filter(|_| ends)?;
        Some(Day { number, served: self.draw.as_mut().map_or(0, Drawing::served) })
    }

    /// Section 7: T4 is not run when the file is unfinished, S1 when it ends in a sign-off, T1 when
    /// its last line is torn.
    fn leave_unfinished(&mut self, unfinished: Unfinished) {
        self.seals.leave_sign_off(self.plan.roll(), &mut self.checks);
        self.checks.not_run(Rule::T4, unfinished.reason());
        if unfinished.torn > 0 {
            let why = unfinished.torn_line();
            self.checks.not_run(Rule::T1, Phrase::new(why.en.trim_end(), why.zh));
        }
    }

    /// V1, V2, V4. Gives the place of the last checkpoint that any evidence reaches.
    fn check_outside(&mut self) -> Option<usize> {
        let (evidence, checkpoints) = (self.evidence, self.seals.checkpoints());
        let mut reached = check_noted(&evidence.noted, checkpoints, &mut self.checks);
        reached.extend(self.older.check(self.leaves.size(), checkpoints, &mut self.checks));
        check_mode(evidence.mode, self.plan.roll(), &mut self.checks);
        // V1, V2: evidence of a later checkpoint is of all before it.
        reached.into_iter().max()
    }

    /// V5 to V9: what was given beside the file.
    fn check_beside(&mut self) -> (Base, Option<Chain>) {
        let (evidence, roll, checks) = (self.evidence, self.plan.roll(), &mut self.checks);
        let recordings = self.after.state().map(Aftermath::recordings).unwrap_or_default();
        check_recordings(recordings, evidence.recordings.as_deref(), checks);
        let filed = self.after.state().map(Aftermath::filed).unwrap_or_default();
        let documents = roll.map(Roll::documents).unwrap_or_default();
        check_documents((documents, filed), evidence.documents.as_deref(), checks);
        let scans = [self.seals.scans(), self.after.sheets()].concat();
        check_scans(&scans, evidence.scans.as_deref(), checks);
        let earlier = before(roll, &evidence.earlier);
        let sealed = self.seals.results();
        let base = check_earlier(roll, earlier, &evidence.earlier, &sealed, checks);
        let chain = earlier.zip(roll).and_then(|(earlier, roll)| Chain::between(earlier, roll));
        self.bound.check(self.phase == Phase::Plan, roll.is_none(), checks);
        (base, chain)
    }

    fn report(
        mut self,
        unfinished: Option<Unfinished>,
        (reached, signed): (Option<usize>, bool),
        (base, chain): (Base, Option<Chain>),
    ) -> Report {
        let (totals, day) = (self.totals(), self.day());
        let mode = self.plan.roll().map(Roll::mode);
        let changed = self.bytes.changed(self.leaves.size());
        let (after, void) = self.after.into_parts();
        let (checkpoints, notes) = self.seals.into_parts();
        let (holdings, standby, why) = self.draw.map(Drawing::into_parts).unwrap_or_default();
        let why = why.map(|why| with_recording(why, after.as_ref()));
        Report::new(Findings {
            checks: self.checks,
            mode,
            roll: self.plan.into_roll().unwrap_or_else(Validator::nothing),
            checkpoints,
            notes,
            reached,
            include_not_compared: self.evidence.include_not_compared,
            signed,
            totals,
            why,
            drawn: Drawn { holdings, standby },
            after,
            void,
            base,
            chain,
            changed,
            unfinished,
            day,
        })
    }

    fn totals(&mut self) -> Totals {
        let sums = self.draw.as_mut().map(Drawing::totals).unwrap_or_default();
        let (households, units) =
            self.plan.roll().map_or((0, 0), |roll| (roll.household_count(), roll.unit_count()));
        Totals {
            lines: self.leaves.size(),
            households,
            units,
            picked: sums.picked,
            standby: sums.standby,
            leftover: sums.leftover,
        }
    }
}

/// Where the last call of the household is in the recordings, if they are registered.
fn with_recording(mut why: Why, after: Option<&Aftermath>) -> Why {
    let recordings = after.map(Aftermath::recordings).unwrap_or_default();
    why.recording = why.called_at.and_then(|at| Moment::find(recordings, at));
    why
}

#[cfg(test)]
mod tests {
    use super::{Evidence, Verifier, run};
    use crate::transcript::Report;

    fn json(report: &Report) -> String {
        serde_json::to_string_pretty(report).unwrap()
    }

    #[cfg(feature = "threads")]
    #[test]
    fn the_report_is_the_same_on_any_number_of_threads() {
        use crate::transcript::{verify, verify_on};
        let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/corpus");
        let mut files = 0;
        for folder in ["valid", "unfinished", "tampered"] {
            for entry in std::fs::read_dir(format!("{corpus}/{folder}")).unwrap() {
                let path = entry.unwrap().path();
                let file = std::fs::read(&path).unwrap();
                let told = |report: Result<Report, _>| match report {
                    Ok(report) => json(&report) + &report.text(crate::rules::Lang::Zh),
                    Err(error) => format!("{error}"),
                };
                let one = told(verify(&file[..], &Evidence::default()));
                for threads in (1..=4).filter_map(std::num::NonZero::new) {
                    let several = told(verify_on(threads, &file[..], &Evidence::default()));
                    assert!(several == one, "{} on {threads} threads", path.display());
                }
                files += 1;
            }
        }
        assert!(files > 700, "{files}");
    }

    /// The report with the fast paths, and the one of reading every line field by field.
    fn both_ways(file: &[u8]) -> [Report; 2] {
        let evidence = Evidence::default();
        let plain = Verifier { plain: true, ..Verifier::new(&evidence) };
        [Verifier::new(&evidence), plain].map(|verifier| run(file, verifier).unwrap())
    }

    #[test]
    fn the_fast_paths_say_what_the_plain_form_says() {
        let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/corpus");
        let mut files = 0;
        // What is at fault before the draw, or signed, has no fast path.
        let in_draw = |name: &str| name.starts_with(['d', 'p']) || name.starts_with("t2");
        for (folder, all) in [("valid", true), ("unfinished", true), ("tampered", false)] {
            for entry in std::fs::read_dir(format!("{corpus}/{folder}")).unwrap() {
                let path = entry.unwrap().path();
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                if all || in_draw(&name) {
                    let [fast, plain] = both_ways(&std::fs::read(&path).unwrap());
                    assert!(json(&fast) == json(&plain), "{name}");
                    let allocation = |report: &Report| {
                        let verified = report.verified();
                        verified.map(|v| format!("{:?}", v.allocation().collect::<Vec<_>>()))
                    };
                    assert_eq!(allocation(&fast), allocation(&plain), "{name}");
                    files += 1;
                }
            }
        }
        assert!(files > 100, "{files}");
    }
}
