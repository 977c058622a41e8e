//! `verify_transcript` as an observer runs it: verdicts, exit codes, evidence,
//! the report in both languages, and a household's result step by step.

use crate::VERIFY;
use floorlot_testing::{Run, repository, text};
use serde_json::{Value, json};
use std::fs;
use std::process::Command;
use tempfile::TempDir;

const PLAN: &str = "18182 98408 27026 25421 42813 27162 54386 79917 17221 99556 83915 32838";
const REVEALS: &str = "02918 64108 98423 08934 12916 50127 84270 24282 07613 76337 25484 97241";
const RESULT: &str = "85708 45381 42757 44151 14249 70327 39064 05606 19177 90787 80825 88825";

/// A file of the corpus.
fn corpus(file: &str) -> String {
    repository("tests/vectors/corpus").join(file).to_str().unwrap().to_owned()
}

/// Runs the program and demands an exit code; gives standard output and standard error.
#[track_caller]
fn run(arguments: &[&str], code: i32) -> (String, String) {
    Run::of(VERIFY).args(arguments).ends(code)
}

/// The same in English, on a file of the corpus.
#[track_caller]
fn english(file: &str, arguments: &[&str], code: i32) -> (String, String) {
    run(&[&["--lang", "en", &corpus(file)], arguments].concat(), code)
}

/// The same in Chinese.
#[track_caller]
fn chinese(file: &str, arguments: &[&str], code: i32) -> (String, String) {
    run(&[&["--lang", "zh", &corpus(file)], arguments].concat(), code)
}

/// Runs the program with this on standard input.
#[track_caller]
fn piped(arguments: &[&str], input: &[u8], code: i32) -> (String, String) {
    Run::of(VERIFY).args(arguments).typed(input).ends(code)
}

/// The part of a text from these words on.
#[track_caller]
fn from<'a>(text: &'a str, words: &str) -> &'a str {
    &text[text.find(words).unwrap_or_else(|| panic!("{words} is not in:\n{text}"))..]
}

#[track_caller]
fn holds(text: &str, words: &str) {
    assert!(text.contains(words), "{words} is not in:\n{text}");
}

