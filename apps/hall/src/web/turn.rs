//! The time of the household that was called. It counts on the steady clock: setting the clock of
//! the computer gives or takes nobody's time.

use std::time::Duration;

/// A household's turn.
pub struct Turn {
    /// How many lines the transcript had when it began, which tells the turn.
    line: u64,
    limit: Duration,
    /// How much was spent before it stood still last.
    spent: Duration,
    /// Since when it runs; `None` in a pause.
    since: Option<Duration>,
}

impl Turn {
    /// A turn that stands still; a part of its time is spent already when the program was started
    /// again meanwhile.
    pub fn new(line: u64, seconds: u64, spent: Duration) -> Turn {
        Turn { line, limit: Duration::from_secs(seconds), spent, since: None }
    }

    pub fn line(&self) -> u64 {
        self.line
    }

    /// Lets it run, or stand still.
    pub fn run(&mut self, runs: bool, now: Duration) {
        if runs {
            self.since.get_or_insert(now);
        } else if let Some(since) = self.since.take() {
            self.spent += now.saturating_sub(since);
        }
    }

    /// What is left.
    pub fn left(&self, now: Duration) -> Duration {
        let running = self.since.map_or(Duration::ZERO, |since| now.saturating_sub(since));
        self.limit.saturating_sub(self.spent).saturating_sub(running)
    }
}
