//! A plan as JSON, as other programs pass it: the same plan after a round trip, and the same faults
//! as its lines have.
#![no_main]

use floorlot::plan::Plan;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(plan) = serde_json::from_slice::<Plan>(data) else { return };
    let json = serde_json::to_string(&plan).expect("a plan is JSON");
    assert_eq!(serde_json::from_str::<Plan>(&json).expect("just written"), plan);
    let lines: Vec<Vec<u8>> = plan.to_lines().map(|line| line.to_bytes()).collect();
    let read = Plan::read_lines(lines.iter().map(Vec::as_slice));
    match (plan.validate(), read) {
        (Ok(valid), Ok(read)) => {
            assert_eq!(valid.lines(), read.lines());
            assert_eq!(valid.root(), read.root());
            assert_eq!(valid.warnings(), read.warnings());
            let roll = valid.roll();
            let units: usize = plan.pools.iter().map(|pool| pool.units.len()).sum();
            assert_eq!(usize::try_from(roll.unit_count()), Ok(units));
            for household in plan.pools.iter().flat_map(|pool| &pool.households) {
                let number = roll.find_household(&household.id).expect("in the plan");
                assert_eq!(roll.household_id(number), household.id);
                assert_eq!(roll.ranking(number).len(), household.ranking.len());
            }
        }
        (Err(faults), Err(read)) => assert_eq!(faults, read),
        (valid, read) => panic!("{:?} {:?}", valid.err(), read.err()),
    }
});
