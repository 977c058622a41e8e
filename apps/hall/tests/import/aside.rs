//! What the office wrote and import does not take: sheets, columns, words that name no group. None
//! of it is passed over in silence.

use super::{Office, UNITS, text_sheet, values};
use floorlot::rules::Lang;
use rust_xlsxwriter::Workbook;

const HEADS: &str = "户号,户主,身份证号,楼栋,户型,顺位";
const FLATS: &[&str] = &[
    "编号,室号,层,楼栋,户型",
    "U1,101,1,7号楼,两室",
    "U2,102,1,7号楼,两室",
    "U3,103,1,7号楼,两室",
];
const FIRST: &[&str] = &[
    HEADS,
    "H1,张小明,310101199001010020,7号楼,两室,1",
    "H2,李红,11010519491231002X,7号楼,两室,2",
];

fn book(sheets: &[(&str, &[&str])]) -> Office {
    let mut book = Workbook::new();
    for (name, rows) in sheets {
        text_sheet(&mut book, name, rows);
    }
    Office::workbook(book)
}

#[test]
fn a_sheet_with_rows_but_no_heads_is_asked_about() {
    let cont = "H3,赵红,310101195301010032,7号楼,两室,2";
    let deep: Vec<String> =
        (1..=40).map(|n| format!("说明{n}")).chain([HEADS.to_owned(), cont.to_owned()]).collect();
    let deep: Vec<&str> = deep.iter().map(String::as_str).collect();
    // Without heads, with other heads, with heads below many lines, in another order.
    let pages: [&[&str]; 5] = [
        &[cont],
        &["编码,姓名,证件,地址,类型,次序", cont],
        &deep,
        &["1,2,3", "H3,赵红,7号楼,两室,310101195301010032,2"],
        &["7号楼,两室,,H3,赵红,,2,310101195301010032"],
    ];
    for page in pages {
        book(&[("住户", FIRST), ("住户续", page), ("房源", FLATS)]).asks(
            Lang::Zh,
            "sheets-left-out",
            &["office.xlsx，工作表 住户续：发现 1 行与住户表的行相似，但没有相应的表头，没有导入；\
               应为 与已导入的工作表一样，数据行上方有表头；请把表头复制到此表，或把这些行并入另一张表"],
        );
    }
    book(&[("住户", FIRST), ("房源", FLATS), ("房源2", &["U4,104,1,7号楼,两室", "U5,105,1,7号楼,两室"])]).asks(
        Lang::En,
        "sheets-left-out",
        &["office.xlsx, sheet 房源2: found 2 rows like those of the table of units, without its heads, not taken; \
           expected the same heads above the rows, as in the sheets that are taken; \
           copy the heads into this sheet, or its rows below those of the other"],
    );
    // One named alone: the other is told.
    let mut office = book(&[("住户", FIRST), ("住户续", &[cont]), ("房源", FLATS)]);
    office.args.roll_sheet = vec!["住户".into()];
    assert!(
        office.told(Lang::En).contains(
            "sheet 住户续: not taken, though it looks like a table of households (1 row)"
        )
    );
}

#[test]
fn every_other_sheet_is_told() {
    let mut workbook = Workbook::new();
    text_sheet(&mut workbook, "住户", FIRST);
    text_sheet(&mut workbook, "房源", FLATS);
    text_sheet(&mut workbook, "汇总", &["楼栋,户型,户数", "7号楼,两室,2", "合计,,2"]);
    text_sheet(&mut workbook, "字典", &["甲", "乙"]).set_hidden(true);
    text_sheet(&mut workbook, "Sheet5", &[]);
    let told = Office::workbook(workbook).told(Lang::Zh);
    for line in [
        "请留意：office.xlsx，工作表 汇总：没有导入（3 行）\n",
        "请留意：office.xlsx，工作表 字典：隐藏的工作表，没有导入（2 行）\n",
    ] {
        assert!(told.contains(line), "{line} is not in {told}");
    }
    assert!(!told.contains("Sheet5"), "{told}");
}

#[test]
fn heads_below_a_page_of_explanations_are_found() {
    let page: Vec<String> = (1..=25)
        .map(|n| format!("说明{n}"))
        .chain(FIRST.iter().map(|row| (*row).to_owned()))
        .collect();
    let page: Vec<&str> = page.iter().map(String::as_str).collect();
    assert_eq!(
        values(&book(&[("住户", &page), ("房源", FLATS)]).plan(), "household", "id"),
        ["H1", "H2"]
    );
}

