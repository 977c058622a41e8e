//! The text of `draw.toml` and `draw.json`: encodings, Chinese punctuation, and the errors of the
//! readers in both languages.

use super::advice;
use super::fault::{Fault, quoted};
use super::sheet;
use floorlot::rules::Phrase;
use serde::de::DeserializeOwned;
use std::path::Path;
use unicode_normalization::UnicodeNormalization;

/// Reads a file of settings, .json or (any other ending) .toml, and says which encoding it has if
/// that is not UTF-8.
pub(super) fn read<T: DeserializeOwned>(
    file: &str,
    bytes: &[u8],
) -> Result<(T, Option<Phrase>), Vec<Fault>> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        let found = Phrase::new(
            "a workbook, or another document of an office program",
            "表格或其他办公软件的文档",
        );
        return Err(vec![no_settings(file, found)]);
    }
    let (text, note) = sheet::text(file, bytes).map_err(|_| vec![no_text(file)])?;
    if let Some(found) = other_text(&text) {
        return Err(vec![no_settings(file, found)]);
    }
    // Some editors end lines with a carriage return alone.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let json = std::path::Path::new(file)
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    let punctuation = punctuation(file, &text, json);
    if !punctuation.is_empty() {
        return Err(punctuation);
    }
    if json {
        return serde_json::from_str(&text).map(|read| (read, note)).map_err(|error| {
            let whole = error.to_string();
            let message = whole.split(" at line ").next().unwrap_or(&whole);
            let line = text.lines().nth(error.line().saturating_sub(1)).unwrap_or_default();
            vec![fault(file, error.line(), message, (line, true))]
        });
    }
    toml::from_str(&text).map(|read| (read, note)).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let before = text.get(..start).unwrap_or_default();
        let lines = before.matches('\n').count();
        vec![fault(
            file,
            lines + 1,
            error.message(),
            (text.lines().nth(lines).unwrap_or_default(), false),
        )]
    })
}

/// The bytes of a file of settings.
pub(super) fn load(path: &Path) -> Result<(String, Vec<u8>), Fault> {
    if path.is_dir() {
        return Err(no_settings(&path.display().to_string(), Phrase::new("a folder", "文件夹")));
    }
    sheet::load(path)
}

/// What a text is that has no setting in it.
fn other_text(text: &str) -> Option<Phrase> {
    let start = text.trim_start();
    let kind =
        start.strip_prefix('{').is_some_and(|rest| rest.trim_start().starts_with("\"kind\""));
    if kind {
        return Some(Phrase::new("a plan or a transcript", "方案或抽签记录"));
    }
    let sets = start.starts_with(['{', '[', '【', '［', '｛']) || text.contains(['=', '＝']);
    let lines = text.lines().filter(|line| line.contains([',', '，', '\t', ';'])).count();
    (!sets && lines > 1).then(|| Phrase::new("a table as text", "文字格式的表格（如 .csv）"))
}

/// A file that is something else.
fn no_settings(file: &str, found: Phrase) -> Fault {
    let expected =
        Phrase::new("the settings of the draw, such as draw.toml", "设置文件，例如 draw.toml");
    let advice = Phrase::new("name that file with --config", "请用 --config 指明它");
    Fault::new(Phrase::same(file), found, expected, advice)
}

/// A file that is no text at all.
fn no_text(file: &str) -> Fault {
    let found = Phrase::new("bytes that are not text", "不是文字的内容");
    let expected =
        Phrase::new("text in UTF-8, UTF-16 or GB18030", "UTF-8、UTF-16 或 GB18030 编码的文字");
    let advice = Phrase::new("save it as UTF-8 in the editor", "请在记事本中另存为 UTF-8");
    Fault::new(Phrase::same(file), found, expected, advice)
}

fn place(file: &str, line: usize) -> Phrase {
    Phrase::new(format!("{file}:{line}"), format!("{file}，第 {line} 行"))
}

