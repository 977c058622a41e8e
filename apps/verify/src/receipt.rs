//! `receipt`: checks one receipt, offline.

use crate::common::command_line::parse;
use crate::evidence;
use crate::words::{Told, in_file, print, system_lang, tr, warn};
use clap::Parser;
use floorlot::lines::Line;
use floorlot::note::VerifierKey;
use floorlot::receipt::{BenchKeys, ReceiptEvidence, Saved};
use floorlot::rules::Lang;
use floorlot::transcript::Reader;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The longest receipt is 64 entries of a line of 64 KiB and a proof.
const MOST: u64 = 8 << 20;

/// Checks a household's receipt, offline · 离线核验一户的收据
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
    /// One JSON object instead of text · 输出一个 JSON 对象
    #[arg(long)]
    json: bool,
    /// Language: zh or en (default: that of the system) · 语言
    #[arg(long, value_name = "zh|en", value_parser = crate::common::lang::parse_lang)]
    lang: Option<Lang>,
}

/// Runs the subcommand; `arguments` begin with its name.
pub(crate) fn main(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let cli: Cli = match parse(&arguments.collect::<Vec<_>>()) {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    let lang = cli.lang.unwrap_or_else(system_lang);
    match run(&cli, lang) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            warn(error);
            ExitCode::from(2)
        }
    }
}

/// Whether no check failed.
fn run(cli: &Cli, lang: Lang) -> Result<bool, String> {
    let panel = match &cli.panel {
        Some(path) => panel(path, lang)?,
        None => keys(&cli.key, lang)?,
    };
    let evidence =
        ReceiptEvidence { noted: evidence::noted(&cli.fingerprint, &cli.note, lang)?, panel };
    let report = read(&cli.file, lang)?.verify(&evidence);
    let out = match cli.json {
        true => serde_json::to_string_pretty(&report).map_err(|error| error.to_string())? + "\n",
        false => report.text(lang),
    };
    print(&out).map_err(|error| {
        let error = error.told(lang);
        tr!(lang, "cannot write the report: {error}", "无法写出报告：{error}")
    })?;
    Ok(report.holds())
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
fn panel(path: &Path, lang: Lang) -> Result<Vec<BenchKeys>, String> {
    let shown = path.display();
    let failed = |error: &dyn Told| in_file(format_args!("--panel {shown}"), error, lang);
    let mut reader = Reader::new(BufReader::new(File::open(path).map_err(|error| failed(&error))?));
    let mut benches: Vec<BenchKeys> = Vec::new();
    while let Some(line) = reader.next_line().map_err(|error| failed(&error))? {
        let number = line.number;
        let line = Line::decode(line.bytes)
            .map_err(|error| error.words().get(lang).to_owned())
            .map_err(|error| {
                failed(&tr!(
                    lang,
                    "line {number} is not a line of a plan: {error}",
                    "第 {number} 行不是方案的行：{error}"
                ))
            })?;
        match line {
            Line::Bench { id, quorum, .. } => {
                benches.push(BenchKeys { bench: id.into_owned(), quorum, keys: Vec::new() })
            }
            Line::Member { bench, key: Some(key), .. } => {
                let key = key
                    .parse()
                    .map_err(|error: floorlot::note::NoteError| failed(&error.words()))?;
                benches
                    .iter_mut()
                    .filter(|b| b.bench == bench)
                    .for_each(|b| b.keys.push(VerifierKey::clone(&key)));
            }
            Line::Plan { .. } | Line::Member { .. } => {}
            _ => break,
        }
    }
    Ok(benches)
}
