//! The folders of this package import only what stands before them in the table of its library.

use std::fs;
use std::path::{Path, PathBuf};

const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src");

/// The folders and files of the library, in the order of their `mod` lines.
fn order() -> Vec<String> {
    let library = fs::read_to_string(Path::new(SOURCES).join("lib.rs")).unwrap();
    let module = |line: &str| {
        let name = line.strip_prefix("pub ").unwrap_or(line).strip_prefix("mod ")?;
        name.strip_suffix(';').map(str::to_owned)
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
    sources.flat_map(files).collect()
}

#[test]
fn no_folder_imports_what_stands_behind_it() {
    let order = order();
    assert!(order.len() > 10, "{order:?}");
    let mut imports = 0;
    for (own, name) in order.iter().enumerate() {
        let folder = Path::new(SOURCES).join(name);
        let root = if folder.is_dir() { folder } else { folder.with_extension("rs") };
        for file in files(root) {
            let text = fs::read_to_string(&file).unwrap();
            assert!(!text.contains("crate::{"), "{}: one folder a line", file.display());
            for part in text.split("crate::").skip(1) {
                let used = part.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap();
                let Some(at) = order.iter().position(|name| name == used) else { continue };
                assert!(
                    at <= own,
                    "{}: {name} imports {used}, which stands behind it",
                    file.display()
                );
                imports += usize::from(at < own);
            }
        }
    }
    assert!(imports > 100, "{imports} imports found");
}
