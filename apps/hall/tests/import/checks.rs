//! What only import can see: persons and flats twice, odd numbers, groups, buildings, tiers,
//! sheets.

use super::{CONFIG, Office, UNITS, openings, text_sheet, values};
use floorlot::rules::Lang;
use rust_xlsxwriter::Workbook;

/// Rows of code, name and document number, all of one pool. The numbers are made up for these
/// tests.
fn documents(rows: &[(&str, &str, &str)]) -> Office {
    let row =
        |(id, name, number): &(&str, &str, &str)| format!("{id},{name},\"{number}\",A,T1,1\n");
    Office::new(
        format!("户号,户主,身份证号,楼栋,户型,顺位\n{}", rows.iter().map(row).collect::<String>()),
        FLATS_OF_A,
    )
}

/// Two flats without features.
const FLATS_OF_A: &str = "房源编号,室号,所在层,楼栋,户型\nA-301,301,3,A,T1\nA-501,501,4,A,T1\n";

/// Rows of households below the usual heads.
fn roll(rows: &str) -> String {
    format!("户号,户主,楼栋,户型,顺位,照顾需求,结伴组\n{rows}")
}

fn households(rows: &str) -> Office {
    Office::new(roll(rows), FLATS_OF_A)
}

// Right by their rules (province, day of birth, check digit), and made up.
const RIGHT: &str = "310101199001010020";
const OLD: &str = "310101900101002";
const OTHER: &str = "11010519491231002X";

#[test]
fn a_person_in_two_rows_is_refused() {
    documents(&[("H1", "张小明", RIGHT), ("H2", "张小明", RIGHT), ("H3", "李红", OTHER)]).fails(
        Lang::En,
        &["roll.csv, row 3, column C (身份证号): found for H2 张*明 the document number of row 2 (H1 张*明); \
           expected each person once; correct the number, or take one of the two rows out"],
    );
    // With another name, in other letters, with spaces and hyphens, on a card of the first kind.
    for (first, same, how) in [
        (OTHER, "11010519491231002x", ""),
        (RIGHT, "３１０１０１ 19900101-0020", ""),
        (RIGHT, OLD, "（新旧两种写法）"),
        (OLD, RIGHT, "（新旧两种写法）"),
        (RIGHT, "'310101199001010020", ""),
        ("E 1234-5678", "e12345678", ""),
    ] {
        documents(&[("H1", "张小明", first), ("H2", "李红", same)]).fails(
            Lang::Zh,
            &[&format!(
                "roll.csv，第 3 行，C 列（身份证号）：发现 H2 李* 的证件号与第 2 行（H1 张*明）相同{how}；\
                 应为 每人只出现一次；请更正号码，或删去其中一行"
            )],
        );
    }
    // Also where the column is left out of the plan, and where the number is too long; no number is
    // shown.
    let left_out = documents(&[("H1", "张小明", RIGHT), ("H2", "张小明", RIGHT)])
        .map("身份证号=personal")
        .refusal(Lang::En);
    let told = "  C 身份证号 -> (left out: personal data, compared for persons who occur twice)";
    assert!(left_out.told.iter().any(|line| line == told), "{left_out:?}");
    let long = documents(&[
        ("H1", "张小明", "31010119900101002012"),
        ("H2", "张小明", "31010119900101002012"),
    ])
    .refusal(Lang::En);
    for (refusal, faults) in [(left_out, 1), (long, 3)] {
        assert_eq!(refusal.faults.len(), faults, "{refusal:?}");
        let twice = "found for H2 张*明 the document number of row 2 (H1 张*明)";
        assert!(refusal.faults.iter().any(|fault| fault.contains(twice)), "{refusal:?}");
        assert!(!format!("{refusal:?}").contains("1990"), "{refusal:?}");
    }
}

#[test]
fn a_name_in_two_rows_is_told_and_not_asked() {
    let rows = "H1,买买提·艾力,A,T1,1,,\nH2,买买提 艾力,A,T1,1,,\nH3,张　明,A,T1,1,,\nH4,张明,A,T1,1,,\nH5,李红,A,T1,1,,\n";
    let told = households(rows).told(Lang::En);
    let line = told.lines().find(|line| line.contains("more than one row")).unwrap_or_default();
    let start = "look at: names that stand in more than one row, without a document number that tells them apart: 2: H1 买*·艾* / H2 ";
    assert!(
        line.starts_with(start) && line.ends_with("(rows 2, 3); H3 张* / H4 张* (rows 4, 5)"),
        "{told}"
    );
    // Two numbers are two persons.
    let told = documents(&[("H1", "张明", RIGHT), ("H2", "张明", OTHER)]).told(Lang::En);
    assert!(!told.contains("more than one row"), "{told}");
}

#[test]
fn numbers_that_a_spreadsheet_has_spoilt_are_refused() {
    let spellings = [
        "3.10101E+17",
        "3.10101e17",
        "3.1E+17",
        "3,10101E+17",
        "３.１０１０１Ｅ＋１７",
        "3.10101 E+17",
        "3.10101×10^17",
        "3E17",
        "3.10101E+017",
    ];
    for number in spellings {
        documents(&[("H1", "张小明", number)]).fails(
            Lang::En,
            &["roll.csv, row 2, column C (身份证号): found a number in scientific notation, which has lost digits in the spreadsheet; \
               expected the number of an identity document; format the column as text and type the numbers again"],
        );
    }
    documents(&[("H1", "张小明", "310101195001012000")]).fails(
        Lang::Zh,
        &["roll.csv，第 2 行，C 列（身份证号）：发现 末三位为 000 的号码，已被表格软件舍入；应为 身份证件的号码；\
           请将该列设为文本格式并重新输入号码"],
    );
    // Many rows with the same fault are one sentence.
    let rows: Vec<[String; 2]> = (1..=30).map(|n| [format!("H{n}"), format!("王{n}")]).collect();
    let rows: Vec<(&str, &str, &str)> =
        rows.iter().map(|[id, name]| (id.as_str(), name.as_str(), "3.10101E+17")).collect();
    documents(&rows).fails(
        Lang::Zh,
        &["roll.csv，30 行（第 2–31 行），C 列（身份证号）：发现 科学计数法的数字，表格软件已丢失其中的数位；\
           应为 身份证件的号码；请将该列设为文本格式并重新输入号码"],
    );
}

