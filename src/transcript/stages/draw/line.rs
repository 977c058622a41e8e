//! One line of the draw, read field by field: whether it may stand here (rule T2), and who looks at
//! it.

use super::state::Drawing;
use crate::lines::Line;
use crate::phase::Turn;
use crate::plan::Roll;
use crate::rules::Phrase;
use crate::text::most;
use crate::transcript::stages::at::At;

impl Drawing {
    /// One line of the draw that [`Drawing::as_expected`] did not take.
    pub(crate) fn line(&mut self, roll: &Roll, line: &Line<'_>, at: &mut At<'_>) {
        if self.lost {
            return;
        }
        // The file is no longer the foreseen one, so the pool is brought to where it is.
        self.go_with_the_file(roll);
        if let Some(expected) = self.turn_fault(roll, line) {
            return at.misplaced(line, expected);
        }
        self.examine(roll, line, at);
        match line {
            Line::Pick { proxy: Some(proxy), .. } => at.text("pick, proxy", proxy, most::NAME),
            Line::Undo { reason, .. } => at.text("undo, reason", reason, most::REASON),
            _ => {}
        }
    }

    fn examine(&mut self, roll: &Roll, line: &Line<'_>, at: &mut At<'_>) {
        let called = self.pool.as_ref().and_then(|pool| pool.called);
        match (line, called) {
            (Line::Open { pool, key, .. }, _) => {
                self.close_pool(roll, at);
                self.open(roll, pool, *key, at);
            }
            (Line::Call { .. }, _) => self.call(roll, line, at),
            (Line::Undo { .. }, _) => self.undo(roll, at),
            (Line::End { .. }, _) => self.end(roll, line, at),
            (Line::Leftover { .. }, _) => self.leftover(roll, line, at),
            (Line::Pick { .. }, Some(household)) => self.pick(roll, household, line, at),
            (Line::Standby { .. }, Some(household)) => self.stand_by(roll, household, line, at),
            (Line::Missed { .. }, Some(household)) => self.miss(roll, household, at),
            _ => {}
        }
    }

    /// T2 within a pool: what is expected instead, if the line cannot stand here.
    fn turn_fault(&self, roll: &Roll, line: &Line<'_>) -> Option<Phrase> {
        let turn = self.turn();
        let called = self.pool.as_ref().and_then(|pool| pool.called);
        let called = called.map(|household| roll.household_id(household)).unwrap_or_default();
        // T2: `pick`, `standby` and `missed` name the household of the `call` that is open.
        let of_another = match line {
            Line::Pick { household, .. }
            | Line::Standby { household, .. }
            | Line::Missed { household, .. } => *household != called,
            _ => false,
        };
        if turn.allows(line) && !of_another {
            return None;
        }
        Some(match (turn, line) {
            (Turn::NoPool, _) => Phrase::new("an open line first", "应先有 open 行"),
            (Turn::Ended, _) => {
                Phrase::new("a leftover, the next pool, or the result", "剩余房源、下一批次或结果")
            }
            (_, Line::Leftover { .. }) => {
                Phrase::new("the end of the pool first", "应先有批次结尾")
            }
            (_, Line::Open { .. }) => Phrase::new("the end of the pool before", "上一批次应先结束"),
            (Turn::Between, _) => Phrase::new("a call, or the end of the pool", "叫号或批次结尾"),
            (Turn::LotDue, Line::Missed { .. } | Line::Standby { .. }) => {
                Phrase::new("the pick by lot", "抽签得房")
            }
            (Turn::Called | Turn::LotDue, _) => Phrase::new(
                format!("the pick or standby of household {called}"),
                format!("住户 {called} 的得房或候补"),
            ),
        })
    }
}
