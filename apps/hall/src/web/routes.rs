//! The pages and what they ask.

use super::act::Act;
use super::answers::{self, Answers};
use super::chances::{self, Chances};
use super::door::{Door, Turned};
use super::draft::{self, Draft, Way};
use super::gate::{BOARDS, Guest, Places};
use super::hall::{self, Hall, receipt_sheet};
use super::upload::{Chosen, MOST, Upload};
use super::view::{View, view};
use crate::disk::copy::Copy;
use crate::disk::office_file;
use crate::disk::{on_disk, plan_file};
use crate::import::question::Kind;
use crate::import::{File, Settings};
use crate::words::say::tr;
use axum::Router;
use axum::extract::multipart::MultipartRejection;
use axum::extract::rejection::JsonRejection;
use axum::extract::{
    ConnectInfo, DefaultBodyLimit, Json, Multipart, Path as UrlPath, Query, State,
};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use floorlot::rules::{Lang, Phrase};
use floorlot::system::io_words;
use futures_util::stream::unfold;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Semaphore, watch};

/// How long the page waits for tables to be read.
const READING: std::time::Duration = std::time::Duration::from_secs(60);

/// How soon a page that lost the connection tries again.
const RETRY: std::time::Duration = std::time::Duration::from_millis(500);

/// Nothing is loaded from elsewhere, nothing is framed, no script stands within a page.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A print-out has its style within it, and no script. In its sandbox it opens no other tab, and
/// has no storage: in the tab of the operator the key is in that, and a tab that is opened would
/// get a copy.
const SHEET: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox allow-downloads";

/// The page that waits for the odds loads itself again, which no page does in a sandbox. It has
/// nothing that opens another tab.
const WAITING: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What is no page of its own (an answer, a script, a word that nothing is here) is in the sandbox
/// too, where it is shown in a tab.
const NO_PAGE: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

/// All that is shared.
pub(crate) struct App {
    pub(super) hall: Mutex<Hall>,
    /// The language of the program: that of the pages, unless somebody chose another one on them.
    lang: Lang,
    pub(super) door: Mutex<Door>,
    /// The view of the board, as JSON.
    board: watch::Sender<String>,
    version: Mutex<u64>,
    places: Places,
    /// Whoever reads tables holds it.
    reading: Arc<Semaphore>,
    /// Tables that were read and are not the plan yet. (Locked after the hall, never before it.)
    draft: Mutex<Option<Draft>>,
    chances: Chances,
    /// What verifiers say that follow the draw. (Locked after the hall.)
    answers: Mutex<Answers>,
    /// The settings as they were filled in last, for a page that is loaded again.
    pub(super) form: Mutex<Option<crate::import::form::Form>>,
}

