//! Receipts: all of a draw hold, each part tampered with is refused by the check it belongs to,
//! text and value correspond, and the QR form is a receipt too.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use floorlot::Hash;
use floorlot::Noted;
use floorlot::ceremony::Numbers;
use floorlot::lines::{Decision, Line};
use floorlot::plan::{Absence, HouseholdNumber, Mode, PickRule, Plan, Pool, Source};
use floorlot::primitives::tree::{Fingerprint, inclusion_proof, leaf_hash, verify_inclusion};
use floorlot::receipt::{
    BenchKeys, Holds, Receipt, ReceiptEvidence, ReceiptReport, ReceiptsError, Saved, receipts,
};
use floorlot::rules::Lang;
use floorlot::session::{Awaits, Session};
use floorlot::sign::SigningKey;
use floorlot::transcript::{Evidence, OutcomeKind, Verified, verify};
use floorlot_testing::{Run, other_cases};
use proptest::prelude::{ProptestConfig, Strategy, any, proptest};
use proptest::test_runner::RngSeed;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::Path;

const MEMBERS: [&str; 3] = ["r1", "r2", "o1"];

fn key(member: &str) -> SigningKey {
    let seed = [u8::try_from(MEMBERS.iter().position(|m| *m == member).unwrap()).unwrap() + 1; 32];
    SigningKey::from_seed(&format!("panel.example/{member}"), &seed).unwrap()
}

/// A synthetic plan with a panel of three keys and one pool.
fn plan(origin: &str, pool: Pool) -> Plan {
    let mut plan = Plan::new(origin, "7号地块回迁选房", Mode::Official)
        .bench("residents", "居民代表", 2, &[("r1", "王*"), ("r2", "赵*")])
        .bench("officials", "工作人员", 1, &[("o1", "李*")])
        .source(Source::TWENTY_DICE)
        .pool(pool);
    plan.members.iter_mut().for_each(|m| m.key = Some(key(&m.id).verifier().to_string()));
    plan
}

fn pool(rule: PickRule, units: usize, households: usize) -> Pool {
    let mut pool = Pool::new("A", "1号楼 两室", "1号楼", rule);
    pool.absence = (rule == PickRule::Choice).then_some(Absence::Last);
    for n in 1..=units {
        pool = pool.unit(&format!("A-{n:04}"), &format!("{n:03}"), n as u64 % 999 + 1, &[]);
    }
    (1..=households).fold(pool, |pool, n| pool.household(&format!("H{n:04}"), "张*明", 1, &[]))
}

/// A draw in the making, with all of its lines.
struct Hall {
    session: Session,
    lines: Vec<Vec<u8>>,
}

impl Hall {
    /// Up to the seed.
    fn open(plan: &Plan) -> Hall {
        let mut hall = Hall { session: Session::new(plan.validate().unwrap()), lines: Vec::new() };
        hall.advance();
        hall.sign();
        for member in MEMBERS {
            hall.lines.push(hall.session.envelope(member, None).unwrap());
        }
        hall.lines.push(hall.session.close_commits(None).unwrap());
        for member in MEMBERS {
            hall.lines.push(hall.session.reveal(member, "8842", None).unwrap());
        }
        hall.lines.push(hall.session.close_reveals(None).unwrap());
        hall.advance();
        hall.lines.push(
            hall.session.numbers(Numbers::Dice("00416293857710359264".into()), None).unwrap(),
        );
        hall
    }

    fn advance(&mut self) {
        while !matches!(self.session.awaits(), Awaits::SignOff) {
            let Some(line) = self.session.advance(None) else { return };
            self.lines.push(line);
        }
    }

    /// The whole panel cosigns the last checkpoint.
    fn sign(&mut self) {
        let body = self.session.checkpoint_body().unwrap().to_owned();
        for member in MEMBERS {
            let signature = key(member).cosign(&body, 1_700_000_000).to_string();
            self.lines.push(self.session.cosign(member, &signature, None).unwrap());
        }
    }

    /// Signs the last checkpoint, and the closing line.
    fn close(&mut self) {
        self.sign();
        self.lines.extend(self.session.advance(None));
    }

    fn after(&mut self, line: &Line<'_>) {
        self.lines.push(self.session.aftermath(line).unwrap());
    }

    fn file(&self) -> Vec<u8> {
        self.lines.iter().flat_map(|line| line.iter().copied().chain([b'\n'])).collect()
    }

    fn verified(&self) -> Verified {
        verify(&self.file()[..], &Evidence::default()).unwrap().into_verified().unwrap()
    }

    fn receipt(&self, household: &str) -> Receipt {
        receipts(&self.verified(), &self.lines).unwrap().of(household).unwrap()
    }
}

/// Ten households that choose among eight units, with an undo and a missed call; all signed.
fn chosen(origin: &str) -> Hall {
    let mut hall = Hall::open(&plan(origin, pool(PickRule::Choice, 8, 10)));
    let mut turn = 0;
    loop {
        hall.advance();
        match hall.session.awaits() {
            Awaits::Call { .. } => hall.lines.push(hall.session.call(None).unwrap()),
            Awaits::Choice { .. } => {
                let offered = hall.session.offered();
                let unit = hall.session.roll().unit_id(*offered.last().unwrap()).to_owned();
                let first = hall.session.roll().unit_id(offered[0]).to_owned();
                if turn == 0 {
                    hall.lines.push(hall.session.choose(&first, None, None).unwrap());
                    hall.lines.push(hall.session.undo("typed wrongly", None).unwrap());
                }
                let line = if turn == 1 {
                    hall.session.miss(None)
                } else {
                    hall.session.choose(&unit, None, None)
                };
                hall.lines.push(line.unwrap());
                turn += 1;
            }
            _ => break,
        }
    }
    hall.close();
    hall
}

/// What came after the result of [`chosen`], with who it happened to.
struct After {
    hall: Hall,
    withdrew: String,
    declined: String,
    accepted: String,
    swapped: [String; 2],
}

fn settled() -> After {
    let mut hall = chosen("draw.example/settled");
    let roll = hall.session.roll();
    let ids = |numbers: Vec<HouseholdNumber>| -> Vec<String> {
        numbers.into_iter().map(|h| roll.household_id(h).to_owned()).collect()
    };
    let (holders, standby): (Vec<HouseholdNumber>, Vec<HouseholdNumber>) =
        roll.household_numbers().partition(|h| hall.session.holding(*h).is_unit());
    let holders = ids(holders);
    assert_eq!(standby.len(), 2);
    let waiting = ids(hall.session.standby());
    let unit = hall.verified().unit_of(&holders[0]).unwrap().to_owned();
    let named = |id: &String| -> std::borrow::Cow<'static, str> { id.clone().into() };
    let (u, w) = (named(&unit), named(&holders[0]));
    hall.after(&Line::Withdrawal {
        household: w,
        unit: Some(u.clone()),
        reason: "moving away".into(),
        sheet: Hash([7; 32]),
        at: None,
    });
    hall.after(&Line::Offer { unit: u.clone(), household: named(&waiting[0]), at: None });
    hall.after(&Line::Decline {
        unit: u.clone(),
        household: named(&waiting[0]),
        reason: None,
        sheet: Hash([8; 32]),
        at: None,
    });
    hall.after(&Line::Offer { unit: u.clone(), household: named(&waiting[1]), at: None });
    let (household, sheet) = (named(&waiting[1]), Hash([9; 32]));
    hall.after(&Line::Accept { unit: u, household, sheet, at: None });
    let swapped = [holders[1].clone(), holders[2].clone()];
    let households = swapped.iter().map(named).collect();
    let units = [1, 2].map(|n| {
        let number = hall.session.roll().find_household(&holders[n]).unwrap();
        let unit = hall.session.holding(number).unit().unwrap();
        hall.session.roll().unit_id(unit).to_owned().into()
    });
    let (units, consents) = (units.into(), vec![Hash([1; 32]), Hash([2; 32])]);
    hall.after(&Line::Swap { households, units, consents, at: None });
    hall.after(&Line::Objection {
        id: "O1".into(),
        household: Some(named(&swapped[0])),
        text: "not as shown".into(),
        at: None,
    });
    hall.after(&Line::Ruling {
        objection: "O1".into(),
        decision: Decision::Rejected,
        reason: "it was shown".into(),
        at: None,
    });
    hall.lines.push(hall.session.close_batch(None).unwrap());
    hall.close();
    let [declined, accepted] = [waiting[0].clone(), waiting[1].clone()];
    After { hall, withdrew: holders[0].clone(), declined, accepted, swapped }
}

