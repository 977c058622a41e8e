//! The folder of a site: made beside its place and put there whole, in place of none but an older
//! one.

use crate::disk::folder::{self, Mark, files};
use crate::words::say::Stop;
use floorlot::Hash;
use floorlot::rules::Lang;
use floorlot_verify::common::digest;
use std::io;
use std::path::Path;

/// Stands in the first page of every site.
pub(super) const MARK: &str = "<meta name=\"generator\" content=\"floorlot publish\">";

/// The first page.
pub(super) const INDEX: &str = "index.html";

/// By what a site is known.
pub(super) const SITE: Mark = Mark { file: INDEX, text: MARK };

/// A file of the site: its path in it, with `/`, its size and its hash.
pub(super) struct Entry {
    pub(super) path: String,
    pub(super) size: u64,
    pub(super) sha256: Hash,
}

/// All files of a site, read back.
pub(super) fn entries(folder: &Path, lang: Lang) -> Result<Vec<Entry>, Stop> {
    let failed = |path: &Path, error: io::Error| Stop::file(lang, path, error);
    let files = files(folder, "").map_err(|error| failed(folder, error))?;
    files.into_iter().map(|path| entry(folder, path, lang)).collect()
}

/// A file of a site, read back.
pub(super) fn entry(folder: &Path, path: String, lang: Lang) -> Result<Entry, Stop> {
    let file = folder.join(&path);
    let failed = |error: io::Error| Stop::file(lang, &file, error);
    let size = file.metadata().map_err(failed)?.len();
    let sha256 = digest::sha256(&file).map_err(failed)?;
    Ok(Entry { path, size, sha256 })
}

/// The list as `sha256sum` writes it.
pub(super) fn sums(entries: &[Entry]) -> String {
    entries.iter().map(|Entry { path, sha256, .. }| folder::sum(path, *sha256)).collect()
}
