//! The import of an office's tables, as the operator meets it: files in, plan and words out.

use floorlot_hall::import;

mod alike;
mod aside;
mod bands;
mod checks;
mod families;
mod form;
mod papers;
mod personal;
mod replace;
mod settings;
mod tables;
mod template;

use floorlot::rules::Lang;
use import::{ImportArgs, ImportError, import_to};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const CONFIG: &str = r#"
title = "Test"
origin = "sample.example/test"
mode = "rehearsal"
[[bench]]
id = "residents"
title = "居民代表"
quorum = 1
members = [{ id = "r1", name = "王小红" }]
[[bench]]
id = "officials"
title = "工作人员"
quorum = 1
show_names = true
members = [{ id = "o1", name = "李建国" }]
[pool]
rule = "lot"
"#;

const ROLL: &str =
    "户号,户主,楼栋,户型,顺位,照顾需求,结伴组\nH1,张小明,A,T1,1,,\nH2,李红,A,T1,2,无障碍,\n";
const UNITS: &str =
    "房源编号,室号,所在层,楼栋,户型,特征\nA-301,301,3,A,T1,无障碍\nA-501,501,4,A,T1,\n";

/// An office's folder.
struct Office {
    folder: TempDir,
    args: ImportArgs,
}

impl Office {
    fn new(roll: impl AsRef<[u8]>, units: impl AsRef<[u8]>) -> Office {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("roll.csv"), roll).unwrap();
        std::fs::write(path("units.csv"), units).unwrap();
        std::fs::write(path("draw.toml"), CONFIG).unwrap();
        let args =
            args(path("roll.csv"), Some(path("units.csv")), path("draw.toml"), path("plan.jsonl"));
        Office { folder, args }
    }

    /// One workbook in place of the two files.
    fn workbook(mut book: Workbook) -> Office {
        let mut office = Office::new("", "");
        office.args.roll = office.folder.path().join("office.xlsx");
        office.args.units = None;
        book.save(&office.args.roll).unwrap();
        office
    }

    fn config(self, config: &str) -> Office {
        std::fs::write(self.settings(), config).unwrap();
        self
    }

    /// The file of the settings.
    fn settings(&self) -> &Path {
        self.args.config.as_deref().unwrap()
    }

    fn map(mut self, rule: &str) -> Office {
        self.args.map.push(rule.into());
        self
    }

    fn accept(mut self, kind: &str) -> Office {
        self.args.accept.push(kind.into());
        self
    }

    /// What is told, and how it ends.
    fn import(&self, lang: Lang) -> (String, Result<(), ImportError>) {
        let mut told = Vec::new();
        let end = import_to(&self.args, lang, &mut told);
        (String::from_utf8(told).unwrap(), end)
    }

    /// The plan of an import that succeeds.
    #[track_caller]
    fn plan(&self) -> String {
        if let (told, Err(error)) = self.import(Lang::En) {
            panic!("{told}{error}");
        }
        std::fs::read_to_string(&self.args.out).unwrap()
    }

    #[track_caller]
    fn told(&self, lang: Lang) -> String {
        let (told, end) = self.import(lang);
        assert_eq!(end, Ok(()));
        told
    }

    /// An import that is refused, with all that is in its way.
    #[track_caller]
    fn refusal(&self, lang: Lang) -> import::Refusal {
        let (told, end) = self.import(lang);
        let Err(ImportError::Refused { refusal, .. }) = end else {
            panic!("no refusal: {told}{end:?}")
        };
        assert!(!self.args.out.exists(), "a plan was written");
        *refusal
    }

    /// An import that asks exactly this, and nothing else; with the answer it goes on, and the
    /// answer is in the report.
    #[track_caller]
    fn asks(self, lang: Lang, kind: &str, expected: &[&str]) {
        let refusal = self.refusal(lang);
        let asked: Vec<(&str, &str)> = refusal
            .questions
            .iter()
            .flat_map(|a| a.sentences.iter().map(|s| (a.kind.word(), s.as_str())))
            .collect();
        let expected: Vec<(&str, &str)> =
            expected.iter().map(|sentence| (kind, *sentence)).collect();
        assert_eq!((&refusal.faults, asked), (&Vec::new(), expected.clone()));
        let told = self.accept(kind).told(lang);
        assert!(told.contains(&format!("--accept {kind}")), "{told}");
        expected.iter().for_each(|(_, sentence)| {
            assert!(told.contains(sentence), "{sentence} is not in {told}")
        });
    }

    /// An import that fails with exactly these sentences, and writes nothing.
    #[track_caller]
    fn fails(&self, lang: Lang, expected: &[&str]) {
        let (_, end) = self.import(lang);
        let Err(ImportError::Refused { refusal, .. }) = end else { panic!("no faults: {end:?}") };
        assert_eq!(refusal.faults.join("\n"), expected.join("\n"));
        assert!(!self.args.out.exists(), "a plan was written");
    }
}

fn args(roll: PathBuf, units: Option<PathBuf>, config: PathBuf, out: PathBuf) -> ImportArgs {
    ImportArgs { roll, units, config: Some(config), out, ..ImportArgs::default() }
}

fn sample(file: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join("examples/data").join(file)
}

fn read(file: &str) -> String {
    std::fs::read_to_string(sample(file)).unwrap()
}

/// The value of a key in each line of the plan that has it.
fn values(plan: &str, kind: &str, key: &str) -> Vec<String> {
    let lines = plan.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    lines
        .filter(|line| line["kind"] == kind)
        .filter_map(|line| line.get(key).map(|v| v.to_string().replace('"', "")))
        .collect()
}

#[test]
fn the_samples_give_their_plans() {
    for (name, lines) in [("pengsan", 4257), ("block", 39)] {
        let committed = read(&format!("{name}/plan.jsonl"));
        assert_eq!(committed.lines().count(), lines);
        let folder = tempfile::tempdir().unwrap();
        let file = |kind: &str| sample(&format!("{name}/{kind}"));
        let tables =
            [(file(&format!("{name}.xlsx")), None), (file("roll.csv"), Some(file("units.csv")))];
        for (i, (roll, units)) in tables.into_iter().enumerate() {
            let out = folder.path().join(format!("{i}.jsonl"));
            // Without commitments, whose salts are random.
            let args = ImportArgs {
                map: vec!["身份证号=personal".into()],
                ..args(roll, units, file("draw.toml"), out.clone())
            };
            import_to(&args, Lang::En, &mut std::io::sink()).unwrap();
            assert!(std::fs::read_to_string(out).unwrap() == committed, "{name}, table {i}");
        }
    }
}

