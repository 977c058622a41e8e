//! The commands for what comes after a checkpoint: the signatures of the panel, and the aftermath.

use crate::command::{Command, narrow};
use crate::say::{Told, tr};
use floorlot::Hash;
use floorlot::lines::Decision;
use floorlot::rules::Lang;
use floorlot_verify::common::digest;
use std::path::Path;

/// The first word, with full-width characters made ASCII, and the rest.
fn split(text: &str) -> (String, &str) {
    let (word, rest) = text.trim().split_once(char::is_whitespace).unwrap_or((text.trim(), ""));
    (narrow(word), rest.trim())
}

fn expected(lang: Lang, en: &str, zh: &str, found: &str) -> String {
    tr!(lang, "expected: {en}; found `{found}`", "应为：{zh}；发现“{found}”")
}

/// A command of the sign-off.
pub(crate) fn sign_off(name: &str, rest: &str, lang: Lang) -> Result<Command, String> {
    let (member, words) = split(rest);
    match name {
        "cosign" if rest.is_empty() => {
            Err(expected(lang, "cosign — NAME BASE64", "签名 — 名称 BASE64", rest))
        }
        "cosign" => Ok(Command::Cosign { signature: rest.to_owned() }),
        "note" if rest.is_empty() => Err(expected(lang, "note FILE", "签名单 文件", rest)),
        "note" => Ok(Command::Note { file: rest.to_owned() }),
        "paper" if words.is_empty() => {
            Err(expected(lang, "paper MEMBER FILE", "纸签 监督员编号 文件", rest))
        }
        "paper" => Ok(Command::Paper { member, scan: words.to_owned() }),
        "dissent" if words.is_empty() => {
            Err(expected(lang, "dissent MEMBER REASON", "异见 监督员编号 理由", rest))
        }
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
        "objection" => objection(first, words, lang),
        "ruling" => ruling(first, words, lang),
        "swap" => swap(rest, lang),
        "recording" => recording(rest, lang),
        "void" if rest.is_empty() => Err(expected(lang, "void REASON", "作废 理由", rest)),
        "void" => Ok(Command::Void { reason: rest.to_owned() }),
        "withdraw" if words.is_empty() => {
            Err(expected(lang, "withdraw HOUSEHOLD REASON", "放弃 户号 理由", rest))
        }
        "withdraw" => Ok(Command::Withdraw { household: first, reason: words.to_owned() }),
        "decline" if first.is_empty() => {
            Err(expected(lang, "decline HOUSEHOLD [REASON]", "不要 户号 [理由]", rest))
        }
        "decline" => Ok(Command::Decline {
            household: first,
            reason: Some(words.to_owned()).filter(|words| !words.is_empty()),
        }),
        _ if first.is_empty() || !words.is_empty() => {
            Err(expected(lang, "accept HOUSEHOLD", "接受 户号", rest))
        }
        _ => Ok(Command::Accept { household: first }),
    }
}

fn objection(id: String, words: &str, lang: Lang) -> Result<Command, String> {
    let (word, after) = split(words);
    let (household, text) = match word.as_str() {
        "household" | "住户" => {
            let (household, text) = split(after);
            (Some(household), text)
        }
        _ => (None, words),
    };
    if text.is_empty() {
        return Err(expected(
            lang,
            "objection ID [household H] TEXT",
            "异议 编号 [住户 户号] 内容",
            &format!("{id} {words}"),
        ));
    }
    Ok(Command::Objection { id, household, text: text.to_owned() })
}

fn ruling(objection: String, words: &str, lang: Lang) -> Result<Command, String> {
    let (word, reason) = split(words);
    let decision = match word.as_str() {
        "upheld" | "成立" => Some(Decision::Upheld),
        "rejected" | "驳回" => Some(Decision::Rejected),
        _ => None,
    };
    match decision {
        Some(decision) if !reason.is_empty() => {
            Ok(Command::Ruling { objection, decision, reason: reason.to_owned() })
        }
        _ => Err(expected(
            lang,
            "ruling ID upheld|rejected REASON",
            "裁定 编号 成立|驳回 理由",
            &format!("{objection} {words}"),
        )),
    }
}

fn swap(rest: &str, lang: Lang) -> Result<Command, String> {
    let words: Vec<&str> = rest.split_whitespace().collect();
    let at = words.iter().position(|w| w.eq_ignore_ascii_case("consent") || *w == "同意");
    let Some((households, consents)) = at
        .and_then(|at| words.split_at_checked(at))
        .filter(|(households, _)| !households.is_empty())
    else {
        return Err(expected(
            lang,
            "swap H H … consent FILE FILE …",
            "换房 户号 户号 … 同意 文件 文件 …",
            rest,
        ));
    };
    let consents = consents.iter().skip(1).map(|file| (*file).to_owned()).collect();
    Ok(Command::Swap { households: households.iter().map(|id| narrow(id)).collect(), consents })
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
    let (file, time) = (file.trim().to_owned(), narrow(time));
    let seconds = time.parse::<u64>().ok();
    let stamped =
        || time.parse::<jiff::Timestamp>().ok().and_then(|t| u64::try_from(t.as_second()).ok());
    match seconds.or_else(stamped) {
        Some(start) => Ok(Command::Recording { file, start, sha256 }),
        None => Err(expected(
            lang,
            "recording FILE START, the time such as 2026-11-22T09:00:00+08:00 or seconds since 1970",
            "录像 文件 开始时间，时间如 2026-11-22T09:00:00+08:00 或 1970 年以来的秒数",
            &time,
        )),
    }
}

/// The SHA-256 that a word stands for: the hash itself, or that of the file of this name.
pub(crate) fn hash_of(word: &str, lang: Lang) -> Result<Hash, String> {
    if let Some(hash) = Hash::from_hex(&word.to_ascii_lowercase()) {
        return Ok(hash);
    }
    digest::sha256(Path::new(word)).map_err(|error| {
        let error = error.told(lang);
        tr!(
            lang,
            "{word}: {error}. Give the scanned file, or its SHA-256 (64 hexadecimal digits)",
            "{word}：{error}。请给出扫描文件，或其 SHA-256（64 位十六进制）"
        )
    })
}
