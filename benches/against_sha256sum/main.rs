//! Draws from a plan file, verifies what was drawn, and hashes the same file with `sha256sum`, in
//! one run: processor and wall time, ratios, peak memory, how the time grows from 10^3 households
//! on; the call order against a shuffle, a pool in which much is held back against one in which
//! nothing is, and a whole draw of 1,988 households.
//!
//! `cargo bench --bench against_sha256sum` goes to 10^6 households, with `-- --large` to 10^7 (some
//! 14 GB of free disk), with `-- --quick` to 10^5. Fails if a limit is broken, except in a quick
//! run, whose clock of 1/100 s is too coarse. To be run on a machine that does nothing else.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod big;
#[path = "../common/mod.rs"]
mod common;

use big::{Needs, write_plan};
use floorlot::Hash;
use floorlot::plan::PlanReader;
use floorlot::primitives::order::in_call_order;
use floorlot::primitives::seed::Keystream;
use floorlot::session::Session;
use floorlot::transcript::{Evidence, Reader, Verdict, verify, verify_on};
use floorlot_testing::timed;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use std::fs::File;
use std::hint::black_box;
use std::io::{BufReader, BufWriter, Write};
use std::num::NonZero;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// Verifying on two threads: wall time against that of `sha256sum`.
const MOST_ON_TWO: f64 = 0.40;
/// Verifying on one thread: processor time against that of `sha256sum`.
const MOST_ON_ONE: f64 = 0.65;
/// Drawing, writing and sealing from a plan file, against `sha256sum` of what was written.
const MOST_DRAW: f64 = 0.9;
/// The peak memory, in bytes: so many in any case, and so many for each household.
const MOST_MEMORY: (f64, f64) = (16.0 * 1024.0 * 1024.0, 48.0);
/// A pool with four kinds of needs, in which much is held back, against one without.
const MOST_HELD_BACK: f64 = 2.0;
/// How much longer it takes for ten times the households.
const MOST_GROWTH: f64 = 11.0;
/// Tickets and call order, against a shuffle of as many.
const MOST_ORDER: f64 = 4.0;
/// The draw of 1,988 households with its verification, on one thread.
const MOST_MILLISECONDS: f64 = 15.0;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["--plan", file, households, needs] => plan(file, households.parse().unwrap(), needs),
        ["--draw", plan, transcript] => draw(Path::new(plan), Path::new(transcript)),
        ["--verify", file, threads, times] => {
            verify_file(Path::new(file), threads.parse().unwrap(), times.parse().unwrap());
        }
        ["--order", households] => order(households.parse().unwrap(), &mut Limits::default()),
        _ if words.contains(&"--large") => compare(10_000_000, true),
        _ if words.contains(&"--quick") => compare(100_000, false),
        _ => compare(1_000_000, true),
    }
}

fn plan(file: &str, households: u32, needs: &str) {
    let needs = if needs == "scarce" { Needs::Scarce } else { Needs::Easy };
    let mut out = BufWriter::new(File::create(file).unwrap());
    write_plan(&mut out, households, needs).unwrap();
    out.flush().unwrap();
}

/// From a plan file to a sealed transcript, by stream. In a process of its own, which tells its peak
/// memory and its processor time.
fn draw(plan: &Path, transcript: &Path) {
    // The system takes large pieces with less work, wherever they begin and end.
    let mut out = BufWriter::with_capacity(1 << 19, File::create(transcript).unwrap());
    let mut write = |line: &[u8]| {
        out.write_all(line).unwrap();
        out.write_all(b"\n").unwrap();
    };
    let mut plan = Reader::new(BufReader::with_capacity(1 << 16, File::open(plan).unwrap()));
    let mut reader = PlanReader::new();
    while let Some(line) = plan.next_line().unwrap() {
        reader.line(line.bytes);
        write(line.bytes);
    }
    common::go_on(Session::of_read(reader.finish().unwrap()), &mut write);
    out.flush().unwrap();
    println!("{} 1 {}", peak_memory(), nanoseconds());
}

