//! The pages and what they ask.

use super::door::{Door, Turned};
use super::hall::{Act, Hall};
use super::view::view;
use crate::import::ImportError;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Json, Multipart, Path as UrlPath, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use floorlot::rules::{Lang, Words};
use serde::Deserialize;
use serde_json::json;
use std::convert::Infallible;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::WatchStream;

/// The largest upload: a spreadsheet of a whole estate.
const UPLOAD: usize = 64 << 20;

/// How soon a page that lost the connection tries again.
const RETRY: std::time::Duration = std::time::Duration::from_millis(500);

/// Nothing is loaded from elsewhere, nothing is framed, no script stands within a page.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A print-out has its style within it, and no script.
const SHEET: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// All that is shared.
pub(crate) struct App {
    hall: Mutex<Hall>,
    door: Mutex<Door>,
    /// The view of the board, as JSON.
    board: watch::Sender<String>,
    version: Mutex<u64>,
}

type Shared = State<Arc<App>>;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl App {
    pub(crate) fn new(hall: Hall, door: Door) -> App {
        let app = App { hall: Mutex::new(hall), door: Mutex::new(door), board: watch::Sender::new(String::new()), version: Mutex::new(1) };
        app.publish(&mut lock(&app.hall));
        app
    }

    pub(crate) fn new_token(&self) -> Result<String, getrandom::Error> {
        lock(&self.door).new_token()
    }

    /// Looks at the second copy every two seconds: a stick that is gone, or back, is told without a step of the operator.
    pub(crate) fn watch(self: &Arc<App>) {
        let app = Arc::clone(self);
        std::thread::spawn(move || {
            loop {
                std::thread::sleep(std::time::Duration::from_secs(2));
                let mut hall = lock(&app.hall);
                if hall.look_at_copy() {
                    *lock(&app.version) += 1;
                    app.publish(&mut hall);
                }
            }
        });
    }

    /// Shows the state, which is on disk, to the boards.
    fn publish(&self, hall: &mut Hall) {
        let version = *lock(&self.version);
        let text = serde_json::to_string(&view(hall, version, false)).unwrap_or_default();
        self.board.send_replace(text);
    }

    /// Does something to the hall for a page that showed `version`: once, and not if something else came between.
    fn change(&self, version: u64, with: impl FnOnce(&mut Hall) -> Result<(), String>) -> Response {
        let mut hall = lock(&self.hall);
        let now = *lock(&self.version);
        if version != now {
            return answer(StatusCode::CONFLICT, &stale());
        }
        *lock(&self.version) += 1;
        let done = with(&mut hall);
        self.publish(&mut hall);
        match done {
            Ok(()) => Json(json!({"version": now + 1})).into_response(),
            Err(why) => (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({"error": why, "version": now + 1}))).into_response(),
        }
    }

    /// A request that writes must come from the operator's page.
    fn admit(&self, headers: &HeaderMap) -> Result<(), Turned> {
        let door = lock(&self.door);
        door.own(headers, true).and_then(|()| door.knows(headers))
    }

    fn turned(&self, why: Turned, headers: &HeaderMap) -> Response {
        let words = match why {
            Turned::Foreign => Words::new("this request does not come from a page of this program", "此请求不是来自本程序的页面"),
            Turned::NoKey => Words::new(
                "this page is not let in, or another page has taken over: press Enter in the terminal and open the new address",
                "此页面未获授权，或已由另一页面接管：请在终端按回车，打开新的地址",
            ),
            Turned::Token => Words::new(
                "this address was used already, or is not the newest: press Enter in the terminal and open the new one",
                "此地址已用过或不是最新的：请在终端按回车，打开新的地址",
            ),
        };
        let status = if why == Turned::Foreign { StatusCode::FORBIDDEN } else { StatusCode::UNAUTHORIZED };
        let lang = language(headers).unwrap_or_else(|| lock(&self.hall).lang);
        answer(status, words.get(lang))
    }
}

/// The language of the page that asks.
fn language(headers: &HeaderMap) -> Option<Lang> {
    match headers.get("x-floorlot-lang")?.to_str().ok()? {
        "zh" => Some(Lang::Zh),
        "en" => Some(Lang::En),
        _ => None,
    }
}

fn stale() -> String {
    "the draw has moved on since this page was shown; look again · 页面已过时，请核对后重试".into()
}

fn answer(status: StatusCode, why: &str) -> Response {
    (status, Json(json!({"error": why}))).into_response()
}

/// Everything that can be asked.
pub(crate) fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/", get(|| async { page(include_str!("pages/board.html"), "text/html") }))
        .route("/operator", get(|| async { page(include_str!("pages/operator.html"), "text/html") }))
        .route("/hall.css", get(|| async { page(include_str!("pages/hall.css"), "text/css") }))
        .route("/hall.js", get(|| async { page(include_str!("pages/hall.js"), "text/javascript") }))
        .route("/board.js", get(|| async { page(include_str!("pages/board.js"), "text/javascript") }))
        .route("/operator.js", get(|| async { page(include_str!("pages/operator.js"), "text/javascript") }))
        .route("/api/events", get(events))
        .route("/api/enter", post(enter))
        .route("/api/view", get(operators_view))
        .route("/api/act", post(act))
        .route("/api/plan", post(plan))
        .route("/print/{name}", get(print))
        .layer(DefaultBodyLimit::max(UPLOAD))
        .layer(axum::middleware::from_fn_with_state(Arc::clone(&app), guard))
        .with_state(app)
}

