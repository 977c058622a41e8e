//! `publish`: one folder for everybody. A site that any web server, or a stick, can serve: the page
//! of the verifier with the transcript in it, a first page that says how to check, and all that
//! belongs to the draw and is not somebody's own.

mod folder;
mod site;

use crate::disk::folder::{Place, SUMS, copied};
use crate::disk::plan_file::plan_of;
use crate::disk::{office_file, on_disk};
use crate::keys::signing;
use crate::prints;
use crate::words::say::{Stop, Told, say, tr, warn};
use clap::Args;
use floorlot::Hash;
use floorlot::lines::{FiledKind, Stage};
use floorlot::rules::{Lang, Phrase};
use floorlot::transcript::{Evidence, Report, Verdict, verify};
use floorlot_verify::common::{digest, page, receipts};
use site::{Paper, Site};
use std::fs;
use std::path::{Path, PathBuf};

/// What `publish` is given.
#[derive(Args)]
pub(crate) struct PublishArgs {
    /// The transcript, also of a draw of several days that is not finished · 记录文件；分几天进行、尚未完成的也可以
    transcript: PathBuf,
    /// The folder of the site: a new one, or one that this command wrote, which is replaced ·
    /// 网站文件夹：新的，或本命令写过的（整个替换）
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Folder of the documents that the plan names, or that were filed later: compared, and published
    /// · 文件所在的文件夹：核对后一并公布
    #[arg(long, value_name = "DIR")]
    documents: Option<PathBuf>,
    /// From how many megabytes on a transcript is not opened in the browser by itself ·
    /// 记录超过多少兆字节，就不在浏览器中自动打开
    #[arg(long, value_name = "MB", default_value_t = page::LARGEST >> 20)]
    largest: u64,
}

/// The name of the transcript on the site.
const TRANSCRIPT: &str = "transcript.jsonl";

impl PublishArgs {
    /// All settings as they are when nobody says otherwise.
    #[cfg(feature = "web")]
    pub(crate) fn new(transcript: PathBuf, out: PathBuf, documents: Option<PathBuf>) -> Self {
        Self { transcript, out, documents, largest: page::LARGEST >> 20 }
    }
}

/// Whether a folder is a site.
#[cfg(feature = "web")]
pub(crate) fn is_site(folder: &Path) -> bool {
    folder::SITE.is_in(folder)
}

/// Writes the site, and says so.
pub(crate) fn publish(args: &PublishArgs, lang: Lang) -> Result<(), Stop> {
    let (said, missing) = written(args, lang)?;
    say(said);
    missing.iter().for_each(warn);
    Ok(())
}

/// Writes the site; where it is, and what is missing on it.
pub(crate) fn written(args: &PublishArgs, lang: Lang) -> Result<(String, Vec<String>), Stop> {
    let place = Place::at(&args.out, folder::SITE, lang)?;
    let bytes = on_disk::read(&args.transcript)
        .map_err(|error| Stop::file(lang, &args.transcript, error))?;
    let documents = args.documents.as_deref().map(digest::of_folder).transpose();
    let documents = documents.map_err(|(path, error)| Stop::file(lang, &path, error))?;
    let report = verified(args, &bytes, documents.as_deref(), lang)?;
    place.goes_on(TRANSCRIPT, &bytes, lang)?;
    let made = place.begin(lang)?;
    let work = Work { args, bytes: &bytes, folder: made.path(), lang };
    let site = work.fill(report, documents.as_deref().unwrap_or_default())?;
    work.seal(&site)?;
    place.put(made, lang)?;
    Ok((told(args, &site, lang), missing(args, &site, lang)))
}

/// The report on a file that is not refuted, and has a checkpoint.
fn verified(
    args: &PublishArgs,
    bytes: &[u8],
    documents: Option<&[(String, Hash)]>,
    lang: Lang,
) -> Result<Report, Stop> {
    let path = &args.transcript;
    let evidence = Evidence::default().with_documents(documents.map(<[_]>::to_vec));
    let report = verify(bytes, &evidence).map_err(|error| Stop::file(lang, path, error.words()))?;
    if report.verdict == Verdict::Refuted {
        let said = report.text(lang);
        return Err(Stop::Refuted(tr!(
            lang,
            "{said}\nNothing was published.",
            "{said}\n未公布任何内容。"
        )));
    }
    if report.checkpoints.is_empty() {
        return Err(Stop::file(
            lang,
            path,
            tr!(
                lang,
                "found a plan that is not sealed; expected a transcript with a checkpoint; publish it after the seal",
                "发现尚未封存的方案；应为有检查点的记录；请封存后再公布"
            ),
        ));
    }
    Ok(report)
}

