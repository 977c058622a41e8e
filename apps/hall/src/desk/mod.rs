//! `floorlot-hall`: what a clerk starts by a double click. It makes or opens a draw in a folder under
//! the documents and does what `serve` does there, with both pages open in the browser.

mod choice;
mod draws;
mod dropped;
mod terminal;

use crate::web::window::{address_file, board_again};
use crate::web::{ServeArgs, serve};
use crate::words::say::{Stop, say, system_lang, tr, warn};
use choice::{Choice, choose};
use clap::Parser;
use draws::Draw;
use floorlot::rules::Lang;
use floorlot_verify::common::command_line::parse;
use floorlot_verify::common::lang::parse_lang;
use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const ABOUT: &str = "\
Started without arguments (by a double click) it goes on with the draw in its folder, or makes a new
one, and opens the operator's page and the board in the browser of this machine. It needs no
network and no administrator. A transcript or a plan that is dropped on it is opened.

Exit codes: 0 done; 1 refuted; 2 could not; 130 ended with Ctrl-C.
·
不带参数启动（双击）时，继续其文件夹中的抽签，或新建一场，并在本机浏览器中打开操作页和大屏。
不需要网络，也不需要管理员权限。把记录或方案文件拖到图标上，即打开它。

退出码：0 完成；1 记录不成立；2 无法进行；130 按 Ctrl-C 结束。";

/// The draw on two pages, for a clerk who starts this program by a double click · 双击启动，在浏览器中主持抽签
#[derive(Parser)]
#[command(name = "floorlot-hall", after_help = ABOUT)]
struct Cli {
    /// A transcript, a plan, or the folder of a draw, to open it · 要打开的记录、方案或抽签文件夹
    file: Option<PathBuf>,
    /// Where the draws are (default: a folder under the documents) · 存放抽签的文件夹（默认在“文档”下）
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Open no page in the browser · 不打开浏览器
    #[arg(long)]
    no_browser: bool,
    /// Language: zh or en (default: that of the system) · 语言
    #[arg(long, value_name = "zh|en", value_parser = parse_lang)]
    lang: Option<Lang>,
}

/// The program: reads its arguments, and gives its exit code.
pub fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let cli: Cli = match parse(&arguments) {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    if !cli.no_browser && terminal::in_a_window_of_its_own() {
        return ExitCode::SUCCESS;
    }
    let lang = cli.lang.unwrap_or_else(system_lang);
    match hold(&cli, lang) {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => {
            let (why, code) = match stop {
                Stop::Refuted(why) => (why, 1),
                Stop::Failed(why) | Stop::Unfinished(why) => (why, 2),
            };
            warn(why);
            wait(lang);
            ExitCode::from(code)
        }
    }
}

/// A window that closes at once is read by nobody.
fn wait(lang: Lang) {
    if std::io::stdin().is_terminal() {
        warn(tr!(lang, "\nPress Enter to close this window.", "\n按回车关闭本窗口。"));
        let _ = std::io::stdin().read_line(&mut String::new());
    }
}

/// Opens a draw, until the program is stopped.
fn hold(cli: &Cli, lang: Lang) -> Result<(), Stop> {
    let root = match &cli.folder {
        Some(folder) => crate::disk::on_disk::absolute(folder, lang)?,
        None => draws::folder(lang)?,
    };
    let opened = match &cli.file {
        Some(file) => dropped::opened(file, &root, lang)?,
        None => Opened { transcript: chosen(&root, lang)?, plan: None },
    };
    if draws::is_held(&opened.transcript) {
        return again(cli, &opened.transcript, lang);
    }
    serve(&ServeArgs::for_desk(opened.transcript, opened.plan, !cli.no_browser), lang)
}

/// What is opened: a transcript that is there or begins now, and a plan that it begins with.
struct Opened {
    transcript: PathBuf,
    plan: Option<PathBuf>,
}

/// The draw in the folder that goes on, or a new one; where that is not plain, the clerk says it.
fn chosen(root: &Path, lang: Lang) -> Result<PathBuf, Stop> {
    let mut draws = draws::all(root, lang)?;
    match choose(&draws) {
        Choice::GoOn(at) => Ok(draws.swap_remove(at).transcript),
        Choice::New => draws::begin(root, lang),
        Choice::Ask(usual) => match asked(&draws, usual, lang) {
            Some(at) => Ok(draws.swap_remove(at).transcript),
            None => draws::begin(root, lang),
        },
    }
}

/// Asks in the window; `None` for a new draw. Enter is the usual one, and so is the end of the
/// input.
fn asked(draws: &[Draw], usual: Option<usize>, lang: Lang) -> Option<usize> {
    let new = draws.len() + 1;
    let usual_number = usual.map_or(new, |at| at + 1);
    say(tr!(lang, "\nDraws in this folder:\n", "\n文件夹中已有的抽签：\n"));
    for (n, draw) in (1..).zip(draws) {
        say(format!("{n:4}  {}", draw.told(lang)));
    }
    say(tr!(lang, "{new:4}  a new draw", "{new:4}  新的抽签"));
    loop {
        say(tr!(
            lang,
            "\nWhich one? Type its number and press Enter; Enter alone: {usual_number}",
            "\n打开哪一个？输入编号后按回车；直接按回车：{usual_number}"
        ));
        let mut line = String::new();
        if std::io::stdin().read_line(&mut line).unwrap_or(0) == 0 {
            return usual;
        }
        match choice::answer(&line, usual_number, new) {
            Some(number) => return number.checked_sub(1).filter(|at| *at < draws.len()),
            None => say(tr!(
                lang,
                "That is not one of the numbers 1 to {new}.",
                "请输入 1 至 {new} 之间的编号。"
            )),
        }
    }
}

/// The draw is open in another window already: the board is opened again, and the clerk is told
/// where the operator's page is.
fn again(cli: &Cli, transcript: &Path, lang: Lang) -> Result<(), Stop> {
    let path = transcript.display();
    let address = std::fs::read_to_string(address_file(transcript)).unwrap_or_default();
    let address = address.trim();
    if !draws::answers(address) {
        return Err(Stop::Failed(tr!(
            lang,
            "{path}: another program holds this draw. Look for its window: the draw goes on there. If there is none, end that program, and start this one again.",
            "{path}：这场抽签已由另一个程序打开。请找到它的窗口，在那里继续；如果没有窗口，请结束那个程序，再启动本程序。"
        )));
    }
    if !cli.no_browser {
        board_again(address);
    }
    say(tr!(
        lang,
        "\nThis draw is open already, in another window of this program: {path}\n\nBoard:     {address}\nOperator:  its page is in the browser. Is it closed? Press Enter in that other window: it opens again.\n\nThis window is not needed.",
        "\n这场抽签已经打开，在本程序的另一个窗口中：{path}\n\n大屏：  {address}\n操作页：就在浏览器中。如已关闭，请到那个窗口按回车，会重新打开。\n\n本窗口不再需要。"
    ));
    wait(lang);
    Ok(())
}
