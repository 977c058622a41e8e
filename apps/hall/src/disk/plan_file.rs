//! The file of a plan, and the plan that a transcript begins with.

use crate::disk::on_disk;
use crate::disk::recognize::{What, saved_anew};
use crate::disk::scribe::Found;
use crate::words::say::{Stop, counted, tr};
use floorlot::lines::Line;
use floorlot::plan::{Plan, ValidPlan};
use floorlot::rules::Lang;
use std::path::Path;

/// Reads a plan file and shows every fault of it.
pub(crate) fn read_plan(path: &Path, lang: Lang) -> Result<ValidPlan, Stop> {
    let bytes = on_disk::read(path).map_err(|error| Stop::file(lang, path, error))?;
    parse_plan(&bytes).map_err(|faults| {
        if let Some(stop) = is_transcript(path, &bytes, lang) {
            return stop;
        }
        if let Some(why) = What::of(&bytes)
            .no_plan(lang)
            .or_else(|| saved_anew(&bytes).map(|why| why.get(lang).to_owned()))
        {
            return Stop::file(lang, path, why);
        }
        let (path, count) = (path.display(), faults.0.len());
        let many = counted(count, "fault");
        let head = tr!(lang, "{path}: {many}", "{path}：{count} 处错误");
        let each = faults.0.iter().map(|fault| {
            let fault = fault.sentence(lang);
            tr!(lang, "\n{path}: {fault}", "\n{path}：{fault}")
        });
        Stop::Failed(head + &each.collect::<String>())
    })
}

/// What to do with a transcript that was given for a plan.
fn is_transcript(path: &Path, bytes: &[u8], lang: Lang) -> Option<Stop> {
    let plan_lines = bytes.split(|&b| b == b'\n').position(is_seal)?;
    let (path, seal) = (path.display(), plan_lines + 1);
    Some(Stop::Failed(tr!(
        lang,
        "{path}: this is a transcript, not a plan: line {seal} seals the plan. Give the plan file that `import` wrote (the first {plan_lines} lines are the same); the transcript is for --out",
        "{path}：这是记录，不是方案：第 {seal} 行起已封存。请给出 import 写出的方案文件（即前 {plan_lines} 行）；记录文件用于 --out"
    )))
}

/// Reads the bytes of a plan file.
pub(crate) fn parse_plan(bytes: &[u8]) -> Result<ValidPlan, floorlot::plan::Faults> {
    Plan::read_lines(
        bytes.split_inclusive(|&b| b == b'\n').map(|line| line.strip_suffix(b"\n").unwrap_or(line)),
    )
}

/// The plan in the bytes of a plan file, or at the beginning of a transcript.
pub(crate) fn plan_in(bytes: &[u8]) -> Option<ValidPlan> {
    parse_plan(plan_of(whole(bytes))).ok()
}

/// The lines before the seal, or all of them.
pub(crate) fn plan_of(bytes: &[u8]) -> &[u8] {
    let seals = |line: &[u8]| is_seal(line.strip_suffix(b"\n").unwrap_or(line));
    let plan = bytes.split_inclusive(|&b| b == b'\n').take_while(|line| !seals(line));
    let size = plan.map(<[u8]>::len).sum();
    bytes.get(..size).unwrap_or(bytes)
}

/// The plan that the first lines of a transcript are, if they are sealed.
pub(crate) fn sealed_plan(found: &Found) -> Option<ValidPlan> {
    let lines: Vec<&[u8]> = found.lines().collect();
    let seal = lines.iter().position(|line| is_seal(line))?;
    Plan::read_lines(lines.get(..seal)?.iter().copied()).ok()
}

/// Whether these lines hold the seal of a plan.
pub(crate) fn is_sealed(lines: &[u8]) -> bool {
    lines.split(|&b| b == b'\n').any(is_seal)
}

fn is_seal(line: &[u8]) -> bool {
    matches!(Line::decode(line), Ok(Line::Checkpoint { .. }))
}

/// Whether there is a transcript in which the plan is sealed already.
pub(crate) fn is_sealed_at(path: &Path) -> bool {
    on_disk::read(path).is_ok_and(|bytes| is_sealed(whole(&bytes)))
}

/// The lines that are complete.
pub(crate) fn whole(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|&b| b == b'\n').map_or(0, |lf| lf + 1);
    bytes.get(..end).unwrap_or_default()
}

/// How many lines end in these bytes.
pub(crate) fn count(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|&&b| b == b'\n').count() as u64
}
