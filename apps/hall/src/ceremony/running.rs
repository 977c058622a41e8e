//! What is asked where another program runs than the plan names.

use crate::words::say::{Stop, tr};
use floorlot::rules::Lang;

/// What is asked before another program goes on.
pub(crate) fn question(lang: Lang) -> String {
    tr!(
        lang,
        "This is an official draw, and the plan names another program. Hold it with this one all the same? The minutes will say so.",
        "这是正式抽签，而方案公示的是另一个程序。仍要用本程序进行吗？会议记录会写明。"
    )
}

/// Where nobody can be asked, the command line has to say it.
pub(crate) fn not_confirmed(lang: Lang) -> Stop {
    Stop::Failed(tr!(
        lang,
        "the program that runs is not the one in the plan, and this is an official draw. Run the program that the plan names, or confirm this one with --other-program. Nothing was written.",
        "正在运行的程序与方案公示的不一致，而这是正式抽签。请改用方案所列的程序，或加 --other-program 确认使用本程序。未写入任何内容。"
    ))
}
