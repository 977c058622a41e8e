//! Commands as they are typed at the prompt and in scripts, in English or Chinese.

use crate::ceremony::command::{Command, expected, narrow};
use crate::ceremony::later;
use crate::words::say::tr;
use floorlot::Hash;
use floorlot::rules::Lang;

/// What was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Typed {
    /// A command of the draw.
    Command(Command),
    /// All signatures of a signed note in a file.
    Note {
        file: String,
    },
    /// The time token in a file.
    Token {
        file: String,
    },
    Status,
    Help,
    Quit,
}

/// Every command: its words in both languages and what follows them, in the order of the help.
const WORDS: &[(&str, &[&str], &str, &str)] = &[
    (
        "commit",
        &["承诺"],
        "MEMBER HASH   a member commits to a secret",
        "监督员 哈希   监督员提交承诺",
    ),
    (
        "envelope",
        &["信封"],
        "MEMBER   a member hands in a sealed envelope",
        "监督员   监督员交密封信封",
    ),
    ("absent", &["缺席"], "MEMBER   a member is not there", "监督员   监督员缺席"),
    ("close", &["截止"], "ends the roll call, or the reveals", "点名截止，或公开截止"),
    (
        "reveal",
        &["公开"],
        "MEMBER SECRET   a member reveals the secret",
        "监督员 密语   监督员公开密语",
    ),
    (
        "withhold",
        &["拒绝"],
        "MEMBER   a member withholds the secret (named in the record)",
        "监督员   监督员拒绝公开（记名）",
    ),
    ("dice", &["骰子"], "DIGITS   the dice, in the order read out", "数字   骰子点数，按宣读顺序"),
    ("balls", &["球"], "N N …   the balls, in the order drawn", "号码 号码 …   球号，按摇出顺序"),
    (
        "drand",
        &["信标"],
        "SIGNATURE   the signature of the drand round that the plan names",
        "签名   方案指定的 drand 轮次的签名",
    ),
    ("call", &["叫号"], "calls the next household", "叫下一户"),
    (
        "choose",
        &["选"],
        "FLAT [proxy NAME]   the called household (or its proxy) chooses",
        "房号 [代理 姓名]   所叫住户（或代理人）选房",
    ),
    ("missed", &["未到"], "the called household did not answer three calls", "所叫住户三呼未到"),
    (
        "undo",
        &["撤回"],
        "REASON   withdraws the choice or miss just recorded",
        "原因   撤回刚才的选房或未到",
    ),
    (
        "late",
        &["补叫"],
        "calls again who missed the call today, before the day is closed (absence rule `day`)",
        "当日结束前，再叫今日三呼未到的住户（缺席规则为“day”时）",
    ),
    (
        "day",
        &["今日结束"],
        "closes the day: checkpoint and signatures; next morning the same command goes on",
        "结束当日：封存、签名；次日运行同一命令即可继续",
    ),
    (
        "until",
        &["抽到"],
        "N   in a pool without choices: draws on until N households of the whole draw are served",
        "N   无需选房的批次：抽到整场已办理 N 户为止",
    ),
    (
        "cosign",
        &["签名"],
        "— NAME BASE64   a signature line of a signed note",
        "— 名称 BASE64   签名单中的一行签名",
    ),
    (
        "note",
        &["签名单"],
        "FILE   all signatures of a signed note",
        "文件   录入签名单中的全部签名",
    ),
    (
        "token",
        &["时间戳"],
        "FILE   a time token (RFC 3161) over the last checkpoint, as the authority sent it",
        "文件   最近一个检查点的时间戳（RFC 3161），时间戳机构发来的原文件",
    ),
    (
        "paper",
        &["纸签"],
        "MEMBER FILE   a member signed on paper; FILE is the scan, or its SHA-256",
        "监督员 文件   纸面签名；文件为扫描件或其 SHA-256",
    ),
    (
        "dissent",
        &["异见"],
        "MEMBER REASON   a member refuses to sign, and says why",
        "监督员 理由   监督员拒绝签名并说明理由",
    ),
    (
        "unsigned",
        &["未签"],
        "MEMBER   a member did not sign, being away",
        "监督员   监督员不在场，未签名",
    ),
    (
        "next",
        &["继续"],
        "goes on where something could still be withdrawn, or after the signatures",
        "确认无误，继续；或签名完毕",
    ),
    (
        "objection",
        &["异议"],
        "ID [household H] TEXT   somebody objects",
        "编号 [住户 户号] 内容   提出异议",
    ),
    (
        "ruling",
        &["裁定"],
        "ID upheld|rejected REASON   the objection is decided",
        "编号 成立|驳回 理由   对异议作出裁定",
    ),
    (
        "withdraw",
        &["放弃"],
        "HOUSEHOLD REASON sheet FILE   a household gives up its flat or its place; FILE: the scan of what it signed",
        "户号 理由 签字单 文件   住户放弃所得房或候补席位；文件为其签字单的扫描件",
    ),
    (
        "offer",
        &["递补"],
        "offers the free flat that is due to the next on standby",
        "请下一候补户递补空出的房",
    ),
    (
        "accept",
        &["接受"],
        "HOUSEHOLD sheet FILE   it takes the flat offered",
        "户号 签字单 文件   接受递补的房",
    ),
    (
        "decline",
        &["不要"],
        "HOUSEHOLD [REASON] sheet FILE   it does not, and stays on standby",
        "户号 [理由] 签字单 文件   不接受，保留候补",
    ),
    (
        "swap",
        &["换房"],
        "H H … consent FILE FILE …   each gets the flat of the next, the last that of the first",
        "户号 户号 … 同意 文件 文件 …   每户得下一户的房，最后一户得第一户的房",
    ),
    (
        "recording",
        &["录像"],
        "FILE START [SHA256]   registers a recording; START such as 2026-11-22T09:00:00+08:00; the hash if the file is elsewhere",
        "文件 开始时间 [SHA256]   登记录像；时间如 2026-11-22T09:00:00+08:00；文件不在本机时给出哈希",
    ),
    (
        "file",
        &["登记"],
        "notice|authority|list|other FILE title TITLE [household H] [from DAY to DAY] [SHA256]   registers a document; a notice with the days on which it hung",
        "公示|委托书|清单|其他 文件 标题 标题文字 [住户 户号] [自 日期 至 日期] [SHA256]   登记文件；公示须写张贴的起止日期",
    ),
    (
        "void",
        &["作废"],
        "REASON   the draw is void; this cannot be taken back",
        "理由   宣布本次抽签作废，不可撤回",
    ),
    (
        "seal",
        &["封存"],
        "a checkpoint over what came after the result, for the panel to sign",
        "对结果之后的事项作检查点，交监督员签名",
    ),
    ("status", &["状态"], "says again what the draw waits for", "再说一遍现在等待什么"),
    ("help", &["帮助", "?", "？"], "this list", "本说明"),
    (
        "quit",
        &["退出"],
        "leaves; the same command resumes the draw",
        "离开；再次运行同一命令即可继续",
    ),
];

