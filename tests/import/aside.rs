//! What the office wrote and import does not take: sheets, columns, words that name no group. None of it is passed over in silence.

use super::{Office, UNITS, text_sheet, values};
use floorlot::rules::Lang;
use rust_xlsxwriter::Workbook;

const HEADS: &str = "户号,户主,身份证号,楼栋,户型,顺位";
const FLATS: &[&str] = &["编号,室号,层,楼栋,户型", "U1,101,1,7号楼,两室", "U2,102,1,7号楼,两室", "U3,103,1,7号楼,两室"];
const FIRST: &[&str] = &[HEADS, "H1,张小明,310101199001010020,7号楼,两室,1", "H2,李红,11010519491231002X,7号楼,两室,2"];

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
    let deep: Vec<String> = (1..=40).map(|n| format!("说明{n}")).chain([HEADS.to_owned(), cont.to_owned()]).collect();
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
        &["office.xlsx, sheet 房源2: found 2 rows like those of the table of units, without its heads, that are not taken; \
           expected the same heads above the rows, as in the sheets that are taken; \
           copy the heads into this sheet, or its rows below those of the other"],
    );
    // One named alone: the other is told.
    let mut office = book(&[("住户", FIRST), ("住户续", &[cont]), ("房源", FLATS)]);
    office.args.roll_sheet = vec!["住户".into()];
    assert!(office.told(Lang::En).contains("sheet 住户续: not taken, though it looks like a table of households (1 rows)"));
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
    for line in
        ["请留意：office.xlsx，工作表 汇总：没有导入（3 行）\n", "请留意：office.xlsx，工作表 字典：隐藏的工作表，没有导入（2 行）\n"]
    {
        assert!(told.contains(line), "{line} is not in {told}");
    }
    assert!(!told.contains("Sheet5"), "{told}");
}

#[test]
fn heads_below_a_page_of_explanations_are_found() {
    let page: Vec<String> = (1..=25).map(|n| format!("说明{n}")).chain(FIRST.iter().map(|row| (*row).to_owned())).collect();
    let page: Vec<&str> = page.iter().map(String::as_str).collect();
    assert_eq!(values(&book(&[("住户", &page), ("房源", FLATS)]).plan(), "household", "id"), ["H1", "H2"]);
}

#[test]
fn a_table_in_two_files_is_told_where_it_is_taken_from() {
    let mut office = book(&[("住户", &["户号,户主,楼栋,户型,顺位", "H1,张小明,A,T1,1"]), ("房源", FLATS)]);
    std::fs::write(office.folder.path().join("units.csv"), UNITS).unwrap();
    office.args.units = Some(office.folder.path().join("units.csv"));
    office.asks(
        Lang::En,
        "sheets-left-out",
        &["office.xlsx, sheet 房源: found a sheet like a table of units (3 rows) that is not taken, because the units are taken from \
           units.csv; expected one table of units; leave out --units if this sheet is meant, or delete the sheet"],
    );
}
