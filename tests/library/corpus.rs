//! The corpus in `tests/vectors/corpus`: the verifier finds in every file what `corpus.json` says,
//! and nothing that is changed by a bit, a line or an end passes for the original.

use crate::support::pairings::as_with_pairings;
use floorlot::Hash;
use floorlot::Noted;
use floorlot::lines::{Line, Mode, Stage};
use floorlot::plan::Plan;
use floorlot::primitives::tree::{Tree, checkpoint_body};
use floorlot::rules::{Lang, Rule};
use floorlot::session::{Awaits, Session};
use floorlot::transcript::{
    CheckReport, Checkpoint, Evidence, Level, OutcomeKind, Report, TreeHead, Verdict, verify,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

/// D13 follows from D5 (what is offered meets the needs), so it never fails first. V3 and V6 are
/// not run when something is missing, and never fail.
const NEVER_FIRST: [&str; 3] = ["D13", "V3", "V6"];

pub(crate) fn read(path: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/corpus").join(path);
    std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn manifest() -> Vec<Value> {
    serde_json::from_slice(&read("corpus.json")).unwrap()
}

fn text<'a>(entry: &'a Value, key: &str) -> &'a str {
    entry[key].as_str().unwrap_or_default()
}

fn evidence(entry: &Value) -> Evidence {
    let given = &entry["evidence"];
    let fingerprints = given["fingerprints"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f.as_str().unwrap().parse().unwrap());
    let notes = given["notes"].as_array().into_iter().flatten();
    let notes = notes.map(|note| Noted::of_note(note.as_str().unwrap()).unwrap());
    let older = given["older"].as_str().map(|path| TreeHead::of(read(path).as_slice()).unwrap());
    let mode = serde_json::from_value::<Option<Mode>>(given["expect"].clone()).unwrap();
    let mut earlier = Vec::new();
    for path in given["earlier"].as_array().into_iter().flatten() {
        let file = read(path.as_str().unwrap());
        let evidence = Evidence::default().with_earlier(earlier.clone());
        let report = verify(file.as_slice(), &evidence).unwrap();
        let verified = report.into_verified().unwrap_or_else(|_| panic!("{path} is not verified"));
        earlier.push(verified.earlier());
    }
    let files = |key: &str| {
        let files = given[key].as_object()?.iter();
        Some(
            files
                .map(|(name, hash)| (name.clone(), Hash::from_hex(hash.as_str().unwrap()).unwrap()))
                .collect(),
        )
    };
    let person = given["person"].as_str().map(|text| text.parse().unwrap());
    let (recordings, documents, scans) = (files("recordings"), files("documents"), files("scans"));
    Evidence::default()
        .with_noted(fingerprints.chain(notes).collect())
        .with_older(older)
        .with_mode(mode)
        .with_earlier(earlier)
        .with_recordings(recordings)
        .with_documents(documents)
        .with_scans(scans)
        .with_person(person)
}

/// The report on an entry; `None` if the file is unreadable.
fn report(entry: &Value) -> Option<Report> {
    verify(read(text(entry, "file")).as_slice(), &evidence(entry)).ok()
}

fn is_verified(file: &[u8]) -> bool {
    verify(file, &Evidence::default()).is_ok_and(|report| report.verdict == Verdict::Verified)
}

fn split(file: &[u8]) -> Vec<Vec<u8>> {
    let mut lines: Vec<Vec<u8>> = file.split(|b| *b == b'\n').map(<[u8]>::to_vec).collect();
    lines.pop();
    lines
}

fn join(lines: &[Vec<u8>]) -> Vec<u8> {
    lines.iter().flat_map(|l| l.iter().copied().chain([b'\n'])).collect()
}

