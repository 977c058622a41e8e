//! What comes after a checkpoint, rightly and wrongly: signatures, the aftermath, later rounds; and
//! the drand beacon.

use crate::forge::{Draft, Forge};
use crate::hall::{self, After, DRAND, Say, Script, key, keyed, scan, time_of_signing};
use crate::manifest::Evidence;
use crate::plans::*;
use crate::tampered::{Tampered, tampered as case};
use crate::valid::{Shape, shape};
use floorlot::Hash;
use floorlot::lines::{Decision, Line};
use floorlot::person::Opening;
use floorlot::plan::{
    Absence, HouseholdNumber, Mode, PickRule, Plan, Pool, PoolNumber, Prior, Relation, Source,
};
use floorlot::primitives::tree::leaf_hash;
use floorlot::session::{Awaits, Session};
use floorlot::sign::SigningKey;
use floorlot::transcript::{self, NextRound, RoundPool, Verified, verify};

/// The folder of recordings and scans of the file `aftermath`.
pub(crate) fn files() -> Vec<(String, Hash)> {
    let film = |name: &str| (name.to_owned(), leaf_hash(name.as_bytes()));
    let of = ["o2", "withdrawal", "withdrawal from the list", "decline", "accept"];
    let sheets = of.iter().chain(&["H101", "H102", "H103"]);
    let sheets = sheets.map(|of| (format!("{of}.pdf"), scan(of)));
    [film("hall-1.mp4"), film("hall-2.mp4")].into_iter().chain(sheets).collect()
}

/// SHA-256 of no bytes.
const EMPTY_FILE: Hash = Hash([
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
    0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
]);

/// Two pools: five flats for seven households, two of whom are left on standby; and four who
/// choose.
fn short_and_choice(name: &str) -> Plan {
    let short = lot_pool().household("H005", "", 1, &[]).household("H006", "", 3, &[]).household(
        "H007",
        "",
        3,
        &[],
    );
    keyed(panel(name, Mode::Official).pool(short).pool(choice_pool(Absence::Lot)))
}

pub(crate) fn step(session: &mut Session, line: &Line<'_>) -> Vec<u8> {
    session.aftermath(line).unwrap_or_else(|error| panic!("{error}"))
}

/// A pool, by its place in the plan.
fn pool(session: &Session, place: u32) -> PoolNumber {
    session.roll().pool_numbers().at(place).unwrap()
}

/// The households of a pool that have a unit and no needs.
fn holders(session: &Session, pool: PoolNumber) -> Vec<String> {
    let holds =
        |h: &HouseholdNumber| session.holding(*h).is_unit() && session.roll().needs(*h).is_empty();
    let own = |h: &HouseholdNumber| session.roll().pool_of(*h) == Some(pool);
    session
        .roll()
        .household_numbers()
        .filter(own)
        .filter(holds)
        .map(|h| session.roll().household_id(h).to_owned())
        .collect()
}

fn unit_of(session: &Session, household: &str) -> String {
    let number = session.roll().find_household(household).unwrap();
    session.roll().unit_id(session.holding(number).unit().unwrap()).to_owned()
}

fn withdraws(session: &mut Session, at: Option<u64>) -> Vec<u8> {
    let household = holders(session, pool(session, 0))[0].clone();
    let unit = Some(unit_of(session, &household).into());
    step(
        session,
        &Line::Withdrawal {
            household: household.into(),
            unit,
            reason: "lives elsewhere now".into(),
            sheet: scan("withdrawal"),
            at,
        },
    )
}

fn leaves_standby(session: &mut Session, at: Option<u64>) -> Vec<u8> {
    let household = session.roll().household_id(session.standby()[0]).to_owned();
    step(
        session,
        &Line::Withdrawal {
            household: household.into(),
            unit: None,
            reason: "不再等候".into(),
            sheet: scan("withdrawal from the list"),
            at,
        },
    )
}

fn offers(session: &mut Session, at: Option<u64>) -> Vec<u8> {
    let (unit, household) = session.due_offer(pool(session, 0)).expect("an offer is due");
    let (unit, household) = (
        session.roll().unit_id(unit).to_owned(),
        session.roll().household_id(household).to_owned(),
    );
    step(session, &Line::Offer { unit: unit.into(), household: household.into(), at })
}

fn open(session: &Session) -> (String, String) {
    let (unit, household) = session.open_offer(pool(session, 0)).expect("an offer is open");
    (session.roll().unit_id(unit).to_owned(), session.roll().household_id(household).to_owned())
}

fn accepts(session: &mut Session, at: Option<u64>) -> Vec<u8> {
    let (unit, household) = open(session);
    let (household, sheet) = (household.into(), scan("accept"));
    step(session, &Line::Accept { unit: unit.into(), household, sheet, at })
}

fn declines(session: &mut Session, at: Option<u64>) -> Vec<u8> {
    let (unit, household) = open(session);
    step(
        session,
        &Line::Decline {
            unit: unit.into(),
            household: household.into(),
            reason: Some("too low".into()),
            sheet: scan("decline"),
            at,
        },
    )
}

fn swap_three(session: &mut Session, at: Option<u64>) -> Vec<u8> {
    let households: Vec<String> = holders(session, pool(session, 1)).into_iter().take(3).collect();
    let consents = households.iter().map(|h| scan(h)).collect();
    let units = households.iter().map(|h| unit_of(session, h).into()).collect();
    let households = households.into_iter().map(Into::into).collect();
    step(session, &Line::Swap { households, units, consents, at })
}

pub(crate) fn objects(session: &mut Session, at: Option<u64>) -> Vec<u8> {
    step(
        session,
        &Line::Objection {
            id: "E-1".into(),
            household: Some("H003".into()),
            text: "the dice were hidden".into(),
            at,
        },
    )
}

fn objects_again(session: &mut Session, at: Option<u64>) -> Vec<u8> {
    step(
        session,
        &Line::Objection { id: "E-2".into(), household: None, text: "看不清屏幕".into(), at },
    )
}

fn rejects(session: &mut Session, at: Option<u64>) -> Vec<u8> {
    let (decision, reason) = (Decision::Rejected, "the film shows them".into());
    step(session, &Line::Ruling { objection: "E-1".into(), decision, reason, at })
}

fn upholds(session: &mut Session, at: Option<u64>) -> Vec<u8> {
    step(
        session,
        &Line::Ruling {
            objection: "E-2".into(),
            decision: Decision::Upheld,
            reason: "补发通知".into(),
            at,
        },
    )
}

fn film(session: &mut Session, number: usize, at: Option<u64>) -> Vec<u8> {
    let (name, sha256) = files()[number].clone();
    step(
        session,
        &Line::Recording {
            name: name.into(),
            sha256,
            start: 1_791_999_000 + 60 * number as u64,
            at,
        },
    )
}

fn film_1(session: &mut Session, at: Option<u64>) -> Vec<u8> {
    film(session, 0, at)
}

fn film_2(session: &mut Session, at: Option<u64>) -> Vec<u8> {
    film(session, 1, at)
}

