//! What the lines so far mean for the people in the hall: who answered what, how far the pool is,
//! what was done last.

use crate::ceremony::book::Book;
use crate::ceremony::days::Days;
use floorlot::lines::{By, Closed, Line, PickRule};
use floorlot::plan::{HouseholdNumber, PoolNumber, Roll, UnitNumber};
use floorlot::record::{PoolCourse, Record, Step};
use floorlot::rules::Phrase;
use std::collections::VecDeque;

/// How many of the last turns are remembered.
const RECENT: usize = 12;

/// What a member did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Did {
    Nothing,
    Committed,
    Envelope,
    Absent,
    Revealed,
    Withheld,
}

/// What a member said of the last checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said {
    Nothing,
    Key,
    Paper,
    Dissent,
    Unsigned,
}

/// What came of a turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Picked {
        unit: UnitNumber,
        by: By,
    },
    Standby,
    /// Did not answer; whether it is called again at the end of the pool.
    Missed {
        deferred: bool,
    },
    /// The step before was withdrawn.
    Undone {
        /// The unit of the pick that was withdrawn; `None` if it was a miss.
        unit: Option<UnitNumber>,
        reason: String,
    },
}

/// A turn that is over, or was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Turn {
    pub(crate) household: HouseholdNumber,
    pub(crate) ticket: String,
    pub(crate) outcome: Outcome,
}

/// The draw as far as it is.
pub(crate) struct Progress {
    pub(crate) members: Vec<Did>,
    envelopes: Vec<usize>,
    /// Who has what, and how it came to it.
    pub(crate) record: Record,
    /// What the last line did.
    pub(crate) step: Step,
    lines: u64,
    /// Pools that were opened.
    pub(crate) opened: usize,
    /// The number of the pool that is being drawn.
    pool: Option<PoolNumber>,
    /// When the clock of the household that was called began to run: at its call, and again after
    /// an `undo`.
    pub(crate) since: Option<u64>,
    /// The ticket of the household called last.
    ticket: String,
    /// Picks, standby places and leftovers of the whole draw, once the result is there.
    pub(crate) result: Option<(u64, u64, u64)>,
    /// What the members said of the last checkpoint.
    pub(crate) said: Vec<Said>,
    /// The last turns, the newest at the end.
    pub(crate) recent: VecDeque<Turn>,
    /// Whether the line before opened a pool in which nobody decides, or ended a turn in it: a show
    /// stops there.
    pub(crate) rests: bool,
    decided: bool,
    /// The days of the draw.
    pub(crate) days: Days,
    /// The public numbers so far, as they were read out.
    pub(crate) numbers: Vec<String>,
    /// Objections and what was ruled.
    pub(crate) objections: Vec<(String, String, Option<bool>)>,
    /// What came after the result, in words.
    pub(crate) events: Vec<Phrase>,
    /// Whether anything after the result changed who has which flat.
    pub(crate) changed: bool,
    /// Why the draw is void.
    pub(crate) void: Option<String>,
}

impl Progress {
    pub(crate) fn new(book: &Book, roll: &Roll) -> Progress {
        let members = vec![Did::Nothing; book.members.len()];
        Progress {
            members,
            envelopes: Vec::new(),
            record: Record::new(roll),
            step: Step::Other,
            lines: 0,
            opened: 0,
            pool: None,
            since: None,
            ticket: String::new(),
            result: None,
            said: vec![Said::Nothing; book.members.len()],
            recent: VecDeque::new(),
            rests: false,
            decided: false,
            days: Days::default(),
            numbers: Vec::new(),
            objections: Vec::new(),
            events: Vec::new(),
            changed: false,
            void: None,
        }
    }

    /// Takes in a line.
    pub(crate) fn observe(&mut self, line: &Line<'_>, book: &Book, roll: &Roll) {
        self.lines += 1;
        self.step = self.record.line(self.lines, line, roll);
        self.clock();
        self.turns(line, roll);
        self.days.line(line);
        self.after(line, book);
        match line {
            Line::Commit { member, .. } => self.did(book, member, Did::Committed),
            Line::Envelope { member, .. } => {
                self.envelopes.extend(book.member(member));
                self.did(book, member, Did::Envelope);
            }
            Line::Absent { member, .. } => self.did(book, member, Did::Absent),
            Line::Reveal { member, .. } => self.did(book, member, Did::Revealed),
            Line::Withheld { member, .. } => self.did(book, member, Did::Withheld),
            Line::Dice { digits, .. } => self.numbers.push(digits.to_string()),
            Line::Balls { numbers, .. } => {
                self.numbers.push(numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(" "))
            }
            Line::Drand { randomness, .. } => self.numbers.push(randomness.to_string()),
            Line::Open { pool, .. } => {
                (self.opened, self.pool) = (self.opened + 1, roll.find_pool(pool));
            }
            Line::Result { picked, standby, leftover, .. } => {
                self.result = Some((*picked, *standby, *leftover))
            }
            Line::Withdrawal { .. } | Line::Accept { .. } | Line::Swap { .. } => {
                self.changed = true
            }
            Line::Void { reason, .. } => self.void = Some(reason.to_string()),
            _ => {}
        }
    }

