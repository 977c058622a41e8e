//! Ed25519 cosignatures (feature `signatures`, on by default): making them, and verifying them
//! strictly.
//!
//! Strict means: the encodings of the key and of R are canonical, neither is of low order, S is
//! below the order of the group, and the equation holds without a cofactor. All strict verifiers
//! agree with each other; others accept more.
//!
//! ```
//! use floorlot::sign::SigningKey;
//! let body = "draw.example/1\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";
//! let key = SigningKey::from_seed("panel.example/resident-1", &[7; 32])?;
//! let signature = key.cosign(body, 1_700_000_000);
//! assert!(floorlot::sign::verify(&key.verifier(), body, &signature).is_ok());
//! assert!(floorlot::sign::verify(&key.verifier(), &body.replace('0', "1"), &signature).is_err());
//! # Ok::<(), floorlot::note::NoteError>(())
//! ```

use crate::base64;
use crate::note::{
    COSIGNATURE, Cosignature, ED25519, LogSignature, NoteError, VerifierKey, cosignature_message,
    is_canonical,
};
use crate::rules::Phrase;
use ed25519_dalek::{Signature, Signer, VerifyingKey};
use std::fmt;
use zeroize::Zeroizing;

/// Why a cosignature does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// Name or key id are not those of the key.
    #[error("the signature names another key")]
    OtherKey,
    /// The key is no point, not canonical, or not of prime order.
    #[error("the key is weak or no key at all")]
    WeakKey,
    /// It is not a signature of this key over this checkpoint.
    #[error("it is not a signature of this key over this checkpoint")]
    Invalid,
}

impl SignatureError {
    /// The error in both languages.
    pub fn words(&self) -> Phrase {
        let zh = match self {
            SignatureError::OtherKey => "签名所用的是另一把密钥",
            SignatureError::WeakKey => "密钥过弱，或不是密钥",
            SignatureError::Invalid => "这不是该密钥对此检查点的签名",
        };
        Phrase::new(self.to_string(), zh)
    }
}

/// P12: The key, if it is a point of the curve, canonical, not the identity, and of prime order.
pub(crate) fn sound(key: &VerifierKey) -> Option<VerifyingKey> {
    let point = VerifyingKey::from_bytes(key.public()).ok().filter(|_| key.is_sound())?;
    (!point.is_weak() && point.to_edwards().is_torsion_free()).then_some(point)
}

/// Verifies a cosignature over the body of a checkpoint, strictly.
pub fn verify(
    key: &VerifierKey,
    body: &str,
    cosignature: &Cosignature,
) -> Result<(), SignatureError> {
    if !cosignature.is_by(key) {
        return Err(SignatureError::OtherKey);
    }
    // tlog-cosignature: a time is at most 2^63 - 1, so no line of a note can carry this one.
    if i64::try_from(cosignature.time).is_err() {
        return Err(SignatureError::Invalid);
    }
    verify_bytes(
        key,
        cosignature_message(cosignature.time, body).as_bytes(),
        &cosignature.signature,
    )
}

/// Verifies the signature of a log over the body of a checkpoint, strictly.
pub fn verify_log(
    key: &VerifierKey,
    body: &str,
    signature: &LogSignature,
) -> Result<(), SignatureError> {
    if !signature.is_by(key) {
        return Err(SignatureError::OtherKey);
    }
    // S7: the message is the body itself.
    verify_bytes(key, body.as_bytes(), &signature.signature)
}

/// Verifies an Ed25519 signature (RFC 8032) over any bytes, strictly.
pub fn verify_bytes(
    key: &VerifierKey,
    message: &[u8],
    signature: &[u8; 64],
) -> Result<(), SignatureError> {
    let point = sound(key).ok_or(SignatureError::WeakKey)?;
    // S2: R is a canonical encoding, whatever the library would accept.
    let canonical = signature.first_chunk::<32>().is_some_and(is_canonical);
    let right =
        canonical && point.verify_strict(message, &Signature::from_bytes(signature)).is_ok();
    if right { Ok(()) } else { Err(SignatureError::Invalid) }
}

/// How the text of a secret key begins.
const PRIVATE: &str = "PRIVATE+KEY+";

/// A text that is not a secret key of the type that is needed. The text is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected PRIVATE+KEY+<name>+<key id>+<base64 of 0x{kind:02x} and 32 bytes>, with the id of this key"
)]
#[non_exhaustive]
pub struct PrivateKeyError {
    /// The signature type that was expected: 0x04 of a member, 0x01 of a log.
    pub kind: u8,
}

impl PrivateKeyError {
    /// The error in both languages.
    pub fn words(&self) -> Phrase {
        let kind = self.kind;
        let zh = format!(
            "应为 PRIVATE+KEY+<名称>+<密钥编号>+<0x{kind:02x} 与 32 字节的 base64>，且编号与密钥相符"
        );
        Phrase::new(self.to_string(), zh)
    }
}

/// A secret key with its name. The secret stands in one place, which is wiped when the value is
/// dropped, also when that is moved. (What the compiler puts into registers and on the stack while
/// it computes is beyond this library.)
pub struct SigningKey {
    name: String,
    kind: u8,
    seed: Box<Zeroizing<[u8; 32]>>,
    public: [u8; 32],
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.name)
    }
}

