//! `--without-priority`: would this household have its floor without its tier and without its
//! needs?
//!
//! The pool is drawn once more with its own key, so that tickets and lots are those of the draw:
//! they come from the seed and the place in the plan, and neither tier nor needs enter them but
//! through the seed. The household is put into the last tier of its pool and needs nothing. **Its
//! group comes along**: rule P8 gives a group one tier, and to tear it out of its group would take
//! away more than its priority. What the others of the group need stays. By lot and by ranking
//! nothing else is open.
//!
//! By choice it depends on what people would have chosen. Two assumptions are followed, one at
//! either end: that each household takes what it took, if that is on offer, and otherwise the
//! highest storey on offer (then hardly anything changes, because nobody wants what another took);
//! and that it takes a higher storey than it took, if one is on offer that was not on offer to it
//! in the draw. (What it did pass over then, it passes over again.) Either way, whoever missed a
//! call misses it again.

use crate::explain;
use crate::explain::in_words;
use crate::source::{Input, Source};
use crate::story::Story;
use crate::words::{shown, tr};
use floorlot::Hash;
use floorlot::lines::{Line, PickRule};
use floorlot::plan::{Absence, HouseholdNumber, PoolInfo, PoolNumber, Roll, UnitNumber};
use floorlot::primitives::seed::pool_key;
use floorlot::record::Record;
use floorlot::rules::Lang;
use floorlot::transcript::{Reader, Verdict, Verified};
use floorlot::trial::{Does, Trial, Turn};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::io;

/// Other households that are named in the text; the JSON has all.
const NAMED: usize = 12;

/// A flat, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Flat {
    unit: String,
    label: String,
    storey: u64,
}

/// What another household got, and would have got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Change {
    household: String,
    #[serde(skip)]
    name: String,
    with: Option<Flat>,
    without: Option<Flat>,
}

/// The draw with and without the priority of one household.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Comparison {
    household: String,
    #[serde(skip)]
    name: String,
    pool: String,
    tier: u16,
    last_tier: u16,
    needs: Vec<String>,
    /// Whether there is anything to take away.
    priority: bool,
    /// The others of its group.
    group: Vec<String>,
    of: u32,
    place: usize,
    place_without: usize,
    flat: Option<Flat>,
    /// One, or by choice one for each assumption.
    without: Vec<Without>,
    /// Whether something came after the result, which is not repeated.
    later: bool,
    /// Whether the draw was declared void, so that nobody has anything.
    void: bool,
}

/// What would have come out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Without {
    assumption: Assumption,
    flat: Option<Flat>,
    /// Who would have had its flat: nobody, itself or another.
    flat_goes_to: Option<String>,
    /// The other households of the pool that would have got something else, in plan order.
    others: Vec<Change>,
}

/// What households choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Assumption {
    /// Nobody chooses: none is needed.
    None,
    /// What they took, if it is on offer, otherwise the highest.
    AsTaken,
    /// A higher storey than they took, if it was not on offer to them in the draw.
    Higher,
}

/// What came of the question.
pub(crate) enum Answer {
    /// There is no such household; ids like it are in the story.
    Nobody(Box<Story>),
    /// Its pool was not drawn to its end.
    NotDrawn,
    /// A family with an area budget has a claim in its pool, so that other pools count, too.
    Budgets,
    /// In its pool the order of calls depends on when each day was closed.
    Days,
    Compared(Box<Comparison>),
}

/// The lines of the file that matter: what the pool of the household got, and its flats.
struct Past {
    /// Label and storey of the flats of the plan.
    units: Vec<(String, u64)>,
    names: Vec<String>,
    record: Record,
}

impl Past {
    fn read(input: Input<'_>, roll: &Roll) -> io::Result<Past> {
        let mut reader = Reader::new(input);
        let record = Record::new(roll);
        let mut past = Past { units: Vec::new(), names: Vec::new(), record };
        while let Some(raw) = reader.next_line()? {
            if let Ok(line) = Line::decode(raw.bytes) {
                past.line(raw.number, &line, roll);
            }
        }
        Ok(past)
    }

    fn line(&mut self, number: u64, line: &Line<'_>, roll: &Roll) {
        self.record.line(number, line, roll);
        match line {
            Line::Unit { label, storey, .. } => self.units.push((label.to_string(), *storey)),
            Line::Household { name, .. } => self.names.push(name.to_string()),
            _ => {}
        }
    }

    /// What the draw gave.
    fn took(&self, household: HouseholdNumber) -> Option<UnitNumber> {
        self.record.course(household).drawn.unit()
    }

