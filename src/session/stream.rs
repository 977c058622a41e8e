//! Lines that need no decision, one after the other: for plans and pools of any size.
//!
//! [`Session::advance`] prepares and records each line by itself, as a hall needs it. Here the plan
//! is taken over as it was read, and a pool that is drawn by lot alone is drawn a thousand turns at
//! a time. The lines are the same; a test compares them.

use super::prepare::timely;
use super::state::Session;
use crate::draw::{PoolDraw, Turns, call_of, lot_of};
use crate::holding::Holding;
use crate::number::count;
use crate::phase::Phase;
use crate::plan::ReadPlan;

impl Session {
    /// A session of a plan that was [read line by line](crate::plan::PlanReader): its lines are the
    /// first of the transcript, and the caller has written them there. The next one is the
    /// checkpoint that seals it.
    ///
    /// It holds some 30 bytes of a household and its unit; [`Session::new`] holds the lines of the
    /// plan as well.
    ///
    /// ```
    /// use floorlot::plan::PlanReader;
    /// use floorlot::session::Session;
    /// let file = include_str!("../../examples/data/block/plan.jsonl");
    /// let (mut reader, mut transcript) = (PlanReader::new(), String::new());
    /// for line in file.lines() {
    ///     reader.line(line.as_bytes());
    ///     transcript.extend([line, "\n"]);
    /// }
    /// let mut session = Session::of_read(reader.finish()?);
    /// session.stream(|| None, |line| Ok::<(), std::fmt::Error>(transcript.extend([std::str::from_utf8(line).unwrap(), "\n"])))?;
    /// assert_eq!(transcript.lines().count(), file.lines().count() + 1); // sealed
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of_read(plan: ReadPlan) -> Session {
        let (roll, tree) = plan.into_parts();
        let mut session = Session::of_roll(roll, Vec::new());
        session.place = session.place.after_more(tree.size(), &tree.root().0);
        session.tree = tree;
        session
    }

    /// Makes every line up to the next decision, and hands each over, to be written with LF. `at`
    /// gives the time of each line by the operator's clock.
    ///
    /// # Errors
    /// What `write` says. Lines may then be missing on the disk that the session has made: it is to
    /// be dropped, and the draw goes on with [`Session::from_lines`].
    pub fn stream<E>(
        &mut self,
        mut at: impl FnMut() -> Option<u64>,
        mut write: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        loop {
            while let Some((pool, turns)) = self.next_turns() {
                self.write_turns(&pool, &turns, &mut at, &mut write)?;
            }
            let Some(line) = self.advance(at()) else { return Ok(()) };
            write(&line)?;
        }
    }

    /// The next turns of a pool that is all by lot, each drawn, and the id of the pool; `None` if
    /// the next line is another.
    fn next_turns(&mut self) -> Option<(String, Turns)> {
        let open = self.phase == Phase::Pools && !self.log_due && self.left.is_none();
        let pool = self.pool.as_mut().filter(|_| open)?;
        if !pool.is_all_by_lot() || pool.called.is_some() {
            return None;
        }
        let turns = pool.turns_ahead(&self.roll, None);
        (!turns.lots.is_empty()).then(|| (pool.info.id.clone(), turns))
    }

    fn write_turns<E>(
        &mut self,
        pool: &str,
        turns: &Turns,
        at: &mut impl FnMut() -> Option<u64>,
        write: &mut impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let calls = self.pool.as_ref().map_or(0, |pool: &PoolDraw| pool.calls);
        let before = calls.saturating_sub(count(turns.lots.len()));
        let mut line = Vec::new();
        for ((n, turn), place) in (0..).zip(&turns.lots).zip(before.saturating_add(1)..) {
            let (household, unit) = (turns.households.get(n), turns.units.get(n));
            for pick in [false, true] {
                line.clear();
                let at = timely(at());
                match pick {
                    false => call_of(pool, place, household, turn.drawn.ticket, at),
                    true => {
                        lot_of(household, (turn.offered, turn.drawn.lot, turn.number), unit, at)
                    }
                }
                .encode(&mut line);
                self.tree.push_line(&line);
                write(&line)?;
            }
        }
        // These are scattered over the memory; all at once wait for it together.
        for turn in &turns.lots {
            Holding::enter(&mut self.holdings, turn.household, Holding::Unit(turn.unit));
        }
        self.calls_today = self.calls_today.saturating_add(count(turns.lots.len()));
        let lines = self.tree.size().saturating_sub(self.place.lines);
        self.place = self.place.after_more(lines, &line);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Session;
    use crate::lines::Line;
    use crate::plan::PlanReader;

    #[test]
    fn the_lines_are_those_made_one_by_one() {
        let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/corpus/valid");
        let mut pools = 0;
        for entry in std::fs::read_dir(corpus).unwrap() {
            let file = std::fs::read(entry.unwrap().path()).unwrap();
            let lines: Vec<&[u8]> = file.trim_ascii_end().split(|b| *b == b'\n').collect();
            let begins = |start: &[u8]| lines.iter().position(|line| line.starts_with(start));
            let sealed = begins(b"{\"kind\":\"checkpoint\"").unwrap();
            let mut reader = PlanReader::new();
            lines[..sealed].iter().for_each(|line| reader.line(line));
            let mut read = Session::of_read(reader.finish().unwrap());
            // Up to each line in turn, and from there on as long as nothing is to be decided.
            let mut plain = Session::from_lines(lines[..sealed].iter().copied()).unwrap();
            lines[..sealed].iter().for_each(|line| plain.replay(line).unwrap());
            for line in &lines[sealed..] {
                if matches!(Line::decode(line), Ok(Line::Open { .. })) {
                    pools += 1;
                }
                let (mut one, mut all) = (plain.clone(), read.clone());
                let (mut one_by_one, mut streamed) = (Vec::new(), Vec::new());
                let clock = |mut now: u64| move || (Some(now), now += 1).0;
                let mut now = clock(1_700_000_000);
                while let Some(line) = one.advance(now()) {
                    one_by_one.push(line);
                }
                let streaming: Result<(), ()> = all.stream(clock(1_700_000_000), |line| {
                    streamed.push(line.to_vec());
                    Ok(())
                });
                assert_eq!((streaming, streamed), (Ok(()), one_by_one));
                assert_eq!((all.root(), all.holdings()), (one.root(), one.holdings()));
                assert_eq!(all.awaits(), one.awaits());
                plain.replay(line).unwrap();
                read.replay(line).unwrap();
            }
        }
        assert!(pools > 20, "{pools} pools");
    }
}
