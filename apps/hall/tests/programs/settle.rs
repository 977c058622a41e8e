//! `settle`: what flats cost against what households are entitled to.

use crate::program;
use calamine::{Data, Reader, Xlsx, open_workbook};
use floorlot::ceremony::Numbers;
use floorlot::plan::{Mode, PickRule, Plan, Pool, Source};
use floorlot::session::{Awaits, Session};
use floorlot_testing::Run;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

#[track_caller]
fn run(folder: &TempDir, line: &str, code: i32) -> (String, String) {
    Run::of(program("draw_session")).args(line.split(' ')).within(folder).ends(code)
}

/// A draw of two flats, dear and cheap, and one without an area, for four households: after so many
/// calls, or to its end. In the order of the calls: the dear one, the cheap one, the third, standby.
fn draw(mode: Mode, calls: usize) -> (Vec<u8>, Vec<String>) {
    let mut pool = Pool::new("A", "1号楼 两室", "1号楼", PickRule::Choice);
    for n in 1..=3_u64 {
        pool = pool.unit(&format!("A-0{n}"), &format!("{n}01"), n, &[]);
    }
    for (unit, (area, price)) in pool.units.iter_mut().zip([
        (Some(8_925), 123_456_789),
        (Some(7_000), 90_000_000),
        (None, 10),
    ]) {
        (unit.area, unit.price) = (area, Some(price));
    }
    for n in 1..=4 {
        pool = pool.household(&format!("H{n}"), "王*", 1, &[]);
    }
    let plan = Plan::new("draw.example/settle", "7号地块回迁选房", mode)
        .bench("a", "居民代表", 1, &[("r1", "王*")])
        .bench("b", "工作人员", 1, &[("o1", "李*")])
        .source(Source::TWENTY_DICE)
        .pool(pool);
    let mut session = Session::new(plan.validate().unwrap());
    let mut lines = Vec::new();
    let advance = |session: &mut Session, lines: &mut Vec<Vec<u8>>| {
        while let Some(line) = session.advance(None) {
            lines.push(line);
        }
    };
    advance(&mut session, &mut lines);
    for member in ["r1", "o1"] {
        lines.push(session.envelope(member, None).unwrap());
    }
    lines.push(session.close_commits(None).unwrap());
    for member in ["r1", "o1"] {
        lines.push(session.reveal(member, "8842", None).unwrap());
    }
    lines.push(session.close_reveals(None).unwrap());
    advance(&mut session, &mut lines);
    lines.push(session.numbers(Numbers::Dice("00416293857710359264".into()), None).unwrap());
    advance(&mut session, &mut lines);
    let mut called = Vec::new();
    for unit in ["A-01", "A-02", "A-03"].into_iter().take(calls) {
        let Awaits::Call { household } = session.awaits() else { panic!("{:?}", session.awaits()) };
        called.push(session.roll().household_id(household).to_owned());
        lines.push(session.call(None).unwrap());
        lines.push(session.choose(unit, None, None).unwrap());
        advance(&mut session, &mut lines);
    }
    while let (Awaits::Call { .. }, true) = (session.awaits(), calls > 3) {
        lines.push(session.call(None).unwrap());
        advance(&mut session, &mut lines);
    }
    assert_eq!(session.awaits() == Awaits::Done, calls > 3);
    let last =
        session.roll().household_numbers().map(|h| session.roll().household_id(h).to_owned());
    let last: Vec<String> = last.filter(|id| !called.contains(id)).collect();
    called.extend(last);
    (lines.iter().flat_map(|line| line.iter().copied().chain(*b"\n")).collect(), called)
}

fn sheet(path: &Path, number: usize) -> Vec<Vec<Data>> {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    let (_, range) = book.worksheets().swap_remove(number);
    range.rows().map(<[Data]>::to_vec).collect()
}

/// A folder with the draw, and a table of these amounts in the order of the calls.
fn office(mode: Mode, calls: usize, amounts: [&str; 4]) -> (TempDir, Vec<String>) {
    let folder = TempDir::new().unwrap();
    let (transcript, called) = draw(mode, calls);
    fs::write(folder.path().join("t.jsonl"), transcript).unwrap();
    let rows: String =
        called.iter().zip(amounts).map(|(id, amount)| format!("{id},\"{amount}\"\n")).collect();
    let table = format!("户号,应得金额（元）\n{rows}合计,9\n");
    fs::write(folder.path().join("e.csv"), table).unwrap();
    (folder, called)
}

