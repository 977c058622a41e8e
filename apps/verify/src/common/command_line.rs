//! The command line in the language of the reader, also where it cannot be read: help and errors of
//! clap are English.

use super::lang::{parse_lang, system_lang, warn};
use super::own;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, Error, Parser};
use floorlot::rules::Lang;
use std::error::Error as _;
use std::ffi::OsString;
use std::io::Write;
use std::num::{IntErrorKind, ParseIntError};
use std::process::ExitCode;

/// What stands between the two languages of a text for the help: in a line, or in lines.
const BETWEEN: [&str; 2] = ["\n·\n", " · "];

/// Reads the command line. What it cannot read it has told, and the exit code is for `main`.
pub fn parse<C: Parser>(arguments: &[OsString]) -> Result<C, ExitCode> {
    let lang = language(arguments);
    let command = C::command();
    let name = command.get_name().to_owned();
    // What it says stands in `tell`: it takes reading the file of the program.
    let command = localized(command, lang).bin_name(&name).version("");
    command
        .try_get_matches_from(arguments)
        .and_then(|matches| C::from_arg_matches(&matches))
        .map_err(|error| tell(&error, &name, lang))
}

/// Runs a subcommand; `arguments` begin with its name. Exit code 2, and words, for an error.
pub fn subcommand<C: Parser>(
    arguments: impl Iterator<Item = OsString>,
    lang: impl Fn(&C) -> Option<Lang>,
    run: impl Fn(&C, Lang) -> Result<ExitCode, String>,
) -> ExitCode {
    let cli: C = match parse(&arguments.collect::<Vec<_>>()) {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    let lang = lang(&cli).unwrap_or_else(system_lang);
    run(&cli, lang).unwrap_or_else(|error| {
        warn(error);
        ExitCode::from(2)
    })
}

/// The language that the command line asks for, whatever else stands there; else that of the
/// system.
fn language(arguments: &[OsString]) -> Lang {
    let words: Vec<&str> = arguments
        .iter()
        .filter_map(|word| word.to_str())
        .take_while(|word| *word != "--")
        .collect();
    let after = words
        .windows(2)
        .filter(|pair| pair.first() == Some(&"--lang"))
        .filter_map(|pair| pair.last().copied());
    let within = words.iter().filter_map(|word| word.strip_prefix("--lang="));
    after.chain(within).find_map(|word| parse_lang(word).ok()).unwrap_or_else(system_lang)
}

/// The half of a text in two languages that is in this one.
fn half(text: &str, lang: Lang) -> String {
    let halves = BETWEEN.iter().find_map(|between| text.split_once(between));
    match (halves, lang) {
        (Some((en, _)), Lang::En) => en.to_owned(),
        (Some((_, zh)), Lang::Zh) => zh.to_owned(),
        (None, _) => text.to_owned(),
    }
}

/// The command with its help in one language.
fn localized(command: Command, lang: Lang) -> Command {
    let texts = [command.get_about(), command.get_after_help()]
        .map(|text| text.map(|text| half(&text.to_string(), lang)));
    let [about, after] = texts;
    let mut command =
        command.mut_subcommands(|subcommand| localized(subcommand, lang)).mut_args(|arg| {
            let help = arg.get_help().map(|help| half(&help.to_string(), lang));
            let name =
                arg.get_value_names().unwrap_or_default().first().and_then(|name| value_name(name));
            let arg = match name.filter(|_| lang == Lang::Zh && arg.get_action().takes_values()) {
                Some(name) => arg.value_name(name),
                None => arg,
            };
            arg.help(help.unwrap_or_default())
        });
    if let Some(about) = about {
        command = command.about(about);
    }
    if let Some(after) = after {
        command = command.after_help(after);
    }
    command
}

/// What the words for values in the help are in Chinese.
const VALUES: &[(&str, &str)] = &[
    ("FILE", "文件"),
    ("DIR", "文件夹"),
    ("FOLDER", "文件夹"),
    ("OLD", "旧副本"),
    ("PLAN", "方案"),
    ("TRANSCRIPT", "记录"),
    ("NOTE", "签名单"),
    ("OPENINGS", "密封件数据"),
    ("KEY", "公钥"),
    ("VKEY", "公钥"),
    ("HEX", "十六进制"),
    ("NAME", "名称"),
    ("SHEET", "工作表"),
    ("ID", "编号"),
    ("MEMBER", "监督员"),
    ("PORT", "端口"),
    ("CHECKPOINT", "检查点"),
    ("SECONDS", "秒数"),
    ("DIGITS", "数字"),
    ("N", "次数"),
    ("TEXT", "文字"),
    ("HEAD=FIELD", "表头=字段"),
    ("DIGITS|@FILE", "数字|@文件"),
    ("FILE|HEX", "文件|十六进制"),
    ("KEY|FILE", "公钥|文件"),
    ("KIND", "类别"),
    ("ORIGIN", "抽签编号"),
];

fn value_name(name: &str) -> Option<&'static str> {
    VALUES.iter().find(|(en, _)| *en == name).map(|(_, zh)| *zh)
}

