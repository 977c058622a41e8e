//! The folder of a site: made beside its place and put there whole, in place of none but an older
//! one.

use crate::disk::folder::{self, SUMS, files};
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
    /// Refuses a place where anything else is.
    pub(super) fn at(out: &Path, lang: Lang) -> Result<Place, Stop> {
        let out: PathBuf = on_disk::absolute(out, lang)?.components().collect();
        let failed = |error: io::Error| Stop::file(lang, &out, error);
        if out.symlink_metadata().is_ok() {
            if !out.is_dir() {
                return Err(Stop::file(lang, &out, no_folder(lang)));
            }
            if let Some(other) = foreign(&out).map_err(failed)? {
                return Err(Stop::file(lang, &out, not_ours(&other, lang)));
            }
        }
        Ok(Place { out })
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

/// A file that no site had there; `None` if the folder is empty, or all that is in it is a site.
fn foreign(folder: &Path) -> io::Result<Option<String>> {
    let files = files(folder, "")?;
    let ours = fs::read_to_string(folder.join("index.html")).is_ok_and(|page| page.contains(MARK));
    let listed = folder::listed(folder);
    let is_ours = |path: &String| path == SUMS || listed.contains_key(path);
    Ok(files.into_iter().find(|path| !ours || !is_ours(path)))
}

fn no_folder(lang: Lang) -> String {
    tr!(
        lang,
        "found something that is not a folder; expected a new folder, or a site that publish wrote; name another with --out",
        "此处不是文件夹；应为新文件夹，或 publish 写出的网站；请用 --out 另指位置"
    )
}

fn not_ours(other: &str, lang: Lang) -> String {
    tr!(
        lang,
        "found {other}, which publish did not write; expected a new folder, or a site that publish wrote, which it replaces; name another with --out, or move that file away",
        "发现 {other}，不是 publish 写出的；应为新文件夹，或 publish 写出的网站（会整个替换）；请用 --out 另指位置，或移走该文件"
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