fn evidence(verified: &Verified) -> ReceiptEvidence {
    let (size, root) = verified.head().unwrap();
    ReceiptEvidence {
        noted: vec![Fingerprint::of(verified.roll().origin(), size, root).into()],
        panel: BenchKeys::of(verified.roll()),
        ..ReceiptEvidence::default()
    }
}

fn of(report: &ReceiptReport, id: &str) -> OutcomeKind {
    report.checks.iter().find(|c| c.id.id() == id).unwrap().outcome
}

/// The checks that failed.
fn failed(report: &ReceiptReport) -> Vec<&'static str> {
    report.checks.iter().filter(|c| c.outcome == OutcomeKind::Failed).map(|c| c.id.id()).collect()
}

/// Reads a receipt as at home; the checks that fail, R1 if it cannot be read.
fn refused(text: &str, evidence: &ReceiptEvidence) -> Vec<&'static str> {
    let report = match text.parse::<Receipt>() {
        Ok(receipt) => receipt.verify(evidence),
        Err(error) => ReceiptReport::unreadable(&error),
    };
    assert_eq!(report.holds(), failed(&report).is_empty());
    let refuted =
        report.sentence().en.contains("REFUTED") && report.sentence().zh.contains("不成立");
    assert_eq!(refuted, !report.holds(), "{}", report.sentence().en);
    failed(&report)
}

/// Every receipt of a draw holds, is read back as it was written, and says what the transcript
/// says.
fn all_hold(hall: &Hall) {
    let verified = hall.verified();
    let all = receipts(&verified, &hall.lines).unwrap();
    let (size, root) = verified.head().unwrap();
    let leaves: Vec<Hash> =
        hall.lines.iter().take(size as usize).map(|line| leaf_hash(line)).collect();
    assert_eq!(all.iter().count(), verified.roll().household_count() as usize);
    let whole = evidence(&verified);
    let note = all.iter().next().unwrap().1.note().clone();
    for (n, (household, receipt)) in all.iter().enumerate() {
        let text = receipt.to_string();
        assert_eq!(text.parse::<Receipt>().as_ref(), Ok(&receipt));
        // The note is the same for all, so its signatures are verified for some.
        assert_eq!(receipt.note(), &note);
        let signed = n % 200 < 10;
        let evidence = if signed {
            whole.clone()
        } else {
            ReceiptEvidence { panel: Vec::new(), ..whole.clone() }
        };
        let report = receipt.verify(&evidence);
        assert!(
            report.holds() && report.anchored && report.signed == signed,
            "{}",
            report.text(Lang::En)
        );
        assert_eq!(report.claims().household.as_deref(), Some(household));
        assert_eq!(report.claims().unit.as_deref(), verified.unit_of(household));
        for entry in receipt.entries() {
            assert_eq!(entry.line.as_bytes(), hall.lines[entry.index as usize]);
            verify_inclusion(
                leaf_hash(entry.line.as_bytes()),
                entry.index,
                size,
                &entry.proof,
                root,
            )
            .unwrap();
            if leaves.len() < 200 {
                assert_eq!(
                    Some(&entry.proof),
                    inclusion_proof(&leaves, entry.index as usize).as_ref()
                );
            }
        }
        let short = receipt.short(usize::MAX).unwrap().parse::<Receipt>().unwrap();
        let report = short.verify(&evidence);
        assert!(report.holds() && report.anchored && !report.signed, "{}", report.text(Lang::En));
        assert_eq!(report.claims().holds, receipt.claims().holds);
    }
}

#[test]
fn every_receipt_of_a_draw_holds() {
    all_hold(&chosen("draw.example/1"));
    all_hold(&settled().hall);
}

/// As many households as the largest resettlement of the sample data.
#[test]
fn every_receipt_of_1988_households_holds() {
    let mut hall = Hall::open(&plan("draw.example/1988", pool(PickRule::Lot, 1_980, 1_988)));
    hall.advance();
    hall.close();
    all_hold(&hall);
}

#[test]
fn a_receipt_says_what_the_household_has() {
    let After { hall, withdrew, declined, accepted, swapped } = settled();
    let verified = hall.verified();
    let all = receipts(&verified, &hall.lines).unwrap();
    let facts = |household: &str| all.of(household).unwrap().claims();
    assert_eq!((facts(&withdrew).holds, facts(&withdrew).unit), (Holds::Withdrawn, None));
    assert_eq!(
        (facts(&declined).holds, facts(&declined).standby, facts(&declined).unit),
        (Holds::Standby, Some(1), None)
    );
    assert_eq!(
        (facts(&accepted).holds, facts(&accepted).unit),
        (Holds::Unit, facts(&withdrew).drawn)
    );
    assert_eq!(
        (facts(&swapped[0]).holds, facts(&swapped[0]).unit),
        (Holds::Unit, facts(&swapped[1]).drawn)
    );
    let kinds = |household: &str| -> Vec<String> {
        let kind = |line: &str| line.split('"').nth(3).unwrap().to_owned();
        all.of(household).unwrap().entries().iter().map(|entry| kind(&entry.line)).collect()
    };
    // Behind the pick or place stands the next line: the call of another, or the end of the pool.
    let base = ["plan", "pool", "unit", "household", "call", "pick", "call"];
    assert_eq!(
        kinds(&withdrew),
        ["plan", "pool", "household", "call", "pick", "call", "withdrawal"]
    );
    assert_eq!(
        kinds(&declined),
        ["plan", "pool", "household", "call", "standby", "call", "offer", "decline"]
    );
    assert_eq!(
        kinds(&accepted),
        ["plan", "pool", "unit", "household", "call", "standby", "end", "offer", "accept"]
    );
    assert_eq!(kinds(&swapped[0]), [&base[..], &["swap", "objection", "ruling"]].concat());
    assert_eq!(kinds(&swapped[1]), [&base[..], &["swap"]].concat());
    let sentence = all.of(&accepted).unwrap().verify(&evidence(&verified)).sentence();
    let facts = facts(&accepted);
    for part in [
        accepted.as_str(),
        "张*明",
        "1号楼",
        &facts.ticket.unwrap(),
        &facts.unit.unwrap(),
        &facts.label.unwrap(),
    ] {
        assert!(
            sentence.zh.contains(part) && sentence.en.contains(part),
            "{part}: {} {}",
            sentence.zh,
            sentence.en
        );
    }
    assert!(
        sentence.zh.contains("不能证明抽签本身正确")
            && sentence.en.contains("verify the whole transcript")
    );
    assert_eq!(all.of("H9999"), None);
}

#[test]
fn a_pick_that_was_taken_back_and_a_missed_call_are_not_in_a_receipt() {
    let hall = chosen("draw.example/1");
    let count = |kind: &str| {
        hall.lines
            .iter()
            .filter(|line| line.starts_with(format!("{{\"kind\":\"{kind}\"").as_bytes()))
            .count()
    };
    assert_eq!((count("undo"), count("missed"), count("call"), count("pick")), (1, 1, 11, 9));
    let text = String::from_utf8(hall.file()).unwrap();
    let undone = text.lines().position(|line| line.starts_with("{\"kind\":\"undo\"")).unwrap() - 1;
    let missed =
        text.lines().position(|line| line.starts_with("{\"kind\":\"missed\"")).unwrap() - 1;
    let verified = hall.verified();
    for (household, receipt) in receipts(&verified, &hall.lines).unwrap().iter() {
        // (The missed call of another may be the next line behind its pick.)
        let not_shown = |index: u64, line: &str| {
            index != undone as u64 && !(index == missed as u64 && line.contains(household))
        };
        assert!(receipt.entries().iter().all(|entry| not_shown(entry.index, &entry.line)));
        assert!(receipt.claims().ticket.is_some());
    }
}

