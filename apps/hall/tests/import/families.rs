//! Families with several flats, as offices write them: a row for each flat, or one for the family.

use super::{CONFIG, Office};
use floorlot::rules::Lang;

const UNITS: &str = "房源编号,室号,所在层,楼栋,户型,特征,建筑面积
A-301,301,3,A,T1,无障碍,90
A-401,401,4,A,T1,,90
A-501,501,5,A,T1,,90
A-302,302,3,A,T2,无障碍,60
A-402,402,4,A,T2,,60
A-502,502,5,A,T2,,60
";

/// One row for each family.
const BY_FAMILY: &str = "户号,户主,身份证号,楼栋,户型,套数,面积额度,照顾需求
H1,张小明,110101199003070011,A,T1、T2,2套,160,无障碍
H2,李红,110101199003070038,A,T1、T2,两套,155.5,
H3,王芳,110101199003070054,A,T2,1,,
";

fn serve(setting: &str) -> String {
    format!("{CONFIG}[families]\n{setting}\n")
}

/// What each family line and each household line says.
fn lines(plan: &str) -> Vec<String> {
    let told = |line: &str| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| line[key].as_str().unwrap_or("-").to_owned();
        let bound = line.get("person").is_some();
        match text("kind").as_str() {
            "family" => {
                let budget = line["budget"].as_u64();
                Some(format!("family {} {} {budget:?} bound={bound}", text("id"), text("name")))
            }
            "household" => Some(format!(
                "{} {} {} family={} group={} needs={} bound={bound}",
                text("id"),
                text("pool"),
                line["tier"],
                text("family"),
                text("group"),
                line["needs"][0].as_str().unwrap_or_default()
            )),
            _ => None,
        }
    };
    plan.lines().filter_map(told).collect()
}

#[test]
fn a_row_for_a_family_becomes_as_many_claims_and_second_flats_come_after_all_first() {
    let office = Office::new(BY_FAMILY, UNITS).config(&serve("serve = \"rounds\""));
    assert_eq!(
        lines(&office.plan()),
        [
            "family H1 张*明 Some(16000) bound=true",
            "family H2 李* Some(15550) bound=true",
            "H1-1 A-T1 1 family=H1 group=- needs=step-free bound=false",
            "H2-1 A-T1 1 family=H2 group=- needs= bound=false",
            "H1-2 A-T2 2 family=H1 group=- needs= bound=false",
            "H2-2 A-T2 2 family=H2 group=- needs= bound=false",
            "H3 A-T2 1 family=- group=- needs= bound=true",
        ]
    );
    let openings = std::fs::read_to_string(office.args.out.with_extension("openings.csv")).unwrap();
    let of: Vec<&str> = openings.lines().skip(1).filter_map(|row| row.split(',').next()).collect();
    assert_eq!(of, ["H1", "H2", "H3"]);
}

#[test]
fn what_an_import_tells_of_families() {
    let office = || {
        let office = Office::new(BY_FAMILY, UNITS);
        office.config(&serve("serve = \"rounds\""))
    };
    let told = office().told(Lang::En);
    for line in [
        "  F 套数 -> number of flats\n",
        "  G 面积额度 -> area budget\n",
        "  flat 1 of a family: tier 1\n  flat 2 of a family: tier 2\n",
        "  needs of a family hold for its first flat alone: 1 family (for all: needs = \"all\" in [families])\n",
        "to read aloud: 5 households and claims, 6 units, 2 pools\n  2 families with 4 claims: 2 with 2 flats; households without a family: 1\n  area budgets: 2 of 2 families, 315.50 m² in all\n  tier 1: 3 claims\n  tier 2: 2 claims\n",
        "  commitments to persons made: 3\n",
        "  2    H1-2  张*明  H1      A-T2  2",
    ] {
        assert!(told.contains(line), "{line}\nis not in\n{told}");
    }
    let told = office().told(Lang::Zh);
    for line in [
        "  F 套数 -> 套数\n",
        "  G 面积额度 -> 面积额度\n",
        "  家庭的第 1 套：第 1 顺位\n  家庭的第 2 套：第 2 顺位\n",
        "  照顾需求只用于家庭的首套：1 户（如每套都要满足，请在 [families] 中写 needs = \"all\"）\n",
        "请当众宣读：住户与名额共 5 个，房源 6 套，批次 2 个\n  家庭 2 户，共 4 个名额：2 套的 2 户；另有单套住户 1 户\n  面积额度：2 户家庭中的 2 户，合计 315.50 ㎡\n  第 1 顺位：3 个名额\n",
    ] {
        assert!(told.contains(line), "{line}\nis not in\n{told}");
    }
}

