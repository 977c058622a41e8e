//! `--follow`: verifies a transcript as it grows, on another machine or from the stick's copy, and
//! shows in large letters whether it agrees so far.
//!
//! Each time the file has grown it is verified anew from its first line, with what was read before
//! as the older copy (check V2). So a line that is rewritten later is found out, too, and nothing is
//! verified in another way than without `--follow`.

use crate::words::{print, shown, tr, warn};
use floorlot::Fingerprint;
use floorlot::lines::{Line, Stage};
use floorlot::rules::Lang;
use floorlot::transcript::{
    Checkpoint, Evidence, OutcomeKind, ReadError, Report, TreeHead, Verdict, verify,
};
use serde::Serialize;
use std::io::{self, IsTerminal};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

/// How long it waits before it looks at the file again; longer where verifying takes long.
const PAUSE: Duration = Duration::from_millis(300);

/// How often a fault is looked at again: the file may be read while it is copied.
const LOOKS: u32 = 3;

/// What can be told apart from outside: size and time of the last change.
type State = Option<(u64, Option<SystemTime>)>;

/// Follows the file until the result is closed, or a check fails. The verdict, and the report on it.
pub(crate) fn follow(
    path: &Path,
    evidence: &Evidence,
    answer: Option<&Path>,
    lang: Lang,
) -> (Verdict, String) {
    let screen = Screen { lang, large: io::stdout().is_terminal(), path };
    let mut following = Following { screen, evidence, answer, older: evidence.older, faults: 0 };
    following.screen.show(&following.screen.waiting());
    let mut seen: State = None;
    loop {
        let (begun, now) = (Instant::now(), state(path));
        if now != seen || following.faults > 0 {
            seen = now;
            if let Some(end) = following.step() {
                return end;
            }
        }
        std::thread::sleep(PAUSE.max(begun.elapsed()));
    }
}

struct Following<'p> {
    screen: Screen<'p>,
    evidence: &'p Evidence,
    /// Where the answer is written for the hall.
    answer: Option<&'p Path>,
    /// What was read before.
    older: Option<TreeHead>,
    /// How often a fault was seen, one look after the other.
    faults: u32,
}

impl Following<'_> {
    /// Looks at the file once. What it comes to in the end, if this is the end.
    fn step(&mut self) -> Option<(Verdict, String)> {
        let lang = self.screen.lang;
        match look(self.screen.path, &self.evidence.clone().with_older(self.older)) {
            Look::Nothing => None,
            Look::Read(bytes, report) if report.verdict != Verdict::Refuted => {
                self.faults = 0;
                self.tell(&bytes, &report);
                self.older = TreeHead::of(bytes.as_slice()).ok().or(self.older);
                let over = report.verdict == Verdict::Verified && report.day.is_none();
                over.then(|| (report.verdict, report.text(lang)))
            }
            Look::Read(bytes, report) => self.again().then(|| {
                self.tell(&bytes, &report);
                (report.verdict, report.text(lang))
            }),
            Look::Unreadable(error) => self.again().then(|| {
                let (name, said) = (self.screen.path.display(), shown(error.words().get(lang)));
                warn(tr!(lang, "{name}: {said}", "{name}：{said}"));
                (Verdict::Unreadable, String::new())
            }),
        }
    }

    /// Shows the answer, and writes it for the hall.
    fn tell(&self, bytes: &[u8], report: &Report) {
        let head = TreeHead::of(bytes).ok();
        let running = head.map(|head| Fingerprint::of(&report.origin, head.size, head.root));
        self.screen.show(&self.screen.said(bytes, report, running));
        let (Some(path), Some(head), Some(fingerprint)) = (self.answer, head, running) else {
            return;
        };
        let lang = self.screen.lang;
        let answer = Answer {
            program: "verify_transcript",
            version: env!("CARGO_PKG_VERSION"),
            lines: head.size,
            fingerprint: fingerprint.to_string(),
            agrees: report.verdict != Verdict::Refuted,
            over: report.verdict == Verdict::Verified && report.day.is_none(),
            household: last_turn(bytes).map(|turn| turn.household),
            fault: self.screen.fault(report),
        };
        if let Err(error) = answer.write(path) {
            let (name, why) = (path.display(), shown(&error.to_string()));
            warn(tr!(
                lang,
                "{name}: the answer was not written: {why}",
                "{name}：结论未写入：{why}"
            ));
        }
    }

    /// Whether a fault was seen often enough to be one of the file.
    fn again(&mut self) -> bool {
        self.faults = self.faults.saturating_add(1);
        self.faults >= LOOKS
    }
}

/// The answer so far, for the board of the hall: it compares the fingerprint with its own.
#[derive(Serialize)]
struct Answer {
    program: &'static str,
    version: &'static str,
    /// How many whole lines were verified, and the fingerprint of all of them.
    lines: u64,
    fingerprint: String,
    /// Whether no check failed.
    agrees: bool,
    /// Whether the transcript is closed.
    over: bool,
    /// The household that was called last.
    household: Option<String>,
    /// The first fault.
    fault: Option<String>,
}

impl Answer {
    /// Writes it beside its place and puts it there as a whole: nobody reads a half.
    fn write(&self, path: &Path) -> io::Result<()> {
        let beside = path.with_extension("new");
        std::fs::write(&beside, serde_json::to_vec(self)?)?;
        std::fs::rename(&beside, path)
    }
}

fn state(path: &Path) -> State {
    let about = std::fs::metadata(path).ok()?;
    Some((about.len(), about.modified().ok()))
}

/// What the file is now.
enum Look {
    /// It is not there, or empty, or cannot be read at the moment.
    Nothing,
    Read(Vec<u8>, Box<Report>),
    Unreadable(ReadError),
}