#[test]
fn a_draw_that_is_void_leaves_nobody_a_unit() {
    // Before the result: a pick is taken back and nothing follows.
    let mut hall = Hall::open(&plan("draw.example/void", pool(PickRule::Choice, 8, 10)));
    hall.advance();
    hall.lines.push(hall.session.call(None).unwrap());
    let unit = hall.session.offered()[0];
    let unit = hall.session.roll().unit_id(unit).to_owned();
    hall.lines.push(hall.session.choose(&unit, None, None).unwrap());
    hall.lines.push(hall.session.undo("the light went out", None).unwrap());
    hall.lines.push(hall.session.void("no light in the hall", None).unwrap());
    hall.lines.push(hall.session.close_batch(None).unwrap());
    hall.close();
    all_hold(&hall);
    let taken_back = receipts(&hall.verified(), &hall.lines)
        .unwrap()
        .iter()
        .all(|(_, receipt)| receipt.claims().drawn.is_none());
    assert!(taken_back);
    // After the result.
    let mut later = chosen("draw.example/void-2");
    later.lines.push(later.session.void("a household was missing", None).unwrap());
    later.lines.push(later.session.close_batch(None).unwrap());
    later.close();
    all_hold(&later);
    for hall in [hall, later] {
        for (_, receipt) in receipts(&hall.verified(), &hall.lines).unwrap().iter() {
            assert_eq!((receipt.claims().holds, receipt.claims().unit), (Holds::Void, None));
            assert!(receipt.claims().sentence(Lang::Zh).contains("作废"));
        }
    }
}

#[test]
fn a_receipt_with_too_many_lines_has_what_the_household_has_and_the_newest() {
    let mut after = settled();
    let who = after.swapped[1].clone();
    for n in 2..60 {
        let id = format!("O{n}");
        let text = "the corridor is dark";
        after.hall.after(&Line::Objection {
            id: id.clone().into(),
            household: Some(who.clone().into()),
            text: text.into(),
            at: None,
        });
        after.hall.after(&Line::Ruling {
            objection: id.into(),
            decision: Decision::Upheld,
            reason: "a lamp".into(),
            at: None,
        });
    }
    after.hall.lines.push(after.hall.session.close_batch(None).unwrap());
    after.hall.close();
    all_hold(&after.hall);
    let receipt = after.hall.receipt(&who);
    assert_eq!(receipt.entries().len(), 64);
    let text = receipt.to_string();
    assert!(
        text.contains("\"kind\":\"swap\"")
            && text.contains("\"id\":\"O59\"")
            && !text.contains("\"id\":\"O2\"")
    );
}

#[test]
fn other_lines_than_those_verified_make_no_receipts() {
    let (hall, other) = (chosen("draw.example/1"), chosen("draw.example/2"));
    let verified = hall.verified();
    assert!(matches!(receipts(&verified, &other.lines), Err(ReceiptsError::OtherLines { .. })));
    let Err(ReceiptsError::OtherLines { size, found_size, .. }) =
        receipts(&verified, &hall.lines[..20])
    else {
        panic!()
    };
    assert_eq!((found_size, size), (20, verified.head().unwrap().0));
}

/// What stands between this and the next LF.
fn after<'t>(text: &'t str, start: &str) -> &'t str {
    let from = text.find(start).unwrap_or_else(|| panic!("no `{start}`")) + start.len();
    text[from..].split('\n').next().unwrap()
}

#[test]
fn each_part_tampered_with_is_refused_by_its_check() {
    let (hall, other) = (chosen("draw.example/1"), chosen("draw.example/2"));
    let (verified, mine) = (hall.verified(), "H0003");
    let evidence = evidence(&verified);
    let (text, theirs) = (hall.receipt(mine).to_string(), hall.receipt("H0004").to_string());
    assert_eq!(refused(&text, &evidence), [""; 0]);

    // The ticket, the unit, any line: not in the tree.
    let ticket = after(&text, "\"ticket\":\"").split('"').next().unwrap();
    assert_eq!(refused(&text.replace(ticket, "1234567890123456789"), &evidence), ["R2"]);
    assert_eq!(refused(&text.replace("张*明", "张*亮"), &evidence), ["R2"]);
    assert_eq!(
        refused(&text.replace("\"mode\":\"official\"", "\"mode\":\"rehearsal\""), &evidence),
        ["R2"]
    );
    assert_eq!(
        refused(&text.replace("{\"kind\":\"call\",", "{ \"kind\":\"call\","), &evidence),
        ["R2"]
    );
    // It still tells what the household had: its unit.
    assert_eq!(refused(&text.replace("\"by\":\"choice\"", "\"by\":\"lot\""), &evidence), ["R2"]);
    // A hash of a proof; one left out; another place.
    let hash = text.lines().find(|line| line.len() == 44 && line.ends_with('=')).unwrap();
    let wrong = hash.replacen(&hash[..1], if hash.starts_with('A') { "B" } else { "A" }, 1);
    assert_eq!(refused(&text.replacen(hash, &wrong, 1), &evidence), ["R2"]);
    assert_eq!(refused(&text.replacen(&format!("{hash}\n"), "", 1), &evidence), ["R2"]);
    assert_eq!(refused(&text.replacen("index 0\n", "index 1\n", 1), &evidence), ["R2"]);

    // Lines of another household, each well proved.
    for kind in ["household", "call", "pick"] {
        let start = format!("line {{\"kind\":\"{kind}\"");
        let entry = |text: &str| {
            let whole = text.split("\n\n").find(|part| part.contains(&start)).unwrap();
            whole.strip_prefix("floorlot/1 receipt\n").unwrap_or(whole).to_owned()
        };
        let (own, their) = (entry(&text), entry(&theirs));
        let tampered = text.replace(&own, &their);
        let found = refused(&tampered, &evidence);
        // R1 when the places are not in order any more
        assert!(found == ["R3"] || found == ["R1"], "{kind}: {found:?}");
        let index = |entry: &str| after(entry, "index ").parse::<u64>().unwrap();
        let parts: Vec<u64> =
            tampered.lines().filter_map(|l| l.strip_prefix("index ")?.parse().ok()).collect();
        assert_eq!(found == ["R3"], parts.is_sorted(), "{kind} {} {}", index(&own), index(&their));
    }

    // The checkpoint of another draw, with its signatures and its fingerprint.
    let note = |text: &str| text[text.rfind("\ndraw.example/").unwrap() + 1..].to_owned();
    let moved = text.replace(&note(&text), &note(&other.receipt(mine).to_string()));
    assert_eq!(refused(&moved, &self::evidence(&other.verified())), ["R2"]);
    assert_eq!(refused(&moved, &evidence), ["R2", "R4"]);
    // The other origin alone.
    assert_eq!(
        refused(&text.replace("\ndraw.example/1\n", "\ndraw.example/2\n"), &evidence),
        ["R3", "R4", "R5"]
    );
    // Another fingerprint noted.
    let noted = ReceiptEvidence { noted: vec![Noted::Root(Hash([7; 32]))], ..evidence.clone() };
    assert_eq!(refused(&text, &noted), ["R4"]);

    // A signature altered, or moved from an earlier checkpoint of the same draw.
    let line = text.lines().find(|line| line.starts_with("— panel.example/r1 ")).unwrap();
    let altered =
        format!("{}{}A==", &line[..line.len() - 4], if line.ends_with("QA==") { "A" } else { "Q" });
    assert!(altered != line && altered.parse::<floorlot::note::Cosignature>().is_ok());
    assert_eq!(refused(&text.replace(line, &altered), &evidence), ["R5"]);
    let earlier = String::from_utf8(
        hall.lines
            .iter()
            .find(|l| l.starts_with(b"{\"kind\":\"cosignature\",\"member\":\"r1\""))
            .unwrap()
            .clone(),
    )
    .unwrap();
    let earlier = after(&earlier, "\"signature\":\"").trim_end_matches("\"}").to_owned();
    assert_ne!(earlier, line);
    assert_eq!(refused(&text.replace(line, &earlier), &evidence), ["R5"]);
    // Left out: not refuted, but not signed either.
    let unsigned =
        text.replace(&format!("{line}\n"), "").parse::<Receipt>().unwrap().verify(&evidence);
    assert_eq!(
        (of(&unsigned, "R5"), unsigned.signed, unsigned.holds()),
        (OutcomeKind::NotRun, false, true)
    );
    // The same signature twice does not make two members of a bench.
    let second = text.lines().find(|line| line.starts_with("— panel.example/r2 ")).unwrap();
    let twice = text.replace(second, line).parse::<Receipt>().unwrap().verify(&evidence);
    assert_eq!((of(&twice, "R5"), twice.signed), (OutcomeKind::NotRun, false));
}

