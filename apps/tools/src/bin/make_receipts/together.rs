//! R3: every line is proved, and the checkpoint is noted outside and signed; only what the lines
//! say together is wrong.

use crate::draft::{Base, Draft};
use crate::manifest::Case;

/// What is done with the receipt of H002, which got A-0601 by lot; H005 got another unit of its pool.
struct Forge {
    base: Base,
    own: Draft,
}

impl Forge {
    fn new() -> Forge {
        let base = Base::read("aftermath");
        Forge { own: base.draft("H002"), base }
    }

    /// The receipt of H002, to change.
    fn own(&self) -> Draft {
        self.own.clone()
    }

    /// The same without its `unit` line, which does not go with most of what could come later.
    fn bare(&self) -> Draft {
        self.own().without("unit")
    }

    fn of(&self, household: &str) -> Draft {
        self.base.draft(household)
    }

    /// The place of a line of this kind with this word in it.
    fn line(&self, kind: &str, word: &str) -> usize {
        self.own.find(&[&format!("{{\"kind\":\"{kind}\""), word])
    }
}

fn case(name: &str, about: &'static str, draft: &Draft) -> Case {
    let (bytes, evidence) = (draft.text().into_bytes(), draft.evidence());
    Case { name: name.into(), about, bytes, evidence }
}

/// The end of a line with a signed sheet.
const SHEET: &str =
    ",\"sheet\":\"7777777777777777777777777777777777777777777777777777777777777777\"";

/// A line of H002 that no draw has.
fn line(kind: &str, unit: &str) -> String {
    match (kind, unit) {
        ("withdrawal", "") => {
            format!("{{\"kind\":\"withdrawal\",\"household\":\"H002\",\"reason\":\"x\"{SHEET}}}")
        }
        ("withdrawal", unit) => format!(
            "{{\"kind\":\"withdrawal\",\"household\":\"H002\",\"unit\":\"{unit}\",\"reason\":\"x\"{SHEET}}}"
        ),
        (kind, unit) => {
            let sheet = if kind == "offer" { "" } else { SHEET };
            format!("{{\"kind\":\"{kind}\",\"unit\":\"{unit}\",\"household\":\"H002\"{sheet}}}")
        }
    }
}

/// Lines of other households, pools and units.
fn of_others(f: &Forge) -> Vec<Case> {
    let theirs = |kind| f.line(kind, "H005");
    let (pool, unit) = (f.line("pool", "\"id\":\"B\""), f.line("unit", "A-1801"));
    let household = f.own().instead("household", theirs("household"));
    let call = f.own().instead("call", theirs("call"));
    let pick = f.bare().instead("pick", theirs("pick"));
    let nobody = f.own().without("household").without("call").without("pick");
    vec![
        case("r3-household-of-another", "the `household` line is that of another", &household),
        case("r3-call-of-another", "the call is that of another", &call),
        case("r3-pick-of-another", "the pick is that of another", &pick),
        case("r3-pool-of-another", "the pool is another", &f.own().instead("pool", pool)),
        case("r3-two-picks", "a pick of another as well", &f.own().with(theirs("pick"))),
        case("r3-two-units", "a second unit, that it never had", &f.own().with(unit)),
        case("r3-other-unit", "not the unit of its pick", &f.own().instead("unit", unit)),
        case("r3-nobody-named", "no line names a household", &nobody),
    ]
}

/// Kinds that are in no receipt, and another draw.
fn of_no_receipt(f: &Forge) -> Vec<Case> {
    let mut moved = f.own();
    let bench = "{\"kind\":\"bench\",\"id\":\"x\",\"title\":\"x\",\"quorum\":1}";
    moved.lines.insert(0, bench.into());
    moved.entries.iter_mut().for_each(|index| *index += 1);
    let mut renamed = f.own();
    renamed.origin = "corpus.example/another".into();
    let with = |kind| f.own().with(f.line(kind, ""));
    vec![
        case("r3-bench-in-it", "a line of the plan that is in no receipt", &with("bench")),
        case("r3-recording-in-it", "a later line that is in no receipt", &with("recording")),
        case("r3-end-in-it", "a line of the draw that is in no receipt", &with("end")),
        case("r3-plan-not-first", "the plan is the second line of the file", &moved),
        case("r3-other-origin", "the checkpoint has another origin than the plan", &renamed),
    ]
}

/// Offers and answers without a place on standby.
fn offers(f: &Forge) -> Vec<Case> {
    let (offer, accept) = (f.line("offer", "H007"), f.line("accept", "H006"));
    let after = "{\"kind\":\"offer\",\"unit\":\"A-0901\",\"household\":\"H007\"}";
    let own = |kind| f.bare().and(&line(kind, "A-0901"));
    let standby = f.of("H006").without("offer").without("accept");
    vec![
        case("r3-offer-without-standby", "an offer, and it has a unit", &own("offer")),
        case("r3-decline-without-standby", "it declines, and has a unit", &own("decline")),
        case("r3-accept-without-standby", "it accepts a second unit", &own("accept")),
        case("r3-accepted-by-another", "another accepted", &f.of("H007").with(accept)),
        case(
            "r3-offer-after-withdrawal",
            "an offer behind its withdrawal",
            &f.of("H007").and(after),
        ),
        case("r3-offer-of-another", "an offer to another", &f.of("H006").with(offer)),
        case("r3-unit-on-standby", "a `unit` line, and it is on standby", &standby),
    ]
}

