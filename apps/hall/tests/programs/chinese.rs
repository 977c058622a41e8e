//! With `--lang zh` no English sentence is left: a sweep over what the programs say, above all when
//! something goes wrong. A new English sentence is caught here; a new command belongs into the
//! lists.

use crate::program as path_of;
use floorlot_testing::{Run, text};
use std::fs;
use std::process::Command;
use tempfile::TempDir;

const BLOCK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/data/block/");
const WORKED: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/worked/transcript.jsonl");
const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/corpus");

/// Runs a program as one who has no cargo does, in a folder; everything that it said, without its
/// own path.
fn said(
    folder: &TempDir,
    program: &str,
    lang: &[&str],
    arguments: &[&str],
    input: &str,
) -> (String, Option<i32>) {
    let path = path_of(program);
    let mut command = Command::new(&path);
    command
        .args(lang)
        .args(arguments)
        .current_dir(folder)
        .env_remove("CARGO")
        .env_remove("CARGO_PKG_NAME");
    let output = Run::with(command).typed(input).output();
    (text([output.stdout, output.stderr].concat()), output.status.code())
}

/// What is code in whatever language: options, commands and names of other programs, keys, names of
/// the sample.
const CODE: &[&str] = &[
    "draw_session secret",
    "draw_session sign",
    "draw_session key new",
    "draw_session key show",
    "draw_session note",
    "draw_session",
    "verify_transcript receipts",
    "verify_transcript receipt",
    "verify_transcript",
    "key new",
    "key show",
    "openssl genpkey",
    "openssl pkcs12",
    "openssl pkey",
    "openssl x509",
    "openssl enc",
    "floorlot odds",
    "drand quicknet",
    "cargo build",
    "commit MEMBER",
];

/// Two or more English words one after another, which no code explains.
fn english(line: &str) -> Option<String> {
    // What stands in backticks, behind an option, or in a column of a table of files, is no
    // sentence.
    let outside: String = line.split('`').step_by(2).collect::<Vec<_>>().join("·");
    let plain = CODE.iter().fold(outside, |line, code| line.replace(code, "·"));
    let mut run: Vec<&str> = Vec::new();
    let mut option = false;
    // Chinese stands around a word without spaces, and ends a run of English ones.
    let apart: String =
        plain.chars().map(|c| if c.is_ascii() { c.to_string() } else { " · ".into() }).collect();
    for word in apart.split(' ').filter(|word| !word.is_empty()) {
        let letters = word.trim_matches([',', '.', ';', ':', '!', '?', '(', ')', '"']);
        let is_word = letters.len() > 1
            && letters.chars().all(|c| c.is_ascii_alphabetic() || c == '\'')
            && letters.chars().any(|c| c.is_ascii_lowercase());
        if is_word && !option {
            run.push(letters);
        } else if run.len() > 1 {
            break;
        } else {
            run.clear();
        }
        option = word.starts_with('-');
    }
    (run.len() > 1).then(|| run.join(" "))
}

#[track_caller]
pub(crate) fn no_english(told: &str, of: &str) {
    for line in told.lines() {
        assert_eq!(english(line), None, "{of}\n{line}");
    }
}

#[test]
fn english_is_recognized() {
    for (line, found) in [
        ("x：No such file or directory (os error 2)", Some("No such file or directory os error")),
        ("错误：the argument is missing", Some("the argument is missing")),
        ("发现 the end of the line；应为 x", Some("the end of the line")),
        ("请运行 openssl pkey -in a.pem -out KEY，用后删除", None),
        ("下一步：/x/draw_session run --out transcript.jsonl --plan plan.jsonl", None),
        ("席位 residents 只有 0 人", None),
        ("公钥应写作 `a b c d`", None),
    ] {
        assert_eq!(english(line).as_deref(), found, "{line}");
    }
}

