//! Receipts: a slip for each household or family, checked at home, offline (checks R1 to R5).
//!
//! A [`Receipt`] holds the lines of the transcript that concern one household, or the claims of one
//! family, each with the proof
//! that it is in the tree under the last checkpoint, and that checkpoint with its cosignatures. It
//! shows what stands in the transcript. That the draw was right, and that nothing else in the
//! transcript concerns the household, only the whole transcript shows.
//!
//! ```
//! use floorlot::receipt::{Receipt, ReceiptEvidence, receipts};
//! use floorlot::transcript::{Evidence, Level, verify};
//! let file = include_bytes!("../../tests/vectors/worked/transcript.jsonl");
//! let report = verify(&file[..], &Evidence::default())?;
//! let noted = report.checkpoints[2].fingerprint.parse()?;
//! let verified = report.into_verified().expect("no check failed");
//! let all = receipts(&verified, file.trim_ascii_end().split(|b| *b == b'\n'))?;
//! let text = all.of("H002").unwrap().to_string();
//!
//! // At home, with nothing but the slip and the fingerprint from the notice board.
//! let receipt: Receipt = text.parse()?;
//! let report = receipt.verify(&ReceiptEvidence { noted: vec![noted], ..ReceiptEvidence::default() });
//! let proven = report.proven().expect("no check failed");
//! assert_eq!(proven.level(), Level::Anchored); // given the keys of the panel it would be certified
//! assert_eq!((proven.facts().unit.as_deref(), proven.facts().storey), (Some("A-0301"), Some(3)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod check;
mod facts;
mod family;
mod make;
mod report;
mod saved;
mod together;

pub use check::{BenchKeys, ReceiptEvidence};
pub use facts::{Facts, Holds};
pub use family::FamilyFacts;
pub use make::{Receipts, ReceiptsError, enrolment_receipts, receipts};
pub use report::{
    CertifiedReceipt, ProvenReceipt, ReceiptCheck, ReceiptCheckReport, ReceiptReport,
};
pub use saved::{NoReceipt, Saved};

use crate::base64;
use crate::hash::Hash;
use crate::lines::Line;
use crate::note::{MAX_SIGNATURES, SignedNote, is_signature_line, parse_checkpoint};
use crate::number::count;
use crate::profile::{MAX_INTEGER, MAX_LINE};
use crate::rules::Phrase;
use crate::text::{is_origin, visible};
use facts::NextLines;
use family::Parts;
use std::collections::BTreeSet;
use std::fmt::{self, Write};
use std::iter::{Enumerate, Peekable};
use std::str::{FromStr, Split};

/// The first line of a receipt.
pub(crate) const HEADER: &str = "floorlot/1 receipt";

/// How many entries a receipt has at most: eight for each of the claims that a family may have.
const MAX_ENTRIES: usize = 512;

/// How many bytes a receipt has at most.
const MAX_BYTES: usize = 8_388_608;

/// How many hashes a proof has at most: a tree of 2^64 leaves is not higher.
const MAX_PROOF: usize = 64;

/// How many bytes the largest QR code holds (version 40, error correction L, byte mode; ISO/IEC
/// 18004).
pub const QR_BYTES: usize = 2_953;

/// A line of the transcript with its inclusion proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place in the transcript, from 0.
    pub index: u64,
    /// The line, without LF.
    pub line: String,
    /// The proof, from the sibling of the leaf up to a child of the root (RFC 6962 section 2.1.1).
    pub proof: Vec<Hash>,
}

impl Entry {
    /// The line, decoded; `None` if it is not in the profile (check R2 says why).
    pub(crate) fn decoded(&self) -> Option<Line<'_>> {
        Line::decode(self.line.as_bytes()).ok()
    }

    /// `index` and the proof, as they stand in a receipt and in a tlog-proof, with the empty line
    /// at the end.
    fn write_proof(&self, out: &mut String) {
        self.proof.iter().for_each(|hash| *out += &(base64::encode(&hash.0) + "\n"));
        out.push('\n');
    }
}

/// A text that is not a receipt (check R1).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the receipt: found {}; expected {}", found.en, expected.en)]
pub struct ReceiptError {
    /// The line of the receipt, from 1.
    pub line: u64,
    /// What stands there.
    pub found: Phrase,
    /// What should stand there.
    pub expected: Phrase,
    /// How many lines there are up to it.
    examined: u64,
}

