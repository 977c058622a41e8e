//! The plan: everything that is decided before the draw (rules P1 to P15).
//!
//! Other software fills a [`Plan`] (or reads one with serde), calls [`Plan::validate`], and seals
//! it by starting a [`Session`](crate::session::Session). A plan file is the plan's
//! [lines](Plan::to_lines), exactly as they will stand in the transcript.
//!
//! Its parts in the order in which each builds on those before it: ids, the plan to be
//! filled in (`model`), the same in compact form ([`Roll`]) with its `classes`; then the roll as it
//! grows line by line (`draft`), with what the rules ask of a `field`, of the lines of the `panel`,
//! of the `pools` and the `families`, of what stands `beside` them, and of the `whole`; `usual`
//! lines; the [validator](ValidPlan) over all.

mod beside;
mod classes;
mod draft;
mod families;
mod field;
mod ids;
mod model;
mod narrow;
mod once;
mod panel;
mod pools;
mod roll;
mod usual;
mod valid;
mod validator;
mod warning;
mod whole;

pub use crate::lines::{Absence, Device, DocumentKind, Mode, PickRule, Relation, Unranked};
pub use crate::number::{
    FamilyNumber, FamilyNumbers, HouseholdNumber, HouseholdNumbers, PoolNumber, PoolNumbers,
    UnitNumber, UnitNumbers,
};
pub use crate::text::{foreign_character, is_id, is_origin, visible};
pub use families::FamilyInfo;
pub use model::{
    Bench, Document, Excluded, Family, Household, Member, Plan, Pool, Prior, Source, Unit,
};
pub use once::look;
pub use roll::{PoolInfo, Roll};
pub use valid::{Faults, PlanReader, ReadPlan, ValidPlan};
pub use warning::Warning;

pub(crate) use crate::text::text_fault;
pub(crate) use classes::Classes;
pub(crate) use ids::Ids;
pub(crate) use roll::{BenchInfo, MemberInfo};
pub(crate) use valid::unreadable;
pub(crate) use validator::Validator;
