//! `import`: the office's tables of households and units become a plan.
//!
//! Everything that cannot be taken is named at once, by file, sheet, row and column. Names are
//! masked on the way; columns with telephones and addresses are left out. Document numbers go into
//! the openings of commitments, never into the plan.

mod advice;
mod alike;
mod amounts;
mod bands;
mod build;
mod buildings;
mod built;
mod cells;
mod characters;
mod choose;
mod columns;
pub mod config;
mod dates;
pub mod document;
pub(crate) mod entitled;
mod families;
pub mod fault;
pub mod fields;
mod filled;
mod flats;
mod footers;
pub mod form;
mod form_of;
mod group_words;
mod groups;
mod kept_out;
mod left_columns;
mod look;
mod notes;
pub mod office;
mod opened;
pub mod openings;
mod panel;
mod papers;
mod persons;
pub mod preview;
pub mod question;
mod refusal;
mod replace;
pub mod report;
mod rows;
mod settings;
pub mod sheet;
mod spelling;
mod staircases;
pub mod template;
mod tiers;
mod translate;
mod unseen;
mod worked;

use crate::import::office::Office;
use built::{Built, Key};
use cells::Tally;
use choose::Source;
use columns::{Input, Inputs, MapRule, Sheet};
use config::{Config, LeftOver};
use fault::{Fault, Role};
use floorlot::person::Opening;
use floorlot::plan::{Document, Faults, Plan, ValidPlan};
use floorlot::rules::{self, Lang, Phrase, Rule};
use floorlot::system::io_words;
use floorlot::transcript::NextRound;
use form::Form;
pub use look::{Look, look};
use notes::Notes;
use opened::{Opened, ReadSettings};
use preview::Preview;
use question::Kind;
pub use refusal::{Asked, Refusal};
use sheet::Table;
use std::collections::BTreeSet;
use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};
use translate::Origins;

/// The options of `import`.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct ImportArgs {
    /// The table of households, .xlsx, .xls, .ods or .csv · 住户表
    #[arg(long, value_name = "FILE")]
    pub roll: PathBuf,
    /// The table of units, the same kinds; without it, a sheet of the same workbook · 房源表
    #[arg(long, value_name = "FILE")]
    pub units: Option<PathBuf>,
    /// Title, origin, panel, sources and rules, .toml or .json; without it, the sheets for them of
    /// the same workbook (see `template`) · 标题、监督小组、规则等；不给则用同一文件中的设置表
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The plan to write · 写出的方案
    #[arg(long, value_name = "FILE", default_value = "plan.jsonl")]
    pub out: PathBuf,
    /// A sheet of households, if not all are meant that have the columns; may be repeated ·
    /// 住户工作表的名称，可多次
    #[arg(long, value_name = "NAME")]
    pub roll_sheet: Vec<String>,
    /// A sheet of units, if not all are meant that have the columns; may be repeated · 房源工作表的名称，可多次
    #[arg(long, value_name = "NAME")]
    pub units_sheet: Vec<String>,
    /// What a column holds, such as '幢=building', 'roll:No.=id', '备注=skip' or, by its letter,
    /// 'roll:列D=skip'; may be repeated · 指定某列的含义，可写表头，或列号如 roll:列D
    #[arg(long, value_name = "HEAD=FIELD")]
    pub map: Vec<String>,
    /// What the office has looked at and confirms, by the word that import asks with; may be
    /// repeated · 确认导入时询问的事项
    #[arg(long, value_name = "KIND")]
    pub accept: Vec<String>,
    /// Shows every row as it would be taken, and writes nothing · 逐行预览，不写方案
    #[arg(long)]
    pub preview: bool,
    /// Replace the plan if it is there already · 覆盖已有的方案
    #[arg(long)]
    pub force: bool,
}

/// A file as it was chosen or sent.
#[derive(Debug, Clone)]
pub struct File {
    /// The name alone, without folders.
    pub name: String,
    pub bytes: Vec<u8>,
}

