//! What to write in place of a line of `draw.toml`: the whole line where that can be said, and that
//! line can be read.

use super::fault::has_personal_number;
use super::spelling::numbers;
use floorlot::rules::Phrase;
use unicode_normalization::UnicodeNormalization;

/// The keys whose values are numbers.
const NUMBERS: &[&str] = &["quorum", "seconds", "count", "range", "attempt", "size"];

/// Marks that stand where `"` belongs.
pub(super) const QUOTES: &str = "\"“”„‟＂「」『』«»‹›《》‘’‚‛＇'`´′″‵‶〃〝〞〟ʺʹ";

/// What a key for numbers takes.
pub(super) fn number() -> Phrase {
    Phrase::new(
        "a whole number in the digits 0 to 9, without quotation marks",
        "阿拉伯数字的整数，不加引号",
    )
}

/// The same where it is typed in a field.
pub(super) fn whole_number() -> Phrase {
    Phrase::new("a whole number in the digits 0 to 9", "阿拉伯数字的整数")
}

/// A colon behind a key, and what belongs there.
pub(super) fn colon() -> (Phrase, Phrase) {
    (
        Phrase::new("a colon behind the key", "键后面的冒号"),
        Phrase::new("`=` behind the key", "键后面的 `=`"),
    )
}

/// Whether a colon stands behind the key of a line, where `=` belongs.
pub(super) fn colon_for_equals(line: &str) -> bool {
    key_and_value(line).is_some_and(|(_, mark, _)| matches!(mark, ':' | '：'))
}

/// Whether the line is a remark that begins as in other languages.
pub(super) fn remark(line: &str) -> Option<&str> {
    let line = line.trim_start();
    ["//", "／／", "--", ";", "；", "＃"].iter().find(|mark| line.starts_with(**mark)).copied()
}

/// The number that a line should have, if its key takes one and something else is written: the key,
/// and what stands there.
pub(super) fn no_number(line: &str) -> Option<(&str, &str)> {
    let (key, _, value) = key_and_value(line)?;
    let value = without_remark(value).0.trim();
    let number = value.bytes().all(|b| b.is_ascii_digit()) && !value.is_empty();
    (NUMBERS.contains(&key) && !number).then_some((key, value))
}

/// Quotation marks within a text in quotation marks: `"the "best" flats"`.
pub(super) fn quotes_within(line: &str) -> bool {
    let Some((_, _, value)) = key_and_value(line) else { return false };
    let value = without_remark(value).0.trim();
    let Some(inside) = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return false;
    };
    let mut escaped = false;
    let within = inside.chars().any(|c| {
        let quote = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        quote
    });
    within && !value.starts_with("\"\"\"")
}

/// What to write in place of the line, if that is certain and may be shown.
pub(super) fn instead(line: &str) -> Option<Phrase> {
    let right = corrected(line.trim())?;
    let shown = right != line.trim()
        && !right.contains("name")
        && right.chars().count() <= 120
        && !has_personal_number(&right);
    let reads = right.parse::<toml::Table>().is_ok();
    (shown && reads).then(|| Phrase::new(format!("write: {right}"), format!("请写成：{right}")))
}

/// What can be said without the line.
pub(super) fn general(message: &str) -> Phrase {
    let (en, zh) = match message {
        _ if message.contains("basic string") || message.contains("literal string") => (
            "close the text with the quotation mark that opens it",
            "请在文字末尾补上同样的英文引号",
        ),
        _ if message.contains("escape") => {
            ("write \\\\ for \\ in texts", "文字中的反斜杠请写成 \\\\")
        }
        _ if message.contains("leading zero") => {
            ("write the number without zeros in front", "请去掉数字前面的 0")
        }
        _ if message.contains("missing comma") => {
            ("put a comma between the two", "请在两项之间加上逗号")
        }
        _ if message.starts_with("duplicate key") => {
            ("take one of the two lines out", "请删去其中一行")
        }
        _ if message.contains("inline table") => (
            "look at braces and commas: { id = \"…\", key = \"…\" },",
            "请核对花括号与逗号：{ id = \"…\", key = \"…\" },",
        ),
        _ => ("", ""),
    };
    Phrase::new(en, zh)
}

/// What to do about an error in .json.
pub(super) fn json(message: &str) -> Phrase {
    let (en, zh) = match message {
        _ if message.starts_with("expected `,`") => {
            ("put a comma between this and what stands before it", "请在它与前一项之间加上逗号")
        }
        "trailing comma" => {
            ("take out the comma before the closing bracket", "请删去右括号前面的逗号")
        }
        "expected `:`" => ("put a colon between key and value", "请在键与值之间加上冒号"),
        "key must be a string" => (
            "put the key into quotation marks: \"key\"; JSON has no remarks",
            "请给键加上英文引号：\"键\"；JSON 中不能写备注",
        ),
        "trailing characters" => {
            ("take out what stands behind the last brace", "请删去最后一个花括号之后的文字")
        }
        _ if message.starts_with("EOF while parsing a string") => {
            ("close the text with \"", "请在文字末尾补上英文引号 \"")
        }
        _ if message.starts_with("EOF") => {
            ("close what is open with } or ]", "请在末尾补上右括号 } 或 ]")
        }
        _ if message.starts_with("control character") => {
            ("write each text in one line", "请把每段文字写在一行内")
        }
        "invalid escape" => ("write \\\\ for \\ in texts", "文字中的反斜杠请写成 \\\\"),
        "expected value" | "expected ident" => (
            "put a text into quotation marks, and write numbers in digits alone",
            "文字请加英文引号，数字只写阿拉伯数字",
        ),
        "invalid number" => (
            "write the number in digits alone, without zeros in front",
            "数字只写阿拉伯数字，前面不加 0",
        ),
        _ => ("", ""),
    };
    Phrase::new(en, zh)
}

