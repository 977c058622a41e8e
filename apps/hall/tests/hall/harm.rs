//! What happens to the file of a transcript from outside.

use std::fs;
use std::io::Write;
use std::path::Path;

/// A kind of harm: how it is called, what the operator must be told of it, and whether something
/// stays at the path.
pub(crate) struct Harm {
    pub(crate) name: &'static str,
    pub(crate) told: &'static str,
    pub(crate) stays: bool,
    pub(crate) does: fn(&Path),
}

pub(crate) const ALL: [Harm; 11] = [
    Harm {
        name: "removed",
        told: "the file is gone",
        stays: false,
        does: |path| fs::remove_file(path).unwrap(),
    },
    Harm {
        name: "renamed away",
        told: "the file is gone",
        stays: false,
        does: |path| fs::rename(path, path.with_file_name("elsewhere.jsonl")).unwrap(),
    },
    Harm {
        name: "replaced by the same",
        told: "another file has taken its place",
        stays: true,
        does: |path| over(path, |_| {}),
    },
    Harm {
        name: "replaced by another",
        told: "another file has taken its place",
        stays: true,
        does: |path| over(path, |b| b.truncate(9)),
    },
    Harm {
        name: "replaced by a folder",
        told: "another file has taken its place",
        stays: true,
        does: |path| {
            fs::remove_file(path).unwrap();
            fs::create_dir(path).unwrap();
        },
    },
    Harm {
        name: "replaced by a pipe",
        told: "another file has taken its place",
        stays: true,
        does: pipe,
    },
    Harm {
        name: "a digit edited",
        told: "line 3 is not as it was written",
        stays: true,
        does: |path| {
            let mut bytes = fs::read(path).unwrap();
            let line = bytes.iter().enumerate().filter(|(_, b)| **b == b'\n').nth(1).unwrap().0;
            bytes[line + 5] ^= 1;
            fs::write(path, bytes).unwrap(); // into the same file
        },
    },
    Harm {
        name: "its first line taken out",
        told: "line 1 is not as it was written",
        stays: true,
        does: |path| {
            let bytes = fs::read(path).unwrap();
            let line = bytes.iter().position(|b| *b == b'\n').unwrap();
            fs::write(path, &bytes[line + 1..]).unwrap();
        },
    },
    Harm {
        name: "cut in the middle",
        told: "it was cut short",
        stays: true,
        does: |path| cut(path, fs::metadata(path).unwrap().len() / 2),
    },
    Harm {
        name: "emptied",
        told: "it was cut short: line 1 is missing",
        stays: true,
        does: |path| cut(path, 0),
    },
    Harm {
        name: "written to",
        told: "somebody else wrote to it",
        stays: true,
        does: |path| {
            fs::OpenOptions::new().append(true).open(path).unwrap().write_all(b"{}\n").unwrap()
        },
    },
];

fn over(path: &Path, change: fn(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).unwrap();
    change(&mut bytes);
    let other = path.with_file_name("other.tmp");
    fs::write(&other, bytes).unwrap();
    fs::rename(&other, path).unwrap();
}

fn cut(path: &Path, length: u64) {
    fs::OpenOptions::new().write(true).open(path).unwrap().set_len(length).unwrap();
}

/// Puts a pipe in the place of a file, if there is one: in one step, since a program that finds the
/// file missing may write it again before the pipe is there.
pub(crate) fn pipe(path: &Path) {
    let other = path.with_file_name("pipe.tmp");
    assert!(std::process::Command::new("mkfifo").arg(&other).status().unwrap().success());
    fs::rename(other, path).unwrap();
}

/// The files beside a transcript with this word in their names.
pub(crate) fn beside(folder: &Path, word: &str) -> Vec<std::path::PathBuf> {
    let mut all: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.retain(|path| path.file_name().unwrap().to_str().unwrap().contains(word));
    all.sort();
    all
}
