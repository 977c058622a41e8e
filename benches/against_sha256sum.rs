//! Verifies a transcript of 10^6 households and hashes the same file with `sha256sum`, in one run,
//! and prints the ratio, the peak memory for each household, and how the time grows from 10^3 to
//! 10^6. Fails if a limit is broken. `cargo bench --bench against_sha256sum` (`-- --quick` for 10^5
//! households)

#![allow(missing_docs, clippy::unwrap_used)]

mod common;

use floorlot::transcript::{Evidence, Verdict, verify};
use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// The most time that verifying may take, as a part of the time of `sha256sum`; and in a quick run,
/// whose clock of 1/100 s and single tenths of a second let the ratio swing by a quarter.
const MOST_RATIO: f64 = 1.25;
const MOST_RATIO_QUICK: f64 = 1.6;
/// The most bytes of memory for each household.
const MOST_BYTES: f64 = 200.0;
/// The most time for the draw of 1,988 households with its verification.
const MOST_MILLISECONDS: f64 = 100.0;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.iter().position(|a| a == "--verify").and_then(|i| arguments.get(i + 1)) {
        Some(file) => verify_once(Path::new(file)),
        None => {
            match arguments.iter().position(|a| a == "--write").and_then(|i| arguments.get(i + 1)) {
                Some(file) => write(
                    Path::new(file),
                    std::env::var("N").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000_000),
                ),
                None => compare(arguments.iter().any(|a| a == "--quick")),
            }
        }
    }
}

/// In a process of its own, so that its peak memory is that of a verification: prints its processor
/// seconds, start-up and all, and its peak bytes. Small files are verified several times, because
/// the clock has ticks of 1/100 s.
fn verify_once(file: &Path) {
    let base = peak_memory();
    let once = || {
        verify(BufReader::with_capacity(1 << 16, File::open(file).unwrap()), &Evidence::default())
            .unwrap()
    };
    let first = once();
    assert_eq!(first.verdict, Verdict::Verified);
    let (peak, rounds) = (peak_memory() - base, (300_000 / first.totals.households).max(1));
    (1..rounds).for_each(|_| assert_eq!(once().verdict, Verdict::Verified));
    println!("{} {peak}", processor_seconds(OWN) / f64::from(rounds));
}

/// Where user and system time stand in /proc/self/stat, after the name: of this process, and of its
/// children that have ended.
const OWN: [usize; 2] = [11, 12];
const CHILDREN: [usize; 2] = [13, 14];

fn processor_seconds(fields: [usize; 2]) -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let after_name = stat.rsplit(')').next().unwrap();
    let ticks = |n: usize| after_name.split_whitespace().nth(n).unwrap().parse::<u32>().unwrap();
    f64::from(fields.map(ticks).iter().sum::<u32>()) / 100.0
}

/// The largest resident size of this process so far, in bytes.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|l| l.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

fn write(file: &Path, households: u32) {
    let mut out = BufWriter::new(File::create(file).unwrap());
    common::draw(common::plan(households), |line| {
        out.write_all(line).unwrap();
        out.write_all(b"\n").unwrap();
    });
    out.flush().unwrap();
}

/// Runs a command; the processor seconds that it took, and what it printed.
fn run(command: &mut Command) -> (f64, String) {
    let before = processor_seconds(CHILDREN);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}");
    (processor_seconds(CHILDREN) - before, String::from_utf8(output.stdout).unwrap())
}

/// Processor seconds of `sha256sum` and of a verification of the same file, taken in turn, and the
/// peak bytes of the latter. The best of some rounds each.
fn measure(file: &Path, rounds: u32) -> (f64, f64, u64) {
    let this = std::env::current_exe().unwrap();
    let round = |_| {
        let (reference, _) = run(Command::new("sha256sum").arg(file));
        let (_, printed) = run(Command::new(&this).arg("--verify").arg(file));
        let (seconds, peak) = printed.trim().split_once(' ').unwrap();
        (reference, seconds.parse::<f64>().unwrap(), peak.parse::<u64>().unwrap())
    };
    (0..rounds).map(round).reduce(|a, b| (a.0.min(b.0), a.1.min(b.1), a.2.min(b.2))).unwrap()
}

fn compare(quick: bool) {
    let (largest, most_ratio) =
        if quick { (100_000, MOST_RATIO_QUICK) } else { (1_000_000, MOST_RATIO) };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("transcript.jsonl");
    let mut broken = Vec::new();
    let mut per_household = Vec::new();
    println!(
        "{:>10} {:>12} {:>10} {:>12} {:>8} {:>14}",
        "households", "bytes", "verify s", "sha256sum s", "ratio", "peak bytes/h."
    );
    for households in [1_000, 10_000, 100_000, 1_000_000].into_iter().filter(|n| *n <= largest) {
        write(&file, households);
        let (reference, seconds, peak) = measure(&file, 3);
        let (ratio, bytes) = (seconds / reference, peak as f64 / f64::from(households));
        let size = std::fs::metadata(&file).unwrap().len();
        // the clock of children has 1/100 s
        let shown = if reference < 0.1 { "too fast".to_owned() } else { format!("{ratio:.3}") };
        println!(
            "{households:>10} {size:>12} {seconds:>10.4} {reference:>12.2} {shown:>8} {bytes:>14.1}"
        );
        per_household.push(seconds / f64::from(households));
        if households == largest && ratio > most_ratio {
            broken.push(format!("ratio {ratio:.3} is above {most_ratio}"));
        }
        if households == largest && bytes > MOST_BYTES {
            broken.push(format!("{bytes:.1} bytes for each household is above {MOST_BYTES}"));
        }
    }
    let growth = per_household.last().unwrap() / per_household.first().unwrap();
    println!("time for each household at {largest} against 1000: {growth:.2} (1 is linear)");
    let start = Instant::now();
    let mut bytes = Vec::new();
    common::draw(common::plan(1_988), |line| {
        bytes.extend_from_slice(line);
        bytes.push(b'\n');
    });
    verify(&bytes[..], &Evidence::default()).unwrap().into_verified().unwrap();
    let milliseconds = start.elapsed().as_secs_f64() * 1e3;
    println!("1988 households, plan to transcript and its verification: {milliseconds:.1} ms");
    if milliseconds > MOST_MILLISECONDS {
        broken.push(format!("{milliseconds:.1} ms is above {MOST_MILLISECONDS}"));
    }
    // The limits are for the full run on a machine that does nothing else; the quick one only shows
    // the figures.
    assert!(quick || broken.is_empty(), "limits broken: {}", broken.join("; "));
}
