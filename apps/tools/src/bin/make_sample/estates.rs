//! Five plans after kinds of public schemes; their people, flats and numbers are invented.

use crate::{Numbers, Rows, head, split};

/// Everything about one plan.
pub(crate) struct Estate {
    pub(crate) name: &'static str,
    pub(crate) title: String,
    pub(crate) config: String,
    /// Households and flats.
    pub(crate) tables: [Rows; 2],
    /// Whether both are in one workbook; else in two .csv.
    pub(crate) workbook: bool,
}

pub(crate) fn all() -> Vec<Estate> {
    vec![estate(), rounds(), area(), types(), together()]
}

fn title(of: &str) -> String {
    format!("示例数据（合成）：{of} synthetic sample data")
}

/// Title, panel and dice of the settings.
fn settings(name: &str, of: &str, (members, quorum): (usize, u32)) -> String {
    head(name, (&format!("示例数据（合成，synthetic）：{of}演练"), members, quorum))
}

const NEEDS: &str = "\n# 表中的说法 -> 编号 / words in the tables -> ids\n[needs]\n\"无障碍\" = \"step-free\"\n\"低楼层\" = \"low-floor\"\n";

/// Title, note and heads, before the data.
fn table(sheet: &'static str, of: &str, heads: &str, numbers: &'static [usize]) -> Rows {
    let note = match sheet {
        "住户" => "住户名册：姓名均为虚构，不对应任何人",
        _ => "房源清单：虚构",
    };
    Rows { sheet, rows: vec![vec![title(of)], vec![note.into()], split(heads)], numbers }
}

/// A number with two decimals: areas in m².
fn hundredths(number: u64) -> String {
    format!("{}.{:02}", number / 100, number % 100)
}

/// A flat of a table, without the columns of its pool.
struct Flat {
    building: u64,
    storey: u64,
    door: u64,
    /// In 1/100 m².
    area: u64,
}

impl Flat {
    /// 楼栋, 房源编号, 室号, 所在层, 建筑面积, 总价, 特征.
    fn cells(&self) -> Vec<String> {
        let label = format!("{}{:02}", self.storey, self.door);
        // 43,000 yuan a square metre on the first storey, 1% more on each one above.
        let price = self.area * (430 * (99 + self.storey)) / 100;
        let features: &[&str] = match self.storey {
            1 => &["无障碍", "低楼层"],
            2 | 3 => &["低楼层"],
            _ => &[],
        };
        vec![
            format!("{}号楼", self.building),
            format!("{:02}-{label}", self.building),
            label,
            self.storey.to_string(),
            hundredths(self.area),
            price.to_string(),
            features.join("、"),
        ]
    }
}

const FLAT: &str = "楼栋,房源编号,室号,所在层,建筑面积,总价,特征";

/// The same things in another order.
fn shuffled<T>(things: Vec<T>, numbers: &mut Numbers) -> Vec<T> {
    let mut keyed: Vec<(u64, T)> =
        things.into_iter().map(|thing| (numbers.below(u64::MAX), thing)).collect();
    keyed.sort_by_key(|(key, _)| *key);
    keyed.into_iter().map(|(_, thing)| thing).collect()
}

/// The working days from 1 March 2027 on, without the days of Qingming and May Day.
fn working_days() -> impl Iterator<Item = (u64, u64)> {
    let days =
        (3..).zip([31, 30, 31, 30]).flat_map(|(month, days)| (1..=days).map(move |d| (month, d)));
    // 1 March 2027 is a Monday.
    let workday = |(n, day): (u64, (u64, u64))| {
        let off = n % 7 > 4 || [(4, 5), (5, 3), (5, 4), (5, 5)].contains(&day);
        (!off).then_some(day)
    };
    (0..).zip(days).filter_map(workday)
}

/// The pools of the estate: flat type, door, households, days, area.
const ESTATE: [(&str, &[u64], u64, usize, u64); 3] = [
    ("一室", &[1], 528, 15, 4_860),
    ("两室", &[2, 3], 1_057, 30, 6_825),
    ("三室", &[4], 525, 15, 8_940),
];

