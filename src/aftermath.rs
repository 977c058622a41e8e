//! What comes after the result (rules A1 to A8): objections, withdrawals, offers to the standby
//! list, swaps, recordings, void.
//!
//! The live session and the verifier both fold the lines into one and the same state. A step that
//! breaks a rule changes nothing.

use crate::hash::Hash;
use crate::holding::{Event, Holding, Objections, Offer, Standing, may_follow_void};
use crate::lines::{FiledKind, Line};
use crate::number::{metres, place as at};
use crate::plan::{FamilyNumber, HouseholdNumber, PoolNumber, Roll, UnitNumber, is_id};
use crate::rules::{Fault, Phrase, Rule};
use crate::text::{is_file_name, most};
use crate::waiting::Waiting;
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
    waiting: BTreeMap<u16, Waiting>,
    /// A3: the queue of the free units, in the order in which they became free, without those that
    /// are offered to nobody any more.
    queue: VecDeque<UnitNumber>,
    /// For a unit that was offered: the place on the list from which it is offered on.
    from: BTreeMap<UnitNumber, u32>,
    /// The offer that waits for an answer: unit and household.
    open: Option<(UnitNumber, HouseholdNumber)>,
}

impl PoolState {
    /// A3: the first on the list, behind those to whom a unit was offered, who accepts it.
    fn first_for(&self, roll: &Roll, unit: UnitNumber) -> Option<HouseholdNumber> {
        let from = self.from.get(&unit).copied().unwrap_or(0);
        let area = roll.area(unit).unwrap_or(0);
        let meets = |needs: &u16| roll.set_meets(roll.feature_set(unit), *needs);
        let accepting = self.waiting.iter().filter(|(needs, _)| meets(needs));
        // Of each combination the first place that waits; the first of those is the first of all.
        let place = accepting.filter_map(|(_, waiting)| waiting.first(from, area)).min()?;
        self.list.get(at(place)).copied()
    }

