//! Standard base64 with padding (RFC 4648, section 4), one spelling for every value.

use crate::number::place;

const SYMBOLS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Writes bytes.
pub fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3).saturating_mul(4));
    for chunk in bytes.chunks(3) {
        let byte = |i: usize| u32::from(chunk.get(i).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        // n bytes take n + 1 symbols; padding stands for the others.
        for (i, shift) in [18, 12, 6, 0].into_iter().enumerate() {
            let symbol = SYMBOLS.get(place(bits >> shift & 63)).copied();
            out.push(symbol.filter(|_| i <= chunk.len()).map_or('=', char::from));
        }
    }
    out
}

/// Reads what [`encode`] writes, and nothing else: no line breaks, no missing padding, no bits
/// beyond the last byte. (The bytes stand nowhere but in the value returned: it may be a secret.)
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity((text.len() / 4).saturating_mul(3));
    let fours = text.as_bytes().chunks(4);
    let last = fours.len();
    for (number, four) in (1..).zip(fours) {
        let padding = four.iter().rev().take_while(|symbol| **symbol == b'=').count();
        // Padding stands at the end of the text alone.
        if four.len() != 4 || padding > 2 || (padding > 0 && number != last) {
            return None;
        }
        let (symbols, padded) = four.split_at_checked(four.len().checked_sub(padding)?)?;
        let bits = symbols.iter().try_fold(0_u32, |bits, symbol| {
            let sextet = SYMBOLS.iter().position(|s| s == symbol)?;
            Some(bits << 6 | u32::try_from(sextet).ok()?)
        })?;
        let bytes = padded.iter().fold(bits, |bits, _| bits << 6).to_be_bytes();
        let (used, rest) = bytes.get(1..)?.split_at_checked(3_usize.checked_sub(padding)?)?;
        // One spelling for every value: the bits beyond the last byte are zero.
        if rest.iter().any(|byte| *byte != 0) {
            return None;
        }
        out.extend(used);
    }
    Some(out)
}

/// Whether a text may be a secret key, or a line of one: it says so, or is nothing but hex or
/// base64 (but not the text of a public key).
pub(crate) fn may_be_secret(text: &str) -> bool {
    is_encoded(text) || ["PRIVATE", "SECRET"].iter().any(|word| text.contains(word))
}

/// Whether a text is nothing but hex or base64 of some length, and not the text of a public key.
pub(crate) fn is_encoded(text: &str) -> bool {
    // Keys, and secrets that are committed to (C3), have 32 characters or more; names have fewer.
    let encoded =
        text.len() >= 32 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(&b));
    // A public key is `<name>+<8 digits>+<base64>`, which everybody may see.
    encoded && text.split('+').nth(1).is_none_or(|id| id.len() != 8)
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn the_test_vectors_of_rfc_4648() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decode(text).as_deref(), Some(bytes.as_bytes()));
        }
    }

    #[test]
    fn one_spelling_alone_is_read() {
        for text in [
            "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zg==Zg==", "Zm9v\n", "Zm 9", "====", "Z===",
            "-_-_", "Zm=v", "Zm9vé",
        ] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
