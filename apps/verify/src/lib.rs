//! Verifies a transcript: every check, what it found, and how far trust goes; on request why a
//! household got its flat.
//!
//! `cargo run --release --example verify_transcript -- FILE`; `-- --help` lists the rest.

mod allocation;
mod by_hand;
pub mod common;
mod dropped;
mod evidence;
mod explain;
mod family;
mod find;
mod follow;
pub mod identity;
mod policy;
mod receipt;
mod receipts;
mod source;
mod story;
mod tokens;
mod without;
mod words;

pub use dropped::main as open_page;

use clap::Parser;
use common::command_line::parse;
use common::lang::parse_lang;
use family::Family;
use find::Found;
use floorlot::Noted;
use floorlot::lines::Mode;
use floorlot::rules::{Lang, Phrase};
use floorlot::transcript::{
    Changed, Evidence, Level, OutcomeKind, ReadError, Report, TreeHead, Verdict, Verified, Why,
};
use serde::Serialize;
use source::Source;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use story::Story;
use without::{Answer, Comparison};
use words::{Told, print, shown, warn};

const EXIT_CODES: &str = "\
Exit codes:
  0  verified: no check failed
  1  refuted: a check failed
  2  unreadable: not a transcript, or the file or an argument cannot be used; or an allocation
     that was not compared
  3  unfinished: it keeps the rules so far, and its end is missing
Of several files the gravest counts: 2, 1, 3, 0.
A household that is not in the plan changes none of them.

Receipts: `verify_transcript receipts FILE --out DIR`, `verify_transcript receipt RECEIPT` (--help)
For programs that read signed notes: `verify_transcript policy FILE` prints what signs a checkpoint
Time tokens: `verify_transcript tokens FILE --out DIR` prints the openssl commands that check them
This program: `verify_transcript self [PLAN]` prints its version, commit, SHA-256 and fingerprint

The report goes to standard output; errors and the progress bar go to standard error.
·
退出码：
  0  核验通过：没有一项检查未通过
  1  不成立：有检查未通过
  2  无法读取，或参数有误；或要求输出未经核对的分配结果
  3  尚未完成：至此没有违反规则，但末尾缺失
多个文件时以最严重的为准：2、1、3、0。
住户编号不在方案中时，退出码不变。

收据：verify_transcript receipts 记录 --out 文件夹，verify_transcript receipt 收据（加 --help 查看说明）
供读取签名文件的程序：verify_transcript policy 文件，输出检查点应由谁签名
时间戳：verify_transcript tokens 记录 --out 文件夹，给出用 openssl 核验的命令
本程序：verify_transcript self [方案]，显示版本、提交、SHA-256 和指纹

报告写到标准输出，错误与进度条写到标准错误。";

