//! The folder of a site: made beside its place and put there whole, in place of none but an older
//! one.

use crate::disk::on_disk;
use crate::words::say::{Stop, tr};
use floorlot::Hash;
use floorlot::rules::Lang;
use floorlot_verify::common::digest;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use tempfile::{Builder, TempDir};

/// The list of all files with their SHA-256, as `sha256sum` writes it.
pub(super) const SUMS: &str = "SHA256SUMS";

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
        let parent = on_disk::folder_of(&self.out);
        let mut builder = Builder::new();
        builder.prefix(".publish-");
        #[cfg(unix)]
        // A web server reads it: less what the system takes off for every new folder.
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
        let made = fs::create_dir_all(parent).and_then(|()| builder.tempdir_in(parent));
        made.map_err(|error| Stop::file(lang, &self.out, error))
    }

    /// Puts the folder there. What was there is moved aside first and removed last, so that at no
    /// moment half of a site is at this place.
    pub(super) fn put(&self, made: TempDir, lang: Lang) -> Result<(), Stop> {
        let failed = |error: io::Error| Stop::file(lang, &self.out, error);
        // Once more: something may have come in meanwhile.
        Place::at(&self.out, lang)?;
        let old = made.path().with_extension("old");
        let there = self.out.symlink_metadata().is_ok();
        if there {
            fs::rename(&self.out, &old).map_err(failed)?;
        }
        let placed = fs::rename(made.path(), &self.out);
        if placed.is_err() && there {
            fs::rename(&old, &self.out).map_err(failed)?;
        }
        placed.map_err(failed)?;
        drop(made.keep()); // it is at its place, and nothing is left to take away
        on_disk::sync_folder(&self.out).map_err(failed)?;
        if there { remove(&old).map_err(failed) } else { Ok(()) }
    }
}

/// Removes a folder, or the link to one alone.
fn remove(old: &Path) -> io::Result<()> {
    match old.symlink_metadata()?.is_symlink() {
        true => fs::remove_file(old),
        false => fs::remove_dir_all(old),
    }
}

/// A file that no site had there; `None` if the folder is empty, or all that is in it is a site.
fn foreign(folder: &Path) -> io::Result<Option<String>> {
    let files = files(folder)?;
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap_or_default();
    let ours = read("index.html").contains(MARK);
    let sums = if ours { read(SUMS) } else { String::new() };
    let listed: BTreeSet<String> = sums.lines().filter_map(listed).collect();
    let is_ours = |path: &String| path == SUMS || listed.contains(path);
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

/// All files below a folder, by their paths in it, sorted.
fn files(folder: &Path) -> io::Result<Vec<String>> {
    let (mut found, mut open) = (Vec::new(), vec![(folder.to_owned(), String::new())]);
    while let Some((path, before)) = open.pop() {
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            let name = format!("{before}{}", entry.file_name().to_string_lossy());
            match entry.file_type()?.is_dir() {
                true => open.push((entry.path(), name + "/")),
                false => found.push(name),
            }
        }
    }
    found.sort();
    Ok(found)
}

/// All files of a site, read back.
pub(super) fn entries(folder: &Path, lang: Lang) -> Result<Vec<Entry>, Stop> {
    let failed = |path: &Path, error: io::Error| Stop::file(lang, path, error);
    let files = files(folder).map_err(|error| failed(folder, error))?;
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

/// The list as `sha256sum` writes it: a name with a backslash or a line end is spelled with
/// backslashes, and its line begins with one.
pub(super) fn sums(entries: &[Entry]) -> String {
    let line = |Entry { path, sha256, .. }: &Entry| {
        let spelled = path.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r");
        let mark = if spelled == *path { "" } else { "\\" };
        format!("{mark}{sha256}  {spelled}\n")
    };
    entries.iter().map(line).collect()
}

/// The path of a line of such a list.
fn listed(line: &str) -> Option<String> {
    let (hash, path) = line.split_once("  ")?;
    if !hash.starts_with('\\') {
        return Some(path.to_owned());
    }
    let (mut out, mut letters) = (String::new(), path.chars());
    while let Some(c) = letters.next() {
        out.push(match c {
            '\\' => match letters.next()? {
                'n' => '\n',
                'r' => '\r',
                other => other,
            },
            c => c,
        });
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_as_it_is_written() {
        for name in ["index.html", "documents/a  b.pdf", "a\\b", "two\nlines\r", "\\n"] {
            let entry = Entry { path: name.to_owned(), size: 0, sha256: Hash([7; 32]) };
            let list = sums(&[entry]);
            assert_eq!(list.lines().count(), 1, "{name}");
            assert_eq!(listed(list.trim_end_matches('\n')).as_deref(), Some(name));
        }
    }
}
