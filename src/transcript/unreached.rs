//! Checks whose ground is missing are not run (section 7). They never count as passed.

use crate::phase::Phase;
use crate::rules::{Checks, Phrase, Rule};

/// How far a file goes.
pub(super) struct Ground {
    pub(super) phase: Phase,
    /// The phase in which the draw was declared void before its result.
    pub(super) broken_off: Option<Phase>,
    /// Whether the plan has no fault, as far as it ended.
    pub(super) sound: bool,
    /// Whether a draw could be followed.
    pub(super) draw: bool,
}

use Rule::*;

/// The checks of each phase. Before the phase that stands beside them is reached, the one that
/// they need has not ended.
const BEFORE: [(Phase, &[Rule]); 6] = [
    (Phase::RollCall, &[T3]),
    (Phase::RollCall, &Rule::OF_THE_PLAN),
    (Phase::Answers, &[C1, C2]),
    (Phase::Reveals, &[C3, C4]),
    (Phase::Pools, &[C5, C6, C7]),
    (Phase::Result, &[D12]),
];

const OF_THE_CEREMONY: [Rule; 7] = [C1, C2, C3, C4, C5, C6, C7];
const OF_THE_DRAW: [Rule; 13] = [D1, D2, D3, D4, D5, D6, D7, D8, D9, D10, D11, D12, D13];
const OF_THE_SIGN_OFF: [Rule; 8] = [S1, S2, S3, S4, S5, S6, S7, S8];
const OF_THE_AFTERMATH: [Rule; 8] = [A1, A2, A3, A4, A5, A6, A7, A8];

/// Says of each check whose ground is missing that it was not run.
pub(super) fn unreached(ground: &Ground, checks: &mut Checks) {
    let &Ground { phase, broken_off, sound, draw } = ground;
    // T2: at the end of a day the pools have not ended.
    let phase = if phase == Phase::Day { Phase::Pools } else { phase };
    let ends = Phrase::new(
        "the file ends, or breaks off in rules, before this can be examined",
        "文件在此之前已结束或无法继续检查",
    );
    let mut not_run = |rules: &[Rule], why: &Phrase| {
        rules.iter().for_each(|rule| checks.not_run(*rule, why.clone()));
    };
    for (needed, rules) in BEFORE {
        // A draw that was broken off went no further than the phase in which it was.
        if broken_off.unwrap_or(phase) < needed {
            not_run(rules, &ends);
        }
    }
    // Not run: no aftermath before the draw is closed, and none of a draw that nobody can
    // follow.
    if phase <= Phase::Signed || (!draw && broken_off.is_none()) {
        not_run(&OF_THE_AFTERMATH, &ends);
    }
    if phase == Phase::Plan {
        not_run(&OF_THE_SIGN_OFF, &ends);
    }
    if !sound {
        let faults = Phrase::new("the plan has faults", "方案有误");
        not_run(&OF_THE_CEREMONY, &faults);
        not_run(&OF_THE_SIGN_OFF, &faults);
    }
    if !draw {
        not_run(&OF_THE_DRAW, &ends);
    }
}
