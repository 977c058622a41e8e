//! `seed`: the text that is hashed, and how anybody hashes it.

use super::data::{Data, Seed};
use super::sheet::{Anchor, Page, SHORT, cell, name, table};
use crate::words::say::tr;
use floorlot::lines::Line;
use floorlot::rules::{Lang, Phrase};
use floorlot_verify::common::html::escaped;
use floorlot_verify::common::text::in_groups;

/// Why there is no seed sheet, if there is none.
pub(crate) fn missing(data: &Data) -> Option<Phrase> {
    if data.seed.is_some() {
        return None;
    }
    if data.is_other_plan() {
        return Some(Phrase::new(
            "the transcript is refuted: the plan in it is not the one that was sealed",
            "记录不成立：其中的方案不是当时封存的方案",
        ));
    }
    Some(match (data.is_sealed(), data.void.as_ref()) {
        (false, _) => Phrase::new(
            "the plan is not sealed yet, so there is no seed",
            "方案尚未封存，还没有种子",
        ),
        (true, None) => Phrase::new(
            "there is no seed yet: it follows from the last public number",
            "还没有种子：记录最后一个公开随机数之后才有",
        ),
        (true, Some(_)) => Phrase::new(
            "the draw was declared void before there was a seed",
            "抽签在产生种子之前已宣布作废",
        ),
    })
}

/// The seed sheet.
pub(crate) fn seed(data: &Data, lang: Lang) -> String {
    let mut page = Page::new(data, lang, tr!(lang, "Seed sheet", "种子单"), Anchor::Plan);
    match &data.seed {
        None => page.sheet("", &super::sheet::not_yet(missing(data), lang)),
        Some(seed) => page.sheet(
            "",
            &[numbers(data, lang), text(seed, lang), by_hand(seed, lang), panel(data, lang)]
                .concat(),
        ),
    }
    page.hangs()
}

/// The public numbers, large.
fn numbers(data: &Data, lang: Lang) -> String {
    let head = tr!(lang, "Public numbers", "公开随机数");
    let mut out = format!("<h2>{head}</h2>\n");
    for (_, line) in data.lines() {
        let (what, told) = match line {
            Line::Dice { digits, .. } => (tr!(lang, "Dice", "骰子"), in_groups(&digits, 5)),
            Line::Balls { numbers, .. } => (
                tr!(lang, "Balls", "球号"),
                numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(" "),
            ),
            Line::Drand { round, randomness, .. } => {
                (tr!(lang, "drand round {round}", "drand 第 {round} 轮"), randomness.to_string())
            }
            _ => continue,
        };
        out += &format!(
            "<p class=\"note big\">{what} <b class=\"mono dice\">{}</b></p>\n",
            escaped(&told)
        );
    }
    out
}

/// The text, each line of it on a line of its own.
fn text(seed: &Seed, lang: Lang) -> String {
    let count = seed.text.lines().count();
    let told = tr!(
        lang,
        "The hash is that of these {count} lines, each with its line end, and of nothing else. (A long line may wrap.)",
        "计算哈希值的原文就是以下 {count} 行，每行都带换行符，没有别的内容。（较长的行可能折行。）"
    );
    let head = tr!(lang, "The text that is hashed", "计算哈希值的原文");
    let lines: String =
        seed.text.lines().map(|line| format!("<span>{}\n</span>", escaped(line))).collect();
    let (is, value) = (
        tr!(lang, "Its SHA-256 is the seed:", "其 SHA-256 就是种子："),
        spaced(&seed.seed.to_string()),
    );
    format!(
        "<h2>{head}</h2>\n<p>{told}</p>\n<pre class=\"hashed\" id=\"text\">{lines}</pre>\n<div class=\"whole\"><p>{is}</p>\n<p class=\"mono seed note\" id=\"seed\">{value}</p></div>\n"
    )
}

/// Hexadecimal digits in groups of eight, which break lines well; they are copied without the gaps.
fn spaced(hex: &str) -> String {
    let digits: Vec<char> = hex.chars().collect();
    digits.chunks(8).map(|eight| eight.iter().collect::<String>()).collect::<Vec<_>>().join("<wbr>")
}

/// The command that recomputes it. Each line is an argument of its own, so that no character in it
/// means anything to `printf`.
pub(crate) fn command(text: &str) -> String {
    let quoted: Vec<String> =
        text.lines().map(|line| format!("'{}'", line.replace('\'', r"'\''"))).collect();
    format!("printf '%s\\n' {} | sha256sum", quoted.join(" \\\n  "))
}

fn by_hand(seed: &Seed, lang: Lang) -> String {
    let head = tr!(lang, "Recompute it", "自己验算");
    let told = tr!(
        lang,
        "Type this into the terminal of any Linux or macOS machine with sha256sum; it must print the seed:",
        "在任何装有 sha256sum 的 Linux 或 macOS 终端中输入以下命令，应显示上面的种子："
    );
    let command = escaped(&command(&seed.text));
    let windows = tr!(
        lang,
        "On Windows: the text above in a file <span class=\"mono\">seed.txt</span>, each line ended by LF alone, and <span class=\"mono\">certutil -hashfile seed.txt SHA256</span>",
        "Windows：把上面的文字存为 <span class=\"mono\">seed.txt</span>（每行以 LF 结尾），再输入 <span class=\"mono\">certutil -hashfile seed.txt SHA256</span>"
    );
    format!(
        "<div class=\"whole\"><h2>{head}</h2>\n<p>{told}</p>\n<pre class=\"hashed small\" id=\"command\">{command}</pre>\n<p>{windows}</p></div>\n"
    )
}

/// Who revealed, withheld or was absent.
fn panel(data: &Data, lang: Lang) -> String {
    let head = [
        tr!(lang, "Member", "监督员"),
        tr!(lang, "Name", "姓名"),
        tr!(lang, "Bench", "席位"),
        tr!(lang, "At the roll call", "点名时"),
        tr!(lang, "At the reveals", "公开时"),
    ];
    let row = |member: &crate::ceremony::book::Member| {
        let (mut promise, mut answer) = (String::new(), String::new());
        for (_, line) in data.lines() {
            match line {
                Line::Commit { member: m, .. } if m == member.id => {
                    promise = tr!(lang, "commitment", "承诺")
                }
                Line::Envelope { member: m, .. } if m == member.id => {
                    promise = tr!(lang, "sealed envelope", "密封信封")
                }
                Line::Absent { member: m, .. } if m == member.id => {
                    promise = tr!(lang, "ABSENT", "缺席")
                }
                Line::Reveal { member: m, .. } if m == member.id => {
                    answer = tr!(lang, "revealed", "已公开")
                }
                Line::Withheld { member: m, .. } if m == member.id => {
                    answer = tr!(lang, "WITHHELD", "拒绝公开")
                }
                Line::Seed { .. } => break,
                _ => {}
            }
        }
        let bench =
            data.book.benches.iter().find(|b| b.id == member.bench).map_or("", |b| &b.title);
        [
            cell("id", &member.id),
            name(&member.name, ""),
            cell("", bench),
            cell("", promise),
            cell("", answer),
        ]
        .concat()
    };
    let rows: Vec<String> = data.book.members.iter().map(row).collect();
    let title = tr!(lang, "Secrets of the panel", "监督员密语公开情况");
    let whole = if rows.len() <= SHORT { " class=\"whole\"" } else { "" };
    format!("<div{whole}><h2>{title}</h2>\n{}</div>\n", table("dense", &head, &rows))
}
