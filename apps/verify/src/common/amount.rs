//! Areas and prices of flats, as people read them.

use floorlot::rules::{Lang, Phrase};

/// `89.25 m²`, of 1/100 m².
pub fn area(hundredths: u128) -> Phrase {
    let number = decimal(hundredths);
    Phrase::new(format!("{number} m²"), format!("{number} ㎡"))
}

/// `1,234,567.89 yuan`, of fen.
pub fn price(fen: u128) -> Phrase {
    let number = decimal(fen);
    Phrase::new(format!("{number} yuan"), format!("{number} 元"))
}

/// `, 89.25 m², 1,234,567.89 yuan`: what is known of a flat, behind something else.
pub fn behind(area: Option<u64>, price: Option<u64>, lang: Lang) -> String {
    let mark = if lang == Lang::En { ", " } else { "，" };
    let known =
        [area.map(|area| self::area(area.into())), price.map(|price| self::price(price.into()))];
    known.iter().flatten().map(|words| format!("{mark}{}", words.get(lang))).collect()
}

/// `1,234,567.89`, of hundredths.
pub fn decimal(hundredths: u128) -> String {
    let whole = (hundredths / 100).to_string();
    let mut out = String::new();
    for (n, digit) in whole.chars().enumerate() {
        if n > 0 && (whole.len() - n).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    format!("{out}.{:02}", hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::{behind, decimal};
    use floorlot::rules::Lang;

    #[test]
    fn hundredths_are_told_with_two_decimals() {
        for (n, told) in [
            (1, "0.01"),
            (8_925, "89.25"),
            (99_999, "999.99"),
            (100_000, "1,000.00"),
            (123_456_789, "1,234,567.89"),
            (100_000_000_000_005, "1,000,000,000,000.05"),
        ] {
            assert_eq!(decimal(n), told);
        }
        assert_eq!(behind(Some(8_925), Some(70), Lang::En), ", 89.25 m², 0.70 yuan");
        assert_eq!(behind(None, Some(70), Lang::Zh), "，0.70 元");
        assert_eq!(behind(None, None, Lang::Zh), "");
    }
}
