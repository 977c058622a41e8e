//! The folder of a site: made beside its place and put there whole, in place of none but an older
//! one.

use crate::disk::folder::{self, files};
use crate::disk::on_disk;
use crate::words::say::{Stop, tr};
use floorlot::Hash;
use floorlot::rules::Lang;
use floorlot_verify::common::digest;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Stands in the first page of every site.
pub(super) const MARK: &str = "<meta name=\"generator\" content=\"floorlot publish\">";

/// The first page.
pub(super) const INDEX: &str = "index.html";

/// Where the site goes.
pub(super) struct Place {
    out: PathBuf,
}

/// A file of the site: its path in it, with `/`, its size and its hash.
pub(super) struct Entry {
    pub(super) path: String,
    pub(super) size: u64,
    pub(super) sha256: Hash,
}

impl Place {
    /// Refuses a place where anything else is, or a site that somebody changed since.
    pub(super) fn at(out: &Path, lang: Lang) -> Result<Place, Stop> {
        let out: PathBuf = on_disk::absolute(out, lang)?.components().collect();
        folder::may_stand(&out, INDEX, lang)?;
        match fs::read_to_string(out.join(INDEX)) {
            Ok(page) if !page.contains(MARK) => Err(Stop::file(lang, &out, no_site(lang))),
            _ => Ok(Place { out }),
        }
    }

    /// A folder beside it, to be filled; it goes away if it is not put in place.
    pub(super) fn begin(&self, lang: Lang) -> Result<TempDir, Stop> {
        folder::beside(&self.out).map_err(|error| Stop::file(lang, &self.out, error))
    }

    /// Puts the folder there.
    pub(super) fn put(&self, made: TempDir, lang: Lang) -> Result<(), Stop> {
        // Once more: something may have come in meanwhile.
        Place::at(&self.out, lang)?;
        folder::put(made, &self.out).map_err(|error| Stop::file(lang, &self.out, error))
    }
}

fn no_site(lang: Lang) -> String {
    tr!(
        lang,
        "found {INDEX}, which publish did not write; expected a new folder, or a site that publish wrote; name another with --out",
        "其中的 {INDEX} 不是 publish 写出的；应为新文件夹，或 publish 写出的网站；请用 --out 另指位置"
    )
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
