//! The clock of the computer is set while the draw runs: it is told, and gives or takes nobody's
//! time.

use crate::server::{PLAN, Server, command};
use serde_json::{Value, json};
use std::fs;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tempfile::TempDir;

use floorlot_hall::{clock as clocks, web::turn};

/// A hall whose clock can be set, by writing seconds into a file.
fn start(folder: &TempDir, plan: &str) -> Server {
    let mut serve = command(folder.path(), &["--plan", plan]);
    serve.env("FLOORLOT_TEST_CLOCK", folder.path().join("clock"));
    Server::spawn(serve)
}

fn set(folder: &TempDir, seconds: i64) {
    fs::write(folder.path().join("clock.tmp"), seconds.to_string()).unwrap();
    fs::rename(folder.path().join("clock.tmp"), folder.path().join("clock")).unwrap();
}

fn jumps(view: &Value) -> &[Value] {
    view["operator"]["clock"].as_array().unwrap()
}

fn left(view: &Value) -> u64 {
    view["left"].as_u64().unwrap()
}

#[test]
fn a_jump_is_told_and_noted_and_changes_no_time() {
    let folder = TempDir::new().unwrap();
    let server = start(&folder, PLAN);
    set(&folder, 7200); // before the seal nobody minds
    server.draw_to("choice");
    assert!(jumps(&server.view()).is_empty());
    let before = left(&server.view());
    assert!((170_000..=180_000).contains(&before), "{before}");
    // An hour forward: without a click, within seconds.
    set(&folder, 7200 + 3600);
    assert!(server.until(|view| jumps(view).len() == 1) < Duration::from_secs(3));
    let view = server.view();
    let told = jumps(&view)[0]["told"].as_str().unwrap();
    assert!(told.contains("jumped forward by 60 minutes"), "{told}");
    assert_eq!(jumps(&view)[0]["fresh"], true);
    assert!((before - 20_000..=before).contains(&left(&view)), "{before} {}", left(&view));
    assert!(
        (before - 20_000..=before).contains(&left(&server.board())),
        "a board that is opened now"
    );
    // Back by less than a minute, then by more, together: nothing is told twice.
    set(&folder, 7200 + 3600 - 40);
    std::thread::sleep(Duration::from_millis(1200));
    assert_eq!(jumps(&server.view()).len(), 1);
    set(&folder, 7200 + 3600 - 80);
    server.until(|view| jumps(view).len() == 2);
    assert!(jumps(&server.view())[1]["told"].as_str().unwrap().contains("jumped back by 1 minute"));
    assert!((before - 20_000..=before).contains(&left(&server.view())));
    let notes = fs::read_to_string(folder.path().join("draw.hall.jsonl")).unwrap();
    assert_eq!(notes.matches("\"clock\":").count(), 2, "{notes}");
    let minutes = server.page("print/minutes?lang=zh");
    assert!(
        minutes.contains("本机时钟向前跳了 60 分钟") && minutes.contains("本机时钟向后跳了 1 分钟"),
        "{minutes}"
    );
    server.draw_to("done");
}

/// The time goes on from the recorded times when the program is started again, and does not run in
/// a pause.
#[test]
fn the_time_of_a_choice_after_a_pause_and_a_restart() {
    let folder = TempDir::new().unwrap();
    let server = start(&folder, PLAN);
    server.draw_to("choice");
    let first = left(&server.view());
    std::thread::sleep(Duration::from_millis(2500));
    let second = left(&server.view());
    assert!((first - 6000..=first - 2000).contains(&second), "{first} {second}");
    server.act(&json!({"do": "pause", "reason": "tea"}));
    let paused = left(&server.view());
    std::thread::sleep(Duration::from_millis(2500));
    assert_eq!(left(&server.view()), paused);
    drop(server);
    std::thread::sleep(Duration::from_millis(1500));
    let server = start(&folder, PLAN);
    let again = left(&server.view());
    assert!(
        again.abs_diff(paused) <= 2000,
        "the recorded times have whole seconds: {paused} {again}"
    );
    server.act(&json!({"do": "resume"}));
    std::thread::sleep(Duration::from_millis(1500));
    assert!(left(&server.view()) < again - 1000);
    assert!(left(&server.view()) > again - 8000);
    // The next household has its whole time.
    server.draw_to("call");
    server.draw_to("choice");
    assert!(left(&server.view()) > 175_000);
}

