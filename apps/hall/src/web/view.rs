//! What the pages show: one object, the whole of it each time, so that a page that lost its
//! connection is right again with the next one.

use super::buildings::{self, estate, holders, household_of, unit_of};
use super::hall::{Hall, State, sample_keys};
use crate::ceremony::aloud;
use crate::ceremony::days;
use crate::ceremony::draw::{Draw, Prints};
use crate::ceremony::families;
use crate::ceremony::neighbours::Companions;
use crate::ceremony::progress::{Did, Outcome, Said, Turn};
use crate::disk::harm::Harm;
use crate::disk::scribe::OnDisk;
use crate::keys::key;
use floorlot::Fingerprint;
use floorlot::lines::{Closed, Device, Mode};
use floorlot::plan::{HouseholdNumber, Roll, ValidPlan};
use floorlot::record::How;
use floorlot::rules::Lang;
use floorlot::session::Awaits;
use floorlot::token;
use floorlot_verify::common::own;
use floorlot_verify::common::running::Running;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How many of the last things that came after the result a page shows.
const EVENTS: usize = 40;

/// What a page shows. All of it is public, but `operator`.
#[derive(Serialize)]
pub(crate) struct View {
    /// Counts the changes since the program started; an act names the one that its page showed.
    pub(crate) version: u64,
    stage: &'static str,
    /// `official` or `rehearsal`; none without a plan.
    mode: Option<&'static str>,
    title: String,
    origin: String,
    attempt: u64,
    /// Of the plan, the result, what came after it, the reveals, and the last day.
    fingerprints: [Option<String>; 5],
    /// The day of the draw, from the seed to the result.
    day: Option<Value>,
    /// The running head: how many lines are recorded, and the fingerprint of all of them.
    head: Option<Value>,
    counts: Option<Value>,
    /// Which program runs, and whether it is the one in the plan.
    program: Value,
    benches: Vec<Value>,
    sources: Vec<Value>,
    numbers: Option<Value>,
    seed: Option<Value>,
    pool: Option<Value>,
    call: Option<Value>,
    /// How many milliseconds the household that was called has left, where the plan sets a time;
    /// they do not run in a pause.
    left: Option<u64>,
    /// How many calls of that household nobody answered.
    unanswered: usize,
    next: Option<Value>,
    building: Option<Value>,
    /// The pool that was drawn to its end, until the next one has a turn.
    finished: Option<Value>,
    estate: Vec<Value>,
    recent: Vec<Value>,
    served: u64,
    result: Option<Value>,
    after: Option<Value>,
    void: Option<String>,
    pause: Option<Value>,
    /// The language of the board, and for how many seconds it shows a flat that was given alone.
    board: Option<Value>,
    /// The pace at which the hall draws by itself, how far, and whether it waits so that a finished
    /// building can be looked at.
    auto: Option<Value>,
    /// Whether the fingerprint of the sealed plan stands alone on the board, and whether the panel
    /// signs the plan.
    sealed: bool,
    signs: bool,
    /// What verifiers say that follow the draw.
    pub(super) answers: Vec<Value>,
    /// Why the draw stands still because of its file, in one sentence for the hall.
    stopped: Option<Value>,
    /// For the operator's page alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    operator: Option<Value>,
}

/// The view of a page; with what the operator needs if it is the operator's.
pub(crate) fn view(hall: &mut Hall, version: u64, operator: bool) -> View {
    let now = hall.now();
    let pause = hall.pause().map(|pause| {
        let lasts = now.saturating_sub(pause.at);
        json!({"at": pause.at, "reason": pause.reason, "lasts": lasts})
    });
    let mine = operator.then(|| operators(hall));
    let (left, unanswered, goes_on) = (hall.left(), hall.unanswered(), hall.said_to_go_on());
    let program = program(hall);
    let mut view = match &mut hall.state {
        State::Empty => View { stage: "empty", ..blank() },
        State::Broken(broken) => {
            let stopped =
                broken.harm().map(Harm::board).map(|words| json!({"en": words.en, "zh": words.zh}));
            View { stage: "broken", stopped, ..blank() }
        }
        State::Plan(plan) => View { stage: "plan", ..of_plan(plan) },
        State::Draw(draw) => of_draw(draw),
    };
    // What could not be written or read is no less a rehearsal.
    hall.mode = if hall.is_broken() { hall.mode } else { view.mode };
    view.mode = hall.mode;
    (view.version, view.pause, view.operator) = (version, pause, mine);
    view.left = left
        .filter(|_| view.call.is_some())
        .map(|left| u64::try_from(left.as_millis()).unwrap_or(u64::MAX));
    view.unanswered = unanswered;
    view.program = program;
    view.board = Some(json!({"lang": hall.board.lang, "moment": hall.board.moment}));
    view.auto = hall.auto.as_ref().map(|auto| {
        let pace = &auto.pace;
        json!({"every": pace.seconds(), "to": auto.to, "until": auto.until, "looks": pace.looks()})
    });
    (view.sealed, view.signs) = (hall.just_sealed(), hall.signs_plan());
    if let Some(day) = view.day.as_mut().and_then(Value::as_object_mut) {
        day.insert("goes_on".into(), json!(goes_on));
    }
    view
}

