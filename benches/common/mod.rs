//! A synthetic draw of any size: one pool with rule `lot`, a unit for each household, 1 in 50 with a need.

use floorlot::ceremony::{Numbers, commitment};
use floorlot::plan::{Mode, Plan, Pool, Source, ValidPlan};
use floorlot::session::Session;

/// The plan of a draw with so many households.
pub(crate) fn plan(households: u32) -> ValidPlan {
    let mut pool = Pool::lot("P1", "synthetic pool", "synthetic building");
    for i in 0..households {
        let features: &[&str] = if i % 10 == 0 { &["step-free"] } else { &[] };
        let needs: &[&str] = if i % 50 == 0 { &["step-free"] } else { &[] };
        let (storey, tier) = (u64::from(i % 33) + 1, if i % 3 == 0 { 1 } else { 2 });
        pool = pool.unit(&format!("U{i:07}"), &format!("{storey}-{i:07}"), storey, features);
        pool = pool.household(&format!("H{i:07}"), "张*", tier, needs);
    }
    let plan = Plan::new("bench.example/1", "synthetic bench", Mode::Rehearsal)
        .bench("residents", "residents", 1, &[("r1", "r1")])
        .bench("officials", "officials", 1, &[("o1", "o1")])
        .source(Source::TWENTY_DICE)
        .pool(pool);
    plan.validate().unwrap_or_else(|faults| panic!("{faults}"))
}

/// Draws the plan to the end and hands every line over.
pub(crate) fn draw(plan: ValidPlan, mut line: impl FnMut(&[u8])) {
    let mut session = Session::new(plan);
    while let Some(bytes) = session.advance(None) {
        line(&bytes);
    }
    let secret = "00112233445566778899aabbccddeeff";
    let root = session.plan_root().expect("sealed");
    line(&session.commit("r1", commitment(root, "r1", secret), None).expect("commit"));
    line(&session.envelope("o1", None).expect("envelope"));
    line(&session.close_commits(None).expect("close"));
    line(&session.reveal("r1", secret, None).expect("reveal"));
    line(&session.reveal("o1", "8842", None).expect("reveal"));
    line(&session.close_reveals(None).expect("close"));
    line(&session.numbers(Numbers::Dice("00416293857710359264".into()), None).expect("dice"));
    while let Some(bytes) = session.advance(None) {
        line(&bytes);
    }
}
