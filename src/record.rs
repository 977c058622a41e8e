//! What the lines of a draw mean for each household: when it was called, what it was offered, how
//! it got its unit, what came after.
//!
//! The one place that follows `undo`, offers, swaps and withdrawals from line to line. The board,
//! print-outs, receipts and minutes read it. It follows lines that are right, and judges none: that
//! the lines are right is for [`Session::replay`](crate::session::Session::replay) or
//! [`verify`](crate::transcript::verify) to say. Pauses stand in no line: the hall notes them
//! beside the transcript.
//!
//! Another program gives it the lines of a file that was verified, one after the other, and asks:
//!
//! | question | answer |
//! |---|---|
//! | when was a household called, with which ticket, as which in its pool | [`Record::calls`] |
//! | which calls did it miss, which steps were withdrawn, and why | [`Record::missed`], [`Record::withdrawn`] |
//! | what did the draw give it, by which line | [`Course::drawn`], [`Course::pick`] |
//! | between which units could it choose | [`Record::offered`] |
//! | what has it now, and by which line | [`Course::now`] |
//! | which lines after the result name it | [`Record::later`] |
//! | how far is a pool, how were its units given | [`Record::pool`] |
//! | how much came after the result, and is the draw void | [`Record::aftermath`], [`Record::void`] |
//! | what did the last line do | the [`Step`] that [`Record::line`] returns |

use crate::aftermath::AftermathTotals;
use crate::hash::Hash;
use crate::holding::Holding;
use crate::lines::{Absence, By, Line};
use crate::picks::Units;
use crate::plan::{HouseholdNumber, PoolNumber, Roll, UnitNumber};
use crate::profile::Decimal;
use std::collections::BTreeMap;

/// How a household came to what it has.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum How {
    /// It has nothing yet: it was not served.
    #[default]
    Unserved,
    /// It chose its unit itself (rule D5).
    Choice,
    /// Somebody else chose for it (rule D8).
    Proxy(Box<str>),
    /// The lot gave the unit (rule D6).
    Lot,
    /// Its ranking gave the unit (rule D7).
    Ranking,
    /// A place on the standby list of the pool, counted from 1 (rule D10).
    Standby(u64),
    /// It took a unit that was offered to the standby list (rule A4).
    Accepted,
    /// Its unit was exchanged by consent (rule A5).
    Swap,
    /// It gave up what it had (rule A2).
    Withdrawn,
}

impl How {
    fn of_pick(by: By, proxy: Option<&str>) -> How {
        match (by, proxy) {
            (By::Choice, Some(proxy)) => How::Proxy(proxy.into()),
            (By::Choice, None) => How::Choice,
            (By::Lot, _) => How::Lot,
            (By::Ranking, _) => How::Ranking,
        }
    }
}

/// What a household has, how it came to it, and by which line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Held {
    /// What it has.
    pub holding: Holding,
    /// How it came to it.
    pub how: How,
    /// The number of the line, from 1; 0 while it is unserved.
    pub line: u64,
}

impl Held {
    const NOTHING: Held = Held { holding: Holding::NotServed, how: How::Unserved, line: 0 };

    /// The unit, if it has one.
    pub fn unit(&self) -> Option<UnitNumber> {
        self.holding.unit()
    }

    /// A unit, if the plan has it: right lines name no other.
    fn unit_of(unit: Option<UnitNumber>, how: How, line: u64) -> Held {
        Held { holding: unit.map_or(Holding::Nothing, Holding::Unit), how, line }
    }
}

/// A call of a household (rule D2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Call {
    /// The number of the line, from 1.
    pub line: u64,
    /// The place among the calls of its pool, from 1. A household that is called again at the end
    /// has another place then.
    pub place: u64,
    /// Its ticket, which orders the calls (rule D3).
    pub ticket: Decimal,
    /// When, in seconds since 1970 as the operator's clock had it, if the line says so.
    pub at: Option<u64>,
}

/// The numbers of a pick, as its line has them (rules D4 to D7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PickNumbers {
    /// How many units were on offer; [`Record::offered`] says which.
    pub offered: u64,
    /// The lot of a household whose unit was drawn (D6).
    pub lot: Option<Decimal>,
    /// The number of the unit among those on offer, from 0, that the lot gave (D6).
    pub number: Option<u64>,
    /// The place of the unit in its ranking, from 1 (D7).
    pub rank: Option<u64>,
}

