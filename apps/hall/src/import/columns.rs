//! Which column holds what: heads in Chinese and English, with the words that offices use.

use super::amounts::Amount;
use super::characters::{self, with_code};
use super::fault::{At, Fault, Place, Role, both};
use super::sheet::{Cell, Row, Table, letters};
use floorlot::rules::{Lang, Phrase};
use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization;

macro_rules! fields {
    ($($name:ident $word:literal $zh:literal roll [$($roll:literal)*] units [$($units:literal)*])*) => {
        /// What a column can hold. The order is that in which heads are shown.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(super) enum Field { $($name,)* }

        impl Field {
            pub(super) const ALL: &'static [Field] = &[$(Field::$name,)*];

            /// The word for `--map`.
            pub(super) fn word(self) -> &'static str {
                match self { $(Field::$name => $word,)* }
            }

            fn zh(self) -> &'static str {
                match self { $(Field::$name => $zh,)* }
            }

            /// The heads that mean this field.
            fn heads(self, role: Role) -> &'static [&'static str] {
                match (self, role) { $((Field::$name, Role::Roll) => &[$($roll,)*], (Field::$name, Role::Units) => &[$($units,)*],)* }
            }
        }
    };
}

// Heads are compared without spaces, punctuation and capitals.
fields! {
    Id "id" "编号"
        roll ["户号" "住户编号" "住户号" "住户代码" "家庭编号" "户编号" "户代码" "编号" "代码" "摇号编号" "抽签编号" "签约编号" "协议编号" "协议号"
              "id" "householdid" "household" "householdno" "householdnumber" "householdcode" "code"]
        units ["房源编号" "房源代码" "房源号" "房屋编号" "房屋代码" "房屋号" "编号" "代码" "房号" "房源"
               "unitid" "unit" "unitno" "unitnumber" "unitcode" "flatid" "flat" "flatno" "id" "code"]
    Name "name" "姓名"
        roll ["户主" "姓名" "户主姓名" "住户" "住户姓名" "承租人" "承租人姓名" "权利人" "权利人姓名" "产权人" "产权人姓名" "被征收人" "名字"
              "name" "fullname" "displayname" "householder" "householdername" "headofhousehold" "householdname" "tenant"]
        units []
    Document "document" "证件号"
        roll ["身份证" "身份证号" "身份证号码" "证件号" "证件号码" "身份号码" "公民身份号码" "公民身份证号码" "身份证件号" "身份证件号码"
              "户主身份证" "户主身份证号" "户主身份证号码" "户主证件号" "户主证件号码" "承租人身份证号" "承租人证件号" "权利人身份证号" "权利人证件号"
              "产权人身份证号" "产权人证件号" "护照号" "护照号码"
              "document" "documentnumber" "documentno" "idnumber" "identitynumber" "identitydocument" "identitydocumentnumber" "idcard"
              "idcardnumber" "nationalid" "passport" "passportnumber"]
        units []
    Label "label" "房号"
        roll []
        units ["楼层标签" "标签" "室号" "房间号" "门牌号" "门牌" "门号" "名义层" "显示房号" "房号"
               "label" "floorlabel" "roomlabel" "door" "doornumber" "room" "roomnumber" "roomno"]
    Staircase "staircase" "单元"
        roll []
        units ["单元" "单元号" "所在单元" "楼栋单元" "staircase" "staircaseno" "entrance"]
    Storey "storey" "楼层"
        roll []
        units ["楼层" "所在层" "所在楼层" "实际楼层" "实际层" "物理楼层" "自然层" "层" "层次" "层数"
               "storey" "story" "floor" "level" "physicalstorey" "physicalfloor" "floornumber"]
    Area "area" "面积"
        roll []
        units ["面积" "建筑面积" "房屋面积" "房屋建筑面积" "房源面积" "建面" "面积平方米" "建筑面积平方米" "面积m2" "建筑面积m2"
               "area" "floorarea" "grossarea" "aream2" "areasqm"]
    Price "price" "价格"
        roll []
        units ["总价" "价格" "房价" "总房价" "房屋总价" "房源总价" "总价款" "房屋总价款" "总价元" "价格元"
               "price" "totalprice" "priceyuan" "totalpriceyuan"]
    Pool "pool" "批次"
        roll ["批次" "批次号" "批次编号" "选房批次" "抽签批次" "摇号批次" "pool" "poolid" "lotterypool"]
        units ["批次" "批次号" "批次编号" "选房批次" "抽签批次" "摇号批次" "pool" "poolid" "lotterypool"]
    BuildingCode "building-code" "楼栋代码"
        roll ["楼栋代码" "楼栋编码" "楼栋编号" "楼号代码" "幢代码" "buildingcode" "buildingid" "blockcode"]
        units ["楼栋代码" "楼栋编码" "楼栋编号" "楼号代码" "幢代码" "buildingcode" "buildingid" "blockcode"]
    Building "building" "楼栋"
        roll ["楼栋" "楼号" "幢号" "幢" "栋" "栋号" "楼" "楼幢" "新楼栋" "回迁楼栋" "安置楼栋" "building" "buildingname" "block" "tower"]
        units ["楼栋" "楼号" "幢号" "幢" "栋" "栋号" "楼" "楼幢" "新楼栋" "回迁楼栋" "安置楼栋" "building" "buildingname" "block" "tower"]
    TypeCode "type-code" "户型代码"
        roll ["户型代码" "户型编码" "户型编号" "房型代码" "typecode" "flattypecode" "flattypeid" "typeid"]
        units ["户型代码" "户型编码" "户型编号" "房型代码" "typecode" "flattypecode" "flattypeid" "typeid"]
    FlatType "type" "户型"
        roll ["户型" "房型" "户型名称" "房型名称" "安置户型" "应选户型" "flattype" "type" "unittype" "apartmenttype"]
        units ["户型" "房型" "户型名称" "房型名称" "安置户型" "flattype" "type" "unittype" "apartmenttype"]
    FirstType "type-1" "首套户型"
        roll ["首套户型" "首套房型" "第一套户型" "第1套户型" "firstflattype" "flattype1" "type1"] units []
    SecondType "type-2" "二套户型"
        roll ["二套户型" "二套房型" "第二套户型" "第2套户型" "secondflattype" "flattype2" "type2"] units []
    ThirdType "type-3" "三套户型"
        roll ["三套户型" "三套房型" "第三套户型" "第3套户型" "thirdflattype" "flattype3" "type3"] units []
    Tier "tier" "顺位"
        roll ["顺位" "顺位号" "签约顺位" "签约顺序" "签约次序" "选房顺位" "选房顺序" "选房次序" "优先顺位" "优先顺序" "优先级" "优先级别" "梯次" "档次" "tier" "priority" "prioritytier"]
        units []
    Needs "needs" "照顾需求"
        roll ["照顾需求" "需求" "照顾" "照顾情况" "照顾类型" "照顾类别" "照顾事项" "特殊照顾" "特殊照顾需求" "特殊需求" "特殊需要"
              "残疾情况" "无障碍需求" "needs" "need" "specialneeds" "requirements" "accessibilityneeds"]
        units []
    Features "features" "特征"
        roll []
        units ["特征" "房源特征" "房屋特征" "特点" "设施" "无障碍设施" "features" "feature" "attributes" "amenities"]
    Group "group" "结伴组"
        roll ["结伴组" "结伴" "结伴编号" "结伴组号" "结伴号" "结伴组别" "结伴分组" "亲属组" "亲属组号" "关联组" "关联组号"
              "同组" "同组号" "结对" "结对组" "结对组号" "组号" "group" "groupid" "together" "companions"]
        units []
    Family "family" "家庭"
        roll ["家庭" "家庭号" "家庭编号" "家庭代码" "家庭户号" "所属家庭" "所属家庭编号" "户主编号" "户主代码" "主户编号" "主户号"
              "family" "familyid" "familyno" "familynumber" "familycode"]
        units []
    Nth "nth" "第几套"
        roll ["第几套" "套次" "套序" "套别" "房次" "首套二套" "第几套房" "flatoffamily" "flatnumberoffamily" "nth" "nthflat" "whichflat"]
        units []
    Flats "flats" "套数"
        roll ["套数" "应安置套数" "安置套数" "应选套数" "可选套数" "选房套数" "应购套数" "可购套数" "应分套数" "房屋套数"
              "flats" "numberofflats" "flatcount" "noofflats" "claims"]
        units []
    Budget "budget" "面积额度"
        roll ["面积额度" "面积预算" "面积上限" "可购面积" "可购总面积" "可选面积" "可选总面积" "家庭面积" "家庭面积额度" "选房面积额度"
              "budget" "areabudget" "areabudgetm2" "budgetm2" "areaallowance"]
        units []
    Excluded "excluded" "不参加抽签"
        roll []
        units ["不参加抽签" "不参加摇号" "不参加选房" "不参加抽签原因" "不参加摇号原因" "不参加选房原因" "不参加原因" "留房" "留房原因" "留用原因"
               "保留" "保留原因" "保留房" "预留原因" "excluded" "excludedbecause" "exclusion" "exclusionreason" "notdrawn" "notdrawnbecause" "keptout" "keptoutbecause"]
    Ranking "ranking" "志愿"
        roll ["志愿" "志愿表" "志愿顺序" "选房志愿" "ranking" "preferences" "preference" "rankedchoices"]
        units []
    Personal "personal" "个人信息"
        roll ["姓名拼音" "出生年月" "tel" "birthday"]
        units []
    Band "band" "分档"
        roll [] units []
    Entitled "entitled" "应得金额"
        roll [] units []
    Skip "skip" "不用"
        roll [] units []
}

