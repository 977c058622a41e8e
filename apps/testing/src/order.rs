//! Which module may import which: those that stand before it in the `mod` lines of its library.

use std::fs;
use std::path::{Path, PathBuf};

/// The modules of a library, in the order of their `mod` lines.
fn modules(library: &str) -> Vec<String> {
    let module = |line: &str| {
        let line = line.strip_prefix("pub ").unwrap_or(line);
        line.strip_prefix("mod ")?.strip_suffix(';').map(str::to_owned)
    };
    library.lines().filter_map(module).collect()
}

fn files(folder: PathBuf) -> Vec<PathBuf> {
    if folder.is_file() {
        return vec![folder];
    }
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let sources =
        entries.filter(|path| path.is_dir() || path.extension().is_some_and(|e| e == "rs"));
    // Unit tests may use whatever there is.
    sources.flat_map(files).filter(|path| !path.ends_with("tests.rs")).collect()
}

/// The code of a file: without comments, and without the unit tests at its end.
fn code(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap();
    let own = text.split("#[cfg(test)]\nmod ").next().unwrap();
    own.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Fails when a module of the library in this folder imports one that stands behind it. Gives how
/// many imports there are.
///
/// # Panics
///
/// If one does, or if the sources cannot be read as they are expected.
#[must_use]
#[track_caller]
pub fn imports_in_order(sources: &Path) -> usize {
    let order = modules(&fs::read_to_string(sources.join("lib.rs")).unwrap());
    let mut imports = 0;
    for (own, name) in order.iter().enumerate() {
        let folder = sources.join(name);
        let root = if folder.is_dir() { folder } else { folder.with_extension("rs") };
        for file in files(root) {
            let text = code(&file);
            assert!(!text.contains("crate::{"), "{}: one module a line", file.display());
            for part in text.split("crate::").skip(1) {
                let used = part.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap();
                let Some(at) = order.iter().position(|name| name == used) else { continue };
                assert!(at <= own, "{}: {name} imports {used}, behind it", file.display());
                imports += usize::from(at < own);
            }
        }
    }
    imports
}
