//! `floorlot-hall` as a clerk starts it: which draw it opens, and what it says where it cannot.

use crate::hall::{PLAN, Server, program};
use floorlot_testing::{Run, repository};
use serde_json::json;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A name that a clerk gives.
const NAME: &str = "我的 抽签";

fn desk() -> &'static str {
    env!("CARGO_BIN_EXE_floorlot-hall")
}

fn arguments<'a>(root: &'a Path, more: &[&'a str]) -> Vec<&'a str> {
    let mut all = vec!["--lang", "en", "--no-browser", "--folder", root.to_str().unwrap()];
    all.extend(more);
    all
}

/// Started with this typed at once, and open.
fn start(root: &Path, more: &[&str], typed: &str) -> Server {
    let mut command = Command::new(desk());
    command.args(arguments(root, more));
    let mut server = Server::open(&mut command);
    server.child.stdin.as_mut().unwrap().write_all(typed.as_bytes()).unwrap();
    server.read_token();
    server.enter();
    server
}

/// Started, and ended by itself.
#[track_caller]
fn ends(root: &Path, more: &[&str], code: i32) -> (String, String) {
    Run::of(desk()).args(arguments(root, more)).ends(code)
}

/// The transcript that is open.
fn opened(server: &Server) -> PathBuf {
    server.view()["operator"]["files"]["transcript"].as_str().unwrap().into()
}

/// The folders of draws.
fn folders(root: &Path) -> Vec<String> {
    let entries = fs::read_dir(root).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn finished() -> Vec<u8> {
    fs::read(repository("tests/vectors/worked/transcript.jsonl")).unwrap()
}

#[test]
fn a_first_start_makes_a_draw_and_the_next_one_goes_on_with_it() {
    let folder = TempDir::new().unwrap();
    let root = folder.path().join(NAME);
    let server = start(&root, &[], "");
    let draw = opened(&server);
    assert!(draw.starts_with(&root) && draw.ends_with("draw.jsonl"), "{}", draw.display());
    assert_eq!(server.view()["stage"], "empty");
    drop(server);
    // The plan is chosen on the page; here it is put where the page puts it.
    fs::copy(PLAN, draw.with_file_name("draw.plan.jsonl")).unwrap();
    let server = start(&root, &[], "");
    assert_eq!(opened(&server), draw);
    server.act(&json!({"do": "seal"}));
    server.act(&json!({"do": "shown"}));
    server.say("envelope r1");
    let lines = fs::read(&draw).unwrap();
    drop(server); // killed
    let server = start(&root, &[], "");
    assert_eq!((opened(&server), fs::read(&draw).unwrap()), (draw, lines));
    server.say("envelope r2");
    assert_eq!(folders(&root).len(), 1);
}

#[test]
fn a_second_start_finds_the_pages_of_the_first() {
    let folder = TempDir::new().unwrap();
    let server = start(folder.path(), &[], "");
    let (out, errors) = ends(folder.path(), &[], 0);
    assert!(out.contains("This draw is open already"), "{out}");
    assert!(out.contains(&format!("Board:     {}\n", server.base)), "{out}");
    assert!(!out.contains("operator#") && errors.is_empty(), "{out}{errors}");
    let draw = opened(&server);
    let (out, _) = ends(folder.path(), &[draw.to_str().unwrap()], 0);
    assert!(out.contains("This draw is open already"), "{out}");
    assert_eq!(folders(folder.path()).len(), 1);
}

/// Another program holds it: there are no pages to show.
#[test]
fn a_draw_that_another_program_holds_is_left_to_it() {
    let folder = TempDir::new().unwrap();
    let own = folder.path().join("2026-01-01-1");
    fs::create_dir(&own).unwrap();
    let mut command = Command::new(program());
    command.args(["--lang", "en", "serve", "--port", "0", "--out", "draw.jsonl"]).current_dir(own);
    let _server = Server::spawn(command);
    let (_, errors) = ends(folder.path(), &[], 2);
    assert!(errors.contains("another program holds this draw"), "{errors}");
}

/// A finished draw, one with a plan, and one that a program of before lost the transcript of.
fn several(root: &Path) {
    for (name, file, bytes) in [
        ("2026-01-01-1", "抽签.jsonl", finished()),
        ("二期 摇号", "抽签.plan.jsonl", fs::read(PLAN).unwrap()),
        ("notes", "readme.txt", Vec::new()),
    ] {
        fs::create_dir_all(root.join(name)).unwrap();
        fs::write(root.join(name).join(file), bytes).unwrap();
    }
}

#[test]
fn of_several_draws_the_clerk_says_which() {
    let folder = TempDir::new().unwrap();
    let root = folder.path();
    several(root);
    let opens = |typed: &str| opened(&start(root, &[], typed));
    for typed in ["\n", "2\n", "7\nx\n2\n", "２\n"] {
        assert_eq!(opens(typed), root.join("二期 摇号").join("抽签.jsonl"), "{typed:?}");
    }
    assert_eq!(opens("1\n"), root.join("2026-01-01-1").join("抽签.jsonl"));
    assert_eq!(folders(root).len(), 3);
    let new = opens("3\n");
    assert_eq!(folders(root).len(), 4);
    assert!(new.ends_with("draw.jsonl") && !new.starts_with(root.join("2026-01-01-1")));
    let kept = fs::read(root.join("2026-01-01-1").join("抽签.jsonl")).unwrap();
    assert_eq!(kept, finished());
}

#[test]
fn the_question_shows_how_far_each_draw_is() {
    let folder = TempDir::new().unwrap();
    several(folder.path());
    let mut broken = finished();
    let at = broken.len() / 2;
    broken[at] ^= 1;
    fs::create_dir(folder.path().join("broken")).unwrap();
    fs::write(folder.path().join("broken/draw.jsonl"), broken).unwrap();
    let lang = ["--lang", "zh", "--no-browser", "--folder", folder.path().to_str().unwrap()];
    let mut command = Command::new(desk());
    command.args(lang);
    let mut server = Server::open(&mut command);
    server.child.stdin.as_mut().unwrap().write_all("0\n1\n".as_bytes()).unwrap();
    let mut out = String::new();
    while !out.contains("大屏：") {
        assert!(server.output.read_line(&mut out).unwrap() > 0, "{out}");
    }
    for told in [
        "   1  2026-01-01-1  ",
        "（已完成）",
        "   2  broken",
        "【记录有误或无法读取】",
        "（方案尚未封存）",
        "   4  新的抽签",
        "直接按回车：3",
        "请输入 1 至 4 之间的编号",
        "【请勿关闭本窗口】",
    ] {
        assert!(out.contains(told), "{told}: {out}");
    }
}

/// What is finished is not gone on with by itself: nobody answers here.
#[test]
fn beside_a_finished_draw_a_new_one_begins() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("2026-01-01-1")).unwrap();
    fs::write(folder.path().join("2026-01-01-1/draw.jsonl"), finished()).unwrap();
    let server = start(folder.path(), &[], "\n");
    assert_eq!(server.view()["stage"], "empty");
    assert_eq!(folders(folder.path()).len(), 2);
}

