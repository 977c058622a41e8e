//! `draw.toml` as clerks save it: encodings, Chinese punctuation, slips.

use super::{CONFIG, Office, ROLL, UNITS};
use floorlot::rules::Lang;

/// An office with these bytes as its settings.
fn with(name: &str, bytes: impl AsRef<[u8]>) -> Office {
    let mut office = Office::new(ROLL, UNITS);
    office.args.config = office.folder.path().join(name);
    std::fs::write(&office.args.config, bytes).unwrap();
    office
}

fn changed(from: &str, to: &str) -> Office {
    assert!(CONFIG.contains(from), "{from}");
    with("draw.toml", CONFIG.replacen(from, to, 1))
}

#[test]
fn the_encodings_of_offices_are_read_and_said() {
    let plan = Office::new(ROLL, UNITS).plan();
    let gbk = encoding_rs::GB18030.encode(CONFIG).0.into_owned();
    let units: Vec<u16> = CONFIG.encode_utf16().collect();
    let little: Vec<u8> = [0xFF, 0xFE].into_iter().chain(units.iter().flat_map(|u| u.to_le_bytes())).collect();
    let big: Vec<u8> = [0xFE, 0xFF].into_iter().chain(units.iter().flat_map(|u| u.to_be_bytes())).collect();
    for (bytes, name) in [(gbk, "GB18030"), (little, "UTF-16"), (big, "UTF-16 (big-endian)")] {
        let office = with("draw.toml", bytes);
        let told = office.told(Lang::Zh);
        assert!(told.contains(&format!("设置：draw.toml（文件编码为 {name}）\n")), "{told}");
        assert_eq!(std::fs::read_to_string(&office.args.out).unwrap(), plan);
    }
    assert_eq!(with("draw.toml", format!("\u{FEFF}{CONFIG}")).plan(), plan);
    let json = serde_json::to_string(&CONFIG.parse::<toml::Table>().unwrap()).unwrap();
    assert_eq!(with("draw.json", encoding_rs::GB18030.encode(&json).0).plan(), plan);
    with("draw.toml", [0xFF, 0xFF, 0x00])
        .fails(Lang::Zh, &["draw.toml：发现 不是文字的字节；应为 UTF-8、UTF-16 或 GB18030 编码的文字；请在记事本中另存为 UTF-8"]);
}

#[test]
fn chinese_punctuation_is_told_by_line_and_all_at_once() {
    let config = CONFIG
        .replace("title = \"Test\"", "title = “Test”")
        .replace("id = \"residents\"", "id ＝ \"residents\"")
        .replace("title = \"居民代表\"", "title = \"居民代表”")
        .replace("{ id = \"r1\", name", "{ id = \"r1\"， name")
        .replace("rule = \"lot\"", "rule：\"lot\" # 这里“可以”写，");
    with("draw.toml", &config).fails(
        Lang::Zh,
        &[
            "draw.toml，第 2 行：发现 引号 “（U+201C）；应为 英文引号 \"；请用英文引号 \"…\"",
            "draw.toml，第 6 行：发现 全角或中文符号 ＝（U+FF1D）；应为 半角的 `=`；请切换到英文输入法重新输入",
            "draw.toml，第 7 行：发现 引号 ”（U+201D）；应为 英文引号 \"；请用英文引号 \"…\"",
            "draw.toml，第 9 行：发现 全角或中文符号 ，（U+FF0C）；应为 半角的 `,`；请切换到英文输入法重新输入",
            "draw.toml，第 17 行：发现 全角或中文符号 ：（U+FF1A）；应为 半角的 `:`；请切换到英文输入法重新输入",
        ],
    );
    let said = |office: Office, lang: Lang| office.refusal(lang).faults.join("\n");
    let en = said(changed("quorum = 1", "quorum = １"), Lang::En);
    assert_eq!(en, "draw.toml:8: found `１` in full-width characters; expected `1`; type it with the English keyboard");
    let bare = said(with("draw.toml", format!("{CONFIG}[needs]\n怕高 = \"low-floor\"\n")), Lang::Zh);
    assert_eq!(bare, "draw.toml，第 19 行：发现 引号之外的 `怕高`；应为 \"怕高\"；请用英文引号把文字括起来");
    let json = said(with("draw.json", "{“title”： \"Test\"}"), Lang::En);
    assert_eq!(
        json,
        "draw.json:1: found the quotation mark “ (U+201C); expected the quotation mark \" of the English keyboard; \
         type the quotation marks with the English keyboard: \"…\""
    );
    // Inside of texts and remarks all of it may stand.
    changed("title = \"Test\"", "title = \"“七号楼”，选层：第一次\" # “是”").plan();
    let two_lines = changed("title = \"Test\"", "title = '''“七号楼”，\n选层'''").refusal(Lang::Zh).faults.join("\n");
    assert!(two_lines.contains("U+000A") && two_lines.ends_with("[P3]"), "{two_lines}"); // a title has one line, but that is another fault
}

