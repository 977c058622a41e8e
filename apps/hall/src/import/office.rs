//! Who holds the draw, for the papers that hang: `[office]` of the settings. It is no part of the
//! plan: a telephone may change, and nothing of the draw depends on it. It lies beside the plan and
//! the transcript as `NAME.office.toml`.

use serde::{Deserialize, Deserializer};
use std::path::{Path, PathBuf};

/// What stands at the end of a notice. What is empty is a line to be filled in by hand, where a
/// notice needs it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Office {
    /// The office that puts its name and its seal under a notice (落款).
    #[serde(deserialize_with = "line")]
    pub name: String,
    /// The date beside it.
    #[serde(deserialize_with = "line")]
    pub date: String,
    /// Where and when the draw is held.
    #[serde(deserialize_with = "line")]
    pub place: String,
    #[serde(deserialize_with = "line")]
    pub telephone: String,
    /// Where people complain (监督电话).
    #[serde(deserialize_with = "line")]
    pub supervision: String,
    /// From when to when the notice hangs (公示期).
    #[serde(deserialize_with = "line")]
    pub posted: String,
    /// Where the page of the verifier is found: an address, or words.
    #[serde(deserialize_with = "line")]
    pub verifier: String,
    /// Whether papers for the wall say what a household needs. Everybody reads those.
    pub show_needs: bool,
}

/// How long a line is at most, in characters: what is longer does not fit under a notice.
const LONGEST: usize = 120;

/// A text of one line.
fn line<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    let text = text.trim();
    if text.chars().count() > LONGEST || text.chars().any(char::is_control) {
        return Err(serde::de::Error::custom(
            "a text of one line, up to 120 characters, is expected here · 此处应为一行文字，不超过 120 字",
        ));
    }
    Ok(text.to_owned())
}

impl Office {
    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        *self == Office::default()
    }

    /// The file beside a plan (`draw.plan.jsonl`) or a transcript (`draw.jsonl`): both have the same
    /// one (`draw.office.toml`).
    pub fn beside(path: &Path) -> PathBuf {
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        let stem = stem.unwrap_or_default();
        path.with_file_name(format!("{}.office.toml", stem.strip_suffix(".plan").unwrap_or(&stem)))
    }

    /// What is written there.
    pub fn text(&self) -> String {
        let lines = [
            ("name", &self.name),
            ("date", &self.date),
            ("place", &self.place),
            ("telephone", &self.telephone),
            ("supervision", &self.supervision),
            ("posted", &self.posted),
            ("verifier", &self.verifier),
        ];
        let mut table = toml_edit::Table::new();
        for (key, text) in lines.into_iter().filter(|(_, text)| !text.is_empty()) {
            table.insert(key, toml_edit::value(text.as_str()));
        }
        if self.show_needs {
            table.insert("show_needs", toml_edit::value(true));
        }
        let mut all = toml_edit::DocumentMut::new();
        all.insert("office", toml_edit::Item::Table(table));
        all.to_string()
    }
}
