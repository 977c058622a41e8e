//! What is chosen on the operator's page before the seal: files taken for what they are, tables
//! shown before anything is written, and openings kept.

use crate::hall::{PLAN, Server, agent, command, lines};
use floorlot::primitives::tree::leaf_hash;
use floorlot::sign::SigningKey;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use tempfile::TempDir;

const ROLL: &str =
    "户号,户主,楼栋,户型,顺位,照顾需求,结伴组\nH1,张小明,A,T1,1,,\nH2,李红,A,T1,2,无障碍,\n";
const UNITS: &str =
    "房源编号,室号,所在层,楼栋,户型,特征\nA-301,301,3,A,T1,无障碍\nA-501,501,5,A,T1,\n";

fn data(name: &str) -> Vec<u8> {
    fs::read(
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
            .join("examples/data/block")
            .join(name),
    )
    .unwrap()
}

/// A file in a field of the page.
type Sent<'a> = (&'a str, &'a str, Vec<u8>);

/// A form of the operator's page: field, name of the file if it is one, and content.
pub(crate) fn form(
    server: &Server,
    path: &str,
    parts: &[(&str, Option<&str>, Vec<u8>)],
) -> (u16, Value) {
    let mut body = Vec::new();
    for (field, file, content) in parts {
        let file = file
            .map(|name| format!("; filename=\"{name}\"\r\ncontent-type: application/octet-stream"))
            .unwrap_or_default();
        body.extend(
            format!("--boundary\r\ncontent-disposition: form-data; name=\"{field}\"{file}\r\n\r\n")
                .bytes(),
        );
        body.extend(content.iter().chain(b"\r\n"));
    }
    body.extend(b"--boundary--\r\n");
    let request = agent()
        .post(format!("{}{path}", server.base))
        .header("content-type", "multipart/form-data; boundary=boundary");
    let mut response = request
        .header("origin", server.origin())
        .header("x-floorlot-key", &server.key)
        .send(&body[..])
        .unwrap();
    (response.status().as_u16(), response.body_mut().read_json().unwrap_or(Value::Null))
}

