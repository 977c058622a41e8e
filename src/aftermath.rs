//! What comes after the result (rules A1 to A8): objections, withdrawals, offers to the standby
//! list, swaps, recordings, void.
//!
//! The live session and the verifier both fold the lines into one and the same state. A step that
//! breaks a rule changes nothing.

use crate::hash::Hash;
use crate::holding::{Event, Holding, Objections, Offer, Standing, may_follow_void};
use crate::lines::{FiledKind, Line};
use crate::number::place as at;
use crate::plan::{FamilyNumber, HouseholdNumber, PoolNumber, Roll, UnitNumber, is_id};
use crate::rules::{Fault, Phrase, Rule};
use crate::text::{is_file_name, most};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A recording of the draw.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Recording {
    /// The name of its file.
    pub name: String,
    /// The SHA-256 of its file.
    pub sha256: Hash,
    /// When it starts, in seconds since 1970-01-01T00:00:00Z.
    pub start: u64,
}

/// A document that was filed after the result (rule A8).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Filed {
    /// What it is.
    pub what: FiledKind,
    /// The name of its file.
    pub name: String,
    /// Its title, for people.
    pub title: String,
    /// The SHA-256 of its file.
    pub sha256: Hash,
    /// The household that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub household: Option<String>,
    /// Since when it hung, in seconds since 1970-01-01T00:00:00Z.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<u64>,
    /// Until when it hung.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<u64>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants a reference")]
fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// How many of everything came after the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct AftermathTotals {
    /// Lines `objection`: complaints, each with an id of its own (rule A1).
    pub objections: u64,
    /// Objections without a ruling.
    pub open: u64,
    /// Lines `withdrawal`: a household gave up its unit, or its place on standby (rule A2).
    pub withdrawals: u64,
    /// Offers that were accepted.
    pub accepted: u64,
    /// Offers that were declined.
    pub declined: u64,
    /// Swaps (each of two households or more).
    pub swaps: u64,
    /// Recordings of the hall that were registered (rule A6).
    pub recordings: u64,
    /// Documents that were filed (rule A8).
    #[serde(skip_serializing_if = "is_zero")]
    pub filed: u64,
}

/// The standby list and the free units of one pool.
#[derive(Debug, Clone, Default)]
struct PoolState {
    /// The standby list in its order.
    list: Vec<HouseholdNumber>,
    /// Those who still wait: for each combination of needs their places on the list.
    waiting: BTreeMap<u16, BTreeSet<u32>>,
    /// The free units that may still be offered, in the order in which they became free.
    free: VecDeque<UnitNumber>,
    /// For a unit that was declined: the place on the list from which it is offered on.
    from: BTreeMap<UnitNumber, u32>,
    /// The offer that waits for an answer: unit and household.
    open: Option<(UnitNumber, HouseholdNumber)>,
    /// A3: those on standby whom the budget of their family limits, in the order of the list, and
    /// the units that each of them declined.
    limited: BTreeMap<u32, BTreeSet<UnitNumber>>,
}

impl PoolState {
    /// A3: the first on standby who accepts a unit and was not offered it yet. `left` says how much
    /// area the budget of a household's family leaves it.
    fn first_due(
        &self,
        roll: &Roll,
        unit: UnitNumber,
        left: impl Fn(HouseholdNumber) -> u64,
    ) -> Option<HouseholdNumber> {
        let free = self.first_place(roll, unit);
        // A3: a claim of a family with a budget accepts only what is within it.
        let fits = |place: &u32| {
            let household = self.list.get(at(*place));
            household.is_some_and(|h| roll.area(unit).is_some_and(|area| area <= left(*h)))
        };
        let limited = self.limited_for(roll, unit).find(fits);
        self.list.get(at(free.into_iter().chain(limited).min()?)).copied()
    }

    /// The places of those with a budget who have all that they need in a unit, and were not
    /// offered it yet.
    fn limited_for(&self, roll: &Roll, unit: UnitNumber) -> impl Iterator<Item = u32> {
        let meets =
            move |place: &u32| self.list.get(at(*place)).is_some_and(|h| roll.meets(unit, *h));
        let asked = self.limited.iter().filter(move |(_, declined)| !declined.contains(&unit));
        asked.map(|(place, _)| *place).filter(meets)
    }

    /// A3: of those without a budget the place of the first who accepts a unit and was not offered
    /// it yet.
    fn first_place(&self, roll: &Roll, unit: UnitNumber) -> Option<u32> {
        // A3: for a unit that was declined, the offers go on behind the household that declined.
        let from = self.from.get(&unit).copied().unwrap_or(0);
        let accepting = self.waiting.iter();
        let accepting =
            accepting.filter(|(needs, _)| roll.set_meets(roll.feature_set(unit), **needs));
        // Of each combination the first place that waits; the first of those is the first of all.
        accepting.filter_map(|(_, places)| places.range(from..).next()).min().copied()
    }

