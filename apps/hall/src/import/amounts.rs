//! Areas in m² and prices in yuan, as offices write them.

use super::columns::Field;
use super::fault::quoted;
use floorlot::plan::{Family, Unit};
use floorlot::rules::Phrase;
use floorlot_verify::common::amount;
use unicode_normalization::UnicodeNormalization;

/// What is counted: in hundredths, up to the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Amount {
    /// m².
    Area,
    /// m²: what the flats of a family may have together.
    Budget,
    /// yuan.
    Price,
    /// yuan: what a household is entitled to, which may be nothing.
    Entitled,
}

/// What was found, what is expected, and what to do.
pub(super) type Wrong = [Phrase; 3];

impl Amount {
    pub(super) fn of(field: Field) -> Amount {
        match field {
            Field::Area => Amount::Area,
            Field::Budget => Amount::Budget,
            Field::Entitled => Amount::Entitled,
            _ => Amount::Price,
        }
    }

    fn is_area(self) -> bool {
        matches!(self, Amount::Area | Amount::Budget)
    }

    fn least(self) -> u64 {
        if self == Amount::Entitled { 0 } else { 1 }
    }

    /// P7, P15: the limits of `area`, `price` and `budget`.
    fn most(self) -> u64 {
        match self {
            Amount::Area => Unit::MOST_AREA,
            Amount::Budget => Family::MOST_BUDGET,
            Amount::Price | Amount::Entitled => Unit::MOST_PRICE,
        }
    }

    fn expected(self) -> Phrase {
        let number = |n: u64| amount::decimal(u128::from(n));
        let (low, high) = (number(self.least()), number(self.most()));
        match self {
            Amount::Area | Amount::Budget => Phrase::new(
                format!("an area in m² from {low} to {high}, with two decimals at most"),
                format!("{low} 至 {high} 平方米的面积，至多两位小数"),
            ),
            Amount::Price | Amount::Entitled => Phrase::new(
                format!("an amount in yuan from {low} to {high}, with two decimals at most"),
                format!("{low} 至 {high} 元的金额，至多两位小数"),
            ),
        }
    }

    /// What is written around the number.
    fn bare(self, text: &str) -> &str {
        let (before, behind): (&[&str], &[&str]) = match self {
            // `约` (about) is not taken off: an area that is given roughly is none.
            Amount::Area | Amount::Budget => {
                (&[], &["平方米", "平米", "平方", "m2", "M2", "m^2", "sqm", "sq m"])
            }
            Amount::Price | Amount::Entitled => (
                &["人民币", "¥", "RMB", "CNY"],
                &["元整", "元", "圆整", "圆", "RMB", "CNY", "yuan"],
            ),
        };
        let text = before.iter().find_map(|word| text.strip_prefix(word)).unwrap_or(text).trim();
        behind.iter().find_map(|word| text.strip_suffix(word)).unwrap_or(text).trim()
    }

    /// Reads what stands in a cell, in hundredths.
    pub(super) fn read(self, text: &str) -> Result<u64, Box<Wrong>> {
        let narrow: String = text.nfkc().collect();
        let narrow = narrow.trim();
        // A price that is 10,000 times too low is worse than none.
        if !self.is_area() && narrow.contains(['万', '萬', '亿', '億']) {
            return Err(Box::new(self.wrong(text, in_yuan())));
        }
        let bare = self.bare(narrow);
        let advice = if too_fine(bare) {
            Phrase::new("round it to two decimals", "请四舍五入到两位小数")
        } else {
            Phrase::new("correct the cell", "请更正此单元格")
        };
        let limits = self.least()..=self.most();
        let read = hundredths(bare).filter(|n| limits.contains(n));
        read.ok_or_else(|| Box::new(self.wrong(text, advice)))
    }

    pub(super) fn wrong(self, text: &str, advice: Phrase) -> Wrong {
        [quoted(text), self.expected(), advice]
    }

