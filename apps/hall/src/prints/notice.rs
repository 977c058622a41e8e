//! `notice`: the plan on the notice board.

use super::amounts::Amounts;
use super::data::Data;
use super::families;
use super::grid::{Look, grids, legend};
use super::imprint::{needs_head, verifier, wall_needs};
use super::papers;
use super::sheet::{Anchor, Page, cell, name, named, side_by_side, table};
use crate::ceremony::aloud;
use crate::keys::key;
use crate::words::say::{counted, tr};
use floorlot::Fingerprint;
use floorlot::lines::{Absence, Mode, PickRule, Relation, Stage, Unranked};
use floorlot::plan::{HouseholdNumber, PoolInfo, PoolNumber, UnitNumber};
use floorlot::rules::Lang;
use floorlot_verify::common::html::escaped;
use std::collections::BTreeSet;

/// The notice of the plan.
pub(crate) fn notice(data: &Data, lang: Lang) -> String {
    let mut page =
        Page::new(data, lang, tr!(lang, "Notice of the plan", "摇号选层方案公告"), Anchor::Plan);
    page.sheet("", &[fingerprint(data, lang), facts(data, lang), rules(data, lang)].concat());
    page.sheet(
        &tr!(lang, "panel, public numbers, pools", "监督小组、公开随机数、批次"),
        &[panel(data, lang), sources(data, lang), papers::of_plan(data, lang), pools(data, lang)]
            .concat(),
    );
    page.sheet(
        &tr!(lang, "households", "住户名册"),
        &(households(data, lang) + &families::listed(data, lang)),
    );
    page.sheet(
        &tr!(lang, "flats by building", "各楼房源"),
        &(units(data, lang) + &papers::not_drawn(data, lang)),
    );
    page.hangs()
}

/// The fingerprint in digits to be read from afar.
fn fingerprint(data: &Data, lang: Lang) -> String {
    if data.is_other_plan() {
        return tr!(
            lang,
            "<p class=\"note big\">This is not the plan that was sealed: the transcript is refuted. No fingerprint is printed of it.</p>\n",
            "<p class=\"note big\">这不是当时封存的方案：记录不成立，不打印其指纹。</p>\n"
        );
    }
    if !data.is_sealed() {
        return tr!(
            lang,
            "<p class=\"note big\">This plan is not sealed yet and can still change. When it is sealed it gets a fingerprint, and this notice is printed again.</p>\n",
            "<p class=\"note big\">本方案尚未封存，仍可能修改。封存后才有指纹，届时本公告须重新打印。</p>\n"
        );
    }
    let all = data.plan_fingerprint.to_string();
    let split: Vec<&str> = all.split(' ').collect();
    let rows: Vec<String> = split.chunks(4).map(|row| row.join(" ")).collect();
    let digits = rows.join("<br>");
    let told = tr!(
        lang,
        "Fingerprint of the sealed plan. Note it down or take a picture: one changed letter in the plan gives other digits.",
        "封存方案的指纹。请抄下或拍照留存：方案改动一个字，数字就会不同。"
    );
    let reveals = data.checkpoints.iter().find(|sealed| sealed.stage == Stage::Reveals);
    let reveals = reveals.map(|sealed| {
        let (size, groups) = (sealed.size, sealed.fingerprint);
        tr!(
            lang,
            "<p>Fingerprint of the reveals (lines 1 to {size}), read aloud before the first public number:</p>\n<p class=\"note mono big\">{groups}</p>\n",
            "<p>密语公开指纹（第 1 至 {size} 行），在第一个公开随机数之前宣读：</p>\n<p class=\"note mono big\">{groups}</p>\n"
        )
    });
    let reveals = reveals.unwrap_or_default();
    let check = verifier(data, lang);
    format!("<p>{told}</p>\n<div class=\"huge\">{digits}</div>\n{reveals}<p>{check}</p>\n")
}

