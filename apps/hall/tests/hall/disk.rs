//! The transcript is removed, replaced, edited or cut while the hall is open.

use crate::hall::typed;
use crate::harm::{self, beside};
use crate::server::{PLAN, Server, command_at, ended, next, refused};
use floorlot::transcript::{Evidence, verify};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

/// Is verified to the last line.
pub(crate) fn verified(file: &Path) {
    let bytes = fs::read(file).unwrap();
    assert!(!bytes.contains(&0), "NULs");
    let report = verify(bytes.as_slice(), &Evidence::default()).unwrap();
    assert!(report.into_verified().is_ok(), "{}", file.display());
}

/// The page and the board say that the draw stands still, and why; no step is taken.
#[track_caller]
fn stands_still(server: &Server, act: &Value, told: &str) {
    let (status, body) = server.try_act(act);
    assert_eq!(status, 422, "{body}");
    let view = server.view();
    assert_eq!(view["stage"], "broken");
    let why = view["operator"]["broken"].as_str().unwrap();
    assert!(why.contains(told), "{why}\nexpected {told}");
    assert!(view["operator"]["recorded"].is_null(), "nothing was recorded");
    server.errors.wait(0, told); // the terminal is read by a thread of its own
    let board = server.board();
    assert_eq!(board["stage"], "broken");
    for lang in ["zh", "en"] {
        assert!(
            board["stopped"][lang].as_str().is_some_and(|sentence| !sentence.is_empty()),
            "{board}"
        );
    }
    assert_eq!(server.try_act(act).0, 422, "nobody goes on before it is mended");
}

/// At every kind of step one kind of harm after the other: the step is not recorded, the draw
/// stands still, the transcript is written anew with all that was recorded and nothing else, what
/// was there stays as it was, and the same step is recorded then.
#[test]
fn each_harm_at_each_kind_of_step() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("draw.jsonl");
    let server = Server::start(folder.path(), &["--plan", PLAN]);
    let mut tried = Vec::new();
    loop {
        let view = server.view();
        let Some((kind, act)) = next(&view) else { break };
        if kind != "seal" && !tried.contains(&kind) {
            tried.push(kind);
            for harm in &harm::ALL {
                one(&server, &act, harm, folder.path());
            }
        }
        let before = server.view()["operator"]["files"]["lines"].as_u64().unwrap();
        server.act(&act);
        let after = server.view()["operator"]["recorded"].as_u64();
        assert!(after.is_some_and(|after| after >= before), "{act}");
        assert_eq!(after, Some(fs::read_to_string(&file).unwrap().lines().count() as u64), "{act}");
    }
    let kinds = [
        "aftermath",
        "batch",
        "call",
        "choose",
        "close",
        "commit",
        "dice",
        "missed",
        "next",
        "reveal",
        "signatures",
        "undo",
    ];
    tried.sort_unstable();
    assert_eq!(tried, kinds);
    verified(&file);
    let minutes = server.page("print/minutes?lang=en");
    assert!(minutes.contains("was edited; all lines recorded were written again"), "{minutes}");
}

fn one(server: &Server, act: &Value, harm: &harm::Harm, folder: &Path) {
    let file = folder.join("draw.jsonl");
    let recorded = fs::read(&file).unwrap();
    (harm.does)(&file);
    let harmed = Some(&file)
        .filter(|_| harm.name != "replaced by a pipe")
        .and_then(|file| fs::read(file).ok());
    let before = beside(folder, "damaged").len();
    stands_still(server, act, harm.told);
    server.act(&json!({"do": "anew"}));
    assert_eq!(fs::read(&file).unwrap(), recorded, "{}", harm.name);
    let mut damaged = beside(folder, "damaged");
    assert_eq!(
        damaged.len() - before,
        usize::from(harm.stays && harmed.as_ref().is_none_or(|bytes| !bytes.is_empty())),
        "{}",
        harm.name
    );
    if let (true, Some(harmed)) = (damaged.len() > before, harmed) {
        damaged.sort_by_key(|path| (path.as_os_str().len(), path.clone()));
        assert_eq!(
            fs::read(damaged.last().unwrap()).unwrap(),
            harmed,
            "{}: what was there stays as it was",
            harm.name
        );
    }
    assert!(
        server.view()["operator"]["told"][0].as_str().unwrap().contains("written again"),
        "{}",
        harm.name
    );
    let (code, why) = refused(folder, &[]);
    assert_eq!(code, Some(2), "the new file is locked too");
    assert!(why.contains("another program is writing"), "{why}");
}

