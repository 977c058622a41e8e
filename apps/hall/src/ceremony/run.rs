//! A real draw: a sealed plan, a transcript on disk, and decisions from the prompt or from a
//! script.

use crate::ceremony::aloud;
use crate::ceremony::book::Book;
use crate::ceremony::days;
use crate::ceremony::draw::Draw;
use crate::ceremony::draw::How;
use crate::ceremony::drive::Refused;
use crate::ceremony::promise::Notes;
use crate::ceremony::prompt;
use crate::ceremony::resume::resume;
use crate::ceremony::running;
use crate::ceremony::script::Script;
use crate::disk::on_disk;
use crate::disk::plan_file::{is_sealed_at, read_plan};
use crate::disk::scribe::Scribe;
use crate::keys::log;
use crate::words::clock::{Clock, when};
use crate::words::say::{Stop, program, quoted, say, tr, warn};
use clap::Args;
use floorlot::drand;
use floorlot::lines::Device;
use floorlot::plan::ValidPlan;
use floorlot::rules::Lang;
use floorlot::session::Awaits;
use floorlot_verify::common::running::Running;
use std::path::{Path, PathBuf};

/// What `run` is given.
#[derive(Args)]
pub(crate) struct RunArgs {
    /// The plan file, one line of the transcript a line (made by `import`) · 方案文件
    #[arg(long, value_name = "FILE")]
    plan: PathBuf,
    /// The transcript; if it is there already, the draw goes on where it ends · 记录文件；已存在则从断处继续
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Commands from a file, one a line, `#` begins a comment line; without it they are asked for ·
    /// 命令脚本，不给则现场提问
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
    /// After the result: asks for objections, withdrawals, offers, swaps, recordings ·
    /// 结果之后的事项：异议、放弃、递补、换房、录像
    #[arg(long, conflicts_with = "script")]
    after: bool,
    /// Without a script: stops before a pool without choices, and asks how far it is drawn today ·
    /// 无需选房的批次：先停下，问今天抽到第几户
    #[arg(long, conflicts_with = "script")]
    ask_how_far: bool,
    /// The secret key of the log that the plan names: it signs every checkpoint · 方案所写日志公钥的私钥文件，用于签署每个检查点
    #[arg(long, value_name = "FILE")]
    log_key: Option<PathBuf>,
    /// A second folder (a stick, say) for a copy of the transcript as it grows · 第二份副本的文件夹（如 U 盘）
    #[arg(long, value_name = "DIR")]
    copy: Option<PathBuf>,
    /// In an official draw: confirms that this program is none that the plan names; the prompt asks
    /// without it, a script does not · 正式抽签中确认所用程序与方案公示的不一致
    #[arg(long)]
    other_program: bool,
    /// Write no time stamps: the same commands then give the same bytes · 不写时间，命令相同则字节相同
    #[arg(long)]
    no_clock: bool,
}

/// Holds a draw, or goes on with one.
pub(crate) fn run(args: &RunArgs, lang: Lang) -> Result<(), Stop> {
    one_file(args, lang)?;
    let out = on_disk::absolute(&args.out, lang)?;
    let mut script = args.script.as_deref().map(|path| Script::read(path, lang)).transpose()?;
    let plan = read_plan(&args.plan, lang)?;
    beacons(&plan, (&args.plan, &args.out), !args.no_clock, lang)?;
    let log = log::key_of(&plan, args.log_key.as_deref(), lang)?;
    if !is_sealed_at(&out) {
        crate::next::again::follows_void(&plan, &out, lang)?;
    }
    let mut notes = Notes::read(&out, lang)?;
    if let Some(folder) = &args.copy {
        let (folder, plan) =
            (on_disk::absolute(folder, lang)?, on_disk::absolute(&args.plan, lang)?);
        notes = notes.with_copy(&folder, (&out, &plan), lang)?;
    }
    let (scribe, found) = Scribe::open(&out, lang)?;
    aloud::plan(&plan, &Book::of(&plan), lang);
    let running = compared(&plan, args, lang)?;
    let clock = (!args.no_clock).then_some(Clock::SYSTEM);
    let how = How { clock, from: None, every_pick: true, log };
    let mut draw = Draw::new(plan, scribe, lang, how);
    resume(&mut draw, &found, script.as_mut(), (&out, notes.recorded()))?;
    // From here the lines may be in this program alone: every way out is `left`.
    let done = draw.scribe().go_on_from(found).map(|()| notes.program(running.other(), &mut draw));
    let done = done.and_then(|()| match script {
        Some(script) => by_script(&mut draw, script, &mut notes),
        None => {
            draw.begin_day();
            let asks = prompt::Asks { after: args.after, how_far: args.ask_how_far };
            prompt::by_hand(&mut draw, asks, &mut notes)
        }
    });
    left(&mut draw, &mut notes, done)?;
    notes.copied(&mut draw, true);
    aloud::how_to_verify(&draw, &args.out, "");
    if draw.progress.days.is_night() {
        days::good_night(&draw, &again(args));
    }
    Ok(())
}