#[test]
fn what_is_dropped_on_it_is_opened() {
    let folder = TempDir::new().unwrap();
    let (root, elsewhere) = (folder.path().join("draws"), folder.path().join(NAME));
    fs::create_dir(&elsewhere).unwrap();
    let transcript = elsewhere.join("某次.jsonl");
    fs::write(&transcript, finished()).unwrap();
    let opens = |file: &Path| opened(&start(&root, &[file.to_str().unwrap()], ""));
    assert_eq!(opens(&transcript), transcript);
    assert_eq!(opens(&elsewhere.join("某次.hall.jsonl")), transcript);
    assert!(!root.exists(), "no draw begins");
    // A plan begins one draw, and goes on with it.
    let plan = elsewhere.join("plan.jsonl");
    fs::copy(PLAN, &plan).unwrap();
    let draw = opens(&plan);
    assert_eq!((opens(&plan), folders(&root).len()), (draw.clone(), 1));
    assert_eq!(fs::read(draw.with_file_name("draw.plan.jsonl")).unwrap(), fs::read(PLAN).unwrap());
    assert_eq!(opens(draw.parent().unwrap()), draw);
}

#[test]
fn what_is_no_draw_is_told_and_nothing_begins() {
    let folder = TempDir::new().unwrap();
    let root = folder.path().join("draws");
    let table = repository("examples/data/block/roll.csv");
    let (_, errors) = ends(&root, &[table.to_str().unwrap()], 2);
    assert!(errors.contains("tables and settings are chosen on the operator's page"), "{errors}");
    // A copy of a record that came out empty is no new draw.
    let empty = folder.path().join("copied.jsonl");
    fs::write(&empty, "").unwrap();
    let (_, errors) = ends(&root, &[empty.to_str().unwrap()], 2);
    assert!(errors.contains("copy it again"), "{errors}");
    // Nothing is written into a site that was published.
    let site = folder.path().join("site");
    fs::create_dir(&site).unwrap();
    let drawn = repository("tests/vectors/worked/transcript.jsonl");
    fs::copy(drawn, site.join("transcript.jsonl")).unwrap();
    let mark = "<meta name=\"generator\" content=\"floorlot publish\">";
    fs::write(site.join("index.html"), mark).unwrap();
    for dropped in [site.join("transcript.jsonl"), site.clone()] {
        let (_, errors) = ends(&root, &[dropped.to_str().unwrap()], 2);
        assert!(errors.contains("a site that was published"), "{errors}");
    }
    assert_eq!(fs::read_dir(&site).unwrap().count(), 2);
    let (_, errors) = ends(&root, &[folder.path().to_str().unwrap()], 2);
    assert!(errors.contains("there is no draw in this folder"), "{errors}");
    let (_, errors) = ends(&root, &["no-such-file"], 2);
    assert!(errors.contains("no-such-file"), "{errors}");
    assert!(!root.exists());
}