#[test]
fn numbers_of_no_document_are_refused() {
    let (type_it, alone) =
        ("type the number as it stands on the document", "write the number alone");
    let cases = [
        ("31010119900101002", "a number of 17 digits", type_it),
        ("31010119500101100012", "a number of 20 digits", type_it),
        ("3101011990010100", "a number of 16 digits", type_it),
        ("13812345678", "what looks like a telephone number", type_it),
        ("138 1234 5678", "what looks like a telephone number", type_it),
        ("8613812345678", "what looks like a telephone number", type_it),
        ("021-65123456", "what looks like a telephone number", type_it),
        ("电话13812345678", "a telephone number with words beside it", alone),
        ("身份证310101199001010020", "words beside the number", alone),
        (
            "310101199001010020、11010519491231002X",
            "more than one number",
            "write the number of the householder alone",
        ),
        (
            "310101199001010020 11010519491231002X",
            "more than one number",
            "write the number of the householder alone",
        ),
    ];
    for (number, found, advice) in cases {
        documents(&[("H1", "张小明", number)]).fails(
            Lang::En,
            &[&format!("roll.csv, row 2, column C (身份证号): found {found}; expected the number of an identity document; {advice}")],
        );
    }
}

#[test]
fn numbers_that_break_a_rule_are_asked_about() {
    let cases = [
        ("310101199001010022", "a number with a wrong check digit"),
        ("310101199002300029", "a number with an impossible day of birth"),
        ("310101199013010029", "a number with an impossible day of birth"),
        ("310101901301002", "a number with an impossible day of birth"),
        ("000000190001010001", "a number of no province"),
        ("123456789", "a number of 9 digits, as passports and travel permits have"),
        ("3101O1199001010020", "a number with letters among its digits"),
        ("H0012", "a number of few digits"),
    ];
    for (number, found) in cases {
        let expected = "expected the number of an identity document; compare it with the document";
        documents(&[("H1", "张小明", number)]).asks(
            Lang::En,
            "document-check",
            &[&format!("roll.csv, row 2, column C (身份证号): found {found}; {expected}")],
        );
    }
    documents(&[("H1", "张小明", RIGHT), ("H2", "李红", "310101199001010022")]).asks(
        Lang::Zh,
        "document-check",
        &[
            "roll.csv，第 3 行，C 列（身份证号）：发现 校验位不对的号码；应为 身份证件的号码；请与证件核对",
            "roll.csv，第 3 行，C 列（身份证号）：发现 H2 李* 的证件号与第 2 行（H1 张*明）只差末位；\
             应为 每人只出现一次；请与两份证件核对",
        ],
    );
}

#[test]
fn words_in_place_of_a_number_are_asked_about() {
    let words = [
        "无",
        "同上",
        "待补",
        "不详",
        "N/A",
        "-",
        "0",
        "身份证",
        "暂无",
        "/",
        "？",
        "xxx",
        "000000000000000000",
        "310101********0020",
        "见附件1",
    ];
    for word in words {
        documents(&[("H1", "张小明", word), ("H2", "李红", RIGHT)]).asks(
            Lang::En,
            "no-document",
            &["roll.csv, row 2, column C (身份证号): found a word in place of a number; \
               expected the number of an identity document; fill in the number"],
        );
    }
    let office = documents(&[("H1", "张小明", "无"), ("H2", "李红", RIGHT)]).accept("no-document");
    let told = office.told(Lang::Zh);
    assert!(told.contains("  无承诺（没有证件号）：1 户（第 2 行）\n"), "{told}");
    assert!(
        told.contains("已用 --accept no-document 确认：没有证件号的住户不与本人绑定（1 处）\n"),
        "{told}"
    );
    assert_eq!(openings(&office), [["H2", "李红", RIGHT].map(str::to_owned)]);
}

#[test]
fn documents_of_other_kinds_are_taken_and_counted() {
    let rows = [
        ("H1", "张小明", "E12345678"),
        ("H2", "李红", "h0123456789"),
        ("H3", "王五", "军字第1234567号"),
        ("H4", "赵六", OLD),
        ("H5", "钱七", "'11010519491231002x"),
    ];
    let office = documents(&rows);
    let told = office.told(Lang::En);
    assert!(
        told.contains(
            "look at: documents that are not resident identity numbers: 3 (rows 2, 3, 4)\n"
        ),
        "{told}"
    );
    let kept: Vec<String> = openings(&office).into_iter().map(|[_, _, number]| number).collect();
    assert_eq!(kept, ["E12345678", "H0123456789", "军字第1234567号", OLD, OTHER]);
}

#[test]
fn marks_around_values_are_taken_off_and_said() {
    let mut book = Workbook::new();
    let rows = [
        "户号,户主,楼栋,户型,顺位,结伴组",
        "'H1,张明,=\"A\",T1,1,'J1",
        "’H2,o'neill,A,T1,1,=\"J1\"",
    ];
    text_sheet(&mut book, "住户", &rows);

    let rows = ["编号,室号,层,楼栋,户型", "U1,'0301,1,A,T1", "U2,’302,2,A,T1"];
    text_sheet(&mut book, "房源", &rows);
    let office = Office::workbook(book);
    let (told, end) = office.import(Lang::En);
    assert_eq!(end, Ok(()), "{told}");
    assert!(told.contains("  apostrophes and =\"…\" around values removed: "), "{told}");
    let plan = std::fs::read_to_string(&office.args.out).unwrap();
    assert_eq!(values(&plan, "household", "id"), ["H1", "H2"]);
    assert_eq!(values(&plan, "household", "group"), ["J1", "J1"]);
    assert_eq!(values(&plan, "household", "name"), ["张*", "O***"]);
    assert_eq!(values(&plan, "unit", "label"), ["0301", "302"]);
    Office::new("户号,户主,楼栋,户型,顺位\n1.2E+05,张明,A,T1,1\n", FLATS_OF_A).fails(
        Lang::En,
        &["roll.csv, row 2, column A (户号): found `1.2E+05`, in scientific notation; expected a code; \
           format the column as text and type the value again"],
    );
}

