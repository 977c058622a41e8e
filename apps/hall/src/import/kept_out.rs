//! Flats that exist and are not drawn: rows of the table of units with a reason.

use super::cells::{Bad, Reader};
use super::columns::Field;
use super::config::is_nothing;
use super::fault::quoted;
use super::sheet::Row;
use crate::words::say::tr;
use floorlot::plan::Excluded;
use floorlot::rules::{Lang, Phrase};
use std::collections::BTreeMap;

/// What a ticked cell says: that a flat is out, and not why.
const TICKS: &[&str] =
    &["是", "√", "✓", "✔", "1", "y", "yes", "true", "x", "不参加", "保留", "留房", "out"];

/// Why a row is not drawn, or that the reason cannot be taken, which is noted; `None` if the row is
/// drawn.
pub(super) fn reason(reader: &mut Reader<'_>, row: &Row) -> Option<Result<String, Bad>> {
    if !reader.columns.has(Field::Excluded) || !reader.filled(row, Field::Excluded) {
        return None;
    }
    let Ok(Some(reason)) = reader.text(row, Field::Excluded) else { return Some(Err(Bad)) };
    if TICKS.contains(&reason.to_lowercase().as_str()) {
        let expected = Phrase::new("the reason in words", "写明原因");
        let advice = Phrase::new(
            "write why the flat is not drawn, as everybody may read it; clear the cell if it is drawn",
            "请写明该房不参加抽签的原因（将公示）；如参加，请清空此格",
        );
        reader.fault(row.number, Field::Excluded, quoted(&reason), expected, advice);
        return Some(Err(Bad));
    }
    (!is_nothing(&reason)).then_some(Ok(reason))
}

/// The flats by reason, for the report: a flat that is missing from the draw is never missing from
/// what is told.
pub(super) fn told(all: &[Excluded], lang: Lang) -> String {
    let mut by_reason: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for flat in all {
        by_reason
            .entry(&flat.reason)
            .or_default()
            .push(format!("{} {}", flat.building, flat.label));
    }
    let line = |(reason, flats): (&&str, &Vec<String>)| {
        let n = flats.len();
        // Enough to see which they are; the notice lists all.
        let more = if n > 20 { " …" } else { "" };
        let list: Vec<&str> = flats.iter().take(20).map(String::as_str).collect();
        let list = list.join(if lang == Lang::En { ", " } else { "、" });
        tr!(
            lang,
            "  not drawn, {reason}: {n} ({list}{more})\n",
            "  不参加抽签，{reason}：{n} 套（{list}{more}）\n"
        )
    };
    by_reason.iter().map(line).collect()
}

/// The building of such a row, as its pool would be named, if it had one.
pub(super) fn building(reader: &mut Reader<'_>, row: &Row) -> Option<String> {
    let mut text = |field| reader.text(row, field).ok().flatten();
    text(Field::Building).or_else(|| text(Field::BuildingCode)).or_else(|| text(Field::Pool))
}

/// What a row needs that is not drawn: without it nobody knows which flat it is.
pub(super) fn lacks(reader: &mut Reader<'_>, row: &Row, field: Field) {
    let advice = Phrase::new(
        "fill it in: a flat that is not drawn is listed, too",
        "请填写：不参加抽签的房源也要公示",
    );
    reader.fault(row.number, field, Phrase::new("nothing", "空白"), field.words(), advice);
}
