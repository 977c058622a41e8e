//! Families with several claims, and area budgets (rules P15, D14, A3, A5, V7).

use crate::forge::{Draft, Forge};
use crate::hall::{self, Act, After, Script, accepts, declines, keyed, offers, scan, step};
use crate::manifest::Evidence;
use crate::plans::{panel, small_panel};
use crate::tampered::{Tampered, tampered as case};
use crate::valid::{Shape, shape};
use floorlot::lines::Line;
use floorlot::plan::{Absence, Mode, PickRule, Plan, Pool, Unranked};
use floorlot::primitives::tree::leaf_hash;
use floorlot::session::Session;
use floorlot::transcript::{self, NextRound, RoundPool, Verified, verify};

/// A pool with flats of these areas; those whose number is even are step-free.
fn flats(id: &str, rule: PickRule, areas: &[u64]) -> Pool {
    let mut pool = Pool::new(id, "Flats", &format!("House {id}"), rule);
    for (n, area) in (1..).zip(areas) {
        let features: &[&str] = if n % 2 == 0 { &["step-free"] } else { &[] };
        pool = pool.unit(&format!("{id}-{n}"), &format!("{n}"), n, features);
        pool.units.iter_mut().last().into_iter().for_each(|unit| unit.area = Some(*area));
    }
    pool
}

/// Makes some households claims of a family.
fn claims(mut plan: Plan, family: &str, budget: Option<u64>, households: &[&str]) -> Plan {
    for household in plan.pools.iter_mut().flat_map(|pool| &mut pool.households) {
        if households.contains(&household.id.as_str()) {
            household.family = Some(family.into());
        }
    }
    plan.family(family, "张*", budget)
}

fn together(mut plan: Plan, group: &str, households: &[&str]) -> Plan {
    for household in plan.pools.iter_mut().flat_map(|pool| &mut pool.households) {
        if households.contains(&household.id.as_str()) {
            household.group = Some(group.into());
        }
    }
    plan
}

/// Six flats, drawn by lot in rounds: the second claims of two families come in the second tier.
fn in_rounds() -> Plan {
    let pool = flats("A", PickRule::Lot, &[50, 60, 70, 80, 90, 100])
        .household("H1a", "张*", 1, &[])
        .household("H1b", "张*", 2, &["step-free"])
        .household("H2a", "李*", 1, &[])
        .household("H2b", "李*", 2, &[])
        .household("H3", "王*", 1, &[]);
    let plan = panel("families-in-rounds", Mode::Official).pool(pool);
    let mut plan = claims(claims(plan, "F1", None, &["H1a", "H1b"]), "F2", None, &["H2a", "H2b"]);
    plan.families[0].person = Some(leaf_hash(b"person of F1"));
    plan.pools[0].households[4].person = Some(leaf_hash(b"person of H3"));
    plan
}

/// Two families in one group, each with two claims in consecutive turns, and a third claim of one in
/// another pool.
fn at_once() -> Plan {
    let mut first = flats("A", PickRule::Choice, &[50, 60, 70, 80, 90, 100]);
    first.absence = Some(Absence::Last);
    let first = first
        .household("H1a", "张*", 1, &[])
        .household("H2a", "李*", 1, &[])
        .household("H1b", "张*", 1, &["step-free"])
        .household("H3", "", 1, &[])
        .household("H2b", "李*", 1, &[]);
    let second = flats("B", PickRule::Lot, &[40, 40]).household("H1c", "张*", 1, &[]);
    let plan = panel("families-together", Mode::Official).pool(first).pool(second);
    let plan = together(plan, "relatives", &["H1a", "H1b", "H2a", "H2b"]);
    claims(claims(plan, "F1", None, &["H1a", "H1b", "H1c"]), "F2", None, &["H2a", "H2b"])
}

