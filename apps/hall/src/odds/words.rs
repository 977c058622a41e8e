//! What chances and kinds of households are called.

use super::chances::{Chance, Column, Kind, Odds};
use crate::words::say::tr;
use floorlot::plan::{PoolInfo, UnitNumber};
use floorlot::rules::Lang;
use floorlot_verify::common::lang::drawn_by;

/// Pools whose chances are not computed, and why; `None` if there is none.
pub(crate) fn not_computed(ids: &[&str], lang: Lang) -> Option<String> {
    let ids = ids.join(", ");
    (!ids.is_empty()).then(|| {
        tr!(
            lang,
            "{ids}: the chances are not computed, because a family with an area budget takes part, and what it is offered depends on other pools (D14).",
            "{ids}：未计算机会，因为有面积额度的家庭参加，其可选房取决于其他批次（D14）。"
        )
    })
}

/// That the chances are those of each flat of a family.
pub(crate) fn of_claims(lang: Lang) -> String {
    tr!(
        lang,
        "A family has a claim for each of its flats (H001-1, H001-2): each claim is counted as a household, with chances of its own.",
        "家庭的每一套为一个名额（如 H001-1、H001-2）：每个名额按一户计，各有各的机会。"
    )
}

/// From 0 to 1 as percent with one decimal; what is not quite nothing or everything does not look
/// like it.
pub(crate) fn percent(value: f64) -> String {
    match value * 100.0 {
        0.0 => "0".into(),
        p if p >= 100.0 - 1e-9 => "100".into(),
        p if p < 0.05 => "<0.1".into(),
        p if p >= 99.95 => ">99.9".into(),
        p => format!("{p:.1}"),
    }
}

/// A chance as percent; a dash for what cannot be, or was never drawn.
pub(crate) fn shown(chance: &Chance) -> String {
    if chance.is_zero() { "–".into() } else { percent(chance.value()) }
}

/// `A`, `B`, …, `Z`, `AA`, …
pub(crate) fn letter(mut n: usize) -> String {
    let mut letters = String::new();
    loop {
        letters.insert(0, char::from(b'A' + (n % 26) as u8));
        match n / 26 {
            0 => return letters,
            rest => n = rest - 1,
        }
    }
}

/// What all kinds of a column have in common, in a few words each: tier, group, needs. Empty if
/// they share nothing.
pub(crate) fn heads(column: &Column, lang: Lang) -> Vec<String> {
    let mut heads = Vec::new();
    let common = |of: &dyn Fn(&Kind) -> String| {
        let first = column.kinds.first().map(of);
        first.filter(|first| column.kinds.iter().all(|kind| of(kind) == *first))
    };
    heads.extend(common(&|kind| tier(kind, lang)));
    heads.extend(
        common(&|kind| together(kind, lang))
            .filter(|_| column.kinds.iter().any(|kind| kind.group > 1)),
    );
    heads.extend(common(&|kind| needed(&kind.needs, lang)).filter(|needs| !needs.is_empty()));
    heads
}

fn tier(kind: &Kind, lang: Lang) -> String {
    let tier = kind.tier;
    tr!(lang, "tier {tier}", "第{tier}顺位")
}

fn together(kind: &Kind, lang: Lang) -> String {
    let (nth, group) = (kind.nth, kind.group);
    match group {
        1 => tr!(lang, "alone", "单独"),
        _ => tr!(lang, "no. {nth} of {group}", "结伴{group}户之{nth}"),
    }
}

/// A kind in a sentence.
pub(crate) fn sentence(kind: &Kind, names: impl Fn(UnitNumber) -> String, lang: Lang) -> String {
    let (tier, nth, group) = (tier(kind, lang), kind.nth, kind.group);
    let together = match group {
        1 => tr!(lang, "called alone", "单独叫号"),
        _ => {
            tr!(lang, "number {nth} of {group} called together", "结伴 {group} 户中第 {nth} 个叫到")
        }
    };
    let needs = needed(&kind.needs, lang);
    let needs = match needs.is_empty() {
        true => tr!(lang, "no needs", "无照顾需求"),
        false => tr!(lang, "needs {needs}", "需要 {needs}"),
    };
    let comma = if lang == Lang::Zh { "，" } else { ", " };
    let mut parts = vec![tier, together, needs];
    if kind.companions.iter().any(|(needs, _)| !needs.is_empty()) {
        let each = kind
            .companions
            .iter()
            .map(|(needs, _)| if needs.is_empty() { "–".into() } else { needed(needs, lang) });
        let each = each.collect::<Vec<_>>().join(" | ");
        parts.push(tr!(lang, "the group needs {each}", "全组依次需要 {each}"));
    }
    if !kind.ranking.is_empty() {
        let first: Vec<String> = kind.ranking.iter().take(4).map(|unit| names(*unit)).collect();
        let more = if kind.ranking.len() > 4 { " …" } else { "" };
        let first = first.join(" > ");
        parts.push(tr!(lang, "ranking {first}{more}", "志愿 {first}{more}"));
    }
    parts.join(comma)
}

