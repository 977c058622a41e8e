//! `again`: after a void draw, what the next attempt begins with: the same plan with a new number
//! and a link to the void one, and its settings.

use crate::disk::on_disk;
use crate::disk::recognize::{self, What};
use crate::import;
use crate::words::say::{Stop, program, quoted, say, tr, warn};
use clap::Args;
use floorlot::Hash;
use floorlot::lines::{Line, Prior, Relation};
use floorlot::note::{VerifierKey, parse_checkpoint};
use floorlot::plan::{Document, FamilyInfo, HouseholdNumber, Plan, PoolInfo, ValidPlan};
use floorlot::rules::Lang;
use floorlot::session::{Awaits, Session};
use std::fs::TryLockError;
use std::path::{Path, PathBuf};
use toml_edit::{DocumentMut, Item, Table, TableLike, value};

/// What `again` is given.
#[derive(Args)]
pub(crate) struct AgainArgs {
    /// The transcript of the draw that was declared void · 已作废的记录
    #[arg(value_name = "TRANSCRIPT")]
    transcript: PathBuf,
    /// The settings that its tables were imported with: they are kept, with their comments; without
    /// them the settings are made from the plan · 原来的设置文件；不给则由方案生成
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The transcript of the next attempt; plan and settings are written beside it (default:
    /// draw-2.jsonl for draw.jsonl) · 下一次的记录文件，方案与设置写在其旁
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The name of the next attempt (default: that of the void one with the number of the attempt)
    /// · 下一次抽签的编号（origin）
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
    /// What had to be done for it.
    done: Done,
}

/// What a file of the next attempt is, before it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum There {
    /// Nothing.
    Missing,
    /// What would be written.
    Same,
    /// The same but for the link to the void draw: made here, before that was sealed.
    Stale,
    /// Anything else: somebody's own.
    Other,
}

/// What was done to prepare the next attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Done {
    Written,
    Renewed,
    UpToDate,
}

/// Writes plan and settings of the next attempt.
pub(crate) fn again(args: &AgainArgs, lang: Lang) -> Result<(), Stop> {
    let bytes = on_disk::read(&args.transcript)
        .map_err(|error| Stop::file(lang, &args.transcript, error))?;
    if let Some(other) = What::of(&bytes).no_transcript(lang) {
        return Err(Stop::file(lang, &args.transcript, other));
    }
    let void = Void::read(&bytes, lang).map_err(|why| Stop::file(lang, &args.transcript, why))?;
    let own = |path| settings(path, lang).and_then(|found| void.own(path, found, lang));
    let old = args.config.as_deref().map(own).transpose()?;
    let out = args.out.clone().unwrap_or_else(|| void.beside(&args.transcript));
    let old = match (old, args.config.as_deref()) {
        (Some(old), Some(config)) => Some(with_files(old, (config, &out), lang)?),
        (old, _) => old,
    };
    let next = void.write(&out, old, args.origin.as_deref(), lang)?;
    next.told(None, is_open(&args.transcript), lang).iter().for_each(say);
    next.unsealed(&args.transcript, lang).iter().for_each(warn);
    Ok(())
}

/// That the void draw is not sealed yet.
fn not_sealed(transcript: &Path, lang: Lang) -> String {
    let transcript = transcript.display();
    tr!(
        lang,
        "{transcript}: the declaration is not sealed yet. `seal` it and let the panel sign, then run the same command again: the plan names the checkpoint of that seal (check V7), and is renewed if anything was added before it.",
        "{transcript}：作废尚未封存。请先“封存”并由监督员签名，再运行一次同一命令：方案引用的正是该检查点（第 V7 项）；封存前如又添加了事项，方案会随之更新。"
    )
}

