//! `/find`: what a household has, by its code or by the number of a flat, for a second screen or
//! for a helper who is asked. Read only, and nothing that is not on the board: no needs.

use super::buildings;
use super::hall::{Hall, State as Now};
use super::routes::{App, Shared, answer, aside, lock, page};
use crate::ceremony::draw::Draw;
use crate::words::say::tr;
use axum::Router;
use axum::extract::{Json, Query, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::response::Response;
use axum::routing::get;
use floorlot::plan::{HouseholdNumber, UnitNumber};
use floorlot::record::{Held, How};
use floorlot::rules::{Lang, Phrase};
use floorlot::session::Awaits;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// How many hits a page shows; how many there are is said.
const SHOWN: usize = 12;

/// How long a code or a label can be, in characters; what is longer is none.
const LONGEST: usize = 64;

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/find.js", get(|| async { page(include_str!("pages/find.js"), "text/javascript") }))
        .route("/find.css", get(|| async { page(include_str!("pages/find.css"), "text/css") }))
        .route("/api/find", get(find))
}

#[derive(Deserialize)]
struct Asked {
    q: String,
}

async fn find(State(app): Shared, Query(asked): Query<Asked>) -> Response {
    aside(move || {
        let asked = asked.q.trim().to_lowercase();
        if asked.chars().count() > LONGEST {
            return answer(
                StatusCode::UNPROCESSABLE_ENTITY,
                "no code of a household and no number of a flat is so long · 没有这么长的户号或房号",
            );
        }
        Json(found(&lock(&app.hall), &asked)).into_response()
    })
    .await
}

/// The households and flats with this code or label; without one, those whose code has it within.
fn found(hall: &Hall, asked: &str) -> Value {
    let Now::Draw(draw) = &hall.state else {
        return json!({"drawing": false, "hits": [], "count": 0});
    };
    let households = households(draw, asked);
    let flats = flats(draw, asked);
    let count = households.len() + flats.len();
    let hits = households.into_iter().map(|household| of_household(draw, household));
    let flats = flats.into_iter().map(|unit| of_flat(draw, unit));
    let hits: Vec<Value> = hits.chain(flats).take(SHOWN).collect();
    json!({"drawing": true, "hits": hits, "count": count})
}

/// Those that are it, or, if none is, those that have it within.
fn matching<T: Copy>(all: impl Iterator<Item = (T, String)>, asked: &str) -> Vec<T> {
    let (mut exact, mut within) = (Vec::new(), Vec::new());
    for (one, name) in all {
        let name = name.to_lowercase();
        if name == asked {
            exact.push(one);
        } else if asked.chars().count() > 1 && name.contains(asked) {
            within.push(one);
        }
    }
    if exact.is_empty() { within } else { exact }
}

fn households(draw: &Draw, asked: &str) -> Vec<HouseholdNumber> {
    let roll = draw.roll();
    matching(roll.household_numbers().map(|h| (h, roll.household_id(h).to_owned())), asked)
}

fn flats(draw: &Draw, asked: &str) -> Vec<UnitNumber> {
    let roll = draw.roll();
    let label = |unit: UnitNumber| draw.book.units.get(unit.index()).map_or("", |u| &u.label);
    let is = |unit: &UnitNumber| {
        [roll.unit_id(*unit), roll.unit_label(*unit), label(*unit)]
            .iter()
            .any(|name| name.to_lowercase() == asked)
    };
    roll.unit_numbers().filter(is).collect()
}

fn of_household(draw: &Draw, household: HouseholdNumber) -> Value {
    let (roll, course) = (draw.roll(), draw.progress.record.course(household));
    let pool = roll.pool_of(household).and_then(|pool| roll.pool(pool));
    let about = pool.map(|pool| json!({"title": pool.title, "households": pool.household_count()}));
    let mut shown = buildings::household_of(draw, household);
    if let Some(shown) = shown.as_object_mut() {
        shown.remove("needs"); // not for everybody in the hall
    }
    let unit = course.now.unit().map(|unit| buildings::unit_of(draw, unit));
    let words = |lang| told(draw, household, lang);
    json!({"household": shown, "pool": about, "unit": unit, "en": words(Lang::En), "zh": words(Lang::Zh)})
}

