//! What the print-outs are made of: the lines of a transcript, finished or not, or of a plan alone.

use crate::ceremony::book::Book;
use crate::disk::hall_log::Note;
use crate::disk::recognize;
use crate::import::office::Office;
use floorlot::Fingerprint;
use floorlot::Hash;
use floorlot::lines::{Line, Stage};
use floorlot::note::parse_checkpoint;
use floorlot::plan::{HouseholdNumber, Plan, PoolInfo, PoolNumber, Roll, UnitNumber, ValidPlan};
use floorlot::primitives::order::{Entrant, call_order};
use floorlot::primitives::seed::{Drawn, Keystream, pool_key};
use floorlot::record::Record;
use floorlot::rules::{Lang, Phrase};
use floorlot::session::Session;
use floorlot::transcript::{Evidence, Verified, verify};
use jiff::tz::TimeZone;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// A transcript, or a plan alone, as the pages look at it. Nothing that a page says of a result
/// comes from anywhere but a verified transcript.
pub(crate) struct Data {
    pub(crate) plan: ValidPlan,
    pub(crate) book: Book,
    /// The group of each household.
    pub(crate) groups: Vec<Option<String>>,
    /// The features that some household needs, in the order of their marks.
    pub(crate) needed: Vec<String>,
    /// The lines after the plan, as far as they follow from the lines before them.
    lines: Vec<Vec<u8>>,
    pub(crate) plan_fingerprint: Fingerprint,
    pub(crate) checkpoints: Vec<Sealed>,
    /// Why the draw is void, if it is.
    pub(crate) void: Option<String>,
    /// What a panel says that refuses to sign; empty if none does.
    pub(crate) refused: Phrase,
    pub(crate) seed: Option<Seed>,
    pub(crate) state: State,
    /// Lines after the last `closing` that no checkpoint seals yet; they are on no page.
    pub(crate) unsealed: usize,
    /// Whether the last line had no end, and was left out.
    pub(crate) torn: bool,
    /// Where the hall is: times are printed as its clocks show them.
    pub(crate) zone: TimeZone,
    /// What the hall noted beside the transcript.
    pub(crate) notes: Vec<Note>,
    /// The household or family for which alone a sheet is wanted.
    pub(crate) only: Option<String>,
    /// Who holds the draw, for what hangs.
    pub(crate) office: Office,
}

/// The seed, with the text that it is the hash of.
pub(crate) struct Seed {
    pub(crate) seed: Hash,
    pub(crate) text: String,
}

/// How far the file is.
pub(crate) enum State {
    /// A plan that is not sealed.
    Plan,
    /// Sealed, and not finished.
    Underway,
    /// No check failed.
    Finished(Box<Verified>),
    /// A check failed. The lines end before the first one that is wrong.
    Refuted(Refuted),
}

/// Why a transcript is refuted.
pub(crate) struct Refuted {
    /// Which check failed.
    pub(crate) sentence: Phrase,
    /// What it found first.
    pub(crate) fault: Phrase,
}

/// Why there is nothing to print at all.
pub(crate) enum Unread {
    /// It is neither a transcript nor a plan.
    Bad(Phrase),
    /// It is a transcript whose plan breaks rules.
    Refuted(Phrase),
}

/// A checkpoint in the file.
pub(crate) struct Sealed {
    pub(crate) stage: Stage,
    /// Which day of the draw it seals, from 1; 0 if none.
    pub(crate) day: u64,
    pub(crate) size: u64,
    pub(crate) fingerprint: Fingerprint,
}

/// A household in the call order of its pool.
pub(crate) struct Called {
    pub(crate) household: HouseholdNumber,
    pub(crate) ticket: u64,
}

impl Data {
    /// For a household or family alone.
    /// The same with what the office says of itself.
    pub(crate) fn with_office(self, office: Office) -> Data {
        Data { office, ..self }
    }

    pub(crate) fn for_one(self, only: Option<String>) -> Data {
        Data { only, ..self }
    }

