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

/// Where a folder goes.
pub(crate) struct Place {
    path: PathBuf,
    mark: Mark,
}

/// By what a folder of a command is known.
#[derive(Clone, Copy)]
pub(crate) struct Mark {
    /// A file in it.
    pub(crate) file: &'static str,
    /// What stands in that file.
    pub(crate) text: &'static str,
}

impl Mark {
    /// Whether this folder has it.
    pub(crate) fn is_in(self, folder: &Path) -> bool {
        fs::read_to_string(folder.join(self.file)).is_ok_and(|page| page.contains(self.text))
    }
}

/// A folder in the making. One that is not finished goes away.
pub(crate) struct Folder {
    place: Place,
    part: TempDir,
    /// Of each file, by its path in the folder with `/`.
    sums: BTreeMap<String, Hash>,
}

impl Folder {
    /// A folder for this place.
    pub(crate) fn new(place: Place, lang: Lang) -> Result<Folder, Stop> {
        Ok(Folder { part: place.begin(lang)?, place, sums: BTreeMap::new() })
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
        let is_it = copied(from, &path, sha256)?;
        if is_it {
            self.sums.insert(name.to_owned(), sha256);
        }
        Ok(is_it)
    }

    fn new_file(&self, name: &str) -> io::Result<PathBuf> {
        let path = self.part.path().join(name);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        Ok(path)
    }

    /// Writes the hashes, and puts the folder in its place; how many files there are.
    pub(crate) fn finish(mut self, lang: Lang) -> Result<usize, Stop> {
        let sums: String = self.sums.iter().map(|(name, sha256)| sum(name, *sha256)).collect();
        self.write(SUMS, sums.as_bytes())
            .map_err(|error| Stop::file(lang, &self.place.path, error))?;
        self.place.put(self.part, lang)?;
        Ok(self.sums.len())
    }
}

impl Place {
    /// A place where a folder may stand: nothing, an empty folder, or one with the mark that is as
    /// it was made.
    pub(crate) fn at(path: &Path, mark: Mark, lang: Lang) -> Result<Place, Stop> {
        let path: PathBuf = on_disk::absolute(path, lang)?.components().collect();
        let place = Place { path, mark };
        place.may_replace(&place.path, lang)?;
        Ok(place)
    }

    /// Refuses the place of another draw, and of more of this one: the transcript there is how this
    /// one begins, or there is none.
    pub(crate) fn goes_on(&self, name: &str, transcript: &[u8], lang: Lang) -> Result<(), Stop> {
        let Ok(before) = on_disk::read(&self.path.join(name)) else { return Ok(()) };
        if transcript.starts_with(&before) {
            return Ok(());
        }
        let lines = |bytes: &[u8]| bytes.split_inclusive(|byte| *byte == b'\n').count();
        let [there, here] = [lines(&before), lines(transcript)];
        let other = tr!(
            lang,
            "found the folder of another draw, or of more of this one: its {name} has {there} lines, and the {here} lines of this file do not begin with them; nothing is replaced; move it away, or name another folder (--out)",
            "此处是另一场抽签的文件夹，或本场抽签更新的文件夹：其中 {name} 有 {there} 行，而这份文件的 {here} 行开头与之不同；不作任何替换；请移走，或另指文件夹（--out）"
        );
        Err(Stop::file(lang, &self.path, other))
    }

    /// A folder beside it, to be filled; it goes away if it is not put there.
    pub(crate) fn begin(&self, lang: Lang) -> Result<TempDir, Stop> {
        self.beside("part", lang)
    }

    /// A folder under a name that tells people what it is, should the power fail.
    fn beside(&self, what: &str, lang: Lang) -> Result<TempDir, Stop> {
        let parent = on_disk::folder_of(&self.path);
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{what}-"));
        let mut builder = Builder::new();
        #[cfg(unix)]
        // Others read it, a web server say: less what the system takes off for every new folder.
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
        fs::create_dir_all(parent)
            .and_then(|()| builder.prefix(&name).tempdir_in(parent))
            .map_err(|error| Stop::file(lang, &self.path, error))
    }

