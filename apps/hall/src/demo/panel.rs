//! A simulated panel and simulated dice, for rehearsals without people. A real draw takes nothing
//! from here.

use crate::ceremony::book::Book;
use crate::ceremony::command::Command;
use crate::ceremony::draw::Draw;
use crate::sample;
use floorlot::Hash;
use floorlot::ceremony::commitment;
use floorlot::lines::{Decision, Device};
use floorlot::plan::{HouseholdNumber, PoolNumber, Source, UnitNumber};
use floorlot::primitives::tree::leaf_hash;
use floorlot::session::Awaits;
use std::path::{Path, PathBuf};

/// When a demo that is repeated begins: 2023-11-14T22:13:20Z.
pub(super) const BEGINNING: u64 = 1_700_000_000;

/// The simulated people. One member is absent, one brings an envelope, one withholds the secret, as
/// far as the quorums allow it. In pools with rule `choice` everybody takes the highest storey on
/// offer, but some come to be seen: one misses its calls, one sends a proxy, one choice is mistyped
/// and withdrawn.
pub(crate) struct Panel {
    /// All chance comes from this text.
    chance: String,
    absent: Option<String>,
    envelope: Option<String>,
    withholds: Option<String>,
    choices: u32,
    mistyped: bool,
    absentee: Option<HouseholdNumber>,
    undo_due: bool,
    /// How far what comes after the result has been played.
    step: u32,
    folder: PathBuf,
}

impl Panel {
    /// A panel whose every number follows from `chance`. Recordings and scans of signed sheets
    /// are written to `folder`.
    pub(crate) fn new(book: &Book, chance: String, folder: &Path) -> Panel {
        let mut spare: Vec<(usize, Vec<&str>)> = Vec::new();
        for bench in &book.benches {
            let members: Vec<&str> = book
                .members
                .iter()
                .filter(|m| m.bench == bench.id)
                .map(|m| m.id.as_str())
                .collect();
            let quorum = usize::try_from(bench.quorum).unwrap_or(usize::MAX);
            spare.push((members.len().saturating_sub(quorum), members));
        }
        let envelope =
            spare.last().and_then(|(_, members)| members.first()).map(|m| (*m).to_owned());
        let absent = go_missing(spare.iter_mut());
        let withholds = go_missing(spare.iter_mut().rev()).filter(|m| envelope.as_ref() != Some(m));
        Panel {
            chance,
            absent,
            envelope,
            withholds,
            choices: 0,
            mistyped: false,
            absentee: None,
            undo_due: false,
            step: 0,
            folder: folder.to_owned(),
        }
    }

    fn bytes(&self, purpose: &str) -> [u8; 32] {
        leaf_hash(format!("floorlot simulated panel\n{}\n{purpose}\n", self.chance).as_bytes()).0
    }

    /// A member's secret: 32 hex digits, or six decimal digits in an envelope.
    fn secret(&self, member: &str) -> String {
        let hex = Hash(self.bytes(&format!("secret {member}"))).to_hex();
        match self.envelope.as_deref() == Some(member) {
            true => self.chances("envelope", 10).take(6).map(|n| n.to_string()).collect(),
            false => hex.chars().take(32).collect(),
        }
    }

    /// Numbers below `below` (at most 65,536), all equally likely.
    fn chances(&self, purpose: &str, below: u64) -> impl Iterator<Item = u64> {
        let fair = 65_536 / below * below;
        let mut bytes = (0_u32..).flat_map(move |n| self.bytes(&format!("{purpose} {n}")));
        let pairs = std::iter::from_fn(move || {
            Some(u64::from(bytes.next()?) << 8 | u64::from(bytes.next()?))
        });
        pairs.filter(move |n| *n < fair).map(move |n| n % below)
    }

    fn numbers(&self, number: u64, source: &Source) -> Option<Command> {
        let count = usize::try_from(source.count).unwrap_or(0);
        let (purpose, range) = (format!("source {number}"), source.range);
        match source.device {
            Device::Dice => {
                let lowest = if range == 10 { 0 } else { 1 };
                Some(Command::Dice {
                    digits: self
                        .chances(&purpose, range)
                        .take(count)
                        .map(|n| (n + lowest).to_string())
                        .collect(),
                })
            }
            Device::Drand => None, // nobody can simulate a beacon; the samples have none
            Device::Balls => {
                let mut numbers: Vec<u64> = Vec::with_capacity(count);
                for ball in self.chances(&purpose, range) {
                    if numbers.len() == count {
                        break;
                    }
                    if !numbers.contains(&(ball + 1)) {
                        numbers.push(ball + 1);
                    }
                }
                Some(Command::Balls { numbers })
            }
        }
    }

