//! Makes the corpus in `tests/vectors/corpus/`: transcripts, valid, unfinished and tampered, and
//! `corpus.json`, which says what a verifier must find in each. Other implementations are compared
//! with it.
//!
//! ```text
//! cargo run --bin make_corpus              writes the files
//! cargo run --bin make_corpus -- --check   makes them in memory and compares; exit code 1 names the first difference
//! cargo run --bin make_corpus -- --large KIND N [--out FILE]   writes a large transcript that is right; without KIND it lists the kinds
//! ```

mod days;
mod documents;
mod families;
mod forge;
mod large;
mod later;
mod logged;
mod manifest;
mod plans;
mod signing;
mod stamped;
mod tampered;
mod valid;

use floorlot_tools::made::{Files, vectors, write_or_check};
use floorlot_tools::vectors::{hall, time_token};
use manifest::{Entry, Evidence, Paths, entry};
use std::process::ExitCode;

fn add(files: &mut Files, path: &str, bytes: &[u8]) {
    assert!(files.insert(path.to_owned(), bytes.to_vec()).is_none(), "{path} is made twice");
}

fn valid(files: &mut Files, entries: &mut Vec<Entry>) {
    for shape in valid::shapes()
        .into_iter()
        .chain(later::shapes())
        .chain(signing::shapes())
        .chain(logged::shapes())
        .chain(days::shapes())
        .chain(documents::shapes())
        .chain(families::shapes())
        .chain(stamped::shapes())
    {
        let path = format!("valid/{}.jsonl", shape.name);
        let draft = forge::Draft(hall::draw(&shape.plan, &shape.script));
        let file = draft.file();
        add(files, &path, &file);
        let plain = entry(&path, shape.about, &file, &Evidence::default(), Paths::default());
        assert_eq!(plain.verdict(), "verified", "{path}");
        entries.push(plain);
        for (about, evidence) in documents::evidence(shape.name) {
            entries.push(entry(&path, about, &file, &evidence, Paths::default()));
        }
        for (about, checkpoints) in signing::evidence(shape.name)
            .iter()
            .chain(days::evidence(shape.name))
            .chain(stamped::evidence(shape.name))
        {
            let evidence = signing::fingerprints(&draft, checkpoints);
            entries.push(entry(&path, about, &file, &evidence, Paths::default()));
        }
        if ["estate", "aftermath", "signed-without-quorum"].contains(&shape.name) {
            let about = "the same, with the fingerprint of the reveals alone";
            let reveals = Evidence::reveals(&draft);
            entries.push(entry(&path, about, &file, &reveals, Paths::default()));
        }
        if shape.name == "estate" {
            anchored(files, entries, &path, &draft);
        }
        if shape.name == "persons" {
            for (about, opening) in [
                ("the same, with the opening of a household", later::opening("H002", "欧阳兰")),
                (
                    "the same, with an opening of a household without a commitment",
                    later::opening("H004", "孙某"),
                ),
            ] {
                let evidence = Evidence { person: Some(opening), ..Evidence::default() };
                entries.push(entry(&path, about, &file, &evidence, Paths::default()));
            }
        }
        if shape.name == "aftermath" {
            certified(entries, &path, &draft);
        }
    }
    let chains: [(&str, &[&str], &str); 10] = [
        ("second-round-after", &["first-round"], "the same, with the transcript before it"),
        (
            "second-round-after",
            &["first-round-and-later"],
            "the same, with the transcript before it, to which a recording was added later",
        ),
        ("budget-second-round", &["budget-first-round"], "the same, with the transcript before it"),
        ("second-round-priced", &["first-round"], "the same, with the transcript before it"),
        (
            "second-round-after",
            &["first-round", "second-round-after"],
            "the same, with a copy of itself: no fork",
        ),
        ("third-attempt", &["void-after-the-result"], "the same, with the transcript before it"),
        (
            "third-attempt-changed",
            &["void-after-the-result"],
            "the same, with the transcript before it",
        ),
        ("second-round-void", &["first-round"], "the same, with the transcript before it"),
        (
            "second-round-again",
            &["first-round", "second-round-void"],
            "the same, with the transcripts before it",
        ),
        (
            "second-round-again",
            &["second-round-void"],
            "the same, with the void attempt alone: what that could give out is not known",
        ),
    ];
    for (round, before, about) in chains {
        let path = format!("valid/{round}.jsonl");
        let earlier: Vec<String> =
            before.iter().map(|name| format!("valid/{name}.jsonl")).collect();
        let evidence = Evidence {
            earlier: earlier.iter().map(|path| files[path].clone()).collect(),
            ..Evidence::default()
        };
        entries.push(entry(
            &path,
            about,
            &files[&path],
            &evidence,
            Paths { earlier, ..Paths::default() },
        ));
    }
}