#[test]
fn every_file_gives_what_the_manifest_says() {
    for entry in manifest() {
        let (file, about) = (text(&entry, "file"), text(&entry, "about"));
        let Some(report) = report(&entry) else {
            assert_eq!(text(&entry, "verdict"), "unreadable", "{file}");
            assert!(entry.get("checks").is_none(), "{file}");
            continue;
        };
        assert_eq!(json!(report.verdict), entry["verdict"], "{file}: {about}");
        // Without drand nothing is certified that has a round of it.
        let c7 = report.checks.iter().find(|check| check.id == Rule::C7).unwrap();
        let open = c7.outcome == OutcomeKind::NotRun && c7.examined > 0;
        let capped = |level: &Value| match level.as_str() {
            Some("certified") if open => json!("anchored"),
            _ => level.clone(),
        };
        assert_eq!(json!(report.level), capped(&entry["level"]), "{file}: {about}");
        let levels: Vec<Value> = entry["levels"].as_array().unwrap().iter().map(capped).collect();
        let told = report.checkpoints.iter().filter(|_| report.first.is_none());
        let found: Vec<Value> = told.map(|c| json!(c.level)).collect();
        assert_eq!(found, levels, "{file}: {about}");
        let from = report.not_compared.as_ref().map(|open| open.from);
        assert_eq!(json!(from), entry.get("not_compared").cloned().unwrap_or_default(), "{file}");
        assert_eq!(json!(report.first), entry["first"], "{file}: {about}");
        assert_eq!(
            json!(report.changed),
            entry.get("changed").cloned().unwrap_or_default(),
            "{file}: {about}"
        );
        assert_eq!(report.checks.len(), Rule::ALL.len());
        assert_eq!(report.first.is_some(), entry.get("checks").is_none(), "{file}");
        for check in report.checks.iter().filter(|_| report.first.is_none()) {
            let expected = &entry["checks"][check.id.id()];
            let found = as_with_pairings(check, expected);
            assert_eq!(found, *expected, "{file}: {about}: check {}", check.id);
        }
    }
}

#[test]
fn every_file_is_in_the_manifest_and_starts_with_the_check_it_is_meant_for() {
    let manifest = manifest();
    let listed: BTreeSet<&str> = manifest.iter().map(|e| text(e, "file")).collect();
    for folder in ["valid", "unfinished", "tampered"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/corpus").join(folder);
        for file in std::fs::read_dir(path).unwrap() {
            let name = format!("{folder}/{}", file.unwrap().file_name().to_string_lossy());
            assert!(listed.contains(name.as_str()), "{name} is not in corpus.json");
        }
    }
    for file in listed.iter().filter(|f| f.starts_with("unfinished/")) {
        let first = manifest.iter().find(|e| text(e, "file") == *file).unwrap();
        assert_eq!(
            (text(first, "verdict"), &first["first"]),
            ("unfinished", &Value::Null),
            "{file}"
        );
    }
    for file in listed.into_iter().filter(|f| f.starts_with("tampered/")) {
        let meant = file["tampered/".len()..].split('-').next().unwrap().to_ascii_uppercase();
        let first = manifest.iter().find(|e| text(e, "file") == file).unwrap();
        let found = first["first"]["check"]
            .as_str()
            .map_or_else(|| text(first, "verdict").to_ascii_uppercase(), str::to_owned);
        assert_eq!(found, meant, "{file}");
    }
}

#[test]
fn every_rule_that_can_fail_first_does_in_three_files_or_more() {
    let manifest = manifest();
    for rule in Rule::ALL {
        let first = manifest.iter().filter(|e| e["first"]["check"] == rule.id());
        let files: BTreeSet<&str> = first.map(|e| text(e, "file")).collect();
        match NEVER_FIRST.contains(&rule.id()) {
            true => assert!(files.is_empty(), "{rule} fails first in {files:?}"),
            false => assert!(files.len() >= 3, "{rule} fails first in {files:?} alone"),
        }
    }
    let fails = |rule: Rule| {
        let mut tampered = manifest.iter().filter(|e| text(e, "file").starts_with("tampered/d5"));
        tampered.any(|entry| {
            let report = report(entry).unwrap();
            let failed = |c: &CheckReport| c.id == rule && c.outcome == OutcomeKind::Failed;
            report.checks.iter().any(failed)
        })
    };
    assert!(fails(Rule::D13), "no tampered file fails D13");
}

#[test]
fn valid_files_give_their_allocation_and_can_be_replayed_by_a_session() {
    let valid = || manifest().into_iter().filter(|e| text(e, "verdict") == "verified");
    assert!(valid().count() >= 40, "the corpus has lost valid files");
    for entry in valid() {
        let file = text(&entry, "file");
        let verified = report(&entry).unwrap().into_verified().unwrap();
        let found: serde_json::Map<String, Value> =
            verified.allocation().map(|(h, u)| (h.to_owned(), json!(u))).collect();
        assert_eq!(json!(found), entry["allocation"], "{file}");
        let lines = split(&read(file));
        let plan = lines
            .iter()
            .take_while(|l| !l.starts_with(b"{\"kind\":\"checkpoint\""))
            .map(Vec::as_slice);
        let plan = Plan::read_lines(plan).unwrap_or_else(|faults| panic!("{file}: {faults}"));
        let session = Session::resume(plan, lines.iter().map(Vec::as_slice))
            .unwrap_or_else(|e| panic!("{file}: {e}"));
        assert_eq!(session.awaits(), Awaits::Done, "{file}");
    }
}

