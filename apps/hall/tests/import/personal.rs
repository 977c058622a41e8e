//! Numbers and names of persons: no number reaches the plan or the screen, and what is no name or
//! no number is told. All of them are made up.

use super::{CONFIG, Office, ROLL, UNITS};
use floorlot::rules::Lang;

const NUMBER: &str = "310101199001010020";

/// The import is refused for this place, and no message has the number in it.
#[track_caller]
fn hidden(office: &Office, number: &str, place: (&str, &str)) {
    for (lang, place) in [(Lang::Zh, place.0), (Lang::En, place.1)] {
        let refusal = office.refusal(lang);
        assert!(
            refusal.faults.iter().any(|fault| fault.starts_with(place)),
            "{place}: {refusal:?}"
        );
        let (told, end) = office.import(lang);
        let all = format!("{told}{refusal:?}{}", end.unwrap_err());
        let digits: String = all.chars().filter(|c| c.is_numeric()).collect();
        let bare: String = number.chars().filter(|c| c.is_numeric()).collect();
        assert!(!digits.contains(&bare) && !digits.contains(NUMBER), "{all}");
    }
}

#[test]
fn no_number_of_a_person_goes_into_any_text_of_the_plan() {
    let long = format!("旧证{NUMBER}号");
    for number in [
        NUMBER,
        "13800138000",
        "+86 138-0013-8000",
        "310101900101002",
        "11010519491231002X",
        "３１０１０１１９９００１０１００２０",
        &long,
    ] {
        let heads = "户号,户主,楼栋,户型,顺位,照顾需求,结伴组,志愿";
        for (column, head) in ["户号", "户主", "楼栋", "户型", "顺位", "照顾需求", "结伴组", "志愿"]
            .into_iter()
            .enumerate()
        {
            let mut cells = ["H1", "张小明", "A", "T1", "1", "", "", ""];
            cells[column] = number;
            let letter = char::from(b'A' + u8::try_from(column).unwrap());
            let office =
                Office::new(format!("{heads}\n{}\nH2,李红,A,T1,1,,,\n", cells.join(",")), UNITS);
            let place = (
                format!("roll.csv，第 2 行，{letter} 列（{head}）"),
                format!("roll.csv, row 2, column {letter} ({head})"),
            );
            hidden(&office, number, (&place.0, &place.1));
        }
        for (column, head) in
            ["房源编号", "室号", "所在层", "楼栋", "户型", "特征"].into_iter().enumerate()
        {
            let mut cells = ["A-301", "301", "3", "A", "T1", ""];
            cells[column] = number;
            let letter = char::from(b'A' + u8::try_from(column).unwrap());
            let office = Office::new(
                ROLL,
                format!(
                    "房源编号,室号,所在层,楼栋,户型,特征\n{}\nA-501,501,5,A,T1,无障碍\n",
                    cells.join(",")
                ),
            );
            let place = (
                format!("units.csv，第 2 行，{letter} 列（{head}）"),
                format!("units.csv, row 2, column {letter} ({head})"),
            );
            hidden(&office, number, (&place.0, &place.1));
        }
    }
}

#[test]
fn heads_with_a_number_are_echoed_with_stars() {
    let roll = ROLL
        .replace("照顾需求", &format!("照顾需求,{NUMBER}"))
        .replace(",,\n", ",,x,\n")
        .replace("无障碍,", "无障碍,x,");
    for lang in [Lang::Zh, Lang::En] {
        let mut office = Office::new(&roll, UNITS);
        office.args.preview = true;
        let told = office.told(lang);
        assert!(told.contains("G ****************** -> ") && !told.contains(NUMBER), "{told}");
        let refused = office.map("没有=tier").refusal(lang);
        assert!(
            format!("{refused:?}").contains("******************")
                && !format!("{refused:?}").contains(NUMBER),
            "{refused:?}"
        );
    }
}

#[test]
fn the_settings_have_no_numbers_of_persons_either() {
    for (from, to) in [
        ("name = \"李建国\"", "name = \"李建国13800138000\""),
        ("id = \"o1\"", "id = \"o13800138000\""),
    ] {
        let office = Office::new(ROLL, UNITS).config(&CONFIG.replace(from, to));
        hidden(
            &office,
            "13800138000",
            ("draw.toml, [[bench]] officials members", "draw.toml, [[bench]] officials members"),
        );
    }
    let office =
        Office::new(ROLL, UNITS).config(&format!("{CONFIG}[needs]\n\"轮椅\" = \"13800138000\"\n"));
    hidden(&office, "13800138000", ("draw.toml, [needs] 轮椅", "draw.toml, [needs] 轮椅"));
}