/// What an import reads.
#[derive(Debug, Clone)]
pub struct Tables {
    pub roll: File,
    /// Without it the units are in sheets of the same workbook.
    pub units: Option<File>,
    pub settings: Settings,
}

/// Where the settings are.
#[derive(Debug, Clone)]
pub enum Settings {
    /// In a file such as `draw.toml`.
    File(File),
    /// In the fields of a page.
    Form(Box<Form>),
    /// In sheets of the workbook.
    Sheets,
}

/// How the tables are to be read.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The sheets of households; all that have the columns if none is named.
    pub roll_sheets: Vec<String>,
    pub units_sheets: Vec<String>,
    /// `HEAD=FIELD`, as with `--map`.
    pub map: Vec<String>,
    /// Leaves the column of document numbers out.
    pub skip_documents: bool,
    /// What the office has confirmed.
    pub accept: BTreeSet<Kind>,
    /// The folder of the settings, beside which their documents lie; a page has none.
    pub folder: Option<PathBuf>,
}

/// A plan that can be written: nothing is on disk yet.
pub struct Prepared {
    pub plan: ValidPlan,
    openings: Vec<Opening>,
    /// How the tables were understood, line by line.
    pub told: Vec<String>,
    /// What was asked and has been confirmed.
    pub accepted: Vec<Asked>,
    pub preview: Preview,
    /// Who holds the draw, for the papers that hang.
    pub office: Office,
    /// The settings as the text of `draw.toml`, if they were filled in and came from no such file.
    pub settings: Option<String>,
}

/// Why there is no plan on disk, in the language asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ImportError {
    /// Files, columns or cells that cannot be taken, or must be confirmed.
    Refused {
        /// All of it.
        refusal: Box<Refusal>,
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
            ImportError::Refused { refusal, lang } => f.write_str(&report::refusal(refusal, *lang)),
        }
    }
}

impl std::error::Error for ImportError {}

/// Reads the tables, writes the plan, and tells on stdout how the tables were understood.
pub fn import(args: &ImportArgs, lang: Lang) -> Result<(), ImportError> {
    import_to(args, lang, &mut std::io::stdout().lock())
}

/// The same, told to `out`.
pub fn import_to(args: &ImportArgs, lang: Lang, out: &mut dyn Write) -> Result<(), ImportError> {
    let (told, end) = match prepare_files(args, lang) {
        Err(refusal) => {
            (shown_of(&refusal, args.preview, lang), Err(ImportError::Refused { refusal, lang }))
        }
        Ok(mut prepared) => {
            let mut told = std::mem::take(&mut prepared.told);
            told.extend(report::accepted(&prepared.accepted, lang));
            told.extend(prepared.preview.shown(args.preview, lang));
            let written = if args.preview {
                Ok(vec![report::nothing_written(lang)])
            } else {
                write(&prepared, &args.out, args.force, lang)
                    .map(|Written { told, next }| told.into_iter().chain([next]).collect())
            };
            let end = written.map(|lines| told.extend(lines));
            (told, end)
        }
    };
    let text: String = told.iter().map(|line| format!("{line}\n")).collect();
    let place = if lang == Lang::Zh { "标准输出" } else { "standard output" };
    out.write_all(text.as_bytes())
        .map_err(|error| ImportError::Write(not_written(place, &error, lang)))?;
    end
}

/// The report of a refusal, with the rows if they could be read.
fn shown_of(refusal: &Refusal, all: bool, lang: Lang) -> Vec<String> {
    let rows = refusal.preview.iter().flat_map(|preview| preview.shown(all, lang));
    refusal.told.iter().cloned().chain(rows).collect()
}

