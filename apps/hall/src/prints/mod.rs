//! `print`: what hangs on the wall, lies on the tables and goes to the office, made of a transcript
//! (finished or not) or of a plan.
//!
//! Each page is a function of the same data, an HTML page of its own that loads nothing and runs
//! nothing.

mod amounts;
mod confirm;
mod crossout;
pub(crate) mod data;
mod days;
mod enrolment;
mod families;
mod grid;
mod imprint;
mod minutes;
mod notice;
mod order;
pub(crate) mod papers;
mod programs;
pub(crate) mod receipts;
mod result;
mod seed;
pub(crate) mod settle;
pub(crate) mod sheet;
mod tables;
pub(crate) mod timetable;

use crate::disk::hall_log::{self, Note};
use crate::disk::office_file;
use crate::disk::on_disk;
use crate::disk::recognize::What;
use crate::import::office::Office;
use crate::words::say::{Stop, say, tr, warn};
use clap::Args;
use data::{Data, State, Unread};
use floorlot::Noted;
use floorlot::rules::{Lang, Phrase};
use floorlot::transcript::{Evidence, Verdict, Verified, verify};
#[cfg(any(feature = "odds", feature = "web"))]
pub(crate) use sheet::needs;
use std::path::{Path, PathBuf};

/// What `print` is given.
#[derive(Args)]
pub(crate) struct PrintArgs {
    /// A transcript, finished or not, or a plan · 抽签记录（不必完成）或方案文件
    file: PathBuf,
    /// Folder for the pages, result.xlsx and result.csv · 输出文件夹
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Only this: notice, enrolment, seed, order, crossout, confirm, result, minutes, days, xlsx or csv;
    /// can be given several times; enrolment (a slip for each household) and confirm
    /// (a sheet for each household or family) are printed only if they are named ·
    /// 只打印其中之一，可多次给出；入册凭证（enrolment）和选房确认单（confirm）须指明才打印
    #[arg(long, value_name = "NAME", value_parser = parse_name)]
    only: Vec<String>,
    /// The confirmation sheet, or the slip, of this household or family alone · 只打印此户或此家庭的选房确认单或凭证
    #[arg(long, value_name = "ID")]
    household: Option<String>,
    /// What the office says of itself: the settings (draw.toml) or a part of them with [office]; else
    /// NAME.office.toml beside the file · 落款等内容所在的设置文件；不写则用旁边的 NAME.office.toml
    #[arg(long, value_name = "FILE")]
    office: Option<PathBuf>,
    /// Papers for the wall say what each household needs, too · 张贴的公告也写明各户的照顾需求
    #[arg(long)]
    show_needs: bool,
    /// Takes older print-outs out of the folder first · 先删除文件夹中旧的打印件
    #[arg(long)]
    replace: bool,
    /// A fingerprint noted outside: of a file with lines behind it that nothing covers, nothing is
    /// printed; can be given several times · 在外记下的指纹：其后若有未核对的内容，则不打印
    #[arg(long, value_name = "DIGITS")]
    fingerprint: Vec<Noted>,
    /// Prints also what was not compared · 未核对的内容也打印
    #[arg(long)]
    include_not_compared: bool,
}

/// A print-out.
struct PrintOut {
    name: &'static str,
    file: &'static str,
    make: Make,
    /// Why it cannot be made, or not yet.
    missing: fn(&Data) -> Option<Phrase>,
}

impl PrintOut {
    /// Whether it is expected of such a draw, if nothing is named: most take one day.
    fn is_usual(&self, data: &Data) -> bool {
        match self.name {
            "days" => days::any(data),
            // There are as many sheets as households.
            "confirm" | "enrolment" => false,
            _ => true,
        }
    }
}

/// How it is made.
enum Make {
    Page(fn(&Data, Lang) -> String),
    Table(fn(&Data, &Verified, Lang) -> Result<Vec<u8>, String>),
}

fn always(_: &Data) -> Option<Phrase> {
    None
}

