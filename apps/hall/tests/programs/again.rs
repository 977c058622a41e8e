//! After a void draw: plan and settings of the next attempt, from the transcript alone, sealed or
//! not.

use crate::program;
use floorlot::lines::Line;
use floorlot::plan::{Mode, Plan, Pool, Source};
use floorlot::session::Session;
use floorlot::transcript::{Evidence, verify};
use floorlot_testing::{Run, text};
use std::fs;
use tempfile::TempDir;

/// Runs a program in a folder and demands an exit code; gives all that it printed.
#[track_caller]
fn run(folder: &TempDir, line: &str, code: i32) -> String {
    let mut words = line.split(' ');
    let run = Run::of(program(words.next().unwrap())).args(words).within(folder);
    let (out, err) = run.ends(code);
    out + &err
}

/// Any exit code.
const EITHER: i32 = -1;

/// The same with words that have blanks.
#[track_caller]
fn run_words(folder: &TempDir, words: &[&str], code: i32) -> String {
    let run = Run::of(program("draw_session")).args(words).within(folder);
    if code != EITHER {
        let (out, err) = run.ends(code);
        return out + &err;
    }
    let output = run.output();
    text([output.stdout, output.stderr].concat())
}

/// An objection after the declaration, in the batch that is still open.
fn with_objection(file: &[u8]) -> Vec<u8> {
    let lines: Vec<&[u8]> = file.split(|b| *b == b'\n').filter(|line| !line.is_empty()).collect();
    let plan = lines
        .iter()
        .position(|line| matches!(Line::decode(line), Ok(Line::Checkpoint { .. })))
        .unwrap();
    let mut session = Session::resume(
        Plan::read_lines(lines[..plan].iter().copied()).unwrap(),
        lines.iter().copied(),
    )
    .unwrap();
    let line = session
        .aftermath(&Line::Objection {
            id: "E1".into(),
            household: None,
            text: "too late".into(),
            at: None,
        })
        .unwrap();
    [file, &line, b"\n"].concat()
}

/// A draw in which one envelope was handed in, declared void.
fn void(origin: &str, attempt: u64, sealed: bool) -> Vec<u8> {
    let plan = Plan::new(origin, "七号楼（合成数据）", Mode::Rehearsal)
        .bench("residents", "居民代表", 1, &[("r1", "王*")])
        .bench("officials", "工作人员", 1, &[("o1", "李*")])
        .source(Source::TWENTY_DICE)
        .pool(Pool::lot("A", "A 型", "7号楼").unit("A-1", "101", 1, &["step-free"]).household(
            "H1",
            "张*",
            1,
            &["step-free"],
        ))
        .pool(
            Pool::new("B", "B 型", "7号楼", floorlot::plan::PickRule::Choice)
                .unit("B-1", "102", 1, &[])
                .household("H2", "赵*", 1, &[]),
        );
    let plan = Plan { attempt, prior: (attempt > 1).then(|| prior(attempt)), ..plan };
    let mut session = Session::new(plan.validate().unwrap());
    let mut lines: Vec<Vec<u8>> = std::iter::from_fn(|| session.advance(None)).collect();
    lines.push(session.envelope("r1", None).unwrap());
    lines.push(session.void("工作人员\"未到\"", None).unwrap());
    if sealed {
        lines.push(session.close_batch(None).unwrap());
        lines.extend(std::iter::from_fn(|| session.advance(None)));
    }
    lines.concat_lines()
}

fn prior(attempt: u64) -> floorlot::plan::Prior {
    let (origin, root) = (format!("draw.example/7-{}", attempt - 1), floorlot::Hash([7; 32]));
    floorlot::plan::Prior {
        origin,
        size: 9,
        root,
        relation: floorlot::plan::Relation::Void,
        reason: "x".into(),
    }
}

trait Lines {
    fn concat_lines(self) -> Vec<u8>;
}

impl Lines for Vec<Vec<u8>> {
    fn concat_lines(self) -> Vec<u8> {
        self.into_iter().flat_map(|line| line.into_iter().chain(*b"\n")).collect()
    }
}

/// Seals what was left open, as the panel does afterwards.
fn seal(file: &[u8]) -> Vec<u8> {
    let lines: Vec<&[u8]> = file.split(|b| *b == b'\n').filter(|line| !line.is_empty()).collect();
    let plan = lines
        .iter()
        .position(|line| matches!(Line::decode(line), Ok(Line::Checkpoint { .. })))
        .unwrap();
    let plan = Plan::read_lines(lines[..plan].iter().copied()).unwrap();
    let mut session = Session::resume(plan, lines.iter().copied()).unwrap();
    let mut all: Vec<Vec<u8>> = lines.iter().map(|line| line.to_vec()).collect();
    all.push(session.close_batch(None).unwrap());
    all.extend(std::iter::from_fn(|| session.advance(None)));
    all.concat_lines()
}

