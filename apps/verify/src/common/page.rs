//! The verifier for the browser with a transcript that it opens by itself: some files in a folder,
//! for a web server, a stick, or the browser of this computer.
//!
//! They are made of `verify.html` as it is released, whose style and scripts become files of their
//! own. So the page needs no script within it, and a policy forbids it to run any.

use floorlot::primitives::base64;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// The page as it is released, one file. Its SHA-256 stands in `verifiers/SHA256SUMS`.
pub const RELEASED: &str = include_str!("../../../../verifiers/web/verify.html");

/// The name of the released page.
pub const PAGE: &str = "verify.html";

/// The name of the page that opens its transcript by itself.
pub const CHECK: &str = "check.html";

/// A larger transcript is not opened in a browser: its text as a script is a third larger, and a
/// phone has both in memory, with what the verifier keeps of them.
pub const LARGEST: u64 = 64 << 20;

/// Bytes of a file in one text of the script; base64 makes four characters of three.
const PART: usize = 48 << 10;

const OPEN: &str = "<script>\n";
const CLOSE: &str = "</script>\n";

/// Style and scripts of the released page, and what is left of it.
struct Parts {
    before: &'static str,
    style: &'static str,
    between: &'static str,
    scripts: [&'static str; 2],
    after: &'static str,
}

fn parts() -> Parts {
    let cut = |text: &'static str, mark| text.split_once(mark).unwrap_or((text, ""));
    let (before, rest) = cut(RELEASED, "<style>\n");
    let (style, rest) = cut(rest, "</style>\n");
    let (between, rest) = cut(rest, OPEN);
    let (verifier, rest) = cut(rest, CLOSE);
    let (page, after) = cut(rest.strip_prefix(OPEN).unwrap_or(rest), CLOSE);
    Parts { before, style, between, scripts: [verifier, page], after }
}

/// `verify.js`: both scripts of the released page, byte for byte, one after the other.
pub fn script() -> String {
    parts().scripts.concat()
}

/// `verify.css`: the style of the released page.
pub fn style() -> &'static str {
    parts().style
}

/// `check.html`: the released page with its style and scripts beside it, and the transcript in
/// front of them. `home` is the first page of the site that it belongs to.
pub fn check(home: Option<&str>) -> String {
    let Parts { before, between, after, .. } = parts();
    let inline = "script-src 'unsafe-inline'; style-src 'unsafe-inline'";
    let before = before.replacen(inline, "script-src 'self'; style-src 'self'", 1);
    let home = home.map(|home| format!("<meta name=\"published\" content=\"{home}\">\n"));
    let home = home.unwrap_or_default();
    // Stays where verify.js, which removes it, is missing.
    let lost = "<p class=\"card\" id=\"noscripts\">如果一直看到这行字：本页缺少同一文件夹中的 verify.js，无法核验，请重新取得整个文件夹。 If this line stays: verify.js, which belongs beside this page, is missing, and nothing can be checked. Take the whole folder again.</p>\n";
    format!(
        "{before}{home}<link rel=\"stylesheet\" href=\"verify.css\">\n{between}{lost}<script src=\"transcript.js\"></script>\n<script src=\"verify.js\"></script>\n{after}"
    )
}

/// Writes the files of the page with these transcripts (name and bytes), each the round or attempt
/// after the one before. The name of the page is [`CHECK`].
pub fn write(folder: &Path, home: Option<&str>, transcripts: &[(&str, &[u8])]) -> io::Result<()> {
    fs::write(folder.join(CHECK), check(home))?;
    fs::write(folder.join("verify.css"), style())?;
    fs::write(folder.join("verify.js"), script())?;
    let mut file = io::BufWriter::new(fs::File::create(folder.join("transcript.js"))?);
    transcript_script(&mut file, transcripts)?;
    file.flush()
}

/// The transcripts as a script, since a page that was opened from a folder may load nothing else.
/// All of their bytes are in it, so that the verifier hashes what any other verifier does.
fn transcript_script(out: &mut impl Write, transcripts: &[(&str, &[u8])]) -> io::Result<()> {
    out.write_all(b"// The transcripts beside this file, byte for byte, in base64: what verify.js opens.\nwindow.published = [\n")?;
    for (name, bytes) in transcripts {
        let name = serde_json::to_string(name)?;
        writeln!(out, "{{ name: {name}, size: {}, parts: [", bytes.len())?;
        for part in bytes.chunks(PART) {
            writeln!(out, "'{}',", base64::encode(part))?;
        }
        out.write_all(b"] },\n")?;
    }
    out.write_all(b"];\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_are_the_whole_page() {
        let Parts { before, style, between, scripts: [verifier, page], after } = parts();
        let whole = format!(
            "{before}<style>\n{style}</style>\n{between}{OPEN}{verifier}{CLOSE}{OPEN}{page}{CLOSE}{after}"
        );
        assert_eq!(whole, RELEASED);
        assert!(verifier.starts_with("const Floorlot = ") && page.len() > 1000);
    }

    #[test]
    fn nothing_in_the_page_needs_an_inline_script_or_style() {
        let check = check(Some("index.html"));
        assert!(check.contains("script-src 'self'; style-src 'self'"), "{check}");
        for inline in ["unsafe-inline", "<style", " style=", " onclick=", "<script>"] {
            assert!(!check.contains(inline), "{inline}");
        }
        assert!(!script().contains("style:"), "an element is made with a style of its own");
    }
}