/// Asked by another name than this machine's, nothing is answered.
async fn guard(State(app): Shared, request: axum::extract::Request, next: axum::middleware::Next) -> Response {
    let headers = request.headers().clone();
    let own = lock(&app.door).own(&headers, false);
    match own {
        Ok(()) => {
            let mut response = next.run(request).await;
            let headers = response.headers_mut();
            headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(header::HeaderValue::from_static(POLICY));
            headers.insert(header::X_CONTENT_TYPE_OPTIONS, header::HeaderValue::from_static("nosniff"));
            headers.insert(header::REFERRER_POLICY, header::HeaderValue::from_static("no-referrer"));
            headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
            response
        }
        Err(why) => app.turned(why, &headers),
    }
}

fn page(text: &'static str, kind: &'static str) -> Response {
    ([(header::CONTENT_TYPE, format!("{kind}; charset=utf-8"))], text).into_response()
}

/// The board's view now and after every change. Only the newest is kept for a slow reader.
async fn events(State(app): Shared) -> Sse<impl tokio_stream::Stream<Item = Result<Event, Infallible>>> {
    let stream = WatchStream::new(app.board.subscribe()).map(|text| Ok(Event::default().retry(RETRY).data(text)));
    Sse::new(stream).keep_alive(KeepAlive::default())
}

#[derive(Deserialize)]
struct Enter {
    token: String,
}

async fn enter(State(app): Shared, headers: HeaderMap, Json(enter): Json<Enter>) -> Response {
    let entered = {
        let mut door = lock(&app.door);
        door.own(&headers, true).and_then(|()| door.enter(&enter.token))
    };
    match entered {
        Ok(key) => Json(json!({"key": key})).into_response(),
        Err(why) => app.turned(why, &headers),
    }
}

async fn operators_view(State(app): Shared, headers: HeaderMap) -> Response {
    let known = lock(&app.door).knows(&headers);
    if let Err(why) = known {
        return app.turned(why, &headers);
    }
    let mut hall = lock(&app.hall);
    hall.speak(language(&headers));
    let version = *lock(&app.version);
    Json(view(&mut hall, version, true)).into_response()
}

#[derive(Deserialize)]
struct Acting {
    /// The version that the page showed.
    version: u64,
    act: Act,
}

async fn act(State(app): Shared, headers: HeaderMap, Json(acting): Json<Acting>) -> Response {
    if let Err(why) = app.admit(&headers) {
        return app.turned(why, &headers);
    }
    app.change(acting.version, |hall| {
        hall.speak(language(&headers));
        hall.act(&acting.act)
    })
}

/// A plan file, or the office's tables.
async fn plan(State(app): Shared, headers: HeaderMap, form: Multipart) -> Response {
    if let Err(why) = app.admit(&headers) {
        return app.turned(why, &headers);
    }
    let form = match Upload::read(form).await {
        Ok(form) => form,
        Err(why) => return answer(StatusCode::BAD_REQUEST, &why),
    };
    let version = form.version;
    app.change(version, |hall| {
        hall.speak(language(&headers));
        form.load(hall)
    })
}

#[derive(Deserialize)]
struct Asked {
    lang: Option<String>,
}

/// A print-out, made of what is on disk. Everything on it is public.
async fn print(State(app): Shared, UrlPath(name): UrlPath<String>, Query(asked): Query<Asked>) -> Response {
    let (bytes, own) = {
        let hall = lock(&app.hall);
        if let Some(sheet) = hall.receipt_sheet(&name) {
            return receipts(&sheet);
        }
        (hall.printed().map(|bytes| (bytes, hall.notes.clone())), hall.lang)
    };
    let lang = match asked.lang.as_deref() {
        Some("zh") => Lang::Zh,
        Some("en") => Lang::En,
        _ => own,
    };
    let made = bytes.map_err(|error| error.to_string()).and_then(|(bytes, notes)| crate::prints::one(&bytes, notes, &name, lang));
    match made {
        Ok((file, bytes)) => {
            let kind = match file.rsplit_once('.') {
                Some((_, "html")) => "text/html; charset=utf-8",
                Some((_, "csv")) => "text/csv; charset=utf-8",
                _ => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            };
            let place = format!("{}; filename=\"{file}\"", if file.ends_with(".html") { "inline" } else { "attachment" });
            let heads = [
                (header::CONTENT_TYPE, kind.to_owned()),
                (header::CONTENT_SECURITY_POLICY, SHEET.into()),
                (header::CONTENT_DISPOSITION, place),
            ];
            (heads, bytes).into_response()
        }
        Err(why) => answer(StatusCode::NOT_FOUND, &why),
    }
}

