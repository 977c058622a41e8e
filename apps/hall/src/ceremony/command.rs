//! The commands of a draw: what the prompt, scripts and the page of the operator make, and what is
//! checked of each before it is carried out.

use crate::ceremony::filing::Filing;
use crate::ceremony::stamp;
use crate::import::fault::has_personal_number;
use crate::words::say::{Told, in_file, tr};
use floorlot::Hash;
use floorlot::lines::Decision;
use floorlot::note::showable;
use floorlot::plan::visible;
use floorlot::rules::Lang;
use floorlot::session::StepError;
#[cfg(feature = "web")]
use floorlot::session::check_reason;
use floorlot_verify::common::digest;
use floorlot_verify::common::mask::mask;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use std::path::Path;

/// One command. The prompt and scripts read it from typed words (`typed`), a page sends it as JSON;
/// what people wrote counts as a command once it is [`checked`](Command::checked).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Command {
    Commit {
        member: String,
        #[serde(deserialize_with = "any_case")]
        commit: Hash,
    },
    Envelope {
        member: String,
    },
    Absent {
        member: String,
    },
    Close,
    Reveal {
        member: String,
        secret: String,
    },
    Withhold {
        member: String,
    },
    Dice {
        digits: String,
    },
    Balls {
        numbers: Vec<u64>,
    },
    Drand {
        signature: String,
    },
    Call,
    /// Calls the first of those who missed their call today and are called again (D2).
    Late,
    /// Closes the day of the draw (T2).
    Day,
    /// Where nobody decides: draws on until so many households of the whole draw are served.
    Until {
        households: u64,
    },
    Choose {
        unit: String,
        proxy: Option<String>,
    },
    Missed,
    Undo {
        reason: String,
    },
    /// A signature line of a signed note.
    Cosign {
        signature: String,
    },
    /// A time token over the last checkpoint, in base64; or the response of an authority, of which
    /// the token is taken.
    Token {
        token: String,
    },
    /// `scan` is a file, or its SHA-256.
    Paper {
        member: String,
        scan: String,
    },
    Dissent {
        member: String,
        reason: String,
    },
    Unsigned {
        member: String,
    },
    Objection {
        id: String,
        household: Option<String>,
        text: String,
    },
    Ruling {
        objection: String,
        decision: Decision,
        reason: String,
    },
    /// `sheet` is a file, or its SHA-256: what the household signed.
    Withdraw {
        household: String,
        reason: String,
        sheet: String,
    },
    /// The unit that is due, to the household whose turn it is.
    Offer,
    Accept {
        household: String,
        sheet: String,
    },
    Decline {
        household: String,
        reason: Option<String>,
        sheet: String,
    },
    /// `consents` are files, or their SHA-256.
    Swap {
        households: Vec<String>,
        consents: Vec<String>,
    },
    /// The SHA-256 of the file, if it is not at hand. (A page sends the time as it was typed.)
    #[serde(skip)]
    Recording {
        file: String,
        start: u64,
        sha256: Option<Hash>,
    },
    /// A document. (A page sends its times as they were typed.)
    #[serde(skip)]
    File(Filing),
    Void {
        reason: String,
    },
    /// Closes what came after the result with a checkpoint.
    Seal,
    /// Goes on after the last thing that could have been undone, or after the signatures.
    Next,
}

impl Command {
    /// Whether this is a step after the result.
    pub(crate) fn is_aftermath(&self) -> bool {
        let words = matches!(
            self,
            Command::Objection { .. }
                | Command::Ruling { .. }
                | Command::Recording { .. }
                | Command::File(_)
        );
        let flats = matches!(
            self,
            Command::Withdraw { .. }
                | Command::Offer
                | Command::Accept { .. }
                | Command::Decline { .. }
        );
        words
            || flats
            || matches!(self, Command::Swap { .. } | Command::Void { .. } | Command::Seal)
    }

