//! A simulated panel and simulated dice, for rehearsals without people. A real draw takes nothing from here.

use crate::book::Book;
use crate::command::Command;
use crate::drive::Draw;
use floorlot::Hash;
use floorlot::ceremony::commitment;
use floorlot::lines::Device;
use floorlot::plan::Source;
use floorlot::session::Stage;
use floorlot::tree::leaf_hash;

/// The simulated people. One member is absent, one brings an envelope, one withholds the secret, as far as the quorums allow it.
/// In pools with rule `choice` everybody takes the highest storey on offer, but some come to be seen: one misses its calls, one
/// sends a proxy, one choice is mistyped and withdrawn.
pub(crate) struct Panel {
    /// All chance comes from this text.
    chance: String,
    absent: Option<String>,
    envelope: Option<String>,
    withholds: Option<String>,
    choices: u32,
    mistyped: bool,
    absentee: Option<u32>,
    undo_due: bool,
}

impl Panel {
    /// A panel whose every number follows from `chance`.
    pub(crate) fn new(book: &Book, chance: String) -> Panel {
        let mut spare: Vec<(usize, Vec<&str>)> = Vec::new();
        for bench in &book.benches {
            let members: Vec<&str> = book.members.iter().filter(|m| m.bench == bench.id).map(|m| m.id.as_str()).collect();
            let quorum = usize::try_from(bench.quorum).unwrap_or(usize::MAX);
            spare.push((members.len().saturating_sub(quorum), members));
        }
        let envelope = spare.last().and_then(|(_, members)| members.first()).map(|m| (*m).to_owned());
        let absent = go_missing(spare.iter_mut());
        let withholds = go_missing(spare.iter_mut().rev()).filter(|m| envelope.as_ref() != Some(m));
        Panel { chance, absent, envelope, withholds, choices: 0, mistyped: false, absentee: None, undo_due: false }
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
        let pairs = std::iter::from_fn(move || Some(u64::from(bytes.next()?) << 8 | u64::from(bytes.next()?)));
        pairs.filter(move |n| *n < fair).map(move |n| n % below)
    }

    fn numbers(&self, number: u64, source: &Source) -> Command {
        let count = usize::try_from(source.count).unwrap_or(0);
        let (purpose, range) = (format!("source {number}"), source.range);
        match source.device {
            Device::Dice => {
                let lowest = if range == 10 { 0 } else { 1 };
                Command::Dice { digits: self.chances(&purpose, range).take(count).map(|n| (n + lowest).to_string()).collect() }
            }
            Device::Drand => Command::Status, // nobody can simulate a beacon; the samples have none
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
                Command::Balls { numbers }
            }
        }
    }

    /// What the people do next; `None` where the draw goes on by itself.
    pub(crate) fn decide(&mut self, draw: &mut Draw) -> Option<Command> {
        if std::mem::take(&mut self.undo_due) {
            return Some(Command::Undo { reason: "录错房号 / wrong flat typed".to_owned() });
        }
        match draw.session.stage() {
            Stage::RollCall => Some(self.promise(draw)),
            Stage::Reveals => Some(self.answer(draw)),
            Stage::Numbers { number, source } => Some(self.numbers(number, &source)),
            Stage::Call { .. } => Some(Command::Call),
            Stage::Choice { household, .. } => Some(self.choose(draw, household)),
            _ => None,
        }
    }

    fn promise(&self, draw: &Draw) -> Command {
        let (Some(member), Some(root)) = (draw.session.ceremony().not_called(draw.roll()).into_iter().next(), draw.session.plan_root())
        else {
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
            Some(member) if self.withholds.as_ref() == Some(&member) => Command::Withhold { member },
            Some(member) => Command::Reveal { secret: self.secret(&member), member },
        }
    }

    fn choose(&mut self, draw: &mut Draw, household: u32) -> Command {
        let offered = draw.session.offered();
        let height = |u: &&u32| draw.book.storey(**u);
        let highest = offered.iter().rev().max_by_key(height).copied().unwrap_or(0);
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
fn go_missing<'a, 'b: 'a>(benches: impl Iterator<Item = &'a mut (usize, Vec<&'b str>)>) -> Option<String> {
    for (spare, members) in benches {
        if *spare > 0 {
            *spare -= 1;
            return members.pop().map(str::to_owned);
        }
    }
    None
}
