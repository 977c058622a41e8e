//! The numbered rules of the [specification](crate::spec), and how a check against one of them is
//! counted.

use serde::Serialize;
use std::fmt;

/// A sentence in English and in Chinese.
///
/// ```
/// use floorlot::rules::{Lang, Phrase};
/// let words = Phrase::new("no bench", "没有席位");
/// assert_eq!((words.get(Lang::En), words.get(Lang::Zh)), ("no bench", "没有席位"));
/// assert_eq!(Phrase::same(42).zh, "42");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Phrase {
    /// The sentence in English.
    pub en: String,
    /// The sentence in simplified Chinese.
    pub zh: String,
}

impl Phrase {
    /// The same sentence in both languages.
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Phrase {
        Phrase { en: en.into(), zh: zh.into() }
    }

    /// Something that is the same in every language: a number, an id, a piece of the file.
    pub fn same(text: impl fmt::Display) -> Phrase {
        let text = text.to_string();
        Phrase { zh: text.clone(), en: text }
    }

    /// The sentence in the language asked for.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Zh => &self.zh,
        }
    }
}

/// A language of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// English; `en` in a report as JSON.
    En,
    /// Simplified Chinese; `zh` in a report as JSON.
    Zh,
}

macro_rules! rules {
    ($($id:ident $en:literal $zh:literal;)*) => {
        /// A rule of the specification, and the check of it. The order is that of the report.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Rule { $(#[doc = $en] $id,)* }

        impl Rule {
            /// All rules, in the order of the report.
            pub const ALL: &'static [Rule] = &[$(Rule::$id,)*];

            /// The stable id, such as `"D4"`.
            pub fn id(self) -> &'static str {
                match self { $(Rule::$id => stringify!($id),)* }
            }

            /// The question that the check answers.
            pub fn title(self) -> Phrase {
                match self { $(Rule::$id => Phrase::new($en, $zh),)* }
            }
        }
    };
}

