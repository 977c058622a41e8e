//! A slow reader of the draw, written from the specification and not from the crate: recursive
//! roots, lines spelled by hand, tickets from the keystream's bytes, and every offer from its
//! definition.

use super::acceptance;
use super::offers::Hall;
use floorlot::lines::{By, Line};
use floorlot::plan::{Absence, Household, PickRule, Plan, Pool, Unranked, foreign_character};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    Sha256::digest(parts.concat()).into()
}

/// T3: the root over leaf hashes, as RFC 6962 defines it.
pub(crate) fn recursive_root(leaves: &[[u8; 32]]) -> [u8; 32] {
    match leaves {
        [] => sha256(&[]),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            sha256(&[&[1], &recursive_root(left), &recursive_root(right)])
        }
    }
}

/// T3: the leaf hash of a line.
pub(crate) fn leaf(line: &[u8]) -> [u8; 32] {
    sha256(&[&[0], line])
}

/// T3: the root over lines.
pub(crate) fn root(lines: &[Vec<u8>]) -> [u8; 32] {
    recursive_root(&lines.iter().map(|l| leaf(l)).collect::<Vec<_>>())
}

/// A line without the time that it may end with.
pub(crate) fn untimed(line: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(line);
    match text.rsplit_once(",\"at\":") {
        Some((start, end))
            if end.strip_suffix('}').is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit())) =>
        {
            format!("{start}}}").into_bytes()
        }
        _ => line.to_vec(),
    }
}

/// One call, or the turn after an undo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Turn {
    pub(crate) household: String,
    pub(crate) ticket: u64,
    pub(crate) lot: u128,
    pub(crate) offered: Vec<String>,
    /// Units that are free and accepted, but held back.
    pub(crate) held_back: Vec<String>,
    /// How many households with needs were still waiting.
    pub(crate) waiting: usize,
}

/// What the transcript leads to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Followed {
    pub(crate) seed: String,
    pub(crate) turns: Vec<Turn>,
    pub(crate) units: BTreeMap<String, String>,
    pub(crate) standby: Vec<String>,
    pub(crate) leftover: u64,
}

/// Follows a transcript from its first line after the seal. The ceremony's lines are used, not
/// judged.
pub(crate) fn follow(plan: &Plan, lines: &[Vec<u8>]) -> Result<Followed, String> {
    let mut follower = Follower { plan, lines, at: 0, done: Followed::default() };
    follower.ceremony()?;
    for pool in &plan.pools {
        follower.pool(pool)?;
    }
    follower.result()?;
    Ok(follower.done)
}

struct Follower<'a> {
    plan: &'a Plan,
    lines: &'a [Vec<u8>],
    at: usize,
    done: Followed,
}

/// A pool while it is drawn: which unit each household has, who is on standby.
struct State<'a> {
    pool: &'a Pool,
    accepts: Vec<Vec<bool>>,
    numbers: Vec<(u64, u128)>,
    unit_of: Vec<Option<usize>>,
    standby: Vec<usize>,
}

