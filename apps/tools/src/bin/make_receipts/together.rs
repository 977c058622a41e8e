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

/// A line of H002 that no draw has.
fn line(kind: &str, unit: &str) -> String {
    match (kind, unit) {
        ("withdrawal", "") => {
            "{\"kind\":\"withdrawal\",\"household\":\"H002\",\"reason\":\"x\"}".into()
        }
        ("withdrawal", unit) => format!(
            "{{\"kind\":\"withdrawal\",\"household\":\"H002\",\"unit\":\"{unit}\",\"reason\":\"x\"}}"
        ),
        (kind, unit) => {
            format!("{{\"kind\":\"{kind}\",\"unit\":\"{unit}\",\"household\":\"H002\"}}")
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

pub(crate) fn all() -> Vec<Case> {
    let f = Forge::new();
    let all = [of_others, of_no_receipt, offers, withdrawals, swaps_and_objections];
    all.into_iter().flat_map(|cases| cases(&f)).collect()
}
