//! `draw.toml` as clerks save it: encodings, Chinese punctuation, slips.

use super::{CONFIG, Office, ROLL, UNITS};
use floorlot::rules::Lang;

/// An office with these bytes as its settings.
fn with(name: &str, bytes: impl AsRef<[u8]>) -> Office {
    let mut office = Office::new(ROLL, UNITS);
    office.args.config = Some(office.folder.path().join(name));
    std::fs::write(office.settings(), bytes).unwrap();
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
    let little: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(units.iter().flat_map(|u| u.to_le_bytes())).collect();
    let big: Vec<u8> =
        [0xFE, 0xFF].into_iter().chain(units.iter().flat_map(|u| u.to_be_bytes())).collect();
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
        .fails(Lang::Zh, &["draw.toml：发现 不是文字的内容；应为 UTF-8、UTF-16 或 GB18030 编码的文字；请在记事本中另存为 UTF-8"]);
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
            "draw.toml，第 2 行：发现 引号 “（U+201C）；应为 英文引号 \"；请写成：title = \"Test\"",
            "draw.toml，第 6 行：发现 全角或中文符号 ＝（U+FF1D）；应为 半角的 `=`；请写成：id = \"residents\"",
            "draw.toml，第 7 行：发现 引号 ”（U+201D）；应为 英文引号 \"；请写成：title = \"居民代表\"",
            "draw.toml，第 9 行：发现 全角或中文符号 ，（U+FF0C）；应为 半角的 `,`；请切换到英文输入法重新输入",
            "draw.toml，第 17 行：发现 键后面的冒号；应为 键后面的 `=`；请写成：rule = \"lot\" # 这里“可以”写，",
        ],
    );
    let said = |office: Office, lang: Lang| office.refusal(lang).faults.join("\n");
    let en = said(changed("quorum = 1", "quorum = １"), Lang::En);
    assert_eq!(
        en,
        "draw.toml:8: found `１`; expected a whole number in the digits 0 to 9, without quotation marks; write: quorum = 1"
    );
    let bare =
        said(with("draw.toml", format!("{CONFIG}[needs]\n怕高 = \"low-floor\"\n")), Lang::Zh);
    assert_eq!(
        bare,
        "draw.toml，第 19 行：发现 引号之外的 `怕高`；应为 \"怕高\"；请写成：\"怕高\" = \"low-floor\""
    );
    let json = said(with("draw.json", "{“title”： \"Test\"}"), Lang::En);
    assert_eq!(
        json,
        "draw.json:1: found the quotation mark “ (U+201C); expected the quotation mark \" of the English keyboard; \
         type the quotation marks with the English keyboard: \"…\""
    );
    // Inside of texts and remarks all of it may stand.
    changed("title = \"Test\"", "title = \"“七号楼”，选层：第一次\" # “是”").plan();
    let two_lines = changed("title = \"Test\"", "title = '''“七号楼”，\n选层'''")
        .refusal(Lang::Zh)
        .faults
        .join("\n");
    // a title has one line, but that is another fault
    assert!(two_lines.contains("U+000A") && two_lines.ends_with("[P3]"), "{two_lines}");
}

/// What a fault says to write.
fn advised(office: &Office, lang: Lang) -> (usize, String) {
    let faults = office.refusal(lang).faults;
    let [fault] = faults.as_slice() else { panic!("{faults:?}") };
    assert!(!fault.contains("示例") && !fault.contains("as in the example"), "{fault}");
    let (line, write) =
        if lang == Lang::Zh { ("，第 ", "；请写成：") } else { ("draw.toml:", "; write: ") };
    let number =
        fault.split_once(line).unwrap().1.split([' ', ':']).next().unwrap().parse().unwrap();
    (number, fault.rsplit_once(write).unwrap_or_else(|| panic!("{fault}")).1.to_owned())
}