impl ReceiptError {
    /// The error in both languages.
    pub fn words(&self) -> Phrase {
        Phrase::new(
            self.to_string(),
            format!("收据第 {} 行：发现 {}；应为 {}", self.line, self.found.zh, self.expected.zh),
        )
    }
}

/// The receipt of a household, or of a family with its claims. [`receipts`] makes it, `parse` reads
/// it, `to_string` writes it; text and value correspond one to one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    entries: Vec<Entry>,
    note: SignedNote,
    /// The signature lines of the note, of whatever type, in their places.
    lines: Vec<String>,
    /// Size and root in the body of the note.
    size: u64,
    root: Hash,
}

impl Receipt {
    /// The lines, in the order of the transcript.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The checkpoint with its cosignatures; there are none in the short form.
    pub fn note(&self) -> &SignedNote {
        &self.note
    }

    /// The origin in the body of the note.
    fn origin(&self) -> &str {
        self.note.body.split('\n').next().unwrap_or_default()
    }

    /// Each line's proof as a [C2SP tlog-proof](https://c2sp.org/tlog-proof), for other programs
    /// that check proofs. What is proved is the line (without LF), which is not in the tlog-proof.
    /// Those programs ask for signatures, so the short form gives nothing for them.
    pub fn proofs(&self) -> Vec<String> {
        self.entries.iter().map(|entry| self.proof(entry)).collect()
    }

    /// The same of the line with this index, from 0; `None` if it is not in the receipt.
    pub fn tlog_proof(&self, index: u64) -> Option<String> {
        self.entries.iter().find(|entry| entry.index == index).map(|entry| self.proof(entry))
    }

    fn proof(&self, entry: &Entry) -> String {
        let mut out = format!("c2sp.org/tlog-proof@v1\nindex {}\n", entry.index);
        entry.write_proof(&mut out);
        out + &self.note_text()
    }

    fn note_text(&self) -> String {
        // A signed note has a signature; without one the body stands alone.
        let mut text = self.note.body.clone();
        if !self.lines.is_empty() {
            text.push('\n');
            self.lines.iter().for_each(|line| text += &format!("{line}\n"));
        }
        text
    }

    /// The short form for a QR code: without signatures, and with as many lines as fit into this
    /// many bytes (at most [`QR_BYTES`]). It always has what the household got and what changed
    /// that; `None` if that does not fit. It is a receipt too.
    pub fn short(&self, most: usize) -> Option<String> {
        // Each form leaves out more than the one before.
        const LEFT_OUT: [&[&str]; 4] = [
            &[],
            &["plan", "pool", "unit"],
            &["household", "objection", "ruling", "offer", "decline"],
            &["call"],
        ];
        let lines: Vec<(u64, Line<'_>)> = self.decoded();
        let mut next = NextLines::of(lines.iter().map(|(index, line)| (*index, line)));
        let kind = |entry: &Entry| {
            let line = entry.decoded();
            // R3: the next line stays with its `pick` or `standby`, whatever its kind.
            line.filter(|line| !next.is_next(entry.index, line)).map_or("", |line| line.kind())
        };
        let kinds: Vec<&str> = self.entries.iter().map(kind).collect();
        // R3: a family's lines are of the households that are shown.
        let family = kinds.contains(&"family");
        let form = |last: usize| {
            let left_out = LEFT_OUT.get(..=last).filter(|_| !family || last < 2)?.concat();
            let kept = self.entries.iter().zip(&kinds).filter(|(_, kind)| !left_out.contains(kind));
            let (entries, kinds): (Vec<Entry>, Vec<&str>) =
                kept.map(|(entry, kind)| (entry.clone(), *kind)).unzip();
            // R3: at least one line names a household.
            let named =
                ["household", "call", "pick", "standby"].iter().any(|kind| kinds.contains(kind));
            named.then(|| self.unsigned(entries).to_string())
        };
        // The first form that fits leaves out least.
        (0..LEFT_OUT.len()).filter_map(form).find(|text| text.len() <= most.min(QR_BYTES))
    }

    /// The lines of one claim of a family, without those of the family and the household: a receipt
    /// of that household, without signatures, for a QR code of its own where the short form of the
    /// family does not fit one. `None` if this is no family's receipt, or no line but these names
    /// the claim.
    pub fn of_claim(&self, household: &str) -> Option<Receipt> {
        let facts = self.claims();
        let family = facts.family.as_ref()?;
        let lines = self.decoded();
        let indexed = || lines.iter().map(|(index, line)| (*index, line));
        let about = facts::about_it(indexed());
        let mut parts = Parts::of(&about).with_units(family);
        let claim = parts.number(household)?;
        let (mut next, mut behind, mut named) = (NextLines::of(indexed()), None, false);
        let mut kept = BTreeSet::new();
        for (index, line) in &lines {
            let own = !next.is_next(*index, line)
                && parts.claims_of(line).contains(&claim)
                && !matches!(line, Line::Household { .. });
            // The next line is often the call of another claim.
            if own || behind == Some(*index) {
                kept.insert(*index);
            }
            let outcome = matches!(line, Line::Pick { .. } | Line::Standby { .. });
            behind = (own && outcome).then(|| index.saturating_add(1));
            named |= own && facts::household_of(line).is_some();
        }
        let entries = self.entries.iter().filter(|entry| kept.contains(&entry.index)).cloned();
        named.then(|| self.unsigned(entries.collect()))
    }

    /// The lines that are in the profile, each with its place in the transcript, from 0.
    fn decoded(&self) -> Vec<(u64, Line<'_>)> {
        self.entries.iter().filter_map(|entry| Some((entry.index, entry.decoded()?))).collect()
    }

    /// These entries of it, without signatures.
    fn unsigned(&self, entries: Vec<Entry>) -> Receipt {
        let body = self.note.body.clone();
        let note = SignedNote { body, signatures: Vec::new(), others: Vec::new() };
        Receipt { entries, note, lines: Vec::new(), ..*self }
    }
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = format!("{HEADER}\n");
        for entry in &self.entries {
            writeln!(out, "index {}\nline {}", entry.index, entry.line)?;
            entry.write_proof(&mut out);
        }
        f.write_str(&out)?;
        f.write_str(&self.note_text())
    }
}

