//! Runs floorlot's programs in tests: finds them, feeds them, and demands how they end; and says
//! which random cases are tried.
//!
//! A test names its own program with `env!("CARGO_BIN_EXE_…")`, which cargo builds before it. One of
//! another package stands beside it.

pub mod order;

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Instant;

/// A file or folder of the repository, such as `examples/data/block/plan.jsonl`.
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// The number in `FLOORLOT_SEED`, which makes random tests try other cases; 0 without it. It is
/// printed, so that it stands beside a failure.
pub fn other_cases() -> u64 {
    let Ok(text) = std::env::var("FLOORLOT_SEED") else { return 0 };
    let seed = text.parse().expect("FLOORLOT_SEED is a number up to 2^64 - 1");
    println!("other cases than usual: FLOORLOT_SEED={seed} tries the same again");
    seed
}

/// The program of this name: `own`, or the one beside it.
#[track_caller]
pub fn program(own: &str, name: &str) -> PathBuf {
    let own = Path::new(own);
    if own.file_stem().is_some_and(|own| own == name) {
        return own.to_owned();
    }
    let other = own.with_file_name(name).with_extension(std::env::consts::EXE_EXTENSION);
    let path = other.display();
    assert!(other.exists(), "{path} is not there; build it with `cargo build --bin {name}`");
    other
}

/// A program to be run to its end.
#[derive(Debug)]
pub struct Run {
    command: Command,
    input: Vec<u8>,
}

impl Run {
    /// A program, without input.
    pub fn of(program: impl AsRef<OsStr>) -> Run {
        Run::with(Command::new(program))
    }

    /// A command, without input.
    pub fn with(command: Command) -> Run {
        Run { command, input: Vec::new() }
    }

    /// These arguments, too.
    #[must_use]
    pub fn args<S: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = S>) -> Run {
        self.command.args(arguments);
        self
    }

    /// In this folder.
    #[must_use]
    pub fn within(mut self, folder: impl AsRef<Path>) -> Run {
        self.command.current_dir(folder);
        self
    }

    /// With this in its environment.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Run {
        self.command.env(name, value);
        self
    }

    /// With this typed.
    #[must_use]
    pub fn typed(mut self, input: impl AsRef<[u8]>) -> Run {
        self.input = input.as_ref().to_owned();
        self
    }

    /// Runs it to its end, whatever that is. A program that ends before it has read all of its
    /// input is not waited for.
    #[track_caller]
    pub fn output(mut self) -> Output {
        let piped =
            self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = match piped.spawn() {
            Ok(child) => child,
            Err(error) => panic!("{:?}: {error}", self.command),
        };
        let Some(mut stdin) = child.stdin.take() else { unreachable!("it was asked for") };
        let input = std::mem::take(&mut self.input);
        let typing = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output();
        let typed = typing.join();
        assert!(typed.is_ok(), "typing");
        match output {
            Ok(output) => output,
            Err(error) => panic!("{:?}: {error}", self.command),
        }
    }

    /// Runs it, and demands an exit code; standard output and standard error.
    #[track_caller]
    pub fn ends(self, code: i32) -> (String, String) {
        let called = format!("{:?}", self.command);
        let Output { status, stdout, stderr } = self.output();
        let (out, err) = (text(stdout), text(stderr));
        let found = status.code();
        assert_eq!(found, Some(code), "{called}\nstdout:\n{out}\nstderr:\n{err}");
        (out, err)
    }
}

/// What a program printed.
#[track_caller]
pub fn text(bytes: Vec<u8>) -> String {
    match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => panic!("no UTF-8: {}", String::from_utf8_lossy(error.as_bytes())),
    }
}

/// Runs a command of a bench to its end: what it printed, seconds by the clock, and of the processor
/// on all cores. The latter have steps of 1/100 s, and are only known where there is `/proc`.
#[track_caller]
pub fn timed(command: &mut Command) -> (String, f64, Option<f64>) {
    let (before, start) = (of_children(), Instant::now());
    let output = command.output().expect("the program starts");
    let seconds = start.elapsed().as_secs_f64();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    (printed, seconds, of_children().zip(before).map(|(after, before)| after - before))
}

/// Processor seconds of the children that have ended.
fn of_children() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // `cutime` and `cstime` of proc(5), counted behind the name.
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    let ticks = |n: usize| fields.get(n)?.parse::<u32>().ok();
    Some(f64::from(ticks(13)? + ticks(14)?) / 100.0)
}
