//! `days`: the minutes of each day of a draw that takes several: who was there, what happened, the
//! fingerprint, and places for the signatures.

use super::data::{Data, State};
use super::minutes::{
    self, Entry, local, missed, named, pause, rows, sign, void, withdrawn, word_of,
};
use super::sheet::{Anchor, Page};
use crate::disk::hall_log;
use crate::words::say::{counted, tr};
use floorlot::Fingerprint;
use floorlot::lines::{By, Line, Stage};
use floorlot::record::{Record, Step};
use floorlot::rules::{Lang, Phrase};
use floorlot_verify::common::html::escaped;
use std::collections::BTreeMap;

/// Why there are none.
pub(crate) fn missing(data: &Data) -> Option<Phrase> {
    if let State::Plan | State::Refuted(_) = data.state {
        return minutes::missing(data);
    }
    (!any(data)).then(|| {
        Phrase::new(
            "no day of the draw was closed: the minutes have all of it",
            "没有结束过任何一天：会议记录中已有全部内容",
        )
    })
}

/// Whether a day of the draw was closed.
pub(crate) fn any(data: &Data) -> bool {
    data.checkpoints.iter().any(|sealed| sealed.stage == Stage::Day)
}

/// The minutes of each day that is closed; the last is that of the result.
pub(crate) fn days(data: &Data, lang: Lang) -> String {
    let what = tr!(lang, "Minutes of each day", "每日记录");
    let mut page = Page::new(data, lang, what, Anchor::Plan);
    if let Some(why) = missing(data) {
        page.sheet("", &super::sheet::not_yet(Some(why), lang));
        return page.end();
    }
    for day in read(data, lang) {
        let number = day.number;
        let title = tr!(lang, "day {number}", "第 {number} 天");
        page.sheet(
            &title,
            &[day.sums(data, lang), day.present(data, lang), day.story(data, lang)].concat(),
        );
        let digits = day.fingerprint.map(|print| print.to_string()).unwrap_or_default();
        let signs = tr!(lang, "{title}, signatures of the panel", "{title}，监督员签字");
        page.sheet(&signs, &sign(data, &day.said, &digits, lang));
    }
    page.hang_apart()
}

/// One day of the draw.
#[derive(Default)]
struct Day {
    number: u64,
    /// Its first line, and that of its checkpoint.
    first: usize,
    last: usize,
    at: Option<u64>,
    calls: u64,
    picks: u64,
    missed: u64,
    undone: u64,
    standby: u64,
    /// How many households are served at its end.
    served: u64,
    ends: bool,
    fingerprint: Option<Fingerprint>,
    said: BTreeMap<String, String>,
    entries: Vec<Entry>,
}

/// The days up to the last one that is closed.
fn read(data: &Data, lang: Lang) -> Vec<Day> {
    let (mut days, mut record) = (Vec::new(), Record::new(data.roll()));
    let mut day = Day { number: 1, ..Day::default() };
    let mut begun = false;
    for (number, line) in data.lines() {
        let step = record.line(number as u64, &line, data.roll());
        begun |= matches!(line, Line::Open { .. });
        if !begun {
            continue;
        }
        if day.first == 0 {
            day.first = number;
        }
        day.line(data, (number, &line), &step, lang);
        if matches!(line, Line::Checkpoint { .. }) {
            day.served = record.served();
        }
        if matches!(line, Line::Closing { .. }) {
            let next = day.number + 1;
            let (ends, closed) = (day.ends, std::mem::take(&mut day));
            days.push(closed);
            if ends {
                break;
            }
            day.number = next;
        }
    }
    days.iter_mut().for_each(|day| day.pauses(data, lang));
    days
}

impl Day {
    fn add(&mut self, line: usize, at: Option<u64>, told: String) {
        self.entries.push(Entry { line, at, told });
    }

