//! The strict JSON Lines profile (rule T1): one spelling for every line.
//!
//! The reader is a cursor that expects the next key at the next place, so what it accepts is
//! exactly what the writer makes. It never allocates but for strings with an escape in them, never
//! recurses, and never panics.

use crate::base64::may_be_secret;
use crate::hash::Hash;
use crate::rules::Phrase;
use std::borrow::Cow;

/// Longest line in bytes, without LF (rule T1).
pub const MAX_LINE: usize = 65_535;

/// The bytes at which a string stops being a copy of itself: `"`, `\`, and what must not occur at
/// all.
#[expect(
    clippy::indexing_slicing,
    reason = "evaluated by the compiler, which refuses an index outside of the table"
)]
const ENDS_PLAIN_TEXT: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < table.len() {
        table[byte] = byte < 0x20 || byte == 0x7f;
        byte += 1;
    }
    table[0x22] = true; // "
    table[0x5c] = true; // \
    table
};

/// Largest integer in a line: 2^53 - 1 (rule T1).
pub const MAX_INTEGER: u64 = 9_007_199_254_740_991;

/// A line that is not in the profile: where, and what was expected there.
///
/// ```
/// use floorlot::lines::Line;
/// let error = Line::decode(br#"{"kind":"closing", "lines":3}"#).unwrap_err();
/// assert_eq!(error.to_string(), "byte 18: found `, \"lines\":3}`; expected `,\"lines\":`");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("byte {column}: found {found}; expected {}", expected.en)]
pub struct ProfileError {
    /// The byte in the line, from 1.
    pub column: usize,
    /// What stands there (shortened).
    pub found: String,
    /// What the profile expects there.
    pub expected: Phrase,
}

impl ProfileError {
    /// What stands there, in both languages: a piece of the file, or that there is none.
    pub fn found_words(&self) -> Phrase {
        let zh = match self.found.strip_prefix(BYTE) {
            _ if self.found == END => "行尾".to_owned(),
            Some(byte) => format!("字节 {byte}"),
            None => self.found.clone(),
        };
        Phrase::new(&self.found, zh)
    }

    /// The error in both languages.
    pub fn words(&self) -> Phrase {
        let (column, found, expected) = (self.column, self.found_words().zh, &self.expected.zh);
        Phrase::new(self.to_string(), format!("第 {column} 字节：发现 {found}；应为 {expected}"))
    }
}

/// How it is said that nothing stands there.
const END: &str = "the end of the line";

/// What stands before a byte that is no text.
const BYTE: &str = "the byte ";

