//! Who may write: one page at a time, let in by a token that works once, from this machine and from
//! our own pages alone.

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
    /// The hash of the key that was changed for it, until the page has used the new one: a page
    /// that is loaded twice in a row never saw it.
    before: Option<[u8; 32]>,
    /// The hash of the pass with which the page that was let in has its stream of events apart from
    /// the boards.
    pass: Option<[u8; 32]>,
}

/// What a page is let in with.
pub(crate) struct Entered {
    /// For the header of its requests. A page holds it in memory alone.
    pub(crate) key: String,
    /// For its stream of events: a browser sends no header with that.
    pub(crate) pass: String,
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
        Door { port, token: None, key: None, before: None, pass: None }
    }

    /// A new token; the one before stops working. The page that is in stays in until the new token
    /// is used.
    pub(crate) fn new_token(&mut self) -> Result<String, getrandom::Error> {
        let token = random()?;
        self.token = Some(hash(&token));
        Ok(token)
    }

    /// Lets the page with the token in and the page before out. (Hashes are compared, so that the
    /// time says nothing of the token.)
    pub(crate) fn enter(&mut self, token: &str) -> Result<Entered, Turned> {
        if self.token != Some(hash(token)) {
            return Err(Turned::Token);
        }
        let entered = self.changed(None)?;
        self.token = None;
        Ok(entered)
    }

    /// Lets the page that was in before it was loaded again in with its old key, once: a tab that
    /// has a copy of that key comes too late.
    pub(crate) fn enter_again(&mut self, key: &str) -> Result<Entered, Turned> {
        let old = Some(hash(key));
        if old != self.key && old != self.before {
            return Err(Turned::NoKey);
        }
        self.changed(old)
    }

    fn changed(&mut self, before: Option<[u8; 32]>) -> Result<Entered, Turned> {
        let new = || random().map_err(|_| Turned::Token);
        let entered = Entered { key: new()?, pass: new()? };
        (self.key, self.pass, self.before) =
            (Some(hash(&entered.key)), Some(hash(&entered.pass)), before);
        Ok(entered)
    }

    /// Whether a request comes from a page of this program: its host is this machine (against names
    /// that are pointed here), and its origin ours.
    pub(crate) fn own(&self, headers: &HeaderMap, writes: bool) -> Result<(), Turned> {
        let text =
            |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let hosts = [format!("127.0.0.1:{}", self.port), format!("localhost:{}", self.port)];
        let host = text(header::HOST)
            .filter(|host| hosts.iter().any(|own| own == host))
            .ok_or(Turned::Foreign)?;
        let origin = text(header::ORIGIN);
        let ours = format!("http://{host}");
        match origin {
            Some(origin) if origin != ours => Err(Turned::Foreign),
            None if writes => Err(Turned::Foreign),
            _ => Ok(()),
        }
    }

    /// Whether a request has the key of the page that was let in.
    pub(crate) fn knows(&mut self, headers: &HeaderMap) -> Result<(), Turned> {
        let key = headers.get(KEY).and_then(|value| value.to_str().ok()).map(hash);
        if key.is_none() || key != self.key {
            return Err(Turned::NoKey);
        }
        self.before = None;
        Ok(())
    }

    /// Whether a stream of events is that of the page that was let in.
    pub(crate) fn knows_pass(&self, pass: &str) -> bool {
        self.pass == Some(hash(pass))
    }
}
