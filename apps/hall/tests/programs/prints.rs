//! Print-outs, end to end: every page of a rehearsal, of an official draw with hostile texts, of
//! what is not finished, void, or refuted; and the tables for the office, read back.

use crate::program;
use calamine::{Data, Reader, Xlsx, open_workbook};
use floorlot::Fingerprint;
use floorlot::ceremony::Numbers;
use floorlot::lines::{Decision, Line, PickRule, Stage};
use floorlot::plan::{HouseholdNumber, Mode, Plan, Pool, Source, UnitNumber};
use floorlot::session::{Awaits, Session};
use floorlot::transcript::{Evidence, Verified, verify};
use floorlot_testing::Run;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

const PAGES: [&str; 6] =
    ["notice.html", "seed.html", "order.html", "crossout.html", "result.html", "minutes.html"];
const TABLES: [&str; 2] = ["result.xlsx", "result.csv"];

/// Runs `draw_session` in a folder, where clocks are those of Shanghai, and demands an exit code;
/// gives what it printed.
#[track_caller]
fn run(folder: &TempDir, line: &str, code: i32) -> (String, String) {
    let run = Run::of(program("draw_session")).args(line.split(' ')).within(folder);
    run.env("TZ", "CST-8").ends(code)
}

fn read(folder: &TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn there(folder: &TempDir, out: &str) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder.path().join(out))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// The small rehearsal as a transcript.
fn rehearsal() -> (TempDir, Vec<u8>) {
    let folder = TempDir::new().unwrap();
    run(&folder, "--lang zh demo --small --no-clock --seed-text prints --out demo", 0);
    let transcript = fs::read(folder.path().join("demo/transcript.jsonl")).unwrap();
    (folder, transcript)
}

fn lines(transcript: &[u8]) -> Vec<Line<'_>> {
    transcript
        .trim_ascii_end()
        .split(|b| *b == b'\n')
        .map(|line| Line::decode(line).unwrap())
        .collect()
}

fn verified(transcript: &[u8]) -> Verified {
    verify(transcript, &Evidence::default()).unwrap().into_verified().unwrap()
}

/// What a reader sees: no tags, no entities, tags of cells as gaps.
fn seen(html: &str) -> String {
    let mut out = String::new();
    let body = html.split_once("<body>").map_or(html, |(_, body)| body);
    for part in body.split('<') {
        let (tag, text) = part.split_once('>').unwrap_or(("", part));
        if tag.starts_with("/td")
            || tag.starts_with("/th")
            || tag.starts_with("/tr")
            || tag.starts_with("br")
        {
            out.push(' ');
        }
        out += text;
    }
    let entities = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&#123;", "{"),
        ("&amp;", "&"),
    ];
    entities.iter().fold(out, |text, (entity, c)| text.replace(entity, c))
}

/// The text of the element with this id.
fn element(html: &str, id: &str) -> String {
    let rest = html.split_once(&format!("id=\"{id}\">")).unwrap_or_else(|| panic!("no {id}")).1;
    seen(rest.split("</p").next().unwrap().split("</pre").next().unwrap())
}

