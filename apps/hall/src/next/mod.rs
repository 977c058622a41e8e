//! What follows a draw: the next attempt after a void one, and a later round.

pub(crate) mod again;
pub(crate) mod round;
