//! The office's files as import reads them: what they are, what their cells show, and what they do
//! not show.
//!
//! Files of other programs are made here byte by byte, or stand in `tests/tables` (see the README
//! there). All is synthetic.

use floorlot_hall::import;

use floorlot::rules::Lang;
use import::fault::Fault;
use import::sheet::{Cell, Table, letters, load, read};
use rust_xlsxwriter::{
    Color, ConditionalFormatCell, ConditionalFormatCellRule, ExcelDateTime, FilterCondition,
    Format, FormatPattern, Workbook,
};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use zip::write::SimpleFileOptions;

/// The tables of a file; or the fault, in both languages.
fn tables(name: &str, bytes: impl AsRef<[u8]>) -> Result<Vec<Table>, [String; 2]> {
    read(name, bytes.as_ref()).map_err(|fault| said(&fault))
}

fn said(fault: &Fault) -> [String; 2] {
    [Lang::En, Lang::Zh].map(|lang| fault.sentence(lang))
}

fn of_file(path: &Path) -> Result<Vec<Table>, [String; 2]> {
    let (name, bytes) = load(path).map_err(|fault| said(&fault))?;
    tables(&name, bytes)
}

/// The only table of a file.
#[track_caller]
fn table(name: &str, bytes: impl AsRef<[u8]>) -> Table {
    let mut tables = tables(name, bytes).unwrap();
    assert_eq!(tables.len(), 1);
    tables.remove(0)
}

#[track_caller]
fn refused(name: &str, bytes: impl AsRef<[u8]>, expected: &str) {
    let faults = tables(name, bytes).map(|_| "a table");
    assert_eq!(faults.as_ref().map_err(|[en, _]| en.as_str()), Err(expected));
    let [_, zh] = faults.unwrap_err();
    assert!(
        zh.starts_with(name)
            && zh.contains("：发现 ")
            && zh.contains("；应为 ")
            && !zh.contains(" the "),
        "{zh}"
    );
}

fn value(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => text.clone(),
        Cell::Number(number) => format!("#{number}"),
        Cell::Rounded(_) => "rounded".into(),
        Cell::Date(stored) => format!("date {} {}", stored.value, stored.format),
        Cell::Unshown(stored) => format!("unshown {} {}", stored.value, stored.format),
        Cell::Unevaluated(formula) => format!("unevaluated {formula}"),
        Cell::Error(error) => format!("error {error}"),
    }
}

/// The rows of a table, `number: cell | cell`.
fn rows(table: &Table) -> Vec<String> {
    let row = |row: &import::sheet::Row| {
        let cells: Vec<String> = row.cells.iter().map(value).collect();
        format!("{}: {}", row.number, cells.join("|"))
    };
    table.rows.iter().map(row).collect()
}

/// The marks of a table in alphabetical order, such as `B4 Struck`.
fn marks(table: &Table) -> Vec<String> {
    let place = |row: Option<u32>, column: Option<usize>| match (row, column) {
        (Some(row), Some(column)) => format!("{}{row}", letters(column)),
        (Some(row), None) => format!("row {row}"),
        (None, Some(column)) => format!("column {}", letters(column)),
        (None, None) => "sheet".into(),
    };
    let mut marks: Vec<String> =
        table.marks.iter().map(|m| format!("{} {:?}", place(m.row, m.column), m.why)).collect();
    marks.sort();
    marks
}

fn notes(table: &Table) -> Vec<&str> {
    table.notes.iter().map(|note| note.en.as_str()).collect()
}

/// A zip file of these parts.
fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    let mut zip = zip::ZipWriter::new(&mut file);
    for (name, bytes) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap();
    file.into_inner()
}

const ROOT: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"
Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const PARTS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>
<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="/xl/styles.xml"/>
<Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/>
</Relationships>"#;

/// A workbook as some program may write it: one sheet, with these elements after the list of
/// sheets.
fn handmade(sheet: &str, after_sheets: &str, styles: &str, texts: &str) -> Vec<u8> {
    let workbook = format!(
        r#"<workbook xmlns:r="r"><sheets><sheet name="住户" sheetId="1" r:id="rId1"/></sheets>{after_sheets}</workbook>"#
    );
    zipped(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("_rels/.rels", ROOT.as_bytes()),
        ("xl/workbook.xml", workbook.as_bytes()),
        ("xl/_rels/workbook.xml.rels", PARTS.as_bytes()),
        ("xl/styles.xml", format!("<styleSheet>{styles}</styleSheet>").as_bytes()),
        ("xl/sharedStrings.xml", format!("<sst>{texts}</sst>").as_bytes()),
        ("xl/worksheets/sheet1.xml", format!("<worksheet>{sheet}</worksheet>").as_bytes()),
    ])
}

/// The same with nothing but rows.
fn of_rows(rows: &str) -> Vec<u8> {
    handmade(&format!("<sheetData>{rows}</sheetData>"), "", "", "")
}

/// A document of OpenDocument with these styles and rows in its table.
fn opendocument(styles: &str, table: &str) -> Vec<u8> {
    let content = format!(
        r#"<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x" xmlns:style="s" xmlns:calcext="c"><office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet><table:table table:name="住户">{table}</table:table></office:spreadsheet></office:body></office:document-content>"#
    );
    zipped(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", content.as_bytes()),
        ("META-INF/manifest.xml", b"<manifest/>"),
    ])
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tables").join(name)
}

/// A workbook with everything in it that a clerk does not see. `looks.xls` and `looks.ods` are this
/// one, saved by another program.
fn looks() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("住户").unwrap();
    for (column, head) in (0..).zip(["户号", "户主", "楼栋", "户型", "顺位", "照顾需求", "备注"])
    {
        sheet.write(0, column, head).unwrap();
    }
    for row in 1..12 {
        sheet.write_with_format(row, 0, row, &Format::new().set_num_format("\"H\"0000")).unwrap();
        sheet.write(row, 1, "合成").unwrap();
        sheet.write(row, 3, "T1").unwrap();
        sheet.write(row, 4, 1).unwrap();
        sheet.write(row, 6, "字").unwrap();
    }
    sheet.merge_range(1, 2, 11, 2, "A", &Format::new()).unwrap();
    sheet.set_row_hidden(2).unwrap();
    sheet.set_row_height(3, 0.0).unwrap();
    sheet.set_column_hidden(6).unwrap();
    sheet.write_with_format(4, 1, "划掉", &Format::new().set_font_strikethrough()).unwrap();
    let plain = Format::new();
    sheet
        .write_rich_string(
            5,
            1,
            &[(&plain, "留下"), (&Format::new().set_font_strikethrough(), "划掉")],
        )
        .unwrap();
    sheet.write_with_format(6, 5, "无障碍", &Format::new().set_font_color(Color::White)).unwrap();
    let black = Format::new().set_background_color(Color::Black).set_pattern(FormatPattern::Solid);
    sheet.write_with_format(7, 1, "白字黑底", &black.set_font_color(Color::White)).unwrap();
    sheet.write_with_format(8, 5, 5, &Format::new().set_num_format(";;;")).unwrap();
    sheet.write_with_format(9, 5, "极小", &Format::new().set_font_size(1)).unwrap();
    let date = ExcelDateTime::from_ymd(2026, 3, 2).unwrap();
    sheet.write_with_format(10, 4, &date, &Format::new().set_num_format("m-d")).unwrap();
    let rule = ConditionalFormatCell::new().set_rule(ConditionalFormatCellRule::GreaterThan(5));
    let rule = rule.set_format(Format::new().set_font_strikethrough());
    sheet.add_conditional_format(1, 4, 9, 4, &rule).unwrap();
    let hidden = book.add_worksheet().set_name("旧").unwrap();
    hidden.write(0, 0, "合成").unwrap();
    hidden.set_hidden(true);
    book.save_to_buffer().unwrap()
}

