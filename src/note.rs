//! Signed notes: keys, cosignatures and checkpoints as text (C2SP signed-note and tlog-cosignature
//! v1).
//!
//! Everything here is text and hashes; whether a signature is right is for module `sign` (feature
//! `signatures`) to say.
//!
//! ```
//! use floorlot::note::{SignedNote, VerifierKey};
//! let note = "draw.example/1\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n\
//!     — panel.example/resident-1 gZgLkAAAAABlU/EAtbitXbxIA4qwcc0gg0eZZqCPBSUr8R/TKsY4FIYx2quJ2tDmuokInX9WBWkoidPgob0Y0BMTzwU2oaZ64oidCQ==\n";
//! let read: SignedNote = note.parse()?;
//! assert_eq!((read.signatures[0].name.as_str(), read.signatures[0].time), ("panel.example/resident-1", 1_700_000_000));
//! assert_eq!(read.to_string(), note);
//! assert!("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k".parse::<VerifierKey>().is_ok());
//! # Ok::<(), floorlot::note::NoteError>(())
//! ```

use crate::base64::{self, may_be_secret};
use crate::hash::{self, Hash};
use crate::rules::Phrase;
use crate::text::visible;
use std::fmt;
use std::str::FromStr;

/// The signature type of tlog-cosignature v1.
pub const COSIGNATURE: u8 = 0x04;

/// The signature type of Ed25519 over the text of the note itself: that of a log.
pub const ED25519: u8 = 0x01;

/// How many signatures a note can have; the standard asks for 16 at least, a panel has 256 members
/// at most.
pub const MAX_SIGNATURES: usize = 256;

/// A note has more signatures than [`MAX_SIGNATURES`].
const TOO_MANY: NoteError = NoteError::Note { what: "more than 256 signatures" };

/// A text that is no key, no signature line, no note or no checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoteError {
    /// Not `<name>+<key id>+<base64 of type and key>`.
    #[error("a key is `<name>+<8 hex digits>+<base64>`, found `{found}`")]
    KeyShape {
        /// What was found.
        found: String,
    },
    /// The name is empty, longer than 200 characters, or has something else in it than visible
    /// ASCII characters without plus.
    #[error(
        "the name of a key has 1 to 200 visible ASCII characters without plus, found `{found}`"
    )]
    Name {
        /// What was found.
        found: String,
    },
    /// The key id is not that of name and key.
    #[error("the key id of {name} is {expected}, found {found}")]
    KeyId {
        /// The name of the key, as it was given.
        name: String,
        /// What was found, in hex.
        found: String,
        /// What it must be, in hex.
        expected: String,
    },
    /// Not a line of a signed note with a tlog-cosignature v1.
    #[error("a signature line is `— <name> <base64 of 76 bytes>`, found `{found}`")]
    SignatureLine {
        /// What was found (shortened).
        found: String,
    },
    /// Not a line of a signed note with an Ed25519 signature.
    #[error("the signature line of a log is `— <name> <base64 of 68 bytes>`, found `{found}`")]
    LogLine {
        /// What was found (shortened).
        found: String,
    },
    /// No empty line between text and signatures, or no LF at the end.
    #[error("a signed note is a text, an empty line and signature lines, each with LF: {what}")]
    Note {
        /// What is missing.
        what: &'static str,
    },
    /// Not the three lines of a checkpoint.
    #[error("a checkpoint is three lines: origin, number of lines, base64 of 32 bytes")]
    Checkpoint,
    /// The origin of a checkpoint is empty, or has other characters than visible ASCII ones: those
    /// that a terminal obeys, or that nobody sees.
    #[error(
        "the first line of a checkpoint is the origin of the draw, of visible ASCII characters; found `{found}`"
    )]
    Origin {
        /// What was found, with those characters as their numbers.
        found: String,
    },
}

