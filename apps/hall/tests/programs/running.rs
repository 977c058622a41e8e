//! The program that runs is compared with the one that the plan names.

use crate::program;
use floorlot_testing::{Run, repository};
use sha2::{Digest, Sha256};
use std::fs;
use tempfile::TempDir;

const RUN: &str = "run --plan plan.jsonl --out draw.jsonl --no-clock";

/// The SHA-256 of the program, as `sha256sum` prints it.
fn own() -> String {
    let bytes = fs::read(program("draw_session")).unwrap();
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A folder with the sample plan, which names these programs.
fn hall(mode: &str, programs: &[&str]) -> TempDir {
    let folder = TempDir::new().unwrap();
    let mut plan = fs::read_to_string(repository("examples/data/block/plan.jsonl")).unwrap();
    plan = plan.replace("\"rehearsal\"", &format!("\"{mode}\""));
    if !programs.is_empty() {
        let count = format!("\"households\":10,\"documents\":{}}}\n", programs.len());
        plan = plan.replacen("\"households\":10}\n", &count, 1);
    }
    let document = |(n, sha256): (usize, &&str)| {
        format!(
            "{{\"kind\":\"document\",\"what\":\"program\",\"name\":\"program-{n}\",\"title\":\"示例程序\",\"sha256\":\"{sha256}\"}}\n"
        )
    };
    let documents: String = programs.iter().enumerate().map(document).collect();
    let pool = plan.find("{\"kind\":\"pool\"").unwrap();
    plan.insert_str(pool, &documents);
    fs::write(folder.path().join("plan.jsonl"), plan).unwrap();
    folder
}

#[track_caller]
fn run(folder: &TempDir, more: &str, typed: &str, code: i32) -> (String, String) {
    let line = format!("{RUN}{more}");
    let run = Run::of(program("draw_session")).args(["--lang", "en"]).args(line.split(' '));
    run.within(folder).typed(typed).ends(code)
}

fn is_sealed(folder: &TempDir) -> bool {
    fs::metadata(folder.path().join("draw.jsonl")).is_ok_and(|about| about.len() > 0)
}

#[test]
fn the_program_of_the_plan_is_said_to_be_that() {
    let (own, other) = (own(), "ab".repeat(32));
    let folder = hall("official", &[&other, &own]);
    let (out, errors) = run(&folder, "", "quit\n", 3);
    assert!(out.contains("The program is the one in the plan: SHA-256 "), "{out}");
    assert!(out.replace(' ', "").contains(&own), "{out}");
    assert!(!errors.contains("NOT the one"), "{errors}");
    assert!(is_sealed(&folder));
}

#[test]
fn without_a_line_nothing_is_compared() {
    let folder = hall("official", &[]);
    let (out, _) = run(&folder, "", "quit\n", 3);
    assert_eq!(out.matches("The plan names no program").count(), 1, "{out}");
}

#[test]
fn another_program_waits_in_an_official_draw_and_is_in_the_minutes() {
    let other = "ab".repeat(32);
    let folder = hall("official", &[&other]);
    let (out, errors) = run(&folder, "", "no\n", 2);
    assert!(errors.contains("The program is NOT the one in the plan: SHA-256 "), "{errors}");
    assert!(out.contains("Hold it with this one all the same?"), "{out}");
    assert!(errors.contains("--other-program"), "{errors}");
    assert!(!is_sealed(&folder));

    fs::write(folder.path().join("script"), "absent r3\n").unwrap();
    let (_, errors) = run(&folder, " --script script", "", 2);
    assert!(errors.contains("--other-program") && !is_sealed(&folder), "{errors}");

    run(&folder, "", "yes\nquit\n", 3);
    assert!(is_sealed(&folder));
    run(&folder, " --other-program", "quit\n", 3);
    let notes = fs::read_to_string(folder.path().join("draw.hall.jsonl")).unwrap();
    let trouble = format!("\"what\":{{\"program\":\"{}\"}}", own());
    assert_eq!(notes.matches(&trouble).count(), 1, "noted once: {notes}");
    assert_eq!(notes.matches("\"started\":").count(), 2, "noted at each start: {notes}");
    let print = "--lang zh print draw.jsonl --out print --only minutes";
    let print = Run::of(program("draw_session")).args(print.split(' ')).within(&folder);
    print.ends(0);
    let minutes = fs::read_to_string(folder.path().join("print/minutes.html")).unwrap();
    assert!(minutes.contains("所用程序与方案公示的不一致") && minutes.contains(&own()));
}

#[test]
fn a_rehearsal_does_not_wait() {
    let other = "ab".repeat(32);
    let folder = hall("rehearsal", &[&other]);
    let (out, errors) = run(&folder, "", "quit\n", 3);
    assert!(errors.contains("The program is NOT the one in the plan"), "{errors}");
    assert!(!out.contains("all the same?") && is_sealed(&folder), "{out}");
}

/// The last sixty decimal digits of a hash, worked out as on paper.
fn decimals(sha256: &str) -> String {
    let mut digits = [0_u32; 60];
    for nibble in sha256.chars() {
        let mut carry = nibble.to_digit(16).unwrap();
        for digit in digits.iter_mut().rev() {
            let sum = *digit * 16 + carry;
            (*digit, carry) = (sum % 10, sum / 10);
        }
    }
    let text: String = digits.iter().map(u32::to_string).collect();
    let groups: Vec<&str> = (0..12).map(|i| &text[5 * i..5 * i + 5]).collect();
    groups.join(" ")
}

#[test]
fn each_program_tells_which_one_it_is() {
    for name in ["draw_session", "verify_transcript"] {
        let bytes = fs::read(program(name)).unwrap();
        let sha256: String = Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect();
        for arguments in [&["self"][..], &["--version"], &["-V"], &["--lang", "en", "self"]] {
            let run = Run::of(program(name)).args(arguments).env("LC_ALL", "en_US.UTF-8");
            let (out, _) = run.ends(0);
            assert!(out.starts_with(&format!("{name} {}, commit ", env!("CARGO_PKG_VERSION"))));
            assert!(out.contains(&format!("SHA-256      {sha256}\n")), "{out}");
            assert!(out.contains(&format!("Fingerprint  {}\n", decimals(&sha256))), "{out}");
        }
        let (out, _) = Run::of(program(name)).args(["--lang", "zh", "--version"]).ends(0);
        assert!(out.contains(&format!("指纹     {}\n", decimals(&sha256))), "{out}");
    }
}

#[test]
fn a_program_is_compared_with_a_plan_by_itself() {
    let (own, other) = (own(), "ab".repeat(32));
    let compare = |programs: &[&str], code| {
        let folder = hall("official", programs);
        let run = Run::of(program("draw_session")).args(["--lang", "en", "self", "plan.jsonl"]);
        run.within(&folder).ends(code).0
    };
    assert!(compare(&[&other, &own], 0).contains("The program is the one in the plan"));
    assert!(compare(&[&other], 1).contains("The program is NOT the one in the plan"));
    assert!(compare(&[], 0).contains("The plan names no program"));
    let folder = hall("official", &[&other]);
    let run = Run::of(program("verify_transcript")).args(["--lang", "zh", "self", "plan.jsonl"]);
    let (out, _) = run.within(&folder).ends(1);
    assert!(out.contains("程序与公示的不一致"), "{out}");
    let (_, errors) = Run::of(program("verify_transcript")).args(["self", "none"]).ends(2);
    assert!(errors.contains("none"), "{errors}");
}