/// Verifies a file so many times. In a process of its own, which tells its peak memory, how often it
/// verified, and on one thread its processor time.
fn verify_file(file: &Path, threads: usize, times: u32) {
    for _ in 0..times {
        let source = BufReader::with_capacity(1 << 16, File::open(file).unwrap());
        let report = match threads {
            1 => verify(source, &Evidence::default()),
            _ => verify_on(NonZero::new(threads).unwrap(), source, &Evidence::default()),
        };
        assert_eq!(report.unwrap().verdict, Verdict::Verified);
    }
    println!("{} {times} {}", peak_memory(), if threads == 1 { nanoseconds() } else { 0 });
}

/// The largest resident size of this process so far, in bytes.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|l| l.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

/// Processor time of the first thread of this process, which is finer than ticks.
fn nanoseconds() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/schedstat").unwrap();
    stat.split_whitespace().next().unwrap().parse().unwrap()
}

/// What a program took: the best of some rounds.
#[derive(Debug, Clone, Copy)]
struct Taken {
    processor: f64,
    wall: f64,
    peak: u64,
}

impl Taken {
    /// What one of so many took.
    fn of_several(self, n: u32) -> Taken {
        Taken { processor: self.processor / f64::from(n), wall: self.wall / f64::from(n), ..self }
    }

    /// The shortest times of both, and the higher peak.
    fn best(self, other: Taken) -> Taken {
        Taken {
            processor: self.processor.min(other.processor),
            wall: self.wall.min(other.wall),
            peak: self.peak.max(other.peak),
        }
    }
}

/// Runs a program. One of this bench prints its peak memory, how often it did its work, and its
/// processor time in nanoseconds, or 0 where the system's clock tells that.
fn run(command: &mut Command) -> Taken {
    let (printed, wall, processor) = timed(command);
    let processor = processor.expect("/proc tells of the processor");
    let told: Vec<u64> = printed.split_whitespace().map_while(|n| n.parse().ok()).collect();
    match told[..] {
        [peak, times, own] => {
            let processor = if own > 0 { own as f64 / 1e9 } else { processor };
            Taken { processor, wall, peak }.of_several(times as u32)
        }
        _ => Taken { processor, wall, peak: 0 },
    }
}

fn this(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(arguments);
    command
}

/// A plan and what is drawn from it.
struct Drawn {
    households: u32,
    plan: String,
    file: String,
}

impl Drawn {
    fn new(folder: &Path, households: u32, needs: &str) -> Drawn {
        let path = |kind: &str| {
            let name = format!("{kind}-{households}-{needs}.jsonl");
            folder.join(name).to_string_lossy().into_owned()
        };
        let (plan, file) = (path("plan"), path("transcript"));
        run(&mut this(&["--plan", &plan, &households.to_string(), needs]));
        Drawn { households, plan, file }
    }

    /// What one of so many verifications takes.
    fn verify(&self, threads: u32, times: u32) -> Taken {
        run(&mut this(&["--verify", &self.file, &threads.to_string(), &times.to_string()]))
    }

    /// Draws, then hashes and verifies what was drawn.
    fn measure(&self) -> Measured {
        let (plan, file) = (&self.plan[..], &self.file[..]);
        // What takes milliseconds is too short for a clock with ticks of 1/100 s.
        let times = (300_000 / self.households).max(1);
        let hashed = |program: &str, arguments: &[&str]| {
            let mut command = Command::new(program);
            command.args(arguments).args((0..times).map(|_| file));
            run(&mut command).of_several(times)
        };
        let openssl = Command::new("openssl").arg("version").output();
        let openssl = openssl.is_ok_and(|output| output.status.success());
        // To throw an older transcript away is no part of a draw.
        std::fs::remove_file(file).unwrap_or_default();
        let draw = run(&mut this(&["--draw", plan, file]));
        // Nor does anybody wait for the disk: what is still to be written would disturb the others.
        File::open(file).unwrap().sync_all().unwrap();
        Measured {
            draw,
            sha256sum: hashed("sha256sum", &[]),
            openssl: openssl.then(|| hashed("openssl", &["dgst", "-sha256"])),
            one: self.verify(1, times),
            two: self.verify(2, times),
            bytes: std::fs::metadata(file).unwrap().len(),
        }
    }
}