    /// Puts the folder there. What stood there is looked at once more, when nobody can reach it by
    /// its name any longer: what somebody put in meanwhile goes back.
    pub(crate) fn put(&self, made: TempDir, lang: Lang) -> Result<(), Stop> {
        let failed = |error: io::Error| Stop::file(lang, &self.path, error);
        if fs::symlink_metadata(&self.path).is_err() {
            // A folder with anything in it is not replaced by this.
            fs::rename(made.path(), &self.path).map_err(failed)?;
            let _ = made.keep(); // it is at its place, and nothing is left to take away
        } else if exchange(made.path(), &self.path).map_err(failed)? {
            if let Err(foreign) = self.may_replace(made.path(), lang) {
                exchange(made.path(), &self.path).map_err(failed)?;
                return Err(foreign);
            }
            made.close().map_err(failed)?;
        } else {
            self.put_after(made, lang)?;
        }
        on_disk::sync_folder(&self.path).map_err(failed)
    }

    /// Where two folders cannot be exchanged at once: the old one is moved aside first, and removed
    /// last.
    fn put_after(&self, made: TempDir, lang: Lang) -> Result<(), Stop> {
        let failed = |error: io::Error| Stop::file(lang, &self.path, error);
        let before = self.beside("before", lang)?;
        let aside = before.path().join("folder");
        fs::rename(&self.path, &aside).map_err(failed)?;
        let placed = self
            .may_replace(&aside, lang)
            .and_then(|()| fs::rename(made.path(), &self.path).map_err(failed));
        if placed.is_err() {
            // Kept, should it not go back.
            let before = before.keep();
            fs::rename(&aside, &self.path).and_then(|()| fs::remove_dir(before)).map_err(failed)?;
            return placed;
        }
        let _ = made.keep();
        before.close().map_err(failed)
    }

    /// Refuses to replace what is not this command's, and names all of it. `found` is the place, or
    /// where what stood there was moved to.
    fn may_replace(&self, found: &Path, lang: Lang) -> Result<(), Stop> {
        if fs::symlink_metadata(found).is_err() {
            return Ok(());
        }
        if !found.is_dir() || found.is_symlink() {
            let other = tr!(
                lang,
                "found something that is not a folder; expected nothing, or a folder that this command made; move it away, or name another folder (--out)",
                "此处不是文件夹；应为空位置，或本命令写出的文件夹；请移走，或另指文件夹（--out）"
            );
            return Err(Stop::file(lang, &self.path, other));
        }
        let names = files(found, "").map_err(|error| Stop::file(lang, &self.path, error))?;
        let listed = listed(found);
        let own = |name: &String| {
            let is = |sum: &Hash| digest::sha256(&found.join(name)).ok() == Some(*sum);
            name == SUMS || listed.get(name).is_some_and(is)
        };
        let foreign: Vec<&str> =
            names.iter().filter(|name| !own(name)).map(String::as_str).collect();
        let marked = || listed.contains_key(self.mark.file) && self.mark.is_in(found);
        let foreign = match foreign.as_slice() {
            [] if names.is_empty() || marked() => return Ok(()),
            [] => SUMS.to_owned(),
            some => some.iter().take(10).copied().collect::<Vec<_>>().join(match lang {
                Lang::Zh => "、",
                Lang::En => ", ",
            }),
        };
        let other = tr!(
            lang,
            "found files that this command did not write, or that were changed since: {foreign}; nothing is replaced; move them away and write it again, or name another folder (--out)",
            "其中有不是本命令写出的、或写出后改动过的文件：{foreign}；不作任何替换；请移走后再写一次，或另指文件夹（--out）"
        );
        Err(Stop::file(lang, &self.path, other))
    }
}