    /// What the people do next; `None` where the draw goes on by itself.
    pub(crate) fn decide(&mut self, draw: &mut Draw) -> Option<Command> {
        if std::mem::take(&mut self.undo_due) {
            return Some(Command::Undo { reason: "录错房号 / wrong flat typed".to_owned() });
        }
        match draw.session.awaits() {
            Awaits::RollCall => Some(self.sign(draw).unwrap_or_else(|| self.promise(draw))),
            Awaits::SignOff => self.sign(draw),
            Awaits::Aftermath => self.after(draw),
            Awaits::Done if self.step == 0 => self.after(draw),
            Awaits::Reveals => Some(self.answer(draw)),
            Awaits::Numbers { number, source } => self.numbers(number, &source),
            Awaits::Call { .. } => Some(Command::Call),
            Awaits::Choice { household, .. } => Some(self.choose(draw, household)),
            _ => None,
        }
    }

    /// The next member signs the last checkpoint: with the sample keys, but under the aftermath one
    /// on paper, one with words against it, and one is away.
    fn sign(&mut self, draw: &Draw) -> Option<Command> {
        let to_sign = draw.session.still_to_sign();
        let member = to_sign.first()?.clone();
        let own = sample::key_in(draw.roll(), &member);
        let bench = |id: &str| draw.book.members.iter().filter(|m| m.bench == id).count();
        let spare = draw.roll().benches().all(|(id, quorum)| bench(id) as u64 >= quorum + 2);
        match (member.as_str(), own) {
            (_, None) => Some(Command::Unsigned { member }),
            ("r8", _) if self.step > 0 && spare => Some(Command::Dissent {
                member,
                reason: "示例：对递补次序有不同意见 / sample: I object to the order of the offers"
                    .into(),
            }),
            ("o7", _) if self.step > 0 && spare => {
                let scan = self.file("scans", "o7.txt", "a scanned signature")?;
                Some(Command::Paper { member, scan })
            }
            ("o8", _) if self.step > 0 && spare => Some(Command::Unsigned { member }),
            (_, Some(key)) => {
                let now = draw.now().unwrap_or(BEGINNING);
                let time = now.max(draw.session.earliest_signature());
                let signature = key.cosign(draw.session.checkpoint_body()?, time).to_string();
                Some(Command::Cosign { signature })
            }
        }
    }

    /// What comes after the result: recordings, an objection, a withdrawal with the standby list
    /// moving up, a swap. `None` when it is over.
    fn after(&mut self, draw: &mut Draw) -> Option<Command> {
        loop {
            self.step += 1;
            let next = match self.step {
                1 | 2 => self.recording(draw),
                3 => Some(Command::Objection {
                    id: "E1".into(),
                    household: None,
                    text: "示例：第一排看不清骰子 / sample: the dice could not be seen from the first row".into(),
                }),
                4 => Some(Command::Ruling {
                    objection: "E1".into(),
                    decision: Decision::Rejected,
                    reason: "示例：录像清楚可见 / sample: the recording shows them".into(),
                }),
                5 => self.withdrawal(draw),
                6 | 8 if draw.due_offer().is_some() => Some(Command::Offer),
                7 => self.answer_offer(draw, true),
                9 => self.answer_offer(draw, false),
                10 => self.swap(draw),
                11 => Some(Command::Seal),
                6 | 8 => None,
                _ => return None,
            };
            if next.is_some() {
                return next;
            }
        }
    }

    /// Writes a file that stands for one of a real draw, and says so in it.
    fn file(&self, folder: &str, name: &str, what: &str) -> Option<String> {
        let folder = self.folder.join(folder);
        std::fs::create_dir_all(&folder).ok()?;
        let path = folder.join(name);
        std::fs::write(
            &path,
            format!("合成示例，并非真实文件 / synthetic: in a real draw this file is {what}\n"),
        )
        .ok()?;
        Some(path.display().to_string())
    }

    fn recording(&self, draw: &Draw) -> Option<Command> {
        let file = self.file(
            "recordings",
            &format!("hall-{}.txt", self.step),
            &format!("the film of camera {}", self.step),
        )?;
        // As if camera 1 had begun ten minutes before the program, and camera 2 one minute after
        // camera 1.
        let start = draw.begun().unwrap_or(BEGINNING) - 660 + 60 * u64::from(self.step);
        Some(Command::Recording { file, start, sha256: None })
    }

