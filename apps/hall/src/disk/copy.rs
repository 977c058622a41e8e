//! A second copy of the transcript, its plan and what the hall notes, on a stick say, as they grow.
//!
//! Only the thread of the copier touches the stick, so that one that hangs stops nothing: the hall
//! asks, and reads what the copier answered last.

use super::grown::{Grown, Trouble, holds, is_mount, same_disk};
use super::judge::{Judged, Pick, pick};
use crate::words::say::{Stop, tr, warn};
use crate::words::told;
use floorlot::rules::Lang;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long a stick may take before that is told.
pub(crate) const PATIENCE: Duration = Duration::from_secs(2);

/// The copy, as the hall sees it. Nothing here waits for the stick, unless it says so.
#[derive(Clone)]
pub(crate) struct Copy {
    folder: PathBuf,
    /// The copy of the transcript.
    target: PathBuf,
    talk: Arc<Talk>,
}

#[derive(Default)]
struct Talk {
    said: Mutex<Said>,
    turned: Condvar,
}

/// What hall and copier say to each other.
#[derive(Default)]
struct Said {
    /// How often the hall asked, and up to which of these the copier answered.
    asked: u64,
    answered: u64,
    /// The lines of the transcript that are recorded, from memory: its file may be changed by
    /// others. None before the seal, when nothing is copied yet.
    recorded: Option<Vec<u8>>,
    /// Since when the copier is at work.
    since: Option<Instant>,
    /// Whether the answer came late, to a question that was not the newest.
    late: bool,
    /// Why the copy is behind.
    trouble: Option<Trouble>,
    /// Whether the copy is on the disk of the transcript.
    same_disk: bool,
}

impl Talk {
    fn said(&self) -> MutexGuard<'_, Said> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Copy {
    /// Where the copy is made.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Starts the copier of these files, the transcript first, into a folder, and asks what is
    /// there.
    pub(crate) fn start(folder: &Path, sources: &[&Path]) -> Copy {
        let files: Vec<Grown> = sources.iter().map(|source| Grown::new(source, folder)).collect();
        let target =
            files.first().map_or_else(|| folder.to_owned(), |file| file.target().to_owned());
        let copy = Copy { folder: folder.to_owned(), target, talk: Arc::default() };
        let copier = Copier { folder: folder.to_owned(), mounted: false, files, recorded: None };
        let talk = Arc::clone(&copy.talk);
        copy.ask(None);
        std::thread::spawn(move || copier.work(&talk));
        copy
    }

    /// The copy of the transcript.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// Asks the copier to bring the copy up to what is recorded, or (before the seal) to look at
    /// it.
    pub(crate) fn ask(&self, recorded: Option<&[u8]>) {
        let mut said = self.talk.said();
        said.asked += 1;
        grow(&mut said.recorded, recorded);
        said.since.get_or_insert_with(Instant::now);
        self.talk.turned.notify_all();
    }

    /// Waits until the copier has answered what was asked, but never longer than its patience; one
    /// that is known to hang is not waited for.
    pub(crate) fn wait(&self) {
        let said = self.talk.said();
        let (asked, left) = (
            said.asked,
            said.since.map_or(PATIENCE, |since| PATIENCE.saturating_sub(since.elapsed())),
        );
        let answered =
            self.talk.turned.wait_timeout_while(said, left, |said| said.answered < asked);
        drop(answered.unwrap_or_else(PoisonError::into_inner));
    }

    /// Why the copy is not whole, as far as is known now.
    pub(crate) fn trouble(&self) -> Option<Trouble> {
        let said = self.talk.said();
        match said.since {
            Some(since) if said.late || since.elapsed() >= PATIENCE => Some(Trouble::NoAnswer),
            _ => said.trouble.clone(),
        }
    }

    /// The same in words.
    pub(crate) fn warning(&self, lang: Lang) -> Option<String> {
        self.trouble().map(|trouble| trouble.told(&self.folder, &self.target, lang))
    }

    /// That the copy is on the disk of the transcript, if it is: the stick may not be there at all.
    pub(crate) fn same_disk(&self, lang: Lang) -> Option<String> {
        let folder = self.folder.display();
        self.talk.said().same_disk.then(|| {
            tr!(
                lang,
                "--copy {folder}: on the same disk as the transcript, so that both are lost with it (is the stick there?); a USB stick is safer",
                "--copy {folder}：与记录在同一磁盘上，磁盘损坏时会一同丢失（U 盘插好了吗？）；用 U 盘更稳妥"
            )
        })
    }

    /// Whether the stick has not answered.
    pub(crate) fn is_silent(&self) -> bool {
        self.trouble() == Some(Trouble::NoAnswer)
    }

    /// Why nothing is sealed or gone on with here, and what to do.
    pub(crate) fn refusal(&self, trouble: &Trouble, transcript: &Path, lang: Lang) -> String {
        let told = trouble.told(&self.folder, &self.target, lang);
        let how = match trouble {
            Trouble::Two { own, copy } => {
                between(own, copy, (transcript, &self.folder, &self.target), lang)
            }
            _ => go_on_from(transcript, &self.folder, lang),
        };
        format!("{told}\n{how}")
    }

