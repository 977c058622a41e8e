//! A file that only grows, and its copy on another disk.

use super::judge::{Judged, judged, notes_that_count};
use crate::disk::hall_log;
use crate::disk::on_disk::{self, FileId, matches, sync_folder};
use crate::disk::plan_file::{count, is_sealed, whole};
use crate::words::say::tr;
use floorlot::rules::{Lang, Phrase};
use floorlot::system::io_words;
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Why a copy is not whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The folder is that of the transcript.
    Own,
    /// The stick is not there.
    NotThere,
    /// It takes longer than it may.
    NoAnswer,
    /// A file cannot be read or written.
    Failed(PathBuf, Phrase),
    /// The copy holds another file.
    Other(PathBuf),
    /// The copy is the transcript itself, by a link.
    Linked,
    /// The copy holds another draw, which is sealed.
    Sealed,
    /// Copy and transcript are both there and differ, or the copy has more and is not whole: what
    /// is known of each.
    Two { own: Judged, copy: Judged },
    /// The copy holds more of this draw than the transcript: so many lines, and so many.
    Ahead { copy: u64, own: u64 },
    /// What is copied is gone, or shorter than what was recorded.
    Source(PathBuf),
    /// What was written to the copy is not what is read back.
    NotBack(PathBuf),
}

impl Trouble {
    /// Whether nothing may be sealed or gone on with here while it lasts: the copy has a draw that
    /// the transcript has not.
    pub(crate) fn forbids(&self) -> bool {
        matches!(self, Trouble::Ahead { .. } | Trouble::Sealed | Trouble::Two { .. })
    }

    /// In words.
    pub(crate) fn told(&self, folder: &Path, target: &Path, lang: Lang) -> String {
        if let Trouble::Two { own, copy } = self {
            let own = own.told(Path::new(&tr!(lang, "the transcript here", "本机记录")), lang);
            let copy = copy.told(target, lang);
            return tr!(
                lang,
                "the transcript here and its copy differ.\n{own}.\n{copy}.",
                "本机记录与副本不一致。\n{own}。\n{copy}。"
            );
        }
        let (folder, target) = (folder.display(), target.display());
        match self {
            Trouble::Failed(path, _)
            | Trouble::Other(path)
            | Trouble::Source(path)
            | Trouble::NotBack(path) => self.told_of_file(path, &target.to_string(), lang),
            Trouble::Two { .. } => String::new(), // told above
            Trouble::Own => tr!(
                lang,
                "{folder}: --copy: this is the folder of the transcript itself; name a folder on another disk, such as a USB stick",
                "{folder}：--copy：这就是记录所在的文件夹；请另指一个磁盘上的文件夹，例如 U 盘"
            ),
            Trouble::NotThere => {
                tr!(
                    lang,
                    "the second copy is behind: {folder}: the stick is gone",
                    "第二份副本未能写入：{folder}：U 盘不在"
                )
            }
            Trouble::NoAnswer => tr!(
                lang,
                "the second copy is behind: {folder}: the stick does not answer; the draw goes on without it",
                "第二份副本未能写入：{folder}：U 盘没有反应；抽签照常进行"
            ),
            Trouble::Linked => tr!(
                lang,
                "{target}: this is not a copy but a link, and is lost with the file that it leads to; remove the link",
                "{target}：这不是副本，只是指向别处的链接：那边的文件一丢，这里也没有了；请移走这个链接"
            ),
            Trouble::Sealed => tr!(
                lang,
                "{target}: the copy holds a sealed draw of the same name, and it stays as it is. Nothing is sealed here.",
                "{target}：副本中已有一场同名的、已封存的抽签，保持原样。此处不封存。"
            ),
            Trouble::Ahead { copy, own } => tr!(
                lang,
                "{target}: the copy holds more of this draw than the transcript: {copy} lines, and {own}. The copy stays as it is.",
                "{target}：副本比记录更全：副本有 {copy} 行，记录只有 {own} 行。副本保持原样。"
            ),
        }
    }