/// The heads of what a household is entitled to, in yuan. `settle` reads them; in an import they
/// mean nothing, because nothing of it is in the plan.
const ENTITLED: &[&str] = &[
    "应得金额",
    "应得款",
    "应得款额",
    "应得安置款",
    "应得补偿",
    "应得补偿款",
    "应享金额",
    "应享受金额",
    "应安置金额",
    "应安置价值",
    "安置款",
    "安置金额",
    "补偿金额",
    "补偿款",
    "补偿总额",
    "补偿总价",
    "补偿款总额",
    "征收补偿款",
    "征收补偿总额",
    "拆迁补偿款",
    "拆迁补偿总额",
    "可用房款",
    "可抵房款",
    "抵扣金额",
    "entitled",
    "entitledamount",
    "entitledyuan",
    "entitledamountyuan",
    "entitlement",
    "entitlementyuan",
    "compensation",
    "compensationyuan",
];

/// A head with one of these in it is personal data.
const PERSONAL: &[&str] = &[
    "身份证",
    "证件",
    "身份号码",
    "电话",
    "手机",
    "联系方式",
    "银行",
    "住址",
    "地址",
    "护照",
    "出生",
    "phone",
    "mobile",
    "address",
    "identity",
    "birth",
    "email",
];

impl Field {
    pub(super) fn words(self) -> Phrase {
        match self {
            Field::Id => Phrase::new("id", self.zh()),
            Field::BuildingCode => Phrase::new("building code", self.zh()),
            Field::TypeCode => Phrase::new("flat type code", self.zh()),
            Field::FlatType => Phrase::new("flat type", self.zh()),
            Field::FirstType => Phrase::new("type of the first flat", self.zh()),
            Field::SecondType => Phrase::new("type of the second flat", self.zh()),
            Field::ThirdType => Phrase::new("type of the third flat", self.zh()),
            Field::Document => Phrase::new("document number", self.zh()),
            Field::Nth => Phrase::new("flat of the family (first, second ...)", self.zh()),
            Field::Flats => Phrase::new("number of flats", self.zh()),
            Field::Budget => Phrase::new("area budget", self.zh()),
            Field::Excluded => Phrase::new("why the flat is not drawn", "不参加抽签的原因"),
            Field::Band => Phrase::new("bands of tiers", "顺位（分档）"),
            Field::Entitled => Phrase::new("amount entitled to", self.zh()),
            other => Phrase::new(other.word(), other.zh()),
        }
    }

