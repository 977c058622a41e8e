//! The same flat twice, and codes and labels that look alike.

use super::built::{Built, Flat};
use super::characters::{skeleton, spelled, without_zeros};
use super::columns::{Field, Inputs};
use super::fault::{At, Fault};
use super::notes::Notes;
use super::question::Kind;
use super::spelling::{self, numbers};
use floorlot::rules::Phrase;
use std::collections::{BTreeMap, BTreeSet};
use unicode_normalization::UnicodeNormalization;

/// Notes flats that stand in two rows; asks about labels and codes that look alike.
pub(super) fn check(built: &Built, inputs: Inputs<'_>, notes: &mut Notes) {
    let mut labels: BTreeMap<(String, String), &Flat> = BTreeMap::new();
    let mut looks: BTreeMap<(String, String), &Flat> = BTreeMap::new();
    for flat in &built.flats {
        let (building, label) = (spelling::folded(&flat.building), folded(&flat.label));
        // 7号楼102 in building 7 is 102.
        let prefix = format!("{building}-");
        let own = |label: String| {
            label
                .strip_prefix(&prefix)
                .filter(|rest| !rest.contains('-'))
                .map(str::to_owned)
                .unwrap_or(label)
        };
        if let Some(other) = labels.insert((building.clone(), own(without_zeros(&label))), flat) {
            // P13: on another storey it is another flat, and the plan warns of the label.
            if other.storey == flat.storey {
                twice(flat, other, inputs, notes);
            }
        } else if let Some(other) = looks.insert((building, skeleton(&numbers(&own(label)))), flat)
        {
            let what = ("label", "房号", "flat", "房源");
            alike(
                Kind::AlikeLabels,
                (Field::Label, what),
                [(other.at, &other.label), (flat.at, &flat.label)],
                inputs,
                notes,
            );
        }
    }
    without_label(built, inputs, notes);
    let units =
        built.plan.pools.iter().flat_map(|pool| pool.units.iter().map(|unit| unit.id.as_str()));
    let households = built
        .plan
        .pools
        .iter()
        .flat_map(|pool| pool.households.iter().map(|household| household.id.as_str()));
    let pools = built.plan.pools.len();
    let rows = built.rows.iter().skip(pools).copied();
    let kept_out = built.plan.excluded.iter().map(|flat| flat.id.as_str());
    let units = units.chain(kept_out).map(Some);
    // Families stand between; what they are named in the plan may be made of the code of a row.
    let families = built.plan.families.iter().map(|_| None);
    let all = units.chain(families).chain(households.map(Some));
    let ids: Vec<(At, &str)> = rows.zip(all).filter_map(|(at, id)| Some((at, id?))).collect();
    let mut seen = BTreeMap::new();
    for (at, id) in ids {
        let look = (at.role, skeleton(id));
        let other: Option<(At, &str)> = seen.insert(look, (at, id));
        // With other capitals alone it is one code, and the plan refuses it.
        if let Some((first, other)) = other.filter(|(_, other)| !other.eq_ignore_ascii_case(id)) {
            alike(
                Kind::AlikeIds,
                (Field::Id, ("code", "编号", "one", "对象")),
                [(first, other), (at, id)],
                inputs,
                notes,
            );
        }
    }
}

/// Flats without a label in a table with labels: their codes are shown in its place.
fn without_label(built: &Built, inputs: Inputs<'_>, notes: &mut Notes) {
    let labelled: BTreeSet<At> = built.flats.iter().map(|flat| flat.at).collect();
    let has_labels = |at: &At| {
        inputs.units.sheets.get(at.sheet).is_some_and(|sheet| sheet.columns.has(Field::Label))
    };
    let units = built.plan.pools.iter().map(|pool| pool.units.len()).sum();
    let rows = built.rows.iter().skip(built.plan.pools.len()).take(units);
    let bare: Vec<At> =
        rows.filter(|at| !labelled.contains(at) && has_labels(at)).copied().collect();
    if bare.is_empty() {
        return;
    }
    let (n, rows) = (bare.len(), inputs.rows(&bare));
    let words = Phrase::new(
        format!(
            "flats without a label, for which the code is shown: {n} (table of units, {})",
            rows.en
        ),
        format!("没有房号、以编号代替的房源：{n} 套（房源表{}）", rows.zh),
    );
    notes.hint(bare, words);
}

/// A label as two people would say it is the same: 101室 is 101, 1单元101 is 1-101.
pub(super) fn folded(label: &str) -> String {
    let narrow: String =
        label.nfkc().flat_map(char::to_uppercase).filter(|c| !c.is_whitespace()).collect();
    let dashes = |c: char| {
        if matches!(c, '—' | '–' | '‐' | '‑' | '−' | '―' | 'ー') { '-' } else { c }
    };
    let plain: String = narrow.chars().map(dashes).collect();
    let plain = plain
        .replace("号楼", "-")
        .replace("单元", "-")
        .replace(['#', '幢', '栋', '号'], "-")
        .replace("--", "-");
    plain.trim_end_matches(['室', '房', '-']).trim_start_matches("NO.").to_owned()
}

fn twice(flat: &Flat, other: &Flat, inputs: Inputs<'_>, notes: &mut Notes) {
    let row = inputs.units.row(other.at);
    let (id, label, building) = (&flat.id, &flat.label, &flat.building);
    let same = |before: &str, after: &str| {
        if *label == other.label {
            String::new()
        } else {
            format!("{before}`{}`{after}", other.label)
        }
    };
    let found = Phrase::new(
        format!(
            "{building} `{label}` as {id}, which is {} in {}{}",
            other.id,
            row.en,
            same(" (", ")")
        ),
        format!(
            "{building} `{label}` 编号为 {id}，而{}{}编号为 {}",
            row.zh,
            same("（", "）"),
            other.id
        ),
    );
    let expected = Phrase::new("each flat once", "每套房只出现一次");
    let advice = Phrase::new(
        "correct the label or take one row out; if they are in different staircases, write them in the label, such as 1单元101",
        "请更正房号或删去一行；如属不同单元，请写入房号，例如 1单元101",
    );
    notes.faults.push(
        Fault::new(inputs.place(flat.at, Some(Field::Label)), found, expected, advice).at(flat.at),
    );
}

/// Two texts that people take for one.
fn alike(
    kind: Kind,
    (field, (en, zh, what_en, what_zh)): (Field, (&str, &str, &str, &str)),
    [(first, one), (at, other)]: [(At, &str); 2],
    inputs: Inputs<'_>,
    notes: &mut Notes,
) {
    let row = inputs.of(at.role).row(first);
    // 三〇一 reads like 301.
    let read = field == Field::Label && numbers(&folded(one)) == numbers(&folded(other));
    let (how_en, how_zh) = if read { ("reads", "读来相同") } else { ("looks", "外形相近") };
    let (one, other) = (spelled(one), spelled(other));
    let found = Phrase::new(
        format!("the {en} {other}, which {how_en} like {one} in {}", row.en),
        format!("{zh} {other}，与{}的 {one} {how_zh}", row.zh),
    );
    let expected = Phrase::new(
        format!("a {en} that cannot be mistaken for that of another {what_en}"),
        format!("不会与其他{what_zh}混淆的{zh}"),
    );
    let advice = Phrase::new("correct the one that is wrong", "如有误请更正");
    notes.ask(
        kind,
        vec![at],
        Fault::new(inputs.place(at, Some(field)), found, expected, advice).at(at),
    );
}