fn file(folder: &TempDir, name: &str, bytes: &[u8]) -> String {
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

// The corpus.

/// The arguments that give the evidence of an entry.
fn evidence(entry: &Value) -> Vec<String> {
    let given = &entry["evidence"];
    let fingerprints = given["fingerprints"].as_array().unwrap().iter();
    let mut arguments: Vec<String> = fingerprints
        .flat_map(|f| ["--fingerprint".to_owned(), f.as_str().unwrap().to_owned()])
        .collect();
    if let Some(older) = given["older"].as_str() {
        arguments.extend(["--since".to_owned(), corpus(older)]);
    }
    arguments.extend(given["expect"].as_str().map(|mode| format!("--{mode}")));
    arguments
}

#[test]
fn every_file_of_the_corpus_gives_verdict_exit_code_and_checks() {
    let manifest: Vec<Value> =
        serde_json::from_slice(&fs::read(corpus("corpus.json")).unwrap()).unwrap();
    assert!(manifest.len() > 200, "the corpus has lost files");
    for entry in manifest {
        let path = entry["file"].as_str().unwrap();
        let has = |key: &str| entry["evidence"].get(key).is_some();
        if has("recordings") || has("documents") {
            continue; // the corpus has the hashes of these files, and not the files
        }
        let folder = TempDir::new().unwrap();
        let person = entry["evidence"]["person"]
            .as_str()
            .map(|opening| file(&folder, "opening.txt", opening.as_bytes()));
        let mut arguments: Vec<String> = entry["evidence"]["earlier"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|path| corpus(path.as_str().unwrap()))
            .collect();
        arguments.extend([corpus(path), "--json".to_owned()]);
        arguments.extend(evidence(&entry));
        let notes = entry["evidence"]["notes"].as_array().into_iter().flatten();
        arguments.extend(notes.flat_map(|note| {
            let note = note.as_str().unwrap();
            ["--note".to_owned(), file(&folder, "signed.note", note.as_bytes())]
        }));
        arguments.extend(person.into_iter().flat_map(|path| ["--person".to_owned(), path]));
        let output = Command::new(VERIFY).args(&arguments).output().unwrap();
        let mut report: Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{path}: {e}"));
        if let Some(reports) = report.as_array_mut() {
            report = reports.pop().expect("two reports");
        }
        assert_eq!(report["verdict"], entry["verdict"], "{path}");
        assert_eq!(report["level"], entry["level"], "{path}");
        let code = match entry["verdict"].as_str().unwrap() {
            "verified" => 0,
            "refuted" => 1,
            "unfinished" => 3,
            _ => 2,
        };
        assert_eq!(output.status.code(), Some(code), "{path}");
        assert_eq!(report.get("first").cloned().unwrap_or_default(), entry["first"], "{path}");
        // Of a refuted file nobody counts what was examined.
        let checks = report["checks"].as_array().unwrap().iter();
        for check in checks.filter(|_| entry["first"].is_null()) {
            let expected = &entry["checks"][check["id"].as_str().unwrap()];
            let mut found = json!([check["outcome"], check["examined"]]);
            // A build without drand does not see what only the signature tells.
            let open = !cfg!(feature = "drand") && check["id"] == "C7" && found[0] == "not_run";
            if open && expected[0] == "passed" {
                found[0] = json!("passed");
            }
            assert_eq!(&found, expected, "{path} {}", check["id"]);
        }
    }
}

// The report.

#[test]
fn a_verified_transcript_in_english() {
    let (out, err) = english("valid/lot.jsonl", &[], 0);
    let begin = "重建楼 摇号选层\ncorpus.example/block\n\n\
        T1  passed         49  Is every line in the profile?\n\
        T2  passed         49  Does every line stand where the state machine allows it?\n";
    assert!(out.starts_with(begin), "{out}");
    let end = "\
V4  not run         0  Is the draw of the kind that was expected (official or rehearsal)?
                       no expectation was given
V5  passed          0  Are the recordings the files that were registered?
V6  passed          0  Are the scans of what was signed on paper the files that were registered?
V7  passed          0  Does the draw go on from the round or attempt before it?
V8  not run         0  Is the household the person who is named?
                       no opening of a household was given
V9  passed          0  Are the documents the files that were registered?

59 checks passed, 0 failed, 5 not run.
Fingerprint of the plan       72301 20293 23409 70290 64087 69272 97356 50820 88604 80926 96890 86684
Fingerprint of the reveals    09806 57658 36151 88961 95040 09798 91299 47368 29591 09245 10622 81009
Fingerprint of the result     50216 81345 85695 94021 33510 09836 29144 20280 75027 40614 69251 41528
4 households, 5 units: 4 picked, 0 on standby, 1 left over.

Every step follows from the sealed plan and the public numbers. Whether this is the transcript of the hall is not yet shown: \
compare the fingerprint with the notice.
";
    assert_eq!(from(&out, "V4  "), end);
    assert_eq!(err, "");
}

#[test]
fn a_verified_transcript_in_chinese() {
    let (out, err) = chinese("valid/lot.jsonl", &[], 0);
    assert!(out.starts_with("重建楼 摇号选层\ncorpus.example/block\n\nT1  通过          49  每一行都符合规定的写法吗？\n"), "{out}");
    let end = "\
59 项通过，0 项未通过，5 项未执行。
方案指纹  72301 20293 23409 70290 64087 69272 97356 50820 88604 80926 96890 86684
密语公开指纹  09806 57658 36151 88961 95040 09798 91299 47368 29591 09245 10622 81009
结果指纹  50216 81345 85695 94021 33510 09836 29144 20280 75027 40614 69251 41528
4 户，5 套房：4 户得房，0 户候补，剩余 1 套。

每一步都由封存的方案和公开随机数推出。这是否就是现场的那份记录尚未证实：请与公告上的指纹比对。
";
    assert_eq!(from(&out, "59 项通过"), end);
    assert_eq!(err, "");
}

#[test]
fn a_refuted_transcript_ends_with_its_first_failed_check() {
    let (out, err) = english("tampered/d6-wrong-number.jsonl", &[], 1);
    holds(&out, "D6  FAILED          4  Is every pick by lot the one that the lot gives?\n");
    let end = "\
This transcript is REFUTED: the first fault is in line 38 (check D6). Do not rely on it; show this report to the panel.

The first fault is one of check D6: Is every pick by lot the one that the lot gives?
  line 38, pick, number: found 1; expected 0 [D6]
";
    assert_eq!(from(&out, "This transcript is"), end);
    assert_eq!(err, "");
    let end = "\
本记录【不成立】：第 38 行出现第一处不符（第 D6 项）。请勿采信，并向监督小组出示本报告。

第一处不符属第 D6 项：每次抽签得房都与签数一致吗？
  第 38 行，选房，序号（number）：发现 1；应为 0 [D6]
";
    assert_eq!(from(&chinese("tampered/d6-wrong-number.jsonl", &[], 1).0, "本记录"), end);
}

#[test]
fn further_faults_are_counted_at_the_end() {
    let (out, _) = english("tampered/t2-two-picks-swapped.jsonl", &[], 1);
    assert!(
        out.ends_with("[T2]\n  The same check failed in 1 other place.\n  3 more checks failed; see the list above.\n"),
        "{}",
        from(&out, "The first fault")
    );
    let (out, _) = chinese("tampered/t2-two-picks-swapped.jsonl", &[], 1);
    assert!(
        out.ends_with("[T2]\n  同一检查另有 1 处未通过。\n  另有 3 项检查未通过，见上表。\n"),
        "{}",
        from(&out, "第一处不符属")
    );
}

#[test]
fn a_rehearsal_says_so_first_and_last() {
    let banner = "######## REHEARSAL — nothing here counts ########\n";
    let (out, _) = english("valid/rehearsal.jsonl", &["--rehearsal"], 0);
    assert!(out.starts_with(banner) && out.ends_with(banner), "{out}");
    let banner = "######## 演练 —— 结果一律无效 ########\n";
    let (out, _) = chinese("valid/rehearsal.jsonl", &["--household", "H101"], 0);
    assert!(out.starts_with(banner) && out.ends_with(banner), "{out}");
    assert!(!chinese("valid/lot.jsonl", &["--official"], 0).0.contains("演练 ——"));
}

#[test]
fn a_rehearsal_is_refuted_where_an_official_draw_is_expected() {
    let (out, _) = english("valid/rehearsal.jsonl", &["--official"], 1);
    holds(&out, "  line 1, plan, mode: found rehearsal; expected official [V4]\n");
    english("valid/lot.jsonl", &["--rehearsal"], 1);
    let (out, err) = english("valid/lot.jsonl", &["--rehearsal", "--official"], 2);
    assert_eq!(out, "");
    holds(&err, "cannot be used with");
}

#[test]
fn text_of_the_file_cannot_begin_a_line_or_steer_the_terminal() {
    let line = fs::read_to_string(corpus("valid/lot.jsonl")).unwrap();
    let forged =
        line.replacen("\"title\":\"", "\"title\":\"\\n\u{9b}2J\u{202e}All checks passed.\\n", 1);
    let folder = TempDir::new().unwrap();
    let (out, _) = run(&["--lang", "en", &file(&folder, "forged.jsonl", forged.as_bytes())], 1);
    assert!(out.starts_with("<U+000A><U+009B>2J<U+202E>All checks passed.<U+000A>重建楼"), "{out}");
    assert!(!out.contains(['\u{9b}', '\u{202e}']), "{out}");
}

// Evidence.

#[test]
fn fingerprints_anchor() {
    let (out, _) = english("valid/estate.jsonl", &["--fingerprint", PLAN], 0);
    assert!(out.starts_with("NOT COMPARED: lines 38 to 87: the draw up to its result. "), "{out}");
    holds(
        &out,
        "As far as line 37 (the plan) it is what was noted outside, or signed by the panel.",
    );
    assert!(!out.contains(" picked, "), "{out}");
    let (out, _) = english("valid/estate.jsonl", &["--fingerprint", REVEALS], 0);
    assert!(out.starts_with("NOT COMPARED: lines 51 to 87: the draw up to its result. "), "{out}");
    holds(&out, "As far as line 50 (the reveals) it is what was noted outside");
    let (out, _) =
        english("valid/estate.jsonl", &["--fingerprint", PLAN, "--fingerprint", RESULT], 0);
    holds(&out, "V1  passed          2  ");
    holds(&out, "and plan and result are those that were noted outside.\n");
    let (out, _) = chinese("valid/estate.jsonl", &["--fingerprint", RESULT], 0);
    holds(&out, "且方案和结果与在外记下的（指纹或副本）一致。\n");
}

#[test]
fn fingerprints_may_be_written_in_many_ways() {
    for fingerprint in [
        "181829840827026254214281327162543867991717221995568391532838",
        "18182-98408-27026-25421-42813-27162-54386-79917-17221-99556-83915-32838",
        " 18182, 98408, 27026, 25421, 42813, 27162 / 54386, 79917, 17221, 99556, 83915, 32838. ",
        "１８１８２　98408、27026、25421、42813、27162\n54386 79917 17221 99556 83915 32838",
    ] {
        let (out, _) = english("valid/estate.jsonl", &["--json", "--fingerprint", fingerprint], 0);
        assert_eq!(
            serde_json::from_str::<Value>(&out).unwrap()["checkpoints"][0]["level"],
            "anchored",
            "{fingerprint}"
        );
    }
}

#[test]
fn fingerprints_may_stand_in_files() {
    let folder = TempDir::new().unwrap();
    let both = format!("\u{feff}# from the notice board\n\n{PLAN}\r\n  {RESULT}\n");
    let halves = PLAN.replacen("27162 ", "27162\n", 1);
    for (name, content, count) in
        [("both.txt", both, 2), ("halves.txt", halves, 1), ("one.txt", PLAN.to_owned(), 1)]
    {
        let at = format!("@{}", file(&folder, name, content.as_bytes()));
        let (out, _) = english("valid/estate.jsonl", &["--fingerprint", &at], 0);
        holds(&out, &format!("V1  passed          {count}  "));
    }
    let (_, err) = english("valid/estate.jsonl", &["--fingerprint", "@nowhere.txt"], 2);
    holds(&err, "--fingerprint @nowhere.txt: ");
    let empty = file(&folder, "empty.txt", b"# nothing yet\n");
    let (_, err) = english("valid/estate.jsonl", &["--fingerprint", &format!("@{empty}")], 2);
    holds(&err, "there is no fingerprint in this file");
}

#[test]
fn a_wrong_fingerprint_refutes() {
    let wrong = PLAN.replacen("18182", "18183", 1);
    let (out, _) = english("valid/estate.jsonl", &["--fingerprint", &wrong], 1);
    holds(
        &out,
        &format!("  fingerprint: found {PLAN} / {REVEALS} / {RESULT}; expected {wrong} [V1]\n"),
    );
}

/// Nothing is read before the fingerprint is right: the file need not even be there.
#[track_caller]
fn mistyped(fingerprint: &str, en: &str, zh: &str) {
    let (out, err) =
        run(&["--lang", "en", "--json", "nowhere.jsonl", "--fingerprint", fingerprint], 2);
    let example = PLAN;
    let hint = format!("A fingerprint has twelve groups of five digits, such as {example}.");
    assert_eq!(
        (out.as_str(), err),
        ("", format!("--fingerprint \"{fingerprint}\": {en}\n{hint}\n"))
    );
    let (out, err) = run(&["--lang", "zh", "nowhere.jsonl", "--fingerprint", fingerprint], 2);
    let hint = format!("指纹是十二组数字，每组五位，例如 {example}。");
    assert_eq!(
        (out.as_str(), err),
        ("", format!("--fingerprint \"{fingerprint}\"：{zh}\n{hint}\n"))
    );
}

#[test]
fn a_root_in_hex_and_a_signed_note_anchor_as_well() {
    let folder = TempDir::new().unwrap();
    let (out, _) = english("valid/estate.jsonl", &["--json"], 0);
    let report: Value = serde_json::from_str(&out).unwrap();
    let (size, root) =
        (&report["checkpoints"][2]["size"], report["checkpoints"][2]["root"].as_str().unwrap());
    let (out, _) = english("valid/estate.jsonl", &["--fingerprint", root], 0);
    holds(&out, "V1  passed          1  ");
    let (out, _) = english("valid/estate.jsonl", &["--fingerprint", &root.to_uppercase()], 0);
    holds(&out, "and plan and result are those that were noted outside.");
    let manifest: Vec<Value> =
        serde_json::from_slice(&fs::read(corpus("corpus.json")).unwrap()).unwrap();
    let noted = manifest.iter().find_map(|entry| entry["evidence"]["notes"][0].as_str()).unwrap();
    let note = file(&folder, "result.note", noted.as_bytes());
    let crlf = file(&folder, "mailed.note", noted.replace('\n', "\r\n").as_bytes());
    let given = ["--note", &note, "--note", &crlf, "--fingerprint", PLAN];
    let (out, _) = english("valid/estate.jsonl", &given, 0);
    holds(&out, "V1  passed          3  ");
    let other = noted.replacen(&format!("\n{size}\n"), &format!("\n{size}1\n"), 1);
    assert_ne!(other, noted);
    let other = file(&folder, "other.note", other.as_bytes());
    let (out, _) = english("valid/estate.jsonl", &["--note", &other], 1);
    holds(&out, "V1  FAILED");
    let body = noted.split("\n\n").next().unwrap();
    for (name, text) in [("body", body), ("nothing", ""), ("transcript", "{\"kind\":\"plan\"}\n\n")]
    {
        let path = file(&folder, name, text.as_bytes());
        let (_, err) = english("valid/estate.jsonl", &["--note", &path], 2);
        holds(&err, &format!("--note {path}: "));
    }
}

/// It names the root alone: neither passed nor failed.
#[test]
fn a_fingerprint_of_eight_groups_is_no_evidence() {
    for old in ["82951 58338 05940 55606 42255 37930 01759 93820", &"1".repeat(40)] {
        let (out, err) = english("valid/estate.jsonl", &["--fingerprint", old], 2);
        holds(
            &err,
            "ask for the twelve groups, for the 64 hex digits of the root, or for the signed note",
        );
        // The report is given all the same, and a refuted file is refuted.
        holds(&out, "V1  not run");
        let (_, err) = chinese("valid/estate.jsonl", &["--fingerprint", old], 2);
        holds(&err, "八组是旧格式的指纹");
        let (_, err) = english("tampered/p13-person-twice.jsonl", &["--fingerprint", old], 1);
        holds(&err, "ask for the twelve groups");
    }
}

#[test]
fn a_mistyped_fingerprint_is_told_before_anything_is_read() {
    mistyped(
        "18182 9840 27026",
        "group 2 is 9840: 5 digits expected, 4 found",
        "第 2 组是 9840，有 4 位，应为 5 位",
    );
    mistyped(
        "18182 98408",
        "10 digits (2 groups) instead of 60",
        "有 10 位数字（2 组），应为 60 位",
    );
    mistyped(&PLAN.replacen('0', "O", 1), "'O' is not a digit", "“O”不是数字");
    mistyped("", "0 digits (0 groups) instead of 60", "有 0 位数字（0 组），应为 60 位");
    mistyped(
        &format!("{PLAN} 1"),
        "group 13 is 1: 5 digits expected, 1 found",
        "第 13 组是 1，有 1 位，应为 5 位",
    );
}

#[test]
fn an_older_copy_must_be_the_beginning() {
    let folder = TempDir::new().unwrap();
    let whole = fs::read(corpus("valid/estate.jsonl")).unwrap();
    let lines: Vec<&[u8]> = whole.split_inclusive(|b| *b == b'\n').collect();
    let prefix = file(&folder, "prefix.jsonl", &lines[..60].concat());
    let (out, _) = english("valid/estate.jsonl", &["--since", &prefix], 0);
    holds(&out, "V2  passed         60  Is the older copy the beginning of this file?\n");
    let torn = file(&folder, "torn.jsonl", &[&lines[..60].concat(), &lines[60][..9]].concat());
    let (out, _) = english("valid/estate.jsonl", &["--since", &torn], 0);
    holds(&out, "V2  passed         60  ");
    let other = file(&folder, "other.jsonl", &[&lines[..59].concat()[..], b"{}\n"].concat());
    let (out, _) = english("valid/estate.jsonl", &["--since", &other], 1);
    holds(&out, "The first fault is one of check V2: ");
    holds(&english("valid/estate.jsonl", &["--since", &corpus("nowhere.jsonl")], 2).1, "--since ");
    english("valid/estate.jsonl", &["--since", folder.path().to_str().unwrap()], 2);
}

// What cannot be read.

#[test]
fn files_that_are_no_transcript() {
    let folder = TempDir::new().unwrap();
    let directory = folder.path().to_str().unwrap();
    let (picture, empty) =
        (corpus("tampered/unreadable-picture.jsonl"), corpus("tampered/unreadable-empty.jsonl"));
    for (path, en) in [
        (
            picture.as_str(),
            "this is not a transcript: line 1 begins with `<U+FFFD>PNG<U+000D>`, expected `{\"kind\":\"plan\",`\n",
        ),
        (empty.as_str(), "the file is empty\n"),
        (directory, "cannot read: "),
        ("nowhere.jsonl", "cannot read: "),
    ] {
        for more in [&[][..], &["--household", "H001"], &["--allocation"]] {
            let (out, err) = run(&[&["--lang", "en", path], more].concat(), 2);
            assert_eq!(out, "");
            assert!(err.starts_with(&format!("{path}: {en}")), "{err}");
        }
        let (out, _) = run(&["--lang", "en", "--json", path], 2);
        let object: Value = serde_json::from_str(&out).unwrap();
        assert_eq!(
            (&object["verdict"], &object["level"], &object["checks"]),
            (&json!("unreadable"), &json!("none"), &json!([]))
        );
        assert!(object["error"]["en"].is_string() && object["error"]["zh"].is_string(), "{out}");
        let places = ["verdict", "level", "checks", "error"]
            .map(|key| out.find(&format!("\"{key}\"")).unwrap());
        assert!(places.is_sorted(), "{out}");
    }
    assert_eq!(run(&["--lang", "zh", &empty], 2).1, format!("{empty}：文件是空的\n"));
}

#[test]
fn bad_arguments_and_help() {
    run(&[], 2);
    holds(&run(&["--lang", "fr", "x"], 2).1, "zh or en");
    english("valid/lot.jsonl", &["--allocation", "--json"], 2);
    let (help, _) = run(&["--help"], 0);
    holds(&help, "  0  verified: no check failed");
    holds(&help, "  1  refuted: a check failed");
    holds(&help, "  2  unreadable: ");
    holds(&help, "A household that is not in the plan changes none of them.");
}

#[test]
fn standard_input() {
    let input = fs::read(corpus("valid/lot.jsonl")).unwrap();
    assert_eq!(piped(&["--lang", "en", "-"], &input, 0), english("valid/lot.jsonl", &[], 0));
    for more in [&["--household", "H002"][..], &["--allocation"]] {
        assert_eq!(
            piped(&[&["--lang", "en", "-"], more].concat(), &input, 0),
            english("valid/lot.jsonl", more, 0)
        );
    }
    let tampered = fs::read(corpus("tampered/d6-wrong-lot.jsonl")).unwrap();
    piped(&["-", "--json"], &tampered, 1);
    assert_eq!(piped(&["--lang", "en", "-"], b"", 2).1, "-: the file is empty\n");
}

#[test]
fn a_flat_is_told_with_its_area_and_its_price() {
    let path = "valid/areas-and-prices.jsonl";
    let en = english(path, &["--household", "H104"], 0).0;
    holds(&en, "Result    B-1501: 1501, storey 15, 100,000.00 m², 1,234,567.89 yuan (line 35)");
    holds(&en, "B-1701  1701  storey 17, 10,000,000,000,000.00 yuan\n");
    let zh = chinese(path, &["--household", "H101"], 0).0;
    holds(&zh, "B-0201：201，第 2 层，0.01 ㎡，0.01 元");
}

// The allocation.

#[test]
fn the_allocation_of_a_verified_transcript() {
    let (out, err) = english("valid/shortage.jsonl", &["--allocation"], 0);
    let csv = "household,unit,label,storey\nH001,A-1801,1801,18\nH002,A-0601,601,6\nH003,A-1201,1201,12\n\
        H004,A-0301,301,3\nH005,A-0901,901,9\nH006,,,\nH007,,,\n";
    assert_eq!(out, csv);
    assert!(err.starts_with("Every step follows from"), "{err}");
    holds(&english("valid/rehearsal.jsonl", &["--allocation"], 0).1, "This is a REHEARSAL");
}

#[test]
fn no_allocation_of_a_refuted_one() {
    let (out, err) = english("tampered/d6-wrong-lot.jsonl", &["--allocation"], 1);
    assert_eq!(out, "");
    holds(&err, "This transcript is REFUTED: the first fault is in line 38 (check D6).");
    holds(&err, "The first fault is one of check D6: ");
    let wrong = PLAN.replacen("18182", "18183", 1);
    assert_eq!(english("valid/estate.jsonl", &["--allocation", "--fingerprint", &wrong], 1).0, "");
}

#[test]
fn labels_are_quoted_where_csv_needs_it() {
    let (out, _) = english("valid/unicode.jsonl", &["--allocation"], 0);
    let mut reader = csv::Reader::from_reader(out.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert!(!rows.is_empty() && rows.iter().all(|row| row.len() == 4), "{out}");
}

// A household.

/// What the household is told, in English and in Chinese.
fn told(path: &str, household: &str) -> (String, String) {
    let en = english(path, &["--household", household], 0).0;
    let zh = chinese(path, &["--household", household], 0).0;
    (from(&en, "\nHousehold ").to_owned(), from(&zh, "\n住户 ").to_owned())
}

#[test]
fn a_household_by_lot() {
    let (en, zh) = told("valid/lot.jsonl", "H002");
    let steps = "
Household H002 欧阳*, step by step
 1. Pool      A — 1号楼 两室 (1号楼)
              4 households, 5 flats; the flat itself is drawn by lot.
 2. Tier      1 (tier 1 is called first, then tier 2, and so on)
 3. Ticket    12713181874907431401
              Within a tier the smaller ticket is called first.
 4. Place     2 of 4 in the order of the pool
 5. Called    line 39, call 2 of the pool
 6. Needs     none: every free flat will do
 7. Offered   3 flats, numbered from 0 in the order of the plan:
                  0  A-0901  901   storey  9
                  1  A-1201  1201  storey 12
              =>  2  A-1801  1801  storey 18
              (Taken flats are not in the list, nor those still held back for households with needs that wait.)
 8. Lot       271125323597318512523895466764174924224
              271125323597318512523895466764174924224 mod 3 = 2 (what is left over when the lot is divided by 3)
              So it gets number 2 of the list.
 9. Result    A-1801: 1801, storey 18 (line 40)

The numbers by hand
";
    assert!(en.starts_with(steps), "{en}");
    let steps = "
住户 H002 欧阳*：逐步说明
 1. 批次     A 1号楼 两室（1号楼）
             4 户，5 套房；直接抽出房号。
 2. 顺位     第 1 顺位（先叫第 1 顺位，再叫第 2 顺位，依此类推）
 3. 签号     12713181874907431401
             同一顺位中，签号小的先叫。
 4. 次序     本批次 4 户中的第 2 位
 5. 叫号     第 39 行，本批次第 2 次叫号
 6. 照顾     无：空房皆可
 7. 可选     3 套，按方案顺序从 0 起编号：
                 0  A-0901  901   第  9 层
                 1  A-1201  1201  第 12 层
             =>  2  A-1801  1801  第 18 层
             （已被选走的，以及此刻须为未叫到的照顾户保留的，不在此列。）
 8. 签数     271125323597318512523895466764174924224
             271125323597318512523895466764174924224 mod 3 = 2（签数除以 3 的余数）
             因此得到列表中的第 2 号。
 9. 结果     A-1801：1801，第 18 层（第 40 行）

自己验算
";
    assert!(zh.starts_with(steps), "{zh}");
}

#[test]
fn the_numbers_by_hand() {
    let (en, _) = told("valid/lot.jsonl", "H002");
    let expected = "The numbers by hand
  The key of the pool, from the seed of line 35 (rule D1):
    printf 'floorlot/1 pool\\nseed 3e44c39f8840e453c31616cc929001a2277d9ebb763e247060d79db6349fffa3\\npool A\\n' | sha256sum
    4bc02bf28d6dae7dcb4aeafc1b038d4c5d42ef536f2dfa930990ff914623136d
  The household is number 1 of the pool, counted from 0 in the order of the plan, and owns bytes 64 to 127
  of the ChaCha20 keystream of that key (rule D3). Its ticket is in bytes 64 to 71, its lot in bytes 72 to 87, lowest byte first:
    head -c 64 /dev/zero |
    openssl enc -chacha20 -K 4bc02bf28d6dae7dcb4aeafc1b038d4c5d42ef536f2dfa930990ff914623136d -iv 01000000000000000000000000000000 |
    od -An -tu8 -N24
  This prints three numbers: the ticket 12713181874907431401, and the lot in two halves, 11455684806832855488 and 14697733243002406571.
  The lot is the lower half plus 2^64 times the upper one:
    echo '11455684806832855488 + 2^64 * 14697733243002406571' | bc
    271125323597318512523895466764174924224
  The number of the flat in the list:
    echo '271125323597318512523895466764174924224 % 3' | bc
";
    assert_eq!(from(&en, "The numbers by hand"), expected);
}

/// What a shell prints for the commands in the lines that begin with one of these words; `None`
/// where a tool is missing.
fn shell(lines: &str, words: &[&str]) -> Option<String> {
    let commands: Vec<&str> =
        lines.lines().map(str::trim).filter(|l| words.iter().any(|w| l.starts_with(w))).collect();
    let output = Command::new("sh").arg("-c").arg(commands.join("\n")).output().ok()?;
    let missing = text(output.stderr).contains("not found");
    (!missing).then(|| text(output.stdout).split_whitespace().collect::<Vec<_>>().join(" "))
}

#[test]
fn the_commands_by_hand_print_what_they_say() {
    for (path, household) in [
        ("valid/lot.jsonl", "H003"),
        ("valid/choice.jsonl", "H104"),
        ("valid/estate.jsonl", "H003"),
    ] {
        let (en, zh) = told(path, household);
        let hand = from(&en, "The numbers by hand");
        assert_eq!(
            shell(hand, &["printf", "head", "openssl", "od", "echo"]),
            shell(&zh, &["printf", "head", "openssl", "od", "echo"])
        );
        if let Some(key) = shell(hand, &["printf"]) {
            holds(hand, key.strip_suffix(" -").unwrap());
        }
        let Some(numbers) = shell(hand, &["head", "openssl", "od"]) else { continue };
        numbers.split(' ').for_each(|number| holds(hand, number));
        holds(&en, &format!("Ticket    {}\n", numbers.split(' ').next().unwrap()));
        let Some(lot) = shell(hand, &["echo"]).filter(|_| numbers.contains(' ')) else { continue };
        let (lot, number) = lot.split_once(' ').unwrap();
        holds(&en, &format!("Lot       {lot}\n"));
        holds(&en, &format!("So it gets number {number} of the list."));
    }
}

#[test]
fn a_household_that_chose() {
    let (en, zh) = told("valid/undo-choice.jsonl", "H102");
    holds(
        &en,
        " 6. Missed    no call\n 7. Withdrawn line 29 withdrew what the line before it recorded; reason: mistyped\n",
    );
    holds(
        &en,
        "\n10. Choice    made by the household itself\n11. Result    B-0501: 501, storey 5 (line 30)\n",
    );
    holds(&zh, " 6. 未到     无\n 7. 撤回     第 29 行撤回了前一行的记录；原因：mistyped\n");
    let proxy = fs::read_to_string(corpus("valid/proxy.jsonl")).unwrap();
    let line = proxy.lines().find(|line| line.contains("\"proxy\"")).unwrap();
    let pick: Value = serde_json::from_str(line).unwrap();
    let (en, zh) = told("valid/proxy.jsonl", pick["household"].as_str().unwrap());
    let name = pick["proxy"].as_str().unwrap();
    holds(&en, &format!("Choice    made by {name} for the household\n"));
    holds(&zh, &format!("选房     由 {name} 代为选定\n"));
}

#[test]
fn a_household_by_ranking() {
    let (en, zh) = told("valid/ranking.jsonl", "H202");
    let ranking = "Ranking   the first of its ranking that was on offer is rank 3:
                1. C-1601  1601  not on offer
                2. C-0801  801  not on offer
                3. C-0401  401  on offer
 9. Result    C-0401: 401, storey 4 (line 31)
";
    holds(&en, ranking);
    holds(&zh, "志愿表中当时可选的第一个是第 3 志愿：\n               1. C-1601  1601  不可选\n");
}

#[test]
fn a_household_on_standby() {
    let (en, zh) = told("valid/shortage.jsonl", "H006");
    holds(
        &en,
        " 7. Offered   nothing\n 8. Result    no flat: place 1 on the standby list of the pool (line 42)\n",
    );
    holds(&en, "              When it was called, no flat was left for it.\n");
    holds(
        &zh,
        " 8. 结果     未得房：本批次候补第 1 位（第 42 行）\n             叫到时已没有可选的房。\n",
    );
    let (en, zh) = told("valid/ranking-unranked-standby.jsonl", "H202");
    holds(
        &en,
        "Nothing in its ranking was on offer, and the plan says `standby` for that, though other flats were free.\n",
    );
    holds(&en, "                1. C-1601  1601  not on offer\n");
    holds(&zh, "志愿表中没有可选的房；方案规定此时转候补（standby），虽然还有其他空房。\n");
}

#[test]
fn a_household_called_together_with_others() {
    let (head, _) = told("valid/group-apart.jsonl", "H101");
    let (other, zh) = told("valid/group-apart.jsonl", "H104");
    let ticket =
        from(&head, "Ticket    ").lines().next().unwrap().strip_prefix("Ticket    ").unwrap();
    holds(&head, "Together  called together with H104\n");
    holds(&other, "Together  called together with H101\n");
    let goes_by =
        format!("The whole group goes by the ticket of H101, the first in the plan: {ticket}\n");
    holds(&head, &goes_by);
    holds(&other, &goes_by);
    holds(
        &zh,
        &format!(
            "与 H101 一起叫号\n             整组按方案中排在最前的 H101 的签号排序：{ticket}\n"
        ),
    );
}

#[test]
fn a_household_that_was_deferred() {
    let (en, zh) = told("valid/absent-last-chooses.jsonl", "H101");
    let called = " 5. Called    line 27, call 1 of the pool
              again: line 35, call 5 of the pool
 6. Missed    1 (line 28): did not answer three calls
              The plan says: after the first miss it is called again after all others; after the second the lot decides.
";
    holds(&en, called);
    holds(&zh, " 6. 未到     1 次（第 28 行）：三呼未到\n");
    let (en, _) = told("valid/absent-last-misses-again.jsonl", "H104");
    holds(&en, "Missed    2 (line ");
    holds(&en, ". Lot       ");
    let (en, _) = told("valid/undo-missed.jsonl", "H104");
    holds(
        &en,
        "Missed    no call\n 7. Withdrawn line 29 withdrew what the line before it recorded; reason: 刚到门口\n",
    );
}

#[test]
fn a_household_with_needs() {
    let (en, zh) = told("valid/lot.jsonl", "H004");
    holds(&en, "Needs     step-free: only flats that have all of this will do\n");
    holds(&zh, "照顾     无障碍（step-free）：只有全部符合的房才可选\n");
}

#[test]
fn a_household_that_is_not_there() {
    let (out, err) = english("valid/lot.jsonl", &["--household", "h02"], 0);
    assert_eq!(out, english("valid/lot.jsonl", &[], 0).0);
    assert_eq!(err, "There is no household h02 in the plan of this file. Ids like it: H002.\n");
    let (_, err) = chinese("tampered/d6-wrong-lot.jsonl", &["--household", "H0002"], 1);
    assert_eq!(err, "本文件的方案中没有住户 H0002。相近的编号：H002, H001, H003, H004。\n");
    let (_, err) = english("valid/lot.jsonl", &["--household", "somebody"], 0);
    assert_eq!(err, "There is no household somebody in the plan of this file.\n");
    let (out, err) = english("valid/lot.jsonl", &["--household", "H999", "--json"], 0);
    assert!(serde_json::from_str::<Value>(&out).unwrap().get("why").is_none());
    assert!(err.starts_with("There is no household H999"), "{err}");
}

#[test]
fn a_household_by_what_people_type() {
    let (plain, _) = english("valid/lot.jsonl", &["--household", "H002"], 0);
    for typed in ["h002", " H002 ", "ｈ００２"] {
        assert_eq!(
            english("valid/lot.jsonl", &["--household", typed], 0),
            (plain.clone(), String::new()),
            "{typed}"
        );
    }
    let told = |typed: &str, lang: &str| {
        run(&["--lang", lang, &corpus("valid/lot.jsonl"), "--household", typed], 0).1
    };
    assert_eq!(
        told("欧阳静", "zh"),
        "本文件的方案中没有住户 欧阳静。方案中的姓名隐去了部分文字，相符的有 1 户：H002 欧阳*。\n"
    );
    assert!(
        told("欧静", "en").ends_with("in the plan of this file.\n"),
        "another mask: {}",
        told("欧静", "en")
    );
    for flat in ["1801", "1801室", "1号楼1801", "1-1801", "１号楼 1801 室", "a-1801"] {
        assert!(
            told(flat, "en").ends_with(" Such a flat is that of H002.\n"),
            "{flat}: {}",
            told(flat, "en")
        );
    }
    assert!(!told("2号楼1801", "en").contains("Such a flat"));
}

#[test]
fn an_unfinished_transcript_is_no_result_and_says_what_is_sealed() {
    let file = "unfinished/cut-in-the-draw.jsonl";
    let (en, err) = english(file, &[], 3);
    assert!(en.starts_with("######## UNFINISHED — no result ########\n") && err.is_empty(), "{en}");
    holds(&en, "T4  not run         0  Does the closing line end the file and count it rightly?\n");
    let sentence = "\nThis transcript is UNFINISHED: there is no result yet. It keeps the rules to line 39. It is sealed by a checkpoint \
        to line 32; nothing seals the 7 lines after it, and anybody could have changed or added them. It is not verified, and nothing in it is a final result. If it was published as a finished draw, its end is missing: ask for \
        the whole file.\n";
    assert!(en.ends_with(sentence), "{en}");
    let (zh, _) = chinese(file, &[], 3);
    assert!(zh.ends_with("如果公布时称抽签已完成，则末尾缺失：请索取完整文件。\n"), "{zh}");
    for words in [en, zh] {
        assert!(
            !words.contains("REFUTED") && !words.contains("不成立") && !words.contains("FAILED"),
            "{words}"
        );
    }
    let (json, _) = english(file, &["--json"], 3);
    let report: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (&report["verdict"], &report["level"], &report["anchored"]),
        (&json!("unfinished"), &json!("none"), &Value::Null)
    );
    assert_eq!(
        report["unfinished"],
        json!({"lines": 39, "phase": "pools", "closed": 0, "sealed": 32, "torn": 0})
    );
    assert_eq!(english(file, &["--allocation"], 3).0, "");
    let (story, _) = english(file, &["--household", "H003"], 3);
    holds(
        &story,
        "This file is UNFINISHED. What follows is how far it goes, and can still change.\n",
    );
    holds(&story, "storey 6 (line 38, not sealed yet)");
    // Of several files the gravest counts.
    let (whole, wrong) = (corpus("valid/lot.jsonl"), corpus("tampered/d6-wrong-lot.jsonl"));
    run(&[&corpus(file), &whole], 3);
    run(&[&wrong, &corpus(file)], 1);
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("receipts").display().to_string();
    let (_, err) = run(&["receipts", "--lang", "en", &corpus(file), "--out", &out], 3);
    holds(&err, "No receipts were made, because the transcript is unfinished.");
    let (en, _) = english("unfinished/torn-after-the-closing.jsonl", &[], 3);
    holds(
        &en,
        "This transcript is finished to line 49, and UNFINISHED after it: the last line is not whole. It keeps the rules to line 49. After line 49 there are 12 bytes",
    );
    holds(&en, "its first 49 lines are a finished transcript, and can be verified by themselves.");
}

/// Anybody can add an unsealed event to a finished file: that stands first, and what comes from it
/// has a mark.
#[test]
fn what_no_checkpoint_seals_is_said_first() {
    let folder = TempDir::new().unwrap();
    let mut bytes = fs::read(corpus("valid/lot.jsonl")).unwrap();
    bytes.extend_from_slice(
        b"{\"kind\":\"withdrawal\",\"household\":\"H001\",\"unit\":\"A-0901\",\"reason\":\"x\",\"sheet\":\"7777777777777777777777777777777777777777777777777777777777777777\"}\n",
    );
    let path = file(&folder, "open.jsonl", &bytes);
    let (en, _) = run(&["--lang", "en", &path, "--household", "H001"], 3);
    holds(
        &en,
        "\nNothing seals the 1 line after line 49, and anybody could have changed or added them; a checkpoint seals the file to line 47. \
         This transcript is finished to line 49, and UNFINISHED after it: the checkpoint over the last events is missing. It keeps the rules to line 50. ",
    );
    holds(
        &en,
        "it gave up what it had, by a signed sheet (line 50, not sealed yet); from then on it has no flat",
    );
    assert_eq!(en.matches("not sealed yet").count(), 1, "{en}"); // the pick is sealed
    let (zh, _) = run(&["--lang", "zh", &path, "--household", "H001"], 3);
    holds(
        &zh,
        "\n第 49 行之后的 1 行没有任何封存，任何人都可能改动或添加过；检查点封存到第 47 行。本记录到第 49 行为止已结束",
    );
    holds(&zh, "放弃所得（第 50 行，尚未封存）；此后为 无房");
    let plan = bytes.split_inclusive(|byte| *byte == b'\n').take(3).collect::<Vec<_>>().concat();
    let (en, _) = run(&["--lang", "en", &file(&folder, "plan.jsonl", &plan)], 3);
    holds(&en, "No checkpoint seals it yet: anybody could have changed or added its 3 lines. ");
}

/// What is no slip and no older copy refutes nothing.
#[test]
fn what_is_no_copy_and_no_slip_is_told() {
    let folder = TempDir::new().unwrap();
    let lot = fs::read(corpus("valid/lot.jsonl")).unwrap();
    let wide: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(lot.iter().flat_map(|byte| [*byte, 0])).collect();
    for (name, content, words, slip) in [
        ("zip", b"PK\x03\x04x".to_vec(), "packed", "packed"),
        ("gz", b"\x1f\x8b\x08".to_vec(), "packed", "packed"),
        ("bom", [b"\xef\xbb\xbf", &lot[..]].concat(), "byte order mark", "line 1 is not"),
        ("utf-16", wide, "UTF-16", "UTF-16"),
        ("page", b"<html>".to_vec(), "web page", "web page"),
        ("pdf", b"%PDF-1.7".to_vec(), "PDF", "PDF"),
        ("text", b"hello\n".to_vec(), "not a transcript", "line 1 is not"),
    ] {
        let path = file(&folder, name, &content);
        let (out, err) = english("valid/lot.jsonl", &["--since", &path], 2);
        assert!(
            out.is_empty() && err.contains("--since") && err.contains(words),
            "{name}: {out}{err}"
        );
        let (out, err) = english("valid/persons.jsonl", &["--person", &path], 2);
        assert!(
            out.is_empty() && err.contains("--person") && err.contains(slip),
            "{name}: {out}{err}"
        );
    }
}

#[test]
fn what_was_not_compared_is_named_first_and_not_given_out() {
    let name = "valid/result-on-paper-and-void.jsonl";
    let (json, _) = english(name, &["--json"], 0);
    let report: Value = serde_json::from_str(&json).unwrap();
    let of = |place: usize| report["checkpoints"][place]["fingerprint"].as_str().unwrap();
    let (out, _) = english(name, &["--fingerprint", of(2)], 0);
    assert!(out.starts_with("NOT COMPARED: lines 60 to 67: void. "), "{out}");
    assert!(!out.contains("VOID"), "{out}");
    let (out, _) = chinese(name, &["--fingerprint", of(2)], 0);
    assert!(out.starts_with("【未核对】：第 60 至 67 行：作废。"), "{out}");
    for asked in ["--allocation", "--without-priority=H004"] {
        let (out, err) = english(name, &["--fingerprint", of(2), asked], 2);
        assert_eq!(out, "", "{asked}");
        holds(&err, "it rests on lines that were not compared; --include-not-compared");
    }
    let all = ["--fingerprint", of(2), "--allocation", "--include-not-compared"];
    assert_eq!(english(name, &all, 0).0.lines().count(), 5);
    // The story of a household stops where the comparing does.
    let story = ["--household", "H001", "--fingerprint"];
    let (out, _) = english(name, &[&story[..], &[of(2)]].concat(), 0);
    assert!(out.contains("Ticket") && !out.contains("declared void"), "{out}");
    let (out, _) = english(name, &[&story[..], &[of(0)]].concat(), 0);
    holds(&out, "Nothing is said of household H001: the draw was not compared.");
    let (out, _) = english(name, &[&story[..], &[of(0), "--include-not-compared"]].concat(), 0);
    holds(&out, "the draw was declared void");
    assert!(!english(name, &["--fingerprint", of(3)], 0).0.contains("NOT COMPARED"));
    let folder = TempDir::new().unwrap();
    let out = format!("--out={}", folder.path().join("slips").display());
    let file = corpus(name);
    let slips = ["receipts", &file, "--lang", "en", "--fingerprint", of(2), &out];
    holds(&run(&slips, 2).1, "No receipts were made; --include-not-compared");
    run(&[&slips[..], &["--include-not-compared"]].concat(), 0);
}

#[test]
fn a_panel_that_refuses_is_heard() {
    let name = "valid/result-refused.jsonl";
    holds(
        &english(name, &[], 0).0,
        "THE PANEL SAYS NO to the result: 3 of 3 members of bench residents refuse (r1: the dice were rolled twice;",
    );
    holds(
        &chinese(name, &[], 0).0,
        "【监督员不同意】结果：席位“居民代表（residents）”的 3 人中有 3 人不同意",
    );
}

#[test]
fn a_file_that_was_changed_on_its_way_is_told_in_the_first_line() {
    let first =
        |file: &str, code| chinese(file, &[], code).0.lines().next().unwrap_or_default().to_owned();
    let again = "请重新取得原文件（压缩成 zip 传送，或用 U 盘拷贝）。";
    assert_eq!(
        first("tampered/t1-cr-lf.jsonl", 1),
        format!("每一行的行尾是 CR LF 而不是 LF：邮件程序、编辑器或 git 改动了换行符。{again}")
    );
    assert_eq!(
        first("tampered/t1-gbk.jsonl", 1),
        format!("文件不是 UTF-8：编辑器用别的编码（如 GBK）保存过。{again}")
    );
    let (gbk, _) = english("tampered/t1-gbk.jsonl", &["--official"], 1);
    holds(&gbk, "######## OFFICIAL OR REHEARSAL: NOT KNOWN ########\n");
    assert!(
        !gbk.contains("REHEARSAL — nothing here counts") && !gbk.contains("This is a REHEARSAL"),
        "{gbk}"
    );
    for (name, what, words) in [
        ("byte-order-mark", "bom", "A byte order mark (BOM) stands before the first line"),
        ("utf-16", "utf16", "The file is UTF-16"),
        ("zip", "packed", "unpack it, and check the file in it"),
        ("web-page", "web-page", "This is a web page"),
        ("json-indented", "reformatted", "The JSON was written anew"),
        ("receipt", "receipt", "This is a receipt"),
    ] {
        let (json, err) = english(&format!("tampered/unreadable-{name}.jsonl"), &["--json"], 2);
        let report: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(report["changed"]["what"], what, "{name}");
        holds(&err, words);
    }
}

#[test]
fn a_household_of_a_refuted_transcript() {
    let (out, _) = english("tampered/d6-wrong-number.jsonl", &["--household", "H004"], 1);
    let warning = "step by step\nThis file is REFUTED. What follows is what it says of this household, not a result.\n";
    let (zh, _) = chinese("tampered/d6-wrong-number.jsonl", &["--household", "H004"], 1);
    holds(&out, warning);
    holds(&zh, "本文件【不成立】。以下只是文件所写，不是抽签结果。\n");
    let (out, _) = english("unfinished/cut-before-the-seed.jsonl", &["--household", "H001"], 3);
    assert!(
        out.ends_with("\nHousehold H001 is in the plan, but was never called in this file.\n"),
        "{out}"
    );
}

#[test]
fn a_pool_whose_id_is_a_command_gives_no_commands() {
    let forged =
        fs::read_to_string(corpus("valid/lot.jsonl")).unwrap().replace("\"A\"", "\"A'; ls; '\"");
    let folder = TempDir::new().unwrap();
    let (out, _) = run(
        &["--lang", "en", &file(&folder, "forged.jsonl", forged.as_bytes()), "--household", "H002"],
        1,
    );
    // A plan that breaks P2 has no draw to explain, and what it names goes into no command.
    holds(&out, "line 10, pool A'; ls; ', id: found");
    assert!(!out.contains("printf") && !out.contains("step by step"), "{out}");
}

#[test]
fn json_explains_a_household_too() {
    let (out, _) = english("valid/lot.jsonl", &["--household", "H002", "--json"], 0);
    let report: Value = serde_json::from_str(&out).unwrap();
    let why = &report["why"];
    assert_eq!(why["offered"], json!(["A-0901", "A-1201", "A-1801"]));
    assert_eq!(
        (&why["place"], &why["of"], &why["number"], &why["unit"]),
        (&json!(2), &json!(4), &json!(2), &json!("A-1801"))
    );
    assert_eq!(why["lot"], "271125323597318512523895466764174924224");
}

// Signatures, recordings, rounds.

#[test]
fn a_signed_transcript_with_a_noted_fingerprint_is_certified() {
    let (out, _) = english("valid/signed.jsonl", &[], 0);
    holds(
        &out,
        "Signed, result: residents 3 by key, 0 on paper, 0 refused, 0 away (quorum 2); officials 2 by key, 0 on paper, 0 refused, 0 away (quorum 1).",
    );
    holds(&out, "Whether these are the keys of the panel is not yet shown");
    let fingerprint = from(&out, "Fingerprint of the plan").lines().next().unwrap()
        ["Fingerprint of the plan".len()..]
        .trim()
        .to_owned();
    let (out, _) = english("valid/signed.jsonl", &["--fingerprint", &fingerprint], 0);
    holds(
        &out,
        "the quorum of every bench of the panel signed it with the keys of the plan, which is the one that was noted outside",
    );
    let (out, _) = chinese(
        "valid/signed-without-quorum.jsonl",
        &["--fingerprint", &fingerprint_of("valid/signed-without-quorum.jsonl")],
        0,
    );
    holds(&out, "席位 工作人员（officials） 密钥签名 0 人，法定 1 人（纸面 1，拒签 0）");
    assert!(!out.contains("都用方案中的密钥签了名"), "{out}");
}

fn fingerprint_of(name: &str) -> String {
    let (out, _) = english(name, &[], 0);
    from(&out, "Fingerprint of the plan").lines().next().unwrap()["Fingerprint of the plan".len()..]
        .trim()
        .to_owned()
}

#[test]
fn what_comes_after_the_result_is_told_and_enters_the_allocation() {
    let (out, _) = english("valid/aftermath.jsonl", &[], 0);
    holds(
        &out,
        "After the result: objections 2 (without a ruling 0), withdrawals 2, offers accepted 1 and declined 1, swaps 1, recordings 2.",
    );
    holds(&out, "In the end 9 households have a unit, 0 are on standby, 0 units are free.");
    let (drawn, _) = english("valid/shortage.jsonl", &["--allocation"], 0);
    let (after, _) = english("valid/aftermath.jsonl", &["--allocation"], 0);
    assert!(drawn.lines().count() == 8 && after.lines().count() == 12, "{after}");
    let void = english("valid/void-after-the-result.jsonl", &[], 0).0;
    holds(
        &void,
        "The draw is VOID (a household was left out of the plan): nobody has a flat by it.",
    );
    let (out, _) = english("valid/void-after-the-result.jsonl", &["--allocation"], 0);
    assert!(out.lines().skip(1).all(|line| line.ends_with(",,,")), "{out}");
}

#[test]
fn recordings_are_hashed_and_lead_to_the_second_of_a_call() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("films")).unwrap();
    // The leaf hash of a name is the SHA-256 of a zero byte and the name: so the registered films
    // are these files.
    let film = |name: &str| [b"\0", name.as_bytes()].concat();
    for name in ["hall-1.mp4", "hall-2.mp4"] {
        fs::write(folder.path().join("films").join(name), film(name)).unwrap();
    }
    // What was signed on paper: by a member, and by households.
    let of = ["o2", "withdrawal", "withdrawal from the list", "decline", "accept"];
    for of in of.iter().chain(&["H101", "H102", "H103"]) {
        let file = folder.path().join(format!("films/{of}.pdf"));
        fs::write(file, film(&format!("scan {of}"))).unwrap();
    }
    let films = folder.path().join("films").to_str().unwrap().to_owned();
    let (out, _) = english(
        "valid/aftermath.jsonl",
        &["--recordings", &films, "--scans", &films, "--household", "H101"],
        0,
    );
    holds(&out, "V5  passed          2");
    holds(&out, "V6  passed          8");
    holds(&out, "Film      its last call is at second ");
    holds(&out, "of hall-2.mp4");
    holds(&out, "Later     it changed its flat with others, by consent");
    fs::write(folder.path().join("films/hall-1.mp4"), b"another film").unwrap();
    let (out, _) = english("valid/aftermath.jsonl", &["--recordings", &films], 1);
    holds(&out, "V5  FAILED          2");
    holds(&out, "The first fault is one of check V5");
    fs::remove_file(folder.path().join("films/hall-1.mp4")).unwrap();
    fs::remove_file(folder.path().join("films/o2.pdf")).unwrap();
    let (out, _) =
        english("valid/aftermath.jsonl", &["--recordings", &films, "--scans", &films], 0);
    holds(&out, "not at hand: hall-1.mp4");
    holds(from(&out, "V6  not run"), "not at hand: ");
    let (_, err) = english("valid/aftermath.jsonl", &["--recordings", "/nowhere/at/all"], 2);
    holds(&err, "--recordings /nowhere/at/all");
}

