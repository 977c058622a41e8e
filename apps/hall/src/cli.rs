//! The command line: what can be asked for, and the exit code.

use crate::ceremony::run;
use crate::demo;
use crate::import;
use crate::keys::{key, secret, signing, token_request};
use crate::next::{again, round};
use crate::notary;
use crate::persons::slips;
use crate::prints;
use crate::publish;
use crate::words::say::{self, Stop, warn};
use clap::{Parser, Subcommand};
use floorlot::rules::Lang;
use floorlot_verify::common::command_line::parse;
use floorlot_verify::common::lang::parse_lang;
use floorlot_verify::identity;
use std::process::ExitCode;
#[cfg(not(all(feature = "odds", feature = "web")))]
use {crate::words::program, floorlot::rules::Phrase};

const EXIT_CODES: &str = "\
Exit codes:
  0  done: also when a day of the draw is closed, and the draw goes on tomorrow
  1  print, publish: the transcript is refuted; self: the plan names another program
  2  could not: bad input, or a file cannot be read or written
  3  the draw is not finished (no more commands); the same command resumes it

What is read aloud goes to standard output; prompts and errors go to standard error.
·
退出码：
  0  完成；抽签的一天已结束、次日继续，也是 0
  1  打印、公布：记录不成立；self：方案公示的是另一个程序
  2  无法进行：输入有误或文件读写失败
  3  抽签未完成（没有更多命令），再次运行同一命令即可继续

宣读内容写到标准输出，提问与错误写到标准错误。";

/// A public housing lottery, from the sealed plan to the transcript that anybody verifies · 公开摇号选层
#[derive(Parser)]
#[command(name = "draw_session", after_help = EXIT_CODES)]
struct Cli {
    /// Language: zh or en (default: that of the system) · 语言
    #[arg(long, global = true, value_name = "zh|en", value_parser = parse_lang)]
    lang: Option<Lang>,
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand)]
enum What {
    /// A rehearsal without people (default): simulated panel and dice, real transcript · 无人演练（默认）
    Demo(demo::DemoArgs),
    /// The office's tables become a plan · 由住户表和房源表生成方案
    Import(import::ImportArgs),
    /// A blank workbook to fill in: households, units, settings and panel · 空白表：住户、房源、设置、监督小组
    Template(import::template::TemplateArgs),
    /// Before the draw: the chance of each storey for each kind of household · 抽签前各类住户得到各楼层的机会
    Odds(Odds),
    /// A real draw, or the rest of one that was interrupted · 正式进行，或从中断处继续
    #[command(after_help = RUN_HELP)]
    Run(run::RunArgs),
    /// The draw on two pages in a browser of this machine: the board, and the operator's ·
    /// 在本机浏览器中进行：大屏与操作页
    Serve(Serve),
    /// The plan of a later round, for leftovers and standby · 剩余房源与候补户的下一轮方案
    Round(round::RoundArgs),
    /// After a void draw: plan and settings of the next attempt · 作废之后：下一次抽签的方案与设置
    Again(again::AgainArgs),
    /// Pages for the wall, tables for the office: notice, seed, call order, cross-out sheets,
    /// result, minutes · 打印公告、种子单、叫号顺序、销控表、结果、会议记录
    Print(prints::PrintArgs),
    /// One folder for everybody, for a web server or a stick: the page of the verifier with the
    /// transcript, how to check, notes, receipts, print-outs, hashes · 供公众查看和核验的整个网站
    Publish(publish::PublishArgs),
    /// When each household is expected, day by day, once the call order is known; with slips to hand
    /// out · 各户预计到场的日期和时间，含叫号通知单
    Timetable(prints::timetable::TimetableArgs),
    /// What each household's flat costs against what it is entitled to: who pays the difference ·
    /// 找补差价表：房价与应得金额相抵，谁补谁退
    Settle(prints::settle::SettleArgs),
    /// A member's key for signing checkpoints: makes one, or shows the public key of one · 监督员的签名密钥
    #[command(subcommand)]
    Key(key::KeyWhat),
    /// A checkpoint of a transcript as a signed note · 记录中的检查点（签名单）
    Note(signing::NoteArgs),
    /// Signs a note with a member's key · 用密钥在签名单上签名
    Sign(signing::SignArgs),
    /// The bytes for another tool to sign · 供其他工具签名的原文
    Message(signing::MessageArgs),
    /// Puts a signature made by another tool on a note · 把其他工具作出的签名加到签名单上
    Attach(signing::AttachArgs),
    /// The request for a time token over a checkpoint, for a time stamp authority (RFC 3161) ·
    /// 检查点的时间戳请求，发给时间戳机构
    TokenRequest(token_request::TokenRequestArgs),
    /// Makes a member's secret and its commitment · 生成监督员的密语与承诺
    Secret(secret::SecretArgs),
    /// Sealed slips that show each household which code is its own · 打印各户的密封件
    Slips(slips::SlipsArgs),
    /// The notary's file: checklist by stage, hashes, tests of the number generator, and which
    /// requirement each check meets; `check`: do the openings belong to the plan? · 公证包，核对密封件数据
    Notary(notary::NotaryArgs),
    /// Version, commit, SHA-256 and decimal fingerprint of this program, compared with a plan ·
    /// 本程序的版本、提交、SHA-256 和指纹，可与方案核对
    #[command(name = "self")]
    Identity(identity::SelfArgs),
}