    /// The command as it can be carried out: ids in ASCII, the name of a proxy masked as those in
    /// the plan are, since the transcript is public. The error says what is missing or wrong.
    pub(crate) fn checked(self, lang: Lang) -> Result<Command, String> {
        if let Command::Choose { proxy: Some(name), .. } = &self {
            public(&[name], lang)?;
            one_line(name, lang)?; // two lines would be masked as two names
        }
        let command = self.plain();
        command.ids().into_iter().try_for_each(|id| one_line(id, lang))?;
        if let Some(why) = command.numbers_missing(lang).or_else(|| command.words_missing(lang)) {
            return Err(why);
        }
        public(&command.texts(), lang)?;
        match command {
            Command::Token { token } => {
                Ok(Command::Token { token: stamp::of_base64(&token, lang)? })
            }
            command => Ok(command.written()),
        }
    }

    /// Whether it names files whose hashes are still to be made.
    pub(crate) fn names_files(&self) -> bool {
        let mut named = false;
        // Nothing is read: that there is a name is all that is asked.
        let _ = self.clone().with_hashes(&mut |_| {
            named = true;
            Ok(Hash([0; 32]))
        });
        named
    }

    /// The same with a hash in the place of each file that it names.
    pub(crate) fn with_hashes(
        mut self,
        hash: &mut dyn FnMut(&str) -> Result<Hash, String>,
    ) -> Result<Command, String> {
        let words = match &mut self {
            Command::Recording { file, sha256: sha256 @ None, .. }
            | Command::File(Filing { file, sha256: sha256 @ None, .. }) => {
                *sha256 = Some(hash(file)?);
                return Ok(self);
            }
            Command::Paper { scan: sheet, .. }
            | Command::Withdraw { sheet, .. }
            | Command::Accept { sheet, .. }
            | Command::Decline { sheet, .. } => std::slice::from_mut(sheet),
            Command::Swap { consents, .. } => consents.as_mut_slice(),
            _ => return Ok(self),
        };
        for word in words.iter_mut().filter(|word| hex(word).is_none()) {
            *word = hash(word)?.to_hex();
        }
        Ok(self)
    }

    /// The same with the hashes of the files, which are read for it.
    pub(crate) fn hashed(self, lang: Lang) -> Result<Command, String> {
        if let Command::Recording { file, sha256: None, .. }
        | Command::File(Filing { file, sha256: None, .. }) = &self
        {
            let hash =
                digest::sha256(Path::new(file)).map_err(|error| in_file(file, &error, lang))?;
            return self.with_hashes(&mut |_| Ok(hash));
        }
        self.with_hashes(&mut |word| hash_of(word, lang))
    }

    /// The ids of members, households, units and objections in it.
    fn ids(&self) -> Vec<&String> {
        match self {
            Command::Commit { member: id, .. }
            | Command::Envelope { member: id }
            | Command::Absent { member: id }
            | Command::Reveal { member: id, .. }
            | Command::Withhold { member: id }
            | Command::Choose { unit: id, .. }
            | Command::Paper { member: id, .. }
            | Command::Dissent { member: id, .. }
            | Command::Unsigned { member: id }
            | Command::Withdraw { household: id, .. }
            | Command::Accept { household: id, .. }
            | Command::Decline { household: id, .. }
            | Command::Ruling { objection: id, .. } => vec![id],
            Command::Objection { id, household, .. } => [id].into_iter().chain(household).collect(),
            Command::Swap { households, .. } => households.iter().collect(),
            Command::File(filing) => filing.household.iter().collect(),
            _ => Vec::new(),
        }
    }