#[test]
fn no_session_replays_a_refuted_or_unfinished_file_to_its_end() {
    for entry in
        manifest().into_iter().filter(|e| ["refuted", "unfinished"].contains(&text(e, "verdict")))
    {
        if entry["evidence"] != no_evidence() {
            continue; // refuted by something outside of the file
        }
        let file = text(&entry, "file");
        let bytes = read(file);
        let lines = if bytes.last() == Some(&b'\n') { split(&bytes) } else { continue };
        let plan = lines
            .iter()
            .take_while(|l| !l.starts_with(b"{\"kind\":\"checkpoint\""))
            .map(Vec::as_slice);
        let Ok(plan) = Plan::read_lines(plan) else { continue };
        let done = Session::resume(plan, lines.iter().map(Vec::as_slice))
            .is_ok_and(|s| s.awaits() == Awaits::Done);
        assert!(!done, "{file} replays to its end");
    }
}

#[test]
fn every_fault_says_where_what_and_what_instead_in_both_languages() {
    for entry in manifest() {
        let file = text(&entry, "file");
        for check in report(&entry).iter().flat_map(|r| &r.checks) {
            assert_eq!(
                check.outcome == OutcomeKind::Failed,
                !check.faults.is_empty(),
                "{file}: {}",
                check.id
            );
            for fault in &check.faults {
                assert_eq!(fault.rule, check.id);
                assert!(!fault.place.is_empty(), "{file}: {fault}");
                for lang in [Lang::En, Lang::Zh] {
                    assert!(!fault.found.get(lang).is_empty(), "{file}: nothing found: {fault}");
                    assert!(
                        !fault.expected.get(lang).is_empty(),
                        "{file}: nothing expected: {fault}"
                    );
                }
            }
        }
    }
}

/// The first fault of the first failed check, in both languages.
#[track_caller]
fn first_fault(name: &str, en: &str, zh: &str) {
    let file = format!("tampered/{name}.jsonl");
    let entry = manifest()
        .into_iter()
        .find(|e| text(e, "file") == file)
        .unwrap_or_else(|| panic!("no {file}"));
    let report = report(&entry).unwrap();
    let fault = &report.first_failed().unwrap().faults[0];
    assert_eq!(fault.sentence(Lang::En), en);
    assert_eq!(fault.sentence(Lang::Zh), zh);
}

