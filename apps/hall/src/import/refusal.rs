//! Why there is no plan: what must be corrected, and what must be confirmed.

use super::preview::Preview;
use super::question::Kind;

/// Why there is no plan, all of it at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refusal {
    /// How the tables were understood, as far as it went.
    pub told: Vec<String>,
    /// What must be corrected: one sentence each.
    pub faults: Vec<String>,
    /// What must be corrected or confirmed.
    pub questions: Vec<Asked>,
    /// The rows, if they could be read.
    pub preview: Option<Preview>,
}

/// What is asked, or has been confirmed, under one word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub kind: Kind,
    /// What is confirmed with it.
    pub words: String,
    /// How many cells, rows or sheets it is about.
    pub count: usize,
    /// Each place: where, and what was found.
    pub sentences: Vec<String>,
}