/// A jump that was noted takes no time after a restart either; a clock that is set while the
/// program is off is asked about.
#[test]
fn a_clock_that_was_set_takes_no_time_after_a_restart() {
    let folder = TempDir::new().unwrap();
    let server = start(&folder, PLAN);
    server.draw_to("choice");
    let whole = left(&server.view());
    let mut clock = 0;
    let restart = |server: Server, clock: i64| {
        drop(server);
        set(&folder, clock);
        start(&folder, PLAN)
    };
    let jump = |server: &Server, clock: i64| {
        let before = jumps(&server.view()).len();
        set(&folder, clock);
        server.until(|view| jumps(view).len() == before + 1);
    };
    let mut server = server;
    for by in [7200, -3600] {
        clock += by;
        jump(&server, clock);
        server = restart(server, clock);
        let view = server.view();
        assert_eq!(view["operator"]["time_asked"], false);
        assert!(
            (whole - 25_000..=whole + 1_000).contains(&left(&view)),
            "{by}: {whole} {}",
            left(&view)
        );
    }
    // In a pause too: it counts once.
    server.act(&json!({"do": "pause", "reason": "tea"}));
    clock += 7200;
    jump(&server, clock);
    server.act(&json!({"do": "resume"}));
    server = restart(server, clock);
    assert!(
        (whole - 30_000..=whole + 1_000).contains(&left(&server.view())),
        "{whole} {}",
        left(&server.view())
    );
    // While it is off, forward and back: no time is shown before the operator has answered, and a
    // pause is no answer.
    let time = |whole: bool| json!({"do": "time", "whole": whole});
    assert_eq!(server.try_act(&time(true)).0, 422, "nothing is asked");
    for by in [3600, -7200] {
        clock += by;
        server = restart(server, clock);
        assert!(
            server.view()["operator"]["time_asked"] == true && server.view()["left"].is_null(),
            "{by}"
        );
        server.act(&json!({"do": "pause", "reason": "the clock"}));
        server.act(&json!({"do": "resume"}));
        assert!(
            server.view()["operator"]["time_asked"] == true && server.view()["left"].is_null(),
            "{by}"
        );
        server.act(&time(true));
        assert_eq!(server.view()["operator"]["time_asked"], false);
        assert!(left(&server.view()) > 175_000, "{by}");
        server = restart(server, clock);
        assert!(left(&server.view()) > 165_000, "{by}");
    }
    clock += 3600;
    server = restart(server, clock);
    server.act(&time(false));
    assert_eq!(left(&server.view()), 0);
    server = restart(server, clock);
    assert_eq!(left(&server.view()), 0, "it was answered");
    let minutes = server.page("print/minutes?lang=zh");
    assert!(
        minutes.contains("重新计满选房限时") && minutes.contains("按时钟接着计算"),
        "{minutes}"
    );
}

/// Time that is up says so, and no clock that is set back gives more.
#[test]
fn time_is_up() {
    let folder = TempDir::new().unwrap();
    let plan = fs::read_to_string(PLAN).unwrap().replace("\"seconds\":180", "\"seconds\":10");
    fs::write(folder.path().join("short.jsonl"), plan).unwrap();
    let server = start(&folder, "short.jsonl");
    server.draw_to("choice");
    set(&folder, -86_400);
    server.until(|view| left(view) == 0);
    assert_eq!(jumps(&server.view()).len(), 1);
    server.draw_to("done");
    drop(server);
    // The times in the transcript go back too, and it is gone on with all the same; a clock that
    // was set back meanwhile is told.
    set(&folder, -2 * 86_400);
    let server = start(&folder, "short.jsonl");
    assert_eq!(jumps(&server.view()).len(), 2);
}

static WALL: AtomicU64 = AtomicU64::new(1_000_000);
static STEADY: AtomicU64 = AtomicU64::new(0);

#[test]
fn jumps_are_those_of_more_than_a_minute() {
    let clock = clocks::Clock {
        wall: || WALL.load(Ordering::Relaxed),
        steady: || Duration::from_secs(STEADY.load(Ordering::Relaxed)),
    };
    let mut watch = clocks::Jumps::new(clock);
    let mut pass = |wall: i64, steady: u64| {
        WALL.store(
            WALL.load(Ordering::Relaxed).checked_add_signed(wall).unwrap(),
            Ordering::Relaxed,
        );
        STEADY.fetch_add(steady, Ordering::Relaxed);
        watch.look()
    };
    assert_eq!(pass(3600, 3600), None, "an hour that both clocks saw");
    assert_eq!(pass(60, 0), None, "a minute is no jump yet");
    assert_eq!(pass(1, 0), Some(61), "in two steps it is one");
    assert_eq!(pass(5, 5), None, "told once");
    assert_eq!(pass(-61, 0), Some(-61));
    assert_eq!(pass(0, 600), Some(-600), "a wall clock that stands still");
    assert_eq!(pass(600, 0), Some(600), "a computer that slept");
}

#[test]
fn a_turn_runs_only_outside_pauses() {
    let at = Duration::from_secs;
    let mut turn = turn::Turn::new(57, 180, at(30));
    assert_eq!((turn.line(), turn.left(at(1000))), (57, at(150)), "it does not run yet");
    turn.run(true, at(1000));
    turn.run(true, at(1010)); // told twice
    assert_eq!(turn.left(at(1020)), at(130));
    turn.run(false, at(1020));
    assert_eq!(turn.left(at(5000)), at(130));
    turn.run(true, at(5000));
    assert_eq!(turn.left(at(5100)), at(30));
    assert_eq!(turn.left(at(9999)), Duration::ZERO);
}
