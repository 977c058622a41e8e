//! Makes `seeds/TARGET/*` and `lines.dict` from the corpus, the vectors and the sample tables. They
//! are not kept in the repository: this makes them in a second.

use floorlot::lines::Line;
use floorlot::receipt::receipts;
use floorlot::transcript::{Evidence, verify};
use floorlot_fuzz::{key, lines, parts, plan_of};
use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

type Done = Result<(), Box<dyn Error>>;

/// Larger files make a fuzzer slow.
const MOST_BYTES: u64 = 64 << 10;

fn main() -> Done {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.join("..");
    let seeds = Seeds { folder: here.join("seeds") };
    for folder in ["valid", "unfinished", "older", "tampered"] {
        for path in files(&root.join("tests/vectors/corpus").join(folder))? {
            of_transcript(&seeds, &path, folder == "valid")?;
        }
    }
    of_transcript(&seeds, &root.join("tests/vectors/worked/transcript.jsonl"), true)?;
    for folder in ["examples/data/block", "apps/hall/tests/tables"] {
        for path in files(&root.join(folder))? {
            of_table(&seeds, &path)?;
        }
    }
    fs::write(here.join("lines.dict"), dictionary())?;
    Ok(())
}

/// All files below a folder, in order.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        match path.is_dir() {
            true => found.extend(files(&path)?),
            false => found.push(path),
        }
    }
    found.sort();
    Ok(found)
}

struct Seeds {
    folder: PathBuf,
}

impl Seeds {
    fn write(&self, target: &str, name: &str, bytes: &[u8]) -> Done {
        let folder = self.folder.join(target);
        fs::create_dir_all(&folder)?;
        Ok(fs::write(folder.join(name), bytes)?)
    }
}

fn of_transcript(seeds: &Seeds, path: &Path, valid: bool) -> Done {
    if path.extension().is_none_or(|ending| ending != "jsonl") {
        return Ok(());
    }
    let bytes = fs::read(path)?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    seeds.write("verify", &name, &bytes)?;
    let given = lines(&bytes);
    for (number, line) in given.iter().enumerate() {
        if let Ok(Line::Token { token, .. }) = Line::decode(line) {
            let der = floorlot::token::decode(&token).unwrap_or_default();
            seeds.write("token", &format!("{name}-{number}"), &der)?;
        }
    }
    let is_checkpoint = |line: &&[u8]| matches!(Line::decode(line), Ok(Line::Checkpoint { .. }));
    let sealed = given.iter().position(is_checkpoint).unwrap_or(given.len());
    if valid || name.starts_with('p') {
        seeds.write("plan_lines", &name, &given[..sealed].join(&b'\n'))?;
        if let Some(plan) = plan_of(&given[..sealed]) {
            seeds.write("plan_json", &name, &serde_json::to_vec(&plan)?)?;
        }
    }
    if !valid {
        return Ok(());
    }
    seeds.write("resume", &name, &bytes)?;
    let Ok(verified) = verify(&bytes[..], &Evidence::default())?.into_verified() else {
        return Ok(());
    };
    for (household, receipt) in receipts(&verified, &given)?.iter().take(2) {
        let name = format!("{name}-{household}");
        seeds.write("receipt", &name, receipt.to_string().as_bytes())?;
        if let Some(short) = receipt.short(usize::MAX) {
            seeds.write("receipt", &format!("{name}-short"), short.as_bytes())?;
        }
        seeds.write("note", &name, receipt.note().to_string().as_bytes())?;
    }
    let members = verified.roll().members().filter_map(|m| verified.roll().member_key(m));
    let keys: Vec<String> = members.map(ToString::to_string).collect();
    let secret = key("r1").map(|key| key.to_text().to_string()).unwrap_or_default();
    seeds.write(
        "note",
        &format!("{name}-keys"),
        format!("{}\n{secret}", keys.join("\n")).as_bytes(),
    )
}

fn of_table(seeds: &Seeds, path: &Path) -> Done {
    let tables = ["csv", "xlsx", "xls", "ods"];
    let ending = path.extension().unwrap_or_default().to_string_lossy().into_owned();
    if !tables.contains(&ending.as_str()) || fs::metadata(path)?.len() > MOST_BYTES {
        return Ok(());
    }
    let bytes = fs::read(path)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    seeds.write("sheet", &name, &bytes)?;
    if let Some(text) = parts::of_workbook(&bytes) {
        seeds.write("workbook", &name, &text)?;
    }
    Ok(())
}

/// The words of the file format, for libFuzzer.
fn dictionary() -> String {
    let mut words: BTreeSet<String> = BTreeSet::new();
    for (kind, keys) in Line::KINDS {
        words.insert(format!("{{\"kind\":\"{kind}\""));
        words.extend(keys.iter().map(|key| format!(",\"{key}\":")));
    }
    let values = ["choice", "lot", "ranking", "last", "standby", "official", "rehearsal", "dice"];
    words.extend(values.iter().map(|word| format!("\"{word}\"")));
    let escaped = |word: &String| format!("\"{}\"\n", word.replace('"', "\\\""));
    words.iter().map(escaped).collect()
}