/// The list of commands.
pub(crate) fn help(lang: Lang) -> String {
    let line = |(en, zh, does_en, does_zh): &(&str, &[&str], &str, &str)| match lang {
        Lang::En => format!("  {en} {does_en}\n"),
        Lang::Zh => format!("  {}（{en}） {does_zh}\n", zh.first().unwrap_or(en)),
    };
    WORDS.iter().map(line).collect()
}

/// The English name of a command word.
fn canonical(word: &str) -> Option<&'static str> {
    let word = word.to_ascii_lowercase();
    WORDS.iter().find(|(en, zh, ..)| *en == word || zh.contains(&word.as_str())).map(|(en, ..)| *en)
}

/// Reads what was typed. The error says what is missing or wrong.
pub(crate) fn parse(text: &str, lang: Lang) -> Result<Typed, String> {
    match read(text, lang)? {
        Typed::Command(command) => command.checked(lang).map(Typed::Command),
        other => Ok(other),
    }
}

fn read(text: &str, lang: Lang) -> Result<Typed, String> {
    let (word, rest) = text.trim().split_once(char::is_whitespace).unwrap_or((text.trim(), ""));
    let Some(name) = canonical(word).or_else(|| canonical(&narrow(word))) else {
        let word = floorlot::note::showable(word);
        return Err(tr!(
            lang,
            "`{word}` is not a command; `help` lists them",
            "没有“{word}”这个命令；输入“帮助”查看全部命令"
        ));
    };
    let rest = rest.trim();
    let command = match name {
        "commit" => commit(&narrow(rest), lang)?,
        "reveal" => reveal(&narrow(rest), lang)?,
        "envelope" | "absent" | "withhold" => member(name, word, &narrow(rest), lang)?,
        "dice" => Command::Dice { digits: rest.to_owned() },
        "balls" => balls(&narrow(rest), lang)?,
        "drand" => Command::Drand { signature: rest.to_owned() },
        "choose" => choose(rest),
        "until" => until(&narrow(rest), lang)?,
        "note" if rest.is_empty() => return Err(expected(lang, "note FILE", "签名单 文件", rest)),
        "note" => return Ok(Typed::Note { file: rest.to_owned() }),
        "token" if rest.is_empty() => {
            return Err(expected(lang, "token FILE", "时间戳 文件", rest));
        }
        "token" => return Ok(Typed::Token { file: rest.to_owned() }),
        "cosign" | "paper" | "dissent" | "unsigned" => later::sign_off(name, rest, lang)?,
        "objection" | "ruling" | "withdraw" | "accept" | "decline" | "swap" | "recording"
        | "file" => later::aftermath(name, rest, lang)?,
        "void" => Command::Void { reason: rest.to_owned() },
        "undo" => Command::Undo { reason: rest.to_owned() },
        _ if !rest.is_empty() => {
            return Err(tr!(
                lang,
                "`{name}` takes nothing after it; found `{rest}`",
                "“{word}”后面不写内容；发现“{rest}”"
            ));
        }
        name => return Ok(bare(name)),
    };
    Ok(Typed::Command(command))
}