    fn needed(self, role: Role) -> bool {
        // Without a code nobody can be named, and without a storey no flat can be described (P7).
        self == Field::Id || (role == Role::Units && self == Field::Storey)
    }
}

/// What `--map HEAD=field` says, for both tables or (`roll:HEAD=field`) for one; there a column may
/// be named by its letter (`roll:列D=field`).
#[derive(Debug, Clone)]
pub(super) struct MapRule {
    role: Option<Role>,
    head: String,
    field: Field,
}

impl MapRule {
    /// The column of document numbers is left out.
    pub(super) fn without_documents() -> MapRule {
        MapRule { role: None, head: plain("身份证号"), field: Field::Personal }
    }

    /// The column of the roll that makes tiers, as the settings name it.
    pub(super) fn of_bands(head: &str) -> MapRule {
        MapRule { role: Some(Role::Roll), head: plain(head), field: Field::Band }
    }

    /// The column of area budgets, as the settings name it.
    pub(super) fn of_budgets(head: &str) -> MapRule {
        MapRule { role: Some(Role::Roll), head: plain(head), field: Field::Budget }
    }

    /// The column that a rule for one table names by its letter: `roll:列D`, `roll:D列`, `roll:column
    /// D`, `roll:D`.
    fn lettered(&self) -> Option<usize> {
        // Without the table a letter could mean a column of either.
        self.role?;
        let bare = self.head.trim_start_matches(['第', '列']).trim_end_matches('列');
        let letters = bare.strip_prefix("column").unwrap_or(bare);
        let value = |sum: usize, b: u8| sum * 26 + usize::from(b - b'a') + 1;
        let known =
            // Three letters are enough for every spreadsheet, and longer words are heads.
            matches!(letters.len(), 1..=3) && letters.bytes().all(|b| b.is_ascii_lowercase());
        known.then(|| letters.bytes().fold(0, value) - 1)
    }
}

