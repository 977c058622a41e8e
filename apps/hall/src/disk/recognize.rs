//! What a file is that was chosen as a plan, a table or the settings, told by its content: a file
//! in the wrong place is taken for what it is, or told by name.

use crate::disk::kind::Kind;
use crate::import::openings;
use crate::words::say::program;
use floorlot::rules::{Lang, Phrase};
use floorlot::transcript::{Evidence, verify};
use floorlot_verify::common::text::decode;

/// What a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum What {
    Plan,
    /// A plan with what came after its seal.
    Transcript,
    /// Title, panel and rules.
    Settings,
    /// A table of a spreadsheet program.
    Table,
    /// What opens the commitments of a plan.
    Openings,
    /// Something that has no place here.
    Other(Phrase),
}

/// How a zip archive begins, and an older file of an office program.
const CONTAINERS: [&[u8]; 2] = [b"PK\x03\x04", b"\xd0\xcf\x11\xe0"];

/// How files begin that are no texts, and what they are.
const BEGINNINGS: &[(&[u8], &str, &str)] = &[
    (b"\x89PNG", "a picture", "图片"),
    (b"\xff\xd8\xff", "a picture", "图片"),
    (b"GIF8", "a picture", "图片"),
    (b"BM", "a picture", "图片"),
    (b"Rar!", "an archive (.rar)", "压缩包（.rar）"),
    (b"7z\xbc\xaf", "an archive (.7z)", "压缩包（.7z）"),
    (b"\x1f\x8b", "an archive (.gz)", "压缩包（.gz）"),
    (b"MZ", "a program", "程序"),
];

/// What stands within a zip archive or the older files of office programs (there in UTF-16), if it
/// is no table.
const DOCUMENTS: &[(&str, &str, &str)] = &[
    ("word/document", "a Word document", "Word 文档"),
    ("ppt/presentation", "a presentation", "演示文稿"),
    ("Index/Document.iwa", "a document of Numbers or Pages", "Numbers 或 Pages 文档"),
    ("application/vnd.oasis.opendocument.text", "a text document (.odt)", "文字文档（.odt）"),
    ("WordDocument", "a Word document", "Word 文档"),
    ("PowerPoint Document", "a presentation", "演示文稿"),
];

/// What an editor or a shell changed in a plan, which is taken byte by byte as `import` wrote it.
pub(crate) fn saved_anew(plan: &[u8]) -> Option<Phrase> {
    let (text, how) = decode(plan)?;
    let ends = text
        .contains('\r')
        .then(|| Phrase::new("line ends of another system (CRLF)", "换行符（CRLF）"));
    let how = how.or(ends)?;
    Some(Phrase::new(
        format!(
            "this plan was saved again by an editor or a shell ({}); take the file that `import` wrote, unchanged",
            how.en
        ),
        format!("这份方案被编辑器或命令另存过（{}）；请用 import 写出的原文件", how.zh),
    ))
}

/// What a program on the way made of a transcript, in the words of the verifiers.
pub(crate) fn changed(bytes: &[u8]) -> Option<Phrase> {
    match verify(bytes, &Evidence::default()) {
        Ok(report) => report.changed.map(|changed| changed.words),
        Err(error) => error.changed().map(|changed| changed.words.clone()),
    }
}

impl What {
    /// What the content of a file tells.
    pub(crate) fn of(bytes: &[u8]) -> What {
        match decode(bytes)
            .filter(|_| !CONTAINERS.iter().any(|container| bytes.starts_with(container)))
        {
            Some((text, _)) => of_text(text.trim_start_matches('\u{feff}')),
            None => of_bytes(bytes),
        }
    }

    /// Its name.
    pub(crate) fn words(&self) -> Phrase {
        match self {
            What::Plan => Phrase::new("a plan", "方案"),
            What::Transcript => {
                Phrase::new("the transcript of a draw that is sealed", "已封存的抽签记录")
            }
            What::Settings => Phrase::new("the settings of a draw", "设置文件"),
            What::Table => Phrase::new("a table", "表格"),
            What::Openings => Phrase::new(
                "what opens the commitments of a plan, with document numbers",
                "密封件数据（含证件号码）",
            ),
            What::Other(words) => words.clone(),
        }
    }

