//! `notary PLAN|TRANSCRIPT --out DIR`: the notary's file, as an office makes it.

use crate::chinese::no_english;
use crate::program;
use floorlot::Hash;
use floorlot::lines::{DocumentKind, Stage};
use floorlot::plan::{Document, Mode, Plan, Pool, Source};
use floorlot::transcript::{Evidence, verify};
use floorlot_testing::{Run, repository};
use floorlot_verify::common::digest::sha256;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const PLAN: &str = "examples/data/block/plan.jsonl";
const DRAWN: &str = "tests/vectors/corpus/valid/days.jsonl";

/// Runs the command for a file, with further arguments; what was printed.
#[track_caller]
fn notary(folder: &TempDir, lang: &str, file: &Path, more: &[&str], code: i32) -> String {
    let file = file.to_str().unwrap();
    let line = ["--lang", lang, "notary", file, "--out", "file", "--samples", "2"];
    let run = Run::of(program("draw_session")).args(line).args(more);
    let (out, err) = run.within(folder).ends(code);
    out + &err
}

fn page(folder: &TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join("file").join(name)).unwrap()
}

/// The paths in the list of hashes, each of which is right.
fn listed(folder: &TempDir) -> BTreeSet<String> {
    let line = |line: &str| {
        let (sum, name) = line.split_once("  ").unwrap();
        let own = sha256(&folder.path().join("file").join(name)).unwrap();
        assert_eq!(own.to_hex(), sum, "{name}");
        name.to_owned()
    };
    page(folder, "SHA256SUMS").lines().map(line).collect()
}

const PAGES: [&str; 4] =
    ["1-checklist.html", "2-files.html", "3-generator.html", "4-requirements.html"];

#[test]
fn of_a_plan_alone_nothing_is_told_that_has_not_happened() {
    let folder = TempDir::new().unwrap();
    let plan = repository(PLAN);
    let told = notary(&folder, "zh", &plan, &[], 0);
    no_english(&told, "notary");
    let all: BTreeSet<String> =
        PAGES.iter().chain(&["plan.jsonl"]).map(|name| (*name).to_owned()).collect();
    assert_eq!(listed(&folder), all);
    assert_eq!(fs::read(folder.path().join("file/plan.jsonl")).unwrap(), fs::read(plan).unwrap());
    let generator = page(&folder, "3-generator.html");
    assert!(generator.contains("未进行：种子尚未产生") && generator.contains("NOT RUN"));
    assert!(!generator.contains("在界限内"), "no test is told as passed");
    let checklist = page(&folder, "1-checklist.html");
    for item in ["2009 年武汉", "点名", "骰子", "每日", "结果指纹", "公证员签名"]
    {
        assert!(checklist.contains(item), "{item}");
    }
    // The panel is known; what comes later is empty.
    assert!(checklist.contains("（至少 "));
    for later in ["人中", "叫号 ", "选定 ", "承诺 0", "核验"] {
        assert!(!checklist.contains(&format!("<td>{later}")), "{later}");
    }
    assert!(page(&folder, "2-files.html").contains("未进行：还没有抽签记录"));
    let requirements = page(&folder, "4-requirements.html");
    for source in ["《公证程序规则》第五十二条", "GB/T 32915-2016", "8 CCR 1505-1", "RFC 3161"]
    {
        assert!(requirements.contains(source), "{source}");
    }
}