pub(super) type Shared = State<Arc<App>>;

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // After a panic the hall goes on: what counts is on disk, and is looked at again.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl App {
    pub(crate) fn new(hall: Hall, door: Door, answers: Answers, lang: Lang) -> App {
        let (board, version) = (watch::Sender::new(String::new()), Mutex::new(1));
        let app = App {
            hall: Mutex::new(hall),
            lang,
            door: Mutex::new(door),
            board,
            version,
            places: Places::new(),
            reading: Arc::new(Semaphore::new(1)),
            draft: Mutex::default(),
            chances: Chances::default(),
            answers: Mutex::new(answers),
            form: Mutex::default(),
        };
        app.publish(&mut lock(&app.hall));
        app
    }

    pub(crate) fn new_token(&self) -> Result<String, getrandom::Error> {
        lock(&self.door).new_token()
    }

    /// Looks twice a second at what can change without a step of the operator: the transcript, the
    /// stick, the clock.
    pub(crate) fn watch(self: &Arc<App>) {
        // A thread of its own, because a stick that hangs keeps it waiting.
        let app = Arc::clone(self);
        std::thread::spawn(move || {
            loop {
                std::thread::sleep(std::time::Duration::from_millis(500));
                let mut hall = lock(&app.hall);
                if hall.look() {
                    *lock(&app.version) += 1;
                    app.publish(&mut hall);
                }
            }
        });
    }

    /// Looks once a second at what verifiers say that follow the draw.
    pub(crate) fn hear(self: &Arc<App>) {
        let (app, files) = (Arc::clone(self), lock(&self.answers).files());
        if files.is_empty() {
            return;
        }
        let begun = std::time::Instant::now();
        std::thread::spawn(move || {
            loop {
                std::thread::sleep(std::time::Duration::from_secs(1));
                let read = files.iter().map(|file| answers::read(file)).collect();
                let mut hall = lock(&app.hall);
                if lock(&app.answers).look(&mut hall, read, begun.elapsed()) {
                    // No other version: what others say keeps nobody from the next step.
                    app.publish(&mut hall);
                }
            }
        });
    }

    /// Draws by itself what is due, as long as the operator wants it: no page has to be open for
    /// that.
    pub(crate) fn draw_on(self: &Arc<App>) {
        let app = Arc::clone(self);
        std::thread::spawn(move || {
            loop {
                // Unlocked meanwhile, so that whoever wants to stop it comes in.
                std::thread::sleep(std::time::Duration::from_millis(20));
                let mut hall = lock(&app.hall);
                if hall.draw_on() {
                    *lock(&app.version) += 1;
                    app.publish(&mut hall);
                }
            }
        });
    }

    /// For a program that is told to end.
    pub(crate) fn rescue(&self) -> Option<String> {
        lock(&self.hall).rescue()
    }

    /// Shows the state, which is on disk, to the boards.
    fn publish(&self, hall: &mut Hall) {
        self.board.send_replace(self.seen(hall));
    }

    /// What a board shows now.
    fn seen(&self, hall: &mut Hall) -> String {
        let version = *lock(&self.version);
        let mut view = view(hall, version, false);
        view.answers = lock(&self.answers).shown();
        serde_json::to_string(&view).unwrap_or_default()
    }

    /// Does what the operator wants. Only the answer to the operator waits for the stick: the hall
    /// is not locked meanwhile.
    fn act(&self, acting: &Acting, lang: Option<Lang>) -> Response {
        if matches!(acting.act, Act::Seal { .. }) {
            lock(&self.hall).ask_copy();
            self.wait_for_copy(); // a stick that holds a sealed draw is known before the seal
        }
        let version = (!acting.act.fits_any_state()).then_some(acting.version);
        let hashed = match version.map_or(Ok(None), |_| self.hashed(acting, lang)) {
            Ok(hashed) => hashed,
            Err(refused) => return refused.into_response(),
        };
        let answer = self.change(version, |hall| {
            hall.speak(lang);
            hall.act(hashed.as_ref().unwrap_or(&acting.act))
        });
        self.wait_for_copy();
        answer
    }

    /// The act with the hashes of the files that it names, if there are any. They are made before
    /// the hall is locked: meanwhile the draw may move on, and then the act comes too late.
    fn hashed(&self, acting: &Acting, lang: Option<Lang>) -> Result<Option<Act>, Refused> {
        let (named, lang) = {
            let mut hall = lock(&self.hall);
            // The same question as in `changed`, asked early: nobody hashes a film for a page that
            // is stale.
            if acting.version != *lock(&self.version) {
                return Err(Refused(StatusCode::CONFLICT, json!({"error": stale()})));
            }
            hall.speak(lang);
            (hall.names_files(&acting.act), hall.lang)
        };
        let hashed = named.map(|command| command.hashed(lang)).transpose();
        let hashed = hashed
            .or_else(|why| self.changed(acting.version, |hall| hall.refuse(why)).map(|_| None))?;
        Ok(hashed.map(|command| Act::Command { command }))
    }

    /// Waits until the stick has what is recorded, but not longer than its patience, and never
    /// while the hall is locked.
    fn wait_for_copy(&self) {
        // A copy of the handle, so that the hall is free while the stick is waited for.
        let copy = lock(&self.hall).copy.clone();
        copy.iter().for_each(Copy::wait);
    }

    /// Does something to the hall for a page that showed `version`: once, and not if something else
    /// came between; without a version, whatever the page showed.
    fn change(
        &self,
        version: impl Into<Option<u64>>,
        with: impl FnOnce(&mut Hall) -> Result<(), String>,
    ) -> Response {
        self.changed(version, with).map_or_else(Refused::into_response, |version| {
            Json(json!({"version": version})).into_response()
        })
    }

    /// The same: the version after it, or the answer why not.
    fn changed(
        &self,
        version: impl Into<Option<u64>>,
        with: impl FnOnce(&mut Hall) -> Result<(), String>,
    ) -> Result<u64, Refused> {
        let mut hall = lock(&self.hall);
        let now = *lock(&self.version);
        // The page showed another state than this: what it asks for may mean something else now.
        if version.into().is_some_and(|shown| shown != now) {
            return Err(Refused(StatusCode::CONFLICT, json!({"error": stale()})));
        }
        // Also when the act is refused: it may have changed what the pages show.
        *lock(&self.version) += 1;
        let done = with(&mut hall);
        if draft::unsealed(&hall).is_err() {
            *lock(&self.draft) = None; // no other plan can come any more
        }
        self.publish(&mut hall);
        let refused = |why| {
            Refused(StatusCode::UNPROCESSABLE_ENTITY, json!({"error": why, "version": now + 1}))
        };
        done.map(|()| now + 1).map_err(refused)
    }

    /// A request that writes must come from the operator's page.
    pub(super) fn admit(&self, headers: &HeaderMap) -> Result<(), Turned> {
        let mut door = lock(&self.door);
        door.own(headers, true).and_then(|()| door.knows(headers))
    }

    /// What a page sent is nothing that is asked for here: numbers that are none, say. What the
    /// reader of JSON says of it is English, and no help at the desk.
    pub(super) fn no_request(&self, error: &JsonRejection, headers: &HeaderMap) -> Response {
        let lang = self.language(headers);
        let why = match error {
            JsonRejection::JsonDataError(_) => tr!(
                lang,
                "a part is missing, is of another kind, or is not known here",
                "缺少某项、某项格式不对，或有未知的项"
            ),
            JsonRejection::BytesRejection(_) => {
                tr!(lang, "it is too long, or it did not arrive whole", "内容过长，或未完整送达")
            }
            _ => tr!(lang, "it is not JSON", "不是 JSON"),
        };
        let why = tr!(
            lang,
            "the hall does not know this step ({why}); nothing was recorded. Correct what was typed and try again",
            "无法识别这一步（{why}），未作记录；请改正输入后再试"
        );
        answer(StatusCode::UNPROCESSABLE_ENTITY, &why)
    }

    /// The language of the page that asks, else that of the hall.
    pub(super) fn language(&self, headers: &HeaderMap) -> Lang {
        language(headers).unwrap_or_else(|| lock(&self.hall).lang)
    }

    /// The language of the hall.
    pub(super) fn own_language(&self) -> Lang {
        lock(&self.hall).lang
    }

    pub(super) fn turned(&self, why: Turned, headers: &HeaderMap) -> Response {
        let words = match why {
            Turned::Foreign => Phrase::new(
                "this request does not come from a page of this program",
                "此请求不是来自本程序的页面",
            ),
            Turned::NoKey => Phrase::new(
                "this page has no access, or another page has taken over: press Enter in the terminal and open the new address",
                "此页面未获授权，或已由另一页面接管：请在终端按回车，打开新的地址",
            ),
            Turned::Token => Phrase::new(
                "this address was used already, or is not the newest: press Enter in the terminal and open the new one",
                "此地址已用过或不是最新的：请在终端按回车，打开新的地址",
            ),
        };
        let status =
            if why == Turned::Foreign { StatusCode::FORBIDDEN } else { StatusCode::UNAUTHORIZED };
        let lang = self.language(headers);
        answer(status, words.get(lang))
    }
}

