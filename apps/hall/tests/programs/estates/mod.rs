//! The five estates of `examples/data`, each from its tables to the last receipt: imported, played by
//! script with people who miss their calls, come late or change their minds, with power cuts;
//! verified by three programs, printed in both languages. And a day that is rewritten
//! afterwards, with nearly all keys.

mod player;
mod rewritten;
mod three;

use crate::program;
use floorlot_testing::{Run, repository};
use player::{Played, play};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The folder of an estate, with its plan as the import makes it.
struct Estate {
    folder: TempDir,
    name: &'static str,
}

/// What stays the same from run to run.
const NO_CLOCK: &str = "run --plan plan.jsonl --out draw.jsonl --script script --no-clock";

impl Estate {
    fn imported(name: &'static str) -> Estate {
        let estate = Estate { folder: TempDir::new().unwrap(), name };
        let data = repository("examples/data").join(name).canonicalize().unwrap();
        let file = |file: &str| data.join(file).display().to_string();
        let csv = data.join("roll.csv").exists();
        let tables = match csv {
            true => vec!["--roll".into(), file("roll.csv"), "--units".into(), file("units.csv")],
            false => vec!["--roll".into(), file(&format!("{name}.xlsx"))],
        };
        let rest = ["--config".into(), file("draw.toml"), "--out".into(), "plan.jsonl".into()];
        let import = Run::of(program("draw_session")).args(["--lang", "en", "import"]);
        import.args(tables.into_iter().chain(rest)).within(&estate.folder).ends(0);
        estate
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    /// Runs a command of `draw_session` to its end.
    #[track_caller]
    fn run(&self, line: &str, code: i32) -> (String, String) {
        let run = Run::of(program("draw_session")).args(line.split(' ')).within(&self.folder);
        run.ends(code)
    }

    /// Runs the script and pulls the plug as soon as the file has so many bytes; whether that was
    /// before the end.
    fn cut(&self, bytes: u64) -> bool {
        let mut child = Command::new(program("draw_session"))
            .args(NO_CLOCK.split(' '))
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let since = Instant::now();
        let written = || fs::metadata(self.path("draw.jsonl")).map_or(0, |found| found.len());
        while written() < bytes && child.try_wait().unwrap().is_none() {
            assert!(since.elapsed() < Duration::from_secs(120), "{}: it hangs", self.name);
            std::thread::sleep(Duration::from_millis(1));
        }
        // On Unix this is SIGKILL: nothing is tidied up.
        child.kill().unwrap();
        !child.wait().unwrap().success()
    }

    /// All days by script, with a power cut in each part of them; in its last evening the file is
    /// the one that the library makes without any. A part is a day; in a draw of many days it is
    /// several, unless `FLOORLOT_WHOLE` is set (`.ci/nightly`).
    fn days(&self, played: &Played, from: usize) {
        let (mut cuts, mut before) = (0, 0);
        let last = played.evenings.len() - 1;
        let part = if std::env::var_os("FLOORLOT_WHOLE").is_some() { 1 } else { last / 10 + 1 };
        let mut parts = 0;
        for (day, evening) in played.evenings.iter().enumerate().skip(from) {
            if (day + 1) % part != 0 && day != last {
                continue;
            }
            parts += 1;
            fs::write(self.path("script"), &played.script[..evening.script]).unwrap();
            // A moment of the day that is another one each day, and always the same.
            let some = (7 + 31 * day) % 100;
            let until = before + (evening.file - before) * some / 100;
            cuts += usize::from(self.cut(until as u64));
            // What is a batch of the aftermath goes on by itself.
            let (out, _) = self.run(&format!("--lang en {NO_CLOCK}"), 0);
            let file = self.read("draw.jsonl");
            let same = file == played.file[..evening.file];
            assert!(same, "{}, day {}: not what was played\n{out}", self.name, day + 1);
            before = evening.file;
        }
        assert!(2 * cuts >= parts, "{}: {cuts} power cuts in {parts} parts", self.name);
    }

    /// Receipts of all households and families, of which some are checked by three programs.
    fn receipts(&self, count: usize) {
        let receipts = Run::of(program("verify_transcript")).within(&self.folder);
        receipts.args(["receipts", "draw.jsonl", "--out", "receipts", "--lang", "zh"]).ends(0);
        let all = fs::read_dir(self.path("receipts")).unwrap().map(|entry| entry.unwrap().path());
        let mut all: Vec<PathBuf> =
            all.filter(|path| path.to_string_lossy().ends_with(".receipt.txt")).collect();
        all.sort();
        assert_eq!(all.len(), count, "{}", self.name);
        let some: Vec<PathBuf> = all.into_iter().step_by(count.div_ceil(5)).collect();
        three::receipts(&self.path("draw.jsonl"), &some);
    }

    /// A pool has flats in thirty buildings: each has a cross-out sheet of its own, every flat is told
    /// with its building, and none of them stands for all.
    fn prints_of_thirty_buildings(&self) {
        let page = |name: &str| String::from_utf8(self.read(name)).unwrap();
        let crossout = page("zh/crossout.html");
        assert_eq!(crossout.matches("<table class=\"grid").count(), 30);
        assert!(crossout.contains(">30号楼 两室<") && crossout.contains("<b>1801</b>"));
        assert!(page("zh/notice.html").contains("2160 套房，30 栋楼，3 个批次"));
        let result = page("zh/result.html");
        assert!(result.contains("摇号选层结果公告 · 1号楼等30栋"), "the heading");
        assert!(result.contains(">1号楼 1801<") && !result.contains(">1801<"), "the flats");
    }

    /// When the rest is expected, as it is told on the first evening.
    fn timetable(&self, played: &Played) {
        let evening = played.evenings[0].file;
        write(self.folder.path(), "day-1.jsonl", &played.file[..evening]);
        let line = "timetable day-1.jsonl --per-day 36 --from 2027-03-02 --no-weekends --skip 2027-04-05 --out t";
        let (out, _) = self.run(&format!("--lang en {line}"), 0);
        assert!(out.contains("2074 households on 58 days, from Tuesday, 2027-03-02"), "{out}");
        let rows = String::from_utf8(self.read("t/timetable.csv")).unwrap();
        assert_eq!(rows.lines().count(), 1 + 2_074);
    }

    /// All print-outs, in both languages; none says that something is missing or wrong.
    fn prints(&self, pages: &[&str]) {
        for lang in ["zh", "en"] {
            let (_, err) = self.run(&format!("--lang {lang} print draw.jsonl --out {lang}"), 0);
            for wrong in ["not printed", "未打印", "warning", "注意"] {
                assert!(!err.contains(wrong), "{}: {err}", self.name);
            }
            for page in pages {
                let file = self.path(lang).join(page);
                let length = fs::metadata(&file).map_or(0, |found| found.len());
                assert!(length > 1_000, "{}: {} has {length} bytes", self.name, file.display());
            }
            self.run(&format!("--lang {lang} print draw.jsonl --only confirm --out {lang}-c"), 0);
        }
    }
}

/// That of the days first, which a draw of one day has not.
const PAGES: [&str; 9] = [
    "days.html",
    "notice.html",
    "seed.html",
    "order.html",
    "crossout.html",
    "result.html",
    "minutes.html",
    "result.xlsx",
    "result.csv",
];

/// From the tables to the receipts.
fn whole(name: &'static str, seed: u8, receipts: usize, per_day: &dyn Fn(u64) -> u64) -> Estate {
    let estate = Estate::imported(name);
    let played = play(&estate.read("plan.jsonl"), seed, per_day);
    estate.days(&played, 0);
    let last = three::agree(&estate.path("draw.jsonl"), &[], "verified", "consistent");
    let known = ["--fingerprint", &last];
    three::agree(&estate.path("draw.jsonl"), &known, "verified", "certified");
    estate.receipts(receipts);
    estate.prints(&PAGES[usize::from(played.evenings.len() < 3)..]);
    estate
}

#[test]
fn second_flats_after_all_first_ones() {
    whole("rounds", 1, 26, &|_| 20);
}

#[test]
fn all_flats_in_one_turn_within_an_area_budget() {
    whole("area", 2, 24, &|_| 25);
}

#[test]
fn the_order_by_one_lot_and_the_flat_by_another() {
    whole("types", 3, 59, &|_| 0);
}

#[test]
fn the_homes_of_a_family_are_chosen_one_after_the_other() {
    whole("together", 4, 20, &|_| 18);
}

/// The slots of a day in the plan; of the days before, all.
fn calls_of_the_estate(plan: &[u8]) -> Vec<u64> {
    let mut tiers = vec![0; 121];
    for line in plan.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let line: serde_json::Value = serde_json::from_slice(line).unwrap();
        if let Some(tier) = line["tier"].as_u64() {
            tiers[tier as usize] += 1;
        }
    }
    tiers[1..].chunks(2).map(|halves| halves.iter().sum()).collect()
}

