//! Words in two languages, and where they go: what the hall may hear to standard output, prompts
//! and errors to standard error.

pub(crate) use crate::words::program::{program, quoted};
use floorlot::rules::Lang;
pub(crate) use floorlot_verify::common::io::Told;
pub(crate) use floorlot_verify::common::lang::{in_file, system_lang, tr, warn};
use std::cell::RefCell;
use std::fmt;
use std::io::Write;
use std::sync::OnceLock;
use std::sync::mpsc::{SyncSender, sync_channel};

/// Why the program ends before the draw is done.
#[derive(Debug)]
pub(crate) enum Stop {
    /// Bad input or a failed write: exit code 2.
    Failed(String),
    /// A check of the transcript failed: exit code 1.
    Refuted(String),
    /// No more input: the draw can be resumed. Exit code 3.
    Unfinished(String),
}

impl Stop {
    /// A file that cannot be read or written.
    pub(crate) fn file(lang: Lang, path: &std::path::Path, error: impl Told) -> Stop {
        Stop::Failed(in_file(path.display(), &error, lang))
    }
}

/// The system gave no random numbers.
pub(crate) fn no_randomness(error: getrandom::Error, lang: Lang) -> String {
    let code = error.raw_os_error().map_or_else(String::new, |code| format!("：系统错误 {code}"));
    tr!(lang, "no randomness: {error}", "无法取得随机数{code}")
}

/// `1 fault`, `2 faults`.
pub(crate) fn counted(n: impl fmt::Display, one: &str) -> String {
    let n = n.to_string();
    if n == "1" { format!("1 {one}") } else { format!("{n} {one}s") }
}

thread_local! {
    /// What is said of lines that are not recorded yet.
    static HELD: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// Holds back what is said meanwhile, and gives it.
pub(crate) fn held(saying: impl FnOnce()) -> Vec<String> {
    HELD.set(Some(Vec::new()));
    saying();
    HELD.take().unwrap_or_default()
}

/// Where lines go while pages are served.
static APART: OnceLock<SyncSender<String>> = OnceLock::new();

/// One line to standard output. A reader who went away (`| head`) does not stop a draw.
pub(crate) fn say(text: impl fmt::Display) {
    let hold =
        |held: &mut Option<Vec<String>>| held.as_mut().map(|held| held.push(text.to_string()));
    if HELD.with_borrow_mut(hold).is_some() {
        return;
    }
    match APART.get() {
        Some(lines) => drop(lines.try_send(text.to_string())),
        None => drop(writeln!(std::io::stdout(), "{text}")),
    }
}

/// From now on lines are printed by a thread of their own, and are left out when the terminal does
/// not take them: one that stands still (somebody marks text in it) does not stop the hall.
pub(crate) fn print_apart() {
    let (lines, printed) = sync_channel::<String>(10_000);
    if APART.set(lines).is_ok() {
        std::thread::spawn(move || {
            printed.iter().for_each(|line| drop(writeln!(std::io::stdout(), "{line}")))
        });
    }
}
