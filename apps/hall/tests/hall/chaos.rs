//! Draws that are clicked through while everything around the hall goes wrong at random steps: the
//! program is killed, the file of the transcript is harmed, the stick is taken away, brought back,
//! changed, and hangs.
//!
//! After every fault: no line that a page showed as recorded is lost without being told. The draw
//! ends, verifies, and its result is that of a draw that nobody disturbed.
//!
//! A few draws run with the other tests. For a minute (or a night), with seeds of its own, which
//! are printed:
//!
//! ```sh
//! FLOORLOT_CHAOS_SECONDS=60 cargo test -p floorlot-hall --test hall chaos -- --nocapture
//! FLOORLOT_CHAOS_SEED=123 cargo test -p floorlot-hall --test hall chaos -- --nocapture   # one draw again
//! ```

use crate::disk::verified;
use crate::harm::{self, Harm, pipe};
use crate::server::{PLAN, Server, command, next};
use crate::stick::let_go;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tempfile::TempDir;

#[test]
fn chaos() {
    let number =
        |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().expect("a number"));
    let calm = undisturbed();
    if let Some(seed) = number("FLOORLOT_CHAOS_SEED") {
        return disturbed(seed, &calm);
    }
    let Some(seconds) = number("FLOORLOT_CHAOS_SECONDS") else {
        return (1..=2).for_each(|seed| disturbed(seed, &calm));
    };
    let begun = Instant::now();
    let mut seed =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis()
            as u64;
    while begun.elapsed() < Duration::from_secs(seconds) {
        disturbed(seed, &calm);
        seed += 1;
    }
}

/// What follows from the sealed plan, the secrets, the dice and the choices: all lines of these
/// kinds, without their times.
fn result(file: &[u8]) -> Vec<String> {
    let kinds = [
        "reveal",
        "dice",
        "seed",
        "open",
        "call",
        "pick",
        "missed",
        "undo",
        "end",
        "standby",
        "leftover",
        "objection",
        "ruling",
    ];
    let lines = std::str::from_utf8(file)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let of_kind = lines.filter(|line| kinds.iter().any(|kind| line["kind"] == *kind));
    of_kind
        .map(|mut line| {
            line.as_object_mut().unwrap().remove("at");
            line.to_string()
        })
        .collect()
}

fn undisturbed() -> Vec<String> {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path(), &["--plan", PLAN]);
    while let Some((_, act)) = next(&server.view()) {
        server.act(&act);
    }
    let calm = result(&fs::read(folder.path().join("draw.jsonl")).unwrap());
    assert!(calm.len() > 30, "{calm:?}");
    calm
}

fn disturbed(seed: u64, calm: &[String]) {
    println!("chaos: FLOORLOT_CHAOS_SEED={seed}");
    let mut hall = Chaos::open(seed);
    let mut step = 0;
    while let Some((_, act)) = hall.next() {
        assert!(step < 400, "it does not end");
        step += 1;
        hall.fault(&act);
        hall.step();
    }
    let file = hall.file();
    drop(hall.server.take());
    verified(&file);
    assert_eq!(result(&fs::read(&file).unwrap()), calm, "seed {seed}");
    println!("       {step} steps: {}", hall.told.join(", "));
}

/// A hall in which things go wrong.
struct Chaos {
    chance: ChaCha20Rng,
    folder: TempDir,
    server: Option<Server>,
    stick: Stick,
    /// All that a page showed as recorded.
    shown: Vec<u8>,
    told: Vec<&'static str>,
}

#[derive(PartialEq, Eq, Clone, Copy, Debug)]
enum Stick {
    There,
    Away,
    Hangs,
    /// Somebody changed the copy.
    Changed,
}

impl Chaos {
    fn open(seed: u64) -> Chaos {
        let folder = TempDir::new().unwrap();
        fs::create_dir(folder.path().join("stick")).unwrap();
        let (chance, shown) = (ChaCha20Rng::seed_from_u64(seed), Vec::new());
        let mut hall =
            Chaos { chance, folder, server: None, stick: Stick::There, shown, told: Vec::new() };
        hall.server = Some(Server::spawn(hall.command(&["--plan", PLAN])));
        hall
    }

