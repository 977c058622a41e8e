//! Settings as they are filled in on a page or in a workbook. They become the text of `draw.toml`,
//! which is read like any other, and what is wrong with them is told at its field.

use super::advice;
use super::config::Config;
use super::fault::{Fault, quoted};
use super::fields::{ABSENCES, FIELDS, Field, RULES, Takes, UNRANKED, chosen};
use super::panel;
use crate::sample;
use floorlot::plan::{Member, Plan};
use floorlot::rules::{self, Lang, Phrase};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use unicode_normalization::UnicodeNormalization;

/// What is filled in, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Form {
    /// By the key of the [`Field`].
    pub fields: BTreeMap<String, String>,
    pub benches: Vec<BenchForm>,
    /// Pools with rules of their own.
    pub pools: Vec<PoolForm>,
}

/// A bench of the panel.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BenchForm {
    pub title: String,
    pub quorum: String,
    /// Whether the names are public as a whole.
    pub show_names: bool,
    pub members: Vec<MemberForm>,
}

/// A member of a bench.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MemberForm {
    /// Made of the bench and the place in it, if it is empty.
    pub id: String,
    pub name: String,
    pub key: String,
}

/// A pool with rules of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PoolForm {
    pub id: String,
    pub rule: String,
    pub absence: String,
    pub seconds: String,
    pub unranked: String,
}

/// A fault with the field that it stands beside.
#[derive(Debug, Clone)]
pub struct Wrong {
    /// `title`, `bench.0.quorum`, `bench.0.member.2.name`, `pool.0.id`; empty for the whole.
    pub field: String,
    pub(super) fault: Fault,
}

/// The name of the file that the settings become.
pub const FILE: &str = "draw.toml";

/// How the place of a fault begins that stands beside a field.
pub const NAMED: [&str; 2] = ["the settings, ", "设置，"];