#[test]
fn lines_that_do_not_follow_from_each_other_are_refused() {
    let after = settled();
    let evidence = evidence(&after.hall.verified());
    let without = |household: &str, kinds: &[&str]| {
        let receipt = after.hall.receipt(household).to_string();
        let (head, rest) = receipt.split_once('\n').unwrap();
        let kept = |part: &&str| {
            !kinds.iter().any(|kind| part.contains(&format!("\nline {{\"kind\":\"{kind}\"")))
        };
        format!("{head}\n{}", rest.split("\n\n").filter(kept).collect::<Vec<_>>().join("\n\n"))
    };
    assert_eq!(refused(&without(&after.accepted, &[]), &evidence), [""; 0]);
    assert_eq!(refused(&without(&after.accepted, &["standby"]), &evidence), ["R3"]);
    // With the withdrawal left out, the receipt of one who withdrew says that it has the unit: no
    // receipt shows that nothing was left out. But a `unit` line does not go with a withdrawal, nor
    // with a place on the standby list.
    assert_eq!(refused(&without(&after.accepted, &["accept"]), &evidence), ["R3"]);
    assert_eq!(refused(&without(&after.withdrew, &["pick"]), &evidence), ["R3"]);
    assert_eq!(refused(&without(&after.swapped[0], &["objection"]), &evidence), ["R3"]);
    assert_eq!(
        refused(
            &without(&after.swapped[0], &["household", "call", "pick", "objection", "ruling"]),
            &evidence
        ),
        ["R3"]
    );
    // An objection names the household, too.
    let objected = without(&after.swapped[0], &["unit", "household", "call", "pick", "swap"]);
    assert_eq!(refused(&objected, &evidence), [""; 0]);
    assert_eq!(
        objected.parse::<Receipt>().unwrap().claims().household.as_ref(),
        Some(&after.swapped[0])
    );
}

#[test]
fn without_evidence_nothing_counts_as_passed() {
    let report = chosen("draw.example/1").receipt("H0001").verify(&ReceiptEvidence::default());
    assert!(report.holds() && !report.anchored && !report.signed);
    assert_eq!((of(&report, "R4"), of(&report, "R5")), (OutcomeKind::NotRun, OutcomeKind::NotRun));
    assert!(
        report.sentence().en.contains("compare the fingerprint")
            && report.sentence().zh.contains("尚未证实")
    );
    let text = report.text(Lang::Zh);
    assert!(
        text.contains("R4")
            && text.contains("没有给出在外记下的指纹")
            && text.contains("3 项通过，0 项未通过，2 项未执行"),
        "{text}"
    );
}

#[test]
fn a_short_form_has_as_much_as_fits() {
    let after = settled();
    let receipt = after.hall.receipt(&after.swapped[0]);
    let mut before = usize::MAX;
    let mut most = usize::MAX;
    let mut forms = 0;
    while let Some(short) = receipt.short(most) {
        assert!(short.len() <= most && short.len() < before && short.len() <= 2_953);
        let read: Receipt = short.parse().unwrap();
        assert_eq!(read.to_string(), short);
        assert!(read.note().signatures.is_empty());
        assert_eq!(
            (read.claims().holds, failed(&read.verify(&evidence(&after.hall.verified()))).len()),
            (Holds::Unit, 0)
        );
        (before, most, forms) = (short.len(), short.len() - 1, forms + 1);
    }
    assert!(forms >= 3, "{forms}");
}

#[test]
fn a_tlog_proof_is_as_the_standard_says() {
    let hall = chosen("draw.example/1");
    let receipt = hall.receipt("H0002");
    let proofs = receipt.proofs();
    assert_eq!(proofs.len(), receipt.entries().len());
    for (proof, entry) in proofs.iter().zip(receipt.entries()) {
        let (head, note) = proof.split_once("\n\n").unwrap();
        let lines: Vec<&str> = head.lines().collect();
        assert_eq!(
            lines[..2],
            ["c2sp.org/tlog-proof@v1", format!("index {}", entry.index).as_str()]
        );
        assert_eq!(lines.len(), 2 + entry.proof.len());
        assert!(lines[2..].iter().all(|line| line.len() == 44));
        let note: floorlot::note::SignedNote = note.parse().unwrap();
        assert_eq!(&note, receipt.note());
        assert_eq!(note.signatures.len(), 3);
    }
}

#[test]
fn a_text_that_is_no_receipt_is_refused_with_its_line() {
    let text = chosen("draw.example/1").receipt("H0001").to_string();
    let note = text.rfind("\ndraw.example/1\n").unwrap() + 1;
    let number =
        |part: &str| text.lines().position(|line| line.starts_with(part)).unwrap() as u64 + 1;
    let entry = text["floorlot/1 receipt\n".len()..].split_inclusive("\n\n").next().unwrap();
    let many: String =
        (0..513).map(|n| entry.replacen("index 0", &format!("index {n}"), 1)).collect();
    let long: String =
        std::iter::repeat_n("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", 65).collect();
    for (tampered, line) in [
        (String::new(), 1),
        ("floorlot/2 receipt\n".into(), 1),
        ("floorlot/1 receipt\n".into(), 2),
        (text.replacen("floorlot/1 receipt\n", "floorlot/1 receipt\r\n", 1), 1),
        (text.replacen("index 0\n", "index 00\n", 1), 2),
        (text.replacen("index 0\n", "index -1\n", 1), 2),
        (text.replacen("index 0\n", "index 99999999999999999999\n", 1), 2),
        (text.replacen("index 0\n", "index 999\n", 1), number("line {\"kind\":\"pool\"") - 1),
        (text.replacen("\nline ", "\n", 1), 3),
        (text.replacen("\nline ", &format!("\nline {}", "x".repeat(65_537)), 1), 3),
        (text.replacen("\n\nindex", "\nindex", 1), number("line {\"kind\":\"pool\"") - 2),
        (text.replacen("=\n", "\n", 1), 4),
        (text[..note].to_owned() + "draw.example/1\n1\n", number("draw.example/1") + 2),
        (text[..note].to_owned() + "not an origin\n1\n", number("draw.example/1")),
        (text[..note].to_owned(), number("draw.example/1")),
        (text.replacen("\ndraw.example/1\n", "\n\ndraw.example/1\n", 1), number("draw.example/1")),
        (text.clone() + "\n", number("— panel.example/o1") + 1),
        (text.clone() + "x\n", number("— panel.example/o1") + 1),
        (text[..text.len() - 1].to_owned(), number("— panel.example/o1")),
        (text.replace("— panel.example/r1", "- panel.example/r1"), number("— panel.example/r1")),
        (
            format!("floorlot/1 receipt\n{many}{}", &text[note..]),
            2 + 512 * entry.lines().count() as u64,
        ),
        (text.replacen("=\n", &format!("=\n{long}"), 1), 3 + 64 + 1),
    ] {
        let error = tampered.parse::<Receipt>().unwrap_err();
        assert_eq!(error.line, line, "{error}");
        assert!(error.words().zh.contains(&format!("第 {line} 行")), "{}", error.words().zh);
        assert_eq!(refused(&tampered, &ReceiptEvidence::default()), ["R1"]);
    }
}

