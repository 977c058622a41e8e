//! Decisions from the prompt. It always says what the draw waits for; a mistyped command changes
//! nothing and is asked for again; before a step that cannot be taken back, what was understood is
//! repeated and asked about.

use crate::ceremony::aloud;
use crate::ceremony::board;
use crate::ceremony::by_lot;
use crate::ceremony::command::Command;
use crate::ceremony::days;
use crate::ceremony::draw::Draw;
use crate::ceremony::drive::Refused;
use crate::ceremony::promise::Notes;
use crate::ceremony::stamp;
use crate::ceremony::typed::{self, Typed, help};
use crate::disk::on_disk;
use crate::keys::note_file::note_text;
use crate::words::say::{Stop, in_file, say, tr, warn};
use floorlot::lines::Closed;
use floorlot::plan::HouseholdNumber;
use floorlot::rules::Lang;
use floorlot::session::Awaits;
use floorlot_verify::common::text::in_groups;
use std::io::{self, BufRead, Write};
use std::path::Path;

/// Where it is asked, although the draw could end or go on by itself.
#[derive(Clone, Copy)]
pub(crate) struct Asks {
    /// After the result.
    pub(crate) after: bool,
    /// In pools in which nobody decides.
    pub(crate) how_far: bool,
}

/// Holds the draw with commands from standard input.
/// When something happens to the file of the transcript, nobody goes on before it is mended.
pub(crate) fn by_hand(draw: &mut Draw, asks: Asks, notes: &mut Notes) -> Result<(), Stop> {
    loop {
        match hold(draw, asks, notes) {
            Err(Stop::Failed(why))
                if draw.scribe().harm().is_some() && !draw.scribe().is_empty() =>
            {
                mend(draw, &why)?
            }
            done => return done,
        }
    }
}

/// Asks whether the transcript is written anew, and goes back to what is recorded.
fn mend(draw: &mut Draw, why: &str) -> Result<(), Stop> {
    let lang = draw.lang;
    warn(why);
    let question = tr!(
        lang,
        "Write the whole transcript again? A file that is there now is renamed and stays as it is. (Answer no to read the disk again.)",
        "要把整份记录重新写出吗？原处如有文件，只改名，保持原样。（答“否”则重新查看磁盘。）"
    );
    loop {
        // nobody answers: it is written beside
        let anew = yes(&question, lang).map_err(|_| Stop::Failed(why.to_owned()))?;
        let mended = match anew {
            true => draw.scribe().anew(),
            false => draw.scribe().look().map(|()| {
                tr!(lang, "The file is there again as it was written.", "文件已恢复原样。")
            }),
        };
        match mended {
            Ok(told) => {
                say(told);
                return draw.back_to_recorded();
            }
            Err(Stop::Failed(why) | Stop::Refuted(why) | Stop::Unfinished(why)) => warn(why),
        }
    }
}