#[test]
fn the_first_fault_is_a_sentence_that_people_understand() {
    first_fault(
        "t1-u-escape",
        "line 16, byte 52: found `\\u5f20*明\",\"tier\":1}`; expected one of the escapes \\\" \\\\ \\n [T1]",
        "第 16 行，字节 52：发现 `\\u5f20*明\",\"tier\":1}`；应为 只能用转义 \\\" \\\\ \\n [T1]",
    );
    first_fault(
        "t1-float",
        "line 12, byte 65: found `.0}`; expected `}` [T1]",
        "第 12 行，字节 65：发现 `.0}`；应为 `}` [T1]",
    );
    first_fault(
        "t2-numbers-before-reveals-close",
        "line 32, dice: found a `dice` line; expected a reveal, or the close of reveals [T2]",
        "第 32 行，骰子：发现 `dice` 行；应为 公开密语或其截止 [T2]",
    );
    first_fault(
        "t4-lines-counted-wrongly",
        "line 49, closing, lines: found 49; expected 48 [T4]",
        "第 49 行，结束行，行数（lines）：发现 49；应为 48 [T4]",
    );
    first_fault(
        "t1-cr-lf",
        "line 1, line end: found CR LF at the end of 49 lines; expected LF alone [T1]",
        "第 1 行，行尾：发现 49 行的行尾是 CR LF；应为 只有 LF [T1]",
    );
    first_fault(
        "p2-ids-differ-in-capitals",
        "line 17, household h001, id: found `h001`; expected an id of its own: `H001` on line 16 (they differ in capitals alone) [P2]",
        "第 17 行，住户 h001，编号（id）：发现 `h001`；应为 不重复的编号：第 16 行已有 `H001`（仅大小写不同） [P2]",
    );
    first_fault(
        "p3-direction-override",
        "line 16, household H001, name: found the character U+202E ('\\u{202e}'); expected a character of the repertoire in rule P3 (no control, invisible, combining or right-to-left ones) [P3]",
        "第 16 行，住户 H001，名称（name）：发现 字符 U+202E ('\\u{202e}')；应为 规则 P3 允许的字符（不含控制、不可见、组合或从右到左的字符） [P3]",
    );
    first_fault(
        "p10-two-need-what-one-flat-has",
        "line 10, pool A, needs: found 2 households need step-free, 1 such unit exists; expected a unit for each of them: add units or correct the needs [P10]",
        "第 10 行，批次 A，照顾需求（needs）：发现 2 户需要 无障碍（step-free），这样的房只有 1 套；应为 每户都有一套：增加房源或更正需求 [P10]",
    );
    first_fault(
        "c1-member-never-called",
        "line 25, panel: found not called yet: r3; expected every member called before the close [C1]",
        "第 25 行，监督小组：发现 尚未点名：r3；应为 截止前每人都已点名 [C1]",
    );
    first_fault(
        "c2-quorum-from-one-bench",
        "line 26, bench officials: found bench officials has 0 of the 1 members that its quorum needs (commits); expected at least 1 [C2]",
        "第 26 行，席位 officials：发现 席位 officials 只有 0 人，法定人数为 1；应为 至少 1 人 [C2]",
    );
    first_fault(
        "c4-withheld-line-missing",
        "line 31, panel: found neither revealed nor withheld: r3; expected a reveal or a withheld line for each [C4]",
        "第 31 行，监督小组：发现 尚未公开也未拒绝：r3；应为 每人都有 reveal 或 withheld 行 [C4]",
    );
    first_fault(
        "d2-two-households-swapped",
        "line 37, call, household: found H002; expected H003 [D2]",
        "第 37 行，叫号，住户（household）：发现 H002；应为 H003 [D2]",
    );
    first_fault(
        "d4-held-back-unit-handed-out",
        "line 38, pick, offered: found 5; expected 4 [D4]",
        "第 38 行，选房，可选数（offered）：发现 5；应为 4 [D4]",
    );
    first_fault(
        "d5-held-back-unit-taken",
        "line 38, pick, unit: found A-0301, held back for households with needs; expected one of the 4 units on offer [D5]",
        "第 38 行，选房，房源（unit）：发现 A-0301，须留给有照顾需求的住户；应为 4 套可选房源之一 [D5]",
    );
    first_fault(
        "d6-wrong-number",
        "line 38, pick, number: found 1; expected 0 [D6]",
        "第 38 行，选房，序号（number）：发现 1；应为 0 [D6]",
    );
    first_fault(
        "d7-second-of-the-ranking",
        "line 38, pick: found rank 3, C-0401; expected rank 2, C-0801 [D7]",
        "第 38 行，选房：发现 rank 3, C-0401；应为 rank 2, C-0801 [D7]",
    );
    first_fault(
        "d9-undo-after-the-next-call",
        "line 39, undo: found nothing that can be withdrawn; expected a pick by choice or a missed call on the line before [D9]",
        "第 39 行，撤回：发现 没有可撤回的步骤；应为 上一行应为选房或未到 [D9]",
    );
    first_fault(
        "d10-standby-though-units-are-on-offer",
        "line 40, household H002: found standby; expected a pick: 3 units are on offer [D10]",
        "第 40 行，住户 H002：发现 候补；应为 应得房：有 3 套可选 [D10]",
    );
    first_fault(
        "d11-leftover-hidden",
        "line 46, pool A: found none; expected 1 more leftover lines, from A-1201 on [D11]",
        "第 46 行，批次 A：发现 没有；应为 还有 1 个剩余房源行，从 A-1201 起 [D11]",
    );
}

const SMALLEST: &str = "valid/one-household-one-unit.jsonl";

#[test]
fn no_bit_of_a_transcript_can_be_flipped() {
    no_bit_can_be_flipped(&read(SMALLEST));
}