/// A line being read.
pub(crate) struct Cursor<'a> {
    line: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    /// T1.1: a line is UTF-8.
    pub(crate) fn new(line: &'a [u8]) -> Result<Cursor<'a>, ProfileError> {
        match std::str::from_utf8(line) {
            Ok(line) => Ok(Cursor { line, at: 0 }),
            Err(e) => {
                let (good, _) = line.split_at(e.valid_up_to());
                let cursor = Cursor { line: std::str::from_utf8(good).unwrap_or_default(), at: 0 };
                let mut error =
                    cursor.error(good.len(), Phrase::new("UTF-8 text", "UTF-8 编码的文字"));
                error.found = format!("{BYTE}0x{:02x}", line.get(good.len()).copied().unwrap_or(0));
                Err(error)
            }
        }
    }

    #[inline]
    fn rest(&self) -> &'a [u8] {
        self.line.as_bytes().get(self.at..).unwrap_or_default()
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.line.as_bytes().get(self.at).copied()
    }

    #[cold]
    pub(crate) fn error(&self, at: usize, expected: Phrase) -> ProfileError {
        // A key file that is given for a plan by mistake is not shown on the screen of a hall.
        let secret = at == 0 && may_be_secret(self.line.trim());
        let shown: String = if secret {
            "…".into()
        } else {
            self.line.get(at..).unwrap_or_default().chars().take(24).collect()
        };
        let found = if shown.is_empty() { END.into() } else { format!("`{shown}`") };
        ProfileError { column: at.saturating_add(1), found, expected }
    }

    /// Takes exactly this text.
    #[inline]
    pub(crate) fn literal(&mut self, text: &str) -> Result<(), ProfileError> {
        if self.take(text) {
            Ok(())
        } else {
            Err(self.error(self.at, Phrase::same(format_args!("`{text}`"))))
        }
    }

    /// Takes this text if it comes next.
    #[inline]
    pub(crate) fn take(&mut self, text: &str) -> bool {
        let next = self.rest().starts_with(text.as_bytes());
        if next {
            self.at = self.at.saturating_add(text.len());
        }
        next
    }

    /// Nothing more may follow.
    pub(crate) fn end(&self) -> Result<(), ProfileError> {
        if self.rest().is_empty() {
            return Ok(());
        }
        Err(self.error(self.at, Phrase::new("the end of the line", "行末")))
    }

    /// T1.4: a string.
    #[inline]
    pub(crate) fn string(&mut self) -> Result<Cow<'a, str>, ProfileError> {
        let start = self.at;
        // T1, 4: strings stand between two `"`.
        if self.peek() != Some(b'"') {
            return Err(
                self.error(start, Phrase::new("a string in double quotes", "双引号中的文字"))
            );
        }
        let body = self.rest().get(1..).unwrap_or_default();
        let plain = body
            .iter()
            .position(|&b| ENDS_PLAIN_TEXT.get(usize::from(b)) == Some(&true))
            .unwrap_or(body.len());
        // No escape in it: the text is that of the line.
        if body.get(plain) == Some(&b'"') {
            let (first, end) =
                (start.saturating_add(1), start.saturating_add(plain).saturating_add(1));
            let text = self.line.get(first..end).unwrap_or_default();
            self.at = end.saturating_add(1);
            return Ok(Cow::Borrowed(text));
        }
        self.escaped(start, body).map(Cow::Owned)
    }

    /// A string in which at least one escape (or a fault) occurs.
    fn escaped(&mut self, start: usize, body: &'a [u8]) -> Result<String, ProfileError> {
        let mut bytes = Vec::new();
        let mut at = 0_usize;
        loop {
            let here = start.saturating_add(1).saturating_add(at);
            let escape = |next: Option<&u8>| match next {
                Some(b'"') => Some(b'"'),
                Some(b'\\') => Some(b'\\'),
                Some(b'n') => Some(b'\n'),
                _ => None,
            };
            match body.get(at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    let expected =
                        Phrase::new("one of the escapes \\\" \\\\ \\n", "只能用转义 \\\" \\\\ \\n");
                    bytes.push(
                        escape(body.get(at.saturating_add(1)))
                            .ok_or_else(|| self.error(here, expected))?,
                    );
                    at = at.saturating_add(2);
                }
                Some(&b) if b >= 0x20 && b != 0x7f => {
                    bytes.push(b);
                    at = at.saturating_add(1);
                }
                Some(_) => {
                    return Err(
                        self.error(here, Phrase::new("no control character", "不得有控制字符"))
                    );
                }
                None => {
                    return Err(self.error(here, Phrase::new("a closing double quote", "右双引号")));
                }
            }
        }
        self.at = start.saturating_add(at).saturating_add(2);
        // Whole characters of a valid text, with ASCII in the place of escapes: valid again.
        Ok(String::from_utf8(bytes).unwrap_or_default())
    }

    /// T1.5: an integer up to 2^53 - 1.
    #[inline]
    pub(crate) fn integer(&mut self) -> Result<u64, ProfileError> {
        let digits = self.rest().iter().take_while(|b| b.is_ascii_digit()).count();
        let text = self.rest().get(..digits).unwrap_or_default();
        let value =
            plain_decimal(text).and_then(|v| u64::try_from(v).ok()).filter(|&v| v <= MAX_INTEGER);
        let value = value.ok_or_else(|| {
            self.error(
                self.at,
                Phrase::new(
                    "an integer from 0 to 9007199254740991, without sign or leading zero",
                    "0 至 9007199254740991 的整数，无正负号、无前导零",
                ),
            )
        })?;
        self.at = self.at.saturating_add(digits);
        Ok(value)
    }
}