    /// The same with ids, secrets and numbers as they stand in the transcript, however an input
    /// method writes them.
    fn plain(mut self) -> Command {
        match &mut self {
            Command::Commit { member: id, .. }
            | Command::Envelope { member: id }
            | Command::Absent { member: id }
            | Command::Withhold { member: id }
            | Command::Paper { member: id, .. }
            | Command::Dissent { member: id, .. }
            | Command::Unsigned { member: id }
            | Command::Withdraw { household: id, .. }
            | Command::Accept { household: id, .. }
            | Command::Decline { household: id, .. }
            | Command::Ruling { objection: id, .. } => *id = narrow(id),
            Command::Reveal { member, secret } => {
                (*member, *secret) = (narrow(member), narrow(secret));
            }
            Command::Dice { digits: numbers } | Command::Drand { signature: numbers } => {
                *numbers = narrow(numbers);
            }
            Command::Choose { unit, proxy } => {
                *unit = narrow(unit);
                *proxy = proxy.take().map(|name| mask(&name).name);
            }
            Command::Objection { id, household, .. } => {
                *id = narrow(id);
                household.iter_mut().for_each(|id| *id = narrow(id));
            }
            Command::Swap { households, .. } => {
                households.iter_mut().for_each(|id| *id = narrow(id))
            }
            Command::File(filing) => filing.household.iter_mut().for_each(|id| *id = narrow(id)),
            _ => {}
        }
        self
    }

    /// Public numbers as they are written: dice may be typed in groups, and the spaces do not count.
    fn written(mut self) -> Command {
        match &mut self {
            Command::Dice { digits } => digits.retain(|c| !c.is_whitespace()),
            Command::Drand { signature } => signature.make_ascii_lowercase(),
            _ => {}
        }
        self
    }

    /// What is missing of the public numbers, or of what is chosen.
    fn numbers_missing(&self, lang: Lang) -> Option<String> {
        match self {
            Command::Reveal { member, secret } if member.is_empty() || secret.is_empty() => {
                Some(tr!(lang, "expected: reveal MEMBER SECRET", "应为：公开 监督员编号 密语"))
            }
            Command::Dice { digits }
                if digits.trim().is_empty()
                    || !digits
                        .split_whitespace()
                        .flat_map(str::bytes)
                        .all(|b| b.is_ascii_digit()) =>
            {
                Some(expected(lang, "dice DIGITS", "骰子 数字", digits))
            }
            Command::Balls { numbers } if numbers.is_empty() => {
                Some(expected(lang, "balls N N …", "球 号码 号码 …", ""))
            }
            Command::Drand { signature }
                if floorlot::drand::signature_from_hex(&signature.to_ascii_lowercase())
                    .is_none() =>
            {
                Some(expected(
                    lang,
                    "drand SIGNATURE, 96 hexadecimal digits",
                    "信标 签名（96 位十六进制）",
                    signature,
                ))
            }
            Command::Choose { unit, .. } if unit.is_empty() => {
                Some(tr!(lang, "expected: choose FLAT [proxy NAME]", "应为：选 房号 [代理 姓名]"))
            }
            Command::Choose { proxy: Some(name), .. } if name.is_empty() => {
                Some(tr!(lang, "the name of the proxy is missing", "缺少代理人姓名"))
            }
            _ => None,
        }
    }