/// Budgets over two pools by lot, with needs that come last: what they need is reserved.
fn budgets() -> Plan {
    let first = flats("A", PickRule::Lot, &[50, 60, 70, 80, 90, 100, 110, 120])
        .household("H1a", "", 1, &[])
        .household("H1b", "", 1, &[])
        .household("H1c", "", 3, &["step-free"])
        .household("H2a", "", 1, &[])
        .household("H3", "", 2, &["step-free"]);
    let second = flats("B", PickRule::Lot, &[40, 50, 60, 70])
        .household("H1d", "", 1, &[])
        .household("H2b", "", 1, &["step-free"])
        .household("H4", "", 2, &[]);
    let plan = panel("budgets", Mode::Official).pool(first).pool(second);
    let plan = claims(plan, "F1", Some(400), &["H1a", "H1b", "H1c", "H1d"]);
    claims(plan, "F2", Some(140), &["H2a", "H2b"])
}

/// Budgets where people choose, miss and change their minds.
fn budgets_in_choice() -> Plan {
    let mut pool = flats("A", PickRule::Choice, &[50, 60, 70, 80, 90, 100]);
    pool.absence = Some(Absence::Last);
    let pool = pool
        .household("H1a", "", 1, &[])
        .household("H1b", "", 1, &["step-free"])
        .household("H1c", "", 1, &[])
        .household("H2", "", 2, &[]);
    let plan = small_panel("budgets-in-choice").pool(pool);
    let plan = together(plan, "F1", &["H1a", "H1b", "H1c"]);
    claims(plan, "F1", Some(210), &["H1a", "H1b", "H1c"])
}

/// Rankings within a budget: the flat ranked first is too large for the second claim.
fn budgets_by_ranking(name: &str, unranked: Unranked) -> Plan {
    let mut pool = flats("A", PickRule::Ranking, &[50, 60, 70, 80])
        .household("H1a", "", 1, &[])
        .household("H1b", "", 2, &[])
        .household("H2", "", 3, &[]);
    for household in &mut pool.households {
        household.ranking = ["A-4", "A-3"].map(String::from).to_vec();
    }
    pool.unranked = Some(unranked);
    claims(small_panel(name).pool(pool), "F1", Some(140), &["H1a", "H1b"])
}

/// The whole budget goes into one flat: the other claim is left on standby, although flats are free.
fn spent(name: &str) -> Plan {
    let first = flats("A", PickRule::Lot, &[100, 100, 100, 100])
        .household("H1a", "", 1, &[])
        .household("H1b", "", 2, &[])
        .household("H2a", "", 1, &[]);
    let second = flats("B", PickRule::Lot, &[30, 30, 30, 130, 130]).household("H2b", "", 1, &[]);
    let second = second.household("H3", "", 2, &["step-free"]);
    let mut plan = keyed(small_panel(name).pool(first).pool(second));
    plan = claims(plan, "F1", Some(130), &["H1a", "H1b"]);
    plan = claims(plan, "F2", Some(230), &["H2a", "H2b"]);
    plan.families[0].person = Some(leaf_hash(b"person of F1"));
    plan
}

fn unit_of(session: &Session, household: &str) -> String {
    let number = session.roll().find_household(household).unwrap();
    session.roll().unit_id(session.holding(number).unit().unwrap()).to_owned()
}

fn gives_up(session: &mut Session, id: &str, at: Option<u64>) -> Vec<u8> {
    let (household, unit) = (id.to_owned().into(), Some(unit_of(session, id).into()));
    let (reason, sheet) = ("too large".into(), scan(&format!("withdrawal of {id}")));
    step(session, &Line::Withdrawal { household, unit, reason, sheet, at })
}

fn withdraws(session: &mut Session, at: Option<u64>) -> Vec<u8> {
    gives_up(session, "H1a", at)
}

fn another_withdraws(session: &mut Session, at: Option<u64>) -> Vec<u8> {
    gives_up(session, "H2a", at)
}

