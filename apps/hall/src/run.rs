//! A real draw: a sealed plan, a transcript on disk, and decisions from the prompt or from a
//! script.

use crate::aloud;
use crate::book::Book;
use crate::clock::{Clock, when};
use crate::drive::{Draw, How, Refused};
use crate::hall_log::{self, Recorded};
use crate::on_disk;
use crate::promise::Notes;
use crate::prompt;
use crate::recognize::{What, saved_anew};
use crate::say::{Stop, say, tr, warn};
use crate::scribe::{Found, Scribe};
use crate::script::Script;
use crate::told;
use clap::Args;
use floorlot::drand;
use floorlot::lines::{Device, Line};
use floorlot::plan::{Plan, ValidPlan};
use floorlot::rules::Lang;
use floorlot::session::{ResumeError, Stage};
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
    if !is_sealed(&out) {
        crate::again::follows_void(&plan, &out, lang)?;
    }
    let (scribe, found) = Scribe::open(&out, lang)?;
    aloud::plan(&plan, &Book::of(&plan), lang);
    let clock = (!args.no_clock).then_some(Clock::SYSTEM);
    let how = How { clock, from: None, every_pick: true };
    let mut draw = Draw::new(plan, scribe, lang, how);
    let mut notes = Notes::read(&out, lang)?;
    resume(&mut draw, &found, script.as_mut(), (&out, notes.recorded()))?;
    draw.scribe().take_over(found)?;
    let done = match script {
        Some(script) => by_script(&mut draw, script, &mut notes),
        None => prompt::by_hand(&mut draw, args.after, &mut notes),
    };
    left(&mut draw, &mut notes, done)?;
    aloud::how_to_verify(&draw, &args.out, "");
    Ok(())
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
        rounds.into_iter().find(|round| drand::time_of(*round) <= now && !is_sealed(out))
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

/// Whether there is a transcript in which the plan is sealed already.
fn is_sealed(path: &Path) -> bool {
    let sealed = |line: &[u8]| {
        line.strip_suffix(b"\n")
            .is_some_and(|line| matches!(Line::decode(line), Ok(Line::Checkpoint { .. })))
    };
    on_disk::read(path).is_ok_and(|bytes| bytes.split_inclusive(|&b| b == b'\n').any(sealed))
}

/// The plan that the first lines of a transcript are, if they are sealed.
pub(crate) fn sealed_plan(found: &Found) -> Option<ValidPlan> {
    let lines: Vec<&[u8]> = found.lines().collect();
    let seal =
        lines.iter().position(|line| matches!(Line::decode(line), Ok(Line::Checkpoint { .. })))?;
    Plan::read_lines(lines.get(..seal)?.iter().copied()).ok()
}

/// Reads a plan file and shows every fault of it.
pub(crate) fn read_plan(path: &Path, lang: Lang) -> Result<ValidPlan, Stop> {
    let bytes = on_disk::read(path).map_err(|error| Stop::file(lang, path, error))?;
    parse_plan(&bytes).map_err(|faults| {
        if let Some(stop) = is_transcript(path, &bytes, lang) {
            return stop;
        }
        if let Some(why) = What::of(&bytes)
            .no_plan(lang)
            .or_else(|| saved_anew(&bytes).map(|why| why.get(lang).to_owned()))
        {
            return Stop::file(lang, path, why);
        }
        let (path, count) = (path.display(), faults.0.len());
        let head = tr!(lang, "{path}: {count} fault(s)", "{path}：{count} 处错误");
        let each = faults.0.iter().map(|fault| {
            let fault = fault.sentence(lang);
            tr!(lang, "\n{path}: {fault}", "\n{path}：{fault}")
        });
        Stop::Failed(head + &each.collect::<String>())
    })
}

/// What to do with a transcript that was given for a plan.
fn is_transcript(path: &Path, bytes: &[u8], lang: Lang) -> Option<Stop> {
    let sealed = |line: &[u8]| matches!(Line::decode(line), Ok(Line::Checkpoint { .. }));
    let plan_lines = bytes.split(|&b| b == b'\n').position(sealed)?;
    let (path, seal) = (path.display(), plan_lines + 1);
    Some(Stop::Failed(tr!(
        lang,
        "{path}: this is a transcript, not a plan: line {seal} seals the plan. Give the plan file that `import` wrote (the first {plan_lines} lines are the same); the transcript is for --out",
        "{path}：这是记录，不是方案：第 {seal} 行起已封存。请给出 import 写出的方案文件（即前 {plan_lines} 行）；记录文件用于 --out"
    )))
}

/// Reads the bytes of a plan file.
pub(crate) fn parse_plan(bytes: &[u8]) -> Result<ValidPlan, floorlot::plan::Faults> {
    Plan::read_lines(
        bytes.split_inclusive(|&b| b == b'\n').map(|line| line.strip_suffix(b"\n").unwrap_or(line)),
    )
}