impl NoteError {
    /// The error in both languages.
    pub fn words(&self) -> Phrase {
        let zh = match self {
            NoteError::KeyShape { found } => {
                format!("公钥应写作 `名称+8 位十六进制+base64`，发现 `{}`", found_zh(found))
            }
            NoteError::Name { found } => format!(
                "公钥名称应为 1 至 200 个可见 ASCII 字符，不含空格和加号，发现 `{}`",
                found_zh(found)
            ),
            NoteError::KeyId { name, found, expected } => {
                format!("{name} 的公钥编号应为 {expected}，发现 {found}")
            }
            NoteError::SignatureLine { found } => {
                format!("签名行应为 `— 名称 base64（76 字节）`，发现 `{}`", found_zh(found))
            }
            NoteError::LogLine { found } => {
                format!("日志的签名行应为 `— 名称 base64（68 字节）`，发现 `{}`", found_zh(found))
            }
            NoteError::Note { .. } => "签名文件应为正文、空行和签名行，每行以换行符结束".into(),
            NoteError::Checkpoint => "检查点应为三行：抽签编号、行数、32 字节的 base64".into(),
            NoteError::Origin { found } => {
                format!("检查点第一行应为抽签编号，由可见 ASCII 字符组成；发现 `{found}`")
            }
        };
        Phrase::new(self.to_string(), zh)
    }
}

/// What an error says in place of a secret key that was given for a public one; nothing but hex or
/// base64 may be one, too.
const HIDDEN: (&str, &str) = (
    "what is or may be a SECRET key, not shown here: give what `key show` prints; whoever has seen a secret key can sign in its name, so make a new one",
    "私钥或疑似私钥，不予显示：请给出 key show 显示的公钥；看到过私钥的人都能冒名签名，私钥若已外泄请重新生成",
);

/// What may be shown of a text that somebody gave for something else (a file, a command, a
/// fingerprint): all of it, unless it is or may be a secret key, which stands on no screen.
///
/// ```
/// use floorlot::note::showable;
/// assert_eq!(showable("draw.jsonl"), "draw.jsonl");
/// assert_eq!(showable("PRIVATE+KEY+estate.example/r1+…"), "…");
/// ```
pub fn showable(text: &str) -> &str {
    // A folder may be called PRIVATE: only what a key says of itself counts.
    let says_so =
        ["PRIVATE+KEY", "PRIVATE KEY", "SECRET-KEY"].iter().any(|word| text.contains(word));
    if says_so || base64::is_encoded(text.trim()) { "…" } else { text }
}

/// The beginning of a text, for an error.
fn short(text: &str) -> String {
    if may_be_secret(text) {
        return HIDDEN.0.into();
    }
    visible(&text.chars().take(60).collect::<String>())
}

/// What was found, in Chinese.
fn found_zh(found: &str) -> &str {
    if found == HIDDEN.0 { HIDDEN.1 } else { found }
}

fn check_name(name: &str) -> Result<(), NoteError> {
    let fits =
        (1..=200).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_graphic() && b != b'+');
    if fits { Ok(()) } else { Err(NoteError::Name { found: short(name) }) }
}

/// A public key with its name: a C2SP vkey.
///
/// ```
/// use floorlot::note::{COSIGNATURE, VerifierKey};
/// let text = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
/// let key: VerifierKey = text.parse()?;
/// assert_eq!((key.name(), key.kind(), key.to_string().as_str()), ("example.com/foo", 0x01, text));
/// assert_ne!(key.id(), VerifierKey::new("example.com/foo", COSIGNATURE, *key.public())?.id());
/// # Ok::<(), floorlot::note::NoteError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    pub(crate) name: String,
    pub(crate) kind: u8,
    pub(crate) public: [u8; 32],
}

impl VerifierKey {
    /// A key of a signature type whose public keys have 32 bytes.
    pub fn new(name: &str, kind: u8, public: [u8; 32]) -> Result<VerifierKey, NoteError> {
        check_name(name)?;
        Ok(VerifierKey { name: name.into(), kind, public })
    }

    /// The name of the key, for people (rule P12).
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The signature type.
    pub fn kind(&self) -> u8 {
        self.kind
    }

    /// The public key.
    pub fn public(&self) -> &[u8; 32] {
        &self.public
    }

    /// The key id: `SHA-256(name || 0x0A || type || public key)[..4]`.
    pub fn id(&self) -> [u8; 4] {
        hash::key_id(&self.name, self.kind, &self.public)
    }

    /// Whether a signature of this type with this name and key id says that it is by this key.
    fn made(&self, kind: u8, name: &str, key_id: [u8; 4]) -> bool {
        self.kind == kind && self.name == name && self.id() == key_id
    }

    /// Whether the public key has the one canonical encoding, and is not one of the eight points of
    /// low order, under which anybody can sign.
    pub fn is_sound(&self) -> bool {
        is_canonical(&self.public)
            && !LOW_ORDER.iter().any(|point| hex::encode(self.public) == *point)
    }
}

