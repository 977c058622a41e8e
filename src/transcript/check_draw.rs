//! The checks of the draw: D1 to D13.

use super::foreseen::{Foreseen, Seen};
use super::report::{Later, STANDBY, UNSERVED, Why};
use super::same::{ExpectedCall, ExpectedLot};
use super::verification::Verifier;
use crate::draw::{Last, Outcome, PoolDraw, call_line, outcome, outcome_line};
use crate::hash::Hash;
use crate::lines::{By, Line, PickRule, Unranked};
use crate::phase::Turn;
use crate::picks::{Offer, lot_number};
use crate::plan::Roll;
use crate::profile::{Cursor, Decimal, Field};
use crate::rules::{Checks, Rule, Words};

/// How many picks are entered at once.
const RECENT: usize = 1024;

/// The draw as far as the file has come.
pub(super) struct Drawing {
    seed: Hash,
    pool: Option<PoolDraw>,
    /// What is known of the lines to come in the pool. As long as this is there, `pool` stays as it
    /// was when it was opened.
    foreseen: Option<Foreseen>,
    /// Number of the pool that is to be opened next.
    next_pool: usize,
    /// The units left over in the pool that ended, the next one last.
    left: Option<Vec<u32>>,
    /// For each household its unit, [`STANDBY`] or [`UNSERVED`].
    allocation: Vec<u32>,
    /// For each unit whether a household has it.
    taken: Vec<bool>,
    /// Picks that are still to be entered in the two above.
    recent: Vec<(u32, u32)>,
    standby: Vec<u32>,
    /// Picks, standby places and leftovers of the pools that have an `end`.
    ended: (u64, u64, u64),
    /// Which pools were opened.
    opened: Vec<bool>,
    /// Whether the lines up to the next `open` are passed over, because their pool is not followed.
    skips: bool,
    /// Whether a household was called out of order, so that one may turn up a second time.
    unusual: bool,
    scratch: Vec<u8>,
    explain: Option<u32>,
    why: Option<Why>,
    /// The call (counted in its pool) and the offer that `why` lists, and how many calls were
    /// listed.
    listed: (Option<(usize, u64, Offer)>, u8),
    /// The offer of a pick that was withdrawn.
    withdrawn: Vec<String>,
}

/// Whether a line is the expected one, but for the time that it may have.
pub(super) fn same_but_time(line: &[u8], expected: &[u8]) -> bool {
    if line == expected {
        return true;
    }
    let Some((b'}', start)) = expected.split_last() else { return false };
    let Some(rest) = line.strip_prefix(start) else { return false };
    let Ok(mut cursor) = Cursor::new(rest) else { return false };
    let time = <u64 as Field>::read(&mut cursor, ",\"at\":");
    time.is_ok() && cursor.literal("}").is_ok() && cursor.end().is_ok()
}

/// Whether the line is the call of this household. No id needs an escape.
fn is_call(
    roll: &Roll,
    pool: &PoolDraw,
    household: u32,
    line: &[u8],
    scratch: &mut Vec<u8>,
) -> bool {
    let (id, ticket) = (pool.id(roll, household), pool.drawn(household).ticket);
    if (ExpectedCall { pool: &pool.info.id, place: pool.calls + 1, household: id, ticket }).is(line)
    {
        return true;
    }
    scratch.clear();
    call_line(roll, pool, household, None).encode(scratch);
    same_but_time(line, scratch)
}

/// Whether the line is that of this outcome. No id needs an escape.
fn is_outcome(
    roll: &Roll,
    pool: &PoolDraw,
    household: u32,
    outcome: &Outcome,
    line: &[u8],
    scratch: &mut Vec<u8>,
) -> bool {
    if let Outcome::Lot { offered, number, unit } = *outcome {
        let (id, lot, unit) =
            (pool.id(roll, household), pool.drawn(household).lot, roll.unit_id(unit));
        if (ExpectedLot { household: id, offered, lot, number, unit }).is(line) {
            return true;
        }
    }
    scratch.clear();
    outcome_line(roll, pool, household, outcome, None).encode(scratch);
    same_but_time(line, scratch)
}

/// A `pick` line, as far as it is not the household.
struct Pick<'a> {
    by: By,
    offered: u64,
    lot: Option<Decimal>,
    number: Option<u64>,
    rank: Option<u64>,
    unit: &'a str,
    proxy: Option<&'a str>,
}

impl Drawing {
    pub(super) fn new(roll: &Roll, seed: Hash) -> Drawing {
        Drawing {
            seed,
            pool: None,
            foreseen: None,
            next_pool: 0,
            left: None,
            allocation: vec![UNSERVED; roll.household_count() as usize],
            taken: vec![false; roll.unit_count() as usize],
            recent: Vec::with_capacity(RECENT),
            standby: Vec::new(),
            ended: (0, 0, 0),
            opened: vec![false; roll.pools.len()],
            skips: false,
            unusual: false,
            scratch: Vec::new(),
            explain: None,
            why: None,
            listed: (None, 0),
            withdrawn: Vec::new(),
        }
    }