/// Check V7 of the next attempt's plan, sealed, after the void one.
fn follows(void: &[u8], plan: &[u8]) -> String {
    let earlier = verify(void, &Evidence::default()).unwrap().into_verified().unwrap();
    let earlier = earlier.earlier();
    let plan =
        Plan::read_lines(plan.split(|b| *b == b'\n').filter(|line| !line.is_empty())).unwrap();
    let mut session = Session::new(plan);
    let lines: Vec<Vec<u8>> = std::iter::from_fn(|| session.advance(None)).collect();
    let report =
        verify(&lines.concat_lines()[..], &Evidence::default().with_earlier([earlier])).unwrap();
    let check = report.checks.iter().find(|check| check.id.id() == "V7").unwrap();
    format!("{:?} {:?}", check.outcome, check.faults)
}

#[test]
fn a_void_draw_sealed_or_not_gives_the_next_attempt() {
    for sealed in [true, false] {
        let folder = TempDir::new().unwrap();
        let file = void("draw.example/7", 1, sealed);
        fs::write(folder.path().join("draw.jsonl"), &file).unwrap();
        let said = run(&folder, "draw_session --lang zh again draw.jsonl", 0);
        assert_eq!(said.contains("作废尚未封存"), !sealed, "{said}");
        assert!(said.contains("第 2 次抽签，draw.example/7-2"), "{said}");
        let plan = fs::read(folder.path().join("draw-2.plan.jsonl")).unwrap();
        let after = if sealed { file.clone() } else { seal(&file) };
        assert_eq!(follows(&after, &plan), "Passed []");
        // Households, units and panel are the same, to the byte.
        let rest = |bytes: &[u8]| {
            bytes.iter().position(|b| *b == b'\n').map(|lf| bytes[lf..].to_vec()).unwrap()
        };
        assert!(file.windows(rest(&plan).len()).any(|lines| lines == rest(&plan)));
        // Again: it says that all is there.
        let said = run(&folder, "draw_session --lang en again draw.jsonl", 0);
        assert!(
            said.contains("up to date; nothing was written")
                && said.contains("serve --out draw-2.jsonl\n"),
            "{said}"
        );
        // What somebody changed is not replaced.
        let mut own = plan.clone();
        own.extend(b"\n");
        fs::write(folder.path().join("draw-2.plan.jsonl"), &own).unwrap();
        let said = run(&folder, "draw_session --lang en again draw.jsonl", 2);
        assert!(said.contains("draw-2.plan.jsonl: is there already"), "{said}");
        assert_eq!(fs::read(folder.path().join("draw-2.plan.jsonl")).unwrap(), own);
    }
}

/// A plan that was made before the void draw was sealed, and something was added before that: its
/// seal is refused, and `again` renews its link alone.
#[test]
fn a_link_that_is_out_of_date_is_renewed() {
    let folder = TempDir::new().unwrap();
    let (draw, plan) =
        (folder.path().join("a draw.jsonl"), folder.path().join("a draw-2.plan.jsonl"));
    let again =
        |lang: &str, code| run_words(&folder, &["--lang", lang, "again", "a draw.jsonl"], code);
    let seal_it = [
        "--lang",
        "en",
        "run",
        "--plan",
        "a draw-2.plan.jsonl",
        "--out",
        "a draw-2.jsonl",
        "--script",
        "none.txt",
    ];
    fs::write(folder.path().join("none.txt"), "").unwrap();
    let file = void("draw.example/7", 1, false);
    fs::write(&draw, &file).unwrap();
    let said = again("zh", 0);
    assert!(said.contains("serve --out 'a draw-2.jsonl'"), "{said}");
    let (first, settings) =
        (fs::read(&plan).unwrap(), fs::read(folder.path().join("a draw-2.toml")).unwrap());
    let said = run_words(&folder, &seal_it, 2);
    assert!(said.contains("the void draw is not sealed yet"), "{said}");
    // The clerk adds an objection before the seal.
    let more = seal(&with_objection(&file));
    fs::write(&draw, &more).unwrap();
    assert!(follows(&more, &first).starts_with("Failed"));
    let said = run_words(&folder, &seal_it, 2);
    assert!(
        said.contains("a draw.jsonl: the plan names its checkpoint of")
            && said.contains("a draw.jsonl'"),
        "{said}"
    );
    assert_eq!(
        fs::metadata(folder.path().join("a draw-2.jsonl")).map_or(0, |about| about.len()),
        0,
        "nothing is sealed"
    );
    let said = again("zh", 0);
    assert!(said.contains("现已更新其中对作废抽签的引用"), "{said}");
    let renewed = fs::read(&plan).unwrap();
    assert_eq!(follows(&more, &renewed), "Passed []");
    assert_ne!(fs::read(folder.path().join("a draw-2.toml")).unwrap(), settings);
    assert!(again("en", 0).contains("up to date"));
    // Now it is sealed: the script ends only afterwards.
    let said = run_words(&folder, &seal_it, EITHER);
    assert!(
        fs::metadata(folder.path().join("a draw-2.jsonl")).unwrap().len() > renewed.len() as u64,
        "{said}"
    );
    let said = again("en", 2);
    assert!(said.contains("a draw-2.jsonl: is there already"), "{said}");
    // Another draw that happens to have the name says nothing of it.
    ["a draw-2.jsonl", "a draw-2.hall.jsonl"]
        .iter()
        .for_each(|name| fs::remove_file(folder.path().join(name)).unwrap());
    fs::write(&draw, void("draw.example/other", 1, true)).unwrap();
    run_words(&folder, &seal_it, EITHER);
    assert!(
        fs::metadata(folder.path().join("a draw-2.jsonl")).unwrap().len() > renewed.len() as u64
    );
}

