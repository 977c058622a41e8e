//! Tables as they stand in the office's files, whatever program wrote them: what shows in each
//! cell, and what does not show.
//!
//! What a file is, its content says and not its ending (`container`). Each reader puts cells into a
//! `Grid`, which knows the rules that are the same for all of them: what is shown is taken, what
//! does not show is marked, and nothing grows beyond the limits.

use super::fault::Fault;
use floorlot::rules::Phrase;
use std::path::Path;

mod biff;
mod container;
mod csv_text;
mod foreign;
mod format;
mod grid;
mod ods;
mod package;
mod source;
mod styles;
mod table;
mod xls;
mod xlsx;
mod xml;

pub use table::{Cell, Mark, Row, Shown, Stored, Table, Why, letters};

/// The name of a file without its folders, and its bytes.
pub fn load(path: &Path) -> Result<(String, Vec<u8>), Fault> {
    let file = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let bytes = source::bytes(path, &file)?;
    Ok((file, bytes))
}

/// All tables of a file.
pub fn read(file: &str, bytes: &[u8]) -> Result<Vec<Table>, Fault> {
    container::tables(&source::Source::new(file), bytes)
}

/// The text of a file in any of the encodings that offices use, and which one if it is not UTF-8.
pub(super) fn text(file: &str, bytes: &[u8]) -> Result<(String, Option<Phrase>), Fault> {
    csv_text::decode(&source::Source::new(file), bytes)
}