fn fault(file: &str, line: usize, message: &str, (text, json): (&str, bool)) -> Fault {
    // What kind of number the reader took it for is nothing to a clerk.
    let message = &message.replace("` as i128", "`").replace("` as u128", "`");
    let text = text.trim();
    let message = if text.ends_with('=') && message.starts_with("string values") {
        "missing value for key"
    } else {
        message
    };
    let colon = !json && advice::colon_for_equals(text);
    let (found, expected) = if colon { advice::colon() } else { said(message, json) };
    // The names of the panel are masked in the plan, and not for the screen; a line of .json may be
    // the whole file.
    let shown = if text.is_empty() || json || text.contains("name") {
        String::new()
    } else {
        quoted(text).zh
    };
    let shown = |before: &str, after: &str| {
        if shown.is_empty() { String::new() } else { format!("{before}{shown}{after}") }
    };
    // What is missing in the file as a whole is missing in no line.
    let top = TOP.iter().any(|key| message.contains(&format!("field `{key}`")));
    if message.starts_with("missing field") && top && !text.starts_with('[') {
        return Fault::new(Phrase::same(file), found, expected, Phrase::same(""));
    }
    let number = !json && advice::no_number(text).is_some();
    let expected = if number { advice::number() } else { expected };
    let found = Phrase::new(found.en + &shown(" (", ")"), found.zh + &shown("（", "）"));
    let kept = message.starts_with("unknown field") || message.starts_with("duplicate");
    let whole_line = || advice::instead(text).filter(|_| !kept);
    let advice = if json {
        advice::json(message)
    } else {
        whole_line().unwrap_or_else(|| advice::general(message))
    };
    Fault::new(place(file, line), found, expected, advice)
}

/// What every file of settings has.
const TOP: [&str; 6] = ["origin", "title", "mode", "bench", "source", "pool"];

/// What the reader has found, and what it expected.
fn said(message: &str, json: bool) -> (Phrase, Phrase) {
    let name = message.split('`').nth(1).unwrap_or_default();
    let (head, wanted) = message.split_once(", expected ").unwrap_or((message, ""));
    let found = Phrase::new(format!("an error ({head})"), in_chinese(message));
    let listed: Vec<&str> = wanted.split('`').skip(1).step_by(2).collect();
    let one_of = || {
        Phrase::new(format!("one of {}", listed.join(", ")), format!("{} 之一", listed.join("、")))
    };
    if head.starts_with("missing field") {
        let example = Phrase::new(
            "origin, title, mode, [[bench]], [[source]], [pool] as in the example",
            "与示例相同的 origin、title、mode、[[bench]]、[[source]]、[pool]",
        );
        let here = Phrase::new(
            format!("`{name}` in this part of the file"),
            format!("在这一段中写上 {name}"),
        );
        return (found, if TOP.contains(&name) { example } else { here });
    }
    if !listed.is_empty()
        && (head.starts_with("unknown field") || head.starts_with("unknown variant"))
    {
        return (found, one_of());
    }
    if let Some(kind) = KINDS.iter().find(|(en, ..)| *en == wanted) {
        let number = matches!(wanted, "u64" | "u32");
        return (found, if number { advice::number() } else { Phrase::new(kind.0, kind.1) });
    }
    if let Some((_, en, zh)) = WANTED.iter().find(|(part, ..)| head.contains(part)) {
        return (found, Phrase::new(*en, *zh));
    }
    let usual = if json {
        Phrase::new(
            "the form of JSON: { \"key\": \"text\", \"key\": 20 }",
            "JSON 的写法：{ \"键\": \"文字\", \"键\": 20 }",
        )
    } else {
        Phrase::new(
            "the form `key = \"text\"` or `key = 20`",
            "`键 = \"文字\"` 或 `键 = 20` 的写法",
        )
    };
    (found, usual)
}

