//! R3: the lines of a receipt belong together.

use super::facts::{Course, Facts, NextLines, household_of, pool_of};
use super::family::{FamilyFacts, Parts};
use crate::lines::Line;
use crate::phase::Role;
use crate::rules::Phrase;

/// An entry as R2 found it. R3 gets no more of it than this, so that each proof is checked once.
pub(super) struct Examined<'r> {
    /// Its place in the transcript, from 0.
    pub(super) index: u64,
    /// The line; `None` if it is not in the profile.
    pub(super) line: Option<Line<'r>>,
    /// Why it is refused.
    pub(super) fault: Option<Phrase>,
}

/// R3: what is wrong with the lines together.
pub(super) fn faults(examined: &[Examined<'_>], facts: &Facts) -> Vec<Phrase> {
    let lines = examined.iter().filter_map(|e| Some((e.index, e.line.as_ref()?)));
    let mut next = NextLines::of(lines);
    // R3: no other clause is about the next line, and it tells nothing.
    let about = examined.iter().enumerate().filter_map(|(place, entry)| {
        let line = entry.line.as_ref()?;
        let behind = place.checked_add(1).and_then(|next| examined.get(next));
        (!next.is_next(entry.index, line)).then_some((entry, line, behind))
    });
    let about: Vec<Shown<'_, '_>> = about.collect();
    match &facts.family {
        None => of_household(&about, facts),
        Some(family) => of_family(&about, family),
    }
}

/// An entry with its line, and the entry behind it.
type Shown<'e, 'r> = (&'e Examined<'r>, &'e Line<'r>, Option<&'e Examined<'r>>);

/// R3: one fault for each entry, one if no line names a household, one if the `unit` line is
/// another than that of the household.
fn of_household(about: &[Shown<'_, '_>], facts: &Facts) -> Vec<Phrase> {
    let (mut together, mut faults) = (Together::default(), Vec::new());
    for (entry, line, behind) in about {
        // R3: a line that R2 refuses has no other fault, but it, and one that breaks R3, still
        // tells what the household had. (A `unit` line tells nothing of that.)
        match (&entry.fault, line) {
            (None, line) => {
                let found = together.line(entry.index, line, facts);
                faults.extend(found.or_else(|| not_withdrawn(entry.index, line, *behind)));
            }
            (Some(_), Line::Unit { .. }) => {}
            (Some(_), line) => drop(together.follows(entry.index, line, facts)),
        }
    }
    faults.extend(together.end(facts));
    faults
}

/// R3, of a family: the lines of each claim by themselves, and what holds for all together. One
/// fault for each entry, and one if the claims are not as many as the `family` line says.
fn of_family(about: &[Shown<'_, '_>], family: &FamilyFacts) -> Vec<Phrase> {
    let lines: Vec<&Line<'_>> = about.iter().map(|(_, line, _)| *line).collect();
    let mut parts = Parts::of(&lines).with_units(family);
    let mut claims: Vec<(Together, &Facts)> =
        family.households.iter().map(|facts| (Together::default(), facts)).collect();
    let (mut order, mut faults) = (Order::default(), Vec::new());
    for (entry, line, behind) in about {
        let own = parts.claims_of(line);
        let mut found = None;
        if entry.fault.is_none() {
            let whole = order.line(entry.index, line);
            found = whole.or_else(|| of_a_claim(entry.index, line, &own, family));
        }
        for number in own {
            let Some((together, facts)) = claims.get_mut(number) else { continue };
            // R3: a line that R2 refuses has no other fault, but still tells what the claim had.
            let wrong = match (&entry.fault, line) {
                (None, line) => together.line(entry.index, line, facts),
                (Some(_), Line::Unit { .. }) => None,
                (Some(_), line) => together.follows(entry.index, line, facts).and(None),
            };
            found = found.or(wrong);
        }
        if entry.fault.is_none() {
            faults.extend(found.or_else(|| not_withdrawn(entry.index, line, *behind)));
        }
    }
    faults.extend(number_of_claims(parts.count(), family));
    faults
}

/// R3, of a family, 2 and 3: the `household` lines name the family, and each line is of a claim.
fn of_a_claim(index: u64, line: &Line<'_>, own: &[usize], family: &FamilyFacts) -> Option<Phrase> {
    match line {
        Line::Plan { .. } | Line::Void { .. } => None,
        Line::Family { id, .. } => same(index, "family", id, Some(&family.id)),
        Line::Household { family: of, .. } => {
            same(index, "family", of.as_deref().unwrap_or_default(), Some(&family.id))
        }
        line => own.is_empty().then(|| {
            let expected = (
                format!("a line of a claim of family {}", family.id),
                format!("家庭 {} 某个名额的行", family.id),
            );
            fault(index, format_args!("`{}`", line.kind()), (&expected.0, &expected.1))
        }),
    }
}

/// R3, of a family, 4: as many claims as its line says, and at least one.
fn number_of_claims(found: u64, family: &FamilyFacts) -> Option<Phrase> {
    (found != family.claims || found == 0).then(|| {
        let expected = family.claims.max(1);
        Phrase::new(
            format!("found {found} claims of family {}; expected {expected}", family.id),
            format!("家庭 {} 发现 {found} 个名额；应为 {expected} 个", family.id),
        )
    })
}

/// R3, of a family, 1: how far the kinds have come.
#[derive(Default)]
struct Order {
    /// Kinds before this one do not follow any more.
    next: u8,
}

impl Order {
    fn line(&mut self, index: u64, line: &Line<'_>) -> Option<Phrase> {
        let stage = match (line, Place::of(line)) {
            (Line::Family { .. }, _) => Some((3, true)),
            (_, Some(Place::Plan)) => Some((0, true)),
            (_, Some(Place::Pool)) => Some((1, false)),
            (_, Some(Place::Unit)) => Some((2, false)),
            (_, Some(Place::Household)) => Some((4, false)),
            (_, Some(Place::Call | Place::Outcome)) => Some((5, false)),
            (_, Some(Place::Later)) => Some((6, false)),
            (_, None) => None,
        };
        match stage {
            Some((stage, once)) if stage >= self.next => {
                self.next = if once { stage.saturating_add(1) } else { stage };
                None
            }
            _ => Some(fault(
                index,
                format_args!("`{}`", line.kind()),
                (
                    "plan, pools, units, family, households, the draw of each, then lines after the result",
                    "依次为方案、批次、房源、家庭、各住户、各户的抽选，其后为结果之后的行",
                ),
            )),
        }
    }
}

/// R3: directly behind a `pick` or `standby` stands the next line, and that is no `undo`.
fn not_withdrawn(index: u64, line: &Line<'_>, behind: Option<&Examined<'_>>) -> Option<Phrase> {
    if !matches!(line, Line::Pick { .. } | Line::Standby { .. }) {
        return None;
    }
    let next = behind.filter(|entry| index.checked_add(1) == Some(entry.index));
    let found = match next {
        None => Phrase::new("no line behind it", "其后没有下一行"),
        Some(Examined { line: Some(Line::Undo { .. }), .. }) => {
            Phrase::new("`undo` behind it, which withdraws it", "其后为 `undo`，已将其撤回")
        }
        Some(_) => return None,
    };
    let number = index.saturating_add(1);
    let expected = (
        "the line directly behind it in the transcript, and no `undo`",
        "记录中紧接其后的一行，且不是 `undo`",
    );
    Some(Phrase::new(
        format!("line {number}: found {}; expected {}", found.en, expected.0),
        format!("第 {number} 行：发现 {}；应为 {}", found.zh, expected.1),
    ))
}

/// The lines so far.
#[derive(Default)]
struct Together {
    /// The place that the next line has at least.
    next: Place,
    course: Course,
    /// The unit of the `unit` line.
    unit: Option<String>,
}

/// Where a line stands in a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
enum Place {
    #[default]
    Plan,
    Pool,
    Unit,
    Household,
    Call,
    Outcome,
    /// After the result: any number of lines.
    Later,
}

impl Place {
    /// R3: the kinds are `plan`, `pool`, `unit`, `household`, `call`, `pick` or `standby`; then
    /// `objection`, `ruling`, `withdrawal`, `offer`, `accept`, `decline`, `swap`, `void`. So they
    /// follow one another as rule T2 has it; `None` for a kind that is in no receipt.
    fn of(line: &Line<'_>) -> Option<Place> {
        match (Role::of(line), line) {
            (Role::PlanLine, Line::Plan { .. }) => Some(Place::Plan),
            (Role::PlanLine, Line::Pool { .. }) => Some(Place::Pool),
            (Role::PlanLine, Line::Unit { .. }) => Some(Place::Unit),
            (Role::PlanLine, Line::Household { .. }) => Some(Place::Household),
            (Role::Draw, Line::Call { .. }) => Some(Place::Call),
            (Role::Draw, Line::Pick { .. } | Line::Standby { .. }) => Some(Place::Outcome),
            (Role::Event, Line::Recording { .. } | Line::Filed { .. }) => None,
            (Role::Event | Role::Void, _) => Some(Place::Later),
            _ => None,
        }
    }

    /// The place of the line after one that stands here: each kind is there once at most.
    fn next(self) -> Place {
        match self {
            Place::Plan => Place::Pool,
            Place::Pool => Place::Unit,
            Place::Unit => Place::Household,
            Place::Household => Place::Call,
            Place::Call => Place::Outcome,
            Place::Outcome | Place::Later => Place::Later,
        }
    }
}

fn fault(index: u64, found: impl std::fmt::Display, expected: (&str, &str)) -> Phrase {
    let number = index.saturating_add(1);
    Phrase::new(
        format!("line {number}: found {found}; expected {}", expected.0),
        format!("第 {number} 行：发现 {found}；应为 {}", expected.1),
    )
}

fn same(index: u64, what: &str, found: &str, expected: Option<&str>) -> Option<Phrase> {
    let expected = expected.filter(|expected| *expected != found)?;
    let words = format!("{what} `{expected}`");
    Some(fault(index, format_args!("{what} `{found}`"), (&words, &words)))
}

impl Together {
    /// The first fault of a line that stands in the transcript.
    fn line(&mut self, index: u64, line: &Line<'_>, facts: &Facts) -> Option<Phrase> {
        let faults = [
            self.in_order(index, line),
            of_this_draw(index, line, facts),
            of_this_household(index, line, facts),
            self.follows(index, line, facts),
        ];
        faults.into_iter().flatten().next()
    }

    /// R3: each kind once at most and in this order.
    fn in_order(&mut self, index: u64, line: &Line<'_>) -> Option<Phrase> {
        match Place::of(line) {
            Some(place) if place >= self.next => {
                self.next = place.next();
                None
            }
            _ => Some(fault(
                index,
                format_args!("`{}`", line.kind()),
                (
                    "plan, pool, unit, household, call, pick or standby, each once and in this order, then lines after the result",
                    "依次各一行的方案、批次、房源、住户、叫号、选房或候补，其后为结果之后的行",
                ),
            )),
        }
    }

    /// R3: each line follows from what the household had.
    fn follows(&mut self, index: u64, line: &Line<'_>, facts: &Facts) -> Option<Phrase> {
        let household = facts.household.as_deref();
        let follows = self.course.allows(line, household);
        // Before the fault is told: it says what the household has by this line, and what follows
        // is held against that.
        self.course.enter(line, household);
        if let Line::Unit { id, .. } = line {
            self.unit = Some(id.to_string());
        }
        (!follows).then(|| {
            let held = self.course.words();
            let words = (
                format!(
                    "a line of this household that follows from what it had (now: {})",
                    held.en
                ),
                format!("与该户当时所有相符的行（此后：{}）", held.zh),
            );
            fault(index, format_args!("`{}`", line.kind()), (&words.0, &words.1))
        })
    }

    /// When all lines are there.
    fn end(&self, facts: &Facts) -> Vec<Phrase> {
        let mut faults: Vec<Phrase> = self.unit_line().into_iter().collect();
        // R3: at least one line names a household.
        if facts.household.is_none() {
            faults.push(Phrase::new("no line names a household", "没有一行写明住户"));
        }
        faults
    }

    /// R3: the unit of the `unit` line is the one that the household has in the end.
    fn unit_line(&self) -> Option<Phrase> {
        // The short form leaves the `unit` line out.
        let unit = self.unit.as_deref()?;
        let held = self.course.unit();
        let show = |unit: Option<&str>| {
            unit.map_or(Phrase::new("no unit", "没有房源"), |unit| {
                Phrase::same(format_args!("unit `{unit}`"))
            })
        };
        let (found, expected) = (show(Some(unit)), show(held));
        (held != Some(unit)).then(|| {
            Phrase::new(
                format!("the unit line: found {}; expected {}", found.en, expected.en),
                format!("房源行：发现 {}；应为 {}", found.zh, expected.zh),
            )
        })
    }
}

/// R3: the `plan` has index 0 and the origin of the body.
fn of_this_draw(index: u64, line: &Line<'_>, facts: &Facts) -> Option<Phrase> {
    let Line::Plan { origin, .. } = line else { return None };
    // R3: the `plan` has index 0.
    let first =
        || (index != 0).then(|| fault(index, "plan", ("the plan in line 1", "方案在第 1 行")));
    same(index, "origin", origin, facts.origin.as_deref()).or_else(first)
}

/// R3: all lines are of one household and one pool.
fn of_this_household(index: u64, line: &Line<'_>, facts: &Facts) -> Option<Phrase> {
    // An objection has the key `household`; one that names nobody is in no receipt.
    let household = household_of(line).or(matches!(line, Line::Objection { .. }).then_some(""));
    household
        .and_then(|id| same(index, "household", id, facts.household.as_deref()))
        .or_else(|| same(index, "pool", pool_of(line)?, facts.pool.as_deref()))
}
