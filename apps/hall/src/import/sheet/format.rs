//! What a spreadsheet program shows for a number or a text in a cell with a number format.
//!
//! Strict: only what is certain is rendered. Dates, conditions, fractions, scientific notation and
//! whatever depends on the program's own language are told apart and left alone, so that a person
//! looks at them. A code such as `1E3` that became 1000 is no better as `1.00E+03`.

/// What shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Look {
    /// The digits that are stored.
    AsStored,
    Text(String),
    /// Digits that show in scientific notation only because there are many of them.
    TooLong,
    Nothing,
    Date,
    Unknown,
}

/// Digits from which a number without a format shows in scientific notation.
const LONG: f64 = 1e11;

/// A number in a format.
pub(super) fn number(value: f64, format: &str) -> Look {
    if matches!(format, "General" | "@") {
        return general(value);
    }
    let Some(sections) = sections(format) else { return Look::Unknown };
    let texts = sections.iter().position(|s| s.contains(&Token::Text));
    let numeric = sections.get(..texts.unwrap_or(sections.len()).min(3)).unwrap_or_default();
    let negative = value < 0.0;
    let (section, minus) = match numeric {
        [] => return general(value),
        [all] => (all, negative),
        [_, below] if negative => (below, false),
        [positive, _] => (positive, false),
        [_, below, _] if negative => (below, false),
        [_, _, zero, ..] if value == 0.0 => (zero, false),
        [positive, ..] => (positive, false),
    };
    if section.contains(&Token::Date) {
        return Look::Date;
    }
    match section.as_slice() {
        // Of two sections an empty second one still shows the minus.
        [] if numeric.len() == 2 && negative => Look::Unknown,
        [] => Look::Nothing,
        _ => render(value, section, minus),
    }
}

/// A text in a format.
pub(super) fn text(value: &str, format: &str) -> Look {
    if matches!(format, "General" | "@") {
        return Look::AsStored;
    }
    let Some(sections) = sections(format) else { return Look::AsStored };
    let section = sections.iter().find(|s| s.contains(&Token::Text));
    match (section, sections.get(3)) {
        (Some(section), _)
            if section.iter().all(|t| matches!(t, Token::Text | Token::Literal(_))) =>
        {
            let piece = |token: &Token| match token {
                Token::Literal(text) => text.clone(),
                _ => value.to_owned(),
            };
            let shown: String = section.iter().map(piece).collect();
            if shown.trim() == value.trim() {
                Look::AsStored
            } else {
                Look::Text(shown.trim().to_owned())
            }
        }
        (None, Some(fourth)) if fourth.is_empty() => Look::Nothing,
        (None, None) => Look::AsStored,
        _ => Look::Unknown,
    }
}

/// Whether a format shows neither numbers nor texts, as `;;;` does.
pub(super) fn hides(format: &str) -> bool {
    number(1.0, format) == Look::Nothing
}

/// The format that programs know by its number alone; `None` if it depends on the language of the
/// program.
pub(super) fn built_in(id: u32) -> Option<&'static str> {
    Some(match id {
        0 => "General",
        1 => "0",
        2 => "0.00",
        3 => "#,##0",
        4 => "#,##0.00",
        9 => "0%",
        10 => "0.00%",
        11 => "0.00E+00",
        12 => "# ?/?",
        13 => "# ??/??",
        14..=17 | 22 | 27..=31 | 36 | 50..=54 | 57 | 58 => "yyyy-m-d",
        18..=21 | 32..=35 | 45..=47 | 55 | 56 => "h:mm:ss",
        37 | 38 => "#,##0 ;-#,##0",
        39 | 40 => "#,##0.00 ;-#,##0.00",
        41 => "_ * #,##0_ ;_ * -#,##0_ ;_ * \"-\"_ ;_ @_ ",
        43 => "_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * \"-\"??_ ;_ @_ ",
        48 => "##0.0E+0",
        49 => "@",
        _ => return None,
    })
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Literal(String),
    /// `0`, `#` or `?`.
    Digit(char),
    Point,
    Comma,
    Percent,
    General,
    Text,
    /// A code of dates and times.
    Date,
    /// Something that changes what shows in a way that is not followed here.
    Other,
}

