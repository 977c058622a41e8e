//! What comes after the result, against a second and plainer reading of rules A1 to A8: lists, and
//! nothing but lists.
//!
//! Random draws, and then random steps, most of them wrong. Session, verifier and the model must
//! agree on each.

use crate::support::{Tape, accepts, cases, draw, file, people, plans};
use floorlot::Hash;
use floorlot::lines::{Decision, FiledKind, Line};
use floorlot::plan::{HouseholdNumber, Plan};
use floorlot::primitives::tree::{Tree, checkpoint_body};
use floorlot::record::Record;
use floorlot::session::{Awaits, Session, StepError};
use floorlot::transcript::{Evidence, Verdict, verify};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The rules, as plainly as they can be written.
#[derive(Clone, Default)]
struct Model {
    /// Pool, needs-and-all by the plan, of each household; and the unit that it holds.
    holds: BTreeMap<String, Option<String>>,
    standby: BTreeMap<String, Vec<String>>,
    /// In the order in which they became free.
    free: BTreeMap<String, Vec<String>>,
    open: BTreeMap<String, (String, String)>,
    declined: BTreeSet<(String, String)>,
    objections: BTreeMap<String, bool>,
    recordings: BTreeSet<String>,
    void: bool,
}

struct World<'p>(&'p Plan);

impl World<'_> {
    fn pool_of(&self, household: &str) -> Option<&str> {
        self.0
            .pools
            .iter()
            .find(|p| p.households.iter().any(|h| h.id == household))
            .map(|p| p.id.as_str())
    }

    /// Whether the unit is of the household's pool and has all that it needs.
    fn fits(&self, household: &str, unit: &str) -> bool {
        let pool = self.0.pools.iter().find(|p| p.households.iter().any(|h| h.id == household));
        pool.is_some_and(|pool| {
            let household = pool.households.iter().find(|h| h.id == household).unwrap();
            pool.units.iter().any(|u| u.id == unit && accepts(household, u))
        })
    }
}

impl Model {
    fn after(plan: &Plan, session: &Session) -> Model {
        let mut model = Model::default();
        let roll = session.roll();
        for (number, holding) in roll.household_numbers().zip(session.holdings()) {
            model.holds.insert(
                roll.household_id(number).into(),
                holding.unit().map(|u| roll.unit_id(u).to_owned()),
            );
        }
        let taken: BTreeSet<&String> = model.holds.values().flatten().collect();
        for pool in &plan.pools {
            let free = pool
                .units
                .iter()
                .filter(|u| !taken.contains(&u.id))
                .map(|u| u.id.clone())
                .collect();
            model.free.insert(pool.id.clone(), free);
            let waits = |h: &&HouseholdNumber| {
                pool.households.iter().any(|own| own.id == roll.household_id(**h))
            };
            let standby = session.standby();
            model.standby.insert(
                pool.id.clone(),
                standby.iter().filter(waits).map(|h| roll.household_id(*h).to_owned()).collect(),
            );
        }
        model
    }

    fn due(&self, world: &World<'_>, pool: &str) -> Option<(String, String)> {
        let asks = |unit: &String, household: &&String| {
            world.fits(household, unit)
                && !self.declined.contains(&(unit.clone(), (*household).clone()))
        };
        self.free[pool].iter().find_map(|unit| {
            let first = self.standby[pool].iter().find(|household| asks(unit, household))?;
            Some((unit.clone(), first.clone()))
        })
    }

