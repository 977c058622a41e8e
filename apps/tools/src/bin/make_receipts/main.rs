//! Makes the vectors in `tests/vectors/receipts/`: receipts, valid and tampered, and
//! `receipts.json`, which says what a verifier must find in each. Other implementations are compared
//! with it. The receipts are those of transcripts of the corpus.
//!
//! ```text
//! cargo run --bin make_receipts              writes the files
//! cargo run --bin make_receipts -- --check   makes them in memory and compares; exit code 1 names the first difference
//! ```

mod draft;
mod families;
mod manifest;
mod tampered;
mod together;
mod valid;

use floorlot_tools::made::{Files, vectors, write_or_check};
use manifest::{Case, entry, json, plan_path};
use std::process::ExitCode;

fn make() -> Files {
    let (mut files, mut entries, mut wrong) = (Files::new(), Vec::new(), Vec::new());
    let valid = valid::all().into_iter().map(|case| ("valid", case));
    for (folder, case) in valid.chain(tampered::all().into_iter().map(|case| ("tampered", case))) {
        let Case { name, about, bytes, evidence } = case;
        let path = format!("{folder}/{name}.receipt.txt");
        // The same file may stand there with other evidence.
        let before = files.insert(path.clone(), bytes.clone());
        assert!(before.is_none_or(|before| before == bytes), "{path} is made twice");
        if let Some((name, plan)) = &evidence.plan {
            files.insert(plan_path(name), plan.clone().into_bytes());
        }
        let made = entry(&path, about, &bytes, &evidence);
        let meant = if folder == "valid" { "verified" } else { &name[..name.find('-').unwrap()] };
        if made.finding() != meant {
            wrong.push(format!("{path}: {meant} was meant, {} was found", made.finding()));
        }
        entries.push(made);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    files.insert("receipts.json".into(), json(&entries).into_bytes());
    files
}

fn main() -> ExitCode {
    write_or_check(&vectors("receipts"), &make())
}
