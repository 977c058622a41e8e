//! SHA-256 of files.

use crate::common::file;
use floorlot::Hash;
use sha2::{Digest, Sha256};
use std::io;
use std::path::Path;

/// The SHA-256 of a file, as `sha256sum` prints it. What is no file (a pipe, a device) has none: it
/// may have no end.
pub fn sha256(path: &Path) -> io::Result<Hash> {
    let mut hasher = Sha256::new();
    io::copy(&mut file::open(path)?, &mut Writer(&mut hasher))?;
    Ok(Hash(hasher.finalize().into()))
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