/// The files that the options name, prepared. One that cannot be read does not hide what is wrong
/// with the others.
fn prepare_files(args: &ImportArgs, lang: Lang) -> Result<Prepared, Box<Refusal>> {
    let mut faults = Vec::new();
    if args.out.exists() && !args.force && !args.preview {
        return Err(refused(vec![already_there(&args.out)], lang));
    }
    let inputs: Vec<&Path> = [&args.roll]
        .into_iter()
        .chain(&args.config)
        .chain(&args.units)
        .map(PathBuf::as_path)
        .collect();
    if let Some(fault) = replace::fault(&args.out, &inputs).filter(|_| !args.preview) {
        return Err(refused(vec![fault], lang));
    }
    let accept = question::kinds(&args.accept, &mut faults);
    let mut load = |path: &Path| {
        sheet::load(path)
            .map_err(|fault| faults.push(fault))
            .ok()
            .map(|(name, bytes)| File { name, bytes })
    };
    let (roll, units) = (load(&args.roll), args.units.as_deref().map(&mut load));
    let mut load = |path: &Path| {
        let loaded = Config::load(path).map_err(|fault| faults.push(fault)).ok();
        loaded.map(|(name, bytes)| Settings::File(File { name, bytes }))
    };
    let settings = args.config.as_deref().map_or(Some(Settings::Sheets), &mut load);
    let (roll_sheets, units_sheets) = (args.roll_sheet.clone(), args.units_sheet.clone());
    let options = Options {
        roll_sheets,
        units_sheets,
        map: args.map.clone(),
        skip_documents: false,
        accept,
        folder: args.config.as_deref().and_then(Path::parent).map(Path::to_path_buf),
    };
    if let (Some(roll), Some(settings), None | Some(Some(_)), true) =
        (&roll, &settings, &units, faults.is_empty())
    {
        let (units, settings) = (units.flatten(), settings.clone());
        return prepare(&Tables { roll: roll.clone(), units, settings }, &options, lang);
    }
    let files = Files {
        roll: roll.as_ref(),
        units: units.as_ref().map(Option::as_ref),
        settings: settings.as_ref(),
    };
    prepare_with(files, &options, lang, Notes { faults, ..Notes::default() })
}

/// The files of an import, as far as they could be read.
#[derive(Clone, Copy)]
struct Files<'a> {
    roll: Option<&'a File>,
    /// `None` if the units are in the file of the households.
    units: Option<Option<&'a File>>,
    settings: Option<&'a Settings>,
}

fn already_there(out: &Path) -> Fault {
    let advice = Phrase::new(
        "name another file with --out, or replace it with --force",
        "请用 --out 另指文件，或用 --force 覆盖",
    );
    let found = Phrase::new("a file that is there already", "已有的文件");
    Fault::new(Phrase::same(out.display()), found, Phrase::new("a new file", "新文件"), advice)
}

/// A refusal for faults alone.
fn refused(faults: Vec<Fault>, lang: Lang) -> Box<Refusal> {
    Notes { faults, ..Notes::default() }.refusal(&BTreeSet::new(), lang)
}

/// The plan that the tables give, or everything that is in its way. Nothing is written.
pub fn prepare(tables: &Tables, options: &Options, lang: Lang) -> Result<Prepared, Box<Refusal>> {
    let Tables { roll, units, settings } = tables;
    let files =
        Files { roll: Some(roll), units: units.as_ref().map(Some), settings: Some(settings) };
    prepare_with(files, options, lang, Notes::default())
}

fn prepare_with(
    files: Files<'_>,
    options: &Options,
    lang: Lang,
    mut notes: Notes,
) -> Result<Prepared, Box<Refusal>> {
    let made = make(files, options, lang, &mut notes);
    let open = notes.questions.iter().any(|question| !options.accept.contains(&question.kind));
    match (made, notes.preview.take()) {
        (Some(Made { plan, openings, office, settings }), Some(preview))
            if notes.faults.is_empty() && notes.aside.is_empty() && !open =>
        {
            let accepted = notes.asked(lang, |_| true);
            let needless = options
                .accept
                .iter()
                .filter(|kind| accepted.iter().all(|asked| asked.kind != **kind));
            let mut told = notes.lines();
            told.extend(needless.map(|kind| report::needless(*kind, lang)));
            Ok(Prepared { plan, openings, told, accepted, preview, office, settings })
        }
        (_, preview) => {
            notes.preview = preview;
            Err(notes.refusal(&options.accept, lang))
        }
    }
}

/// What was written.
pub struct Written {
    /// Which files, line by line.
    pub told: Vec<String>,
    /// The command of the terminal that comes next.
    pub next: String,
}

