//! `tokens`: the time tokens of a transcript as files, and the commands with which openssl checks
//! what is not checked here: the signature and the certificate of their authority.

use crate::common::command_line::subcommand;
use crate::common::lang::parse_lang;
use crate::source::Source;
use crate::words::{Told, in_file, print, tr, warn};
use clap::Parser;
use floorlot::lines::Line;
use floorlot::rules::Lang;
use floorlot::stamped::Stamp;
use floorlot::token;
use floorlot::transcript::{Checkpoint, Evidence, Report, Verdict, verify};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Writes the time tokens of a transcript as files, and prints the openssl commands that check their
/// signatures · 导出记录中的时间戳，并给出用 openssl 核验其签名的命令
#[derive(Parser)]
#[command(
    name = "verify_transcript tokens",
    after_help = "It runs none of the commands.\nExit codes: 0 done; 1 the transcript is refuted: nothing is written; 2 cannot read or write\n·\n本程序不执行这些命令。\n退出码：0 完成；1 记录不成立，不导出；2 无法读写"
)]
struct Cli {
    /// The transcript; - is standard input · 记录文件，- 为标准输入
    file: PathBuf,
    /// The folder for LINE.tst and LINE.body · 输出文件夹
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Language: zh or en (default: that of the system) · 语言
    #[arg(long, value_name = "zh|en", value_parser = parse_lang)]
    lang: Option<Lang>,
}

/// Runs the subcommand; `arguments` begin with its name.
pub(crate) fn main(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    subcommand(arguments, |cli: &Cli| cli.lang, run)
}

fn run(cli: &Cli, lang: Lang) -> Result<ExitCode, String> {
    let failed = |error: &dyn Told| in_file(cli.file.display(), error, lang);
    let mut source = Source::open(&cli.file, true).map_err(|error| failed(&error))?;
    let report = source.read(|input| verify(input, &Evidence::default()));
    let report = report.map_err(|error| failed(&error))?.map_err(|error| failed(&error))?;
    if report.verdict == Verdict::Refuted {
        warn(report.text(lang));
        warn(tr!(
            lang,
            "No token was written, because the transcript is refuted.",
            "记录不成立，未导出时间戳。"
        ));
        return Ok(ExitCode::from(1));
    }
    let tokens = source.read(|input| tokens_of(input, &report));
    let tokens = tokens.and_then(|read| read).map_err(|error| failed(&error))?;
    let out = match tokens.is_empty() {
        true => tr!(lang, "There is no time token.\n", "记录中没有时间戳。\n"),
        false => {
            fs::create_dir_all(&cli.out).map_err(|e| in_file(cli.out.display(), &e, lang))?;
            written(&report, &tokens, &cli.out, lang)?
        }
    };
    print(&out).map_err(|error| error.told(lang).into_owned())?;
    Ok(ExitCode::SUCCESS)
}

/// The tokens that count, each with the line and the checkpoint that it stands under.
fn stamps(report: &Report) -> impl Iterator<Item = (&Checkpoint, &Stamp)> {
    report.checkpoints.iter().flat_map(|c| c.tokens.iter().map(move |stamp| (c, stamp)))
}

/// The DER of each token that counts, by its line.
fn tokens_of(input: impl BufRead, report: &Report) -> std::io::Result<BTreeMap<u64, Vec<u8>>> {
    let count: BTreeSet<u64> = stamps(report).map(|(_, stamp)| stamp.line).collect();
    let mut found = BTreeMap::new();
    for (number, line) in (1..).zip(input.split(b'\n')) {
        let line = line?;
        let line = line.strip_suffix(b"\r").unwrap_or(&line);
        if let Ok(Line::Token { token, .. }) = Line::decode(line)
            && count.contains(&number)
            && let Ok(der) = token::decode(&token)
        {
            found.insert(number, der);
        }
    }
    Ok(found)
}

/// Writes the files. Gives the commands.
fn written(
    report: &Report,
    tokens: &BTreeMap<u64, Vec<u8>>,
    folder: &Path,
    lang: Lang,
) -> Result<String, String> {
    let mut out = String::new();
    for (checkpoint, stamp) in stamps(report) {
        let Some(der) = tokens.get(&stamp.line) else { continue };
        let line = stamp.line;
        let (body, tst) = (folder.join(format!("{line}.body")), folder.join(format!("{line}.tst")));
        new_file(&body, checkpoint.body.as_bytes(), lang)?;
        new_file(&tst, der, lang)?;
        let (size, time) = (checkpoint.size, stamp.moment());
        let serial: String = stamp.serial.iter().map(|byte| format!("{byte:02x}")).collect();
        let (body, tst) = (quoted(&body), quoted(&tst));
        out += &tr!(
            lang,
            "Line {line}: token over the checkpoint of {size} lines, {time}, serial number {serial}\n",
            "第 {line} 行：对 {size} 行的检查点的时间戳，{time}，序列号 {serial}\n"
        );
        out += &format!("openssl ts -verify -data {body} -in {tst} -token_in -CAfile CA.pem\n");
    }
    Ok(out + &after(lang))
}

/// What one needs beside the commands.
fn after(lang: Lang) -> String {
    tr!(
        lang,
        "Imprint and time are compared already; these commands check the signature and the certificate of the authority: `Verification: OK`.\nCA.pem is the root certificate of the authority: take it from the authority, not from the office. If openssl misses a certificate between, add `-untrusted CHAIN.pem`; if the certificate has expired since, `-attime` with the seconds in brackets.\n",
        "摘要与时间已核对；以上命令核验时间戳机构的签名和证书，通过时显示 `Verification: OK`。\nCA.pem 为时间戳机构的根证书，请向该机构索取，不要向组织方索取。如 openssl 提示缺少中间证书，请加 `-untrusted CHAIN.pem`；如证书已过期，请加 `-attime` 和括号中的秒数。\n"
    )
}

/// Writes a file that is not there yet: another token under that name would mislead.
fn new_file(path: &Path, bytes: &[u8], lang: Lang) -> Result<(), String> {
    let made = fs::OpenOptions::new().write(true).create_new(true).open(path);
    made.and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .map_err(|error| in_file(path.display(), &error, lang))
}

/// A path as a shell reads it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || "._/-".contains(c);
    if text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}