rules! {
    T1 "Is every line in the profile?" "每一行都符合规定的写法吗？";
    T2 "Does every line stand where the state machine allows it?" "每一行都在流程允许的位置吗？";
    T3 "Does every checkpoint carry origin, size and root of the lines before it?" "每个检查点都与它之前的各行相符吗？";
    T4 "Does the closing line end the file and count it rightly?" "结束行在文件末尾且行数正确吗？";
    P1 "Is the header sound, and are the counts right?" "方案首行正确、各项数目相符吗？";
    P2 "Are all ids well-formed and different?" "所有编号都合规且互不相同吗？";
    P3 "Are all texts within the repertoire?" "所有文字都在允许的字符范围内吗？";
    P4 "Do benches and pools exist, and are units and households in the order of pools?" "所引用的席位和批次都存在，房源与住户都按批次排列吗？";
    P5 "Are there two benches or more with quorums they can reach?" "至少有两个席位，且法定人数可以达到吗？";
    P6 "Do the public numbers have 64 bits or more?" "公开随机数至少有 64 比特吗？";
    P7 "Are all fields within their limits?" "所有字段都在限度之内吗？";
    P8 "Is each group within one pool and tier?" "每个结伴组都在同一批次、同一顺位吗？";
    P9 "Do rankings name units of their own pool, once each?" "志愿表只列本批次的房源且不重复吗？";
    P10 "Can all needs be met at once?" "所有照顾需求能同时满足吗？";
    P11 "Is the attempt linked to the one before?" "本次抽签与上一次的关联写明了吗？";
    P12 "Are the keys of the panel sound, and of one member each?" "监督员的公钥都合格且互不相同吗？";
    P13 "Is every flat, and every person, listed once?" "每套房、每个人都只列一次吗？";
    P14 "Is every document named once, with its hash?" "每份文件都只列一次并附哈希吗？";
    P15 "Is every family listed with its claims, and every budget enough for its needs?" "每个家庭及其选房名额都列明、面积额度足够满足照顾需求吗？";
    C1 "Was every member called, once?" "每位监督员都点名一次吗？";
    C2 "Did each bench reach its quorum of commitments?" "每个席位的承诺达到法定人数了吗？";
    C3 "Does every revealed secret match its commitment?" "每个公开的密语都与其承诺相符吗？";
    C4 "Was every commitment answered, and did each bench keep its quorum?" "每个承诺都有交代，且仍达到法定人数吗？";
    C5 "Are the public numbers whole, and after the reveals?" "公开随机数完整吗？";
    C6 "Is the seed the hash of what it must be?" "种子计算正确吗？";
    C7 "Is the drand round the one named in the plan, rightly signed, and later than the reveals?" "drand 轮次是方案指定的、签名正确、且晚于公开截止吗？";
    D1 "Was every pool drawn once, in order, with its own key?" "每个批次都按顺序、用自己的密钥抽了一次吗？";
    D2 "Were the households called in the order of the tickets?" "住户是按签号顺序叫到的吗？";
    D3 "Is every ticket right?" "每个签号都正确吗？";
    D4 "Is the number of offered units right?" "可选房源的数目正确吗？";
    D5 "Was every picked unit on offer?" "选中的每套房当时都可选吗？";
    D6 "Is every pick by lot the one that the lot gives?" "每次抽签得房都与签数一致吗？";
    D7 "Is every pick by ranking the first on offer?" "每次按志愿得房都是可选的第一志愿吗？";
    D8 "Was absence treated as the plan says, and chosen only where one may choose?" "缺席按方案处理、只在可选房的批次选房吗？";
    D9 "Did every undo withdraw a choice or a miss directly before it?" "每次撤回都只撤回紧接的前一步吗？";
    D10 "Was nobody put on standby who could have been served?" "没有可选房源的住户才列入候补吗？";
    D11 "Is every pool's end right, with its leftovers?" "每个批次的结尾和剩余房源正确吗？";
    D12 "Is every household served once, every unit picked once at most, and the result the sum?" "每户只得一次、每套只归一户、结果合计正确吗？";
    D13 "Does every household with needs that picked have what it needs?" "有照顾需求的住户得到所需的房了吗？";
    S1 "Did each member sign a checkpoint once, dissent once, or stay away?" "每位监督员对检查点都签名、异议或缺席一次吗？";
    S2 "Is every signature one over the checkpoint that it stands under?" "每个签名都是对其上检查点的签名吗？";
    S3 "Is every signature made with a key of the sealed plan?" "每个签名都用封存方案中的公钥吗？";
    S4 "Did every member sign with their own key?" "每位监督员用的都是自己的公钥吗？";
    S5 "Was every batch after a signed result signed, too?" "结果经签名后，其后每一批事项也都签名了吗？";
    S6 "Do the times of the signatures go forward?" "各签名的时间都先后有序吗？";
    S7 "Did the log sign every checkpoint?" "日志对每个检查点都签名了吗？";
    S8 "Is every time token over the checkpoint that it stands under, and do their times go forward?" "每个时间戳都是对其上检查点的，且时间先后有序吗？";
    A1 "Is every objection one of its own, and every ruling one on an open objection?" "每项异议编号唯一、每项裁定对应未决异议吗？";
    A2 "Did households withdraw only from what they had?" "住户放弃的都是其所有的吗？";
    A3 "Was every free unit offered to the household on standby whose turn it was?" "每套空房都按候补次序提供吗？";
    A4 "Does every answer belong to the offer that was open?" "每个答复都对应当时的提供吗？";
    A5 "Were units swapped only with consent, among those entitled to them?" "换房都经各户同意且符合资格吗？";
    A6 "Is every recording named once?" "每份录像都只登记一次吗？";
    A7 "Was nothing given out after the draw was void?" "宣布作废之后没有再分配吗？";
    A8 "Is every document that was filed later one of its own?" "其后登记的每份文件都只登记一次吗？";
    V1 "Is the fingerprint that was noted outside that of a checkpoint here?" "在外记下的指纹与这里的检查点相符吗？";
    V2 "Is the older copy the beginning of this file?" "较早的副本是本文件的开头吗？";
    V3 "Did the quorum of each bench sign?" "各席位达到法定人数的监督员签名了吗？";
    V4 "Is the draw of the kind that was expected (official or rehearsal)?" "抽签性质（正式或演练）与预期一致吗？";
    V5 "Are the recordings the files that were registered?" "录像文件与登记的相符吗？";
    V6 "Are the scans of what was signed on paper the files that were registered?" "各纸面签字的扫描件与登记的相符吗？";
    V7 "Does the draw go on from the round or attempt before it?" "本次抽签与上一轮（次）衔接吗？";
    V8 "Is the household the person who is named?" "该住户就是所称的人吗？";
    V9 "Are the documents the files that were registered?" "各文件与登记的相符吗？";
}