    /// Makes the step, or says under which rule it is refused.
    fn step(&mut self, world: &World<'_>, line: &Line<'_>) -> Result<(), &'static str> {
        let words = matches!(
            line,
            Line::Objection { .. }
                | Line::Ruling { .. }
                | Line::Recording { .. }
                | Line::Filed { .. }
        );
        if self.void && !words {
            return Err("A7");
        }
        match line {
            Line::Objection { id, household, .. } => {
                let known = household.as_ref().is_none_or(|h| self.holds.contains_key(h.as_ref()));
                let new = !self.objections.keys().any(|k| k.eq_ignore_ascii_case(id));
                if known && new {
                    self.objections.insert(id.to_string(), true);
                    return Ok(());
                }
                Err("A1")
            }
            Line::Ruling { objection, .. } => {
                let open = self.objections.get_mut(objection.as_ref()).filter(|open| **open);
                open.map(|open| *open = false).ok_or("A1")
            }
            Line::Withdrawal { sheet: Hash([0, ..]), .. } => Err("A2"),
            Line::Withdrawal { household, unit, .. } => {
                self.withdraw(world, household, unit.as_deref()).ok_or("A2")
            }
            Line::Offer { unit, household, .. } => {
                let pool = world.pool_of(household).ok_or("A3")?;
                let right = !self.open.contains_key(pool)
                    && self.due(world, pool) == Some((unit.to_string(), household.to_string()));
                right
                    .then(|| {
                        drop(
                            self.open
                                .insert(pool.into(), (unit.to_string(), household.to_string())),
                        )
                    })
                    .ok_or("A3")
            }
            Line::Accept { unit, household, sheet, .. }
            | Line::Decline { unit, household, sheet, .. } => {
                let pool = world.pool_of(household).ok_or("A4")?;
                let asked = (unit.to_string(), household.to_string());
                if self.open.get(pool) != Some(&asked) || *sheet == Hash([0; 32]) {
                    return Err("A4");
                }
                self.open.remove(pool);
                if matches!(line, Line::Accept { .. }) {
                    self.free.get_mut(pool).unwrap().retain(|u| *u != asked.0);
                    self.standby.get_mut(pool).unwrap().retain(|h| *h != asked.1);
                    self.holds.insert(asked.1, Some(asked.0));
                } else {
                    self.declined.insert(asked);
                }
                Ok(())
            }
            Line::Swap { households, units, consents, .. } => {
                self.swap(world, households, units, consents.len()).ok_or("A5")
            }
            Line::Recording { name, .. } => {
                let plain = !name.contains('/') && !name.starts_with('.');
                (plain && self.recordings.insert(name.to_lowercase())).then_some(()).ok_or("A6")
            }
            Line::Filed { what, name, sha256, household, from, to, .. } => {
                let plain = !name.contains('/') && !name.starts_with('.');
                let known = household.as_ref().is_none_or(|h| self.holds.contains_key(h.as_ref()));
                let hung = match (from, to) {
                    (Some(from), Some(to)) => from <= to,
                    (None, None) => *what != FiledKind::Notice,
                    _ => false,
                };
                let right = plain && known && hung && *sha256 != Hash([0; 32]);
                // recordings and documents share their names
                (right && self.recordings.insert(name.to_lowercase())).then_some(()).ok_or("A8")
            }
            Line::Void { .. } => {
                self.void = true;
                self.holds.values_mut().for_each(|unit| *unit = None);
                self.standby.values_mut().for_each(Vec::clear);
                self.free.values_mut().for_each(Vec::clear);
                self.open.clear();
                Ok(())
            }
            _ => Err("T2"),
        }
    }

    fn withdraw(&mut self, world: &World<'_>, household: &str, unit: Option<&str>) -> Option<()> {
        let pool = world.pool_of(household)?;
        let asked = self.open.get(pool).is_some_and(|(_, h)| h == household);
        let held = self.holds[household].clone();
        let waits = self.standby[pool].iter().any(|h| h == household);
        if asked || held.as_deref() != unit || (held.is_none() && !waits) {
            return None;
        }
        self.standby.get_mut(pool).unwrap().retain(|h| h != household);
        self.free.get_mut(pool).unwrap().extend(held);
        self.holds.insert(household.into(), None);
        Some(())
    }

    fn swap(
        &mut self,
        world: &World<'_>,
        households: &[std::borrow::Cow<'_, str>],
        given: &[std::borrow::Cow<'_, str>],
        consents: usize,
    ) -> Option<()> {
        let different = households.iter().collect::<BTreeSet<_>>().len() == households.len();
        if households.len() < 2 || !different || consents != households.len() {
            return None;
        }
        let units: Option<Vec<String>> =
            households.iter().map(|h| self.holds.get(h.as_ref())?.clone()).collect();
        let mut units = units?;
        if given != units {
            return None;
        }
        units.rotate_left(1);
        let fits =
            households.iter().zip(&units).all(|(household, unit)| world.fits(household, unit));
        fits.then(|| {
            households.iter().zip(units).for_each(|(household, unit)| {
                drop(self.holds.insert(household.to_string(), Some(unit)))
            })
        })
    }
}

/// The hash of a signed sheet, at times that of none.
fn sheet(tape: &mut Tape) -> Hash {
    Hash([u8::from(tape.chance(95)); 32])
}

/// A document, at times one that breaks A8; at times with the name of a recording.
fn filed(household: &str, tape: &mut Tape) -> Line<'static> {
    let kinds = [FiledKind::Notice, FiledKind::Authority, FiledKind::List, FiledKind::Other];
    let what = *tape.one_of(&kinds);
    let times = match tape.below(4) {
        0 | 1 if what == FiledKind::Notice => (Some(3), Some(3 + tape.below(2) as u64)),
        0 | 1 => (None, None),
        2 => (Some(3 + tape.below(2) as u64), Some(4 - tape.below(2) as u64)),
        _ => (tape.chance(50).then_some(3), tape.chance(50).then_some(4)),
    };
    let stem = if tape.chance(80) { "paper" } else { "FILM" };
    let place = if tape.chance(5) { "papers/" } else { "" };
    let known = if tape.chance(90) { household.to_owned() } else { "nobody".to_owned() };
    Line::Filed {
        what,
        name: format!("{place}{stem}-{}", tape.below(3)).into(),
        title: "synthetic".into(),
        sha256: sheet(tape),
        household: tape.chance(50).then(|| known.into()),
        from: times.0,
        to: times.1,
        at: None,
    }
}