    fn storey(&self, unit: UnitNumber) -> u64 {
        self.units.get(unit.index()).map_or(0, |(_, storey)| *storey)
    }

    /// What a household does that may choose. `before` are the units that were on offer to each in
    /// the draw.
    fn does(
        &self,
        turn: &Turn,
        assumption: Assumption,
        before: &BTreeMap<HouseholdNumber, Vec<UnitNumber>>,
    ) -> Does {
        let missed = self.record.missed(turn.household).len();
        // Whoever missed a call misses it again; at the second call one miss is the one before.
        if missed > usize::from(turn.again) {
            return Does::Misses;
        }
        let took = self.took(turn.household);
        let new_and_higher = |unit: UnitNumber| {
            let old = before.get(&turn.household).is_some_and(|units| units.contains(&unit));
            assumption == Assumption::Higher
                && !old
                && took.is_some_and(|took| self.storey(unit) > self.storey(took))
        };
        let wanted = turn
            .offered()
            .iter()
            .copied()
            .filter(|unit| Some(*unit) == took || new_and_higher(*unit));
        // Of several on one storey the first in the plan.
        let highest = |unit: &UnitNumber| (self.storey(*unit), Reverse(*unit));
        wanted
            .max_by_key(highest)
            .or_else(|| turn.offered().iter().copied().max_by_key(highest))
            .map_or(Does::Misses, Does::Takes)
    }
}

/// Draws the pool of the household with and without its priority.
pub(crate) fn compare(
    source: &mut Source,
    verified: &Verified,
    later: bool,
    id: &str,
) -> Result<Answer, io::Error> {
    let roll = verified.roll();
    let found = roll.find_household(id).and_then(|h| Some((h, roll.pool_of(h)?)));
    let Some((household, index, info)) =
        found.and_then(|(h, index)| Some((h, index, roll.pool(index)?)))
    else {
        let story = source.read(|input| Story::read(input, id, None)).and_then(|story| story)?;
        return Ok(Answer::Nobody(Box::new(story)));
    };
    if info.has_budgets() {
        return Ok(Answer::Budgets);
    }
    if info.absence == Some(Absence::Day) {
        return Ok(Answer::Days);
    }
    let past = source.read(|input| Past::read(input, roll)).and_then(|past| past)?;
    // A pool that has no end has no order of calls to compare with.
    let seed = past.record.seed().filter(|_| past.record.pool(index).ended.is_some());
    let Some(key) = seed.map(|(_, seed)| pool_key(seed, &info.id)) else {
        return Ok(Answer::NotDrawn);
    };
    let changed = roll.without_priority(household);
    let mut before = BTreeMap::new();
    let nothing = BTreeMap::new();
    let with = draw(roll, index, key, |turn| {
        before.insert(turn.household, turn.offered().to_vec());
        past.does(turn, Assumption::AsTaken, &nothing)
    })?;
    // The draw must come out as it did, or the comparison would say nothing.
    if with.iter().any(|(h, unit)| *unit != past.took(*h)) {
        return Err(io::Error::other(
            "the draw of the pool does not come out as in the file, which was verified: please report this",
        ));
    }
    let assumptions: &[Assumption] = match info.rule {
        PickRule::Choice => &[Assumption::AsTaken, Assumption::Higher],
        PickRule::Lot | PickRule::Ranking => &[Assumption::None],
    };
    let pool = Drawn { roll, info, past: &past, household, with: &with };
    let without = assumptions.iter().map(|assumption| {
        let without = draw(&changed, index, key, |turn| past.does(turn, *assumption, &before))?;
        Ok(pool.without(*assumption, &without))
    });
    let without = without.collect::<io::Result<Vec<Without>>>()?;
    let places = [roll, &changed].map(|roll| place(roll, index, key, household));
    let compared = pool.compared(&changed, places, without);
    Ok(Answer::Compared(Box::new(Comparison { later, void: verified.is_void(), ..compared })))
}

/// What everybody gets, by the number of the household.
fn draw(
    roll: &Roll,
    pool: PoolNumber,
    key: Hash,
    chooser: impl FnMut(&Turn) -> Does,
) -> io::Result<BTreeMap<HouseholdNumber, Option<UnitNumber>>> {
    let trial = Trial::new(roll, pool).ok_or_else(|| io::Error::other("no such pool"))?;
    let served = trial.draw(key, chooser).map_err(io::Error::other)?;
    Ok(served.iter().map(|served| (served.household, served.holding.unit())).collect())
}

