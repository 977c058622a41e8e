//! The stick with the second copy: what it holds when the draw on this machine is lost, and what
//! happens while it hangs.

use crate::disk::verified;
use crate::harm::{beside, pipe};
use crate::server::{PLAN, Server, refused};
use serde_json::json;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A folder for the draw and one that stands for a stick.
struct Two {
    folder: TempDir,
    stick: TempDir,
}

impl Two {
    fn new() -> Two {
        Two { folder: TempDir::new().unwrap(), stick: TempDir::new().unwrap() }
    }

    fn own(&self) -> std::path::PathBuf {
        self.folder.path().join("draw.jsonl")
    }

    fn copy(&self) -> std::path::PathBuf {
        self.stick.path().join("draw.jsonl")
    }

    fn with<'a>(&'a self, more: &[&'a str]) -> Vec<&'a str> {
        ["--copy", self.stick.path().to_str().unwrap()].iter().chain(more).copied().collect()
    }

    fn start(&self, more: &[&str]) -> Server {
        Server::start(self.folder.path(), &self.with(more))
    }

    /// A draw that got so far, and was killed.
    fn drawn(stage: &str) -> Two {
        Two::drawn_with(PLAN, stage)
    }

    fn drawn_with(plan: &str, stage: &str) -> Two {
        let two = Two::new();
        let server = two.start(&["--plan", plan]);
        server.draw_to(stage);
        server.act(&json!({"do": "pause", "reason": "tea"}));
        server.act(&json!({"do": "resume"}));
        drop(server);
        assert_eq!(fs::read(two.own()).unwrap(), fs::read(two.copy()).unwrap());
        two
    }

    fn remove(&self, names: &[&str]) {
        names.iter().for_each(|name| fs::remove_file(self.folder.path().join(name)).unwrap());
    }
}

/// The files of this machine are lost, all or some, or shorter: the start is refused with the
/// command that goes on, which brings all back.
#[test]
fn one_goes_on_from_the_stick() {
    type Loss = fn(&Two);
    let losses: [Loss; 6] = [
        |two| two.remove(&["draw.jsonl"]),
        |two| two.remove(&["draw.jsonl", "draw.plan.jsonl"]),
        |two| two.remove(&["draw.jsonl", "draw.plan.jsonl", "draw.hall.jsonl"]),
        |two| two.remove(&["draw.jsonl", "draw.hall.jsonl"]),
        |two| fs::write(two.own(), "").unwrap(),
        |two| {
            let whole = fs::read(two.own()).unwrap();
            fs::write(two.own(), &whole[..whole.len() - 40]).unwrap(); // the last line is torn
            two.remove(&["draw.hall.jsonl"]);
        },
    ];
    for (number, loss) in losses.iter().enumerate() {
        let two = Two::drawn("numbers");
        let whole = fs::read(two.copy()).unwrap();
        loss(&two);
        let before = fs::read(two.own()).ok();
        for more in [&["--plan", PLAN][..], &[]] {
            let (code, why) = refused(two.folder.path(), &two.with(more));
            assert_eq!(code, Some(2), "loss {number}: {why}");
            assert!(
                why.contains("the copy holds more of this draw") && why.contains("--from-copy"),
                "loss {number}: {why}"
            );
            assert!(why.contains(two.stick.path().to_str().unwrap()), "the exact command: {why}");
        }
        assert_eq!(fs::read(two.own()).ok(), before, "nothing was changed");
        let server = two.start(&["--from-copy"]);
        assert_eq!(fs::read(two.own()).unwrap(), whole, "loss {number}");
        assert_eq!(server.view()["stage"], "numbers", "loss {number}");
        let aside = usize::from(before.is_some_and(|before| !before.is_empty()));
        assert_eq!(
            beside(two.folder.path(), "draw.damaged").len(),
            aside,
            "loss {number}: a shorter one stays"
        );
        assert!(server.page("print/minutes?lang=en").contains("tea"), "the notes came along");
        server.draw_to("done");
        assert_eq!(fs::read(two.own()).unwrap(), fs::read(two.copy()).unwrap());
        verified(&two.own());
    }
}

/// What `--from-copy` does not do.
#[test]
fn what_is_not_brought_back() {
    let two = Two::drawn("numbers");
    // Nothing is missing: it goes on as it is.
    drop(two.start(&["--from-copy"]));
    // Two draws of one name: neither is touched.
    let own = fs::read(two.own()).unwrap();
    let plan = two.folder.path().join("other-plan.jsonl");
    fs::write(&plan, fs::read_to_string(PLAN).unwrap().replacen("示例数据", "另一场示例数据", 1))
        .unwrap();
    let other = Two::drawn_with(plan.to_str().unwrap(), "reveals");
    fs::copy(other.copy(), two.copy()).unwrap();
    let copy = fs::read(two.copy()).unwrap();
    let (code, why) = refused(two.folder.path(), &two.with(&["--from-copy"]));
    assert!(code == Some(2) && why.contains("these are two draws"), "{why}");
    assert_eq!((fs::read(two.own()).unwrap(), fs::read(two.copy()).unwrap()), (own, copy));
    // An empty stick, something else on it, and no stick at all.
    fs::remove_file(two.copy()).unwrap();
    let (code, why) = refused(two.folder.path(), &two.with(&["--from-copy"]));
    assert!(code == Some(2) && why.contains("draw.jsonl"), "{why}");
    fs::write(two.copy(), "holiday\n").unwrap();
    let (code, why) = refused(two.folder.path(), &two.with(&["--from-copy"]));
    assert!(code == Some(2) && why.contains("no sealed draw"), "{why}");
    assert_eq!(refused(two.folder.path(), &["--from-copy"]).0, Some(2), "without --copy");
}

/// The stick was away at the start and comes with a sealed draw: it is told before the seal, and
/// nothing is sealed.
#[test]
fn a_stick_that_comes_back_with_a_sealed_draw() {
    let two = Two::drawn("numbers");
    let away = two.folder.path().join("away");
    fs::rename(two.stick.path(), &away).unwrap();
    two.remove(&["draw.jsonl", "draw.plan.jsonl", "draw.hall.jsonl"]);
    let server = two.start(&["--plan", PLAN]);
    assert!(server.warning().unwrap().contains("the stick is gone"));
    fs::rename(&away, two.stick.path()).unwrap();
    let copy = fs::read(two.copy()).unwrap();
    // At once, without waiting for the look between the steps.
    let (status, body) = server.try_act(&json!({"do": "seal"}));
    assert_eq!(status, 422, "{body}");
    assert!(body["error"].as_str().unwrap().contains("--from-copy"), "{body}");
    assert!(
        server.until(|view| view["operator"]["files"]["copy"]["warning"]
            .as_str()
            .is_some_and(|w| w.contains("holds more")))
            < Duration::from_secs(3)
    );
    assert_eq!(server.view()["stage"], "plan");
    assert_eq!(fs::read(two.copy()).unwrap(), copy);
    drop(server);
    let server = two.start(&["--from-copy"]);
    assert_eq!(server.view()["stage"], "numbers");
}

/// The stick was away when the draw was sealed anew: its other draw is told as soon as it is back,
/// and stays.
#[test]
fn a_stick_that_comes_back_after_the_seal() {
    let two = Two::drawn("numbers");
    let away = two.folder.path().join("away");
    fs::rename(two.stick.path(), &away).unwrap();
    two.remove(&["draw.jsonl", "draw.plan.jsonl", "draw.hall.jsonl"]);
    // A draw made within the same seconds is the same to the byte, and goes on in the copy.
    std::thread::sleep(Duration::from_millis(1100));
    let server = two.start(&["--plan", PLAN]);
    server.draw_to("reveals");
    fs::rename(&away, two.stick.path()).unwrap();
    let copy = fs::read(two.copy()).unwrap();
    let other = |warning: &str| warning.contains("another file is there");
    let told = |view: &serde_json::Value| {
        view["operator"]["files"]["copy"]["warning"].as_str().is_some_and(other)
    };
    assert!(server.until(told) < Duration::from_secs(3));
    server.draw_to("done");
    assert_eq!(fs::read(two.copy()).unwrap(), copy);
}

/// After the seal the source is gone or shorter, and somebody writes to the copy: never whole.
#[test]
fn the_copy_is_never_called_whole_when_it_is_not() {
    let two = Two::new();
    let server = two.start(&["--plan", PLAN]);
    server.draw_to("reveals");
    assert_eq!(server.warning(), None);
    let whole = fs::read(two.copy()).unwrap();
    // A copy that was edited, of the same length.
    let mut edited = whole.clone();
    edited[100] ^= 1;
    fs::write(two.copy(), &edited).unwrap();
    server.until(|view| view["operator"]["files"]["copy"]["warning"].is_string());
    server.say("reveal r1 4711");
    assert!(server.warning().is_some());
    assert_eq!(fs::read(two.copy()).unwrap(), edited, "it stays as it is");
    fs::remove_file(two.copy()).unwrap();
    server.until(|view| view["operator"]["files"]["copy"]["warning"].is_null());
    assert_eq!(
        fs::read(two.copy()).unwrap(),
        fs::read(two.own()).unwrap(),
        "another is written, whole"
    );
    // A copy that was cut is filled up again.
    fs::write(two.copy(), &whole[..whole.len() / 2]).unwrap();
    server.say("reveal r2 4711");
    assert_eq!(fs::read(two.copy()).unwrap(), fs::read(two.own()).unwrap());
    // The source is gone: the copy stays, and the draw stands still.
    let copy = fs::read(two.copy()).unwrap();
    fs::remove_file(two.own()).unwrap();
    server.until(|view| view["stage"] == "broken");
    assert_eq!(fs::read(two.copy()).unwrap(), copy);
    server.act(&json!({"do": "anew"}));
    server.draw_to("done");
    assert_eq!(fs::read(two.copy()).unwrap(), fs::read(two.own()).unwrap());
}

/// How long the hall takes for an answer.
fn takes(work: impl FnOnce()) -> Duration {
    let begun = Instant::now();
    work();
    begun.elapsed()
}

const HANGS: &str = "the stick does not answer";

fn hangs(view: &serde_json::Value) -> bool {
    view["operator"]["files"]["copy"]["warning"]
        .as_str()
        .is_some_and(|warning| warning.contains(HANGS))
}

/// Opening a pipe waits for somebody at its other end: it stands for a stick that hangs.
fn hang(copy: &Path) {
    pipe(copy);
}

/// Lets go whoever waits at the pipe. It is removed first, so that nobody comes to wait at it
/// again.
pub(crate) fn let_go(copy: &Path) {
    let end = fs::OpenOptions::new().read(true).write(true).open(copy).unwrap();
    fs::remove_file(copy).unwrap();
    drop(end);
}

/// The stick hangs in the middle of the draw: the hall goes on, the warning is there in time and
/// goes when the stick answers again.
#[test]
fn a_stick_that_hangs_does_not_stop_the_hall() {
    let two = Two::new();
    let server = two.start(&["--plan", PLAN]);
    server.draw_to("roll_call");
    assert_eq!(server.warning(), None);
    hang(&two.copy());
    let begun = Instant::now();
    server.act(&json!({"do": "sign_sample"}));
    let version = server.board()["version"].as_u64().unwrap();
    assert!(takes(|| drop(server.view())) < Duration::from_secs(1));
    server.until(hangs);
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    // Pages that wait for a change are told.
    while server.board()["version"].as_u64().unwrap() == version {
        assert!(begun.elapsed() < Duration::from_secs(5));
    }
    // It is known to hang: no step waits for it any more.
    let steps = takes(|| server.draw_to("numbers"));
    assert!(steps < Duration::from_secs(8), "15 steps took {steps:?}");
    assert!(takes(|| drop(server.board())) < Duration::from_secs(1));
    assert!(hangs(&server.view()));
    let_go(&two.copy());
    server.until(|view| view["operator"]["files"]["copy"]["warning"].is_null());
    assert_eq!(fs::read(two.copy()).unwrap(), fs::read(two.own()).unwrap());
    // The program ends although the stick hangs.
    hang(&two.copy());
    server.say("dice 00416293857710359265");
    server.until(hangs);
    assert!(takes(|| server.interrupt()) < Duration::from_secs(2));
}

/// The stick hangs at the start already: the start does not wait longer than its patience.
#[test]
fn a_stick_that_hangs_at_the_start() {
    let two = Two::new();
    hang(&two.copy());
    let mut server = None;
    let begun = takes(|| server = Some(two.start(&["--plan", PLAN])));
    assert!(begun < Duration::from_secs(5), "{begun:?}");
    let server = server.unwrap();
    assert!(hangs(&server.view()));
    // Whether it holds a sealed draw is not known: the seal asks first.
    let (status, body) = server.try_act(&json!({"do": "seal"}));
    assert!(
        status == 422 && body["error"].as_str().unwrap().contains("may hold a sealed draw"),
        "{body}"
    );
    assert_eq!(fs::metadata(two.own()).unwrap().len(), 0);
    server.draw_to("reveals");
    let_go(&two.copy());
    server.until(|view| view["operator"]["files"]["copy"]["warning"].is_null());
    assert_eq!(fs::read(two.copy()).unwrap(), fs::read(two.own()).unwrap());
}

/// The stick hangs, the transcript is edited, the stick answers again: what is recorded is copied,
/// not what stands in the file.
#[test]
fn an_edited_line_never_reaches_the_stick() {
    let two = Two::new();
    let server = two.start(&["--plan", PLAN]);
    server.draw_to("reveals");
    let good = fs::read(two.copy()).unwrap();
    hang(&two.copy());
    server.say("reveal r1 4711");
    server.until(hangs);
    server.say("reveal r2 4712");
    let recorded = fs::read_to_string(two.own()).unwrap();
    assert!(recorded.contains("4712"));
    fs::write(two.own(), recorded.replace("4712", "4713")).unwrap();
    server.until(|view| view["stage"] == "broken");
    let end = fs::OpenOptions::new().read(true).write(true).open(two.copy()).unwrap();
    let back = two.stick.path().join("back");
    fs::write(&back, &good).unwrap();
    fs::rename(&back, two.copy()).unwrap();
    drop(end);
    std::thread::sleep(Duration::from_millis(1500));
    let copy = fs::read_to_string(two.copy()).unwrap();
    assert!(!copy.contains("4713") && recorded.starts_with(&copy), "{copy}");
    server.act(&json!({"do": "anew"}));
    server.draw_to("done");
    server.until(|view| view["operator"]["files"]["copy"]["warning"].is_null());
    assert_eq!(fs::read(two.copy()).unwrap(), fs::read(two.own()).unwrap());
    verified(&two.copy());
}

/// A byte of the seed line is another one.
fn damage(file: &Path) -> Vec<u8> {
    let mut bytes = fs::read(file).unwrap();
    let at = bytes.windows(13).position(|part| part == b"\"kind\":\"seed\"").unwrap() + 20;
    bytes[at] ^= 1;
    fs::write(file, &bytes).unwrap();
    bytes
}

/// One of the two is damaged: the start says which, and the other one is gone on with.
#[test]
fn transcript_and_copy_differ() {
    for log in [true, false] {
        let two = Two::drawn("choice");
        let damaged = damage(&two.own());
        if !log {
            two.remove(&["draw.hall.jsonl"]);
        }
        let (code, why) = refused(two.folder.path(), &two.with(&[]));
        assert_eq!(code, Some(2), "{why}");
        assert!(
            why.contains("does not follow from the plan")
                && why.contains("has all that the hall noted"),
            "{why}"
        );
        assert!(why.contains("--from-copy"), "{why}");
        assert_eq!(fs::read(two.own()).unwrap(), damaged);
        let server = two.start(&["--from-copy"]);
        assert_eq!(fs::read(&beside(two.folder.path(), "draw.damaged-1")[0]).unwrap(), damaged);
        server.draw_to("done");
        verified(&two.own());
    }
    // The copy is the bad one: nothing is brought, and without it one goes on.
    let two = Two::drawn("choice");
    let own = fs::read(two.own()).unwrap();
    damage(&two.copy());
    for more in [&["--from-copy"][..], &[]] {
        let (code, why) = refused(two.folder.path(), &two.with(more));
        assert!(
            code == Some(2) && why.contains("does not follow") && why.contains("rename"),
            "{why}"
        );
    }
    assert_eq!(fs::read(two.own()).unwrap(), own);
    fs::rename(two.copy(), two.stick.path().join("bad.jsonl")).unwrap();
    two.start(&[]).draw_to("done");
    assert_eq!(fs::read(two.copy()).unwrap(), fs::read(two.own()).unwrap());
}

/// The copy fell behind and the transcript is lost: what the copy lacks is told, and the command
/// that is told goes on from what there is.
#[test]
fn a_copy_that_is_behind() {
    let two = Two::new();
    let server = two.start(&["--plan", PLAN]);
    server.draw_to("reveals");
    let behind = fs::read_to_string(two.copy()).unwrap().lines().count() + 1;
    let away = two.folder.path().join("away");
    fs::rename(two.stick.path(), &away).unwrap();
    server.draw_to("choice");
    let last = fs::read_to_string(two.own()).unwrap().lines().count();
    drop(server);
    fs::rename(&away, two.stick.path()).unwrap();
    two.remove(&["draw.jsonl"]);
    for more in [&[][..], &["--from-copy"]] {
        let (code, why) = refused(two.folder.path(), &two.with(more));
        assert!(
            code == Some(2) && why.contains(&format!("the lines {behind} to {last} are missing")),
            "{why}"
        );
        assert!(why.contains("from-copy/draw.jsonl"), "{why}");
        assert_eq!(
            fs::metadata(two.own()).map_or(0, |about| about.len()),
            0,
            "nothing was brought back"
        );
    }
    let server = Server::spawn(crate::server::command_at(
        two.folder.path(),
        "from-copy/draw.jsonl",
        &two.with(&["--from-copy"]),
    ));
    assert_eq!(server.view()["stage"], "reveals");
    server.draw_to("done");
    verified(&two.copy());
}

/// A link to the transcript is no copy.
#[test]
fn a_link_is_no_copy() {
    for hard in [true, false] {
        let two = Two::new();
        let server = Server::start(two.folder.path(), &["--plan", PLAN]);
        server.draw_to("reveals");
        drop(server);
        match hard {
            // on another disk there is none
            true => fs::hard_link(two.own(), two.copy()).unwrap_or(()),
            false => std::os::unix::fs::symlink(two.own(), two.copy()).unwrap(),
        }
        let server = two.start(&[]);
        if fs::symlink_metadata(two.copy()).is_ok() {
            server.until(|view| {
                view["operator"]["files"]["copy"]["warning"]
                    .as_str()
                    .is_some_and(|warning| warning.contains("not a copy but a link"))
            });
        }
    }
}

/// The stick is not there and its folder is: the page says that the copy is on the disk of the
/// transcript.
#[test]
fn a_folder_without_its_stick_is_told_on_the_page() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("stick")).unwrap();
    let server = Server::start(folder.path(), &["--plan", PLAN, "--copy", "stick"]);
    let same = server.view()["operator"]["files"]["copy"]["same"].as_str().map(str::to_owned);
    assert!(same.is_some_and(|same| same.contains("on the same disk")), "{}", server.view());
}