    pub(super) fn explain(&mut self, household: Option<u32>) {
        self.explain = household;
    }

    /// For each household its unit, [`STANDBY`] or [`UNSERVED`].
    pub(super) fn allocation(&mut self) -> &[u32] {
        self.settle();
        &self.allocation
    }

    /// Who went to the standby list, in order.
    pub(super) fn standby(&self) -> &[u32] {
        &self.standby
    }

    /// The draw was declared void: the pool that is open is left as it is.
    pub(super) fn break_off(&mut self) {
        self.settle();
        (self.pool, self.foreseen, self.left) = (None, None, None);
    }

    /// Something after the result concerns the household that is explained.
    pub(super) fn later(&mut self, household: u32, later: Later) {
        if let Some(why) = self.why.as_mut().filter(|_| self.explain == Some(household)) {
            why.later.push(later);
        }
    }

    pub(super) fn into_parts(self) -> (Vec<u32>, Vec<u32>, Option<Why>) {
        (self.allocation, self.standby, self.why)
    }

    /// Picks, standby places and units left.
    pub(super) fn totals(&self) -> (u64, u64, u64) {
        let picked = self.allocation.iter().filter(|u| **u < STANDBY).count() as u64;
        (picked, self.standby.len() as u64, self.ended.2)
    }

    /// The usual case: the line is the one that the rules lead to, byte for byte. Counts it and
    /// goes on; `false` if it is not.
    pub(super) fn as_expected(&mut self, roll: &Roll, line: &[u8], checks: &mut Checks) -> bool {
        if self.as_foreseen(line, checks) {
            return true;
        }
        self.catch_up(roll);
        // An id that occurs twice, or needs an escape, is looked at field by field.
        let usual = self.left.is_none() && !self.unusual && checks.failed(Rule::P2) == 0;
        let Some(pool) = self.pool.as_mut().filter(|_| usual) else { return false };
        match pool.called {
            None => {
                let Some(household) = pool.due().filter(|h| Some(*h) != self.explain) else {
                    return false;
                };
                if !is_call(roll, pool, household, line, &mut self.scratch) {
                    return false;
                }
                checks.examine(Rule::D2);
                checks.examine(Rule::D3);
                pool.call(roll, household);
                true
            }
            Some(_) if pool.rule_is(PickRule::Choice) && !pool.lot_due => false,
            Some(household) => {
                let outcome = outcome(roll, pool, household);
                let (Outcome::Lot { unit, .. } | Outcome::Ranking { unit, .. }) = outcome else {
                    return false;
                };
                if self.explain == Some(household)
                    || !is_outcome(roll, pool, household, &outcome, line, &mut self.scratch)
                {
                    return false;
                }
                let by = if matches!(outcome, Outcome::Lot { .. }) { Rule::D6 } else { Rule::D7 };
                [Rule::D4, Rule::D5, by].into_iter().for_each(|r| checks.examine(r));
                if pool.has_needs(roll, household) {
                    checks.examine(Rule::D13);
                }
                pool.pick(household, unit, false);
                self.note_pick(household, unit);
                true
            }
        }
    }

    /// The most usual case: the line was known when the pool was opened.
    fn as_foreseen(&mut self, line: &[u8], checks: &mut Checks) -> bool {
        let (Some(foreseen), Some(pool)) = (&mut self.foreseen, &self.pool) else { return false };
        match foreseen.next(pool, line) {
            None => return false,
            Some(Seen::Call) => [Rule::D2, Rule::D3].into_iter().for_each(|r| checks.examine(r)),
            Some(Seen::Pick { household, unit, needs }) => {
                [Rule::D4, Rule::D5, Rule::D6].into_iter().for_each(|r| checks.examine(r));
                checks.examine_many(Rule::D13, needs.into());
                self.note_pick(household, unit);
            }
        }
        true
    }

    /// A line is not the foreseen one: from here on the pool is drawn along with the file.
    fn catch_up(&mut self, roll: &Roll) {
        if let (Some(foreseen), Some(pool)) = (self.foreseen.take(), &mut self.pool) {
            foreseen.catch_up(roll, pool);
        }
    }

    fn note_pick(&mut self, household: u32, unit: u32) {
        self.recent.push((household, unit));
        if self.recent.len() == RECENT {
            self.settle();
        }
    }

    /// Enters the recent picks. They are scattered over the memory; many at once wait for it
    /// together.
    pub(super) fn settle(&mut self) {
        for (household, unit) in self.recent.drain(..) {
            self.allocation.get_mut(household as usize).into_iter().for_each(|a| *a = unit);
            self.taken.get_mut(unit as usize).into_iter().for_each(|t| *t = true);
        }
    }

    fn assign(&mut self, household: u32, unit: u32, chosen: bool) {
        self.pool.iter_mut().for_each(|p| p.pick(household, unit, chosen));
        self.allocation.get_mut(household as usize).into_iter().for_each(|a| *a = unit);
        self.taken.get_mut(unit as usize).into_iter().for_each(|t| *t = true);
    }

