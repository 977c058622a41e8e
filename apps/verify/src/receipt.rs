//! `receipt`: checks one receipt, offline.

use crate::common::command_line::subcommand;
use crate::evidence;
use crate::source;
use crate::words::{Told, in_file, print, tr, warn};
use clap::Parser;
use floorlot::lines::Line;
use floorlot::note::VerifierKey;
use floorlot::receipt::{BenchKeys, Entry, Receipt, ReceiptError, ReceiptEvidence, Saved};
use floorlot::rules::Lang;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Section 10: what is longer is no receipt. That of a household has 64 entries at most, each a
/// line of 64 KiB and a proof; that of a family has 512, and comes near to it with the longest
/// rankings alone.
const MOST: u64 = 8 << 20;

/// Checks the receipt of a household or a family, offline · 离线核验一户（或一家）的收据
#[derive(Parser)]
#[command(
    name = "verify_transcript receipt",
    after_help = "Exit codes: 0 no check failed; 1 refuted; 2 not a receipt, or cannot be read\n·\n退出码：0 核验通过；1 不成立；2 不是收据或无法读取"
)]
struct Cli {
    /// The receipt, or the text of its QR code; - is standard input · 收据文件或扫码所得文字，- 为标准输入
    file: PathBuf,
    /// A fingerprint noted from the notice or the recording, twelve groups of five digits; or the
    /// 64 hex digits of the root; or @FILE; may be repeated · 在外记下的指纹，或根的 64 位十六进制数字
    #[arg(long, value_name = "DIGITS|@FILE")]
    fingerprint: Vec<String>,
    /// A signed note of a checkpoint, as members export it; its text is compared; may be repeated ·
    /// 检查点的签名文件：核对其正文
    #[arg(long, value_name = "FILE")]
    note: Vec<PathBuf>,
    /// A key of a member who must have signed; may be repeated · 须已签名的监督员公钥
    #[arg(long, value_name = "VKEY", conflicts_with = "panel")]
    key: Vec<String>,
    /// The published plan or transcript, with the keys and quorums ·
    /// 已公布的方案或记录，从中取公钥和法定人数
    #[arg(long, value_name = "PLAN")]
    panel: Option<PathBuf>,
    /// Print a C2SP tlog-proof of a line instead: its inclusion proof and the note, for programs that
    /// check proofs · 改为输出一行的 C2SP tlog-proof
    #[arg(long)]
    tlog_proof: bool,
    /// The line of the transcript for --tlog-proof, from 1 (default: the first pick or place on standby) ·
    /// --tlog-proof 所证明的行号
    #[arg(long, value_name = "K", requires = "tlog_proof")]
    line: Option<u64>,
    /// One JSON object instead of text · 输出一个 JSON 对象
    #[arg(long)]
    json: bool,
    /// Language: zh or en (default: that of the system) · 语言
    #[arg(long, value_name = "zh|en", value_parser = crate::common::lang::parse_lang)]
    lang: Option<Lang>,
}

/// Runs the subcommand; `arguments` begin with its name.
pub(crate) fn main(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    subcommand(
        arguments,
        |cli: &Cli| cli.lang,
        |cli, lang| {
            let (passed, old) = run(cli, lang)?;
            Ok(match (passed, old) {
                (false, _) => ExitCode::from(1),
                (true, true) => ExitCode::from(2),
                (true, false) => ExitCode::SUCCESS,
            })
        },
    )
}