/// The place of the household in the call order, from 1.
fn place(roll: &Roll, pool: PoolNumber, key: Hash, household: HouseholdNumber) -> usize {
    let order = Trial::new(roll, pool).map(|trial| trial.order(key)).unwrap_or_default();
    order.iter().position(|h| *h == household).map_or(0, |n| n + 1)
}

/// The pool as it was drawn.
struct Drawn<'a> {
    roll: &'a Roll,
    info: &'a PoolInfo,
    past: &'a Past,
    household: HouseholdNumber,
    with: &'a BTreeMap<HouseholdNumber, Option<UnitNumber>>,
}

impl Drawn<'_> {
    fn id(&self, household: HouseholdNumber) -> String {
        self.roll.household_id(household).to_owned()
    }

    fn name(&self, household: HouseholdNumber) -> String {
        self.past.names.get(household.index()).cloned().unwrap_or_default()
    }

    fn flat(&self, unit: UnitNumber) -> Flat {
        let (label, storey) = self.past.units.get(unit.index()).cloned().unwrap_or_default();
        Flat { unit: self.roll.unit_id(unit).to_owned(), label, storey }
    }

    /// What differs from the draw.
    fn without(
        &self,
        assumption: Assumption,
        without: &BTreeMap<HouseholdNumber, Option<UnitNumber>>,
    ) -> Without {
        let unit_of = |all: &BTreeMap<HouseholdNumber, Option<UnitNumber>>, h: HouseholdNumber| {
            all.get(&h).copied().flatten()
        };
        let had = unit_of(self.with, self.household);
        let next = without
            .iter()
            // A household on standby had nothing that could go to another.
            .find(|(_, unit)| had.is_some() && **unit == had)
            .map(|(h, _)| self.id(*h));
        let change = |(h, unit): (&HouseholdNumber, &Option<UnitNumber>)| {
            let other = unit_of(without, *h);
            let (with, without) =
                (unit.map(|unit| self.flat(unit)), other.map(|unit| self.flat(unit)));
            (*h != self.household && *unit != other).then(|| Change {
                household: self.id(*h),
                name: self.name(*h),
                with,
                without,
            })
        };
        let flat = unit_of(without, self.household).map(|unit| self.flat(unit));
        Without {
            assumption,
            flat,
            flat_goes_to: next,
            others: self.with.iter().filter_map(change).collect(),
        }
    }

    fn compared(
        &self,
        changed: &Roll,
        [place, place_without]: [usize; 2],
        without: Vec<Without>,
    ) -> Comparison {
        let (roll, household) = (self.roll, self.household);
        let (tier, last_tier, needs) =
            (roll.tier(household), changed.tier(household), roll.needs(household).to_vec());
        Comparison {
            household: self.id(household),
            name: self.name(household),
            pool: self.info.id.clone(),
            tier,
            last_tier,
            priority: tier != last_tier || !needs.is_empty(),
            needs,
            group: roll
                .group(household)
                .into_iter()
                .filter(|h| *h != household)
                .map(|h| self.id(h))
                .collect(),
            of: self.info.household_count(),
            place,
            place_without,
            flat: self.with.get(&household).copied().flatten().map(|unit| self.flat(unit)),
            without,
            later: false,
            void: false,
        }
    }
}

/// That there is nothing to compare.
pub(crate) fn refused(id: &str, verdict: Verdict, lang: Lang) -> String {
    let id = shown(id);
    match verdict {
        Verdict::Unfinished => tr!(
            lang,
            "--without-priority {id}: no comparison was made, because the transcript is unfinished.",
            "--without-priority {id}：记录尚未完成，未作比较。"
        ),
        _ => tr!(
            lang,
            "--without-priority {id}: no comparison was made, because the transcript is refuted.",
            "--without-priority {id}：记录不成立，未作比较。"
        ),
    }
}

/// Why there is no comparison; `None` if there is one.
pub(crate) fn why_not(answer: &Answer, id: &str, lang: Lang) -> Option<String> {
    match answer {
        Answer::Nobody(story) => Some(explain::nobody(id, story, lang)),
        Answer::NotDrawn => {
            let id = shown(id);
            Some(tr!(
                lang,
                "--without-priority {id}: the pool of this household was not drawn to its end, so there is nothing to compare.",
                "--without-priority {id}：该户所在批次没有抽完，无从比较。"
            ))
        }
        Answer::Budgets => {
            let id = shown(id);
            Some(tr!(
                lang,
                "--without-priority {id}: not computed: a family with an area budget has a claim in the pool of this household, and what it was offered depends on other pools (D14).",
                "--without-priority {id}：未计算：该户所在批次有面积额度的家庭参加，其可选房取决于其他批次（D14）。"
            ))
        }
        Answer::Days => {
            let id = shown(id);
            Some(tr!(
                lang,
                "--without-priority {id}: not computed: in the pool of this household the order of the calls depends on when each day was closed (D2).",
                "--without-priority {id}：未计算：该户所在批次的叫号次序取决于每天何时结束（D2）。"
            ))
        }
        Answer::Compared(_) => None,
    }
}

