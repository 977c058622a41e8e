//! Why one household got its flat, step by step, for the household.

use crate::by_hand::by_hand;
use crate::common::lang::drawn_by;
use crate::find::Found;
use crate::story::{Pool, Story};
use crate::words::{padded, shown, tr, width};
use floorlot::lines::{Absence, PickRule, Unranked};
use floorlot::primitives::seed::{Keystream, numbers_in, pool_key};
use floorlot::record::Withdrawn;
use floorlot::rules::{Lang, need_words};
use floorlot::transcript::{Report, Verdict, Why};
use std::fmt::Write;

/// That there is no such household, and which ids are like the one given.
pub(crate) fn nobody(id: &str, story: &Story, lang: Lang) -> String {
    let near = story.near.iter().map(|(_, id)| shown(id)).collect::<Vec<_>>().join(", ");
    let like = match near.is_empty() {
        true => String::new(),
        false => tr!(lang, " Ids like it: {near}.", "相近的编号：{near}。"),
    };
    tr!(
        lang,
        "There is no household {id} in the plan of this file.{like}",
        "本文件的方案中没有住户 {id}。{like}"
    )
}

/// Which households the words could mean: by a name that the plan masks, or by a flat.
pub(crate) fn fits(found: &Found, report: &Report, lang: Lang) -> String {
    let named: Vec<String> =
        found.named.iter().map(|(id, name)| format!("{} {}", shown(id), shown(name))).collect();
    let owners: Vec<String> = found.owners(report).into_iter().map(shown).collect();
    let mut said = Vec::new();
    if !named.is_empty() {
        let (named, count) = (named.join(", "), named.len());
        said.push(match count {
            1 => tr!(
                lang,
                " Names are masked in the plan; this household fits: {named}.",
                "方案中的姓名隐去了部分文字，相符的有 1 户：{named}。"
            ),
            _ => tr!(
                lang,
                " Names are masked in the plan; these {count} households fit: {named}.",
                "方案中的姓名隐去了部分文字，相符的有 {count} 户：{named}。"
            ),
        });
    }
    if !owners.is_empty() {
        let owners = owners.join(", ");
        said.push(tr!(lang, " Such a flat is that of {owners}.", "这样的房属于 {owners}。"));
    }
    said.concat()
}

/// Numbered steps.
struct Steps {
    lang: Lang,
    out: String,
    number: u32,
    /// How many lines are under a checkpoint, in a file that is not finished.
    sealed: Option<u64>,
}

impl Steps {
    /// A step: a heading and what is to say.
    fn step(&mut self, en: &str, zh: &str, text: impl AsRef<str>) {
        self.number += 1;
        let head = match self.lang {
            Lang::En => format!("{:>2}. {}", self.number, padded(en, 9)),
            Lang::Zh => format!("{:>2}. {}", self.number, padded(zh, 8)),
        };
        let _ = writeln!(self.out, "{head} {}", text.as_ref());
    }

    /// That no checkpoint is over the line yet.
    fn mark(&self, line: u64) -> String {
        match self.sealed.is_some_and(|sealed| line > sealed) {
            true => tr!(self.lang, ", not sealed yet", "，尚未封存"),
            false => String::new(),
        }
    }

    /// A further line of the step.
    fn more(&mut self, text: impl AsRef<str>) {
        let indent = match self.lang {
            Lang::En => 14,
            Lang::Zh => 13,
        };
        let _ = writeln!(self.out, "{:indent$}{}", "", text.as_ref());
    }
}

/// The whole explanation.
pub(crate) fn steps(why: &Why, story: &Story, report: &Report, lang: Lang) -> String {
    let (id, name) = (shown(&why.household), shown(&story.name));
    let who = format!("{id} {name}");
    let who = who.trim_end();
    let mut out = tr!(lang, "\nHousehold {who}, step by step\n", "\n住户 {who}：逐步说明\n");
    if report.verdict == Verdict::Unfinished {
        out += &tr!(
            lang,
            "This file is UNFINISHED. What follows is how far it goes, and can still change.\n",
            "本文件【尚未完成】。以下是到目前为止的情况，还可能变化。\n"
        );
    } else if report.verdict != Verdict::Verified {
        out += &tr!(
            lang,
            "This file is REFUTED. What follows is what it says of this household, not a result.\n",
            "本文件【不成立】。以下只是文件所写，不是抽签结果。\n"
        );
    }
    let sealed = report.unfinished.as_ref().map(|unfinished| unfinished.sealed);
    let mut steps = Steps { lang, out, number: 0, sealed };
    pool(&mut steps, why, story);
    order(&mut steps, why, story);
    calls(&mut steps, why, story);
    needs(&mut steps, why);
    offers(&mut steps, why, story);
    pick(&mut steps, why, story);
    later(&mut steps, why, story);
    film(&mut steps, why, !report.recordings.is_empty());
    steps.out + &by_hand(why, story, lang)
}

