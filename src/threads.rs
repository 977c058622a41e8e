//! The threads that a verification may use besides its own, scheduled by `rayon`.
//!
//! Whatever is given to them is a part of the work that depends on nothing else, and comes back to
//! the one thread that reads the file and judges it. So the result does not depend on how many they
//! are, or on which of them is faster.

use std::sync::Arc;

/// Threads besides the one that asks.
#[derive(Clone, Default)]
pub(crate) struct Threads(Option<Arc<rayon::ThreadPool>>);

impl std::fmt::Debug for Threads {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Threads({})", self.count())
    }
}

impl Threads {
    /// So many in all, with the one that asks. Where the system gives none, all is done by that
    /// one.
    pub(crate) fn new(in_all: usize) -> Threads {
        let others = in_all.saturating_sub(1);
        let pool =
            (others > 0).then(|| rayon::ThreadPoolBuilder::new().num_threads(others).build());
        Threads(pool.and_then(Result::ok).map(Arc::new))
    }

    /// The others, if there are any.
    pub(crate) fn others(&self) -> Option<Threads> {
        self.0.is_some().then(|| self.clone())
    }

    /// How many others there are.
    pub(crate) fn count(&self) -> u64 {
        self.0.as_ref().map_or(0, |pool| crate::number::count(pool.current_num_threads()))
    }

    /// Does this on one of the others, or at once if there is none.
    pub(crate) fn spawn(&self, work: impl FnOnce() + Send + 'static) {
        match &self.0 {
            Some(pool) => pool.spawn(work),
            None => work(),
        }
    }
}
