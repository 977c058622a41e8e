//! What import cannot decide by itself: the office looks, and confirms it by name (`--accept KIND`, or a tick on the page).

use super::fault::Fault;

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
            pub(crate) fn words(self) -> floorlot::rules::Words {
                match self { $(Kind::$name => floorlot::rules::Words::new($en, $zh),)* }
            }
        }
    };
}

kinds! {
    HiddenSheet "hidden-sheets" "hidden sheets are taken in" "导入隐藏的工作表"
    HiddenRow "hidden-rows" "hidden and filtered rows are taken in" "导入隐藏行和被筛选掉的行"
    HiddenColumn "hidden-columns" "hidden columns are taken in" "导入隐藏列"
    Struck "struck-through" "cells that are struck through are taken in" "导入带删除线的单元格"
    Unseen "unseen-values" "values that do not show are taken in: white on white, tiny, under a merged cell" "导入不显示的内容：白底白字、字号极小、被合并单元格盖住等"
    Conditional "conditional-looks" "columns in which a rule strikes through or hides are taken in" "导入设有删除线或隐藏类条件格式的列"
}

/// Something that is confirmed or corrected before there is a plan.
#[derive(Debug, Clone)]
pub(super) struct Question {
    pub(super) kind: Kind,
    /// Where it is, what was found, and what to do.
    pub(super) fault: Fault,
}