/// Sealed and not finished, with what else the commands need.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    let plan = format!("{BLOCK}plan.jsonl");
    said(
        &folder,
        "draw_session",
        &["--lang", "zh"],
        &["run", "--plan", &plan, "--out", "draw.jsonl"],
        "",
    );
    said(
        &folder,
        "draw_session",
        &["--lang", "zh"],
        &["key", "new", "--name", "a/b", "--out", "key"],
        "",
    );
    let note = said(&folder, "draw_session", &[], &["note", "draw.jsonl"], "").0;
    fs::write(folder.path().join("note"), note).unwrap();
    fs::write(folder.path().join("utf16"), b"\xff\xfea\0\n\0").unwrap();
    fs::write(folder.path().join("binary"), [0, 1, 2, 0xff]).unwrap();
    fs::create_dir(folder.path().join("dir")).unwrap();
    folder
}

/// Commands that cannot be carried out: read by clap, by the programs, or by the system.
const FAILING: &[(&str, &str)] = &[
    ("draw_session", "nosuch"),
    ("draw_session", "impotr"),
    ("draw_session", "--nope"),
    ("draw_session", "key"),
    ("draw_session", "key old"),
    ("draw_session", "run"),
    ("draw_session", "run --plan nope --out x"),
    ("draw_session", "run --plan dir --out x"),
    ("draw_session", "run --plan key --out x"),
    ("draw_session", "run --plan binary --out x"),
    ("draw_session", "run --plan PLAN --out dir"),
    ("draw_session", "run --plan PLAN --out no/x"),
    ("draw_session", "run --plan PLAN --out key"),
    ("draw_session", "run --plan PLAN --out y --script nope"),
    ("draw_session", "run --plan PLAN --out y --script note"),
    ("draw_session", "run --plan PLAN --out y --script binary"),
    ("draw_session", "import"),
    ("draw_session", "import --roll x"),
    ("draw_session", "import --roll BLOCK.xlsx --config draw.toml --map"),
    ("draw_session", "serve --port x"),
    ("draw_session", "serve --port 99999"),
    ("draw_session", "serve --plan nope --port 0"),
    ("draw_session", "serve --plan key --port 0"),
    ("draw_session", "serve --out key/x --port 0"),
    ("draw_session", "round nope --config x"),
    ("draw_session", "round draw.jsonl --config x"),
    ("draw_session", "round"),
    ("draw_session", "print nope --out p"),
    ("draw_session", "print key --out p"),
    ("draw_session", "print PLAN --out key"),
    ("draw_session", "print PLAN --out p --only nothing"),
    ("draw_session", "print draw.jsonl --out p --only days"),
    ("draw_session", "publish nope --out s"),
    ("draw_session", "publish key --out s"),
    ("draw_session", "publish PLAN --out s"),
    ("draw_session", "publish draw.jsonl --out key"),
    ("draw_session", "publish draw.jsonl --out ."),
    ("draw_session", "publish draw.jsonl --out s --documents nope"),
    ("draw_session", "publish draw.jsonl --out zz --largest 0"),
    ("draw_session", "timetable nope --out t --per-day 2 --from 2026-12-01"),
    ("draw_session", "timetable draw.jsonl --out t --per-day 2 --from 2026-12-01"),
    ("draw_session", "timetable draw.jsonl --out t --per-day 0 --from 2026-12-01"),
    ("draw_session", "timetable draw.jsonl --out t --per-day 2 --from x"),
    ("draw_session", "timetable draw.jsonl --out t --per-day 2 --from 2026-12-01 --rest 9"),
    ("draw_session", "timetable draw.jsonl --out t"),
    ("draw_session", "odds --plan nope"),
    ("draw_session", "odds --plan key"),
    ("draw_session", "odds --plan PLAN --draws 5"),
    ("draw_session", "odds --plan PLAN --draws 100 --pool zz"),
    ("draw_session", "odds --plan PLAN --draws 100 --out no/x"),
    ("draw_session", "key new --name a/b --out key"),
    ("draw_session", "key new --name a/b --out no/x"),
    ("draw_session", "key new --name a+b --out z"),
    ("draw_session", "key show nope"),
    ("draw_session", "key show dir"),
    ("draw_session", "key show note"),
    ("draw_session", "key show binary"),
    ("draw_session", "key show utf16"),
    ("draw_session", "note nope"),
    ("draw_session", "note dir"),
    ("draw_session", "note key"),
    ("draw_session", "note draw.jsonl --checkpoint 7"),
    ("draw_session", "note draw.jsonl --checkpoint second"),
    ("draw_session", "note draw.jsonl --checkpoint day"),
    ("draw_session", "note draw.jsonl --checkpoint daytwo"),
    ("draw_session", "sign --key"),
    ("draw_session", "sign --key nope note"),
    ("draw_session", "sign --key dir note"),
    ("draw_session", "sign --key key nope"),
    ("draw_session", "sign --key key key"),
    ("draw_session", "sign --key key dir"),
    ("draw_session", "sign --key key binary"),
    ("draw_session", "sign --key key draw.jsonl"),
    ("draw_session", "sign --key key --time 9223372036854775808 note"),
    ("draw_session", "sign --key key --time soon note"),
    ("draw_session", "sign --key key --out key note"),
    ("draw_session", "sign --key key --out no/x note"),
    ("draw_session", "sign --key key --key key note"),
    ("draw_session", "message note"),
    ("draw_session", "message --time 99999999999999999999 note"),
    ("draw_session", "attach note --vkey x --time 1 --signature y"),
    ("draw_session", "attach note --vkey key --time 1 --signature y"),
    ("draw_session", "attach note --vkey key --time 1 --signature note"),
    ("draw_session", "attach note --vkey nope"),
    ("draw_session", "secret --member zz --plan PLAN"),
    ("draw_session", "secret --member r1"),
    ("draw_session", "secret --member r1 --plan nope"),
    ("draw_session", "secret --member r1 --plan-root 00"),
    ("draw_session", "secret --member r1 --plan-root 00 --plan x"),
    ("draw_session", "notary"),
    ("draw_session", "notary draw.jsonl"),
    ("draw_session", "notary nope --out n"),
    ("draw_session", "notary binary --out n"),
    ("draw_session", "notary PLAN --out key"),
    ("draw_session", "notary PLAN --out dir/none --program nope"),
    ("draw_session", "notary PLAN --out n --samples 0"),
    ("draw_session", "slips nope --out s"),
    ("draw_session", "slips key --out s"),
    ("draw_session", "slips dir --out s"),
    ("draw_session", "slips binary --out s"),
    ("draw_session", "demo --out key"),
    ("verify_transcript", ""),
    ("verify_transcript", "nope"),
    ("verify_transcript", "dir"),
    ("verify_transcript", "key"),
    ("verify_transcript", "utf16"),
    ("verify_transcript", "--offical draw.jsonl"),
    ("verify_transcript", "--official --rehearsal draw.jsonl"),
    ("verify_transcript", "--json=yes draw.jsonl"),
    ("verify_transcript", "draw.jsonl --household"),
    ("verify_transcript", "draw.jsonl --since nope"),
    ("verify_transcript", "draw.jsonl --fingerprint 1"),
    ("verify_transcript", "draw.jsonl --fingerprint @nope"),
    ("verify_transcript", "draw.jsonl --fingerprint @binary"),
    ("verify_transcript", "draw.jsonl --recordings nope"),
    ("verify_transcript", "draw.jsonl --scans key"),
    ("verify_transcript", "draw.jsonl --person nope"),
    ("verify_transcript", "draw.jsonl --person key"),
    ("verify_transcript", "draw.jsonl --household zz"),
    ("verify_transcript", "draw.jsonl --without-priority zz"),
    ("verify_transcript", "WORKED --official"),
    ("verify_transcript", "receipt"),
    ("verify_transcript", "receipt nope"),
    ("verify_transcript", "receipt key"),
    ("verify_transcript", "receipt --key x key"),
    ("verify_transcript", "receipt --panel nope key"),
    ("verify_transcript", "receipt --panel key key"),
    ("verify_transcript", "receipts nope --out r"),
    ("verify_transcript", "receipts WORKED --out key"),
    ("verify_transcript", "receipts draw.jsonl --out r"),
];