/// The settings that are changed.
fn settings(path: &Path, lang: Lang) -> Result<DocumentMut, Stop> {
    let bytes = on_disk::read(path).map_err(|error| Stop::file(lang, path, error))?;
    if let Some(other) = What::of(&bytes).no_settings(lang) {
        return Err(Stop::file(lang, path, other));
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| Stop::file(lang, path, not_toml(lang)))?;
    text.trim_start_matches('\u{feff}').parse().map_err(|_| Stop::file(lang, path, not_toml(lang)))
}

/// The settings for the folder of the next transcript: their documents stay where they are.
fn with_files(
    mut settings: DocumentMut,
    (config, out): (&Path, &Path),
    lang: Lang,
) -> Result<DocumentMut, Stop> {
    let (config, out) = (on_disk::absolute(config, lang)?, on_disk::absolute(out, lang)?);
    let Some(folder) = config.parent().filter(|folder| Some(*folder) != out.parent()) else {
        return Ok(settings);
    };
    let moved = |document: &mut dyn TableLike| {
        let file = document.get("file").and_then(Item::as_str).filter(|file| *file != "self");
        if let Some(path) = file.map(|file| folder.join(file)) {
            document.insert("file", value(path.display().to_string()));
        }
    };
    match settings.get_mut("documents") {
        Some(Item::ArrayOfTables(all)) => all.iter_mut().for_each(|table| moved(table)),
        Some(Item::Value(toml_edit::Value::Array(all))) => {
            let tables = all.iter_mut().filter_map(toml_edit::Value::as_inline_table_mut);
            tables.for_each(|table| moved(table));
        }
        _ => {}
    }
    Ok(settings)
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
        let lines: Vec<&[u8]> = bytes
            .split_inclusive(|&b| b == b'\n')
            .filter_map(|line| line.strip_suffix(b"\n"))
            .collect();
        let seal =
            lines.iter().position(|line| matches!(Line::decode(line), Ok(Line::Checkpoint { .. })));
        let plan = seal.and_then(|seal| Plan::read_lines(lines.iter().take(seal).copied()).ok());
        let plan = plan.ok_or_else(|| match recognize::changed(bytes) {
            Some(changed) => changed.get(lang).to_owned(),
            None => {
                tr!(lang, "this is not the transcript of a sealed draw", "这不是已封存抽签的记录")
            }
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
                Line::Checkpoint { body, .. } => {
                    head = parse_checkpoint(&body).map_or(head, |(_, size, root)| (size, root))
                }
                _ => {}
            }
        }
        // A batch that is still open is sealed over the lines that are there now.
        let sealed = session.awaits() != Awaits::Aftermath;
        let head = if sealed { head } else { (session.lines(), session.root()) };
        Ok(Void { plan, head, reason, sealed })
    }

    /// The settings, if they are those of this draw: their `origin` is its name, which no other
    /// draw and no other attempt has.
    fn own(&self, path: &Path, settings: DocumentMut, lang: Lang) -> Result<DocumentMut, Stop> {
        let expected = self.plan.roll().origin();
        let found = settings.get("origin").and_then(Item::as_str);
        if found == Some(expected) {
            return Ok(settings);
        }
        let found = found.map_or_else(
            || tr!(lang, "no `origin`", "没有 origin"),
            |found| format!("origin = \"{found}\""),
        );
        let other = tr!(
            lang,
            "found {found}; expected origin = \"{expected}\", the name of the void draw. These are the settings of another draw: give those that its tables were imported with, or leave --config out to make settings from its plan. Nothing was written.",
            "发现 {found}；应为 origin = \"{expected}\"，即已作废的那场抽签的编号。这是另一场抽签的设置：请给出当初导入其表格所用的设置，或不给 --config，由其方案生成。未写入任何文件。"
        );
        Err(Stop::file(lang, path, other))
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

    /// Writes plan and settings beside the next transcript: both, or neither. What is there stays,
    /// unless it was made here and only its link is out of date.
    pub(crate) fn write(
        &self,
        out: &Path,
        old: Option<DocumentMut>,
        origin: Option<&str>,
        lang: Lang,
    ) -> Result<Next, Stop> {
        let origin = origin.map_or_else(|| self.numbered(self.plan.roll().origin()), str::to_owned);
        let plan = self.next_plan(&origin, lang)?;
        // Made in the other language, they are the same.
        let known: Vec<DocumentMut> = old.map_or_else(
            || [lang, other(lang)].map(|lang| made(&self.plan, lang)).into(),
            |old| vec![old],
        );
        let known: Vec<String> =
            known.into_iter().map(|settings| self.renewed(settings, &origin).to_string()).collect();
        let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty());
        let beside = |ending: &str| on_disk::named_after(out, ending);
        let mut next = Next {
            transcript: out.to_owned(),
            plan: beside(".plan.jsonl"),
            settings: beside(".toml"),
            attempt: self.attempt(),
            origin,
            sealed: self.sealed,
            done: Done::UpToDate,
        };
        let (of_plan, of_settings) =
            (plan_there(&next.plan, &plan), settings_there(&next.settings, &known));
        next.refuse(of_plan, of_settings, lang)?;
        next.done = match (of_plan, of_settings) {
            (There::Same, There::Same) => Done::UpToDate,
            (There::Stale, _) | (_, There::Stale) => Done::Renewed,
            _ => Done::Written,
        };
        folder
            .map_or(Ok(()), std::fs::create_dir_all)
            .map_err(|error| Stop::file(lang, out, error))?;
        if of_settings != There::Same {
            std::fs::write(&next.settings, known.first().map_or("", String::as_str))
                .map_err(|error| Stop::file(lang, &next.settings, error))?;
        }
        if of_plan != There::Same {
            import::write_plan(&next.plan, &plan, lang).map_err(|error| {
                if of_settings == There::Missing {
                    let _ = std::fs::remove_file(&next.settings);
                }
                Stop::file(lang, &next.plan, error)
            })?;
        }
        Ok(next)
    }

    /// The same plan under another name, as the next attempt (rule P11). Its other lines do not
    /// change by a byte.
    fn next_plan(&self, origin: &str, lang: Lang) -> Result<ValidPlan, Stop> {
        let mut lines = self.plan.lines().to_vec();
        let mut header = self.plan.lines().first().and_then(|line| Line::decode(line).ok());
        if let Some(Line::Plan { origin: name, attempt, prior, log, .. }) = &mut header {
            let (before, (size, root)) = (self.plan.roll().origin().into(), self.head);
            let (relation, reason) = (Relation::Void, self.reason.as_str().into());
            *prior = Some(Prior { origin: before, size, root, relation, reason });
            (*name, *attempt) = (origin.into(), self.attempt());
            *log = self.log(origin).map(Into::into);
        }
        if let (Some(first), Some(header)) = (lines.first_mut(), header) {
            *first = header.to_bytes();
        }
        Plan::read_lines(lines.iter().map(Vec::as_slice))
            .map_err(|faults| Stop::Failed(faults.text(lang)))
    }

    /// The key of the log, where there is one, under the name of the next attempt (rule P12).
    fn log(&self, origin: &str) -> Option<String> {
        let key = self.plan.roll().log_key()?;
        Some(VerifierKey::new(origin, key.kind(), *key.public()).ok()?.to_string())
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
        if let Some(log) = self.log(origin) {
            set(&mut settings, "log", log);
        }
        settings.insert("prior", Item::Table(prior));
        settings
    }
}