#[test]
fn of_a_finished_draw_it_has_values_and_tests() {
    let folder = TempDir::new().unwrap();
    let transcript = repository(DRAWN);
    let bytes = fs::read(&transcript).unwrap();
    notary(&folder, "zh", &transcript, &[], 0);
    assert_eq!(listed(&folder).len(), 7);
    assert_eq!(fs::read(folder.path().join("file/transcript.jsonl")).unwrap(), bytes);
    let report = verify(bytes.as_slice(), &Evidence::default()).unwrap();
    let checklist = page(&folder, "1-checklist.html");
    let dice = "27580 50568 29806 01470";
    assert!(checklist.contains(dice), "{dice}");
    for checkpoint in &report.checkpoints {
        let print = checkpoint.fingerprint.to_string();
        assert!(checklist.contains(&print), "{print}");
        assert!(page(&folder, "2-files.html").contains(&print), "{print}");
    }
    let sentence = report.sentence();
    assert!(checklist.contains(&sentence.zh));
    let told = page(&folder, "verification.txt");
    assert!(told.contains(&sentence.zh) && told.contains(&sentence.en));
    // Two samples have no uniformity, and no row is told to have one.
    let generator = page(&folder, "3-generator.html");
    assert_eq!(generator.matches("在界限内").count(), 12);
    assert_eq!(generator.matches("/ 2</td>").count(), 12);
    assert!(generator.contains("不能说明种子公正"));
    assert!(generator.contains("样本太少（2 个）"));
    // The same in English, in its place.
    notary(&folder, "en", &transcript, &[], 0);
    assert!(page(&folder, "1-checklist.html").contains("<title>Notary&#39;s checklist"));
    // Not of less of the draw in place of the whole.
    let evening = folder.path().join("evening.jsonl");
    fs::write(&evening, lines(&bytes, "dice")).unwrap();
    let said = notary(&folder, "en", &evening, &[], 2);
    assert!(said.contains("another draw, or of more of this one"), "{said}");
    assert_eq!(fs::read(folder.path().join("file/transcript.jsonl")).unwrap(), bytes);
}

/// A transcript up to the last line of this kind.
fn lines<'a>(bytes: &'a [u8], kind: &str) -> &'a [u8] {
    let text = std::str::from_utf8(bytes).unwrap();
    let line = text.rfind(&format!("{{\"kind\":\"{kind}\"")).unwrap();
    &bytes[..line + text[line..].find('\n').unwrap() + 1]
}

/// Values come from lines that nothing covers yet, and each page with values says so.
#[test]
fn of_a_draw_that_goes_on_every_page_with_values_says_so() {
    let folder = TempDir::new().unwrap();
    let bytes = fs::read(repository(DRAWN)).unwrap();
    let half = folder.path().join("half.jsonl");
    fs::write(&half, lines(&bytes, "dice")).unwrap();
    notary(&folder, "zh", &half, &[], 0);
    let sentence = verify(lines(&bytes, "dice"), &Evidence::default()).unwrap().sentence();
    for name in ["1-checklist.html", "3-generator.html"] {
        assert!(page(&folder, name).contains(&sentence.zh), "{name}");
    }
}

/// A synthetic plan that names a document and a program, beside a folder that has the document.
fn with_documents(folder: &TempDir, program: Hash) -> PathBuf {
    fs::create_dir(folder.path().join("documents")).unwrap();
    let method = folder.path().join("documents/办法.pdf");
    fs::write(&method, "合成 synthetic").unwrap();
    let document =
        |what, name: &str, sha256| Document { what, name: name.into(), title: name.into(), sha256 };
    let pool =
        Pool::lot("A", "A 型", "7号楼").unit("A-1", "101", 1, &[]).household("H1", "张*", 1, &[]);
    let plan = Plan::new("sample.example/notary", "合成数据", Mode::Official)
        .bench("residents", "居民代表", 1, &[("r1", "王*")])
        .bench("officials", "工作人员", 1, &[("o1", "李*")])
        .source(Source::TWENTY_DICE)
        .document(document(DocumentKind::Method, "办法.pdf", sha256(&method).unwrap()))
        .document(document(DocumentKind::Program, "draw_session", program))
        .pool(pool)
        .validate()
        .unwrap();
    let path = folder.path().join("plan.jsonl");
    let lines = plan.lines().iter().flat_map(|line| [line.as_slice(), b"\n"].concat());
    fs::write(&path, lines.collect::<Vec<u8>>()).unwrap();
    path
}

fn own() -> Hash {
    sha256(&program("draw_session")).unwrap()
}