/// A source of public numbers: the field that it is of, its device, and its keys with their values.
type Numbers = (&'static str, &'static str, Vec<(&'static str, u64)>);

/// The id of the pool with which the rules for all pools are tried.
const TRIED: &str = "settings-tried";

/// A bench as it goes into the settings: its number in the form, its id, and those of its members.
struct Seats {
    at: usize,
    id: String,
    members: Vec<(usize, String)>,
}

impl Wrong {
    /// The fault, beside its field.
    pub fn words(&self, lang: Lang) -> String {
        self.fault.beside(lang)
    }
}

impl MemberForm {
    fn is_empty(&self) -> bool {
        [&self.id, &self.name, &self.key].iter().all(|text| text.trim().is_empty())
    }
}

impl BenchForm {
    fn is_empty(&self) -> bool {
        self.title.trim().is_empty()
            && self.quorum.trim().is_empty()
            && self.members.iter().all(MemberForm::is_empty)
    }

    /// The id and the letter for its members that go with its title.
    fn usual(&self, at: usize) -> (String, String) {
        let title = self.title.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| title.contains(word));
        match () {
            () if has(&["居民", "住户", "resident"]) => ("residents".into(), "r".into()),
            () if has(&["工作", "干部", "official", "staff"]) => {
                ("officials".into(), "o".into())
            }
            () => {
                let number = at.saturating_add(1);
                (format!("bench{number}"), format!("b{number}-"))
            }
        }
    }
}

impl Form {
    /// An empty form: two benches, and what is usual where something is.
    pub fn empty() -> Form {
        let usual = FIELDS.iter().filter(|field| !field.usually.is_empty());
        let fields = usual.map(|field| (field.key.to_owned(), field.usually.to_owned())).collect();
        Form { fields, benches: Vec::new(), pools: Vec::new() }
    }

    /// What is typed in a field, as the settings say it.
    fn get(&self, key: &str) -> String {
        let typed = self.fields.get(key).map(String::as_str).unwrap_or_default();
        match Field::of(key) {
            Some(field) if field.takes != Takes::Text || key == "origin" || key == "log" => {
                field.said(&code(typed))
            }
            _ => typed.trim().nfc().collect(),
        }
    }

    /// The benches in which anything is typed.
    fn seats(&self) -> Vec<Seats> {
        let mut taken = BTreeSet::new();
        let mut all = Vec::new();
        for (at, bench) in self.benches.iter().enumerate().filter(|(_, b)| !b.is_empty()) {
            let (mut id, mut letter) = bench.usual(at);
            if !taken.insert(id.clone()) {
                (id, letter) = BenchForm::default().usual(at);
            }
            let there = bench.members.iter().enumerate().filter(|(_, m)| !m.is_empty());
            let members = (1..).zip(there).map(|(n, (member, form))| {
                let own = code(&form.id);
                (member, if own.is_empty() { format!("{letter}{n}") } else { own })
            });
            all.push(Seats { at, id, members: members.collect() });
        }
        all
    }

    /// The text of `draw.toml`. What is no number, and no word that is known, is left out: it is a
    /// fault of its own.
    pub fn toml(&self) -> String {
        let mut text =
            String::from("# 在操作页或表格中填写的设置 / settings as they were filled in\n");
        for key in ["title", "origin"] {
            text += &format!("{key} = {}\n", quote(&self.get(key)));
        }
        let mode = self.word("mode").unwrap_or("rehearsal");
        let attempt = self.number("attempt").unwrap_or(1);
        text += &format!("mode = \"{mode}\"\nattempt = {attempt}\n");
        let log = self.get("log");
        if !log.is_empty() {
            text += &format!("log = {}\n", quote(&log));
        }
        text += &self.toml_panel();
        for (device, numbers) in self.sources().into_iter().map(|(_, device, n)| (device, n)) {
            text += &format!("\n[[source]]\ndevice = \"{device}\"\n");
            numbers.iter().for_each(|(key, n)| text += &format!("{key} = {n}\n"));
        }
        text + &self.toml_pools() + &self.toml_rest()
    }

    fn toml_panel(&self) -> String {
        let seats = self.seats();
        if seats.is_empty() {
            return "bench = []\n".into();
        }
        let mut text = String::new();
        for seats in &seats {
            let Some(bench) = self.benches.get(seats.at) else { continue };
            let quorum = number(&bench.quorum).unwrap_or(0);
            let title: String = bench.title.trim().nfc().collect();
            text += &format!("\n[[bench]]\nid = {}\ntitle = {}\n", quote(&seats.id), quote(&title));
            text += &format!("quorum = {quorum}\n");
            if bench.show_names {
                text += "show_names = true\n";
            }
            text += "members = [\n";
            for (at, id) in &seats.members {
                let Some(member) = bench.members.get(*at) else { continue };
                let name: String = member.name.trim().nfc().collect();
                let key = self.key_of(id, &code(&member.key));
                text += &format!("  {{ id = {}, name = {}", quote(id), quote(&name));
                if !key.is_empty() {
                    text += &format!(", key = {}", quote(&key));
                }
                text += " },\n";
            }
            text += "]\n";
        }
        text
    }

    /// The key that was typed, or that of the samples, where those are wanted.
    fn key_of(&self, id: &str, typed: &str) -> String {
        if typed.is_empty() && self.word("keys") == Some("sample") {
            return sample::key(id).map_or_else(String::new, |key| key.verifier().to_string());
        }
        typed.to_owned()
    }

    /// The sources that are filled in.
    fn sources(&self) -> Vec<Numbers> {
        let mut sources = Vec::new();
        if let Some(dice) = self.number("dice") {
            sources.push(("dice", "dice", vec![("count", dice), ("range", 10)]));
        }
        if let (Some(balls), Some(range)) = (self.number("balls"), self.number("balls_range")) {
            sources.push(("balls", "balls", vec![("count", balls), ("range", range)]));
        }
        if let Some(round) = self.number("drand") {
            sources.push(("drand", "drand", vec![("round", round)]));
        }
        sources
    }

    fn toml_pools(&self) -> String {
        let rule = self.word("rule");
        let mut text = String::from("\n[pool]\n");
        text += &rule_lines(rule, |key| self.get(key));
        for pool in self.pools.iter().filter(|pool| !code(&pool.id).is_empty()) {
            text += &format!("\n[pools.{}]\n", quote(&code(&pool.id)));
            let own = chosen(RULES, &code(&pool.rule)).or(rule);
            // What is not said of this pool is that of all.
            text += &rule_lines(own, |key| {
                let typed = pool.text(key);
                if typed.is_empty() { self.get(key) } else { typed }
            });
        }
        text
    }

    fn toml_rest(&self) -> String {
        let mut text = String::new();
        let tiers = self.get("tiers");
        if !tiers.is_empty() {
            text += &format!("\n[tiers]\nfrom = {}\n", quote(&tiers));
            if self.word("tiers_first") == Some("highest") {
                text += "descending = true\n";
            }
        }
        if let Some(serve) = self.word("serve") {
            text += &format!("\n[families]\nserve = \"{serve}\"\n");
        }
        text + &self.toml_office()
    }

    /// Who holds the draw, for the papers that hang.
    fn toml_office(&self) -> String {
        let of = |key: &str| {
            let text = self.get(&format!("office_{key}"));
            (!text.is_empty()).then(|| format!("{key} = {}\n", quote(&text)))
        };
        let name = Some(self.get("office")).filter(|name| !name.is_empty());
        let name = name.map(|name| format!("name = {}\n", quote(&name)));
        let keys = ["date", "place", "telephone", "supervision", "posted", "verifier"];
        let shows = (self.word("show_needs") == Some("yes")).then(|| "show_needs = true\n".into());
        let lines: String =
            name.into_iter().chain(keys.iter().filter_map(|key| of(key))).chain(shows).collect();
        if lines.is_empty() { lines } else { format!("\n[office]\n{lines}") }
    }

    /// The word of a choice, if it is one.
    fn word(&self, key: &str) -> Option<&'static str> {
        match Field::of(key)?.takes {
            Takes::One(words) => chosen(words, &self.get(key)),
            _ => None,
        }
    }

    fn number(&self, key: &str) -> Option<u64> {
        number(&self.get(key))
    }

    /// Everything that is wrong, one fault for each field.
    pub fn wrong(&self) -> Vec<Wrong> {
        let mut seen = BTreeSet::new();
        let all = self.typed_wrong().into_iter().chain(self.plan_wrong());
        all.filter(|wrong| seen.insert(wrong.field.clone())).collect()
    }

    /// These settings with what is usual in place of what is wrong, so that the tables can be
    /// looked through all the same.
    pub(super) fn mended(&self) -> Form {
        let mut form = self.clone();
        for Wrong { field, .. } in self.wrong() {
            if field.starts_with("pool.") {
                form.pools.clear();
            }
            if let Some(known) = Field::of(&field) {
                form.fields.insert(field, known.usually.to_owned());
            }
        }
        form
    }

    /// The same, each with the name of its field.
    pub(super) fn faults(&self) -> Vec<Fault> {
        let named = |wrong: Wrong| {
            let name = self.name(&wrong.field);
            let place =
                Phrase::new(format!("{}{}", NAMED[0], name.en), format!("{}{}", NAMED[1], name.zh));
            wrong.fault.moved(place)
        };
        self.wrong().into_iter().map(named).collect()
    }

    /// A field for people.
    fn name(&self, field: &str) -> Phrase {
        if let Some(known) = Field::of(field) {
            return known.words();
        }
        let parts: Vec<&str> = field.split('.').collect();
        let number = |text: &str| text.parse::<usize>().map_or(0, |n| n.saturating_add(1));
        match parts.as_slice() {
            ["bench", bench, "member", member, ..] => Phrase::new(
                format!("bench {}, member {}", number(bench), number(member)),
                format!("第 {} 个席位，第 {} 名监督员", number(bench), number(member)),
            ),
            ["bench", bench, "quorum"] => Phrase::new(
                format!("bench {}, quorum", number(bench)),
                format!("第 {} 个席位，法定人数", number(bench)),
            ),
            ["bench", bench, ..] => Phrase::new(
                format!("bench {}", number(bench)),
                format!("第 {} 个席位", number(bench)),
            ),
            ["pool", pool, ..] => Phrase::new(
                format!("pool with rules of its own {}", number(pool)),
                format!("第 {} 个另定规则的批次", number(pool)),
            ),
            _ => Phrase::new("panel", "监督小组"),
        }
    }

    /// What is no number, no word that is known, or missing.
    fn typed_wrong(&self) -> Vec<Wrong> {
        let mut all = Vec::new();
        for field in FIELDS {
            all.extend(typed(field.key, field.takes, &self.get(field.key), field.needed));
        }
        if self.sources().is_empty() && self.number("balls").is_none() {
            all.extend(typed("dice", Takes::Number, &self.get("dice"), true));
        }
        if self.number("balls").is_some() {
            all.extend(typed("balls_range", Takes::Number, &self.get("balls_range"), true));
        }
        let seats = self.seats();
        if seats.is_empty() {
            let expected = Phrase::new(
                "at least two benches, each with its members",
                "至少两个席位，各有监督员",
            );
            all.push(nobody("benches", expected));
        }
        for seats in seats {
            let Some(bench) = self.benches.get(seats.at) else { continue };
            let field = format!("bench.{}.quorum", seats.at);
            all.extend(typed(&field, Takes::Number, &code(&bench.quorum), true));
            if seats.members.is_empty() {
                let expected = Phrase::new("the members of the bench", "本席位的监督员");
                all.push(nobody(&format!("bench.{}.member.0.name", seats.at), expected));
            }
        }
        for (at, pool) in self.pools.iter().enumerate().filter(|(_, pool)| !pool.is_empty()) {
            for (key, takes) in [
                ("id", Takes::Text),
                ("rule", Takes::One(RULES)),
                ("absence", Takes::One(ABSENCES)),
                ("seconds", Takes::Number),
                ("unranked", Takes::One(UNRANKED)),
            ] {
                all.extend(typed(&format!("pool.{at}.{key}"), takes, &pool.text(key), key == "id"));
            }
        }
        all
    }

    /// What the rules of plans say of it, tried with one flat for one household in each pool.
    fn plan_wrong(&self) -> Vec<Wrong> {
        let config = match Config::read(FILE, self.toml().as_bytes()) {
            Ok((config, _)) => config,
            Err(faults) => return self.unread(faults),
        };
        let ids: Vec<String> = self.pools.iter().map(|pool| code(&pool.id)).collect();
        let mut faults = Vec::new();
        config.faults(FILE, &ids, &mut faults);
        faults.extend(panel::sample_keys(FILE, &config));
        let own = faults.into_iter().map(|fault| {
            let place = fault.place().en.clone();
            Wrong { field: self.field(place.strip_prefix("draw.toml, ").unwrap_or(&place)), fault }
        });
        let plan = tried(&config, &ids);
        let found = plan.validate().err().map(|found| found.0).unwrap_or_default();
        let of_plan = found.iter().map(|fault| self.of_plan(fault, &plan));
        // How many a bench without members needs is not said before it has any.
        let empty: Vec<String> = self
            .seats()
            .iter()
            .filter(|seats| seats.members.is_empty())
            .map(|seats| format!("bench.{}.quorum", seats.at))
            .collect();
        own.chain(of_plan.filter(|wrong| !empty.contains(&wrong.field))).collect()
    }

    /// What the reader of the settings refuses, found by reading each field alone; and everything
    /// else that is wrong.
    fn unread(&self, faults: Vec<Fault>) -> Vec<Wrong> {
        let (mut all, mut rest) = (Vec::new(), self.clone());
        for (key, text) in &self.fields {
            let fields = BTreeMap::from([(key.clone(), text.clone())]);
            let alone = Form { fields, ..Form::default() };
            if let Err(faults) = Config::read(FILE, alone.toml().as_bytes()) {
                rest.fields.remove(key);
                all.extend(faults.into_iter().map(|fault| Wrong { field: key.clone(), fault }));
            }
        }
        if all.is_empty() {
            let whole = |fault| Wrong { field: String::new(), fault };
            return faults.into_iter().map(whole).collect();
        }
        all.into_iter().chain(rest.plan_wrong()).collect()
    }

    fn of_plan(&self, fault: &rules::Fault, plan: &Plan) -> Wrong {
        let advice = if fault.place == "plan, prior" {
            super::translate::after_a_void_draw()
        } else {
            Phrase::same("")
        };
        let words = (fault.found.clone(), fault.expected.clone());
        let made = Fault::new(Phrase::same(&fault.place), words.0, words.1, advice);
        let field = match fault.place.split_once(", ") {
            Some(("source", key)) => {
                let before = plan.benches.len() + plan.members.len() + 2;
                self.source_field(fault.line, before, key)
            }
            _ => self.field(&fault.place),
        };
        Wrong { field, fault: made }
    }

    /// The field of a source, which a fault names by its line alone.
    fn source_field(&self, line: u64, first: usize, key: &str) -> String {
        let at = usize::try_from(line).ok().and_then(|line| line.checked_sub(first));
        let sources = self.sources();
        let field = at.and_then(|at| sources.get(at)).map_or("dice", |(field, ..)| *field);
        if field == "balls" && key == "range" { "balls_range" } else { field }.to_owned()
    }

    /// The field that the place of a fault means.
    fn field(&self, place: &str) -> String {
        let (what, key) = place.rsplit_once([',', ' ']).unwrap_or((place, ""));
        let what = what.trim_end_matches(',');
        if place.contains("member") {
            let id = what.rsplit(' ').next().unwrap_or_default();
            return self.member_field(id, key);
        }
        if let Some(id) = what.strip_prefix("[[bench]] ").or_else(|| what.strip_prefix("bench ")) {
            let key = if key == "quorum" { key } else { "title" };
            let seats = self.seats();
            let found = seats.iter().find(|seats| seats.id == id);
            return found
                .map_or_else(|| "benches".into(), |seats| format!("bench.{}.{key}", seats.at));
        }
        if let Some(id) = what.strip_prefix("pool ").filter(|id| *id != TRIED) {
            let at = self.pools.iter().position(|pool| code(&pool.id) == id).unwrap_or(0);
            return format!("pool.{at}.{key}");
        }
        match (place, key) {
            ("bench", _) => "benches".into(),
            ("source", _) => "dice".into(),
            ("plan, prior", _) => "attempt".into(),
            (_, "") => place.into(),
            _ => key.into(),
        }
    }

    fn member_field(&self, id: &str, key: &str) -> String {
        let seats = self.seats();
        let found = seats
            .iter()
            .find_map(|seats| Some((seats.at, seats.members.iter().find(|(_, own)| own == id)?.0)));
        let Some((bench, member)) = found else { return "benches".into() };
        let typed = self.benches.get(bench).and_then(|bench| bench.members.get(member));
        // Nobody typed the key of a sample.
        if key == "key" && typed.is_some_and(|typed| code(&typed.key).is_empty()) {
            return "keys".into();
        }
        format!("bench.{bench}.member.{member}.{key}")
    }
}

