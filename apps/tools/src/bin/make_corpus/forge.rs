//! The attacker's workshop. It shares the arithmetic of floorlot (hashes, keystream) but not its
//! judgement: it validates nothing, takes plans that no session would, and finds the offers of rule
//! D4 by trying every flat. So it recomputes all that can be recomputed after a fault, and only the
//! check that is meant can find it.

use crate::hall::{key, log_key, numbers, secret};
use crate::time_token;
use floorlot::Hash;
use floorlot::ceremony::{Numbers, commitment};
use floorlot::lines::{By, Closed, Line, PickRule, Stage, Unranked};
use floorlot::note::{Cosignature, LogSignature};
use floorlot::plan::{Plan, Source};
use floorlot::primitives::order::{Entrant, call_order};
use floorlot::primitives::profile::Decimal;
use floorlot::primitives::seed::{Drawn, Keystream, pool_key};
use floorlot::primitives::tree::{Tree, checkpoint_body};
use sha2::{Digest, Sha256};

/// One step of a ceremony that keeps no rule by itself.
#[derive(Clone)]
pub(crate) enum Step {
    Commit(String, String),
    Envelope(String),
    Absent(String),
    CloseCommits,
    Reveal(String, String),
    Withheld(String),
    CloseReveals,
    Numbers(u64, Numbers),
}

/// A household that was just called.
pub(crate) struct Turn<'a> {
    /// How many were called before it in this pool.
    pub(crate) nth: usize,
    pub(crate) pool: &'a Pool,
    pub(crate) household: &'a Household,
    /// The units on offer, by number in the pool.
    pub(crate) offered: &'a [usize],
    /// All free units.
    pub(crate) free: &'a [usize],
    /// The unit that the rules lead to.
    pub(crate) right: Option<usize>,
}

impl Turn<'_> {
    /// A unit on offer that stands further down in the ranking than the right one.
    pub(crate) fn less_wanted(&self) -> Option<usize> {
        let ids = self
            .household
            .ranking
            .iter()
            .filter_map(|id| self.pool.units.iter().position(|u| u.0 == *id));
        ids.skip_while(|u| Some(*u) != self.right).skip(1).find(|u| self.offered.contains(u))
    }
}

