//! The draw in the hall: its commands, what is read aloud, and the program that goes on with it at
//! the prompt or by a script.
//!
//! | what | module |
//! |---|---|
//! | names and numbers of the plan, and what the lines mean in the hall | [`book`], [`progress`] |
//! | a draw as it stands | [`draw`] |
//! | a draw over several days, and how far a pool is drawn on one | [`days`], [`by_lot`] |
//! | the program that runs and the one in the plan | [`running`] |
//! | flats next to those of the same group or family, what a family has | [`neighbours`], [`families`] |
//! | commands, and how they are typed | [`command`], [`typed`], [`later`], [`filing`] |
//! | what is read aloud, and what is waited for | [`aloud`], [`board`] |
//! | where a script stands | [`script`] |
//! | carries out commands, and goes on with what is on the disk | [`drive`], [`resume`] |
//! | asks for commands | [`prompt`] |
//! | `run`, and what it notes beside the transcript | [`run`], [`promise`] |

pub(crate) mod aloud;
pub(crate) mod board;
pub(crate) mod book;
pub(crate) mod by_lot;
pub(crate) mod command;
pub(crate) mod days;
pub(crate) mod draw;
pub(crate) mod drive;
pub(crate) mod families;
pub(crate) mod filing;
pub(crate) mod later;
pub(crate) mod neighbours;
pub(crate) mod progress;
mod promise;
mod prompt;
pub(crate) mod resume;
pub(crate) mod run;
pub(crate) mod running;
mod script;
pub(crate) mod stamp;
mod typed;