/// Key, mark and value of a line, the key without quotation marks.
fn key_and_value(line: &str) -> Option<(&str, char, &str)> {
    let (at, mark) = line.char_indices().find(|(_, c)| matches!(c, '=' | '＝' | ':' | '：'))?;
    let key = line.get(..at)?.trim().trim_matches(|c| QUOTES.contains(c)).trim();
    let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ');
    (!key.is_empty() && key.chars().all(word)).then_some((
        key,
        mark,
        line.get(at + mark.len_utf8()..)?,
    ))
}

/// A value, and the remark behind it.
fn without_remark(value: &str) -> (&str, Option<&str>) {
    let is_quote = |c: char| QUOTES.contains(c);
    let quoted = value.trim_start().starts_with(is_quote);
    // What looks like a remark within a text is none.
    let outside = |at: &usize| {
        value.get(..*at).is_some_and(|before| {
            !quoted || before.trim().chars().count() > 1 && before.trim_end().ends_with(is_quote)
        })
    };
    let marks = [" #", " ＃", " //", "\t#", "\t//"];
    let found = |mark: &&str| {
        value.match_indices(*mark).map(|(at, mark)| (at, mark.len())).find(|(at, _)| outside(at))
    };
    match marks.iter().filter_map(found).min() {
        Some((at, length)) => (value.get(..at).unwrap_or(value), value.get(at + length..)),
        None => (value, None),
    }
}

fn corrected(line: &str) -> Option<String> {
    if let Some(mark) = remark(line) {
        return Some(format!("# {}", line.strip_prefix(mark)?.trim_start()));
    }
    if line.starts_with(['[', '［', '【', '〔']) {
        let narrow: String = line
            .nfkc()
            .map(|c| {
                if "【〔".contains(c) {
                    '['
                } else if "】〕".contains(c) {
                    ']'
                } else {
                    c
                }
            })
            .collect();
        return Some(brackets(narrow.trim()));
    }
    let (key, _, value) = key_and_value(line)?;
    let (value, remark) = without_remark(value);
    let value = value.trim().trim_end_matches([',', '，', ';', '；']);
    if value.is_empty()
        || value.starts_with(['[', '{', '［', '｛', '【'])
        || value.starts_with("\"\"\"")
    {
        return None;
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let known: String = key.nfkc().collect();
    let shown = if known.chars().all(plain) { known.clone() } else { format!("\"{key}\"") };
    let inner = value.trim_matches(|c: char| QUOTES.contains(c));
    let value =
        if NUMBERS.contains(&known.as_str()) { whole(inner)?.to_string() } else { text(inner) };
    let value = if known == "show_names" { inner.to_lowercase() } else { value };
    Some(format!(
        "{shown} = {value}{}",
        remark.map(|remark| format!(" #{remark}")).unwrap_or_default()
    ))
}

/// A head in the brackets that it has in every file.
fn brackets(head: &str) -> String {
    let name: &str = head.trim_matches(['[', ']', ' ']);
    match name {
        "bench" | "source" | "round" | "documents" => format!("[[{name}]]"),
        "pool" | "needs" | "tiers" | "prior" => format!("[{name}]"),
        _ => head.to_owned(),
    }
}

/// A text in quotation marks, with Chinese ones in it.
fn text(inner: &str) -> String {
    let mut open = false;
    let char = |c: char| match c {
        '"' => {
            open = !open;
            if open { "“".to_owned() } else { "”".to_owned() }
        }
        '\\' => "\\\\".to_owned(),
        c => c.to_string(),
    };
    format!("\"{}\"", inner.chars().map(char).collect::<String>())
}

/// A whole number in any digits, with a word for what it counts; minutes as seconds.
fn whole(text: &str) -> Option<u64> {
    let narrow = numbers(&text.nfkc().collect::<String>());
    let narrow: String =
        narrow.chars().filter(|c| !c.is_whitespace() && !QUOTES.contains(*c)).collect();
    let digits = narrow.find(|c: char| !c.is_ascii_digit()).unwrap_or(narrow.len());
    let (number, unit) = narrow.split_at(digits);
    let number: u64 = number.parse().ok()?;
    match unit {
        "分" | "分钟" | "min" | "minutes" => number.checked_mul(60),
        "" | "秒" | "秒钟" | "s" | "seconds" | "个" | "枚" | "面" | "次" | "人" | "名" | "户"
        | "第" => Some(number),
        _ => None,
    }
}
