//! The chances as a page: a heat map for each pool. It loads nothing and runs nothing.

use super::chances::{Column, Odds};
use super::map;
use super::shown::Shown;
use super::words::{
    about, assumption, basis, exactness, letter, not_computed, of_claims, seed, sentence, standby,
};
use crate::words::say::tr;
use floorlot::plan::{Mode, PoolInfo, PoolNumber, UnitNumber};
use floorlot::rules::Lang;
use floorlot_verify::common::html::escaped;
use std::fmt::Write;

const PAGE: &str = include_str!("page.html");

/// Ids of households of a column that are listed.
const LISTED: usize = 1_000;

/// Kinds of a pool on a page of several pools. Where each household handed in a ranking of its own
/// there are as many kinds as households.
const MOST: usize = 120;

/// The whole page.
pub(crate) fn page(all: &Shown<'_>) -> String {
    let (lang, mut pools) = (all.lang, String::new());
    all.pools.iter().for_each(|(n, odds)| pool(&mut pools, all, *n, odds));
    let rehearsal = all.roll.mode() == Mode::Rehearsal;
    let word = "演练 REHEARSAL"; // in both languages: nobody is to mistake it
    let banner = match rehearsal {
        true => tr!(
            lang,
            "<p class=\"banner\"><b>演练 REHEARSAL</b> This plan is for a rehearsal. Nothing here counts.</p>\n",
            "<p class=\"banner\"><b>演练 REHEARSAL</b> 本方案仅供演练，结果一律无效。</p>\n"
        ),
        false => String::new(),
    };
    let heading = tr!(lang, "Odds before the draw", "抽签前的机会");
    PAGE.replace("{{lang}}", if lang == Lang::Zh { "zh-CN" } else { "en" })
        .replace("{{mark}}", if rehearsal { word } else { "" })
        .replace(
            "{{page}}",
            &tr!(
                lang,
                "counter(page) \" / \" counter(pages)",
                "\"第 \" counter(page) \" 页，共 \" counter(pages) \" 页\""
            ),
        )
        .replace("{{banner}}", &banner)
        .replace("{{heading}}", &heading)
        .replace("{{intro}}", &intro(all))
        .replace("{{contents}}", &contents(all))
        .replacen("{{title}}", &escaped(all.roll.title()), 2)
        .replacen("{{pools}}", &pools, 1)
}

/// What the numbers mean.
fn intro(all: &Shown<'_>) -> String {
    let (lang, fingerprint, origin) = (all.lang, &all.fingerprint, escaped(all.roll.origin()));
    let mut notes = vec![tr!(
        lang,
        "Each column is for one kind of household: alike in tier, needs and group, and so with the same chances. The colour and the large number are the chance of this very storey; beside it stands the chance of this storey or a higher one. Each column of large numbers, with standby, adds up to 100%. ×3 after a letter means three households, after a storey three flats.",
        "每一列是一类住户：顺位、照顾需求、结伴情况相同，机会也就相同。色块和大字是恰为该层的机会，右边是该层或更高的机会。一列大字连同候补合计为 100%。字母后的 ×3 表示三户，楼层后的 ×3 表示三套房。"
    )];
    let [exact, simulated] = exactness(all.draws, lang).try_into().unwrap_or_default();
    if all.pools.iter().any(|(_, odds)| odds.draws.is_none()) {
        notes.push(exact);
    }
    if all.any_simulated() {
        notes.push(simulated);
    }
    if all.any_choice() {
        notes.push(assumption(lang));
    }
    if all.any_simulated() {
        notes.push(seed(all.seed_text, all.key, lang));
    }
    if all.roll.family_numbers().next().is_some() {
        notes.push(of_claims(lang));
    }
    let left_out = all.roll.pools().iter().filter(|pool| pool.has_budgets());
    let left_out: Vec<&str> = left_out.map(|pool| pool.id.as_str()).collect();
    notes.extend(not_computed(&left_out, lang));
    let notes: String =
        notes.iter().map(|note| format!("<li>{}</li>\n", strong(&escaped(note)))).collect();
    let plan = tr!(lang, "Plan {origin} · fingerprint", "方案 {origin} · 指纹");
    let scale = map::legend(lang);
    format!(
        "<p class=\"plan\">{plan} <span class=\"digits\">{fingerprint}</span></p>\n<ul class=\"notes\">\n{notes}</ul>\n{scale}"
    )
}

/// The first words of a note, up to the colon, stand out.
fn strong(note: &str) -> String {
    let head = ["Exact:", "Simulated:", "精确值：", "模拟值："]
        .into_iter()
        .find(|head| note.starts_with(head));
    head.map_or_else(|| note.to_owned(), |head| format!("<b>{head}</b>{}", &note[head.len()..]))
}