/// The settings lead to the same plan, by way of the tables.
#[test]
fn the_settings_import_corrected_tables() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("draw-2.jsonl"), void("draw.example/7-2", 2, true)).unwrap();
    run(&folder, "draw_session --lang en again draw-2.jsonl", 0);
    let roll = "id,name,pool,tier,needs\nH1,张明,A,1,step-free\nH2,赵燕,B,1,\n";
    fs::write(folder.path().join("roll.csv"), roll).unwrap();
    fs::write(
        folder.path().join("units.csv"),
        "id,label,storey,pool,features\nA-1,101,1,A,step-free\nB-1,102,1,B,\n",
    )
    .unwrap();
    let import = "draw_session --lang en import --roll roll.csv --units units.csv --config draw-3.toml --out corrected.jsonl";
    run(&folder, import, 0);
    let first = |name: &str| {
        fs::read_to_string(folder.path().join(name)).unwrap().lines().next().unwrap().to_owned()
    };
    assert_eq!(first("corrected.jsonl"), first("draw-3.plan.jsonl"));
    assert!(
        first("corrected.jsonl").contains(r#""origin":"draw.example/7-3""#),
        "{}",
        first("corrected.jsonl")
    );
    let pools = |name: &str| {
        fs::read_to_string(folder.path().join(name))
            .unwrap()
            .matches(r#""rule":"choice","absence":"last""#)
            .count()
    };
    assert_eq!((pools("corrected.jsonl"), pools("draw-3.plan.jsonl")), (1, 1));
}

/// The office's own settings keep their comments and everything else.
#[test]
fn settings_of_the_office_change_in_three_places() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("draw.jsonl"), void("draw.example/7", 1, true)).unwrap();
    let old = "# 本次\ntitle = \"T\"\norigin = \"draw.example/7\" # 标识\nmode = \"rehearsal\"\n\n# 席位\n[[bench]]\nid = \"residents\" # 居民\n";
    fs::write(folder.path().join("draw.toml"), old).unwrap();
    run(
        &folder,
        "draw_session --lang en again draw.jsonl --config draw.toml --out next/b.jsonl --origin draw.example/b",
        0,
    );
    let new = fs::read_to_string(folder.path().join("next/b.toml")).unwrap();
    let expected = old.replace("origin = \"draw.example/7\"", "origin = \"draw.example/b\"");
    let (before, bench) = expected.split_once("\n# 席位").unwrap();
    assert!(new.starts_with(&format!("{before}attempt = 2\n\n# 席位{bench}")), "{new}");
    assert!(
        new.contains("[prior]\norigin = \"draw.example/7\"\nsize = ") && new.contains("未到"),
        "{new}"
    );
}

/// Settings of another draw, or of another attempt, would be taken over with its panel and rules.
#[test]
fn settings_of_another_draw_are_refused() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("draw.jsonl"), void("draw.example/7", 1, true)).unwrap();
    for (settings, found) in [
        ("title = \"T\"\norigin = \"draw.example/8\"\n", "found origin = \"draw.example/8\";"),
        ("origin = \"draw.example/7-2\"\nattempt = 2\n", "found origin = \"draw.example/7-2\";"),
        ("title = \"T\"\nmode = \"rehearsal\"\n", "found no `origin`;"),
    ] {
        fs::write(folder.path().join("draw.toml"), settings).unwrap();
        let said = run(&folder, "draw_session --lang en again draw.jsonl --config draw.toml", 2);
        let expected = format!("draw.toml: {found} expected origin = \"draw.example/7\"");
        assert!(said.contains(&expected), "{said}");
    }
    let mut names: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["draw.jsonl", "draw.toml"]);
}

#[test]
fn what_is_not_void_has_no_next_attempt() {
    let folder = TempDir::new().unwrap();
    let file = void("draw.example/7", 1, false);
    let text = String::from_utf8(file).unwrap();
    let without = text.split_once("{\"kind\":\"void\"").unwrap().0;
    let edited = text.replace(
        "{\"kind\":\"envelope\",\"member\":\"r1\"",
        "{\"kind\":\"envelope\",\"member\":\"rx\"",
    );
    for (file, expected) in [
        (without, "this draw is not void"),
        (edited.as_str(), "line 14 does not follow from the lines before it"),
        ("# notes\n", "this is a text of an unknown kind, not a transcript"),
    ] {
        fs::write(folder.path().join("draw.jsonl"), file).unwrap();
        let said = run(&folder, "draw_session --lang en again draw.jsonl", 2);
        assert!(said.contains(expected), "{said}");
    }
    let names: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["draw.jsonl"]);
}
