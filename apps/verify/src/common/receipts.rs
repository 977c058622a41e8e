//! The receipts of a draw: a page to print, six slips on a sheet, and a text file each to check.

use super::amount;
use super::html::escaped;
use super::lang::{in_file, tr};
use floorlot::lines::Mode;
use floorlot::receipt::{Facts, Holds, Receipt, Receipts};
use floorlot::rules::Lang;
use indicatif::ProgressBar;
use qrcodegen::{Mask, QrCode, QrCodeEcc, QrSegment, Version};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

const PAGE: &str = include_str!("receipts.html");

/// Slips on a sheet of A4: two columns, three rows.
const ON_A_SHEET: usize = 6;

/// Sheets in a file: a browser prints so many without running short.
const SHEETS: usize = 100;

/// The QR codes that a phone reads from paper: 54 mm wide, version 25 (117 modules and the margin)
/// gives modules of 0.43 mm. A household to whom something happened after the result may need
/// version 30 (0.37 mm). The bytes are those of ISO/IEC 18004, byte mode, error correction L.
const USUAL: (u8, usize) = (25, 1_273);
const DENSE: (u8, usize) = (30, 1_732);

/// Writes `HOUSEHOLD.receipt.txt` for each household and the pages `receipts.html`,
/// `receipts-2.html` and so on, and says in a sentence what was written.
pub fn write_all(
    all: &Receipts<'_>,
    title: &str,
    folder: &Path,
    lang: Lang,
) -> Result<String, String> {
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::write(&path, text).map_err(|error| in_file(path.display(), &error, lang))
    };
    let bar = ProgressBar::new(all.len().into());
    let mut slips = Vec::new();
    for (household, receipt) in all.iter() {
        write(&format!("{household}.receipt.txt"), &receipt.to_string())?;
        slips.push(slip(&receipt, None, lang));
        bar.inc(1);
    }
    bar.finish_and_clear();
    let mut names = Vec::new();
    for (slips, number) in slips.chunks(ON_A_SHEET * SHEETS).zip(1..) {
        let name =
            if number == 1 { "receipts.html".into() } else { format!("receipts-{number}.html") };
        write(&name, &page(title, slips, lang))?;
        names.push(name);
    }
    let without = slips.iter().filter(|slip| !slip.contains("<svg")).count();
    let left_out = (all.len() as usize).saturating_sub(slips.len());
    let (count, out, names) = (slips.len(), folder.display(), names.join(", "));
    let done = tr!(
        lang,
        "{count} receipts in {out}: to print {names}; to check HOUSEHOLD.receipt.txt",
        "{count} 份收据在 {out}：打印用 {names}；核验用 住户编号.receipt.txt"
    );
    let long = tr!(
        lang,
        "{without} of them are too long for a QR code that a phone reads from paper; their files hold all.",
        "其中 {without} 份内容过长，未印二维码，请用收据文件核验。"
    );
    let more = tr!(
        lang,
        "{left_out} households have no receipt: more lines moved their flat than a receipt holds; the transcript shows them.",
        "{left_out} 户未生成收据：涉及其房的变动超出收据所能容纳，请看完整记录。"
    );
    let said = [(true, done), (without > 0, long), (left_out > 0, more)];
    Ok(said
        .into_iter()
        .filter(|(said, _)| *said)
        .map(|(_, words)| words)
        .collect::<Vec<_>>()
        .join("\n"))
}

/// The receipts that are in a folder.
pub fn old(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let is_ours = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.ends_with(".receipt.txt") || (name.starts_with("receipts") && name.ends_with(".html"))
    };
    let paths = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<Vec<PathBuf>>>()?;
    Ok(paths.into_iter().filter(is_ours).collect())
}

/// The enrolment receipts of some households as one page, each with a line about it, such as what
/// its family claims.
pub fn enrolment_page(
    receipts: impl Iterator<Item = (Receipt, Option<String>)>,
    title: &str,
    lang: Lang,
) -> String {
    let slips: Vec<String> =
        receipts.map(|(receipt, more)| slip(&receipt, more.as_deref(), lang)).collect();
    page(title, &slips, lang)
}

/// A file with these slips.
fn page(title: &str, slips: &[String], lang: Lang) -> String {
    let sheets = slips
        .chunks(ON_A_SHEET)
        .map(|sheet| format!("<div class=\"sheet\">\n{}</div>\n", sheet.concat()));
    let title = escaped(title);
    PAGE.replace("{{lang}}", if lang == Lang::Zh { "zh-CN" } else { "en" })
        .replace("{{rehearsal}}", "演练 REHEARSAL")
        .replacen("{{title}}", &title, 1)
        .replacen("{{sheets}}", &sheets.collect::<String>(), 1)
}

/// One slip.
fn slip(receipt: &Receipt, more: Option<&str>, lang: Lang) -> String {
    let facts = receipt.claims();
    let text = |text: &Option<String>| escaped(text.as_deref().unwrap_or_default());
    // A rehearsal says so in big letters, which the template puts there.
    let (class, mode) = match facts.mode {
        Some(Mode::Rehearsal) => ("slip rehearsal", String::new()),
        _ => ("slip", tr!(lang, "official draw · ", "正式抽签 · ")),
    };
    let (title, id, name) = (text(&facts.title), text(&facts.household), text(&facts.name));
    let has = escaped(facts.has().get(lang));
    let fingerprint = groups(facts.fingerprint.as_deref().unwrap_or_default());
    let how = how_to_check(before_the_draw(&facts), lang);
    let code = match code(receipt) {
        Some(code) => svg(&code),
        None => {
            let why = tr!(lang, "Too long for a QR code: use the file", "内容过长，请用收据文件");
            format!("<div class=\"none\">{why} {id}.receipt.txt</div>")
        }
    };
    let stand = tr!(lang, "Fingerprint", "指纹");
    let as_of = escaped(facts.as_of().get(lang));
    let more = more.map(|more| format!("<p class=\"line\">{}</p>\n", escaped(more)));
    let lines: String = details(&facts, lang).into_iter().chain(more).collect();
    let mode = match before_the_draw(&facts) {
        true => tr!(lang, "{mode}enrolment · ", "{mode}入册凭证 · "),
        false => mode,
    };
    format!(
        "<section class=\"{class}\">\n<h1>{mode}{title}</h1>\n<p class=\"line\">{as_of}</p>\n<p class=\"who\">{id} {name}</p>\n<p class=\"has\">{has}</p>\n{lines}\
         <div class=\"below\">{code}<div class=\"side\">{stand}<p class=\"fingerprint\">{fingerprint}</p><p>{how}</p></div></div>\n</section>\n"
    )
}