/// Some 36,000 verifications with their signatures: `cargo test --release --test library corpus --
/// --ignored`.
#[test]
#[ignore = "too slow without optimization; .ci/run has it"]
fn no_bit_of_a_signed_transcript_can_be_flipped() {
    no_bit_can_be_flipped(include_bytes!("../vectors/worked/transcript.jsonl"));
}

fn no_bit_can_be_flipped(file: &[u8]) {
    assert!(is_verified(file));
    let flip = |bytes: std::ops::Range<usize>| {
        let mut file = file.to_vec();
        for at in bytes {
            for bit in 0..8 {
                file[at] ^= 1 << bit;
                assert!(!is_verified(&file), "bit {bit} of byte {at} can be flipped");
                file[at] ^= 1 << bit;
            }
        }
    };
    let half = file.len() / 2;
    std::thread::scope(|scope| {
        scope.spawn(|| flip(0..half));
        flip(half..file.len());
    });
}

#[test]
fn no_beginning_of_a_transcript_passes_for_the_whole() {
    let file = read(SMALLEST);
    for size in 0..file.len() {
        assert!(!is_verified(&file[..size]), "the first {size} bytes pass");
    }
}

/// Cut behind a line, within it, before its LF, and with the zeros that a power cut leaves.
#[test]
fn every_beginning_of_a_right_transcript_is_unfinished_and_says_where() {
    for entry in manifest()
        .into_iter()
        .filter(|e| text(e, "verdict") == "verified" && e["evidence"] == no_evidence())
    {
        let (file, bytes) = (text(&entry, "file"), read(text(&entry, "file")));
        let lines: Vec<&[u8]> = bytes.split_inclusive(|b| *b == b'\n').collect();
        let step = 1 + lines.len() / 12; // some of each file, all kinds of place over the corpus
        let (mut closed, mut day) = (0, false);
        for (n, line) in lines.iter().enumerate() {
            let (before, number) = (lines[..n].concat(), n as u64);
            let checkpoint = line.starts_with(b"{\"kind\":\"checkpoint\"");
            day = if checkpoint { line.windows(11).any(|w| w == b"stage\":\"day") } else { day };
            let closing = line.starts_with(b"{\"kind\":\"closing\"");
            if closing && day {
                ends_with_a_day(file, &lines[..=n].concat());
                continue;
            }
            if n % step == step / 2 || closing {
                unfinished(
                    file,
                    &[before.as_slice(), line].concat(),
                    number + 1,
                    if closing { number + 1 } else { closed },
                    0,
                    closing,
                );
                for torn in [
                    &line[..line.len() - 1],
                    &line[..line.len() / 2],
                    &[&line[..9], &[0; 40]].concat(),
                ] {
                    let cut = [before.as_slice(), torn].concat();
                    if n > 0 {
                        unfinished(file, &cut, number, closed, torn.len() as u64, false);
                    }
                }
            }
            closed = if closing { number + 1 } else { closed };
        }
    }
}

/// What ends with the closing line of a day has levels, and is not finished all the same.
#[track_caller]
fn ends_with_a_day(file: &str, cut: &[u8]) {
    let report = verify(cut, &Evidence::default()).unwrap();
    let at = format!("{file}: {}", report.text(Lang::En));
    assert_eq!((report.verdict, report.level), (Verdict::Unfinished, Level::Consistent), "{at}");
    let (number, days) = (report.day.unwrap().number, report.checkpoints.iter());
    let days = days.filter(|checkpoint| checkpoint.stage == Stage::Day).count();
    assert_eq!(number, days as u64, "{at}");
    assert!(report.settled.is_none() && report.into_verified().is_err(), "{at}");
}

#[track_caller]
fn unfinished(file: &str, cut: &[u8], lines: u64, closed: u64, torn: u64, whole: bool) {
    let report = verify(cut, &Evidence::default()).unwrap();
    let at = format!("{file}, {lines} lines and {torn} bytes: {}", report.text(Lang::En));
    if whole {
        return assert_eq!(report.verdict, Verdict::Verified, "{at}");
    }
    assert_eq!(
        (report.verdict, report.level, report.anchored),
        (Verdict::Unfinished, Level::None, None),
        "{at}"
    );
    let found = report.unfinished.unwrap();
    assert_eq!((found.lines, found.closed, found.torn), (lines, closed, torn), "{at}");
    assert_eq!(
        found.sealed,
        report.checkpoints.last().map_or(0, |checkpoint| checkpoint.size),
        "{at}"
    );
    assert!(
        report.sentence().en.contains(&format!("to line {lines}"))
            && report.sentence().zh.contains("尚未完成"),
        "{at}"
    );
    assert!(report.settled.is_none() && !report.signed && report.into_verified().is_err(), "{at}");
}