#[test]
fn with_needs_for_all_every_flat_has_them_and_a_budget_that_cannot_hold_them_is_told_in_m2() {
    let config = serve("serve = \"rounds\"\nneeds = \"all\"");
    let office = Office::new(BY_FAMILY, UNITS).config(&config);
    assert!(
        lines(&office.plan())
            .iter()
            .any(|line| line.starts_with("H1-2") && line.contains("step-free"))
    );
    let small = BY_FAMILY.replace("160", "149.99");
    let refusal = Office::new(&small, UNITS).config(&config).refusal(Lang::Zh);
    assert_eq!(
        refusal.faults,
        [
            "roll.csv，第 2 行，G 列（面积额度）：发现 家庭 H1 张*明 的面积额度 149.99 ㎡；应为 至少 150.00 ㎡：H1-1、H1-2 按照顾需求可选的最大房源 [P15]；请提高额度，或取消其中一套的照顾需求"
        ]
    );
}

const BY_CLAIM: &str = "户号,家庭编号,户主,身份证号,楼栋,户型,签约顺位,结伴组,可购面积
C1,F1,张小明,110101199003070011,A,T1,1,,200
C2,F1,张小明,110101199003070011,A,T1,1,,
C3,F1,,,A,T2,1,,200
C4,F2,李红,110101199003070038,A,T1,2,,
C5,,王芳,110101199003070054,A,T2,2,,
";

#[test]
fn claims_of_their_own_rows_are_one_person_and_served_together_where_they_draw_together() {
    let office = Office::new(BY_CLAIM, UNITS).config(&serve("serve = \"together\""));
    assert_eq!(
        lines(&office.plan()),
        [
            "family F1 张*明 Some(20000) bound=true",
            "C1 A-T1 1 family=F1 group=F1 needs= bound=false",
            "C2 A-T1 1 family=F1 group=F1 needs= bound=false",
            // A family of one flat without a budget is a household.
            "C4 A-T1 2 family=- group=- needs= bound=true",
            "C3 A-T2 1 family=F1 group=- needs= bound=false",
            "C5 A-T2 2 family=- group=- needs= bound=true",
        ]
    );
    let office = Office::new(BY_CLAIM, UNITS).config(&serve("serve = \"rounds\""));
    let tiers: Vec<String> =
        lines(&office.plan()).into_iter().skip(1).map(|l| l.chars().take(9).collect()).collect();
    // C2 is the second flat and C3 the third: behind both tiers of the first.
    assert_eq!(tiers, ["C1 A-T1 1", "C2 A-T1 3", "C4 A-T1 2", "C3 A-T2 4", "C5 A-T2 2"]);
    let office =
        Office::new(BY_CLAIM, UNITS).config(&serve("serve = \"rounds\"\nrounds_as_tiers = false"));
    assert!(
        lines(&office.plan()).contains(&"C3 A-T2 1 family=F1 group=- needs= bound=false".into())
    );
}

#[test]
fn rows_with_the_number_of_the_flat_need_no_code_of_their_own() {
    let roll = "家庭编号,第几套,户主,楼栋,户型\nH1,首套,张小明,A,T1\nH1,第二套,张小明,A,T2\nH2,1,李红,A,T1\n";
    let office = Office::new(roll, UNITS).config(&serve("serve = \"rounds\""));
    let plan = lines(&office.plan());
    assert_eq!(plan[0], "family H1 张*明 None bound=false");
    assert!(
        plan.contains(&"H1-2 A-T2 2 family=H1 group=- needs= bound=false".to_owned()),
        "{plan:?}"
    );
    assert!(plan.contains(&"H2 A-T1 1 family=- group=- needs= bound=false".to_owned()), "{plan:?}");
}

