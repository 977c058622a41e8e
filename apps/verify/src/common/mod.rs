//! What the programs for people share: their language, hashes of files, and the receipts as a page.

pub mod amount;
pub mod command_line;
pub mod digest;
pub mod file;
pub mod html;
pub mod io;
pub mod lang;
pub mod mask;
pub mod own;
pub mod page;
pub mod receipts;
pub mod running;
pub mod text;
