//! Receipts of families, with all their claims (R3).

use crate::draft::{Base, Draft};
use crate::manifest::{Case, Evidence};

fn made(name: &str, about: &'static str, text: String, evidence: Evidence) -> Case {
    Case { name: name.into(), about, bytes: text.into_bytes(), evidence }
}

fn case(name: &str, about: &'static str, draft: &Draft) -> Case {
    made(name, about, draft.text(), draft.evidence())
}

/// A family for each way to come to what its claims have.
const FAMILIES: [(&str, &str, &str, &str); 8] = [
    ("family-in-rounds", "families-in-rounds", "F1", "two claims, the second in a later round"),
    (
        "family-together",
        "families-together",
        "F1",
        "relatives, called between others, and a third claim in another pool",
    ),
    ("family-by-its-claim", "families-together", "H2b", "asked for by one of its claims"),
    ("family-with-a-budget", "budgets", "F1", "four claims in two pools, two called in a row"),
    ("family-on-standby", "budgets-ranked-standby", "F1", "one claim has a place on standby"),
    ("family-gave-back", "budget-given-back", "F1", "one claim gave its flat up, one accepted"),
    ("family-swapped", "budget-swaps", "F1", "its two claims exchanged their flats"),
    ("family-of-three-who-chose", "budgets-in-choice", "F1", "missed calls are not shown"),
];

const VOID: &str = "{\"kind\":\"void\",\"reason\":\"x\"}";

/// The end of a line with a signed sheet.
const SHEET: &str =
    ",\"sheet\":\"7777777777777777777777777777777777777777777777777777777777777777\"";

fn objection(id: &str, household: &str) -> String {
    format!(
        "{{\"kind\":\"objection\",\"id\":\"{id}\",\"household\":\"{household}\",\"text\":\"x\"}}"
    )
}

fn ruling(id: &str) -> String {
    format!(
        "{{\"kind\":\"ruling\",\"objection\":\"{id}\",\"decision\":\"upheld\",\"reason\":\"x\"}}"
    )
}

fn withdrawal(household: &str, unit: &str) -> String {
    format!(
        "{{\"kind\":\"withdrawal\",\"household\":\"{household}\",\"unit\":\"{unit}\",\"reason\":\"x\"{SHEET}}}"
    )
}

fn swap(households: [&str; 2], units: [&str; 2]) -> String {
    let list = |ids: [&str; 2]| format!("[\"{}\",\"{}\"]", ids[0], ids[1]);
    let consents = list([&"7".repeat(64), &"8".repeat(64)]);
    format!(
        "{{\"kind\":\"swap\",\"households\":{},\"units\":{},\"consents\":{consents}}}",
        list(households),
        list(units)
    )
}

/// Receipts that hold.
pub(crate) fn valid() -> Vec<Case> {
    let mut cases: Vec<Case> = FAMILIES
        .iter()
        .map(|(name, transcript, id, about)| {
            let base = Base::read(transcript);
            made(name, about, base.receipt(id).to_string(), base.evidence())
        })
        .collect();
    let (budgets, rounds) = (Base::read("budgets"), Base::read("families-in-rounds"));
    let enrolled = |base: &Base| base.enrolment("F1").to_string();
    let whole = budgets.receipt("F1");
    let short = whole.short(usize::MAX).unwrap_or_else(|| whole_text(&budgets, "F1"));
    let own = rounds.draft("F1");
    let said = own.clone().and(&objection("E-8", "H1b")).and(&objection("E-9", "H1a"));
    let said = said.and(&ruling("E-8")).and(&ruling("E-9"));
    let void = own.clone().without("unit").and(VOID);
    let others = own.clone().but(own.find(&["\"unit\"", "A-6"])).with(own.find(&["A-2"]));
    let others = others.and(&swap(["H3", "H1b"], ["A-2", "A-6"]));
    cases.extend([
        made(
            "family-enrolled",
            "its claims in the sealed plan",
            enrolled(&budgets),
            budgets.sealed(),
        ),
        made(
            "family-enrolled-in-rounds",
            "the same of a family without a budget",
            enrolled(&rounds),
            rounds.sealed(),
        ),
        made("family-without-signatures", "as for a QR code", short, budgets.evidence()),
        made(
            "family-one-claim",
            "the lines of one claim, for a QR code of its own",
            rounds.receipt("F1").of_claim("H1b").expect("it was called").to_string(),
            rounds.evidence(),
        ),
        made(
            "family-one-claim-before-the-other",
            "the same, and the next line is the call of another claim",
            budgets.receipt("F1").of_claim("H1b").expect("it was called").to_string(),
            budgets.evidence(),
        ),
        case("family-objections", "both claims objected, and rulings followed", &said),
        case("family-void", "the draw is void", &void),
        case("family-swapped-with-another", "one claim exchanged with another household", &others),
        case(
            "claim-alone",
            "a claim with its household line, and nothing of the family",
            &own.but(own_line(&rounds, "family", "F1")).but_all_of("H1b").but_unit("A-6"),
        ),
    ]);
    cases
}

