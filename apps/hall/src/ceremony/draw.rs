//! A draw as it stands: the session, its transcript on disk, and what can be asked about it. [`drive`]
//! moves it on.
//!
//! [`drive`]: super::drive

use crate::ceremony::book::{Book, Found};
use crate::ceremony::progress::Progress;
use crate::disk::scribe::Scribe;
use crate::words::clock::Clock;
use crate::words::say::tr;
use floorlot::Fingerprint;
use floorlot::plan::{HouseholdNumber, PoolNumber, Roll, UnitNumber, ValidPlan};
use floorlot::rules::Lang;
use floorlot::session::Session;
use floorlot::sign::LogKey;
use indicatif::ProgressBar;
use std::sync::Arc;

/// A draw that is being held.
pub(crate) struct Draw {
    pub(crate) session: Session,
    pub(crate) book: Book,
    pub(crate) progress: Progress,
    pub(crate) lang: Lang,
    pub(crate) prints: Prints,
    /// How many households are served; nothing is shown where there is no terminal.
    pub(crate) bar: ProgressBar,
    pub(super) begun: Option<u64>,
    pub(super) scribe: Scribe,
    /// What is said of the lines that are not recorded yet.
    pub(super) unsaid: Vec<String>,
    pub(super) how: How,
}

/// The fingerprints of the checkpoints so far.
#[derive(Default)]
pub(crate) struct Prints {
    pub(crate) plan: Option<Fingerprint>,
    pub(crate) reveals: Option<Fingerprint>,
    pub(crate) result: Option<Fingerprint>,
    /// That of the last day of the draw.
    pub(crate) day: Option<Fingerprint>,
    /// That of the last checkpoint over a day, the result or the aftermath.
    pub(crate) head: Option<Fingerprint>,
}

/// How a draw is told and stamped.
#[derive(Clone)]
pub(crate) struct How {
    /// The clock whose time lines carry (`at`); none if they carry no time.
    pub(crate) clock: Option<Clock>,
    /// A made-up beginning for a demo that can be repeated: each line comes a second after the one
    /// before.
    pub(crate) from: Option<u64>,
    /// Whether every pick is told, or one line for each pool drawn by lot.
    pub(crate) every_pick: bool,
    /// The key of the log, where the plan names one.
    pub(crate) log: Option<Arc<LogKey>>,
}

impl Draw {
    /// Begins a draw that writes to `scribe`.
    pub(crate) fn new(plan: ValidPlan, scribe: Scribe, lang: Lang, how: How) -> Draw {
        let book = Book::of(&plan);
        let progress = Progress::new(&book, plan.roll());
        let bar = ProgressBar::new(plan.roll().household_count().into());
        let (begun, unsaid) = (how.clock.map(|clock| (clock.wall)()), Vec::new());
        Draw {
            begun,
            session: Session::new(plan),
            book,
            progress,
            lang,
            prints: Prints::default(),
            bar,
            scribe,
            unsaid,
            how,
        }
    }

    /// The note of the last checkpoint, before anybody of the panel signed it.
    pub(crate) fn unsigned_note(&self) -> Option<String> {
        let body = self.session.checkpoint_body()?;
        // The line of the log is the first.
        let log = self.session.log_signature().map(|line| format!("{line}\n"));
        Some(format!("{body}\n{}", log.unwrap_or_default()))
    }

    /// The transcript.
    pub(crate) fn scribe(&mut self) -> &mut Scribe {
        &mut self.scribe
    }

    /// The transcript alone. What the session took and nobody recorded is forgotten with it.
    pub(crate) fn into_scribe(self) -> Scribe {
        self.scribe
    }

    /// The roll of the plan.
    pub(crate) fn roll(&self) -> &Roll {
        self.session.roll()
    }

    /// When the program began with this draw; `None` without a clock.
    pub(crate) fn begun(&self) -> Option<u64> {
        self.how.from.or(self.begun).filter(|_| self.how.clock.is_some())
    }

    pub(crate) fn now(&self) -> Option<u64> {
        if let Some(from) = self.how.from {
            return Some(from + self.session.lines());
        }
        self.how.clock.map(|clock| (clock.wall)())
    }

    /// Members with their names.
    pub(crate) fn names_of(&self, members: &[String]) -> String {
        let names: Vec<String> = members.iter().map(|m| self.book.member_name(m)).collect();
        names.join(if self.lang == Lang::En { ", " } else { "、" })
    }

    /// Who has not spoken yet under a checkpoint, when others have.
    pub(crate) fn still_silent(&self) -> String {
        let to_sign = self.names_of(&self.session.still_to_sign());
        tr!(
            self.lang,
            "missing: {to_sign}. Each member signs, or the record says why not.",
            "尚未表态：{to_sign}。每位监督员要么签名，要么记明原因。"
        )
    }

    /// S1, S5: why the draw cannot go on from the signatures under a checkpoint; `None` where it
    /// can.
    pub(crate) fn not_closed(&self) -> Option<String> {
        if !self.whole_sign_off() {
            return Some(self.still_silent());
        }
        self.session.check_closing().err().map(|error| self.refusal(&error))
    }

    /// Whether anybody on the panel has a key.
    pub(crate) fn has_keys(&self) -> bool {
        self.roll().members().any(|m| self.roll().member_key(m).is_some())
    }

