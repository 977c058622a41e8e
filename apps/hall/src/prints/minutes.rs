//! `minutes`: what happened when, the checkpoints with their signatures, and places for the
//! signatures of all.

use super::data::{Data, State};
use super::papers;
use super::programs;
use super::result::unsealed;
use super::sheet::{Anchor, BODY, Page, cell, name, sealed, stage, table};
use crate::ceremony::aloud;
use crate::ceremony::command::decided;
use crate::ceremony::filing::Told as Filed;
use crate::disk::hall_log;
use crate::words::say::tr;
use floorlot::Hash;
use floorlot::lines::{Closed, Line, Stage};
use floorlot::note::Cosignature;
use floorlot::plan::{HouseholdNumber, PoolNumber, UnitNumber};
use floorlot::record::{PoolCourse, Record, Step};
use floorlot::rules::{Lang, Phrase};
use floorlot::token::TimeToken;
use floorlot_verify::common::html::escaped;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Why there are no minutes, if there are none.
pub(crate) fn missing(data: &Data) -> Option<Phrase> {
    match &data.state {
        State::Plan => Some(Phrase::new(
            "the plan is not sealed yet, and nothing has happened",
            "方案尚未封存，还没有可记的事项",
        )),
        State::Refuted(_) => Some(Phrase::new(
            "the transcript is refuted, so no minutes are printed",
            "记录不成立，不打印会议记录",
        )),
        State::Underway | State::Finished(_) => None,
    }
}

/// The minutes.
pub(crate) fn minutes(data: &Data, lang: Lang) -> String {
    let mut page = Page::new(data, lang, tr!(lang, "Minutes", "会议记录"), Anchor::Head);
    if let Some(why) = missing(data) {
        page.sheet("", &super::sheet::not_yet(Some(why), lang));
        return page.end();
    }
    let told = [
        interim(data, lang),
        unsealed(data, lang),
        story(data, lang),
        programs::held_with(data, lang),
    ];
    page.sheet("", &told.concat());
    let filed = papers::filed(data, lang);
    page.sheet(
        &tr!(lang, "checkpoints and signatures", "检查点与签名"),
        &(checkpoints(data, lang) + &filed),
    );
    page.sheet(&tr!(lang, "signatures of the panel", "监督员签字"), &signatures(data, lang));
    page.hangs()
}

/// That the draw is not finished.
fn interim(data: &Data, lang: Lang) -> String {
    if data.verified().is_some() {
        return String::new();
    }
    let size = data.size();
    tr!(
        lang,
        "<p class=\"note big\"><b>Interim minutes:</b> the draw is not finished. These are the lines 1 to {size} of the transcript.</p>\n",
        "<p class=\"note big\"><b>阶段记录：</b>抽签尚未完成，以下为记录的第 1 至 {size} 行。</p>\n"
    )
}

/// One thing that happened, as HTML.
pub(super) struct Entry {
    /// 0 for what is no line of the transcript: a pause.
    pub(super) line: usize,
    pub(super) at: Option<u64>,
    pub(super) told: String,
}

/// What is gathered while the lines are read.
struct Teller<'d> {
    data: &'d Data,
    lang: Lang,
    entries: Vec<Entry>,
    /// What each member did since the last `close`.
    did: Vec<(String, &'static str)>,
    /// The pool that is being drawn: its number, and where and when it was opened.
    pool: Option<(PoolNumber, usize, Option<u64>)>,
    record: Record,
}

fn story(data: &Data, lang: Lang) -> String {
    let record = Record::new(data.roll());
    let mut teller =
        Teller { data, lang, entries: Vec::new(), did: Vec::new(), pool: None, record };
    data.lines().for_each(|(number, line)| teller.line(number, &line));
    teller.unfinished_pool();
    teller.pauses();
    teller.troubles();
    rows(data, &teller.entries, lang)
}

