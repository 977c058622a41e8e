//! `import`: the office's tables of households and units become a plan.
//!
//! Everything that cannot be taken is named at once, by file, sheet, row and column. Names are masked on the way;
//! columns with telephones and addresses are left out. Document numbers go into the openings of commitments, never into the plan.

// With their paths, so that tests and the generator of the sample data can take this file in as well.
#[path = "import/build.rs"]
mod build;
#[path = "import/cells.rs"]
mod cells;
#[path = "import/columns.rs"]
mod columns;
#[path = "import/config.rs"]
pub(crate) mod config;
#[path = "import/fault.rs"]
pub(crate) mod fault;
#[path = "import/mask.rs"]
pub(crate) mod mask;
#[path = "import/openings.rs"]
pub(crate) mod openings;
#[path = "import/question.rs"]
#[allow(dead_code)] // until the questions are asked
pub(crate) mod question;
#[path = "import/report.rs"]
pub(crate) mod report;
#[path = "import/sheet.rs"]
#[allow(dead_code)] // until the questions about marks are asked
pub(crate) mod sheet;
#[path = "import/translate.rs"]
mod translate;

use build::{Built, Input, Key};
use cells::Tally;
use columns::{Columns, Field, MapRule, Role};
use config::{Config, LeftOver};
use fault::{Fault, both};
use floorlot::person::Opening;
use floorlot::plan::{Plan, ValidPlan};
use floorlot::rules::{Lang, Words};
use floorlot::transcript::NextRound;
use sheet::Table;
use std::collections::BTreeSet;
use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};
use translate::Origins;

/// The options of `import`.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct ImportArgs {
    /// The table of households, .xlsx, .xls, .ods or .csv · 住户表
    #[arg(long, value_name = "FILE")]
    pub(crate) roll: PathBuf,
    /// The table of units, the same kinds; without it, a sheet of the same workbook · 房源表
    #[arg(long, value_name = "FILE")]
    pub(crate) units: Option<PathBuf>,
    /// Title, origin, panel, sources and rules, .toml or .json · 标题、监督席、规则等
    #[arg(long, value_name = "FILE")]
    pub(crate) config: PathBuf,
    /// The plan to write · 写出的方案
    #[arg(long, value_name = "FILE", default_value = "plan.jsonl")]
    pub(crate) out: PathBuf,
    /// The sheet of households, if its columns do not tell · 住户工作表的名称
    #[arg(long, value_name = "NAME")]
    pub(crate) roll_sheet: Option<String>,
    /// The sheet of units, if its columns do not tell · 房源工作表的名称
    #[arg(long, value_name = "NAME")]
    pub(crate) units_sheet: Option<String>,
    /// What a column holds, such as '幢=building', 'roll:No.=id' or '备注=skip'; may be repeated · 指定某列的含义
    #[arg(long, value_name = "HEAD=FIELD")]
    pub(crate) map: Vec<String>,
    /// Replace the plan if it is there already · 覆盖已有的方案
    #[arg(long)]
    pub(crate) force: bool,
}

/// Why there is no plan, in the language asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) enum ImportError {
    /// Files, columns or cells that cannot be taken: one sentence each.
    Faults {
        /// The sentences.
        sentences: Vec<String>,
        /// The language.
        lang: Lang,
    },
    /// The plan or the report could not be written.
    Write(String),
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ImportError::Write(text) => f.write_str(text),
            ImportError::Faults { sentences, lang: Lang::En } => {
                write!(f, "{}\n{} fault(s); no plan was written", sentences.join("\n"), sentences.len())
            }
            ImportError::Faults { sentences, lang: Lang::Zh } => {
                write!(f, "{}\n共 {} 处问题；没有写出方案", sentences.join("\n"), sentences.len())
            }
        }
    }
}

impl std::error::Error for ImportError {}

/// Reads the tables, writes the plan, and tells on stdout how the tables were understood.
pub(crate) fn import(args: &ImportArgs, lang: Lang) -> Result<(), ImportError> {
    import_to(args, lang, &mut std::io::stdout().lock())
}

/// The same, told to `out`.
pub(crate) fn import_to(args: &ImportArgs, lang: Lang, out: &mut dyn Write) -> Result<(), ImportError> {
    let mut told = String::new();
    let made = make(args, lang, &mut told).map_err(|mut faults| {
        faults.sort_by_key(|fault| fault.order);
        // One file for two tables has one fault, not two.
        let mut said = BTreeSet::new();
        let sentences = faults.iter().map(|fault| fault.sentence(lang)).filter(|sentence| said.insert(sentence.clone())).collect();
        ImportError::Faults { sentences, lang }
    });
    let made = made.and_then(|(valid, openings)| {
        // First the openings: a plan with commitments that nobody can open is worth nothing.
        let beside = openings::beside(&args.out);
        if !openings.is_empty() {
            openings::write(&beside, &openings, lang).map_err(ImportError::Write)?;
        }
        write_plan(&args.out, &valid).map_err(|error| {
            let _ = if openings.is_empty() { Ok(()) } else { std::fs::remove_file(&beside) };
            ImportError::Write(format!("{}: {error}", args.out.display()))
        })?;
        if !openings.is_empty() {
            told += &report::openings_written(&beside.display().to_string(), openings.len(), lang);
        }
        told += &report::written(&args.out.display().to_string(), valid.lines().len(), lang);
        Ok(())
    });
    out.write_all(told.as_bytes()).map_err(|error| ImportError::Write(error.to_string()))?;
    made
}