/// Verifies the transcript of a public housing lottery · 核验公开摇号选层的记录
#[derive(Parser)]
#[command(name = "verify_transcript", after_help = EXIT_CODES)]
struct Cli {
    /// The transcript, - is standard input; or several, each the round or attempt after the one
    /// before · 记录文件，- 为标准输入；多个文件为前后各轮
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// One JSON object instead of text, or a list of them for several files · 输出一个 JSON 对象，多个文件则为列表
    #[arg(long)]
    json: bool,
    /// Language: zh or en (default: that of the system) · 语言
    #[arg(long, value_name = "zh|en", value_parser = parse_lang)]
    lang: Option<Lang>,
    /// A fingerprint noted from the notice or the recording, twelve groups of five digits; or the
    /// 64 hex digits of the root; or @FILE; may be repeated · 在外记下的指纹，或根的 64 位十六进制数字
    #[arg(long, value_name = "DIGITS|@FILE")]
    fingerprint: Vec<String>,
    /// A signed note of a checkpoint, as members export it; its text is compared; may be repeated ·
    /// 检查点的签名文件：核对其正文
    #[arg(long, value_name = "FILE")]
    note: Vec<PathBuf>,
    /// An older copy, which must be the beginning of the file · 较早的副本，应为本文件的开头
    #[arg(long, value_name = "OLD")]
    since: Option<PathBuf>,
    /// Folder of the recordings: hashes them and names the second of a call ·
    /// 录像文件夹：逐份核对，并给出叫号所在的秒
    #[arg(long, value_name = "DIR")]
    recordings: Option<PathBuf>,
    /// Folder of the documents that the plan names, or that were filed later ·
    /// 文件所在的文件夹：方案列明的和其后登记的
    #[arg(long, value_name = "DIR")]
    documents: Option<PathBuf>,
    /// Folder of the scans of what was signed on paper: signatures, withdrawals, answers, consents ·
    /// 纸面签字的扫描件文件夹：签名、放弃、答复、同意书
    #[arg(long, value_name = "DIR")]
    scans: Option<PathBuf>,
    /// Explains, after the report, why this household, or each claim of this family, got its flat; a
    /// full name or a flat gives the ids that fit · 逐步说明该住户（或该家庭各名额）为何得到此房；
    /// 输入姓名或房号则列出相符的编号
    #[arg(long, value_name = "ID")]
    household: Option<String>,
    /// Compares, after the report: what this household would have got without its tier and its
    /// needs · 该户假如不享受优先会得到什么
    #[arg(long, value_name = "ID")]
    without_priority: Option<String>,
    /// The opening that a household was given: the five lines of its slip as a text file ·
    /// 住户密封件上的五行文字
    #[arg(long, value_name = "FILE")]
    person: Option<PathBuf>,
    /// The draw must be an official one · 应为正式抽签
    #[arg(long)]
    official: bool,
    /// The draw must be a rehearsal · 应为演练
    #[arg(long, conflicts_with = "official")]
    rehearsal: bool,
    /// Prints household,unit,label,storey as CSV instead of the report; nothing if refuted ·
    /// 改为输出分配结果 CSV，不成立则不输出
    #[arg(long, conflicts_with_all = ["json", "household", "without_priority"])]
    allocation: bool,
    /// Verifies the file as it grows, and shows whether it agrees so far; ends when the result is
    /// closed, or a check fails · 边写边核对，显示至此是否一致；结果封存或发现不符即结束
    #[arg(long, conflicts_with_all = ["json", "household", "without_priority", "allocation"])]
    follow: bool,
    /// With --follow: after each look the answer is written to this file as JSON, for the board of
    /// the hall (`draw_session serve --answer FILE`) · 每次核对后把结论写入此文件，供大屏显示
    #[arg(long, value_name = "FILE", requires = "follow")]
    answer: Option<PathBuf>,
    /// Tells also what stands in lines that nothing known outside covers, as the file has it ·
    /// 未核对的内容也照文件陈述
    #[arg(long)]
    include_not_compared: bool,
}

/// Why there is no report.
enum Stop {
    /// An argument cannot be used, or the report cannot be written.
    Failed(String),
    /// The file is no transcript.
    Unreadable(PathBuf, Phrase, Option<Box<Changed>>),
}

impl Stop {
    fn unreadable(path: &Path, error: &ReadError) -> Stop {
        Stop::Unreadable(path.to_owned(), error.words(), error.changed().cloned().map(Box::new))
    }
}

/// The program: reads its arguments, and gives its exit code.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = subcommand_first(std::env::args_os().skip(1).collect());
    // Before the other options are read: these have options of their own.
    match arguments.first().and_then(|first| first.to_str()) {
        Some("receipt") => return receipt::main(arguments.into_iter()),
        Some("receipts") => return receipts::main(arguments.into_iter()),
        Some("policy") => return policy::main(arguments.into_iter()),
        Some("self") => return identity::main(arguments.into_iter()),
        Some("tokens") => return tokens::main(arguments.into_iter()),
        _ => {}
    }
    let named: Vec<OsString> = std::env::args_os().take(1).chain(arguments).collect();
    let cli: Cli = match parse(&named) {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    let lang = cli.lang.unwrap_or_else(words::system_lang);
    match run(&cli, lang) {
        Ok(Verdict::Verified) => ExitCode::SUCCESS,
        Ok(Verdict::Refuted) => ExitCode::from(1),
        Ok(Verdict::Unreadable) => ExitCode::from(2),
        Ok(Verdict::Unfinished) => ExitCode::from(3),
        Err(why) => {
            warn(why);
            ExitCode::from(2)
        }
    }
}

/// What has options of its own.
const SUBCOMMANDS: [&str; 5] = ["receipt", "receipts", "policy", "self", "tokens"];

/// `--lang en receipt …` means the same as `receipt --lang en …`.
fn subcommand_first(mut arguments: Vec<OsString>) -> Vec<OsString> {
    let option = arguments.first().and_then(|first| first.to_str()).unwrap_or_default();
    let before = if option == "--lang" { 2 } else { usize::from(option.starts_with("--lang=")) };
    let named = |word: &OsString| SUBCOMMANDS.iter().any(|name| word == name);
    if arguments.get(before).is_some_and(named) {
        arguments[..=before].rotate_right(1);
    }
    arguments
}