fn whole_text(base: &Base, family: &str) -> String {
    let text = base.receipt(family).to_string();
    text[..text.find("\n— ").unwrap_or(text.len())].to_owned()
}

fn own_line(base: &Base, kind: &str, word: &str) -> usize {
    base.draft("F1").find(&[&format!("{{\"kind\":\"{kind}\""), &format!("\"{word}\"")])
}

impl Draft {
    /// Does not show the lines with this household, nor the next line of its pick.
    fn but_all_of(mut self, household: &str) -> Draft {
        let word = format!("\"{household}\"");
        let names = |index: usize| self.lines[index].contains(&word);
        let pick = |index: usize| self.lines[index].starts_with("{\"kind\":\"pick\"");
        let next = |index: usize| index > 0 && pick(index - 1) && names(index - 1);
        self.entries.retain(|index| !(names(*index) || next(*index)));
        self
    }

    /// Does not show the line of this unit.
    fn but_unit(self, unit: &str) -> Draft {
        let line = self.find(&["{\"kind\":\"unit\"", &format!("\"{unit}\"")]);
        self.but(line)
    }

    /// Another line in the place of one.
    fn changed(mut self, index: usize, this: &str, that: &str) -> Draft {
        assert!(self.lines[index].contains(this), "{this}");
        self.lines[index] = self.lines[index].replacen(this, that, 1);
        self
    }

    /// Two lines in each other's place.
    fn exchanged(mut self, a: usize, b: usize) -> Draft {
        self.lines.swap(a, b);
        self
    }
}

/// What is done with the receipt of F1, of which H1a has A-4 and H1b A-6.
struct Forge {
    own: Draft,
}

impl Forge {
    fn own(&self) -> Draft {
        self.own.clone()
    }

    fn line(&self, kind: &str, word: &str) -> usize {
        self.own.find(&[&format!("{{\"kind\":\"{kind}\""), &format!("\"{word}\"")])
    }
}

/// 1: the kinds in their order.
fn order(f: &Forge) -> Vec<Case> {
    let (family, second) = (f.line("family", "F1"), f.line("household", "H1b"));
    let behind = f.own().exchanged(family, f.line("household", "H1a"));
    let (unit, pool) = (f.line("unit", "A-4"), f.line("pool", "A"));
    let (line, household) = (f.own.lines[family].clone(), f.own.lines[second].clone());
    vec![
        case("r3-family-behind-a-claim", "the family behind its first claim", &behind),
        case("r3-family-at-the-end", "the family behind all", &f.own().but(family).and(&line)),
        case("r3-family-twice", "a second line of the family", &f.own().and(&line)),
        case(
            "r3-family-of-another",
            "the line of another family as well",
            &f.own().with(f.line("family", "F2")),
        ),
        case("r3-family-pool-behind-a-unit", "a unit before its pool", &{
            f.own().exchanged(unit, pool)
        }),
        case("r3-family-claim-at-the-end", "a claim's line behind what it drew", &{
            f.own().but(second).and(&household)
        }),
        case("r3-family-bench-in-it", "a line of the plan that is in no receipt", &{
            f.own().with(f.line("bench", "residents"))
        }),
    ]
}