fn other(lang: Lang) -> Lang {
    match lang {
        Lang::En => Lang::Zh,
        Lang::Zh => Lang::En,
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

/// Settings made from a plan: all of them but the words of `[needs]` and the column of `[tiers]`,
/// which a plan does not have.
fn made(plan: &ValidPlan, lang: Lang) -> DocumentMut {
    let mut settings = DocumentMut::new();
    let roll = plan.roll();
    let mut head = tr!(
        lang,
        "# Made from the plan of the void attempt. Words for needs that the tables use and the plan does not show go under [needs].\n",
        "# 由已作废一次的方案生成。表格中照顾需求的用词如需对应，请写在 [needs] 下。\n"
    );
    if roll.household_numbers().any(|household| roll.tier(household) > 1) {
        head += &tr!(
            lang,
            "# Did the settings have [tiers]? The plan does not show the column: write [tiers] here again.\n",
            "# 原设置如有 [tiers]（按列分档）：方案中没有该列，请在此重新写上 [tiers]。\n"
        );
    }
    settings.insert("title", value(roll.title()));
    settings.insert("origin", value(roll.origin()));
    settings.insert("mode", value(roll.mode().word()));
    settings.insert("attempt", value(1));
    if let Some(mut first) = settings.key_mut("title") {
        first.leaf_decor_mut().set_prefix(head);
    }
    settings.insert("bench", Item::ArrayOfTables(benches(plan)));
    settings.insert("source", Item::ArrayOfTables(roll.sources().iter().map(source).collect()));
    if !roll.documents().is_empty() {
        let all = roll.documents().iter().map(document).collect();
        settings.insert("documents", Item::ArrayOfTables(all));
    }
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
    if let Some(families) = families(plan) {
        settings.insert("families", Item::Table(families));
    }
    settings
}

/// How the families of a plan are served, as far as it shows; nothing without families.
fn families(plan: &ValidPlan) -> Option<Table> {
    let roll = plan.roll();
    let all = || roll.family_numbers().filter_map(|number| roll.family(number));
    all().next()?;
    let head = |h: &HouseholdNumber| roll.group_head(*h);
    let mut pairs = all().flat_map(|family| family.claims.windows(2));
    let together = pairs.any(|pair| matches!(pair, [one, other] if head(one) == head(other)));
    let as_tiers = |family: &FamilyInfo| {
        family
            .claims
            .windows(2)
            .any(|pair| matches!(pair, [one, other] if roll.tier(*one) != roll.tier(*other)))
    };
    let needy = |family: &FamilyInfo| {
        family.claims.iter().filter(|claim| !roll.needs(**claim).is_empty()).count() > 1
    };
    let mut table = Table::new();
    table.insert("serve", value(if together { "together" } else { "rounds" }));
    let several = all().any(|family| family.claims.len() > 1);
    if !together && several && !all().any(as_tiers) {
        table.insert("rounds_as_tiers", value(false));
    }
    if all().any(needy) {
        table.insert("needs", value("all"));
    }
    Some(table)
}

fn benches(plan: &ValidPlan) -> toml_edit::ArrayOfTables {
    let lines: Vec<Line<'_>> =
        plan.lines().iter().filter_map(|line| Line::decode(line).ok()).collect();
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

/// A document by its hash: where its file is a plan does not say.
fn document(document: &Document) -> Table {
    let mut table = Table::new();
    table.insert("what", value(document.what.word()));
    table.insert("title", value(document.title.as_str()));
    table.insert("name", value(document.name.as_str()));
    table.insert("sha256", value(document.sha256.to_string()));
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

/// A plan without its link to the draw before, and that link, in its first line; and the other
/// lines.
fn apart(bytes: &[u8]) -> Option<(Vec<u8>, String, &[u8])> {
    let end = bytes.iter().position(|&b| b == b'\n')?;
    let mut header = Line::decode(bytes.get(..end)?).ok()?;
    let Line::Plan { prior, .. } = &mut header else { return None };
    let prior = prior.take().filter(|prior| prior.relation == Relation::Void)?;
    let linked = prior.origin.into_owned();
    Some((header.to_bytes(), linked, bytes.get(end..)?))
}

fn plan_there(path: &Path, plan: &ValidPlan) -> There {
    let new: Vec<u8> =
        plan.lines().iter().flat_map(|line| line.iter().chain(b"\n")).copied().collect();
    match there(path) {
        None => There::Missing,
        Some(there) if there == new => There::Same,
        Some(there) => match apart(&there) {
            Some(parts) if Some(&parts) == apart(&new).as_ref() => There::Stale,
            _ => There::Other,
        },
    }
}

fn settings_there(path: &Path, known: &[String]) -> There {
    let without = |settings: &str| {
        let mut settings: DocumentMut = settings.parse().ok()?;
        settings.remove("prior")?;
        Some(settings.to_string())
    };
    let Some(there) = there(path) else { return There::Missing };
    let Ok(there) = String::from_utf8(there) else { return There::Other };
    let bare = without(&there);
    match known.contains(&there) {
        true => There::Same,
        false if bare.is_some() && known.iter().any(|known| without(known) == bare) => There::Stale,
        false => There::Other,
    }
}

/// What is at a path: `None` for nothing. What cannot be read is somebody's own.
fn there(path: &Path) -> Option<Vec<u8>> {
    std::fs::symlink_metadata(path).ok()?;
    Some(on_disk::read(path).unwrap_or_default())
}

/// Whether another program, or this one, has a transcript open.
fn is_open(transcript: &Path) -> bool {
    on_disk::open(transcript)
        .is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
}

/// The transcripts of the attempt before, by their names: `draw.jsonl` for `draw-2.jsonl`,
/// `draw-2.jsonl` for `draw-3.jsonl`.
fn before(transcript: &Path, attempt: u64) -> Vec<PathBuf> {
    let stem = transcript.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let Some(base) = stem.strip_suffix(&format!("-{attempt}")).filter(|base| !base.is_empty())
    else {
        return Vec::new();
    };
    let own = transcript.with_file_name(format!("{base}-{}.jsonl", attempt.saturating_sub(1)));
    let first = (attempt == 2).then(|| transcript.with_file_name(format!("{base}.jsonl")));
    [own].into_iter().chain(first).filter(|path| path.is_file()).collect()
}

/// Before the seal of a next attempt: the link in its plan is compared with the void draw, if that
/// lies beside under its name (check V7 demands it).
pub(crate) fn follows_void(plan: &ValidPlan, transcript: &Path, lang: Lang) -> Result<(), Stop> {
    let header = plan.lines().first().and_then(|line| Line::decode(line).ok());
    let Some(Line::Plan { prior: Some(prior), .. }) = header else { return Ok(()) };
    if prior.relation != Relation::Void {
        return Ok(());
    }
    for path in before(transcript, plan.roll().attempt()) {
        let bytes = on_disk::read(&path).map_err(|error| Stop::file(lang, &path, error))?;
        let first = bytes.split(|&b| b == b'\n').next().and_then(|line| Line::decode(line).ok());
        if !matches!(first, Some(Line::Plan { origin, .. }) if origin == prior.origin) {
            continue; // another draw, of which the plan says nothing
        }
        let void = Void::read(&bytes, lang).map_err(|why| Stop::file(lang, &path, why))?;
        if !void.sealed || void.head != (prior.size, prior.root) {
            return Err(Stop::Failed(void.not_followed(&path, prior.size, lang)));
        }
    }
    Ok(())
}

impl Void {
    /// That a plan does not name the last checkpoint of this draw, and what to do.
    fn not_followed(&self, path: &Path, named: u64, lang: Lang) -> String {
        let (command, size) =
            (format!("{} again {}", program("draw_session"), shown(path)), self.head.0);
        let path = path.display();
        if !self.sealed {
            return tr!(
                lang,
                "{path}: the void draw is not sealed yet, so that this plan cannot name its last checkpoint (check V7). Seal it there and let the panel sign; then prepare this attempt once more on its page, or run: {command}. Nothing was sealed.",
                "{path}：作废的那次抽签尚未封存，本方案无法引用其最后的检查点（第 V7 项）。请先在那里封存并签名；再在其页面上重新准备下一次，或运行：{command}。未封存任何内容。"
            );
        }
        tr!(
            lang,
            "{path}: the plan names its checkpoint of {named} lines as the last of the void draw; found one of {size} lines, or with another root (check V7 would fail). Prepare this attempt once more on the page of the void draw, or run: {command}. After corrected tables: take size and root of [prior] over into the settings and import again. Nothing was sealed.",
            "{path}：方案引用的是其 {named} 行的检查点；实际最后的检查点为 {size} 行，或根值不同（第 V7 项将不通过）。请在作废抽签的页面上重新准备下一次，或运行：{command}。表格已更正的，请按其中 [prior] 的 size 与 root 改设置后重新导入。未封存任何内容。"
        )
    }
}

/// A path in a command.
fn shown(path: &Path) -> String {
    quoted(&path.display().to_string())
}

impl Next {
    /// What is still to be done to the void draw, if it is not sealed.
    pub(crate) fn unsealed(&self, transcript: &Path, lang: Lang) -> Option<String> {
        (!self.sealed).then(|| not_sealed(transcript, lang))
    }

    /// Nothing of a draw that has begun, and nothing that somebody changed, is replaced.
    fn refuse(&self, of_plan: There, of_settings: There, lang: Lang) -> Result<(), Stop> {
        let begun = std::fs::symlink_metadata(&self.transcript)
            .is_ok_and(|about| !about.is_file() || about.len() > 0);
        let theirs = [
            (begun, &self.transcript),
            (of_plan == There::Other, &self.plan),
            (of_settings == There::Other, &self.settings),
        ];
        let Some((_, path)) = theirs.into_iter().find(|(theirs, _)| *theirs) else { return Ok(()) };
        let why = tr!(
            lang,
            "is there already, and is not as it was made for this attempt; it stays as it is; move it away, or name another transcript with --out",
            "已存在，且不是为这一次生成的原样，保持不动；请移走该文件，或用 --out 另指记录文件"
        );
        Err(Stop::file(lang, path, why))
    }

    /// What was written, and what to do with it: with the second copy of the void draw, and beside
    /// its hall if that is open.
    pub(crate) fn told(&self, copy: Option<&Path>, open: bool, lang: Lang) -> Vec<String> {
        let (attempt, origin, program) = (self.attempt, &self.origin, program("draw_session"));
        let (plan, settings) = (self.plan.display(), self.settings.display());
        let (out, config, into) =
            (shown(&self.transcript), shown(&self.settings), shown(&self.plan));
        let copy = copy.map(|folder| format!(" --copy {}", shown(folder))).unwrap_or_default();
        let serve =
            format!("{program} serve --out {out}{copy}{}", if open { " --port 0" } else { "" });
        let mut told = vec![
            tr!(lang, "Attempt {attempt}, {origin}:", "第 {attempt} 次抽签，{origin}："),
            tr!(
                lang,
                "  {plan}: the same plan, to draw again as it is",
                "  {plan}：同一方案，原样重抽"
            ),
            tr!(
                lang,
                "  {settings}: the settings, to import corrected tables",
                "  {settings}：设置，更正表格后重新导入"
            ),
            tr!(lang, "Draw again as it is: {serve}", "原样重抽：{serve}"),
            tr!(
                lang,
                "With corrected tables, before that: {program} import --roll TABLE --config {config} --out {into} --force",
                "如需更正表格，先运行：{program} import --roll 表格 --config {config} --out {into} --force"
            ),
        ];
        match self.done {
            Done::Written => {}
            Done::Renewed => told.insert(
                0,
                tr!(
                    lang,
                    "The files were made before the void draw was sealed; only their link to it is renewed.",
                    "文件在作废封存之前已准备好；现已更新其中对作废抽签的引用，其余不变。"
                ),
            ),
            Done::UpToDate => told
                .insert(0, tr!(lang, "The files are there and up to date; nothing was written.", "文件已在，且是最新的；未作任何改动。")),
        }
        told
    }
}
