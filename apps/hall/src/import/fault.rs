//! What is wrong with the office's files, and where: file, sheet, row and column as a spreadsheet
//! program shows them.

use floorlot::rules::{Lang, Phrase};
use std::collections::{BTreeMap, BTreeSet};
use unicode_normalization::UnicodeNormalization;

/// The two tables of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    Roll,
    Units,
}

impl Role {
    pub(super) const ALL: [Role; 2] = [Role::Roll, Role::Units];

    pub(super) fn words(self) -> Phrase {
        match self {
            Role::Roll => Phrase::new("households", "住户"),
            Role::Units => Phrase::new("units", "房源"),
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Role::Roll => "roll",
            Role::Units => "units",
        }
    }
}

/// A row of one of the tables: which table, which of its sheets (from 0), and the number that the
/// spreadsheet shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct At {
    pub(super) role: Role,
    pub(super) sheet: usize,
    pub(super) row: u32,
}

/// The place of a fault, as words.
pub(super) type Place = Phrase;

/// One fault.
#[derive(Debug, Clone)]
pub struct Fault {
    /// Place, what was found, what was expected, and what to do, which may be empty.
    words: Box<[Phrase; 4]>,
    /// Where it stands in the list: what concerns no row comes first.
    pub(super) order: Option<At>,
    /// What stands before and after the row in its place, if many rows may have the same fault.
    around: Option<Box<[Phrase; 2]>>,
}

impl Fault {
    pub(super) fn new(place: Place, found: Phrase, expected: Phrase, advice: Phrase) -> Fault {
        Fault { words: Box::new([place, found, expected, advice]), order: None, around: None }
    }

    /// The same fault, listed with those of this row.
    pub(super) fn at(self, at: At) -> Fault {
        Fault { order: Some(at), ..self }
    }

    /// The same fault of a cell: between `before` and `after` stands its row.
    pub(super) fn in_cell(self, before: Phrase, after: Phrase) -> Fault {
        Fault { around: Some(Box::new([before, after])), ..self }
    }

    /// What many rows can have in common.
    fn common(&self) -> Option<(usize, String)> {
        let [before, after] = self.around.as_deref()?;
        let [_, found, expected, advice] = self.words.as_ref();
        let text =
            [before, after, found, expected, advice].map(|words| words.en.as_str()).join("\n");
        self.order.map(|at| (at.sheet, text))
    }

    pub(super) fn place(&self) -> &Place {
        let [place, ..] = self.words.as_ref();
        place
    }

    /// The same fault in another place.
    pub(super) fn moved(self, place: Place) -> Fault {
        let [_, found, expected, advice] = *self.words;
        Fault { words: Box::new([place, found, expected, advice]), ..self }
    }

    /// The fault without its place, for who sees where it stands.
    pub fn beside(&self, lang: Lang) -> String {
        let [_, found, expected, advice] = self.words.each_ref().map(|words| words.get(lang));
        without_numbers(&match lang {
            Lang::En if advice.is_empty() => format!("found {found}; expected {expected}"),
            Lang::En => format!("found {found}; expected {expected}; {advice}"),
            Lang::Zh if advice.is_empty() => format!("发现 {found}；应为 {expected}"),
            Lang::Zh => format!("发现 {found}；应为 {expected}；{advice}"),
        })
    }

    /// The whole fault as a sentence.
    pub fn sentence(&self, lang: Lang) -> String {
        let (place, rest) = (self.place().get(lang), self.beside(lang));
        without_numbers(&match lang {
            Lang::En => format!("{place}: {rest}"),
            Lang::Zh => format!("{place}：{rest}"),
        })
    }
}

/// The sentences of all faults, in the order of the tables. What is the same in more than three
/// rows is said once, with the rows.
pub(super) fn sentences(faults: &[Fault], lang: Lang) -> Vec<String> {
    let mut faults: Vec<&Fault> = faults.iter().collect();
    faults.sort_by_key(|fault| fault.order);
    let mut rows: BTreeMap<(usize, String), BTreeSet<u32>> = BTreeMap::new();
    for (common, at) in faults.iter().filter_map(|fault| fault.common().zip(fault.order)) {
        rows.entry(common).or_default().insert(at.row);
    }
    let mut said = BTreeSet::new();
    let sentence = |fault: &Fault| {
        let Some(common) = fault.common() else { return Some(fault.sentence(lang)) };
        let Some((rows, [before, after])) =
            rows.get(&common).zip(fault.around.as_deref()).filter(|(rows, _)| rows.len() > 3)
        else {
            return Some(fault.sentence(lang));
        };
        said.insert(common).then(|| {
            let (n, rows) = (rows.len(), ranges(rows));
            let place = match lang {
                Lang::En => format!("{}, {n} rows: {rows}{}", before.en, after.en),
                Lang::Zh => format!(
                    "{}，{n} 行（第 {} 行）{}",
                    before.zh,
                    rows.replace(", ", "、"),
                    after.zh
                ),
            };
            let [_, found, expected, advice] = fault.words.as_ref().clone();
            Fault::new(Phrase::same(place), found, expected, advice).sentence(lang)
        })
    };
    faults.into_iter().filter_map(sentence).collect()
}

/// `5–8, 12`.
pub(super) fn ranges(rows: &BTreeSet<u32>) -> String {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for &row in rows {
        match ranges.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(row) => *last = row,
            _ => ranges.push((row, row)),
        }
    }
    let shown = ranges.iter().map(|(first, last)| {
        if first == last { first.to_string() } else { format!("{first}–{last}") }
    });
    shown.collect::<Vec<_>>().join(", ")
}

