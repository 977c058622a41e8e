//! Families with several flats, from the office's table to the wall: import, slips, the draw, what
//! is printed, and the settlement.

use crate::program;
use calamine::{Reader, Xlsx, open_workbook};
use floorlot_testing::Run;
use std::fs;
use tempfile::TempDir;

const ROLL: &str = "户号,户主,身份证号,楼栋,户型,套数,面积额度
H1,张小明,110101199003070011,1号楼,两室、一室,2,160
H2,李红,110101199003070038,1号楼,两室、一室,2,
H3,王芳,110101199003070054,1号楼,一室,1,
";
const UNITS: &str = "房源编号,室号,所在层,楼栋,户型,建筑面积,总价
A-201,201,2,1号楼,两室,90,900000
A-301,301,3,1号楼,两室,90,930000
A-202,202,2,1号楼,一室,60,600000
A-302,302,3,1号楼,一室,60,610000
A-402,402,4,1号楼,一室,60,620000
";
const CONFIG: &str = "title = \"合成示例 synthetic\"
origin = \"sample.example/families\"
mode = \"rehearsal\"
[[bench]]
id = \"residents\"
title = \"居民代表\"
quorum = 1
members = [{ id = \"r1\", name = \"王小红\" }]
[[bench]]
id = \"officials\"
title = \"工作人员\"
quorum = 1
members = [{ id = \"o1\", name = \"李建国\" }]
[pool]
rule = \"lot\"
[families]
serve = \"rounds\"
";
const SCRIPT: &str = "envelope r1\nenvelope o1\nclose\nreveal r1 11\nreveal o1 22\nclose\n\
                      dice 00416293857710359265\n";

#[track_caller]
fn run(folder: &TempDir, name: &str, line: &str, code: i32) -> String {
    let run = Run::of(program(name)).args(line.split(' ')).within(folder);
    let (out, err) = run.ends(code);
    out + &err
}

#[track_caller]
fn draw_session(folder: &TempDir, line: &str) -> String {
    run(folder, "draw_session", line, 0)
}

/// The office's folder after the import.
fn office() -> TempDir {
    let folder = TempDir::new().unwrap();
    for (file, text) in
        [("roll.csv", ROLL), ("units.csv", UNITS), ("draw.toml", CONFIG), ("script.txt", SCRIPT)]
    {
        fs::write(folder.path().join(file), text).unwrap();
    }
    let import = "--lang zh import --roll roll.csv --units units.csv --config draw.toml";
    draw_session(&folder, import);
    folder
}

/// The same after the draw.
fn drawn() -> TempDir {
    let folder = office();
    draw_session(&folder, "run --plan plan.jsonl --out t.jsonl --no-clock --script script.txt");
    folder
}

fn read(folder: &TempDir, file: &str) -> String {
    fs::read_to_string(folder.path().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// What a reader sees, with one space between all words.
fn seen(html: &str) -> String {
    let body = html.split_once("<body>").unwrap().1;
    let parts = body.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    parts.collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn holds(text: &str, all: &[&str]) {
    all.iter().for_each(|one| assert!(text.contains(one), "{one} is not in {text}"));
}

#[test]
fn a_family_has_one_slip_which_opens_its_line() {
    let folder = drawn();
    let told = draw_session(&folder, "--lang zh notary check plan.openings.csv plan.jsonl");
    holds(
        &told,
        &[
            "住户 1 户，家庭 2 户；有身份承诺 3 户；无承诺 0 户",
            "能打开本行承诺的密封件数据：3 行",
            "方案中的每个承诺都能打开",
        ],
    );
    draw_session(&folder, "slips plan.openings.csv --plan plan.jsonl --out slips");
    let slips = read(&folder, "slips/slips.html");
    let opening = slips.split("<pre class=\"opening\">").nth(1).unwrap().split("</pre>").next();
    fs::write(folder.path().join("h1.txt"), opening.unwrap()).unwrap();
    assert!(opening.unwrap().contains("H1\n"), "{opening:?}");
    let verified = run(&folder, "verify_transcript", "t.jsonl --rehearsal --person h1.txt", 0);
    let v8 = verified.lines().find(|line| line.starts_with("V8")).unwrap();
    assert!(v8.contains("passed"), "{v8}");
    // A commitment of a family without its opening is missed.
    let openings = read(&folder, "plan.openings.csv");
    let without: String =
        openings.lines().filter(|l| !l.starts_with("H1,")).map(|l| format!("{l}\n")).collect();
    fs::write(folder.path().join("less.csv"), without).unwrap();
    let told = run(&folder, "draw_session", "notary check less.csv plan.jsonl", 1);
    holds(&told, &["found no opening for household H1"]);
    run(&folder, "draw_session", "slips less.csv --plan plan.jsonl --out other", 2);
}

#[test]
fn the_wall_tells_families_and_what_is_left_of_their_budgets() {
    let folder = drawn();
    draw_session(&folder, "--lang zh print t.jsonl --out zh");
    draw_session(&folder, "--lang en print t.jsonl --out en");
    let notice = seen(&read(&folder, "zh/notice.html"));
    holds(
        &notice,
        &[
            "5 户（其中家庭 2 户，共 4 个名额）",
            "家庭 2 户（每套一个名额）",
            "H1 张*明 2 H1-1、H1-2 160.00",
            "家庭有面积额度的",
        ],
    );
    holds(
        &seen(&read(&folder, "en/notice.html")),
        &[
            "5 households (of these 2 families with 4 claims)",
            "Families, with a claim for each flat: 2",
        ],
    );
    let result = seen(&read(&folder, "zh/result.html"));
    // 90 and 60 of 160 m², whichever they are.
    holds(
        &result,
        &["住户与名额（其中家庭 2 户，共 4 个名额） 5", " 150.00 160.00 10.00", "H1-1：1号楼 "],
    );
    holds(&seen(&read(&folder, "en/result.html")), &["Area budget (m²) Left (m²)"]);
    holds(&seen(&read(&folder, "zh/order.html")), &["家庭 H1"]);
    holds(
        &seen(&read(&folder, "zh/minutes.html")),
        &["其中家庭 2 户，共 4 个名额，每个名额一套房；有面积额度的 1 户，合计 160.00 ㎡"],
    );
    let csv = read(&folder, "en/result.csv");
    assert!(
        csv.lines()
            .next()
            .unwrap()
            .contains("name,family,area budget of the family (m²),area the family has (m²),place"),
        "{csv}"
    );
    let row = csv.lines().find(|line| line.contains(",H1-2,")).unwrap();
    holds(row, &["张*明,H1,160.00,150.00,"]);
    let alone = csv.lines().find(|line| line.contains(",H3,")).unwrap();
    holds(alone, &["王*,,,,"]);
    let mut book: Xlsx<_> = open_workbook(folder.path().join("zh/result.xlsx")).unwrap();
    let families = book.worksheet_range("家庭").unwrap();
    let row: Vec<String> =
        families.rows().nth(2).unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(
        (row[0].as_str(), row[3].as_str(), row[5].as_str(), row[7].as_str()),
        ("H1", "2", "150", "10")
    );
    let allocation = book.worksheet_range("分配结果").unwrap();
    let row: Vec<String> =
        allocation.rows().nth(2).unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(row[3..8], ["H1-1", "张*明", "H1", "160", "150"].map(String::from));
}

#[test]
fn a_confirmation_sheet_has_all_flats_of_a_family_and_the_fingerprint_of_its_last_line() {
    let folder = drawn();
    draw_session(&folder, "--lang zh print t.jsonl --out one --household H1-2");
    let sheet = seen(&read(&folder, "one/confirm.html"));
    holds(
        &sheet,
        &[
            "选房确认单 · H1",
            "家庭 H1 张*明",
            "H1-1 1号楼 ",
            "H1-2 1号楼 ",
            "共 2 套，已选 2 套，面积合计 150.00 ㎡，价格合计 1,5",
            "；面积额度 160.00 ㎡，剩余 10.00 ㎡",
            "住户本人或代理人",
            "监督员（居民代表）",
            "监督员（工作人员）",
            "抽签（演练）",
        ],
    );
    assert!(!sheet.contains("H2"), "{sheet}");
    // The root of the first lines, as anybody computes it.
    let transcript = read(&folder, "t.jsonl");
    let last = transcript
        .lines()
        .position(|line| line.contains("\"pick\"") && line.contains("H1-2"))
        .unwrap()
        + 1;
    let mut tree = floorlot::primitives::tree::Tree::new();
    transcript.lines().take(last).for_each(|line| tree.push_line(line.as_bytes()));
    let print = floorlot::Fingerprint::of("sample.example/families", last as u64, tree.root());
    holds(&sheet, &[&format!("记录第 1 至 {last} 行的指纹"), &print.to_string()]);
    // A household by itself; all of them; and codes that are none.
    draw_session(&folder, "--lang en print t.jsonl --out h3 --only confirm --household H3");
    holds(
        &seen(&read(&folder, "h3/confirm.html")),
        &["Household H3 王*", "H3 1号楼 ", " 60.00 6", "Household, or its proxy"],
    );
    draw_session(&folder, "--lang en print t.jsonl --out all --only confirm");
    let all = seen(&read(&folder, "all/confirm.html"));
    assert_eq!(all.matches("Confirmation of the choice ·").count(), 3, "one for H1, H2 and H3");
    let told = run(&folder, "draw_session", "--lang zh print t.jsonl --out no --household H9", 2);
    holds(&told, &["confirm.html：未打印：方案中没有户号或家庭编号“H9”"]);
    let told =
        run(&folder, "draw_session", "--lang en print plan.jsonl --out no --only confirm", 2);
    holds(&told, &["confirm.html: not printed: nobody has a flat yet"]);
    // It is printed only where it is named.
    draw_session(&folder, "--lang en print t.jsonl --out usual");
    assert!(!folder.path().join("usual/confirm.html").exists());
}

#[test]
fn a_family_is_settled_by_one_line_with_the_sums() {
    let folder = drawn();
    let entitled = "户号,应得金额\nH1,1600000\nH2-1,900000\nH2-2,600000\nH3,500000\n";
    fs::write(folder.path().join("e.csv"), entitled).unwrap();
    draw_session(&folder, "--lang zh settle t.jsonl --entitled e.csv --out s.csv");
    let csv = read(&folder, "s.csv");
    assert_eq!(csv.lines().count(), 4, "{csv}");
    let row = csv.lines().find(|line| line.contains(",H1,")).unwrap();
    holds(row, &["P001 + P002,1号楼,H1,张*明,A-", "150.00,15", ",1600000.00,"]);
    let row = csv.lines().find(|line| line.contains(",H2,")).unwrap();
    holds(row, &[",1500000.00,"]);
    draw_session(&folder, "--lang zh settle t.jsonl --entitled e.csv --out s.xlsx");
    let mut book: Xlsx<_> = open_workbook(folder.path().join("s.xlsx")).unwrap();
    let totals = book.worksheet_range("汇总").unwrap();
    let several =
        totals.rows().find(|row| row[0] == calamine::Data::String("跨批次".into())).unwrap();
    assert_eq!(several[2].to_string(), "2");
    let refused = |table: &str| {
        fs::write(folder.path().join("e.csv"), table).unwrap();
        run(&folder, "draw_session", "--lang en settle t.jsonl --entitled e.csv --out no.csv", 2)
    };
    let told = refused(&entitled.replace("H2-2,600000\n", "H1-1,5\n"));
    holds(
        &told,
        &[
            "found an amount for the family H1, and one for its claim H1-1 in row 4",
            "no row for 1 household of the draw: H2-2",
        ],
    );
    let told = refused("户号,应得金额\nH1,1\nH3,1\n");
    holds(&told, &["no row for 1 household of the draw: H2;"]);
}

#[test]
fn the_next_attempt_and_a_later_round_keep_families() {
    let folder = office();
    fs::write(folder.path().join("void.txt"), "void the list was wrong\nseal\n").unwrap();
    run(
        &folder,
        "draw_session",
        "run --plan plan.jsonl --out t.jsonl --no-clock --script void.txt",
        0,
    );
    draw_session(&folder, "--lang zh again t.jsonl");
    let settings = read(&folder, "t-2.toml");
    holds(&settings, &["[families]\nserve = \"rounds\"\n", "# 原设置如有 [tiers]"]);
    let plan = read(&folder, "t-2.plan.jsonl");
    let lines = |plan: &str| plan.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(lines(&plan), lines(&read(&folder, "plan.jsonl")), "the same families and claims");
    // The settings import the same tables again.
    let again =
        "--lang zh import --roll roll.csv --units units.csv --config t-2.toml --out p.jsonl";
    draw_session(&folder, again);
    assert_eq!(read(&folder, "p.jsonl").matches("\"kind\":\"family\"").count(), 2);
}

#[test]
fn a_family_that_is_served_together_has_one_call_up_slip() {
    let folder = TempDir::new().unwrap();
    let roll = "户号,户主,楼栋,户型,套数\nH1,张小明,1号楼,一室,2\nH2,李红,1号楼,一室,1\nH3,王芳,1号楼,两室,1\n";
    let config = CONFIG.replace("lot", "choice").replace("rounds", "together");
    for (file, text) in
        [("roll.csv", roll), ("units.csv", UNITS), ("draw.toml", &config), ("script.txt", SCRIPT)]
    {
        fs::write(folder.path().join(file), text).unwrap();
    }
    draw_session(&folder, "import --roll roll.csv --units units.csv --config draw.toml");
    let line = "run --plan plan.jsonl --out t.jsonl --no-clock --script script.txt";
    run(&folder, "draw_session", line, 3);
    draw_session(&folder, "--lang zh timetable t.jsonl --out tt --per-day 9 --from 2026-12-01");
    let slips = seen(&read(&folder, "tt/slips.html"));
    let family =
        slips.matches("H1-1、H1-2 张*明").count() + slips.matches("H1-2、H1-1 张*明").count();
    assert_eq!(family, 1, "{slips}");
    assert!(slips.contains("位，第 1 天") && slips.contains(" 至 "), "{slips}");
    assert_eq!(slips.matches("约 ").count(), 3, "H1, H2 and H3: {slips}");
    assert_eq!(read(&folder, "tt/timetable.csv").lines().count(), 5, "each claim has its time");
}

#[cfg(feature = "odds")]
#[test]
fn odds_say_what_they_do_not_compute_of_families() {
    let folder = office();
    let told = run(&folder, "draw_session", "--lang zh odds --plan plan.jsonl", 2);
    holds(&told, &["P001, P002：未计算机会，因为有面积额度的家庭参加"]);
    let roll = ROLL.replace(",160", ",");
    fs::write(
        folder.path().join("roll.csv"),
        roll.replace(
            "H3,王芳,110101199003070054,1号楼,一室,1,",
            "H3,王芳,110101199003070054,2号楼,一室,1,60",
        ),
    )
    .unwrap();
    fs::write(folder.path().join("units.csv"), UNITS.to_owned() + "B-101,101,1,2号楼,一室,60,1\n")
        .unwrap();
    let import = "import --roll roll.csv --units units.csv --config draw.toml --force";
    draw_session(&folder, import);
    let told = draw_session(&folder, "--lang en odds --plan plan.jsonl --out odds.html");
    holds(&told, &["P003: the chances are not computed"]);
    let page = read(&folder, "odds.html");
    holds(
        &page,
        &[
            "P003: the chances are not computed",
            "A family has a claim for each of its flats",
            "id=\"p-P001\"",
        ],
    );
    assert!(!page.contains("id=\"p-P003\""), "{page}");
}