/// All that is measured of one file in one round, or the best of some rounds.
#[derive(Clone, Copy)]
struct Measured {
    sha256sum: Taken,
    openssl: Option<Taken>,
    one: Taken,
    two: Taken,
    draw: Taken,
    bytes: u64,
}

impl Measured {
    fn best(self, other: Measured) -> Measured {
        Measured {
            sha256sum: self.sha256sum.best(other.sha256sum),
            openssl: self.openssl.zip(other.openssl).map(|(a, b)| a.best(b)),
            one: self.one.best(other.one),
            two: self.two.best(other.two),
            draw: self.draw.best(other.draw),
            bytes: self.bytes,
        }
    }

    fn print(&self, households: u32) {
        let both = |t: Taken| format!("{:.3}/{:.3}", t.processor, t.wall);
        let per = |t: Taken| format!("{:.1}", t.peak as f64 / f64::from(households));
        println!(
            "{households:>10} {:>11} {:>13} {:>13} {:>13} {:>13} {:>13} {:>8} {:>8}",
            self.bytes,
            both(self.sha256sum),
            self.openssl.map_or_else(|| "none".into(), both),
            both(self.one),
            both(self.two),
            both(self.draw),
            per(self.two),
            per(self.draw)
        );
    }
}

/// Several rounds, in which each is measured in turn, so that what disturbs the machine disturbs all
/// of them: the rounds of each.
fn in_turn(drawn: &[Drawn]) -> Vec<Vec<Measured>> {
    const ROUNDS: usize = 9;
    let mut rounds = vec![Vec::new(); drawn.len()];
    for _ in 0..ROUNDS {
        rounds.iter_mut().zip(drawn).for_each(|(rounds, drawn)| rounds.push(drawn.measure()));
    }
    rounds
}

/// The shortest times of all rounds, and the highest peaks.
fn best(rounds: &[Measured]) -> Measured {
    rounds.iter().copied().reduce(Measured::best).unwrap()
}

/// The limits that were broken.
#[derive(Default)]
struct Limits(Vec<String>);

impl Limits {
    fn hold(&mut self, what: &str, found: f64, most: f64) {
        let broken = found > most;
        println!(
            "{what:<62} {found:>9.3}  limit {most:.3}{}",
            if broken { "  BROKEN" } else { "" }
        );
        if broken {
            self.0.push(format!("{what}: {found:.3} is above {most}"));
        }
    }
}

fn compare(largest: u32, judged: bool) {
    let folder = tempfile::tempdir_in(".").unwrap();
    let sizes = [1_000, 10_000, 100_000, 1_000_000, 10_000_000];
    let sizes: Vec<u32> = sizes.into_iter().filter(|n| *n <= largest).collect();
    let new = |(households, needs)| Drawn::new(folder.path(), households, needs);
    let scarce = (largest >= 1_000_000).then_some((1_000_000, "scarce"));
    let mut drawn: Vec<Drawn> = scarce.into_iter().map(new).collect();
    drawn.extend(sizes.iter().map(|households| new((*households, "easy"))));
    let rounds = in_turn(&drawn);
    let (scarce, easy) = rounds.split_at(drawn.len() - sizes.len());
    let measured = || sizes.iter().copied().zip(easy);
    println!(
        "times in seconds, processor / wall, the best of several; memory is the peak in bytes for each household"
    );
    println!(
        "{:>10} {:>11} {:>13} {:>13} {:>13} {:>13} {:>13} {:>8} {:>8}",
        "households",
        "bytes",
        "sha256sum",
        "openssl",
        "verify 1",
        "verify 2",
        "draw",
        "mem. v.",
        "mem. d."
    );
    measured().for_each(|(households, rounds)| best(rounds).print(households));
    let mut limits = Limits::default();
    for (households, without) in measured().filter(|(n, _)| *n >= largest.min(1_000_000)) {
        judge(households, without, &mut limits);
        if let (1_000_000, Some(with)) = (households, scarce.first()) {
            held_back(households, with, without, &mut limits);
        }
    }
    growth(&drawn[scarce.len()..], &mut limits);
    for n in sizes.into_iter().filter(|n| *n >= 100_000) {
        order(n, &mut limits);
    }
    limits.hold("1,988 households, plan to verified transcript, ms", small(), MOST_MILLISECONDS);
    assert!(!judged || limits.0.is_empty(), "limits broken:\n{}", limits.0.join("\n"));
}