/// Two households of one pool exchange their flats.
fn swap(session: &mut Session, ids: [&str; 2], at: Option<u64>) -> Vec<u8> {
    let units = ids.iter().map(|id| unit_of(session, id).into()).collect();
    let consents = ids.iter().map(|id| scan(id)).collect();
    let households = ids.iter().map(|id| (*id).to_owned().into()).collect();
    step(session, &Line::Swap { households, units, consents, at })
}

fn swaps_in_the_family(session: &mut Session, at: Option<u64>) -> Vec<u8> {
    swap(session, ["H1a", "H1b"], at)
}

/// Two claims of a family are on standby in two pools, and each is offered a flat; the budget is
/// enough for one of them.
fn offered_twice() -> Shape {
    let pool = |id: &str, first: &str, claim: &str| {
        flats(id, PickRule::Lot, &[60]).household(first, "", 1, &[]).household(claim, "", 2, &[])
    };
    let plan = small_panel("budget-offered-twice");
    let plan = plan.pool(pool("A", "H8", "H1a")).pool(pool("B", "H9", "H1b"));
    let plan = claims(keyed(plan), "F1", Some(100), &["H1a", "H1b"]);
    let give_up: [After; 2] =
        [|session, at| gives_up(session, "H8", at), |session, at| gives_up(session, "H9", at)];
    let offer_in_b: After = |session, at| {
        let pool = session.roll().pool_numbers().nth(1).unwrap();
        let (unit, household) = session.due_offer(pool).unwrap();
        let (unit, household) =
            (session.roll().unit_id(unit), session.roll().household_id(household));
        let (unit, household) = (unit.to_owned().into(), household.to_owned().into());
        step(session, &Line::Offer { unit, household, at })
    };
    let script = Script {
        signed: true,
        after: vec![vec![film, give_up[0], give_up[1], offers, offer_in_b, accepts, declines]],
        ..Script::default()
    };
    let about = "a family is offered two flats in two pools, and its budget is enough for one";
    Shape { name: "budget-offered-twice", about, plan, script }
}

/// Five flats of two sizes, and a family that has the two small ones when all is drawn.
fn sizes() -> Shape {
    let mut pool = flats("A", PickRule::Choice, &[40, 60, 100, 100, 100]);
    pool.absence = Some(Absence::Lot);
    let pool = pool
        .household("H1a", "", 1, &[])
        .household("H1b", "", 2, &[])
        .household("H2", "", 3, &[])
        .household("H3", "", 4, &[]);
    let plan =
        claims(keyed(small_panel("budget-swaps").pool(pool)), "F1", Some(110), &["H1a", "H1b"]);
    let script =
        Script { signed: true, after: vec![vec![swaps_in_the_family, film]], ..Script::default() };
    let about = "two claims of a family with a budget exchange their flats";
    Shape { name: "budget-swaps", about, plan, script }
}

/// Something of no weight, in the place of which other lines are put.
fn film(session: &mut Session, at: Option<u64>) -> Vec<u8> {
    let (name, sha256) = ("hall.mp4".into(), scan("film"));
    step(session, &Line::Recording { name, sha256, start: 1_791_999_000, at })
}

fn after(name: &'static str, about: &'static str, batch: &[After]) -> Shape {
    let script = Script { signed: true, after: vec![batch.to_vec()], ..Script::default() };
    Shape { name, about, plan: spent(name), script }
}

