//! How the commands for what comes after a checkpoint are typed: the signatures of the panel, and the
//! aftermath.

use crate::ceremony::command::{ACCEPT, Command, RULING, SWAP, expected, narrow};
use crate::ceremony::filing::Filing;
use floorlot::Hash;
use floorlot::lines::Decision;
use floorlot::primitives::profile::MAX_INTEGER;
use floorlot::rules::Lang;

/// The first word, with full-width characters made ASCII, and the rest.
fn split(text: &str) -> (String, &str) {
    let (word, rest) = text.trim().split_once(char::is_whitespace).unwrap_or((text.trim(), ""));
    (narrow(word), rest.trim())
}

/// A command of the sign-off.
pub(crate) fn sign_off(name: &str, rest: &str, lang: Lang) -> Result<Command, String> {
    let (member, words) = split(rest);
    match name {
        "cosign" => Ok(Command::Cosign { signature: rest.to_owned() }),
        "paper" => Ok(Command::Paper { member, scan: words.to_owned() }),
        "dissent" => Ok(Command::Dissent { member, reason: words.to_owned() }),
        _ if member.is_empty() || !words.is_empty() => {
            Err(expected(lang, "unsigned MEMBER", "未签 监督员编号", rest))
        }
        _ => Ok(Command::Unsigned { member }),
    }
}

/// A command of the aftermath.
pub(crate) fn aftermath(name: &str, rest: &str, lang: Lang) -> Result<Command, String> {
    let (first, words) = split(rest);
    match name {
        "objection" => Ok(objection(first, words)),
        "ruling" => ruling(first, words, lang),
        "swap" => swap(rest, lang),
        "recording" => recording(rest, lang),
        "file" => Filing::typed(rest, lang).map(Command::File),
        _ => signed(name, first, words, rest, lang),
    }
}

/// What a household signs a sheet for.
fn signed(
    name: &str,
    household: String,
    words: &str,
    rest: &str,
    lang: Lang,
) -> Result<Command, String> {
    let (reason, sheet) = with_sheet(words);
    match name {
        "withdraw" => Ok(Command::Withdraw { household, reason, sheet }),
        "decline" => {
            let reason = Some(reason).filter(|reason| !reason.is_empty());
            Ok(Command::Decline { household, reason, sheet })
        }
        _ if household.is_empty() || !reason.is_empty() => {
            Err(expected(lang, ACCEPT.0, ACCEPT.1, rest))
        }
        _ => Ok(Command::Accept { household, sheet }),
    }
}

/// The words before the last `sheet`, and the file behind it, whose name can have spaces.
fn with_sheet(words: &str) -> (String, String) {
    let mark = words.split_whitespace().rfind(|word| is_sheet(word));
    // A word is a part of the text that it was split from.
    let at = mark.and_then(|word| {
        let at = word.as_ptr().addr().checked_sub(words.as_ptr().addr())?;
        Some((words.get(..at)?, words.get(at.checked_add(word.len())?..)?))
    });
    let (reason, sheet) = at.unwrap_or((words, ""));
    (reason.trim().to_owned(), sheet.trim().to_owned())
}

fn is_sheet(word: &str) -> bool {
    word.eq_ignore_ascii_case("sheet") || word == "签字单"
}

fn objection(id: String, words: &str) -> Command {
    let (word, after) = split(words);
    let (household, text) = match word.as_str() {
        "household" | "住户" => {
            let (household, text) = split(after);
            (Some(household), text)
        }
        _ => (None, words),
    };
    Command::Objection { id, household, text: text.to_owned() }
}

fn ruling(objection: String, words: &str, lang: Lang) -> Result<Command, String> {
    let (word, reason) = split(words);
    let decision = match word.as_str() {
        "upheld" | "成立" => Some(Decision::Upheld),
        "rejected" | "驳回" => Some(Decision::Rejected),
        _ => None,
    };
    match decision {
        Some(decision) => Ok(Command::Ruling { objection, decision, reason: reason.to_owned() }),
        None => Err(expected(lang, RULING.0, RULING.1, &format!("{objection} {words}"))),
    }
}

fn swap(rest: &str, lang: Lang) -> Result<Command, String> {
    let words: Vec<&str> = rest.split_whitespace().collect();
    let at = words.iter().position(|w| w.eq_ignore_ascii_case("consent") || *w == "同意");
    let Some((households, consents)) = at
        .and_then(|at| words.split_at_checked(at))
        .filter(|(households, _)| !households.is_empty())
    else {
        return Err(expected(lang, SWAP.0, SWAP.1, rest));
    };
    let consents = consents.iter().skip(1).map(|file| (*file).to_owned()).collect();
    Ok(Command::Swap {
        households: households.iter().map(|id| (*id).to_owned()).collect(),
        consents,
    })
}

/// The last word is the time, or the hash with the time before it; the name of the file can have
/// spaces.
fn recording(rest: &str, lang: Lang) -> Result<Command, String> {
    let hash = |word: &str| Hash::from_hex(&word.to_ascii_lowercase());
    let (rest, sha256) = match rest.rsplit_once(char::is_whitespace) {
        Some((before, word)) if hash(word).is_some() => (before.trim(), hash(word)),
        _ => (rest, None),
    };
    let Some((file, time)) = rest.rsplit_once(char::is_whitespace) else {
        return Err(expected(lang, "recording FILE START", "录像 文件 开始时间", rest));
    };
    let (file, time) = (file.trim().to_owned(), time);
    Ok(Command::Recording { file, start: start(time, lang)?, sha256 })
}

/// When a recording begins: a time with its offset, or seconds since 1970.
pub(crate) fn start(typed: &str, lang: Lang) -> Result<u64, String> {
    let time = narrow(typed);
    let seconds = time.parse::<u64>().ok();
    let stamped =
        || time.parse::<jiff::Timestamp>().ok().and_then(|t| u64::try_from(t.as_second()).ok());
    // T1: a larger number cannot stand in a line. No film begins then: a digit too many was typed.
    let fits = |seconds: &u64| *seconds <= MAX_INTEGER;
    seconds.or_else(stamped).filter(fits).ok_or_else(|| {
        expected(
            lang,
            "recording FILE START, the time such as 2026-11-22T09:00:00+08:00 or seconds since 1970",
            "录像 文件 开始时间，时间如 2026-11-22T09:00:00+08:00 或 1970 年以来的秒数",
            &time,
        )
    })
}
