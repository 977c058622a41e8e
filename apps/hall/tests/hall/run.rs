//! The transcript is removed, replaced, edited or cut while `run` holds the draw: at the prompt,
//! and with a script.

use crate::disk::verified;
use crate::harm::{self, beside};
use crate::server::{PLAN, Said, program};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A draw at the prompt.
struct Prompt {
    child: Child,
    output: Said,
    errors: Said,
    /// How much of the errors was read.
    read: usize,
}

impl Drop for Prompt {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Prompt {
    fn start(folder: &Path) -> Prompt {
        Prompt::at_home(folder, folder)
    }

    fn at_home(folder: &Path, home: &Path) -> Prompt {
        let mut run = Command::new(program());
        run.env("HOME", home);
        run.args(["--lang", "en", "run", "--plan", PLAN, "--out", "draw.jsonl", "--after"])
            .current_dir(folder);
        let mut child = run
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (output, errors) = (
            Said::gather(child.stdout.take().unwrap()),
            Said::gather(child.stderr.take().unwrap()),
        );
        let mut prompt = Prompt { child, output, errors, read: 0 };
        prompt.wait("> ");
        prompt
    }

    /// Waits for this on standard error.
    #[track_caller]
    fn wait(&mut self, what: &str) {
        self.read = self.errors.wait(self.read, what);
    }

    fn type_in(&mut self, text: &str) {
        self.child.stdin.as_mut().unwrap().write_all(format!("{text}\n").as_bytes()).unwrap();
    }

    /// Types a command, answers its questions, and waits for the next prompt.
    #[track_caller]
    fn step(&mut self, (text, questions): (&str, &[&str])) {
        self.type_in(text);
        for answer in questions {
            self.wait("> ");
            self.type_in(answer);
        }
        self.wait("> ");
    }
}

/// A command of each kind, with the answers to what it asks.
const STEPS: [(&str, &[&str]); 36] = [
    ("paper r1 scan.txt", &["yes"]),
    ("unsigned r2", &["yes"]),
    ("unsigned r3", &["yes"]),
    ("unsigned o1", &["yes"]),
    ("unsigned o2", &["yes"]),
    ("unsigned o3", &["yes"]),
    ("envelope r1", &["yes"]),
    ("envelope r2", &[]),
    ("absent r3", &["yes"]),
    ("envelope o1", &[]),
    ("envelope o2", &[]),
    ("envelope o3", &[]),
    ("close", &["yes"]),
    ("reveal r1 4711", &["yes"]),
    ("reveal r2 4711", &["yes"]),
    ("reveal o1 4711", &["yes"]),
    ("reveal o2 4711", &["yes"]),
    ("reveal o3 4711", &["yes"]),
    ("close", &["yes"]),
    ("dice 00416293857710359265", &["00416293857710359265", "yes"]),
    ("call", &[]),
    ("missed", &[]),
    ("undo wrong button", &[]),
    ("choose 1802", &["yes"]),
    ("call", &[]),
    ("missed", &[]),
    ("call", &[]),
    ("missed", &[]),
    ("call", &[]),
    ("missed", &[]),
    ("call", &[]),
    ("missed", &[]),
    ("call", &[]),
    ("missed", &[]),
    ("call", &[]),
    ("missed", &[]),
];

/// Each step but every second one of the same kind meets a harm of its own: nothing is recorded
/// until the question is answered, then the step is typed again.
#[test]
fn at_the_prompt() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("draw.jsonl");
    fs::write(folder.path().join("scan.txt"), "synthetic: stands for a scanned signature").unwrap();
    let mut prompt = Prompt::start(folder.path());
    let lines =
        |folder: &Path| fs::read_to_string(folder.join("draw.jsonl")).unwrap().lines().count();
    for (number, step) in STEPS.iter().enumerate() {
        let harm = &harm::ALL[number % harm::ALL.len()];
        let recorded = fs::read(&file).unwrap();
        let told = prompt.output.settled();
        (harm.does)(&file);
        prompt.type_in(step.0);
        prompt.wait(harm.told);
        prompt.wait("yes or no> ");
        assert!(
            prompt.output.all()[told..].find("signed on paper").is_none(),
            "nothing is said that is not recorded"
        );
        if number % 3 == 0 {
            prompt.type_in("no"); // look again: it is no better
            prompt.wait(harm.told);
            prompt.wait("yes or no> ");
        }
        prompt.type_in("yes");
        prompt.wait("> ");
        assert_eq!(fs::read(&file).unwrap(), recorded, "{}", harm.name);
        prompt.step(*step);
        assert!(
            lines(folder.path()) > recorded.iter().filter(|b| **b == b'\n').count(),
            "{step:?} after {}",
            harm.name
        );
    }
    assert!(!beside(folder.path(), "damaged").is_empty());
    // Whoever puts the file back goes on without a new one.
    let aside = folder.path().join("aside");
    fs::rename(&file, &aside).unwrap();
    prompt.type_in("status");
    prompt.wait("yes or no> ");
    fs::rename(&aside, &file).unwrap();
    prompt.type_in("no");
    prompt.wait("> ");
    prompt.step(("status", &[]));
    // Nobody answers any more: all that is recorded is written, and the program ends with 2.
    let recorded = fs::read(&file).unwrap();
    fs::write(&file, "").unwrap();
    prompt.type_in("call");
    prompt.wait("yes or no> ");
    drop(prompt.child.stdin.take());
    assert_eq!(prompt.child.wait().unwrap().code(), Some(2));
    assert_eq!(fs::read(&beside(folder.path(), "rescued")[0]).unwrap(), recorded);
    assert_eq!(fs::read(&file).unwrap(), b"", "what was there stays");
}

