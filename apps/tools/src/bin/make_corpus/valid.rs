//! Whole transcripts of many shapes, all as the rules want them.

use crate::hall::{Act, Part, Script};
use crate::plans::*;
use floorlot::plan::{Absence, Device, Mode, PickRule, Plan, Pool, Relation, Source, Unranked};

/// One valid transcript: its name, what is in it, and how it came about.
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) plan: Plan,
    pub(crate) script: Script,
}

pub(crate) fn shape(name: &'static str, about: &'static str, plan: Plan) -> Shape {
    Shape { name, about, plan, script: Script::default() }
}

fn played(name: &'static str, about: &'static str, plan: Plan, acts: &[Act]) -> Shape {
    Shape { name, about, plan, script: Script { acts: acts.to_vec(), ..Script::default() } }
}

fn panelled(name: &'static str, about: &'static str, parts: &[(&'static str, Part)]) -> Shape {
    let script = Script { parts: parts.to_vec(), ..Script::default() };
    Shape { name, about, plan: small_block(panel(name, Mode::Official)), script }
}

fn small_block(plan: Plan) -> Plan {
    plan.pool(
        Pool::lot("A", "Two rooms", "House 1")
            .unit("A-0301", "301", 3, &[])
            .unit("A-0601", "601", 6, &[])
            .household("H001", "Z*", 1, &[]),
    )
}

fn choice(name: &str, absence: Absence) -> Plan {
    small_panel(name).pool(choice_pool(absence))
}

/// All of them.
pub(crate) fn shapes() -> Vec<Shape> {
    [rules(), needs(), choices(), ceremony(), plans(), whole()].into_iter().flatten().collect()
}

fn rules() -> Vec<Shape> {
    let mut alike = lot_pool();
    for (unit, (label, storey)) in
        alike.units.iter_mut().zip([("101", 1), ("1O1", 1), ("l01", 1), ("101", 2), ("一〇一", 1)])
    {
        (unit.label, unit.storey) = (label.into(), storey);
    }
    let mut elsewhere = alike.clone();
    for (unit, building) in elsewhere.units.iter_mut().zip(["2号楼", "2号楼", "2", "1号楼"]) {
        (unit.label, unit.storey) = ("101".into(), 1);
        unit.building = Some(building.into());
    }
    elsewhere.units[1].storey = 2;
    let mut timed = choice("choice-timed", Absence::Last);
    timed.pools[0].seconds = Some(180);
    let mut short = ranking_pool(Unranked::Standby);
    short.households[0].ranking = vec!["C-1601".into()];
    short.households[1].ranking = vec!["C-1601".into()];
    let mut unranked = short.clone();
    unranked.unranked = Some(Unranked::Lot);
    unranked.households[2].ranking.clear();
    vec![
        shape(
            "flats-that-look-alike",
            "labels that people take for one, and one label on two storeys: all of them are flats",
            panel("flats-that-look-alike", Mode::Official).pool(alike),
        ),
        shape(
            "flats-of-several-buildings",
            "a pool with units of other buildings, which have one label",
            panel("flats-of-several-buildings", Mode::Official).pool(elsewhere),
        ),
        shape(
            "lot",
            "one pool drawn by lot, with a household that needs a step-free flat",
            block(),
        ),
        shape(
            "choice",
            "one pool in which everybody chooses the first flat on offer",
            choice("choice", Absence::Last),
        ),
        shape("choice-timed", "one pool in which households have three minutes to choose", timed),
        shape(
            "areas-and-prices",
            "flats with an area, a price, both or neither: no effect on the draw",
            priced(),
        ),
        shape(
            "ranking",
            "one pool by ranking; all want the same flat first",
            small_panel("ranking").pool(ranking_pool(Unranked::Lot)),
        ),
        shape(
            "ranking-unranked-lot",
            "a ranking of which nothing is left, and a household without one, are served by lot",
            small_panel("ranking-unranked-lot").pool(unranked),
        ),
        shape(
            "ranking-unranked-standby",
            "a household of whose ranking nothing is left goes on standby although flats are free",
            small_panel("ranking-unranked-standby").pool(short),
        ),
    ]
}

fn needs() -> Vec<Shape> {
    let mut several = Pool::lot("A", "Two rooms", "House 1")
        .unit("A-01", "1", 1, &["bath", "step-free"])
        .unit("A-02", "2", 1, &["step-free"])
        .unit("A-03", "3", 2, &["bath", "view"])
        .unit("A-04", "4", 3, &["view"]);
    for (id, tier, needs) in [
        ("H1", 1, &[][..]),
        ("H2", 1, &["step-free"][..]),
        ("H3", 2, &["bath"][..]),
        ("H4", 3, &["bath", "step-free"][..]),
    ] {
        several = several.household(id, "", tier, needs);
    }
    let shortage = lot_pool()
        .household("H005", "", 1, &[])
        .household("H006", "", 3, &[])
        .household("H007", "", 3, &[]);
    let surplus =
        lot_pool().unit("A-2001", "2001", 20, &["step-free"]).unit("A-2101", "2101", 21, &[]);
    let mut crowded =
        choice_pool(Absence::Lot).household("H105", "", 2, &[]).household("H106", "", 2, &[]);
    crowded.units.truncate(3);
    vec![
        shape(
            "needs-of-several-kinds",
            "needs alone and combined; flats hold themselves back",
            small_panel("needs").pool(several),
        ),
        shape(
            "shortage",
            "more households than flats: two on standby",
            small_panel("shortage").pool(shortage),
        ),
        shape(
            "shortage-choice",
            "choosing until nothing is left, then standby",
            small_panel("shortage-choice").pool(crowded),
        ),
        shape(
            "surplus",
            "more flats than households: leftovers",
            small_panel("surplus").pool(surplus),
        ),
        shape("tiers", "three tiers, written in the plan in reverse", tiers()),
        shape(
            "tiers-of-slots",
            "tiers of one, two and three digits: 9, 10, 99, 100, 256 and 999",
            slots(),
        ),
        shape(
            "group",
            "two households that are called together",
            grouped(small_panel("group").pool(lot_pool()), "g1", &["H001", "H002"]),
        ),
        shape("group-apart", "a group whose members do not stand together in the plan", {
            grouped(
                small_panel("group-apart").pool(choice_pool(Absence::Last)),
                "g1",
                &["H101", "H104"],
            )
        }),
    ]
}

fn slots() -> Plan {
    let pool = (1..=6).fold(Pool::lot("A", "1号楼 两室", "1号楼"), |pool, n| {
        pool.unit(&format!("A-0{n}"), &format!("{n}01"), n, &[])
    });
    let tiers = [999, 100, 9, 256, 99, 10];
    let households = (1..).zip(tiers);
    let pool =
        households.fold(pool, |pool, (n, tier)| pool.household(&format!("H{n}"), "", tier, &[]));
    small_panel("tiers-of-slots").pool(pool)
}

fn tiers() -> Plan {
    let mut pool = lot_pool();
    for (household, tier) in pool.households.iter_mut().zip([3, 2, 2, 1]) {
        household.tier = tier;
    }
    small_panel("tiers").pool(pool)
}

fn choices() -> Vec<Shape> {
    use Act::{Choose, Miss, Proxy, Undo};
    let last = |name| choice(name, Absence::Last);
    vec![
        played(
            "absent-last-chooses",
            "missed, called again after all others, then chooses",
            last("absent-1"),
            &[Miss, Choose(2)],
        ),
        played(
            "absent-last-misses-again",
            "missed, called again, missed again: by lot; a second one misses once",
            last("absent-2"),
            &[Miss, Miss, Choose(1), Choose(1), Miss, Choose(0)],
        ),
        played(
            "absent-lot",
            "missed where the plan says lot: drawn at once",
            choice("absent-lot", Absence::Lot),
            &[Choose(3), Miss, Miss],
        ),
        played(
            "proxy",
            "somebody chooses for the household",
            last("proxy"),
            &[Proxy(2, "女儿 周*"), Choose(1)],
        ),
        played(
            "undo-choice",
            "a mistyped choice is withdrawn and made anew",
            last("undo-choice"),
            &[Choose(0), Undo("mistyped"), Choose(1)],
        ),
        played(
            "undo-missed",
            "a miss is withdrawn: the household was there after all",
            last("undo-missed"),
            &[Miss, Undo("刚到门口"), Choose(0)],
        ),
        played(
            "undo-missed-lot",
            "a miss is withdrawn before the lot falls",
            choice("undo-missed-lot", Absence::Lot),
            &[Miss, Undo("in time"), Choose(3)],
        ),
        played(
            "undo-twice",
            "choice, undo, another choice, undo, and a choice; later a miss, undo, miss",
            last("undo-twice"),
            &[
                Choose(0),
                Undo("first"),
                Choose(1),
                Undo("second"),
                Choose(2),
                Miss,
                Undo("third"),
                Miss,
            ],
        ),
        played(
            "undo-second-miss",
            "the second miss of a household is withdrawn, and it chooses",
            last("undo-second-miss"),
            &[Miss, Choose(0), Choose(0), Choose(0), Miss, Undo("came running"), Choose(0)],
        ),
    ]
}

fn ceremony() -> Vec<Shape> {
    let all = |secret| ["r1", "r2", "r3", "o1", "o2"].map(|id| (id, Part::Envelope(secret)));
    let mut balls = small_block(small_panel("balls-and-dice"));
    balls.sources = vec![
        source(Device::Balls, 7, 49),
        source(Device::Dice, 20, 10),
        source(Device::Balls, 1, 9),
    ];
    let mut six = small_block(small_panel("six-sided"));
    six.sources = vec![source(Device::Dice, 25, 6)];
    let mut coins = small_block(small_panel("coins"));
    coins.sources = vec![source(Device::Dice, 64, 2)];
    let mut wide = small_block(small_panel("balls-9999"));
    wide.sources = vec![source(Device::Balls, 5, 9999)];
    vec![
        panelled("withheld", "one member withholds, the quorum holds", &[("r2", Part::Withhold)]),
        panelled(
            "absent-member",
            "one member of each bench is absent",
            &[("r3", Part::Absent), ("o1", Part::Absent)],
        ),
        panelled("envelopes", "envelopes only", &all("8842")),
        panelled(
            "panel-mixed",
            "commitment, envelope, absence and withholding together",
            &[
                ("r1", Part::Envelope("a")),
                ("r2", Part::Commit),
                ("r3", Part::Absent),
                ("o1", Part::Withhold),
            ],
        ),
        shape("balls-and-dice", "balls, then dice, then one ball", balls),
        shape("six-sided-dice", "25 six-sided dice", six),
        shape("two-sided-dice", "64 coins: exactly 2^64 outcomes", coins),
        shape("balls-of-four-digits", "five balls of 9999, zero-padded in the seed", wide),
    ]
}

fn plans() -> Vec<Shape> {
    let mut second = small_block(small_panel("second-attempt"));
    (second.attempt, second.prior) =
        (2, Some(prior("first-attempt", Relation::Void, "a die fell from the table")));
    let mut round = small_block(small_panel("second-round"));
    round.prior = Some(prior("first-round", Relation::Round, "two flats were left over"));
    let mut unicode = small_block(panel("unicode", Mode::Official));
    unicode.title = "《静安》\"north\\south\" №7 – 𠀀 Ünïté Łódź Ελλάδα Київ".into();
    unicode.pools[0].units[0].label = "12A \"面南\" \\ 𪚥".into();
    unicode.pools[0].households[0].name = "𠮷*".into();
    let mixed = Pool::lot("Haus.7", "Two rooms", "House 7")
        .unit("b-02", "2", 1, &[])
        .unit("B-01", "1", 1, &["Lift", "lift"])
        .unit("a_3", "3", 2, &[])
        .household("zeta", "", 1, &[])
        .household("Alpha.1", "", 1, &["lift"])
        .household("9", "", 1, &[]);
    vec![
        shape("rehearsal", "a rehearsal", small_block(panel("rehearsal", Mode::Rehearsal))),
        shape("second-attempt", "attempt 2, after a void one", second),
        shape("second-round", "a round for what was left over", round),
        shape(
            "unicode",
            "quotes, a backslash and rare characters in titles, labels and names",
            unicode,
        ),
        shape(
            "ids-of-mixed-case",
            "ids with capitals, dots and underscores, not in alphabetical order",
            small_panel("mixed").pool(mixed),
        ),
        shape(
            "one-household-one-unit",
            "the smallest draw",
            small_panel("smallest")
                .pool(Pool::lot("1", "x", "y").unit("u", "1", 1, &[]).household("h", "", 1, &[])),
        ),
    ]
}

fn whole() -> Vec<Shape> {
    use Act::{Choose, Miss};
    let parts =
        vec![("r2", Part::Withhold), ("o2", Part::Absent), ("r3", Part::Envelope("31415926"))];
    let mut timed = estate();
    timed.origin = "corpus.example/estate-with-times".into();
    vec![
        played(
            "estate",
            "three pools with different rules",
            estate(),
            &[Choose(3), Miss, Choose(0)],
        ),
        Shape {
            name: "estate-with-times",
            about: "three pools; every line that may have a time has one",
            plan: timed,
            script: Script {
                parts,
                acts: vec![Miss, Choose(1)],
                clock: Some(1_792_000_000),
                ..Script::default()
            },
        },
        Shape {
            name: "longest",
            about: "every text, id, number and list at its limit",
            plan: longest(),
            script: Script {
                clock: Some(9_007_199_254_740_900),
                long_secrets: true,
                ..Script::default()
            },
        },
    ]
}

fn longest() -> Plan {
    let id = |c: char| c.to_string().repeat(64);
    let origin = format!("{}/{}", "o".repeat(100), "x".repeat(99));
    let mut plan = Plan::new(&origin, &"题".repeat(100), Mode::Official)
        .bench(&id('r'), &"席".repeat(40), 1, &[(&id('R'), &"名".repeat(40))])
        .bench(&id('o'), &"席".repeat(40), 1, &[(&id('O'), &"名".repeat(40))]);
    plan.sources =
        vec![source(Device::Dice, 200, 10), source(Device::Balls, 200, 9999), Source::TWENTY_DICE];
    plan.attempt = 999;
    let mut before = prior(&"p".repeat(185), Relation::Void, &"因".repeat(200));
    before.size = 9_007_199_254_740_991;
    plan.prior = Some(before);
    let features: Vec<String> = ('a'..='p').map(|c| c.to_string().repeat(64)).collect();
    let features: Vec<&str> = features.iter().map(String::as_str).collect();
    let mut pool = Pool::new(&id('A'), &"批".repeat(40), &"楼".repeat(40), PickRule::Ranking)
        .unit(&id('u'), &"层".repeat(20), 999, &features)
        .unit(&id('v'), &"层".repeat(20), 1, &[])
        .household(&id('h'), &"户".repeat(40), 99, &features[..8]);
    pool.households[0].ranking = vec![id('v'), id('u')];
    pool.households[0].group = Some(id('g'));
    plan.pool(pool)
}