fn bare(name: &str) -> Typed {
    Typed::Command(match name {
        "close" => Command::Close,
        "call" => Command::Call,
        "late" => Command::Late,
        "day" => Command::Day,
        "missed" => Command::Missed,
        "next" => Command::Next,
        "offer" => Command::Offer,
        "seal" => Command::Seal,
        "status" => return Typed::Status,
        "quit" => return Typed::Quit,
        _ => return Typed::Help,
    })
}

fn commit(rest: &str, lang: Lang) -> Result<Command, String> {
    let [member, value] = *rest.split_whitespace().collect::<Vec<_>>() else {
        return Err(tr!(lang, "expected: commit MEMBER HASH", "应为：承诺 监督员编号 哈希"));
    };
    let Some(commit) = Hash::from_hex(&value.to_ascii_lowercase()) else {
        let found = value.chars().count();
        return Err(tr!(
            lang,
            "a commitment is 64 hexadecimal digits; found {found} characters: {value}",
            "承诺是 64 位十六进制数字；发现 {found} 个字符：{value}"
        ));
    };
    Ok(Command::Commit { member: member.into(), commit })
}

fn reveal(rest: &str, lang: Lang) -> Result<Command, String> {
    let [member, secret] = *rest.split_whitespace().collect::<Vec<_>>() else {
        return Err(tr!(lang, "expected: reveal MEMBER SECRET", "应为：公开 监督员编号 密语"));
    };
    Ok(Command::Reveal { member: member.into(), secret: secret.into() })
}

fn member(name: &str, word: &str, rest: &str, lang: Lang) -> Result<Command, String> {
    if rest.is_empty() || rest.contains(char::is_whitespace) {
        return Err(tr!(
            lang,
            "expected: {name} MEMBER; found `{rest}`",
            "应为：{word} 监督员编号；发现“{rest}”"
        ));
    }
    let member = rest.to_owned();
    Ok(match name {
        "envelope" => Command::Envelope { member },
        "absent" => Command::Absent { member },
        _ => Command::Withhold { member },
    })
}

fn balls(rest: &str, lang: Lang) -> Result<Command, String> {
    let numbers: Result<Vec<u64>, _> =
        rest.split([' ', '\t', ',', '、']).filter(|w| !w.is_empty()).map(str::parse).collect();
    match numbers {
        Ok(numbers) if !numbers.is_empty() => Ok(Command::Balls { numbers }),
        _ => Err(tr!(
            lang,
            "expected: balls N N …; found `{rest}`",
            "应为：球 号码 号码 …；发现“{rest}”"
        )),
    }
}

fn until(rest: &str, lang: Lang) -> Result<Command, String> {
    let households = rest.parse();
    let households =
        households.map_err(|_| expected(lang, "until HOUSEHOLDS", "抽到 户数", rest))?;
    Ok(Command::Until { households })
}