/// Nobody clicks: it is told within seconds all the same, and a file that is put back is gone on
/// with.
#[test]
fn harm_is_told_without_a_click_and_a_file_put_back_is_gone_on_with() {
    let folder = TempDir::new().unwrap();
    let (file, aside) = (folder.path().join("draw.jsonl"), folder.path().join("aside"));
    let server = Server::start(folder.path(), &["--plan", PLAN]);
    server.draw_to("reveals");
    let recorded = fs::read(&file).unwrap();
    fs::rename(&file, &aside).unwrap();
    assert!(server.until(|view| view["stage"] == "broken") < Duration::from_secs(3));
    assert_eq!(server.try_act(&json!({"do": "reopen"})).0, 422, "it is not there");
    assert_eq!(
        server.view()["operator"]["files"]["lines"],
        recorded.split(|b| *b == b'\n').count() - 1
    );
    fs::rename(&aside, &file).unwrap();
    server.until(|view| {
        view["operator"]["broken"].as_str().is_some_and(|why| why.contains("there again"))
    });
    assert_eq!(server.try_act(&typed("close")).0, 422, "the operator decides when it goes on");
    server.act(&json!({"do": "reopen"}));
    server.draw_to("done");
    assert!(fs::read(&file).unwrap().starts_with(&recorded));
    verified(&file);
}

/// Before the seal nothing is recorded: a file that is gone is made again, another draw that was
/// put there is not sealed over.
#[test]
fn before_the_seal() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("draw.jsonl");
    let server = Server::start(folder.path(), &["--plan", PLAN]);
    fs::remove_file(&file).unwrap();
    assert_eq!(server.try_act(&json!({"do": "seal"})).0, 422);
    assert!(!file.exists(), "nothing was sealed into a file that nobody finds");
    server.act(&json!({"do": "anew"}));
    assert_eq!(server.view()["stage"], "plan");
    fs::rename(&file, folder.path().join("empty")).unwrap();
    fs::write(&file, "holiday\n").unwrap();
    assert_eq!(server.try_act(&json!({"do": "seal"})).0, 422);
    assert_eq!(server.try_act(&json!({"do": "anew"})).0, 422, "it is not ours");
    assert_eq!(fs::read_to_string(&file).unwrap(), "holiday\n");
    fs::remove_file(&file).unwrap();
    server.act(&json!({"do": "reopen"}));
    server.draw_to("done");
    verified(&file);
}

/// The folder goes, with everything in it.
#[test]
fn the_folder_is_removed() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("hall");
    fs::create_dir(&out).unwrap();
    let server = Server::spawn(command_at(folder.path(), "hall/draw.jsonl", &["--plan", PLAN]));
    server.draw_to("numbers");
    server.act(&json!({"do": "pause", "reason": "tea"}));
    server.act(&json!({"do": "resume"}));
    let recorded = fs::read(out.join("draw.jsonl")).unwrap();
    fs::remove_dir_all(&out).unwrap();
    server.until(|view| view["stage"] == "broken");
    server.act(&json!({"do": "anew"}));
    assert_eq!(fs::read(out.join("draw.jsonl")).unwrap(), recorded);
    drop(server);
    let server = Server::spawn(command_at(folder.path(), "hall/draw.jsonl", &[]));
    assert_eq!(server.view()["stage"], "numbers");
    let minutes = server.page("print/minutes?lang=en");
    assert!(minutes.contains("tea"), "the notes came back too: {minutes}");
}

