//! Large transcripts that are right, each with much of one thing, for measuring how the time of a
//! verifier grows with them (`verifiers/differential/grow.py`). Always the same for the same kind
//! and number, and written line by line: memory holds the plan and the state of the draw.

use crate::hall;
use crate::plans::small_panel;
use floorlot::Hash;
use floorlot::ceremony::commitment;
use floorlot::lines::{Decision, Line};
use floorlot::plan::{PickRule, Plan, Pool, PoolNumber};
use floorlot::primitives::tree::leaf_hash;
use floorlot::session::{Awaits, Session, Step};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

/// A kind of large file.
struct Kind {
    name: &'static str,
    about: &'static str,
    plan: fn(u32) -> Plan,
    /// What people do from the first call on.
    play: fn(&mut Draw<'_>, u32) -> io::Result<()>,
}

/// What is in each, for its number N.
const KINDS: [Kind; 15] = [
    kind("lot", "N units and N households in one pool, drawn by lot", |n| one(lot(n)), drawn),
    kind("choice", "N households choose among N units", |n| one(choice(n)), chosen),
    kind("undo", "each of N choices is withdrawn and made anew", |n| one(choice(n)), undone),
    kind("missed", "each of N households misses its first call", |n| one(choice(n)), missed),
    kind("ranking", "N households rank up to 200 units", |n| one(ranking(n)), drawn),
    kind(
        "standby",
        "N households for N/2 units, N/10 of which go on",
        |n| one(scarce(n)),
        moves_up,
    ),
    kind(
        "declines",
        "N households for ten units, two of which all decline",
        |n| one(few(n)),
        declined,
    ),
    kind(
        "budgets",
        "N claims of N/2 families with a budget for N/2 units, N/10 of which go on",
        budgets,
        moves_up,
    ),
    kind("swaps", "N/2 exchanges of two, and some of fifty", |n| one(plain(n)), swapped),
    kind("pools", "N pools, with two units and three households each", pools, drawn),
    kind("needs", "N households with 32 combinations of 8 needs", |n| one(needy(n)), drawn),
    kind("groups", "N households in groups of three", |n| one(grouped(n)), drawn),
    kind("objections", "N objections, and then a ruling on each", |n| one(four(n)), objected),
    kind("batches", "N batches of one objection after the result", |n| one(four(n)), batches),
    kind("recordings", "N recordings", |n| one(four(n)), recorded),
];

const fn kind(
    name: &'static str,
    about: &'static str,
    plan: fn(u32) -> Plan,
    play: fn(&mut Draw<'_>, u32) -> io::Result<()>,
) -> Kind {
    Kind { name, about, plan, play }
}

/// `--large KIND N [--out FILE]`, without `--large`.
pub(crate) fn main(arguments: &[String]) -> ExitCode {
    let [kind, number, out @ ..] = arguments else { return usage("KIND and N are needed") };
    let Some(kind) = KINDS.iter().find(|known| known.name == kind) else {
        return usage(&format!("there is no kind {kind}"));
    };
    let Some(number) = number.parse().ok().filter(|n| (1..=10_000_000).contains(n)) else {
        return usage(&format!("N is {number}, and should be from 1 to 10000000"));
    };
    let done = match out {
        [] => write(kind, number, &mut io::stdout().lock()),
        [option, path] if option == "--out" => {
            File::create(path).and_then(|mut file| write(kind, number, &mut file))
        }
        _ => return usage("behind KIND and N only --out FILE may stand"),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", out.last().map_or("stdout", String::as_str));
            ExitCode::FAILURE
        }
    }
}

fn usage(wrong: &str) -> ExitCode {
    eprintln!("{wrong}\nmake_corpus --large KIND N [--out FILE]");
    KINDS.iter().for_each(|kind| eprintln!("  {:<11} {}", kind.name, kind.about));
    ExitCode::from(2)
}

fn write(kind: &Kind, number: u32, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    let mut plan = (kind.plan)(number);
    plan.origin = format!("corpus.example/large-{}-{number}", kind.name);
    let session = Session::new(plan.validate().unwrap_or_else(|faults| panic!("{faults}")));
    let mut draw = Draw { session, out: &mut out, time: 1_792_000_000 };
    draw.ceremony(&plan)?;
    drop(plan);
    (kind.play)(&mut draw, number)?;
    out.flush()
}

/// A draw whose lines are written as they are made.
struct Draw<'a> {
    session: Session,
    out: &'a mut dyn Write,
    time: u64,
}

