//! The household that is meant, when what was typed is not its id as it stands in the plan: an id
//! in other letters, a full name of which the plan shows a part, a flat.

use crate::common::mask::mask;
use floorlot::lines::Line;
use floorlot::transcript::{Reader, Report};
use std::collections::BTreeMap;
use std::io::{self, BufRead};
use unicode_normalization::UnicodeNormalization;

/// Words around the numbers of houses and flats.
const HOUSES: &[&str] = &["号楼", "号院", "单元", "幢", "栋", "座", "楼", "室", "房", "号", "户"];

/// What fits in a plan.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// The id to go on with: that of the plan if one fits, else as typed.
    pub(crate) id: String,
    /// Households whose masked name fits, each with the name.
    pub(crate) named: Vec<(String, String)>,
    /// Units that are named.
    units: Vec<String>,
}

impl Found {
    /// Reads the plan for what was typed.
    pub(crate) fn read(input: impl BufRead, typed: &str) -> io::Result<Found> {
        let (mut reader, mut search) = (Reader::new(input), Search::new(typed));
        while let Some(raw) = reader.next_line()? {
            let bytes = raw.bytes.strip_suffix(b"\r").unwrap_or(raw.bytes); // section 7
            match Line::decode(bytes) {
                Ok(Line::Checkpoint { .. }) => break,
                Ok(line) => search.line(&line),
                Err(_) => {}
            }
        }
        Ok(search.found())
    }

    /// Who has the flats that are named, in the end; nobody in a file that is not verified.
    pub(crate) fn owners<'r>(&self, report: &'r Report) -> Vec<&'r str> {
        let has = |unit: Option<&str>| {
            unit.is_some_and(|unit| self.units.iter().any(|named| named == unit))
        };
        let verified = report.verified().filter(|_| !report.leaves_out());
        let all = verified.into_iter().flat_map(|verified| verified.allocation());
        all.filter(|(_, unit)| has(*unit)).map(|(household, _)| household).collect()
    }
}

/// What is looked for, and what fits so far.
struct Search {
    /// As an id.
    id: String,
    typed: String,
    exact: bool,
    same: Option<String>,
    /// As a name, masked.
    name: String,
    named: Vec<(String, String)>,
    /// As a flat.
    parts: Vec<String>,
    buildings: BTreeMap<String, Vec<String>>,
    units: Vec<String>,
}

impl Search {
    fn new(typed: &str) -> Search {
        let id = plain(typed).chars().filter(|c| !c.is_whitespace()).collect();
        let folded: String = typed.nfkc().collect();
        let (name, parts, typed) = (mask(&folded).name, parts(&folded), typed.to_owned());
        Search {
            id,
            typed,
            exact: false,
            same: None,
            name,
            named: Vec::new(),
            parts,
            buildings: BTreeMap::new(),
            units: Vec::new(),
        }
    }

    fn line(&mut self, line: &Line<'_>) {
        match line {
            Line::Pool { id, building, .. } => {
                self.buildings.insert(id.to_string(), parts(building));
            }
            Line::Unit { pool, id, building, label, .. }
                if self.names((pool, building.as_deref()), id, label) =>
            {
                self.units.push(id.to_string())
            }
            // A family by its id alone: its name is that of its claims.
            Line::Family { id, .. } => {
                self.exact |= *id == self.typed.as_str();
                if plain(id) == self.id {
                    self.same.get_or_insert_with(|| id.to_string());
                }
            }
            Line::Household { id, name, .. } => {
                self.exact |= *id == self.typed.as_str();
                if plain(id) == self.id {
                    self.same.get_or_insert_with(|| id.to_string());
                }
                if !self.name.is_empty() && name.split('、').any(|name| name == self.name) {
                    self.named.push((id.to_string(), name.to_string()));
                }
            }
            _ => {}
        }
    }

    /// Whether the unit is named: by its id, or by the end of its label behind any parts of its
    /// building.
    fn names(&self, (pool, own): (&str, Option<&str>), id: &str, label: &str) -> bool {
        let label = parts(label);
        let shared = self.parts.len().min(label.len());
        let (before, named) = self.parts.split_at(self.parts.len() - shared);
        let own = own.map(parts);
        let mut building = own.as_ref().or_else(|| self.buildings.get(pool)).into_iter().flatten();
        shared > 0
            && (self.parts == parts(id)
                || label.ends_with(named)
                    && before.iter().all(|part| building.any(|found| found == part)))
    }

    fn found(self) -> Found {
        let id = self.same.filter(|_| !self.exact).unwrap_or(self.typed);
        Found { id, named: self.named, units: self.units }
    }
}

/// Full-width letters made usual, capitals small.
fn plain(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).collect()
}

/// `7号楼902室`, `7-0902` and `７号楼 902` are the parts 7 and 902.
fn parts(text: &str) -> Vec<String> {
    let mut text = plain(text);
    HOUSES.iter().for_each(|word| text = text.replace(word, " "));
    let kind = |c: char| if c.is_ascii_digit() { 0 } else { 1 + u8::from(c.is_ascii_alphabetic()) };
    let mut parts: Vec<String> = Vec::new();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let mut last = None;
        for c in word.chars() {
            match parts.last_mut().filter(|_| last == Some(kind(c))) {
                Some(part) => part.push(c),
                None => parts.push(c.to_string()),
            }
            last = Some(kind(c));
        }
    }
    let short = |part: String| {
        Some(part.trim_start_matches('0').to_owned())
            .filter(|short| !short.is_empty())
            .unwrap_or(part)
    };
    parts.into_iter().map(short).collect()
}