/// The entries as a table, a row for each day.
pub(super) fn rows(data: &Data, entries: &[Entry], lang: Lang) -> String {
    let timed = entries.iter().any(|entry| entry.at.is_some());
    let (time, line, what) =
        (tr!(lang, "Time", "时间"), tr!(lang, "Line", "行"), tr!(lang, "What happened", "事项"));
    let time = if timed { format!("<th>{time}</th>") } else { String::new() };
    let (mut day, mut out) = (String::new(), String::new());
    for entry in entries {
        let (date, clock) = entry.at.map(|at| local(data, at)).unwrap_or_default();
        // An entry without a time begins no other day.
        if timed && !date.is_empty() && date != day {
            out += &format!("<tr class=\"day\"><th colspan=\"3\">{date}</th></tr>\n");
            day = date;
        }
        let clock = if timed { format!("<td class=\"num\">{clock}</td>") } else { String::new() };
        let line = if entry.line == 0 { String::new() } else { entry.line.to_string() };
        out += &format!("<tr>{clock}<td class=\"num\">{line}</td><td>{}</td></tr>\n", entry.told);
    }
    let note = match timed {
        true => tr!(
            lang,
            "<p>Times are those of the operator's clock.</p>\n",
            "<p>时间以操作员的时钟为准。</p>\n"
        ),
        false => String::new(),
    };
    format!(
        "{note}<table class=\"rows block dense\"><thead><tr>{time}<th>{line}</th><th>{what}</th></tr></thead><tbody>\n{out}</tbody></table>\n"
    )
}

/// Date and time of day, with the offset of the zone.
pub(super) fn moment(data: &Data, at: u64) -> String {
    let stamp = i64::try_from(at).ok().and_then(|at| Timestamp::from_second(at).ok());
    let zoned = stamp.map(|stamp| stamp.to_zoned(data.zone.clone()));
    zoned.map_or_else(
        || at.to_string(),
        |zoned| zoned.strftime("%Y-%m-%d %H:%M:%S (UTC%:z)").to_string(),
    )
}

/// Date with the offset of the zone, and time of day; the seconds themselves if no calendar has
/// them.
pub(super) fn local(data: &Data, at: u64) -> (String, String) {
    let stamp = i64::try_from(at).ok().and_then(|at| Timestamp::from_second(at).ok());
    match stamp.map(|stamp| stamp.to_zoned(data.zone.clone())) {
        Some(zoned) => (
            zoned.strftime("%Y-%m-%d (UTC%:z)").to_string(),
            zoned.strftime("%H:%M:%S").to_string(),
        ),
        None => (String::new(), at.to_string()),
    }
}

