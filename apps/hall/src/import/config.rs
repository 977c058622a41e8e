//! `draw.toml`: what the office's tables do not say.

use super::fault::{Fault, Place, is_private, quoted};
use super::papers::DocumentConfig;
use super::settings;
use crate::words::say::counted;
use floorlot::plan::{
    Absence, Bench, Member, Mode, PickRule, Plan, Pool, Prior, Source, Unranked, is_id,
};
use floorlot::rules::{Phrase, USUAL_NEEDS};
use floorlot::transcript::{NextRound, RoundPool};
use floorlot_verify::common::mask::mask;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The whole file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    origin: String,
    title: String,
    mode: Mode,
    #[serde(default = "one")]
    attempt: u64,
    prior: Option<Prior>,
    /// The public key of the log, as `key log` prints it.
    log: Option<String>,
    #[serde(rename = "bench")]
    benches: Vec<BenchConfig>,
    #[serde(rename = "source")]
    sources: Option<Vec<Source>>,
    pool: PoolConfig,
    #[serde(default)]
    pools: BTreeMap<String, PoolConfig>,
    #[serde(default)]
    needs: BTreeMap<String, String>,
    /// The column of the roll whose values become tiers.
    pub(super) tiers: Option<TiersConfig>,
    /// How families with several flats are served.
    families: Option<FamiliesConfig>,
    /// Who holds the draw, for what hangs.
    #[serde(default)]
    pub(super) office: crate::import::office::Office,
    /// What the draw rests on.
    #[serde(default)]
    pub(super) documents: Vec<DocumentConfig>,
    /// `[[round]]`, for `round` alone: which pools of the round before are drawn together.
    #[serde(rename = "round", default)]
    pub(super) rounds: Vec<RoundConfig>,
    /// Why there is another round.
    #[serde(default)]
    pub(super) reason: Option<String>,
}

/// `[tiers]`: bands of a column.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TiersConfig {
    /// The head of the column.
    pub(super) from: String,
    /// Its values, that of tier 1 first; without it they are numbers or dates, the lowest first.
    pub(super) order: Option<Vec<String>>,
    /// The highest first.
    #[serde(default)]
    pub(super) descending: bool,
}

/// `[families]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct FamiliesConfig {
    serve: Option<Serve>,
    /// Whether second flats are chosen after all first flats, by their tier; so if nothing is said.
    rounds_as_tiers: Option<bool>,
    /// The head of the column of area budgets, if it is none of the known ones.
    budget: Option<String>,
    /// Of a row for several flats: for which of them its needs hold.
    #[serde(default)]
    needs: NeedsOf,
}

/// When a family chooses its flats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Serve {
    /// One at a time.
    Rounds,
    /// All in consecutive turns.
    Together,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum NeedsOf {
    #[default]
    First,
    All,
}

/// A pool of a later round.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RoundConfig {
    id: String,
    title: String,
    building: String,
    /// The pools of the round before.
    #[serde(default)]
    from: Vec<String>,
}

/// What a pool of the round before left.
pub struct LeftOver {
    pub id: String,
    pub title: String,
    pub building: String,
    /// Households on standby, and the number of free units.
    pub standby: Vec<String>,
    pub free: usize,
}

