//! `slips`: the openings of a plan's commitments, printed for each household alone.
//!
//! One A4 sheet a household, printed on one side and folded twice as a Z: the code is outside,
//! name, document number and salt are inside. On one side only, so that no shifted sheet ever has
//! the back of another household.

use crate::disk::recognize::What;
use crate::import::openings::{HEADS, create_private};
use crate::words::say::{Stop, say, tr};
use clap::Args;
use floorlot::Hash;
use floorlot::lines::Line;
use floorlot::person::Opening;
use floorlot::rules::{Lang, Phrase};
use floorlot::system::io_words;
use floorlot_verify::common::html::escaped;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What `slips` is given.
#[derive(Args)]
pub(crate) struct SlipsArgs {
    /// The openings that `import` wrote beside the plan · 导入时写出的密封件数据
    openings: PathBuf,
    /// Folder for slips.html, readable by its owner alone · 输出文件夹，仅本人可读
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The plan: every opening must open the commitment in it · 方案文件，逐户核对承诺
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
}

/// An opening with the commitment that it opens.
pub(crate) struct Slip {
    pub(crate) opening: Opening,
    pub(crate) commitment: Hash,
}

/// Writes the slips.
pub(crate) fn slips(args: &SlipsArgs, lang: Lang) -> Result<(), Stop> {
    let slips = read(&args.openings, lang)?;
    if let Some(plan) = &args.plan {
        compare(&slips, plan, lang)?;
    }
    private_folder(&args.out).map_err(|error| Stop::file(lang, &args.out, error))?;
    let path = args.out.join("slips.html");
    let file = create_private(&path).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            let there = tr!(
                lang,
                "found slips that are there already; expected no such file; delete them if they are not needed, or name another folder with --out",
                "发现已有的密封件；应为尚不存在的文件；不再需要请先删除，或用 --out 另指文件夹"
            );
            Stop::file(lang, &path, there)
        }
        _ => Stop::file(lang, &path, error),
    });
    let mut file = file?;
    let written = file.write_all(html(&slips, lang).as_bytes()).and_then(|()| file.sync_all());
    written.map_err(|error| Stop::file(lang, &path, error))?;
    let (path, count) = (path.display(), slips.len());
    say(tr!(
        lang,
        "{path}: {count} slips, one A4 sheet each. They say who each household is: let nobody else read the file.\nOpen it in a browser, print it on one side of thick paper, fold each sheet twice along the dashed lines as it says, seal it, and hand it to the household alone. Then delete the file.",
        "{path}：{count} 份密封件，每份一张 A4。其中有各户的真实身份，请勿让他人读取该文件。\n请用浏览器打开，用厚纸单面打印，按虚线和说明折叠后封好，只交给该户本人。随后删除该文件。"
    ));
    Ok(())
}

/// The openings. Each row must open the commitment that stands in it; no fault shows what is
/// personal.
fn read(path: &Path, lang: Lang) -> Result<Vec<Slip>, Stop> {
    let (slips, mut faults) = rows(path, lang)?;
    if slips.is_empty() && faults.is_empty() {
        faults.push(tr!(lang, "found no openings below the heads", "表头之下没有内容"));
    }
    if faults.is_empty() {
        Ok(slips.into_iter().map(|(_, slip)| slip).collect())
    } else {
        Err(all(path, &faults))
    }
}

/// The rows of a file that open the commitment in them, each with its number.
pub(crate) type Rows = Vec<(u64, Slip)>;

/// The rows that open the commitment in them, and what is wrong with the others.
pub(crate) fn rows(path: &Path, lang: Lang) -> Result<(Rows, Vec<String>), Stop> {
    other_file(path, lang)?;
    let mut table = csv::ReaderBuilder::new()
        .from_path(path)
        .map_err(|error| unreadable(path, &error, lang))?;
    let heads = table.headers().map_err(|error| unreadable(path, &error, lang))?;
    if heads.iter().ne(HEADS) {
        let (count, heads) = (heads.len(), HEADS.join(","));
        let found = tr!(
            lang,
            "this table is not the openings: row 1: found {count} other heads; expected {heads}; give the file that `import` wrote beside the plan",
            "这是别的表格，不是密封件数据：第 1 行：发现 {count} 个其他表头；应为 {heads}；请给出导入时写在方案旁边的文件"
        );
        return Err(Stop::file(lang, path, found));
    }
    let (mut slips, mut faults, mut rows) = (Vec::new(), Vec::new(), BTreeMap::new());
    for (row, record) in (2_u64..).zip(table.records()) {
        let record = record.map_err(|error| unreadable(path, &error, lang))?;
        match slip(&record, lang) {
            Ok(slip) => match rows.insert(slip.opening.household.clone(), row) {
                None => slips.push((row, slip)),
                Some(first) => {
                    let id = &slip.opening.household;
                    faults.push(tr!(
                        lang,
                        "row {row}: found household {id} again; expected it once, as in row {first}; take the row out",
                        "第 {row} 行：再次出现住户 {id}；应只有第 {first} 行一次；请去掉此行"
                    ));
                }
            },
            Err(why) => faults.push(tr!(lang, "row {row}: {why}", "第 {row} 行：{why}")),
        }
    }
    Ok((slips, faults))
}