/// What it gives up, and the `unit` line behind that.
fn withdrawals(f: &Forge) -> Vec<Case> {
    let (own, other, place) =
        (line("withdrawal", "A-0601"), line("withdrawal", "A-0301"), line("withdrawal", ""));
    let void = "{\"kind\":\"void\",\"reason\":\"x\"}";
    let asked = f.of("H006").without("unit").without("offer").without("accept").and(void);
    let twice = f.bare().and(&own).and(&own);
    vec![
        case(
            "r3-withdrawal-of-another-unit",
            "a unit that it does not have",
            &f.bare().and(&other),
        ),
        case("r3-withdrawn-twice", "it gives its unit up twice", &twice),
        case("r3-place-given-up-without-one", "a place, and it has a unit", &f.bare().and(&place)),
        case("r3-unit-after-withdrawal", "a `unit` line, and it withdrew", &f.own().and(&own)),
        case("r3-unit-after-void", "a `unit` line, and the draw is void", &f.own().and(void)),
        case(
            "r3-withdrawn-after-void",
            "it gives up its unit, and the draw was void before",
            &f.bare().and(void).and(&own),
        ),
        case(
            "r3-offer-after-void",
            "an offer, and the draw was void before",
            &asked.and("{\"kind\":\"offer\",\"unit\":\"A-0901\",\"household\":\"H006\"}"),
        ),
    ]
}

fn swaps_and_objections(f: &Forge) -> Vec<Case> {
    let (swap, objection) = (f.line("swap", ""), f.line("objection", "E-1"));
    let (nobody, ruling) = (f.line("objection", "E-2"), f.line("ruling", "E-1"));
    let unpicked = f.of("H101").without("pick");
    let ruled = f.of("H003").without("objection");
    let theirs = f.own().with(objection).with(ruling);
    let again =
        "{\"kind\":\"ruling\",\"objection\":\"E-1\",\"decision\":\"upheld\",\"reason\":\"x\"}";
    let swapped = f.of("H101").without("household").without("call").without("pick");
    vec![
        case("r3-swap-of-others", "a swap that does not name it", &f.own().with(swap)),
        case("r3-swap-without-a-unit", "a swap, and its pick is left out", &unpicked),
        case("r3-ruling-without-objection", "a ruling without its objection", &ruled),
        case("r3-ruling-twice", "a second ruling on an objection", &f.of("H003").and(again)),
        case("r3-only-a-swap-names-it", "a swap alone, which names several", &swapped),
        case("r3-objection-of-another", "an objection about another household", &theirs),
        case("r3-objection-of-nobody", "an objection that names nobody", &f.own().with(nobody)),
    ]
}

/// The next line: what shows that no `undo` took the pick back.
fn next_lines(f: &Forge) -> Vec<Case> {
    let undone = Base::read("undo-choice");
    let of = |household: &str| undone.draft(household);
    let undo = of("H102").find(&["{\"kind\":\"undo\""]);
    let taken_back = undo - 1;
    let shown = of("H102").without("unit").instead("pick", taken_back);
    let hidden = shown.clone().but(undo);
    let other = hidden.clone().with(undo + 1);
    let pick = f.line("pick", "H002");
    let standby = f.base.draft("H007");
    let place = standby.find(&["{\"kind\":\"standby\"", "H007"]);
    let mut added = f.bare();
    added.lines.insert(pick + 1, "{\"kind\":\"undo\",\"reason\":\"x\"}".into());
    added.entries.iter_mut().filter(|index| **index > pick + 1).for_each(|index| *index += 1);
    vec![
        case("r3-pick-taken-back", "its pick, and the `undo` behind it", &shown),
        case("r3-undo-left-out", "a pick that an `undo` took back, which is not shown", &hidden),
        case("r3-next-but-one", "not the next line but the one behind it", &other),
        case("r3-next-line-missing", "no line behind its pick", &f.own().but(pick + 1)),
        case("r3-undo-put-in", "an `undo` behind its pick", &added),
        case(
            "r3-next-line-of-a-place-missing",
            "no line behind its place on standby",
            &standby.but(place + 1),
        ),
        case("r3-line-of-others-alone", "a line of others that is no next line", &{
            f.own().with(pick + 2)
        }),
    ]
}

