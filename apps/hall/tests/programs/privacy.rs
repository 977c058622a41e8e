//! No whole name and no document number leaves the office: from the office's tables through import,
//! draw, transcript and reports.
//!
//! Every name and number here is synthetic. The programs are run as an operator and a
//! household run them.

use crate::program;
use calamine::{Reader as _, Xlsx, open_workbook};
use floorlot::Hash;
use floorlot::lines::Line;
use floorlot::person::Opening;
use floorlot::rules::{Lang, Rule};
use floorlot::transcript::{CheckReport, Evidence, OutcomeKind, Verdict, verify};
use floorlot_testing::Run;
use rust_xlsxwriter::Workbook;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// Code, whole name, document number and masked name of each household. No region has the code
/// 000000.
const PEOPLE: [(&str, &str, &str, &str); 8] = [
    ("H01", "钱小明", "000000190001010017", "钱*明"),
    ("H02", "孙桂", "00000019000101002X", "孙*"),
    ("H03", "欧阳锦绣", "000000190001010033", "欧阳*绣"),
    ("H04", "尉迟恭", "000000190001010041", "尉迟*"),
    ("H05", "赵钱孙李", "000000190001010050", "赵*李"),
    ("H06", "买买提·艾力", "000000190001010068", "买*·艾*"),
    ("H07", "Siobhan O'Quigley", "X00000071", "S*** O***"),
    ("H08", "吴\u{20BB7}冰\u{e9}", "000000190001010084", "吴*冰"),
];

const CONFIG: &str = r#"
title = "Synthetic block 合成示例"
origin = "sample.example/privacy"
mode = "rehearsal"
[[bench]]
id = "residents"
title = "居民代表"
quorum = 1
members = [{ id = "r1", name = "郑晓岚" }]
[[bench]]
id = "officials"
title = "工作人员"
quorum = 1
members = [{ id = "o1", name = "冯建邺" }]
[pool]
rule = "choice"
absence = "last"
"#;

const SCRIPT: &str = "envelope r1\nenvelope o1\nclose\nreveal r1 5512\nreveal o1 8842\nclose\ndice 00416293857710359264\n";

/// An office's folder with the two tables, as .xlsx or as .csv.
struct Office {
    folder: TempDir,
    /// All that any program printed.
    said: Vec<(String, Vec<u8>)>,
}

