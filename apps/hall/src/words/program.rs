//! How the reader of a message starts one of these programs: by cargo, or by the path that was
//! typed.

#[cfg(not(all(feature = "odds", feature = "openssh", feature = "web")))]
use floorlot::rules::Lang;
#[cfg(not(all(feature = "odds", feature = "openssh", feature = "web")))]
use floorlot::rules::Phrase;
#[cfg(not(all(feature = "odds", feature = "openssh", feature = "web")))]
use floorlot_verify::common::lang::tr;
use std::env;
use std::path::{Path, PathBuf};

/// The beginning of a command line of `draw_session` or `verify_transcript`, as whoever started
/// this program would type it.
pub fn program(name: &str) -> String {
    // `cargo run` and `cargo test` set both for what they start.
    let ours = [env!("CARGO_PKG_NAME"), "floorlot-examples"];
    let by_cargo = env::var_os("CARGO").is_some()
        && env::var_os("CARGO_PKG_NAME").is_some_and(|own| ours.iter().any(|name| own == *name));
    if by_cargo {
        return format!("cargo run --release --example {name} --");
    }
    let own = env::args_os().next().map(PathBuf::from).unwrap_or_default();
    quoted(&beside(&own, name).display().to_string())
}

/// The program of this name in the folder of the one that runs; by its name alone where that one
/// was found by its name.
fn beside(own: &Path, name: &str) -> PathBuf {
    let other = own.with_file_name(name);
    match own.extension().filter(|ending| ending.eq_ignore_ascii_case("exe")) {
        Some(ending) => other.with_extension(ending),
        None => other,
    }
}

/// What is said where something is asked for that this program was built without.
#[cfg(not(all(feature = "odds", feature = "openssh", feature = "web")))]
pub(crate) fn lacking(feature: &str, what: &Phrase, lang: Lang) -> String {
    let (en, zh) = (&what.en, &what.zh);
    tr!(
        lang,
        "this program was built without {en}. Build it with: cargo build --release -p floorlot-hall --features {feature}",
        "本程序编译时未包含{zh}。请这样编译：cargo build --release -p floorlot-hall --features {feature}"
    )
}

/// A word of a command line, which no shell takes apart and in which none finds a command: what is
/// printed here is pasted.
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./\\:=@,+%".contains(c);
    match word {
        word if !word.is_empty() && word.chars().all(plain) => word.to_owned(),
        // no name of a file has a quotation mark there
        word if cfg!(windows) => format!("\"{word}\""),
        word => format!("'{}'", word.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    #[cfg(not(windows))]
    fn nothing_in_a_name_is_run() {
        for (name, expected) in [
            ("draw.jsonl", "draw.jsonl"),
            ("方案 一.jsonl", "'方案 一.jsonl'"),
            ("$(touch x).pem", "'$(touch x).pem'"),
            ("it's", r"'it'\''s'"),
            ("", "''"),
        ] {
            assert_eq!(quoted(name), expected);
        }
    }
}