/// `choose FLAT`, `choose FLAT proxy NAME`.
fn choose(rest: &str) -> Command {
    let words: Vec<&str> = rest.split_whitespace().collect();
    let at = words.iter().position(|w| w.eq_ignore_ascii_case("proxy") || *w == "代理");
    let (unit, proxy) = words.split_at(at.unwrap_or(words.len()));
    Command::Choose { unit: unit.join(" "), proxy: proxy.get(1..).map(|name| name.join(" ")) }
}

#[cfg(test)]
mod tests {
    use super::{Typed, parse};
    use crate::ceremony::command::Command;
    use floorlot::rules::Lang;
    use serde_json::{Value, json};

    /// The same as it is typed and as the page sends it.
    fn cases() -> Vec<(&'static str, Value)> {
        vec![
            ("seal", json!("seal")),
            ("今日结束", json!("day")),
            ("补叫", json!("late")),
            ("next", json!("next")),
            ("抽到 １９０", json!({"until": {"households": 190}})),
            ("envelope ｒ１", json!({"envelope": {"member": "r1"}})),
            ("reveal r1 ８８４２", json!({"reveal": {"member": "r1", "secret": "8842"}})),
            ("dice 00416 29385", json!({"dice": {"digits": "００４１６ 29385"}})),
            ("球 3、17", json!({"balls": {"numbers": [3, 17]}})),
            ("choose 1602", json!({"choose": {"unit": "1602"}})),
            ("选 1602 代理 王小明", json!({"choose": {"unit": "1602", "proxy": "王小明"}})),
            ("choose 1602 proxy", json!({"choose": {"unit": "1602", "proxy": ""}})),
            ("undo", json!({"undo": {"reason": ""}})),
            ("void call 13912345678", json!({"void": {"reason": "call 13912345678"}})),
            (
                "objection E1 household H2 too loud",
                json!({"objection": {"id": "E1", "household": "H2", "text": "too loud"}}),
            ),
            (
                "objection E1 household H2",
                json!({"objection": {"id": "E1", "household": "H2", "text": ""}}),
            ),
            (
                "裁定 E1 驳回 理由",
                json!({"ruling": {"objection": "E1", "decision": "rejected", "reason": "理由"}}),
            ),
            (
                "decline H1 sheet a b.png",
                json!({"decline": {"household": "H1", "reason": null, "sheet": "a b.png"}}),
            ),
            ("decline H1", json!({"decline": {"household": "H1", "reason": null, "sheet": ""}})),
            (
                "不要 H1 太低 签字单 a",
                json!({"decline": {"household": "H1", "reason": "太低", "sheet": "a"}}),
            ),
            ("accept H1 SHEET a", json!({"accept": {"household": "H1", "sheet": "a"}})),
            ("accept H1", json!({"accept": {"household": "H1", "sheet": ""}})),
            (
                "withdraw H1 the sheet was read sheet a",
                json!({"withdraw": {"household": "H1", "reason": "the sheet was read", "sheet": "a"}}),
            ),
            (
                "withdraw H1 moved",
                json!({"withdraw": {"household": "H1", "reason": "moved", "sheet": ""}}),
            ),
            ("withdraw H1", json!({"withdraw": {"household": "H1", "reason": "", "sheet": ""}})),
            (
                "swap H1 H2 consent a b",
                json!({"swap": {"households": ["H1", "H2"], "consents": ["a", "b"]}}),
            ),
        ]
    }

    #[test]
    fn prompt_and_page_make_the_same_command() {
        for (typed, sent) in cases() {
            let sent: Command = serde_json::from_value(sent).unwrap();
            assert_eq!(
                parse(typed, Lang::En),
                sent.checked(Lang::En).map(Typed::Command),
                "{typed}"
            );
        }
    }

    #[test]
    fn what_is_missing_is_told_and_a_proxy_is_masked() {
        let told = |text| parse(text, Lang::En).unwrap_err();
        assert_eq!(told("undo"), "`undo` needs a reason, which is recorded");
        assert_eq!(told("choose 1602 proxy"), "the name of the proxy is missing");
        assert!(told("void call 13912345678").contains("mobile phone number"));
        let masked = Command::Choose { unit: "1602".into(), proxy: Some("王*明".into()) };
        assert_eq!(parse("choose 1602 proxy 王小明", Lang::En), Ok(Typed::Command(masked)));
    }
}