const ALL: [PrintOut; 11] = [
    PrintOut {
        name: "notice",
        file: "notice.html",
        make: Make::Page(notice::notice),
        missing: always,
    },
    PrintOut {
        name: "enrolment",
        file: "enrolment.html",
        make: Make::Page(enrolment::enrolment),
        missing: enrolment::missing,
    },
    PrintOut {
        name: "seed",
        file: "seed.html",
        make: Make::Page(seed::seed),
        missing: seed::missing,
    },
    PrintOut {
        name: "order",
        file: "order.html",
        make: Make::Page(order::order),
        missing: seed::missing,
    },
    PrintOut {
        name: "crossout",
        file: "crossout.html",
        make: Make::Page(crossout::crossout),
        missing: always,
    },
    PrintOut {
        name: "confirm",
        file: "confirm.html",
        make: Make::Page(confirm::confirm),
        missing: confirm::missing,
    },
    PrintOut {
        name: "result",
        file: "result.html",
        make: Make::Page(result::result),
        missing: result::missing,
    },
    PrintOut {
        name: "minutes",
        file: "minutes.html",
        make: Make::Page(minutes::minutes),
        missing: minutes::missing,
    },
    PrintOut {
        name: "days",
        file: "days.html",
        make: Make::Page(days::days),
        missing: days::missing,
    },
    PrintOut {
        name: "xlsx",
        file: "result.xlsx",
        make: Make::Table(tables::xlsx),
        missing: result::missing,
    },
    PrintOut {
        name: "csv",
        file: "result.csv",
        make: Make::Table(tables::csv),
        missing: result::missing,
    },
];

/// The name of a print-out, or that of its file.
fn parse_name(text: &str) -> Result<String, String> {
    let found = ALL.iter().find(|out| out.name == text || out.file == text);
    let names: Vec<&str> = ALL.iter().map(|out| out.name).collect();
    let names = names.join(", ");
    found
        .map(|out| out.name.to_owned())
        .ok_or_else(|| format!("one of {names} · 应为 {} 之一", names.replace(", ", "、")))
}

/// A print-out ready to be written.
struct Ready {
    file: &'static str,
    bytes: Vec<u8>,
}

/// Writes the print-outs.
pub(crate) fn print(args: &PrintArgs, lang: Lang) -> Result<(), Stop> {
    let bytes = on_disk::read(&args.file).map_err(|error| Stop::file(lang, &args.file, error))?;
    if let Some(other) = What::of(&bytes).no_plan(lang) {
        return Err(Stop::file(lang, &args.file, other));
    }
    if !args.fingerprint.is_empty() {
        compared((&args.file, &args.fingerprint, args.include_not_compared), &bytes, lang)?;
    }
    let data = read(&args.file, &bytes, lang)?;
    if data.torn {
        let path = args.file.display();
        warn(tr!(
            lang,
            "{path}: the last line is torn and is left out",
            "{path}：最后一行不完整，未计入"
        ));
    }
    let mut office = office_file::read(&args.file, args.office.as_deref(), lang)?;
    office.show_needs |= args.show_needs;
    let data = data.for_one(args.household.clone()).with_office(office);
    let wanted = |out: &&PrintOut| match args.only.as_slice() {
        [] if data.only.is_some() => out.name == "confirm",
        [] => out.is_usual(&data),
        only => only.iter().any(|name| name == out.name),
    };
    let (ready, missing) = make(&data, ALL.iter().filter(wanted), lang);
    refuse_old(&args.out, args.replace, lang)?;
    write(&args.out, &ready, lang)?;
    told(&args.out, &ready, lang);
    missing.iter().for_each(warn);
    match &data.state {
        State::Refuted(why) => {
            let (path, why, fault) =
                (args.file.display(), why.sentence.get(lang), why.fault.get(lang));
            Err(Stop::Refuted(tr!(lang, "{path}: {why}\n{fault}", "{path}：{why}\n{fault}")))
        }
        _ if ready.is_empty() => {
            Err(Stop::Failed(tr!(lang, "Nothing was printed.", "没有打印任何内容。")))
        }
        _ => Ok(()),
    }
}