#[cfg(feature = "odds")]
use crate::odds::OddsArgs as Odds;
#[cfg(feature = "web")]
use crate::web::ServeArgs as Serve;
#[cfg(not(feature = "odds"))]
use Lacking as Odds;
#[cfg(not(feature = "web"))]
use Lacking as Serve;

/// What is given to a command that this program was built without.
#[cfg(not(all(feature = "odds", feature = "web")))]
#[derive(clap::Args)]
struct Lacking {
    #[arg(hide = true, trailing_var_arg = true, allow_hyphen_values = true)]
    _given: Vec<std::ffi::OsString>,
}

/// `odds`, if this program has it.
fn odds(args: &Odds, lang: Lang) -> Result<(), Stop> {
    #[cfg(feature = "odds")]
    return crate::odds::odds(args, lang);
    #[cfg(not(feature = "odds"))]
    {
        let Lacking { _given: _ } = args;
        let what = Phrase::new("the odds before a draw", "抽签前各楼层的机会");
        Err(Stop::Failed(program::lacking("odds", &what, lang)))
    }
}

/// `serve`, if this program has it.
fn serve(args: &Serve, lang: Lang) -> Result<(), Stop> {
    #[cfg(feature = "web")]
    return crate::web::serve(args, lang);
    #[cfg(not(feature = "web"))]
    {
        let Lacking { _given: _ } = args;
        let what = Phrase::new("the pages of the hall", "现场的网页");
        Err(Stop::Failed(program::lacking("web", &what, lang)))
    }
}

fn which_program(args: &identity::SelfArgs, lang: Lang) -> Result<(), Stop> {
    match identity::tell("draw_session", args, lang) {
        Ok(true) => Ok(()),
        Ok(false) => Err(Stop::Refuted(say::tr!(
            lang,
            "This is not the program in the plan.",
            "这不是方案公示的程序。"
        ))),
        Err(why) => Err(Stop::Failed(why)),
    }
}

const RUN_HELP: &str = "\
Every line is on disk before the next decision. If the transcript exists, its lines are checked
against the plan and the rules, and the draw goes on. A torn last line is kept in FILE.torn-N.
An edited file is refused and left as it is. If the file is removed, replaced, edited or cut while
the draw runs, the draw stops: all recorded lines are written again, nothing is overwritten.

A script has one command a line, the same as at the prompt. Empty lines and lines that begin
with # do not count. On resuming, the script is matched from its beginning: each decision in
the transcript uses up one command, which must be that decision.

    commit r1 HASH
    envelope o1
    absent r2
    close
    reveal r1 SECRET
    withhold r3
    dice 00416 29385 …
    balls 3 17 …
    call
    choose FLAT [proxy NAME]
    missed
    undo REASON
    late
    until 190
    day

`late` calls again who missed a call today (absence rule `day`), `day` closes the day: the program
ends after the signatures, and the same command goes on next morning, in the same file. A script
goes on with the next day where it has more commands. A pool without choices is drawn to its end;
`until 190` stops when 190 households of the whole draw are served, so that the day can be closed
there (at the prompt with --ask-how-far).

Under a checkpoint (over the plan before the roll call, a day, the result, the aftermath)
each member signs, or the record says why not:

    cosign — NAME BASE64
    paper r1 SCAN
    token FILE
    dissent r2 REASON
    unsigned r3
    next

`token` registers a time token (RFC 3161) as its authority sent it (`token-request` makes the
request); also under the reveals, before the first public number.

In a script `next` goes on where members have keys and nobody signed; without it the draw stops there.