    fn turn(&self) -> Turn {
        match &self.pool {
            None => Turn::NoPool,
            Some(_) if self.left.is_some() => Turn::Ended,
            Some(pool) if pool.called.is_none() => Turn::Between,
            Some(pool) if pool.lot_due => Turn::LotDue,
            Some(_) => Turn::Called,
        }
    }

    /// Whether a pool is open and has not ended.
    fn is_open(&self) -> bool {
        self.pool.is_some() && self.left.is_none()
    }

    /// D1: a pool is opened.
    fn open(&mut self, roll: &Roll, id: &str, key: Hash, at: &mut At<'_>) {
        at.checks.examine(Rule::D1);
        let due = roll.pools.get(self.next_pool);
        // A pool is followed once: a file that opened a large one again and again would cost its
        // whole draw each time.
        let index = roll.find_pool(id).filter(|index| self.opened.get(*index) == Some(&false));
        if index.is_none() || due.is_none_or(|p| p.id != id) {
            let expected = due
                .map_or(Words::new("no more pools", "没有更多批次"), |p| Words::same(&p.id));
            at.fail(Rule::D1, "open, pool", Words::same(id), expected);
        }
        self.pool = index.and_then(|index| PoolDraw::new(roll, index, self.seed));
        self.skips = self.pool.is_none();
        self.left = None;
        let Some(pool) = &self.pool else { return };
        self.next_pool = pool.index + 1;
        self.opened.get_mut(pool.index).into_iter().for_each(|o| *o = true);
        if pool.key != key {
            at.fail(
                Rule::D1,
                format_args!("pool {id}, key"),
                Words::same(key),
                Words::same(pool.key),
            );
        }
        // Lines can be foreseen only as long as no id needs an escape, and nobody can turn up a
        // second time.
        if !self.unusual && at.checks.failed(Rule::P2) == 0 {
            self.foreseen = Foreseen::new(roll, pool, self.explain);
        }
    }

    /// D2 and D3: a call that is not the expected one.
    fn call(&mut self, roll: &Roll, line: &Line<'_>, at: &mut At<'_>) {
        let Line::Call { pool: pool_id, place, household: id, ticket, at: at_clock } = line else {
            return;
        };
        let Some(pool) = self.pool.as_mut() else { return };
        at.checks.examine(Rule::D2);
        at.checks.examine(Rule::D3);
        let due = pool.due();
        let due_id = due
            .map_or(Words::new("nobody: all were called", "没有：都已叫到"), |h| {
                Words::same(roll.household_id(h))
            });
        // An id that occurs twice means the household that is due if it has that id.
        let found = due
            .filter(|h| roll.household_id(*h) == id.as_ref())
            .or_else(|| roll.find_household(id));
        let found = found.filter(|h| pool.info.households.contains(h));
        if found.is_none() || found != due {
            self.unusual = true;
            at.fail(Rule::D2, "call, household", Words::same(id), due_id);
        }
        if *pool_id != pool.info.id {
            at.fail(Rule::D2, "call, pool", Words::same(pool_id), Words::same(&pool.info.id));
        }
        if *place != pool.calls + 1 {
            at.fail(Rule::D2, "call, place", Words::same(place), Words::same(pool.calls + 1));
        }
        let Some(household) = found else { return };
        let expected = u128::from(pool.drawn(household).ticket);
        if ticket.0 != expected {
            at.fail(
                Rule::D3,
                format_args!("household {id}, ticket"),
                Words::same(ticket.0),
                Words::same(expected),
            );
        }
        pool.call(roll, household);
        if self.explain == Some(household) {
            self.why_of(roll, household).called_at = *at_clock;
        }
    }

    /// D4 to D8, D12, D13: a pick that is not the expected one, or was chosen.
    fn pick(&mut self, roll: &Roll, household: u32, pick: &Pick<'_>, at: &mut At<'_>) {
        let Some(pool) = self.pool.as_mut() else { return };
        let offer = pool.offer(roll, household);
        at.checks.examine(Rule::D4);
        at.checks.examine(Rule::D5);
        if pick.offered != u64::from(offer.count) {
            at.fail(Rule::D4, "pick, offered", Words::same(pick.offered), Words::same(offer.count));
        }
        let unit = roll.find_unit(pick.unit).filter(|u| pool.info.units.contains(u));
        if !unit.is_some_and(|u| pool.offers(offer, u)) {
            let found = why_not(roll, pool, household, unit, pick.unit);
            at.fail(
                Rule::D5,
                "pick, unit",
                found,
                Words::new(
                    format!("one of the {} units on offer", offer.count),
                    format!("{} 套可选房源之一", offer.count),
                ),
            );
        }
        check_by(roll, pool, household, offer, pick, unit, at);
        let id = roll.household_id(household);
        let Some(unit) = unit else { return };
        self.note_why(roll, household, offer, Some(pick), at.number);
        if !roll.needs(household).is_empty() {
            at.checks.examine(Rule::D13);
            if !roll.needs(household).iter().all(|need| roll.features(unit).contains(need)) {
                let features = roll.features(unit).join(",");
                at.fail(
                    Rule::D13,
                    format_args!("household {id}, unit {}", pick.unit),
                    Words::same(format_args!("[{features}]")),
                    Words::same(roll.needs(household).join(",")),
                );
            }
        }
        if self.allocation.get(household as usize).is_some_and(|a| *a != UNSERVED) {
            at.fail(
                Rule::D12,
                format_args!("household {id}"),
                Words::new("served again", "再次得房"),
                Words::new("once", "一次"),
            );
        }
        if self.taken.get(unit as usize) == Some(&true) {
            at.fail(
                Rule::D12,
                format_args!("unit {}", pick.unit),
                Words::new("picked again", "再次被选"),
                Words::new("once at most", "至多一次"),
            );
        }
        self.assign(household, unit, pick.by == By::Choice);
    }