/// Writes a plan and what opens its commitments, with `replace` in place of those that are there;
/// what opened the commitments of the plan before is kept. Gives what was written, and what comes
/// next.
pub fn write(
    prepared: &Prepared,
    out: &Path,
    replace: bool,
    lang: Lang,
) -> Result<Written, ImportError> {
    let Prepared { plan, openings, .. } = prepared;
    replace::check(out, lang)
        .map_err(|error| ImportError::Write(not_written(out.display(), &error, lang)))?;
    // First the openings: a plan with commitments that nobody can open is worth nothing.
    let beside = openings::beside(out);
    let kept = if replace {
        openings::put_aside(&beside, lang).map_err(ImportError::Write)?
    } else {
        None
    };
    // with the plan before, which is still there
    let back = || drop(kept.as_ref().map(|(before, aside)| std::fs::rename(aside, before)));
    if !openings.is_empty() {
        openings::write(&beside, openings, lang).map_err(|why| {
            back();
            ImportError::Write(why)
        })?;
    }
    write_plan(out, plan, lang).map_err(|error| {
        let _ = if openings.is_empty() { Ok(()) } else { std::fs::remove_file(&beside) };
        back();
        ImportError::Write(not_written(out.display(), &error, lang))
    })?;
    write_office(out, &prepared.office, lang).map_err(ImportError::Write)?;
    let mut told: Vec<String> =
        kept.iter().map(|(_, aside)| openings::kept_as(aside, lang)).collect();
    if !openings.is_empty() {
        let written = report::openings_written(&beside.display().to_string(), openings.len(), lang);
        told.extend(written.lines().map(str::to_owned));
    }
    let out = out.display().to_string();
    told.push(report::written(&out, plan.lines().len(), lang));
    Ok(Written { told, next: report::next(&out, lang) })
}

/// What the office says of itself, for the papers that hang, beside the plan.
fn write_office(plan: &Path, office: &Office, lang: Lang) -> Result<(), String> {
    if office.is_empty() {
        return Ok(());
    }
    let file = Office::beside(plan);
    let part = file.with_extension("toml.part");
    std::fs::write(&part, office.text())
        .and_then(|()| std::fs::rename(&part, &file))
        .map_err(|error| not_written(file.display(), &error, lang))
}

/// A file that cannot be written.
fn not_written(file: impl fmt::Display, error: &std::io::Error, lang: Lang) -> String {
    let error = io_words(error);
    match lang {
        Lang::En => format!("{file}: {}", error.en),
        Lang::Zh => format!("{file}：{}", error.zh),
    }
}

/// The plan from the tables, with what opens its commitments, and the settings that were filled in.
struct Made {
    plan: ValidPlan,
    openings: Vec<Opening>,
    office: Office,
    settings: Option<String>,
}

