//! What the people of a rehearsal do, decided by a keystream, as commands of a script and as the
//! lines that the library makes of them. The programs must make the same lines.

use floorlot::Hash;
use floorlot::ceremony::Numbers;
use floorlot::lines::{Decision, Line};
use floorlot::plan::{HouseholdNumber, Plan, Roll};
use floorlot::primitives::tree::leaf_hash;
use floorlot::session::{Awaits, Session, StepError};
use floorlot_hall::sample;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// The first evening: 1 March 2027, 18:00 in Shanghai.
const EVENING: u64 = 1_803_895_200;
const DICE: &str = "00416293857710359265";

/// One thing that is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Act {
    /// What needs no decision.
    Automatic,
    /// The log signs, with the key that everybody can compute.
    Log,
    Sign(String, Say),
    Envelope(String),
    Absent(String),
    CloseCommits,
    Reveal(String, String),
    CloseReveals,
    Dice,
    Call,
    Choose(String, Option<&'static str>),
    Missed,
    Undo,
    Late,
    Day,
    Objection,
    Ruling,
    Withdraw(String, String),
    Offer(String, String),
    Decline(String, String),
    Accept(String, String),
    Swap([(String, String); 2]),
    Seal,
}

/// What a member says under a checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Say {
    /// By key, at this time.
    Key(u64),
    Paper,
    Refuses,
    Away,
}

fn scan(of: &str) -> Hash {
    leaf_hash(format!("scan {of}").as_bytes())
}

const REASON: &str = "错选房号 wrong flat typed";

impl Act {
    /// The line, made by the library.
    fn perform(&self, session: &mut Session) -> Result<Vec<u8>, StepError> {
        let body = session.checkpoint_body().unwrap_or_default().to_owned();
        let origin = session.roll().origin().to_owned();
        match self {
            Act::Automatic => Ok(session.advance(None).expect("something is to be done")),
            Act::Log => {
                let key = sample::log_key(&origin).expect("a sample's");
                session.log(&key.sign(&body).to_string(), None)
            }
            Act::Sign(member, Say::Key(time)) => {
                session.cosign(member, &cosignature(member, &body, *time), None)
            }
            Act::Sign(member, Say::Paper) => session.paper(member, scan(member), None),
            Act::Sign(member, Say::Refuses) => session.dissent(member, "too late at night", None),
            Act::Sign(member, Say::Away) => session.unsigned(member, None),
            Act::Envelope(member) => session.envelope(member, None),
            Act::Absent(member) => session.absent(member, None),
            Act::CloseCommits => session.close_commits(None),
            Act::Reveal(member, secret) => session.reveal(member, secret, None),
            Act::CloseReveals => session.close_reveals(None),
            Act::Dice => session.numbers(Numbers::Dice(DICE.into()), None),
            Act::Call => session.call(None),
            Act::Choose(unit, proxy) => session.choose(unit, *proxy, None),
            Act::Missed => session.miss(None),
            Act::Undo => session.undo(REASON, None),
            Act::Late => session.call_late(None),
            Act::Day => session.close_day(None),
            Act::Seal => session.close_batch(None),
            later => session.aftermath(&later.line()),
        }
    }

