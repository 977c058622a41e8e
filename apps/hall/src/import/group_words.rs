//! Words in the column of groups that name no group: ditto marks, ticks, relations.

use super::built::Person;
use super::columns::{Field, Inputs};
use super::fault::{Fault, quoted};
use super::notes::Notes;
use super::question::Kind;
use floorlot::rules::Phrase;
use std::collections::{BTreeMap, BTreeSet};
use unicode_normalization::UnicodeNormalization;

/// What stands for the cell above.
const DITTO: &[&str] = &[
    "同上",
    "同前",
    "同左",
    "同右",
    "同下",
    "如上",
    "上",
    "上同",
    "同",
    "ditto",
    "do",
    "same",
    "sameasabove",
    "asabove",
    "々",
    "仝上",
    "仝",
];

/// What says that there is a group, or whether, and not which.
const ANSWERS: &[&str] = &[
    "是",
    "有",
    "要",
    "需要",
    "需",
    "对",
    "y",
    "yes",
    "true",
    "ok",
    "结伴",
    "有结伴",
    "已结伴",
    "同层",
    "同组",
    "同栋",
    "待定",
    "未定",
    "待确认",
    "待补",
    "同意",
    "可以",
    "愿意",
    "○",
    "●",
    "■",
    "□",
    "?",
];

/// Who somebody is to somebody.
const RELATIONS: &[&str] = &[
    "父子",
    "父女",
    "母子",
    "母女",
    "父母",
    "子女",
    "儿子",
    "女儿",
    "父亲",
    "母亲",
    "兄弟",
    "姐妹",
    "姊妹",
    "兄妹",
    "姐弟",
    "哥哥",
    "弟弟",
    "姐姐",
    "妹妹",
    "夫妻",
    "夫妇",
    "配偶",
    "亲属",
    "亲戚",
    "亲人",
    "家人",
    "邻居",
    "朋友",
    "同事",
    "family",
    "father",
    "mother",
    "son",
    "daughter",
    "brother",
    "brothers",
    "sister",
    "sisters",
    "parents",
    "relatives",
    "neighbour",
    "neighbours",
    "neighbor",
    "neighbors",
    "friend",
    "friends",
];

/// Refuses ditto marks, and asks about words that are no names. Gives the groups that were spoken
/// of.
pub(super) fn check(
    groups: &BTreeMap<&str, Vec<&Person>>,
    inputs: Inputs<'_>,
    notes: &mut Notes,
) -> BTreeSet<String> {
    let mut spoken = BTreeSet::new();
    for (group, members) in groups {
        let Some(first) = members.first() else { continue };
        let rows: Vec<_> = members.iter().map(|member| member.at).collect();
        let (place, list, shown) =
            (inputs.place(first.at, Some(Field::Group)), inputs.rows(&rows), quoted(group));
        let expected = Phrase::new(
            "the name of the group in each row of the group, such as J001",
            "同组每一行都写组名，例如 J001",
        );
        if is_ditto(group) {
            let found = Phrase::new(
                format!(
                    "{} ({}), which stands for another cell and names no group",
                    shown.en, list.en
                ),
                format!("{}（{}），不是组名", shown.zh, list.zh),
            );
            let advice = Phrase::new(
                "write the name of the group in each of these rows",
                "请在这些行逐行写出组名",
            );
            notes.faults.push(Fault::new(place, found, expected, advice).at(first.at));
        } else if is_word(group) {
            let found = Phrase::new(
                format!(
                    "{} ({}), which does not say which households belong together",
                    shown.en, list.en
                ),
                format!("{}（{}），看不出哪几户同组", shown.zh, list.zh),
            );
            let advice = Phrase::new(
                "write one name in the rows of each group, another for each group",
                "请为每组各定一个组名，写在该组的每一行",
            );
            notes.ask(Kind::GroupWord, rows, Fault::new(place, found, expected, advice));
        } else {
            continue;
        }
        spoken.insert((*group).to_owned());
    }
    spoken
}

/// Without spaces and punctuation, small letters.
fn plain(text: &str) -> String {
    text.nfkc().filter(|c| c.is_alphanumeric() || *c == '々').flat_map(char::to_lowercase).collect()
}

/// A word for the cell above; or marks alone, such as 〃, ″, ↑ or two commas.
fn is_ditto(text: &str) -> bool {
    let marks = |c: char| {
        matches!(
            c,
            '〃' | '"'
                | '\''
                | '′'
                | '″'
                | '‴'
                | '‘'
                | '’'
                | '“'
                | '”'
                | '„'
                | '〞'
                | '〝'
                | ','
                | '`'
                | '´'
                | '↑'
                | '^'
                | '⇧'
                | '⬆'
                | '.'
                | '~'
                | '…'
                | '·'
                | ' '
        )
    };
    DITTO.contains(&plain(text).as_str()) || text.nfkc().all(marks)
}

/// An answer, a tick, a wish, a relation.
fn is_word(text: &str) -> bool {
    let plain = plain(text);
    let sign = !text.chars().any(char::is_alphanumeric);
    let wish = plain.starts_with('愿')
        || plain.starts_with('想')
        || plain.starts_with("希望")
        || plain.starts_with("要求");
    sign || wish
        || ANSWERS.contains(&plain.as_str())
        || RELATIONS.contains(&plain.trim_end_matches("关系"))
}