/// A line that withdrew what the line before it recorded of a household (rule D9).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Withdrawn {
    /// The number of the `undo` line, from 1.
    pub line: u64,
    /// The reason that stands in it.
    pub reason: Box<str>,
}

/// The course of one household through the draw.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Course {
    /// Its last call; [`Record::calls`] has all.
    pub called: Option<Call>,
    /// The numbers of its pick; `None` if it has none, and on standby.
    pub pick: Option<PickNumbers>,
    /// What the draw gave: a pick or a place on standby that nobody withdrew.
    pub drawn: Held,
    /// What it has now, after whatever came later. The draw being void is said by [`Record::void`]
    /// alone.
    pub now: Held,
    /// Whether it missed a call and is called once more (absence rule `last`).
    pub deferred: bool,
}

impl Course {
    const NOTHING: &Course = &Course {
        called: None,
        pick: None,
        drawn: Held::NOTHING,
        now: Held::NOTHING,
        deferred: false,
    };
}

/// The course of one pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct PoolCourse {
    /// The line that opened it, from 1.
    pub opened: Option<u64>,
    /// The line that ended it.
    pub ended: Option<u64>,
    /// How many calls there were.
    pub calls: u64,
    /// How many units were chosen, by a household or its proxy.
    pub chosen: u64,
    /// How many units the lot gave.
    pub by_lot: u64,
    /// How many units a ranking gave.
    pub by_ranking: u64,
    /// How many households went to the standby list.
    pub standby: u64,
    /// The household that got the first unit, with that unit.
    pub first: Option<(HouseholdNumber, UnitNumber)>,
}

/// What a line did.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Nothing that concerns what a household has.
    Other,
    /// A household was called.
    Called {
        /// The number of the household in the roll.
        household: HouseholdNumber,
    },
    /// A household got a unit or a place on standby.
    Served {
        /// The number of the household in the roll.
        household: HouseholdNumber,
    },
    /// A household did not answer three calls.
    Missed {
        /// The number of the household in the roll.
        household: HouseholdNumber,
        /// Whether it is called once more at the end of the pool.
        deferred: bool,
    },
    /// The line before was withdrawn (rule D9).
    Undone {
        /// The household of that line; its call is open again.
        household: HouseholdNumber,
        /// The unit that it had chosen; `None` if that line said that it missed its call.
        unit: Option<UnitNumber>,
        /// The reason that stands in the line.
        reason: Box<str>,
        /// When, if the line says so.
        at: Option<u64>,
    },
}

/// The line before, as far as an `undo` takes it back, and what stood before it.
#[derive(Debug, Clone)]
struct Undoable {
    household: HouseholdNumber,
    course: Course,
    /// Its pool, and the course of that.
    pool: Option<(PoolNumber, PoolCourse)>,
    /// The unit that it chose; `None` for a call that it missed.
    unit: Option<UnitNumber>,
}

/// What most households never have.
#[derive(Debug, Clone, Default)]
struct Rare {
    /// The calls before the last one.
    calls: Vec<Call>,
    missed: Vec<u64>,
    withdrawn: Vec<Withdrawn>,
}

/// Where the numbers of households and units come from.
#[derive(Clone, Copy)]
enum Numbers<'r> {
    Plan(&'r Roll),
    /// This household alone has a number, [`Record::ONE`]; every unit has 0.
    One(&'r str),
}

impl Numbers<'_> {
    fn household(self, id: &str) -> Option<HouseholdNumber> {
        match self {
            Numbers::Plan(roll) => roll.find_household(id),
            Numbers::One(own) => (id == own).then_some(Record::ONE),
        }
    }

    fn unit(self, id: &str) -> Option<UnitNumber> {
        match self {
            Numbers::Plan(roll) => roll.find_unit(id),
            Numbers::One(_) => Some(UnitNumber::new(0)),
        }
    }

    fn pool(self, id: &str) -> Option<PoolNumber> {
        match self {
            Numbers::Plan(roll) => roll.find_pool(id),
            Numbers::One(_) => None,
        }
    }

    fn pool_of(self, household: HouseholdNumber) -> Option<PoolNumber> {
        match self {
            Numbers::Plan(roll) => roll.pool_of(household),
            Numbers::One(_) => None,
        }
    }

    fn absence(self, household: HouseholdNumber) -> Option<Absence> {
        match self {
            Numbers::Plan(roll) => roll.pool(roll.pool_of(household)?)?.absence,
            Numbers::One(_) => None,
        }
    }
}