impl Draw<'_> {
    /// The time of the next line: one each second.
    fn now(&mut self) -> Option<u64> {
        self.time += 1;
        Some(self.time)
    }

    fn write(&mut self, line: &[u8]) -> io::Result<()> {
        self.out.write_all(line)?;
        self.out.write_all(b"\n")
    }

    fn step(&mut self, step: Step<'_>) -> io::Result<()> {
        let at = self.now();
        let prepared = self.session.prepare(step, at).unwrap_or_else(|error| panic!("{error}"));
        let line = self.session.record(prepared).expect("it was prepared right before");
        self.write(&line)
    }

    /// All lines that need no decision.
    fn advance(&mut self) -> io::Result<()> {
        loop {
            let at = self.now();
            match self.session.advance(at) {
                Some(line) => self.write(&line)?,
                None => return Ok(()),
            }
        }
    }

    fn ceremony(&mut self, plan: &Plan) -> io::Result<()> {
        self.advance()?;
        let root = self.session.plan_root().expect("it is sealed");
        let secret = |member: &str| hall::secret(member, false);
        for member in plan.members.iter().map(|m| m.id.as_str()) {
            let commit = commitment(root, member, &secret(member));
            self.step(Step::Commit { member, commit })?;
        }
        self.step(Step::CloseCommits)?;
        for member in plan.members.iter().map(|m| m.id.as_str()) {
            self.step(Step::Reveal { member, secret: &secret(member) })?;
        }
        self.step(Step::CloseReveals)?;
        self.advance()?;
        while let Awaits::Numbers { number, source } = self.session.awaits() {
            self.step(Step::Numbers(hall::numbers(&plan.origin, number, source)))?;
        }
        self.advance()
    }

    /// Calls everybody; what the n-th called one does is said by `act`, which gets n from 0 and a
    /// unit of its own.
    fn calls(
        &mut self,
        units: u32,
        mut act: impl FnMut(&mut Self, u32, &str) -> io::Result<()>,
    ) -> io::Result<()> {
        for n in 0.. {
            self.advance()?;
            if !matches!(self.session.awaits(), Awaits::Call { .. }) {
                break;
            }
            self.step(Step::Call)?;
            act(self, n, &unit_id(scattered(n, units)))?;
        }
        Ok(())
    }

    fn choose(&mut self, unit: &str) -> io::Result<()> {
        self.step(Step::Choose { unit, proxy: None })
    }

    fn pool(&self) -> PoolNumber {
        self.session.roll().pool_numbers().at(0).expect("there is a pool")
    }

    /// Some households from one on that hold a unit, with that unit.
    fn holders(&self, from: u32, most: u32) -> Vec<(String, String)> {
        let roll = self.session.roll();
        let holder = |household| {
            let unit = self.session.holding(household).unit()?;
            Some((roll.household_id(household).to_owned(), roll.unit_id(unit).to_owned()))
        };
        let all = (from..).map_while(|n| roll.household_numbers().at(n));
        all.filter_map(holder).take(most as usize).collect()
    }

    fn give_up(&mut self, (household, unit): (String, String)) -> io::Result<()> {
        let at = self.now();
        self.step(Step::Event(&Line::Withdrawal {
            household: household.into(),
            unit: Some(unit.into()),
            reason: "lives elsewhere now".into(),
            sheet: SHEET,
            at,
        }))
    }

    /// Makes the offer that is due, and the answer to it; `false` if none is due.
    fn offer(&mut self, accepts: bool) -> io::Result<bool> {
        let Some((unit, household)) = self.session.due_offer(self.pool()) else { return Ok(false) };
        let roll = self.session.roll();
        let (unit, household) =
            (roll.unit_id(unit).to_owned(), roll.household_id(household).to_owned());
        let (unit, household) = (|| unit.as_str().into(), || household.as_str().into());
        let at = self.now();
        self.step(Step::Event(&Line::Offer { unit: unit(), household: household(), at }))?;
        let at = self.now();
        let answer = match accepts {
            true => Line::Accept { unit: unit(), household: household(), sheet: SHEET, at },
            false => {
                let (unit, household) = (unit(), household());
                Line::Decline { unit, household, reason: None, sheet: SHEET, at }
            }
        };
        self.step(Step::Event(&answer))?;
        Ok(true)
    }

    fn objects(&mut self, n: u32) -> io::Result<()> {
        let at = self.now();
        self.step(Step::Event(&Line::Objection {
            id: format!("E{n}").into(),
            household: Some(household_id(n % 4).into()),
            text: "the screen could not be seen".into(),
            at,
        }))
    }

    fn close_batch(&mut self) -> io::Result<()> {
        self.step(Step::CloseBatch)?;
        self.advance()
    }
}

