//! `notary`: what the file of the notary who watches a draw needs, in one folder that prints.
//!
//! | file | what is in it |
//! |---|---|
//! | `seen` | what the lines of a transcript say, as the checklist asks for it |
//! | `checklist` | what the notary looks at, stage by stage |
//! | `compared` | programs and documents against the plan |
//! | `files` | the page that tells it, with the hashes |
//! | `generator` | the tests of the keystream |
//! | `requirements` | which requirement each check meets |

mod checklist;
mod compared;
mod files;
mod generator;
mod requirements;
mod seen;

use crate::disk::folder::{Folder, Mark, Place};
use crate::disk::on_disk;
use crate::disk::recognize::What;
use crate::persons::notary::{self as openings, NotaryWhat};
use crate::prints;
use crate::prints::data::{Data, State};
use crate::randomness;
use crate::words::say::{Stop, say, tr, warn};
use clap::Args;
use compared::Compared;
use floorlot::Noted;
use floorlot::primitives::seed::pool_key;
use floorlot::rules::{Lang, Phrase};
use floorlot::transcript::{Evidence, verify};
use floorlot_verify::common::html::escaped;
use std::io;
use std::path::{Path, PathBuf};

/// What `notary` is given.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct NotaryArgs {
    #[command(subcommand)]
    what: Option<NotaryWhat>,
    /// A transcript, finished or not, or a plan · 抽签记录（不必完成）或方案文件
    #[arg(required = true)]
    file: Option<PathBuf>,
    /// Folder for the notary's file: a new one, or one that this command wrote and nobody changed ·
    /// 公证包文件夹：新的，或本命令写出且未改动过的
    #[arg(long, value_name = "DIR", required = true)]
    out: Option<PathBuf>,
    /// The folder with the documents that the plan names, to compare and copy them · 方案所列文件所在的文件夹
    #[arg(long, value_name = "DIR")]
    documents: Option<PathBuf>,
    /// Another program to compare with the plan, such as that of the computer in the hall; can be
    /// given several times · 另一程序（如现场电脑上的程序），与方案比对，可多次给出
    #[arg(long, value_name = "FILE")]
    program: Vec<PathBuf>,
    /// A fingerprint noted outside: of a file with lines behind it that nothing covers, nothing is
    /// written; can be given several times · 在外记下的指纹：其后若有未核对的内容，则不生成
    #[arg(long, value_name = "DIGITS")]
    fingerprint: Vec<Noted>,
    /// Takes in also what was not compared · 未核对的内容也收入
    #[arg(long)]
    include_not_compared: bool,
    /// How many samples of 1,000,000 bits of the keystream are tested · 随机性检测的样本数（每个样本 10^6 比特）
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    samples: u16,
}

/// The first page, by which the folder is known.
const CHECKLIST: &str = "1-checklist.html";
const TRANSCRIPT: &str = "transcript.jsonl";

/// Runs the command.
pub(crate) fn notary(args: &NotaryArgs, lang: Lang) -> Result<(), Stop> {
    match (&args.what, &args.file, &args.out) {
        (Some(what), ..) => openings::notary(what, lang),
        (None, Some(file), Some(out)) => {
            let made = dossier(args, file, out, lang)?;
            say(&made.said);
            made.low.iter().for_each(warn);
            made.ends()
        }
        // The command line asks for both.
        (None, ..) => Ok(()),
    }
}

/// What is said of a folder that was made.
pub(crate) struct Made {
    /// Where it is.
    said: String,
    /// That the keystream has more low P-values than chance gives.
    low: Option<String>,
    /// What contradicts the plan, a line each.
    refuted: Vec<String>,
    /// What is not there, a line each.
    missing: Vec<String>,
}

/// As many samples as the hall waits for.
#[cfg(feature = "web")]
const ON_THE_PAGE: u16 = 100;

/// The folder with everything that is taken by itself.
#[cfg(feature = "web")]
pub(crate) fn written(
    file: &Path,
    out: &Path,
    documents: Option<PathBuf>,
    lang: Lang,
) -> Result<(String, Vec<String>), Stop> {
    let args = NotaryArgs {
        what: None,
        file: None,
        out: None,
        documents,
        program: Vec::new(),
        fingerprint: Vec::new(),
        include_not_compared: false,
        samples: ON_THE_PAGE,
    };
    let Made { said, low, refuted, missing } = dossier(&args, file, out, lang)?;
    Ok((said, low.into_iter().chain(refuted).chain(missing).collect()))
}