/// Says whether the program that runs is the one in the plan. With another one an official draw
/// goes on only when somebody confirms that.
fn compared(plan: &ValidPlan, args: &RunArgs, lang: Lang) -> Result<Running, Stop> {
    let running = Running::of(plan.roll());
    match running.other() {
        None => say(running.told(lang)),
        Some(_) => warn(running.told(lang)),
    }
    if !running.asks(plan.roll()) || args.other_program {
        return Ok(running);
    }
    if args.script.is_some() {
        return Err(running::not_confirmed(lang));
    }
    match prompt::yes(&running::question(lang), lang)? {
        true => Ok(running),
        false => Err(running::not_confirmed(lang)),
    }
}

/// The command that goes on with the same draw.
fn again(args: &RunArgs) -> String {
    let word = |path: &Path| quoted(&path.display().to_string());
    let (program, plan, out) = (program("draw_session"), word(&args.plan), word(&args.out));
    let mut command = format!("{program} run --plan {plan} --out {out}");
    for (option, file) in
        [("--script", &args.script), ("--log-key", &args.log_key), ("--copy", &args.copy)]
    {
        command += &file.as_ref().map(|f| format!(" {option} {}", word(f))).unwrap_or_default();
    }
    for (option, given) in [
        (" --other-program", args.other_program),
        (" --ask-how-far", args.ask_how_far),
        (" --no-clock", args.no_clock),
    ] {
        command += if given { option } else { "" };
    }
    command
}

/// Every way out: the file is compared once more. When something happened to it, all that is
/// recorded is written to another one before the program ends.
fn left(draw: &mut Draw, notes: &mut Notes, done: Result<(), Stop>) -> Result<(), Stop> {
    let scribe = draw.scribe();
    if scribe.is_empty() {
        return done;
    }
    let Err(harmed) = scribe.compare() else {
        notes.promise(draw);
        return done;
    };
    let words = |stop| match stop {
        Stop::Failed(why) | Stop::Refuted(why) | Stop::Unfinished(why) => why,
    };
    let mut told = match done {
        Err(Stop::Failed(why)) => vec![why],
        _ => Vec::new(),
    };
    told.extend(Some(words(harmed)).filter(|harmed| !told.contains(harmed)));
    told.push(scribe.rescue().unwrap_or_else(words));
    notes.promise(draw);
    Err(Stop::Failed(told.join("\n")))
}

/// The plan is not the transcript: the draw would be written into the plan.
fn one_file(args: &RunArgs, lang: Lang) -> Result<(), Stop> {
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    if real(&args.out).is_none() || real(&args.out) != real(&args.plan) {
        return Ok(());
    }
    let both = args.plan.display();
    Err(Stop::Failed(tr!(
        lang,
        "{both}: --plan and --out are the same file, and the draw would be written into the plan. Name another file with --out, such as transcript.jsonl. Nothing was changed.",
        "{both}：--plan 与 --out 是同一个文件，抽签会写进方案文件。请用 --out 另指文件，例如 transcript.jsonl。未作任何改动。"
    )))
}