    /// What is missing of the words of a command: a reason, say, which is recorded.
    fn words_missing(&self, lang: Lang) -> Option<String> {
        let missing = |en: &str, zh: &str, found: &[&str]| {
            Some(expected(lang, en, zh, found.join(" ").trim()))
        };
        match self {
            Command::Undo { reason } if reason.is_empty() => Some(tr!(
                lang,
                "`undo` needs a reason, which is recorded",
                "“撤回”须写明原因，原因会记入记录"
            )),
            Command::Void { reason } if reason.is_empty() => {
                missing("void REASON", "作废 理由", &[])
            }
            Command::Cosign { signature } if signature.is_empty() => {
                missing("cosign — NAME BASE64", "签名 — 名称 BASE64", &[])
            }
            Command::Paper { member, scan } if scan.is_empty() => {
                missing("paper MEMBER FILE", "纸签 监督员编号 文件", &[member])
            }
            Command::Dissent { member, reason } if reason.is_empty() => {
                missing("dissent MEMBER REASON", "异见 监督员编号 理由", &[member])
            }
            Command::Withdraw { household, reason, sheet }
                if reason.is_empty() || sheet.is_empty() =>
            {
                missing(WITHDRAW.0, WITHDRAW.1, &[household, reason])
            }
            Command::Accept { household, sheet } if household.is_empty() || sheet.is_empty() => {
                missing(ACCEPT.0, ACCEPT.1, &[household])
            }
            Command::Decline { household, reason, sheet }
                if household.is_empty() || sheet.is_empty() =>
            {
                missing(DECLINE.0, DECLINE.1, &[household, reason.as_deref().unwrap_or_default()])
            }
            Command::Ruling { objection, decision, reason } if reason.is_empty() => {
                let decision = decided(*decision, lang);
                missing(RULING.0, RULING.1, &[objection, &decision])
            }
            Command::Objection { id, household, text } if text.is_empty() => {
                let by = household.as_deref().map(|household| {
                    let word = if lang == Lang::Zh { "住户" } else { "household" };
                    format!("{word} {household}")
                });
                missing(
                    "objection ID [household H] TEXT",
                    "异议 编号 [住户 户号] 内容",
                    &[id, by.as_deref().unwrap_or_default()],
                )
            }
            Command::Swap { households, .. } if households.is_empty() => {
                missing(SWAP.0, SWAP.1, &[])
            }
            Command::Swap { households, consents } if consents.is_empty() => {
                let found: Vec<&str> = households.iter().map(String::as_str).collect();
                missing(SWAP.0, SWAP.1, &found)
            }
            Command::Recording { file, .. } if file.is_empty() => {
                missing("recording FILE START", "录像 文件 开始时间", &[])
            }
            Command::File(filing) => filing.missing(lang),
            _ => None,
        }
    }

    /// What goes into the public transcript as it was typed.
    fn texts(&self) -> Vec<&str> {
        match self {
            Command::Undo { reason }
            | Command::Void { reason }
            | Command::Dissent { reason, .. } => vec![reason],
            Command::Withdraw { reason, .. }
            | Command::Ruling { reason, .. }
            | Command::Decline { reason: Some(reason), .. } => {
                vec![reason]
            }
            Command::Objection { id, text, .. } => vec![id, text],
            Command::Recording { file, .. } => {
                Path::new(file).file_name().and_then(|name| name.to_str()).into_iter().collect()
            }
            Command::File(filing) => filing.name().into_iter().chain([&*filing.title]).collect(),
            _ => Vec::new(),
        }
    }
}

/// How a ruling, what a household signs for, and a swap are typed.
pub(super) const WITHDRAW: (&str, &str) =
    ("withdraw HOUSEHOLD REASON sheet FILE", "放弃 户号 理由 签字单 文件");
pub(super) const ACCEPT: (&str, &str) = ("accept HOUSEHOLD sheet FILE", "接受 户号 签字单 文件");
pub(super) const DECLINE: (&str, &str) =
    ("decline HOUSEHOLD [REASON] sheet FILE", "不要 户号 [理由] 签字单 文件");
pub(super) const RULING: (&str, &str) =
    ("ruling ID upheld|rejected REASON", "裁定 编号 成立|驳回 理由");
pub(super) const SWAP: (&str, &str) =
    ("swap H H … consent FILE FILE …", "换房 户号 户号 … 同意 文件 文件 …");

/// How an objection was decided.
pub(crate) fn decided(decision: Decision, lang: Lang) -> String {
    match decision {
        Decision::Upheld => tr!(lang, "upheld", "成立"),
        Decision::Rejected => tr!(lang, "rejected", "驳回"),
    }
}

/// What a command takes, and what was found instead.
pub(super) fn expected(lang: Lang, en: &str, zh: &str, found: &str) -> String {
    let found = visible(showable(found));
    tr!(lang, "expected: {en}; found `{found}`", "应为：{zh}；发现“{found}”")
}