impl Rule {
    /// P1 to P15: the rules of the plan.
    pub(crate) const OF_THE_PLAN: [Rule; 15] = {
        use Rule::{P1, P2, P3, P4, P5, P6, P7, P8, P9, P10, P11, P12, P13, P14, P15};
        [P1, P2, P3, P4, P5, P6, P7, P8, P9, P10, P11, P12, P13, P14, P15]
    };

    /// The place of its count among those of all rules.
    #[inline]
    #[expect(clippy::as_conversions, reason = "an enum without data as its number, on hot paths")]
    const fn place(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl Serialize for Rule {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.id())
    }
}

/// One fault: which rule, where, what was found and what was expected.
///
/// ```
/// use floorlot::plan::{Mode, Plan, Pool, Source};
/// use floorlot::rules::Lang;
/// let plan = Plan::new("draw.example/1", "Block 7", Mode::Official)
///     .bench("residents", "Residents", 1, &[("r1", "Zhang")])
///     .source(Source::TWENTY_DICE)
///     .pool(Pool::lot("A", "A", "7").unit("A-1", "101", 1, &[]).household("H1", "", 1, &[]));
/// let faults = plan.validate().unwrap_err();
/// let short = faults.0.iter().find(|f| f.rule.id() == "P5").unwrap();
/// assert_eq!(short.to_string(), "bench: found 1 bench(es); expected at least 2 [P5]");
/// assert_eq!(short.sentence(Lang::Zh), "席位：发现 1 个席位；应为 至少 2 个 [P5]");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The rule that is broken.
    pub rule: Rule,
    /// The line of the file, from 1; 0 when no single line is at fault.
    pub line: u64,
    /// What the line is about, such as `household H001, tier`.
    pub place: String,
    /// What stands there.
    pub found: Phrase,
    /// What should stand there, or what to do.
    pub expected: Phrase,
}

impl Fault {
    /// The whole fault as a sentence.
    pub fn sentence(&self, lang: Lang) -> String {
        let (line, found, expected) = (self.line, self.found.get(lang), self.expected.get(lang));
        let place = self.place_in(lang);
        let at = |word: &str, unit: &str| {
            // 0 stands for no single line.
            if line == 0 { String::new() } else { format!("{word}{line}{unit}") }
        };
        match lang {
            Lang::En => format!(
                "{}{place}: found {found}; expected {expected} [{}]",
                at("line ", ", "),
                self.rule
            ),
            Lang::Zh => format!(
                "{}{place}：发现 {found}；应为 {expected} [{}]",
                at("第 ", " 行，"),
                self.rule
            ),
        }
    }
}

/// What the parts of a file are called in Chinese.
const PARTS: [(&str, &str); 43] = [
    ("plan", "方案"),
    ("bench", "席位"),
    ("member", "监督员"),
    ("panel", "监督小组"),
    ("source", "随机数来源"),
    ("pool", "批次"),
    ("unit", "房源"),
    ("household", "住户"),
    ("document", "文件"),
    ("excluded", "不参加选房的房源"),
    ("family", "家庭"),
    ("checkpoint", "检查点"),
    ("seed", "种子"),
    ("byte", "字节"),
    ("line end", "行尾"),
    ("line", "行"),
    ("older copy", "较早的副本"),
    ("fingerprint", "指纹"),
    ("result", "结果"),
    ("closing", "结束行"),
    ("call", "叫号"),
    ("pick", "选房"),
    ("undo", "撤回"),
    ("dice", "骰子"),
    ("open", "开批"),
    ("end", "批次结尾"),
    ("leftover", "剩余房源"),
    ("missed", "未到"),
    ("standby", "候补"),
    ("cosignature", "签名"),
    ("objection", "异议"),
    ("ruling", "裁定"),
    ("withdrawal", "放弃"),
    ("offer", "递补"),
    ("answer", "答复"),
    ("swap", "换房"),
    ("recording", "录像"),
    ("filed", "登记文件"),
    ("void", "作废"),
    ("drand", "drand"),
    ("prior", "上一轮"),
    ("log", "日志"),
    ("token", "时间戳"),
];