#[test]
fn labels_and_buildings_in_scientific_notation_are_refused() {
    units(&[("U1", "1.01E+02", "7号楼", "T1")]).fails(
        Lang::Zh,
        &["units.csv，第 2 行，B 列（室号）：发现 `1.01E+02`，科学计数法的数字；应为 代码；请将该列设为文本格式并重新输入"],
    );
}

/// Units with these codes, labels, buildings and flat types, and a household for each pool.
fn units(rows: &[(&str, &str, &str, &str)]) -> Office {
    let row = |(id, label, building, kind): &(&str, &str, &str, &str)| {
        format!("{id},{label},3,{building},{kind}\n")
    };
    let pools: std::collections::BTreeSet<(&str, &str)> =
        rows.iter().map(|(_, _, building, kind)| (*building, *kind)).collect();
    let households: String = (1..)
        .zip(pools)
        .map(|(n, (building, kind))| format!("H{n},王{n},{building},{kind},1,,\n"))
        .collect();
    Office::new(
        roll(&households),
        format!("房源编号,室号,所在层,楼栋,户型\n{}", rows.iter().map(row).collect::<String>()),
    )
}

#[test]
fn a_flat_in_two_rows_is_refused() {
    units(&[("U1", "102", "7号楼", "T1"), ("U2", "102", "7号楼", "T1")]).fails(
        Lang::En,
        &["units.csv, row 3, column B (室号): found 7号楼 `102` as U2, which is U1 in row 2; expected each flat once; \
           correct the label or take one row out; if they are in different staircases, write them in the label, such as 1单元101"],
    );
    for same in ["102室", "0102", "１０２", "1 02", "102号"] {
        let refusal =
            units(&[("U1", "102", "7号楼", "T1"), ("U2", same, "7号楼", "T2")]).refusal(Lang::Zh);
        assert_eq!(refusal.faults.len(), 1, "{same}: {refusal:?}");
        assert!(
            refusal.faults[0].starts_with("units.csv，第 3 行，B 列（室号）：发现 7号楼 `"),
            "{refusal:?}"
        );
        assert!(refusal.faults[0].contains("编号为 U2，而第 2 行"), "{refusal:?}");
    }
    for (one, same) in [
        ("1单元101", "1-101室"),
        ("1-101", "01—0101"),
        ("A座101", "a座 101"),
        ("1号楼101", "101室"),
        ("1-101", "101"),
    ] {
        assert_eq!(
            units(&[("U1", one, "B1", "T1"), ("U2", same, "B1", "T1")])
                .refusal(Lang::En)
                .faults
                .len(),
            1,
            "{same}"
        );
    }
    // In another building, or in another staircase, it is another flat.
    let others = [
        ("U1", "102", "7号楼", "T1"),
        ("U2", "102", "8号楼", "T1"),
        ("U3", "1单元101", "9号楼", "T1"),
        ("U4", "11单元01", "9号楼", "T1"),
    ];
    units(&others).plan();
}

#[test]
fn labels_and_codes_that_look_alike_are_asked_about() {
    for (one, other, shown) in [
        ("1O2", "102", "`1O2`"),
        ("l01", "101", "`l01`"),
        ("Б01", "B01", "`Б01` [Б (U+0411)]"),
        ("А01", "A01", "`А01` [А (U+0410)]"),
    ] {
        units(&[("U1", other, "7号楼", "T1"), ("U2", one, "7号楼", "T1")]).asks(
            Lang::En,
            "alike-labels",
            &[&format!(
                "units.csv, row 3, column B (室号): found the label {shown}, which looks like `{other}` in row 2; \
                 expected a label that cannot be mistaken for that of another flat; correct the one that is wrong"
            )],
        );
    }
    for (one, other) in [("H001", "HO01"), ("H001", "H1"), ("HI1", "H11"), ("A-1", "A_1")] {
        households(&format!("{one},张明,A,T1,1,,\n{other},李红,A,T1,1,,\n")).asks(
            Lang::Zh,
            "alike-ids",
            &[&format!(
                "roll.csv，第 3 行，A 列（户号）：发现 编号 `{other}`，与第 2 行的 `{one}` 外形相近；应为 不会与其他对象混淆的编号；如有误请更正"
            )],
        );
    }
}

/// A household and a flat in each of two buildings.
fn two_buildings(one: &str, other: &str) -> Office {
    let units = format!("编号,室号,层,楼栋,户型\nU1,101,1,{one},T1\nU2,201,2,{other},T1\n");
    Office::new(format!("户号,户主,楼栋,户型\nH1,张明,{one},T1\nH2,李红,{other},T1\n"), units)
}

#[test]
fn buildings_written_in_two_ways_are_asked_about() {
    for other in [
        "7幢",
        "七号楼",
        "7#",
        "B07",
        "07",
        "7 栋",
        "第7栋",
        "7座",
        "７号",
        "7號樓",
        "Building 7",
        "BLOCK 7",
        "No.7",
    ] {
        let refusal = two_buildings("7号楼", other).refusal(Lang::Zh);
        let asked: Vec<&str> = refusal.questions.iter().map(|asked| asked.kind.word()).collect();
        assert_eq!(
            (refusal.faults.len(), asked.as_slice()),
            (0, ["buildings-alike"].as_slice()),
            "{other}: {refusal:?}"
        );
    }
    two_buildings("7号楼", "7幢").asks(
        Lang::En,
        "buildings-alike",
        &["roll.csv, row 2, column C (楼栋): found `7号楼` (1 household from row 2, 1 unit from row 2), \
           `7幢` (1 household from row 3, 1 unit from row 3); expected one way to write it; write it in one way in both tables"],
    );
    for (one, other) in [
        ("7号楼", "17号楼"),
        ("A1", "B1"),
        ("7号楼东", "7号楼西"),
        ("十一号楼", "一号楼"),
        ("二十号楼", "十二号楼"),
    ] {
        two_buildings(one, other).plan();
    }
    let types = "编号,室号,层,楼栋,户型\nU1,101,1,A,两室一厅\nU2,201,2,A,2室1厅\n";
    let refusal = Office::new("户号,户主,楼栋,户型\nH1,张明,A,两室一厅\nH2,李红,A,2室1厅\n", types)
        .refusal(Lang::En);
    let found = "found `2室1厅` (1 household from row 3, 1 unit from row 3), `两室一厅`";
    assert!(refusal.questions[0].sentences[0].contains(found), "{refusal:?}");
}