/// The estate of 2,110 households, its calls and the whole draw. Three tests share it, which run
/// beside each other.
fn two_thousand_households() -> (Estate, Vec<u8>, Played) {
    let estate = Estate::imported("estate");
    let plan = estate.read("plan.jsonl");
    let calls = calls_of_the_estate(&plan);
    assert_eq!((calls.len(), calls.iter().sum::<u64>()), (60, 2_110));
    let played = play(&plan, 5, &|day| calls[day as usize - 1]);
    (estate, plan, played)
}

#[test]
fn two_thousand_households_choose_over_sixty_days() {
    let (estate, _, played) = two_thousand_households();
    estate.days(&played, 0);
    let last = three::agree(&estate.path("draw.jsonl"), &[], "verified", "consistent");
    three::agree(&estate.path("draw.jsonl"), &["--fingerprint", &last], "verified", "certified");
    estate.receipts(2_110);
}

#[test]
fn papers_of_two_thousand_households_tell_the_building() {
    let (estate, _, played) = two_thousand_households();
    write(estate.folder.path(), "draw.jsonl", &played.file);
    estate.prints(&PAGES);
    estate.prints_of_thirty_buildings();
    estate.timetable(&played);
}

#[test]
fn a_day_of_two_thousand_households_cannot_be_rewritten() {
    let (estate, plan, played) = two_thousand_households();
    write(estate.folder.path(), "draw.jsonl", &played.file);
    rewritten::day_seven(&estate, &plan, &played);
}

/// A file of a folder.
fn write(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, bytes).unwrap();
    path
}
