//! The first page of the site: what it is, how to check it in three minutes, the look-up of a
//! household, and links to all the rest. In Chinese first, then in English.

use super::TRANSCRIPT;
use super::folder::{Entry, INDEX, MARK};
use crate::disk::folder::SUMS;
use crate::words::say::tr;
use floorlot::Hash;
use floorlot::lines::{Mode, Stage};
use floorlot::rules::{Lang, Phrase};
use floorlot::transcript::Report;
use floorlot_verify::common::html::escaped;
use floorlot_verify::common::{own, page};

const STYLE: &str = include_str!("index.css");
const SCRIPT: &str = include_str!("index.js");

/// What the first page says.
pub(super) struct Site {
    title: String,
    origin: String,
    official: bool,
    /// What all checks came to, in a sentence.
    sentence: Phrase,
    /// What it takes away from the draw; empty in most.
    reservations: Phrase,
    /// The last checkpoint: what it closes, and its fingerprint.
    head: Phrase,
    pub(super) fingerprint: String,
    households: u32,
    units: u32,
    pub(super) unfinished: bool,
    /// Whether the browser opens the transcript by itself.
    pub(super) opens: bool,
    pub(super) has_receipts: bool,
    prints: Vec<&'static str>,
    pub(super) papers: Vec<Paper>,
    /// Why something is not there.
    pub(super) missing: Vec<Phrase>,
}

/// A document that the transcript names.
pub(super) struct Paper {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) sha256: Hash,
    /// It is somebody's own, and not for everybody.
    pub(super) personal: bool,
    /// Where it is on the site.
    pub(super) file: Option<String>,
}

impl Site {
    pub(super) fn of(
        report: &Report,
        opens: bool,
        prints: Vec<&'static str>,
        papers: Vec<Paper>,
    ) -> Site {
        let head = report.checkpoints.last();
        let days = report.checkpoints.iter().filter(|one| one.stage == Stage::Day).count();
        Site {
            title: report.title.clone(),
            origin: report.origin.clone(),
            official: report.mode == Some(Mode::Official),
            sentence: report.sentence(),
            reservations: report.reservations(),
            head: head.map_or(Phrase::new("", ""), |head| closes(head.stage, days)),
            fingerprint: head.map(|head| head.fingerprint.clone()).unwrap_or_default(),
            households: report.totals.households,
            units: report.totals.units,
            unfinished: report.unfinished.is_some(),
            opens,
            has_receipts: false,
            prints,
            papers,
            missing: Vec::new(),
        }
    }

