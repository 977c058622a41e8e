//! Files as the disk has them: which file is at a path, and a whole file in the place of one that
//! is lost.

use crate::words::say::{Stop, tr};
use floorlot::rules::Lang;
pub(crate) use floorlot_verify::common::file::{open, read};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// Which file it is, whatever its name: the device (volume) and the number of the file on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileId(u64, u64);

#[cfg(unix)]
impl FileId {
    /// The file at a path. Nothing is opened: a pipe could wait for ever.
    pub(crate) fn at(path: &Path) -> io::Result<FileId> {
        std::fs::metadata(path).map(|about| FileId::known(&about))
    }

    pub(crate) fn of(file: &File) -> io::Result<FileId> {
        file.metadata().map(|about| FileId::known(&about))
    }

    fn known(about: &std::fs::Metadata) -> FileId {
        use std::os::unix::fs::MetadataExt;
        FileId(about.dev(), about.ino())
    }
}

#[cfg(windows)]
impl FileId {
    pub(crate) fn at(path: &Path) -> io::Result<FileId> {
        FileId::of(&File::open(path)?)
    }

    pub(crate) fn of(file: &File) -> io::Result<FileId> {
        let about = winapi_util::file::information(file)?;
        Ok(FileId(about.volume_serial_number(), about.file_index()))
    }
}

/// The name of a new file is on disk only after its folder is.
#[cfg(unix)]
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(folder_of(path))?.sync_all()
}

#[cfg(not(unix))]
pub(crate) fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// The folder that a file is in.
pub(crate) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The same place, whatever happens to the folder in which the program was started.
pub(crate) fn absolute(path: &Path, lang: Lang) -> Result<PathBuf, Stop> {
    std::path::absolute(path).map_err(|error| Stop::file(lang, path, error))
}

/// A file that belongs to a transcript: `draw.plan.jsonl` for `draw.jsonl`; `draw.txt.plan.jsonl`
/// for `draw.txt`, which is another draw.
pub(crate) fn named_after(transcript: &Path, ending: &str) -> PathBuf {
    let usual = transcript.extension().is_some_and(|own| own.eq_ignore_ascii_case("jsonl"));
    let mut name =
        if usual { transcript.with_extension("") } else { transcript.to_owned() }.into_os_string();
    name.push(ending);
    PathBuf::from(name)
}

/// `draw.rescued-1.jsonl` for `draw.jsonl`.
fn numbered(path: &Path, word: &str, number: u32) -> PathBuf {
    let mut name = path.with_extension("").into_os_string();
    name.push(format!(".{word}-{number}"));
    if let Some(ending) = path.extension() {
        name.push(".");
        name.push(ending);
    }
    PathBuf::from(name)
}

/// What a program that was ended left beside a transcript when it wrote it anew, with a space
/// before it; nothing where there is none.
pub(crate) fn left_over(path: &Path, lang: Lang) -> String {
    let names = ["part", "rescued"]
        .into_iter()
        .flat_map(|word| (1..=99).map(move |number| numbered(path, word, number)));
    let told = names.filter_map(|left| {
        // A pipe of that name is not read: it could wait for ever.
        let bytes = std::fs::symlink_metadata(&left).is_ok_and(|about| about.is_file()).then(|| std::fs::read(&left).ok())??;
        let (lines, left, path) = (bytes.iter().filter(|&&b| b == b'\n').count(), left.display(), path.display());
        Some(tr!(
            lang,
            " {left} has {lines} lines, which this program wrote to rescue them before it ended. To go on with them, rename {path} if it is there, then give {left} its name.",
            "{left} 有 {lines} 行，是本程序结束前为救出记录而写的。如要用它继续，请先把 {path}（如在）改名，再把 {left} 改成这个名字。"
        ))
    });
    told.collect()
}

/// The first numbered name that nothing has.
fn unused(path: &Path, word: &str, lang: Lang) -> Result<PathBuf, Stop> {
    let free = |path: &PathBuf| {
        std::fs::symlink_metadata(path).is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
    };
    let found = (1..=9999).map(|number| numbered(path, word, number)).find(free);
    found.ok_or_else(|| {
        let none = tr!(
            lang,
            "no name is free for a file beside it, or its folder cannot be read",
            "旁边没有可用的文件名，或文件夹无法读取"
        );
        Stop::file(lang, path, none)
    })
}

/// Renames a file to a numbered name that nothing has.
pub(crate) fn put_aside(path: &Path, word: &str, lang: Lang) -> Result<PathBuf, Stop> {
    let aside = unused(path, word, lang)?;
    std::fs::rename(path, &aside).map_err(|error| Stop::file(lang, path, error))?;
    Ok(aside)
}

/// A file that was written whole, read back and locked.
pub(crate) struct Placed {
    pub(crate) file: File,
    pub(crate) path: PathBuf,
    /// Where the file is now that was there before.
    pub(crate) aside: Option<PathBuf>,
}

