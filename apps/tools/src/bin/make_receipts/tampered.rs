//! Receipts that were tampered with, each named by the check that must find it, and what is no
//! receipt at all.

use crate::draft::{Base, key};
use crate::manifest::{Case, Evidence};
use crate::together;
use crate::valid::line;

/// A receipt of H003, a text of seven entries with signatures, to cut and to change.
struct Text {
    text: String,
    evidence: Evidence,
}

impl Text {
    fn new() -> Text {
        let base = Base::read("aftermath");
        Text { text: base.receipt("H003").to_string(), evidence: base.evidence() }
    }

    fn case(&self, name: &str, about: &'static str, text: impl Into<Vec<u8>>) -> Case {
        let (name, bytes, evidence) = (name.into(), text.into(), self.evidence.clone());
        Case { name, about, bytes, evidence }
    }

    /// The text with this in the place of that, once.
    fn but(&self, name: &str, about: &'static str, this: &str, that: &str) -> Case {
        assert!(self.text.contains(this), "{name}: no `{this}`");
        self.case(name, about, self.text.replacen(this, that, 1))
    }

    /// The first line that begins so.
    fn line(&self, start: &str) -> &str {
        let line = self.text.lines().find(|line| line.starts_with(start));
        line.unwrap_or_else(|| panic!("no line `{start}`"))
    }

    /// The checkpoint with its signatures.
    fn note(&self) -> &str {
        &self.text[self.text.rfind("\ncorpus.example/aftermath\n").unwrap() + 1..]
    }

    /// The number of lines in the checkpoint, more or less so many, as a line of its own.
    fn size(&self, more: i64) -> String {
        let size: i64 = self.note().lines().nth(1).unwrap().parse().unwrap();
        format!("\n{}\n", size + more)
    }

    /// A hash of a proof.
    fn hash(&self) -> &str {
        self.text.lines().find(|line| line.len() == 44 && line.ends_with('=')).unwrap()
    }
}

/// R1: the form of the entries.
fn entries() -> Vec<Case> {
    let t = Text::new();
    let hash = t.hash().to_owned();
    vec![
        t.but(
            "r1-other-version",
            "the first line names another version",
            "floorlot/1 receipt\n",
            "floorlot/1 receipts\n",
        ),
        t.but("r1-index-with-a-zero-in-front", "an index is written 00", "index 0\n", "index 00\n"),
        t.but("r1-index-below-zero", "an index is negative", "index 0\n", "index -1\n"),
        t.but(
            "r1-index-of-65-bits",
            "an index is too large for any tree",
            "index 0\n",
            "index 18446744073709551616\n",
        ),
        t.but(
            "r1-indices-not-in-order",
            "an entry stands behind one with a larger index",
            "index 0\n",
            "index 900\n",
        ),
        t.but("r1-line-without-its-word", "an entry has no `line `", "\nline ", "\n"),
        t.but(
            "r1-hash-of-31-bytes",
            "a hash of a proof is too short",
            &hash,
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==",
        ),
        t.but(
            "r1-hash-spelled-otherwise",
            "the last digit of a hash has bits that mean nothing",
            &hash,
            &otherwise(&hash),
        ),
        t.but(
            "r1-65-hashes",
            "a proof is longer than any tree is high",
            &format!("{hash}\n"),
            &format!("{hash}\n").repeat(65),
        ),
        t.but("r1-no-empty-line", "no empty line behind a proof", "\n\nindex", "\nindex"),
        t.but("r1-two-empty-lines", "two empty lines behind a proof", "\n\nindex", "\n\n\nindex"),
    ]
}

