//! Documents on paper: those of the plan, those that were filed later, and the flats that are not
//! drawn.

use super::data::Data;
use super::minutes::moment;
use super::sheet::{cell, table};
use crate::words::say::{counted, tr};
use floorlot::lines::{DocumentKind, FiledKind, Line};
use floorlot::plan::{Document, Excluded};
use floorlot::rules::Lang;
use floorlot_verify::common::amount::decimal;
use floorlot_verify::common::html::escaped;

/// What a document of the plan is.
pub(crate) fn kind(what: DocumentKind, lang: Lang) -> String {
    match what {
        DocumentKind::Method => tr!(lang, "method", "选房办法"),
        DocumentKind::Resolution => tr!(lang, "resolution", "决议"),
        DocumentKind::Roll => tr!(lang, "roll as posted", "公示名册"),
        DocumentKind::Units => tr!(lang, "list of flats", "房源清单"),
        DocumentKind::Program => tr!(lang, "program", "程序"),
        DocumentKind::Other => tr!(lang, "other", "其他"),
    }
}

/// What a document is that was filed later.
fn filed_kind(what: FiledKind, lang: Lang) -> String {
    match what {
        FiledKind::Notice => tr!(lang, "notice that hung", "张贴的公告"),
        FiledKind::Authority => tr!(lang, "authority of a proxy", "委托书"),
        FiledKind::List => tr!(lang, "list", "清单"),
        FiledKind::Other => tr!(lang, "other", "其他"),
    }
}

/// The documents of the plan, and how anybody compares a file; nothing if it names none.
pub(super) fn of_plan(data: &Data, lang: Lang) -> String {
    let documents = data.roll().documents();
    let Some(first) = documents.first() else { return String::new() };
    let head = [
        tr!(lang, "What", "类别"),
        tr!(lang, "Title", "标题"),
        tr!(lang, "File", "文件名"),
        "SHA-256".to_owned(),
    ];
    let row = |document: &Document| {
        [
            cell("", kind(document.what, lang)),
            cell("", &document.title),
            cell("", &document.name),
            cell("mono", document.sha256),
        ]
        .concat()
    };
    let title = tr!(lang, "Documents that the draw rests on", "抽签所依据的文件");
    let rows: Vec<String> = documents.iter().map(row).collect();
    format!("<h2>{title}</h2>\n{}{}", table("", &head, &rows), how(&first.name, lang))
}

/// How a file is compared on the computers that people have.
fn how(name: &str, lang: Lang) -> String {
    let windows = escaped(&format!("certutil -hashfile \"{name}\" SHA256"));
    let others = escaped(&format!("sha256sum \"{name}\""));
    tr!(
        lang,
        "<p>Anybody compares a file: Windows <span class=\"mono\">{windows}</span>, Linux <span class=\"mono\">{others}</span>. The digits must be those above.</p>\n",
        "<p>任何人都可以比对文件：Windows 输入 <span class=\"mono\">{windows}</span>，Linux 输入 <span class=\"mono\">{others}</span>，所得应与上表相同。</p>\n"
    )
}

/// The flats that exist and are not drawn, with the reason; nothing if there are none.
pub(super) fn not_drawn(data: &Data, lang: Lang) -> String {
    let flats = data.roll().excluded();
    if flats.is_empty() {
        return String::new();
    }
    let measured = flats.iter().any(|flat| flat.area.is_some());
    let mut head = vec![
        tr!(lang, "Code", "编号"),
        tr!(lang, "Building", "楼栋"),
        tr!(lang, "Flat", "房号"),
        tr!(lang, "Storey", "楼层"),
    ];
    head.extend(measured.then(|| tr!(lang, "m²", "面积㎡")));
    head.push(tr!(lang, "Why it is not drawn", "不参加抽签的原因"));
    let row = |flat: &Excluded| {
        let area = flat.area.map_or_else(String::new, |area| decimal(area.into()));
        [
            cell("id", &flat.id),
            cell("", &flat.building),
            cell("id", &flat.label),
            cell("num", flat.storey),
            if measured { cell("num", area) } else { String::new() },
            cell("words", &flat.reason),
        ]
        .concat()
    };
    let (count, all) = (flats.len(), counted(flats.len(), "flat"));
    let rows: Vec<String> = flats.iter().map(row).collect();
    tr!(lang, "<h2>Not drawn: {all}</h2>\n", "<h2>不参加抽签的房源：{count} 套</h2>\n")
        + &table("", &head, &rows)
}

/// The documents that were filed after the plan was sealed; nothing if there are none.
pub(super) fn filed(data: &Data, lang: Lang) -> String {
    let rows: Vec<String> =
        data.lines().filter_map(|(_, line)| filed_row(data, &line, lang)).collect();
    if rows.is_empty() {
        return String::new();
    }
    let head = [
        tr!(lang, "What", "类别"),
        tr!(lang, "Title", "标题"),
        tr!(lang, "Household", "户号"),
        tr!(lang, "Hung", "张贴时间"),
        tr!(lang, "File", "文件名"),
        "SHA-256".to_owned(),
    ];
    let title = tr!(lang, "Documents that were filed", "登记的文件");
    format!("<h2>{title}</h2>\n{}", table("", &head, &rows))
}

fn filed_row(data: &Data, line: &Line<'_>, lang: Lang) -> Option<String> {
    let Line::Filed { what, name, title, sha256, household, from, to, .. } = line else {
        return None;
    };
    let hung = hung(data, (*from, *to), lang).unwrap_or_default();
    let row = [
        cell("", filed_kind(*what, lang)),
        cell("", title),
        cell("id", household.as_deref().unwrap_or_default()),
        cell("", hung),
        cell("", name),
        cell("mono", sha256),
    ];
    Some(row.concat())
}

/// From when to when a notice hung.
fn hung(data: &Data, (from, to): (Option<u64>, Option<u64>), lang: Lang) -> Option<String> {
    let (from, to) = (moment(data, from?), moment(data, to?));
    Some(tr!(lang, "{from} to {to}", "{from} 至 {to}"))
}
