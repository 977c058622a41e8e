//! A script: the commands of a draw in a plain text file, one a line.
//!
//! When a draw is resumed with its script, the script is matched from its beginning: every decision
//! that stands in the transcript uses up one command, which must be that decision. The rest is
//! carried out.

use crate::ceremony::command::{Command, hash_of};
use crate::ceremony::draw::Draw;
use crate::ceremony::stamp;
use crate::ceremony::typed::{self, Typed};
use crate::words::say::{Stop, tr};
use floorlot::lines::{By, Line, Stage};
use floorlot::rules::Lang;
use floorlot_verify::common::{digest, text};
use std::collections::VecDeque;
use std::path::{Path, PathBuf};

/// A command with its place.
pub(crate) struct Numbered {
    line: usize,
    pub(crate) command: Command,
}

/// The commands that are left.
pub(crate) struct Script {
    path: PathBuf,
    lang: Lang,
    commands: VecDeque<Numbered>,
}

impl Script {
    /// Reads a script and names every line that is not a command.
    pub(crate) fn read(path: &Path, lang: Lang) -> Result<Script, Stop> {
        let text = text::read(path).map_err(|error| Stop::file(lang, path, error))?;
        let mut commands = VecDeque::new();
        let mut faults = Vec::new();
        for (line, text) in (1..).zip(text.lines()) {
            let text = text.trim();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            match typed::parse(text, lang) {
                Ok(Typed::Command(command)) => commands.push_back(Numbered { line, command }),
                // Read at once: a file that is missing is told before anything is drawn.
                Ok(Typed::Token { file }) => match stamp::of_file(&file, lang) {
                    Ok(token) => {
                        commands.push_back(Numbered { line, command: Command::Token { token } });
                    }
                    Err(why) => faults.push(place(path, line, &why, lang)),
                },
                Ok(Typed::Status | Typed::Help | Typed::Quit | Typed::Note { .. }) => {
                    faults.push(place(
                        path,
                        line,
                        &tr!(
                            lang,
                            "`{text}` is for the prompt, not for a script",
                            "“{text}”只用于提问，不用于脚本"
                        ),
                        lang,
                    ));
                }
                Err(why) => faults.push(place(path, line, &why, lang)),
            }
        }
        if faults.is_empty() {
            Ok(Script { path: path.to_owned(), lang, commands })
        } else {
            Err(Stop::Failed(faults.join("\n")))
        }
    }

    /// The next command.
    pub(crate) fn take(&mut self) -> Option<Numbered> {
        self.commands.pop_front()
    }

    /// Whether there are no more commands.
    pub(crate) fn is_empty(&self) -> bool {
        self.commands.is_empty()
    }

    /// Passes over `next`; whether there was one. It goes on without signatures, and stands for no
    /// line of the transcript.
    pub(crate) fn goes_on(&mut self) -> bool {
        let before = self.commands.len();
        while self.commands.front().is_some_and(|next| next.command == Command::Next) {
            self.commands.pop_front();
        }
        self.commands.len() < before
    }

    /// The result, or a batch, is not signed, and the script says nothing about it.
    pub(crate) fn not_signed(&self, draw: &mut Draw) -> Stop {
        let (path, waits) = (self.path.display(), crate::ceremony::board::waits(draw).join("\n"));
        let place = match self.commands.front() {
            Some(next) => place(&self.path, next.line, "", self.lang)
                .trim_end_matches([':', '：', ' '])
                .to_owned(),
            None => path.to_string(),
        };
        Stop::Unfinished(tr!(
            self.lang,
            "{place}: the panel has not signed; add the signatures, or `next` to go on without.\n{waits}",
            "{place}：监督员尚未签名；请补上签名，或写“继续”不签名就继续。\n{waits}"
        ))
    }

    /// Whether the next command withdraws the last step.
    pub(crate) fn undo_is_next(&self) -> bool {
        matches!(self.commands.front(), Some(Numbered { command: Command::Undo { .. }, .. }))
    }

