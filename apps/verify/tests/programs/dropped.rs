//! `floorlot-verify` as somebody starts it who drops a transcript on it.

use floorlot_testing::{Run, repository};
use floorlot_verify::common::page;
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_floorlot-verify");
const WORKED: &str = "tests/vectors/worked/transcript.jsonl";

/// Runs it with a folder for temporary files of its own.
fn run(folder: &TempDir, arguments: &[&str], code: i32) -> (String, String) {
    let run = Run::of(PROGRAM).args(["--lang", "en"]).args(arguments);
    let run = ["TMPDIR", "TEMP", "TMP"]
        .iter()
        .fold(run, |run, name| run.env(name, folder.path().to_str().unwrap()));
    run.ends(code)
}

/// The page that it says it wrote.
fn written(said: &str) -> PathBuf {
    said.strip_prefix("The page of the verifier: ").unwrap().trim_end().into()
}

#[test]
fn the_page_stays_in_a_new_folder_with_the_transcript_in_it() {
    let folder = TempDir::new().unwrap();
    let file = repository(WORKED);
    let once = || {
        let said = run(&folder, &["--print-only", file.to_str().unwrap()], 0).0;
        written(&said)
    };
    let (first, second) = (once(), once());
    assert_ne!(first, second, "each in a folder of its own");
    for page in [first, second] {
        assert!(page.starts_with(&folder) && page.ends_with("check.html"));
        let beside = |name: &str| fs::read_to_string(page.with_file_name(name)).unwrap();
        assert_eq!(beside("check.html"), page::check(None));
        assert_eq!(beside("verify.js"), page::script());
        assert_eq!(beside("verify.css"), page::style());
        let script = beside("transcript.js");
        let size = file.metadata().unwrap().len();
        let head = format!("{{ name: \"transcript.jsonl\", size: {size}, parts: [");
        assert!(script.contains(&head), "{}", script.lines().next().unwrap());
    }
}

#[test]
fn without_a_transcript_it_is_the_released_page() {
    let folder = TempDir::new().unwrap();
    let page = written(&run(&folder, &["--print-only"], 0).0);
    assert!(page.ends_with("verify.html"));
    assert_eq!(fs::read_to_string(page).unwrap(), page::RELEASED);
}

#[test]
fn what_cannot_be_read_is_told_and_nothing_is_written() {
    let folder = TempDir::new().unwrap();
    let large = folder.path().join("large.jsonl");
    fs::File::create(&large).unwrap().set_len(page::LARGEST + 1).unwrap();
    let large = large.to_str().unwrap();
    for (name, words) in [("nope", "nope: "), (large, "more than 64 MB"), (".", ".: ")] {
        let (said, why) = run(&folder, &["--print-only", name], 2);
        assert!(said.is_empty() && why.contains(words), "{said}{why}");
    }
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "the large file alone");
}

#[test]
fn without_a_browser_the_file_is_named() {
    let folder = TempDir::new().unwrap();
    let run = Run::of(PROGRAM).args(["--lang", "en"]).env("PATH", "").env("BROWSER", "");
    let (said, why) = run.env("TMPDIR", folder.path().to_str().unwrap()).ends(2);
    assert!(written(&said).exists() || cfg!(not(unix)), "{said}");
    assert!(why.contains("open that file in a browser by hand"), "{why}");
}