/// The report on a file that is no transcript.
#[derive(Serialize)]
struct Unreadable<'a> {
    verdict: Verdict,
    level: Level,
    checks: [(); 0],
    error: &'a Phrase,
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<&'a Changed>,
}

/// What a file says, and what goes on from it if it is verified; one that is unreadable is told, and
/// the files after it are read all the same. `round` is its number where there are several.
fn told(
    read: Result<(Verdict, Option<Verified>), Stop>,
    cli: &Cli,
    round: Option<usize>,
    lang: Lang,
) -> Result<(Verdict, Option<Verified>), String> {
    let (path, error, changed) = match read {
        Ok(read) => return Ok(read),
        Err(Stop::Failed(why)) => return Err(why),
        Err(Stop::Unreadable(path, error, changed)) => (path, error, changed),
    };
    let (name, said) = (path.display(), shown(error.get(lang)));
    warn(tr!(lang, "{name}: {said}", "{name}：{said}"));
    if cli.json {
        let report = Unreadable {
            verdict: Verdict::Unreadable,
            level: Level::None,
            checks: [],
            error: &error,
            changed: changed.as_deref(),
        };
        let object = serde_json::to_string_pretty(&report).unwrap_or_default() + "\n";
        let _ = print(&listed(&object, round, cli.files.len()));
    }
    Ok((Verdict::Unreadable, None))
}

/// The worst verdict of all files.
fn run(cli: &Cli, lang: Lang) -> Result<Verdict, String> {
    let (mut evidence, old) = given(cli, lang)?;
    let (last, before) = cli.files.split_last().ok_or_else(String::new)?;
    let (mut worst, mut earlier) = (Verdict::Verified, Vec::new());
    let several = !before.is_empty();
    for (number, path) in (1..).zip(before) {
        // What cannot be read twice is copied once: its fingerprints are looked for first.
        let read = open(path, several || twice(cli)).and_then(|mut source| {
            let mine = noted_of(path, &mut source, &mut evidence.noted)?;
            // An older copy is one of the last round.
            let round = evidence.clone().with_noted(mine).with_older(None);
            let round = round.with_earlier(earlier.clone());
            one(cli, path, &mut source, &round, Some(number), lang)
        });
        let (verdict, verified) = told(read, cli, Some(number), lang)?;
        worst = worst.max(verdict);
        // V7: what goes on from a file is found among all that are given before it.
        earlier.push(verified.map(|verified| verified.earlier()));
    }
    evidence.earlier = earlier;
    if cli.follow {
        let (verdict, report) = follow::follow(last, &evidence, cli.answer.as_deref(), lang);
        written(&report, lang)?;
        return Ok(worst.max(verdict));
    }
    let round = several.then_some(cli.files.len());
    let read = open(last, twice(cli))
        .and_then(|mut source| one(cli, last, &mut source, &evidence, round, lang));
    let (verdict, _) = told(read, cli, round, lang)?;
    worst = worst.max(verdict);
    // What was to be compared was not: this ends as a wrong call does.
    Ok(if old && worst != Verdict::Refuted { Verdict::Unreadable } else { worst })
}

/// Whether a file is read twice.
fn twice(cli: &Cli) -> bool {
    cli.allocation || cli.household.is_some() || cli.without_priority.is_some()
}

fn open(path: &Path, twice: bool) -> Result<Source, Stop> {
    Source::open(path, twice).map_err(|error| Stop::unreadable(path, &error.into()))
}

/// Takes those of the things noted that are of a checkpoint of this file; the others are for the
/// files after it.
fn noted_of(path: &Path, source: &mut Source, all: &mut Vec<Noted>) -> Result<Vec<Noted>, Stop> {
    // Nothing is looked for, so the file need not be read once more.
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let unreadable = |error: ReadError| Stop::unreadable(path, &error);
    let report = source
        .verify(&Evidence::default())
        .map_err(|error| unreadable(error.into()))?
        .map_err(unreadable)?;
    let here = |noted: &Noted| report.checkpoints.iter().any(|c| c.is_noted(noted));
    let (mine, others) = all.drain(..).partition(here);
    *all = others;
    Ok(mine)
}

