//! Makes the sample data under `examples/data/`: synthetic, and always the same.
//!
//! `cargo run --bin make_sample` writes the files; with `--check` it compares them with what it
//! would write, and names those that differ. Nothing in them is from any real estate: names,
//! numbers and needs come from a fixed keystream.

mod estates;

use estates::Estate;
use floorlot::rules::Lang;
use floorlot_hall::{import, sample};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};
use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const FILES: [&str; 4] = ["roll.csv", "units.csv", "draw.toml", "plan.jsonl"];

/// Everything about one sample but its rows.
struct Sample {
    name: &'static str,
    title: &'static str,
    config: String,
    buildings: Vec<Building>,
    pools: Vec<Pool>,
    households: Vec<Household>,
}

struct Building {
    phase: usize,
    name: String,
    code: String,
    storeys: u32,
    /// The first storey with flats: below it are shops or community rooms.
    first: u32,
    /// Whether the fourth storey is called 3A; else numbers with a 4 at the end are passed over,
    /// and 5 follows 3.
    lettered: bool,
}

#[derive(Clone, Copy)]
struct Pool {
    building: usize,
    flat_type: usize,
    households: u32,
}

#[derive(Clone)]
struct Household {
    pool: usize,
    name: String,
    tier: u32,
    needs: &'static str,
    group: String,
}

const TYPES: [(&str, &str); 3] = [("一室一厅", "T1"), ("两室一厅", "T2"), ("三室一厅", "T3")];

impl Building {
    fn units(&self) -> u32 {
        self.storeys + 1 - self.first
    }

    /// The label of a storey, without 4.
    fn storey_label(&self, storey: u32) -> String {
        if self.lettered {
            return if storey % 10 == 4 { format!("{}A", storey - 1) } else { storey.to_string() };
        }
        let mut labels = (1..).filter(|label| label % 10 != 4);
        labels.nth(storey.saturating_sub(1) as usize).unwrap_or(storey).to_string()
    }
}

/// Numbers from a keystream; never the ready-made ranges and shuffles, which change between
/// releases.
struct Numbers(ChaCha20Rng);

impl Numbers {
    fn new(label: u8) -> Numbers {
        Numbers(ChaCha20Rng::from_seed([label; 32]))
    }

    fn below(&mut self, n: u64) -> u64 {
        self.0.next_u64() % n.max(1)
    }

    fn one_of<T: Copy>(&mut self, of: &[T]) -> Option<T> {
        let n = self.below(of.len() as u64);
        of.get(n as usize).copied()
    }

    fn name(&mut self) -> String {
        const SURNAMES: &[&str] = &[
            "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱",
            "胡", "郭", "何", "林", "高", "罗", "郑", "梁", "谢", "宋", "唐", "许", "韩", "冯",
            "邓", "曹", "彭", "沈", "陆", "顾", "欧阳", "司徒", "诸葛", "上官",
        ];
        const GIVEN: &[&str] = &[
            "伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟",
            "涛", "明", "超", "兰", "霞", "平", "刚", "桂", "英", "华", "玉", "萍", "红", "建",
            "国", "文", "志", "海", "春", "秋", "月", "云", "瑞", "安",
        ];
        let mut name = self.one_of(SURNAMES).unwrap_or_default().to_owned();
        let given = if self.below(4) == 0 { 1 } else { 2 };
        (0..given).for_each(|_| name += self.one_of(GIVEN).unwrap_or_default());
        name
    }
}