#[test]
fn advice_that_is_followed_helps() {
    let cases = [
        ("mode = \"rehearsal\"", "mode：\"rehearsal\""),
        ("mode = \"rehearsal\"", "mode：“rehearsal”"),
        ("mode = \"rehearsal\"", "mode: \"rehearsal\""),
        ("mode = \"rehearsal\"", "mode:rehearsal"),
        ("mode = \"rehearsal\"", "mode = ″rehearsal″"),
        ("mode = \"rehearsal\"", "mode = 〝rehearsal〞"),
        ("mode = \"rehearsal\"", "mode = 『rehearsal』"),
        ("mode = \"rehearsal\"", "mode = ‘rehearsal’"),
        ("mode = \"rehearsal\"", "mode = rehearsal # 演练"),
        ("quorum = 1", "quorum = 一"),
        ("quorum = 1", "quorum：“1”"),
        ("quorum = 1", "quorum = \"１\""),
        ("quorum = 1", "quorum = 1人"),
        ("quorum = 1", "quorum = 1\"人\""),
        ("rule = \"lot\"", "rule = \"lot\"\nseconds = 3分钟"),
        ("rule = \"lot\"", "rule = \"lot\"\nseconds = \"180秒\" // 三分钟"),
        ("[pool]", "[[source]]\ndevice = \"dice\"\ncount = 二十\nrange = 10\n[pool]"),
        ("[pool]", "[[source]]\ndevice = \"dice\"\ncount = 20\nrange = \"十\"\n[pool]"),
        ("[pool]", "// 所有批次\n[pool]"),
        ("[pool]", "// all pools\n[pool]"),
        ("[pool]", "；所有批次\n[pool]"),
        ("[pool]", "＃所有批次\n[pool]"),
        ("[pool]", "【pool】"),
        ("[pool]", "[pool"),
        ("title = \"Test\"", "title = \"演练：\"7号楼\"选层\""),
        ("title = \"Test\"", "title = \"the \"best\" flats\" # a remark"),
        ("title = \"Test\"", "title = \"Test"),
        ("title = \"Test\"", "title = \"C:\\用户\""),
    ];
    for (from, to) in cases {
        for lang in [Lang::Zh, Lang::En] {
            let office = changed(from, to);
            let (number, line) = advised(&office, lang);
            let wrong = std::fs::read_to_string(office.settings()).unwrap();
            let right: Vec<&str> = wrong
                .lines()
                .enumerate()
                .map(|(n, old)| if n + 1 == number { line.as_str() } else { old })
                .collect();
            assert_ne!(wrong.trim_end(), right.join("\n"), "{to}");
            std::fs::write(office.settings(), right.join("\n")).unwrap();
            office.plan();
        }
    }
    let minutes = changed("rule = \"lot\"", "rule = \"lot\"\nseconds = 3分钟");
    assert_eq!(advised(&minutes, Lang::Zh).1, "seconds = 180");
    // Lines that end in a carriage return alone, as some editors write them.
    with("draw.toml", CONFIG.replace('\n', "\r")).plan();
}

#[test]
fn the_readers_errors_are_chinese_in_chinese() {
    let keys = "origin、title、mode、attempt、prior、log、bench、source、pool、pools、needs、tiers、families、office、documents、round、reason";
    let form = "应为 `键 = \"文字\"` 或 `键 = 20` 的写法";
    let unquoted = format!(
        "没有引号的文字，请用英文引号把文字括起来（`mode = rehearsal`）；{form}；请写成：mode = \"rehearsal\""
    );
    let unknown = format!("没有 mod 这个键（`mod = \"rehearsal\"`）；应为 {keys} 之一");
    let no_value = format!("等号后面没有值（`mode =`）；{form}");
    let number = "应为 阿拉伯数字的整数，不加引号";
    let (text, negative) = (
        format!("是文字 \"1\"（`quorum = \"1\"`）；{number}；请写成：quorum = 1"),
        format!("是整数 `-1`（`quorum = -1`）；{number}"),
    );
    let cases = [
        ("mode = \"rehearsal\"", "mode = rehearsal", 4, unquoted.as_str()),
        ("mode = \"rehearsal\"", "mode =", 4, &no_value),
        (
            "mode = \"rehearsal\"",
            "mode = \"演练\"",
            4,
            "没有 演练 这个值（`mode = \"演练\"`）；应为 official、rehearsal 之一",
        ),
        ("mode = \"rehearsal\"", "mod = \"rehearsal\"", 4, &unknown),
        (
            "title = \"Test\"",
            "title = \"Test",
            2,
            "引号没有成对（`title = \"Test`）；应为 文字两端各有一个引号；请写成：title = \"Test\"",
        ),
        (
            "title = \"Test\"",
            "title = \"a\"\ntitle = \"b\"",
            3,
            "同一个键写了两次（`title = \"b\"`）；应为 每个键只写一次；请删去其中一行",
        ),
        (
            "title = \"Test\"",
            "title = 7",
            2,
            "是整数 `7`（`title = 7`）；应为 带英文引号的文字；请写成：title = \"7\"",
        ),
        ("quorum = 1", "quorum = \"1\"", 8, &text),
        ("quorum = 1", "quorum = -1", 8, &negative),
        ("[pool]", "[pool", 16, "方括号没有配对（`[pool`）；应为 括号成对；请写成：[pool]"),
        ("quorum = 1\n", "", 5, "缺少 quorum（`[[bench]]`）；应为 在这一段中写上 quorum"),
    ];
    for (from, to, line, said) in cases {
        let found = changed(from, to).refusal(Lang::Zh).faults.join("\n");
        assert_eq!(found, format!("draw.toml，第 {line} 行：发现 {said}"), "{to}");
    }
    let missing =
        changed("origin = \"sample.example/test\"\n", "").refusal(Lang::Zh).faults.join("\n");
    assert_eq!(
        missing,
        "draw.toml：发现 缺少 origin；应为 与示例相同的 origin、title、mode、[[bench]]、[[source]]、[pool]"
    );
    // The names of the panel are not for the screen.
    let names = changed("id = \"r1\", name", "id = 1, name").refusal(Lang::Zh).faults.join("\n");
    assert_eq!(names, "draw.toml，第 9 行：发现 是整数 `1`；应为 带英文引号的文字");
    for (json, said) in [
        (
            "{\"title\": \"a\" \"mode\": \"official\"}",
            "缺少逗号或右花括号；应为 两项之间的逗号；请在它与前一项之间加上逗号",
        ),
        ("{\"title\": \"a\",}", "多了一个逗号；应为 最后一项之后没有逗号；请删去右括号前面的逗号"),
        ("{\"title\": \"a\"", "文件不完整，缺少右花括号；应为 括号成对；请在末尾补上右括号 } 或 ]"),
        ("{\"title\": 5}", "是整数 `5`；应为 带英文引号的文字"),
    ] {
        assert_eq!(
            with("draw.json", json).refusal(Lang::Zh).faults.join("\n"),
            format!("draw.json，第 1 行：发现 {said}")
        );
    }
}