/// What the attacker does otherwise than the rules say. Everything that follows from it is computed
/// from it.
#[derive(Clone, Default)]
pub(crate) struct Cheat {
    /// The commitments are those made to this plan root.
    pub(crate) commit_root: Option<Hash>,
    /// Changes the text that is hashed for the seed.
    pub(crate) seed: Option<fn(String) -> String>,
    /// The key of this pool is used.
    pub(crate) key_of: Option<&'static str>,
    /// The pools that are drawn.
    pub(crate) pools: Option<&'static [usize]>,
    /// Changes the call order.
    pub(crate) order: Option<fn(&mut Vec<usize>)>,
    /// Takes another unit.
    pub(crate) take: Option<fn(&Turn<'_>) -> Option<usize>>,
    /// Puts the household on standby.
    pub(crate) standby: Option<fn(&Turn<'_>) -> bool>,
    /// Nothing is held back for anybody.
    pub(crate) no_hold_back: bool,
}

pub(crate) struct Household {
    pub(crate) id: String,
    tier: u64,
    pub(crate) needs: Vec<String>,
    group: Option<String>,
    ranking: Vec<String>,
}

pub(crate) struct Pool {
    id: String,
    rule: PickRule,
    unranked: Option<Unranked>,
    units: Vec<(String, Vec<String>)>,
    pub(crate) households: Vec<Household>,
}

impl Pool {
    pub(crate) fn accepts(&self, household: &Household, unit: usize) -> bool {
        household.needs.iter().all(|need| self.units[unit].1.contains(need))
    }
}

/// What a plan says, right or wrong.
#[derive(Default)]
struct World {
    origin: String,
    logged: bool,
    members: Vec<String>,
    sources: Vec<Source>,
    pools: Vec<Pool>,
}

fn strings(list: &Option<Vec<std::borrow::Cow<'_, str>>>) -> Vec<String> {
    list.iter().flatten().map(|s| s.to_string()).collect()
}

impl World {
    fn of(plan: &[String]) -> World {
        let mut world = World::default();
        plan.iter()
            .filter_map(|line| Line::decode(line.as_bytes()).ok())
            .for_each(|line| world.line(&line));
        world
    }

    fn line(&mut self, line: &Line<'_>) {
        match line {
            Line::Plan { origin, log, .. } => {
                (self.origin, self.logged) = (origin.to_string(), log.is_some());
            }
            Line::Member { id, .. } => self.members.push(id.to_string()),
            Line::Source { device, count, range, round } => {
                let number = |n: &Option<u64>| n.unwrap_or(0);
                self.sources.push(Source {
                    device: *device,
                    count: number(count),
                    range: number(range),
                    round: number(round),
                });
            }
            Line::Pool { id, rule, unranked, .. } => {
                let (id, rule, unranked) = (id.to_string(), *rule, *unranked);
                self.pools.push(Pool {
                    id,
                    rule,
                    unranked,
                    units: Vec::new(),
                    households: Vec::new(),
                });
            }
            Line::Unit { pool, id, features, .. } => {
                let pool = self.pools.iter_mut().find(|p| p.id == **pool);
                pool.into_iter().for_each(|p| p.units.push((id.to_string(), strings(features))));
            }
            Line::Household { pool, id, tier, needs, group, ranking, .. } => {
                let (id, group) = (id.to_string(), group.as_ref().map(|g| g.to_string()));
                let household = Household {
                    id,
                    tier: *tier,
                    needs: strings(needs),
                    group,
                    ranking: strings(ranking),
                };
                if let Some(pool) = self.pools.iter_mut().find(|p| p.id == **pool) {
                    pool.households.push(household);
                }
            }
            _ => {}
        }
    }
}

/// A transcript in the making.
#[derive(Clone)]
pub(crate) struct Forge {
    pub(crate) plan: Vec<String>,
    pub(crate) steps: Vec<Step>,
    pub(crate) cheat: Cheat,
}

impl Forge {
    /// The honest plan, with everybody committing and revealing.
    pub(crate) fn of(plan: &Plan) -> Forge {
        let lines = plan.to_lines().map(|l| String::from_utf8(l.to_bytes()).unwrap()).collect();
        let steps = steps(plan);
        Forge { plan: lines, steps, cheat: Cheat::default() }
    }

    /// Changes the first plan line in which `from` occurs.
    #[track_caller]
    pub(crate) fn edit(mut self, from: &str, to: &str) -> Forge {
        let line = self
            .plan
            .iter_mut()
            .find(|l| l.contains(from))
            .unwrap_or_else(|| panic!("no plan line has {from}"));
        *line = line.replacen(from, to, 1);
        self
    }

    pub(crate) fn cheat(mut self, cheat: Cheat) -> Forge {
        self.cheat = cheat;
        self
    }

    /// Changes the steps of the ceremony.
    pub(crate) fn steps(mut self, change: impl FnOnce(&mut Vec<Step>)) -> Forge {
        change(&mut self.steps);
        self
    }

    /// The whole transcript.
    pub(crate) fn draft(&self) -> Draft {
        let world = World::of(&self.plan);
        let (origin, logged) = (world.origin.clone(), world.logged);
        let mut out = Out { lines: Vec::new(), tree: Tree::new(), origin, logged };
        self.plan.iter().for_each(|line| out.bytes(line.as_bytes().to_vec()));
        let root = out.tree.root();
        out.checkpoint(Stage::Plan);
        let commit_root = self.cheat.commit_root.unwrap_or(root);
        self.steps.iter().for_each(|step| out.step(step, commit_root));
        let text = self.seed_text(&world, root);
        let seed = sha256_text(&self.cheat.seed.map_or(text.clone(), |change| change(text)));
        out.line(&Line::Seed { seed, at: None });
        let pools: Vec<usize> =
            self.cheat.pools.map_or_else(|| (0..world.pools.len()).collect(), <[usize]>::to_vec);
        let mut sums = [0; 3];
        for pool in pools {
            let key = pool_key(seed, self.cheat.key_of.unwrap_or(&world.pools[pool].id));
            let counts = PoolDraw::new(&world.pools[pool], &self.cheat, key).draw(&mut out);
            sums.iter_mut().zip(counts).for_each(|(s, c)| *s += c);
        }
        let [picked, standby, leftover] = sums;
        out.line(&Line::Result { picked, standby, leftover, at: None });
        out.checkpoint(Stage::Result);
        let (lines, root) = (out.tree.size(), out.tree.root());
        out.line(&Line::Closing { lines, root });
        Draft(out.lines)
    }

    /// The text of rule C6, from the steps that a verifier would take.
    fn seed_text(&self, world: &World, root: Hash) -> String {
        let mut text = format!("floorlot/1 seed\nplan {root}\n");
        for id in &world.members {
            let promised = self.steps.iter().find_map(|s| match s {
                Step::Commit(m, _) | Step::Envelope(m) if m == id => Some(true),
                Step::Absent(m) if m == id => Some(false),
                _ => None,
            });
            let answer = self.steps.iter().find_map(|s| match s {
                Step::Reveal(m, secret) if m == id => Some(format!("reveal {id} {secret}\n")),
                Step::Withheld(m) if m == id => Some(format!("withheld {id}\n")),
                _ => None,
            });
            text += &answer
                .filter(|_| promised == Some(true))
                .unwrap_or_else(|| format!("absent {id}\n"));
        }
        let closed = self.steps.iter().position(|s| matches!(s, Step::CloseReveals)).unwrap_or(0);
        let numbers = self.steps[closed..]
            .iter()
            .filter_map(|s| if let Step::Numbers(_, n) = s { Some(n) } else { None });
        for (source, numbers) in world.sources.iter().zip(numbers) {
            text += &match numbers {
                Numbers::Dice(digits) => format!("dice {digits}\n"),
                Numbers::Drand { round, randomness, .. } => format!("drand {round} {randomness}\n"),
                Numbers::Balls(balls) => {
                    let width = source.range.to_string().len();
                    format!(
                        "balls {}\n",
                        balls.iter().map(|b| format!("{b:0width$}")).collect::<Vec<_>>().join(" ")
                    )
                }
            };
        }
        text
    }
}

fn sha256_text(text: &str) -> Hash {
    Hash(Sha256::digest(text.as_bytes()).into())
}

fn steps(plan: &Plan) -> Vec<Step> {
    let members: Vec<String> = plan.members.iter().map(|m| m.id.clone()).collect();
    let with_secret = |m: &String| (m.clone(), secret(m, false));
    let commits = members.iter().map(with_secret).map(|(m, s)| Step::Commit(m, s));
    let reveals = members.iter().map(with_secret).map(|(m, s)| Step::Reveal(m, s));
    let source = |(n, s): (u64, &Source)| Step::Numbers(n, numbers(&plan.origin, n, *s));
    let rolled = (1..).zip(&plan.sources).map(source);
    commits
        .chain([Step::CloseCommits])
        .chain(reveals)
        .chain([Step::CloseReveals])
        .chain(rolled)
        .collect()
}

/// The lines so far.
struct Out {
    lines: Vec<Vec<u8>>,
    tree: Tree,
    origin: String,
    /// Whether the log signs each checkpoint.
    logged: bool,
}

impl Out {
    fn bytes(&mut self, line: Vec<u8>) {
        self.tree.push_line(&line);
        self.lines.push(line);
    }

    fn line(&mut self, line: &Line<'_>) {
        self.bytes(line.to_bytes());
    }

    fn checkpoint(&mut self, stage: Stage) {
        let body = checkpoint_body(&self.origin, self.tree.size(), self.tree.root());
        self.line(&Line::Checkpoint { stage, body: body.as_str().into(), at: None });
        if self.logged {
            let signature = log_key(&self.origin).sign(&body).to_string();
            self.line(&Line::Log { signature: signature.into(), at: None });
        }
    }

    fn step(&mut self, step: &Step, root: Hash) {
        let at = None;
        let line = match step {
            Step::Commit(m, secret) => {
                Line::Commit { member: m.into(), commit: commitment(root, m, secret), at }
            }
            Step::Envelope(m) => Line::Envelope { member: m.into(), at },
            Step::Absent(m) => Line::Absent { member: m.into(), at },
            Step::CloseCommits => Line::Close { what: Closed::Commits, at },
            Step::Reveal(m, secret) => Line::Reveal { member: m.into(), secret: secret.into(), at },
            Step::Withheld(m) => Line::Withheld { member: m.into(), at },
            Step::CloseReveals => Line::Close { what: Closed::Reveals, at },
            Step::Numbers(source, Numbers::Dice(digits)) => {
                Line::Dice { source: *source, digits: digits.into(), at }
            }
            Step::Numbers(source, Numbers::Balls(numbers)) => {
                Line::Balls { source: *source, numbers: numbers.clone(), at }
            }
            Step::Numbers(source, Numbers::Drand { round, signature, randomness }) => Line::Drand {
                source: *source,
                round: *round,
                signature: signature.into(),
                randomness: *randomness,
                at,
            },
        };
        self.line(&line);
        if matches!(step, Step::CloseReveals) {
            self.checkpoint(Stage::Reveals);
        }
    }
}

struct PoolDraw<'a> {
    pool: &'a Pool,
    cheat: &'a Cheat,
    key: Hash,
    drawn: Vec<Drawn>,
    free: Vec<bool>,
    served: Vec<bool>,
    picked: u64,
    standby: u64,
}

impl<'a> PoolDraw<'a> {
    fn new(pool: &'a Pool, cheat: &'a Cheat, key: Hash) -> PoolDraw<'a> {
        let drawn =
            Keystream::new(key).drawn(u32::try_from(pool.households.len()).unwrap()).collect();
        let (free, served) = (vec![true; pool.units.len()], vec![false; pool.households.len()]);
        PoolDraw { pool, cheat, key, drawn, free, served, picked: 0, standby: 0 }
    }

