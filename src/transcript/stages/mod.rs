//! The stages of a transcript, each with its lines and its checks.
//!
//! A stage knows its lines and what stands before it in this list; none knows who reads the file
//! and hands the lines on.

pub(super) mod after;
pub(super) mod at;
pub(super) mod bytes;
pub(super) mod ceremony;
pub(super) mod draw;
pub(super) mod outside;
pub(super) mod person;
pub(super) mod plan;
pub(super) mod seals;
