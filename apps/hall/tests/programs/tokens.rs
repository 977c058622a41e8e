//! Time tokens of an authority that openssl makes: requested, registered, verified, and their
//! signatures checked by the commands that are printed.

use crate::program;
use floorlot::plan::{Mode, Plan, Pool, Source};
use floorlot::sign::SigningKey;
use floorlot_testing::Run;
use std::fs;
use std::process::Command;
use tempfile::TempDir;

/// Runs a program in a folder, and demands an exit code.
#[track_caller]
fn run(folder: &TempDir, name: &str, arguments: &[&str], code: i32) -> (String, String) {
    let lang = ["--lang", "en"];
    Run::of(program(name)).args(lang).args(arguments).within(folder).ends(code)
}

/// Whether there is an openssl; said aloud where there is none. (Known answers hold its tokens
/// everywhere: `tests/vectors/tokens`.)
fn has_openssl() -> bool {
    let there = Command::new("openssl").arg("version").output().is_ok();
    if !there {
        eprintln!("NOT RUN: there is no openssl, so no authority could be made");
    }
    there
}

#[track_caller]
fn openssl(folder: &TempDir, arguments: &[&str]) {
    let done = Command::new("openssl").args(arguments).current_dir(folder.path()).output().unwrap();
    assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
}

/// A root certificate: NAME.pem with NAME.key.
fn root(folder: &TempDir, name: &str) {
    let (key, pem) = (format!("{name}.key"), format!("{name}.pem"));
    let subject = format!("/CN=synthetic {name}");
    let made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    let out = ["-keyout", &key, "-out", &pem, "-days", "2", "-subj", &subject];
    openssl(folder, &[&made[..], &out].concat());
}

/// An authority below the root `CA`.
fn authority(folder: &TempDir) {
    root(folder, "CA");
    root(folder, "other");
    let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    put("ext.cnf", "extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n");
    put(
        "tsa.cnf",
        "[tsa]\ndefault_tsa = t\n[t]\nserial = tsa.serial\nsigner_cert = tsa.pem\nsigner_key = tsa.key\nsigner_digest = sha256\ndefault_policy = 1.2.3.4.1\ndigests = sha256\naccuracy = secs:1\nclock_precision_digits = 3\ness_cert_id_alg = sha256\n",
    );
    put("tsa.serial", "01\n");
    let made = ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    let out = ["-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=synthetic authority"];
    openssl(folder, &[&made[..], &out].concat());
    let signed = ["x509", "-req", "-in", "tsa.csr", "-CA", "CA.pem", "-CAkey", "CA.key"];
    let out = ["-CAcreateserial", "-days", "2", "-extfile", "ext.cnf", "-out", "tsa.pem"];
    openssl(folder, &[&signed[..], &out].concat());
}

/// The answer of the authority over the last checkpoint: NAME.tsr.
fn answered(folder: &TempDir, name: &str) {
    let (query, answer) = (format!("{name}.tsq"), format!("{name}.tsr"));
    let (told, _) =
        run(folder, "draw_session", &["token-request", "draw.jsonl", "--out", &query], 0);
    assert!(told.contains(&format!("--data-binary @{query} -o {answer} URL")), "{told}");
    let reply = ["ts", "-reply", "-config", "tsa.cnf", "-section", "t"];
    openssl(folder, &[&reply[..], &["-queryfile", &query, "-out", &answer]].concat());
}

fn plan(folder: &TempDir) {
    let key =
        |name: &str, of: u8| SigningKey::from_seed(name, &[of; 32]).unwrap().verifier().to_string();
    let mut plan = Plan::new("draw.example/2026-001", "七号楼（合成数据）", Mode::Rehearsal)
        .bench("residents", "居民代表", 1, &[("r1", "王*")])
        .bench("officials", "工作人员", 1, &[("o1", "李*")])
        .source(Source::TWENTY_DICE)
        .pool(Pool::lot("A", "A 型", "7号楼").unit("A-1", "101", 1, &[]).household(
            "H1",
            "张*",
            1,
            &[],
        ));
    plan.members[0].key = Some(key("draw.example/r1", 1));
    plan.members[1].key = Some(key("draw.example/o1", 2));
    let plan = plan.validate().unwrap();
    let lines: Vec<u8> =
        plan.lines().iter().flat_map(|line| line.iter().copied().chain(*b"\n")).collect();
    fs::write(folder.path().join("plan.jsonl"), lines).unwrap();
}

