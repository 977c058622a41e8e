//! The specification and the code name the same rules, and the same characters.

use floorlot::plan::foreign_character;
use floorlot::receipt::ReceiptCheck;
use floorlot::rules::{Phrase, Rule};
use std::collections::BTreeSet;
use std::path::Path;
use unicode_normalization::{UnicodeNormalization, char::canonical_combining_class, char::compose};

const SPEC: &str = concat!(
    include_str!("../../src/spec.md"),
    include_str!("../../src/spec/receipts.md"),
    include_str!("../../src/spec/report.md"),
);

/// The text between two lines of the specification.
fn between(from: &str, to: &str) -> &'static str {
    SPEC.split_once(from)
        .and_then(|(_, rest)| rest.split_once(to))
        .unwrap_or_else(|| panic!("no {from} in the specification"))
        .0
}

/// All source files below `folder`, each with its path.
fn sources(folder: &Path) -> Vec<(String, String)> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let read =
        |path: &Path| vec![(path.display().to_string(), std::fs::read_to_string(path).unwrap())];
    let is_rust = |path: &Path| path.extension().is_some_and(|e| e == "rs");
    entries
        .flat_map(|path| {
            if path.is_dir() {
                sources(&path)
            } else if is_rust(&path) {
                read(&path)
            } else {
                Vec::new()
            }
        })
        .collect()
}

/// Whether an id occurs as a word of its own: `D1` does not occur in `D10`.
fn has_word(text: &str, word: &str) -> bool {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    text.match_indices(word).any(|(at, _)| {
        !is_part(text[..at].chars().next_back()) && !is_part(text[at + word.len()..].chars().next())
    })
}

#[test]
fn every_rule_stands_in_the_specification() {
    for rule in Rule::ALL {
        let id = rule.id();
        assert!(
            SPEC.contains(&format!("**{id} —")) || SPEC.contains(&format!("**{id}**")),
            "{id} is not defined in the specification"
        );
    }
    for check in ReceiptCheck::ALL {
        assert!(
            SPEC.contains(&format!("**{} —", check.id())),
            "{} is not defined in the specification",
            check.id()
        );
    }
}

#[test]
fn the_table_of_section_11_has_the_titles_of_the_report() {
    let rules: Vec<(&str, Phrase)> =
        Rule::ALL.iter().map(|rule| (rule.id(), rule.title())).collect();
    compare_titles("## 11. ", &rules);
}

#[test]
fn the_table_of_section_10_has_the_titles_of_the_report_on_a_receipt() {
    let checks: Vec<(&str, Phrase)> =
        ReceiptCheck::ALL.iter().map(|check| (check.id(), check.title())).collect();
    compare_titles("## 10. ", &checks);
}

/// The table of checks in a section has these titles, in this order, in both languages.
#[track_caller]
fn compare_titles(section: &str, titles: &[(&str, Phrase)]) {
    let (_, section) = SPEC.split_once(section).unwrap();
    let (_, table) = section
        .split_once("| id | question | in Chinese | examined |\n|---|---|---|---|\n")
        .unwrap();
    let table = table.split("\n\n").next().unwrap();
    let rows: Vec<(&str, Phrase)> = table
        .lines()
        .map(|row| match row.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>()[..] {
            [id, en, zh, _] => (id, Phrase::new(en, zh)),
            _ => panic!("{row}: four cells expected"),
        })
        .collect();
    assert_eq!(rows, titles);
}

/// Rules that are defined in the specification but not in the code would never be checked.
#[test]
fn the_specification_defines_no_rule_that_the_code_lacks() {
    let bold: Vec<&str> = SPEC.split("**").skip(1).step_by(2).collect();
    // Whoever breaks D14 breaks D4, D5 or D10.
    let known: BTreeSet<&str> = Rule::ALL
        .iter()
        .map(|rule| rule.id())
        .chain(ReceiptCheck::ALL.iter().map(|check| check.id()))
        .chain(["D14"])
        .collect();
    for text in bold {
        let id = text.split(" —").next().unwrap_or(text);
        let looks = id.len() <= 3
            && id.starts_with(['T', 'P', 'C', 'D', 'S', 'A', 'V', 'R'])
            && id[1..].parse::<u8>().is_ok();
        assert!(
            !looks || known.contains(id),
            "{id} is defined in the specification, and no check has that id"
        );
    }
}

/// The code that enforces a rule cites it.
#[test]
fn every_rule_is_cited_where_it_is_enforced() {
    let sources = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    assert!(sources.len() > 20, "{} source files found", sources.len());
    for rule in Rule::ALL {
        let name = format!("Rule::{}", rule.id());
        let citing = sources
            .iter()
            .filter(|(path, text)| !path.ends_with("rules.rs") && has_word(text, &name));
        assert!(citing.count() > 0, "{name} occurs nowhere but in the list of rules");
    }
}