#[test]
fn an_unfinished_file_is_refuted_by_whatever_else_is_wrong() {
    let file = read("unfinished/cut-in-the-draw.jsonl");
    let plan = verify(&file[..], &Evidence::default()).unwrap().checkpoints[0]
        .fingerprint
        .parse()
        .unwrap();
    let with = |fingerprint| Evidence::default().with_noted(vec![fingerprint]);
    let right = verify(&file[..], &with(plan)).unwrap();
    assert_eq!(
        (right.verdict, right.level, right.anchored),
        (Verdict::Unfinished, Level::None, None)
    );
    let of_the_end =
        verify(read("valid/lot.jsonl").as_slice(), &Evidence::default()).unwrap().checkpoints[2]
            .fingerprint
            .parse()
            .unwrap();
    let other = verify(&file[..], &with(of_the_end)).unwrap();
    assert_eq!(other.verdict, Verdict::Refuted);
    assert!(
        other.sentence().en.contains("also UNFINISHED (to line 39)"),
        "{}",
        other.sentence().en
    );
    let wrong = [
        &file[..],
        b"{\"kind\":\"closing\",\"lines\":1,\"root\":\"",
        "0".repeat(64).as_bytes(),
        b"\"}\n",
    ]
    .concat();
    assert_eq!(verify(&wrong[..], &Evidence::default()).unwrap().verdict, Verdict::Refuted);
    let mode = Evidence::default().with_mode(Mode::Rehearsal);
    assert_eq!(verify(&file[..], &mode).unwrap().first_failed().unwrap().id, Rule::V4);
}

#[test]
fn a_kind_that_nobody_can_read_is_unknown() {
    for (name, expected) in [
        ("t1-cr", None),
        ("t1-gbk", None),
        ("t1-cr-lf", Some(Mode::Official)),
        ("t1-spaces-at-all-ends", None),
    ] {
        let evidence = Evidence::default().with_mode(Mode::Official);
        let report = verify(read(&format!("tampered/{name}.jsonl")).as_slice(), &evidence).unwrap();
        assert_eq!(report.mode, expected, "{name}");
        let v4 = report.checks.iter().find(|c| c.id == Rule::V4).unwrap();
        assert_eq!(
            v4.outcome,
            if expected.is_some() { OutcomeKind::Passed } else { OutcomeKind::NotRun },
            "{name}"
        );
        let word = if expected.is_some() { "official" } else { "unknown" };
        assert_eq!(serde_json::to_value(&report).unwrap()["mode"], word, "{name}");
        for said in [report.sentence().en, report.sentence().zh] {
            assert!(
                !said.contains("This is a REHEARSAL") && !said.contains("这是【演练】"),
                "{name}: {said}"
            );
            assert_eq!(
                said.contains("NOT KNOWN") || said.contains("性质不明"),
                expected.is_none(),
                "{name}: {said}"
            );
        }
    }
}

/// What happened stands first, and the file stays refuted.
#[test]
fn a_file_that_was_changed_on_its_way_says_so_first() {
    let begins = |name: &str, en: &str, zh: &str| {
        let report =
            verify(read(&format!("tampered/{name}.jsonl")).as_slice(), &Evidence::default())
                .unwrap();
        let said = report.sentence();
        assert_eq!(report.verdict, Verdict::Refuted);
        assert!(
            said.en.starts_with(en) && said.zh.starts_with(zh),
            "{name}: {} {}",
            said.en,
            said.zh
        );
        assert!(
            said.en.contains("REFUTED as it is (check T1)") && said.zh.contains("【不成立】"),
            "{name}"
        );
        said
    };
    let all = begins("t1-cr-lf", "Every line ends in CR LF", "每一行的行尾是 CR LF");
    assert!(
        all.en.contains("it would be verified") && all.zh.contains("它就能通过核验"),
        "{}",
        all.en
    );
    begins("t1-cr-lf-in-two-lines", "2 of 49 lines end in CR LF", "49 行中有 2 行的行尾是 CR LF");
    assert!(
        !begins("t1-cr-lf-and-gbk", "Every line ends in CR LF", "每一行的行尾")
            .en
            .contains("would be verified")
    );
    begins("t1-gbk", "The file is not UTF-8", "文件不是 UTF-8");
    begins("t1-trailing-blank-line", "There is an empty line", "有空行");
    begins("t1-spaces-at-all-ends", "White space stands before or after", "行首或行尾有空格");
    begins("t1-wrapped", "A line is broken in two", "有一行被拆成两行");
    begins("t1-next-line", "Lines do not end in LF", "行尾不是 LF");
    begins("t1-zeros", "A part is lost", "有一段内容丢失");
}