#[test]
fn a_table_in_two_files_is_told_where_it_is_taken_from() {
    let mut office =
        book(&[("住户", &["户号,户主,楼栋,户型,顺位", "H1,张小明,A,T1,1"]), ("房源", FLATS)]);
    std::fs::write(office.folder.path().join("units.csv"), UNITS).unwrap();
    office.args.units = Some(office.folder.path().join("units.csv"));
    office.asks(
        Lang::En,
        "sheets-left-out",
        &["office.xlsx, sheet 房源: found a sheet like a table of units (3 rows) that is not taken, because the units are taken from \
           units.csv; expected one table of units; leave out --units if this sheet is meant, or delete the sheet"],
    );
}

/// Rows of households with one more column, its head last.
fn with_column(head: &str, values: [&str; 3]) -> Office {
    let row = |(n, value): (usize, &&str)| format!("H{n},赵{n},A,T1,1,{value}\n");
    let rows: String = values.iter().enumerate().map(row).collect();
    Office::new(format!("户号,户主,楼栋,户型,顺位,{head}\n{rows}"), UNITS)
}

#[test]
fn batches_are_tiers_or_pools_or_neither() {
    for head in ["批次", "选房批次", "轮次", "分组情况"] {
        let office = with_column(head, ["第一批", "第二批", "第二批"]);
        office.asks(
            Lang::En,
            "batch-column",
            &[&format!(
                "roll.csv, column F ({head}): found a column that is not used, with values in 3 rows, such as `第一批`; expected the tier \
                 (顺位) or the pool (批次); if it is the tier, say --map 'roll:{head}=tier'; if it is the pool, both tables need the column; \
                 if neither, say --map 'roll:{head}=skip'"
            )],
        );
    }
    // The advice works.
    let skipped = with_column("批次", ["第一批", "第二批", "第二批"]).map("roll:批次=skip");
    assert_eq!(values(&skipped.plan(), "household", "tier"), ["1", "1", "1"]);
    let roll = "户号,户主,楼栋,户型,批次\nH1,张明,A,T1,第一批\nH2,李红,A,T1,第二批\n";
    assert_eq!(
        values(&Office::new(roll, UNITS).map("roll:批次=tier").plan(), "household", "tier"),
        ["1", "2"]
    );
    let units = "编号,室号,层,楼栋,户型,批次\nU1,101,1,A,T1,第一批\nU2,102,1,A,T1,第二批\n";
    Office::new("户号,户主,楼栋,户型\nH1,张明,A,T1\n", units).asks(
        Lang::Zh,
        "batch-column",
        &["units.csv，F 列（批次）：发现 没有用到的列，2 行有内容，例如 `第一批`；应为 说明它是顺位，还是批次；\
           如按批次分别抽签，两张表都要有此列；如不是，请用 --map 'units:批次=skip'"],
    );
    let heads = "户号,户主,楼栋,户型";
    let sheets: &[(&str, &[&str])] = &[
        ("第一批", &[heads, "H1,张明,7号楼,两室"]),
        ("第二批", &[heads, "H2,李红,7号楼,两室"]),
        ("房源", FLATS),
    ];
    book(sheets).asks(
        Lang::En,
        "batch-column",
        &["office.xlsx: found the sheets 第一批, 第二批, and no column for the tier: all households are drawn together; expected the tier \
           (顺位) of every row, or households that are equal; add a column 顺位 with 1, 2 and so on if one batch comes before the other"],
    );
}