    /// A sentence for a file that is not a plan where one was expected on the command line.
    pub(crate) fn no_plan(&self, lang: Lang) -> Option<String> {
        let program = program("draw_session");
        let next = match self {
            What::Plan | What::Transcript => return None,
            What::Table => Phrase::new(
                format!(
                    "make a plan of it first: {program} import --roll TABLE --config draw.toml"
                ),
                format!("请先用它生成方案：{program} import --roll 表格 --config draw.toml"),
            ),
            What::Settings => Phrase::new(
                format!(
                    "make a plan of it and the table of households first: {program} import --roll TABLE --config SETTINGS"
                ),
                format!("请先用它和住户表生成方案：{program} import --roll 表格 --config 设置文件"),
            ),
            _ => Phrase::new(
                "give the plan file that `import` wrote (plan.jsonl)",
                "请给出 import 写出的方案文件（plan.jsonl）",
            ),
        };
        Some(self.instead_of(&What::Plan, &next, lang))
    }

    /// The same for a file that was dropped on the program for clerks.
    pub(crate) fn no_draw(&self, lang: Lang) -> Option<String> {
        let next = match self {
            What::Plan | What::Transcript => return None,
            What::Table | What::Settings => Phrase::new(
                "tables and settings are chosen on the operator's page: start this program without a file",
                "表格和设置在操作页上选择：请直接启动本程序，不带文件",
            ),
            _ => Phrase::new(
                "drop the transcript of a draw, its plan, or its folder; if it was copied, copy it again",
                "请拖入抽签记录、方案文件或抽签所在的文件夹；若是拷贝来的，请重新拷贝",
            ),
        };
        Some(self.instead_of(&What::Plan, &next, lang))
    }

    /// The same where the openings of a plan were expected.
    pub(crate) fn no_openings(&self, lang: Lang) -> Option<String> {
        let next = Phrase::new(
            "give the file that `import` wrote beside the plan (plan.openings.csv), before the plan if both are named",
            "请给出导入时写在方案旁边的文件（plan.openings.csv）；若还要给出方案，密封件数据在前，方案在后",
        );
        (*self != What::Openings).then(|| self.instead_of(&What::Openings, &next, lang))
    }

    /// The same where a transcript was expected.
    pub(crate) fn no_transcript(&self, lang: Lang) -> Option<String> {
        let next = Phrase::new(
            "give the file that the draw was recorded in (transcript.jsonl)",
            "请给出记录抽签的文件（transcript.jsonl）",
        );
        (!matches!(self, What::Plan | What::Transcript))
            .then(|| self.instead_of(&What::Transcript, &next, lang))
    }

    /// The same where the settings were expected.
    pub(crate) fn no_settings(&self, lang: Lang) -> Option<String> {
        let next = Phrase::new(
            "give the draw.toml that the tables were imported with, or leave --config out to make settings from the plan",
            "请给出当初导入表格所用的 draw.toml；也可不给 --config，由方案生成设置",
        );
        (*self != What::Settings).then(|| self.instead_of(&What::Settings, &next, lang))
    }

    fn instead_of(&self, wanted: &What, next: &Phrase, lang: Lang) -> String {
        let what = self.words();
        let other = match wanted {
            What::Plan => Phrase::new("not a plan", "方案"),
            What::Transcript => Phrase::new("not a transcript", "抽签记录"),
            What::Settings => Phrase::new("not settings", "设置文件"),
            _ => Phrase::new("not openings of commitments", "密封件数据"),
        };
        match lang {
            Lang::En => format!("this is {}, {}; {}", what.en, other.en, next.en),
            Lang::Zh => format!("这是{}，不是{}；{}", what.zh, other.zh, next.zh),
        }
    }
}