/// With CR LF for LF a file fails T1 alone, and is worth in everything else what it was worth
/// before.
#[test]
fn line_ends_change_nothing_but_t1() {
    for entry in manifest()
        .into_iter()
        .filter(|e| e["evidence"] == no_evidence() && text(e, "verdict") == "verified")
    {
        let file = read(text(&entry, "file"));
        let crlf: Vec<u8> = file
            .iter()
            .flat_map(|b| if *b == b'\n' { vec![b'\r', b'\n'] } else { vec![*b] })
            .collect();
        let [before, after] =
            [&file, &crlf].map(|file| verify(file.as_slice(), &Evidence::default()).unwrap());
        assert_eq!(
            (after.verdict, after.mode, after.totals),
            (Verdict::Refuted, before.mode, before.totals)
        );
        let roots = |report: &Report| {
            let of = |c: &Checkpoint| (c.size, c.root, c.signatures.clone(), c.refusals.clone());
            report.checkpoints.iter().map(of).collect::<Vec<_>>()
        };
        assert_eq!(roots(&after), roots(&before));
        let failed: Vec<(Rule, u64)> =
            after.checks.iter().filter(|c| c.failed > 0).map(|c| (c.id, c.failed)).collect();
        assert_eq!(failed, [(Rule::T1, 1)], "{}", text(&entry, "file"));
    }
}

fn no_evidence() -> Value {
    json!({"fingerprints": [], "older": null, "expect": null})
}

#[test]
fn no_line_can_be_deleted_doubled_or_swapped() {
    for name in [
        SMALLEST,
        "valid/estate-with-times.jsonl",
        "valid/undo-twice.jsonl",
        "valid/absent-last-misses-again.jsonl",
    ] {
        let lines = split(&read(name));
        for n in 0..lines.len() {
            let mut deleted = lines.clone();
            deleted.remove(n);
            assert!(!is_verified(&join(&deleted)), "{name}: line {} can be deleted", n + 1);
            assert!(
                !is_verified(&join(&resealed(deleted))),
                "{name}: line {} can be deleted, all recomputed",
                n + 1
            );
            let mut doubled = lines.clone();
            doubled.insert(n, lines[n].clone());
            assert!(!is_verified(&join(&doubled)), "{name}: line {} can be doubled", n + 1);
            assert!(
                !is_verified(&join(&resealed(doubled))),
                "{name}: line {} can be doubled, all recomputed",
                n + 1
            );
            if n + 1 < lines.len() {
                let mut swapped = lines.clone();
                swapped.swap(n, n + 1);
                assert!(
                    !is_verified(&join(&swapped)),
                    "{name}: lines {} and {} can be swapped",
                    n + 1,
                    n + 2
                );
            }
        }
    }
}

/// Recomputes checkpoints and closing line.
fn resealed(mut lines: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let (mut tree, mut origin) = (Tree::new(), String::new());
    for bytes in &mut lines {
        let new = match Line::decode(bytes).unwrap() {
            Line::Plan { origin: o, .. } => {
                origin = o.to_string();
                None
            }
            Line::Checkpoint { stage, at, .. } => Some(Line::Checkpoint {
                stage,
                body: checkpoint_body(&origin, tree.size(), tree.root()).into(),
                at,
            }),
            Line::Closing { .. } => Some(Line::Closing { lines: tree.size(), root: tree.root() }),
            _ => None,
        };
        if let Some(new) = new.map(|line| line.to_bytes()) {
            *bytes = new;
        }
        tree.push_line(bytes);
    }
    lines
}

#[test]
fn resealing_an_unchanged_file_changes_nothing() {
    let lines = split(&read(SMALLEST));
    assert_eq!(resealed(lines.clone()), lines);
}