    /// What is wrong with a head that names another unit than the one that is read.
    pub(super) fn other_unit(self, head: &str) -> Option<Phrase> {
        let narrow: String = head.nfkc().collect::<String>().to_lowercase();
        let of_area = ["亩", "公顷", "尺", "sqft", "sq ft", "feet", "ping", "坪"];
        match self {
            Amount::Area | Amount::Budget => {
                of_area.iter().any(|unit| narrow.contains(unit)).then(|| {
                    Phrase::new(
                        "write the areas in m², and the head without the other unit",
                        "请把该列换算为平方米，并改表头",
                    )
                })
            }
            Amount::Price | Amount::Entitled => {
                narrow.contains(['万', '萬', '亿', '億']).then(in_yuan)
            }
        }
    }
}

fn in_yuan() -> Phrase {
    Phrase::new(
        "write it in yuan, not in 万元 (10,000 yuan): multiply by 10,000 in the spreadsheet, and write 元 in the head",
        "请以元为单位，不用万元：在表格中乘以 10000，表头写“元”",
    )
}

/// A right number, but with more than two decimals that count.
fn too_fine(text: &str) -> bool {
    let Some((whole, part)) = text.split_once('.') else { return false };
    hundredths(whole).is_some()
        && part.bytes().all(|b| b.is_ascii_digit())
        && part.trim_end_matches('0').len() > 2
}

/// `1,234,567.8` in hundredths: digits, in groups of three or without, and two decimals at most.
fn hundredths(text: &str) -> Option<u64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let part_counts = part.trim_end_matches('0');
    if !digits(part) || part_counts.len() > 2 {
        return None;
    }
    let mut groups = whole.split(',');
    let first = groups.next().filter(|first| digits(first))?;
    // 1,23 is a slip, or a decimal comma.
    let grouped = whole.contains(',');
    if grouped && (first.len() > 3 || groups.any(|group| !digits(group) || group.len() != 3)) {
        return None;
    }
    let whole: u64 = whole.replace(',', "").parse().ok()?;
    let part: u64 = format!("{part_counts:0<2}").parse().ok()?;
    whole.checked_mul(100)?.checked_add(part)
}

#[cfg(test)]
mod tests {
    use super::Amount;

    #[test]
    fn amounts_are_read_as_offices_write_them() {
        for (text, n) in [
            ("89.25", 8_925),
            ("89.25㎡", 8_925),
            ("８９．２５ 平方米", 8_925),
            ("89.2m²", 8_920),
            ("1,234.50", 123_450),
            ("89.2500", 8_925),
            ("100000", 10_000_000),
            ("0.01", 1),
        ] {
            assert_eq!(Amount::Area.read(text), Ok(n), "{text}");
        }
        for (text, n) in [
            ("1234567.89", 123_456_789),
            ("￥1,234,567.89元", 123_456_789),
            ("人民币１，２３４，５６７元整", 123_456_700),
            ("RMB 12", 1_200),
        ] {
            assert_eq!(Amount::Price.read(text), Ok(n), "{text}");
        }
    }

    #[test]
    fn what_could_be_another_amount_is_refused() {
        let area = [
            "0",
            "89.255",
            "89,25",
            "约89",
            "-5",
            "1E2",
            "100000.01",
            "89.",
            ".5",
            "八十九",
            "89 25",
        ];
        for text in area {
            assert!(Amount::Area.read(text).is_err(), "{text}");
        }
        let price = ["123.45万", "123.45 万元", "1.2亿", "1,23", "1234,567", "0", "12.345", "$5"];
        for text in price {
            assert!(Amount::Price.read(text).is_err(), "{text}");
        }
        assert_eq!(Amount::Entitled.read("0"), Ok(0));
        assert_eq!(Amount::Entitled.read("1,200,000.5元"), Ok(120_000_050));
        assert!(Amount::Entitled.read("-").is_err() && Amount::Entitled.read("-3").is_err());
        let [found, expected, advice] = *Amount::Price.read("123.45万元").unwrap_err();
        assert_eq!(found.zh, "`123.45万元`");
        assert!(expected.zh.contains("元的金额") && advice.zh.contains("乘以 10000"));
        assert!(Amount::Area.read("89.255").unwrap_err()[2].en.contains("two decimals"));
        assert!(Amount::Price.other_unit("总价（万元）").is_some());
        assert!(Amount::Price.other_unit("总价（元）").is_none());
        assert!(Amount::Area.other_unit("面积(亩)").is_some());
        assert!(Amount::Area.other_unit("建筑面积(㎡)").is_none());
    }
}
