//! `odds`: before the draw, the chance of each storey for each kind of household.

pub mod chances;
mod map;
mod page;
mod shown;
mod table;
mod words;

use crate::ceremony::book::Book;
use crate::disk::plan_file::read_plan;
use crate::disk::whole::may_be_written;
use crate::words::say::{Stop, say, tr};
use chances::{Facts, Odds};
use clap::Args;
use floorlot::Hash;
use floorlot::plan::{PoolNumber, Roll};
use floorlot::rules::Lang;
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use shown::Shown;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
#[cfg(feature = "web")]
use {floorlot::plan::ValidPlan, floorlot::rules::Phrase};

/// How often a plan is drawn where the chances are not exact.
const DRAWS: u32 = 20_000;

/// The text that the random numbers of the simulation come from.
const SEED_TEXT: &str = "floorlot odds";

/// Beyond this many pools the terminal gets one line for each; the page has all.
const TABLES: usize = 4;

/// What `odds` is given.
#[derive(Args)]
pub(crate) struct OddsArgs {
    /// The plan file (made by `import`) · 方案文件
    #[arg(long, value_name = "FILE")]
    plan: PathBuf,
    /// The page to write · 写出的网页
    #[arg(long, value_name = "FILE", default_value = "odds.html")]
    out: PathBuf,
    /// How often the plan is drawn where the chances are not exact · 无法精确计算时的模拟次数
    #[arg(long, value_name = "N", default_value_t = DRAWS, value_parser = clap::value_parser!(u32).range(100..=10_000_000))]
    draws: u32,
    /// This pool alone · 只看这一批次
    #[arg(long, value_name = "ID")]
    pool: Option<String>,
    /// The text that the random numbers of the simulation come from · 模拟所用随机数的来源文字
    #[arg(long, value_name = "TEXT", default_value = SEED_TEXT)]
    seed_text: String,
    /// Replace the page if it is there already · 覆盖已有的网页
    #[arg(long)]
    force: bool,
}

/// Computes the chances, prints them and writes the page.
pub(crate) fn odds(args: &OddsArgs, lang: Lang) -> Result<(), Stop> {
    let plan = read_plan(&args.plan, lang)?;
    let (wanted, left_out) = computable(wanted(args, plan.roll(), lang)?, plan.roll());
    if let Some(words) = words::not_computed(&left_out, lang) {
        if wanted.is_empty() {
            return Err(Stop::Failed(words));
        }
        say(words);
    }
    may_be_written(&args.out, args.force, lang)?;
    let book = Book::of(&plan);
    let key = Hash(Sha256::digest(args.seed_text.as_bytes()).into());
    let bar = ProgressBar::no_length();
    if let Ok(style) = ProgressStyle::with_template("{wide_bar} {percent}% {eta}") {
        bar.set_style(style);
    }
    let shows = |step, all| {
        bar.set_length(all);
        bar.set_position(step);
    };
    let pools =
        compute(plan.roll(), &book, &wanted, (key, args.draws), shows).map_err(Stop::Failed)?;
    bar.finish_and_clear();
    let (roll, fingerprint, seed_text) =
        (plan.roll(), plan.fingerprint().to_string(), args.seed_text.as_str());
    let shown =
        Shown { roll, book: &book, lang, fingerprint, seed_text, key, draws: args.draws, pools };
    write(&args.out, &page::page(&shown)).map_err(|error| Stop::file(lang, &args.out, error))?;
    say(table::text(&shown, TABLES));
    let out = args.out.display();
    say(tr!(
        lang,
        "{out}: the same as a page, to read in a browser or to print.",
        "{out}：同样内容的网页，可用浏览器阅读或打印。"
    ));
    Ok(())
}

/// The numbers of the pools that were asked for.
fn wanted(args: &OddsArgs, roll: &Roll, lang: Lang) -> Result<Vec<PoolNumber>, Stop> {
    let Some(id) = &args.pool else { return Ok(roll.pool_numbers().collect()) };
    roll.find_pool(id).map(|pool| vec![pool]).ok_or_else(|| {
        let all: Vec<&str> = roll.pools().iter().take(12).map(|pool| pool.id.as_str()).collect();
        let (all, more) = (all.join(", "), if roll.pools().len() > 12 { " …" } else { "" });
        Stop::Failed(tr!(
            lang,
            "--pool {id}: found no such pool in the plan; expected one of {all}{more}",
            "--pool {id}：方案中没有这个批次；应为以下之一：{all}{more}"
        ))
    })
}