/// R1: how many entries there are, and the checkpoint behind them.
fn notes() -> Vec<Case> {
    let t = Text::new();
    let note = t.note().to_owned();
    let before_note = t.text[..t.text.len() - note.len()].to_owned();
    let first = t.text["floorlot/1 receipt\n".len()..].split_inclusive("\n\n").next().unwrap();
    let many: String =
        (0..513).map(|n| first.replacen("index 0", &format!("index {n}"), 1)).collect();
    let signature = t.line("— corpus.example/r2").to_owned();
    let first_line = t.line("line {").len() - "line ".len();
    vec![
        t.case(
            "r1-513-entries",
            "more entries than a receipt has",
            format!("floorlot/1 receipt\n{many}{note}"),
        ),
        t.case("r1-no-entry", "a checkpoint alone", format!("floorlot/1 receipt\n{note}")),
        t.case("r1-no-checkpoint", "no checkpoint at the end", before_note.clone()),
        t.case(
            "r1-checkpoint-of-two-lines",
            "the checkpoint has no root",
            before_note + "corpus.example/aftermath" + &t.size(0),
        ),
        t.but(
            "r1-size-with-a-zero-in-front",
            "the size of the checkpoint has a zero in front",
            &t.size(0),
            &t.size(0).replacen('\n', "\n0", 1),
        ),
        t.but(
            "r1-signature-with-a-hyphen",
            "a hyphen in the place of the dash before a signature",
            &signature,
            &signature.replacen('—', "-", 1),
        ),
        t.case(
            "r1-more-behind-the-signatures",
            "a line behind the signatures",
            t.text.clone() + "and more\n",
        ),
        t.case("r1-cut-off", "the end is cut off", &t.text[..t.text.len() - 42]),
        t.case(
            "r5-cut-off",
            "the last signature is cut off, and is still the base64 of something",
            &t.text[..t.text.len() - 41],
        ),
        t.case(
            "r1-signature-without-a-signature",
            "a signature line with nothing behind the key id",
            t.text.clone() + &line("log.example", &[1, 2, 3, 4], 0),
        ),
        t.case(
            "r1-signer-with-a-plus",
            "a signature line with a plus in the name",
            t.text.clone() + &line("log+example", &[1, 2, 3, 4], 64),
        ),
        t.case(
            "r1-signer-without-a-name",
            "a signature line without a name",
            t.text.clone() + &line("", &[1, 2, 3, 4], 64),
        ),
        t.case(
            "r1-257-lines",
            "one signature line more than a note may have",
            t.text.clone()
                + &line("log.example", &[1, 2, 3, 4], 64)
                    .repeat(257 - t.note().lines().filter(|line| line.starts_with('—')).count()),
        ),
        t.case(
            "r1-cut-off-behind-a-line",
            "the end is cut off where a line ends",
            t.text.split_inclusive('\n').take(12).collect::<String>(),
        ),
        t.but(
            "r1-origin-with-a-space",
            "the origin has a space, which a signed note may have and a plan may not",
            "\n\ncorpus.example/aftermath\n",
            "\n\ncorpus.example/after math\n",
        ),
        t.but(
            "r1-origin-ends-with-a-slash",
            "the origin does not end with a letter or digit",
            "\n\ncorpus.example/aftermath\n",
            "\n\ncorpus.example/aftermath/\n",
        ),
        t.but(
            "r1-size-above-limit",
            "the size of the checkpoint is 2^53, one above the largest integer",
            &t.size(0),
            "\n9007199254740992\n",
        ),
        t.but(
            "r1-line-of-65536-bytes",
            "a line one byte too long",
            "\nline {",
            &format!("\nline {}{{", "x".repeat(65_536 - first_line)),
        ),
    ]
}

/// Base64 of the same bytes with another last digit, which a strict reader refuses.
fn otherwise(hash: &str) -> String {
    let last = DIGITS.iter().position(|digit| *digit == hash.as_bytes()[42]).unwrap();
    format!("{}{}=", &hash[..42], char::from(DIGITS[last + 1]))
}