#[test]
fn what_cannot_be_done_is_said_in_chinese() {
    let folder = folder();
    let (plan, table) = (format!("{BLOCK}plan.jsonl"), format!("{BLOCK}block.xlsx"));
    for (program, line) in FAILING {
        let words: Vec<&str> = line
            .split_whitespace()
            .map(|word| match word {
                "PLAN" => plan.as_str(),
                "BLOCK.xlsx" => table.as_str(),
                "WORKED" => WORKED,
                word => word,
            })
            .collect();
        let (told, code) = said(&folder, program, &["--lang", "zh"], &words, "");
        assert!(
            code.is_some_and(|code| code > 0) || line.contains("zz"),
            "{program} {line}: {code:?}\n{told}"
        );
        assert!(
            told.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)),
            "{program} {line}\n{told}"
        );
        no_english(&told, &format!("{program} {line}"));
    }
}

/// The language is known also where the rest of the command line is not, wherever it stands, and
/// from the system.
#[test]
fn the_language_is_found_before_the_command_line_is_read() {
    let folder = folder();
    for (program, lang, arguments) in [
        ("draw_session", &[][..], &["--nope", "--lang", "zh"][..]),
        ("draw_session", &[], &["run", "--lang=zh"]),
        ("verify_transcript", &[], &["--nope", "--lang=zh"]),
        ("verify_transcript", &["--lang", "zh"], &["receipt"]),
        ("verify_transcript", &[], &["receipts", "--lang", "zh"]),
    ] {
        let (told, code) = said(&folder, program, lang, arguments, "");
        assert_eq!(code, Some(2), "{told}");
        assert!(told.starts_with("错误："), "{told}");
        no_english(&told, program);
    }
    let mut command = Command::new(path_of("draw_session"));
    let output = command.args(["--nope"]).env("LC_ALL", "zh_CN.UTF-8").output().unwrap();
    assert!(String::from_utf8(output.stderr).unwrap().starts_with("错误：没有 --nope 这个选项"));
    let (told, _) = said(&folder, "draw_session", &["--lang", "en"], &["--nope"], "");
    assert!(told.is_ascii() && told.contains("unexpected argument"), "{told}");
    let (told, _) =
        said(&folder, "draw_session", &["--lang", "en"], &["note", "key", "--checkpoint", "x"], "");
    assert!(told.is_ascii() && told.contains("a number of lines"), "{told}");
}