/// What came after the result, as far as it concerns the household.
fn later(steps: &mut Steps, why: &Why, story: &Story) {
    let lang = steps.lang;
    for (n, step) in why.later.iter().enumerate() {
        let (line, what) = (step.line, later_words(&step.what, lang));
        let held = step.holds.as_ref().map(|id| {
            let (id, unit, more) = (shown(id), story.unit(id), story.amounts(id, lang));
            let (label, storey) =
                unit.map(|(label, storey)| (shown(label), storey)).unwrap_or_default();
            tr!(lang, "{id}: {label}, storey {storey}{more}", "{id}：{label}，第 {storey} 层{more}")
        });
        let held = held.unwrap_or_else(|| tr!(lang, "no flat", "无房"));
        let mark = steps.mark(line);
        let text = tr!(
            lang,
            "{what} (line {line}{mark}); from then on it has {held}",
            "{what}（第 {line} 行{mark}）；此后为 {held}"
        );
        if n == 0 { steps.step("Later", "之后", text) } else { steps.more(text) }
    }
}

fn later_words(what: &str, lang: Lang) -> String {
    match what {
        "objection" => tr!(lang, "an objection of or about it", "该户的异议"),
        "withdrawal" => tr!(lang, "it gave up what it had, by a signed sheet", "凭签字单放弃所得"),
        "offer" => tr!(lang, "a flat was offered to it", "轮到递补一套房"),
        "accept" => {
            tr!(lang, "it took the flat offered, by a signed sheet", "凭签字单接受递补的房")
        }
        "decline" => tr!(
            lang,
            "it did not take the flat offered, by a signed sheet",
            "凭签字单不接受递补的房"
        ),
        "swap" => tr!(lang, "it changed its flat with others, by consent", "经各户同意换房"),
        "void" => tr!(lang, "the draw was declared void", "宣布抽签作废"),
        other => shown(other),
    }
}

/// Where in the recordings the call is, or why that cannot be told.
fn film(steps: &mut Steps, why: &Why, registered: bool) {
    let lang = steps.lang;
    let Some(moment) = &why.recording else {
        let unknown = match (registered, why.called_at) {
            // Without a registered recording there is no film to speak of.
            (false, _) => return,
            (true, None) => tr!(
                lang,
                "cannot be told: the lines of this transcript have no times",
                "无法得知：本记录的各行没有时间"
            ),
            (true, Some(_)) => tr!(
                lang,
                "cannot be told: every recording begins after the call",
                "无法得知：所有录像都在叫号之后才开始"
            ),
        };
        return steps.step("Film", "录像", unknown);
    };
    let (file, second) = (shown(&moment.recording), moment.second);
    let (minutes, rest) = (second / 60, second % 60);
    steps.step(
        "Film",
        "录像",
        tr!(
            lang,
            "its last call is at second {second} of {file} ({minutes} min {rest} s), by the operator's clock",
            "最后一次叫号在 {file} 的第 {second} 秒（{minutes} 分 {rest} 秒），以操作员时钟为准"
        ),
    );
}

fn pool(steps: &mut Steps, why: &Why, story: &Story) {
    let (lang, id) = (steps.lang, shown(&why.pool));
    let Some(Pool { title, building, rule, units, households, .. }) = &story.pool else {
        return steps.step("Pool", "批次", id);
    };
    let (title, building) = (shown(title), shown(building));
    let rule = drawn_by(*rule, lang);
    steps.step(
        "Pool",
        "批次",
        tr!(lang, "{id} — {title} ({building})", "{id} {title}（{building}）"),
    );
    steps.more(tr!(
        lang,
        "{households} households, {units} flats; {rule}.",
        "{households} 户，{units} 套房；{rule}。"
    ));
}

