//! Time tokens (RFC 3161) as an authority sends them: files, of which the token goes into the
//! transcript.

use crate::words::say::{in_file, tr};
use floorlot::rules::{Lang, Phrase};
use floorlot::token::{self, TimeToken, TokenError};
use floorlot_verify::common::file;
use std::io::{self, Read};
use std::path::Path;

/// More than any token that fits in a line has.
const MOST: u64 = 65_536;

/// What stands in the line for the token in a file.
pub(crate) fn of_file(path: &str, lang: Lang) -> Result<String, String> {
    let bytes = read(Path::new(path)).map_err(|error| in_file(path, &error, lang))?;
    of_bytes(&bytes).map_err(|why| in_file(path, &why, lang))
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file::open(path)?.take(MOST.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What stands in the line for a token, or for the response in which an authority sends it.
pub(crate) fn of_bytes(bytes: &[u8]) -> Result<String, Phrase> {
    if bytes.len() as u64 > MOST {
        return Err(Phrase::new(
            format!("more than {MOST} bytes; expected a time token (.tst or .tsr)"),
            format!("超过 {MOST} 字节；应为时间戳文件（.tst 或 .tsr）"),
        ));
    }
    let token = token::of_file(bytes).and_then(|der| TimeToken::from_der(der).map(|_| der));
    token.map(token::encode).map_err(|error| no_token(&error))
}

/// The same of the base64 of such a file, as a page sends it.
pub(crate) fn of_base64(text: &str, lang: Lang) -> Result<String, String> {
    let bytes = token::decode(text).map_err(|error| no_token(&error));
    bytes.and_then(|bytes| of_bytes(&bytes)).map_err(|why| why.get(lang).to_owned())
}

fn no_token(error: &TokenError) -> Phrase {
    let Phrase { en, zh } = error.words();
    Phrase::new(
        format!(
            "this is no RFC 3161 time token in DER: {en}; take the answer of the authority as it came (.tsr), or the token alone (.tst)"
        ),
        format!(
            "这不是 RFC 3161 时间戳（DER）：{zh}；请使用时间戳机构发来的原文件（.tsr），或其中的时间戳（.tst）"
        ),
    )
}

/// What is said of a token that was registered: its time, and what nobody looked at.
pub(crate) fn told(text: &str, lang: Lang) -> Option<String> {
    let time = crate::words::clock::when(TimeToken::from_base64(text).ok()?.time);
    Some(tr!(
        lang,
        "  time token of {time}: imprint and time compared; its signature is for `openssl ts -verify`",
        "  时间戳 {time}：已核对摘要和时间；其签名请用 `openssl ts -verify` 核验"
    ))
}
