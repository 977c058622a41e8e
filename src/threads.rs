//! The threads that a verification may use besides its own, scheduled by `rayon`.
//!
//! Whatever is given to them is a part of the work that depends on nothing else, and comes back to
//! the one thread that reads the file and judges it. So the result does not depend on how many they
//! are, or on which of them is faster.

#[cfg(feature = "threads")]
use std::sync::Arc;

/// Threads besides the one that asks. Without the feature `threads` there are none.
#[derive(Clone, Default)]
pub(crate) struct Threads {
    #[cfg(feature = "threads")]
    pool: Option<Arc<rayon::ThreadPool>>,
}

#[cfg(feature = "threads")]
impl std::fmt::Debug for Threads {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Threads({})", self.count())
    }
}

impl Threads {
    /// So many in all, with the one that asks. Where the system gives none, all is done by that
    /// one.
    #[cfg(feature = "threads")]
    pub(crate) fn new(in_all: usize) -> Threads {
        let others = in_all.saturating_sub(1);
        let pool =
            (others > 0).then(|| rayon::ThreadPoolBuilder::new().num_threads(others).build());
        Threads { pool: pool.and_then(Result::ok).map(Arc::new) }
    }

    /// None, so that a test is the same with the feature and without it.
    #[cfg(all(test, not(feature = "threads")))]
    pub(crate) fn new(_in_all: usize) -> Threads {
        Threads::default()
    }

    /// Whether there are others.
    pub(crate) fn any(&self) -> bool {
        #[cfg(feature = "threads")]
        return self.pool.is_some();
        #[cfg(not(feature = "threads"))]
        false
    }

    /// The others, if there are any.
    pub(crate) fn others(&self) -> Option<Threads> {
        self.any().then(|| self.clone())
    }

    /// How many others there are.
    #[cfg(feature = "threads")]
    pub(crate) fn count(&self) -> u64 {
        self.pool.as_ref().map_or(0, |pool| crate::number::count(pool.current_num_threads()))
    }

    /// Does this on one of the others, or at once if there is none.
    pub(crate) fn spawn(&self, work: impl FnOnce() + Send + 'static) {
        #[cfg(feature = "threads")]
        if let Some(pool) = &self.pool {
            return pool.spawn(work);
        }
        work();
    }

    /// Does both, the first on one of the others if there is any, and waits until both are done.
    pub(crate) fn both(&self, there: impl FnOnce() + Send, here: impl FnOnce()) {
        #[cfg(feature = "threads")]
        if let Some(pool) = &self.pool {
            return pool.in_place_scope(|scope| {
                scope.spawn(|_| there());
                here();
            });
        }
        there();
        here();
    }
}
