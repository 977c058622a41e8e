//! What can happen to the transcript from outside while a draw runs, and how it is told.

use crate::words::say::tr;
use floorlot::rules::{Lang, Phrase};
use floorlot::system::io_words;
use std::io;
use std::path::Path;

/// Why the file is not what was written. Lines count from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Harm {
    /// Nothing is there any more: removed, renamed, or its folder or disk is gone.
    Gone,
    /// Another file, or something that is no file, is there.
    Replaced,
    /// A line is not as it was written.
    Edited(u64),
    /// It ends before this line.
    Cut(u64),
    /// It goes on after the last line that this program wrote.
    Longer(u64),
    /// It cannot be read.
    Unread(Phrase),
}

impl Harm {
    /// What an error on the way to the file means.
    pub(crate) fn of(error: &io::Error) -> Harm {
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Harm::Gone,
            _ => Harm::Unread(io_words(error)),
        }
    }

    /// One word for it, as the hall notes it.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Harm::Gone => "gone",
            Harm::Replaced => "replaced",
            Harm::Edited(_) => "edited",
            Harm::Cut(_) => "cut",
            Harm::Longer(_) => "longer",
            Harm::Unread(_) => "unread",
        }
    }

    /// What happened to the file, without an end of the sentence.
    pub(crate) fn told(&self, lang: Lang) -> String {
        match self {
            Harm::Gone => {
                tr!(
                    lang,
                    "the file is gone (removed, renamed, or its folder is gone)",
                    "文件不见了（被删除、改名或所在文件夹不见了）"
                )
            }
            Harm::Replaced => tr!(lang, "another file has taken its place", "文件被另一个文件顶替"),
            Harm::Edited(line) => tr!(
                lang,
                "line {line} is not as it was written",
                "第 {line} 行被改动，与写入时不同"
            ),
            Harm::Cut(line) => tr!(
                lang,
                "it was cut short: line {line} is missing",
                "文件被截短，从第 {line} 行起缺失"
            ),
            Harm::Longer(line) => {
                tr!(
                    lang,
                    "somebody else wrote to it: line {line} is not of this draw",
                    "文件被别的程序续写：第 {line} 行不属于本次抽签"
                )
            }
            Harm::Unread(error) => {
                let error = error.get(lang);
                tr!(lang, "it cannot be read: {error}", "文件无法读取：{error}")
            }
        }
    }

    /// For the operator: what happened, and that nothing is lost.
    pub(crate) fn sentence(&self, path: &Path, lines: u64, lang: Lang) -> String {
        let (path, told) = (path.display(), self.told(lang));
        if lines == 0 {
            return tr!(
                lang,
                "{path}: {told}. Nothing was recorded yet: remove what does not belong there, then read again from the disk.",
                "{path}：{told}。尚未记录任何内容：请移走混入的文件，再重新从磁盘读取。"
            );
        }
        tr!(
            lang,
            "{path}: {told}. The draw stops. The {lines} lines recorded before are kept in this program: do not end it before they are written again.",
            "{path}：{told}。抽签停止。此前记录的 {lines} 行都在本程序中：重新写出之前请勿关闭程序。"
        )
    }

    /// For the hall, in one sentence.
    pub(crate) fn board(&self) -> Phrase {
        match self {
            Harm::Gone => Phrase::new(
                "The file of the record is gone; the draw stops until it is written again, and nothing recorded is lost.",
                "记录文件不见了；抽签暂停，待重新写出后继续，已记录的内容没有丢失。",
            ),
            Harm::Unread(_) => Phrase::new(
                "The file of the record cannot be read; the draw stops until it can, and nothing recorded is lost.",
                "记录文件无法读取；抽签暂停，待恢复后继续，已记录的内容没有丢失。",
            ),
            _ => Phrase::new(
                "The file of the record was changed from outside; the draw stops until it is repaired, and nothing recorded is lost.",
                "记录文件被外部改动；抽签暂停，待恢复后继续，已记录的内容没有丢失。",
            ),
        }
    }
}