/// The plan from the tables, with what opens its commitments.
fn make(args: &ImportArgs, lang: Lang, told: &mut String) -> Result<(ValidPlan, Vec<Opening>), Vec<Fault>> {
    if args.out.exists() && !args.force {
        let place = Words::same(args.out.display());
        let advice = Words::new("name another file with --out, or replace it with --force", "请用 --out 另指文件，或用 --force 覆盖");
        let found = Words::new("a file that is there already", "已有的文件");
        return Err(vec![Fault::new(place, found, Words::new("a new file", "新文件"), advice)]);
    }
    let mut faults = Vec::new();
    let rules = columns::map_rules(&args.map, &mut faults);
    let config = Config::read(&args.config).map_err(|fault| faults.push(fault)).ok();
    let roll = choose(&args.roll, args.roll_sheet.as_deref(), Role::Roll, &rules, &mut faults);
    let units = choose(args.units.as_deref().unwrap_or(&args.roll), args.units_sheet.as_deref(), Role::Units, &rules, &mut faults);
    let (Some(config), Some(roll), Some(units)) = (config, roll, units) else { return Err(faults) };
    let [roll, units] = [&roll, &units].map(|(table, columns)| Input { table, columns });
    [roll, units].into_iter().for_each(|input| *told += &report::columns(input, lang));
    [roll, units].into_iter().for_each(|input| columns::head_faults(input.table, input.columns, &rules, &mut faults));
    columns::unused_rules(&rules, &[roll.columns, units.columns], &mut faults);
    let key = build::pool_key(roll, units).map_err(|fault| faults.push(fault)).ok();
    match key {
        Some(key) if faults.is_empty() => fill(args, (roll, units), &key, &config, lang, told),
        _ => Err(faults),
    }
}

/// The second half: the rows.
fn fill(
    args: &ImportArgs,
    inputs: (Input<'_>, Input<'_>),
    key: &Key,
    config: &Config,
    lang: Lang,
    told: &mut String,
) -> Result<(ValidPlan, Vec<Opening>), Vec<Fault>> {
    let (mut faults, mut tally) = (Vec::new(), Tally::default());
    let built = build::build(inputs, key, config, &mut tally, &mut faults);
    *told += &report::changes(&built, &tally, lang);
    let config_file = args.config.file_name().unwrap_or_default().to_string_lossy();
    let pools: Vec<String> = built.plan.pools.iter().map(|p| p.id.clone()).collect();
    config.faults(&config_file, &pools, &mut faults);
    let valid = validate(&built, &config_file, inputs, &mut faults);
    match valid {
        Some(valid) if faults.is_empty() => {
            *told += &report::counts(&valid, &built.plan, lang);
            Ok((valid, built.openings))
        }
        _ => Err(faults),
    }
}

fn validate(built: &Built, config_file: &str, (roll, units): (Input<'_>, Input<'_>), faults: &mut Vec<Fault>) -> Option<ValidPlan> {
    let origins = Origins { config_file, roll, units, built };
    built.plan.validate().map_err(|found| faults.extend(origins.translate(&found.0))).ok()
}

/// The table for a role: the one named, or the only one with the columns for it.
fn choose(path: &Path, named: Option<&str>, role: Role, rules: &[MapRule], faults: &mut Vec<Fault>) -> Option<(Table, Columns)> {
    let tables = sheet::read(path).map_err(|fault| faults.push(fault)).ok()?;
    let several = tables.len() > 1;
    let names: Vec<String> = tables.iter().filter_map(|t| t.sheet.clone()).collect();
    let heads = tables.iter().map(|t| described(t, role, rules)).collect::<Vec<_>>().join("; ");
    let mut suited: Vec<(Table, Columns)> = Vec::new();
    for table in tables {
        let asked = named.is_some_and(|name| table.sheet.as_deref() == Some(name));
        let Some(columns) = columns::find(&table, role, rules) else { continue };
        // A sheet that was asked for, or the only one, is taken even if columns are missing: then they are named.
        if asked || (named.is_none() && (!several || suits(&columns))) {
            suited.push((table, columns));
        }
    }
    if suited.len() == 1 {
        return suited.pop();
    }
    let found = match (named, suited.len()) {
        (Some(name), _) if !names.iter().any(|n| n == name) => {
            Words::new(format!("no sheet {name}, but {}", names.join(", ")), format!("没有工作表 {name}，有 {}", names.join("、")))
        }
        (_, 0) => Words::new(format!("none, but {heads}"), format!("没有；已有 {heads}")),
        (_, count) => Words::new(format!("{count} of them in {}", names.join(", ")), format!("{} 中有 {count} 个", names.join("、"))),
    };
    faults.push(no_table(path, role, several, found));
    None
}

