//! `receipts`: a slip for each household of a verified transcript, as a page to print and as texts
//! to check.

use crate::common::command_line::subcommand;
use crate::common::{lang, receipts};
use crate::evidence::noted;
use crate::source::Source;
use crate::words::{Told, in_file, print, tr, warn};
use clap::Parser;
use floorlot::lines::Line;
use floorlot::plan::Plan;
use floorlot::rules::{Lang, Phrase};
use floorlot::transcript::{Evidence, Report, Verdict, verify};
use std::ffi::OsString;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Makes a receipt for each household, and one for all claims of a family: a page to print and a text
/// file each · 为每户（有多个名额的家庭为每家）生成收据
#[derive(Parser)]
#[command(
    name = "verify_transcript receipts",
    after_help = "Exit codes: 0 done; 1 refuted: no receipts; 2 cannot read or write; 3 unfinished: no receipts\n·\n退出码：0 完成；1 记录不成立，不生成；2 无法读写；3 记录尚未完成，不生成"
)]
struct Cli {
    /// The transcript; - is standard input · 记录文件，- 为标准输入
    file: PathBuf,
    /// The folder for receipts.html and HOUSEHOLD.receipt.txt, FAMILY.receipt.txt · 输出文件夹
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// A fingerprint noted outside, or @FILE: of a file with lines that none of them covers no
    /// receipt is made; may be repeated · 在外记下的指纹：若有其未涵盖的内容，则不生成收据
    #[arg(long, value_name = "DIGITS|@FILE")]
    fingerprint: Vec<String>,
    /// Before the draw: that each household is in the sealed plan, with tier and needs
    /// · 抽签之前：各户已列入封存方案的凭证
    #[arg(long, conflicts_with_all = ["fingerprint", "include_not_compared"])]
    enrolment: bool,
    /// Makes receipts also of what was not compared · 未核对的内容也生成收据
    #[arg(long)]
    include_not_compared: bool,
    /// Language: zh or en (default: that of the system) · 语言
    #[arg(long, value_name = "zh|en", value_parser = lang::parse_lang)]
    lang: Option<Lang>,
}

/// Runs the subcommand; `arguments` begin with its name.
pub(crate) fn main(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    subcommand(arguments, |cli: &Cli| cli.lang, run)
}

fn run(cli: &Cli, lang: Lang) -> Result<ExitCode, String> {
    let path = &cli.file.display();
    let failed = |error: &dyn Told| in_file(path, error, lang);
    let mut source = Source::open(&cli.file, true).map_err(|error| failed(&error))?;
    let evidence = Evidence::default()
        .with_noted(noted(&cli.fingerprint, &[], lang)?.0)
        .with_not_compared(cli.include_not_compared);
    let report = source.read(|input| verify(input, &evidence)).map_err(|error| failed(&error))?;
    let report = report.map_err(|error| failed(&error))?;
    if cli.enrolment {
        return enrolment(cli, &mut source, &report, lang);
    }
    if report.leaves_out() {
        let sentence = report.sentence();
        let sentence = sentence.get(lang);
        return Err(tr!(
            lang,
            "{path}: {sentence} No receipts were made; --include-not-compared makes them all the same.",
            "{path}：{sentence}未生成收据；如仍需要，请加 --include-not-compared。"
        ));
    }
    let verified = match report.into_verified() {
        Ok(verified) => verified,
        Err(report) => {
            warn(report.text(lang));
            let unfinished = report.verdict == Verdict::Unfinished;
            warn(match unfinished {
                true => tr!(
                    lang,
                    "No receipts were made, because the transcript is unfinished.",
                    "记录尚未完成，未生成收据。"
                ),
                false => tr!(
                    lang,
                    "No receipts were made, because the transcript is refuted.",
                    "记录不成立，未生成收据。"
                ),
            });
            return Ok(ExitCode::from(if unfinished { 3 } else { 1 }));
        }
    };
    let file = whole(&mut source).map_err(|error| failed(&error))?;
    let all = floorlot::receipt::receipts(&verified, lines_of(&file))
        .map_err(|error| failed(&error.words()))?;
    folder(&cli.out, lang)?;
    let done = receipts::write_all(&all, (verified.roll().title(), ""), &cli.out, lang)?;
    print(&(done + "\n")).map_err(|error| error.told(lang).into_owned())?;
    Ok(ExitCode::SUCCESS)
}

/// `--enrolment`: of a file that is not refuted, however far it goes. A later line changes nothing of
/// the sealed plan.
fn enrolment(
    cli: &Cli,
    source: &mut Source,
    report: &Report,
    lang: Lang,
) -> Result<ExitCode, String> {
    let failed = |error: &dyn Told| in_file(cli.file.display(), error, lang);
    if matches!(report.verdict, Verdict::Refuted | Verdict::Unreadable) {
        warn(report.text(lang));
        warn(tr!(
            lang,
            "No receipts were made, because the file is refuted.",
            "文件不成立，未生成凭证。"
        ));
        return Ok(ExitCode::from(if report.verdict == Verdict::Refuted { 1 } else { 2 }));
    }
    let file = whole(source).map_err(|error| failed(&error))?;
    let of_plan = |line: &&[u8]| {
        Line::decode(line).is_ok_and(|line| !matches!(line, Line::Checkpoint { .. }))
    };
    let plan = Plan::read_lines(lines_of(&file).take_while(of_plan))
        .map_err(|faults| failed(&faults.words()))?;
    let all = floorlot::receipt::enrolment_receipts(&plan, lines_of(&file)).map_err(|_| {
        failed(&Phrase::new(
            "the plan is not sealed yet; make the enrolment receipts after its seal",
            "方案尚未封存，请封存后再生成入册凭证",
        ))
    })?;
    folder(&cli.out, lang)?;
    let done = receipts::write_all(&all, (plan.roll().title(), ""), &cli.out, lang)?;
    print(&(done + "\n")).map_err(|error| error.told(lang).into_owned())?;
    Ok(ExitCode::SUCCESS)
}

/// All bytes of the file.
fn whole(source: &mut Source) -> io::Result<Vec<u8>> {
    let mut file = Vec::new();
    source.read(|mut input| input.read_to_end(&mut file)).and_then(|read| read)?;
    Ok(file)
}

fn lines_of(file: &[u8]) -> impl Iterator<Item = &[u8]> {
    file.strip_suffix(b"\n").unwrap_or(file).split(|byte| *byte == b'\n')
}

/// Makes the folder, which must not hold receipts yet: old ones among new ones would mislead.
fn folder(out: &Path, lang: Lang) -> Result<(), String> {
    let shown = out.display();
    let there = fs::create_dir_all(out).and_then(|()| receipts::old(out));
    if !there.map_err(|error| in_file(format_args!("--out {shown}"), &error, lang))?.is_empty() {
        return Err(tr!(
            lang,
            "--out {shown}: there are receipts in this folder already; name another one",
            "--out {shown}：文件夹中已有收据，请另选文件夹"
        ));
    }
    Ok(())
}
