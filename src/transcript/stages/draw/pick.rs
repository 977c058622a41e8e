//! Picks (rules D4 to D8, D12, D13).

use super::state::Drawing;
use crate::draw::PoolDraw;
use crate::holding::Holding;
use crate::lines::{By, Line, PickRule, Unranked};
use crate::picks::{Offer, lot_number};
use crate::plan::{HouseholdNumber, Roll, UnitNumber};
use crate::profile::Decimal;
use crate::rules::{Phrase, Rule};
use crate::transcript::stages::at::At;

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

impl<'a> Pick<'a> {
    fn of(line: &'a Line<'_>) -> Option<Pick<'a>> {
        let Line::Pick { by, offered, lot, number, rank, unit, proxy, .. } = line else {
            return None;
        };
        let (by, offered, lot, number, rank) = (*by, *offered, *lot, *number, *rank);
        Some(Pick { by, offered, lot, number, rank, unit, proxy: proxy.as_deref() })
    }
}

impl Drawing {
    /// D4 to D8, D12, D13: a pick that is not the expected one, or was chosen.
    pub(super) fn pick(
        &mut self,
        roll: &Roll,
        household: HouseholdNumber,
        line: &Line<'_>,
        at: &mut At<'_>,
    ) {
        let (Some(pool), Some(pick)) = (self.pool.as_mut(), Pick::of(line)) else { return };
        let offer = pool.offer();
        let unit = check_offer(roll, (pool, household), offer, &pick, at);
        let turn = Turn { roll, pool, household, offer, pick: &pick, unit };
        turn.check_by(at);
        unit.into_iter().for_each(|unit| turn.check_needs(unit, at));
        // A pick of a free unit of this pool is followed, be it wrong.
        let Some(unit) = unit.filter(|unit| pool.is_free(*unit)) else {
            self.lost = true;
            return;
        };
        self.explain.served((roll, pool, household), offer, (line, at.number));
        pool.pick(household, unit, pick.by == By::Choice);
        Holding::enter(&mut self.holdings, household, Holding::Unit(unit));
    }
}

/// D4 and D5: how many units are on offer, and whether the unit is one of them. Gives the unit, if
/// it is one of the pool.
fn check_offer(
    roll: &Roll,
    (pool, household): (&PoolDraw, HouseholdNumber),
    offer: Offer,
    pick: &Pick<'_>,
    at: &mut At<'_>,
) -> Option<UnitNumber> {
    at.examine(Rule::D4);
    at.examine(Rule::D5);
    let count = offer.count;
    // D4: `offered` is the number of free units that the household may have, without those held
    // back for households with needs.
    if pick.offered != u64::from(count) {
        at.fail(Rule::D4, "pick, offered", Phrase::same(pick.offered), Phrase::same(count));
    }
    let unit = roll.find_unit(pick.unit).filter(|unit| pool.info.unit_numbers().contains(*unit));
    // D5: the unit of a `pick` is one of those offered.
    if !unit.is_some_and(|unit| pool.offers(offer, unit)) {
        let found = why_not(roll, pool, household, unit, pick.unit);
        let expected = Phrase::new(
            format!("one of the {count} units on offer"),
            format!("{count} 套可选房源之一"),
        );
        at.fail(Rule::D5, "pick, unit", found, expected);
    }
    unit
}

/// Why a unit was not on offer.
fn why_not(
    roll: &Roll,
    pool: &PoolDraw,
    household: HouseholdNumber,
    unit: Option<UnitNumber>,
    id: &str,
) -> Phrase {
    let Some(unit) = unit else {
        return Phrase::new(
            format!("{id}, not a unit of this pool"),
            format!("{id}，不是本批次的房源"),
        );
    };
    if !pool.is_free(unit) {
        return Phrase::new(format!("{id}, taken already"), format!("{id}，已被选走"));
    }
    if roll.meets(unit, household) {
        return Phrase::new(
            format!("{id}, held back for households with needs"),
            format!("{id}，须留给有照顾需求的住户"),
        );
    }
    Phrase::new(format!("{id}, without what the household needs"), format!("{id}，不符合照顾需求"))
}

