//! `--from-copy`: the transcript that was lost on this machine comes back from the stick, whole,
//! with its plan and what the hall noted.

use super::files::Files;
use crate::disk::copy::between;
use crate::disk::hall_log;
use crate::disk::judge::{Judged, Pick, judged, notes_that_count, pick};
use crate::disk::on_disk::{self, in_place};
use crate::disk::plan_file::{is_sealed, whole};
use crate::words::say::{Stop, say, tr};
use floorlot::lines::Line;
use floorlot::rules::Lang;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::time::Duration;

/// How long the stick may take to give its files.
const PATIENCE: Duration = Duration::from_secs(60);

/// Brings the files back. Nothing is overwritten: what is here and shorter is renamed.
pub(crate) fn bring(files: &Files, folder: &Path, lang: Lang) -> Result<(), Stop> {
    let there = |file: &Path| folder.join(file.file_name().unwrap_or_default());
    let (transcript, log) = (there(&files.transcript), there(&files.log));
    let (copy, noted) = both(&transcript, &log, lang)?;
    let copy = copy.map_err(|error| Stop::file(lang, &transcript, error))?;
    if !is_sealed(whole(&copy)) {
        let none = tr!(
            lang,
            "there is no sealed draw in it; start without --from-copy",
            "其中没有已封存的抽签；请去掉 --from-copy 再启动"
        );
        return Err(Stop::file(lang, &transcript, none));
    }
    let own = hall_log::read(&files.log).map_err(|error| Stop::file(lang, &files.log, error))?;
    let notes = notes_that_count(own, || {
        noted
            .as_deref()
            .map(|log| hall_log::parse(&String::from_utf8_lossy(log)))
            .unwrap_or_default()
    });
    let both = (&*files.transcript, folder, &*transcript);
    match here(&files.transcript, &copy, lang)? {
        Here::Shorter => {
            fit(None, &judged(&copy, &notes), both, lang)?;
            place(&files.transcript, &copy, lang)?;
        }
        Here::Whole => {
            let own = files.transcript.display();
            say(tr!(
                lang,
                "{own} has everything that the copy has.",
                "{own} 已包含副本的全部内容。"
            ));
        }
        Here::Other => {
            let own = std::fs::read(&files.transcript)
                .map_err(|error| Stop::file(lang, &files.transcript, error))?;
            fit(Some(&judged(&own, &notes)), &judged(&copy, &notes), both, lang)?;
            place(&files.transcript, &copy, lang)?;
        }
    }
    let plan = plan_of(&copy);
    if !on_disk::read(&files.plan).is_ok_and(|own| own == plan) {
        place(&files.plan, &plan, lang)?;
    }
    match noted {
        Ok(noted) if here(&files.log, &noted, lang)? != Here::Whole => {
            place(&files.log, &noted, lang)
        }
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Stop::file(lang, &log, error)),
        _ => Ok(()),
    }
}

type Content = io::Result<Vec<u8>>;

/// Reads both files in a thread, so that a stick that hangs is told.
fn both(transcript: &Path, log: &Path, lang: Lang) -> Result<(Content, Content), Stop> {
    let (given, taken) = channel();
    let files: [PathBuf; 2] = [transcript.to_owned(), log.to_owned()];
    std::thread::spawn(move || {
        let [transcript, log] = files.map(std::fs::read);
        given.send((transcript, log))
    });
    taken.recv_timeout(PATIENCE).map_err(|_| {
        Stop::file(lang, transcript, tr!(lang, "the stick does not answer", "U 盘没有反应"))
    })
}

/// What is here already, beside a copy.
#[derive(PartialEq, Eq)]
enum Here {
    /// A beginning of the copy, or nothing.
    Shorter,
    /// All of the copy.
    Whole,
    /// Something else.
    Other,
}

fn here(path: &Path, copy: &[u8], lang: Lang) -> Result<Here, Stop> {
    let own = match on_disk::read(path) {
        Ok(own) => own,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Here::Shorter),
        Err(error) => return Err(Stop::file(lang, path, error)),
    };
    let (own, copy) = (whole(&own), whole(copy));
    Ok(match (own.starts_with(copy), copy.starts_with(own)) {
        (true, _) => Here::Whole,
        (false, true) => Here::Shorter,
        (false, false) => Here::Other,
    })
}

/// A copy that is not whole is not brought, and one of another draw only where the transcript here
/// is none to go on with.
fn fit(
    own: Option<&Judged>,
    copy: &Judged,
    (transcript, folder, target): (&Path, &Path, &Path),
    lang: Lang,
) -> Result<(), Stop> {
    let nothing = judged(&[], &[]);
    if pick(own.unwrap_or(&nothing), copy) == Pick::Copy {
        return Ok(());
    }
    let two = tr!(
        lang,
        "these are two draws, and nothing was brought back.",
        "这是两场抽签，未拷回任何文件。"
    );
    let head = own.is_some_and(Judged::good).then_some(two);
    let own_told = own.map(|own| own.told(transcript, lang));
    let how = between(own.unwrap_or(&nothing), copy, (transcript, folder, target), lang);
    let stop = if lang == Lang::En { "." } else { "。" };
    let told = own_told.into_iter().chain([copy.told(target, lang)]).map(|told| told + stop);
    Err(Stop::Failed(head.into_iter().chain(told).chain([how]).collect::<Vec<_>>().join("\n")))
}

/// The plan is the lines before its seal.
fn plan_of(copy: &[u8]) -> Vec<u8> {
    let lines = whole(copy).split_inclusive(|&b| b == b'\n');
    let plan = |line: &&[u8]| {
        !matches!(
            Line::decode(line.strip_suffix(b"\n").unwrap_or(line)),
            Ok(Line::Checkpoint { .. })
        )
    };
    lines.take_while(plan).flatten().copied().collect()
}

fn place(path: &Path, bytes: &[u8], lang: Lang) -> Result<(), Stop> {
    let placed = in_place(path, bytes, None, lang)?;
    let path = path.display();
    say(tr!(
        lang,
        "{path}: brought back from the copy, whole, and compared.",
        "{path}：已从副本整份拷回并核对。"
    ));
    if let Some(aside) = placed.aside {
        let aside = aside.display();
        say(tr!(
            lang,
            "The file that was there is {aside} now, as it was.",
            "原处的那个文件保持原样，现名 {aside}。"
        ));
    }
    Ok(())
}