/// Digits without leading zero as a number below 2^128.
pub(crate) fn plain_decimal(digits: &[u8]) -> Option<u128> {
    // T1, 5: no leading zero (but `0` itself). 39 digits are enough for 2^128.
    if digits.is_empty() || digits.len() > 39 || (digits.len() > 1 && digits.first() == Some(&b'0'))
    {
        return None;
    }
    if let ([_, ..], true) = (digits, digits.len() < 19) {
        // The usual case in 64 bits (ids of sources, counts, places, storeys): 18 digits never
        // wrap.
        return digits
            .iter()
            .try_fold(0_u64, |v, &b| {
                digit(b).map(|d| v.wrapping_mul(10).wrapping_add(u64::from(d)))
            })
            .map(u128::from);
    }
    digits.iter().try_fold(0_u128, |v, &b| v.checked_mul(10)?.checked_add(u128::from(digit(b)?)))
}

/// The number at the beginning of the bytes, without leading zero and below 2^128, and what follows
/// its digits.
#[inline(always)] // small numbers, of which a plan has millions, stay in registers
pub(crate) fn leading_decimal(bytes: &[u8]) -> Option<(u128, &[u8])> {
    let (value, digits) = up_to_eight_digits(bytes);
    if digits == 0 || (digits > 1 && bytes.first() == Some(&b'0')) {
        return None;
    }
    if digits < 8 { Some((value.into(), bytes.get(digits..)?)) } else { long_decimal(bytes) }
}

/// The same in less time where eight digits or more are expected: a 0 alone is not taken.
#[inline(never)]
pub(crate) fn long_decimal(bytes: &[u8]) -> Option<(u128, &[u8])> {
    if !matches!(bytes, [b'1'..=b'9', ..]) {
        return None;
    }
    let (first, mut digits) = up_to_sixteen_digits(bytes);
    let (mut value, mut rest) = (u128::from(first), bytes.get(digits..)?);
    while digits == 16 {
        let (next, more) = up_to_sixteen_digits(rest);
        value = value.checked_mul(ten_to(more).into())?.checked_add(next.into())?;
        (digits, rest) = (more, rest.get(more..)?);
    }
    Some((value, rest))
}

/// The digits at the beginning, at most 16 of them, as a number, and how many they are.
#[inline]
fn up_to_sixteen_digits(bytes: &[u8]) -> (u64, usize) {
    if let Some([high, low]) = bytes.first_chunk::<16>().map(|both| both.as_chunks().0)
        && let ((high, 0), (low, 0)) = (digits_of(high), digits_of(low))
    {
        return (together(high).wrapping_mul(ten_to(8)).wrapping_add(together(low)), 16);
    }
    let (high, digits) = up_to_eight_digits(bytes);
    if digits < 8 {
        return (high, digits);
    }
    let (low, more) = up_to_eight_digits(bytes.get(digits..).unwrap_or_default());
    // Below 10^16.
    (high.wrapping_mul(ten_to(more)).wrapping_add(low), digits.wrapping_add(more))
}

/// The digits at the beginning, at most 8 of them, as a number, and how many they are. All are read
/// at once, each in a byte of one word.
#[inline]
#[expect(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    reason = "hot; what wraps around in bytes behind the digits is masked out, and a test compares"
)]
fn up_to_eight_digits(bytes: &[u8]) -> (u64, usize) {
    let Some(word) = bytes.first_chunk::<8>() else {
        // The line ends before.
        let digits = bytes.iter().map_while(|b| digit(*b));
        return digits.fold((0, 0), |(value, n), digit| (value * 10 + u64::from(digit), n + 1));
    };
    let (values, no_digit) = digits_of(word);
    // Right up to the first byte that is no digit, and not used beyond it.
    let digits = no_digit.trailing_zeros() / 8;
    let ones = values.checked_shl(64 - 8 * digits).unwrap_or(0); // zeros in front
    (together(ones), digits as usize)
}

