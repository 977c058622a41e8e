//! `receipts`: a slip for each household of a verified transcript, as a page to print and as texts to check.

use crate::source::Source;
use crate::words::{print, system_lang, tr, warn};
use clap::Parser;
use floorlot::lines::Mode;
use floorlot::receipt::{Facts, Receipt, receipts};
use floorlot::rules::Lang;
use floorlot::transcript::{Evidence, verify};
use qrcode::bits::Bits;
use qrcode::{Color, EcLevel, QrCode, Version};
use std::ffi::OsString;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const PAGE: &str = include_str!("receipts.html");

/// Slips on a sheet of A4: two columns, three rows.
const ON_A_SHEET: usize = 6;

/// Sheets in a file: a browser prints so many without running short.
const SHEETS: usize = 100;

/// The QR codes that a phone reads from paper: 54 mm wide, version 25 (117 modules and the margin) gives modules of 0.43 mm. A household to whom something
/// happened after the result may need version 30 (0.37 mm). The bytes are those of ISO/IEC 18004, byte mode, error correction L.
const USUAL: (i16, usize) = (25, 1_273);
const DENSE: (i16, usize) = (30, 1_732);

/// Makes a receipt for each household: a page to print and a text file each · 为每户生成收据
#[derive(Parser)]
#[command(
    name = "verify_transcript receipts",
    after_help = "Exit codes · 退出码: 0 done · 完成; 1 refuted: no receipts · 记录不成立，不生成; 2 cannot read or write · 无法读写"
)]
struct Cli {
    /// The transcript; - is standard input · 记录文件，- 为标准输入
    file: PathBuf,
    /// The folder for receipts.html and HOUSEHOLD.receipt.txt · 输出目录
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Language: zh or en (default: that of the system) · 语言
    #[arg(long, value_name = "zh|en", value_parser = crate::lang)]
    lang: Option<Lang>,
}

/// Runs the subcommand; `arguments` begin with its name.
pub(crate) fn main(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let cli = Cli::parse_from(arguments);
    let lang = cli.lang.unwrap_or_else(system_lang);
    match run(&cli, lang) {
        Ok(code) => code,
        Err(error) => {
            warn(error);
            ExitCode::from(2)
        }
    }
}

fn run(cli: &Cli, lang: Lang) -> Result<ExitCode, String> {
    let path = cli.file.display();
    let failed = |error: &dyn std::fmt::Display| tr!(lang, "{path}: {error}", "{path}：{error}");
    let mut source = Source::open(&cli.file, true).map_err(|error| failed(&error))?;
    let report = source.read(|input| verify(input, &Evidence::default())).map_err(|error| failed(&error))?;
    let report = report.map_err(|error| failed(&error.words().get(lang)))?;
    let verified = match report.into_verified() {
        Ok(verified) => verified,
        Err(report) => {
            warn(report.text(lang));
            warn(tr!(lang, "No receipts were made, because the transcript is refuted.", "记录不成立，未生成收据。"));
            return Ok(ExitCode::from(1));
        }
    };
    let mut file = Vec::new();
    source.read(|mut input| input.read_to_end(&mut file)).and_then(|read| read).map_err(|error| failed(&error))?;
    let lines = file.strip_suffix(b"\n").unwrap_or(&file).split(|byte| *byte == b'\n');
    let all = receipts(&verified, lines).map_err(|error| failed(&error))?;
    folder(&cli.out, lang)?;
    let write = |name: &str, text: &str| {
        let path = cli.out.join(name);
        fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
    };
    let mut slips = Vec::new();
    for (household, receipt) in all.iter() {
        write(&format!("{household}.receipt.txt"), &receipt.to_string())?;
        slips.push(slip(&receipt, lang));
    }
    let mut names = Vec::new();
    for (slips, number) in slips.chunks(ON_A_SHEET * SHEETS).zip(1..) {
        let name = if number == 1 { "receipts.html".into() } else { format!("receipts-{number}.html") };
        write(&name, &page(verified.roll().title(), slips, lang))?;
        names.push(name);
    }
    let without = slips.iter().filter(|slip| !slip.contains("<svg")).count();
    let (count, out, names) = (all.len(), cli.out.display(), names.join(", "));
    let mut done = tr!(
        lang,
        "{count} receipts in {out}: to print {names}; to check HOUSEHOLD.receipt.txt\n",
        "{count} 份收据在 {out}：打印用 {names}；核验用 住户编号.receipt.txt\n"
    );
    if without > 0 {
        done += &tr!(
            lang,
            "{without} of them are too long for a QR code that a phone reads from paper; their files hold all.\n",
            "其中 {without} 份内容过长，未印二维码，请用收据文件核验。\n"
        );
    }
    print(&done).map_err(|error| error.to_string())?;
    Ok(ExitCode::SUCCESS)
}

/// Makes the folder, which must not hold receipts yet: old ones among new ones would mislead.
fn folder(out: &Path, lang: Lang) -> Result<(), String> {
    let shown = out.display();
    fs::create_dir_all(out).map_err(|error| tr!(lang, "--out {shown}: {error}", "--out {shown}：{error}"))?;
    if out.join("receipts.html").exists() {
        return Err(tr!(
            lang,
            "--out {shown}: there are receipts in this folder already; name another one",
            "--out {shown}：目录中已有收据，请另选目录"
        ));
    }
    Ok(())
}

/// A text of the file within HTML.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\'' => out += "&#39;",
            '{' => out += "&#123;", // not a place of the template
            c => out.push(c),
        }
    }
    out
}

