//! `notary check`: whoever holds the openings shows that they are those of the plan, and that
//! nobody is in it twice.

use crate::disk::plan_file::parse_plan;
use crate::disk::recognize::What;
use crate::import::document;
use crate::persons::slips::{self, Slip};
use crate::words::say::{Stop, counted, say, tr};
use clap::{Args, Subcommand};
use floorlot::Hash;
use floorlot::lines::Line;
use floorlot::rules::Lang;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What a notary does.
#[derive(Subcommand)]
pub(crate) enum NotaryWhat {
    /// Every commitment of the plan opens, none is missing, and no document number occurs twice ·
    /// 核对密封件数据与方案
    Check(CheckArgs),
}

/// What `notary check` is given.
#[derive(Args)]
pub(crate) struct CheckArgs {
    /// The openings that `import` wrote beside the plan · 导入时写出的密封件数据
    openings: PathBuf,
    /// The plan, or a transcript that begins with it · 方案，或以它开头的记录
    plan: PathBuf,
}

/// Runs the command.
pub(crate) fn notary(NotaryWhat::Check(args): &NotaryWhat, lang: Lang) -> Result<(), Stop> {
    let (slips, mut faults) = slips::rows(&args.openings, lang)?;
    let plan = Bound::read(&args.plan, lang)?;
    faults.extend(compare(&slips, &plan, lang));
    let (twice, unlike) = persons(&slips, lang);
    faults.extend(twice);
    let all = plan.households.saturating_add(plan.families);
    let (bound, opened) = (plan.commitments.len(), slips.len());
    let who = match plan.families {
        0 => tr!(lang, "households: {all}", "住户 {all} 户"),
        families => {
            let alone = plan.households;
            tr!(
                lang,
                "households: {alone}, and families: {families}",
                "住户 {alone} 户，家庭 {families} 户"
            )
        }
    };
    let (without, print) =
        (usize::try_from(all).unwrap_or(0).saturating_sub(bound), &plan.fingerprint);
    say(tr!(
        lang,
        "plan with the fingerprint {print}\n{who}; with a commitment to a person: {bound}; without one: {without}\nopenings that open the commitment in their row: {opened}",
        "方案指纹 {print}\n{who}；有身份承诺 {bound} 户；无承诺 {without} 户\n能打开本行承诺的密封件数据：{opened} 行"
    ));
    unlike.iter().for_each(say);
    if faults.is_empty() {
        say(tr!(
            lang,
            "every commitment of the plan opens, none is missing or superfluous, and no document number occurs twice",
            "方案中的每个承诺都能打开，不缺不多，没有重复的证件号"
        ));
        return Ok(());
    }
    let (path, n) = (args.openings.display(), faults.len());
    let many = counted(n, "fault");
    faults.push(tr!(
        lang,
        "{many}: the openings are not those of this plan, or somebody is in it twice",
        "共 {n} 处问题：密封件数据与方案不符，或有人重复"
    ));
    Err(Stop::Refuted(
        faults.iter().map(|fault| format!("{path}: {fault}")).collect::<Vec<_>>().join("\n"),
    ))
}

/// The commitments of a plan.
struct Bound {
    /// Of each household that has one: its line and the commitment.
    commitments: BTreeMap<String, (u64, Hash)>,
    /// Those that are no claims of families.
    households: u32,
    families: u32,
    fingerprint: String,
}

