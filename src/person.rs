//! The person behind a household's code: a salted commitment in the plan, and its opening on a slip
//! for that household alone.
//!
//! A `household` line may carry `person`, the SHA-256 of a text with the code, the full name, the
//! number of an identity document and 32 random bytes (the salt). The plan shows the hash. Whoever
//! has the text can show that the code is theirs (check V8). Without the salt anybody could try all
//! document numbers of a district, so the salt is as secret as the number.

use crate::hash::{self, Hash};
use crate::rules::Phrase;
use crate::text::is_id;
use std::fmt;
use std::str::FromStr;

/// The longest name or document number, in bytes of UTF-8.
const MAX_FIELD: usize = 200;

/// The first line of the text.
const HEAD: &str = "floorlot/1 person";

/// What opens the commitment of a household: it goes to the household, and to nobody else.
///
/// Its text form is what is hashed: five lines. Reading it takes CR LF for LF, a byte order mark,
/// white space at the end, and capitals or spaces in the salt, as they come of typing it from
/// paper. A name that is typed must be in Unicode normalization form C, as it was when the
/// commitment was made; names are compared byte for byte.
///
/// `Debug` shows the code alone. The memory of name, document number and salt is overwritten on
/// drop, as far as safe code can: copies that were moved or cloned before are not.
///
/// ```
/// use floorlot::person::Opening;
/// let opening = Opening { household: "H001".into(), name: "张小明".into(), document: "000000190001010001".into(), salt: [7; 32] };
/// let commitment = opening.commitment()?;
/// let typed: Opening = opening.text().parse()?;
/// assert!(typed.opens(commitment));
/// assert_eq!(format!("{typed:?}"), "Opening { household: \"H001\", .. }");
/// let mut other = typed.clone();
/// other.document = "000000190001010002".into();
/// assert!(!other.opens(commitment));
/// # Ok::<(), floorlot::person::OpeningError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Opening {
    /// The id of the household in the plan.
    pub household: String,
    /// The full name, in Unicode normalization form C.
    pub name: String,
    /// The number of the identity document.
    pub document: String,
    /// 32 bytes of randomness, fresh for each household.
    pub salt: [u8; 32],
}

/// What is wrong with an opening. It never shows the name, the number or the salt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpeningError {
    /// The household is no id (rule P2).
    #[error(
        "the household is no id: expected 1 to 64 of A-Z a-z 0-9 . _ -, the first a letter or digit"
    )]
    Household,
    /// Name or document number is empty, or has a space around it, which nobody sees on paper.
    #[error("the {field} is empty or has a space around it")]
    Blank {
        /// `name` or `document number`.
        field: &'static str,
    },
    /// Name or document number is too long.
    #[error("the {field} has {bytes} bytes, expected at most {MAX_FIELD}")]
    Long {
        /// `name` or `document number`.
        field: &'static str,
        /// Its length in bytes.
        bytes: usize,
    },
    /// A line break or another control character is in name or document number.
    #[error("the {field} has the control character U+{:04X} in it", u32::from(*.character))]
    Control {
        /// `name` or `document number`.
        field: &'static str,
        /// The character that breaks the field.
        character: char,
    },
    /// A line of the text is missing or begins otherwise.
    #[error("line {line} is not `{expected}…`: copy all five lines from the slip")]
    Line {
        /// The line, from 1.
        line: usize,
        /// How it begins.
        expected: &'static str,
    },
    /// There is more than the five lines.
    #[error("there is more text after the line with the salt: copy the five lines alone")]
    More,
    /// The salt is not 64 hex digits.
    #[error("the salt (line 5) is not 64 hexadecimal digits")]
    Salt,
}

impl OpeningError {
    /// The error in both languages.
    pub fn words(&self) -> Phrase {
        let named = |field: &str| if field == "name" { "姓名" } else { "证件号" };
        let zh = match self {
            OpeningError::Household => {
                "住户编号不合规：应为 1 至 64 个字符 A-Z a-z 0-9 . _ -，首字符为字母或数字".into()
            }
            OpeningError::Blank { field } => format!("{}为空，或首尾有空格", named(field)),
            OpeningError::Long { field, bytes } => {
                format!("{}有 {bytes} 字节，至多 {MAX_FIELD} 字节", named(field))
            }
            OpeningError::Control { field, character } => {
                format!("{}中有控制字符 U+{:04X}", named(field), u32::from(*character))
            }
            OpeningError::Line { line, expected } => {
                format!("第 {line} 行不是“{expected}…”：请照抄密封件上的全部五行")
            }
            OpeningError::More => "盐值行之后还有文字：请只抄五行".into(),
            OpeningError::Salt => "盐值（第 5 行）不是 64 位十六进制数字".into(),
        };
        Phrase::new(self.to_string(), zh)
    }
}

