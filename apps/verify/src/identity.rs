//! `self`: which program this is, and whether it is the one in a plan.

use crate::common::command_line::subcommand;
use crate::common::lang::parse_lang;
use crate::common::own;
use crate::common::running::Running;
use crate::source;
use crate::words::{Told, print};
use clap::{Args, Parser};
use floorlot::rules::Lang;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Version, commit, SHA-256 and decimal fingerprint of this program · 本程序的版本、提交、SHA-256 和指纹
#[derive(Args)]
pub struct SelfArgs {
    /// A plan, or a transcript: is this the program that it names? · 方案或记录：核对其中公示的程序是否为本程序
    file: Option<PathBuf>,
}

/// Version, commit, SHA-256 and decimal fingerprint of this program · 本程序的版本、提交、SHA-256 和指纹
#[derive(Parser)]
#[command(
    name = "verify_transcript self",
    after_help = "Exit codes: 0 told; 1 the plan names another program; 2 the plan cannot be read\n·\n退出码：0 已显示；1 方案公示的是另一个程序；2 方案无法读取"
)]
struct Cli {
    #[command(flatten)]
    args: SelfArgs,
    /// Language: zh or en (default: that of the system) · 语言
    #[arg(long, value_name = "zh|en", value_parser = parse_lang)]
    lang: Option<Lang>,
}

/// Runs the subcommand; `arguments` begin with its name.
pub(crate) fn main(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    subcommand(
        arguments,
        |cli: &Cli| cli.lang,
        |cli, lang| {
            let same = tell("verify_transcript", &cli.args, lang)?;
            Ok(if same { ExitCode::SUCCESS } else { ExitCode::from(1) })
        },
    )
}

/// Prints what is known of the program called `name`; false if the plan names another one.
///
/// # Errors
///
/// Why the plan cannot be read.
pub fn tell(name: &str, args: &SelfArgs, lang: Lang) -> Result<bool, String> {
    let running = args.file.as_deref().map(|file| compare(file, lang)).transpose()?;
    let compared = running.as_ref().map(|running| running.words().get(lang).to_owned() + "\n");
    print(&(own::told(name, lang) + &compared.unwrap_or_default()))
        .map_err(|error| error.told(lang).into_owned())?;
    Ok(!matches!(running, Some(Running::Other(_))))
}

fn compare(file: &Path, lang: Lang) -> Result<Running, String> {
    Ok(Running::of(source::plan(file, lang)?.roll()))
}