    /// Whether the next command closes the day.
    pub(crate) fn day_is_next(&self) -> bool {
        matches!(self.commands.front(), Some(Numbered { command: Command::Day, .. }))
    }

    /// Passes over `until` as well: on the disk is how far the draw went, and the same `until`
    /// brings it no farther than that.
    fn passes(&mut self) {
        let stands_for_no_line =
            |next: &Numbered| matches!(next.command, Command::Next | Command::Until { .. });
        while self.commands.front().is_some_and(stands_for_no_line) {
            self.commands.pop_front();
        }
    }

    /// How far the next command draws where nobody decides.
    pub(crate) fn until(&self) -> Option<u64> {
        match self.commands.front()?.command {
            Command::Until { households } => Some(households),
            _ => None,
        }
    }

    /// Whether the next command is one of a member about the last checkpoint.
    pub(crate) fn sign_off_is_next(&self) -> bool {
        self.commands.front().is_some_and(|next| {
            matches!(
                next.command,
                Command::Cosign { .. }
                    | Command::Token { .. }
                    | Command::Paper { .. }
                    | Command::Dissent { .. }
                    | Command::Unsigned { .. }
            )
        })
    }

    /// Whether the next command is one for the time after the result.
    pub(crate) fn aftermath_is_next(&self) -> bool {
        self.commands.front().is_some_and(|next| next.command.is_aftermath())
    }

    /// Something about a command, with file and line.
    pub(crate) fn at(&self, command: &Numbered, what: &str) -> String {
        place(&self.path, command.line, what, self.lang)
    }

    /// A command that could not be carried out.
    pub(crate) fn fault(&self, command: &Numbered, why: &str) -> Stop {
        let why = self.at(command, why);
        Stop::Failed(tr!(
            self.lang,
            "{why}\nThe draw stops before this line; everything before it is recorded. Correct the script and run the same command again.",
            "{why}\n抽签停在这一行之前，此前各步均已记录。改正脚本后重新运行同一命令即可继续。"
        ))
    }

    /// The script ends before the draw does.
    pub(crate) fn ended(&self, draw: &mut Draw) -> Stop {
        let (path, waits) = (self.path.display(), crate::ceremony::board::waits(draw).join("\n"));
        Stop::Unfinished(tr!(
            self.lang,
            "{path} has no more commands, and the draw is not finished.\n{waits}",
            "{path} 已无命令，抽签尚未完成。\n{waits}"
        ))
    }

    /// Uses up the command that made a line of the transcript.
    pub(crate) fn consume(
        &mut self,
        draw: &Draw,
        number: u64,
        line: &Line<'_>,
    ) -> Result<(), Stop> {
        let kind = line.kind();
        self.passes();
        let Some(command) = self.take() else {
            let path = self.path.display();
            return Err(Stop::Failed(tr!(
                self.lang,
                "{path} ends before line {number} of the transcript (`{kind}`). Nothing was changed.",
                "{path} 在记录第 {number} 行（{kind}）之前就结束了。未作任何改动。"
            )));
        };
        if made(&command.command, line, draw) {
            return Ok(());
        }
        let what = tr!(
            self.lang,
            "this is not what line {number} of the transcript (`{kind}`) records. Nothing was changed.",
            "与记录第 {number} 行（{kind}）不符。未作任何改动。"
        );
        Err(Stop::Failed(self.at(&command, &what)))
    }
}

fn place(path: &Path, line: usize, what: &str, lang: Lang) -> String {
    let path = path.display();
    tr!(lang, "{path} line {line}: {what}", "{path} 第 {line} 行：{what}")
}