    /// Reads the bytes of a transcript or of a plan.
    pub(crate) fn read(bytes: &[u8], notes: Vec<Note>) -> Result<Data, Unread> {
        Data::of(bytes).map(|data| Data { notes, ..data })
    }

    fn of(bytes: &[u8]) -> Result<Data, Unread> {
        let whole = bytes.iter().rposition(|&b| b == b'\n').map_or(0, |lf| lf + 1);
        let lines: Vec<&[u8]> = split(bytes).collect();
        if let Some(changed) = recognize::changed(bytes) {
            return Err(Unread::Bad(changed));
        }
        if !lines.first().is_some_and(|line| line.starts_with(b"{\"kind\":\"plan\",")) {
            return Err(Unread::Bad(Phrase::new(
                "found something else; expected a transcript or a plan file, which begin with a `plan` line; name such a file",
                "内容不符；应为以 plan 行开头的抽签记录或方案文件；请给出这样的文件",
            )));
        }
        match lines.iter().position(|line| line.starts_with(b"{\"kind\":\"checkpoint\"")) {
            None => Data::of_plan(&lines).map_err(Unread::Bad),
            Some(end) => {
                let (plan, rest) = lines.split_at(end);
                let mut data = Data::of_plan(plan).map_err(Unread::Refuted)?;
                data.torn = whole < bytes.len();
                let rest =
                    if data.torn { rest.get(..rest.len() - 1).unwrap_or_default() } else { rest };
                data.follow(bytes.get(..whole).unwrap_or_default(), rest);
                Ok(data)
            }
        }
    }

    fn of_plan(lines: &[&[u8]]) -> Result<Data, Phrase> {
        let plan = Plan::read_lines(lines.iter().copied())
            .map_err(|faults| Phrase::new(faults.text(Lang::En), faults.text(Lang::Zh)))?;
        let group = |line: &&[u8]| match Line::decode(line) {
            Ok(Line::Household { group, .. }) => Some(group.map(Into::into)),
            _ => None,
        };
        let roll = plan.roll();
        let needed: BTreeSet<&String> =
            roll.household_numbers().flat_map(|h| roll.needs(h)).collect();
        let needed = needed.into_iter().cloned().collect();
        Ok(Data {
            needed,
            book: Book::of(&plan),
            groups: lines.iter().filter_map(group).collect(),
            plan_fingerprint: plan.fingerprint(),
            plan,
            lines: Vec::new(),
            checkpoints: Vec::new(),
            void: None,
            refused: Phrase::new("", ""),
            seed: None,
            state: State::Plan,
            unsealed: 0,
            torn: false,
            zone: TimeZone::system(),
            notes: Vec::new(),
            only: None,
            office: Office::default(),
        })
    }

    /// Takes in what follows the plan, up to the first line that is wrong.
    fn follow(&mut self, bytes: &[u8], lines: &[&[u8]]) {
        let mut session = Session::new(self.plan.clone());
        let plan = self.plan.lines().to_vec();
        plan.iter().for_each(|line| drop(session.replay(line)));
        let (refused, verified) = verified(bytes);
        self.refused = refused;
        let (mut sound, mut wrong) = (0, None);
        for line in lines {
            // A verified transcript is replayed no farther than to its seed, which is all that is
            // needed of the session.
            if verified.is_ok() && session.seed().is_some() {
                break;
            }
            if let Err(error) = session.replay(line) {
                wrong = Some(error);
                break;
            }
            sound += 1;
        }
        self.seed = session.seed().zip(session.seed_text()).map(|(seed, text)| Seed { seed, text });
        let keep = match verified {
            Ok(verified) => {
                self.state = State::Finished(Box::new(verified));
                lines.len()
            }
            Err(why) if wrong.is_some() => {
                self.state = State::Refuted(why);
                sound
            }
            Err(_) => self.underway(lines),
        };
        self.lines = lines.iter().take(keep).map(|line| line.to_vec()).collect();
        let (mut checkpoints, mut void, mut days) = (Vec::new(), None, 0);
        for (_, line) in self.lines() {
            match line {
                Line::Checkpoint { stage, body, .. } => {
                    days += u64::from(stage == Stage::Day);
                    checkpoints.extend(parse_checkpoint(&body).map(|(_, size, _)| Sealed {
                        stage,
                        day: if stage == Stage::Day { days } else { 0 },
                        size,
                        fingerprint: Fingerprint::of_body(&body),
                    }));
                }
                Line::Void { reason, .. } => void = Some(reason.into_owned()),
                _ => {}
            }
        }
        (self.checkpoints, self.void) = (checkpoints, void);
    }