fn send(server: &Server, asked: &str, files: &[Sent<'_>]) -> (u16, Value) {
    let version = server.view()["version"].to_string();
    let mut parts =
        vec![("version", None, version.into_bytes()), ("asked", None, asked.as_bytes().to_vec())];
    parts.extend(files.iter().map(|(field, name, bytes)| (*field, Some(*name), bytes.clone())));
    form(server, "api/plan", &parts)
}

/// The signature lines of these members of the sample, whose keys everybody can compute.
fn signed(body: &str, members: &[&str]) -> Vec<String> {
    let key = |member: &str| {
        let seed = leaf_hash(
            format!("floorlot synthetic sample key, known to everybody\n{member}\n").as_bytes(),
        );
        SigningKey::from_seed(&format!("sample.example/{member}"), &seed.0).unwrap()
    };
    members
        .iter()
        .map(|member| {
            key(member).cosign(body.strip_suffix('\n').unwrap(), 1_800_000_000).to_string()
        })
        .collect()
}

fn draft(server: &Server) -> Value {
    server.get("api/draft")
}

fn use_it(server: &Server, accept: &[&str]) -> (u16, Value) {
    let version = &server.view()["version"];
    server.asked("api/draft", &json!({"version": version, "doing": "use", "accept": accept}))
}

/// A hall without a plan.
fn empty_hall() -> (TempDir, Server) {
    let folder = TempDir::new().unwrap();
    let mut server = Server::start(folder.path(), &[]);
    server.enter();
    (folder, server)
}

fn plan_is_there(folder: &Path) -> bool {
    folder.join("draw.plan.jsonl").exists()
}

#[test]
fn tables_are_shown_first_and_written_when_it_is_said() {
    let (folder, server) = empty_hall();
    let files = [
        ("roll", "roll.csv", ROLL.into()),
        ("units", "units.csv", UNITS.into()),
        ("config", "draw.toml", data("draw.toml")),
    ];
    let (status, body) = send(&server, "tables", &files);
    assert_eq!((status, plan_is_there(folder.path())), (200, false), "{body}");
    let view = server.view();
    assert_eq!(
        (&view["stage"], &view["draft"], &view["reading"]),
        (&json!("empty"), &json!(true), &json!(false))
    );
    let shown = draft(&server);
    assert_eq!((&shown["faults"], &shown["questions"]), (&json!([]), &json!([])), "{shown}");
    assert_eq!(
        shown["rows"][1]["cells"].as_array().unwrap()[..3],
        [json!("3"), json!("H2"), json!("李*")]
    );
    assert_eq!(use_it(&server, &[]).0, 200);
    let view = server.view();
    assert_eq!(
        (&view["stage"], &view["counts"]["households"], &view["draft"]),
        (&json!("plan"), &json!(2), &json!(false))
    );
    assert!(plan_is_there(folder.path()));
    // From the seal on, no table is read any more.
    server.act(&json!({"do": "seal"}));
    let (status, body) = send(&server, "tables", &files);
    assert!(status == 422 && body["error"].as_str().unwrap().contains("sealed"), "{body}");
    server.say("envelope r1");
}

/// What only a person can decide is confirmed by name, all of it.
#[test]
fn what_has_to_be_confirmed_is_confirmed_by_name() {
    let (folder, server) = empty_hall();
    // A group of one, and a tier that nobody is in.
    let roll =
        "户号,户主,楼栋,户型,顺位,照顾需求,结伴组\nH1,张小明,A,T1,1,,g1\nH2,李红,A,T1,3,无障碍,\n";
    let files = [
        ("roll", "roll.csv", roll.into()),
        ("units", "units.csv", UNITS.into()),
        ("config", "draw.toml", data("draw.toml")),
    ];
    assert_eq!(send(&server, "tables", &files).0, 200);
    let shown = draft(&server);
    let kinds: Vec<&str> = shown["questions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|asked| asked["kind"].as_str().unwrap())
        .collect();
    assert!(kinds.len() > 1 && shown["faults"] == json!([]), "{shown}");
    for some in [&[][..], &kinds[..1], &["no-such-kind"]] {
        let (status, body) = use_it(&server, some);
        assert_eq!((status, plan_is_there(folder.path())), (422, false), "{some:?}: {body}");
    }
    assert_eq!(
        draft(&server)["questions"].as_array().unwrap().len(),
        kinds.len(),
        "the tables are still there"
    );
    let (status, body) = use_it(&server, &kinds);
    assert_eq!((status, plan_is_there(folder.path())), (200, true), "{body}");
}

/// A file in the wrong field is taken for what it is.
#[test]
fn a_file_in_the_wrong_field_is_taken_for_what_it_is() {
    let (book, settings, plan) = (data("block.xlsx"), data("draw.toml"), data("plan.jsonl"));
    let (roll, units) = (ROLL.as_bytes().to_vec(), UNITS.as_bytes().to_vec());
    let tables: [(&str, Vec<Sent<'_>>); 5] = [
        (
            "plan",
            vec![("plan", "block.xlsx", book.clone()), ("config", "draw.toml", settings.clone())],
        ),
        (
            "tables",
            vec![("config", "block.xlsx", book.clone()), ("roll", "draw.toml", settings.clone())],
        ),
        (
            "tables",
            vec![
                ("roll", "units.csv", units.clone()),
                ("units", "roll.csv", roll.clone()),
                ("config", "draw.toml", settings.clone()),
            ],
        ),
        (
            "again",
            vec![
                ("again", "units.csv", units),
                ("again", "draw.toml", settings.clone()),
                ("again", "roll.csv", roll),
            ],
        ),
        ("again", vec![("roll", "block.xlsx", book), ("kept-config", "draw.toml", settings)]),
    ];
    for (asked, files) in tables {
        let (_folder, server) = empty_hall();
        let (status, body) = send(&server, asked, &files);
        let names: Vec<&str> = files.iter().map(|file| file.1).collect();
        assert_eq!(status, 200, "{asked} {names:?}: {body}");
        let shown = draft(&server);
        assert!(
            shown["faults"] == json!([]) && shown["rows"].as_array().unwrap().len() > 1,
            "{asked} {names:?}: {shown}"
        );
    }
    let (folder, server) = empty_hall();
    assert_eq!(
        send(&server, "tables", &[("roll", "plan.jsonl", plan.clone())]).0,
        200,
        "a plan among the tables"
    );
    assert!(plan_is_there(folder.path()));
    assert_eq!(
        send(&server, "plan", &[("plan", "p.jsonl", plan), ("roll", "roll.csv", ROLL.into())]).0,
        200
    );
}

/// What is no plan is told in one sentence: what it is, and what to do.
#[test]
fn what_is_no_plan_is_told_by_name() {
    let (folder, server) = empty_hall();
    let transcript = fs::read(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/vectors/worked/transcript.jsonl"
    ))
    .unwrap();
    let plan = data("plan.jsonl");
    let crlf = String::from_utf8(plan.clone()).unwrap().replace('\n', "\r\n").into_bytes();
    let wide: Vec<u8> = format!("\u{feff}{}", String::from_utf8(plan.clone()).unwrap())
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let zip = |inside: &str| [b"PK\x03\x04", inside.as_bytes()].concat();
    let ole = |inside: &str| {
        [
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(),
            inside.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        ]
        .concat()
    };
    let note =
        "sample.example/block\n4\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n— r1 AAAA\n";
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("block.xlsx", data("block.xlsx"), "a table of the office, not a plan; the settings"),
        ("block.plan", ole("Workbook"), "a table of the office"),
        (
            "book.ods",
            zip("mimetypeapplication/vnd.oasis.opendocument.spreadsheet"),
            "a table of the office",
        ),
        ("roll.csv", ROLL.into(), "a table of the office"),
        ("roll-gbk.csv", encoding_rs::GBK.encode(ROLL).0.into_owned(), "a table of the office"),
        (
            "export.xls",
            b"<html><body><table><tr><td>1</td></tr></table></body></html>".to_vec(),
            "a table of the office",
        ),
        (
            "draw.toml",
            data("draw.toml"),
            "these are the settings, not a plan; the table of households is missing",
        ),
        (
            "transcript.jsonl",
            transcript,
            "the transcript of a draw that is sealed; to go on with that draw",
        ),
        (
            "draw.plan.openings.csv",
            b"household,name,document,salt,person\nH1,x,1,2,3\n".to_vec(),
            "opens the commitments of a plan",
        ),
        ("result.note", note.into(), "a note (checkpoint)"),
        ("letter.docx", zip("word/document.xml"), "a Word document"),
        ("letter.doc", ole("WordDocument"), "a Word document"),
        ("all.zip", zip("block.xlsx "), "a zip archive"),
        ("photo.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\xfe\xff".to_vec(), "a picture"),
        ("scan.pdf", b"%PDF-1.7\n".to_vec(), "a PDF document"),
        ("r1.key", b"PRIVATE+KEY+sample.example/r1+00000000+AAAA\n".to_vec(), "a secret key"),
        ("empty.jsonl", Vec::new(), "an empty file"),
        ("plan.jsonl", crlf, "saved again by an editor or a shell (line ends"),
        (
            "plan.jsonl",
            [b"\xef\xbb\xbf".to_vec(), plan].concat(),
            "saved again by an editor or a shell (a byte order mark",
        ),
        ("plan.jsonl", wide, "saved again by an editor or a shell (UTF-16"),
    ];
    for (name, bytes, expected) in cases {
        let (status, body) = send(&server, "plan", &[("plan", name, bytes)]);
        let why = body["error"].as_str().unwrap_or_default();
        assert!(
            status == 422 && why.contains(expected) && why.lines().count() == 1,
            "{name}: {body}"
        );
        assert_eq!(
            (&server.view()["operator"]["faults"], plan_is_there(folder.path())),
            (&json!([]), false),
            "{name}"
        );
    }
    let (status, body) = send(&server, "plan", &[]);
    assert!(
        status == 422 && body["error"].as_str().unwrap().contains("choose a plan file"),
        "{body}"
    );
    // The same on the command line.
    drop(server);
    for (name, bytes, expected) in [
        ("block.xlsx", data("block.xlsx"), "this is a table, not a plan"),
        ("draw.toml", data("draw.toml"), "this is the settings"),
    ] {
        fs::write(folder.path().join(name), bytes).unwrap();
        let output = command(folder.path(), &["--plan", name]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            output.status.code() == Some(2) && said.contains(expected) && said.lines().count() <= 2,
            "{name}: {said}"
        );
    }
}

/// What opens the commitments of a plan is never written over, and moves aside only when its plan
/// is replaced.
#[test]
fn openings_of_a_replaced_plan_are_kept() {
    let (folder, server) = empty_hall();
    let beside = folder.path().join("draw.plan.openings.csv");
    let files =
        [("roll", "block.xlsx", data("block.xlsx")), ("config", "draw.toml", data("draw.toml"))];
    let import = || {
        assert_eq!(send(&server, "tables", &files).0, 200);
        let (status, body) = use_it(&server, &["document-check"]);
        assert_eq!(status, 200, "{body} {}", draft(&server));
        fs::read(&beside).unwrap()
    };
    let first = import();
    let second = import();
    assert_ne!(first, second, "every import has salts of its own");
    let old = |number: u32| folder.path().join(format!("draw.plan.openings.csv.old-{number}"));
    assert_eq!(fs::read(old(1)).unwrap(), first);
    let told = server.view()["operator"]["told"].to_string();
    assert!(told.contains("is kept as") && told.contains("old-1"), "{told}");
    // Tables that are refused, or only looked at, move nothing.
    let plan = fs::read(folder.path().join("draw.plan.jsonl")).unwrap();
    let wrong =
        [("roll", "roll.csv", b"x,y\n1,2\n".to_vec()), ("config", "draw.toml", data("draw.toml"))];
    assert_eq!(send(&server, "tables", &wrong).0, 200);
    assert_ne!(draft(&server)["faults"], json!([]));
    assert_eq!(use_it(&server, &[]).0, 422);
    assert_eq!(send(&server, "tables", &files).0, 200);
    assert_eq!(
        (fs::read(&beside).unwrap(), fs::read(folder.path().join("draw.plan.jsonl")).unwrap()),
        (second.clone(), plan.clone())
    );
    // Nor does the same plan, loaded once more; another one does.
    assert_eq!(send(&server, "plan", &[("plan", "plan.jsonl", plan)]).0, 200);
    assert_eq!(fs::read(&beside).unwrap(), second);
    assert_eq!(send(&server, "plan", &[("plan", "plan.jsonl", fs::read(PLAN).unwrap())]).0, 200);
    assert_eq!((beside.exists(), fs::read(old(2)).unwrap()), (false, second));
}

/// While tables are read, everything else is answered; a second import is told to wait.
#[test]
fn the_hall_goes_on_while_tables_are_read() {
    let (folder, server) = empty_hall();
    let rows: String = (0..15_000).map(|n| format!("H{n},张小明,A,T1,1,,\n")).collect();
    let roll = format!("{}{rows}", ROLL.lines().next().unwrap().to_owned() + "\n");
    let units: String = (0..15_000).map(|n| format!("A-{n},{n},{},A,T1,\n", n % 90 + 1)).collect();
    let units = format!("{}\n{units}", UNITS.lines().next().unwrap());
    let files = [
        ("roll", "roll.csv", roll.into_bytes()),
        ("units", "units.csv", units.into_bytes()),
        ("config", "draw.toml", data("draw.toml")),
    ];
    let (mut slowest, mut asked, mut second) = (Duration::ZERO, 0, None);
    std::thread::scope(|scope| {
        let import = scope.spawn(|| send(&server, "tables", &files));
        while !import.is_finished() {
            let begun = Instant::now();
            let reading = server.view()["reading"] == json!(true);
            slowest = slowest.max(begun.elapsed());
            asked += u32::from(reading);
            if reading && second.is_none() {
                second = Some(send(&server, "tables", &files[..1]));
            }
        }
        let (status, body) = import.join().unwrap();
        assert_eq!(status, 200, "{body}");
    });
    assert!(
        asked > 2 && slowest < Duration::from_secs(1),
        "asked {asked} times, {slowest:?} at most"
    );
    let (status, body) = second.expect("it was asked meanwhile");
    assert!(
        status == 409 && body["error"].as_str().unwrap().contains("still being read"),
        "{body}"
    );
    assert!(!plan_is_there(folder.path()));
}

#[test]
fn too_large_an_upload_is_told_in_words() {
    let (folder, server) = empty_hall();
    let (status, body) =
        send(&server, "tables", &[("roll", "roll.csv", vec![b'x'; (64 << 20) + 1])]);
    assert!(
        status == 413 && body["error"].as_str().unwrap().contains("larger than 64 MB"),
        "{status} {body}"
    );
    assert!(!plan_is_there(folder.path()));
}

/// A note as Windows saves it is read; one without a signature, and what is no note, is told by
/// name.
#[test]
fn notes_are_read_as_they_were_saved() {
    let folder = TempDir::new().unwrap();
    let mut server = Server::start(folder.path(), &["--plan", PLAN]);
    server.enter();
    server.act(&json!({"do": "seal"}));
    let body = server.view()["operator"]["draw"]["note"].as_str().unwrap().to_owned();
    let note = |bytes: Vec<u8>| {
        let version = server.view()["version"].to_string().into_bytes();
        form(&server, "api/note", &[("version", None, version), ("note", Some("r.note"), bytes)])
    };
    let before = lines(folder.path());
    for (bytes, expected) in [
        (body.clone().into_bytes(), "not signed"),
        (data("block.xlsx"), "not a note"),
        (fs::read(PLAN).unwrap(), "not a note"),
    ] {
        let (status, answer) = note(bytes);
        assert!(status == 422 && answer["error"].as_str().unwrap().contains(expected), "{answer}");
    }
    assert_eq!(lines(folder.path()), before);
    let signed = signed(&body, &["r1", "r2", "r3", "o1"]);
    let one = |n: usize| format!("{body}{}\n", signed[n]);
    let wide: Vec<u8> =
        "\u{feff}".encode_utf16().chain(one(2).encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let saved = [
        one(0).replace('\n', "\r\n").into_bytes(),
        [b"\xef\xbb\xbf".to_vec(), one(1).into_bytes()].concat(),
        wide,
        one(3).into_bytes(),
    ];
    for (n, bytes) in (1..).zip(saved) {
        let (status, answer) = note(bytes);
        assert_eq!((status, lines(folder.path())), (200, before + n), "{answer}");
        assert_eq!(answer["told"].is_string(), n < 4, "{answer}");
    }
}