fn no_table(path: &Path, role: Role, several: bool, found: Words) -> Fault {
    let (file, role_words) = (path.file_name().unwrap_or(path.as_os_str()).to_string_lossy(), role.words());
    let option = if role == Role::Roll { "--roll-sheet" } else { "--units-sheet" };
    let (en, zh) =
        if several { (format!("the sheet with {option}, or "), format!("用 {option} 指明工作表，或")) } else { Default::default() };
    let advice = Words::new(format!("name {en}the columns with --map"), format!("请{zh}用 --map 指明各列"));
    let place = Words::new(format!("{file}, table of {}", role_words.en), format!("{file}，{}表", role_words.zh));
    Fault::new(place, found, both(|lang| expected_heads(role, lang)), advice)
}

/// Whether the columns are enough to tell that this is the table for the role.
fn suits(columns: &Columns) -> bool {
    let telling = match columns.role {
        Role::Roll => [Field::Name, Field::Tier, Field::Needs, Field::Group].iter().any(|f| columns.has(*f)),
        Role::Units => columns.has(Field::Storey),
    };
    columns.has(Field::Id) && telling
}

/// A table with the heads in it, as far as they can be made out.
fn described(table: &Table, role: Role, rules: &[MapRule]) -> String {
    let heads = columns::find(table, role, rules).map_or_else(|| columns::likely_heads(table), |c| c.heads);
    let heads: Vec<&str> = heads.iter().map(String::as_str).filter(|h| !h.is_empty()).collect();
    format!("{} [{}]", table.sheet.as_deref().unwrap_or(&table.file), heads.join(", "))
}

fn expected_heads(role: Role, lang: Lang) -> String {
    match (role, lang) {
        (Role::Roll, Lang::En) => "one table with heads such as 户号/household id, 户主/name, 楼栋/building, 户型/flat type, 顺位/tier",
        (Role::Roll, Lang::Zh) => "一张表，表头例如 户号、户主、楼栋、户型、顺位",
        (Role::Units, Lang::En) => {
            "one table with heads such as 房源编号/unit id, 室号/label, 所在层/storey, 楼栋/building, 户型/flat type"
        }
        (Role::Units, Lang::Zh) => "一张表，表头例如 房源编号、室号、所在层、楼栋、户型",
    }
    .to_owned()
}

/// The panel and the sources of a configuration, and what it says of a later round.
pub(crate) fn round_config(path: &Path, left: &[LeftOver], lang: Lang) -> Result<RoundSettings, String> {
    let said = |faults: Vec<Fault>| faults.iter().map(|fault| fault.sentence(lang)).collect::<Vec<_>>().join("\n");
    let config = Config::read(path).map_err(|fault| fault.sentence(lang))?;
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    let personal = config.personal(&file);
    if !personal.is_empty() {
        return Err(said(personal));
    }
    let next = config.next_round(&file, left).map_err(said)?;
    Ok(RoundSettings { config, next })
}

/// A configuration of a later round.
pub(crate) struct RoundSettings {
    config: Config,
    /// Its pools.
    pub(crate) next: NextRound,
}

impl RoundSettings {
    /// The plan of the round with panel, sources and rules.
    pub(crate) fn complete(&self, plan: Plan) -> Plan {
        let panel = self.config.plan();
        let pools = plan.pools.into_iter().map(|pool| self.config.with_rules(pool)).collect();
        Plan { benches: panel.benches, members: panel.members, sources: panel.sources, pools, ..plan }
    }
}

/// Writes a plan: the whole of it, or nothing. It is written beside the file first and renamed then.
pub(crate) fn write_plan(path: &Path, valid: &ValidPlan) -> std::io::Result<()> {
    let name = path.file_name().ok_or(std::io::ErrorKind::InvalidFilename)?.to_string_lossy().into_owned();
    let part = path.with_file_name(format!(".{name}.part"));
    let mut file = std::fs::File::create(&part)?;
    let written = valid.lines().iter().try_for_each(|line| {
        file.write_all(line)?;
        file.write_all(b"\n")
    });
    let written = written.and_then(|()| file.sync_all()).and_then(|()| std::fs::rename(&part, path));
    if written.is_err() {
        let _ = std::fs::remove_file(&part);
    }
    written
}
