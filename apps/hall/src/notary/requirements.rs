//! `4-requirements.html`: which requirement each check meets, where anybody looks it up, and what
//! floorlot does not do.

use super::{both, heading, paragraph};
use crate::prints::data::Data;
use crate::prints::sheet::{Anchor, Page, cell, table};
use crate::words::say::tr;
use floorlot::plan::Device;
use floorlot::rules::{Lang, Phrase};

/// Who meets a requirement.
enum By {
    /// The rules and the verifiers.
    Floorlot,
    /// Partly the rules, partly people.
    Both,
    /// People: no program can.
    People,
    /// Nobody here.
    Nobody,
}

impl By {
    fn words(&self) -> Phrase {
        match self {
            By::Floorlot => Phrase::new("met by floorlot", "由 floorlot 满足"),
            By::Both => {
                Phrase::new("partly by floorlot, partly by people", "部分由 floorlot，部分由人")
            }
            By::People => {
                Phrase::new("NOT met by floorlot: people do this", "floorlot 不能满足：由人完成")
            }
            By::Nobody => Phrase::new("NOT met", "不满足"),
        }
    }
}

struct Requirement {
    source: Phrase,
    asks: Phrase,
    by: By,
    how: Phrase,
    /// Rule, command or page.
    place: &'static str,
}

fn asks(
    source: (&str, &str),
    asks: (&str, &str),
    by: By,
    how: (&str, &str),
    place: &'static str,
) -> Requirement {
    let words = |(en, zh): (&str, &str)| Phrase::new(en, zh);
    Requirement { source: words(source), asks: words(asks), by, how: words(how), place }
}

/// The page.
pub(super) fn page(data: &Data, lang: Lang) -> String {
    let title =
        tr!(lang, "Requirements and checks 要求与检查", "要求与检查 Requirements and checks");
    let mut page = Page::new(data, lang, title, Anchor::Plan);
    let note = Phrase::new(
        "The requirements are put in our words; the text of the source counts, in the version in force. Whether one applies to this draw, the notary and the office decide. Where no program can meet it, the table says so.",
        "“要求”一栏是概括，以所引文本的现行版本为准；是否适用于本次抽签，由公证员和主办单位判断。程序不能满足的，表中如实写明。",
    );
    let parts = [
        (Phrase::new("Law and regulations", "法律、法规和规章"), law()),
        (Phrase::new("Standards and practice", "标准与做法"), standards(data)),
        (Phrase::new("What only people can see", "只有人能看到的事"), people()),
    ];
    let body: String =
        parts.iter().map(|(title, rows)| heading(title, lang) + &part(rows, lang)).collect();
    page.sheet("", &(paragraph(&note, lang) + &body));
    page.end()
}

fn part(requirements: &[Requirement], lang: Lang) -> String {
    let head = [
        tr!(lang, "Source", "出处"),
        tr!(lang, "Requirement", "要求"),
        tr!(lang, "How it is met", "如何满足"),
        tr!(lang, "Where", "依据"),
    ];
    let row = |requirement: &Requirement| {
        let Requirement { source, asks, by, how, place } = requirement;
        let (by, how) = (both(&by.words(), lang), both(how, lang));
        let (source, asks) = (both(source, lang), both(asks, lang));
        let place = cell("", place);
        format!("<td>{source}</td><td>{asks}</td><td><b>{by}</b><br>{how}</td>{place}")
    };
    let rows: Vec<String> = requirements.iter().map(row).collect();
    table("dense requirements", &head, &rows)
}

fn law() -> Vec<Requirement> {
    [of_notaries(), of_estates(), of_files()].into_iter().flatten().collect()
}

fn of_notaries() -> Vec<Requirement> {
    vec![
        asks(
            (
                "Rules of Notarial Procedure, Art. 52 (Ministry of Justice, 2006, amended 2020)",
                "《公证程序规则》第五十二条（司法部令第103号，2020年第145号修正）",
            ),
            (
                "On-site supervision by two together; examination before, supervision on site, words read out there",
                "现场监督类公证由二人共同办理；事前审查、现场监督，现场宣读公证词",
            ),
            By::People,
            (
                "The checklist follows the draw and has places for two signatures.",
                "核对表按抽签阶段编排，留有二人签名处。",
            ),
            "1-checklist.html",
        ),
        asks(
            ("Notarization Law, Art. 28", "《公证法》第二十八条"),
            (
                "The notary examines who asks, whether the papers are complete and true, and whether the matter is true and lawful",
                "审查当事人身份与资格，材料是否真实、合法、充分，公证事项是否真实、合法",
            ),
            By::Both,
            (
                "What decided who got what stands in one file and is recomputed. Who people are, and whether the method is lawful, people examine.",
                "决定结果的一切都在一个文件中，可以重算。身份、资格和办法是否合法由人审查。",
            ),
            "verify_transcript · 1-checklist.html",
        ),
    ]
}