/// One building of a draw, by its place in the list of them.
pub(crate) fn house(hall: &Hall, number: usize) -> Option<Value> {
    match &hall.state {
        State::Draw(draw) => buildings::house(draw, number),
        State::Empty | State::Plan(_) | State::Broken(_) => None,
    }
}

/// Which program runs; with a plan, whether it is the one there, and whether the seal waits for
/// somebody to confirm it.
fn program(hall: &Hall) -> Value {
    let running = hall.running();
    let asks = matches!((&hall.state, &running), (State::Plan(plan), Some(running)) if running.asks(plan.roll()));
    let words = running.as_ref().map(Running::words);
    let own = own::sha256().as_ref().ok();
    json!({"is": running.as_ref().map(Running::word), "asks": asks,
        "en": words.as_ref().map(|words| &words.en), "zh": words.as_ref().map(|words| &words.zh),
        "name": own::name(), "version": own::VERSION,
        "commit": {"en": own::short_commit(Lang::En), "zh": own::short_commit(Lang::Zh)},
        "sha256": own.map(|own| own::groups(*own)),
        "fingerprint": own.map(|own| own::fingerprint(*own).to_string())})
}

fn blank() -> View {
    View {
        version: 0,
        stage: "",
        mode: None,
        title: String::new(),
        origin: String::new(),
        attempt: 0,
        fingerprints: [None, None, None, None, None],
        day: None,
        head: None,
        counts: None,
        program: Value::Null,
        benches: Vec::new(),
        sources: Vec::new(),
        numbers: None,
        seed: None,
        pool: None,
        call: None,
        left: None,
        unanswered: 0,
        next: None,
        building: None,
        finished: None,
        estate: Vec::new(),
        recent: Vec::new(),
        served: 0,
        result: None,
        after: None,
        void: None,
        pause: None,
        board: None,
        auto: None,
        sealed: false,
        signs: false,
        answers: Vec::new(),
        stopped: None,
        operator: None,
    }
}

/// The files, what is wrong, and what can be done now.
fn operators(hall: &mut Hall) -> Value {
    let files = json!({
        "transcript": hall.files.transcript.display().to_string(),
        "plan": hall.files.plan.display().to_string(),
        "copy": hall.copy.as_ref().map(|copy| json!({"file": copy.target().display().to_string(), "warning": copy.warning(hall.lang),
            "same": copy.same_disk(hall.lang), "silent": copy.is_silent()})),
        "lines": hall.lines(),
    });
    let (broken, anew) = match &hall.state {
        State::Broken(broken) => {
            (Some(broken.why.clone()), broken.has_lines() && broken.harm().is_some())
        }
        _ => (None, false),
    };
    let draw = match &mut hall.state {
        State::Draw(draw) => Some(steps(draw)),
        State::Plan(plan) => {
            let warnings: Vec<String> =
                plan.warnings().iter().map(|warning| warning.sentence(hall.lang)).collect();
            let roll = plan.roll();
            let rules: Vec<String> =
                [Some(aloud::rules(roll, hall.lang)), aloud::times(roll, hall.lang)]
                    .into_iter()
                    .flatten()
                    .collect();
            Some(json!({"warnings": warnings, "rules": rules}))
        }
        _ => None,
    };
    let (jumps, fresh) = (hall.jumps(), hall.has_just_jumped());
    let told = |(n, (at, told)): (usize, &(u64, String))| json!({"at": at, "told": told, "fresh": fresh && n + 1 == jumps.len()});
    let clock: Vec<Value> = jumps.iter().enumerate().map(told).collect();
    json!({"files": files, "faults": hall.faults, "told": hall.told, "broken": broken, "draw": draw, "receipts": hall.receipts(),
        "recorded": hall.recorded.map(OnDisk::lines), "anew": anew, "clock": clock, "log": hall.log_warning, "time_asked": hall.asks_time()})
}

