//! Documents of the settings, and flats that exist and are not drawn.

use super::{CONFIG, Office};
use floorlot::rules::Lang;

const ROLL: &str = "户号,户主,楼栋,户型\nH1,张小明,A,T1\n";
/// SHA-256 of `abc`.
const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

/// The lines of the plan of these kinds.
fn lines(plan: &str, kinds: &[&str]) -> Vec<String> {
    let of = |line: &&str| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        kinds.contains(&line["kind"].as_str().unwrap())
    };
    plan.lines().filter(of).map(str::to_owned).collect()
}

fn office(documents: &str) -> Office {
    let units = "房源编号,室号,所在层,楼栋,户型\nA-301,301,3,A,T1\n";
    let office = Office::new(ROLL, units).config(&format!("{CONFIG}{documents}"));
    std::fs::create_dir(office.folder.path().join("files")).unwrap();
    std::fs::write(office.folder.path().join("files/method.pdf"), "abc").unwrap();
    office
}

#[test]
fn documents_are_hashed_where_they_lie_beside_the_settings() {
    let office = office(&format!(
        "[[documents]]\nwhat = \"method\"\ntitle = \"选房办法\"\nfile = \"files/method.pdf\"\nsha256 = \"{ABC}\"\n\
         [[documents]]\nwhat = \"resolution\"\ntitle = \"决议\"\nname = \"决议.pdf\"\nsha256 = \"{}\"\n\
         [[documents]]\nwhat = \"program\"\ntitle = \"程序\"\nfile = \"self\"\nname = \"draw_session\"\n",
        "ab".repeat(32)
    ));
    let plan = office.plan();
    let own = floorlot_verify::common::digest::sha256(&std::env::current_exe().unwrap()).unwrap();
    assert_eq!(
        lines(&plan, &["document"]),
        [
            format!(
                "{{\"kind\":\"document\",\"what\":\"method\",\"name\":\"method.pdf\",\"title\":\"选房办法\",\"sha256\":\"{ABC}\"}}"
            ),
            format!(
                "{{\"kind\":\"document\",\"what\":\"resolution\",\"name\":\"决议.pdf\",\"title\":\"决议\",\"sha256\":\"{}\"}}",
                "ab".repeat(32)
            ),
            format!(
                "{{\"kind\":\"document\",\"what\":\"program\",\"name\":\"draw_session\",\"title\":\"程序\",\"sha256\":\"{own}\"}}"
            ),
        ]
    );
}

#[test]
fn what_an_import_tells_of_documents() {
    let told = office(
        "[[documents]]\nwhat = \"method\"\ntitle = \"选房办法\"\nfile = \"files/method.pdf\"\n",
    )
    .told(Lang::Zh);
    assert!(told.contains(&format!("文件 选房办法（method.pdf）：SHA-256 {ABC}\n")), "{told}");
    let given = format!(
        "[[documents]]\nwhat = \"roll\"\ntitle = \"roll\"\nname = \"roll.pdf\"\nsha256 = \"{ABC}\"\n"
    );
    let told = office(&given).told(Lang::En);
    assert!(told.contains(&format!("SHA-256 {ABC}, file not compared\n")), "{told}");
}

#[test]
fn all_documents_that_cannot_be_taken_are_told_at_once() {
    let documents = format!(
        "[[documents]]\nwhat = \"method\"\ntitle = \"甲\"\nfile = \"files/none.pdf\"\n\
         [[documents]]\nwhat = \"other\"\ntitle = \"乙\"\n\
         [[documents]]\nwhat = \"other\"\ntitle = \"丙\"\nfile = \"files/method.pdf\"\nsha256 = \"{}\"\n\
         [[documents]]\nwhat = \"other\"\ntitle = \"丁\"\nfile = \"files\"\n\
         [[documents]]\nwhat = \"other\"\ntitle = \"戊\"\nsha256 = \"{ABC}\"\n",
        "ab".repeat(32)
    );
    let faults = office(&documents).refusal(Lang::Zh).faults;
    let found = |number: usize, text: &str| {
        let fault = &faults[number];
        assert!(
            fault.starts_with(&format!("draw.toml，[[documents]] 第 {} 份", number + 1)),
            "{fault}"
        );
        assert!(fault.contains(text), "{fault}");
    };
    assert_eq!(faults.len(), 5, "{faults:?}");
    found(0, "file = “files/none.pdf”");
    found(1, "没有 file，也没有 sha256");
    found(2, &format!("文件的 SHA-256 为 {ABC}"));
    found(3, "file = “files”");
    found(4, "没有 file，也没有 name");
    let twice =
        "[[documents]]\nwhat = \"other\"\ntitle = \"a\"\nfile = \"files/method.pdf\"\n".repeat(2);
    let faults = office(&twice).refusal(Lang::En).faults;
    assert!(faults.len() == 1 && faults[0].contains("[P14]"), "{faults:?}");
}