const AMOUNTS: [&str; 4] = ["1,000,000.50", "950000元", "0.1", "500"];

#[test]
fn the_difference_is_exact_and_says_who_pays() {
    let (folder, called) = office(Mode::Official, 4, AMOUNTS);
    let (told, _) = run(&folder, "--lang en settle t.jsonl --entitled e.csv --out s.xlsx", 0);
    for said in [
        "column B (应得金额（元）) -> amount entitled to",
        "left out: a sum",
        "s.xlsx: 3 households settled, 1 not (no flat); households pay 234,567.39 yuan, and are paid 50,000.00 yuan",
    ] {
        assert!(told.contains(said), "{said}: {told}");
    }
    assert!(!told.contains("NOT FINAL"), "{told}");
    let path = folder.path().join("s.xlsx");
    let rows = sheet(&path, 0);
    let row = |id: &str| rows.iter().find(|row| row[2] == Data::String(id.into())).unwrap();
    let numbers = |id: &str| row(id)[6..10].to_vec();
    let f = Data::Float;
    assert_eq!(numbers(&called[0]), [f(89.25), f(1_234_567.89), f(1_000_000.5), f(234_567.39)]);
    assert_eq!(numbers(&called[1]), [f(70.0), f(900_000.0), f(950_000.0), f(-50_000.0)]);
    // 0.10 - 0.10 is nothing, whatever it would be in floating point.
    assert_eq!(row(&called[2])[7..10], [f(0.1), f(0.1), f(0.0)]);
    assert_eq!(row(&called[3])[8], f(500.0));
    let who: Vec<String> = called.iter().map(|id| row(id)[10].to_string()).collect();
    assert_eq!(
        who,
        [
            "the household pays; choice",
            "the household is paid; choice",
            "nobody pays; choice",
            "not settled; standby"
        ]
    );
    let totals = sheet(&path, 1);
    let all = totals.last().unwrap();
    assert_eq!(
        all[2..],
        [
            f(3.0),
            f(1.0),
            f(2_134_567.99),
            f(1_950_000.6),
            f(234_567.39),
            f(50_000.0),
            f(184_567.39)
        ]
    );
    assert_eq!(totals[2][2..], all[2..], "one pool");
    let basis: String =
        sheet(&path, 2).iter().map(|row| format!("{} {}\n", row[0], row[1])).collect();
    assert!(
        basis.contains("official draw") && basis.contains("fingerprint of the result"),
        "{basis}"
    );
    assert!(!basis.contains("NOT FINAL"), "{basis}");
    // The same as text.
    run(&folder, "--lang zh settle t.jsonl --entitled e.csv --out s.csv", 0);
    let csv = fs::read_to_string(folder.path().join("s.csv")).unwrap();
    let line = format!(
        ",{},王*,A-02,201,70.00,900000.00,950000.00,-50000.00,退给住户；本户选定,",
        called[1]
    );
    assert!(csv.contains(&line), "{csv}");
}

