//! Signed notes as they come: saved by editors, shells and mail programs. What is certain is read,
//! and said; all else is told by name.
//!
//! A signature is verified over the three lines of the checkpoint and nothing else, so that no
//! mending here can make a wrong one right.

use crate::disk::kind::Kind;
use crate::words::say::program;
use floorlot::note::{Cosignature, LogSignature, MAX_SIGNATURES, SignedNote, parse_checkpoint};
use floorlot::plan::is_origin;
use floorlot::rules::Phrase;
use floorlot_verify::common::lang::shown;
use floorlot_verify::common::text::decode;

/// A note of 256 signatures in UTF-16 has 160 kB.
const MOST: usize = 1 << 20;

/// A text, and a sentence on what was put right in it.
pub(crate) type Mended<T> = (T, Option<Phrase>);

/// The text of a signed note, as the standard writes it, and a sentence on what was put right. The
/// error says what the file is instead, and what to do.
pub(crate) fn note_text(bytes: &[u8]) -> Result<Mended<String>, Phrase> {
    let (note, changes) = read_note(bytes)?;
    if note.signatures.is_empty() {
        let program = program("draw_session");
        return Err(Phrase::new(
            format!(
                "this note is not signed: it has the checkpoint and no signature of a member. Run `{program} sign --key KEY --out SIGNED NOTE` and give the file SIGNED that it writes"
            ),
            format!(
                "这张签名单还没有签名：只有检查点，没有监督员的签名行。请先运行 {program} sign --key 密钥文件 --out 已签文件 签名单，再使用它写出的“已签文件”"
            ),
        ));
    }
    Ok((note.to_string(), changes))
}

/// A note, signed or not; whether that is enough is for the caller to say.
pub(crate) fn read_note(bytes: &[u8]) -> Result<Mended<SignedNote>, Phrase> {
    if bytes.len() > MOST {
        return Err(Phrase::new(
            "this file is too large for a note: found more than 1 MB",
            "文件过大，不是签名单：超过 1 MB",
        ));
    }
    let Some((text, encoding)) = decode(bytes) else {
        let kind = Kind::of(bytes, None);
        let control = kind.is_none() && std::str::from_utf8(bytes).is_ok();
        return Err(if control { control_characters() } else { no_note(kind) });
    };
    if let (None, Some(note)) = (&encoding, whole(&text)) {
        return Ok((note, None));
    }
    let mut mender = Mender { changes: encoding.into_iter().collect(), lines: Vec::new() };
    mender.take(&text);
    let note = mender.note().map_err(|why| other_kind(&text).unwrap_or(why))?;
    Ok((note, mender.said()))
}

/// A text that is a note without any mending.
fn whole(text: &str) -> Option<SignedNote> {
    let note = unsigned(text).or_else(|| text.parse().ok())?;
    checkpoint(&note.body).is_ok().then_some(note)
}

/// Whether the text is a checkpoint of a draw: its origin keeps to rule P1.
fn checkpoint(body: &str) -> Result<(), Phrase> {
    match parse_checkpoint(body) {
        Ok((origin, ..)) if is_origin(origin) => Ok(()),
        Ok((origin, ..)) => Err(Phrase::new(
            format!(
                "the first line is the origin of a draw, of letters, digits and . _ - /; found `{origin}`"
            ),
            format!("第一行应为抽签编号，由字母、数字和 . _ - / 组成；发现 `{origin}`"),
        )),
        Err(error) => Err(error.words()),
    }
}

/// The three lines of a checkpoint, and perhaps the empty line after them.
fn unsigned(text: &str) -> Option<SignedNote> {
    let body =
        text.strip_suffix("\n\n").map_or_else(|| text.to_owned(), |body| format!("{body}\n"));
    checkpoint(&body).is_ok().then_some(SignedNote {
        body,
        signatures: Vec::new(),
        others: Vec::new(),
    })
}

/// What the file is instead of a note.
fn other_kind(text: &str) -> Option<Phrase> {
    let kind = Kind::of(text.as_bytes(), Some(text))
        .filter(|kind| !matches!(kind, Kind::Note | Kind::Secret))?;
    Some(no_note(Some(kind)))
}

fn no_note(kind: Option<Kind>) -> Phrase {
    let what = kind.map_or_else(|| Phrase::new("no text", "不是文字的内容"), Kind::words);
    let next = instead(kind, &program("draw_session"));
    Phrase::new(
        format!("this is not a note; found {}; {}", what.en, next.en),
        format!("这不是签名单；发现 {}；{}", what.zh, next.zh),
    )
}

