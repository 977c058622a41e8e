//! Settings without `draw.toml`: the fields of the operator's page, checked as they are typed; what
//! a file is, as soon as it is chosen; and the blank workbook.

use super::routes::{App, Form as Files, Shared, answer, aside, lock, uploaded};
use crate::disk::recognize::What;
use crate::import::fields::{ABSENCES, FIELDS, Field, RULES, Takes, UNRANKED};
use crate::import::form::Form;
use crate::import::{Look, look, template};
use axum::Router;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Json, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use floorlot::plan::Plan;
use floorlot::rules::{Lang, Phrase};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// A larger table is not opened just to tell what is in it: that takes as long as reading it.
const LOOKED_AT: usize = 4 << 20;

/// What a page asks for before there is a plan.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route(
            "/setup.js",
            get(|| async {
                super::routes::page(include_str!("pages/setup.js"), "text/javascript")
            }),
        )
        .route("/api/settings", get(settings).post(check))
        .route("/api/look", post(looked))
        .route("/template.xlsx", get(blank))
}

/// One field, in the language of the page.
fn shown(field: &Field, lang: Lang) -> Value {
    let of = |(en, zh): (&'static str, &'static str)| Phrase::new(en, zh).get(lang).to_owned();
    json!({
        "key": field.key, "name": of(field.name), "help": of(field.help), "example": of(field.example),
        "needed": field.needed, "usual": field.usual, "usually": field.usually,
        "number": field.takes == Takes::Number, "one": one_of(field.takes, lang),
    })
}

/// The words of a choice: that of `draw.toml`, and that of the page.
fn one_of(takes: Takes, lang: Lang) -> Option<Vec<[&'static str; 2]>> {
    let Takes::One(words) = takes else { return None };
    let word = |(word, en, zh): &(&'static str, &'static str, &'static str)| {
        [*word, if lang == Lang::Zh { *zh } else { *en }]
    };
    Some(words.iter().map(word).collect())
}

/// The fields, what was typed in them last, and what is wrong with that.
async fn settings(State(app): Shared, headers: HeaderMap) -> Response {
    let known = lock(&app.door).knows(&headers);
    if let Err(why) = known {
        return app.turned(why, &headers);
    }
    let (lang, form) = (app.language(&headers), lock(&app.form).clone());
    let fields: Vec<Value> = FIELDS.iter().map(|field| shown(field, lang)).collect();
    let pools = json!({
        "rule": one_of(Takes::One(RULES), lang), "absence": one_of(Takes::One(ABSENCES), lang),
        "unranked": one_of(Takes::One(UNRANKED), lang),
    });
    let checked = form.as_ref().map(|form| checked(form, lang));
    Json(json!({"fields": fields, "pools": pools, "form": form, "empty": Form::empty(), "checked": checked}))
        .into_response()
}

/// What is wrong with a form, field by field, and the text that it becomes.
fn checked(form: &Form, lang: Lang) -> Value {
    let wrong: Vec<Value> = form
        .wrong()
        .iter()
        .map(|wrong| json!({"field": wrong.field, "words": wrong.words(lang)}))
        .collect();
    json!({"wrong": wrong, "toml": form.toml()})
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Typed {
    form: Form,
}

/// Keeps what is typed, and says what is wrong with it.
async fn check(
    State(app): Shared,
    headers: HeaderMap,
    typed: Result<Json<Typed>, JsonRejection>,
) -> Response {
    if let Err(why) = app.admit(&headers) {
        return app.turned(why, &headers);
    }
    let Typed { form } = match typed {
        Ok(Json(typed)) => typed,
        Err(error) => return app.no_request(&error, &headers),
    };
    let lang = app.language(&headers);
    *lock(&app.form) = Some(form.clone());
    aside(move || Json(checked(&form, lang)).into_response()).await
}

/// What a file is that was just chosen. Nothing is done with it.
async fn looked(State(app): Shared, headers: HeaderMap, form: Files) -> Response {
    let (lang, upload) = match uploaded(&app, &headers, form).await {
        Ok(uploaded) => uploaded,
        Err(refused) => return *refused,
    };
    let Some((name, bytes)) = upload.only_named() else {
        let words = Phrase::new("no file came; choose it again", "没有收到文件；请重新选择");
        return answer(StatusCode::UNPROCESSABLE_ENTITY, words.get(lang));
    };
    aside(move || Json(seen(&name, &bytes, lang)).into_response()).await
}

/// A file in words, and what the page does with it.
fn seen(name: &str, bytes: &[u8], lang: Lang) -> Value {
    let what = What::of(bytes);
    let words = what.words().get(lang).to_owned();
    match what {
        What::Plan => json!({"what": "plan", "words": plan(bytes, words, lang)}),
        What::Settings => {
            let form = std::str::from_utf8(bytes).ok().and_then(Form::of_toml);
            json!({"what": "settings", "words": words, "form": form})
        }
        What::Table if bytes.len() > LOOKED_AT => json!({"what": "table", "words": words}),
        What::Table => {
            let Look { sheets, roll, units, form } = look(name, bytes, lang);
            let words = match (sheets.is_empty(), lang) {
                (true, _) => words,
                (_, Lang::En) => format!("{words}: {}", sheets.join(", ")),
                (_, Lang::Zh) => format!("{words}：{}", sheets.join("，")),
            };
            json!({"what": "table", "words": words, "roll": roll, "units": units, "form": form})
        }
        _ => json!({"what": "other", "words": words}),
    }
}

/// A plan with its title and its size, if it is a right one.
fn plan(bytes: &[u8], words: String, lang: Lang) -> String {
    let lines = bytes.strip_suffix(b"\n").unwrap_or(bytes).split(|byte| *byte == b'\n');
    let Ok(plan) = Plan::read_lines(lines) else { return words };
    let (title, households) = (plan.roll().title(), plan.roll().household_numbers().count());
    match lang {
        Lang::En => format!("{words}: {title}, {households} households"),
        Lang::Zh => format!("{words}：{title}，{households} 户"),
    }
}

#[derive(Deserialize)]
struct Asked {
    lang: Option<String>,
}

/// The blank workbook. There is nothing in it but heads.
async fn blank(State(app): Shared, Query(asked): Query<Asked>) -> Response {
    let lang = match asked.lang.as_deref() {
        Some("zh") => Lang::Zh,
        Some("en") => Lang::En,
        _ => app.own_language(),
    };
    aside(move || match template::workbook(lang) {
        Ok(bytes) => {
            let heads = [
                (
                    header::CONTENT_TYPE,
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                ),
                (header::CONTENT_DISPOSITION, "attachment; filename=\"template.xlsx\""),
            ];
            (heads, bytes).into_response()
        }
        Err(why) => answer(StatusCode::INTERNAL_SERVER_ERROR, &why),
    })
    .await
}
