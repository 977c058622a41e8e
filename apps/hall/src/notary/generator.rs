//! `3-generator.html`: the tests of the keystream that the sealed seed gives, or that they were not
//! run; and what such tests can show.

use super::{Verification, both, heading, paragraph};
use crate::prints::data::Data;
use crate::prints::sheet::{Anchor, Page, cell, table};
use crate::randomness::{self, Findings, Row, Test};
use crate::words::say::tr;
use floorlot::rules::{Lang, Phrase};
use floorlot_verify::common::html::escaped;

/// The page.
pub(super) fn page(
    data: &Data,
    findings: Option<&Findings>,
    verification: Option<&Verification>,
    lang: Lang,
) -> String {
    let title = tr!(
        lang,
        "Tests of the number generator 随机数发生器检测",
        "随机数发生器检测 Tests of the number generator"
    );
    let mut page = Page::new(data, lang, title, Anchor::Plan);
    let body = match (findings, &data.seed) {
        (Some(findings), Some(seed)) => {
            let few = few(findings.samples, lang);
            few + &tested(findings, &seed.seed.to_string(), lang) + &rows(findings, lang)
        }
        _ => not_run(lang),
    };
    let said = super::not_finished(data, verification, lang);
    page.sheet("", &(said + &body + &shows(findings, lang) + &standards(lang)));
    page.end()
}

fn not_run(lang: Lang) -> String {
    let words = Phrase::new(
        "NOT RUN: the seed is not known yet. It follows from the last public number; then make this folder again.",
        "未进行：种子尚未产生。最后一个公开随机数记录之后才有种子，届时请重新生成本文件夹。",
    );
    format!("<p class=\"note big\">{}</p>\n", both(&words, lang))
}

/// That so few samples tell hardly anything.
fn few(samples: usize, lang: Lang) -> String {
    if samples >= randomness::FOR_UNIFORMITY {
        return String::new();
    }
    let least = randomness::FOR_UNIFORMITY;
    let words = Phrase::new(
        format!(
            "TOO FEW samples to tell: {samples}. SP 800-22 asks for {least} at least; make this folder again with more (--samples)."
        ),
        format!(
            "样本太少（{samples} 个），不足以判断：SP 800-22 要求至少 {least} 个；请用更多样本（--samples）重新生成本文件夹。"
        ),
    );
    format!("<p class=\"note big\">{}</p>\n", both(&words, lang))
}

/// What was tested.
fn tested(findings: &Findings, seed: &str, lang: Lang) -> String {
    let (samples, pools) = (findings.samples, findings.pools);
    let words = Phrase::new(
        format!(
            "Tested: the keystreams of {pools} pools (ChaCha20, rules D1 and D3), with the keys that follow from the seed; {samples} samples of 1,000,000 bits. The samples are taken of one pool after the other, each where the last of that pool ended, from block 0 on: all 64 bytes of a block, the highest bit of a byte first. (The draw uses 24 bytes of a block for each household.)"
        ),
        format!(
            "检测对象：由种子导出密钥的 {pools} 个批次的密钥流（ChaCha20，规则 D1、D3）；样本 {samples} 个，每个 1,000,000 比特。各批次轮流取样，每批从第 0 块起连续取，每块取全部 64 字节，每字节高位在先。（抽签中每户只用其块中的 24 字节。）"
        ),
    );
    let seed_words = tr!(lang, "Seed", "种子");
    format!(
        "{}<p class=\"note\">{seed_words} <span class=\"mono\">{}</span></p>\n",
        paragraph(&words, lang),
        escaped(seed)
    )
}

fn rows(findings: &Findings, lang: Lang) -> String {
    let head = [
        tr!(lang, "Test", "检测项目"),
        "SP 800-22".to_owned(),
        tr!(lang, "Passed", "通过"),
        tr!(lang, "Needed", "至少"),
        tr!(lang, "P-values in each tenth from 0 to 1", "P 值在 0 至 1 各十分之一中的个数"),
        tr!(lang, "Uniform: P", "均匀性 P"),
        tr!(lang, "Result", "结果"),
    ];
    let rows: Vec<String> = randomness::tests()
        .iter()
        .zip(&findings.rows)
        .map(|(test, found)| row(test, found, findings.samples, lang))
        .collect();
    table("dense three", &head, &rows)
}