/// Says what clap found, and what the exit code is.
fn tell(error: &Error, name: &str, lang: Lang) -> ExitCode {
    let code = ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
    let text = match lang {
        _ if error.kind() == ErrorKind::DisplayVersion => {
            own::told(name.split(' ').next().unwrap_or(name), lang)
        }
        // What refuses a value says why in both languages.
        Lang::En if error.kind() == ErrorKind::ValueValidation => error
            .render()
            .to_string()
            .lines()
            .map(|line| half(line, Lang::En))
            .collect::<Vec<_>>()
            .join("\n"),
        Lang::En => {
            let _ = error.print();
            return code;
        }
        Lang::Zh => chinese(error),
    };
    if error.use_stderr() {
        warn(text.trim_end());
    } else {
        let _ = writeln!(std::io::stdout(), "{}", text.trim_end());
    }
    code
}

/// What clap itself says in a help, in the order in which it is replaced.
const HEADS: &[(&str, &str)] = &[
    ("Print this message or the help of the given subcommand(s)", "显示本说明或某个命令的说明"),
    ("Print help (see more with '--help')", "显示说明"),
    ("Print help", "显示说明"),
    ("Print version", "显示版本、提交和本程序的指纹"),
    ("Usage: ", "用法："),
    ("Commands:\n", "命令：\n"),
    ("Arguments:\n", "参数：\n"),
    ("Options:\n", "选项：\n"),
    ("[OPTIONS]", "[选项]"),
    ("<COMMAND>", "<命令>"),
    ("[COMMAND]", "[命令]"),
    ("[default: ", "[默认："),
    ("[possible values: ", "[可选："),
];

fn with_heads(text: &str) -> String {
    HEADS.iter().fold(text.to_owned(), |text, (en, zh)| text.replace(en, zh))
}

/// The error, or the help, in Chinese.
fn chinese(error: &Error) -> String {
    use ErrorKind::{DisplayHelp, DisplayHelpOnMissingArgumentOrSubcommand};
    if matches!(error.kind(), DisplayHelp | DisplayHelpOnMissingArgumentOrSubcommand) {
        return with_heads(&error.render().to_string());
    }
    let usage = match error.get(ContextKind::Usage) {
        Some(ContextValue::StyledStr(usage)) => format!("\n\n{}", with_heads(&usage.to_string())),
        _ => String::new(),
    };
    format!("错误：{}{usage}\n\n加 --help 可查看说明。", what(error))
}

/// The texts of a part of the error.
fn part(error: &Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    }
}

/// What is wrong, in a sentence.
fn what(error: &Error) -> String {
    let all = |kind| part(error, kind).join("、");
    let (arg, value) = (all(ContextKind::InvalidArg), all(ContextKind::InvalidValue));
    match error.kind() {
        ErrorKind::UnknownArgument => {
            let what = if arg.starts_with('-') {
                format!("没有 {arg} 这个选项")
            } else {
                format!("多出了 {arg}")
            };
            what + &perhaps(&all(ContextKind::SuggestedArg))
        }
        ErrorKind::InvalidSubcommand => {
            let command = all(ContextKind::InvalidSubcommand);
            format!("没有 {command} 这个命令{}", perhaps(&all(ContextKind::SuggestedSubcommand)))
        }
        ErrorKind::MissingRequiredArgument => format!("缺少 {arg}"),
        ErrorKind::MissingSubcommand => {
            format!("缺少命令，可用的有：{}", all(ContextKind::ValidSubcommand))
        }
        ErrorKind::InvalidValue if value.is_empty() => {
            format!("{arg} 后面缺少值{}", choice(&all(ContextKind::ValidValue)))
        }
        ErrorKind::InvalidValue => {
            format!("{arg} 不能是 {value}{}", choice(&all(ContextKind::ValidValue)))
        }
        ErrorKind::ValueValidation => format!("{arg} 不能是 {value}：{}", why(error)),
        ErrorKind::ArgumentConflict => match all(ContextKind::PriorArg) {
            prior if prior == arg || prior.is_empty() => format!("{arg} 只能写一次"),
            prior => format!("{arg} 不能与 {prior} 同时使用"),
        },
        ErrorKind::NoEquals => format!("{arg} 与值之间应写等号"),
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("{arg} 后面值的个数不对")
        }
        ErrorKind::InvalidUtf8 => "命令行中有不是 UTF-8 的文字".into(),
        _ => "命令行的写法不对".into(),
    }
}

fn perhaps(suggested: &str) -> String {
    if suggested.is_empty() { String::new() } else { format!("；是否想写 {suggested}？") }
}

fn choice(valid: &str) -> String {
    if valid.is_empty() { String::new() } else { format!("；可选：{valid}") }
}

/// Why a value is refused, in words of the function that refused it.
fn why(error: &Error) -> String {
    let Some(source) = error.source() else { return "格式不对".into() };
    let text = source.to_string();
    let range = text.split_once(" is not in ").and_then(|(_, range)| range.split_once("..="));
    match (range, source.downcast_ref::<ParseIntError>()) {
        (Some((low, high)), _) => format!("应在 {low} 至 {high} 之间"),
        (None, Some(number)) if *number.kind() == IntErrorKind::PosOverflow => "数字过大".into(),
        (None, Some(_)) => "应为整数".into(),
        (None, None) if text.contains(" · ") => half(&text, Lang::Zh),
        (None, None) => "格式不对".into(),
    }
}