    fn order(&self) -> Vec<usize> {
        let all = &self.pool.households;
        let head = |h: &Household| {
            all.iter()
                .position(|o| o.id == h.id || (h.group.is_some() && o.group == h.group))
                .unwrap()
        };
        let entrant = |(h, d): (&Household, &Drawn)| Entrant {
            tier: u16::try_from(h.tier).unwrap_or(u16::MAX),
            ticket: d.ticket,
            head: u32::try_from(head(h)).unwrap(),
        };
        let entrants: Vec<Entrant> = all.iter().zip(&self.drawn).map(entrant).collect();
        let mut order =
            call_order(&entrants).into_iter().map(|n| usize::try_from(n).unwrap()).collect();
        self.cheat.order.into_iter().for_each(|change| change(&mut order));
        order
    }

    /// D4 by trying: a unit is on offer if without it as many of those who wait can be housed as
    /// with it.
    fn offered(&self, household: usize) -> Vec<usize> {
        let wanted =
            |u: &usize| self.free[*u] && self.pool.accepts(&self.pool.households[household], *u);
        let most = self.housed(household, usize::MAX);
        let spare = |u: &usize| self.cheat.no_hold_back || self.housed(household, *u) == most;
        (0..self.free.len()).filter(wanted).filter(spare).collect()
    }

