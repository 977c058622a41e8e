//! Tables that were read and are shown, and of which nothing is written before the operator says
//! so.

use super::hall::{Hall, State};
use crate::disk::on_disk;
use crate::disk::recognize::saved_anew;
use crate::import::form;
use crate::import::question::Kind;
use crate::import::{
    self, Asked, File, Options, Prepared, Refusal, Settings, Tables, Written, openings,
};
use crate::words::say::{in_file, tr};
use floorlot::rules::{Lang, Phrase};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

/// How the tables are read.
#[derive(Clone)]
pub(crate) struct Way {
    pub(crate) lang: Lang,
    pub(crate) skip_documents: bool,
    /// What the operator has ticked.
    pub(crate) accept: BTreeSet<Kind>,
}

/// The tables, and what became of them.
pub(crate) struct Draft {
    pub(crate) tables: Arc<Tables>,
    pub(crate) way: Way,
    outcome: Result<Prepared, Box<Refusal>>,
}

impl Draft {
    /// Reads the tables. This may take its time, and holds nothing.
    pub(crate) fn read(tables: Arc<Tables>, way: Way) -> Draft {
        let outcome = prepare(&tables, &way);
        // Tables in each other's place are taken for what they are.
        if let (Err(refusal), Some(units)) = (&outcome, &tables.units)
            && refusal.preview.is_none()
        {
            let turned = Arc::new(Tables {
                roll: units.clone(),
                units: Some(tables.roll.clone()),
                settings: tables.settings.clone(),
            });
            let other = prepare(&turned, &way);
            if other.as_ref().map_or_else(|refusal| refusal.preview.is_some(), |_| true) {
                return Draft { tables: turned, way, outcome: other };
            }
        }
        Draft { tables, way, outcome }
    }

    /// What the page shows of it.
    pub(crate) fn shown(&self) -> Value {
        let lang = self.way.lang;
        let name = |file: &File| file.name.clone();
        let (settings, form) = match &self.tables.settings {
            Settings::File(file) => (Some(file.name.clone()), None),
            Settings::Form(form) => (None, Some(form)),
            Settings::Sheets => (None, None),
        };
        let files = json!({"roll": name(&self.tables.roll), "units": self.tables.units.as_ref().map(name), "config": settings});
        let (told, faults, questions, accepted, rows): (_, &[String], &[Asked], &[Asked], _) =
            match &self.outcome {
                Ok(prepared) => {
                    (&prepared.told, &[], &[], &prepared.accepted, Some(&prepared.preview))
                }
                Err(refusal) => (
                    &refusal.told,
                    &refusal.faults,
                    &refusal.questions,
                    &[],
                    refusal.preview.as_ref(),
                ),
            };
        let asked = |asked: &Asked| json!({"kind": asked.kind.word(), "words": asked.words, "sentences": asked.sentences});
        let heads = rows.map(|preview| preview.heads(lang)).unwrap_or_default();
        let pools: BTreeSet<&str> = rows
            .iter()
            .flat_map(|preview| preview.rows.iter().map(|row| row.pool.as_str()))
            .collect();
        let rows = rows.into_iter().flat_map(|preview| {
            preview.rows.iter().map(
                |row| json!({"cells": preview.cells(row, lang), "look": !row.remarks.is_empty()}),
            )
        });
        let rows: Vec<Value> = rows.collect();
        json!({
            "files": files, "told": told, "faults": faults,
            "of": faults.iter().map(|fault| self.file_of(fault)).collect::<Vec<_>>(),
            "questions": questions.iter().map(asked).collect::<Vec<_>>(),
            "accepted": accepted.iter().map(asked).collect::<Vec<_>>(),
            "heads": heads, "rows": rows, "pools": pools, "form": form, "skip_documents": self.way.skip_documents,
        })
    }

