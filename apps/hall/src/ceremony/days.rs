//! A draw over several days: when a day can be closed, what is said then, and how it goes on next
//! morning (rule T2).

use crate::ceremony::aloud;
use crate::ceremony::draw::Draw;
use crate::words::say::{counted, say, tr};
use floorlot::lines::Line;
use floorlot::plan::HouseholdNumber;
use floorlot::rules::Lang;
use floorlot::session::Awaits;

/// How many of those who are called again are named in one sentence.
const NAMED: usize = 12;

/// The days of the draw so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Days {
    /// How many were sealed.
    sealed: u64,
    at: At,
    /// How many calls there were since the last of them.
    pub(crate) calls: u64,
}

/// Where in a day the draw is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum At {
    #[default]
    Day,
    /// The day is sealed, and the panel signs.
    Evening,
    /// The day is closed, and nothing came since.
    Night,
}

impl Days {
    /// Takes in a line.
    pub(crate) fn line(&mut self, line: &Line<'_>) {
        use floorlot::lines::Stage;
        match line {
            Line::Checkpoint { stage: Stage::Day, .. } => {
                (self.sealed, self.at, self.calls) = (self.sealed + 1, At::Evening, 0);
            }
            Line::Closing { .. } if self.at == At::Evening => self.at = At::Night,
            Line::Log { .. }
            | Line::Token { .. }
            | Line::Cosignature { .. }
            | Line::Paper { .. }
            | Line::Dissent { .. }
            | Line::Unsigned { .. } => {}
            _ => self.at = At::Day,
        }
        if matches!(line, Line::Call { .. }) {
            self.calls += 1;
        }
    }

    /// The day that it is, from 1: until the first line of the next day that of the last one.
    pub(crate) fn number(self) -> u64 {
        self.sealed + u64::from(self.at == At::Day)
    }

    /// Whether the panel signs the day.
    pub(crate) fn is_evening(self) -> bool {
        self.at == At::Evening
    }

    /// Whether the day is closed, and nobody began the next one.
    pub(crate) fn is_night(self) -> bool {
        self.at == At::Night
    }

    /// The next day begins.
    pub(crate) fn begin(&mut self) {
        self.at = At::Day;
    }
}

impl Draw {
    /// Why the day cannot be closed now; `None` if it can.
    pub(crate) fn day_not_over(&self) -> Option<String> {
        let lang = self.lang;
        if self.session.day_may_end() {
            return None;
        }
        if let Awaits::Choice { household, .. } = self.session.awaits() {
            let name = self.book.household(self.roll(), household);
            return Some(tr!(
                lang,
                "the day cannot be closed yet: {name} was called, and has not chosen or missed its call",
                "现在不能结束当日：{name} 已叫号，尚未选房，也未记未到"
            ));
        }
        if self.session.awaits() == Awaits::Automatic && self.session.can_undo() {
            return Some(tr!(
                lang,
                "the day cannot be closed yet: what follows from the last step comes first. Type: next",
                "现在不能结束当日：上一步还有后续。请先输入：继续"
            ));
        }
        let late = self.session.late();
        if !late.is_empty() {
            let names = self.named(&late);
            return Some(tr!(
                lang,
                "the day cannot be closed yet: who missed a call today is called again before: {names}. Type: late",
                "现在不能结束当日：今日三呼未到的须先再叫一次：{names}。请输入：补叫"
            ));
        }
        Some(match self.session.seed().is_some() && self.progress.result.is_none() {
            true => tr!(
                lang,
                "the day cannot be closed: nobody was called since the last day was closed",
                "不能结束当日：上一日结束以来还没有叫过号"
            ),
            false => tr!(
                lang,
                "a day is closed between two turns of the draw, after the first call and before the result",
                "只有在抽签之中、两户之间才能结束当日：第一次叫号之后，结果之前"
            ),
        })
    }

    /// Why nobody can be called again now; `None` if somebody can.
    pub(crate) fn nobody_late(&self) -> Option<String> {
        self.session.late().is_empty().then(|| {
            tr!(
                self.lang,
                "nobody waits to be called again today (only in a pool whose absence rule is `day` households are)",
                "今日没有要补叫的住户（只有缺席规则为“day”的批次才有补叫）"
            )
        })
    }

    /// Households with their names, the first dozen.
    pub(crate) fn named(&self, households: &[HouseholdNumber]) -> String {
        let names = households.iter().take(NAMED);
        let names: Vec<String> =
            names.map(|household| self.book.household(self.roll(), *household)).collect();
        let told = names.join(if self.lang == Lang::En { ", " } else { "、" });
        match households.len().saturating_sub(NAMED) {
            0 => told,
            more => tr!(self.lang, "{told} and {more} more", "{told} 等，另有 {more} 户"),
        }
    }

    /// `571 of 2110 households are served`
    pub(crate) fn served(&self) -> String {
        let (served, all) = (self.progress.record.served(), self.roll().household_count());
        tr!(self.lang, "{served} of {all} households are served", "{all} 户中已办理 {served} 户")
    }