/// Replays the lines that are on disk. An edited line, or one of another plan, is refused before
/// anything is changed. It must go as far as the hall noted that it was (`promised`).
pub(crate) fn resume(
    draw: &mut Draw,
    found: &Found,
    mut script: Option<&mut Script>,
    (path, promised): (&Path, Option<&Recorded>),
) -> Result<(), Stop> {
    for (number, bytes) in (1_u64..).zip(found.lines()) {
        let decided = draw.session.stage() != Stage::Automatic;
        draw.session.replay(bytes).map_err(|error| refused(&error, path, draw.lang))?;
        draw.observe(bytes);
        if promised.is_some_and(|promised| {
            promised.lines == number && *promised != Recorded::of(number, draw.session.root())
        }) {
            return Err(other_lines(number, path, draw.lang));
        }
        let line = Line::decode(bytes).ok();
        if let (Some(script), Some(Line::Closing { .. })) = (script.as_deref_mut(), &line) {
            script.goes_on();
        }
        if let (Some(script), Some(line)) = (
            script.as_deref_mut(),
            line.filter(|l| {
                decided && !matches!(l, Line::Closing { .. }) || matches!(l, Line::Undo { .. })
            }),
        ) {
            script.consume(draw, number, &line)?;
        }
    }
    let lines = draw.session.lines();
    refuse_shorter(lines, promised, path, draw.lang)?;
    if lines > 0 {
        let (lang, path) = (draw.lang, path.display());
        say(tr!(
            lang,
            "\nGoing on with {path}: {lines} lines are there and match the plan and the rules.",
            "\n继续 {path}：已有 {lines} 行，与方案和规则相符。"
        ));
        if let Some(root) = draw.session.plan_root() {
            let fingerprint = aloud::fingerprint(root);
            say(tr!(lang, "Fingerprint of the plan: {fingerprint}", "方案指纹：{fingerprint}"));
        }
        aloud::standing(draw);
    }
    Ok(())
}

/// A transcript that is shorter than the hall noted would be gone on with as if the rest had never
/// been.
pub(crate) fn refuse_shorter(
    lines: u64,
    promised: Option<&Recorded>,
    path: &Path,
    lang: Lang,
) -> Result<(), Stop> {
    let Some(noted) = promised.map(|promised| promised.lines).filter(|noted| *noted > lines) else {
        return Ok(());
    };
    let (log, lost, command) = (
        hall_log::beside(path),
        lines + 1,
        told::from_copy(path, Path::new(tr!(lang, "FOLDER", "目录").as_str())),
    );
    let left = on_disk::left_over(path, lang);
    let (path, log) = (path.display(), log.display());
    Err(Stop::Failed(tr!(
        lang,
        "{path}: found {lines} lines; expected at least {noted}, which the hall noted as recorded ({log}). The file was cut short, or it is gone: line {lost} is missing. Put the whole file back; or, if there is a copy on a stick, go on from it: {command}. Nothing was changed. (For a new draw name another --out.){left}",
        "{path}：发现 {lines} 行；应至少有 {noted} 行，现场记事写明已记录（{log}）。文件被截短或不见了，从第 {lost} 行起缺失。请放回完整的文件；U 盘上有副本时，可从副本接着进行：{command}。未作任何改动。（如要另开一场抽签，请换一个 --out。）{left}"
    )))
}

/// A transcript that keeps the rules, and is not the one of which the hall noted the length.
fn other_lines(line: u64, path: &Path, lang: Lang) -> Stop {
    let left = on_disk::left_over(path, lang);
    let (log, path) = (hall_log::beside(path), path.display());
    let log = log.display();
    Stop::Failed(tr!(
        lang,
        "{path}: the lines 1 to {line} are not those that the hall noted as recorded ({log}). This is another draw of the same plan, or it was changed. Put the file of the hall back. Nothing was changed.{left}",
        "{path}：第 1 至 {line} 行与现场记事（{log}）写明的已记录内容不同：这是同一方案的另一场抽签，或文件被改动。请放回现场的那份文件。未作任何改动。{left}"
    ))
}

/// A transcript that cannot be gone on with: line, found, expected.
fn refused(error: &ResumeError, path: &Path, lang: Lang) -> Stop {
    let left = on_disk::left_over(path, lang);
    let path = path.display();
    let what = match error {
        ResumeError::Differs { line, found, expected } => {
            let expected =
                if expected.is_empty() { tr!(lang, "nothing", "无") } else { expected.clone() };
            tr!(
                lang,
                "line {line}\n  found    {found}\n  expected {expected}",
                "第 {line} 行\n  发现 {found}\n  应为 {expected}"
            )
        }
        ResumeError::Profile { line, error } => {
            let found = error.found_words();
            let (column, found, expected) =
                (error.column, found.get(lang), error.expected.get(lang));
            tr!(
                lang,
                "line {line}, byte {column}\n  found    {found}\n  expected {expected}",
                "第 {line} 行第 {column} 字节\n  发现 {found}\n  应为 {expected}"
            )
        }
        ResumeError::Step { line, error } => {
            let words = error.words();
            let words = words.get(lang);
            tr!(lang, "line {line}: {words}", "第 {line} 行：{words}")
        }
        other => other.to_string(),
    };
    Stop::Failed(tr!(
        lang,
        "{path}: {what}\nThis is not the transcript of this plan as it was written. Nothing was changed.{left}",
        "{path}：{what}\n这不是本方案原样写下的记录。未作任何改动。{left}"
    ))
}

/// Carries out a script.
fn by_script(draw: &mut Draw, mut script: Script, notes: &mut Notes) -> Result<(), Stop> {
    loop {
        draw.automatic()?;
        notes.promise_seal(draw);
        let goes_on = match draw.session.stage() {
            Stage::SignOff => !script.sign_off_is_next() && signed(draw, &mut script)?,
            Stage::Automatic => !script.undo_is_next(),
            stage => {
                script.goes_on();
                if stage == Stage::Done && !script.aftermath_is_next() {
                    break;
                }
                false
            }
        };
        if goes_on {
            draw.advance()?;
            continue;
        }
        let Some(command) = script.take() else { return Err(script.ended(draw)) };
        match draw.apply(&command.command) {
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
    if !draw.whole_sign_off() {
        return Ok(false); // the next command is refused, or missing: then it is said who is
    }
    if script.goes_on() || !draw.nobody_signed() || !draw.has_keys() {
        return Ok(true);
    }
    Err(script.not_signed(draw))
}