/// Refuses numbers of persons in texts that everybody will read.
fn public(texts: &[&str], lang: Lang) -> Result<(), String> {
    match texts.iter().any(|text| has_personal_number(text)) {
        false => Ok(()),
        true => Err(tr!(
            lang,
            "this looks like a document number or a mobile phone number, and the transcript is public for ever. Say it without the number",
            "这像是身份证件号或手机号码，而记录永久公开。请去掉号码再输入"
        )),
    }
}

/// An id or a name stands on one line; what a terminal would obey is no part of either.
fn one_line(text: &str, lang: Lang) -> Result<(), String> {
    if !text.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
        return Ok(());
    }
    let found = visible(showable(text));
    Err(tr!(
        lang,
        "found `{found}`; expected an id or a name on one line, without control characters",
        "发现“{found}”；应为一行之内、不含控制字符的编号或姓名"
    ))
}

/// A text for everybody that does not enter the transcript (why a pause begins): it is held to the
/// same as a reason that does (rule P3).
#[cfg(feature = "web")]
pub(crate) fn free_text(reason: &str, lang: Lang) -> Result<(), String> {
    public(&[reason], lang)?;
    check_reason(reason).map_err(|error| told(&error, lang))
}

/// What is wrong with a step, as people call its parts.
pub(super) fn told(error: &StepError, lang: Lang) -> String {
    match error {
        StepError::Text { field, found, expected } if lang == Lang::Zh => {
            let (field, found, expected) = (text_in_chinese(field), &found.zh, &expected.zh);
            format!("{field}：发现 {found}；应为 {expected}")
        }
        _ => error.words().get(lang).to_owned(),
    }
}

/// What the transcript calls a text of the operator, as a Chinese reader calls it.
fn text_in_chinese(field: &str) -> &str {
    match field.rsplit(' ').next().unwrap_or(field) {
        "reason" => "理由",
        "text" => "内容",
        "name" => "文件名",
        "title" => "标题",
        "proxy" => "代理人",
        _ => field,
    }
}

/// A hash in letters of either case, as at the prompt.
fn hex(word: &str) -> Option<Hash> {
    Hash::from_hex(&word.to_ascii_lowercase())
}

/// The same, as a page sends it.
fn any_case<'de, D: Deserializer<'de>>(sent: D) -> Result<Hash, D::Error> {
    hex(&String::deserialize(sent)?)
        .ok_or_else(|| D::Error::custom("64 hexadecimal digits expected"))
}

/// The same, where there may be none.
#[cfg(feature = "web")]
pub(crate) fn any_case_or_none<'de, D: Deserializer<'de>>(
    sent: D,
) -> Result<Option<Hash>, D::Error> {
    let sent = Option::<String>::deserialize(sent)?;
    sent.map(|word| hex(&word).ok_or_else(|| D::Error::custom("64 hexadecimal digits expected")))
        .transpose()
}

/// Full-width letters, digits and spaces, as an input method types them, in their ASCII form.
pub(crate) fn narrow(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        c => c,
    };
    text.chars().map(narrow).collect()
}

/// The SHA-256 that stands in a command that is carried out. No file is read there, where everybody
/// may wait for it.
pub(super) fn known_hash(word: &str, lang: Lang) -> Result<Hash, String> {
    hex(word).ok_or_else(|| not_read(word, lang))
}

/// That the file of a command was not read before.
pub(super) fn not_read(file: &str, lang: Lang) -> String {
    tr!(lang, "{file}: the file was not read; try again", "{file}：文件尚未读取，请重试")
}

/// The SHA-256 that a word stands for: the hash itself, or that of the file of this name.
pub(crate) fn hash_of(word: &str, lang: Lang) -> Result<Hash, String> {
    if let Some(hash) = hex(word) {
        return Ok(hash);
    }
    digest::sha256(Path::new(word)).map_err(|error| {
        let error = error.told(lang);
        tr!(
            lang,
            "{word}: {error}. Give the scanned file, or its SHA-256 (64 hexadecimal digits)",
            "{word}：{error}。请给出扫描文件，或其 SHA-256（64 位十六进制）"
        )
    })
}
