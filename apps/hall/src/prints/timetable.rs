//! `timetable`: when each household is expected, once the call order is known: so many a day, so
//! many minutes each. The order counts, the hour does not.

use super::data::{Data, State, Unread};
use super::seed;
use super::sheet::{Anchor, Page, table};
use super::tables::{plain_csv, plain_xlsx};
use crate::disk::on_disk;
use crate::words::say::{Stop, say, tr};
use clap::Args;
use floorlot::lines::{Absence, Mode, PickRule, Stage};
use floorlot::plan::{HouseholdNumber, PoolNumber};
use floorlot::rules::Lang;
use floorlot_verify::common::html::escaped;
use jiff::civil::{Date, Time, Weekday};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Days are counted no farther.
const DAYS: u32 = 3_660;

/// What `timetable` is given.
#[derive(Args)]
pub(crate) struct TimetableArgs {
    /// The transcript, from the seed on · 抽签记录（已得出种子）
    file: PathBuf,
    /// Folder for timetable.xlsx, timetable.csv and slips.html · 输出文件夹
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// How many households are called a day · 每天叫号户数
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    per_day: u32,
    /// The first day, such as 2026-12-01 · 第一天
    #[arg(long, value_name = "DATE", value_parser = date)]
    from: Date,
    /// When the first of a day is called · 每天开始时间
    #[arg(long, value_name = "HH:MM", default_value = "09:00", value_parser = time)]
    start: Time,
    /// How many minutes each takes · 每户分钟数
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=600))]
    minutes: u32,
    /// Nobody is called meanwhile, such as 12:00-13:30; can be given several times · 休息时间，可多次给出
    #[arg(long, value_name = "HH:MM-HH:MM")]
    rest: Vec<Rest>,
    /// Nobody is called on this day; can be given several times · 不叫号的日期，可多次给出
    #[arg(long, value_name = "DATE", value_parser = date)]
    skip: Vec<Date>,
    /// Nobody is called on Saturdays and Sundays · 周末不叫号
    #[arg(long)]
    no_weekends: bool,
    /// Takes an older timetable out of the folder first · 先删除文件夹中旧的时间表
    #[arg(long)]
    replace: bool,
}

/// A time of the day without calls, in minutes since midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rest {
    from: u32,
    to: u32,
}

impl Rest {
    /// Whether somebody who is called at this minute would not be done before it, nor called after.
    fn takes(self, minute: u32, minutes: u32) -> bool {
        minute < self.to && minute + minutes > self.from
    }
}

impl FromStr for Rest {
    type Err = String;

    fn from_str(text: &str) -> Result<Rest, String> {
        let wrong = || "a time such as 12:00-13:30 · 应为 12:00-13:30 这样的时间".to_owned();
        let (from, to) = text.split_once('-').ok_or_else(wrong)?;
        let minute = |time: &str| time.trim().parse::<Time>().map(minutes_of).map_err(|_| wrong());
        let rest = Rest { from: minute(from)?, to: minute(to)? };
        if rest.from < rest.to { Ok(rest) } else { Err(wrong()) }
    }
}

fn date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "a date such as 2026-12-01 · 应为 2026-12-01 这样的日期".into())
}

fn time(text: &str) -> Result<Time, String> {
    text.parse().map_err(|_| "a time such as 09:00 · 应为 09:00 这样的时间".into())
}

fn minutes_of(time: Time) -> u32 {
    u32::from(time.hour().unsigned_abs()) * 60 + u32::from(time.minute().unsigned_abs())
}

/// When a household is expected.
struct Slot {
    day: u64,
    date: Date,
    /// In minutes since midnight.
    minute: u32,
    pool: PoolNumber,
    /// Its place in the call order of the pool, from 1.
    place: usize,
    household: HouseholdNumber,
}

impl Slot {
    fn clock(&self) -> String {
        format!("{:02}:{:02}", self.minute / 60, self.minute % 60)
    }

    fn date(&self, lang: Lang) -> String {
        let (date, day) = (self.date, weekday(self.date.weekday(), lang));
        tr!(lang, "{day}, {date}", "{date} {day}")
    }
}

fn weekday(day: Weekday, lang: Lang) -> &'static str {
    let (en, zh) = match day {
        Weekday::Monday => ("Monday", "星期一"),
        Weekday::Tuesday => ("Tuesday", "星期二"),
        Weekday::Wednesday => ("Wednesday", "星期三"),
        Weekday::Thursday => ("Thursday", "星期四"),
        Weekday::Friday => ("Friday", "星期五"),
        Weekday::Saturday => ("Saturday", "星期六"),
        Weekday::Sunday => ("Sunday", "星期日"),
    };
    if lang == Lang::Zh { zh } else { en }
}