/// R2: lines that are not in the tree, or in no transcript at all.
fn lines() -> Vec<Case> {
    let t = Text::new();
    let ticket = t.line("line {\"kind\":\"call\"").split('"').nth(15).unwrap().to_owned();
    vec![
        t.but("r2-other-ticket", "the ticket of its call", &ticket, "1234567890123456789"),
        t.but(
            "r2-other-unit",
            "the unit of its pick",
            "\"unit\":\"A-1801\"",
            "\"unit\":\"A-1201\"",
        ),
        t.but("r2-other-storey", "the storey of its unit", "\"storey\":18", "\"storey\":19"),
        other_price(),
        t.but(
            "r2-official-made-rehearsal",
            "the mode of the draw",
            "\"mode\":\"official\"",
            "\"mode\":\"rehearsal\"",
        ),
        t.but(
            "r2-other-ruling",
            "the ruling on its objection",
            "\"decision\":\"rejected\"",
            "\"decision\":\"upheld\"",
        ),
        t.but(
            "r2-white-space",
            "white space in a line",
            "{\"kind\":\"call\",",
            "{\"kind\": \"call\",",
        ),
        t.but(
            "r2-unknown-kind",
            "a line of a kind that does not exist",
            "{\"kind\":\"objection\",",
            "{\"kind\":\"complaint\",",
        ),
        t.but("r2-cr-in-a-line", "a CR inside a line", "\"tier\":1", "\"tier\":\r1"),
    ]
}

fn other_price() -> Case {
    let base = Base::read("areas-and-prices");
    let (text, evidence) = (base.receipt("H104").to_string(), base.evidence());
    let t = Text { text, evidence };
    t.but("r2-other-price", "the price of its unit", "\"price\":123456789", "\"price\":100000000")
}

/// R2: proofs that lead elsewhere.
fn proofs() -> Vec<Case> {
    let t = Text::new();
    let hash = t.hash().to_owned();
    let wrong = hash.replacen(&hash[..1], if hash.starts_with('A') { "B" } else { "A" }, 1);
    let swapped: Vec<&str> =
        t.text.lines().filter(|line| line.len() == 44 && line.ends_with('=')).take(2).collect();
    let other = Base::read("void-after-the-result").receipt("H003").to_string();
    let other = other[other.rfind("\ncorpus.example/").unwrap() + 1..]
        .replace("void-after-the-result", "aftermath");
    let last = t.text[..t.text.rfind("\nindex ").unwrap() + 1].len();
    let last_index = t.text[last..].lines().next().unwrap().to_owned();
    vec![
        t.but("r2-other-hash", "a hash of a proof", &hash, &wrong),
        t.but("r2-hash-missing", "a hash of a proof is left out", &format!("{hash}\n"), ""),
        t.but(
            "r2-hash-twice",
            "a hash of a proof stands there twice",
            &format!("{hash}\n"),
            &format!("{hash}\n{hash}\n"),
        ),
        t.but(
            "r2-hashes-exchanged",
            "two hashes of a proof change places",
            &swapped.join("\n"),
            &format!("{}\n{}", swapped[1], swapped[0]),
        ),
        t.but("r2-other-place", "a line at the place beside its own", "index 0\n", "index 1\n"),
        t.but(
            "r2-place-outside",
            "a line behind the end of the tree",
            &last_index,
            &format!("index {}", t.size(0).trim()),
        ),
        t.but("r2-proof-left-out", "a line without its proof", &proof_of(&t), "\n\n"),
        t.but(
            "r2-smaller-size",
            "the size in the checkpoint, smaller than an index",
            &t.size(0),
            "\n60\n",
        ),
        t.case(
            "r2-checkpoint-of-another-draw",
            "the checkpoint of another draw under the same name",
            t.text.replace(t.note(), &other),
        ),
    ]
}

/// The proof of the first entry, with what stands around it.
fn proof_of(t: &Text) -> String {
    let start = t.text.find(t.hash()).unwrap();
    let end = start + t.text[start..].find("\n\n").unwrap();
    t.text[start - 1..end + 2].to_owned()
}

