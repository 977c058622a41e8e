//! Decisions from the prompt. It always says what the draw waits for; a mistyped command changes nothing and is asked for again;
//! before a step that cannot be taken back, what was understood is repeated and asked about.

use crate::aloud;
use crate::board;
use crate::command::{Command, help};
use crate::drive::{Draw, Refused};
use crate::say::{Stop, say, tr, warn};
use floorlot::lines::Closed;
use floorlot::rules::Lang;
use floorlot::session::Stage;
use std::io::{self, BufRead, Write};

/// Holds the draw with commands from standard input; with `after` also what comes after the result.
pub(crate) fn by_hand(draw: &mut Draw, after: bool) -> Result<(), Stop> {
    loop {
        draw.automatic()?;
        let done = draw.session.stage() == Stage::Done;
        if done && !after {
            return Ok(());
        }
        say("");
        board::waits(draw).iter().for_each(say);
        loop {
            match one(draw) {
                Err(Stop::Unfinished(_)) if done => return Ok(()),
                Ok(false) => {}
                moved => break moved.map(drop)?,
            }
        }
    }
}

/// Asks for one command; whether it moved the draw on.
fn one(draw: &mut Draw) -> Result<bool, Stop> {
    let label = board::label(draw);
    let text = ask(&label, draw.lang)?;
    if text.trim().is_empty() {
        return Ok(false);
    }
    let command = match Command::parse(&text, draw.lang) {
        Ok(command) => command,
        Err(why) => return retry(&why),
    };
    match command {
        Command::Help => say(help(draw.lang).trim_end()),
        Command::Status => board::waits(draw).iter().for_each(say),
        Command::Quit => return Err(unfinished(draw.lang)),
        Command::Next if draw.session.stage() == Stage::Automatic => {
            draw.advance()?;
            return Ok(true);
        }
        Command::Next if draw.session.stage() == Stage::SignOff => return signed(draw),
        Command::Note { file } => return note(draw, &file),
        Command::Next => {
            return retry(&tr!(
                draw.lang,
                "there is nothing to go on from; `status` says what is needed",
                "现在不需要“继续”；输入“状态”查看等待什么"
            ));
        }
        command => return carry_out(draw, &command),
    }
    Ok(false)
}

fn retry(why: &str) -> Result<bool, Stop> {
    warn(why);
    Ok(false)
}

/// Goes on after the signatures, which must be whole or none.
fn signed(draw: &mut Draw) -> Result<bool, Stop> {
    if !draw.whole_sign_off() {
        let silent = draw.session.silent().join(", ");
        return retry(&tr!(
            draw.lang,
            "still without a word: {silent}. Each member signs, or it is recorded why not.",
            "尚未表态：{silent}。每位监督员要么签名，要么记明原因。"
        ));
    }
    let unsigned = !draw.session.silent().is_empty();
    let question = tr!(
        draw.lang,
        "Nobody has signed: the transcript will not be certified. Go on without signatures?",
        "无人签名：记录将不能达到“认证”。确定不签名就继续吗？"
    );
    if unsigned && !yes(&question, draw.lang)? {
        return Ok(false);
    }
    draw.advance()?;
    Ok(true)
}

/// Records every signature of a signed note that is not recorded yet.
fn note(draw: &mut Draw, file: &str) -> Result<bool, Stop> {
    let lang = draw.lang;
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) => return retry(&tr!(lang, "{file}: {error}", "{file}：{error}")),
    };
    let signatures = match draw.signatures_of(&text) {
        Ok(signatures) => signatures,
        Err(why) => return retry(&tr!(lang, "{file}: {why}", "{file}：{why}")),
    };
    let (mut moved, mut last) = (false, String::new());
    for signature in signatures {
        match draw.apply(&Command::Cosign { signature }) {
            Ok(()) => moved = true,
            Err(Refused::Step(why)) if why == last => {} // the same of another signature
            Err(Refused::Step(why)) => {
                warn(tr!(lang, "{file}: {why}", "{file}：{why}"));
                last = why;
            }
            Err(Refused::Stop(stop)) => return Err(stop),
        }
    }
    Ok(moved)
}

fn carry_out(draw: &mut Draw, command: &Command) -> Result<bool, Stop> {
    if !understood(draw, command)? {
        return retry(&tr!(draw.lang, "Nothing was recorded.", "未作记录。"));
    }
    match draw.apply(command) {
        Ok(()) => Ok(true),
        Err(Refused::Step(why)) => retry(&why),
        Err(Refused::Stop(stop)) => Err(stop),
    }
}

/// Repeats what cannot be taken back and asks whether it is right. Public numbers are typed twice.
fn understood(draw: &mut Draw, command: &Command) -> Result<bool, Stop> {
    let Some(question) = question(draw, command) else { return Ok(true) };
    if matches!(command, Command::Dice { .. } | Command::Balls { .. }) && !same_again(draw.lang, command)? {
        return Ok(false);
    }
    yes(&question, draw.lang)
}