    /// D10: a household goes to the standby list.
    fn stand_by(&mut self, roll: &Roll, household: u32, place: u64, at: &mut At<'_>) {
        let Some(pool) = self.pool.as_mut() else { return };
        at.checks.examine(Rule::D10);
        let expected = outcome(roll, pool, household);
        let offer = pool.offer(roll, household);
        let (id, count) = (roll.household_id(household), offer.count);
        if expected != Outcome::Standby {
            let expected = Words::new(
                format!("a pick: {count} units are on offer"),
                format!("应得房：有 {count} 套可选"),
            );
            at.fail(
                Rule::D10,
                format_args!("household {id}"),
                Words::new("standby", "候补"),
                expected,
            );
        }
        if place != pool.standby + 1 {
            at.fail(Rule::D10, "standby, place", Words::same(place), Words::same(pool.standby + 1));
        }
        pool.stand_by();
        match self.allocation.get_mut(household as usize) {
            Some(a) if *a == UNSERVED => {
                *a = STANDBY;
                self.standby.push(household);
                self.note_why(roll, household, offer, None, at.number);
            }
            _ => at.fail(
                Rule::D12,
                format_args!("household {id}"),
                Words::new("served again", "再次处理"),
                Words::new("once", "一次"),
            ),
        }
    }

    /// D8: a household missed its call.
    fn miss(&mut self, roll: &Roll, household: u32, at: &mut At<'_>) {
        let explained = self.explain == Some(household);
        let Some(pool) = self.pool.as_mut() else { return };
        at.checks.examine(Rule::D8);
        if !pool.rule_is(PickRule::Choice) {
            let expected = Words::new(
                format!("nobody misses in a pool drawn by {}", pool.info.rule.word()),
                format!("规则 {} 不需要到场", pool.info.rule.word()),
            );
            at.fail(Rule::D8, "missed", Words::same(roll.household_id(household)), expected);
        }
        if pool.offer(roll, household).count == 0 {
            at.fail(
                Rule::D10,
                "missed",
                Words::new("missed, with nothing on offer", "无房可选而记为未到"),
                Words::new("standby", "候补"),
            );
        }
        pool.miss(roll, household);
        if explained {
            self.why_of(roll, household).missed += 1;
        }
    }

    /// D9: the line before is withdrawn.
    fn undo(&mut self, roll: &Roll, at: &mut At<'_>) {
        at.checks.examine(Rule::D9);
        let Some(pool) = self.pool.as_mut() else { return };
        match pool.undo(roll) {
            Last::Other => {
                let expected = Words::new(
                    "a pick by choice or a missed call on the line before",
                    "上一行应为选房或未到",
                );
                at.fail(
                    Rule::D9,
                    "undo",
                    Words::new("nothing that can be withdrawn", "没有可撤回的步骤"),
                    expected,
                );
            }
            Last::Choice { household, unit } => {
                self.allocation.get_mut(household as usize).into_iter().for_each(|a| *a = UNSERVED);
                unit.and_then(|u| self.taken.get_mut(u as usize))
                    .into_iter()
                    .for_each(|t| *t = false);
                if self.explain == Some(household) {
                    let why = self.why_of(roll, household);
                    (why.by, why.number, why.rank, why.proxy, why.unit, why.line) =
                        (None, None, None, None, None, 0);
                    self.withdrawn = std::mem::take(&mut why.offered);
                }
            }
            Last::Missed { household, .. } => {
                if self.explain == Some(household) {
                    self.why_of(roll, household).missed -= 1;
                }
            }
        }
    }

    /// D11: a pool ends.
    fn end(&mut self, roll: &Roll, line: &Line<'_>, at: &mut At<'_>) {
        let Line::End { pool: id, picked, standby, leftover, .. } = line else { return };
        let Some(pool) = self.pool.as_mut() else { return };
        at.checks.examine(Rule::D11);
        if let Some(household) = pool.due() {
            let id = roll.household_id(household);
            at.fail(
                Rule::D11,
                "end",
                Words::new(format!("household {id} was not called"), format!("住户 {id} 未叫到")),
                Words::new("all were called", "全部叫到"),
            );
        }
        if *id != pool.info.id {
            at.fail(Rule::D11, "end, pool", Words::same(id), Words::same(&pool.info.id));
        }
        let mut left = pool.left();
        for (field, found, expected) in [
            ("picked", *picked, pool.picked),
            ("standby", *standby, pool.standby),
            ("leftover", *leftover, left.len() as u64),
        ] {
            if found != expected {
                at.fail(
                    Rule::D11,
                    format_args!("end, {field}"),
                    Words::same(found),
                    Words::same(expected),
                );
            }
        }
        let (picked, standby, leftover) = self.ended;
        self.ended = (picked + pool.picked, standby + pool.standby, leftover + left.len() as u64);
        left.reverse();
        self.left = Some(left);
    }

