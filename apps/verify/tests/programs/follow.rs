//! `--follow`: a transcript that grows, byte by byte, is followed to its end; one that is rewritten
//! on the way is refuted.

use crate::VERIFY;
use floorlot::Fingerprint;
use floorlot::transcript::TreeHead;
use floorlot_testing::repository;
use serde_json::Value;
use std::fs::{self, OpenOptions};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use tempfile::TempDir;

struct Follower {
    child: Child,
    out: BufReader<ChildStdout>,
}

impl Follower {
    fn of(file: &Path, lang: &str) -> Follower {
        // What is waited for and never said ends the test, and not the patience of who runs it.
        let mut child = Command::new("timeout")
            .args(["60", VERIFY, "--lang", lang, "--follow"])
            .arg(file)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Follower { child, out }
    }

    /// What it says next; it waits for it.
    fn says(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        line
    }

    /// Waits until it says this of what was written last.
    #[track_caller]
    fn until(&mut self, words: &str) {
        loop {
            let said = self.says();
            assert!(
                !said.is_empty() && !said.contains("REFUTED"),
                "not said: {words}; but: {said}"
            );
            if said.contains(words) {
                return;
            }
        }
    }

    fn ends(mut self, code: i32) -> String {
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).unwrap();
        assert_eq!(self.child.wait().unwrap().code(), Some(code), "{rest}");
        rest
    }
}

fn worked() -> Vec<Vec<u8>> {
    let file = fs::read(repository("tests/vectors/worked/transcript.jsonl")).unwrap();
    file.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
}

fn append(file: &Path, bytes: &[u8]) {
    let mut file = OpenOptions::new().create(true).append(true).open(file).unwrap();
    file.write_all(bytes).unwrap();
}

#[test]
fn a_transcript_is_followed_to_its_end() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("draw.jsonl");
    let lines = worked();
    let mut follower = Follower::of(&file, "en");
    assert!(follower.says().starts_with("WAITING"), "the file is not there yet");
    let (plan, rest) = lines.split_at(12);
    append(&file, &plan.concat());
    follower.until("AGREES SO FAR · 12 lines · fingerprint of the plan: 03256 08137");
    // A line that is half written is no fault.
    let (first, others) = rest.split_first().unwrap();
    let (half, other_half) = first.split_at(20);
    append(&file, half);
    append(&file, other_half);
    let end = others.len() - 4;
    append(&file, &others[..end].concat());
    follower.until("pool A, place 2: household H002 → A-0301");
    append(&file, &others[end..].concat());
    let report = follower.ends(0);
    assert!(report.contains("AGREES TO THE END"), "{report}");
    assert!(report.contains("fingerprint of the result: 96624 05912"), "{report}");
    assert!(report.contains("V2  passed"), "it is held against what was read before: {report}");
}

#[test]
fn a_line_that_is_rewritten_later_is_found_out() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("draw.jsonl");
    let lines = worked();
    let mut follower = Follower::of(&file, "zh");
    append(&file, &lines[..14].concat());
    follower.until("至此一致 · 共 14 行");
    // Another title, with which the plan is as right as before; but it is another plan.
    let plan = String::from_utf8(lines[..11].concat()).unwrap().replacen("301", "302", 1);
    fs::write(&file, plan).unwrap();
    let report = follower.ends(1);
    assert!(report.contains("不成立 · 共 11 行 · V2"), "{report}");
}

#[test]
fn a_fault_in_a_new_line_ends_it() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("draw.jsonl");
    let lines = worked();
    let mut follower = Follower::of(&file, "en");
    append(&file, &lines[..12].concat());
    follower.until("12 lines");
    append(&file, &lines[20]);
    let report = follower.ends(1);
    assert!(report.contains("REFUTED · 13 lines · T2"), "{report}");
}

#[test]
fn the_answer_is_written_for_the_hall() {
    let folder = TempDir::new().unwrap();
    let (file, answer) = (folder.path().join("draw.jsonl"), folder.path().join("answer.json"));
    let of = |lines: &[Vec<u8>], code: i32| -> Value {
        fs::write(&file, lines.concat()).unwrap();
        let run = Command::new("timeout")
            .args(["60", VERIFY, "--lang", "en", "--follow"])
            .arg(&file)
            .arg("--answer")
            .arg(&answer)
            .output()
            .unwrap();
        assert_eq!(run.status.code(), Some(code), "{}", String::from_utf8_lossy(&run.stdout));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left beside it");
        serde_json::from_slice(&fs::read(&answer).unwrap()).unwrap()
    };
    let mut lines = worked();
    let said = of(&lines, 0);
    let bytes = lines.concat();
    let head = TreeHead::of(bytes.as_slice()).unwrap();
    let plan: Value = serde_json::from_slice(&lines[0]).unwrap();
    let origin = plan["origin"].as_str().unwrap();
    let fingerprint = Fingerprint::of(origin, head.size, head.root).to_string();
    assert_eq!(said["fingerprint"], fingerprint);
    assert_eq!(
        (&said["lines"], &said["agrees"], &said["over"]),
        (&34.into(), &true.into(), &true.into())
    );
    assert_eq!(said["fault"], Value::Null);

    let at = lines.iter().position(|line| line.starts_with(b"{\"kind\":\"pick\"")).unwrap();
    lines[at] =
        String::from_utf8(lines[at].clone()).unwrap().replace("A-1801", "A-0301").into_bytes();
    let said = of(&lines, 1);
    assert_eq!((&said["agrees"], &said["over"]), (&false.into(), &false.into()));
    assert!(said["fault"].as_str().unwrap().starts_with('D'), "{said}");
}

#[test]
fn an_answer_needs_following() {
    let run = Command::new(VERIFY).args(["draw.jsonl", "--answer", "a.json"]).output().unwrap();
    assert_eq!(run.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&run.stderr).contains("--follow"));
}
