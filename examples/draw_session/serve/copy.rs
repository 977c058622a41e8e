//! A second copy of the transcript, on a stick say, as it grows.

use crate::say::tr;
use floorlot::rules::Lang;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// The copy and how far it is.
pub(crate) struct Copy {
    target: PathBuf,
    /// How many bytes of the transcript are in it; `None` until it was compared.
    done: Option<u64>,
    /// Why the last try failed.
    warning: Option<String>,
}

impl Copy {
    pub(crate) fn new(folder: &Path, transcript: &Path) -> Copy {
        let name = transcript.file_name().map_or_else(|| "transcript.jsonl".into(), PathBuf::from);
        Copy { target: folder.join(name), done: None, warning: None }
    }

    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// Why the copy is behind, if it is.
    pub(crate) fn warning(&self) -> Option<&str> {
        self.warning.as_deref()
    }

    /// Brings the copy up to the transcript. A failure is kept as a warning, and tried again with the next line.
    pub(crate) fn update(&mut self, transcript: &Path, lang: Lang) {
        let target = self.target.display().to_string();
        match self.try_update(transcript) {
            Ok(true) => self.warning = None,
            Ok(false) => {
                self.warning = Some(tr!(
                    lang,
                    "{target}: another file is there, and it stays as it is; take it away or name another folder",
                    "{target}：已有另一份文件，保持原样；请移走或另选目录"
                ));
            }
            Err(error) => {
                self.done = None;
                self.warning = Some(tr!(lang, "the second copy is behind: {target}: {error}", "第二份副本未能写入：{target}：{error}"));
            }
        }
    }

    /// `false` if the target is no beginning of the transcript.
    fn try_update(&mut self, transcript: &Path) -> io::Result<bool> {
        let mut source = File::open(transcript)?;
        let length = source.metadata()?.len();
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(&self.target)?;
        let there = file.metadata()?.len();
        if self.done != Some(there) && !begins(&mut source, &mut file, there.min(length))? || there > length {
            return Ok(false);
        }
        source.seek(SeekFrom::Start(there))?;
        let mut rest = Vec::new();
        source.take(length - there).read_to_end(&mut rest)?;
        file.write_all(&rest)?;
        file.sync_data()?;
        self.done = Some(length);
        Ok(true)
    }
}

/// Whether the first bytes of both files are the same.
fn begins(source: &mut File, target: &mut File, count: u64) -> io::Result<bool> {
    let (mut a, mut b) = (Vec::new(), Vec::new());
    source.rewind()?;
    target.rewind()?;
    source.take(count).read_to_end(&mut a)?;
    target.take(count).read_to_end(&mut b)?;
    Ok(a == b)
}