/// What is at work.
struct Work<'a> {
    args: &'a PublishArgs,
    bytes: &'a [u8],
    /// Where the site is made.
    folder: &'a Path,
    lang: Lang,
}

impl Work<'_> {
    /// Everything but the first page and the list of hashes.
    fn fill(&self, report: Report, documents: &[(String, Hash)]) -> Result<Site, Stop> {
        self.write(TRANSCRIPT, self.bytes)?;
        self.write("plan.jsonl", plan_of(self.bytes))?;
        self.write(page::PAGE, page::RELEASED.as_bytes())?;
        let opens = self.bytes.len() as u64 <= self.args.largest << 20;
        if opens {
            page::write(self.folder, Some(folder::INDEX), &[(TRANSCRIPT, self.bytes)])
                .map_err(|error| Stop::file(self.lang, self.folder, error))?;
        }
        self.notes()?;
        let (prints, mut missing) = prints::for_the_wall(
            &self.args.transcript,
            self.bytes,
            &self.below("prints")?,
            self.lang,
        )?;
        let papers = self.documents(&report, documents)?;
        let mut site = Site::of(&report, opens, prints, papers);
        match self.receipts(report)? {
            Ok(()) => site.has_receipts = true,
            Err(why) => missing.push(why),
        }
        site.missing = missing;
        Ok(site)
    }

    /// The first page and the list of hashes, which has all other files.
    fn seal(&self, site: &Site) -> Result<(), Stop> {
        let mut entries = folder::entries(self.folder, self.lang)?;
        for (name, text) in site.pages(&entries) {
            self.write(name, text.as_bytes())?;
            entries.push(folder::entry(self.folder, name.to_owned(), self.lang)?);
        }
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        self.write(SUMS, folder::sums(&entries).as_bytes())
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Stop> {
        let path = self.folder.join(name);
        fs::write(&path, bytes).map_err(|error| Stop::file(self.lang, &path, error))
    }

    /// A folder of the site.
    fn below(&self, name: &str) -> Result<PathBuf, Stop> {
        let path = self.folder.join(name);
        fs::create_dir_all(&path).map_err(|error| Stop::file(self.lang, &path, error))?;
        Ok(path)
    }

    /// Each checkpoint as a signed note, for programs that read those.
    fn notes(&self) -> Result<(), Stop> {
        self.below("notes")?;
        let (mut days, mut batches) = (0, 0);
        for (stage, note) in signing::notes(&self.args.transcript, self.bytes, self.lang)? {
            let name = match stage {
                Stage::Plan => "plan".to_owned(),
                Stage::Reveals => "reveals".to_owned(),
                Stage::Result => "result".to_owned(),
                Stage::Day => numbered("day", &mut days),
                Stage::Aftermath => numbered("aftermath", &mut batches),
            };
            self.write(&format!("notes/{name}.note.txt"), note.as_bytes())?;
        }
        Ok(())
    }

    /// The documents that are for everybody, as far as they are at hand; they were compared when the
    /// transcript was verified.
    fn documents(&self, report: &Report, at_hand: &[(String, Hash)]) -> Result<Vec<Paper>, Stop> {
        let mut papers = papers(report);
        for paper in papers.iter_mut().filter(|paper| !paper.personal) {
            let found =
                at_hand.iter().find(|(name, hash)| *name == paper.name && *hash == paper.sha256);
            let (Some((name, _)), Some(from)) = (found, &self.args.documents) else { continue };
            let from = from.join(name);
            self.below("documents")?;
            let path = format!("documents/{}", inert(name));
            match copied(&from, &self.folder.join(&path), paper.sha256) {
                Ok(true) => paper.file = Some(path),
                Ok(false) => return Err(Stop::file(self.lang, &from, changed(self.lang))),
                Err(error) => return Err(Stop::file(self.lang, &from, error)),
            }
        }
        Ok(papers)
    }

    /// The receipts of a finished draw; of another one, why there are none.
    fn receipts(&self, report: Report) -> Result<Result<(), Phrase>, Stop> {
        let verified = match report.into_verified() {
            Ok(verified) => verified,
            Err(_) => {
                return Ok(Err(Phrase::new(
                    "receipts: not made, because the draw is not finished",
                    "收据：抽签尚未完成，未生成",
                )));
            }
        };
        let failed = |error: &dyn Told| Stop::file(self.lang, &self.args.transcript, error);
        let lines =
            self.bytes.strip_suffix(b"\n").unwrap_or(self.bytes).split(|byte| *byte == b'\n');
        let all = floorlot::receipt::receipts(&verified, lines)
            .map_err(|error| failed(&error.words()))?;
        let office = office_file::read(&self.args.transcript, None, self.lang)?;
        let title = (verified.roll().title(), office.verifier.as_str());
        receipts::write_all(&all, title, &self.below("receipts")?, self.lang)
            .map_err(Stop::Failed)?;
        Ok(Ok(()))
    }
}