/// The number of which these are the digits, each in a byte: neighbours are put together to numbers
/// of two digits, those to numbers of four, those to one of eight.
#[inline]
#[expect(
    clippy::arithmetic_side_effects,
    reason = "hot; what wraps around is masked out, and a test compares"
)]
fn together(ones: u64) -> u64 {
    let twos = (ones * 10 + (ones >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (twos * 100 + (twos >> 16)) & 0x0000_ffff_0000_ffff;
    (fours * 10_000 + (fours >> 32)) & 0xffff_ffff
}

/// The value of each byte as a digit, and the highest bit of each byte that is none. Right up to the
/// first such byte.
#[inline]
fn digits_of(word: &[u8; 8]) -> (u64, u64) {
    let values = u64::from_le_bytes(*word) ^ 0x3030_3030_3030_3030;
    let no_digit = (values | values.wrapping_add(0x7676_7676_7676_7676)) & 0x8080_8080_8080_8080;
    (values, no_digit)
}

/// Whether all these bytes are digits.
#[inline]
pub(crate) fn are_digits(word: &[u8; 8]) -> bool {
    digits_of(word).1 == 0
}

/// 10 to a power of at most 16.
#[inline]
#[expect(
    clippy::indexing_slicing,
    reason = "evaluated by the compiler, which refuses an index outside of the table"
)]
fn ten_to(power: usize) -> u64 {
    const TENS: [u64; 17] = {
        let mut tens = [1; 17];
        let mut n = 1;
        while n < tens.len() {
            tens[n] = tens[n - 1] * 10;
            n += 1;
        }
        tens
    };
    TENS.get(power).copied().unwrap_or(0)
}

fn digit(b: u8) -> Option<u8> {
    b.is_ascii_digit().then(|| b.wrapping_sub(b'0'))
}

/// Writes a string with the escapes of T1.4.
pub(crate) fn push_string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    if text.bytes().any(|b| ENDS_PLAIN_TEXT.get(usize::from(b)) == Some(&true)) {
        for b in text.bytes() {
            match b {
                b'"' => out.extend_from_slice(b"\\\""),
                b'\\' => out.extend_from_slice(b"\\\\"),
                b'\n' => out.extend_from_slice(b"\\n"),
                _ => out.push(b),
            }
        }
    } else {
        out.extend_from_slice(text.as_bytes());
    }
    out.push(b'"');
}

/// Writes a number in decimal.
#[expect(clippy::arithmetic_side_effects, reason = "hot; nothing but divisions by constants")]
pub(crate) fn push_decimal(out: &mut Vec<u8>, value: u128) {
    const EIGHT: u64 = 100_000_000;
    const SIXTEEN: u64 = EIGHT * EIGHT;
    // 16 digits at a time, from the back: 128-bit divisions are slow.
    let (high, low) = match u64::try_from(value) {
        Ok(small) => (u128::from(small / SIXTEEN), small % SIXTEEN),
        Err(_) => {
            let high = value / u128::from(SIXTEEN);
            let low = value.wrapping_sub(high.wrapping_mul(SIXTEEN.into())); // without dividing again
            (high, u64::try_from(low).unwrap_or_default())
        }
    };
    let (middle, last) = (low / EIGHT, low % EIGHT);
    match (high, middle) {
        (0, 0) => return push_up_to_eight(out, last),
        (0, _) => push_up_to_eight(out, middle),
        _ => {
            push_decimal(out, high);
            out.extend_from_slice(&eight_digits(middle));
        }
    }
    out.extend_from_slice(&eight_digits(last));
}

/// Writes a number below 10^8. All eight digits are written, and those that were zeros in front go
/// again: to copy a part takes longer. How many they are is asked of the number, because numbers of
/// one kind have the same length nearly always, which a processor foresees.
#[expect(
    clippy::arithmetic_side_effects,
    reason = "hot; seven of eight bytes at most go from what was just written"
)]
fn push_up_to_eight(out: &mut Vec<u8>, number: u64) {
    let zeros = match number {
        10_000_000.. => 0,
        1_000_000.. => 1,
        100_000.. => 2,
        10_000.. => 3,
        1_000.. => 4,
        100.. => 5,
        10.. => 6,
        _ => 7,
    };
    let digits = u64::from_le_bytes(eight_digits(number)) >> (8 * zeros);
    out.extend_from_slice(&digits.to_le_bytes());
    out.truncate(out.len() - zeros);
}

