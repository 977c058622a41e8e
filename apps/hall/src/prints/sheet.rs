//! What all pages have: the head of each sheet, the mark of a rehearsal, tables in two columns.

use super::data::{Data, Sealed, State};
use super::imprint::imprint;
use crate::words::say::tr;
use floorlot::lines::Mode;
use floorlot::plan::HouseholdNumber;
use floorlot::rules::{Lang, Phrase, USUAL_NEEDS};
use floorlot_verify::common::html::escaped;

const STYLE: &str = include_str!("style.css");

/// Whose fingerprint stands in the head of a page.
#[derive(Clone, Copy)]
pub(crate) enum Anchor {
    /// That of the plan.
    Plan,
    /// That of the last checkpoint.
    Head,
}

/// One sheet: its head and its body as HTML.
struct Sheet {
    subtitle: String,
    head: String,
    body: String,
}

/// A draw with no more households, and no more flats, is a small one.
const SMALL: u32 = 40;

/// A page in the making: one sheet after the other, each beginning on a sheet of paper of its own.
pub(crate) struct Page<'d> {
    data: &'d Data,
    lang: Lang,
    what: String,
    anchor: Anchor,
    sheets: Vec<Sheet>,
}

impl<'d> Page<'d> {
    /// A page of this name.
    pub(crate) fn new(data: &'d Data, lang: Lang, what: String, anchor: Anchor) -> Page<'d> {
        Page { data, lang, what, anchor, sheets: Vec::new() }
    }

    /// Adds a sheet. The subtitle is a text, the body is HTML.
    pub(crate) fn sheet(&mut self, subtitle: &str, body: &str) {
        let (subtitle, head) = (subtitle.to_owned(), self.head(subtitle));
        self.sheets.push(Sheet { subtitle, head, body: body.to_owned() });
    }

    /// Of a small draw all sheets are one: nobody hangs sheets of paper that are nearly empty.
    fn compact(&mut self) {
        let roll = self.data.roll();
        if roll.household_count() > SMALL || roll.unit_count() > SMALL || self.sheets.len() < 2 {
            return;
        }
        let head = self.head("");
        let part = |(n, sheet): (usize, &Sheet)| match sheet.subtitle.as_str() {
            subtitle if n > 0 && !subtitle.is_empty() => {
                // What stood behind a title stands alone now.
                let mut rest = subtitle.chars();
                let first = rest.next().into_iter().flat_map(char::to_uppercase);
                let title: String = first.chain(rest.as_str().chars()).collect();
                format!("<h2>{}</h2>\n{}", escaped(&title), sheet.body)
            }
            _ => sheet.body.clone(),
        };
        let body: String = self.sheets.iter().enumerate().map(part).collect();
        self.sheets = vec![Sheet { subtitle: String::new(), head, body }];
    }

    /// The whole page, with what an office puts under a notice.
    pub(crate) fn hangs(mut self) -> String {
        self.compact();
        self.hang_apart()
    }

    /// The same where each sheet hangs by itself, also of a small draw.
    pub(crate) fn hang_apart(mut self) -> String {
        let imprint = imprint(self.data, self.lang);
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.body += &imprint;
        }
        self.end()
    }

    /// The whole page.
    pub(crate) fn end(self) -> String {
        let lang = if self.lang == Lang::Zh { "zh-CN" } else { "en" };
        let title = escaped(&format!("{} · {}", self.what, self.data.roll().title()));
        let behind: String =
            self.marks().iter().map(|(mark, _)| mark.replace(' ', "<br>") + "<br>").collect();
        let behind = if behind.is_empty() {
            behind
        } else {
            format!("<div class=\"behind\" aria-hidden=\"true\"><b>{behind}</b></div>\n")
        };
        let sheet = |Sheet { head, body, .. }: &Sheet| {
            format!(
                "<table class=\"sheet\"><thead><tr><td>\n{head}</td></tr></thead><tbody><tr><td>\n{body}</td></tr></tbody></table>\n"
            )
        };
        let sheets: String = self.sheets.iter().map(sheet).collect();
        format!(
            "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
             {behind}{sheets}</body>\n</html>\n"
        )
    }

