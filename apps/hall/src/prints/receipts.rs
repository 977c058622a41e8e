//! The receipts of all households, as sheets to print and a text file each.

use crate::disk::office_file;
use crate::disk::on_disk;
use crate::words::say::{Stop, Told, say, tr};
use floorlot::rules::Lang;
use floorlot::transcript::{Evidence, verify};
use floorlot_verify::common::receipts;
use std::path::Path;

/// The receipts of all households, in place of those that are in the folder. They are made of the
/// file as it is on disk, after it is verified.
pub(crate) fn write_all(transcript: &Path, folder: &Path, lang: Lang) -> Result<(), Stop> {
    let failed = |path: &Path, error: &dyn Told| Stop::file(lang, path, error);
    let file = on_disk::read(transcript).map_err(|error| failed(transcript, &error))?;
    let report = verify(file.as_slice(), &Evidence::default())
        .map_err(|error| failed(transcript, &error.words()))?;
    let verified = report.into_verified().map_err(|report| Stop::Failed(report.text(lang)))?;
    let lines = file.strip_suffix(b"\n").unwrap_or(&file).split(|byte| *byte == b'\n');
    let all = floorlot::receipt::receipts(&verified, lines)
        .map_err(|error| failed(transcript, &error.words()))?;
    let old = std::fs::create_dir_all(folder).and_then(|()| receipts::old(folder));
    for path in old.map_err(|error| failed(folder, &error))? {
        std::fs::remove_file(&path).map_err(|error| failed(&path, &error))?;
    }
    let office = office_file::read(transcript, None, lang)?;
    let done = receipts::write_all(&all, (verified.roll().title(), &office.verifier), folder, lang)
        .map_err(Stop::Failed)?;
    say(tr!(lang, "\n== Receipts ==\n{done}", "\n== 收据 ==\n{done}"));
    Ok(())
}
