//! Signed notes as they come back from members: through editors, shells and mail programs.

use crate::program;
use floorlot::lines::Line;
use floorlot::note::SignedNote;
use floorlot_hall::sample;
use floorlot_testing::Run;
use std::fs;
use tempfile::TempDir;

const BLOCK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/data/block/plan.jsonl");

/// Runs the program in a folder; standard output, and standard error.
#[track_caller]
fn run(folder: &TempDir, arguments: &[&str], input: &[u8], code: i32) -> (String, String) {
    Run::of(program("draw_session")).args(arguments).within(folder).typed(input).ends(code)
}

/// A draw whose plan is sealed and not signed yet, with the note of that checkpoint.
fn sealed() -> (TempDir, String) {
    let folder = TempDir::new().unwrap();
    run(&folder, &["--lang", "en", "run", "--plan", BLOCK, "--out", "draw.jsonl"], b"", 3);
    let (note, _) = run(&folder, &["note", "draw.jsonl"], b"", 0);
    (folder, note)
}

/// The note with the signatures of two members.
fn signed(note: &str) -> String {
    let body = note.strip_suffix('\n').unwrap().to_owned();
    let signatures = ["r1", "r2"]
        .map(|member| sample::key(member).unwrap().cosign(&body, 1_700_000_000))
        .to_vec();
    SignedNote { body, signatures, others: Vec::new() }.to_string()
}

fn utf16(text: &str, big: bool) -> Vec<u8> {
    let bytes = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
    text.encode_utf16().flat_map(bytes).collect()
}

/// What happens to notes, and what is said about it.
fn damages(note: &str) -> Vec<(Vec<u8>, &'static str)> {
    let marked = |mark: &[u8], rest: Vec<u8>| [mark.to_vec(), rest].concat();
    let windows = note.replace('\n', "\r\n");
    let lines = |with: fn(&str) -> String| note.lines().map(with).collect::<String>().into_bytes();
    let (dash, crlf) = ("another character", "CRLF");
    vec![
        (note.into(), ""),
        (windows.clone().into(), crlf),
        (note.replace('\n', "\r").into(), crlf),
        (marked(b"\xef\xbb\xbf", note.into()), "BOM"),
        (marked(b"\xef\xbb\xbf", windows.clone().into()), crlf),
        (marked(b"\xff\xfe", utf16(&windows, false)), "UTF-16"),
        (marked(b"\xfe\xff", utf16(note, true)), "UTF-16"),
        (utf16(note, false), "UTF-16"),
        (utf16(note, true), "UTF-16"),
        (lines(|line| format!("{}\n", line.replace('\u{2014}', "\u{2013}"))), dash),
        (note.replace('\u{2014}', "-").into(), dash),
        (note.replace('\u{2014}', "--").into(), dash),
        (note.replace('\u{2014}', "?").into(), dash),
        (note.replace('\u{2014}', "\u{2014}\u{2014}").into(), dash),
        (note.replace("\u{2014} ", "").into(), "dash that got lost"),
        (note.replace("\u{2014} ", "\u{2014}\u{a0}").into(), "unusual spaces"),
        (note.replace('\u{2014}', "\u{1}").replace('\u{1}', "\u{2014}").into_bytes(), ""),
        (encoding_rs::GB18030.encode(note).0.into_owned(), "GBK"),
        (encoding_rs::WINDOWS_1252.encode(note).0.into_owned(), "Windows-1252"),
        (lines(|line| format!("{line}  \n")), "spaces at the ends"),
        (note.trim_end().into(), "no line end after the last"),
        (note.replace("\n\n", "\n").into(), "empty lines"),
        (note.replace("\n\n", "\n\n\n").into(), "empty lines"),
        (lines(|line| format!("> {line}\n")), "of a mail"),
        (lines(|line| wrapped(line, 76)), "wrapped"),
        (lines(|line| wrapped(line, 40)), "wrapped"),
        (
            note.replace("\u{2014} sample.example/r1 ", "\u{2014} sample.example/r1\n").into(),
            "wrapped",
        ),
    ]
}

/// The line as a mail program wraps it; lines that are no signatures are short.
fn wrapped(line: &str, width: usize) -> String {
    let characters: Vec<char> = line.chars().collect();
    let width = if line.starts_with('\u{2014}') { width } else { 1_000 };
    characters
        .chunks(width.min(characters.len().max(1)))
        .map(|part| part.iter().collect::<String>() + "\n")
        .collect::<String>()
        + if characters.is_empty() { "\n" } else { "" }
}

