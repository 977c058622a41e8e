//! What may be replaced: a file that is a plan and nothing else. A transcript, a table or the
//! settings are never written over.

use super::fault::Fault;
use super::openings;
use floorlot::lines::Line;
use floorlot::rules::{Lang, Phrase};
use std::io::{Error, Result};
use std::path::Path;

/// The error for a file that stays as it is, in the language asked for.
pub(super) fn check(path: &Path, lang: Lang) -> Result<()> {
    let Some(there) = in_the_way(path) else { return Ok(()) };
    Err(Error::other(match lang {
        Lang::En => format!(
            "found {}; expected a plan, or no file; it stays as it is, name another file",
            there.en
        ),
        Lang::Zh => {
            format!("发现 {}；应为方案，或尚不存在的文件；已保持原样，请另指文件", there.zh)
        }
    }))
}

/// The fault if the plan, or what opens its commitments, would be written over something else, or
/// over one of the files that are read.
pub(super) fn fault(out: &Path, inputs: &[&Path]) -> Option<Fault> {
    let read = || Phrase::new("a file that this import reads", "本次导入要读取的文件");
    let taken = |path: &Path| inputs.iter().any(|input| same(path, input)).then(read);
    let beside = openings::beside(out);
    let (place, found) = match taken(out).or_else(|| in_the_way(out)) {
        Some(found) => (out, found),
        None => (beside.as_path(), taken(&beside)?),
    };
    let expected = Phrase::new("a plan, or no file", "方案，或尚不存在的文件");
    let advice = Phrase::new(
        "it stays as it is; name another file with --out",
        "已保持原样；请用 --out 另指文件",
    );
    Some(Fault::new(Phrase::same(place.display()), found, expected, advice))
}

/// What is there, if it is no plan.
fn in_the_way(path: &Path) -> Option<Phrase> {
    if path.is_dir() {
        return Some(Phrase::new("a folder", "文件夹"));
    }
    if !path.exists() {
        return None;
    }
    match std::fs::read(path) {
        Ok(bytes) => no_plan(&bytes),
        Err(_) => Some(Phrase::new("a file that cannot be read", "读不了的文件")),
    }
}

/// What the bytes are, if they are not the lines of a plan alone.
fn no_plan(bytes: &[u8]) -> Option<Phrase> {
    let lines: Vec<Option<Line<'_>>> = bytes
        .split_inclusive(|&b| b == b'\n')
        .map(|line| Line::decode(line.strip_suffix(b"\n").unwrap_or(line)).ok())
        .collect();
    let begins = matches!(lines.first(), Some(Some(Line::Plan { .. })));
    let of_plan = |line: &Option<Line<'_>>| {
        use Line::{Bench, Family, Household, Member, Plan, Pool, Source, Unit};
        matches!(
            line,
            Some(
                Plan { .. }
                    | Bench { .. }
                    | Member { .. }
                    | Source { .. }
                    | Pool { .. }
                    | Unit { .. }
                    | Family { .. }
                    | Household { .. }
            )
        )
    };
    if begins && lines.iter().all(of_plan) {
        return None;
    }
    let sealed = lines.iter().any(|line| matches!(line, Some(Line::Checkpoint { .. })));
    let head = openings::HEADS.join(",");
    Some(match bytes {
        [] => Phrase::new("an empty file", "空文件"),
        _ if sealed => Phrase::new("the transcript of a draw", "抽签记录"),
        _ if begins => Phrase::new("a plan with something else in it", "夹有其他内容的方案"),
        [b'P', b'K', 3, 4, ..] | [0xd0, 0xcf, 0x11, 0xe0, ..] => {
            Phrase::new("a document of an office program", "办公软件的文档")
        }
        _ if bytes.starts_with(head.as_bytes()) => {
            Phrase::new("openings of commitments", "密封件数据")
        }
        _ => Phrase::new("a file that is not a plan", "不是方案的文件"),
    })
}

/// Whether two names are of one file: by their full paths, or as links to the same content.
fn same(one: &Path, other: &Path) -> bool {
    let full = |path: &Path| path.canonicalize().ok();
    full(one).is_some_and(|path| full(other) == Some(path)) || linked(one, other)
}

#[cfg(unix)]
fn linked(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let node = |path: &Path| path.metadata().ok().map(|data| (data.dev(), data.ino()));
    node(one).is_some_and(|own| node(other) == Some(own))
}

#[cfg(not(unix))]
fn linked(_: &Path, _: &Path) -> bool {
    false
}
