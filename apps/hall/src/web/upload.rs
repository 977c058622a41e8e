//! What the operator chooses to be loaded: each file is taken for what it is, whichever field of
//! the page it stands in.

use crate::disk::recognize::What;
use crate::import::form::Form;
use crate::import::{File, Settings, Tables};
use axum::extract::Multipart;
use axum::http::StatusCode;
use floorlot::rules::{Lang, Phrase};

/// All files of an upload together: those of a whole estate are smaller.
pub(crate) const MOST: usize = 64 << 20;

/// Before the field of a file that was chosen earlier, and not again after a correction.
const KEPT: &str = "kept-";

/// The files of a form.
#[derive(Default)]
pub(crate) struct Upload {
    pub(crate) version: u64,
    /// The field whose button was clicked: `plan`, `tables`, or `again` for files that were chosen
    /// together after a correction.
    asked: String,
    pub(crate) skip_documents: bool,
    /// The settings that are filled in on the page.
    pub(crate) form: Option<Form>,
    /// The fields whose files the program has from before, and the page no more.
    kept: Vec<String>,
    files: Vec<Sent>,
}

struct Sent {
    field: String,
    file: File,
    what: What,
}

/// What is to be loaded.
pub(crate) enum Chosen {
    Plan(File),
    Tables(Tables),
}

impl Upload {
    /// Takes the form in. The error says why not.
    pub(crate) async fn read(mut form: Multipart) -> Result<Upload, (StatusCode, Phrase)> {
        let mut upload = Upload::default();
        while let Some(field) = form.next_field().await.map_err(|error| broken(&error))? {
            let (name, file) =
                (field.name().unwrap_or_default().to_owned(), field.file_name().map(str::to_owned));
            let bytes = field.bytes().await.map_err(|error| broken(&error))?.to_vec();
            let text = || String::from_utf8_lossy(&bytes).into_owned();
            match (name.as_str(), file) {
                ("version", None) => upload.version = text().parse().unwrap_or(0),
                ("asked", None) => upload.asked = text(),
                ("skip_documents", None) => upload.skip_documents = true,
                ("settings", None) => {
                    upload.form = Some(serde_json::from_slice(&bytes).map_err(no_form)?)
                }
                ("kept", None) => upload.kept.push(text()),
                (_, Some(file)) if !file.is_empty() => {
                    upload.files.push(Sent::new(name, &file, bytes))
                }
                _ => {}
            }
        }
        Ok(upload)
    }

    /// Takes in files that the program has from before, for the fields whose files the page has no
    /// more: it was loaded anew.
    pub(crate) fn keep(&mut self, tables: &Tables) {
        let settings = match &tables.settings {
            Settings::File(file) => Some(file),
            Settings::Form(_) | Settings::Sheets => None,
        };
        let there =
            [("roll", Some(&tables.roll)), ("units", tables.units.as_ref()), ("config", settings)];
        for (field, file) in there.into_iter().filter_map(|(field, file)| Some((field, file?))) {
            if self.kept.iter().any(|kept| kept == field) {
                let field =
                    if self.asked == "again" { format!("{KEPT}{field}") } else { field.into() };
                self.files.push(Sent { field, file: file.clone(), what: What::Plan });
            }
        }
    }

    /// The bytes of the only file.
    pub(crate) fn only(self) -> Option<Vec<u8>> {
        self.files.into_iter().next().map(|sent| sent.file.bytes)
    }

    /// The name and the bytes of the only file.
    pub(crate) fn only_named(self) -> Option<(String, Vec<u8>)> {
        self.files.into_iter().next().map(|sent| (sent.file.name, sent.file.bytes))
    }

