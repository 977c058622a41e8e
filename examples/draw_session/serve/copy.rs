//! A second copy of the transcript and of what the hall notes, on a stick say, as they grow.

use crate::say::{Stop, Told, tr, warn};
use floorlot::rules::Lang;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// The folder of the copy, and how far each file is.
pub(crate) struct Copy {
    folder: PathBuf,
    /// Whether the folder was a disk of its own at any time: when it is none any more, what is at its place is not the stick.
    mounted: bool,
    files: Vec<Grown>,
    /// Why the last try failed.
    warning: Option<String>,
}

/// A file that only grows.
struct Grown {
    source: PathBuf,
    target: PathBuf,
    /// How many bytes of the source are in the target; `None` until they were compared.
    done: Option<u64>,
}

impl Copy {
    /// Copies of these files into a folder, which is another one than theirs.
    pub(crate) fn new(folder: &Path, sources: &[&Path], lang: Lang) -> Result<Copy, Stop> {
        let own = sources.first().and_then(|file| file.parent()).filter(|own| !own.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if let (Ok(a), Ok(b)) = (own.canonicalize(), folder.canonicalize())
            && a == b
        {
            let same = tr!(
                lang,
                "--copy: this is the folder of the transcript itself; name a folder on another disk, such as a USB stick",
                "--copy：这就是记录所在的目录；请另指一个磁盘上的目录，例如 U 盘"
            );
            return Err(Stop::file(lang, folder, same));
        }
        if disk(folder).is_some_and(|disk| Some(disk) == self::disk(own)) {
            let shown = folder.display();
            warn(tr!(
                lang,
                "--copy {shown}: on the same disk as the transcript, so that both are lost with it; a USB stick is safer",
                "--copy {shown}：与记录在同一磁盘上，磁盘损坏时会一同丢失；用 U 盘更稳妥"
            ));
        }
        let grown = |source: &&Path| {
            let target = folder.join(source.file_name().unwrap_or_else(|| "transcript.jsonl".as_ref()));
            Grown { source: source.to_path_buf(), target, done: None }
        };
        Ok(Copy { folder: folder.to_owned(), mounted: is_mount(folder), files: sources.iter().map(grown).collect(), warning: None })
    }

    /// The copy of the transcript.
    pub(crate) fn target(&self) -> &Path {
        self.files.first().map_or(&self.folder, |file| &file.target)
    }

    /// Why the copy is behind, if it is.
    pub(crate) fn warning(&self) -> Option<&str> {
        self.warning.as_deref()
    }

    /// Brings the copy up to the files. A failure is kept as a warning, and tried again soon.
    pub(crate) fn update(&mut self, lang: Lang) {
        let (folder, is_mount) = (self.folder.display(), is_mount(&self.folder));
        self.mounted |= is_mount;
        if self.mounted && !is_mount {
            self.files.iter_mut().for_each(|file| file.done = None);
            let gone = tr!(lang, "the second copy is behind: {folder}: the stick is gone", "第二份副本未能写入：{folder}：U 盘不在");
            self.warning = Some(gone);
            return;
        }
        self.warning = self.files.iter_mut().find_map(|file| file.update(lang));
    }
}

impl Grown {
    /// Why the copy is behind; `None` when it is whole.
    fn update(&mut self, lang: Lang) -> Option<String> {
        let target = self.target.display().to_string();
        match self.try_update() {
            Ok(true) => None,
            Ok(false) => Some(tr!(
                lang,
                "{target}: another file is there, and it stays as it is; take it away or name another folder",
                "{target}：已有另一份文件，保持原样；请移走或另选目录"
            )),
            Err(error) => {
                self.done = None;
                let error = error.told(lang);
                Some(tr!(lang, "the second copy is behind: {target}: {error}", "第二份副本未能写入：{target}：{error}"))
            }
        }
    }

    /// `false` if the target is no beginning of the source.
    fn try_update(&mut self) -> io::Result<bool> {
        let mut source = match File::open(&self.source) {
            Ok(source) => source,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
            Err(error) => return Err(error),
        };
        let length = source.metadata()?.len();
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(&self.target)?;
        let there = file.metadata()?.len();
        if self.done != Some(there) && !begins(&mut source, &mut file, there.min(length))? || there > length {
            return Ok(false);
        }
        if there < length {
            source.seek(SeekFrom::Start(there))?;
            let mut rest = Vec::new();
            source.take(length - there).read_to_end(&mut rest)?;
            file.write_all(&rest)?;
            file.sync_data()?;
        }
        self.done = Some(length);
        Ok(true)
    }
}

/// Whether the first bytes of both files are the same.
fn begins(source: &mut File, target: &mut File, count: u64) -> io::Result<bool> {
    let (mut a, mut b) = (Vec::new(), Vec::new());
    source.rewind()?;
    target.rewind()?;
    source.take(count).read_to_end(&mut a)?;
    target.take(count).read_to_end(&mut b)?;
    Ok(a == b)
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

/// Whether a disk of its own begins at a folder.
fn is_mount(folder: &Path) -> bool {
    disk(folder).is_some_and(|own| disk(&folder.join("..")).is_some_and(|above| above != own))
}