/// Tier, ticket, companions and place.
fn order(steps: &mut Steps, why: &Why, story: &Story) {
    let (lang, tier, ticket) = (steps.lang, why.tier, &why.ticket);
    steps.step(
        "Tier",
        "顺位",
        tr!(
            lang,
            "{tier} (tier 1 is called first, then tier 2, and so on)",
            "第 {tier} 顺位（先叫第 1 顺位，再叫第 2 顺位，依此类推）"
        ),
    );
    steps.step("Ticket", "签号", ticket);
    steps.more(tr!(
        lang,
        "Within a tier the smaller ticket is called first.",
        "同一顺位中，签号小的先叫。"
    ));
    // A group has two households at least; one alone goes by its own ticket.
    if let [(head, number), _, ..] = story.group.as_slice() {
        let others: Vec<String> = story
            .group
            .iter()
            .filter(|(id, _)| *id != why.household)
            .map(|(id, _)| shown(id))
            .collect();
        let (others, head) = (others.join(", "), shown(head));
        steps.step(
            "Together",
            "结伴",
            tr!(lang, "called together with {others}", "与 {others} 一起叫号"),
        );
        let ticket = story
            .seed()
            .map(|(_, seed)| ticket_of(seed, &why.pool, *number).to_string())
            .unwrap_or_default();
        steps.more(tr!(
            lang,
            "The whole group goes by the ticket of {head}, the first in the plan: {ticket}",
            "整组按方案中排在最前的 {head} 的签号排序：{ticket}"
        ));
    }
    let (place, of) = (why.place, why.of);
    steps.step(
        "Place",
        "次序",
        tr!(lang, "{place} of {of} in the order of the pool", "本批次 {of} 户中的第 {place} 位"),
    );
}

fn ticket_of(seed: floorlot::Hash, pool: &str, number: u64) -> u64 {
    let mut keystream = Keystream::new(pool_key(seed, pool));
    // A number beyond the plan has the numbers that nobody has.
    numbers_in(&keystream.block(u32::try_from(number).unwrap_or(u32::MAX))).ticket
}

/// The lines of the calls, the misses and what was withdrawn.
fn calls(steps: &mut Steps, why: &Why, story: &Story) {
    let lang = steps.lang;
    for (n, call) in story.calls().enumerate() {
        let (line, place, mark) = (call.line, call.place, steps.mark(call.line));
        let text = tr!(
            lang,
            "line {line}, call {place} of the pool{mark}",
            "第 {line} 行，本批次第 {place} 次叫号{mark}"
        );
        match n {
            0 => steps.step("Called", "叫号", text),
            _ => steps.more(tr!(lang, "again: {text}", "再次：{text}")),
        }
    }
    missed(steps, why, story);
    let mut withdrawn = story.withdrawn().iter();
    if let Some(first) = withdrawn.next() {
        steps.step("Withdrawn", "撤回", undone(first, lang));
    }
    withdrawn.for_each(|more| steps.more(undone(more, lang)));
}

fn undone(withdrawn: &Withdrawn, lang: Lang) -> String {
    let (line, reason) = (withdrawn.line, shown(&withdrawn.reason));
    tr!(
        lang,
        "line {line} withdrew what the line before it recorded; reason: {reason}",
        "第 {line} 行撤回了前一行的记录；原因：{reason}"
    )
}

fn missed(steps: &mut Steps, why: &Why, story: &Story) {
    let (lang, times, pool) = (steps.lang, why.missed, story.pool.as_ref());
    if times == 0 {
        let may_miss = pool.is_some_and(|pool| pool.rule == PickRule::Choice);
        return if may_miss {
            steps.step("Missed", "未到", tr!(lang, "no call", "无"))
        };
    }
    let lines = story.missed().iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
    let text = tr!(
        lang,
        "{times} (line {lines}): did not answer three calls",
        "{times} 次（第 {lines} 行）：三呼未到"
    );
    steps.step("Missed", "未到", text);
    match pool.and_then(|pool| pool.absence) {
        Some(Absence::Last) => steps.more(tr!(
            lang,
            "The plan says: after the first miss it is called again after all others; after the second the lot decides.",
            "方案规定：首次未到，移到本批次最后再叫；再次未到，由抽签决定。"
        )),
        Some(Absence::Day) => steps.more(tr!(
            lang,
            "The plan says: after the first miss it is called again at the end of the day; after the second the lot decides.",
            "方案规定：首次未到，移到当日最后再叫；再次未到，由抽签决定。"
        )),
        Some(Absence::Lot) => steps.more(tr!(lang, "The plan says: the lot decides at once.", "方案规定：当即抽签决定。")),
        None => {}
    }
}

