//! The settings that can be filled in without `draw.toml`, on the operator's page or in the
//! workbook of `template`: each once, with its words.

use floorlot::rules::Phrase;
use unicode_normalization::UnicodeNormalization;

/// What a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Any text.
    Text,
    /// Digits.
    Number,
    /// A word of `draw.toml`, each with what people call it: English, Chinese.
    One(&'static [(&'static str, &'static str, &'static str)]),
}

/// One setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name on the page, and the end of the name of its fault.
    pub key: &'static str,
    pub takes: Takes,
    /// Nobody can do without it.
    pub needed: bool,
    /// Whether most draws need it; the others stand behind these.
    pub usual: bool,
    /// What stands there before anybody types.
    pub usually: &'static str,
    /// Its name: English, Chinese.
    pub name: (&'static str, &'static str),
    /// What it is for: English, Chinese.
    pub help: (&'static str, &'static str),
    /// A worked example: English, Chinese.
    pub example: (&'static str, &'static str),
}

const MODES: &[(&str, &str, &str)] =
    &[("official", "Official draw", "正式抽签"), ("rehearsal", "Rehearsal", "演练")];

/// How a pool is drawn.
pub const RULES: &[(&str, &str, &str)] = &[
    ("choice", "Households choose when called", "叫号后由住户当场选房"),
    ("lot", "Flats are drawn by lot", "抽签定房（人房对应）"),
    ("ranking", "By rankings handed in before", "按事先交来的志愿表"),
];

/// What happens to who misses three calls.
pub const ABSENCES: &[(&str, &str, &str)] = &[
    ("last", "Called again at the end and then drawn by lot", "最后再叫一次，仍未到则抽签定房"),
    ("day", "Called again before the day is closed", "当日结束前再叫"),
    ("lot", "Drawn by lot at once", "当场抽签定房"),
];

/// What happens to a household of whose ranking nothing is left.
pub const UNRANKED: &[(&str, &str, &str)] =
    &[("lot", "Drawn by lot", "抽签定房"), ("standby", "Standby", "转为候补")];

const ORDERS: &[(&str, &str, &str)] = &[
    ("lowest", "Lowest or earliest first", "小的、早的在先"),
    ("highest", "Highest first", "大的在先"),
];

const SERVES: &[(&str, &str, &str)] = &[
    ("rounds", "First flats before second flats", "先选完各家第一套，再选第二套"),
    ("together", "All flats of a family in one turn", "一家的几套一次选完"),
];

const YES: &[(&str, &str, &str)] = &[("no", "No", "不写"), ("yes", "Yes", "写明")];

const KEYS: &[(&str, &str, &str)] = &[
    ("own", "Each member's own key or paper", "监督员自己的公钥，或纸面签名"),
    ("sample", "Sample keys for rehearsals alone", "示例密钥（仅演练）"),
];

const fn field(
    key: &'static str,
    takes: Takes,
    name: (&'static str, &'static str),
    help: (&'static str, &'static str),
    example: (&'static str, &'static str),
) -> Field {
    Field { key, takes, needed: false, usual: true, usually: "", name, help, example }
}