#[test]
fn a_file_that_is_no_settings_is_told_by_what_it_is() {
    let plan = Office::new(ROLL, UNITS).plan();
    let cases: &[(&[u8], &str, &str)] = &[
        (
            b"PK\x03\x04 made up",
            "a workbook, or another document of an office program",
            "表格或其他办公软件的文档",
        ),
        (
            b"\xd0\xcf\x11\xe0 made up",
            "a workbook, or another document of an office program",
            "表格或其他办公软件的文档",
        ),
        (ROLL.as_bytes(), "a table as text", "文字格式的表格（如 .csv）"),
        (plan.as_bytes(), "a plan or a transcript", "方案或抽签记录"),
    ];
    for (bytes, en, zh) in cases {
        let office = with("draw.toml", bytes);
        office.fails(
            Lang::En,
            &[&format!("draw.toml: found {en}; expected the settings of the draw, such as draw.toml; name that file with --config")],
        );
        office.fails(
            Lang::Zh,
            &[&format!(
                "draw.toml：发现 {zh}；应为 设置文件，例如 draw.toml；请用 --config 指明它"
            )],
        );
    }
    let mut office = Office::new(ROLL, UNITS);
    let path = office.folder.path().to_owned();
    office.args.config = Some(path.clone());
    let folder = path.display();
    office.fails(
        Lang::Zh,
        &[&format!("{folder}：发现 文件夹；应为 设置文件，例如 draw.toml；请用 --config 指明它")],
    );
}

#[test]
fn a_second_attempt_is_made_by_again() {
    let program = floorlot_hall::program::program("draw_session");
    let office = || changed("mode = \"rehearsal\"", "mode = \"rehearsal\"\nattempt = 2");
    let zh = format!("；请由已作废的记录生成设置：{program} again TRANSCRIPT（记录文件）");
    let en = format!(
        "; make the settings from the transcript of the void draw: {program} again TRANSCRIPT"
    );
    for (lang, advice) in [(Lang::Zh, zh), (Lang::En, en)] {
        let faults = office().refusal(lang).faults;
        assert!(
            faults.len() == 1 && faults[0].contains("[P11]") && faults[0].ends_with(&advice),
            "{faults:?}"
        );
    }
}

/// The settings with a key for the first member.
fn keyed(key: &str, mode: &str) -> Office {
    let config =
        CONFIG.replace("name = \"王小红\"", &format!("name = \"王小红\", key = \"{key}\""));
    with("draw.toml", config.replace("rehearsal", mode))
}

