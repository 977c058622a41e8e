//! The draws: invented, rehearsals all, and each with what its kind has.

use super::super::hall::{
    self, Act, After, DRAND, Part, Say, Script, accepts, declines, keyed, log_key, offers, scan,
    step,
};
use super::{Kind, judged, verified};
use floorlot::lines::{Decision, Line};
use floorlot::plan::{
    Absence, Document, DocumentKind, Excluded, HouseholdNumber, Mode, PickRule, Plan, Pool, Prior,
    Relation, Source, Unranked,
};
use floorlot::primitives::tree::leaf_hash;
use floorlot::session::{Awaits, Session};
use floorlot::transcript::{NextRound, RoundPool};

pub(super) fn all() -> Vec<Kind> {
    vec![choice(), lot(), ranking(), days(), families(), area(), rounds(), attempts(), drand()]
}

fn kind(
    name: &'static str,
    about: &'static str,
    household: &'static str,
    plan: &Plan,
    script: &Script,
) -> Kind {
    Kind { name, about, household, lines: hall::draw(plan, script), prior: None }
}

/// Three residents, two officials, and twenty dice.
fn panel(name: &str) -> Plan {
    let title = format!("合成示例 synthetic: {name}");
    Plan::new(&format!("published.example/{name}"), &title, Mode::Rehearsal)
        .bench("residents", "居民代表", 2, &[("r1", "王*"), ("r2", "欧阳*"), ("r3", "陈*")])
        .bench("officials", "工作人员", 1, &[("o1", "李*"), ("o2", "赵*")])
        .source(Source::TWENTY_DICE)
}

/// A script in which everything has its time, and the panel signs.
fn script() -> Script {
    Script { signed: true, clock: Some(1_792_000_000), ..Script::default() }
}

/// A pool with a flat on each of these storeys; the first of them are step-free. Areas and prices
/// grow with the storey.
fn flats(id: &str, rule: PickRule, storeys: &[u64], step_free: usize) -> Pool {
    let mut pool = Pool::new(id, "两室一厅", &format!("{id}号楼"), rule);
    for (n, storey) in storeys.iter().enumerate() {
        let features: &[&str] = if n < step_free { &["step-free"] } else { &[] };
        let label = format!("{storey}01");
        pool = pool.unit(&format!("{id}-{label}"), &label, *storey, features);
        if let Some(unit) = pool.units.last_mut() {
            (unit.area, unit.price) = (Some(5_000 + 100 * storey), Some(30_000_000 + storey));
        }
    }
    pool
}

fn grouped(mut pool: Pool, group: &str, households: &[&str]) -> Pool {
    let of = pool.households.iter_mut().filter(|h| households.contains(&h.id.as_str()));
    of.for_each(|household| household.group = Some(group.into()));
    pool
}

/// Makes some households claims of a family.
fn family(mut plan: Plan, id: &str, budget: Option<u64>, households: &[&str]) -> Plan {
    let all = plan.pools.iter_mut().flat_map(|pool| &mut pool.households);
    let claims = all.filter(|household| households.contains(&household.id.as_str()));
    claims.for_each(|claim| claim.family = Some(id.into()));
    plan.family(id, "张*", budget)
}

fn choice() -> Kind {
    let mut pool = flats("1", PickRule::Choice, &[1, 5, 9, 12, 18], 1)
        .household("H001", "周*", 1, &[])
        .household("H002", "吴*", 1, &[])
        .household("H003", "郑*", 1, &[])
        .household("H004", "冯*", 2, &["step-free"]);
    (pool.absence, pool.seconds) = (Some(Absence::Last), Some(180));
    pool.households.iter_mut().for_each(|h| h.person = Some(leaf_hash(h.id.as_bytes())));
    let document = Document {
        what: DocumentKind::Method,
        name: "选房办法.pdf".into(),
        title: "选房办法（合成）".into(),
        sha256: leaf_hash(b"no such file"),
    };
    let kept_out = Excluded {
        id: "1-201".into(),
        building: "1号楼".into(),
        label: "201".into(),
        storey: 2,
        area: None,
        reason: "物业用房".into(),
    };
    let plan = keyed(panel("choice").pool(pool).document(document).exclude(kept_out));
    let acts = vec![
        Act::Proxy(1, "吴大"),
        Act::Undo("typed another flat"),
        Act::Proxy(0, "吴大"),
        Act::Miss,
        Act::Choose(1),
    ];
    let says = vec![(1, "r3", Say::Dissent("one call was not heard")), (1, "o2", Say::Paper)];
    let parts = vec![("r2", Part::Envelope("20394857")), ("o2", Part::Absent)];
    let script = Script { acts, says, parts, ..script() };
    let about = "households choose: a person with a proxy, a withdrawn choice, a missed call; commitments to persons, areas and prices, a document, a flat that is kept out";
    kind("choice", about, "H001", &plan, &script)
}