/// The ratios are those of two that were measured one soon after the other, and of all rounds the
/// median counts: the best of one side may be of a moment at which the processor was faster. Their
/// limits are for 10^6 households: what they may be at 10^7 follows from them and the limit of
/// growth. Those of the memory are for both.
fn judge(households: u32, rounds: &[Measured], limits: &mut Limits) {
    let of = |what: &str| format!("{what} at {households}");
    let ratio = |of_one: fn(&Measured) -> f64| median(rounds.iter().map(of_one));
    for (what, ratio, most) in [
        (
            "verify, 2 threads / sha256sum, wall",
            ratio(|m| m.two.wall / m.sha256sum.wall),
            MOST_ON_TWO,
        ),
        (
            "verify, 1 thread / sha256sum, processor",
            ratio(|m| m.one.processor / m.sha256sum.processor),
            MOST_ON_ONE,
        ),
        (
            "draw, write, seal / sha256sum, processor",
            ratio(|m| m.draw.processor / m.sha256sum.processor),
            MOST_DRAW,
        ),
    ] {
        if households > 1_000_000 {
            without_limit(&of(what), ratio);
        } else {
            limits.hold(&of(what), ratio, most);
        }
    }
    let openssl = rounds.iter().map(|m| Some(m.one.processor / m.openssl?.processor));
    if let Some(ratios) = openssl.collect::<Option<Vec<f64>>>() {
        let ratio = median(ratios.into_iter());
        without_limit(&of("verify, 1 thread / openssl dgst, processor"), ratio);
    }
    let m = best(rounds);
    let most = MOST_MEMORY.0 + MOST_MEMORY.1 * f64::from(households);
    for (what, taken) in [("1 thread", m.one), ("2 threads", m.two)] {
        let what = of(&format!("verify, {what}, peak memory against its limit"));
        limits.hold(&what, taken.peak as f64 / most, 1.0);
    }
    limits.hold(&of("draw, peak memory against its limit"), m.draw.peak as f64 / most, 1.0);
}

fn without_limit(what: &str, found: f64) {
    println!("{what:<62} {found:>9.3}  no limit");
}

/// The same size, but with four kinds of needs, and all flats that meet them held back.
fn held_back(n: u32, with: &[Measured], without: &[Measured], limits: &mut Limits) {
    let mut hold = |name: &str, of: fn(&Measured) -> Taken| {
        let ratios = with.iter().zip(without).map(|(a, b)| of(a).processor / of(b).processor);
        let what = format!("{name} at {n}, 4 kinds of needs all held back / without");
        limits.hold(&what, median(ratios), MOST_HELD_BACK);
    };
    hold("verify", |m| m.one);
    hold("draw", |m| m.draw);
}