const DRAW: [&str; 8] =
    ["run", "--plan", "plan.jsonl", "--out", "draw.jsonl", "--script", "script.txt", "--no-clock"];

/// Goes on with the draw by so much more of the script.
#[track_caller]
fn goes_on(folder: &TempDir, script: &mut String, more: &str, code: i32) -> (String, String) {
    *script += more;
    fs::write(folder.path().join("script.txt"), &*script).unwrap();
    run(folder, "draw_session", &DRAW, code)
}

#[test]
fn tokens_of_an_authority_are_registered_and_their_signatures_are_checked_by_openssl() {
    if !has_openssl() {
        return;
    }
    let folder = TempDir::new().unwrap();
    authority(&folder);
    plan(&folder);
    let mut script = String::new();
    // Sealed; the script has nothing more.
    goes_on(&folder, &mut script, "", 3);
    answered(&folder, "plan");
    let until_dice =
        "token plan.tsr\nenvelope r1\nenvelope o1\nclose\nreveal r1 8842\nreveal o1 8842\nclose\n";
    let (told, _) = goes_on(&folder, &mut script, until_dice, 3);
    assert!(told.contains("imprint and time compared"), "{told}");
    // A token over another checkpoint, a file that is none, and one that is not there.
    let here = script.clone();
    let (_, err) = goes_on(&folder, &mut script, "token plan.tsr\n", 2);
    assert!(
        err.contains("script.txt line 8: ") && err.contains("over another checkpoint"),
        "{err}"
    );
    script.clone_from(&here);
    let (_, err) = goes_on(&folder, &mut script, "token plan.tsq\ntoken none.tsr\n", 2);
    assert!(err.contains("plan.tsq: this is no RFC 3161 time token in DER"), "{err}");
    assert!(err.contains("line 9: none.tsr: "), "{err}"); // both at once
    script.clone_from(&here);
    answered(&folder, "reveals");
    goes_on(&folder, &mut script, "token reveals.tsr\ndice 00416 29385 77108 59365\n", 3);
    answered(&folder, "result");
    // The token alone is as good as the answer in which it came.
    openssl(&folder, &["ts", "-reply", "-in", "result.tsr", "-token_out", "-out", "result.tst"]);
    goes_on(&folder, &mut script, "token result.tst\nnext\n", 0);
    // The same command once more finds all of it in the file.
    goes_on(&folder, &mut script, "", 0);

    let (report, _) = run(&folder, "verify_transcript", &["draw.jsonl", "--json"], 0);
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let stamped = report["checkpoints"].as_array().unwrap().iter();
    assert_eq!(stamped.filter(|c| c["tokens"].as_array().unwrap().len() == 1).count(), 3);
    let (text, _) = run(&folder, "verify_transcript", &["draw.jsonl"], 0);
    assert!(text.contains("are not checked here: `openssl ts -verify` does that"), "{text}");
    run(&folder, "draw_session", &["print", "draw.jsonl", "--out", "prints"], 0);
    let minutes = fs::read_to_string(folder.path().join("prints/minutes.html")).unwrap();
    assert_eq!(minutes.matches("<p>Time tokens: ").count(), 3);
    checked(&folder);
}

/// The printed commands, as a shell runs them.
#[track_caller]
fn checked(folder: &TempDir) {
    let tokens = ["tokens", "draw.jsonl", "--out", "the tokens"];
    let (told, _) = run(folder, "verify_transcript", &tokens, 0);
    let commands: Vec<&str> = told.lines().filter(|line| line.starts_with("openssl ")).collect();
    assert_eq!(commands.len(), 3, "{told}");
    let shell = |command: &str| {
        Command::new("sh").args(["-c", command]).current_dir(folder.path()).output().unwrap()
    };
    for command in commands {
        let done = shell(command);
        let said = [done.stdout, done.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(done.status.success() && said.contains("Verification: OK"), "{command}: {said}");
        // Another root certifies nothing, and another checkpoint is not what was stamped.
        assert!(!shell(&command.replace("CA.pem", "other.pem")).status.success());
        let body = command.split('\'').nth(1).unwrap();
        fs::write(folder.path().join(body), "another\n1\ncheckpoint\n").unwrap();
        assert!(!shell(command).status.success());
    }
    // What is there stays: another token under that name would mislead.
    let (_, err) = run(folder, "verify_transcript", &tokens, 2);
    assert!(err.contains("the tokens/"), "{err}");
}
