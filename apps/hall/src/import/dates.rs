//! Rooms and codes that a spreadsheet program has turned into dates, as a .csv has them: 2月3日,
//! 2-Mar, 2025/1/2.

/// What a text that looks like a date is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Looks {
    /// Nothing else is written like this.
    Date,
    /// `2025-01-02`: a date, or a code with a year in it.
    Either,
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Whether a text is written as a spreadsheet program writes a date.
pub(super) fn looks(text: &str) -> Option<Looks> {
    let day = without_time(text.trim());
    if let Some(chinese) = chinese(day) {
        return chinese.then_some(Looks::Date);
    }
    let mark = ['/', '-', '.', ' '].into_iter().find(|mark| day.contains(*mark))?;
    let parts: Vec<&str> = day
        .split(mark)
        .map(|part| part.trim_matches([',', ' ']))
        .filter(|part| !part.is_empty())
        .collect();
    if parts.iter().any(|part| is_month_name(part)) {
        let others = parts.iter().filter(|part| !is_month_name(part)).all(|part| {
            within(part, 1..=31) || is_year(part) || part.len() == 2 && within(part, 0..=99)
        });
        return (others && matches!(parts.len(), 2 | 3)).then_some(Looks::Date);
    }
    let [first, second, third] = parts.as_slice() else { return None };
    let year_first = is_year(first) && within(second, 1..=12) && within(third, 1..=31);
    let year_last = is_year(third)
        && within(first, 1..=31)
        && within(second, 1..=31)
        && (within(first, 1..=12) || within(second, 1..=12));
    match mark {
        '/' if year_first || year_last => Some(Looks::Date),
        '-' | '.' if year_first => Some(Looks::Either),
        _ => None,
    }
}

/// `2026-03-05`, or `2026-03-05T09:00`, of the days since 1899-12-30 that a spreadsheet stores;
/// another value stays as it is.
pub(super) fn day(stored: &str) -> String {
    let (whole, part) = stored.split_once('.').unwrap_or((stored, ""));
    let days = whole.parse::<i64>().ok().filter(|days| (1..3_000_000).contains(days));
    let day = days.and_then(|days| {
        jiff::civil::date(1899, 12, 30).checked_add(jiff::Span::new().try_days(days).ok()?).ok()
    });
    // Nine digits of a day are less than a thousandth of a second.
    let part = format!("{part:0<9}");
    let part = part.get(..9).and_then(|part| part.parse::<u64>().ok());
    match (day, part) {
        (Some(day), Some(0)) => day.to_string(),
        (Some(day), Some(part)) => {
            let minutes = (part * 1440 + 500_000_000) / 1_000_000_000;
            format!("{day}T{:02}:{:02}", minutes / 60, minutes % 60)
        }
        _ => stored.to_owned(),
    }
}

/// A day without the time behind it.
fn without_time(text: &str) -> &str {
    match text.rsplit_once(' ') {
        Some((day, time))
            if time.contains(':') && time.bytes().all(|b| b.is_ascii_digit() || b == b':') =>
        {
            day.trim_end()
        }
        _ => text,
    }
}

/// 2月3日, 2025年1月2日, 2025年1月: whether it is a day; `None` if it is not written like this.
fn chinese(text: &str) -> Option<bool> {
    let (before, after) = text.split_once('月')?;
    let (year, month) =
        before.split_once('年').map_or((None, before), |(year, month)| (Some(year), month));
    let day = after.strip_suffix(['日', '号']).unwrap_or(after);
    let day = if day.is_empty() { year.is_some() } else { within(day, 1..=31) };
    Some(
        within(month.trim(), 1..=12)
            && day
            && year.is_none_or(|year| is_year(year.trim()) || year.trim().len() == 2),
    )
}

fn within(text: &str, limits: std::ops::RangeInclusive<u32>) -> bool {
    let digits = !text.is_empty() && text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit());
    digits && text.parse().is_ok_and(|n| limits.contains(&n))
}

fn is_year(text: &str) -> bool {
    text.len() == 4
        && text.bytes().all(|b| b.is_ascii_digit())
        && text.parse::<u32>().is_ok_and(|year| (1900..=2100).contains(&year))
}

fn is_month_name(text: &str) -> bool {
    let small = text.to_ascii_lowercase();
    let long = [
        "january",
        "february",
        "march",
        "april",
        "june",
        "july",
        "august",
        "september",
        "sept",
        "october",
        "november",
        "december",
    ];
    MONTHS.contains(&small.as_str()) || long.contains(&small.as_str())
}