fn control_characters() -> Phrase {
    Phrase::new(
        "this is not a note: there are control characters in it, which a terminal would obey; ask its sender for the file again, and do not sign this one",
        "这不是签名单：其中有会操纵终端显示的控制字符；请向发件人重新索取，切勿签名",
    )
}

/// What to do with a file of this kind, and what to give in its place.
fn instead(kind: Option<Kind>, program: &str) -> Phrase {
    match kind {
        Some(Kind::Transcript) => Phrase::new(
            format!("make the note of it with `{program} note FILE`, and sign that"),
            format!("请先用 {program} note 文件 导出签名单，再签名"),
        ),
        Some(
            Kind::Own | Kind::OpenSsh | Kind::Pkcs8 | Kind::Encrypted | Kind::Pkcs12 | Kind::Putty,
        ) => Phrase::new(
            "it belongs after --key, and stays with its owner alone",
            "密钥应放在 --key 之后，且只能由本人保管",
        ),
        Some(Kind::SshSignature | Kind::Pgp | Kind::Minisign | Kind::Seed | Kind::SeedHex) => {
            Phrase::new(
                format!(
                    "such a signature does not count here: sign with `{program} sign`; or sign with another tool what `{program} message` prints, and put that on the note with `{program} attach`"
                ),
                format!(
                    "此类签名在这里无效：请用 {program} sign 签名；或用其他工具签 {program} message 打印的原文，再用 {program} attach 加到签名单上"
                ),
            )
        }
        Some(Kind::Message) => {
            Phrase::new("give the note that it was made from", "请给出生成它的签名单")
        }
        Some(Kind::Html | Kind::Mail | Kind::Office | Kind::Pdf | Kind::Rtf) => Phrase::new(
            "ask for the note as an attachment, and save that as it is",
            "请让对方以附件发送签名单，原样保存后使用",
        ),
        _ => written_by(program),
    }
}

fn written_by(program: &str) -> Phrase {
    Phrase::new(
        format!("give the file that `{program} note` or `{program} sign` writes"),
        format!("请给出 {program} note 或 {program} sign 写出的文件"),
    )
}

/// Whether a line is the whole signature of a member or of a log.
fn is_whole(line: &str) -> bool {
    line.parse::<Cosignature>().is_ok() || line.parse::<LogSignature>().is_ok()
}

/// Puts a note together again.
struct Mender {
    /// What was put right.
    changes: Vec<Phrase>,
    /// Lines with something in them, and their numbers.
    lines: Vec<(usize, String)>,
}

impl Mender {
    fn change(&mut self, en: &str, zh: &str) {
        let words = Phrase::new(en, zh);
        if !self.changes.contains(&words) {
            self.changes.push(words);
        }
    }

    /// Splits the text into lines without what editors and mail programs put around them.
    fn take(&mut self, text: &str) {
        let text = text.trim_start_matches('\u{feff}');
        if text.contains(['\r', '\u{85}', '\u{2028}']) {
            self.change("line ends of another system (CRLF)", "换行符（CRLF）");
        }
        let unix = text.replace("\r\n", "\n").replace(['\r', '\u{85}', '\u{2028}', '\u{c}'], "\n");
        let quoted =
            unix.lines().filter(|line| !line.trim().is_empty()).all(|line| line.starts_with('>'));
        if quoted {
            self.change("quotation marks (>) of a mail", "邮件的引用符号（>）");
        }
        for (number, line) in (1..).zip(unix.split('\n')) {
            let bare = if quoted { line.trim_start_matches(['>', ' ']) } else { line };
            let bare = bare.trim();
            if bare.len() != line.len() && !quoted && !bare.is_empty() {
                self.change("spaces at the ends of lines", "行首行尾的空格");
            }
            if !bare.is_empty() {
                self.lines.push((number, bare.to_owned()));
            }
        }
        if !text.ends_with('\n') {
            self.change("no line end after the last line", "末行缺少换行");
        }
        let standard = self.lines.len() + usize::from(self.lines.len() > 3);
        if unix.trim_matches('\n').split('\n').count() != standard {
            self.change("empty lines too many or too few", "空行多或少");
        }
    }

    /// The note that these lines are.
    fn note(&mut self) -> Result<SignedNote, Phrase> {
        let body: String =
            self.lines.iter().take(3).flat_map(|(_, line)| [line.as_str(), "\n"]).collect();
        checkpoint(&body).map_err(|why| self.no_body(&why))?;
        let rest: Vec<(usize, String)> = self.lines.iter().skip(3).cloned().collect();
        let mut whole: Vec<(usize, String)> = Vec::new();
        for (number, line) in rest {
            match self.begins(&line) {
                Some(begun) => {
                    if begun != line && line.starts_with('\u{2014}') {
                        self.change("unusual spaces", "特殊的空格");
                    }
                    whole.push((number, begun));
                }
                None => self.goes_on(number, &line, whole.last_mut())?,
            }
        }
        if whole.len() > MAX_SIGNATURES {
            return Err(Phrase::new(
                "a note has at most 256 signatures",
                "签名单最多有 256 个签名",
            ));
        }
        for (number, line) in &whole {
            SignedNote::of_lines(String::new(), [line.as_str()])
                .map_err(|_| damaged(*number, line))?;
        }
        let lines = whole.iter().map(|(_, line)| line.as_str());
        SignedNote::of_lines(body, lines).map_err(|error| error.words())
    }

