//! The roll as it grows: its sections, in their order, and what else the rules ask about (T2, P7).

use super::beside::{MAX_DOCUMENTS, MAX_EXCLUDED};
use super::field::at_most;
use super::ids::{Ids, MOST_BYTES, MOST_IDS};
use super::panel::{MAX_BENCHES, MAX_MEMBERS, MAX_POOLS, MAX_SOURCES};
use super::roll::Roll;
use super::usual::RightList;
use crate::note::VerifierKey;
use crate::number::{HouseholdNumber, place};
use crate::rules::{Checks, Phrase, Rule};
use std::collections::{BTreeMap, BTreeSet};

/// The kinds of line of a plan, in the order of rule T2.
pub(super) const SECTIONS: [&str; KINDS] = [
    "plan",
    "bench",
    "member",
    "source",
    "document",
    "pool",
    "unit",
    "excluded",
    "family",
    "household",
];
const KINDS: usize = 10;

/// The sections that a plan may lack, each with its count in the header, in the order of those.
pub(super) const OPTIONAL: [(usize, &str); 3] = [
    (section::DOCUMENT, "documents"),
    (section::EXCLUDED, "excluded"),
    (section::FAMILY, "families"),
];

/// Whether a plan may lack a section.
pub(super) fn is_optional(section: usize) -> bool {
    OPTIONAL.iter().any(|(optional, _)| *optional == section)
}

/// The number of a section among the [`SECTIONS`].
pub(super) mod section {
    pub(in crate::plan) const BENCH: usize = 1;
    pub(in crate::plan) const MEMBER: usize = 2;
    pub(in crate::plan) const SOURCE: usize = 3;
    pub(in crate::plan) const DOCUMENT: usize = 4;
    pub(in crate::plan) const POOL: usize = 5;
    pub(in crate::plan) const UNIT: usize = 6;
    pub(in crate::plan) const EXCLUDED: usize = 7;
    pub(in crate::plan) const FAMILY: usize = 8;
    pub(in crate::plan) const HOUSEHOLD: usize = 9;
}

/// Where the ids of one kind stand in the file: the line of the first, and of each that does not
/// follow its forerunner.
#[derive(Debug, Clone, Default)]
pub(super) struct LineOf(Vec<(u32, u64)>);

impl LineOf {
    /// They come in their order, so that only the last run can go on.
    fn add(&mut self, index: u32, line: u64) {
        if self.0.last().map(|run| line_in(run, index)) != Some(line) {
            self.0.push((index, line));
        }
    }

    pub(super) fn get(&self, index: u32) -> u64 {
        let last = self.0.partition_point(|&(first, _)| first <= index);
        let last = last.checked_sub(1).and_then(|i| self.0.get(i));
        last.map_or(0, |run| line_in(run, index))
    }
}

/// The line of this one in a run of lines that follow one another: its first, and the line of that.
fn line_in(&(first, line): &(u32, u64), index: u32) -> u64 {
    line.saturating_add(u64::from(index.saturating_sub(first)))
}

/// A plan as far as it was read.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) roll: Roll,
    /// The counts of the header: how many lines follow of each section but the first and those
    /// that a plan may lack.
    pub(super) header: Option<[u64; 6]>,
    /// The counts of the [`OPTIONAL`] sections, as far as they are there.
    pub(super) optional: [Option<u64>; OPTIONAL.len()],
    /// How many lines of each section there were.
    pub(super) seen: [u64; KINDS],
    /// The section that the last line but late ones was in.
    pub(super) section: usize,
    pub(super) bench_ids: Ids,
    pub(super) member_ids: Ids,
    pub(super) lines_of: [LineOf; KINDS],
    /// Whether a section got more ids than there can be.
    full: [bool; KINDS],
    /// The ids in each section that occur again, each with the first such.
    again: [Vec<(u32, u32)>; KINDS],
    /// The keys that are sound by themselves: of members, by their ids, and of the log (`None`).
    pub(super) keys: Vec<(Option<String>, VerifierKey)>,
    /// The pools that the last unit and the last household were in.
    pub(super) at: [usize; 2],
    /// Of each group the first household, with its pool and tier.
    pub(super) groups: BTreeMap<String, (usize, u64, HouseholdNumber)>,
    /// The names of the documents, with small letters alone.
    pub(super) names: BTreeSet<String>,
    pub(super) excluded_ids: Ids,
    /// The last list of features or needs that breaks no rule.
    pub(super) list: RightList,
    pub(super) set_numbers: BTreeMap<Vec<String>, u16>,
}

