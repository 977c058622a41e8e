//! `policy`: which log and which cosigners other programs must find on a checkpoint of a draw, as a
//! C2SP tlog-policy of its plan.

use crate::common::command_line::subcommand;
use crate::common::lang::parse_lang;
use crate::source;
use crate::words::{Told, in_file, print, tr, warn};
use clap::Parser;
use floorlot::plan::Roll;
use floorlot::rules::Lang;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

/// How many witnesses every reader of a tlog-policy is asked to take.
const USUAL: usize = 32;

/// Prints a C2SP tlog-policy: what signs a checkpoint of this draw, by its plan · 按方案输出 C2SP
/// tlog-policy：本次抽签的检查点应由谁签名
#[derive(Parser)]
#[command(
    name = "verify_transcript policy",
    after_help = "The plan is verified first, and nothing else of the file.\nExit codes: 0 printed; 2 the plan breaks its rules or cannot be read, or no keys can reach its quorums\n·\n先核验方案，不核验文件的其余部分。\n退出码：0 已输出；2 方案不合规或无法读取，或其中的公钥达不到法定人数"
)]
struct Cli {
    /// The transcript, or the plan alone; - is standard input · 记录或方案文件，- 为标准输入
    file: PathBuf,
    /// Language: zh or en (default: that of the system) · 语言
    #[arg(long, value_name = "zh|en", value_parser = parse_lang)]
    lang: Option<Lang>,
}

/// Runs the subcommand; `arguments` begin with its name.
pub(crate) fn main(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    subcommand(
        arguments,
        |cli: &Cli| cli.lang,
        |cli, lang| run(cli, lang).map(|()| ExitCode::SUCCESS),
    )
}

fn run(cli: &Cli, lang: Lang) -> Result<(), String> {
    let plan = source::plan(&cli.file, lang)?;
    let roll = plan.roll();
    if let Some(why) = unreachable(roll, lang) {
        return Err(in_file(cli.file.display(), &why, lang));
    }
    let signers = roll.members().filter(|member| roll.member_key(member).is_some()).count();
    if signers > USUAL {
        warn(tr!(
            lang,
            "{signers} members have a key: programs that read a policy need to take no more than {USUAL} witnesses.",
            "有公钥的监督员有 {signers} 人：读取 policy 的程序不一定支持 {USUAL} 个以上的见证人。"
        ));
    }
    print(&text(roll, lang)).map_err(|error| error.told(lang).into_owned())
}

/// The members of a bench who have a key.
fn with_key<'r>(roll: &'r Roll, bench: &'r str) -> impl Iterator<Item = &'r str> {
    roll.members().filter(move |member| {
        roll.bench_of(member) == Some(bench) && roll.member_key(member).is_some()
    })
}

/// Why no checkpoint can ever keep such a policy; `None` if one can.
fn unreachable(roll: &Roll, lang: Lang) -> Option<String> {
    roll.benches().find_map(|(bench, quorum)| {
        let keys = with_key(roll, bench).count();
        (u64::try_from(keys).is_ok_and(|keys| keys < quorum)).then(|| {
            tr!(
                lang,
                "no policy: the quorum of bench {bench} is {quorum}, and {keys} of its members have a key; the others sign on paper, which no program can verify",
                "无法生成 policy：席位 {bench} 的法定人数为 {quorum}，有公钥的监督员只有 {keys} 人；其余在纸上签名，程序无法核验"
            )
        })
    })
}

/// The policy. Members and benches have prefixes, because the standard has one namespace for both,
/// in which `none` is taken.
fn text(roll: &Roll, lang: Lang) -> String {
    let origin = roll.origin();
    let mut out = tr!(
        lang,
        "# C2SP tlog-policy: what signs a checkpoint of draw {origin}, by its plan\n",
        "# C2SP tlog-policy：抽签 {origin} 的检查点应由谁签名，取自方案\n"
    );
    out += &match roll.log_key() {
        Some(key) => format!("log {key}\n"),
        None => tr!(
            lang,
            "# The plan names no log key, so there is no log line: a reader that asks for one cannot use this\n",
            "# 方案未写明日志公钥，因此没有 log 行；须有 log 行的程序不能使用此文件\n"
        ),
    };
    for member in roll.members() {
        out += &match roll.member_key(member) {
            Some(key) => format!("witness member:{member} {key}\n"),
            None => tr!(
                lang,
                "# member {member} has no key, and signs on paper\n",
                "# 监督员 {member} 没有公钥，在纸上签名\n"
            ),
        };
    }
    let mut panel = "group panel all".to_owned();
    for (bench, quorum) in roll.benches() {
        out += &format!("group bench:{bench} {quorum}");
        with_key(roll, bench).for_each(|member| out += &format!(" member:{member}"));
        out.push('\n');
        panel += &format!(" bench:{bench}");
    }
    out + &panel + "\nquorum panel\n"
}
