//! The receipts of a draw: a page to print, six slips on a sheet, and a text file each to check.

use super::amount;
use super::html::escaped;
use super::lang::{in_file, tr};
use floorlot::lines::Mode;
use floorlot::receipt::{Facts, FamilyFacts, Holds, Receipt, Receipts};
use floorlot::rules::Lang;
use indicatif::ProgressBar;
use qrcodegen::{Mask, QrCode, QrCodeEcc, QrSegment, Version};
use rayon::prelude::*;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

const PAGE: &str = include_str!("receipts.html");

/// Slips on a sheet of A4: two columns, three rows. A family's goes over both columns.
const ON_A_SHEET: usize = 6;

/// Claims on a slip of a family, each with a QR code; and as a list, where they have none.
const CODED: usize = 2;
const LISTED: usize = 8;

/// Sheets in a file: a browser prints so many without running short.
const SHEETS: usize = 100;

/// The QR codes that a phone reads from paper: 54 mm wide, version 25 (117 modules and the margin)
/// gives modules of 0.43 mm. A household to whom something happened after the result may need
/// version 30 (0.37 mm). The bytes are those of ISO/IEC 18004, byte mode, error correction L.
const USUAL: (u8, usize) = (25, 1_273);
const DENSE: (u8, usize) = (30, 1_732);

/// A piece of paper: that of a household, or one of a family.
struct Slip {
    html: String,
    /// How many of the cells of a sheet it takes.
    cells: usize,
}

/// What was made of a household or family besides its file.
struct Made {
    slips: Vec<Slip>,
    of_family: bool,
}

/// What was written.
#[derive(Default)]
struct Written {
    receipts: usize,
    of_families: usize,
    /// Receipts without a QR code.
    without: usize,
    /// Households or families that have none.
    left_out: usize,
    /// The pages.
    names: Vec<String>,
}

/// Writes `HOUSEHOLD.receipt.txt` for each household, `FAMILY.receipt.txt` for each family, and the
/// pages `receipts.html`, `receipts-2.html` and so on, and says in a sentence what was written. The
/// receipts of a page are made on all cores; whoever makes which, the files are the same.
pub fn write_all(
    all: &Receipts<'_>,
    (title, verifier): (&str, &str),
    folder: &Path,
    lang: Lang,
) -> Result<String, String> {
    let bar = ProgressBar::new(all.len().into());
    let (mut sheets, mut written) = (Sheets::default(), Written::default());
    let ids: Vec<&str> = all.ids().collect();
    for ids in ids.chunks(SHEETS * ON_A_SHEET) {
        let make = |id: &&str| make(all, id, folder, lang).inspect(|_| bar.inc(1));
        let made: Vec<Result<Option<Made>, String>> = ids.par_iter().map(make).collect();
        for made in made {
            written.count(made?, &mut sheets);
        }
        // The last sheet may not be full yet.
        while sheets.done.len() > SHEETS {
            let full: Vec<String> = sheets.done.drain(..SHEETS).collect();
            written.page(&page((title, verifier), &full, lang), folder, lang)?;
        }
    }
    if !sheets.done.is_empty() {
        written.page(&page((title, verifier), &sheets.done, lang), folder, lang)?;
    }
    bar.finish_and_clear();
    Ok(written.told(folder, lang))
}

/// The receipt of a household or family as a file; `None` if it has none.
fn make(all: &Receipts<'_>, id: &str, folder: &Path, lang: Lang) -> Result<Option<Made>, String> {
    let Some(receipt) = all.of(id) else { return Ok(None) };
    write(folder, &format!("{id}.receipt.txt"), &receipt.to_string(), lang)?;
    let facts = receipt.claims();
    let slips = slips(&receipt, &facts, lang);
    Ok(Some(Made { slips, of_family: facts.family.is_some() }))
}

fn write(folder: &Path, name: &str, text: &str, lang: Lang) -> Result<(), String> {
    let path = folder.join(name);
    fs::write(&path, text).map_err(|error| in_file(path.display(), &error, lang))
}