/// What is expected where the reader says what is wrong: a part of its message, and the words.
const WANTED: &[(&str, &str, &str)] = &[
    ("basic string", "a quotation mark at both ends of the text", "文字两端各有一个引号"),
    ("literal string", "a quotation mark at both ends of the text", "文字两端各有一个引号"),
    ("while parsing a string", "a quotation mark at both ends of the text", "文字两端各有一个引号"),
    ("duplicate", "each key once", "每个键只写一次"),
    ("exactly 1 element", "this part once, in single brackets", "只有一段，用单方括号"),
    ("missing comma", "a comma between the two", "两项之间的逗号"),
    ("expected `,`", "a comma between the two", "两项之间的逗号"),
    ("trailing comma", "no comma behind the last one", "最后一项之后没有逗号"),
    ("escape", "`\\\\` for a backslash in a text", "文字中的反斜杠写成 `\\\\`"),
    ("unclosed", "each bracket closed", "括号成对"),
    ("EOF", "each bracket closed", "括号成对"),
    ("inline table", "the form { id = \"…\", key = \"…\" }", "{ id = \"…\", key = \"…\" } 的写法"),
];

/// What each character of Chinese punctuation is in a file of settings.
const PUNCTUATION: &[(char, &str)] = &[
    ('“', "\""),
    ('”', "\""),
    ('„', "\""),
    ('「', "\""),
    ('」', "\""),
    ('«', "\""),
    ('»', "\""),
    ('‘', "\""),
    ('’', "\""),
    ('＇', "\""),
    ('`', "\""),
    ('´', "\""),
    ('‚', "\""),
    ('‛', "\""),
    ('‟', "\""),
    ('′', "\""),
    ('″', "\""),
    ('‵', "\""),
    ('‶', "\""),
    ('〃', "\""),
    ('〝', "\""),
    ('〞', "\""),
    ('〟', "\""),
    ('『', "\""),
    ('』', "\""),
    ('《', "\""),
    ('》', "\""),
    ('‹', "\""),
    ('›', "\""),
    ('ʺ', "\""),
    ('ʹ', "\""),
    ('＂', "\""),
    ('＝', "="),
    ('，', ","),
    ('、', ","),
    ('：', ":"),
    ('；', ","),
    ('［', "["),
    ('］', "]"),
    ('【', "["),
    ('】', "]"),
    ('〔', "["),
    ('〕', "]"),
    ('｛', "{"),
    ('｝', "}"),
    ('＃', "#"),
    ('．', "."),
    ('。', "."),
    ('－', "-"),
    ('—', "-"),
    ('＿', "_"),
    ('\u{3000}', " "),
    ('\u{A0}', " "),
];

/// Where a file has characters outside of its texts and remarks that belong in them: one fault for
/// each line.
fn punctuation(file: &str, text: &str, json: bool) -> Vec<Fault> {
    let mut outside = Outside { json, open: None };
    (1..)
        .zip(text.lines())
        .filter_map(|(number, line)| {
            let within = outside.open.is_some();
            let odd = outside.odd(line);
            if !json
                && !within
                && let Some(fault) = odd_line(file, number, line, odd.is_some())
            {
                return Some(fault);
            }
            odd.map(|(odd, closing)| {
                odd_fault(file, number, &odd, (closing, if json { "" } else { line }))
            })
        })
        .collect()
}

/// A line that is wrong as a whole: a remark of another kind, a key with a colon, a number in
/// words, quotation marks within a text.
fn odd_line(file: &str, number: usize, line: &str, odd: bool) -> Option<Fault> {
    let made = |(found, expected): (Phrase, Phrase), advice: Phrase| {
        Some(Fault::new(
            place(file, number),
            found,
            expected,
            advice::instead(line).unwrap_or(advice),
        ))
    };
    if let Some(mark) = advice::remark(line) {
        let advice = Phrase::new(
            format!("begin remarks with # in place of {mark}"),
            format!("备注请以 # 开头，不用 {mark}"),
        );
        let found = Phrase::new(
            format!("`{mark}` at the beginning of a remark"),
            format!("备注开头的 `{mark}`"),
        );
        return made((found, Phrase::new("`#`", "半角的 `#`")), advice);
    }
    if advice::quotes_within(line) {
        let found = Phrase::new("quotation marks within a text", "文字中间的英文引号");
        let expected = Phrase::new("`\"` at the ends of the text alone", "只在文字两端用 `\"`");
        return made(
            (found, expected),
            Phrase::new(
                "write Chinese quotation marks “ ” within texts",
                "文字中间请用中文引号“ ”",
            ),
        );
    }
    if odd && advice::colon_for_equals(line) {
        return made(
            advice::colon(),
            Phrase::new("write `=` in place of the colon", "请把冒号改为 `=`"),
        );
    }
    let (key, value) = advice::no_number(line).filter(|_| odd)?;
    let expected = advice::number();
    let advice = Phrase::new(
        format!("write {key} = and digits alone"),
        format!("请写成 {key} = 加阿拉伯数字"),
    );
    made((quoted(value), expected), advice)
}

