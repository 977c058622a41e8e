//! Families and area budgets (rules P15, D14): what is offered is what the specification says, and
//! nobody with needs goes without.

use floorlot::ceremony::Numbers;
use floorlot::holding::Holding;
use floorlot::plan::{
    Absence, HouseholdNumber, Mode, PickRule, Plan, Pool, PoolNumber, Roll, Source, UnitNumber,
};
use floorlot::record::Record;
use floorlot::session::{Awaits, Session};
use floorlot::transcript::{Evidence, Verdict, verify};
use std::collections::BTreeMap;

/// A household of a pool: whether it needs something, and the number of its family.
type Kind = (bool, Option<usize>);

/// How a pool is drawn, its units (area, and whether step-free) and its households.
type Small = (PickRule, Vec<(u64, bool)>, Vec<Kind>);

fn plan(pools: &[Small], budgets: &[Option<u64>]) -> Plan {
    let mut plan = Plan::new("draw.example/1", "x", Mode::Rehearsal)
        .bench("a", "a", 1, &[("r", "r")])
        .bench("b", "b", 1, &[("o", "o")])
        .source(Source::TWENTY_DICE);
    for (p, (rule, units, households)) in pools.iter().enumerate() {
        let mut pool = Pool::new(&format!("P{p}"), "x", &format!("{p}"), *rule);
        for (n, (area, step_free)) in units.iter().enumerate() {
            let features: &[&str] = if *step_free { &["step-free"] } else { &[] };
            pool = pool.unit(&format!("U{p}-{n}"), &format!("{n}"), 1, features);
            pool.units[n].area = Some(*area);
        }
        for (n, (needs, family)) in households.iter().enumerate() {
            let needs: &[&str] = if *needs { &["step-free"] } else { &[] };
            pool = pool.household(&format!("H{p}-{n}"), "", 1, needs);
            pool.households[n].family = family.map(|family| format!("F{family}"));
            if *rule == PickRule::Ranking {
                let last = pool.units.len();
                let ranking = [(n * 7) % last, (n * 5 + 1) % last].map(|n| format!("U{p}-{n}"));
                pool.households[n].ranking = ranking.to_vec();
                pool.households[n].ranking.dedup();
            }
        }
        plan = plan.pool(pool);
    }
    for (n, budget) in budgets.iter().enumerate() {
        let named = Some(format!("F{n}"));
        if plan.pools.iter().flat_map(|pool| &pool.households).any(|h| h.family == named) {
            plan = plan.family(&format!("F{n}"), "", *budget);
        }
    }
    plan
}

/// The draw of a plan up to its first pool.
fn begun(plan: &Plan, dice: u64) -> Option<(Session, Vec<Vec<u8>>)> {
    let mut session = Session::new(plan.validate().ok()?);
    let mut lines = Vec::new();
    while let Some(line) = session.advance(None) {
        lines.push(line);
    }
    for member in ["r", "o"] {
        lines.push(session.envelope(member, None).unwrap());
    }
    lines.push(session.close_commits(None).unwrap());
    for member in ["r", "o"] {
        lines.push(session.reveal(member, "1", None).unwrap());
    }
    lines.push(session.close_reveals(None).unwrap());
    lines.push(session.advance(None).unwrap());
    lines.push(session.numbers(Numbers::Dice(format!("{dice:020}")), None).unwrap());
    Some((session, lines))
}

/// Whether all of these can be given different units of these that they accept.
fn can_be_met(roll: &Roll, waiting: &[HouseholdNumber], units: &[UnitNumber]) -> bool {
    let Some((first, rest)) = waiting.split_first() else { return true };
    units.iter().filter(|unit| roll.meets(**unit, *first)).any(|unit| {
        let others: Vec<UnitNumber> = units.iter().copied().filter(|u| u != unit).collect();
        can_be_met(roll, rest, &others)
    })
}

/// D4 and D14, word by word: what the household just called is offered.
fn offered(session: &Session, called: HouseholdNumber) -> Vec<UnitNumber> {
    let roll = session.roll();
    let pool = roll.pool(roll.pool_of(called).unwrap()).unwrap();
    let taken: Vec<UnitNumber> = session.holdings().iter().filter_map(|h| h.unit()).collect();
    let free: Vec<UnitNumber> = pool.unit_numbers().filter(|u| !taken.contains(u)).collect();
    let waits = |h: &HouseholdNumber| {
        session.holding(*h) == Holding::NotServed && *h != called && !roll.needs(*h).is_empty()
    };
    let waiting: Vec<HouseholdNumber> = pool.household_numbers().filter(waits).collect();
    let spared = |unit: &UnitNumber| {
        let others: Vec<UnitNumber> = free.iter().copied().filter(|u| u != unit).collect();
        can_be_met(roll, &waiting, &others)
    };
    let left = area_left(session, called);
    let within =
        |unit: &UnitNumber| left.is_none_or(|left| roll.area(*unit).unwrap() as i64 <= left);
    let accepted = free.iter().copied().filter(|unit| roll.meets(*unit, called));
    accepted.filter(spared).filter(within).collect()
}