/// Writes the timetable and the slips.
pub(crate) fn timetable(args: &TimetableArgs, lang: Lang) -> Result<(), Stop> {
    let bytes = on_disk::read(&args.file).map_err(|error| Stop::file(lang, &args.file, error))?;
    let data = Data::read(&bytes, Vec::new()).map_err(|unread| match unread {
        Unread::Bad(words) | Unread::Refuted(words) => {
            Stop::file(lang, &args.file, words.get(lang))
        }
    })?;
    if let State::Refuted(why) = &data.state {
        let (file, why) = (args.file.display(), why.sentence.get(lang));
        return Err(Stop::Refuted(tr!(lang, "{file}: {why}", "{file}：{why}")));
    }
    if let Some(why) = seed::missing(&data) {
        return Err(Stop::file(lang, &args.file, why.get(lang)));
    }
    if data.void.is_some() {
        let void = tr!(lang, "the draw is void: nobody is called", "本次抽签已作废，不再叫号");
        return Err(Stop::file(lang, &args.file, void));
    }
    let hours = hours(args, lang)?;
    let waiting = waiting(&data);
    if waiting.is_empty() {
        let nobody = tr!(
            lang,
            "nobody is to be called any more (households are called only in pools with the rule `choice`)",
            "没有待叫号的住户（只有选房方式为“choice”的批次才叫号）"
        );
        return Err(Stop::file(lang, &args.file, nobody));
    }
    let slots = slots(args, &data, &hours, waiting, lang)?;
    let files = [
        ("timetable.xlsx", xlsx(&data, &slots, lang)),
        ("timetable.csv", csv(&data, &slots, lang)),
        ("slips.html", Ok(slips(&data, &slots, lang).into_bytes())),
    ];
    let mut ready = Vec::new();
    for (file, bytes) in files {
        let bytes = bytes.map_err(|why| Stop::file(lang, &args.out.join(file), why))?;
        ready.push((file, bytes));
    }
    write(&args.out, &ready, args.replace, lang)?;
    told(args, &slots, lang);
    Ok(())
}

fn told(args: &TimetableArgs, slots: &[Slot], lang: Lang) {
    let (Some(first), Some(last)) = (slots.first(), slots.last()) else { return };
    let (households, days, folder) = (slots.len(), last.day - first.day + 1, args.out.display());
    let (from, to) = (first.date(lang), last.date(lang));
    say(tr!(
        lang,
        "Timetable in {folder}: timetable.xlsx, timetable.csv, slips.html: {households} households on {days} days, from {from} to {to}",
        "时间表在 {folder}：timetable.xlsx, timetable.csv, slips.html：{households} 户，{days} 天，{from} 至 {to}"
    ));
}

/// The minutes of a day at which somebody is called.
fn hours(args: &TimetableArgs, lang: Lang) -> Result<Vec<u32>, Stop> {
    let (mut hours, mut minute) = (Vec::new(), minutes_of(args.start));
    for _ in 0..args.per_day {
        // Whoever would not be done before the rest is called after it.
        while let Some(rest) = args.rest.iter().find(|rest| rest.takes(minute, args.minutes)) {
            minute = rest.to;
        }
        if minute + args.minutes > 24 * 60 {
            let (per_day, minutes) = (args.per_day, args.minutes);
            return Err(Stop::Failed(tr!(
                lang,
                "--per-day {per_day}, --minutes {minutes}: the last household would be called after midnight; take fewer households a day, fewer minutes, or an earlier --start",
                "--per-day {per_day}、--minutes {minutes}：最后一户要到午夜之后；请减少每天户数或分钟数，或提前 --start"
            )));
        }
        hours.push(minute);
        minute += args.minutes;
    }
    Ok(hours)
}

/// Who is still to be called, in call order, pool after pool.
fn waiting(data: &Data) -> Vec<(PoolNumber, usize, HouseholdNumber)> {
    let record = data.record();
    let mut all = Vec::new();
    for (number, pool) in data.roll().pool_numbers().zip(data.roll().pools()) {
        if pool.rule != PickRule::Choice || record.pool(number).ended.is_some() {
            continue;
        }
        let order = (1..).zip(data.order(number));
        let left = order.filter(|(_, called)| record.course(called.household).called.is_none());
        all.extend(left.map(|(place, called)| (number, place, called.household)));
    }
    all
}