fn of_estates() -> Vec<Requirement> {
    vec![
        asks(
            (
                "Regulation on Expropriation of Buildings on State-owned Land and Compensation, Art. 3 (State Council No. 590, 2011)",
                "《国有土地上房屋征收与补偿条例》第三条（国务院令第590号）",
            ),
            ("Democratic decisions, due process, open results", "决策民主、程序正当、结果公开"),
            By::Both,
            (
                "The plan is fixed before the seed, each step is recorded, the result is printed and verifiable. Whether the method was adopted rightly, people see.",
                "方案先于种子封存，每步有记录，结果可打印、可核验。办法是否经正当程序通过由人判断。",
            ),
            "P, C, D · print",
        ),
        asks(
            ("The same, Art. 29", "同上，第二十九条"),
            (
                "Files of the compensation are kept; each household's compensation is published to those expropriated",
                "建立补偿档案；分户补偿情况在征收范围内向被征收人公布",
            ),
            By::Both,
            (
                "Each household's flat is on the result and the settlement sheet; the transcript is a file to keep. Compensation other than flats is not in it.",
                "各户所得房源见结果表和找补差价表；记录文件可归档。房源以外的补偿不在其中。",
            ),
            "result.html · settle · A8",
        ),
        asks(
            ("Personal Information Protection Law, Art. 6", "《个人信息保护法》第六条"),
            (
                "Collect and process no more than the purpose needs",
                "处理个人信息限于实现目的的最小范围",
            ),
            By::Both,
            (
                "The plan has codes and masked names; a person is bound by a salted commitment. What else hangs, the office decides.",
                "方案中只有编号和遮盖的姓名，以加盐承诺绑定本人。其他张贴内容由主办单位决定。",
            ),
            "Person · V8",
        ),
    ]
}

fn of_files() -> Vec<Requirement> {
    vec![
        asks(
            ("Electronic Signature Law, Art. 5", "《电子签名法》第五条"),
            (
                "A data message counts as an original if it stays whole and unchanged since it was made, and can be looked up",
                "能可靠保证自形成时起内容完整、未被更改，并可随时调取的，视为原件",
            ),
            By::Both,
            (
                "Every byte is under a root; a changed one is found. That this is the file of the hall, the fingerprint noted there shows.",
                "每个字节都在树根之下，改动必被发现。是否为现场的文件，由现场记下的指纹证明。",
            ),
            "T1, T3, T4 · V1",
        ),
        asks(
            ("Electronic Signature Law, Art. 13", "《电子签名法》第十三条"),
            (
                "The key belongs to the signer alone and is in their control alone; changes of signature or text are found",
                "签名数据专属于签名人、仅由其控制；签名或内容的改动能被发现",
            ),
            By::Both,
            (
                "Changes are found. Who holds the key, the signer says; nobody certifies it here.",
                "改动能被发现。密钥由谁控制由本人保证，此处没有认证机构证明。",
            ),
            "P12, S2 to S4",
        ),
        asks(
            (
                "Supreme People's Court, Provisions on Evidence in Civil Proceedings (2019), Art. 93",
                "最高人民法院《关于民事诉讼证据的若干规定》（2019年修正）第九十三条",
            ),
            (
                "Electronic data are judged by whether hardware and software are whole, reliable and working, and the data are kept whole",
                "判断电子数据真实性：软硬件环境是否完整、可靠、正常，保存是否完整等",
            ),
            By::Both,
            (
                "Program hashes before and after; two more verifiers of other code; hashes of all files. Seal and watch of the machine are people's.",
                "程序哈希前后比对；另有两个不同代码的核验程序；全部文件有哈希。设备封存、看管由人完成。",
            ),
            "draw_session self · 2-files.html",
        ),
        asks(
            ("Cryptography Law, Art. 27", "《密码法》第二十七条"),
            (
                "Critical information infrastructure uses commercial cryptography and has it assessed",
                "关键信息基础设施依法使用商用密码并开展安全性评估",
            ),
            By::Nobody,
            (
                "floorlot uses SHA-256, Ed25519 and ChaCha20, none of SM2, SM3, SM4, and is not assessed. Whether that is asked for, the office finds out.",
                "floorlot 使用 SHA-256、Ed25519、ChaCha20，不使用 SM2、SM3、SM4，也未经评估。是否属于适用范围由主办单位确认。",
            ),
            "—",
        ),
    ]
}

fn standards(data: &Data) -> Vec<Requirement> {
    let mut all = of_logs();
    all.push(dice(data));
    all.push(asks(
        ("NIST SP 800-22 Rev. 1a; GB/T 32915-2016", "NIST SP 800-22 Rev. 1a；GB/T 32915-2016"),
        ("Statistical tests of the generator", "对发生器进行随机性检测"),
        By::Both,
        ("Some of the tests, over the keystream of this seed; the page says which are not run. No accredited laboratory did it.", "对本次种子的密钥流进行其中若干项，未进行的已列明；不是有资质机构的检测。"),
        "D1, D3 · 3-generator.html",
    ));
    all
}

