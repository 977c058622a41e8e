//! Words in two languages, and where errors go.

use super::io::Told;
use floorlot::lines::PickRule;
use floorlot::rules::Lang;
use std::fmt;
use std::io::Write;

/// The sentence in the language asked for, with the same captures in both.
#[macro_export]
macro_rules! tr {
    ($lang:expr, $en:literal, $zh:literal) => {
        match $lang {
            floorlot::rules::Lang::En => format!($en),
            floorlot::rules::Lang::Zh => format!($zh),
        }
    };
}
pub use crate::tr;

/// One line to standard error.
pub fn warn(text: impl fmt::Display) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// A text from outside, so that it cannot move the cursor or turn the direction of a terminal.
pub use floorlot::plan::visible as shown;

/// What is wrong with a file, or what was put right in it.
pub fn in_file(file: impl fmt::Display, error: &dyn Told, lang: Lang) -> String {
    // The text of a key that was given for the name of its file is not shown.
    let (error, file) = (error.told(lang), file.to_string());
    let file = floorlot::note::showable(&file);
    tr!(lang, "{file}: {error}", "{file}：{error}")
}

/// How a pool is drawn (rules D6 to D8).
pub fn drawn_by(rule: PickRule, lang: Lang) -> &'static str {
    match (rule, lang) {
        (PickRule::Choice, Lang::En) => "everybody chooses when called",
        (PickRule::Lot, Lang::En) => "the flat itself is drawn by lot",
        (PickRule::Ranking, Lang::En) => "by the ranking handed in before the seal",
        (PickRule::Choice, Lang::Zh) => "叫到时现场选房",
        (PickRule::Lot, Lang::Zh) => "直接抽出房号",
        (PickRule::Ranking, Lang::Zh) => "按封存前交的志愿表分房",
    }
}

/// The language of the system: Chinese for every `zh` locale, else English.
pub fn system_lang() -> Lang {
    match sys_locale::get_locale() {
        Some(locale) if locale.to_ascii_lowercase().starts_with("zh") => Lang::Zh,
        _ => Lang::En,
    }
}

/// The language of a `--lang` option.
pub fn parse_lang(text: &str) -> Result<Lang, String> {
    match text {
        "zh" => Ok(Lang::Zh),
        "en" => Ok(Lang::En),
        _ => Err("zh or en · 应为 zh 或 en".into()),
    }
}