#[test]
fn a_building_without_flats_is_told_with_the_one_that_it_may_be() {
    let units = "编号,室号,层,楼栋,户型\nU1,101,1,7幢,T1\n";
    let refusal = Office::new("户号,户主,楼栋,户型\nH1,张明,七号楼,T1\n", units).refusal(Lang::En);
    assert_eq!(
        refusal.faults,
        [
            "roll.csv, row 2, column C (楼栋): found `七号楼 T1`, for which there is no unit (1 household); \
          expected what the units have: `7幢 T1`, it seems; write it as in the table of units, or add the units"
        ]
    );
    // Two words that look the same are told with their code points.
    let refusal = Office::new("户号,户主,楼栋,户型\nH1,张明,А,T1\n", FLATS_OF_A).refusal(Lang::En);
    assert!(refusal.faults[0].contains("found `А T1` [А (U+0410)], for which"), "{refusal:?}");
    assert!(refusal.faults[0].contains("units have: `A T1`, it seems"), "{refusal:?}");
}

#[test]
fn codes_and_names_of_buildings_belong_together() {
    let rows = "户号,户主,楼栋,楼栋代码,户型\nH1,张明,7号楼,B07,T1\nH2,李红,8号楼,B07,T1\n";
    let units = "编号,室号,层,楼栋,楼栋代码,户型\nU1,101,1,7号楼,B07,T1\nU2,201,2,7号楼,B07,T1\n";
    Office::new(rows, units).asks(
        Lang::En,
        "buildings-alike",
        &["roll.csv, row 3: found `7号楼` (households, row 2) and `8号楼` (households, row 3) for `B07`; \
           expected one building for each building code; correct the row that is wrong"],
    );
}

#[test]
fn two_names_of_a_building_with_one_code_are_told() {
    let rows = "户号,户主,楼栋,楼栋代码,户型\nH1,张明,7号楼,B07,T1\n";
    let units = "编号,室号,层,楼栋,楼栋代码,户型\nU1,101,1,7幢,B07,T1\n";
    let told = Office::new(rows, units).told(Lang::En);
    let hint = "look at: roll.csv, row 2, column C (楼栋): `7号楼` (1 household from row 2), `7幢` (1 unit from row 2)\n";
    assert!(told.contains(hint), "{told}");
}

#[test]
fn groups_that_cannot_be_meant() {
    households("H1,张明,A,T1,1,,甲\nH2,李红,A,T1,1,,\n").asks(
        Lang::Zh,
        "group-of-one",
        &["roll.csv，第 2 行，G 列（结伴组）：发现 结伴组 `甲` 只有一户：H1 张*；应为 两户或以上写同一组名；\
           请在同组住户的行中写同一组名，或清空此格"],
    );
    let advice = "expected one name of the group in the rows of all its households, such as J001; write one group name in both rows";
    let place = |row: u32| format!("roll.csv, row {row}, column G (结伴组): found");
    // Each names the other, by code or by name, with words around it.
    for (first, second) in [
        ("H02", "H01"),
        ("李红", "张明"),
        ("与李红一起", "张明家"),
        ("李 红", "h01"),
        ("H02、H03", "H01"),
    ] {
        households(&format!(
            "H01,张明,A,T1,1,,{first}\nH02,李红,A,T1,1,,{second}\nH03,赵红,A,T1,1,,\n"
        ))
        .refusal(Lang::En)
        .faults
        .iter()
        .for_each(|fault| {
            assert!(
                fault.contains("the household H0") && fault.contains(advice),
                "{first}: {fault}"
            )
        });
    }
    households("H01,张明,A,T1,1,,H02\nH02,李红,A,T1,1,,H01\n").fails(
        Lang::En,
        &[
            &format!(
                "{} for H01 张* the household H02 李* (row 3), whose group is `H01`; {advice}",
                place(2)
            ),
            &format!(
                "{} for H02 李* the household H01 张* (row 2), whose group is `H02`; {advice}",
                place(3)
            ),
        ],
    );
    households("H01,张明,A,T1,1,,李红\nH02,李红,A,T1,1,,\n").fails(
        Lang::En,
        &[&format!(
            "{} for H01 张* the household H02 李* (row 3), whose group is empty; {advice}",
            place(2)
        )],
    );
    households("H01,张明,A,T1,1,,H99\nH02,李红,A,T1,1,,\n").fails(
        Lang::En,
        &[&format!(
            "{} `H99`, which looks like a household that is not in this table; {advice}",
            place(2)
        )],
    );
    households("H01,张明,A,T1,1,,\nH02,李红,A,T1,1,,H01\nH03,赵红,A,T1,1,,H01\n").fails(
        Lang::En,
        &[&format!(
            "{} a group that is named after H01 张* (row 2) in rows 3, 4, but not there; {advice}",
            place(3)
        )],
    );
    // Words for nothing are no group.
    let rows = "H01,张明,A,T1,1,,无\nH02,李红,A,T1,2,,无\nH03,赵红,A,T1,1,,/\nH04,孙红,A,T1,1,,-\n";
    assert_eq!(values(&households(rows).plan(), "household", "group"), [""; 0]);
    // Named after one of its own: that is a group.
    households("H01,张明,A,T1,1,,H01\nH02,李红,A,T1,1,,H01\n").plan();
}