impl PoolForm {
    fn is_empty(&self) -> bool {
        ["id", "rule", "absence", "seconds", "unranked"].iter().all(|key| self.text(key).is_empty())
    }

    fn text(&self, key: &str) -> String {
        code(match key {
            "id" => &self.id,
            "rule" => &self.rule,
            "absence" => &self.absence,
            "seconds" => &self.seconds,
            "unranked" => &self.unranked,
            _ => "",
        })
    }
}

/// The plan that these settings give with one flat and one household in each pool. Where there is
/// no bench or no member yet, one is put in: what stands after an empty part of a plan is not read
/// (T2), and all faults are told at once.
fn tried(config: &Config, ids: &[String]) -> Plan {
    let mut plan = config.plan();
    if plan.benches.is_empty() {
        plan = plan.bench(TRIED, "-", 1, &[]).bench("settings-too", "-", 1, &[]);
    }
    if let Some(bench) = plan.benches.first().filter(|_| plan.members.is_empty()) {
        let (id, bench, name) = (TRIED.to_owned(), bench.id.clone(), "-".to_owned());
        plan.members.push(Member { id, bench, name, key: None });
    }
    let ids: Vec<&str> =
        ids.iter().map(String::as_str).filter(|id| !id.is_empty()).chain([TRIED]).collect();
    for (n, id) in ids.iter().enumerate() {
        let pool = config.empty_pool(id, "-", "-");
        let (unit, household) = (format!("U{n}"), format!("H{n}"));
        plan.pools.push(pool.unit(&unit, &unit, 1, &[]).household(&household, "", 1, &[]));
    }
    plan
}