/// All of them, in the order in which they are filled in.
pub const FIELDS: &[Field] = &[
    Field {
        needed: true,
        ..field(
            "title",
            Takes::Text,
            ("Title", "标题"),
            ("On every page and notice.", "显示在大屏和各种公告上。"),
            ("Draw of flats of block 7 (sample)", "7号楼选层抽签（示例）"),
        )
    },
    Field {
        needed: true,
        ..field(
            "origin",
            Takes::Text,
            ("Name of the draw", "抽签编号"),
            (
                "Unique, and never used again: letters, digits and . _ - /",
                "每次抽签各不相同，用字母、数字和 . _ - /",
            ),
            ("block7/2026-11-29", "block7/2026-11-29"),
        )
    },
    Field {
        needed: true,
        ..field(
            "mode",
            Takes::One(MODES),
            ("Kind", "性质"),
            ("A rehearsal counts for nothing.", "演练的结果无效。"),
            ("Rehearsal", "演练"),
        )
    },
    Field {
        usually: "1",
        needed: true,
        ..field(
            "attempt",
            Takes::Number,
            ("Attempt", "第几次"),
            ("1, unless a draw before it was declared void.", "一般为 1；前一次作废后才是 2。"),
            ("1", "1"),
        )
    },
    Field {
        needed: true,
        ..field(
            "rule",
            Takes::One(RULES),
            ("How flats are given", "选房方式"),
            ("For all pools together.", "适用于所有批次。"),
            ("Households choose when called", "叫号后由住户当场选房"),
        )
    },
    Field {
        usually: "last",
        ..field(
            "absence",
            Takes::One(ABSENCES),
            ("Who misses three calls", "三呼未到"),
            ("Only where households choose.", "仅用于当场选房。"),
            ("Called again at the end and then drawn by lot", "最后再叫一次，仍未到则抽签定房"),
        )
    },
    Field {
        usually: "180",
        ..field(
            "seconds",
            Takes::Number,
            ("Seconds for a choice", "选房限时（秒）"),
            ("10 to 3600; empty for no limit.", "10 至 3600；不限时则留空。"),
            ("180", "180"),
        )
    },
    Field {
        usually: "lot",
        ..field(
            "unranked",
            Takes::One(UNRANKED),
            ("Nothing of the ranking is left", "志愿均已被选"),
            ("Only for rankings.", "仅用于志愿表。"),
            ("Drawn by lot", "抽签定房"),
        )
    },
    Field {
        usually: "20",
        ..field(
            "dice",
            Takes::Number,
            ("Ten-sided dice rolled in the hall", "现场掷的十面骰子（颗）"),
            ("20 are recommended.", "建议 20 颗。"),
            ("20", "20"),
        )
    },
    Field {
        usually: "own",
        ..field(
            "keys",
            Takes::One(KEYS),
            ("Signatures", "签名方式"),
            (
                "Anybody can compute the sample keys: they are for practice.",
                "示例密钥人人可得，只用于练习。",
            ),
            ("Sample keys for rehearsals alone", "示例密钥（仅演练）"),
        )
    },
    Field {
        usual: false,
        ..field(
            "balls",
            Takes::Number,
            ("Numbered balls drawn in the hall", "现场摇出的号码球（个）"),
            ("As well as dice, or in their place.", "可与骰子并用，或代替骰子。"),
            ("", ""),
        )
    },
    Field {
        usual: false,
        ..field(
            "balls_range",
            Takes::Number,
            ("Largest number on a ball", "号码球的最大号码"),
            ("Balls 1 to this number are in the machine.", "摇号机中有 1 号至此号的球。"),
            ("", ""),
        )
    },
    Field {
        usual: false,
        ..field(
            "drand",
            Takes::Number,
            ("Round of drand", "drand 轮次"),
            (
                "A round of the public beacon that is still to come.",
                "公共随机信标 drand 尚未到来的一轮。",
            ),
            ("", ""),
        )
    },
    Field {
        usual: false,
        ..field(
            "tiers",
            Takes::Text,
            ("Column that makes the tiers", "按哪一列分顺位"),
            (
                "A head of the table of households, such as the day of signing.",
                "住户表中的表头，例如 签约时段。",
            ),
            ("", ""),
        )
    },
    Field {
        usual: false,
        ..field(
            "tiers_first",
            Takes::One(ORDERS),
            ("Which of it comes first", "该列何者在先"),
            ("Only with a column that makes the tiers.", "仅在按列分顺位时填写。"),
            ("", ""),
        )
    },
    Field {
        usual: false,
        ..field(
            "serve",
            Takes::One(SERVES),
            ("Families with several flats", "一家多套"),
            ("Only if a family has several flats.", "仅在一家有几套时填写。"),
            ("", ""),
        )
    },
    Field {
        usual: false,
        ..field(
            "log",
            Takes::Text,
            ("Key of the log", "日志公钥"),
            ("As `draw_session key log` prints it.", "由 draw_session key log 生成，可不填。"),
            ("", ""),
        )
    },
    Field {
        usual: false,
        ..field(
            "office",
            Takes::Text,
            ("Office", "落款单位"),
            ("Under each notice, beside the seal.", "印在各公告末尾、盖章处旁边。"),
            ("Office of the resettlement of block 7 (sample)", "7号楼回搬办公室（示例）"),
        )
    },
    Field {
        usual: false,
        ..field(
            "office_date",
            Takes::Text,
            ("Date of the notices", "落款日期"),
            ("Empty for a line to fill in.", "留空则印空白线，手填。"),
            ("", ""),
        )
    },
    Field {
        usual: false,
        ..field(
            "office_place",
            Takes::Text,
            ("Place and time of the draw", "抽签地点和时间"),
            ("On the notices.", "印在公告上。"),
            ("", ""),
        )
    },
    Field {
        usual: false,
        ..field(
            "office_telephone",
            Takes::Text,
            ("Telephone", "联系电话"),
            ("On the notices.", "印在公告上。"),
            ("", ""),
        )
    },
    Field {
        usual: false,
        ..field(
            "office_supervision",
            Takes::Text,
            ("Telephone for complaints", "监督电话"),
            ("On the notices.", "印在公告上。"),
            ("", ""),
        )
    },
    Field {
        usual: false,
        ..field(
            "office_posted",
            Takes::Text,
            ("Posted from and to", "公示期"),
            ("Such as 1 to 7 December 2026.", "如 2026年12月1日至7日。"),
            ("", ""),
        )
    },
    Field {
        usual: false,
        ..field(
            "office_verifier",
            Takes::Text,
            ("Address of the verifier page", "核验网页地址"),
            ("Where residents find verify.html.", "居民打开 verify.html 的网址。"),
            ("", ""),
        )
    },
    Field {
        usual: false,
        ..field(
            "show_needs",
            Takes::One(YES),
            ("Needs on papers for the wall", "公告写明照顾需求"),
            ("Everybody reads those; empty for no.", "公告人人可见；留空则不写。"),
            ("", ""),
        )
    },
];

impl Field {
    /// The field of a key.
    pub fn of(key: &str) -> Option<&'static Field> {
        FIELDS.iter().find(|field| field.key == key)
    }

    /// Its name for people.
    pub fn words(&self) -> Phrase {
        Phrase::new(self.name.0, self.name.1)
    }

    /// What is typed, as `draw.toml` says it: a choice may be written in its word or as people call
    /// it.
    pub fn said(&self, text: &str) -> String {
        match self.takes {
            Takes::One(words) => chosen(words, text).map_or_else(|| text.to_owned(), str::to_owned),
            _ => text.to_owned(),
        }
    }
}

/// The word of `draw.toml` that a text means.
pub(super) fn chosen(
    words: &[(&'static str, &'static str, &'static str)],
    text: &str,
) -> Option<&'static str> {
    let plain = |text: &str| text.trim().nfkc().collect::<String>().to_lowercase();
    let text = plain(text);
    let means = |(word, en, zh): &&(&'static str, &'static str, &'static str)| {
        [word, en, zh].iter().any(|name| plain(name) == text)
    };
    words.iter().find(means).map(|(word, ..)| *word)
}