#[test]
fn columns_that_may_decide_something_are_asked_about() {
    let (some, status) = (["甲", "", "甲"], ["", "已放弃", ""]);
    for (head, values, example) in [
        ("捆绑组", some, ""),
        ("同层户", some, ""),
        ("特困照顾", some, ""),
        ("残疾等级", some, ""),
        ("优先对象", some, ""),
        ("Neighbour", some, ""),
        ("Neighbours wanted", some, ""),
        ("", some, ""),
        ("备注", status, ", such as `放弃`"),
        ("状态", status, ", such as `放弃`"),
        ("是否参加", ["是", "是", "否"], ""),
        ("remark", ["", "withdrawn in May", ""], ", such as `withdrawn`"),
    ] {
        let refusal = with_column(head, values).refusal(Lang::En);
        let asked: Vec<&str> = refusal.questions.iter().map(|asked| asked.kind.word()).collect();
        assert_eq!(
            (refusal.faults.as_slice(), asked),
            ([].as_slice(), vec!["columns-left-out"]),
            "{head}"
        );
        let head = if head.is_empty() { "no head" } else { head };
        let start = format!(
            "roll.csv, column F ({head}): found a column that is not used, with values in "
        );
        let sentence = &refusal.questions[0].sentences[0];
        assert!(
            sentence.starts_with(&start) && sentence.contains(&format!(" rows{example}; expected")),
            "{sentence}"
        );
        let name = if head == "no head" { "column F" } else { head };
        assert!(sentence.contains(&format!("--map 'roll:{name}=skip'")), "{sentence}");
        with_column(if head == "no head" { "" } else { head }, values)
            .map(&format!("roll:{name}=skip"))
            .plan();
    }
    // Nothing is asked of what cannot matter.
    for (head, values) in [
        ("备注", ["已签", "", "电话更正"]),
        ("状态", ["正常", "正常", "正常"]),
        ("", ["1", "2", "3"]),
        ("捆绑组", ["", "", ""]),
        ("期", ["1期", "1期", "2期"]),
    ] {
        with_column(head, values).plan();
    }
    // A class may be the tier, where there is no other.
    let classes = "户号,户主,楼栋,户型,类别\nH1,张明,A,T1,1\nH2,李红,A,T1,2\n";
    let refusal = Office::new(classes, UNITS).refusal(Lang::Zh);
    assert!(
        refusal.questions[0].sentences[0].contains("如是顺位，请用 --map 'roll:类别=tier'"),
        "{refusal:?}"
    );
    // Heads that mean one thing are taken.
    let plan = with_column("结伴组号", ["甲", "", "甲"]).plan();
    assert_eq!(values(&plan, "household", "group").len(), 2, "{plan}");
    let units = "房源编号,室号,所在层,楼栋,户型,状态\nA-301,301,3,A,T1,\nA-501,501,4,A,T1,已售\n";
    let refusal = Office::new("户号,户主,楼栋,户型\nH1,张明,A,T1\n", units).refusal(Lang::Zh);
    let asked = &refusal.questions[0].sentences;
    assert_eq!(
        asked[0],
        "units.csv，F 列（状态）：发现 没有用到的列，1 行有内容，例如 `已售`；应为 说明该列与抽签有何关系；\
         不参加的行请删去；如都参加，请用 --map 'units:状态=skip'"
    );
}

#[test]
fn no_value_of_a_column_left_out_is_shown_that_may_be_personal() {
    for values in [["张小明", "李红", "310101199001010020"], ["13812345678放弃", "", ""]] {
        let said = format!("{:?}", with_column("结伴邻居", values).refusal(Lang::Zh).questions);
        assert!(
            ["张小明", "李红", "3101", "1381"].iter().all(|personal| !said.contains(personal)),
            "{said}"
        );
    }
}

/// Rows of households with these groups.
fn groups(groups: &[&str]) -> Office {
    let rows: String = groups
        .iter()
        .enumerate()
        .map(|(n, group)| format!("H{n},赵{n},A,T1,1,,{group}\n"))
        .collect();
    Office::new(format!("户号,户主,楼栋,户型,顺位,照顾需求,结伴组\n{rows}"), UNITS)
}

#[test]
fn ditto_marks_name_no_group() {
    for mark in [
        "同上",
        "〃",
        "″",
        "↑",
        "上",
        "ditto",
        "Ditto",
        "同 上",
        "“",
        "''",
        "..",
        "（同上）",
        "仝上",
    ] {
        // Of one group of three nothing else is said, so that nobody makes a group of two of it.
        let refusal = groups(&["甲", mark, mark]).refusal(Lang::En);
        assert!(refusal.questions.is_empty() && refusal.faults.len() == 1, "{mark}: {refusal:?}");
        let fault = &refusal.faults[0];
        assert!(fault.starts_with("roll.csv, row 3, column G (结伴组): found `"), "{fault}");
        let end = "(rows 3, 4), which stands for another cell and names no group; expected the name of the group in each row of the group, \
                   such as J001; write the name of the group in each of these rows";
        assert!(fault.ends_with(end), "{fault}");
    }
}

#[test]
fn answers_and_relations_are_asked_about() {
    for word in [
        "是",
        "有",
        "√",
        "✓",
        "Y",
        "yes",
        "结伴",
        "待定",
        "愿与亲属同层",
        "父子",
        "兄弟关系",
        "希望同层",
    ] {
        groups(&[word, "", word]).asks(
            Lang::Zh,
            "group-words",
            &[&format!(
                "roll.csv，第 2 行，G 列（结伴组）：发现 `{word}`（第 2、4 行），看不出哪几户同组；应为 同组每一行都写组名，例如 J001；\
                 请为每组各定一个组名，写在该组的每一行"
            )],
        );
    }
    for name in ["甲", "A", "1", "J001", "一组", "张家", "X", "上官"] {
        assert_eq!(
            values(&groups(&[name, "", name]).plan(), "household", "group").len(),
            2,
            "{name}"
        );
    }
}