fn unit_id(n: u32) -> String {
    format!("U{n:07}")
}

fn household_id(n: u32) -> String {
    format!("H{n:07}")
}

/// Another number below `size` for each n below it.
fn scattered(n: u32, size: u32) -> u32 {
    // A prime that does not divide the size.
    let step = if size.is_multiple_of(7_919) { 7_907 } else { 7_919 };
    u32::try_from((u64::from(n) * step + 13) % u64::from(size)).expect("it is below the size")
}

fn one(pool: Pool) -> Plan {
    small_panel("large").pool(pool)
}

/// What the n-th has or needs.
type Words = fn(u32) -> Vec<&'static str>;

/// The scanned sheet of each withdrawal and answer: invented.
const SHEET: Hash = Hash([0x5e; 32]);

const NOTHING: Words = |_| Vec::new();

fn pool(rule: PickRule, (units, has): (u32, Words), (households, needs): (u32, Words)) -> Pool {
    let mut pool = Pool::new("A", "Two rooms", "House 1", rule);
    for n in 0..units {
        pool = pool.unit(&unit_id(n), &n.to_string(), u64::from(n % 30) + 1, &has(n));
    }
    for n in 0..households {
        pool = pool.household(&household_id(n), "张*明", u64::from(n % 3) + 1, &needs(n));
    }
    pool
}

fn plain(n: u32) -> Pool {
    pool(PickRule::Lot, (n, NOTHING), (n, NOTHING))
}

fn step_free(it_is: bool) -> Vec<&'static str> {
    if it_is { vec!["step-free"] } else { Vec::new() }
}

/// One unit in ten is step-free, and one household in fifty needs that.
fn mixed(rule: PickRule, units: u32, households: u32) -> Pool {
    let (has, needs): (Words, Words) = (|n| step_free(n % 10 == 0), |n| step_free(n % 50 == 0));
    pool(rule, (units, has), (households, needs))
}

fn lot(n: u32) -> Pool {
    mixed(PickRule::Lot, n, n)
}

/// A unit for every second household.
fn scarce(n: u32) -> Pool {
    mixed(PickRule::Lot, n.div_ceil(2), n)
}