/// The lines of a pool with this rule: what concerns another rule is left out.
fn rule_lines(rule: Option<&str>, get: impl Fn(&str) -> String) -> String {
    let mut text = rule.map_or_else(String::new, |rule| format!("rule = \"{rule}\"\n"));
    if rule == Some("choice") {
        let absence = chosen(ABSENCES, &get("absence"));
        text += &absence.map_or_else(String::new, |word| format!("absence = \"{word}\"\n"));
        text += &number(&get("seconds")).map_or_else(String::new, |n| format!("seconds = {n}\n"));
    }
    if rule == Some("ranking") {
        let unranked = chosen(UNRANKED, &get("unranked"));
        text += &unranked.map_or_else(String::new, |word| format!("unranked = \"{word}\"\n"));
    }
    text
}

/// What is wrong with what was typed in a field, whatever the rules of plans say.
fn typed(field: &str, takes: Takes, text: &str, needed: bool) -> Option<Wrong> {
    let wrong = |found: Phrase, expected: Phrase| {
        let fault = Fault::new(Phrase::same(field), found, expected, Phrase::same(""));
        Some(Wrong { field: field.to_owned(), fault })
    };
    let expected = match takes {
        Takes::Text => Phrase::new("a text", "文字"),
        Takes::Number => advice::whole_number(),
        Takes::One(words) => {
            let en: Vec<&str> = words.iter().map(|(_, en, _)| *en).collect();
            let zh: Vec<&str> = words.iter().map(|(.., zh)| *zh).collect();
            Phrase::new(
                format!("one of: {}", en.join("; ")),
                format!("下列之一：{}", zh.join("；")),
            )
        }
    };
    if text.is_empty() {
        return if needed { wrong(Phrase::new("nothing", "空白"), expected) } else { None };
    }
    let right = match takes {
        Takes::Text => true,
        Takes::Number => number(text).is_some(),
        Takes::One(words) => chosen(words, text).is_some(),
    };
    if right { None } else { wrong(quoted(text), expected) }
}

/// Nobody is there.
fn nobody(field: &str, expected: Phrase) -> Wrong {
    let found = Phrase::new("nobody", "没有人");
    let fault = Fault::new(Phrase::same(field), found, expected, Phrase::same(""));
    Wrong { field: field.to_owned(), fault }
}

/// A number in digits, also full-width ones.
fn number(text: &str) -> Option<u64> {
    let text = code(text);
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    // Beyond this no number of a plan can be written.
    text.parse().ok().filter(|n| digits && *n < 1 << 53)
}

/// A text without spaces at its ends, half-width.
fn code(text: &str) -> String {
    text.trim().nfkc().collect()
}

/// A text as TOML has it, in one line. Its basic strings are those of JSON, but for one character.
fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7F}', "\\u007f")
}