/// Kinds of files in which no browser runs a script.
const INERT: [&str; 24] = [
    "7z", "bmp", "csv", "doc", "docx", "gif", "jpeg", "jpg", "json", "jsonl", "mp4", "odt", "ofd",
    "pdf", "png", "ppt", "pptx", "rtf", "tif", "tiff", "txt", "xls", "xlsx", "zip",
];

/// A name under which no browser runs what is in the document: it stands beside the page of the
/// check, and a script in it could write on that page.
fn inert(name: &str) -> String {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    match ending.is_some_and(|ending| INERT.contains(&ending.as_str())) {
        true => name.to_owned(),
        false => format!("{name}.bin"),
    }
}

fn changed(lang: Lang) -> String {
    tr!(
        lang,
        "the file was changed while the site was made; nothing was published; run the command again",
        "生成网站期间此文件有改动；未公布任何内容；请再次运行"
    )
}

fn numbered(word: &str, count: &mut u64) -> String {
    *count += 1;
    format!("{word}{count}")
}

/// The documents of the plan, and those that were filed later. An authority, or what is about a
/// household, is personal.
fn papers(report: &Report) -> Vec<Paper> {
    let of_plan = report.documents.iter().map(|document| Paper {
        name: document.name.clone(),
        title: document.title.clone(),
        sha256: document.sha256,
        personal: false,
        file: None,
    });
    let filed = report.filed.iter().map(|filed| Paper {
        name: filed.name.clone(),
        title: filed.title.clone(),
        sha256: filed.sha256,
        personal: filed.what == FiledKind::Authority || filed.household.is_some(),
        file: None,
    });
    of_plan.chain(filed).collect()
}

fn told(args: &PublishArgs, site: &Site, lang: Lang) -> String {
    let (out, head) = (args.out.display(), &site.fingerprint);
    tr!(
        lang,
        "The site is in {out}: open index.html there, or let a web server serve the folder.\nFingerprint that people compare with the notice board: {head}",
        "网站已写入 {out}：打开其中的 index.html，或由网站服务器提供整个文件夹。\n供大家与公告栏对照的指纹：{head}"
    )
}

/// What is missing on the site. The site says it too.
fn missing(args: &PublishArgs, site: &Site, lang: Lang) -> Vec<String> {
    let mut missing: Vec<_> = site.missing.iter().map(|why| why.get(lang).to_owned()).collect();
    if site.unfinished {
        missing.push(tr!(
            lang,
            "The draw is not finished; the site says so. Publish again when it has gone on.",
            "抽签尚未完成，网站上已写明。继续进行后请再次公布。"
        ));
    }
    if !site.opens {
        let limit = args.largest;
        missing.push(tr!(
            lang,
            "The transcript has more than {limit} MB and is not opened in a browser by itself; the site says how to check it.",
            "记录超过 {limit} MB，不在浏览器中自动打开；网站上已写明如何核验。"
        ));
    }
    let away = site.papers.iter().filter(|paper| paper.file.is_none() && !paper.personal);
    missing.extend(away.map(|Paper { name, .. }| {
        tr!(
            lang,
            "{name}: this document is not on the site, and the site says that it is missing; put it into the folder of --documents",
            "{name}：网站上没有这份文件，并已写明缺少；请把它放进 --documents 的文件夹"
        )
    }));
    missing
}

#[cfg(test)]
mod tests {
    use super::inert;

    #[test]
    fn no_document_runs_in_a_browser() {
        for name in ["选房办法.pdf", "名册.XLSX", "照片.jpg"] {
            assert_eq!(inert(name), name);
        }
        for name in ["a.html", "a.HTM", "a.pdf.svg", "a.js", "a.xhtml", "pdf", ".html", "a."] {
            assert_eq!(inert(name), format!("{name}.bin"));
        }
    }
}
