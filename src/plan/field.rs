//! Checks of one field of a line of the plan (rules P1 to P3), and where a fault is.

use crate::rules::{Checks, Phrase, Rule};
use crate::text::{is_id, is_origin, most, text_fault};

/// Where a fault is.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) line: u64,
    pub(super) kind: &'static str,
    pub(super) id: &'a str,
}

impl Place<'_> {
    fn of(self, field: &str) -> String {
        let id = if self.id.is_empty() { String::new() } else { format!(" {}", self.id) };
        if field.is_empty() {
            format!("{}{id}", self.kind)
        } else {
            format!("{}{id}, {field}", self.kind)
        }
    }

    /// Notes a fault in a field of this line.
    #[cold]
    pub(super) fn fail(
        self,
        checks: &mut Checks,
        rule: Rule,
        field: &str,
        found: Phrase,
        expected: Phrase,
    ) {
        checks.fail(rule, self.line, self.of(field), found, expected);
    }

    /// A number in its limits.
    #[inline]
    pub(super) fn check_number(
        self,
        checks: &mut Checks,
        rule: Rule,
        field: &str,
        value: u64,
        (low, high): (u64, u64),
    ) {
        if !(low..=high).contains(&value) {
            self.fail(checks, rule, field, Phrase::same(value), within(low, high));
        }
    }

    /// P2: An id has 1 to 64 characters from `A-Z a-z 0-9 . _ -`, the first a letter or digit.
    #[inline]
    pub(super) fn check_id(self, checks: &mut Checks, field: &str, id: &str) {
        checks.examine(Rule::P2);
        if !is_id(id) {
            let expected = Phrase::new(
                "1 to 64 of A-Z a-z 0-9 . _ -, the first a letter or digit",
                "1 至 64 个字符 A-Z a-z 0-9 . _ -，首字符为字母或数字",
            );
            self.fail(checks, Rule::P2, field, Phrase::same(format_args!("`{id}`")), expected);
        }
    }

    /// P1: 1 to 200 characters from `A-Z a-z 0-9 . _ - /`, the first and the last a letter or
    /// digit.
    pub(super) fn check_origin(self, checks: &mut Checks, rule: Rule, field: &str, origin: &str) {
        if !is_origin(origin) {
            let expected = Phrase::new(
                "1 to 200 of A-Z a-z 0-9 . _ - /, the first and last a letter or digit, such as draw.example/2026-001",
                "1 至 200 个字符 A-Z a-z 0-9 . _ - /，首尾为字母或数字，例如 draw.example/2026-001",
            );
            self.fail(checks, rule, field, Phrase::same(format_args!("`{origin}`")), expected);
        }
    }

    /// P3: a text.
    #[inline]
    pub(super) fn check_text(self, checks: &mut Checks, field: &str, text: &str, most: usize) {
        checks.examine(Rule::P3);
        if let Some((found, expected)) = text_fault(text, most) {
            self.fail(checks, Rule::P3, field, found, expected);
        }
    }

    /// P3: the name of a household or family, which may be empty.
    #[inline]
    pub(super) fn check_name(self, checks: &mut Checks, name: &str) {
        // P3: A text is not empty (but the `name` of a household or family).
        if name.is_empty() {
            checks.examine(Rule::P3);
        } else {
            self.check_text(checks, "name", name, most::NAME);
        }
    }
}

pub(super) fn within(low: u64, high: u64) -> Phrase {
    Phrase::new(format!("a number from {low} to {high}"), format!("{low} 至 {high} 的整数"))
}

pub(super) fn at_most(most: u64) -> Phrase {
    Phrase::new(format!("at most {most}"), format!("至多 {most}"))
}

pub(super) fn plural(n: u64, one: &str, more: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { more })
}