/// Flats of two sizes; two large ones are too much for a family.
fn budgets(n: u32) -> Plan {
    let mut pool = pool(PickRule::Lot, (n.div_ceil(2), NOTHING), (n, NOTHING));
    for (number, unit) in (0..).zip(&mut pool.units) {
        unit.area = Some(if number % 3 == 0 { 100 } else { 50 });
    }
    for (number, household) in (0..).zip(&mut pool.households) {
        household.family = Some(format!("F{:07}", number / 2));
    }
    let families = 0..n.div_ceil(2);
    families.fold(one(pool), |plan, number| plan.family(&format!("F{number:07}"), "", Some(150)))
}

fn few(n: u32) -> Pool {
    pool(PickRule::Lot, (10, NOTHING), (n, NOTHING))
}

fn four(_: u32) -> Pool {
    plain(4)
}

fn choice(n: u32) -> Pool {
    pool(PickRule::Choice, (n, NOTHING), (n, NOTHING))
}

/// Most want the same units, so that most rankings are read to their end.
fn ranking(n: u32) -> Pool {
    let mut pool = pool(PickRule::Ranking, (n, NOTHING), (n, NOTHING));
    for (own, household) in (0..).zip(&mut pool.households) {
        household.ranking = (0..n.min(200)).map(|i| unit_id(scattered(i + own % 16, n))).collect();
    }
    pool
}

const NEEDS: [&str; 8] = ["bath", "carer", "doors", "ground", "lift", "quiet", "ramp", "wheel"];

fn of_needs(bits: u32) -> Vec<&'static str> {
    (0..).zip(NEEDS).filter(|(bit, _)| bits >> bit & 1 == 1).map(|(_, need)| need).collect()
}

/// Units have any of eight features, the first ones most; every second household needs one of them, or two.
fn needy(n: u32) -> Pool {
    let needs: Words = |n| match (n % 2, n / 2 % 32) {
        (0, _) => Vec::new(),
        (_, single @ 0..8) => of_needs(1 << single),
        (_, pair) => of_needs(1 << (pair % 8) | 1 << ((pair + pair / 8) % 8)),
    };
    pool(PickRule::Lot, (n, |n| of_needs(!n)), (n, needs))
}

fn grouped(n: u32) -> Pool {
    let mut pool = plain(n);
    for (own, household) in (0_u32..).zip(&mut pool.households) {
        household.tier = u64::from(own / 3 % 2 + 1);
        household.group = Some(format!("G{}", own / 3));
    }
    pool
}

/// P7: a plan has 65,535 pools at most.
fn pools(n: u32) -> Plan {
    let mut plan = small_panel("large");
    for n in 0..n.min(65_535) {
        let mut pool = Pool::lot(&format!("P{n}"), "Two rooms", &format!("House {n}"));
        for own in 3 * n..3 * n + 3 {
            pool = pool.household(&household_id(own), "张*明", 1, &[]);
        }
        for own in 2 * n..2 * n + 2 {
            pool = pool.unit(&unit_id(own), &own.to_string(), 1, &[]);
        }
        plan = plan.pool(pool);
    }
    plan
}

/// Nobody decides anything: all is drawn.
fn drawn(_: &mut Draw<'_>, _: u32) -> io::Result<()> {
    Ok(())
}

fn chosen(draw: &mut Draw<'_>, n: u32) -> io::Result<()> {
    draw.calls(n, |draw, _, unit| draw.choose(unit))
}

fn undone(draw: &mut Draw<'_>, n: u32) -> io::Result<()> {
    draw.calls(n, |draw, _, unit| {
        draw.choose(unit)?;
        draw.step(Step::Undo { reason: "mistyped" })?;
        draw.choose(unit)
    })
}

/// Those called again, behind the N first calls, choose.
fn missed(draw: &mut Draw<'_>, n: u32) -> io::Result<()> {
    draw.calls(n, |draw, call, unit| match call < n {
        true => draw.step(Step::Miss),
        false => draw.choose(unit),
    })
}

