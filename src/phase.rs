//! Rule T2: the phases of a transcript, the lines that may stand in each, and where they lead.
//!
//! The live session, the verifier and whoever else walks through a transcript read the rule from
//! here. The session makes no line for which [`Phase::after`] has no phase; the verifier writes
//! such a line down as a fault and passes it over.

use crate::lines::{Closed, Line, Stage};
use crate::rules::Phrase;

/// How far a transcript is. The first eight follow one another, each ended by its gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    Plan,
    RollCall,
    Answers,
    /// The reveals are closed, and not sealed yet.
    Reveals,
    Numbers,
    Pools,
    Result,
    Signed,
    Closed,
    /// A batch of the aftermath is open.
    Batch,
    /// A day of the draw is sealed, and not closed yet.
    Day,
}

/// What a line is to rule T2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    PlanLine,
    PlanSeal,
    /// The signature of the log, directly under a checkpoint.
    Log,
    /// A time token over the last checkpoint.
    Token,
    /// What a member says about the last checkpoint: a line of a sign-off.
    Statement,
    /// A line of the roll call.
    RollCall,
    CloseCommits,
    Answer,
    CloseReveals,
    RevealsSeal,
    Numbers,
    Seed,
    /// A line of a pool.
    Draw,
    Result,
    ResultSeal,
    Closing,
    /// A line of the aftermath, other than `void`.
    Event,
    Void,
    /// The checkpoint over a batch of the aftermath.
    BatchSeal,
    /// The checkpoint at the end of a day of the draw.
    DaySeal,
}

/// A phase of the main line of rule T2: what may stand in it, the gate that ends it, and the phase
/// after.
struct Row {
    phase: Phase,
    lines: Option<Role>,
    gate: Role,
    after: Phase,
}

/// ```text
/// transcript = plan-lines checkpoint(plan) sign-off
///              roll-call close(commits) answers close(reveals) checkpoint(reveals)
///              numbers seed pool-draws result checkpoint(result) sign-off closing
/// ```
const MAIN_LINE: [Row; 8] = {
    use Phase::{Answers, Closed, Numbers, Plan, Pools, Result, Reveals, RollCall, Signed};
    const fn row(phase: Phase, lines: Option<Role>, gate: Role, after: Phase) -> Row {
        Row { phase, lines, gate, after }
    }
    [
        row(Plan, Some(Role::PlanLine), Role::PlanSeal, RollCall),
        row(RollCall, Some(Role::RollCall), Role::CloseCommits, Answers),
        row(Answers, Some(Role::Answer), Role::CloseReveals, Reveals),
        row(Reveals, None, Role::RevealsSeal, Numbers),
        row(Numbers, Some(Role::Numbers), Role::Seed, Pools),
        row(Pools, Some(Role::Draw), Role::Result, Result),
        row(Result, None, Role::ResultSeal, Signed),
        row(Signed, Some(Role::Statement), Role::Closing, Closed),
    ]
};

impl Role {
    pub(crate) fn of(line: &Line<'_>) -> Role {
        match line {
            Line::Plan { .. }
            | Line::Bench { .. }
            | Line::Member { .. }
            | Line::Source { .. }
            | Line::Document { .. }
            | Line::Pool { .. }
            | Line::Unit { .. }
            | Line::Excluded { .. }
            | Line::Family { .. }
            | Line::Household { .. } => Role::PlanLine,
            Line::Checkpoint { stage, .. } => Role::of_checkpoint(*stage),
            Line::Log { .. } => Role::Log,
            Line::Token { .. } => Role::Token,
            Line::Cosignature { .. }
            | Line::Paper { .. }
            | Line::Dissent { .. }
            | Line::Unsigned { .. } => Role::Statement,
            Line::Commit { .. } | Line::Envelope { .. } | Line::Absent { .. } => Role::RollCall,
            Line::Close { what: Closed::Commits, .. } => Role::CloseCommits,
            Line::Reveal { .. } | Line::Withheld { .. } => Role::Answer,
            Line::Close { what: Closed::Reveals, .. } => Role::CloseReveals,
            Line::Dice { .. } | Line::Balls { .. } | Line::Drand { .. } => Role::Numbers,
            Line::Seed { .. } => Role::Seed,
            Line::Open { .. }
            | Line::Call { .. }
            | Line::Missed { .. }
            | Line::Pick { .. }
            | Line::Undo { .. }
            | Line::Standby { .. }
            | Line::End { .. }
            | Line::Leftover { .. } => Role::Draw,
            Line::Result { .. } => Role::Result,
            Line::Objection { .. }
            | Line::Ruling { .. }
            | Line::Withdrawal { .. }
            | Line::Offer { .. }
            | Line::Accept { .. }
            | Line::Decline { .. }
            | Line::Swap { .. }
            | Line::Recording { .. }
            | Line::Filed { .. } => Role::Event,
            Line::Void { .. } => Role::Void,
            Line::Closing { .. } => Role::Closing,
        }
    }

