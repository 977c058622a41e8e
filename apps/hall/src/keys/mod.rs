//! Keys, secrets and signatures of the members of the panel, on machines of their own; and the key
//! of the log, on the machine of the hall.

pub(crate) mod key;
mod key_file;
pub(crate) mod log;
pub(crate) mod note_file;
#[cfg(feature = "openssh")]
mod open_ssh;
pub(crate) mod secret;
mod signed;
pub(crate) mod signing;
pub(crate) mod token_request;