/// A step: likely a sensible one, at times right.
fn guess(plan: &Plan, model: &Model, session: &mut Session, tape: &mut Tape) -> Line<'static> {
    let households: Vec<String> =
        plan.pools.iter().flat_map(|p| &p.households).map(|h| h.id.clone()).collect();
    let units: Vec<String> =
        plan.pools.iter().flat_map(|p| &p.units).map(|u| u.id.clone()).collect();
    let some = |tape: &mut Tape| tape.one_of(&households).clone();
    let text = || "reason".into();
    match tape.below(15) {
        0 => Line::Objection {
            id: format!("E{}", tape.below(4)).into(),
            household: Some(some(tape).into()),
            text: text(),
            at: None,
        },
        1 => {
            let decision = if tape.chance(50) { Decision::Upheld } else { Decision::Rejected };
            Line::Ruling {
                objection: format!("E{}", tape.below(4)).into(),
                decision,
                reason: text(),
                at: None,
            }
        }
        2..=4 => {
            let household = some(tape);
            let held = model.holds[&household].clone().filter(|_| tape.chance(90));
            Line::Withdrawal {
                household: household.into(),
                unit: held.map(Into::into),
                reason: text(),
                sheet: sheet(tape),
                at: None,
            }
        }
        5..=7 => {
            let due = session
                .roll()
                .pool_numbers()
                .filter(|_| tape.chance(80))
                .find_map(|pool| session.due_offer(pool));
            let due = due.map(|(unit, household)| {
                (
                    session.roll().unit_id(unit).to_owned(),
                    session.roll().household_id(household).to_owned(),
                )
            });
            let (unit, household) =
                due.unwrap_or_else(|| (tape.one_of(&units).clone(), some(tape)));
            Line::Offer { unit: unit.into(), household: household.into(), at: None }
        }
        8 | 9 => {
            let open = model.open.values().next().cloned().filter(|_| tape.chance(90));
            let (unit, household) =
                open.unwrap_or_else(|| (tape.one_of(&units).clone(), some(tape)));
            let (unit, household, sheet) = (unit.into(), household.into(), sheet(tape));
            match tape.chance(60) {
                true => Line::Accept { unit, household, sheet, at: None },
                false => Line::Decline { unit, household, reason: None, sheet, at: None },
            }
        }
        10 | 11 => {
            let pool = tape.one_of(&plan.pools);
            let mut ring: Vec<String> =
                (0..2 + tape.below(2)).map(|_| tape.one_of(&pool.households).id.clone()).collect();
            ring.dedup();
            let count = (ring.len() - usize::from(tape.chance(10))).max(1);
            let consents = (1..).take(count).map(|n| Hash([n; 32])).collect();
            let held = |id: &String| model.holds[id].clone().unwrap_or_default();
            let mut given: Vec<_> = ring.iter().map(|id| held(id).into()).collect();
            if tape.chance(10) {
                given.rotate_left(1);
            }
            Line::Swap {
                households: ring.into_iter().map(Into::into).collect(),
                units: given,
                consents,
                at: None,
            }
        }
        12 | 13 => {
            let household = some(tape);
            filed(&household, tape)
        }
        _ => Line::Recording {
            name: format!("film-{}", tape.below(3)).into(),
            sha256: Hash([2; 32]),
            start: 7,
            at: None,
        },
    }
}

/// Recomputes checkpoints and closing lines.
fn resealed(origin: &str, lines: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut tree = Tree::new();
    let seal = |line: &Vec<u8>| {
        let new = match Line::decode(line) {
            Ok(Line::Checkpoint { stage, at, .. }) => {
                let body = checkpoint_body(origin, tree.size(), tree.root()).into();
                Line::Checkpoint { stage, body, at }.to_bytes()
            }
            Ok(Line::Closing { .. }) => {
                Line::Closing { lines: tree.size(), root: tree.root() }.to_bytes()
            }
            _ => line.clone(),
        };
        tree.push_line(&new);
        new
    };
    lines.iter().map(seal).collect()
}

