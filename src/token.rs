//! Time tokens: RFC 3161 tokens over a checkpoint (rule S8), read along one path through their DER.
//!
//! What is not on the path is not read, and nothing nests deeper than the path does. The signature
//! and the certificate of the authority are for `openssl ts -verify`.

use crate::base64;
use crate::hash::{self, Hash};
use crate::rules::Phrase;
use std::fmt;

/// How many bytes of `serialNumber` are taken: RFC 3161 asks for 20.
const MOST_SERIAL: usize = 32;

/// What an RFC 3161 TimeStampToken says, as far as it is read.
///
/// ```
/// use floorlot::token::{TimeToken, TokenError};
/// assert_eq!(TimeToken::from_der(b""), Err(TokenError::Short { what: "ContentInfo" }));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TimeToken {
    /// SHA-256 of what was stamped.
    pub imprint: Hash,
    /// `genTime` in seconds since 1970-01-01T00:00:00Z, without a fraction.
    pub time: u64,
    /// The content of `serialNumber`.
    pub serial: Vec<u8>,
}

/// Why bytes are no time token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// The text is not base64 in its one spelling.
    #[error("{}", self.words().en)]
    NotBase64,
    /// An element ends too early, or is not there.
    #[error("{}", self.words().en)]
    Short {
        /// The element, as RFC 3161 or RFC 5652 calls it.
        what: &'static str,
    },
    /// Another element stands there.
    #[error("{}", self.words().en)]
    Other {
        /// The element that should stand there.
        what: &'static str,
        /// Its first byte.
        expected: u8,
        /// The byte that was found.
        found: u8,
    },
    /// The length is none of DER: indefinite (BER), not the shortest, or above 65,535.
    #[error("{}", self.words().en)]
    Length {
        /// The element.
        what: &'static str,
    },
    /// Something stands behind an element that is the last one.
    #[error("{}", self.words().en)]
    Behind {
        /// The element.
        what: &'static str,
    },
    /// The content is another than the rule asks for.
    #[error("{}", self.words().en)]
    Content {
        /// The element.
        what: &'static str,
        /// What was found, in hex (the first bytes), or as it stands.
        found: Phrase,
        /// What was expected.
        expected: Phrase,
    },
    /// A response of an authority that gave no token.
    #[error("{}", self.words().en)]
    NotGranted {
        /// The PKIStatus in hex.
        status: String,
    },
}

impl TokenError {
    /// In both languages.
    pub fn words(&self) -> Phrase {
        match self {
            TokenError::NotBase64 => Phrase::new(
                "not base64 in its one spelling (standard, with padding)",
                "不是规定写法的 base64（标准字符、带填充）",
            ),
            TokenError::Short { what } => Phrase::new(
                format!("{what} is missing or ends too early"),
                format!("{what} 缺失或不完整"),
            ),
            TokenError::Other { what, expected, found } => Phrase::new(
                format!("byte {found:02x} where {what} begins with {expected:02x}"),
                format!("{what} 应以字节 {expected:02x} 开头，实为 {found:02x}"),
            ),
            TokenError::Length { what } => Phrase::new(
                format!("the length of {what} is not as in DER (BER, perhaps)"),
                format!("{what} 的长度不合 DER（可能是 BER 编码）"),
            ),
            TokenError::Behind { what } => {
                Phrase::new(format!("bytes behind {what}"), format!("{what} 之后还有字节"))
            }
            TokenError::Content { what, found, expected } => Phrase::new(
                format!("{what} is {}, not {}", found.en, expected.en),
                format!("{what} 为 {}，应为 {}", found.zh, expected.zh),
            ),
            TokenError::NotGranted { status } => Phrase::new(
                format!("the authority granted no token (status {status})"),
                format!("时间戳机构没有签发时间戳（状态 {status}）"),
            ),
        }
    }
}

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const OBJECT: u8 = 0x06;
const OCTETS: u8 = 0x04;
const SET: u8 = 0x31;
const WRAPPED: u8 = 0xa0;
const GENERALIZED_TIME: u8 = 0x18;

/// id-signedData (RFC 5652).
const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
/// id-ct-TSTInfo (RFC 3161).
const TST_INFO: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x04];
/// id-sha256 as an element, and with NULL behind it.
const SHA_256: &[u8] =
    &[0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00];