fn facts(data: &Data, lang: Lang) -> String {
    let roll = data.roll();
    let (origin, attempt) = (roll.origin(), roll.attempt());
    let (households, units, pools) =
        (roll.household_count(), roll.unit_count(), roll.pools().len());
    let buildings: BTreeSet<&str> = roll.unit_numbers().map(|unit| roll.building(unit)).collect();
    let buildings = buildings.len();
    let (homes, flats) = (counted(households, "household"), counted(units, "flat"));
    let (houses, draws) = (counted(buildings, "building"), counted(pools, "pool"));
    let families = families::counts(data, lang);
    let families = families.map_or_else(String::new, |f| tr!(lang, " ({f})", "（{f}）"));
    let mut rows = vec![
        (tr!(lang, "Title", "标题"), roll.title().to_owned()),
        (
            tr!(lang, "Kind", "性质"),
            match roll.mode() {
                Mode::Official => tr!(lang, "official draw", "正式抽签"),
                Mode::Rehearsal => {
                    tr!(lang, "REHEARSAL: its result does not count", "演练：结果不作数")
                }
            },
        ),
        (
            tr!(lang, "Name of this draw", "抽签编号"),
            tr!(lang, "{origin}, attempt {attempt}", "{origin}，第 {attempt} 次"),
        ),
        (
            tr!(lang, "In all", "总数"),
            tr!(
                lang,
                "{homes}{families}, {flats}, {houses}, {draws}",
                "{households} 户{families}，{units} 套房，{buildings} 栋楼，{pools} 个批次"
            ),
        ),
    ];
    let not_drawn = roll.excluded().len();
    if not_drawn > 0 {
        let all = counted(not_drawn, "flat");
        rows.push((
            tr!(lang, "Not drawn", "不参加抽签"),
            tr!(lang, "{all}, listed with their reasons", "{not_drawn} 套，原因见后"),
        ));
    }
    if let Some(prior) = roll.prior() {
        let (origin, reason) = (&prior.origin, &prior.reason);
        let groups = Fingerprint::of(origin, prior.size, prior.root);
        rows.push(match prior.relation {
            Relation::Void => (
                tr!(lang, "In place of", "取代"),
                tr!(
                    lang,
                    "{origin}, which is void: {reason}. Its fingerprint: {groups}",
                    "{origin}（已作废：{reason}）。其指纹：{groups}"
                ),
            ),
            Relation::Round => (
                tr!(lang, "Goes on from", "承接"),
                tr!(
                    lang,
                    "{origin}: {reason}. Its fingerprint: {groups}",
                    "{origin}：{reason}。其指纹：{groups}"
                ),
            ),
        });
    }
    let rows: String = rows
        .iter()
        .map(|(head, text)| {
            format!("<tr><th>{}</th><td>{}</td></tr>\n", escaped(head), escaped(text))
        })
        .collect();
    format!("<table class=\"rows block facts\"><tbody>\n{rows}</tbody></table>\n")
}

/// How a pool is drawn: what is common to several pools stands once.
type Rule = (PickRule, Option<Absence>, Option<Unranked>, Option<u64>);

fn rule_of(pool: &PoolInfo) -> Rule {
    (pool.rule, pool.absence, pool.unranked, pool.seconds)
}

/// The rules of the plan, in the order in which they occur.
fn rules_of(data: &Data) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    for pool in data.roll().pools() {
        if !rules.contains(&rule_of(pool)) {
            rules.push(rule_of(pool));
        }
    }
    rules
}

/// A short name of a rule.
fn rule_name(rule: Rule, lang: Lang) -> String {
    match rule.0 {
        PickRule::Choice => tr!(lang, "choice at the call", "叫号现场选房"),
        PickRule::Lot => tr!(lang, "flat by lot", "抽签定房"),
        PickRule::Ranking => tr!(lang, "by ranking", "按志愿表"),
    }
}

/// The rule in plain words.
fn rule_words(rule: Rule, lang: Lang) -> String {
    let time = rule.3.map(|seconds| {
        let time = crate::words::clock::duration(seconds, lang);
        tr!(
            lang,
            " It has {time} for its choice, by the clock on the board; a household that lets it pass counts as one that does not answer.",
            "选房限时 {time}，以大屏计时为准；超时按未到处理。"
        )
    });
    let words = match rule {
        (PickRule::Choice, Some(Absence::Last), ..) => tr!(
            lang,
            "The household that is called chooses one of the flats on offer, itself or by a proxy. A household that does not answer three calls is called once more after all others; if it misses that call too, it gets a flat by lot.",
            "轮到的住户（或其代理人）从当时可选的房源中选定一套。三呼未到的，排到本批次最后再叫一次；再未到的，由抽签从可选房源中决定。"
        ),
        (PickRule::Choice, Some(Absence::Day), ..) => tr!(
            lang,
            "The household that is called chooses one of the flats on offer, itself or by a proxy. A household that does not answer three calls is called once more at the end of the day; if it misses that call too, it gets a flat by lot.",
            "轮到的住户（或其代理人）从当时可选的房源中选定一套。三呼未到的，排到当日最后再叫一次；再未到的，由抽签从可选房源中决定。"
        ),
        (PickRule::Choice, ..) => tr!(
            lang,
            "The household that is called chooses one of the flats on offer, itself or by a proxy. A household that does not answer three calls gets a flat by lot at once.",
            "轮到的住户（或其代理人）从当时可选的房源中选定一套。三呼未到的，当场由抽签从可选房源中决定。"
        ),
        (PickRule::Lot, ..) => tr!(
            lang,
            "The flat is drawn by lot: the number of each household, which follows from the seed, decides which of the flats on offer it gets. Nobody has to answer.",
            "房源由抽签决定：每户的签数由种子推出，轮到时由签数从可选房源中定下一套，无须应答。"
        ),
        (PickRule::Ranking, _, Some(Unranked::Standby), _) => tr!(
            lang,
            "The household handed in a ranking before the seal and gets the first flat of it that is on offer. If none is, it goes to the standby list.",
            "按封存前交来的志愿表：取表中排在最前且可选的一套。表中房源都不可选的，列入候补。"
        ),
        (PickRule::Ranking, ..) => tr!(
            lang,
            "The household handed in a ranking before the seal and gets the first flat of it that is on offer. If none is, it gets one of the others by lot.",
            "按封存前交来的志愿表：取表中排在最前且可选的一套。表中房源都不可选的，由抽签从其余可选房源中决定。"
        ),
    };
    words + &time.unwrap_or_default()
}