#[test]
fn groups_are_told_by_their_names() {
    let rows =
        "H1,张明,A,T1,1,,甲\nH2,李红,A,T1,1,,甲\nH3,赵红,A,T1,1,,甲组\nH4,孙红,A,T1,1,,甲组\n";
    let alike = households(rows).refusal(Lang::Zh);
    assert!(
        alike.questions[0].sentences[0].contains("发现 结伴组 `甲组`，与第 2 行的 `甲` 外形相近"),
        "{alike:?}"
    );
    let groups: Vec<Option<String>> =
        alike.preview.unwrap().rows.into_iter().map(|row| row.group).collect();
    assert_eq!(groups, ["甲", "甲", "甲组", "甲组"].map(|name| Some(name.to_owned())));
    let over = Office::new(
        roll("H1,张明,A,T1,1,,甲组\nH2,李红,B,T1,1,,甲组\n"),
        format!("{FLATS_OF_A}B-1,1,1,B,T1\n"),
    )
    .refusal(Lang::En);
    assert!(over.faults[0].contains("found group 甲组 in pool B-T1"), "{over:?}");
}

#[test]
fn tiers_with_gaps_are_asked_about() {
    households("H1,张明,A,T1,1,,\nH2,李红,A,T1,2,,\nH3,赵红,A,T1,4,,\n").asks(
        Lang::Zh,
        "tier-gap",
        &["roll.csv，第 4 行，E 列（顺位）：发现 第 4 顺位（1 户，首户 H3 赵*），而第 3 顺位没有住户；应为 连续的顺位；如系笔误请更正"],
    );
    let advice = "expected tiers without a gap; correct the tier if it is a slip";
    households("H1,张明,A,T1,2,,\nH2,李红,A,T1,11,,\n").asks(
        Lang::En,
        "tier-gap",
        &[
            &format!("roll.csv, row 2, column E (顺位): found tier 2 (1 household, the first H1 张*) and nobody in tier 1; {advice}"),
            &format!("roll.csv, row 3, column E (顺位): found tier 11 (1 household, the first H2 李*) and nobody in tier 3–10; {advice}"),
        ],
    );
    let many: String =
        (10..40).map(|n| format!("H{n},王{n},A,T1,{},,\n", if n == 25 { 2 } else { 1 })).collect();
    let told = households(&many).told(Lang::En);
    assert!(told.contains("look at: tier 2 has one household of 30: H25 王* (row 17)\n"), "{told}");
}

#[test]
fn needs_and_features_that_do_not_meet() {
    let advice = "expected a flat for each of them; correct the need, or add the feature to the flats that have it";
    Office::new(roll("H1,张明,A,T1,1,低楼层,\nH2,李红,A,T1,1,近电梯,\nH3,赵红,A,T1,1,近电梯,\n"), UNITS).fails(
        Lang::En,
        &[
            &format!("roll.csv, row 2, column F (照顾需求): found the need low-floor, which no flat of A T1 has (row 2); {advice}"),
            &format!("roll.csv, row 3, column F (照顾需求): found the need near-lift, which no flat of A T1 has (rows 3, 4); {advice}"),
        ],
    );
    let told = Office::new(roll("H1,张明,A,T1,1,,\n"), UNITS).told(Lang::Zh);
    assert!(told.contains("请留意：没有住户需要的特征：无障碍（1 套）\n"), "{told}");
}

#[test]
fn rows_below_the_table_are_left_out_and_told() {
    let sums = [
        "合计,,2,,,",
        "本页小计,,2,,,",
        "共 10 户,,,,,",
        ",,共计：2户,,,",
        "总 计,,12,,,78",
        "Total,,12,,,",
        "合计,12,,,,",
        ",,,,,78",
    ];
    let footers = [
        "制表人：李红,,,,,",
        "制表：,,李红,,审核：,王五",
        "填表日期：2026年11月27日,,,,,",
        ",注：本表一式两份,,,,",
        "第 1 页 共 1 页,,,,,",
        ",以上信息经核对无误。,,,,",
        ",2026年11月27日,,,,",
        ",单位（盖章）,,,,",
    ];
    for (row, why) in sums
        .map(|row| (row, if row.contains("78") { "" } else { "a sum" }))
        .into_iter()
        .chain(footers.map(|row| (row, "")))
    {
        let table =
            format!("期,户号,户主,楼栋,户型,顺位\n1,H1,张明,A,T1,1\n1,H2,李红,A,T1,1\n{row}\n");
        let units =
            format!("期,房源编号,室号,楼栋,户型,所在层\n1,U1,101,A,T1,1\n1,U2,201,A,T1,2\n{row}\n");
        let (told, end) = Office::new(table, units).import(Lang::En);
        assert_eq!(end, Ok(()), "{row}: {told}");
        assert!(
            told.contains(&format!("row 4 of the households left out: {why}")),
            "{row}: {told}"
        );
        assert!(told.contains(&format!("row 4 of the units left out: {why}")), "{row}: {told}");
    }
    // A household is no footer, whatever it is called, and half a row is no remark.
    let table = "期,户号,户主,楼栋,户型,顺位\n合计,H1,制表人,A,T1,1\n1,H2,以上,A,T1,1\n1,H3,,,,\n";
    let refusal = Office::new(table, FLATS_OF_A).refusal(Lang::En);
    assert!(refusal.faults.iter().all(|fault| fault.contains("row 4")), "{refusal:?}");
    assert_eq!(refusal.faults.len(), 3, "{refusal:?}");
}