const SCRIPT: &str = "paper r1 SCAN1\nunsigned r2\nunsigned r3\nunsigned o1\nunsigned o2\nunsigned o3
envelope r1\nenvelope r2\nenvelope o1\nenvelope o2\nabsent r3\nabsent o3\nclose\nreveal r1 4711\nreveal r2 4711\nreveal o1 4711\nreveal o2 4711\nclose
dice 00416293857710359265\nCALLS
paper r1 SCAN2\nunsigned r2\nunsigned r3\nunsigned o1\nunsigned o2\nunsigned o3
recording SCAN3 2026-11-22T09:00:00+08:00\nseal\npaper r1 SCAN4\nunsigned r2\nunsigned r3\nunsigned o1\nunsigned o2\nunsigned o3\n";

/// A script stops at a scan as long as it is hashed, and one is made endless: there the harm is done.
/// It ends with 2, all that was recorded is in a file, and from that the same script comes to the
/// end.
#[test]
fn with_a_script() {
    for (number, harm) in harm::ALL.iter().enumerate() {
        for stop in 1..=4 {
            if (number + stop) % 2 == 0 || stop == 1 {
                scripted(harm, stop);
            }
        }
    }
}

fn scripted(harm: &harm::Harm, stop: usize) {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("draw.jsonl");
    let calls = "call\nmissed\n".repeat(20);
    fs::write(folder.path().join("script.txt"), SCRIPT.replace("CALLS\n", &calls)).unwrap();
    for number in 1..=4 {
        let scan = folder.path().join(format!("SCAN{number}"));
        fs::write(scan, "synthetic scan").unwrap();
    }
    // The program stands still as long as it hashes this one: it has no end for now, and takes no
    // room.
    let scan = folder.path().join(format!("SCAN{stop}"));
    let long = fs::File::create(&scan).unwrap();
    long.set_len(1 << 38).unwrap();
    let run = |folder: &Path| {
        let mut run = Command::new(program());
        run.args([
            "--lang",
            "en",
            "run",
            "--plan",
            PLAN,
            "--out",
            "draw.jsonl",
            "--script",
            "script.txt",
        ])
        .current_dir(folder);
        run.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        run
    };
    let child = run(folder.path()).spawn().unwrap();
    reads(&child, &scan);
    let recorded = settled(&file);
    (harm.does)(&file);
    long.set_len(0).unwrap();
    let output = child.wait_with_output().unwrap();
    let (out, why) = (
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    );
    assert_eq!(output.status.code(), Some(2), "{}: {why}", harm.name);
    assert!(
        why.contains(harm.told) && why.contains("written again and read back"),
        "{}: {why}",
        harm.name
    );
    assert_eq!(
        out.matches("signed on paper").count(),
        [0, 1, 2, 2][stop - 1],
        "nothing is said that is not recorded: {out}"
    );
    let rescued = beside(folder.path(), "rescued");
    assert_eq!(rescued.len(), usize::from(harm.stays), "{}: {why}", harm.name);
    let whole = rescued.first().unwrap_or(&file);
    assert_eq!(fs::read(whole).unwrap(), recorded, "{}", harm.name);
    assert!(beside(folder.path(), "damaged").is_empty(), "what is there stays as it is");
    // The clerk does what the message says.
    if let Some(rescued) = rescued.first() {
        fs::rename(&file, folder.path().join("bad")).unwrap();
        fs::rename(rescued, &file).unwrap();
    }
    fs::write(scan, "synthetic scan").unwrap();
    let output = run(folder.path()).output().unwrap();
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}: {}",
        harm.name,
        String::from_utf8_lossy(&output.stderr)
    );
    verified(&file);
}

