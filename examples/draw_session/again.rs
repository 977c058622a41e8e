//! `again`: after a void draw, what the next attempt begins with: the same plan with a new number and a link to the void one, and its settings.

use crate::import;
use crate::recognize::{self, What};
use crate::say::{Stop, program, quoted, say, tr, warn};
use clap::Args;
use floorlot::Hash;
use floorlot::lines::{Line, Prior, Relation};
use floorlot::note::parse_checkpoint;
use floorlot::plan::{Plan, PoolInfo, ValidPlan};
use floorlot::rules::Lang;
use floorlot::session::{Session, Stage};
use std::path::{Path, PathBuf};
use toml_edit::{DocumentMut, Item, Table, value};

/// What `again` is given.
#[derive(Args)]
pub(crate) struct AgainArgs {
    /// The transcript of the draw that was declared void · 已作废的记录
    #[arg(value_name = "TRANSCRIPT")]
    transcript: PathBuf,
    /// The settings that its tables were imported with: they are kept, with their comments; without them the settings are made from the plan · 原来的设置文件；不给则由方案生成
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The transcript of the next attempt; plan and settings are written beside it (default: draw-2.jsonl for draw.jsonl) · 下一次的记录文件，方案与设置写在其旁
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The name of the next attempt (default: that of the void one with the number of the attempt) · 下一次抽签的标识 origin
    #[arg(long, value_name = "ORIGIN")]
    origin: Option<String>,
}

/// A draw that was declared void, as its transcript tells it.
pub(crate) struct Void {
    plan: ValidPlan,
    /// The checkpoint that the next attempt names, or the one that will seal what is there.
    head: (u64, Hash),
    reason: String,
    sealed: bool,
}

/// What was written for the next attempt.
pub(crate) struct Next {
    pub(crate) transcript: PathBuf,
    pub(crate) plan: PathBuf,
    pub(crate) settings: PathBuf,
    attempt: u64,
    origin: String,
    sealed: bool,
}

/// Writes plan and settings of the next attempt.
pub(crate) fn again(args: &AgainArgs, lang: Lang) -> Result<(), Stop> {
    let bytes = std::fs::read(&args.transcript).map_err(|error| Stop::file(lang, &args.transcript, error))?;
    if let Some(other) = What::of(&bytes).no_transcript(lang) {
        return Err(Stop::file(lang, &args.transcript, other));
    }
    let void = Void::read(&bytes, lang).map_err(|why| Stop::file(lang, &args.transcript, why))?;
    let old = args.config.as_deref().map(|path| settings(path, lang)).transpose()?;
    let out = args.out.clone().unwrap_or_else(|| void.beside(&args.transcript));
    let next = void.write(&out, old, args.origin.as_deref(), lang)?;
    next.told(lang).iter().for_each(say);
    next.unsealed(&args.transcript, lang).iter().for_each(warn);
    Ok(())
}

/// That the void draw is not sealed yet.
fn not_sealed(transcript: &Path, lang: Lang) -> String {
    let transcript = transcript.display();
    tr!(
        lang,
        "{transcript}: the declaration is not sealed yet. Add nothing more to it, `seal` it and let the panel sign, before the next attempt is sealed: its plan names that checkpoint (check V7).",
        "{transcript}：作废尚未封存。请不要再添加事项，先“封存”并由监督员签名，再封存下一次的方案：方案引用的正是该检查点（第 V7 项）。"
    )
}

/// The settings that are changed.
fn settings(path: &Path, lang: Lang) -> Result<DocumentMut, Stop> {
    let bytes = std::fs::read(path).map_err(|error| Stop::file(lang, path, error))?;
    if let Some(other) = What::of(&bytes).no_settings(lang) {
        return Err(Stop::file(lang, path, other));
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| Stop::file(lang, path, not_toml(lang)))?;
    text.trim_start_matches('\u{feff}').parse().map_err(|_| Stop::file(lang, path, not_toml(lang)))
}

