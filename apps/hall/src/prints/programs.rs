//! With which program the draw was held, for the minutes: a notary compares it with what was sealed.

use super::data::Data;
use super::minutes::moment;
use crate::disk::hall_log::{self, Started};
use crate::words::say::tr;
use floorlot::Hash;
use floorlot::rules::Lang;
use floorlot_verify::common::html::escaped;
use floorlot_verify::common::own;
use floorlot_verify::common::running::Running;

/// A program, and when it was started.
type Ran<'d> = (&'d Started, Vec<String>);

/// The programs that were started with this draw, by what the hall noted at each start. The one
/// that prints says nothing of them.
pub(super) fn held_with(data: &Data, lang: Lang) -> String {
    let all = ran(data, lang);
    let head = tr!(lang, "<h2>The program</h2>\n", "<h2>所用程序</h2>\n");
    let told = match all.len() {
        0 => tr!(
            lang,
            "<p>Nobody noted which program held the draw.</p>\n",
            "<p>未记下用的是哪个程序。</p>\n"
        ),
        1 => String::new(),
        many => tr!(
            lang,
            "<p class=\"note\"><b>{many} different programs held the draw, one after the other.</b></p>\n",
            "<p class=\"note\"><b>本次抽签先后使用了 {many} 个不同的程序。</b></p>\n"
        ),
    };
    head + &told + &all.iter().map(|ran| facts(data, ran, lang)).collect::<String>()
}

fn ran(data: &Data, lang: Lang) -> Vec<Ran<'_>> {
    let mut all: Vec<Ran<'_>> = Vec::new();
    for (at, started) in hall_log::started(&data.notes) {
        let (at, line) = (moment(data, at), started.after.saturating_add(1));
        let when = tr!(lang, "{at}, before line {line}", "{at}，第 {line} 行之前");
        match all.iter_mut().find(|(other, _)| other.is_same(started)) {
            Some((_, times)) => times.push(when),
            None => all.push((started, vec![when])),
        }
    }
    all
}

fn facts(data: &Data, (started, times): &Ran<'_>, lang: Lang) -> String {
    let sha256 = started.sha256.as_deref().and_then(Hash::from_hex);
    let known = |told: &dyn Fn(Hash) -> String| {
        sha256.map_or_else(|| tr!(lang, "not known", "不详"), |own| escaped(&told(own)))
    };
    let mono = |digits: String| format!("<span class=\"mono\">{digits}</span>");
    let rows = [
        (
            tr!(lang, "Program", "程序"),
            escaped(&format!("{} {}", started.program, started.version)),
        ),
        (
            tr!(lang, "Commit", "提交"),
            mono(escaped(&own::commit_words(started.commit.as_deref(), lang))),
        ),
        (tr!(lang, "SHA-256", "SHA-256"), mono(known(&own::groups))),
        (
            tr!(lang, "Fingerprint of it", "程序指纹"),
            mono(known(&|own| own::fingerprint(own).to_string())),
        ),
        (
            tr!(lang, "Compared", "比对"),
            known(&|own| Running::was(data.roll(), own).words().get(lang).to_owned()),
        ),
        (tr!(lang, "Started", "启动"), times.join("<br>")),
    ];
    let row =
        |(name, value): &(String, String)| format!("<tr><th>{name}</th><td>{value}</td></tr>\n");
    let rows: String = rows.iter().map(row).collect();
    format!("<table class=\"rows block dense whole\"><tbody>\n{rows}</tbody></table>\n")
}