/// A workbook with a filter, a group that is folded up, and a hidden row. `filtered.xls` and
/// `filtered.ods` are this one.
fn filtered() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("住户").unwrap();
    sheet.write(0, 0, "楼栋").unwrap();
    for (row, building) in (1..).zip(["A", "B", "A", "A"]) {
        sheet.write(row, 0, building).unwrap();
    }
    sheet.autofilter(0, 0, 4, 0).unwrap();
    sheet.filter_column(0, &FilterCondition::new().add_list_filter("A")).unwrap();
    for row in 6..12 {
        sheet.write(row, 0, row).unwrap();
    }
    sheet.group_rows_collapsed(7, 8).unwrap();
    sheet.set_row_hidden(11).unwrap();
    book.save_to_buffer().unwrap()
}

#[test]
fn filters_and_groups_are_told_from_hidden_rows_where_the_file_does() {
    let files = [
        tables("filtered.xlsx", filtered()),
        of_file(&fixture("filtered.xls")),
        of_file(&fixture("filtered.ods")),
    ];
    let marks = files.map(|tables| marks(&tables.unwrap()[0]));
    assert_eq!(
        marks[0],
        ["row 12 RowHidden", "row 3 RowFiltered", "row 8 RowGrouped", "row 9 RowGrouped"]
    );
    // .xls says that there is a filter, not where.
    assert_eq!(
        marks[1],
        ["row 12 RowFiltered", "row 3 RowFiltered", "row 8 RowGrouped", "row 9 RowGrouped"]
    );
    assert_eq!(
        marks[2],
        ["row 12 RowHidden", "row 3 RowFiltered", "row 8 RowGrouped", "row 9 RowGrouped"]
    );
}