#[test]
fn the_sample_has_the_size_of_pengsan() {
    let plan = read("pengsan/plan.jsonl");
    let buildings: std::collections::BTreeSet<String> =
        values(&plan, "pool", "building").into_iter().collect();
    let counts = [
        values(&plan, "household", "id").len(),
        buildings.len(),
        values(&plan, "pool", "id").len(),
    ];
    assert_eq!(counts, [1_988, 42, 114]);
    let valid = floorlot::plan::Plan::read_lines(plan.lines().map(str::as_bytes)).unwrap();
    assert_eq!(valid.warnings().len(), 3);
}

#[test]
fn no_name_or_number_of_a_person_reaches_the_plan() {
    for name in ["pengsan", "block"] {
        let plan = read(&format!("{name}/plan.jsonl"));
        let roll = read(&format!("{name}/roll.csv"));
        let rows: Vec<Vec<&str>> =
            roll.lines().skip(3).map(|row| row.split(',').collect()).collect();
        assert!(rows.len() > 9);
        let words: std::collections::BTreeSet<&str> =
            plan.split(|c: char| c.is_ascii() || c == '：').collect();
        for (person, number, telephone) in rows.iter().map(|row| (row[3], row[4], row[5])) {
            assert!(person.chars().count() > 1 && number.len() == 18 && telephone.len() == 11);
            assert!(words.iter().all(|word| !word.contains(person)), "{person} is in the plan");
        }
        let longest = plan.split(|c: char| !c.is_ascii_digit()).map(str::len).max();
        assert!(longest < Some(11), "a number of {longest:?} digits is in the plan");
        let config: toml::Table = read(&format!("{name}/draw.toml")).parse().unwrap();
        for member in config["bench"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|b| b["members"].as_array().unwrap())
        {
            assert!(!plan.contains(member["name"].as_str().unwrap()));
        }
    }
}

#[test]
fn names_are_masked() {
    let names = [
        ("张明", "张*"),
        ("张小明", "张*明"),
        ("欧阳娜娜", "欧阳*娜"),
        ("欧阳修", "欧阳*"),
        ("张李建国", "张*国"),
        ("张　明", "张*"),
        ("张", "张*"),
        ("阿依古丽·买买提", "阿*·买*"),
        ("买买提·艾力", "买*·艾*"),
        ("买买提‧艾力", "买*·艾*"),
        ("诸葛小明", "诸葛*明"),
        ("上官小红明", "上官*明"),
        ("Jean-Luc de la Tour", "J*** D*** L*** T***"),
        ("김철수", "김***"),
        ("山田たろう", "山*"),
        ("Anna Smith", "A*** S***"),
        ("o'neill", "O***"),
        // Masked already.
        ("张*明", "张*明"),
        ("张**", "张**"),
        ("张＊", "张*"),
        ("欧阳*娜", "欧阳*娜"),
        ("李女士", "李女士"),
        ("A*** S***", "A*** S***"),
        // Not masked, but marked.
        ("张小明*", "张*明"),
        ("*张小明", "张*明"),
        ("张明*", "张*"),
        ("Smith*", "S***"),
        // More than a name in the cell.
        ("张小明（代李红）", "张*明"),
        ("\"张小明、李红\"", "张*明、李*"),
    ];
    let rows: String =
        (1..).zip(&names).map(|(n, (name, _))| format!("H{n},{name},A,T1,1\n")).collect();
    let plan = Office::new(format!("户号,户主,楼栋,户型,顺位\n{rows}"), UNITS).plan();
    let masked: Vec<&str> = names.iter().map(|(_, masked)| *masked).collect();
    assert_eq!(values(&plan, "household", "name"), masked);
    // Those of the panel, too, but for a bench that shows them.
    assert_eq!(values(&plan, "member", "name"), ["王*红", "李建国"]);
}

#[test]
fn gb18030() {
    let encode = |text: &str| encoding_rs::GB18030.encode(text).0.into_owned();
    let office = Office::new(encode(ROLL), encode(UNITS));
    let told = office.told(Lang::En);
    assert!(told.contains("units from units.csv: heads in row 1, 2 rows below"), "{told}");
    assert_eq!(told.matches("(the file is in GB18030)").count(), 2, "{told}");
    assert_eq!(std::fs::read_to_string(&office.args.out).unwrap(), Office::new(ROLL, UNITS).plan());
}

#[test]
fn a_byte_order_mark_and_other_line_ends_change_nothing() {
    let plan = Office::new(ROLL, UNITS).plan();
    let windows = |text: &str| format!("\u{FEFF}{}", text.replace('\n', "\r\n"));
    assert_eq!(Office::new(windows(ROLL), windows(UNITS)).plan(), plan);
    let semicolons = |text: &str| text.replace(',', ";");
    assert_eq!(Office::new(semicolons(ROLL), semicolons(UNITS)).plan(), plan);
}