/// The room for a write is made by emptying the transcript: that is told, and nothing is lost by
/// reading again from the disk.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_and_a_cut_file() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("draw.jsonl");
    let mut through = std::process::Command::new("sh");
    through.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""]).arg(crate::server::program());
    through
        .args(["--lang", "en", "serve", "--out", "draw.jsonl", "--port", "0", "--plan", PLAN])
        .current_dir(folder.path());
    let server = Server::spawn(through);
    server.draw_to("reveals");
    let recorded = fs::read(&file).unwrap();
    if !server.limit(recorded.len()) {
        return; // without prlimit there is no full disk to try
    }
    let reveal = typed("reveal r1 4711");
    let (status, body) = server.try_act(&reveal);
    assert_eq!(status, 422, "{body}");
    assert!(body["error"].as_str().unwrap().contains("all lines before it are safe"), "{body}");
    fs::OpenOptions::new().write(true).truncate(true).open(&file).unwrap();
    assert_eq!(server.try_act(&json!({"do": "reopen"})).0, 422);
    assert!(server.view()["operator"]["broken"].as_str().unwrap().contains("cut short"));
    assert!(server.limit(usize::MAX));
    server.act(&json!({"do": "anew"}));
    assert_eq!(fs::read(&file).unwrap(), recorded);
    server.draw_to("done");
    verified(&file);
}

/// Killed after the harm and before anybody could be told: the start does not take what is there
/// for the whole.
#[test]
fn a_shorter_transcript_is_not_gone_on_with() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("draw.jsonl");
    let server = Server::start(folder.path(), &["--plan", PLAN]);
    server.draw_to("numbers");
    drop(server);
    let whole = fs::read(&file).unwrap();
    let lines = whole.split_inclusive(|b| *b == b'\n').count();
    let start = |lines: usize| {
        whole.split_inclusive(|b| *b == b'\n').take(lines).flatten().copied().collect::<Vec<u8>>()
    };
    for left in [0, 3, 40, 45, lines - 1] {
        fs::write(&file, start(left)).unwrap();
        for program in [vec!["serve"], vec!["run", "--plan", "draw.plan.jsonl"]] {
            let mut again = std::process::Command::new(crate::server::program());
            again
                .args(["--lang", "en"])
                .args(&program)
                .args(["--out", "draw.jsonl"])
                .current_dir(folder.path());
            let (code, why) = ended(again);
            assert_eq!(code, Some(2), "{left} {program:?}: {why}");
            assert!(
                why.contains(&format!("found {left} lines; expected at least {lines}")),
                "{left} {program:?}: {why}"
            );
        }
        assert_eq!(fs::read(&file).unwrap(), start(left), "nothing was changed");
    }
    fs::remove_file(&file).unwrap();
    assert_eq!(refused(folder.path(), &[]).0, Some(2));
    // Both were taken away: that is a new draw, and it is told.
    fs::remove_file(&file).unwrap();
    fs::remove_file(folder.path().join("draw.plan.jsonl")).unwrap();
    let server = Server::start(folder.path(), &["--plan", PLAN]);
    assert!(server.errors.all().contains("a draw was sealed here"), "{}", server.errors.all());
    server.draw_to("roll_call");
    assert_eq!(beside(folder.path(), "old-1").len(), 1);
}

/// The notes of the hall are removed or changed: nothing of them is lost either.
#[test]
fn the_notes_are_written_anew() {
    let folder = TempDir::new().unwrap();
    let log = folder.path().join("draw.hall.jsonl");
    let server = Server::start(folder.path(), &["--plan", PLAN]);
    server.draw_to("reveals");
    server.act(&json!({"do": "pause", "reason": "fire alarm"}));
    for remove in [true, false] {
        match remove {
            true => fs::remove_file(&log).unwrap(),
            false => fs::write(&log, "").unwrap(),
        }
        server.act(&json!({"do": "resume"}));
        assert!(server.view()["operator"]["log"].as_str().unwrap().contains("written again"));
        assert!(fs::read_to_string(&log).unwrap().contains("fire alarm"));
        server.act(&json!({"do": "pause", "reason": "fire alarm again"}));
        assert!(server.view()["operator"]["log"].is_null());
    }
}

