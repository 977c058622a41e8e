//! What a receipt says, in the words of its lines and in the words of a resident.

use super::Receipt;
use super::family::FamilyFacts;
use crate::holding::{Event, Holding, Objections, Standing, may_follow_void};
use crate::lines::{Decision, Line, Mode};
use crate::phase::Role;
use crate::rules::{Lang, Phrase, need_words};
use crate::text::visible;
use crate::tree::Fingerprint;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What the household has, by the lines of its receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Holds {
    /// The lines do not say.
    #[default]
    Unknown,
    /// The unit that it picked, accepted later, or got in exchange.
    Unit,
    /// A place on the standby list.
    Standby,
    /// Nothing: it withdrew.
    Withdrawn,
    /// Nothing: the draw is void.
    Void,
}

/// What the lines of a receipt say. What its short form leaves out is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct Facts {
    /// The origin in the checkpoint; like the next two it is there in every receipt, and `None` when
    /// the text is none.
    pub origin: Option<String>,
    /// How many lines the checkpoint covers.
    pub size: Option<u64>,
    /// The fingerprint of the checkpoint.
    pub fingerprint: Option<String>,
    /// The title of the draw.
    pub title: Option<String>,
    /// Official or rehearsal.
    pub mode: Option<Mode>,
    /// The id of the household in the plan.
    pub household: Option<String>,
    /// Its masked name; may be empty.
    pub name: Option<String>,
    /// Its tier; 1 is called first.
    pub tier: Option<u64>,
    /// What its flat must have; `None` too where it needs nothing.
    pub needs: Option<Vec<String>>,
    /// The id of its pool.
    pub pool: Option<String>,
    /// The title of the pool.
    pub pool_title: Option<String>,
    /// The building of the pool.
    pub building: Option<String>,
    /// How many households are in the pool.
    pub of: Option<u64>,
    /// The ticket, in decimal.
    pub ticket: Option<String>,
    /// The place in the order in which households were called in the pool, from 1.
    pub place: Option<u64>,
    /// The unit that the draw gave.
    pub drawn: Option<String>,
    /// The place on the standby list, if the draw gave that.
    pub standby: Option<u64>,
    /// The unit in the end.
    pub unit: Option<String>,
    /// The label of that unit, as people know it.
    pub label: Option<String>,
    /// Its physical storey; 1 is the ground floor.
    pub storey: Option<u64>,
    /// Its area in 1/100 m², if its line has one (rule P7).
    pub area: Option<u64>,
    /// Its price in fen, if its line has one (rule P7).
    pub price: Option<u64>,
    /// What the household has in the end.
    pub holds: Holds,
    /// What came after the result, line by line.
    pub later: Vec<Phrase>,
    /// The id of the family of which the household is a claim, if its line names one (rule P15).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim_of: Option<String>,
    /// In the receipt of a family what it and each of its claims has. Of what stands above, such a
    /// receipt has `origin` to `mode` alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<FamilyFacts>,
}

impl Receipt {
    /// What the lines say, proved or not: for the slip that is printed of a receipt just made. What
    /// is known when its checks passed is in [`ProvenReceipt`](super::ProvenReceipt).
    pub fn claims(&self) -> Facts {
        let lines = self.decoded();
        Facts::of(self, &about_it(lines.iter().map(|(index, line)| (*index, line))))
    }
}

/// Tells the lines that are there to show that no `undo` follows from all others.
#[derive(Debug, Default)]
pub(super) struct NextLines {
    /// The index that the next line of a `pick` or `standby` has, if that is the line before.
    behind: Option<u64>,
    /// Whether a `family` line was there, and the households with a line.
    family: bool,
    households: BTreeSet<String>,
    /// The index of the last call of each household.
    called: BTreeMap<String, u64>,
}