impl Teller<'_> {
    fn add(&mut self, line: usize, at: Option<u64>, told: String) {
        self.entries.push(Entry { line, at, told });
    }

    /// Pauses, among the entries by their time. They are noted beside the transcript.
    fn pauses(&mut self) {
        let lang = self.lang;
        for (begun, end) in hall_log::pauses(&self.data.notes) {
            let told = pause(self.data, begun.reason.as_deref(), end, lang);
            let later =
                self.entries.iter().position(|entry| entry.at.is_some_and(|at| at > begun.at));
            let entry = Entry { line: 0, at: Some(begun.at), told };
            self.entries.insert(later.unwrap_or(self.entries.len()), entry);
        }
    }

    /// What happened from outside, after the line that was the last one then: a clock that jumped
    /// says nothing of the order.
    fn troubles(&mut self) {
        for (at, trouble) in hall_log::troubles(&self.data.notes) {
            let later = self.entries.iter().position(|entry| entry.line as u64 > trouble.after);
            let entry = Entry { line: 0, at: Some(at), told: escaped(&trouble.told(self.lang)) };
            self.entries.insert(later.unwrap_or(self.entries.len()), entry);
        }
    }

    /// `r1 欧阳*`, as HTML.
    fn member(&self, id: &str) -> String {
        escaped(&self.data.book.member_name(id))
    }

    /// `H001 张*明`, as HTML.
    fn household(&self, id: &str) -> String {
        escaped(&named(self.data, id))
    }

    /// `1801 (storey 18)`, as HTML.
    fn flat(&self, id: &str) -> String {
        escaped(
            &self
                .data
                .roll()
                .find_unit(id)
                .map_or_else(|| id.to_owned(), |unit| self.data.book.unit(unit, self.lang)),
        )
    }

    fn line(&mut self, number: usize, line: &Line<'_>) {
        let step = self.record.line(number as u64, line, self.data.roll());
        // An `undo` line names nobody: the record knows what the line before it did.
        if let Step::Undone { household, unit, reason, at } = step {
            return self.undone(number, at, household, unit, &reason);
        }
        match line {
            Line::Checkpoint { stage: of, at, .. } => self.sealed(number, *of, *at),
            Line::Commit { member, .. } => self.did.push((member.to_string(), "commit")),
            Line::Envelope { member, .. } => self.did.push((member.to_string(), "envelope")),
            Line::Absent { member, .. } => self.did.push((member.to_string(), "absent")),
            Line::Reveal { member, .. } => self.did.push((member.to_string(), "reveal")),
            Line::Withheld { member, .. } => self.did.push((member.to_string(), "withheld")),
            Line::Close { what, at } => self.closed(number, *what, *at),
            Line::Dice { .. } | Line::Balls { .. } | Line::Drand { .. } | Line::Seed { .. } => {
                self.numbers(number, line)
            }
            Line::Open { .. }
            | Line::Pick { .. }
            | Line::Missed { .. }
            | Line::Standby { .. }
            | Line::End { .. } => self.turn(number, line),
            Line::Result { picked, standby, leftover, at } => {
                let told = tr!(
                    self.lang,
                    "<b>Result:</b> {picked} flats given, {standby} households on standby, {leftover} flats left over",
                    "<b>结果：</b>选定 {picked} 套，候补 {standby} 户，剩余 {leftover} 套"
                );
                self.add(number, *at, told);
            }
            line => self.later(number, line),
        }
    }

    fn sealed(&mut self, number: usize, of: Stage, at: Option<u64>) {
        let lang = self.lang;
        let before = self.data.checkpoints.iter().find(|c| c.size as usize + 1 == number);
        let stage = before.map_or_else(|| stage(of, lang), |before| sealed(before, lang));
        let groups = before.map(|c| c.fingerprint.to_string()).unwrap_or_default();
        let the = if of == Stage::Day { "" } else { "the " };
        let families = aloud::of_families(self.data.roll(), lang).filter(|_| of == Stage::Plan);
        let families = families.map(|told| format!(" {}", escaped(&told))).unwrap_or_default();
        self.add(
            number,
            at,
            tr!(
                lang,
                "<b>Checkpoint over {the}{stage}.</b> Fingerprint <span class=\"mono\">{groups}</span>{families}",
                "<b>{stage}封存。</b>指纹 <span class=\"mono\">{groups}</span>{families}"
            ),
        );
    }

    /// Who did what before the roll call or the reveals were closed.
    fn closed(&mut self, number: usize, what: Closed, at: Option<u64>) {
        let lang = self.lang;
        let who = |did: &str| {
            let names: Vec<String> =
                self.did.iter().filter(|(_, d)| *d == did).map(|(id, _)| self.member(id)).collect();
            if names.is_empty() {
                tr!(lang, "nobody", "无")
            } else {
                names.join(if lang == Lang::Zh { "、" } else { ", " })
            }
        };
        let told = match what {
            Closed::Commits => {
                let (commits, envelopes, absent) = (who("commit"), who("envelope"), who("absent"));
                tr!(
                    lang,
                    "<b>Roll call closed.</b> Commitments: {commits}. Sealed envelopes: {envelopes}. ABSENT: {absent}.",
                    "<b>点名截止。</b>承诺：{commits}。密封信封：{envelopes}。缺席：{absent}。"
                )
            }
            Closed::Reveals => {
                let (reveals, withheld) = (who("reveal"), who("withheld"));
                tr!(
                    lang,
                    "<b>Reveals closed.</b> Revealed: {reveals}. WITHHELD: {withheld}.",
                    "<b>公开截止。</b>已公开：{reveals}。拒绝公开：{withheld}。"
                )
            }
        };
        self.did.clear();
        self.add(number, at, told);
    }

    fn numbers(&mut self, number: usize, line: &Line<'_>) {
        let lang = self.lang;
        let (at, told) = match line {
            Line::Dice { digits, at, .. } => {
                let digits = escaped(digits);
                (
                    at,
                    tr!(
                        lang,
                        "Dice: <b class=\"mono\">{digits}</b>",
                        "骰子：<b class=\"mono\">{digits}</b>"
                    ),
                )
            }
            Line::Balls { numbers, at, .. } => {
                let numbers = numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(" ");
                (
                    at,
                    tr!(
                        lang,
                        "Balls: <b class=\"mono\">{numbers}</b>",
                        "球号：<b class=\"mono\">{numbers}</b>"
                    ),
                )
            }
            Line::Drand { round, randomness, at, .. } => (
                at,
                tr!(
                    lang,
                    "drand round {round}: <span class=\"mono\">{randomness}</span>",
                    "drand 第 {round} 轮：<span class=\"mono\">{randomness}</span>"
                ),
            ),
            Line::Seed { seed, at } => (
                at,
                tr!(
                    lang,
                    "Seed: <span class=\"mono\">{seed}</span>",
                    "种子：<span class=\"mono\">{seed}</span>"
                ),
            ),
            _ => return,
        };
        self.add(number, *at, told);
    }

    fn turn(&mut self, number: usize, line: &Line<'_>) {
        let lang = self.lang;
        match line {
            Line::Open { pool, at, .. } => {
                let found = self.data.roll().find_pool(pool);
                self.pool = found.map(|pool| (pool, number, *at));
            }
            Line::Pick { household, unit, proxy, at, .. } => {
                let (name, flat) = (self.household(household), self.flat(unit));
                if let Some(proxy) = proxy {
                    let proxy = escaped(proxy);
                    self.add(
                        number,
                        *at,
                        tr!(
                            lang,
                            "{name} → {flat}, chosen by proxy {proxy}",
                            "{name} → {flat}，由代理人 {proxy} 选定"
                        ),
                    );
                }
            }
            Line::Missed { household, at } => {
                let told = self.missed(household);
                self.add(number, *at, told);
            }
            Line::Standby { household, place, at } => {
                let name = self.household(household);
                self.add(
                    number,
                    *at,
                    tr!(lang, "{name}: standby, place {place}", "{name}：列入候补第 {place} 位"),
                );
            }
            Line::End { picked, standby, leftover, at, .. } => {
                self.end(number, (*picked, *standby, *leftover), *at)
            }
            _ => {}
        }
    }

    fn missed(&self, household: &str) -> String {
        missed(&self.household(household), self.lang)
    }

    /// What an `undo` took back.
    fn undone(
        &mut self,
        number: usize,
        at: Option<u64>,
        household: HouseholdNumber,
        unit: Option<UnitNumber>,
        reason: &str,
    ) {
        let roll = self.data.roll();
        let household = roll.household_id(household);
        let what = match unit {
            Some(unit) => {
                format!("{} → {}", self.household(household), self.flat(roll.unit_id(unit)))
            }
            None => self.missed(household),
        };
        self.add(number, at, withdrawn(&what, reason, self.lang));
    }

    fn pool_title(&self) -> String {
        let pool = self.pool.and_then(|(pool, ..)| self.data.roll().pool(pool));
        escaped(pool.map_or("", |pool| &pool.title))
    }

    /// How many picks of which kind.
    fn kinds(&self, pool: PoolCourse) -> String {
        let lang = self.lang;
        let (choice, lot, ranking) = (pool.chosen, pool.by_lot, pool.by_ranking);
        let kinds = [
            (choice, tr!(lang, "{choice} chosen", "本户或代理选定 {choice} 套")),
            (lot, tr!(lang, "{lot} by lot", "抽签 {lot} 套")),
            (ranking, tr!(lang, "{ranking} by ranking", "按志愿 {ranking} 套")),
        ];
        let told: Vec<String> =
            kinds.into_iter().filter(|(count, _)| *count > 0).map(|(_, told)| told).collect();
        if told.is_empty() {
            tr!(lang, "no flat given", "未定房")
        } else {
            told.join(if lang == Lang::Zh { "，" } else { ", " })
        }
    }

    fn end(&mut self, number: usize, (_, standby, leftover): (u64, u64, u64), at: Option<u64>) {
        let pool = self.pool.map(|(pool, ..)| self.record.pool(pool)).unwrap_or_default();
        let (lang, title, calls, kinds) =
            (self.lang, self.pool_title(), pool.calls, self.kinds(pool));
        let mut rest = String::new();
        if standby > 0 {
            rest += &tr!(lang, ", {standby} on standby", "，候补 {standby} 户");
        }
        if leftover > 0 {
            rest += &tr!(lang, ", {leftover} left over", "，剩余 {leftover} 套");
        }
        let first = self.pool.take().map_or(number, |(_, line, _)| line);
        let told = tr!(
            lang,
            "<b>{title}</b> (lines {first} to {number}): {calls} calls; {kinds}{rest}",
            "<b>{title}</b>（{first} 至 {number} 行）：叫号 {calls} 次；{kinds}{rest}"
        );
        self.add(number, at, told);
    }

    /// The pool that has no end yet.
    fn unfinished_pool(&mut self) {
        // First the title: it is that of the pool which is taken away next.
        let title = self.pool_title();
        let Some((pool, line, at)) = self.pool.take() else { return };
        let pool = self.record.pool(pool);
        let (lang, calls, kinds) = (self.lang, pool.calls, self.kinds(pool));
        self.add(
            line,
            at,
            tr!(
                lang,
                "<b>{title}</b>: not finished; {calls} calls so far; {kinds}",
                "<b>{title}</b>：尚未完成；已叫号 {calls} 次；{kinds}"
            ),
        );
    }

    /// A line after the result, or one that declares the draw void.
    fn later(&mut self, number: usize, line: &Line<'_>) {
        if let Some((at, told)) = self.said(line).or_else(|| self.moved(line)) {
            self.add(number, at, told);
        }
    }

    /// What was said or registered after the result, with its time.
    fn said(&self, line: &Line<'_>) -> Option<(Option<u64>, String)> {
        let lang = self.lang;
        let (at, told) = match line {
            Line::Objection { id, household, text, at } => {
                let by = household
                    .as_deref()
                    .map(|h| format!(" ({})", self.household(h)))
                    .unwrap_or_default();
                let (id, text) = (escaped(id), escaped(text));
                (at, tr!(lang, "<b>Objection {id}</b>{by}: {text}", "<b>异议 {id}</b>{by}：{text}"))
            }
            Line::Ruling { objection, decision, reason, at } => {
                let decision = decided(*decision, lang);
                let (id, reason) = (escaped(objection), escaped(reason));
                (
                    at,
                    tr!(
                        lang,
                        "<b>Ruling on objection {id}: {decision}.</b> {reason}",
                        "<b>对异议 {id} 的裁定：{decision}。</b>{reason}"
                    ),
                )
            }
            Line::Recording { name, sha256, at, .. } => {
                let name = escaped(name);
                (
                    at,
                    tr!(
                        lang,
                        "Recording {name}, SHA-256 <span class=\"mono\">{sha256}</span>",
                        "录像 {name}，SHA-256 <span class=\"mono\">{sha256}</span>"
                    ),
                )
            }
            Line::Filed { what, name, title, sha256, household, from, to, at } => {
                let hung = from.zip(*to);
                let told = Filed {
                    what: *what,
                    title: escaped(title),
                    name: escaped(name),
                    sha256: format!("<span class=\"mono\">{sha256}</span>"),
                    household: household.as_deref().map(|h| self.household(h)),
                    hung: hung.map(|(from, to)| (moment(self.data, from), moment(self.data, to))),
                };
                (at, told.sentence(lang))
            }
            Line::Void { reason, at } => (at, void(reason, lang)),
            _ => return None,
        };
        Some((*at, told))
    }

    /// What became of a flat after the result, with its time.
    fn moved(&mut self, line: &Line<'_>) -> Option<(Option<u64>, String)> {
        let lang = self.lang;
        let (at, told) = match line {
            Line::Withdrawal { household, unit, reason, sheet, at } => {
                let (name, reason) = (self.household(household), escaped(reason));
                let told = match unit.as_deref().map(|unit| self.flat(unit)) {
                    Some(flat) => tr!(
                        lang,
                        "{name} gives up {flat}. Reason: {reason}",
                        "{name} 放弃 {flat}。理由：{reason}"
                    ),
                    None => {
                        tr!(
                            lang,
                            "{name} gives up its place on the standby list. Reason: {reason}",
                            "{name} 放弃候补席位。理由：{reason}"
                        )
                    }
                };
                (at, told + &signed_sheet(*sheet, lang))
            }
            Line::Offer { unit, household, at } => {
                let (flat, name) = (self.flat(unit), self.household(household));
                (
                    at,
                    tr!(
                        lang,
                        "{flat} is offered to {name}, whose turn it is on standby",
                        "{flat} 轮到候补户 {name} 递补"
                    ),
                )
            }
            Line::Accept { unit, household, sheet, at } => {
                let (flat, name) = (self.flat(unit), self.household(household));
                let told = tr!(lang, "{name} takes {flat}", "{name} 接受 {flat}");
                (at, told + &signed_sheet(*sheet, lang))
            }
            Line::Decline { unit, household, reason, sheet, at } => {
                let (flat, name) = (self.flat(unit), self.household(household));
                let reason = reason.as_deref().map(|reason| {
                    let reason = escaped(reason);
                    tr!(lang, ". Reason: {reason}", "。理由：{reason}")
                });
                let reason = reason.unwrap_or_default();
                let told = tr!(
                    lang,
                    "{name} does not take {flat} and stays on standby{reason}",
                    "{name} 不接受 {flat}，保留候补{reason}"
                );
                (at, told + &signed_sheet(*sheet, lang))
            }
            Line::Swap { households, at, .. } => (at, self.swap(households)),
            _ => return None,
        };
        Some((*at, told))
    }

    /// Who has which flat after a swap.
    fn swap(&mut self, households: &[std::borrow::Cow<'_, str>]) -> String {
        let roll = self.data.roll();
        let has = |id: &str| {
            let unit = roll
                .find_household(id)
                .and_then(|household| self.record.course(household).now.unit());
            format!(
                "{} → {}",
                self.household(id),
                unit.map_or_else(String::new, |unit| self.flat(roll.unit_id(unit)))
            )
        };
        let told: Vec<String> = households.iter().map(|id| has(id)).collect();
        let told = told.join(if self.lang == Lang::Zh { "；" } else { "; " });
        tr!(self.lang, "Swapped by consent: {told}", "经各户同意换房：{told}")
    }
}