    fn line(&self) -> Line<'_> {
        let at = None;
        match self {
            Act::Objection => Line::Objection {
                id: "E1".into(),
                household: None,
                text: "the board could not be seen from the last row".into(),
                at,
            },
            Act::Ruling => Line::Ruling {
                objection: "E1".into(),
                decision: Decision::Rejected,
                reason: "it was read aloud".into(),
                at,
            },
            Act::Withdraw(household, unit) => Line::Withdrawal {
                household: household.into(),
                unit: Some(unit.into()),
                reason: "lives elsewhere now".into(),
                sheet: scan(household),
                at,
            },
            Act::Offer(unit, household) => {
                Line::Offer { unit: unit.into(), household: household.into(), at }
            }
            Act::Decline(unit, household) => Line::Decline {
                unit: unit.into(),
                household: household.into(),
                reason: Some("too low".into()),
                sheet: scan(household),
                at,
            },
            Act::Accept(unit, household) => Line::Accept {
                unit: unit.into(),
                household: household.into(),
                sheet: scan(household),
                at,
            },
            Act::Swap(two) => Line::Swap {
                households: two.iter().map(|(household, _)| household.into()).collect(),
                units: two.iter().map(|(_, unit)| unit.into()).collect(),
                consents: two.iter().map(|(household, _)| scan(household)).collect(),
                at,
            },
            other => panic!("{other:?} is nothing that comes after the result"),
        }
    }

    /// The command of a script, if it needs one; `session` stands before it.
    fn command(&self, session: &Session) -> Option<String> {
        let body = session.checkpoint_body().unwrap_or_default();
        Some(match self {
            Act::Automatic | Act::Log => return None,
            Act::Sign(member, Say::Key(time)) => {
                format!("cosign {}", cosignature(member, body, *time))
            }
            Act::Sign(member, Say::Paper) => format!("paper {member} {}", scan(member)),
            Act::Sign(member, Say::Refuses) => format!("dissent {member} too late at night"),
            Act::Sign(member, Say::Away) => format!("unsigned {member}"),
            Act::Envelope(member) => format!("envelope {member}"),
            Act::Absent(member) => format!("absent {member}"),
            Act::CloseCommits | Act::CloseReveals => "close".into(),
            Act::Reveal(member, secret) => format!("reveal {member} {secret}"),
            Act::Dice => format!("dice {DICE}"),
            Act::Call => "call".into(),
            Act::Choose(unit, None) => format!("choose {unit}"),
            Act::Choose(unit, Some(proxy)) => format!("choose {unit} proxy {proxy}"),
            Act::Missed => "missed".into(),
            Act::Undo => format!("undo {REASON}"),
            Act::Late => "late".into(),
            Act::Day => "day".into(),
            Act::Objection => "objection E1 the board could not be seen from the last row".into(),
            Act::Ruling => "ruling E1 rejected it was read aloud".into(),
            Act::Withdraw(household, _) => {
                format!("withdraw {household} lives elsewhere now sheet {}", scan(household))
            }
            Act::Offer(..) => "offer".into(),
            Act::Decline(_, household) => {
                format!("decline {household} too low sheet {}", scan(household))
            }
            Act::Accept(_, household) => format!("accept {household} sheet {}", scan(household)),
            Act::Swap([(one, _), (other, _)]) => {
                format!("swap {one} {other} consent {} {}", scan(one), scan(other))
            }
            Act::Seal => "seal".into(),
        })
    }
}

fn cosignature(member: &str, body: &str, time: u64) -> String {
    sample::key(member).expect("a sample's").cosign(body, time).to_string()
}

/// How a day ends in the script, and in the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Evening {
    /// Bytes of the script.
    pub(super) script: usize,
    /// Bytes of the file.
    pub(super) file: usize,
}

/// A draw as it is to be.
pub(super) struct Played {
    pub(super) acts: Vec<Act>,
    pub(super) script: String,
    pub(super) file: Vec<u8>,
    pub(super) evenings: Vec<Evening>,
}

struct Player {
    session: Session,
    random: ChaCha8Rng,
    played: Played,
    /// How many checkpoints were signed, or could be.
    checkpoints: u64,
    calls: u64,
}

/// Plays a plan; `per_day` calls of households are a day. What is decided depends on the plan and
/// the seed alone.
pub(super) fn play(plan: &[u8], seed: u8, per_day: &dyn Fn(u64) -> u64) -> Played {
    let plan = Plan::read_lines(plan.trim_ascii_end().split(|byte| *byte == b'\n'));
    let mut player = Player {
        session: Session::new(plan.expect("import wrote it")),
        random: ChaCha8Rng::from_seed([seed; 32]),
        played: Played { acts: vec![], script: String::new(), file: vec![], evenings: vec![] },
        checkpoints: 0,
        calls: 0,
    };
    player.until_it_is_signed(per_day);
    player.aftermath();
    player.played
}