/// What the pool is: rule, size.
pub(crate) fn about(info: &PoolInfo, lang: Lang) -> String {
    let (households, units) = (info.household_count(), info.unit_count());
    let rule = drawn_by(info.rule, lang);
    tr!(
        lang,
        "{households} households, {units} flats; {rule}",
        "{households} 户，{units} 套房；{rule}"
    )
}

/// Exact, or from how many draws.
pub(crate) fn basis(odds: &Odds, lang: Lang) -> String {
    match odds.draws {
        None => tr!(lang, "exact", "精确值"),
        Some(draws) => {
            let draws = grouped(draws, lang);
            tr!(lang, "simulated, {draws} draws", "模拟 {draws} 次")
        }
    }
}

/// 20,000
pub(crate) fn grouped(number: u64, _lang: Lang) -> String {
    let digits = number.to_string();
    let head = digits.len() % 3;
    let mut groups: Vec<&str> = Vec::new();
    if head > 0 {
        groups.push(&digits[..head]);
    }
    groups.extend((head..digits.len()).step_by(3).map(|at| &digits[at..at + 3]));
    groups.join(",")
}

/// The least and the greatest chance of standby.
pub(crate) fn standby(odds: &Odds) -> String {
    let values = || odds.columns.iter().map(|column| &column.standby);
    let by_value = |a: &&Chance, b: &&Chance| a.value().total_cmp(&b.value());
    match (values().min_by(by_value), values().max_by(by_value)) {
        (Some(least), Some(most)) if shown(least) != shown(most) => {
            format!("{}–{}%", percent(least.value()), percent(most.value()))
        }
        (_, Some(most)) if !most.is_zero() => format!("{}%", percent(most.value())),
        _ => "–".into(),
    }
}

/// The assumption where somebody chooses.
pub(crate) fn assumption(lang: Lang) -> String {
    tr!(
        lang,
        "Where households choose, it is assumed that everybody comes when called and takes the highest storey on offer (of several flats there the first in the plan). A household that prefers another storey has other chances.",
        "现场选房的批次，假定每户都到场，并选当时可选的最高楼层（同层多套时选方案中排在前的一套）。偏好其他楼层的住户，机会与此不同。"
    )
}

/// What exact and simulated mean here.
pub(crate) fn exactness(draws: u32, lang: Lang) -> Vec<String> {
    let draws = grouped(draws.into(), lang);
    vec![
        tr!(
            lang,
            "Exact: the chances follow as fractions from symmetry, or from every order and every lot that there can be; they are shown as percent, and a dash means never. (Left out is what weighs less than one in a billion: equal tickets, and the remainder of a lot.)",
            "精确值：由对称性，或逐一列出所有可能的次序与签数，算出分数，再以百分比显示；横线表示不可能。（略去不到十亿分之一的影响：签号相同、签数取余的偏差。）"
        ),
        tr!(
            lang,
            "Simulated: the pool was drawn {draws} times by the real rules (flats held back for needs, groups, tiers, rankings). The small numbers are the 95% interval (Wilson); a true value lies outside of it at most about once in twenty times. A dash: in none of the draws.",
            "模拟值：按真实规则（为照顾户保留、结伴、顺位、志愿）把该批次抽 {draws} 次。小字为 95% 区间（Wilson），真值至多约二十次中有一次落在区间之外。横线表示一次也没有出现。"
        ),
    ]
}

/// Where the random numbers of the simulation come from.
pub(crate) fn seed(text: &str, key: floorlot::Hash, lang: Lang) -> String {
    tr!(
        lang,
        "The random numbers of the simulation are the ChaCha20 keystream whose key is the SHA-256 of the text \"{text}\": {key}. Draw n has the first 32 bytes of block n as its seed; the key of a pool follows by rule D1. With --seed-text and --draws anybody gets the same numbers again. They are not those of the real draw.",
        "模拟所用的随机数是 ChaCha20 密钥流，密钥为文字“{text}”的 SHA-256：{key}。第 n 次抽签以第 n 块的前 32 字节为种子，各批次的密钥依规则 D1 得出。用相同的 --seed-text 和 --draws，任何人都得到相同的数字。它们与正式抽签的随机数无关。"
    )
}

/// Needs as the print-outs name them, with a `+` between: all of them together.
fn needed(needs: &[String], lang: Lang) -> String {
    needs
        .iter()
        .map(|need| crate::prints::needs(std::slice::from_ref(need), lang))
        .collect::<Vec<_>>()
        .join(" + ")
}