    /// Takes off the free units in front that nobody will ever accept (those who wait only become
    /// fewer; what a budget leaves may become more), so that nobody looks at them again.
    fn forget_unwanted(&mut self, roll: &Roll) {
        // A unit on offer stays in front, where `accept` takes it off.
        while self.open.is_none()
            && let Some(&unit) = self.free.front()
            && self.first_place(roll, unit).is_none()
            && self.limited_for(roll, unit).next().is_none()
        {
            self.free.pop_front();
        }
    }
}

/// The state after the result.
#[derive(Debug, Clone)]
pub(crate) struct Aftermath {
    /// What each household holds.
    holdings: Vec<Holding>,
    /// For each household on standby its place on the list of its pool.
    places: BTreeMap<HouseholdNumber, u32>,
    pools: Vec<PoolState>,
    objections: Objections,
    recordings: Vec<Recording>,
    filed: Vec<Filed>,
    /// The names of recordings and documents, with small letters alone.
    names: BTreeSet<String>,
    void: bool,
    totals: AftermathTotals,
}

/// What an event changes, once the rules allow it.
#[derive(Debug, Clone)]
pub(crate) enum Effect {
    Objection {
        id: String,
    },
    Ruling {
        objection: String,
    },
    Withdrawal {
        household: HouseholdNumber,
        gives_up: Holding,
    },
    Offer {
        pool: PoolNumber,
        unit: UnitNumber,
        household: HouseholdNumber,
    },
    Accept {
        pool: PoolNumber,
        unit: UnitNumber,
        household: HouseholdNumber,
    },
    Decline {
        pool: PoolNumber,
        unit: UnitNumber,
        household: HouseholdNumber,
    },
    /// What each of them holds from then on.
    Swap(Vec<(HouseholdNumber, Holding)>),
    Recording(Recording),
    Filed(Filed),
    Void,
}

type Checked<T = Effect> = Result<T, Box<Fault>>;

fn broken(rule: Rule, place: impl Into<String>, found: Phrase, expected: Phrase) -> Box<Fault> {
    Box::new(Fault { rule, line: 0, place: place.into(), found, expected })
}

impl Aftermath {
    /// The state at the result: what each household holds, and those on standby in order, pool
    /// after pool.
    pub(crate) fn new(
        roll: &Roll,
        holdings: Vec<Holding>,
        standby: &[HouseholdNumber],
    ) -> Aftermath {
        let mut pools: Vec<PoolState> = vec![PoolState::default(); roll.pools.len()];
        let mut places = BTreeMap::new();
        for &household in standby {
            let Some(pool) = roll.pool_of(household).and_then(|p| pools.get_mut(p.index())) else {
                continue;
            };
            // P7: a plan has 10,000,000 households at most, so nothing is cut off.
            let place = u32::try_from(pool.list.len()).unwrap_or(u32::MAX);
            pool.list.push(household);
            if has_budget(roll, household) {
                pool.limited.insert(place, BTreeSet::new());
            } else {
                pool.waiting.entry(roll.need_set(household)).or_default().insert(place);
            }
            places.insert(household, place);
        }
        let mut free: Vec<bool> = (0..roll.unit_count()).map(|_| true).collect();
        for unit in holdings.iter().filter_map(|holding| holding.unit()) {
            free.get_mut(unit.index()).into_iter().for_each(|free| *free = false);
        }
        let is_free = |unit: &UnitNumber| free.get(unit.index()) == Some(&true);
        for (info, pool) in roll.pools.iter().zip(&mut pools) {
            pool.free = info.unit_numbers().filter(is_free).collect();
            pool.forget_unwanted(roll);
        }
        Aftermath {
            holdings,
            places,
            pools,
            objections: Objections::default(),
            recordings: Vec::new(),
            filed: Vec::new(),
            names: roll.documents.iter().map(|d| d.name.to_ascii_lowercase()).collect(),
            void: false,
            totals: AftermathTotals::default(),
        }
    }

    /// The state of a draw that was declared void before its result: nobody has anything.
    pub(crate) fn void(roll: &Roll) -> Aftermath {
        let nothing = (0..roll.household_count()).map(|_| Holding::Nothing).collect();
        let mut state = Aftermath::new(roll, nothing, &[]);
        state.void = true;
        state
    }

    /// What each household holds: nothing after a declaration that the draw is void.
    pub(crate) fn holdings(&self) -> &[Holding] {
        &self.holdings
    }

    fn holds(&self, household: HouseholdNumber) -> Holding {
        Holding::of(&self.holdings, household)
    }

