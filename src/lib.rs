//! Gives the households of rebuilt housing blocks their floors in public, so that nobody has to be
//! trusted.
//!
//! floorlot implements the transcript of [`spec`]: a sealed plan, a seed made of committed secrets
//! and public numbers, a draw that follows from both, and a file that anybody replays and verifies.
//!
//! The modules stand in the order in which the data flows; each imports only what stands before it.
//!
//! | stage | module | rules |
//! |---|---|---|
//! | the law, and words for what goes wrong | [`spec`], [`rules`], [`system`] | all |
//! | the file | [`profile`](primitives::profile), [`lines`], `phase`, [`tree`](primitives::tree) | T1 to T4 |
//! | lines hashed side by side | `threads` (feature `threads`), `leaves` | T3 |
//! | keys, signatures, what was noted, the beacon, time tokens | [`note`], [`Noted`], [`drand`], [`token`], `sign` (feature `signatures`) | P12, S2, C7, S8 |
//! | plan | [`plan`] | P1 to P15 |
//! | who a household is | [`person`] | V8 |
//! | ceremony | [`ceremony`] | C1 to C5, C7 |
//! | seed and numbers | [`seed`](primitives::seed) | C6, D1, D3 |
//! | call order | [`order`](primitives::order) | D2 |
//! | offers and picks | [`picks`](primitives::picks) | D4 to D7 |
//! | area budgets of families | `budgets` | D14 |
//! | what a household holds | [`holding`] | D10, A2 |
//! | what the panel says of a checkpoint, and when it was there | `log_line`, [`sign_off`], [`sign_times`], [`stamped`] | S1 to S8, V3 |
//! | what comes after the result | [`aftermath`] | A1 to A8 |
//! | what the lines mean for each household | [`record`] | D8 to D10, A2 to A5 |
//! | live draw | [`session`] | D8 to D12 |
//! | odds before it, comparisons after it | [`trial`] | D1 to D11 |
//! | verification and report | [`transcript`] | all, V1 to V9 |
//! | the live draw again, from its file | [`replay`] | T1 to T4 |
//! | a receipt for each household | [`receipt`] | R1 to R5 |
//!
//! Nothing in here has a clock, a file system, an environment or a source of randomness of its own:
//! what comes in is passed in, and the same input gives the same bytes everywhere. No input makes
//! it panic.

#![warn(missing_docs)]
#![deny(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::items_after_test_module,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    unnameable_types
)]
#![cfg_attr(
    test,
    allow(
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unwrap_used
    )
)]

#[doc = include_str!("spec.md")]
pub mod spec {
    #[doc = include_str!("spec/receipts.md")]
    pub mod receipts {}

    #[doc = include_str!("spec/report.md")]
    pub mod report {}
}

/// The example of the README runs as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub mod readme {}

pub mod rules;

pub mod system;

mod text;

mod number;

mod hash;
pub use hash::Hash;

mod wide;

mod base64;

mod profile;

pub mod lines;

mod phase;

mod tree;
pub use tree::Fingerprint;

mod threads;

mod leaves;

pub mod note;

mod noted;
pub use noted::Noted;

pub mod drand;

pub mod token;

#[cfg(feature = "signatures")]
pub mod sign;

mod matching;

pub mod plan;

pub mod person;

pub mod ceremony;

mod seed;

mod order;

mod free_units;

mod picks;

pub mod holding;

mod budgets;

mod draw;

mod waiting;

mod log_line;

pub mod sign_off;

pub mod sign_times;

pub mod stamped;

pub mod aftermath;

pub mod record;

pub mod session;

pub mod trial;

pub mod transcript;

pub mod replay;

pub mod receipt;

/// What the rules are made of, for whoever writes a verifier or a tool of their own: canonical
/// lines (T1), the tree and its proofs (T3), the seed and its numbers (C6, D1, D3), the call order
/// (D2), and the number of a lot (D6). Whoever holds or verifies a draw needs none of it.
pub mod primitives {
    /// T1: canonical lines. See [`crate::lines`] for what stands in them.
    pub mod profile {
        pub use crate::profile::*;
    }

    /// RFC 4648, as roots and signatures are written.
    pub mod base64 {
        pub use crate::base64::encode;
    }

    /// T3: the tree over the lines, its proofs, and the body of a checkpoint.
    pub mod tree {
        pub use crate::tree::*;
    }

    /// C6, D1, D3: the seed, the key of a pool, tickets and lots.
    pub mod seed {
        pub use crate::seed::*;
    }

    /// D2: the order in which households are called.
    pub mod order {
        pub use crate::order::*;
    }

    /// D6: which of the units on offer a lot takes.
    pub mod picks {
        pub use crate::picks::*;
    }
}