    /// D11: a unit that nobody got.
    fn leftover(&mut self, roll: &Roll, line: &Line<'_>, at: &mut At<'_>) {
        let (Line::Leftover { pool, unit, .. }, Some(left)) = (line, self.left.as_mut()) else {
            return;
        };
        at.checks.examine(Rule::D11);
        let here = self.pool.as_ref().map(|p| p.info.id.as_str()).unwrap_or_default();
        let expected = left.pop().map(|u| roll.unit_id(u));
        if expected != Some(unit) || pool != here {
            let expected = expected
                .map_or(Words::new("no more leftovers", "没有更多剩余房源"), |u| {
                    Words::same(format_args!("{here} {u}"))
                });
            at.fail(Rule::D11, "leftover", Words::same(format_args!("{pool} {unit}")), expected);
        }
    }

    /// D11: the pool is over, or should be.
    fn close_pool(&mut self, roll: &Roll, at: &mut At<'_>) {
        let Some(pool) = &self.pool else { return };
        match self.left.take() {
            None => at.fail(
                Rule::D11,
                format_args!("pool {}", pool.info.id),
                Words::new("no end", "没有结尾"),
                Words::new("an end line", "应有 end 行"),
            ),
            Some(left) => {
                if let Some(unit) = left.last() {
                    let expected = Words::new(
                        format!(
                            "{} more leftover lines, from {} on",
                            left.len(),
                            roll.unit_id(*unit)
                        ),
                        format!("还有 {} 个剩余房源行，从 {} 起", left.len(), roll.unit_id(*unit)),
                    );
                    at.fail(
                        Rule::D11,
                        format_args!("pool {}", pool.info.id),
                        Words::new("none", "没有"),
                        expected,
                    );
                }
            }
        }
        self.pool = None;
    }

    /// The explanation of the household asked for, begun when it is first called.
    fn why_of(&mut self, roll: &Roll, household: u32) -> &mut Why {
        let pool = self.pool.as_ref();
        self.why.get_or_insert_with(|| {
            let head = roll.heads.get(household as usize).copied().unwrap_or(household);
            let place = pool
                .and_then(|p| p.order().iter().position(|h| *h == household))
                .map_or(0, |n| n as u64 + 1);
            Why {
                household: roll.household_id(household).into(),
                pool: pool.map(|p| p.info.id.clone()).unwrap_or_default(),
                tier: roll.tier(household),
                needs: roll.needs(household).to_vec(),
                called_with: (head != household).then(|| roll.household_id(head).into()),
                ticket: pool.map(|p| p.drawn(household).ticket.to_string()).unwrap_or_default(),
                place,
                of: pool.map_or(0, |p| p.info.household_count()),
                missed: 0,
                lot: pool.map(|p| p.drawn(household).lot.to_string()).unwrap_or_default(),
                offered: Vec::new(),
                by: None,
                number: None,
                rank: None,
                proxy: None,
                unit: None,
                line: 0,
                called_at: None,
                recording: None,
                later: Vec::new(),
            }
        })
    }

    /// The units on offer, if they are not those listed last. A household is called twice at most
    /// (rule D8), and between a pick and its `undo` nothing changes; so a file that picks and
    /// withdraws again and again does not make the verifier list a whole pool each time.
    fn list_offer(&mut self, offer: Offer) -> Option<Vec<u32>> {
        let pool = self.pool.as_ref()?;
        let call = Some((pool.index, pool.calls, offer));
        if self.listed.0 == call || self.listed.1 >= 3 {
            return None;
        }
        self.listed = (call, self.listed.1 + 1);
        Some(pool.listed(offer))
    }

    fn note_why(
        &mut self,
        roll: &Roll,
        household: u32,
        offer: Offer,
        pick: Option<&Pick<'_>>,
        line: u64,
    ) {
        if self.explain != Some(household) {
            return;
        }
        let ids =
            |listed: Vec<u32>| listed.into_iter().map(|u| roll.unit_id(u).to_owned()).collect();
        let offered = self.list_offer(offer).map(ids);
        let withdrawn = std::mem::take(&mut self.withdrawn);
        let why = self.why_of(roll, household);
        if let Some(offered) = offered.or((why.line == 0).then_some(withdrawn)) {
            why.offered = offered;
        }
        why.by = Some(pick.map_or("standby", |p| p.by.word()).into());
        why.number = pick.and_then(|p| p.number);
        why.rank = pick.and_then(|p| p.rank);
        why.proxy = pick.and_then(|p| p.proxy).map(str::to_owned);
        why.unit = pick.map(|p| p.unit.to_owned());
        why.line = line;
    }
}

