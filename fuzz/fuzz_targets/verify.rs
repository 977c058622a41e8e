//! Any file, as it is and with roots made right: verifier, replay and the verifier by other ways
//! say the same of it.
#![no_main]

use floorlot::transcript::{Changed, TreeHead};
use floorlot_fuzz::{check, mutate, resealed};
use libfuzzer_sys::{fuzz_mutator, fuzz_target};

fuzz_target!(|data: &[u8]| {
    check(data);
    check(&resealed(data));
    let _ = (TreeHead::of(data), Changed::of_file(data));
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate::of_lines(data, size, max_size, seed)
});