impl<'a> Follower<'a> {
    fn peek(&self) -> Option<Line<'a>> {
        self.lines.get(self.at).and_then(|l| Line::decode(l).ok())
    }

    fn next(&mut self) -> Result<Line<'a>, String> {
        let line = self.lines.get(self.at).ok_or("the file ends too early")?;
        self.at += 1;
        Line::decode(line).map_err(|e| format!("line {}: {e}", self.at))
    }

    fn expect(&mut self, expected: &str) -> Result<(), String> {
        self.next()?;
        let found = String::from_utf8(untimed(&self.lines[self.at - 1])).unwrap();
        if found == expected {
            Ok(())
        } else {
            Err(format!("line {}: found {found}, expected {expected}", self.at))
        }
    }

    fn checkpoint(&mut self, stage: &str) -> Result<(), String> {
        let root = floorlot::Hash(root(&self.lines[..self.at.min(self.lines.len())]));
        let body =
            floorlot::primitives::tree::checkpoint_body(&self.plan.origin, self.at as u64, root)
                .replace('\n', "\\n");
        self.expect(&format!(r#"{{"kind":"checkpoint","stage":"{stage}","body":"{body}"}}"#))
    }

    /// C6: the seed from the lines of the ceremony.
    fn ceremony(&mut self) -> Result<(), String> {
        self.at = self.plan.to_lines().count();
        let plan_root = hex::encode(root(&self.lines[..self.at]));
        self.checkpoint("plan")?;
        let mut answers: BTreeMap<String, String> = BTreeMap::new();
        let mut numbers = String::new();
        loop {
            match self.next()? {
                Line::Reveal { member, secret, .. } => {
                    drop(answers.insert(member.to_string(), format!("reveal {member} {secret}\n")))
                }
                Line::Withheld { member, .. } => {
                    drop(answers.insert(member.to_string(), format!("withheld {member}\n")))
                }
                Line::Absent { member, .. } => {
                    drop(answers.insert(member.to_string(), format!("absent {member}\n")))
                }
                Line::Dice { digits, .. } => numbers.push_str(&format!("dice {digits}\n")),
                Line::Balls { source, numbers: balls, .. } => {
                    let width = self.plan.sources[source as usize - 1].range.to_string().len();
                    let padded: Vec<String> = balls
                        .iter()
                        .map(|b| format!("{}{b}", "0".repeat(width - b.to_string().len())))
                        .collect();
                    numbers.push_str(&format!("balls {}\n", padded.join(" ")));
                }
                Line::Seed { .. } => break,
                _ => {}
            }
        }
        let members: String = self
            .plan
            .members
            .iter()
            .map(|m| answers.get(&m.id).cloned().unwrap_or_default())
            .collect();
        let text = format!("floorlot/1 seed\nplan {plan_root}\n{members}{numbers}");
        self.done.seed = hex::encode(sha256(&[text.as_bytes()]));
        self.at -= 1;
        self.expect(&format!(r#"{{"kind":"seed","seed":"{}"}}"#, self.done.seed))
    }

    /// D1 to D11: a pool from `open` to its last leftover.
    fn pool(&mut self, pool: &'a Pool) -> Result<(), String> {
        let key =
            sha256(&[
                format!("floorlot/1 pool\nseed {}\npool {}\n", self.done.seed, pool.id).as_bytes()
            ]);
        self.expect(&format!(
            r#"{{"kind":"open","pool":"{}","key":"{}"}}"#,
            pool.id,
            hex::encode(key)
        ))?;
        let count = pool.households.len();
        let numbers = keystream_numbers(key, count);
        let mut state = State {
            pool,
            accepts: acceptance(pool),
            numbers,
            unit_of: vec![None; count],
            standby: Vec::new(),
        };
        let mut queue: VecDeque<usize> = call_order(&pool.households, &state.numbers).into();
        let (mut deferred, mut place) = (BTreeSet::new(), 0);
        while let Some(h) = queue.pop_front() {
            place += 1;
            let (id, ticket) = (&pool.households[h].id, state.numbers[h].0);
            self.expect(&format!(r#"{{"kind":"call","pool":"{}","place":{place},"household":"{id}","ticket":"{ticket}"}}"#, pool.id))?;
            if self.turn(&mut state, h, !deferred.contains(&h))? {
                deferred.insert(h);
                queue.push_back(h);
            }
        }
        self.end(&state)
    }

    /// What follows a call. Gives whether the household was deferred.
    fn turn(&mut self, state: &mut State<'_>, h: usize, may_defer: bool) -> Result<bool, String> {
        loop {
            let offered = state.offered(h);
            self.done.turns.push(state.note(h, &offered));
            let chooses = state.pool.rule == PickRule::Choice && !offered.is_empty();
            if !chooses {
                return self.served_by_rule(state, h, &offered).map(|()| false);
            }
            let choice = match self.next()? {
                Line::Missed { .. } => {
                    self.at -= 1;
                    self.expect(&format!(
                        r#"{{"kind":"missed","household":"{}"}}"#,
                        state.pool.households[h].id
                    ))?;
                    None
                }
                Line::Pick { by: By::Choice, unit, proxy, .. } => {
                    Some(self.choice(state, h, &offered, &unit, proxy.as_deref())?)
                }
                other => {
                    return Err(format!("line {}: {} instead of a choice", self.at, other.kind()));
                }
            };
            if let Some(Line::Undo { reason, .. }) = self.peek() {
                self.at += 1;
                text_fits(&reason, 600)?;
                continue;
            }
            match choice {
                Some(unit) => state.give(&mut self.done, h, unit),
                None if may_defer && state.pool.absence == Some(Absence::Last) => return Ok(true),
                None => self.by_lot(state, h, &offered)?,
            }
            return Ok(false);
        }
    }

    fn choice(
        &self,
        state: &State<'_>,
        h: usize,
        offered: &[usize],
        unit: &str,
        proxy: Option<&str>,
    ) -> Result<usize, String> {
        let by = proxy
            .map(|p| format!(r#","proxy":"{}""#, p.replace('\\', "\\\\").replace('"', "\\\"")))
            .unwrap_or_default();
        let id = &state.pool.households[h].id;
        let n = offered.len();
        let expected = format!(
            r#"{{"kind":"pick","household":"{id}","by":"choice","offered":{n},"unit":"{unit}"{by}}}"#
        );
        let found = String::from_utf8(untimed(&self.lines[self.at - 1])).unwrap();
        proxy.map_or(Ok(()), |p| text_fits(p, 120))?;
        let number = offered.iter().copied().find(|&u| state.pool.units[u].id == unit);
        match number {
            Some(number) if found == expected => Ok(number),
            _ => Err(format!("line {}: found {found}, expected {expected}", self.at)),
        }
    }

    fn served_by_rule(
        &mut self,
        state: &mut State<'_>,
        h: usize,
        offered: &[usize],
    ) -> Result<(), String> {
        let household = &state.pool.households[h];
        let ranked = (1..).zip(&household.ranking).find_map(|(rank, id)| {
            let unit = offered.iter().copied().find(|&u| state.pool.units[u].id == *id)?;
            Some((rank, unit))
        });
        let (rule, n) = (state.pool.rule, offered.len());
        match ranked {
            _ if offered.is_empty() => self.stand_by(state, h),
            Some((rank, unit)) if rule == PickRule::Ranking => {
                let (id, unit_id) = (&household.id, &state.pool.units[unit].id);
                self.expect(&format!(
                    r#"{{"kind":"pick","household":"{id}","by":"ranking","offered":{n},"rank":{rank},"unit":"{unit_id}"}}"#
                ))?;
                state.give(&mut self.done, h, unit);
                Ok(())
            }
            _ if rule == PickRule::Ranking && state.pool.unranked == Some(Unranked::Standby) => {
                self.stand_by(state, h)
            }
            _ => self.by_lot(state, h, offered),
        }
    }

    fn by_lot(&mut self, state: &mut State<'_>, h: usize, offered: &[usize]) -> Result<(), String> {
        let (id, lot, n) = (&state.pool.households[h].id, state.numbers[h].1, offered.len());
        let number = usize::try_from(lot % n as u128).unwrap();
        let unit = offered[number];
        let unit_id = &state.pool.units[unit].id;
        self.expect(&format!(
            r#"{{"kind":"pick","household":"{id}","by":"lot","offered":{n},"lot":"{lot}","number":{number},"unit":"{unit_id}"}}"#
        ))?;
        state.give(&mut self.done, h, unit);
        Ok(())
    }

    fn stand_by(&mut self, state: &mut State<'_>, h: usize) -> Result<(), String> {
        state.standby.push(h);
        let id = &state.pool.households[h].id;
        self.done.standby.push(id.clone());
        self.expect(&format!(
            r#"{{"kind":"standby","household":"{id}","place":{}}}"#,
            state.standby.len()
        ))
    }

    fn end(&mut self, state: &State<'_>) -> Result<(), String> {
        let left: Vec<usize> =
            (0..state.pool.units.len()).filter(|u| !state.unit_of.contains(&Some(*u))).collect();
        let (pool, picked) = (&state.pool.id, state.unit_of.iter().flatten().count());
        let (standby, leftover) = (state.standby.len(), left.len());
        self.done.leftover += left.len() as u64;
        self.expect(&format!(r#"{{"kind":"end","pool":"{pool}","picked":{picked},"standby":{standby},"leftover":{leftover}}}"#))?;
        left.iter().try_for_each(|&u| {
            self.expect(&format!(
                r#"{{"kind":"leftover","pool":"{pool}","unit":"{}"}}"#,
                state.pool.units[u].id
            ))
        })
    }

    /// D12, T3, T4: the last three lines.
    fn result(&mut self) -> Result<(), String> {
        let (picked, standby, leftover) =
            (self.done.units.len(), self.done.standby.len(), self.done.leftover);
        self.expect(&format!(
            r#"{{"kind":"result","picked":{picked},"standby":{standby},"leftover":{leftover}}}"#
        ))?;
        self.checkpoint("result")?;
        let root = hex::encode(root(&self.lines[..self.at]));
        self.expect(&format!(r#"{{"kind":"closing","lines":{},"root":"{root}"}}"#, self.at))?;
        if self.at == self.lines.len() {
            Ok(())
        } else {
            Err("lines after the closing line".into())
        }
    }
}

impl State<'_> {
    fn hall<T>(&self, ask: impl FnOnce(Hall<'_>) -> T) -> T {
        let needy: Vec<bool> = self.pool.households.iter().map(|h| !h.needs.is_empty()).collect();
        let served: Vec<bool> = (0..needy.len())
            .map(|h| self.unit_of[h].is_some() || self.standby.contains(&h))
            .collect();
        let free: Vec<bool> =
            (0..self.pool.units.len()).map(|u| !self.unit_of.contains(&Some(u))).collect();
        ask(Hall { accepts: &self.accepts, needy: &needy, served: &served, free: &free })
    }

    fn offered(&self, h: usize) -> Vec<usize> {
        self.hall(|hall| hall.offered(h))
    }

    fn note(&self, h: usize, offered: &[usize]) -> Turn {
        let id = |u: usize| self.pool.units[u].id.clone();
        let held = |u: &usize| {
            self.accepts[h][*u] && !self.unit_of.contains(&Some(*u)) && !offered.contains(u)
        };
        let held_back: Vec<usize> = (0..self.pool.units.len()).filter(held).collect();
        self.hall(|hall| {
            held_back.iter().for_each(|&u| {
                assert!(loss_breaks_hall(&hall, h, u), "held back without a reason")
            });
            offered.iter().for_each(|&u| {
                assert!(!loss_breaks_hall(&hall, h, u), "offered although somebody is left out")
            });
        });
        Turn {
            household: self.pool.households[h].id.clone(),
            ticket: self.numbers[h].0,
            lot: self.numbers[h].1,
            offered: offered.iter().copied().map(id).collect(),
            held_back: held_back.into_iter().map(id).collect(),
            waiting: self.hall(|hall| hall.waiting(h).len()),
        }
    }

    fn give(&mut self, done: &mut Followed, h: usize, unit: usize) {
        self.unit_of[h] = Some(unit);
        done.units.insert(self.pool.households[h].id.clone(), self.pool.units[unit].id.clone());
    }
}

/// Whether the loss of this unit would leave some set of waiting households with fewer units than
/// households (Hall's condition): every set is tried, so this is for a few households only.
fn loss_breaks_hall(hall: &Hall<'_>, called: usize, unit: usize) -> bool {
    let waiting = hall.waiting(called);
    (1_u32..1 << waiting.len()).any(|set| {
        let members: Vec<usize> =
            (0..waiting.len()).filter(|i| set >> i & 1 == 1).map(|i| waiting[i]).collect();
        let reached = (0..hall.free.len())
            .filter(|&u| hall.free[u] && u != unit && members.iter().any(|&h| hall.accepts[h][u]));
        reached.count() < members.len()
    })
}

/// D3: tickets and lots.
fn keystream_numbers(key: [u8; 32], count: usize) -> Vec<(u64, u128)> {
    let mut stream = vec![0; 64 * count];
    ChaCha20Rng::from_seed(key).fill_bytes(&mut stream);
    let numbers = |block: &[u8]| {
        let (ticket, lot) = (block[0..8].try_into().unwrap(), block[8..24].try_into().unwrap());
        (u64::from_le_bytes(ticket), u128::from_le_bytes(lot))
    };
    stream.chunks_exact(64).map(numbers).collect()
}

/// D2: one ball after the other, by tier and by the ticket of its first household; a group's
/// households in plan order.
fn call_order(households: &[Household], numbers: &[(u64, u128)]) -> Vec<usize> {
    let mut balls: Vec<(u64, u64, Vec<usize>)> = Vec::new();
    for (i, household) in households.iter().enumerate() {
        let group = |ball: &&mut (u64, u64, Vec<usize>)| {
            household.group.is_some() && households[ball.2[0]].group == household.group
        };
        match balls.iter_mut().find(group) {
            Some(ball) => ball.2.push(i),
            None => balls.push((household.tier, numbers[i].0, vec![i])),
        }
    }
    balls.sort(); // equal tickets: by the plan number of the first household
    balls.into_iter().flat_map(|ball| ball.2).collect()
}

/// P3 for a text that is said in the hall.
fn text_fits(text: &str, most: usize) -> Result<(), String> {
    let fits = !text.is_empty()
        && text.trim_matches(' ') == text
        && text.len() <= most
        && foreign_character(text).is_none();
    if fits { Ok(()) } else { Err(format!("`{text}` is no text by rule P3")) }
}