/// The digits of a number below 10^8. All eight are computed at once, each in a byte of one word:
/// the word is split into two numbers of four digits, those into four of two, those into eight of
/// one; 10486 / 2^20 divides by 100, 103 / 2^10 by 10.
#[expect(
    clippy::arithmetic_side_effects,
    reason = "hot; no part grows out of its place in the word, and a test compares every part"
)]
fn eight_digits(number: u64) -> [u8; 8] {
    let fours = (number / 10_000) | ((number % 10_000) << 32);
    let hundreds = ((fours * 10_486) >> 20) & 0x0000_007f_0000_007f;
    let twos = hundreds | ((fours - hundreds * 100) << 16);
    let tens = ((twos * 103) >> 10) & 0x000f_000f_000f_000f;
    let ones = tens | ((twos - tens * 10) << 8);
    (ones + 0x3030_3030_3030_3030).to_le_bytes()
}

/// A value of one key.
pub(crate) trait Value<'a>: Sized {
    fn read(c: &mut Cursor<'a>) -> Result<Self, ProfileError>;
    fn write(&self, out: &mut Vec<u8>);
}

/// A key with its value: required for every [`Value`], optional for `Option<Value>`.
pub(crate) trait Field<'a>: Sized {
    fn read(c: &mut Cursor<'a>, key: &'static str) -> Result<Self, ProfileError>;
    fn write(&self, key: &'static str, out: &mut Vec<u8>);
}

impl<'a, T: Value<'a>> Field<'a> for T {
    #[inline]
    fn read(c: &mut Cursor<'a>, key: &'static str) -> Result<T, ProfileError> {
        c.literal(key)?;
        T::read(c)
    }
    #[inline]
    fn write(&self, key: &'static str, out: &mut Vec<u8>) {
        out.extend_from_slice(key.as_bytes());
        T::write(self, out);
    }
}

impl<'a, T: Value<'a>> Field<'a> for Option<T> {
    #[inline]
    fn read(c: &mut Cursor<'a>, key: &'static str) -> Result<Option<T>, ProfileError> {
        // T1, 2: an optional key is there, in its place, or not there at all.
        if c.take(key) { T::read(c).map(Some) } else { Ok(None) }
    }
    #[inline]
    fn write(&self, key: &'static str, out: &mut Vec<u8>) {
        if let Some(value) = self {
            Field::write(value, key, out);
        }
    }
}

impl<'a> Value<'a> for Cow<'a, str> {
    #[inline]
    fn read(c: &mut Cursor<'a>) -> Result<Self, ProfileError> {
        c.string()
    }
    #[inline]
    fn write(&self, out: &mut Vec<u8>) {
        push_string(out, self);
    }
}

impl<'a> Value<'a> for u64 {
    #[inline]
    fn read(c: &mut Cursor<'a>) -> Result<Self, ProfileError> {
        c.integer()
    }
    #[inline]
    fn write(&self, out: &mut Vec<u8>) {
        push_decimal(out, u128::from(*self));
    }
}

impl<'a, T: Value<'a>> Value<'a> for Vec<T> {
    fn read(c: &mut Cursor<'a>) -> Result<Self, ProfileError> {
        c.literal("[")?;
        // T1, 6: a list is never empty.
        let mut list = vec![T::read(c)?];
        while c.take(",") {
            list.push(T::read(c)?);
        }
        c.literal("]")?;
        Ok(list)
    }
    fn write(&self, out: &mut Vec<u8>) {
        out.push(b'[');
        for (i, value) in self.iter().enumerate() {
            if i > 0 {
                out.push(b',');
            }
            value.write(out);
        }
        out.push(b']');
    }
}

impl<'a> Value<'a> for Hash {
    fn read(c: &mut Cursor<'a>) -> Result<Self, ProfileError> {
        let start = c.at;
        let text = c.string()?;
        Hash::from_hex(&text).ok_or_else(|| {
            c.error(start, Phrase::new("64 lower-case hex digits", "64 位小写十六进制数"))
        })
    }
    fn write(&self, out: &mut Vec<u8>) {
        push_string(out, &self.to_hex());
    }
}

/// A number above 2^53 - 1, written as a string of decimal digits.
///
/// ```
/// use floorlot::{lines::Line, primitives::profile::Decimal};
/// let line = br#"{"kind":"call","pool":"A","place":1,"household":"H1","ticket":"18446744073709551615"}"#;
/// let Ok(Line::Call { ticket, .. }) = Line::decode(line) else { panic!() };
/// assert_eq!(ticket, Decimal(u64::MAX.into()));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal(pub u128);