/// Follows the texts of a file from line to line.
struct Outside {
    json: bool,
    /// The three quotation marks that close a text of several lines.
    open: Option<&'static str>,
}

impl Outside {
    /// The first characters of a line that stand outside of texts and remarks and must not, and
    /// whether they were meant to close a text.
    fn odd(&mut self, line: &str) -> Option<(String, bool)> {
        let mut rest = line;
        loop {
            if let Some(close) = self.open {
                let (_, after) = rest.split_once(close)?;
                (rest, self.open) = (after, None);
            }
            let next = rest.find(|c: char| !c.is_ascii() || matches!(c, '"' | '\'' | '#' | '`'))?;
            rest = rest.get(next..)?;
            let c = rest.chars().next()?;
            match c {
                '#' if !self.json => return None,
                '"' | '\'' if !(self.json && c == '\'') => {
                    let triple = if c == '"' { "\"\"\"" } else { "\'\'\'" };
                    if let Some(after) = rest.strip_prefix(triple).filter(|_| !self.json) {
                        (rest, self.open) = (after, Some(triple));
                        continue;
                    }
                    let inside = rest.get(1..)?;
                    let Some(end) = closing(inside, c) else {
                        // Not closed in its line: with a Chinese mark, perhaps.
                        return inside
                            .chars()
                            .rev()
                            .find(|c| "“”‘’＂＇".contains(*c))
                            .map(|mark| (mark.to_string(), true));
                    };
                    rest = inside.get(end + 1..)?;
                }
                '#' | '\'' => rest = rest.get(1..)?,
                _ => return Some((odd_run(rest), false)),
            }
        }
    }
}

/// Where a text ends.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (n, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quote == '"' => escaped = true,
            c if c == quote => return Some(n),
            _ => {}
        }
    }
    None
}

/// One mark, or the whole word.
fn odd_run(text: &str) -> String {
    let first = text.chars().next().unwrap_or_default();
    let mark = |c: char| PUNCTUATION.iter().any(|(mark, _)| *mark == c);
    if mark(first) {
        first.to_string()
    } else {
        text.chars().take_while(|c| !c.is_ascii() && !mark(*c)).collect()
    }
}

fn odd_fault(file: &str, number: usize, odd: &str, (closing, line): (bool, &str)) -> Fault {
    let code = |c: char| format!("U+{:04X}", u32::from(c));
    let known =
        odd.chars().next().and_then(|first| PUNCTUATION.iter().find(|(mark, _)| *mark == first));
    let (found, expected, advice) = match known {
        Some((mark, with @ ("\"" | "'"))) => (
            Phrase::new(
                format!(
                    "the quotation mark {mark} ({}){}",
                    code(*mark),
                    if closing { " at the end of a text" } else { "" }
                ),
                format!("引号 {mark}（{}）", code(*mark)),
            ),
            Phrase::new(
                format!("the quotation mark {with} of the English keyboard"),
                format!("英文引号 {with}"),
            ),
            Phrase::new(
                "type the quotation marks with the English keyboard: \"…\"",
                "请用英文引号 \"…\"",
            ),
        ),
        Some((mark, with)) => (
            Phrase::new(
                format!("the character {} ({})", visible(*mark), code(*mark)),
                format!("全角或中文符号 {}（{}）", visible(*mark), code(*mark)),
            ),
            Phrase::new(format!("`{with}`"), format!("半角的 `{with}`")),
            Phrase::new("type it with the English keyboard", "请切换到英文输入法重新输入"),
        ),
        None if odd.nfkc().all(|c| c.is_ascii()) => (
            Phrase::new(format!("`{odd}` in full-width characters"), format!("全角字符 `{odd}`")),
            Phrase::same(format_args!("`{}`", odd.nfkc().collect::<String>())),
            Phrase::new("type it with the English keyboard", "请切换到英文输入法重新输入"),
        ),
        None => (
            Phrase::new(
                format!("`{odd}` outside of quotation marks"),
                format!("引号之外的 `{odd}`"),
            ),
            Phrase::new(format!("\"{odd}\""), format!("\"{odd}\"")),
            Phrase::new("put the text into quotation marks", "请用英文引号把文字括起来"),
        ),
    };
    Fault::new(place(file, number), found, expected, advice::instead(line).unwrap_or(advice))
}