/// The language of the page that asks.
pub(super) fn language(headers: &HeaderMap) -> Option<Lang> {
    spoken(headers.get("x-floorlot-lang")?.to_str().ok()?)
}

fn spoken(lang: &str) -> Option<Lang> {
    match lang {
        "zh" => Some(Lang::Zh),
        "en" => Some(Lang::En),
        _ => None,
    }
}

/// Why something was not done.
struct Refused(StatusCode, Value);

impl Refused {
    fn into_response(self) -> Response {
        (self.0, Json(self.1)).into_response()
    }
}

fn stale() -> String {
    "the draw has moved on since this page was shown; look again · 页面已过时，请核对后重试".into()
}

pub(super) fn answer(status: StatusCode, why: &str) -> Response {
    (status, Json(json!({"error": why}))).into_response()
}

/// Answers on a thread that may take its time: the threads that serve go on with the boards and
/// with everything else meanwhile.
pub(super) async fn aside(work: impl FnOnce() -> Response + Send + 'static) -> Response {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| answer(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()))
}

/// A page in the language of the program; who chose another one on it keeps that.
macro_rules! page_in {
    ($file:literal) => {
        |State(app): Shared| async move {
            let lang = if app.lang == Lang::En { "<html lang=\"en\"" } else { CHINESE };
            page(include_str!($file).replacen(CHINESE, lang, 1), "text/html")
        }
    };
}