/// R1: what programs do around the lines is forgiven, and said; what they do to the lines is not.
#[test]
fn a_receipt_is_read_as_programs_save_it() {
    let text = chosen("draw.example/1").receipt("H0001").to_string();
    let crlf = text.replace('\n', "\r\n");
    for (saved, note) in [
        (text.clone(), ""),
        (text.trim_end().to_owned(), ""),
        (crlf.clone(), "CR LF"),
        (crlf.trim_end().to_owned(), "CR LF"),
        (crlf.clone() + "\r\n \t\r\n", "Empty lines"),
        (text.replacen('\n', "\r\n", 3), "CR LF"),
        (text.clone() + "\n\n", "Empty lines"),
        (format!("\u{feff}{text}"), "byte order mark"),
        (format!("\u{feff}{crlf}"), "byte order mark"),
        (text.clone() + "\n ", "Empty lines"),
    ] {
        let read = Saved::read(saved.as_bytes()).unwrap();
        assert_eq!(read.text, text);
        assert_eq!(read.note.is_some(), !note.is_empty(), "{note}");
        assert!(read.note.is_none_or(|words| words.en.contains(note)));
    }
    for saved in [text.replace('\n', " \n"), text.replace('\n', "\n\n"), text.replace('\n', "\r")] {
        assert!(Saved::read(saved.as_bytes()).unwrap().text.parse::<Receipt>().is_err());
    }
}

#[test]
fn what_is_no_receipt_is_told() {
    let text = chosen("draw.example/1").receipt("H0001").to_string();
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (bytes, words) in [
        (("\u{feff}\u{feff}".to_owned() + &text).into_bytes(), "does not begin with"),
        (wide.clone(), "UTF-16"),
        ([&[0xff, 0xfe], &wide[..]].concat(), "UTF-16"),
        (b"\x1f\x8b\x08".to_vec(), "packed"),
        (b"PK\x03\x04".to_vec(), "packed"),
        (b"%PDF-1.7".to_vec(), "ask for the receipt itself"),
        (b"<!DOCTYPE html>".to_vec(), "download the receipt itself"),
        (b"Zmxvb3Jsb3QvMSByZWNlaXB0CmluZGV4IDAK".to_vec(), "base64"),
        (b"\0\0\0".to_vec(), "zeros"),
        (("\n".to_owned() + &text).into_bytes(), "empty line"),
        ((" ".to_owned() + &text).into_bytes(), "White space"),
        ([text.as_bytes(), b"\xcd\xf5\n"].concat(), "not UTF-8"),
        (b"hello".to_vec(), "does not begin with `floorlot/1 receipt`"),
    ] {
        let words_found = Saved::read(&bytes).unwrap_err().words();
        assert!(
            words_found.en.contains(words) && words_found.zh.contains("这不是收据"),
            "{words}: {words_found:?}"
        );
    }
}

/// `verify_transcript` with these arguments, which ends so.
#[track_caller]
fn run(arguments: &[&str], code: i32) -> (String, String) {
    Run::of(env!("CARGO_BIN_EXE_verify_transcript")).args(arguments).ends(code)
}

/// The text of the QR code in a slip, read back from the dashes of its SVG.
fn scanned(slip: &str) -> String {
    let whole: usize =
        slip.split("viewBox=\"0 0 ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    let path = slip.split(" d=\"").nth(1).unwrap().split('"').next().unwrap();
    let mut dark = vec![vec![false; whole]; whole];
    for row in path.split('M').skip(1) {
        let (start, dashes) = row.split_once('h').unwrap();
        let (x, y) = start.split_once(' ').unwrap();
        let (mut x, y): (usize, usize) =
            (x.parse().unwrap(), y.strip_suffix(".5").unwrap().parse().unwrap());
        for (n, part) in dashes.split(['h', 'm']).enumerate() {
            let length: usize = part.strip_suffix(" 0").unwrap_or(part).parse().unwrap();
            dark[y][x..x + length].fill(n % 2 == 0);
            x += length;
        }
    }
    const SCALE: usize = 3;
    let shade = |x: usize, y: usize| if dark[y / SCALE][x / SCALE] { 0 } else { 255 };
    let mut image =
        rqrr::PreparedImage::prepare_from_greyscale(whole * SCALE, whole * SCALE, shade);
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1);
    grids[0].decode().unwrap().1
}

#[test]
fn slips_show_area_and_price_as_far_as_the_line_of_the_flat_has_them() {
    let corpus = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/vectors/corpus/valid/areas-and-prices.jsonl"
    );
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out").to_str().unwrap().to_owned();
    for (lang, both, one) in [
        ("en", "100,000.00 m² · 1,234,567.89 yuan", "89.25 m²"),
        ("zh", "100,000.00 ㎡ · 1,234,567.89 元", "89.25 ㎡"),
    ] {
        let _ = fs::remove_dir_all(&out);
        run(&["receipts", corpus, "--out", &out, "--lang", lang], 0);
        let page = fs::read_to_string(folder.path().join("out/receipts.html")).unwrap();
        let slip = |household: &str| {
            let who = format!("<p class=\"who\">{household} ");
            page.split("<section").find(|slip| slip.contains(&who)).unwrap().to_owned()
        };
        assert!(
            slip("H104").contains(&format!("<p class=\"line\">{both}</p>")),
            "{}",
            slip("H104")
        );
        assert!(slip("H103").contains(&format!("<p class=\"line\">{one}</p>")), "{}", slip("H103"));
        assert!(!slip("H102").contains("m²") && !slip("H102").contains('㎡'), "{}", slip("H102"));
    }
}

#[test]
fn the_printed_slips_are_read_back() {
    let after = settled();
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("draw.jsonl"), after.hall.file()).unwrap();
    let verified = after.hall.verified();
    let all = receipts(&verified, &after.hall.lines).unwrap();
    for lang in ["zh", "en"] {
        let (out, _) =
            run(&["receipts", &path("draw.jsonl"), "--out", &path(lang), "--lang", lang], 0);
        assert!(out.contains("receipts.html") && out.contains("10"), "{out}");
        let page = fs::read_to_string(folder.path().join(lang).join("receipts.html")).unwrap();
        assert!(!page.contains("{{"), "a place in the template is not filled");
        let slips: Vec<&str> = page.split("<section").skip(1).collect();
        assert_eq!(slips.len(), 10);
        for ((household, receipt), slip) in all.iter().zip(slips) {
            let facts = receipt.claims();
            let has = facts.has();
            let words = if lang == "zh" { &has.zh } else { &has.en };
            for part in [
                household,
                "张*明",
                &facts.ticket.unwrap(),
                words,
                facts.fingerprint.as_deref().unwrap().split(' ').next().unwrap(),
            ] {
                assert!(slip.contains(part), "{part} is not in {slip}");
            }
            assert!(
                slip.contains(if lang == "zh" { "正式抽签" } else { "official draw" })
                    && !slip.contains("slip rehearsal")
            );
            if lang == "en" && household != "H0001" {
                continue; // the code is the same in both languages
            }
            let text = scanned(slip);
            assert_eq!(Some(&text), receipt.short(1_273).or_else(|| receipt.short(1_732)).as_ref());
            assert!(text.parse::<Receipt>().unwrap().verify(&evidence(&verified)).holds());
            let file = folder.path().join(lang).join(format!("{household}.receipt.txt"));
            assert_eq!(fs::read_to_string(file).unwrap(), receipt.to_string());
        }
    }
    // Not among older ones, and none of a transcript that is refuted.
    assert!(
        run(&["receipts", &path("draw.jsonl"), "--out", &path("en"), "--lang", "en"], 2)
            .1
            .contains("already")
    );
    let tampered =
        String::from_utf8(after.hall.file()).unwrap().replacen("\"place\":1,", "\"place\":2,", 1);
    fs::write(path("tampered.jsonl"), tampered).unwrap();
    assert!(
        run(&["receipts", &path("tampered.jsonl"), "--out", &path("none"), "--lang", "zh"], 1)
            .1
            .contains("未生成收据")
    );
    assert!(!folder.path().join("none").exists());
}