impl Office {
    fn new(xlsx: bool) -> Office {
        let office = Office { folder: TempDir::new().unwrap(), said: Vec::new() };
        let mut roll = vec!["户号,户主姓名,身份证号码,楼栋,户型,顺位".to_owned()];
        roll.extend(
            PEOPLE.iter().map(|(id, name, document, _)| format!("{id},{name},{document},A,T1,1")),
        );
        let mut units = vec!["房源编号,室号,所在层,楼栋,户型".to_owned()];
        units.extend((1..=8).map(|n| format!("A-{n}01,{n}01,{n},A,T1")));
        if xlsx {
            let mut book = Workbook::new();
            for (name, rows) in [("住户", &roll), ("房源", &units)] {
                let sheet = book.add_worksheet().set_name(name).unwrap();
                for (r, row) in (0..).zip(rows) {
                    for (c, cell) in (0..).zip(row.split(',')) {
                        sheet.write_string(r, c, cell).unwrap();
                    }
                }
            }
            book.save(office.path("office.xlsx")).unwrap();
        } else {
            fs::write(office.path("roll.csv"), roll.join("\n")).unwrap();
            fs::write(office.path("units.csv"), units.join("\n")).unwrap();
        }
        fs::write(office.path("draw.toml"), CONFIG).unwrap();
        office
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs a program in the folder and keeps what it says. The exit code must be one of these.
    #[track_caller]
    fn run(&mut self, name: &str, arguments: &str, codes: &[i32]) -> String {
        let run = Run::of(program(name)).args(arguments.split(' ')).within(&self.folder);
        let output = run.output();
        let both = [&output.stdout[..], &output.stderr].concat();
        let code = output.status.code().unwrap();
        assert!(
            codes.contains(&code),
            "{name} {arguments}: exit code {code}\n{}",
            String::from_utf8_lossy(&both)
        );
        self.said.push((format!("{name} {arguments}"), both.clone()));
        String::from_utf8(both).unwrap()
    }

    /// The import in both languages, each with all that it says.
    fn import(&mut self) {
        let tables = if self.path("office.xlsx").exists() {
            "--roll office.xlsx"
        } else {
            "--roll roll.csv --units units.csv"
        };
        // Numbers of no region are asked about, and the question does not show them.
        self.run(
            "draw_session",
            &format!("--lang zh import {tables} --config draw.toml --out first.jsonl"),
            &[2],
        );
        let accept = "--accept document-check";
        self.run(
            "draw_session",
            &format!("--lang zh import {tables} --config draw.toml --out first.jsonl {accept}"),
            &[0],
        );
        self.run(
            "draw_session",
            &format!("--lang en import {tables} --config draw.toml --out plan.jsonl {accept}"),
            &[0],
        );
    }

    /// The whole draw from a script, in which the first free flat is chosen at each call, and what
    /// is said of its transcript.
    fn draw(&mut self) {
        let flats = (1..=8).map(|n| format!("call\nchoose {n}01\n"));
        // Somebody comes for the household that is called first, and the clerk types the whole
        // name.
        let flats = flats.collect::<String>().replacen("choose 101", "choose 101 proxy 卫青云", 1);
        fs::write(self.path("script.txt"), SCRIPT.to_owned() + &flats).unwrap();
        for lang in ["en", "zh"] {
            let transcript = format!("transcript-{lang}.jsonl");
            let draw = format!(
                "--lang {lang} run --plan plan.jsonl --out {transcript} --script script.txt --no-clock"
            );
            self.run("draw_session", &draw, &[0]);
            self.run(
                "verify_transcript",
                &format!("receipts {transcript} --out receipts-{lang} --lang {lang}"),
                &[0],
            );
            for more in ["", " --json", " --household H03", " --allocation"] {
                self.run("verify_transcript", &format!("--lang {lang} {transcript}{more}"), &[0]);
            }
        }
    }

    /// In the middle of the draw somebody asks for the board, and types a flat that is not there.
    fn board(&mut self) {
        let whole = fs::read(self.path("transcript-en.jsonl")).unwrap();
        let call = whole.windows(14).position(|part| part == b"{\"kind\":\"call\"").unwrap();
        fs::write(self.path("half.jsonl"), &whole[..call]).unwrap();
        fs::write(self.path("half.txt"), SCRIPT.to_owned() + "call\nchoose 999\n").unwrap();
        self.run(
            "draw_session",
            "--lang zh run --plan plan.jsonl --out half.jsonl --script half.txt --no-clock",
            &[2],
        );
        fs::write(self.path("typed.txt"), "status\nhelp\nchoose 999\nstatus\nquit\n").unwrap();
        let asked = Command::new(program("draw_session"))
            .args("--lang zh run --plan plan.jsonl --out half.jsonl --no-clock".split(' '))
            .current_dir(&self.folder)
            .stdin(fs::File::open(self.path("typed.txt")).unwrap())
            .output()
            .unwrap();
        assert_eq!(asked.status.code(), Some(3), "{}", String::from_utf8_lossy(&asked.stderr));
        let said = [asked.stdout, asked.stderr].concat();
        assert!(
            String::from_utf8_lossy(&said).contains("801"),
            "the board shows the flats: {}",
            String::from_utf8_lossy(&said)
        );
        self.said.push(("the prompt".into(), said));
    }

    /// Everything that is hung up, handed out or sent to the office: of the finished draw, of half
    /// of it, and of the plan; the cells of the workbook too.
    fn prints(&mut self) {
        for (file, lang) in [
            ("transcript-en.jsonl", "en"),
            ("transcript-zh.jsonl", "zh"),
            ("half.jsonl", "zh"),
            ("plan.jsonl", "en"),
        ] {
            let out = format!("prints-{}", file.trim_end_matches(".jsonl"));
            self.run("draw_session", &format!("--lang {lang} print {file} --out {out}"), &[0]);
            for entry in fs::read_dir(self.path(&out)).unwrap().map(|entry| entry.unwrap().path()) {
                self.said.push((entry.display().to_string(), fs::read(&entry).unwrap()));
            }
        }
        self.site();
        self.run("draw_session", "notary half.jsonl --out notary --samples 1", &[0]);
        for file in ["1-checklist.html", "2-files.html", "plan.jsonl", "verification.txt"] {
            let file = format!("notary/{file}");
            self.said.push((file.clone(), fs::read(self.path(&file)).unwrap()));
        }
        self.run("draw_session", "print half.jsonl --out slips --only enrolment", &[0]);
        let slips = fs::read(self.path("slips/enrolment.html")).unwrap();
        self.said.push(("slips/enrolment.html".into(), slips));
        let slips = "timetable half.jsonl --out timetable --per-day 5 --from 2026-12-01";
        self.run("draw_session", slips, &[0]);
        for file in ["timetable.csv", "slips.html"] {
            let file = format!("timetable/{file}");
            self.said.push((file.clone(), fs::read(self.path(&file)).unwrap()));
        }
        let mut book: Xlsx<_> =
            open_workbook(self.path("prints-transcript-zh/result.xlsx")).unwrap();
        let sheets = book.worksheets();
        let cells =
            sheets.iter().flat_map(|(_, range)| range.cells()).map(|(_, _, cell)| cell.to_string());
        let cells = cells.collect::<Vec<_>>().join("\n");
        assert!(cells.contains("钱*明"), "{cells}");
        self.said.push(("the cells of result.xlsx".into(), cells.into_bytes()));
        for lang in ["en", "zh"] {
            self.run(
                "draw_session",
                &format!("--lang {lang} odds --plan plan.jsonl --out odds-{lang}.html --draws 100"),
                &[0],
            );
            self.said.push((
                format!("odds-{lang}.html"),
                fs::read(self.path(&format!("odds-{lang}.html"))).unwrap(),
            ));
        }
    }

    /// What is published, in each of its folders.
    fn site(&mut self) {
        self.run("draw_session", "--lang zh publish transcript-zh.jsonl --out site", &[0]);
        for folder in ["site", "site/notes", "site/prints", "site/receipts"] {
            for entry in fs::read_dir(self.path(folder)).unwrap().map(|entry| entry.unwrap().path())
            {
                if entry.is_file() && !entry.ends_with("site/transcript.js") {
                    self.said.push((entry.display().to_string(), fs::read(&entry).unwrap()));
                }
            }
        }
    }

    /// The pages of the hall in the middle of the draw, and what the board is sent.
    fn hall(&mut self) {
        fs::copy(self.path("plan.jsonl"), self.path("half.plan.jsonl")).unwrap();
        let mut child = Command::new(program("draw_session"))
            .args("--lang zh serve --out half.jsonl --port 0 --no-clock".split(' '))
            .current_dir(&self.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let base = lines
            .into_iter()
            .find_map(|line| line.find("http://").map(|at| line[at..].trim().to_owned()))
            .unwrap();
        for page in [
            "",
            "operator",
            "board.js",
            "print/notice?lang=zh",
            "print/order?lang=en",
            "print/minutes?lang=zh",
        ] {
            let text = ureq::get(format!("{base}{page}"))
                .call()
                .unwrap()
                .body_mut()
                .read_to_vec()
                .unwrap();
            self.said.push((format!("page /{page}"), text));
        }
        let events =
            ureq::get(format!("{base}api/events")).call().unwrap().into_body().into_reader();
        let data = BufReader::new(events)
            .lines()
            .map(Result::unwrap)
            .find(|line| line.starts_with("data:"))
            .unwrap();
        assert!(
            PEOPLE.iter().any(|(.., masked)| data.contains(masked)),
            "the board shows masked names: {data}"
        );
        self.said.push(("the board".into(), data.into_bytes()));
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// The openings of a plan, by household.
    fn openings(&self, file: &str) -> BTreeMap<String, Opening> {
        let mut table = csv::Reader::from_path(self.path(file)).unwrap();
        assert_eq!(
            table.headers().unwrap(),
            vec!["household", "name", "document", "salt", "person"]
        );
        let rows = table.records().map(|row| {
            let row = row.unwrap();
            let salt = Hash::from_hex(&row[3]).unwrap().0;
            let opening = Opening {
                household: row[0].into(),
                name: row[1].into(),
                document: row[2].into(),
                salt,
            };
            assert!(opening.opens(Hash::from_hex(&row[4]).unwrap()), "row of {}", &row[0]);
            (row[0].to_owned(), opening)
        });
        rows.collect()
    }

    /// Name and commitment of each household in a plan.
    fn households(&self, plan: &str) -> BTreeMap<String, (String, Option<Hash>)> {
        let file = fs::read(self.path(plan)).unwrap();
        let lines = file.split(|b| *b == b'\n').filter_map(|line| match Line::decode(line) {
            Ok(Line::Household { id, name, person, .. }) => {
                Some((id.into_owned(), (name.into_owned(), person)))
            }
            _ => None,
        });
        lines.collect()
    }
}

/// The spellings in which a text may stand in a file or on a screen.
fn spellings(text: &str) -> Vec<Vec<u8>> {
    let json: String = text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
    // Only what is beyond ASCII is escaped.
    let mixed: String = text
        .chars()
        .map(|c| {
            if c.is_ascii() {
                c.to_string()
            } else {
                c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect()
            }
        })
        .collect();
    let decimal: String = text.chars().map(|c| format!("&#{};", u32::from(c))).collect();
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let gb = encoding_rs::GB18030.encode(text).0.into_owned();
    let texts = [
        text.to_owned(),
        json.to_uppercase().replace("\\U", "\\u"),
        json,
        mixed,
        decimal,
        text.replace('\'', "&#39;"),
        hex(text),
    ];
    texts.into_iter().map(String::into_bytes).chain([wide, gb]).collect()
}

fn hex(text: &str) -> String {
    text.bytes().map(|b| format!("{b:02x}")).collect()
}

/// What must be nowhere: whole names, given names of two characters and more, document numbers with
/// and without their last digits.
fn secrets() -> Vec<String> {
    let mut secrets = Vec::new();
    for (_, name, document, _) in PEOPLE {
        secrets.extend([
            name.to_owned(),
            document.to_owned(),
            document[..document.len() - 1].to_owned(),
        ]);
        secrets.extend(
            name.split([' ', '·', '\'']).filter(|part| part.chars().count() > 2).map(str::to_owned),
        );
    }
    secrets.extend(["郑晓岚", "冯建邺", "卫青云"].map(str::to_owned));
    secrets
}

#[track_caller]
fn nowhere(secrets: &[String], place: &str, bytes: &[u8]) {
    // A character for each byte: text is searched faster than bytes are.
    let text = |bytes: &[u8]| bytes.iter().map(|&byte| char::from(byte)).collect::<String>();
    let said = text(bytes);
    for secret in secrets {
        for spelling in spellings(secret) {
            assert!(!said.contains(&text(&spelling)), "`{secret}` is in {place}");
        }
    }
}

#[test]
fn no_whole_name_and_no_document_number_leaves_the_office() {
    for xlsx in [true, false] {
        let mut office = Office::new(xlsx);
        office.import();
        office.draw();
        office.board();
        office.prints();
        office.hall();
        let printed = |name: &str| office.said.iter().any(|(what, _)| what.ends_with(name));
        for name in [
            "notice.html",
            "seed.html",
            "order.html",
            "crossout.html",
            "enrolment.html",
            "result.html",
            "minutes.html",
            "1-checklist.html",
            "result.xlsx",
            "result.csv",
            "the board",
        ] {
            assert!(printed(name), "{name} was not looked at");
        }
        let private = [
            "office.xlsx",
            "roll.csv",
            "draw.toml",
            "first.openings.csv",
            "plan.openings.csv",
            "script.txt",
        ];
        let mut seen = 0;
        let secrets = secrets();
        for (what, said) in &office.said {
            assert!(said.len() > 20, "{what} said nothing");
            nowhere(&secrets, what, said);
        }
        let folders = ["", "receipts-en", "receipts-zh"].map(|name| office.path(name));
        let files = folders
            .iter()
            .flat_map(|folder| fs::read_dir(folder).unwrap())
            .map(|entry| entry.unwrap().path());
        for file in files.filter(|path| path.is_file()) {
            let name = file.file_name().unwrap().to_str().unwrap().to_owned();
            if !private.contains(&name.as_str()) {
                nowhere(&secrets, &name, &fs::read(&file).unwrap());
                seen += 1;
            }
        }
        assert!(
            seen >= 6 + 2 * 9,
            "plans, transcripts, half of one with its scripts, receipts of 8 households and a page: {seen} files"
        );
        let names: Vec<(String, String)> =
            office.households("plan.jsonl").into_iter().map(|(id, (name, _))| (id, name)).collect();
        let expected = PEOPLE.map(|(id, _, _, masked)| (id.to_owned(), masked.to_owned()));
        assert_eq!(names, expected);
        let transcript = fs::read(office.path("transcript-en.jsonl")).unwrap();
        let report = verify(&transcript[..], &Evidence::default()).unwrap();
        assert_eq!(report.verdict, Verdict::Verified, "{}", report.text(Lang::En));
        assert_eq!(report.totals.picked, 8);
        assert!(String::from_utf8(transcript).unwrap().contains(r#""proxy":"卫*云""#));
    }
}

/// The search would find a name in each of these spellings: it is not blind.
#[test]
fn the_search_finds_what_it_looks_for() {
    let secrets = secrets();
    for secret in &secrets {
        for spelling in spellings(secret) {
            let hidden = [b"before ".to_vec(), spelling, b" after".to_vec()].concat();
            assert!(
                std::panic::catch_unwind(|| nowhere(&secrets, "here", &hidden)).is_err(),
                "{secret}"
            );
        }
    }
    nowhere(
        &secrets,
        "masked names",
        PEOPLE.map(|(id, _, _, masked)| format!("{id} {masked}\n")).concat().as_bytes(),
    );
}

#[test]
fn the_openings_open_the_commitments_and_every_salt_is_its_own() {
    let mut office = Office::new(true);
    office.import();
    let mut salts = BTreeSet::new();
    for (plan, file) in [("first.jsonl", "first.openings.csv"), ("plan.jsonl", "plan.openings.csv")]
    {
        let (openings, households) = (office.openings(file), office.households(plan));
        assert_eq!(openings.len(), PEOPLE.len());
        for (id, name, document, _) in PEOPLE {
            let opening = &openings[id];
            assert_eq!((opening.name.as_str(), opening.document.as_str()), (name, document));
            assert!(opening.opens(households[id].1.unwrap()), "{id} in {plan}");
            assert!(
                opening.salt.iter().collect::<BTreeSet<_>>().len() > 16,
                "the salt of {id} is not random: {:?}",
                opening.salt
            );
            salts.insert(opening.salt);
        }
    }
    assert_eq!(salts.len(), 2 * PEOPLE.len());
}

#[cfg(unix)]
#[track_caller]
fn is_private(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0, "{} has mode {mode:o}", path.display());
}

#[cfg(not(unix))]
fn is_private(_: &Path) {}

#[test]
fn openings_and_slips_are_private_and_never_lost() {
    let mut office = Office::new(false);
    office.import();
    let openings = fs::read(office.path("plan.openings.csv")).unwrap();
    let plan = fs::read(office.path("plan.jsonl")).unwrap();
    is_private(&office.path("plan.openings.csv"));
    // Imported again after a correction: what opens the commitments of the plan before is kept, as
    // private as it was.
    let import = "--lang en import --roll roll.csv --units units.csv --config draw.toml --out plan.jsonl --accept document-check";
    let said = office.run("draw_session", &format!("{import} --force"), &[0]);
    assert!(
        said.contains(
            "what opens the commitments of the plan before is kept as plan.openings.csv.old-1"
        ),
        "{said}"
    );
    assert!(fs::read(office.path("plan.openings.csv.old-1")).unwrap() == openings);
    assert!(
        fs::read(office.path("plan.openings.csv")).unwrap() != openings
            && fs::read(office.path("plan.jsonl")).unwrap() != plan
    );
    ["plan.openings.csv", "plan.openings.csv.old-1"]
        .iter()
        .for_each(|name| is_private(&office.path(name)));
    // Without a plan beside them, nobody knows whose they are: they stay.
    let openings = fs::read(office.path("plan.openings.csv")).unwrap();
    fs::rename(office.path("plan.jsonl"), office.path("kept.jsonl")).unwrap();
    let said = office.run("draw_session", import, &[2]);
    assert!(
        said.contains(
            "plan.openings.csv: found openings that are there already; expected no such file"
        ),
        "{said}"
    );
    assert!(
        said.contains(
            "move them to a safe place together with that plan, or name another plan with --out"
        ),
        "{said}"
    );
    assert!(fs::read(office.path("plan.openings.csv")).unwrap() == openings);
    fs::rename(office.path("kept.jsonl"), office.path("plan.jsonl")).unwrap();

    office.run(
        "draw_session",
        "--lang en slips plan.openings.csv --plan plan.jsonl --out slips",
        &[0],
    );
    is_private(&office.path("slips"));
    is_private(&office.path("slips/slips.html"));
    let said = office.run("draw_session", "--lang en slips plan.openings.csv --out slips", &[2]);
    assert!(said.contains("slips.html: found slips that are there already"), "{said}");
    // What is said about the slips is for the screen: it names nobody.
    office.said.iter().for_each(|(what, said)| nowhere(&secrets(), what, said));
}

/// The text of an HTML element.
fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&#123;", "{")
        .replace("&amp;", "&")
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    text.split_once(start).unwrap().1.split_once(end).unwrap().0
}

/// Check V8 of a transcript for the opening in a file, by the program.
#[track_caller]
fn v8(office: &mut Office, person: &str, code: i32) -> CheckReport {
    let printed = office.run(
        "verify_transcript",
        &format!("--lang en transcript-en.jsonl --person {person}"),
        &[code],
    );
    let file = fs::read(office.path("transcript-en.jsonl")).unwrap();
    let opening: Opening = fs::read_to_string(office.path(person)).unwrap().parse().unwrap();
    let report = verify(&file[..], &Evidence::default().with_person(opening)).unwrap();
    let check = report.checks.iter().find(|check| check.id == Rule::V8).unwrap().clone();
    let line = printed.lines().find(|line| line.starts_with("V8")).unwrap();
    let word = match check.outcome {
        OutcomeKind::Passed => "passed",
        OutcomeKind::Failed => "FAILED",
        OutcomeKind::NotRun => "not run",
    };
    assert!(line.contains(word), "{line}");
    check
}

#[test]
fn each_household_checks_its_own_slip() {
    let mut office = Office::new(true);
    office.import();
    office.draw();
    let openings = office.openings("plan.openings.csv");
    for lang in ["en", "zh"] {
        office.run(
            "draw_session",
            &format!("--lang {lang} slips plan.openings.csv --out slips-{lang}"),
            &[0],
        );
        let page = fs::read_to_string(office.path(&format!("slips-{lang}/slips.html"))).unwrap();
        let sections: Vec<&str> = page.split("<section>").skip(1).collect();
        assert_eq!(sections.len(), PEOPLE.len());
        for (section, (id, name, document, _)) in sections.into_iter().zip(PEOPLE) {
            let outside = between(section, "<div class=\"outside\">", "</div>");
            assert!(outside.contains(id), "{outside}");
            nowhere(
                &[name.into(), document.into(), Hash(openings[id].salt).to_hex()],
                "the outside",
                unescaped(outside).as_bytes(),
            );
            let text = unescaped(between(section, "<pre class=\"opening\">", "</pre>"));
            assert_eq!(text.parse().as_ref(), Ok(&openings[id]));
            assert!(
                section.contains("verify.html") && section.contains("| sha256sum"),
                "{section}"
            );
            for (other, _, number, _) in PEOPLE.iter().filter(|other| other.0 != id) {
                assert!(!section.contains(number), "the number of {other} is on the slip of {id}");
            }
            fs::write(office.path("slip.txt"), &text).unwrap();
            assert_eq!(v8(&mut office, "slip.txt", 0).examined, 1, "{id}");
        }
    }
    // Somebody else's code, number or name.
    let text = openings["H01"].text();
    for (from, to) in [("household H01", "household H02"), ("0017", "0018"), ("钱小明", "孙桂")]
    {
        fs::write(office.path("forged.txt"), text.replace(from, to)).unwrap();
        let check = v8(&mut office, "forged.txt", 1);
        assert_eq!((check.outcome, check.failed), (OutcomeKind::Failed, 1), "{from} -> {to}");
    }
    fs::write(office.path("bad.txt"), text.replace("name ", "nam ")).unwrap();
    let said =
        office.run("verify_transcript", "--lang en transcript-en.jsonl --person bad.txt", &[2]);
    assert!(
        said.contains(
            "--person bad.txt: line 3 is not `name …`: copy all five lines from the slip"
        ),
        "{said}"
    );
    office.said.iter().for_each(|(what, said)| nowhere(&secrets(), what, said));
}

/// The command on the slip, as a shell runs it, gives the commitment in the plan.
#[cfg(unix)]
#[test]
fn the_command_on_the_slip_gives_the_commitment() {
    let mut office = Office::new(false);
    office.import();
    office.run("draw_session", "--lang en slips plan.openings.csv --out slips", &[0]);
    let page = fs::read_to_string(office.path("slips/slips.html")).unwrap();
    let households = office.households("plan.jsonl");
    for (section, (id, ..)) in page.split("<section>").skip(1).zip(PEOPLE) {
        let command = unescaped(
            section
                .split("<pre class=\"command\">")
                .find(|part| part.starts_with("printf"))
                .unwrap(),
        );
        let command = command.split_once("</pre>").unwrap().0.to_owned();
        let output = Command::new("sh").args(["-c", &command]).output().unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        let commitment = households[id].1.unwrap().to_hex();
        assert!(printed.starts_with(&commitment), "{id}: {printed}");
        assert!(section.contains(&commitment));
    }
}

#[test]
fn openings_that_were_changed_make_no_slips() {
    let mut office = Office::new(false);
    office.import();
    let good = fs::read_to_string(office.path("plan.openings.csv")).unwrap();
    let row = |n: usize| good.lines().nth(n).unwrap().to_owned() + "\n";
    let cases = [
        // As a spreadsheet program saves long numbers.
        (
            good.replace("000000190001010017", "1.90001E+11"),
            "row 2: found name, number and salt that do not open the commitment",
        ),
        (
            good.replace("钱小明", "钱小名"),
            "row 2: found name, number and salt that do not open the commitment",
        ),
        (
            good.replace("household,", "id,"),
            "row 1: found 5 other heads; expected household,name,document,salt,person",
        ),
        (
            format!("{good}{}", row(3)),
            "row 10: found household H03 again; expected it once, as in row 4",
        ),
        (
            good.replacen(&Hash(office.openings("plan.openings.csv")["H01"].salt).to_hex(), "x", 1),
            "row 2: found a salt or commitment of another form",
        ),
        (row(0), "found no openings below the heads"),
    ];
    for (changed, expected) in cases {
        fs::write(office.path("changed.csv"), changed).unwrap();
        let said = office.run("draw_session", "--lang en slips changed.csv --out none", &[2]);
        assert!(said.contains(expected), "{expected} is not in {said}");
        assert!(!office.path("none").exists());
    }
    // Those of another import, or not all of them.
    let said = office.run(
        "draw_session",
        "--lang en slips first.openings.csv --plan plan.jsonl --out none",
        &[2],
    );
    assert!(said.matches("they are of another import").count() == PEOPLE.len(), "{said}");
    fs::write(office.path("changed.csv"), good.replace(&row(5), "")).unwrap();
    let said = office.run(
        "draw_session",
        "--lang en slips changed.csv --plan plan.jsonl --out none",
        &[2],
    );
    assert!(
        said.contains("household H05: found no opening; expected one for its commitment"),
        "{said}"
    );
    office.said.iter().for_each(|(what, said)| nowhere(&secrets(), what, said));
}