/// Receipts that were written beside the transcript.
fn receipts(sheet: &Path) -> Response {
    match std::fs::read(sheet) {
        Ok(bytes) => {
            ([(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CONTENT_SECURITY_POLICY, SHEET)], bytes).into_response()
        }
        Err(error) => answer(StatusCode::NOT_FOUND, &error.to_string()),
    }
}

/// The files of a form.
#[derive(Default)]
struct Upload {
    version: u64,
    /// Name and content by field.
    files: Vec<(String, String, Vec<u8>)>,
    skip_documents: bool,
}

impl Upload {
    async fn read(mut form: Multipart) -> Result<Upload, String> {
        let mut upload = Upload::default();
        while let Some(field) = form.next_field().await.map_err(|error| error.to_string())? {
            let (name, file) = (field.name().unwrap_or_default().to_owned(), field.file_name().map(str::to_owned));
            let bytes = field.bytes().await.map_err(|error| error.to_string())?;
            match (name.as_str(), file) {
                ("version", _) => upload.version = std::str::from_utf8(&bytes).ok().and_then(|text| text.parse().ok()).unwrap_or(0),
                ("skip_documents", _) => upload.skip_documents = true,
                (_, Some(file)) if !bytes.is_empty() => upload.files.push((name, file, bytes.to_vec())),
                _ => {}
            }
        }
        Ok(upload)
    }

    fn file(&self, field: &str) -> Option<&(String, String, Vec<u8>)> {
        self.files.iter().find(|(name, ..)| name == field)
    }

    fn load(&self, hall: &mut Hall) -> Result<(), String> {
        hall.told.clear();
        hall.faults.clear();
        match (self.file("plan"), self.file("roll"), self.file("config")) {
            (Some((_, _, plan)), ..) => hall.load(plan),
            (None, Some(roll), Some(config)) => self.import(hall, roll, config),
            _ => Err(Words::new(
                "choose a plan file, or the table of households and the settings (draw.toml)",
                "请选择方案文件，或住户表和设置文件（draw.toml）",
            )
            .get(hall.lang)
            .to_owned()),
        }
    }

    /// The tables become a plan, by the same import as on the command line. What opens the commitments is written beside the transcript.
    fn import(&self, hall: &mut Hall, roll: &(String, String, Vec<u8>), config: &(String, String, Vec<u8>)) -> Result<(), String> {
        let lang = hall.lang;
        let sealed = matches!(hall.state, super::hall::State::Draw(_) | super::hall::State::Broken(_));
        if sealed {
            return Err(Words::new("the plan is sealed and cannot change any more", "方案已封存，不能再改").get(lang).to_owned());
        }
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let save = |(_, name, bytes): &(String, String, Vec<u8>)| {
            // The name alone: what a browser sends before it is nobody's business.
            let name = Path::new(name).file_name().map_or_else(|| "table".into(), |name| name.to_owned());
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).map(|()| path).map_err(|error| error.to_string())
        };
        let units = self.file("units").map(save).transpose()?;
        let args = crate::import::ImportArgs {
            roll: save(roll)?,
            units,
            config: save(config)?,
            out: hall.files.plan.clone(),
            map: if self.skip_documents { vec!["身份证号=personal".into()] } else { Vec::new() },
            force: true,
            ..crate::import::ImportArgs::default()
        };
        put_aside(&crate::import::openings::beside(&args.out)).map_err(|error| error.to_string())?;
        let mut told = Vec::new();
        let made = crate::import::import_to(&args, lang, &mut told);
        // What comes next is on the page, and no command of the terminal.
        let told = String::from_utf8_lossy(&told);
        hall.told = told.lines().filter(|line| !line.contains(crate::import::report::NEXT)).map(str::to_owned).collect();
        match made {
            Ok(()) => {
                let bytes = std::fs::read(&args.out).map_err(|error| error.to_string())?;
                hall.load(&bytes)
            }
            Err(error) => {
                hall.faults = match error {
                    ImportError::Refused { refusal, .. } => {
                        let asked = refusal.questions.into_iter().flat_map(|asked| asked.sentences);
                        refusal.faults.into_iter().chain(asked).collect()
                    }
                    ImportError::Write(why) => vec![why],
                };
                Err(match lang {
                    Lang::En => "the tables have faults, and no plan was made".into(),
                    Lang::Zh => "表格有错误，未生成方案".into(),
                })
            }
        }
    }
}

/// What opens the commitments of a plan that is replaced is not lost: it is renamed.
fn put_aside(openings: &Path) -> std::io::Result<()> {
    for number in 1..=9999 {
        let mut name = openings.as_os_str().to_owned();
        name.push(format!(".old-{number}"));
        match (openings.exists(), Path::new(&name).exists()) {
            (false, _) => return Ok(()),
            (true, false) => return std::fs::rename(openings, &name),
            (true, true) => {}
        }
    }
    Ok(())
}