/// That the household signed for it.
fn signed_sheet(sheet: Hash, lang: Lang) -> String {
    tr!(lang, ". Signed sheet; SHA-256 of the scan {sheet}", "。有签字单；扫描件 SHA-256 {sheet}")
}

/// `H001 张*明`.
pub(super) fn named(data: &Data, id: &str) -> String {
    let household = data.roll().find_household(id);
    household.map_or_else(|| id.to_owned(), |h| data.book.household(data.roll(), h))
}

/// That a household, as HTML, missed its call.
pub(super) fn missed(name: &str, lang: Lang) -> String {
    tr!(lang, "{name} did not answer three calls", "{name} 三呼未到")
}

/// What an `undo` took back, as HTML.
pub(super) fn withdrawn(what: &str, reason: &str, lang: Lang) -> String {
    let reason = escaped(reason);
    tr!(lang, "<b>Withdrawn:</b> {what}. Reason: {reason}", "<b>撤回：</b>{what}。原因：{reason}")
}

/// A pause, until it ended.
pub(super) fn pause(data: &Data, reason: Option<&str>, end: Option<u64>, lang: Lang) -> String {
    let reason = escaped(reason.unwrap_or_default());
    match end.map(|end| local(data, end).1) {
        Some(until) => tr!(lang, "Pause until {until}: {reason}", "暂停至 {until}：{reason}"),
        None => tr!(lang, "Pause: {reason}", "暂停：{reason}"),
    }
}

