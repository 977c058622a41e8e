//! A folder of files that a program makes: written, or compared with what is there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The files, by their path in the folder.
pub type Files = BTreeMap<String, Vec<u8>>;

/// A folder of vectors.
pub fn vectors(name: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join("tests/vectors").join(name)
}

/// Writes the files; with the argument `--check` compares them instead, and names the first
/// difference.
pub fn write_or_check(folder: &Path, files: &Files) -> ExitCode {
    let bytes: usize = files.values().map(Vec::len).sum();
    let done = if std::env::args().any(|argument| argument == "--check") {
        difference(folder, files).map_or(Ok("compared"), Err)
    } else {
        write(folder, files).map(|()| "written").map_err(|error| error.to_string())
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

/// The first difference between what was made and what is on disk.
fn difference(folder: &Path, files: &Files) -> Option<String> {
    for (path, bytes) in files {
        match std::fs::read(folder.join(path)) {
            Err(error) => return Some(format!("{path}: {error}")),
            Ok(found) if found != *bytes => {
                let at = found.iter().zip(bytes).take_while(|(a, b)| a == b).count();
                let line = 1 + bytes[..at].iter().filter(|b| **b == b'\n').count();
                return Some(format!("{path}: differs from line {line} on"));
            }
            Ok(_) => {}
        }
    }
    let mut found = Vec::new();
    on_disk(folder, "", &mut found);
    found.sort();
    let other = found.into_iter().find(|path| !files.contains_key(path));
    other.map(|path| format!("{path}: is not made by this program"))
}

fn on_disk(folder: &Path, under: &str, found: &mut Vec<String>) {
    for file in std::fs::read_dir(folder.join(under)).into_iter().flatten().flatten() {
        let name = file.file_name().to_string_lossy().into_owned();
        let path = if under.is_empty() { name } else { format!("{under}/{name}") };
        if file.path().is_dir() { on_disk(folder, &path, found) } else { found.push(path) }
    }
}

fn write(folder: &Path, files: &Files) -> std::io::Result<()> {
    for (path, bytes) in files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap_or(folder))?;
        std::fs::write(path, bytes)?;
    }
    Ok(())
}