/// Copies a file that has this hash; `false` if the copy has another one, and is gone again: the file
/// may have been written to since it was looked at.
pub(crate) fn copied(from: &Path, to: &Path, sha256: Hash) -> io::Result<bool> {
    let (mut from, mut copy) = (on_disk::open(from)?, File::create(to)?);
    io::copy(&mut from, &mut copy)?;
    copy.sync_all()?;
    let is_it = digest::sha256(to)? == sha256;
    if !is_it {
        fs::remove_file(to)?;
    }
    Ok(is_it)
}

/// Exchanges two folders, so that at no moment nothing is there; `false` where that is not possible.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn exchange(one: &Path, other: &Path) -> io::Result<bool> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    match renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(true),
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn exchange(_: &Path, _: &Path) -> io::Result<bool> {
    Ok(false)
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
    use super::{Folder, Mark, Place, SUMS, files, listed_in, sum};
    use crate::words::say::Stop;
    use floorlot::Hash;
    use floorlot::rules::Lang;
    use std::fs;
    use std::path::Path;

    const MARK: Mark = Mark { file: "a.html", text: "" };

    fn why(stop: Stop) -> String {
        match stop {
            Stop::Failed(why) => why,
            other => format!("{other:?}"),
        }
    }

    fn begun(place: &Path, text: &str) -> Result<Folder, String> {
        let place = Place::at(place, MARK, Lang::En).map_err(why)?;
        let mut folder = Folder::new(place, Lang::En).map_err(why)?;
        folder.write("a.html", text.as_bytes()).unwrap();
        folder.write("in/b.txt", b"b").unwrap();
        Ok(folder)
    }

    fn made(place: &Path, text: &str) -> Result<usize, String> {
        begun(place, text)?.finish(Lang::En).map_err(why)
    }

    /// Somebody puts a file there after the place was looked at.
    #[test]
    fn what_comes_in_meanwhile_stays() {
        for stood in [true, false] {
            for at_once in [true, false] {
                let within = tempfile::tempdir().unwrap();
                let place = within.path().join("file");
                if stood {
                    made(&place, "one").unwrap();
                }
                let folder = begun(&place, "two").unwrap();
                fs::create_dir_all(&place).unwrap();
                fs::write(place.join("scan.pdf"), "mine").unwrap();
                let refused = match at_once {
                    true => folder.finish(Lang::En).map_err(why).unwrap_err(),
                    false => {
                        folder.place.put_after(folder.part, Lang::En).map_err(why).unwrap_err()
                    }
                };
                assert!(refused.contains("scan.pdf"), "{refused}");
                assert!(!refused.contains(".part-") && !refused.contains(".before-"), "{refused}");
                assert_eq!(fs::read_to_string(place.join("scan.pdf")).unwrap(), "mine");
                assert_eq!(place.join("a.html").exists(), stood);
                assert_eq!(fs::read_dir(within.path()).unwrap().count(), 1, "nothing is left");
            }
        }
    }

    #[test]
    fn a_folder_is_replaced_where_none_can_be_exchanged() {
        let within = tempfile::tempdir().unwrap();
        let place = within.path().join("file");
        made(&place, "one").unwrap();
        let place = Place::at(&place, MARK, Lang::En).map_err(why).unwrap();
        let part = place.begin(Lang::En).map_err(why).unwrap();
        fs::write(part.path().join("a.html"), "two").unwrap();
        place.put_after(part, Lang::En).map_err(why).unwrap();
        assert_eq!(files(&place.path, "").unwrap(), ["a.html"]);
        assert_eq!(fs::read_dir(within.path()).unwrap().count(), 1, "nothing is left");
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
        let place = Place::at(&within.path().join("file"), MARK, Lang::En).unwrap();
        let mut folder = Folder::new(place, Lang::En).unwrap();
        assert!(!folder.copy("documents/x", &from, Hash([1; 32])).unwrap());
        let own = floorlot_verify::common::digest::sha256(&from).unwrap();
        assert!(folder.copy("documents/y", &from, own).unwrap());
        assert_eq!(folder.finish(Lang::En).map_err(why).unwrap(), 2);
        assert!(!within.path().join("file/documents/x").exists());
    }
}
