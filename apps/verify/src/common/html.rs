//! Texts within HTML.

/// A text as it stands within an element or an attribute of HTML.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\'' => out += "&#39;",
            '{' => out += "&#123;", // not a place of a template
            c => out.push(c),
        }
    }
    out
}