#[test]
fn a_note_is_read_where_its_meaning_is_certain_and_what_was_put_right_is_said() {
    let (folder, note) = sealed();
    let note = signed(&note);
    let sealed = fs::read(folder.path().join("draw.jsonl")).unwrap();
    for (number, (bytes, said)) in damages(&note).into_iter().enumerate() {
        fs::write(folder.path().join("r.note"), &bytes).unwrap();
        fs::write(folder.path().join("draw.jsonl"), &sealed).unwrap();
        // it notes how far the time before came
        let _ = fs::remove_file(folder.path().join("draw.hall.jsonl"));
        let (_, err) = run(
            &folder,
            &["--lang", "en", "run", "--plan", BLOCK, "--out", "draw.jsonl"],
            b"note r.note\n",
            3,
        );
        assert!(
            err.contains(said) && err.contains("put right") != said.is_empty(),
            "{number} {said}\n{err}"
        );
        let lines = fs::read(folder.path().join("draw.jsonl")).unwrap();
        let signatures = lines
            .split(|b| *b == b'\n')
            .filter(|line| matches!(Line::decode(line), Ok(Line::Cosignature { .. })))
            .count();
        assert_eq!(signatures, 2, "{number} {said}\n{err}");
        // The same reader serves `sign`, `message` and `attach`: what is signed are the bytes of
        // the checkpoint.
        let (message, _) = run(&folder, &["message", "--time", "7", "r.note"], b"", 0);
        let body = note.parse::<SignedNote>().unwrap().body;
        assert_eq!(message, format!("cosignature/v1\ntime 7\n{body}"), "{number} {said}");
    }
}

#[test]
fn what_is_no_signed_note_is_told_by_name() {
    let (folder, plain) = sealed();
    let note = signed(&plain);
    let (line, origin) = (note.lines().last().unwrap(), note.lines().next().unwrap());
    let cases: Vec<(Vec<u8>, &str, &str)> = vec![
        (plain.clone().into(), "is not signed", "还没有签名"),
        (plain.trim_end().into(), "is not signed", "还没有签名"),
        (plain.replace('\n', "\r\n").into(), "is not signed", "还没有签名"),
        (Vec::new(), "an empty file", "空文件"),
        (b"\n \r\n".to_vec(), "an empty file", "空文件"),
        (
            fs::read(folder.path().join("draw.jsonl")).unwrap(),
            "draw_session -- note",
            "draw_session -- note",
        ),
        (
            b"PRIVATE+KEY+r1+00000000+BAAAAAAAAAAA\n".to_vec(),
            "belongs after --key",
            "密钥应放在 --key 之后",
        ),
        (
            b"PK\x03\x04\x14\x00\x06\x00\x08\x00".to_vec(),
            "a document of an office program",
            "办公软件的文档",
        ),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec(), "a PDF document", "PDF"),
        (
            format!("<html><body>{note}</body></html>").into(),
            "web page or formatted mail",
            "网页或带格式的邮件",
        ),
        (note.replace('\u{2014}', "=E2=80=94").into(), "raw text of a mail", "邮件原文"),
        (
            b"-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----\n".to_vec(),
            "SSHSIG",
            "SSHSIG",
        ),
        (format!("cosignature/v1\ntime 7\n{plain}").into(), "bytes to be signed", "待签原文"),
        (
            format!("Dear all,\n\n{note}").into(),
            "lines 1 to 2 do not belong",
            "第 1 至 2 行不属于签名单",
        ),
        (
            format!("{note}Sent from my phone\n").into(),
            "line 7 does not belong",
            "第 7 行不属于签名单",
        ),
        (note.replace(line, &line[..line.len() - 9]).into(), "is damaged", "已损坏"),
        (
            note.replace(origin, &format!("\u{1b}[31m{origin}")).into(),
            "control characters",
            "控制字符",
        ),
        (
            note.replace(origin, &format!("\u{9b}31m{origin}")).into(),
            "control characters",
            "控制字符",
        ),
        (note.replace(origin, &format!("\u{202e}{origin}")).into(), "<U+202E>", "<U+202E>"),
        (note.replace(origin, &format!("{origin}\u{200b}")).into(), "<U+200B>", "<U+200B>"),
        (note.replace(origin, "抽签").into(), "visible ASCII", "可见 ASCII"),
        (note.replace(origin, "").into(), "three lines", "应为三行"),
        (b"no note at all\n".to_vec(), "this is not a note", "这不是签名单"),
        (vec![b'x'; 2_000_000], "more than 1 MB", "超过 1 MB"),
        (note.replace(origin, "other.example/1").into(), "another checkpoint", "另一个检查点"),
    ];
    for (bytes, en, zh) in cases {
        fs::write(folder.path().join("r.note"), &bytes).unwrap();
        let before = fs::read(folder.path().join("draw.jsonl")).unwrap();
        for (lang, words) in [("en", en), ("zh", zh)] {
            let (_, err) = run(
                &folder,
                &["--lang", lang, "run", "--plan", BLOCK, "--out", "draw.jsonl"],
                b"note r.note\n",
                3,
            );
            assert!(err.contains(words), "{words}\n{err}");
            assert!(!err.contains(['\u{1b}', '\u{9b}', '\u{202e}', '\u{200b}']), "{err:?}");
        }
        assert_eq!(fs::read(folder.path().join("draw.jsonl")).unwrap(), before, "{en}");
    }
}

