//! Any file that an office may hand in as a table.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| floorlot_fuzz::table(data));