/// A signed file with evidence from outside.
fn certified(entries: &mut Vec<Entry>, path: &str, draft: &forge::Draft) {
    let plan = Evidence::fingerprint(draft, 0);
    let files = later::files();
    let some = Evidence {
        recordings: Some(files[..1].to_vec()),
        scans: Some(Vec::new()),
        ..Evidence::default()
    };
    let without = |name: &str| Evidence {
        recordings: Some(files.clone()),
        scans: Some(files.iter().filter(|(file, _)| file != name).cloned().collect()),
        ..Evidence::default()
    };
    let all = without("");
    let (withdrawal, answer, consent) =
        (without("withdrawal.pdf"), without("decline.pdf"), without("H102.pdf"));
    let certified = Evidence { fingerprints: plan.fingerprints.clone(), ..all.clone() };
    for (about, evidence) in [
        ("the same, with the fingerprint of the plan", &plan),
        ("the same, with one of the recordings and without the scans", &some),
        ("the same, without the scan of a withdrawal", &withdrawal),
        ("the same, without the scan of an answer", &answer),
        ("the same, without the scan of a consent", &consent),
        ("the same, with all recordings and scans", &all),
        ("the same, with the fingerprint of the plan, the recordings and the scans", &certified),
    ] {
        entries.push(entry(path, about, &draft.file(), evidence, Paths::default()));
    }
}

/// The same file with evidence from outside.
fn anchored(files: &mut Files, entries: &mut Vec<Entry>, path: &str, draft: &forge::Draft) {
    let (plan, result) = (Evidence::fingerprint(draft, 0), Evidence::fingerprint(draft, 1));
    let prefix = forge::Draft(draft.0[..draft.find("\"kind\":\"seed\"")].to_vec()).file();
    add(files, "older/estate.jsonl", &prefix);
    let mailed: Vec<u8> = prefix
        .iter()
        .flat_map(|b| if *b == b'\n' { vec![b'\r', b'\n'] } else { vec![*b] })
        .collect();
    add(files, "older/estate-cr-lf.jsonl", &mailed);
    let mailed = Evidence { older: Some(mailed), ..Evidence::default() };
    let older = Evidence { older: Some(prefix), ..Evidence::default() };
    let expected = Evidence { expect: Some(floorlot::plan::Mode::Official), ..Evidence::default() };
    for (about, evidence) in [
        ("the same, with the fingerprint of the plan", &plan),
        ("the same, with the fingerprints of plan and result", &plan.and(&result)),
        ("the same, with the root of the plan", &Evidence::root(draft, 0)),
        ("the same, with a signed note of the result", &Evidence::note(draft, 1)),
        ("the same, with root and note", &Evidence::root(draft, 0).and(&Evidence::note(draft, 1))),
        ("the same, with an older copy that ends before the seed", &older),
        ("the same, with that copy as a mail program left it, with CR LF", &mailed),
        ("the same, with the expectation that it is official", &expected),
    ] {
        let older = evidence.older.as_ref().map(|copy| match copy.contains(&b'\r') {
            true => "older/estate-cr-lf.jsonl".to_owned(),
            false => "older/estate.jsonl".to_owned(),
        });
        entries.push(entry(
            path,
            about,
            &draft.file(),
            evidence,
            Paths { older, ..Paths::default() },
        ));
    }
}

fn tampered(files: &mut Files, entries: &mut Vec<Entry>) {
    let mut wrong = Vec::new();
    let cases = [
        tampered::all(),
        later::tampered(),
        signing::tampered(),
        logged::tampered(),
        days::tampered(),
        documents::tampered(),
        families::tampered(),
        stamped::tampered(),
    ];
    for case in cases.into_iter().flatten() {
        let path = case.name.strip_prefix("unfinished-").map_or_else(
            || format!("tampered/{}.jsonl", case.name),
            |name| format!("unfinished/{name}.jsonl"),
        );
        add(files, &path, &case.file);
        let older = case.evidence.older.as_ref().map(|bytes| {
            let path = format!("older/{}.jsonl", case.name);
            add(files, &path, bytes);
            path
        });
        let path_of = |bytes: &Vec<u8>| {
            let found = files
                .iter()
                .find(|(_, file)| *file == bytes)
                .expect("the earlier transcript is a valid one of the corpus");
            found.0.clone()
        };
        let earlier = case.evidence.earlier.iter().map(path_of).collect();
        let made = entry(&path, case.about, &case.file, &case.evidence, Paths { older, earlier });
        let meant = case.name.split('-').next().unwrap_or_default();
        if made.finding() != meant {
            wrong.push(format!("{path}: {} was meant, {} was found", meant, made.finding()));
        }
        entries.push(made);
        if !case.evidence.is_empty() {
            let about = format!("{}; without evidence from outside nobody can tell", case.about);
            entries.push(entry(&path, &about, &case.file, &Evidence::default(), Paths::default()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn make() -> Files {
    let (mut files, mut entries) = (Files::new(), Vec::new());
    valid(&mut files, &mut entries);
    tampered(&mut files, &mut entries);
    add(&mut files, "corpus.json", manifest::json(&entries).as_bytes());
    files
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some((_, large)) = arguments.split_first().filter(|(first, _)| *first == "--large") {
        return large::main(large);
    }
    write_or_check(&vectors("corpus"), &make())
}