/// The sections of a format; `None` if it is not a format at all.
fn sections(format: &str) -> Option<Vec<Vec<Token>>> {
    let mut sections = vec![Vec::new()];
    let mut rest = format;
    while let Some(first) = rest.chars().next() {
        if first == ';' {
            sections.push(Vec::new());
            rest = rest.get(1..)?;
            continue;
        }
        let (token, length) = token(rest, first)?;
        if let (Some(token), Some(section)) = (token, sections.last_mut()) {
            section.push(token);
        }
        rest = rest.get(length..)?;
    }
    (sections.len() <= 4).then_some(sections)
}

/// The token at the beginning, if it shows anything, and its length.
fn token(rest: &str, first: char) -> Option<(Option<Token>, usize)> {
    let literal = |text: &str| Some(Token::Literal(text.to_owned()));
    for general in ["General", "G/通用格式"] {
        if rest.get(..general.len()).is_some_and(|start| start.eq_ignore_ascii_case(general)) {
            return Some((Some(Token::General), general.len()));
        }
    }
    let one = first.len_utf8();
    let second = || rest.get(one..).and_then(|after| after.chars().next());
    Some(match first {
        '"' => {
            let inside = rest.get(1..)?.split_once('"')?.0;
            (literal(inside), inside.len() + 2)
        }
        '\\' => (literal(second()?.encode_utf8(&mut [0; 4])), one + second()?.len_utf8()),
        // A space as wide as the next character.
        '_' => (literal(" "), one + second()?.len_utf8()),
        // The next character fills the column.
        '*' => (
            if second()? == ' ' { literal(" ") } else { Some(Token::Other) },
            one + second()?.len_utf8(),
        ),
        '[' => {
            let inside = rest.get(1..)?.split_once(']')?.0;
            (bracket(inside), inside.len() + 2)
        }
        '0' | '#' | '?' => (Some(Token::Digit(first)), 1),
        '.' => (Some(Token::Point), 1),
        ',' => (Some(Token::Comma), 1),
        '%' => (Some(Token::Percent), 1),
        '@' => (Some(Token::Text), 1),
        'y' | 'm' | 'd' | 'h' | 's' | 'e' | 'b' | 'g' | 'Y' | 'M' | 'D' | 'H' | 'S' | 'B' | 'G'
        | '年' | '月' | '日' | '时' | '分' | '秒' => (Some(Token::Date), one),
        // `E+` of scientific notation, the stroke of fractions, other letters that mean something
        // to some program.
        '/' | 'A'..='Z' | 'a'..='z' => (Some(Token::Other), 1),
        _ => (literal(rest.get(..one)?), one),
    })
}

/// What stands in brackets: a color, a currency, a condition, hours beyond a day, or Chinese
/// digits.
fn bracket(inside: &str) -> Option<Token> {
    let small = inside.to_ascii_lowercase();
    let colors = [
        "black", "blue", "cyan", "green", "magenta", "red", "yellow", "黑色", "蓝色", "青色",
        "绿色", "洋红", "红色", "黄色",
    ];
    let numbered = small
        .strip_prefix("color")
        .or(small.strip_prefix("颜色"))
        .is_some_and(|n| n.parse::<u8>().is_ok_and(|n| n > 2));
    if colors.contains(&small.as_str()) || numbered {
        return None;
    }
    match inside
        .strip_prefix('$')
        .map(|currency| currency.rsplit_once('-').unwrap_or((currency, "")))
    {
        // Digits are those of the West in these languages.
        Some((currency, "" | "804" | "409" | "411" | "404" | "C04" | "1004")) => {
            Some(Token::Literal(currency.to_owned()))
        }
        None if !small.is_empty() && small.bytes().all(|b| matches!(b, b'h' | b'm' | b's')) => {
            Some(Token::Date)
        }
        _ => Some(Token::Other),
    }
}