#[test]
fn the_readers_errors_are_chinese_in_chinese() {
    let example = "应为 与示例相同的 origin、title、mode、[[bench]]、[[source]]、[pool]";
    let keys = "origin、title、mode、attempt、prior、bench、source、pool、pools、needs、round、reason";
    let unknown = format!("第 4 行：发现 没有 mod 这个键；可用的有 {keys}（`mod = \"rehearsal\"`）");
    let cases = [
        ("mode = \"rehearsal\"", "mode = rehearsal", "第 4 行：发现 没有引号的文字，请用英文引号把文字括起来（`mode = rehearsal`）"),
        ("mode = \"rehearsal\"", "mode =", "第 4 行：发现 等号后面没有值（`mode =`）"),
        ("mode = \"rehearsal\"", "mode = \"演练\"", "第 4 行：发现 没有 演练 这个值；可用的有 official、rehearsal（`mode = \"演练\"`）"),
        ("mode = \"rehearsal\"", "mod = \"rehearsal\"", unknown.as_str()),
        ("title = \"Test\"", "title = \"Test", "第 2 行：发现 引号没有成对（`title = \"Test`）"),
        ("title = \"Test\"", "title = \"a\"\ntitle = \"b\"", "第 3 行：发现 同一个键写了两次（`title = \"b\"`）"),
        ("title = \"Test\"", "title = 7", "第 2 行：发现 是整数 `7`，应为带英文引号的文字（`title = 7`）"),
        ("quorum = 1", "quorum = \"1\"", "第 8 行：发现 是文字 \"1\"，应为不小于 0 的整数（`quorum = \"1\"`）"),
        ("quorum = 1", "quorum = -1", "第 8 行：发现 是整数 `-1`，应为不小于 0 的整数（`quorum = -1`）"),
        ("quorum = 1", "quorum 1", "第 8 行：发现 只有键，没有值（`quorum 1`）"),
        ("[pool]", "[pool", "第 16 行：发现 方括号没有配对（`[pool`）"),
        ("quorum = 1\n", "", "第 5 行：发现 缺少 quorum（`[[bench]]`）"),
    ];
    for (from, to, said) in cases {
        let found = changed(from, to).refusal(Lang::Zh).faults.join("\n");
        assert_eq!(found, format!("draw.toml，{said}；{example}"), "{to}");
    }
    let missing = changed("origin = \"sample.example/test\"\n", "").refusal(Lang::Zh).faults.join("\n");
    assert_eq!(missing, format!("draw.toml：发现 缺少 origin；{example}"));
    // The names of the panel are not for the screen.
    let names = changed("id = \"r1\", name", "id = 1, name").refusal(Lang::Zh).faults.join("\n");
    assert_eq!(names, format!("draw.toml，第 9 行：发现 是整数 `1`，应为带英文引号的文字；{example}"));
    for (json, said) in [
        ("{\"title\": \"a\" \"mode\": \"official\"}", "第 1 行：发现 缺少逗号或右花括号"),
        ("{\"title\": \"a\",}", "第 1 行：发现 多了一个逗号"),
        ("{\"title\": \"a\"", "第 1 行：发现 文件不完整，缺少右花括号"),
        ("{\"title\": 5}", "第 1 行：发现 是整数 `5`，应为带英文引号的文字"),
    ] {
        assert_eq!(with("draw.json", json).refusal(Lang::Zh).faults.join("\n"), format!("draw.json，{said}；{example}"));
    }
}

#[test]
fn a_file_that_is_no_settings_is_told_by_what_it_is() {
    let plan = Office::new(ROLL, UNITS).plan();
    let cases: &[(&[u8], &str, &str)] = &[
        (b"PK\x03\x04 made up", "a workbook, or another document of an office program", "表格或其他办公软件的文档"),
        (b"\xd0\xcf\x11\xe0 made up", "a workbook, or another document of an office program", "表格或其他办公软件的文档"),
        (ROLL.as_bytes(), "a table as text", "文字格式的表格（如 .csv）"),
        (plan.as_bytes(), "a plan or a transcript", "方案或抽签记录"),
    ];
    for (bytes, en, zh) in cases {
        let office = with("draw.toml", bytes);
        office.fails(
            Lang::En,
            &[&format!("draw.toml: found {en}; expected the settings of the draw, such as draw.toml; name that file with --config")],
        );
        office.fails(Lang::Zh, &[&format!("draw.toml：发现 {zh}；应为 设置文件，例如 draw.toml；请用 --config 指明它")]);
    }
    let mut office = Office::new(ROLL, UNITS);
    office.args.config = office.folder.path().to_owned();
    let folder = office.args.config.display();
    office.fails(Lang::Zh, &[&format!("{folder}：发现 文件夹；应为 设置文件，例如 draw.toml；请用 --config 指明它")]);
}