/// Whether no check failed, and whether a fingerprint of the old form was given.
fn run(cli: &Cli, lang: Lang) -> Result<(bool, bool), String> {
    if cli.tlog_proof {
        return Ok((export(cli, lang)?, false));
    }
    let (noted, old) = evidence::noted(&cli.fingerprint, &cli.note, lang)?;
    let mut evidence = ReceiptEvidence { noted, ..ReceiptEvidence::default() };
    match &cli.panel {
        Some(path) => panel(&mut evidence, path, lang)?,
        None => evidence.panel = keys(&cli.key, lang)?,
    }
    let report = read(&cli.file, lang)?.verify(&evidence);
    let out = match cli.json {
        true => serde_json::to_string_pretty(&report).map_err(|error| error.to_string())? + "\n",
        false => report.text(lang),
    };
    print(&out).map_err(|error| {
        let error = error.told(lang);
        tr!(lang, "cannot write the report: {error}", "无法写出报告：{error}")
    })?;
    Ok((report.holds(), old))
}

/// The text of the file, if it begins as a receipt does.
fn read(path: &Path, lang: Lang) -> Result<Saved, String> {
    let shown = path.display();
    let open = || -> io::Result<Vec<u8>> {
        let source: Box<dyn Read> = if path.as_os_str() == "-" {
            Box::new(io::stdin())
        } else {
            Box::new(File::open(path)?)
        };
        let mut bytes = Vec::new();
        source.take(MOST + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = open().map_err(|error| in_file(&shown, &error, lang))?;
    if bytes.len() as u64 > MOST {
        return Err(tr!(
            lang,
            "{shown}: this is not a receipt: it has more than {MOST} bytes",
            "{shown}：这不是收据：超过 {MOST} 字节"
        ));
    }
    Saved::read(&bytes).map_err(|error| in_file(&shown, &error.words(), lang))
}

/// The keys given: all of them must have signed.
fn keys(given: &[String], lang: Lang) -> Result<Vec<BenchKeys>, String> {
    let mut keys: Vec<VerifierKey> = Vec::new();
    for text in given {
        let key = text.trim().parse().map_err(|error: floorlot::note::NoteError| {
            format!("--key: {}", error.words().get(lang))
        })?;
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    Ok(vec![BenchKeys { bench: "--key".into(), quorum: keys.len() as u64, keys }])
}

/// The benches of a plan or a transcript.
fn panel(evidence: &mut ReceiptEvidence, path: &Path, lang: Lang) -> Result<(), String> {
    let shown = path.display();
    let failed = |error: &dyn Told| in_file(format_args!("--panel {shown}"), error, lang);
    let lines = source::plan_lines(path).map_err(|error| failed(&error))?;
    evidence.take_panel(lines.iter().map(Vec::as_slice));
    Ok(())
}

/// Prints the tlog-proof of a line of the receipt; whether there is such a line.
fn export(cli: &Cli, lang: Lang) -> Result<bool, String> {
    let receipt: Receipt = read(&cli.file, lang)?
        .text
        .parse()
        .map_err(|error: ReceiptError| in_file(cli.file.display(), &error.words(), lang))?;
    let outcome = |entry: &&Entry| {
        matches!(Line::decode(entry.line.as_bytes()), Ok(Line::Pick { .. } | Line::Standby { .. }))
    };
    let index = match cli.line {
        Some(number) => number.checked_sub(1),
        None => receipt.entries().iter().find(outcome).map(|entry| entry.index),
    };
    let proof = index.and_then(|index| receipt.tlog_proof(index));
    let Some(proof) = proof else {
        let there: Vec<String> =
            receipt.entries().iter().map(|entry| (entry.index + 1).to_string()).collect();
        let there = there.join(", ");
        return Err(tr!(
            lang,
            "--line: this line is not in the receipt; it has the lines {there}",
            "--line：收据中没有这一行；收据中有第 {there} 行"
        ));
    };
    if receipt.note().signatures.is_empty() && receipt.note().others.is_empty() {
        warn(tr!(
            lang,
            "The receipt has no signatures (short form), and programs that read a tlog-proof ask for them: use the .receipt.txt file.",
            "此收据没有签名（简式），读取 tlog-proof 的程序需要签名：请用 .receipt.txt 文件。"
        ));
    }
    print(&proof).map_err(|error| error.told(lang).into_owned())?;
    Ok(true)
}