/// What a plan with rounds of drand needs, before anything is written: the time, a build that
/// verifies them, and rounds that nobody knows at the seal (rule C7).
pub(crate) fn beacons(
    plan: &ValidPlan,
    (file, out): (&Path, &Path),
    clock: bool,
    lang: Lang,
) -> Result<(), Stop> {
    let rounds: Vec<u64> = plan
        .roll()
        .sources()
        .iter()
        .filter(|s| s.device == Device::Drand)
        .map(|s| s.round)
        .collect();
    if rounds.is_empty() {
        return Ok(());
    }
    if !clock {
        return Err(Stop::Failed(tr!(
            lang,
            "--no-clock: the plan names a round of drand, for which the time must stand in the close of the reveals. Leave --no-clock out. Nothing was written.",
            "--no-clock：方案指定了 drand 轮次，公开截止一行必须写明时间。请去掉 --no-clock。未写入任何内容。"
        )));
    }
    let now = (Clock::SYSTEM.wall)();
    if let Some(round) =
        rounds.into_iter().find(|round| drand::time_of(*round) <= now && !is_sealed_at(out))
    {
        let (plan, when, next) =
            (file.display(), when(drand::time_of(round)), drand::first_after(now));
        return Err(Stop::Failed(tr!(
            lang,
            "{plan}: round {round} of drand was made at {when}: it could be known before the plan is sealed. Name a later round in the plan, made after the reveals close (the next one from now is {next}). Nothing was written.",
            "{plan}：drand 第 {round} 轮的时间是 {when}，已经过去：封存之前就可能知道其结果。请在方案中指定更晚的、公开截止之后的轮次（现在的下一轮是 {next}）。未写入任何内容。"
        )));
    }
    if !cfg!(feature = "drand") {
        return Err(Stop::Failed(tr!(
            lang,
            "this program was built without drand and cannot verify the round that the plan names. Build it with: cargo run --release --features drand --example draw_session -- run … (needs a C compiler). Nothing was written.",
            "本程序编译时未包含 drand，无法核验方案指定的轮次。请这样编译运行：cargo run --release --features drand --example draw_session -- run …（需要 C 编译器）。未写入任何内容。"
        )));
    }
    Ok(())
}

/// Carries out a script.
fn by_script(draw: &mut Draw, mut script: Script, notes: &mut Notes) -> Result<(), Stop> {
    // Whether the draw stands in a pool without choices because the script said how far.
    let mut halted = false;
    loop {
        match halted || script.until().is_some() {
            true => draw.settle()?,
            false => draw.automatic()?,
        };
        notes.promise_seal(draw);
        if draw.progress.days.is_night() {
            if script.is_empty() {
                return Ok(());
            }
            draw.begin_day();
            continue;
        }
        let goes_on = match draw.session.awaits() {
            Awaits::SignOff => !script.sign_off_is_next() && signed(draw, &mut script)?,
            Awaits::Automatic => {
                let closes = script.day_is_next() && draw.session.day_may_end();
                // A script that ends with `until` goes no farther.
                let ends = halted && script.is_empty();
                let stops = (script.until().is_some() || ends) && draw.stands_in_lots();
                !script.undo_is_next() && !closes && !stops
            }
            stage => {
                script.goes_on();
                if stage == Awaits::Done && !script.aftermath_is_next() {
                    break;
                }
                false
            }
        };
        if goes_on {
            halted = false;
            draw.advance()?;
            continue;
        }
        halted = script.until().is_some();
        if script.until().is_some_and(|households| households <= draw.progress.record.served()) {
            drop(script.take()); // so far it is already: the script is gone on with
            continue;
        }
        let Some(command) = script.take() else { return Err(script.ended(draw)) };
        match draw.read_and_apply(&command.command) {
            Ok(()) => {}
            Err(Refused::Stop(stop)) => return Err(stop),
            Err(Refused::Step(why)) => return Err(script.fault(&command, &why)),
        }
    }
    if let Some(left) = script.take() {
        warn(
            script
                .at(&left, &tr!(draw.lang, "not used: the draw is complete", "未用到：抽签已完成")),
        );
    }
    Ok(())
}

/// Whether a script goes on after the signatures under a checkpoint: where all have spoken or
/// nobody has a key, and else with `next`.
fn signed(draw: &mut Draw, script: &mut Script) -> Result<bool, Stop> {
    if draw.not_closed().is_some() {
        return Ok(false); // the next command is refused, or missing: then it is said who is
    }
    if script.goes_on() || !draw.nobody_signed() || !draw.has_keys() {
        return Ok(true);
    }
    Err(script.not_signed(draw))
}