/// What no terminal should be sent, and no other tool would take: refused before anything is shown.
#[test]
fn sign_message_and_attach_refuse_what_is_no_checkpoint_of_a_draw() {
    let (folder, plain) = sealed();
    let origin = plain.lines().next().unwrap().to_owned();
    run(&folder, &["key", "new", "--name", "r1", "--out", "r1.key"], b"", 0);
    let vkey = sample::key("r1").unwrap().verifier().to_string();
    let signature = "00".repeat(64);
    let commands: [&[&str]; 3] = [
        &["sign", "--key", "r1.key"],
        &["message", "--time", "7"],
        &["attach", "--vkey", &vkey, "--time", "7", "--signature", &signature],
    ];
    for bad in [
        format!("\u{1b}]0;x\u{7}{origin}"),
        format!("{origin}\u{202e}"),
        format!("a\t{origin}"),
        String::new(),
        "a b".into(),
    ] {
        for command in commands {
            let note = plain.replace(&origin, &bad);
            let (out, err) =
                run(&folder, &[&["--lang", "en"], command].concat(), note.as_bytes(), 2);
            assert!(
                out.is_empty() && !err.contains(['\u{1b}', '\u{7}', '\u{202e}', '\t']),
                "{bad:?} {command:?}\n{err:?}"
            );
            assert!(!err.contains("This signs"), "{bad:?} {command:?}\n{err:?}");
        }
    }
    for (time, code) in [
        ("9223372036854775807", 0),
        ("9223372036854775808", 2),
        ("18446744073709551615", 2),
        ("18446744073709551616", 2),
        ("-1", 2),
    ] {
        let time = format!("--time={time}");
        for command in [&["sign", "--key", "r1.key", &time][..], &["message", &time]] {
            let (out, _) =
                run(&folder, &[&["--lang", "en"], command].concat(), plain.as_bytes(), code);
            assert_eq!(out.is_empty(), code != 0, "{command:?}");
        }
        if code != 0 {
            run(
                &folder,
                &["attach", "--vkey", &vkey, &time, "--signature", &signature],
                plain.as_bytes(),
                2,
            );
        }
    }
}

#[test]
fn sign_writes_a_file_whole_and_replaces_none_but_the_note() {
    let (folder, plain) = sealed();
    run(&folder, &["key", "new", "--name", "r1", "--out", "r1.key"], b"", 0);
    let at = |name: &str| folder.path().join(name);
    fs::write(at("plan.note"), &plain).unwrap();
    let sign = |out: &str, code| {
        run(
            &folder,
            &["--lang", "en", "sign", "--key", "r1.key", "--time", "7", "--out", out, "plan.note"],
            b"",
            code,
        )
    };
    let (shown, _) = run(&folder, &["sign", "--key", "r1.key", "--time", "7", "plan.note"], b"", 0);
    let (out, err) = sign("r1.note", 0);
    assert!(out.is_empty() && err.contains("r1.note has 1 signature"), "{err}");
    assert_eq!(fs::read_to_string(at("r1.note")).unwrap(), shown);
    // Another file stays as it is.
    fs::write(at("other"), "mine").unwrap();
    let (_, err) = sign("other", 2);
    assert!(
        err.contains("another file") && fs::read_to_string(at("other")).unwrap() == "mine",
        "{err}"
    );
    sign("nowhere/r1.note", 2);
    sign(".", 2);
    // The note itself gets the signature, however its path is written.
    sign("./plan.note", 0);
    assert_eq!(fs::read_to_string(at("plan.note")).unwrap(), shown);
    let names: Vec<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(names.iter().all(|name| !name.contains("part")), "{names:?}");
    #[cfg(unix)]
    assert_ne!(
        std::os::unix::fs::PermissionsExt::mode(
            &fs::metadata(at("r1.note")).unwrap().permissions()
        ) & 0o044,
        0,
        "the operator can read it"
    );
}