/// What the operator sees of the next steps.
fn steps(draw: &mut Draw) -> Value {
    let to_sign = draw.session.still_to_sign();
    let pools = draw.roll().pool_numbers();
    let offers: Vec<Value> = pools
        .filter_map(|pool| {
            let (unit, household) = draw.session.open_offer(pool)?;
            let household = with_family(draw, household, household_of(draw, household));
            Some(json!({"unit": unit_of(draw, unit), "household": household}))
        })
        .collect();
    let due = draw.due_offer().map(|(unit, household)| json!({"unit": unit_of(draw, unit), "household": with_family(draw, household, household_of(draw, household))}));
    let not_due: Vec<Value> = families::not_due(draw, Lang::En)
        .into_iter()
        .zip(families::not_due(draw, Lang::Zh))
        .map(|(en, zh)| json!({"en": en, "zh": zh}))
        .collect();
    let objections: Vec<Value> = draw
        .progress
        .objections
        .iter()
        .map(|(id, text, ruled)| json!({"id": id, "text": text, "upheld": ruled}))
        .collect();
    let benches = draw.session.signatures();
    let closes = match draw.session.awaits() {
        Awaits::RollCall => Some(Closed::Commits),
        Awaits::Reveals => Some(Closed::Reveals),
        _ => None,
    };
    let less = |closes| {
        draw.book
            .benches
            .iter()
            .filter_map(|b| Some((b.id.clone(), aloud::one_less(draw, &b.id, closes)?)))
            .collect()
    };
    let less: BTreeMap<String, String> = closes.map(less).unwrap_or_default();
    let keys_less: BTreeMap<&String, String> =
        to_sign.iter().filter_map(|m| Some((m, aloud::one_key_less(draw, m)?))).collect();
    json!({
        "less": less,
        "keys_less": keys_less,
        "lost": closes.map(|closes| aloud::lost(draw, closes)).unwrap_or_default(),
        "can_undo": draw.session.can_undo(),
        "day_may_end": draw.session.day_may_end(),
        "day_not_over": draw.day_not_over(),
        "day_question": days::question(draw),
        "signing": !benches.is_empty(),
        "quorum": !benches.is_empty() && benches.iter().all(|bench| bench.keys >= bench.quorum),
        "sample": !sample_keys(draw).is_empty(),
        "rests": draw.progress.rests,
        "silent": to_sign,
        "whole": draw.not_closed().is_none(),
        "not_closed": draw.not_closed().filter(|_| draw.whole_sign_off()),
        "note": draw.unsigned_note(),
        "tokens": draw.session.time_tokens(),
        "token_request": token_request(draw),
        "offers": offers,
        "due": due,
        "not_due": not_due,
        "objections": objections,
    })
}

/// The request for a time token over the last checkpoint, while one may be registered.
fn token_request(draw: &Draw) -> Option<String> {
    draw.session.time_tokens()?;
    draw.session.checkpoint_body().map(|body| token::encode(&token::request(body)))
}

fn of_plan(plan: &ValidPlan) -> View {
    let book = crate::ceremony::book::Book::of(plan);
    let roll = plan.roll();
    let benches = book.benches.iter().map(|bench| {
        let members: Vec<Value> = book
            .members
            .iter()
            .filter(|m| m.bench == bench.id)
            .map(|m| json!({"id": m.id, "name": m.name, "key": key_of(roll, &m.id), "did": "nothing", "said": "nothing"}))
            .collect();
        json!({"id": bench.id, "title": bench.title, "quorum": bench.quorum, "members": members, "committed": 0, "revealed": 0})
    });
    let fingerprints = [Some(plan.fingerprint().to_string()), None, None, None, None];
    View {
        benches: benches.collect(),
        estate: estate(roll, &vec![None; roll.unit_count() as usize]),
        fingerprints,
        ..heads(roll)
    }
}

/// What every page with a plan has.
fn heads(roll: &Roll) -> View {
    let mode = match roll.mode() {
        Mode::Official => "official",
        Mode::Rehearsal => "rehearsal",
    };
    let source = |source: &floorlot::plan::Source| {
        let time = (source.device == Device::Drand).then(|| floorlot::drand::time_of(source.round));
        json!({"device": source.device.word(), "count": source.count, "range": source.range, "round": source.round, "time": time,
            "en": aloud::source(source, Lang::En), "zh": aloud::source(source, Lang::Zh)})
    };
    let mut counts = json!({"households": roll.household_count(), "units": roll.unit_count(), "pools": roll.pools().len()});
    if let (Some(counts), Some(en), Some(zh)) = (
        counts.as_object_mut(),
        aloud::of_families(roll, Lang::En),
        aloud::of_families(roll, Lang::Zh),
    ) {
        counts.insert("families".into(), json!({"en": en, "zh": zh}));
    }
    View {
        mode: Some(mode),
        title: roll.title().into(),
        origin: roll.origin().into(),
        attempt: roll.attempt(),
        counts: Some(counts),
        sources: roll.sources().iter().map(source).collect(),
        ..blank()
    }
}