#[cfg(test)]
mod same_ids {
    use crate::rules::Rule;
    use crate::transcript::{Evidence, Report, verify};

    fn count(report: &Report, rule: Rule) -> (u64, u64) {
        let check = report.checks.iter().find(|c| c.id == rule).unwrap();
        (check.examined, check.failed)
    }

    #[test]
    fn an_id_that_occurs_twice_is_told_alike_whoever_is_explained() {
        let file = include_str!("../../tests/vectors/worked/transcript.jsonl");
        // Two units of one id, two households of one id: the report must not depend on which path
        // through the code the lines take.
        for (from, to) in [("A-1801", "A-0301"), ("H002", "H001")] {
            let file = file.replace(from, to);
            let plain = verify(file.as_bytes(), &Evidence::default()).unwrap();
            let explained = verify(
                file.as_bytes(),
                &Evidence { household: Some("H001".into()), ..Evidence::default() },
            )
            .unwrap();
            for rule in Rule::ALL {
                assert_eq!(count(&plain, *rule), count(&explained, *rule), "{rule}");
            }
            assert_eq!(count(&plain, Rule::P2).1, 1);
        }
        // A call of the second of two households with one id, with another ticket: the household
        // that is due is meant.
        let twice = file.replace("H002", "H001").replace("4055933494104702685", "1");
        let report = verify(twice.as_bytes(), &Evidence::default()).unwrap();
        let calls = twice.matches("\"kind\":\"call\"").count() as u64;
        assert_eq!((count(&report, Rule::D2), count(&report, Rule::D3).0), ((calls, 0), calls));
    }
}

/// Where a fault is written down.
struct At<'a> {
    checks: &'a mut Checks,
    number: u64,
}

impl At<'_> {
    fn fail(&mut self, rule: Rule, place: impl std::fmt::Display, found: Words, expected: Words) {
        self.checks.fail(rule, self.number, place, found, expected);
    }
}

/// Why a unit was not on offer.
fn why_not(roll: &Roll, pool: &PoolDraw, household: u32, unit: Option<u32>, id: &str) -> Words {
    let Some(unit) = unit else {
        return Words::new(
            format!("{id}, not a unit of this pool"),
            format!("{id}，不是本批次的房源"),
        );
    };
    if !pool.is_free(unit) {
        return Words::new(format!("{id}, taken already"), format!("{id}，已被选走"));
    }
    if roll.needs(household).iter().all(|need| roll.features(unit).contains(need)) {
        return Words::new(
            format!("{id}, held back for households with needs"),
            format!("{id}，须留给有照顾需求的住户"),
        );
    }
    Words::new(format!("{id}, without what the household needs"), format!("{id}，不符合照顾需求"))
}

/// D6, D7, D8: whether the way of picking is that of the pool, and leads to this unit.
fn check_by(
    roll: &Roll,
    pool: &PoolDraw,
    household: u32,
    offer: Offer,
    pick: &Pick<'_>,
    unit: Option<u32>,
    at: &mut At<'_>,
) {
    let ranked = pool.by_ranking(roll, offer, household);
    let rule = match pick.by {
        By::Lot => Rule::D6,
        By::Ranking => Rule::D7,
        By::Choice => Rule::D8,
    };
    at.checks.examine(rule);
    let expected = match (pool.info.rule, ranked) {
        (PickRule::Lot, _) => By::Lot,
        (PickRule::Ranking, Some(_)) => By::Ranking,
        (PickRule::Ranking, None) => By::Lot,
        (PickRule::Choice, _) if pool.lot_due => By::Lot,
        (PickRule::Choice, _) => By::Choice,
    };
    if pick.by != expected {
        let broken = match pool.info.rule {
            _ if pick.by == By::Choice => Rule::D8,
            PickRule::Lot => Rule::D6,
            PickRule::Ranking => Rule::D7,
            PickRule::Choice => Rule::D8,
        };
        at.fail(broken, "pick, by", Words::same(pick.by.word()), Words::same(expected.word()));
        return;
    }
    if ranked.is_none()
        && pool.info.rule == PickRule::Ranking
        && pool.info.unranked == Some(Unranked::Standby)
    {
        at.fail(
            Rule::D7,
            "pick",
            Words::new("a pick by lot", "抽签得房"),
            Words::new("standby: nothing of the ranking is on offer", "候补：志愿中没有可选房源"),
        );
    }
    match pick.by {
        By::Lot => check_lot(pool, household, offer, pick, unit, at),
        By::Ranking => {
            let found = (pick.rank, unit, pick.lot, pick.number, pick.proxy);
            let expected = (ranked.map(|r| r.0), ranked.map(|r| r.1), None, None, None);
            if found != expected {
                let expected = ranked.map_or_else(String::new, |(rank, unit)| {
                    format!("rank {rank}, {}", roll.unit_id(unit))
                });
                at.fail(
                    Rule::D7,
                    "pick",
                    Words::same(format_args!("rank {}, {}", pick.rank.unwrap_or(0), pick.unit)),
                    Words::same(expected),
                );
            }
        }
        By::Choice => {
            if pick.lot.is_some() || pick.number.is_some() || pick.rank.is_some() {
                at.fail(
                    Rule::D8,
                    "pick",
                    Words::new("lot, number or rank", "lot、number 或 rank"),
                    Words::new("none of them in a pick by choice", "自选时不应有这些字段"),
                );
            }
        }
    }
}