/// The rules of the office, and those for the heads of what households are entitled to, if it names
/// none itself.
pub(super) fn rules_of_entitled(named: &[MapRule], tables: &[Table]) -> Vec<MapRule> {
    let mut rules = named.to_vec();
    if named.iter().any(|rule| rule.field == Field::Entitled) {
        return rules;
    }
    let heads = tables.iter().flat_map(|table| table.rows.iter().take(HEADS_WITHIN));
    for head in heads.flat_map(heads_of) {
        if [plain(&head), plain(before_bracket(&head))]
            .iter()
            .any(|h| ENTITLED.contains(&h.as_str()))
        {
            rules.push(MapRule { role: None, head: plain(&head), field: Field::Entitled });
        }
    }
    rules
}

/// Reads the `--map` options.
pub(super) fn map_rules(options: &[String], faults: &mut Vec<Fault>) -> Vec<MapRule> {
    let mut rules = Vec::new();
    for option in options {
        let (head, word) = option.rsplit_once('=').unwrap_or((option.as_str(), ""));
        let (role, head) = match head.split_once(':') {
            Some(("roll", head)) => (Some(Role::Roll), head),
            Some(("units", head)) => (Some(Role::Units), head),
            _ => (None, head),
        };
        // Bands are named in the settings, which say their order too.
        let fields = || Field::ALL.iter().filter(|field| **field != Field::Band);
        match fields().find(|f| f.word() == word.trim()) {
            Some(&field) => rules.push(MapRule { role, head: plain(head), field }),
            None => {
                let words: Vec<&str> = fields().map(|f| f.word()).collect();
                let expected = Phrase::new(
                    format!(
                        "HEAD=FIELD, HEAD a head or a column such as roll:D, FIELD one of {}",
                        words.join(", ")
                    ),
                    format!(
                        "“表头=字段”，表头也可写列号，如 roll:列D，字段为 {} 之一",
                        words.join("、")
                    ),
                );
                faults.push(Fault::new(
                    Phrase::same("--map"),
                    Phrase::same(format_args!("`{option}`")),
                    expected,
                    Phrase::same(""),
                ));
            }
        }
    }
    rules
}

/// The columns of a table.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    pub(super) role: Role,
    /// Index of the row with the heads in the rows of the table.
    pub(super) header: usize,
    pub(super) heads: Vec<String>,
    of: BTreeMap<Field, usize>,
    personal: Vec<usize>,
    /// Those that are left out because the office says so.
    skipped: Vec<usize>,
    /// Those whose field has another column already, which is a fault.
    doubled: Vec<usize>,
    /// A column of document numbers that is left out by `--map`: persons who occur twice are found
    /// all the same.
    pub(super) compared: Option<usize>,
    /// What all rows have, though there is no column of it: the building, from the name of the
    /// sheet.
    pub(super) fixed: BTreeMap<Field, String>,
    /// Characters in the heads that were read as what they look like.
    read_as: Vec<(usize, char, String)>,
}

/// A sheet that was taken, with the meaning of its columns.
#[derive(Debug, Clone)]
pub(super) struct Sheet {
    pub(super) table: Table,
    pub(super) columns: Columns,
}

/// All sheets of one table.
#[derive(Clone, Copy)]
pub(super) struct Input<'a> {
    pub(super) role: Role,
    pub(super) sheets: &'a [Sheet],
}

impl Input<'_> {
    /// Whether every sheet has the field.
    pub(super) fn has(&self, field: Field) -> bool {
        !self.sheets.is_empty() && self.sheets.iter().all(|sheet| sheet.columns.has(field))
    }

    /// `file, sheet S, row 17, column D (顺位)`.
    pub(super) fn place(&self, at: At, field: Option<Field>) -> Place {
        let sheet = self
            .sheets
            .get(at.sheet)
            .map(|sheet| sheet.columns.place(&sheet.table, Some(at.row), field));
        sheet.unwrap_or_else(|| self.role.words())
    }

    /// `row 17`, with the sheet if there are several.
    pub(super) fn row(&self, at: At) -> Phrase {
        let sheet = self
            .sheets
            .get(at.sheet)
            .filter(|_| self.sheets.len() > 1)
            .and_then(|sheet| sheet.table.sheet.as_deref());
        both(|lang| match (sheet, lang) {
            (None, Lang::En) => format!("row {}", at.row),
            (None, Lang::Zh) => format!("第 {} 行", at.row),
            (Some(sheet), Lang::En) => format!("sheet {sheet} row {}", at.row),
            (Some(sheet), Lang::Zh) => format!("工作表 {sheet} 第 {} 行", at.row),
        })
    }
}

/// Both tables.
#[derive(Clone, Copy)]
pub(super) struct Inputs<'a> {
    pub(super) roll: Input<'a>,
    pub(super) units: Input<'a>,
}