proptest! {
    #![proptest_config(cases(60, 0xAF7E))]

    #[test]
    fn session_verifier_and_model_agree(plan in plans(), people in people(), seed in any::<u64>()) {
        let drawn = draw(&plan, &people, |_| {});
        let (mut session, mut lines) = (drawn.session.clone(), drawn.lines.clone());
        let (world, mut tape, roll) = (World(&plan), Tape::new(seed, 1), drawn.valid.roll().clone());
        let mut model = Model::after(&plan, &session);
        let mut refused: Vec<(usize, Vec<u8>, &'static str)> = Vec::new();
        for batch in 0..3 {
            for _ in 0..12 {
                let line = guess(&plan, &model, &mut session, &mut tape);
                if batch == 2 && tape.chance(4) && !model.void {
                    model.step(&world, &Line::Void { reason: "".into(), at: None }).unwrap();
                    lines.push(session.void("a reason", None).unwrap());
                }
                let before = (session.root(), session.holdings().to_vec(), session.standby());
                match (session.aftermath(&line), model.step(&world, &line)) {
                    (Ok(bytes), Ok(())) => lines.push(bytes),
                    (Err(StepError::Rule(fault)), Err(rule)) => {
                        prop_assert_eq!(fault.rule.id(), rule, "{:?}", line);
                        prop_assert!(fault.sentence(floorlot::rules::Lang::Zh).contains("应为"));
                        prop_assert_eq!(before, (session.root(), session.holdings().to_vec(), session.standby()));
                        refused.push((lines.len(), line.to_bytes(), rule));
                    }
                    (session, model) => prop_assert!(false, "{line:?}: {session:?} {model:?}"),
                }
            }
            lines.push(session.close_batch(None).unwrap());
            lines.extend(session.advance(None));
            prop_assert_eq!(session.awaits(), Awaits::Done);
        }

        // The verifier, and a session that is resumed, come to the same.
        let report = verify(file(&lines).as_slice(), &Evidence::default()).unwrap();
        prop_assert_eq!(report.verdict, Verdict::Verified, "{}", report.text(floorlot::rules::Lang::En));
        let verified = report.into_verified().unwrap();
        let held: Vec<(String, Option<String>)> = verified.allocation().map(|(h, u)| (h.to_owned(), u.map(str::to_owned))).collect();
        prop_assert_eq!(held.into_iter().collect::<BTreeMap<_, _>>(), model.holds.clone());
        prop_assert_eq!(verified.standby().map(str::to_owned).collect::<Vec<_>>(), plan.pools.iter().flat_map(|p| model.standby[&p.id].clone()).collect::<Vec<_>>());
        prop_assert_eq!(verified.free().map(str::to_owned).collect::<BTreeSet<_>>(), model.free.values().flatten().cloned().collect::<BTreeSet<_>>());
        // The record, which follows the lines and judges none, too: but that a void draw leaves
        // nothing, it says apart.
        let record = Record::of(&roll, &lines);
        prop_assert_eq!(record.void().is_some(), model.void);
        for number in roll.household_numbers().filter(|_| !model.void) {
            let unit = record.course(number).now.unit().map(|unit| roll.unit_id(unit).to_owned());
            prop_assert_eq!(&unit, &model.holds[roll.household_id(number)]);
        }
        let resumed = Session::resume(drawn.valid, lines.iter().map(Vec::as_slice)).unwrap();
        prop_assert_eq!((resumed.root(), resumed.holdings(), resumed.standby()), (session.root(), session.holdings(), session.standby()));

        // A step that was refused is found in the file, under the same rule.
        for (at, bytes, rule) in refused.into_iter().step_by(7) {
            let mut forged = lines.clone();
            let at = if Line::decode(&forged[at - 1]).is_ok_and(|l| l.kind() == "checkpoint") { at + 1 } else { at };
            forged.insert(at, bytes);
            let forged = resealed(&plan.origin, &forged);
            let report = verify(file(&forged).as_slice(), &Evidence::default()).unwrap();
            let failed: Vec<&str> = report.checks.iter().filter(|c| c.failed > 0).map(|c| c.id.id()).collect();
            prop_assert!(failed.contains(&rule), "{} {failed:?}", String::from_utf8_lossy(&forged[at]));
        }
    }
}