    /// Whether the last checkpoint can still be signed, and nobody has said anything about it.
    pub(crate) fn nobody_signed(&self) -> bool {
        let to_sign = self.session.still_to_sign().len();
        to_sign > 0 && to_sign == self.roll().members().count()
    }

    /// Whether every member has signed or said why not, or nobody has: then the draw can go on.
    pub(crate) fn whole_sign_off(&self) -> bool {
        let to_sign = self.session.still_to_sign().len();
        to_sign == 0 || to_sign == self.roll().members().count()
    }

    /// The flat that is to be offered next: of the first pool that has one.
    pub(crate) fn due_offer(&self) -> Option<(UnitNumber, HouseholdNumber)> {
        self.roll().pool_numbers().find_map(|pool| self.session.due_offer(pool))
    }

    /// Why nothing can be offered.
    pub(super) fn no_offer(&self) -> String {
        let lang = self.lang;
        if self.session.is_void() {
            return self.void_words();
        }
        let open: Vec<String> =
            self.roll().pool_numbers().filter_map(|pool| self.open_offer(pool)).collect();
        if open.is_empty() {
            return tr!(
                lang,
                "nobody on standby can be offered a free flat",
                "没有可由候补户递补的空房"
            );
        }
        let open = open.join(if lang == Lang::En { "; " } else { "；" });
        tr!(
            lang,
            "{open}. That must be accepted or declined first",
            "{open}。请先输入：接受 或 不要"
        )
    }

    /// The offer of a pool that waits for an answer, in words.
    fn open_offer(&self, pool: PoolNumber) -> Option<String> {
        let (unit, household) = self.session.open_offer(pool)?;
        let (name, flat) =
            (self.book.household(self.roll(), household), self.book.unit(unit, self.lang));
        Some(tr!(self.lang, "{flat} is offered to {name}", "{flat} 轮到 {name} 递补，尚未答复"))
    }

    pub(super) fn void_words(&self) -> String {
        tr!(
            self.lang,
            "the draw is VOID: nothing is given out any more",
            "本次抽签已作废：不再分配任何房源"
        )
    }

    /// The flat for which the answer of a household is awaited.
    pub(super) fn offered_to(&self, household: &str) -> Result<String, String> {
        let lang = self.lang;
        if self.session.is_void() {
            return Err(self.void_words());
        }
        let Some(number) = self.roll().find_household(household) else {
            return Err(tr!(
                lang,
                "`{household}` is not a household of the plan",
                "方案中没有住户“{household}”"
            ));
        };
        let pool = self.roll().pool_of(number);
        match pool.and_then(|pool| self.session.open_offer(pool)) {
            Some((unit, to)) if to == number => Ok(self.roll().unit_id(unit).to_owned()),
            _ => {
                let (name, open) = (
                    self.book.household(self.roll(), number),
                    pool.and_then(|pool| self.open_offer(pool)),
                );
                Err(match open {
                    Some(open) => tr!(
                        lang,
                        "nothing is offered to {name}: {open}",
                        "没有轮到 {name} 递补的房源：{open}"
                    ),
                    None => tr!(lang, "nothing is offered to {name}", "没有轮到 {name} 递补的房源"),
                })
            }
        }
    }

    /// The flat that is offered to a household, in words.
    pub(crate) fn flat_offered(&self, household: &str) -> Option<String> {
        let unit = self.roll().find_unit(&self.offered_to(household).ok()?)?;
        Some(self.book.unit(unit, self.lang))
    }

    /// `H0001 张*明`, or what was typed if there is no such household.
    pub(crate) fn household_name(&self, id: &str) -> String {
        self.roll()
            .find_household(id)
            .map_or_else(|| id.to_owned(), |h| self.book.household(self.roll(), h))
    }

    /// What a household has now: its flat, or its place on the standby list.
    pub(crate) fn holding(&self, id: &str) -> String {
        let lang = self.lang;
        let number = self.roll().find_household(id);
        let unit = number.and_then(|h| self.session.holding(h).unit());
        if let Some(unit) = unit {
            return self.book.unit(unit, lang);
        }
        let pool = number.and_then(|h| self.roll().pool_of(h));
        let standby = self.session.standby();
        let mut own = standby.iter().filter(|h| self.roll().pool_of(**h) == pool);
        match own.position(|h| Some(*h) == number) {
            Some(before) => {
                let place = before + 1;
                tr!(lang, "its place {place} on the standby list", "候补第 {place} 位")
            }
            None => tr!(lang, "nothing", "无"),
        }
    }

    /// The id of the flat that was typed, in the pool that is being drawn.
    pub(crate) fn unit_id(&self, typed: &str) -> Result<String, String> {
        let Some(pool) = self.session.pool() else { return Ok(typed.to_owned()) };
        match self.book.find_unit(self.roll(), &pool.id, typed) {
            Found::Id(id) => Ok(id),
            Found::Several(ids) => {
                let ids = ids.join(" ");
                Err(tr!(
                    self.lang,
                    "several flats are labelled {typed}; type the id: {ids}",
                    "有几套房的房号都是 {typed}，请输入编号：{ids}"
                ))
            }
        }
    }
}