#[test]
fn a_page_shows_what_the_file_says_and_runs_nothing_of_it() {
    let mut plan = plan("draw.example/1", pool(PickRule::Lot, 1, 1));
    plan.mode = Mode::Rehearsal;
    plan.title = "<script>alert(1)</script> {{sheets}} & \"7\"".into();
    plan.pools[0].households[0].name = "<img src=x onerror='alert(2)'>".into();
    plan.pools[0].building = "</p></section>".into();
    let mut hall = Hall::open(&plan);
    hall.advance();
    hall.close();
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("draw.jsonl"), hall.file()).unwrap();
    run(&["--lang", "en", "receipts", &path("draw.jsonl"), "--out", &path("out")], 0);
    let page = fs::read_to_string(folder.path().join("out/receipts.html")).unwrap();
    assert!(!page.contains("<script") && !page.contains("<img") && !page.contains("{{"));
    assert!(page.contains(
        "&lt;script&gt;alert(1)&lt;/script&gt; {{sheets}}".replace('{', "&#123;").as_str()
    ));
    assert_eq!((page.matches("<section").count(), page.matches("</section>").count()), (1, 1));
    assert!(page.contains("slip rehearsal") && page.contains("content: \"演练 REHEARSAL\""));
}

#[test]
fn before_the_draw_each_household_gets_the_proof_that_it_is_in_the_sealed_plan() {
    let hall = chosen("draw.example/1");
    let file = String::from_utf8(hall.file()).unwrap();
    let sealed = &file[..file.find("{\"kind\":\"envelope\"").unwrap()];
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("sealed.jsonl"), sealed).unwrap();
    fs::write(path("whole.jsonl"), &file).unwrap();
    let make = |name: &str, out: &str, code| {
        run(&["receipts", &path(name), "--enrolment", "--lang", "en", "--out", &path(out)], code)
    };
    assert!(make("sealed.jsonl", "slips", 0).0.contains("receipts in"));
    let slip = fs::read_to_string(path("slips/H0003.receipt.txt")).unwrap();
    let report = slip.parse::<Receipt>().unwrap().verify(&evidence(&hall.verified()));
    // The fingerprint of the result is not that of the plan.
    assert_eq!(of(&report, "R4"), OutcomeKind::Failed);
    let given = ["--panel", &path("sealed.jsonl"), "--lang", "en"];
    let (out, _) = run(&[&["receipt", &path("slips/H0003.receipt.txt")], &given[..]].concat(), 0);
    assert!(out.contains("has a place in the sealed plan: tier 1"), "{out}");
    assert!(out.contains("quorum of every bench"), "{out}");
    // Whatever came later, the slips are the same.
    make("whole.jsonl", "later", 0);
    assert_eq!(slip, fs::read_to_string(path("later/H0003.receipt.txt")).unwrap());
    let page = fs::read_to_string(path("slips/receipts.html")).unwrap();
    assert!(page.contains("a place in the sealed plan: tier 1") && page.contains("<svg"));
    // A plan that nobody sealed, and one that was changed after its seal.
    let seal = sealed.find("{\"kind\":\"checkpoint\"").unwrap();
    fs::write(path("open.jsonl"), &sealed[..seal]).unwrap();
    assert!(make("open.jsonl", "none", 2).1.contains("not sealed yet"));
    fs::write(path("changed.jsonl"), sealed.replacen("\"tier\":1", "\"tier\":2", 1)).unwrap();
    assert!(make("changed.jsonl", "none", 1).1.contains("No receipts were made"));
    assert!(!folder.path().join("none").exists());
}

#[test]
fn one_receipt_is_checked_at_home() {
    let hall = chosen("draw.example/1");
    let (verified, receipt) = (hall.verified(), hall.receipt("H0003"));
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let write = |name: &str, text: &str| fs::write(path(name), text).unwrap();
    write("mine.txt", &receipt.to_string());
    write("plan.jsonl", std::str::from_utf8(&hall.file()).unwrap());
    let (size, root) = verified.head().unwrap();
    let fingerprint = Fingerprint::of(verified.roll().origin(), size, root).to_string();
    let keys: Vec<String> =
        MEMBERS.iter().map(|member| key(member).verifier().to_string()).collect();
    let (out, _) = run(&["receipt", &path("mine.txt"), "--lang", "en"], 0);
    assert!(
        out.contains("3 checks passed, 0 failed, 2 not run.") && out.contains("not yet shown"),
        "{out}"
    );
    let given = ["--fingerprint", &fingerprint, "--lang", "en"];
    let (out, _) = run(
        &[&["receipt", &path("mine.txt"), "--panel", &path("plan.jsonl")], &given[..]].concat(),
        0,
    );
    assert!(
        out.contains("5 checks passed, 0 failed, 0 not run.")
            && out.contains("quorum of every bench"),
        "{out}"
    );
    let (out, _) = run(
        &[&["receipt", &path("mine.txt"), "--key", &keys[0], "--key", &keys[2]], &given[..]]
            .concat(),
        0,
    );
    assert!(out.contains("5 checks passed"), "{out}");
    let stranger =
        SigningKey::from_seed("panel.example/x", &[9; 32]).unwrap().verifier().to_string();
    let (out, _) = run(
        &[&["receipt", &path("mine.txt"), "--key", &keys[0], "--key", &stranger], &given[..]]
            .concat(),
        0,
    );
    assert!(
        out.contains("4 checks passed, 0 failed, 1 not run")
            && out.contains("1 of its keys signed, and its quorum is 2"),
        "{out}"
    );

    // As a scanner or an editor may leave the text.
    let short = receipt.short(1_273).unwrap();
    write("scanned.txt", short.trim_end());
    assert!(
        run(&[&["receipt", &path("scanned.txt")], &given[..]].concat(), 0)
            .0
            .contains("does not say whether")
    );
    write("pasted.txt", &receipt.to_string().replace('\n', "\r\n"));
    assert!(run(&["receipt", &path("pasted.txt"), "--lang", "zh"], 0).0.contains("行尾是 CR LF"));
    write("blank.txt", &(receipt.to_string() + "\n \n"));
    assert!(
        run(&["receipt", &path("blank.txt"), "--lang", "en"], 0)
            .0
            .contains("Empty lines at the end are passed over.")
    );
    write("marked.txt", &("\u{feff}".to_owned() + &receipt.to_string()));
    let (out, _) = run(&["receipt", &path("marked.txt"), "--lang", "zh"], 0);
    assert!(out.contains("字节顺序标记"), "{out}");
    // Of what it speaks, in the headline.
    let (origin, size) = (verified.roll().origin(), verified.head().unwrap().0);
    assert!(out.contains(&format!("截至 {origin} 第 {size} 行")), "{out}");

    // A proof for other programs: that of the pick, or of the line asked for.
    let outcome = |entry: &&floorlot::receipt::Entry| entry.line.starts_with("{\"kind\":\"pick\"");
    let pick = receipt.entries().iter().find(outcome).unwrap().index;
    let (proof, _) = run(&["receipt", &path("mine.txt"), "--tlog-proof"], 0);
    assert_eq!(Some(proof), receipt.tlog_proof(pick));
    let (proof, _) = run(&["receipt", &path("mine.txt"), "--tlog-proof", "--line", "1"], 0);
    assert!(proof.starts_with("c2sp.org/tlog-proof@v1\nindex 0\n"), "{proof}");
    assert!(proof.contains(&format!("\n\n{origin}\n{size}\n")), "{proof}");
    let other = ["receipt", &path("mine.txt"), "--tlog-proof", "--line", "2", "--lang", "en"];
    assert!(run(&other, 2).1.contains("not in the receipt"));

    // The plan that the panel comes from is verified first.
    let plan: Vec<&[u8]> = hall
        .lines
        .iter()
        .map(Vec::as_slice)
        .take_while(|line| !line.starts_with(b"{\"kind\":\"checkpoint\""))
        .collect();
    let whole = String::from_utf8(plan.join(&b'\n')).unwrap() + "\n";
    let quorum = whole.find("\"quorum\":").unwrap() + "\"quorum\":".len();
    let none = format!("{}0{}", &whole[..quorum], &whole[quorum + 1..]);
    for (plan, says) in [(&whole, "R5  passed"), (&none, "breaks its rules")] {
        write("plan.jsonl", plan);
        let panel = ["receipt", &path("mine.txt"), "--panel", &path("plan.jsonl"), "--lang", "en"];
        let (out, _) = run(&panel, 0);
        assert!(out.contains(says), "{says}: {out}");
    }

    write("tampered.txt", &receipt.to_string().replace("\"place\":", "\"place\":1"));
    let (out, _) = run(&["receipt", &path("tampered.txt"), "--json"], 1);
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (&report["verdict"], &report["checks"][1]["id"], &report["checks"][1]["outcome"]),
        (&"refuted".into(), &"R2".into(), &"failed".into())
    );
    write("torn.txt", &receipt.to_string()[..300]);
    assert!(run(&["receipt", &path("torn.txt"), "--lang", "zh"], 1).0.contains("R1  未通过"));
    let (_, err) = run(&["receipt", &path("plan.jsonl"), "--lang", "en"], 2);
    assert!(err.contains("this is not a receipt") && err.contains("floorlot/1 receipt"), "{err}");
    assert!(
        run(&["receipt", &path("mine.txt"), "--key", "r1", "--lang", "zh"], 2).1.contains("`r1`")
    );
    run(&["receipt", &path("nowhere.txt")], 2);
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(other_cases()), ..ProptestConfig::with_cases(64) })]

    /// What is read is written again byte for byte, whatever was changed in it; and nothing makes
    /// the checks panic.
    #[test]
    fn what_is_read_is_written_again(at in any::<proptest::sample::Index>(), byte in any::<u8>(), keep in (0_usize..4).prop_map(|n| n > 0)) {
        thread_local!(static TEXT: String = settled_receipt());
        TEXT.with(|text| {
            let mut bytes = text.clone().into_bytes();
            let at = at.index(bytes.len());
            if keep { bytes[at] = byte } else { bytes.truncate(at) }
            if let Some(receipt) = std::str::from_utf8(&bytes).ok().and_then(|text| text.parse::<Receipt>().ok()) {
                assert_eq!(receipt.to_string().as_bytes(), bytes);
                let report = receipt.verify(&ReceiptEvidence::default());
                assert!(!report.text(Lang::Zh).is_empty() && receipt.short(2_953).is_some_and(|s| s.parse::<Receipt>().is_ok()));
                let changed = keep && bytes != text.as_bytes() && at < text.find("\ndraw.").unwrap();
                assert!(!changed || !report.holds(), "byte {at} is {byte}");
            }
        });
    }
}