    /// A draw that is not finished. If it was finished before, and something came after, the pages
    /// are those of then.
    fn underway(&mut self, lines: &[&[u8]]) -> usize {
        self.state = State::Underway;
        let Some(closing) = finished(lines) else { return lines.len() };
        let then: Vec<&[u8]> = self
            .plan
            .lines()
            .iter()
            .map(Vec::as_slice)
            .chain(lines.iter().copied().take(closing + 1))
            .collect();
        let file: Vec<u8> =
            then.iter().flat_map(|line| line.iter().copied().chain(*b"\n")).collect();
        match verified(&file).1 {
            Ok(verified) => {
                self.state = State::Finished(Box::new(verified));
                self.unsealed = lines.len() - closing - 1;
                closing + 1
            }
            Err(why) => {
                self.state = State::Refuted(why);
                lines.len()
            }
        }
    }

    pub(crate) fn roll(&self) -> &Roll {
        self.plan.roll()
    }

    /// The lines after the plan with their numbers in the file.
    pub(crate) fn lines(&self) -> impl DoubleEndedIterator<Item = (usize, Line<'_>)> {
        let first = self.plan.lines().len() + 1;
        self.lines
            .iter()
            .enumerate()
            .filter_map(move |(n, bytes)| Some((first + n, Line::decode(bytes).ok()?)))
    }

    /// The bytes of all lines that the pages are made of, without LF.
    pub(super) fn all_lines(&self) -> impl Iterator<Item = &[u8]> {
        self.plan.lines().iter().chain(&self.lines).map(Vec::as_slice)
    }

    /// How many lines the pages are made of.
    pub(crate) fn size(&self) -> usize {
        self.plan.lines().len() + self.lines.len()
    }

    /// The proof that no check failed.
    pub(crate) fn verified(&self) -> Option<&Verified> {
        match &self.state {
            State::Finished(verified) => Some(verified),
            _ => None,
        }
    }

    /// Whether the plan is sealed.
    pub(crate) fn is_sealed(&self) -> bool {
        !self.lines.is_empty()
    }

    /// Whether a plan was sealed here, and it is not the one that stands here now.
    pub(crate) fn is_other_plan(&self) -> bool {
        self.lines.is_empty() && matches!(self.state, State::Refuted(_))
    }

    /// The last checkpoint.
    pub(crate) fn head(&self) -> Option<&Sealed> {
        self.checkpoints.last()
    }

    /// The call order of a pool; empty before the seed is there.
    pub(crate) fn order(&self, pool: PoolNumber) -> Vec<Called> {
        let (Some(seed), Some(info)) = (&self.seed, self.roll().pool(pool)) else {
            return Vec::new();
        };
        let drawn: Vec<Drawn> =
            Keystream::new(pool_key(seed.seed, &info.id)).drawn(info.household_count()).collect();
        let households = info.household_numbers();
        let entrants: Vec<Entrant> = (0..)
            .zip(households.clone())
            .zip(&drawn)
            .map(|((own, household), drawn)| {
                let head = households.place_of(self.roll().group_head(household)).unwrap_or(own);
                Entrant { tier: self.roll().tier(household), ticket: drawn.ticket, head }
            })
            .collect();
        let called = |own: u32| {
            let ticket = drawn.get(own as usize)?.ticket;
            Some(Called { household: households.at(own)?, ticket })
        };
        call_order(&entrants).into_iter().filter_map(called).collect()
    }