#[test]
fn a_column_can_be_named_by_its_letter() {
    // Following the advice for two columns with one head leads to a plan.
    let rows = "H1,张小明,310101199001010020,11010519491231002X,A,T1,1,,,\n";
    let office = Office::new(
        format!("户号,户主,身份证号,身份证号,楼栋,户型,顺位,照顾需求,备注,照顾需求\n{rows}"),
        UNITS,
    );
    office.fails(
        Lang::En,
        &[
            "roll.csv, row 1: found columns C and D for the document number; expected one column; \
             leave one out with --map 'roll:column D=skip', or give it another head",
            "roll.csv, row 1: found columns H and J for the needs; expected one column; write them all in one column, with commas between \
             them, or leave one out with --map 'roll:column J=skip', or give it another head",
        ],
    );
    let office = office.map("roll:列D=skip").map("roll:j=skip");
    office.plan();
    assert_eq!(
        super::openings(&office),
        [["H1", "张小明", "310101199001010020"].map(str::to_owned)]
    );
    // Both tables side by side in one sheet: each has the columns that begin with its code.
    let side: &[&str] = &[
        "户号,户主,楼栋,户型,顺位,,房源编号,室号,层,楼栋,户型",
        "H1,张明,7号楼,两室,1,,U1,101,1,7号楼,两室",
        ",,,,,,U2,102,1,8号楼,两室",
        "H2,李红,7号楼,两室,1,,U3,103,1,7号楼,两室",
        "H3,赵红,8号楼,两室,1",
    ];
    let office = book(&[("总表", side)]);
    let advice: Vec<String> = office
        .refusal(Lang::En)
        .faults
        .iter()
        .filter_map(|fault| fault.split('\'').nth(1).map(str::to_owned))
        .collect();
    assert_eq!(
        advice,
        ["roll:column J=skip", "roll:column K=skip", "units:column C=skip", "units:column D=skip"]
    );
    let plan = advice.iter().fold(office, |office, rule| office.map(rule)).plan();
    assert_eq!(values(&plan, "household", "pool"), ["P001", "P001", "P002"]);
    assert_eq!(values(&plan, "unit", "pool"), ["P001", "P001", "P002"]);
    // A letter needs its table, and a head with the same letters comes first.
    with_column("D", ["甲", "", "甲"]).map("roll:D=group").plan();
    for (rule, shown) in [("F=skip", "f"), ("roll:Z=skip", "z"), ("roll:列Z=skip", "列z")] {
        let faults = with_column("备注", ["", "", ""]).map(rule).refusal(Lang::Zh).faults;
        assert!(
            faults[0].starts_with(&format!("--map：发现 `{shown}`；应为 表头 "))
                && faults[0].ends_with("或列号，如 roll:列D、units:列D")
        );
    }
}

#[test]
fn the_staircase_is_part_of_labels_that_repeat() {
    let roll = "户号,户主,楼栋,户型\nH1,张明,A,T1\n";
    let labels = |head: &str, rows: [(&str, &str); 3]| {
        let rows: String = rows
            .iter()
            .enumerate()
            .map(|(n, (staircase, label))| format!("U{n},{label},{staircase},1,A,T1\n"))
            .collect();
        let office = Office::new(roll, format!("编号,室号,{head},层,楼栋,户型\n{rows}"));
        let told = office.told(Lang::Zh);
        (values(&std::fs::read_to_string(&office.args.out).unwrap(), "unit", "label"), told)
    };
    for (head, one, two) in
        [("单元", "1单元", "2单元"), ("单元号", "1", "2"), ("Staircase", " 1 ", "2")]
    {
        let (made, told) = labels(head, [(one, "101"), (two, "101"), (one, "201")]);
        assert_eq!(made, ["1单元101", "2单元101", "1单元201"]);
        assert!(
            told.contains("  同一楼栋内房号有重复，房号前已加单元：3 套，例如 1单元101\n"),
            "{told}"
        );
    }
    assert_eq!(
        labels("单元", [("7-1", "101"), ("7-2", "101"), ("", "201")]).0,
        ["7-1-101", "7-2-101", "201"]
    );
    // Labels that do not repeat stay as they are, and so do those with their staircase in them.
    for stay in [
        [("1", "101"), ("2", "102"), ("1", "201")],
        [("1", "1-101"), ("2", "2-101"), ("1", "1-201")],
    ] {
        let (made, told) = labels("单元", stay);
        assert_eq!(made, stay.map(|(_, label)| label));
        assert!(!told.contains("已加单元"), "{told}");
    }
    // The same flat twice is refused as before.
    let twice = "编号,室号,单元,层,楼栋,户型\nU1,101,1,1,A,T1\nU2,101,1单元,1,A,T1\n";
    assert!(Office::new(roll, twice).refusal(Lang::Zh).faults[0].contains("每套房只出现一次"));
}