/// Both are compared in Chinese too, as far as that is possible without knowing it.
#[test]
fn titles_are_there_in_both_languages() {
    for rule in Rule::ALL {
        let title = rule.title();
        assert!(title.en.ends_with('?') && title.en.is_ascii(), "{rule}: {}", title.en);
        assert!(
            title.zh.ends_with('？')
                && title.zh.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)),
            "{rule}: {}",
            title.zh
        );
    }
}

/// The ranges of rule P3, as the specification has them.
fn ranges() -> Vec<(u32, u32)> {
    let table = between("<!-- text-repertoire -->\n```text\n", "```");
    let number = |hex: &str| {
        u32::from_str_radix(hex, 16).unwrap_or_else(|_| panic!("{hex} in the table of rule P3"))
    };
    table
        .split_whitespace()
        .map(|r| r.split_once('-').unwrap_or((r, r)))
        .map(|(a, b)| (number(a), number(b)))
        .collect()
}

fn repertoire() -> impl Iterator<Item = char> {
    ranges()
        .into_iter()
        .flat_map(|(first, last)| first..=last)
        .map(|c| char::from_u32(c).expect("no surrogates in rule P3"))
}

#[test]
fn the_table_of_characters_is_in_order() {
    for pair in ranges().windows(2) {
        assert!(pair[0].0 <= pair[0].1 && pair[0].1 < pair[1].0, "{:X?}", pair);
    }
}

/// Over all characters that there are, the code allows exactly those of the table.
#[test]
fn the_code_allows_the_characters_of_the_table() {
    let ranges = ranges();
    for c in char::MIN..=char::MAX {
        let allowed = ranges.iter().any(|&(first, last)| (first..=last).contains(&u32::from(c)));
        let expected = if allowed { None } else { Some(c) };
        assert_eq!(
            foreign_character(c.encode_utf8(&mut [0; 4])),
            expected,
            "U+{:04X}",
            u32::from(c)
        );
        if !allowed && c < '\u{3400}' {
            assert_eq!(
                foreign_character(&format!("室{c}A")),
                expected,
                "U+{:04X} within a text",
                u32::from(c)
            );
        }
    }
}

/// Each character is its own form C and combines with nothing, so no text of them can be normalized
/// into another.
#[test]
fn every_text_is_in_normalization_form_c() {
    for c in repertoire() {
        assert!(
            std::iter::once(c).nfc().eq(std::iter::once(c)),
            "U+{:04X} is not its own form C",
            u32::from(c)
        );
        assert_eq!(
            canonical_combining_class(c),
            0,
            "U+{:04X} is a combining character",
            u32::from(c)
        );
    }
    let seconds: BTreeSet<char> = (char::MIN..=char::MAX)
        .filter_map(|composed| {
            let parts: Vec<char> = std::iter::once(composed).nfd().collect();
            if parts.len() < 2 { None } else { parts.last().copied() }
        })
        .collect();
    assert!(
        seconds.contains(&'\u{301}')
            && seconds.contains(&'\u{1161}')
            && seconds.contains(&'\u{11a8}'),
        "the list is not what it says"
    );
    let composing: Vec<char> = repertoire().filter(|c| seconds.contains(c)).collect();
    assert!(composing.is_empty(), "compose with a character before them: {composing:?}");
    // The same question asked directly, for the Latin, Greek and Cyrillic letters and the first
    // kana.
    for a in repertoire().filter(|&a| a < '\u{530}' || ('\u{3041}'..'\u{3060}').contains(&a)) {
        for b in repertoire().filter(|&b| b < '\u{530}' || ('\u{3041}'..'\u{3100}').contains(&b)) {
            assert_eq!(compose(a, b), None, "{a} and {b}");
        }
    }
}

/// Of the characters that no eye sees, or that turn others round, none is allowed.
#[test]
fn no_character_is_invisible() {
    let spaces = [
        '\u{a0}', '\u{1680}', '\u{2000}', '\u{2007}', '\u{200a}', '\u{202f}', '\u{205f}',
        '\u{3000}', '\u{2028}', '\u{2029}',
    ];
    let fillers = [
        '\u{115f}', '\u{1160}', '\u{3164}', '\u{ffa0}', '\u{2800}', '\u{34f}', '\u{17b4}',
        '\u{180e}', '\u{feff}', '\u{ad}',
    ];
    let directions = [
        '\u{200e}', '\u{200f}', '\u{202a}', '\u{202e}', '\u{2066}', '\u{2069}', '\u{61c}',
        '\u{200b}', '\u{200d}', '\u{2060}',
    ];
    let others = [
        '\u{5d0}',
        '\u{627}',
        '\u{fe0f}',
        '\u{e0041}',
        '\u{e000}',
        '\u{fffe}',
        '\u{fff9}',
        '\u{1f600}',
        '\u{302a}',
        '\u{3099}',
    ];
    for c in [&spaces[..], &fillers, &directions, &others].concat() {
        assert_eq!(foreign_character(&c.to_string()), Some(c), "U+{:04X}", u32::from(c));
    }
}