    /// What the files are to be loaded as. Those of the button that was clicked come first; the
    /// others are asked only if these do not do.
    pub(crate) fn chosen(mut self, lang: Lang) -> Result<Chosen, String> {
        self.files.iter_mut().for_each(|sent| sent.what = What::of(&sent.file.bytes));
        let asked = self.asked.clone();
        let (own, mut others): (Vec<Sent>, Vec<Sent>) =
            self.files.into_iter().partition(|sent| match asked.as_str() {
                "again" => !sent.field.starts_with(KEPT),
                asked => (sent.field == "plan") == (asked == "plan"),
            });
        others
            .iter_mut()
            .for_each(|sent| sent.field = sent.field.trim_start_matches(KEPT).to_owned());
        let mut sorted = Sorted { form: self.form, ..Sorted::default() };
        own.into_iter().for_each(|sent| sorted.take(sent));
        if !sorted.whole() && sorted.wrong.is_empty() {
            others
                .into_iter()
                .filter(|sent| matches!(sent.what, What::Table | What::Settings | What::Plan))
                .for_each(|sent| sorted.add(sent));
        }
        sorted.end(lang)
    }
}

impl Sent {
    fn new(field: String, name: &str, bytes: Vec<u8>) -> Sent {
        // The name alone: what a browser sends before it is nobody's business.
        let name = name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
        Sent { field, file: File { name, bytes }, what: What::Plan }
    }
}

fn no_form(_: serde_json::Error) -> (StatusCode, Phrase) {
    let words = Phrase::new(
        "the settings on this page could not be read; load the page again",
        "本页所填的设置无法读取；请重新载入页面",
    );
    (StatusCode::UNPROCESSABLE_ENTITY, words)
}

fn broken(error: &axum::extract::multipart::MultipartError) -> (StatusCode, Phrase) {
    let (status, most) = (error.status(), MOST >> 20);
    let words = match status {
        StatusCode::PAYLOAD_TOO_LARGE => Phrase::new(
            format!(
                "these files are larger than {most} MB together and were not read; choose the table alone, without pictures in it"
            ),
            format!("所选文件合计超过 {most} MB，未读取；请只选表格，并去掉其中的图片"),
        ),
        _ => Phrase::new(
            format!("the files did not arrive whole ({error}); choose them again"),
            format!("文件未能完整送达（{error}），请重新选择"),
        ),
    };
    (status, words)
}

/// Files by what they are.
#[derive(Default)]
struct Sorted {
    plans: Vec<File>,
    settings: Vec<File>,
    /// What is filled in on the page: in place of a file.
    form: Option<Form>,
    /// Each with its field.
    tables: Vec<(String, File)>,
    wrong: Vec<(String, What)>,
}

impl Sorted {
    fn take(&mut self, Sent { field, file, what }: Sent) {
        match what {
            What::Plan => self.plans.push(file),
            What::Settings => self.settings.push(file),
            What::Table => self.tables.push((field, file)),
            what => self.wrong.push((file.name, what)),
        }
    }

    /// Takes in a file of another button if its kind is missing.
    fn add(&mut self, sent: Sent) {
        let missing = match sent.what {
            What::Plan => {
                self.tables.is_empty() && self.settings.is_empty() && self.plans.is_empty()
            }
            What::Settings => self.settings.is_empty() && self.plans.is_empty(),
            _ => {
                self.plans.is_empty()
                    && self.tables.iter().all(|(field, _)| {
                        matches!(field.as_str(), "roll" | "units") && *field != sent.field
                    })
            }
        };
        if missing {
            self.take(sent);
        }
    }

    /// Whether this is all that a plan takes.
    fn whole(&self) -> bool {
        let none = self.tables.is_empty() && self.settings.is_empty();
        (self.plans.len() == 1 && none)
            || (self.plans.is_empty()
                && !self.tables.is_empty()
                && (self.settings.len() == 1 || (self.settings.is_empty() && self.form.is_some())))
    }