/// The lines of a receipt with their numbers, from 0.
struct Parser<'t> {
    lines: Peekable<Enumerate<Split<'t, char>>>,
    /// The number of the last line read, from 1.
    number: u64,
}

impl<'t> Parser<'t> {
    /// The next line, if there is one.
    fn next(&mut self) -> Option<&'t str> {
        let (index, line) = self.lines.next()?;
        self.number = count(index).saturating_add(1);
        Some(line)
    }

    fn peek(&mut self) -> Option<&'t str> {
        self.lines.peek().map(|(_, line)| *line)
    }

    /// The next line, if it is as expected.
    fn read<T>(
        &mut self,
        expected: (&str, &str),
        read: impl FnOnce(&'t str) -> Option<T>,
    ) -> Result<T, ReceiptError> {
        let line = self.next();
        line.and_then(read).ok_or_else(|| self.error(line, expected))
    }

    fn error(&self, found: Option<&str>, expected: (&str, &str)) -> ReceiptError {
        let short = |line: &str| {
            Phrase::same(format_args!("`{}`", visible(&line.chars().take(60).collect::<String>())))
        };
        let examined = self.number;
        // What is missing would have stood on the next line.
        let line = examined.saturating_add(u64::from(found.is_none()));
        let found = found.map_or(Phrase::new("the end of the receipt", "收据到此结束"), short);
        ReceiptError { line, found, expected: Phrase::new(expected.0, expected.1), examined }
    }

    /// One entry: `index`, `line`, the proof, an empty line.
    fn entry(&mut self, after: Option<u64>) -> Result<Entry, ReceiptError> {
        let index = self.read(
            (
                "`index ` and a place in the transcript after that of the entry before, without leading zero",
                "`index ` 加序号，大于前一项，无前导零",
            ),
            |line| {
                let digits = line.strip_prefix("index ")?;
                let index: u64 = digits.parse().ok()?;
                // R1: one spelling, without sign or leading zero, and the entries in the order of
                // the file.
                (index.to_string() == digits && after.is_none_or(|after| index > after)).then_some(index)
            },
        )?;
        let line = self.read(
            (
                "`line ` and a line of the transcript of at most 65535 bytes",
                "`line ` 加记录中的一行，至多 65535 字节",
            ),
            |line| line.strip_prefix("line ").filter(|line| line.len() <= MAX_LINE),
        )?;
        let mut proof = Vec::new();
        // A proof of more hashes is no proof, and is not read.
        while self.peek().is_some_and(|line| !line.is_empty()) && proof.len() < MAX_PROOF {
            proof.push(self.read(
                ("base64 of 32 bytes, or an empty line", "32 字节的 base64，或空行"),
                |line| Some(Hash(base64::decode(line)?.try_into().ok()?)),
            )?);
        }
        self.read(
            ("an empty line after at most 64 hashes", "至多 64 个哈希值之后的空行"),
            |line| line.is_empty().then_some(()),
        )?;
        Ok(Entry { index, line: line.into(), proof })
    }

    /// The checkpoint, and its signatures if there are any.
    fn note(&mut self) -> Result<Note, ReceiptError> {
        let mut body = String::new();
        let parts = [
            ("`index `, or the origin of the checkpoint", "`index `，或检查点的抽签编号"),
            ("the number of lines of the checkpoint", "检查点的行数"),
            ("the root of the checkpoint in base64", "检查点根的 base64"),
        ];
        // R1 names the first line that is wrong, so each is read with something sound behind it.
        const BEHIND: [&str; 3] = [
            "0\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
            "",
        ];
        let (mut size, mut root) = (0, Hash([0; 32]));
        for (part, behind) in parts.into_iter().zip(BEHIND) {
            (body, size, root) = self.read(part, |line| {
                let body = format!("{body}{line}\n");
                let whole = format!("{body}{behind}");
                let (origin, size, root) = parse_checkpoint(&whole).ok()?;
                // R1: the origin of the body has the form of P1, its number of lines that of T1. A
                // signed note takes more.
                (is_origin(origin) && size <= MAX_INTEGER).then(|| (body.clone(), size, root))
            })?;
        }
        let mut lines = Vec::new();
        if self.peek().is_some() {
            self.read(
                ("an empty line before the signatures, or the end", "签名之前的空行，或到此结束"),
                |line| line.is_empty().then_some(()),
            )?;
            lines.push(self.signature()?);
        }
        while self.peek().is_some() && lines.len() < MAX_SIGNATURES {
            lines.push(self.signature()?);
        }
        match self.next() {
            None => Ok(Note { body, lines, size, root }),
            found => Err(self.error(found, ("at most 256 signatures", "至多 256 个签名"))),
        }
    }

    /// A signature line of whatever type: a log and its witnesses sign checkpoints as well.
    fn signature(&mut self) -> Result<String, ReceiptError> {
        self.read(("a signature line `— name base64`", "签名行 `— 名称 base64`"), |line| {
            is_signature_line(line).then(|| line.to_owned())
        })
    }
}

