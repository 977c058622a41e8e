//! An honest draw: a plan and what people do, played through `floorlot::session`.

use crate::vectors::time_token::TimeToken;
use floorlot::Hash;
use floorlot::ceremony::{Numbers, commitment};
use floorlot::lines::Line;
use floorlot::plan::{Device, Plan, Source};
use floorlot::primitives::tree::leaf_hash;
use floorlot::session::{Awaits, Session};
use floorlot::sign::{LogKey, SigningKey};

/// What a household does when it is called, or what the operator does after it.
#[derive(Clone, Copy)]
pub enum Act {
    /// Takes this one of the offered units, from 0.
    Choose(usize),
    /// So does somebody for it.
    Proxy(usize, &'static str),
    /// Does not answer.
    Miss,
    /// The line before is withdrawn.
    Undo(&'static str),
    /// The first of those who wait for the end of the day is called.
    Late,
    /// The day is closed as soon as it may be.
    Night,
    /// The day is closed between two pools.
    NightBetween,
}

/// What a member brings and does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Commit,
    Envelope(&'static str),
    Absent,
    Withhold,
}

/// What people do.
#[derive(Clone, Default)]
pub struct Script {
    /// Members who do not simply commit and reveal.
    pub parts: Vec<(&'static str, Part)>,
    /// In the order of the calls in pools with rule `choice`; after the last one everybody takes
    /// the first unit on offer.
    pub acts: Vec<Act>,
    /// The time of the first line that has one, if they have one.
    pub clock: Option<u64>,
    /// A secret longer than the usual 32 hex digits.
    pub long_secrets: bool,
    /// Whether the panel signs each checkpoint.
    pub signed: bool,
    /// What members say who do not simply sign: the checkpoint (from 0), the member, what is said.
    pub says: Vec<(u64, &'static str, Say)>,
    /// When members sign the n-th checkpoint, if not as usual.
    pub signs_at: Option<fn(u64) -> u64>,
    /// The time tokens: the checkpoint (from 0, that of the reveals as well), `genTime`, and whether
    /// it comes behind the sign-off.
    pub stamps: Vec<(u64, &'static str, bool)>,
    /// What comes after the result, batch by batch.
    pub after: Vec<Vec<After>>,
    /// Where the draw is declared void before its result.
    pub void_at: Option<fn(&Awaits) -> bool>,
    /// Whether it is declared void when the reveals are closed and not sealed yet.
    pub void_unsealed: bool,
}

/// What a member says of a checkpoint, instead of signing it.
#[derive(Clone, Copy)]
pub enum Say {
    Paper,
    Dissent(&'static str),
    Away,
}

/// A step after the result.
pub type After = fn(&mut Session, Option<u64>) -> Vec<u8>;

/// The key of a member. Everybody can compute it.
pub fn key(member: &str) -> SigningKey {
    SigningKey::from_seed(
        &format!("corpus.example/{member}"),
        &leaf_hash(format!("key {member}").as_bytes()).0,
    )
    .unwrap()
}

/// The key of the log of a draw. Everybody can compute it.
pub fn log_key(origin: &str) -> LogKey {
    LogKey::from_seed(origin, &leaf_hash(format!("log {origin}").as_bytes()).0).unwrap()
}

/// Gives every member a key.
pub fn keyed(mut plan: Plan) -> Plan {
    plan.members.iter_mut().for_each(|m| m.key = Some(key(&m.id).verifier().to_string()));
    plan
}

/// When a member signs the n-th checkpoint.
pub fn time_of_signing(checkpoint: u64) -> u64 {
    1_792_000_000 + 3_600 * checkpoint
}

/// The hash of a scanned signature or consent.
pub fn scan(of: &str) -> Hash {
    leaf_hash(format!("scan {of}").as_bytes())
}

/// Takes a line of the aftermath in.
pub fn step(session: &mut Session, line: &Line<'_>) -> Vec<u8> {
    session.aftermath(line).unwrap_or_else(|error| panic!("{error}"))
}

/// The offer that is open, or else the one that is due, in the first pool that has one.
fn offer(session: &Session) -> (String, String) {
    let mut pools = session.roll().pool_numbers();
    let (unit, household) = pools
        .find_map(|pool| session.open_offer(pool).or_else(|| session.due_offer(pool)))
        .expect("an offer is due or open");
    let roll = session.roll();
    (roll.unit_id(unit).to_owned(), roll.household_id(household).to_owned())
}

/// The offer that is due is made.
pub fn offers(session: &mut Session, at: Option<u64>) -> Vec<u8> {
    let (unit, household) = offer(session);
    step(session, &Line::Offer { unit: unit.into(), household: household.into(), at })
}

/// The household declines the offer.
pub fn declines(session: &mut Session, at: Option<u64>) -> Vec<u8> {
    let (unit, household) = offer(session);
    let (unit, household, sheet) = (unit.into(), household.into(), scan("decline"));
    step(session, &Line::Decline { unit, household, reason: None, sheet, at })
}

/// The household accepts the offer.
pub fn accepts(session: &mut Session, at: Option<u64>) -> Vec<u8> {
    let (unit, household) = offer(session);
    let (unit, household, sheet) = (unit.into(), household.into(), scan("accept"));
    step(session, &Line::Accept { unit, household, sheet, at })
}

/// The secret of a member: 32 hex digits, or the longest allowed.
pub fn secret(member: &str, long: bool) -> String {
    let hex = leaf_hash(format!("secret {member}").as_bytes()).to_hex();
    if long { hex.repeat(2) } else { hex[..32].to_owned() }
}

/// What the dice or balls of a source show: always the same for the same draw.
pub fn numbers(origin: &str, number: u64, source: Source) -> Numbers {
    let bytes = |i: u64| leaf_hash(format!("{origin} {number} {i}").as_bytes()).0;
    let value = |i: u64, below: u64| {
        u64::from(u32::from_be_bytes([bytes(i)[0], bytes(i)[1], bytes(i)[2], bytes(i)[3]])) % below
    };
    match source.device {
        Device::Dice => {
            let first = u64::from(source.range < 10);
            Numbers::Dice(
                (0..source.count).map(|i| (first + value(i, source.range)).to_string()).collect(),
            )
        }
        Device::Drand => {
            let (round, signature) = DRAND;
            assert_eq!(source.round, round);
            let randomness = floorlot::drand::randomness(
                &floorlot::drand::signature_from_hex(signature).unwrap(),
            );
            Numbers::Drand { round, signature: signature.into(), randomness }
        }
        Device::Balls => {
            let mut balls: Vec<u64> = (1..=source.range).collect();
            let draw = |i| balls.remove(usize::try_from(value(i, balls.len() as u64)).unwrap());
            Numbers::Balls((0..source.count).map(draw).collect())
        }
    }
}

/// The round of drand that the samples name: one that everybody can look up.
pub const DRAND: (u64, &str) = (
    1_000,
    "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39",
);

struct Clock(Option<u64>);

impl Clock {
    fn next(&mut self) -> Option<u64> {
        let now = self.0;
        self.0 = now.map(|t| (t + 7).min(9_007_199_254_740_991));
        now
    }
}

/// The lines of the whole transcript, without LF.
pub fn draw(plan: &Plan, script: &Script) -> Vec<Vec<u8>> {
    let mut session =
        Session::new(plan.validate().unwrap_or_else(|faults| panic!("{}: {faults}", plan.origin)));
    let mut clock = Clock(script.clock);
    let mut acts = script.acts.iter().copied();
    let (mut lines, mut checkpoint, mut batches) = (Vec::new(), 0, script.after.iter());
    let mut sealed = 0;
    loop {
        let at = clock.next();
        let stage = session.awaits();
        if stage == Awaits::Log {
            let body = session.checkpoint_body().unwrap().to_owned();
            let signature = log_key(&plan.origin).sign(&body).to_string();
            lines.push(session.log(&signature, at).unwrap());
            continue;
        }
        let seals = |line: &Vec<u8>| {
            let log = b"{\"kind\":\"log\"";
            line.starts_with(b"{\"kind\":\"checkpoint\"") || line.starts_with(log)
        };
        if lines.last().is_some_and(seals) {
            sealed += 1;
            stamp(&mut session, script, (sealed - 1, false), &mut lines, &mut clock);
        }
        let unsealed =
            |line: &Vec<u8>| line.starts_with(b"{\"kind\":\"close\",\"what\":\"reveals\"");
        if script.void_at.is_some_and(|here| here(&stage)) && !session.is_void()
            || script.void_unsealed && lines.last().is_some_and(unsealed)
        {
            lines.push(session.void("a die fell from the table", at).unwrap());
            lines.push(session.close_batch(at).unwrap());
            continue;
        }
        if script.signed
            && (stage == Awaits::SignOff || (stage == Awaits::RollCall && checkpoint == 0))
        {
            sign(&mut session, plan, script, checkpoint, &mut lines, &mut clock);
            checkpoint += 1;
            stamp(&mut session, script, (sealed - 1, true), &mut lines, &mut clock);
        }
        match stage {
            Awaits::RollCall => roll_call(&mut session, plan, script, &mut lines, &mut clock),
            Awaits::Reveals => reveals(&mut session, plan, script, &mut lines, &mut clock),
            Awaits::Numbers { number, source } => {
                lines.push(session.numbers(numbers(&plan.origin, number, source), at).unwrap())
            }
            _ if night(&session, acts.clone().next(), lines.last()) => {
                acts.next();
                lines.push(session.close_day(at).unwrap());
            }
            Awaits::DayEnd => lines.push(session.close_day(at).unwrap()),
            Awaits::Call { .. } if matches!(acts.clone().next(), Some(Act::Late)) => {
                acts.next();
                lines.push(session.call_late(at).unwrap());
            }
            Awaits::Call { .. } => lines.push(session.call(at).unwrap()),
            Awaits::Choice { .. } => {
                lines.push(act(&mut session, acts.next().unwrap_or(Act::Choose(0)), at))
            }
            Awaits::Done => {
                let Some(batch) = batches.next() else { return lines };
                batch.iter().for_each(|step| lines.push(step(&mut session, clock.next())));
                lines.push(session.close_batch(clock.next()).unwrap());
            }
            _ => lines.push(session.advance(at).unwrap()),
        }
        while let Some(Act::Undo(reason)) = acts.clone().next().filter(|_| session.can_undo()) {
            acts.next();
            lines.push(session.undo(reason, clock.next()).unwrap());
        }
    }
}

/// Whether the day is closed here.
fn night(session: &Session, act: Option<Act>, last: Option<&Vec<u8>>) -> bool {
    let at_an_end = last.is_some_and(|line| {
        line.starts_with(b"{\"kind\":\"end\"") || line.starts_with(b"{\"kind\":\"leftover\"")
    });
    session.day_may_end()
        && match act {
            Some(Act::Night) => true,
            Some(Act::NightBetween) => at_an_end,
            _ => false,
        }
}

/// The time tokens under a checkpoint, before or behind its sign-off.
fn stamp(
    session: &mut Session,
    script: &Script,
    (checkpoint, late): (u64, bool),
    lines: &mut Vec<Vec<u8>>,
    clock: &mut Clock,
) {
    for (_, time, _) in script.stamps.iter().filter(|(n, _, l)| (*n, *l) == (checkpoint, late)) {
        let body = session.checkpoint_body().unwrap().to_owned();
        lines.push(session.token(&TimeToken::over(&body, time).text(), clock.next()).unwrap());
    }
}

/// Every member signs the last checkpoint, or says why not.
fn sign(
    session: &mut Session,
    plan: &Plan,
    script: &Script,
    checkpoint: u64,
    lines: &mut Vec<Vec<u8>>,
    clock: &mut Clock,
) {
    let time = script.signs_at.unwrap_or(time_of_signing);
    for id in plan.members.iter().map(|m| m.id.as_str()) {
        let (at, body) = (clock.next(), session.checkpoint_body().unwrap().to_owned());
        let say = script
            .says
            .iter()
            .find(|(n, member, _)| (*n, *member) == (checkpoint, id))
            .map(|(.., say)| *say);
        lines.push(match say {
            None => session
                .cosign(id, &key(id).cosign(&body, time(checkpoint)).to_string(), at)
                .unwrap(),
            Some(Say::Paper) => session.paper(id, scan(id), at).unwrap(),
            Some(Say::Dissent(reason)) => session.dissent(id, reason, at).unwrap(),
            Some(Say::Away) => session.unsigned(id, at).unwrap(),
        });
    }
}

fn part(script: &Script, member: &str) -> Part {
    script.parts.iter().find(|(id, _)| *id == member).map_or(Part::Commit, |(_, part)| *part)
}

fn roll_call(
    session: &mut Session,
    plan: &Plan,
    script: &Script,
    lines: &mut Vec<Vec<u8>>,
    clock: &mut Clock,
) {
    let root = session.plan_root().unwrap();
    for member in &plan.members {
        let (id, at) = (member.id.as_str(), clock.next());
        lines.push(match part(script, id) {
            Part::Commit | Part::Withhold => session
                .commit(id, commitment(root, id, &secret(id, script.long_secrets)), at)
                .unwrap(),
            Part::Envelope(_) => session.envelope(id, at).unwrap(),
            Part::Absent => session.absent(id, at).unwrap(),
        });
    }
    lines.push(session.close_commits(clock.next()).unwrap());
}

fn reveals(
    session: &mut Session,
    plan: &Plan,
    script: &Script,
    lines: &mut Vec<Vec<u8>>,
    clock: &mut Clock,
) {
    // The last one first: the order in which people reveal enters nothing.
    for member in plan.members.iter().rev() {
        let (id, at) = (member.id.as_str(), clock.next());
        lines.push(match part(script, id) {
            Part::Commit => session.reveal(id, &secret(id, script.long_secrets), at).unwrap(),
            Part::Envelope(secret) => session.reveal(id, secret, at).unwrap(),
            Part::Withhold => session.withhold(id, at).unwrap(),
            Part::Absent => continue,
        });
    }
    lines.push(session.close_reveals(clock.next()).unwrap());
}

fn act(session: &mut Session, act: Act, at: Option<u64>) -> Vec<u8> {
    let offered = session.offered();
    let unit = |n: usize| session.roll().unit_id(offered[n % offered.len()]).to_owned();
    match act {
        Act::Choose(n) => {
            let unit = unit(n);
            session.choose(&unit, None, at).unwrap()
        }
        Act::Proxy(n, name) => {
            let unit = unit(n);
            session.choose(&unit, Some(name), at).unwrap()
        }
        Act::Miss => session.miss(at).unwrap(),
        Act::Undo(reason) => session.undo(reason, at).unwrap(),
        Act::Late | Act::Night | Act::NightBetween => unreachable!("nobody is called then"),
    }
}