fn key_of(roll: &Roll, member: &str) -> Option<String> {
    roll.member_key(member).map(|key| key::fingerprint(key).to_string())
}

fn of_draw(draw: &mut Draw) -> View {
    let stage = draw.session.awaits();
    let mut view = heads(draw.roll());
    view.stage = match &stage {
        Awaits::RollCall => "roll_call",
        Awaits::Reveals => "reveals",
        Awaits::Numbers { .. } => "numbers",
        Awaits::SignOff => "sign_off",
        Awaits::Aftermath => "aftermath",
        Awaits::Done => "done",
        _ if draw.progress.days.is_night() => "night",
        Awaits::Call { .. } => "call",
        Awaits::Choice { .. } => "choice",
        Awaits::DayEnd => "day_end",
        _ if draw.session.can_undo() => "settle",
        _ => "draw",
    };
    let number = match &stage {
        Awaits::Numbers { number, .. } => Some(number),
        _ => None,
    };
    view.numbers = Some(json!({"number": number, "given": draw.progress.numbers}));
    let others = [draw.prints.result, draw.prints.day];
    let head = draw.prints.head.filter(|head| !others.contains(&Some(*head)));
    let Prints { plan, result, reveals, day, .. } = draw.prints;
    view.fingerprints =
        [plan, result, head, reveals, day].map(|print| print.map(|print| print.to_string()));
    view.day = day_of(draw);
    let (lines, root) = (draw.session.lines(), draw.session.root());
    let running = Fingerprint::of(draw.roll().origin(), lines, root).to_string();
    view.head = Some(json!({"lines": lines, "fingerprint": running}));
    view.benches = benches(draw);
    view.seed = draw
        .session
        .seed()
        .map(|seed| json!({"seed": seed.to_string(), "text": draw.session.seed_text()}));
    let holders = holders(draw);
    view.estate = estate(draw.roll(), &holders);
    view.recent = recent(draw);
    view.served = draw.progress.record.served();
    view.result =
        draw.progress.result.map(|(picked, standby, leftover)| json!({"picked": picked, "standby": standby, "leftover": leftover}));
    view.void = draw.progress.void.clone();
    pool(draw, &stage, &mut view);
    view.building = buildings::building(draw, &stage, &holders);
    view.finished = buildings::finished(draw, &stage, &holders);
    if matches!(stage, Awaits::Aftermath | Awaits::Done | Awaits::SignOff) && view.result.is_some()
    {
        let standby =
            draw.session.standby().iter().map(|h| household_of(draw, *h)).collect::<Vec<_>>();
        let free = holders.iter().filter(|holder| holder.is_none()).count();
        let (free, held) =
            if draw.session.is_void() { (0, 0) } else { (free, holders.len() - free) };
        let events: Vec<Value> = draw
            .progress
            .events
            .iter()
            .rev()
            .take(EVENTS)
            .map(|words| json!({"en": words.en, "zh": words.zh}))
            .collect();
        view.after = Some(
            json!({"events": events, "standby": standby, "free": free, "held": held, "changed": draw.progress.changed}),
        );
    }
    view
}

/// Which day of the draw it is, whether it is sealed or closed, and who is called again before.
fn day_of(draw: &Draw) -> Option<Value> {
    let over = draw.progress.result.is_some() || draw.progress.void.is_some();
    if over || draw.session.seed().is_none() {
        return None;
    }
    let days = draw.progress.days;
    let late: Vec<Value> =
        draw.session.late().into_iter().map(|late| household_of(draw, late)).collect();
    Some(json!({"number": days.number(), "signing": days.is_evening(), "closed": days.is_night(),
        "late": late, "calls": days.calls}))
}