/// A number without a format: eleven characters, and scientific notation beyond.
fn general(value: f64) -> Look {
    if value.fract() == 0.0 {
        return if value.abs() < LONG { Look::AsStored } else { Look::TooLong };
    }
    // Programs differ in when they show a small one in scientific notation.
    if value.abs() < 1e-4 {
        return Look::Unknown;
    }
    let shortest = format!("{}", value.abs());
    if shortest.len() <= 11 {
        return Look::AsStored;
    }
    let whole = shortest.split('.').next().map_or(1, str::len);
    let Some(decimal) = Decimal::of(value.abs()).filter(|_| whole < 10) else {
        return Look::Unknown;
    };
    let (whole, decimals) = decimal.rounded(10 - whole);
    let decimals = decimals.trim_end_matches('0');
    let sign = if value < 0.0 { "-" } else { "" };
    Look::Text(format!("{sign}{whole}{}{decimals}", if decimals.is_empty() { "" } else { "." }))
}

/// A number in one section.
fn render(value: f64, section: &[Token], minus: bool) -> Look {
    let uncertain = |t: &Token| matches!(t, Token::Other | Token::Text | Token::Date);
    if section.iter().any(uncertain) {
        return Look::Unknown;
    }
    let count = |token: &Token| section.iter().filter(|t| *t == token).count();
    let digits = section.iter().filter(|t| matches!(t, Token::Digit(_))).count();
    let plain = match (digits, count(&Token::General)) {
        (0, 0) => Some(String::new()),
        (0, 1) if count(&Token::Percent) == 0 => match general(value.abs()) {
            Look::AsStored => Some(format!("{}", value.abs())),
            Look::Text(text) => Some(text),
            other if section.len() == 1 => return other,
            _ => None,
        },
        (_, 0) => return placed(value, section, minus),
        _ => None,
    };
    let Some(plain) = plain else { return Look::Unknown };
    let piece = |token: &Token| match token {
        Token::Literal(text) => text.clone(),
        Token::General => plain.clone(),
        _ => String::new(),
    };
    finish(
        &section.iter().map(piece).collect::<String>(),
        minus && digits + count(&Token::General) > 0,
        value,
    )
}

fn finish(shown: &str, minus: bool, value: f64) -> Look {
    let shown = format!("{}{}", if minus { "-" } else { "" }, shown.trim());
    if shown.is_empty() {
        Look::Nothing
    } else if shown == format!("{value}") {
        Look::AsStored
    } else {
        Look::Text(shown)
    }
}

/// A number with its digits put where the section has places for them.
fn placed(value: f64, section: &[Token], minus: bool) -> Look {
    let last_digit = section.iter().rposition(|t| matches!(t, Token::Digit(_))).unwrap_or(0);
    let point = section.iter().position(|t| *t == Token::Point).unwrap_or(section.len());
    let (front, back) = section.split_at(point.min(section.len()));
    let is_digit = |t: &&Token| matches!(t, Token::Digit(_));
    let percent = section.iter().filter(|t| **t == Token::Percent).count();
    let comma = front.iter().position(|t| *t == Token::Comma);
    let first_digit = front.iter().position(|t| matches!(t, Token::Digit(_)));
    // A comma behind the digits divides by a thousand; one before them is itself; a `?` holds a
    // place behind the point.
    let strange = section
        .iter()
        .enumerate()
        .any(|(i, t)| *t == Token::Comma && (i > last_digit || i > point))
        || comma.is_some_and(|c| first_digit.is_none_or(|d| c < d))
        || back.iter().filter(|t| **t == Token::Point).count() > 1
        || back.contains(&Token::Digit('?'))
        || percent > 1;
    let scaled = if percent == 1 { value.abs() * 100.0 } else { value.abs() };
    let Some(decimal) = Decimal::of(scaled).filter(|_| !strange) else { return Look::Unknown };
    let (whole, decimals) = decimal.rounded(back.iter().filter(is_digit).count());
    if minus && whole.bytes().chain(decimals.bytes()).all(|b| b == b'0') {
        return Look::Unknown;
    }
    let whole = if whole == "0" { "" } else { &whole };
    let Some(mut shown) = in_front(whole, front, comma.is_some()) else { return Look::Unknown };
    shown += &behind(&decimals, back);
    finish(&shown, minus, value)
}

