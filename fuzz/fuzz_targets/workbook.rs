//! A workbook (.xlsx, .ods) from its parts, so that what is in them is reached.
#![no_main]

use floorlot_fuzz::{parts, table};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Some(workbook) = parts::to_workbook(data) {
        table(&workbook);
    }
});