/// Bytes of which the elements in front are read.
#[derive(Clone, Copy)]
struct Elements<'a>(&'a [u8]);

impl<'a> Elements<'a> {
    /// The content of the next element, which begins with this byte.
    fn next(&mut self, expected: u8, what: &'static str) -> Result<&'a [u8], TokenError> {
        let short = TokenError::Short { what };
        let (&found, rest) = self.0.split_first().ok_or_else(|| short.clone())?;
        if found != expected {
            return Err(TokenError::Other { what, expected, found });
        }
        // S8: one byte below 0x80, or the shortest of the two longer forms.
        let (length, rest) = match rest {
            [length @ 0..=0x7f, rest @ ..] => (u16::from(*length), rest),
            [0x81, length @ 0x80..=0xff, rest @ ..] => (u16::from(*length), rest),
            [0x82, high @ 0x01..=0xff, low, rest @ ..] => (u16::from_be_bytes([*high, *low]), rest),
            [] | [0x81] | [0x82] | [0x82, _] => return Err(short),
            _ => return Err(TokenError::Length { what }),
        };
        let (content, rest) = rest.split_at_checked(usize::from(length)).ok_or(short)?;
        self.0 = rest;
        Ok(content)
    }

    /// The same of an element that is the last one.
    fn last(mut self, expected: u8, what: &'static str) -> Result<Elements<'a>, TokenError> {
        let content = self.next(expected, what)?;
        if self.0.is_empty() { Ok(Elements(content)) } else { Err(TokenError::Behind { what }) }
    }

    /// An element with this content.
    fn fixed(
        &mut self,
        (first, content): (u8, &[u8]),
        what: &'static str,
        expected: &'static str,
    ) -> Result<(), TokenError> {
        let found = self.next(first, what)?;
        if found == content {
            return Ok(());
        }
        let expected = Phrase::same(expected);
        Err(TokenError::Content { what, found: beginning(found), expected })
    }
}

/// The first bytes in hex.
fn beginning(bytes: &[u8]) -> Phrase {
    Phrase::same(match bytes.split_at_checked(MOST_SERIAL) {
        Some((first, rest)) if !rest.is_empty() => format!("{}…", hex::encode(first)),
        _ => hex::encode(bytes),
    })
}

impl TimeToken {
    /// Reads what stands in a `token` line: the DER in base64.
    pub fn from_base64(text: &str) -> Result<TimeToken, TokenError> {
        TimeToken::from_der(&decode(text)?)
    }

    /// S8: the path through the DER of a TimeStampToken.
    pub fn from_der(der: &[u8]) -> Result<TimeToken, TokenError> {
        let mut info = Elements(der).last(SEQUENCE, "ContentInfo")?;
        info.fixed((OBJECT, SIGNED_DATA), "contentType", "signedData (1.2.840.113549.1.7.2)")?;
        let mut signed = info.last(WRAPPED, "content")?.last(SEQUENCE, "SignedData")?;
        signed.next(INTEGER, "SignedData.version")?;
        signed.next(SET, "digestAlgorithms")?;
        let mut inner = Elements(signed.next(SEQUENCE, "encapContentInfo")?);
        inner.fixed(
            (OBJECT, TST_INFO),
            "eContentType",
            "id-ct-TSTInfo (1.2.840.113549.1.9.16.1.4)",
        )?;
        let octets = inner.last(WRAPPED, "eContent")?.last(OCTETS, "eContent")?;
        TimeToken::from_info(octets.last(SEQUENCE, "TSTInfo")?)
    }

    fn from_info(mut info: Elements<'_>) -> Result<TimeToken, TokenError> {
        info.fixed((INTEGER, &[1]), "TSTInfo.version", "1")?;
        info.next(OBJECT, "policy")?;
        let mut imprint = Elements(info.next(SEQUENCE, "messageImprint")?);
        let algorithm = imprint.next(SEQUENCE, "hashAlgorithm")?;
        // S8: SHA-256, its parameters absent or NULL.
        let (absent, _) = SHA_256.split_at_checked(11).unwrap_or_default();
        if algorithm != SHA_256 && algorithm != absent {
            let (what, found) = ("hashAlgorithm", beginning(algorithm));
            return Err(TokenError::Content { what, found, expected: Phrase::same("SHA-256") });
        }
        let hashed = imprint.last(OCTETS, "hashedMessage")?.0;
        let imprint = hashed.try_into().map_err(|_| TokenError::Content {
            what: "hashedMessage",
            found: beginning(hashed),
            expected: Phrase::new("32 bytes", "32 字节"),
        })?;
        let serial = info.next(INTEGER, "serialNumber")?;
        if serial.is_empty() || serial.len() > MOST_SERIAL {
            let of = serial.len();
            let found = Phrase::new(format!("of {of} bytes"), format!("{of} 字节"));
            let expected = Phrase::new("of 1 to 32 bytes", "1 至 32 字节");
            return Err(TokenError::Content { what: "serialNumber", found, expected });
        }
        let time = info.next(GENERALIZED_TIME, "genTime")?;
        let time = seconds(time).ok_or_else(|| TokenError::Content {
            what: "genTime",
            found: Phrase::same(String::from_utf8_lossy(time)),
            expected: Phrase::new(
                "YYYYMMDDHHMMSSZ in UTC (or with a fraction), from 1970 to 2099",
                "YYYYMMDDHHMMSSZ（UTC，秒可带小数，1970 至 2099 年）",
            ),
        })?;
        Ok(TimeToken { imprint: Hash(imprint), time, serial: serial.to_vec() })
    }
}

/// The DER in a `token` line.
pub fn decode(text: &str) -> Result<Vec<u8>, TokenError> {
    // S8: standard base64 in its one spelling.
    base64::decode(text).ok_or(TokenError::NotBase64)
}

/// What stands in a `token` line for this DER.
pub fn encode(der: &[u8]) -> String {
    base64::encode(der)
}

/// The token of a file: of a TimeStampToken itself, or of the TimeStampResp in which an authority
/// sends it.
pub fn of_file(file: &[u8]) -> Result<&[u8], TokenError> {
    let outer = Elements(file).last(SEQUENCE, "ContentInfo or TimeStampResp")?;
    if outer.0.first() != Some(&SEQUENCE) {
        return Ok(file);
    }
    let mut response = outer;
    let mut info = Elements(response.next(SEQUENCE, "PKIStatusInfo")?);
    let status = info.next(INTEGER, "status")?;
    // RFC 3161: 0 is granted, 1 granted with modifications; with every other there is no token.
    if !matches!(status, [0 | 1]) || response.0.is_empty() {
        return Err(TokenError::NotGranted { status: hex::encode(status) });
    }
    Ok(response.0)
}

/// S8: what a token over this checkpoint has as its imprint: SHA-256 of the body.
pub fn imprint(body: &str) -> Hash {
    hash::imprint(body)
}

/// A TimeStampReq for the body of a checkpoint: what is sent to an authority. It asks for its
/// certificate, too. Without a nonce: that a token is over this body, and no older one, its imprint
/// shows.
pub fn request(body: &str) -> Vec<u8> {
    // TimeStampReq { version 1, messageImprint { { sha256, NULL }, OCTET STRING }, certReq TRUE }
    let head: &[u8] = &[0x30, 0x39, 0x02, 0x01, 0x01, 0x30, 0x31, 0x30, 0x0d];
    [head, SHA_256, &[0x04, 0x20], &imprint(body).0, &[0x01, 0x01, 0xff]].concat()
}

/// S8, 1: seconds since 1970 of a GeneralizedTime.
fn seconds(text: &[u8]) -> Option<u64> {
    let (digits, rest) = text.split_at_checked(14)?;
    let zone = match rest {
        [b'.', fraction @ .., last @ b'1'..=b'9', b'Z'] => {
            fraction.len() < 9 && fraction.iter().chain([last]).all(u8::is_ascii_digit)
        }
        zone => zone == b"Z",
    };
    if !zone || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number = |from: usize, to: usize| {
        let digits = std::str::from_utf8(digits.get(from..to)?).ok()?;
        digits.parse::<u64>().ok()
    };
    let days = days(number(0, 4)?, number(4, 6)?, number(6, 8)?)?;
    let (hour, minute, second) = (number(8, 10)?, number(10, 12)?, number(12, 14)?);
    let day = (hour < 24 && minute < 60 && second < 60).then_some([hour, minute, second])?;
    day.into_iter()
        .zip([3_600, 60, 1])
        .try_fold(days.checked_mul(86_400)?, |sum, (n, unit)| sum.checked_add(n.checked_mul(unit)?))
}

/// The days from 1970-01-01 to a date that exists, until 2099: every fourth year has 366.
#[expect(clippy::arithmetic_side_effects, reason = "the years are checked, and few")]
fn days(year: u64, month: u64, day: u64) -> Option<u64> {
    if !(1970..2100).contains(&year) || day == 0 {
        return None;
    }
    let february = if year.is_multiple_of(4) { 29 } else { 28 };
    let months = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let before = usize::try_from(month.checked_sub(1)?).ok()?;
    if day > *months.get(before)? {
        return None;
    }
    let of_months: u64 = months.iter().take(before).sum();
    Some((year - 1970) * 365 + (year - 1969) / 4 + of_months + day - 1)
}

impl fmt::Display for TimeToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.imprint, self.time, hex::encode(&self.serial))
    }
}