/// Five phases, 42 buildings, 114 flat types, 1,988 households: the size of Pengsan in Shanghai,
/// and nothing else of it.
fn pengsan() -> Sample {
    let mut numbers = Numbers::new(1);
    let buildings: Vec<Building> = (0..42).map(|i| pengsan_building(i, &mut numbers)).collect();
    let mut pools: Vec<Pool> = (0..42)
        .flat_map(|building| {
            (0..3).map(move |flat_type| Pool { building, flat_type, households: 0 })
        })
        .filter(|p| p.flat_type < 2 || p.building % 7 > 1)
        .collect();
    fill(&mut pools, &buildings, 1_988);
    let households =
        (0..pools.len()).flat_map(|p| pool_households(p, &pools, &mut numbers)).collect::<Vec<_>>();
    let mut keyed: Vec<(usize, u64, Household)> = households
        .into_iter()
        .map(|h| {
            (
                pools.get(h.pool).and_then(|p| buildings.get(p.building)).map_or(0, |b| b.phase),
                numbers.0.next_u64(),
                h,
            )
        })
        .collect();
    // The office lists families in the order of their old flats, phase by phase.
    keyed.sort_by_key(|(phase, key, _)| (*phase, *key));
    Sample {
        name: "pengsan",
        title: "示例数据（合成）：彭三小区五期旧改回搬摇号选层 synthetic sample data",
        config: config(
            "pengsan",
            ("示例数据（合成，synthetic）：彭三小区五期旧改回搬摇号选层演练", 8, 5),
            "lot",
            None,
        ),
        buildings,
        pools,
        households: keyed.into_iter().map(|(_, _, h)| h).collect(),
    }
}

fn pengsan_building(i: usize, numbers: &mut Numbers) -> Building {
    // Phases of 8, 8, 9, 9 and 8 buildings.
    let phase = [8, 16, 25, 34].iter().filter(|end| i >= **end).count() + 1;
    let storeys = match i {
        17 | 36 => 33,
        5 | 13 | 21 | 29 => 24,
        _ => 18,
    };
    let first = if storeys == 18 { 1 + u32::from(numbers.below(3) == 0) } else { 3 };
    Building {
        phase,
        name: format!("{}号楼", i + 1),
        code: format!("B{:02}", i + 1),
        storeys,
        first,
        lettered: phase > 3,
    }
}

/// Spreads the households: a few fewer than units, but three pools are short and a few have a
/// surplus.
fn fill(pools: &mut [Pool], buildings: &[Building], households: u32) {
    let special: BTreeMap<usize, i32> =
        [(9, 1), (47, 2), (88, 1), (20, -6), (63, -5), (101, -6)].into();
    for (i, pool) in pools.iter_mut().enumerate() {
        let units = buildings.get(pool.building).map_or(0, Building::units);
        pool.households = units.saturating_add_signed(special.get(&i).copied().unwrap_or(0));
    }
    let usual: Vec<usize> = (0..pools.len()).filter(|i| !special.contains_key(i)).collect();
    // About every fifth pool keeps as many households as units; the others give up one at a time
    // until the sum is right.
    let mut over = pools.iter().map(|p| p.households).sum::<u32>().saturating_sub(households);
    let giving: Vec<usize> = usual.into_iter().filter(|i| i % 5 != 2).collect();
    // A stride that meets every pool once before any twice.
    for i in (0..4 * giving.len()).map(|k| giving.get(k * 37 % giving.len())) {
        let Some(pool) = i.and_then(|i| pools.get_mut(*i)).filter(|_| over > 0) else { break };
        pool.households -= 1;
        over -= 1;
    }
}

/// The households of one pool: some early signers, some with needs, here and there a group of
/// relatives.
fn pool_households(pool: usize, pools: &[Pool], numbers: &mut Numbers) -> Vec<Household> {
    let Some(Pool { flat_type, households, .. }) = pools.get(pool).copied() else {
        return Vec::new();
    };
    let mut made: Vec<Household> = (0..households)
        .map(|_| Household {
            pool,
            name: numbers.name(),
            tier: if numbers.below(7) == 0 { 2 } else { 1 },
            needs: "",
            group: String::new(),
        })
        .collect();
    let wanted = ["无障碍", "低楼层", if flat_type == 1 { "近电梯" } else { "无障碍、低楼层" }];
    for needs in wanted {
        let (at, has) = (numbers.below(u64::from(households)) as usize, numbers.below(3) == 0);
        made.get_mut(at)
            .filter(|h| has && h.needs.is_empty())
            .into_iter()
            .for_each(|h| h.needs = needs);
    }
    if numbers.below(4) == 0 {
        let (at, size) = (
            numbers.below(u64::from(households.saturating_sub(3))) as usize,
            2 + numbers.below(2) as usize,
        );
        for relative in made.iter_mut().skip(at).take(size) {
            (relative.group, relative.tier) = (format!("J{:03}", pool + 1), 1);
        }
    }
    made
}