fn make(files: Files<'_>, options: &Options, lang: Lang, notes: &mut Notes) -> Option<Made> {
    let mut rules = columns::map_rules(&options.map, &mut notes.faults);
    rules.extend(options.skip_documents.then(MapRule::without_documents));
    let mut read = Opened::of(files, notes);
    let config = read.settings(files.settings, lang, notes);
    let named = rules.clone();
    let tiers = config.as_ref().and_then(|read| Some((&read.file, read.config.tiers.as_ref()?)));
    rules.extend(tiers.map(|(_, tiers)| MapRule::of_bands(&tiers.from)));
    let budgets =
        config.as_ref().and_then(|read| Some((read.file.as_str(), read.config.budget_head()?)));
    rules.extend(budgets.map(|(_, head)| MapRule::of_budgets(head)));
    let (roll, units) = sheets(files, &read, options, &rules, notes)?;
    let (roll, units) =
        (Input { role: Role::Roll, sheets: &roll }, Input { role: Role::Units, sheets: &units });
    for sheet in [roll, units].iter().flat_map(|input| input.sheets) {
        notes.told += &report::columns(sheet, lang);
        columns::head_faults(sheet, &rules, &mut notes.faults);
    }
    let all: Vec<_> =
        [roll, units].iter().flat_map(|input| input.sheets).map(|sheet| &sheet.columns).collect();
    columns::unused_rules(&named, &all, &mut notes.faults);
    notes
        .faults
        .extend(tiers.and_then(|tiers| bands::column_fault(roll, (tiers.0.as_str(), tiers.1))));
    notes.faults.extend(budgets.and_then(|budgets| families::column_fault(roll, budgets)));
    left_columns::check(Inputs { roll, units }, notes);
    let key =
        build::pool_key(Inputs { roll, units }).map_err(|fault| notes.faults.push(fault)).ok()?;
    let ReadSettings { file, config, encoding, made, mended } =
        config.as_ref().filter(|_| notes.faults.is_empty())?;
    notes.told += &report::encoding(file, encoding.as_ref(), lang);
    let folder = options.folder.as_deref();
    let documents = papers::documents(&config.documents, (file, folder), notes, lang);
    let filled = fill((file, documents), Inputs { roll, units }, &key, config, lang, notes);
    if *mended {
        // Told at their fields, and not again as what they become.
        let of_settings = |fault: &Fault| fault.place().en.starts_with(&format!("{file}, "));
        notes.faults.retain(|fault| fault.order.is_some() || !of_settings(fault));
    }
    let (plan, openings) = filled?;
    Some(Made { plan, openings, office: config.office.clone(), settings: made.clone() })
}

/// The sheets of households, and those of units.
fn sheets(
    files: Files<'_>,
    read: &Opened,
    options: &Options,
    rules: &[MapRule],
    notes: &mut Notes,
) -> Option<(Vec<Sheet>, Vec<Sheet>)> {
    let (first, second) = (&read.roll, &read.units);
    let units_tables = second.as_ref().unwrap_or(first).as_deref();
    let mut choose =
        |file: Option<&File>, tables: Option<&[Table]>, sheets: &[String], role: Role| {
            let shared = role == Role::Units && files.units.is_none();
            let source = Source { file: &file?.name, shared, tables: tables? };
            choose::choose(&source, sheets, role, rules, notes)
        };
    let roll = choose(files.roll, first.as_deref(), &options.roll_sheets, Role::Roll);
    let units =
        choose(files.units.unwrap_or(files.roll), units_tables, &options.units_sheets, Role::Units);
    let (mut roll, mut units) = (roll?, units?);
    worked::leave_out(&mut roll, notes);
    worked::leave_out(&mut units, notes);
    choose::building_of_sheets(&mut roll, &mut units, notes);
    let taken: Vec<&Sheet> = roll.iter().chain(&units).collect();
    let narrowed = !options.roll_sheets.is_empty() || !options.units_sheets.is_empty();
    for source in
        [first.as_deref(), second.as_ref().and_then(Option::as_deref)].into_iter().flatten()
    {
        choose::left_out(source, &taken, rules, narrowed, notes);
    }
    Some((roll, units))
}

/// The second half: the rows.
fn fill(
    (config_file, documents): (&str, Vec<Document>),
    inputs: Inputs<'_>,
    key: &Key,
    config: &Config,
    lang: Lang,
    notes: &mut Notes,
) -> Option<(ValidPlan, Vec<Opening>)> {
    let mut tally = Tally::default();
    let bands = bands::bands(inputs.roll, (config_file, config.tiers.as_ref()), notes);
    let mut built = build::build(inputs, key, (config, bands.as_ref()), &mut tally, notes);
    built.plan.documents = documents;
    unseen::check(&built.left_out, inputs, notes);
    persons::check(&built, inputs, notes);
    let before = notes.faults.len();
    flats::check(&built, inputs, notes);
    let flats_told = notes.faults.len() > before;
    buildings::check(&built, key, inputs, notes);
    built.unmet = tiers::check(&built, inputs, notes);
    built.budgets_told = families::check(&built, (config_file, config), inputs, notes);
    notes.told += &report::changes(&built, inputs, &tally, lang);
    notes.told += &bands.map_or_else(String::new, |bands| bands.told(lang));
    let pools: Vec<String> = built.plan.pools.iter().map(|p| p.id.clone()).collect();
    config.faults(config_file, &pools, &mut notes.faults);
    panel::check(config_file, config, notes, lang);
    let valid = validate(&built, config_file, inputs, flats_told, &mut notes.faults);
    notes.preview = Some(rows::preview(&built, inputs, notes, lang));
    notes.told += &report::hints(&notes.hints, lang);
    let valid = valid?;
    if notes.faults.is_empty() {
        notes.told += &report::counts(&valid, &built.plan, lang);
    }
    Some((valid, built.openings))
}