    fn housed(&self, called: usize, without: usize) -> usize {
        let waits = |h: &usize| {
            *h != called && !self.served[*h] && !self.pool.households[*h].needs.is_empty()
        };
        let mut holder: Vec<Option<usize>> = vec![None; self.free.len()];
        (0..self.served.len())
            .filter(waits)
            .filter(|h| self.house(*h, without, &mut holder, &mut vec![false; self.free.len()]))
            .count()
    }

    fn house(
        &self,
        h: usize,
        without: usize,
        holder: &mut Vec<Option<usize>>,
        seen: &mut Vec<bool>,
    ) -> bool {
        for unit in 0..self.free.len() {
            if unit == without
                || seen[unit]
                || !self.free[unit]
                || !self.pool.accepts(&self.pool.households[h], unit)
            {
                continue;
            }
            seen[unit] = true;
            if holder[unit].is_none_or(|other| self.house(other, without, holder, seen)) {
                holder[unit] = Some(h);
                return true;
            }
        }
        false
    }

    /// Draws the pool; how many were picked, put on standby and left.
    fn draw(mut self, out: &mut Out) -> [u64; 3] {
        let id = self.pool.id.as_str();
        out.line(&Line::Open { pool: id.into(), key: self.key, at: None });
        for (nth, household) in self.order().into_iter().enumerate() {
            let ticket = Decimal(self.drawn[household].ticket.into());
            let called = &self.pool.households[household].id;
            out.line(&Line::Call {
                pool: id.into(),
                place: nth as u64 + 1,
                household: called.into(),
                ticket,
                at: None,
            });
            self.serve(nth, household, out);
            self.served[household] = true;
        }
        let left: Vec<usize> = (0..self.free.len()).filter(|u| self.free[*u]).collect();
        let counts = [self.picked, self.standby, left.len() as u64];
        let [picked, standby, leftover] = counts;
        out.line(&Line::End { pool: id.into(), picked, standby, leftover, at: None });
        for unit in left {
            out.line(&Line::Leftover {
                pool: id.into(),
                unit: self.pool.units[unit].0.as_str().into(),
                at: None,
            });
        }
        counts
    }

