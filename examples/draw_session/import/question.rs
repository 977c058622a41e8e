//! What import cannot decide by itself: the office looks, and confirms it by name (`--accept KIND`, or a tick on the page).

use super::fault::Fault;
use floorlot::rules::Words;
use std::collections::BTreeSet;

macro_rules! kinds {
    ($($name:ident $word:literal $en:literal $zh:literal)*) => {
        /// What is confirmed. The order is that in which kinds are shown.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Kind { $(#[doc = $en] $name,)* }

        impl Kind {
            pub(crate) const ALL: &'static [Kind] = &[$(Kind::$name,)*];

            /// The word for `--accept`.
            pub(crate) fn word(self) -> &'static str {
                match self { $(Kind::$name => $word,)* }
            }

            /// What is confirmed with it.
            pub(crate) fn words(self) -> Words {
                match self { $(Kind::$name => Words::new($en, $zh),)* }
            }
        }
    };
}

kinds! {
    HiddenSheet "hidden-sheets" "hidden sheets are taken in" "导入隐藏的工作表"
    HiddenRow "hidden-rows" "hidden and filtered rows are taken in" "导入隐藏行和被筛选掉的行"
    HiddenColumn "hidden-columns" "hidden columns are taken in" "导入隐藏列"
    Struck "struck-through" "cells that are struck through are taken in" "导入带删除线的单元格"
}

/// The kinds that are named with `--accept`.
pub(super) fn kinds(words: &[String], faults: &mut Vec<Fault>) -> BTreeSet<Kind> {
    let mut kinds = BTreeSet::new();
    for word in words {
        match Kind::ALL.iter().find(|kind| kind.word() == word.trim()) {
            Some(kind) => drop(kinds.insert(*kind)),
            None => {
                let known: Vec<&str> = Kind::ALL.iter().map(|kind| kind.word()).collect();
                let expected = Words::new(format!("one of {}", known.join(", ")), format!("{} 之一", known.join("、")));
                faults.push(Fault::new(Words::same("--accept"), Words::same(format_args!("`{word}`")), expected, Words::same("")));
            }
        }
    }
    kinds
}

/// Something that is confirmed or corrected before there is a plan.
#[derive(Debug, Clone)]
pub(super) struct Question {
    pub(super) kind: Kind,
    /// Where it is, what was found, and what to do.
    pub(super) fault: Fault,
}