    /// The same of a file, by its path.
    fn told_of_file(&self, path: &Path, target: &str, lang: Lang) -> String {
        let path = path.display();
        match self {
            Trouble::Failed(_, error) => {
                let error = error.get(lang);
                tr!(
                    lang,
                    "the second copy is behind: {path}: {error}",
                    "第二份副本未能写入：{path}：{error}"
                )
            }
            Trouble::Other(_) => {
                tr!(
                    lang,
                    "{path}: another file is there, and it stays as it is; remove it or name another folder",
                    "{path}：已有另一份文件，保持原样；请移走或另选文件夹"
                )
            }
            Trouble::Source(_) => {
                tr!(
                    lang,
                    "the second copy cannot be continued: {path} is gone or shorter than what was recorded; {target} stays as it is",
                    "第二份副本无法续写：{path} 不见了，或比已记录的短；{target} 保持原样"
                )
            }
            Trouble::NotBack(_) => {
                tr!(
                    lang,
                    "{path}: what is read back from the copy is not what was written; use another stick",
                    "{path}：从副本读回的内容与写入的不同；请换一个 U 盘"
                )
            }
            _ => path.to_string(),
        }
    }
}

/// A file and its copy.
pub(crate) struct Grown {
    source: PathBuf,
    target: PathBuf,
    /// How the copy looked when it was compared last and was the same.
    seen: Option<LastCompared>,
}

/// What tells that nobody wrote to the copy.
#[derive(PartialEq, Eq, Clone, Copy)]
struct LastCompared {
    /// How much was to be copied.
    length: u64,
    target: Looks,
}

/// Which file it is, its length, and when it was written to.
type Looks = (FileId, u64, Option<SystemTime>);

fn looks(id: FileId, about: &Metadata) -> Looks {
    (id, about.len(), about.modified().ok())
}

/// What the copier finds on its way, apart from errors of files.
enum Found {
    Whole,
    Trouble(Trouble),
}

impl Grown {
    /// The copy of a file in a folder.
    pub(crate) fn new(source: &Path, folder: &Path) -> Grown {
        let target = folder.join(source.file_name().unwrap_or_else(|| "transcript.jsonl".as_ref()));
        Grown { source: source.to_owned(), target, seen: None }
    }

    pub(crate) fn source(&self) -> &Path {
        &self.source
    }

    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// Compares everything again at the next time: the stick was away.
    pub(crate) fn forget(&mut self) {
        self.seen = None;
    }

    /// Brings the copy up to what is recorded in memory (the file may be changed by others), or to
    /// all of the file. Why that is not possible; `None` when it is whole.
    pub(crate) fn update(&mut self, recorded: Option<&[u8]>) -> Option<Trouble> {
        let done = match recorded {
            Some(recorded) => self.bring_up(recorded),
            None => self.of_file(),
        };
        match done {
            Ok(Found::Whole) => None,
            Ok(Found::Trouble(trouble)) => {
                self.seen = None;
                Some(trouble)
            }
            Err(error) => {
                self.seen = None;
                Some(Trouble::Failed(self.target.clone(), io_words(&error)))
            }
        }
    }

    fn of_file(&mut self) -> io::Result<Found> {
        let bytes = match on_disk::read(&self.source) {
            Ok(bytes) => bytes,
            // What the hall notes is not there before the first note.
            Err(error) if error.kind() == io::ErrorKind::NotFound && self.seen.is_none() => {
                return Ok(Found::Whole);
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Found::Trouble(Trouble::Source(self.source.clone())));
            }
            Err(error) => return Err(error),
        };
        if self.seen.is_some_and(|seen| (bytes.len() as u64) < seen.length) {
            return Ok(Found::Trouble(Trouble::Source(self.source.clone())));
        }
        self.seen = None; // others may have written to it: all of it is compared
        self.bring_up(&bytes)
    }

    fn bring_up(&mut self, bytes: &[u8]) -> io::Result<Found> {
        // Without reading, so that a pipe or a disk that hangs is found here, in this thread.
        let mut target = OpenOptions::new().append(true).create(true).open(&self.target)?;
        let before = target.metadata()?;
        if !before.is_file() {
            return Ok(Found::Trouble(Trouble::Other(self.target.clone())));
        }
        let id = FileId::of(&target)?;
        if self.is_linked(id)? {
            return Ok(Found::Trouble(Trouble::Linked));
        }
        let (length, before) = (bytes.len() as u64, looks(id, &before));
        if self.seen == Some(LastCompared { length, target: before }) {
            return Ok(Found::Whole);
        }
        let found = self.extended(bytes, &mut target, before)?;
        if matches!(found, Found::Whole) {
            let now = looks(FileId::at(&self.target)?, &std::fs::metadata(&self.target)?);
            self.seen = Some(LastCompared { length, target: now });
        }
        Ok(found)
    }

    /// Whether the copy is the file itself under another name, or leads to another place than the
    /// stick.
    fn is_linked(&self, target: FileId) -> io::Result<bool> {
        let same = FileId::at(&self.source).is_ok_and(|source| source == target);
        Ok(same || std::fs::symlink_metadata(&self.target)?.is_symlink())
    }

    /// Compares what is there, writes the rest, and reads it back.
    fn extended(&self, bytes: &[u8], target: &mut File, before: Looks) -> io::Result<Found> {
        let ((_, there, _), length) = (before, bytes.len() as u64);
        // What was compared and was not touched since is not compared again.
        let from = if self.seen.is_some_and(|seen| seen.target == before) { there } else { 0 };
        if !alike(bytes, &self.target, from..there.min(length))? {
            return Ok(Found::Trouble(Trouble::Other(self.target.clone())));
        }
        if there > length {
            return Ok(Found::Trouble(self.ahead(bytes)?));
        }
        if there < length {
            target.write_all(part(bytes, there..length))?;
            target.sync_all()?;
            if there == 0 {
                sync_folder(&self.target)?;
            }
        }
        // Read back by its name: what was written may be gone with the stick it was written to.
        let back = std::fs::metadata(&self.target)?.len() == length
            && alike(bytes, &self.target, from..length)?;
        Ok(if back { Found::Whole } else { Found::Trouble(Trouble::NotBack(self.target.clone())) })
    }

    /// The copy is longer: by whole lines, or by one that was torn.
    fn ahead(&self, bytes: &[u8]) -> io::Result<Trouble> {
        let (copy, own) = (count(&std::fs::read(&self.target)?), count(bytes));
        Ok(if copy > own {
            Trouble::Ahead { copy, own }
        } else {
            Trouble::Other(self.target.clone())
        })
    }
}