/// Every household's course, as far as the lines go.
///
/// ```
/// use floorlot::plan::Plan;
/// use floorlot::record::{How, Record};
/// let file = include_str!("../tests/vectors/worked/transcript.jsonl");
/// let lines: Vec<&str> = file.lines().collect();
/// let plan = lines.iter().position(|line| line.starts_with("{\"kind\":\"checkpoint\"")).unwrap();
/// let plan = Plan::read_lines(lines[..plan].iter().map(|line| line.as_bytes())).unwrap();
/// let roll = plan.roll();
/// let record = Record::of(roll, &lines);
///
/// let household = roll.find_household("H001").unwrap();
/// let course = record.course(household);
/// assert_eq!((course.called.unwrap().line, course.called.unwrap().place), (25, 1));
/// assert_eq!((&course.drawn.how, course.drawn.line), (&How::Lot, 26));
/// assert_eq!(course.drawn.unit().map(|unit| roll.unit_id(unit)), Some("A-1801"));
/// // A-0301 is held back for the household that needs it (rule D4), so one unit was on offer.
/// assert_eq!(record.offered(roll, household), [course.drawn.unit().unwrap()]);
/// let pool = record.pool(roll.find_pool("A").unwrap());
/// assert_eq!((pool.calls, pool.by_lot), (2, 2));
/// ```
#[derive(Debug, Clone)]
pub struct Record {
    courses: Vec<Course>,
    rare: BTreeMap<HouseholdNumber, Rare>,
    pools: Vec<PoolCourse>,
    seed: Option<(u64, Hash)>,
    undoable: Option<Undoable>,
    /// For each household the lines after the result that name it, in their order, from 1.
    later: BTreeMap<HouseholdNumber, Vec<u64>>,
    /// Whom an objection is about, by its id.
    objections: BTreeMap<Box<str>, HouseholdNumber>,
    aftermath: AftermathTotals,
    void: Option<u64>,
}

impl Record {
    /// Before the first call.
    pub fn new(roll: &Roll) -> Record {
        let households = usize::try_from(roll.household_count()).unwrap_or(usize::MAX);
        Record::empty(households, roll.pools().len())
    }

    /// The household of a [record of one](Record::of_one).
    pub const ONE: HouseholdNumber = HouseholdNumber::new(0);

    /// Before the first call, for [`Record::line_of`]: the record of one household, which is
    /// [`Record::ONE`] in it.
    pub fn of_one() -> Record {
        Record::empty(1, 0)
    }

    fn empty(households: usize, pools: usize) -> Record {
        Record {
            courses: vec![Course::default(); households],
            rare: BTreeMap::new(),
            pools: vec![PoolCourse::default(); pools],
            seed: None,
            undoable: None,
            later: BTreeMap::new(),
            objections: BTreeMap::new(),
            aftermath: AftermathTotals::default(),
            void: None,
        }
    }

    /// The record of lines without LF, the first of which is line 1. A line that cannot be read is
    /// passed over.
    pub fn of<L: AsRef<[u8]>>(roll: &Roll, lines: impl IntoIterator<Item = L>) -> Record {
        let mut record = Record::new(roll);
        for (number, bytes) in (1..).zip(lines) {
            if let Ok(line) = Line::decode(bytes.as_ref()) {
                record.line(number, &line, roll);
            }
        }
        record
    }

    /// Takes in the next line, whose number counts from 1, and says what it did.
    pub fn line(&mut self, number: u64, line: &Line<'_>, roll: &Roll) -> Step {
        self.follow(number, line, Numbers::Plan(roll))
    }

    /// Takes in the next line of a file of which there is no plan to go by, because its plan breaks
    /// rules, say: what concerns this one household, but for the numbers of units and for whether
    /// it is called again.
    pub fn line_of(&mut self, number: u64, line: &Line<'_>, household: &str) -> Step {
        self.follow(number, line, Numbers::One(household))
    }