fn lot() -> Kind {
    let pool = flats("1", PickRule::Lot, &[1, 6, 9, 12, 18], 2)
        .household("H001", "张*明", 1, &[])
        .household("H002", "欧阳*", 1, &[])
        .household("H003", "", 1, &[])
        .household("H004", "孙*", 2, &["step-free"])
        .household("H005", "李*", 2, &[])
        .household("H006", "钱*", 3, &[])
        .household("H007", "何*", 3, &[]);
    let plan = keyed(panel("lot").pool(grouped(pool, "J1", &["H002", "H003"])));
    let after: Vec<Vec<After>> = vec![
        vec![films, objects, rejects, withdraws, offers, declines, offers, accepts],
        vec![swaps],
    ];
    let parts = vec![("r3", Part::Withhold)];
    let script = Script { after, parts, ..script() };
    let about = "flats by lot, with needs, tiers, a group and a standby list; one withheld its secret; then a recording, an objection and its ruling, a withdrawal, offers, and an exchange";
    kind("lot", about, "H006", &plan, &script)
}

fn ranking() -> Kind {
    let mut pool = flats("1", PickRule::Ranking, &[1, 4, 8, 16], 1)
        .household("H001", "蒋*", 1, &[])
        .household("H002", "沈*", 1, &[])
        .household("H003", "韩*", 2, &["step-free"])
        .household("H004", "杨*", 2, &[]);
    for household in pool.households.iter_mut().take(2) {
        household.ranking = ["1-1601", "1-801"].map(String::from).to_vec();
    }
    pool.unranked = Some(Unranked::Lot);
    let plan = keyed(panel("ranking").pool(pool));
    kind("ranking", "lists that were handed in; two handed in none", "H002", &plan, &script())
}

fn days() -> Kind {
    let mut pool = flats("1", PickRule::Choice, &[2, 5, 11, 15, 18], 0)
        .household("H001", "周*", 1, &[])
        .household("H002", "吴*", 1, &[])
        .household("H003", "郑*", 1, &[])
        .household("H004", "冯*", 2, &[]);
    pool.absence = Some(Absence::Day);
    let plan = keyed(panel("days").pool(pool));
    let log = log_key(&plan.origin).verifier().to_string();
    let acts = vec![
        Act::Choose(1),
        Act::Miss,
        Act::Late,
        Act::Choose(0),
        Act::Night,
        Act::Choose(0),
        Act::Night,
    ];
    let says = vec![(1, "r2", Say::Away), (2, "o1", Say::Away), (3, "r1", Say::Paper)];
    let script = Script { acts, says, ..script() };
    let about = "three days; one misses a call and comes in the evening; a log signs every checkpoint, and others are away each day";
    kind("days", about, "H004", &plan.log(&log), &script)
}

fn families() -> Kind {
    let mut pool = flats("1", PickRule::Choice, &[1, 4, 8, 12, 16, 18], 1)
        .household("H001a", "张*", 1, &[])
        .household("H001b", "张*", 2, &[])
        .household("H002a", "李*", 1, &[])
        .household("H002b", "李*", 1, &["step-free"])
        .household("H003", "王*", 1, &[]);
    pool.absence = Some(Absence::Lot);
    let pool = grouped(pool, "J1", &["H002a", "H002b"]);
    let mut plan = keyed(panel("families").pool(pool));
    plan = family(plan, "F001", None, &["H001a", "H001b"]);
    plan = family(plan, "F002", None, &["H002a", "H002b"]);
    plan.families[0].person = Some(leaf_hash(b"F001"));
    let script = Script { acts: vec![Act::Choose(2), Act::Miss], ..script() };
    let about = "two families with two claims: one chooses the second flat after all first ones, the other both in one turn";
    kind("families", about, "H002b", &plan, &script)
}

fn area() -> Kind {
    let pool = flats("1", PickRule::Choice, &[1, 8, 16, 18], 1)
        .household("H001a", "张*", 1, &["step-free"])
        .household("H001b", "张*", 1, &[]);
    let mut first = grouped(pool, "J1", &["H001a", "H001b"]).household("H002", "", 2, &[]);
    first.absence = Some(Absence::Last);
    let second = flats("2", PickRule::Lot, &[3, 5], 0).household("H001c", "", 1, &[]);
    let plan = keyed(panel("area").pool(first).pool(second));
    // A step-free flat of 51 m², one of at most 58 m², and one of 53 or 55 m².
    let plan = family(plan, "F001", Some(16_200), &["H001a", "H001b", "H001c"]);
    let about = "a family with an area budget: what it may take depends on what it has taken, and on what is reserved for its needs";
    kind("area", about, "H001b", &plan, &script())
}

