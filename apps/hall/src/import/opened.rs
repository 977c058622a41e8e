//! The files of an import as they were opened: tables, and settings wherever they stand.

use super::config::Config;
use super::fault::Fault;
use super::filled::{self, Filled};
use super::form::{self, Form};
use super::notes::Notes;
use super::sheet::{self, Table};
use super::{File, Files, Settings};
use floorlot::rules::{Lang, Phrase};

/// The settings as they were read.
pub(super) struct ReadSettings {
    /// The name of their file.
    pub(super) file: String,
    pub(super) config: Config,
    pub(super) encoding: Option<Phrase>,
    /// The text that they became, if they were filled in.
    pub(super) made: Option<String>,
    /// Whether anything is wrong with them, and what is usual stands in its place.
    pub(super) mended: bool,
}

/// The tables of the files, as far as they could be read, without the sheets of settings.
pub(super) struct Opened {
    pub(super) roll: Option<Vec<Table>>,
    /// `None` if the units are in the file of the households.
    pub(super) units: Option<Option<Vec<Table>>>,
    filled: Option<Filled>,
}

impl Opened {
    pub(super) fn of(files: Files<'_>, notes: &mut Notes) -> Opened {
        let mut read = |file: &File| {
            sheet::read(&file.name, &file.bytes).map_err(|fault| notes.faults.push(fault)).ok()
        };
        // What is wrong with a file of both tables is said once, and one that cannot be read does
        // not hide what is wrong with the other.
        let (mut roll, mut units) =
            (files.roll.and_then(&mut read), files.units.map(|file| file.and_then(&mut read)));
        let filled = roll.as_mut().and_then(filled::take);
        let filled = filled.or_else(|| filled::take(units.as_mut()?.as_mut()?));
        Opened { roll, units, filled }
    }

    /// The settings: those of a file, of a page, or of the workbook.
    pub(super) fn settings(
        &mut self,
        settings: Option<&Settings>,
        lang: Lang,
        notes: &mut Notes,
    ) -> Option<ReadSettings> {
        let filled = self.filled.take();
        if let (Some(filled), Settings::File(_) | Settings::Form(_)) = (&filled, settings?) {
            notes.hint(Vec::new(), filled.not_taken());
        }
        let read = |file: String, text: &[u8], made: Option<String>| {
            let (config, encoding) = Config::read(&file, text)?;
            Ok(ReadSettings { file, config, encoding, made, mended: false })
        };
        let mut of_form = |file: String, form: &Form, wrong: Vec<Fault>| {
            let mended = !wrong.is_empty();
            let text = if mended { form.mended() } else { form.clone() }.toml();
            notes.aside.extend(wrong);
            let read = read(file, text.as_bytes(), Some(text.clone()))?;
            Ok(ReadSettings { mended, ..read })
        };
        let done = match (settings?, filled) {
            (Settings::File(file), _) => read(file.name.clone(), &file.bytes, None),
            (Settings::Form(form), _) => of_form(form::FILE.into(), form, form.faults()),
            (Settings::Sheets, Some(filled)) => {
                notes.told += filled.taken().get(lang);
                of_form(filled.named(), &filled.form, filled.wrong())
            }
            (Settings::Sheets, None) => Err(vec![filled::no_settings()]),
        };
        done.map_err(|faults: Vec<Fault>| notes.faults.extend(faults)).ok()
    }
}
