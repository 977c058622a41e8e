//! Makes the vectors in `tests/vectors/receipts/`: receipts, valid and tampered, and
//! `receipts.json`, which says what a verifier must find in each. Other implementations are compared
//! with it. The receipts are those of transcripts of the corpus.
//!
//! ```text
//! cargo run --bin make_receipts              writes the files
//! cargo run --bin make_receipts -- --check   makes them in memory and compares; exit code 1 names the first difference
//! ```

mod draft;
mod manifest;
mod tampered;
mod together;
mod valid;

use manifest::{Case, entry, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The files, by their path in the folder.
type Files = BTreeMap<String, Vec<u8>>;

fn vectors() -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join("tests/vectors")
}

fn make() -> Files {
    let (mut files, mut entries, mut wrong) = (Files::new(), Vec::new(), Vec::new());
    let valid = valid::all().into_iter().map(|case| ("valid", case));
    for (folder, case) in valid.chain(tampered::all().into_iter().map(|case| ("tampered", case))) {
        let Case { name, about, bytes, evidence } = case;
        let path = format!("{folder}/{name}.receipt.txt");
        // The same file may stand there with other evidence.
        let before = files.insert(path.clone(), bytes.clone());
        assert!(before.is_none_or(|before| before == bytes), "{path} is made twice");
        let made = entry(&path, about, &bytes, &evidence);
        let meant = if folder == "valid" { "verified" } else { &name[..name.find('-').unwrap()] };
        if made.finding() != meant {
            wrong.push(format!("{path}: {meant} was meant, {} was found", made.finding()));
        }
        entries.push(made);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    files.insert("receipts.json".into(), json(&entries).into_bytes());
    files
}

fn on_disk(folder: &Path, under: &str, found: &mut Vec<String>) {
    for file in std::fs::read_dir(folder.join(under)).into_iter().flatten().flatten() {
        let name = file.file_name().to_string_lossy().into_owned();
        let path = if under.is_empty() { name } else { format!("{under}/{name}") };
        if file.path().is_dir() { on_disk(folder, &path, found) } else { found.push(path) }
    }
}

/// The first difference between what was made and what is on disk.
fn difference(folder: &Path, files: &Files) -> Option<String> {
    for (path, bytes) in files {
        match std::fs::read(folder.join(path)) {
            Err(error) => return Some(format!("{path}: {error}")),
            Ok(found) if found != *bytes => return Some(format!("{path}: differs")),
            Ok(_) => {}
        }
    }
    let mut found = Vec::new();
    on_disk(folder, "", &mut found);
    found.sort();
    let other = found.into_iter().find(|path| !files.contains_key(path));
    other.map(|path| format!("{path}: is not made by this program"))
}

fn write(folder: &Path, files: &Files) -> std::io::Result<()> {
    for (path, bytes) in files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap_or(folder))?;
        std::fs::write(path, bytes)?;
    }
    Ok(())
}

fn main() -> ExitCode {
    let (files, folder) = (make(), vectors().join("receipts"));
    let bytes: usize = files.values().map(Vec::len).sum();
    let done = if std::env::args().any(|argument| argument == "--check") {
        difference(&folder, &files).map_or(Ok("compared"), Err)
    } else {
        write(&folder, &files).map(|()| "written").map_err(|error| error.to_string())
    };
    match done {
        Ok(done) => {
            println!("{} files, {bytes} bytes: {done}", files.len());
            ExitCode::SUCCESS
        }
        Err(difference) => {
            eprintln!("{difference}");
            ExitCode::FAILURE
        }
    }
}