/// How each page begins.
const CHINESE: &str = "<html lang=\"zh-CN\"";

/// Everything that can be asked.
pub(crate) fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/", get(page_in!("pages/board.html")))
        .route("/operator", get(page_in!("pages/operator.html")))
        .route("/hall.css", get(|| async { page(include_str!("pages/hall.css"), "text/css") }))
        .route("/board.css", get(|| async { page(include_str!("pages/board.css"), "text/css") }))
        .route(
            "/operator.css",
            get(|| async { page(include_str!("pages/operator.css"), "text/css") }),
        )
        .route("/hall.js", get(|| async { page(include_str!("pages/hall.js"), "text/javascript") }))
        .route(
            "/tower.js",
            get(|| async { page(include_str!("pages/tower.js"), "text/javascript") }),
        )
        .route(
            "/board.js",
            get(|| async { page(include_str!("pages/board.js"), "text/javascript") }),
        )
        .route(
            "/operator.js",
            get(|| async { page(include_str!("pages/operator.js"), "text/javascript") }),
        )
        .route(
            "/flats.js",
            get(|| async { page(include_str!("pages/flats.js"), "text/javascript") }),
        )
        .route(
            "/tables.js",
            get(|| async { page(include_str!("pages/tables.js"), "text/javascript") }),
        )
        .merge(super::setup::routes())
        .merge(super::find::routes())
        .route("/find", get(page_in!("pages/find.html")))
        .route(
            "/answers.js",
            get(|| async { page(include_str!("pages/answers.js"), "text/javascript") }),
        )
        .route("/api/events", get(events))
        .route("/api/building", get(building))
        .route("/api/enter", post(enter))
        .route("/api/view", get(operators_view))
        .route("/api/act", post(act))
        .route("/api/plan", post(plan))
        .route("/api/draft", get(draft_view).post(draft_act))
        .route("/api/note", post(note))
        .route("/recorded.jsonl", get(recorded))
        .route("/print/{name}", get(print))
        .route("/odds", get(odds))
        .layer(DefaultBodyLimit::max(MOST))
        .layer(axum::middleware::from_fn_with_state(Arc::clone(&app), guard))
        .with_state(app)
}

/// Asked by another name than this machine's, nothing is answered. The operator's connections never
/// give way to others.
async fn guard(
    State(app): Shared,
    guest: ConnectInfo<Guest>,
    request: axum::extract::Request,
    next: axum::middleware::Next,
) -> Response {
    let headers = request.headers().clone();
    let policy =
        if ["/", "/operator", "/find"].contains(&request.uri().path()) { POLICY } else { NO_PAGE };
    // The lock is let go before the request is carried out.
    let own = {
        let mut door = lock(&app.door);
        if door.knows(&headers).is_ok() {
            guest.keep();
        }
        door.own(&headers, false)
    };
    match own {
        Ok(()) => {
            let mut response = next.run(request).await;
            let headers = response.headers_mut();
            headers
                // A print-out has a policy of its own, which stays.
                .entry(header::CONTENT_SECURITY_POLICY)
                .or_insert(header::HeaderValue::from_static(policy));
            headers.insert(
                header::X_CONTENT_TYPE_OPTIONS,
                header::HeaderValue::from_static("nosniff"),
            );
            headers
                .insert(header::REFERRER_POLICY, header::HeaderValue::from_static("no-referrer"));
            headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
            response
        }
        Err(why) => app.turned(why, &headers),
    }
}