impl SigningKey {
    /// The key of RFC 8032 that belongs to 32 random bytes, which are the caller's to wipe.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<SigningKey, NoteError> {
        SigningKey::of_kind(name, COSIGNATURE, seed)
    }

    fn of_kind(name: &str, kind: u8, seed: &[u8; 32]) -> Result<SigningKey, NoteError> {
        let public = ed25519_dalek::SigningKey::from_bytes(seed).verifying_key().to_bytes();
        VerifierKey::new(name, kind, public)?;
        // Filled in its place: an array that is moved leaves a copy behind.
        let mut kept = Box::new(Zeroizing::new([0; 32]));
        kept.copy_from_slice(seed);
        Ok(SigningKey { name: name.into(), kind, seed: kept, public })
    }

    /// The key as golang.org/x/mod/sumdb/note and other tools for signed notes write it:
    /// `PRIVATE+KEY+<name>+<key id>+<base64 of the signature type and the 32 bytes>`. Keep it
    /// secret; the text is wiped from memory when it is dropped.
    pub fn to_text(&self) -> Zeroizing<String> {
        let verifier = self.verifier();
        let material: Zeroizing<Vec<u8>> =
            Zeroizing::new(std::iter::once(self.kind).chain(self.seed.iter().copied()).collect());
        let encoded = Zeroizing::new(base64::encode(&material));
        Zeroizing::new(format!(
            "{PRIVATE}{}+{}+{}",
            self.name,
            hex::encode(verifier.id()),
            encoded.as_str()
        ))
    }

    /// Reads what [`SigningKey::to_text`] writes.
    ///
    /// ```
    /// use floorlot::sign::SigningKey;
    /// let key = SigningKey::from_seed("draw.example/r1", &[7; 32])?;
    /// let read = SigningKey::from_text(&key.to_text())?;
    /// assert_eq!(read.verifier(), key.verifier());
    /// assert!(SigningKey::from_text(&key.verifier().to_string()).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_text(text: &str) -> Result<SigningKey, PrivateKeyError> {
        SigningKey::text_of_kind(text, COSIGNATURE)
    }

    fn text_of_kind(text: &str, of: u8) -> Result<SigningKey, PrivateKeyError> {
        let read = || {
            let (name, rest) = text.strip_prefix(PRIVATE)?.split_once('+')?;
            let (id, material) = rest.split_once('+')?;
            let material = Zeroizing::new(base64::decode(material)?);
            let (kind, seed) = material.split_first()?;
            let key = SigningKey::of_kind(name, of, seed.try_into().ok()?);
            let key = key.ok().filter(|_| *kind == of)?;
            (hex::encode(key.verifier().id()) == id).then_some(key)
        };
        read().ok_or(PrivateKeyError { kind: of })
    }

    /// The public key, for the plan.
    pub fn verifier(&self) -> VerifierKey {
        VerifierKey { name: self.name.clone(), kind: self.kind, public: self.public }
    }

    /// Cosigns the body of a checkpoint at a time given in seconds since 1970-01-01T00:00:00Z (at
    /// most 2^63 - 1).
    pub fn cosign(&self, body: &str, time: u64) -> Cosignature {
        // A later time can stand in no signature line.
        let time = time.min(i64::MAX.unsigned_abs());
        let signature = self.sign_bytes(cosignature_message(time, body).as_bytes());
        Cosignature { name: self.name.clone(), key_id: self.verifier().id(), time, signature }
    }

    fn sign_bytes(&self, message: &[u8]) -> [u8; 64] {
        // Wiped at the end of this function.
        ed25519_dalek::SigningKey::from_bytes(&self.seed).sign(message).to_bytes()
    }
}

/// The secret key of the log: that with which the program that keeps the transcript of a draw signs
/// each checkpoint by itself (rule S7).
///
/// ```
/// use floorlot::sign::{LogKey, verify_log};
/// let body = "draw.example/1\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";
/// let key = LogKey::from_seed("draw.example/1", &[7; 32])?;
/// assert!(verify_log(&key.verifier(), body, &key.sign(body)).is_ok());
/// assert!(verify_log(&key.verifier(), "another", &key.sign(body)).is_err());
/// let read = LogKey::from_text(&key.to_text())?;
/// assert_eq!(read.verifier(), key.verifier());
/// assert!(floorlot::sign::SigningKey::from_text(&key.to_text()).is_err()); // no key of a member
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct LogKey(SigningKey);

impl LogKey {
    /// The key of RFC 8032 that belongs to 32 random bytes, which are the caller's to wipe. Its name
    /// is the origin of the draw.
    pub fn from_seed(origin: &str, seed: &[u8; 32]) -> Result<LogKey, NoteError> {
        SigningKey::of_kind(origin, ED25519, seed).map(LogKey)
    }

    /// The same secret as the key of another draw.
    pub fn named(&self, origin: &str) -> Result<LogKey, NoteError> {
        LogKey::from_seed(origin, &self.0.seed)
    }

    /// The key as [`SigningKey::to_text`] writes one of a member, with another signature type.
    pub fn to_text(&self) -> Zeroizing<String> {
        self.0.to_text()
    }

    /// Reads what [`LogKey::to_text`] writes.
    pub fn from_text(text: &str) -> Result<LogKey, PrivateKeyError> {
        SigningKey::text_of_kind(text, ED25519).map(LogKey)
    }

    /// The public key, for `log` of the plan.
    pub fn verifier(&self) -> VerifierKey {
        self.0.verifier()
    }

    /// Signs the body of a checkpoint.
    pub fn sign(&self, body: &str) -> LogSignature {
        let signature = self.0.sign_bytes(body.as_bytes());
        LogSignature { name: self.0.name.clone(), key_id: self.verifier().id(), signature }
    }
}