/// Needs, for the reader.
pub(crate) fn in_words(needs: &[String], lang: Lang) -> String {
    let needs: Vec<String> = needs.iter().map(|need| shown(need_words(need).get(lang))).collect();
    needs.join(if lang == Lang::Zh { "、" } else { ", " })
}

fn needs(steps: &mut Steps, why: &Why) {
    let lang = steps.lang;
    let needs = in_words(&why.needs, lang);
    steps.step(
        "Needs",
        "照顾",
        match needs.is_empty() {
            true => tr!(lang, "none: every free flat will do", "无：空房皆可"),
            false => tr!(
                lang,
                "{needs}: only flats that have all of this will do",
                "{needs}：只有全部符合的房才可选"
            ),
        },
    );
}

/// The list that was on offer.
fn offers(steps: &mut Steps, why: &Why, story: &Story) {
    let (lang, count) = (steps.lang, why.offered.len());
    // Called, and then the file ends, or goes on otherwise.
    if why.by.is_none() {
        return steps.step(
            "Offered",
            "可选",
            tr!(lang, "the file does not say how this call ended", "文件未写明此次叫号的结果"),
        );
    }
    let flats = if count == 1 { "1 flat".to_owned() } else { format!("{count} flats") };
    if count == 0 {
        return steps.step("Offered", "可选", tr!(lang, "nothing", "没有"));
    }
    steps.step(
        "Offered",
        "可选",
        tr!(
            lang,
            "{flats}, numbered from 0 in the order of the plan:",
            "{count} 套，按方案顺序从 0 起编号："
        ),
    );
    let labels =
        why.offered.iter().map(|id| story.unit(id).map_or(0, |(label, _)| width(&shown(label))));
    let labels = labels.max().unwrap_or_default();
    let ids = why.offered.iter().map(|id| width(&shown(id))).max().unwrap_or_default();
    for (number, id) in why.offered.iter().enumerate() {
        let (label, storey) =
            story.unit(id).map(|(label, storey)| (shown(label), storey)).unwrap_or_default();
        let more = story.amounts(id, lang);
        let (id, label) = (padded(&shown(id), ids), padded(&label, labels));
        let mark = if why.unit.as_deref() == why.offered.get(number).map(String::as_str) {
            "=>"
        } else {
            "  "
        };
        steps.more(tr!(
            lang,
            "{mark}{number:>3}  {id}  {label}  storey {storey:>2}{more}",
            "{mark}{number:>3}  {id}  {label}  第 {storey:>2} 层{more}"
        ));
    }
    steps.more(tr!(
        lang,
        "(Taken flats are not in the list, nor those still held back for households with needs that wait.)",
        "（已被选走的，以及此刻须为未叫到的照顾户保留的，不在此列。）"
    ));
    // D14: with needs it is limited by no budget.
    if story.budget && why.needs.is_empty() {
        steps.more(tr!(
            lang,
            "(Nor are flats larger than what its family's area budget left then.)",
            "（面积超出其家庭当时所余额度的房，也不在此列。）"
        ));
    }
}