/// The program is told to end while the file is harmed, whether anybody saw it or not: all that is
/// recorded is written before.
#[test]
fn told_to_end_with_a_harmed_file() {
    for (number, harm) in harm::ALL.iter().enumerate() {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("draw.jsonl");
        let server = Server::start(folder.path(), &["--plan", PLAN]);
        server.draw_to("roll_call");
        let recorded = fs::read(&file).unwrap();
        (harm.does)(&file);
        if number % 2 == 0 {
            server.until(|view| view["stage"] == "broken");
        }
        let said = server.signal(["-INT", "-TERM", "-HUP"][number % 3]);
        assert!(
            said.contains(harm.told) && said.contains("written again and read back"),
            "{}: {said}",
            harm.name
        );
        let rescued = beside(folder.path(), "rescued");
        assert_eq!(rescued.len(), usize::from(harm.stays), "{}: {said}", harm.name);
        assert_eq!(fs::read(rescued.first().unwrap_or(&file)).unwrap(), recorded, "{}", harm.name);
        // The same content in another file is a transcript like any other.
        let refused_now = fs::metadata(&file).is_ok_and(|about| about.is_file())
            && harm.name != "replaced by the same";
        if let Some(rescued) = rescued.first().filter(|_| refused_now) {
            let (code, why) = refused(folder.path(), &[]);
            assert!(
                code == Some(2) && why.contains(&rescued.display().to_string()),
                "{}: {why}",
                harm.name
            );
        }
    }
    // Nothing happened to it: nothing is written.
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path(), &["--plan", PLAN]);
    server.draw_to("roll_call");
    server.signal("-TERM");
    assert!(beside(folder.path(), "rescued").is_empty());
}

/// The folder in which the program was started goes; and where nothing can be written, the recorded
/// lines are saved from memory.
#[test]
fn the_folder_of_the_program_is_removed() {
    let above = TempDir::new().unwrap();
    let folder = above.path().join("hall");
    fs::create_dir(&folder).unwrap();
    let server = Server::start(&folder, &["--plan", PLAN]);
    server.draw_to("numbers");
    let recorded = fs::read(folder.join("draw.jsonl")).unwrap();
    fs::remove_dir_all(&folder).unwrap();
    server.until(|view| view["stage"] == "broken");
    server.act(&json!({"do": "anew"}));
    assert_eq!(fs::read(folder.join("draw.jsonl")).unwrap(), recorded);
    fs::remove_dir_all(&folder).unwrap();
    fs::write(&folder, "synthetic: something else").unwrap();
    server.until(|view| view["stage"] == "broken");
    assert_eq!(server.try_act(&json!({"do": "anew"})).0, 422);
    assert_eq!(server.page("recorded.jsonl").as_bytes(), recorded);
    fs::remove_file(&folder).unwrap();
    server.act(&json!({"do": "anew"}));
    server.draw_to("done");
    verified(&folder.join("draw.jsonl"));
}

/// Killed while the transcript was written anew: the start names what is left of that.
#[test]
fn what_a_killed_program_left_is_named() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("draw.jsonl");
    let server = Server::start(folder.path(), &["--plan", PLAN]);
    server.draw_to("numbers");
    drop(server);
    let part = folder.path().join("draw.part-1.jsonl");
    fs::rename(&file, &part).unwrap();
    let lines = fs::read_to_string(&part).unwrap().lines().count();
    for program in [vec!["serve"], vec!["run", "--plan", "draw.plan.jsonl"]] {
        let mut again = std::process::Command::new(crate::server::program());
        again
            .args(["--lang", "en"])
            .args(&program)
            .args(["--out", "draw.jsonl"])
            .current_dir(folder.path());
        let (code, why) = ended(again);
        assert!(
            code == Some(2) && why.contains(&format!("draw.part-1.jsonl has {lines} lines")),
            "{program:?}: {why}"
        );
    }
    fs::rename(&part, &file).unwrap();
    Server::start(folder.path(), &[]).draw_to("done");
    verified(&file);
}

