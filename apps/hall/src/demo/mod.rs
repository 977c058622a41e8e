//! A whole draw without people: simulated panel, simulated dice, real transcript.

mod panel;

use crate::ceremony::aloud;
use crate::ceremony::book::Book;
use crate::ceremony::draw::Draw;
use crate::ceremony::draw::How;
use crate::ceremony::drive::Refused;
use crate::disk::plan_file::parse_plan;
use crate::disk::scribe::{Found, Scribe};
use crate::keys::log;
use crate::prints;
use crate::words::clock::Clock;
use crate::words::say::{Stop, no_randomness, program, quoted, say, tr};
use clap::Args;
use floorlot::Hash;
use floorlot::lines::{Line, Mode};
use floorlot::rules::Lang;
use floorlot::session::Awaits;
use panel::{BEGINNING, Panel};
use std::path::{Path, PathBuf};

/// 1,988 households in 42 buildings, drawn by lot. Invented.
const PENGSAN: &[u8] = include_bytes!("../../../../examples/data/pengsan/plan.jsonl");
/// Ten households who choose. Invented.
const BLOCK: &[u8] = include_bytes!("../../../../examples/data/block/plan.jsonl");
/// How the origin of every sample begins.
const SAMPLES: &str = "sample.example/";

/// What `demo` is given.
#[derive(Args)]
pub(crate) struct DemoArgs {
    /// Folder for transcript.jsonl, seed.txt, recordings, scans, receipts and print-outs · 输出文件夹
    #[arg(long, value_name = "DIR", default_value = "target/demo")]
    out: PathBuf,
    /// The small sample: ten households that choose at the call · 小示例：十户现场选房
    #[arg(long)]
    small: bool,
    /// Panel and dice follow from this text, and the times are made up: the same text gives the
    /// same bytes · 由此文字决定全部模拟数，时间为虚拟
    #[arg(long, value_name = "TEXT")]
    seed_text: Option<String>,
    /// Write no time stamps · 不写时间
    #[arg(long)]
    no_clock: bool,
}

impl Default for DemoArgs {
    fn default() -> DemoArgs {
        DemoArgs {
            out: PathBuf::from("target/demo"),
            small: false,
            seed_text: None,
            no_clock: false,
        }
    }
}

/// Holds the rehearsal.
pub(crate) fn demo(args: &DemoArgs, lang: Lang) -> Result<(), Stop> {
    let plan = parse_plan(if args.small { BLOCK } else { PENGSAN })
        .map_err(|faults| Stop::Failed(faults.text(lang)))?;
    let chance = args.seed_text.clone().map_or_else(|| chance(lang), Ok)?;
    for folder in ["recordings", "scans"].map(|name| args.out.join(name)) {
        std::fs::create_dir_all(&folder).map_err(|error| Stop::file(lang, &folder, error))?;
    }
    let log = log::key_of(&plan, None, lang)?;
    let path = args.out.join("transcript.jsonl");
    let (mut scribe, found) = Scribe::open(&path, lang)?;
    check_ours(&found, &path, lang)?;
    scribe.restart()?;
    simulated(lang);
    let book = Book::of(&plan);
    aloud::plan(&plan, &book, lang);
    let panel = Panel::new(&book, chance, &args.out);
    let from = args.seed_text.as_ref().filter(|_| !args.no_clock).map(|_| BEGINNING);
    let how =
        How { clock: (!args.no_clock).then_some(Clock::SYSTEM), from, every_pick: args.small, log };
    let mut draw = Draw::new(plan, scribe, lang, how);
    hold(&mut draw, panel)?;
    seed_file(&draw, &args.out)?;
    prints::receipts::write_all(&path, &args.out.join("receipts"), lang)?;
    prints::all(&path, &args.out.join("print"), lang)?;
    let folder = args.out.display();
    aloud::how_to_verify(
        &draw,
        &path,
        &format!(" --rehearsal --recordings {folder}/recordings --scans {folder}/scans"),
    );
    let (program, file) = (program("draw_session"), quoted(&path.display().to_string()));
    let site = quoted(&args.out.join("site").display().to_string());
    say(tr!(
        lang,
        "One folder for everybody, a site to look at and to check:\n    {program} publish {file} --out {site}",
        "写出供公众查看和核验的网站：\n    {program} publish {file} --out {site}"
    ));
    simulated(lang);
    Ok(())
}

fn simulated(lang: Lang) {
    say(tr!(
        lang,
        "\nREHEARSAL WITHOUT PEOPLE: the households are invented, panel and dice are simulated by this program. Nothing here counts.",
        "\n无人演练：住户是虚构的，监督员和骰子由本程序模拟。结果一律无效。"
    ));
}

/// Goes through the draw with the simulated people.
fn hold(draw: &mut Draw, mut panel: Panel) -> Result<(), Stop> {
    loop {
        draw.automatic()?;
        let stage = draw.session.awaits();
        if stage == Awaits::Done {
            draw.bar.finish_and_clear();
        }
        match panel.decide(draw) {
            None if stage == Awaits::Done => return Ok(()),
            None if matches!(stage, Awaits::Numbers { .. }) => {
                return Err(Stop::Failed(tr!(
                    draw.lang,
                    "nobody can simulate the beacon that this plan names",
                    "无法模拟方案指定的随机信标"
                )));
            }
            None => draw.advance()?,
            Some(command) => draw.read_and_apply(&command).map_err(|refused| match refused {
                Refused::Step(why) => Stop::Failed(why),
                Refused::Stop(stop) => stop,
            })?,
        }
    }
}

/// Randomness of the operating system, as text.
fn chance(lang: Lang) -> Result<String, Stop> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| Stop::Failed(no_randomness(error, lang)))?;
    Ok(Hash(bytes).to_hex())
}

/// A demo replaces the transcript of an earlier demo, and nothing else.
fn check_ours(found: &Found, path: &Path, lang: Lang) -> Result<(), Stop> {
    let sample = |line: &[u8]| match Line::decode(line) {
        Ok(Line::Plan { origin, mode: Mode::Rehearsal, .. }) => origin.starts_with(SAMPLES),
        _ => false,
    };
    match found.lines().next() {
        None => Ok(()),
        Some(line) if sample(line) => Ok(()),
        Some(_) => {
            let other = tr!(
                lang,
                "this is not the transcript of a demo; it stays as it is. Choose another folder with --out.",
                "这不是演示记录，保持原样。请用 --out 指定其他文件夹。"
            );
            Err(Stop::file(lang, path, other))
        }
    }
}

/// The text whose SHA-256 is the seed, for `sha256sum`.
fn seed_file(draw: &Draw, folder: &Path) -> Result<(), Stop> {
    let (lang, path) = (draw.lang, folder.join("seed.txt"));
    let text = draw.session.seed_text().unwrap_or_default();
    std::fs::write(&path, text).map_err(|error| Stop::file(lang, &path, error))?;
    let path = path.display();
    say(tr!(
        lang,
        "\nThe seed by hand:  sha256sum {path}\n      on Windows:  certutil -hashfile {path} SHA256",
        "\n自己验算种子：sha256sum {path}\nWindows：certutil -hashfile {path} SHA256"
    ));
    Ok(())
}