/// The days on which somebody is called.
fn dates(args: &TimetableArgs) -> impl Iterator<Item = Date> + '_ {
    let weekend = |date: Date| matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
    let free = move |date: &Date| {
        let off = args.skip.contains(date) || args.no_weekends && weekend(*date);
        !off
    };
    std::iter::successors(Some(args.from), |date| date.tomorrow().ok())
        .take(usize::try_from(DAYS).unwrap_or(usize::MAX))
        .filter(free)
}

/// When each of them is expected: the first day is the one after those that are closed.
fn slots(
    args: &TimetableArgs,
    data: &Data,
    hours: &[u32],
    waiting: Vec<(PoolNumber, usize, HouseholdNumber)>,
    lang: Lang,
) -> Result<Vec<Slot>, Stop> {
    let closed = data.checkpoints.iter().filter(|sealed| sealed.stage == Stage::Day).count() as u64;
    let (count, mut waiting) = (waiting.len(), waiting.into_iter());
    let mut slots = Vec::with_capacity(count);
    for (day, date) in (closed + 1..).zip(dates(args)) {
        for (minute, (pool, place, household)) in
            hours.iter().zip(waiting.by_ref().take(hours.len()))
        {
            slots.push(Slot { day, date, minute: *minute, pool, place, household });
        }
        if slots.len() == count {
            return Ok(slots);
        }
    }
    let most = DAYS;
    Err(Stop::Failed(tr!(
        lang,
        "{count} households take more than the days that are left within {most}: take more a day, or skip fewer",
        "{count} 户在 {most} 天之内排不完：请增加每天户数，或减少不叫号的日期"
    )))
}

/// The texts of the rows of both tables.
fn rows(data: &Data, slots: &[Slot], lang: Lang) -> Vec<Vec<String>> {
    let row = |slot: &Slot| {
        let pool = data.roll().pool(slot.pool);
        vec![
            slot.day.to_string(),
            slot.date.to_string(),
            weekday(slot.date.weekday(), lang).to_owned(),
            slot.clock(),
            pool.map_or_else(String::new, |pool| pool.id.clone()),
            pool.map_or_else(String::new, |pool| pool.title.clone()),
            slot.place.to_string(),
            data.roll().household_id(slot.household).to_owned(),
            data.name(slot.household).to_owned(),
        ]
    };
    slots.iter().map(row).collect()
}

fn heads(lang: Lang) -> Vec<(String, f64)> {
    vec![
        (tr!(lang, "day", "第几天"), 7.0),
        (tr!(lang, "date", "日期"), 12.0),
        (tr!(lang, "weekday", "星期"), 12.0),
        (tr!(lang, "about", "约"), 8.0),
        (tr!(lang, "pool", "批次"), 12.0),
        (tr!(lang, "pool title", "批次名称"), 24.0),
        (tr!(lang, "place", "次序"), 7.0),
        (tr!(lang, "household", "户号"), 12.0),
        (tr!(lang, "name", "姓名"), 14.0),
    ]
}

fn xlsx(data: &Data, slots: &[Slot], lang: Lang) -> Result<Vec<u8>, String> {
    let name = tr!(lang, "Timetable", "时间表");
    plain_xlsx(data, &name, &heads(lang), &rows(data, slots, lang), lang)
}

fn csv(data: &Data, slots: &[Slot], lang: Lang) -> Result<Vec<u8>, String> {
    let heads: Vec<String> = heads(lang).into_iter().map(|(head, _)| head).collect();
    plain_csv(&heads, &rows(data, slots, lang))
}

/// A slip for each household or family, and what hangs beside the door.
fn slips(data: &Data, slots: &[Slot], lang: Lang) -> String {
    let what = tr!(lang, "Call-up slips", "叫号通知单");
    let mut page = Page::new(data, lang, what, Anchor::Plan);
    page.sheet(&tr!(lang, "the days", "各天安排"), &days(slots, lang));
    // A family whose claims are called one after the other comes once.
    let family = |slot: &Slot| data.roll().family_of(slot.household);
    let together = |a: &Slot, b: &Slot| {
        a.day == b.day && a.pool == b.pool && family(a).is_some() && family(a) == family(b)
    };
    let all: Vec<&[Slot]> = slots.chunk_by(together).collect();
    let pairs = all.chunks(2).map(|pair| {
        let cells: String = pair.iter().map(|slots| slip(data, slots, lang)).collect();
        format!("<tr>{cells}</tr>\n")
    });
    let body: String = pairs.collect();
    page.sheet("", &format!("<table class=\"slips\"><tbody>\n{body}</tbody></table>\n"));
    page.hangs()
}

