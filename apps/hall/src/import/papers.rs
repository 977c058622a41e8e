//! `[[documents]]` of the settings: what the draw rests on, by the SHA-256 of each file.

use super::fault::Fault;
use super::notes::Notes;
use crate::words::say::tr;
use floorlot::Hash;
use floorlot::plan::{Document, DocumentKind};
use floorlot::rules::{Lang, Phrase};
use floorlot::system::io_words;
use floorlot_verify::common::{digest, own};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// One of `[[documents]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DocumentConfig {
    what: DocumentKind,
    pub(super) title: String,
    /// Beside the settings, or `self`: the program that runs.
    file: Option<String>,
    /// The name in the plan, if it is not that of the file.
    pub(super) name: Option<String>,
    sha256: Option<Hash>,
}

/// What `file` is for the program that runs.
const SELF: &str = "self";

/// Where a document is and what was read of it.
enum Read {
    Hash(Hash),
    /// On a page there are no files beside the settings.
    NoFolder,
    Failed(Phrase),
}

/// The documents of the plan. Every one that cannot be read, or is another file than the settings
/// say, is a fault.
pub(super) fn documents(
    all: &[DocumentConfig],
    (file, folder): (&str, Option<&Path>),
    notes: &mut Notes,
    lang: Lang,
) -> Vec<Document> {
    let mut documents = Vec::new();
    for (number, one) in (1..).zip(all) {
        match one.document(folder) {
            Ok((document, compared)) => {
                notes.told += &document_told(&document, compared, lang);
                documents.push(document);
            }
            Err(wrong) => {
                let [found, expected, advice] = *wrong;
                let title = super::fault::without_numbers(&one.title);
                let place = Phrase::new(
                    format!("{file}, [[documents]] {number} ({title})"),
                    format!("{file}，[[documents]] 第 {number} 份（{title}）"),
                );
                notes.faults.push(Fault::new(place, found, expected, advice));
            }
        }
    }
    documents
}

/// What was found, what was expected, what to do.
type Wrong = Box<[Phrase; 3]>;

impl DocumentConfig {
    /// The document, and whether its file was read.
    fn document(&self, folder: Option<&Path>) -> Result<(Document, bool), Wrong> {
        let read = self.file.as_deref().map(|file| read(file, folder));
        let (sha256, compared) = match (read, self.sha256) {
            (None, None) => return Err(neither()),
            (None | Some(Read::NoFolder), Some(given)) => (given, false),
            (Some(Read::NoFolder), None) => return Err(no_folder()),
            (Some(Read::Failed(why)), _) => return Err(self.not_read(&why)),
            (Some(Read::Hash(own)), Some(given)) if own != given => return Err(other(own, given)),
            (Some(Read::Hash(own)), _) => (own, true),
        };
        let name = self.name.clone().or_else(|| self.file_name()).ok_or_else(no_name)?;
        Ok((Document { what: self.what, name, title: self.title.clone(), sha256 }, compared))
    }

    /// The name of the file without its folders, as Windows and others write them.
    fn file_name(&self) -> Option<String> {
        match self.file.as_deref()? {
            SELF => Some(std::env::current_exe().ok()?.file_name()?.to_string_lossy().into_owned()),
            file => file.rsplit(['/', '\\']).next().map(str::to_owned),
        }
    }

    fn not_read(&self, why: &Phrase) -> Wrong {
        let file = self.file.as_deref().unwrap_or_default();
        Box::new([
            Phrase::new(
                format!("file = `{file}`: {}", why.en),
                format!("file = “{file}”：{}", why.zh),
            ),
            Phrase::new(
                "a file, by its path from the folder of the settings; or `self`, the program that runs",
                "文件的路径（从设置文件所在的文件夹起），或 self（正在运行的程序）",
            ),
            Phrase::new("correct the path, or put the file there", "请更正路径，或放入该文件"),
        ])
    }
}

fn read(file: &str, folder: Option<&Path>) -> Read {
    if file == SELF {
        return own::sha256().clone().map_or_else(Read::Failed, Read::Hash);
    }
    let Some(folder) = folder else { return Read::NoFolder };
    let path: PathBuf = folder.join(file);
    digest::sha256(&path).map_or_else(|error| Read::Failed(io_words(&error)), Read::Hash)
}

fn neither() -> Wrong {
    Box::new([
        Phrase::new("neither `file` nor `sha256`", "没有 file，也没有 sha256"),
        Phrase::new(
            "file = \"…\" beside the settings, or sha256 = \"…\" with 64 hex digits",
            "file = \"…\"（设置文件旁的文件），或 sha256 = \"…\"（64 位十六进制）",
        ),
        Phrase::new("add one of the two", "请补上其中之一"),
    ])
}

fn no_name() -> Wrong {
    Box::new([
        Phrase::new("no `file` and no `name`", "没有 file，也没有 name"),
        Phrase::new("name = \"…\", the name of the file", "name = \"…\"，即文件名"),
        Phrase::new("add the name", "请补上文件名"),
    ])
}

/// On a page files are chosen one by one, and the documents are not among them.
fn no_folder() -> Wrong {
    Box::new([
        Phrase::new("`file` alone, which a page cannot read", "只有 file，页面无法读取该文件"),
        Phrase::new("`sha256` beside it", "同时写明 sha256"),
        Phrase::new(
            "add sha256 (Windows: certutil -hashfile FILE SHA256), or import in the terminal",
            "请补上 sha256（Windows：certutil -hashfile 文件 SHA256），或在终端导入",
        ),
    ])
}

fn other(own: Hash, given: Hash) -> Wrong {
    Box::new([
        Phrase::new(format!("a file with SHA-256 {own}"), format!("文件的 SHA-256 为 {own}")),
        Phrase::new(format!("{given}, as the settings say"), format!("设置中的 {given}")),
        Phrase::new(
            "put the right file there, or correct sha256",
            "请放入正确的文件，或更正 sha256",
        ),
    ])
}

fn document_told(document: &Document, compared: bool, lang: Lang) -> String {
    let Document { name, title, sha256, .. } = document;
    let (title, name) = (super::fault::without_numbers(title), super::fault::without_numbers(name));
    let not = if compared {
        String::new()
    } else {
        tr!(lang, ", file not compared", "，未与文件比对")
    };
    tr!(
        lang,
        "document {title} ({name}): SHA-256 {sha256}{not}\n",
        "文件 {title}（{name}）：SHA-256 {sha256}{not}\n"
    )
}