/// The same words with both languages made by one closure.
pub(super) fn both(words: impl Fn(Lang) -> String) -> Phrase {
    Phrase::new(words(Lang::En), words(Lang::Zh))
}

/// `found` in back quotes: what stands in the file, shortened, and without the digits of what looks
/// like a document number.
pub(super) fn quoted(text: &str) -> Phrase {
    let long = text.chars().count() > 40;
    let hidden = is_document_number(text) || has_personal_number(text);
    let shown: String =
        text.chars().take(40).map(|c| if hidden && c.is_numeric() { '*' } else { c }).collect();
    Phrase::same(format_args!("`{shown}{}`", if long { "…" } else { "" }))
}

/// Whether a text looks like the number of an identity document or a telephone, or has the former
/// in it.
pub(super) fn is_document_number(text: &str) -> bool {
    let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let mobile = digits.len() == 11 && matches!(digits.as_bytes(), [b'1', b'3'..=b'9', ..]);
    let all = digits.bytes().all(|b| b.is_ascii_digit());
    // Eighteen digits, the last of which may be X, with a year of birth in them; fifteen on the
    // cards of the first kind.
    let born =
        |run: &str| matches!(run.len(), 17 | 18) && matches!(run.get(6..8), Some("19" | "20"));
    (all && (mobile || digits.len() == 15)) || digits.split(|c: char| !c.is_ascii_digit()).any(born)
}

/// Whether a text has no place in a plan, which is public for ever: there is the number of an
/// identity document or of a telephone in it.
pub(super) fn is_private(text: &str) -> bool {
    let narrow: String = text.nfkc().collect();
    is_document_number(&narrow) || has_personal_number(&narrow)
}

/// A text for the screen, with stars for the digits of numbers of persons.
pub(super) fn without_numbers(text: &str) -> String {
    let runs = digit_runs(text);
    let mut hidden: BTreeSet<usize> = runs
        .iter()
        .filter(|run| is_document_number(&run.digits))
        .flat_map(|run| run.at.clone())
        .collect();
    for first in 0..runs.len() {
        let after = runs.iter().skip(first + 1).take_while(|run| run.joined).count();
        let all = (first..=first + after)
            .filter_map(|last| runs.get(first..=last))
            .filter(|runs| is_personal(runs));
        hidden.extend(all.flatten().flat_map(|run| run.at.iter().copied()));
    }
    text.chars().enumerate().map(|(at, c)| if hidden.contains(&at) { '*' } else { c }).collect()
}

/// Whether a text for the public has the number of an identity document or of a mobile telephone in
/// it, also in groups (`138 1234 5678`).
pub fn has_personal_number(text: &str) -> bool {
    let narrow: String = text.nfkc().collect();
    let runs = digit_runs(&without_hashes(&narrow));
    (0..runs.len()).any(|first| {
        let after = runs.iter().skip(first + 1).take_while(|run| run.joined).count();
        (first..=first + after).filter_map(|last| runs.get(first..=last)).any(is_personal)
    })
}

/// The text without words that are hashes: there may be any digits in them.
fn without_hashes(text: &str) -> String {
    let plain = |word: &&str| {
        word.len() < 32
            || !word
                .trim_end_matches(|c: char| !c.is_ascii_alphanumeric())
                .bytes()
                .all(|b| b.is_ascii_hexdigit())
    };
    text.split_inclusive(|c: char| !c.is_ascii_alphanumeric()).filter(plain).collect()
}

/// Digits without anything between them.
struct Run {
    digits: String,
    /// Where they stand, counted in characters.
    at: Vec<usize>,
    /// Whether only a space or a hyphen is between this run and the one before.
    joined: bool,
}

fn digit_runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut between = String::from("…");
    for (at, c) in text.chars().map(narrow).enumerate() {
        match runs.last_mut() {
            Some(run) if c.is_ascii_digit() && between.is_empty() => {
                run.digits.push(c);
                run.at.push(at);
            }
            _ if c.is_ascii_digit() => {
                runs.push(Run {
                    digits: c.into(),
                    at: vec![at],
                    joined: matches!(between.as_str(), " " | "-"),
                });
                between.clear();
            }
            _ => between.push(c),
        }
    }
    runs
}

/// A full-width digit, space or hyphen as the usual one.
fn narrow(c: char) -> char {
    let mut same = c.nfkc();
    match (same.next(), same.next()) {
        (Some(narrow), None) => narrow,
        _ => c,
    }
}

/// Whether these groups are one number of a person: a mobile telephone (one group, or 3, 4 and 4,
/// and 86 before them), or an identity document with a day of birth in it (18 digits, the last of
/// which may be X; 15 on the cards of the first kind).
fn is_personal(groups: &[Run]) -> bool {
    let digits: String = groups.iter().map(|run| run.digits.as_str()).collect();
    let lengths: Vec<usize> = groups.iter().map(|run| run.digits.len()).collect();
    let mobile =
        |digits: &str| digits.len() == 11 && matches!(digits.as_bytes(), [b'1', b'3'..=b'9', ..]);
    let grouped = matches!(lengths.as_slice(), [11 | 13] | [3, 4, 4] | [2, 11] | [2, 3, 4, 4]);
    let day = |at: usize| {
        let two = |at: usize| digits.get(at..at + 2).and_then(|two| two.parse::<u8>().ok());
        matches!((two(at), two(at + 2)), (Some(1..=12), Some(1..=31)))
    };
    let born =
        matches!(digits.len(), 17 | 18) && matches!(digits.get(6..8), Some("19" | "20")) && day(10);
    let first_kind = matches!(lengths.as_slice(), [15]) && day(8);
    grouped && (mobile(&digits) || digits.strip_prefix("86").is_some_and(mobile))
        || born
        || first_kind
}