/// Writes a whole file to a path. What is there is renamed, and never changed:
/// `draw.damaged-1.jsonl`. One that another program writes stays; `own` is the one that this
/// program has locked itself.
pub(crate) fn in_place(
    path: &Path,
    bytes: &[u8],
    own: Option<FileId>,
    lang: Lang,
) -> Result<Placed, Stop> {
    refuse_busy(path, own, lang)?;
    std::fs::create_dir_all(folder_of(path)).map_err(|error| Stop::file(lang, path, error))?;
    let (file, part) = part(path, bytes, lang)?;
    let aside = match std::fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        // An empty file is made when a transcript is opened: there is nothing in it to keep.
        Ok(about) if about.is_file() && about.len() == 0 => {
            std::fs::remove_file(path).map_err(|error| Stop::file(lang, path, error))?;
            None
        }
        _ => Some(put_aside(path, "damaged", lang)?),
    };
    finish(&part, path).map_err(|error| Stop::file(lang, path, error))?;
    Ok(Placed { file, path: path.to_owned(), aside })
}

/// Writes a whole file beside a path, under a name that nothing has: `draw.rescued-1.jsonl`.
pub(crate) fn beside(path: &Path, bytes: &[u8], lang: Lang) -> Result<Placed, Stop> {
    std::fs::create_dir_all(folder_of(path)).map_err(|error| Stop::file(lang, path, error))?;
    let (file, part) = part(path, bytes, lang)?;
    let path = unused(path, "rescued", lang)?;
    finish(&part, &path).map_err(|error| Stop::file(lang, &path, error))?;
    Ok(Placed { file, path, aside: None })
}

/// A file that another program writes stays where it is: that program goes by its name.
fn refuse_busy(path: &Path, own: Option<FileId>, lang: Lang) -> Result<(), Stop> {
    let another = || own.is_none() || FileId::at(path).ok() != own;
    if !std::fs::metadata(path).is_ok_and(|about| about.is_file() && another()) {
        return Ok(());
    }
    match File::open(path).map(|file| file.try_lock()) {
        Ok(Err(TryLockError::WouldBlock)) => Err(Stop::file(lang, path, busy(lang))),
        _ => Ok(()),
    }
}

/// What is said of a file that another program has locked.
pub(crate) fn busy(lang: Lang) -> String {
    tr!(lang, "another program is writing this transcript", "另一个程序正在写这份记录")
}

/// The whole content under a name of its own, on disk and read back, so that nothing is ever there
/// by half under the name that counts.
fn part(path: &Path, bytes: &[u8], lang: Lang) -> Result<(File, PathBuf), Stop> {
    let part = unused(path, "part", lang)?;
    let fail = |error: io::Error| Stop::file(lang, &part, error);
    let mut file = OpenOptions::new()
        .read(true)
        .append(cfg!(unix))
        .write(true)
        .create_new(true)
        .open(&part)
        .map_err(fail)?;
    let written = file
        .write_all(bytes)
        .and_then(|()| file.sync_all())
        .and_then(|()| read_back(&part, &file, bytes));
    match written {
        Ok(()) => {}
        Err(error) => {
            let _ = std::fs::remove_file(&part); // it was made here, a moment ago
            return Err(fail(error));
        }
    }
    file.try_lock().map_err(|error| match error {
        TryLockError::Error(error) => Stop::file(lang, &part, error),
        TryLockError::WouldBlock => Stop::file(lang, &part, busy(lang)),
    })?;
    Ok((file, part))
}

fn read_back(path: &Path, written: &File, bytes: &[u8]) -> io::Result<()> {
    let mut there = File::open(path)?;
    let same = FileId::of(&there)? == FileId::of(written)? && matches(&mut there, bytes)?;
    if same {
        Ok(())
    } else {
        Err(io::Error::other("what was written is not what is read back · 写入内容与读回内容不同"))
    }
}

/// Whether the rest of a file is these bytes and no more.
pub(crate) fn matches(file: &mut impl Read, mut bytes: &[u8]) -> io::Result<bool> {
    same(file, &mut bytes)
}

/// Whether two readers give the same bytes to their ends.
pub(crate) fn same(a: &mut impl Read, b: &mut impl Read) -> io::Result<bool> {
    let (mut left, mut right) = (Vec::new(), Vec::new());
    loop {
        left.clear();
        right.clear();
        a.by_ref().take(CHUNK).read_to_end(&mut left)?;
        b.by_ref().take(CHUNK).read_to_end(&mut right)?;
        if left != right {
            return Ok(false);
        }
        if left.is_empty() {
            return Ok(true);
        }
    }
}

/// How much of a file is compared at a time.
const CHUNK: u64 = 1 << 20;

/// Gives a finished file its name, unless something has it: a link is never made over anything.
/// Where a disk has no links (a stick), the name is looked at.
fn finish(part: &Path, path: &Path) -> io::Result<()> {
    match std::fs::hard_link(part, path) {
        Ok(()) => std::fs::remove_file(part)?,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
        Err(_) if std::fs::symlink_metadata(path).is_ok() => {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        Err(_) => std::fs::rename(part, path)?,
    }
    sync_folder(path)
}
