//! What is in a table, told as soon as it is chosen.

use super::choose::looks_like;
use super::fault::Role;
use super::filled;
use super::form::Form;
use super::{sheet, worked};
use crate::words::say::counted;
use floorlot::rules::Lang;

/// What a table has.
#[derive(Debug, Clone, Default)]
pub struct Look {
    /// Each sheet that is something, in words.
    pub sheets: Vec<String>,
    /// Whether one is a table of households, and one of units.
    pub roll: bool,
    pub units: bool,
    /// The settings that are filled in.
    pub form: Option<Form>,
}

/// Looks into a table. One that cannot be read has nothing: reading it says why.
pub fn look(file: &str, bytes: &[u8], lang: Lang) -> Look {
    let mut look = Look::default();
    let Ok(mut tables) = sheet::read(file, bytes) else { return look };
    let filled = filled::take(&mut tables);
    for table in &tables {
        let suited = Role::ALL
            .into_iter()
            .filter_map(|role| Some((role, looks_like(table, role, &[])?)))
            .max_by_key(|(_, columns)| columns.fields().count());
        let Some((role, columns)) = suited else { continue };
        match role {
            Role::Roll => look.roll = true,
            Role::Units => look.units = true,
        }
        let (rows, words) = (worked::count(table, &columns), role.words());
        look.sheets.push(match lang {
            Lang::En => format!("{} ({})", words.en, counted(rows, "row")),
            Lang::Zh => format!("{}（{rows} 行）", words.zh),
        });
    }
    look.form = filled.map(|filled| filled.form);
    if look.form.is_some() {
        look.sheets.push(if lang == Lang::Zh { "设置" } else { "settings" }.to_owned());
    }
    look
}
