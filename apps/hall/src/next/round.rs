//! The plan of a later round: the leftovers and the standby list of a verified transcript, linked
//! to its head.

use crate::disk::whole::may_be_written;
use crate::import;
use crate::import::config::LeftOver;
use crate::words::say::{Stop, program, quoted, say, tr, warn};
use clap::Args;
use floorlot::Fingerprint;
use floorlot::lines::Relation;
use floorlot::plan::{PoolInfo, Prior};
use floorlot::rules::{Fault, Lang};
use floorlot::transcript::{Earlier, Evidence, NextRound, Verified, verify};
use std::path::{Path, PathBuf};

/// What `round` is given.
#[derive(Args)]
pub(crate) struct RoundArgs {
    /// The transcript of the round before; if that was itself a later round, all from the first on
    /// · 上一轮的记录；可依次给出各轮
    #[arg(required = true, value_name = "TRANSCRIPT")]
    transcripts: Vec<PathBuf>,
    /// Origin, title, panel, sources and rule of the new round; [[round]] says which pools are
    /// drawn together; examples/data/pengsan/round.toml is a pattern · 新一轮的设置，示例见
    /// examples/data/pengsan/round.toml
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// The plan to write · 写出的方案
    #[arg(long, value_name = "FILE", default_value = "plan.jsonl")]
    out: PathBuf,
    /// Replace the plan if it is there already · 覆盖已有的方案
    #[arg(long)]
    force: bool,
}

/// Makes the plan of a later round, or of the next attempt at one that is void; after a void first
/// round says what the next attempt must name.
pub(crate) fn round(args: &RoundArgs, lang: Lang) -> Result<(), Stop> {
    let chain = chain(&args.transcripts, lang)?;
    let (Some(last), Some(path)) = (chain.last(), args.transcripts.last()) else { return Ok(()) };
    let Some(base) = chain.iter().rev().find(|link| !link.verified.is_void()) else {
        return Err(next_attempt(last, path, lang));
    };
    may_be_written(&args.out, args.force, lang)?;
    let left = left_over(&base.verified);
    let settings = import::round_config(&args.config, &left, lang).map_err(Stop::Failed)?;
    let next = &settings.next;
    let lines = base.bytes.split(|b| *b == b'\n').filter(|line| !line.is_empty());
    let mut plan = base
        .verified
        .next_round(lines, next)
        .map_err(|error| Stop::file(lang, &args.config, error.words().get(lang)))?;
    // They exist in this round as in the one before, and are drawn in neither.
    plan.excluded = base.verified.roll().excluded().to_vec();
    if let (true, Some((size, root))) = (last.verified.is_void(), last.verified.head()) {
        plan.attempt = last.verified.roll().attempt() + 1;
        let (origin, reason) = (last.verified.roll().origin().to_owned(), next.reason.clone());
        plan.prior = Some(Prior { origin, size, root, relation: Relation::Void, reason });
    }
    let valid = settings.complete(plan).validate().map_err(|faults| {
        // Its lines are those of the plan that was to be written, and no lines of the
        // configuration.
        let own = faults.0.into_iter().map(|fault| Fault { line: 0, ..fault });
        let faults = own.map(|fault| fault.sentence(lang)).collect::<Vec<_>>().join("\n");
        Stop::file(lang, &args.config, faults)
    })?;
    import::write_plan(&args.out, &valid, lang)
        .map_err(|error| Stop::file(lang, &args.out, error))?;
    let (out, households, units) =
        (args.out.display(), valid.roll().household_count(), valid.roll().unit_count());
    let (origin, before) = (
        last.verified.roll().origin(),
        last.verified
            .head()
            .map(|(size, root)| {
                Fingerprint::of(last.verified.roll().origin(), size, root).to_string()
            })
            .unwrap_or_default(),
    );
    let (program, file) = (program("draw_session"), quoted(&out.to_string()));
    say(tr!(
        lang,
        "{out}: {households} households on standby, {units} flats left over.\nIt goes on from {origin}, whose last fingerprint is {before}.\nIt has a ceremony of its own, and a file of its own: {program} run --out transcript-2.jsonl --plan {file}",
        "{out}：候补 {households} 户，剩余 {units} 套。\n衔接 {origin}，其最后指纹为 {before}。\n新一轮须另行抽签、另存文件：{program} run --out transcript-2.jsonl --plan {file}"
    ));
    settings.told.lines().for_each(say);
    not_in_it(&left, next, lang).iter().for_each(warn);
    Ok(())
}