#[test]
fn codes_of_heads_and_names_of_families_become_ids() {
    let roll =
        "户号,户主编号,户主,楼栋,户型\nH1,H1,张小明,A,T1\nH2,H1,张小明,A,T1\nH3,,李红,A,T2\n";
    let office = Office::new(roll, UNITS).config(&serve("serve = \"together\""));
    assert_eq!(lines(&office.plan())[0], "family F-H1 张*明 None bound=false");
    let named = roll.replace("H1,H1,", "H1,张家,").replace("H2,H1,", "H2,张家,");
    let office = Office::new(&named, UNITS).map("roll:户主编号=family");
    let office = office.config(&serve("serve = \"together\""));
    let told = office.told(Lang::Zh);
    assert!(told.contains("  家庭已编号：F001 至 F001\n"), "{told}");
    let plan = std::fs::read_to_string(&office.args.out).unwrap();
    assert!(plan.contains("\"F001\"") && !plan.contains("张家"), "{plan}");
}

#[test]
fn how_families_are_served_is_for_the_office_to_say() {
    Office::new(BY_FAMILY, UNITS).fails(
        Lang::Zh,
        &["draw.toml, [families] serve：发现 没有，而有 2 户家庭有两套及以上；应为 serve = \"rounds\"（所有家庭选完首套再选第二套）或 serve = \"together\"（一个家庭一次选完各套）；请在 draw.toml 中写 [families]，下一行写其中之一"],
    );
    let wrong = serve("serve = \"round\"");
    let refusal = Office::new(BY_FAMILY, UNITS).config(&wrong).refusal(Lang::Zh);
    assert!(refusal.faults[0].contains("rounds、together 之一"), "{:?}", refusal.faults);
    let idle = serve("serve = \"rounds\"");
    let roll = "户号,户主,楼栋,户型\nH1,张小明,A,T1\nH2,李红,A,T2\n";
    let refusal = Office::new(roll, UNITS).config(&idle).refusal(Lang::En);
    assert_eq!(refusal.faults.len(), 1, "{:?}", refusal.faults);
    assert!(refusal.faults[0].contains("found [families]; expected a column of families"));
    let refusal = Office::new(BY_FAMILY, UNITS)
        .config(&serve("serve = \"together\"\nrounds_as_tiers = true"))
        .refusal(Lang::En);
    assert!(refusal.faults[0].contains("rounds_as_tiers without serve = \"rounds\""));
}

#[test]
fn rows_of_a_family_that_disagree_are_told() {
    let roll = BY_CLAIM
        .replace("C2,F1,张小明,110101199003070011", "C2,F1,张晓明,110101199003070070")
        .replace("C3,F1,,,A,T2,1,,200", "C3,F1,,,A,T2,1,,180");
    let refusal = Office::new(&roll, UNITS).config(&serve("serve = \"rounds\"")).refusal(Lang::En);
    let starts = [
        "roll.csv, row 3, column C (户主): found another name than in row 2 of the family `F1`; expected the same in all rows of a family",
        "roll.csv, row 3, column D (身份证号): found another document number than in row 2",
        "roll.csv, row 4, column I (可购面积): found 180.00 m², unlike row 2 of the family `F1`",
    ];
    assert_eq!(refusal.faults.len(), 3, "{:?}", refusal.faults);
    for (fault, start) in refusal.faults.iter().zip(starts) {
        assert!(fault.starts_with(start), "{fault}");
    }
    // One number in two families is a person twice, as ever.
    let roll = BY_CLAIM.replace("110101199003070038", "110101199003070011");
    let refusal = Office::new(&roll, UNITS).config(&serve("serve = \"rounds\"")).refusal(Lang::En);
    assert!(refusal.faults[0].contains("the document number of row 2"), "{:?}", refusal.faults);
}