/// The checkpoint of a receipt.
struct Note {
    body: String,
    lines: Vec<String>,
    size: u64,
    root: Hash,
}

impl Note {
    /// The signed note: cosignatures, and lines of other types.
    fn signed(&self) -> SignedNote {
        // R1 has looked at each line.
        let lines = self.lines.iter().map(String::as_str);
        SignedNote::of_lines(self.body.clone(), lines).unwrap_or_else(|error| {
            debug_assert!(false, "{error}");
            SignedNote { body: self.body.clone(), signatures: Vec::new(), others: Vec::new() }
        })
    }
}

impl FromStr for Receipt {
    type Err = ReceiptError;

    /// Check R1: accepts exactly what `to_string` writes.
    fn from_str(text: &str) -> Result<Receipt, ReceiptError> {
        let (whole, lines) = text.strip_suffix('\n').map_or((false, text), |lines| (true, lines));
        let mut parser = Parser { lines: lines.split('\n').enumerate().peekable(), number: 0 };
        parser.read(("`floorlot/1 receipt`", "`floorlot/1 receipt`"), |line| {
            (line == HEADER).then_some(())
        })?;
        let mut entries: Vec<Entry> = Vec::new();
        // A receipt has one entry at least.
        while entries.is_empty() || parser.peek().is_some_and(|line| line.starts_with("index ")) {
            if entries.len() == MAX_ENTRIES {
                let found = parser.next();
                return Err(parser.error(found, ("at most 512 entries", "至多 512 项")));
            }
            entries.push(parser.entry(entries.last().map(|e| e.index))?);
        }
        let note = parser.note()?;
        // R1 names the first line that is wrong, and this is the last.
        match whole {
            true => {
                let signed = note.signed();
                let Note { lines, size, root, .. } = note;
                Ok(Receipt { entries, note: signed, lines, size, root })
            }
            false => Err(parser.error(
                lines.rsplit('\n').next(),
                ("LF at the end of the last line", "最后一行以换行符结束"),
            )),
        }
    }
}