impl Draft {
    pub(super) fn new() -> Draft {
        Draft {
            roll: Roll::empty(),
            header: None,
            optional: Default::default(),
            seen: [0; KINDS],
            section: 0,
            bench_ids: Ids::new(),
            member_ids: Ids::new(),
            lines_of: Default::default(),
            full: [false; KINDS],
            again: Default::default(),
            keys: Vec::new(),
            at: [0; 2],
            groups: BTreeMap::new(),
            names: BTreeSet::new(),
            excluded_ids: Ids::new(),
            list: RightList::default(),
            set_numbers: BTreeMap::new(),
        }
    }

    /// The furthest section that may come next: none is left out but those that a plan may lack.
    fn furthest(&self) -> usize {
        let begun = self.seen.get(self.section).is_some_and(|lines| *lines > 0);
        let first = self.section.saturating_add(usize::from(begun));
        (first..SECTIONS.len()).find(|section| !is_optional(*section)).unwrap_or(first)
    }

    /// A line of this section comes. T2: the sections of the plan come in their order, and none is
    /// left out but those that a plan may lack. Whether the line may stand here: else it is passed
    /// over.
    pub(super) fn enter(&mut self, section: usize, number: u64, checks: &mut Checks) -> bool {
        let begun = self.seen.get(self.section).is_some_and(|lines| *lines > 0);
        let (first, last) = (self.section.saturating_add(usize::from(begun)), self.furthest());
        let again = section == self.section && section > 0 && begun;
        if !(first..=last).contains(&section) && !again {
            if section > last {
                self.tell_missing(number, checks);
            } else {
                let word = |section: usize| SECTIONS.get(section).copied().unwrap_or_default();
                let (found, after) = (word(section), word(self.section));
                let expected = Phrase::new(
                    format!("no {found} line after a {after} line"),
                    format!("{after} 行之后不应再有 {found} 行"),
                );
                checks.fail(Rule::T2, number, found, Phrase::same(found), expected);
            }
            return false;
        }
        while section > self.section {
            self.leave();
        }
        self.count(section, number);
        true
    }

    pub(super) fn count(&mut self, section: usize, number: u64) {
        let index = self.seen.get(section).copied().unwrap_or(0);
        if let Some(lines) = self.lines_of.get_mut(section) {
            // P7: there are no ids any more long before 2^32 lines.
            lines.add(u32::try_from(index).unwrap_or(u32::MAX), number);
        }
        self.seen.get_mut(section).into_iter().for_each(|n| *n = n.saturating_add(1));
    }

    /// Ends the section. From now on its ids can be found.
    pub(super) fn leave(&mut self) {
        self.index(self.section);
        self.section = self.section.saturating_add(1);
    }

    /// T2: whether each section has a line that must have one.
    pub(super) fn is_whole(&self) -> bool {
        (0..).zip(self.seen).all(|(section, lines)| lines > 0 || is_optional(section))
    }

    /// T2: at least one line in each section that is not optional; told where the first other line
    /// stands.
    pub(super) fn tell_missing(&self, number: u64, checks: &mut Checks) {
        let mut all = (0..).zip(SECTIONS).zip(self.seen);
        let missing = all.find(|((section, _), lines)| *lines == 0 && !is_optional(*section));
        if let (Some(((_, kind), _)), 0) = (missing, checks.failed(Rule::T2)) {
            let expected = Phrase::new(
                format!("at least one {kind} line before this one"),
                format!("此行之前至少有一个 {kind} 行"),
            );
            checks.fail(Rule::T2, number, kind, Phrase::new("none", "没有"), expected);
        }
    }

    fn ids(&self, section: usize) -> Option<&Ids> {
        match section {
            section::BENCH => Some(&self.bench_ids),
            section::MEMBER => Some(&self.member_ids),
            section::POOL => Some(&self.roll.pool_ids),
            section::UNIT => Some(&self.roll.units),
            section::EXCLUDED => Some(&self.excluded_ids),
            section::FAMILY => Some(&self.roll.family_ids),
            section::HOUSEHOLD => Some(&self.roll.households),
            _ => None,
        }
    }

    fn ids_mut(&mut self, section: usize) -> Option<&mut Ids> {
        match section {
            section::BENCH => Some(&mut self.bench_ids),
            section::MEMBER => Some(&mut self.member_ids),
            section::POOL => Some(&mut self.roll.pool_ids),
            section::UNIT => Some(&mut self.roll.units),
            section::EXCLUDED => Some(&mut self.excluded_ids),
            section::FAMILY => Some(&mut self.roll.family_ids),
            section::HOUSEHOLD => Some(&mut self.roll.households),
            _ => None,
        }
    }