pub(crate) fn void(session: &mut Session, at: Option<u64>) -> Vec<u8> {
    session.void("a household was left out of the plan", at).unwrap()
}

fn signed(name: &'static str, about: &'static str, says: &[(u64, &'static str, Say)]) -> Shape {
    let script = Script { signed: true, says: says.to_vec(), ..Script::default() };
    Shape { name, about, plan: keyed(panel(name, Mode::Official).pool(lot_pool())), script }
}

fn after(name: &'static str, about: &'static str, batches: &[&[After]]) -> Shape {
    let after = batches.iter().map(|batch| batch.to_vec()).collect();
    Shape {
        name,
        about,
        plan: short_and_choice(name),
        script: Script { signed: true, after, ..Script::default() },
    }
}

fn broken_off(name: &'static str, about: &'static str, here: fn(&Awaits) -> bool) -> Shape {
    let script = Script {
        signed: true,
        void_at: Some(here),
        after: vec![vec![objects]],
        ..Script::default()
    };
    Shape { name, about, plan: short_and_choice(name), script }
}

fn unsealed() -> Shape {
    let mut shape = broken_off(
        "void-before-the-reveals-are-sealed",
        "the draw is broken off when the reveals are closed and not sealed yet",
        |_| false,
    );
    shape.script.void_unsealed = true;
    shape
}

/// A round of drand, and perhaps dice; the reveals close before the round is made.
fn beacon(name: &'static str, about: &'static str, dice: bool) -> Shape {
    let mut plan = small_panel(name)
        .pool(Pool::lot("1", "x", "y").unit("u", "1", 1, &[]).household("h", "", 1, &[]));
    plan.sources = vec![Source::drand(DRAND.0)];
    plan.sources.extend(dice.then_some(Source::TWENTY_DICE));
    Shape { name, about, plan, script: Script { clock: Some(1_692_806_000), ..Script::default() } }
}

/// A pool with too few flats and one with too many.
fn first_round() -> Plan {
    let few = Pool::lot("A", "Two rooms", "House 1")
        .unit("A-1", "1", 1, &[])
        .household("H1", "", 1, &[])
        .household("H2", "", 1, &[]);
    let few = few.household("H3", "", 1, &[]);
    let many = Pool::lot("B", "Two rooms", "House 2").unit("B-1", "11", 1, &["step-free"]).unit(
        "B-2",
        "12",
        2,
        &[],
    );
    let many = many.unit("B-3", "13", 3, &[]).household("H4", "", 1, &[]);
    keyed(small_panel("first-round").pool(few).pool(many))
}

fn played(plan: &Plan, script: &Script) -> (Draft, Verified) {
    let draft = Draft(hall::draw(plan, script));
    let verified = verify(draft.file().as_slice(), &transcript::Evidence::default())
        .unwrap()
        .into_verified()
        .expect("it is honest");
    (draft, verified)
}

/// The round for what the first round left over.
fn second_round() -> Plan {
    let (draft, verified) = played(&first_round(), &Script { signed: true, ..Script::default() });
    let pool = RoundPool {
        id: "R".into(),
        title: "Leftovers".into(),
        building: "House 1".into(),
        rule: PickRule::Lot,
        from: vec!["A".into(), "B".into()],
    };
    let (origin, title) =
        ("corpus.example/second-round-after".into(), "Block 7, second round".into());
    let next = NextRound {
        origin,
        title,
        mode: Mode::Official,
        reason: "two flats were left over".into(),
        pools: vec![pool],
    };
    let plan = verified.next_round(draft.0.iter().map(Vec::as_slice), &next).unwrap();
    let panel = small_panel("second-round-after");
    keyed(Plan { benches: panel.benches, members: panel.members, sources: panel.sources, ..plan })
}

/// The second round, with an area and a price that its flats had not in the first (V7).
fn priced_round() -> Plan {
    let mut plan = Plan { origin: "corpus.example/second-round-priced".into(), ..second_round() };
    for unit in plan.pools.iter_mut().flat_map(|pool| &mut pool.units) {
        (unit.area, unit.price) = (Some(8925), Some(123_456_789));
    }
    plan
}

/// The second round, declared void before anybody is called.
fn void_round() -> Shape {
    let plan = Plan { origin: "corpus.example/second-round-void".into(), ..second_round() };
    let script = Script { void_at: Some(|stage| *stage == Awaits::RollCall), ..Script::default() };
    Shape { name: "second-round-void", about: "the second round is broken off", plan, script }
}

/// The second attempt at the second round: it gives out what the first round left.
fn round_again() -> Plan {
    let (_, verified) = played(&void_round().plan, &void_round().script);
    let (size, root) = verified.head().unwrap();
    let origin = "corpus.example/second-round-void".into();
    let prior = Prior {
        origin,
        size,
        root,
        relation: Relation::Void,
        reason: "the dice fell off the table".into(),
    };
    Plan {
        origin: "corpus.example/second-round-again".into(),
        attempt: 2,
        prior: Some(prior),
        ..second_round()
    }
}

/// The first round, after which the flat of a household that gives it up is offered to another.
fn offered() -> Shape {
    let gives_up: After = |session, at| {
        let mut numbers = session.roll().household_numbers();
        let holder = numbers.find(|h| session.holding(*h).is_unit()).unwrap();
        let household = session.roll().household_id(holder).to_owned();
        let unit = session.roll().unit_id(session.holding(holder).unit().unwrap()).to_owned();
        let line = Line::Withdrawal {
            household: household.into(),
            unit: Some(unit.into()),
            reason: "lives elsewhere".into(),
            sheet: scan("withdrawal"),
            at,
        };
        session.aftermath(&line).unwrap()
    };
    let script = Script { signed: true, after: vec![vec![gives_up, offers]], ..Script::default() };
    Shape {
        name: "first-round-offers",
        about: "the first round, with an offer that is not answered yet",
        plan: first_round(),
        script,
    }
}

fn voided() -> Shape {
    after(
        "void-after-the-result",
        "the draw is declared void after its result; an objection follows",
        &[&[withdraws, void, objects]],
    )
}

/// The attempt after a void one.
fn next_attempt() -> Plan {
    let (_, verified) = played(&voided().plan, &voided().script);
    let (size, root) = verified.head().unwrap();
    let prior = Prior {
        origin: "corpus.example/void-after-the-result".into(),
        size,
        root,
        relation: Relation::Void,
        reason: "a household was left out".into(),
    };
    Plan { attempt: 2, prior: Some(prior), ..short_and_choice("third-attempt") }
}

/// Another attempt in which much is otherwise: households, units, rules, quorums, the panel.
fn changed_attempt() -> Plan {
    let mut plan = Plan { origin: "corpus.example/third-attempt-changed".into(), ..next_attempt() };
    plan.benches[0].quorum = 1;
    plan.members[1].name = "欧*".into();
    (plan.members[2].id, plan.members[2].key) = ("r4".into(), None);
    let short = &mut plan.pools[0];
    short.households[0].tier += 1;
    short.households[1].needs = vec!["step-free".into()];
    short.households.iter_mut().find(|h| h.id == "H004").into_iter().for_each(|h| h.needs.clear());
    *short = short.clone().unit("A-0102", "102", 1, &[]).household("H008", "", 1, &[]);
    plan.pools[1].seconds = Some(60);
    plan.pools[1].absence = Some(Absence::Last);
    keyed(plan)
}

/// Valid ones.
pub(crate) fn shapes() -> Vec<Shape> {
    let signs = |name, about, plan| Shape {
        name,
        about,
        plan,
        script: Script { signed: true, ..Script::default() },
    };
    let aftermath: &[&[After]] = &[
        &[
            film_1, film_2, objects, rejects, withdraws, offers, declines, offers, accepts,
            swap_three,
        ],
        &[objects_again, leaves_standby],
        &[upholds],
    ];
    let mut whole =
        after("aftermath", "everything that can come after a result, in three batches", aftermath);
    whole.script.says = vec![
        (2, "o2", Say::Paper),
        (3, "r3", Say::Dissent("the order of the offers")),
        (4, "r1", Say::Away),
    ];
    whole.script.clock = Some(1_792_000_000);
    vec![
        signed("signed", "every member signs plan and result", &[]),
        signed(
            "signed-in-every-way",
            "signatures by key and on paper, dissent and absence; both benches reach their quorums by key",
            &[(0, "r3", Say::Away), (1, "r2", Say::Dissent("赞成票数有误")), (1, "o2", Say::Paper)],
        ),
        signed(
            "signed-without-quorum",
            "one bench signs the result on paper alone: nothing is wrong, and nothing is certified",
            &[(1, "o1", Say::Paper), (1, "o2", Say::Away)],
        ),
        whole,
        after("empty-batch", "a checkpoint over an aftermath in which nothing happened", &[&[]]),
        shape("persons", "three of four households are bound to a person", persons()),
        shape(
            "keys-but-no-signatures",
            "the members have keys, and nobody signs",
            keyed(panel("keys", Mode::Official).pool(lot_pool())),
        ),
        voided(),
        broken_off(
            "void-in-the-roll-call",
            "the draw is broken off before anybody is called",
            |s| *s == Awaits::RollCall,
        ),
        broken_off("void-in-the-reveals", "the draw is broken off in the reveals", |s| {
            *s == Awaits::Reveals
        }),
        unsealed(),
        broken_off(
            "void-in-the-numbers",
            "the draw is broken off when the reveals are sealed, before the first die",
            |s| matches!(s, Awaits::Numbers { .. }),
        ),
        broken_off(
            "void-in-the-draw",
            "the draw is broken off when a household is to choose",
            |s| matches!(s, Awaits::Choice { .. }),
        ),
        beacon("drand", "a round of the drand quicknet beacon as the only public numbers", false),
        beacon("drand-and-dice", "a round of drand, then dice", true),
        signs("first-round", "one pool too small, one too large", first_round()),
        signs(
            "second-round-after",
            "the round for the leftovers and the standby list of first-round",
            second_round(),
        ),
        signs(
            "second-round-priced",
            "the second round, for which the flats were measured and priced",
            priced_round(),
        ),
        Shape {
            name: "first-round-and-later",
            about: "the first round, to which a recording was added after the second was planned",
            plan: first_round(),
            script: Script { signed: true, after: vec![vec![film_1]], ..Script::default() },
        },
        offered(),
        void_round(),
        signs(
            "second-round-again",
            "the second round, after its first attempt was void",
            round_again(),
        ),
        signs("third-attempt", "the attempt after void-after-the-result", next_attempt()),
        signs(
            "third-attempt-changed",
            "an attempt after void-after-the-result with another panel and other rules",
            changed_attempt(),
        ),
    ]
}

fn honest(shape: &Shape) -> Draft {
    Draft(hall::draw(&shape.plan, &shape.script))
}

fn find(name: &str) -> Shape {
    shapes().into_iter().find(|shape| shape.name == name).expect("it is a valid one")
}

/// The signed draft with its n-th signature (from 0) made otherwise.
fn forged(
    name: &'static str,
    about: &'static str,
    n: usize,
    make: impl FnOnce(&str, &str) -> String,
) -> Tampered {
    let mut draft = honest(&find("signed"));
    let at = draft
        .0
        .iter()
        .enumerate()
        .filter(|(_, l)| l.starts_with(b"{\"kind\":\"cosignature\""))
        .nth(n)
        .unwrap()
        .0;
    let bodies: Vec<String> = draft.0[..at]
        .iter()
        .rev()
        .filter_map(|line| match Line::decode(line) {
            Ok(Line::Checkpoint { body, .. }) => Some(body.to_string()),
            _ => None,
        })
        .collect();
    let Ok(Line::Cosignature { member, .. }) = Line::decode(&draft.0[at]) else {
        panic!("it is a signature")
    };
    let signature = make(&bodies[0], bodies.last().unwrap());
    draft.0[at] = Line::Cosignature { member, signature: signature.into(), at: None }.to_bytes();
    case(name, about, &draft.resealed_but(&[at]))
}

/// S + L: the same signature to whoever does not look at the size of S.
fn stretched(body: &str) -> String {
    const L: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
        0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut signature = key("r1").cosign(body, time_of_signing(1));
    let mut carry = 0;
    for (byte, l) in signature.signature[32..].iter_mut().zip(L) {
        let sum = u16::from(*byte) + u16::from(l) + carry;
        (*byte, carry) = (sum.to_le_bytes()[0], sum >> 8);
    }
    signature.to_string()
}

fn signatures() -> Vec<Tampered> {
    let own = |member: &'static str| {
        move |body: &str, _: &str| key(member).cosign(body, time_of_signing(1)).to_string()
    };
    let stranger = || SigningKey::from_seed("corpus.example/r9", &[9; 32]).unwrap();
    let namesake = || SigningKey::from_seed("corpus.example/r1", &[9; 32]).unwrap();
    let in_capitals =
        || SigningKey::from_seed("corpus.example/R1", &leaf_hash(b"key r1").0).unwrap();
    let flipped = |body: &str| {
        let mut signature = key("r1").cosign(body, time_of_signing(1));
        signature.signature[5] ^= 1;
        signature.to_string()
    };
    let later = |body: &str| {
        let mut signature = key("r1").cosign(body, time_of_signing(1));
        signature.time += 1;
        signature.to_string()
    };
    vec![
        forged(
            "s2-moved-from-the-plan",
            "a signature over the plan stands under the result",
            5,
            |_, plan| key("r1").cosign(plan, time_of_signing(0)).to_string(),
        ),
        forged(
            "s2-over-another-draw",
            "a signature over the checkpoint of another draw",
            5,
            |body, _| key("r1").cosign(&body.replace("/signed\n", "/singed\n"), 7).to_string(),
        ),
        forged("s2-one-bit", "one bit of a signature is another", 5, |body, _| flipped(body)),
        forged(
            "s2-one-bit-under-the-plan",
            "one bit of a signature under the plan is another",
            0,
            |body, _| flipped(body),
        ),
        forged(
            "s2-other-time",
            "the time of a signature is one second later than signed",
            5,
            |body, _| later(body),
        ),
        forged(
            "s2-s-not-reduced",
            "S of a signature is not below the order of the group",
            5,
            |body, _| stretched(body),
        ),
        forged("s2-no-base64", "a signature that is none", 5, |_, _| {
            "— corpus.example/r1 !".into()
        }),
        forged("s2-hyphen", "a hyphen where U+2014 should stand", 5, |body, _| {
            own("r1")(body, "").replacen('—', "-", 1)
        }),
        forged("s2-too-short", "a signature without its time", 5, |_, _| {
            "— corpus.example/r1 AAAAAAAAAAA=".into()
        }),
        forged("s3-stranger", "a key that is not in the plan", 5, |body, _| {
            stranger().cosign(body, 7).to_string()
        }),
        forged("s3-namesake", "the name of a member with another key", 5, |body, _| {
            namesake().cosign(body, 7).to_string()
        }),
        forged(
            "s3-name-in-capitals",
            "the key of a member under its name in capitals",
            5,
            |body, _| in_capitals().cosign(body, time_of_signing(1)).to_string(),
        ),
        forged(
            "s3-key-id-of-another",
            "the name of a member with the key id of another",
            5,
            |body, _| {
                let mut signature = key("r1").cosign(body, time_of_signing(1));
                signature.key_id = key("r2").cosign(body, 7).key_id;
                signature.to_string()
            },
        ),
        forged("s4-other-bench", "an official signs for a resident", 5, own("o1")),
        forged("s4-of-the-plan", "an official signs the plan for a resident", 0, |body, _| {
            key("o2").cosign(body, time_of_signing(0)).to_string()
        }),
        case("s4-exchanged", "two members sign for each other", &exchanged()),
        forged("s4-same-bench", "a resident signs for another", 5, own("r2")),
    ]
}

/// Two members of one bench whose signatures under the result stand in each other's lines.
fn exchanged() -> Draft {
    let mut draft = honest(&find("signed"));
    let (one, two) = (draft.nth("\"cosignature\"", 5), draft.nth("\"cosignature\"", 6));
    let at = [draft.find(&one), draft.find(&two)];
    let (first, second) = (field(&one, "signature"), field(&two, "signature"));
    draft = draft.edit(&one, &first, &second).edit(&two, &second, &first);
    draft.resealed_but(&at)
}

fn statements() -> Vec<Tampered> {
    let signed = || honest(&find("signed"));
    let under_plan = signed().nth("\"cosignature\"", 4);
    let under_result = signed().nth("\"cosignature\"", 9);
    let twice = signed().after(&under_result, &[&under_result]).resealed();
    let both = signed()
        .after(
            &under_result,
            &["{\"kind\":\"dissent\",\"member\":\"o2\",\"reason\":\"after all\"}"],
        )
        .resealed();
    let nobody =
        signed().after(&under_result, &["{\"kind\":\"unsigned\",\"member\":\"r9\"}"]).resealed();
    let first_commit = signed().nth("\"commit\"", 0);
    let late = signed().moved(&under_plan, &signed().nth("\"kind\":\"commit\"", 1)).resealed();
    let closed = {
        let closing = signed().nth("\"closing\"", 0);
        signed().after(&closing, &[&under_result])
    };
    let no_words = signed()
        .change(&under_result, |_| {
            b"{\"kind\":\"dissent\",\"member\":\"o2\",\"reason\":\"\"}".to_vec()
        })
        .resealed();
    assert!(first_commit.contains("commit"));
    vec![
        case(
            "s1-one-says-nothing",
            "one member says nothing of the result",
            &signed().without(&under_result).resealed(),
        ),
        case(
            "s1-one-says-nothing-of-the-plan",
            "one member says nothing of the plan",
            &signed().without(&under_plan).resealed(),
        ),
        case("s1-twice", "a member signs twice", &twice),
        case("s1-signs-and-dissents", "a member signs, and then refuses to", &both),
        case(
            "s1-not-a-member",
            "somebody who is not of the panel is said not to have signed",
            &nobody,
        ),
        case(
            "s1-signature-in-the-roll-call",
            "the plan is signed when the roll call has begun",
            &late,
        ),
        case("t2-signature-after-closing", "a signature after the closing line", &closed),
        case("p3-dissent-without-words", "a member refuses to sign and says nothing", &no_words),
    ]
}

fn keys() -> Vec<Tampered> {
    let plan = || keyed(panel("keys", Mode::Official).pool(lot_pool()));
    let with = |name, about, member: usize, text: String| {
        let mut plan = plan();
        plan.members[member].key = Some(text);
        case(name, about, &Forge::of(&plan).draft())
    };
    let vkey = |name: &str, kind: u8, public: [u8; 32]| {
        floorlot::note::VerifierKey::new(name, kind, public).unwrap().to_string()
    };
    let point = |low: u8, middle: u8, top: u8| {
        let mut bytes = [middle; 32];
        (bytes[0], bytes[31]) = (low, top);
        bytes
    };
    let own = |id: &str| key(id).verifier();
    let text = own("r1").to_string();
    let (name, rest) = text.split_once('+').unwrap();
    vec![
        with(
            "p12-identity",
            "the neutral element as a key: anything is signed by it",
            0,
            vkey("corpus.example/r1", 4, point(1, 0, 0)),
        ),
        with(
            "p12-order-two",
            "a key of order two",
            0,
            vkey("corpus.example/r1", 4, point(0xec, 0xff, 0x7f)),
        ),
        with("p12-order-four", "a key of order four", 0, vkey("corpus.example/r1", 4, [0; 32])),
        with(
            "p12-order-eight-times-l",
            "the base point and a point of order eight together: no secret belongs to it",
            0,
            vkey(
                "corpus.example/r1",
                4,
                Hash::from_hex("da99e28ba529cdde35a25fba9059e78ecaee239f99755b9b1aa4f65df00803e2")
                    .unwrap()
                    .0,
            ),
        ),
        with(
            "p12-not-canonical",
            "y of a key is not below p",
            0,
            vkey("corpus.example/r1", 4, point(0xf0, 0xff, 0x7f)),
        ),
        with(
            "p12-no-point",
            "a key that is no point of the curve",
            0,
            vkey("corpus.example/r1", 4, point(2, 0, 0)),
        ),
        with(
            "p12-note-key",
            "a key for plain notes, of type 1",
            0,
            vkey("corpus.example/r1", 1, *own("r1").public()),
        ),
        with(
            "p12-key-of-two",
            "two members with the same key",
            3,
            vkey("corpus.example/o1", 4, *own("r1").public()),
        ),
        with(
            "p12-name-of-two",
            "two members whose keys have the same name",
            3,
            vkey("corpus.example/r1", 4, *own("o1").public()),
        ),
        with(
            "p12-wrong-key-id",
            "a key id that is that of another key",
            0,
            text.replace(&rest[..8], "00000000"),
        ),
        with(
            "p12-name-with-a-space",
            "the name of a key with a space in it",
            0,
            format!("{name} x+{rest}"),
        ),
        with(
            "p12-no-padding",
            "a key without the padding of its base64",
            0,
            text.trim_end_matches('=').to_owned() + "A",
        ),
    ]
}

/// Changes the aftermath of the file `aftermath`, and seals and signs it anew.
fn aftermath() -> Draft {
    honest(&find("aftermath"))
}

fn changed(
    name: &'static str,
    about: &'static str,
    needle: &str,
    from: &str,
    to: &str,
) -> Tampered {
    case(name, about, &aftermath().edit(needle, from, to).resealed())
}

fn field(line: &str, key: &str) -> String {
    line.split_once(&format!("\"{key}\":\"")).unwrap().1.split('"').next().unwrap().to_owned()
}

fn added(name: &'static str, about: &'static str, after: &str, line: &str) -> Tampered {
    case(name, about, &aftermath().after(after, &[line]).resealed())
}

fn events() -> Vec<Tampered> {
    let line = |text: &str, n: usize| aftermath().nth(text, n);
    let (withdrawal, first_offer, second_offer) =
        (line("\"withdrawal\"", 0), line("\"offer\"", 0), line("\"offer\"", 1));
    let (decline, accept, swap) =
        (line("\"decline\"", 0), line("\"accept\"", 0), line("\"swap\"", 0));
    let (objection, ruling) = (line("\"objection\"", 0), line("\"kind\":\"ruling\"", 0));
    let (gone, moved_in, unit) =
        (field(&withdrawal, "household"), field(&accept, "household"), field(&accept, "unit"));
    let first = field(&first_offer, "household");
    let zeros = "0".repeat(64);
    let three: Vec<String> =
        swap.split('"').filter(|s| s.starts_with("H1")).map(str::to_owned).collect();
    let consents: Vec<String> =
        swap.split('"').filter(|s| s.len() == 64).map(str::to_owned).collect();
    let given = &swap[swap.find("\"units\":[").unwrap()..swap.find("\"consents\"").unwrap()];
    let given: Vec<String> =
        given.split('"').skip(3).step_by(2).map(str::to_owned).filter(|s| s != ",").collect();
    assert_eq!(given.len(), 3, "{given:?}");
    let taken = field(&line("\"kind\":\"pick\"", 1), "unit");
    let other_holder = holding(&gone, &moved_in);
    let wants = |household: &str| {
        format!("{{\"kind\":\"offer\",\"unit\":\"{unit}\",\"household\":\"{household}\"}}")
    };
    vec![
        added(
            "a1-objection-twice",
            "a second objection with the same id in capitals",
            &objection,
            &objection.replace("E-1", "e-1"),
        ),
        added(
            "a1-ruling-twice",
            "an objection is decided twice",
            &ruling,
            &ruling.replace("rejected", "upheld"),
        ),
        changed(
            "a1-ruling-on-nothing",
            "a ruling on an objection that was never made",
            "\"kind\":\"ruling\"",
            "E-1",
            "E-9",
        ),
        changed(
            "a1-stranger-objects",
            "an objection of a household that is not in the plan",
            "\"kind\":\"objection\"",
            "H003",
            "H999",
        ),
        changed(
            "a2-unit-of-another",
            "a household gives up what another one has",
            &withdrawal,
            &gone,
            &other_holder.0,
        ),
        changed(
            "a2-unit-not-named",
            "a household with a unit leaves the standby list",
            &withdrawal,
            &format!("\"unit\":\"{unit}\","),
            "",
        ),
        added("a2-twice", "a household gives up its unit twice", &accept, &withdrawal),
        added(
            "a2-while-asked",
            "a household withdraws while it is asked",
            &first_offer,
            &quits(&first),
        ),
        changed(
            "t1-withdrawal-without-a-sheet",
            "a withdrawal without the hash of a signed sheet",
            &withdrawal,
            &format!(",\"sheet\":\"{}\"", field(&withdrawal, "sheet")),
            "",
        ),
        changed(
            "a2-sheet-of-zeros",
            "a withdrawal with a sheet of 64 zeros",
            &withdrawal,
            &field(&withdrawal, "sheet"),
            &zeros,
        ),
        changed(
            "a2-sheet-of-zeros-for-a-place",
            "a household leaves the standby list with a sheet of 64 zeros",
            &line("\"withdrawal\"", 1),
            &field(&line("\"withdrawal\"", 1), "sheet"),
            &zeros,
        ),
        changed(
            "a3-passed-over",
            "the first on the standby list is passed over",
            &first_offer,
            &first,
            &moved_in,
        ),
        changed(
            "a3-taken-unit",
            "a unit that somebody has is offered",
            &first_offer,
            &unit,
            &taken,
        ),
        added(
            "a3-second-offer",
            "a second offer while one is open",
            &first_offer,
            &wants(&moved_in),
        ),
        changed(
            "a3-asked-again",
            "who declined is asked again for the same unit",
            &second_offer,
            &moved_in,
            &first,
        ),
        added(
            "a3-not-on-standby",
            "a unit is offered to a household that has one",
            &withdrawal,
            &wants(&other_holder.0),
        ),
        changed(
            "a4-other-household",
            "another household accepts than was asked",
            &accept,
            &moved_in,
            &first,
        ),
        changed(
            "a4-other-unit",
            "another unit is accepted than was offered",
            &accept,
            &unit,
            &taken,
        ),
        added("a4-no-offer", "an answer without an offer", &accept, &accept),
        added("a4-declined-twice", "a unit is declined twice", &decline, &decline),
        changed(
            "t1-answer-without-a-sheet",
            "an answer without the hash of a signed sheet",
            &accept,
            &format!(",\"sheet\":\"{}\"", field(&accept, "sheet")),
            "",
        ),
        changed(
            "a4-accepted-with-zeros",
            "a unit is accepted with a sheet of 64 zeros",
            &accept,
            &field(&accept, "sheet"),
            &zeros,
        ),
        added(
            "a4-declined-with-zeros",
            "a unit is declined with a sheet of 64 zeros, and then with a right one",
            &first_offer,
            &decline.replace(&field(&decline, "sheet"), &zeros),
        ),
        changed(
            "a5-one-household",
            "a swap of one household with itself",
            &swap,
            &list(&three),
            &list(&three[..1]),
        ),
        changed("a5-same-twice", "a household stands twice in a swap", &swap, &three[1], &three[0]),
        changed(
            "a5-consent-missing",
            "one consent is missing",
            &swap,
            &list(&consents),
            &list(&consents[1..]),
        ),
        changed("a5-unit-missing", "one unit is missing", &swap, &list(&given), &list(&given[1..])),
        changed(
            "a5-units-exchanged",
            "two households give up each the unit of the other",
            &swap,
            &list(&given),
            &list(&[given[1].clone(), given[0].clone(), given[2].clone()]),
        ),
        changed(
            "a5-unit-of-another",
            "a household gives up a unit that is not in the swap",
            &swap,
            &given[1],
            &taken,
        ),
        changed("a5-unit-unknown", "a household gives up what is no unit", &swap, &given[2], "Z-1"),
        changed(
            "a5-one-consent-for-two",
            "one consent stands for two households",
            &swap,
            &list(&consents),
            &list(&[&consents[..1], &consents[..1], &consents[2..]].concat()),
        ),
        changed(
            "a5-consent-of-zeros",
            "a consent of 64 zeros",
            &swap,
            &consents[0],
            &"0".repeat(64),
        ),
        changed(
            "a5-other-pool",
            "a swap with a household of another pool",
            &swap,
            &swap,
            &swap.replace(&three[2], &other_holder.0).replace(&given[2], &other_holder.1),
        ),
        changed(
            "a5-nothing-to-give",
            "a swap with a household that has no unit",
            &swap,
            &three[2],
            &gone,
        ),
        added(
            "a5-need-not-met",
            "a household that needs a step-free flat swaps it for another",
            &swap,
            &away_from_need(&swap, &other_holder),
        ),
        changed(
            "s1-scan-of-zeros",
            "a member signs on paper, and the scan is 64 zeros",
            "\"kind\":\"paper\"",
            &field(&line("\"kind\":\"paper\"", 0), "scan"),
            &zeros,
        ),
        changed(
            "a6-folder-in-the-name",
            "the name of a recording has a folder in it",
            "hall-1.mp4",
            "hall-1.mp4",
            "films/hall-1.mp4",
        ),
        changed(
            "a6-twice",
            "two recordings with one name",
            "hall-2.mp4",
            "hall-2.mp4",
            "HALL-1.mp4",
        ),
        changed(
            "a6-hidden-file",
            "the name of a recording begins with a point, so that nobody sees the file",
            "hall-2.mp4",
            "hall-2.mp4",
            ".hall-2.mp4",
        ),
        changed(
            "a6-folder-with-a-backslash",
            "the name of a recording has a folder in it, as Windows writes it",
            "hall-2.mp4",
            "hall-2.mp4",
            "films\\\\hall-2.mp4",
        ),
        case(
            "t4-closing-of-the-batch-before",
            "the last closing line is that of the batch before",
            &{
                let (last, before) =
                    (aftermath().nth("\"closing\"", 3), aftermath().nth("\"closing\"", 2));
                aftermath().change(&last, |_| before.clone().into_bytes())
            },
        ),
        changed(
            "p3-objection-with-a-line-break",
            "an objection over two lines",
            "the dice were hidden",
            "dice were",
            "dice\\nwere",
        ),
        case("t2-aftermath-before-closing", "an objection before the closing line", &{
            let closing = aftermath().nth("\"closing\"", 0);
            aftermath().moved(&objection, &closing).resealed()
        }),
        case(
            "t2-batch-without-checkpoint",
            "the checkpoint of the last batch is missing",
            &last_batch_unsealed(),
        ),
        case("unfinished-cut-in-the-aftermath", "the file ends in the first batch", &{
            let mut draft = aftermath();
            draft.0.truncate(draft.find("\"swap\""));
            draft
        }),
        case(
            "unfinished-cut-in-the-sign-off",
            "the file ends when some of the panel have signed the plan",
            &{
                let mut draft = aftermath();
                draft.0.truncate(draft.find("\"commit\"") - 2);
                draft
            },
        ),
        case(
            "unfinished-cut-before-the-checkpoint-of-a-batch",
            "the file ends before the checkpoint of the first batch",
            &{
                let mut draft = aftermath();
                draft.0.truncate(draft.find("\"stage\":\"aftermath\""));
                draft
            },
        ),
        case("unfinished-closing-of-the-aftermath-cut-off", "the last closing line is missing", &{
            let mut draft = aftermath();
            draft.0.pop();
            draft
        }),
    ]
}

fn quits(household: &str) -> String {
    let sheet = scan("no more");
    format!(
        "{{\"kind\":\"withdrawal\",\"household\":\"{household}\",\"reason\":\"no more\",\"sheet\":\"{sheet}\"}}"
    )
}

fn list(words: &[String]) -> String {
    format!("[\"{}\"]", words.join("\",\""))
}

/// A household of the first pool, without needs, that keeps its unit, and the unit.
fn holding(gone: &str, moved_in: &str) -> (String, String) {
    let shape = find("aftermath");
    let (_, verified) = played(&shape.plan, &shape.script);
    let found = verified.allocation().find(|(h, unit)| {
        h.starts_with("H00") && unit.is_some() && ![gone, moved_in, "H004"].contains(h)
    });
    let (household, unit) = found.expect("three others have units");
    (household.to_owned(), unit.unwrap().to_owned())
}

/// A swap of H004, which needs a step-free flat, with another household of its pool.
fn away_from_need(swap: &str, (with, unit): &(String, String)) -> String {
    let shape = find("aftermath");
    let (_, verified) = played(&shape.plan, &shape.script);
    let own = verified.allocation().find(|(h, _)| *h == "H004").unwrap().1.unwrap();
    let consents: Vec<String> =
        swap.split('"').filter(|s| s.len() == 64).take(2).map(str::to_owned).collect();
    format!(
        "{{\"kind\":\"swap\",\"households\":[\"H004\",\"{with}\"],\"units\":[\"{own}\",\"{unit}\"],\"consents\":{}}}",
        list(&consents)
    )
}

fn last_batch_unsealed() -> Draft {
    let draft = aftermath();
    let last = draft.0.iter().rposition(|l| l.starts_with(b"{\"kind\":\"checkpoint\"")).unwrap();
    let kept = draft
        .0
        .into_iter()
        .enumerate()
        .filter(|(n, line)| *n < last || line.starts_with(b"{\"kind\":\"closing\""));
    Draft(kept.map(|(_, line)| line).collect()).resealed()
}

fn voids() -> Vec<Tampered> {
    let draft = || honest(&voided());
    let void = draft().nth("\"kind\":\"void\"", 0);
    let withdrawal = draft().nth("\"withdrawal\"", 0);
    let standby = draft().nth("\"kind\":\"standby\"", 0);
    let early = honest(&find("void-in-the-draw"));
    let seed = early.nth("\"kind\":\"seed\"", 0);
    let line = early.nth("\"kind\":\"void\"", 0);
    vec![
        case(
            "a7-withdrawal-after-void",
            "a withdrawal after the draw was void",
            &draft().moved(&withdrawal, "\"objection\"").resealed(),
        ),
        case(
            "a7-void-twice",
            "the draw is declared void twice",
            &draft().after(&void, &[&void]).resealed(),
        ),
        case(
            "a7-offer-after-void",
            "a flat that was given up is offered after the draw was void",
            &draft()
                .after(
                    &void,
                    &[&format!(
                        "{{\"kind\":\"offer\",\"unit\":\"{}\",\"household\":\"{}\"}}",
                        field(&withdrawal, "unit"),
                        field(&standby, "household")
                    )],
                )
                .resealed(),
        ),
        case(
            "a7-swap-after-void",
            "two households swap their flats after the draw was void",
            &draft()
                .after(
                    &void,
                    &[&format!(
                        "{{\"kind\":\"swap\",\"households\":[\"H101\",\"H102\"],\"units\":[\"B-0101\",\"B-0102\"],\"consents\":[\"{0}\",\"{0}\"]}}",
                        Hash([7; 32])
                    )],
                )
                .resealed(),
        ),
        case(
            "t2-void-before-closing",
            "the draw is declared void before the closing line of its result",
            &{
                let closing = draft().nth("\"closing\"", 0);
                draft().moved(&void, &closing).resealed()
            },
        ),
        case(
            "t2-seed-after-void",
            "a seed after the draw was broken off",
            &early.after(&line, &[&seed]).resealed(),
        ),
    ]
}

fn beacons() -> Vec<Tampered> {
    let honest = || honest(&find("drand"));
    let drand = honest().nth("\"kind\":\"drand\"", 0);
    let seeded = |draft: Draft, from: &str, to: &str| {
        // The seed and all after it stay: the check comes first in the report.
        draft.edit(&drand, from, to).resealed()
    };
    let randomness = field(&drand, "randomness");
    let close = honest().nth("\"what\":\"reveals\"", 0);
    let timeless = honest().edit(&close, &close[close.find(",\"at\"").unwrap()..], "}").resealed();
    let late = honest()
        .edit(&close, &close[close.find("\"at\"").unwrap()..], "\"at\":1692806364}")
        .resealed();
    vec![
        case(
            "c5-drand-signature-too-short",
            "a drand signature of 47 bytes",
            &seeded(honest(), "\"signature\":\"b4", "\"signature\":\""),
        ),
        case(
            "c7-drand-randomness",
            "the randomness is not that of the signature, and the seed is that of the right one",
            &{ seeded(honest(), &randomness, &"0".repeat(64)) },
        ),
        case(
            "c7-drand-other-round",
            "another round than the plan named: there is no fallback",
            &seeded(honest(), "\"round\":1000", "\"round\":1001"),
        ),
        case("c7-drand-no-time", "the close of reveals has no time", &timeless),
        case(
            "c7-drand-too-early",
            "the round was made in the second in which the reveals closed",
            &late,
        ),
        case(
            "c7-drand-time-in-milliseconds",
            "the close of reveals has its time in thousandths of a second",
            &honest()
                .edit(&close, &close[close.find("\"at\"").unwrap()..], "\"at\":1692806000000}")
                .resealed(),
        ),
        case("p6-drand-round-0", "a round that does not exist", &{
            let mut plan = find("drand").plan;
            plan.sources = vec![Source::drand(0), Source::TWENTY_DICE];
            let dice = hall::numbers(&plan.origin, 1, Source::TWENTY_DICE);
            Forge::of(&Plan { sources: vec![Source::TWENTY_DICE], ..plan })
                .steps(|steps| {
                    steps.pop();
                    steps.push(crate::forge::Step::Numbers(1, dice.clone()));
                })
                .edit("\"sources\":1", "\"sources\":1")
                .edit(
                    "{\"kind\":\"source\",\"device\":\"dice\",\"count\":20,\"range\":10}",
                    "{\"kind\":\"source\",\"device\":\"drand\",\"round\":0}",
                )
                .draft()
        }),
        case("p6-drand-with-faces", "a drand source with the faces of dice", &{
            let plan = find("drand").plan;
            let mut forge = Forge::of(&Plan { sources: vec![Source::TWENTY_DICE], ..plan });
            forge = forge.edit("\"device\":\"dice\"", "\"device\":\"drand\"");
            forge.draft()
        }),
    ]
}

/// The person behind a household. Invented.
pub(crate) fn opening(household: &str, name: &str) -> Opening {
    let salt = leaf_hash(format!("salt {household}").as_bytes()).0;
    Opening {
        household: household.into(),
        name: name.into(),
        document: "000000190001010001".into(),
        salt,
    }
}

fn moved(to: &str, mut opening: Opening) -> Opening {
    opening.household = to.into();
    opening
}

fn persons() -> Plan {
    let mut plan = panel("persons", Mode::Official).pool(lot_pool());
    for (household, name) in
        plan.pools[0].households.iter_mut().zip(["张小明", "欧阳兰", "Renée Müller"])
    {
        household.person = opening(&household.id, name).commitment().ok();
    }
    plan
}

fn other_persons() -> Vec<Tampered> {
    let given = |name, about, opening: Opening| {
        let evidence = Evidence { person: Some(opening), ..Evidence::default() };
        Tampered {
            evidence,
            ..case(name, about, &Draft(hall::draw(&persons(), &Script::default())))
        }
    };
    let mut twice = persons();
    twice.pools[0].households[3].person = twice.pools[0].households[1].person;
    vec![
        case("p13-person-twice", "two households with one person", &Forge::of(&twice).draft()),
        given(
            "v8-other-name",
            "somebody with another name says that the household is theirs",
            opening("H001", "张大明"),
        ),
        given(
            "v8-other-household",
            "the opening of another household",
            moved("H002", opening("H001", "张小明")),
        ),
        given(
            "v8-stranger",
            "an opening for a household that is not in the plan",
            opening("H099", "张小明"),
        ),
    ]
}

fn rounds() -> Vec<Tampered> {
    let chain = |name, about, plan: &Plan, before: &[&str]| {
        let draft = Draft(hall::draw(plan, &Script { signed: true, ..Script::default() }));
        let earlier = before.iter().map(|name| honest(&find(name)).file()).collect();
        Tampered {
            evidence: Evidence { earlier, ..Evidence::default() },
            ..case(name, about, &draft)
        }
    };
    let with = |name, about, plan: &Plan, before: &str| chain(name, about, plan, &[before]);
    let more = |mut plan: Plan| {
        plan.pools[0].units.push(floorlot::plan::Unit {
            id: "A-1".into(),
            building: None,
            label: "1".into(),
            storey: 1,
            area: None,
            price: None,
            features: Vec::new(),
        });
        plan
    };
    let (_, on_offer) = played(&offered().plan, &offered().script);
    let mut while_offered = more(second_round());
    (prior(&mut while_offered).size, prior(&mut while_offered).root) = on_offer.head().unwrap();
    let round = |change: fn(&mut Plan)| {
        let mut plan = second_round();
        change(&mut plan);
        plan
    };
    let attempt = |change: fn(&mut Plan)| {
        let mut plan = next_attempt();
        change(&mut plan);
        plan
    };
    fn prior(plan: &mut Plan) -> &mut Prior {
        plan.prior.as_mut().unwrap()
    }
    let films = |recordings: &[(&str, Hash)]| {
        let named = |(name, hash): &(&str, Hash)| ((*name).to_owned(), *hash);
        let recordings = Some(recordings.iter().map(named).collect());
        Evidence { recordings, ..Evidence::default() }
    };
    let registered = files();
    vec![
        with(
            "v7-other-head",
            "a round that names another head",
            &round(|p| prior(p).root = Hash([7; 32])),
            "first-round",
        ),
        with(
            "v7-prior-at-the-reveals",
            "a round that names the checkpoint of the reveals, before the result",
            &{
                let mut plan = second_round();
                let reveals = Evidence::sealed_reveals(&honest(&find("first-round")));
                (prior(&mut plan).size, prior(&mut plan).root) = (reveals.size, reveals.root);
                plan
            },
            "first-round",
        ),
        with(
            "v7-no-prior",
            "a draw that is given after another and goes on from nothing",
            &round(|p| p.prior = None),
            "first-round",
        ),
        with(
            "v7-no-prior-other-mode",
            "a rehearsal that goes on from nothing, given after an official draw",
            &round(|p| (p.prior, p.mode) = (None, Mode::Rehearsal)),
            "first-round",
        ),
        with(
            "v7-other-size",
            "a round that names another size",
            &round(|p| prior(p).size += 1),
            "first-round",
        ),
        with(
            "v7-newcomer",
            "a household in the second round that was not on standby",
            &round(|p| p.pools[0].households[0].id = "H9".into()),
            "first-round",
        ),
        with(
            "v7-taken-unit",
            "a unit in the second round that was taken in the first",
            &round(|p| p.pools[0].units[0].id = "A-1".into()),
            "first-round",
        ),
        with(
            "v7-feature-lost",
            "a unit without the feature that it had",
            &round(|p| p.pools[0].units.iter_mut().for_each(|u| u.features = vec!["new".into()])),
            "first-round",
        ),
        with(
            "v7-other-name",
            "a code that comes back for somebody else",
            &round(|p| p.pools[0].households[0].name = "赵*".into()),
            "first-round",
        ),
        with(
            "v7-other-tier",
            "a household that is called earlier than its tier says",
            &round(|p| p.pools[0].households[0].tier += 1),
            "first-round",
        ),
        with(
            "v7-other-person",
            "a code that comes back with the commitment of another person",
            &round(|p| p.pools[0].households[0].person = Some(Hash([7; 32]))),
            "first-round",
        ),
        with(
            "v7-other-label",
            "a unit that comes back as another flat",
            &round(|p| p.pools[0].units[0].label = "2801".into()),
            "first-round",
        ),
        with(
            "v7-other-storey",
            "a unit that comes back on another storey",
            &round(|p| p.pools[0].units[0].storey = 28),
            "first-round",
        ),
        with(
            "v7-other-building",
            "a unit that comes back in another building",
            &round(|p| p.pools[0].units[0].building = Some("House 3".into())),
            "first-round",
        ),
        with(
            "v7-building-not-named",
            "a unit of another building in a pool of leftovers, and the line does not say so",
            &round(|p| p.pools[0].units[0].building = None),
            "first-round",
        ),
        with(
            "v7-buildings-exchanged",
            "the units stay in the building of their pool, but the name of that is another",
            &round(|p| {
                p.pools[0].building = "House 4".into();
                p.pools[0].units.iter_mut().for_each(|unit| unit.building = None);
            }),
            "first-round",
        ),
        with(
            "v7-other-group",
            "two households that come back as a group that they were not",
            &round(|p| p.pools[0].households.iter_mut().for_each(|h| h.group = Some("g".into()))),
            "first-round",
        ),
        with(
            "v7-household-dropped",
            "a household on standby that the second round leaves out",
            &round(|p| drop(p.pools[0].households.pop())),
            "first-round",
        ),
        with(
            "v7-attempt-drops-household",
            "another attempt without a household of the void one",
            &attempt(|p| drop(p.pools[0].households.pop())),
            "void-after-the-result",
        ),
        with(
            "v7-attempt-drops-unit",
            "another attempt without a unit of the void one",
            &attempt(|p| drop(p.pools[1].units.pop())),
            "void-after-the-result",
        ),
        chain(
            "v7-fork",
            "a second round beside another one that goes on from the same first round",
            &round(|p| p.origin = "corpus.example/second-round-fork".into()),
            &["first-round", "second-round-after"],
        ),
        with(
            "v7-fork-without-the-first-round",
            "two second rounds of one first round, which was not given",
            &round(|p| p.origin = "corpus.example/second-round-fork".into()),
            "second-round-after",
        ),
        chain(
            "v7-fork-under-one-origin",
            "a second round beside another one of the same origin",
            &round(|p| p.title = "Block 7, second round, once more".into()),
            &["first-round", "second-round-after"],
        ),
        chain(
            "v7-attempt-twice-under-one-origin",
            "another attempt beside one of the same origin and number",
            &attempt(|p| p.title = "Once more".into()),
            &["void-after-the-result", "third-attempt"],
        ),
        with(
            "v7-other-mode",
            "an official round after a rehearsal, or the other way round",
            &round(|p| {
                p.mode = if p.mode == Mode::Official { Mode::Rehearsal } else { Mode::Official }
            }),
            "first-round",
        ),
        with(
            "v7-unit-on-offer",
            "a unit that is offered to somebody who has not answered",
            &while_offered,
            "first-round-offers",
        ),
        chain(
            "v7-attempt-of-a-round-gives-more",
            "a second attempt at a round that gives out a unit that the first round had given",
            &more(round_again()),
            &["first-round", "second-round-void"],
        ),
        with(
            "v7-of-a-void-draw",
            "a round of a draw that is void",
            &round(|_| ()),
            "void-after-the-result",
        ),
        with(
            "v7-attempt-skipped",
            "the third attempt after the first",
            &attempt(|p| p.attempt = 3),
            "void-after-the-result",
        ),
        with(
            "v7-attempt-after-a-result",
            "another attempt after a draw that is not void",
            &attempt(|p| prior(p).origin = "corpus.example/first-round".into()),
            "first-round",
        ),
        Tampered {
            evidence: films(&[("hall-1.mp4", Hash([7; 32]))]),
            ..case("v5-other-film", "a recording is not the one that was registered", &aftermath())
        },
        Tampered {
            evidence: films(&[("hall-1.mp4", registered[1].1), ("hall-2.mp4", registered[0].1)]),
            ..case(
                "v5-names-exchanged",
                "two recordings have the names of each other",
                &aftermath(),
            )
        },
        Tampered {
            evidence: films(&[("hall-1.mp4", registered[0].1), ("hall-2.mp4", EMPTY_FILE)]),
            ..case("v5-empty-film", "one of the recordings is an empty file", &aftermath())
        },
    ]
}

/// Tampered ones.
pub(crate) fn tampered() -> Vec<Tampered> {
    [signatures(), statements(), keys(), events(), voids(), beacons(), rounds(), other_persons()]
        .into_iter()
        .flatten()
        .collect()
}