impl<'a> Inputs<'a> {
    pub(super) fn of(&self, role: Role) -> Input<'a> {
        match role {
            Role::Roll => self.roll,
            Role::Units => self.units,
        }
    }

    pub(super) fn place(&self, at: At, field: Option<Field>) -> Place {
        self.of(at.role).place(at, field)
    }

    /// `rows 3, 9, 12`: at most twenty, and a mark if there are more.
    pub(super) fn rows(&self, rows: &[At]) -> Phrase {
        let several = rows.first().is_some_and(|at| self.of(at.role).sheets.len() > 1);
        let more = if rows.len() > 20 { " …" } else { "" };
        both(|lang| {
            // Twenty are enough to find them; a table may be wrong in every row.
            let numbers = rows.iter().take(20).map(|at| match several {
                true => self.of(at.role).row(*at).get(lang).to_owned(),
                false => at.row.to_string(),
            });
            let list =
                numbers.collect::<Vec<_>>().join(if lang == Lang::En { ", " } else { "、" });
            match (several, rows.len(), lang) {
                (true, ..) => format!("{list}{more}"),
                (_, 1, Lang::En) => format!("row {list}"),
                (_, _, Lang::En) => format!("rows {list}{more}"),
                (_, _, Lang::Zh) => format!("第 {list}{more} 行"),
            }
        })
    }
}

