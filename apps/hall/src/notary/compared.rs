//! Programs and documents, compared with what the sealed plan names (rule P14).

use crate::disk::folder::Folder;
use crate::words::say::{Stop, tr};
use floorlot::Hash;
use floorlot::plan::{Document, DocumentKind, Roll};
use floorlot::rules::{Lang, Phrase};
use floorlot_verify::common::running::Running;
use floorlot_verify::common::{digest, own};
use std::path::{Path, PathBuf};

/// What came of comparing a program or a document.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is the one in the plan.
    Same,
    /// It has this hash, and the plan has another.
    Other(Hash),
    /// It is not where it was looked for.
    Missing,
    /// Why it was not compared.
    NotCompared(Phrase),
}

impl Outcome {
    pub(super) fn words(&self) -> Phrase {
        match self {
            Outcome::Same => Phrase::new("agrees with the plan", "与方案一致"),
            Outcome::Other(_) => Phrase::new("DOES NOT AGREE with the plan", "与方案不一致"),
            Outcome::Missing => {
                Phrase::new("MISSING: not in the folder given", "缺：所给文件夹中没有")
            }
            Outcome::NotCompared(why) => {
                Phrase::new(format!("not compared: {}", why.en), format!("未比对：{}", why.zh))
            }
        }
    }
}

/// A program.
pub(super) struct Program {
    /// Where it is; none for the one that runs.
    pub(super) path: Option<PathBuf>,
    pub(super) sha256: Option<Hash>,
    pub(super) outcome: Outcome,
}

/// All of it.
pub(super) struct Compared {
    /// First the one that runs.
    pub(super) programs: Vec<Program>,
    /// Those of the plan, in its order.
    pub(super) documents: Vec<(Document, Outcome)>,
}

impl Compared {
    /// Compares all, and copies the documents that agree.
    pub(super) fn of(
        roll: &Roll,
        programs: &[PathBuf],
        documents: Option<&Path>,
        folder: &mut Folder,
        lang: Lang,
    ) -> Result<Compared, Stop> {
        let mut all = vec![running(roll)];
        for path in programs {
            let sha256 = digest::sha256(path).map_err(|error| Stop::file(lang, path, error))?;
            let outcome = in_plan(roll, sha256);
            all.push(Program { path: Some(path.clone()), sha256: Some(sha256), outcome });
        }
        let mut compared = Vec::new();
        for document in roll.documents() {
            let outcome = one(document, documents, &all, folder)
                .map_err(|(path, error)| Stop::file(lang, &path, error))?;
            compared.push((document.clone(), outcome));
        }
        Ok(Compared { programs: all, documents: compared })
    }

    /// What is another thing than the plan says, a line each.
    pub(super) fn contradictions(&self, lang: Lang) -> Vec<String> {
        let program = |program: &Program| {
            let Outcome::Other(sha256) = &program.outcome else { return None };
            let what = match &program.path {
                Some(path) => path.display().to_string(),
                None => tr!(lang, "the program that runs", "正在运行的程序"),
            };
            Some(tr!(
                lang,
                "{what}: found SHA-256 {sha256}; the plan names other programs; take the program that the plan names",
                "{what}：SHA-256 为 {sha256}；方案所列的是另外的程序；请改用方案所列的程序"
            ))
        };
        let document = |(document, outcome): &(Document, Outcome)| {
            let Outcome::Other(sha256) = outcome else { return None };
            let (name, expected) = (&document.name, document.sha256);
            Some(tr!(
                lang,
                "{name}: found SHA-256 {sha256}; expected {expected}, as in the plan; find the file that was sealed; it was not copied",
                "{name}：SHA-256 为 {sha256}；方案所列为 {expected}；请找出当时封存的文件；未收入公证包"
            ))
        };
        let programs = self.programs.iter().filter_map(program);
        programs.chain(self.documents.iter().filter_map(document)).collect()
    }

    /// What is not there, a line each.
    pub(super) fn missing(&self, lang: Lang) -> Vec<String> {
        let missing = |(document, outcome): &(Document, Outcome)| {
            let name = (*outcome == Outcome::Missing).then_some(&document.name)?;
            Some(tr!(
                lang,
                "{name}: found no such file in the folder of --documents; expected the one in the plan; put it there and run the command again",
                "{name}：--documents 所给的文件夹中没有此文件；应为方案所列的文件；请放入后再次运行"
            ))
        };
        self.documents.iter().filter_map(missing).collect()
    }
}

/// The program that runs.
fn running(roll: &Roll) -> Program {
    match own::sha256() {
        Ok(sha256) => {
            Program { path: None, sha256: Some(*sha256), outcome: in_plan(roll, *sha256) }
        }
        Err(why) => {
            Program { path: None, sha256: None, outcome: Outcome::NotCompared(why.clone()) }
        }
    }
}

fn in_plan(roll: &Roll, sha256: Hash) -> Outcome {
    match Running::was(roll, sha256) {
        Running::Same(_) => Outcome::Same,
        Running::Other(other) => Outcome::Other(other),
        Running::NotCompared(why) => Outcome::NotCompared(why),
        Running::NotNamed => {
            Outcome::NotCompared(Phrase::new("the plan names no program", "方案未列出程序"))
        }
    }
}

/// A document: in the folder, or (a program) among those at hand.
fn one(
    document: &Document,
    within: Option<&Path>,
    programs: &[Program],
    folder: &mut Folder,
) -> Result<Outcome, (PathBuf, std::io::Error)> {
    let at_hand = programs.iter().any(|program| program.sha256 == Some(document.sha256));
    let path = within.map(|within| within.join(&document.name));
    match path.filter(|path| path.exists()) {
        Some(path) => {
            let name = format!("documents/{}", document.name);
            let copied = digest::sha256(&path).and_then(|found| {
                Ok((found, found == document.sha256 && folder.copy(&name, &path, found)?))
            });
            match copied.map_err(|error| (path, error))? {
                (_, true) => Ok(Outcome::Same),
                (found, false) => Ok(Outcome::Other(found)),
            }
        }
        None if at_hand => Ok(Outcome::Same),
        None if within.is_some() => Ok(Outcome::Missing),
        None if document.what == DocumentKind::Program => Ok(Outcome::NotCompared(Phrase::new(
            "no program given is this one",
            "所给程序中没有此程序",
        ))),
        None => Ok(Outcome::NotCompared(Phrase::new(
            "no folder of documents was given",
            "未给出文件所在的文件夹",
        ))),
    }
}
