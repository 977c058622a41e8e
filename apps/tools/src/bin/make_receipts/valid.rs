//! Receipts that hold.

use crate::draft::Base;
use crate::manifest::{Case, Evidence};

fn case(name: &str, about: &'static str, text: impl Into<Vec<u8>>, evidence: Evidence) -> Case {
    Case { name: name.into(), about, bytes: text.into(), evidence }
}

/// One household for each way to come to what it has.
const HOUSEHOLDS: [(&str, &str, &str, &str); 16] = [
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
];

fn by_household() -> Vec<Case> {
    let made = HOUSEHOLDS.iter().map(|(name, transcript, household, about)| {
        let base = Base::read(transcript);
        case(name, about, base.receipt(household).to_string(), base.evidence())
    });
    made.collect()
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
    let swap = |others: usize| {
        let ids: Vec<String> = (1..=others).map(|n| format!("\"H90{n}\"")).collect();
        let consents = vec![format!("\"{}\"", "7".repeat(64)); others + 1];
        format!(
            "{{\"kind\":\"swap\",\"households\":[\"H101\",{}],\"consents\":[{}]}}",
            ids.join(","),
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
            &[swap(4), swap(5)],
        ),
        made("two-rulings", "two objections, one of them upheld", "H002", &rulings),
        made("void-for-hidden-reasons", "a reason with a character that P3 lacks", "H002", &[void]),
    ]
}

pub(crate) fn all() -> Vec<Case> {
    [by_household(), with_less(), short(), saved(), in_words()].into_iter().flatten().collect()
}