/// A file with up to 100 sheets.
fn page(title: &str, slips: &[String], lang: Lang) -> String {
    let sheets = slips.chunks(ON_A_SHEET).map(|sheet| format!("<div class=\"sheet\">\n{}</div>\n", sheet.concat()));
    let title = escaped(title);
    PAGE.replace("{{lang}}", if lang == Lang::Zh { "zh-CN" } else { "en" })
        .replace("{{rehearsal}}", &tr!(lang, "REHEARSAL", "演练"))
        .replace("{{room}}", if lang == Lang::Zh { "24mm" } else { "50mm" })
        .replacen("{{title}}", &title, 1)
        .replacen("{{sheets}}", &sheets.collect::<String>(), 1)
}

/// One slip.
fn slip(receipt: &Receipt, lang: Lang) -> String {
    let facts = receipt.facts();
    let text = |text: &Option<String>| escaped(text.as_deref().unwrap_or_default());
    // A rehearsal says so in big letters, which the template puts there.
    let (class, mode) = match facts.mode {
        Some(Mode::Rehearsal) => ("slip rehearsal", String::new()),
        _ => ("slip", tr!(lang, "official draw · ", "正式抽签 · ")),
    };
    let (title, id, name) = (text(&facts.title), text(&facts.household), text(&facts.name));
    let has = escaped(facts.has().get(lang));
    let (fingerprint, how) = (groups(&facts.fingerprint), how_to_check(lang));
    let code = match code(receipt) {
        Some(code) => svg(&code),
        None => {
            let why = tr!(lang, "Too long for a QR code: use the file", "内容过长，请用收据文件");
            format!("<div class=\"none\">{why} {id}.receipt.txt</div>")
        }
    };
    let stand = tr!(lang, "Fingerprint", "指纹");
    let lines: String = details(&facts, lang).concat();
    format!(
        "<section class=\"{class}\">\n<h1>{mode}{title}</h1>\n<p class=\"who\">{id} {name}</p>\n<p class=\"has\">{has}</p>\n{lines}\
         <div class=\"below\">{code}<div class=\"side\">{stand}<p class=\"fingerprint\">{fingerprint}</p><p>{how}</p></div></div>\n</section>\n"
    )
}

/// Ticket, place, and what came after the result.
fn details(facts: &Facts, lang: Lang) -> Vec<String> {
    let mut lines = Vec::new();
    if let (Some(ticket), Some(order)) = (&facts.ticket, facts.order()) {
        let order = escaped(order.get(lang));
        lines.push(tr!(lang, "<p class=\"line\">Ticket {ticket} · {order}</p>\n", "<p class=\"line\">签号 {ticket} · 叫号{order}</p>\n"));
    }
    let later: Vec<String> = facts.later.iter().rev().take(3).rev().map(|words| escaped(words.get(lang))).collect();
    if !later.is_empty() {
        let more = if facts.later.len() > later.len() { "… " } else { "" };
        let later = later.join(if lang == Lang::Zh { "；" } else { "; " });
        lines.push(tr!(
            lang,
            "<p class=\"line later\">After the result: {more}{later}</p>\n",
            "<p class=\"line later\">结果之后：{more}{later}</p>\n"
        ));
    }
    lines
}

/// The fingerprint in four rows of two groups.
fn groups(fingerprint: &str) -> String {
    let groups: Vec<&str> = fingerprint.split(' ').collect();
    groups.chunks(2).map(|row| row.join(" ")).collect::<Vec<_>>().join("<br>")
}

fn how_to_check(lang: Lang) -> String {
    tr!(
        lang,
        "Compare the fingerprint with the notice. This slip shows what the transcript says, not that the draw was right. To check it offline, save the text of the QR code (or get the .receipt.txt file, which has the signatures) and run<br><b>verify_transcript receipt FILE</b>",
        "请将指纹与公告比对。收据证明记录中写了什么；抽签是否正确，须核验整份记录。离线核验：把扫码所得文字（或含签名的 .receipt.txt 文件）存好，运行<br><b>verify_transcript receipt 文件</b>"
    )
}

/// The QR code of a receipt, in byte mode throughout; `None` if a phone could not read it from paper.
fn code(receipt: &Receipt) -> Option<QrCode> {
    let (text, most) = match receipt.short(USUAL.1) {
        Some(text) => (text, USUAL.0),
        None => (receipt.short(DENSE.1)?, DENSE.0),
    };
    let fit = |level| (1..=most).find_map(|version| encode(text.as_bytes(), version, level));
    fit(EcLevel::M).or_else(|| fit(EcLevel::L))
}

fn encode(text: &[u8], version: i16, level: EcLevel) -> Option<QrCode> {
    let mut bits = Bits::new(Version::Normal(version));
    bits.push_byte_data(text).ok()?;
    bits.push_terminator(level).ok()?;
    QrCode::with_bits(bits, level).ok()
}

/// The code with its margin of four modules: each row a line of dashes one module high.
fn svg(code: &QrCode) -> String {
    let (width, colors) = (code.width(), code.to_colors());
    let mut path = String::new();
    for (y, row) in colors.chunks(width).enumerate() {
        let (mut x, mut pen) = (0, None);
        for run in row.chunk_by(|a, b| a == b) {
            if run[0] == Color::Dark {
                path += &match pen {
                    None => format!("M{} {}.5h{}", x + 4, y + 4, run.len()),
                    Some(pen) => format!("m{} 0h{}", x - pen, run.len()),
                };
                pen = Some(x + run.len());
            }
            x += run.len();
        }
    }
    let whole = width + 8;
    format!("<svg viewBox=\"0 0 {whole} {whole}\" shape-rendering=\"crispEdges\"><path stroke=\"#000\" d=\"{path}\"/></svg>")
}
