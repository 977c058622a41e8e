//! What the file says about one household besides its picks: labels, storeys, companions, the lines
//! of its calls. A second pass.

use crate::common::amount;
use floorlot::Hash;
use floorlot::lines::{Absence, Line, PickRule, Unranked};
use floorlot::record::{Call, How, Record, Withdrawn};
use floorlot::rules::Lang;
use floorlot::transcript::{Reader, Why};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead};

/// How many ids like the one asked for are named.
const NEAR: usize = 5;

/// The pool of the household.
#[derive(Debug)]
pub(crate) struct Pool {
    pub(crate) title: String,
    pub(crate) building: String,
    pub(crate) rule: PickRule,
    pub(crate) absence: Option<Absence>,
    pub(crate) unranked: Option<Unranked>,
    pub(crate) units: u64,
    pub(crate) households: u64,
}

/// The lines about one household.
#[derive(Debug)]
pub(crate) struct Story {
    /// The id that was asked for.
    pub(crate) id: String,
    /// Whether it is in the plan.
    pub(crate) found: bool,
    pub(crate) name: String,
    pub(crate) pool: Option<Pool>,
    /// Its number in the pool, from 0.
    pub(crate) number: u64,
    pub(crate) ranking: Vec<String>,
    /// Whether its family has an area budget.
    pub(crate) budget: bool,
    /// The households of its group in plan order, itself among them, each with its number in the
    /// pool.
    pub(crate) group: Vec<(String, u64)>,
    /// Label and storey of each unit of the pool.
    units: BTreeMap<String, (String, u64)>,
    /// Area (1/100 m²) and price (fen) of those that have one.
    amounts: BTreeMap<String, [Option<u64>; 2]>,
    /// Its course, and the seed. The plan of a refuted file may break rules, so there is no roll
    /// to follow all households by.
    record: Record,
    /// Ids that look like the one asked for, the nearest first.
    pub(crate) near: Vec<(usize, String)>,
}

/// What is needed only while reading.
#[derive(Default)]
struct Reading {
    households: u64,
    /// The families with a budget.
    budgets: BTreeSet<String>,
    own_group: Option<String>,
    groups: BTreeMap<String, Vec<(String, u64)>>,
}

impl Story {
    /// Before the first line.
    pub(crate) fn new(id: &str) -> Story {
        Story {
            id: id.to_owned(),
            found: false,
            name: String::new(),
            pool: None,
            number: 0,
            ranking: Vec::new(),
            budget: false,
            group: Vec::new(),
            units: BTreeMap::new(),
            amounts: BTreeMap::new(),
            record: Record::of_one(),
            near: Vec::new(),
        }
    }

    /// Reads the lines of the pool of the household. A line that cannot be read is passed over: the
    /// report names it.
    pub(crate) fn read(input: impl BufRead, id: &str, why: Option<&Why>) -> io::Result<Story> {
        let mut story = Story::new(id);
        let (mut reader, mut reading) = (Reader::new(input), Reading::default());
        let pool = why.map(|why| why.pool.as_str());
        while let Some(raw) = reader.next_line()? {
            if let Ok(line) = Line::decode(raw.bytes) {
                story.plan_line(&line, pool, &mut reading);
                story.record.line_of(raw.number, &line, id);
            }
        }
        story.group =
            reading.own_group.and_then(|group| reading.groups.remove(&group)).unwrap_or_default();
        Ok(story)
    }