#[test]
fn where_nothing_can_be_written_it_says_what_to_do() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let mut places = vec![file];
    // There not even the administrator makes a folder.
    if cfg!(target_os = "linux") {
        places.push("/sys/draws".into());
    }
    for place in places {
        let (out, errors) = ends(&place, &[], 2);
        assert!(errors.starts_with(place.to_str().unwrap()), "{errors}");
        assert!(errors.contains("The draw cannot be kept in this folder."), "{errors}");
        assert!(errors.contains("--folder DIR") && out.is_empty(), "{out}{errors}");
    }
}

/// The documents of a Chinese desktop are in 文档, and those of none are at home.
#[cfg(target_os = "linux")]
#[test]
fn the_folder_is_under_the_documents() {
    let home = TempDir::new().unwrap();
    let documents = home.path().join("文档");
    let open = |lang: &str, config: &Path| {
        let mut command = Command::new(desk());
        command.args(["--no-browser", "--lang", lang]);
        command.env("HOME", home.path()).env("XDG_CONFIG_HOME", config);
        let mut server = Server::open(&mut command);
        let mut line = String::new();
        // In Chinese no blank stands before an address.
        while !line.contains("operator#") {
            line.clear();
            assert!(server.output.read_line(&mut line).unwrap() > 0, "it ended");
        }
    };
    let config = home.path().join(".config");
    fs::create_dir_all(&documents).unwrap();
    fs::create_dir_all(&config).unwrap();
    fs::write(config.join("user-dirs.dirs"), "XDG_DOCUMENTS_DIR=\"$HOME/文档\"\n").unwrap();
    open("zh", &config);
    assert_eq!(folders(&documents), ["摇号选层"]);
    open("en", &config);
    assert_eq!(folders(&documents), ["摇号选层"], "the draws stay where they are");
    let bare = home.path().join("none");
    open("en", &bare);
    assert!(home.path().join("floorlot").is_dir());
}

/// Programs of a desktop that write down how they were started.
#[cfg(target_os = "linux")]
fn desktop(folder: &Path, programs: &[&str]) -> String {
    for name in programs {
        let script = format!(
            "#!/bin/sh\necho \"$*\" >> '{0}/{name}.part'\nmv '{0}/{name}.part' '{0}/{name}.called'\n",
            folder.display()
        );
        fs::write(folder.join(name), script).unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(folder.join(name), mode).unwrap();
    }
    format!("{}:/usr/bin:/bin", folder.display())
}

/// How a program of the desktop was started.
#[cfg(target_os = "linux")]
fn called(folder: &Path, program: &str) -> String {
    for _ in 0..200 {
        if let Ok(called) = fs::read_to_string(folder.join(format!("{program}.called"))) {
            return called;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("{program} was not started");
}

#[cfg(target_os = "linux")]
#[test]
fn both_pages_open_and_the_board_in_a_window_of_its_own() {
    for desk_of_clerk in [true, false] {
        let folder = TempDir::new().unwrap();
        let path = desktop(folder.path(), &["xdg-open", "google-chrome-stable"]);
        let root = folder.path().join("draws");
        let mut command = Command::new(if desk_of_clerk { desk() } else { program() });
        match desk_of_clerk {
            true => command.args(["--lang", "en", "--folder", root.to_str().unwrap()]),
            false => command.args(["--lang", "en", "serve", "--port", "0", "--open"]),
        };
        command.current_dir(folder.path()).env("PATH", path);
        command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
        let mut server = Server::open(&mut command);
        server.read_token();
        let operator = called(folder.path(), "xdg-open");
        assert_eq!(operator, format!("{}operator#{}\n", server.base, server.token));
        let board = called(folder.path(), "google-chrome-stable");
        assert_eq!(board, format!("--new-window {}\n", server.base));
    }
}

/// A file manager gives a program no window: it asks for one.
#[cfg(target_os = "linux")]
#[test]
fn without_a_window_it_starts_itself_in_a_terminal() {
    let folder = TempDir::new().unwrap();
    let path = desktop(folder.path(), &["x-terminal-emulator"]);
    let mut command = Command::new(desk());
    command.args(["--folder", "some where"]).current_dir(folder.path());
    command.env("PATH", path).env("DISPLAY", ":99");
    let mut server = Server::open(&mut command);
    let called = called(folder.path(), "x-terminal-emulator");
    assert_eq!(called, format!("-e {} --folder some where\n", desk()));
    assert!(server.child.wait().unwrap().success());
    assert!(!folder.path().join("some where").exists(), "the one in the terminal makes it");
}