fn rules(data: &Data, lang: Lang) -> String {
    let mut items: Vec<String> = vec![
        tr!(
            lang,
            "Each pool is drawn by itself. Households of tier 1 are called first, then those of tier 2, and so on; within a tier the smaller ticket goes first. A group of households is called one after the other, by the ticket of its first.",
            "每个批次各自抽签。先叫第 1 顺位，再叫第 2 顺位，依此类推；同一顺位中签号小的先叫。结伴组以组内第一户的签号为准，接连叫号。"
        ),
        tr!(
            lang,
            "A household with needs gets only a flat that has all of them. A flat is held back while the needs of the households that still wait cannot all be met without it.",
            "有照顾需求的住户只会得到满足其全部需求的房源。如果少了某套房，其余等候住户的需求就不能全部满足，该房暂留，不给他人选。"
        ),
    ];
    if families::any(data) {
        items.push(tr!(
            lang,
            "A family with several flats has a claim for each; a claim is called and served like a household. Where a family has an area budget, a flat is offered to it only if its area is within what its flats so far, and the claims of it with needs that still wait, leave of the budget.",
            "一个家庭有多套的，每套一个名额，各名额与住户一样叫号、选房。家庭有面积额度的，只有面积不超过剩余额度的房源可选：剩余额度是额度减去已选各套，再减去本家庭尚在等候、有照顾需求的名额的预留。"
        ));
    }
    for rule in rules_of(data) {
        let (name, words) = (rule_name(rule, lang), rule_words(rule, lang));
        let count = data.roll().pools().iter().filter(|pool| rule_of(pool) == rule).count();
        let pools = counted(count, "pool");
        items.push(tr!(lang, "In {pools}, {name}: {words}", "{name}（{count} 个批次）：{words}"));
    }
    items.push(tr!(
        lang,
        "When no flat is left that a household could be offered, it goes to the standby list and is offered, in that order, what becomes free later.",
        "没有可选房源时，住户列入候补；以后有房空出，按候补次序递补。"
    ));
    items.push(tr!(
        lang,
        "All tickets and lots follow from the seed. It is made of this plan, of the secrets of the panel and of the public numbers; nobody can know it before the last number is rolled, and everybody can recompute it after.",
        "全部签号和签数都由种子推出。种子由本方案、监督员的密语和公开随机数合成：最后一个数字出来之前谁也无法知道，之后人人可以验算。"
    ));
    let items: String = items.iter().map(|item| format!("<li>{}</li>\n", escaped(item))).collect();
    let head = tr!(lang, "The rules", "规则");
    format!("<h2>{head}</h2>\n<ul class=\"rules\">\n{items}</ul>\n")
}

fn panel(data: &Data, lang: Lang) -> String {
    let head = [
        tr!(lang, "Member", "监督员"),
        tr!(lang, "Name", "姓名"),
        tr!(lang, "Fingerprint of the key", "公钥指纹"),
    ];
    let mut out = tr!(
        lang,
        "<p>Each bench must reach its quorum: at the roll call, when the secrets are revealed, and with its signatures.</p>\n",
        "<p>点名、公开密语、签名，各席位都须达到法定人数。</p>\n"
    );
    for bench in &data.book.benches {
        let (title, quorum) = (escaped(&bench.title), bench.quorum);
        let members: Vec<_> = data.book.members.iter().filter(|m| m.bench == bench.id).collect();
        let count = members.len();
        let all = counted(count, "member");
        out += &tr!(
            lang,
            "<h2>{title}: {all}, quorum {quorum}</h2>\n",
            "<h2>{title}：{count} 人，法定人数 {quorum}</h2>\n"
        );
        let row = |member: &&crate::ceremony::book::Member| {
            let key = match data.roll().member_key(&member.id) {
                Some(key) => cell("mono", key::fingerprint(key)),
                None => cell("", tr!(lang, "signs on paper", "纸面签名")),
            };
            cell("id", &member.id) + &name(&member.name, "") + &key
        };
        out += &table("panel", &head, &members.iter().map(row).collect::<Vec<_>>());
    }
    if let Some(key) = data.roll().log_key() {
        let fingerprint = key::fingerprint(key);
        out += &tr!(
            lang,
            "<p>The log signs every checkpoint by itself; fingerprint of its key: <span class=\"mono\">{fingerprint}</span></p>\n",
            "<p>日志自动签署每个检查点；其公钥指纹：<span class=\"mono\">{fingerprint}</span></p>\n"
        );
    }
    out
}