fn not_toml(lang: Lang) -> String {
    tr!(
        lang,
        "found a file that cannot be read as settings; expected the draw.toml that the tables were imported with; leave --config out to make settings from the plan",
        "文件不能作为设置读取；应为当初导入表格所用的 draw.toml；也可不给 --config，由方案生成设置"
    )
}

impl Void {
    /// Replays a transcript, sealed or not. The error is a sentence.
    pub(crate) fn read(bytes: &[u8], lang: Lang) -> Result<Void, String> {
        let lines: Vec<&[u8]> = bytes.split_inclusive(|&b| b == b'\n').filter_map(|line| line.strip_suffix(b"\n")).collect();
        let seal = lines.iter().position(|line| matches!(Line::decode(line), Ok(Line::Checkpoint { .. })));
        let plan = seal.and_then(|seal| Plan::read_lines(lines.iter().take(seal).copied()).ok());
        let plan = plan.ok_or_else(|| match recognize::changed(bytes) {
            Some(changed) => changed.get(lang).to_owned(),
            None => tr!(lang, "this is no transcript of a sealed draw", "这不是已封存抽签的记录"),
        })?;
        let mut session = Session::new(plan.clone());
        for (number, line) in (1..).zip(&lines) {
            if session.replay(line).is_err() {
                return Err(tr!(
                    lang,
                    "line {number} does not follow from the lines before it; verify the file (verify_transcript), and take the transcript as it was written",
                    "第 {number} 行与前文不符；请先核验（verify_transcript），并使用原样的记录"
                ));
            }
        }
        if !session.is_void() {
            return Err(not_void(lang));
        }
        let (mut reason, mut head) = (String::new(), (0, Hash([0; 32])));
        for line in lines.iter().filter_map(|line| Line::decode(line).ok()) {
            match line {
                Line::Void { reason: why, .. } => reason = why.into_owned(),
                Line::Checkpoint { body, .. } => head = parse_checkpoint(&body).map_or(head, |(_, size, root)| (size, root)),
                _ => {}
            }
        }
        // A batch that is still open is sealed over the lines that are there now.
        let sealed = session.stage() != Stage::Aftermath;
        let head = if sealed { head } else { (session.lines(), session.root()) };
        Ok(Void { plan, head, reason, sealed })
    }

    fn attempt(&self) -> u64 {
        self.plan.roll().attempt() + 1
    }

    /// `draw-2.jsonl` for `draw.jsonl`, `draw-3.jsonl` for `draw-2.jsonl`.
    pub(crate) fn beside(&self, transcript: &Path) -> PathBuf {
        let stem = transcript.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        transcript.with_file_name(format!("{}.jsonl", self.numbered(&stem)))
    }

    /// A name with the number of the next attempt in place of that of this one.
    fn numbered(&self, name: &str) -> String {
        let own = format!("-{}", self.plan.roll().attempt());
        let base = name.strip_suffix(&own).filter(|base| !base.is_empty()).unwrap_or(name);
        format!("{base}-{}", self.attempt())
    }

    /// Writes plan and settings beside the next transcript: both, or neither. Nothing that is there is replaced.
    pub(crate) fn write(&self, out: &Path, old: Option<DocumentMut>, origin: Option<&str>, lang: Lang) -> Result<Next, Stop> {
        let origin = origin.map_or_else(|| self.numbered(self.plan.roll().origin()), str::to_owned);
        let plan = self.next_plan(&origin, lang)?;
        let (stem, folder) = (out.with_extension(""), out.parent().filter(|folder| !folder.as_os_str().is_empty()));
        let beside = |ending: &str| PathBuf::from(format!("{}{ending}", stem.display()));
        let next = Next {
            transcript: out.to_owned(),
            plan: beside(".plan.jsonl"),
            settings: beside(".toml"),
            attempt: self.attempt(),
            origin,
            sealed: self.sealed,
        };
        if let Some(there) = [&next.transcript, &next.plan, &next.settings].into_iter().find(|path| path.exists()) {
            let why = tr!(
                lang,
                "is there already, and stays as it is; name another transcript with --out",
                "已存在，保持原样；请用 --out 另指记录文件"
            );
            return Err(Stop::file(lang, there, why));
        }
        folder.map_or(Ok(()), std::fs::create_dir_all).map_err(|error| Stop::file(lang, out, error))?;
        let settings = old.unwrap_or_else(|| made(&self.plan, lang));
        let text = self.renewed(settings, &next.origin).to_string();
        std::fs::write(&next.settings, text).map_err(|error| Stop::file(lang, &next.settings, error))?;
        import::write_plan(&next.plan, &plan, lang).map_err(|error| {
            let _ = std::fs::remove_file(&next.settings);
            Stop::file(lang, &next.plan, error)
        })?;
        Ok(next)
    }

