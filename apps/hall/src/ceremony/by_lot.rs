//! How far a pool is drawn in which nobody decides: as far as so many households are served, so that
//! a day can be closed inside it.

use crate::ceremony::days;
use crate::ceremony::draw::Draw;
use crate::ceremony::drive::Refused;
use crate::words::say::{Stop, tr};
use floorlot::session::Awaits;

impl Draw {
    /// Whether the draw stands before a turn in which nobody decides.
    pub(crate) fn stands_in_lots(&self) -> bool {
        self.session.awaits() == Awaits::Automatic
            && self.progress.rests
            && !self.session.can_undo()
    }

    /// Why the draw cannot go on by itself until so many of its households are served; `None` if it
    /// can.
    pub(crate) fn not_until(&self, households: u64) -> Option<String> {
        let (lang, served) = (self.lang, self.progress.record.served());
        let all = u64::from(self.roll().household_count());
        if !self.stands_in_lots() {
            return Some(tr!(
                lang,
                "nothing can be drawn on now: no pool that is drawn without choices is open",
                "现在没有可继续抽取的批次"
            ));
        }
        (households <= served || households > all).then(|| {
            let least = served + 1;
            tr!(
                lang,
                "found {households}; expected how many households are served then in the whole draw: {least} to {all}",
                "发现 {households}；应为届时整场抽签已办理的户数：{least} 至 {all}"
            )
        })
    }

    /// Draws on until so many households of the draw are served, or somebody has to decide.
    pub(crate) fn draw_until(&mut self, households: u64) -> Result<(), Refused> {
        if let Some(why) = self.not_until(households) {
            return Err(Refused::Step(why));
        }
        while self.goes_on_by_itself() && self.progress.record.served() < households {
            self.advance()?;
        }
        // When all are served, nothing is left to stop before.
        let whole = households == u64::from(self.roll().household_count());
        Ok(if whole { self.automatic() } else { self.settle() }.map(drop)?)
    }

    /// Draws on to the end of the pool.
    pub(crate) fn draw_pool(&mut self) -> Result<(), Stop> {
        let opened = self.progress.opened;
        // One turn at least, even if the pool ends with it.
        self.turn()?;
        while self.progress.rests && self.progress.opened == opened {
            self.turn()?;
        }
        Ok(())
    }
}

/// What can be typed where the draw stands before a turn in which nobody decides.
pub(crate) fn waits(draw: &Draw) -> Vec<String> {
    let (lang, served) = (draw.lang, draw.served());
    let title = draw.session.pool().map(|pool| pool.title.clone()).unwrap_or_default();
    let mut told = vec![tr!(
        lang,
        "{title} is drawn without choices; {served}. Type: next, to the end of the pool; or until N, so far that N households of the whole draw are served",
        "{title}：本批次由抽签直接得出；{served}。请输入：继续（抽完本批次），或 抽到 N（整场已办理 N 户时停下）"
    )];
    told.extend(days::waits(draw));
    told
}

/// The question before the draw goes on to the end of the pool, or as far as a number.
pub(crate) fn question(draw: &Draw, households: Option<u64>) -> String {
    let (lang, served) = (draw.lang, draw.progress.record.served());
    match households {
        Some(households) => {
            let more = households.saturating_sub(served);
            let all = draw.roll().household_count();
            tr!(
                lang,
                "Draw on until {households} of {all} households are served ({more} more)? Nothing of it can be withdrawn.",
                "继续抽取，直到整场 {all} 户中已办理 {households} 户（再抽 {more} 户）？抽出的结果不能撤回。"
            )
        }
        None => tr!(
            lang,
            "Draw the pool to its end? Nothing of it can be withdrawn.",
            "抽完本批次？抽出的结果不能撤回。"
        ),
    }
}