    fn plan_line(&mut self, line: &Line<'_>, own: Option<&str>, reading: &mut Reading) {
        match line {
            Line::Pool {
                id, title, building, rule, absence, unranked, units, households, ..
            } if own == Some(id) => {
                let (title, building) = (title.to_string(), building.to_string());
                let (rule, absence, unranked, units, households) =
                    (*rule, *absence, *unranked, *units, *households);
                self.pool =
                    Some(Pool { title, building, rule, absence, unranked, units, households });
            }
            Line::Unit { pool, id, building, label, storey, area, price, .. }
                if own == Some(pool) =>
            {
                // The building is told where it is not that of the pool.
                let pools = self.pool.as_ref().map(|pool| pool.building.as_str());
                let building = building.as_deref().filter(|own| pools != Some(own));
                let before = building.map(|own| format!("{own} ")).unwrap_or_default();
                self.units.insert(id.to_string(), (format!("{before}{label}"), *storey));
                self.amounts.insert(id.to_string(), [*area, *price]);
            }
            Line::Family { id, budget: Some(_), .. } => {
                reading.budgets.insert(id.to_string());
            }
            Line::Household { pool, id, name, group, family, ranking, .. } => {
                if *id == self.id {
                    let budgets = &reading.budgets;
                    self.budget = family.as_deref().is_some_and(|family| budgets.contains(family));
                    self.found = true;
                    (self.name, self.number) = (name.to_string(), reading.households);
                    self.ranking = ranking.iter().flatten().map(|unit| unit.to_string()).collect();
                    reading.own_group = group.as_ref().map(|group| group.to_string());
                } else if own.is_none() {
                    self.note_near(id);
                }
                if own == Some(pool) {
                    if let Some(group) = group {
                        reading
                            .groups
                            .entry(group.to_string())
                            .or_default()
                            .push((id.to_string(), reading.households));
                    }
                    reading.households += 1;
                }
            }
            _ => {}
        }
    }

    /// The first seed, with its line.
    pub(crate) fn seed(&self) -> Option<(u64, Hash)> {
        self.record.seed()
    }

    /// Its calls.
    pub(crate) fn calls(&self) -> impl Iterator<Item = &Call> {
        self.record.calls(Record::ONE)
    }

    /// The lines of the calls that it missed.
    pub(crate) fn missed(&self) -> &[u64] {
        self.record.missed(Record::ONE)
    }

    /// Its choices and misses that were withdrawn.
    pub(crate) fn withdrawn(&self) -> &[Withdrawn] {
        self.record.withdrawn(Record::ONE)
    }

    /// Its place on the standby list.
    pub(crate) fn standby(&self) -> Option<u64> {
        match self.record.course(Record::ONE).drawn.how {
            How::Standby(place) => Some(place),
            _ => None,
        }
    }

    /// Keeps the ids that differ least.
    fn note_near(&mut self, id: &str) {
        let distance = distance(id, &self.id);
        if distance > 1 + self.id.len() / 4 {
            return;
        }
        let at = self.near.partition_point(|(known, _)| *known <= distance);
        self.near.insert(at, (distance, id.to_owned()));
        self.near.truncate(NEAR);
    }

    /// `, 89.25 m², 1,234,567.89 yuan`: area and price of a unit, as far as its line has them.
    pub(crate) fn amounts(&self, id: &str, lang: Lang) -> String {
        let [area, price] = self.amounts.get(id).copied().unwrap_or_default();
        amount::behind(area, price, lang)
    }

    /// `label` and storey of a unit.
    pub(crate) fn unit(&self, id: &str) -> Option<(&str, u64)> {
        self.units.get(id).map(|(label, storey)| (label.as_str(), *storey))
    }
}

/// How many letters must be changed, put in or left out to make one id of the other, capitals aside
/// (Levenshtein's distance). An id has 64 bytes at most, by rule P2; of a longer one no more are
/// compared.
fn distance(a: &str, b: &str) -> usize {
    let letters =
        |text: &str| text.bytes().take(64).map(|c| c.to_ascii_lowercase()).collect::<Vec<u8>>();
    let (a, b) = (letters(a), letters(b));
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut corner = i;
        let mut left = i + 1;
        for (above, y) in row.iter_mut().skip(1).zip(&b) {
            let best = (corner + usize::from(x != y)).min(left + 1).min(*above + 1);
            corner = std::mem::replace(above, best);
            left = best;
        }
        row.first_mut().into_iter().for_each(|first| *first = i + 1);
    }
    row.last().copied().unwrap_or_default()
}