impl Bound {
    /// A plan that keeps its rules; of a transcript what stands before the seal.
    fn read(path: &Path, lang: Lang) -> Result<Bound, Stop> {
        let bytes = std::fs::read(path).map_err(|error| Stop::file(lang, path, error))?;
        if let Some(other) = What::of(&bytes).no_plan(lang) {
            return Err(Stop::file(lang, path, other));
        }
        let sealed = |line: &[u8]| matches!(Line::decode(line), Ok(Line::Checkpoint { .. }));
        let lines = bytes
            .split_inclusive(|b| *b == b'\n')
            .take_while(|line| !sealed(line.trim_ascii_end()));
        let plan =
            parse_plan(&lines.flatten().copied().collect::<Vec<u8>>()).map_err(|faults| {
                let faults: Vec<String> =
                    faults.0.iter().map(|fault| fault.sentence(lang)).collect();
                Stop::file(lang, path, faults.join("\n"))
            })?;
        let bound = |(number, line): (u64, &Vec<u8>)| match Line::decode(line) {
            // P15: that of a family stands for all its claims.
            Ok(
                Line::Household { id, person: Some(person), .. }
                | Line::Family { id, person: Some(person), .. },
            ) => Some((id.into_owned(), (number, person))),
            _ => None,
        };
        let commitments = (1..).zip(plan.lines()).filter_map(bound).collect();
        let (roll, mut alone) = (plan.roll(), 0);
        for household in roll.household_numbers() {
            alone += u32::from(roll.family_of(household).is_none());
        }
        let families = u32::try_from(roll.family_numbers().count()).unwrap_or(u32::MAX);
        Ok(Bound {
            commitments,
            households: alone,
            families,
            fingerprint: plan.fingerprint().to_string(),
        })
    }
}

/// Openings of other commitments, openings for nobody, commitments without an opening.
fn compare(slips: &[(u64, Slip)], plan: &Bound, lang: Lang) -> Vec<String> {
    let mut left = plan.commitments.clone();
    let mut faults = Vec::new();
    for (row, Slip { opening, commitment }) in slips {
        let id = &opening.household;
        match left.remove(id) {
            Some((_, found)) if found == *commitment => {}
            Some((line, found)) => faults.push(tr!(
                lang,
                "row {row}: found the opening of {commitment} for household {id}; expected that of {found}, as in line {line} of the plan",
                "第 {row} 行：住户 {id} 的数据打开的是 {commitment}；应为方案第 {line} 行的 {found}"
            )),
            None => faults.push(tr!(
                lang,
                "row {row}: found an opening for household {id}, which has no commitment in the plan; expected none",
                "第 {row} 行：住户 {id} 在方案中没有承诺；应无此行"
            )),
        }
    }
    faults.extend(left.iter().map(|(id, (line, _))| {
        tr!(
            lang,
            "found no opening for household {id}; expected one for its commitment in line {line} of the plan",
            "没有住户 {id} 的密封件数据；应有一行能打开方案第 {line} 行的承诺"
        )
    }));
    faults
}

/// Document numbers that occur twice, and rows whose number is none that an office would take.
fn persons(slips: &[(u64, Slip)], lang: Lang) -> (Vec<String>, Vec<String>) {
    let (mut twice, mut unlike) = (Vec::new(), Vec::new());
    let mut seen: BTreeMap<String, Vec<(u64, &str, String)>> = BTreeMap::new();
    for (row, slip) in slips {
        let (id, document) = (slip.opening.household.as_str(), slip.opening.document.as_str());
        let (key, bare) = match document::compared(document) {
            Ok(person) => (person.key, person.bare),
            Err(what) => {
                let what = what.get(lang);
                unlike.push(tr!(
                    lang,
                    "look at row {row}, household {id}: {what}",
                    "请留意第 {row} 行，住户 {id}：{what}"
                ));
                (document.to_owned(), document.to_owned())
            }
        };
        let before = seen.entry(key).or_default();
        // Two numbers of 18 digits that differ in the last digit are two numbers.
        if let Some((first, other, _)) =
            before.iter().find(|(.., known)| *known == bare || known.len() != bare.len())
        {
            twice.push(tr!(
                lang,
                "row {row}: found for household {id} the document number of row {first} (household {other}); expected each person once",
                "第 {row} 行：住户 {id} 的证件号与第 {first} 行（住户 {other}）相同；应每人只出现一次"
            ));
        }
        before.push((*row, id, bare));
    }
    (twice, unlike)
}