/// 2,110 households choose over sixty days, thirty buildings, in the slots in which they signed.
fn estate() -> Estate {
    const OF: &str = "河湾新村两千一百一十户选房";
    let mut numbers = Numbers::new(4);
    let mut roll =
        table("住户", OF, "序号,户号,户主姓名,批次,户型,选房时段,照顾需求,结伴组,备注", &[0]);
    let mut units = table("房源", OF, &format!("批次,户型,{FLAT}"), &[5, 6, 7]);
    let mut days = working_days();
    let mut households = Vec::new();
    for (pool, (flat_type, doors, count, taken, area)) in (1..).zip(ESTATE) {
        let slots = slots(count, days.by_ref().take(taken).collect());
        households.extend(pool_of_estate((pool, flat_type), &slots, &mut numbers));
        for building in 1..=30 {
            for (storey, door) in (1..=18).flat_map(|s| doors.iter().map(move |door| (s, *door))) {
                let flat = Flat { building, storey, door, area: area + building % 7 * 35 };
                let own = [format!("Q{pool}"), flat_type.to_owned()];
                units.rows.push([own.to_vec(), flat.cells()].concat());
            }
        }
    }
    // The office lists families by their old flats, and each pool by itself.
    for (n, row) in (1..).zip(households) {
        let remark = if n % 197 == 0 { "补交材料" } else { "" };
        let begin = vec![format!("{n}"), format!("H{n:04}"), numbers.name()];
        roll.rows.push([begin, row, vec![remark.into()]].concat());
    }
    let config = settings("estate", OF, (8, 5))
        + "\n# 选房分多日进行：三呼未到的，当日结束前再叫一次 / over several days: who misses a call is called again before the day is closed\n\
           [pool]\nrule = \"choice\"\nabsence = \"day\"\nseconds = 180\n\n\
           # 顺位取自时段，一个时段一个顺位 / tiers from the slots\n[tiers]\nfrom = \"选房时段\"\n"
        + NEEDS;
    Estate { name: "estate", title: title(OF), config, tables: [roll, units], workbook: true }
}

/// The slot of each household: half a day each, the earlier days one more while there are too many.
fn slots(count: u64, days: Vec<(u64, u64)>) -> Vec<String> {
    let (each, more) = (count / days.len() as u64, count % days.len() as u64);
    let day = |(n, (month, day)): (u64, (u64, u64))| {
        let count = each + u64::from(n < more);
        (0..count).map(move |i| {
            let half = if i < count.div_ceil(2) { "上午" } else { "下午" };
            format!("{month}月{day}日{half}")
        })
    };
    (0..).zip(days).flat_map(day).collect()
}

/// 批次, 户型, 选房时段, 照顾需求, 结伴组 of each household: needs and groups are few.
fn pool_of_estate(
    (pool, flat_type): (u64, &str),
    slots: &[String],
    numbers: &mut Numbers,
) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for (n, slot) in slots.iter().enumerate() {
        let needs = match numbers.below(40) {
            0 => "无障碍",
            1 | 2 => "低楼层",
            _ => "",
        };
        // Two who come one after the other, in one half of a day.
        let with = |other: Option<usize>| {
            other.and_then(|other| slots.get(other)).is_some_and(|other| other == slot)
        };
        let group = match n % 50 {
            20 if with(n.checked_add(1)) => format!("J{pool}{n:04}"),
            21 if with(n.checked_sub(1)) => format!("J{pool}{:04}", n - 1),
            _ => String::new(),
        };
        rows.push(vec![format!("Q{pool}"), flat_type.into(), slot.clone(), needs.into(), group]);
    }
    shuffled(rows, numbers)
}

/// Families who get two or three flats: all choose the first one before anybody chooses a second.
fn rounds() -> Estate {
    const OF: &str = "柳塘村二十六户家庭分轮选房";
    let mut numbers = Numbers::new(5);
    let mut roll = table("住户", OF, "户号,户主姓名,批次,套数,签约顺位,照顾需求", &[3, 4]);
    let mut units = table("房源", OF, &format!("批次,{FLAT}"), &[4, 5, 6]);
    for n in 1..=26 {
        let flats = [2, 3, 2, 1, 2][n % 5];
        let (tier, needs) = (1 + n / 19, if n % 9 == 4 { "低楼层" } else { "" });
        roll.rows.push(vec![
            format!("L{n:02}"),
            numbers.name(),
            "L".into(),
            flats.to_string(),
            tier.to_string(),
            needs.into(),
        ]);
    }
    for (building, storey, door) in doors(2, 8, 4) {
        let flat =
            Flat { building, storey, door, area: [5_210, 7_080, 7_080, 9_050][door as usize - 1] };
        units.rows.push([vec!["L".into()], flat.cells()].concat());
    }
    let config = settings("rounds", OF, (3, 2))
        + "\n[pool]\nrule = \"choice\"\nabsence = \"last\"\nseconds = 180\n\n\
           # 所有家庭选完首套再选第二套、第三套 / all first flats before any second\n[families]\nserve = \"rounds\"\n"
        + NEEDS;
    Estate { name: "rounds", title: title(OF), config, tables: [roll, units], workbook: true }
}

fn doors(buildings: u64, storeys: u64, doors: u64) -> impl Iterator<Item = (u64, u64, u64)> {
    let of = move |b| (1..=storeys).flat_map(move |s| (1..=doors).map(move |d| (b, s, d)));
    (1..=buildings).flat_map(of)
}