/// That the draw is void.
pub(super) fn void(reason: &str, lang: Lang) -> String {
    let reason = escaped(reason);
    tr!(lang, "<b>THE DRAW IS DECLARED VOID:</b> {reason}", "<b>宣布本次抽签作废：</b>{reason}")
}

/// What a member said about a checkpoint.
fn said(data: &Data, line: &Line<'_>, lang: Lang) -> Option<(String, String)> {
    Some(match line {
        Line::Cosignature { member, signature, .. } => {
            let time = signature
                .parse::<Cosignature>()
                .map(|line| moment(data, line.time))
                .unwrap_or_default();
            (member.to_string(), tr!(lang, "signed by key, {time}", "密钥签名，{time}"))
        }
        Line::Paper { member, scan, .. } => {
            let scan = scan.to_string();
            (
                member.to_string(),
                tr!(
                    lang,
                    "signed on paper; SHA-256 of the scan {scan}",
                    "纸面签名；扫描件 SHA-256 {scan}"
                ),
            )
        }
        Line::Dissent { member, reason, .. } => {
            (member.to_string(), tr!(lang, "REFUSED to sign: {reason}", "拒绝签名：{reason}"))
        }
        Line::Unsigned { member, .. } => {
            (member.to_string(), tr!(lang, "did not sign, being away", "不在场，未签名"))
        }
        _ => return None,
    })
}