fn visible(mark: char) -> String {
    if mark.is_whitespace() { "␣".into() } else { mark.to_string() }
}

/// What the readers of TOML and JSON say.
const MESSAGES: &[(&str, &str)] = &[
    ("string values must be quoted", "没有引号的文字，请用英文引号把文字括起来"),
    ("missing opening quote", "缺少开头的引号"),
    ("invalid basic string", "引号没有成对"),
    ("invalid literal string", "引号没有成对"),
    ("invalid multi-line basic string", "三个引号没有成对"),
    ("duplicate key", "同一个键写了两次"),
    ("missing assignment between key-value pairs", "键和值之间缺少 ="),
    ("extra assignment between key-value pairs", "多了一个 ="),
    ("extra `=`", "多了一个 ="),
    ("unexpected `=` in array", "方括号中有多余的 ="),
    ("missing comma between array elements", "各项之间缺少逗号"),
    ("missing comma between key-value pairs", "各项之间缺少逗号"),
    ("extra comma in array", "多了一个逗号"),
    ("extra comma in inline table", "多了一个逗号"),
    ("unclosed array", "方括号没有配对"),
    ("unclosed array table", "双方括号没有配对"),
    ("unclosed table", "方括号没有配对"),
    ("unclosed inline table", "花括号没有配对"),
    ("missing array opening", "缺少左方括号"),
    ("missing table open", "缺少左方括号"),
    ("missing inline table opening", "缺少左花括号"),
    ("key with no value", "只有键，没有值"),
    ("missing value for key", "等号后面没有值"),
    ("missing value", "缺少值"),
    ("missing key for inline table element", "花括号中缺少键"),
    ("invalid key-value pair", "这一行不是“键 = 值”"),
    ("invalid inline table element", "花括号中的写法不对"),
    ("invalid unquoted key", "键中有不能使用的字符"),
    ("unquoted keys cannot be empty", "键不能为空"),
    ("unexpected key or value", "此处不应有文字"),
    ("unexpected content", "此处不应有文字"),
    ("unexpected leading zero", "数字前面不能有 0"),
    ("unexpected sign", "此处不应有正负号"),
    ("redundant numeric sign", "多余的正负号"),
    ("`_` may only go between digits", "下划线只能写在数字之间"),
    ("invalid value", "值的写法不对"),
    ("missing escaped value", "反斜杠后面缺少字符；文字中的反斜杠请写成 \\\\"),
    ("too few unicode value digits", "Unicode 编码位数不足"),
    ("carriage return must be followed by newline", "换行符不完整"),
    ("integer number overflowed", "数字太大"),
    ("u64 value was too large", "数字太大"),
    ("cannot recurse further; max recursion depth met", "嵌套太深"),
    ("wanted exactly 1 element, more than 1 element", "双方括号"),
    ("invalid datetime", "日期或时间的写法不对"),
    ("invalid integer", "整数的写法不对"),
    ("invalid floating-point number", "小数的写法不对"),
    ("invalid boolean", "只能写 true 或 false"),
    ("invalid mantissa", "数字的写法不对"),
    ("expected value", "缺少值"),
    ("key must be a string", "键必须用英文引号括起来"),
    ("expected `,` or `}`", "缺少逗号或右花括号"),
    ("expected `,` or `]`", "缺少逗号或右方括号"),
    ("expected `:`", "缺少冒号"),
    ("trailing comma", "多了一个逗号"),
    ("trailing characters", "结尾之后还有文字"),
    ("EOF while parsing a value", "文件不完整"),
    ("EOF while parsing an object", "文件不完整，缺少右花括号"),
    ("EOF while parsing a list", "文件不完整，缺少右方括号"),
    ("EOF while parsing a string", "文件不完整，引号没有成对"),
    ("control character (\\u0000-\\u001F) found while parsing a string", "文字中有换行等控制字符"),
    ("invalid escape", "反斜杠后面的字符不对"),
    ("recursion limit exceeded", "嵌套太深"),
    ("invalid number", "数字的写法不对"),
    ("expected ident", "只能写 true、false 或 null，文字请用英文引号括起来"),
];