    /// Who is still on standby, pool after pool, in order.
    pub(crate) fn standby(&self) -> Vec<HouseholdNumber> {
        let mut all = Vec::new();
        for pool in &self.pools {
            let unlimited = pool.waiting.values().flatten();
            let mut places: Vec<u32> = unlimited.chain(pool.limited.keys()).copied().collect();
            places.sort_unstable();
            all.extend(places.into_iter().filter_map(|waiting| pool.list.get(at(waiting))));
        }
        all
    }

    pub(crate) fn recordings(&self) -> &[Recording] {
        &self.recordings
    }

    pub(crate) fn filed(&self) -> &[Filed] {
        &self.filed
    }

    pub(crate) fn is_void(&self) -> bool {
        self.void
    }

    pub(crate) fn totals(&self) -> AftermathTotals {
        AftermathTotals { open: self.objections.open(), ..self.totals }
    }

    /// The offer of a pool that waits for an answer: unit and household.
    pub(crate) fn open_offer(&self, pool: PoolNumber) -> Option<(UnitNumber, HouseholdNumber)> {
        self.pools.get(pool.index())?.open
    }

    /// A3: the unit of the pool that is to be offered next, and the household whose turn it is: the
    /// unit that has been free longest and that somebody on standby accepts who was not offered it
    /// yet, and the first of those.
    pub(crate) fn due_offer(
        &self,
        roll: &Roll,
        pool: PoolNumber,
    ) -> Option<(UnitNumber, HouseholdNumber)> {
        // A7: after `void` nothing is offered. A3: in each pool at most one offer is open.
        let state =
            self.pools.get(pool.index()).filter(|state| !self.void && state.open.is_none())?;
        let left = |household| self.area_left(roll, household);
        // Units of one kind that nobody with a budget declined are due to the same household.
        let mut seen: BTreeMap<(u16, Option<u64>, u32), Option<HouseholdNumber>> = BTreeMap::new();
        state.free.iter().find_map(|&unit| {
            let from = state.from.get(&unit).copied();
            let due = match from.filter(|_| !state.limited.is_empty()) {
                Some(_) => state.first_due(roll, unit, left),
                None => *seen
                    .entry((roll.feature_set(unit), roll.area(unit), from.unwrap_or(0)))
                    .or_insert_with(|| state.first_due(roll, unit, left)),
            };
            Some((unit, due?))
        })
    }

    /// A3: the area that the budget of a household's family leaves it now.
    fn area_left(&self, roll: &Roll, household: HouseholdNumber) -> u64 {
        let family = roll.family_of(household);
        let left = family.and_then(|family| roll.budget_left(family, |h| self.holds(h).unit()));
        left.unwrap_or(0)
    }

    /// Takes in a line of the aftermath. One that breaks a rule changes nothing, and neither do
    /// lines of other kinds.
    pub(crate) fn apply(&mut self, roll: &Roll, line: &Line<'_>) -> Checked<()> {
        if let Some(effect) = self.check(roll, line)? {
            self.enter(roll, effect);
        }
        Ok(())
    }

    /// A1 to A8: what a line of the aftermath changes; `None` for lines of other kinds.
    pub(crate) fn check(&self, roll: &Roll, line: &Line<'_>) -> Checked<Option<Effect>> {
        self.check_not_void(line)?;
        match line {
            Line::Objection { id, household, .. } => self.objection(roll, id, household.as_deref()),
            Line::Ruling { objection, .. } => self.ruling(objection),
            Line::Withdrawal { household, unit, sheet, .. } => {
                self.withdrawal(roll, household, unit.as_deref(), *sheet)
            }
            Line::Offer { unit, household, .. } => self.offer(roll, unit, household),
            Line::Accept { unit, household, sheet, .. } => {
                self.answer(roll, (unit, household), true, *sheet)
            }
            Line::Decline { unit, household, sheet, .. } => {
                self.answer(roll, (unit, household), false, *sheet)
            }
            Line::Swap { households, units, consents, .. } => {
                let ids: Vec<&str> = households.iter().map(AsRef::as_ref).collect();
                self.swap(roll, line, &ids, units.len(), consents)
            }
            Line::Recording { name, sha256, start, .. } => self.recording(name, *sha256, *start),
            Line::Filed { what, name, title, sha256, household, from, to, .. } => {
                let filed = Filed {
                    what: *what,
                    name: name.to_string(),
                    title: title.to_string(),
                    sha256: *sha256,
                    household: household.as_ref().map(ToString::to_string),
                    from: *from,
                    to: *to,
                };
                self.check_filed(roll, filed)
            }
            Line::Void { .. } => Ok(Effect::Void),
            _ => return Ok(None),
        }
        .map(Some)
    }

