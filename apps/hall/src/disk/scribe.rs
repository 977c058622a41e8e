//! The transcript on disk: one writer at a time, every line complete, nothing ever overwritten.
//!
//! A line counts as recorded when the path still leads to the file that was opened, its length is
//! what was written, and the line was read back from the path. [`OnDisk`] is the proof. All
//! recorded lines are kept in memory too: if the file is lost while the draw runs, it is written
//! anew.

use crate::disk::harm::Harm;
use crate::disk::on_disk::{self, FileId, busy, sync_folder};
use crate::words::say::{Stop, Told, tr, warn};
use floorlot::rules::Lang;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// How many bytes of lines are gathered before they are given to the file.
const GATHER: usize = 1 << 20;

/// Up to this size the whole file is compared at each write, which takes less than a millisecond; a
/// larger one at each look between the steps, and at a write when its time of change is not that of
/// the last one.
const SMALL: usize = 256 << 10;

/// Up to this size the whole file is compared at each look between the steps; a larger one when its
/// time of change is not that of the last write. Before each checkpoint any file is.
const MIDDLE: usize = 16 << 20;

/// An open, locked transcript.
pub(crate) struct Scribe {
    path: PathBuf,
    file: File,
    id: FileId,
    /// Lines not yet given to the file. Not a `BufWriter`: that one writes once more when it is
    /// dropped, also after a failure.
    pending: Vec<u8>,
    /// Every line that is known to be on disk, with its end of line.
    kept: Vec<u8>,
    /// How many lines these are.
    lines: u64,
    /// When the file was changed last, as far as this program did it.
    changed: Option<SystemTime>,
    /// What happened to the file; no line is written until that is mended.
    harm: Option<Harm>,
    /// Whether pages are served: their button goes on after a failure, and else the same command.
    pages: bool,
    lang: Lang,
}

/// The proof that lines are recorded. Only reading them back from the disk makes one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OnDisk {
    lines: u64,
}

impl OnDisk {
    /// How many lines are recorded.
    pub(crate) fn lines(self) -> u64 {
        self.lines
    }
}

/// What stood in the file when it was opened.
#[derive(Default)]
pub(crate) struct Found {
    bytes: Vec<u8>,
    whole: usize,
}