#[test]
fn documents_are_compared_and_copied() {
    let folder = TempDir::new().unwrap();
    let plan = with_documents(&folder, own());
    // Without the folder nothing of it was compared but the program.
    notary(&folder, "zh", &plan, &[], 0);
    let files = page(&folder, "2-files.html");
    assert!(files.contains("未比对：未给出文件所在的文件夹"));
    assert!(page(&folder, "1-checklist.html").contains("2 份中 1 份已比对一致"));
    notary(&folder, "zh", &plan, &["--documents", "documents"], 0);
    assert!(listed(&folder).contains("documents/办法.pdf"));
    let files = page(&folder, "2-files.html");
    assert!(!files.contains("未比对") && files.matches("<td>与方案一致").count() == 3, "{files}");
    // Changed by a letter: told, and not copied.
    fs::write(folder.path().join("documents/办法.pdf"), "合成 Synthetic").unwrap();
    let told = notary(&folder, "zh", &plan, &["--documents", "documents"], 1);
    assert!(told.contains("办法.pdf：SHA-256 为 ") && told.contains("未收入公证包"), "{told}");
    no_english(&told, "notary");
    assert!(!listed(&folder).contains("documents/办法.pdf"));
    assert!(page(&folder, "2-files.html").contains("与方案不一致"));
    // Gone: the folder is made, and says so.
    fs::remove_file(folder.path().join("documents/办法.pdf")).unwrap();
    let told = notary(&folder, "zh", &plan, &["--documents", "documents"], 2);
    assert!(told.contains("办法.pdf：--documents 所给的文件夹中没有此文件"), "{told}");
    assert!(page(&folder, "2-files.html").contains("缺：所给文件夹中没有"));
    assert!(page(&folder, "1-checklist.html").contains("2 份中 1 份已比对一致"));
}

#[test]
fn another_program_than_that_of_the_plan_is_told() {
    let folder = TempDir::new().unwrap();
    let sealed = folder.path().join("sealed-program");
    fs::write(&sealed, "synthetic program").unwrap();
    let plan = with_documents(&folder, sha256(&sealed).unwrap());
    let told = notary(&folder, "en", &plan, &["--program", "sealed-program"], 1);
    let own = own();
    assert!(told.contains(&format!("the program that runs: found SHA-256 {own}")), "{told}");
    assert!(!told.contains("sealed-program"), "{told}");
    let files = page(&folder, "2-files.html");
    assert!(files.contains(&own.to_hex()) && files.contains("DOES NOT AGREE with the plan"));
    // That of the plan is at hand, and its digits stand on the checklist.
    assert_eq!(files.matches("<td>agrees with the plan").count(), 2);
    let digits = floorlot_verify::common::own::fingerprint(sha256(&sealed).unwrap()).to_string();
    assert!(page(&folder, "1-checklist.html").contains(&digits), "{digits}");
}

#[test]
fn a_refuted_transcript_is_told_as_refuted() {
    let folder = TempDir::new().unwrap();
    let text = fs::read_to_string(repository(DRAWN)).unwrap();
    let wrong = folder.path().join("wrong.jsonl");
    fs::write(&wrong, text.replacen("2758050568", "2758050569", 1)).unwrap();
    let told = notary(&folder, "zh", &wrong, &[], 1);
    assert!(told.contains("wrong.jsonl："), "{told}");
    assert!(page(&folder, "1-checklist.html").contains("不成立"));
    listed(&folder);
}

#[test]
fn lines_behind_what_was_noted_are_taken_in_only_if_asked_for() {
    let folder = TempDir::new().unwrap();
    let void = repository("tests/vectors/corpus/valid/result-on-paper-and-void.jsonl");
    let evidence = Evidence::default();
    let report = verify(fs::read(&void).unwrap().as_slice(), &evidence).unwrap();
    let result = report.checkpoints.iter().find(|c| c.stage == Stage::Result).unwrap();
    let digits = result.fingerprint.to_string();
    let noted = ["--fingerprint", &digits];
    let told = notary(&folder, "zh", &void, &noted, 2);
    assert!(told.contains("--include-not-compared"), "{told}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is written");
    let asked = [noted.as_slice(), &["--include-not-compared"]].concat();
    notary(&folder, "zh", &void, &asked, 0);
    assert!(page(&folder, "verification.txt").contains("未核对"));
}

#[test]
fn a_folder_of_somebody_else_is_left_alone() {
    let folder = TempDir::new().unwrap();
    let plan = repository(PLAN);
    fs::create_dir(folder.path().join("file")).unwrap();
    fs::write(folder.path().join("file/scan.pdf"), "x").unwrap();
    let told = notary(&folder, "zh", &plan, &[], 2);
    assert!(told.contains("scan.pdf") && told.contains("不作任何替换"), "{told}");
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "nothing half-written stands beside it: {left:?}");
    assert_eq!(fs::read_dir(folder.path().join("file")).unwrap().count(), 1);
    // What is no plan, is told for what it is.
    let table = folder.path().join("roll.csv");
    fs::write(&table, "户号,户主\nH1,张*\n").unwrap();
    notary(&folder, "zh", &table, &[], 2);
}
