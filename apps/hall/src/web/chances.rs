//! The odds before the draw, opened from the operator's page. They take as long as they take: on a
//! thread of their own, with nothing locked, once for a plan. The page that waits says how far they
//! are, and loads itself again.

use crate::words::say::tr;
use floorlot::Fingerprint;
use floorlot::plan::ValidPlan;
use floorlot::rules::{Lang, Phrase};
use floorlot_verify::common::html::escaped;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// What is to be answered.
pub(crate) enum Answer {
    /// The page of the odds.
    Odds(String),
    /// The page that waits for it.
    Wait(String),
    /// The page that says why there is none.
    None(String),
}

/// The odds of the plan that was asked about last.
#[derive(Default)]
pub(crate) struct Chances(Mutex<Option<Arc<Kept>>>);

struct Kept {
    fingerprint: Fingerprint,
    /// How far they are, in percent.
    percent: AtomicU32,
    done: OnceLock<Result<Pages, Phrase>>,
}

/// The page in Chinese and in English.
struct Pages {
    zh: String,
    en: String,
}

impl Chances {
    /// The page for a plan, or one that says that it takes a while. One plan is computed at a time:
    /// another one waits for it.
    pub(crate) fn of(&self, plan: ValidPlan, lang: Lang) -> Answer {
        let mut there = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fingerprint = plan.fingerprint();
        if there.as_ref().is_none_or(|k| k.fingerprint != fingerprint && k.done.get().is_some()) {
            *there = Some(begun(plan));
        }
        let Some(kept) = there.as_ref().filter(|kept| kept.fingerprint == fingerprint) else {
            return Answer::Wait(waiting(0, lang));
        };
        match kept.done.get() {
            Some(Ok(pages)) if lang == Lang::Zh => Answer::Odds(pages.zh.clone()),
            Some(Ok(pages)) => Answer::Odds(pages.en.clone()),
            Some(Err(why)) => Answer::None(told(why.get(lang), lang, "")),
            None => Answer::Wait(waiting(kept.percent.load(Ordering::Relaxed), lang)),
        }
    }
}

/// Begins to compute.
fn begun(plan: ValidPlan) -> Arc<Kept> {
    let kept = Arc::new(Kept {
        fingerprint: plan.fingerprint(),
        percent: AtomicU32::new(0),
        done: OnceLock::new(),
    });
    let own = Arc::clone(&kept);
    std::thread::spawn(move || {
        let broken = Phrase::new("the odds could not be computed", "机会未能算出");
        // Also if it breaks off: nobody waits for ever, and another plan gets its turn.
        let computed = std::panic::catch_unwind(|| computed(&plan, &own.percent));
        own.done.get_or_init(|| computed.unwrap_or(Err(broken)));
    });
    kept
}

#[cfg(feature = "odds")]
fn computed(plan: &ValidPlan, percent: &AtomicU32) -> Result<Pages, Phrase> {
    let [zh, en] = crate::odds::pages(plan, |done| percent.store(done, Ordering::Relaxed))?;
    Ok(Pages { zh, en })
}

#[cfg(not(feature = "odds"))]
fn computed(_: &ValidPlan, _: &AtomicU32) -> Result<Pages, Phrase> {
    let what = Phrase::new("the odds before a draw", "抽签前各楼层的机会");
    let lacking = |lang| crate::words::program::lacking("odds", &what, lang);
    Err(Phrase::new(lacking(Lang::En), lacking(Lang::Zh)))
}

/// The page that waits. It has no script: it is loaded again by itself.
fn waiting(percent: u32, lang: Lang) -> String {
    let words = tr!(
        lang,
        "The odds are being computed: {percent}%. A large plan takes a minute or two; this page opens them by itself. The draw does not wait for them.",
        "正在计算：{percent}%。方案较大时需一两分钟，算好后本页自动打开；抽签不受影响。"
    );
    told(&words, lang, "<meta http-equiv=\"refresh\" content=\"2\">")
}

/// A page that says one thing.
fn told(words: &str, lang: Lang, again: &str) -> String {
    let (code, heading) = match lang {
        Lang::Zh => ("zh-CN", "抽签前的机会"),
        Lang::En => ("en", "Odds before the draw"),
    };
    let words = escaped(words);
    format!(
        "<!DOCTYPE html>\n<html lang=\"{code}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">{again}<title>{heading}</title><style>body {{ font: 20px/1.6 sans-serif; margin: 3em auto; max-width: 34em; padding: 0 1em; }}</style></head><body><h1>{heading}</h1><p role=\"status\">{words}</p></body></html>\n"
    )
}