/// Waits until the program has opened this file; where that cannot be seen, for a while.
fn reads(child: &Child, file: &Path) {
    let (open, file) = (format!("/proc/{}/fd", child.id()), fs::canonicalize(file).unwrap());
    let begun = Instant::now();
    if !Path::new("/proc/self/fd").exists() {
        return std::thread::sleep(Duration::from_secs(2));
    }
    let has = || {
        fs::read_dir(&open)
            .unwrap()
            .flatten()
            .any(|fd| fs::read_link(fd.path()).is_ok_and(|to| to == file))
    };
    while !has() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{} is not read", file.display());
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// The content of the file once it does not grow any more.
fn settled(file: &Path) -> Vec<u8> {
    let begun = Instant::now();
    let mut last = Vec::new();
    loop {
        std::thread::sleep(Duration::from_millis(60));
        let now = fs::read(file).unwrap();
        if now == last && !now.is_empty() {
            return now;
        }
        assert!(begun.elapsed() < Duration::from_secs(20));
        last = now;
    }
}

/// The file goes, and then the input ends or the clerk leaves, without another step: all that is
/// recorded is written before the program ends.
#[test]
fn harm_before_the_way_out() {
    for harm in &harm::ALL {
        for out in ["", "quit"] {
            let folder = TempDir::new().unwrap();
            let file = folder.path().join("draw.jsonl");
            let mut prompt = Prompt::start(folder.path());
            prompt.step(("dissent r1 synthetic", &["yes"]));
            let recorded = fs::read(&file).unwrap();
            (harm.does)(&file);
            if !out.is_empty() {
                prompt.type_in(out);
            }
            drop(prompt.child.stdin.take());
            assert_eq!(prompt.child.wait().unwrap().code(), Some(2), "{} {out}", harm.name);
            prompt.errors.closed();
            assert!(
                prompt.errors.all().contains(harm.told),
                "{}: {}",
                harm.name,
                prompt.errors.all()
            );
            let rescued = beside(folder.path(), "rescued");
            assert_eq!(rescued.len(), usize::from(harm.stays), "{}", harm.name);
            assert_eq!(
                fs::read(rescued.first().unwrap_or(&file)).unwrap(),
                recorded,
                "{}",
                harm.name
            );
        }
    }
}

/// The program is dead and the file is gone: the same command does not seal anew as if nothing had
/// been.
#[test]
fn a_draw_that_is_gone_is_not_sealed_over() {
    let folder = TempDir::new().unwrap();
    let mut prompt = Prompt::start(folder.path());
    prompt.step(("dissent r1 synthetic", &["yes"]));
    drop(prompt);
    let file = folder.path().join("draw.jsonl");
    let lines = fs::read_to_string(&file).unwrap().lines().count();
    fs::remove_file(&file).unwrap();
    let mut again = Command::new(program());
    again
        .args(["--lang", "en", "run", "--plan", PLAN, "--out", "draw.jsonl"])
        .current_dir(folder.path());
    let (code, why) = crate::server::ended(again);
    assert_eq!(code, Some(2), "{why}");
    assert!(why.contains(&format!("found 0 lines; expected at least {lines}")), "{why}");
    assert_eq!(fs::metadata(&file).map_or(0, |about| about.len()), 0, "nothing was sealed");
}

/// The folder goes, which was that of the program too: what is recorded is written there again.
#[test]
fn the_folder_goes_under_the_prompt() {
    let above = TempDir::new().unwrap();
    let folder = above.path().join("hall");
    fs::create_dir(&folder).unwrap();
    let mut prompt = Prompt::start(&folder);
    prompt.step(("dissent r1 synthetic", &["yes"]));
    let recorded = fs::read(folder.join("draw.jsonl")).unwrap();
    fs::remove_dir_all(&folder).unwrap();
    prompt.type_in("status");
    prompt.wait("yes or no> ");
    prompt.type_in("yes");
    prompt.wait("> ");
    assert_eq!(fs::read(folder.join("draw.jsonl")).unwrap(), recorded);
    drop(prompt);
    // The place cannot be made again: another one is taken.
    fs::remove_dir_all(&folder).unwrap();
    fs::create_dir(&folder).unwrap();
    let home = TempDir::new().unwrap();
    let mut prompt = Prompt::at_home(&folder, home.path());
    prompt.step(("dissent r1 synthetic", &["yes"]));
    let recorded = fs::read(folder.join("draw.jsonl")).unwrap();
    fs::remove_dir_all(&folder).unwrap();
    fs::write(&folder, "synthetic: something else").unwrap();
    drop(prompt.child.stdin.take());
    assert_eq!(prompt.child.wait().unwrap().code(), Some(2));
    assert_eq!(fs::read(&beside(home.path(), "rescued")[0]).unwrap(), recorded);
}