fn validate(
    built: &Built,
    config_file: &str,
    inputs: Inputs<'_>,
    flats_told: bool,
    faults: &mut Vec<Fault>,
) -> Option<ValidPlan> {
    let origins = Origins { config_file, inputs, built };
    let found = built.plan.validate();
    // A flat in two rows was told with its rows, and is not told again as what it is in the plan.
    let told = |fault: &rules::Fault| {
        flats_told
            && fault.rule == Rule::P13
            && ["unit ", "excluded "].iter().any(|flat| fault.place.starts_with(flat))
    };
    let left = |found: Faults| found.0.into_iter().filter(|f| !told(f)).collect::<Vec<_>>();
    found.map_err(|found| faults.extend(origins.translate(&left(found)))).ok()
}

/// The panel and the sources of a configuration, and what it says of a later round.
pub fn round_config(path: &Path, left: &[LeftOver], lang: Lang) -> Result<RoundSettings, String> {
    let said = |faults: Vec<Fault>| {
        faults.iter().map(|fault| fault.sentence(lang)).collect::<Vec<_>>().join("\n")
    };
    let (file, bytes) = Config::load(path).map_err(|fault| fault.sentence(lang))?;
    let (config, _) = Config::read(&file, &bytes).map_err(said)?;
    let faults: Vec<Fault> =
        config.personal(&file).into_iter().chain(panel::sample_keys(&file, &config)).collect();
    if !faults.is_empty() {
        return Err(said(faults));
    }
    let next = config.next_round(&file, left).map_err(said)?;
    let mut notes = Notes::default();
    let documents = papers::documents(&config.documents, (&file, path.parent()), &mut notes, lang);
    if !notes.faults.is_empty() {
        return Err(said(notes.faults));
    }
    Ok(RoundSettings { config, next, documents, told: notes.told })
}

/// A configuration of a later round.
pub struct RoundSettings {
    config: Config,
    /// Its pools.
    pub next: NextRound,
    documents: Vec<Document>,
    /// What was read of its documents, line by line.
    pub told: String,
}

impl RoundSettings {
    /// The plan of the round with panel, sources and rules.
    pub fn complete(&self, plan: Plan) -> Plan {
        let panel = self.config.plan();
        let pools = plan.pools.into_iter().map(|pool| self.config.with_rules(pool)).collect();
        Plan {
            log: panel.log,
            benches: panel.benches,
            members: panel.members,
            sources: panel.sources,
            documents: self.documents.clone(),
            pools,
            ..plan
        }
    }
}

/// Writes a plan: the whole of it, or nothing, and over nothing but a plan. It is written beside
/// the file first, read back, and renamed then.
pub fn write_plan(path: &Path, valid: &ValidPlan, lang: Lang) -> std::io::Result<()> {
    replace::check(path, lang)?;
    let name =
        path.file_name().ok_or(std::io::ErrorKind::InvalidFilename)?.to_string_lossy().into_owned();
    let part = path.with_file_name(format!(".{name}.part"));
    let bytes: Vec<u8> =
        valid.lines().iter().flat_map(|line| line.iter().chain(b"\n")).copied().collect();
    let written = std::fs::File::create(&part)
        .and_then(|mut file| file.write_all(&bytes).and_then(|()| file.sync_all()));
    let written = written
        .and_then(|()| openings::read_back(&part, &bytes))
        .and_then(|()| std::fs::rename(&part, path));
    if written.is_err() {
        let _ = std::fs::remove_file(&part);
    }
    written
}
