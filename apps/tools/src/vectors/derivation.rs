//! The derivation of a draw, from the library's public functions: everything between the plan root
//! and the picks.

use super::cases::{Case, Mix, Part, secret};
use floorlot::ceremony::commitment;
use floorlot::lines::Line;
use floorlot::plan::{Household, HouseholdNumber, Unit};
use floorlot::primitives::seed::{Keystream, contributions};
use floorlot::session::{Awaits, Session};

/// A commitment with the secret behind it.
#[derive(Debug)]
pub struct Commit {
    member: String,
    secret: String,
    commit: String,
}

/// The draw of one pool.
#[derive(Debug)]
pub struct Pool {
    id: String,
    key: String,
    rule: &'static str,
    households: Vec<Household>,
    units: Vec<Unit>,
    blocks: Vec<String>,
    tickets: Vec<String>,
    lots: Vec<String>,
    order: Vec<String>,
    offers: Vec<Vec<String>>,
    picks: Vec<(String, Option<String>)>,
}

/// Everything about one case.
#[derive(Debug)]
pub struct Derivation {
    name: &'static str,
    about: &'static str,
    plan_root: String,
    contributions: Vec<String>,
    commits: Vec<Commit>,
    seed: String,
    pools: Vec<Pool>,
}

fn advance(session: &mut Session) -> Vec<u8> {
    session.advance(None).expect("the next line needs no decision")
}

/// Draws a case from the plan to the last pick.
pub fn derive(number: u64, case: &Case) -> Derivation {
    let plan = case.plan.validate().unwrap_or_else(|faults| panic!("case {}: {faults}", case.name));
    let mut session = Session::new(plan);
    while session.awaits() == Awaits::Automatic {
        advance(&mut session);
    }
    let commits = ceremony(&mut session, case, &mut Mix(number << 32));
    advance(&mut session);
    Derivation {
        name: case.name,
        about: case.about,
        plan_root: session.ceremony().plan_root().to_hex(),
        contributions: contributions(session.roll(), session.ceremony()),
        commits,
        seed: session.seed().expect("the seed is there").to_hex(),
        pools: case.plan.pools.iter().map(|pool| draw(&mut session, pool)).collect(),
    }
}

fn ceremony(session: &mut Session, case: &Case, mix: &mut Mix) -> Vec<Commit> {
    let plan_root = session.plan_root().expect("the plan is sealed");
    let members: Vec<(String, Part)> =
        case.plan.members.iter().map(|m| m.id.clone()).zip(case.parts.iter().copied()).collect();
    let mut commits = Vec::new();
    for (member, part) in &members {
        let made = match part {
            Part::Absent => session.absent(member, None),
            Part::Envelope(_) | Part::EnvelopeThenWithhold => session.envelope(member, None),
            Part::Commit | Part::CommitThenWithhold => {
                let secret = secret(mix);
                let commit = commitment(plan_root, member, &secret);
                commits.push(Commit { member: member.clone(), secret, commit: commit.to_hex() });
                session.commit(member, commit, None)
            }
        };
        made.expect("the roll call goes well");
    }
    session.close_commits(None).expect("the roll call is complete");
    for (member, part) in &members {
        let made = match part {
            Part::Absent => continue,
            Part::CommitThenWithhold | Part::EnvelopeThenWithhold => session.withhold(member, None),
            Part::Envelope(secret) => session.reveal(member, secret, None),
            Part::Commit => {
                let commit =
                    commits.iter().find(|c| c.member == *member).expect("it was made above");
                session.reveal(member, &commit.secret, None)
            }
        };
        made.expect("the reveal is right");
    }
    session.close_reveals(None).expect("the reveals are complete");
    session.advance(None).expect("the reveals are sealed");
    for numbers in &case.numbers {
        session.numbers(numbers.clone(), None).expect("the public numbers are well-formed");
    }
    commits
}

