//! Receipts that hold.

use crate::draft::Base;
use crate::manifest::{Case, Evidence};

fn case(name: &str, about: &'static str, text: impl Into<Vec<u8>>, evidence: Evidence) -> Case {
    Case { name: name.into(), about, bytes: text.into(), evidence }
}

/// One household for each way to come to what it has.
const HOUSEHOLDS: [(&str, &str, &str, &str); 19] = [
    ("withdrew", "aftermath", "H001", "it gave its unit up"),
    ("lot", "aftermath", "H002", "its unit by lot; certified"),
    ("objection", "aftermath", "H003", "it objected, and a ruling followed; its name is empty"),
    ("with-needs", "aftermath", "H004", "it has needs"),
    ("accepted", "aftermath", "H006", "from standby to a unit that was offered"),
    ("declined-and-withdrew", "aftermath", "H007", "it declined an offer and gave up its place"),
    ("exchanged", "aftermath", "H101", "it exchanged its unit with two others"),
    ("standby", "empty-batch", "H006", "a place on the standby list"),
    ("void", "void-after-the-result", "H001", "the draw is void after its result"),
    ("void-before-its-call", "void-in-the-roll-call", "H001", "void before anybody was called"),
    ("choice", "choice", "H101", "it chose; nobody has a key"),
    ("proxy", "proxy", "H102", "somebody chose for it"),
    ("ranking", "ranking", "H203", "its ranking was served"),
    ("withdrawn-choice", "undo-choice", "H102", "a choice was withdrawn, and is not shown"),
    ("called-again", "absent-last-chooses", "H101", "a missed call is not shown"),
    ("rehearsal", "rehearsal", "H001", "a rehearsal"),
    ("area-and-price", "areas-and-prices", "H104", "its unit has an area and a price"),
    ("area-alone", "areas-and-prices", "H103", "its unit has an area and no price"),
    ("logged", "logged", "H001", "the log of the plan signed as well, and its line is the first"),
];

fn by_household() -> Vec<Case> {
    let made = HOUSEHOLDS.iter().map(|(name, transcript, household, about)| {
        let base = Base::read(transcript);
        case(name, about, base.receipt(household).to_string(), base.evidence())
    });
    made.collect()
}

/// Before the draw: that a household is in the sealed plan.
fn enrolled() -> Vec<Case> {
    let (base, logged) = (Base::read("aftermath"), Base::read("logged"));
    let text = |household| base.enrolment(household).to_string();
    let short = base.enrolment("H004").short(1_273).expect("a plan of few lines");
    vec![
        case("enrolled", "in the sealed plan, with what it needs", text("H004"), base.sealed()),
        case("enrolled", "the same, with nothing", text("H004"), Evidence::default()),
        case("enrolled-without-needs", "in the sealed plan", text("H101"), base.sealed()),
        case("enrolled-short", "its short form, without signatures", short, base.sealed()),
        case(
            "enrolled-logged",
            "in a sealed plan that the log signed as well",
            logged.enrolment("H001").to_string(),
            logged.sealed(),
        ),
    ]
}

/// The same receipt with less evidence.
fn with_less() -> Vec<Case> {
    let base = Base::read("aftermath");
    let (text, all) = (base.receipt("H002").to_string(), base.evidence());
    let noted = Evidence { panel: Vec::new(), ..all.clone() };
    let signed = Evidence { fingerprints: Vec::new(), ..all.clone() };
    let several = [
        "11111 22222 33333 44444 55555 66666 77777 88888 99999 00000 11111 22222".into(),
        all.fingerprints[0].clone(),
    ];
    let several = Evidence { fingerprints: several.into(), ..all.clone() };
    let root = base.verified.head().unwrap().1.to_hex();
    let rooted = Evidence { fingerprints: vec![root.clone()], ..all.clone() };
    let both = Evidence { fingerprints: vec![root, all.fingerprints[0].clone()], ..all.clone() };
    let mut large = all;
    large.panel[0].quorum = 3;
    vec![
        case("lot", "the same, with the fingerprint alone", text.clone(), noted),
        case("lot", "the same, with the panel alone: signed, not anchored", text.clone(), signed),
        case("lot", "the same, with nothing", text.clone(), Evidence::default()),
        case(
            "lot",
            "the same, with two fingerprints, one of them of another date",
            text.clone(),
            several,
        ),
        case("lot", "the same, with the root, which alone is not enough", text.clone(), rooted),
        case("lot", "the same, with root and fingerprint", text.clone(), both),
        case("lot", "the same, with a quorum that it does not reach: R5 is not run", text, large),
    ]
}