/// R4: the fingerprint.
fn fingerprints() -> Vec<Case> {
    let t = Text::new();
    let own = t.evidence.fingerprints[0].clone();
    let last = if own.ends_with('0') { "1" } else { "0" };
    let digit = format!("{}{last}", &own[..own.len() - 1]);
    let groups: Vec<&str> = own.split(' ').collect();
    let turned = [&groups[1..], &groups[..1]].concat().join(" ");
    let other = Base::read("empty-batch").evidence().fingerprints[0].clone();
    let case = |name: &str, about, noted: Vec<String>| {
        let evidence = Evidence { fingerprints: noted, ..t.evidence.clone() };
        Case { name: name.into(), about, bytes: t.text.clone().into_bytes(), evidence }
    };
    let short = Base::read("aftermath").receipt("H003").short(usize::MAX).unwrap();
    let none = Evidence { fingerprints: vec![other.clone()], ..Evidence::default() };
    vec![
        case("r4-one-digit", "one digit noted is another", vec![digit.clone()]),
        case("r4-groups-turned", "the right groups in another order", vec![turned]),
        case("r4-of-another-draw", "the fingerprint of another draw", vec![other.clone()]),
        case(
            "r4-none-of-several",
            "several fingerprints, none of them its own",
            vec![digit, other],
        ),
        Case {
            name: "r4-short-form".into(),
            about: "a short form with the fingerprint of another draw",
            bytes: short.into_bytes(),
            evidence: none,
        },
    ]
}

/// R5: the signatures.
fn signatures() -> Vec<Case> {
    let t = Text::new();
    let body: String = t.note().split_inclusive('\n').take(3).collect();
    let own = |member: &str| t.line(&format!("— corpus.example/{member} ")).to_owned();
    let r2 = own("r2");
    let base = Base::read("aftermath");
    let earlier = base.draft("H003").lines;
    let earlier = earlier
        .iter()
        .find(|line| line.starts_with("{\"kind\":\"cosignature\",\"member\":\"r2\""))
        .unwrap();
    let earlier = earlier[earlier.find('—').unwrap()..].split('"').next().unwrap();
    let mut bytes = decode(r2.rsplit(' ').next().unwrap());
    let altered = |bytes: &[u8]| format!("— corpus.example/r2 {}", encode(bytes));
    bytes[40] ^= 1;
    let bit = altered(&bytes);
    bytes[40] ^= 1;
    bytes[11] ^= 1;
    let time = altered(&bytes);
    let other_body = body.replace(&t.size(0), &t.size(-1));
    let moved = key("r2").cosign(&other_body, 1_792_000_840).to_string();
    let theirs = key("o1").cosign(&body, 1_792_000_840).to_string();
    let theirs = decode(theirs.rsplit(' ').next().unwrap());
    let id = decode(r2.rsplit(' ').next().unwrap())[..4].to_vec();
    let other_key = altered(&[id, theirs[4..].to_vec()].concat());
    vec![
        t.but(
            "r4-other-size",
            "the size in the checkpoint, with which the proofs go as well",
            &t.size(0),
            &t.size(1),
        ),
        t.case(
            "r5-of-a-log-by-its-key",
            "a line by a key of the panel as long as that of a log",
            t.text.clone()
                + &line("corpus.example/r2", &decode(r2.rsplit(' ').next().unwrap())[..4], 64),
        ),
        t.case(
            "r5-time-of-64-bits",
            "a line by a key of the panel with a time that no signature has",
            {
                let mut late = decode(r2.rsplit(' ').next().unwrap());
                late[4] = 0x80;
                t.text.clone() + &altered(&late) + "\n"
            },
        ),
        t.but("r5-one-bit", "one bit of a signature", &r2, &bit),
        t.but("r5-other-time", "the time in a signature", &r2, &time),
        t.but("r5-of-the-plan", "a signature over the checkpoint of the plan", &r2, earlier),
        t.but("r5-of-another-size", "a signature over a checkpoint of another size", &r2, &moved),
        t.but(
            "r5-by-another-key",
            "a signature by another key under this name and key id",
            &r2,
            &other_key,
        ),
        t.case(
            "r5-a-wrong-one-beside-the-right-one",
            "a wrong signature by a key that signed rightly as well",
            t.text.clone() + &bit + "\n",
        ),
    ]
}

