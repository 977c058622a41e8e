//! What the lines so far mean for the people in the hall: who answered what, how far the pool is, what was done last.

use crate::book::Book;
use floorlot::lines::{Closed, Line};
use floorlot::plan::Roll;

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

/// What was done last, as far as it can be withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Last {
    Other,
    Choice { household: u32, unit: u32 },
    Missed { household: u32 },
}

/// The draw as far as it is.
pub(crate) struct Progress {
    pub(crate) members: Vec<Did>,
    envelopes: Vec<usize>,
    pub(crate) last: Last,
    /// Pools that were opened.
    pub(crate) opened: usize,
    /// Calls in the pool that is being drawn.
    pub(crate) calls: u64,
    /// The first pick of the pool.
    pub(crate) first: Option<(u32, u32)>,
    /// Picks, standby places and leftovers of the whole draw, once the result is there.
    pub(crate) result: Option<(u64, u64, u64)>,
    /// Whether anything after the result changed who has which flat.
    pub(crate) changed: bool,
    /// Why the draw is void.
    pub(crate) void: Option<String>,
}

impl Progress {
    pub(crate) fn new(book: &Book) -> Progress {
        let members = vec![Did::Nothing; book.members.len()];
        Progress {
            members,
            envelopes: Vec::new(),
            last: Last::Other,
            opened: 0,
            calls: 0,
            first: None,
            result: None,
            changed: false,
            void: None,
        }
    }

    /// Takes in a line.
    pub(crate) fn observe(&mut self, line: &Line<'_>, book: &Book, roll: &Roll) {
        self.last = Last::Other;
        match line {
            Line::Commit { member, .. } => self.did(book, member, Did::Committed),
            Line::Envelope { member, .. } => {
                self.envelopes.extend(book.member(member));
                self.did(book, member, Did::Envelope);
            }
            Line::Absent { member, .. } => self.did(book, member, Did::Absent),
            Line::Reveal { member, .. } => self.did(book, member, Did::Revealed),
            Line::Withheld { member, .. } => self.did(book, member, Did::Withheld),
            Line::Open { .. } => (self.opened, self.calls, self.first) = (self.opened + 1, 0, None),
            Line::Call { .. } => self.calls += 1,
            Line::Pick { household, unit, .. } => {
                let (household, unit) = (number(roll.find_household(household)), number(roll.find_unit(unit)));
                self.first.get_or_insert((household, unit));
                self.last = Last::Choice { household, unit };
            }
            Line::Missed { household, .. } => self.last = Last::Missed { household: number(roll.find_household(household)) },
            Line::Result { picked, standby, leftover, .. } => self.result = Some((*picked, *standby, *leftover)),
            Line::Withdrawal { .. } | Line::Accept { .. } | Line::Swap { .. } => self.changed = true,
            Line::Void { reason, .. } => self.void = Some(reason.to_string()),
            _ => {}
        }
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
        book.members.iter().zip(&self.members).filter(|(m, did)| m.bench == bench && counts(**did)).count()
    }
}

/// A line that the draw itself made or accepted names nothing unknown.
fn number(found: Option<u32>) -> u32 {
    found.unwrap_or(u32::MAX)
}