/// A checkpoint with no more members than this is kept on one sheet of paper.
const KEPT: usize = 20;

/// The checkpoints, each with what was said of it.
fn checkpoints(data: &Data, lang: Lang) -> String {
    let head =
        [tr!(lang, "Member", "监督员"), tr!(lang, "Name", "姓名"), tr!(lang, "Said of it", "表示")];
    let all = &data.checkpoints;
    let mut out = String::new();
    for (n, checkpoint) in all.iter().enumerate() {
        let until = all.get(n + 1).map_or(u64::MAX, |next| next.size);
        // What is said of a checkpoint stands behind its line, up to the next.
        let under: Vec<Line<'_>> = data
            .lines()
            .filter(|(line, _)| *line as u64 > checkpoint.size && (*line as u64) <= until)
            .map(|(_, line)| line)
            .collect();
        let logged = under.iter().any(|line| matches!(line, Line::Log { .. }));
        let rows: Vec<String> = under
            .iter()
            .filter_map(|line| said(data, line, lang))
            .map(|(member, said)| {
                let who = data.book.members.iter().find(|m| m.id == member).map_or("", |m| &m.name);
                cell("id", &member) + &name(who, "") + &cell("", said)
            })
            .collect();
        let (stage, size, digits) =
            (sealed(checkpoint, lang), checkpoint.size, checkpoint.fingerprint);
        let the = if checkpoint.stage == Stage::Day { "" } else { "the " };
        let whole = if rows.len() <= KEPT { " class=\"whole\"" } else { "" };
        out += &format!("<div{whole}>");
        out += &tr!(
            lang,
            "<h2>Checkpoint over {the}{stage} (lines 1 to {size})</h2>\n",
            "<h2>{stage}检查点（第 1 至 {size} 行）</h2>\n"
        );
        out += &format!("<p class=\"note mono big\">{digits}</p>\n");
        if logged {
            out += &tr!(
                lang,
                "<p>Signed by the log, before the panel.</p>\n",
                "<p>日志已签名（在监督员之前）。</p>\n"
            );
        }
        out += &stamps(data, &under, lang);
        out += &match rows.is_empty() {
            true if checkpoint.stage == Stage::Reveals => tr!(
                lang,
                "<p>It is read aloud before the first public number; nobody signs it.</p>\n",
                "<p>在第一个公开随机数之前宣读，无需签名。</p>\n"
            ),
            true => tr!(lang, "<p>Nobody has signed it.</p>\n", "<p>无人签名。</p>\n"),
            false => table("", &head, &rows),
        };
        out += "</div>\n";
    }
    out
}