/// Valid ones.
pub(crate) fn shapes() -> Vec<Shape> {
    let choice = Script {
        acts: vec![
            Act::Miss,
            Act::Choose(9),
            Act::Undo("a slip of the hand"),
            Act::Choose(0),
            Act::Miss,
            Act::Choose(1),
            Act::Miss,
            Act::Undo("it was there"),
        ],
        ..Script::default()
    };
    vec![
        shape(
            "families-in-rounds",
            "two families with two claims each, the second in a later tier",
            in_rounds(),
        ),
        shape(
            "families-together",
            "two families of relatives, whose claims are called one after the other, and a claim in another pool",
            at_once(),
        ),
        shape("budgets", "area budgets over two pools; what needs ask for is reserved", budgets()),
        Shape {
            name: "budgets-in-choice",
            about: "an area budget where people choose, miss and change their minds",
            plan: budgets_in_choice(),
            script: choice,
        },
        shape(
            "budgets-ranked-lot",
            "a budget too small for what is ranked: the rest is drawn by lot within it",
            budgets_by_ranking("budgets-ranked-lot", Unranked::Lot),
        ),
        shape(
            "budgets-ranked-standby",
            "a budget too small for what is ranked: the claim goes on standby",
            budgets_by_ranking("budgets-ranked-standby", Unranked::Standby),
        ),
        after(
            "budget-given-back",
            "a claim gives its flat up, and what its budget leaves is offered to the other one",
            &[film, withdraws, another_withdraws, offers, declines, offers, accepts],
        ),
        offered_twice(),
        sizes(),
        Shape {
            name: "budget-first-round",
            about: "a budget of which too little is left for the second claim",
            plan: spent("budget-first-round"),
            script: Script { signed: true, ..Script::default() },
        },
        Shape {
            name: "budget-second-round",
            about: "its second round, with what is left of the budget",
            plan: second_round(),
            script: Script { signed: true, ..Script::default() },
        },
    ]
}

fn honest(shape: &Shape) -> Draft {
    Draft(hall::draw(&shape.plan, &shape.script))
}

fn find(name: &str) -> Shape {
    shapes().into_iter().find(|shape| shape.name == name).expect("it is a valid one")
}

/// The round for what the first round left over.
fn second_round() -> Plan {
    let script = Script { signed: true, ..Script::default() };
    let draft = Draft(hall::draw(&spent("budget-first-round"), &script));
    let verified: Verified = verify(draft.file().as_slice(), &transcript::Evidence::default())
        .unwrap()
        .into_verified()
        .expect("it is honest");
    let next = NextRound {
        origin: "corpus.example/budget-second-round".into(),
        title: "Second round".into(),
        mode: Mode::Official,
        reason: "some are on standby".into(),
        pools: vec![RoundPool {
            id: "R".into(),
            title: "Leftovers".into(),
            building: "House A".into(),
            rule: PickRule::Lot,
            from: vec!["A".into(), "B".into()],
        }],
    };
    let plan = verified.next_round(draft.0.iter().map(Vec::as_slice), &next).unwrap();
    let panel = small_panel("budget-second-round");
    keyed(Plan { benches: panel.benches, members: panel.members, sources: panel.sources, ..plan })
}

/// With a fault each.
pub(crate) fn tampered() -> Vec<Tampered> {
    [plans(), draws(), later(), rounds()].into_iter().flatten().collect()
}