/// The canonical encodings of the points of order 1, 2, 4 and 8 on edwards25519.
const LOW_ORDER: [&str; 8] = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
];

/// Whether the y of an encoded point is below p = 2^255 - 19, and x = 0 does not carry a sign.
pub(crate) fn is_canonical(point: &[u8; 32]) -> bool {
    let mut y = *point;
    let sign = y.last_mut().is_some_and(|top| {
        let sign = *top & 0x80 != 0;
        *top &= 0x7f;
        sign
    });
    let [low, rest @ ..] = y;
    let [rest @ .., top] = rest;
    // From p on a y is a second spelling of y - p, and only these bytes are so large.
    let beyond = top == 0x7f && rest == [0xff; 30] && low >= 0xed;
    // x is 0 for y = 1 and y = -1 alone, and there is no -0.
    let zero_x = (low == 1 && rest == [0; 30] && top == 0)
        || (low == 0xec && rest == [0xff; 30] && top == 0x7f);
    !(beyond || (sign && zero_x))
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let material: Vec<u8> = std::iter::once(self.kind).chain(self.public).collect();
        write!(f, "{}+{}+{}", self.name, hex::encode(self.id()), base64::encode(&material))
    }
}

impl FromStr for VerifierKey {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<VerifierKey, NoteError> {
        let shape = || NoteError::KeyShape { found: short(text) };
        let (name, rest) = text.split_once('+').ok_or_else(shape)?;
        let (id, material) = rest.split_once('+').ok_or_else(shape)?;
        let material = base64::decode(material).ok_or_else(shape)?;
        let (kind, public) = material.split_first().ok_or_else(shape)?;
        let key = VerifierKey::new(name, *kind, public.try_into().map_err(|_| shape())?)?;
        let expected = hex::encode(key.id());
        // P12: the key id is the first four bytes of SHA-256(name || 0x0A || 33 bytes).
        if id == expected {
            Ok(key)
        } else {
            Err(NoteError::KeyId { name: name.into(), found: short(id), expected })
        }
    }
}

/// A tlog-cosignature v1, as a line of a signed note (without LF).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosignature {
    /// The name of the key.
    pub name: String,
    /// The id of the key.
    pub key_id: [u8; 4],
    /// When it was made, in seconds since 1970-01-01T00:00:00Z.
    pub time: u64,
    /// The Ed25519 signature over [`cosignature_message`].
    pub signature: [u8; 64],
}

impl Cosignature {
    /// Whether name and key id are those of this key.
    pub fn is_by(&self, key: &VerifierKey) -> bool {
        key.made(COSIGNATURE, &self.name, self.key_id)
    }
}

impl fmt::Display for Cosignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes: Vec<u8> =
            self.key_id.into_iter().chain(self.time.to_be_bytes()).chain(self.signature).collect();
        write!(f, "\u{2014} {} {}", self.name, base64::encode(&bytes))
    }
}

impl FromStr for Cosignature {
    type Err = NoteError;

    fn from_str(line: &str) -> Result<Cosignature, NoteError> {
        let read = || -> Option<Cosignature> {
            let (name, bytes) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
            let bytes = base64::decode(bytes)?;
            let (key_id, rest) = bytes.split_first_chunk::<4>()?;
            let (time, signature) = rest.split_first_chunk::<8>()?;
            let time = u64::from_be_bytes(*time);
            check_name(name).ok()?;
            // The standard: a time is at most 2^63 - 1.
            let time = i64::try_from(time).ok().map(|_| time)?;
            Some(Cosignature {
                name: name.into(),
                key_id: *key_id,
                time,
                signature: signature.try_into().ok()?,
            })
        };
        read().ok_or_else(|| NoteError::SignatureLine { found: short(line) })
    }
}

/// The signature of a log over the text of a note, as a line of it (without LF).
///
/// ```
/// use floorlot::note::LogSignature;
/// let line = format!("\u{2014} draw.example/1 {}=", "A".repeat(91));
/// let read: LogSignature = line.parse()?;
/// assert_eq!((read.name.as_str(), read.key_id, read.to_string()), ("draw.example/1", [0; 4], line));
/// # Ok::<(), floorlot::note::NoteError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogSignature {
    /// The name of the key.
    pub name: String,
    /// The id of the key.
    pub key_id: [u8; 4],
    /// The Ed25519 signature over the text.
    pub signature: [u8; 64],
}

