//! What was computed, as table and page show it.

use super::chances::Odds;
use crate::ceremony::book::Book;
use floorlot::Hash;
use floorlot::lines::PickRule;
use floorlot::plan::{PoolNumber, Roll};
use floorlot::rules::Lang;

/// What was computed, for the table and the page.
pub(crate) struct Shown<'a> {
    pub(crate) roll: &'a Roll,
    pub(crate) book: &'a Book,
    pub(crate) lang: Lang,
    /// The fingerprint of the plan.
    pub(crate) fingerprint: String,
    pub(crate) seed_text: &'a str,
    pub(crate) key: Hash,
    pub(crate) draws: u32,
    /// The number of each pool in the plan, with its chances.
    pub(crate) pools: Vec<(PoolNumber, Odds)>,
}

impl Shown<'_> {
    /// Whether any pool was simulated.
    pub(crate) fn any_simulated(&self) -> bool {
        self.pools.iter().any(|(_, odds)| odds.draws.is_some())
    }

    /// Whether anybody chooses in any pool.
    pub(crate) fn any_choice(&self) -> bool {
        self.pools
            .iter()
            .any(|(n, _)| self.roll.pool(*n).is_some_and(|pool| pool.rule == PickRule::Choice))
    }
}