impl Player {
    fn act(&mut self, act: Act) {
        if let Some(command) = act.command(&self.session) {
            self.played.script += &command;
            self.played.script.push('\n');
        }
        let line = act.perform(&mut self.session);
        self.played.file.extend(line.unwrap_or_else(|error| panic!("{act:?}: {error}")));
        self.played.file.push(b'\n');
        self.played.acts.push(act);
    }

    fn below(&mut self, n: u64) -> u64 {
        self.random.next_u64() % n
    }

    fn roll(&self) -> &Roll {
        self.session.roll()
    }

    fn members(&self) -> Vec<String> {
        self.roll().members().map(str::to_owned).collect()
    }

    /// Up to the signatures under the result.
    fn until_it_is_signed(&mut self, per_day: &dyn Fn(u64) -> u64) {
        loop {
            let day = self.played.evenings.len() as u64 + 1;
            match self.session.awaits() {
                Awaits::Log => self.act(Act::Log),
                Awaits::RollCall => {
                    self.sign();
                    self.roll_call();
                }
                Awaits::Reveals => self.reveals(),
                Awaits::Numbers { .. } => self.act(Act::Dice),
                Awaits::Choice { .. } => self.choice(),
                Awaits::DayEnd => self.act(Act::Day),
                Awaits::Call { .. } if self.calls >= per_day(day) => {
                    let late = self.session.late().len();
                    self.act(if late > 0 { Act::Late } else { Act::Day });
                }
                Awaits::Call { .. } => {
                    self.calls += 1;
                    self.act(Act::Call);
                }
                Awaits::SignOff => {
                    self.sign();
                    self.calls = 0;
                    let (script, file) = (self.played.script.len(), self.played.file.len());
                    self.act(Act::Automatic); // the closing line
                    let file = file.max(self.played.file.len());
                    self.played.evenings.push(Evening { script, file });
                }
                // Between two pools a day ends before the next one is opened.
                Awaits::Automatic if self.calls >= per_day(day) && self.night_between_pools() => {
                    self.act(Act::Day);
                }
                Awaits::Automatic => self.act(Act::Automatic),
                Awaits::Done => return,
                other => panic!("{other:?}"),
            }
        }
    }

    fn night_between_pools(&self) -> bool {
        let waits = |h| !self.session.holding(h).is_unit();
        let any = self.roll().household_numbers().any(waits);
        self.calls > 0 && self.session.day_may_end() && self.session.late().is_empty() && any
    }

    /// Each signs by key; one or two are away, now and then one signs on paper or refuses. The quorum
    /// of each bench is always there.
    fn sign(&mut self) {
        let time = EVENING + 86_400 * self.checkpoints;
        let members = self.members();
        let odd = self.below(members.len() as u64) as usize;
        let says = [Say::Away, Say::Away, Say::Away, Say::Paper, Say::Refuses];
        let says = says[self.below(says.len() as u64) as usize];
        for (place, member) in members.into_iter().enumerate() {
            // Under the plan everybody signs.
            let say = if place == odd && self.checkpoints > 0 { says } else { Say::Key(time) };
            self.act(Act::Sign(member, say));
        }
        self.checkpoints += 1;
    }

    fn roll_call(&mut self) {
        let members = self.members();
        for member in members.iter().take(members.len() - 1) {
            self.act(Act::Envelope(member.clone()));
        }
        self.act(Act::Absent(members[members.len() - 1].clone()));
        self.act(Act::CloseCommits);
    }

    fn reveals(&mut self) {
        let members = self.members();
        for member in members.iter().take(members.len() - 1) {
            let secret = format!("{:016x}", self.random.next_u64());
            self.act(Act::Reveal(member.clone(), secret));
        }
        self.act(Act::CloseReveals);
    }

