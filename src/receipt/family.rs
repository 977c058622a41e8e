//! The receipt of a family: which of its lines are of which claim, and what they say together.

use super::Receipt;
use super::facts::{Facts, household_of};
use crate::lines::Line;
use crate::number::{count, metres};
use crate::profile::MAX_INTEGER;
use crate::rules::Phrase;
use crate::text::visible;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What the receipt of a family says of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct FamilyFacts {
    /// The id of the family in the plan.
    pub id: String,
    /// Its masked name; may be empty.
    pub name: String,
    /// The area that its units may have together, in 1/100 m², if its line has one (rule D14).
    pub budget: Option<u64>,
    /// How many claims its line says that it has. In a receipt that holds there are so many
    /// [`households`](FamilyFacts::households).
    pub claims: u64,
    /// The area of its units together in 1/100 m²; `None` if a unit's is not said, or it has none.
    pub area: Option<u64>,
    /// The price of its units together in fen; `None` if a unit's is not said, or it has none.
    pub price: Option<u64>,
    /// What its claims have, one by one: the facts of a receipt with the lines of that claim alone.
    pub households: Vec<Facts>,
}

impl FamilyFacts {
    /// What the lines say, if one of them is that of a family.
    pub(super) fn of(receipt: &Receipt, lines: &[&Line<'_>]) -> Option<FamilyFacts> {
        let family = lines.iter().find_map(|line| match line {
            Line::Family { id, name, claims, budget, .. } => Some(FamilyFacts {
                id: id.to_string(),
                name: name.to_string(),
                budget: *budget,
                claims: *claims,
                ..FamilyFacts::default()
            }),
            _ => None,
        })?;
        let mut parts = Parts::of(lines);
        let mut of_claims: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); parts.claims.len()];
        for (at, line) in lines.iter().enumerate() {
            for claim in parts.claims_of(line) {
                of_claims.get_mut(claim).into_iter().for_each(|part| part.extend([at]));
            }
        }
        let households: Vec<Facts> = of_claims
            .iter()
            .map(|part| {
                let own = |at: usize| part.contains(&at);
                let unit = facts_of(receipt, lines, own).unit;
                // The `unit` line of what the claim has in the end, which the other lines say.
                facts_of(receipt, lines, |at| own(at) || is_line_of(lines.get(at), unit.as_deref()))
            })
            .collect();
        let (area, price) = (sum(&households, |of| of.area), sum(&households, |of| of.price));
        Some(FamilyFacts { area, price, households, ..family })
    }
}

impl FamilyFacts {
    /// What all have together, such as `Family F1 (张*), 2 claims, 160.00 m² together, 40.00 m² of
    /// its budget left`.
    pub fn together(&self) -> Phrase {
        let (id, name, claims) = (visible(&self.id), visible(&self.name), self.claims);
        let noun = if claims == 1 { "claim" } else { "claims" };
        let (of_en, of_zh) = match name.is_empty() {
            true => (String::new(), String::new()),
            false => (format!(" ({name})"), format!("（{name}）")),
        };
        let mut en = format!("Family {id}{of_en}, {claims} {noun}");
        let mut zh = format!("家庭 {id}{of_zh}，{claims} 个名额");
        if let Some(area) = self.area {
            en += &format!(", {} m² together", metres(area));
            zh += &format!("，合计 {} ㎡", metres(area));
        }
        let left = self.budget.zip(self.area).and_then(|(budget, area)| budget.checked_sub(area));
        if let Some(left) = left {
            en += &format!(", {} m² of its budget left", metres(left));
            zh += &format!("，面积额度余 {} ㎡", metres(left));
        } else if let Some(budget) = self.budget {
            en += &format!(", budget {} m²", metres(budget));
            zh += &format!("，面积额度 {} ㎡", metres(budget));
        }
        Phrase::new(en, zh)
    }
}