/// A head without spaces, punctuation and capitals, full-width characters made half-width.
pub(super) fn plain(head: &str) -> String {
    characters::plain(head)
        .text
        .nfkc()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// A head without what explains it.
fn before_bracket(head: &str) -> &str {
    head.split(['(', '（', '[', '【', '\n']).next().unwrap_or_default()
}

/// What a head can mean, the likeliest first.
fn meanings(role: Role, head: &str, rules: &[MapRule]) -> Vec<Field> {
    let whole = plain(head);
    let ruled =
        rules.iter().find(|r| r.head == whole && r.role.is_none_or(|role_of| role_of == role));
    // What the office says goes before all that is known here.
    if let Some(rule) = ruled {
        return vec![rule.field];
    }
    // `户号（必填）` means 户号: what stands in brackets or on a second line explains it.
    let short = plain(before_bracket(head));
    for candidate in [whole.as_str(), short.as_str()] {
        let fields = Field::ALL.iter().copied().filter(|f| f.heads(role).contains(&candidate));
        let fields: Vec<Field> = fields.collect();
        if !fields.is_empty() {
            return fields;
        }
    }
    // Only when no field fits: 户主身份证号 is a field, 户主手机号 is not.
    if PERSONAL.iter().any(|p| whole.contains(p)) { vec![Field::Personal] } else { Vec::new() }
}

/// What a column can mean: by a rule for its letter, if no head reads like that; otherwise by its
/// head.
fn meanings_of(role: Role, heads: &[String], column: usize, rules: &[MapRule]) -> Vec<Field> {
    let names_it = |rule: &&MapRule| rule.role == Some(role) && rule.lettered() == Some(column);
    let ruled = rules
        .iter()
        .find(|rule| names_it(rule) && !heads.iter().any(|head| plain(head) == rule.head));
    match (ruled, heads.get(column).filter(|head| !head.is_empty())) {
        (Some(rule), _) => vec![rule.field],
        (None, Some(head)) => meanings(role, head, rules),
        (None, None) => Vec::new(),
    }
}

impl Columns {
    /// The index of the column of a field.
    pub(super) fn get(&self, field: Field) -> Option<usize> {
        self.of.get(&field).copied()
    }

    pub(super) fn has(&self, field: Field) -> bool {
        self.of.contains_key(&field) || self.fixed.contains_key(&field)
    }

    /// The fields that have a column.
    pub(super) fn fields(&self) -> impl Iterator<Item = Field> {
        self.of.keys().copied()
    }

    /// Whether another column has the same head.
    fn repeated(&self, column: usize) -> bool {
        let own = self.heads.get(column).map(|head| plain(head)).unwrap_or_default();
        // Two columns of one head are told by their letters.
        !own.is_empty() && self.heads.iter().filter(|head| plain(head) == own).count() > 1
    }

    /// How `--map` names a column: by its head, or by its letter if the head alone does not tell.
    pub(super) fn named(&self, column: usize) -> Phrase {
        match self.heads.get(column).filter(|head| !head.is_empty() && !self.repeated(column)) {
            Some(head) => Phrase::same(head),
            None => {
                Phrase::new(format!("column {}", letters(column)), format!("列{}", letters(column)))
            }
        }
    }

    /// Whether a column has a field or a fault, is personal, or is left out because the office says
    /// so.
    pub(super) fn is_settled(&self, column: usize) -> bool {
        self.of.values().any(|of| *of == column)
            || [&self.personal, &self.skipped, &self.doubled].iter().any(|of| of.contains(&column))
    }

    /// Whether a head reads like this one.
    pub(super) fn has_head(&self, head: &str) -> bool {
        self.heads.iter().any(|own| plain(own) == plain(head))
    }

    /// The field of a column.
    pub(super) fn field_of(&self, column: usize) -> Option<Field> {
        self.of.iter().find(|(_, c)| **c == column).map(|(field, _)| *field)
    }

    /// `file, sheet S, row 17, column D (顺位)`.
    pub(super) fn place(&self, table: &Table, row: Option<u32>, field: Option<Field>) -> Place {
        let mut place = table.place();
        if let Some(row) = row {
            place = Phrase::new(
                format!("{}, row {row}", place.en),
                format!("{}，第 {row} 行", place.zh),
            );
        }
        let column = field.map_or(Phrase::same(""), |field| self.column(field));
        Phrase::new(place.en + &column.en, place.zh + &column.zh)
    }

    /// `, column D (顺位)`, if there is one for the field.
    pub(super) fn column(&self, field: Field) -> Phrase {
        let compared = self.compared.filter(|_| field == Field::Document);
        let Some(column) = self.get(field).or(compared) else { return Phrase::same("") };
        let (letter, head) =
            (letters(column), self.heads.get(column).map(String::as_str).unwrap_or_default());
        Phrase::new(format!(", column {letter} ({head})"), format!("，{letter} 列（{head}）"))
    }

    /// Which head was taken for what, and which columns were left out.
    pub(super) fn shown(&self, lang: Lang) -> String {
        let name = |c: usize| {
            format!("{} {}", letters(c), self.heads.get(c).map(String::as_str).unwrap_or_default())
        };
        let mut text = String::new();
        for (c, head) in self.heads.iter().enumerate() {
            if let Some((field, _)) = self.of.iter().find(|(_, column)| **column == c) {
                let (en, zh) = match *field {
                    Field::Name => (" (masked)", "（脱敏）"),
                    Field::Document => {
                        (" (for the openings, not in the plan)", "（只用于密封件，不进入方案）")
                    }
                    Field::Entitled => {
                        (" (for the settlement, not in the plan)", "（只用于找补差价，不进入方案）")
                    }
                    _ => ("", ""),
                };
                let note = if lang == Lang::En { en } else { zh };
                text += &format!("  {} -> {}{note}\n", name(c), field.words().get(lang));
            } else if !head.is_empty() {
                let (en, zh) = if self.compared == Some(c) {
                    (
                        "left out: personal data, compared for persons who occur twice",
                        "不导入：个人信息，只用于查找重复的人",
                    )
                } else if self.personal.contains(&c) {
                    ("left out: personal data", "不导入：个人信息")
                } else {
                    ("left out", "不导入")
                };
                text += &format!("  {} -> ({})\n", name(c), if lang == Lang::En { en } else { zh });
            }
        }
        for (c, from, to) in &self.read_as {
            let (letter, from, to) = (letters(*c), with_code(&from.to_string()), with_code(to));
            text += &match lang {
                Lang::En => format!("  head {letter}: {from} read as {to}\n"),
                Lang::Zh => format!("  {letter} 列表头：{from} 读作 {to}\n"),
            };
        }
        text
    }

    /// A head of an amount that names another unit than the one that is read.
    pub(super) fn other_amount(&self, field: Field, place: &Place) -> Option<Fault> {
        let head = self.heads.get(self.get(field)?)?;
        let advice = Amount::of(field).other_unit(head)?;
        let column = self.column(field);
        let place =
            Phrase::new(format!("{}{}", place.en, column.en), format!("{}{}", place.zh, column.zh));
        let [found, expected, advice] = Amount::of(field).wrong(head, advice);
        Some(Fault::new(place, found, expected, advice))
    }

    /// Another column for a field that has one.
    pub(super) fn double_of(
        &self,
        field: Field,
        rules: &[MapRule],
        place: &Place,
    ) -> Option<Fault> {
        let means = |c: &&usize| meanings_of(self.role, &self.heads, **c, rules) == [field];
        double(self, *self.doubled.iter().find(means)?, rules, place)
    }

    /// The rows of data.
    pub(super) fn rows<'a>(&self, table: &'a Table) -> &'a [Row] {
        table.rows.get(self.header + 1..).unwrap_or_default()
    }
}

fn heads_of(row: &Row) -> Vec<String> {
    let head = |cell: &Cell| match cell {
        Cell::Text(text) => {
            characters::plain(text).text.split_whitespace().collect::<Vec<_>>().join(" ")
        }
        Cell::Number(number) => number.clone(),
        _ => String::new(),
    };
    row.cells.iter().map(head).collect()
}

/// There may be a page of explanations above the heads.
const HEADS_WITHIN: usize = 30;

