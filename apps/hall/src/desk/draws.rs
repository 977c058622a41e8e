//! The draws of a clerk: a folder for each, all of them in one folder under the documents.

use crate::disk::on_disk;
use crate::disk::plan_file::{count, is_sealed, plan_in, whole};
use crate::web::files::Files;
use crate::words::say::{Stop, Told, tr};
use floorlot::rules::Lang;
use floorlot::transcript::{Evidence, Verdict, verify};
use floorlot_verify::common::lang::shown;
use jiff::Zoned;
use std::fs::{File, TryLockError};
use std::io;
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// What the folder of all draws is called, in Chinese and in English.
const FOLDERS: [&str; 2] = ["摇号选层", "floorlot"];

/// What a transcript is called: by this program, and by `serve` and `run` without a name.
const TRANSCRIPTS: [&str; 3] = ["抽签.jsonl", "draw.jsonl", "transcript.jsonl"];

/// How many draws may begin on one day.
const MOST: u32 = 999;

/// How far a draw is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// There is no plan yet.
    Empty,
    /// The plan is not sealed.
    Plan,
    /// So many lines are recorded.
    Underway { lines: u64 },
    /// All of it is verified.
    Finished,
    /// The transcript is refuted, or cannot be read.
    Faulty,
    /// Another program holds it now.
    Held,
}

/// A draw in the folder.
pub(super) struct Draw {
    pub(super) transcript: PathBuf,
    pub(super) title: Option<String>,
    pub(super) step: Step,
    /// When something was written last.
    pub(super) changed: SystemTime,
}

/// The folder of all draws, under the documents of whoever is logged in, or at home. One that is
/// there stays, whatever the language of the system has become.
pub(super) fn folder(lang: Lang) -> Result<PathBuf, Stop> {
    let home = dirs::document_dir().filter(|folder| folder.is_dir()).or_else(dirs::home_dir);
    let Some(home) = home else {
        return Err(Stop::Failed(tr!(
            lang,
            "This system names no folder for documents. Start the program with --folder DIR.",
            "系统没有“文档”文件夹。请用 --folder 指定文件夹后再启动。"
        )));
    };
    let names = if lang == Lang::Zh { FOLDERS } else { [FOLDERS[1], FOLDERS[0]] };
    let folders = names.map(|name| home.join(name));
    let there = folders.iter().position(|folder| folder.is_dir()).unwrap_or(0);
    Ok(folders.into_iter().nth(there).unwrap_or(home))
}

/// All draws in the folder, by the names of their folders.
pub(super) fn all(root: &Path, lang: Lang) -> Result<Vec<Draw>, Stop> {
    let entries = match std::fs::read_dir(root) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(cannot(root, &error, lang)),
    };
    // What a link leads to is somewhere else: nothing is opened there that nobody chose.
    let here = entries.flatten().filter(|entry| !entry.path().is_symlink());
    let mut folders: Vec<PathBuf> = here.map(|entry| entry.path()).collect();
    folders.sort();
    Ok(folders.iter().filter_map(|folder| Draw::in_folder(folder)).collect())
}

/// The transcript in the folder of a draw, if it is one: the file itself may be lost, and what
/// belongs to it still be there.
pub(super) fn transcript_in(folder: &Path) -> Option<PathBuf> {
    let files = TRANSCRIPTS.iter().map(|name| folder.join(name)).filter(|_| folder.is_dir());
    let there = |file: &PathBuf| {
        let Files { transcript, plan, log } = Files::of(file);
        [transcript, plan, log].iter().any(|file| file.is_file())
    };
    files.into_iter().find(there)
}

/// Makes the folder of a new draw, and gives the name of its transcript. No draw that is there is
/// touched: a folder is made, or another number is taken.
pub(super) fn begin(root: &Path, lang: Lang) -> Result<PathBuf, Stop> {
    std::fs::create_dir_all(root).map_err(|error| cannot(root, &error, lang))?;
    let date = Zoned::now().date();
    for number in 1..=MOST {
        let folder = root.join(format!("{date}-{number}"));
        match std::fs::create_dir(&folder) {
            Ok(()) => return Ok(folder.join(tr!(lang, "draw.jsonl", "抽签.jsonl"))),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(cannot(&folder, &error, lang)),
        }
    }
    Err(cannot(root, &io::Error::from(io::ErrorKind::StorageFull), lang))
}