/// The flat, with how it came about; or the place on the standby list.
fn pick(steps: &mut Steps, why: &Why, story: &Story) {
    let lang = steps.lang;
    match why.by.as_deref() {
        Some("lot") => lot(steps, why),
        Some("ranking") => ranking(steps, why, story),
        Some("choice") => match &why.proxy {
            Some(proxy) => {
                let proxy = shown(proxy);
                steps.step(
                    "Choice",
                    "选房",
                    tr!(lang, "made by {proxy} for the household", "由 {proxy} 代为选定"),
                );
            }
            None => steps.step(
                "Choice",
                "选房",
                tr!(lang, "made by the household itself", "由住户自己选定"),
            ),
        },
        Some(_) => return standby(steps, why, story),
        None => return,
    }
    let Some(id) = &why.unit else { return };
    let (shown_id, line, mark) = (shown(id), why.line, steps.mark(why.line));
    let more = story.amounts(id, lang);
    let (label, storey) =
        story.unit(id).map(|(label, storey)| (shown(label), storey)).unwrap_or_default();
    steps.step(
        "Result",
        "结果",
        tr!(
            lang,
            "{shown_id}: {label}, storey {storey}{more} (line {line}{mark})",
            "{shown_id}：{label}，第 {storey} 层{more}（第 {line} 行{mark}）"
        ),
    );
}

fn lot(steps: &mut Steps, why: &Why) {
    let (lang, lot, count) = (steps.lang, &why.lot, why.offered.len());
    steps.step("Lot", "签数", lot);
    // D6: lot mod `offered`, computed here and not taken from the file.
    let number = lot.parse::<u128>().ok().and_then(|lot| lot.checked_rem(count as u128));
    let Some(number) = number else { return };
    steps.more(tr!(
        lang,
        "{lot} mod {count} = {number} (what is left over when the lot is divided by {count})",
        "{lot} mod {count} = {number}（签数除以 {count} 的余数）"
    ));
    steps.more(tr!(
        lang,
        "So it gets number {number} of the list.",
        "因此得到列表中的第 {number} 号。"
    ));
    // The reader sees both: the file is believed in nothing.
    if let Some(said) = why.number.filter(|said| u128::from(*said) != number) {
        steps.more(tr!(lang, "But the file says number {said}.", "但文件写的是第 {said} 号。"));
    }
}

fn ranking(steps: &mut Steps, why: &Why, story: &Story) {
    let (lang, rank) = (steps.lang, why.rank.unwrap_or_default());
    steps.step(
        "Ranking",
        "志愿",
        tr!(
            lang,
            "the first of its ranking that was on offer is rank {rank}:",
            "志愿表中当时可选的第一个是第 {rank} 志愿："
        ),
    );
    ranked(steps, why, story);
}

/// The ranking down to the flat that was picked.
fn ranked(steps: &mut Steps, why: &Why, story: &Story) {
    let lang = steps.lang;
    let picked = story.ranking.iter().position(|id| why.unit.as_ref() == Some(id));
    // Down to the flat that was picked: what stands behind it never mattered.
    for (n, id) in (1..).zip(story.ranking.iter().take(picked.map_or(usize::MAX, |n| n + 1))) {
        let offered = why.offered.contains(id);
        let (id, label) =
            (shown(id), story.unit(id).map(|(label, _)| shown(label)).unwrap_or_default());
        steps.more(match offered {
            true => tr!(lang, "{n:>3}. {id}  {label}  on offer", "{n:>3}. {id}  {label}  可选"),
            false => {
                tr!(lang, "{n:>3}. {id}  {label}  not on offer", "{n:>3}. {id}  {label}  不可选")
            }
        });
    }
}

fn standby(steps: &mut Steps, why: &Why, story: &Story) {
    let (lang, line, place, mark) =
        (steps.lang, why.line, story.standby().unwrap_or_default(), steps.mark(why.line));
    steps.step(
        "Result",
        "结果",
        tr!(
            lang,
            "no flat: place {place} on the standby list of the pool (line {line}{mark})",
            "未得房：本批次候补第 {place} 位（第 {line} 行{mark}）"
        ),
    );
    let unranked = story.pool.as_ref().and_then(|pool| pool.unranked) == Some(Unranked::Standby);
    if why.offered.is_empty() {
        steps.more(match why.needs.is_empty() {
            true => {
                tr!(lang, "When it was called, no flat was left for it.", "叫到时已没有可选的房。")
            }
            false => tr!(
                lang,
                "When it was called, no free flat had what it needs.",
                "叫到时，空房中没有符合其照顾需求的。"
            ),
        });
    } else if unranked {
        steps.more(tr!(
            lang,
            "Nothing in its ranking was on offer, and the plan says `standby` for that, though other flats were free.",
            "志愿表中没有可选的房；方案规定此时转候补（standby），虽然还有其他空房。"
        ));
        ranked(steps, why, story);
    }
}
