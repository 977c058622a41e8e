//! Numbers of identity documents: what can be one, and what spreadsheets and clerks put in its
//! place. No number is ever shown.

use floorlot::rules::Phrase;
use floorlot_verify::common::mask::STARS;

/// What a cell of document numbers holds.
pub(super) enum Document {
    Number(Number),
    /// A word in place of a number, or a number of stars.
    Missing,
}

/// A number that can be taken.
pub(super) struct Number {
    /// As it is bound: capitals, without spaces.
    pub(super) text: String,
    pub(super) person: Person,
    /// Whether it has the form of a resident identity number.
    pub(super) resident: bool,
    /// Which rule of its kind it breaks.
    pub(super) doubt: Option<Phrase>,
}

/// What is compared of a number.
#[derive(Debug, Clone)]
pub struct Person {
    /// The same for all ways to write the number of one person: 15 and 18 digits, with hyphens or
    /// not.
    pub key: String,
    /// The letters and digits as they stand there.
    pub bare: String,
}

/// What is compared of the number in an opening, or why it is no number.
pub fn compared(document: &str) -> Result<Person, Phrase> {
    match read(document, false) {
        Ok(Document::Number(number)) => Ok(number.person),
        Ok(Document::Missing) => Err(Phrase::new("a word in place of a number", "不是号码的文字")),
        Err(wrong) => {
            let Wrong { person, found, .. } = *wrong;
            person.ok_or(found)
        }
    }
}

/// Why a number cannot be one.
pub(super) struct Wrong {
    /// What is compared of it all the same.
    pub(super) person: Option<Person>,
    pub(super) found: Phrase,
    pub(super) advice: Phrase,
}

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/// Reads a number. `rounded` says that most numbers of the column end in 000.
pub(super) fn read(cell: &str, rounded: bool) -> Result<Document, Box<Wrong>> {
    let text = cell.replace(' ', "").to_ascii_uppercase();
    let bare: String = text.chars().filter(|c| !matches!(c, '-' | '–' | '—' | '‐' | '−')).collect();
    let digits = bare.chars().filter(char::is_ascii_digit).count();
    let all_digits = digits == bare.len();
    if is_scientific(&text) {
        return Err(wrong(
            (
                "a number in scientific notation, which has lost digits in the spreadsheet",
                "科学计数法的数字，表格软件已丢失其中的数位",
            ),
            (
                "format the column as text and type the numbers again",
                "请将该列设为文本格式并重新输入号码",
            ),
        ));
    }
    if digits < 4 || text.contains(STARS) || (all_digits && is_one_digit(&bare)) {
        return Ok(Document::Missing);
    }
    several(cell)?;
    let card = all_digits
        || bare.strip_suffix('X').is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
    if card { resident(&bare, rounded) } else { other(text, &bare) }
}

fn wrong((en, zh): (&str, &str), (advice_en, advice_zh): (&str, &str)) -> Box<Wrong> {
    Box::new(Wrong {
        person: None,
        found: Phrase::new(en, zh),
        advice: Phrase::new(advice_en, advice_zh),
    })
}

const CORRECT: (&str, &str) =
    ("type the number as it stands on the document", "请按证件原样填写号码");