/// Swaps, with the units that move.
fn exchanges(f: &Forge) -> Vec<Case> {
    let own = f.base.receipt("H101");
    let line = own.entries().iter().find(|e| e.line.contains("\"kind\":\"swap\"")).unwrap();
    let (held, got) = (own.claims().drawn.unwrap(), own.claims().unit.unwrap());
    let draft = || f.of("H101");
    let changed = |line: &str| {
        let mut draft = f.of("H101").without("unit");
        let place = draft.find(&["{\"kind\":\"swap\""]);
        draft.lines[place] = line.to_owned();
        draft
    };
    let other = draft().find(&["{\"kind\":\"unit\",\"pool\":\"B\"", "B-"]);
    let others: Vec<usize> = (other..draft().lines.len())
        .filter(|n| draft().lines[*n].starts_with("{\"kind\":\"unit\",\"pool\":\"B\""))
        .filter(|n| !draft().lines[*n].contains(&got))
        .collect();
    let first = draft().lines[others[0]].split('"').nth(11).unwrap().to_owned();
    let given = format!("\"units\":[\"{held}\",");
    assert!(line.line.contains(&given), "{}", line.line);
    let before = draft().find(&[&format!("{{\"kind\":\"unit\",\"pool\":\"B\",\"id\":\"{held}\"")]);
    let gives = format!(
        "{{\"kind\":\"withdrawal\",\"household\":\"H101\",\"unit\":\"{held}\",\"reason\":\"x\"{SHEET}}}"
    );
    vec![
        case(
            "r3-unit-line-of-another-after-a-swap",
            "a `unit` line of a flat that it did not get",
            &draft().instead("unit", others[0]),
        ),
        case(
            "r3-unit-line-of-its-pick-after-a-swap",
            "a `unit` line of the flat that it gave away",
            &draft().instead("unit", before),
        ),
        case(
            "r3-swap-of-a-unit-that-it-lacks",
            "it gives a flat that it never had",
            &changed(&line.line.replace(&given, &format!("\"units\":[\"{first}-x\","))),
        ),
        case(
            "r3-swap-with-a-unit-missing",
            "a swap with fewer units than households",
            &changed(&line.line.replace(&given, "\"units\":[")),
        ),
        case(
            "r3-swap-that-names-it-twice",
            "a swap that names it twice",
            &changed(
                &line.line.replace(
                    "\"households\":[\"H101\",\"H102\"",
                    "\"households\":[\"H101\",\"H101\"",
                ),
            ),
        ),
        case(
            "r3-withdrawal-of-the-unit-before-the-swap",
            "it gives up the flat that it gave away",
            &draft().without("unit").and(&gives),
        ),
    ]
}

/// What the replay refuses as well: objections, offers, and what comes behind `void`.
fn as_in_the_replay(f: &Forge) -> Vec<Case> {
    let objection = |id: &str| {
        format!("{{\"kind\":\"objection\",\"id\":\"{id}\",\"household\":\"H003\",\"text\":\"x\"}}")
    };
    let void = "{\"kind\":\"void\",\"reason\":\"x\"}";
    let asked = f.of("H007").without("withdrawal").without("decline");
    let offered = asked.lines[asked.find(&["{\"kind\":\"offer\"", "H007"])].clone();
    let unit = offered.split('"').nth(7).unwrap().to_owned();
    let given_up =
        format!("{{\"kind\":\"withdrawal\",\"household\":\"H007\",\"reason\":\"x\"{SHEET}}}");
    let answer = |kind: &str, unit: &str| {
        format!("{{\"kind\":\"{kind}\",\"unit\":\"{unit}\",\"household\":\"H007\"{SHEET}}}")
    };
    let ruling =
        "{\"kind\":\"ruling\",\"objection\":\"e-1\",\"decision\":\"upheld\",\"reason\":\"x\"}";
    let again = asked.clone().and(&answer("decline", &unit)).and(&answer("accept", &unit));
    vec![
        case(
            "r3-objection-id-again",
            "a second objection with the same id",
            &f.of("H003").and(&objection("E-1")),
        ),
        case(
            "r3-objection-id-in-small-letters",
            "an id that differs in capitals alone",
            &f.of("H003").and(&objection("e-1")),
        ),
        case(
            "r3-ruling-on-other-capitals",
            "a ruling that spells the id otherwise",
            &f.of("H003").without("ruling").and(ruling),
        ),
        case("r3-void-twice", "a second `void`", &f.bare().and(void).and(void)),
        case("r3-swap-after-void", "a swap, and the draw was void before", &{
            let own = f.of("H101").without("swap").without("unit");
            let swap = f.own.lines[f.line("swap", "")].clone();
            own.and(void).and(&swap)
        }),
        case("r3-offer-while-one-is-open", "a second offer before the answer", &{
            asked.clone().and(&offered)
        }),
        case(
            "r3-answer-to-another-offer",
            "it accepts another unit than it was offered",
            &asked.clone().and(&answer("accept", &format!("{unit}-x"))),
        ),
        case("r3-accepts-what-it-declined", "it accepts behind its answer", &again),
        case(
            "r3-withdrawal-before-the-answer",
            "it leaves the list with an offer to answer",
            &asked.and(&given_up),
        ),
    ]
}

pub(crate) fn all() -> Vec<Case> {
    let f = Forge::new();
    let all = [
        of_others,
        of_no_receipt,
        offers,
        withdrawals,
        swaps_and_objections,
        next_lines,
        exchanges,
        as_in_the_replay,
    ];
    all.into_iter().flat_map(|cases| cases(&f)).collect()
}
