//! What the lines of a draw mean for each household: when it was called, how it got its unit, what
//! came after.
//!
//! The one place that follows `undo`, offers, swaps and withdrawals from line to line. The board,
//! print-outs, receipts and minutes read it. It follows lines that are right, and judges none: that
//! the lines are right is for [`Session::replay`](crate::session::Session::replay) or
//! [`verify`](crate::transcript::verify) to say.

use crate::lines::{Absence, By, Line};
use crate::plan::Roll;
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
pub struct Holding {
    /// How.
    pub how: How,
    /// The number of the unit in the plan, if it has one.
    pub unit: Option<u32>,
    /// The number of the line, from 1; 0 while it is unserved.
    pub line: u64,
}

/// The course of one household through the draw.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Course {
    /// The line of its last call, from 1.
    pub called: Option<u64>,
    /// What the draw gave: a pick or a place on standby that nobody withdrew.
    pub drawn: Holding,
    /// What it has now, after whatever came later. The draw being void is said by [`Record::void`]
    /// alone.
    pub now: Holding,
    /// Whether it missed a call and is called once more (absence rule `last`).
    pub deferred: bool,
}

/// What a line did.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Nothing that concerns what a household has.
    Other,
    /// A household got a unit or a place on standby.
    Served {
        /// Its number.
        household: u32,
    },
    /// A household did not answer three calls.
    Missed {
        /// Its number.
        household: u32,
        /// Whether it is called once more at the end of the pool.
        deferred: bool,
    },
    /// The line before was withdrawn (rule D9).
    Undone {
        /// The household of that line.
        household: u32,
        /// The unit that it had chosen; `None` if that line said that it missed its call.
        unit: Option<u32>,
    },
}

/// The line before, as far as an `undo` takes it back, and what stood before it.
#[derive(Debug, Clone)]
struct Undoable {
    household: u32,
    course: Course,
    unit: Option<u32>,
}

/// Every household's course, as far as the lines go.
///
/// ```
/// use floorlot::lines::Line;
/// use floorlot::plan::Plan;
/// use floorlot::record::{How, Record};
/// let file = include_str!("../tests/vectors/worked/transcript.jsonl");
/// let lines: Vec<&str> = file.lines().collect();
/// let plan = lines.iter().position(|line| line.starts_with("{\"kind\":\"checkpoint\"")).unwrap();
/// let plan = Plan::read_lines(lines[..plan].iter().map(|line| line.as_bytes())).unwrap();
/// let record = Record::of(plan.roll(), &lines);
/// assert_eq!(record.course(0).drawn.how, How::Lot);
/// assert_eq!(Line::decode(lines[record.course(0).drawn.line as usize - 1].as_bytes()).unwrap().kind(), "pick");
/// ```
#[derive(Debug, Clone)]
pub struct Record {
    courses: Vec<Course>,
    undoable: Option<Undoable>,
    /// For each household the lines after the result that name it, in their order, from 1.
    later: BTreeMap<u32, Vec<u64>>,
    /// Whom an objection is about, by its id.
    objections: BTreeMap<Box<str>, u32>,
    void: Option<u64>,
    served: u64,
}