    /// The same plan under another name, as the next attempt (rule P11). Its other lines do not change by a byte.
    fn next_plan(&self, origin: &str, lang: Lang) -> Result<ValidPlan, Stop> {
        let mut lines = self.plan.lines().to_vec();
        let first = lines.first().map(Vec::as_slice).and_then(|line| Line::decode(line).ok());
        if let Some(Line::Plan { floorlot, title, mode, benches, members, sources, pools, units, households, .. }) = first {
            let (size, root) = self.head;
            let before = self.plan.roll().origin();
            let prior = Prior { origin: before.into(), size, root, relation: Relation::Void, reason: self.reason.as_str().into() };
            let (origin, attempt, prior) = (origin.into(), self.attempt(), Some(prior));
            let header = Line::Plan { floorlot, origin, title, mode, attempt, prior, benches, members, sources, pools, units, households }
                .to_bytes();
            lines.iter_mut().take(1).for_each(|line| line.clone_from(&header));
        }
        Plan::read_lines(lines.iter().map(Vec::as_slice)).map_err(|faults| Stop::Failed(faults.text(lang)))
    }

    /// Settings with the number, the name and the link of the next attempt.
    fn renewed(&self, mut settings: DocumentMut, origin: &str) -> DocumentMut {
        let mut prior = Table::new();
        let (size, root) = self.head;
        prior.insert("origin", value(self.plan.roll().origin()));
        prior.insert("size", value(i64::try_from(size).unwrap_or(i64::MAX)));
        prior.insert("root", value(root.to_string()));
        prior.insert("relation", value("void"));
        prior.insert("reason", value(self.reason.as_str()));
        set(&mut settings, "origin", origin);
        set(&mut settings, "attempt", i64::try_from(self.attempt()).unwrap_or(i64::MAX));
        settings.insert("prior", Item::Table(prior));
        settings
    }
}

/// Gives a setting another value and keeps the comment beside it.
fn set(settings: &mut DocumentMut, key: &str, new: impl Into<toml_edit::Value>) {
    let mut new = new.into();
    if let Some(old) = settings.get(key).and_then(Item::as_value) {
        *new.decor_mut() = old.decor().clone();
    }
    settings.insert(key, Item::Value(new));
}

fn not_void(lang: Lang) -> String {
    tr!(
        lang,
        "this draw is not void. Declare it void first (`void REASON` in the hall or with `run --after`); a later round for leftovers and standby is made with `round`",
        "本次抽签没有作废。请先宣布作废（在现场或用 run --after 输入：作废 理由）；剩余房源与候补户的下一轮用 round"
    )
}

/// Settings made from a plan: all of them but the words of `[needs]`, which a plan does not have.
fn made(plan: &ValidPlan, lang: Lang) -> DocumentMut {
    let mut settings = DocumentMut::new();
    let roll = plan.roll();
    let head = tr!(
        lang,
        "# Made from the plan of the void attempt. Words for needs that the tables use and the plan does not show go under [needs].\n",
        "# 由已作废一次的方案生成。表格中照顾需求的用词如需对应，请写在 [needs] 下。\n"
    );
    settings.insert("title", value(roll.title()));
    settings.insert("origin", value(roll.origin()));
    settings.insert("mode", value(roll.mode().word()));
    settings.insert("attempt", value(1));
    if let Some(mut first) = settings.key_mut("title") {
        first.leaf_decor_mut().set_prefix(head);
    }
    settings.insert("bench", Item::ArrayOfTables(benches(plan)));
    settings.insert("source", Item::ArrayOfTables(roll.sources().iter().map(source).collect()));
    let usual = roll.pools().first();
    settings.insert("pool", Item::Table(usual.map(rules).unwrap_or_default()));
    let mut others = Table::new();
    others.set_implicit(true);
    for pool in roll.pools() {
        let own = rules(pool);
        if usual.is_some_and(|usual| rules(usual).to_string() != own.to_string()) {
            others.insert(&pool.id, Item::Table(own));
        }
    }
    if !others.is_empty() {
        settings.insert("pools", Item::Table(others));
    }
    settings
}