impl<'a> Value<'a> for Decimal {
    fn read(c: &mut Cursor<'a>) -> Result<Self, ProfileError> {
        let start = c.at;
        let text = c.string()?;
        plain_decimal(text.as_bytes()).map(Decimal).ok_or_else(|| {
            c.error(
                start,
                Phrase::new(
                    "a string of decimal digits without leading zero, below 2^128",
                    "十进制数字串，无前导零，小于 2^128",
                ),
            )
        })
    }
    #[inline]
    fn write(&self, out: &mut Vec<u8>) {
        out.push(b'"');
        push_decimal(out, self.0);
        out.push(b'"');
    }
}

/// A value with a fixed set of spellings.
macro_rules! tokens {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident $word:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant,)* }

        impl $name {
            /// The word that stands in the transcript.
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word,)* }
            }

        }

        impl<'a> $crate::profile::Value<'a> for $name {
            fn read(c: &mut $crate::profile::Cursor<'a>) -> Result<Self, $crate::profile::ProfileError> {
                $(if c.take(concat!("\"", $word, "\"")) { return Ok($name::$variant); })*
                Err(c.here(&[$($word,)*]))
            }
            fn write(&self, out: &mut Vec<u8>) {
                $crate::profile::push_string(out, self.word());
            }
        }
    )*};
}
pub(crate) use tokens;

impl Cursor<'_> {
    /// The error of a token that is none of these.
    #[cold]
    pub(crate) fn here(&self, words: &[&str]) -> ProfileError {
        let list = words.iter().map(|w| format!("\"{w}\"")).collect::<Vec<_>>();
        self.error(self.at, Phrase::new(list.join(" or "), list.join(" 或 ")))
    }
}

#[cfg(test)]
mod tests {
    use super::{eight_digits, leading_decimal, plain_decimal, push_decimal};

    #[test]
    fn leading_decimals_are_plain_decimals() {
        let mut texts: Vec<String> = (0..=128)
            .map(|bits| 1_u128.checked_shl(bits).unwrap_or(0).wrapping_sub(1).to_string())
            .collect();
        texts.extend((0..60).flat_map(|n| {
            [
                format!("1{}", "0".repeat(n)),
                "9".repeat(n),
                "0".repeat(n),
                format!("0{}", "7".repeat(n)),
            ]
        }));
        texts.extend(
            ["340282366920938463463374607431768211455", "340282366920938463463374607431768211456"]
                .map(String::from),
        );
        for text in texts {
            for after in [
                "",
                "\"",
                "}",
                "/2345678",
                ":2345678",
                "a,",
                "\u{80}12345678",
                "\u{0}\u{ff}\u{30}",
                "}       1",
            ] {
                let whole = format!("{text}{after}");
                let expected =
                    plain_decimal(text.as_bytes()).map(|value| (value, after.as_bytes()));
                assert_eq!(leading_decimal(whole.as_bytes()), expected, "{whole}");
            }
        }
    }

    #[test]
    fn decimals_are_those_of_the_standard_library() {
        let mut values: Vec<u128> =
            (0..=128).map(|bits| 1_u128.checked_shl(bits).unwrap_or(0).wrapping_sub(1)).collect();
        values.extend((0..39).flat_map(|n| {
            [10_u128.pow(n) - 1, 10_u128.pow(n), 10_u128.pow(n) + 1, 10_u128.pow(n) / 3 * 2]
        }));
        for value in values {
            let mut out = Vec::new();
            push_decimal(&mut out, value);
            assert_eq!(String::from_utf8(out).unwrap(), value.to_string());
        }
    }

    #[test]
    fn eight_digits_at_once() {
        // Every number of four digits in either half, and a walk through the rest.
        let numbers = (0..10_000)
            .flat_map(|n| [n, n * 10_000, n * 10_001])
            .chain((0..100_000_000).step_by(9_973));
        for n in numbers {
            assert_eq!(eight_digits(n), *format!("{n:08}").as_bytes(), "{n}");
        }
    }
}
