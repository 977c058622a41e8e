//! A pool by lot that is drawn ahead of the file, here or on another thread.
//!
//! The turns come in the order in which they are drawn, and drawing them depends on nothing that
//! the file says; so it makes no difference who draws them.

use crate::draw::{PoolDraw, Turns};
use crate::plan::{HouseholdNumber, Roll};
use crate::threads::Threads;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// How many times that may wait for the file.
const MOST_READY: usize = 3;

/// Where turns are drawn besides here: the roll for that, and the threads.
pub(crate) type Elsewhere = (Arc<Roll>, Threads);

/// A pool that is ahead of the file.
pub(super) struct Ahead {
    shared: Arc<Shared>,
    elsewhere: Option<Elsewhere>,
}

struct Shared {
    /// Before whose turn it ends.
    until: Option<HouseholdNumber>,
    state: Mutex<State>,
    came_back: Condvar,
}

struct State {
    /// `None` as long as somebody draws its next turns.
    pool: Option<PoolDraw>,
    ready: VecDeque<Turns>,
    /// No more turns are to be drawn.
    over: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Draws the next turns, if nobody else does. `false` if there is nothing to draw.
    fn draw(&self, roll: &Roll, most_ready: usize) -> bool {
        let mut state = self.lock();
        if state.over || state.ready.len() >= most_ready {
            return false;
        }
        let Some(mut pool) = state.pool.take() else { return false };
        drop(state);
        let turns = pool.turns_ahead(roll, self.until);
        let mut state = self.lock();
        state.over |= turns.lots.is_empty();
        state.pool = Some(pool);
        if !turns.lots.is_empty() {
            state.ready.push_back(turns);
        }
        self.came_back.notify_all();
        !state.over
    }
}

impl Ahead {
    pub(super) fn new(
        pool: PoolDraw,
        until: Option<HouseholdNumber>,
        elsewhere: Option<Elsewhere>,
    ) -> Ahead {
        let state = State { pool: Some(pool), ready: VecDeque::new(), over: false };
        let (state, came_back) = (Mutex::new(state), Condvar::new());
        let ahead = Ahead { shared: Arc::new(Shared { until, state, came_back }), elsewhere };
        ahead.go_on();
        ahead
    }

    /// Has the next turns drawn on another thread.
    fn go_on(&self) {
        fn spawn(shared: &Arc<Shared>, (roll, threads): &Elsewhere) {
            // Weakly: one that waits when the file has ended keeps no roll from the report.
            let (shared, roll, again) = (Arc::clone(shared), Arc::downgrade(roll), threads.clone());
            threads.spawn(move || {
                if let Some(roll) = roll.upgrade()
                    && shared.draw(&roll, MOST_READY)
                {
                    // Behind what the other threads have to hash.
                    spawn(&shared, &(roll, again));
                }
            });
        }
        self.elsewhere.iter().for_each(|elsewhere| spawn(&self.shared, elsewhere));
    }

    /// The next turns; `None` if there are no more.
    pub(super) fn next(&self, roll: &Roll) -> Option<Turns> {
        loop {
            let mut state = self.shared.lock();
            if let Some(turns) = state.ready.pop_front() {
                drop(state);
                self.go_on();
                return Some(turns);
            }
            if state.over {
                return None;
            }
            if state.pool.is_some() {
                drop(state);
                self.shared.draw(roll, 1);
            } else {
                drop(self.shared.came_back.wait(state));
            }
        }
    }

    /// Ends it, and gives the pool back, ahead as it is, with how many turns were drawn that
    /// [`Ahead::next`] did not give.
    pub(super) fn end(self) -> (PoolDraw, usize) {
        let mut state = self.shared.lock();
        state.over = true;
        loop {
            if let Some(pool) = state.pool.take() {
                return (pool, state.ready.iter().map(|turns| turns.lots.len()).sum());
            }
            state = self.shared.came_back.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        self.shared.lock().over = true;
    }
}