fn settled_receipt() -> String {
    let after = settled();
    after.hall.receipt(&after.accepted).to_string()
}

/// What is wrong with a slip is said in Chinese without a word of English in it.
#[test]
fn a_changed_line_is_refused_in_chinese() {
    use floorlot::note::NoteError;
    use floorlot::primitives::tree::ProofError;
    use floorlot::sign::SignatureError;
    let root = floorlot::Hash([7; 32]);
    let proofs = [
        ProofError::IndexOutside { index: 3, size: 2 },
        ProofError::Sizes { old: 0, new: 2 },
        ProofError::Length { found: 9 },
        ProofError::Root { expected: root, found: root },
    ];
    let signatures = [SignatureError::OtherKey, SignatureError::WeakKey, SignatureError::Invalid];
    let words =
        proofs.iter().map(ProofError::words).chain(signatures.iter().map(SignatureError::words));
    let private = SigningKey::from_text("").unwrap_err();
    for words in words.chain([private.words(), NoteError::Checkpoint.words()]) {
        let english = words
            .zh
            .split(|c: char| !c.is_ascii_lowercase())
            .filter(|word| word.len() > 2 && !word.starts_with("070"))
            .collect::<Vec<_>>();
        assert!(english.iter().all(|word| *word == "base"), "{}", words.zh);
        assert!(!words.en.chars().any(|c| c > '\u{2fff}'), "{}", words.en);
    }
}

// Families.

/// A transcript of the corpus: where it is, its lines, and the draw.
fn of_the_corpus(name: &str) -> (String, Vec<Vec<u8>>, Verified) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/corpus/valid");
    let path = format!("{folder}/{name}.jsonl");
    let file = fs::read(&path).unwrap();
    let lines = file.trim_ascii_end().split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    let verified = verify(&file[..], &Evidence::default()).unwrap().into_verified().unwrap();
    (path, lines, verified)
}

#[test]
fn a_family_has_one_receipt_with_all_its_claims() {
    let (_, lines, verified) = of_the_corpus("budgets");
    let all = receipts(&verified, &lines).unwrap();
    let ids: Vec<&str> = all.iter().map(|(id, _)| id).collect();
    assert_eq!((ids, all.len()), (vec!["F1", "F2", "H3", "H4"], 4));
    for (id, claims) in [("F1", &["H1a", "H1b", "H1c", "H1d"][..]), ("F2", &["H2a", "H2b"])] {
        let receipt = all.of(id).unwrap();
        claims.iter().for_each(|claim| assert_eq!(all.of(claim).unwrap(), receipt));
        let report = receipt.verify(&evidence(&verified));
        let family = report.proven().unwrap().facts().family.clone().unwrap();
        let named: Vec<_> =
            family.households.iter().map(|h| h.household.as_deref().unwrap()).collect();
        assert_eq!(
            (family.id.as_str(), &named[..], family.claims),
            (id, claims, named.len() as u64)
        );
        let roll = verified.roll();
        for claim in &family.households {
            let household = claim.household.as_deref().unwrap();
            assert_eq!(claim.unit.as_deref(), verified.unit_of(household));
            assert_eq!((claim.claim_of.as_deref(), claim.of.is_some()), (Some(id), true));
            assert!(claim.ticket.is_some(), "{household}: its call is shown");
        }
        let units = claims.iter().map(|claim| verified.unit_of(claim).unwrap());
        let areas = units.map(|unit| roll.area(roll.find_unit(unit).unwrap()).unwrap());
        assert_eq!(family.area, Some(areas.sum()));
        // The sentence names each, and what is left.
        for (lang, left) in [(Lang::En, "of its budget left"), (Lang::Zh, "面积额度余")] {
            let sentence = report.sentence();
            let sentence = sentence.get(lang);
            assert!(claims.iter().all(|claim| sentence.contains(claim)), "{sentence}");
            assert!(sentence.contains(left), "{sentence}");
        }
    }
    let alone = all.of("H3").unwrap();
    assert_eq!((alone.claims().family, alone.claims().claim_of), (None, None));
    assert!(alone.of_claim("H3").is_none());
}