/// Verifies one file and prints what is asked for. `round` is its number where there are several.
fn one(
    cli: &Cli,
    path: &Path,
    source: &mut Source,
    evidence: &Evidence,
    round: Option<usize>,
    lang: Lang,
) -> Result<(Verdict, Option<Verified>), Stop> {
    let unreadable = |error: ReadError| Stop::unreadable(path, &error);
    let found = cli
        .household
        .as_deref()
        .map(|typed| source.read(|input| Found::read(input, typed)).and_then(|found| found));
    let found = found.transpose().map_err(|error| unreadable(error.into()))?.unwrap_or_default();
    let asked = cli.household.as_ref().map(|_| evidence.clone().with_household(found.id.clone()));
    let evidence = asked.as_ref().unwrap_or(evidence);
    let report =
        source.verify(evidence).map_err(|error| unreadable(error.into()))?.map_err(unreadable)?;
    let verdict = report.verdict;
    let (mut out, of, name) = (String::new(), cli.files.len(), path.display());
    if let (Some(round), false) = (round, cli.json || cli.allocation) {
        out += &tr!(
            lang,
            "==== File {round} of {of}: {name} ====\n",
            "==== 第 {round} 份，共 {of} 份：{name} ====\n"
        );
    }
    if cli.allocation {
        // Of several files the allocation is that of the last.
        let last = round.is_none_or(|round| round == of);
        return Ok((verdict, table(cli, path, source, report, last, lang)?));
    }
    let (story, family) = match &cli.household {
        Some(_) => whom(source, evidence, &found.id, &report)
            .map_err(|error| unreadable(error.into()))?
            .map_err(unreadable)?,
        None => (Story::new(""), None),
    };
    let known = story.found || family.is_some();
    if let Some(id) = cli.household.as_deref().filter(|_| !known) {
        warn(explain::nobody(id, &story, lang) + &explain::fits(&found, &report, lang));
    }
    if let Some(id) = cli.without_priority.as_deref() {
        left_out(&report, cli, lang)
            .map_or(Ok(()), |why| Err(Stop::Failed(shown(id) + ": " + &why)))?;
    }
    let without =
        cli.without_priority.as_deref().map(|id| without(source, &report, id, lang)).transpose();
    let without = without.map_err(|error| unreadable(error.into()))?.flatten();
    out += &match cli.json {
        true => {
            // The family of a claim stands in the plan.
            let family = family.as_ref().filter(|_| !story.found);
            listed(&json(&report, family, without.as_deref())?, round, of)
        }
        false => {
            let asked = said(&report, &story, family.as_ref(), lang);
            text(&report, &asked, without.as_deref(), lang)
        }
    };
    write(&out, lang)?;
    Ok((verdict, report.into_verified().ok()))
}

/// `--allocation`: prints the table, if this is the last file.
fn table(
    cli: &Cli,
    path: &Path,
    source: &mut Source,
    report: Report,
    last: bool,
    lang: Lang,
) -> Result<Option<Verified>, Stop> {
    // Standard output is for the table alone.
    warn(brief(&report, lang));
    left_out(&report, cli, lang).map_or(Ok(()), |why| Err(Stop::Failed(why)))?;
    let (mut out, verified) = (String::new(), report.into_verified().ok());
    if let Some(verified) = verified.as_ref().filter(|_| last) {
        out = source
            .read(|input| allocation::csv(input, verified))
            .map_err(|error| Stop::unreadable(path, &error.into()))?
            .map_err(|e| Stop::Failed(e.to_string()))?;
    }
    write(&out, lang)?;
    Ok(verified)
}

/// What the file says of the household with this id; and of the family with this id, or of which it
/// is a claim. Where the family is asked for itself, also why each of its claims got what it has:
/// the law explains one household at a time.
fn whom(
    source: &mut Source,
    evidence: &Evidence,
    id: &str,
    report: &Report,
) -> std::io::Result<Result<(Story, Option<Family>), ReadError>> {
    let story = source.read(|input| Story::read(input, id, report.why.as_ref()))??;
    let read = source.read(|input| Family::read(input, id))??;
    let Some(mut family) = read else { return Ok(Ok((story, None))) };
    family.settle(report);
    let asked = family.id == id;
    for claim in family.claims.iter_mut().filter(|_| asked) {
        let evidence = evidence.clone().with_household(claim.household.clone());
        claim.why = match source.verify(&evidence)? {
            Ok(report) => report.why,
            Err(error) => return Ok(Err(error)),
        };
        let (household, why) = (&claim.household, claim.why.as_ref());
        claim.story = Some(source.read(|input| Story::read(input, household, why))??);
    }
    Ok(Ok((story, Some(family))))
}