#[test]
fn what_is_told() {
    let mut office = Office::new(
        ROLL.replace("H2,李红,A,T1,2,无障碍,\n", "H2,李红,A,T1,2,无障碍,\nH3,赵红,A,T1,2,,\n"),
        UNITS,
    );
    let out = office.args.out.display().to_string();
    let en = format!(
        "households from roll.csv: heads in row 1, 3 rows below
  A 户号 -> id
  B 户主 -> name (masked)
  C 楼栋 -> building
  D 户型 -> flat type
  E 顺位 -> tier
  F 照顾需求 -> needs
  G 结伴组 -> group
units from units.csv: heads in row 1, 2 rows below
  A 房源编号 -> id
  B 室号 -> label
  C 所在层 -> storey
  D 楼栋 -> building
  E 户型 -> flat type
  F 特征 -> features
changed on the way:
  names masked: 3
draw.toml has no [[source]]: the seed is made of twenty ten-sided dice
Test (sample.example/test, rehearsal)
to read aloud: 3 households, 2 units, 1 pool
  tier 1: 1 household
  tier 2: 2 households
  A: 3 households, 2 units
warning: pool A-T1: 3 households for 2 units; 1 will be on standby
warning: bench residents has 0 keys and its quorum is 1: the transcript cannot be certified (paper signatures do not count for that)
warning: bench officials has 0 keys and its quorum is 1: the transcript cannot be certified (paper signatures do not count for that)
preview, all 3 households:
  row  code  name   pool  tier  needs      group  person bound  look at
  2    H1    张*明  A-T1  1
  3    H2    李*    A-T1  2     step-free
  4    H3    赵*    A-T1  2
{out}: 12 lines written
next: cargo run --release --example draw_session -- run --out transcript.jsonl --plan {out}
"
    );
    assert_eq!(office.told(Lang::En), en);
    std::fs::remove_file(&office.args.out).unwrap();
    // The transcript of a plan that is named after one; a path with a blank in quotation marks.
    office.args.out = office.args.out.with_file_name("draw 2.plan.jsonl");
    let (stem, told) = (office.args.out.with_file_name("draw 2"), office.told(Lang::En));
    let stem = stem.display();
    assert!(
        told.ends_with(&format!("run --out '{stem}.jsonl' --plan '{stem}.plan.jsonl'\n")),
        "{told}"
    );
    std::fs::remove_file(&office.args.out).unwrap();
    let zh = office.told(Lang::Zh);
    assert!(zh.contains("请当众宣读：住户 3 户，房源 2 套，批次 1 个\n"), "{zh}");
    assert!(zh.contains("注意：批次 A-T1：3 户，2 套房；将有 1 户候补\n"), "{zh}");
    assert!(zh.contains("Test（sample.example/test，演练）\n"), "{zh}");
    assert!(
        zh.contains(
            "注意：席位 residents 有 0 个公钥，法定人数 1：记录不可能达到“认证”（纸面签名不计入）\n"
        ),
        "{zh}"
    );
}

#[test]
fn titles_hold_no_numbers_of_persons() {
    let identity = "310101199001011234"; // of nobody: the last digit is wrong
    let office =
        Office::new(ROLL, UNITS).config(&CONFIG.replace("Test", &format!("Test of {identity}")));
    let (_, end) = office.import(Lang::En);
    let told = end.unwrap_err().to_string();
    assert!(
        told.contains("draw.toml, title: found `Test of ******************`")
            && told.contains("public for ever"),
        "{told}"
    );
    assert!(!told.contains("1990") && !office.args.out.exists(), "{told}");
    for (key, text) in [
        ("[pool] title", "找王 138 0000 1234"),
        ("[pool] building", "+8613800001234"),
        ("[pools.A-T1] title", "１３８００００１２３４"),
    ] {
        let (table, field) = key.split_once(' ').unwrap();
        let config = match table {
            "[pool]" => CONFIG.replace("[pool]\n", &format!("[pool]\n{field} = \"{text}\"\n")),
            _ => format!("{CONFIG}{table}\n{field} = \"{text}\"\n"),
        };
        let told =
            Office::new(ROLL, UNITS).config(&config).import(Lang::Zh).1.unwrap_err().to_string();
        assert!(told.contains(&format!("draw.toml, {key}")) && told.contains("手机号码"), "{told}");
        assert!(!told.contains("1234") && !told.contains("１２３４"), "{told}");
    }
}

#[test]
fn import_itself_writes_the_plan() {
    let office = Office::new(ROLL, UNITS);
    assert_eq!(import::import(&office.args, Lang::En), Ok(()));
    assert_eq!(std::fs::read_to_string(&office.args.out).unwrap().lines().count(), 11);
}

#[test]
fn english_heads() {
    let roll = "Household ID,Full name,Block,Flat type,Tier,Special needs,Together,Phone number,Notes,No.\n\
                H1,Anna Smith,A,T1,1,,,555,,7\nH2,Bo Li,A,T1,2,step-free,,556,,8\n";
    let units = "Unit No.,Door,Storey,Block,Flat type,Amenities\nA-301,301,3,A,T1,step-free\nA-501,501,4,A,T1,\n";
    let office = Office::new(roll, units);
    let told = office.told(Lang::En);
    for line in [
        "A Household ID -> id",
        "D Flat type -> flat type",
        "H Phone number -> (left out: personal data)",
        "J No. -> (left out)",
    ] {
        assert!(told.contains(line), "{line} is not in {told}");
    }
    let plan = std::fs::read_to_string(&office.args.out).unwrap();
    assert_eq!(values(&plan, "household", "name"), ["A*** S***", "B*** L***"]);
    assert_eq!(values(&plan, "household", "needs"), ["[step-free]"]);
    assert_eq!(values(&plan, "unit", "label"), ["301", "501"]);
}