    fn follow(&mut self, number: u64, line: &Line<'_>, numbers: Numbers<'_>) -> Step {
        // D9: only the line directly before can be withdrawn, so whatever else comes ends that.
        let undoable = self.undoable.take();
        match line {
            Line::Seed { seed, .. } => {
                // After a fault: the first `seed` line is the one used.
                self.seed.get_or_insert((number, *seed));
                Step::Other
            }
            Line::Open { pool, .. } => self.pool_mut(numbers.pool(pool), |pool| {
                pool.opened.get_or_insert(number);
            }),
            Line::End { pool, .. } => self.pool_mut(numbers.pool(pool), |pool| {
                pool.ended.get_or_insert(number);
            }),
            Line::Call { .. } => self.call(number, line, numbers),
            Line::Pick { .. } => self.pick(number, line, numbers),
            Line::Standby { household, place, .. } => {
                let (holding, how) = (Holding::Standby, How::Standby(*place));
                self.serve(numbers, household, Held { holding, how, line: number }, None)
            }
            Line::Missed { household, .. } => self.missed_call(number, household, numbers),
            Line::Undo { reason, at } => self.undo(undoable, number, reason, *at),
            line => {
                self.after(number, line, numbers);
                Step::Other
            }
        }
    }

    fn call(&mut self, number: u64, line: &Line<'_>, numbers: Numbers<'_>) -> Step {
        let Line::Call { pool, place, household, ticket, at } = line else { return Step::Other };
        self.pool_mut(numbers.pool(pool), |pool| pool.calls = pool.calls.saturating_add(1));
        let Some((household, course)) = self.find(numbers, household) else { return Step::Other };
        let call = Call { line: number, place: *place, ticket: *ticket, at: *at };
        if let Some(before) = course.called.replace(call) {
            self.rare.entry(household).or_default().calls.push(before);
        }
        Step::Called { household }
    }

    fn pick(&mut self, number: u64, line: &Line<'_>, numbers: Numbers<'_>) -> Step {
        let Line::Pick { household, by, offered, lot, number: nth, rank, unit, proxy, .. } = line
        else {
            return Step::Other;
        };
        let how = How::of_pick(*by, proxy.as_deref());
        let pick = PickNumbers { offered: *offered, lot: *lot, number: *nth, rank: *rank };
        let held = Held::unit_of(numbers.unit(unit), how, number);
        self.serve(numbers, household, held, Some((*by, pick)))
    }

    /// D5 to D7, D10: the household gets what its line gives it.
    fn serve(
        &mut self,
        numbers: Numbers<'_>,
        id: &str,
        held: Held,
        pick: Option<(By, PickNumbers)>,
    ) -> Step {
        let Some((household, course)) = self.find(numbers, id) else { return Step::Other };
        let before = course.clone();
        let unit = held.unit();
        course.pick = pick.map(|(_, numbers)| numbers);
        (course.drawn, course.now) = (held.clone(), held);
        let by = pick.map(|(by, _)| by);
        let pool = self.pool_before(numbers.pool_of(household));
        self.pool_mut(pool.map(|(pool, _)| pool), |pool| pool.serve(household, unit, by));
        // D9: a choice can be withdrawn; what the lot, a ranking or the end of the units gave
        // cannot.
        let undoable = Undoable { household, course: before, pool, unit };
        self.undoable = (by == Some(By::Choice)).then_some(undoable);
        Step::Served { household }
    }

    /// D8: with absence rule `last` a household is deferred once; a second miss, or rule `lot`,
    /// leads to the lot.
    fn missed_call(&mut self, number: u64, id: &str, numbers: Numbers<'_>) -> Step {
        let Some((household, course)) = self.find(numbers, id) else { return Step::Other };
        // D8: with `absence` `last` or `day`, deferred at the first `missed` that was not withdrawn.
        let defers = matches!(numbers.absence(household), Some(Absence::Last | Absence::Day));
        let deferred = defers && !course.deferred;
        let before = course.clone();
        course.deferred |= deferred;
        self.rare.entry(household).or_default().missed.push(number);
        self.undoable = Some(Undoable { household, course: before, pool: None, unit: None });
        Step::Missed { household, deferred }
    }

    /// D9: everything is as it was before the line that is withdrawn.
    fn undo(
        &mut self,
        undoable: Option<Undoable>,
        number: u64,
        reason: &str,
        at: Option<u64>,
    ) -> Step {
        let Some(Undoable { household, course, pool, unit }) = undoable else { return Step::Other };
        let rare = self.rare.entry(household).or_default();
        // D9: the missed call that is withdrawn stands on the line directly before.
        rare.missed.pop_if(|missed| missed.checked_add(1) == Some(number));
        rare.withdrawn.push(Withdrawn { line: number, reason: reason.into() });
        if let Some(own) = self.course_mut(household) {
            *own = course;
        }
        if let Some((pool, before)) = pool {
            self.pool_mut(Some(pool), |pool| *pool = before);
        }
        Step::Undone { household, unit, reason: reason.into(), at }
    }

