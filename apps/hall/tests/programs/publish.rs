//! One folder for everybody: every file of it, its hashes, what does not get into it, and what is
//! not replaced by it.

use crate::program;
use floorlot_testing::{Run, repository};
use floorlot_verify::common::{digest, page};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const VALID: &str = "tests/vectors/corpus/valid";

struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new() -> Desk {
        Desk { folder: TempDir::new().unwrap() }
    }

    /// With the small demo in `demo`.
    fn with_demo() -> Desk {
        let desk = Desk::new();
        desk.run("demo --small --seed-text publish --out demo", 0);
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    #[track_caller]
    fn run(&self, line: &str, code: i32) -> String {
        let run = Run::of(program("draw_session")).args(["--lang", "en"]).args(line.split(' '));
        let (out, errors) = run.within(&self.folder).ends(code);
        out + &errors
    }

    /// Publishes a transcript of the corpus.
    #[track_caller]
    fn corpus(&self, name: &str, more: &str, code: i32) -> String {
        let file = repository(VALID).join(name);
        self.run(&format!("publish {} --out site{more}", file.display()), code)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Nothing is left of what was begun.
    #[track_caller]
    fn nothing_half_made(&self) {
        let names = fs::read_dir(&self.folder).unwrap().map(|entry| entry.unwrap().file_name());
        let half = |name: &std::ffi::OsString| {
            let name = name.to_string_lossy();
            name.contains(".part-") || name.contains(".before-")
        };
        let left: Vec<_> = names.filter(half).collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

/// All files below a folder, by their paths in it.
fn files(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        match path.is_dir() {
            true => found.extend(files(&path).into_iter().map(|below| format!("{name}/{below}"))),
            false => drop(found.insert(name)),
        }
    }
    found
}

/// `SHA256SUMS` as a list of hashes by path.
fn sums(desk: &Desk) -> BTreeMap<String, String> {
    let list = desk.read("site/SHA256SUMS");
    let line = |line: &str| {
        let (hash, path) = line.split_once("  ").unwrap();
        (path.to_owned(), hash.to_owned())
    };
    list.lines().map(line).collect()
}

/// The bytes that the script of a transcript has in base64.
fn decoded(script: &str) -> Vec<u8> {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = Vec::new();
    for part in script.lines().filter_map(|line| line.strip_prefix('\'')) {
        for four in part.strip_suffix("',").unwrap().as_bytes().chunks(4) {
            let value = |c: &u8| letters.iter().position(|letter| letter == c).unwrap_or(0) as u32;
            let bits = four.iter().fold(0, |bits, c| bits << 6 | value(c));
            let padding = four.iter().filter(|c| **c == b'=').count();
            out.extend(&bits.to_be_bytes()[1..4 - padding]);
        }
    }
    out
}

#[test]
fn the_site_has_every_file_and_all_of_their_hashes() {
    let desk = Desk::with_demo();
    let said = desk.run("publish demo/transcript.jsonl --out site", 0);
    let found = files(&desk.path("site"));
    let mut expected: BTreeSet<String> = [
        "SHA256SUMS",
        "check.html",
        "index.css",
        "index.html",
        "index.js",
        "notes/aftermath1.note.txt",
        "notes/plan.note.txt",
        "notes/result.note.txt",
        "notes/reveals.note.txt",
        "plan.jsonl",
        "prints/minutes.html",
        "prints/notice.html",
        "prints/order.html",
        "prints/result.html",
        "prints/seed.html",
        "receipts/receipts.html",
        "transcript.js",
        "transcript.jsonl",
        "verify.css",
        "verify.html",
        "verify.js",
    ]
    .map(str::to_owned)
    .into();
    expected.extend((1..=10).map(|n| format!("receipts/H{n:04}.receipt.txt")));
    assert_eq!(found, expected);
    let sums = sums(&desk);
    assert_eq!(sums.len(), found.len() - 1, "all but the list itself");
    for (path, hash) in &sums {
        let file = desk.path("site").join(path);
        assert_eq!(digest::sha256(&file).unwrap().to_string(), *hash, "{path}");
    }

    // The page has the bytes of the transcript, and is the released one.
    let transcript = fs::read(desk.path("demo/transcript.jsonl")).unwrap();
    assert_eq!(fs::read(desk.path("site/transcript.jsonl")).unwrap(), transcript);
    assert!(decoded(&desk.read("site/transcript.js")) == transcript);
    let released = fs::read_to_string(repository("verifiers/web/verify.html")).unwrap();
    assert_eq!(desk.read("site/verify.html"), released);
    assert!(transcript.starts_with(&fs::read(desk.path("site/plan.jsonl")).unwrap()));

    // The first page links to nothing that is not there, and names hash, fingerprint and program.
    let index = desk.read("site/index.html");
    let links = index.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    for link in links.filter(|link| !link.starts_with('#')) {
        assert!(found.contains(link.split('#').next().unwrap()), "{link}");
    }
    let fingerprint = said.lines().find_map(|line| line.strip_prefix("Fingerprint that ")).unwrap();
    let groups: Vec<&str> = fingerprint.split(": ").nth(1).unwrap().split(' ').collect();
    assert_eq!(groups.len(), 12);
    assert!(groups.iter().all(|group| index.contains(&format!("<span>{group}</span>"))));
    for words in
        [&sums["verify.html"], &sums["verify.js"], "演练 REHEARSAL", "三分钟", "draw_session 0."]
    {
        assert!(index.contains(words), "{words}");
    }
    // A note of each checkpoint, as `note` gives it.
    let run = Run::of(program("draw_session")).args(["note", "demo/transcript.jsonl"]);
    assert_eq!(run.within(&desk.folder).ends(0).0, desk.read("site/notes/aftermath1.note.txt"));
    desk.nothing_half_made();
}

#[test]
fn anybody_gets_the_script_of_the_site_out_of_the_released_page() {
    let desk = Desk::with_demo();
    desk.run("publish demo/transcript.jsonl --out site", 0);
    let index = desk.read("site/index.html").replace("&lt;", "<").replace("&gt;", ">");
    let command = index.split("<pre>").find(|text| text.starts_with("sed ")).unwrap();
    let (command, hash) = command.split_once('\n').unwrap();
    let run = Run::of("sh").args(["-c", command]).within(desk.path("site"));
    let (out, _) = run.ends(0);
    assert_eq!(out.split(' ').next(), hash.split('<').next());
    assert_eq!(page::script(), desk.read("site/verify.js"));
}

#[test]
fn what_is_somebodys_own_is_not_on_the_site() {
    let desk = Desk::with_demo();
    fs::write(desk.path("demo/transcript.openings.jsonl"), "secret").unwrap();
    desk.run("publish demo/transcript.jsonl --out site", 0);
    let found = files(&desk.path("site"));
    for word in ["opening", "confirm", "enrolment", "xlsx", "csv", "scans", "recordings"] {
        assert!(!found.iter().any(|name| name.contains(word)), "{word}");
    }
    // One household of the sample needs this; papers for the wall do not say which.
    let needs = "step-free";
    assert!(desk.read("site/plan.jsonl").contains("\"needs\":[\"low-floor\",\"step-free\"]"));
    let says = |page: &str, words: &str| desk.read(&format!("site/{page}")).contains(words);
    let lists = ["prints/order.html", "prints/result.html"];
    assert!(!lists.iter().any(|page| says(page, needs)) && !says("index.html", needs));
    assert!(!says("prints/notice.html", "<th>Needs</th>"));
    // Unless the office says so.
    fs::write(desk.path("demo/transcript.office.toml"), "[office]\nshow_needs = true\n").unwrap();
    desk.run("publish demo/transcript.jsonl --out site", 0);
    assert!(lists.iter().any(|page| says(page, needs)));
    assert!(says("prints/notice.html", "<th>Needs</th>"));
}

#[test]
fn a_refuted_transcript_is_not_published() {
    let desk = Desk::with_demo();
    let good = desk.read("demo/transcript.jsonl");
    let wrong = good.replacen("\"by\":\"choice\"", "\"by\":\"lot\"", 1);
    assert_ne!(good, wrong);
    fs::write(desk.path("wrong.jsonl"), wrong).unwrap();
    let said = desk.run("publish wrong.jsonl --out site", 1);
    assert!(said.contains("REFUTED") && said.contains("Nothing was published."), "{said}");
    assert!(!desk.path("site").exists());
    desk.nothing_half_made();
    // Nor is anything changed of a site that is there.
    desk.run("publish demo/transcript.jsonl --out site", 0);
    let before = desk.read("site/SHA256SUMS");
    desk.run("publish wrong.jsonl --out site", 1);
    assert_eq!(desk.read("site/SHA256SUMS"), before);

    // A plan that is not sealed, and what is no transcript.
    let plan = repository("examples/data/block/plan.jsonl");
    let said = desk.run(&format!("publish {} --out new", plan.display()), 2);
    assert!(said.contains("not sealed"), "{said}");
    desk.run("publish site/index.css --out new", 2);
    assert!(!desk.path("new").exists());
}

#[test]
fn a_site_is_replaced_whole_and_nothing_else_is() {
    let desk = Desk::with_demo();
    fs::create_dir(desk.path("site")).unwrap(); // empty
    let whole = desk.read("demo/transcript.jsonl");
    let closing = whole.find("{\"kind\":\"objection\"").unwrap();
    fs::write(desk.path("result.jsonl"), &whole[..closing]).unwrap();
    desk.run("publish result.jsonl --out site/", 0);
    assert!(!desk.path("site/notes/aftermath1.note.txt").exists());
    desk.run("publish demo/transcript.jsonl --out site --largest 0", 0);
    assert!(!desk.path("site/check.html").exists(), "of the site before");
    assert!(desk.path("site/notes/aftermath1.note.txt").exists());
    desk.nothing_half_made();
    // Not of another draw, and not of less of this one.
    let other = repository(VALID).join("days.jsonl");
    for less in ["result.jsonl", other.to_str().unwrap()] {
        let said = desk.run(&format!("publish {less} --out site"), 2);
        assert!(said.contains("another draw, or of more of this one"), "{said}");
        assert_eq!(desk.read("site/transcript.jsonl"), whole);
    }

    // A file of somebody else's: in a site, in another folder, in place of one.
    fs::write(desk.path("site/receipts/mine.txt"), "mine").unwrap();
    let said = desk.run("publish demo/transcript.jsonl --out site", 2);
    assert!(said.contains("changed since: receipts/mine.txt; nothing is replaced"), "{said}");
    assert_eq!(desk.read("site/receipts/mine.txt"), "mine");
    fs::remove_file(desk.path("site/receipts/mine.txt")).unwrap();
    fs::write(desk.path("site/index.css"), "own colours").unwrap();
    let said = desk.run("publish demo/transcript.jsonl --out site", 2);
    assert!(said.contains("changed since: index.css; nothing is replaced"), "{said}");
    assert_eq!(desk.read("site/index.css"), "own colours");
    let said = desk.run("publish demo/transcript.jsonl --out demo", 2);
    assert!(said.contains("found files that this command did not write"), "{said}");
    assert!(desk.path("demo/transcript.jsonl").exists());
    // A folder of somebody else that is whole by its own list.
    fs::create_dir(desk.path("other")).unwrap();
    fs::write(desk.path("other/index.html"), "").unwrap();
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  index.html\n";
    fs::write(desk.path("other/SHA256SUMS"), empty).unwrap();
    let said = desk.run("publish demo/transcript.jsonl --out other", 2);
    assert!(said.contains("did not write, or that were changed since: SHA256SUMS;"), "{said}");
    fs::write(desk.path("file"), "").unwrap();
    let said = desk.run("publish demo/transcript.jsonl --out file", 2);
    assert!(said.contains("not a folder"), "{said}");
    desk.nothing_half_made();
}

#[test]
#[cfg(unix)]
fn a_web_server_may_read_the_site() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::with_demo();
    desk.run("publish demo/transcript.jsonl --out site", 0);
    let mode = |name: &str| fs::metadata(desk.path(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("site"), mode("demo"));
    assert_eq!(mode("site/index.html"), mode("demo/transcript.jsonl") | 0o444);
}

#[test]
fn an_evening_of_a_draw_of_days_says_that_it_is_not_finished() {
    let desk = Desk::new();
    let whole = fs::read_to_string(repository(VALID).join("days.jsonl")).unwrap();
    let evening = whole.find("\"kind\":\"closing\"").unwrap();
    let end = evening + whole[evening..].find('\n').unwrap() + 1;
    fs::write(desk.path("evening.jsonl"), &whole[..end]).unwrap();
    let said = desk.run("publish evening.jsonl --out site", 0);
    assert!(said.contains("The draw is not finished; the site says so."), "{said}");
    let index = desk.read("site/index.html");
    assert!(index.contains("NOT FINISHED") && index.contains("【尚未完成】"), "{index}");
    assert!(index.contains("It says that the draw is not finished") && !index.contains("Wait for"));
    assert!(index.contains("receipts: not made, because the draw is not finished"));
    assert!(!desk.path("site/receipts").exists());
    assert!(desk.path("site/notes/day1.note.txt").exists());
}

#[test]
fn a_transcript_too_large_for_a_browser_is_published_without_the_page_that_opens_it() {
    let desk = Desk::with_demo();
    let said = desk.run("publish demo/transcript.jsonl --out site --largest 0", 0);
    assert!(said.contains("more than 0 MB"), "{said}");
    for name in ["check.html", "transcript.js", "verify.js", "verify.css"] {
        assert!(!desk.path("site").join(name).exists(), "{name}");
    }
    let index = desk.read("site/index.html");
    assert!(index.contains("too large for this page") && index.contains("记录太大"));
    assert!(!index.contains("check.html") && !index.contains("<form"));
    assert!(desk.path("site/verify.html").exists() && desk.path("site/transcript.jsonl").exists());
}

/// What takes something away from a draw stands on top, and not in the small print alone.
#[test]
fn a_void_draw_and_a_panel_that_refuses_are_said_on_top() {
    for (name, said) in [
        ("void-after-the-result.jsonl", "VOID"),
        ("result-refused.jsonl", "THE PANEL SAYS NO"),
        ("days.jsonl", ""),
    ] {
        let desk = Desk::new();
        desk.corpus(name, "", 0);
        let index = desk.read("site/index.html");
        let english = &index[index.find("id=\"english\"").unwrap()..];
        let top = &english[..english.find("class=\"kind\"").unwrap()];
        assert_eq!(top.contains("<p class=\"warn\">"), !said.is_empty(), "{name}: {top}");
        assert!(top.contains(said), "{name}: {top}");
    }
}

#[test]
fn documents_are_compared_and_those_that_are_missing_are_said_to_be() {
    let desk = Desk::new();
    desk.corpus("documents-filed.jsonl", "", 0);
    let index = desk.read("site/index.html");
    // Two of the plan, and three filed later, one of which is about a household.
    assert_eq!(index.matches("<b>missing</b>").count(), 4);
    assert!(index.contains("authority.pdf: not published: it is about one household"));
    assert!(!desk.path("site/documents").exists());

    let sample = "documents-filed.jsonl";
    fs::create_dir(desk.path("papers")).unwrap();
    let names = ["选房办法.pdf", "authority.pdf", "list.xlsx"];
    names.iter().for_each(|name| fs::write(desk.path("papers").join(name), content(name)).unwrap());
    fs::write(desk.path("papers/other.txt"), "of no draw").unwrap();
    let said = desk.corpus(sample, " --documents papers", 0);
    assert!(said.contains("notice.jpg: this document is not on the site"), "{said}");
    let found = files(&desk.path("site"));
    let documents: Vec<_> = found.iter().filter(|name| name.starts_with("documents/")).collect();
    assert_eq!(documents, ["documents/list.xlsx", "documents/选房办法.pdf"]);
    let index = desk.read("site/index.html");
    assert!(index.contains("href=\"documents/%E9%80%89%E6%88%BF%E5%8A%9E%E6%B3%95.pdf\""));
    assert_eq!(index.matches("<b>missing</b>").count(), 2);
    let sum = digest::sha256(&desk.path("papers/list.xlsx")).unwrap();
    assert!(index.contains(&format!("as the record names it: SHA-256 {sum}")));

    // Another file under the name of one.
    fs::write(desk.path("papers/list.xlsx"), "other").unwrap();
    let said = desk.corpus(sample, " --documents papers", 1);
    assert!(said.contains("V9") && said.contains("Nothing was published."), "{said}");
}

/// What the documents of the corpus hold: their hash is that of a leaf.
fn content(name: &str) -> String {
    format!("\0{name}")
}