    pub(crate) fn of_checkpoint(stage: Stage) -> Role {
        match stage {
            Stage::Plan => Role::PlanSeal,
            Stage::Reveals => Role::RevealsSeal,
            Stage::Day => Role::DaySeal,
            Stage::Result => Role::ResultSeal,
            Stage::Aftermath => Role::BatchSeal,
        }
    }
}

impl Phase {
    fn row(self) -> Option<&'static Row> {
        MAIN_LINE.iter().find(|row| row.phase == self)
    }

    /// T2: the phase after a line of this role; `None` if it may not stand here.
    ///
    /// What stands where within a phase (whose turn it is in a pool, whether a checkpoint can
    /// still be signed, whether all sources gave their numbers) is for the rules of that phase.
    pub(crate) fn after(self, role: Role) -> Option<Phase> {
        match (role, self) {
            // T2: a sign-off stands under the checkpoint of the plan until the roll call begins.
            (Role::Statement, Phase::RollCall) => Some(Phase::RollCall),
            // T2: a `log` line stands under a checkpoint, in whatever phase that leads to. Whether
            // one stands directly above it is for S7.
            (Role::Log, phase) => (phase != Phase::Plan).then_some(phase),
            // T2: a `token` line stands under a checkpoint, with its sign-off or before the numbers.
            // How long one may is for `stamped`.
            (Role::Token, Phase::RollCall | Phase::Numbers | Phase::Day | Phase::Signed) => {
                Some(self)
            }
            // T2: day = checkpoint(day) sign-off closing. Where in the pools is for the draw.
            (Role::DaySeal, Phase::Pools) => Some(Phase::Day),
            (Role::Statement, Phase::Day) => Some(Phase::Day),
            (Role::Closing, Phase::Day) => Some(Phase::Pools),
            // T2: aftermath = event* checkpoint(aftermath) sign-off closing.
            (Role::Event, Phase::Closed | Phase::Batch) => Some(Phase::Batch),
            (Role::BatchSeal, Phase::Closed | Phase::Batch) => Some(Phase::Signed),
            // T2: `void` is an event after the result; before it, it breaks the draw off (A7).
            (Role::Void, Phase::Closed | Phase::Batch) => Some(Phase::Batch),
            (Role::Void, phase) if phase.can_break_off() => Some(Phase::Batch),
            (role, phase) => match phase.row()? {
                row if row.gate == role => Some(row.after),
                row if row.lines == Some(role) => Some(phase),
                _ => None,
            },
        }
    }

    /// T2: whether a `void` line in this phase breaks the draw off: after the seal of the plan,
    /// before the result.
    pub(crate) fn can_break_off(self) -> bool {
        (Phase::RollCall..=Phase::Pools).contains(&self)
    }

    /// What the specification calls it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Phase::Plan => "plan",
            Phase::RollCall => "roll call",
            Phase::Answers => "answers",
            Phase::Reveals => "reveals",
            Phase::Numbers => "numbers",
            Phase::Pools => "pools",
            Phase::Result => "result",
            Phase::Signed => "signed",
            Phase::Closed => "closed",
            Phase::Batch => "batch",
            Phase::Day => "day",
        }
    }

    /// What may stand in it, for people.
    pub(crate) fn expects(self) -> Phrase {
        match self {
            Phase::Plan => {
                Phrase::new("a line of the plan, or its checkpoint", "方案的行或方案检查点")
            }
            Phase::RollCall => Phrase::new("the roll call, or its close", "点名或点名截止"),
            Phase::Answers => Phrase::new("a reveal, or the close of reveals", "公开密语或其截止"),
            Phase::Reveals => Phrase::new("the checkpoint of the reveals", "密语检查点"),
            Phase::Numbers => Phrase::new("public numbers, or the seed", "公开随机数或种子"),
            Phase::Pools => Phrase::new("the draw of a pool, or the result", "批次抽签或结果"),
            Phase::Result => Phrase::new("the checkpoint of the result", "结果检查点"),
            Phase::Signed | Phase::Day => {
                Phrase::new("the sign-off, or the closing line", "签名或结束行")
            }
            Phase::Closed => Phrase::new(
                "nothing but an aftermath after the closing line",
                "结束行之后只能有后续事项",
            ),
            Phase::Batch => {
                Phrase::new("more of the aftermath, or its checkpoint", "后续事项或其检查点")
            }
        }
    }
}

/// Where a pool is, which is open or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// No pool is open.
    NoPool,
    /// Nobody is called.
    Between,
    /// A household is called, and not yet served or deferred.
    Called,
    /// It missed its call, and is to be given a unit by lot.
    LotDue,
    /// The pool has its `end`.
    Ended,
}