#[test]
fn everything_that_is_wrong_with_the_table_is_said_at_once() {
    let (folder, called) = office(Mode::Official, 4, AMOUNTS);
    let table = format!(
        "户号,应得金额\n{0},12万\n{0},5\nX9,7\n{1},\n,8\n{2},-\n",
        called[0], called[1], called[2]
    );
    fs::write(folder.path().join("e.csv"), table).unwrap();
    let (_, told) = run(&folder, "--lang en settle t.jsonl --entitled e.csv --out s.xlsx", 2);
    for said in [
        "e.csv, row 2, column B (应得金额): found `12万`; expected an amount in yuan from 0.00 to 10,000,000,000,000.00",
        &format!(
            "e.csv, row 3, column A (户号): found `{}`, as in row 2; expected each household once",
            called[0]
        ),
        "e.csv, row 4, column A (户号): found `X9`; expected a household of the draw",
        "e.csv, row 5, column B (应得金额): found nothing; expected an amount in yuan; fill in the amount, or 0",
        "e.csv, row 7, column B (应得金额): found `-`; expected an amount in yuan",
        &format!("e.csv: found no row for 1 household of the draw: {}", called[3]),
        "; nothing was written",
    ] {
        assert!(told.contains(said), "{said}\n{told}");
    }
    assert!(!folder.path().join("s.xlsx").exists());
    let (_, told) = run(&folder, "--lang zh settle t.jsonl --entitled e.csv --out s.xlsx", 2);
    assert!(told.contains("缺少本次抽签中的 1 户") && told.contains("没有写出任何文件"), "{told}");
    // Two columns could be meant, and neither is taken.
    let all: String = called.iter().map(|id| format!("{id},1,2\n")).collect();
    fs::write(folder.path().join("e.csv"), format!("户号,应得金额,补偿总额\n{all}")).unwrap();
    let (_, told) = run(&folder, "--lang en settle t.jsonl --entitled e.csv --out s.xlsx", 2);
    assert!(told.contains("columns B and C for the amount entitled to"), "{told}");
    let map = "--lang en settle t.jsonl --entitled e.csv --out s.csv --map 补偿总额=entitled";
    run(&folder, map, 0);
    let csv = fs::read_to_string(folder.path().join("s.csv")).unwrap();
    assert!(csv.contains(",1234567.89,2.00,1234565.89,"), "{csv}");
    // An older sheet stays, and so does what is read.
    run(&folder, map, 2);
    run(&folder, &format!("{map} --force"), 0);
    let over = "settle t.jsonl --entitled e.csv --out e.csv --force --map 补偿总额=entitled";
    run(&folder, over, 2);
    let head = format!("户号,应得金额,补偿总额\n{all}");
    assert_eq!(fs::read_to_string(folder.path().join("e.csv")).unwrap(), head);
}

#[test]
fn a_sheet_that_is_not_the_last_word_says_so() {
    let (folder, called) = office(Mode::Rehearsal, 1, AMOUNTS);
    let (told, _) = run(&folder, "--lang en settle t.jsonl --entitled e.csv --out s.xlsx", 0);
    assert!(told.contains("NOT FINAL: the draw is not finished"), "{told}");
    let rows = sheet(&folder.path().join("s.xlsx"), 0);
    let top = rows[0][0].to_string();
    assert!(top.starts_with("REHEARSAL 演练, NOTHING HERE COUNTS — NOT FINISHED — "), "{top}");
    let row = |id: &str| rows.iter().find(|row| row[2] == Data::String(id.into())).unwrap();
    assert_eq!(row(&called[0])[9], Data::Float(234_567.39));
    assert_eq!(row(&called[1])[10].to_string(), "not settled; not served yet (REHEARSAL)");
    // Every row of the text says so too, because nothing stands above its heads.
    run(&folder, "--lang zh settle t.jsonl --entitled e.csv --out s.csv", 0);
    let csv = fs::read_to_string(folder.path().join("s.csv")).unwrap();
    assert_eq!(csv.matches("【演练 REHEARSAL，一律无效】【抽签未完成】").count(), 4, "{csv}");
}

#[test]
fn what_cannot_be_settled_is_refused() {
    let (folder, _) = office(Mode::Official, 4, AMOUNTS);
    let path = folder.path().join("t.jsonl");
    let right = fs::read_to_string(&path).unwrap();
    // A price made lower after the draw.
    fs::write(&path, right.replace("\"price\":123456789", "\"price\":100000000")).unwrap();
    let (_, told) = run(&folder, "--lang en settle t.jsonl --entitled e.csv --out s.xlsx", 1);
    assert!(told.contains("t.jsonl"), "{told}");
    let plan: String = right
        .lines()
        .take_while(|l| !l.contains("\"checkpoint\""))
        .map(|l| format!("{l}\n"))
        .collect();
    fs::write(&path, plan).unwrap();
    let (_, told) = run(&folder, "--lang en settle t.jsonl --entitled e.csv --out s.xlsx", 2);
    assert!(told.contains("nothing is drawn yet"), "{told}");
    run(&folder, "--lang en settle t.jsonl --entitled e.csv --out s.pdf", 2);
    // A flat without a price, of a draw in which others have one.
    let corpus = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/vectors/corpus/valid/areas-and-prices.jsonl"
    );
    fs::copy(corpus, &path).unwrap();
    let (_, told) = run(&folder, "--lang en settle t.jsonl --entitled e.csv --out s.xlsx", 2);
    assert!(
        told.contains(
            "t.jsonl, flat B-0501 of household H103: found no price; expected a price in the plan"
        ) && told.contains("found no row for 4 households of the draw: H101, H102, H103, H104"),
        "{told}"
    );
    assert!(!folder.path().join("s.xlsx").exists());
}
