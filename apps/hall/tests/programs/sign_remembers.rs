//! `sign --transcript --state`: a member signs no second history of a draw.

use crate::program;
use floorlot::note::SignedNote;
use floorlot::primitives::tree::{Tree, checkpoint_body};
use floorlot_testing::Run;
use std::fs;
use tempfile::TempDir;

const WORKED: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../tests/vectors/worked/transcript.jsonl"
));

/// A folder with a key and the worked transcript.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("t.jsonl"), WORKED).unwrap();
    let made = Run::of(program("draw_session"))
        .args(["key", "new", "--name", "panel.example/r1", "--out", "key"])
        .within(&folder)
        .output();
    assert!(made.status.success());
    folder
}

/// Signs with the state file; standard output, and standard error.
#[track_caller]
fn sign(folder: &TempDir, more: &[&str], typed: &str, code: i32) -> (String, String) {
    let given = ["--lang", "en", "sign", "--key", "key", "--state", "state", "--transcript"];
    let output = Run::of(program("draw_session"))
        .args(given)
        .args(more)
        .within(folder)
        .typed(typed)
        .output();
    let (out, err) = (output.stdout, output.stderr);
    let (out, err) = (String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap());
    assert_eq!(output.status.code(), Some(code), "{out}\n{err}");
    (out, err)
}

fn state(folder: &TempDir) -> String {
    fs::read_to_string(folder.path().join("state")).unwrap_or_default()
}

/// The transcript with its first unit on another storey, sealed anew.
fn fork() -> String {
    let mut tree = Tree::new();
    let mut text = String::new();
    for line in WORKED.replacen("\"storey\":3", "\"storey\":4", 1).lines() {
        let line = match line.split_once("\"body\":\"") {
            Some((before, _)) => {
                let body = checkpoint_body("draw.example/2026-001", tree.size(), tree.root());
                format!("{before}\"body\":\"{}\"}}", body.replace('\n', "\\n"))
            }
            None => line.to_owned(),
        };
        tree.push_line(line.as_bytes());
        text += &format!("{line}\n");
    }
    text
}

#[test]
fn what_goes_on_is_signed_and_remembered() {
    let folder = folder();
    let plan = ["t.jsonl", "--checkpoint", "plan"];
    let (_, err) = sign(&folder, &plan, "no\n", 2);
    assert!(err.contains("Nothing was signed") && state(&folder).is_empty(), "{err}");
    let (out, err) = sign(&folder, &plan, "yes\n", 0);
    let note: SignedNote = out.parse().unwrap();
    assert_eq!((note.signatures.len(), note.checkpoint().unwrap().1), (3, 11));
    assert!(err.contains("no file of what was signed before"), "{err}");
    assert!(state(&folder).contains("\"size\": 11"), "{}", state(&folder));
    // The same once more is no second history; the result goes on from it, and both are shown.
    sign(&folder, &plan, "yes\n", 0);
    let (out, err) = sign(&folder, &["t.jsonl"], "yes\n", 0);
    assert_eq!(out.parse::<SignedNote>().unwrap().checkpoint().unwrap().1, 30);
    assert!(err.contains("its first 11 lines") && err.contains("its first 30 lines"), "{err}");
    assert!(err.contains("Signed after comparing"), "{err}");
    assert!(state(&folder).contains("\"size\": 30") && !state(&folder).contains("\"size\": 11"));
}

#[test]
fn a_second_history_is_refused() {
    let folder = folder();
    fs::write(folder.path().join("fork.jsonl"), fork()).unwrap();
    let refused = |arguments: &[&str], words: &str| {
        let before = state(&folder);
        let (out, err) = sign(&folder, arguments, "yes\n", 2);
        assert!(out.is_empty() && err.contains(words), "{err}");
        assert_eq!(state(&folder), before);
    };
    sign(&folder, &["t.jsonl", "--checkpoint", "plan"], "yes\n", 0);
    refused(&["fork.jsonl", "--checkpoint", "plan"], "ANOTHER HISTORY");
    refused(&["fork.jsonl"], "ANOTHER HISTORY");
    sign(&folder, &["t.jsonl"], "yes\n", 0);
    refused(&["t.jsonl", "--checkpoint", "plan"], "a plan is not signed after it");
    refused(&["fork.jsonl"], "ANOTHER HISTORY");
    // A size that was signed and is not reached any more.
    let larger = state(&folder).replace("\"size\": 30", "\"size\": 32");
    fs::write(folder.path().join("state"), &larger).unwrap();
    refused(&["t.jsonl"], "over 32 lines was signed already");
    fs::write(folder.path().join("state"), &larger[1..]).unwrap();
    refused(&["t.jsonl"], "not the file of what was signed before");
}

#[test]
fn nobody_signs_the_reveals() {
    let folder = folder();
    sign(&folder, &["t.jsonl", "--checkpoint", "plan"], "yes\n", 0);
    let before = state(&folder);
    let (out, err) = sign(&folder, &["t.jsonl", "--checkpoint", "reveals"], "yes\n", 2);
    assert!(out.is_empty() && err.contains("nobody signs it"), "{err}");
    // So a transcript that ends before the result has nothing to sign but the plan.
    let numbers: String = WORKED.split_inclusive('\n').take(22).collect();
    fs::write(folder.path().join("t.jsonl"), numbers).unwrap();
    let (out, err) = sign(&folder, &["t.jsonl"], "yes\n", 2);
    assert!(out.is_empty() && err.contains("over 20 lines is that of the reveals"), "{err}");
    assert_eq!(state(&folder), before);
    // It can be noted, to be given to a verifier.
    let note = ["--lang", "en", "note", "t.jsonl", "--checkpoint", "reveals"];
    let (out, err) = Run::of(program("draw_session")).args(note).within(&folder).ends(0);
    assert!(out.starts_with("draw.example/2026-001\n20\n") && err.contains("nobody signs it"));
}