impl Comparison {
    /// The answer in plain words.
    pub(crate) fn text(&self, lang: Lang) -> String {
        let id = who(&self.household, &self.name);
        let mut out = tr!(
            lang,
            "\nHousehold {id} without its priority: a comparison, not a second draw\n",
            "\n住户 {id}：假如不享受优先（仅作比较，不是重新抽签）\n"
        );
        self.taken_away(&mut out, lang);
        self.place(&mut out, lang);
        if self.priority {
            self.without.iter().for_each(|without| self.outcome(&mut out, without, lang));
        } else {
            out += &tr!(
                lang,
                "\n  No difference: it is of the last tier of its pool and needs nothing, so there is no priority to take away.\n",
                "\n  没有差别：该户属于本批次最后顺位，也无照顾需求，没有可去掉的优先。\n"
            );
        }
        out + &self.caveats(lang)
    }

    /// Yes or no.
    fn answer(&self, without: &Without, lang: Lang) -> String {
        match (&self.flat, &without.flat) {
            (Some(a), Some(b)) if a == b => {
                tr!(lang, "It would have got the same flat.", "会得到同一套房。")
            }
            (Some(a), Some(b)) if a.storey == b.storey => {
                tr!(
                    lang,
                    "It would have got the same storey, but another flat.",
                    "会得到同一楼层的另一套房。"
                )
            }
            (Some(a), Some(b)) => {
                let by = a.storey.abs_diff(b.storey);
                let storeys = if by == 1 { "storey" } else { "storeys" };
                let (way, zh) =
                    if b.storey > a.storey { ("higher", "高") } else { ("lower", "低") };
                tr!(
                    lang,
                    "It would not have got its storey, but one that is {by} {storeys} {way}.",
                    "不会得到这一层，而会{zh} {by} 层。"
                )
            }
            (Some(_), None) => tr!(
                lang,
                "It would have got no flat: it would be on standby.",
                "得不到房，会列入候补。"
            ),
            (None, Some(_)) => tr!(
                lang,
                "It would have got a flat; with its priority it is on standby.",
                "反而会得到房；现为候补。"
            ),
            (None, None) => tr!(lang, "It would be on standby, as it is now.", "仍是候补。"),
        }
    }

    /// What would have come out under one assumption.
    fn outcome(&self, out: &mut String, without: &Without, lang: Lang) {
        let answer = self.answer(without, lang);
        let head = match without.assumption {
            Assumption::None => tr!(lang, "Without its priority:", "不享受优先时："),
            Assumption::AsTaken => tr!(
                lang,
                "Without its priority, if everybody takes the flat that they took, where it is on offer (otherwise the highest on offer):",
                "不享受优先时，假定各户仍选原来选的房，不可选时选可选的最高楼层："
            ),
            Assumption::Higher => tr!(
                lang,
                "Without its priority, if everybody instead takes a higher storey that was not on offer to them in the draw:",
                "不享受优先时，假定各户遇到当时选不到的更高楼层就改选更高的："
            ),
        };
        let _ = writeln!(out, "\n  {head}\n    {answer}");
        let flat = flat(without.flat.as_ref(), lang);
        *out += &tr!(lang, "    It gets    {flat}\n", "    该户得  {flat}\n");
        self.next(out, without, lang);
        self.others(out, without, lang);
    }

    fn taken_away(&self, out: &mut String, lang: Lang) {
        let (tier, last, needs) = (self.tier, self.last_tier, in_words(&self.needs, lang));
        let needs = if needs.is_empty() {
            tr!(lang, "needs nothing", "无照顾需求")
        } else {
            tr!(lang, "needs {needs}", "需要 {needs}")
        };
        *out += &tr!(
            lang,
            "  Priority   tier {tier} (the last one of the pool is {last}), {needs}\n",
            "  优先    第 {tier} 顺位（本批次最后为第 {last} 顺位），{needs}\n"
        );
        if !self.priority {
            return;
        }
        *out += &tr!(
            lang,
            "  Without    tier {last}, needs nothing\n",
            "  去掉后  第 {last} 顺位，无照顾需求\n"
        );
        if !self.group.is_empty() && tier != last {
            let group = self.group.iter().map(|id| shown(id)).collect::<Vec<_>>().join(", ");
            *out += &tr!(
                lang,
                "             Its group comes along into that tier, because a group is called together: {group}\n",
                "          同组一起移到该顺位，因为结伴户一起叫号：{group}\n"
            );
        }
    }