const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Base64, without the library's.
fn decode(text: &str) -> Vec<u8> {
    let sextets = text.bytes().filter(|c| *c != b'=');
    let bits = sextets.flat_map(|c| {
        let value = DIGITS.iter().position(|digit| *digit == c).unwrap();
        (0..6).rev().map(move |bit| value >> bit & 1 == 1)
    });
    let bits: Vec<bool> = bits.collect();
    let byte = |bits: &[bool]| bits.iter().fold(0_u8, |byte, bit| byte << 1 | u8::from(*bit));
    bits.chunks_exact(8).map(byte).collect()
}

pub(crate) fn encode(bytes: &[u8]) -> String {
    let bits: Vec<bool> =
        bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1 == 1)).collect();
    let digit = |bits: &[bool]| {
        let value = (0..6).fold(0, |n, i| n << 1 | usize::from(bits.get(i) == Some(&true)));
        char::from(DIGITS[value])
    };
    let mut out: String = bits.chunks(6).map(digit).collect();
    while !out.len().is_multiple_of(4) {
        out.push('=');
    }
    out
}

/// What is no receipt, and what a program made of one.
fn unreadable() -> Vec<Case> {
    let t = Text::new();
    let utf16: Vec<u8> = t.text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut torn = t.text.clone().into_bytes();
    torn[200] = 0xff;
    vec![
        t.case("unreadable-empty", "an empty file", ""),
        t.case("unreadable-transcript", "a transcript", "{\"kind\":\"plan\",\"floorlot\":1}\n"),
        t.case("unreadable-web-page", "a web page", "<!doctype html><title>404</title>\n"),
        t.case(
            "unreadable-byte-order-mark-twice",
            "two byte order marks in front",
            format!("\u{feff}\u{feff}{}", t.text),
        ),
        t.case("unreadable-utf-16", "saved as UTF-16", [vec![0xff, 0xfe], utf16].concat()),
        t.case("unreadable-empty-line-in-front", "an empty line in front", format!("\n{}", t.text)),
        t.case("unreadable-white-space-in-front", "a space in front", format!(" {}", t.text)),
        t.case("unreadable-base64", "as a mail program packs it", encode(t.text.as_bytes())),
        t.case("unreadable-not-utf-8", "a byte that is not UTF-8", torn),
    ]
}

/// Before the draw.
fn enrolled() -> Vec<Case> {
    let base = Base::read("aftermath");
    let (text, sealed) = (base.enrolment("H004").to_string(), base.sealed());
    let of = |name: &str, about, bytes: String, evidence: &Evidence| Case {
        name: name.into(),
        about,
        bytes: bytes.into(),
        evidence: evidence.clone(),
    };
    let other = base.enrolment("H101").to_string();
    let entry = |text: &str, kind: &str| {
        let kind = format!("\"kind\":\"{kind}\"");
        text.split_inclusive("\n\n").find(|entry| entry.contains(&kind)).unwrap().to_owned()
    };
    vec![
        of(
            "r2-enrolled-in-another-tier",
            "in another tier than in the sealed plan",
            text.replace("\"tier\":2", "\"tier\":1"),
            &sealed,
        ),
        of(
            "r2-enrolled-without-its-needs",
            "what it needs was left out",
            text.replace(",\"needs\":[\"step-free\"]", ""),
            &sealed,
        ),
        of(
            "r3-enrolled-in-another-pool",
            "with the pool of somebody else",
            text.replace(&entry(&text, "pool"), &entry(&other, "pool")),
            &sealed,
        ),
        of(
            "r4-enrolled-and-the-fingerprint-of-the-result",
            "what was noted is the fingerprint of the last checkpoint",
            text.clone(),
            &base.evidence(),
        ),
    ]
}

pub(crate) fn all() -> Vec<Case> {
    let rules = [
        entries(),
        notes(),
        lines(),
        proofs(),
        together::all(),
        fingerprints(),
        signatures(),
        unreadable(),
        enrolled(),
        crate::families::tampered(),
    ];
    rules.into_iter().flatten().collect()
}
