//! How long a draw and its verification take, at 100, 1,988 and 1,000,000 households. `cargo bench
//! --bench draw_and_verify`

#![allow(missing_docs, clippy::unwrap_used)]

mod common;

use divan::{Bencher, counter::ItemsCount};
use floorlot::transcript::{Evidence, Verdict, verify};

const SIZES: [u32; 3] = [100, 1_988, 1_000_000];

fn main() {
    divan::main();
}

/// From the valid plan to the last line of the transcript.
#[divan::bench(args = SIZES, max_time = 20, sample_size = 1)]
fn draw(bencher: Bencher<'_, '_>, households: u32) {
    let plan = common::plan(households);
    let draw = |plan| {
        let mut bytes = 0_usize;
        common::draw(plan, |line| bytes += line.len());
        bytes
    };
    bencher.counter(ItemsCount::new(households)).with_inputs(|| plan.clone()).bench_values(draw);
}

/// From the bytes of the transcript to the report.
#[divan::bench(args = SIZES, max_time = 20, sample_size = 1)]
fn verification(bencher: Bencher<'_, '_>, households: u32) {
    let mut file = Vec::new();
    common::draw(common::plan(households), |line| {
        file.extend_from_slice(line);
        file.push(b'\n');
    });
    bencher.counter(ItemsCount::new(households)).bench(|| {
        let report = verify(&file[..], &Evidence::default()).unwrap();
        assert_eq!(report.verdict, Verdict::Verified);
        report.totals.lines
    });
}
