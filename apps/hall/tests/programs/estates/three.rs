//! Three verifiers that share no code: `verify_transcript`, `verify.py`, and the page. Where Python
//! or node is missing, theirs is not run, and the test says so; `.ci/run` demands both
//! (`FLOORLOT_ALL_THREE`).

use crate::program;
use floorlot_testing::{Run, repository};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Without the words, which each chooses itself; of a refuted file, the first fault.
fn without_words(mut report: Value) -> Value {
    if report["verdict"] == "refuted" {
        let keys = ["verdict", "level", "anchored", "first", "origin", "mode"];
        return keys.map(|key| report[key].clone()).into();
    }
    for check in report["checks"].as_array_mut().unwrap() {
        for key in ["reason", "failed", "faults"] {
            check.as_object_mut().unwrap().remove(key);
        }
    }
    for note in report["notes"].as_array_mut().into_iter().flatten() {
        for key in ["en", "zh"] {
            note.as_object_mut().unwrap().remove(key);
        }
    }
    report
}

/// Whether this program can be run here.
fn is_here(program: &str) -> bool {
    let version = Command::new(program).arg("--version").stdout(Stdio::null()).status();
    let here = version.is_ok_and(|status| status.success());
    assert!(here || std::env::var_os("FLOORLOT_ALL_THREE").is_none(), "{program} is not here");
    if !here {
        println!("NOT RUN: the verifier that needs {program}, which is not here");
    }
    here
}

/// Answers of the page, run by node; `None` if that is not here.
fn page(requests: &[Value]) -> Option<Vec<Value>> {
    if !is_here("node") {
        return None;
    }
    let mut node = Command::new("node");
    node.arg(repository("verifiers/differential/bridge.mjs"));
    node.arg(repository("verifiers/web/verify.html"));
    let typed: String = requests.iter().map(|request| format!("{request}\n")).collect();
    let (out, _) = Run::with(node).typed(typed).ends(0);
    let answer = |line: &str| serde_json::from_str::<Value>(line).unwrap()["report"].clone();
    Some(out.lines().map(answer).collect())
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let word = (0..3).fold(0_usize, |word, n| {
            word << 8 | usize::from(three.get(n).copied().unwrap_or_default())
        });
        for n in 0..4 {
            let digit = char::from(DIGITS[word >> (18 - 6 * n) & 63]);
            text.push(if n <= three.len() { digit } else { '=' });
        }
    }
    text
}

/// What `verify.py` reports; `None` if Python is not here.
#[track_caller]
fn python(arguments: &[&str], code: i32) -> Option<Value> {
    if !is_here("python3") {
        return None;
    }
    let mut python = Command::new("python3");
    python.arg(repository("verifiers/python/verify.py"));
    let (out, _) = Run::with(python).args(arguments).ends(code);
    Some(serde_json::from_str(&out).unwrap())
}

/// What the three say of a file with the same evidence; `--fingerprint` and `--note` come in pairs.
/// They say the same, with this verdict and level. Gives the last fingerprint.
#[track_caller]
pub(super) fn agree(file: &Path, evidence: &[&str], verdict: &str, level: &str) -> String {
    let code = match verdict {
        "verified" => 0,
        "refuted" => 1,
        _ => 3,
    };
    let path = file.to_str().unwrap();
    let arguments = [&["--json", path], evidence].concat();
    let rust = Run::of(program("verify_transcript")).args(&arguments).ends(code).0;
    let rust: Value = serde_json::from_str(&rust).unwrap();
    let last = rust["checkpoints"].as_array().and_then(|all| all.last());
    let last = last.map_or("", |last| last["fingerprint"].as_str().unwrap()).to_owned();
    let rust = without_words(rust);
    if let Some(python) = python(&arguments, code) {
        assert_eq!(without_words(python), rust, "{path}: Python");
    }
    let of = |option: &str| -> Vec<&str> {
        evidence.chunks(2).filter(|pair| pair[0] == option).map(|pair| pair[1]).collect()
    };
    let notes: Vec<String> =
        of("--note").iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let given = json!({ "fingerprints": of("--fingerprint"), "notes": notes });
    let request = json!({ "id": 1, "file": base64(&fs::read(file).unwrap()), "evidence": given });
    for page in page(&[request]).into_iter().flatten() {
        assert_eq!(without_words(page), rust, "{path}: the page");
    }
    let found = if verdict == "refuted" {
        (&rust[0], &rust[1])
    } else {
        (&rust["verdict"], &rust["level"])
    };
    assert_eq!(found, (&json!(verdict), &json!(level)), "{path} {evidence:?}");
    last
}

/// The check that fails first.
pub(super) fn first_failed(file: &Path, evidence: &[&str]) -> String {
    let arguments = [&["--json", file.to_str().unwrap()], evidence].concat();
    let (report, _) = Run::of(program("verify_transcript")).args(arguments).ends(1);
    let report: Value = serde_json::from_str(&report).unwrap();
    report["first"]["check"].as_str().unwrap().to_owned()
}

/// What the three say of receipts, with the plan as the panel.
#[track_caller]
pub(super) fn receipts(plan: &Path, receipts: &[PathBuf]) {
    let panel = base64(&fs::read(plan).unwrap());
    let request = |path: &PathBuf| {
        let receipt = base64(&fs::read(path).unwrap());
        json!({ "id": 1, "receipt": receipt, "panel": panel, "fingerprints": [] })
    };
    let pages = page(&receipts.iter().map(request).collect::<Vec<_>>());
    let plain = |mut report: Value| {
        for check in report["checks"].as_array_mut().unwrap() {
            check.as_object_mut().unwrap().remove("reason");
        }
        report
    };
    for (n, path) in receipts.iter().enumerate() {
        let plan = plan.to_str().unwrap();
        let arguments = ["receipt", path.to_str().unwrap(), "--panel", plan, "--json"];
        let (rust, _) = Run::of(program("verify_transcript")).args(arguments).ends(0);
        let rust = plain(serde_json::from_str(&rust).unwrap());
        let signed = rust["checks"].as_array().unwrap().iter().find(|check| check["id"] == "R5");
        assert_eq!(signed.unwrap()["outcome"], "passed", "{}", path.display());
        if let Some(python) = python(&arguments, 0) {
            assert_eq!(plain(python), rust, "{}: Python", path.display());
        }
        if let Some(pages) = &pages {
            assert_eq!(plain(pages[n].clone()), rust, "{}: the page", path.display());
        }
    }
}
