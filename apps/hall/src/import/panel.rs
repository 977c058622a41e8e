//! What only the settings show of the panel: keys that everybody can compute, one person in two
//! seats, and sources that nobody named.

use super::config::Config;
use super::fault::{Fault, both};
use super::notes::Notes;
use super::persons::folded_name;
use super::question::Kind;
use crate::sample;
use floorlot::note::VerifierKey;
use floorlot::plan::Mode;
use floorlot::rules::{Lang, Phrase};
use floorlot_verify::common::mask::mask;
use std::collections::BTreeMap;

/// Notes what somebody has to look at before the panel sits.
pub(super) fn check(file: &str, config: &Config, notes: &mut Notes, lang: Lang) {
    notes.faults.extend(sample_keys(file, config));
    same_names(file, config, notes);
    notes.told += &many_signatures(file, config, lang).unwrap_or_default();
    if !config.names_sources() {
        notes.told += match lang {
            Lang::En => {
                format!("{file} has no [[source]]: the seed is made of twenty ten-sided dice\n")
            }
            Lang::Zh => format!("{file} 中没有 [[source]]：种子由 20 颗十面骰子产生\n"),
        }
        .as_str();
    }
}

/// Keys of the sample panels in an official draw: anybody could sign with them.
pub(super) fn sample_keys(file: &str, config: &Config) -> Vec<Fault> {
    if config.mode() != Mode::Official {
        return Vec::new();
    }
    let own =
        |id: &str, key: &str| key.parse::<VerifierKey>().is_ok_and(|key| everybodys(id, &key));
    let known = config.seats().filter(|(id, _, key)| key.is_some_and(|key| own(id, key)));
    let fault = |(id, ..): (&str, &str, Option<&str>)| {
        let found = Phrase::new(
            "a sample key, whose secret anybody can compute",
            "示例公钥，其私钥人人都能算出",
        );
        let expected = Phrase::new(
            "a key of the member's own in an official draw",
            "正式抽签中监督员自己的公钥",
        );
        let program = crate::words::program::program("draw_session");
        let advice = Phrase::new(
            format!("make one with `{program} key new`, or set mode = \"rehearsal\""),
            format!("请用 `{program} key new` 生成，或改为 mode = \"rehearsal\""),
        );
        Fault::new(
            Phrase::new(
                format!("{file}, member {id}, key"),
                format!("{file}，监督员 {id}，公钥（key）"),
            ),
            found,
            expected,
            advice,
        )
    };
    known.map(fault).chain(sample_log(file, config)).collect()
}

/// The same of the key of the log.
fn sample_log(file: &str, config: &Config) -> Option<Fault> {
    let (origin, key) = config.log()?;
    let own = sample::log_key(origin)?.verifier();
    let known = key.parse::<VerifierKey>().is_ok_and(|key| key.public() == own.public());
    let program = crate::words::program::program("draw_session");
    known.then(|| {
        Fault::new(
            Phrase::new(format!("{file}, log"), format!("{file}，日志公钥（log）")),
            Phrase::new(
                "a sample key, whose secret anybody can compute",
                "示例公钥，其私钥人人都能算出",
            ),
            Phrase::new("a key of the office in an official draw", "正式抽签中主办单位自己的公钥"),
            Phrase::new(
                format!("make one with `{program} key log`, or set mode = \"rehearsal\""),
                format!("请用 `{program} key log` 生成，或改为 mode = \"rehearsal\""),
            ),
        )
    })
}

/// How many signatures every reader of signed notes takes: that of the log, and of so many members.
const USUAL_SIGNATURES: usize = 16;

/// More cosigners than common readers of notes take.
fn many_signatures(file: &str, config: &Config, lang: Lang) -> Option<String> {
    let keys = config.seats().filter(|(.., key)| key.is_some()).count();
    (keys > USUAL_SIGNATURES).then(|| match lang {
        Lang::En => format!(
            "{file}: {keys} members have a key: other programs that read signed notes stop at {USUAL_SIGNATURES} signatures, some at 100; {USUAL_SIGNATURES} cosigners at most are read by all\n"
        ),
        Lang::Zh => format!(
            "{file}：有公钥的监督员有 {keys} 人：其他读取签名单的程序有的只读 {USUAL_SIGNATURES} 个签名，有的只读 100 个；至多 {USUAL_SIGNATURES} 人时都能读取\n"
        ),
    })
}

/// Whether a key is one of the samples, under whatever name.
fn everybodys(id: &str, key: &VerifierKey) -> bool {
    let seats = ["r", "o"].iter().flat_map(|bench| (1..=SEATS).map(move |n| format!("{bench}{n}")));
    let samples = seats.chain([id.to_owned()]).filter_map(|member| sample::key(&member));
    samples.into_iter().any(|sample| sample.verifier().public() == key.public())
}

/// How many seats of a bench of a sample are looked at.
const SEATS: u32 = 20;

/// One name in two seats.
fn same_names(file: &str, config: &Config, notes: &mut Notes) {
    let mut seats: BTreeMap<String, Vec<(&str, &str)>> = BTreeMap::new();
    for (id, name, _) in config.seats().filter(|(_, name, _)| !name.trim().is_empty()) {
        seats.entry(folded_name(name)).or_default().push((id, name));
    }
    for seats in seats.values().filter(|seats| seats.len() > 1) {
        let each: Vec<String> =
            seats.iter().map(|(id, name)| format!("{id} {}", mask(name).name)).collect();
        let found = both(|lang| match lang {
            Lang::En => format!("{}, with one name", each.join(" and ")),
            Lang::Zh => format!("{}，姓名相同", each.join(" 和 ")),
        });
        let expected = Phrase::new("each person in one seat", "每人只占一席");
        let advice =
            Phrase::new("correct the settings, if it is one person", "如为同一人，请更正设置");
        let place = Phrase::new(format!("{file}, members"), format!("{file}，监督员"));
        notes.ask(Kind::PanelNames, Vec::new(), Fault::new(place, found, expected, advice));
    }
}