/// A pipe is never opened, which could wait for ever; 64 zeros are no hash, and other capitals no
/// other name.
#[test]
#[cfg(unix)]
fn what_is_no_file_no_hash_or_no_other_name_is_refused() {
    let pipe = office("[[documents]]\nwhat = \"other\"\ntitle = \"甲\"\nfile = \"pipe\"\n");
    let made = std::process::Command::new("mkfifo").arg(pipe.folder.path().join("pipe")).status();
    assert!(made.unwrap().success());
    let faults = pipe.refusal(Lang::Zh).faults;
    assert!(faults.len() == 1 && faults[0].contains("file = “pipe”"), "{faults:?}");
    let given = |name: &str, sha256: &str| {
        format!(
            "[[documents]]\nwhat = \"other\"\ntitle = \"甲\"\nname = \"{name}\"\nsha256 = \"{sha256}\"\n"
        )
    };
    let faults = office(&given("a.pdf", &"0".repeat(64))).refusal(Lang::Zh).faults;
    assert!(faults.len() == 1 && faults[0].contains("[P14]"), "{faults:?}");
    let faults = office(&(given("a.pdf", ABC) + &given("A.PDF", ABC))).refusal(Lang::Zh).faults;
    assert!(faults.len() == 1 && faults[0].contains("[P14]"), "{faults:?}");
}

const UNITS: &str = "房源编号,室号,所在层,楼栋,户型,建筑面积,不参加抽签
A-301,301,3,A,T1,90,
A-401,401,4,A,T1,90,无
A-501,501,5,A,T1,90.5,周转用房
B-101,101,1,B,T9,,物业用房
A-601,601,6,A,T1,90,周转用房
";

#[test]
fn a_row_with_a_reason_is_a_flat_that_is_not_drawn() {
    let office = Office::new(ROLL, UNITS);
    let plan = office.plan();
    assert_eq!(
        lines(&plan, &["excluded"]),
        [
            "{\"kind\":\"excluded\",\"id\":\"A-501\",\"building\":\"A\",\"label\":\"501\",\"storey\":5,\"area\":9050,\"reason\":\"周转用房\"}",
            "{\"kind\":\"excluded\",\"id\":\"B-101\",\"building\":\"B\",\"label\":\"101\",\"storey\":1,\"reason\":\"物业用房\"}",
            "{\"kind\":\"excluded\",\"id\":\"A-601\",\"building\":\"A\",\"label\":\"601\",\"storey\":6,\"area\":9000,\"reason\":\"周转用房\"}",
        ]
    );
    assert_eq!(lines(&plan, &["unit"]).len(), 2);
    assert_eq!(lines(&plan, &["pool"]).len(), 1, "B makes no pool");
}

#[test]
fn an_import_tells_the_flats_that_are_not_drawn_by_their_reason() {
    let told = Office::new(ROLL, UNITS).told(Lang::Zh);
    for line in [
        "  不参加抽签，周转用房：2 套（A 501、A 601）\n",
        "  不参加抽签，物业用房：1 套（B 101）\n",
    ] {
        assert!(told.contains(line), "{line}\nis not in\n{told}");
    }
    let told = Office::new(ROLL, UNITS).told(Lang::En);
    assert!(told.contains("  not drawn, 周转用房: 2 (A 501, A 601)\n"), "{told}");
}

#[test]
fn a_tick_is_no_reason_and_a_flat_without_label_or_twice_is_a_fault() {
    let units = UNITS.replace("物业用房", "是").replace("A-601,601,", "A-601,,");
    let faults = Office::new(ROLL, units).refusal(Lang::Zh).faults;
    assert_eq!(
        faults,
        [
            "units.csv，第 5 行，G 列（不参加抽签）：发现 `是`；应为 写明原因；请写明该房不参加抽签的原因（将公示）；如参加，请清空此格",
            "units.csv，第 6 行，B 列（室号）：发现 空白；应为 房号；请填写：不参加抽签的房源也要公示",
        ]
    );
    // The flat of a row that is not drawn stands in another one that is.
    let units = UNITS.replace("A-601,601,6", "A-601,401,4");
    let faults = Office::new(ROLL, units).refusal(Lang::En).faults;
    assert!(faults.len() == 1 && faults[0].contains("each flat once"), "{faults:?}");
    let units = UNITS.replace("A-601,601", "a-301,601");
    let faults = Office::new(ROLL, units).refusal(Lang::En).faults;
    assert!(
        faults.len() == 1 && faults[0].contains("row 6") && faults[0].contains("[P2]"),
        "{faults:?}"
    );
}