    /// One of 16 misses its call, one of 16 sends somebody, and one of 16 choices is typed wrongly.
    fn choice(&mut self) {
        let chance = self.below(16);
        if chance == 0 {
            return self.act(Act::Missed);
        }
        if chance == 1 && self.session.offered().len() > 1 {
            let wrong = self.flat();
            self.act(Act::Choose(wrong, None));
            self.act(Act::Undo);
            return self.choice();
        }
        let flat = self.flat();
        self.act(Act::Choose(flat, (chance == 2).then_some("李*")));
    }

    fn flat(&mut self) -> String {
        let offered = self.session.offered();
        let one = self.below(offered.len() as u64) as usize;
        self.roll().unit_id(offered[one]).to_owned()
    }

    /// Households without needs who have a flat, with it.
    fn holders(&self) -> Vec<(HouseholdNumber, String, String)> {
        let roll = self.roll();
        let holder = |h: HouseholdNumber| {
            let unit = self.session.holding(h).unit().filter(|_| roll.needs(h).is_empty())?;
            Some((h, roll.household_id(h).to_owned(), roll.unit_id(unit).to_owned()))
        };
        roll.household_numbers().filter_map(holder).collect()
    }

    /// An objection; a household that gives up its flat, which goes to the standby list if there is
    /// one; and two of one pool who exchange theirs.
    fn aftermath(&mut self) {
        self.act(Act::Objection);
        self.act(Act::Ruling);
        let waits = self.session.standby().first().copied();
        let holders = self.holders();
        let of_pool = |(holder, ..): &&(HouseholdNumber, String, String)| {
            waits.is_none_or(|h| self.roll().pool_of(h) == self.roll().pool_of(*holder))
        };
        let (_, household, unit) = holders.iter().find(of_pool).expect("somebody has a flat");
        let (household, unit) = (household.clone(), unit.clone());
        self.act(Act::Withdraw(household, unit));
        // Who waits because an area budget is spent may not be due.
        if let Some((unit, household)) = self.due() {
            self.act(Act::Offer(unit.clone(), household.clone()));
            self.act(Act::Decline(unit, household));
            let (unit, household) = self.due().expect("two are on standby");
            self.act(Act::Offer(unit.clone(), household.clone()));
            self.act(Act::Accept(unit, household));
        }
        self.swap();
        self.act(Act::Seal);
        let first = self.played.evenings.len();
        self.until_it_is_signed(&|_| 0);
        assert_eq!(self.played.evenings.len(), first + 1);
    }

    fn due(&self) -> Option<(String, String)> {
        let due = self.roll().pool_numbers().find_map(|pool| self.session.due_offer(pool));
        let (unit, household) = due?;
        Some((self.roll().unit_id(unit).to_owned(), self.roll().household_id(household).to_owned()))
    }

    /// Two neighbours in the plan, of one pool and of no family with a budget.
    fn swap(&mut self) {
        let holders = self.holders();
        let free =
            |(h, ..): &&(HouseholdNumber, String, String)| self.roll().family_of(*h).is_none();
        let free: Vec<_> = holders.iter().filter(free).collect();
        let pool = |one: &(HouseholdNumber, String, String)| self.roll().pool_of(one.0);
        let two = free.windows(2).find(|two| pool(two[0]) == pool(two[1]));
        let two = two.map(|two| [0, 1].map(|n| (two[n].1.clone(), two[n].2.clone())));
        two.into_iter().for_each(|two| self.act(Act::Swap(two)));
    }
}

/// The file that these acts make; `None` if one of them is not possible.
pub(super) fn performed(plan: &[u8], acts: &[Act]) -> Option<Vec<u8>> {
    let plan = Plan::read_lines(plan.trim_ascii_end().split(|byte| *byte == b'\n'));
    let mut session = Session::new(plan.expect("import wrote it"));
    let mut file = Vec::new();
    for act in acts {
        file.extend(act.perform(&mut session).ok()?);
        file.push(b'\n');
    }
    Some(file)
}