/// Finds the row with the heads: the one of the first rows with the most heads that mean something.
pub(super) fn find(table: &Table, role: Role, rules: &[MapRule]) -> Option<Columns> {
    let score = |row: &Row| {
        heads_of(row)
            .iter()
            .filter(|head| !head.is_empty() && !meanings(role, head, rules).is_empty())
            .count()
    };
    let (header, row) = table
        .rows
        .iter()
        .take(HEADS_WITHIN)
        .enumerate()
        // Of rows that are equally good the first: data below may repeat a head.
        .max_by_key(|(i, row)| (score(row), usize::MAX - i))?;
    let mut heads = heads_of(row);
    // A column without a head can be named by its letter.
    let width = table.rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let named = rules.iter().filter_map(MapRule::lettered).filter(|column| *column < width).max();
    heads.resize(heads.len().max(named.map_or(0, |column| column + 1)), String::new());
    // One head alone is found in prose as well.
    let columns = (score(row) >= 2).then(|| assign(heads, header, role, rules))?;
    let changed = row.cells.iter().enumerate().filter_map(|(c, cell)| match cell {
        Cell::Text(text) => Some((c, characters::plain(text).read_as)),
        _ => None,
    });
    let read_as = changed
        .flat_map(|(c, changed)| changed.into_iter().map(move |(from, to)| (c, from, to)))
        .collect();
    Some(Columns { read_as, ..columns })
}

/// What may be the heads of a table in which no head means anything: the fullest of the first rows.
/// A row with a digit in it may be one of data, with the name of somebody in it, which is not for
/// the screen.
pub(super) fn likely_heads(table: &Table) -> Vec<String> {
    let filled = |heads: &Vec<String>| heads.iter().filter(|head| !head.is_empty()).count();
    let rows = table.rows.iter().take(HEADS_WITHIN).map(heads_of).enumerate();
    // A row with a digit may be data, and with it the name of somebody.
    let rows = rows.filter(|(_, heads)| !heads.iter().any(|head| head.contains(char::is_numeric)));
    rows.max_by_key(|(i, heads)| (filled(heads), usize::MAX - i))
        .map(|(_, heads)| heads)
        .unwrap_or_default()
}

/// Gives each column its field: first the heads that can mean one thing alone.
fn assign(heads: Vec<String>, header: usize, role: Role, rules: &[MapRule]) -> Columns {
    let mut columns = Columns {
        role,
        header,
        heads,
        of: BTreeMap::new(),
        personal: Vec::new(),
        skipped: Vec::new(),
        doubled: Vec::new(),
        compared: None,
        fixed: BTreeMap::new(),
        read_as: Vec::new(),
    };
    let mut meant: Vec<(usize, Vec<Field>)> = (0..columns.heads.len())
        .map(|c| (c, meanings_of(role, &columns.heads, c, rules)))
        .collect();
    // Where both tables stand side by side in one sheet, the columns of each begin with its code.
    let codes = meant.iter().filter(|(_, fields)| fields.contains(&Field::Id));
    let first = codes.min_by_key(|(c, fields)| (fields.len(), *c)).map_or(0, |(c, _)| *c);
    let before: Vec<bool> =
        (0..columns.heads.len()).map(|c| c < first && columns.repeated(c)).collect();
    // First what can mean one thing alone, so that 编号 is left for what nobody else claims.
    meant.sort_by_key(|(c, fields)| (fields.len(), before.get(*c).copied(), *c));
    for (c, fields) in meant {
        match fields.as_slice() {
            [Field::Personal] => {
                let head = columns.heads.get(c).map(String::as_str).unwrap_or_default();
                // Left out by `--map`, it is still compared, so that a person who occurs twice is
                // found.
                if columns.compared.is_none()
                    && meanings(role, head, &[]).first() == Some(&Field::Document)
                {
                    columns.compared = Some(c);
                }
                columns.personal.push(c);
            }
            [Field::Skip] => columns.skipped.push(c),
            fields => match fields.iter().find(|f| !columns.has(**f)) {
                // The likeliest meaning that no other column has.
                Some(&free) => drop(columns.of.insert(free, c)),
                None if fields.is_empty() => {}
                None => columns.doubled.push(c),
            },
        }
    }
    columns
}

/// What is wrong with the heads themselves.
pub(super) fn head_faults(
    Sheet { table, columns }: &Sheet,
    rules: &[MapRule],
    faults: &mut Vec<Fault>,
) {
    let place = columns.place(table, table.rows.get(columns.header).map(|r| r.number), None);
    // P7 and the roll itself: what cannot be missing.
    for field in Field::ALL.iter().filter(|f| f.needed(columns.role) && !columns.has(**f)) {
        faults.push(missing(place.clone(), &columns.heads, &[*field], columns.role));
    }
    faults.extend(
        [Field::Area, Field::Price, Field::Budget]
            .iter()
            .filter_map(|field| columns.other_amount(*field, &place)),
    );
    faults.extend(columns.doubled.iter().filter_map(|c| double(columns, *c, rules, &place)));
    if columns.rows(table).is_empty() {
        let found = Phrase::new("the heads and no row below them", "只有表头，下面没有数据行");
        let advice = Phrase::new(
            "check that this is the right file, and complete",
            "请核对是否拿错文件，或文件是否完整",
        );
        let expected = match columns.role {
            Role::Roll => Phrase::new("a row for each household", "每户一行"),
            Role::Units => Phrase::new("a row for each unit", "每套房源一行"),
        };
        faults.push(Fault::new(place, found, expected, advice));
    }
}

