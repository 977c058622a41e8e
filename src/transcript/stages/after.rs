//! What comes after the result (rules A1 to A8).

use super::at::At;
use crate::aftermath::{self, Aftermath};
use crate::hash::Hash;
use crate::holding::Holding;
use crate::lines::Line;
use crate::phase::Phase;
use crate::plan::{HouseholdNumber, Roll};
use crate::rules::Rule;
use crate::transcript::why::Later;

/// The aftermath as far as the file has come.
#[derive(Default)]
pub(crate) struct After {
    state: Option<Aftermath>,
    /// The phase in which the draw was declared void before its result.
    broken_off: Option<Phase>,
    /// Why the draw is void, and the line that says it.
    void: Option<(u64, String)>,
    /// Scans of what households signed on paper.
    sheets: Vec<Hash>,
}

impl After {
    /// Who has what; `None` before the first line of the aftermath, or if no draw could be
    /// followed.
    pub(crate) fn state(&self) -> Option<&Aftermath> {
        self.state.as_ref()
    }

    /// The hashes of the scanned sheets that households signed.
    pub(crate) fn sheets(&self) -> &[Hash] {
        &self.sheets
    }

    pub(crate) fn broken_off(&self) -> Option<Phase> {
        self.broken_off
    }

    pub(crate) fn into_parts(self) -> (Option<Aftermath>, Option<(u64, String)>) {
        (self.state, self.void)
    }

    /// Begins with what the draw left.
    pub(crate) fn begin(
        &mut self,
        roll: &Roll,
        holdings: Vec<Holding>,
        standby: &[HouseholdNumber],
    ) {
        self.state = Some(Aftermath::new(roll, holdings, standby));
    }

    /// A1 to A8: one line of the aftermath, at a place where it may stand.
    /// Where no draw could be followed it is passed over.
    pub(crate) fn event(&mut self, roll: &Roll, line: &Line<'_>, at: &mut At<'_>) -> bool {
        let Some(state) = &mut self.state else { return false };
        texts(line, at);
        at.examine(rule_of(line));
        // An event that breaks its rule changes nothing.
        if let Err(fault) = state.apply(roll, line) {
            at.note(*fault);
            return false;
        }
        self.sheets.extend(aftermath::sheets(line));
        if let Line::Void { reason, .. } = line {
            self.void = Some((at.number, reason.to_string()));
        }
        true
    }

    /// A7: the draw is void before its result, and broken off in this phase.
    pub(crate) fn break_off(
        &mut self,
        roll: &Roll,
        (phase, line): (Phase, &Line<'_>),
        at: &mut At<'_>,
    ) {
        texts(line, at);
        // A7: a draw can be declared void from its plan's checkpoint up to its result.
        at.examine(Rule::A7);
        self.broken_off = Some(phase);
        self.state = Some(Aftermath::void(roll));
        if let Line::Void { reason, .. } = line {
            self.void = Some((at.number, reason.to_string()));
        }
    }

    /// What a line that was followed means for a household; `None` if it does not concern it.
    pub(crate) fn later(
        &self,
        roll: &Roll,
        household: HouseholdNumber,
        line: &Line<'_>,
        number: u64,
    ) -> Option<Later> {
        let after = self.state.as_ref()?;
        let unit = Holding::of(after.holdings(), household).unit();
        let holds = unit.map(|unit| roll.unit_id(unit).to_owned());
        concerns(line, roll.household_id(household)).then(|| Later {
            line: number,
            what: line.kind().into(),
            holds,
        })
    }
}

/// The rule that an event of the aftermath is examined under.
fn rule_of(line: &Line<'_>) -> Rule {
    match line {
        Line::Objection { .. } | Line::Ruling { .. } => Rule::A1,
        Line::Withdrawal { .. } => Rule::A2,
        Line::Offer { .. } => Rule::A3,
        Line::Accept { .. } | Line::Decline { .. } => Rule::A4,
        Line::Swap { .. } => Rule::A5,
        Line::Recording { .. } => Rule::A6,
        Line::Filed { .. } => Rule::A8,
        _ => Rule::A7,
    }
}

/// P3: the texts are examined, whatever else is wrong with the event.
fn texts(line: &Line<'_>, at: &mut At<'_>) {
    for (field, text, most) in aftermath::texts(line) {
        at.text(field, text, most);
    }
}

/// Whether a line of the aftermath concerns a household.
fn concerns(line: &Line<'_>, id: &str) -> bool {
    match line {
        Line::Objection { household: Some(household), .. } => household == id,
        Line::Withdrawal { household, .. } | Line::Offer { household, .. } => household == id,
        Line::Accept { household, .. } | Line::Decline { household, .. } => household == id,
        Line::Swap { households, .. } => households.iter().any(|household| household == id),
        Line::Void { .. } => true,
        _ => false,
    }
}