/// Makes the folder. What is missing in it, or differs from the plan, is said in it, too.
fn dossier(args: &NotaryArgs, file: &Path, out: &Path, lang: Lang) -> Result<Made, Stop> {
    let bytes = on_disk::read(file).map_err(|error| Stop::file(lang, file, error))?;
    if let Some(other) = What::of(&bytes).no_plan(lang) {
        return Err(Stop::file(lang, file, other));
    }
    let evidence = Evidence::default()
        .with_noted(args.fingerprint.clone())
        .with_not_compared(args.include_not_compared);
    if !args.fingerprint.is_empty() {
        prints::compared((file, &args.fingerprint, args.include_not_compared), &bytes, lang)?;
    }
    let data = prints::read(file, &bytes, lang)?;
    let place = Place::at(out, Mark { file: CHECKLIST, text: "" }, lang)?;
    place.goes_on(TRANSCRIPT, &bytes, lang)?;
    let mut folder = Folder::new(place, lang)?;
    let compared =
        Compared::of(data.roll(), &args.program, args.documents.as_deref(), &mut folder, lang)?;
    let keys: Vec<_> = data.seed.iter().flat_map(|seed| keys(&data, seed.seed)).collect();
    let findings = randomness::findings(&keys, args.samples.into());
    let verification = Verification::of(&data, &bytes, &evidence);
    let said = verification.as_ref();
    let written = write(&mut folder, &data, (&bytes, said), |folder| {
        let pages = [
            (CHECKLIST, checklist::page(&data, &compared, said, lang)),
            ("2-files.html", files::page(&data, &bytes, (&compared, said), lang)),
            ("3-generator.html", generator::page(&data, findings.as_ref(), said, lang)),
            ("4-requirements.html", requirements::page(&data, lang)),
        ];
        pages.iter().try_for_each(|(name, page)| folder.write(name, page.as_bytes()))
    });
    written.map_err(|error| Stop::file(lang, out, error))?;
    let files = folder.finish(lang)?;
    let low = findings.as_ref().map_or(0, randomness::Findings::low);
    let mut refuted = compared.contradictions(lang);
    if let State::Refuted(why) = &data.state {
        let (path, why) = (file.display(), why.sentence.get(lang));
        refuted.insert(0, tr!(lang, "{path}: {why}", "{path}：{why}"));
    }
    Ok(Made {
        said: told(out, files, lang),
        low: generator::warning(low, lang),
        refuted,
        missing: compared.missing(lang),
    })
}

impl Made {
    /// How the command ends: with what contradicts the plan first, then with what is missing.
    fn ends(self) -> Result<(), Stop> {
        match (self.refuted.is_empty(), self.missing.is_empty()) {
            (false, _) => Err(Stop::Refuted([self.refuted, self.missing].concat().join("\n"))),
            (true, false) => Err(Stop::Failed(self.missing.join("\n"))),
            (true, true) => Ok(()),
        }
    }
}

/// The keys of all pools (rule D1).
fn keys(data: &Data, seed: floorlot::Hash) -> impl Iterator<Item = floorlot::Hash> {
    data.roll().pools().iter().map(move |pool| pool_key(seed, &pool.id))
}

/// The plan, the transcript and what the verifier says of it, and the pages.
fn write(
    folder: &mut Folder,
    data: &Data,
    (bytes, verification): (&[u8], Option<&Verification>),
    pages: impl FnOnce(&mut Folder) -> io::Result<()>,
) -> io::Result<()> {
    pages(folder)?;
    folder.write("plan.jsonl", &plan(data))?;
    let Some(verification) = verification else { return Ok(()) };
    folder.write(TRANSCRIPT, bytes)?;
    folder.write("verification.txt", verification.text.as_bytes())
}

/// The lines of the plan, which are the file that `import` wrote.
fn plan(data: &Data) -> Vec<u8> {
    data.plan.lines().iter().flat_map(|line| line.iter().copied().chain(*b"\n")).collect()
}

/// What the verifier says of a transcript, with the fingerprints that were given.
struct Verification {
    /// The whole report, in both languages.
    text: String,
    sentence: Phrase,
}

impl Verification {
    /// None of a plan: there is nothing to verify yet.
    fn of(data: &Data, bytes: &[u8], evidence: &Evidence) -> Option<Verification> {
        (!matches!(data.state, State::Plan)).then_some(())?;
        Some(match verify(bytes, evidence) {
            Ok(report) => {
                let sentence = report.sentence();
                let told =
                    |lang| format!("{}\n{}\n", report.text(lang).trim_end(), sentence.get(lang));
                let text = format!("{}\n{}", told(Lang::Zh), told(Lang::En));
                Verification { text, sentence }
            }
            Err(error) => {
                let sentence = error.words();
                Verification { text: format!("{}\n{}\n", sentence.zh, sentence.en), sentence }
            }
        })
    }
}

/// What the verifier says of a draw that goes on, or does not stand: values on the page may come from
/// lines that nothing covers yet.
fn not_finished(data: &Data, verification: Option<&Verification>, lang: Lang) -> String {
    let open = verification.filter(|_| data.verified().is_none());
    let sentence = open.map(|said| both(&said.sentence, lang));
    sentence.map_or(String::new(), |said| format!("<p class=\"note big\">{said}</p>\n"))
}

fn told(out: &Path, files: usize, lang: Lang) -> String {
    let out = out.display();
    tr!(
        lang,
        "The notary's file is in {out}: {files} files, with their SHA-256 in SHA256SUMS. Print the four pages; begin with 1-checklist.html.",
        "公证包在 {out}：共 {files} 个文件，其 SHA-256 见 SHA256SUMS。请打印四个网页，从 1-checklist.html 开始。"
    )
}

/// A phrase on paper: in the language of the page, and smaller in the other one.
fn both(words: &Phrase, lang: Lang) -> String {
    let other = if lang == Lang::Zh { Lang::En } else { Lang::Zh };
    format!("{}<br><small>{}</small>", escaped(words.get(lang)), escaped(words.get(other)))
}

/// The same as the head of a part.
fn heading(words: &Phrase, lang: Lang) -> String {
    let other = if lang == Lang::Zh { Lang::En } else { Lang::Zh };
    let (first, second) = (escaped(words.get(lang)), escaped(words.get(other)));
    format!("<h2>{first} <small>{second}</small></h2>\n")
}

/// The same as a paragraph.
fn paragraph(words: &Phrase, lang: Lang) -> String {
    format!("<p>{}</p>\n", both(words, lang))
}
