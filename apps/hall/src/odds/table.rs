//! The chances as tables for a terminal.

use super::chances::{Chance, Column, Odds};
use super::shown::Shown;
use super::words::{
    about, assumption, basis, exactness, heads, letter, percent, seed, sentence, shown, standby,
};
use crate::words::say::tr;
use floorlot::plan::{Mode, PoolInfo, PoolNumber, UnitNumber};
use floorlot::rules::Lang;
use std::fmt::Write;

/// Columns of a table side by side.
const ABREAST: usize = 5;

/// Ids of households that are named.
const NAMED: usize = 12;

/// All pools, each with its table if there are at most so many.
pub(crate) fn text(all: &Shown<'_>, tables: usize) -> String {
    let (lang, mut out) = (all.lang, String::new());
    let rehearsal = match all.roll.mode() {
        Mode::Rehearsal => tr!(
            lang,
            "######## REHEARSAL — nothing here counts ########\n",
            "######## 演练 —— 结果一律无效 ########\n"
        ),
        Mode::Official => String::new(),
    };
    let (title, fingerprint) = (all.roll.title(), &all.fingerprint);
    out += &rehearsal;
    out += &tr!(
        lang,
        "Odds before the draw, in percent: {title}\nFingerprint of the plan: {fingerprint}\n",
        "抽签前的机会（百分比）：{title}\n方案指纹：{fingerprint}\n"
    );
    if all.pools.len() <= tables {
        all.pools.iter().for_each(|(n, odds)| pool(&mut out, all, *n, odds));
    } else {
        summary(&mut out, all);
    }
    notes(&mut out, all);
    out + &rehearsal
}

/// What the numbers mean.
fn notes(out: &mut String, all: &Shown<'_>) {
    let lang = all.lang;
    out.push('\n');
    let [exact, simulated] = exactness(all.draws, lang).try_into().unwrap_or_default();
    if all.pools.iter().any(|(_, odds)| odds.draws.is_none()) {
        let _ = writeln!(out, "{exact}");
    }
    if all.any_simulated() {
        let _ = writeln!(out, "{simulated}\n{}", seed(all.seed_text, all.key, lang));
    }
    if all.any_choice() {
        let _ = writeln!(out, "{}", assumption(lang));
    }
}

/// One line for each pool.
fn summary(out: &mut String, all: &Shown<'_>) {
    let lang = all.lang;
    *out += &tr!(
        lang,
        "\nOne line for each pool; --pool ID prints its table, and the page has them all.\n  chance of standby · basis · pool\n",
        "\n每批次一行；--pool 编号 打印该批次的表，网页上有全部。\n  候补机会 · 依据 · 批次\n"
    );
    for (n, odds) in &all.pools {
        let Some(info) = all.roll.pool(*n) else { continue };
        let (id, title, about) = (&info.id, &info.title, about(info, lang));
        let (standby, basis, kinds) = (standby(odds), basis(odds, lang), odds.columns.len());
        let kinds = match (kinds, lang) {
            (1, Lang::En) => "the same for everybody".to_owned(),
            (1, Lang::Zh) => "人人相同".to_owned(),
            _ => tr!(lang, "{kinds} kinds of households", "{kinds} 类住户"),
        };
        let _ = writeln!(out, "  {standby:>10} · {basis} · {id} {title}: {about}; {kinds}");
    }
}

/// The table of a pool.
fn pool(out: &mut String, all: &Shown<'_>, n: PoolNumber, odds: &Odds) {
    let (lang, Some(info)) = (all.lang, all.roll.pool(n)) else { return };
    let (id, title, about, basis) = (&info.id, &info.title, about(info, lang), basis(odds, lang));
    let _ = write!(out, "\n== {id} {title} ==\n{about}; {basis}\n");
    for (n, column) in odds.columns.iter().enumerate() {
        kind(out, all, info, n, column);
    }
    let numbered: Vec<(usize, &Column)> = odds.columns.iter().enumerate().collect();
    numbered.chunks(ABREAST).for_each(|columns| rows(out, odds, columns, lang));
}

/// Who a column is for.
fn kind(out: &mut String, all: &Shown<'_>, info: &PoolInfo, n: usize, column: &Column) {
    let (lang, letter, count) = (all.lang, letter(n), column.households.len());
    let named: Vec<&str> =
        column.households.iter().take(NAMED).map(|h| all.roll.household_id(*h)).collect();
    let (named, more) = (named.join(" "), if count > NAMED { " …" } else { "" });
    let names = |unit: UnitNumber| all.book.label(all.roll, &info.id, unit);
    let kinds: Vec<String> = column.kinds.iter().map(|kind| sentence(kind, names, lang)).collect();
    let kinds = kinds.join(if lang == Lang::Zh { "；" } else { "; or " });
    let households = if count == 1 { "household" } else { "households" };
    *out += &tr!(
        lang,
        "  {letter}  {kinds}: {count} {households} ({named}{more})\n",
        "  {letter}  {kinds}：{count} 户（{named}{more}）\n"
    );
}

/// A chance with half the width of its interval.
fn cell(chance: &Chance) -> String {
    let value = shown(chance);
    match chance.interval().filter(|_| !chance.is_zero()) {
        Some((low, high)) => {
            format!("{value}±{}", percent((high - chance.value()).max(chance.value() - low)))
        }
        None => value,
    }
}

/// Storeys from the highest down.
fn rows(out: &mut String, odds: &Odds, columns: &[(usize, &Column)], lang: Lang) {
    let wide = if odds.draws.is_some() { 11 } else { 7 };
    *out += &tr!(lang, "\n  storey  flats", "\n    楼层   套数");
    for (n, column) in columns {
        let head = format!(
            "{} {}",
            letter(*n),
            heads(column, Lang::En).first().cloned().unwrap_or_default()
        );
        let head = if lang == Lang::Zh { letter(*n) } else { head };
        let _ = write!(out, "  {head:>wide$}  {}", tr!(lang, "or higher", " 或更高"));
    }
    out.push('\n');
    for (row, (storey, units)) in odds.storeys.iter().enumerate() {
        let _ = write!(out, "  {storey:>6}  {units:>5}");
        for (_, column) in columns {
            let (at, or_higher) = (
                column.at.get(row).map(cell).unwrap_or_default(),
                column.or_higher.get(row).map(shown).unwrap_or_default(),
            );
            let _ = write!(out, "  {at:>wide$}  {or_higher:>9}");
        }
        out.push('\n');
    }
    let standby = tr!(lang, "  standby      ", "    候补       ");
    *out += &standby;
    for (_, column) in columns {
        let _ = write!(out, "  {:>wide$}  {:>9}", cell(&column.standby), "");
    }
    out.push('\n');
}
