//! The library against its specification, its vectors and its corpus. One program, because to link
//! a dozen takes longer than to run them: `cargo test --test library corpus` runs one module.

mod aftermath;
#[cfg(feature = "signatures")]
mod chain;
mod corpus;
mod days;
mod drand;
mod fairness;
mod families;
mod going_on;
mod imports;
mod known_answers;
#[cfg(feature = "signatures")]
mod levels;
#[cfg(feature = "signatures")]
mod log;
mod plan_faults;
mod properties;
#[cfg(feature = "signatures")]
mod published;
#[cfg(feature = "signatures")]
mod receipts;
mod rules;
#[cfg(feature = "signatures")]
mod signatures;
mod support;
#[cfg(feature = "signatures")]
mod tokens;
#[cfg(not(feature = "signatures"))]
mod without_signatures;