#[test]
fn a_table_without_codes_says_which_column_is_missing() {
    let rows: &[&str] = &["序号,户主姓名,楼栋,户型,顺位", "1,张明,7号楼,两室,1"];
    let office = book(&[("住户", rows), ("房源", FLATS)]);
    office.fails(
        Lang::Zh,
        &["office.xlsx，工作表 住户，第 1 行：发现 表头 序号、户主姓名、楼栋、户型、顺位；应为 编号列（例如 户号/住户编号/住户号）；\
           如以序号作编号，请用 --map 'roll:序号=id'"],
    );
    assert_eq!(values(&office.map("roll:序号=id").plan(), "household", "id"), ["1"]);
    let other =
        book(&[("住户", &["户主姓名,楼栋,户型,顺位", "张明,7号楼,两室,1"]), ("房源", FLATS)]);
    assert!(other.refusal(Lang::En).faults[0].ends_with("name it with --map 'roll:HEAD=id'"));
}

#[test]
fn a_sheet_that_lacks_columns_is_named_with_what_to_do() {
    let odd: &[&str] = &["户号,姓名", "H2,李红"];
    let mut office = book(&[("住户", FIRST), ("放弃名单", odd), ("房源", FLATS)]);
    office.fails(
        Lang::Zh,
        &["office.xlsx，住户表：发现 住户、放弃名单（缺 证件号、楼栋、户型、顺位）；应为 各列相同的工作表；\
           请补齐 放弃名单 所缺的列；或把 放弃名单 中需要的内容写入 住户，再用 --roll-sheet '住户' 只导入后者"],
    );
    office.args.roll_sheet = vec!["住户".into()];
    assert_eq!(values(&office.plan(), "household", "id"), ["H1", "H2"]);
    // Two lists that count alike are no versions of one: nothing is to be dropped.
    let heads = "户号,户主,楼栋,户型,顺位";
    let lists: &[(&str, &[&str])] = &[
        ("7号楼", &[heads, "1,张明,7号楼,两室,1"]),
        ("8号楼", &[heads, "1,李红,8号楼,两室,1"]),
        ("房源", FLATS),
    ];
    book(lists).fails(
        Lang::En,
        &["office.xlsx, table of households: found the sheets 7号楼 and 8号楼 of different buildings, with 1 codes in both; expected each \
           code in one sheet; make the codes different in all rows, for example with the number of the building in front, such as 7-H0001"],
    );
}

/// A pool of flats in several buildings: each row names its own, and the plan says it where it is
/// not that of the pool.
#[test]
fn a_pool_may_have_flats_of_several_buildings() {
    let roll = "户号,户主,批次,顺位\nH1,张小明,A,1\nH2,李红,A,2\n";
    let units = "房源编号,室号,所在层,批次,楼栋\nU1,301,3,A,1号楼\nU2,301,3,A,2号楼\n";
    let office = |units: &str| Office::new(roll, units).map("批次=pool");
    let plan = office(units).plan();
    assert_eq!(values(&plan, "pool", "building"), ["1号楼等2栋"]);
    assert_eq!(values(&plan, "unit", "building"), ["1号楼", "2号楼"]);
    // It is not called after one of them, and none is said to have the flats of both.
    assert_eq!(values(&plan, "pool", "title"), ["A"]);
    let told = office(units).told(Lang::Zh);
    assert!(told.contains("\n  1号楼等2栋：2 户，2 套\n"), "{told}");
    let blocks = units.replace("1号楼", "Block 1").replace("2号楼", "Block 2");
    assert_eq!(values(&office(&blocks).plan(), "pool", "building"), ["Block 1 and 1 more"]);
    let typed =
        units.replace("楼栋", "户型,楼栋").replace("A,1", "A,两室,1").replace("A,2", "A,两室,2");
    assert_eq!(values(&office(&typed).plan(), "pool", "title"), ["两室"]);
    // In one building all the same flat stands twice; on another storey it is told.
    let refusal = office(&units.replace("2号楼", "1号楼")).refusal(Lang::Zh);
    assert!(refusal.faults[0].contains("每套房只出现一次"), "{refusal:?}");
    let told = office(&units.replace("U2,301,3,A,2号楼", "U2,301,4,A,1号楼")).told(Lang::En);
    assert!(
        told.contains("warning: building 1号楼: 1 label looks like that of another flat"),
        "{told}"
    );
}