/// What those of the lines say that are a claim's own.
fn facts_of(receipt: &Receipt, lines: &[&Line<'_>], own: impl Fn(usize) -> bool) -> Facts {
    let part = lines.iter().enumerate().filter(|(at, _)| own(*at));
    Facts::of_household(receipt, &part.map(|(_, line)| *line).collect::<Vec<_>>())
}

fn is_line_of(line: Option<&&Line<'_>>, unit: Option<&str>) -> bool {
    matches!(line, Some(Line::Unit { id, .. }) if unit == Some(id.as_ref()))
}

/// Of all units that the claims have; `None` if it is not said of one of them.
fn sum(claims: &[Facts], of: impl Fn(&Facts) -> Option<u64>) -> Option<u64> {
    let mut of_units = claims.iter().filter(|claim| claim.unit.is_some()).map(of).peekable();
    of_units.peek()?;
    let sum = of_units.try_fold(0_u64, |sum, of| sum.checked_add(of?))?;
    Some(sum).filter(|sum| *sum <= MAX_INTEGER)
}

/// Which lines are of which claims, in the order of their `household` lines.
#[derive(Debug, Default)]
pub(super) struct Parts {
    claims: Vec<Claim>,
    numbers: BTreeMap<String, usize>,
    /// By their ids in lower case: the claim of each objection so far.
    objections: BTreeMap<String, Option<usize>>,
}

#[derive(Debug)]
struct Claim {
    pool: String,
    /// What it has in the end; `None` too as long as that is not known.
    unit: Option<String>,
}

impl Parts {
    /// The claims are the households of the `household` lines.
    pub(super) fn of(lines: &[&Line<'_>]) -> Parts {
        let mut parts = Parts::default();
        for line in lines {
            let Line::Household { pool, id, .. } = line else { continue };
            if !parts.numbers.contains_key(id.as_ref()) {
                parts.numbers.insert(id.to_string(), parts.claims.len());
                parts.claims.push(Claim { pool: pool.to_string(), unit: None });
            }
        }
        parts
    }

    /// The same, with the units that the claims have in the end.
    pub(super) fn with_units(mut self, family: &FamilyFacts) -> Parts {
        for (claim, facts) in self.claims.iter_mut().zip(&family.households) {
            claim.unit.clone_from(&facts.unit);
        }
        self
    }

    /// How many claims there are.
    pub(super) fn count(&self) -> u64 {
        count(self.claims.len())
    }

    /// The number of a claim, from 0.
    pub(super) fn number(&self, household: &str) -> Option<usize> {
        self.numbers.get(household).copied()
    }

    /// R3: the claims of which this line is. The lines are asked for in the order of the receipt.
    pub(super) fn claims_of(&mut self, line: &Line<'_>) -> Vec<usize> {
        let those = |is: &dyn Fn(&Claim) -> bool| {
            let those = self.claims.iter().enumerate().filter(|(_, claim)| is(claim));
            those.map(|(number, _)| number).collect()
        };
        match line {
            Line::Plan { .. } | Line::Void { .. } => those(&|_| true),
            Line::Pool { id, .. } => those(&|claim| claim.pool == *id),
            Line::Unit { id, .. } => those(&|claim| claim.unit.as_deref() == Some(id)),
            Line::Swap { households, .. } => {
                let named: BTreeSet<usize> =
                    households.iter().filter_map(|id| self.number(id)).collect();
                named.into_iter().collect()
            }
            // R3: the rulings on the objections that name it.
            Line::Ruling { objection, .. } => {
                let raised = self.objections.get(&objection.to_ascii_lowercase());
                raised.copied().flatten().into_iter().collect()
            }
            line => {
                let own = household_of(line).and_then(|id| self.number(id));
                if let Line::Objection { id, .. } = line {
                    self.objections.entry(id.to_ascii_lowercase()).or_insert(own);
                }
                own.into_iter().collect()
            }
        }
    }
}