    /// What comes after the result, and a void draw.
    fn after(&mut self, number: u64, line: &Line<'_>, numbers: Numbers<'_>) {
        self.count(line);
        let find = |id: &str| numbers.household(id);
        let named: Vec<HouseholdNumber> = match line {
            Line::Objection { id, household: Some(household), .. } => {
                let household = find(household);
                self.objections
                    .extend(household.map(|household| (Box::from(id.as_ref()), household)));
                household.into_iter().collect()
            }
            Line::Ruling { objection, .. } => {
                self.objections.get(objection.as_ref()).copied().into_iter().collect()
            }
            Line::Withdrawal { household, .. } => {
                let held = Held { holding: Holding::Nothing, how: How::Withdrawn, line: number };
                self.has(find(household), held);
                find(household).into_iter().collect()
            }
            Line::Accept { household, unit, .. } => {
                let held = Held::unit_of(numbers.unit(unit), How::Accepted, number);
                self.has(find(household), held);
                find(household).into_iter().collect()
            }
            Line::Offer { household, .. } | Line::Decline { household, .. } => {
                find(household).into_iter().collect()
            }
            Line::Swap { households, .. } => {
                let households: Vec<HouseholdNumber> =
                    households.iter().filter_map(|id| find(id)).collect();
                self.swap(&households, number);
                households
            }
            Line::Void { .. } => {
                self.void = Some(number);
                Vec::new()
            }
            _ => Vec::new(),
        };
        named
            .into_iter()
            .for_each(|household| self.later.entry(household).or_default().push(number));
    }

    fn count(&mut self, line: &Line<'_>) {
        let totals = &mut self.aftermath;
        let counted = match line {
            Line::Objection { .. } => {
                totals.open = totals.open.saturating_add(1);
                &mut totals.objections
            }
            Line::Ruling { .. } => {
                totals.open = totals.open.saturating_sub(1);
                return;
            }
            Line::Withdrawal { .. } => &mut totals.withdrawals,
            Line::Accept { .. } => &mut totals.accepted,
            Line::Decline { .. } => &mut totals.declined,
            Line::Swap { .. } => &mut totals.swaps,
            Line::Recording { .. } => &mut totals.recordings,
            Line::Filed { .. } => &mut totals.filed,
            _ => return,
        };
        *counted = counted.saturating_add(1);
    }

    /// A5: each gets the unit of the next, the last that of the first.
    fn swap(&mut self, households: &[HouseholdNumber], number: u64) {
        // A5: all units first, because each gives its own before it gets another.
        let had: Vec<Holding> = households.iter().map(|h| self.course(*h).now.holding).collect();
        for (household, holding) in households.iter().zip(had.iter().cycle().skip(1)) {
            self.has(Some(*household), Held { holding: *holding, how: How::Swap, line: number });
        }
    }

    fn has(&mut self, household: Option<HouseholdNumber>, held: Held) {
        if let Some(course) = household.and_then(|household| self.course_mut(household)) {
            course.now = held;
        }
    }

    fn find(&mut self, numbers: Numbers<'_>, id: &str) -> Option<(HouseholdNumber, &mut Course)> {
        let household = numbers.household(id)?;
        Some((household, self.course_mut(household)?))
    }

    fn course_mut(&mut self, household: HouseholdNumber) -> Option<&mut Course> {
        self.courses.get_mut(household.index())
    }

    fn pool_mut(&mut self, pool: Option<PoolNumber>, set: impl FnOnce(&mut PoolCourse)) -> Step {
        if let Some(pool) = pool.and_then(|pool| self.pools.get_mut(pool.index())) {
            set(pool);
        }
        Step::Other
    }

    /// A pool with its course, to come back to.
    fn pool_before(&self, pool: Option<PoolNumber>) -> Option<(PoolNumber, PoolCourse)> {
        let pool = pool?;
        Some((pool, *self.pools.get(pool.index())?))
    }

    /// The course of a household. Of one that is not in the plan it is empty.
    pub fn course(&self, household: HouseholdNumber) -> &Course {
        self.courses.get(household.index()).unwrap_or(Course::NOTHING)
    }