    /// A7: after a declaration that the draw is void nothing is given out any more.
    fn check_not_void(&self, line: &Line<'_>) -> Checked<()> {
        if !self.void || may_follow_void(line) {
            return Ok(());
        }
        let what = line.kind();
        let expected = Phrase::new(
            "nothing but objections, rulings, recordings and documents",
            "只有异议、裁定、录像和文件",
        );
        Err(broken(
            Rule::A7,
            what,
            Phrase::new(
                format!("`{what}` after the draw was void"),
                format!("作废之后的 `{what}`"),
            ),
            expected,
        ))
    }

    fn household(
        roll: &Roll,
        rule: Rule,
        what: &str,
        id: &str,
    ) -> Result<HouseholdNumber, Box<Fault>> {
        let expected = || Phrase::new("a household of the plan", "方案中的住户");
        roll.find_household(id).ok_or_else(|| {
            broken(
                rule,
                format!("{what}, household"),
                Phrase::same(format_args!("`{id}`")),
                expected(),
            )
        })
    }

    /// A household of the plan, and the number of its pool.
    fn with_pool(
        roll: &Roll,
        rule: Rule,
        what: &str,
        id: &str,
    ) -> Checked<(HouseholdNumber, PoolNumber)> {
        let household = Aftermath::household(roll, rule, what, id)?;
        // A household whose line breaks P4 is in no pool; it is judged as one of the first.
        Ok((household, roll.pool_of(household).unwrap_or(PoolNumber::new(0))))
    }

    fn objection(&self, roll: &Roll, id: &str, household: Option<&str>) -> Checked {
        // A1: `id` of an objection is an id (P2).
        if !is_id(id) {
            let expected = Phrase::new(
                "1 to 64 of A-Z a-z 0-9 . _ -, the first a letter or digit",
                "1 至 64 个字符 A-Z a-z 0-9 . _ -，首字符为字母或数字",
            );
            return Err(broken(
                Rule::A1,
                "objection, id",
                Phrase::same(format_args!("`{id}`")),
                expected,
            ));
        }
        // A1: no other objection has the id, also not with other capitals.
        if !self.objections.is_new(id) {
            let expected = Phrase::new("an id of its own", "不重复的编号");
            return Err(broken(
                Rule::A1,
                format!("objection {id}"),
                Phrase::new("there is one already", "已有此编号"),
                expected,
            ));
        }
        // A1: `household`, if given, is one of the plan.
        if let Some(household) = household {
            Aftermath::household(roll, Rule::A1, "objection", household)?;
        }
        Ok(Effect::Objection { id: id.into() })
    }

    fn ruling(&self, objection: &str) -> Checked {
        // A1: a ruling names an objection, exactly, that has no ruling yet.
        if self.objections.waits(objection) {
            return Ok(Effect::Ruling { objection: objection.into() });
        }
        let expected = Phrase::new("an objection without a ruling", "尚未裁定的异议");
        let found = Phrase::same(format_args!("`{objection}`"));
        Err(broken(Rule::A1, "ruling, objection", found, expected))
    }

    /// What a household holds, in words.
    fn held_words(&self, roll: &Roll, household: HouseholdNumber) -> Phrase {
        match self.holds(household) {
            Holding::Unit(unit) => Phrase::same(roll.unit_id(unit)),
            Holding::Standby => {
                Phrase::new("a place on the standby list and no unit", "候补席位，无房")
            }
            Holding::NotServed | Holding::Nothing => Phrase::new("nothing", "无"),
        }
    }

    /// What it has, and whether an offer waits for its answer.
    fn standing(&self, roll: &Roll, household: HouseholdNumber) -> Standing {
        let holding = match self.holds(household) {
            Holding::Unit(unit) => Holding::Unit(roll.unit_id(unit).to_owned()),
            Holding::Standby => Holding::Standby,
            Holding::NotServed => Holding::NotServed,
            Holding::Nothing => Holding::Nothing,
        };
        // A household whose line breaks P4 is in no pool; it is judged as one of the first.
        let pool = roll.pool_of(household).unwrap_or(PoolNumber::new(0));
        let open = self.open_offer(pool).filter(|(_, to)| *to == household);
        let offer = open.map_or(Offer::Nothing, |(unit, _)| Offer::Open(roll.unit_id(unit).into()));
        Standing { holding, offer }
    }

    fn stop_waiting(&mut self, roll: &Roll, household: HouseholdNumber) {
        let (Some(place), Some(pool)) = (self.places.get(&household), roll.pool_of(household))
        else {
            return;
        };
        let places = self
            .pools
            .get_mut(pool.index())
            .and_then(|p| p.waiting.get_mut(&roll.need_set(household)));
        // The list itself keeps the household, so that the places of the others stay what they are.
        if let Some(places) = places {
            places.remove(place);
        }
        if let Some(state) = self.pools.get_mut(pool.index()) {
            state.limited.remove(place);
        }
    }

