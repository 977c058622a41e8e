//! Time tokens of an authority that does not exist (RFC 3161): the path that rule S8 reads, with
//! anything on it changed, and where the signature would stand a word that there is none.

use floorlot::token::{encode, imprint};

/// Makes an element: its name, its first byte, its content.
pub type Element = fn(&str, u8, &[u8]) -> Vec<u8>;

/// What stands in a token.
#[derive(Clone)]
pub struct TimeToken {
    pub content_type: Vec<u8>,
    pub inner_type: Vec<u8>,
    pub version: Vec<u8>,
    pub algorithm: Vec<u8>,
    pub hashed: Vec<u8>,
    pub serial: Vec<u8>,
    pub time: String,
    /// Behind `genTime`.
    pub tail: Vec<u8>,
    pub element: Element,
}

/// id-sha256 as an element.
pub const SHA_256: [u8; 11] = [0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];

/// An element in DER.
pub fn element(_: &str, first: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap();
    let [high, low] = length.to_be_bytes();
    let head: &[u8] = match length {
        0..=0x7f => &[first, low],
        0x80..=0xff => &[first, 0x81, low],
        _ => &[first, 0x82, high, low],
    };
    [head, content].concat()
}

impl TimeToken {
    /// A token over the body of a checkpoint, at `genTime`.
    pub fn over(body: &str, time: &str) -> TimeToken {
        TimeToken {
            content_type: vec![0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02],
            inner_type: vec![0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x04],
            version: vec![1],
            algorithm: [&SHA_256[..], &[0x05, 0x00]].concat(),
            hashed: imprint(body).0.to_vec(),
            serial: imprint(body).0[..8].to_vec(),
            time: time.into(),
            tail: Vec::new(),
            element,
        }
    }

    pub fn der(&self) -> Vec<u8> {
        let e = self.element;
        let imprint =
            [e("hashAlgorithm", 0x30, &self.algorithm), e("hashedMessage", 0x04, &self.hashed)];
        let info = [
            e("version", 0x02, &self.version),
            e("policy", 0x06, &[0x2a, 0x03, 0x04, 0x01]),
            e("messageImprint", 0x30, &imprint.concat()),
            e("serialNumber", 0x02, &self.serial),
            e("genTime", 0x18, self.time.as_bytes()),
            self.tail.clone(),
        ];
        let info = e("octets", 0x04, &e("TSTInfo", 0x30, &info.concat()));
        let inner = [e("eContentType", 0x06, &self.inner_type), e("eContent", 0xa0, &info)];
        let none = "a synthetic token: nobody signed it. ".repeat(6);
        let signed = [
            e("SignedData version", 0x02, &[3]),
            e("digestAlgorithms", 0x31, &e("", 0x30, &SHA_256)),
            e("encapContentInfo", 0x30, &inner.concat()),
            e("signerInfos", 0x31, &e("", 0x0c, none.as_bytes())),
        ];
        let signed = e("SignedData", 0x30, &signed.concat());
        let content = [e("contentType", 0x06, &self.content_type), e("content", 0xa0, &signed)];
        e("ContentInfo", 0x30, &content.concat())
    }

    /// As it stands in a line.
    pub fn text(&self) -> String {
        encode(&self.der())
    }
}

/// The same token over another checkpoint; `None` if it is none.
pub fn moved(text: &str, body: &str) -> Option<String> {
    let token = floorlot::token::TimeToken::from_base64(text).ok()?;
    let mut der = floorlot::token::decode(text).ok()?;
    let at = der.windows(32).position(|bytes| bytes == token.imprint.0)?;
    der[at..at + 32].copy_from_slice(&imprint(body).0);
    Some(encode(&der))
}
