//! wip
pub mod spec {
    #![doc = include_str!("spec.md")]
}
mod hash;
pub mod lines;
mod matching;
pub mod plan;
pub mod profile;
pub mod rules;
pub mod tree;
pub use hash::Hash;
