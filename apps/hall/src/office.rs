//! Who holds the draw, for the papers that hang: `[office]` of the settings. It is no part of the
//! plan: a telephone may change, and nothing of the draw depends on it. It lies beside the plan and
//! the transcript as `NAME.office.toml`.

use crate::disk::on_disk;
use crate::words::say::{Stop, tr};
use floorlot::rules::Lang;
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

/// Settings, of which only this is read here.
#[derive(Deserialize)]
struct Settings {
    #[serde(default)]
    office: Office,
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
    pub(crate) fn text(&self) -> String {
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

    /// Reads it beside a plan or a transcript, if it is there; or from the file that is named, which
    /// may be the settings themselves.
    pub(crate) fn of(path: &Path, named: Option<&Path>, lang: Lang) -> Result<Office, Stop> {
        let file = named.map_or_else(|| Office::beside(path), Path::to_path_buf);
        if named.is_none() && !file.exists() {
            return Ok(Office::default());
        }
        let bytes = on_disk::read(&file).map_err(|error| Stop::file(lang, &file, error))?;
        let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
        let read: Result<Settings, _> = toml::from_str(text.trim_start_matches('\u{feff}'));
        read.map(|settings| settings.office).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            let line = text.get(..start).unwrap_or_default().matches('\n').count() + 1;
            let why = error.message();
            let told = tr!(
                lang,
                "line {line}: {why}; expected the part [office] with name, date, place, telephone, supervision, posted, verifier (texts) and show_needs (true or false); correct it there",
                "第 {line} 行：{why}；应为 [office] 一段，其中 name、date、place、telephone、supervision、posted、verifier 为文字，show_needs 为 true 或 false；请更正"
            );
            Stop::file(lang, &file, told)
        })
    }
}