    fn serve(&mut self, nth: usize, household: usize, out: &mut Out) {
        let (pool, this) = (self.pool, &self.pool.households[household]);
        let offered = self.offered(household);
        let free: Vec<usize> = (0..self.free.len()).filter(|u| self.free[*u]).collect();
        let ranked = (1..).zip(&this.ranking).find_map(|(rank, id)| {
            let unit = pool.units.iter().position(|u| u.0 == *id)?;
            offered.contains(&unit).then_some((rank, unit))
        });
        let lot = self.drawn[household].lot;
        let number = lot.checked_rem(offered.len() as u128).map(|n| usize::try_from(n).unwrap());
        let by_lot = number.map(|n| offered[n]);
        let (mut by, right) = match (pool.rule, ranked) {
            (PickRule::Lot, _) => (By::Lot, by_lot),
            (PickRule::Choice, _) => (By::Choice, offered.first().copied()),
            (PickRule::Ranking, Some((_, unit))) => (By::Ranking, Some(unit)),
            (PickRule::Ranking, None) if pool.unranked == Some(Unranked::Standby) => {
                (By::Lot, None)
            }
            (PickRule::Ranking, None) => (By::Lot, by_lot),
        };
        let turn = Turn { nth, pool, household: this, offered: &offered, free: &free, right };
        let taken = self.cheat.take.and_then(|take| take(&turn)).or(right);
        let stands_by = self.cheat.standby.is_some_and(|standby| standby(&turn));
        let Some(unit) = taken.filter(|_| !stands_by) else {
            self.standby += 1;
            return out.line(&Line::Standby {
                household: this.id.as_str().into(),
                place: self.standby,
                at: None,
            });
        };
        if pool.rule == PickRule::Ranking && right.is_none() {
            by = By::Lot;
        }
        let place =
            |unit: usize| offered.iter().position(|u| *u == unit).or(number).unwrap_or(0) as u64;
        let rank = this
            .ranking
            .iter()
            .position(|id| *id == pool.units[unit].0)
            .map_or(1, |n| n as u64 + 1);
        out.line(&Line::Pick {
            household: this.id.as_str().into(),
            by,
            offered: offered.len() as u64,
            lot: (by == By::Lot).then_some(Decimal(lot)),
            number: (by == By::Lot).then(|| place(unit)),
            rank: (by == By::Ranking).then_some(rank),
            unit: pool.units[unit].0.as_str().into(),
            proxy: None,
            at: None,
        });
        self.free[unit] = false;
        self.picked += 1;
    }
}

/// A transcript whose lines can be changed by hand.
#[derive(Clone)]
pub(crate) struct Draft(pub(crate) Vec<Vec<u8>>);

fn has(line: &[u8], text: &str) -> bool {
    line.windows(text.len()).any(|w| w == text.as_bytes())
}

impl Draft {
    /// The number of the first line in which `text` occurs.
    #[track_caller]
    pub(crate) fn find(&self, text: &str) -> usize {
        self.0.iter().position(|l| has(l, text)).unwrap_or_else(|| panic!("no line has {text}"))
    }