impl Written {
    fn count(&mut self, made: Option<Made>, sheets: &mut Sheets) {
        let Some(Made { slips, of_family }) = made else {
            self.left_out += 1;
            return;
        };
        self.receipts += 1;
        self.of_families += usize::from(of_family);
        self.without += usize::from(slips.iter().any(|slip| !slip.html.contains("<svg")));
        slips.into_iter().for_each(|slip| sheets.put(slip));
    }

    /// The next page.
    fn page(&mut self, html: &str, folder: &Path, lang: Lang) -> Result<(), String> {
        let name = match self.names.len() {
            0 => "receipts.html".into(),
            before => format!("receipts-{}.html", before + 1),
        };
        write(folder, &name, html, lang)?;
        self.names.push(name);
        Ok(())
    }

    fn told(&self, folder: &Path, lang: Lang) -> String {
        let Written { receipts: count, of_families: families, without, left_out, names } = self;
        let (out, names) = (folder.display(), names.join(", "));
        let done = tr!(
            lang,
            "{count} receipts in {out}: to print {names}; to check HOUSEHOLD.receipt.txt",
            "{count} 份收据在 {out}：打印用 {names}；核验用 住户编号.receipt.txt"
        );
        let of_families = tr!(
            lang,
            "{families} of them are of families, FAMILY.receipt.txt, with all claims of each.",
            "其中 {families} 份是家庭的收据（家庭编号.receipt.txt），载明其全部名额。"
        );
        let long = tr!(
            lang,
            "{without} of them are too long for a QR code that a phone reads from paper; their files hold all.",
            "其中 {without} 份内容过长，未印二维码，请用收据文件核验。"
        );
        let more = tr!(
            lang,
            "{left_out} households or families have no receipt: more lines moved their flats than a receipt holds; the transcript shows them.",
            "{left_out} 户（或家庭）未生成收据：涉及其房的变动超出收据所能容纳，请看完整记录。"
        );
        let said = [(1, done), (*families, of_families), (*without, long), (*left_out, more)];
        let said = said.into_iter().filter(|(count, _)| *count > 0).map(|(_, words)| words);
        said.collect::<Vec<_>>().join("\n")
    }
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

/// The slips of each sheet, in their order.
#[derive(Default)]
struct Sheets {
    done: Vec<String>,
    /// How many cells of the last sheet are taken.
    taken: usize,
}

impl Sheets {
    /// A slip over both columns begins a row, and none is on two sheets.
    fn put(&mut self, slip: Slip) {
        let start = self.taken.next_multiple_of(slip.cells);
        let next = start + slip.cells;
        match self.done.last_mut().filter(|_| next <= ON_A_SHEET) {
            Some(sheet) => {
                *sheet += &slip.html;
                self.taken = next;
            }
            None => {
                self.done.push(slip.html);
                self.taken = slip.cells;
            }
        }
    }
}

/// Where the verifier page is found, if nobody says more: its file.
pub const VERIFIER_PAGE: &str = "verify.html";

/// Stands on a slip where the address of the verifier page goes.
const VERIFIER: &str = "{{verifier}}";

/// The enrolment receipts of some households and families as one page, with its title and the
/// address of the verifier page.
pub fn enrolment_page(
    receipts: impl Iterator<Item = Receipt>,
    (title, verifier): (&str, &str),
    lang: Lang,
) -> String {
    let mut sheets = Sheets::default();
    receipts.for_each(|receipt| {
        slips(&receipt, &receipt.claims(), lang).into_iter().for_each(|slip| sheets.put(slip))
    });
    page((title, verifier), &sheets.done, lang)
}

/// A file with up to 100 sheets.
fn page((title, verifier): (&str, &str), sheets: &[String], lang: Lang) -> String {
    let verifier = escaped(if verifier.is_empty() { VERIFIER_PAGE } else { verifier });
    let sheets = sheets.iter().map(|slips| {
        format!("<div class=\"sheet\">\n{}</div>\n", slips.replace(VERIFIER, &verifier))
    });
    let title = escaped(title);
    PAGE.replace("{{lang}}", if lang == Lang::Zh { "zh-CN" } else { "en" })
        .replace("{{rehearsal}}", "演练 REHEARSAL")
        .replacen("{{title}}", &title, 1)
        .replacen("{{sheets}}", &sheets.collect::<String>(), 1)
}

/// The slip of a household; of a family as many as its claims need.
fn slips(receipt: &Receipt, facts: &Facts, lang: Lang) -> Vec<Slip> {
    match &facts.family {
        None => vec![slip(receipt, facts, lang)],
        Some(family) => family_slips(receipt, facts, family, lang),
    }
}

fn text(text: &Option<String>) -> String {
    escaped(text.as_deref().unwrap_or_default())
}

/// The class of a slip, and the words before the title. A rehearsal says so in big letters, which
/// the template puts there.
fn mode(facts: &Facts, lang: Lang) -> (&'static str, String) {
    let (class, mode) = match facts.mode {
        Some(Mode::Rehearsal) => ("slip rehearsal", String::new()),
        _ => ("slip", tr!(lang, "official draw · ", "正式抽签 · ")),
    };
    match before_the_draw(facts) {
        true => (class, tr!(lang, "{mode}enrolment · ", "{mode}入册凭证 · ")),
        false => (class, mode),
    }
}

/// The fingerprint, and how to check.
fn side(facts: &Facts, lang: Lang) -> String {
    let fingerprint = groups(facts.fingerprint.as_deref().unwrap_or_default());
    let (stand, how) =
        (tr!(lang, "Fingerprint", "指纹"), how_to_check(before_the_draw(facts), lang));
    format!(
        "<div class=\"side\">{stand}<p class=\"fingerprint\">{fingerprint}</p><p>{how}</p></div>"
    )
}

fn too_long(id: &str, lang: Lang) -> String {
    let why = tr!(lang, "Too long for a QR code: use the file", "内容过长，请用收据文件");
    format!("<div class=\"none\">{why} {id}.receipt.txt</div>")
}

fn slip(receipt: &Receipt, facts: &Facts, lang: Lang) -> Slip {
    let (class, mode) = mode(facts, lang);
    let (title, id, name) = (text(&facts.title), text(&facts.household), text(&facts.name));
    let has = escaped(facts.has().get(lang));
    let code = code(receipt).map_or_else(|| too_long(&id, lang), |code| svg(&code));
    let (as_of, side) = (escaped(facts.as_of().get(lang)), side(facts, lang));
    let lines: String = details(facts, lang).concat();
    let html = format!(
        "<section class=\"{class}\">\n<h1>{mode}{title}</h1>\n<p class=\"line\">{as_of}</p>\n<p class=\"who\">{id} {name}</p>\n<p class=\"has\">{has}</p>\n{lines}\
         <div class=\"below\">{code}{side}</div>\n</section>\n"
    );
    Slip { html, cells: 1 }
}

/// One code for all if it fits, else one for each claim. (Before the draw the lines of a claim
/// alone are no receipt.)
fn family_slips(receipt: &Receipt, facts: &Facts, family: &FamilyFacts, lang: Lang) -> Vec<Slip> {
    let claim = |claim: &Facts| claim_words(claim, lang);
    let columns: Vec<Vec<String>> = if let Some(code) = code(receipt) {
        let claims: String = family.households.iter().map(claim).collect();
        vec![vec![svg(&code), claims]]
    } else {
        let own = |of: &Facts| receipt.of_claim(of.household.as_deref()?).as_ref().and_then(code);
        let codes: Vec<Option<QrCode>> = family.households.iter().map(own).collect();
        let coded = codes.iter().any(Option::is_some);
        let claims = family.households.iter().zip(&codes).map(|(of, code)| {
            let none = || if coded { too_long(&escaped(&family.id), lang) } else { String::new() };
            claim(of) + &code.as_ref().map_or_else(none, svg)
        });
        let claims: Vec<String> = claims.collect();
        match coded {
            true => claims.chunks(CODED).map(<[String]>::to_vec).collect(),
            false => {
                let column = |all: &[String]| all.chunks(LISTED / 2).map(|c| c.concat()).collect();
                claims.chunks(LISTED).map(column).collect()
            }
        }
    };
    let of = columns.len();
    let slips = columns.iter().zip(1_usize..);
    slips.map(|(columns, number)| wide(facts, family, columns, (number, of), lang)).collect()
}

/// What stands of a claim.
fn claim_words(facts: &Facts, lang: Lang) -> String {
    let (id, has) = (text(&facts.household), escaped(facts.has().get(lang)));
    let lines: String = details(facts, lang).concat();
    format!("<div class=\"text\"><p class=\"has\">{id} · {has}</p>\n{lines}</div>\n")
}

/// A slip over both columns; where a family has several, with its number.
fn wide(
    facts: &Facts,
    family: &FamilyFacts,
    columns: &[String],
    (number, of): (usize, usize),
    lang: Lang,
) -> Slip {
    let (class, mode) = mode(facts, lang);
    let (title, as_of, side) =
        (text(&facts.title), escaped(facts.as_of().get(lang)), side(facts, lang));
    let together = escaped(family.together().get(lang));
    let page = if of > 1 { format!(" ({number}/{of})") } else { String::new() };
    let none = match columns.iter().any(|column| column.contains("<svg")) {
        true => String::new(),
        false => too_long(&escaped(&family.id), lang),
    };
    let columns: String =
        columns.iter().map(|column| format!("<div class=\"claim\">{column}</div>\n")).collect();
    let html = format!(
        "<section class=\"{class} wide\">\n<h1>{mode}{title}</h1>\n<p class=\"line\">{as_of}</p>\n<p class=\"who\">{together}{page}</p>\n{none}\
         <div class=\"claims\">{columns}{side}</div>\n</section>\n"
    );
    Slip { html, cells: 2 }
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
    let waits = |facts: &Facts| {
        facts.holds == Holds::Unknown && facts.place.is_none() && facts.tier.is_some()
    };
    facts.family.as_ref().map_or_else(|| waits(facts), |family| family.households.iter().all(waits))
}

fn how_to_check(enrolment: bool, lang: Lang) -> String {
    if enrolment {
        return tr!(
            lang,
            "Compare the fingerprint with that of the plan on the notice: if they agree, this household is in the sealed plan as shown here. To check it offline, paste the QR text (or choose the .receipt.txt) under “receipt” on the verifier page <b>{VERIFIER}</b>.",
            "请将指纹与公告上的方案指纹比对：一致即证明本户已按所载内容列入封存方案，不能被悄悄删改。离线核验：打开核验网页 <b>{VERIFIER}</b>，在“收据”处粘贴扫码所得文字，或选择 .receipt.txt 文件。"
        );
    }
    tr!(
        lang,
        "Compare the fingerprint with the notice. This slip shows what the transcript says, not that the draw was right. To check it offline, paste the QR text (or choose the .receipt.txt, with signatures) under “receipt” on the verifier page <b>{VERIFIER}</b>.",
        "请将指纹与公告比对。收据证明记录中写了什么；抽签是否正确，须核验整份记录。离线核验：打开核验网页 <b>{VERIFIER}</b>，在“收据”处粘贴扫码所得文字，或选择含签名的 .receipt.txt 文件。"
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
    let size = code.size();
    let whole = size + 8;
    let mut svg = format!(
        "<svg viewBox=\"0 0 {whole} {whole}\" shape-rendering=\"crispEdges\"><path stroke=\"#000\" d=\""
    );
    // As long as that of most codes, so that it rarely moves while it grows.
    svg.reserve(1 << 15);
    for y in 0..size {
        let (mut pen, mut begun) = (None, None);
        // The light module behind the last one ends a dash too.
        for x in 0..=size {
            match (begun, code.get_module(x, y)) {
                (None, true) => begun = Some(x),
                (Some(start), false) => {
                    match pen {
                        None => put(&mut svg, [("M", start + 4), (" ", y + 4), (".5h", x - start)]),
                        Some(pen) => put(&mut svg, [("m", start - pen), (" 0h", x - start)]),
                    }
                    (pen, begun) = (Some(x), None);
                }
                _ => {}
            }
        }
    }
    svg + "\"/></svg>"
}

/// Words with a number behind each. A code has thousands of them, and `write!` takes several times
/// as long.
fn put<const N: usize>(out: &mut String, parts: [(&str, i32); N]) {
    for (word, number) in parts {
        out.push_str(word);
        digits(out, number.unsigned_abs());
    }
}

fn digits(out: &mut String, number: u32) {
    if number > 9 {
        digits(out, number / 10);
    }
    out.extend(char::from_digit(number % 10, 10));
}