    /// Whether the section still takes the line that was just counted. P5 to P7: lines beyond the
    /// limit of their kind, which the count in the header breaks, are otherwise not read, and
    /// neither are those beyond 10,000,000 ids, or 640,000,000 bytes of them; one fault, for the
    /// first.
    pub(super) fn has_room(
        &mut self,
        section: usize,
        id: &str,
        number: u64,
        checks: &mut Checks,
    ) -> bool {
        let most = match section {
            section::BENCH => MAX_BENCHES,
            section::MEMBER => MAX_MEMBERS,
            section::SOURCE => MAX_SOURCES,
            section::POOL => MAX_POOLS,
            section::DOCUMENT => MAX_DOCUMENTS,
            section::EXCLUDED => MAX_EXCLUDED,
            _ => u64::MAX,
        };
        if self.seen.get(section).is_some_and(|lines| *lines > most) {
            return false;
        }
        let full = self.is_full(section);
        if !full && self.ids(section).is_none_or(|ids| ids.has_room_for(id)) {
            return true;
        }
        // P7: one fault, at the first such line.
        if !full {
            self.full.get_mut(section).into_iter().for_each(|full| *full = true);
            let kind = SECTIONS.get(section).copied().unwrap_or_default();
            let most = at_most(u64::from(MOST_IDS));
            let expected = Phrase::new(
                format!("{} {kind} lines, with {MOST_BYTES} bytes of ids", most.en),
                format!("{} 个 {kind} 行，编号共 {MOST_BYTES} 字节", most.zh),
            );
            checks.fail(Rule::P7, number, kind, Phrase::new("one more", "又一行"), expected);
        }
        false
    }

    /// Whether the section had more ids than it takes.
    pub(super) fn is_full(&self, section: usize) -> bool {
        self.full.get(section) == Some(&true)
    }

    /// Sorts the ids of a section, and finds those that occur again.
    fn index(&mut self, section: usize) {
        let found = self.ids_mut(section).map(Ids::index).unwrap_or_default();
        if let Some(again) = self.again.get_mut(section) {
            *again = found;
        }
    }

    /// P2: the households that have the id of a family, each with that.
    fn like_families(&self) -> Vec<(u32, u32)> {
        let families = &self.roll.family_ids;
        let like = (0..families.len()).filter_map(|family| {
            Some((self.roll.households.first_like(families.get(family))?, family))
        });
        like.collect()
    }

    /// P2: Within each of benches, members, pools, units (with those kept out), and families and
    /// households together, no id occurs twice, also not with other capitals.
    pub(super) fn check_repeated(&self, checks: &mut Checks) {
        for (household, family) in self.like_families() {
            let line_of = |section: usize, index| {
                self.lines_of.get(section).map_or(0, |lines| lines.get(index))
            };
            let id = self.roll.households.get(household);
            let (line, first) =
                (line_of(section::HOUSEHOLD, household), line_of(section::FAMILY, family));
            let expected = Phrase::new(
                format!("an id of its own: line {first} is a family with it"),
                format!("不重复的编号：第 {first} 行的家庭已用"),
            );
            let found = Phrase::same(format_args!("`{id}`"));
            checks.fail(Rule::P2, line, format!("household {id}, id"), found, expected);
        }
        for (section, kind) in (0..).zip(SECTIONS) {
            let (Some(ids), Some(lines), Some(again)) =
                (self.ids(section), self.lines_of.get(section), self.again.get(section))
            else {
                continue;
            };
            // P2: no id occurs twice, also not with other capitals.
            for &(index, first) in again {
                let (id, line, first) = (ids.get(index), lines.get(first), ids.get(first));
                let (en, zh) = if id == first {
                    ("", "")
                } else {
                    (" (they differ in capitals alone)", "（仅大小写不同）")
                };
                let expected = Phrase::new(
                    format!("an id of its own: `{first}` on line {line}{en}"),
                    format!("不重复的编号：第 {line} 行已有 `{first}`{zh}"),
                );
                let (place, found) = (format!("{kind} {id}, id"), format!("`{id}`"));
                checks.fail(Rule::P2, lines.get(index), place, Phrase::same(found), expected);
            }
        }
        self.check_excluded_ids(checks);
    }

    /// Makes room for what the header announces, but never more than a file of some size could
    /// hold: a header is cheap to write.
    pub(super) fn reserve(&mut self, units: u64, households: u64) {
        let room = |n: u64| u32::try_from(n.min(1 << 20)).map_or(0, place);
        let (units, households) = (room(units), room(households));
        self.roll.units.reserve(units, 8);
        self.roll.labels.reserve(units);
        self.roll.storeys.reserve(units);
        self.roll.unit_sets.reserve(units);
        self.roll.households.reserve(households, 8);
        self.roll.names.reserve(households);
        self.roll.household_sets.reserve(households);
        self.roll.tiers.reserve(households);
    }
}