    /// A line that begins a signature, with the dash of the standard: it may have become another
    /// one, or got lost.
    fn begins(&mut self, line: &str) -> Option<String> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (dash, rest) = words.split_first()?;
        let is_dash = !dash.chars().any(|c| c.is_ascii_alphanumeric()) && dash.chars().count() <= 4;
        if is_dash {
            if *dash != "\u{2014}" {
                self.change(
                    "a dash that became another character",
                    "行首的长横线（—）变成了别的字符",
                );
            }
            return Some([&["\u{2014}"], rest].concat().join(" "));
        }
        let (name, base64) = (dash, rest.first().filter(|_| rest.len() == 1)?);
        let line = format!("\u{2014} {name} {base64}");
        is_whole(&line).then_some(())?;
        self.change("a dash that got lost", "行首缺少长横线（—）");
        Some(line)
    }

    /// A line that a mail program broke off the one before.
    fn goes_on(
        &mut self,
        number: usize,
        line: &str,
        before: Option<&mut (usize, String)>,
    ) -> Result<(), Phrase> {
        let open = before.filter(|(_, before)| !is_whole(before));
        let Some((_, before)) = open.filter(|_| line.split_whitespace().count() <= 2) else {
            return Err(foreign(number, line));
        };
        // dash, name, and the beginning of the signature
        let whole = before.split(' ').count() >= 3;
        if !whole {
            before.push(' ');
        }
        before.push_str(line);
        self.change("lines that were wrapped", "被折断的行");
        Ok(())
    }

    /// Why there is no checkpoint; what stands before one is named.
    fn no_body(&self, why: &Phrase) -> Phrase {
        let at = self.lines.windows(3).position(|three| {
            let body: String = three.iter().flat_map(|(_, line)| [line.as_str(), "\n"]).collect();
            checkpoint(&body).is_ok()
        });
        match at.and_then(|at| self.lines.get(at)) {
            Some((number, _)) => {
                let last = number.saturating_sub(1);
                Phrase::new(
                    format!(
                        "lines 1 to {last} do not belong to the note; expected the origin of the draw in line 1; delete those lines and try again"
                    ),
                    format!("第 1 至 {last} 行不属于签名单；第 1 行应为抽签编号；请删去这些行再试"),
                )
            }
            None => {
                let next = written_by(&program("draw_session"));
                Phrase::new(
                    format!("this is not a note: {}; {}", why.en, next.en),
                    format!("这不是签名单：{}；{}", why.zh, next.zh),
                )
            }
        }
    }

    /// One sentence on what was put right.
    fn said(self) -> Option<Phrase> {
        let list = |one: fn(&Phrase) -> &str, and: &str| {
            self.changes.iter().map(one).collect::<Vec<_>>().join(and)
        };
        let (en, zh) = (list(|words| &words.en, ", "), list(|words| &words.zh, "、"));
        (!self.changes.is_empty()).then(|| {
            Phrase::new(
                format!("the note was saved by another program; put right while reading: {en}"),
                format!("签名单被其他程序改动过，读取时已更正：{zh}"),
            )
        })
    }
}

fn foreign(number: usize, line: &str) -> Phrase {
    let line = shown(&line.chars().take(40).collect::<String>());
    Phrase::new(
        format!(
            "line {number} does not belong to a note: found `{line}`; expected a signature line, `— NAME BASE64`; delete this line, or ask for the file as an attachment"
        ),
        format!(
            "第 {number} 行不属于签名单：发现“{line}”；应为签名行“— 名称 BASE64”；请删去此行，或请对方以附件重新发送"
        ),
    )
}

fn damaged(number: usize, line: &str) -> Phrase {
    let line = shown(&line.chars().take(40).collect::<String>());
    Phrase::new(
        format!(
            "the signature in line {number} is damaged: found `{line}`; expected `— NAME BASE64` with 104 characters of base64; ask its signer for the file again, as an attachment"
        ),
        format!(
            "第 {number} 行的签名已损坏：发现“{line}”；应为“— 名称 BASE64”，其中 base64 为 104 个字符；请签名人以附件重新发送文件"
        ),
    )
}
