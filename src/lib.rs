//! wip
pub mod spec {
    #![doc = include_str!("spec.md")]
}
pub mod ceremony;
mod draw;
mod hash;
pub mod lines;
mod matching;
pub mod order;
pub mod picks;
pub mod plan;
pub mod profile;
pub mod rules;
pub mod seed;
pub mod session;
pub mod tree;
pub use hash::Hash;