#[cfg(test)]
mod tests {
    use super::{TimeToken, TokenError, imprint, of_file, request, seconds};

    /// A token that openssl made: see `tests/vectors/tokens/README.md`.
    const TOKEN: &[u8] = include_bytes!("../tests/vectors/tokens/token.tst");
    const RESPONSE: &[u8] = include_bytes!("../tests/vectors/tokens/response.tsr");
    const REQUEST: &[u8] = include_bytes!("../tests/vectors/tokens/request.tsq");
    const BODY: &str = include_str!("../tests/vectors/tokens/checkpoint.body");

    #[test]
    fn the_token_of_openssl_is_read() {
        let token = TimeToken::from_der(TOKEN).unwrap();
        assert_eq!(token.imprint, imprint(BODY));
        assert_eq!(of_file(RESPONSE).unwrap(), TOKEN);
        assert_eq!(of_file(TOKEN).unwrap(), TOKEN);
        assert_eq!(request(BODY), REQUEST);
        let known = include_str!("../tests/vectors/tokens/known.txt");
        assert_eq!(format!("{token}\n"), known);
    }

    #[test]
    fn no_beginning_of_a_token_is_one_and_no_byte_makes_it_panic() {
        for end in 0..TOKEN.len() {
            assert!(TimeToken::from_der(&TOKEN[..end]).is_err());
        }
        let mut read = 0;
        for at in 0..TOKEN.len() {
            for bit in 0..8 {
                let mut other = TOKEN.to_vec();
                other[at] ^= 1 << bit;
                read += usize::from(TimeToken::from_der(&other).is_ok());
            }
        }
        // What is behind the path (certificates, signature) is not read.
        assert!((1..TOKEN.len() * 8).contains(&read), "{read}");
    }

