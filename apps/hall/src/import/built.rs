//! What the tables say, before it is checked: a plan with the row of each line, households and flats
//! as the office has them.

use super::columns::Field;
use super::document;
use super::fault::At;
use floorlot::person::Opening;
use floorlot::plan::Plan;
use floorlot::rules::Phrase;
use std::collections::BTreeMap;

/// Why a household has no commitment.
pub(super) const NO_NAME: &str = "name";
pub(super) const NO_DOCUMENT: &str = "document";

/// A household as the office has it: it never leaves the import.
#[derive(Clone)]
pub(super) struct Person {
    pub(super) at: At,
    pub(super) id: String,
    /// Masked.
    pub(super) shown: String,
    pub(super) whole: Option<String>,
    /// What is compared of its document number.
    pub(super) document: Option<document::Person>,
    /// Whether the document is no resident identity number.
    pub(super) foreign: bool,
    /// As it stands in the table.
    pub(super) group: Option<String>,
    pub(super) tier: u64,
    /// The family of which it is a claim, as it stands in the table.
    pub(super) family: Option<String>,
    /// Which flat of its family it is.
    pub(super) round: u64,
    /// Whether a claim of the same family, and so the same person, stands before it.
    pub(super) again: bool,
}

/// A flat with its building.
pub(super) struct Flat {
    pub(super) at: At,
    pub(super) id: String,
    pub(super) label: String,
    pub(super) storey: u64,
    pub(super) building: String,
    pub(super) staircase: Option<String>,
}

/// A plan, with the row that each of its lines comes from.
pub(super) struct Built {
    pub(super) plan: Plan,
    /// For each pool, unit, flat that is not drawn, family and household in the order of the plan's lines.
    pub(super) rows: Vec<At>,
    /// Whether any row has a fault of its own, so that something may be missing in its pool.
    pub(super) any_bad: bool,
    /// Whether the tiers are bands of a column.
    pub(super) banded: bool,
    /// Whether there are needs that no flat of their pool has, which are named by row.
    pub(super) unmet: bool,
    /// Whether budgets were told by row that cannot be (P15).
    pub(super) budgets_told: bool,
    /// The first row of each family.
    pub(super) family_rows: Vec<At>,
    /// The ids of families that were made, with what stands in the table.
    pub(super) made_families: BTreeMap<String, String>,
    /// Of each round its first and last tier.
    pub(super) rounds: BTreeMap<u64, (u64, u64)>,
    /// How many families have needs for their first flat alone.
    pub(super) first_needs: usize,
    /// Rows left out, with the reason.
    pub(super) left_out: Vec<(At, Phrase)>,
    /// Ids that were made: of pools (with building and flat type) and of groups.
    pub(super) made_pools: Vec<(String, String)>,
    pub(super) made_groups: BTreeMap<String, String>,
    /// Labels that got the staircase before them, because labels repeat in the building.
    pub(super) staired: Vec<String>,
    /// Households and flats as the tables have them, in the order of the tables.
    pub(super) people: Vec<Person>,
    pub(super) flats: Vec<Flat>,
    /// Where each building and flat type, name or code, is written how.
    pub(super) spellings: Spellings,
    /// What opens the commitments of the households, in the order of the table.
    pub(super) openings: Vec<Opening>,
    /// Rows of households without a commitment, by the reason.
    pub(super) unbound: BTreeMap<&'static str, Vec<At>>,
}

/// The rows in which a field is written in a way.
pub(super) type Spellings = BTreeMap<(Field, String), Vec<At>>;

/// The fields that make the key of a pool.
pub(super) struct Key {
    pub(super) parts: Vec<Field>,
}
