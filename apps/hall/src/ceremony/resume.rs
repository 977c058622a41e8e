//! Going on with a draw: what is on the disk is replayed by the rules, and compared with what the
//! hall noted.

use crate::ceremony::aloud;
use crate::ceremony::days;
use crate::ceremony::draw::{Draw, Prints};
use crate::ceremony::progress::Progress;
use crate::ceremony::script::Script;
use crate::disk::hall_log::{self, Recorded};
use crate::disk::on_disk;
use crate::disk::plan_file;
use crate::disk::scribe::Found;
use crate::words::say::{Stop, say, tr};
use crate::words::told;
use floorlot::lines::{Line, Stage};
use floorlot::rules::Lang;
use floorlot::session::{Awaits, ResumeError, Session};
use std::path::Path;

/// Replays the lines that are on disk. An edited line, or one of another plan, is refused before
/// anything is changed. It must go as far as the hall noted that it was (`promised`).
pub(crate) fn resume(
    draw: &mut Draw,
    found: &Found,
    mut script: Option<&mut Script>,
    (path, promised): (&Path, Option<&Recorded>),
) -> Result<(), Stop> {
    for (number, bytes) in (1_u64..).zip(found.lines()) {
        let decided = !matches!(draw.session.awaits(), Awaits::Automatic | Awaits::Log);
        draw.session.replay(bytes).map_err(|error| refused(&error, path, draw.lang))?;
        draw.observe(bytes);
        if promised.is_some_and(|promised| {
            promised.lines == number && *promised != Recorded::of(number, draw.session.root())
        }) {
            return Err(other_lines(number, path, draw.lang));
        }
        let line = Line::decode(bytes).ok();
        if let (Some(script), Some(Line::Closing { .. })) = (script.as_deref_mut(), &line) {
            script.goes_on();
        }
        if let (Some(script), Some(line)) = (
            script.as_deref_mut(),
            line.filter(|l| {
                decided && !matches!(l, Line::Closing { .. })
                    || matches!(l, Line::Undo { .. })
                    || matches!(l, Line::Checkpoint { stage: Stage::Day, .. })
            }),
        ) {
            script.consume(draw, number, &line)?;
        }
    }
    let lines = draw.session.lines();
    refuse_shorter(lines, promised, path, draw.lang)?;
    if lines > 0 {
        let (lang, path) = (draw.lang, path.display());
        say(tr!(
            lang,
            "\nGoing on with {path}: {lines} lines are there and match the plan and the rules.",
            "\n继续 {path}：已有 {lines} 行，与方案和规则相符。"
        ));
        if let Some(fingerprint) = draw.prints.plan {
            say(tr!(lang, "Fingerprint of the plan: {fingerprint}", "方案指纹：{fingerprint}"));
        }
        aloud::standing(draw);
        days::standing(draw);
    }
    Ok(())
}

impl Draw {
    /// Forgets what was not recorded, and stands where the recorded lines end. Only a sealed plan
    /// can be gone back to.
    pub(crate) fn back_to_recorded(&mut self) -> Result<(), Stop> {
        let found = self.scribe.recorded();
        let path = self.scribe.path().to_owned();
        let Some(plan) = plan_file::sealed_plan(&found) else {
            let again = tr!(
                self.lang,
                "the plan was not sealed yet; run the same command again",
                "方案尚未封存；请重新运行同一命令"
            );
            return Err(Stop::file(self.lang, &path, again));
        };
        self.session = Session::new(plan);
        self.progress = Progress::new(&self.book, self.session.roll());
        (self.prints, self.unsaid) = (Prints::default(), Vec::new());
        resume(self, &found, None, (&path, None))
    }
}

/// A transcript that is shorter than the hall noted would be gone on with as if the rest had never
/// been.
pub(crate) fn refuse_shorter(
    lines: u64,
    promised: Option<&Recorded>,
    path: &Path,
    lang: Lang,
) -> Result<(), Stop> {
    let Some(noted) = promised.map(|promised| promised.lines).filter(|noted| *noted > lines) else {
        return Ok(());
    };
    let (log, lost, command) = (
        hall_log::beside(path),
        lines + 1,
        told::from_copy(path, Path::new(tr!(lang, "FOLDER", "文件夹").as_str())),
    );
    let left = on_disk::left_over(path, lang);
    let (path, log) = (path.display(), log.display());
    Err(Stop::Failed(tr!(
        lang,
        "{path}: found {lines} lines; expected at least {noted}, which the hall noted as recorded ({log}). The file was cut short, or it is gone: line {lost} is missing. Put the whole file back; or, if there is a copy on a stick, go on from it: {command}. Nothing was changed. (For a new draw name another --out.){left}",
        "{path}：发现 {lines} 行；应至少有 {noted} 行，现场记事写明已记录（{log}）。文件被截短或不见了，从第 {lost} 行起缺失。请放回完整的文件；U 盘上有副本时，可从副本接着进行：{command}。未作任何改动。（如要另开一场抽签，请换一个 --out。）{left}"
    )))
}

/// A transcript that keeps the rules, and is not the one of which the hall noted the length.
fn other_lines(line: u64, path: &Path, lang: Lang) -> Stop {
    let left = on_disk::left_over(path, lang);
    let (log, path) = (hall_log::beside(path), path.display());
    let log = log.display();
    Stop::Failed(tr!(
        lang,
        "{path}: the lines 1 to {line} are not those that the hall noted as recorded ({log}). This is another draw of the same plan, or it was changed. Put the file of the hall back. Nothing was changed.{left}",
        "{path}：第 1 至 {line} 行与现场记事（{log}）写明的已记录内容不同：这是同一方案的另一场抽签，或文件被改动。请放回现场的那份文件。未作任何改动。{left}"
    ))
}

/// A transcript that cannot be gone on with: line, found, expected.
fn refused(error: &ResumeError, path: &Path, lang: Lang) -> Stop {
    let left = on_disk::left_over(path, lang);
    let path = path.display();
    let what = match error {
        ResumeError::Differs { line, found, expected } => {
            let expected =
                if expected.is_empty() { tr!(lang, "nothing", "无") } else { expected.clone() };
            tr!(
                lang,
                "line {line}\n  found    {found}\n  expected {expected}",
                "第 {line} 行\n  发现 {found}\n  应为 {expected}"
            )
        }
        ResumeError::Profile { line, error } => {
            let found = error.found_words();
            let (column, found, expected) =
                (error.column, found.get(lang), error.expected.get(lang));
            tr!(
                lang,
                "line {line}, byte {column}\n  found    {found}\n  expected {expected}",
                "第 {line} 行第 {column} 字节\n  发现 {found}\n  应为 {expected}"
            )
        }
        ResumeError::Step { line, error } => {
            let words = error.words();
            let words = words.get(lang);
            tr!(lang, "line {line}: {words}", "第 {line} 行：{words}")
        }
        other => other.to_string(),
    };
    Stop::Failed(tr!(
        lang,
        "{path}: {what}\nThis is not the transcript of this plan as it was written. Nothing was changed.{left}",
        "{path}：{what}\n这不是本方案原样写下的记录。未作任何改动。{left}"
    ))
}