    fn withdrawal(&self, roll: &Roll, id: &str, unit: Option<&str>, sheet: Hash) -> Checked {
        let household = Aftermath::household(roll, Rule::A2, "withdrawal", id)?;
        let standing = self.standing(roll, household);
        // A2: who is asked answers first.
        if matches!(standing.offer, Offer::Open(_)) {
            let expected = Phrase::new("an answer to the offer first", "先答复递补的房");
            return Err(broken(
                Rule::A2,
                format!("withdrawal, household {id}"),
                Phrase::new("an open offer", "有一套递补的房尚未答复"),
                expected,
            ));
        }
        // A2: the line names the unit that the household holds, or none if it is on standby.
        if !standing.allows(Event::Withdrawal(unit)) {
            let found = unit.map_or(Phrase::new("no unit", "没有写房源"), Phrase::same);
            return Err(broken(
                Rule::A2,
                format!("withdrawal, household {id}, unit"),
                found,
                self.held_words(roll, household),
            ));
        }
        check_sheet(Rule::A2, || format!("withdrawal, household {id}, sheet"), sheet)?;
        Ok(Effect::Withdrawal { household, gives_up: self.holds(household) })
    }

    fn give(&mut self, household: HouseholdNumber, holding: Holding) {
        Holding::enter(&mut self.holdings, household, holding);
    }

    fn offer(&self, roll: &Roll, unit: &str, id: &str) -> Checked {
        let (household, pool) = Aftermath::with_pool(roll, Rule::A3, "offer", id)?;
        let named = |(unit, household): (UnitNumber, HouseholdNumber)| {
            let (unit, household) = (roll.unit_id(unit), roll.household_id(household));
            Phrase::new(format!("{unit} to {household}"), format!("{unit} 给 {household}"))
        };
        let place = format!("offer, household {id}");
        // A3: one offer at a time in a pool.
        if let Some(open) = self.open_offer(pool) {
            let expected = Phrase::new(
                format!("an answer to the offer of {} first", named(open).en),
                format!("先答复：{}", named(open).zh),
            );
            return Err(broken(
                Rule::A3,
                place,
                Phrase::new("a second offer in the pool", "同一批次有两套房同时递补"),
                expected,
            ));
        }
        // A3: the unit that is free longest, to the first on standby who accepts it.
        let due = self.due_offer(roll, pool);
        let found = roll.find_unit(unit).map(|unit| (unit, household));
        let allowed = self.standing(roll, household).allows(Event::Offer(unit));
        let Some((unit, household)) = due.filter(|_| due == found && allowed) else {
            let expected = due.map_or(
                Phrase::new(
                    "no offer: nobody on standby accepts a free unit",
                    "无可递补：没有候补户可接受空房",
                ),
                named,
            );
            return Err(broken(
                Rule::A3,
                place,
                Phrase::new(format!("{unit} to {id}"), format!("{unit} 给 {id}")),
                expected,
            ));
        };
        Ok(Effect::Offer { pool, unit, household })
    }

    fn answer(
        &self,
        roll: &Roll,
        (unit, id): (&str, &str),
        accepted: bool,
        sheet: Hash,
    ) -> Checked {
        let what = if accepted { "accept" } else { "decline" };
        let (household, pool) = Aftermath::with_pool(roll, Rule::A4, "answer", id)?;
        // A4: the answer is that of the household which was asked, about the unit it was offered.
        let open = self.open_offer(pool);
        let event = if accepted { Event::Accept(unit) } else { Event::Decline(unit) };
        let allowed = self.standing(roll, household).allows(event);
        let Some((offered, _)) = open.filter(|_| allowed) else {
            let expected = open.map_or(
                Phrase::new("no answer: no offer is open in this pool", "本批次没有待答复的递补"),
                |(unit, household)| {
                    Phrase::new(
                        format!(
                            "the answer of {} to {}",
                            roll.household_id(household),
                            roll.unit_id(unit)
                        ),
                        format!(
                            "{} 对 {} 的答复",
                            roll.household_id(household),
                            roll.unit_id(unit)
                        ),
                    )
                },
            );
            return Err(broken(
                Rule::A4,
                format!("answer, household {id}"),
                Phrase::new(format!("{what} {unit}"), format!("{what} {unit}")),
                expected,
            ));
        };
        check_sheet(Rule::A4, || format!("answer, household {id}, sheet"), sheet)?;
        Ok(if accepted {
            Effect::Accept { pool, unit: offered, household }
        } else {
            Effect::Decline { pool, unit: offered, household }
        })
    }