/// What is found or expected, in the words of serde.
const KINDS: &[(&str, &str)] = &[
    ("a string", "带英文引号的文字"),
    ("string", "文字"),
    ("integer", "整数"),
    ("floating point", "小数"),
    ("boolean", "是否值"),
    ("a boolean", "true 或 false"),
    ("map", "一组键值"),
    ("a map", "一组键值"),
    ("sequence", "一个列表"),
    ("a sequence", "一个列表 […]"),
    ("null", "空值"),
    ("unit value", "空值"),
    ("datetime", "日期"),
    ("u64", "不小于 0 的整数"),
    ("u32", "不小于 0 的整数"),
    ("i64", "整数"),
    ("string or table", "文字或一组键值"),
    ("wanted string or table", "文字或一组键值"),
    ("struct Config", "整份设置"),
    ("struct BenchConfig", "一个席位（[[bench]]）"),
    ("struct MemberConfig", "一名监督员（{ id = …, name = … }）"),
    ("struct PoolConfig", "批次规则（[pool]）"),
    ("struct FamiliesConfig", "家庭规则（[families]）"),
    ("enum Serve", "rounds 或 together"),
    ("enum NeedsOf", "first 或 all"),
    ("struct DocumentConfig", "一份文件（[[documents]]）"),
    ("enum DocumentKind", "method、resolution、roll、units、program 或 other"),
    ("struct RoundConfig", "一个批次（[[round]]）"),
    ("struct Source", "随机数来源（[[source]]）"),
    ("struct Prior", "上一次（[prior]）"),
    ("enum Mode", "official 或 rehearsal"),
    ("enum PickRule", "choice、lot 或 ranking"),
    ("option", "一个值"),
];

/// The same in Chinese. What is in quotation marks stays as it is.
fn in_chinese(message: &str) -> String {
    let head = message.split(", expected ").next().unwrap_or(message);
    let known = MESSAGES
        .iter()
        .find(|(en, _)| *en == message || *en == head)
        .map(|(_, zh)| (*zh).to_owned());
    known.or_else(|| of_serde(message)).unwrap_or_else(|| "写法不对".to_owned())
}

fn of_serde(message: &str) -> Option<String> {
    let name = || message.split('`').nth(1).unwrap_or_default();
    let head = message.split(", expected ").next().unwrap_or(message);
    if head.starts_with("missing field") {
        return Some(format!("缺少 {}", name()));
    }
    if head.starts_with("duplicate field") || head.starts_with("duplicate key") {
        return Some(format!("{} 写了两次", name()));
    }
    if head.starts_with("unknown field") {
        return Some(format!("没有 {} 这个键", name()));
    }
    if head.starts_with("unknown variant") {
        return Some(format!("没有 {} 这个值", name()));
    }
    let found =
        head.strip_prefix("invalid type: ").or_else(|| head.strip_prefix("invalid value: "))?;
    let kind =
        |text: &str| KINDS.iter().find(|(en, _)| *en == text).map(|(_, zh)| (*zh).to_owned());
    let (what, value) = found.split_once([' ', '`']).map_or((found, ""), |_| {
        let cut = found.find(['`', '"']).unwrap_or(found.len());
        (found.get(..cut).unwrap_or(found).trim_end(), found.get(cut..).unwrap_or_default())
    });
    let what = kind(what).unwrap_or_else(|| "其他内容".into());
    Some(format!("是{what} {value}").trim_end().to_owned())
}