    fn end(mut self, lang: Lang) -> Result<Chosen, String> {
        if !self.wrong.is_empty() {
            let each = self.wrong.iter().map(|(name, what)| wrong_place(name, what, lang));
            return Err(each.collect::<Vec<_>>().join("\n"));
        }
        if !self.whole() || self.tables.len() > 2 {
            return Err(self.not_whole().get(lang).to_owned());
        }
        if let Some(plan) = self.plans.pop() {
            return Ok(Chosen::Plan(plan));
        }
        // The units come last, unless the fields say otherwise; where there are no fields, the
        // reader of the tables finds out.
        self.tables.sort_by_key(|(field, _)| field == "units");
        let mut tables = self.tables.into_iter().map(|(_, file)| file);
        let form = || self.form.map(|form| Settings::Form(Box::new(form)));
        match (tables.next(), tables.next(), self.settings.pop().map(Settings::File).or_else(form))
        {
            (Some(roll), units, Some(settings)) => {
                Ok(Chosen::Tables(Tables { roll, units, settings }))
            }
            _ => Err(nothing().get(lang).to_owned()),
        }
    }

    /// What is missing, or too much.
    fn not_whole(&self) -> Phrase {
        let names = |files: &[&str]| (files.join(", "), files.join("、"));
        let tables: Vec<&str> = self.tables.iter().map(|(_, file)| file.name.as_str()).collect();
        let settings: Vec<&str> = self.settings.iter().map(|file| file.name.as_str()).collect();
        let plans: Vec<&str> = self.plans.iter().map(|file| file.name.as_str()).collect();
        let ((tables_en, tables_zh), (settings_en, settings_zh), (plans_en, plans_zh)) =
            (names(&tables), names(&settings), names(&plans));
        match (tables.len(), settings.len(), plans.len()) {
            (0, 0, 0) => nothing(),
            (1.., 0, 0) => Phrase::new(
                format!(
                    "{tables_en}: this is a table of the office, not a plan; the settings are missing. Fill them in on this page, or choose draw.toml, and read both"
                ),
                format!(
                    "{tables_zh}：这是办公室的表格，不是方案，还缺设置。请在本页填写设置，或选择设置文件（draw.toml），再一起读取"
                ),
            ),
            (0, 1, 0) => Phrase::new(
                format!(
                    "{settings_en}: these are the settings, not a plan; the table of households is missing. Choose the table too, and load both"
                ),
                format!(
                    "{settings_zh}：这是设置文件，不是方案，还缺住户表。请再选住户表，然后一起载入"
                ),
            ),
            (_, 2.., 0) => Phrase::new(
                format!("{settings_en}: these are several files of settings; choose one"),
                format!("{settings_zh}：有几份设置文件，请只选一份"),
            ),
            (0, 0, _) => Phrase::new(
                format!("{plans_en}: these are several plans; choose one"),
                format!("{plans_zh}：有几份方案，请只选一份"),
            ),
            (3.., _, 0) => Phrase::new(
                format!(
                    "{tables_en}: these are more than two tables; put the sheets into one workbook, or choose one table of households and one of flats"
                ),
                format!(
                    "{tables_zh}：表格多于两份；请把各工作表放进同一个文件，或只选一份住户表和一份房源表"
                ),
            ),
            _ => Phrase::new(
                format!(
                    "{plans_en}: this is a plan already; choose it alone, or choose the tables and the settings without it"
                ),
                format!("{plans_zh}：这已是方案；请只选它，或不选它而选表格和设置文件"),
            ),
        }
    }
}

fn nothing() -> Phrase {
    Phrase::new(
        "choose a plan file, or the table of households and the settings",
        "请选择方案文件，或住户表和设置",
    )
}

/// A file that is nothing to load: what it is, and what to do.
fn wrong_place(name: &str, what: &What, lang: Lang) -> String {
    let next = match what {
        What::Transcript => Phrase::new(
            "to go on with that draw, start the program with `--out` and this file; its plan alone is the file that `import` wrote",
            "若要接着那场抽签，请在启动程序时用 --out 指定这个文件；若只要方案，请选 import 写出的方案文件",
        ),
        What::Openings => Phrase::new(
            "it is not loaded: it stays with its owner, off line",
            "它不用载入，请由专人离线保管",
        ),
        _ => nothing(),
    };
    let what = what.words();
    match lang {
        Lang::En => format!("{name}: this is {}; {}", what.en, next.en),
        Lang::Zh => format!("{name}：这是{}；{}", what.zh, next.zh),
    }
}
