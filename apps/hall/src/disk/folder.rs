//! A folder that a command makes whole: under another name first, then put in its place. What it
//! replaces is a folder that it made itself and that nobody changed since.

use crate::disk::on_disk;
use crate::words::say::{Stop, tr};
use floorlot::Hash;
use floorlot::rules::Lang;
use floorlot_verify::common::digest;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use tempfile::{Builder, TempDir};

/// The file with the SHA-256 of all others, as `sha256sum -c` reads it.
pub(crate) const SUMS: &str = "SHA256SUMS";

/// A folder in the making. One that is not finished goes away.
pub(crate) struct Folder {
    place: PathBuf,
    part: TempDir,
    /// Of each file, by its path in the folder with `/`.
    sums: BTreeMap<String, Hash>,
}

impl Folder {
    /// A folder for this place, if one may stand there: nothing, an empty folder, or one with the
    /// file `mark` that is as it was made.
    pub(crate) fn new(place: &Path, mark: &str, lang: Lang) -> Result<Folder, Stop> {
        may_stand(place, mark, lang)?;
        let part = beside(place).map_err(|error| Stop::file(lang, place, error))?;
        Ok(Folder { place: place.to_owned(), part, sums: BTreeMap::new() })
    }

    /// Writes a file and reads it back.
    pub(crate) fn write(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.new_file(name)?;
        let mut file = File::create_new(&path)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        if fs::read(&path)? != bytes {
            return Err(ErrorKind::WriteZero.into());
        }
        self.sums.insert(name.to_owned(), digest::sha256(&path)?);
        Ok(())
    }

    /// Copies a file that has this hash; `false` if the copy has another one, and is gone again.
    pub(crate) fn copy(&mut self, name: &str, from: &Path, sha256: Hash) -> io::Result<bool> {
        let path = self.new_file(name)?;
        let (mut from, mut copy) =
            (floorlot_verify::common::file::open(from)?, File::create_new(&path)?);
        io::copy(&mut from, &mut copy)?;
        copy.sync_all()?;
        if digest::sha256(&path)? != sha256 {
            fs::remove_file(&path)?;
            return Ok(false);
        }
        self.sums.insert(name.to_owned(), sha256);
        Ok(true)
    }

    fn new_file(&self, name: &str) -> io::Result<PathBuf> {
        let path = self.part.path().join(name);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        Ok(path)
    }

    /// Writes the hashes, and puts the folder in its place; how many files there are.
    pub(crate) fn finish(mut self) -> io::Result<usize> {
        let sums: String = self.sums.iter().map(|(name, sha256)| sum(name, *sha256)).collect();
        self.write(SUMS, sums.as_bytes())?;
        put(self.part, &self.place)?;
        Ok(self.sums.len())
    }
}

/// A folder beside this place, to be filled; it goes away if it is not put there.
pub(crate) fn beside(place: &Path) -> io::Result<TempDir> {
    let parent = on_disk::folder_of(place);
    fs::create_dir_all(parent)?;
    let mut builder = Builder::new();
    #[cfg(unix)]
    // Others read it, a web server say: less what the system takes off for every new folder.
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
    builder.prefix(".part-").tempdir_in(parent)
}

/// Puts the folder in its place. What was there (a folder, or a link to one) is moved aside first and
/// removed last, so that at no moment half of a folder is there.
pub(crate) fn put(made: TempDir, place: &Path) -> io::Result<()> {
    let old = Builder::new().prefix(".old-").tempdir_in(on_disk::folder_of(place))?;
    let aside = old.path().join("folder");
    let stood = fs::symlink_metadata(place).is_ok();
    if stood {
        fs::rename(place, &aside)?;
    }
    let placed = fs::rename(made.path(), place);
    if placed.is_err() && stood {
        fs::rename(&aside, place)?;
    }
    placed?;
    drop(made.keep()); // it is at its place, and nothing is left to take away
    on_disk::sync_folder(place)?;
    old.close()
}

/// Refuses a place in which something else is, and names all of it.
pub(crate) fn may_stand(place: &Path, mark: &str, lang: Lang) -> Result<(), Stop> {
    if fs::symlink_metadata(place).is_err() {
        return Ok(());
    }
    let failed = |error: io::Error| Stop::file(lang, place, error);
    if !place.is_dir() || place.is_symlink() {
        let other = tr!(
            lang,
            "found something that is not a folder; expected nothing, or a folder that this command made; name another with --out",
            "此处不是文件夹；应为空位置，或本命令写出的文件夹；请用 --out 另指位置"
        );
        return Err(Stop::file(lang, place, other));
    }
    let found = files(place, "").map_err(failed)?;
    if found.is_empty() {
        return Ok(());
    }
    let listed = listed(place);
    let own = |name: &String| {
        name == SUMS
            || listed
                .get(name)
                .is_some_and(|sum| digest::sha256(&place.join(name)).ok() == Some(*sum))
    };
    let foreign: Vec<&str> = found.iter().filter(|name| !own(name)).map(String::as_str).collect();
    if foreign.is_empty() && listed.contains_key(mark) {
        return Ok(());
    }
    let names = match foreign.as_slice() {
        [] => SUMS.to_owned(),
        some => some.iter().take(10).copied().collect::<Vec<_>>().join(", "),
    };
    let other = tr!(
        lang,
        "found files that this command did not write, or that were changed since: {names}; nothing is replaced; move them away, or name another folder with --out",
        "其中有不是本命令写出的、或写出后改动过的文件：{names}；不作任何替换；请移走，或用 --out 另指文件夹"
    );
    Err(Stop::file(lang, place, other))
}