/// 2: the household lines name the family.
fn names(f: &Forge) -> Vec<Case> {
    let (family, second) = (f.line("family", "F1"), f.line("household", "H1b"));
    let of = ",\"family\":\"F1\"";
    let (theirs, nobodys) = (f.line("household", "H2a"), f.line("household", "H3"));
    let bare = f.own().but_all_of("H1b").but_unit("A-6");
    vec![
        case("r3-family-renamed", "the family has another id than its claims name", &{
            f.own().changed(family, "\"id\":\"F1\"", "\"id\":\"F9\"")
        }),
        case("r3-claim-of-no-family", "a claim that names no family", &{
            f.own().changed(second, of, "")
        }),
        case("r3-claim-of-another-family", "a claim that names another family", &{
            f.own().changed(second, of, ",\"family\":\"F2\"")
        }),
        case("r3-claim-in-other-capitals", "a claim that names it in other capitals", &{
            f.own().changed(second, of, ",\"family\":\"f1\"")
        }),
        case("r3-claim-of-others-in-its-place", "the claim of others for the second one", &{
            bare.clone().with(theirs)
        }),
        case("r3-household-in-its-place", "a household of no family for the second claim", &{
            bare.with(nobodys)
        }),
    ]
}

/// 3: each line is of a claim.
fn of_claims(f: &Forge) -> Vec<Case> {
    let (call, pick) = (f.line("call", "H2a"), f.line("pick", "H3"));
    let nobody = "{\"kind\":\"objection\",\"id\":\"E-7\",\"text\":\"x\"}";
    vec![
        case("r3-family-call-of-another", "the call of another household", &f.own().with(call)),
        case("r3-family-pick-of-another", "the pick of another household", &{
            f.own().with(pick).with(pick + 1)
        }),
        case("r3-family-unit-of-another", "a unit that no claim has", &{
            f.own().with(f.line("unit", "A-5"))
        }),
        case("r3-family-pool-of-another", "a pool in which it has no claim", &{
            let base = Base::read("budget-given-back").draft("F1");
            let pool = base.find(&["{\"kind\":\"pool\",\"id\":\"B\""]);
            base.with(pool)
        }),
        case("r3-family-swap-of-others", "a swap among others", &{
            f.own().and(&swap(["H3", "H2a"], ["A-2", "A-3"]))
        }),
        case("r3-family-withdrawal-of-another", "another gave its unit up", &{
            f.own().and(&withdrawal("H3", "A-2"))
        }),
        case(
            "r3-family-objection-of-nobody",
            "an objection that names nobody",
            &f.own().and(nobody),
        ),
        case("r3-family-ruling-on-others", "a ruling on the objection of another", &{
            f.own().and(&objection("E-7", "H3")).and(&ruling("E-7"))
        }),
        case(
            "r3-family-ruling-alone",
            "a ruling without its objection",
            &f.own().and(&ruling("E-7")),
        ),
    ]
}

/// 4: all claims are there.
fn numbers(f: &Forge) -> Vec<Case> {
    let (family, second) = (f.line("family", "F1"), f.line("household", "H1b"));
    let claims = |number: &str| f.own().changed(family, "\"claims\":2", number);
    let base = Base::read("budgets");
    let mut enrolled = base.draft("F1");
    let plan = base.plan().lines().count();
    enrolled.entries.retain(|index| *index < plan);
    let enrolled = enrolled.without("unit").but(own_line(&base, "household", "H1c"));
    vec![
        case("r3-claim-left-out", "all lines of one claim are left out", &{
            f.own().but_all_of("H1b").but_unit("A-6")
        }),
        case("r3-claim-without-its-line", "one claim's line is left out", &f.own().but(second)),
        case("r3-claims-too-few-told", "the family says that it has one claim", &{
            claims("\"claims\":1")
        }),
        case(
            "r3-claims-too-many-told",
            "the family says that it has three",
            &claims("\"claims\":3"),
        ),
        case("r3-family-alone", "the line of a family with 0 claims, and no claim", &{
            let none = claims("\"claims\":0").without("unit").without("pool");
            none.but_all_of("H1a").but_all_of("H1b")
        }),
        case(
            "r3-enrolled-claim-left-out",
            "in the sealed plan, with one of four left out",
            &enrolled,
        ),
    ]
}