/// The digits before the point, from the right; the first place takes all that are left.
fn in_front(whole: &str, front: &[Token], grouped: bool) -> Option<String> {
    let places = front.iter().filter(|t| matches!(t, Token::Digit(_))).count();
    let mut left = places;
    let mut shown = String::new();
    let (first, last) = (
        front.iter().position(|t| matches!(t, Token::Digit(_))),
        front.iter().rposition(|t| matches!(t, Token::Digit(_))),
    );
    for (i, token) in front.iter().enumerate() {
        let inside = first.is_some_and(|f| i > f) && last.is_some_and(|l| i < l);
        match token {
            Token::Literal(_) if grouped && inside => return None,
            Token::Literal(text) => shown += text,
            Token::Percent => shown.push('%'),
            Token::Digit(place) => {
                let from = if left == places { 0 } else { whole.len().saturating_sub(left) };
                let digits =
                    whole.get(from..whole.len().saturating_sub(left - 1)).unwrap_or_default();
                for (n, digit) in digits.chars().enumerate() {
                    shown.push(digit);
                    let behind = digits.len() - n - 1 + left - 1;
                    shown.extend((grouped && behind > 0 && behind % 3 == 0).then_some(','));
                }
                if digits.is_empty() && *place == '0' {
                    shown.push('0');
                    shown.extend((grouped && left > 1 && (left - 1) % 3 == 0).then_some(','));
                }
                left -= 1;
            }
            _ => {}
        }
    }
    if places == 0 { (whole.is_empty()).then_some(shown) } else { Some(shown) }
}

/// The point and the digits behind it. Zeros at the end show only in places that ask for them.
fn behind(decimals: &str, back: &[Token]) -> String {
    let places: Vec<char> = back
        .iter()
        .filter_map(|t| if let Token::Digit(place) = t { Some(*place) } else { None })
        .collect();
    let asked = places.iter().rposition(|p| *p == '0').map_or(0, |p| p + 1);
    let kept = decimals.trim_end_matches('0').len().max(asked);
    let mut digits = decimals.chars().take(kept);
    let mut shown = String::new();
    for token in back {
        match token {
            Token::Point => shown.push('.'),
            Token::Digit(_) => shown.extend(digits.next()),
            Token::Literal(text) => shown += text,
            Token::Percent => shown.push('%'),
            _ => {}
        }
    }
    shown
}

/// A positive number as the fifteen digits that spreadsheet programs count with.
struct Decimal {
    digits: Vec<u8>,
    /// How many of them stand before the point; negative for zeros behind it.
    before: i32,
}

impl Decimal {
    fn of(value: f64) -> Option<Decimal> {
        let text = format!("{value:.14e}");
        let (digits, power) = text.split_once('e')?;
        let digits = digits.bytes().filter(u8::is_ascii_digit).map(|b| b - b'0').collect();
        let before = power.parse::<i32>().ok()?.checked_add(1)?;
        (-20..=20).contains(&before).then_some(Decimal { digits, before })
    }

    /// Rounded, halves up: the digits before the point and those behind it.
    fn rounded(&self, decimals: usize) -> (String, String) {
        let behind = i32::try_from(decimals).unwrap_or(i32::MAX);
        let first = self.before.min(1) - 1;
        let at =
            |i: i32| usize::try_from(i).ok().and_then(|i| self.digits.get(i)).copied().unwrap_or(0);
        let end = self.before.saturating_add(behind);
        let mut digits: Vec<u8> = (first..end).map(at).collect();
        let mut carry = end >= 0 && at(end) >= 5;
        for digit in digits.iter_mut().rev() {
            if !carry {
                break;
            }
            carry = *digit == 9;
            *digit = if carry { 0 } else { *digit + 1 };
        }
        if carry {
            digits.insert(0, 1);
        }
        let text: String = digits.iter().map(|d| char::from(b'0' + d)).collect();
        let (whole, fraction) = text.split_at(text.len().saturating_sub(decimals));
        let whole = whole.trim_start_matches('0');
        (if whole.is_empty() { "0".into() } else { whole.into() }, fraction.into())
    }
}