/// Refuses a file with lines that the fingerprints given do not cover, or another file.
pub(crate) fn compared(
    (file, fingerprints, include_not_compared): (&Path, &[Noted], bool),
    bytes: &[u8],
    lang: Lang,
) -> Result<(), Stop> {
    let evidence = Evidence::default()
        .with_noted(fingerprints.to_vec())
        .with_not_compared(include_not_compared);
    let report = verify(bytes, &evidence)
        .map_err(|error| Stop::file(lang, file, error.words().get(lang)))?;
    let (path, sentence) = (file.display(), report.sentence());
    let sentence = sentence.get(lang);
    if report.verdict == Verdict::Refuted {
        return Err(Stop::Refuted(tr!(lang, "{path}: {sentence}", "{path}：{sentence}")));
    }
    match report.leaves_out() {
        true => Err(Stop::Failed(tr!(
            lang,
            "{path}: {sentence} Nothing was written; --include-not-compared takes it in all the same.",
            "{path}：{sentence}未写出任何内容；如仍需要，请加 --include-not-compared。"
        ))),
        false => Ok(()),
    }
}

/// All print-outs of a demo, in place of those of an earlier one.
pub(crate) fn all(transcript: &Path, folder: &Path, lang: Lang) -> Result<(), Stop> {
    let bytes = on_disk::read(transcript).map_err(|error| Stop::file(lang, transcript, error))?;
    let data =
        read(transcript, &bytes, lang)?.with_office(office_file::read(transcript, None, lang)?);
    let usual = |out: &&PrintOut| out.is_usual(&data);
    let (ready, missing) = make(&data, ALL.iter().filter(usual), lang);
    missing.iter().for_each(warn);
    refuse_old(folder, true, lang)?;
    write(folder, &ready, lang)?;
    told(folder, &ready, lang);
    Ok(())
}

/// What hangs on the wall, and so may be read by everybody: no slips, no sheets of households, no
/// tables for the office.
const WALL: [&str; 6] = ["notice", "seed", "order", "result", "minutes", "days"];

/// The print-outs for everybody: the names of their files, and why others could not be made.
pub(crate) fn for_the_wall(
    transcript: &Path,
    bytes: &[u8],
    folder: &Path,
    lang: Lang,
) -> Result<(Vec<&'static str>, Vec<Phrase>), Stop> {
    let data =
        read(transcript, bytes, lang)?.with_office(office_file::read(transcript, None, lang)?);
    let wanted = |out: &&PrintOut| WALL.contains(&out.name) && out.is_usual(&data);
    let why = |out: &PrintOut| {
        let (file, why) = (out.file, (out.missing)(&data)?);
        let Phrase { en, zh } = why;
        Some(Phrase::new(format!("{file}: not printed: {en}"), format!("{file}：未打印：{zh}")))
    };
    let missing = ALL.iter().filter(wanted).filter_map(why).collect();
    let (ready, _) = make(&data, ALL.iter().filter(wanted), lang);
    write(folder, &ready, lang)?;
    Ok((ready.iter().map(|ready| ready.file).collect(), missing))
}

/// What the pages are made of: these bytes of a file, and what the hall noted beside it.
pub(crate) fn read(file: &Path, bytes: &[u8], lang: Lang) -> Result<Data, Stop> {
    Data::read(bytes, notes(file, lang)?).map_err(|unread| unreadable(file, &unread, lang))
}

/// What the hall noted beside a transcript.
fn notes(transcript: &Path, lang: Lang) -> Result<Vec<Note>, Stop> {
    let path = hall_log::beside(transcript);
    hall_log::read(&path).map_err(|error| Stop::file(lang, &path, error))
}

/// One print-out of a transcript or plan: its file name and content. The error says why it cannot
/// be made.
pub(crate) fn one(
    bytes: &[u8],
    notes: Vec<Note>,
    (name, household): (&str, Option<String>),
    office: Office,
    lang: Lang,
) -> Result<(&'static str, Vec<u8>), String> {
    let out = ALL.iter().find(|out| out.name == name);
    let Some(out) = out else {
        return Err(tr!(lang, "there is no such print-out", "没有这种打印件"));
    };
    let data = Data::read(bytes, notes).map_err(|unread| match unread {
        Unread::Bad(words) | Unread::Refuted(words) => words.get(lang).to_owned(),
    })?;
    let data = data.for_one(household).with_office(office);
    let (ready, missing) = make(&data, std::iter::once(out), lang);
    let ready = ready.into_iter().next().map(|ready| (ready.file, ready.bytes));
    ready.ok_or_else(|| missing.join("; "))
}