fn benches(plan: &ValidPlan) -> toml_edit::ArrayOfTables {
    let lines: Vec<Line<'_>> = plan.lines().iter().filter_map(|line| Line::decode(line).ok()).collect();
    let bench = |line: &Line<'_>| {
        let Line::Bench { id, title, quorum } = line else { return None };
        let mut table = Table::new();
        table.insert("id", value(id.as_ref()));
        table.insert("title", value(title.as_ref()));
        table.insert("quorum", value(i64::try_from(*quorum).unwrap_or(i64::MAX)));
        table.insert("show_names", value(true)); // they stand here as the plan shows them
        let mut members = toml_edit::Array::new();
        for line in &lines {
            let Line::Member { id: member, bench, name, key } = line else { continue };
            if bench != id {
                continue;
            }
            let mut inline = toml_edit::InlineTable::new();
            inline.insert("id", member.as_ref().into());
            inline.insert("name", name.as_ref().into());
            if let Some(key) = key {
                inline.insert("key", key.as_ref().into());
            }
            members.push(inline);
        }
        table.insert("members", value(members));
        Some(table)
    };
    lines.iter().filter_map(bench).collect()
}

fn source(source: &floorlot::plan::Source) -> Table {
    let number = |n: u64| value(i64::try_from(n).unwrap_or(i64::MAX));
    let mut table = Table::new();
    table.insert("device", value(source.device.word()));
    for (key, n) in [("count", source.count), ("range", source.range), ("round", source.round)] {
        if n > 0 {
            table.insert(key, number(n));
        }
    }
    table
}

fn rules(pool: &PoolInfo) -> Table {
    let mut table = Table::new();
    table.insert("rule", value(pool.rule.word()));
    if let Some(absence) = pool.absence {
        table.insert("absence", value(absence.word()));
    }
    if let Some(seconds) = pool.seconds {
        table.insert("seconds", value(i64::try_from(seconds).unwrap_or(i64::MAX)));
    }
    if let Some(unranked) = pool.unranked {
        table.insert("unranked", value(unranked.word()));
    }
    table
}

impl Next {
    /// What is still to be done to the void draw, if it is not sealed.
    pub(crate) fn unsealed(&self, transcript: &Path, lang: Lang) -> Option<String> {
        (!self.sealed).then(|| not_sealed(transcript, lang))
    }

    /// What was written, and what to do with it.
    pub(crate) fn told(&self, lang: Lang) -> Vec<String> {
        let (attempt, origin, program) = (self.attempt, &self.origin, program("draw_session"));
        let (plan, settings) = (self.plan.display(), self.settings.display());
        let [new, plan_file, settings_file] =
            [&self.transcript, &self.plan, &self.settings].map(|path| quoted(&path.display().to_string()));
        vec![
            tr!(lang, "Attempt {attempt}, {origin}:", "第 {attempt} 次抽签，{origin}："),
            tr!(lang, "  {plan}: the same plan, to draw again as it is", "  {plan}：同一方案，原样重抽"),
            tr!(lang, "  {settings}: the settings, to import corrected tables", "  {settings}：设置，更正表格后重新导入"),
            tr!(lang, "Draw again as it is: {program} serve --out {new}", "原样重抽：{program} serve --out {new}"),
            tr!(
                lang,
                "With corrected tables, before that: {program} import --roll TABLE --config {settings_file} --out {plan_file} --force",
                "如需更正表格，先运行：{program} import --roll 表格 --config {settings_file} --out {plan_file} --force"
            ),
        ]
    }
}