/// budget - spent - reserved, if that limits the household.
fn area_left(session: &Session, called: HouseholdNumber) -> Option<i64> {
    let roll = session.roll();
    let family = roll.family(roll.family_of(called)?)?;
    let budget = family.budget.filter(|_| roll.needs(called).is_empty())?;
    let (mut spent, mut reserved) = (0, 0);
    for claim in &family.claims {
        let pool = roll.pool(roll.pool_of(*claim).unwrap()).unwrap();
        match session.holding(*claim) {
            Holding::Unit(unit) => spent += roll.area(unit).unwrap(),
            Holding::NotServed if !roll.needs(*claim).is_empty() => {
                let accepted = pool.unit_numbers().filter(|unit| roll.meets(*unit, *claim));
                reserved += accepted.filter_map(|unit| roll.area(unit)).max().unwrap();
            }
            _ => {}
        }
    }
    Some(budget as i64 - spent as i64 - reserved as i64)
}

/// Whoever is called is offered what the definition says.
fn check_called(session: &Session, called: HouseholdNumber) {
    let (found, right) = (session.offered(), offered(session, called));
    assert_eq!(found, right, "{}", session.roll().household_id(called));
    // The guarantee: nobody with needs is called in vain.
    assert!(!found.is_empty() || session.roll().needs(called).is_empty());
}

/// In the end no family has more than its budget, and everybody with needs has what they need.
fn check_end(session: &Session) {
    let roll = session.roll();
    for family in roll.family_numbers().map(|n| roll.family(n).unwrap()) {
        let held = family.claims.iter().filter_map(|h| roll.area(session.holding(*h).unit()?));
        assert!(family.budget.is_none_or(|budget| held.sum::<u64>() <= budget));
    }
    let needing = roll.household_numbers().filter(|h| !roll.needs(*h).is_empty());
    needing.for_each(|h| assert!(roll.meets(session.holding(h).unit().unwrap(), h)));
}

/// Follows every choice. How many draws there were.
fn every_course(mut session: Session) -> u64 {
    loop {
        match session.awaits() {
            Awaits::Call { household } => {
                session.call(None).unwrap();
                check_called(&session, household);
            }
            Awaits::Choice { .. } => {
                return session
                    .offered()
                    .into_iter()
                    .map(|unit| {
                        let mut other = session.clone();
                        let unit = session.roll().unit_id(unit).to_owned();
                        other.choose(&unit, None, None).unwrap();
                        every_course(other)
                    })
                    .sum();
            }
            Awaits::SignOff | Awaits::Done => {
                check_end(&session);
                return 1;
            }
            _ => drop(session.advance(None)),
        }
    }
}

/// All lists of so many of these, in their order, with repetition.
fn lists<T: Copy>(of: &[T], length: usize) -> Vec<Vec<T>> {
    let Some(shorter) = length.checked_sub(1) else { return vec![Vec::new()] };
    let with = |n: usize, one: T| {
        lists(&of[n..], shorter).into_iter().map(move |rest| [vec![one], rest].concat())
    };
    of.iter().enumerate().flat_map(|(n, one)| with(n, *one)).collect()
}

#[test]
fn every_small_draw_offers_what_the_definition_says() {
    let units = [(1, false), (1, true), (2, false), (2, true)];
    let kinds: [Kind; 4] = [(false, None), (true, None), (false, Some(0)), (true, Some(0))];
    let (mut draws, mut plans, mut refused) = (0, 0, 0);
    for (n, units) in lists(&units, 3).into_iter().enumerate() {
        for households in lists(&kinds, 3) {
            if !households.iter().any(|(_, family)| family.is_some()) {
                continue;
            }
            for budget in 0..6 {
                // In every second plan a claim in another pool has needs, in the others none.
                let other = vec![((n + budget) % 2 == 0, Some(0))];
                let pools = [
                    (PickRule::Choice, units.clone(), households.clone()),
                    (PickRule::Choice, vec![(1, true), (2, true)], other),
                ];
                let dice = (n * 7 + budget) as u64;
                let Some((session, _)) = begun(&plan(&pools, &[Some(budget as u64)]), dice) else {
                    refused += 1;
                    continue;
                };
                plans += 1;
                draws += every_course(session);
            }
        }
    }
    assert!(plans > 700 && refused > 300 && draws > 5 * plans, "{plans} {refused} {draws}");
}