fn of_bytes(bytes: &[u8]) -> What {
    let other = |en: &str, zh: &str| What::Other(Phrase::new(en, zh));
    if let Some((_, en, zh)) =
        BEGINNINGS.iter().find(|(beginning, ..)| bytes.starts_with(beginning))
    {
        return other(en, zh);
    }
    let [zip, ole] = CONTAINERS;
    if bytes.starts_with(zip) {
        // The names of what is in it stand at its beginning and at its end.
        let (head, tail) = (
            bytes.get(..1 << 16).unwrap_or(bytes),
            bytes.get(bytes.len().saturating_sub(1 << 18)..).unwrap_or(bytes),
        );
        let within =
            |name: &str| contains(head, name.as_bytes()) || contains(tail, name.as_bytes());
        let table = within("xl/") || within("application/vnd.oasis.opendocument.spreadsheet");
        return document(within).unwrap_or_else(|| {
            if table { What::Table } else { other("a zip archive", "压缩包（.zip）") }
        });
    }
    if bytes.starts_with(ole) {
        let within = |name: &str| {
            contains(bytes, &name.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>())
        };
        let table = ["Workbook", "Book", "EncryptedPackage"].into_iter().any(within);
        return if table {
            What::Table
        } else {
            document(within)
                .unwrap_or_else(|| other("a document of an office program", "办公软件的文档"))
        };
    }
    match Kind::of(bytes, None) {
        Some(kind) => What::Other(kind.words()),
        None => other("a file of an unknown kind", "无法识别的文件"),
    }
}

/// The document of an office program that has one of these names within it.
fn document(within: impl Fn(&str) -> bool) -> Option<What> {
    DOCUMENTS
        .iter()
        .find(|(name, ..)| within(name))
        .map(|(_, en, zh)| What::Other(Phrase::new(*en, *zh)))
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn of_text(text: &str) -> What {
    if text.trim().is_empty() {
        return What::Other(Kind::Empty.words());
    }
    if text.trim_start().starts_with('{') {
        return of_json(text);
    }
    if is_settings(text) {
        return What::Settings;
    }
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    if first.split([',', ';', '\t']).map(|head| head.trim_matches(['"', ' '])).eq(openings::HEADS) {
        return What::Openings;
    }
    let separated =
        text.lines().take(50).filter(|line| line.contains([',', '\t', ';', '，'])).count() > 0;
    match Kind::of(text.as_bytes(), Some(text)) {
        // as some office systems export them, under the name of an .xls
        Some(Kind::Html) if text.to_lowercase().contains("<table") => What::Table,
        Some(Kind::Html) if separated && !text.trim_start().starts_with('<') => What::Table,
        Some(Kind::Mail | Kind::Secret) | None if separated => What::Table,
        Some(kind) => What::Other(kind.words()),
        None => What::Other(Phrase::new("a text of an unknown kind", "无法识别的文字文件")),
    }
}

/// Lines of JSON, each with its kind, are a plan or a transcript; anything else in braces may be
/// the settings.
fn of_json(text: &str) -> What {
    let kind_of = |line: &str| {
        let rest = line
            .trim_start()
            .strip_prefix('{')?
            .trim_start()
            .strip_prefix("\"kind\"")?
            .trim_start();
        rest.strip_prefix(':')?.trim_start().strip_prefix('"')?.split('"').next().map(str::to_owned)
    };
    let kinds: Vec<String> = text.lines().filter_map(kind_of).collect();
    match kinds.iter().any(|kind| kind == "checkpoint") {
        true => What::Transcript,
        false if !kinds.is_empty() => What::Plan,
        false => match Kind::of(text.as_bytes(), Some(text)) {
            Some(kind @ Kind::Jwk) => What::Other(kind.words()),
            _ => What::Settings,
        },
    }
}

/// Names that stand in the settings alone; in a file with faults too, of which the reader of the
/// settings tells the place.
fn is_settings(text: &str) -> bool {
    const TABLES: [&str; 8] =
        ["bench", "source", "pool", "pools", "needs", "prior", "round", "documents"];
    const KEYS: [&str; 4] = ["title", "origin", "mode", "attempt"];
    text.lines().map(str::trim).any(|line| {
        let table = line.trim_matches(['[', ']']).split('.').next().unwrap_or_default().trim();
        let key = line.split(['=', '＝']).next().unwrap_or_default().trim();
        (line.starts_with('[') && TABLES.contains(&table))
            || (line.contains(['=', '＝']) && KEYS.contains(&key))
    })
}