pub(super) fn page(text: impl IntoResponse, kind: &'static str) -> Response {
    ([(header::CONTENT_TYPE, format!("{kind}; charset=utf-8"))], text).into_response()
}

#[derive(Deserialize)]
struct Listening {
    pass: Option<String>,
}

/// The board's view now and after every change, as long as there are places. Only the newest is
/// kept for a slow reader.
async fn events(
    State(app): Shared,
    ConnectInfo(guest): ConnectInfo<Guest>,
    Query(listening): Query<Listening>,
) -> Response {
    let operator = listening.pass.is_some_and(|pass| lock(&app.door).knows_pass(&pass));
    let Some(place) = app.places.take(operator) else {
        return answer(
            StatusCode::SERVICE_UNAVAILABLE,
            &format!(
                "已连接 {BOARDS} 个大屏页面，不能再多；请先关闭不用的页面 · {BOARDS} boards are open, and no more can be; close those that nobody uses"
            ),
        );
    };
    guest.keep();
    aside(move || {
        let changes = app.board.subscribe();
        // The time that is left of a choice is that of now, not of the last step.
        let now = app.seen(&mut lock(&app.hall));
        // The place is held until the stream is dropped.
        let stream = unfold((Some(now), changes, place), |(first, mut changes, place)| async {
            let text = match first {
                Some(now) => now,
                None => {
                    changes.changed().await.ok()?;
                    changes.borrow_and_update().clone()
                }
            };
            let event = Event::default().retry(RETRY).data(text);
            Some((Ok::<_, Infallible>(event), (None, changes, place)))
        });
        Sse::new(stream).keep_alive(KeepAlive::default()).into_response()
    })
    .await
}

/// What a page enters with: the token of the terminal, or the key that it had before it was loaded
/// again.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Enter {
    Token(String),
    Key(String),
}

async fn enter(
    State(app): Shared,
    headers: HeaderMap,
    enter: Result<Json<Enter>, JsonRejection>,
) -> Response {
    // A statement of its own, so that the lock is not held while the answer is made.
    let own = lock(&app.door).own(&headers, true);
    if let Err(why) = own {
        return app.turned(why, &headers);
    }
    let enter = match enter {
        Ok(Json(enter)) => enter,
        Err(error) => return app.no_request(&error, &headers),
    };
    let entered = {
        let mut door = lock(&app.door);
        match &enter {
            Enter::Token(token) => door.enter(token),
            Enter::Key(key) => door.enter_again(key),
        }
    };
    match entered {
        Ok(entered) => Json(json!({"key": entered.key, "pass": entered.pass})).into_response(),
        Err(why) => app.turned(why, &headers),
    }
}

/// What the operator's page shows.
#[derive(Serialize)]
struct Operators {
    #[serde(flatten)]
    view: View,
    /// Whether there are tables that are not the plan yet, and whether some are being read.
    draft: bool,
    reading: bool,
}