fn benches(draw: &Draw) -> Vec<Value> {
    let (book, progress) = (&draw.book, &draw.progress);
    let did = |did: Did| match did {
        Did::Nothing => "nothing",
        Did::Committed => "committed",
        Did::Envelope => "envelope",
        Did::Absent => "absent",
        Did::Revealed => "revealed",
        Did::Withheld => "withheld",
    };
    let said = |said: Said| match said {
        Said::Nothing => "nothing",
        Said::Key => "key",
        Said::Paper => "paper",
        Said::Dissent => "dissent",
        Said::Unsigned => "unsigned",
    };
    let mut all = Vec::new();
    for bench in &book.benches {
        let members = book
            .members
            .iter()
            .zip(progress.members.iter().zip(&progress.said))
            .filter(|(m, _)| m.bench == bench.id);
        let members: Vec<Value> = members
            .map(|(m, (d, s))| json!({"id": m.id, "name": m.name, "key": key_of(draw.roll(), &m.id), "did": did(*d), "said": said(*s)}))
            .collect();
        let (committed, revealed) = (
            progress.count(book, &bench.id, Closed::Commits),
            progress.count(book, &bench.id, Closed::Reveals),
        );
        all.push(
            json!({"id": bench.id, "title": bench.title, "quorum": bench.quorum, "members": members,
            "committed": committed, "revealed": revealed}),
        );
    }
    all
}

/// Puts the family of a household that is called, or is the next, beside it.
fn with_family(draw: &Draw, household: HouseholdNumber, mut shown: Value) -> Value {
    let told = |lang| families::told(draw, household, lang);
    let short = |lang| families::short(draw, household, lang);
    if let (Some(shown), Some(en), Some(zh)) =
        (shown.as_object_mut(), told(Lang::En), told(Lang::Zh))
    {
        let board = json!({"en": short(Lang::En), "zh": short(Lang::Zh)});
        shown.insert("family".into(), json!({"en": en, "zh": zh, "board": board}));
    }
    shown
}

fn recent(draw: &Draw) -> Vec<Value> {
    let turn = |turn: &Turn| {
        let (what, unit, reason) = match &turn.outcome {
            Outcome::Picked { unit, by } => (by.word(), Some(*unit), None),
            Outcome::Standby => ("standby", None, None),
            Outcome::Missed { deferred: true } => ("deferred", None, None),
            Outcome::Missed { deferred: false } => ("missed", None, None),
            Outcome::Undone { unit, reason } => ("undone", *unit, Some(reason)),
        };
        let by_proxy =
            matches!(draw.progress.record.course(turn.household).drawn.how, How::Proxy(_));
        let mut household = household_of(draw, turn.household);
        if let Some(household) = household.as_object_mut() {
            // also when its pool is drawn already
            household.insert("ticket".into(), json!(turn.ticket));
        }
        json!({"household": household, "what": what, "unit": unit.map(|unit| unit_of(draw, unit)), "reason": reason, "proxy": by_proxy})
    };
    draw.progress.recent.iter().rev().map(turn).collect()
}

/// The pool that is drawn, and whose turn it is.
fn pool(draw: &mut Draw, stage: &Awaits, view: &mut View) {
    let Some(info) = draw.session.pool() else { return };
    let (id, rule) = (info.id.clone(), info.rule.word());
    let households = draw.book.households_of(&id);
    let given = households.filter(|h| draw.session.holding(*h).is_unit()).count();
    let info = draw.session.pool().map(|p| {
        (p.title.clone(), p.building.clone(), p.household_count(), p.unit_count(), p.seconds)
    });
    let Some((title, building, households, units, seconds)) = info else { return };
    let place = draw.progress.pool().calls;
    view.pool = Some(
        json!({"id": id, "title": title, "building": building, "rule": rule, "households": households, "units": units,
        "given": given, "number": draw.progress.opened, "of": draw.roll().pools().len(), "place": place, "seconds": seconds}),
    );
    if let Awaits::Choice { household, offered } = stage {
        let mut call = with_family(draw, *household, household_of(draw, *household));
        if let Some(call) = call.as_object_mut() {
            call.insert("offered".into(), json!(offered));
            // D8: who missed its call is called once more, and then never again.
            let last = draw.progress.record.course(*household).deferred;
            call.insert("last".into(), json!(last));
            let companions = Companions::of(draw, *household);
            let of = |(h, unit)| json!({"household": household_of(draw, h), "unit": unit_of(draw, unit)});
            call.insert("companions".into(), companions.of_group().map(of).collect());
        }
        view.call = Some(call);
    }
    if let Awaits::Call { household } = stage {
        let mut next = with_family(draw, *household, household_of(draw, *household));
        if let Some(next) = next.as_object_mut() {
            next.entry("place")
                .and_modify(|at| *at = if at.is_null() { json!(place + 1) } else { at.take() });
        }
        view.next = Some(next);
    }
}