/// Whether the line records this command.
fn made(command: &Command, line: &Line<'_>, draw: &Draw) -> bool {
    match (command, line) {
        (Command::Commit { member, commit }, Line::Commit { member: m, commit: c, .. }) => {
            member == m && commit == c
        }
        (Command::Envelope { member }, Line::Envelope { member: m, .. }) => member == m,
        (Command::Absent { member }, Line::Absent { member: m, .. }) => member == m,
        (Command::Withhold { member }, Line::Withheld { member: m, .. }) => member == m,
        (Command::Reveal { member, secret }, Line::Reveal { member: m, secret: s, .. }) => {
            member == m && secret == s
        }
        (Command::Dice { digits }, Line::Dice { digits: d, .. }) => digits == d,
        (Command::Balls { numbers }, Line::Balls { numbers: n, .. }) => numbers == n,
        (Command::Choose { unit, proxy }, Line::Pick { by: By::Choice, unit: u, proxy: p, .. }) => {
            draw.unit_id(unit).is_ok_and(|id| id == *u) && proxy.as_deref() == p.as_deref()
        }
        (Command::Undo { reason }, Line::Undo { reason: r, .. }) => reason == r,
        (Command::Drand { signature }, Line::Drand { signature: s, .. }) => signature == s,
        (Command::Cosign { signature }, Line::Cosignature { signature: s, .. }) => signature == s,
        (Command::Token { token }, Line::Token { token: t, .. }) => token == t,
        (Command::Paper { member, scan }, Line::Paper { member: m, scan: s, .. }) => {
            member == m && hash_of(scan, draw.lang).as_ref() == Ok(s)
        }
        (Command::Dissent { member, reason }, Line::Dissent { member: m, reason: r, .. }) => {
            member == m && reason == r
        }
        (Command::Unsigned { member }, Line::Unsigned { member: m, .. }) => member == m,
        (Command::Offer, Line::Offer { .. }) => true,
        (Command::Seal, Line::Checkpoint { stage: Stage::Aftermath, .. }) => true,
        (Command::Void { reason }, Line::Void { reason: r, .. }) => reason == r,
        (Command::Late, Line::Call { household, .. }) => {
            let again = |h| draw.progress.record.calls(h).count() > 1;
            draw.roll().find_household(household).is_some_and(again)
        }
        (Command::Close, Line::Close { .. })
        | (Command::Call, Line::Call { .. })
        | (Command::Day, Line::Checkpoint { stage: Stage::Day, .. })
        | (Command::Missed, Line::Missed { .. }) => true,
        (command, line) => noted(command, line, draw.lang),
    }
}

/// Whether a line of the aftermath records this command.
fn noted(command: &Command, line: &Line<'_>, lang: Lang) -> bool {
    let same = |file: &String, hash: &floorlot::Hash| hash_of(file, lang).as_ref() == Ok(hash);
    match (command, line) {
        (
            Command::Objection { id, household, text },
            Line::Objection { id: i, household: h, text: t, .. },
        ) => id == i && household.as_deref() == h.as_deref() && text == t,
        (
            Command::Ruling { objection, decision, reason },
            Line::Ruling { objection: o, decision: d, reason: r, .. },
        ) => objection == o && decision == d && reason == r,
        (
            Command::Withdraw { household, reason, sheet },
            Line::Withdrawal { household: h, reason: r, sheet: s, .. },
        ) => household == h && reason == r && same(sheet, s),
        (Command::Accept { household, sheet }, Line::Accept { household: h, sheet: s, .. }) => {
            household == h && same(sheet, s)
        }
        (
            Command::Decline { household, reason, sheet },
            Line::Decline { household: h, reason: r, sheet: s, .. },
        ) => household == h && reason.as_deref() == r.as_deref() && same(sheet, s),
        (Command::Swap { households, consents }, Line::Swap { households: h, consents: c, .. }) => {
            households == h
                && consents.len() == c.len()
                && consents.iter().zip(c).all(|(file, hash)| same(file, hash))
        }
        (Command::Recording { file, start, .. }, Line::Recording { name, start: s, .. }) => {
            start == s
                && Path::new(file)
                    .file_name()
                    .is_some_and(|file| file == std::ffi::OsStr::new(name.as_ref()))
        }
        (Command::File(filing), line) => filing.is(line, |hash| match &filing.sha256 {
            Some(given) => given == hash,
            None => digest::sha256(Path::new(&filing.file)).ok().as_ref() == Some(hash),
        }),
        _ => false,
    }
}