/// The time tokens under a checkpoint.
fn stamps(data: &Data, under: &[Line<'_>], lang: Lang) -> String {
    let told = |line: &Line<'_>| match line {
        Line::Token { token, .. } => {
            TimeToken::from_base64(token).ok().map(|token| moment(data, token.time))
        }
        _ => None,
    };
    let times: Vec<String> = under.iter().filter_map(told).collect();
    if times.is_empty() {
        return String::new();
    }
    let times = times.join(if lang == Lang::En { "; " } else { "；" });
    tr!(
        lang,
        "<p>Time tokens: {times}. Imprint and time were compared; the signature of the authority is for <code>openssl ts -verify</code>.</p>\n",
        "<p>时间戳：{times}。已核对摘要和时间；时间戳机构的签名请用 <code>openssl ts -verify</code> 核验。</p>\n"
    )
}

/// A line to sign for each member.
fn signatures(data: &Data, lang: Lang) -> String {
    let mut last: BTreeMap<String, String> = BTreeMap::new();
    for (_, line) in data.lines() {
        // Only what was said of the last checkpoint.
        if matches!(line, Line::Checkpoint { .. }) {
            last.clear();
        }
        last.extend(word_of(&line, lang));
    }
    let digits = data.head().map(|head| head.fingerprint.to_string()).unwrap_or_default();
    sign(data, &last, &digits, lang)
}

