//! The receipts of 497, 1,988 and 19,880 households, with text and QR codes: what
//! `verify_transcript receipts` takes, verification and all, on one core and on all. Fails above a
//! limit, which is for a machine of 2 cores that does nothing else.
//! `cargo bench -p floorlot-verify --bench receipts`

#![allow(missing_docs, clippy::unwrap_used)]

#[path = "../../../benches/common/mod.rs"]
mod common;

use floorlot_testing::timed;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, ExitCode};

/// How many households; the most seconds by the clock on all cores; and the most time for each
/// household on one core, against the plan before. The last plan has so long proofs that most of
/// its receipts are beyond a QR code, which is the most of the work.
const PLANS: [(u32, f64, f64); 3] =
    [(497, f64::MAX, f64::MAX), (1_988, 0.7, 1.3), (19_880, f64::MAX, 0.5)];

const ROUNDS: u32 = 3;

fn main() -> ExitCode {
    // In memory where that can be: an ext4 that lost many files makes new ones slowly for minutes,
    // which would time the rounds before.
    let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
    let (mut before, mut broken) = (None, false);
    println!("households   codes  threads    wall s     CPU s   us each   against the plan before");
    for (households, most_seconds, most_growth) in PLANS {
        let file = folder.path().join(format!("{households}.jsonl"));
        write(&file, households);
        let one = measure(&file, "1");
        let all = measure(&file, "all");
        let us_each = |of: &Measured| of.seconds / f64::from(households) * 1e6;
        let growth = before.map_or(1.0, |before| us_each(&one) / before);
        for (threads, of) in [("1", &one), ("all", &all)] {
            let Measured { codes, seconds, processor } = of;
            let (own, cpu) = (us_each(of), processor.map_or("-".into(), |cpu| format!("{cpu:.2}")));
            print!("{households:>10} {codes:>7} {threads:>8} {seconds:>9.3} {cpu:>9} {own:>9.1}");
            println!("{}", if threads == "1" { format!("{growth:>8.2}") } else { String::new() });
        }
        if all.seconds > most_seconds || growth > most_growth {
            eprintln!("{households} households: above {most_seconds} s, or {most_growth}-fold");
            broken = true;
        }
        before = Some(us_each(&one));
    }
    ExitCode::from(u8::from(broken))
}

fn write(file: &Path, households: u32) {
    let mut out = BufWriter::new(File::create(file).unwrap());
    common::draw(common::plan(households), |line| {
        out.write_all(line).and_then(|()| out.write_all(b"\n")).unwrap();
    });
    out.flush().unwrap();
}

struct Measured {
    /// Receipts with a QR code.
    codes: usize,
    seconds: f64,
    processor: Option<f64>,
}

/// The best of some rounds by the clock.
fn measure(file: &Path, threads: &str) -> Measured {
    let round = |_| {
        let out = tempfile::tempdir_in(file.parent().unwrap()).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_verify_transcript"));
        command.arg("receipts").arg(file).arg("--out").arg(out.path());
        if threads != "all" {
            command.env("RAYON_NUM_THREADS", threads);
        }
        let (_, seconds, processor) = timed(&mut command);
        Measured { codes: codes(out.path()), seconds, processor }
    };
    (0..ROUNDS).map(round).reduce(|a, b| if a.seconds < b.seconds { a } else { b }).unwrap()
}

fn codes(folder: &Path) -> usize {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let pages = paths.filter(|path| path.extension().is_some_and(|end| end == "html"));
    pages.map(|page| fs::read_to_string(page).unwrap().matches("<svg").count()).sum()
}