impl LogSignature {
    /// Whether name and key id are those of this key.
    pub fn is_by(&self, key: &VerifierKey) -> bool {
        key.made(ED25519, &self.name, self.key_id)
    }
}

impl fmt::Display for LogSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes: Vec<u8> = self.key_id.into_iter().chain(self.signature).collect();
        write!(f, "\u{2014} {} {}", self.name, base64::encode(&bytes))
    }
}

impl FromStr for LogSignature {
    type Err = NoteError;

    fn from_str(line: &str) -> Result<LogSignature, NoteError> {
        let read = || -> Option<LogSignature> {
            let (name, bytes) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
            let bytes = base64::decode(bytes)?;
            let (key_id, signature) = bytes.split_first_chunk::<4>()?;
            check_name(name).ok()?;
            let signature = signature.try_into().ok()?;
            Some(LogSignature { name: name.into(), key_id: *key_id, signature })
        };
        read().ok_or_else(|| NoteError::LogLine { found: short(line) })
    }
}

/// The message of a tlog-cosignature v1: two lines, then the body of the checkpoint.
///
/// ```
/// use floorlot::note::cosignature_message;
/// assert_eq!(cosignature_message(7, "o\n1\nr\n"), "cosignature/v1\ntime 7\no\n1\nr\n");
/// ```
pub fn cosignature_message(time: u64, body: &str) -> String {
    format!("cosignature/v1\ntime {time}\n{body}")
}

/// A checkpoint with its cosignatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedNote {
    /// The text that is signed, with its last LF: the body of a checkpoint.
    pub body: String,
    /// The cosignatures, in the order of the note.
    pub signatures: Vec<Cosignature>,
    /// Signature lines of other types, such as that of a log: somebody else's, kept as they are
    /// and where they are.
    pub others: Vec<OtherSignature>,
}

/// A signature line of another type than tlog-cosignature v1, and its place on the note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherSignature {
    /// How many cosignatures stand before it.
    pub after: usize,
    /// The line, without LF.
    pub line: String,
}

impl SignedNote {
    /// A text with signature lines of any type, each in its place; the error names the first line
    /// that is none.
    pub fn of_lines<'l>(
        body: String,
        lines: impl IntoIterator<Item = &'l str>,
    ) -> Result<SignedNote, NoteError> {
        let mut note = SignedNote { body, signatures: Vec::new(), others: Vec::new() };
        for line in lines {
            match line.parse::<Cosignature>() {
                Ok(signature) => note.signatures.push(signature),
                // Somebody else's signature is no fault: a log signs its checkpoints as well.
                Err(_) if is_signature_line(line) => note
                    .others
                    .push(OtherSignature { after: note.signatures.len(), line: line.to_owned() }),
                Err(error) => return Err(error),
            }
        }
        Ok(note)
    }

    /// Puts a cosignature at the end of the note, in place of those by the same key.
    ///
    /// ```
    /// use floorlot::note::SignedNote;
    /// let line = "— r1 gZgLkAAAAABlU/EAtbitXbxIA4qwcc0gg0eZZqCPBSUr8R/TKsY4FIYx2quJ2tDmuokInX9WBWkoidPgob0Y0BMTzwU2oaZ64oidCQ==";
    /// let text = format!("o\n\n— log AAAAAAA=\n{line}\n— witness AAAAAAA=\n");
    /// let mut note: SignedNote = text.parse()?;
    /// note.put(note.signatures[0].clone())?;
    /// assert_eq!(note.to_string(), format!("o\n\n— log AAAAAAA=\n— witness AAAAAAA=\n{line}\n"));
    /// # Ok::<(), floorlot::note::NoteError>(())
    /// ```
    pub fn put(&mut self, signature: Cosignature) -> Result<(), NoteError> {
        let kept =
            |own: &&Cosignature| own.name != signature.name || own.key_id != signature.key_id;
        let count = self.signatures.iter().filter(kept).count();
        // Nobody is given a note that nobody reads.
        if count.saturating_add(self.others.len()) >= MAX_SIGNATURES {
            return Err(TOO_MANY);
        }
        for other in &mut self.others {
            other.after = self.signatures.iter().take(other.after).filter(kept).count();
        }
        self.signatures.retain(|own| kept(&own));
        self.signatures.push(signature);
        Ok(())
    }

    /// Origin, size and root, if the text is a checkpoint of exactly three lines.
    pub fn checkpoint(&self) -> Result<(&str, u64, Hash), NoteError> {
        parse_checkpoint(&self.body)
    }
}