impl Found {
    /// What stands in these bytes.
    pub(crate) fn of(bytes: Vec<u8>) -> Found {
        let whole = bytes.iter().rposition(|&b| b == b'\n').map_or(0, |lf| lf + 1);
        Found { bytes, whole }
    }

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
        if std::fs::metadata(path).is_ok_and(|about| !about.is_file()) {
            let other = tr!(
                lang,
                "found something that is not a file; expected a transcript, or nothing",
                "此处不是文件；应为抽签记录，或空位置"
            );
            return Err(Stop::file(lang, path, other));
        }
        let mut file = create_or_open(path).map_err(fail)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::Error(error)) => return Err(fail(error)),
            Err(TryLockError::WouldBlock) => return Err(Stop::file(lang, path, busy(lang))),
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(fail)?;
        let id = FileId::of(&file).map_err(fail)?;
        let changed = file.metadata().map_err(fail)?.modified().ok();
        let (pending, kept, path) = (Vec::new(), Vec::new(), path.to_owned());
        Ok((
            Scribe {
                path,
                file,
                id,
                pending,
                kept,
                lines: 0,
                changed,
                harm: None,
                pages: false,
                lang,
            },
            Found::of(bytes),
        ))
    }

    /// Takes over the lines that were found. A torn last line is saved beside the transcript and
    /// taken off, saying so.
    pub(crate) fn go_on_from(&mut self, found: Found) -> Result<(), Stop> {
        self.save_torn(found.torn())?;
        self.kept = found.bytes;
        self.kept.truncate(found.whole);
        self.lines = self.kept.iter().filter(|&&b| b == b'\n').count() as u64;
        self.cut().map_err(|error| Stop::file(self.lang, &self.path, error))?;
        self.compare()
    }

    fn save_torn(&self, torn: &[u8]) -> Result<(), Stop> {
        if torn.is_empty() {
            return Ok(());
        }
        let (saved, mut file) = self.torn_file()?;
        let kept = file.write_all(torn).and_then(|()| file.sync_all());
        kept.map_err(|error| Stop::file(self.lang, &saved, error))?;
        let (count, saved) = (torn.len(), saved.display());
        warn(tr!(
            self.lang,
            "The last line was torn ({count} bytes without an end of line). It is kept in {saved} and removed from the transcript.",
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
        (self.kept, self.lines) = (Vec::new(), 0);
        self.cut().map_err(|error| Stop::file(self.lang, &self.path, error))
    }

    /// Takes off what stands after the recorded lines. A file that is shorter than these stays as
    /// it is: filling it up would put NULs into it.
    fn cut(&mut self) -> io::Result<()> {
        let length = self.kept.len() as u64;
        if self.file.metadata()?.len() > length {
            self.file.set_len(length)?;
            self.file.sync_all()?;
            self.changed = self.file.metadata()?.modified().ok();
        }
        Ok(())
    }

    /// Tells what happens in this language from now on.
    pub(crate) fn speak(&mut self, lang: Lang) {
        self.lang = lang;
    }

    /// From now on people go on with a button of the operator's page, and not with a command.
    #[cfg(feature = "web")]
    pub(crate) fn on_pages(mut self) -> Scribe {
        self.pages = true;
        self
    }

    /// Whether nothing is recorded yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// Where the transcript is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// What happened to the file, as far as it was looked at.
    pub(crate) fn harm(&self) -> Option<&Harm> {
        self.harm.as_ref()
    }

    /// How many lines are recorded.
    pub(crate) fn lines(&self) -> u64 {
        self.lines
    }

    /// These lines.
    pub(crate) fn kept(&self) -> &[u8] {
        &self.kept
    }

    /// The recorded lines, to replay them.
    pub(crate) fn recorded(&self) -> Found {
        Found::of(self.kept.clone())
    }

    /// Writes a line. It is recorded only after [`Scribe::sync`]; the proof is there at once when
    /// many lines were gathered.
    pub(crate) fn write(&mut self, line: &[u8]) -> Result<Option<OnDisk>, Stop> {
        self.pending.extend_from_slice(line);
        self.pending.push(b'\n');
        if self.pending.len() < GATHER { Ok(None) } else { self.sync().map(Some) }
    }

    /// Brings every line written so far to the disk and reads it back from there.
    pub(crate) fn sync(&mut self) -> Result<OnDisk, Stop> {
        let lines = std::mem::take(&mut self.pending);
        self.look_at_most(SMALL)?;
        if !lines.is_empty() {
            let done = self.append(&lines);
            done.map_err(|error| self.give_up(&error))?;
            if let Err(harm) = self.check(&lines, false) {
                let _ = self.take_back(&lines);
                return Err(self.hurt(harm));
            }
            self.lines += lines.iter().filter(|&&b| b == b'\n').count() as u64;
            self.kept.extend(lines);
        }
        Ok(OnDisk { lines: self.lines })
    }

    /// At the end that is there: never beyond it.
    fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::End(0))?;
        self.file.write_all(lines)?;
        self.file.sync_data()?;
        self.changed = self.file.metadata()?.modified().ok();
        Ok(())
    }

    /// Looks whether the file is still the one that was opened, as long as what was written, and
    /// (where that costs nothing, or somebody wrote to it) the same.
    pub(crate) fn look(&mut self) -> Result<(), Stop> {
        self.look_at_most(MIDDLE)
    }

    fn look_at_most(&mut self, size: usize) -> Result<(), Stop> {
        let touched = || {
            std::fs::metadata(&self.path).ok().and_then(|about| about.modified().ok())
                != self.changed
        };
        let whole = self.kept.len() < size || touched();
        self.check(&[], whole).map_err(|harm| self.hurt(harm))?;
        self.harm = None;
        Ok(())
    }

    /// Compares the whole file, read back from its path, with what was recorded.
    pub(crate) fn compare(&mut self) -> Result<(), Stop> {
        self.check(&[], true).map_err(|harm| self.hurt(harm))
    }

    fn hurt(&mut self, harm: Harm) -> Stop {
        let why = harm.sentence(&self.path, self.lines, self.lang);
        self.harm = Some(harm);
        Stop::Failed(why)
    }

    /// What happened to the file, on which the recorded lines and then `more` should be.
    fn check(&self, more: &[u8], whole: bool) -> Result<(), Harm> {
        let harm = |error: io::Error| Harm::of(&error);
        // Asked by name first: opening something that is no file (a pipe, say) could wait for ever.
        if !std::fs::metadata(&self.path).map_err(harm)?.is_file() {
            return Err(Harm::Replaced);
        }
        self.ours(FileId::at(&self.path))?;
        let mut file = self.reader().map_err(harm)?;
        self.ours(FileId::of(&file))?;
        let about = file.metadata().map_err(harm)?;
        let length = (self.kept.len() + more.len()) as u64;
        let right = about.len() == length;
        let from = if whole || !right { 0 } else { self.kept.len() };
        if from == 0 || !more.is_empty() {
            file.seek(SeekFrom::Start(from as u64)).map_err(harm)?;
            self.differs(&mut file, from, more)?;
        }
        match about.len().cmp(&length) {
            std::cmp::Ordering::Less => {
                Err(Harm::Cut(self.line_of(usize::try_from(about.len()).unwrap_or(0), more)))
            }
            std::cmp::Ordering::Equal => Ok(()),
            std::cmp::Ordering::Greater => {
                Err(Harm::Longer(self.line_of(self.kept.len() + more.len(), more)))
            }
        }
    }

    fn ours(&self, found: io::Result<FileId>) -> Result<(), Harm> {
        let found = found.map_err(|error| Harm::of(&error))?;
        if found == self.id { Ok(()) } else { Err(Harm::Replaced) }
    }

    /// The file as somebody else opens it.
    #[cfg(unix)]
    fn reader(&self) -> io::Result<File> {
        File::open(&self.path)
    }

    /// Elsewhere the lock keeps everybody out, ourselves too: it is read through the handle that
    /// has it.
    #[cfg(not(unix))]
    fn reader(&self) -> io::Result<File> {
        self.file.try_clone()
    }

    /// The first line that is not as it was written; what is missing at the end is not looked at
    /// here.
    fn differs(&self, file: &mut File, from: usize, more: &[u8]) -> Result<(), Harm> {
        let (mut at, mut found) = (from, Vec::new());
        for expected in [self.kept.get(from..).unwrap_or_default(), more]
            .iter()
            .flat_map(|part| part.chunks(GATHER))
        {
            found.clear();
            file.take(expected.len() as u64)
                .read_to_end(&mut found)
                .map_err(|error| Harm::of(&error))?;
            if !expected.starts_with(&found) {
                let byte = expected.iter().zip(&found).position(|(a, b)| a != b).unwrap_or(0);
                return Err(Harm::Edited(self.line_of(at + byte, more)));
            }
            at += found.len();
        }
        Ok(())
    }

    /// The number of the line that a byte is in.
    fn line_of(&self, byte: usize, more: &[u8]) -> u64 {
        1 + self.kept.iter().chain(more).take(byte).filter(|&&b| b == b'\n').count() as u64
    }

    /// Lines that were written and are not recorded go off the file again, if nothing followed
    /// them.
    fn take_back(&mut self, lines: &[u8]) -> io::Result<()> {
        let ours = self.file.metadata()?.len() == (self.kept.len() + lines.len()) as u64;
        if ours { self.cut() } else { Ok(()) }
    }

    /// After a failed write the file is cut back to the last line known to be whole, so that it can
    /// be resumed.
    fn give_up(&mut self, error: &io::Error) -> Stop {
        let cut = self.cut();
        if let (Ok(()), Err(stop)) = (&cut, self.compare()) {
            return stop;
        }
        let (path, kind, error) = (self.path.display(), error.kind(), error.told(self.lang));
        let state = match cut {
            Ok(()) => tr!(self.lang, "all lines before it are safe", "之前的各行完好"),
            Err(_) => tr!(
                self.lang,
                "a torn last line is removed when the draw is resumed",
                "恢复时会去掉不完整的最后一行"
            ),
        };
        let advice = match kind {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                tr!(
                    self.lang,
                    "Remove the write protection of the file or the disk",
                    "请解除文件或磁盘的写保护"
                )
            }
            io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::FileTooLarge => {
                tr!(self.lang, "Make room", "请腾出空间")
            }
            _ => tr!(self.lang, "Look at the disk", "请检查磁盘"),
        };
        let then = match self.pages {
            true => tr!(
                self.lang,
                "click \"Read again from the disk\" on the operator's page",
                "点操作页上的“重新从磁盘读取”"
            ),
            false => tr!(self.lang, "run the same command again", "重新运行同一命令"),
        };
        Stop::Failed(tr!(
            self.lang,
            "{path}: cannot write: {error}; {state}. {advice} and {then}.",
            "{path}：无法写入：{error}；{state}。{advice}，再{then}。"
        ))
    }

    /// Writes every recorded line to a new file at the same path, and goes on with it. What is
    /// there now is renamed and stays as it is.
    pub(crate) fn anew(&mut self) -> Result<String, Stop> {
        let placed = on_disk::in_place(&self.path, &self.kept, Some(self.id), self.lang)?;
        let fail = |error| Stop::file(self.lang, &self.path, error);
        let id = FileId::of(&placed.file).map_err(fail)?;
        let changed = placed.file.metadata().map_err(fail)?.modified().ok();
        (self.file, self.id, self.changed) = (placed.file, id, changed);
        self.compare()?;
        self.harm = None;
        let (lines, path) = (self.lines, self.path.display());
        let told = tr!(
            self.lang,
            "{path}: all {lines} recorded lines are written again and read back; the draw goes on with this file.",
            "{path}：已记录的 {lines} 行全部重新写出并读回核对；抽签用此文件继续。"
        );
        Ok(match placed.aside {
            None => told,
            Some(aside) => {
                let aside = aside.display();
                told + &tr!(
                    self.lang,
                    " The file that was there is {aside} now, as it was.",
                    "原处的那个文件保持原样，现名 {aside}。"
                )
            }
        })
    }

    /// The recorded lines in another folder, where the own one cannot be written.
    fn elsewhere(&self, why: Stop) -> Result<on_disk::Placed, Stop> {
        let name = self.path.file_name().unwrap_or_default();
        let mut placed = other_folders()
            .map(|folder| on_disk::beside(&folder.join(name), &self.kept, self.lang));
        placed.find_map(Result::ok).ok_or(why)
    }

    /// For a program that ends: every recorded line is written to the path if it is free, and else
    /// to a new name beside it. Says where.
    pub(crate) fn rescue(&mut self) -> Result<String, Stop> {
        if self.harm == Some(Harm::Gone)
            && let Ok(told) = self.anew()
        {
            return Ok(told
                + &tr!(
                    self.lang,
                    " The same command goes on from here.",
                    "再次运行同一命令即可继续。"
                ));
        }
        let placed = on_disk::beside(&self.path, &self.kept, self.lang)
            .or_else(|stop| self.elsewhere(stop))?;
        let (lines, path, rescued) = (self.lines, self.path.display(), placed.path.display());
        Ok(tr!(
            self.lang,
            "All {lines} recorded lines are written again and read back: {rescued}. {path} stays as it is now. To go on, give the rescued file the name that --out has, or name it with --out.",
            "已记录的 {lines} 行全部重新写出并读回核对：{rescued}。{path} 保持现状。继续时，请把救出的文件改成 --out 的文件名，或用 --out 指定它。"
        ))
    }
}

/// Where a file can be written when its own folder takes none: where the program was started, at
/// home, among the temporary files.
fn other_folders() -> impl Iterator<Item = PathBuf> {
    let home = ["HOME", "USERPROFILE"].into_iter().filter_map(std::env::var_os).map(PathBuf::from);
    std::env::current_dir()
        .into_iter()
        .chain(home)
        .chain([std::env::temp_dir()])
        .filter(|folder| folder.is_absolute())
}

fn create_or_open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).append(cfg!(unix));
    match options.clone().create_new(true).open(path) {
        Ok(file) => {
            sync_folder(path)?;
            Ok(file)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => options.open(path),
        Err(error) => Err(error),
    }
}