impl LeftOver {
    /// The pools that left something: those with households first.
    fn listed(left: &[LeftOver]) -> Phrase {
        let mut pools: Vec<&LeftOver> = left.iter().collect();
        pools.sort_by_key(|pool| pool.standby.is_empty());
        let more = if pools.len() > 40 { " …" } else { "" };
        let list = |show: fn(&LeftOver) -> String| {
            pools.iter().take(40).map(|pool| show(pool)).collect::<Vec<_>>()
        };
        let en = list(|p| {
            format!("{} ({}: {} on standby, {} left over)", p.id, p.title, p.standby.len(), p.free)
        })
        .join(", ");
        let zh = list(|p| {
            format!("{}（{}：候补 {} 户，剩余 {} 套）", p.id, p.title, p.standby.len(), p.free)
        })
        .join("、");
        Phrase::new(
            format!("pools that left something: {en}{more}"),
            format!("有剩余的批次：{zh}{more}"),
        )
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct BenchConfig {
    id: String,
    title: String,
    quorum: u64,
    /// Whether the members' names are public, so that they are not masked.
    #[serde(default)]
    show_names: bool,
    members: Vec<MemberConfig>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct MemberConfig {
    id: String,
    name: String,
    /// The public key, as `key` prints it.
    #[serde(default)]
    key: Option<String>,
}

/// `[pool]` for all pools, `[pools.ID]` for one.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct PoolConfig {
    rule: Option<PickRule>,
    absence: Option<Absence>,
    /// The time for a choice.
    seconds: Option<u64>,
    unranked: Option<Unranked>,
    title: Option<String>,
    building: Option<String>,
}

fn one() -> u64 {
    1
}

/// Other words for the usual needs and features.
const OTHER_WORDS: [(&str, &str); 3] =
    [("无台阶", "step-free"), ("轮椅", "step-free"), ("低层", "low-floor")];

/// Words for needs and features that need no entry in `[needs]`, with their ids.
fn known_needs() -> impl Iterator<Item = (&'static str, &'static str)> {
    let others = |id| OTHER_WORDS.into_iter().filter(move |(_, other)| *other == id);
    USUAL_NEEDS.into_iter().flat_map(move |(id, _, zh)| std::iter::once((zh, id)).chain(others(id)))
}

/// A need in Chinese, if it is one of the usual ones.
pub fn need_in_chinese(id: &str) -> &str {
    USUAL_NEEDS.iter().find(|(known, ..)| *known == id).map_or(id, |(_, _, zh)| zh)
}

/// Words for no need at all.
const NO_NEED: &[&str] =
    &["无", "否", "没有", "不需要", "-", "—", "－", "/", "\\", "none", "no", "n", "n/a", "0"];

/// Whether a word says that there is nothing: no need, no group.
pub(super) fn is_nothing(word: &str) -> bool {
    NO_NEED.contains(&word.to_lowercase().as_str())
}

impl Config {
    /// The name of a file of settings without its folders, and its bytes.
    pub(super) fn load(path: &Path) -> Result<(String, Vec<u8>), Fault> {
        settings::load(path)
    }

    /// Reads `.toml` or `.json`, and says which encoding it has if that is not UTF-8.
    pub(super) fn read(file: &str, bytes: &[u8]) -> Result<(Config, Option<Phrase>), Vec<Fault>> {
        settings::read(file, bytes)
    }

    /// How families are served, if the file says so.
    pub(super) fn serve(&self) -> Option<Serve> {
        self.families.as_ref()?.serve
    }

    pub(super) fn says_families(&self) -> bool {
        self.families.is_some()
    }

    /// Whether rounds are tiers, for families that are served in rounds.
    pub(super) fn rounds_as_tiers(&self) -> bool {
        self.families.as_ref().is_none_or(|families| families.rounds_as_tiers != Some(false))
    }

    pub(super) fn says_rounds_as_tiers(&self) -> bool {
        self.families.as_ref().is_some_and(|families| families.rounds_as_tiers.is_some())
    }

    /// The head of the column of area budgets.
    pub(super) fn budget_head(&self) -> Option<&str> {
        self.families.as_ref()?.budget.as_deref()
    }

    /// Whether the needs of a family hold for all its flats.
    pub(super) fn needs_of_all(&self) -> bool {
        self.families.as_ref().is_some_and(|families| families.needs == NeedsOf::All)
    }

    pub(super) fn mode(&self) -> Mode {
        self.mode
    }

    /// Whether the file says where the seed comes from.
    pub(super) fn names_sources(&self) -> bool {
        self.sources.is_some()
    }

    /// Each member's id, whole name and key.
    pub(super) fn seats(&self) -> impl Iterator<Item = (&str, &str, Option<&str>)> {
        self.benches
            .iter()
            .flat_map(|bench| &bench.members)
            .map(|m| (m.id.as_str(), m.name.as_str(), m.key.as_deref()))
    }

    /// The origin, and the key of the log where there is one.
    pub(super) fn log(&self) -> Option<(&str, &str)> {
        Some((self.origin.as_str(), self.log.as_deref()?))
    }

    /// The plan without its pools.
    pub(super) fn plan(&self) -> Plan {
        let member = |b: &BenchConfig, m: &MemberConfig| Member {
            id: m.id.clone(),
            bench: b.id.clone(),
            name: if b.show_names { m.name.clone() } else { mask(&m.name).name },
            key: m.key.clone(),
        };
        Plan {
            origin: self.origin.clone(),
            title: self.title.clone(),
            mode: self.mode,
            attempt: self.attempt,
            prior: self.prior.clone(),
            log: self.log.clone(),
            benches: self
                .benches
                .iter()
                .map(|b| Bench { id: b.id.clone(), title: b.title.clone(), quorum: b.quorum })
                .collect(),
            members: self
                .benches
                .iter()
                .flat_map(|b| b.members.iter().map(move |m| member(b, m)))
                .collect(),
            sources: self.sources.clone().unwrap_or_else(|| vec![Source::TWENTY_DICE]),
            documents: Vec::new(),
            pools: Vec::new(),
            excluded: Vec::new(),
            families: Vec::new(),
        }
    }

    /// What a later round says of its pools. Without `[[round]]` the only pool that left anything
    /// is drawn again; several are never thrown together unasked, because the plan does not say
    /// which of them are of one flat type.
    pub(super) fn next_round(
        &self,
        file: &str,
        left: &[LeftOver],
    ) -> Result<NextRound, Vec<Fault>> {
        let faults = self.round_faults(file, left);
        if !faults.is_empty() {
            return Err(faults);
        }
        let usual = |pool: &LeftOver| RoundConfig {
            id: pool.id.clone(),
            title: pool.title.clone(),
            building: pool.building.clone(),
            from: vec![pool.id.clone()],
        };
        let usual: Vec<RoundConfig> = left.iter().take(1).map(usual).collect();
        let pool = |round: &RoundConfig| RoundPool {
            rule: self.empty_pool(&round.id, &round.title, &round.building).rule,
            id: round.id.clone(),
            title: round.title.clone(),
            building: round.building.clone(),
            from: round.from.clone(),
        };
        Ok(NextRound {
            origin: self.origin.clone(),
            title: self.title.clone(),
            mode: self.mode,
            reason: self
                .reason
                .clone()
                .unwrap_or_else(|| "剩余房源与候补户 / leftovers and standby".into()),
            pools: if self.rounds.is_empty() { &usual } else { &self.rounds }
                .iter()
                .map(pool)
                .collect(),
        })
    }

    /// Pools of the round before that are not there, are named twice, or are not named at all.
    fn round_faults(&self, file: &str, left: &[LeftOver]) -> Vec<Fault> {
        let mut faults = Vec::new();
        for (part, _) in
            [("[tiers]", self.tiers.is_some()), ("[families]", self.families.is_some())]
                .iter()
                .filter(|(_, there)| *there)
        {
            let expected = Phrase::new(
                "none: in a later round households keep the tiers and families they have",
                "没有：下一轮各户沿用原顺位和家庭",
            );
            let place = Phrase::same(format!("{file}, {part}"));
            faults.push(Fault::new(place, Phrase::same(part), expected, Phrase::same("")));
        }
        let (expected, advice) = (
            LeftOver::listed(left),
            Phrase::new("list pools of one flat type in `from`", "请在 from 中列出同一户型的批次"),
        );
        if self.rounds.is_empty() && left.len() != 1 {
            let found = Phrase::new(
                format!("nothing, but {} pools left something", left.len()),
                format!("没有，而有剩余的批次有 {} 个", left.len()),
            );
            faults.push(Fault::new(
                Phrase::same(format!("{file}, [[round]]")),
                found,
                expected.clone(),
                advice.clone(),
            ));
        }
        let mut seen = BTreeSet::new();
        for round in &self.rounds {
            let place = Phrase::same(format!("{file}, [[round]] {}, from", round.id));
            if round.from.is_empty() {
                faults.push(Fault::new(
                    place.clone(),
                    Phrase::new("nothing", "没有"),
                    expected.clone(),
                    advice.clone(),
                ));
            }
            for id in &round.from {
                if !left.iter().any(|pool| pool.id == *id) {
                    let found = Phrase::new(
                        format!("`{id}`, which is not a pool that left anything"),
                        format!("“{id}”，不是有剩余的批次"),
                    );
                    faults.push(Fault::new(place.clone(), found, expected.clone(), advice.clone()));
                } else if !seen.insert(id) {
                    let twice = Phrase::new(
                        format!("`{id}` for the second time"),
                        format!("“{id}”第二次出现"),
                    );
                    faults.push(Fault::new(
                        place.clone(),
                        twice,
                        Phrase::new("each pool once", "每个批次一次"),
                        Phrase::same(""),
                    ));
                }
            }
        }
        faults
    }

    /// The rules of choice and ranking of a pool of a later round.
    pub(super) fn with_rules(&self, mut pool: Pool) -> Pool {
        let rules = self.empty_pool(&pool.id, &pool.title, &pool.building);
        (pool.absence, pool.seconds, pool.unranked) =
            (rules.absence, rules.seconds, rules.unranked);
        pool
    }

    /// An empty pool with the rules that hold for it.
    pub(super) fn empty_pool(&self, id: &str, title: &str, building: &str) -> Pool {
        let own = self.pools.get(id).cloned().unwrap_or_default();
        let rule = own.rule.or(self.pool.rule).unwrap_or(PickRule::Lot);
        let title = own.title.as_deref().or(self.pool.title.as_deref()).unwrap_or(title);
        let building =
            own.building.as_deref().or(self.pool.building.as_deref()).unwrap_or(building);
        let mut pool = Pool::new(id, title, building, rule);
        // What [pool] says about another rule than this pool's does not concern it.
        let general =
            |rule_of| if own.rule.is_none() || rule == rule_of { Some(&self.pool) } else { None };
        let absence = own.absence.or(general(PickRule::Choice).and_then(|p| p.absence));
        pool.seconds = own.seconds.or(general(PickRule::Choice)
            .filter(|_| rule == PickRule::Choice)
            .and_then(|p| p.seconds));
        let unranked = own.unranked.or(general(PickRule::Ranking).and_then(|p| p.unranked));
        (pool.absence, pool.unranked) = (absence.or(pool.absence), unranked.or(pool.unranked));
        pool
    }

    /// The id of a need or feature; `Ok(None)` for a word that says there is none.
    pub(super) fn need(&self, word: &str) -> Result<Option<String>, ()> {
        let configured = self.needs.get(word).map(String::as_str);
        let known = || known_needs().find(|(zh, _)| *zh == word).map(|(_, id)| id);
        if let Some(id) = configured.or_else(known) {
            return Ok(Some(id.to_owned()));
        }
        if is_nothing(word) {
            return Ok(None);
        }
        if is_id(word) { Ok(Some(word.to_owned())) } else { Err(()) }
    }

    /// The words that `need` knows.
    pub(super) fn need_words(&self) -> Vec<&str> {
        self.needs.keys().map(String::as_str).chain(known_needs().map(|(zh, _)| zh)).collect()
    }

    /// Titles with the number of a person in them: the plan is public.
    pub(super) fn personal(&self, file: &str) -> Vec<Fault> {
        let mut texts = vec![
            ("title".to_owned(), Some(&self.title)),
            ("reason".to_owned(), self.reason.as_ref()),
        ];
        texts.push(("origin".to_owned(), Some(&self.origin)));
        for bench in &self.benches {
            texts.push((format!("[[bench]] {} id", bench.id), Some(&bench.id)));
            for member in &bench.members {
                texts.extend([("id", &member.id), ("name", &member.name)].map(|(key, text)| {
                    (format!("[[bench]] {} members {} {key}", bench.id, member.id), Some(text))
                }));
            }
        }
        texts.extend(self.needs.iter().map(|(word, id)| (format!("[needs] {word}"), Some(id))));
        texts.extend(
            self.prior.iter().map(|prior| ("[prior] reason".to_owned(), Some(&prior.reason))),
        );
        texts.extend(
            self.benches
                .iter()
                .map(|bench| (format!("[[bench]] {} title", bench.id), Some(&bench.title))),
        );
        texts.extend([
            ("[pool] title".to_owned(), self.pool.title.as_ref()),
            ("[pool] building".to_owned(), self.pool.building.as_ref()),
        ]);
        for (id, pool) in &self.pools {
            texts.extend([
                (format!("[pools.{id}] title"), pool.title.as_ref()),
                (format!("[pools.{id}] building"), pool.building.as_ref()),
            ]);
        }
        for round in &self.rounds {
            let key = |field: &str| format!("[[round]] {} {field}", round.id);
            texts.extend([
                (key("title"), Some(&round.title)),
                (key("building"), Some(&round.building)),
            ]);
        }
        for (number, document) in (1..).zip(&self.documents) {
            let key = |field: &str| format!("[[documents]] {number} {field}");
            texts.extend([
                (key("title"), Some(&document.title)),
                (key("name"), document.name.as_ref()),
            ]);
        }
        let found = texts
            .into_iter()
            .filter_map(|(key, text)| Some((key, text?)))
            .filter(|(_, text)| is_private(text));
        let expected = || Phrase::new("a text without numbers of persons", "不含个人号码的文字");
        let advice = || {
            Phrase::new(
                "this looks like an identity-document or mobile telephone number, and plan and transcript are public for ever",
                "像是身份证件号或手机号码，而方案与记录永久公开",
            )
        };
        found
            .map(|(key, text)| {
                Fault::new(
                    Phrase::same(format_args!("{file}, {key}")),
                    quoted(text),
                    expected(),
                    advice(),
                )
            })
            .collect()
    }

    /// What is wrong with the file that the plan would not show.
    pub(super) fn faults(&self, file: &str, pools: &[String], faults: &mut Vec<Fault>) {
        let place = |key: &str| -> Place { Phrase::same(format_args!("{file}, {key}")) };
        if !self.rounds.is_empty() {
            let expected = Phrase::new(
                "none: it is for `draw_session round`",
                "没有：它用于 draw_session round",
            );
            faults.push(Fault::new(
                place("[[round]]"),
                Phrase::same("[[round]]"),
                expected,
                Phrase::same(""),
            ));
        }
        faults.extend(self.personal(file));
        for (word, id) in self.needs.iter().filter(|(_, id)| !is_id(id)) {
            let expected = Phrase::new(
                "an id of A-Z a-z 0-9 . _ -, such as step-free",
                "由 A-Z a-z 0-9 . _ - 组成的编号，例如 step-free",
            );
            faults.push(Fault::new(
                place(&format!("[needs] {word}")),
                quoted(id),
                expected,
                Phrase::same(""),
            ));
        }
        if self.pool.rule.is_none() {
            let expected = Phrase::new("choice, lot or ranking", "choice、lot 或 ranking");
            faults.push(Fault::new(
                place("[pool] rule"),
                Phrase::new("nothing", "空白"),
                expected,
                Phrase::same(""),
            ));
        }
        for id in self.pools.keys().filter(|id| !pools.contains(id)) {
            let some: Vec<&str> = pools.iter().take(8).map(String::as_str).collect();
            let expected = Phrase::new(
                format!(
                    "a pool of the tables ({}: {} ...)",
                    counted(pools.len(), "pool"),
                    some.join(", ")
                ),
                format!("表中的批次（共 {} 个：{} 等）", pools.len(), some.join("、")),
            );
            faults.push(Fault::new(
                place(&format!("[pools.{id}]")),
                quoted(id),
                expected,
                Phrase::same(""),
            ));
        }
    }
}
