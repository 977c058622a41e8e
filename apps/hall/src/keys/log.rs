//! The key with which the log of a draw signs every checkpoint (rule S7), where its plan names one.

use crate::keys::key_file;
use crate::sample;
use crate::words::say::{Stop, program, tr, warn};
use floorlot::plan::ValidPlan;
use floorlot::rules::Lang;
use floorlot::sign::LogKey;
use std::path::Path;
use std::sync::Arc;

/// The key for this plan, from the file that was given; that of a sample everybody has. Without it
/// no draw of a plan with `log` begins, because its first checkpoint could not be signed.
pub(crate) fn key_of(
    plan: &ValidPlan,
    given: Option<&Path>,
    lang: Lang,
) -> Result<Option<Arc<LogKey>>, Stop> {
    let (origin, expected) = (plan.roll().origin(), plan.roll().log_key());
    let Some(expected) = expected else {
        if given.is_some() {
            warn(tr!(
                lang,
                "--log-key: the plan names no log, so nothing is signed with it",
                "--log-key：方案未写明日志公钥，不会用它签名"
            ));
        }
        return Ok(None);
    };
    let Some(path) = given else {
        let own = sample::log_key_in(plan.roll()).map(Arc::new);
        return own.map(Some).ok_or_else(|| Stop::Failed(missing(origin, lang)));
    };
    let key = key_file::log_secret(path, origin, lang)?;
    if key.verifier() == *expected {
        return Ok(Some(Arc::new(key)));
    }
    let found = key.verifier();
    let other = tr!(
        lang,
        "this is not the key of the log of this plan: found {found}; expected {expected}; give the file that `key log` wrote for it. Nothing was written.",
        "这不是本方案日志的密钥：发现 {found}；应为 {expected}；请给出 key log 为它写出的文件。未写入任何内容。"
    );
    Err(Stop::file(lang, path, other))
}

fn missing(origin: &str, lang: Lang) -> String {
    let program = program("draw_session");
    tr!(
        lang,
        "the plan names the key of a log, which signs every checkpoint of {origin} by itself: give its secret with --log-key FILE (the file that `{program} key log` wrote). Nothing was written.",
        "方案写明了日志公钥：{origin} 的每个检查点都由日志自动签名。请用 --log-key 文件 给出其私钥（{program} key log 写出的文件）。未写入任何内容。"
    )
}