/// Ten households choose live among the eighteen flats of one stack.
fn block() -> Sample {
    let mut numbers = Numbers::new(2);
    let building = Building {
        phase: 1,
        name: "7号楼".into(),
        code: "B07".into(),
        storeys: 18,
        first: 1,
        lettered: false,
    };
    let household = |i: u32| Household {
        pool: 0,
        name: numbers.name(),
        tier: if i < 6 { 1 } else { 2 },
        needs: if i == 7 { "无障碍、低楼层" } else { "" },
        group: if i == 2 || i == 4 { "J001".into() } else { String::new() },
    };
    Sample {
        name: "block",
        title: "示例数据（合成）：7号楼选层小组 synthetic sample data",
        config: config(
            "block",
            ("示例数据（合成，synthetic）：7号楼选层小组选层演练", 3, 2),
            "choice",
            Some("last"),
        ),
        buildings: vec![building],
        pools: vec![Pool { building: 0, flat_type: 1, households: 10 }],
        households: (0..10).map(household).collect(),
    }
}

fn config(name: &str, panel: (&str, usize, u32), rule: &str, absence: Option<&str>) -> String {
    let mut text = head(name, panel);
    text += &format!(
        "\n# 所有批次 / all pools; [pools.B07-T2] 可为一个批次另定 / for one pool\n[pool]\nrule = \"{rule}\"\n"
    );
    let choice = |a| {
        format!(
            "absence = \"{a}\"\n# 选房限时（秒），可不写 / seconds for a choice, may be left out\nseconds = 180\n"
        )
    };
    text += &absence.map(choice).unwrap_or_default();
    text += "\n# 表中的说法 -> 编号 / words in the tables -> ids\n[needs]\n";
    text += "\"无障碍\" = \"step-free\"\n\"低楼层\" = \"low-floor\"\n\"近电梯\" = \"near-lift\"\n";
    text
}

/// The settings up to the rules: title, panel, dice.
fn head(name: &str, (title, members, quorum): (&str, usize, u32)) -> String {
    let mut numbers = Numbers::new(3);
    let origin = format!("sample.example/{name}/rehearsal-1");
    let mut text = format!(
        "# 示例数据（合成） / synthetic sample data\n\
         title = \"{title}\"\norigin = \"{origin}\"\nmode = \"rehearsal\"\nattempt = 1\n\n\
         # 示例公钥的私钥人人可得，只用于演练 / anybody can compute the private keys of these sample keys: for rehearsals alone\n"
    );
    // The small sample is a pattern to fill in, and as simple as a draw can be.
    if let Some(log) = sample::log_key(&origin).filter(|_| name != "block") {
        text += &format!(
            "# 日志公钥，可不写 / the key of the log, may be left out\nlog = \"{}\"\n",
            log.verifier()
        );
    }
    for (id, title) in [("residents", "居民代表"), ("officials", "工作人员")] {
        text += &format!(
            "\n[[bench]]\nid = \"{id}\"\ntitle = \"{title}\"\nquorum = {quorum}\nmembers = [\n"
        );
        let initial = id.chars().next().unwrap_or('m');
        for id in (1..=members).map(|n| format!("{initial}{n}")) {
            let key = sample::key(&id).map(|key| key.verifier().to_string()).unwrap_or_default();
            text += &format!(
                "  {{ id = \"{id}\", name = \"{}\", key = \"{key}\" }},\n",
                numbers.name()
            );
        }
        text += "]\n";
    }
    text += "\n# 20 颗十面骰子，66 比特 / twenty ten-sided dice\n[[source]]\ndevice = \"dice\"\ncount = 20\nrange = 10\n";
    text
}

/// The rows of a table as the office has them: a title, a note, the heads, the data.
struct Rows {
    sheet: &'static str,
    rows: Vec<Vec<String>>,
    /// Columns that hold numbers.
    numbers: &'static [usize],
}