#[test]
fn rounds_are_followed_one_after_the_other() {
    let second = corpus("valid/second-round-after.jsonl");
    let fingerprints = [
        fingerprint_of("valid/first-round.jsonl"),
        fingerprint_of("valid/second-round-after.jsonl"),
    ];
    let given = ["--fingerprint", &fingerprints[0], "--fingerprint", &fingerprints[1]];
    let (out, _) =
        english("valid/first-round.jsonl", &[&[second.as_str()][..], &given].concat(), 0);
    holds(&out, "==== File 1 of 2: ");
    let last = from(&out, "==== File 2 of 2: ");
    holds(last, "V7  passed          5");
    assert_eq!(
        out.matches("signed it with the keys of the plan, which is the one that was noted outside")
            .count(),
        2,
        "{out}"
    );
    let (out, _) = english("valid/third-attempt.jsonl", &[&second], 1);
    holds(from(&out, "==== File 2 of 2: "), "V7  FAILED");
    let (out, _) = english("valid/first-round.jsonl", &[&corpus("valid/lot.jsonl")], 1);
    holds(from(&out, "==== File 2 of 2: "), "V7  FAILED");
    let (out, _) = english("tampered/d6-wrong-number.jsonl", &[&second], 1);
    holds(
        from(&out, "==== File 2 of 2: "),
        "the earlier transcript corpus.example/first-round was not given",
    );
    let (out, _) = english("valid/first-round.jsonl", &[&second, "--json"], 0);
    let reports: Vec<Value> = serde_json::from_str(&out).unwrap();
    assert_eq!(reports.len(), 2);
    let (out, _) = english("valid/first-round.jsonl", &["/nowhere/at/all", "--json"], 2);
    let reports: Vec<Value> = serde_json::from_str(&out).unwrap();
    assert_eq!(reports[1]["verdict"], "unreadable");
    // What is unreadable is told, and what stands behind it is read all the same.
    let picture = corpus("tampered/unreadable-picture.jsonl");
    let (out, err) = english("valid/first-round.jsonl", &[&picture, &second, "--json"], 2);
    let reports: Vec<Value> = serde_json::from_str(&out).unwrap();
    let verdicts: Vec<&Value> = reports.iter().map(|report| &report["verdict"]).collect();
    assert_eq!(verdicts, ["verified", "unreadable", "verified"]);
    holds(&err, "unreadable-picture.jsonl: ");
    let (out, err) = english("tampered/unreadable-picture.jsonl", &[&second], 2);
    holds(&err, "unreadable-picture.jsonl: ");
    holds(
        from(&out, "==== File 2 of 2: "),
        "the earlier transcript corpus.example/first-round was not given",
    );
}