    /// What the stick says at the start: the draw is not begun while the stick has more of it.
    pub(crate) fn first_look(&self, transcript: &Path, lang: Lang) -> Result<(), Stop> {
        self.wait();
        match self.trouble() {
            Some(trouble @ Trouble::Own) => {
                Err(Stop::Failed(trouble.told(&self.folder, &self.target, lang)))
            }
            Some(trouble) if trouble.forbids() => {
                Err(Stop::Failed(self.refusal(&trouble, transcript, lang)))
            }
            Some(trouble) => {
                warn(trouble.told(&self.folder, &self.target, lang));
                Ok(())
            }
            None => {
                self.same_disk(lang).iter().for_each(warn);
                Ok(())
            }
        }
    }
}

/// Makes these bytes those: nearly always some are only added.
fn grow(kept: &mut Option<Vec<u8>>, bytes: Option<&[u8]>) {
    match (kept.as_mut().zip(bytes), bytes) {
        (Some((kept, bytes)), _) if bytes.starts_with(kept) => {
            kept.extend_from_slice(bytes.get(kept.len()..).unwrap_or_default())
        }
        (_, bytes) => *kept = bytes.map(<[u8]>::to_vec),
    }
}

/// The command that goes on from the copy.
fn go_on_from(transcript: &Path, folder: &Path, lang: Lang) -> String {
    let command = told::from_copy(transcript, folder);
    tr!(
        lang,
        "Go on from the copy: end this program, and run\n    {command}\nIt brings the whole copy back and compares it; nothing is overwritten, and a file that is there is renamed. For a new draw name another --out, or another folder for the copy.",
        "请从副本接着进行：先结束本程序，再运行\n    {command}\n这样会把整份副本拷回并核对，不覆盖任何文件，原处如有文件只改名。如要另开一场抽签，请换一个 --out 或换一个副本文件夹。"
    )
}

/// What to do where transcript and copy differ.
pub(crate) fn between(
    own: &Judged,
    copy: &Judged,
    (transcript, folder, target): (&Path, &Path, &Path),
    lang: Lang,
) -> String {
    let stays = {
        let target = target.display();
        tr!(
            lang,
            "To go on with the transcript here, rename {target} (or name another folder for the copy), and run the same command again.",
            "如要用本机记录继续，请把 {target} 改名（或换一个副本文件夹），再运行同一命令。"
        )
    };
    let apart = {
        let command = told::in_another_folder(transcript, folder);
        tr!(
            lang,
            "To go on with the copy as it is, in a folder of its own:\n    {command}",
            "如要照副本现状、另用一个文件夹继续：\n    {command}"
        )
    };
    let none =
        tr!(lang, "Put the whole file back, if there is one.", "如有完整的文件，请放回原处。");
    let nothing = tr!(lang, "Nothing was changed.", "未作任何改动。");
    let ways = match pick(own, copy) {
        Pick::Copy => vec![go_on_from(transcript, folder, lang)],
        Pick::Own => vec![stays],
        Pick::Either => vec![stays, apart],
        Pick::Neither if copy.replays() => vec![none, apart],
        Pick::Neither => vec![none],
    };
    ways.into_iter().chain([nothing]).collect::<Vec<_>>().join("\n")
}

/// The thread that alone touches the stick.
struct Copier {
    folder: PathBuf,
    /// Whether the folder was a disk of its own at any time: when it is none any more, what is at
    /// its place is not the stick.
    mounted: bool,
    files: Vec<Grown>,
    /// What was asked for last.
    recorded: Option<Vec<u8>>,
}

impl Copier {
    fn work(mut self, talk: &Talk) {
        loop {
            let asked = {
                let waiting =
                    talk.turned.wait_while(talk.said(), |said| said.asked == said.answered);
                let mut said = waiting.unwrap_or_else(PoisonError::into_inner);
                said.since = Some(Instant::now());
                grow(&mut self.recorded, said.recorded.as_deref());
                said.asked
            };
            let begun = Instant::now();
            let (same_disk, trouble) = (self.same_disk(), self.round());
            let mut said = talk.said();
            said.late = begun.elapsed() >= PATIENCE && said.asked > asked;
            (said.same_disk, said.trouble) = (same_disk, trouble);
            said.answered = asked;
            said.since = (said.asked > asked).then(Instant::now);
            talk.turned.notify_all();
        }
    }

    /// Does what was asked. Why the copy is not whole, if it is not.
    fn round(&mut self) -> Option<Trouble> {
        let transcript = self.files.first()?;
        let own = crate::disk::on_disk::folder_of(transcript.source());
        if let (Ok(a), Ok(b)) = (own.canonicalize(), self.folder.canonicalize())
            && a == b
        {
            return Some(Trouble::Own);
        }
        let is_mount = is_mount(&self.folder);
        self.mounted |= is_mount;
        if self.mounted && !is_mount {
            self.files.iter_mut().for_each(Grown::forget);
            return Some(Trouble::NotThere);
        }
        match self.recorded.as_deref() {
            Some(recorded) => {
                let (transcript, others) = self.files.split_first_mut()?;
                // The notes come after what they speak of: those on the stick never promise more
                // than the stick has.
                transcript.update(Some(recorded)).or_else(|| {
                    others.iter_mut().filter_map(|file| file.update(None)).reduce(|first, _| first)
                })
            }
            None => holds(transcript, self.files.get(1)?),
        }
    }

    fn same_disk(&self) -> bool {
        let own = self
            .files
            .first()
            .map(|transcript| crate::disk::on_disk::folder_of(transcript.source()));
        own.is_some_and(|own| same_disk(own, &self.folder))
    }
}
