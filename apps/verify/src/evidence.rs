//! What the observer brings from outside of the file: fingerprints, an older copy, the kind of
//! draw, a household's slip.

use crate::common::{digest, text};
use crate::words::{self, Told, tr, warn};
use floorlot::Hash;
use floorlot::Noted;
use floorlot::person::Opening;
use floorlot::primitives::tree::FingerprintError;
use floorlot::rules::Lang;
use floorlot::transcript::{Change, Changed, ReadError, TreeHead};
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use unicode_normalization::UnicodeNormalization;

/// The fingerprints and roots given, typed or in files, and the notes; and whether one given is of
/// the old form, which is told and passed over. The error names what is wrong.
pub(crate) fn noted(
    given: &[String],
    notes: &[PathBuf],
    lang: Lang,
) -> Result<(Vec<Noted>, bool), String> {
    let mut all = Vec::new();
    for text in given {
        match text.strip_prefix('@') {
            Some(path) => all.extend(in_file(path, lang)?),
            None => all.push(fingerprint(text, lang)?),
        }
    }
    let old = all.contains(&None);
    for path in notes {
        all.push(Some(note(path, lang)?));
    }
    Ok((all.into_iter().flatten().collect(), old))
}

/// A signed note: the body of a checkpoint, an empty line, signatures.
fn note(path: &Path, lang: Lang) -> Result<Noted, String> {
    let failed =
        |error: &dyn Told| words::in_file(format_args!("--note {}", path.display()), error, lang);
    let text = text::read(path).map_err(|error| failed(&error))?;
    Noted::of_note(text.trim_start_matches('\u{feff}')).map_err(|error| failed(&error.words()))
}

/// A file holds one fingerprint, over one line or several, or one in each line. Empty lines and
/// lines that begin with # do not count.
fn in_file(path: &str, lang: Lang) -> Result<Vec<Option<Noted>>, String> {
    let text = text::read(Path::new(path))
        .map_err(|error| words::in_file(format_args!("--fingerprint @{path}"), &error, lang))?;
    let text = text.trim_start_matches('\u{feff}');
    let lines: Vec<&str> =
        text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')).collect();
    if let Ok(one) = fingerprint(&lines.join(" "), lang) {
        return Ok(vec![one]);
    }
    if lines.is_empty() {
        return Err(tr!(
            lang,
            "--fingerprint @{path}: there is no fingerprint in this file",
            "--fingerprint @{path}：文件中没有指纹"
        ));
    }
    lines.iter().map(|line| fingerprint(line, lang)).collect()
}

/// Twelve groups of five digits, or 64 hex digits, with anything between them that is neither
/// letter nor digit; `None` for eight groups, which are no evidence (V1).
fn fingerprint(text: &str, lang: Lang) -> Result<Option<Noted>, String> {
    let spaced: String = text.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    let read: Result<Noted, FingerprintError> = spaced.parse();
    if let Some(error) = read.as_ref().err().filter(|error| error.is_old()) {
        warn(format!("--fingerprint: {}", error.words().get(lang)));
        return Ok(None);
    }
    read.map(Some).map_err(|_| {
        let (wrong, text) = (what_is_wrong(&spaced, lang), floorlot::note::showable(text));
        tr!(
            lang,
            "--fingerprint \"{text}\": {wrong}\nA fingerprint has twelve groups of five digits, such as 18182 98408 27026 25421 42813 27162 54386 79917 17221 99556 83915 32838.",
            "--fingerprint \"{text}\"：{wrong}\n指纹是十二组数字，每组五位，例如 18182 98408 27026 25421 42813 27162 54386 79917 17221 99556 83915 32838。"
        )
    })
}

/// The first thing that is wrong with a fingerprint, so that it is found on the notice.
fn what_is_wrong(text: &str, lang: Lang) -> String {
    let digit = |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c);
    if let Some(letter) = text.chars().find(|c| !digit(*c) && *c != ' ') {
        return tr!(lang, "'{letter}' is not a digit", "“{letter}”不是数字");
    }
    let digits = text.chars().filter(|c| *c != ' ').count();
    let wrong = (1..).zip(text.split_whitespace()).find(|(_, group)| group.chars().count() != 5);
    match wrong {
        Some((n, group)) if group.chars().count() < 10 => {
            let found = group.chars().count();
            tr!(
                lang,
                "group {n} is {group}: 5 digits expected, {found} found",
                "第 {n} 组是 {group}，有 {found} 位，应为 5 位"
            )
        }
        _ => {
            let groups = digits / 5;
            tr!(
                lang,
                "{digits} digits ({groups} groups) instead of 60",
                "有 {digits} 位数字（{groups} 组），应为 60 位"
            )
        }
    }
}

/// The head of the older copy.
pub(crate) fn older(path: &Path, lang: Lang) -> Result<TreeHead, String> {
    let read = || TreeHead::of(BufReader::with_capacity(1 << 20, File::open(path)?));
    read().map_err(|error: ReadError| {
        words::in_file(format_args!("--since {}", path.display()), &error.words(), lang)
    })
}

/// The files of a folder with their SHA-256, by name; folders in it are passed over.
pub(crate) fn folder(
    argument: &str,
    folder: &Path,
    lang: Lang,
) -> Result<Vec<(String, Hash)>, String> {
    digest::of_folder(folder).map_err(|(path, error)| {
        words::in_file(format_args!("{argument} {}", path.display()), &error, lang)
    })
}

/// The opening that a household was given. What is typed may have its characters in another
/// normalization form than the slip.
pub(crate) fn person(path: &Path, lang: Lang) -> Result<Opening, String> {
    let file = path.display();
    let is = std::fs::read(path).ok().and_then(|bytes| Changed::of_file(&bytes));
    let failed = |error: &dyn Told| words::in_file(format_args!("--person {file}"), error, lang);
    let text = match (text::read(path), is) {
        (Ok(text), None) => text,
        (Ok(text), Some(Changed { what: Change::Utf16, .. })) => text,
        (_, Some(changed)) => return Err(failed(&changed.words)),
        (Err(error), None) => return Err(failed(&error)),
    };
    text.nfc().collect::<String>().parse().map_err(|error: floorlot::person::OpeningError| {
        let words = error.words();
        let wrong = words.get(lang);
        tr!(lang, "--person {file}: {wrong}", "--person {file}：{wrong}")
    })
}
