//! Makes the test vectors, the published transcripts, and the worked example of the specification
//! (section 9).
//!
//! Reads nothing but its own code. `cargo run --bin make_vectors` writes the files; with
//! `--check` it writes nothing and compares them with those that are there: exit 1 names the first
//! file and line that differ.

use floorlot_tools::made::{vectors, write_or_check};
use floorlot_tools::vectors::{cases, derivation, published, worked};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The files, by their path in the crate.
fn files(spec: &str) -> Result<Vec<(&'static str, String)>, String> {
    let derivations: Vec<_> =
        (0..).zip(cases::all()).map(|(n, case)| derivation::derive(n, &case)).collect();
    let example = worked::Example::draw();
    Ok(vec![
        ("tests/vectors/derivation.json", derivation::to_json(&derivations)),
        ("tests/vectors/worked/transcript.jsonl", example.transcript()),
        ("tests/vectors/worked/secrets.txt", worked::SECRETS.to_owned()),
        ("tests/vectors/worked/tree.txt", example.tree()),
        (SPEC, worked::put_into(spec, &example.markdown())?),
    ])
}

const SPEC: &str = "src/spec.md";

/// The number of the first line that differs, from 1.
fn first_difference(old: &str, new: &str) -> usize {
    1 + old.split('\n').zip(new.split('\n')).take_while(|(a, b)| a == b).count()
}

fn run(check: bool) -> Result<(), String> {
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let read =
        |path: &str| std::fs::read_to_string(root.join(path)).map_err(|e| format!("{path}: {e}"));
    for (path, new) in files(&read(SPEC)?)? {
        if check {
            let old = read(path)?;
            if old != new {
                return Err(format!(
                    "{path}, line {}: differs from what this program makes",
                    first_difference(&old, &new)
                ));
            }
        } else {
            let to = root.join(path);
            let made = std::fs::create_dir_all(to.parent().unwrap_or(Path::new(".")))
                .and_then(|()| std::fs::write(&to, &new));
            made.map_err(|e| format!("{path}: {e}"))?;
        }
        println!("{path}: {} lines", new.lines().count());
    }
    Ok(())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let check = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => false,
        ["--check"] => true,
        _ => {
            eprintln!("usage: make_vectors [--check]");
            return ExitCode::from(2);
        }
    };
    match run(check) {
        Ok(()) => write_or_check(&vectors("published"), &published::files()),
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
