//! Standard base64 with padding (RFC 4648, section 4), one spelling for every value.

const SYMBOLS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Writes bytes.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |i: usize| u32::from(chunk.get(i).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for i in 0..4_usize {
            let sextet = usize::try_from(bits >> (18 - 6 * i) & 63).unwrap_or(0);
            let symbol = SYMBOLS.get(sextet).copied().map_or('=', char::from);
            out.push(if i <= chunk.len() { symbol } else { '=' });
        }
    }
    out
}

/// Reads what [`encode`] writes, and nothing else: no line breaks, no missing padding, no bits beyond the last byte.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    for four in text.as_bytes().chunks(4) {
        let (_, bits) = four.iter().try_fold((0, 0_u32), |(n, bits), symbol| {
            let sextet = SYMBOLS.iter().position(|s| s == symbol).or((*symbol == b'=' && n > 1).then_some(0))?;
            Some((n + 1, bits << 6 | u32::try_from(sextet).ok()?))
        })?;
        let padding = four.iter().filter(|symbol| **symbol == b'=').count();
        out.extend(bits.to_be_bytes().get(1..4_usize.checked_sub(padding)?)?);
    }
    (encode(&out) == text).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn the_test_vectors_of_rfc_4648() {
        for (bytes, text) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decode(text).as_deref(), Some(bytes.as_bytes()));
        }
    }

    #[test]
    fn one_spelling_alone_is_read() {
        for text in ["Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zg==Zg==", "Zm9v\n", "Zm 9", "====", "Z===", "-_-_", "Zm=v", "Zm9vé"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