#[test]
fn characters_that_only_look_like_others_are_read_and_told() {
    let rows =
        "⼾号,⼾主,楼栋,⼾型,顺位\nH1,⾼⼩⽤,A,T1,1\nH2,\u{F900}⻰明,①号,T1,1\nH3,㈱山,A,T1,1\n";
    let office =
        Office::new(rows, "房源编号,室号,所在层,楼栋,户型\nA-301,301,3,A,T1\nA-501,501,4,1号,T1\n");
    let told = office.told(Lang::En);
    for line in [
        "  A 户号 -> id\n",
        "  head A: ⼾ (U+2F3E) read as 户 (U+6237)\n",
        "  ⾼ (U+2FBC) read as 高 (U+9AD8): 1 (roll.csv, row 2, column B (户主))\n",
        "  ⻰ (U+2EF0) read as 龙 (U+9F99): 1 (roll.csv, row 3, column B (户主))\n",
        "  \u{F900} (U+F900) read as 豈 (U+8C48): 1 (roll.csv, row 3, column B (户主))\n",
        "  ① (U+2460) read as 1 (U+0031): 1 (roll.csv, row 3, column C (楼栋))\n",
        "  ㈱ (U+3231) read as (株) (U+0028 U+682A U+0029): 1 (roll.csv, row 4, column B (户主))\n",
    ] {
        assert!(told.contains(line), "{line} is not in {told}");
    }
    let plan = std::fs::read_to_string(&office.args.out).unwrap();
    assert!(values(&plan, "household", "name").contains(&"高*用".to_owned()), "{plan}");
    // A part of a character is none.
    Office::new("户号,户主,楼栋,户型,顺位\nH1,张⺮⺤,A,T1,1\n", FLATS_OF_A).fails(
        Lang::Zh,
        &["roll.csv，第 2 行，B 列（户主）：发现 ⺤ (U+2EA4)，只是偏旁（常见于从 PDF 复制的文字）；应为 完整的汉字；请重新输入该字"],
    );
}

/// A book with these sheets.
fn book(sheets: &[(&str, &[&str])]) -> Office {
    let mut book = Workbook::new();
    for (name, rows) in sheets {
        text_sheet(&mut book, name, rows);
    }
    Office::workbook(book)
}

const HEADS: &str = "户号,户主,楼栋,户型,顺位";
const FLATS: &[&str] = &["编号,室号,层,楼栋,户型", "U1,101,1,7号楼,T1", "U2,102,1,8号楼,T1"];

#[test]
fn all_sheets_of_a_table_are_taken() {
    let sheets: &[(&str, &[&str])] = &[
        ("7号楼", &["7号楼住户名册", HEADS, "H1,张明,7号楼,T1,1"]),
        ("房源", FLATS),
        ("8号楼", &[HEADS, "H2,李红,8号楼,T1,1", "H3,赵红,8号楼,T1,2"]),
        ("汇总", &["楼栋,户数", "7号楼,1"]),
    ];
    let told = book(sheets).told(Lang::En);
    for line in [
        "households from office.xlsx, sheet 7号楼: heads in row 2, 1 row below\n",
        "households from office.xlsx, sheet 8号楼: heads in row 1, 2 rows below\n",
        "to read aloud: 3 households, 2 units, 2 pools\n",
        "\n  8号楼 3  H3",
    ] {
        assert!(told.contains(line), "{line} is not in {told}");
    }
    // One named alone: the other is told.
    let mut one = book(sheets);
    one.args.roll_sheet = vec!["8号楼".into()];
    let refusal = one.refusal(Lang::En);
    assert!(
        refusal.faults.iter().any(|fault| fault.contains("found 0; expected at least 1 [P7]")),
        "{refusal:?}"
    );
    let hint = "look at: office.xlsx, sheet 7号楼: not taken, though it looks like a table of households (1 row)";
    assert!(refusal.told.iter().any(|line| line == hint), "{refusal:?}");
    one.args.roll_sheet = vec!["8号楼".into(), "7号楼".into()];
    assert_eq!(values(&one.plan(), "household", "id").len(), 3);
    // A fault names the sheet.
    let twice: &[(&str, &[&str])] = &[
        ("7号楼", &[HEADS, "H1,张明,7号楼,T1,1", "H4,王红,7号楼,T1,1", "H5,孙红,7号楼,T1,1"]),
        ("房源", FLATS),
        ("8号楼", &[HEADS, "H2,李红,8号楼,T1,1", "H1,赵红,8号楼,T1,2", "H6,钱红,8号楼,T1,1"]),
    ];
    book(twice).fails(
        Lang::En,
        &["office.xlsx, sheet 8号楼, row 3, column A (户号), household H1, id: found `H1`; \
           expected an id of its own: `H1` in sheet 7号楼 row 2 [P2]"],
    );
    let other: &[(&str, &[&str])] = &[
        ("7号楼", &[HEADS, "H1,张明,7号楼,T1,1"]),
        ("房源", FLATS),
        ("8号楼", &[HEADS, "H2,李红,7号楼,T1,1"]),
    ];
    let refusal = book(other).refusal(Lang::Zh);
    let hint = "请留意：office.xlsx，工作表 8号楼：各行的楼栋都是 7号楼";
    assert!(refusal.told.iter().any(|line| line == hint), "{refusal:?}");
}

#[test]
fn sheets_with_other_columns_are_named() {
    let lacking: &[&str] = &["户号,户主,楼栋,户型", "H2,李红,8号楼,T1"];
    book(&[("7号楼", &[HEADS, "H1,张明,7号楼,T1,1"]), ("房源", FLATS), ("8号楼", lacking)]).fails(
        Lang::En,
        &["office.xlsx, table of households: found 7号楼, 8号楼 (without tier); expected sheets with the same columns; \
           add the columns that 8号楼 lacks; or write what counts of 8号楼 into 7号楼, and take that alone with --roll-sheet '7号楼'"],
    );
    let no_code: &[&str] = &["户主,楼栋,户型", "李红,8号楼,T1"];
    book(&[("7号楼", &[HEADS, "H1,张明,7号楼,T1,1", "H2,王红,8号楼,T1,1"]), ("房源", FLATS), ("8号楼", no_code)]).asks(
        Lang::En,
        "sheets-left-out",
        &["office.xlsx, sheet 8号楼: found a sheet like a table of households (1 row, heads 户主, 楼栋, 户型) that is not taken; \
           expected a column for the code, as in the sheets that are taken; complete its heads, or name the column with --map"],
    );
}