/// How many households are called on each day, and when.
fn days(slots: &[Slot], lang: Lang) -> String {
    let head = [
        tr!(lang, "Day", "第几天"),
        tr!(lang, "Date", "日期"),
        tr!(lang, "From", "自"),
        tr!(lang, "Last at", "末户"),
        tr!(lang, "Households", "户数"),
    ];
    let same = |a: &Slot, b: &Slot| a.day == b.day;
    let rows: Vec<String> = slots
        .chunk_by(same)
        .filter_map(|day| {
            let (first, last) = (day.first()?, day.last()?);
            let cells = [
                first.day.to_string(),
                first.date(lang),
                first.clock(),
                last.clock(),
                day.len().to_string(),
            ];
            Some(cells.iter().map(|text| format!("<td>{}</td>", escaped(text))).collect())
        })
        .collect();
    let told = tr!(
        lang,
        "The order counts, the hour is an estimate: households are called one after the other, and it may be later.",
        "以叫号顺序为准，时间只是预计：各户依次叫号，可能推迟。"
    );
    format!("<p>{told}</p>\n{}", table("", &head, &rows))
}

/// What happens to who is late, by the rule of the pool.
fn late(absence: Option<Absence>, lang: Lang) -> String {
    match absence {
        Some(Absence::Day) => tr!(
            lang,
            "Who is late is called again before the day is closed; who misses that call too gets a flat by lot.",
            "迟到的，当日结束前再叫一次；仍未到的，由抽签决定房源。"
        ),
        Some(Absence::Last) => tr!(
            lang,
            "Who is late is called once more after all others; who misses that call too gets a flat by lot.",
            "迟到的，排到最后再叫一次；仍未到的，由抽签决定房源。"
        ),
        Some(Absence::Lot) | None => tr!(
            lang,
            "Who does not answer three calls gets a flat by lot.",
            "三呼未到的，由抽签决定房源。"
        ),
    }
}

/// A cell of the table of slips: of a household, or of the claims of a family that are called one
/// after the other.
fn slip(data: &Data, slots: &[Slot], lang: Lang) -> String {
    let Some(slot) = slots.first() else { return String::new() };
    let (roll, pool) = (data.roll(), data.roll().pool(slot.pool));
    let ids: Vec<&str> = slots.iter().map(|slot| roll.household_id(slot.household)).collect();
    let (ids, name) =
        (ids.join(if lang == Lang::Zh { "、" } else { ", " }), data.name(slot.household));
    let who = escaped(&format!("{ids} {name}"));
    let title = escaped(pool.map_or("", |pool| &pool.title));
    let (day, place, date, clock) = (slot.day, slot.place, slot.date(lang), slot.clock());
    let mark = match roll.mode() {
        Mode::Rehearsal => tr!(lang, "REHEARSAL 演练 · ", "演练 REHEARSAL · "),
        Mode::Official => String::new(),
    };
    let draw = escaped(roll.title());
    let late = late(pool.and_then(|pool| pool.absence), lang);
    let when = tr!(lang, "{date}, about {clock}", "{date} 约 {clock}");
    let last = slots.last().map_or(place, |last| last.place);
    let place = match last == place {
        true => tr!(
            lang,
            "{title}: place {place} in the call order, day {day}",
            "{title}：叫号第 {place} 位，第 {day} 天"
        ),
        false => tr!(
            lang,
            "{title}: places {place} to {last} in the call order, day {day}",
            "{title}：叫号第 {place} 至 {last} 位，第 {day} 天"
        ),
    };
    let order = tr!(
        lang,
        "The order counts, the hour is an estimate; it may be later.",
        "以叫号顺序为准，时间只是预计，可能推迟。"
    );
    format!(
        "<td><div class=\"small\">{mark}{draw}</div><div class=\"who\">{who}</div><div class=\"when\">{when}</div><div>{place}</div><div class=\"small\">{order} {late}</div></td>"
    )
}

/// Writes all files; none in place of an older one, unless that is wanted.
fn write(folder: &Path, ready: &[(&str, Vec<u8>)], replace: bool, lang: Lang) -> Result<(), Stop> {
    std::fs::create_dir_all(folder).map_err(|error| Stop::file(lang, folder, error))?;
    let there = ready.iter().map(|(file, _)| folder.join(file)).find(|path| path.exists());
    if let Some(path) = there.filter(|_| !replace) {
        let why = tr!(
            lang,
            "found an older timetable; name another folder with --out, or add --replace",
            "发现旧的时间表；请用 --out 另指文件夹，或加 --replace"
        );
        return Err(Stop::file(lang, &path, why));
    }
    ready.iter().try_for_each(|(file, bytes)| super::write_whole(folder, file, bytes, lang))
}