fn plans() -> Vec<Tampered> {
    let of = |plan: Plan| {
        move |name, about, from: &str, to: &str| {
            case(name, about, &Forge::of(&plan).edit(from, to).draft())
        }
    };
    let (rounds, budgets) = (of(in_rounds()), of(budgets()));
    let with = |name, about, change: fn(&mut Plan)| {
        let mut plan = self::budgets();
        change(&mut plan);
        case(name, about, &Forge::of(&plan).draft())
    };
    vec![
        rounds("p1-families-uncounted", "families without their count", ",\"families\":2", ""),
        rounds(
            "p1-families-miscounted",
            "a count of families too many",
            "\"families\":2",
            "\"families\":3",
        ),
        case(
            "p1-no-families-counted",
            "a count of families where there are none",
            &Forge::of(&crate::plans::block())
                .edit("\"households\":4}", "\"households\":4,\"families\":0}")
                .draft(),
        ),
        case(
            "t2-family-after-a-household",
            "a family stands behind the households",
            &Forge::of(&in_rounds().family("F9", "", None))
                .draft()
                .moved("\"kind\":\"family\",\"id\":\"F9\"", "\"stage\":\"plan\"")
                .resealed(),
        ),
        rounds("p2-family-twice", "two families with one id", "\"id\":\"F2\"", "\"id\":\"F1\""),
        with(
            "p2-family-with-the-id-of-a-household",
            "a family has the id of a household, in other capitals",
            |plan| {
                plan.families[1].id = "h3".into();
                let claims = plan.pools.iter_mut().flat_map(|pool| &mut pool.households);
                claims
                    .filter(|h| h.family.as_deref() == Some("F2"))
                    .for_each(|h| h.family = Some("h3".into()));
            },
        ),
        rounds(
            "p3-family-name",
            "the name of a family ends in a space",
            "\"name\":\"张*\",\"claims\"",
            "\"name\":\"张* \",\"claims\"",
        ),
        rounds(
            "p13-family-and-household",
            "a family and a household with one person",
            &leaf_hash(b"person of H3").to_string(),
            &leaf_hash(b"person of F1").to_string(),
        ),
        rounds(
            "p15-family-unknown",
            "a household names a family that is not there",
            "\"family\":\"F2\"",
            "\"family\":\"F3\"",
        ),
        rounds(
            "p15-family-in-capitals",
            "a household names a family in other capitals",
            "\"family\":\"F2\"",
            "\"family\":\"f2\"",
        ),
        rounds(
            "p15-claim-with-a-person",
            "a claim has a person of its own",
            "\"family\":\"F2\"",
            &format!("\"family\":\"F2\",\"person\":\"{}\"", leaf_hash(b"another")),
        ),
        case(
            "p15-family-without-claims",
            "a family that no household names",
            &Forge::of(&in_rounds().family("F9", "", None)).draft(),
        ),
        rounds(
            "p15-claims-miscounted",
            "a family says that it has more claims than name it",
            "\"id\":\"F2\",\"name\":\"张*\",\"claims\":2",
            "\"id\":\"F2\",\"name\":\"张*\",\"claims\":3",
        ),
        rounds(
            "p15-claims-0",
            "a family says that it has no claim",
            "\"id\":\"F2\",\"name\":\"张*\",\"claims\":2",
            "\"id\":\"F2\",\"name\":\"张*\",\"claims\":0",
        ),
        case("p15-claims-65", "a family with 65 claims", &{
            let mut plan = in_rounds();
            for n in 0..65 {
                plan.pools[0] = plan.pools[0].clone().household(&format!("C{n}"), "", 3, &[]);
                plan.pools[0].households.iter_mut().last().unwrap().family = Some("F9".into());
            }
            Forge::of(&plan.family("F9", "", None)).draft()
        }),
        budgets(
            "p15-budget-beyond-the-limit",
            "a budget of more than 10^9",
            "\"budget\":400",
            "\"budget\":1000000001",
        ),
        budgets(
            "p15-budget-below-the-needs",
            "a budget that is not enough for the largest flat that a claim with needs accepts",
            "\"budget\":140",
            "\"budget\":69",
        ),
        case(
            "p15-needs-where-rankings-end-on-standby",
            "a claim with needs, of a family with a budget, could be left on standby",
            &{
                let mut plan = budgets_by_ranking("p15-standby", Unranked::Standby);
                plan.pools[0].units[0].features = vec!["step-free".into()];
                plan.pools[0].households[0].needs = vec!["step-free".into()];
                Forge::of(&plan).draft()
            },
        ),
        with(
            "p15-unit-without-area",
            "a flat without area in a pool where a budget counts",
            |plan| {
                plan.pools[1].units[3].area = None;
            },
        ),
        with(
            "p15-too-many-classes",
            "257 classes of flats in a pool where a budget counts",
            |plan| {
                for n in 0..253 {
                    let pool = plan.pools[1].clone();
                    plan.pools[1] = pool.unit(&format!("X{n}"), &format!("x{n}"), 1, &[]);
                    plan.pools[1].units.iter_mut().last().unwrap().area = Some(1000 + n);
                }
            },
        ),
        with(
            "p10-beside-a-budget",
            "needs that cannot be met, in a pool where a budget counts",
            |plan| {
                for n in 0..4 {
                    plan.pools[0] =
                        plan.pools[0].clone().household(&format!("N{n}"), "", 4, &["step-free"]);
                }
            },
        ),
    ]
}

