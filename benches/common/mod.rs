//! A synthetic draw of any size, with lines as a real draw of `draw_session` has them: ids like
//! `B07-T2`, `B00007-1203` and `H0001234`, masked names, and a time on every line after the plan.
//!
//! Unlike a real draw it has all households in one pool with rule `lot`, a unit for each, and 1
//! household in 50 with a need.

use floorlot::ceremony::{Numbers, commitment};
use floorlot::plan::{Mode, Plan, Pool, Source, ValidPlan};
use floorlot::session::Session;

/// The plan of a draw with so many households.
pub(crate) fn plan(households: u32) -> ValidPlan {
    const NAMES: [&str; 5] = ["张*明", "上官*国", "韩*艳", "李*", "欧阳*红"];
    let mut pool = Pool::lot("B07-T2", "7号楼 两室一厅", "7号楼");
    for i in 0..households {
        let features: &[&str] = if i % 10 == 0 { &["step-free"] } else { &[] };
        let needs: &[&str] = if i % 50 == 0 { &["step-free"] } else { &[] };
        let (building, storey, flat) = (i / 1_000, i % 1_000 / 30 + 1, i % 1_000 % 30 + 1);
        let (room, tier) = (format!("{storey:02}{flat:02}"), if i % 3 == 0 { 1 } else { 2 });
        pool = pool.unit(&format!("B{building:05}-{room}"), &room, u64::from(storey), features);
        // A room stands once in a building (P13), and a thousand rooms fill one.
        if let Some(unit) = pool.units.last_mut() {
            unit.label = format!("{building:05}-{room}");
        }
        let name = NAMES.get(i as usize % NAMES.len()).copied().unwrap_or_default();
        pool = pool.household(&format!("H{i:07}"), name, tier, needs);
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
    go_on(Session::new(plan), &mut line);
}

/// Goes on to the end with a draw whose plan is not sealed yet.
pub(crate) fn go_on(mut session: Session, line: &mut impl FnMut(&[u8])) {
    let mut clock = (1_767_225_600..).map(Some); // one line each second from 2026-01-01 on
    let mut now = || clock.next().flatten();
    stream(&mut session, &mut now, line);
    let secret = "00112233445566778899aabbccddeeff";
    let root = session.plan_root().expect("sealed");
    line(&session.commit("r1", commitment(root, "r1", secret), now()).expect("commit"));
    line(&session.envelope("o1", now()).expect("envelope"));
    line(&session.close_commits(now()).expect("close"));
    line(&session.reveal("r1", secret, now()).expect("reveal"));
    line(&session.reveal("o1", "8842", now()).expect("reveal"));
    line(&session.close_reveals(now()).expect("close"));
    line(&session.advance(now()).expect("the checkpoint of the reveals"));
    line(&session.numbers(Numbers::Dice("00416293857710359264".into()), now()).expect("dice"));
    stream(&mut session, &mut now, line);
}

fn stream(
    session: &mut Session,
    now: &mut impl FnMut() -> Option<u64>,
    line: &mut impl FnMut(&[u8]),
) {
    let written: Result<(), std::convert::Infallible> = session.stream(now, |bytes| {
        line(bytes);
        Ok(())
    });
    written.expect("every line is taken");
}
