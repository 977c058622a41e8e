//! Documents and flats that are not drawn: on paper, and in the next attempt and the next round.

use crate::program;
use floorlot::plan::{Excluded, Mode, Plan, Pool, Source};
use floorlot_testing::{Run, repository};
use std::fs;
use tempfile::TempDir;

const VALID: &str = "tests/vectors/corpus/valid";

/// The pages of a transcript of the corpus.
fn pages(lang: &str, name: &str) -> impl Fn(&str) -> String {
    let folder = TempDir::new().unwrap();
    let file = repository(VALID).join(name);
    let line = ["--lang", lang, "print", file.to_str().unwrap(), "--out", "print"];
    Run::of(program("draw_session")).args(line).within(&folder).ends(0);
    move |page| fs::read_to_string(folder.path().join("print").join(page)).unwrap()
}

#[test]
fn the_notice_lists_documents_and_flats_that_are_not_drawn() {
    let file = fs::read_to_string(repository(VALID).join("documents.jsonl")).unwrap();
    let lines =
        || file.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let (zh, en) = (pages("zh", "documents.jsonl"), pages("en", "documents.jsonl"));
    let (zh, en) = (zh("notice.html"), en("notice.html"));
    let mut seen = 0;
    for line in lines() {
        let keys: &[&str] = match line["kind"].as_str().unwrap() {
            "document" => &["name", "title", "sha256"],
            "excluded" => &["id", "label", "reason"],
            _ => continue,
        };
        seen += 1;
        for key in keys {
            let text = line[key].as_str().unwrap();
            assert!(zh.contains(text) && en.contains(text), "{text}");
        }
    }
    assert!(seen > 1, "the file has both");
    assert!(zh.contains("抽签所依据的文件") && zh.contains("certutil -hashfile"));
    assert!(zh.contains("不参加抽签的房源") && en.contains("Not drawn"));
}

#[test]
fn result_and_minutes_list_what_was_filed() {
    let file = fs::read_to_string(repository(VALID).join("documents-filed.jsonl")).unwrap();
    let (zh, en) = (pages("zh", "documents-filed.jsonl"), pages("en", "documents-filed.jsonl"));
    let filed = file.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let filed: Vec<_> = filed.filter(|line| line["kind"] == "filed").collect();
    assert!(!filed.is_empty());
    for page in ["result.html", "minutes.html"] {
        for line in &filed {
            let sha256 = line["sha256"].as_str().unwrap();
            assert!(zh(page).contains(sha256) && en(page).contains(sha256), "{page}: {sha256}");
        }
        assert!(zh(page).contains("登记的文件") && en(page).contains("Documents that were filed"));
    }
    // In the story of the draw, too.
    let sha256 = filed[0]["sha256"].as_str().unwrap();
    assert!(zh("minutes.html").matches(sha256).count() > zh("result.html").matches(sha256).count());
    assert!(!pages("zh", "choice.jsonl")("minutes.html").contains("登记的文件"));
}

/// The lines of these kinds.
fn lines(file: &str, kinds: &[&str]) -> Vec<String> {
    let of = |line: &&str| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        kinds.contains(&line["kind"].as_str().unwrap())
    };
    file.lines().filter(of).map(str::to_owned).collect()
}

#[track_caller]
fn run(folder: &TempDir, line: &str) -> String {
    let (out, errors) =
        Run::of(program("draw_session")).args(line.split(' ')).within(folder).ends(0);
    out + &errors
}