/// A number in a line behind a key.
fn number(line: &str, key: &str) -> u64 {
    let (_, rest) = line.split_once(&format!("\"{key}\":")).unwrap();
    rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap()
}

fn draws() -> Vec<Tampered> {
    let draft = || honest(&find("budget-first-round"));
    let budgets = || honest(&find("budgets"));
    let pick = |household: &str| format!("\"kind\":\"pick\",\"household\":\"{household}\"");
    // The second claim of F1 has 30 left, and every flat has 100.
    let standby = "\"kind\":\"standby\",\"household\":\"H1b\"";
    let free = |draft: &Draft| {
        let line = draft.nth("\"kind\":\"leftover\"", 0);
        line.split("\"unit\":\"").nth(1).unwrap().trim_end_matches("\"}").to_owned()
    };
    let taken = free(&draft());
    let more = |draft: Draft, household: &str| {
        let needle = pick(household);
        draft.change(&needle, |line| {
            let offered = number(&line, "offered");
            line.replace(
                &format!("\"offered\":{offered},"),
                &format!("\"offered\":{},", offered + 1),
            )
            .into_bytes()
        })
    };
    vec![
        case(
            "d4-beyond-the-budget",
            "a claim is offered flats beyond the budget of its family",
            &draft()
                .change(standby, |_| {
                    format!("{{\"kind\":\"pick\",\"household\":\"H1b\",\"by\":\"lot\",\"offered\":2,\"lot\":\"1\",\"number\":1,\"unit\":\"{taken}\"}}").into_bytes()
                })
                .resealed(),
        ),
        case(
            "d5-beyond-the-budget",
            "nothing is offered, and a flat beyond the budget is picked",
            &draft()
                .change(standby, |_| {
                    format!("{{\"kind\":\"pick\",\"household\":\"H1b\",\"by\":\"lot\",\"offered\":0,\"lot\":\"1\",\"number\":1,\"unit\":\"{taken}\"}}").into_bytes()
                })
                .resealed(),
        ),
        case(
            "d4-budget-of-all-pools",
            "the flats of the pool before are not counted in the budget",
            &more(budgets(), "H1d").resealed(),
        ),
        case(
            "d4-budget-not-reserved",
            "what is reserved for a claim with needs is not counted",
            &more(budgets(), "H2a").resealed(),
        ),
        case(
            "d4-limits-needs",
            "the budget limits a claim with needs, which it does not",
            &budgets()
                .change(&pick("H1c"), |line| {
                    let offered = number(&line, "offered");
                    let fewer = format!("\"offered\":{},", offered - 1);
                    line.replace(&format!("\"offered\":{offered},"), &fewer).into_bytes()
                })
                .resealed(),
        ),
        case(
            "d10-standby-within-the-budget",
            "a claim goes on standby, though something is within its budget",
            &budgets()
                .change(&pick("H2a"), |_| {
                    b"{\"kind\":\"standby\",\"household\":\"H2a\",\"place\":1}".to_vec()
                })
                .resealed(),
        ),
    ]
}