/// A pick and what it is compared with.
struct Turn<'a> {
    roll: &'a Roll,
    pool: &'a PoolDraw,
    household: HouseholdNumber,
    offer: Offer,
    pick: &'a Pick<'a>,
    /// The unit, if it is one of the pool.
    unit: Option<UnitNumber>,
}

impl Turn<'_> {
    /// D13: a unit has what the household needs.
    fn check_needs(&self, unit: UnitNumber, at: &mut At<'_>) {
        let (needs, features) = (self.roll.needs(self.household), self.roll.features(unit));
        if needs.is_empty() {
            return;
        }
        at.examine(Rule::D13);
        // D13: every picked unit has all features that its household needs.
        if !self.roll.meets(unit, self.household) {
            let id = self.roll.household_id(self.household);
            let place = format_args!("household {id}, unit {}", self.pick.unit);
            let found = Phrase::same(format_args!("[{}]", features.join(",")));
            at.fail(Rule::D13, place, found, Phrase::same(needs.join(",")));
        }
    }

    /// D6, D7, D8: whether the way of picking is that of the pool, and leads to this unit.
    fn check_by(&self, at: &mut At<'_>) {
        let Turn { pool, pick, .. } = self;
        let ranked = pool.by_ranking(self.roll, self.offer, self.household);
        at.examine(match pick.by {
            By::Lot => Rule::D6,
            By::Ranking => Rule::D7,
            By::Choice => Rule::D8,
        });
        let expected = self.right_by(ranked.is_some());
        if pick.by != expected {
            // Section 7: nothing more of the pick is compared in D6, D7, D8.
            let (found, expected) = (Phrase::same(pick.by.word()), Phrase::same(expected.word()));
            return at.fail(self.rule_of_by(), "pick, by", found, expected);
        }
        // D7: where the plan says standby, nobody is drawn for whose ranking has nothing left.
        let ranking = pool.info.rule == PickRule::Ranking;
        if ranking && ranked.is_none() && pool.info.unranked == Some(Unranked::Standby) {
            let found = Phrase::new("a pick by lot", "抽签得房");
            let expected = Phrase::new(
                "standby: nothing of the ranking is on offer",
                "候补：志愿中没有可选房源",
            );
            at.fail(Rule::D7, "pick", found, expected);
        }
        match pick.by {
            By::Lot => self.check_lot(at),
            By::Ranking => self.check_ranking(ranked, at),
            By::Choice => self.check_choice(at),
        }
    }

    /// D6 to D8: how a household is to get its unit here.
    fn right_by(&self, is_ranked: bool) -> By {
        // D6: in a pool with rule `lot`, every pick is `by` `lot`. D7: by ranking, else by lot. D8:
        // by choice, but by lot after a missed call.
        match self.pool.info.rule {
            PickRule::Lot => By::Lot,
            PickRule::Ranking if is_ranked => By::Ranking,
            PickRule::Ranking => By::Lot,
            PickRule::Choice if self.pool.lot_due => By::Lot,
            PickRule::Choice => By::Choice,
        }
    }

    /// Section 7: a wrong `by` fails D8 if it is `choice`, else the check of the pool's rule.
    fn rule_of_by(&self) -> Rule {
        match self.pool.info.rule {
            _ if self.pick.by == By::Choice => Rule::D8,
            PickRule::Lot => Rule::D6,
            PickRule::Ranking => Rule::D7,
            PickRule::Choice => Rule::D8,
        }
    }

    /// D7: the first unit of the ranking that is on offer, with its place.
    fn check_ranking(&self, ranked: Option<(u64, UnitNumber)>, at: &mut At<'_>) {
        let pick = self.pick;
        let found = (pick.rank, self.unit, pick.lot, pick.number, pick.proxy);
        let expected = (ranked.map(|r| r.0), ranked.map(|r| r.1), None, None, None);
        // D7: the first unit of the ranking that is offered, its place, and no `lot`, `number` or
        // `proxy`.
        if found != expected {
            let expected = ranked.map_or_else(String::new, |(rank, unit)| {
                format!("rank {rank}, {}", self.roll.unit_id(unit))
            });
            let found = format_args!("rank {}, {}", pick.rank.unwrap_or(0), pick.unit);
            at.fail(Rule::D7, "pick", Phrase::same(found), Phrase::same(expected));
        }
    }

    /// D8: what is chosen follows from no number.
    fn check_choice(&self, at: &mut At<'_>) {
        let pick = self.pick;
        // D8: a pick by choice has no `lot`, `number` or `rank`.
        if pick.lot.is_some() || pick.number.is_some() || pick.rank.is_some() {
            at.fail(
                Rule::D8,
                "pick",
                Phrase::new("lot, number or rank", "lot、number 或 rank"),
                Phrase::new("none of them in a pick by choice", "自选时不应有这些字段"),
            );
        }
    }

    /// D6: lot, number and unit.
    fn check_lot(&self, at: &mut At<'_>) {
        let pick = self.pick;
        let lot = self.pool.drawn(self.household).lot;
        // D6: the lot is that of the household's block (D3).
        if pick.lot != Some(Decimal(lot)) {
            let none = || Phrase::new("no lot", "没有 lot");
            let found = pick.lot.map_or_else(none, |lot| Phrase::same(lot.0));
            at.fail(Rule::D6, "pick, lot", found, Phrase::same(lot));
        }
        // D6: the number is lot mod the number of units on offer.
        let number = lot_number(lot, self.offer.count).map(u64::from);
        if pick.number != number {
            let none = || Phrase::new("no number", "没有 number");
            let show = |number: Option<u64>| number.map_or_else(none, Phrase::same);
            at.fail(Rule::D6, "pick, number", show(pick.number), show(number));
        }
        let expected = self.pool.by_lot(self.offer, self.household).map(|(_, unit)| unit);
        // D6: the unit is that of this number, in plan order.
        if self.unit.is_none() || self.unit != expected {
            let none = || Phrase::new("none, nothing is on offer", "无房可选");
            let expected = number.map_or_else(none, |n| {
                Phrase::new(
                    format!("number {n} of the units on offer"),
                    format!("可选房源中的第 {n} 号（从 0 数）"),
                )
            });
            at.fail(Rule::D6, "pick, unit", Phrase::same(pick.unit), expected);
        }
        // D6: its line has neither `rank` nor `proxy`.
        if pick.rank.is_some() || pick.proxy.is_some() {
            let found = Phrase::new("rank or proxy", "rank 或 proxy");
            let expected = Phrase::new("neither in a pick by lot", "抽签时不应有");
            at.fail(Rule::D6, "pick", found, expected);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::transcript::{Evidence, verify};

    #[test]
    fn an_explained_household_may_withdraw_again_and_again() {
        let file = include_str!("../../../../tests/vectors/worked/transcript.jsonl");
        let (plan, units) = (r#""rule":"choice","absence":"last","units":20000"#, 20_000);
        let unit = |n: usize| {
            format!(
                "{{\"kind\":\"unit\",\"pool\":\"A\",\"id\":\"U{n:05}\",\"label\":\"{n}\",\"storey\":1}}\n"
            )
        };
        let all: String = (0..units).map(unit).collect();
        let (before, rest) = file.split_once("{\"kind\":\"unit\"").unwrap();
        let (_, rest) = rest.split_once("{\"kind\":\"household\"").unwrap();
        let file = format!(
            "{}{all}{{\"kind\":\"household\"{rest}",
            before.replace("\"rule\":\"lot\",\"units\":2", plan)
        );
        let file = file.replace("\"pools\":1,\"units\":2", "\"pools\":1,\"units\":20000");
        let file = file.replace(",\"needs\":[\"step-free\"]", "");
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