fn roll_rows(sample: &Sample) -> Rows {
    let heads = "序号,期,户号,户主姓名,身份证号,联系电话,楼栋,楼栋代码,户型,户型代码,签约顺位,照顾需求,结伴组,备注";
    let mut rows = vec![
        vec![sample.title.into()],
        vec!["住户名册：姓名、证件号、电话均为虚构，不对应任何人".into()],
        split(heads),
    ];
    for (n, h) in (1..).zip(&sample.households) {
        let Some((pool, building)) =
            sample.pools.get(h.pool).and_then(|p| Some((p, sample.buildings.get(p.building)?)))
        else {
            continue;
        };
        let (flat_type, code) = TYPES.get(pool.flat_type).copied().unwrap_or_default();
        let remark = if n % 97 == 0 { "补交材料" } else { "" };
        rows.push(vec![
            n.to_string(),
            format!("{}期", building.phase),
            format!("H{n:04}"),
            h.name.clone(),
            // No region has the code 000000, and no telephone number begins with 100.
            format!("00000019000101{n:04}"),
            format!("1000000{n:04}"),
            building.name.clone(),
            building.code.clone(),
            flat_type.into(),
            code.into(),
            h.tier.to_string(),
            h.needs.into(),
            h.group.clone(),
            remark.into(),
        ]);
    }
    Rows { sheet: "住户", rows, numbers: &[0, 10] }
}

fn unit_rows(sample: &Sample) -> Rows {
    let heads = "期,楼栋,楼栋代码,户型,户型代码,房源编号,室号,所在层,特征";
    let mut rows = vec![vec![sample.title.into()], vec!["房源清单：虚构".into()], split(heads)];
    for pool in &sample.pools {
        let Some(building) = sample.buildings.get(pool.building) else { continue };
        let (flat_type, code) = TYPES.get(pool.flat_type).copied().unwrap_or_default();
        for storey in building.first..=building.storeys {
            let label = format!("{}{:02}", building.storey_label(storey), pool.flat_type + 1);
            let low = storey < building.first + 3;
            let features = [
                (storey < building.first + 2, "无障碍"),
                (low, "低楼层"),
                (pool.flat_type == 1, "近电梯"),
            ];
            let features: Vec<&str> =
                features.iter().filter(|(has, _)| *has).map(|(_, word)| *word).collect();
            rows.push(vec![
                format!("{}期", building.phase),
                building.name.clone(),
                building.code.clone(),
                flat_type.into(),
                code.into(),
                format!("{}-{label}", building.code),
                label,
                storey.to_string(),
                features.join("、"),
            ]);
        }
    }
    Rows { sheet: "房源", rows, numbers: &[7] }
}

fn split(heads: &str) -> Vec<String> {
    heads.split(',').map(str::to_owned).collect()
}

fn write_csv(path: &Path, table: &Rows) -> Result<(), Box<dyn Error>> {
    let width = table.rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut text = Vec::from("\u{FEFF}");
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .terminator(csv::Terminator::CRLF)
        .from_writer(&mut text);
    for row in &table.rows {
        writer.write_record(
            row.iter().map(String::as_str).chain(std::iter::repeat_n("", width - row.len())),
        )?;
    }
    writer.flush()?;
    drop(writer);
    Ok(std::fs::write(path, text)?)
}

fn write_xlsx(path: &Path, title: &str, tables: &[Rows]) -> Result<(), XlsxError> {
    let mut book = Workbook::new();
    let made = ExcelDateTime::from_ymd(2026, 1, 1)?;
    book.set_properties(
        &DocProperties::new().set_title(title).set_author("synthetic").set_creation_datetime(&made),
    );
    let (bold, centred) = (
        Format::new().set_bold(),
        Format::new().set_bold().set_align(rust_xlsxwriter::FormatAlign::Center),
    );
    for table in tables {
        let sheet = book.add_worksheet().set_name(table.sheet)?;
        let width = table.rows.iter().map(Vec::len).max().unwrap_or(1);
        for (r, row) in (0..).zip(&table.rows) {
            for (c, (i, value)) in
                (0..).zip(row.iter().enumerate()).filter(|(_, (_, value))| !value.is_empty())
            {
                match value.parse::<u32>() {
                    Ok(number) if r > 2 && table.numbers.contains(&i) => {
                        sheet.write_number(r, c, number)?
                    }
                    _ if r == 2 => sheet.write_string_with_format(r, c, value, &bold)?,
                    _ => sheet.write_string(r, c, value)?,
                };
            }
        }
        let heading =
            table.rows.first().and_then(|row| row.first()).map(String::as_str).unwrap_or_default();
        sheet.merge_range(0, 0, 0, u16::try_from(width - 1).unwrap_or(0), heading, &centred)?;
        sheet.set_freeze_panes(3, 0)?;
    }
    book.save(path)
}