/// Origin, size and root of the body of a checkpoint.
///
/// ```
/// use floorlot::{note::parse_checkpoint, primitives::tree::{checkpoint_body, root_of}};
/// let body = checkpoint_body("draw.example/1", 0, root_of(&[]));
/// assert_eq!(parse_checkpoint(&body), Ok(("draw.example/1", 0, root_of(&[]))));
/// assert!(parse_checkpoint(&body[1..body.len() - 1]).is_err());
/// ```
pub fn parse_checkpoint(body: &str) -> Result<(&str, u64, Hash), NoteError> {
    let read = || {
        let mut lines = body.strip_suffix('\n')?.split('\n');
        let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
        let root = Hash(base64::decode(root)?.try_into().ok()?);
        let number = size.parse().ok()?;
        // One spelling: what would be written is what was read (no sign, no leading zero).
        (lines.next().is_none() && crate::tree::checkpoint_body(origin, number, root) == body)
            .then_some((origin, number, root))
    };
    let read = read().ok_or(NoteError::Checkpoint)?;
    let (origin, ..) = read;
    // The standard takes any origin; of this one a terminal must not obey a character.
    let sound = !origin.is_empty() && origin.bytes().all(|b| b == b' ' || b.is_ascii_graphic());
    if sound { Ok(read) } else { Err(NoteError::Origin { found: short(origin) }) }
}

impl fmt::Display for SignedNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.body)?;
        let mut others = self.others.iter().peekable();
        for (before, signature) in self.signatures.iter().enumerate() {
            while let Some(other) = others.next_if(|other| other.after <= before) {
                writeln!(f, "{}", other.line)?;
            }
            writeln!(f, "{signature}")?;
        }
        others.try_for_each(|other| writeln!(f, "{}", other.line))
    }
}

/// Name and key id of a signature line of a signed note, of whatever type: name, and base64 of a
/// key id and something more.
fn signer_of(line: &str) -> Option<(&str, [u8; 4])> {
    let (name, bytes) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
    check_name(name).ok()?;
    let bytes = base64::decode(bytes)?;
    let (key_id, rest) = bytes.split_first_chunk::<4>()?;
    (!rest.is_empty()).then_some((name, *key_id))
}

/// Whether a line is a signature of a signed note, of whatever type.
pub(crate) fn is_signature_line(line: &str) -> bool {
    signer_of(line).is_some()
}

/// Whether a signature line has name and key id of this key, which makes cosignatures.
pub(crate) fn is_line_by(line: &str, key: &VerifierKey) -> bool {
    signer_of(line).is_some_and(|(name, key_id)| key.made(COSIGNATURE, name, key_id))
}

impl FromStr for SignedNote {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<SignedNote, NoteError> {
        let note = |what| NoteError::Note { what };
        // A signed note has no control character but LF.
        if text.chars().any(|c| c.is_control() && c != '\n') {
            return Err(note("a control character"));
        }
        let text = text.strip_suffix('\n').ok_or(note("no LF at the end"))?;
        // The last empty line: a note may have others in its text.
        let (body, lines) =
            text.rsplit_once("\n\n").ok_or(note("no empty line before the signatures"))?;
        // Before any of them is read: the file may come from anywhere.
        if lines.split('\n').count() > MAX_SIGNATURES {
            return Err(TOO_MANY);
        }
        SignedNote::of_lines(format!("{body}\n"), lines.split('\n'))
    }
}

#[cfg(test)]
mod tests {
    use super::is_canonical;

    #[test]
    fn an_encoding_is_canonical_below_p() {
        let point = |low: u8, middle: u8, top: u8| {
            let mut bytes = [middle; 32];
            (bytes[0], bytes[31]) = (low, top);
            bytes
        };
        for (low, middle, top, canonical) in [
            (0xec, 0xff, 0x7f, true),
            (0xed, 0xff, 0x7f, false),
            (0xff, 0xff, 0x7f, false),
            (0xee, 0xff, 0xff, false),
            (0xeb, 0xff, 0xff, true),
            (0xec, 0xff, 0xff, false),
            (0x01, 0x00, 0x00, true),
            (0x01, 0x00, 0x80, false),
            (0x00, 0x00, 0x80, true),
            (0xff, 0xfe, 0x7f, true),
        ] {
            assert_eq!(
                is_canonical(&point(low, middle, top)),
                canonical,
                "{low:x} {middle:x} {top:x}"
            );
        }
    }
}