    /// Takes in a line of the day.
    fn line(&mut self, data: &Data, (number, line): (usize, &Line<'_>), step: &Step, lang: Lang) {
        if let Step::Undone { household, unit, reason, at } = step {
            let name = escaped(&data.book.household(data.roll(), *household));
            self.undone += 1;
            let what = match unit {
                Some(unit) => {
                    self.picks = self.picks.saturating_sub(1);
                    format!("{name} → {}", escaped(&data.book.unit(*unit, lang)))
                }
                None => {
                    self.missed = self.missed.saturating_sub(1);
                    missed(&name, lang)
                }
            };
            return self.add(number, *at, withdrawn(&what, reason, lang));
        }
        match line {
            Line::Checkpoint { body, stage, at } => {
                (self.last, self.at) = (number, *at);
                self.fingerprint = Some(Fingerprint::of_body(body));
                self.ends = *stage != Stage::Day;
            }
            Line::Call { .. } => self.calls += 1,
            line => {
                self.said.extend(word_of(line, lang));
                self.turn(data, (number, line), lang);
            }
        }
    }

    fn turn(&mut self, data: &Data, (number, line): (usize, &Line<'_>), lang: Lang) {
        let name = |id: &str| escaped(&named(data, id));
        let (at, told) = match line {
            Line::Pick { household, unit, by, proxy, at, .. } => {
                self.picks += 1;
                let unit = data.roll().find_unit(unit);
                let flat = unit.map_or_else(String::new, |unit| data.book.unit(unit, lang));
                let (name, flat) = (name(household), escaped(&flat));
                let how = how(*by, proxy.as_deref(), lang);
                (at, tr!(lang, "{name} → {flat}, {how}", "{name} → {flat}，{how}"))
            }
            Line::Missed { household, at } => {
                self.missed += 1;
                (at, missed(&name(household), lang))
            }
            Line::Standby { household, place, at } => {
                self.standby += 1;
                let name = name(household);
                (at, tr!(lang, "{name}: standby, place {place}", "{name}：列入候补第 {place} 位"))
            }
            Line::Open { pool, at, .. } => {
                let title = title(data, pool);
                (at, tr!(lang, "<b>{title}</b> begins", "<b>{title}</b> 开始"))
            }
            Line::End { pool, at, .. } => {
                let title = title(data, pool);
                (at, tr!(lang, "<b>{title}</b> ends", "<b>{title}</b> 结束"))
            }
            Line::Result { at, .. } => {
                (at, tr!(lang, "<b>The draw is complete.</b>", "<b>抽签完成。</b>"))
            }
            Line::Void { reason, at } => (at, void(reason, lang)),
            _ => return,
        };
        self.add(number, *at, told);
    }

    /// The pauses of the day, after the line that was the last one when each began.
    fn pauses(&mut self, data: &Data, lang: Lang) {
        for (after, begun, end) in hall_log::placed_pauses(&data.notes) {
            let after = usize::try_from(after).unwrap_or(usize::MAX);
            if !(self.first.saturating_sub(1)..self.last).contains(&after) {
                continue;
            }
            let told = pause(data, begun.reason.as_deref(), end, lang);
            let later = self.entries.iter().position(|entry| entry.line > after);
            let entry = Entry { line: 0, at: Some(begun.at), told };
            self.entries.insert(later.unwrap_or(self.entries.len()), entry);
        }
    }

    /// The numbers of the day, and its fingerprint.
    fn sums(&self, data: &Data, lang: Lang) -> String {
        let Day { first, last, calls, picks, missed, undone, standby, served, .. } = self;
        let all = data.roll().household_count();
        let when = self.at.map(|at| local(data, at)).unwrap_or_default();
        let when = format!("{} {}", when.0, when.1);
        let when = match when.trim() {
            "" => String::new(),
            when => tr!(lang, " · closed {when}", " · {when} 结束"),
        };
        let (calls_en, picks_en) = (counted(calls, "call"), counted(picks, "flat"));
        let told = tr!(
            lang,
            "Lines {first} to {last} of the transcript{when}.<br>{calls_en}, {picks_en} given, {standby} to the standby list, {missed} missed, {undone} withdrawn. At its end <b>{served} of {all} households are served</b>.",
            "记录第 {first} 至 {last} 行{when}。<br>叫号 {calls} 次，选定 {picks} 套，列入候补 {standby} 户，未到 {missed} 次，撤回 {undone} 次。当日结束时 <b>{all} 户中已办理 {served} 户</b>。"
        );
        let digits = self.fingerprint.map(|print| print.to_string()).unwrap_or_default();
        format!("<p>{told}</p>\n<p class=\"note mono big\">{digits}</p>\n")
    }

    /// Who was there, bench by bench.
    fn present(&self, data: &Data, lang: Lang) -> String {
        let (key, away) =
            (tr!(lang, "signed by key", "已用密钥签名"), tr!(lang, "was away", "不在场"));
        let mut out = String::new();
        if self.said.is_empty() {
            return tr!(
                lang,
                "<p class=\"note\">Nobody signed this day, and the record does not say who was present.</p>\n",
                "<p class=\"note\">当日无人签名，记录未写明谁在场。</p>\n"
            );
        }
        for bench in &data.book.benches {
            let members: Vec<_> =
                data.book.members.iter().filter(|member| member.bench == bench.id).collect();
            let said = |id: &str| self.said.get(id).cloned().unwrap_or_default();
            let of = members.len();
            let present = members.iter().filter(|member| said(&member.id) != away).count();
            let keys = members.iter().filter(|member| said(&member.id) == key).count() as u64;
            let reached = match keys >= bench.quorum {
                true => tr!(lang, "quorum reached", "已达法定人数"),
                false => tr!(lang, "quorum NOT reached", "未达法定人数"),
            };
            let names: Vec<String> = members
                .iter()
                .map(|member| {
                    let (name, said) = (data.book.member_name(&member.id), said(&member.id));
                    escaped(&tr!(lang, "{name} ({said})", "{name}（{said}）"))
                })
                .collect();
            let names = names.join(if lang == Lang::Zh { "、" } else { ", " });
            let (title, quorum) = (escaped(&bench.title), bench.quorum);
            out += &tr!(
                lang,
                "<p><b>{title}:</b> {present} of {of} present, {keys} signed by key, quorum {quorum}: {reached}. {names}</p>\n",
                "<p><b>{title}：</b>{of} 人中 {present} 人在场，密钥签名 {keys} 人，法定人数 {quorum}，{reached}。{names}</p>\n"
            );
        }
        out
    }

    fn story(&self, data: &Data, lang: Lang) -> String {
        rows(data, &self.entries, lang)
    }
}

fn title(data: &Data, pool: &str) -> String {
    let pool = data.roll().find_pool(pool).and_then(|pool| data.roll().pool(pool));
    escaped(pool.map_or("", |pool| &pool.title))
}

/// How a household came to its flat.
fn how(by: By, proxy: Option<&str>, lang: Lang) -> String {
    match (by, proxy.map(escaped)) {
        (By::Choice, Some(proxy)) => tr!(lang, "chosen by proxy {proxy}", "由代理人 {proxy} 选定"),
        (By::Choice, None) => tr!(lang, "chosen", "本户选定"),
        (By::Lot, _) => tr!(lang, "by lot", "抽签所得"),
        (By::Ranking, _) => tr!(lang, "by ranking", "按志愿所得"),
    }
}
