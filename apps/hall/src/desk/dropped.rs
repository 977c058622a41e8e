//! A file that was dropped on the icon: a transcript, a plan, or the folder of a draw.

use super::{Opened, draws};
use crate::disk::on_disk;
use crate::disk::plan_file::{is_sealed, read_plan, whole};
use crate::disk::recognize::What;
use crate::publish;
use crate::web::files::Files;
use crate::words::say::{Stop, tr};
use floorlot::rules::Lang;
use std::path::{Path, PathBuf};

/// What belongs to a transcript and is named after it.
const BESIDE: [&str; 3] = [".plan.jsonl", ".hall.jsonl", ".address.txt"];

/// What is opened for a file. A plan of its own begins a new draw in the folder of all draws, unless
/// one with this plan is not finished there.
pub(super) fn opened(file: &Path, root: &Path, lang: Lang) -> Result<Opened, Stop> {
    let file = on_disk::absolute(file, lang)?;
    let there = |transcript| Ok(Opened { transcript, plan: None });
    let folder = if file.is_dir() { &file } else { on_disk::folder_of(&file) };
    if publish::is_site(folder) {
        return Err(Stop::file(lang, &file, of_a_site(lang)));
    }
    if file.is_dir() {
        return match draws::transcript_in(&file) {
            Some(transcript) => there(transcript),
            None => Err(no_draw(&file, lang)),
        };
    }
    if let Some(transcript) = transcript_of(&file) {
        return there(transcript);
    }
    // Where a file is locked nobody else may read it, on some systems.
    if draws::is_held(&file) {
        return there(file);
    }
    let bytes = on_disk::read(&file).map_err(|error| Stop::file(lang, &file, error))?;
    let jsonl = file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("jsonl"));
    // One that was begun is empty until the seal, and has its plan or its notes beside it.
    let begun = || {
        let Files { plan, log, .. } = Files::of(&file);
        plan.is_file() || log.is_file()
    };
    if is_sealed(whole(&bytes)) || bytes.is_empty() && jsonl && begun() {
        return there(file);
    }
    if let Some(other) = What::of(&bytes).no_draw(lang) {
        return Err(Stop::file(lang, &file, other));
    }
    read_plan(&file, lang)?;
    let same = |draw: &draws::Draw| {
        let plan = on_disk::read(&Files::of(&draw.transcript).plan);
        draw.goes_on() && plan.is_ok_and(|plan| plan == bytes)
    };
    match draws::all(root, lang)?.into_iter().find(same) {
        Some(draw) => there(draw.transcript),
        None => Ok(Opened { transcript: draws::begin(root, lang)?, plan: Some(file) }),
    }
}

/// The transcript that a file belongs to by its name: `draw.jsonl` for `draw.plan.jsonl`.
fn transcript_of(file: &Path) -> Option<PathBuf> {
    let name = file.file_name()?.to_str()?;
    let stem = BESIDE.iter().find_map(|ending| name.strip_suffix(ending))?;
    (!stem.is_empty()).then(|| file.with_file_name(format!("{stem}.jsonl")))
}

/// Nothing is written into a site: it could not be renewed any longer.
fn of_a_site(lang: Lang) -> String {
    tr!(
        lang,
        "this is in the folder of a site that was published; to check it, drop it on floorlot-verify; to go on with the draw, choose the record that the site was made of",
        "这在公布用的网站文件夹里；如要核验，请拖到 floorlot-verify 上；如要继续抽签，请选择生成该网站的原记录"
    )
}

fn no_draw(folder: &Path, lang: Lang) -> Stop {
    let other = tr!(
        lang,
        "there is no draw in this folder. Choose the folder of one draw, its transcript, or a plan",
        "此文件夹中没有抽签。请选择某一场抽签的文件夹、记录文件或方案文件"
    );
    Stop::file(lang, folder, other)
}

#[cfg(test)]
mod tests {
    use super::transcript_of;
    use std::path::{Path, PathBuf};

    #[test]
    fn what_lies_beside_a_transcript_opens_it() {
        for (file, expected) in [
            ("现场 一/抽签.plan.jsonl", Some("现场 一/抽签.jsonl")),
            ("draw.hall.jsonl", Some("draw.jsonl")),
            ("draw.address.txt", Some("draw.jsonl")),
            ("plan.jsonl", None),
            (".plan.jsonl", None),
            ("draw.jsonl", None),
        ] {
            assert_eq!(transcript_of(Path::new(file)), expected.map(PathBuf::from), "{file}");
        }
    }
}