#[test]
fn the_next_attempt_has_the_same_documents_and_flats_that_are_not_drawn() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name);
    let void =
        fs::read_to_string(repository(VALID).join("documents-filed-when-void.jsonl")).unwrap();
    fs::write(path("draw.jsonl"), &void).unwrap();
    run(&folder, "--lang en again draw.jsonl");
    let plan = fs::read_to_string(path("draw-2.plan.jsonl")).unwrap();
    let both = ["document", "excluded"];
    let kept = lines(&plan, &both);
    assert!(kept.len() > 1 && kept == lines(&void, &both), "{kept:?}");
    let settings: toml_edit::DocumentMut =
        fs::read_to_string(path("draw-2.toml")).unwrap().parse().unwrap();
    let documents = settings["documents"].as_array_of_tables().unwrap();
    let hashes: Vec<&str> = documents.iter().map(|one| one["sha256"].as_str().unwrap()).collect();
    let lines = lines(&plan, &["document"]);
    assert_eq!(hashes.len(), lines.len());
    assert!(lines.iter().zip(&hashes).all(|(line, hash)| line.contains(hash)));

    // Settings that are kept name their files from another folder.
    let origin = settings["origin"].as_str().unwrap().to_owned();
    let void_origin = serde_json::from_str::<serde_json::Value>(void.lines().next().unwrap());
    let void_origin = void_origin.unwrap()["origin"].as_str().unwrap().to_owned();
    let own = settings.to_string().replace(&origin, &void_origin)
        + "[[documents]]\nwhat = \"other\"\ntitle = \"x\"\nfile = \"files/x.pdf\"\n[[documents]]\nwhat = \"program\"\ntitle = \"y\"\nfile = \"self\"\n";
    fs::create_dir(path("office")).unwrap();
    fs::write(path("office/draw.toml"), &own).unwrap();
    run(&folder, "--lang en again draw.jsonl --config office/draw.toml --out next.jsonl");
    let next = fs::read_to_string(path("next.toml")).unwrap();
    let there = path("office/files/x.pdf");
    assert!(next.contains(there.to_str().unwrap()) && next.contains("file = \"self\""), "{next}");
}

/// A draw of one flat, whose household gives it up, and the next does not take it; another flat is
/// not drawn.
fn draw_with_a_flat_given_back(folder: &TempDir) {
    let pool = Pool::lot("A", "A 型", "7号楼")
        .unit("A-1", "101", 1, &[])
        .household("H1", "张*", 1, &[])
        .household("H2", "赵*", 2, &[]);
    let mut plan = Plan::new("sample.example/first-round", "合成数据：第一轮", Mode::Rehearsal)
        .bench("residents", "居民代表", 1, &[("r1", "王*")])
        .bench("officials", "工作人员", 1, &[("o1", "李*")])
        .source(Source::TWENTY_DICE)
        .pool(pool);
    plan.excluded = vec![Excluded {
        id: "A-2".into(),
        building: "7号楼".into(),
        label: "102".into(),
        storey: 1,
        area: None,
        reason: "周转用房".into(),
    }];
    let lines = plan.validate().unwrap().lines().to_vec();
    let bytes: Vec<u8> =
        lines.into_iter().flat_map(|line| [line, b"\n".to_vec()].concat()).collect();
    fs::write(folder.path().join("plan-1.jsonl"), bytes).unwrap();
    let sheet = "ab".repeat(32);
    let script = format!(
        "envelope r1\nenvelope o1\nclose\nreveal r1 11\nreveal o1 22\nclose\ndice 00416293857710359265\n\
         unsigned r1\nunsigned o1\nnext\nwithdraw H1 moved away sheet {sheet}\noffer\ndecline H2 sheet {sheet}\nseal\n\
         unsigned r1\nunsigned o1\nnext\n"
    );
    fs::write(folder.path().join("script"), script).unwrap();
    run(folder, "run --plan plan-1.jsonl --out draw.jsonl --script script --no-clock");
}

#[test]
fn a_later_round_has_its_own_documents_and_the_flats_that_are_not_drawn() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name);
    draw_with_a_flat_given_back(&folder);
    let before = fs::read_to_string(path("draw.jsonl")).unwrap();
    fs::write(path("method.pdf"), "abc").unwrap();
    let settings = r#"
title = "合成数据：第二轮"
origin = "sample.example/second-round"
mode = "rehearsal"
[[bench]]
id = "residents"
title = "居民代表"
quorum = 1
members = [{ id = "r1", name = "王小红" }]
[[bench]]
id = "officials"
title = "工作人员"
quorum = 1
members = [{ id = "o1", name = "李建国" }]
[pool]
rule = "lot"
[[documents]]
what = "method"
title = "选房办法"
file = "method.pdf"
"#;
    fs::write(path("round.toml"), settings).unwrap();
    let said = run(&folder, "--lang zh round draw.jsonl --config round.toml");
    assert!(said.contains("文件 选房办法（method.pdf）：SHA-256 ba7816bf"), "{said}");
    let plan = fs::read_to_string(path("plan.jsonl")).unwrap();
    assert_eq!(lines(&plan, &["document"]).len(), 1);
    let kept = lines(&plan, &["excluded"]);
    assert!(!kept.is_empty() && kept == lines(&before, &["excluded"]), "{kept:?}");
}
