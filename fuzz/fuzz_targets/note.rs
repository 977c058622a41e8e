//! Keys, cosignatures, checkpoints and signed notes: text and value correspond one to one, and only
//! who holds the key signs.
#![no_main]

use floorlot::note::{Cosignature, SignedNote, VerifierKey, parse_checkpoint, showable};
use floorlot::sign::{self, SigningKey};
use floorlot::primitives::tree::checkpoint_body;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(note) = text.parse::<SignedNote>() {
        // Signatures of other types come after the cosignatures, whatever order they came in.
        let written = note.to_string();
        assert_eq!(written.parse::<SignedNote>().as_ref(), Ok(&note));
        assert_eq!(written.len(), text.len());
        assert!(written == text || !note.others.is_empty());
        signed(&note);
    }
    for line in text.lines() {
        if let Ok(signature) = line.parse::<Cosignature>() {
            assert_eq!(signature.to_string(), line);
        }
        if let Ok(key) = line.parse::<VerifierKey>() {
            assert_eq!(key.to_string(), line);
        }
        if let Ok(key) = SigningKey::from_text(line) {
            assert_eq!(*key.to_text(), line);
            assert!(!showable(line).contains(line), "a secret key on the screen");
        }
    }
    if let Ok((origin, size, root)) = parse_checkpoint(text) {
        assert_eq!(checkpoint_body(origin, size, root), text);
    }
});

/// A signature that counts does not count over another text, at another time or with another bit.
fn signed(note: &SignedNote) {
    let Some(first) = note.signatures.first() else { return };
    let Ok(key) = SigningKey::from_seed(&first.name, &[7; 32]) else { return };
    let made = key.cosign(&note.body, first.time);
    let counts = |body: &str, made: &Cosignature| sign::verify(&key.verifier(), body, made).is_ok();
    assert!(counts(&note.body, &made));
    assert!(!counts(&format!("{}\n", note.body), &made));
    let mut other = made.clone();
    other.time ^= 1;
    assert!(!counts(&note.body, &other));
    let mut other = made;
    let bit = usize::from(first.signature[0]);
    other.signature[bit / 4 % 64] ^= 1 << (bit % 8);
    assert!(!counts(&note.body, &other));
    assert!(!counts(&note.body, first) || first.key_id == key.verifier().id());
}