After the result (at the prompt with --after):

    objection E1 household H002 TEXT
    ruling E1 rejected REASON
    withdraw H003 REASON sheet FILE
    offer / accept H010 sheet FILE / decline H010 REASON sheet FILE
    swap H004 H005 consent FILE FILE
    recording FILE 2026-11-22T09:00:00+08:00
    file notice FILE title TITLE from 2026-11-02 to 2026-11-08
    void REASON
    seal
·
每一行都先写入磁盘再进行下一步。记录已存在时，先逐行核对再继续；不完整的最后一行另存为
“文件名.torn-序号”；被改过的记录一律拒绝，不作改动。进行中记录被删除、顶替、改动或截短时，
抽签停止，已记录的各行全部重新写出，不覆盖任何文件。

脚本每行一个命令，与提问时的命令相同；空行和 # 开头的行不算。继续时从头核对脚本，
记录中的每个决定用掉一个命令，且必须一致。

    承诺 r1 哈希
    信封 o1
    缺席 r2
    截止
    公开 r1 密语
    拒绝 r3
    骰子 00416 29385 …
    球 3 17 …
    叫号
    选 房号 [代理 姓名]
    未到
    撤回 原因
    补叫
    抽到 190
    今日结束

“补叫”再叫今日三呼未到的住户（缺席规则为“day”时）；“今日结束”结束当日：签名之后程序退出，
次日运行同一命令，在同一文件中继续。脚本中其后还有命令的，接着进行下一天。无需选房的批次一次抽完；
“抽到 190”在整场已办理 190 户时停下，可在此结束当日（现场提问时加 --ask-how-far）。

每个检查点（点名前的方案、当日、结果、后续）由监督员签名，或说明为何不签：

    签名 — 名称 BASE64
    纸签 r1 扫描件
    时间戳 文件
    异见 r2 理由
    未签 r3
    继续

“时间戳”登记时间戳机构（RFC 3161）发来的文件（token-request 生成请求）；密语公开检查点之后、
第一个公开随机数之前也可以登记。

脚本中，监督员有密钥而无人签名时，写“继续”才会不签名就继续，否则停在那里。

结果之后（现场提问时加 --after）：

    异议 E1 住户 H002 内容
    裁定 E1 驳回 理由
    放弃 H003 理由 签字单 文件
    递补 / 接受 H010 签字单 文件 / 不要 H010 理由 签字单 文件
    换房 H004 H005 同意 文件 文件
    录像 文件 2026-11-22T09:00:00+08:00
    登记 公示 文件 标题 标题文字 自 2026-11-02 至 2026-11-08
    作废 理由
    封存";

/// The program: reads its arguments, and gives its exit code.
#[must_use]
pub fn main() -> ExitCode {
    let cli: Cli = match parse(&std::env::args_os().collect::<Vec<_>>()) {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    let lang = cli.lang.unwrap_or_else(say::system_lang);
    let done = match cli.what.unwrap_or_else(|| What::Demo(demo::DemoArgs::default())) {
        What::Demo(args) => demo::demo(&args, lang),
        What::Import(args) => {
            import::import(&args, lang).map_err(|error| Stop::Failed(error.to_string()))
        }
        What::Template(args) => import::template::template(&args, lang),
        What::Odds(args) => odds(&args, lang),
        What::Run(args) => run::run(&args, lang),
        What::Serve(args) => serve(&args, lang),
        What::Round(args) => round::round(&args, lang),
        What::Again(args) => again::again(&args, lang),
        What::Print(args) => prints::print(&args, lang),
        What::Publish(args) => publish::publish(&args, lang),
        What::Timetable(args) => prints::timetable::timetable(&args, lang),
        What::Settle(args) => prints::settle::settle(&args, lang),
        What::Key(what) => key::key(&what, lang),
        What::Note(args) => signing::note(&args, lang),
        What::Sign(args) => signing::sign(&args, lang),
        What::Message(args) => signing::message(&args, lang),
        What::Attach(args) => signing::attach(&args, lang),
        What::TokenRequest(args) => token_request::token_request(&args, lang),
        What::Secret(args) => secret::secret(&args, lang),
        What::Slips(args) => slips::slips(&args, lang),
        What::Notary(args) => notary::notary(&args, lang),
        What::Identity(args) => which_program(&args, lang),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stop::Failed(why)) => {
            warn(why);
            ExitCode::from(2)
        }
        Err(Stop::Refuted(why)) => {
            warn(why);
            ExitCode::from(1)
        }
        Err(Stop::Unfinished(why)) => {
            warn(why);
            warn(say::tr!(
                lang,
                "The same command goes on from here.",
                "再次运行同一命令，即从此处继续。"
            ));
            ExitCode::from(3)
        }
    }
}
