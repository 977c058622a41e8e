//! `floorlot-verify`: the page of the verifier, in the browser, with the transcript that was dropped
//! on the program. A desktop starts a program with what is dropped on it as its arguments.

use crate::common::command_line::parse;
use crate::common::lang::{in_file, parse_lang};
use crate::common::{file, page};
use crate::words::{print, shown, tr, warn};
use clap::Parser;
use floorlot::rules::Lang;
use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Opens the verifier page in the browser with these transcripts in it · 在浏览器中打开核验网页，并载入抽签记录
#[derive(Parser)]
#[command(
    name = "floorlot-verify",
    after_help = "Drop a transcript on the icon of this program. Nothing is sent; no network is needed.\nExit codes: 0 opened; 2 could not\n·\n把抽签记录拖到本程序的图标上即可。不上传任何内容，不需要网络。\n退出码：0 已打开；2 无法打开"
)]
struct Cli {
    /// Transcripts, each the round or attempt after the one before; without one the page is empty ·
    /// 记录文件，多个文件为前后各轮；不写则打开空白的核验网页
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Writes the page, prints where it is, and opens nothing · 只写出网页并显示位置，不打开
    #[arg(long)]
    print_only: bool,
    /// Language: zh or en (default: that of the system) · 语言
    #[arg(long, value_name = "zh|en", value_parser = parse_lang)]
    lang: Option<Lang>,
}

/// The program: reads its arguments, and gives its exit code.
#[must_use]
pub fn main() -> ExitCode {
    let cli: Cli = match parse(&std::env::args_os().collect::<Vec<_>>()) {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    let lang = cli.lang.unwrap_or_else(crate::words::system_lang);
    match run(&cli, lang) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            warn(why);
            stay(&cli, lang);
            ExitCode::from(2)
        }
    }
}

fn run(cli: &Cli, lang: Lang) -> Result<(), String> {
    let read = |path: &PathBuf| {
        let small = file::open(path)
            .and_then(|file| Ok(file.metadata()?.len() <= page::LARGEST))
            .map_err(|error| in_file(path.display(), &error, lang))?;
        if !small {
            return Err(too_large(path, lang));
        }
        let bytes = file::read(path).map_err(|error| in_file(path.display(), &error, lang))?;
        Ok((path.file_name().unwrap_or_default().to_string_lossy().into_owned(), bytes))
    };
    let files: Vec<(String, Vec<u8>)> = cli.files.iter().map(read).collect::<Result<_, _>>()?;
    let page =
        write(&files).map_err(|error| in_file(std::env::temp_dir().display(), &error, lang))?;
    let path = page.display();
    let said = tr!(lang, "The page of the verifier: {path}\n", "核验网页：{path}\n");
    print(&said).map_err(|error| in_file(path, &error, lang))?;
    if cli.print_only { Ok(()) } else { open(&page, lang) }
}

/// Writes the page into a new folder, which stays: a browser reads it later.
fn write(files: &[(String, Vec<u8>)]) -> io::Result<PathBuf> {
    let folder = tempfile::Builder::new().prefix("floorlot-verify-").tempdir()?.keep();
    if files.is_empty() {
        let page = folder.join(page::PAGE);
        fs::write(&page, page::RELEASED)?;
        return Ok(page);
    }
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    page::write(&folder, None, &files)?;
    Ok(folder.join(page::CHECK))
}

fn too_large(path: &Path, lang: Lang) -> String {
    let (name, limit) = (shown(&path.display().to_string()), page::LARGEST >> 20);
    tr!(
        lang,
        "{name}: this file has more than {limit} MB, too much for a browser; check it with the program verify_transcript",
        "{name}：文件超过 {limit} MB，浏览器难以打开；请用 verify_transcript 程序核验"
    )
}

#[cfg(feature = "browser")]
fn open(page: &Path, lang: Lang) -> Result<(), String> {
    open::that(page).map_err(|_| by_hand(lang))
}

#[cfg(not(feature = "browser"))]
fn open(_: &Path, lang: Lang) -> Result<(), String> {
    Err(by_hand(lang))
}

fn by_hand(lang: Lang) -> String {
    tr!(
        lang,
        "No browser could be started; open that file in a browser by hand.",
        "未能启动浏览器；请自己用浏览器打开上面的文件。"
    )
}

/// Waits for Enter where somebody sees the words only as long as the program runs: a window of its
/// own closes with it.
fn stay(cli: &Cli, lang: Lang) {
    if cli.print_only || !io::stdin().is_terminal() {
        return;
    }
    warn(tr!(lang, "Press Enter to close.", "按回车键关闭。"));
    let _ = io::stdin().read_line(&mut String::new());
}