/// The text for a QR code, with less and less in it.
fn short() -> Vec<Case> {
    let base = Base::read("aftermath");
    let (mut cases, mut most) = (Vec::new(), usize::MAX);
    let names = ["short-1", "short-2", "short-3", "short-4"];
    for (name, household) in names.iter().zip(["H003"; 4]) {
        let Some(text) = base.receipt(household).short(most) else { break };
        most = text.len() - 1;
        cases.push(case(name, "a short form, without signatures", text, base.evidence()));
    }
    assert!(cases.len() >= 3, "{}", cases.len());
    cases
}

/// As programs save it, and with other lines at the end.
fn saved() -> Vec<Case> {
    let base = Base::read("aftermath");
    let (text, all) = (base.receipt("H101").to_string(), base.evidence());
    let last = text.lines().last().unwrap().to_owned();
    let first = text.lines().find(|line| line.starts_with("— ")).unwrap().to_owned();
    let without = |line: &str| text.replace(&format!("{line}\n"), "");
    let no_signatures = text[..text.find("\n— ").unwrap()].to_owned();
    let draft = base.draft("H101");
    let objection = base.draft("H003").without("household").without("call").without("pick");
    vec![
        case("saved-with-cr-lf", "lines end in CR LF", text.replace('\n', "\r\n"), all.clone()),
        case("saved-without-the-last-lf", "the last LF is missing", text.trim_end(), all.clone()),
        case(
            "saved-with-blank-lines",
            "blank lines at its end",
            text.clone() + "\n \t\n\n",
            all.clone(),
        ),
        case(
            "one-signature-missing",
            "a signature more than the quorum is missing",
            without(&first),
            all.clone(),
        ),
        case(
            "no-officials",
            "the officials did not sign: R5 is not run",
            {
                let officials = |line: &&str| !line.starts_with("— corpus.example/o");
                text.lines().filter(officials).map(|line| format!("{line}\n")).collect::<String>()
            },
            all.clone(),
        ),
        case(
            "same-signature-twice",
            "a signature stands there twice, and its key counts once",
            text.clone() + &last + "\n",
            all.clone(),
        ),
        case("no-signatures", "the signatures are left out: R5 is not run", no_signatures, all),
        case(
            "forged-and-right",
            "made by other means than the library, and right",
            draft.text(),
            draft.evidence(),
        ),
        case(
            "an-objection-names-it",
            "only an objection names the household",
            objection.clone().without("unit").text(),
            objection.evidence(),
        ),
    ]
}

/// What came after the result in the words of all verifiers (section 11), where they need care.
fn in_words() -> Vec<Case> {
    let base = Base::read("aftermath");
    let made = |name, about, household, lines: &[String]| {
        let draft = base.draft(household).without("unit");
        let draft = lines.iter().fold(draft, |draft, line| draft.and(line));
        case(name, about, draft.text(), draft.evidence())
    };
    let held = base.receipt("H101").claims().unit.unwrap();
    let swap = |others: usize, held: &str, unit: &str| {
        let ids: Vec<String> = (1..=others).map(|n| format!("\"H90{n}\"")).collect();
        let consents = vec![format!("\"{}\"", "7".repeat(64)); others + 1];
        let units: Vec<String> = (1..=others).map(|n| format!("\"{unit}{n}\"")).collect();
        format!(
            "{{\"kind\":\"swap\",\"households\":[\"H101\",{}],\"units\":[\"{held}\",{}],\"consents\":[{}]}}",
            ids.join(","),
            units.join(","),
            consents.join(",")
        )
    };
    let objection = |id| {
        format!("{{\"kind\":\"objection\",\"id\":\"{id}\",\"household\":\"H002\",\"text\":\"x\"}}")
    };
    let ruling = |id, decision| {
        format!(
            "{{\"kind\":\"ruling\",\"objection\":\"{id}\",\"decision\":\"{decision}\",\"reason\":\"x\"}}"
        )
    };
    let rulings =
        [objection("E-8"), objection("E-9"), ruling("E-9", "upheld"), ruling("E-8", "rejected")];
    let void = "{\"kind\":\"void\",\"reason\":\"停电\u{202e}, no light\"}".to_owned();
    vec![
        made(
            "swapped-among-many",
            "swaps with four and with five others",
            "H101",
            &[swap(4, &held, "X-"), swap(5, "X-1", "Y-")],
        ),
        made("two-rulings", "two objections, one of them upheld", "H002", &rulings),
        made("void-for-hidden-reasons", "a reason with a character that P3 lacks", "H002", &[void]),
    ]
}

