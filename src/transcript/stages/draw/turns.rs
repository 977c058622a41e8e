//! Who is called, misses, goes to the standby list, and what is withdrawn (rules D2, D3, D8 to D10).

use super::state::Drawing;
use crate::draw::{Last, Outcome, outcome};
use crate::holding::Holding;
use crate::lines::{Line, PickRule};
use crate::plan::{HouseholdNumber, Roll};
use crate::rules::{Phrase, Rule};
use crate::transcript::stages::at::At;

impl Drawing {
    /// D2 and D3: a call that is not the expected one.
    pub(super) fn call(&mut self, roll: &Roll, line: &Line<'_>, at: &mut At<'_>) {
        let (Line::Call { pool: of, place, household: id, ticket, at: clock }, Some(pool)) =
            (line, self.pool.as_mut())
        else {
            return;
        };
        at.examine(Rule::D2);
        at.examine(Rule::D3);
        let due = pool.next_to_call();
        // After a fault: an id that occurs twice means the household that is due if it has that id.
        let found = due
            .filter(|household| roll.household_id(*household) == id.as_ref())
            .or_else(|| roll.find_household(id))
            .filter(|household| pool.info.household_numbers().contains(*household));
        // D2: the first in the order that was not called, then the first that was deferred.
        if found.is_none() || found != due {
            self.unusual = true;
            let nobody = || Phrase::new("nobody: all were called", "没有：都已叫到");
            let expected = due.map_or_else(nobody, |h| Phrase::same(roll.household_id(h)));
            at.fail(Rule::D2, "call, household", Phrase::same(id), expected);
        }
        if *of != pool.info.id {
            at.fail(Rule::D2, "call, pool", Phrase::same(of), Phrase::same(&pool.info.id));
        }
        let expected = pool.calls.saturating_add(1);
        // D2: `place` counts the calls of the pool from 1; a call that was deferred has counted.
        if *place != expected {
            at.fail(Rule::D2, "call, place", Phrase::same(place), Phrase::same(expected));
        }
        // After a fault: a call of a household of this pool is followed, whoever was due; of any
        // other it is passed over.
        let Some(household) = found else { return };
        let expected = u128::from(pool.drawn(household).ticket);
        // D3: `ticket` is the ticket of the household itself, in decimal.
        if ticket.0 != expected {
            let place = format_args!("household {id}, ticket");
            at.fail(Rule::D3, place, Phrase::same(ticket.0), Phrase::same(expected));
        }
        pool.call(roll, household);
        self.explain.called(roll, pool, household, *clock);
    }

    /// D10: a household goes to the standby list.
    pub(super) fn stand_by(
        &mut self,
        roll: &Roll,
        household: HouseholdNumber,
        line: &Line<'_>,
        at: &mut At<'_>,
    ) {
        let (Line::Standby { place, .. }, Some(pool)) = (line, self.pool.as_mut()) else { return };
        at.examine(Rule::D10);
        let expected = outcome(roll, pool, household);
        let offer = pool.offer();
        let (id, count) = (roll.household_id(household), offer.count);
        // D10: only where nothing is on offer, or nothing of the ranking and the plan says so.
        if expected != Outcome::Standby {
            let expected = Phrase::new(
                format!("a pick: {count} units are on offer"),
                format!("应得房：有 {count} 套可选"),
            );
            let place = format_args!("household {id}");
            at.fail(Rule::D10, place, Phrase::new("standby", "候补"), expected);
        }
        let next = pool.standby.saturating_add(1);
        // D10: `place` counts the standby lines of the pool from 1.
        if *place != next {
            at.fail(Rule::D10, "standby, place", Phrase::same(place), Phrase::same(next));
        }
        pool.stand_by();
        // D12: each household is served once. Who is served already counts in D10 and D11 alone.
        if Holding::of(&self.holdings, household) != Holding::NotServed {
            let found = Phrase::new("served again", "再次处理");
            let place = format_args!("household {id}");
            return at.fail(Rule::D12, place, found, Phrase::new("once", "一次"));
        }
        Holding::enter(&mut self.holdings, household, Holding::Standby);
        self.standby.push(household);
        self.explain.served((roll, pool, household), offer, (line, at.number));
    }

    /// D8: a household missed its call.
    pub(super) fn miss(&mut self, roll: &Roll, household: HouseholdNumber, at: &mut At<'_>) {
        let Some(pool) = self.pool.as_mut() else { return };
        at.examine(Rule::D8);
        // D8: only in a pool where households choose.
        if !pool.rule_is(PickRule::Choice) {
            let rule = pool.info.rule.word();
            let expected = Phrase::new(
                format!("nobody misses in a pool drawn by {rule}"),
                format!("规则 {rule} 不需要到场"),
            );
            at.fail(Rule::D8, "missed", Phrase::same(roll.household_id(household)), expected);
        }
        // D10: where nothing is on offer, there is nothing to miss.
        if pool.offer().count == 0 {
            let found = Phrase::new("missed, with nothing on offer", "无房可选而记为未到");
            at.fail(Rule::D10, "missed", found, Phrase::new("standby", "候补"));
        }
        // After a fault: followed even where nobody can miss.
        pool.miss(roll, household);
        self.explain.missed(roll, pool, household);
    }