/// The paths of all files in a folder, with `/`. What is no file counts as one that nobody lists.
pub(crate) fn files(folder: &Path, before: &str) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{before}{}", entry.file_name().to_string_lossy());
        match entry.file_type()?.is_dir() {
            true => found.extend(files(&entry.path(), &format!("{name}/"))?),
            false => found.push(name),
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// A line of the list, as `sha256sum` writes it: a name with a backslash or a line end is spelled with
/// backslashes, and its line begins with one.
pub(crate) fn sum(name: &str, sha256: Hash) -> String {
    let spelled = name.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r");
    let mark = if spelled == name { "" } else { "\\" };
    format!("{mark}{sha256}  {spelled}\n")
}

/// What the list of hashes in a folder says.
fn listed(folder: &Path) -> BTreeMap<String, Hash> {
    let text = fs::read_to_string(folder.join(SUMS)).unwrap_or_default();
    text.lines().filter_map(listed_in).collect()
}

/// Name and hash of a line of such a list.
fn listed_in(line: &str) -> Option<(String, Hash)> {
    let (sum, name) = line.split_once("  ")?;
    let Some(sum) = sum.strip_prefix('\\') else {
        return Some((name.to_owned(), Hash::from_hex(sum)?));
    };
    let (mut out, mut letters) = (String::new(), name.chars());
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
    Some((out, Hash::from_hex(sum)?))
}

#[cfg(test)]
mod tests {
    use super::{Folder, SUMS, files, listed_in, sum};
    use crate::words::say::Stop;
    use floorlot::Hash;
    use floorlot::rules::Lang;
    use std::fs;
    use std::path::Path;

    fn made(place: &Path, text: &str) -> Result<usize, String> {
        let mut folder = Folder::new(place, "a.html", Lang::En).map_err(|stop| match stop {
            Stop::Failed(why) => why,
            other => format!("{other:?}"),
        })?;
        folder.write("a.html", text.as_bytes()).unwrap();
        folder.write("in/b.txt", b"b").unwrap();
        folder.finish().map_err(|error| error.to_string())
    }

    #[test]
    fn only_what_was_made_here_and_not_changed_is_replaced() {
        let within = tempfile::tempdir().unwrap();
        let place = within.path().join("file");
        assert_eq!(made(&place, "one"), Ok(3));
        assert_eq!(made(&place, "two"), Ok(3));
        assert_eq!(fs::read(place.join("a.html")).unwrap(), b"two");
        assert_eq!(files(&place, "").unwrap(), [SUMS, "a.html", "in/b.txt"]);
        // Nothing else is left beside it.
        assert_eq!(fs::read_dir(within.path()).unwrap().count(), 1);
        for (name, kept) in [("scan.pdf", "one more"), ("in/b.txt", "changed")] {
            let before = fs::read(place.join(name)).ok();
            fs::write(place.join(name), kept).unwrap();
            let refused = made(&place, "three").unwrap_err();
            assert!(refused.contains(name), "{refused}");
            assert_eq!(fs::read_to_string(place.join(name)).unwrap(), kept);
            match before {
                Some(before) => fs::write(place.join(name), before).unwrap(),
                None => fs::remove_file(place.join(name)).unwrap(),
            }
        }
        fs::write(place.join(SUMS), "").unwrap();
        assert!(made(&place, "four").unwrap_err().contains("a.html, in/b.txt"));
        // An empty folder is nobody's; a file is no folder.
        let empty = within.path().join("empty");
        fs::create_dir(&empty).unwrap();
        assert_eq!(made(&empty, "five"), Ok(3));
        let file = within.path().join("one.txt");
        fs::write(&file, "one").unwrap();
        assert!(made(&file, "six").unwrap_err().contains("not a folder"));
    }

    #[test]
    fn a_list_is_read_as_it_is_written() {
        for name in ["index.html", "documents/a  b.pdf", "a\\b", "two\nlines\r", "\\n"] {
            let line = sum(name, Hash([7; 32]));
            assert_eq!(line.lines().count(), 1, "{name}");
            let read = listed_in(line.trim_end_matches('\n'));
            assert_eq!(read, Some((name.to_owned(), Hash([7; 32]))));
        }
    }

    #[test]
    fn a_copy_with_another_hash_is_not_kept() {
        let within = tempfile::tempdir().unwrap();
        let from = within.path().join("from");
        fs::write(&from, "x").unwrap();
        let mut folder = Folder::new(&within.path().join("file"), "a", Lang::En).unwrap();
        assert!(!folder.copy("documents/x", &from, Hash([1; 32])).unwrap());
        let own = floorlot_verify::common::digest::sha256(&from).unwrap();
        assert!(folder.copy("documents/y", &from, own).unwrap());
        assert_eq!(folder.finish().unwrap(), 2);
        assert!(!within.path().join("file/documents/x").exists());
    }
}