/// Families with an area budget, who choose all their flats in one turn.
fn area() -> Estate {
    const OF: &str = "石桥片二十四户家庭按面积额度选房";
    let mut numbers = Numbers::new(6);
    let mut roll = table("住户", OF, "户号,户主姓名,批次,套数,面积额度,照顾需求", &[3, 4]);
    let mut units = table("房源", OF, &format!("批次,{FLAT}"), &[4, 5, 6]);
    for n in 1..=24 {
        let flats = [2, 3, 2][n % 3];
        // Enough for the smallest flats, seldom for the largest.
        let budget = flats * (5_800 + 120 * numbers.below(24));
        let needs = if n % 11 == 5 { "无障碍" } else { "" };
        roll.rows.push(vec![
            format!("S{n:02}"),
            numbers.name(),
            "S".into(),
            flats.to_string(),
            hundredths(budget),
            needs.into(),
        ]);
    }
    for (building, storey, door) in doors(2, 9, 4) {
        let area = [4_650, 6_120, 7_540, 9_280][door as usize - 1] + building * 30;
        let flat = Flat { building, storey, door, area };
        units.rows.push([vec!["S".into()], flat.cells()].concat());
    }
    let config = settings("area", OF, (3, 2))
        + "\n[pool]\nrule = \"choice\"\nabsence = \"last\"\nseconds = 300\n\n\
           # 一个家庭一次选完各套，面积之和不超过额度 / all flats in one turn, within the area budget\n[families]\nserve = \"together\"\n"
        + NEEDS;
    Estate { name: "area", title: title(OF), config, tables: [roll, units], workbook: false }
}

/// The order by a first lot, the flat by a second one, each flat type by itself.
fn types() -> Estate {
    const OF: &str = "东岭小区五十九户按户型摇号";
    let mut numbers = Numbers::new(7);
    let mut roll =
        table("住户", OF, "序号,户号,户主姓名,户型,户型代码,楼栋,签约顺位,照顾需求", &[0, 6]);
    let mut units = table("房源", OF, &format!("户型,户型代码,{FLAT}"), &[5, 6, 7]);
    let mut households = Vec::new();
    // Households for 12 flats each: one type is short by two, and two have flats left over.
    let types = [("一室一厅", "T1", 1, 11), ("两室一厅", "T2", 2, 14), ("三室一厅", "T3", 3, 12)];
    for (flat_type, code, door, count) in types {
        for building in 1..=2 {
            let own = [flat_type.to_owned(), code.to_owned()];
            for storey in 1..=12 {
                let flat = Flat { building, storey, door, area: 3_000 + 2_015 * door };
                units.rows.push([own.to_vec(), flat.cells()].concat());
            }
            let here = if building == 1 { count } else { count - 5 };
            for n in 0..here {
                let tier = if n % 6 == 5 { "2" } else { "1" };
                let needs = if n % 8 == 3 { "低楼层" } else { "" };
                let building = format!("{building}号楼");
                let row = [&own[0], &own[1], &building, tier, needs].map(str::to_owned);
                households.push(row.to_vec());
            }
        }
    }
    for (n, row) in (1..).zip(shuffled(households, &mut numbers)) {
        let begin = vec![format!("{n}"), format!("D{n:02}"), numbers.name()];
        roll.rows.push([begin, row].concat());
    }
    let config = settings("types", OF, (5, 3))
        + "\n# 先摇顺序，再摇房号 / the order by one lot, the flat by another\n[pool]\nrule = \"lot\"\n"
        + NEEDS;
    Estate { name: "types", title: title(OF), config, tables: [roll, units], workbook: false }
}

/// Families with several homes, kept together: in consecutive turns, with their relatives.
fn together() -> Estate {
    const OF: &str = "南码头二十户大家庭整体安置";
    let mut numbers = Numbers::new(8);
    let mut roll = table("住户", OF, "户号,家庭编号,户主姓名,批次,结伴组,照顾需求", &[]);
    let mut units = table("房源", OF, &format!("批次,{FLAT}"), &[4, 5, 6]);
    let mut code = 0;
    for family in 1..=20 {
        let name = numbers.name();
        // Every fifth family comes with the next one: brothers, say.
        let group = match family % 5 {
            1 | 2 => format!("Z{:02}", family / 5 + 1),
            _ => String::new(),
        };
        for claim in 0..[2, 1, 3, 2][family % 4] {
            code += 1;
            let needs = if claim == 1 && family % 6 == 3 { "无障碍" } else { "" };
            roll.rows.push(vec![
                format!("N{code:03}"),
                format!("F{family:02}"),
                name.clone(),
                "N".into(),
                group.clone(),
                needs.into(),
            ]);
        }
    }
    for (building, storey, door) in doors(1, 11, 4) {
        let flat = Flat { building, storey, door, area: 4_645 };
        units.rows.push([vec!["N".into()], flat.cells()].concat());
    }
    let config = settings("together", OF, (3, 2))
        + "\n[pool]\nrule = \"choice\"\nabsence = \"lot\"\nseconds = 300\n\n\
           # 一个家庭各套连着选，结伴的家庭一起叫 / a family chooses all its homes in one turn, with its relatives\n[families]\nserve = \"together\"\n"
        + NEEDS;
    Estate { name: "together", title: title(OF), config, tables: [roll, units], workbook: true }
}