    /// `index.html` and what it loads. `entries` are all other files of the site.
    pub(super) fn pages(&self, entries: &[Entry]) -> [(&'static str, String); 3] {
        let parts = [Lang::Zh, Lang::En].map(|lang| self.part(entries, lang)).concat();
        let title = escaped(&self.title);
        let index = format!(
            "<!DOCTYPE html>\n<html lang=\"zh-Hans\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'self'; style-src 'self'; form-action 'none'; base-uri 'none'\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"color-scheme\" content=\"light dark\">\n{MARK}\n<title>{title}</title>\n<link rel=\"stylesheet\" href=\"index.css\">\n</head>\n<body>\n<main>\n{parts}</main>\n<script src=\"index.js\"></script>\n</body>\n</html>\n"
        );
        [(INDEX, index), ("index.css", STYLE.to_owned()), ("index.js", SCRIPT.to_owned())]
    }

    /// All of the page in one language.
    fn part(&self, entries: &[Entry], lang: Lang) -> String {
        let attributes = match lang {
            Lang::Zh => "lang=\"zh-Hans\"",
            Lang::En => "lang=\"en\" id=\"english\"",
        };
        let parts = [
            self.head(lang),
            self.how(entries, lang),
            self.files(entries, lang),
            self.documents(entries, lang),
            self.whole(entries, lang),
        ];
        format!("<section {attributes}>\n{}</section>\n", parts.concat())
    }

    /// Which draw it is, whether it counts, and what is not as it should be.
    fn head(&self, lang: Lang) -> String {
        let (title, origin) = (escaped(&self.title), escaped(&self.origin));
        let (households, units) = (self.households, self.units);
        let what = tr!(
            lang,
            "Record of a public draw of flats, to be checked by everybody: {households} households, {units} flats. {origin}",
            "公开摇号选层的全部记录，供任何人核验：{households} 户，{units} 套房。{origin}"
        );
        let kind = match self.official {
            true => format!("<p class=\"kind\">{}</p>\n", tr!(lang, "Official draw", "正式抽签")),
            false => format!(
                "<p class=\"rehearsal\"><strong>{}</strong>{}</p>\n",
                tr!(lang, "REHEARSAL 演练", "演练 REHEARSAL"),
                tr!(
                    lang,
                    "This is a rehearsal, not an official draw. Nothing in it counts.",
                    "这是演练，不是正式抽签，结果不作数。"
                )
            ),
        };
        let sentence = escaped(self.sentence.get(lang));
        let other = match lang {
            Lang::Zh => "<p lang=\"en\"><a href=\"#english\">English below</a></p>\n",
            Lang::En => "",
        };
        let said = tr!(
            lang,
            "The program that wrote this site checked the record before: {sentence}",
            "写出本网站的程序事先核验过：{sentence}"
        );
        let reservations = match self.reservations.get(lang).trim() {
            "" => String::new(),
            said => format!("<p class=\"warn\">{}</p>\n", escaped(said)),
        };
        let open = match self.unfinished {
            true => format!(
                "<p class=\"warn\">{}</p>\n",
                tr!(
                    lang,
                    "The draw is NOT FINISHED. What stands here is how far it goes.",
                    "抽签【尚未完成】，这里只是到目前为止的记录。"
                )
            ),
            false => String::new(),
        };
        format!(
            "<h1>{title}</h1>\n{other}{reservations}{kind}{open}<p>{what}</p>\n<p class=\"hint\">{said}</p>\n"
        )
    }

    /// Three steps, for somebody who has three minutes and a phone.
    fn how(&self, entries: &[Entry], lang: Lang) -> String {
        let heading = tr!(lang, "How to check this in three minutes", "三分钟自己核验");
        let compare = tr!(
            lang,
            "Take the fingerprint from the <b>notice board</b>, the recording or your own note, and type it there. The one below says which it is on the board; it proves nothing by itself, because whoever could change this folder could change it, too.",
            "从<b>公告栏</b>、录像或您自己的笔记取来指纹，输入核验页。下面的指纹只说明该找公告栏上的哪一个，不能代替公告栏：换得了这个文件夹的人，也换得了它。"
        );
        let steps = [self.open(lang), compare + &self.digits(lang), self.household(lang)];
        let steps: String = steps.iter().map(|step| format!("<li>{step}</li>\n")).collect();
        format!("<h2>{heading}</h2>\n<ol>\n{steps}</ol>\n{}", self.more(entries, lang))
    }

    /// Step 1: the page that opens the transcript, or how to open one that is too large for it.
    fn open(&self, lang: Lang) -> String {
        let code = if lang == Lang::Zh { "zh" } else { "en" };
        if !self.opens {
            return tr!(
                lang,
                "The record is too large for this page to open it by itself. Save <a href=\"{TRANSCRIPT}\">{TRANSCRIPT}</a> on a computer and check it with the program verify_transcript; or open <a href=\"verify.html\">verify.html</a> and choose it there.",
                "记录太大，网页不自动打开。请把 <a href=\"{TRANSCRIPT}\">{TRANSCRIPT}</a> 存到电脑上，用 verify_transcript 程序核验；或打开 <a href=\"verify.html\">verify.html</a>，自己选择这个文件。"
            );
        }
        let wait = match self.unfinished {
            true => tr!(
                lang,
                "It says that the draw is not finished, and whether all so far keeps the rules.",
                "该页会写明抽签尚未完成，以及目前各行是否符合规则。"
            ),
            false => tr!(lang, "Wait for “✓ Verified”.", "请等到出现“✓ 核验通过”。"),
        };
        tr!(
            lang,
            "<a class=\"button\" href=\"check.html#lang={code}\">Open the check</a><br>Your own phone or computer computes the whole draw again from the record. Nothing is sent. {wait}",
            "<a class=\"button\" href=\"check.html#lang={code}\">打开核验页</a><br>由您自己的手机或电脑从记录重新算出整场抽签，不上传任何内容。{wait}"
        )
    }

    fn digits(&self, lang: Lang) -> String {
        let groups: String =
            self.fingerprint.split(' ').map(|group| format!("<span>{group}</span>")).collect();
        let head = self.head.get(lang);
        let which = tr!(lang, "Fingerprint of the {head}:", "{head}的指纹：");
        format!("<p class=\"hint\">{which}</p>\n<div class=\"digits\">{groups}</div>\n")
    }

    /// Step 3: the look-up.
    fn household(&self, lang: Lang) -> String {
        let label =
            tr!(lang, "Look up your household: its code, or a flat", "查您家：输入住户编号或房号");
        if !self.opens {
            return tr!(
                lang,
                "Look up your household there, by its code or its flat.",
                "在那里按住户编号或房号查您家。"
            );
        }
        let (code, button) = match lang {
            Lang::Zh => ("zh", "查看"),
            Lang::En => ("en", "Look up"),
        };
        let sheet = tr!(
            lang,
            "You see its place in the order, what was free at its turn, and why it got what it got: one page of A4, to print and to repeat by hand.",
            "可看到排第几位、轮到时还有哪些房、为什么得到或没有得到：一页 A4，可打印，可自己验算。"
        );
        format!(
            "<form data-lang=\"{code}\"><label for=\"household-{code}\">{label}</label><input id=\"household-{code}\" name=\"household\" autocomplete=\"off\" required><button>{button}</button></form><span class=\"hint\">{sheet}</span>"
        )
    }

    /// For somebody who does not believe the page of this folder.
    fn more(&self, entries: &[Entry], lang: Lang) -> String {
        let heading = tr!(lang, "If you do not trust this folder", "如果不相信这个文件夹");
        let hash = |name: &str| {
            let found = entries.iter().find(|entry| entry.path == name);
            found.map_or(String::new(), |entry| entry.sha256.to_string())
        };
        let released = hash(page::PAGE);
        let mut items = vec![tr!(
            lang,
            "Take verify.html from somebody else and choose {TRANSCRIPT} in it. The <a href=\"verify.html\">verify.html</a> here is the released one if its SHA-256 is that of the release (verifiers/SHA256SUMS):<pre>{released}</pre>",
            "从别处取得 verify.html，在其中选择 {TRANSCRIPT}。这里的 <a href=\"verify.html\">verify.html</a> 若与发布版相同，其 SHA-256 应为发布版（verifiers/SHA256SUMS）所列的：<pre>{released}</pre>"
        )];
        if self.opens {
            let script = hash("verify.js");
            items.push(tr!(
                lang,
                "The check page runs verify.js, which is the scripts of verify.html and nothing else. This command, on a verify.html from elsewhere, gives the hash of verify.js:<pre>sed -n '/^&lt;script&gt;$/,/^&lt;\\/script&gt;$/p' verify.html | grep -v '^&lt;/*script&gt;$' | sha256sum\n{script}</pre>",
                "核验页运行 verify.js，其内容就是 verify.html 中的脚本。对别处取得的 verify.html 运行下面的命令，应得到 verify.js 的哈希：<pre>sed -n '/^&lt;script&gt;$/,/^&lt;\\/script&gt;$/p' verify.html | grep -v '^&lt;/*script&gt;$' | sha256sum\n{script}</pre>"
            ));
        }
        items.push(tr!(
            lang,
            "Two more verifiers, in Rust and in Python, share no code with the page. Whether all files arrived whole: <pre>sha256sum -c {SUMS}</pre>",
            "另有 Rust 和 Python 两种核验程序，与网页不共用代码。检查全部文件是否完整：<pre>sha256sum -c {SUMS}</pre>"
        ));
        let items: String = items.iter().map(|item| format!("<li>{item}</li>\n")).collect();
        format!("<h2>{heading}</h2>\n<ul>\n{items}</ul>\n")
    }

    /// What is there, with sizes.
    fn files(&self, entries: &[Entry], lang: Lang) -> String {
        let heading = tr!(lang, "The record and what was made of it", "记录，以及由它生成的文件");
        let mut rows = vec![
            row(entries, TRANSCRIPT, &tr!(lang, "the record of the draw", "抽签记录"), lang),
            row(entries, "plan.jsonl", &tr!(lang, "the sealed plan alone", "封存的方案"), lang),
        ];
        let notes = entries.iter().filter(|entry| entry.path.starts_with("notes/"));
        rows.extend(notes.map(|entry| row(entries, &entry.path, &note(&entry.path, lang), lang)));
        if self.has_receipts {
            rows.extend(receipts(entries, lang));
        }
        let prints = self.prints.iter().map(|file| format!("prints/{file}"));
        rows.extend(prints.map(|path| row(entries, &path, &printed(&path, lang), lang)));
        let missing = self
            .missing
            .iter()
            .map(|why| format!("<li class=\"hint\">{}</li>\n", escaped(why.get(lang))));
        rows.extend(missing);
        format!("<h2>{heading}</h2>\n<ul class=\"files\">\n{}</ul>\n", rows.concat())
    }

    /// The documents that the transcript names, those that are missing among them.
    fn documents(&self, entries: &[Entry], lang: Lang) -> String {
        if self.papers.is_empty() {
            return String::new();
        }
        let heading = tr!(lang, "Documents that the record names", "记录列明的文件");
        let rows: String = self.papers.iter().map(|paper| paper.row(entries, lang)).collect();
        format!("<h2>{heading}</h2>\n<ul class=\"files\">\n{rows}</ul>\n")
    }

    /// All files, and which program wrote them.
    fn whole(&self, entries: &[Entry], lang: Lang) -> String {
        let program = escaped(&own::version("draw_session", lang));
        let total = size(entries.iter().map(|entry| entry.size).sum());
        let said = tr!(
            lang,
            "All files with their SHA-256: <a href=\"{SUMS}\">{SUMS}</a> ({total} in all). Written by {program}.",
            "全部文件及其 SHA-256：<a href=\"{SUMS}\">{SUMS}</a>（共 {total}）。写出本网站的程序：{program}。"
        );
        format!("<p class=\"hint\">{said}</p>\n")
    }
}

impl Paper {
    fn row(&self, entries: &[Entry], lang: Lang) -> String {
        let (title, name, hash) = (escaped(&self.title), escaped(&self.name), self.sha256);
        if let Some(file) = &self.file {
            return document(entries, (file, &title), hash, lang);
        }
        let why = match self.personal {
            true => tr!(lang, "not published: it is about one household", "涉及个别住户，不公布"),
            false => tr!(
                lang,
                "<b>missing</b> here; whoever has it compares its SHA-256",
                "此处<b>缺少</b>；持有者可比对其 SHA-256"
            ),
        };
        let colon = if lang == Lang::Zh { "：" } else { ": " };
        format!("<li>{title} <small>{name}{colon}{why} <code>{hash}</code></small></li>\n")
    }
}

/// The pages of receipts, and how many texts there are.
fn receipts(entries: &[Entry], lang: Lang) -> Vec<String> {
    let own = || entries.iter().filter(|entry| entry.path.starts_with("receipts/"));
    let pages = own().filter(|entry| entry.path.ends_with(".html"));
    let words = tr!(lang, "receipts to print", "收据（打印用）");
    let mut rows: Vec<String> =
        pages.map(|entry| row(entries, &entry.path, &words, lang)).collect();
    let texts = own().filter(|entry| entry.path.ends_with(".txt"));
    let (count, bytes) = texts.fold((0, 0), |(count, sum), entry| (count + 1, sum + entry.size));
    let bytes = size(bytes);
    let told = tr!(
        lang,
        "receipts to check: receipts/CODE.receipt.txt <small>{count} files, {bytes}</small>",
        "收据（核验用）：receipts/住户编号.receipt.txt <small>{count} 个文件，{bytes}</small>"
    );
    rows.push(format!("<li>{told}</li>\n"));
    rows
}

/// A link to a document, with the hash that the transcript names, which was compared.
fn document(entries: &[Entry], (path, title): (&str, &str), sha256: Hash, lang: Lang) -> String {
    let words =
        tr!(lang, "as the record names it: SHA-256 {sha256}", "与记录所列一致：SHA-256 {sha256}");
    row_and(entries, path, title, &format!("<br>{words}"), lang)
}

/// A link to a file, with what it is and how large.
fn row(entries: &[Entry], path: &str, words: &str, lang: Lang) -> String {
    row_and(entries, path, words, "", lang)
}

/// The same, with what more there is to say of it, as HTML.
fn row_and(entries: &[Entry], path: &str, words: &str, more: &str, lang: Lang) -> String {
    let Some(entry) = entries.iter().find(|entry| entry.path == path) else {
        return String::new();
    };
    let (link, shown, bytes) = (link(path), escaped(path), size(entry.size));
    let comma = if lang == Lang::Zh { "，" } else { ", " };
    format!("<li><a href=\"{link}\">{words}</a> <small>{shown}{comma}{bytes}{more}</small></li>\n")
}

/// The path as an address: of other bytes than the usual ones their hex digits.
fn link(path: &str) -> String {
    let byte = |byte: u8| match byte {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' | b'_' | b'~' | b'/' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    path.bytes().map(byte).collect()
}

/// `927 kB`: three digits are enough to know what a download costs.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

/// What a checkpoint closes; of a day, which.
fn closes(stage: Stage, days: usize) -> Phrase {
    match stage {
        Stage::Plan => Phrase::new("plan", "方案"),
        Stage::Reveals => Phrase::new("reveals", "密语公开"),
        Stage::Day => Phrase::new(format!("day {days}"), format!("第 {days} 天")),
        Stage::Result => Phrase::new("result", "结果"),
        Stage::Aftermath => Phrase::new("result and what came after it", "结果及后续事项"),
    }
}

/// What a signed note is of.
fn note(path: &str, lang: Lang) -> String {
    let name = path.trim_start_matches("notes/").trim_end_matches(".note.txt");
    let number = name.trim_start_matches(char::is_alphabetic);
    match name.strip_suffix(number).unwrap_or(name) {
        "plan" => tr!(lang, "checkpoint of the plan, signed", "方案检查点（签名文件）"),
        "reveals" => tr!(lang, "checkpoint of the reveals", "密语公开检查点（无须签名）"),
        "day" => {
            tr!(lang, "checkpoint of day {number}, signed", "第 {number} 天检查点（签名文件）")
        }
        "result" => tr!(lang, "checkpoint of the result, signed", "结果检查点（签名文件）"),
        _ => tr!(
            lang,
            "checkpoint {number} after the result, signed",
            "结果之后第 {number} 个检查点（签名文件）"
        ),
    }
}

/// What a print-out is.
fn printed(path: &str, lang: Lang) -> String {
    match path {
        "prints/notice.html" => tr!(lang, "notice of the plan", "方案公告"),
        "prints/seed.html" => tr!(lang, "seed sheet", "种子单"),
        "prints/order.html" => tr!(lang, "call order", "叫号顺序"),
        "prints/result.html" => tr!(lang, "result", "抽签结果"),
        "prints/minutes.html" => tr!(lang, "minutes", "会议记录"),
        "prints/days.html" => tr!(lang, "minutes of each day", "每日记录"),
        _ => escaped(path),
    }
}