#[test]
fn a_claim_is_told_its_family_and_a_family_all_its_claims() {
    let path = "valid/budgets.jsonl";
    let (en, zh) = told(path, "H1a");
    holds(&en, "\nHousehold H1a, step by step\n");
    holds(
        &en,
        "\nFamily F1 张*, 4 claims\n    H1a  A-4, 0.80 m²\n    H1b  A-2, 0.60 m²\n    H1c  A-6, 1.00 m²\n    H1d  B-4, 0.70 m²\n    Area budget 4.00 m²; 0.90 m² of it left\n",
    );
    holds(&en, "(Nor are flats larger than what its family's area budget left then.)");
    holds(&zh, "\n家庭 F1 张*：4 个名额\n    H1a  A-4，0.80 ㎡\n");
    holds(&zh, "    面积额度 4.00 ㎡，余 0.90 ㎡\n");
    // With needs it is limited by no budget; without a family nothing is said of one.
    assert!(!told(path, "H1c").0.contains("budget left then"));
    assert!(!told(path, "H4").0.contains("Family"));
    // By the family's id, in whatever letters.
    let (en, zh) = told(path, "f1");
    for household in ["H1a", "H1b", "H1c", "H1d"] {
        holds(&en, &format!("\nHousehold {household}, step by step\n"));
        holds(&zh, &format!("\n住户 {household}：逐步说明\n"));
    }
    assert!(!en.contains("Household H2a"), "{en}");
    let object: Value =
        serde_json::from_str(&english(path, &["--household", "F2", "--json"], 0).0).unwrap();
    let family = &object["family"];
    assert_eq!((&family["left"], &family["claims"][1]["why"]["unit"]), (&json!(20), &json!("B-2")));
    // What is not verified has no result.
    let refuted = english("tampered/d5-beyond-the-budget.jsonl", &["--household", "F1"], 1).0;
    holds(&refuted, "\nFamily F1");
    assert!(!refuted.contains("of it left"), "{refuted}");
}