/// What the fields of a line are called in Chinese. The key of the file stands behind it, so that
/// it is found there.
const FIELDS: [(&str, &str); 50] = [
    ("area", "面积"),
    ("attempt", "第几次"),
    ("bench", "席位"),
    ("body", "正文"),
    ("budget", "面积额度"),
    ("building", "楼栋"),
    ("consents", "同意书"),
    ("device", "器具"),
    ("family", "家庭"),
    ("features", "特征"),
    ("floorlot", "版本"),
    ("group", "结伴组"),
    ("hash", "哈希"),
    ("household", "住户"),
    ("households", "住户"),
    ("id", "编号"),
    ("key", "公钥"),
    ("label", "房号"),
    ("leftover", "剩余"),
    ("lines", "行数"),
    ("log", "日志公钥"),
    ("mode", "性质"),
    ("name", "名称"),
    ("needs", "照顾需求"),
    ("number", "序号"),
    ("offered", "可选数"),
    ("origin", "抽签编号"),
    ("person", "身份承诺"),
    ("picked", "已选"),
    ("pool", "批次"),
    ("price", "价格"),
    ("prior", "上一轮"),
    ("prior origin", "上一轮的抽签编号"),
    ("prior reason", "上一轮的理由"),
    ("proxy", "代理人"),
    ("quorum", "法定人数"),
    ("ranking", "志愿"),
    ("reason", "理由"),
    ("root", "根"),
    ("round", "轮次"),
    ("scan", "扫描件"),
    ("seconds", "时限"),
    ("secret", "密语"),
    ("sheet", "签字单"),
    ("standby", "候补"),
    ("storey", "楼层"),
    ("ticket", "签号"),
    ("tier", "顺位"),
    ("title", "标题"),
    ("unit", "房源"),
];

/// The Chinese name of a kind of line, where it has one.
pub(crate) fn kind_in_chinese(kind: &str) -> &str {
    match kind {
        "accept" => "接受",
        "decline" => "谢绝",
        _ => PARTS.iter().find(|(en, _)| *en == kind).map_or(kind, |(_, zh)| zh),
    }
}

/// A part of a place in Chinese: what it begins with is translated, and the id behind it stays.
fn part_in_chinese(part: &str) -> String {
    if let Some(kind) = part.strip_prefix("number of ").and_then(|rest| rest.strip_suffix(" lines"))
    {
        return format!("{}的行数", part_in_chinese(kind));
    }
    if let Some((what, member)) = part.split_once(" of member ") {
        return format!("监督员 {member} 的{}", part_in_chinese(what));
    }
    let known = PARTS.iter().find_map(|(en, zh)| {
        let rest = part.strip_prefix(en).filter(|rest| rest.is_empty() || rest.starts_with(' '))?;
        Some(format!("{zh}{rest}"))
    });
    known.unwrap_or_else(|| part.to_owned())
}

impl Fault {
    /// The place in the language asked for.
    fn place_in(&self, lang: Lang) -> String {
        if lang == Lang::En {
            return self.place.clone();
        }
        let field = |part: &str| {
            FIELDS.iter().find(|(en, _)| *en == part).map(|(en, zh)| {
                // Those of several words are no keys, so nobody finds them in the file.
                if en.contains(' ') { (*zh).to_owned() } else { format!("{zh}（{en}）") }
            })
        };
        let mut parts = self.place.split(", ");
        let first = parts.next().map(part_in_chinese);
        let rest = parts.map(|part| field(part).unwrap_or_else(|| part_in_chinese(part)));
        first.into_iter().chain(rest).collect::<Vec<_>>().join("，")
    }
}

/// Needs and features that have a usual id: the id, and the English and the Chinese words for it.
pub const USUAL_NEEDS: [(&str, &str, &str); 5] = [
    ("step-free", "step-free", "无障碍"),
    ("low-floor", "low floor", "低楼层"),
    ("near-lift", "near the lift", "近电梯"),
    ("wide-door", "wide door", "宽门"),
    ("south-facing", "south-facing", "朝南"),
];

/// A need or a feature in words: in Chinese the usual ones have a name, with the id behind it.
///
/// ```
/// use floorlot::rules::need_words;
/// assert_eq!((need_words("step-free").en.as_str(), need_words("step-free").zh.as_str()), ("step-free", "无障碍（step-free）"));
/// assert_eq!(need_words("ground").zh, "ground");
/// ```
pub fn need_words(id: &str) -> Phrase {
    let zh = USUAL_NEEDS
        .iter()
        .find(|(known, ..)| *known == id)
        .map_or_else(|| id.to_owned(), |(id, _, zh)| format!("{zh}（{id}）"));
    Phrase::new(id, zh)
}