/// Writes the five files of a sample into a folder of its name.
fn write(sample: &Sample, data: &Path) -> Result<(), Box<dyn Error>> {
    let folder = data.join(sample.name);
    std::fs::create_dir_all(&folder)?;
    let tables = [roll_rows(sample), unit_rows(sample)];
    for (table, file) in tables.iter().zip(["roll.csv", "units.csv"]) {
        write_csv(&folder.join(file), table)?;
    }
    let book = folder.join(format!("{}.xlsx", sample.name));
    write_xlsx(&book, sample.title, &tables)?;
    std::fs::write(folder.join("draw.toml"), &sample.config)?;
    let args = import::ImportArgs {
        roll: book,
        units: None,
        config: Some(folder.join("draw.toml")),
        out: folder.join("plan.jsonl"),
        // Salts are random: with commitments the plan would be another one each time.
        map: vec!["身份证号=personal".into()],
        force: true,
        ..import::ImportArgs::default()
    };
    Ok(import::import_to(&args, Lang::En, &mut std::io::sink())?)
}

/// Writes the tables of an estate as one workbook or as two .csv, with the settings beside them.
fn write_estate(estate: &Estate, data: &Path) -> Result<(), Box<dyn Error>> {
    let folder = data.join(estate.name);
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("draw.toml"), &estate.config)?;
    if estate.workbook {
        let book = folder.join(format!("{}.xlsx", estate.name));
        return Ok(write_xlsx(&book, &estate.title, &estate.tables)?);
    }
    let names = ["roll.csv", "units.csv"];
    let mut tables = estate.tables.iter().zip(names);
    tables.try_for_each(|(table, name)| write_csv(&folder.join(name), table))
}

/// The paths of all files that this program makes, in the folder of the data.
fn made(samples: &[Sample], estates: &[Estate]) -> Vec<PathBuf> {
    let book = |name: &str| Path::new(name).join(format!("{name}.xlsx"));
    let of_sample = |sample: &Sample| {
        let others = FILES.map(|file| Path::new(sample.name).join(file));
        others.into_iter().chain([book(sample.name)]).collect::<Vec<_>>()
    };
    let of_estate = |estate: &Estate| {
        let settings = Path::new(estate.name).join("draw.toml");
        let csv = ["roll.csv", "units.csv"].map(|file| Path::new(estate.name).join(file));
        let tables = if estate.workbook { vec![book(estate.name)] } else { csv.into() };
        [vec![settings], tables].concat()
    };
    samples.iter().flat_map(of_sample).chain(estates.iter().flat_map(of_estate)).collect()
}

/// The files under `data` that differ from those under `fresh`.
fn differing(files: Vec<PathBuf>, data: &Path, fresh: &Path) -> Vec<PathBuf> {
    files
        .into_iter()
        .filter(|f| std::fs::read(data.join(f)).ok() != std::fs::read(fresh.join(f)).ok())
        .collect()
}

fn run() -> Result<ExitCode, Box<dyn Error>> {
    let data = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join("examples/data");
    let (samples, estates) = ([pengsan(), block()], estates::all());
    let write_all = |data: &Path| {
        samples.iter().try_for_each(|sample| write(sample, data))?;
        estates.iter().try_for_each(|estate| write_estate(estate, data))
    };
    match std::env::args().skip(1).collect::<Vec<_>>().as_slice() {
        [] => {
            write_all(&data)?;
            println!("written: {}", data.display());
            Ok(ExitCode::SUCCESS)
        }
        [check] if check == "--check" => {
            let fresh = tempfile::tempdir()?;
            write_all(fresh.path())?;
            let differing = differing(made(&samples, &estates), &data, fresh.path());
            differing
                .iter()
                .for_each(|file| eprintln!("differs: examples/data/{}", file.display()));
            Ok(if differing.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
        }
        _ => Err("usage: make_sample [--check]".into()),
    }
}

fn main() -> ExitCode {
    run().unwrap_or_else(|error| {
        eprintln!("{error}");
        ExitCode::from(2)
    })
}