impl NextLines {
    /// Of these lines of a receipt.
    pub(super) fn of<'l>(lines: impl Iterator<Item = (u64, &'l Line<'l>)>) -> NextLines {
        let calls = lines.filter_map(|(index, line)| match line {
            Line::Call { household, .. } => Some((household.to_string(), index)),
            _ => None,
        });
        NextLines { called: calls.collect(), ..NextLines::default() }
    }

    /// Takes the lines in their order: whether this one stands directly behind a `pick` or
    /// `standby`, and is neither a line after the result nor the call of another claim.
    pub(super) fn is_next(&mut self, index: u64, line: &Line<'_>) -> bool {
        let counts = match line {
            // R3: relatives are called one after the other; who misses the call is called again.
            Line::Call { household, .. } => {
                self.family
                    && self.households.contains(household.as_ref())
                    && self.called.get(household.as_ref()) == Some(&index)
            }
            line => matches!(Role::of(line), Role::Event | Role::Void),
        };
        if self.behind.take() == Some(index) && !counts {
            return true;
        }
        match line {
            Line::Pick { .. } | Line::Standby { .. } => self.behind = index.checked_add(1),
            Line::Family { .. } => self.family = true,
            Line::Household { id, .. } => self.households.extend([id.to_string()]),
            _ => {}
        }
        false
    }
}

/// The lines without those that are there to show that no `undo` follows.
pub(super) fn about_it<'l>(
    lines: impl Iterator<Item = (u64, &'l Line<'l>)> + Clone,
) -> Vec<&'l Line<'l>> {
    let mut next = NextLines::of(lines.clone());
    lines.filter(|(index, line)| !next.is_next(*index, line)).map(|(_, line)| line).collect()
}

