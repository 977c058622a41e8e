//! Who may write: one page at a time, let in by a token that works once, from this machine and from our own pages alone.

use axum::http::{HeaderMap, header};
use floorlot::Hash;
use sha2::{Digest, Sha256};

/// The header that carries the key of the operator page.
const KEY: &str = "x-floorlot-key";

/// The door to the operator page.
pub(crate) struct Door {
    port: u16,
    /// The hash of the token that still works.
    token: Option<[u8; 32]>,
    /// The hash of the key of the page that was let in.
    key: Option<[u8; 32]>,
}

/// Why a request is turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turned {
    /// Not from a page of this program.
    Foreign,
    /// No key, or that of a page that was let in before.
    NoKey,
    /// The token is not the one that works.
    Token,
}

fn random() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(Hash(bytes).to_hex())
}

fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

impl Door {
    pub(crate) fn new(port: u16) -> Door {
        Door { port, token: None, key: None }
    }

    /// A new token; the one before stops working. The page that is in stays in until the new token is used.
    pub(crate) fn new_token(&mut self) -> Result<String, getrandom::Error> {
        let token = random()?;
        self.token = Some(hash(&token));
        Ok(token)
    }

    /// Lets the page with the token in and the page before out. (Hashes are compared, so that the time says nothing of the token.)
    pub(crate) fn enter(&mut self, token: &str) -> Result<String, Turned> {
        if self.token != Some(hash(token)) {
            return Err(Turned::Token);
        }
        let key = random().map_err(|_| Turned::Token)?;
        (self.token, self.key) = (None, Some(hash(&key)));
        Ok(key)
    }

    /// Whether a request comes from a page of this program: its host is this machine (against names that are pointed here), and its origin ours.
    pub(crate) fn own(&self, headers: &HeaderMap, writes: bool) -> Result<(), Turned> {
        let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let hosts = [format!("127.0.0.1:{}", self.port), format!("localhost:{}", self.port)];
        let host = text(header::HOST).filter(|host| hosts.iter().any(|own| own == host)).ok_or(Turned::Foreign)?;
        let origin = text(header::ORIGIN);
        let ours = format!("http://{host}");
        match origin {
            Some(origin) if origin != ours => Err(Turned::Foreign),
            None if writes => Err(Turned::Foreign),
            _ => Ok(()),
        }
    }

    /// Whether a request has the key of the page that was let in.
    pub(crate) fn knows(&self, headers: &HeaderMap) -> Result<(), Turned> {
        let key = headers.get(KEY).and_then(|value| value.to_str().ok()).map(hash);
        if key.is_some() && key == self.key { Ok(()) } else { Err(Turned::NoKey) }
    }
}
