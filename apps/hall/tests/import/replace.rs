//! What `--force` replaces: a plan, and nothing else that a clerk may have named by mistake.

use super::import::write_plan;
use super::{CONFIG, Office, ROLL, UNITS};
use floorlot::plan::Plan;
use floorlot::rules::Lang;
use std::path::Path;

/// An import onto what is there is refused by name, and what is there stays as it is.
#[track_caller]
fn stays(office: &mut Office, out: &Path, lang: Lang, found: &str) {
    office.args.out = out.to_owned();
    office.args.force = true;
    let before = std::fs::read(out).ok();
    let (_, end) = office.import(lang);
    let said = end.unwrap_err().to_string();
    assert!(said.contains(&out.display().to_string()) && said.contains(found), "{said}");
    assert_eq!(std::fs::read(out).ok(), before);
    let mut beside = std::fs::read_dir(office.folder.path())
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap());
    assert!(!beside.any(|name| name.contains(".old-") || name.ends_with(".part")));
}

#[test]
fn only_a_plan_is_replaced() {
    let mut office = Office::new(ROLL, UNITS);
    let plan = office.plan();
    let sealed = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
        .join("tests/vectors/corpus/valid/lot.jsonl");
    let transcript = std::fs::read_to_string(&sealed)
        .unwrap_or_else(|error| panic!("{}: {error}", sealed.display()));
    let cases: &[(&str, &str, &str)] = &[
        (&transcript, "抽签记录", "the transcript of a draw"),
        (&format!("{plan}\n"), "夹有其他内容的方案", "a plan with something else in it"),
        (&plan.replace('\n', "\r\n"), "不是方案的文件", "a file that is not a plan"),
        ("", "空文件", "an empty file"),
        ("household,name,document,salt,person\n", "密封件数据", "openings of commitments"),
        ("户号,户主\nH1,张小明\n", "不是方案的文件", "a file that is not a plan"),
        ("PK\u{3}\u{4} made up", "办公软件的文档", "a document of an office program"),
    ];
    let out = office.folder.path().join("其他 文件.jsonl");
    for (content, zh, en) in cases {
        std::fs::write(&out, content).unwrap();
        stays(&mut office, &out, Lang::Zh, &format!("发现 {zh}；应为 方案，或尚不存在的文件"));
        stays(&mut office, &out, Lang::En, &format!("found {en}; expected a plan, or no file"));
        // The place that writes asks for itself: `round` and the page come to it on other ways.
        let valid = Plan::read_lines(plan.lines().map(str::as_bytes)).unwrap();
        let refused = write_plan(&out, &valid, Lang::Zh).unwrap_err().to_string();
        assert!(refused.contains(zh), "{refused}");
        assert_eq!(std::fs::read_to_string(&out).unwrap(), *content);
    }
    std::fs::write(&out, &plan).unwrap();
    (office.args.out, office.args.force) = (out, true);
    assert_eq!(office.plan(), plan);
}

#[test]
fn no_file_that_is_read_is_replaced() {
    let (zh, en) = ("发现 本次导入要读取的文件", "found a file that this import reads");
    for name in ["roll.csv", "units.csv", "draw.toml"] {
        let mut office = Office::new(ROLL, UNITS);
        let out = office.folder.path().join(name);
        stays(&mut office, &out, Lang::Zh, zh);
        let again = office.folder.path().join(".").join(name);
        stays(&mut office, &again, Lang::En, en);
    }
    let mut office = Office::new(ROLL, UNITS);
    let folder = office.folder.path().to_owned();
    stays(&mut office, &folder, Lang::Zh, "发现 文件夹");
    // The openings of `roll.jsonl` would be put in the place of this table.
    let table = folder.join("roll.openings.csv");
    std::fs::rename(&office.args.roll, &table).unwrap();
    office.args.roll.clone_from(&table);
    office.args.out = folder.join("roll.jsonl");
    office.args.force = true;
    let said = office.import(Lang::En).1.unwrap_err().to_string();
    assert!(said.starts_with(&format!("{}: {en}", table.display())), "{said}");
    assert_eq!(std::fs::read_to_string(&table).unwrap(), ROLL);
}

#[cfg(unix)]
#[test]
fn a_link_to_a_file_that_is_read_is_that_file() {
    let mut office = Office::new(ROLL, UNITS);
    let [soft, hard] = ["soft.jsonl", "hard.jsonl"].map(|name| office.folder.path().join(name));
    std::os::unix::fs::symlink(office.settings(), &soft).unwrap();
    std::fs::hard_link(office.settings(), &hard).unwrap();
    for link in [soft, hard] {
        stays(&mut office, &link, Lang::En, "found a file that this import reads");
        assert_eq!(std::fs::read_to_string(office.settings()).unwrap(), CONFIG);
    }
}
