//! Commands that a message tells, as whoever started this program can type them.

use crate::words::say::{program, quoted};
use std::path::Path;

/// Goes on with the transcript at `out` from the copy in a folder; with the port and the clock of
/// this start.
pub(crate) fn from_copy(out: &Path, folder: &Path) -> String {
    let word = |path: &Path| quoted(&path.display().to_string());
    let (program, out, folder, more) =
        (program("draw_session"), word(out), word(folder), kept(std::env::args().skip(1)));
    format!("{program} serve --out {out} --copy {folder} --from-copy{more}")
}

/// The same in a folder of its own, where nothing stands in the way. The copy is found by its name,
/// which stays.
pub(crate) fn in_another_folder(out: &Path, folder: &Path) -> String {
    let name = out.file_name().unwrap_or_default();
    from_copy(&out.with_file_name("from-copy").join(name), folder)
}

/// What else was typed and still counts: `--port`, `--no-clock`.
fn kept(typed: impl Iterator<Item = String>) -> String {
    let (mut all, mut value) = (String::new(), false);
    for word in typed {
        if std::mem::take(&mut value)
            || word == "--no-clock"
            || word == "--port"
            || word.starts_with("--port=")
        {
            value = word == "--port";
            all.push(' ');
            all.push_str(&quoted(&word));
        }
    }
    all
}