    /// What must not be overlooked: in a word, and in a sentence as HTML.
    fn marks(&self) -> Vec<(String, String)> {
        let (data, lang) = (self.data, self.lang);
        let mut marks = Vec::new();
        if data.roll().mode() == Mode::Rehearsal {
            marks.push((
                tr!(lang, "REHEARSAL 演练", "演练 REHEARSAL"),
                tr!(
                    lang,
                    "Nothing on this sheet counts. 本页一切内容无效。",
                    "本页一切内容无效。Nothing on this sheet counts."
                ),
            ));
        }
        if let State::Refuted(why) = &data.state {
            let why = escaped(why.sentence.get(lang));
            marks.push((tr!(lang, "REFUTED", "不成立"), why));
        }
        let refused = data.refused.get(lang);
        if !refused.is_empty() {
            marks.push((tr!(lang, "NOT AGREED", "有异议"), escaped(refused)));
        }
        if let Some(reason) = &data.void {
            let reason = escaped(reason);
            let told = tr!(
                lang,
                "The draw is void; nobody has a flat by it: {reason}",
                "本次抽签已宣布作废，不产生任何分配：{reason}"
            );
            marks.push((tr!(lang, "VOID", "作废"), told));
        }
        marks
    }

    fn head(&self, subtitle: &str) -> String {
        let (lang, roll) = (self.lang, self.data.roll());
        let mark = |(mark, told): &(String, String)| {
            format!("<div class=\"mark\"><b>{mark}</b><span>{told}</span></div>\n")
        };
        let marks: String = self.marks().iter().map(mark).collect();
        let (origin, attempt) = (escaped(roll.origin()), roll.attempt());
        let what = match subtitle {
            "" => escaped(&self.what),
            subtitle => format!("{} · {}", escaped(&self.what), escaped(subtitle)),
        };
        let title = escaped(roll.title());
        let mode = match roll.mode() {
            Mode::Official => tr!(lang, "Official draw", "正式抽签"),
            Mode::Rehearsal => tr!(lang, "Rehearsal", "演练"),
        };
        let fingerprint = self.fingerprint();
        let line = tr!(
            lang,
            "{mode} · Name of this draw: {origin} · attempt {attempt}<br>{fingerprint}",
            "{mode} · 抽签编号：{origin} · 第 {attempt} 次<br>{fingerprint}"
        );
        format!(
            "{marks}<div class=\"top\"><div class=\"what\">{what}</div><div class=\"title\">{title}</div><div class=\"line\">{line}</div></div>\n"
        )
    }

    fn fingerprint(&self) -> String {
        let (data, lang) = (self.data, self.lang);
        let head = data.head().filter(|_| matches!(self.anchor, Anchor::Head));
        match (head, data.is_sealed()) {
            (Some(head), _) => {
                let (stage, groups) = (sealed(head, lang), head.fingerprint);
                let the = if head.day > 0 { "" } else { "the " };
                tr!(
                    lang,
                    "Fingerprint of {the}{stage} <b>{groups}</b>",
                    "{stage}指纹 <b>{groups}</b>"
                )
            }
            (None, true) => {
                let groups = data.plan_fingerprint;
                tr!(lang, "Fingerprint of the plan <b>{groups}</b>", "方案指纹 <b>{groups}</b>")
            }
            (None, false) if data.is_other_plan() => tr!(
                lang,
                "<b>This is not the plan that was sealed</b>: the transcript is refuted",
                "<b>这不是当时封存的方案</b>：记录不成立"
            ),
            (None, false) => tr!(
                lang,
                "<b>The plan is not sealed yet</b> and can still change",
                "<b>方案尚未封存</b>，仍可能修改"
            ),
        }
    }
}

/// What a checkpoint closes.
pub(crate) fn stage(stage: floorlot::lines::Stage, lang: Lang) -> String {
    use floorlot::lines::Stage;
    match stage {
        Stage::Plan => tr!(lang, "plan", "方案"),
        Stage::Reveals => tr!(lang, "reveals", "密语公开"),
        Stage::Day => tr!(lang, "day", "当日"),
        Stage::Result => tr!(lang, "result", "结果"),
        Stage::Aftermath => tr!(lang, "result and what came after it", "结果及后续事项"),
    }
}

/// The same with the number of the day.
pub(crate) fn sealed(checkpoint: &Sealed, lang: Lang) -> String {
    let number = checkpoint.day;
    match number {
        0 => stage(checkpoint.stage, lang),
        _ => tr!(lang, "day {number}", "第 {number} 天"),
    }
}

/// A cell.
pub(crate) fn cell(class: &str, text: impl std::fmt::Display) -> String {
    let text = escaped(&text.to_string());
    if class.is_empty() {
        format!("<td>{text}</td>")
    } else {
        format!("<td class=\"{class}\">{text}</td>")
    }
}