/// Each row of the tables of a page, its cells with one space between.
fn rows(html: &str) -> Vec<String> {
    html.split("<tr")
        .skip(1)
        .map(|row| {
            seen(row.split("</tr>").next().unwrap())
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect()
}

const TAGS: [&str; 27] = [
    "!DOCTYPE", "html", "head", "meta", "title", "style", "body", "table", "thead", "tbody", "tr",
    "th", "td", "div", "p", "b", "i", "br", "small", "span", "ul", "li", "h2", "h3", "pre", "wbr",
    "code",
];
const ATTRIBUTES: [&str; 11] = [
    "html",
    "lang=",
    "charset=",
    "http-equiv=",
    "content=",
    "name=",
    "class=",
    "style=",
    "colspan=",
    "id=",
    "aria-hidden=",
];

/// A page loads nothing, runs nothing, and has a head on each of its sheets.
#[track_caller]
fn is_sound(html: &str, name: &str) {
    assert!(html.starts_with("<!DOCTYPE html>") && html.ends_with("</html>\n"), "{name}");
    assert!(html.contains("content=\"default-src 'none'; style-src 'unsafe-inline'\""), "{name}");
    // Every `<` begins one of these tags, with these attributes: what a text says is escaped.
    for tag in html.split('<').skip(1).map(|rest| rest.split('>').next().unwrap()) {
        let bare: String = tag.split('"').step_by(2).collect();
        let mut words = bare.split_whitespace();
        assert!(TAGS.contains(&words.next().unwrap().trim_start_matches('/')), "{name}: <{tag}>");
        assert!(words.all(|word| ATTRIBUTES.contains(&word)), "{name}: <{tag}>");
    }
    let style = html.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
    assert!(
        !style.contains("url(") && !style.contains("@import") && !html.contains("{{"),
        "{name}"
    );
    let sheets = html.matches("<table class=\"sheet\">").count();
    assert!(sheets > 0 && sheets == html.matches("<div class=\"top\">").count(), "{name}");
}

fn head_of(verified: &Verified) -> Fingerprint {
    let (size, root) = verified.head().unwrap();
    Fingerprint::of(verified.roll().origin(), size, root)
}

#[test]
fn every_page_of_a_rehearsal_says_so_and_has_all_of_it() {
    let (folder, transcript) = rehearsal();
    let lines = lines(&transcript);
    let verified = verified(&transcript);
    let plan = lines.iter().find_map(|line| match line {
        Line::Checkpoint { body, .. } => Some(Fingerprint::of_body(body).to_string()),
        _ => None,
    });
    let plan = plan.unwrap();
    let head = head_of(&verified).to_string();
    run(&folder, "--lang en print demo/transcript.jsonl --out en", 0);
    let mut all: Vec<&str> = [&PAGES[..], &TABLES[..]].concat();
    all.sort_unstable();
    for out in ["demo/print", "en"] {
        assert_eq!(there(&folder, out), all);
        for name in PAGES {
            let html = read(&folder, &format!("{out}/{name}"));
            is_sound(&html, name);
            let mark = if out == "en" { "REHEARSAL 演练" } else { "演练 REHEARSAL" };
            let sheets = html.matches("<table class=\"sheet\">").count();
            assert_eq!(
                html.matches(&format!("<div class=\"mark\"><b>{mark}</b>")).count(),
                sheets,
                "{name}"
            );
            assert!(html.contains("class=\"behind\""), "{name}");
            let text = seen(&html);
            assert!(text.matches("sample.example/block/rehearsal-1").count() >= sheets, "{name}");
            let fingerprint =
                if matches!(name, "result.html" | "minutes.html") { &head } else { &plan };
            assert!(text.matches(fingerprint.as_str()).count() >= sheets, "{name}: {fingerprint}");
        }
        contains_the_plan(&read(&folder, &format!("{out}/notice.html")), &lines);
        contains_the_seed(&read(&folder, &format!("{out}/seed.html")), &lines);
        contains_the_order(&read(&folder, &format!("{out}/order.html")), &lines);
        contains_the_flats(&read(&folder, &format!("{out}/crossout.html")), &lines);
        contains_the_result(&read(&folder, &format!("{out}/result.html")), &lines, &verified);
    }
    let minutes = seen(&read(&folder, "demo/print/minutes.html"));
    for said in [
        "录错房号 / wrong flat typed",
        "三呼未到",
        "由代理人 黄*强 选定",
        "异议 E1",
        "驳回",
        "经各户同意换房",
    ] {
        assert!(minutes.contains(said), "{said}");
    }
    let given_up = lines
        .iter()
        .find_map(
            |line| if let Line::Withdrawal { unit, .. } = line { unit.as_deref() } else { None },
        )
        .unwrap();
    let given_up = lines.iter().find_map(|line| match line {
        Line::Unit { id, label, storey, .. } if id == given_up => {
            Some(format!("放弃 {label}（{storey}层）"))
        }
        _ => None,
    });
    assert!(minutes.contains(&given_up.unwrap()), "{minutes}");
    assert!(
        minutes.contains("拒绝公开：o3 诸葛*娟") && minutes.contains("缺席：r3 谢*"),
        "{minutes}"
    );
    assert!(
        minutes.contains("密钥签名，2023-11-15 06:13:20 (UTC+08:00)"),
        "the clocks of the hall"
    );
    assert_eq!(read(&folder, "demo/print/minutes.html").matches("<td class=\"sign\">").count(), 6);
}

/// All households with name, tier and needs; all units; the panel with its keys; the fingerprint in
/// large digits.
fn contains_the_plan(html: &str, lines: &[Line<'_>]) {
    let text = seen(html);
    let (rows, huge) = (
        rows(html).join("\n"),
        html.split("class=\"huge\">").nth(1).unwrap().split("</div>").next().unwrap(),
    );
    assert_eq!(huge.chars().filter(char::is_ascii_digit).count(), 60);
    let mut households = 0;
    for line in lines {
        match line {
            Line::Household { id, name, tier, group, .. } => {
                households += 1;
                let start = format!("{id} {name}");
                let row = rows
                    .lines()
                    .find(|row| row.contains(&start))
                    .unwrap_or_else(|| panic!("{start} in\n{rows}"));
                assert!(
                    row.contains(&format!(" {tier}"))
                        && group.as_ref().is_none_or(|group| row.contains(&**group)),
                    "{row}"
                );
            }
            Line::Unit { label, .. } => {
                assert!(html.contains(&format!("<b>{label}</b>")), "{label}")
            }
            Line::Member { id, name, key, .. } => {
                let key = Sha256::digest(key.as_ref().unwrap().as_bytes());
                let key = Fingerprint::of_number(floorlot::Hash(key.into()));
                assert!(rows.contains(&format!("{id} {name} {key}")), "{id}");
            }
            _ => {}
        }
    }
    assert_eq!(households, 10);
    assert!(text.contains("无障碍") || text.contains("step-free"));
}

/// The text that is hashed, to the last byte; and the command, which a shell carries out.
fn contains_the_seed(html: &str, lines: &[Line<'_>]) {
    let seed = lines
        .iter()
        .find_map(
            |line| if let Line::Seed { seed, .. } = line { Some(seed.to_string()) } else { None },
        )
        .unwrap();
    assert_eq!(element(html, "seed"), seed);
    let text = element(html, "text");
    assert_eq!(hex::encode(Sha256::digest(text.as_bytes())), seed, "{text}");
    if cfg!(target_os = "linux") {
        let output = Command::new("sh").arg("-c").arg(element(html, "command")).output().unwrap();
        assert!(
            String::from_utf8(output.stdout).unwrap().starts_with(&seed),
            "{}",
            element(html, "command")
        );
    }
    let dice = lines
        .iter()
        .find_map(|line| {
            if let Line::Dice { digits, .. } = line { Some(digits.to_string()) } else { None }
        })
        .unwrap();
    assert!(seen(html).replace(' ', "").contains(&dice));
}

/// The calls of the transcript, in its order, each with its ticket in decimal.
fn contains_the_order(html: &str, lines: &[Line<'_>]) {
    let rows = rows(html);
    let rows: Vec<&String> =
        rows.iter().filter(|row| row.starts_with(|c: char| c.is_ascii_digit())).collect();
    let calls: Vec<(u64, &str, u128)> = lines
        .iter()
        .filter_map(|line| match line {
            Line::Call { place, household, ticket, .. } => {
                Some((*place, household.as_ref(), ticket.0))
            }
            _ => None,
        })
        .take(10)
        .collect();
    assert_eq!((rows.len(), calls.len()), (10, 10));
    for (row, (place, household, ticket)) in rows.iter().zip(&calls) {
        assert!(
            row.starts_with(&format!("{place} {household} "))
                && row.contains(&format!(" {ticket}")),
            "{row}: {place} {household} {ticket}"
        );
    }
}

/// A box for each flat, on one sheet of paper for the building.
fn contains_the_flats(html: &str, lines: &[Line<'_>]) {
    let units = lines.iter().filter(|line| matches!(line, Line::Unit { .. })).count();
    assert_eq!(
        (html.matches("class=\"box\"").count(), html.matches("<table class=\"sheet\">").count()),
        (units, 1)
    );
    for line in lines {
        if let Line::Unit { label, features, .. } = line {
            let cell = html
                .split("<td class=\"flat")
                .find(|cell| cell.contains(&format!("<b>{label}</b>")))
                .unwrap();
            let has = |need: &str| features.iter().flatten().any(|f| f == need);
            assert_eq!(
                (cell.contains('①'), cell.contains('②')),
                (has("low-floor"), has("step-free")),
                "{label}"
            );
        }
    }
}

/// Every flat with the household that has it in the end, by the verifier.
fn contains_the_result(html: &str, lines: &[Line<'_>], verified: &Verified) {
    let rows = rows(html).join("\n");
    for line in lines {
        if let Line::Unit { id, label, storey, .. } = line {
            let household = verified
                .allocation()
                .find(|(_, unit)| *unit == Some(id))
                .map_or("—", |(household, _)| household);
            assert!(
                rows.contains(&format!("{storey} {label} {household} ")),
                "{label} {household} in\n{rows}"
            );
        }
    }
    let last = self::rows(html.rsplit("<table class=\"sheet\">").next().unwrap()).join("\n");
    for unit in verified.free() {
        let label = lines.iter().find_map(|line| match line {
            Line::Unit { id, label, storey, .. } if id == unit => Some(format!("{storey} {label}")),
            _ => None,
        });
        assert!(last.contains(&label.unwrap()), "{unit} in\n{last}");
    }
}

const EVIL: &str = "<script>alert(1)</script><img src=x onerror=y>\"'&amp;{{title}}";

/// An official draw full of texts that mean something to browsers, spreadsheets and shells; with a
/// standby list, a withdrawal, an offer taken, and a swap.
struct Hall {
    session: Session,
    lines: Vec<Vec<u8>>,
}

impl Hall {
    fn new(mode: Mode) -> Hall {
        let evil = |text: &str| format!("{text}{EVIL}");
        let mut pool = Pool::lot("A", &evil("=1+1"), &evil("+1"));
        for n in 1..=4_u64 {
            pool = pool.unit(
                &format!("A-0{n}"),
                ["=1+1", "@SUM(A1)", "-2+3", "<b>04</b>"][n as usize - 1],
                n,
                &["x.y"],
            );
        }
        for n in 1..=6 {
            pool = pool.household(
                &format!("00{n}"),
                ["=HYPERLINK(\"x\")", "＝1+1", "<b>x</b>", "+1", "陈*", ""][n - 1],
                1,
                &[],
            );
        }
        let pool = pool.household("007", "李*", 1, &["x.y"]);
        let plan = Plan::new("draw.example/official", &evil("Title"), mode)
            .bench("a", &evil("bench"), 1, &[("r1", &EVIL[..40])])
            .bench("b", "工作人员", 1, &[("o1", "o'neill")])
            .source(Source::TWENTY_DICE)
            .pool(pool);
        Hall { session: Session::new(plan.validate().unwrap()), lines: Vec::new() }
    }

    fn push(&mut self, step: impl FnOnce(&mut Session) -> Vec<u8>) {
        let line = step(&mut self.session);
        self.lines.push(line);
    }

    fn advance(&mut self) {
        while let Some(line) = self.session.advance(None) {
            self.lines.push(line);
        }
    }

    fn drawn(mode: Mode) -> Hall {
        let mut hall = Hall::new(mode);
        hall.ceremony();
        assert_eq!(hall.session.awaits(), Awaits::Done);
        hall
    }

    /// A pool of four households and five flats, in which everybody chooses.
    fn of_choice() -> Hall {
        let mut pool = Pool::new("A", "1号楼 两室", "1号楼", PickRule::Choice);
        for n in 1..=5_u64 {
            pool = pool.unit(&format!("A-0{n}"), &format!("{n}01"), n, &[]);
        }
        for n in 1..=4 {
            pool = pool.household(&format!("H{n}"), "王*", 1, &[]);
        }
        let plan = Plan::new("draw.example/choice", "Choice", Mode::Official)
            .bench("a", "居民代表", 1, &[("r1", "王*")])
            .bench("b", "工作人员", 1, &[("o1", "李*")])
            .source(Source::TWENTY_DICE)
            .pool(pool);
        let mut hall = Hall { session: Session::new(plan.validate().unwrap()), lines: Vec::new() };
        hall.ceremony();
        hall
    }

    fn call(&mut self) -> HouseholdNumber {
        let Awaits::Call { household } = self.session.awaits() else {
            panic!("{:?}", self.session.awaits())
        };
        self.push(|s| s.call(None).unwrap());
        household
    }

    fn ceremony(&mut self) {
        let hall = self;
        hall.advance();
        for member in ["r1", "o1"] {
            hall.push(|s| s.envelope(member, None).unwrap());
        }
        hall.push(|s| s.close_commits(None).unwrap());
        for member in ["r1", "o1"] {
            hall.push(|s| s.reveal(member, "8842", None).unwrap());
        }
        hall.push(|s| s.close_reveals(None).unwrap());
        hall.advance();
        hall.push(|s| s.numbers(Numbers::Dice("00416293857710359264".into()), None).unwrap());
        hall.advance();
    }

    fn after(&mut self, line: &Line<'_>) {
        self.push(|s| s.aftermath(line).unwrap());
    }

    /// One gives up, one on standby takes the flat, two others change theirs.
    fn changed(&mut self) {
        let roll = self.session.roll().clone();
        let housed: Vec<(HouseholdNumber, UnitNumber)> = roll
            .household_numbers()
            .zip(self.session.holdings().to_vec())
            .filter_map(|(h, u)| Some((h, u.unit()?)))
            .collect();
        let id = |n: usize| roll.household_id(housed[n].0).to_owned();
        self.after(&Line::Objection {
            id: "E1".into(),
            household: None,
            text: EVIL.into(),
            at: None,
        });
        self.after(&Line::Ruling {
            objection: "E1".into(),
            decision: Decision::Rejected,
            reason: EVIL.into(),
            at: None,
        });
        let unit = roll.unit_id(housed[0].1).to_owned();
        self.after(&Line::Withdrawal {
            household: id(0).into(),
            unit: Some(unit.into()),
            reason: EVIL.into(),
            sheet: floorlot::Hash([7; 32]),
            at: None,
        });
        let (unit, household) = self.session.due_offer(roll.pool_numbers().at(0).unwrap()).unwrap();
        let (unit, household) = (roll.unit_id(unit), roll.household_id(household));
        self.after(&Line::Offer { unit: unit.into(), household: household.into(), at: None });
        self.after(&Line::Accept {
            unit: unit.into(),
            household: household.into(),
            sheet: floorlot::Hash([8; 32]),
            at: None,
        });
        let consents = vec![floorlot::Hash([5; 32]), floorlot::Hash([6; 32])];
        self.after(&Line::Swap {
            households: vec![id(1).into(), id(2).into()],
            units: [1, 2].map(|n| roll.unit_id(housed[n].1).to_owned().into()).into(),
            consents,
            at: None,
        });
    }

    fn seal(&mut self) {
        self.push(|s| s.close_batch(None).unwrap());
        self.advance();
    }

    fn file(&self) -> Vec<u8> {
        self.lines.iter().flat_map(|line| line.iter().copied().chain(*b"\n")).collect()
    }

    fn write(&self, folder: &TempDir) -> Vec<u8> {
        let file = self.file();
        fs::write(folder.path().join("t.jsonl"), &file).unwrap();
        file
    }
}

#[test]
fn hostile_texts_stay_texts_and_an_official_draw_is_no_rehearsal() {
    let folder = TempDir::new().unwrap();
    let mut hall = Hall::drawn(Mode::Official);
    hall.changed();
    hall.seal();
    hall.write(&folder);
    for lang in ["zh", "en"] {
        run(&folder, &format!("--lang {lang} print t.jsonl --out {lang}"), 0);
        for name in PAGES {
            let html = read(&folder, &format!("{lang}/{name}"));
            is_sound(&html, name);
            let text = seen(&html);
            assert!(text.contains(&format!("Title{EVIL}")), "{name}: the title reads as it is");
            assert!(!html.contains("<b>x</b>") && !html.contains("<b>04</b>"), "{name}");
            assert!(
                !html.contains("演练")
                    && !html.contains("REHEARSAL")
                    && !html.contains("class=\"mark\""),
                "{name}"
            );
            assert!(!html.contains("class=\"behind\""), "{name}");
        }
        let minutes = seen(&read(&folder, &format!("{lang}/minutes.html")));
        assert!(
            minutes.matches(&format!(": {EVIL}")).count()
                + minutes.matches(&format!("：{EVIL}")).count()
                >= 2,
            "{minutes}"
        );
    }
}

/// The rows of the allocation in the workbook: the columns by their heads.
fn sheet(path: &Path, number: usize) -> Vec<Vec<Data>> {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    let (_, range) = book.worksheets().swap_remove(number);
    range.rows().map(<[Data]>::to_vec).collect()
}

fn text(cell: &Data) -> &str {
    match cell {
        Data::String(text) => text,
        Data::Empty => "",
        other => panic!("{other:?} is not text"),
    }
}

#[test]
fn the_tables_for_the_office_are_the_verified_allocation() {
    let folder = TempDir::new().unwrap();
    let mut hall = Hall::drawn(Mode::Official);
    hall.changed();
    hall.seal();
    let verified = verified(&hall.write(&folder));
    let roll = verified.roll();
    run(&folder, "--lang en print t.jsonl --out out --only xlsx --only result.csv", 0);
    assert_eq!(there(&folder, "out"), ["result.csv", "result.xlsx"]);

    let file = fs::read(folder.path().join("out/result.csv")).unwrap();
    assert!(file.starts_with(
        b"\xef\xbb\xbfpool,building,household,name,place,ticket,unit,label,storey,how\r\n"
    ));
    let mut csv = csv::Reader::from_reader(&file[3..]);
    let csv: Vec<csv::StringRecord> = csv.records().map(Result::unwrap).collect();
    let of_csv: Vec<(&str, Option<&str>)> =
        csv.iter().map(|row| (&row[2], Some(&row[6]).filter(|unit| !unit.is_empty()))).collect();
    let expected: Vec<(&str, Option<&str>)> = verified.allocation().collect();
    assert_eq!(of_csv, expected);
    for row in &csv {
        assert!(
            row.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])),
            "{row:?}"
        );
    }
    assert!(
        csv.iter().any(|row| &row[3] == "'=HYPERLINK(\"x\")")
            && csv.iter().any(|row| &row[7] == "'@SUM(A1)")
    );
    let calls: Vec<(String, String, String)> = hall
        .lines
        .iter()
        .filter_map(|line| match Line::decode(line).unwrap() {
            Line::Call { place, household, ticket, .. } => {
                Some((household.into_owned(), place.to_string(), ticket.0.to_string()))
            }
            _ => None,
        })
        .collect();
    for (household, place, ticket) in &calls {
        assert!(
            csv.iter().any(|row| &row[2] == household && &row[4] == place && &row[5] == ticket),
            "{household}"
        );
    }
    let how = |word: &str| csv.iter().filter(|row| &row[9] == word).count();
    assert_eq!(
        (
            how("swap"),
            how("offered to the standby list"),
            how("gave up"),
            how("standby"),
            how("lot")
        ),
        (2, 1, 1, 2, 1)
    );

    let path = folder.path().join("out/result.xlsx");
    let rows = sheet(&path, 0);
    let head: Vec<&str> = rows[1].iter().map(text).collect();
    let column = |name: &str| head.iter().position(|head| *head == name).unwrap();
    let of_xlsx: Vec<(&str, Option<&str>)> = rows[2..]
        .iter()
        .map(|row| {
            (
                text(&row[column("household")]),
                Some(text(&row[column("unit")])).filter(|unit| !unit.is_empty()),
            )
        })
        .collect();
    assert_eq!(of_xlsx, expected, "ids are text: 001 stays 001");
    for (row, (household, unit)) in rows[2..].iter().zip(&expected) {
        let call = calls.iter().find(|(id, ..)| id == household).unwrap();
        assert_eq!(
            (text(&row[column("ticket")]), row[column("place")].to_string()),
            (call.2.as_str(), call.1.clone())
        );
        let number = unit
            .and_then(|unit| roll.find_unit(unit))
            .map_or(String::new(), |unit| (unit.get() + 1).to_string());
        assert_eq!(row[column("storey")].to_string(), number, "unit n is on storey n");
    }
    assert!(
        rows.iter().flatten().any(|cell| *cell == Data::String("=HYPERLINK(\"x\")".into())),
        "as it is, and no formula"
    );
    let standby: Vec<String> =
        sheet(&path, 1)[2..].iter().map(|row| text(&row[3]).to_owned()).collect();
    assert_eq!(standby, verified.standby().collect::<Vec<_>>());
    assert!(sheet(&path, 2).len() == 2 && verified.free().next().is_none());
    let summary: Vec<String> = sheet(&path, 3).iter().map(|row| row[1].to_string()).collect();
    assert!(summary.contains(&head_of(&verified).to_string()), "{summary:?}");
}

/// An `undo` takes back the line before it, and nothing of the household that chose before that.
#[test]
fn areas_and_prices_stand_in_the_tables_for_the_office() {
    let folder = tempfile::tempdir().unwrap();
    let corpus = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/vectors/corpus/valid/areas-and-prices.jsonl"
    );
    fs::copy(corpus, folder.path().join("t.jsonl")).unwrap();
    run(&folder, "--lang en print t.jsonl --out out --only xlsx --only result.csv", 0);
    let csv = read(&folder, "out/result.csv");
    assert!(csv.contains(",unit,label,storey,area (m²),price (yuan),how\r\n"), "{csv}");
    let row = |unit: &str| csv.lines().find(|row| row.contains(unit)).unwrap_or_default();
    assert!(row("B-0201").contains(",B-0201,201,2,0.01,0.01,choice"), "{csv}");
    assert!(row("B-0501").contains(",B-0501,501,5,89.25,,choice"), "{csv}");
    assert!(row("B-1101").contains(",B-1101,1101,11,,,choice"), "{csv}");
    assert!(row("B-1501").contains(",B-1501,1501,15,100000.00,1234567.89,choice"), "{csv}");
    let rows = sheet(&folder.path().join("out/result.xlsx"), 0);
    assert_eq!([text(&rows[1][12]), text(&rows[1][13])], ["area (m²)", "price (yuan)"]);
    let dear = rows.iter().find(|row| row.contains(&Data::String("B-1501".into()))).unwrap();
    assert_eq!((&dear[12], &dear[13]), (&Data::Float(100_000.0), &Data::Float(1_234_567.89)));
    let left = sheet(&folder.path().join("out/result.xlsx"), 2);
    let last = left.last().unwrap();
    assert_eq!((text(&last[2]), &last[6]), ("B-1701", &Data::Float(10_000_000_000_000.0)));
}

#[test]
fn areas_and_prices_stand_on_the_wall() {
    let folder = tempfile::tempdir().unwrap();
    let corpus = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/vectors/corpus/valid/areas-and-prices.jsonl"
    );
    fs::copy(corpus, folder.path().join("t.jsonl")).unwrap();
    run(&folder, "--lang zh print t.jsonl --out out --only notice --only result", 0);
    for (name, all) in [
        (
            "notice",
            [
                "17 1701 10,000,000,000,000.00",
                "15 1501 100,000.00 1,234,567.89",
                "5 501 89.25",
                "2 201 0.01 0.01",
            ],
        ),
        (
            "result",
            [
                "17 1701 10,000,000,000,000.00 — 剩余",
                "15 1501 100,000.00 1,234,567.89 H104 冯*",
                "5 501 89.25 H103 郑*",
                "2 201 0.01 0.01 H101 周*",
            ],
        ),
    ] {
        let html = read(&folder, &format!("out/{name}.html"));
        is_sound(&html, name);
        let rows = rows(&html).join("\n");
        for row in ["楼层 房号 面积㎡ 价格（元）"].iter().chain(&all) {
            assert!(rows.contains(row), "{name}: {row} is not in\n{rows}");
        }
    }
    // Where the plan has neither, the pages are as before.
    let (folder, _) = rehearsal();
    for name in ["notice", "result"] {
        assert!(!read(&folder, &format!("demo/print/{name}.html")).contains("面积"), "{name}");
    }
}

#[test]
fn who_chose_before_an_undo_keeps_how_it_chose() {
    let folder = TempDir::new().unwrap();
    let mut hall = Hall::of_choice();
    let mut expected = Vec::new();
    for (unit, proxy, how) in
        [("A-03", None, "choice"), ("A-05", Some("周*"), "choice by proxy 周*")]
    {
        expected.push((hall.call(), unit, how));
        hall.push(|s| s.choose(unit, proxy, None).unwrap());
    }
    // Missed, taken back, chosen wrongly, taken back, chosen.
    expected.push((hall.call(), "A-01", "choice"));
    hall.push(|s| s.miss(None).unwrap());
    hall.push(|s| s.undo("it is in the hall", None).unwrap());
    hall.push(|s| s.choose("A-02", None, None).unwrap());
    hall.push(|s| s.undo("mistyped", None).unwrap());
    hall.push(|s| s.choose("A-01", None, None).unwrap());
    // Missed for good: first to the end of the pool, then by lot.
    let last = hall.call();
    hall.push(|s| s.miss(None).unwrap());
    assert_eq!(hall.call(), last);
    hall.push(|s| s.miss(None).unwrap());
    hall.advance();
    let unit = hall.session.roll().unit_id(hall.session.holding(last).unit().unwrap()).to_owned();
    expected.push((last, &unit, "lot"));
    hall.write(&folder);
    run(&folder, "--lang en print t.jsonl --out out", 0);
    let file = fs::read(folder.path().join("out/result.csv")).unwrap();
    let mut csv = csv::Reader::from_reader(&file[3..]);
    let rows: Vec<csv::StringRecord> = csv.records().map(Result::unwrap).collect();
    for (household, unit, how) in expected {
        let row =
            rows.iter().find(|row| &row[2] == hall.session.roll().household_id(household)).unwrap();
        assert_eq!((&row[6], &row[9]), (unit, how), "{row:?}");
    }
    let minutes = seen(&read(&folder, "out/minutes.html"));
    assert!(minutes.contains("3 chosen, 1 by lot"), "{minutes}");
    let roll = hall.session.roll();
    let missed = roll.household_id(roll.household_numbers().at(2).unwrap());
    assert!(
        minutes.contains("Withdrawn:")
            && minutes.contains("did not answer three calls. Reason: it is in the hall"),
        "{missed} {minutes}"
    );
    assert!(minutes.contains("→ 201 (storey 2). Reason: mistyped"), "{minutes}");
}

#[test]
fn a_rehearsal_says_so_in_the_tables_too() {
    let (folder, transcript) = rehearsal();
    let csv = read(&folder, "demo/print/result.csv");
    assert!(
        csv.lines().skip(1).count() == 10
            && csv.lines().skip(1).all(|row| row.ends_with("（演练）")),
        "{csv}"
    );
    for number in 0..4 {
        let rows = sheet(&folder.path().join("demo/print/result.xlsx"), number);
        assert!(text(&rows[0][0]).contains("演练 REHEARSAL"), "{number}");
    }
    let free: Vec<String> = sheet(&folder.path().join("demo/print/result.xlsx"), 2)[2..]
        .iter()
        .map(|row| text(&row[2]).to_owned())
        .collect();
    assert_eq!(free, verified(&transcript).free().collect::<Vec<_>>());
}

#[test]
fn what_is_not_finished_prints_what_there_is() {
    let (folder, transcript) = rehearsal();
    let ends: Vec<usize> =
        (1..).zip(&transcript).filter(|(_, b)| **b == b'\n').map(|(end, _)| end).collect();
    let lines = lines(&transcript);
    let after = |kind: &str| ends[lines.iter().position(|line| line.kind() == kind).unwrap()];
    let write = |bytes: &[u8]| fs::write(folder.path().join("t.jsonl"), bytes).unwrap();
    let print = |out: &str| run(&folder, &format!("--lang en print t.jsonl --out {out}"), 0).1;

    // A plan alone.
    let plan = lines.iter().position(|line| line.kind() == "checkpoint").unwrap();
    write(&transcript[..ends[plan - 1]]);
    let err = print("plan");
    assert_eq!(there(&folder, "plan"), ["crossout.html", "notice.html"]);
    for name in
        ["seed.html", "order.html", "result.html", "minutes.html", "result.xlsx", "result.csv"]
    {
        assert!(
            err.contains(&format!("{name}: not printed: the plan is not sealed yet")),
            "{name}: {err}"
        );
    }
    let only = "--lang en print t.jsonl --out none --only enrolment";
    let err = run(&folder, only, 2).1;
    assert!(err.contains("enrolment.html: not printed: the plan is not sealed yet"), "{err}");
    let notice = read(&folder, "plan/notice.html");
    assert!(notice.contains("The plan is not sealed yet") && !notice.contains("class=\"huge\""));

    // Sealed; then with a seed, of which the order follows before anybody is called.
    write(&transcript[..after("commit")]);
    let err = print("sealed");
    assert_eq!(there(&folder, "sealed"), ["crossout.html", "minutes.html", "notice.html"]);
    assert!(err.contains("order.html: not printed: there is no seed yet"), "{err}");
    assert!(read(&folder, "sealed/notice.html").contains("class=\"huge\""));
    // From the seal on, each household gets a slip; whatever comes later, the same.
    for (name, file) in [("slips", "t.jsonl"), ("later", "demo/transcript.jsonl")] {
        let line = format!("--lang en print {file} --out {name} --only enrolment");
        run(&folder, &line, 0);
    }
    let slips = read(&folder, "slips/enrolment.html");
    let households = lines.iter().filter(|line| line.kind() == "household").count();
    assert_eq!(slips.matches("<section class=\"slip rehearsal\"").count(), households);
    assert_eq!(slips.matches("<svg").count(), households);
    assert!(slips.contains("<p class=\"has\">a place in the sealed plan: tier 1"));
    assert!(!slips.contains("Ticket"));
    assert!(slips == read(&folder, "later/enrolment.html"));
    let one = |household: &str, code| {
        let line = format!(
            "--lang en print t.jsonl --out {household} --only enrolment --household {household}"
        );
        run(&folder, &line, code)
    };
    one("H0002", 0);
    let slip = read(&folder, "H0002/enrolment.html");
    assert!(slip.matches("<section").count() == 1 && slip.contains(">H0002 "), "{slip}");
    assert!(one("H9999", 2).1.contains("`H9999` is no household or family of the plan"));
    assert!(read(&folder, "sealed/minutes.html").contains("Interim minutes"));
    // The reveals are sealed, and no die is rolled: their fingerprint is on what hangs and is kept.
    let dice = lines.iter().position(|line| line.kind() == "dice").unwrap();
    write(&transcript[..ends[dice - 1]]);
    print("reveals");
    let body = lines[..dice].iter().rev().find_map(|line| match line {
        Line::Checkpoint { stage: Stage::Reveals, body, .. } => Some(body.to_string()),
        _ => None,
    });
    let print_of = Fingerprint::of_body(&body.unwrap()).to_string();
    assert!(read(&folder, "reveals/notice.html").contains(&print_of));
    let minutes = read(&folder, "reveals/minutes.html");
    assert!(minutes.contains("Checkpoint over the reveals") && minutes.contains(&print_of));
    assert!(minutes.contains("nobody signs it"), "nobody is missing under it");
    assert!(!read(&folder, "sealed/notice.html").contains("Fingerprint of the reveals"));

    write(&transcript[..after("seed") + 7]);
    let err = print("seed");
    assert_eq!(
        there(&folder, "seed"),
        ["crossout.html", "minutes.html", "notice.html", "order.html", "seed.html"]
    );
    assert!(
        err.contains("the last line is torn")
            && err.contains("result.csv: not printed: the draw is not finished"),
        "{err}"
    );
    contains_the_seed(&read(&folder, "seed/seed.html"), &lines);
    contains_the_order(&read(&folder, "seed/order.html"), &lines);
    let (_, err) = run(&folder, "--lang en print t.jsonl --out none --only result", 2);
    assert!(err.contains("not finished") && err.contains("Nothing was printed"), "{err}");
    assert_eq!(there(&folder, "none"), [""; 0]);

    // Something came after the result and is not sealed: the pages are those of the last closing,
    // and say so.
    let closing = after("closing");
    write(&transcript[..after("swap")]);
    print("open");
    let html = read(&folder, "open/result.html");
    contains_the_result(&html, &lines, &verified(&transcript[..closing]));
    assert!(
        html.contains("Recorded since, not sealed yet and not on this page: 6 lines."),
        "{html}"
    );
}

#[test]
fn of_what_is_refuted_no_result_is_printed() {
    let (folder, transcript) = rehearsal();
    let text = String::from_utf8(transcript).unwrap();
    let pick = text
        .lines()
        .find(|line| line.starts_with("{\"kind\":\"pick\"") && line.contains("\"by\":\"choice\""))
        .unwrap();
    let unit = pick.split("\"unit\":\"").nth(1).unwrap().split('"').next().unwrap();
    let other = if unit == "B07-502" { "B07-602" } else { "B07-502" };
    fs::write(folder.path().join("t.jsonl"), text.replace(pick, &pick.replace(unit, other)))
        .unwrap();
    let (_, err) = run(&folder, "--lang en print t.jsonl --out out", 1);
    for name in ["result.html", "minutes.html", "result.xlsx", "result.csv"] {
        assert!(
            err.contains(&format!("{name}: not printed: the transcript is refuted")),
            "{name}: {err}"
        );
    }
    assert!(err.contains("This transcript is REFUTED: the first fault is in line "), "{err}");
    assert_eq!(there(&folder, "out"), ["crossout.html", "notice.html", "order.html", "seed.html"]);
    for name in there(&folder, "out") {
        let html = read(&folder, &format!("out/{name}"));
        assert_eq!(
            html.matches("<b>REFUTED</b>").count(),
            html.matches("<table class=\"sheet\">").count(),
            "{name}"
        );
    }
    let (_, err) = run(&folder, "--lang zh print t.jsonl --out none --only result --only csv", 1);
    assert!(err.contains("记录不成立，不打印结果"), "{err}");
    assert_eq!(there(&folder, "none"), [""; 0]);

    // The same while the draw is still on: no page says what the wrong line does.
    let wrong = text.replace(pick, &pick.replace("\"offered\":", "\"offered\":1"));
    let cut = wrong.find("{\"kind\":\"result\"").unwrap();
    fs::write(folder.path().join("t.jsonl"), &wrong[..cut]).unwrap();
    let (_, err) = run(&folder, "--lang en print t.jsonl --out still", 1);
    assert!(err.contains("REFUTED") && err.contains("minutes.html: not printed"), "{err}");
    assert_eq!(
        there(&folder, "still"),
        ["crossout.html", "notice.html", "order.html", "seed.html"]
    );

    // A plan that breaks a rule under a checkpoint: nothing at all.
    fs::write(folder.path().join("t.jsonl"), text.replacen("\"tier\":1", "\"tier\":0", 1)).unwrap();
    let (_, err) = run(&folder, "--lang en print t.jsonl --out nothing", 1);
    assert!(
        err.contains("the plan in this transcript breaks rules") && err.contains("[P7]"),
        "{err}"
    );
    assert!(!folder.path().join("nothing").exists());
    // The same as a plan file: bad input.
    let plan: String = text
        .lines()
        .take_while(|line| !line.contains("\"kind\":\"checkpoint\""))
        .map(|line| format!("{line}\n"))
        .collect();
    fs::write(folder.path().join("plan.jsonl"), plan.replacen("\"tier\":1", "\"tier\":0", 1))
        .unwrap();
    run(&folder, "--lang en print plan.jsonl --out nothing", 2);
}

#[test]
fn a_void_draw_says_so_on_every_sheet() {
    let folder = TempDir::new().unwrap();
    let mut hall = Hall::new(Mode::Official);
    hall.advance();
    hall.push(|s| s.void("骰子落地 <b>", None).unwrap());
    hall.seal();
    hall.write(&folder);
    let (_, err) = run(&folder, "--lang zh print t.jsonl --out out", 0);
    assert!(err.contains("seed.html：未打印：抽签在产生种子之前已宣布作废"), "{err}");
    let pages = there(&folder, "out");
    assert_eq!(
        pages,
        [
            "crossout.html",
            "minutes.html",
            "notice.html",
            "result.csv",
            "result.html",
            "result.xlsx"
        ]
    );
    for name in pages.iter().filter(|name| name.ends_with(".html")) {
        let html = read(&folder, &format!("out/{name}"));
        is_sound(&html, name);
        assert_eq!(
            html.matches("<b>作废</b>").count(),
            html.matches("<table class=\"sheet\">").count(),
            "{name}"
        );
        assert!(seen(&html).contains("骰子落地 <b>"), "{name}");
    }
    let csv = read(&folder, "out/result.csv");
    assert!(
        csv.lines().skip(1).count() == 7
            && csv.lines().skip(1).all(|row| row.ends_with(",,,,,,作废")),
        "{csv}"
    );

    // After the result: whoever had a flat has none.
    let mut hall = Hall::drawn(Mode::Official);
    hall.push(|s| s.void("错单", None).unwrap());
    hall.seal();
    hall.write(&folder);
    run(&folder, "--lang en print t.jsonl --out later", 0);
    let html = read(&folder, "later/result.html");
    assert!(
        html.contains("Nobody has a flat by it")
            && !html.contains("A-0")
            && !rows(&html).iter().any(|row| row.contains("00")),
        "{html}"
    );
}

#[test]
fn old_print_outs_are_not_mixed_with_new_ones() {
    let (folder, _) = rehearsal();
    let before = read(&folder, "demo/print/notice.html");
    let (_, err) =
        run(&folder, "--lang en print demo/transcript.jsonl --out demo/print --only seed", 2);
    assert!(
        err.contains("notice.html: found an older print-out") && err.contains("--replace"),
        "{err}"
    );
    assert_eq!(read(&folder, "demo/print/notice.html"), before);
    run(&folder, "--lang en print demo/transcript.jsonl --out demo/print --only seed --replace", 0);
    assert_eq!(there(&folder, "demo/print"), ["seed.html"]);
    // A demo replaces those of a demo.
    run(&folder, "--lang en demo --small --seed-text again --out demo", 0);
    assert_eq!(there(&folder, "demo/print").len(), 8);

    fs::write(folder.path().join("t.jsonl"), "no transcript\n").unwrap();
    let (_, err) = run(&folder, "--lang en print t.jsonl --out bad", 2);
    assert!(err.contains("t.jsonl: this is a text of an unknown kind, not a plan"), "{err}");
    let (_, err) = run(&folder, "--lang en print demo/transcript.jsonl --out bad --only poster", 2);
    assert!(err.contains("one of notice, enrolment, seed, order"), "{err}");
    assert!(!folder.path().join("bad").exists());
}

/// A plan that was edited after it was sealed is not told as one that can still be sealed.
#[test]
fn an_edited_plan_of_a_sealed_transcript_is_refuted_on_every_page() {
    let (folder, transcript) = rehearsal();
    let text = String::from_utf8(transcript).unwrap();
    let title = "\"title\":\"";
    let edited = text.replacen(title, &format!("{title}X"), 1);
    assert_ne!(edited, text);
    fs::write(folder.path().join("t.jsonl"), edited).unwrap();
    let (_, err) = run(&folder, "--lang en print t.jsonl --out edited", 1);
    assert!(!err.contains("not sealed yet"), "{err}");
    assert!(err.contains("seed.html: not printed: the transcript is refuted"), "{err}");
    let notice = read(&folder, "edited/notice.html");
    assert!(notice.contains("This is not the plan that was sealed"), "{notice}");
    assert!(!notice.contains("not sealed yet") && !notice.contains("class=\"huge\""));
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_printed_and_a_file_is_no_folder() {
    let folder = TempDir::new().unwrap();
    let fifo = folder.path().join("t.jsonl");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    for file in ["t.jsonl", "/dev/zero"] {
        let (_, err) = run(&folder, &format!("--lang en print {file} --out print"), 2);
        assert!(err.contains("a pipe, a device"), "{err}");
    }
    fs::write(folder.path().join("print"), "").unwrap();
    let plan = floorlot_testing::repository("examples/data/block/plan.jsonl");
    let (_, err) = run(&folder, &format!("--lang zh print {} --out print", plan.display()), 2);
    assert!(err.contains("此处不是文件夹"), "{err}");
}

/// What the office says of itself, with everything set.
const OFFICE: &str = "[office]\nname = \"回搬办 <示例>\"\ndate = \"2026年12月1日\"\nplace = \"社区礼堂\"\ntelephone = \"021-5555 0100\"\nsupervision = \"021-5555 0101\"\nposted = \"12月1日至7日\"\nverifier = \"https://verify.example/\"\n";

#[test]
fn papers_hang_with_the_office_and_without_needs() {
    let (folder, _) = rehearsal();
    let only =
        "--only notice --only order --only result --only crossout --only minutes --only seed";
    // Without settings there are lines to fill in by hand.
    run(&folder, &format!("--lang zh print demo/transcript.jsonl --out bare {only}"), 0);
    for name in PAGES {
        let page = read(&folder, &format!("bare/{name}"));
        assert_eq!(page.matches("class=\"imprint\"").count(), 1, "{name}");
        for words in ["落款", "公示期", "监督电话", "盖章处", "class=\"blank\""] {
            assert!(page.contains(words), "{name}: {words}");
        }
        assert!(!page.contains("照顾需求</th>") && !page.contains("有照顾需求的住户："), "{name}");
    }
    assert!(read(&folder, "bare/notice.html").contains("verify.html"));
    // Beside the transcript, or named; what is set is set in each.
    fs::write(folder.path().join("demo/transcript.office.toml"), OFFICE).unwrap();
    fs::write(folder.path().join("own.toml"), OFFICE).unwrap();
    run(&folder, &format!("--lang zh print demo/transcript.jsonl --out beside {only}"), 0);
    run(
        &folder,
        &format!(
            "--lang en print demo/transcript.jsonl --out named --office own.toml --show-needs {only}"
        ),
        0,
    );
    for (out, name) in ["beside", "named"].into_iter().flat_map(|out| PAGES.map(|name| (out, name)))
    {
        let page = read(&folder, &format!("{out}/{name}"));
        for words in [
            "回搬办 &lt;示例&gt;",
            "2026年12月1日",
            "社区礼堂",
            "021-5555 0100",
            "021-5555 0101",
            "12月1日至7日",
        ] {
            assert!(page.contains(words), "{out}/{name}: {words}");
        }
        assert!(!page.contains("class=\"blank\""), "{out}/{name}");
    }
    for name in ["notice.html", "result.html"] {
        assert!(
            read(&folder, &format!("beside/{name}")).contains("<b>https://verify.example/</b>"),
            "{name}"
        );
    }
    // Needs only where the office wants them.
    for name in ["notice.html", "order.html"] {
        assert!(read(&folder, &format!("named/{name}")).contains("<th>Needs</th>"), "{name}");
        assert!(!read(&folder, &format!("beside/{name}")).contains("<th>照顾需求</th>"), "{name}");
    }
    assert!(read(&folder, "named/crossout.html").contains("Households with needs"));
    run(&folder, "--lang en print demo/transcript.jsonl --out slips --only enrolment", 0);
    let slips = read(&folder, "slips/enrolment.html");
    assert_eq!(slips.matches("<b>https://verify.example/</b>").count(), 10, "on each slip");
    assert!(!slips.contains("{{verifier}}"));
}

#[test]
fn what_is_wrong_with_the_office_is_told_with_its_line() {
    let (folder, _) = rehearsal();
    for (text, line, words) in [
        ("[office]\nname = 3\n", 2, "string"),
        ("[office]\n\nphone = \"1\"\n", 3, "phone"),
        ("[office]\nname = \"a\\nb\"\n", 2, "one line"),
        (&format!("[office]\nname = \"{}\"\n", "长".repeat(121)), 2, "120"),
        ("[office]\nshow_needs = \"yes\"\n", 2, "boolean"),
    ] {
        fs::write(folder.path().join("o.toml"), text).unwrap();
        for (lang, at) in
            [("en", format!("o.toml: line {line}: ")), ("zh", format!("o.toml：第 {line} 行："))]
        {
            let (_, said) = run(
                &folder,
                &format!("--lang {lang} print demo/transcript.jsonl --out p --office o.toml"),
                2,
            );
            assert!(
                said.contains(&at) && said.contains(words) && said.contains("supervision"),
                "{text}: {said}"
            );
        }
        assert!(!folder.path().join("p").exists(), "nothing is printed");
    }
}

#[test]
fn a_small_draw_takes_one_sheet() {
    let (folder, _) = rehearsal();
    let sheets = |name: &str| read(&folder, name).matches("<table class=\"sheet\">").count();
    run(&folder, "--lang en print demo/transcript.jsonl --out p", 0);
    assert_eq!(["p/notice.html", "p/result.html", "p/minutes.html"].map(sheets), [1, 1, 1]);
    assert!(
        read(&folder, "p/notice.html").contains("<h2>Households</h2>"),
        "its parts have titles"
    );
}

#[test]
fn import_leaves_the_office_beside_the_plan() {
    let folder = TempDir::new().unwrap();
    let data = floorlot_testing::repository("examples/data/block");
    for name in ["roll.csv", "units.csv"] {
        fs::copy(data.join(name), folder.path().join(name)).unwrap();
    }
    let settings = fs::read_to_string(data.join("draw.toml")).unwrap();
    fs::write(folder.path().join("draw.toml"), format!("{settings}\n{OFFICE}")).unwrap();
    let (_, said) = run(
        &folder,
        "--lang en import --roll roll.csv --units units.csv --config draw.toml --map 身份证号=personal --out draw.plan.jsonl",
        0,
    );
    let plan = read(&folder, "draw.plan.jsonl");
    assert!(!plan.contains("0100"), "the plan does not hold it");
    assert_eq!(
        there(&folder, ".").iter().filter(|name| *name == "draw.office.toml").count(),
        1,
        "{said}"
    );
    run(&folder, "--lang zh print draw.plan.jsonl --out p --only notice", 0);
    assert!(read(&folder, "p/notice.html").contains("021-5555 0101"));
}