/// D6: lot, number and unit.
fn check_lot(
    pool: &PoolDraw,
    household: u32,
    offer: Offer,
    pick: &Pick<'_>,
    unit: Option<u32>,
    at: &mut At<'_>,
) {
    let lot = pool.drawn(household).lot;
    let number = lot_number(lot, offer.count);
    if pick.lot != Some(Decimal(lot)) {
        at.fail(
            Rule::D6,
            "pick, lot",
            pick.lot.map_or(Words::new("no lot", "没有 lot"), |l| Words::same(l.0)),
            Words::same(lot),
        );
    }
    if pick.number != number.map(u64::from) {
        let show = |n: Option<u64>| n.map_or(Words::new("no number", "没有 number"), Words::same);
        at.fail(Rule::D6, "pick, number", show(pick.number), show(number.map(u64::from)));
    }
    let expected = pool.by_lot(offer, household).map(|(_, unit)| unit);
    if unit.is_none() || unit != expected {
        let expected =
            number.map_or(Words::new("none, nothing is on offer", "无房可选"), |n| {
                Words::new(
                    format!("number {n} of the units on offer"),
                    format!("可选房源中的第 {n} 号（从 0 数）"),
                )
            });
        at.fail(Rule::D6, "pick, unit", Words::same(pick.unit), expected);
    }
    if pick.rank.is_some() || pick.proxy.is_some() {
        at.fail(
            Rule::D6,
            "pick",
            Words::new("rank or proxy", "rank 或 proxy"),
            Words::new("neither in a pick by lot", "抽签时不应有"),
        );
    }
}

