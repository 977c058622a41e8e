//! The staircase of a flat becomes part of its label where labels repeat in a building: 1单元101 and
//! 2单元101.

use super::built::Flat;
use super::{flats, spelling};
use std::collections::BTreeMap;

/// Puts the staircases before the labels of those buildings in which two flats have one label.
/// Gives the labels that were made.
pub(super) fn into_labels(all: &mut [Flat]) -> Vec<String> {
    let mut times: BTreeMap<(String, String), usize> = BTreeMap::new();
    for flat in all.iter() {
        *times.entry(key(flat)).or_default() += 1;
    }
    let repeated: Vec<&String> =
        times.iter().filter(|(_, n)| **n > 1).map(|((building, _), _)| building).collect();
    let mut made = Vec::new();
    for flat in all.iter_mut().filter(|flat| repeated.contains(&&spelling::folded(&flat.building)))
    {
        let Some(staircase) =
            flat.staircase.as_deref().filter(|staircase| !staircase.trim().is_empty())
        else {
            continue;
        };
        let label = joined(staircase.trim(), &flat.label);
        if label != flat.label {
            flat.label.clone_from(&label);
            made.push(label);
        }
    }
    made
}

fn key(flat: &Flat) -> (String, String) {
    (spelling::folded(&flat.building), flats::folded(&flat.label))
}

/// `1` and `1单元` before 101 give 1单元101; `7-1` gives 7-1-101. A label that begins with its
/// staircase stays as it is.
fn joined(staircase: &str, label: &str) -> String {
    let number = |c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
    let words = if staircase.chars().all(number) {
        format!("{staircase}单元")
    } else {
        staircase.to_owned()
    };
    let (own, whole) = (flats::folded(&words), flats::folded(label));
    if whole.strip_prefix(&own).is_some_and(|rest| rest.starts_with('-')) || label.contains("单元")
    {
        return label.to_owned();
    }
    if words.ends_with(|c: char| c.is_ascii_alphanumeric()) {
        format!("{words}-{label}")
    } else {
        format!("{words}{label}")
    }
}