    /// A5: a swap goes round: each gets the unit of the next, the last that of the first.
    fn swap(
        &self,
        roll: &Roll,
        line: &Line<'_>,
        ids: &[&str],
        units: usize,
        consents: &[Hash],
    ) -> Checked {
        let households = Aftermath::swapping(roll, ids, units, consents)?;
        let held: Vec<Holding> = households.iter().map(|h| self.holds(*h)).collect();
        // A5: the first gets the unit of the second, and so on, the last that of the first.
        let next = held.iter().copied().cycle().skip(1);
        let swap: Vec<(HouseholdNumber, Holding)> = households.into_iter().zip(next).collect();
        for ((id, own), (household, gets)) in ids.iter().zip(&held).zip(&swap) {
            // A5: each holds a unit.
            if !own.is_unit() {
                let expected = Phrase::new("a unit to give", "可换出的房");
                let found = self.held_words(roll, *household);
                return Err(broken(Rule::A5, format!("swap, household {id}"), found, expected));
            }
            // A5: `units` has the unit that it holds and gives up.
            let event = Event::of(line, id);
            if !event.is_some_and(|event| self.standing(roll, *household).allows(event)) {
                let expected = self.held_words(roll, *household);
                let found = Phrase::new("another unit than it holds", "不是其持有的房");
                return Err(broken(Rule::A5, format!("swap, household {id}"), found, expected));
            }
            // A household that has no unit to give is named when its own turn comes.
            if let Holding::Unit(unit) = gets {
                check_entitled(roll, id, *household, *unit)?;
            }
        }
        self.check_budgets(roll, &swap)?;
        Ok(Effect::Swap(swap))
    }

    /// A5: After the swap no family with a budget holds units with more area than that.
    fn check_budgets(&self, roll: &Roll, swap: &[(HouseholdNumber, Holding)]) -> Checked<()> {
        let gets: BTreeMap<HouseholdNumber, Holding> = swap.iter().copied().collect();
        let holds = |h: HouseholdNumber| gets.get(&h).copied().unwrap_or_else(|| self.holds(h));
        let families: BTreeSet<FamilyNumber> =
            swap.iter().filter_map(|(household, _)| roll.family_of(*household)).collect();
        for number in families {
            let Some(family) = roll.family(number) else { continue };
            let Some(budget) = family.budget else { continue };
            let held = roll.area_held(family, |h| holds(h).unit());
            // A5: no family with a budget holds more.
            if held > budget {
                let id = roll.family_id(number);
                let expected = Phrase::new(
                    format!("units of family {id} with at most {budget} in all"),
                    format!("家庭 {id} 的房合计不超过 {budget}"),
                );
                return Err(broken(Rule::A5, "swap, units", Phrase::same(held), expected));
            }
        }
        Ok(())
    }

    /// A5: the households of a swap, two or more, each once, with a unit and a consent of each.
    fn swapping(
        roll: &Roll,
        ids: &[&str],
        units: usize,
        consents: &[Hash],
    ) -> Checked<Vec<HouseholdNumber>> {
        let find = |id: &&str| Aftermath::household(roll, Rule::A5, "swap", id);
        let households = ids.iter().map(find).collect::<Checked<Vec<HouseholdNumber>>>()?;
        let different = households.iter().collect::<BTreeSet<_>>().len();
        // A5: at least two households, each once.
        if households.len() < 2 || different < households.len() {
            let found = Phrase::same(ids.join(", "));
            let expected = Phrase::new("two households or more, each once", "至少两户，每户一次");
            return Err(broken(Rule::A5, "swap, households", found, expected));
        }
        // A5: `consents` has one hash for each.
        if units != households.len() {
            let expected = Phrase::new(
                format!("{} units, one of each household", households.len()),
                format!("{} 套房，每户一套", households.len()),
            );
            return Err(broken(Rule::A5, "swap, units", Phrase::same(units), expected));
        }
        if consents.len() != households.len() {
            let expected = Phrase::new(
                format!("{} consents, one of each household", households.len()),
                format!("{} 份同意书，每户一份", households.len()),
            );
            let found = Phrase::same(consents.len());
            return Err(broken(Rule::A5, "swap, consents", found, expected));
        }
        // A5: none twice, and none 64 zeros.
        let different = consents.iter().filter(|hash| !hash.is_zeros()).collect::<BTreeSet<_>>();
        if different.len() < consents.len() {
            let found = Phrase::new("one hash twice, or zeros", "有重复的哈希，或全为零");
            let expected = Phrase::new("the hash of each signed sheet", "每份签名纸的哈希");
            return Err(broken(Rule::A5, "swap, consents", found, expected));
        }
        Ok(households)
    }