    /// A3: a unit that nobody accepts when it is first in the queue leaves it at once.
    fn settle(&mut self, roll: &Roll) {
        while self.open.is_none()
            && let Some(&unit) = self.queue.front()
            && self.first_for(roll, unit).is_none()
        {
            self.queue.pop_front();
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
            places.insert(household, place);
        }
        let mut free: Vec<bool> = (0..roll.unit_count()).map(|_| true).collect();
        for unit in holdings.iter().filter_map(|holding| holding.unit()) {
            free.get_mut(unit.index()).into_iter().for_each(|free| *free = false);
        }
        let is_free = |unit: &UnitNumber| free.get(unit.index()) == Some(&true);
        for (info, pool) in roll.pools.iter().zip(&mut pools) {
            pool.queue = info.unit_numbers().filter(is_free).collect();
            let mut by_needs: BTreeMap<u16, Vec<u32>> = BTreeMap::new();
            for (place, household) in (0..).zip(&pool.list) {
                by_needs.entry(roll.need_set(*household)).or_default().push(place);
            }
            pool.waiting =
                by_needs.into_iter().map(|(n, places)| (n, Waiting::at(places))).collect();
        }
        let mut state = Aftermath {
            holdings,
            places,
            pools,
            objections: Objections::default(),
            recordings: Vec::new(),
            filed: Vec::new(),
            names: roll.documents.iter().map(|d| d.name.to_ascii_lowercase()).collect(),
            void: false,
            totals: AftermathTotals::default(),
        };
        standby.iter().for_each(|household| state.wait(roll, *household));
        state.pools.iter_mut().for_each(|pool| pool.settle(roll));
        state
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
            let mut places: Vec<u32> = pool.waiting.values().flat_map(Waiting::all).collect();
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

    /// A3: the unit of the pool that is to be offered next, and the household that is due: the
    /// first unit of the queue, and the first on standby who accepts it and was not passed over.
    pub(crate) fn due_offer(
        &self,
        roll: &Roll,
        pool: PoolNumber,
    ) -> Option<(UnitNumber, HouseholdNumber)> {
        // A7: after `void` nothing is offered. A3: in each pool at most one offer is open.
        let state =
            self.pools.get(pool.index()).filter(|state| !self.void && state.open.is_none())?;
        let unit = *state.queue.front()?;
        Some((unit, state.first_for(roll, unit)?))
    }

    /// A3: the free units of a pool that left its queue, so that they are offered to nobody any more.
    pub(crate) fn passed_over(&self, roll: &Roll, pool: PoolNumber) -> Vec<UnitNumber> {
        let (Some(info), Some(state)) = (roll.pool(pool), self.pools.get(pool.index())) else {
            return Vec::new();
        };
        // A5: who holds a unit of the pool is of the pool.
        let held = info.household_numbers().filter_map(|household| self.holds(household).unit());
        let kept: BTreeSet<UnitNumber> = held.chain(state.queue.iter().copied()).collect();
        info.unit_numbers().filter(|unit| !kept.contains(unit)).collect()
    }

    /// A3: the largest area that a household accepts now: what the units of its family leave of the
    /// family's budget.
    fn most_area(&self, roll: &Roll, household: HouseholdNumber) -> u64 {
        let left = |family| roll.budget_left(family, |h| self.holds(h).unit());
        roll.family_of(household).and_then(left).unwrap_or(u64::MAX)
    }

    /// Whoever is on standby waits, and accepts what the budget of its family leaves; whoever is
    /// not any more waits no more.
    fn wait(&mut self, roll: &Roll, household: HouseholdNumber) {
        let (Some(place), Some(pool)) = (self.places.get(&household), roll.pool_of(household))
        else {
            return;
        };
        let waits = matches!(self.holds(household), Holding::Standby);
        let most = waits.then(|| self.most_area(roll, household));
        let state = self.pools.get_mut(pool.index());
        let waiting = state.and_then(|p| p.waiting.get_mut(&roll.need_set(household)));
        waiting.into_iter().for_each(|waiting| waiting.set(*place, most));
    }

    /// A3: after a line about these households, the budgets of their families leave something else,
    /// and the queues of their pools go on.
    fn settle(&mut self, roll: &Roll, households: &[HouseholdNumber]) {
        let mut concerned: BTreeSet<HouseholdNumber> = households.iter().copied().collect();
        for family in households.iter().filter_map(|h| roll.family_of(*h)) {
            let budget = roll.family(family).filter(|family| family.budget.is_some());
            concerned.extend(budget.into_iter().flat_map(|family| &family.claims));
        }
        concerned.iter().for_each(|household| self.wait(roll, *household));
        let pools: BTreeSet<PoolNumber> =
            concerned.iter().filter_map(|h| roll.pool_of(*h)).collect();
        for pool in pools {
            self.pools.get_mut(pool.index()).into_iter().for_each(|pool| pool.settle(roll));
        }
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
        // A3: the first unit of the queue, to the first on standby who accepts it.
        let due = self.due_offer(roll, pool);
        let found = roll.find_unit(unit).map(|unit| (unit, household));
        let allowed = self.standing(roll, household).allows(Event::Offer(unit));
        let Some((unit, household)) = due.filter(|_| due == found && allowed) else {
            let expected = due.map_or(
                Phrase::new(
                    "no offer: nobody on standby accepts a free unit that was not passed over",
                    "无可递补：没有候补户可接受尚在递补队列中的空房",
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
        if !accepted {
            return Ok(Effect::Decline { pool, household });
        }
        self.check_affordable(roll, offered, household)?;
        Ok(Effect::Accept { pool, unit: offered, household })
    }

    /// A4: what is accepted is within what the budget leaves: since the offer, the family may have
    /// accepted another unit, or swapped one.
    fn check_affordable(
        &self,
        roll: &Roll,
        unit: UnitNumber,
        household: HouseholdNumber,
    ) -> Checked<()> {
        let (area, most) = (roll.area(unit).unwrap_or(0), self.most_area(roll, household));
        if area <= most {
            return Ok(());
        }
        let most = metres(most);
        let expected = Phrase::new(
            format!(
                "at most {most} m², which is left of the area budget of the family: it declines"
            ),
            format!("至多 {most} ㎡（家庭面积额度的余额），应谢绝"),
        );
        let place = format!("answer, household {}", roll.household_id(household));
        Err(broken(Rule::A4, place, in_metres(area), expected))
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

    /// A5: after the swap no family with a budget holds units with more area than that.
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
                let most = metres(budget);
                let expected = Phrase::new(
                    format!("units of family {id} with at most {most} m² in all, its area budget"),
                    format!("家庭 {id} 的房合计不超过面积额度 {most} ㎡"),
                );
                return Err(broken(Rule::A5, "swap, units", in_metres(held), expected));
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
            Effect::Offer { pool, unit, household } => self.ask(pool, unit, household),
            Effect::Accept { pool, unit, household } => self.accept(roll, pool, unit, household),
            Effect::Decline { pool, household } => self.decline(roll, pool, household),
            Effect::Swap(hold_now) => {
                let households: Vec<HouseholdNumber> = hold_now.iter().map(|(h, _)| *h).collect();
                hold_now.into_iter().for_each(|(household, unit)| self.give(household, unit));
                self.settle(roll, &households);
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
        self.give(household, Holding::Nothing);
        let pool = roll.pool_of(household).and_then(|p| self.pools.get_mut(p.index()));
        // A2: the unit becomes the last of the free ones of its pool.
        pool.into_iter().for_each(|pool| pool.queue.extend(holding.unit()));
        self.settle(roll, &[household]);
        count(&mut self.totals.withdrawals);
    }

    /// A3: the unit is offered to the household, and goes on behind it.
    fn ask(&mut self, pool: PoolNumber, unit: UnitNumber, household: HouseholdNumber) {
        let place = self.places.get(&household);
        debug_assert!(place.is_some(), "household {household} is asked and is not on standby");
        if let (Some(place), Some(pool)) = (place, self.pools.get_mut(pool.index())) {
            pool.open = Some((unit, household));
            pool.from.insert(unit, place.saturating_add(1));
        }
    }

    /// A4: the household takes the unit.
    fn accept(
        &mut self,
        roll: &Roll,
        pool: PoolNumber,
        unit: UnitNumber,
        household: HouseholdNumber,
    ) {
        self.give(household, Holding::Unit(unit));
        if let Some(pool) = self.pools.get_mut(pool.index()) {
            pool.open = None;
            let first = pool.queue.pop_front();
            debug_assert_eq!(first, Some(unit), "a unit was offered that is not the first");
        }
        self.settle(roll, &[household]);
        count(&mut self.totals.accepted);
    }

    /// A4: the household does not take the unit, which is offered to those after it.
    fn decline(&mut self, roll: &Roll, pool: PoolNumber, household: HouseholdNumber) {
        self.pools.get_mut(pool.index()).into_iter().for_each(|pool| pool.open = None);
        self.settle(roll, &[household]);
        count(&mut self.totals.declined);
    }
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

/// An area in words.
fn in_metres(area: u64) -> Phrase {
    Phrase::new(format!("{} m²", metres(area)), format!("{} ㎡", metres(area)))
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
