//! Time tokens: what is read stands in the bytes, nothing stands behind a token, and nothing but
//! its imprint says what it is over.
#![no_main]

use floorlot::token::{TimeToken, decode, encode, of_file};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    assert_eq!(decode(&encode(data)).as_deref(), Ok(data));
    if let Ok(token) = of_file(data) {
        assert!(data.ends_with(token) && !token.is_empty());
    }
    let Ok(token) = TimeToken::from_der(data) else { return };
    assert!(token.time < 4_102_444_800 && (1..=32).contains(&token.serial.len()));
    assert_eq!(of_file(data), Ok(data));
    assert!(TimeToken::from_der(&[data, &[0]].concat()).is_err());
    assert!(TimeToken::from_der(&data[..data.len() - 1]).is_err());
    // Where the imprint stands, another one is read as another one, and as nothing else. (The same
    // bytes may stand elsewhere, in the serial number or in what is not read.)
    let imprint = token.imprint.0;
    let moved = data.windows(32).enumerate().filter(|(_, bytes)| *bytes == imprint).any(|(at, _)| {
        let mut other = data.to_vec();
        other[at..at + 32].iter_mut().for_each(|byte| *byte ^= 1);
        TimeToken::from_der(&other).is_ok_and(|other| {
            other.imprint != token.imprint && other.time == token.time && other.serial == token.serial
        })
    });
    assert!(moved);
});
