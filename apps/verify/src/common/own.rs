//! Which program runs: version, commit, and the SHA-256 of its file, which a notary notes before the
//! draw and after it.

use super::digest;
use super::lang::{shown, tr};
use super::text::in_groups;
use floorlot::rules::{Lang, Phrase};
use floorlot::system::io_words;
use floorlot::{Fingerprint, Hash};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::{env, io};

/// The version of the programs.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The commit that they are built from, 40 hex digits; a `+` behind it if files differed. A debug
/// build has none, nor has one from outside of a repository.
pub const COMMIT: Option<&str> = option_env!("FLOORLOT_COMMIT");

/// The SHA-256 of the program that runs, or why it cannot be read. It is read once: a file that is
/// replaced meanwhile is not what runs.
///
/// # Errors
///
/// Why the file cannot be read.
pub fn sha256() -> &'static Result<Hash, Phrase> {
    static OWN: OnceLock<Result<Hash, Phrase>> = OnceLock::new();
    OWN.get_or_init(|| read().map_err(|error| io_words(&error)))
}

fn read() -> io::Result<Hash> {
    // There it is the file that was started, also if its name belongs to another one by now.
    let started = Path::new("/proc/self/exe");
    if cfg!(target_os = "linux")
        && let Ok(hash) = digest::sha256(started)
    {
        return Ok(hash);
    }
    digest::sha256(&env::current_exe()?)
}

/// The fingerprint of a file: its SHA-256 as a number, the last sixty decimal digits of it. People
/// read it aloud as they do that of a checkpoint.
pub fn fingerprint(file: Hash) -> Fingerprint {
    Fingerprint::of_number(file)
}

/// Version and commit in a line.
pub fn version(name: &str, lang: Lang) -> String {
    let commit = commit(lang);
    tr!(lang, "{name} {VERSION}, commit {commit}", "{name} {VERSION}，提交 {commit}")
}

/// The commit, or that nobody told it.
pub fn commit(lang: Lang) -> String {
    commit_words(COMMIT, lang)
}

/// A commit as it was noted, in words.
pub fn commit_words(commit: Option<&str>, lang: Lang) -> String {
    match commit.map(|commit| commit.strip_suffix('+').ok_or(commit)) {
        Some(Err(commit)) => commit.to_owned(),
        Some(Ok(commit)) => {
            tr!(lang, "{commit} with changes", "{commit}（有改动）")
        }
        None => tr!(lang, "not known", "不详"),
    }
}

/// The commit in twelve digits, which name it in a repository of any size.
pub fn short_commit(lang: Lang) -> String {
    let short = |commit: &str| {
        let changed = if commit.ends_with('+') { "+" } else { "" };
        commit.chars().filter(|c| *c != '+').take(12).collect::<String>() + changed
    };
    commit_words(COMMIT.map(short).as_deref(), lang)
}

/// The name of the file that runs, without the ending of a program.
pub fn name() -> String {
    let file = env::current_exe().unwrap_or_default();
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    // So it is called there when another file has its place meanwhile.
    let name = name.strip_suffix(" (deleted)").unwrap_or(&name);
    let name = name.strip_suffix(env::consts::EXE_SUFFIX).unwrap_or(name);
    shown(name)
}

/// A hash in eight groups of eight hex digits, which two people can compare.
pub fn groups(hash: Hash) -> String {
    in_groups(&hash.to_hex(), 8)
}

/// All that is known of the program that runs, a line each.
pub fn told(name: &str, lang: Lang) -> String {
    let file = env::current_exe().unwrap_or_else(|_| PathBuf::from(name));
    let (file, version) = (file.display(), version(name, lang));
    match sha256() {
        Ok(hash) => {
            let fingerprint = fingerprint(*hash);
            tr!(
                lang,
                "{version}\nFile         {file}\nSHA-256      {hash}\nFingerprint  {fingerprint}\n",
                "{version}\n文件     {file}\nSHA-256  {hash}\n指纹     {fingerprint}\n"
            )
        }
        Err(why) => {
            let why = why.get(lang);
            tr!(
                lang,
                "{version}\nFile         {file}\nSHA-256      not known: {why}\n",
                "{version}\n文件     {file}\nSHA-256  不详：{why}\n"
            )
        }
    }
}