/// The question before a step that cannot be taken back; `None` for other steps, and for those that will be refused anyway.
fn question(draw: &mut Draw, command: &Command) -> Option<String> {
    let lang = draw.lang;
    match (command, draw.session.stage()) {
        (Command::Close, Stage::RollCall) if draw.session.ceremony().not_called(draw.roll()).is_empty() => {
            let benches = aloud::benches(draw, Closed::Commits).join("\n");
            Some(tr!(
                lang,
                "{benches}\nClose the roll call? Nobody can commit afterwards.",
                "{benches}\n确定点名截止吗？此后不能再提交承诺。"
            ))
        }
        (Command::Close, Stage::Reveals) if draw.session.ceremony().unanswered(draw.roll()).is_empty() => {
            let benches = aloud::benches(draw, Closed::Reveals).join("\n");
            Some(tr!(lang, "{benches}\nClose the reveals? No secret can follow.", "{benches}\n确定公开截止吗？此后不能再公开密语。"))
        }
        (Command::Reveal { member, secret }, Stage::Reveals) if draw.progress.was_envelope(&draw.book, member) => {
            let name = draw.book.member_name(member);
            Some(tr!(lang, "The paper in the envelope of {name} says: {secret}. Is that right?", "{name} 信封里写的是：{secret}。对吗？"))
        }
        (Command::Withhold { member }, Stage::Reveals) => {
            let name = draw.book.member_name(member);
            Some(tr!(
                lang,
                "{name} withholds the secret; that stays in the record. Is that right?",
                "{name} 拒绝公开，将永久记入记录。对吗？"
            ))
        }
        (Command::Dice { digits }, Stage::Numbers { source, .. }) if digits.len() as u64 == source.count => {
            let digits = in_fives(digits);
            Some(tr!(lang, "The dice are: {digits}. Is that right?", "骰子是：{digits}。对吗？"))
        }
        (Command::Balls { numbers }, Stage::Numbers { source, .. }) if numbers.len() as u64 == source.count => {
            let numbers = numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(" ");
            Some(tr!(lang, "The balls are: {numbers}. Is that right?", "球号是：{numbers}。对吗？"))
        }
        (Command::Void { reason }, _) => Some(tr!(
            lang,
            "The draw becomes VOID and nobody keeps a flat; this stays in the record for ever. Reason: {reason}. Is that right?",
            "本次抽签将作废，所有分配均取消，并永久记入记录。理由：{reason}。确定吗？"
        )),
        (Command::Offer, Stage::Done | Stage::Aftermath) => offer(draw),
        (command, Stage::Done | Stage::Aftermath) if command.is_aftermath() => {
            let told = board::what(command, lang);
            Some(tr!(lang, "{told}. Is that right?", "{told}。对吗？"))
        }
        (Command::Dissent { member, reason }, _) => {
            let name = draw.book.member_name(member);
            Some(tr!(lang, "{name} refuses to sign: {reason}. Is that right?", "{name} 拒绝签名：{reason}。对吗？"))
        }
        (Command::Choose { unit, proxy }, Stage::Choice { household, .. }) => choice(draw, household, unit, proxy.as_deref()),
        _ => None,
    }
}

fn choice(draw: &mut Draw, household: u32, typed: &str, proxy: Option<&str>) -> Option<String> {
    let lang = draw.lang;
    let id = draw.unit_id(typed).ok()?;
    let unit = draw.roll().find_unit(&id)?;
    if draw.session.not_offered(unit).is_some() {
        return None;
    }
    let (name, flat) = (draw.book.household(draw.roll(), household), draw.book.unit(unit, lang));
    Some(match proxy {
        Some(proxy) => {
            tr!(lang, "{name} takes {flat}, chosen by proxy {proxy}. Is that right?", "{name} 选 {flat}，由代理人 {proxy} 代选。对吗？")
        }
        None => tr!(lang, "{name} takes {flat}. Is that right?", "{name} 选 {flat}。对吗？"),
    })
}

/// The offer that is due, in words.
fn offer(draw: &mut Draw) -> Option<String> {
    let (unit, household) = draw.due_offer()?;
    let (name, flat) = (draw.book.household(draw.roll(), household), draw.book.unit(unit, draw.lang));
    Some(tr!(draw.lang, "{flat} is offered to {name}. Is that right?", "{flat} 提供给 {name}。对吗？"))
}

fn in_fives(digits: &str) -> String {
    let digits: Vec<char> = digits.chars().collect();
    digits.chunks(5).map(|five| five.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// Has the public numbers typed again and compares.
fn same_again(lang: Lang, command: &Command) -> Result<bool, Stop> {
    let text = ask(&tr!(lang, "once more, to compare> ", "请再输入一遍核对> "), lang)?;
    let bare = match command {
        Command::Dice { .. } => format!("dice {text}"),
        _ => format!("balls {text}"),
    };
    let same = [text, bare].iter().any(|text| Command::parse(text, lang).is_ok_and(|again| again == *command));
    if !same {
        warn(tr!(lang, "The two do not agree. Type the numbers again from the beginning.", "两遍不一致，请从头输入。"));
    }
    Ok(same)
}

fn yes(question: &str, lang: Lang) -> Result<bool, Stop> {
    say(question);
    loop {
        let text = ask(&tr!(lang, "yes or no> ", "是或否> "), lang)?;
        match text.trim().to_lowercase().as_str() {
            "yes" | "y" | "是" | "对" => return Ok(true),
            "no" | "n" | "否" | "不" | "不是" | "不对" => return Ok(false),
            _ => {}
        }
    }
}

/// One line from standard input.
fn ask(label: &str, lang: Lang) -> Result<String, Stop> {
    loop {
        let mut err = io::stderr();
        let _ = err.write_all(label.as_bytes()).and_then(|()| err.flush());
        let mut bytes = Vec::new();
        let read = io::stdin().lock().read_until(b'\n', &mut bytes);
        let count = read.map_err(|error| Stop::Failed(tr!(lang, "standard input: {error}", "标准输入：{error}")))?;
        if count == 0 {
            warn("");
            return Err(unfinished(lang));
        }
        match String::from_utf8(bytes) {
            Ok(text) => return Ok(text),
            Err(_) => warn(tr!(lang, "That was not UTF-8 text; type it again.", "输入不是 UTF-8 文字，请重新输入。")),
        }
    }
}

fn unfinished(lang: Lang) -> Stop {
    Stop::Unfinished(tr!(lang, "The draw is not finished.", "抽签尚未完成。"))
}