#[test]
fn the_help_is_in_one_language() {
    let folder = TempDir::new().unwrap();
    let own = "demo import odds run serve round print publish key note sign message attach secret slips help";
    let mut helps: Vec<(&str, Vec<&str>)> =
        own.split(' ').map(|command| ("draw_session", vec![command, "--help"])).collect();
    helps.extend([
        ("draw_session", vec!["--help"]),
        ("draw_session", vec!["key", "new", "-h"]),
        ("draw_session", vec!["help", "sign"]),
    ]);
    helps.extend(
        ["receipt", "receipts"].map(|command| ("verify_transcript", vec![command, "--help"])),
    );
    helps.push(("verify_transcript", vec!["--help"]));
    for (program, arguments) in helps {
        if arguments == ["help", "--help"] {
            continue;
        }
        let (told, code) = said(&folder, program, &["--lang", "zh"], &arguments, "");
        assert!(code == Some(0) && told.contains("用法："), "{arguments:?}\n{told}");
        no_english(&told, &arguments.join(" "));
        for head in
            ["Usage", "Options", "Commands", "Arguments", "default", "possible", "Print help"]
        {
            assert!(!told.contains(head), "{head}\n{told}");
        }
        let (told, _) = said(&folder, program, &["--lang", "en"], &arguments, "");
        let chinese = told.chars().find(|c| ('\u{4e00}'..='\u{9fff}').contains(c));
        assert!(
            chinese.is_none()
                || told.contains("身份证号")
                || program == "draw_session" && arguments[0] == "import",
            "{told}"
        );
    }
}

/// Every fault that the corpus has, as the verifier tells it.
#[test]
fn every_fault_of_a_transcript_is_said_in_chinese() {
    let folder = TempDir::new().unwrap();
    let mut seen = 0;
    for entry in fs::read_dir(format!("{CORPUS}/tampered")).unwrap() {
        let path = entry.unwrap().path();
        let (told, _) =
            said(&folder, "verify_transcript", &["--lang", "zh"], &[path.to_str().unwrap()], "");
        // What stands in the file is shown as it is: the faults are looked at, and of these not the
        // reasons that people gave.
        for line in told.lines().filter(|line| line.contains('：') && !line.contains("【作废】"))
        {
            assert_eq!(english(line), None, "{}\n{line}", path.display());
        }
        seen += 1;
    }
    assert!(seen > 150, "{seen}");
}