/// From each size to the next, which is ten times as large, and the exponent over all of them. In
/// each round one is verified right after the other, for as long, and the median of the ratios
/// counts: so it makes little difference when the processor is slower for a while. The smaller one
/// is not verified ten times by one process, which would have its memory from the system already.
fn growth(easy: &[Drawn], limits: &mut Limits) {
    const ROUNDS: usize = 12;
    let mut exponents = Vec::new();
    for pair in easy.windows(2) {
        let [small, large] = pair else { continue };
        // What takes milliseconds is too short to be measured.
        let times = (200_000 / large.households).max(1);
        let longer = large.households / small.households;
        let ratio = || {
            let before: f64 = (0..longer).map(|_| small.verify(1, times).processor).sum();
            large.verify(1, times).processor / (before / f64::from(longer))
        };
        let found = median((0..ROUNDS).map(|_| ratio()));
        let what = format!("verify, time at {} / at {}", large.households, small.households);
        limits.hold(&what, found, MOST_GROWTH);
        exponents.push(found.ln() / f64::from(longer).ln());
    }
    let exponent = exponents.iter().sum::<f64>() / exponents.len() as f64;
    println!("{:<62} {exponent:>9.3}  (1 is linear)", "verify, exponent of growth");
}

/// Tickets and call order of so many households, against a shuffle of as many numbers by the same
/// generator.
fn order(n: u32, limits: &mut Limits) {
    // The allocator keeps what it got back once it was a large piece, so neither side is timed while
    // it waits for fresh pages.
    drop(black_box(vec![1_u8; 30 << 20]));
    let tickets = Keystream::new(Hash([7; 32])).tickets(n);
    let works: [&dyn Fn(); 4] = [
        &|| {
            let tickets = Keystream::new(Hash([7; 32])).tickets(n);
            black_box(in_call_order(&tickets, |_| 1, |own| own));
        },
        &|| drop(black_box(Keystream::new(Hash([7; 32])).tickets(n))),
        &|| drop(black_box(in_call_order(&tickets, |_| 1, |own| own))),
        &|| {
            let mut numbers: Vec<u32> = (0..n).collect();
            numbers.shuffle(&mut rand_chacha::ChaCha20Rng::from_seed([7; 32]));
            black_box(numbers);
        },
    ];
    // Many rounds, in which each has its turn, and the median of their ratios: some milliseconds are
    // soon disturbed, and the best of one side may be of a moment at which the processor was faster.
    let seconds = |work: &dyn Fn()| {
        let start = Instant::now();
        work();
        start.elapsed().as_secs_f64()
    };
    let rounds: Vec<[f64; 4]> =
        (0..(50_000_000 / n).clamp(5, 100)).map(|_| works.map(seconds)).collect();
    let ratio = |work: usize| median(rounds.iter().map(|taken| taken[work] / taken[3]));
    for (what, work) in
        [("the tickets alone (a block of ChaCha20 each, D3)", 1), ("the order alone", 2)]
    {
        without_limit(&format!("{what} / shuffle at {n}"), ratio(work));
    }
    limits.hold(&format!("tickets and call order / shuffle at {n}"), ratio(0), MOST_ORDER);
}

fn median(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut numbers: Vec<f64> = numbers.collect();
    numbers.sort_by(f64::total_cmp);
    let middle = numbers.len() / 2;
    f64::midpoint(numbers[middle], numbers[(numbers.len() - 1) / 2])
}

/// Milliseconds of a whole draw of 1,988 households and its verification, on one thread: the best of
/// some rounds, as of the programs. The processor is at it for as long at most.
fn small() -> f64 {
    const ROUNDS: u32 = 40;
    let milliseconds = || {
        let start = Instant::now();
        let mut bytes = Vec::new();
        common::draw(common::plan(1_988), |line| {
            bytes.extend_from_slice(line);
            bytes.push(b'\n');
        });
        verify(&bytes[..], &Evidence::default()).unwrap().into_verified().unwrap();
        start.elapsed().as_secs_f64() * 1e3
    };
    (0..ROUNDS).map(|_| milliseconds()).fold(f64::INFINITY, f64::min)
}