/// Lines on the note that are no cosignatures of the panel.
fn of_others() -> Vec<Case> {
    let base = Base::read("aftermath");
    let (text, all) = (base.receipt("H002").to_string(), base.evidence());
    let note = text.find("\n— ").unwrap() + 1;
    let (entries, signed) = text.split_at(note);
    let log = line("corpus.example/aftermath", &[9, 8, 7, 6], 64);
    let witness = line("witness.example/w", &[1, 2, 3, 4], 72);
    let large = line("witness.example/w+".trim_end_matches('+'), &[1, 2, 3, 5], 2_428);
    let tiny = line("x", &[0, 0, 0, 0], 1);
    let namesake = line("corpus.example/r1", &[0, 0, 0, 0], 64);
    let more = 256 - signed.lines().count();
    let many: String = (0..more).map(|_| log.clone()).collect();
    vec![
        case(
            "log-line-first",
            "the line of a log stands first",
            format!("{entries}{log}{signed}"),
            all.clone(),
        ),
        case(
            "lines-of-witnesses",
            "lines of witnesses, of other types and lengths, before, between and behind",
            format!("{entries}{large}{}{tiny}", signed.replacen('\n', &format!("\n{witness}"), 1)),
            all.clone(),
        ),
        case(
            "namesake",
            "a line with the name of a member and another key id",
            format!("{text}{namesake}"),
            all.clone(),
        ),
        case(
            "256-lines",
            "as many lines as a note may have",
            format!("{entries}{many}{signed}"),
            all.clone(),
        ),
        case(
            "no-line-of-the-panel",
            "the line of a log alone: R5 is not run",
            format!("{entries}{log}"),
            all,
        ),
    ]
}

/// A signature line of so many bytes behind the key id.
pub(crate) fn line(name: &str, id: &[u8], bytes: usize) -> String {
    let body = vec![7; bytes];
    format!("— {name} {}\n", crate::tampered::encode(&[id, &body].concat()))
}

/// The panel, as it is taken from a plan.
fn of_plans() -> Vec<Case> {
    let base = Base::read("aftermath");
    let (text, plan) = (base.receipt("H002").to_string(), base.plan());
    let evidence = |name: &'static str, plan: String| Evidence {
        panel: Vec::new(),
        plan: Some((name, plan)),
        ..base.evidence()
    };
    let but = |this: &str, that: &str| {
        assert!(plan.contains(this), "{this}");
        plan.replacen(this, that, 1)
    };
    let with = |about, name: &'static str, plan: String| {
        case("lot", about, text.clone(), evidence(name, plan))
    };
    let keys: Vec<&str> =
        plan.split("\"key\":\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    vec![
        with("the same, with the plan", "right", plan.clone()),
        with(
            "the same, with a plan whose bench has the quorum 0: R5 is not run",
            "quorum-0",
            but("\"quorum\":2", "\"quorum\":0"),
        ),
        with(
            "the same, with a plan in which two members have one key",
            "key-twice",
            but(keys[1], keys[0]),
        ),
        with(
            "the same, with a plan of which the last household is cut off",
            "cut-off",
            plan[..plan.trim_end().rfind('\n').unwrap() + 1].to_owned(),
        ),
        with(
            "the same, with a plan that has a line with white space in it",
            "white-space",
            but("{\"kind\":\"bench\",", "{\"kind\": \"bench\","),
        ),
        with(
            "the same, with the plan of another draw of the same panel: R5 is not run",
            "other-origin",
            but("\"origin\":\"corpus.example/aftermath\"", "\"origin\":\"corpus.example/before\""),
        ),
        with(
            "the same, with a transcript that is broken behind its plan",
            "broken-later",
            format!("{plan}{}\n{{\"kind\": \"commit\"}}\n", base.plan_checkpoint()),
        ),
    ]
}

/// As programs on the way save it, and forgiven.
fn forgiven() -> Vec<Case> {
    let base = Base::read("aftermath");
    let (text, all) = (base.receipt("H003").to_string(), base.evidence());
    let all_at_once = format!("\u{feff}{} \t", text.replace('\n', "\r\n"));
    vec![
        case(
            "byte-order-mark",
            "a byte order mark in front",
            format!("\u{feff}{text}"),
            all.clone(),
        ),
        case("all-that-is-forgiven", "BOM, CR LF, blanks at its end, no last LF", all_at_once, all),
    ]
}

pub(crate) fn all() -> Vec<Case> {
    let all = [
        by_household(),
        enrolled(),
        with_less(),
        short(),
        saved(),
        in_words(),
        of_others(),
        of_plans(),
        forgiven(),
        crate::families::valid(),
    ];
    all.into_iter().flatten().collect()
}