impl Turn {
    /// T2 within a pool: whether a line of the draw may stand here.
    ///
    /// ```text
    /// pool-draws = (open turn* end leftover*)*, with days as Days says
    /// turn       = call (pick | standby | missed | missed pick), with undo as D9 says
    /// ```
    pub(crate) fn allows(self, line: &Line<'_>) -> bool {
        match self {
            Turn::NoPool => matches!(line, Line::Open { .. }),
            Turn::Between => {
                matches!(line, Line::Call { .. } | Line::End { .. } | Line::Undo { .. })
            }
            Turn::Called => matches!(
                line,
                Line::Pick { .. } | Line::Standby { .. } | Line::Missed { .. } | Line::Undo { .. }
            ),
            Turn::LotDue => matches!(line, Line::Pick { .. } | Line::Undo { .. }),
            Turn::Ended => matches!(line, Line::Leftover { .. } | Line::Open { .. }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Phase, Role, Turn};
    use crate::lines::Line;

    const PHASES: [Phase; 11] = [
        Phase::Plan,
        Phase::RollCall,
        Phase::Answers,
        Phase::Reveals,
        Phase::Numbers,
        Phase::Pools,
        Phase::Result,
        Phase::Signed,
        Phase::Closed,
        Phase::Batch,
        Phase::Day,
    ];

    #[test]
    fn the_phases_and_gates_are_those_of_the_specification() {
        // Prose is wrapped: a line ends where a space was.
        let spec = include_str!("spec.md").split_whitespace().collect::<Vec<_>>().join(" ");
        let phases: Vec<&str> = PHASES.iter().map(|phase| phase.word()).collect();
        assert!(spec.contains(&format!("They are: {}.", phases.join(", "))), "{phases:?}");
        // Each of the first eight leads to the one behind it, by its gate and by nothing else.
        for two in PHASES.windows(2).take(8) {
            let gates = ROLES.into_iter().filter(|role| two[0].after(*role) == Some(two[1]));
            assert_eq!(gates.count(), 1, "{two:?}");
        }
    }

    const ROLES: [Role; 20] = [
        Role::PlanLine,
        Role::PlanSeal,
        Role::Log,
        Role::Token,
        Role::Statement,
        Role::RollCall,
        Role::CloseCommits,
        Role::Answer,
        Role::CloseReveals,
        Role::RevealsSeal,
        Role::Numbers,
        Role::Seed,
        Role::Draw,
        Role::Result,
        Role::ResultSeal,
        Role::Closing,
        Role::Event,
        Role::Void,
        Role::BatchSeal,
        Role::DaySeal,
    ];

    /// Walks through a transcript: the phase after each line.
    fn walk(file: &str) -> Result<Vec<Phase>, (usize, Phase)> {
        let mut phase = Phase::Plan;
        let mut phases = Vec::new();
        for (number, line) in (1..).zip(file.lines()) {
            let line = Line::decode(line.as_bytes()).unwrap();
            phase = phase.after(Role::of(&line)).ok_or((number, phase))?;
            phases.push(phase);
        }
        Ok(phases)
    }

    #[test]
    fn every_valid_transcript_of_the_corpus_is_walked_through() {
        let (mut files, mut seen) = (0, Vec::new());
        for entry in
            std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/corpus/valid"))
                .unwrap()
        {
            let path = entry.unwrap().path();
            let file = std::fs::read_to_string(&path).unwrap();
            let Ok(phases) = walk(&file) else { panic!("{path:?}: {:?}", walk(&file)) };
            assert_eq!(phases.last(), Some(&Phase::Closed), "{path:?}");
            (files, seen) = (files + 1, [seen, phases].concat());
        }
        assert!(files >= 10, "{files}");
        assert!(PHASES.iter().all(|phase| seen.contains(phase)));
    }

    #[test]
    fn nothing_else_may_stand_anywhere() {
        let mut allowed = Vec::new();
        for phase in PHASES {
            let here = ROLES.into_iter().filter(|role| phase.after(*role).is_some()).count();
            allowed.push(here);
        }
        // lines and gate; in the roll call statements and void as well, then void; `log`; `token`
        // in four phases
        assert_eq!(allowed, [2, 6, 4, 3, 5, 5, 2, 4, 4, 4, 4]);
    }

    #[test]
    fn a_turn_is_call_then_outcome() {
        let line = |text: &'static str| Line::decode(text.as_bytes()).unwrap();
        let call = line(r#"{"kind":"call","pool":"A","place":1,"household":"H1","ticket":"1"}"#);
        let missed = line(r#"{"kind":"missed","household":"H1"}"#);
        let undo = line(r#"{"kind":"undo","reason":"x"}"#);
        let all = [Turn::NoPool, Turn::Between, Turn::Called, Turn::LotDue, Turn::Ended];
        let of = |line: &Line<'_>| all.map(|turn| turn.allows(line));
        assert_eq!(of(&call), [false, true, false, false, false]);
        assert_eq!(of(&missed), [false, false, true, false, false]);
        assert_eq!(of(&undo), [false, true, true, true, false]);
    }
}