/// Names a file that is no table of text. One that cannot be read has an error of its own, and so
/// has a table with other heads.
fn other_file(path: &Path, lang: Lang) -> Result<(), Stop> {
    let Ok(bytes) = std::fs::read(path) else { return Ok(()) };
    let what = What::of(&bytes);
    let text = what == What::Table
        && !bytes.starts_with(b"PK\x03\x04")
        && std::str::from_utf8(&bytes).is_ok();
    let other = what.no_openings(lang).filter(|_| !text);
    other.map_or(Ok(()), |other| Err(Stop::file(lang, path, other)))
}

/// The csv library quotes nothing of the file in these.
fn unreadable(path: &Path, error: &csv::Error, lang: Lang) -> Stop {
    let zh = match error.kind() {
        csv::ErrorKind::Io(error) => io_words(error).zh,
        csv::ErrorKind::Utf8 { pos, .. } => {
            row(pos.as_ref(), "内容不是 UTF-8 文字；请使用导入时写出的原文件")
        }
        csv::ErrorKind::UnequalLengths { pos, expected_len, len } => {
            row(pos.as_ref(), &format!("发现 {len} 列，应为 {expected_len} 列"))
        }
        _ => "表格无法读取".to_owned(),
    };
    Stop::file(lang, path, Phrase::new(error.to_string(), zh))
}

/// What is wrong, with the row before it.
fn row(at: Option<&csv::Position>, what: &str) -> String {
    at.map_or_else(|| what.to_owned(), |at| format!("第 {} 行：{what}", at.line()))
}

fn all(path: &Path, faults: &[String]) -> Stop {
    let path = path.display();
    Stop::Failed(
        faults.iter().map(|fault| format!("{path}: {fault}")).collect::<Vec<_>>().join("\n"),
    )
}

fn slip(record: &csv::StringRecord, lang: Lang) -> Result<Slip, String> {
    let [household, name, document, salt, person] =
        std::array::from_fn(|n| record.get(n).unwrap_or_default());
    let (Some(salt), Some(commitment)) = (Hash::from_hex(salt), Hash::from_hex(person)) else {
        return Err(tr!(
            lang,
            "found a salt or commitment of another form; expected 64 lower-case hex digits each; use the file as `import` wrote it",
            "盐值或承诺的写法不对；应各为 64 位小写十六进制数字；请使用导入时写出的原文件"
        ));
    };
    let opening = Opening {
        household: household.into(),
        name: name.into(),
        document: document.into(),
        salt: salt.0,
    };
    match opening.commitment() {
        Err(error) => Err(error.words().get(lang).to_owned()),
        Ok(hash) if hash == commitment => Ok(Slip { opening, commitment }),
        Ok(_) => Err(tr!(
            lang,
            "found name, number and salt that do not open the commitment; expected those that `import` wrote; if a spreadsheet program has saved the file, use the original",
            "姓名、证件号和盐值打不开承诺；应为导入时写出的内容；若文件曾用表格软件保存，请使用原文件"
        )),
    }
}

/// Every opening must open the commitment of its household in the plan, and every commitment must
/// have its opening.
fn compare(slips: &[Slip], path: &Path, lang: Lang) -> Result<(), Stop> {
    let plan = std::fs::read(path).map_err(|error| Stop::file(lang, path, error))?;
    let mut bound: BTreeMap<String, Hash> = BTreeMap::new();
    for line in plan.split(|b| *b == b'\n') {
        // P15: that of a family stands for all its claims.
        if let Ok(
            Line::Household { id, person: Some(person), .. }
            | Line::Family { id, person: Some(person), .. },
        ) = Line::decode(line)
        {
            bound.insert(id.into_owned(), person);
        }
    }
    let mut faults = Vec::new();
    for Slip { opening, commitment } in slips {
        let id = &opening.household;
        match bound.remove(id) {
            Some(found) if found == *commitment => {}
            Some(found) => faults.push(tr!(
                lang,
                "household {id}: found commitment {found}; expected {commitment}, as in the openings; they are of another import",
                "住户 {id}：发现承诺 {found}；应为密封件数据中的 {commitment}；两者不是同一次导入"
            )),
            None => faults.push(tr!(
                lang,
                "household {id}: found no commitment; expected {commitment}, as in the openings; they are of another import",
                "住户 {id}：没有承诺；应为密封件数据中的 {commitment}；两者不是同一次导入"
            )),
        }
    }
    faults.extend(bound.keys().map(|id| {
        tr!(
            lang,
            "household {id}: found no opening; expected one for its commitment",
            "住户 {id}：有承诺而没有密封件数据；应各有一份"
        )
    }));
    if faults.is_empty() { Ok(()) } else { Err(all(path, &faults)) }
}