    fn command(&self, more: &[&str]) -> std::process::Command {
        let mut all = vec!["--copy", "stick"];
        all.extend(more);
        command(self.folder.path(), &all)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(&self) -> PathBuf {
        self.path("draw.jsonl")
    }

    fn copy(&self) -> PathBuf {
        self.path("stick/draw.jsonl")
    }

    fn server(&self) -> &Server {
        self.server.as_ref().unwrap()
    }

    fn pick(&mut self, below: u64) -> u64 {
        self.chance.next_u64() % below
    }

    fn next(&self) -> Option<(&'static str, Value)> {
        next(&self.server().view())
    }

    /// Takes the next step, which nothing disturbs, and sees what is recorded.
    #[track_caller]
    fn step(&mut self) {
        if let Some((_, act)) = self.next() {
            self.server().act(&act);
            self.look();
        }
    }

    /// What the page shows as recorded is on disk, with all that it showed before.
    #[track_caller]
    fn look(&mut self) {
        let view = self.server().view();
        assert_ne!(view["stage"], "broken", "{}", view["operator"]["broken"]);
        let lines = view["operator"]["files"]["lines"].as_u64().unwrap() as usize;
        let file = fs::read(self.file()).unwrap();
        let recorded: Vec<u8> =
            file.split_inclusive(|b| *b == b'\n').take(lines).flatten().copied().collect();
        assert_eq!(
            recorded.iter().filter(|b| **b == b'\n').count(),
            lines,
            "the page shows more than is there"
        );
        assert!(recorded.starts_with(&self.shown), "a recorded line is lost");
        self.shown = recorded;
        let whole =
            view["operator"]["files"]["copy"]["warning"].is_null() && !self.shown.is_empty();
        if whole
            && matches!(self.stick, Stick::There | Stick::Changed)
            && self.server().warning().is_none()
        {
            // The copier may be at work this very moment; what it has is a beginning in any case.
            let copy = fs::read(self.copy()).unwrap_or_default();
            assert!(file.starts_with(&copy), "a copy that is not the transcript, and no warning");
        }
    }

    fn fault(&mut self, act: &Value) {
        match self.pick(12) {
            0 | 1 => {
                self.told.push("killed");
                let after = Duration::from_micros(self.pick(30_000));
                self.server.take().unwrap().killed_while(act, after);
                self.start_again();
            }
            2..=4 if act["do"] != "seal" => {
                let harm = &harm::ALL[self.pick(harm::ALL.len() as u64) as usize];
                self.harm(harm, act);
            }
            5..=7 => self.disturb_stick(),
            _ => {}
        }
    }

    /// The file is harmed: the step is refused and told, then it is written anew, or put back; or
    /// the program is killed before anybody does that.
    fn harm(&mut self, harm: &Harm, act: &Value) {
        self.told.push(harm.name);
        (harm.does)(&self.file());
        if self.pick(4) == 0 {
            self.told.push("killed with it");
            drop(self.server.take());
            return self.start_again();
        }
        let (status, body) = self.server().try_act(act);
        let why = self.server().view()["operator"]["broken"]
            .as_str()
            .map(str::to_owned)
            .unwrap_or_default();
        assert!(status == 422 && why.contains(harm.told), "{}: {body} {why}", harm.name);
        if harm.name == "renamed away" && self.pick(2) == 0 {
            fs::rename(self.path("elsewhere.jsonl"), self.file()).unwrap();
            self.server().act(&json!({"do": "reopen"}));
        } else {
            self.server().act(&json!({"do": "anew"}));
        }
        self.look();
    }

    /// Starts the program again. When it refuses, what was shown is not all there, or not as it
    /// was, and it says so; then all is brought back.
    fn start_again(&mut self) {
        let why = match Server::try_spawn(self.command(&[])) {
            Ok(server) => {
                self.server = Some(server);
                return self.look();
            }
            Err(why) => why,
        };
        assert!(why.contains("draw.jsonl"), "{why}");
        let there = fs::metadata(self.file())
            .is_ok_and(|about| about.is_file())
            .then(|| fs::read(self.file()).unwrap());
        let copy = if self.stick == Stick::There {
            fs::read(self.copy()).unwrap_or_default()
        } else {
            Vec::new()
        };
        let whole = there.as_ref().is_some_and(|there| there.starts_with(&self.shown));
        let ahead = |there: &Vec<u8>| copy.len() > there.len() && copy.starts_with(there);
        assert!(
            !whole || there.as_ref().is_some_and(ahead) || self.ends_badly(),
            "refused, and all is there: {why}"
        );
        self.bring_back(&copy);
        self.look();
    }

    /// Whether the file ends with something that is no line of the draw.
    fn ends_badly(&self) -> bool {
        fs::read(self.file()).is_ok_and(|file| file.ends_with(b"{}\n"))
    }

    /// From the stick, if it has all; and else somebody has kept what was shown.
    fn bring_back(&mut self, copy: &[u8]) {
        if fs::symlink_metadata(self.file()).is_ok() {
            let bad = self.path(&format!("bad-{}", self.told.len()));
            fs::rename(self.file(), bad).unwrap();
        }
        if copy.starts_with(&self.shown) && !copy.is_empty() {
            self.told.push("brought back");
            self.server = Some(Server::spawn(self.command(&["--from-copy"])));
        } else {
            self.told.push("restored");
            fs::write(self.file(), &self.shown).unwrap();
            self.server = Some(Server::spawn(self.command(&[])));
        }
    }

    fn disturb_stick(&mut self) {
        let (stick, away) = (self.path("stick"), self.path("away"));
        let before = self.stick;
        self.stick = match (before, self.pick(3)) {
            (Stick::There, 0) => {
                fs::rename(stick, away).unwrap();
                Stick::Away
            }
            (Stick::There, 1) if self.copy().exists() => {
                pipe(&self.copy());
                Stick::Hangs
            }
            (Stick::There, _) if self.copy().exists() => {
                fs::write(self.copy(), "holiday\n").unwrap();
                Stick::Changed
            }
            (Stick::There, _) => Stick::There,
            (Stick::Away, _) => {
                fs::rename(away, stick).unwrap();
                Stick::There
            }
            (Stick::Hangs, _) => {
                let_go(&self.copy());
                Stick::There
            }
            (Stick::Changed, _) => {
                fs::remove_file(self.copy()).unwrap();
                Stick::There
            }
        };
        self.told.push(match self.stick {
            Stick::There => "stick back",
            Stick::Away => "stick away",
            Stick::Hangs => "stick hangs",
            Stick::Changed => "stick changed",
        });
        if self.stick != Stick::There && !self.shown.is_empty() {
            self.server().until(|view| view["operator"]["files"]["copy"]["warning"].is_string());
        }
        if self.stick == Stick::There && before != Stick::There && !self.shown.is_empty() {
            self.server().until(|view| view["operator"]["files"]["copy"]["warning"].is_null());
            let own = fs::read(self.file()).unwrap();
            assert_eq!(fs::read(self.copy()).unwrap(), own, "whole again");
        }
    }
}