    /// The calls of a household, in their order.
    pub fn calls(&self, household: HouseholdNumber) -> impl Iterator<Item = &Call> {
        let before = self.rare.get(&household).map(|rare| rare.calls.as_slice());
        before.unwrap_or_default().iter().chain(&self.course(household).called)
    }

    /// The lines, from 1, of the calls that a household missed, but for those that were withdrawn.
    pub fn missed(&self, household: HouseholdNumber) -> &[u64] {
        self.rare.get(&household).map(|rare| rare.missed.as_slice()).unwrap_or_default()
    }

    /// What was withdrawn of a household's choices and missed calls (rule D9).
    pub fn withdrawn(&self, household: HouseholdNumber) -> &[Withdrawn] {
        self.rare.get(&household).map(|rare| rare.withdrawn.as_slice()).unwrap_or_default()
    }

    /// The units that were on offer to a household when it got its unit or its place on standby, in
    /// plan order (rule D4); none if it has neither. They stand in no line:
    /// its pool is followed up to its turn, which takes as long as the pool is large.
    pub fn offered(&self, roll: &Roll, household: HouseholdNumber) -> Vec<UnitNumber> {
        let served = self.course(household).drawn.line;
        let Some(info) = roll.pool_of(household).and_then(|pool| roll.pool(pool)) else {
            return Vec::new();
        };
        // Nothing was on offer to a household that was not served, and nothing need be followed.
        if served == 0 {
            return Vec::new();
        }
        let mut units = Units::new(roll, info);
        let mut before: Vec<(u64, HouseholdNumber, Option<UnitNumber>)> = info
            .household_numbers()
            .map(|other| (&self.course(other).drawn, other))
            .filter(|(drawn, _)| drawn.line > 0 && drawn.line < served)
            .map(|(drawn, other)| (drawn.line, other, drawn.unit()))
            .collect();
        before.sort_unstable();
        for (_, other, unit) in before {
            // D4: whoever was served waits no longer.
            units.call(units.need_class(roll, other));
            unit.and_then(|unit| info.unit_numbers().place_of(unit)).into_iter().for_each(|unit| {
                units.take(unit);
            });
        }
        let class = units.need_class(roll, household);
        // D4: the household just called does not wait either.
        units.call(class);
        let offer = units.offer(class, self.limit(roll, household, served));
        units.listed(offer).filter_map(|place| info.unit_numbers().at(place)).collect()
    }

    /// D14: the area that was left to a household when it was served; `None` if nothing limited it.
    fn limit(&self, roll: &Roll, household: HouseholdNumber, served: u64) -> Option<u64> {
        let family = roll.family(roll.family_of(household)?)?;
        let budget = family.budget.filter(|_| roll.needs(household).is_empty())?;
        let others = family.claims.iter().filter(|other| **other != household);
        let used = others.map(|other| {
            let drawn = &self.course(*other).drawn;
            match drawn.unit() {
                _ if drawn.line == 0 || drawn.line > served => roll.reserve(*other),
                unit => unit.and_then(|unit| roll.area(unit)).unwrap_or(0),
            }
        });
        Some(budget.saturating_sub(used.sum()))
    }

    /// The course of a pool. Of one that is not in the plan it is empty.
    pub fn pool(&self, pool: PoolNumber) -> PoolCourse {
        self.pools.get(pool.index()).copied().unwrap_or_default()
    }

    /// The seed, and the line in which it stands, from 1.
    pub fn seed(&self) -> Option<(u64, Hash)> {
        self.seed
    }

    /// The lines after the result that name a household (objections about it and their rulings
    /// among them), from 1.
    pub fn later(&self, household: HouseholdNumber) -> &[u64] {
        self.later.get(&household).map(Vec::as_slice).unwrap_or_default()
    }

    /// How much came after the result.
    pub fn aftermath(&self) -> AftermathTotals {
        self.aftermath
    }

    /// The line that declares the draw void, from 1: then nobody has anything by it.
    pub fn void(&self) -> Option<u64> {
        self.void
    }

    /// How many households have a pick or a place on standby by the draw.
    pub fn served(&self) -> u64 {
        self.pools.iter().map(PoolCourse::served).fold(0, |all, served| all.saturating_add(served))
    }
}

impl PoolCourse {
    /// How many households have a pick or a place on standby.
    pub fn served(&self) -> u64 {
        [self.chosen, self.by_lot, self.by_ranking, self.standby]
            .into_iter()
            .fold(0, |all, given| all.saturating_add(given))
    }