    /// What the lines mean for each household.
    pub(crate) fn record(&self) -> Record {
        let mut record = Record::new(self.roll());
        for (number, line) in self.lines() {
            record.line(number as u64, &line, self.roll());
        }
        record
    }

    /// `1号楼 …` of each building in the order of the plan, with the numbers of its pools.
    pub(crate) fn buildings(&self) -> Vec<(&str, Vec<PoolNumber>)> {
        let mut buildings: Vec<(&str, Vec<PoolNumber>)> = Vec::new();
        for (number, pool) in self.roll().pool_numbers().zip(self.roll().pools()) {
            match buildings.iter_mut().find(|(name, _)| *name == pool.building) {
                Some((_, pools)) => pools.push(number),
                None => buildings.push((&pool.building, vec![number])),
            }
        }
        buildings
    }

    /// Whether some of these pools have flats in another building than the one that they name.
    pub(crate) fn are_spread(&self, pools: &[PoolNumber]) -> bool {
        let pools = pools.iter().filter_map(|&pool| self.roll().pool(pool));
        let spread = |pool: &PoolInfo| {
            let mut units = self.book.units_of(&pool.id);
            units.any(|unit| self.roll().building(unit) != pool.building)
        };
        pools.into_iter().any(spread)
    }

    /// Units from the top down, building by building.
    pub(crate) fn downwards(&self, units: impl Iterator<Item = UnitNumber>) -> Vec<UnitNumber> {
        let mut buildings = BTreeMap::new();
        let place = |unit| {
            let next = buildings.len();
            let building = *buildings.entry(self.roll().building(unit)).or_insert(next);
            ((building, Reverse(self.unit(unit).1)), unit)
        };
        let mut placed: Vec<_> = units.map(place).collect();
        placed.sort_by_key(|(place, _)| *place);
        placed.into_iter().map(|(_, unit)| unit).collect()
    }

    /// The masked name of a household.
    pub(crate) fn name(&self, household: HouseholdNumber) -> &str {
        self.book.households.get(household.index()).map_or("", String::as_str)
    }

    /// The label and the storey of a unit.
    pub(crate) fn unit(&self, unit: UnitNumber) -> (&str, u64) {
        self.book.units.get(unit.index()).map_or(("", 0), |u| (u.label.as_str(), u.storey))
    }
}

/// The place of the last closing line with which a draw was finished: a day ends with one too, and
/// the draw goes on.
fn finished(lines: &[&[u8]]) -> Option<usize> {
    let (mut of_a_day, mut last) = (false, None);
    for (place, line) in lines.iter().enumerate() {
        if line.starts_with(b"{\"kind\":\"checkpoint\"") {
            of_a_day = line.starts_with(b"{\"kind\":\"checkpoint\",\"stage\":\"day\"");
        }
        if line.starts_with(b"{\"kind\":\"closing\"") && !of_a_day {
            last = Some(place);
        }
    }
    last
}

/// The lines of a file, without LF; the last one also if it has none.
fn split(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split_inclusive(|&b| b == b'\n').map(|line| line.strip_suffix(b"\n").unwrap_or(line))
}

/// What a panel that refuses says; and the proof that no check fails, or which one does.
fn verified(bytes: &[u8]) -> (Phrase, Result<Verified, Refuted>) {
    let none = || Phrase::new("", "");
    let report = match verify(bytes, &Evidence::default()) {
        Ok(report) => report,
        Err(error) => {
            return (none(), Err(Refuted { sentence: error.words(), fault: none() }));
        }
    };
    let refused = report.refused();
    let verified = report.into_verified().map_err(|report| {
        let fault = report.first_failed().and_then(|check| check.faults.first());
        let told = |lang| fault.map_or_else(String::new, |fault| fault.sentence(lang));
        Refuted { sentence: report.sentence(), fault: Phrase::new(told(Lang::En), told(Lang::Zh)) }
    });
    (refused, verified)
}