    #[test]
    fn ber_is_told_as_such() {
        // Indefinite length of the outermost element.
        let ber = [&[0x30, 0x80], &TOKEN[4..], &[0, 0]].concat();
        let error = TimeToken::from_der(&ber).unwrap_err();
        assert_eq!(error, TokenError::Length { what: "ContentInfo" });
        assert!(error.to_string().contains("BER"), "{error}");
        assert_eq!(
            of_file(&[0x30, 5, 0x30, 3, 2, 1, 2]).unwrap_err().to_string(),
            "the authority granted no token (status 02)"
        );
    }

    #[test]
    fn times_are_those_of_the_calendar() {
        for (text, expected) in [
            ("19700101000000Z", Some(0)),
            ("20000229000000Z", Some(951_782_400)),
            ("20261014174640Z", Some(1_792_000_000)),
            ("20261014174640.5Z", Some(1_792_000_000)),
            ("20261014174640.000000001Z", Some(1_792_000_000)),
            ("20991231235959Z", Some(4_102_444_799)),
            ("21000101000000Z", None),
            ("19691231235959Z", None),
            ("20260229000000Z", None),
            ("20261301000000Z", None),
            ("20260001000000Z", None),
            ("20260100000000Z", None),
            ("20261014240000Z", None),
            ("20261014236000Z", None),
            ("20261014235960Z", None),
            ("20261014174640.0Z", None),
            ("20261014174640.Z", None),
            ("20261014174640.0000000001Z", None),
            ("20261014174640.1a1Z", None),
            ("20261014174640", None),
            ("202610141746Z", None),
            ("20261014174640+0800", None),
            ("2026101417464 Z", None),
            ("+0261014174640Z", None),
        ] {
            assert_eq!(seconds(text.as_bytes()), expected, "{text}");
        }
    }
}
