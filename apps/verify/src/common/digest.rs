//! SHA-256 of files.

use crate::common::file;
use floorlot::Hash;
use sha2::{Digest, Sha256};
use std::io;
use std::path::{Path, PathBuf};

/// The SHA-256 of a file, as `sha256sum` prints it. What is no file (a pipe, a device) has none: it
/// may have no end.
pub fn sha256(path: &Path) -> io::Result<Hash> {
    let mut hasher = Sha256::new();
    io::copy(&mut file::open(path)?, &mut Writer(&mut hasher))?;
    Ok(Hash(hasher.finalize().into()))
}

/// The files of a folder with their SHA-256, by name; folders in it are passed over.
///
/// # Errors
///
/// What cannot be read, and why.
pub fn of_folder(folder: &Path) -> Result<Vec<(String, Hash)>, (PathBuf, io::Error)> {
    let fail = |error: io::Error| (folder.to_owned(), error);
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        if path.is_file() {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            files.push((name, sha256(&path).map_err(|error| (path, error))?));
        }
    }
    files.sort();
    Ok(files)
}

struct Writer<'h>(&'h mut Sha256);

impl io::Write for Writer<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