/// The comparison that was asked for; if there is none, says why.
fn without(
    source: &mut Source,
    report: &Report,
    id: &str,
    lang: Lang,
) -> std::io::Result<Option<Box<Comparison>>> {
    let Some(verified) = report.verified() else {
        warn(without::refused(id, report.verdict, lang));
        return Ok(None);
    };
    let answer = without::compare(source, verified, report.settled.is_some(), id)?;
    if let Some(why) = without::why_not(&answer, id, lang) {
        warn(why);
    }
    Ok(match answer {
        Answer::Compared(comparison) => Some(comparison),
        _ => None,
    })
}

/// The reports on several files are one JSON list.
fn listed(object: &str, round: Option<usize>, of: usize) -> String {
    let Some(round) = round else { return object.to_owned() };
    let open = if round == 1 { "[\n" } else { ",\n" };
    let close = if round == of { "]\n" } else { "" };
    format!("{open}{object}{close}")
}

fn write(out: &str, lang: Lang) -> Result<(), Stop> {
    written(out, lang).map_err(Stop::Failed)
}

/// Writes to standard output; why not, in words.
fn written(out: &str, lang: Lang) -> Result<(), String> {
    print(out).map_err(|error| {
        let error = error.told(lang);
        tr!(lang, "cannot write the report: {error}", "无法写出报告：{error}")
    })
}

/// What is given as evidence, read before the transcript; and whether a fingerprint of the old form
/// was, which is none.
fn given(cli: &Cli, lang: Lang) -> Result<(Evidence, bool), String> {
    let (noted, old) = evidence::noted(&cli.fingerprint, &cli.note, lang)?;
    let older: Option<TreeHead> =
        cli.since.as_deref().map(|path| evidence::older(path, lang)).transpose()?;
    let mode = match (cli.official, cli.rehearsal) {
        (true, _) => Some(Mode::Official),
        (_, true) => Some(Mode::Rehearsal),
        _ => None,
    };
    let recordings = cli
        .recordings
        .as_deref()
        .map(|folder| evidence::folder("--recordings", folder, lang))
        .transpose()?;
    let documents = cli
        .documents
        .as_deref()
        .map(|folder| evidence::folder("--documents", folder, lang))
        .transpose()?;
    let scans =
        cli.scans.as_deref().map(|folder| evidence::folder("--scans", folder, lang)).transpose()?;
    let person = cli.person.as_deref().map(|path| evidence::person(path, lang)).transpose()?;
    let evidence = Evidence::default()
        .with_noted(noted)
        .with_older(older)
        .with_mode(mode)
        .with_household(cli.household.clone())
        .with_recordings(recordings)
        .with_documents(documents)
        .with_scans(scans)
        .with_person(person)
        .with_not_compared(cli.include_not_compared);
    Ok((evidence, old))
}

/// Why nothing is given out that rests on lines that were not compared; `None` if nothing does.
fn left_out(report: &Report, cli: &Cli, lang: Lang) -> Option<String> {
    report.not_compared.as_ref().filter(|_| !cli.include_not_compared).map(|_| {
        tr!(
            lang,
            "not given out: it rests on lines that were not compared; --include-not-compared gives it all the same",
            "不予输出：它依据未核对的内容；如仍需要，请加 --include-not-compared"
        )
    })
}

/// The report, and behind it what else was asked for.
#[derive(Serialize)]
struct Asked<'a> {
    #[serde(flatten)]
    report: &'a Report,
    #[serde(skip_serializing_if = "Option::is_none")]
    family: Option<&'a Family>,
    #[serde(skip_serializing_if = "Option::is_none")]
    without_priority: Option<&'a Comparison>,
}

fn json(
    report: &Report,
    family: Option<&Family>,
    without_priority: Option<&Comparison>,
) -> Result<String, Stop> {
    let object = serde_json::to_string_pretty(&Asked { report, family, without_priority })
        .map_err(|error| Stop::Failed(error.to_string()))?;
    Ok(object + "\n")
}