fn part(bytes: &[u8], range: Range<u64>) -> &[u8] {
    let end = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
    bytes.get(end(range.start)..end(range.end)).unwrap_or_default()
}

/// Whether these bytes stand in a file.
fn alike(bytes: &[u8], target: &Path, range: Range<u64>) -> io::Result<bool> {
    let mut target = File::open(target)?;
    target.seek(SeekFrom::Start(range.start))?;
    matches(&mut target.take(range.end.saturating_sub(range.start)), part(bytes, range))
}

/// What the copy of a transcript holds before anything is sealed or gone on with here, as far as it
/// matters: more than the transcript, or something else.
pub(crate) fn holds(transcript: &Grown, log: &Grown) -> Option<Trouble> {
    let target = transcript.target();
    let failed = |error: io::Error| Trouble::Failed(target.to_owned(), io_words(&error));
    match FileId::at(target).and_then(|target| transcript.is_linked(target)) {
        Ok(true) => return Some(Trouble::Linked),
        Ok(false) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return (!target.parent().is_some_and(Path::is_dir)).then_some(Trouble::NotThere);
        }
        Err(error) => return Some(failed(error)),
    }
    let there = match std::fs::read(target) {
        Ok(there) => there,
        Err(error) => return Some(failed(error)),
    };
    let own = on_disk::read(transcript.source()).unwrap_or_default();
    let (copy, own) = (whole(&there), whole(&own));
    if own.starts_with(copy) {
        return None;
    }
    let noted = |log: &Path| hall_log::read(log).unwrap_or_default();
    let notes = || notes_that_count(noted(log.source()), || noted(log.target()));
    match (is_sealed(copy), is_sealed(own)) {
        (true, _) if copy.starts_with(own) => {
            let (notes, lines) = (notes(), Trouble::Ahead { copy: count(copy), own: count(own) });
            let (copy, own) = (judged(copy, &notes), judged(own, &notes));
            Some(if copy.good() { lines } else { Trouble::Two { own, copy } })
        }
        (true, true) => {
            let notes = notes();
            Some(Trouble::Two { own: judged(own, &notes), copy: judged(copy, &notes) })
        }
        (true, false) => Some(Trouble::Sealed),
        _ => Some(Trouble::Other(target.to_owned())),
    }
}

/// The disk that a folder is on.
#[cfg(unix)]
fn disk(folder: &Path) -> Option<u64> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(folder).ok().map(|about| about.dev())
}

/// Elsewhere a stick has a letter of its own, and is not found when it is gone.
#[cfg(not(unix))]
fn disk(_: &Path) -> Option<u64> {
    None
}

/// Whether two folders are on one disk.
pub(crate) fn same_disk(a: &Path, b: &Path) -> bool {
    disk(a).is_some_and(|a| Some(a) == disk(b))
}

/// Whether a disk of its own begins at a folder.
pub(crate) fn is_mount(folder: &Path) -> bool {
    disk(folder).is_some_and(|own| disk(&folder.join("..")).is_some_and(|above| above != own))
}