    fn recording(&self, name: &str, sha256: Hash, start: u64) -> Checked {
        let once = Phrase::new("each recording once", "每份录像登记一次");
        self.check_name(Rule::A6, "recording", name, once)?;
        Ok(Effect::Recording(Recording { name: name.into(), sha256, start }))
    }

    /// A6, A8: the name of a file, which no recording and no document has.
    fn check_name(&self, rule: Rule, what: &str, name: &str, once: Phrase) -> Checked<()> {
        let wrong = |found, expected| Err(broken(rule, format!("{what}, name"), found, expected));
        // A6: `name` is the name of a file, not a place on somebody's disk.
        if !is_file_name(name) {
            let expected =
                Phrase::new("the name of a file, without a folder", "文件名，不含文件夹");
            return wrong(Phrase::same(format_args!("`{name}`")), expected);
        }
        // A6, A8: no other recording or document has the name, also not with other capitals.
        if self.names.contains(&name.to_ascii_lowercase()) {
            let found = Phrase::new(format!("`{name}` again"), format!("再次登记 `{name}`"));
            return wrong(found, once);
        }
        Ok(())
    }

    /// A8: a document that is filed later.
    fn check_filed(&self, roll: &Roll, filed: Filed) -> Checked {
        let once = Phrase::new("each document once", "每份文件登记一次");
        self.check_name(Rule::A8, "filed", &filed.name, once)?;
        let wrong = |field: &str, found, expected| {
            Err(broken(Rule::A8, format!("filed, {field}"), found, expected))
        };
        // A8: `sha256` is never 64 zeros.
        if filed.sha256.is_zeros() {
            let expected = Phrase::new("the SHA-256 of the file", "该文件的 SHA-256");
            return wrong("sha256", Phrase::same(filed.sha256), expected);
        }
        // A8: `household`, if given, is one of the plan.
        if let Some(id) = &filed.household {
            Aftermath::household(roll, Rule::A8, "filed", id)?;
        }
        let hung = match (filed.from, filed.to) {
            (None, None) => filed.what != FiledKind::Notice,
            (Some(from), Some(to)) => from <= to,
            _ => false,
        };
        // A8: both or neither, `from` not after `to`; a notice has them.
        if !hung {
            let shown = |time: Option<u64>| time.map_or("-".to_owned(), |time| time.to_string());
            let expected = Phrase::new(
                "both times or none, the first not after the second; of a notice both",
                "起止时间同有或同无，起不晚于止；公示须有起止时间",
            );
            let found = Phrase::same(format_args!("{} … {}", shown(filed.from), shown(filed.to)));
            return wrong("from", found, expected);
        }
        Ok(Effect::Filed(filed))
    }

    /// Makes the change that was found to keep the rules.
    pub(crate) fn enter(&mut self, roll: &Roll, effect: Effect) {
        match effect {
            Effect::Objection { id } => {
                self.objections.raise(id);
                count(&mut self.totals.objections);
            }
            Effect::Ruling { objection } => self.objections.rule(&objection),
            Effect::Withdrawal { household, gives_up } => self.give_up(roll, household, gives_up),
            Effect::Offer { pool, unit, household } => {
                self.pools
                    .get_mut(pool.index())
                    .into_iter()
                    .for_each(|p| p.open = Some((unit, household)));
            }
            Effect::Accept { pool, unit, household } => self.accept(roll, pool, unit, household),
            Effect::Decline { pool, unit, household } => self.decline(roll, pool, unit, household),
            Effect::Swap(hold_now) => {
                hold_now.into_iter().for_each(|(household, unit)| self.give(household, unit));
                count(&mut self.totals.swaps);
            }
            Effect::Recording(recording) => {
                self.names.insert(recording.name.to_ascii_lowercase());
                self.recordings.push(recording);
                count(&mut self.totals.recordings);
            }
            Effect::Filed(filed) => {
                self.names.insert(filed.name.to_ascii_lowercase());
                self.filed.push(filed);
                count(&mut self.totals.filed);
            }
            Effect::Void => {
                self.void = true;
                // A7: after `void` nobody holds anything. No offer and nobody on standby is left
                // either.
                self.holdings.fill(Holding::Nothing);
                self.pools.iter_mut().for_each(|pool| *pool = PoolState::default());
            }
        }
    }

    /// A2: a household gives up its unit, which is free from then on, or its place on standby.
    fn give_up(&mut self, roll: &Roll, household: HouseholdNumber, holding: Holding) {
        self.stop_waiting(roll, household);
        self.give(household, Holding::Nothing);
        let pool = roll.pool_of(household).and_then(|p| self.pools.get_mut(p.index()));
        if let Some(pool) = pool {
            // A2: the unit becomes the last of the free ones of its pool.
            pool.free.extend(holding.unit());
            pool.forget_unwanted(roll);
        }
        count(&mut self.totals.withdrawals);
    }

