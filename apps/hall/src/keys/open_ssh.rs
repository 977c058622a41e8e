//! Keys made by ssh-keygen.

use crate::disk::kind::{Kind, pem_content};
use zeroize::Zeroizing;

/// The 32 bytes of a key of ssh-keygen; the kind of file that it is instead.
pub(super) fn seed(text: &str, seed: &mut [u8; 32]) -> Result<(), Option<Kind>> {
    let text = text.find("-----BEGIN ").and_then(|at| text.get(at..)).unwrap_or(text);
    let lines = Zeroizing::new(
        text.lines().map(str::trim).flat_map(|line| [line, "\n"]).collect::<String>(),
    );
    let key = ssh_key::PrivateKey::from_openssh(lines.as_str()).map_err(|_| {
        let names = |part: &[u8]| {
            pem_content(text).is_some_and(|blob| blob.windows(part.len()).any(|at| at == part))
        };
        let whole = pem_content(text).is_some();
        Some(if names(b"ssh-ed25519") || !whole { Kind::DamagedSsh } else { Kind::OtherSsh })
    })?;
    if key.algorithm() != ssh_key::Algorithm::Ed25519 {
        return Err(Some(Kind::OtherSsh));
    }
    let pair =
        key.key_data().ed25519().filter(|_| !key.is_encrypted()).ok_or(Some(Kind::LockedSsh))?;
    seed.copy_from_slice(pair.private.as_ref());
    Ok(())
}

/// The point of a public key of Ed25519.
pub(super) fn public(text: &str) -> Option<[u8; 32]> {
    let key = ssh_key::PublicKey::from_openssh(text.trim()).ok()?;
    key.key_data().ed25519().map(|point| point.0)
}