/// Units are given up, and offered; one offer in four is declined.
fn moves_up(draw: &mut Draw<'_>, n: u32) -> io::Result<()> {
    draw.holders(0, n / 10).into_iter().try_for_each(|holder| draw.give_up(holder))?;
    let mut offers = 0;
    while draw.offer(offers % 4 != 3)? {
        offers += 1;
    }
    draw.close_batch()
}

/// Two units are given up, one after the other, and everybody on standby declines each.
fn declined(draw: &mut Draw<'_>, _: u32) -> io::Result<()> {
    for holder in draw.holders(0, 2) {
        draw.give_up(holder)?;
        while draw.offer(false)? {}
    }
    draw.close_batch()
}

fn swapped(draw: &mut Draw<'_>, n: u32) -> io::Result<()> {
    let mut from = 0;
    while from + 1 < n {
        // Each hundredth exchange goes round among fifty.
        let size = if from % 200 == 0 { 50.min(n - from) } else { 2 };
        let holders = draw.holders(from, size);
        let consents = holders.iter().map(|(household, _)| hall::scan(household)).collect();
        let (households, units) = holders.into_iter().map(|(h, u)| (h.into(), u.into())).unzip();
        let at = draw.now();
        draw.step(Step::Event(&Line::Swap { households, units, consents, at }))?;
        from += 2;
    }
    draw.close_batch()
}

fn objected(draw: &mut Draw<'_>, n: u32) -> io::Result<()> {
    (0..n).try_for_each(|own| draw.objects(own))?;
    for own in 0..n {
        let at = draw.now();
        draw.step(Step::Event(&Line::Ruling {
            objection: format!("E{own}").into(),
            decision: Decision::Rejected,
            reason: "the film shows it".into(),
            at,
        }))?;
    }
    draw.close_batch()
}

fn batches(draw: &mut Draw<'_>, n: u32) -> io::Result<()> {
    (0..n).try_for_each(|own| {
        draw.objects(own)?;
        draw.close_batch()
    })
}

fn recorded(draw: &mut Draw<'_>, n: u32) -> io::Result<()> {
    for own in 0..n {
        let (at, name) = (draw.now(), format!("hall-{own}.mp4"));
        let (sha256, start) = (leaf_hash(name.as_bytes()), 1_792_000_000 + u64::from(own));
        let name = name.into();
        draw.step(Step::Event(&Line::Recording { name, sha256, start, at }))?;
    }
    draw.close_batch()
}

#[cfg(test)]
mod tests {
    use super::{KINDS, write};
    use floorlot::transcript::{Evidence, Verdict, verify};

    #[test]
    fn large_files_are_right_and_have_what_their_kind_says() {
        let much = [
            ("lot", "lot"),
            ("choice", "\"choice\",\"offered\""),
            ("undo", "\"undo\""),
            ("missed", "\"missed\""),
            ("ranking", "\"rank\""),
            ("standby", "\"accept\""),
            ("declines", "\"decline\""),
            ("budgets", "\"accept\""),
            ("swaps", "\"swap\""),
            ("pools", "\"open\""),
            ("needs", "\"needs\""),
            ("groups", "\"group\""),
            ("objections", "\"ruling\""),
            ("batches", "\"aftermath\""),
            ("recordings", "\"recording\""),
        ];
        assert_eq!(KINDS.map(|kind| kind.name), much.map(|(name, _)| name));
        for (kind, (name, what)) in KINDS.iter().zip(much) {
            let [mut file, mut again] = [Vec::new(), Vec::new()];
            write(kind, 200, &mut file).unwrap();
            write(kind, 200, &mut again).unwrap();
            assert!(file == again, "{name}: made again it is another");
            let report = verify(file.as_slice(), &Evidence::default()).unwrap();
            assert_eq!(report.verdict, Verdict::Verified, "{name}: {:?}", report.first_failed());
            let lines = String::from_utf8(file).unwrap();
            let count = lines.lines().filter(|line| line.contains(what)).count();
            assert!(count >= 20, "{name}: {count} lines with {what}");
        }
    }
}