    fn place(&self, out: &mut String, lang: Lang) {
        let (of, place, without, had) =
            (self.of, self.place, self.place_without, flat(self.flat.as_ref(), lang));
        *out += &tr!(
            lang,
            "  Place      {place} of {of} in the order of the pool; without its priority {without}\n  Got        {had}\n",
            "  次序    本批次 {of} 户中第 {place} 位；不享受优先时第 {without} 位\n  所得    {had}\n"
        );
    }

    /// Who would have had its flat.
    fn next(&self, out: &mut String, without: &Without, lang: Lang) {
        // What it kept, or never had, goes to nobody.
        if self.flat.is_none() || self.flat == without.flat {
            return;
        }
        let next = without.flat_goes_to.as_ref().map(|id| {
            let name = without
                .others
                .iter()
                .find(|other| other.household == *id)
                .map(|other| other.name.as_str());
            who(id, name.unwrap_or_default())
        });
        *out += &match next {
            Some(next) => tr!(lang, "    Its flat   goes to {next}\n", "    原所得  归 {next}\n"),
            None => tr!(lang, "    Its flat   is left over\n", "    原所得  成为剩余房源\n"),
        };
    }

    fn others(&self, out: &mut String, without: &Without, lang: Lang) {
        let (count, all) = (without.others.len(), self.of - 1);
        *out += &match count {
            0 => tr!(
                lang,
                "    Others     none of the {all} others of the pool gets anything else\n",
                "    他户    本批次其他 {all} 户所得均不变\n"
            ),
            _ => tr!(
                lang,
                "    Others     {count} of the {all} others of the pool get something else:\n",
                "    他户    本批次其他 {all} 户中，{count} 户所得不同：\n"
            ),
        };
        for other in without.others.iter().take(NAMED) {
            let (id, had, without) = (
                who(&other.household, &other.name),
                flat(other.with.as_ref(), lang),
                flat(other.without.as_ref(), lang),
            );
            *out += &tr!(
                lang,
                "               {id}: {had} -> {without}\n",
                "            {id}：{had} → {without}\n"
            );
        }
        if count > NAMED {
            let more = count - NAMED;
            *out += &tr!(
                lang,
                "               and {more} more (--json has all)\n",
                "            另有 {more} 户（--json 列出全部）\n"
            );
        }
    }

    fn caveats(&self, lang: Lang) -> String {
        let mut out = tr!(
            lang,
            "\n  Seed, tickets and lots are those of the draw. In truth the seed would have been different, because the plan enters it:\n  with another plan every ticket would be different. So this shows what the priority did among these numbers, and not what\n  would have happened.\n",
            "\n  种子、签号、签数都沿用本次抽签。实际上方案会进入种子，方案不同，种子和所有签号都会不同。\n  所以这里只说明优先在这组数字中起了什么作用，不是“本来会发生的结果”。\n"
        );
        if self.priority && self.without.len() > 1 {
            out += &tr!(
                lang,
                "  Nobody knows what people would have chosen; the two assumptions are the ends of what is likely. A household that missed a call misses it\n  again. Of several flats on a storey the first in the plan is taken.\n",
                "  各户究竟会怎么选，无从得知；以上两种假定是两个极端。未到的户仍未到；同层多套时选方案中排在前的。\n"
            );
        }
        if self.void {
            out += &tr!(
                lang,
                "  The draw was declared void: nobody has what is said here.\n",
                "  本次抽签已宣布作废：以上均不生效。\n"
            );
        } else if self.later {
            out += &tr!(
                lang,
                "  This is about the draw alone; what came after the result (withdrawals, offers, swaps) is not in it.\n",
                "  以上只涉及抽签本身；结果之后的事项（放弃、递补、换房）不在其中。\n"
            );
        }
        out
    }
}

fn who(id: &str, name: &str) -> String {
    format!("{} {}", shown(id), shown(name)).trim_end().to_owned()
}

fn flat(flat: Option<&Flat>, lang: Lang) -> String {
    match flat {
        Some(Flat { unit, label, storey }) => {
            let (unit, label) = (shown(unit), shown(label));
            tr!(lang, "{unit} ({label}, storey {storey})", "{unit}（{label}，第 {storey} 层）")
        }
        None => tr!(lang, "standby", "候补"),
    }
}