    /// Replaces `from` in the first line that has `needle`.
    #[track_caller]
    pub(crate) fn edit(mut self, needle: &str, from: &str, to: &str) -> Draft {
        let n = self.find(needle);
        let line = String::from_utf8(self.0[n].clone()).unwrap();
        assert!(line.contains(from), "no {from} in {line}");
        self.0[n] = line.replacen(from, to, 1).into_bytes();
        self
    }

    /// Changes the first line that has `needle`.
    #[track_caller]
    pub(crate) fn change(mut self, needle: &str, change: impl FnOnce(String) -> Vec<u8>) -> Draft {
        let n = self.find(needle);
        self.0[n] = change(String::from_utf8(self.0[n].clone()).unwrap());
        self
    }

    /// Takes the first line that has `needle` out.
    #[track_caller]
    pub(crate) fn without(mut self, needle: &str) -> Draft {
        let n = self.find(needle);
        self.0.remove(n);
        self
    }

    /// Puts lines after the first one that has `needle`.
    #[track_caller]
    pub(crate) fn after(mut self, needle: &str, lines: &[&str]) -> Draft {
        let n = self.find(needle) + 1;
        self.0.splice(n..n, lines.iter().map(|l| l.as_bytes().to_vec()));
        self
    }

    /// The n-th line (from 0) in which `text` occurs.
    #[track_caller]
    pub(crate) fn nth(&self, text: &str, n: usize) -> String {
        let line = self
            .0
            .iter()
            .filter(|l| has(l, text))
            .nth(n)
            .unwrap_or_else(|| panic!("too few lines have {text}"));
        String::from_utf8(line.clone()).unwrap()
    }

    /// Moves the first line that has `needle` to before the first that has `before`.
    #[track_caller]
    pub(crate) fn moved(mut self, needle: &str, before: &str) -> Draft {
        let line = self.0.remove(self.find(needle));
        let n = self.find(before);
        self.0.insert(n, line);
        self
    }

    /// Recomputes the bodies of the checkpoints, the closing lines, and the signatures, as far as
    /// there are such lines.
    pub(crate) fn resealed(self) -> Draft {
        self.resealed_but(&[])
    }

    /// The same, but signatures and bodies of these lines stay as they are.
    pub(crate) fn resealed_but(mut self, kept: &[usize]) -> Draft {
        let mut tree = Tree::new();
        let (mut origin, mut sealed) = (String::new(), String::new());
        for (n, line) in self.0.iter_mut().enumerate() {
            let new = match Line::decode(line) {
                Ok(Line::Cosignature { member, signature, at }) if !kept.contains(&n) => {
                    signature.parse::<Cosignature>().ok().map(|old| {
                        let signature = key(&member).cosign(&sealed, old.time).to_string();
                        Line::Cosignature { member, signature: signature.into(), at }.to_bytes()
                    })
                }
                Ok(Line::Log { signature, at }) if !kept.contains(&n) => {
                    signature.parse::<LogSignature>().ok().map(|_| {
                        let signature = log_key(&origin).sign(&sealed).to_string();
                        Line::Log { signature: signature.into(), at }.to_bytes()
                    })
                }
                Ok(Line::Token { token, at }) if !kept.contains(&n) => {
                    let token = time_token::moved(&token, &sealed);
                    token.map(|token| Line::Token { token: token.into(), at }.to_bytes())
                }
                Ok(Line::Plan { origin: o, .. }) => {
                    origin = o.to_string();
                    None
                }
                Ok(Line::Checkpoint { stage, at, .. }) if !kept.contains(&n) => {
                    sealed = checkpoint_body(&origin, tree.size(), tree.root());
                    Some(Line::Checkpoint { stage, body: sealed.as_str().into(), at }.to_bytes())
                }
                Ok(Line::Closing { .. }) => {
                    Some(Line::Closing { lines: tree.size(), root: tree.root() }.to_bytes())
                }
                _ => None,
            };
            if let Some(new) = new {
                *line = new;
            }
            tree.push_line(line);
        }
        self
    }

    /// The file.
    pub(crate) fn file(&self) -> Vec<u8> {
        self.0.iter().flat_map(|l| l.iter().copied().chain([b'\n'])).collect()
    }
}