/// The list of pools, building by building.
fn contents(all: &Shown<'_>) -> String {
    let lang = all.lang;
    if all.pools.len() < 2 {
        return String::new();
    }
    let heading = tr!(lang, "Pools", "批次");
    let mut out = format!("<nav>\n<h2>{heading}</h2>\n");
    let key = tr!(
        lang,
        "<span class=\"exact\"></span> exact <span class=\"simulated\"></span> simulated · at the right the chance of standby. To find a household, search this page for its id.",
        "<span class=\"exact\"></span> 精确 <span class=\"simulated\"></span> 模拟 · 右侧为候补的机会。查找某户，请在本页搜索住户编号。"
    );
    let _ = writeln!(out, "<p class=\"key\">{key}</p>\n<ul class=\"contents\">");
    for (n, odds) in &all.pools {
        let Some(info) = all.roll.pool(*n) else { continue };
        let (title, class) =
            (escaped(&info.title), if odds.draws.is_some() { "simulated" } else { "exact" });
        let standby = standby(odds);
        let standby = if standby == "–" { String::new() } else { format!("<i>{standby}</i>") };
        let _ = writeln!(
            out,
            "<li><a href=\"#p-{id}\"><span class=\"{class}\"></span>{id} {title}</a>{standby}</li>",
            id = info.id
        );
    }
    out + "</ul>\n</nav>\n"
}

/// The section of a pool.
fn pool(out: &mut String, all: &Shown<'_>, n: PoolNumber, odds: &Odds) {
    let (lang, Some(info)) = (all.lang, all.roll.pool(n)) else { return };
    let (id, title) = (&info.id, escaped(&info.title));
    let (about, basis) = (about(info, lang), basis(odds, lang));
    let equal = match odds.columns.len() {
        1 => tr!(lang, "; <b>the same chances for every household</b>", "；<b>各户机会相同</b>"),
        _ => String::new(),
    };
    let class = if odds.draws.is_some() { "simulated" } else { "exact" };
    let mark = match all.roll.mode() {
        Mode::Rehearsal => "<b class=\"mark\">演练 REHEARSAL</b>".to_owned(),
        Mode::Official => String::new(),
    };
    let top = match all.pools.len() {
        1 => String::new(),
        _ => tr!(
            lang,
            "<a class=\"top\" href=\"#top\">contents</a>",
            "<a class=\"top\" href=\"#top\">目录</a>"
        ),
    };
    let _ = writeln!(
        out,
        "<section id=\"p-{id}\">\n<h2>{id} {title}{mark}{top}</h2>\n<p class=\"about\"><b class=\"basis {class}\">{basis}</b> {about}{equal}</p>"
    );
    out.push_str("<div class=\"maps\">\n");
    let most = if all.pools.len() == 1 { usize::MAX } else { MOST };
    map::maps(odds, most, lang).iter().for_each(|svg| out.push_str(svg));
    out.push_str("<dl>\n");
    for (n, column) in odds.columns.iter().enumerate().take(most) {
        kind(out, all, info, n, column);
    }
    out.push_str("</dl>\n</div>\n");
    let rest = odds.columns.len().saturating_sub(most);
    if rest > 0 {
        *out += &tr!(
            lang,
            "<p class=\"about\">{rest} more kinds of households are left out here; --pool {id} makes a page with all.</p>\n",
            "<p class=\"about\">此处略去其余 {rest} 类住户；用 --pool {id} 可生成包含全部的网页。</p>\n"
        );
    }
    out.push_str("</section>\n");
}

/// Who a column is for.
fn kind(out: &mut String, all: &Shown<'_>, info: &PoolInfo, n: usize, column: &Column) {
    let (lang, letter, count) = (all.lang, letter(n), column.households.len());
    let names = |unit: UnitNumber| all.book.label(all.roll, &info.id, unit);
    let kinds: Vec<String> =
        column.kinds.iter().map(|kind| escaped(&sentence(kind, names, lang))).collect();
    let kinds = kinds.join("<br>");
    let ids = column.households.iter().take(LISTED).map(|h| all.roll.household_id(*h));
    let ids =
        ids.map(|id| format!("<span id=\"h-{id}\">{id}</span>")).collect::<Vec<_>>().join(" ");
    let rest = count.saturating_sub(LISTED);
    let more = if rest > 0 {
        tr!(lang, " and {rest} more", " 等，另有 {rest} 户")
    } else {
        String::new()
    };
    let households = if count == 1 { "household" } else { "households" };
    let count = tr!(lang, "{count} {households}", "{count} 户");
    let _ =
        writeln!(out, "<dt>{letter}</dt><dd>{kinds}<small><b>{count}</b> {ids}{more}</small></dd>");
}
