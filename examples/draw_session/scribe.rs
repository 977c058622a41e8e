//! The transcript on disk: one writer at a time, every line complete, nothing ever overwritten.

use crate::say::{Stop, Told, tr, warn};
use floorlot::rules::Lang;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// How many bytes of lines are gathered before they are given to the file.
const GATHER: usize = 1 << 20;

/// An open, locked transcript.
pub(crate) struct Scribe {
    path: PathBuf,
    file: File,
    /// Lines not yet given to the file. Not a `BufWriter`: that one writes once more when it is dropped, also after a failure.
    pending: Vec<u8>,
    /// Where the last line ends that is known to be on disk.
    good: u64,
    lang: Lang,
}

/// What stood in the file when it was opened.
pub(crate) struct Found {
    bytes: Vec<u8>,
    whole: usize,
}

impl Found {
    /// The complete lines, without LF.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &[u8]> {
        let whole = self.bytes.get(..self.whole).unwrap_or_default();
        whole.split_inclusive(|&b| b == b'\n').map(|line| line.strip_suffix(b"\n").unwrap_or(line))
    }

    /// Whether there is anything in it.
    pub(crate) fn begun(&self) -> bool {
        !self.bytes.is_empty()
    }

    /// What follows the last LF: a line that did not reach the disk as a whole.
    fn torn(&self) -> &[u8] {
        self.bytes.get(self.whole..).unwrap_or_default()
    }
}

impl Scribe {
    /// Creates the transcript, or opens it to go on, and locks it. Changes nothing in it.
    pub(crate) fn open(path: &Path, lang: Lang) -> Result<(Scribe, Found), Stop> {
        let fail = |error: io::Error| Stop::file(lang, path, error);
        let mut file = create_or_open(path).map_err(fail)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::Error(error)) => return Err(fail(error)),
            Err(TryLockError::WouldBlock) => {
                let busy = tr!(lang, "another program is writing this transcript", "另一个程序正在写这份记录");
                return Err(Stop::file(lang, path, busy));
            }
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(fail)?;
        let whole = bytes.iter().rposition(|&b| b == b'\n').map_or(0, |lf| lf + 1);
        let scribe = Scribe { path: path.to_owned(), file, pending: Vec::new(), good: whole as u64, lang };
        Ok((scribe, Found { bytes, whole }))
    }

    /// Saves a torn last line beside the transcript and takes it off, saying so.
    pub(crate) fn mend(&mut self, found: &Found) -> Result<(), Stop> {
        let torn = found.torn();
        if torn.is_empty() {
            return Ok(());
        }
        let (saved, mut file) = self.torn_file()?;
        let kept = file.write_all(torn).and_then(|()| file.sync_all());
        kept.map_err(|error| Stop::file(self.lang, &saved, error))?;
        self.cut(self.good).map_err(|error| Stop::file(self.lang, &self.path, error))?;
        let (count, saved) = (torn.len(), saved.display());
        warn(tr!(
            self.lang,
            "The last line was torn ({count} bytes without an end of line). It is kept in {saved} and taken off the transcript.",
            "最后一行不完整（{count} 字节，没有换行）。已存入 {saved}，并从记录中去掉。"
        ));
        Ok(())
    }

    fn torn_file(&self) -> Result<(PathBuf, File), Stop> {
        for number in 1..=9999 {
            let mut name = self.path.clone().into_os_string();
            name.push(format!(".torn-{number}"));
            let path = PathBuf::from(name);
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(file) => return Ok((path, file)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(Stop::file(self.lang, &path, error)),
            }
        }
        Err(Stop::file(self.lang, &self.path, "torn-9999"))
    }

    /// Takes everything off the file: for a demo that is run again.
    pub(crate) fn restart(&mut self) -> Result<(), Stop> {
        self.cut(0).map_err(|error| Stop::file(self.lang, &self.path, error))
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.file.set_len(length)?;
        self.file.seek(SeekFrom::Start(length))?;
        self.file.sync_all()?;
        self.good = length;
        Ok(())
    }

    /// Writes a line. It is safe only after [`Scribe::sync`].
    pub(crate) fn write(&mut self, line: &[u8]) -> Result<(), Stop> {
        self.pending.extend_from_slice(line);
        self.pending.push(b'\n');
        if self.pending.len() < GATHER { Ok(()) } else { self.sync() }
    }

    /// Brings every line written so far to the disk.
    pub(crate) fn sync(&mut self) -> Result<(), Stop> {
        let lines = std::mem::take(&mut self.pending);
        let done = self.file.write_all(&lines).and_then(|()| self.file.sync_data());
        done.map_err(|error| self.give_up(&error))?;
        self.good += lines.len() as u64;
        Ok(())
    }

    /// After a failed write the file is cut back to the last line known to be whole, so that it can be resumed.
    fn give_up(&mut self, error: &io::Error) -> Stop {
        let cut = self.cut(self.good);
        let (path, error) = (self.path.display(), error.told(self.lang));
        let state = match cut {
            Ok(()) => tr!(self.lang, "all lines before it are safe", "之前的各行完好"),
            Err(_) => tr!(self.lang, "a torn last line will be taken off when the draw is resumed", "恢复时会去掉不完整的最后一行"),
        };
        Stop::Failed(tr!(
            self.lang,
            "{path}: cannot write: {error}; {state}. Make room and run the same command again.",
            "{path}：无法写入：{error}；{state}。请腾出空间后重新运行同一命令。"
        ))
    }
}

fn create_or_open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    match options.clone().create_new(true).open(path) {
        Ok(file) => {
            sync_folder(path)?;
            Ok(file)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => options.open(path),
        Err(error) => Err(error),
    }
}

/// The name of a new file is on disk only after its folder is.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
