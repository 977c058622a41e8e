//! Ways to write one thing: 7号楼, 7幢, 七号楼, 7#, B07; 两室一厅, 2室1厅.

use super::characters::{skeleton, without_zeros};

/// What is left of the ways to write a building or a flat type: numbers in digits, no words for
/// building and room.
pub(super) fn folded(text: &str) -> String {
    // In these words O is 0, and I and L are 1, as in the skeleton.
    let plain = in_one_way(&skeleton(&numbers(text)));
    let words = [
        "号楼", "號樓", "号", "栋", "棟", "幢", "楼", "座", "#", "第", "BU11D1NG", "B10CK",
        "T0WER", "N0.",
    ];
    let bare = words.iter().fold(plain.clone(), |text, word| text.replace(word, ""));
    let number = bare
        .strip_prefix('B')
        .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        .unwrap_or(&bare);
    let number = number.trim_matches('-').replace(['房'], "室").replace(['(', ')'], "");
    if number.is_empty() { plain } else { without_zeros(&number) }
}

/// Areas with M2, flat types without the word for type, 7-1 for 7号楼1单元.
fn in_one_way(plain: &str) -> String {
    let areas = ["平方米", "平米", "平方"]
        .iter()
        .fold(plain.to_owned(), |text, word| text.replace(word, "M2"));
    let bare = ["户型", "套型", "房型", "型", "TYPE"]
        .iter()
        .fold(areas.replace("居室", "室"), |text, word| text.replace(word, ""));
    let Some((before, after)) = bare.split_once("单元") else {
        return if bare.is_empty() { plain.to_owned() } else { bare };
    };
    let building = ["号楼", "號樓", "号", "栋", "棟", "幢", "楼", "座", "#"]
        .iter()
        .fold(before.to_owned(), |text, word| text.replace(word, "-"));
    format!("{}{after}", building.replace("--", "-"))
}

/// 七 as 7, 十二 as 12, 两 as 2.
pub(super) fn numbers(text: &str) -> String {
    let digit = |c: char| {
        "〇一二三四五六七八九".chars().position(|d| d == c).or(match c {
            '两' | '二' | '贰' => Some(2),
            '零' | '○' => Some(0),
            _ => None,
        })
    };
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (digit(c), c) {
            (_, '十') => {
                if !out.ends_with(|c: char| c.is_ascii_digit()) {
                    out.push('1');
                }
                if chars.peek().is_none_or(|next| digit(*next).is_none()) {
                    out.push('0');
                }
            }
            (Some(n), _) => out += &n.to_string(),
            (None, c) => out.push(c),
        }
    }
    out
}

/// Whether two ways to write read alike.
pub(super) fn alike(one: &str, other: &str) -> bool {
    folded(one) == folded(other)
}
