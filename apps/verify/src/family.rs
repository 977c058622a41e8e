//! The family of the household that is explained, or that is asked for itself: its claims, and what
//! they have together (rules P15, D14).

use crate::common::amount;
use crate::story::Story;
use crate::words::{shown, tr};
use floorlot::lines::Line;
use floorlot::rules::Lang;
use floorlot::transcript::{Reader, Report, Why};
use serde::Serialize;
use std::io::{self, BufRead};

/// A family, as the plan of the file has it.
#[derive(Debug, Serialize)]
pub(crate) struct Family {
    pub(crate) id: String,
    name: String,
    /// In 1/100 m², as the next one: what the flats of its claims leave of it in the end. (Nothing
    /// is said of a file that is not verified, or was not compared.)
    budget: Option<u64>,
    left: Option<u64>,
    pub(crate) claims: Vec<Claim>,
}

/// One of its claims.
#[derive(Debug, Serialize)]
pub(crate) struct Claim {
    pub(crate) household: String,
    unit: Option<String>,
    area: Option<u64>,
    /// When the family itself is asked for: why it got this unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) why: Option<Why>,
    #[serde(skip)]
    pub(crate) story: Option<Story>,
}

impl Family {
    /// The family with this id, or of which this household is a claim.
    pub(crate) fn read(input: impl BufRead, id: &str) -> io::Result<Option<Family>> {
        let (mut reader, mut own) = (Reader::new(input), None);
        let (mut families, mut claims) = (Vec::new(), Vec::new());
        while let Some(raw) = reader.next_line()? {
            match Line::decode(raw.bytes) {
                Ok(Line::Checkpoint { .. }) => break,
                Ok(Line::Family { id, name, budget, .. }) => {
                    families.push((id.to_string(), name.to_string(), budget));
                }
                Ok(Line::Household { id: household, family: Some(family), .. }) => {
                    if household == id {
                        own = Some(family.to_string());
                    }
                    claims.push((family.to_string(), household.to_string()));
                }
                _ => {}
            }
        }
        let own = own.unwrap_or_else(|| id.to_owned());
        let family = families.into_iter().find(|(id, ..)| *id == own);
        Ok(family.map(|(id, name, budget)| {
            let claims = claims.into_iter().filter(|(family, _)| *family == id);
            let claims = claims.map(|(_, household)| Claim {
                household,
                unit: None,
                area: None,
                why: None,
                story: None,
            });
            Family { claims: claims.collect(), left: None, id, name, budget }
        }))
    }

    /// Puts in what each has in the end, if the file is verified and all of it was compared.
    pub(crate) fn settle(&mut self, report: &Report) {
        let Some(verified) = report.verified().filter(|_| !report.leaves_out()) else { return };
        let roll = verified.roll();
        for claim in &mut self.claims {
            claim.unit = verified.unit_of(&claim.household).map(str::to_owned);
            let unit = claim.unit.as_deref().and_then(|unit| roll.find_unit(unit));
            claim.area = unit.and_then(|unit| roll.area(unit));
        }
        let held: u64 = self.claims.iter().filter_map(|claim| claim.area).sum();
        self.left = self.budget.map(|budget| budget.saturating_sub(held));
    }

    /// The family, each claim with what it has, and the budget.
    pub(crate) fn text(&self, report: &Report, lang: Lang) -> String {
        let known = report.verified().is_some() && !report.leaves_out();
        let (id, name, count) = (shown(&self.id), shown(&self.name), self.claims.len());
        let who = format!("{id} {name}");
        let who = who.trim_end();
        let mut out = match count {
            1 => tr!(lang, "\nFamily {who}, 1 claim\n", "\n家庭 {who}：1 个名额\n"),
            _ => tr!(lang, "\nFamily {who}, {count} claims\n", "\n家庭 {who}：{count} 个名额\n"),
        };
        for claim in &self.claims {
            let household = shown(&claim.household);
            let has = match (&claim.unit, known) {
                (Some(unit), _) => {
                    format!("  {}{}", shown(unit), amount::behind(claim.area, None, lang))
                }
                (None, true) => tr!(lang, "  no flat", "  无房"),
                (None, false) => String::new(),
            };
            out += &format!("    {household}{has}\n");
        }
        let of = self.budget.map(|budget| amount::area(budget.into()));
        let left = self.left.map(|left| amount::area(left.into()));
        out += &match (of, left) {
            (Some(budget), Some(left)) => {
                let (budget, left) = (budget.get(lang), left.get(lang));
                tr!(
                    lang,
                    "    Area budget {budget}; {left} of it left\n",
                    "    面积额度 {budget}，余 {left}\n"
                )
            }
            (Some(budget), None) => {
                let budget = budget.get(lang);
                tr!(lang, "    Area budget {budget}\n", "    面积额度 {budget}\n")
            }
            (None, _) => String::new(),
        };
        out
    }
}