fn row(test: &Test, found: &Row, samples: usize, lang: Lang) -> String {
    let parameters = match test.parameters {
        "" => String::new(),
        parameters => format!("<br><small>{parameters}</small>"),
    };
    let tenths: Vec<String> = found.tenths.iter().map(usize::to_string).collect();
    let uniformity =
        found.uniformity.map_or_else(|| tr!(lang, "not run", "未进行"), |p| format!("{p:.6}"));
    let result = match found.passes() {
        true => Phrase::new("within the limits", "在界限内"),
        false => Phrase::new("OUTSIDE the limits", "超出界限"),
    };
    [
        format!("<td>{}{parameters}</td>", both(&test.name, lang)),
        cell("", test.section.unwrap_or("—")),
        cell("num", format!("{} / {samples}", found.passed)),
        cell("num", found.needed),
        cell("", tenths.join(" ")),
        cell("num", uniformity),
        format!("<td>{}</td>", both(&result, lang)),
    ]
    .concat()
}

/// What such tests show, and what not.
fn shows(findings: Option<&Findings>, lang: Lang) -> String {
    let can = Phrase::new(
        "They show: the program that made these bits is not broken. One that stands still, repeats itself, counts or prefers a digit fails them.",
        "能说明：产生这些比特的程序没有坏。停住不动、循环重复、只会计数或偏向某个数字的程序通不过。",
    );
    let cannot = Phrase::new(
        "They do NOT show that the seed was fair. ChaCha20 passes them with any key, also with one that somebody chose. That nobody chose the seed rests on the sealed plan, the secrets of all benches and the dice in front of everybody (C1 to C6); that the numbers of the draw follow from the seed is recomputed by every verifier (D1 to D3).",
        "不能说明种子公正：无论密钥是什么，哪怕是有人挑选的，ChaCha20 都会通过。种子无人操纵，靠的是封存的方案、各席位成员的密语和当众掷出的骰子（C1 至 C6）；抽签数字由种子得出，每个核验程序都会重算（D1 至 D3）。",
    );
    let again = Phrase::new(
        "A row outside the limits is no reason to draw again: draws repeated until somebody likes them are what the sealed plan excludes. It is a reason to compute the numbers by another program, and to look at this one.",
        "某项超出界限不是重抽的理由：方案封存正是为了排除“重抽到满意为止”。应当用另一程序重算，并检查本程序。",
    );
    let chance = findings.map(|found| chance(found.samples));
    let points: String = [Some(can), Some(cannot), chance, Some(again)]
        .iter()
        .flatten()
        .map(|words| format!("<li>{}</li>\n", both(words, lang)))
        .collect();
    let title = Phrase::new("What these tests show", "这些检测能说明什么");
    format!("{}<ul>\n{points}</ul>\n", heading(&title, lang))
}

/// How often a perfect generator has a row outside the limits.
fn chance(samples: usize) -> Phrase {
    let one_in = (1.0 / randomness::false_alarm(samples)).round();
    Phrase::new(
        format!(
            "Chance: with so many samples a perfect generator, too, has a given row outside the limits about once in {one_in} reports."
        ),
        format!(
            "偶然：按此样本数，即使是完美的发生器，每一项也约每 {one_in} 份报告有一次超出界限。"
        ),
    )
}

/// Which standards, and where this differs from them.
fn standards(lang: Lang) -> String {
    let nist = Phrase::new(
        "NIST SP 800-22 Rev. 1a (2010), the sections in the table; level of significance 0.01; share of samples that pass as in section 4.2.1, uniformity of the P-values (at least 0.0001) as in section 4.2.2. Its other tests are not run here.",
        "NIST SP 800-22 Rev. 1a（2010），章节见表；显著性水平 0.01；样本通过率按 4.2.1 节，P 值均匀性（不低于 0.0001）按 4.2.2 节。其余检测未在此进行。",
    );
    let gb = Phrase::new(
        "GB/T 32915-2016 has the same tests under the Chinese names, and the poker test. Of its 15 tests these are not run here: runs distribution, binary derivation, autocorrelation, matrix rank, linear complexity, Maurer's universal, discrete Fourier transform. Parameters stand in the table; they need not be those of its annex. This is no test by an accredited laboratory.",
        "GB/T 32915-2016《信息安全技术 二元序列随机性检测方法》以表中中文名称列有同样的检测及扑克检测。其 15 项中，游程分布、二元推导、自相关、矩阵秩、线性复杂度、Maurer 通用统计、离散傅里叶检测未在此进行。参数见表，不一定与其附录相同。本检测不是有资质机构的检测。",
    );
    let title = Phrase::new("Standards", "所依据的标准");
    let points: String =
        [nist, gb].iter().map(|words| format!("<li>{}</li>\n", both(words, lang))).collect();
    format!("{}<ul>\n{points}</ul>\n", heading(&title, lang))
}

/// What is said on the terminal, if a row is outside the limits.
pub(super) fn warning(low: usize, lang: Lang) -> Option<String> {
    (low > 0).then(|| {
        tr!(
            lang,
            "3-generator.html: tests outside the limits: {low}. The page says what that means. It is no reason to draw again.",
            "3-generator.html：有 {low} 项检测超出界限，含义见该页。这不是重抽的理由。"
        )
    })
}
