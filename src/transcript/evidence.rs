//! What is known from outside of the file.

use super::earlier::Earlier;
use super::head::Head;
use crate::hash::Hash;
use crate::lines::Mode;
use crate::person::Opening;
use crate::tree::Fingerprint;

/// What is known from outside of the file.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// Fingerprints noted from the notice board or the recording (check V1).
    pub fingerprints: Vec<Fingerprint>,
    /// The head of an older copy (check V2).
    pub older: Option<Head>,
    /// What the draw is expected to be (check V4).
    pub mode: Option<Mode>,
    /// The household whose result is to be explained.
    pub household: Option<String>,
    /// The files in the folder of recordings, with their SHA-256 (check V5).
    pub recordings: Option<Vec<(String, Hash)>>,
    /// The files in the folder of scans of paper signatures, with their SHA-256 (check V6).
    pub scans: Option<Vec<(String, Hash)>>,
    /// The round or attempt before this one (check V7).
    pub earlier: Option<Earlier>,
    /// What a household was given on its slip (check V8).
    pub person: Option<Opening>,
}