impl Verifier<'_> {
    /// One line of the draw that [`Drawing::as_expected`] did not take.
    pub(super) fn draw(&mut self, line: &Line<'_>) {
        if self.drawing.as_ref().is_some_and(|drawing| drawing.skips)
            && !matches!(line, Line::Open { .. })
        {
            return; // of a pool that is not followed nothing is examined
        }
        if let (Some(roll), Some(drawing)) = (&self.roll, &mut self.drawing) {
            drawing.catch_up(roll);
            drawing.settle();
        }
        if let Some(expected) = self.turn_fault(line) {
            self.misplaced(line, expected);
            let open = self.drawing.as_ref().is_some_and(Drawing::is_open);
            if !(matches!(line, Line::Open { .. })
                || open && matches!(line, Line::Call { .. } | Line::End { .. }))
            {
                return;
            }
        }
        let (Some(roll), Some(drawing)) = (&self.roll, &mut self.drawing) else { return };
        let mut at = At { checks: &mut self.checks, number: self.number };
        let called = drawing.pool.as_ref().and_then(|p| p.called);
        match line {
            Line::Open { pool, key, .. } => {
                drawing.close_pool(roll, &mut at);
                drawing.open(roll, pool, *key, &mut at);
            }
            Line::Call { .. } => drawing.call(roll, line, &mut at),
            Line::Undo { .. } => drawing.undo(roll, &mut at),
            Line::End { .. } => drawing.end(roll, line, &mut at),
            Line::Leftover { .. } => drawing.leftover(roll, line, &mut at),
            Line::Pick { by, offered, lot, number, rank, unit, proxy, .. } => {
                let (by, offered, lot, number, rank) = (*by, *offered, *lot, *number, *rank);
                let pick = Pick { by, offered, lot, number, rank, unit, proxy: proxy.as_deref() };
                called.into_iter().for_each(|h| drawing.pick(roll, h, &pick, &mut at));
            }
            Line::Standby { place, .. } => {
                called.into_iter().for_each(|h| drawing.stand_by(roll, h, *place, &mut at))
            }
            Line::Missed { .. } => called.into_iter().for_each(|h| drawing.miss(roll, h, &mut at)),
            _ => {}
        }
        self.texts(line);
    }

    /// T2 within a pool: what is expected instead, if the line cannot stand here.
    fn turn_fault(&self, line: &Line<'_>) -> Option<Words> {
        let (roll, drawing) = (self.roll.as_ref()?, self.drawing.as_ref()?);
        let turn = drawing.turn();
        let called = drawing.pool.as_ref().and_then(|pool| pool.called);
        let called = called.map(|household| roll.household_id(household)).unwrap_or_default();
        // `pick`, `standby` and `missed` name the household of the call that is open
        let of_another = match line {
            Line::Pick { household, .. }
            | Line::Standby { household, .. }
            | Line::Missed { household, .. } => *household != called,
            _ => false,
        };
        if turn.allows(line) && !of_another {
            return None;
        }
        Some(match (turn, line) {
            (Turn::NoPool, _) => Words::new("an open line first", "应先有 open 行"),
            (Turn::Ended, _) => {
                Words::new("a leftover, the next pool, or the result", "剩余房源、下一批次或结果")
            }
            (_, Line::Leftover { .. }) => Words::new("the end of the pool first", "应先有批次结尾"),
            (_, Line::Open { .. }) => Words::new("the end of the pool before", "上一批次应先结束"),
            (Turn::Between, _) => Words::new("a call, or the end of the pool", "叫号或批次结尾"),
            (Turn::LotDue, Line::Missed { .. } | Line::Standby { .. }) => {
                Words::new("the pick by lot", "抽签得房")
            }
            (Turn::Called | Turn::LotDue, _) => Words::new(
                format!("the pick or standby of household {called}"),
                format!("住户 {called} 的得房或候补"),
            ),
        })
    }

    /// P3 for the texts of the draw.
    fn texts(&mut self, line: &Line<'_>) {
        let (field, text, most) = match line {
            Line::Pick { proxy: Some(proxy), .. } => ("pick, proxy", proxy, 120),
            Line::Undo { reason, .. } => ("undo, reason", reason, 600),
            _ => return,
        };
        self.checks.examine(Rule::P3);
        if let Some((found, expected)) = crate::plan::text_fault(text, most) {
            self.checks.fail(Rule::P3, self.number, field, found, expected);
        }
    }

    /// D1, D11, D12: when the draw is over.
    pub(super) fn end_of_pools(&mut self) {
        let (Some(roll), Some(drawing)) = (&self.roll, &mut self.drawing) else { return };
        drawing.catch_up(roll);
        drawing.settle();
        let mut at = At { checks: &mut self.checks, number: self.number };
        drawing.close_pool(roll, &mut at);
        for (pool, _) in roll.pools.iter().zip(&drawing.opened).filter(|(_, opened)| !**opened) {
            let found = Words::new(
                format!("pool {} was not drawn", pool.id),
                format!("批次 {} 未抽", pool.id),
            );
            at.fail(Rule::D1, "result", found, Words::new("all pools drawn", "所有批次都已抽"));
        }
        at.checks.examine_many(
            Rule::D12,
            u64::from(roll.household_count()) + u64::from(roll.unit_count()),
        );
        for (household, unit) in (0..).zip(&drawing.allocation) {
            if *unit == UNSERVED {
                let found = Words::new("never served", "始终未处理");
                at.fail(
                    Rule::D12,
                    format_args!("household {}", roll.household_id(household)),
                    found,
                    Words::new("a pick or a standby line", "得房或候补"),
                );
            }
        }
    }

    /// T2: a pool ends before the result.
    pub(super) fn check_ended(&mut self, line: &Line<'_>) {
        if self.drawing.as_ref().is_some_and(Drawing::is_open) {
            self.misplaced(line, Words::new("the end of the pool first", "应先有批次结尾"));
        }
    }

    /// D12: the sums.
    pub(super) fn check_result(&mut self, line: &Line<'_>) {
        let (Line::Result { picked, standby, leftover, .. }, Some(drawing)) = (line, &self.drawing)
        else {
            return;
        };
        let (p, s, l) = drawing.ended;
        for (field, found, expected) in
            [("picked", *picked, p), ("standby", *standby, s), ("leftover", *leftover, l)]
        {
            if found != expected {
                self.checks.fail(
                    Rule::D12,
                    self.number,
                    format_args!("result, {field}"),
                    Words::same(found),
                    Words::same(expected),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::transcript::{Evidence, verify};

    #[test]
    fn an_explained_household_may_withdraw_again_and_again() {
        let file = include_str!("../../tests/vectors/worked/transcript.jsonl");
        let (plan, units) = (r#""rule":"choice","absence":"last","units":20000"#, 20_000);
        let unit = |n: usize| {
            format!(
                "{{\"kind\":\"unit\",\"pool\":\"A\",\"id\":\"U{n:05}\",\"label\":\"1\",\"storey\":1}}\n"
            )
        };
        let all: String = (0..units).map(unit).collect();
        let (before, rest) = file.split_once("{\"kind\":\"unit\"").unwrap();
        let (_, rest) = rest.split_once("{\"kind\":\"household\"").unwrap();
        let file = format!(
            "{}{all}{{\"kind\":\"household\"{rest}",
            before.replace("\"rule\":\"lot\",\"units\":2", plan)
        );
        let (before, after) = file.split_once("{\"kind\":\"pick\"").unwrap();
        let turn = "{\"kind\":\"pick\",\"household\":\"H002\",\"by\":\"choice\",\"offered\":20000,\"unit\":\"U00007\"}\n{\"kind\":\"undo\",\"reason\":\"x\"}\n";
        let called = before.rsplit_once("\"household\":\"").unwrap().1.get(..4).unwrap().to_owned();
        let (turn, last) = (
            turn.replace("H002", &called),
            turn.split_once('\n').unwrap().0.replace("H002", &called),
        );
        let file = format!("{before}{}{last}\n{{\"kind\":\"pick\"{after}", turn.repeat(20_000));
        let report =
            verify(file.as_bytes(), &Evidence { household: Some(called), ..Evidence::default() })
                .unwrap();
        assert_eq!(report.why.unwrap().offered.len(), units);
    }
}