impl Facts {
    /// What these lines of the receipt say.
    pub(super) fn of(receipt: &Receipt, lines: &[&Line<'_>]) -> Facts {
        let Some(family) = FamilyFacts::of(receipt, lines) else {
            return Facts::of_household(receipt, lines);
        };
        let plan = |line: &&&Line<'_>| matches!(line, Line::Plan { .. });
        let plan: Vec<&Line<'_>> = lines.iter().filter(plan).copied().collect();
        Facts { family: Some(family), ..Facts::of_household(receipt, &plan) }
    }

    /// The same of lines that are of one household.
    pub(super) fn of_household(receipt: &Receipt, lines: &[&Line<'_>]) -> Facts {
        let mut facts = Facts {
            origin: Some(receipt.origin().to_owned()),
            size: Some(receipt.size),
            fingerprint: Some(
                Fingerprint::of(receipt.origin(), receipt.size, receipt.root).to_string(),
            ),
            // Before the lines: a swap names the others, in whatever order the lines stand.
            household: lines.iter().find_map(|line| household_of(line)).map(str::to_owned),
            pool: lines.iter().find_map(|line| pool_of(line)).map(str::to_owned),
            ..Facts::default()
        };
        let (mut course, mut about) = (Course::default(), None);
        for line in lines {
            if let Line::Unit { id, .. } = line {
                about = Some((id, *line));
            }
            facts.add(line);
            course.enter(line, facts.household.as_deref());
        }
        facts.holds = course.holds();
        facts.unit = course.unit().map(str::to_owned);
        // A `unit` line of another unit tells nothing of the one that the household has.
        let about = about.filter(|(id, _)| facts.unit.as_deref() == Some(id.as_ref()));
        about.into_iter().for_each(|(_, line)| facts.has_unit(line));
        facts
    }

    /// What the line of the unit says of it.
    fn has_unit(&mut self, line: &Line<'_>) {
        let Line::Unit { building, label, storey, area, price, .. } = line else { return };
        (self.label, self.storey) = (Some(label.to_string()), Some(*storey));
        (self.area, self.price) = (*area, *price);
        let own = building.as_ref().map(ToString::to_string);
        self.building = own.or(self.building.take());
    }
}

/// What the household has, from line to line: that of the replay, as far as the lines of its
/// receipt show it.
#[derive(Debug, Clone, Default)]
pub(super) struct Course {
    standing: Standing,
    objections: Objections,
    void: bool,
}

impl Course {
    /// R3: whether the line follows from what the household had.
    pub(super) fn allows(&self, line: &Line<'_>, household: Option<&str>) -> bool {
        // A7: behind `void` only objections and rulings follow.
        if self.void && !may_follow_void(line) {
            return false;
        }
        match line {
            Line::Objection { id, .. } => self.objections.is_new(id),
            Line::Ruling { objection, .. } => self.objections.waits(objection),
            line => Event::of(line, household.unwrap_or_default())
                .is_none_or(|event| self.standing.allows(event)),
        }
    }

    /// What the line leaves, whatever was before.
    pub(super) fn enter(&mut self, line: &Line<'_>, household: Option<&str>) {
        match line {
            Line::Pick { unit, .. } => self.standing.holding = Holding::Unit(unit.to_string()),
            Line::Standby { .. } => self.standing.holding = Holding::Standby,
            Line::Objection { id, .. } => self.objections.raise(id.to_string()),
            Line::Ruling { objection, .. } => self.objections.rule(objection),
            line => {
                self.void |= matches!(line, Line::Void { .. });
                let event = Event::of(line, household.unwrap_or_default());
                event.into_iter().for_each(|event| self.standing.enter(event));
            }
        }
    }

    /// The unit that it has.
    pub(super) fn unit(&self) -> Option<&str> {
        match &self.standing.holding {
            Holding::Unit(unit) => Some(unit),
            Holding::NotServed | Holding::Standby | Holding::Nothing => None,
        }
    }

    /// What it has, as a part of a sentence.
    pub(super) fn words(&self) -> Phrase {
        match &self.standing.holding {
            Holding::Unit(unit) => Phrase::same(unit),
            Holding::Standby => Phrase::new("a place on the standby list", "候补席位"),
            Holding::NotServed | Holding::Nothing => Phrase::new("nothing", "无"),
        }
    }

    fn holds(&self) -> Holds {
        match self.standing.holding {
            Holding::NotServed => Holds::Unknown,
            Holding::Unit(_) => Holds::Unit,
            Holding::Standby => Holds::Standby,
            Holding::Nothing if self.void => Holds::Void,
            Holding::Nothing => Holds::Withdrawn,
        }
    }
}

/// The household that a line names.
pub(super) fn household_of<'a>(line: &'a Line<'_>) -> Option<&'a str> {
    match line {
        Line::Household { id: household, .. } | Line::Call { household, .. } => Some(household),
        Line::Pick { household, .. }
        | Line::Standby { household, .. }
        | Line::Withdrawal { household, .. } => Some(household),
        Line::Offer { household, .. }
        | Line::Accept { household, .. }
        | Line::Decline { household, .. } => Some(household),
        Line::Objection { household, .. } => household.as_deref(),
        _ => None,
    }
}

/// The pool that a line names.
pub(super) fn pool_of<'a>(line: &'a Line<'_>) -> Option<&'a str> {
    match line {
        Line::Pool { id: pool, .. } | Line::Unit { pool, .. } => Some(pool),
        Line::Household { pool, .. } | Line::Call { pool, .. } => Some(pool),
        _ => None,
    }
}

impl Facts {
    fn add(&mut self, line: &Line<'_>) {
        match line {
            Line::Plan { title, mode, .. } => {
                (self.title, self.mode) = (Some(title.to_string()), Some(*mode))
            }
            Line::Pool { title, building, households, .. } => {
                self.of = Some(*households);
                (self.pool_title, self.building) =
                    (Some(title.to_string()), Some(building.to_string()));
            }
            Line::Household { name, tier, needs, family, .. } => {
                (self.name, self.tier) = (Some(name.to_string()), Some(*tier));
                let needs = needs.iter().flatten().map(ToString::to_string).collect::<Vec<_>>();
                self.needs = (!needs.is_empty()).then_some(needs);
                self.claim_of = family.as_ref().map(ToString::to_string);
            }
            Line::Call { place, ticket, .. } => {
                (self.place, self.ticket) = (Some(*place), Some(ticket.0.to_string()));
            }
            Line::Pick { unit: picked, .. } => {
                self.drawn = Some(picked.to_string());
            }
            Line::Standby { place, .. } => self.standby = Some(*place),
            line => self.later(line),
        }
    }

    /// What came after the result.
    fn later(&mut self, line: &Line<'_>) {
        let words = match line {
            Line::Withdrawal { unit: Some(unit), .. } => Phrase::new(
                format!("gave up {unit} (signed sheet)"),
                format!("放弃 {unit}（有签字单）"),
            ),
            Line::Withdrawal { unit: None, .. } => Phrase::new(
                "gave up its place on the standby list (signed sheet)",
                "放弃候补席位（有签字单）",
            ),
            Line::Accept { unit, .. } => Phrase::new(
                format!("accepted {unit} (signed sheet)"),
                format!("接受 {unit}（有签字单）"),
            ),
            Line::Offer { unit, .. } => {
                Phrase::new(format!("was offered {unit}"), format!("递补获提供 {unit}"))
            }
            Line::Decline { unit, .. } => Phrase::new(
                format!("declined {unit} (signed sheet)"),
                format!("谢绝 {unit}（有签字单）"),
            ),
            Line::Swap { households, .. } => {
                let others: Vec<&str> = households
                    .iter()
                    .map(AsRef::as_ref)
                    .filter(|id| self.household.as_deref() != Some(*id))
                    .collect();
                // A swap may name many, and a slip has little room.
                let others = others.iter().take(4).copied().collect::<Vec<_>>().join(", ")
                    + if others.len() > 4 { " …" } else { "" };
                Phrase::new(format!("exchanged flats with {others}"), format!("与 {others} 换房"))
            }
            Line::Objection { id, .. } => {
                Phrase::new(format!("objection {id}"), format!("提出异议 {id}"))
            }
            Line::Ruling { objection, decision: Decision::Upheld, .. } => Phrase::new(
                format!("objection {objection} was upheld"),
                format!("异议 {objection} 成立"),
            ),
            Line::Ruling { objection, .. } => Phrase::new(
                format!("objection {objection} was rejected"),
                format!("异议 {objection} 不成立"),
            ),
            Line::Void { reason, .. } => {
                let reason = visible(reason);
                Phrase::new(
                    format!("the draw was declared void ({reason})"),
                    format!("本次抽签已宣布作废（{reason}）"),
                )
            }
            _ => return,
        };
        self.later.push(words);
    }

    /// Of what the receipt speaks, such as `as of line 48 of draw.example/1`; empty if the text is no
    /// receipt.
    pub fn as_of(&self) -> Phrase {
        let (Some(origin), Some(size)) = (&self.origin, self.size) else {
            return Phrase::new("", "");
        };
        let origin = visible(origin);
        Phrase::new(format!("as of line {size} of {origin}"), format!("截至 {origin} 第 {size} 行"))
    }

    /// The place in the order, such as `called as number 3 of 10 households`. (A household that
    /// missed its call is called again at the end, so the number can be larger than that of the
    /// households.)
    pub fn order(&self) -> Option<Phrase> {
        let place = self.place?;
        Some(match self.of {
            Some(of) if place <= of => Phrase::new(
                format!("number {place} of {of} households"),
                format!("第 {place} 位，共 {of} 户"),
            ),
            Some(of) => Phrase::new(
                format!("call number {place} ({of} households)"),
                format!("第 {place} 次，共 {of} 户"),
            ),
            None => Phrase::new(format!("number {place}"), format!("第 {place} 位")),
        })
    }

    /// What the household has in the end, such as `1号楼, flat 301, storey 3 (A-0301)`.
    pub fn has(&self) -> Phrase {
        let place = |words: (&str, &str)| Phrase::new(words.0, words.1);
        match self.holds {
            Holds::Unit => {
                let unit = self.unit.as_deref().unwrap_or("?");
                let (label, storey) = (self.label.as_deref(), self.storey);
                let building = self.building.as_deref().unwrap_or_default();
                match (label, storey) {
                    (Some(label), Some(storey)) => Phrase::new(
                        format!("{building} flat {label}, storey {storey} ({unit})").trim_start(),
                        format!("{building} {label} 室，第 {storey} 层（{unit}）").trim_start(),
                    ),
                    _ => Phrase::new(format!("flat {unit}"), format!("房源 {unit}")),
                }
            }
            Holds::Standby => {
                let standby = self.standby.unwrap_or(0);
                Phrase::new(
                    format!("no flat: place {standby} on the standby list"),
                    format!("未得房：候补第 {standby} 位"),
                )
            }
            Holds::Withdrawn => place(("nothing any more: it withdrew", "已放弃，不再持有")),
            Holds::Void => place(("nothing: the draw is VOID", "无：本次抽签已【作废】")),
            Holds::Unknown => self.enrolled().unwrap_or(place(("not shown", "未载明"))),
        }
    }

    /// What stands of the household in the plan, when no line says what it has.
    fn enrolled(&self) -> Option<Phrase> {
        let tier = self.tier.filter(|_| self.place.is_none())?;
        let words = |needs: &Vec<String>| needs.iter().map(|id| need_words(id)).collect::<Vec<_>>();
        let (en, zh) = self.needs.as_ref().map(words).map_or_else(Default::default, |needs| {
            let of = |lang| needs.iter().map(|need| need.get(lang)).collect::<Vec<_>>();
            let (en, zh) = (of(Lang::En).join(", "), of(Lang::Zh).join("、"));
            (format!(", needs {en}"), format!("，需要{zh}"))
        });
        Some(Phrase::new(
            format!("a place in the sealed plan: tier {tier}{en}"),
            format!("已列入封存方案：第 {tier} 顺位{zh}"),
        ))
    }

    /// The facts as one sentence, without anything about whether they are right.
    pub fn sentence(&self, lang: Lang) -> String {
        let Some(family) = &self.family else { return self.of_one(lang) };
        let together = family.together();
        let claims = family.households.iter().map(|claim| claim.of_one(lang));
        match lang {
            Lang::En => {
                let claims: String = claims.map(|claim| format!(" {claim}")).collect();
                format!("{}.{claims}", together.en)
            }
            Lang::Zh => format!("{}。{}", together.zh, claims.collect::<String>()),
        }
    }

    /// The sentence on one household.
    fn of_one(&self, lang: Lang) -> String {
        let text = |text: &Option<String>| visible(text.as_deref().unwrap_or_default());
        let household = match (text(&self.household), text(&self.name), lang) {
            (id, name, _) if name.is_empty() => id,
            (id, name, Lang::En) => format!("{id} ({name})"),
            (id, name, Lang::Zh) => format!("{id}（{name}）"),
        };
        let ticket = self.ticket.as_deref().map(|ticket| match lang {
            Lang::En => format!("drew ticket {ticket}"),
            Lang::Zh => format!("签号 {ticket}"),
        });
        let order = self.order().map(|order| match lang {
            Lang::En => format!("was called as {}", order.en),
            Lang::Zh => format!("叫号{}", order.zh),
        });
        let has = visible(self.has().get(lang));
        let has = match lang {
            Lang::En => format!("has {has}"),
            Lang::Zh if self.holds == Holds::Unknown => has,
            Lang::Zh => format!("结果：{has}"),
        };
        let steps: Vec<String> = ticket.into_iter().chain(order).chain([has]).collect();
        let later: Vec<String> = self.later.iter().map(|words| visible(words.get(lang))).collect();
        match (lang, later.is_empty()) {
            (Lang::En, true) => format!("Household {household} {}.", steps.join(", ")),
            (Lang::En, false) => format!(
                "Household {household} {}; after the result: {}.",
                steps.join(", "),
                later.join("; ")
            ),
            (Lang::Zh, true) => format!("住户 {household}：{}。", steps.join("；")),
            (Lang::Zh, false) => {
                format!("住户 {household}：{}；结果之后：{}。", steps.join("；"), later.join("；"))
            }
        }
    }
}