#[test]
fn the_name_of_a_sheet_may_be_the_building() {
    let heads = "户号,户主,户型,顺位";
    book(&[("7幢住户", &[heads, "H1,张明,T1,1"]), ("房源", FLATS), ("8幢住户", &[heads, "H2,李红,T1,1"])]).asks(
        Lang::Zh,
        "sheet-building",
        &[
            "office.xlsx，工作表 7幢住户：发现 没有楼栋列；工作表名称读作 `7号楼`；应为 每行的楼栋；如不对，请补上楼栋列",
            "office.xlsx，工作表 8幢住户：发现 没有楼栋列；工作表名称读作 `8号楼`；应为 每行的楼栋；如不对，请补上楼栋列",
        ],
    );
    let flats = "编号,室号,层,户型";
    let office = book(&[
        ("7号楼住户", &[heads, "H1,张明,T1,1"]),
        ("8号楼住户", &[heads, "H2,李红,T1,1"]),
        ("7号楼房源", &[flats, "U1,101,1,T1"]),
        ("8号楼房源", &[flats, "U2,101,1,T1"]),
    ]);
    assert_eq!(
        values(&office.accept("sheet-building").plan(), "pool", "building"),
        ["7号楼", "8号楼"]
    );
    // A name that is no building of the units is none.
    let refusal = book(&[("住户", &[heads, "H1,张明,T1,1"]), ("房源", FLATS)]).refusal(Lang::En);
    assert!(refusal.faults[0].contains("expected a column for the building"), "{refusal:?}");
}

#[test]
fn hidden_rows_and_columns_are_asked_about() {
    let rows = [
        "期,户号,户主,楼栋,户型,顺位",
        "1,H1,张明,A,T1,1",
        "1,H2,李红,A,T1,1",
        "1,H3,赵红,A,T1,1",
        "合计,3",
    ];
    let mut workbook = Workbook::new();
    let sheet = text_sheet(&mut workbook, "住户", &rows);
    sheet.set_row_hidden(2).unwrap().set_row_hidden(3).unwrap().set_row_hidden(4).unwrap();
    sheet.set_column_hidden(0).unwrap();
    text_sheet(&mut workbook, "房源", FLATS_OF_BOOK);
    // Neither the row with the sum nor the column that is not used is asked about.
    let office = Office::workbook(workbook);
    let refusal = office.refusal(Lang::En);
    let remarks: Vec<Vec<String>> =
        refusal.preview.unwrap().rows.into_iter().map(|row| row.remarks).collect();
    let words = "hidden and filtered rows are taken in".to_owned();
    assert_eq!(remarks, [vec![], vec![words.clone()], vec![words]]);
    let chinese = office.import(Lang::Zh).0;
    assert!(
        chinese.contains("导入隐藏行和被筛选掉的行") && !chinese.contains("hidden-rows"),
        "{chinese}"
    );
    office.asks(
        Lang::En,
        "hidden-rows",
        &["office.xlsx, sheet 住户, rows 3–4: found 2 hidden rows; expected rows and columns that everybody sees; \
           delete what is not meant, or make it visible"],
    );
    let mut workbook = Workbook::new();
    text_sheet(&mut workbook, "住户", &[HEADS, "H1,张明,A,T1,1"]).set_column_hidden(4).unwrap();
    text_sheet(&mut workbook, "房源", FLATS_OF_BOOK);
    Office::workbook(workbook).asks(
        Lang::Zh,
        "hidden-columns",
        &["office.xlsx，工作表 住户，E 列（顺位）：发现 隐藏的列；应为 人人可见的行列；不要的请删除，要的请取消隐藏或删除线"],
    );
}

const FLATS_OF_BOOK: &[&str] = &["编号,室号,层,楼栋,户型", "U1,101,1,A,T1"];

#[test]
fn a_hidden_sheet_is_taken_only_if_there_is_no_other() {
    let hidden = |visible: bool| {
        let mut workbook = Workbook::new();
        text_sheet(&mut workbook, "房源", FLATS_OF_BOOK);
        text_sheet(&mut workbook, "旧", &[HEADS, "H1,张明,A,T1,1"]).set_hidden(true);
        if visible {
            text_sheet(&mut workbook, "新", &[HEADS, "H2,李红,A,T1,1"]);
        }
        Office::workbook(workbook)
    };
    let told = hidden(true).told(Lang::En);
    let hint = "look at: office.xlsx, sheet 旧: the sheet is hidden, and is not taken, though it looks like a table of households\n";
    assert!(told.contains(hint), "{told}");
    let refusal = hidden(false).refusal(Lang::En);
    assert_eq!(
        refusal.questions.iter().map(|asked| asked.kind.word()).collect::<Vec<_>>(),
        ["hidden-sheets"],
        "{refusal:?}"
    );
}

#[test]
fn faults_and_questions_come_at_once_and_the_last_line_names_the_options() {
    let rows = "H1,张明,A,T1,1,飞毯,\nH2,李红,A,T1,3,,乙\n";
    let (_, end) = households(rows).import(Lang::En);
    let said = end.unwrap_err().to_string();
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 7, "{said}");
    assert!(lines[0].starts_with("roll.csv, row 2, column F (照顾需求): found `飞毯`;"), "{said}");
    assert_eq!(
        lines[1],
        "correct this, or confirm with --accept group-of-one that groups with one household are drawn as single households:"
    );
    assert!(
        lines[2].starts_with("  roll.csv, row 3, column G (结伴组): found the group `乙`"),
        "{said}"
    );
    assert_eq!(
        lines[3],
        "correct this, or confirm with --accept tier-gap that no household has the tiers between:"
    );
    assert_eq!(lines[5], "1 fault, 2 to confirm; no plan was written");
    assert_eq!(
        lines[6],
        "if all of it is right as it stands, add: --accept group-of-one --accept tier-gap"
    );
    // Half of the answers are none.
    let (_, end) = households(&rows.replace("飞毯", "")).accept("tier-gap").import(Lang::Zh);
    let said = end.unwrap_err().to_string();
    assert!(
        said.ends_with(
            "共 0 处问题，1 处待确认；没有写出方案\n如核对无误，请加上：--accept group-of-one"
        ),
        "{said}"
    );
    let told = households("H1,张明,A,T1,1,,\n").accept("tier-gap").told(Lang::En);
    assert!(
        told.contains("--accept tier-gap was not needed: nothing of the kind was found\n"),
        "{told}"
    );
    let known = households("H1,张明,A,T1,1,,\n").accept("all").refusal(Lang::En).faults.join("\n");
    assert!(
        known.starts_with("--accept: found `all`; expected one of hidden-sheets, hidden-rows, "),
        "{known}"
    );
}