/// What is said of a household that was asked for.
fn about(report: &Report, why: Option<&Why>, story: &Story, lang: Lang) -> String {
    let id = shown(&story.id);
    match why {
        Some(why) => explain::steps(why, story, report, lang),
        None if !story.found => String::new(),
        None if report.leaves_out_the_draw() => tr!(
            lang,
            "\nNothing is said of household {id}: the draw was not compared. --include-not-compared says it all the same.\n",
            "\n抽签过程未经核对，因此不作住户 {id} 的说明；如仍需要，请加 --include-not-compared。\n"
        ),
        None => tr!(
            lang,
            "\nHousehold {id} is in the plan, but was never called in this file.\n",
            "\n住户 {id} 在方案中，但在本文件中从未叫到。\n"
        ),
    }
}

/// What is said of whom was asked for: a household, with its family; or all claims of a family.
fn said(report: &Report, story: &Story, family: Option<&Family>, lang: Lang) -> String {
    let of = family.map(|family| family.text(report, lang)).unwrap_or_default();
    if story.found {
        return about(report, report.why.as_ref(), story, lang) + &of;
    }
    let claims = family.into_iter().flat_map(|family| &family.claims);
    let claims = claims
        .filter_map(|claim| Some(about(report, claim.why.as_ref(), claim.story.as_ref()?, lang)));
    of + &claims.collect::<String>()
}

/// The report from the first line to the last, with what was asked for of a household.
fn text(report: &Report, of: &str, without: Option<&Comparison>, lang: Lang) -> String {
    let rehearsal = match report.mode {
        Some(Mode::Rehearsal) => {
            tr!(
                lang,
                "######## REHEARSAL — nothing here counts ########\n",
                "######## 演练 —— 结果一律无效 ########\n"
            )
        }
        Some(Mode::Official) => String::new(),
        None => tr!(
            lang,
            "######## OFFICIAL OR REHEARSAL: NOT KNOWN ########\n",
            "######## 正式还是演练：性质不明 ########\n"
        ),
    };
    let unfinished = match report.verdict {
        Verdict::Unfinished => tr!(
            lang,
            "######## UNFINISHED — no result ########\n",
            "######## 尚未完成 —— 不是结果 ########\n"
        ),
        _ => String::new(),
    };
    // What was not compared is said before all else.
    let whole = report.text(lang);
    let first = report.not_compared.as_ref().map_or(0, |open| open.words().get(lang).len() + 2);
    let (open, checks) = whole.split_at(first);
    let mut out = format!("{open}{}{rehearsal}{unfinished}{checks}", altered(report, lang));
    out += &first_failed(report, lang);
    out += of;
    out += &without.map(|comparison| comparison.text(lang)).unwrap_or_default();
    out + &rehearsal
}

/// What a program on the way did to the file: the first sentence.
fn altered(report: &Report, lang: Lang) -> String {
    report
        .changed
        .as_ref()
        .map(|changed| format!("{}\n\n", changed.words.get(lang)))
        .unwrap_or_default()
}

/// The first failed check in words; nothing if none failed.
fn first_failed(report: &Report, lang: Lang) -> String {
    let Some(check) = report.first_failed() else { return String::new() };
    let Some(fault) = check.faults.iter().min_by_key(|fault| fault.line) else {
        return String::new();
    };
    let (id, title, fault) = (check.id, check.title.get(lang), shown(&fault.sentence(lang)));
    let more = check.failed.saturating_sub(1);
    let others =
        report.checks.iter().filter(|c| c.outcome == OutcomeKind::Failed).count().saturating_sub(1);
    let mut out = tr!(
        lang,
        "\nThe first fault is one of check {id}: {title}\n  {fault}\n",
        "\n第一处不符属第 {id} 项：{title}\n  {fault}\n"
    );
    if more > 0 {
        let places = if more == 1 { "place" } else { "places" };
        out += &tr!(
            lang,
            "  The same check failed in {more} other {places}.\n",
            "  同一检查另有 {more} 处未通过。\n"
        );
    }
    if others > 0 {
        let checks = if others == 1 { "check" } else { "checks" };
        out += &tr!(
            lang,
            "  {others} more {checks} failed; see the list above.\n",
            "  另有 {others} 项检查未通过，见上表。\n"
        );
    }
    out
}

/// The verdict on standard error, where standard output is for the allocation.
fn brief(report: &Report, lang: Lang) -> String {
    let sentence = report.sentence();
    let failed = first_failed(report, lang);
    format!("{}{}", sentence.get(lang), failed).trim_end().to_owned()
}