/// A pool with too few flats and one with too many.
fn uneven(name: &str) -> Plan {
    let few = flats("1", PickRule::Lot, &[3], 0)
        .household("H001", "", 1, &[])
        .household("H002", "", 1, &[])
        .household("H003", "", 1, &[]);
    let many = flats("2", PickRule::Lot, &[1, 2, 3], 1).household("H004", "", 1, &[]);
    keyed(panel(name).pool(few).pool(many))
}

fn rounds() -> Kind {
    let before = hall::draw(&uneven("rounds-1"), &script());
    let (origin, title) =
        ("published.example/rounds-2".into(), "合成示例 synthetic: rounds".into());
    let pool = RoundPool {
        id: "R".into(),
        title: "余房".into(),
        building: "2号楼".into(),
        rule: PickRule::Lot,
        from: vec!["1".into(), "2".into()],
    };
    let reason = "two flats are left, and two households on standby".into();
    let next = NextRound { origin, title, mode: Mode::Rehearsal, reason, pools: vec![pool] };
    let lines = before.iter().map(Vec::as_slice);
    let plan =
        verified(judged(&before, None)).next_round(lines, &next).expect("there is something left");
    let panel = panel("rounds-2");
    let (benches, members, sources) = (panel.benches, panel.members, panel.sources);
    let plan = keyed(Plan { benches, members, sources, ..plan });
    let household = "H002";
    let about = "the round for what was left: prior.jsonl is the one before";
    Kind { prior: Some(before), ..kind("rounds", about, household, &plan, &script()) }
}

fn attempts() -> Kind {
    let broken = Script { void_at: Some(|s| matches!(s, Awaits::Numbers { .. })), ..script() };
    let before = hall::draw(&uneven("attempts-1"), &broken);
    let (size, root) = verified(judged(&before, None)).head().expect("it is sealed");
    let prior = Prior {
        origin: "published.example/attempts-1".into(),
        size,
        root,
        relation: Relation::Void,
        reason: "a die fell from the table".into(),
    };
    let plan = Plan { attempt: 2, prior: Some(prior), ..uneven("attempts-2") };
    let about = "the second attempt: prior.jsonl is the first, which is void";
    Kind { prior: Some(before), ..kind("attempts", about, "H004", &plan, &script()) }
}

fn drand() -> Kind {
    /// The plan is signed a minute before the round, the result a minute after it.
    fn around(checkpoint: u64) -> u64 {
        floorlot::drand::time_of(DRAND.0) + 120 * checkpoint - 60
    }
    let pool = flats("1", PickRule::Lot, &[3, 5], 0);
    let pool = pool.household("H001", "", 1, &[]).household("H002", "", 1, &[]);
    let mut plan = keyed(panel("drand").pool(pool));
    plan.sources.push(Source::drand(DRAND.0));
    let script = Script { signs_at: Some(around), clock: Some(1_692_806_000), ..script() };
    kind("drand", "dice, and a round of drand's quicknet", "H001", &plan, &script)
}

// ---- what comes after the result

fn films(session: &mut Session, at: Option<u64>) -> Vec<u8> {
    let (name, sha256) = ("hall-1.mp4".into(), leaf_hash(b"no such film"));
    step(session, &Line::Recording { name, sha256, start: 1_792_000_000, at })
}

fn objects(session: &mut Session, at: Option<u64>) -> Vec<u8> {
    let (id, household) = ("E-1".into(), Some("H003".into()));
    step(session, &Line::Objection { id, household, text: "看不清屏幕".into(), at })
}

fn rejects(session: &mut Session, at: Option<u64>) -> Vec<u8> {
    let (objection, decision) = ("E-1".into(), Decision::Rejected);
    step(session, &Line::Ruling { objection, decision, reason: "录像可见".into(), at })
}

/// The households of the draw that have a flat and no needs, with it.
fn holders(session: &Session) -> Vec<(String, String)> {
    let roll = session.roll();
    let flat = |h: HouseholdNumber| {
        let unit = session.holding(h).unit().filter(|_| roll.needs(h).is_empty())?;
        Some((roll.household_id(h).to_owned(), roll.unit_id(unit).to_owned()))
    };
    roll.household_numbers().filter_map(flat).collect()
}

fn withdraws(session: &mut Session, at: Option<u64>) -> Vec<u8> {
    let (household, unit) = holders(session).swap_remove(0);
    let (household, unit) = (household.into(), Some(unit.into()));
    let (reason, sheet) = ("lives elsewhere now".into(), scan("withdrawal"));
    step(session, &Line::Withdrawal { household, unit, reason, sheet, at })
}

fn swaps(session: &mut Session, at: Option<u64>) -> Vec<u8> {
    let two: Vec<(String, String)> = holders(session).into_iter().take(2).collect();
    let consents = two.iter().map(|(household, _)| scan(household)).collect();
    let (households, units) = two.into_iter().map(|(h, u)| (h.into(), u.into())).unzip();
    step(session, &Line::Swap { households, units, consents, at })
}
