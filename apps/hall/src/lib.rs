//! Holds a draw: a rehearsal with simulated people, or a real one from the prompt or a script.
//!
//! `cargo run --release --example draw_session` runs the rehearsal; `-- --help` lists the rest.
//!
//! The folders stand in the order in which they may import: each only what stands before it.
//!
//! | folder | what is in it |
//! |---|---|
//! | [`words`] | words in two languages and where they go, times, commands that a message tells |
//! | [`sample`] | the keys of the sample panels |
//! | [`import`] | the office's tables become a plan |
//! | `disk` | what a file is, the transcript and the notes beside it, files that are written whole |
//! | `keys` | keys, secrets and signatures of the panel's members |
//! | `persons` | slips for households, and what a notary checks |
//! | `next` | the next attempt, and a later round |
//! | `ceremony` | the draw in the hall: commands, what is read aloud, prompt and script |
//! | `prints` | what hangs on the wall and goes to the office; receipts |
//! | `publish` | one folder for everybody: a site with the page of the verifier |
//! | `randomness` | statistical tests of the keystream |
//! | `notary` | the file of the notary who watches: checklist, hashes, tests, requirements |
//! | `odds` | before the draw: the chance of each storey |
//! | `demo` | a whole draw with simulated people |
//! | `web` | the same draw on two pages in a browser |
//! | [`desk`] | `floorlot-hall`: the pages for a clerk who starts the program by a double click |
//! | `cli` | the command line |
//!
//! The features `odds`, `openssh` (keys of ssh-keygen) and `web` are on by default; a program
//! without one says so where it is asked for it.

#[cfg_attr(not(feature = "web"), expect(dead_code, reason = "some of it is for the pages alone"))]
pub mod words;
pub use words::{clock, program};

pub mod sample;

pub mod import;

#[cfg_attr(not(feature = "web"), expect(dead_code, reason = "some of it is for the pages alone"))]
mod disk;

mod keys;

mod persons;

mod next;

#[cfg_attr(not(feature = "web"), expect(dead_code, reason = "some of it is for the pages alone"))]
mod ceremony;

#[cfg_attr(not(feature = "web"), expect(dead_code, reason = "some of it is for the pages alone"))]
mod prints;

mod publish;

mod randomness;

mod notary;

#[cfg(feature = "odds")]
pub mod odds;

mod demo;

#[cfg(feature = "web")]
pub mod web;

#[cfg(feature = "web")]
pub mod desk;

mod cli;
pub use cli::main;