    fn serve(&mut self, household: HouseholdNumber, unit: Option<UnitNumber>, by: Option<By>) {
        let given = match by {
            Some(By::Choice) => &mut self.chosen,
            Some(By::Lot) => &mut self.by_lot,
            Some(By::Ranking) => &mut self.by_ranking,
            None => &mut self.standby,
        };
        *given = given.saturating_add(1);
        self.first = self.first.or(unit.map(|unit| (household, unit)));
    }
}

#[cfg(test)]
mod tests {
    use super::{How, Record, Step};
    use crate::lines::Line;
    use crate::plan::Plan;
    use crate::transcript::{Evidence, verify};
    use std::path::Path;

    /// The lines of every valid transcript of the corpus, with its name.
    fn valid() -> Vec<(String, Vec<Vec<u8>>)> {
        let folder =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/corpus/valid").read_dir();
        let read = |path: std::path::PathBuf| {
            let lines = std::fs::read(&path).unwrap();
            let lines = lines.strip_suffix(b"\n").unwrap().split(|b| *b == b'\n');
            (path.display().to_string(), lines.map(<[u8]>::to_vec).collect())
        };
        let all: Vec<_> = folder.unwrap().map(|file| read(file.unwrap().path())).collect();
        assert!(all.len() > 10);
        all
    }

    fn plan(lines: &[Vec<u8>]) -> crate::plan::ValidPlan {
        let end = lines.iter().position(|l| l.starts_with(b"{\"kind\":\"checkpoint\"")).unwrap();
        Plan::read_lines(lines[..end].iter().map(Vec::as_slice)).unwrap()
    }

    #[test]
    fn it_says_what_verifier_and_lines_say() {
        let (mut seen, mut withdrawn, mut missed) = (0, 0, 0);
        for (name, lines) in valid() {
            let (plan, record) = (plan(&lines), Record::of(plan(&lines).roll(), &lines));
            let (roll, file) = (plan.roll(), [lines.join(&b'\n'), b"\n".to_vec()].concat());
            let report = verify(&file[..], &Evidence::default()).unwrap();
            assert_eq!(record.aftermath(), report.aftermath, "{name}");
            let verified = report.into_verified().unwrap();
            for household in roll.household_numbers() {
                let (course, id) = (record.course(household), roll.household_id(household));
                let evidence = Evidence { household: Some(id.to_owned()), ..Evidence::default() };
                let report = verify(&file[..], &evidence).unwrap();
                let offered = record.offered(roll, household);
                let offered: Vec<&str> = offered.iter().map(|unit| roll.unit_id(*unit)).collect();
                if record.void().is_none() {
                    let now = course.now.unit().map(|unit| roll.unit_id(unit));
                    assert_eq!(now, verified.unit_of(id), "{name} {id}");
                }
                let Some(why) = &report.why else { continue };
                assert_eq!(offered, why.offered, "{name} {id}");
                assert_eq!(course.drawn.line, why.line, "{name} {id}");
                assert_eq!(record.missed(household).len() as u64, why.missed, "{name} {id}");
                assert_eq!(course.called.and_then(|call| call.at), why.called_at, "{name} {id}");
                let ticket = course.called.map(|call| call.ticket.0.to_string());
                assert_eq!(ticket.as_ref(), Some(&why.ticket), "{name} {id}");
                if let Some(pick) = course.pick {
                    assert_eq!(pick.offered, offered.len() as u64, "{name} {id}");
                    assert_eq!((pick.number, pick.rank), (why.number, why.rank), "{name} {id}");
                }
                seen += 1;
                withdrawn += record.withdrawn(household).len();
                missed += record.missed(household).len();
            }
        }
        assert!(seen > 100 && withdrawn > 2 && missed > 2, "{seen} {withdrawn} {missed}");
    }

    #[test]
    fn pools_are_counted_as_their_ends_say() {
        for (name, lines) in valid() {
            let plan = plan(&lines);
            let mut record = Record::new(plan.roll());
            for (number, bytes) in (1..).zip(&lines) {
                let line = Line::decode(bytes).unwrap();
                record.line(number, &line, plan.roll());
                let Line::End { pool, picked, standby, .. } = line else { continue };
                let pool = record.pool(plan.roll().find_pool(&pool).unwrap());
                let given = pool.chosen + pool.by_lot + pool.by_ranking;
                assert_eq!((given, pool.standby, pool.ended), (picked, standby, Some(number)));
                assert!(pool.opened < pool.ended && pool.calls >= pool.served(), "{name}");
            }
        }
    }