/// The page with the chances of all pools, in Chinese and in English; `done` is told how far it is,
/// in percent.
#[cfg(feature = "web")]
pub(crate) fn pages(plan: &ValidPlan, done: impl Fn(u32) + Send) -> Result<[String; 2], Phrase> {
    let (roll, book) = (plan.roll(), Book::of(plan));
    let (wanted, left_out) = computable(roll.pool_numbers().collect(), roll);
    let words = |lang| words::not_computed(&left_out, lang).filter(|_| wanted.is_empty());
    if let (Some(en), Some(zh)) = (words(Lang::En), words(Lang::Zh)) {
        return Err(Phrase::new(en, zh));
    }
    let key = Hash(Sha256::digest(SEED_TEXT.as_bytes()).into());
    let percent =
        move |step: u64, all: u64| done(u32::try_from(step * 100 / all.max(1)).unwrap_or(0));
    let pools = compute(roll, &book, &wanted, (key, DRAWS), percent)
        .map_err(|why| Phrase::new(why.clone(), why))?;
    let fingerprint = plan.fingerprint().to_string();
    let (lang, seed_text, draws) = (Lang::Zh, SEED_TEXT, DRAWS);
    let zh = Shown { roll, book: &book, lang, fingerprint, seed_text, key, draws, pools };
    let page_zh = page::page(&zh);
    Ok([page_zh, page::page(&Shown { lang: Lang::En, ..zh })])
}

/// Those of some pools whose chances can be computed, and the ids of the others.
fn computable(wanted: Vec<PoolNumber>, roll: &Roll) -> (Vec<PoolNumber>, Vec<&str>) {
    let budgets = |n: &PoolNumber| roll.pool(*n).is_some_and(|pool| pool.has_budgets());
    let (left_out, computed): (Vec<PoolNumber>, Vec<PoolNumber>) =
        wanted.into_iter().partition(budgets);
    let ids = left_out.iter().filter_map(|n| roll.pool(*n)).map(|pool| pool.id.as_str());
    (computed, ids.collect())
}

/// The chances of each pool, computed on all cores. `done` is told how many of how many simulated
/// draws are done.
fn compute(
    roll: &Roll,
    book: &Book,
    wanted: &[PoolNumber],
    (key, draws): (Hash, u32),
    done: impl FnMut(u64, u64) + Send,
) -> Result<Vec<(PoolNumber, Odds)>, String> {
    let storeys: Vec<u64> = book.units.iter().map(|unit| unit.storey).collect();
    let exact = |n: &PoolNumber| {
        let facts = Facts::new(roll, *n, &storeys)?;
        Some((*n, facts.exact(), facts))
    };
    let all: Vec<(PoolNumber, Option<Odds>, Facts<'_>)> =
        wanted.par_iter().filter_map(exact).collect();
    let others: Vec<&Facts<'_>> =
        all.iter().filter(|(_, exact, _)| exact.is_none()).map(|(.., facts)| facts).collect();
    let (total, progress) = (others.len() as u64 * u64::from(draws), Mutex::new((0, done)));
    // Whoever tells of it waits for the others, so that it never goes back.
    let told = |more| {
        let mut progress = progress.lock().unwrap_or_else(PoisonError::into_inner);
        let (step, done) = &mut *progress;
        *step += more;
        done(*step, total);
    };
    let mut simulated = chances::simulated(&others, (key, draws), told)?.into_iter();
    let pools = all.into_iter().map(|(n, exact, _)| Some((n, exact.or_else(|| simulated.next())?)));
    Ok(pools.flatten().collect())
}

/// Writes the page whole or not at all.
fn write(path: &Path, page: &str) -> std::io::Result<()> {
    let name =
        path.file_name().ok_or(std::io::ErrorKind::InvalidFilename)?.to_string_lossy().into_owned();
    let part = path.with_file_name(format!(".{name}.part"));
    let written = std::fs::File::create(&part).and_then(|mut file| {
        file.write_all(page.as_bytes())?;
        file.sync_all()
    });
    let written = written.and_then(|()| std::fs::rename(&part, path));
    if written.is_err() {
        let _ = std::fs::remove_file(&part);
    }
    written
}