/// Two columns for one field.
fn double(columns: &Columns, c: usize, rules: &[MapRule], place: &Place) -> Option<Fault> {
    let fields = meanings_of(columns.role, &columns.heads, c, rules);
    let field = *fields.first()?;
    let other = columns.get(field).map(letters).unwrap_or_default();
    let (words, letter, role, name) =
        (field.words(), letters(c), columns.role.word(), columns.named(c));
    let found = Phrase::new(
        format!("columns {other} and {letter} for the {}", words.en),
        format!("{other} 列和 {letter} 列都像是{}", words.zh),
    );
    let together = if matches!(field, Field::Needs | Field::Features) {
        Phrase::new(
            "write them all in one column, with commas between them, or ",
            "请合并到一列（用顿号隔开），或",
        )
    } else {
        Phrase::new("", "请")
    };
    let advice = Phrase::new(
        format!(
            "{}leave one out with --map '{role}:{}=skip', or give it another head",
            together.en, name.en
        ),
        format!("{}用 --map '{role}:{}=skip' 略去一列，或改表头", together.zh, name.zh),
    );
    Some(Fault::new(place.clone(), found, Phrase::new("one column", "一列"), advice))
}

/// Heads of numbers that follow each other: they are codes only if the office says so.
const SERIAL: &[&str] = &["序号", "次序号", "顺序号", "no", "serial", "serialno", "number"];

/// A column that is not there.
pub(super) fn missing(place: Place, heads: &[String], fields: &[Field], role: Role) -> Fault {
    let found: Vec<&str> = heads.iter().map(String::as_str).filter(|h| !h.is_empty()).collect();
    let found = both(|lang| match lang {
        Lang::En => format!("the heads {}", found.join(", ")),
        Lang::Zh => format!("表头 {}", found.join("、")),
    });
    let some =
        |field: &Field| field.heads(role).iter().take(3).copied().collect::<Vec<_>>().join("/");
    let some_en = |field: &Field| {
        field
            .heads(role)
            .iter()
            .filter(|h| h.is_ascii())
            .take(2)
            .copied()
            .collect::<Vec<_>>()
            .join("/")
    };
    let expected = Phrase::new(
        fields
            .iter()
            .map(|f| {
                format!("a column for the {} (such as {} or {})", f.words().en, some(f), some_en(f))
            })
            .collect::<Vec<_>>()
            .join(" or "),
        fields
            .iter()
            .map(|f| format!("{}列（例如 {}）", f.words().zh, some(f)))
            .collect::<Vec<_>>()
            .join("或"),
    );
    let word = fields.first().map_or("", |f| f.word());
    let role = role.word();
    let serial = heads
        .iter()
        // A serial number is a code only if the office says so: it changes when the table is
        // sorted.
        .find(|head| SERIAL.contains(&plain(head).as_str()))
        .filter(|_| fields == [Field::Id]);
    if let Some(serial) = serial {
        let advice = Phrase::new(
            format!("to take {serial} as the code, say --map '{role}:{serial}={word}'"),
            format!("如以{serial}作编号，请用 --map '{role}:{serial}={word}'"),
        );
        return Fault::new(place, found, expected, advice);
    }
    let advice = Phrase::new(
        format!("name it with --map '{role}:HEAD={word}'"),
        format!("请用 --map '{role}:表头={word}' 指明"),
    );
    Fault::new(place, found, expected, advice)
}

/// `--map` rules whose head is in neither table.
pub(super) fn unused_rules(rules: &[MapRule], tables: &[&Columns], faults: &mut Vec<Fault>) {
    for rule in rules {
        let mut suited = tables.iter().filter(|t| rule.role.is_none_or(|role| role == t.role));
        if suited.any(|t| {
            t.heads.iter().any(|head| plain(head) == rule.head)
                || rule.lettered().is_some_and(|c| c < t.heads.len())
        }) {
            continue;
        }
        let heads: Vec<&str> = tables
            .iter()
            .flat_map(|t| &t.heads)
            .map(String::as_str)
            .filter(|h| !h.is_empty())
            .collect();
        let expected = Phrase::new(
            format!("one of the heads {}, or a column such as roll:D or units:D", heads.join(", ")),
            format!("表头 {} 之一，或列号，如 roll:列D、units:列D", heads.join("、")),
        );
        faults.push(Fault::new(
            Phrase::same("--map"),
            Phrase::same(format_args!("`{}`", rule.head)),
            expected,
            Phrase::same(""),
        ));
    }
}