async fn operators_view(State(app): Shared, headers: HeaderMap) -> Response {
    let known = lock(&app.door).knows(&headers);
    if let Err(why) = known {
        return app.turned(why, &headers);
    }
    aside(move || {
        let mut hall = lock(&app.hall);
        hall.speak(language(&headers));
        let version = *lock(&app.version);
        let (draft, reading) = (lock(&app.draft).is_some(), app.reading.available_permits() == 0);
        let mut view = view(&mut hall, version, true);
        view.answers = lock(&app.answers).shown();
        Json(Operators { view, draft, reading }).into_response()
    })
    .await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Acting {
    /// The version that the page showed.
    version: u64,
    act: Act,
}

async fn act(
    State(app): Shared,
    headers: HeaderMap,
    acting: Result<Json<Acting>, JsonRejection>,
) -> Response {
    if let Err(why) = app.admit(&headers) {
        return app.turned(why, &headers);
    }
    let acting = match acting {
        Ok(Json(acting)) => acting,
        Err(error) => return app.no_request(&error, &headers),
    };
    aside(move || app.act(&acting, language(&headers))).await
}

/// Files as a page sends them, or what is no such thing.
pub(super) type Form = Result<Multipart, MultipartRejection>;

/// The files that the operator's page sends, and its language.
pub(super) async fn uploaded(
    app: &App,
    headers: &HeaderMap,
    form: Form,
) -> Result<(Lang, Upload), Box<Response>> {
    app.admit(headers).map_err(|why| Box::new(app.turned(why, headers)))?;
    let lang = app.language(headers);
    let form = form.map_err(|_| {
        let words = Phrase::new(
            "no file came with this; choose the file again",
            "没有收到文件；请重新选择文件",
        );
        Box::new(answer(StatusCode::UNPROCESSABLE_ENTITY, words.get(lang)))
    })?;
    match Upload::read(form).await {
        Ok(upload) => Ok((lang, upload)),
        Err((status, why)) => Err(Box::new(answer(status, why.get(lang)))),
    }
}

/// A plan file, or the office's tables: a plan is taken, tables are shown first.
async fn plan(State(app): Shared, headers: HeaderMap, form: Form) -> Response {
    let (lang, mut upload) = match uploaded(&app, &headers, form).await {
        Ok(uploaded) => uploaded,
        Err(refused) => return *refused,
    };
    // What it has from before is cloned, so that nothing is locked while it is read.
    let before = lock(&app.draft).as_ref().map(|draft| Arc::clone(&draft.tables));
    before.iter().for_each(|tables| upload.keep(tables));
    if let Some(form) = &upload.form {
        *lock(&app.form) = Some(form.clone());
    }
    let (version, way) = (
        upload.version,
        Way { lang, skip_documents: upload.skip_documents, accept: BTreeSet::new() },
    );
    let read = move || {
        Ok(match upload.chosen(lang)? {
            Chosen::Plan(file) => Loaded::Plan(file),
            Chosen::Tables(tables) => Loaded::Shown(Box::new(Draft::read(Arc::new(tables), way))),
        })
    };
    app.load(version, lang, read).await
}

/// What was read, and what is done with it.
enum Loaded {
    Plan(File),
    Shown(Box<Draft>),
    Used(Box<Draft>),
}

impl App {
    /// Reads on a thread of its own, with nothing locked; one at a time, and the page waits so long
    /// and no longer. Then takes what was read.
    async fn load(
        self: &Arc<App>,
        version: u64,
        lang: Lang,
        read: impl FnOnce() -> Result<Loaded, String> + Send + 'static,
    ) -> Response {
        let said =
            |status: StatusCode, en: &str, zh: &str| answer(status, Phrase::new(en, zh).get(lang));
        let Ok(reading) = Arc::clone(&self.reading).try_acquire_owned() else {
            return said(
                StatusCode::CONFLICT,
                "the tables that were chosen before are still being read; wait a moment, then choose again",
                "上一次选的表还在读取，请稍候再试",
            );
        };
        let app = Arc::clone(self);
        let work = tokio::task::spawn_blocking(move || {
            let _reading = reading; // until it is read, also if nobody waits for it any more
            // Asked again on this thread: the draw may have been sealed while the file came.
            draft::unsealed(&lock(&app.hall))?;
            read()
        });
        match tokio::time::timeout(READING, work).await {
            Ok(Ok(Ok(loaded))) => {
                let app = Arc::clone(self);
                aside(move || app.take(version, lang, loaded)).await
            }
            Ok(Ok(Err(why))) => answer(StatusCode::UNPROCESSABLE_ENTITY, &why),
            Ok(Err(_)) => said(
                StatusCode::UNPROCESSABLE_ENTITY,
                "the tables could not be read, and nothing was taken; save them as a new .xlsx and choose them again",
                "表格无法读取，未采用任何内容；请另存为新的 .xlsx 后再选",
            ),
            Err(_) => said(
                StatusCode::UNPROCESSABLE_ENTITY,
                "the tables take longer than a minute to read, and nothing was taken; save only the sheets of households and flats as a new .xlsx, start the program again, and choose that",
                "读表已超过一分钟，未采用任何内容；请只把住户和房源工作表另存为新的 .xlsx，重新启动程序后再选",
            ),
        }
    }

    fn take(&self, version: u64, lang: Lang, loaded: Loaded) -> Response {
        self.change(version, |hall| {
            hall.speak(Some(lang));
            hall.faults.clear();
            let mut kept = lock(&self.draft);
            match loaded {
                Loaded::Plan(file) => draft::load_plan(&file.bytes, hall).map(|()| *kept = None),
                Loaded::Shown(read) => {
                    *kept = Some(*read);
                    Ok(())
                }
                Loaded::Used(read) => {
                    let done = read.write(hall);
                    // Kept if it was not taken, so that the page can show it again.
                    *kept = done.is_err().then_some(*read);
                    done
                }
            }
        })
    }
}

/// What is done with the tables that are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Doing {
    /// Reads them again, in another language say.
    Read,
    /// Makes them the plan.
    Use,
    /// Takes them away.
    Drop,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Drafting {
    version: u64,
    doing: Doing,
    #[serde(default)]
    accept: Vec<String>,
}

/// The tables that were read: shown again, used with what was ticked, or taken away.
async fn draft_act(
    State(app): Shared,
    headers: HeaderMap,
    drafting: Result<Json<Drafting>, JsonRejection>,
) -> Response {
    if let Err(why) = app.admit(&headers) {
        return app.turned(why, &headers);
    }
    let drafting = match drafting {
        Ok(Json(drafting)) => drafting,
        Err(error) => return app.no_request(&error, &headers),
    };
    let lang = app.language(&headers);
    let kept =
        // Cloned, so that nothing is locked while the tables are read again.
        lock(&app.draft).as_ref().map(|draft| (Arc::clone(&draft.tables), draft.way.clone()));
    let (Some((tables, way)), true) = (kept, drafting.doing != Doing::Drop) else {
        return aside(move || {
            app.change(drafting.version, |_| {
                *lock(&app.draft) = None;
                Ok(())
            })
        })
        .await;
    };
    let changed = matches!(&tables.settings, Settings::Form(read)
        if lock(&app.form).as_ref().is_some_and(|now| *now != **read));
    if changed && drafting.doing == Doing::Use {
        let words = Phrase::new(
            "the settings were changed after the tables were read; read the tables again",
            "读表之后设置有改动；请再次读取表格",
        );
        return answer(StatusCode::UNPROCESSABLE_ENTITY, words.get(lang));
    }
    let accept = Kind::ALL
        .iter()
        .copied()
        .filter(|kind| drafting.accept.iter().any(|word| word == kind.word()))
        .collect();
    let (way, used) = (Way { lang, accept, ..way }, drafting.doing == Doing::Use);
    let read = move || {
        let draft = Box::new(Draft::read(tables, way));
        Ok(if used { Loaded::Used(draft) } else { Loaded::Shown(draft) })
    };
    app.load(drafting.version, lang, read).await
}

/// The tables that were read, for the page that shows them.
async fn draft_view(State(app): Shared, headers: HeaderMap) -> Response {
    let known = lock(&app.door).knows(&headers);
    if let Err(why) = known {
        return app.turned(why, &headers);
    }
    aside(move || Json(lock(&app.draft).as_ref().map(Draft::shown)).into_response()).await
}

/// A signed note, as it is on the disk of the operator.
async fn note(State(app): Shared, headers: HeaderMap, form: Form) -> Response {
    let (lang, upload) = match uploaded(&app, &headers, form).await {
        Ok(uploaded) => uploaded,
        Err(refused) => return *refused,
    };
    let (version, bytes) = (upload.version, upload.only().unwrap_or_default());
    let (text, changes) = match crate::keys::note_file::note_text(&bytes) {
        Ok(read) => read,
        Err(why) => return answer(StatusCode::UNPROCESSABLE_ENTITY, why.get(lang)),
    };
    aside(move || {
        let done = app.changed(version, |hall| {
            hall.speak(Some(lang));
            hall.act(&Act::Note { text })
        });
        app.wait_for_copy();
        done.map_or_else(Refused::into_response, |version| {
            Json(json!({"version": version, "told": changes.map(|words| words.get(lang).to_owned())})).into_response()
        })
    })
    .await
}

#[derive(Deserialize)]
struct Asked {
    lang: Option<String>,
    /// The household or family of a confirmation sheet.
    household: Option<String>,
}

impl Asked {
    fn language(&self) -> Option<Lang> {
        spoken(self.lang.as_deref()?)
    }
}

/// All recorded lines from memory, to save them where there is room while their file is gone.
/// Everything in them is public.
async fn recorded(State(app): Shared) -> Response {
    aside(move || match lock(&app.hall).recorded_lines() {
        Some(lines) => {
            let heads = [
                (header::CONTENT_TYPE, "application/jsonl; charset=utf-8"),
                (header::CONTENT_DISPOSITION, "attachment; filename=\"rescued.jsonl\""),
            ];
            (heads, lines).into_response()
        }
        None => answer(StatusCode::NOT_FOUND, "nothing is recorded yet · 尚未记录任何内容"),
    })
    .await
}

#[derive(Deserialize)]
struct Numbered {
    /// The place in the list of buildings, from 0.
    n: usize,
}

/// One building with all its flats, for a board where the buildings take turns.
async fn building(State(app): Shared, Query(asked): Query<Numbered>) -> Response {
    aside(move || match super::view::house(&lock(&app.hall), asked.n) {
        Some(house) => Json(house).into_response(),
        None => answer(StatusCode::NOT_FOUND, "there is no such building · 没有这栋楼"),
    })
    .await
}

/// A print-out. Everything on it is public.
async fn print(
    State(app): Shared,
    UrlPath(name): UrlPath<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let lang = asked.language();
    aside(move || printed(&app, (&name, asked.household), lang)).await
}

/// A print-out, made of what is on disk.
fn printed(app: &App, (name, household): (&str, Option<String>), lang: Option<Lang>) -> Response {
    // The folder and the sheet may be on a stick that hangs: nobody else waits for it.
    let (prints, own) = {
        let hall = lock(&app.hall);
        (hall.prints(), hall.lang)
    };
    if let Some(sheet) = receipt_sheet(&prints, name) {
        return receipts(&sheet, own);
    }
    let bytes = {
        let mut hall = lock(&app.hall);
        let beside = hall.files.transcript.clone();
        hall.printed().map(|bytes| (bytes, hall.notes.clone(), beside))
    };
    let lang = lang.unwrap_or(own);
    let made = bytes.and_then(|(bytes, notes, beside)| {
        let office = office_file::read(&beside, None, lang).map_err(hall::words)?;
        crate::prints::one(&bytes, notes, (name, household), office, lang)
    });
    match made {
        Ok((file, bytes)) => {
            let kind = match file.rsplit_once('.') {
                Some((_, "html")) => "text/html; charset=utf-8",
                Some((_, "csv")) => "text/csv; charset=utf-8",
                _ => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            };
            let place = format!(
                "{}; filename=\"{file}\"",
                if file.ends_with(".html") { "inline" } else { "attachment" }
            );
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

/// The odds before the draw.
async fn odds(State(app): Shared, Query(asked): Query<Asked>) -> Response {
    aside(move || {
        let (bytes, own) = {
            let mut hall = lock(&app.hall);
            (hall.plan_bytes(), hall.lang)
        };
        let lang = asked.language().unwrap_or(own);
        let none = || tr!(lang, "there is no plan yet", "还没有方案");
        let Some(plan) = bytes.and_then(|bytes| plan_file::plan_in(&bytes)) else {
            return answer(StatusCode::NOT_FOUND, &none());
        };
        match app.chances.of(plan, lang) {
            chances::Answer::Odds(page) => sheet(SHEET, page),
            chances::Answer::Wait(page) => sheet(WAITING, page),
            chances::Answer::None(page) => {
                (StatusCode::NOT_FOUND, sheet(SHEET, page)).into_response()
            }
        }
    })
    .await
}

fn sheet(policy: &'static str, html: String) -> Response {
    let heads = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, policy),
    ];
    (heads, html).into_response()
}

/// Receipts that were written beside the transcript.
fn receipts(sheet: &Path, lang: Lang) -> Response {
    match on_disk::read(sheet) {
        Ok(bytes) => (
            [
                (header::CONTENT_TYPE, "text/html; charset=utf-8"),
                (header::CONTENT_SECURITY_POLICY, SHEET),
            ],
            bytes,
        )
            .into_response(),
        Err(error) => answer(StatusCode::NOT_FOUND, io_words(&error).get(lang)),
    }
}
