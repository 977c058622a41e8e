//! What people read, and where it goes: words in two languages, times, and commands that a message
//! tells.

pub mod clock;
pub mod program;
pub(crate) mod say;
pub(crate) mod told;