impl std::error::Error for Fault {}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence(Lang::En))
    }
}

/// How often one rule was examined and broken, with the first faults.
#[derive(Debug, Clone, Default)]
pub(crate) struct Count {
    pub(crate) examined: u64,
    pub(crate) failed: u64,
    pub(crate) faults: Vec<Fault>,
    pub(crate) not_run: Option<Phrase>,
}

/// The fault that is reached first from the beginning of a file: all verifiers find the same one
/// (section 7 of the specification).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FirstFault {
    /// The check that failed.
    pub check: Rule,
    /// The line in which it is found, from 1: of what the whole plan shows, the line that ends the
    /// plan; 0 for what was given from outside.
    pub line: u64,
}

/// The counts of all rules: where validation and verification write down what they see.
#[derive(Debug, Clone)]
pub(crate) struct Checks {
    counts: Vec<Count>,
    keep: usize,
    /// The line and the rule of the first fault; [`OUTSIDE`] for evidence.
    first: Option<(u64, Rule)>,
    /// No fault is found in an earlier line.
    from: u64,
}

/// Evidence is compared when the file has ended.
const OUTSIDE: u64 = u64::MAX;

impl Checks {
    /// Keeps at most `keep` faults of each rule; counts all.
    pub(crate) fn new(keep: usize) -> Checks {
        let counts = vec![Count::default(); Rule::ALL.len()];
        Checks { counts, keep, first: None, from: 0 }
    }

    /// What fails from now on is found in this line or behind it, whatever line it is about.
    pub(crate) fn found_from(&mut self, line: u64) {
        self.from = line;
    }

    /// Of all faults the one in the least line; of several in it, that of the first check.
    pub(crate) fn first(&self) -> Option<FirstFault> {
        let number = |line: u64| if line == OUTSIDE { 0 } else { line };
        self.first.map(|(line, check)| FirstFault { check, line: number(line) })
    }

    #[inline]
    fn at(&mut self, rule: Rule) -> Option<&mut Count> {
        self.counts.get_mut(rule.place())
    }

    /// One more thing was examined under this rule.
    #[inline]
    pub(crate) fn examine(&mut self, rule: Rule) {
        self.examine_many(rule, 1);
    }

    /// `n` more things were examined under this rule.
    #[inline]
    pub(crate) fn examine_many(&mut self, rule: Rule, n: u64) {
        if let Some(count) = self.at(rule) {
            count.examined = count.examined.saturating_add(n);
        }
    }

    /// Notes a fault.
    #[cold]
    pub(crate) fn fail(
        &mut self,
        rule: Rule,
        line: u64,
        place: impl fmt::Display,
        found: Phrase,
        expected: Phrase,
    ) {
        let keep = self.keep;
        let found_in = if rule < Rule::V1 { line.max(self.from) } else { OUTSIDE };
        self.first = self.first.into_iter().chain([(found_in, rule)]).min();
        if let Some(count) = self.at(rule) {
            count.failed = count.failed.saturating_add(1);
            // All are counted and few are kept: a file can be wrong in every line.
            if count.faults.len() < keep {
                count.faults.push(Fault { rule, line, place: place.to_string(), found, expected });
            }
        }
    }

    /// Says why this rule was not examined. The first reason stays.
    pub(crate) fn not_run(&mut self, rule: Rule, why: Phrase) {
        if let Some(count) = self.at(rule) {
            count.not_run.get_or_insert(why);
        }
    }

    /// Whether any fault was noted.
    pub(crate) fn any_failed(&self) -> bool {
        self.first.is_some()
    }

    /// How many faults of this rule were noted.
    pub(crate) fn failed(&self, rule: Rule) -> u64 {
        self.counts.get(rule.place()).map_or(0, |c| c.failed)
    }

    /// The counts in the order of the rules.
    pub(crate) fn into_counts(self) -> impl Iterator<Item = (Rule, Count)> {
        Rule::ALL.iter().copied().zip(self.counts)
    }

    /// All faults kept, by line.
    pub(crate) fn into_faults(self) -> Vec<Fault> {
        let mut faults: Vec<Fault> = self.counts.into_iter().flat_map(|c| c.faults).collect();
        faults.sort_by_key(|f| (f.line, f.rule));
        faults
    }
}