/// The pools of a transcript that left anything.
fn left_over(verified: &Verified) -> Vec<LeftOver> {
    let roll = verified.roll();
    let (standby, free): (Vec<&str>, Vec<&str>) =
        (verified.standby().collect(), verified.free().collect());
    let in_pool = |pool: &PoolInfo| {
        let standby = standby.iter().filter(|id| {
            roll.find_household(id).is_some_and(|h| pool.household_numbers().contains(h))
        });
        let free = free
            .iter()
            .filter(|id| roll.find_unit(id).is_some_and(|u| pool.unit_numbers().contains(u)));
        let (id, title, building) = (pool.id.clone(), pool.title.clone(), pool.building.clone());
        LeftOver {
            id,
            title,
            building,
            standby: standby.map(|id| (*id).to_owned()).collect(),
            free: free.count(),
        }
    };
    let some = |left: &LeftOver| left.free > 0 || !left.standby.is_empty();
    roll.pools().iter().map(in_pool).filter(some).collect()
}

/// What is not given out, because its pool is not in the new round, and what is drawn together.
fn not_in_it(left: &[LeftOver], next: &NextRound, lang: Lang) -> Vec<String> {
    let out: Vec<&LeftOver> = left
        .iter()
        .filter(|pool| !next.pools.iter().any(|round| round.from.contains(&pool.id)))
        .collect();
    let units: usize = out.iter().map(|pool| pool.free).sum();
    let mut told = Vec::new();
    if units > 0 {
        told.push(tr!(
            lang,
            "Not in this round: {units} flats left over in other pools",
            "未列入本轮：其他批次剩余的 {units} 套房"
        ));
    }
    for round in next.pools.iter().filter(|round| round.from.len() > 1) {
        let (id, from) = (&round.id, round.from.join(", "));
        told.push(tr!(
            lang,
            "Drawn together in {id}: {from}. They must be of one flat type.",
            "在 {id} 中合并抽签：{from}。它们须为同一户型。"
        ));
    }
    told
}

/// A first round that is void has no round after it.
fn next_attempt(last: &Link, path: &Path, lang: Lang) -> Stop {
    let (origin, program, path) = (
        last.verified.roll().origin(),
        program("draw_session"),
        quoted(&path.display().to_string()),
    );
    Stop::Failed(tr!(
        lang,
        "{origin} is void: there is no round after it, but another attempt. `{program} again {path}` makes its plan and its settings",
        "{origin} 已作废：其后不是下一轮，而是重新抽签。用 {program} again {path} 生成下一次的方案与设置"
    ))
}

/// A transcript that was verified.
struct Link {
    bytes: Vec<u8>,
    verified: Verified,
}

/// Verifies the rounds one after the other.
fn chain(paths: &[PathBuf], lang: Lang) -> Result<Vec<Link>, Stop> {
    let mut chain: Vec<Link> = Vec::new();
    for path in paths {
        let bytes = std::fs::read(path).map_err(|error| Stop::file(lang, path, error))?;
        let earlier = chain.iter().map(|link| link.verified.earlier()).collect();
        let verified = check(path, &bytes, earlier, lang)?;
        chain.push(Link { bytes, verified });
    }
    Ok(chain)
}

fn check(path: &Path, bytes: &[u8], earlier: Vec<Earlier>, lang: Lang) -> Result<Verified, Stop> {
    let evidence = Evidence::default().with_earlier(earlier);
    let report = verify(bytes, &evidence)
        .map_err(|error| Stop::file(lang, path, error.words().get(lang)))?;
    report.into_verified().map_err(|report| {
        let said = report.sentence();
        let fault = report
            .first_failed()
            .and_then(|check| check.faults.first())
            .map(|fault| fault.sentence(lang))
            .unwrap_or_default();
        Stop::file(lang, path, format!("{}\n{fault}", said.get(lang)))
    })
}
