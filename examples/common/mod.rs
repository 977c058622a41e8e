//! What the programs for people share: their language, hashes of files, and the receipts as a page.

pub(crate) mod command_line;
pub(crate) mod digest;
pub(crate) mod html;
pub(crate) mod io;
pub(crate) mod lang;
pub(crate) mod receipts;
pub(crate) mod text;