    /// D9: the line before is withdrawn.
    pub(super) fn undo(&mut self, roll: &Roll, at: &mut At<'_>) {
        at.examine(Rule::D9);
        let Some(pool) = self.pool.as_mut() else { return };
        match pool.undo(roll) {
            // D9: only a pick by choice or a missed call, and only from the line right before.
            Last::Other => {
                let found = Phrase::new("nothing that can be withdrawn", "没有可撤回的步骤");
                let expected = Phrase::new(
                    "a pick by choice or a missed call on the line before",
                    "上一行应为选房或未到",
                );
                at.fail(Rule::D9, "undo", found, expected);
            }
            // D9: the household is not served, and the unit free if that pick took it.
            Last::Choice { household, unit } => {
                Holding::enter(&mut self.holdings, household, Holding::NotServed);
                let taken = unit.and_then(|unit| self.taken.get_mut(unit.index()));
                taken.into_iter().for_each(|taken| *taken = false);
                self.explain.pick_withdrawn(household);
            }
            Last::Missed { household, .. } => self.explain.missed_withdrawn(household),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::Rule;
    use crate::transcript::{Evidence, Report, verify};

    fn count(report: &Report, rule: Rule) -> (u64, u64) {
        let check = report.checks.iter().find(|c| c.id == rule).unwrap();
        (check.examined, check.failed)
    }

    #[test]
    fn an_id_that_occurs_twice_is_told_alike_whoever_is_explained() {
        let file = include_str!("../../../../tests/vectors/worked/transcript.jsonl");
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

    /// Faults of each rule that has any, but for those of the seals, which changed with the lines.
    fn faults(report: &Report) -> Vec<(Rule, u64)> {
        let seals = [Rule::T3, Rule::T4, Rule::S1, Rule::S2, Rule::V3];
        let broken = report.checks.iter().filter(|c| c.failed > 0 && !seals.contains(&c.id));
        broken.map(|c| (c.id, c.failed)).collect()
    }

    #[test]
    fn a_served_household_that_is_called_again_is_one_fault_of_each_line() {
        let file = include_str!("../../../../tests/vectors/corpus/valid/choice.jsonl");
        let lines: Vec<&str> = file.lines().collect();
        let kind = |kind: &str| format!("{{\"kind\":\"{kind}\"");
        let call = lines.iter().find(|line| line.starts_with(&kind("call"))).unwrap();
        let (_, id) = call.split_once("\"household\":\"").unwrap();
        let (id, _) = id.split_once('"').unwrap();
        let is_pick = |line: &&str| line.starts_with(&kind("pick")) && line.contains(id);
        let pick = lines.iter().find(|line| is_pick(line)).unwrap();
        let last = lines.iter().rposition(|line| line.starts_with(&kind("pick"))).unwrap();
        // Behind the last pick, with the place that is due, nobody is left to be called.
        let calls = lines.iter().filter(|line| line.starts_with(&kind("call"))).count();
        let again = call.replace("\"place\":1,", &format!("\"place\":{},", calls + 1));
        let missed = format!("{{\"kind\":\"missed\",\"household\":\"{id}\"}}");
        let undo = "{\"kind\":\"undo\",\"reason\":\"x\"}";
        let report = |more: &[&str]| {
            let all = [&lines[..=last], more, &lines[last + 1..]].concat().join("\n") + "\n";
            let plain = verify(all.as_bytes(), &Evidence::default()).unwrap();
            let asked = Evidence { household: Some(id.into()), ..Evidence::default() };
            // whether it is explained changes nothing
            assert_eq!(plain.checks, verify(all.as_bytes(), &asked).unwrap().checks);
            faults(&plain)
        };
        use Rule::*;
        assert_eq!(report(&[]), []);
        // The call breaks D2. It is followed, so that the `end` after it stands within a turn (T2).
        assert_eq!(report(&[&again]), [(T2, 1), (D2, 1)]);
        // The pick of its own unit: that is not on offer, so many others are not there (D4, D5),
        // it was served (D12) and the unit taken (D12); the sums of `end` and `result` are one off.
        assert_eq!(report(&[&again, pick]), [(D2, 1), (D4, 1), (D5, 1), (D11, 1), (D12, 3)]);
        // What is withdrawn is not served: the pick of before does not count any more.
        let withdrawn = report(&[&again, pick, undo]);
        assert_eq!(withdrawn, [(T2, 1), (D2, 1), (D4, 1), (D5, 1), (D12, 3)]);
        // Nothing is on offer any more, so that there is nothing to miss (D10); who misses and
        // withdraws that is still called.
        assert_eq!(report(&[&again, &missed, undo]), [(T2, 1), (D2, 1), (D10, 1)]);
        // A call of it while its call is open is a fault of T2 as well, and no other.
        let twice =
            again.replace(&format!("\"place\":{}", calls + 1), &format!("\"place\":{}", calls + 2));
        assert_eq!(report(&[&again, &twice]), [(T2, 2), (D2, 2)]);
    }
}
