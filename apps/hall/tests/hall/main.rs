//! The hall when something goes wrong around it: the file of the transcript, the stick, the clock,
//! the program itself.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
#![cfg(all(unix, feature = "web"))]

mod chaos;
mod clock;
mod disk;
#[path = "../support/hall.rs"]
#[expect(dead_code, reason = "other tests use all of it")]
mod hall;
mod harm;
mod next;
mod run;
mod server;
mod stick;