/// The folder, made for its owner alone if it is not there.
fn private_folder(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

const STYLE: &str = "\
@page { size: A4; margin: 0 }
* { box-sizing: border-box }
body { margin: 0; font: 11pt/1.5 serif }
section { height: 297mm; width: 210mm; page-break-after: always; break-after: page }
section > div { height: 99mm; padding: 8mm 18mm; overflow: hidden; border-bottom: 0.2mm dashed #888 }
section > div:last-child { border: 0; font-size: 9.5pt; line-height: 1.4 }
.outside { text-align: center }
.outside b { display: block; font: bold 44pt monospace; margin: 12mm 0 8mm; overflow-wrap: anywhere }
pre { font: 10pt/1.6 monospace; white-space: pre-wrap; overflow-wrap: anywhere; margin: 2mm 0 }
.command { font-size: 8pt; line-height: 1.4 }
p { margin: 0 0 2mm }
";

/// All slips as one page for a browser: it loads nothing and runs nothing.
fn html(slips: &[Slip], lang: Lang) -> String {
    let (code, title) = match lang {
        Lang::En => ("en", "Sealed slips"),
        Lang::Zh => ("zh-CN", "住户密封件"),
    };
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n"
    );
    slips.iter().for_each(|slip| section(&mut page, slip, lang));
    page + "</body>\n</html>\n"
}

/// One sheet: the upper third is outside when folded, the two others face each other.
fn section(page: &mut String, slip: &Slip, lang: Lang) {
    let Slip { opening, commitment } = slip;
    let (id, text, command) =
        (escaped(&opening.household), escaped(&opening.text()), escaped(&by_hand(opening)));
    let small = if id.len() > 16 { " style=\"font-size:22pt\"" } else { "" };
    let outside = match lang {
        Lang::En => ("Sealed slip of the household", "To be opened by the household alone."),
        Lang::Zh => ("住户密封件", "仅限该户本人拆阅。"),
    };
    let fold = match lang {
        Lang::En => {
            "Fold the lowest third up over this one, then both behind the uppermost; seal the edges."
        }
        Lang::Zh => "先将下三分之一向上折，盖住本部分，再一起折到上三分之一背后，封边。",
    };
    let what = match lang {
        Lang::En => {
            "These five lines show that the code is yours. Keep them to yourself; anybody who has them knows who you are."
        }
        Lang::Zh => "以下五行可证明该编号属于您。请妥善保管，勿给他人：凭此可知您的身份。",
    };
    let check = match lang {
        Lang::En => format!(
            "<p>Is it your name, is it your document number? To check that the sealed plan has you under this code, open the verifier page \
             <b>verify.html</b> in a browser, choose the published transcript T, and type the five lines into the field for them (check V8 must say “passed”).</p>\n\
             <p>Or without our program: this command must print the 64 digits below, which must stand in T as <code>person</code> in the \
             line of {id} (on Windows: the five lines in a file, each ended by LF, and certutil -hashfile FILE SHA256):</p>\n"
        ),
        Lang::Zh => format!(
            "<p>请核对姓名和证件号。要核对封存的方案中该编号确为您本人，请用浏览器打开核验网页 <b>verify.html</b>，选择公布的记录 T，把五行文字填入其中一栏（第 V8 项应为“通过”）。</p>\n\
             <p>也可不用本程序：下面的命令应得出其下的 64 位数字，且记录 T 中编号 {id} 一行的 <code>person</code> 应与之相同（Windows：五行存为文件，行尾用 LF，输入 certutil -hashfile 文件 SHA256）：</p>\n"
        ),
    };
    let _ = write!(
        page,
        "<section>\n<div class=\"outside\"><p>{}</p><b{small}>{id}</b><p>{}</p></div>\n\
         <div><p><small>{fold}</small></p><p>{what}</p>\n<pre class=\"opening\">{text}</pre></div>\n\
         <div>{check}<pre class=\"command\">{command}</pre>\n<pre class=\"command\">{commitment}</pre></div>\n</section>\n",
        outside.0, outside.1
    );
}

/// The commitment by hand. Each line is an argument of its own, so that no character in it means
/// anything to `printf`.
fn by_hand(opening: &Opening) -> String {
    let quoted: Vec<String> =
        opening.text().lines().map(|line| format!("'{}'", line.replace('\'', r"'\''"))).collect();
    format!("printf '%s\\n' {} | sha256sum", quoted.join(" \\\n  "))
}
