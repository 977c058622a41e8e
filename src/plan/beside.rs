//! What a plan names beside its draw: documents, and flats that are kept out of it (rules P2, P3, P7,
//! P14).

use super::draft::{Draft, OPTIONAL, section};
use super::field::{Place, at_most};
use super::ids::MOST_IDS;
use super::model::{Document, Excluded, Unit};
use crate::lines::Line;
use crate::rules::{Checks, Phrase, Rule};
use crate::text::{is_file_name, most};

/// P14: at most 64 documents.
pub(super) const MAX_DOCUMENTS: u64 = 64;

/// P7: at most 1,000,000 flats that are kept out.
pub(super) const MAX_EXCLUDED: u64 = 1_000_000;

/// The limits of the counts of the sections that a plan may lack.
pub(super) fn check_optional_counts(
    place: Place<'_>,
    [documents, excluded, families]: [Option<u64>; OPTIONAL.len()],
    checks: &mut Checks,
) {
    for (field, found, most, rule) in [
        ("documents", documents, MAX_DOCUMENTS, Rule::P14),
        ("excluded", excluded, MAX_EXCLUDED, Rule::P7),
        ("families", families, u64::from(MOST_IDS), Rule::P7),
    ] {
        // P14: at most 64. P7: at most 1,000,000, and at most 10,000,000 families.
        if let Some(found) = found.filter(|found| *found > most) {
            place.fail(checks, rule, field, Phrase::same(found), at_most(most));
        }
    }
}

impl Draft {
    pub(super) fn document(&mut self, number: u64, line: &Line<'_>, checks: &mut Checks) {
        let Line::Document { what, name, title, sha256 } = line else { return };
        let place = Place { line: number, kind: "document", id: "" };
        place.check_text(checks, "name", name, most::NAME);
        place.check_text(checks, "title", title, most::NAME);
        checks.examine(Rule::P14);
        // P14: `name` is the name of a file, as in A6.
        if !is_file_name(name) {
            let expected =
                Phrase::new("the name of a file, without a folder", "文件名，不含文件夹");
            let found = Phrase::same(format_args!("`{name}`"));
            place.fail(checks, Rule::P14, "name", found, expected);
        }
        // P14: no other document has the name, also not with other capitals.
        if !self.names.insert(name.to_ascii_lowercase()) {
            let expected = Phrase::new("each document once", "每份文件只列一次");
            let found = Phrase::new(format!("`{name}` again"), format!("再次列出 `{name}`"));
            place.fail(checks, Rule::P14, "name", found, expected);
        }
        // P14: `sha256` is never 64 zeros.
        if sha256.is_zeros() {
            let expected = Phrase::new("the SHA-256 of the file", "该文件的 SHA-256");
            place.fail(checks, Rule::P14, "sha256", Phrase::same(sha256), expected);
        }
        self.roll.documents.push(Document {
            what: *what,
            name: name.to_string(),
            title: title.to_string(),
            sha256: *sha256,
        });
    }

    pub(super) fn excluded(&mut self, number: u64, line: &Line<'_>, checks: &mut Checks) {
        let Line::Excluded { id, building, label, storey, area, reason } = line else { return };
        let place = Place { line: number, kind: "excluded", id };
        place.check_id(checks, "id", id);
        place.check_text(checks, "building", building, most::NAME);
        place.check_text(checks, "label", label, most::LABEL);
        place.check_text(checks, "reason", reason, most::REASON);
        checks.examine(Rule::P7);
        // P7: 1 ≤ `storey` ≤ 999; 1 ≤ `area` ≤ 10,000,000.
        place.check_number(checks, Rule::P7, "storey", *storey, (1, 999));
        if let Some(area) = area {
            place.check_number(checks, Rule::P7, "area", *area, (1, Unit::MOST_AREA));
        }
        self.excluded_ids.push(id);
        self.roll.excluded.push(Excluded {
            id: id.to_string(),
            building: building.to_string(),
            label: label.to_string(),
            storey: *storey,
            area: *area,
            reason: reason.to_string(),
        });
    }

    /// P2: no unit has the id of a flat that is kept out, also not with other capitals.
    pub(super) fn check_excluded_ids(&self, checks: &mut Checks) {
        let Some(lines) = self.lines_of.get(section::EXCLUDED) else { return };
        for (index, flat) in (0..).zip(&self.roll.excluded) {
            // P2: no unit has it.
            let Some(unit) = self.roll.units.first_like(&flat.id) else { continue };
            let unit = self.roll.units.get(unit);
            let expected = Phrase::new(
                format!("an id of its own: unit `{unit}` is drawn"),
                format!("不重复的编号：房源 `{unit}` 参加选房"),
            );
            let place = format!("excluded {}, id", flat.id);
            let found = Phrase::same(format_args!("`{}`", flat.id));
            checks.fail(Rule::P2, lines.get(index), place, found, expected);
        }
    }
}