#[test]
fn what_a_clerk_does_not_see_is_marked_in_every_kind_of_workbook() {
    let files = [
        tables("looks.xlsx", looks()),
        of_file(&fixture("looks.xls")),
        of_file(&fixture("looks.ods")),
    ];
    for (tables, kind) in files.into_iter().zip(["xlsx", "xls", "ods"]) {
        let tables = tables.unwrap();
        let sheets: Vec<_> = tables.iter().map(|t| t.sheet.as_deref().unwrap()).collect();
        assert_eq!(sheets, ["住户", "旧"], "{kind}");
        let [date, stored] = match kind {
            "ods" => ["date 2026-03-02 ", ""],
            _ => ["date 46083 m-d", r#""H"0000"#],
        };
        let date = if kind == "xls" { "date 46083 m\\-d" } else { date };
        let expected = [
            "1: 户号|户主|楼栋|户型|顺位|照顾需求|备注".to_owned(),
            "2: H0001|合成|A|T1|#1||字".into(),
            "3: H0002|合成|A|T1|#1||字".into(),
            "4: H0003|合成|A|T1|#1||字".into(),
            "5: H0004|划掉|A|T1|#1||字".into(),
            "6: H0005|留下划掉|A|T1|#1||字".into(),
            "7: H0006|合成|A|T1|#1|无障碍|字".into(),
            "8: H0007|白字黑底|A|T1|#1||字".into(),
            "9: H0008|合成|A|T1|#1|#5|字".into(),
            "10: H0009|合成|A|T1|#1|极小|字".into(),
            format!("11: H0010|合成|A|T1|{date}||字"),
            "12: H0011|合成|A|T1|#1||字".into(),
        ];
        assert_eq!(rows(&tables[0]), expected, "{kind}");
        let expected = [
            "B5 Struck",
            "B6 PartlyStruck",
            "F10 Tiny",
            "F7 SameColor",
            "F9 Format",
            "column E Conditional",
            "column G ColumnHidden",
            "row 3 RowHidden",
            "row 4 RowHidden",
        ];
        assert_eq!(marks(&tables[0]), expected, "{kind}");
        assert_eq!(marks(&tables[1]), ["sheet SheetHidden"], "{kind}");
        assert_eq!((tables[0].filled, tables[0].shown.len()), (10, 11), "{kind}");
        let first = &tables[0].shown[0];
        let shown = (first.row, first.column, first.stored.as_str(), first.shown.as_deref());
        assert_eq!(shown, (2, 0, "1", Some("H0001")), "{kind}");
        assert!(kind == "xls" || first.format == stored, "{kind}: {}", first.format);
    }
}

#[test]
fn rows_and_columns_are_hidden_in_many_ways() {
    let sheet = r#"<sheetViews><sheetView showZeros="0"/></sheetViews>
        <cols><col min="2" max="2" width="0"/><col min="3" max="3" outlineLevel="1" hidden="1"/><col min="4" max="9" width="9"/><col min="11" max="16384" hidden="1"/></cols>
        <sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>1</v></c><c r="C1"><v>1</v></c><c r="D1"><v>0</v></c></row>
        <row r="2" hidden="true"><c r="A2"><v>1</v></c></row>
        <row r="3" hidden="1" outlineLevel="1"><c r="A3"><v>1</v></c></row>
        <row r="4" ht="2.25" customHeight="1"><c r="A4"><v>1</v></c></row>
        <row r="5" hidden="1"/>
        <row r="6" hidden="0" ht="6"><c r="A6"><v>1</v></c></row>
        <row r="9" hidden="1"><c r="A9"><v>1</v></c></row></sheetData>"#;
    let marks_of =
        |more: &str| marks(&table("a.xlsx", handmade(&format!("{sheet}{more}"), "", "", "")));
    let others = ["D1 NoZeros", "column B ColumnNarrow", "column C ColumnGrouped"];
    let with = |rows: &[&'static str]| [&others[..], rows].concat();
    assert_eq!(
        marks_of(""),
        with(&["row 2 RowHidden", "row 3 RowGrouped", "row 4 RowFlat", "row 9 RowHidden"])
    );
    // Hidden rows under a filter are filtered away; that one further down is not.
    assert_eq!(
        marks_of(r#"<autoFilter ref="A1:C6"/>"#),
        with(&["row 2 RowFiltered", "row 3 RowGrouped", "row 4 RowFlat", "row 9 RowHidden"])
    );
    let list = marks_of(r#"<tableParts count="1"><tablePart r:id="rId1"/></tableParts>"#);
    assert_eq!(
        list,
        with(&["row 2 RowFiltered", "row 3 RowGrouped", "row 4 RowFlat", "row 9 RowFiltered"])
    );
}

#[test]
fn rows_and_columns_of_opendocument_are_hidden_in_many_ways() {
    let cell =
        r#"<table:table-cell office:value-type="string"><text:p>字</text:p></table:table-cell>"#;
    let row =
        |attributes: &str| format!("<table:table-row {attributes}>{cell}{cell}</table:table-row>");
    let columns = r#"<table:table-column table:number-columns-repeated="1"/><table:table-column table:visibility="collapse" table:number-columns-repeated="1023"/>"#;
    let rows = [
        row(""),
        r#"<table:table-row table:number-rows-repeated="7"><table:table-cell table:number-columns-repeated="1024"/></table:table-row>"#
            .into(),
        row(r#"table:visibility="filter""#),
        row(r#"table:visibility="collapse" table:number-rows-repeated="2""#),
        row(r#"table:style-name="flat""#),
        format!("<table:table-row-group table:display=\"false\">{}</table:table-row-group>", row("")),
        row(r#"table:style-name="low""#),
    ];
    let styles = r#"<style:style style:name="flat" style:family="table-row"><style:table-row-properties style:row-height="0.9mm"/></style:style>
        <style:style style:name="low" style:family="table-row"><style:table-row-properties style:row-height="0.06in"/></style:style>"#;
    let table = table("a.ods", opendocument(styles, &format!("{columns}{}", rows.concat())));
    let expected = [
        "column B ColumnHidden",
        "row 10 RowHidden",
        "row 11 RowHidden",
        "row 12 RowFlat",
        "row 13 RowGrouped",
        "row 9 RowFiltered",
    ];
    assert_eq!(marks(&table), expected);
}

#[test]
fn values_that_do_not_show_are_marked() {
    let styles = r#"<fonts><font><sz val="11"/><color theme="1"/></font><font><color theme="0"/></font><font><color rgb="FFFF0000"/></font>
        <font><strike val="0"/></font><font><strike/></font><font><color rgb="FFFAFBFC"/></font></fonts>
        <fills><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFFF0000"/></patternFill></fill></fills>
        <cellXfs><xf fontId="0"/><xf fontId="1"/><xf fontId="2" fillId="1"/><xf fontId="2"/><xf fontId="3"/><xf fontId="4"/><xf fontId="1" fillId="1"/><xf fontId="5"/></cellXfs>
        <dxfs><dxf><font><strike/></font></dxf><dxf><font><color rgb="FFFFFFFF"/></font><fill/></dxf><dxf><numFmt formatCode=";;;"/></dxf></dxfs>"#;
    let sheet = r#"<sheetData><row r="1"><c r="A1" s="1"><v>1</v></c><c r="B1" s="2"><v>1</v></c><c r="C1" s="3"><v>1</v></c>
        <c r="D1" s="4"><v>1</v></c><c r="E1" s="6"><v>1</v></c><c r="F1" s="1"/><c r="G1" s="7"><v>1</v></c></row>
        <row r="2" s="5" customFormat="1"><c r="A2"><v>1</v></c><c r="B2" s="0"><v>1</v></c><c r="C2" t="s"><v>0</v></c><c r="D2" t="s"><v>1</v></c></row>
        <row r="3"><c r="A3"><v>7</v></c><c r="B3"><v>7</v></c></row><row r="4"><c r="A4"><v>8</v></c><c r="B4"><v>7</v></c></row></sheetData>
        <mergeCells><mergeCell ref="A3:A4"/><mergeCell ref="B3:B4"/></mergeCells>
        <conditionalFormatting sqref="C1:C9 E1"><cfRule dxfId="0"/></conditionalFormatting>
        <conditionalFormatting sqref="A1:B9"><cfRule dxfId="1"/></conditionalFormatting>
        <conditionalFormatting sqref="D1"><cfRule dxfId="1"/><cfRule dxfId="2"/></conditionalFormatting>"#;
    let texts = r#"<si><r><t>甲</t></r><r><rPr><strike/></rPr><t>乙</t></r></si><si><t>陆</t><rPh><t>ルー</t></rPh></si>"#;
    let table = table("a.xlsx", handmade(sheet, "", styles, texts));
    let expected = [
        "A1 SameColor",
        "A2 Struck",
        "A4 Covered",
        "B1 SameColor",
        "C2 PartlyStruck",
        "C2 Struck",
        "D2 Struck",
        "G1 SameColor",
        "column C Conditional",
        "column D Conditional",
        "column E Conditional",
    ];
    assert_eq!(marks(&table), expected);
    assert_eq!(rows(&table)[1], "2: #1|#1|甲乙|陆");
}

#[test]
fn sheets_are_hidden_in_two_ways() {
    let workbook = r#"<workbook xmlns:r="r"><sheets><sheet name="一" r:id="rId1"/><sheet name="二" r:id="rId1" state="hidden"/>
        <sheet name="三" r:id="rId1" state="veryHidden"/><sheet name="图" r:id="rId9"/></sheets></workbook>"#;
    let file = zipped(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("XL\\Workbook.xml", workbook.as_bytes()),
        ("xl/_rels/workbook.xml.rels", PARTS.as_bytes()),
        ("xl/styles.xml", b"<styleSheet/>"),
        ("xl/sharedStrings.xml", b"<sst/>"),
        ("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row><c><v>1</v></c><c><v>2</v></c></row></sheetData></worksheet>"),
    ]);
    let tables = tables("a.xlsx", file).unwrap();
    let told: Vec<_> = tables
        .iter()
        .map(|table| (table.sheet.as_deref().unwrap(), marks(table).join(",")))
        .collect();
    assert_eq!(
        told,
        [
            ("一", String::new()),
            ("二", "sheet SheetHidden".into()),
            ("三", "sheet SheetVeryHidden".into())
        ]
    );
    assert_eq!(rows(&tables[0]), ["1: #1|#2"]);
}

#[test]
fn formulas_without_a_value_are_no_empty_cells() {
    let sheet = r#"<row r="1"><c r="A1"><f>B1&amp;"x"</f><v/></c><c r="B1"><f>1+1</f></c><c r="C1" t="str"><f>IF(1=2,"x","")</f><v></v></c>
        <c r="D1" t="str"><f>T(1)</f></c><c r="E1"><f>0+0</f><v>0</v></c><c r="F1"><f>1+1</f><v>2</v></c><c r="G1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>
        <row r="2"><c r="A2"><f t="shared" ref="A2:A3" si="0">B2</f></c><c r="B2"><f t="array" ref="B2:C3">D2:E3</f></c></row>
        <row r="3"><c r="A3"><f t="shared" si="0"/></c><c r="C3"><v>7</v></c></row>"#;
    let expected = [
        r#"1: unevaluated B1&"x"|unevaluated 1+1||unevaluated T(1)|#0|#2|error #DIV/0!"#,
        "2: unevaluated B2|unevaluated D2:E3|unevaluated D2:E3",
        "3: unevaluated |unevaluated D2:E3|#7",
    ];
    assert_eq!(rows(&table("a.xlsx", of_rows(sheet))), expected);
    // A program that leaves computing to the one that opens the file writes 0 for every result.
    let on_load = handmade(
        &format!("<sheetData>{sheet}</sheetData>"),
        r#"<calcPr fullCalcOnLoad="1"/>"#,
        "",
        "",
    );
    assert_eq!(rows(&table("a.xlsx", on_load))[0], expected[0].replace("#0", "unevaluated 0+0"));
    let cells = r#"<table:table-row><table:table-cell table:formula="of:=1+1"/><table:table-cell table:formula="of:=&quot;&quot;"><text:p/></table:table-cell>
        <table:table-cell table:formula="of:=2" office:value-type="float" office:value="2"><text:p>2</text:p></table:table-cell>
        <table:table-cell table:formula="of:=[.X1]" office:value-type="string" calcext:value-type="error"><text:p>#REF!</text:p></table:table-cell></table:table-row>"#;
    assert_eq!(
        rows(&table("a.ods", opendocument("", cells))),
        ["1: unevaluated 1+1||#2|error #REF!"]
    );
    for computed in ["computed.xls", "computed.ods"] {
        assert_eq!(
            rows(&of_file(&fixture(computed)).unwrap()[0]),
            ["1: |#0|error #DIV/0!|TRUE|甲|#2"],
            "{computed}"
        );
    }
    let tables = of_file(&fixture("uncomputed.xls")).unwrap();
    assert_eq!(
        rows(&tables[0])[1..],
        ["2: H1|合成|A|T1|#1|unevaluated ", "3: H2|合成|A|T1|unevaluated "]
    );
}

#[test]
fn what_a_cell_shows_is_taken_if_that_is_certain() {
    // Value, format, what is read.
    let cases: [(f64, &str, &str); 58] = [
        (102.0, "General", "#102"),
        (102.0, "0000", "0102"),
        (0.0, "0000", "0000"),
        (12345.0, "0000", "#12345"),
        (1.0, "\"H\"0000", "H0001"),
        (1.0, "\\H0000", "H0001"),
        (7.0, "0\"号楼\"", "7号楼"),
        (7.0, "General\"号楼\"", "7号楼"),
        (7.0, "\"第\"0\"层\"", "第7层"),
        (7.0, "0层", "7层"),
        (12.7, "0", "13"),
        (12.5, "0", "13"),
        (0.5, "0", "1"),
        (0.4, "0", "0"),
        (1.005, "0.00", "1.01"),
        (12.0, "0.0", "12.0"),
        (12.5, "0.0#", "#12.5"),
        (999.96, "0.0", "1000.0"),
        (1234567.0, "#,##0", "1,234,567"),
        (12.0, "#,##0", "#12"),
        (12.0, "0,000", "0,012"),
        (0.25, "0%", "25%"),
        (0.125, "0.0%", "12.5%"),
        (32.0, "0-0", "3-2"),
        (1102.0, "00\"-\"00", "11-02"),
        (102.0, "00-00", "01-02"),
        (13812345678.0, "000 0000 0000", "138 1234 5678"),
        (3.0, "@", "#3"),
        (3.0, "#", "#3"),
        (5.0, "0_ ", "#5"),
        (5.0, "0_);[Red](0)", "#5"),
        (-5.0, "0_);[Red](0)", "(5)"),
        (-5.0, "0", "#-5"),
        (-5.0, "0;0", "5"),
        (5.0, "0;-0;;@", "#5"),
        (5.0, "_ * #,##0_ ;_ * -#,##0_ ;_ * \"-\"_ ;_ @_ ", "#5"),
        (5.0, "[Red]0000", "0005"),
        (5.0, "[$￥-804]0", "￥5"),
        (0.1 + 0.2, "General", "0.3"),
        (2.236067977499789, "General", "2.236067977"),
        (99_999_999_999.0, "General", "#99999999999"),
        (310_101_195_001.0, "General", "#310101195001"),
        (310_101_195_001.0, "0", "#310101195001"),
        (310_101_199_001_011_234.0, "0", "rounded"),
        (46083.0, "m-d", "date 46083 m-d"),
        (46083.0, "yyyy\"年\"m\"月\"d\"日\"", "date 46083 yyyy\"年\"m\"月\"d\"日\""),
        (46083.0, "[$-804]yyyy/m/d", "date 46083 [$-804]yyyy/m/d"),
        (0.5, "[h]:mm", "date 0.5 [h]:mm"),
        (5.0, "[>3]\"高\"0;0", "unshown 5 [>3]\"高\"0;0"),
        (5.0, "[DBNum1]General", "unshown 5 [DBNum1]General"),
        (0.5, "# ?/?", "unshown 0.5 # ?/?"),
        (1000.0, "0.00E+00", "unshown 1000 0.00E+00"),
        (5000.0, "0,", "unshown 5000 0,"),
        (5.0, "*-0", "unshown 5 *-0"),
        (5.0, "[White]0", "unshown 5 [White]0"),
        (-0.2, "0", "unshown -0.2 0"),
        (5.0, "\"待定\"", "待定"),
        (0.00001, "General", "unshown 0.00001 General"),
    ];
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, (value, format, _)) in (0..).zip(cases) {
        sheet.write_with_format(row, 0, value, &Format::new().set_num_format(format)).unwrap();
    }
    let table = table("a.xlsx", book.save_to_buffer().unwrap());
    let read: Vec<String> = table.rows.iter().map(|row| value(row.cell(0))).collect();
    let differ: Vec<_> =
        cases.iter().zip(&read).filter(|((_, _, expected), read)| expected != read).collect();
    assert!(differ.is_empty(), "{differ:?}");
    assert_eq!(table.marks, []);
}

#[test]
fn formats_that_show_nothing_are_marked() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let hidden = [(5.0, ";;;"), (0.0, "0;-0;;@"), (0.0, "#"), (-5.0, "0;;0"), (5.0, ";;")];
    for (row, (value, format)) in (0..).zip(hidden) {
        sheet.write_with_format(row, 0, value, &Format::new().set_num_format(format)).unwrap();
    }
    for (row, (text, format)) in (5..).zip([
        ("字", ";;;"),
        ("字", "0;0;0;"),
        ("001", "\"H\"@"),
        ("字", ";;"),
        ("字", "0;0;0;\"x\""),
    ]) {
        sheet.write_with_format(row, 0, text, &Format::new().set_num_format(format)).unwrap();
    }
    let table = table("a.xlsx", book.save_to_buffer().unwrap());
    let read: Vec<String> = table.rows.iter().map(|row| value(row.cell(0))).collect();
    assert_eq!(
        read,
        ["#5", "#0", "#0", "#-5", "#5", "字", "字", "H001", "字", "unshown 字 0;0;0;\"x\""]
    );
    let hidden: Vec<String> = [1, 2, 3, 4, 5, 6, 7].map(|row| format!("A{row} Format")).into();
    assert_eq!(marks(&table), hidden);
}

#[test]
fn opendocument_says_what_its_cells_show() {
    let cell = |value: &str, text: &str| {
        format!(
            r#"<table:table-cell office:value-type="float" office:value="{value}">{text}</table:table-cell>"#
        )
    };
    let row = [
        cell("102", "<text:p>0102</text:p>"),
        cell("12", "<text:p>12</text:p>"),
        cell("12", ""),
        cell("12", "<text:p/>"),
        cell("310101195001011", "<text:p>3.10101195001011E+014</text:p>"),
        cell("310101199001011234", "<text:p>310101199001011000</text:p>"),
        r#"<table:table-cell office:value-type="string"><text:p>甲<text:s text:c="2"/><text:span text:style-name="s">乙</text:span>丙</text:p><text:p>丁</text:p></table:table-cell>"#.into(),
        r#"<table:table-cell office:value-type="string"><office:annotation><text:p>批注</text:p></office:annotation><text:p>戊</text:p></table:table-cell>"#.into(),
        r#"<table:table-cell office:value-type="percentage" office:value="0.5"><text:p>50%</text:p></table:table-cell>"#.into(),
        r#"<table:table-cell table:number-columns-repeated="2" office:value-type="string"><text:p>己</text:p></table:table-cell>"#.into(),
        r#"<table:table-cell office:value-type="string" office:string-value="藏"><text:p/></table:table-cell>"#.into(),
        r#"<table:table-cell office:value-type="string" office:string-value="001"><text:p>H001</text:p></table:table-cell>"#.into(),
    ];
    let styles = r#"<style:style style:name="s"><style:text-properties style:text-line-through-style="solid"/></style:style>"#;
    let table = table(
        "a.ods",
        opendocument(styles, &format!("<table:table-row>{}</table:table-row>", row.concat())),
    );
    assert_eq!(
        rows(&table),
        ["1: 0102|#12|#12|#12|#310101195001011|rounded|甲  乙丙\n丁|戊|50%|己|己|藏|H001"]
    );
    assert_eq!(marks(&table), ["D1 Format", "G1 PartlyStruck", "L1 Format"]);
    let shown: Vec<_> = table.shown.iter().map(|s| (s.column, s.shown.as_deref())).collect();
    assert_eq!(shown, [(0, Some("0102")), (4, None), (8, Some("50%")), (12, Some("H001"))]);
}

const TABLE: &str = "expected a table as .xlsx, .xls, .ods or .csv";

/// A compound file with one stream.
fn compound(stream: &str, bytes: &[u8]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(std::io::Cursor::new(Vec::new())).unwrap();
    file.create_stream(format!("/{stream}")).unwrap().write_all(bytes).unwrap();
    file.flush().unwrap();
    file.into_inner().into_inner()
}

#[test]
fn files_that_are_no_tables_are_told_what_they_are() {
    let save = "open it in the spreadsheet program and save it as .xlsx";
    let program =
        "open it in its program, and save the table as .xlsx or copy it into a new workbook";
    let password = "open it in the spreadsheet program, take the password off, and save it again";
    let archive = "take the table out of it and import that";
    let look = "look for the file with the table in it, or a copy of it";
    let html = "a web page (HTML), as some systems export tables";
    let gbk_page =
        encoding_rs::GB18030.encode("<table><tr><td>户号</td></tr></table>").0.into_owned();
    let utf_16_page: Vec<u8> =
        "\u{FEFF}<html><table>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let old_book: Vec<u8> = [&[0x09, 0x08, 8, 0, 0, 5, 5, 0][..], &[0; 20]].concat();
    let secret_book: Vec<u8> =
        [&[0x09, 0x08, 4, 0, 0, 6, 5, 0][..], &[0x2F, 0, 2, 0, 1, 0]].concat();
    let cases: Vec<(&str, Vec<u8>, &str, &str)> = vec![
        ("a.xls", b"<html><body><table>".to_vec(), html, save),
        ("a.xlsx", b"\xEF\xBB\xBF\r\n <!DOCTYPE html>\n<html>".to_vec(), html, save),
        ("a.xls", gbk_page, html, save),
        ("a.xls", utf_16_page, html, save),
        ("a.csv", b"MIME-Version: 1.0\nX-Document-Type: Workbook".to_vec(), "a web page saved as one file (.mht)", save),
        (
            "a.xls",
            br#"<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">"#.to_vec(),
            "a workbook as XML of the year 2003",
            save,
        ),
        ("a.xlsx", no_sheet(), "a workbook without a sheet of cells", program),
        ("a.xml", b"<?xml version=\"1.0\"?><a/>".to_vec(), "an XML file", save),
        ("a.csv", b"{\"a\":1}".to_vec(), "a JSON file", save),
        ("a.csv", b"{\\rtf1".to_vec(), "a text document (.rtf)", save),
        ("a.xlsx", b"%PDF-1.7 \x80".to_vec(), "a PDF", program),
        ("a.xlsx", zipped(&[("[Content_Types].xml", b""), ("word/document.xml", b"")]), "a text document (.docx)", program),
        ("a.xlsx", zipped(&[("[Content_Types].xml", b""), ("ppt/presentation.xml", b"")]), "a presentation (.pptx)", program),
        ("a.xlsx", zipped(&[("[Content_Types].xml", b""), ("xl/workbook.bin", b"")]), "a workbook of the kind .xlsb", program),
        ("a.numbers", zipped(&[("Index/Document.iwa", b""), ("Metadata/Properties.plist", b"")]), "a document of Apple Numbers", program),
        (
            "a.ods",
            zipped(&[("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", b"")]),
            "an OpenDocument file that is not a table",
            program,
        ),
        ("a.zip", zipped(&[("住户.xlsx", b"")]), "an archive (zip)", archive),
        ("a.xlsx", b"Rar!\x1A\x07".to_vec(), "an archive (rar)", archive),
        ("a.xlsx", compound("EncryptedPackage", b"x"), "a workbook with a password", password),
        ("a.xls", compound("Workbook", &secret_book), "a workbook with a password", password),
        ("a.ods", opendocument_with_password(), "a workbook with a password", password),
        ("a.xls", compound("Book", &old_book), "a workbook of Excel 95 or older", save),
        ("a.xls", old_book.clone(), "a workbook of Excel 95 or older", save),
        ("a.xls", compound("WordDocument", b"x"), "a text document (.doc or .wps)", program),
        ("a.et", compound("Contents", b"x"), "a file of another program in the container of .xls", program),
        ("a.csv", Vec::new(), "an empty file", look),
        ("a.csv", b"\xEF\xBB\xBF".to_vec(), "an empty file", look),
        ("a.csv", b" \r\n\r\n".to_vec(), "an empty file", look),
        ("a.xlsx", vec![0; 500], "a file with nothing but zeros in it, as a power cut leaves it", look),
        ("~$a.xlsx", b"\x04user".to_vec(), "the mark of a spreadsheet program that has a workbook open", "close the workbook and name a.xlsx itself"),
    ];
    for (name, bytes, found, advice) in cases {
        refused(name, bytes, &format!("{name}: found {found}; {TABLE}; {advice}"));
    }
    let folder = tempfile::tempdir().unwrap();
    let name = folder.path().file_name().unwrap().to_str().unwrap().to_owned();
    let [en, zh] = of_file(folder.path()).unwrap_err();
    assert_eq!(en, format!("{name}: found a folder; {TABLE}; name the file itself"));
    assert_eq!(
        zh,
        format!("{name}：发现 文件夹；应为 .xlsx、.xls、.ods 或 .csv 表格；请指明文件本身")
    );
}

/// A workbook of charts alone.
fn no_sheet() -> Vec<u8> {
    zipped(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("xl/workbook.xml", b"<workbook><sheets><sheet name=\"a\"/></sheets></workbook>"),
    ])
}

fn opendocument_with_password() -> Vec<u8> {
    let manifest = b"<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>";
    let kind = b"application/vnd.oasis.opendocument.spreadsheet";
    zipped(&[
        ("mimetype", kind),
        ("META-INF/manifest.xml", manifest),
        ("content.xml", b"\x80\x81\x82"),
    ])
}

#[test]
fn workbooks_that_are_not_whole_are_told() {
    let book = looks();
    let xls = std::fs::read(fixture("looks.xls")).unwrap();
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("a.xlsx", book[..book.len() / 2].to_vec(), "zip"),
        ("a.xlsx", b"PK\x03\x04".to_vec(), "zip"),
        (
            "a.xlsx",
            zipped(&[("[Content_Types].xml", b""), ("xl/styles.xml", b"")]),
            "xl/workbook.xml",
        ),
        ("a.xlsx", handmade("<sheetData><row r=\"1\">", "", "", ""), "xl/worksheets/sheet1.xml"),
        (
            "a.xlsx",
            of_rows("<row r=\"1\"><c r=\"A1\"><v>1,5</v></c></row>"),
            "xl/worksheets/sheet1.xml",
        ),
        (
            "a.xlsx",
            of_rows("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>3</v></c></row>"),
            "xl/worksheets/sheet1.xml",
        ),
        (
            "a.xlsx",
            of_rows("<row r=\"1\"><c r=\"1A\"><v>3</v></c></row>"),
            "xl/worksheets/sheet1.xml",
        ),
        ("a.xlsx", of_rows("<row r=\"1048577\"><c><v>3</v></c></row>"), "A1048577"),
        ("a.ods", opendocument("", "<table:table-row>&nbsp;</table:table-row>"), "content.xml"),
        ("a.xls", xls[..1000].to_vec(), ".xls"),
        ("a.xls", compound("Workbook", b"\x09\x08\x04\x00\x00\x06\x05\x00"), "Workbook"),
    ];
    let advice = "open it in the spreadsheet program and save it again as .xlsx; if it does not open there either, ask for it again";
    for (name, bytes, part) in cases {
        refused(
            name,
            bytes,
            &format!(
                "{name}: found a damaged workbook (in {part}); expected a whole workbook; {advice}"
            ),
        );
    }
    // Whatever is cut off or changed, there is an answer.
    for at in (0..xls.len()).step_by(37) {
        let mut bytes = xls.clone();
        bytes[at] ^= 0xFF;
        let _ = tables("a.xls", bytes);
        let _ = tables("a.xls", &xls[..at]);
    }
}

/// A refusal that comes soon.
#[track_caller]
fn refused_soon(name: &str, bytes: impl AsRef<[u8]>, expected: &str) {
    let start = Instant::now();
    let advice = "copy the cells of the table, values only, into a new workbook, and import that one; \
                  if somebody sent you the file, ask them what it is";
    refused(name, bytes, &format!("{name}: found {expected}; {advice}"));
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

#[test]
fn files_that_unpack_to_too_much_are_refused_early() {
    let bytes = "a file that unpacks to more than a table can be; expected 256 MB at most when unpacked, and 200 times the packed size";
    let parts =
        "more parts inside the file than a table can have; expected 8000000 XML elements at most";
    let cells = "more cells than a table of households can have; expected 2000000 cells at most in one file, \
                 counted to the last filled one of each row";
    let blank = " ".repeat(40 << 20);
    refused_soon("a.xlsx", handmade(&blank, "", "", ""), bytes);
    refused_soon("a.xlsx", handmade("<sheetData/>", "", "", &blank), bytes);
    refused_soon("a.xlsx", handmade("<sheetData/>", "", &blank, ""), bytes);
    refused_soon("a.ods", opendocument("", &blank), bytes);
    // So slightly packed that the ratio is not passed.
    let stored =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut file = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in [
        ("[Content_Types].xml", "<Types/>"),
        ("xl/workbook.xml", &format!("<workbook>{}</workbook>", "<a/>".repeat(8_000_001))),
    ] {
        file.start_file(name, stored).unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }
    refused_soon("a.xlsx", file.finish().unwrap().into_inner(), parts);
    let wide: String = (1..200)
        .map(|row| format!("<row r=\"{row}\"><c r=\"XFD{row}\"><v>1</v></c></row>"))
        .collect();
    refused_soon("a.xlsx", of_rows(&wide), cells);
    let cell = r#"<table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/>"#;
    let everywhere = format!(
        r#"<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>"#
    );
    refused_soon("a.ods", opendocument("", &everywhere), cells);
    refused_soon("a.csv", "1,2,3\n".repeat(700_000), cells);
    let depth =
        "parts nested deeper than any spreadsheet program nests them; expected 200 levels at most";
    refused_soon("a.xlsx", handmade(&"<a>".repeat(201), "", "", ""), depth);
    // One cell in the last corner is nothing.
    let corner =
        table("a.xlsx", of_rows("<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>"));
    assert_eq!(
        (corner.rows.len(), corner.rows[0].number, corner.rows[0].cells.len()),
        (1, 1_048_576, 16_384)
    );
    // Neither is a size that is not true, nor a million rows without anything in them.
    let lies = "<dimension ref=\"A1:XFD1048576\"/><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row></sheetData>";
    assert_eq!(rows(&table("a.xlsx", handmade(lies, "", "", ""))), ["1: #1"]);
    let empty = r#"<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>"#;
    assert_eq!(rows(&table("a.ods", opendocument("", empty))), [""; 0]);
}

#[test]
fn entities_of_its_own_are_not_unfolded() {
    let sheet = "<!DOCTYPE a [<!ENTITY a \"hahaha\"><!ENTITY b \"&a;&a;&a;\">]><worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"str\"><v>&b;</v></c></row></sheetData></worksheet>";
    let parts: [(&str, &[u8]); 5] = [
        ("[Content_Types].xml", b"<Types/>"),
        ("xl/workbook.xml", b"<workbook xmlns:r=\"r\"><sheets><sheet name=\"a\" r:id=\"rId1\"/></sheets></workbook>"),
        ("xl/_rels/workbook.xml.rels", b"<R><R Id=\"rId1\" Type=\"x/worksheet\" Target=\"worksheets/sheet1.xml\"/></R>"),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
        ("xl/a.xml", b""),
    ];
    let [en, _] = tables("a.xlsx", zipped(&parts)).unwrap_err();
    assert!(
        en.starts_with("a.xlsx: found a damaged workbook (in xl/worksheets/sheet1.xml)"),
        "{en}"
    );
    let escaped = of_rows(
        "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>&lt;&#x9646;&amp;_x000D_&#10;_x4E00_x</t></is></c></row>",
    );
    assert_eq!(rows(&table("a.xlsx", escaped)), ["1: <陆&\r\n一x"]);
}

#[test]
fn texts_are_read_in_the_encodings_of_spreadsheet_programs() {
    let text = "户号,户主\nH1,陆安明\n";
    let plain = ["1: 户号|户主", "2: H1|陆安明"];
    let wide = |text: &str, bytes: fn(u16) -> [u8; 2]| {
        text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>()
    };
    let marked = |text: &str| format!("\u{FEFF}{text}");
    let tabs = text.replace(',', "\t").replace('\n', "\r\n");
    let cases: [(&str, Vec<u8>, &[&str]); 9] = [
        ("a.csv", text.into(), &[]),
        ("a.csv", marked(text).into(), &[]),
        ("a.csv", encoding_rs::GB18030.encode(text).0.into_owned(), &["the file is in GB18030"]),
        ("a.csv", wide(&marked(text), u16::to_le_bytes), &["the file is in UTF-16"]),
        ("a.csv", wide(&marked(text), u16::to_be_bytes), &["the file is in UTF-16 (big-endian)"]),
        ("a.csv", wide(text, u16::to_le_bytes), &["the file is in UTF-16"]),
        ("a.csv", wide(text, u16::to_be_bytes), &["the file is in UTF-16 (big-endian)"]),
        ("a.txt", wide(&marked(&tabs), u16::to_le_bytes), &["the file is in UTF-16"]),
        ("a.csv", text.replace('\n', "\r").into(), &[]),
    ];
    for (name, bytes, expected) in cases {
        let table = table(name, &bytes);
        assert_eq!(rows(&table), plain, "{bytes:?}");
        assert_eq!(notes(&table), expected);
    }
    let advice = "expected text in UTF-8, UTF-16 or GB18030; save it again as .xlsx, or as `CSV UTF-8`, in the spreadsheet program";
    let cases: [(&[u8], &str); 5] = [
        (b"a,b\n1,\0\n", "a zero byte in line 2, which no text has"),
        // Cut off amid a character; GB18030 would read it as other characters.
        (&"户号,户主\nH1,陆安明".as_bytes()[..25], "bytes that are not UTF-8 in line 2"),
        (b"\xEF\xBB\xBFa,b\n\xFF", "bytes that are not UTF-8 in line 2"),
        (b"a,b\n\xFF\xFF\xFF", "bytes that are none of these"),
        (b"\xFF\xFEa\0\x00\xD8,\0", "bytes that are not UTF-16"),
    ];
    for (bytes, found) in cases {
        refused("a.csv", bytes, &format!("a.csv: found {found}; {advice}"));
    }
}

#[test]
fn rows_of_text_are_those_of_the_spreadsheet_program() {
    let cases: [(&str, &[&str]); 11] = [
        ("a,b\n\n1,2\n", &["1: a|b", "3: 1|2"]),
        ("\n\n\"a\",b\n\"\"\n1,2", &["3: a|b", "5: 1|2"]),
        ("sep=;\na;b\n1,5;2\n", &["1: a|b", "2: 1,5|2"]),
        ("\"sep=|\"\na|b\n1,5|2\n", &["1: a|b", "2: 1,5|2"]),
        ("a,b\n\"1\n\n2\",3\n4,5\n", &["1: a|b", "2: 1\n\n2|3", "3: 4|5"]),
        ("a,b\n\"x\"\"y\",\"\"\n", &["1: a|b", "2: x\"y"]),
        ("a,b\nx\"y,z\"\n", &["1: a|b", "2: x\"y|z\""]),
        ("a;b;c\n1;2\n1;2;3\n\n1\n", &["1: a|b|c", "2: 1|2", "3: 1|2|3", "5: 1"]),
        ("a\tb\n1\t2\n", &["1: a|b", "2: 1|2"]),
        ("<b>,c\n1,2\n\u{1A}", &["1: <b>|c", "2: 1|2"]),
        ("a,b\n#REF!,=A1+1\n", &["1: a|b", "2: error #REF!|unevaluated A1+1"]),
    ];
    for (text, expected) in cases {
        assert_eq!(rows(&table("a.csv", text)), expected, "{text}");
    }
    let quotes = "found a quotation mark that is never closed; expected quotation marks in pairs; \
                  take it out, or save the table again in the spreadsheet program; it would swallow the rows below it";
    refused("a.csv", "a,b\n1,\"2\n3,4\n", &format!("a.csv, line 2: {quotes}"));
    // Two of them in different rows would make one cell of all between.
    refused("a.csv", "a,b\n\"1,2\n3,4\n\"5,6\n", &format!("a.csv, line 2: {quotes}"));
    let more = "found more cells than the other rows have; expected 3 at most; \
                put a text with the separator in it in quotation marks, or save the table again in the spreadsheet program";
    refused(
        "a.csv",
        "a,b,c\n1,2,3\n1,x,y,3\n1,2,3\n1,2\n1,x,y,3\n",
        &format!("a.csv, rows 3, 6: {more}"),
    );
}

#[test]
fn marks_around_values_in_text_are_no_part_of_them() {
    let text =
        "id,room,name\n=\"0102\",'0102,O'Neill\n\"=\"\"0103\"\"\",'12',\"=\"\"a\"\"\"\"b\"\"\"\n";
    let table = table("a.csv", text);
    assert_eq!(rows(&table), ["1: id|room|name", "2: 0102|0102|O'Neill", "3: 0103|'12'|a\"b"]);
    let expected = [
        "values in =\"…\", taken without it: 3, first in row 2",
        "values in text with an apostrophe in front, taken without it: 1, first in row 2",
    ];
    assert_eq!(notes(&table), expected);
}

/// An import of one file for both tables, or of two: what is told, and how it ends.
fn import(
    lang: Lang,
    roll: (&str, Vec<u8>),
    units: Option<&str>,
) -> (String, Result<String, String>) {
    import_accepting(lang, roll, units, &[])
}

/// The same with kinds of questions that are confirmed.
fn import_accepting(
    lang: Lang,
    roll: (&str, Vec<u8>),
    units: Option<&str>,
    accept: &[String],
) -> (String, Result<String, String>) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path(roll.0), roll.1).unwrap();
    std::fs::write(path("units.csv"), units.unwrap_or_default()).unwrap();
    let config = "title = \"合成\"\norigin = \"sample.example/test\"\nmode = \"rehearsal\"\n\
        [[bench]]\nid = \"r\"\ntitle = \"居民代表\"\nquorum = 1\nmembers = [{ id = \"r1\", name = \"王小红\" }]\n\
        [[bench]]\nid = \"o\"\ntitle = \"工作人员\"\nquorum = 1\nmembers = [{ id = \"o1\", name = \"李建国\" }]\n[pool]\nrule = \"lot\"\n";
    std::fs::write(path("draw.toml"), config).unwrap();
    let args = import::ImportArgs {
        roll: path(roll.0),
        units: units.map(|_| path("units.csv")),
        config: Some(path("draw.toml")),
        out: path("plan.jsonl"),
        roll_sheet: Vec::new(),
        units_sheet: Vec::new(),
        map: Vec::new(),
        accept: accept.to_vec(),
        preview: false,
        force: false,
    };
    let mut told = Vec::new();
    let end = import::import_to(&args, lang, &mut told).map_err(|error| error.to_string());
    (String::from_utf8(told).unwrap(), end.map(|()| std::fs::read_to_string(&args.out).unwrap()))
}

const UNITS: &str = "房源编号,室号,所在层,楼栋,户型\nA-1,101,1,A,T1\nA-2,102,1,A,T1\n";

fn numbered() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, head) in (0..).zip(["户号", "户主", "楼栋", "户型", "身份证号", "备注"])
    {
        sheet.write(0, column, head).unwrap();
    }
    for (row, name) in (1..).zip(["合成甲", "合成乙"]) {
        sheet.write_with_format(row, 0, row, &Format::new().set_num_format("0000")).unwrap();
        sheet.write(row, 1, name).unwrap();
        sheet.write(row, 2, "A").unwrap();
        sheet.write(row, 3, "T1").unwrap();
        sheet.write(row, 4, 310_101_500_101_000.0 + f64::from(row)).unwrap();
        sheet.write_with_format(row, 5, row, &Format::new().set_num_format("m-d")).unwrap();
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn what_is_taken_as_shown_is_said() {
    let (told, plan) = import(Lang::En, ("roll.csv", numbered()), Some(UNITS));
    let plan = plan.unwrap();
    assert!(plan.contains("\"id\":\"0001\"") && plan.contains("\"id\":\"0002\""), "{plan}");
    for line in [
        "  (the file is .xlsx although it is named .csv; it is read as what it is)\n",
        "  values taken as shown (format 0000): 2, such as row 2 column A: `1` shown as `0001`\n",
        // Without an example: they are for nobody's eyes.
        "  numbers that show in scientific notation, taken with all their digits: 2\n",
    ] {
        assert!(told.contains(line), "{line} is not in {told}");
    }
    let (told, _) = import(Lang::Zh, ("roll.csv", numbered()), Some(UNITS));
    for line in [
        "  （文件实际是 .xlsx，却名为 .csv；按实际格式读取）\n",
        "  按显示内容导入（格式 0000）：2 处，例如第 2 行 A 列：`1` 显示为 `0001`\n",
        "  以科学计数法显示的数字，按全部数位导入：2 处\n",
    ] {
        assert!(told.contains(line), "{line} is not in {told}");
    }
}

#[test]
fn a_cell_without_a_certain_value_is_a_fault_where_it_is_used() {
    let head = "<row r=\"1\">".to_owned()
        + &["户号", "户主", "楼栋", "户型", "顺位", "备注"]
            .map(|head| format!("<c t=\"inlineStr\"><is><t>{head}</t></is></c>"))
            .concat()
        + "</row>";
    let text = |text: &str| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let formula = "<c><f>VLOOKUP(A1,B:C,2,0)</f><v/></c>";
    let row = |id: &str, name: &str, tier: &str| {
        let [id, name] =
            [id, name].map(|cell| if cell.starts_with('<') { cell.to_owned() } else { text(cell) });
        format!("<row>{id}{name}{}{}{tier}{formula}</row>", text("A"), text("T1"))
    };
    let styles = r#"<numFmts><numFmt numFmtId="164" formatCode="0.0E+0"/></numFmts><cellXfs><xf/><xf numFmtId="164"/><xf numFmtId="14"/></cellXfs>"#;
    let rows = [
        row("H1", "合成甲", formula),
        row("<c s=\"1\"><v>1000</v></c>", "合成乙", "<c><v>1</v></c>"),
        row("H3", "<c><f>\"合成\"&amp;\"丙\"</f></c>", "<c><v>1</v></c>"),
        row("H4", "合成丁", "<c s=\"2\"><v>46083</v></c>"),
    ];
    let book = handmade(&format!("<sheetData>{head}{}</sheetData>", rows.concat()), "", styles, "");
    let (_, end) = import(Lang::En, ("roll.xlsx", book.clone()), Some(UNITS));
    let save = "expected a value; open the file in the spreadsheet program and save it as .xlsx, so that values are stored";
    let again = "format the column as text and type the value again";
    let expected = [
        format!(
            "roll.xlsx, sheet 住户, row 2, column E (顺位): found a formula without a value (`=VLOOKUP(A1,B:C,2,0)`); {save}"
        ),
        format!(
            "roll.xlsx, sheet 住户, row 3, column A (户号): found `1000` in the number format `0.0E+0`: what shows in the cell is not certain; \
             expected text or a plain number; {again}"
        ),
        format!(
            "roll.xlsx, sheet 住户, row 4, column B (户主): found a formula without a value; {save}"
        ),
        format!(
            "roll.xlsx, sheet 住户, row 5, column E (顺位): found a date (stored as 46083 in the format yyyy-m-d), which the spreadsheet made of \
             something typed such as 3-2; expected text or a number; {again}"
        ),
        "4 faults; no plan was written".to_owned(),
    ];
    assert_eq!(end.unwrap_err(), expected.join("\n"));
    let (_, end) = import(Lang::Zh, ("roll.xlsx", book), Some(UNITS));
    let zh = "roll.xlsx，工作表 住户，第 2 行，E 列（顺位）：发现 没有计算结果的公式（`=VLOOKUP(A1,B:C,2,0)`）；应为 数值；\
              请用表格软件打开该文件并另存为 .xlsx，使计算结果存入文件\n";
    assert!(end.unwrap_err().starts_with(zh));
}

#[test]
fn what_does_not_show_is_asked_about_and_taken_in_when_it_is_accepted() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, head) in (0..).zip(["户号", "户主", "楼栋", "户型", "顺位", "备注"]) {
        sheet.write(0, column, head).unwrap();
    }
    let white = Format::new().set_font_color(Color::White);
    for row in 1..3 {
        let id = format!("H{row}");
        for (column, cell) in (0..).zip([id.as_str(), "合成甲", "A", "T1"]) {
            sheet.write(row, column, cell).unwrap();
        }
        sheet.write(row, 4, 1).unwrap();
        // A column that is not used is nobody's question.
        sheet.write_with_format(row, 5, "字", &white).unwrap();
    }
    sheet.write_with_format(2, 1, "合成乙", &white).unwrap();
    let rule = ConditionalFormatCell::new().set_rule(ConditionalFormatCellRule::GreaterThan(5));
    sheet
        .add_conditional_format(
            1,
            4,
            2,
            5,
            &rule.set_format(Format::new().set_font_strikethrough()),
        )
        .unwrap();
    let file = book.save_to_buffer().unwrap();
    let (_, end) = import(Lang::En, ("roll.xlsx", file.clone()), Some(UNITS));
    let asked = end.unwrap_err();
    let expected = [
        "or confirm with --accept unseen-values that values that do not show are taken in: white on white, tiny, under a merged cell:",
        "  roll.xlsx, sheet Sheet1, rows 3, column B (户主): found a value in the color of its ground, such as white on white;",
        "or confirm with --accept conditional-looks that columns in which a rule strikes through or hides are taken in:",
        "  roll.xlsx, sheet Sheet1, column E (顺位): found a column in which a rule strikes cells through or makes them invisible;",
    ];
    assert!(expected.iter().all(|line| asked.contains(line)) && !asked.contains("备注"), "{asked}");
    let accept = ["unseen-values", "conditional-looks"].map(str::to_owned);
    let (_, end) = import_accepting(Lang::En, ("roll.xlsx", file), Some(UNITS), &accept);
    assert!(end.unwrap().contains("合*乙"));
}