fn of_flat(draw: &Draw, unit: UnitNumber) -> Value {
    let holdings = draw.roll().household_numbers().zip(draw.session.holdings());
    let holder = holdings.into_iter().find(|(_, holding)| holding.unit() == Some(unit));
    match holder {
        Some((household, _)) => of_household(draw, household),
        None => json!({"household": null, "pool": null, "unit": buildings::unit_of(draw, unit),
            "en": ["Nobody has this flat."], "zh": ["此房目前无人选定。"]}),
    }
}

/// What a household has and how it came to it, one sentence each.
fn told(draw: &Draw, household: HouseholdNumber, lang: Lang) -> Vec<String> {
    let course = draw.progress.record.course(household);
    let mut told = vec![how(draw, household, &course.now, lang)];
    if course.deferred && course.now.how == How::Unserved {
        told.push(
            Phrase::new(
                "It missed its call; it is called once more at the end.",
                "三呼未到，本批最后再叫一次。",
            )
            .get(lang)
            .to_owned(),
        );
    }
    if let Some(unit) = course.drawn.unit().filter(|unit| course.now.unit() != Some(*unit)) {
        let flat = draw.book.unit(unit, lang);
        told.push(tr!(lang, "The draw had given it {flat}.", "抽签时定的是 {flat}。"));
    }
    let offered = draw.roll().pool_of(household).and_then(|pool| draw.session.open_offer(pool));
    if let Some((unit, _)) = offered.filter(|(_, to)| *to == household) {
        let flat = draw.book.unit(unit, lang);
        told.push(tr!(lang, "{flat} is offered to it now.", "现轮到递补：{flat}。"));
    }
    if draw.session.is_void() {
        told.push(Phrase::new("The draw is void.", "本次抽签已作废。").get(lang).to_owned());
    }
    told
}

fn how(draw: &Draw, household: HouseholdNumber, now: &Held, lang: Lang) -> String {
    let words = match &now.how {
        How::Unserved if chooses(draw, household) => Phrase::new("It chooses now.", "正在选房。"),
        How::Unserved => Phrase::new("It was not served yet.", "尚未轮到。"),
        How::Choice => Phrase::new("It chose its flat.", "本人自选。"),
        How::Proxy(_) => Phrase::new("A proxy chose for it.", "由代理人代选。"),
        How::Lot => Phrase::new("The lot gave its flat.", "由抽签得出。"),
        How::Ranking => Phrase::new("Its ranking gave its flat.", "按所报志愿得出。"),
        How::Standby(_) => return standby(draw, household, lang),
        How::Accepted => Phrase::new("It took a flat that was offered.", "递补得房。"),
        How::Swap => Phrase::new("It exchanged its flat by consent.", "经双方同意换房。"),
        How::Withdrawn => Phrase::new("It gave its flat up.", "已放弃。"),
        _ => Phrase::new("", ""),
    };
    words.get(lang).to_owned()
}

fn chooses(draw: &Draw, household: HouseholdNumber) -> bool {
    matches!(draw.session.awaits(), Awaits::Choice { household: called, .. } if called == household)
}

/// Its place on the standby list of its pool as that is now.
fn standby(draw: &Draw, household: HouseholdNumber, lang: Lang) -> String {
    let pool = draw.roll().pool_of(household);
    let list = draw.session.standby();
    let mut own = list.iter().filter(|h| draw.roll().pool_of(**h) == pool);
    match own.position(|h| *h == household) {
        Some(at) => {
            let place = at + 1;
            tr!(lang, "On standby, place {place}.", "候补第 {place} 位。")
        }
        None => Phrase::new("On standby.", "候补。").get(lang).to_owned(),
    }
}