#[test]
fn a_budget_needs_the_area_of_every_flat_and_may_stand_in_a_column_of_any_name() {
    let units = UNITS.replace("A-402,402,4,A,T2,,60", "A-402,402,4,A,T2,,");
    let refusal =
        Office::new(BY_FAMILY, &units).config(&serve("serve = \"rounds\"")).refusal(Lang::En);
    assert_eq!(
        refusal.faults,
        [
            "units.csv, row 6, column G (建筑面积): found no area for 1 unit of A T2 (row 6); expected an area of each unit, because families with an area budget choose among them [P15]; fill in the areas, or take the column of budgets out with --map 'roll:HEAD=skip'"
        ]
    );
    let roll = BY_FAMILY.replace("面积额度", "应安置面积");
    let named = serve("serve = \"rounds\"\nbudget = \"应安置面积\"");
    let office = Office::new(&roll, UNITS).config(&named);
    assert!(lines(&office.plan())[0].contains("Some(16000)"));
    // Unless the settings say so, it is a column like others.
    let office = Office::new(&roll, &units).config(&serve("serve = \"rounds\""));
    assert!(lines(&office.plan())[0].contains("None"));
    let refusal = Office::new(BY_FAMILY, UNITS).config(&named).refusal(Lang::Zh);
    assert!(
        refusal.faults[0]
            .starts_with("draw.toml, [families] budget：发现 `应安置面积`；应为 住户表的表头之一")
    );
}

#[test]
fn families_that_live_side_by_side_are_a_group_for_each_of_their_flats() {
    let roll = "户号,户主,楼栋,户型,套数,结伴组\nH1,张小明,A,T1、T2,2,J1\nH2,李红,A,T1、T2,2,J1\n";
    for serve_as in ["rounds", "together"] {
        let office = Office::new(roll, UNITS).config(&serve(&format!("serve = \"{serve_as}\"")));
        let groups: Vec<String> = lines(&office.plan())
            .iter()
            .skip(2)
            .map(|line| {
                let words: Vec<&str> = line.split(' ').collect();
                format!("{} {}", words[0], words[4])
            })
            .collect();
        let expected = ["H1-1 group=J1", "H2-1 group=J1", "H1-2 group=J1.2", "H2-2 group=J1.2"];
        assert_eq!(groups, expected, "{serve_as}");
    }
}

#[test]
fn a_workbook_with_families_is_read_like_a_table_of_text() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = |book: &mut rust_xlsxwriter::Workbook, name: &str, text: &str| {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        for (row, line) in (0..).zip(text.lines()) {
            for (column, cell) in (0..).zip(line.split(',')) {
                match cell.parse::<f64>().ok().filter(|_| row > 0 && cell.len() < 9) {
                    Some(number) => sheet.write_number(row, column, number).unwrap(),
                    None => sheet.write_string(row, column, cell).unwrap(),
                };
            }
        }
    };
    sheet(&mut book, "住户", BY_FAMILY);
    sheet(&mut book, "房源", UNITS);
    let office = Office::workbook(book).config(&serve("serve = \"rounds\""));
    let csv = Office::new(BY_FAMILY, UNITS).config(&serve("serve = \"rounds\""));
    assert_eq!(lines(&office.plan()), lines(&csv.plan()));
}

#[test]
fn each_flat_may_have_a_column_for_its_type() {
    let roll = "户号,户主,楼栋,首套户型,二套户型,三套户型\nH1,张小明,A,T1,T2,\nH2,李红,A,T2,,\nH3,王芳,A,T1,T1,T2\n";
    let office = Office::new(roll, UNITS).config(&serve("serve = \"rounds\""));
    let claims: Vec<String> = lines(&office.plan())
        .iter()
        .filter(|line| !line.starts_with("family"))
        .map(|line| line.split(' ').take(3).collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(
        claims,
        ["H1-1 A-T1 1", "H3-1 A-T1 1", "H3-2 A-T1 2", "H1-2 A-T2 2", "H2 A-T2 1", "H3-3 A-T2 3"]
    );
    // The number of flats counts, and a type that lacks is told.
    let more = roll
        .replace("三套户型", "三套户型,套数")
        .replace("T2,\n", "T2,,3\n")
        .replace("T2,,\n", "T2,,,1\n")
        .replace("T1,T2\n", "T1,T2,3\n");
    let refusal = Office::new(&more, UNITS).config(&serve("serve = \"rounds\"")).refusal(Lang::Zh);
    assert_eq!(
        refusal.faults,
        ["roll.csv，第 2 行，F 列（三套户型）：发现 空白；应为 三套户型；请填写，或清空整行"]
    );
}
