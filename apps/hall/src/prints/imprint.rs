//! What stands under a paper that an office hangs: who holds the draw, until when it hangs, whom to
//! call, and the place for the seal (落款、公示期、监督电话、盖章处).

use super::data::Data;
use super::sheet::needs;
use crate::words::say::tr;
use floorlot::plan::HouseholdNumber;
use floorlot::rules::Lang;
use floorlot_verify::common::html::escaped;

/// A line to be filled in by hand.
const BLANK: &str = "<span class=\"blank\"></span>";

/// The block under a notice. What is not set is a line to fill in.
pub(super) fn imprint(data: &Data, lang: Lang) -> String {
    let office = &data.office;
    let value = |text: &str| if text.is_empty() { BLANK.to_owned() } else { escaped(text) };
    let mut lines = vec![
        (tr!(lang, "Posted", "公示期"), value(&office.posted)),
        (tr!(lang, "Telephone", "联系电话"), value(&office.telephone)),
        (tr!(lang, "Complaints", "监督电话"), value(&office.supervision)),
    ];
    // Where it is held is said, or stands on another paper.
    if !office.place.is_empty() {
        lines.insert(0, (tr!(lang, "Place", "地点"), escaped(&office.place)));
    }
    let lines: String =
        lines.iter().map(|(label, value)| format!("<div>{label}：{value}</div>")).collect();
    let lines = if lang == Lang::En { lines.replace('：', ": ") } else { lines };
    let (name, date) = (value(&office.name), value(&office.date));
    let (seal, by, on) =
        (tr!(lang, "Seal", "盖章处"), tr!(lang, "Office", "落款"), tr!(lang, "Date", "日期"));
    let colon = if lang == Lang::En { ": " } else { "：" };
    format!(
        "<div class=\"imprint\"><div class=\"told\">{lines}</div><div class=\"office\"><div>{by}{colon}{name}</div><div>{on}{colon}{date}</div></div><div class=\"seal\">{seal}</div></div>\n"
    )
}

/// How a paper says that anybody checks the file: by the page of the verifier, without a command.
pub(super) fn verifier(data: &Data, lang: Lang) -> String {
    let place = &data.office.verifier;
    if place.is_empty() {
        return tr!(
            lang,
            "Anybody checks all of it without installing anything: open the verifier page <b>verify.html</b> in a browser and drop the transcript on it.",
            "任何人都可以核验全部内容，无须安装程序：用浏览器打开核验网页 <b>verify.html</b>，把抽签记录拖进去即可。"
        );
    }
    let place = escaped(place);
    tr!(
        lang,
        "Anybody checks all of it without installing anything: open the verifier page, <b>{place}</b>, in a browser and drop the transcript on it.",
        "任何人都可以核验全部内容，无须安装程序：用浏览器打开核验网页（<b>{place}</b>），把抽签记录拖进去即可。"
    )
}

/// The needs of a household on a paper for the wall, and the head of their column: none where the
/// office does not show them, because everybody reads it.
pub(super) fn wall_needs(data: &Data, household: HouseholdNumber, lang: Lang) -> Option<String> {
    data.office.show_needs.then(|| needs(data.roll().needs(household), lang))
}

pub(super) fn needs_head(data: &Data, lang: Lang) -> Option<String> {
    data.office.show_needs.then(|| tr!(lang, "Needs", "照顾需求"))
}