/// The command that is told works as it stands, also where a path has spaces, and keeps what was
/// typed.
#[test]
fn the_command_that_is_told_works() {
    let above = TempDir::new().unwrap();
    let (folder, stick) = (above.path().join("hall one"), above.path().join("stick 盘"));
    fs::create_dir(&folder).unwrap();
    fs::create_dir(&stick).unwrap();
    let copy = stick.to_str().unwrap();
    let server = Server::start(&folder, &["--plan", PLAN, "--copy", copy, "--no-clock"]);
    server.draw_to("numbers");
    drop(server);
    fs::remove_file(folder.join("draw.jsonl")).unwrap();
    let mut start = crate::server::command(&folder, &["--copy", copy, "--no-clock"]);
    start.env_remove("CARGO").env_remove("CARGO_PKG_NAME");
    let (code, why) = crate::server::ended(start);
    assert_eq!(code, Some(2), "{why}");
    let told = why
        .lines()
        .find(|line| line.ends_with("--port 0 --no-clock"))
        .unwrap_or_else(|| panic!("{why}"));
    let mut through = std::process::Command::new("sh");
    through.args(["-c", &format!("exec {}", told.trim())]).current_dir(above.path());
    let server = Server::spawn(through);
    assert_eq!(server.view()["stage"], "numbers");
}
