//! What the office says of itself, read beside a plan or a transcript.

use crate::disk::on_disk;
use crate::import::office::Office;
use crate::words::say::{Stop, tr};
use floorlot::rules::Lang;
use serde::Deserialize;
use std::path::Path;

/// Settings, of which only this is read here.
#[derive(Deserialize)]
struct Settings {
    #[serde(default)]
    office: Office,
}

/// Reads it beside a plan or a transcript, if it is there; or from the file that is named, which
/// may be the settings themselves.
pub(crate) fn read(path: &Path, named: Option<&Path>, lang: Lang) -> Result<Office, Stop> {
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
