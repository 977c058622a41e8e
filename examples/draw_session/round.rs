//! The plan of a later round: the leftovers and the standby list of a verified transcript, linked to its head.

use crate::aloud;
use crate::import;
use crate::say::{Stop, say, tr};
use clap::Args;
use floorlot::lines::Relation;
use floorlot::plan::{Plan, Prior};
use floorlot::rules::Lang;
use floorlot::transcript::{Earlier, Evidence, Verified, verify};
use std::path::{Path, PathBuf};

/// What `round` is given.
#[derive(Args)]
pub(crate) struct RoundArgs {
    /// The transcript of the round before; if that was itself a later round, all from the first on · 上一轮的记录；可依次给出各轮
    #[arg(required = true, value_name = "TRANSCRIPT")]
    transcripts: Vec<PathBuf>,
    /// Origin, title, panel, sources and rule of the new round; [[round]] says which pools are drawn together · 新一轮的配置
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// The plan to write · 写出的方案
    #[arg(long, value_name = "FILE", default_value = "plan.jsonl")]
    out: PathBuf,
    /// Replace the plan if it is there already · 覆盖已有的方案
    #[arg(long)]
    force: bool,
}

/// Makes the plan of a later round, or of the next attempt at one that is void; after a void first round says what the next attempt must name.
pub(crate) fn round(args: &RoundArgs, lang: Lang) -> Result<(), Stop> {
    let chain = chain(&args.transcripts, lang)?;
    let Some(last) = chain.last() else { return Ok(()) };
    let Some(base) = chain.iter().rev().find(|link| !link.verified.is_void()) else { return Err(next_attempt(&last.verified, lang)) };
    if args.out.exists() && !args.force {
        let there = tr!(
            lang,
            "is there already; name another file with --out, or replace it with --force",
            "已存在；请用 --out 另指文件，或用 --force 覆盖"
        );
        return Err(Stop::file(lang, &args.out, there));
    }
    let pools: Vec<String> = base.verified.roll().pools().iter().map(|p| p.id.clone()).collect();
    let (panel, next) = import::round_config(&args.config, &pools, lang).map_err(Stop::Failed)?;
    let lines = base.bytes.split(|b| *b == b'\n').filter(|line| !line.is_empty());
    let mut plan = base.verified.next_round(lines, &next).map_err(|error| Stop::file(lang, &args.config, error.words().get(lang)))?;
    if let (true, Some((size, root))) = (last.verified.is_void(), last.verified.head()) {
        plan.attempt = last.verified.roll().attempt() + 1;
        let (origin, reason) = (last.verified.roll().origin().to_owned(), next.reason);
        plan.prior = Some(Prior { origin, size, root, relation: Relation::Void, reason });
    }
    let plan = Plan { benches: panel.benches, members: panel.members, sources: panel.sources, ..plan };
    let valid = plan.validate().map_err(|faults| Stop::file(lang, &args.config, faults.text(lang)))?;
    import::write_plan(&args.out, &valid).map_err(|error| Stop::file(lang, &args.out, error))?;
    let (out, households, units) = (args.out.display(), valid.roll().household_count(), valid.roll().unit_count());
    let (origin, before) =
        (last.verified.roll().origin(), last.verified.head().map(|(_, root)| aloud::fingerprint(root)).unwrap_or_default());
    say(tr!(
        lang,
        "{out}: {households} households on standby, {units} flats left over.\nIt goes on from {origin}, whose last fingerprint is {before}.\nIt has a ceremony of its own, and a file of its own: cargo run --release --example draw_session -- run --out transcript-2.jsonl --plan {out}",
        "{out}：候补 {households} 户，剩余 {units} 套。\n衔接 {origin}，其最后指纹为 {before}。\n新一轮须另行抽签、另存文件：cargo run --release --example draw_session -- run --out transcript-2.jsonl --plan {out}"
    ));
    Ok(())
}

/// A first round that is void has no round after it.
fn next_attempt(verified: &Verified, lang: Lang) -> Stop {
    let origin = verified.roll().origin();
    let Some((size, root)) = verified.head() else { return Stop::Failed(String::new()) };
    let prior = format!("[prior]\norigin = \"{origin}\"\nsize = {size}\nroot = \"{root}\"\nrelation = \"void\"\nreason = \"…\"");
    Stop::Failed(tr!(
        lang,
        "{origin} is void: there is no round after it, but another attempt. Import the tables again with the next `attempt` number and:\n\n{prior}",
        "{origin} 已作废：其后不是下一轮，而是重新抽签。请将 attempt 加一，并在配置中写入以下内容后重新导入：\n\n{prior}"
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
        let lines = |link: &Link| link.verified.earlier(link.bytes.split(|byte| *byte == b'\n'));
        let earlier = chain.last().map(lines).transpose().map_err(|error| Stop::file(lang, path, error.words().get(lang)))?;
        let verified = check(path, &bytes, earlier, lang)?;
        chain.push(Link { bytes, verified });
    }
    Ok(chain)
}

fn check(path: &Path, bytes: &[u8], earlier: Option<Earlier>, lang: Lang) -> Result<Verified, Stop> {
    let evidence = Evidence { earlier, ..Evidence::default() };
    let report = verify(bytes, &evidence).map_err(|error| Stop::file(lang, path, error.words().get(lang)))?;
    report.into_verified().map_err(|report| {
        let said = report.sentence();
        let fault = report.first_failed().and_then(|check| check.faults.first()).map(|fault| fault.sentence(lang)).unwrap_or_default();
        Stop::file(lang, path, format!("{}\n{fault}", said.get(lang)))
    })
}