fn draw(session: &mut Session, plan: &floorlot::plan::Pool) -> Pool {
    let open = advance(session);
    let Ok(Line::Open { key, .. }) = Line::decode(&open) else { panic!("expected an open line") };
    let pool = session.pool().expect("it was just opened");
    let households = pool.household_numbers();
    let count = u32::try_from(plan.households.len()).expect("a small pool");
    let mut stream = Keystream::new(key);
    let drawn: Vec<_> = households.map(|h| session.drawn(h).expect("it is of this pool")).collect();
    let id = |session: &Session, h: HouseholdNumber| session.roll().household_id(h).to_owned();
    let mut pool = Pool {
        id: plan.id.clone(),
        key: key.to_hex(),
        rule: plan.rule.word(),
        households: plan.households.clone(),
        units: plan.units.clone(),
        blocks: (0..count.min(4)).map(|n| hex(&stream.block(n))).collect(),
        tickets: drawn.iter().map(|d| d.ticket.to_string()).collect(),
        lots: drawn.iter().map(|d| d.lot.to_string()).collect(),
        order: session.call_order().iter().map(|&h| id(session, h)).collect(),
        offers: Vec::new(),
        picks: Vec::new(),
    };
    loop {
        let line = advance(session);
        match Line::decode(&line).expect("the session writes lines in the profile") {
            Line::Call { .. } => {
                let offered = session.offered();
                pool.offers.push(
                    offered.into_iter().map(|u| session.roll().unit_id(u).to_owned()).collect(),
                );
            }
            Line::Pick { household, unit, .. } => {
                pool.picks.push((household.into_owned(), Some(unit.into_owned())))
            }
            Line::Standby { household, .. } => pool.picks.push((household.into_owned(), None)),
            Line::End { leftover, .. } => {
                (0..leftover).for_each(|_| drop(advance(session)));
                return pool;
            }
            other => panic!("a {} line in a pool drawn by lot", other.kind()),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// The file: one household, unit, ticket or offer a line.
pub fn to_json(derivations: &[Derivation]) -> String {
    let cases: Vec<String> = derivations.iter().map(case_json).collect();
    format!("[\n{}\n]\n", cases.join(",\n"))
}

fn text(value: &str) -> String {
    serde_json::to_string(value).expect("a text is always JSON")
}

fn optional(value: Option<&String>) -> String {
    value.map_or("null".into(), |v| text(v))
}

fn flat(values: &[String]) -> String {
    format!("[{}]", values.iter().map(|v| text(v)).collect::<Vec<_>>().join(","))
}

/// Elements one a line, between these brackets.
fn spread(brackets: [char; 2], elements: impl Iterator<Item = String>) -> String {
    let elements: Vec<String> = elements.collect();
    match elements.is_empty() {
        true => brackets.iter().collect(),
        false => format!("{}\n{}\n{}", brackets[0], elements.join(",\n"), brackets[1]),
    }
}

fn case_json(d: &Derivation) -> String {
    let commit = |c: &Commit| {
        format!(
            "{{\"member\":{},\"secret\":{},\"commit\":{}}}",
            text(&c.member),
            text(&c.secret),
            text(&c.commit)
        )
    };
    let fields = [
        format!("\"name\":{}", text(d.name)),
        format!("\"about\":{}", text(d.about)),
        format!("\"plan_root\":{}", text(&d.plan_root)),
        format!(
            "\"contributions\":{}",
            spread(['[', ']'], d.contributions.iter().map(|c| text(c)))
        ),
        format!("\"commits\":{}", spread(['[', ']'], d.commits.iter().map(commit))),
        format!("\"seed\":{}", text(&d.seed)),
        format!("\"pools\":{}", spread(['[', ']'], d.pools.iter().map(pool_json))),
    ];
    format!("{{\n{}\n}}", fields.join(",\n"))
}

fn pool_json(p: &Pool) -> String {
    let household = |h: &Household| {
        let (id, needs, group) = (text(&h.id), flat(&h.needs), optional(h.group.as_ref()));
        format!("{{\"id\":{id},\"tier\":{},\"needs\":{needs},\"group\":{group}}}", h.tier)
    };
    let unit = |u: &Unit| format!("{{\"id\":{},\"features\":{}}}", text(&u.id), flat(&u.features));
    let pick = |(household, unit): &(String, Option<String>)| {
        format!("{}:{}", text(household), optional(unit.as_ref()))
    };
    let each = |values: &[String]| spread(['[', ']'], values.iter().map(|v| text(v)));
    let fields = [
        format!("\"id\":{}", text(&p.id)),
        format!("\"key\":{}", text(&p.key)),
        format!("\"rule\":{}", text(p.rule)),
        format!("\"households\":{}", spread(['[', ']'], p.households.iter().map(household))),
        format!("\"units\":{}", spread(['[', ']'], p.units.iter().map(unit))),
        format!("\"blocks\":{}", each(&p.blocks)),
        format!("\"tickets\":{}", each(&p.tickets)),
        format!("\"lots\":{}", each(&p.lots)),
        format!("\"order\":{}", flat(&p.order)),
        format!("\"offers\":{}", spread(['[', ']'], p.offers.iter().map(|o| flat(o)))),
        format!("\"picks\":{}", spread(['{', '}'], p.picks.iter().map(pick))),
    ];
    format!("{{\n{}\n}}", fields.join(",\n"))
}