fn unreadable(path: &Path, unread: &Unread, lang: Lang) -> Stop {
    match unread {
        Unread::Bad(words) => Stop::file(lang, path, words.get(lang)),
        Unread::Refuted(words) => {
            let (path, why) = (path.display(), words.get(lang));
            Stop::Refuted(tr!(
                lang,
                "{path}: the plan in this transcript breaks rules, so nothing of it is printed.\n{why}",
                "{path}：记录中的方案不合规则，不打印任何内容。\n{why}"
            ))
        }
    }
}

/// Makes those that can be made; a sentence for each other one.
fn make<'a>(
    data: &Data,
    wanted: impl Iterator<Item = &'a PrintOut>,
    lang: Lang,
) -> (Vec<Ready>, Vec<String>) {
    let (mut ready, mut missing) = (Vec::new(), Vec::new());
    for out in wanted {
        let file = out.file;
        if let Some(why) = (out.missing)(data) {
            let why = why.get(lang);
            missing.push(tr!(lang, "{file}: not printed: {why}", "{file}：未打印：{why}"));
            continue;
        }
        let bytes = match (&out.make, data.verified()) {
            (Make::Page(page), _) => Ok(page(data, lang).into_bytes()),
            (Make::Table(table), Some(verified)) => table(data, verified, lang),
            (Make::Table(_), None) => continue,
        };
        match bytes {
            Ok(bytes) => ready.push(Ready { file, bytes }),
            Err(error) => {
                missing.push(tr!(lang, "{file}: not printed: {error}", "{file}：未打印：{error}"))
            }
        }
    }
    (ready, missing)
}

/// Old print-outs among new ones would mislead: the folder has none, or they are taken out.
fn refuse_old(folder: &Path, replace: bool, lang: Lang) -> Result<(), Stop> {
    if folder.exists() && !folder.is_dir() {
        let other = tr!(
            lang,
            "found something that is not a folder; expected a folder for the print-outs, or nothing: move it away or rename it",
            "此处不是文件夹；应为存放打印件的文件夹，或空位置；请移走或改名"
        );
        return Err(Stop::file(lang, folder, other));
    }
    std::fs::create_dir_all(folder).map_err(|error| Stop::file(lang, folder, error))?;
    for path in ALL.iter().map(|out| folder.join(out.file)).filter(|path| path.exists()) {
        if !replace {
            let there = tr!(
                lang,
                "found an older print-out; expected a folder without one; name another with --out, or add --replace, which takes the older ones out",
                "发现旧的打印件；文件夹中不应有旧件；请用 --out 另指文件夹，或加 --replace 先删除旧件"
            );
            return Err(Stop::file(lang, &path, there));
        }
        std::fs::remove_file(&path).map_err(|error| Stop::file(lang, &path, error))?;
    }
    Ok(())
}

fn write(folder: &Path, ready: &[Ready], lang: Lang) -> Result<(), Stop> {
    ready.iter().try_for_each(|Ready { file, bytes }| write_whole(folder, file, bytes, lang))
}

/// Writes a file under another name first, so that it is not there by half.
fn write_whole(folder: &Path, file: &str, bytes: &[u8], lang: Lang) -> Result<(), Stop> {
    let (path, part) = (folder.join(file), folder.join(format!("{file}.part")));
    let written = std::fs::write(&part, bytes).and_then(|()| std::fs::rename(&part, &path));
    written.map_err(|error| {
        let _ = std::fs::remove_file(&part);
        Stop::file(lang, &path, error)
    })
}

/// What was written, in one line.
fn told(folder: &Path, ready: &[Ready], lang: Lang) {
    if ready.is_empty() {
        return;
    }
    let files: Vec<&str> = ready.iter().map(|ready| ready.file).collect();
    let (folder, files) = (folder.display(), files.join(", "));
    say(tr!(lang, "Print-outs in {folder}: {files}", "打印件在 {folder}：{files}"));
}