/// What is typed at the prompt and cannot be done, at the roll call and after it.
const TYPED: &str = "hello\ncommit\ncommit r1\ncommit r1 abc\nenvelope\nenvelope zz\nclose\nabsent zz\nreveal r1 x\ndice 12\ndice x\nballs\nballs x\n\
    drand 00\ncall\nchoose\nchoose 1 proxy\nmissed\nundo\nundo x\ncosign x\nnote nope\nnote dir\nnote key\nnote note\npaper r1\npaper r1 nope\ndissent r1\n\
    unsigned zz\nnext\nobjection\nruling E1\nruling E1 maybe x\nwithdraw\nwithdraw H1 x\noffer\naccept\naccept H1\ndecline\ndecline H1\nswap\nswap a b\nrecording x\nrecording x y\nfile\nfile list x\nfile notice x title t\nfile list x title t from 1 to x\nfile list x title t from 2 to 1\nvoid\nseal\n\
    status\nhelp\nclose now\n";

#[test]
fn what_is_typed_wrongly_is_said_in_chinese() {
    let folder = folder();
    let plan = format!("{BLOCK}plan.jsonl");
    let calls: String = ["r1", "r2", "r3", "o1", "o2", "o3"]
        .iter()
        .map(|member| format!("envelope {member}\ny\n"))
        .collect();
    for before in [String::new(), calls.clone(), format!("{calls}close\ny\n")] {
        for name in ["typed.jsonl", "typed.hall.jsonl"] {
            let _ = fs::remove_file(folder.path().join(name));
        }
        let run = ["run", "--plan", &plan, "--out", "typed.jsonl"];
        let (told, code) =
            said(&folder, "draw_session", &["--lang", "zh"], &run, &(before + TYPED));
        assert_eq!(code, Some(3), "{told}");
        // The list of commands has the English word of each behind the Chinese one.
        told.lines()
            .filter(|line| !line.starts_with("  "))
            .for_each(|line| no_english(line, "prompt"));
    }
}

/// What comes next is a command that can be typed as it stands.
#[test]
fn next_steps_name_the_program_that_runs() {
    let folder = folder();
    let import = |program: &mut Command| {
        let (table, config) = (format!("{BLOCK}block.xlsx"), format!("{BLOCK}draw.toml"));
        program.args([
            "--lang",
            "en",
            "import",
            "--roll",
            &table,
            "--config",
            &config,
            "--map",
            "身份证号=personal",
            "--force",
        ]);
        String::from_utf8(program.current_dir(&folder).output().unwrap().stdout).unwrap()
    };
    let path = path_of("draw_session");
    let alone = import(Command::new(&path).env_remove("CARGO").env_remove("CARGO_PKG_NAME"));
    assert!(
        alone.contains(&format!("next: {} run --out", path.display())) && !alone.contains("cargo"),
        "{alone}"
    );
    let by_cargo = import(
        Command::new(&path).env("CARGO", "cargo").env("CARGO_PKG_NAME", "floorlot-examples"),
    );
    assert!(
        by_cargo.contains("next: cargo run --release --example draw_session -- run --out"),
        "{by_cargo}"
    );
    let of_another =
        import(Command::new(&path).env("CARGO", "cargo").env("CARGO_PKG_NAME", "other"));
    assert!(!of_another.contains("cargo run"), "{of_another}");
    // A copy with a space in its path is named in quotation marks; the other program is looked for
    // beside it.
    fs::create_dir(folder.path().join("my tools")).unwrap();
    let copy = folder.path().join("my tools").join(path.file_name().unwrap());
    fs::copy(&path, &copy).unwrap();
    let demo = Command::new(&copy)
        .args(["--lang", "en", "demo", "--small", "--seed-text", "x", "--out", "demo"])
        .current_dir(&folder)
        .env_remove("CARGO")
        .output()
        .unwrap();
    let told = String::from_utf8(demo.stdout).unwrap();
    let other = copy.with_file_name(format!("verify_transcript{}", std::env::consts::EXE_SUFFIX));
    let quote = if cfg!(windows) { '"' } else { '\'' };
    assert!(
        told.contains(&format!(
            "    {quote}{}{quote} demo/transcript.jsonl --fingerprint",
            other.display()
        )),
        "{told}"
    );
}