    /// Somebody who has a flat in a pool with a standby list gives it up; where there is none,
    /// anybody.
    fn withdrawal(&self, draw: &Draw) -> Option<Command> {
        let pools: Vec<PoolNumber> =
            draw.session.standby().iter().rev().filter_map(|h| draw.roll().pool_of(*h)).collect();
        let busy = |pool: &PoolNumber| pools.iter().filter(|p| *p == pool).count();
        let pool = pools.iter().copied().max_by_key(busy).or(draw.roll().pool_numbers().next())?;
        let household = self.holders(draw, pool).into_iter().next()?;
        let household = draw.roll().household_id(household).to_owned();
        let sheet = self.sheet("withdrawal", &household)?;
        let reason = "示例：另有住处 / sample: lives elsewhere now".into();
        Some(Command::Withdraw { household, reason, sheet })
    }

    /// The households of a pool with a flat and without needs.
    fn holders(&self, draw: &Draw, pool: PoolNumber) -> Vec<HouseholdNumber> {
        let id = draw.roll().pool(pool).map_or("", |p| &p.id);
        let has = |h: &HouseholdNumber| draw.session.holding(*h).is_unit();
        draw.book.households_of(id).filter(|h| has(h) && draw.roll().needs(*h).is_empty()).collect()
    }

    fn answer_offer(&self, draw: &Draw, declines: bool) -> Option<Command> {
        let open = draw.roll().pool_numbers().find_map(|pool| draw.session.open_offer(pool));
        let pool = draw.roll().pool_of(open?.1);
        let waiting =
            draw.session.standby().iter().filter(|h| draw.roll().pool_of(**h) == pool).count();
        let household = draw.roll().household_id(open?.1).to_owned();
        let sheet = self.sheet("answer", &household)?;
        Some(match declines && waiting > 1 {
            true => Command::Decline {
                household,
                reason: Some("示例：楼层太低 / sample: too low".into()),
                sheet,
            },
            false => Command::Accept { household, sheet },
        })
    }

    /// The sheet that a household signs, as if it were scanned.
    fn sheet(&self, what: &str, household: &str) -> Option<String> {
        self.file(
            "scans",
            &format!("{what}-{household}.txt"),
            &format!("the signed {what} of household {household}"),
        )
    }

    /// Two households of the first pool change their flats.
    fn swap(&self, draw: &Draw) -> Option<Command> {
        let households: Vec<HouseholdNumber> = self
            .holders(draw, draw.roll().pool_numbers().next()?)
            .into_iter()
            .rev()
            .take(2)
            .collect();
        let households: Vec<String> =
            households.iter().map(|h| draw.roll().household_id(*h).to_owned()).collect();
        let consents: Vec<String> =
            households.iter().filter_map(|id| self.sheet("consent", id)).collect();
        (households.len() == 2).then_some(Command::Swap { households, consents })
    }

    fn promise(&self, draw: &Draw) -> Command {
        let (Some(member), Some(root)) = (
            draw.session.ceremony().not_called(draw.roll()).into_iter().next(),
            draw.session.plan_root(),
        ) else {
            return Command::Close;
        };
        if self.absent.as_ref() == Some(&member) {
            return Command::Absent { member };
        }
        if self.envelope.as_ref() == Some(&member) {
            return Command::Envelope { member };
        }
        let commit = commitment(root, &member, &self.secret(&member));
        Command::Commit { member, commit }
    }

    fn answer(&self, draw: &Draw) -> Command {
        match draw.session.ceremony().unanswered(draw.roll()).into_iter().next() {
            None => Command::Close,
            Some(member) if self.withholds.as_ref() == Some(&member) => {
                Command::Withhold { member }
            }
            Some(member) => Command::Reveal { secret: self.secret(&member), member },
        }
    }

    fn choose(&mut self, draw: &mut Draw, household: HouseholdNumber) -> Command {
        let offered = draw.session.offered();
        let height = |u: &&UnitNumber| draw.book.storey(**u);
        let Some(highest) = offered.iter().rev().max_by_key(height).copied() else {
            return Command::Missed;
        };
        let lowest = offered.iter().min_by_key(height).copied().unwrap_or(highest);
        self.choices += 1;
        let (unit, proxy) = match self.choices {
            2 => (highest, Some("黄*强".to_owned())),
            3 => {
                self.absentee = Some(household);
                return Command::Missed;
            }
            4.. if !self.mistyped && lowest != highest => {
                (self.mistyped, self.undo_due) = (true, true);
                (lowest, None)
            }
            _ if self.absentee == Some(household) => return Command::Missed,
            _ => (highest, None),
        };
        Command::Choose { unit: draw.roll().unit_id(unit).to_owned(), proxy }
    }
}

/// Takes the last member off the first bench that can spare one.
fn go_missing<'a, 'b: 'a>(
    benches: impl Iterator<Item = &'a mut (usize, Vec<&'b str>)>,
) -> Option<String> {
    for (spare, members) in benches {
        if *spare > 0 {
            *spare -= 1;
            return members.pop().map(str::to_owned);
        }
    }
    None
}
