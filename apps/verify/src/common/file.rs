//! Files that a person named: nothing else is read that may be at that place.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::Path;

/// Opens a file to read it. Anything else that is there (a pipe, a device) is refused before it is
/// opened, which could wait for ever, and once more when it is open: it may have changed meanwhile.
pub fn open(path: &Path) -> io::Result<File> {
    regular(&std::fs::metadata(path)?)?;
    let file = File::open(path)?;
    regular(&file.metadata()?)?;
    Ok(file)
}

/// Reads a whole file, and nothing that is no file.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn regular(about: &Metadata) -> io::Result<()> {
    match (about.is_file(), about.is_dir()) {
        (true, _) => Ok(()),
        (_, true) => Err(io::ErrorKind::IsADirectory.into()),
        _ => Err(io::Error::other(
            "found a pipe, a device or the like; expected a file: take it away, or put the file back · 此处是管道、设备之类，不是文件；请移走，或放回原来的文件",
        )),
    }
}
