//! The pace at which the hall draws by itself where nobody decides, so that there is something to
//! watch. It counts on the steady clock, like the time of a household.

use std::time::Duration;

/// For how long a building that is finished is looked at before the next pool begins, at least.
const FINISHED: Duration = Duration::from_secs(5);

/// The same where it goes as fast as can be.
const FINISHED_FAST: Duration = Duration::from_secs(1);

/// For how long one look at the draw may draw on where it goes as fast as can be: then the pages
/// show it, and whoever wants to stop it can.
const BURST: Duration = Duration::from_millis(150);

/// Draws one household after the other.
pub struct Pace {
    /// From one household to the next; zero is as fast as can be.
    every: Duration,
    /// When the next household is due.
    due: Duration,
    /// Whether the pool before has just ended, and is looked at.
    looks: bool,
}

impl Pace {
    /// Begins at once.
    pub fn new(seconds: u64, now: Duration) -> Pace {
        Pace { every: Duration::from_secs(seconds), due: now, looks: false }
    }

    /// Seconds from one household to the next.
    pub fn seconds(&self) -> u64 {
        self.every.as_secs()
    }

    /// Whether it waits so that a finished building can be looked at.
    pub fn looks(&self) -> bool {
        self.looks
    }

    /// Whether the next household is due.
    pub fn is_due(&self, now: Duration) -> bool {
        now >= self.due
    }

    /// Whether the next household comes together with one that was drawn after `since`.
    pub fn goes_on(&self, since: Duration, now: Duration) -> bool {
        self.every.is_zero() && now.saturating_sub(since) < BURST
    }

    /// A household was drawn, and its pool ended with it or did not.
    pub fn drawn(&mut self, pool_ended: bool, now: Duration) {
        let finished = if self.every.is_zero() { FINISHED_FAST } else { self.every.max(FINISHED) };
        self.looks = pool_ended;
        self.due = now + if pool_ended { finished } else { self.every };
    }

    /// It stands still, in a pause: after that it waits once more.
    pub fn holds(&mut self, now: Duration) {
        self.due = self.due.max(now + self.every);
    }
}
