//! Zip files with parts in them: .xlsx and .ods. What is unpacked is counted as it comes, not as
//! the file's own list says.

use super::super::fault::Fault;
use super::source::{Limit, Source};
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use zip::ZipArchive;
use zip::result::ZipError;

/// A zip file that was opened.
pub(super) struct Package<'a> {
    pub(super) source: &'a Source<'a>,
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// By name in small letters with `/`: some programs write `XL\Workbook.xml`.
    parts: BTreeMap<String, usize>,
}

fn plain(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_ascii_lowercase()
}

impl<'a> Package<'a> {
    pub(super) fn open(source: &'a Source<'a>, bytes: &'a [u8]) -> Result<Package<'a>, Fault> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| source.broken("zip"))?;
        let mut package = Package { source, archive, parts: BTreeMap::new() };
        for index in 0..package.archive.len() {
            if let Some(Ok(name)) =
                package.archive.name_for_index(index).map(|name| name.map(|name| plain(&name)))
            {
                package.parts.insert(name, index);
            }
        }
        Ok(package)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.parts.contains_key(&plain(name))
    }

    /// The names of the parts.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.parts.keys().map(String::as_str)
    }

    /// A part that is text, if it is there.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<String>, Fault> {
        let Some(&index) = self.parts.get(&plain(name)) else { return Ok(None) };
        let source = self.source;
        let entry = self.archive.by_index(index).map_err(|error| match error {
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => source.password(),
            _ => source.broken(name),
        })?;
        let left = source.room(entry.compressed_size());
        let mut bytes = Vec::new();
        let read = entry.take(left.saturating_add(1)).read_to_end(&mut bytes);
        if bytes.len() as u64 > left {
            return Err(source.too_much(Limit::Bytes));
        }
        source.spend_bytes(bytes.len() as u64)?;
        read.map_err(|_| source.broken(name))?;
        text(bytes).map(Some).ok_or_else(|| source.broken(name))
    }

    /// A part without which there is no workbook.
    pub(super) fn needed(&mut self, name: &str) -> Result<String, Fault> {
        self.part(name)?.ok_or_else(|| self.source.broken(name))
    }
}

/// XML is in UTF-8, or in UTF-16 with its mark.
fn text(bytes: Vec<u8>) -> Option<String> {
    let utf_16 = match bytes.get(..2) {
        Some(b"\xFF\xFE") => encoding_rs::UTF_16LE,
        Some(b"\xFE\xFF") => encoding_rs::UTF_16BE,
        _ => return String::from_utf8(bytes).ok(),
    };
    let (text, _, bad) = utf_16.decode(&bytes);
    (!bad).then(|| text.into_owned())
}
