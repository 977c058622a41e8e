//! A second copy of the transcript, its plan and what the hall notes, on a stick say, as they grow.
//!
//! Only the thread of the copier touches the stick, so that one that hangs stops nothing: the hall asks, and reads what the copier answered last.

use super::grown::{Grown, Trouble, holds, is_mount, same_disk};
use crate::say::{Stop, quoted, tr, warn};
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
    /// How many bytes of the transcript are recorded; none before the seal, when nothing is copied yet.
    recorded: Option<u64>,
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
    /// Starts the copier of these files, the transcript first, into a folder, and asks what is there.
    pub(crate) fn start(folder: &Path, sources: &[&Path]) -> Copy {
        let files: Vec<Grown> = sources.iter().map(|source| Grown::new(source, folder)).collect();
        let target = files.first().map_or_else(|| folder.to_owned(), |file| file.target().to_owned());
        let copy = Copy { folder: folder.to_owned(), target, talk: Arc::default() };
        let copier = Copier { folder: folder.to_owned(), mounted: false, files };
        let talk = Arc::clone(&copy.talk);
        copy.ask(None);
        std::thread::spawn(move || copier.work(&talk));
        copy
    }

    /// The copy of the transcript.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// The folder of the copy.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Asks the copier to bring the copy up to what is recorded, or (before the seal) to look at it.
    pub(crate) fn ask(&self, recorded: Option<u64>) {
        let mut said = self.talk.said();
        said.asked += 1;
        said.recorded = recorded;
        said.since.get_or_insert_with(Instant::now);
        self.talk.turned.notify_all();
    }

    /// Waits until the copier has answered what was asked, but never longer than its patience; one that is known to hang is not waited for.
    pub(crate) fn wait(&self) {
        let said = self.talk.said();
        let (asked, left) = (said.asked, said.since.map_or(PATIENCE, |since| PATIENCE.saturating_sub(since.elapsed())));
        let answered = self.talk.turned.wait_timeout_while(said, left, |said| said.answered < asked);
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

    /// What the stick says at the start: the draw is not begun while the stick has more of it.
    pub(crate) fn first_look(&self, transcript: &Path, lang: Lang) -> Result<(), Stop> {
        self.wait();
        match self.trouble() {
            Some(trouble @ (Trouble::Own | Trouble::Ahead { .. } | Trouble::Sealed)) => {
                let mut told = trouble.told(&self.folder, &self.target, lang);
                if trouble != Trouble::Own {
                    told += "\n";
                    told += &go_on_from(transcript, &self.folder, lang);
                }
                Err(Stop::Failed(told))
            }
            Some(trouble) => {
                warn(trouble.told(&self.folder, &self.target, lang));
                Ok(())
            }
            None if self.talk.said().same_disk => {
                let folder = self.folder.display();
                warn(tr!(
                    lang,
                    "--copy {folder}: on the same disk as the transcript, so that both are lost with it; a USB stick is safer",
                    "--copy {folder}：与记录在同一磁盘上，磁盘损坏时会一同丢失；用 U 盘更稳妥"
                ));
                Ok(())
            }
            None => Ok(()),
        }
    }
}

/// The command that goes on from the copy.
pub(crate) fn go_on_from(transcript: &Path, folder: &Path, lang: Lang) -> String {
    let [transcript, folder] = [transcript, folder].map(|path| quoted(&path.display().to_string()));
    tr!(
        lang,
        "Go on from the copy: end this program, and run\n    draw_session serve --out {transcript} --copy {folder} --from-copy\nIt brings the whole copy back and compares it; nothing is overwritten. For a new draw name another --out, or another folder for the copy.",
        "请从副本接着进行：先结束本程序，再运行\n    draw_session serve --out {transcript} --copy {folder} --from-copy\n它会把整份副本拷回并核对，不覆盖任何文件。如要另开一场抽签，请换一个 --out 或换一个副本目录。"
    )
}

/// The thread that alone touches the stick.
struct Copier {
    folder: PathBuf,
    /// Whether the folder was a disk of its own at any time: when it is none any more, what is at its place is not the stick.
    mounted: bool,
    files: Vec<Grown>,
}

impl Copier {
    fn work(mut self, talk: &Talk) {
        loop {
            let (asked, recorded) = {
                let waiting = talk.turned.wait_while(talk.said(), |said| said.asked == said.answered);
                let mut said = waiting.unwrap_or_else(PoisonError::into_inner);
                said.since = Some(Instant::now());
                (said.asked, said.recorded)
            };
            let begun = Instant::now();
            let (same_disk, trouble) = (self.same_disk(), self.round(recorded));
            let mut said = talk.said();
            said.late = begun.elapsed() >= PATIENCE && said.asked > asked;
            (said.same_disk, said.trouble) = (same_disk, trouble);
            said.answered = asked;
            said.since = (said.asked > asked).then(Instant::now);
            talk.turned.notify_all();
        }
    }

    /// Does what was asked. Why the copy is not whole, if it is not.
    fn round(&mut self, recorded: Option<u64>) -> Option<Trouble> {
        let transcript = self.files.first()?;
        let own = crate::on_disk::folder_of(transcript.source());
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
        match recorded {
            Some(recorded) => {
                let (transcript, others) = self.files.split_first_mut()?;
                let first = transcript.update(Some(recorded));
                others.iter_mut().map(|file| file.update(None)).fold(first, Option::or)
            }
            None => holds(transcript),
        }
    }

    fn same_disk(&self) -> bool {
        let own = self.files.first().map(|transcript| crate::on_disk::folder_of(transcript.source()));
        own.is_some_and(|own| same_disk(own, &self.folder))
    }
}
