//! A workbook (.xlsx, .ods) as text: its parts one after the other, so that a change of one byte is
//! one of a part and not of a checksum.

use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// Stands before the name of each part, on a line of its own with it.
const MARK: &[u8] = b"\n==== ";

/// The parts of a workbook as text.
pub fn of_workbook(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut out = Vec::new();
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).ok()?;
        out.extend_from_slice(MARK);
        out.extend_from_slice(part.name().ok()?.as_bytes());
        out.push(b'\n');
        part.read_to_end(&mut out).ok()?;
    }
    Some(out)
}

/// The workbook that this text is of.
pub fn to_workbook(text: &[u8]) -> Option<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut rest = text.strip_prefix(MARK)?;
    loop {
        let next = rest.windows(MARK.len()).position(|window| window == MARK);
        let part = next.map_or(rest, |at| &rest[..at]);
        let name = part.iter().position(|b| *b == b'\n')?;
        writer.start_file(std::str::from_utf8(&part[..name]).ok()?, stored).ok()?;
        writer.write_all(&part[name + 1..]).ok()?;
        match next {
            Some(at) => rest = &rest[at + MARK.len()..],
            None => return Some(writer.finish().ok()?.into_inner()),
        }
    }
}