    /// One household is followed without a plan as it is with one, but for numbers of the plan.
    #[test]
    fn one_household_without_a_plan() {
        for (name, lines) in valid() {
            let (plan, record) = (plan(&lines), Record::of(plan(&lines).roll(), &lines));
            for household in plan.roll().household_numbers() {
                let (id, mut one) = (plan.roll().household_id(household), Record::of_one());
                for (number, bytes) in (1..).zip(&lines) {
                    one.line_of(number, &Line::decode(bytes).unwrap(), id);
                }
                let calls = |record: &Record, h| record.calls(h).copied().collect::<Vec<_>>();
                assert_eq!(calls(&one, Record::ONE), calls(&record, household), "{name} {id}");
                assert_eq!(one.missed(Record::ONE), record.missed(household), "{name} {id}");
                assert_eq!(one.withdrawn(Record::ONE), record.withdrawn(household), "{name} {id}");
                let how = |record: &Record, h| record.course(h).drawn.how.clone();
                assert_eq!(how(&one, Record::ONE), how(&record, household), "{name} {id}");
            }
        }
    }

    #[test]
    fn an_undo_takes_back_the_line_before_and_no_other() {
        let plan = Plan::new("draw.example/1", "7号地块", crate::lines::Mode::Rehearsal)
            .bench("a", "甲", 1, &[("a1", "王*")])
            .bench("b", "乙", 1, &[("b1", "李*")])
            .source(crate::plan::Source::TWENTY_DICE)
            .pool(
                crate::plan::Pool::new("A", "A", "1号楼", crate::lines::PickRule::Choice)
                    .unit("u1", "101", 1, &[])
                    .household("h1", "张*", 1, &[]),
            );
        let mut plan = plan;
        plan.pools[0].absence = Some(crate::lines::Absence::Last);
        let plan = plan.validate().unwrap();
        let unit = plan.roll().find_unit("u1").unwrap();
        let mut record = Record::new(plan.roll());
        let pool = plan.roll().find_pool("A").unwrap();
        let household = plan.roll().find_household("h1").unwrap();
        let mut number = 0;
        let mut line = |record: &mut Record, text: &str| {
            number += 1;
            record.line(number, &Line::decode(text.as_bytes()).unwrap(), plan.roll())
        };
        let call = r#"{"kind":"call","pool":"A","place":1,"household":"h1","ticket":"7"}"#;
        let pick = r#"{"kind":"pick","household":"h1","by":"choice","offered":1,"unit":"u1"}"#;
        let undo = r#"{"kind":"undo","reason":"typed wrongly","at":9}"#;
        assert_eq!(line(&mut record, call), Step::Called { household });
        assert_eq!(line(&mut record, pick), Step::Served { household });
        assert_eq!(
            (record.pool(pool).chosen, record.pool(pool).first),
            (1, Some((household, unit)))
        );
        let undone =
            |unit| Step::Undone { household, unit, reason: "typed wrongly".into(), at: Some(9) };
        assert_eq!(line(&mut record, undo), undone(Some(unit)));
        assert_eq!((record.pool(pool).served(), record.pool(pool).calls), (0, 1));
        assert_eq!(
            (record.pool(pool).first, &record.course(household).now.how),
            (None, &How::Unserved)
        );
        assert_eq!(line(&mut record, undo), Step::Other, "it is withdrawn once");
        let missed = r#"{"kind":"missed","household":"h1"}"#;
        assert_eq!(line(&mut record, missed), Step::Missed { household, deferred: true });
        assert_eq!(record.missed(household), [5]);
        assert_eq!(line(&mut record, undo), undone(None));
        assert!(record.missed(household).is_empty() && !record.course(household).deferred);
        assert_eq!(record.withdrawn(household).iter().map(|w| w.line).collect::<Vec<_>>(), [3, 6]);
        let lot = r#"{"kind":"pick","household":"h1","by":"lot","offered":1,"lot":"4","number":0,"unit":"u1"}"#;
        line(&mut record, lot);
        assert_eq!(line(&mut record, undo), Step::Other, "what the lot gave stays");
        assert_eq!((record.pool(pool).by_lot, record.withdrawn(household).len()), (1, 2));
    }
}