#[test]
fn sample_keys_are_for_rehearsals_alone() {
    let known = floorlot_hall::sample::key("r1").unwrap();
    // Also under another name, and of another member.
    let renamed =
        floorlot::sign::SigningKey::from_seed("office.example/r1", &sample_seed("o3")).unwrap();
    for key in [known.verifier(), renamed.verifier()] {
        let faults = keyed(&key.to_string(), "official").refusal(Lang::Zh).faults;
        let start = "draw.toml，监督员 r1，公钥（key）：发现 示例公钥，其私钥人人都能算出；应为 正式抽签中监督员自己的公钥；";
        assert!(
            faults.len() == 1 && faults[0].starts_with(start) && faults[0].contains(" key new"),
            "{faults:?}"
        );
        keyed(&key.to_string(), "rehearsal").plan();
    }
    let own = floorlot::sign::SigningKey::from_seed("office.example/r1", &[7; 32]).unwrap();
    keyed(&own.verifier().to_string(), "official").plan();
}

fn sample_seed(member: &str) -> [u8; 32] {
    floorlot::primitives::tree::leaf_hash(
        format!("floorlot synthetic sample key, known to everybody\n{member}\n").as_bytes(),
    )
    .0
}

#[test]
fn one_name_in_two_seats_is_asked() {
    for name in ["李建国", "李　建国", "李 建国"] {
        changed("name = \"王小红\"", &format!("name = \"{name}\"")).asks(
            Lang::Zh,
            "panel-names",
            &["draw.toml，监督员：发现 r1 李*国 和 o1 李*国，姓名相同；应为 每人只占一席；如为同一人，请更正设置"],
        );
    }
}

#[test]
fn dice_that_nobody_named_are_said() {
    let told = Office::new(ROLL, UNITS).told(Lang::Zh);
    assert!(told.contains("draw.toml 中没有 [[source]]：种子由 20 颗十面骰子产生\n"), "{told}");
    let told = changed("[pool]", "[[source]]\ndevice = \"dice\"\ncount = 20\nrange = 10\n[pool]")
        .told(Lang::En);
    assert!(!told.contains("[[source]]"), "{told}");
}

/// The settings with a key for the log.
fn logged(key: &str, mode: &str) -> Office {
    let config =
        CONFIG.replace("mode = \"rehearsal\"", &format!("mode = \"{mode}\"\nlog = \"{key}\""));
    with("draw.toml", config)
}

#[test]
fn the_key_of_the_log_comes_into_the_plan() {
    let own = floorlot::sign::LogKey::from_seed("sample.example/test", &[7; 32]).unwrap();
    let text = own.verifier().to_string();
    assert!(logged(&text, "official").plan().contains(&format!("\"log\":\"{text}\"")));
    let other = own.named("sample.example/other").unwrap().verifier().to_string();
    let faults = logged(&other, "rehearsal").refusal(Lang::En).faults;
    assert!(faults.len() == 1 && faults[0].contains("[P12]"), "{faults:?}");
    // That of the samples is for rehearsals alone.
    let known = floorlot_hall::sample::log_key("sample.example/test").unwrap();
    let known = known.verifier().to_string();
    logged(&known, "rehearsal").plan();
    let faults = logged(&known, "official").refusal(Lang::Zh).faults;
    let start = "draw.toml，日志公钥（log）：发现 示例公钥，其私钥人人都能算出；";
    assert!(faults.len() == 1 && faults[0].starts_with(start), "{faults:?}");
}

#[test]
fn more_than_sixteen_cosigners_are_warned_of() {
    let office = |members: u8| {
        let member = |n: u8| {
            let name = format!("office.example/r{n}");
            let key = floorlot::sign::SigningKey::from_seed(&name, &[n; 32]).unwrap();
            let who = char::from(b'A' + n);
            format!("{{ id = \"r{n}\", name = \"{who}\", key = \"{}\" }}", key.verifier())
        };
        let members: Vec<String> = (1..=members).map(member).collect();
        changed("{ id = \"r1\", name = \"王小红\" }", &members.join(", "))
    };
    let words = "members have a key: other programs that read signed notes stop at 16 signatures";
    let told = office(17).told(Lang::En);
    assert!(told.contains(&format!("draw.toml: 17 {words}")), "{told}");
    assert!(office(17).told(Lang::Zh).contains("有公钥的监督员有 17 人"));
    let told = office(16).told(Lang::En);
    assert!(!told.contains(words), "{told}");
}