/// `3.10101E+17` in any spelling: a decimal, a sign, or both.
pub(super) fn is_scientific(text: &str) -> bool {
    let text = text.replace(' ', "").to_ascii_uppercase();
    let tens = ["×10^", "*10^", "X10^", "×10", "E"];
    let Some((mantissa, exponent)) = tens.iter().find_map(|ten| text.split_once(ten)) else {
        return false;
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let sign = exponent.strip_prefix(['+', '-', '＋']);
    let decimal = mantissa.split_once(['.', ',', '．']);
    let number = decimal.map_or(digits(mantissa), |(whole, rest)| {
        digits(whole) && (rest.is_empty() || digits(rest))
    });
    number
        && digits(sign.unwrap_or(exponent))
        && exponent.len() < 5
        && (sign.is_some() || decimal.is_some() || mantissa.len() == 1)
}

fn is_one_digit(digits: &str) -> bool {
    digits.chars().all(|c| digits.starts_with(c))
}

/// Two numbers in one cell, such as those of a couple.
fn several(cell: &str) -> Result<(), Box<Wrong>> {
    let long = |part: &&str| part.chars().filter(char::is_ascii_digit).count() > 6;
    let apart =
        cell.split(['、', ',', '，', ';', '；', '/', '|', '和', '与', '\n']).filter(long).count();
    let spaced = cell.split_whitespace().filter(|part| part.len() >= 15).filter(long).count();
    if apart < 2 && spaced < 2 {
        return Ok(());
    }
    let one = ("write the number of the householder alone", "请只填写户主一人的号码");
    Err(wrong(("more than one number", "不止一个号码"), one))
}

/// A mobile telephone, with the number of the country before it or not.
fn is_mobile(digits: &str) -> bool {
    let own = ["0086", "86"]
        .iter()
        .find_map(|country| digits.strip_prefix(country).filter(|own| own.len() == 11))
        .unwrap_or(digits);
    own.len() == 11 && matches!(own.as_bytes(), [b'1', b'3'..=b'9', ..])
}

/// What clerks write before a number.
const WORDS: [&str; 13] = [
    "户口",
    "护照",
    "身份证",
    "通行证",
    "居住证",
    "居留证",
    "驾驶证",
    "军官证",
    "士兵证",
    "回乡证",
    "台胞证",
    "证件",
    "号码",
];

/// Digits, the last of which may be X.
fn resident(digits: &str, rounded: bool) -> Result<Document, Box<Wrong>> {
    let length = digits.len();
    if is_mobile(digits) || (matches!(length, 11 | 12) && digits.starts_with('0')) {
        return Err(wrong(("what looks like a telephone number", "像是电话号码"), CORRECT));
    }
    let doubt = match length {
        18 if ends_rounded(digits)
            && (rounded || check_digit(digits).is_none_or(|right| !digits.ends_with(right))) =>
        {
            return Err(wrong(
                (
                    "a number that ends in 000, because the spreadsheet has rounded it",
                    "末三位为 000 的号码，已被表格软件舍入",
                ),
                (
                    "format the column as text and type the numbers again",
                    "请将该列设为文本格式并重新输入号码",
                ),
            ));
        }
        18 => doubt_of(digits),
        15 if !digits.ends_with('X') => {
            born(&format!("19{}", digits.get(6..12).unwrap_or_default()))
        }
        7..=10 if !digits.ends_with('X') => Some(Phrase::new(
            format!("a number of {length} digits, as passports and travel permits have"),
            format!("{length} 位数字，护照、通行证可能如此"),
        )),
        _ => {
            let found =
                Phrase::new(format!("a number of {length} digits"), format!("{length} 位的号码"));
            let person = Some(Person { key: digits.to_owned(), bare: digits.to_owned() });
            return Err(Box::new(Wrong {
                person,
                found,
                advice: Phrase::new(CORRECT.0, CORRECT.1),
            }));
        }
    };
    let short = digits.get(6..8) == Some("19") && length == 18;
    let key = if short {
        [0..6, 8..17].map(|part| digits.get(part).unwrap_or_default()).concat()
    } else {
        digits.to_owned()
    };
    let person = Person { key, bare: digits.to_owned() };
    Ok(Document::Number(Number {
        text: digits.to_owned(),
        person,
        resident: matches!(length, 15 | 18),
        doubt,
    }))
}

/// Whether the number may be one that a spreadsheet has cut to fifteen digits.
pub(super) fn ends_rounded(digits: &str) -> bool {
    digits.len() == 18 && digits.ends_with("000") && !digits.starts_with("000000")
}

/// The rules of GB 11643: a province, a day of birth, a check digit.
fn doubt_of(digits: &str) -> Option<Phrase> {
    let province: u32 = digits.get(..2).and_then(|two| two.parse().ok()).unwrap_or(0);
    let known = matches!(province, 11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83 | 90..=99);
    let right = check_digit(digits).is_some_and(|right| digits.ends_with(right));
    let place = || Phrase::new("a number of no province", "号码前两位不是任何省份");
    let check = || Phrase::new("a number with a wrong check digit", "校验位不对的号码");
    born(digits.get(6..14).unwrap_or_default())
        .or_else(|| (!known).then(place))
        .or_else(|| (!right).then(check))
}

/// The last digit that belongs to the first seventeen.
fn check_digit(digits: &str) -> Option<char> {
    let sum: u32 = digits
        .chars()
        .zip(WEIGHTS)
        .map(|(c, weight)| c.to_digit(10).unwrap_or(0).saturating_mul(weight))
        .sum();
    "10X98765432".chars().nth(usize::try_from(sum % 11).ok()?)
}

/// What is wrong with a day of birth, as YYYYMMDD.
fn born(day: &str) -> Option<Phrase> {
    let part =
        |range: std::ops::Range<usize>| day.get(range).and_then(|text| text.parse::<i16>().ok());
    let date = (part(0..4)).zip(part(4..6).zip(part(6..8))).and_then(|(year, (month, day))| {
        let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
        jiff::civil::Date::new(year, month, day).ok().filter(|_| (1900..2100).contains(&year))
    });
    date.is_none()
        .then(|| Phrase::new("a number with an impossible day of birth", "出生日期不可能的号码"))
}

/// A passport, a permit, an officer's card: letters, too.
fn other(text: String, bare: &str) -> Result<Document, Box<Wrong>> {
    let run =
        |length: usize| bare.split(|c: char| !c.is_ascii_digit()).any(|run| run.len() >= length);
    let beside = ("write the number alone", "请只填写号码");
    if text.starts_with('+')
        && bare.chars().skip(1).all(|c| c.is_ascii_digit() || matches!(c, '(' | ')'))
    {
        return Err(wrong(("what looks like a telephone number", "像是电话号码"), CORRECT));
    }
    if bare.split(|c: char| !c.is_ascii_digit()).any(is_mobile) {
        return Err(wrong(("a telephone number with words beside it", "带文字的电话号码"), beside));
    }
    if run(15) {
        return Err(wrong(("words beside the number", "号码之外还有文字"), beside));
    }
    let digits = bare.chars().filter(char::is_ascii_digit).count();
    let worded = WORDS.iter().any(|word| bare.contains(word));
    let doubt = if worded {
        Some(Phrase::new("words beside the number", "号码之外还有文字"))
    } else if bare.starts_with(|c: char| c.is_ascii_digit())
        && matches!(bare.chars().count(), 15..=18)
    {
        Some(Phrase::new("a number with letters among its digits", "数字中夹有字母的号码"))
    } else {
        (digits < 6).then(|| Phrase::new("a number of few digits", "数字很少的号码"))
    };
    // With the words or without them it is the same person.
    let key: String = bare
        .chars()
        .filter(|c| if worded { c.is_ascii_alphanumeric() } else { c.is_alphanumeric() })
        .collect();
    let person = Person { bare: key.clone(), key };
    Ok(Document::Number(Number { text, person, resident: false, doubt }))
}