/// Area and price of the flat, ticket, place, and what came after the result.
fn details(facts: &Facts, lang: Lang) -> Vec<String> {
    let mut lines = Vec::new();
    if let (Holds::Unknown, Some(pool)) = (facts.holds, &facts.pool_title) {
        let building = facts.building.as_deref().unwrap_or_default();
        let (pool, building) = (escaped(pool), escaped(building));
        lines.push(format!("<p class=\"line\">{building} · {pool}</p>\n"));
    }
    let amounts =
        [facts.area.map(|n| amount::area(n.into())), facts.price.map(|n| amount::price(n.into()))];
    let amounts: Vec<&str> = amounts.iter().flatten().map(|words| words.get(lang)).collect();
    if !amounts.is_empty() {
        lines.push(format!("<p class=\"line\">{}</p>\n", escaped(&amounts.join(" · "))));
    }
    if let (Some(ticket), Some(order)) = (&facts.ticket, facts.order()) {
        let order = escaped(order.get(lang));
        lines.push(tr!(
            lang,
            "<p class=\"line\">Ticket {ticket} · {order}</p>\n",
            "<p class=\"line\">签号 {ticket} · 叫号{order}</p>\n"
        ));
    }
    let later: Vec<String> =
        facts.later.iter().rev().take(3).rev().map(|words| escaped(words.get(lang))).collect();
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

/// The fingerprint in six rows of two groups: the column beside the QR code is narrow.
fn groups(fingerprint: &str) -> String {
    let groups: Vec<&str> = fingerprint.split(' ').collect();
    groups.chunks(2).map(|row| row.join(" ")).collect::<Vec<_>>().join("<br>")
}

/// Whether the receipt shows no more than that the household is in the sealed plan.
fn before_the_draw(facts: &Facts) -> bool {
    facts.holds == Holds::Unknown && facts.place.is_none() && facts.tier.is_some()
}

fn how_to_check(enrolment: bool, lang: Lang) -> String {
    if enrolment {
        return tr!(
            lang,
            "Compare the fingerprint with that of the plan on the notice: if they agree, this household is in the sealed plan as shown here. Offline check: save the QR text (or .receipt.txt) and run<br><b>verify_transcript receipt FILE</b>",
            "请将指纹与公告上的方案指纹比对：一致即证明本户已按所载内容列入封存方案，不能被悄悄删改。离线核验：把扫码所得文字（或 .receipt.txt 文件）存好，运行<br><b>verify_transcript receipt 文件</b>"
        );
    }
    tr!(
        lang,
        "Compare the fingerprint with the notice. This slip shows what the transcript says, not that the draw was right. Offline check: save the QR text (or .receipt.txt, with signatures) and run<br><b>verify_transcript receipt FILE</b>",
        "请将指纹与公告比对。收据证明记录中写了什么；抽签是否正确，须核验整份记录。离线核验：把扫码所得文字（或含签名的 .receipt.txt 文件）存好，运行<br><b>verify_transcript receipt 文件</b>"
    )
}

/// The QR code of a receipt, in byte mode throughout; `None` if a phone could not read it from
/// paper.
fn code(receipt: &Receipt) -> Option<QrCode> {
    let (text, most) = match receipt.short(USUAL.1) {
        Some(text) => (text, USUAL.0),
        None => (receipt.short(DENSE.1)?, DENSE.0),
    };
    // One mask for all: trying the eight of them took most of the time of two thousand receipts,
    // and signatures and hashes look like noise under any.
    let (text, mask) = ([QrSegment::make_bytes(text.as_bytes())], Some(Mask::new(7)));
    let make = |level| {
        let (least, most) = (Version::MIN, Version::new(most));
        QrCode::encode_segments_advanced(&text, level, least, most, mask, true).ok()
    };
    make(QrCodeEcc::Medium).or_else(|| make(QrCodeEcc::Low))
}

/// The code with its margin of four modules: each row a line of dashes one module high.
fn svg(code: &QrCode) -> String {
    let (mut path, size) = (String::new(), code.size());
    for y in 0..size {
        let (mut x, mut pen) = (0, None);
        let row: Vec<bool> = (0..size).map(|x| code.get_module(x, y)).collect();
        for run in row.chunk_by(|a, b| a == b) {
            if run.first() == Some(&true) {
                path += &match pen {
                    None => format!("M{} {}.5h{}", x + 4, y + 4, run.len()),
                    Some(pen) => format!("m{} 0h{}", x - pen, run.len()),
                };
                pen = Some(x + run.len());
            }
            x += run.len();
        }
    }
    let whole = size + 8;
    format!(
        "<svg viewBox=\"0 0 {whole} {whole}\" shape-rendering=\"crispEdges\"><path stroke=\"#000\" d=\"{path}\"/></svg>"
    )
}
