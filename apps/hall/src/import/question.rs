//! What import cannot decide by itself: the office looks, and confirms it by name (`--accept KIND`,
//! or a tick on the page).

use super::fault::{At, Fault};
use floorlot::rules::Phrase;
use std::collections::BTreeSet;

macro_rules! kinds {
    ($($name:ident $word:literal $en:literal $zh:literal)*) => {
        /// What is confirmed. The order is that in which kinds are shown.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Kind { $(#[doc = $en] $name,)* }

        impl Kind {
            pub const ALL: &'static [Kind] = &[$(Kind::$name,)*];

            /// The word for `--accept`.
            pub fn word(self) -> &'static str {
                match self { $(Kind::$name => $word,)* }
            }

            /// What is confirmed with it.
            pub fn words(self) -> Phrase {
                match self { $(Kind::$name => Phrase::new($en, $zh),)* }
            }
        }
    };
}

kinds! {
    HiddenSheet "hidden-sheets" "hidden sheets are taken in" "导入隐藏的工作表"
    HiddenRow "hidden-rows" "hidden and filtered rows are taken in" "导入隐藏行和被筛选掉的行"
    HiddenColumn "hidden-columns" "hidden columns are taken in" "导入隐藏列"
    Struck "struck-through" "cells that are struck through are taken in" "导入带删除线的单元格"
    SheetLeftOut "sheets-left-out" "sheets that look like one of these tables are left out" "不导入看似住户表或房源表的工作表"
    ColumnLeftOut "columns-left-out" "columns with values that may decide something are left out" "不导入可能影响抽签的列"
    Batch "batch-column" "batches (批次) make neither tiers nor pools" "批次既不作顺位，也不分批抽签"
    SheetBuilding "sheet-building" "the name of the sheet is the building" "以工作表名称作为楼栋"
    OddNames "odd-names" "names that are empty, or have ?, □ and the like in them, are taken as they stand" "照原样采用空缺或含 ？、□ 等字符的姓名"
    NoDocument "no-document" "households without a document number are bound to no person" "没有证件号的住户不与本人绑定"
    DocumentCheck "document-check" "document numbers that break a rule of their kind are taken as they stand" "照原样采用不合规则的证件号"
    AlikeIds "alike-ids" "codes that look alike are different" "外形相近的编号是不同的编号"
    AlikeLabels "alike-labels" "labels that look alike are different flats" "外形相近的房号是不同的房源"
    BuildingsAlike "buildings-alike" "buildings and flat types that read alike are different" "读来相同的楼栋、户型是不同的楼栋、户型"
    GroupOfOne "group-of-one" "groups with one household are drawn as single households" "只有一户的结伴组按单户抽签"
    GroupWord "group-words" "words such as 是 or 兄弟 are the names of groups" "“是”“兄弟”等字样就是结伴组的组名"
    TierGap "tier-gap" "no household has the tiers between" "中间的顺位没有住户"
    Unseen "unseen-values" "values that do not show are taken in: white on white, tiny, under a merged cell" "导入不显示的内容：白底白字、字号极小、被合并单元格盖住等"
    PanelNames "panel-names" "members of the panel with one name are different persons" "监督小组中姓名相同的监督员是不同的人"
    Conditional "conditional-looks" "columns in which a rule strikes through or hides are taken in" "导入设有删除线或隐藏类条件格式的列"
}

/// The kinds that are named with `--accept`.
pub(super) fn kinds(words: &[String], faults: &mut Vec<Fault>) -> BTreeSet<Kind> {
    let mut kinds = BTreeSet::new();
    for word in words {
        match Kind::ALL.iter().find(|kind| kind.word() == word.trim()) {
            Some(kind) => drop(kinds.insert(*kind)),
            None => {
                let known: Vec<&str> = Kind::ALL.iter().map(|kind| kind.word()).collect();
                let expected = Phrase::new(
                    format!("one of {}", known.join(", ")),
                    format!("{} 之一", known.join("、")),
                );
                faults.push(Fault::new(
                    Phrase::same("--accept"),
                    Phrase::same(format_args!("`{word}`")),
                    expected,
                    Phrase::same(""),
                ));
            }
        }
    }
    kinds
}

/// Something that is confirmed or corrected before there is a plan.
#[derive(Debug, Clone)]
pub(super) struct Question {
    pub(super) kind: Kind,
    /// The rows that it concerns.
    pub(super) rows: Vec<At>,
    /// Where it is, what was found, and what to do.
    pub(super) fault: Fault,
}