/// Transcript and plan are gone and the notes are there: the page says so too.
#[test]
fn a_draw_that_was_here_is_told_on_the_page() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path(), &["--plan", PLAN]);
    server.draw_to("numbers");
    drop(server);
    fs::remove_file(folder.path().join("draw.jsonl")).unwrap();
    fs::remove_file(folder.path().join("draw.plan.jsonl")).unwrap();
    let server = Server::start(folder.path(), &[]);
    assert!(
        server.view()["operator"]["log"]
            .as_str()
            .is_some_and(|told| told.contains("a draw was sealed here")),
        "{}",
        server.view()
    );
}

/// A pipe or a device in place of the notes or the plan: nothing waits for it, while the hall is
/// open or when it is opened.
#[test]
fn what_is_no_file_is_not_opened() {
    let folder = TempDir::new().unwrap();
    let (log, plan) =
        (folder.path().join("draw.hall.jsonl"), folder.path().join("draw.plan.jsonl"));
    let other = |path: &Path, device: bool| {
        fs::rename(path, path.with_extension("away")).unwrap();
        match device {
            true => std::os::unix::fs::symlink("/dev/zero", path).unwrap(),
            false => harm::pipe(path),
        }
    };
    let back = |path: &Path| {
        fs::remove_file(path).unwrap();
        fs::rename(path.with_extension("away"), path).unwrap();
    };
    for device in [false, true] {
        let server = Server::start(folder.path(), &["--plan", PLAN]);
        if server.view()["stage"] == "plan" {
            other(&plan, device);
            let (status, body) = server.try_act(&json!({"do": "seal"}));
            assert!(
                status == 422
                    && body.to_string().contains("draw.plan.jsonl: found a pipe, a device"),
                "{body}"
            );
            back(&plan);
            server.act(&json!({"do": "seal"}));
        }
        other(&log, device);
        server.act(&json!({"do": "pause", "reason": "tea"}));
        assert!(server.view()["operator"]["log"].as_str().unwrap().contains("written again"));
        server.act(&json!({"do": "resume"}));
        assert!(fs::read_to_string(&log).unwrap().contains("tea"));
        drop(server);
        for path in [&log, &plan] {
            other(path, device);
            let (code, why) = refused(folder.path(), &[]);
            let name = path.file_name().unwrap().to_str().unwrap();
            assert!(
                code == Some(2) && why.contains(&format!("{name}: found a pipe, a device")),
                "{why}"
            );
            let mut run = std::process::Command::new(crate::server::program());
            run.args(["--lang", "zh", "run", "--plan", "draw.plan.jsonl", "--out", "draw.jsonl"])
                .current_dir(folder.path());
            let (code, why) = ended(run);
            assert!(code == Some(2) && why.contains("是管道、设备之类"), "{why}");
            back(path);
        }
    }
}

/// A plan that was damaged after the seal is not needed; a transcript with another ending has files
/// of its own.
#[test]
fn a_damaged_plan_and_another_ending() {
    let folder = TempDir::new().unwrap();
    let (plan, other) =
        (folder.path().join("draw.plan.jsonl"), folder.path().join("draw.txt.plan.jsonl"));
    let server = Server::start(folder.path(), &["--plan", PLAN]);
    server.draw_to("roll_call");
    drop(server);
    let server = Server::spawn(command_at(folder.path(), "draw.txt", &[]));
    assert_eq!(server.view()["stage"], "empty", "the plan of draw.jsonl is not that of draw.txt");
    drop(server);
    let server = Server::spawn(command_at(folder.path(), "draw.txt", &["--plan", PLAN]));
    server.draw_to("roll_call");
    assert!(other.exists() && folder.path().join("draw.txt.hall.jsonl").exists());
    drop(server);
    let whole = fs::read(&plan).unwrap();
    fs::write(&plan, &whole[..whole.len() / 2]).unwrap();
    let (code, why) = refused(folder.path(), &[]);
    assert!(
        code == Some(2)
            && why.contains("draw.jsonl holds it: move ")
            && why.contains("draw.plan.jsonl away"),
        "{why}"
    );
    fs::remove_file(&plan).unwrap();
    drop(Server::start(folder.path(), &[]));
    assert_eq!(fs::read(&plan).unwrap(), whole);
}