/// A member, and what the line of a sign-off says of it in a word.
pub(super) fn word_of(line: &Line<'_>, lang: Lang) -> Option<(String, String)> {
    let (member, word) = match line {
        Line::Cosignature { member, .. } => (member, tr!(lang, "signed by key", "已用密钥签名")),
        Line::Paper { member, .. } => (member, tr!(lang, "signed on paper", "已纸面签名")),
        Line::Dissent { member, .. } => (member, tr!(lang, "REFUSED to sign", "拒绝签名")),
        Line::Unsigned { member, .. } => (member, tr!(lang, "was away", "不在场")),
        _ => return None,
    };
    Some((member.to_string(), word))
}

/// A line to sign for each member, with what the record says of each.
pub(super) fn sign(
    data: &Data,
    last: &BTreeMap<String, String>,
    digits: &str,
    lang: Lang,
) -> String {
    let told = tr!(
        lang,
        "Each person who signs here has read these minutes and has compared the fingerprint below with the one that was read out. A person who does not agree ticks “I refuse” and writes why. Compare what the record says of you: who refused was not “away”.",
        "签字人已阅读本记录，并已将下面的指纹与宣读的比对。不同意的，请勾选“我不同意签字”并写明理由。请核对记录中对本人的记载：拒签的人不应记为“不在场”。"
    );
    let mut out = format!("<p>{told}</p>\n<p class=\"note mono big\">{digits}</p>\n");
    let head = [
        tr!(lang, "Name", "姓名"),
        tr!(lang, "The record says", "记录中的表态"),
        tr!(lang, "Signature", "签字"),
        tr!(lang, "I refuse, because …", "我不同意签字，理由 …"),
        tr!(lang, "Date", "日期"),
    ];
    let (benches, members) =
        (data.book.benches.len() as f64, data.book.members.len().max(1) as f64);
    let height = ((BODY - 26.0 - 19.0 * benches) / members).clamp(9.5, 15.0);
    for bench in &data.book.benches {
        let members = data.book.members.iter().filter(|m| m.bench == bench.id);
        let row = |m: &crate::ceremony::book::Member| {
            let name = escaped(&data.book.member_name(&m.id));
            let said = last.get(&m.id).cloned().unwrap_or_else(|| tr!(lang, "—", "—"));
            format!(
                "<td style=\"height:{height:.1}mm\"><b>{name}</b></td>{}<td class=\"sign\"></td><td class=\"refuse\">☐</td><td class=\"date\"></td>",
                cell("", said)
            )
        };
        let (title, quorum) = (escaped(&bench.title), bench.quorum);
        out += &tr!(
            lang,
            "<h3>{title} (quorum {quorum})</h3>\n",
            "<h3>{title}（法定人数 {quorum}）</h3>\n"
        );
        out += &table("signs", &head, &members.map(row).collect::<Vec<_>>());
    }
    out
}
