//! A document that is registered after the result (rule A8): how it is typed, and what is said of it.

use crate::ceremony::command::{expected, narrow};
use crate::words::say::tr;
use floorlot::Hash;
use floorlot::lines::{FiledKind, Line};
use floorlot::primitives::profile::MAX_INTEGER;
use floorlot::rules::Lang;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use std::path::Path;

/// What is registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Filing {
    pub(crate) what: FiledKind,
    /// Where the file is.
    pub(crate) file: String,
    pub(crate) title: String,
    /// The household that it is about.
    pub(crate) household: Option<String>,
    /// Since when it hung, in seconds since 1970.
    pub(crate) from: Option<u64>,
    pub(crate) to: Option<u64>,
    /// That of the file: made of it, or given where it is not at hand.
    pub(crate) sha256: Option<Hash>,
}

/// How it is typed.
pub(super) const FILE: (&str, &str) = (
    "file notice|authority|list|other FILE title TITLE [household H] [from TIME to TIME] [SHA256]",
    "登记 公示|委托书|清单|其他 文件 标题 标题文字 [住户 户号] [自 时间 至 时间] [SHA256]",
);

/// The kinds, with the words that are typed for them, and what people call them.
const KINDS: [(FiledKind, [&str; 2], (&str, &str)); 4] = [
    (FiledKind::Notice, ["notice", "公示"], ("Posted notice", "公示")),
    (FiledKind::Authority, ["authority", "委托书"], ("Written authority", "委托书")),
    (FiledKind::List, ["list", "清单"], ("List", "清单")),
    (FiledKind::Other, ["other", "其他"], ("Document", "文件")),
];

/// What people call a kind of document.
fn kind(what: FiledKind, lang: Lang) -> &'static str {
    let words = KINDS.iter().find(|(kind, ..)| *kind == what).map(|(.., words)| words);
    words.map_or(what.word(), |(en, zh)| if lang == Lang::En { en } else { zh })
}

impl Filing {
    /// Reads what was typed behind `file`. What stands behind the title is read from the end, so
    /// that a title can have any words in it.
    pub(super) fn typed(rest: &str, lang: Lang) -> Result<Filing, String> {
        let wrong = || expected(lang, FILE.0, FILE.1, rest);
        let mut words: Vec<&str> = rest.split_whitespace().collect();
        let sha256 = words.last().and_then(|word| Hash::from_hex(&word.to_ascii_lowercase()));
        words.truncate(words.len().saturating_sub(usize::from(sha256.is_some())));
        let (mut from, mut to) = (None, None);
        if let [.., since, first, until, last] = *words
            && is(since, ["from", "自"])
            && is(until, ["to", "至"])
        {
            (from, to) = (Some(moment(first, false, lang)?), Some(moment(last, true, lang)?));
            words.truncate(words.len().saturating_sub(4));
        }
        let mut household = None;
        if let [.., mark, id] = *words
            && is(mark, ["household", "住户"])
        {
            household = Some(id.to_owned());
            words.truncate(words.len().saturating_sub(2));
        }
        let at = words.iter().position(|word| is(word, ["title", "标题"])).ok_or_else(wrong)?;
        let (before, title) = words.split_at_checked(at).ok_or_else(wrong)?;
        let (what, file) = before.split_first().ok_or_else(wrong)?;
        let known = KINDS.iter().find(|(_, typed, _)| is(what, *typed)).ok_or_else(wrong)?;
        let (file, title) = (file.join(" "), title.get(1..).unwrap_or_default().join(" "));
        Ok(Filing { what: known.0, file, title, household, from, to, sha256 })
    }

    /// The same from the fields of a page, the times as they were typed.
    #[cfg(feature = "web")]
    pub(crate) fn of_fields(
        (what, file, title): (FiledKind, &str, &str),
        household: Option<&str>,
        (from, to): (&str, &str),
        sha256: Option<Hash>,
        lang: Lang,
    ) -> Result<Filing, String> {
        let time = |typed: &str, ends| {
            let typed = typed.trim();
            (!typed.is_empty()).then(|| moment(typed, ends, lang)).transpose()
        };
        let household = household.map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned);
        let (from, to) = (time(from, false)?, time(to, true)?);
        let (file, title) = (file.trim().to_owned(), title.trim().to_owned());
        Ok(Filing { what, file, title, household, from, to, sha256 })
    }

    /// What is missing; the rules say the rest.
    pub(super) fn missing(&self, lang: Lang) -> Option<String> {
        if self.file.is_empty() || self.title.is_empty() {
            let found = format!("{} {}", self.what.word(), self.file);
            return Some(expected(lang, FILE.0, FILE.1, found.trim()));
        }
        let dated = self.from.is_some() && self.to.is_some();
        match (self.what == FiledKind::Notice && !dated, self.from > self.to) {
            // A8: a notice has both times.
            (true, _) => Some(tr!(
                lang,
                "a notice needs the days on which it hung: from 2026-11-02 to 2026-11-08, say",
                "公示须写明起止日期，例如：自 2026-11-02 至 2026-11-08"
            )),
            // A8: `from` is not later than `to`.
            (false, true) => Some(tr!(
                lang,
                "the time after `from` is later than that after `to`; give the earlier one first",
                "起始时间晚于截止时间；请先写较早的时间"
            )),
            _ => None,
        }
    }

    /// The name of the file, without its folder.
    pub(super) fn name(&self) -> Option<&str> {
        Path::new(&self.file).file_name().and_then(|name| name.to_str())
    }

    /// The line of it, with the hash.
    pub(super) fn line(&self, sha256: Hash, at: Option<u64>) -> Line<'_> {
        Line::Filed {
            what: self.what,
            name: self.name().unwrap_or(&self.file).into(),
            title: self.title.as_str().into(),
            sha256,
            household: self.household.as_deref().map(Into::into),
            from: self.from,
            to: self.to,
            at,
        }
    }

    /// Whether this is what a line records; `same` compares the file with a hash.
    pub(super) fn is(&self, line: &Line<'_>, same: impl Fn(&Hash) -> bool) -> bool {
        let Line::Filed { sha256, at, .. } = line else { return false };
        self.line(*sha256, *at) == *line && same(sha256)
    }
}