/// That no draw can be kept there, and what to do.
fn cannot(folder: &Path, error: &io::Error, lang: Lang) -> Stop {
    let (path, error) = (folder.display(), error.told(lang));
    Stop::Failed(tr!(
        lang,
        "{path}: {error}\nThe draw cannot be kept in this folder. Start the program with --folder DIR, where DIR is a folder that you may write to.",
        "{path}：{error}\n抽签无法保存在此文件夹中。请用 --folder 指定一个可写入的文件夹，再启动本程序。"
    ))
}

/// Whether another program holds a transcript now.
pub(super) fn is_held(transcript: &Path) -> bool {
    let locked = |file: File| matches!(file.try_lock(), Err(TryLockError::WouldBlock));
    File::open(transcript).is_ok_and(locked)
}

/// Whether somebody serves pages at an address of this machine.
pub(super) fn answers(address: &str) -> bool {
    let at = address.strip_prefix("http://").map(|rest| rest.trim_end_matches('/'));
    let at = at.and_then(|at| at.parse::<SocketAddr>().ok());
    at.filter(|at| at.ip().is_loopback())
        .is_some_and(|at| TcpStream::connect_timeout(&at, Duration::from_secs(2)).is_ok())
}

impl Draw {
    /// The draw in a folder, if there is one.
    pub(super) fn in_folder(folder: &Path) -> Option<Draw> {
        let transcript = transcript_in(folder)?;
        let files = Files::of(&transcript);
        let plan = on_disk::read(&files.plan).ok();
        let lines = on_disk::read(&transcript);
        let planned = |bytes: &[u8]| plan_in(bytes).map(|plan| plan.roll().title().to_owned());
        let title = plan.as_deref().and_then(planned);
        let title = title.or_else(|| lines.as_deref().ok().and_then(planned));
        let step = match &lines {
            _ if is_held(&transcript) => Step::Held,
            Ok(lines) => step(lines, plan.is_some()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => step(&[], plan.is_some()),
            Err(_) => Step::Faulty,
        };
        let times = [&files.transcript, &files.plan]
            .map(|file| std::fs::metadata(file).and_then(|about| about.modified()).ok());
        let changed = times.into_iter().flatten().max().unwrap_or(SystemTime::UNIX_EPOCH);
        Some(Draw { transcript, title, step, changed })
    }

    /// Whether it is not finished, and can go on.
    pub(super) fn goes_on(&self) -> bool {
        !matches!(self.step, Step::Finished | Step::Faulty)
    }

    /// Its folder, its title, and how far it is, in a line.
    pub(super) fn told(&self, lang: Lang) -> String {
        let folder = on_disk::folder_of(&self.transcript).file_name().unwrap_or_default();
        let folder = shown(&folder.to_string_lossy());
        let title = self.title.as_deref().map(shown).unwrap_or_default();
        let step = match self.step {
            Step::Empty => tr!(lang, "no plan yet", "还没有方案"),
            Step::Plan => tr!(lang, "the plan is not sealed yet", "方案尚未封存"),
            Step::Underway { lines } => {
                tr!(lang, "not finished, {lines} lines are recorded", "未完成，已记录 {lines} 行")
            }
            Step::Finished => tr!(lang, "finished", "已完成"),
            Step::Faulty => {
                tr!(lang, "THE TRANSCRIPT IS WRONG or cannot be read", "【记录有误或无法读取】")
            }
            Step::Held => tr!(lang, "open now, in another window", "正在另一个窗口中打开"),
        };
        let named = if title.is_empty() { folder } else { format!("{folder}  {title}") };
        tr!(lang, "{named}  ({step})", "{named}（{step}）")
    }
}

/// How far a transcript is.
fn step(bytes: &[u8], planned: bool) -> Step {
    let lines = whole(bytes);
    if !is_sealed(lines) {
        return if planned { Step::Plan } else { Step::Empty };
    }
    // A last line that is torn is put aside when the draw goes on.
    match verify(lines, &Evidence::default()).map(|report| report.verdict) {
        Ok(Verdict::Verified) => Step::Finished,
        Ok(Verdict::Unfinished) => Step::Underway { lines: count(lines) },
        Ok(Verdict::Refuted | Verdict::Unreadable) | Err(_) => Step::Faulty,
    }
}