/// The lines of each claim by themselves.
fn by_itself(f: &Forge) -> Vec<Case> {
    let exchanged = Base::read("budget-swaps").draft("F1");
    let line = exchanged.find(&["{\"kind\":\"swap\""]);
    let bare = f.own().without("unit");
    let pick = f.line("pick", "H1b");
    let mut undone = bare.clone();
    undone.lines.insert(pick + 1, "{\"kind\":\"undo\",\"reason\":\"x\"}".into());
    undone.entries.iter_mut().filter(|index| **index > pick + 1).for_each(|index| *index += 1);
    let together = Base::read("budgets").draft("F1");
    let next = together.find(&["{\"kind\":\"call\"", "\"H1a\""]);
    vec![
        case(
            "r3-family-swap-of-what-it-lacks",
            "two claims exchange, and one has another unit",
            &{ exchanged.changed(line, "\"units\":[\"A-1\"", "\"units\":[\"A-3\"") },
        ),
        case("r3-family-withdrawn-twice", "a claim gives its unit up twice", &{
            let gone = withdrawal("H1b", "A-6");
            bare.clone().and(&gone).and(&gone)
        }),
        case("r3-family-unit-of-the-other-claim", "a claim gives up what the other one has", &{
            bare.clone().and(&withdrawal("H1a", "A-6"))
        }),
        case("r3-family-unit-given-up", "a unit line, and the claim gave it up", &{
            f.own().and(&withdrawal("H1b", "A-6"))
        }),
        case("r3-family-withdrawn-after-void", "behind void a claim gives its unit up", &{
            bare.and(VOID).and(&withdrawal("H1b", "A-6"))
        }),
        case("r3-family-pick-taken-back", "an `undo` behind the pick of a claim", &undone),
        case("r3-family-next-line-missing", "no line behind the pick of a claim", &{
            f.own().but(pick + 1)
        }),
        case("r3-family-next-call-missing", "the call of a claim behind the pick of one", &{
            together.but(next)
        }),
        case("r3-family-called-in-another-pool", "a claim is called in another pool", &{
            let call = f.line("call", "H1b");
            f.own().changed(call, "\"pool\":\"A\"", "\"pool\":\"B\"")
        }),
        case("r3-family-other-origin", "the checkpoint has another origin than the plan", &{
            let mut renamed = f.own();
            renamed.origin = "corpus.example/another".into();
            renamed
        }),
    ]
}

/// R2: what stands on the line of the family.
fn lines() -> Vec<Case> {
    let base = Base::read("budgets");
    let text = base.receipt("F1").to_string();
    let but = |name: &str, about, this: &str, that: &str| {
        assert!(text.contains(this), "{this}");
        made(name, about, text.replacen(this, that, 1), base.evidence())
    };
    vec![
        but("r2-family-other-budget", "the budget", "\"budget\":400", "\"budget\":500"),
        but("r2-family-other-claims", "the number of claims", "\"claims\":4", "\"claims\":3"),
        but("r2-family-other-area", "the area of a unit", "\"area\":60,", "\"area\":90,"),
    ]
}

/// Receipts with a fault each.
pub(crate) fn tampered() -> Vec<Case> {
    let f = Forge { own: Base::read("families-in-rounds").draft("F1") };
    let all = [order, names, of_claims, numbers, by_itself];
    all.into_iter().flat_map(|cases| cases(&f)).chain(lines()).collect()
}