fn is(word: &str, words: [&str; 2]) -> bool {
    words.iter().any(|known| narrow(word).eq_ignore_ascii_case(known))
}

/// A day, a time with its offset, or seconds since 1970. A day begins and ends as the clocks here
/// say; if something `ends` with it, its last second counts.
fn moment(typed: &str, ends: bool, lang: Lang) -> Result<u64, String> {
    let time = narrow(typed);
    let stamped = || time.parse::<jiff::Timestamp>().ok();
    let day = || {
        let day = time.parse::<Date>().ok().filter(|_| !time.contains([':', 'T']))?;
        let clock = if ends { day.at(23, 59, 59, 0) } else { day.at(0, 0, 0, 0) };
        DateTime::to_zoned(clock, TimeZone::system()).ok().map(|zoned| zoned.timestamp())
    };
    let seconds = time.parse::<u64>().ok();
    let of_calendar = || stamped().or_else(day).and_then(|t| u64::try_from(t.as_second()).ok());
    seconds.or_else(of_calendar).filter(|seconds| *seconds <= MAX_INTEGER).ok_or_else(|| {
        expected(
            lang,
            "a day such as 2026-11-02, or a time such as 2026-11-02T09:00:00+08:00",
            "日期（如 2026-11-02）或时间（如 2026-11-02T09:00:00+08:00）",
            &time,
        )
    })
}

/// What is said of a document: its parts as they are shown, escaped on a page say.
pub(crate) struct Told {
    pub(crate) what: FiledKind,
    pub(crate) title: String,
    pub(crate) name: String,
    pub(crate) sha256: String,
    pub(crate) household: Option<String>,
    pub(crate) hung: Option<(String, String)>,
}

impl Told {
    /// In one sentence.
    pub(crate) fn sentence(&self, lang: Lang) -> String {
        let Told { title, name, sha256, .. } = self;
        let kind = kind(self.what, lang);
        let about = self
            .household
            .as_deref()
            .map(|household| tr!(lang, ", about {household}", "，涉及 {household}"));
        let hung = self
            .hung
            .as_ref()
            .map(|(from, to)| tr!(lang, ", posted from {from} to {to}", "，张贴自 {from} 至 {to}"));
        let (about, hung) = (about.unwrap_or_default(), hung.unwrap_or_default());
        tr!(
            lang,
            "{kind} “{title}”{about}{hung}: {name}, SHA-256 {sha256}",
            "{kind}《{title}》{about}{hung}：{name}，SHA-256 {sha256}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Filing;
    use floorlot::lines::FiledKind;
    use floorlot::rules::Lang;

    fn typed(text: &str) -> Result<Filing, String> {
        let filing = Filing::typed(text, Lang::En)?;
        filing.missing(Lang::En).map_or(Ok(filing), Err)
    }

    #[test]
    fn what_is_typed_is_read_from_both_ends() {
        let hash = "ab".repeat(32);
        let filing = typed(&format!(
            "authority my scan.pdf title From H1 to whom it concerns household H2 {hash}"
        ));
        let filing = filing.unwrap();
        assert_eq!((filing.what, filing.file.as_str()), (FiledKind::Authority, "my scan.pdf"));
        assert_eq!(filing.title, "From H1 to whom it concerns");
        assert_eq!(filing.household.as_deref(), Some("H2"));
        assert_eq!(filing.sha256.unwrap().to_hex(), hash);
        let notice = typed("公示 a.jpg 标题 公示照片 自 1000 至 ２０００").unwrap();
        assert_eq!((notice.from, notice.to), (Some(1000), Some(2000)));
        assert_eq!(notice.title, "公示照片");
    }

    #[test]
    fn a_day_is_whole() {
        let day = typed("notice a.jpg title T from 2026-11-02 to 2026-11-02").unwrap();
        assert_eq!(day.to.unwrap() - day.from.unwrap(), 24 * 60 * 60 - 1);
    }

    #[test]
    fn what_is_missing_is_told() {
        let told = |text| typed(text).unwrap_err();
        assert!(told("notice a.jpg title T").starts_with("a notice needs the days"));
        assert!(
            told("list a.csv title T from 9 to 8").starts_with("the time after `from` is later")
        );
        assert!(told("list a.csv title T from x to 8").contains("expected: a day such as"));
        for text in ["", "list", "list a.csv", "list title T", "map a.csv title T", "list a title"]
        {
            assert!(told(text).starts_with("expected: file notice|authority|list|other"), "{text}");
        }
    }
}
