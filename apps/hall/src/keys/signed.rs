//! What a member signed before, draw by draw: whoever compares with it signs no second history.
//! That is what makes a cosigner a witness (C2SP tlog-witness).

use crate::disk::{on_disk, whole};
use crate::words::say::{Stop, tr};
use floorlot::Hash;
use floorlot::lines::Stage;
use floorlot::primitives::tree::Fingerprint;
use floorlot::rules::Lang;
use serde::{Deserialize, Serialize};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// The file of what was signed.
#[derive(Serialize, Deserialize, PartialEq, Clone)]
#[serde(deny_unknown_fields)]
struct Content {
    /// The form of the file: 1.
    floorlot_signed: u64,
    /// One for each draw.
    draws: Vec<Last>,
}

/// The last checkpoint of a draw that was signed.
#[derive(Serialize, Deserialize, PartialEq, Clone)]
#[serde(deny_unknown_fields)]
pub(crate) struct Last {
    origin: String,
    pub(crate) size: u64,
    root: Hash,
    stage: String,
}

impl Last {
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.origin, self.size, self.root)
    }
}

/// What is to be signed now, as recomputed from the transcript.
pub(crate) struct Now<'n> {
    pub(crate) origin: &'n str,
    pub(crate) stage: Stage,
    pub(crate) size: u64,
    pub(crate) root: Hash,
    /// The root over as many of its first lines as were signed last, if it has so many.
    pub(crate) root_then: Option<Hash>,
}

/// The file of what was signed, as it was read.
pub(crate) struct Signed {
    path: PathBuf,
    content: Content,
    /// Whether there was such a file.
    there: bool,
}

impl Signed {
    /// Reads the file; one that is not there begins empty.
    pub(crate) fn read(path: &Path, lang: Lang) -> Result<Signed, Stop> {
        let (content, there) = content(path, lang)?;
        Ok(Signed { path: path.to_owned(), content, there })
    }

    /// Whether there was such a file.
    pub(crate) fn was_there(&self) -> bool {
        self.there
    }

    /// What was signed last of this draw.
    pub(crate) fn last(&self, origin: &str) -> Option<&Last> {
        self.content.draws.iter().find(|entry| entry.origin == origin)
    }

    /// Puts what is signed now in the place of what was signed last, on the disk, before anybody is
    /// given the signature.
    pub(crate) fn remember(&mut self, now: &Now<'_>, lang: Lang) -> Result<(), Stop> {
        // Another signature may have been made while this one was asked about.
        if content(&self.path, lang)? != (self.content.clone(), self.there) {
            let changed = tr!(
                lang,
                "it changed meanwhile: somebody else signs with it; nothing was signed; try again",
                "文件期间被改动：有人同时在用它签名；本次未签名，请重试"
            );
            return Err(Stop::file(lang, &self.path, changed));
        }
        self.content.draws.retain(|entry| entry.origin != now.origin);
        self.content.draws.push(Last {
            origin: now.origin.into(),
            size: now.size,
            root: now.root,
            stage: now.stage.word().into(),
        });
        let written = serde_json::to_vec_pretty(&self.content)
            .map_err(io::Error::from)
            .and_then(|bytes| whole::write(&self.path, &bytes, self.there));
        written.map_err(|error| Stop::file(lang, &self.path, error))?;
        self.there = true;
        Ok(())
    }
}

fn content(path: &Path, lang: Lang) -> Result<(Content, bool), Stop> {
    let bytes = match on_disk::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Ok((Content { floorlot_signed: 1, draws: Vec::new() }, false));
        }
        Err(error) => return Err(Stop::file(lang, path, error)),
    };
    let content: Content = serde_json::from_slice(&bytes).map_err(|_| damaged(path, lang))?;
    let once = |entry: &Last| {
        content.draws.iter().filter(|other| other.origin == entry.origin).count() == 1
    };
    // What cannot be read whole is no ground to sign anything.
    let sound = content.floorlot_signed == 1 && content.draws.iter().all(once);
    if sound { Ok((content, true)) } else { Err(damaged(path, lang)) }
}

fn damaged(path: &Path, lang: Lang) -> Stop {
    let why = tr!(
        lang,
        "this is not the file of what was signed before, or it is damaged; nothing was signed; give the file that `sign --state` wrote",
        "这不是已签记录文件，或文件已损坏；未签名；请给出 sign --state 写出的文件"
    );
    Stop::file(lang, path, why)
}

/// Refuses what would be a second history of the draw.
pub(crate) fn check(last: &Last, now: &Now<'_>, lang: Lang) -> Result<(), String> {
    let (size, then) = (now.size, last.size);
    let stage = &last.stage;
    if now.stage == Stage::Plan && last.stage != Stage::Plan.word() {
        return Err(tr!(
            lang,
            "NOT SIGNED: this is the checkpoint of the plan, and of this draw a later one ({stage}) was signed already; a plan is not signed after it",
            "未签名：这是方案检查点，而本次抽签更晚的检查点（{stage}）已经签过；此后不再签方案"
        ));
    }
    if size < then {
        return Err(tr!(
            lang,
            "NOT SIGNED: this checkpoint is over {size} lines, and one over {then} lines was signed already; ask for the newest transcript",
            "未签名：此检查点只有 {size} 行，而已签过 {then} 行的检查点；请索取最新的记录"
        ));
    }
    if now.root_then != Some(last.root) {
        let fingerprint = last.fingerprint();
        return Err(tr!(
            lang,
            "NOT SIGNED: this is ANOTHER HISTORY of the draw: its first {then} lines are not those that were signed before (fingerprint {fingerprint}); keep this file, and tell the rest of the panel",
            "未签名：这是同一次抽签的另一份历史：前 {then} 行与以前签过的不同（当时指纹 {fingerprint}）；请保存此文件并告知其他监督员"
        ));
    }
    Ok(())
}