    /// The field of the file that a fault is in, which begins with its name.
    fn file_of(&self, fault: &str) -> Option<&'static str> {
        let begins = |file: &File| {
            // Not `roll.csv` for `roll.csv.csv`.
            let rest = fault.strip_prefix(file.name.as_str());
            rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '.'))
        };
        if begins(&self.tables.roll) {
            return Some("roll");
        }
        if self.tables.units.as_ref().is_some_and(begins) {
            return Some("units");
        }
        match &self.tables.settings {
            Settings::File(file) if begins(file) => Some("config"),
            Settings::Form(_) if fault.starts_with(form::FILE) => Some("config"),
            // Beside a field of the page.
            Settings::Form(_) if form::NAMED.iter().any(|named| fault.starts_with(named)) => {
                Some("fields")
            }
            _ => None,
        }
    }

    /// Writes the plan beside the transcript, and what opens its commitments. What opened those of
    /// the plan before is kept.
    pub(crate) fn write(&self, hall: &mut Hall) -> Result<(), String> {
        let Ok(prepared) = &self.outcome else {
            let why = Phrase::new(
                "the tables have faults, or something is not confirmed yet; no plan was made",
                "表格有错误，或还有未确认的事项；未生成方案",
            );
            return Err(why.get(hall.lang).to_owned());
        };
        unsealed(hall)?;
        let (plan, lang) = (hall.files.plan.clone(), hall.lang);
        // What comes next is on the page, and no command of the terminal.
        let kept = prepared
            .settings
            .as_deref()
            .map(|text| settings_beside(&hall.files.transcript, text, lang))
            .transpose()?;
        let Written { told, next: _ } =
            import::write(prepared, &plan, true, lang).map_err(|error| error.to_string())?;
        hall.show(prepared.plan.clone());
        hall.told = prepared.told.iter().cloned().chain(told).chain(kept).collect();
        Ok(())
    }
}

/// Writes settings that were filled in beside the transcript: `draw.toml` for `draw.jsonl`, and
/// under a numbered name if another file is there. Gives the words for it.
fn settings_beside(transcript: &Path, text: &str, lang: Lang) -> Result<String, String> {
    let failed = |path: &Path, error: std::io::Error| in_file(path.display(), &error, lang);
    let names =
        std::iter::once(".toml".to_owned()).chain((2..=999).map(|n| format!(".settings-{n}.toml")));
    for path in names.map(|ending| on_disk::named_after(transcript, &ending)) {
        let same = |path: &Path| std::fs::read(path).is_ok_and(|there| there == text.as_bytes());
        match std::fs::File::create_new(&path) {
            Ok(mut file) => {
                file.write_all(text.as_bytes())
                    .and_then(|()| file.sync_all())
                    .map_err(|error| failed(&path, error))?;
                if !same(&path) {
                    return Err(failed(
                        &path,
                        std::io::Error::other("not what was written · 与写入的不同"),
                    ));
                }
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                if !same(&path) {
                    continue; // somebody's own: it stays as it is
                }
            }
            Err(error) => return Err(failed(&path, error)),
        }
        let path = path.display();
        return Ok(tr!(lang, "{path}: the settings as they were filled in", "{path}：所填的设置"));
    }
    Err(in_file(
        transcript.display(),
        &tr!(lang, "no name is free for the settings beside it", "旁边没有可用的设置文件名"),
        lang,
    ))
}

fn prepare(tables: &Tables, way: &Way) -> Result<Prepared, Box<Refusal>> {
    let (skip_documents, accept) = (way.skip_documents, way.accept.clone());
    let options = Options { skip_documents, accept, ..Options::default() };
    import::prepare(tables, &options, way.lang)
}

/// Loads a plan file. What opens the commitments of another plan does not stay beside it.
pub(crate) fn load_plan(bytes: &[u8], hall: &mut Hall) -> Result<(), String> {
    unsealed(hall)?;
    let beside = openings::beside(&hall.files.plan);
    if let Err(why) = hall.load(bytes) {
        let Some(anew) = saved_anew(bytes) else { return Err(why) };
        hall.faults.clear();
        return Err(anew.get(hall.lang).to_owned());
    }
    let kept = if opens(&beside, bytes) { None } else { openings::put_aside(&beside, hall.lang)? };
    hall.told = kept.map(|(_, aside)| openings::kept_as(&aside, hall.lang)).into_iter().collect();
    Ok(())
}

pub(crate) fn unsealed(hall: &Hall) -> Result<(), String> {
    match hall.state {
        State::Empty | State::Plan(_) => Ok(()),
        _ => Err(Phrase::new(
            "the plan is sealed and cannot change any more",
            "方案已封存，不能再改",
        )
        .get(hall.lang)
        .to_owned()),
    }
}

/// Whether these openings are those of the plan: every commitment in them stands in it.
fn opens(openings: &Path, plan: &[u8]) -> bool {
    let Ok(mut rows) = csv::Reader::from_path(openings) else { return false };
    let plan = String::from_utf8_lossy(plan);
    rows.records().all(|row| {
        row.is_ok_and(|row| {
            row.get(openings::HEADS.len() - 1).is_some_and(|commitment| plan.contains(commitment))
        })
    })
}