#[test]
fn areas_and_prices_are_taken_in_hundredths() {
    let roll = ROLL.to_owned() + "H3,赵一,A,T1,1,,\n";
    let units = "房源编号,室号,所在层,楼栋,户型,特征,建筑面积（㎡）,总价（元）\n\
                 A-301,301,3,A,T1,无障碍,89.25,\"1,234,567.89\"\n\
                 A-501,501,4,A,T1,,８９．２㎡,￥1234567元\nA-601,601,6,A,T1,,/,\n";
    let office = Office::new(&roll, units);
    let told = office.told(Lang::Zh);
    for line in [
        "G 建筑面积（m2） -> 面积",
        "H 总价（元） -> 价格",
        "  面积：3 套中的 2 套，合计 178.45 ㎡\n  价格：3 套中的 2 套，合计 2,469,134.89 元\n",
    ] {
        assert!(told.contains(line), "{line} is not in {told}");
    }
    let plan = std::fs::read_to_string(&office.args.out).unwrap();
    assert!(plan.contains(
        r#""label":"301","storey":3,"area":8925,"price":123456789,"features":["step-free"]}"#
    ));
    assert!(plan.contains(r#""label":"501","storey":4,"area":8920,"price":123456700}"#));
    assert!(plan.contains(r#""label":"601","storey":6}"#));
    let told = Office::new(&roll, units).told(Lang::En);
    assert!(told.contains("  area: 2 of 3 units, 178.45 m² in all\n"), "{told}");
    let english = units.replace("建筑面积（㎡）", "Floor area (m2)").replace("总价（元）", "Price");
    assert_eq!(Office::new(&roll, english).plan(), plan);
}

#[test]
fn other_amounts_are_refused_with_file_row_and_column() {
    let units = "房源编号,室号,所在层,楼栋,户型,特征,面积,总价\n\
                 A-301,301,3,A,T1,无障碍,89.255,123.45万元\nA-501,501,4,A,T1,,0,\"1,23\"\n";
    let area = "expected an area in m² from 0.01 to 100,000.00, with two decimals at most";
    let price =
        "expected an amount in yuan from 0.01 to 10,000,000,000,000.00, with two decimals at most";
    let yuan = "write it in yuan, not in 万元 (10,000 yuan): multiply by 10,000 in the spreadsheet, and write 元 in the head";
    Office::new(ROLL, units).fails(
        Lang::En,
        &[
            &format!("units.csv, row 2, column G (面积): found `89.255`; {area}; round it to two decimals"),
            &format!("units.csv, row 2, column H (总价): found `123.45万元`; {price}; {yuan}"),
            &format!("units.csv, row 3, column G (面积): found `0`; {area}; correct the cell"),
            &format!("units.csv, row 3, column H (总价): found `1,23`; {price}; correct the cell"),
        ],
    );
    let head = units
        .replace(",总价", ",总价（万元）")
        .replace("123.45万元", "123.45")
        .replace("\"1,23\"", "99");
    let head = head.replace("89.255", "89.25").replace(",0,", ",89,");
    Office::new(ROLL, &head).fails(
        Lang::En,
        &[&format!(
            "units.csv, row 1, column H (总价（万元）): found `总价（万元）`; {price}; {yuan}"
        )],
    );
    let skipped = Office::new(ROLL, &head).map("units:总价（万元）=skip").plan();
    assert!(skipped.contains("\"area\":8925") && !skipped.contains("price"));
}

#[test]
fn a_head_that_can_mean_two_things_gives_way() {
    let units = "房号,房源编号,所在层,楼栋,户型,特征\n301,A-301,3,A,T1,无障碍\n501,A-501,4,A,T1,\n";
    assert_eq!(Office::new(ROLL, units).plan(), Office::new(ROLL, UNITS).plan());
    let alone = Office::new(ROLL, units.replace("房源编号", "备注")).plan();
    assert_eq!(values(&alone, "unit", "id"), ["301", "501"]);
}

#[test]
fn heads_of_ones_own() {
    let roll = ROLL.replace("户主", "当家人").replace("楼栋", "回迁").replace("顺位", "先后");
    let office =
        Office::new(roll, UNITS).map("当家人=name").map("回迁=building").map("roll:先后=tier");
    assert_eq!(office.plan(), Office::new(ROLL, UNITS).plan());
    let office = Office::new(ROLL, UNITS)
        .map("户主=skip")
        .map("nowhere=tier")
        .map("户主=nothing")
        .map("户主");
    let fields = "HEAD=FIELD, HEAD a head or a column such as roll:D, FIELD one of id, name, document, label, staircase, storey, area, price, pool, building-code, building, type-code, type, type-1, type-2, type-3, tier, needs, features, group, family, nth, flats, budget, excluded, ranking, personal, entitled, skip";
    office.fails(
        Lang::En,
        &[
            &format!("--map: found `户主=nothing`; expected {fields}"),
            &format!("--map: found `户主`; expected {fields}"),
            "--map: found `nowhere`; expected one of the heads 户号, 户主, 楼栋, 户型, 顺位, 照顾需求, 结伴组, 房源编号, 室号, 所在层, 楼栋, 户型, 特征, \
             or a column such as roll:D or units:D",
        ],
    );
}

#[test]
fn numbers_of_documents_are_no_codes() {
    let roll = "户号,户主,楼栋,户型,顺位\n310101 19900101 123X,张明,A,T1,1\n310101900101123,张明,A,T1,1\n\
                HT310101199001011234,张明,A,T1,1\n13812345678,张明,A,T1,1\nHT20230012345678901,张明,A,T1,1\n";
    let say = |row: u32, found: &str| {
        format!(
            "roll.csv, row {row}, column A (户号): found `{found}`, which looks like an identity-document or telephone number; \
             expected a code; give each household a code, and keep the list of codes in the office"
        )
    };
    let stars = [
        say(2, "****** ******** ***X"),
        say(3, &"*".repeat(15)),
        say(4, &format!("HT{}", "*".repeat(18))),
        say(5, &"*".repeat(11)),
    ];
    Office::new(roll, UNITS).fails(Lang::En, &stars.each_ref().map(String::as_str));
}

/// The rows of the openings beside a plan: code, name, document number.
fn openings(office: &Office) -> Vec<[String; 3]> {
    let mut table = csv::Reader::from_path(office.args.out.with_extension("openings.csv")).unwrap();
    table
        .records()
        .map(|row| row.unwrap())
        .map(|row| [0, 1, 2].map(|n| row[n].to_owned()))
        .collect()
}

#[test]
fn whole_names_and_document_numbers_make_commitments() {
    let roll = "户号,户主,证件号码,证件类型,楼栋,户型,顺位\nH1,张 小明 ,310101 19900101 123x,身份证,A,T1,1\n\
                H2,Ame\u{301}lie Li,Ｅ１２３４５６７８,护照,A,T1,1\nH3,李*,000000190001010003,,A,T1,1\n\
                H4,张小明*,000000190001010004,,A,T1,1\nH5,王五,,,A,T1,1\nH6,,000000190001010006,,A,T1,1\n";
    let office =
        Office::new(roll, UNITS).accept("document-check").accept("no-document").accept("odd-names");
    let told = office.told(Lang::En);
    for line in [
        "  C 证件号码 -> document number (for the openings, not in the plan)\n  D 证件类型 -> (left out: personal data)\n",
        "  commitments to persons made: 2\n",
        "  without a commitment, because there is no document number: 1 (row 6)\n",
        "  without a commitment, because there is no whole name: 3 (rows 4, 5, 7)\n",
        "plan.openings.csv: 2 openings written, which say who each household is. Only you can read the file",
    ] {
        assert!(told.contains(line), "{line} is not in {told}");
    }
    let made = openings(&office);
    assert_eq!(
        made,
        [["H1", "张 小明", "31010119900101123X"], ["H2", "Am\u{e9}lie Li", "E12345678"]]
            .map(|row| row.map(str::to_owned))
    );
    let plan = std::fs::read_to_string(&office.args.out).unwrap();
    assert_eq!(values(&plan, "household", "person").len(), 2);
    assert_eq!(
        values(&plan, "household", "name"),
        ["张*明", "A*** L***", "李*", "张*明", "王*", ""]
    );
}

#[test]
fn no_commitment_without_both_columns() {
    let whole = "户号,户主,身份证,楼栋,户型,顺位\nH1,张小明,000000190001010001,A,T1,1\nH2,李红,000000190001010002,A,T1,1\n";
    let no_document = Office::new(whole.replace("身份证", "电话"), UNITS);
    let no_name = Office::new(whole.replace("户主", "备注"), UNITS);
    let left_out = Office::new(whole, UNITS).map("身份证=personal");
    for office in [no_document, no_name, left_out] {
        let told = office.told(Lang::Zh);
        let plan = std::fs::read_to_string(&office.args.out).unwrap();
        assert_eq!(values(&plan, "household", "person"), [""; 0], "{told}");
        assert!(!office.args.out.with_extension("openings.csv").exists());
        assert!(!plan.contains("00000019") && !told.contains("00000019"), "{told}");
    }
}

#[test]
fn a_table_without_heads_is_not_shown() {
    let office = Office::new(
        "H1,张小明,000000190001010001,A,T1,1\nH2,李红,000000190001010002,A,T1,1\n",
        UNITS,
    );
    let (told, end) = office.import(Lang::En);
    let said = told + &end.unwrap_err().to_string();
    assert!(said.contains("roll.csv, table of households: found none, but roll.csv []; expected one table with heads such as"), "{said}");
    assert!(!said.contains("张小明") && !said.contains("00000019"), "{said}");
}

#[test]
fn faults_do_not_show_what_is_personal() {
    let long = "E1".repeat(101);
    let roll = format!(
        "户号,户主,身份证号,楼栋,户型,顺位\nH1,张小明,{long},A,T1,1\nH2,{},E12345678,A,T1,1\n",
        "张".repeat(67)
    );
    let expected = "expected 1 to 200 bytes of text; correct the cell";
    Office::new(roll, UNITS).fails(
        Lang::En,
        &[
            &format!("roll.csv, row 2, column C (身份证号): found the document number has 202 bytes, expected at most 200; {expected}"),
            &format!("roll.csv, row 3, column B (户主): found the name has 201 bytes, expected at most 200; {expected}"),
        ],
    );
    // A spreadsheet program has rounded the number.
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("roll").unwrap();
    sheet.write_row(0, 0, ["户号", "户主", "身份证号", "楼栋", "户型", "顺位"]).unwrap();
    sheet.write_row(1, 0, ["H1", "张小明", "", "A", "T1", "1"]).unwrap();
    sheet.write_number(1, 2, 190_001_010_001_000_017.0).unwrap();
    let sheet = book.add_worksheet().set_name("units").unwrap();
    for (r, row) in (0..).zip(UNITS.lines()) {
        sheet.write_row(r, 0, row.split(',')).unwrap();
    }
    let found = "found a number of 18 digits, which the spreadsheet has rounded; expected text";
    let advice = "format the column as text and type the value again";
    Office::workbook(book).fails(
        Lang::En,
        &[&format!("office.xlsx, sheet roll, row 2, column C (身份证号): {found}; {advice}")],
    );
}

#[test]
fn only_sums_are_left_out_as_sums() {
    let roll =
        "姓名,户号,楼栋,户型,顺位\nSumner,H1,A,T1,1\n合计,H2,A,T1,1\n小计：2户,,,,\nTotal,,,,\n";
    let office = Office::new(roll, UNITS);
    let told = office.told(Lang::En);
    assert!(
        told.contains(
            "row 4 of the households left out: a sum\n  row 5 of the households left out: a sum\n"
        ),
        "{told}"
    );
    assert_eq!(
        values(&std::fs::read_to_string(&office.args.out).unwrap(), "household", "id"),
        ["H1", "H2"]
    );
}

const BAD_ROLL: &str = "户号,户主,楼栋,户型,顺位,照顾需求,结伴组\n\
    H1,张小明,A,T1,first,,\n\
    \n\
    ,李红,A,T1,1,,\n\
    310101199001011234,赵红,A,T1,1,,\n\
    H4,赵红,B,T1,1000,飞毯,\n\
    H1,钱红,A,T1,1,,J1\n\
    H6,孙红,A,T1,2,,J1\n\
    h6,孙\u{1F600}红,A,T1,#REF!,,甲 乙\n";

#[test]
fn all_faults_at_once_in_english() {
    let units = format!("{UNITS}A/601,601,5,A,T1,\n");
    Office::new(BAD_ROLL, units).fails(
        Lang::En,
        &[
            "roll.csv, row 2, column E (顺位): found `first`; expected a whole number from 1 to 999; correct the cell",
            "roll.csv, row 4, column A (户号): found nothing; expected id; fill in the cell, or clear the whole row",
            "roll.csv, row 5, column A (户号): found `******************`, which looks like an identity-document or telephone number; \
             expected a code; give each household a code, and keep the list of codes in the office",
            "roll.csv, row 6, column E (顺位): found `1000`; expected a whole number from 1 to 999; correct the cell",
            "roll.csv, row 6, column F (照顾需求): found `飞毯`; expected an id, or one of \
             无障碍, 无台阶, 轮椅, 低楼层, 低层, 近电梯, 宽门, 朝南; \
             correct the word, or add \"飞毯\" = \"...\" to [needs] in the settings",
            "roll.csv, row 6, column C (楼栋): found `B T1`, for which there is no unit (1 household); \
             expected what the units have, such as A T1; write it as in the table of units, or add the units",
            "roll.csv, row 7, column A (户号), household H1, id: found `H1`; expected an id of its own: `H1` in row 2 [P2]",
            "roll.csv, row 8, column G (结伴组), household H6, group: found group J1 in pool A-T1, tier 2; \
             expected pool A-T1, tier 1, as household H1 of the same group [P8]",
            "roll.csv, row 9, column E (顺位): found the formula error #REF!; expected a value; correct the formula or type the value",
            "roll.csv, row 9, column A (户号), household h6, id: found `h6`; \
             expected an id of its own: `H6` in row 8 (they differ in capitals alone) [P2]",
            "units.csv, row 4, column A (房源编号), unit A/601, id: found `A/601`; \
             expected 1 to 64 of A-Z a-z 0-9 . _ -, the first a letter or digit [P2]",
        ],
    );
}

#[test]
fn all_faults_at_once_in_chinese() {
    Office::new(BAD_ROLL, UNITS).fails(
        Lang::Zh,
        &[
            "roll.csv，第 2 行，E 列（顺位）：发现 `first`；应为 1 至 999 的整数；请更正此单元格",
            "roll.csv，第 4 行，A 列（户号）：发现 空白；应为 编号；请填写，或清空整行",
            "roll.csv，第 5 行，A 列（户号）：发现 `******************`，像是身份证件号或电话号码；应为 代码；请为每户编代码，对照表留在办公室",
            "roll.csv，第 6 行，E 列（顺位）：发现 `1000`；应为 1 至 999 的整数；请更正此单元格",
            "roll.csv，第 6 行，F 列（照顾需求）：发现 `飞毯`；应为 编号，或 无障碍、无台阶、轮椅、低楼层、低层、近电梯、宽门、朝南 之一；\
             请更正，或在设置的 [needs] 中加上 \"飞毯\" = \"…\"",
            "roll.csv，第 6 行，C 列（楼栋）：发现 `B T1`，没有对应的房源（1 户）；应为 与房源表一致，例如 A T1；请与房源表写法一致，或补上房源",
            "roll.csv，第 7 行，A 列（户号），住户 H1：发现 `H1`；应为 不重复的编号：第 2 行已有 `H1` [P2]",
            "roll.csv，第 8 行，G 列（结伴组），住户 H6：发现 组 J1 在批次 A-T1、第 2 顺位；\
             应为 批次 A-T1、第 1 顺位，与同组住户 H1 一致 [P8]",
            "roll.csv，第 9 行，E 列（顺位）：发现 公式错误 #REF!；应为 数值；请改正公式或直接输入数值",
            "roll.csv，第 9 行，A 列（户号），住户 h6：发现 `h6`；应为 不重复的编号：第 8 行已有 `H6`（仅大小写不同） [P2]",
        ],
    );
}

#[test]
fn what_the_plan_refuses_is_named_by_row() {
    // Two households with needs, one unit for them; a ranking where none belongs; a pool without
    // households.
    let roll = "title,,,,,\n户号,户主,户型,楼栋,顺位,照顾需求,志愿\nH1,张明,T1,A,1,无障碍,\nH2,李明,T1,A,1,轮椅,\nH3,李明,T1,A,1,无,501\n";
    let units = format!("{UNITS}B-1,1,1,B,T1,\n");
    Office::new(roll, units).fails(
        Lang::En,
        &[
            "roll.csv, row 5, column G (志愿), household H3, ranking: found a ranking; expected none: pool A-T1 is drawn by lot [P9]",
            "units.csv, row 2, pool A-T1, needs: found 2 households need step-free, 1 such unit exists; \
             expected a unit for each of them: add units or correct the needs [P10]",
            "units.csv, row 4, pool B-T1, households: found 0; expected at least 1 [P7]",
        ],
    );
}

#[test]
fn faults_of_the_configuration() {
    let config = CONFIG
        .replace("sample.example/test", "二期")
        .replacen("quorum = 1", "quorum = 3", 1)
        .replace("\"o1\"", "\"r1\"");
    let config = format!("{config}[pools.C-T1]\nrule = \"choice\"\n[needs]\n\"怕高\" = \"低\"\n");
    Office::new(ROLL, UNITS).config(&config).fails(
        Lang::En,
        &[
            "draw.toml, [needs] 怕高: found `低`; expected an id of A-Z a-z 0-9 . _ -, such as step-free",
            "draw.toml, [pools.C-T1]: found `C-T1`; expected a pool of the tables (1 pool: A-T1 ...)",
            "draw.toml, plan, origin: found `二期`; expected 1 to 200 of A-Z a-z 0-9 . _ - /, the first and last a letter or digit, \
             such as draw.example/2026-001 [P1]",
            "draw.toml, bench residents, quorum: found 3; expected a quorum from 1 to 1, the number of its members [P5]",
            "draw.toml, member r1, id: found `r1`; expected an id of its own: `r1` in draw.toml [P2]",
        ],
    );
    Office::new(ROLL, UNITS).config(&CONFIG.replace("rehearsal", "practice")).fails(
        Lang::En,
        &["draw.toml:4: found an error (unknown variant `practice`) (`mode = \"practice\"`); \
           expected one of official, rehearsal"],
    );
    Office::new(ROLL, UNITS).config(&CONFIG.replace("rule = \"lot\"", "")).fails(
        Lang::En,
        &["draw.toml, [pool] rule: found nothing; expected choice, lot or ranking"],
    );
}

#[test]
fn rules_of_pools_and_words_for_needs() {
    let config = CONFIG.replace("rule = \"lot\"", "rule = \"choice\"\nabsence = \"lot\"");
    let config = format!(
        "{config}[pools.B-T1]\nrule = \"ranking\"\nunranked = \"standby\"\ntitle = \"乙\"\n[needs]\n\"怕 高\" = \"low-floor\"\n"
    );
    let roll = "户号,户主,楼栋,户型,顺位,照顾需求,志愿\nH1,张明,B,T1,第二顺位,怕 高；轮椅,502、B-1\nH2,李明,A,T1,１,,\n";
    let units = format!("{UNITS}B-1,501,4层,B,T1,无障碍 怕高 low-floor\nB-2,502,十五层,B,T1,\n")
        .replace("怕高", "wide-door");
    let plan = Office::new(roll, &units).config(&config).plan();
    assert_eq!(values(&plan, "pool", "rule"), ["choice", "ranking"]);
    assert_eq!(values(&plan, "pool", "absence"), ["lot"]);
    // The time for a choice is that of the pools in which one chooses.
    let timed = config.replace("absence = \"lot\"", "absence = \"lot\"\nseconds = 90");
    assert_eq!(values(&Office::new(roll, &units).config(&timed).plan(), "pool", "seconds"), ["90"]);
    assert_eq!(values(&plan, "pool", "unranked"), ["standby"]);
    assert_eq!(values(&plan, "pool", "title"), ["A T1", "乙"]);
    assert_eq!(values(&plan, "household", "needs"), ["[low-floor,step-free]"]);
    assert_eq!(values(&plan, "household", "tier"), ["1", "2"]);
    // A ranking may be written with the labels on the doors.
    assert_eq!(values(&plan, "household", "ranking"), ["[B-2,B-1]"]);
    assert_eq!(
        values(&plan, "unit", "features"),
        ["[step-free]", "[low-floor,step-free,wide-door]"]
    );
    assert_eq!(values(&plan, "unit", "storey"), ["3", "4", "4", "15"]);
}

#[test]
fn the_configuration_may_be_json() {
    let office = Office::new(ROLL, UNITS);
    let plan = office.plan();
    let config: toml::Table = CONFIG.parse().unwrap();
    let mut other = Office::new(ROLL, UNITS);
    let json = other.folder.path().join("draw.json");
    other.args.config = Some(json.clone());
    std::fs::write(json, serde_json::to_string(&config).unwrap()).unwrap();
    assert_eq!(other.plan(), plan);
}

#[test]
fn pools_and_groups_with_chinese_names_get_ids() {
    let roll = "户号,户主,楼栋,户型,结伴组\nH1,张明,2号楼,两室,甲组\nH2,李明,2号楼,两室,甲组\nH3,赵明,1号楼,两室,乙组\nH4,孙明,1号楼,两室,乙组\n";
    let units =
        "编号,层,楼号,房型\nU1,1,1号楼,两室\nU2,2,2号楼,两室\nU3,2,1号楼,两室\nU4,3,1号楼,两室\n";
    let office = Office::new(roll, units);
    let told = office.told(Lang::En);
    let expected = "changed on the way:
  groups given ids: G001 to G002
  names masked: 4
pool ids made in order of first appearance:
  P001  1号楼 两室
  P002  2号楼 两室
";
    assert!(told.contains(expected), "{told}");
    assert!(
        told.contains("(no tier: all are tier 1)") && told.contains("(no label: ids are shown)"),
        "{told}"
    );
    let plan = std::fs::read_to_string(&office.args.out).unwrap();
    assert_eq!(values(&plan, "unit", "pool"), ["P001", "P001", "P001", "P002"]);
    assert_eq!(values(&plan, "household", "id"), ["H3", "H4", "H1", "H2"]);
    assert_eq!(values(&plan, "household", "group"), ["G002", "G002", "G001", "G001"]);
    assert_eq!(values(&plan, "unit", "label"), ["U1", "U3", "U4", "U2"]);
}

#[test]
fn codes_that_give_one_pool_for_two_are_refused() {
    let roll = "户号,户主,楼栋,户型\nH1,张明,A-1,B\nH2,李明,A,1-B\n";
    let units = "编号,层,楼栋,户型\nU1,1,A-1,B\nU2,2,A,1-B\n";
    let (_, end) = Office::new(roll, units).import(Lang::En);
    let error = end.unwrap_err().to_string();
    let expected = "units: found `A-1 + B` and `A + 1-B`, which both give the pool A-1-B; expected codes that give different pools\n";
    assert!(error.starts_with(expected), "{error}");
}

#[test]
fn cells_are_tidied_and_it_is_said() {
    let roll = "户号,户主,楼栋,户型,顺位\n Ｈ1 ,张 明,Ａ,T1,1.0\n12.0,李\u{200B}明,A,T1,2\n";
    let units = "房源编号,室号,所在层,楼栋,户型\nA-301,３０１,3.0,A,T1\nA-501,e\u{301} 5,4,A,T1\n";
    let office = Office::new(roll, units);
    let told = office.told(Lang::En);
    let expected = "changed on the way:
  stray spaces or invisible characters removed: 2
  full-width characters made half-width: 3
  texts put into Unicode normalization form C: 1
  decimals such as 12.0 read as 12: 3
  names masked: 2
";
    assert!(told.contains(expected), "{told}");
    let plan = std::fs::read_to_string(&office.args.out).unwrap();
    assert_eq!(values(&plan, "household", "id"), ["H1", "12"]);
    assert_eq!(values(&plan, "household", "name"), ["张*", "李*"]);
    assert_eq!(values(&plan, "unit", "label"), ["301", "é 5"]);
}

#[test]
fn zeros_that_the_spreadsheet_dropped() {
    let roll = "户号,户主,楼栋,户型,顺位\n0012,张明,A,T1,1\n13,李明,A,T1,1\nH9,李明,A,T1,1\n";
    Office::new(roll, UNITS).fails(
        Lang::En,
        &["roll.csv, row 3, column A (户号): found `13`; expected 4 digits as in the other rows, such as 0013; \
           the spreadsheet has dropped the zeros: format the column as text"],
    );
}

#[test]
fn columns_that_are_missing_or_double() {
    let roll = "户号,户主,户主姓名,户型,顺位\nH1,张明,张明,T1,1\n";
    let units = "房源编号,室号,楼栋,户型\nA-301,301,A,T1\n";
    Office::new(roll, units).fails(
        Lang::En,
        &[
            "roll.csv, row 1: found columns B and C for the name; expected one column; \
             leave one out with --map 'roll:户主姓名=skip', or give it another head",
            "units.csv, row 1: found the heads 房源编号, 室号, 楼栋, 户型; \
             expected a column for the storey (such as 楼层/所在层/所在楼层 or storey/story); name it with --map 'units:HEAD=storey'",
            "roll.csv, row 1: found the heads 户号, 户主, 户主姓名, 户型, 顺位; \
             expected a column for the building (such as 楼栋/楼号/幢号 or building/buildingname) \
             or a column for the pool (such as 批次/批次号/批次编号 or pool/poolid); name it with --map 'roll:HEAD=building'",
        ],
    );
    Office::new("甲,乙\n1,2\n", UNITS).fails(
        Lang::En,
        &["roll.csv, table of households: found none, but roll.csv [甲, 乙]; \
           expected one table with heads such as 户号/household id, 户主/name, 楼栋/building, 户型/flat type, 顺位/tier; \
           name the columns with --map"],
    );
}

#[test]
fn files_that_cannot_be_read() {
    let mut office = Office::new("户号,户主\nH1,\"张明\nH2,李明\n", b"\xFF\xFE\x00\xD8\x01");
    office.fails(
        Lang::En,
        &[
            "roll.csv, line 2: found a quotation mark that is never closed; expected quotation marks in pairs; take it out, or save the \
             table again in the spreadsheet program; it would swallow the rows below it",
            "units.csv: found bytes that are not UTF-16; expected text in UTF-8, UTF-16 or GB18030; \
             save it again as .xlsx, or as `CSV UTF-8`, in the spreadsheet program",
        ],
    );
    office.args.roll = office.folder.path().join("roll.xls");
    std::fs::write(&office.args.roll, "%PDF-1.7").unwrap();
    office.args.units = Some(office.folder.path().join("gone.csv"));
    office.fails(
        Lang::En,
        &[
            "gone.csv: found no such file (No such file or directory (os error 2)); expected a file that can be read",
            "roll.xls: found a PDF; expected a table as .xlsx, .xls, .ods or .csv; open it in its program, and save the table as .xlsx or \
             copy it into a new workbook",
        ],
    );
}

fn text_sheet<'a>(book: &'a mut Workbook, name: &str, rows: &[&str]) -> &'a mut Worksheet {
    let sheet = book.add_worksheet().set_name(name).unwrap();
    for (r, row) in (0..).zip(rows) {
        for (c, cell) in (0..).zip(row.split(',')).filter(|(_, cell)| !cell.is_empty()) {
            sheet.write(r, c, cell).unwrap();
        }
    }
    sheet
}

const SHEET: [&str; 6] =
    ["", "说明", "户号,户主,楼栋,户型,顺位", "H1,张明,,T1,1", "H2,李明,,T1,1", "合计,2"];
const UNIT_SHEET: [&str; 4] = ["编号,层,楼栋,户型", "U1,1,A,T1", "编号,层,楼栋,户型", "U2,2,A,T1"];

#[test]
fn a_workbook_as_offices_make_them() {
    let mut book = Workbook::new();
    let sheet = text_sheet(&mut book, "住户", &SHEET);
    sheet.merge_range(0, 0, 0, 6, "某小区住户", &Format::new()).unwrap();
    sheet.merge_range(3, 2, 4, 2, "A", &Format::new()).unwrap();
    sheet.write(4, 4, 2).unwrap();
    sheet.write(8, 16_000, "x").unwrap();
    text_sheet(&mut book, "房源", &UNIT_SHEET);
    text_sheet(&mut book, "说明", &["本表,仅供,参考"]);
    let office = Office::workbook(book);
    let told = office.told(Lang::En);
    for line in [
        "households from office.xlsx, sheet 住户: heads in row 3, 4 rows below\n",
        "  merged cells: 1 cell below the first got its value\n",
        "  row 6 of the households left out: a sum\n",
        "  row 9 of the households left out: nothing in the columns used\n",
        "  row 3 of the units left out: the heads again\n",
    ] {
        assert!(told.contains(line), "{line} is not in {told}");
    }
    let plan = std::fs::read_to_string(&office.args.out).unwrap();
    assert_eq!(values(&plan, "household", "pool"), ["A-T1", "A-T1"]);
    assert_eq!(values(&plan, "household", "tier"), ["1", "2"]);
    assert_eq!(values(&plan, "unit", "id"), ["U1", "U2"]);
}

#[test]
fn cells_of_the_wrong_kind() {
    let mut book = Workbook::new();
    let sheet = text_sheet(
        &mut book,
        "住户",
        &[
            "户号,户主,楼栋,户型,顺位",
            ",张明,A,T1,1",
            ",李明,A,T1,1",
            "H3,李明,A,T1",
            "H4,李明,A,T1",
        ],
    );
    let date = ExcelDateTime::from_ymd(2026, 3, 2).unwrap();
    sheet.write_with_format(1, 0, &date, &Format::new().set_num_format("m-d")).unwrap();
    sheet.write(2, 0, 310_101_199_001_011_234.0).unwrap();
    sheet.write(3, 4, rust_xlsxwriter::Formula::new("=A99").set_result("#REF!")).unwrap();
    sheet.write(4, 4, 1.5).unwrap();
    text_sheet(&mut book, "房源", &UNIT_SHEET);
    Office::workbook(book).fails(
        Lang::En,
        &[
            "office.xlsx, sheet 住户, row 2, column A (户号): found a date (stored as 46083 in the format m-d), which the spreadsheet \
             made of something typed such as 3-2; expected text or a number; format the column as text and type the value again",
            "office.xlsx, sheet 住户, row 3, column A (户号): found a number of 18 digits, which the spreadsheet has rounded; \
             expected text; format the column as text and type the value again",
            "office.xlsx, sheet 住户, row 4, column E (顺位): found the formula error #REF!; expected a value; \
             correct the formula or type the value",
            "office.xlsx, sheet 住户, row 5, column E (顺位): found `1.5`; expected a whole number from 1 to 999; correct the cell",
        ],
    );
}

#[test]
fn sheets_are_found_by_their_columns_or_by_name() {
    let book = |names: [&str; 3]| {
        let mut book = Workbook::new();
        let rows = ["户号,户主,楼栋,户型,顺位", "H1,张明,A,T1,1"];
        text_sheet(&mut book, names[0], &rows);
        text_sheet(&mut book, names[1], &rows);
        text_sheet(&mut book, names[2], &UNIT_SHEET);
        book
    };
    let mut office = Office::workbook(book(["旧", "新", "房源"]));
    office.fails(
        Lang::En,
        &["office.xlsx, table of households: found the sheets 旧 and 新, with 1 codes in both, as two versions of one table have; \
           expected each code in one sheet; name the sheets that are meant with --roll-sheet, which may be repeated"],
    );
    office.args.roll_sheet = vec!["最新".into()];
    office.fails(
        Lang::Zh,
        &["office.xlsx，住户表：发现 没有工作表 最新，有 旧、新、房源；应为 一张表，表头例如 户号、户主、楼栋、户型、顺位；\
           请用 --roll-sheet 指明工作表，或用 --map 指明各列"],
    );
    office.args.roll_sheet = vec!["新".into()];
    assert!(office.told(Lang::En).starts_with("households from office.xlsx, sheet 新:"));
}

#[test]
fn an_existing_plan_is_not_overwritten() {
    let mut office = Office::new(ROLL, UNITS);
    let sealed = office.plan();
    let (told, end) = office.import(Lang::En);
    let out = office.args.out.display().to_string();
    let expected = format!(
        "{out}: found a file that is there already; expected a new file; \
         name another file with --out, or replace it with --force\n1 fault; no plan was written"
    );
    assert_eq!((told.as_str(), end.unwrap_err().to_string()), ("", expected));
    assert_eq!(std::fs::read_to_string(&office.args.out).unwrap(), sealed);
    office.args.force = true;
    assert_eq!(office.plan().lines().count(), 11);
    // No half-written file is left beside it.
    let mut files: Vec<String> = std::fs::read_dir(office.folder.path())
        .unwrap()
        .map(|f| f.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    assert_eq!(files, ["draw.toml", "plan.jsonl", "roll.csv", "units.csv"]);
}

#[test]
fn a_plan_that_cannot_be_written_leaves_nothing() {
    let mut office = Office::new(ROLL, UNITS);
    office.args.out = office.folder.path().join("nowhere/plan.jsonl");
    let (_, end) = office.import(Lang::En);
    let Err(ImportError::Write(text)) = end else { panic!("{end:?}") };
    assert!(text.contains("nowhere"), "{text}");
}
