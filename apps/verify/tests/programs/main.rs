//! `verify_transcript` as an observer runs it.

mod dropped;
mod follow;
mod policy;
mod verify_transcript;
mod without_priority;

const VERIFY: &str = env!("CARGO_BIN_EXE_verify_transcript");