fn of_logs() -> Vec<Requirement> {
    vec![
        asks(
            (
                "RFC 6962, section 2.1; C2SP tlog-checkpoint",
                "RFC 6962 第 2.1 节；C2SP tlog-checkpoint",
            ),
            (
                "Lines that were published cannot be changed or taken out unnoticed",
                "已公布的行不能在无人察觉时改动或删去",
            ),
            By::Floorlot,
            (
                "Merkle tree over the exact bytes; an older copy is compared with --since.",
                "对原样字节作默克尔树；用 --since 与旧副本比对。",
            ),
            "T3 · V2",
        ),
        asks(
            ("C2SP tlog-cosignature; RFC 8032", "C2SP tlog-cosignature；RFC 8032"),
            (
                "Each member signs a named state of the record, and no other",
                "每名成员只对指明的记录状态签名",
            ),
            By::Floorlot,
            (
                "Ed25519, checked strictly; quorums of distinct keys.",
                "Ed25519 严格校验；按不同密钥计算人数。",
            ),
            "S2 to S4 · V3",
        ),
        asks(
            ("RFC 3161", "RFC 3161"),
            (
                "An authority says since when a record has been there",
                "时间戳机构证明记录何时已存在",
            ),
            By::Both,
            (
                "Imprint and time are compared. The authority's signature is checked with openssl, not here.",
                "比对摘要和时间。机构的签名用 openssl 校验，不在此处。",
            ),
            "S8 · verify_transcript tokens",
        ),
    ]
}

/// The rule of Colorado, and what this plan has.
fn dice(data: &Data) -> Requirement {
    let digits: u64 = data
        .roll()
        .sources()
        .iter()
        .filter(|source| source.device == Device::Dice && source.range == 10)
        .map(|source| source.count)
        .sum();
    let (by, how) = match digits {
        20.. => (
            By::Both,
            Phrase::new(
                format!(
                    "This plan has {digits} ten-sided dice. That they are fair and are rolled in public, people see."
                ),
                format!("本方案有 {digits} 颗十面骰子。骰子是否均匀、是否当众掷出由人查看。"),
            ),
        ),
        _ => (
            By::Nobody,
            Phrase::new(
                format!(
                    "This plan has {digits} ten-sided dice; rule P6 asks for 64 bits of public numbers from any device."
                ),
                format!(
                    "本方案有 {digits} 颗十面骰子；规则 P6 要求公开随机数合计不少于 64 比特，不限器具。"
                ),
            ),
        ),
    };
    Requirement {
        source: Phrase::new(
            "Colorado Election Rules, 8 CCR 1505-1, Rule 25.2.2 (of elections; taken as an example)",
            "美国科罗拉多州选举规则 8 CCR 1505-1 第 25.2.2 条（用于选举审计，此处作参照）",
        ),
        asks: Phrase::new(
            "A seed of at least 20 digits, each by a roll of a ten-sided die, in a public meeting",
            "种子至少 20 位数字，每位由十面骰子在公开会议上掷出",
        ),
        by,
        how,
        place: "P6, C5",
    }
}

fn people() -> Vec<Requirement> {
    let by_people = |what: (&str, &str), how: (&str, &str), place| {
        asks(("README, \"it does not prove\"", "README“不说明什么”"), what, By::People, how, place)
    };
    vec![
        by_people(
            (
                "Who is on the roll is entitled, and nobody was left off",
                "名册上的人有资格，没有漏掉的人",
            ),
            (
                "The posted roll and its term; corrections before the seal.",
                "名册公示满期；封存之前更正。",
            ),
            "notice.html",
        ),
        by_people(
            ("The dice are fair and are read out rightly", "骰子均匀，读数无误"),
            ("Trial throws, two readings, the recording.", "试掷，两次读数，录像。"),
            "C5 · A6",
        ),
        by_people(
            ("A choice is the household's own", "选房出于住户本人意愿"),
            (
                "Identity or authority at the table; the sheet signed there.",
                "当场核对身份或委托书；当场签确认单。",
            ),
            "D8 · confirm.html",
        ),
        by_people(
            ("The machine runs the sealed program alone, off line", "设备只运行封存的程序，不联网"),
            (
                "Hash before and after, seal, sight. A hash that a bad machine prints proves nothing: compute it on another one as well.",
                "前后比对哈希、封存、看管。设备若被动手脚，其显示的哈希不足为凭：请在另一台设备上也计算。",
            ),
            "draw_session self",
        ),
        by_people(
            (
                "The notary's own software or computer, where the place asks for it",
                "当地要求使用公证机构自备的软件或电脑的",
            ),
            (
                "Ask the notary's office before the plan is sealed.",
                "请在封存方案之前询问公证机构。",
            ),
            "—",
        ),
    ]
}