    /// A4: the household takes the unit.
    fn accept(
        &mut self,
        roll: &Roll,
        pool: PoolNumber,
        unit: UnitNumber,
        household: HouseholdNumber,
    ) {
        self.stop_waiting(roll, household);
        self.give(household, Holding::Unit(unit));
        if let Some(pool) = self.pools.get_mut(pool.index()) {
            pool.open = None;
            // Those before it stay, for nobody was due to get them while a budget left too little.
            let place = pool.free.iter().position(|free| *free == unit);
            debug_assert!(place.is_some(), "a unit was offered that is not free");
            let _ = place.and_then(|place| pool.free.remove(place));
            pool.forget_unwanted(roll);
        }
        count(&mut self.totals.accepted);
    }

    /// A4: the household does not take the unit, which is offered to those after it.
    fn decline(
        &mut self,
        roll: &Roll,
        pool: PoolNumber,
        unit: UnitNumber,
        household: HouseholdNumber,
    ) {
        let place = self.places.get(&household);
        debug_assert!(place.is_some(), "household {household} declines and is not on standby");
        if let (Some(place), Some(pool)) = (place, self.pools.get_mut(pool.index())) {
            pool.open = None;
            // A3: offers of this unit go on behind the household that declined.
            let from = pool.from.entry(unit).or_default();
            *from = place.saturating_add(1).max(*from);
            pool.limited.get_mut(place).into_iter().for_each(|declined| declined.extend([unit]));
            pool.forget_unwanted(roll);
        }
        count(&mut self.totals.declined);
    }
}

/// D14: whether a budget limits a household.
fn has_budget(roll: &Roll, household: HouseholdNumber) -> bool {
    let family = roll.family_of(household).and_then(|family| roll.family(family));
    family.is_some_and(|family| family.budget.is_some())
}

/// A5: nobody gets a unit of another pool, or one that lacks what it needs.
fn check_entitled(
    roll: &Roll,
    id: &str,
    household: HouseholdNumber,
    unit: UnitNumber,
) -> Checked<()> {
    let pool = roll.pool_of(household).and_then(|p| roll.pool(p));
    let own = pool.is_some_and(|pool| pool.unit_numbers().contains(unit));
    // A5: the unit that a household gets is of its own pool, with all that it needs.
    if own && roll.meets(unit, household) {
        return Ok(());
    }
    let expected =
        Phrase::new("a unit of its own pool with all that it needs", "本批次中符合其需求的房");
    let found = Phrase::same(roll.unit_id(unit));
    Err(broken(Rule::A5, format!("swap, household {id}"), found, expected))
}

/// A2, A4: the sheet on which a household signs what it wants is a file, which 64 zeros is not.
fn check_sheet(rule: Rule, place: impl FnOnce() -> String, sheet: Hash) -> Checked<()> {
    // A2: never 64 zeros. A4: `sheet` is as in A2.
    if !sheet.is_zeros() {
        return Ok(());
    }
    let expected = Phrase::new("the hash of the signed sheet", "签字单的哈希");
    Err(broken(rule, place(), Phrase::new("64 zeros", "全为零"), expected))
}

/// The scans of what households signed on paper: that of a withdrawal or an answer, or of each
/// consent to a swap (check V6).
pub(crate) fn sheets<'l>(line: &'l Line<'_>) -> &'l [Hash] {
    match line {
        Line::Withdrawal { sheet, .. }
        | Line::Accept { sheet, .. }
        | Line::Decline { sheet, .. } => std::slice::from_ref(sheet),
        Line::Swap { consents, .. } => consents,
        _ => &[],
    }
}

fn count(total: &mut u64) {
    *total = total.saturating_add(1);
}

/// The texts of a line for rule P3: key, text and the most bytes that it may have.
pub(crate) fn texts<'l>(line: &'l Line<'_>) -> Vec<(&'static str, &'l str, usize)> {
    match line {
        Line::Dissent { reason, .. } => vec![("dissent, reason", reason, most::REASON)],
        Line::Objection { text, .. } => vec![("objection, text", text, most::STATEMENT)],
        Line::Ruling { reason, .. } => vec![("ruling, reason", reason, most::STATEMENT)],
        Line::Withdrawal { reason, .. } => vec![("withdrawal, reason", reason, most::REASON)],
        Line::Decline { reason: Some(reason), .. } => {
            vec![("decline, reason", reason, most::REASON)]
        }
        Line::Recording { name, .. } => vec![("recording, name", name, most::NAME)],
        Line::Filed { name, title, .. } => {
            vec![("filed, name", name, most::NAME), ("filed, title", title, most::NAME)]
        }
        Line::Void { reason, .. } => vec![("void, reason", reason, most::STATEMENT)],
        _ => Vec::new(),
    }
}