/// The cell with the masked name of a household, its family, and its group if that says more.
pub(crate) fn named(data: &Data, household: HouseholdNumber, lang: Lang) -> String {
    let family = data.roll().family_of(household).map(|family| data.roll().family_id(family));
    let group = data.groups.get(household.index()).and_then(Option::as_deref);
    let group = group.filter(|group| family.is_none_or(|family| !group.starts_with(family)));
    let remarks = [
        family.map(|family| tr!(lang, "family {family}", "家庭 {family}")),
        group.map(|group| tr!(lang, "group {group}", "结伴组 {group}")),
    ];
    let remarks: Vec<String> = remarks.into_iter().flatten().collect();
    name(data.name(household), &remarks.join(if lang == Lang::Zh { "，" } else { ", " }))
}

/// The class of a name: one that is not too long is not broken.
fn name_class(name: &str) -> &'static str {
    if name.chars().count() <= 8 { "nowrap" } else { "" }
}

/// The cell with a name, and a remark in small letters.
pub(crate) fn name(name: &str, remark: &str) -> String {
    let (class, name) = (name_class(name), escaped(name));
    let remark = if remark.is_empty() {
        String::new()
    } else {
        format!(" <small class=\"nowrap\">{}</small>", escaped(remark))
    };
    format!("<td><span class=\"{class}\">{name}</span>{remark}</td>")
}

/// The head of a table.
pub(crate) fn heads(heads: &[String]) -> String {
    heads.iter().map(|head| format!("<th>{}</th>", escaped(head))).collect()
}

/// A table of rows, each of them cells.
pub(crate) fn table(class: &str, head: &[String], rows: &[String]) -> String {
    let heads = heads(head);
    let rows: String = rows.iter().map(|row| format!("<tr>{row}</tr>\n")).collect();
    format!(
        "<table class=\"rows block {class}\"><thead><tr>{heads}</tr></thead><tbody>\n{rows}</tbody></table>\n"
    )
}

/// A table with several rows side by side, read down one column after the other; a long one, which
/// goes on to further sheets of paper, is read across.
pub(crate) fn side_by_side(
    columns: usize,
    class: &str,
    head: &[String],
    rows: &[String],
) -> String {
    let (one, width) = (heads(head), head.len());
    let nothing = format!("<td class=\"empty\" colspan=\"{width}\"></td>");
    let height = rows.len().div_ceil(columns.max(1));
    let at = |row: usize, column: usize| {
        if height <= ON_A_SHEET { column * height + row } else { row * columns + column }
    };
    let row = |row: usize| {
        let cells: Vec<&str> = (0..columns)
            .map(|column| rows.get(at(row, column)).unwrap_or(&nothing).as_str())
            .collect();
        format!("<tr>{}</tr>\n", cells.join("<td class=\"gap\"></td>"))
    };
    let heads = vec![one; columns].join("<th class=\"gap\"></th>");
    let whole = if height <= SHORT { " whole" } else { "" };
    let body: String = (0..height).map(row).collect();
    format!(
        "<table class=\"rows block{whole} {class}\"><thead><tr>{heads}</tr></thead><tbody>\n{body}</tbody></table>\n"
    )
}

/// The size of type, in points, at which so many rows fill so many millimetres of a sheet.
pub(crate) fn filling(rows: usize, room: f64) -> f64 {
    // A row is as high as its type with leading of 1.4 and the padding and border of its cells, 2.1
    // mm.
    (room / rows.max(1) as f64 - 2.1) / (1.4 * 25.4 / 72.0)
}

/// Millimetres of a sheet below its head.
pub(crate) const BODY: f64 = 221.0;

/// The smallest type for what hangs on a wall, in points.
pub(crate) const SMALLEST: f64 = 10.5;

/// About so many rows stand on a sheet of paper.
const ON_A_SHEET: usize = 34;

/// Tables with no more rows than this are kept on one sheet of paper.
pub(crate) const SHORT: usize = 14;

/// Words for needs and features that are known; the id itself for others.
pub(crate) fn need(id: &str, lang: Lang) -> String {
    let known = USUAL_NEEDS.iter().find(|(known, ..)| *known == id);
    known.map_or(id, |(_, en, zh)| if lang == Lang::Zh { zh } else { en }).to_owned()
}

/// Several of them.
pub(crate) fn needs(ids: &[String], lang: Lang) -> String {
    let words: Vec<String> = ids.iter().map(|id| need(id, lang)).collect();
    words.join(if lang == Lang::Zh { "、" } else { ", " })
}

/// What a page says that cannot be made yet.
pub(super) fn not_yet(why: Option<Phrase>, lang: Lang) -> String {
    let why = why.map(|why| escaped(why.get(lang))).unwrap_or_default();
    tr!(
        lang,
        "<p class=\"note big\">There is nothing to print here: {why}.</p>\n",
        "<p class=\"note big\">无可打印：{why}。</p>\n"
    )
}