impl Opening {
    /// The text that is hashed, and that the household is given.
    pub fn text(&self) -> String {
        let Opening { household, name, document, salt } = self;
        format!(
            "{HEAD}\nhousehold {household}\nname {name}\ndocument {document}\nsalt {}\n",
            hex::encode(salt)
        )
    }

    /// The commitment for the plan: the SHA-256 of the text.
    pub fn commitment(&self) -> Result<Hash, OpeningError> {
        if !is_id(&self.household) {
            return Err(OpeningError::Household);
        }
        check_field("name", &self.name)?;
        check_field("document number", &self.document)?;
        Ok(hash::person(&self.text()))
    }

    /// Whether this opens the commitment.
    pub fn opens(&self, commitment: Hash) -> bool {
        self.commitment() == Ok(commitment)
    }
}

/// One line of the text for each field: no control character and no line separator (U+2028, U+2029)
/// is in it, so that no field reaches into the next line.
fn check_field(field: &'static str, text: &str) -> Result<(), OpeningError> {
    if let Some(character) =
        text.chars().find(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'))
    {
        return Err(OpeningError::Control { field, character });
    }
    if text.trim() != text || text.is_empty() {
        return Err(OpeningError::Blank { field });
    }
    let bytes = text.len();
    if bytes > MAX_FIELD { Err(OpeningError::Long { field, bytes }) } else { Ok(()) }
}

impl FromStr for Opening {
    type Err = OpeningError;

    fn from_str(text: &str) -> Result<Opening, OpeningError> {
        let blank = [' ', '\t', '\x0c', '\r', '\n'];
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim_end_matches(blank);
        let mut lines = (1..)
            .zip(text.split('\n'))
            .map(|(number, line)| (number, line.strip_suffix('\r').unwrap_or(line)));
        let mut after = |line: usize, expected: &'static str| {
            let found = lines.next().and_then(|(_, found)| found.strip_prefix(expected));
            found.ok_or(OpeningError::Line { line, expected })
        };
        if !after(1, HEAD)?.is_empty() {
            return Err(OpeningError::Line { line: 1, expected: HEAD });
        }
        let household = after(2, "household ")?.to_owned();
        let (name, document) = (after(3, "name ")?.to_owned(), after(4, "document ")?.to_owned());
        let salt = salt(after(5, "salt ")?)?;
        if lines.next().is_some() {
            return Err(OpeningError::More);
        }
        let opening = Opening { household, name, document, salt };
        opening.commitment().map(|_| opening)
    }
}

fn salt(text: &str) -> Result<[u8; 32], OpeningError> {
    let digits: String = text.chars().filter(|c| *c != ' ').collect();
    let mut salt = [0; 32];
    hex::decode_to_slice(digits, &mut salt).map_err(|_| OpeningError::Salt)?;
    Ok(salt)
}

impl fmt::Display for Opening {
    /// The five lines that are hashed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl fmt::Debug for Opening {
    /// The code alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opening").field("household", &self.household).finish_non_exhaustive()
    }
}

impl Drop for Opening {
    fn drop(&mut self) {
        for text in [&mut self.name, &mut self.document] {
            let mut bytes = std::mem::take(text).into_bytes();
            bytes.fill(0);
            std::hint::black_box(&bytes); // or the compiler would leave the filling out
        }
        self.salt.fill(0);
        std::hint::black_box(&self.salt);
    }
}

#[cfg(test)]
mod tests {
    use super::{Opening, OpeningError};

    fn opening() -> Opening {
        let (name, document) = ("张小明".to_owned(), "00000019000101000X".to_owned());
        Opening {
            household: "H001".into(),
            name,
            document,
            salt: std::array::from_fn(|n| 0xa0 + n as u8),
        }
    }

    /// The text of an opening with this field changed.
    fn with(change: impl Fn(&mut Opening)) -> Opening {
        let mut opening = opening();
        change(&mut opening);
        opening
    }