fn look(path: &Path, evidence: &Evidence) -> Look {
    match std::fs::read(path) {
        Ok(bytes) if bytes.contains(&b'\n') => match verify(bytes.as_slice(), evidence) {
            Ok(report) => Look::Read(bytes, Box::new(report)),
            Err(error) => Look::Unreadable(error),
        },
        _ => Look::Nothing,
    }
}

/// What is shown: whether it agrees, and how far the draw is.
struct Said {
    /// The answer in large letters, with the number of a colour of a terminal.
    answer: (String, u8),
    lines: Vec<String>,
}

struct Screen<'p> {
    lang: Lang,
    /// A terminal, which has large letters and colours; otherwise a line each time.
    large: bool,
    path: &'p Path,
}

const GREEN: u8 = 42;
const YELLOW: u8 = 43;
const RED: u8 = 41;

impl Screen<'_> {
    fn waiting(&self) -> Said {
        let name = self.path.display();
        Said {
            answer: (tr!(self.lang, "WAITING", "等待记录"), YELLOW),
            lines: vec![tr!(self.lang, "{name}: no line yet", "{name}：尚无内容")],
        }
    }

    fn said(&self, bytes: &[u8], report: &Report, running: Option<Fingerprint>) -> Said {
        let lang = self.lang;
        let answer = match (report.verdict, &report.day) {
            (Verdict::Refuted, _) => (tr!(lang, "REFUTED", "不成立"), RED),
            (Verdict::Verified, None) => (tr!(lang, "AGREES TO THE END", "全部一致"), GREEN),
            (Verdict::Verified, Some(day)) => {
                let day = day.number;
                (tr!(lang, "AGREES: DAY {day} CLOSED", "一致：第 {day} 天已结束"), GREEN)
            }
            _ => (tr!(lang, "AGREES SO FAR", "至此一致"), GREEN),
        };
        let count = report.totals.lines;
        let mut lines = vec![tr!(lang, "{count} lines", "共 {count} 行")];
        lines.extend(report.first.as_ref().and_then(|_| self.fault(report)));
        lines.extend(last_turn(bytes).map(|turn| turn.told(lang)));
        lines.extend(report.checkpoints.last().map(|checkpoint| self.fingerprint(checkpoint)));
        // The board shows the same, so that both can be compared by eye at any line.
        lines.extend(running.map(|fingerprint| {
            tr!(lang, "fingerprint of all lines: {fingerprint}", "全部各行的指纹：{fingerprint}")
        }));
        Said { answer, lines }
    }

    /// The first fault, which is in the least line.
    fn fault(&self, report: &Report) -> Option<String> {
        let failed = report.checks.iter().filter(|check| check.outcome == OutcomeKind::Failed);
        let faults = failed.flat_map(|check| check.faults.iter().map(move |fault| (check, fault)));
        let (check, fault) = faults.min_by_key(|(_, fault)| fault.line)?;
        Some(format!("{} {}", check.id, shown(&fault.sentence(self.lang))))
    }

    fn fingerprint(&self, checkpoint: &Checkpoint) -> String {
        let (lang, fingerprint) = (self.lang, &checkpoint.fingerprint);
        let of = match checkpoint.stage {
            Stage::Plan => tr!(lang, "the plan", "方案"),
            Stage::Reveals => tr!(lang, "the reveals", "公开的密数"),
            Stage::Day => tr!(lang, "the day", "当天"),
            Stage::Result => tr!(lang, "the result", "结果"),
            Stage::Aftermath => tr!(lang, "what came after the result", "结果之后"),
        };
        tr!(lang, "fingerprint of {of}: {fingerprint}", "{of}的指纹：{fingerprint}")
    }

    fn show(&self, said: &Said) {
        let (answer, colour) = &said.answer;
        let out = if self.large {
            // Double height (DEC private codes, which terminals have): the upper halves, then the
            // lower ones.
            let big = |half| format!("\x1b#{half}\x1b[1;30;{colour}m {answer} \x1b[0m\n");
            format!("\x1b[2J\x1b[H{}{}\n{}\n", big(3), big(4), said.lines.join("\n"))
        } else {
            format!("{answer} · {}\n", said.lines.join(" · "))
        };
        // A reader who went away is no reason to stop: the exit code counts.
        let _ = print(&out);
    }
}

/// The last call of the file, and what came of it.
struct Turn {
    pool: String,
    place: u64,
    household: String,
    unit: Option<String>,
}

impl Turn {
    fn told(&self, lang: Lang) -> String {
        let Turn { pool, place, household, unit } = self;
        let got = unit.as_ref().map(|unit| format!(" → {unit}")).unwrap_or_default();
        let told = tr!(
            lang,
            "pool {pool}, place {place}: household {household}{got}",
            "{pool} 批次第 {place} 位：住户 {household}{got}"
        );
        shown(&told)
    }
}

fn last_turn(bytes: &[u8]) -> Option<Turn> {
    let (mut picked, mut withdrawn): (Option<String>, u32) = (None, 0);
    for line in bytes.split(|byte| *byte == b'\n').rev() {
        match Line::decode(line) {
            // D9: it withdraws the line directly before it.
            Ok(Line::Undo { .. }) => withdrawn = withdrawn.saturating_add(1),
            Ok(Line::Pick { .. } | Line::Missed { .. }) if withdrawn > 0 => {
                withdrawn = withdrawn.saturating_sub(1);
            }
            Ok(Line::Pick { unit, .. }) if picked.is_none() => picked = Some(unit.into_owned()),
            Ok(Line::Call { pool, place, household, .. }) => {
                let (pool, household) = (pool.into_owned(), household.into_owned());
                return Some(Turn { pool, place, household, unit: picked });
            }
            _ => {}
        }
    }
    None
}