fn later() -> Vec<Tampered> {
    let film = "\"kind\":\"recording\"";
    let given = || honest(&find("budget-given-back"));
    let offer = |n| given().nth("\"kind\":\"offer\"", n);
    let twice = || honest(&find("budget-offered-twice"));
    let left_over = given().nth("\"kind\":\"leftover\",\"pool\":\"A\"", 0);
    let left_over = left_over.split('"').nth(11).unwrap().to_owned();
    let instead = |name, about, line: &str| {
        case(name, about, &given().change(film, |_| line.as_bytes().to_vec()).resealed())
    };
    let sizes = || honest(&find("budget-swaps"));
    let of = |household: &str| {
        let line = sizes().nth(&format!("\"kind\":\"pick\",\"household\":\"{household}\""), 0);
        line.split("\"unit\":\"").nth(1).unwrap().trim_end_matches("\"}").to_owned()
    };
    // The two claims of the family have exchanged 40 and 60 before.
    let swap = |name, about, households: &[&str], units: &[String]| {
        let consents: Vec<String> = households.iter().map(|h| scan(h).to_string()).collect();
        let list = |of: &[String]| format!("[\"{}\"]", of.join("\",\""));
        let households: Vec<String> = households.iter().map(|h| (*h).to_owned()).collect();
        let line = format!(
            "{{\"kind\":\"swap\",\"households\":{},\"units\":{},\"consents\":{}}}",
            list(&households),
            list(units),
            list(&consents)
        );
        case(name, about, &sizes().change(film, |_| line.into_bytes()).resealed())
    };
    let second = offer(1);
    vec![
        instead(
            "a3-beyond-the-budget",
            "a flat beyond what the budget leaves is offered, before anything is given back",
            &offer(0),
        ),
        case(
            "a3-declined-within-the-budget",
            "who declined is asked again for the same flat",
            &given().change(&second, |_| offer(0).into_bytes()).resealed(),
        ),
        case(
            "a3-passed-over-within-the-budget",
            "a flat that has been free longer and is within the budget is passed over",
            &given().change(&offer(0), |_| second.clone().into_bytes()).resealed(),
        ),
        case(
            "a3-passed-over-for-good",
            "a flat that nobody accepted when it was first is offered after a budget has grown",
            &given()
                .change(&offer(0), |line| {
                    let first = line.split('"').nth(7).unwrap();
                    line.replace(first, &left_over).into_bytes()
                })
                .resealed(),
        ),
        case(
            "a4-beyond-the-budget",
            "a family accepts a second flat, for which its budget is not enough any more",
            &twice()
                .change(&twice().nth("\"kind\":\"decline\"", 0), |line| {
                    line.replace("decline", "accept").into_bytes()
                })
                .resealed(),
        ),
        swap(
            "a5-beyond-the-budget",
            "a family gets a flat that is beyond its budget",
            &["H1a", "H2"],
            &[of("H1b"), of("H2")],
        ),
        swap(
            "a5-beyond-the-budget-by-the-other",
            "the same by the other claim",
            &["H3", "H1b"],
            &[of("H3"), of("H1a")],
        ),
        swap(
            "a5-beyond-the-budget-in-three",
            "a swap of three in which the two flats of a family become too large together",
            &["H1a", "H1b", "H2"],
            &[of("H1b"), of("H1a"), of("H2")],
        ),
    ]
}

fn rounds() -> Vec<Tampered> {
    let chain = |name, about, change: fn(&mut Plan)| {
        let mut plan = second_round();
        change(&mut plan);
        let draft = Draft(hall::draw(&plan, &Script { signed: true, ..Script::default() }));
        let earlier = vec![honest(&find("budget-first-round")).file()];
        Tampered {
            evidence: Evidence { earlier, ..Evidence::default() },
            ..case(name, about, &draft)
        }
    };
    vec![
        chain("v7-budget-whole", "the next round gives the whole budget anew", |plan| {
            plan.families[0].budget = Some(130);
        }),
        chain("v7-budget-dropped", "the next round knows no budget", |plan| {
            plan.families[0].budget = None;
        }),
        chain("v7-family-dropped", "the next round knows no family", |plan| {
            plan.families.clear();
            plan.pools[0].households.iter_mut().for_each(|household| household.family = None);
        }),
        chain("v7-other-family", "a claim is of another family", |plan| {
            plan.families[0].id = "F7".into();
            let claims = plan.pools[0].households.iter_mut();
            claims.filter(|h| h.family.is_some()).for_each(|h| h.family = Some("F7".into()));
        }),
        chain("v7-family-renamed", "a family has another name", |plan| {
            plan.families[0].name = "赵*".into();
        }),
        chain("v7-family-other-person", "a family is another person", |plan| {
            plan.families[0].person = Some(leaf_hash(b"another"));
        }),
    ]
}
