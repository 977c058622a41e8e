//! Words in two languages, and where they go: what the hall may hear to standard output, prompts and errors to standard error.

use floorlot::rules::Lang;
use std::fmt;
use std::io::Write;

/// The sentence in the language asked for, with the same captures in both.
macro_rules! tr {
    ($lang:expr, $en:literal, $zh:literal) => {
        match $lang {
            floorlot::rules::Lang::En => format!($en),
            floorlot::rules::Lang::Zh => format!($zh),
        }
    };
}
pub(crate) use tr;

/// Why the program ends before the draw is done.
#[derive(Debug)]
pub(crate) enum Stop {
    /// Bad input or a failed write: exit code 2.
    Failed(String),
    /// No more input: the draw can be resumed. Exit code 3.
    Unfinished(String),
}

impl Stop {
    /// A file that cannot be read or written.
    pub(crate) fn file(lang: Lang, path: &std::path::Path, error: impl fmt::Display) -> Stop {
        let path = path.display();
        Stop::Failed(tr!(lang, "{path}: {error}", "{path}：{error}"))
    }
}

/// One line to standard output. A reader who went away (`| head`) does not stop a draw.
pub(crate) fn say(text: impl fmt::Display) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// One line to standard error.
pub(crate) fn warn(text: impl fmt::Display) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// The language of the system: Chinese for every `zh` locale, else English.
pub(crate) fn system_lang() -> Lang {
    match sys_locale::get_locale() {
        Some(locale) if locale.to_ascii_lowercase().starts_with("zh") => Lang::Zh,
        _ => Lang::En,
    }
}