impl Record {
    /// Before the first call.
    pub fn new(roll: &Roll) -> Record {
        let courses = vec![Course::default(); roll.household_count() as usize];
        Record {
            courses,
            undoable: None,
            later: BTreeMap::new(),
            objections: BTreeMap::new(),
            void: None,
            served: 0,
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
        // D9: only the line directly before can be withdrawn, so whatever else comes ends that.
        let undoable = self.undoable.take();
        match line {
            Line::Call { household, .. } => {
                self.course_mut(roll, household, |course| course.called = Some(number));
                Step::Other
            }
            Line::Pick { household, by, unit, proxy, .. } => {
                let how = How::of_pick(*by, proxy.as_deref());
                self.serve(
                    roll,
                    household,
                    Holding { how, unit: roll.find_unit(unit), line: number },
                    *by == By::Choice,
                )
            }
            Line::Standby { household, place, .. } => self.serve(
                roll,
                household,
                Holding { how: How::Standby(*place), unit: None, line: number },
                false,
            ),
            Line::Missed { household, .. } => self.missed(roll, household),
            Line::Undo { .. } => self.undo(undoable),
            line => {
                self.after(number, line, roll);
                Step::Other
            }
        }
    }

    fn serve(&mut self, roll: &Roll, id: &str, holding: Holding, can_be_withdrawn: bool) -> Step {
        let Some((household, course)) = self.find(roll, id) else { return Step::Other };
        let before = course.clone();
        let unit = holding.unit;
        (course.drawn, course.now) = (holding.clone(), holding);
        self.served += 1;
        self.undoable = can_be_withdrawn.then_some(Undoable { household, course: before, unit });
        Step::Served { household }
    }

    /// D8: with absence rule `last` a household is deferred once; a second miss, or rule `lot`,
    /// leads to the lot.
    fn missed(&mut self, roll: &Roll, id: &str) -> Step {
        let Some((household, course)) = self.find(roll, id) else { return Step::Other };
        let pool = roll.pool_of(household).and_then(|pool| roll.pools().get(pool));
        let deferred =
            pool.is_some_and(|pool| pool.absence == Some(Absence::Last)) && !course.deferred;
        let before = course.clone();
        course.deferred |= deferred;
        self.undoable = Some(Undoable { household, course: before, unit: None });
        Step::Missed { household, deferred }
    }

    fn undo(&mut self, undoable: Option<Undoable>) -> Step {
        let Some(Undoable { household, course, unit }) = undoable else { return Step::Other };
        if unit.is_some() {
            self.served = self.served.saturating_sub(1);
        }
        self.courses.get_mut(household as usize).into_iter().for_each(|own| *own = course.clone());
        Step::Undone { household, unit }
    }

    /// What comes after the result, and a void draw.
    fn after(&mut self, number: u64, line: &Line<'_>, roll: &Roll) {
        let find = |id: &str| roll.find_household(id);
        let named: Vec<u32> = match line {
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
                self.has(find(household), How::Withdrawn, None, number);
                find(household).into_iter().collect()
            }
            Line::Accept { household, unit, .. } => {
                self.has(find(household), How::Accepted, roll.find_unit(unit), number);
                find(household).into_iter().collect()
            }
            Line::Offer { household, .. } | Line::Decline { household, .. } => {
                find(household).into_iter().collect()
            }
            Line::Swap { households, .. } => {
                let households: Vec<u32> = households.iter().filter_map(|id| find(id)).collect();
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

    /// A5: each gets the unit of the next, the last that of the first.
    fn swap(&mut self, households: &[u32], number: u64) {
        let had: Vec<Option<u32>> = households.iter().map(|h| self.course(*h).now.unit).collect();
        for (household, unit) in households.iter().zip(had.iter().cycle().skip(1)) {
            self.has(Some(*household), How::Swap, *unit, number);
        }
    }

    fn has(&mut self, household: Option<u32>, how: How, unit: Option<u32>, line: u64) {
        if let Some(course) = household.and_then(|h| self.courses.get_mut(h as usize)) {
            course.now = Holding { how, unit, line };
        }
    }

    fn find(&mut self, roll: &Roll, id: &str) -> Option<(u32, &mut Course)> {
        let household = roll.find_household(id)?;
        Some((household, self.courses.get_mut(household as usize)?))
    }

    fn course_mut(&mut self, roll: &Roll, id: &str, set: impl FnOnce(&mut Course)) {
        if let Some((_, course)) = self.find(roll, id) {
            set(course);
        }
    }

    /// The course of a household, by its number in the plan. Of a number that is not in the plan it
    /// is empty.
    pub fn course(&self, household: u32) -> &Course {
        const NOBODY: &Course = &Course {
            called: None,
            drawn: Holding { how: How::Unserved, unit: None, line: 0 },
            now: Holding { how: How::Unserved, unit: None, line: 0 },
            deferred: false,
        };
        self.courses.get(household as usize).unwrap_or(NOBODY)
    }

    /// The lines after the result that name a household (objections about it and their rulings
    /// among them), from 1.
    pub fn later(&self, household: u32) -> &[u64] {
        self.later.get(&household).map(Vec::as_slice).unwrap_or_default()
    }

    /// The line that declares the draw void, from 1: then nobody has anything by it.
    pub fn void(&self) -> Option<u64> {
        self.void
    }

    /// How many households have a pick or a place on standby.
    pub fn served(&self) -> u64 {
        self.served
    }
}