#[test]
fn the_preview_shows_the_rows_and_writes_nothing() {
    let many: String = (1..=30).map(|n| format!("H{n:02},王{n},A,T1,1,,\n")).collect();
    let mut office = Office::new(roll(&format!("{many}H31,张小明,A,T1,2,无障碍,\n")), UNITS);
    office.args.preview = true;
    let (told, end) = office.import(Lang::En);
    assert_eq!(end, Ok(()));
    assert!(
        told.contains("preview, all 31 households:\n  row  code  name   pool  tier  needs      group  person bound  look at\n"),
        "{told}"
    );
    assert!(
        told.contains(
            "\n  32   H31   张*明  A-T1  2     step-free                       see above\n"
        ),
        "{told}"
    );
    assert!(
        told.ends_with("preview: nothing was written\n") && !office.args.out.exists(),
        "{told}"
    );
    office.args.preview = false;
    let told = office.told(Lang::Zh);
    // The first ten, and the one that is alone in its tier.
    assert!(
        told.contains("预览（31 户中的 11 户，用 --preview 看全部）：\n")
            && told.contains("\n  32  H31"),
        "{told}"
    );
    assert!(
        told.contains("\n  11  H10") && !told.contains("\n  12  H11") && !told.contains("张小明"),
        "{told}"
    );
}

#[test]
fn a_prepared_plan_is_written_when_it_is_asked_for() {
    use super::import::{File, Options, Settings, Tables, prepare, write};
    let file = |name: &str, text: &str| File { name: name.into(), bytes: text.as_bytes().to_vec() };
    let table =
        format!("户号,户主,身份证号,楼栋,户型,顺位\nH1,张小明,{RIGHT},A,T1,1\nH2,李红,无,A,T1,1\n");
    let tables = Tables {
        roll: file("r.csv", &table),
        units: Some(file("u.csv", FLATS_OF_A)),
        settings: Settings::File(file("draw.toml", CONFIG)),
    };
    let mut options = Options::default();
    let Err(refusal) = prepare(&tables, &options, Lang::Zh) else { panic!("nothing was asked") };
    assert_eq!(
        refusal.questions.iter().map(|asked| (asked.kind.word(), asked.count)).collect::<Vec<_>>(),
        [("no-document", 1)]
    );
    options.accept.extend(refusal.questions.iter().map(|asked| asked.kind));
    let Ok(prepared) = prepare(&tables, &options, Lang::Zh) else { panic!("it was confirmed") };
    let bound: Vec<(&str, bool)> =
        prepared.preview.rows.iter().map(|row| (row.id.as_str(), row.bound)).collect();
    assert_eq!(
        (bound.as_slice(), prepared.accepted.len()),
        ([("H1", true), ("H2", false)].as_slice(), 1)
    );
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("plan.jsonl");
    let told = write(&prepared, &out, false, Lang::Zh).unwrap().told.join("\n");
    assert!(told.contains("已写入") && told.contains("1 户的密封件数据"), "{told}");
    let written = std::fs::read(&out).unwrap();
    assert!(
        written
            .split_inclusive(|b| *b == b'\n')
            .map(|line| line.trim_ascii_end())
            .eq(prepared.plan.lines())
    );
}

#[test]
fn a_roll_alone_is_not_read_as_the_units() {
    let heads =
        ["户号,户主,楼栋,户型,顺位", "户号,户主,楼栋,户型,顺位,所在层", "编号,姓名,楼栋,户型"];
    for head in heads {
        let row = ["H1", "张小明", "A", "T1", "1", "3"][..head.split(',').count()].join(",");
        let mut office = Office::new(format!("{head}\n{row}\n"), "");
        office.args.units = None;
        office.fails(
            Lang::Zh,
            &["roll.csv，房源表：发现 没有房源表，只有住户表；应为 一张表，表头例如 房源编号、室号、所在层、楼栋、户型；\
               请用 --units 文件 给出房源表，或用 --map 指明各列"],
        );
        office.fails(
            Lang::En,
            &["roll.csv, table of units: found only the table of the households, no table of units; expected one table with heads such as \
               房源编号/unit id, 室号/label, 所在层/storey, 楼栋/building, 户型/flat type; \
               give the table of units with --units FILE, or name the columns with --map"],
        );
    }
    // In a workbook, too, in which no other sheet has the heads.
    let refusal = book(&[
        ("住户", &["户号,户主,楼栋,户型,顺位", "H1,张明,A,T1,1"]),
        ("说明", &["请核对", "谢谢"]),
    ])
    .refusal(Lang::Zh);
    let said = "office.xlsx，房源表：发现 没有";
    assert!(
        refusal
            .faults
            .iter()
            .any(|fault| fault.starts_with(said) && fault.contains("--units 文件")),
        "{refusal:?}"
    );
}

#[test]
fn printed_commands_take_names_with_spaces_and_brackets() {
    let mut office = documents(&[("H1", "张小明", RIGHT), ("H2", "李红", OTHER)]);
    office.args.out = office.folder.path().join("方案 一 (1).jsonl");
    let told = office.told(Lang::Zh);
    let (out, beside) = (office.args.out.display(), office.args.out.with_extension("openings.csv"));
    assert!(told.contains(&format!("--plan '{out}'\n")), "{told}");
    assert!(told.contains(&format!("slips '{}' --out slips\n", beside.display())), "{told}");
}

#[test]
fn a_text_with_tabs_under_another_name_is_told_in_chinese() {
    let mut office = households("H1,张小明,A,T1,1,,\n");
    let tabs = std::fs::read_to_string(&office.args.roll).unwrap().replace(',', "\t");
    office.args.roll = office.folder.path().join("roll.xls");
    std::fs::write(&office.args.roll, tabs).unwrap();
    let told = office.told(Lang::Zh);
    assert!(
        told.contains("文件实际是 以制表符分隔的文字（.txt），却名为 .xls")
            && !told.contains("tabs"),
        "{told}"
    );
}