#[test]
fn one_file_for_both_tables_has_its_fault_once() {
    let (_, end) = import(Lang::Zh, ("office.xlsx", b"<html><table>".to_vec()), None);
    let zh = "office.xlsx：发现 网页（HTML），有些系统导出的表格就是这样；应为 .xlsx、.xls、.ods 或 .csv 表格；\
              请用表格软件打开后另存为 .xlsx\n共 1 处问题；没有写出方案";
    assert_eq!(end, Err(zh.into()));
}

#[test]
fn a_table_of_heads_alone_is_told() {
    let roll = "户号,户主,楼栋,户型,顺位\r\n";
    let units = "房源编号,室号,所在层,楼栋,户型\n";
    let (_, end) = import(Lang::En, ("roll.csv", roll.into()), Some(units));
    let advice = "check that this is the right file, and complete";
    let expected = [
        format!(
            "roll.csv, row 1: found the heads and no row below them; expected a row for each household; {advice}"
        ),
        format!(
            "units.csv, row 1: found the heads and no row below them; expected a row for each unit; {advice}"
        ),
        "2 faults; no plan was written".into(),
    ];
    assert_eq!(end.unwrap_err(), expected.join("\n"));
}

#[test]
fn another_reader_reads_the_same() {
    use calamine::{Data, Reader, open_workbook_auto};
    let sample = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
        .join("examples/data/block/block.xlsx");
    for path in [sample, fixture("looks.xls"), fixture("looks.ods")] {
        let ours = of_file(&path).unwrap();
        let mut book = open_workbook_auto(&path).unwrap();
        assert_eq!(ours.len(), book.sheet_names().len());
        let (mut compared, mut differ) = (0, Vec::new());
        for table in &ours {
            let theirs = book.worksheet_range(table.sheet.as_deref().unwrap()).unwrap();
            let stored = |row: u32, column: usize| {
                table
                    .shown
                    .iter()
                    .find(|s| (s.row, s.column) == (row, column))
                    .map(|s| s.stored.clone())
            };
            for (row, cells) in table.rows.iter().map(|row| (row.number, &row.cells)) {
                for (column, cell) in cells.iter().enumerate() {
                    let (ours, theirs) = (
                        stored(row, column),
                        theirs.get_value((row - 1, u32::try_from(column).unwrap())),
                    );
                    let ours =
                        ours.unwrap_or_else(|| value(cell).trim_start_matches('#').to_owned());
                    let theirs = match theirs.unwrap_or(&Data::Empty) {
                        Data::DateTime(_) | Data::DateTimeIso(_) => "date".into(),
                        other => other.to_string(),
                    };
                    compared += 1;
                    let date = theirs == "date" && ours.starts_with("date ");
                    let merged = theirs.is_empty() && column == 2;
                    if ours != theirs && !date && !merged {
                        differ.push((row, column, ours, theirs));
                    }
                }
            }
        }
        assert!(compared > 80 && differ.is_empty(), "{}: {differ:?}", path.display());
    }
}
