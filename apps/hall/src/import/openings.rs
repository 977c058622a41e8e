//! The openings of the commitments: which household is which person. They are for the office and
//! the slips alone.

use floorlot::person::Opening;
use floorlot::rules::{Lang, Phrase};
use floorlot::system::io_words;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// The heads of the file.
pub const HEADS: [&str; 5] = ["household", "name", "document", "salt", "person"];

/// `plan.openings.csv` for `plan.jsonl`.
pub fn beside(plan: &Path) -> PathBuf {
    plan.with_extension("openings.csv")
}

/// A new file that its owner alone can read. One that is there already stays as it is: that is an
/// error.
pub fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Writes the openings to a new file. The error is a sentence.
pub(super) fn write(path: &Path, openings: &[Opening], lang: Lang) -> Result<(), String> {
    let file = create_private(path).map_err(|error| not_made(path, &error, lang))?;
    let done = rows(openings).and_then(|rows| {
        (&file).write_all(&rows)?;
        file.sync_all()?;
        read_back(path, &rows)
    });
    done.map_err(|error| {
        let _ = std::fs::remove_file(path);
        not_made(path, &error, lang)
    })
}

fn rows(openings: &[Opening]) -> io::Result<Vec<u8>> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(HEADS)?;
    for opening in openings {
        let commitment = opening.commitment().map_err(io::Error::other)?.to_hex();
        let salt = floorlot::Hash(opening.salt).to_hex();
        table.write_record([
            &opening.household,
            &opening.name,
            &opening.document,
            &salt,
            &commitment,
        ])?;
    }
    table.into_inner().map_err(|error| io::Error::other(error.to_string()))
}

fn not_made(path: &Path, error: &io::Error, lang: Lang) -> String {
    let (path, error_zh) = (path.display(), io_words(error).zh);
    match (error.kind(), lang) {
        (ErrorKind::AlreadyExists, Lang::En) => format!(
            "{path}: found openings that are there already; expected no such file, because they alone open the commitments of the plan \
             that they were made with; move them to a safe place together with that plan, or name another plan with --out"
        ),
        (ErrorKind::AlreadyExists, Lang::Zh) => format!(
            "{path}：发现已有的密封件数据；应为尚不存在的文件，因为只有它能打开与它同时生成的方案中的承诺；请把它与那份方案一起移到安全的地方，或用 --out 另指方案文件"
        ),
        (_, Lang::En) => format!("{path}: cannot be written: {error}"),
        (_, Lang::Zh) => format!("{path}：无法写入：{error_zh}"),
    }
}

/// What opens the commitments of a plan that is replaced is not lost: it is renamed. Gives the name
/// before and the new one.
pub fn put_aside(openings: &Path, lang: Lang) -> Result<Option<(PathBuf, PathBuf)>, String> {
    if !openings.exists() {
        return Ok(None);
    }
    let numbered = |number: u32| {
        let mut name = openings.as_os_str().to_owned();
        name.push(format!(".old-{number}"));
        PathBuf::from(name)
    };
    let place = openings.display();
    let Some(aside) = (1..=9999).map(numbered).find(|name| !name.exists()) else {
        return Err(Phrase::new(
            format!(
                "{place}: there are too many older ones beside it; move them to a safe place first"
            ),
            format!("{place}：旁边旧的密封件数据太多，请先移到安全的地方"),
        )
        .get(lang)
        .to_owned());
    };
    std::fs::rename(openings, &aside).map_err(|error| not_made(openings, &error, lang))?;
    Ok(Some((openings.to_owned(), aside)))
}

/// That the older openings are kept.
pub fn kept_as(aside: &Path, lang: Lang) -> String {
    let aside = aside.display();
    match lang {
        Lang::En => format!("what opens the commitments of the plan before is kept as {aside}"),
        Lang::Zh => format!("原方案的密封件数据保留为 {aside}"),
    }
}

/// What was written counts only if it stands there.
pub(super) fn read_back(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if std::fs::read(path)? == bytes { Ok(()) } else { Err(std::io::ErrorKind::InvalidData.into()) }
}