struct Dice(u32);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as usize % n
    }
}

/// A plan of two or three pools of any rule, three families and many sizes.
fn random_plan(dice: &mut Dice) -> Plan {
    let rules = [PickRule::Choice, PickRule::Choice, PickRule::Lot, PickRule::Ranking];
    let mut pools = Vec::new();
    for _ in 0..2 + dice.below(2) {
        let units =
            (0..4 + dice.below(6)).map(|_| ([30, 40, 50, 80][dice.below(4)], dice.below(3) == 0));
        let units: Vec<(u64, bool)> = units.collect();
        let met = units.iter().filter(|(_, step_free)| *step_free).count();
        let mut needing = 0;
        let households = (0..3 + dice.below(6)).map(|_| {
            let needs = dice.below(4) == 0 && needing < met;
            needing += usize::from(needs);
            (needs, Some(dice.below(5)).filter(|family| *family < 3))
        });
        let households = households.collect();
        pools.push((rules[dice.below(4)], units, households));
    }
    let budgets = [Some(200 + dice.below(200) as u64), Some(300), None];
    let mut plan = plan(&pools, &budgets);
    for pool in plan.pools.iter_mut().filter(|pool| pool.rule == PickRule::Choice) {
        pool.absence = Some([Absence::Last, Absence::Lot][dice.below(2)]);
    }
    plan
}

#[test]
fn misses_and_withdrawn_choices_change_no_budget() {
    let (mut drawn, mut limited) = (0, 0);
    for seed in 0..400 {
        let mut dice = Dice(seed);
        let Some((mut session, mut lines)) = begun(&random_plan(&mut dice), seed.into()) else {
            continue;
        };
        let mut last = BTreeMap::new();
        loop {
            match session.awaits() {
                Awaits::Done => break,
                Awaits::Call { household } => {
                    lines.push(session.call(None).unwrap());
                    check_called(&session, household);
                    last.insert(household, session.offered());
                    let free = last.values().map(Vec::len).sum::<usize>();
                    limited += usize::from(free > 0 && area_left(&session, household).is_some());
                }
                Awaits::Choice { household, .. } => {
                    let units = session.offered();
                    if dice.below(4) == 0 {
                        lines.push(session.miss(None).unwrap());
                    } else {
                        let unit = units[dice.below(units.len())];
                        let unit = session.roll().unit_id(unit).to_owned();
                        lines.push(session.choose(&unit, None, None).unwrap());
                    }
                    if session.can_undo() && dice.below(4) == 0 {
                        lines.push(session.undo("x", None).unwrap());
                        check_called(&session, household);
                    }
                }
                _ => lines.push(session.advance(None).unwrap()),
            }
        }
        check_end(&session);
        let record = Record::of(session.roll(), &lines);
        for (household, offered) in last {
            assert_eq!(record.offered(session.roll(), household), offered);
        }
        let file: Vec<u8> = lines.iter().flat_map(|l| l.iter().copied().chain([b'\n'])).collect();
        let report = verify(&file[..], &Evidence::default()).unwrap();
        assert_eq!(report.verdict, Verdict::Verified, "{:?}", report.first_failed());
        drawn += 1;
    }
    assert!(drawn > 150 && limited > 400, "{drawn} {limited}");
}

#[test]
fn what_a_budget_leaves_is_said_where_a_unit_cannot_be_chosen() {
    let pools =
        [(PickRule::Choice, vec![(50, false), (60, false), (70, false)], vec![(false, Some(0))])];
    let (mut session, _) = begun(&plan(&pools, &[Some(60)]), 1).unwrap();
    while !matches!(session.awaits(), Awaits::Choice { .. }) {
        if session.advance(None).is_none() {
            session.call(None).unwrap();
        }
    }
    let units: Vec<UnitNumber> = session.roll().unit_numbers().collect();
    assert_eq!(session.offered(), units[..2]);
    assert_eq!(session.not_offered(units[2]), Some(floorlot::session::NotOffered::Budget));
    let error = session.choose("U0-2", None, None).unwrap_err().words();
    assert!(error.en.contains("more area than the budget") && error.zh.contains("面积额度"));
    let first: PoolNumber = session.roll().pool_numbers().next().unwrap();
    assert!(floorlot::trial::Trial::new(session.roll(), first).is_none());
}