#[test]
fn labels_and_codes_as_offices_have_them_are_no_numbers_of_persons() {
    let units = "房源编号,室号,所在层,楼栋,户型\n310115-07-01-0301,150-1234,3,2019地块,T1\n310115-07-01-0501,150-1235,5,2019地块,T1\n";
    let roll =
        "户号,户主,楼栋,户型,顺位\n2019-0001,张小明,2019地块,T1,1\n2019-0002,李红,2019地块,T1,1\n";
    assert_eq!(Office::new(roll, units).plan().lines().count(), 11);
}

/// A household with this name, and another.
fn named(name: &str) -> Office {
    Office::new(format!("户号,户主,楼栋,户型,顺位\nH1,{name},A,T1,1\nH2,李红,A,T1,1\n"), UNITS)
}

#[test]
fn a_number_in_the_column_of_names_is_refused_and_not_shown() {
    let numbers = [
        "13800138000",
        "张小明13800138000",
        "张小明 138 0013 8000",
        "张小明（021-65123456）",
        "张小明E12345678",
        NUMBER,
        "张小明１３８００１３８０００",
        "张小明6512345",
    ];
    for name in numbers {
        named(name).fails(
            Lang::Zh,
            &["roll.csv，第 2 行，B 列（户主）：发现 姓名列中的电话号码或证件号；应为 只有姓名；请把号码写到单独的列，例如 身份证号、电话"],
        );
    }
    named("张小明13800138000").fails(
        Lang::En,
        &["roll.csv, row 2, column B (户主): found a telephone or document number in the column of names; expected a name alone; \
           write the number into a column of its own, such as 身份证号 or 电话"],
    );
}

#[test]
fn names_with_characters_that_were_lost_are_asked_about() {
    for name in
        ["张?明", "张？明", "张□明", "张\u{FFFD}明", "张\u{E863}明", "张\u{F0001}明", "?", "〓小明"]
    {
        named(name).asks(
            Lang::Zh,
            "odd-names",
            &["roll.csv，第 2 行，B 列（户主）：发现 含问号、方框或无法显示的字符的姓名；应为 姓名；请按证件重新输入姓名"],
        );
    }
    named("").asks(
        Lang::En,
        "odd-names",
        &["roll.csv, row 2, column B (户主): found nothing; expected a name, as in the other rows; fill in the name"],
    );
    for name in ["𬭚", "张*明", "张○明", "买买提·艾力", "O'Neill", "张小明（户主）"]
    {
        named(name).told(Lang::Zh);
    }
    // Where there are no names at all, nothing is asked.
    Office::new("户号,户主,楼栋,户型,顺位\nH1,,A,T1,1\nH2,,A,T1,1\n", UNITS).told(Lang::Zh);
}

/// Two households, one of them with this document number.
fn document(number: &str) -> Office {
    Office::new(
        format!(
            "户号,户主,身份证号,楼栋,户型,顺位\nH1,张小明,{number},A,T1,1\nH2,李红,11010519491231002X,A,T1,1\n"
        ),
        UNITS,
    )
}

#[test]
fn telephones_with_the_number_of_the_country_are_telephones() {
    for number in [
        "+8613800138000",
        "+86 138 0013 8000",
        "+86-138-0013-8000",
        "0086 13800138000",
        "8613800138000",
        "+86 21 6512 3456",
        "＋８６１３８００１３８０００",
    ] {
        document(number)
            .fails(Lang::Zh, &["roll.csv，第 2 行，C 列（身份证号）：发现 像是电话号码；应为 身份证件的号码；请按证件原样填写号码"]);
    }
}

#[test]
fn words_before_a_number_and_empty_cells_are_asked_about() {
    for number in [
        "护照E12345678",
        "户口本310101",
        "身份证 E1234567",
        "军官证南字第1234567号",
        "港澳通行证：H12345678",
    ] {
        document(number).asks(
            Lang::En,
            "document-check",
            &["roll.csv, row 2, column C (身份证号): found words beside the number; expected the number of an identity document; \
               compare it with the document"],
        );
    }
    document("").asks(
        Lang::Zh,
        "no-document",
        &["roll.csv，第 2 行，C 列（身份证号）：发现 空白；应为 身份证件的号码；请补填号码"],
    );
    // Where nobody has a number, none is missing.
    Office::new("户号,户主,身份证号,楼栋,户型,顺位\nH1,张小明,,A,T1,1\n", UNITS).told(Lang::Zh);
    // The same passport with the word and without it is one person.
    let twice = "户号,户主,身份证号,楼栋,户型,顺位\nH1,张小明,护照E12345678,A,T1,1\nH2,李红,E12345678,A,T1,1\n";
    let refusal = Office::new(twice, UNITS).refusal(Lang::Zh);
    assert!(refusal.faults.iter().any(|fault| fault.contains("证件号与第 2 行")), "{refusal:?}");
}