    #[test]
    fn the_commitment_is_the_hash_of_exactly_this_text() {
        let salt = "a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf";
        let text = format!(
            "floorlot/1 person\nhousehold H001\nname 张小明\ndocument 00000019000101000X\nsalt {salt}\n"
        );
        assert_eq!(opening().to_string(), text);
        // By `printf '…' | sha256sum`.
        let known = "c4b46e983c5cdaca247f6fd74c7fb2df7607955865700883dafa5a3a9509c4ea";
        assert_eq!(opening().commitment().unwrap().to_hex(), known);
    }

    #[test]
    fn every_part_counts() {
        let commitment = opening().commitment().unwrap();
        assert!(opening().opens(commitment));
        let others = [
            with(|o| o.household = "H002".into()),
            with(|o| o.name = "张小名".into()),
            with(|o| o.document = "00000019000101000x".into()),
            with(|o| o.salt[31] ^= 1),
        ];
        assert!(others.iter().all(|other| other.commitment().is_ok() && !other.opens(commitment)));
    }

    #[test]
    fn what_is_typed_from_paper_is_read() {
        let text = opening().text();
        let salt = text.lines().last().unwrap().to_owned();
        let grouped = format!("{} {}", &salt[..37], salt[37..].to_uppercase());
        for typed in [
            text.clone(),
            text.trim_end().to_owned(),
            format!("\u{feff}{}", text.replace('\n', "\r\n")),
            format!("{text}\n\n"),
            text.replace(&salt, &grouped),
        ] {
            assert_eq!(typed.parse::<Opening>(), Ok(opening()), "{typed:?}");
        }
    }

    #[test]
    fn what_is_no_opening_is_refused() {
        let text = opening().text();
        let lines: Vec<&str> = text.lines().collect();
        for (number, expected) in
            (1..).zip(["floorlot/1 person", "household ", "name ", "document ", "salt "])
        {
            let mut cut = lines.clone();
            cut.remove(number - 1);
            assert_eq!(
                cut.join("\n").parse::<Opening>(),
                Err(OpeningError::Line { line: number, expected }),
                "without line {number}"
            );
        }
        let changed =
            |from: &str, to: &str| text.replacen(from, to, 1).parse::<Opening>().map(|_| ());
        let (name, document) = ("name", "document number");
        let cases = [
            ("H001", "H 1", OpeningError::Household),
            (
                "person\n",
                "person \n",
                OpeningError::Line { line: 1, expected: "floorlot/1 person" },
            ),
            (
                "floorlot/1 person",
                "floorlot/1 persons",
                OpeningError::Line { line: 1, expected: "floorlot/1 person" },
            ),
            ("name 张小明", "name ", OpeningError::Blank { field: name }),
            ("name 张小明", "name 张小明 ", OpeningError::Blank { field: name }),
            (
                "张小明",
                "张\u{2028}明",
                OpeningError::Control { field: name, character: '\u{2028}' },
            ),
            (
                "document 0",
                "document \t0",
                OpeningError::Control { field: document, character: '\t' },
            ),
            (
                "document 0",
                &format!("document {}", "0".repeat(184)),
                OpeningError::Long { field: document, bytes: 201 },
            ),
            ("salt a0", "salt a", OpeningError::Salt),
            ("salt a0", "salt g0", OpeningError::Salt),
            ("bebf\n", "bebf\nname 李红\n", OpeningError::More),
        ];
        for (from, to, error) in cases {
            assert_eq!(changed(from, to), Err(error), "{from} -> {to}");
        }
        assert!(changed("document 0", &format!("document {}", "0".repeat(183))).is_ok());
    }

    #[test]
    fn a_line_break_in_a_field_has_no_commitment() {
        let forged = with(|o| o.name = "张小明\ndocument 1".into());
        assert_eq!(
            forged.commitment(),
            Err(OpeningError::Control { field: "name", character: '\n' })
        );
    }

    #[test]
    fn neither_debug_nor_errors_show_the_person() {
        assert_eq!(format!("{:?}", Some(opening())), "Some(Opening { household: \"H001\", .. })");
        for text in [
            opening().text().replace("name 张小明", "name 张小明\u{7}"),
            opening().text().replace("salt a", "salt 张小明"),
        ] {
            let error = text.parse::<Opening>().unwrap_err();
            let words = error.words();
            assert!(!format!("{error:?}{}{}", words.en, words.zh).contains("张小明"));
        }
    }
}
