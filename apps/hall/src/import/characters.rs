//! Characters that look like others: radicals out of a PDF, compatibility forms, full-width
//! letters. What is read is told.

use floorlot::plan::look;
use unicode_normalization::UnicodeNormalization;

/// Kangxi radicals that programs write for a character which is not the one of their compatibility
/// form.
const AS_PRINTED: &[(char, char)] = &[('\u{2F3E}', '户'), ('\u{2FAD}', '青'), ('\u{2FC8}', '黄')];

/// Radicals of the supplement that look like a whole character. Unicode gives no compatibility form
/// for them.
const SUPPLEMENT: &[(char, char)] = &[
    ('\u{2E8E}', '兀'),
    ('\u{2E92}', '巳'),
    ('\u{2E93}', '幺'),
    ('\u{2E9D}', '月'),
    ('\u{2E9F}', '母'),
    ('\u{2EA0}', '民'),
    ('\u{2EA9}', '王'),
    ('\u{2EAC}', '示'),
    ('\u{2EAE}', '竹'),
    ('\u{2EBC}', '月'),
    ('\u{2EC1}', '虎'),
    ('\u{2EC4}', '西'),
    ('\u{2EC5}', '见'),
    ('\u{2EC6}', '角'),
    ('\u{2EC7}', '角'),
    ('\u{2EC9}', '贝'),
    ('\u{2ECB}', '车'),
    ('\u{2ED1}', '長'),
    ('\u{2ED3}', '长'),
    ('\u{2ED4}', '门'),
    ('\u{2ED7}', '雨'),
    ('\u{2ED8}', '青'),
    ('\u{2ED9}', '韦'),
    ('\u{2EDA}', '页'),
    ('\u{2EDB}', '风'),
    ('\u{2EDC}', '飞'),
    ('\u{2EDD}', '食'),
    ('\u{2EE1}', '首'),
    ('\u{2EE2}', '马'),
    ('\u{2EE3}', '骨'),
    ('\u{2EE4}', '鬼'),
    ('\u{2EE5}', '鱼'),
    ('\u{2EE6}', '鸟'),
    ('\u{2EE7}', '卤'),
    ('\u{2EE8}', '麦'),
    ('\u{2EE9}', '黄'),
    ('\u{2EEA}', '黾'),
    ('\u{2EEB}', '斉'),
    ('\u{2EEC}', '齐'),
    ('\u{2EED}', '歯'),
    ('\u{2EEE}', '齿'),
    ('\u{2EEF}', '竜'),
    ('\u{2EF0}', '龙'),
    ('\u{2EF1}', '龜'),
    ('\u{2EF2}', '亀'),
    ('\u{2EF3}', '龟'),
];

/// A text as it is read.
pub(super) struct Plain {
    pub(super) text: String,
    /// Whether full-width letters and digits were made half-width.
    pub(super) width: bool,
    /// Whether it was put into normalization form C.
    pub(super) form: bool,
    /// Other characters that were read as what they look like.
    pub(super) read_as: Vec<(char, String)>,
    /// Radicals that are no whole character.
    pub(super) parts: Vec<char>,
}

/// Reads a text: characters for radicals and compatibility forms, half-width letters and digits,
/// form C.
pub(super) fn plain(text: &str) -> Plain {
    let mut plain = Plain {
        text: String::with_capacity(text.len()),
        width: false,
        form: false,
        read_as: Vec::new(),
        parts: Vec::new(),
    };
    for c in text.chars() {
        match replaced(c) {
            None => plain.text.push(c),
            Some(with) => {
                plain.width |= is_wide(c);
                if !is_wide(c) && !plain.read_as.iter().any(|(known, _)| *known == c) {
                    plain.read_as.push((c, with.clone()));
                }
                plain.text += &with;
            }
        }
        if matches!(u32::from(c), 0x2E80..=0x2EFF) && replaced(c).is_none() {
            plain.parts.push(c);
        }
    }
    let composed: String = plain.text.nfc().collect();
    plain.form = composed != plain.text;
    plain.text = composed;
    plain
}

/// Full-width letters and digits, and the punctuation that stands in codes. That of sentences stays
/// as it is.
fn is_wide(c: char) -> bool {
    matches!(c, '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '＃' | '－' | '．' | '／')
}

fn replaced(c: char) -> Option<String> {
    let compatible = matches!(
        u32::from(c),
        0xAA | 0xB2 | 0xB3 | 0xB9 | 0xBA | 0x2070..=0x209F | 0x2100..=0x218F | 0x2460..=0x24FF | 0x2E80..=0x2FDF | 0x3200..=0x33FF
            | 0xF900..=0xFAFF | 0xFB00..=0xFB06 | 0xFE30..=0xFE4F | 0xFF61..=0xFFDC | 0x1D400..=0x1D7FF | 0x1F100..=0x1F1FF
            | 0x2F800..=0x2FA1F
    );
    if !compatible && !is_wide(c) {
        return None;
    }
    let listed = AS_PRINTED.iter().chain(SUPPLEMENT).find(|(radical, _)| *radical == c);
    let with =
        listed.map_or_else(|| [c].into_iter().nfkc().collect(), |(_, with)| with.to_string());
    (with != String::from(c)).then_some(with)
}

/// `户 (U+6237)`.
pub(super) fn with_code(text: &str) -> String {
    let codes: Vec<String> = text.chars().map(|c| format!("U+{:04X}", u32::from(c))).collect();
    format!("{text} ({})", codes.join(" "))
}

/// What a code or a label looks like on paper: width, case, spaces, dashes, zeros in front and
/// letters for digits do not count.
pub(super) fn skeleton(text: &str) -> String {
    let narrow: String = plain(text)
        .text
        .nfkc()
        .flat_map(char::to_uppercase)
        .filter(|c| !c.is_whitespace())
        .collect();
    let like = |c: char| match look(c).to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' | '|' => '1',
        '—' | '–' | '‐' | '‑' | '−' | '―' | 'ー' | '一' | '_' | '~' => '-',
        other => other,
    };
    without_zeros(&narrow.chars().map(like).collect::<String>())
}

/// Without the zeros in front of each number: `A-0101` gives `A-101`.
pub(super) fn without_zeros(text: &str) -> String {
    let mut kept = String::new();
    let chars: Vec<char> = text.chars().collect();
    for (n, c) in chars.iter().enumerate() {
        let digit_before = kept.chars().next_back().is_some_and(|before| before.is_ascii_digit());
        let digit_after = chars.get(n + 1).is_some_and(char::is_ascii_digit);
        if *c != '0' || digit_before || !digit_after {
            kept.push(*c);
        }
    }
    kept
}

/// A text in which characters that are neither Chinese nor ASCII have their code points beside
/// them, for two texts that look alike.
pub(super) fn spelled(text: &str) -> String {
    let odd: Vec<String> = text
        .chars()
        .filter(|c| !c.is_ascii() && !matches!(u32::from(*c), 0x3400..=0x9FFF))
        .map(|c| with_code(&c.to_string()))
        .collect();
    if odd.is_empty() { format!("`{text}`") } else { format!("`{text}` [{}]", odd.join(", ")) }
}