    /// Goes on in the morning with the day after the one that was closed last.
    pub(crate) fn begin_day(&mut self) {
        if !self.progress.days.is_night() {
            return;
        }
        let lang = self.lang;
        let (number, served) = (self.progress.days.number() + 1, self.served());
        aloud::heading(lang, &format!("Day {number}"), &format!("第 {number} 天"));
        say(tr!(
            lang,
            "Day {number} of the draw begins: {served}.",
            "抽签第 {number} 天开始：{served}。"
        ));
        self.progress.begin_day();
    }
}

/// What it means that the quorum of a bench did not sign the last checkpoint by key; of a day, which
/// later ones cover, less than of others.
pub(crate) fn uncertified(draw: &Draw) -> String {
    match draw.progress.days.is_evening() {
        true => tr!(
            draw.lang,
            "the day will not be certified until a later checkpoint is signed",
            "在以后的检查点签名之前，当日内容不能达到“认证”"
        ),
        false => tr!(draw.lang, "the transcript will not be certified", "记录将不能达到“认证”"),
    }
}

/// The question before a day is closed.
pub(crate) fn question(draw: &Draw) -> String {
    let (number, served) = (draw.progress.days.number(), draw.served());
    let calls = draw.progress.days.calls;
    let called = counted(calls, "call");
    tr!(
        draw.lang,
        "Close day {number} of the draw? {called} today; {served}. Nothing of this day can be withdrawn afterwards.",
        "结束抽签第 {number} 天？今日叫号 {calls} 次；{served}。此后当日内容不能再撤回。"
    )
}

/// What can be typed when a day may be closed, or somebody is called again before.
pub(crate) fn waits(draw: &Draw) -> Vec<String> {
    let lang = draw.lang;
    let late = draw.session.late();
    if !late.is_empty() && !matches!(draw.session.awaits(), Awaits::Choice { .. }) {
        let (count, names) = (late.len(), draw.named(&late));
        return vec![tr!(
            lang,
            "Missed today, called again before the day is closed ({count}): {names}. When nobody else is called today, type: late",
            "今日三呼未到，当日结束前再叫一次（{count} 户）：{names}。今日不再叫其他住户时，请输入：补叫"
        )];
    }
    match (draw.session.day_may_end(), draw.session.awaits() == Awaits::DayEnd) {
        (true, true) => vec![tr!(
            lang,
            "All who missed a call today were called again; the others are called tomorrow. Type: day, which closes the day",
            "今日未到的已全部再叫一次，其余住户明日再叫。请输入：今日结束"
        )],
        (true, false) => vec![tr!(
            lang,
            "Or, when nobody else is called today, to close the day: day",
            "今日不再叫号时，请输入：今日结束"
        )],
        (false, _) => Vec::new(),
    }
}

/// Says that a day is sealed.
pub(crate) fn sealed(draw: &Draw) {
    let Some(fingerprint) = draw.prints.day else { return };
    let lang = draw.lang;
    let (number, served) = (draw.progress.days.number(), draw.served());
    aloud::heading(lang, &format!("The end of day {number}"), &format!("第 {number} 天结束"));
    say(tr!(
        lang,
        "Day {number} of the draw is sealed: {served}, and the draw is not finished. Read this fingerprint aloud and post it; whoever notes it finds out if anything of this day is changed later:",
        "抽签第 {number} 天已封存：{served}，抽签尚未完成。请宣读并张贴此指纹；记下它的人，以后能发现对当日内容的任何改动："
    ));
    say(format!("    {fingerprint}"));
}

/// How a draw stands that is gone on with: which day it is, or that the panel signs one.
pub(crate) fn standing(draw: &Draw) {
    let days = draw.progress.days;
    match (days.is_evening(), days.is_night(), days.sealed) {
        (true, ..) => sealed(draw),
        (false, false, 1..) if draw.progress.result.is_none() => {
            let (number, served) = (days.number(), draw.served());
            say(tr!(
                draw.lang,
                "Day {number} of the draw: {served}.",
                "抽签第 {number} 天：{served}。"
            ));
        }
        _ => {}
    }
}

/// Says how a draw goes on whose day is closed. `command` is what was typed this time.
pub(crate) fn good_night(draw: &Draw, command: &str) {
    let lang = draw.lang;
    let (number, served, lines) =
        (draw.progress.days.number(), draw.served(), draw.session.lines());
    let tomorrow = number + 1;
    say(tr!(
        lang,
        "\nDay {number} is closed, and all {lines} lines are on the disk: {served}. Copy the transcript, and the notes beside it, to a stick before the computer is switched off.",
        "\n第 {number} 天已结束，{lines} 行全部已写入磁盘：{served}。关机之前，请把记录和旁边的现场记事拷到 U 盘。"
    ));
    say(tr!(
        lang,
        "Day {tomorrow} goes on in the same file, with the same command:",
        "第 {tomorrow} 天在同一文件中继续，运行同一命令："
    ));
    say(format!("    {command}"));
}