    /// The next day begins. In a pool in which nobody decides a show stops before its first turn.
    pub(crate) fn begin_day(&mut self) {
        self.days.begin();
        let underway = self.pool().opened.is_some() && self.pool().ended.is_none();
        self.rests = underway && !self.decided;
    }

    /// The pool that is being drawn, as far as it is.
    pub(crate) fn pool(&self) -> PoolCourse {
        self.pool.map(|pool| self.record.pool(pool)).unwrap_or_default()
    }

    /// Whose clock runs, and since when.
    fn clock(&mut self) {
        match &self.step {
            Step::Called { household } => {
                if let Some(call) = self.record.course(*household).called {
                    (self.since, self.ticket) = (call.at, call.ticket.0.to_string());
                }
            }
            Step::Undone { at, .. } => self.since = *at,
            _ => {}
        }
    }

    /// Turns of the pools, for the board.
    fn turns(&mut self, line: &Line<'_>, roll: &Roll) {
        self.rests = matches!(line, Line::Open { .. } | Line::Pick { .. } | Line::Standby { .. })
            && !self.decided;
        match line {
            Line::Open { pool, .. } => {
                let rule = roll.pools().iter().find(|p| p.id == *pool).map(|p| p.rule);
                self.decided = rule == Some(PickRule::Choice);
                self.rests = !self.decided;
            }
            Line::Pick { unit, by, .. } => {
                if let Some(unit) = roll.find_unit(unit) {
                    self.over(Outcome::Picked { unit, by: *by });
                }
            }
            Line::Standby { .. } => self.over(Outcome::Standby),
            Line::Missed { .. } => {
                let deferred = matches!(self.step, Step::Missed { deferred: true, .. });
                self.over(Outcome::Missed { deferred });
            }
            _ => {}
        }
        if let Step::Undone { unit, reason, .. } = &self.step {
            // The turn that is withdrawn gives its place in the list to the withdrawal.
            let outcome = Outcome::Undone { unit: *unit, reason: reason.to_string() };
            self.recent.pop_back();
            self.over(outcome);
        }
    }

    /// A turn is over, or was taken back.
    fn over(&mut self, outcome: Outcome) {
        let (Step::Served { household }
        | Step::Missed { household, .. }
        | Step::Undone { household, .. }) = self.step
        else {
            return;
        };
        self.recent.push_back(Turn { household, ticket: self.ticket.clone(), outcome });
        if self.recent.len() > RECENT {
            self.recent.pop_front();
        }
    }

    /// Signatures, and what comes after the result.
    fn after(&mut self, line: &Line<'_>, book: &Book) {
        match line {
            Line::Checkpoint { .. } => self.said.iter_mut().for_each(|said| *said = Said::Nothing),
            Line::Cosignature { member, .. } => self.says(book, member, Said::Key),
            Line::Paper { member, .. } => self.says(book, member, Said::Paper),
            Line::Dissent { member, .. } => self.says(book, member, Said::Dissent),
            Line::Unsigned { member, .. } => self.says(book, member, Said::Unsigned),
            Line::Objection { id, text, .. } => {
                self.objections.push((id.to_string(), text.to_string(), None))
            }
            Line::Ruling { objection, decision, .. } => {
                let found = self.objections.iter_mut().find(|(id, ..)| id == objection);
                found.into_iter().for_each(|(.., ruled)| {
                    *ruled = Some(*decision == floorlot::lines::Decision::Upheld)
                });
            }
            _ => {}
        }
    }

    fn says(&mut self, book: &Book, member: &str, said: Said) {
        let at = book.member(member).and_then(|i| self.said.get_mut(i));
        at.into_iter().for_each(|s| *s = said);
    }

    fn did(&mut self, book: &Book, member: &str, did: Did) {
        let at = book.member(member).and_then(|i| self.members.get_mut(i));
        at.into_iter().for_each(|m| *m = did);
    }

    /// Whether a member handed in an envelope, of which nothing was published.
    pub(crate) fn was_envelope(&self, book: &Book, member: &str) -> bool {
        book.member(member).is_some_and(|m| self.envelopes.contains(&m))
    }

    /// The members of a bench who committed, or who revealed.
    pub(crate) fn count(&self, book: &Book, bench: &str, closes: Closed) -> usize {
        let counts = |did: Did| match closes {
            Closed::Commits => !matches!(did, Did::Nothing | Did::Absent),
            Closed::Reveals => did == Did::Revealed,
        };
        book.members
            .iter()
            .zip(&self.members)
            .filter(|(m, did)| m.bench == bench && counts(**did))
            .count()
    }
}
