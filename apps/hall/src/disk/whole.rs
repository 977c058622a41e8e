//! Files that are written whole, or not at all, and are read back before anybody says that they are
//! there.

use crate::words::say::{Stop, tr};
use floorlot::rules::Lang;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use tempfile::Builder;

/// A file that a command is to write: what is there already is replaced only with `--force`.
pub(crate) fn may_be_written(out: &Path, force: bool, lang: Lang) -> Result<(), Stop> {
    if !out.exists() || force {
        return Ok(());
    }
    let there = tr!(
        lang,
        "is there already; name another file with --out, or replace it with --force",
        "已存在；请用 --out 另指文件，或用 --force 覆盖"
    );
    Err(Stop::file(lang, out, there))
}

/// Writes a file beside its place, and puts it there when it is on disk. With `replace` that may be
/// in place of another one.
pub(crate) fn write(path: &Path, bytes: &[u8], replace: bool) -> io::Result<()> {
    let folder =
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = Builder::new();
    #[cfg(unix)]
    // less what the system takes off for every new file
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.prefix(".part-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    let placed = if replace { file.persist(path) } else { file.persist_noclobber(path) };
    placed.map_err(|error| error.error)?;
    #[cfg(unix)]
    fs::File::open(folder)?.sync_all()?; // the name is on disk only after its folder is
    if fs::read(path)? == bytes { Ok(()) } else { Err(ErrorKind::WriteZero.into()) }
}