fn sources(data: &Data, lang: Lang) -> String {
    let head = tr!(
        lang,
        "Public numbers, made after the last secret is revealed",
        "公开随机数（在最后一份密语公开之后产生）"
    );
    let items: String = data
        .roll()
        .sources()
        .iter()
        .map(|from| format!("<li>{}</li>\n", escaped(&aloud::source(from, lang))))
        .collect();
    format!("<h2>{head}</h2>\n<ul class=\"big\">\n{items}</ul>\n")
}

fn pools(data: &Data, lang: Lang) -> String {
    let head = [
        tr!(lang, "Pool", "批次"),
        tr!(lang, "Title", "名称"),
        tr!(lang, "Building", "楼栋"),
        tr!(lang, "Households", "户数"),
        tr!(lang, "Flats", "套数"),
        tr!(lang, "Rule", "选房方式"),
    ];
    let row = |pool: &PoolInfo| {
        [
            cell("id", &pool.id),
            cell("", &pool.title),
            cell("", &pool.building),
            cell("num", pool.household_count()),
            cell("num", pool.unit_count()),
            cell("", rule_name(rule_of(pool), lang)),
        ]
        .concat()
    };
    let title = tr!(lang, "The pools, in the order in which they are drawn", "批次（按抽签先后）");
    format!(
        "<h2>{title}</h2>\n{}",
        table("", &head, &data.roll().pools().iter().map(row).collect::<Vec<_>>())
    )
}

fn households(data: &Data, lang: Lang) -> String {
    let roll = data.roll();
    let mut head =
        vec![tr!(lang, "Household", "户号"), tr!(lang, "Name", "姓名"), tr!(lang, "Tier", "顺位")];
    head.extend(needs_head(data, lang));
    let mut out = String::new();
    for pool in roll.pools() {
        let (title, count) = (escaped(&pool.title), pool.household_count());
        let row = |h: HouseholdNumber| {
            cell("id", roll.household_id(h))
                + &named(data, h, lang)
                + &cell("num", roll.tier(h))
                + &wall_needs(data, h, lang).map_or_else(String::new, |needs| cell("words", needs))
        };
        let rows: Vec<String> = data.book.households_of(&pool.id).map(row).collect();
        let all = counted(count, "household");
        out += &tr!(lang, "<h3>{title}: {all}</h3>\n", "<h3>{title}：{count} 户</h3>\n");
        out += &side_by_side(2, "dense", &head, &rows);
    }
    out
}

fn units(data: &Data, lang: Lang) -> String {
    let mut out = legend(data, lang);
    for (building, pools) in data.buildings() {
        let count: u32 =
            pools.iter().filter_map(|&pool| data.roll().pool(pool)).map(PoolInfo::unit_count).sum();
        let (building, all) = (escaped(building), counted(count, "flat"));
        let head = tr!(lang, "<h3>{building}: {all}</h3>\n", "<h3>{building}：{count} 套</h3>\n");
        let look = Look { boxes: false, height: 88.0, least: 4.6, row: 6.5 };
        let once = data.are_spread(&pools);
        for (n, grid) in grids(data, &pools, look, lang).iter().enumerate() {
            let head = if once && n > 0 { "" } else { head.as_str() };
            out += &format!("<div class=\"whole\">{head}{grid}</div>\n");
        }
        out += &listed(data, &pools, lang);
    }
    out
}

/// The flats of a building with area and price, from the top; nothing if the plan has neither.
fn listed(data: &Data, pools: &[PoolNumber], lang: Lang) -> String {
    let amounts = Amounts::of(data);
    if !amounts.any() {
        return String::new();
    }
    let pools = pools.iter().filter_map(|&pool| data.roll().pool(pool));
    let units = data.downwards(pools.flat_map(|pool| data.book.units_of(&pool.id)));
    let row = |&unit: &UnitNumber| {
        let (label, storey) = data.unit(unit);
        cell("num", storey) + &cell("id", label) + &amounts.cells(data, unit)
    };
    let rows: Vec<String> = units.iter().map(row).collect();
    let mut head = vec![tr!(lang, "Storey", "楼层"), tr!(lang, "Flat", "房号")];
    head.extend(amounts.heads(lang));
    side_by_side(2, "dense", &head, &rows)
}