#[test]
fn a_claim_has_a_short_form_of_its_own() {
    for name in ["budgets", "families-together", "budget-given-back", "budget-swaps"] {
        let (_, lines, verified) = of_the_corpus(name);
        let all = receipts(&verified, &lines).unwrap();
        let evidence = evidence(&verified);
        for (id, receipt) in all.iter().filter(|(id, _)| id.starts_with('F')) {
            let family = receipt.claims().family.unwrap();
            // In less room it has less, but always the family with all its households.
            for most in [2_953, 2_000] {
                let Some(text) = receipt.short(most) else { continue };
                let short = text.parse::<Receipt>().unwrap().verify(&evidence);
                let claims = short.proven().unwrap().facts().family.clone().unwrap().households;
                assert!(text.len() <= most && claims.len() == family.households.len(), "{id}");
            }
            for of in &family.households {
                let household = of.household.as_deref().unwrap();
                let own = receipt.of_claim(household).unwrap();
                let report = own.verify(&evidence);
                let facts =
                    report.proven().unwrap_or_else(|| panic!("{}", report.text(Lang::En))).facts();
                assert_eq!(facts.household.as_deref(), Some(household));
                assert_eq!(
                    (&facts.unit, facts.holds, &facts.later),
                    (&of.unit, of.holds, &of.later)
                );
                assert!(facts.family.is_none() && !own.to_string().contains("\"kind\":\"family\""));
                assert!(own.short(1_732).is_some(), "{name}: {household} fits a code");
            }
            assert!(receipt.of_claim("H3").is_none() && receipt.of_claim(id).is_none());
        }
    }
}

/// The whole budget of lines: the largest family there is, and more than there is room for.
#[test]
fn a_family_of_64_claims_has_a_receipt_with_the_newest_of_what_was_said() {
    let mut pool = pool(PickRule::Lot, 64, 64);
    pool.households.iter_mut().for_each(|h| h.family = Some("F1".into()));
    let mut hall = Hall::open(&plan("draw.example/64", pool).family("F1", "", None));
    hall.advance();
    hall.close();
    let whole = hall.receipt("F1");
    assert_eq!(hall.receipt("H0064"), whole);
    // Plan, pool, family; unit, household, call and pick of each, and the line behind the last.
    assert_eq!(whole.entries().len(), 3 + 4 * 64 + 1);
    for n in 0..200 {
        let (id, household) = (format!("O{n}"), format!("H{:04}", n % 64 + 1));
        hall.after(&Line::Objection {
            id: id.clone().into(),
            household: Some(household.into()),
            text: "the corridor is dark".into(),
            at: None,
        });
        let (decision, reason) = (Decision::Rejected, "it has a lamp".into());
        hall.after(&Line::Ruling { objection: id.into(), decision, reason, at: None });
    }
    hall.lines.push(hall.session.close_batch(None).unwrap());
    hall.close();
    let full = hall.receipt("F1");
    assert_eq!(full.entries().len(), 512);
    let text = full.to_string();
    assert!(text.contains("\"id\":\"O199\"") && !text.contains("\"id\":\"O0\""));
    let report = full.verify(&evidence(&hall.verified()));
    let facts = report.proven().unwrap().facts().family.clone().unwrap();
    assert_eq!(facts.households.len(), 64);
    assert!(facts.households.iter().all(|claim| claim.holds == Holds::Unit));
}

/// All files of a folder.
fn files(folder: &Path) -> BTreeMap<OsString, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries.map(|entry| (entry.file_name(), fs::read(entry.path()).unwrap())).collect()
}

/// On one core and on four. The pages have the slips in plan order, 100 sheets of six each.
#[test]
fn the_files_are_the_same_whoever_made_which() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("draw.jsonl");
    let mut hall = Hall::open(&plan("draw.example/cores", pool(PickRule::Lot, 1_300, 1_300)));
    hall.advance();
    hall.close();
    fs::write(&path, hall.file()).unwrap();
    let families = of_the_corpus("families-together").0;
    for (name, path, count) in
        [("alone", path.to_str().unwrap(), 1_303), ("families", &families, 4)]
    {
        let [one, four] = ["1", "4"].map(|threads| {
            let out = folder.path().join(format!("{name}-{threads}"));
            let run = Run::of(env!("CARGO_BIN_EXE_verify_transcript")).args([
                "receipts",
                path,
                "--lang",
                "zh",
                "--out",
                out.to_str().unwrap(),
            ]);
            run.env("RAYON_NUM_THREADS", threads).ends(0);
            files(&out)
        });
        assert_eq!(one.len(), count, "{name}");
        assert!(one == four, "{name}");
    }
    let out = folder.path().join("alone-4");
    let mut number = 1;
    for (page, sheets) in [("receipts", 100), ("receipts-2", 100), ("receipts-3", 17)] {
        let page = fs::read_to_string(out.join(page).with_extension("html")).unwrap();
        assert_eq!(page.matches("<div class=\"sheet\">").count(), sheets);
        for slip in page.split("<p class=\"who\">").skip(1) {
            assert!(slip.starts_with(&format!("H{number:04} ")), "{}", &slip[..20]);
            number += 1;
        }
    }
    assert_eq!(number, 1_301);
}

#[test]
fn the_slips_of_families_are_read_back() {
    let (path, lines, verified) = of_the_corpus("families-together");
    let all = receipts(&verified, &lines).unwrap();
    assert!(all.ids().eq(all.iter().map(|(id, _)| id)));
    let folder = tempfile::tempdir().unwrap();
    for (lang, of) in [("en", "2 of them are of families"), ("zh", "其中 2 份是家庭的收据")]
    {
        let out = folder.path().join(lang);
        let told = run(&["receipts", &path, "--out", out.to_str().unwrap(), "--lang", lang], 0).0;
        assert!(told.contains(of), "{told}");
        let page = fs::read_to_string(out.join("receipts.html")).unwrap();
        let slips: Vec<&str> = page.split("<section").skip(1).collect();
        // Three claims are on two slips, two on one; a slip of a household is not so wide.
        let wide = slips.iter().filter(|slip| slip.contains("slip wide")).count();
        assert_eq!((slips.len(), wide), (4, 3));
        for (id, receipt) in all.iter() {
            let file = fs::read_to_string(out.join(format!("{id}.receipt.txt"))).unwrap();
            assert_eq!(file, receipt.to_string());
            let Some(family) = receipt.claims().family else { continue };
            for claim in &family.households {
                let (household, ticket) =
                    (claim.household.as_deref().unwrap(), claim.ticket.as_deref().unwrap());
                let column = page.split("<div class=\"claim\">");
                let column = column.clone().find(|part| part.contains(&format!("{household} · ")));
                let column = column.unwrap();
                let has = claim.has();
                let has = if lang == "en" { has.en } else { has.zh };
                assert!(column.contains(ticket) && column.contains(&has), "{column}");
                let text = scanned(column);
                let report = text.parse::<Receipt>().unwrap().verify(&evidence(&verified));
                assert_eq!(report.proven().unwrap().facts().household.as_deref(), Some(household));
            }
        }
        assert!(!out.join("H1a.receipt.txt").exists());
    }
    // Before the draw one code has all, if it fits; else the file.
    for (name, claims, fits) in [("families-together", 3, true), ("budgets", 4, false)] {
        let (path, _, _) = of_the_corpus(name);
        let out = folder.path().join(name);
        let words =
            ["receipts", &path, "--enrolment", "--out", out.to_str().unwrap(), "--lang", "en"];
        run(&words, 0);
        let page = fs::read_to_string(out.join("receipts.html")).unwrap();
        let slip = page.split("<section").find(|slip| slip.contains("Family F1")).unwrap();
        for claim in ["H1a", "H1b", "H1c", "H1d"].iter().take(claims) {
            assert!(slip.contains(&format!("{claim} · a place in the sealed plan")), "{slip}");
        }
        assert_eq!(slip.contains("use the file F1.receipt.txt"), !fits, "{slip}");
        if fits {
            let receipt: Receipt = scanned(slip).parse().unwrap();
            assert_eq!(receipt.claims().family.unwrap().households.len(), claims);
            assert!(receipt.verify(&ReceiptEvidence::default()).holds());
        }
    }
}