fn hold(draw: &mut Draw, asks: Asks, notes: &mut Notes) -> Result<(), Stop> {
    loop {
        match asks.how_far {
            true => draw.settle()?,
            false => draw.automatic()?,
        };
        notes.promise(draw);
        let done = draw.session.awaits() == Awaits::Done;
        if done && !asks.after || draw.progress.days.is_night() {
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
    draw.scribe().look()?; // before anything is asked about, or said to be recorded
    if text.trim().is_empty() {
        return Ok(false);
    }
    match typed::parse(&text, draw.lang) {
        Ok(Typed::Help) => say(help(draw.lang).trim_end()),
        Ok(Typed::Status) => board::waits(draw).iter().for_each(say),
        Ok(Typed::Quit) => return Err(unfinished(draw.lang)),
        Ok(Typed::Note { file }) => return note(draw, &file),
        Ok(Typed::Token { file }) => {
            return match stamp::of_file(&file, draw.lang) {
                Ok(token) => carry_out(draw, &Command::Token { token }),
                Err(why) => retry(&why),
            };
        }
        Ok(Typed::Command(Command::Next)) => return next(draw),
        Ok(Typed::Command(command)) => return carry_out(draw, &command),
        Err(why) => return retry(&why),
    }
    Ok(false)
}

/// Goes on after what could still be withdrawn, or after the signatures.
fn next(draw: &mut Draw) -> Result<bool, Stop> {
    match draw.session.awaits() {
        Awaits::Automatic if draw.stands_in_lots() => {
            let goes_on = yes(&by_lot::question(draw, None), draw.lang)?;
            goes_on.then(|| draw.draw_pool()).transpose()?;
            Ok(goes_on)
        }
        Awaits::Automatic => {
            draw.advance()?;
            Ok(true)
        }
        Awaits::SignOff => signed(draw),
        _ => retry(&draw.nothing_to_go_on_from()),
    }
}

fn retry(why: &str) -> Result<bool, Stop> {
    warn(why);
    Ok(false)
}

/// Goes on after the signatures, which must be whole or none.
fn signed(draw: &mut Draw) -> Result<bool, Stop> {
    if let Some(why) = draw.not_closed() {
        return retry(&why);
    }
    let so = days::uncertified(draw);
    let question = match unsigned(draw) {
        Some(why) => tr!(draw.lang, "{why} Go on?", "{why}确定继续吗？"),
        None if draw.nobody_signed() => tr!(
            draw.lang,
            "Nobody has signed: {so}. Go on without signatures?",
            "无人签名：{so}。确定不签名就继续吗？"
        ),
        None => String::new(),
    };
    if !question.is_empty() && !yes(&question, draw.lang)? {
        return Ok(false);
    }
    draw.advance()?;
    Ok(true)
}

/// What the signatures under the last checkpoint do not reach, although somebody has signed.
fn unsigned(draw: &Draw) -> Option<String> {
    let short = aloud::short_of_keys(draw).join(if draw.lang == Lang::En { "; " } else { "；" });
    let told = !short.is_empty() && draw.has_keys() && !draw.nobody_signed();
    let so = days::uncertified(draw);
    told.then(|| {
        tr!(
            draw.lang,
            "Not enough signatures by key ({short}): {so}.",
            "密钥签名不足（{short}）：{so}。"
        )
    })
}

/// The question before the roll call, with which the signing of the plan ends.
fn begins(draw: &Draw) -> Option<String> {
    if draw.has_keys() && draw.nobody_signed() {
        return Some(tr!(
            draw.lang,
            "Nobody has signed the plan: the transcript will not be certified. Begin the roll call without signatures?",
            "方案无人签名：记录将不能达到“认证”。确定不签名就开始点名吗？"
        ));
    }
    unsigned(draw).map(|why| tr!(draw.lang, "{why} Begin the roll call?", "{why}确定开始点名吗？"))
}

/// Records every signature of a signed note that is not recorded yet.
fn note(draw: &mut Draw, file: &str) -> Result<bool, Stop> {
    let lang = draw.lang;
    let bytes = match on_disk::read(Path::new(file)) {
        Ok(bytes) => bytes,
        Err(error) => return retry(&in_file(file, &error, lang)),
    };
    let text = match note_text(&bytes) {
        Ok((text, changes)) => {
            changes.iter().for_each(|changes| warn(in_file(file, changes, lang)));
            text
        }
        Err(why) => return retry(&in_file(file, &why, lang)),
    };
    let noted = match draw.note(&text) {
        Ok(noted) => noted,
        Err(Refused::Step(why)) => return retry(&tr!(lang, "{file}: {why}", "{file}：{why}")),
        Err(Refused::Stop(stop)) => return Err(stop),
    };
    for why in noted.faults {
        warn(tr!(lang, "{file}: {why}", "{file}：{why}"));
    }
    Ok(noted.taken)
}

fn carry_out(draw: &mut Draw, command: &Command) -> Result<bool, Stop> {
    let hashed = match draw.hashed(command.clone()) {
        Ok(hashed) => hashed,
        Err(why) => return retry(&why),
    };
    let questions = questions(draw, command);
    if let (false, Some(why)) = (questions.is_empty(), draw.refuses(command)) {
        return retry(&why);
    }
    if !understood(draw, command, &questions)? {
        return retry(&tr!(draw.lang, "Nothing was recorded.", "未作记录。"));
    }
    match draw.apply(&hashed) {
        Ok(()) => Ok(true),
        Err(Refused::Step(why)) => retry(&why),
        Err(Refused::Stop(stop)) => Err(stop),
    }
}

/// Repeats what cannot be taken back and asks whether it is right. Public numbers are typed twice.
fn understood(draw: &Draw, command: &Command, questions: &[String]) -> Result<bool, Stop> {
    let numbers = matches!(command, Command::Dice { .. } | Command::Balls { .. });
    if numbers && !questions.is_empty() && !same_again(draw.lang, command)? {
        return Ok(false);
    }
    for question in questions {
        if !yes(question, draw.lang)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The questions before a step that cannot be taken back; none before other steps. Whether the step
/// will be refused is another matter.
fn questions(draw: &mut Draw, command: &Command) -> Vec<String> {
    let stage = draw.session.awaits();
    let called = matches!(
        command,
        Command::Commit { .. } | Command::Envelope { .. } | Command::Absent { .. }
    );
    let first = if called && stage == Awaits::RollCall { begins(draw) } else { None };
    let own = match stage {
        Awaits::RollCall => of_roll_call(draw, command),
        Awaits::Reveals => of_reveals(draw, command),
        Awaits::Numbers { .. } => numbers(draw.lang, command),
        Awaits::Choice { household, .. } => choice(draw, household, command),
        Awaits::Done | Awaits::Aftermath => board::what(draw, command)
            .map(|told| tr!(draw.lang, "{told}. Is that right?", "{told}。对吗？")),
        _ => None,
    };
    let own = own.or_else(|| always(draw, command));
    first.into_iter().chain(own).collect()
}

fn of_roll_call(draw: &Draw, command: &Command) -> Option<String> {
    let lang = draw.lang;
    Some(match command {
        Command::Close => {
            let benches = aloud::benches(draw, Closed::Commits).join("\n");
            tr!(
                lang,
                "{benches}\nClose the roll call? Nobody can commit afterwards.",
                "{benches}\n确定点名截止吗？此后不能再提交承诺。"
            )
        }
        Command::Absent { member } => {
            let name = draw.book.member_name(member);
            let after = one_less(draw, member, Closed::Commits);
            tr!(
                lang,
                "{name} is absent and cannot commit afterwards.{after} Is that right?",
                "记 {name} 缺席，此后不能再提交承诺。{after}对吗？"
            )
        }
        _ => return None,
    })
}

fn of_reveals(draw: &Draw, command: &Command) -> Option<String> {
    let lang = draw.lang;
    Some(match command {
        Command::Close => {
            let benches = aloud::benches(draw, Closed::Reveals).join("\n");
            tr!(
                lang,
                "{benches}\nClose the reveals? No secret can follow.",
                "{benches}\n确定公开截止吗？此后不能再公开密语。"
            )
        }
        Command::Reveal { member, secret } if draw.progress.was_envelope(&draw.book, member) => {
            let name = draw.book.member_name(member);
            tr!(
                lang,
                "The paper in the envelope of {name} says: {secret}. Is that right?",
                "{name} 信封里写的是：{secret}。对吗？"
            )
        }
        Command::Withhold { member } => {
            let name = draw.book.member_name(member);
            let after = one_less(draw, member, Closed::Reveals);
            tr!(
                lang,
                "{name} withholds the secret; that stays in the record.{after} Is that right?",
                "{name} 拒绝公开，将永久记入记录。{after}对吗？"
            )
        }
        _ => return None,
    })
}

/// What comes of it for the bench of the member, as a part of the question.
fn one_less(draw: &Draw, member: &str, closes: Closed) -> String {
    let bench = draw.roll().bench_of(member).unwrap_or_default();
    spaced(draw.lang, aloud::one_less(draw, bench, closes))
}

fn one_key_less(draw: &Draw, member: &str) -> String {
    spaced(draw.lang, aloud::one_key_less(draw, member))
}

/// A sentence after another one.
fn spaced(lang: Lang, sentence: Option<String>) -> String {
    let space = if lang == Lang::En { " " } else { "" };
    sentence.map(|sentence| format!("{space}{sentence}")).unwrap_or_default()
}

fn numbers(lang: Lang, command: &Command) -> Option<String> {
    match command {
        Command::Dice { digits } => {
            let digits = in_groups(digits, 5);
            Some(tr!(lang, "The dice are: {digits}. Is that right?", "骰子是：{digits}。对吗？"))
        }
        Command::Balls { numbers } => {
            let numbers = numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(" ");
            Some(tr!(lang, "The balls are: {numbers}. Is that right?", "球号是：{numbers}。对吗？"))
        }
        _ => None,
    }
}

/// What can come at more than one stage: what a member says about a checkpoint, and the end of it
/// all.
fn always(draw: &Draw, command: &Command) -> Option<String> {
    let (lang, name) = (draw.lang, |member: &str| draw.book.member_name(member));
    Some(match command {
        Command::Day => days::question(draw),
        Command::Until { households } => by_lot::question(draw, Some(*households)),
        Command::Void { reason } => tr!(
            lang,
            "The draw becomes VOID and nobody keeps a flat; this stays in the record for ever. Reason: {reason}. Is that right?",
            "本次抽签将作废，所有分配均取消，并永久记入记录。理由：{reason}。确定吗？"
        ),
        Command::Dissent { member, reason } => {
            let name = name(member);
            let after = one_key_less(draw, member);
            tr!(
                lang,
                "{name} refuses to sign: {reason}.{after} Is that right?",
                "{name} 拒绝签名：{reason}。{after}对吗？"
            )
        }
        Command::Unsigned { member } => {
            let (name, after) = (name(member), one_key_less(draw, member));
            tr!(
                lang,
                "{name} is away and cannot sign this checkpoint afterwards.{after} Is that right?",
                "{name} 不在场，此后不能再签这个检查点。{after}对吗？"
            )
        }
        Command::Paper { member, scan } => {
            let (name, after) = (name(member), one_key_less(draw, member));
            tr!(
                lang,
                "{name} signed on paper ({scan}), and cannot sign this checkpoint with a key afterwards.{after} Is that right?",
                "{name} 已纸面签名（{scan}），此后不能再用密钥签这个检查点。{after}对吗？"
            )
        }
        _ => return None,
    })
}

fn choice(draw: &mut Draw, household: HouseholdNumber, command: &Command) -> Option<String> {
    let lang = draw.lang;
    let Command::Choose { unit, proxy } = command else { return None };
    let unit = draw.roll().find_unit(&draw.unit_id(unit).ok()?)?;
    let (name, flat) = (draw.book.household(draw.roll(), household), draw.book.unit(unit, lang));
    Some(match proxy {
        Some(proxy) => {
            tr!(
                lang,
                "{name} takes {flat}, chosen by proxy {proxy}. Is that right?",
                "{name} 选 {flat}，由代理人 {proxy} 代选。对吗？"
            )
        }
        None => tr!(lang, "{name} takes {flat}. Is that right?", "{name} 选 {flat}。对吗？"),
    })
}

/// Has the public numbers typed again and compares.
fn same_again(lang: Lang, command: &Command) -> Result<bool, Stop> {
    let text = ask(&tr!(lang, "once more, to compare> ", "请再输入一遍核对> "), lang)?;
    let bare = match command {
        Command::Dice { .. } => format!("dice {text}"),
        _ => format!("balls {text}"),
    };
    let same = [text, bare].iter().any(|text| {
        typed::parse(text, lang).is_ok_and(|again| again == Typed::Command(command.clone()))
    });
    if !same {
        warn(tr!(
            lang,
            "The two do not agree. Type the numbers again from the beginning.",
            "两遍不一致，请从头输入。"
        ));
    }
    Ok(same)
}

pub(super) fn yes(question: &str, lang: Lang) -> Result<bool, Stop> {
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
        let count = read.map_err(|error| {
            Stop::Failed(in_file(tr!(lang, "standard input", "标准输入"), &error, lang))
        })?;
        if count == 0 {
            warn("");
            return Err(unfinished(lang));
        }
        match String::from_utf8(bytes) {
            Ok(text) => return Ok(text),
            Err(_) => warn(tr!(
                lang,
                "That was not UTF-8 text; type it again.",
                "输入不是 UTF-8 文字，请重新输入。"
            )),
        }
    }
}

fn unfinished(lang: Lang) -> Stop {
    Stop::Unfinished(tr!(lang, "The draw is not finished.", "抽签尚未完成。"))
}
